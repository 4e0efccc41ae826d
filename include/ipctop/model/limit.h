/*
 * The kernel's limits on System V IPC, in one table: what each limits, which call fails with which
 * errno where it is reached, and how it is changed. And what follows from a snapshot: who uses most
 * of it, what removing leaks would free, the line that raises it. limit_derive() is the worker's,
 * before publishing; all else any thread.
 */
#ifndef IPCTOP_MODEL_LIMIT_H
#define IPCTOP_MODEL_LIMIT_H

#include <stdbool.h>
#include <stdint.h>

#include "ipctop/model/class.h"
#include "ipctop/model/column.h"
#include "ipctop/model/snapshot.h"
#include "ipctop/model/verdict.h"

/* In the order shown, that of lsipc(1). */
enum limit {
	LIMIT_MSGMNI,
	LIMIT_MSGMAX,
	LIMIT_MSGMNB,
	LIMIT_SHMMNI,
	LIMIT_SHMMAX,
	LIMIT_SHMALL,
	LIMIT_SHMMIN,
	LIMIT_SEMMNI,
	LIMIT_SEMMNS,
	LIMIT_SEMMSL,
	LIMIT_SEMOPM,
	LIMIT_SEMVMX,
	LIMIT_COUNT,
};

struct limit_info {
	const char *name; /* "SHMMNI" */
	const char *description;
	const char *file; /* below sys/kernel/, and behind "kernel." of sysctl(8); NULL: fixed */
	uint64_t most; /* that it can be set to */
	/* what an object takes of it; false: that is not known; NULL: nothing */
	bool (*takes)(const struct row *row, uint64_t *takes);
	/* "When WHEN, CALL(2) fails with ERROR_NAME." */
	const char *when; /* "it is reached" */
	const char *call; /* that fails: "shmget" */
	const char *error_name; /* "ENOSPC" */
	const char *fails; /* both in short: "shmget: ENOSPC" */
	const char *remark; /* a sentence more; NULL: none */
	enum class class; /* of the objects that it limits */
	unsigned field; /* of that file, counted from 0 */
	int error;
	bool in_bytes; /* else a count */
	bool on_sum; /* it is on what all objects take together */
};

/* By enum limit. */
extern const struct limit_info limit_infos[LIMIT_COUNT];

/* The limit with the name; NULL where there is none, or no name. */
const struct limit_info *limit_find(const char *name);

/* What follows from a snapshot about a limit; texts are of its arena. */
struct limit_use {
	bool has_most; /* the limit is on a sum, objects of its class were read, and there are any
			*/
	bool has_freeable; /* they have verdicts, as far as is known */
	bool may_free_more; /* not all that verdicts go by could be looked at */
	uint32_t most_uid; /* who owns most of what is used; of equals the smallest uid */
	uint64_t most; /* how much */
	uint64_t freeable; /* what removing all below would free */
	uint64_t freed[VERDICT_COUNT]; /* of that, by verdict */
	uint32_t objects[VERDICT_COUNT]; /* how many objects would go for it */
	bool unsure; /* the verdict on one of them is: verdict.h */
	const char *advice; /* the line that raises it: "sysctl kernel.shmmni=8192"; NULL: none */
};

/*
 * Fill `limit_uses` of `snapshot`, whose verdicts are derived, where limits were read. Sums that
 * overflow stay at the largest number. 0 or -ENOMEM.
 */
int limit_derive(struct snapshot *snapshot);

/* Of the limit in the row; NULL where nothing was derived. */
const struct limit_use *limit_use_of(const struct row *row);

/* Whether hardly anything is left of the limit: a tenth at most, or nothing for a next object. */
bool limit_is_near(const struct limit_record *limit);

#endif
