/*
 * Removal, the one dangerous thing. The caller captured fingerprints when the user asked; here
 * each object is looked at again immediately before the removing call, and only the very same one
 * is removed: always by id, never by key. The check and the call are two calls, with microseconds
 * between them; an id returns after some millions of creations at the earliest. Worker thread.
 */
#ifndef IPCTOP_ACT_REMOVE_H
#define IPCTOP_ACT_REMOVE_H

#include <stdbool.h>
#include <stdint.h>

#include "ipctop/act/audit.h"
#include "ipctop/base/buf.h"
#include "ipctop/model/column.h"
#include "ipctop/model/identity.h"

enum removal {
	REMOVAL_DONE,
	REMOVAL_MARKED, /* a segment with attachments: it goes after the last detach */
	REMOVAL_DOOMED, /* it was marked already; nothing was done */
	REMOVAL_GONE, /* there is no such object any more */
	REMOVAL_OTHER, /* the id belongs to another object now: refused */
	REMOVAL_CHANGED, /* the same object, changed since it was shown: refused */
	REMOVAL_FAILED, /* the kernel refused: `error` */
};

/* What came of one removal. */
struct removal_result {
	enum removal removal;
	int error; /* negative errno of REMOVAL_FAILED */
	int audit_error; /* negative errno for which it left no line in syslog, or 0 */
	struct fingerprint asked;
	struct fingerprint now; /* of REMOVAL_CHANGED: what to ask about again */
	union ipc_any_record
		record; /* the object as it was looked at again; zeroed where it was not */
	uint64_t nattch; /* attachments at that time */
};

/*
 * Remove the object with the fingerprint `asked`, whose owner was shown as `owner` (its name, not
 * printable as it is), and leave a line in syslog. msgctl(2), semctl(2), shmctl(2).
 */
void remove_object(const struct fingerprint *asked, const char *owner, struct audit *audit,
	struct removal_result *result);

/*
 * Append a line that tells what would go, printable: "shm 3  key 0x0000002a  owner root  size 4K
 * 2 attached". `row` is of a class that is CLASS_REMOVABLE. Any thread.
 */
void removal_describe(struct buf *out, const struct row *row, bool ascii);

/* What the removal of an object of a class does to others, in a sentence; NULL: nothing. */
const char *removal_effect(enum class class, uint64_t nattch);

/* The attachments that the removal of a row's object concerns; 0 for all but segments. */
uint64_t removal_attachments(const struct row *row);

/* Whether a yes must be typed: for more than one object, or where any has attachments. */
bool removal_is_serious(size_t count, uint64_t attachments);

/* Whether the object is gone, or goes by itself now: what was asked for stands. */
bool removal_succeeded(const struct removal_result *result);
/* Whether it stays. */
bool removal_refused(const struct removal_result *result);

/* Append why it came as it did, or what was done: "changed since shown". */
void removal_reason(struct buf *out, const struct removal_result *result);

/* Append that a removal, done or refused, left no line: nothing where `audit_error` is 0. */
void removal_unlogged(struct buf *out, int audit_error);

/* Append what came of it in words, without a full stop: "removed", "refused: …". */
void removal_text(struct buf *out, const struct removal_result *result);

#endif
