/*
 * What the process is allowed beyond its user: it asks for nothing by set-uid, and lets go of the
 * capabilities (capabilities(7)) that what it is about to do does not need. These are a thread's
 * own and go to those that it starts, so that all of this comes first, while there is one.
 */
#ifndef IPCTOP_ACT_PRIVILEGE_H
#define IPCTOP_ACT_PRIVILEGE_H

#include <stdbool.h>
#include <stdint.h>

#include "ipctop/base/buf.h"

/* What is going to be done. */
enum privilege {
	PRIVILEGE_TEXTS, /* look at texts that were saved */
	PRIVILEGE_LOOK, /* at objects, processes and files */
	PRIVILEGE_READONLY, /* the same, on the promise that nothing can be changed */
	PRIVILEGE_REMOVE, /* look, and remove objects of others */
	PRIVILEGE_WATCH, /* the UI: all of this, and write the configuration */
};

/*
 * Whether the program file gives us another user or group than who started it has. Then `why` is
 * what to do instead, in a line without its end.
 */
bool privilege_is_lent(struct buf *why);

/*
 * Let go of all capabilities that `use` does not need, from the effective, permitted and
 * inheritable ones, and never get any by execve(2) again. May be called once more for a use that
 * needs less. 0, or the negative errno of prctl(2) or capset(2): then those that were there stay.
 */
int privilege_keep(enum privilege use);

/*
 * Files that the user names are read and written with that user's rights: a capability that the
 * program file has would lend them. From pause to resume this thread has none in effect; root
 * stays root. `effective`: what resume wants back. 0, or the negative errno of capset(2).
 */
int privilege_pause(uint64_t *effective);
void privilege_resume(uint64_t effective);

#endif
