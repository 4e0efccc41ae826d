/*
 * The parts of the bench, one file each. All run in a private IPC namespace, clear it first, and
 * end the processes that they start. `program`: the path of ipctop.
 */
#ifndef TESTS_BENCH_PARTS_H
#define TESTS_BENCH_PARTS_H

/* What it takes to find who has segments mapped, and who waits. */
void bench_scan(void);

/* Snapshots as the UI takes them, what follows from them, and what they cost for each object. */
void bench_snapshots(void);
void bench_derive(void);

/* Commands beside those that one would use instead. */
void bench_commands(const char *program);

/* The UI: start, memory, an idle minute. */
void bench_start(const char *program);
void bench_memory(const char *program);
void bench_idle(const char *program);

/* The UI: keys, and what they write to the terminal. */
void bench_keys(const char *program);
void bench_moves(const char *program);

#endif
