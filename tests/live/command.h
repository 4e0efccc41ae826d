/*
 * tests/live/command.h: running the program under test ($IPCTOP), with what it printed, and on a
 * terminal. Arguments are given as one line: blanks separate them, but not inside '…'. A plain
 * user loses all capabilities by it. One program at a time.
 */
#ifndef TESTS_LIVE_COMMAND_H
#define TESTS_LIVE_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { COMMAND_OUTPUT = 256 * 1024, COMMAND_ERRORS = 16 * 1024 };

struct outcome {
	int status; /* of exit(3), or -SIGNAL */
	char out[COMMAND_OUTPUT], err[COMMAND_ERRORS];
};

/* What the child does before the program starts; it is the child's to call _exit(2). */
struct preparation {
	void (*prepare)(void *user);
	void *user;
};

/* Of the last command_run() or pty_finish(). */
extern struct outcome outcome;

/* Run it, without a terminal: `outcome` is what came of it. Returns the status. */
int command_run(const char *format, ...) __attribute__((format(printf, 1, 2)));
int command_run_prepared(const struct preparation *preparation, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Start it without waiting: the pid. Then command_finish() waits and fills `outcome`. */
pid_t command_start(const struct preparation *preparation, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
int command_finish(void);

/* In a preparation: what the terminal interface goes by. 0, or -1 where it has no terminal. */
int pty_screen(unsigned short rows, unsigned short columns, const char *config);

/* Start it on a terminal of its own. */
void pty_start(const char *format, ...) __attribute__((format(printf, 1, 2)));
pid_t pty_start_prepared(const struct preparation *preparation, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Wait until the program has written `text` behind what was awaited last; fails the case if not. */
void pty_expect(const char *text);
void pty_type(const char *text);
/* Wait for its end; `outcome.out` is all that it wrote. Returns the status. */
int pty_finish(void);

#endif
