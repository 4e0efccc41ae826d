/*
 * What we conclude from the relations of a snapshot: waits that look stuck. The kernel tells who
 * changed a semaphore last, not who holds it, so all of this is inferred, and says from what. See
 * semctl(2), GETPID. Derived by the worker before publishing; then any thread.
 */
#ifndef IPCTOP_MODEL_STUCK_H
#define IPCTOP_MODEL_STUCK_H

#include <stdint.h>

#include "ipctop/model/snapshot.h"

enum stuck_reason {
	STUCK_DEADLOCK, /* waiters and last operators form a cycle */
	STUCK_OPERATOR_GONE, /* the last to change the semaphore is dead */
	STUCK_NO_READER, /* of a full queue, the last receiver is dead */
	STUCK_NO_WRITER, /* of an empty queue, the last sender is dead */
	STUCK_REASONS,
};

enum severity { SEVERITY_LOW, SEVERITY_MEDIUM, SEVERITY_HIGH };

struct stuck_member {
	const struct relation *relation; /* the waiter */
	int32_t waits_for; /* pid of the one that could let it go on, as far as can be told */
};

/* Waits that belong together. */
struct stuck {
	const struct stuck *next;
	enum stuck_reason reason;
	enum severity severity;
	uint32_t count;
	const struct stuck_member *member; /* of a cycle in order: each waits for the next one */
	const char *known; /* sentences: what the kernel told */
	const char *inferred; /* what that may mean, and what speaks against it */
};

/*
 * Fill `snapshot->relations.stuck`. A wait counts only when it was looked at twice, at least a
 * second apart, and nothing about it moved. 0 or -ENOMEM.
 */
int stuck_derive(struct snapshot *snapshot);

/* "possible deadlock" … */
const char *stuck_reason_name(enum stuck_reason reason);
/* "high" … */
const char *severity_name(enum severity severity);

/* The first one from `stuck` on that has to do with `row`; NULL: none. */
const struct stuck *stuck_of(const struct stuck *stuck, const struct row *row);

struct buf;

/* Append one line a member: who waits for what, and for whom; then the cycle. Printable. */
void stuck_sketch(
	struct buf *out, const struct snapshot *snapshot, const struct stuck *stuck, bool ascii);

#endif
