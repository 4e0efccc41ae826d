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

/* Seconds until it shows its first frame: ours where there is no rival. */
static double start_time(const char *program, const struct rival *rival)
{
	const char *const argv[] = { program, NULL };
	double start = measure_now(), time;
	struct term *term = rival ? screen_open_rival(rival) : screen_open(argv);

	time = measure_now() - start;
	screen_close(term, rival ? rival->quit : "q");
	return time;
}

/* They take turns. */
static void compare_starts(const char *program, const struct rival *rival, double aim)
{
	double ours[STARTS], theirs[STARTS] = { 0 };
	bool there = measure_has(rival->argv[0]);
	int i;

	for (i = 0; i < STARTS; i++) {
		ours[i] = start_time(program, NULL);
		if (there)
			theirs[i] = start_time(program, rival);
	}
	measure_figure(&(struct figure){ .name = "ipctop",
		.unit = "ms",
		.ours = measure_median(ours, STARTS) * 1e3,
		.peer = there ? rival->name : "(not installed)",
		.theirs = measure_median(theirs, STARTS) * 1e3,
		.aim = aim });
}

void bench_start(const char *program)
{
	static const int counts[] = { 100, 1000, 10000, 30000 };
	size_t size, i;

	measure_part("from the start to the first whole frame");
	for (size = 0; size < sizeof(counts) / sizeof(counts[0]); size++) {
		objects_fill(counts[size]);
		measure_at("3 x %d", counts[size]);
		for (i = 0; i < RIVALS; i++)
			compare_starts(program, &rivals[i], size == 0 ? 50 : 0);
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

static double most_resident(const struct term *term)
{
	return megabytes(term_pid(term), "status", "VmHWM:");
}

static void print_memory(const struct term *term, const char *name, double aim)
{
	char text[64];

	measure_figure(&(struct figure){
		.name = name, .unit = "MB", .ours = most_resident(term), .aim = aim });
	snprintf(text, sizeof(text), "%s, PSS", name);
	measure_figure(&(struct figure){ .name = text,
		.unit = "MB",
		.ours = megabytes(term_pid(term), "smaps_rollup", "Pss:") });
}

static void compare_memory(const struct term *term)
{
	struct term *other;
	int i;

	for (i = 0; i < RIVALS; i++) {
		other = screen_open_rival(&rivals[i]);
		if (!other)
			continue;
		screen_pump(&other, 1, 3.5 * interval);
		measure_figure(&(struct figure){ "nothing moved", "MB", most_resident(term),
			rivals[i].name, most_resident(other), 0, 0 });
		screen_close(other, rivals[i].quit);
	}
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
	compare_memory(term);
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
	measure_memory(program, 1000, 0, 0);
	measure_memory(program, 10000, 0, 0);
	measure_memory(program, 30000, 48, 72);
}

/* idle */

enum { OURS, IDLERS = RIVALS + 1 }; /* ours, and then the rivals in their order */

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
	const char *const argv[] = { program, NULL };
	int i;

	idlers[OURS].term = screen_open(argv);
	for (i = 0; i < RIVALS; i++)
		idlers[1 + i].term = screen_open_rival(&rivals[i]);
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

/* The aim is beside the first rival. */
static void print_idlers(const struct idler idlers[IDLERS], double seconds, double aim)
{
	double minute = 60 / seconds, each = interval / seconds;
	const char *name;
	int i;

	for (i = 0; i < RIVALS; i++) {
		name = idlers[1 + i].term ? rivals[i].name : "(not installed)";
		measure_figure(
			&(struct figure){ "an idle minute", "ms", idlers[OURS].used * minute * 1e3,
				name, idlers[1 + i].used * minute * 1e3, i == 0 ? aim : 0, 0 });
	}
	for (i = 0; i < RIVALS; i++) {
		name = idlers[1 + i].term ? rivals[i].name : "(not installed)";
		measure_figure(&(struct figure){ "written each interval", "B",
			(double)idlers[OURS].bytes * each, name, (double)idlers[1 + i].bytes * each,
			0, 0 });
	}
}

static void measure_idle(const char *program, double seconds, double aim)
{
	struct idler idlers[IDLERS] = { 0 };
	int i;

	open_idlers(program, idlers);
	idle_for(idlers, seconds);
	print_idlers(idlers, seconds, aim);
	screen_close(idlers[OURS].term, "q");
	for (i = 0; i < RIVALS; i++) {
		if (idlers[1 + i].term)
			screen_close(idlers[1 + i].term, rivals[i].quit);
	}
}

void bench_idle(const char *program)
{
	static const int counts[] = { 1000, 10000, 30000 };
	size_t i;

	measure_part("an idle minute in the UI: processor time, and bytes to the terminal");
	objects_fill(33);
	measure_at("100, few proc.");
	measure_idle(program, 60, 0.4);
	players_start(PLAYERS_MAX);
	measure_at("100, %d proc.", PLAYERS_MAX);
	measure_idle(program, 20, 0.4);
	players_end();
	for (i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		objects_fill(counts[i]);
		measure_at("3 x %d", counts[i]);
		measure_idle(program, 20, 0);
	}
}
