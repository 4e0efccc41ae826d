/* make bench: what it takes to find who holds segments, and who waits. */
#ifndef TESTS_BENCH_SCAN_H
#define TESTS_BENCH_SCAN_H

/*
 * Set up processes that hold and wait, compare passes over them with what else finds them, and end
 * the processes. In a private IPC namespace, without children.
 */
void bench_scan(void);

#endif
