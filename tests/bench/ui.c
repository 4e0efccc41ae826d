#include "parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "measure.h"
#include "objects.h"
#include "players.h"
#include "screen.h"

enum { STARTS = 9, MOVES = 4 };

static const double interval = 2; /* seconds between snapshots, of ours and of the others */

void bench_start(const char *program)
{
	static const int counts[] = { 100, 30000 };
	const char *const argv[] = { program, NULL };
	double times[STARTS], start;
	size_t size;
	int i;

	measure_part("from the start to the first whole frame");
	for (size = 0; size < sizeof(counts) / sizeof(counts[0]); size++) {
		objects_fill(counts[size]);
		measure_at("3 x %d", counts[size]);
		for (i = 0; i < STARTS; i++) {
			start = measure_now();
			struct term *term = screen_open(argv);

			times[i] = measure_now() - start;
			screen_close(term, "q");
		}
		measure_figure(&(struct figure){ .name = "ipctop",
			.unit = "ms",
			.ours = measure_median(times, STARTS) * 1e3,
			.aim = counts[size] == 100 ? 50 : 0 });
	}
}

/* memory */

/* A line of a file in /proc/PID in MB; -1: it is not there. */
static double megabytes(pid_t pid, const char *file, const char *name)
{
	char path[64], line[256];
	double value = -1;
	FILE *lines;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, file);
	lines = fopen(path, "r");
	while (lines && value < 0 && fgets(line, sizeof(line), lines)) {
		if (strncmp(line, name, strlen(name)) == 0)
			value = (double)atol(line + strlen(name)) / 1024;
	}
	if (lines)
		fclose(lines);
	return value;
}

static void print_memory(const struct term *term, const char *name, double aim)
{
	pid_t pid = term_pid(term);
	char text[64];

	measure_figure(&(struct figure){ .name = name,
		.unit = "MB",
		.ours = megabytes(pid, "status", "VmHWM:"),
		.aim = aim });
	snprintf(text, sizeof(text), "%s, PSS", name);
	measure_figure(&(struct figure){
		.name = text, .unit = "MB", .ours = megabytes(pid, "smaps_rollup", "Pss:") });
}

static void measure_memory(const char *program, int count, double aim, double aim_moved)
{
	const char *const argv[] = { program, NULL };
	struct term *term;
	int i;

	objects_fill(count);
	measure_at("3 x %d", count);
	term = screen_open(argv);
	screen_pump(&term, 1, 3.5 * interval); /* three snapshots are alive at most */
	print_memory(term, "nothing moved", aim);
	for (i = 0; i < MOVES; i++) {
		objects_move(i % 2 == 0);
		screen_pump(&term, 1, interval);
	}
	term_type(term, "3"); /* the segments, with their resident bytes */
	screen_pump(&term, 1, 2 * interval);
	print_memory(term, "with histories", aim_moved);
	screen_close(term, "q");
}

void bench_memory(const char *program)
{
	measure_part("memory of the UI: the most that was resident");
	measure_memory(program, 100, 12, 12);
	measure_memory(program, 30000, 48, 72);
}

/* idle */

enum { OURS, HTOP, WATCH, IDLERS };

static const char *const words[IDLERS] = { "an idle minute", "htop -d 20", "watch -n 2 ipcs" };

struct idler {
	struct term *term;
	double used, began_processor;
	size_t bytes, began_bytes;
};

/* Processor time of children that have ended and were waited for. */
static double processor_of_children(pid_t pid)
{
	char path[64], line[1024], *at;
	long long user = 0, system = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	file = fopen(path, "r");
	at = file && fgets(line, sizeof(line), file) ? strrchr(line, ')') : NULL;
	if (at)
		sscanf(at, ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %lld %lld", &user,
			&system);
	if (file)
		fclose(file);
	return (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
}

static double processor_of(const struct idler *idler)
{
	pid_t pid = term_pid(idler->term);

	return measure_processor(pid) + processor_of_children(pid);
}

static void open_idlers(const char *program, struct idler idlers[IDLERS])
{
	const char *const argv[IDLERS][8] = { { program, NULL }, { "htop", "-d", "20", NULL },
		{ "watch", "-n", "2", "ipcs", NULL } };
	const char *const env[] = { "HTOPRC=/dev/null", NULL }; /* it would make a folder */
	const char *const ready[IDLERS] = { "sorted by", "F10Quit", "Every" };
	int i;

	for (i = 0; i < IDLERS; i++) {
		if (!measure_has(argv[i][0]) && i != OURS)
			continue;
		idlers[i].term = term_open(
			&(struct term_how){ .rows = 24, .cols = 80, .env = env }, argv[i]);
		if (!screen_wait(idlers[i].term, ready[i])) {
			fprintf(stderr, "bench: %s shows nothing\n", argv[i][0]);
			exit(1);
		}
	}
}

static void idle_for(struct idler idlers[IDLERS], double seconds)
{
	struct term *terms[IDLERS];
	int i;

	for (i = 0; i < IDLERS; i++)
		terms[i] = idlers[i].term;
	screen_pump(terms, IDLERS, interval);
	for (i = 0; i < IDLERS; i++) {
		if (!terms[i])
			continue;
		idlers[i].began_processor = processor_of(&idlers[i]);
		term_raw(terms[i], &idlers[i].began_bytes);
	}
	screen_pump(terms, IDLERS, seconds);
	for (i = 0; i < IDLERS; i++) {
		if (!terms[i])
			continue;
		idlers[i].used = processor_of(&idlers[i]) - idlers[i].began_processor;
		term_raw(terms[i], &idlers[i].bytes);
		idlers[i].bytes -= idlers[i].began_bytes;
	}
}

static void print_idlers(const struct idler idlers[IDLERS], double seconds, double aim)
{
	double minute = 60 / seconds, each = interval / seconds;
	int i;

	for (i = HTOP; i < IDLERS; i++) {
		measure_figure(
			&(struct figure){ words[OURS], "ms", idlers[OURS].used * minute * 1e3,
				idlers[i].term ? words[i] : "(not installed)",
				idlers[i].used * minute * 1e3, i == HTOP ? aim : 0, 0 });
	}
	for (i = HTOP; i < IDLERS; i++) {
		measure_figure(&(struct figure){ "written each interval", "B",
			(double)idlers[OURS].bytes * each,
			idlers[i].term ? words[i] : "(not installed)",
			(double)idlers[i].bytes * each, 0, 0 });
	}
}

static void measure_idle(const char *program, double seconds, double aim)
{
	struct idler idlers[IDLERS] = { 0 };
	int i;

	open_idlers(program, idlers);
	idle_for(idlers, seconds);
	print_idlers(idlers, seconds, aim);
	for (i = 0; i < IDLERS; i++) {
		if (!idlers[i].term)
			continue;
		screen_close(idlers[i].term, i == WATCH ? "\003" : "q");
	}
}

void bench_idle(const char *program)
{
	measure_part("an idle minute in the UI: processor time, and bytes to the terminal");
	objects_fill(33);
	measure_at("100, few proc.");
	measure_idle(program, 60, 0.4);
	players_start(PLAYERS_MAX);
	measure_at("100, %d proc.", PLAYERS_MAX);
	measure_idle(program, 20, 0.4);
	players_end();
	objects_fill(30000);
	measure_at("3 x 30000");
	measure_idle(program, 20, 0);
}
