/*
 * All that follows from a snapshot, in order: changes, stuck waits, verdicts, growth, events,
 * groups, limits. The worker does it before publishing; commands that look once have no past.
 */
#ifndef IPCTOP_MODEL_DERIVE_H
#define IPCTOP_MODEL_DERIVE_H

#include <stdbool.h>

#include "ipctop/model/group.h"
#include "ipctop/model/snapshot.h"
#include "ipctop/model/verdict.h"

struct event_log;
struct growth;

/* What is remembered from one snapshot to the next. Bounded; one thread at a time. */
struct past {
	struct snapshot *last; /* the snapshot before, or NULL; a reference */
	struct growth *growth;
	struct event_log *events;
	struct clock_watch clock;
};

/* NULL where there is no memory. */
struct past *past_new(void);
void past_free(struct past *past);

/* What a face wants derived. */
struct derive_wish {
	unsigned classes; /* set of class_bit(): those that are CLASS_DERIVED are filled */
	struct group_wish groups;
	struct verdict_ages ages;
	bool carry; /* marks of changes stay: their interval is not over */
};

/*
 * Derive `now`, which is not published yet. `past`, which may be NULL, then remembers it. 0 or
 * -ENOMEM: the snapshot is to be dropped.
 */
int derive(struct snapshot *now, struct past *past, const struct derive_wish *wish);

#endif
