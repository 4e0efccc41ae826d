#include "ipctop/model/derive.h"

#include <errno.h>
#include <stdlib.h>

#include "ipctop/model/change.h"
#include "ipctop/model/event.h"
#include "ipctop/model/growth.h"
#include "ipctop/model/limit.h"
#include "ipctop/model/stuck.h"

struct past *past_new(void)
{
	struct past *past = calloc(1, sizeof(*past));

	if (!past)
		return NULL;
	past->growth = growth_new();
	past->events = event_log_new();
	if (past->growth && past->events)
		return past;
	past_free(past);
	return NULL;
}

void past_free(struct past *past)
{
	if (!past)
		return;
	snapshot_unref(past->last);
	growth_free(past->growth);
	event_log_free(past->events);
	free(past);
}

/* Groups by owner are always followed, others while they are looked at. */
static int derive_groups(struct snapshot *now, struct past *past, const struct derive_wish *wish)
{
	struct group_wish owners = wish->groups;
	bool wanted = wish->classes & class_bit(CLASS_GROUP);
	int error = 0;

	owners.by = GROUP_OWNER;
	if (past && (!wanted || wish->groups.by != GROUP_OWNER))
		error = group_follow(now, past->growth, &owners);
	if (!error && wanted)
		error = group_derive(now, past ? past->growth : NULL, &wish->groups);
	return error;
}

static int derive_rest(struct snapshot *now, struct past *past, const struct derive_wish *wish)
{
	int error;

	error = stuck_derive(now);
	if (!error)
		error = verdict_derive(now, &wish->ages);
	if (!error)
		error = limit_derive(now);
	if (!error && past)
		error = growth_derive(past->growth, now, past->last);
	if (!error)
		error = derive_groups(now, past, wish);
	/* last: what is noted once stays noted */
	if (!error && past)
		error = event_derive(past->events, now, past->last);
	return error;
}

/* What was read without knowing the namespace is not compared with what was read in one. */
static void forget_other_scope(struct past *past, uint64_t scope)
{
	if (!past->last || past->last->scope == scope)
		return;
	snapshot_unref(past->last);
	past->last = NULL;
}

int derive(struct snapshot *now, struct past *past, const struct derive_wish *wish)
{
	int error = 0;

	if (past) {
		forget_other_scope(past, now->scope);
		clock_watch(&past->clock, now);
		error = change_derive(now, past->last, wish->carry);
	}
	if (!error)
		error = derive_rest(now, past, wish);
	if (error || !past)
		return error;
	snapshot_unref(past->last);
	past->last = snapshot_ref(now);
	return wish->classes & class_bit(CLASS_EVENT) ? event_fill(past->events, now, 0) : 0;
}
