/*
 * tests/live/actors.h: processes that use IPC objects for real: they block, hold and die as a
 *script tells them. A script is a list of steps, the last of them one of act_stay(), act_exit() and
 * act_repeat(); what follows a step that blocks for ever is not reached. Actors never outlive the
 * test. What can't be done fails the case. One thread.
 *
 *	struct actor *waiter = actors_start((struct act[]){
 *		act_semop(set, 0, -1, SEM_UNDO), act_semop(set, 1, -1, SEM_UNDO), act_exit() });
 *	actor_wait_blocked(waiter);
 */
#ifndef TESTS_LIVE_ACTORS_H
#define TESTS_LIVE_ACTORS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/types.h>

enum {
	ACT_OPS = 3, /* of a semop(2) */
	ACT_STEPS = 12, /* of a script */
	ACTORS_MOST = 40, /* at a time */
	ACT_MADE = -1, /* in place of an id: what the actor made last */
	ACTORS_WAIT_MS = 20 * 1000, /* for anything that is to come */
};

enum act_verb {
	ACT_STAY,
	ACT_EXIT,
	ACT_REPEAT,
	ACT_SEMOP,
	ACT_MSGSND,
	ACT_MSGRCV,
	ACT_ATTACH,
	ACT_SPLIT,
	ACT_MAKE,
	ACT_MEET,
	ACT_REST,
	ACT_NAME,
	ACT_BECOME,
	ACT_THREAD,
	ACT_UNSHARE,
	ACT_JOIN,
};

enum act_call { ACT_BY_SEMOP, ACT_BY_SEMTIMEDOP, ACT_BY_SYS_SEMOP, ACT_BY_INT_80 };

struct act {
	enum act_verb verb;
	enum act_call call; /* of ACT_SEMOP; and ACT_BY_INT_80 of ACT_MSGRCV */
	unsigned kind; /* of ACT_MAKE */
	int id;
	int flags; /* of shmat(2) */
	long number; /* type of a message, microseconds, uid, step, or a choice */
	size_t size;
	key_t key;
	size_t count;
	struct sembuf ops[ACT_OPS];
	const char *name;
};

struct actor {
	pid_t pid;
	pid_t tid; /* of the thread that plays; pid where there is but one */
	struct actor_stage *stage; /* what both see */
	bool gone; /* it has been waited for */
};

/* Stay till the end of the test; exit; go on with step `from`. */
struct act act_stay(void);
struct act act_exit(void);
struct act act_repeat(unsigned from);

struct act act_semop(int set, int semnum, int op, int flags);
/* The same by another call; by several operations at once; given up after a time. */
struct act act_by(enum act_call call, struct act act);
struct act act_within(long microseconds, struct act act);
struct act act_and(struct act act, int semnum, int op, int flags);

/* Whether a task of 64 bits may call as those of 32 do. */
bool actors_have_int_80(void);

/* The call waits where it has to. A text of `size` bytes. */
struct act act_msgsnd(int queue, long type, size_t size);
struct act act_msgrcv(int queue, long type);

/* Attach a segment; take the right to write from a page in the middle of the last one, of three. */
struct act act_attach(int segment, int flags);
struct act act_split(void);

/* Make an object that has this id: actor_id(). -1: whichever comes. */
struct act act_make(unsigned kind, key_t key, int id, size_t size);

/* Stop till actor_release(). */
struct act act_meet(void);
/* Sleep outside of any IPC. */
struct act act_rest(long microseconds);

/* The name of its process. */
struct act act_name(const char *name);
/* Another user, who may be looked at by himself. */
struct act act_become(uid_t uid);
/* Go on in another thread, while the first one sleeps; as the only thread that is left. */
struct act act_thread(void);
struct act act_last_thread(void);
/* An IPC namespace of its own for what follows (and for the thread alone, where it is one). */
struct act act_unshare(void);
/* Go to the IPC namespace of a process; only for who has users (live_need_users()). */
struct act act_join(pid_t pid);

/* A group setup: live_enter(), or skip all cases where nobody may look at what waits. */
int actors_enter(void **state);

/* Start it; it may have begun when this returns. It stays valid till actors_end(). */
struct actor *actors_start(const struct act *script);
/* Play a script to its end, which it must have. Returns the pid that was. */
pid_t actors_play(const struct act *script);
/* A case's teardown: end all of them, and remove all objects. */
int actors_end(void **state);

/* Wait until the thread sleeps in one of msgsnd(2), msgrcv(2), semop(2) and semtimedop(2). */
void actors_wait_blocked(pid_t pid, pid_t tid);
void actor_wait_blocked(const struct actor *actor);

/* Wait until its first thread is no more (act_last_thread()). */
void actor_wait_first_ended(const struct actor *actor);

/* Wait until it has come to its next act_meet(); let it go on. */
void actor_wait_met(struct actor *actor);
void actor_release(struct actor *actor);

/* Wait until it stays, and thus has done everything before. */
void actor_wait_staying(const struct actor *actor);

/* SIGSTOP, and SIGCONT; waits until the thread has done so. */
void actor_stop(const struct actor *actor);
void actor_continue(const struct actor *actor);

/* SIGKILL, and wait for it. With `leave` it stays a zombie till actors_end(). */
void actor_kill(struct actor *actor, bool leave);

/* What it made last; how often it has come to act_repeat(). */
int actor_id(const struct actor *actor);
unsigned actor_rounds(const struct actor *actor);

/* A queue into which nothing fits: of `mode`. */
int actors_full_queue(key_t key, int mode);
/* A set with these values. */
int actors_set(key_t key, int mode, size_t count, const unsigned short *values);

/* Two that took a lock each and want that of the other one. Returns the set. */
int actors_deadlock(struct actor *cycle[2]);

/** Whether it has further threads: its own, or one of a sanitizer. */
bool actor_has_threads(const struct actor *actor);

#endif
