#include "measure.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

double measure_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

__attribute__((noreturn)) void measure_die(const char *what)
{
	perror(what);
	exit(1);
}

static void run_command(const char *command)
{
	pid_t pid = fork();
	int status;

	if (pid < 0)
		measure_die("fork");
	if (pid == 0) {
		int null = open("/dev/null", O_WRONLY);

		dup2(null, STDOUT_FILENO);
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		fprintf(stderr, "bench: %s: status %d\n", command, status);
}

static double time_of(const struct work *work)
{
	double start = measure_now();

	if (work->command)
		run_command(work->command);
	else
		work->run();
	return measure_now() - start;
}

int measure_by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double measure_median(double *values, int count)
{
	qsort(values, (size_t)count, sizeof(values[0]), measure_by_size);
	return values[count / 2];
}

void measure_compare(const struct work *ours, const struct work *theirs, double aim)
{
	double a[MEASURE_ROUNDS], b[MEASURE_ROUNDS], ratio[MEASURE_ROUNDS];
	int i;

	time_of(ours);
	time_of(theirs);
	for (i = 0; i < MEASURE_ROUNDS; i++) {
		a[i] = time_of(ours);
		b[i] = time_of(theirs);
		ratio[i] = a[i] / b[i];
	}
	printf("%-26s %7.1f ms   %-30s %7.1f ms   ratio %.2f (aim %.2f)\n", ours->name,
		measure_median(a, MEASURE_ROUNDS) * 1e3, theirs->name,
		measure_median(b, MEASURE_ROUNDS) * 1e3, measure_median(ratio, MEASURE_ROUNDS),
		aim);
	fflush(stdout);
}
