#include "measure.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "ipctop/base/buf.h"

enum { PAIRS_MIN = 7, PAIRS_MAX = 21 };

static const double enough = 0.5; /* seconds for which pairs are taken beyond the least number */

/* What we are measured beside, and what tells its version in one line. */
static const struct {
	const char *program, *version;
} peers[] = {
	{ "cat", "cat --version | head -n 1" },
	{ "ipcs", "ipcs --version" },
	{ "lsipc", "lsipc --version" },
	{ "htop", "htop --version" },
	{ "watch", "watch --version" },
	{ "lsof", "lsof -v 2>&1 | sed -n 's/^ *revision: /lsof /p'" },
	{ "grep", "grep --version | head -n 1" },
};

static char place[32];
static struct buf line; /* of the table, not whole yet */

double measure_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

double measure_processor(int pid)
{
	struct timespec t;
	clockid_t clock;

	if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &t) < 0)
		return -1;
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

__attribute__((noreturn)) void measure_die(const char *what)
{
	perror(what);
	exit(1);
}

bool measure_has(const char *program)
{
	const char *path = getenv("PATH"), *end;
	struct buf file = { 0 };
	bool found = false;

	for (; path && *path && !found; path = *end ? end + 1 : end) {
		end = strchrnul(path, ':');
		buf_clear(&file);
		buf_bytes(&file, path, (size_t)(end - path));
		buf_printf(&file, "/%s", program);
		found = access(buf_str(&file), X_OK) == 0;
	}
	buf_free(&file);
	return found;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double measure_quantile(double *values, int count, int per_mille)
{
	qsort(values, (size_t)count, sizeof(values[0]), by_size);
	return values[(count - 1) * per_mille / 1000];
}

double measure_median(double *values, int count)
{
	return measure_quantile(values, count, 500);
}

/* what is printed */

static void print_processor(void)
{
	FILE *file = fopen("/proc/cpuinfo", "r");
	char text[256], *colon;

	while (file && fgets(text, sizeof(text), file)) {
		colon = strchr(text, ':');
		if (!colon || strncmp(text, "model name", 10) != 0)
			continue;
		printf("processor: %s", colon + 2);
		break;
	}
	if (file)
		fclose(file);
}

static void print_day(void)
{
	time_t now = time(NULL);
	struct tm day;
	char text[sizeof("2026-01-01")];

	if (gmtime_r(&now, &day) && strftime(text, sizeof(text), "%F", &day) > 0)
		printf("day: %s\n", text);
}

/* The programs that are compared, each with its version. */
static void print_peers(void)
{
	size_t i;

	for (i = 0; i < sizeof(peers) / sizeof(peers[0]); i++) {
		if (!measure_has(peers[i].program)) {
			printf("not installed, so not compared: %s\n", peers[i].program);
			continue;
		}
		printf("beside: ");
		fflush(stdout);
		if (system(peers[i].version) != 0)
			printf("%s of an unknown version\n", peers[i].program);
	}
}

void measure_begin(void)
{
	const double megabyte = 1024 * 1024;
	struct utsname name;

	print_day();
	print_processor();
	if (uname(&name) == 0)
		printf("kernel: %s %s, %ld processors, %.0f MB of memory\n", name.sysname,
			name.release, sysconf(_SC_NPROCESSORS_ONLN),
			(double)sysconf(_SC_PHYS_PAGES) * (double)sysconf(_SC_PAGESIZE) / megabyte);
	print_peers();
	printf("\n%-26s %-16s %10s  %-28s %10s  %5s %5s %6s\n", "MEASURED", "WHERE", "IPCTOP",
		"BESIDE", "", "TIME", "CPU", "AIM");
}

void measure_part(const char *name)
{
	printf("\n%s\n", name);
	fflush(stdout);
}

void measure_at(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(place, sizeof(place), format, args);
	va_end(args);
}

static void put_number(double number, const char *unit)
{
	buf_printf(&line, " %*.*f %s", 10 - (int)strlen(unit) - 1,
		number >= 1000         ? 0
			: number >= 10 ? 1
				       : 2,
		number, unit);
}

/* The end of the line, without blanks that nothing follows. */
static void end_line(double value, double aim, const char *unit)
{
	if (aim > 0)
		buf_printf(
			&line, " %4.*f%s%s", unit ? 0 : 2, aim, unit ? " " : "", unit ? unit : "");
	if (aim > 0 && value > aim)
		buf_printf(&line, " OVER");
	while (line.len > 0 && line.data[line.len - 1] == ' ')
		line.len--;
	printf("%.*s\n", (int)line.len, buf_str(&line));
	fflush(stdout);
	buf_clear(&line);
}

void measure_figure(const struct figure *figure)
{
	double ratio = figure->peer && figure->theirs > 0 ? figure->ours / figure->theirs : 0;

	buf_printf(&line, "%-26s %-16s", figure->name, place);
	put_number(figure->ours, figure->unit);
	buf_printf(&line, "  %-28s", figure->peer ? figure->peer : "");
	if (ratio > 0) {
		put_number(figure->theirs, figure->unit);
		buf_printf(&line, "  %5.2f      ", ratio);
	} else {
		buf_printf(&line, " %10s  %5s %5s", "", "", "");
	}
	if (figure->aim > 0)
		end_line(figure->ours, figure->aim, figure->unit);
	else
		end_line(ratio, figure->ratio_aim, NULL);
}

/* what is measured */

struct cost {
	double time, processor;
};

static double seconds_of(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

/* Processor time of the command; what it says by its exit status does not matter. */
static double run_command(const char *command)
{
	pid_t pid = fork();
	struct rusage usage;
	int status;

	if (pid < 0)
		measure_die("fork");
	if (pid == 0) {
		int null = open("/dev/null", O_WRONLY);

		dup2(null, STDOUT_FILENO);
		dup2(null, STDERR_FILENO);
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	while (wait4(pid, &status, 0, &usage) < 0 && errno == EINTR)
		continue;
	if (!WIFEXITED(status) || WEXITSTATUS(status) >= 126)
		fprintf(stderr, "bench: %s: status %d\n", command, status);
	return seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
}

static struct cost cost_of(const struct work *work)
{
	double start = measure_now(), processor;

	if (work->command) {
		processor = run_command(work->command);
		return (struct cost){ measure_now() - start, processor };
	}
	processor = measure_processor(0);
	work->run();
	return (struct cost){ measure_now() - start, measure_processor(0) - processor };
}

/* Of ours alone, where there is nothing to be compared with. */
static void measure_alone(const struct work *ours, const struct work *theirs)
{
	double times[PAIRS_MIN];
	char text[64];
	int i;

	for (i = 0; i < PAIRS_MIN; i++)
		times[i] = cost_of(ours).time;
	snprintf(text, sizeof(text), "(%s is not installed)", theirs->program);
	measure_figure(&(struct figure){ .name = ours->name,
		.unit = "ms",
		.ours = measure_median(times, PAIRS_MIN) * 1e3,
		.peer = text });
}

void measure_compare(const struct work *ours, const struct work *theirs, double aim)
{
	double a[PAIRS_MAX], b[PAIRS_MAX], ratio[PAIRS_MAX], processor[PAIRS_MAX], start;
	struct cost x, y;
	int i;

	if (theirs->program && !measure_has(theirs->program)) {
		measure_alone(ours, theirs);
		return;
	}
	cost_of(ours);
	cost_of(theirs);
	start = measure_now();
	for (i = 0; i < PAIRS_MIN || (i < PAIRS_MAX && measure_now() < start + enough); i++) {
		x = cost_of(ours);
		y = cost_of(theirs);
		a[i] = x.time;
		b[i] = y.time;
		ratio[i] = x.time / y.time;
		processor[i] = y.processor > 0 ? x.processor / y.processor : 0;
	}
	buf_printf(&line, "%-26s %-16s", ours->name, place);
	put_number(measure_median(a, i) * 1e3, "ms");
	buf_printf(&line, "  %-28s", theirs->name);
	put_number(measure_median(b, i) * 1e3, "ms");
	buf_printf(&line, "  %5.2f %5.2f", measure_median(ratio, i), measure_median(processor, i));
	end_line(measure_median(ratio, i), aim, NULL);
}
