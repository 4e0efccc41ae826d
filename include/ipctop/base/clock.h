/* The clock that intervals are measured by. Any thread. */
#ifndef IPCTOP_BASE_CLOCK_H
#define IPCTOP_BASE_CLOCK_H

#include <stdint.h>
#include <time.h>

/* Nanoseconds of a clock that nobody sets (CLOCK_MONOTONIC, clock_gettime(2)). */
static inline int64_t clock_monotonic_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

#endif
