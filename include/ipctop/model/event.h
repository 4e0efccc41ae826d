/*
 * Events: what happened to objects between two snapshots. The last EVENTS_MAX are kept, and are the
 * rows of CLASS_EVENT. What came and went between two snapshots is not seen, and nothing is made
 * up: of a class that could not be read in one of them there are no events. One thread at a time.
 */
#ifndef IPCTOP_MODEL_EVENT_H
#define IPCTOP_MODEL_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "ipctop/base/buf.h"
#include "ipctop/model/identity.h"
#include "ipctop/model/snapshot.h"

enum { EVENTS_MAX = 10000 };

enum event {
	EVENT_APPEARED,
	EVENT_GONE,
	EVENT_ATTACHED,
	EVENT_DETACHED,
	EVENT_MARKED, /* a segment became dest */
	EVENT_CHANGED, /* owner, group or mode */
	EVENT_FULL, /* a queue: more than 90 per cent are used */
	EVENT_DRAINED, /* one that was full: less than 50 per cent are */
	EVENT_STUCK, /* who waits for it looks stuck (stuck.h) */
	EVENT_COUNT,
};

struct event_log;
struct event_record;

/* "appeared" … */
const char *event_name(enum event what);
/* Append "appeared, gone, …": all names. */
void event_names(struct buf *out);

/* NULL where there is no memory. */
struct event_log *event_log_new(void);
void event_log_free(struct event_log *log);

/* How many were ever noted: the number of the last one. */
uint64_t event_count(const struct event_log *log);

/*
 * Tell of a removal of our own that succeeded: that the object goes, or is marked, is then noted as
 * ours. Forgotten after some snapshots, and where there is no memory.
 */
void event_removed_by_us(struct event_log *log, const struct identity *identity);

/*
 * Note what happened between `before`, which may be NULL, and `now`, whose changes and stuck waits
 * are derived. In the order of kinds, ids and enum event. 0, or -ENOMEM: nothing was noted.
 */
int event_derive(struct event_log *log, const struct snapshot *now, const struct snapshot *before);

/*
 * Fill the rows of CLASS_EVENT of `snapshot`, which is not published yet, with the events after
 * number `after` that are kept, the newest first. 0 or -ENOMEM.
 */
int event_fill(const struct event_log *log, struct snapshot *snapshot, uint64_t after);

/* The object of an event in `snapshot`: its row of its kind. False where it is not there. Any
 * thread. */
bool event_object(const struct event_record *event, const struct snapshot *snapshot, uint32_t *row);

#endif
