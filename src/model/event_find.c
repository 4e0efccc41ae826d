#include <errno.h>
#include <stdlib.h>

#include "ipctop/model/column.h"
#include "ipctop/model/event_log.h"
#include "ipctop/model/stuck.h"

enum {
	DRAINED_PERCENT = 50, /* a full queue is drained below: before, it stays what it was */
	FIRST_FOUND = 64,
	PASS_SNAPSHOTS = 16, /* that a first visit of all processes may take */
};

/* queues */

static bool is_full(const struct msg_record *msg, bool was)
{
	double use;

	if (!record_msg_use(msg, &use))
		return was;
	return was ? use >= DRAINED_PERCENT : use > RECORD_FULL_PERCENT;
}

bool event_was_full(const struct event_work *work, uint32_t before)
{
	if (before == CHANGE_NOWHERE)
		return false;
	if (work->was_full)
		return work->was_full[before];
	return is_full(snapshot_record(work->before, CLASS_MSG, before), false);
}

/* Whether each queue counts as full now. */
static int find_full(struct event_work *work)
{
	const struct class_rows *rows = &work->now->classes[CLASS_MSG];
	const struct msg_record *msg = rows->records;
	uint32_t row;
	bool was;

	if (!rows->read || rows->error)
		return 0;
	work->full = malloc(rows->count + 1);
	if (!work->full)
		return -ENOMEM;
	for (row = 0; row < rows->count; row++) {
		was = rows->change.known && event_was_full(work, rows->change.from[row]);
		work->full[row] = is_full(&msg[row], was);
	}
	return 0;
}

/* what is found */

static int add_found(struct event_work *work, enum class class, int32_t id, uint32_t now,
	uint32_t before, bool stuck)
{
	size_t room = work->room ? 2 * work->room : FIRST_FOUND;
	struct event_found *found;

	if (work->count == work->room) {
		found = realloc(work->found, room * sizeof(*found));
		if (!found)
			return -ENOMEM;
		work->found = found;
		work->room = room;
	}
	work->found[work->count++] = (struct event_found){
		.class = (uint8_t) class,
		.stuck = stuck,
		.id = id,
		.now = now,
		.before = before,
	};
	return 0;
}

static const struct ipc_record *ipc_of(
	const struct snapshot *snapshot, enum class class, uint32_t row)
{
	return snapshot_record(snapshot, class, row);
}

int event_by_id(const void *left, const void *right)
{
	const struct event_found *a = left, *b = right;
	int order = (a->class > b->class) - (a->class < b->class);

	return order ? order : (a->id > b->id) - (a->id < b->id);
}

struct identity event_identity_at(const struct snapshot *snapshot, enum class class, uint32_t row)
{
	return identity_of(class, snapshot_record(snapshot, class, row), snapshot->scope);
}

/*
 * A pass over a busy table may show an object twice. Of what seems to be gone, from `first` on,
 * take out what is there: another row of `before` stood for it.
 */
static void take_out_present(struct event_work *work, enum class class, size_t first)
{
	const struct class_rows *rows = &work->now->classes[class];
	struct event_found key = { .class = (uint8_t) class }, *found;
	struct event_found *begin = work->found + first, *end = work->found + work->count;
	struct identity now, before;
	size_t kept = first;
	uint32_t row;

	qsort(begin, work->count - first, sizeof(*begin), event_by_id);
	for (row = 0; row < rows->count; row++) {
		key.id = ipc_of(work->now, class, row)->id;
		found = bsearch(&key, begin, work->count - first, sizeof(key), event_by_id);
		while (found && found > begin && found[-1].id == key.id)
			found--;
		for (; found && found < end && found->id == key.id; found++) {
			if (found->before == CHANGE_NOWHERE)
				continue;
			now = event_identity_at(work->now, class, row);
			before = event_identity_at(work->before, class, found->before);
			if (identity_equal(&now, &before))
				found->before = CHANGE_NOWHERE;
		}
	}
	for (; begin < end; begin++) {
		if (begin->before != CHANGE_NOWHERE)
			work->found[kept++] = *begin;
	}
	work->count = kept;
}

/* What of `before` has no row in `now`. */
static int find_gone(struct event_work *work, enum class class, const uint8_t *seen)
{
	const struct class_rows *rows = &work->before->classes[class];
	size_t first = work->count;
	uint32_t row;

	if (work->now->classes[class].skipped > 0)
		return 0; /* it may be among them */
	for (row = 0; row < rows->count; row++) {
		if (!seen[row] &&
			add_found(work, class, ipc_of(work->before, class, row)->id, CHANGE_NOWHERE,
				row, false) < 0)
			return -ENOMEM;
	}
	if (work->count > first)
		take_out_present(work, class, first);
	return 0;
}

