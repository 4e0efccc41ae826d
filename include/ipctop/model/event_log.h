/*
 * The inside of the log of events: event.c keeps it, event_find.c finds what may have happened
 * between two snapshots, event_derive.c puts it into words. Bounded. One thread at a time.
 */
#ifndef IPCTOP_MODEL_EVENT_LOG_H
#define IPCTOP_MODEL_EVENT_LOG_H

#include <stddef.h>

#include "ipctop/model/event.h"
#include "ipctop/model/record.h"

/* An object that we removed, or marked, and that was not seen to be so yet. */
struct event_ours {
	struct identity identity;
	uint32_t snapshots; /* that were derived since */
};

struct event_log {
	uint64_t count; /* that were ever noted */
	struct event_record *ring; /* EVENTS_MAX; number n is in place (n - 1) % EVENTS_MAX */
	struct event_ours *ours; /* at most EVENTS_MAX; sorted while events are derived */
	size_t ours_count, ours_room;
	/* by row of the last snapshot's queues: had become full, and was not drained yet */
	uint8_t *full;
	uint32_t full_count;
	int64_t full_begin_ns; /* which snapshot that was */
	/* of the monotonic clock: waits that began later are new to us; 0: none is known yet */
	int64_t waits_from_ns;
	uint32_t waits_snapshots; /* in a row in which waits were read */
};

/* Note one more; its number is set here. */
void event_note(struct event_log *log, const struct event_record *event);

/* Before the calls of the next: put what is ours in order. */
void event_sort_ours(struct event_log *log);
/* Whether it was told by event_removed_by_us(); it is then forgotten. */
bool event_take_ours(struct event_log *log, const struct identity *identity);
/* Forget what was told too long ago. */
void event_forget_ours(struct event_log *log);

/* What may have happened to one object. */
struct event_found {
	uint8_t class;
	bool stuck; /* newly */
	int32_t id;
	uint32_t now, before; /* its rows; CHANGE_NOWHERE: it is not there */
};

/* What happened between two snapshots, while it is gathered. */
struct event_work {
	struct event_log *log;
	const struct snapshot *now, *before;
	struct event_found *found;
	size_t count, room;
	uint8_t *full; /* of the queues of `now` */
	const uint8_t *was_full; /* of those of `before`; NULL: not known */
};

/* event_find.c: fill `found` and `full`. 0 or -ENOMEM. */
int event_find(struct event_work *work);
/* In the order of kinds and ids, for qsort(3). */
int event_by_id(const void *left, const void *right);
struct identity event_identity_at(const struct snapshot *snapshot, enum class class, uint32_t row);
/* Whether the queue in a row of `before`, or in none, had become full. */
bool event_was_full(const struct event_work *work, uint32_t before);
/* After the events of `now`: since when waits are known, so that later ones are new to us. */
void event_watch_waits(struct event_log *log, const struct snapshot *now);

#endif
