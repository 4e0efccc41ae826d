/*
 * Comparing how long two things take on one machine. Both take turns in one run, and the median of
 * the ratios of the pairs is what counts: what else the machine does meets both alike. All is
 * printed as the lines of one table. One thread.
 */
#ifndef TESTS_BENCH_MEASURE_H
#define TESTS_BENCH_MEASURE_H

#include <stdbool.h>

/* Something that takes time: a command for the shell, or a function. */
struct work {
	const char *name;
	const char *command; /* NULL: run() */
	void (*run)(void);
	const char *program; /* without which the command can't run; NULL: it always can */
};

/* Seconds of the monotonic clock. */
double measure_now(void);

/* Processor time of this process with all of its threads, or of another one, in seconds. */
double measure_processor(int pid);

/* End the program, with errno beside `what`. */
__attribute__((noreturn)) void measure_die(const char *what);

/* Sorts the values. */
double measure_median(double *values, int count);

/* Sorts them too; `per_mille` of them are no larger. */
double measure_quantile(double *values, int count, int per_mille);

/* Whether a program is in the PATH. */
bool measure_has(const char *program);

/* Print the day, the machine, what is compared, and the heads of the columns. */
void measure_begin(void);

/* Begin a part of the table. */
void measure_part(const char *name);

/* Say where what follows is measured: "30,000 of each", "1,000 processes". */
void measure_at(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * Take turns after one turn that does not count, and print the medians of the times, and of the
 * ratios of the pairs: of time and of processor time. `aim` is of the former; 0: there is none.
 */
void measure_compare(const struct work *ours, const struct work *theirs, double aim);

/* A figure of ours beside that of another program (NULL: none) in the same unit. */
struct figure {
	const char *name, *unit;
	double ours;
	const char *peer;
	double theirs;
	double ratio_aim; /* 0: none */
	double aim; /* of ours, in its unit; 0: none */
};

void measure_figure(const struct figure *figure);

#endif
