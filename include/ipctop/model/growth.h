/*
 * How things grow: histories of objects, groups and limits over an hour, bounded in memory. It
 * belongs to the worker, or to a command that looks again and again.
 */
#ifndef IPCTOP_MODEL_GROWTH_H
#define IPCTOP_MODEL_GROWTH_H

#include "ipctop/model/snapshot.h"

struct growth;

/* NULL where there is no memory. */
struct growth *growth_new(void);
void growth_free(struct growth *growth);

/*
 * Take `now`, whose changes against `before` (which may be NULL) are derived, into the histories,
 * and fill what they tell of its rows. 0 or -ENOMEM.
 */
int growth_derive(struct growth *growth, struct snapshot *now, const struct snapshot *before);

#endif
