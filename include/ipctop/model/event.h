/*
 * Events: what happened to objects between two snapshots. The last EVENTS_MAX are kept. What came
 * and went between two snapshots is not seen. Rows of CLASS_EVENT.
 */
#ifndef IPCTOP_MODEL_EVENT_H
#define IPCTOP_MODEL_EVENT_H

#include "ipctop/model/snapshot.h"

enum { EVENTS_MAX = 10000 };

enum event {
	EVENT_APPEARED,
	EVENT_GONE,
	EVENT_COUNT,
};

struct event_log;

/* "appeared" … */
const char *event_name(enum event what);

/* NULL where there is no memory. One thread at a time. */
struct event_log *event_log_new(void);
void event_log_free(struct event_log *log);

/*
 * Note what happened between `before`, which may be NULL, and `now`, whose changes are derived. 0
 * or -ENOMEM.
 */
int event_derive(struct event_log *log, const struct snapshot *now, const struct snapshot *before);

/* Fill the rows of CLASS_EVENT of `snapshot`, which is not published yet. 0 or -ENOMEM. */
int event_fill(const struct event_log *log, struct snapshot *snapshot);

#endif
