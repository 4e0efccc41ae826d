/*
 * What differs between a snapshot and the one before: new objects, changed values, how many went.
 * Derived by the worker before a snapshot is published.
 */
#ifndef IPCTOP_MODEL_CHANGE_H
#define IPCTOP_MODEL_CHANGE_H

#include "ipctop/model/column.h"
#include "ipctop/model/snapshot.h"

/*
 * Fill the `change` of every class of `now`, which is not published yet; `before` may be NULL.
 * With `carry` what was marked in `before` stays marked, since its interval is not over yet. 0 or
 * -ENOMEM.
 */
int change_derive(struct snapshot *now, const struct snapshot *before, bool carry);

enum change_mark { CHANGE_NONE, CHANGE_ADDED, CHANGE_VALUE };

/* Whether row `index` of a class is new, or its value in `column` has changed. */
enum change_mark change_of(const struct snapshot *snapshot, enum class class, uint32_t index,
	const struct column *column);

#endif
