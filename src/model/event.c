#include "ipctop/model/event.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ipctop/model/event_log.h"

enum {
	FIRST_OURS = 16,
	OURS_SNAPSHOTS = 4, /* for so many what we removed is remembered */
};

const char *event_name(enum event what)
{
	static const char *const names[EVENT_COUNT] = {
		[EVENT_APPEARED] = "appeared",
		[EVENT_GONE] = "gone",
		[EVENT_ATTACHED] = "attached",
		[EVENT_DETACHED] = "detached",
		[EVENT_MARKED] = "marked",
		[EVENT_CHANGED] = "changed",
		[EVENT_FULL] = "full",
		[EVENT_DRAINED] = "drained",
		[EVENT_STUCK] = "stuck",
	};

	return names[what];
}

void event_names(struct buf *out)
{
	enum event what;

	for (what = 0; what < EVENT_COUNT; what++)
		buf_printf(out, "%s%s", what > 0 ? ", " : "", event_name(what));
}

struct event_log *event_log_new(void)
{
	struct event_log *log = calloc(1, sizeof(*log));

	if (!log)
		return NULL;
	/* all at once: to note an event never fails */
	log->ring = calloc(EVENTS_MAX, sizeof(*log->ring));
	if (log->ring)
		return log;
	free(log);
	return NULL;
}

void event_log_free(struct event_log *log)
{
	if (!log)
		return;
	free(log->ring);
	free(log->ours);
	free(log->full);
	free(log);
}

uint64_t event_count(const struct event_log *log)
{
	return log->count;
}

void event_note(struct event_log *log, const struct event_record *event)
{
	struct event_record *place = &log->ring[log->count % EVENTS_MAX];

	*place = *event;
	place->number = ++log->count;
}

int event_fill(const struct event_log *log, struct snapshot *snapshot, uint64_t after)
{
	uint64_t kept = log->count < EVENTS_MAX ? log->count : EVENTS_MAX;
	uint64_t wanted = after < log->count ? log->count - after : 0, i;
	struct event_record *event;

	if (wanted > kept)
		wanted = kept;
	snapshot->classes[CLASS_EVENT].read = true;
	for (i = 0; i < wanted; i++) {
		event = snapshot_add(snapshot, CLASS_EVENT, (uint32_t)wanted);
		if (!event)
			return -ENOMEM;
		memcpy(event, &log->ring[(log->count - 1 - i) % EVENTS_MAX], sizeof(*event));
	}
	return 0;
}

bool event_object(const struct event_record *event, const struct snapshot *snapshot, uint32_t *row)
{
	const struct identity identity = {
		.scope = snapshot->scope,
		.extent = event->extent,
		.class = event->kind,
		.id = event->id,
		.cuid = event->cuid,
		.cgid = event->cgid,
		.cpid = event->cpid,
	};

	return identity_find(snapshot, &identity, row);
}

/* what we removed */

void event_removed_by_us(struct event_log *log, const struct identity *identity)
{
	size_t room = log->ours_room ? 2 * log->ours_room : FIRST_OURS;
	struct event_ours *ours;

	if (log->ours_count == EVENTS_MAX)
		return; /* no more events are kept either */
	if (log->ours_count == log->ours_room) {
		ours = realloc(log->ours, room * sizeof(*ours));
		if (!ours)
			return;
		log->ours = ours;
		log->ours_room = room;
	}
	log->ours[log->ours_count++] = (struct event_ours){ .identity = *identity };
}

static int by_class_and_id(const void *left, const void *right)
{
	const struct identity *a = &((const struct event_ours *)left)->identity;
	const struct identity *b = &((const struct event_ours *)right)->identity;
	int order = (a->class > b->class) - (a->class < b->class);

	return order ? order : (a->id > b->id) - (a->id < b->id);
}

void event_sort_ours(struct event_log *log)
{
	if (log->ours_count > 1)
		qsort(log->ours, log->ours_count, sizeof(*log->ours), by_class_and_id);
}

bool event_take_ours(struct event_log *log, const struct identity *identity)
{
	const struct event_ours key = { .identity = *identity };
	struct event_ours *found, *end = log->ours + log->ours_count;
	bool taken = false;

	if (log->ours_count == 0)
		return false;
	found = bsearch(&key, log->ours, log->ours_count, sizeof(key), by_class_and_id);
	while (found && found > log->ours && by_class_and_id(found - 1, &key) == 0)
		found--;
	/* it may have been told twice: forgotten are all */
	for (; found && found < end && by_class_and_id(found, &key) == 0; found++) {
		if (found->snapshots >= OURS_SNAPSHOTS ||
			!identity_equal(&found->identity, identity))
			continue;
		found->snapshots = OURS_SNAPSHOTS;
		taken = true;
	}
	return taken;
}

void event_forget_ours(struct event_log *log)
{
	size_t kept = 0, i;

	for (i = 0; i < log->ours_count; i++) {
		if (++log->ours[i].snapshots < OURS_SNAPSHOTS)
			log->ours[kept++] = log->ours[i];
	}
	log->ours_count = kept;
	if (kept > 0)
		return;
	free(log->ours);
	log->ours = NULL;
	log->ours_room = 0;
}
