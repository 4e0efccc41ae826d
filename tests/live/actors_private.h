/*
 * tests/live/actors_private.h: between actors.c, which is the test's side, and actors_play.c, which
 * is the actor's.
 */
#ifndef TESTS_LIVE_ACTORS_PRIVATE_H
#define TESTS_LIVE_ACTORS_PRIVATE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <sys/types.h>

#include "actors.h"

/* arch/x86/entry/syscalls/syscall_32.tbl: getpid, msgrcv, semtimedop_time64 */
enum { INT_80_GETPID = 20, INT_80_MSGRCV = 401, INT_80_SEMTIMEDOP = 420 };

/* Shared by the test and the actor. */
struct actor_stage {
	atomic_int tid, id;
	atomic_uint met, released, rounds;
	atomic_bool stays;
	atomic_int failed_step, error; /* errno; 0: nothing failed */
	char *place; /* of the segment attached last */
};

/* What a playing thread knows of itself. */
struct role {
	struct act script[ACT_STEPS];
	struct actor_stage *stage;
	unsigned step;
};

/* In a child of `test`: end with it, play, and never return. */
void actors_begin(struct role *role, pid_t test) __attribute__((noreturn));

#endif
