/*
 * Verdicts: what we conclude about an object, with the reasons in words. One table of rules
 * (verdict.c); the first one that holds for an object is its main verdict. Rules speak after an
 * age, so that a busy server is not painted red. Derived by the worker before publishing; then any
 * thread.
 */
#ifndef IPCTOP_MODEL_VERDICT_H
#define IPCTOP_MODEL_VERDICT_H

#include <stdbool.h>
#include <stdint.h>

#include "ipctop/base/buf.h"
#include "ipctop/model/column.h"
#include "ipctop/model/snapshot.h"
#include "ipctop/model/stuck.h"

/* Worst first. */
enum verdict {
	VERDICT_NONE,
	VERDICT_FULL,
	VERDICT_STUCK,
	VERDICT_ORPHAN,
	VERDICT_ABANDONED,
	VERDICT_NEVER_ATTACHED,
	VERDICT_NEVER_USED,
	VERDICT_IDLE,
	VERDICT_DOOMED,
	VERDICT_UNKNOWN_OWNER,
	VERDICT_COUNT,
};

struct verdict_info {
	const char *name; /* "orphan" */
	const char *help; /* one line */
	unsigned kinds; /* set of class_bit() */
	enum severity severity;
	bool unused; /* it says that nobody uses the object: then nobody may wait for it either */
	/*
	 * Whether it holds for the row, of one of `kinds`, and then appends the reason, a sentence.
	 * `age`: seconds that it must have been so. Where it is `unused`, who waits is asked
	 * elsewhere.
	 */
	bool (*holds)(const struct row *row, int64_t age, struct buf *reason);
};

/* By enum verdict; of VERDICT_NONE all is 0. */
extern const struct verdict_info verdict_infos[VERDICT_COUNT];

/* How long something must be so before its rule speaks: seconds, by enum verdict. */
struct verdict_ages {
	int64_t seconds[VERDICT_COUNT];
};

enum { VERDICT_AGE_DEFAULT = 3600 };

/* Find a rule by its name of `length` bytes, in any case; VERDICT_NONE: there is none. */
enum verdict verdict_find(const char *name, size_t length);

/* Append "full, stuck, …": the names of all rules. */
void verdict_names(struct buf *out);

/* All rules speak after the default age. */
void verdict_ages_init(struct verdict_ages *ages);

/*
 * Read "AGE" for all rules, or "RULE=AGE", or several of them separated by commas. 0, or -EINVAL
 * with the first wrong word in `*wrong`.
 */
int verdict_ages_parse(struct verdict_ages *ages, const char *text, const char **wrong);

/* Append what verdict_ages_parse() reads back. */
void verdict_ages_text(struct buf *out, const struct verdict_ages *ages);

/* Append what chooses objects with a verdict: "--filter 'verdict=orphan'", and "--older". */
void verdict_put_choice(struct buf *out, enum verdict verdict, const struct verdict_ages *ages);

/* Watches the clock on the wall from snapshot to snapshot: ages can't be told across a step. */
struct clock_watch {
	bool known;
	int64_t offset_ns; /* of the wall clock against the monotonic one, as it was last */
	int64_t step_ns; /* monotonic time of the last step; 0: none was seen */
};

/* Note in `snapshot` when the clock was last seen to step. */
void clock_watch(struct clock_watch *watch, struct snapshot *snapshot);

/*
 * Fill `verdicts` of the classes of objects in `snapshot`, whose stuck waits are derived, where
 * COST_VERDICT was read. 0 or -ENOMEM.
 */
int verdict_derive(struct snapshot *snapshot, const struct verdict_ages *ages);

/* The main verdict of the object in the row; VERDICT_NONE also where none were derived. */
enum verdict verdict_of(const struct row *row);

/* Append the reason for the main verdict, sentences; nothing where there is none. */
void verdict_reason(struct buf *out, const struct row *row);

/*
 * Append a line for every rule that holds for the row, "orphan: …", and for what makes ages
 * doubtful.
 */
void verdict_reasons(struct buf *out, const struct row *row);

/*
 * The next rule behind `after` (VERDICT_NONE: the first) that holds for the row, with its reason in
 * `reason`, which is cleared before; VERDICT_NONE: no more, or none were derived.
 */
enum verdict verdict_next(const struct row *row, enum verdict after, struct buf *reason);

/*
 * Whether the main verdict says that nobody uses the object, and a thread that could not be seen
 * may wait for it; the reason says so too.
 */
bool verdict_is_unsure(const struct row *row);

/* Whether a time of the object is in the future, so that ages can't be told. */
bool verdict_is_doubtful(const struct row *row);

/*
 * Whether objects of the class may lack a verdict, since what one goes by could not be looked at.
 * That something is hidden from us is no such failure.
 */
bool verdict_may_miss(const struct snapshot *snapshot, enum class class);

/* Whether what could not be seen would not have given other verdicts; COST_COUNTS was read. */
bool verdict_complete(const struct snapshot *snapshot);

/* Append what made the verdict on `before` another on `now`, the same object: "a process …". */
void verdict_difference(struct buf *out, const struct row *before, const struct row *now);

#endif
