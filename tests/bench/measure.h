/*
 * Comparing how long two things take on one machine. Both take turns in one run, and the median of
 * the ratios of the pairs is what counts: what else the machine does meets both alike.
 */
#ifndef TESTS_BENCH_MEASURE_H
#define TESTS_BENCH_MEASURE_H

enum { MEASURE_ROUNDS = 7 };

/* Something that takes time: a command for the shell, or a function. */
struct work {
	const char *name;
	const char *command; /* NULL: run() */
	void (*run)(void);
};

/* Seconds of the monotonic clock. */
double measure_now(void);

/* End the program, with errno beside `what`. */
__attribute__((noreturn)) void measure_die(const char *what);

/* qsort(3)'s order of doubles. */
int measure_by_size(const void *a, const void *b);

/* Sorts the values. */
double measure_median(double *values, int count);

/* Take turns after one turn that does not count, and print the median ratio of the pairs. */
void measure_compare(const struct work *ours, const struct work *theirs, double aim);

#endif
