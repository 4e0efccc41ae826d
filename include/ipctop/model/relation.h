/*
 * Who has to do with an object: holders, the processes that have a segment mapped, and waiters, the
 * threads that are blocked on a queue or a semaphore. They are part of a snapshot, live in its
 * arena, and tell how much of the system was seen for them.
 */
#ifndef IPCTOP_MODEL_RELATION_H
#define IPCTOP_MODEL_RELATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ipctop/model/class.h"
#include "ipctop/model/record.h"

struct snapshot;
struct row;

/* The calls in which a thread waits for an object (msgop(2), semop(2)). */
enum wait_call { WAIT_NONE, WAIT_MSGSND, WAIT_MSGRCV, WAIT_SEMOP, WAIT_SEMTIMEDOP, WAIT_CALLS };

enum relation_type {
	RELATION_HOLDER,
	RELATION_WAITER,
	/* in the same calls, but stopped, traced or frozen: the kernel counts it no more */
	RELATION_STOPPED,
};

enum { RELATION_ADDRESSES = 8 }; /* of its mappings that a holder keeps */

/* A place where a process has a segment mapped. */
struct mapping {
	uint64_t start, end; /* addresses: the first byte, and the one behind the last */
	bool writable;
};

/* What a holder is. */
struct holding {
	uint32_t mappings; /* how many there are; the first RELATION_ADDRESSES of them are kept */
	struct mapping mapping[RELATION_ADDRESSES];
	uint32_t key; /* that the segment was made with: it stands in the name of its mappings */
	uint64_t longest; /* bytes of the longest mapping */
	bool writable; /* by any of the mappings */
	bool huge; /* on huge pages */
	enum alive creator; /* whether it is its creator, which lives on in it */
	bool doubtful; /* or it is a segment with the same id in another IPC namespace */
};

/* What a waiter is. */
struct waiting {
	enum wait_call call;
	bool has_type; /* of msgrcv(2): the type asked for is known */
	int64_t type;
	bool except; /* MSG_EXCEPT: any type but that */
	bool has_operation; /* of semop(2): which operation is blocked is known */
	uint16_t semnum;
	int16_t op; /* 0: waits for zero; else for an increase by -op */
	bool undo; /* SEM_UNDO */
	bool has_semaphore; /* the semaphore itself could be asked */
	uint16_t value;
	int32_t last_pid; /* that changed it last; 0: none, or not visible from here */
	uint32_t ncount, zcount;
	/* of a queue, where it could be asked: times in seconds since the epoch */
	bool has_queue;
	int64_t stime, rtime;
	uint64_t qnum;
	int32_t lspid, lrpid;
	bool has_switches;
	uint64_t switches; /* how often the thread gave up a processor by itself, so far */
	uint32_t threads; /* of its process */
	int64_t since_ns; /* monotonic clock: when this wait was first seen */
	int64_t steady_ns; /* since when the semaphore, or queue, too has been as it is */
	int64_t seen_ns; /* when it was seen last */
};

struct relation {
	enum class class;
	int32_t id;
	uint32_t row; /* of the object, in its class; UINT32_MAX: none that is in the snapshot */
	enum relation_type type;
	int32_t pid, tid; /* a holder's tid is its pid */
	union {
		struct holding holding;
		struct waiting waiting;
	};
};

/* A set of relations. */
struct relation_range {
	const struct relation *const *at;
	uint32_t count;
};

struct stuck;

struct relations {
	unsigned read; /* COST_HOLDERS, COST_WAITERS: what was looked for */
	bool complete; /* every process was visited, and let us see */
	uint32_t visited, all; /* processes; those that were never visited yet are the difference */
	uint32_t failed; /* of all: the last visit did not tell what it was for */
	int error; /* negative errno: why one of them, or any, could not be looked at; or 0 */
	bool unsettled; /* stuck waits take two looks, and one of them did not see all */
	/* processes that did not let us see their mappings, their waits */
	uint32_t hidden_maps, hidden_calls;
	bool asked; /* they were to be looked for, whether that was possible or not */
	const char *why; /* NULL, or why none could be looked for */
	bool privileged; /* where any are hidden: we have all that it takes to see them */
	bool confined; /* our privileges are those of a user namespace that is not the first */
	bool yama; /* kernel.yama.ptrace_scope hides waits of one's own processes too */
	bool hidden_processes; /* /proc does not show all there are (hidepid) */
	bool enclosed; /* our pid namespace is within others: who is outside is not in /proc, and
			  may share our IPC namespace: nothing tells whether anybody does */
	int64_t age_ns; /* of the oldest visit */
	int64_t took_ns; /* what visits for this snapshot took */
	struct relation *relation;
	uint32_t count;
	/* of RELATION_STOPPED, which are not among the others: who looks for waits wants none */
	const struct relation *stopped;
	uint32_t stopped_count;
	const struct relation **by_object; /* in the order of class, row, type, pid, tid */
	const struct relation **by_pid; /* in the order of pid, class, row, type, tid */
	const struct stuck *stuck; /* list, the gravest first: see verdict.h */
};

/* While a snapshot is built: sort `relations->relation` into by_object and by_pid. 0 or -ENOMEM. */
int relations_sort(struct snapshot *snapshot);

/* All relations of the object in a row of a kind, or of the process in a row of CLASS_PROCESS. */
struct relation_range relations_of(const struct row *row);
/* All relations of a process. */
struct relation_range relations_of_pid(const struct snapshot *snapshot, int32_t pid);
/* A thread that is stopped in a call for the object, and may wait again afterwards; or NULL. */
const struct relation *relations_stopped(const struct row *row);
/* How many of them are of `type`. */
uint32_t relations_count(struct relation_range range, enum relation_type type);

/*
 * How long the longest of the waits has been seen, in seconds; -1: none was seen twice.
 */
int64_t relations_longest_wait(struct relation_range range);
/* Seconds that a wait has been seen; -1: it was seen once only. */
double relation_waiting_seconds(const struct relation *relation);

/* "msgsnd", "semop" … */
const char *wait_call_name(enum wait_call call);

/* Whether relations of `type` are all known, so that "none" may be said. */
bool relations_known(const struct snapshot *snapshot, enum relation_type type);

/*
 * Whether some were not looked at who could be: /proc can't be read, a call failed, or their turn
 * has not come. Not so of texts, with which there are none.
 */
bool relations_failed(const struct snapshot *snapshot);

struct buf;

/* Append what a relation is, in words: "maps it twice, read-write, created it". */
void relation_text(struct buf *out, const struct relation *relation);

/* Attachments of the segment in `row` that were found. */
uint64_t relations_attached(const struct row *row);
/* Whether these are all that the kernel counts, so that nobody else is attached. */
bool relations_all_attached(const struct row *row);

/*
 * Append how the attachments of the segment in `row` and its holders go together: "6 attachments by
 * 4 processes; 1 more attachment is not visible to you".
 */
void relations_attachments(struct buf *out, const struct row *row);

/*
 * Append why not all could be seen, and what it would take, as a sentence; nothing where all was.
 */
void relations_missing(struct buf *out, const struct snapshot *snapshot);

/* Append "902 (worker)", printable; the pid alone where the command is not known. */
void relation_process(struct buf *out, const struct snapshot *snapshot, int32_t pid, bool ascii);

#endif
