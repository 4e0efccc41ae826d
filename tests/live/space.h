/*
 * tests/live/space.h: an IPC namespace of our own. Every program of the live suite enters one
 * before anything else, and whatever makes objects calls space_must_be_private() first: no test
 * ever touches an object of the host. The namespace vanishes with its last process. One thread.
 */
#ifndef TESTS_LIVE_SPACE_H
#define TESTS_LIVE_SPACE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { SPACE_REASON = 256 }; /* bytes */

/*
 * Enter a private namespace: as root as it is, else inside a user namespace in which only our own
 * uid and gid exist. 0, or -1 with the reason why neither is allowed. Where the host keeps a
 * system log the removals of the tests do not reach it.
 */
int space_enter(char reason[SPACE_REASON]);

/* Abort where the namespace is the one that the program was started in. */
void space_must_be_private(void);

/* Whether this is a root that may act as any other user; else there is only our own. */
bool space_has_users(void);

/*
 * Once in such a namespace: go on as another process, in a pid namespace that has its own /proc, so
 * that what else the machine does is not seen. What began the program stays outside, and ends as
 * the one inside does. 0, or -1 with the reason why that is not allowed; then nothing has changed.
 */
int space_alone(char reason[SPACE_REASON]);

/* In a child: become a plain user for good. Exits with 125 where that is not allowed. */
void space_become(uid_t uid, gid_t gid);

/* In a child: a mount namespace of its own. 0, or a negative errno. */
int space_private_mounts(void);

/* Write `text` to the file `path`. 0, or a negative errno. */
int space_write(const char *path, const char *text);

/* Wait until the wall clock shows a second later than `since`; returns it. */
time_t space_wait_past(time_t since);

#endif