/* Whether anything changed that is told. */
static bool differs(const struct event_work *work, enum class class, uint32_t row, uint32_t before)
{
	const struct row now = row_at(work->now, class, row);
	const struct row then = row_at(work->before, class, before);

	if (now.ipc->uid != then.ipc->uid || now.ipc->gid != then.ipc->gid ||
		now.ipc->mode != then.ipc->mode)
		return true;
	if (class == CLASS_SHM)
		return now.shm->nattch != then.shm->nattch;
	return class == CLASS_MSG && work->full[row] != event_was_full(work, before);
}

/* What of `now` is new, or not as it was. */
static int find_present(struct event_work *work, enum class class, uint8_t *seen)
{
	const struct class_rows *rows = &work->now->classes[class];
	uint32_t row, from;

	for (row = 0; row < rows->count; row++) {
		from = rows->change.from[row];
		if (from == CHANGE_NOWHERE) {
			if (work->before->classes[class].skipped > 0)
				continue; /* it may have been among them */
		} else if (seen[from]) {
			continue; /* shown twice */
		} else {
			seen[from] = true;
			if (!differs(work, class, row, from))
				continue;
		}
		if (add_found(work, class, ipc_of(work->now, class, row)->id, row, from, false) < 0)
			return -ENOMEM;
	}
	return 0;
}

static int find_class(struct event_work *work, enum class class)
{
	uint8_t *seen;
	int error;

	if (!work->now->classes[class].change.known)
		return 0;
	seen = calloc(work->before->classes[class].count + 1, 1);
	if (!seen)
		return -ENOMEM;
	error = find_present(work, class, seen);
	if (!error)
		error = find_gone(work, class, seen);
	free(seen);
	return error;
}

/* waits */

/* Since when waits are known, so that a wait that began later is new to us. */
void event_watch_waits(struct event_log *log, const struct snapshot *now)
{
	const struct relations *relations = &now->relations;

	if (!(relations->read & COST_WAITERS)) {
		log->waits_from_ns = 0;
		log->waits_snapshots = 0;
		return;
	}
	log->waits_snapshots++;
	/* where processes come and go all the time, there is always one that was not visited yet */
	if (log->waits_from_ns == 0 &&
		(relations->visited == relations->all || log->waits_snapshots > PASS_SNAPSHOTS))
		log->waits_from_ns = now->begin_ns + now->took_ns;
}

/* Whether any of its waits began while we looked. */
static bool is_new_stuck(const struct event_log *log, const struct stuck *stuck)
{
	uint32_t i;

	for (i = 0; i < stuck->count; i++) {
		if (stuck->member[i].relation->waiting.since_ns > log->waits_from_ns)
			return true;
	}
	return false;
}

static bool is_stuck(const struct snapshot *snapshot, enum class class, uint32_t at)
{
	struct row row = row_at(snapshot, class, at);

	return stuck_of(snapshot->relations.stuck, &row) != NULL;
}

static int add_stuck(struct event_work *work, const struct relation *relation)
{
	const struct change *change = &work->now->classes[relation->class].change;
	uint32_t from = change->known ? change->from[relation->row] : 0;

	if (!change->known ||
		(from != CHANGE_NOWHERE && is_stuck(work->before, relation->class, from)))
		return 0;
	return add_found(work, relation->class, relation->id, relation->row, from, true);
}

/* Objects that are stuck now and were not: where waits were read both times. */
static int find_stuck(struct event_work *work)
{
	const struct stuck *stuck = work->now->relations.stuck;
	uint32_t i;

	if (work->log->waits_from_ns == 0 || !(work->before->relations.read & COST_WAITERS))
		return 0;
	for (; stuck; stuck = stuck->next) {
		if (!is_new_stuck(work->log, stuck))
			continue;
		for (i = 0; i < stuck->count; i++) {
			if (add_stuck(work, stuck->member[i].relation) < 0)
				return -ENOMEM;
		}
	}
	return 0;
}

int event_find(struct event_work *work)
{
	enum class class;
	int error = find_full(work);

	for (class = 0; work->before && class < CLASS_COUNT && !error; class ++) {
		if (class_infos[class].flags & CLASS_IPC)
			error = find_class(work, class);
	}
	return error || !work->before ? error : find_stuck(work);
}
