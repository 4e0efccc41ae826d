/*
 * tests/live/filter.h: seccomp(2) filters, which stand in for kernels and containers that we do
 * not have, and a hook in the moment between looking at an object and removing it.
 */
#ifndef TESTS_LIVE_FILTER_H
#define TESTS_LIVE_FILTER_H

#include <stdbool.h>
#include <sys/types.h>

#include "ipctop/model/class.h"

/* Calls that fail. */
struct denial {
	unsigned classes; /* set of class_bit(): msgctl(2), semctl(2), shmctl(2) */
	bool only_any; /* only *_STAT_ANY, as before Linux 4.17 */
	int error; /* what they fail with */
};

/* In a child, for good: a struct denial. Exits with 125 where filters are not allowed. */
void filter_deny(void *denial);

/* Whether filters can be had here at all; else the case is skipped. */
void filter_need(void);

/*
 * Run the program with the arguments of `line`, and call `at_look` when it
 * looks again at the object, which is before the look is answered. Its outcome as command_run().
 * Skips the case where the kernel can't do it.
 */
int filter_run_hooked(
	unsigned kind, int id, void (*at_look)(unsigned kind, int id), const char *line);

#endif
