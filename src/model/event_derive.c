#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ipctop/model/column.h"
#include "ipctop/model/event_log.h"
#include "ipctop/model/stuck.h"

/* Of a user in the words of an event; a longer name gives way to its uid. */
enum { NAME_BYTES = 24 };

static int step_of(const struct event_found *found)
{
	if (found->stuck)
		return 3;
	if (found->now == CHANGE_NOWHERE)
		return 0;
	return found->before == CHANGE_NOWHERE ? 2 : 1;
}

/* In the order of kinds and ids; of one id, what went comes before what came. */
static int by_order(const void *left, const void *right)
{
	const struct event_found *a = left, *b = right;
	int order = event_by_id(a, b);

	if (!order)
		order = step_of(a) - step_of(b);
	if (!order)
		order = (a->now > b->now) - (a->now < b->now);
	return order ? order : (a->before > b->before) - (a->before < b->before);
}

/* what is noted */

static const char *name_of(const struct event_work *work, uint32_t uid)
{
	const char *name = name_map_get(&work->now->users, uid);

	return name ? name : name_map_get(&work->before->users, uid);
}

/* The name of a user, or where it is not known, or too long, the digits of the uid. */
static void put_owner(const struct event_work *work, char *out, size_t bytes, uint32_t uid)
{
	const char *name = name_of(work, uid);

	if (name && strlen(name) < bytes)
		memcpy(out, name, strlen(name) + 1);
	else
		snprintf(out, bytes, "%" PRIu32, uid);
}

/* An event of the object in a record of `snapshot`, for its words. */
static struct event_record begin_event(const struct event_work *work,
	const struct snapshot *snapshot, enum class class, uint32_t row)
{
	const struct ipc_record *ipc = snapshot_record(snapshot, class, row);
	const struct identity identity = event_identity_at(snapshot, class, row);
	struct event_record event = {
		.time = work->now->time.tv_sec,
		.extent = identity.extent,
		.cuid = identity.cuid,
		.cgid = identity.cgid,
		.cpid = identity.cpid,
		.id = identity.id,
		.key = ipc->key,
		.uid = ipc->uid,
		.kind = (uint8_t) class,
	};

	put_owner(work, event.owner, sizeof(event.owner), ipc->uid);
	return event;
}

__attribute__((format(printf, 5, 6))) static void note(struct event_work *work,
	struct event_record event, enum event what, int32_t pid, const char *format, ...)
{
	va_list args;

	event.what = (uint8_t)what;
	event.pid = pid > 0 ? pid : 0;
	va_start(args, format);
	vsnprintf(event.detail, sizeof(event.detail), format, args);
	va_end(args);
	event_note(work->log, &event);
}

static const char *plural(uint64_t count)
{
	return count == 1 ? "" : "s";
}

/*
 * LPID is who attached or detached last, which of both the times tell, in whole seconds: it is not
 * named where the other one came later, or may have.
 */
static int32_t who_moved(
	const struct shm_record *now, const struct shm_record *before, bool attached)
{
	int64_t at = attached ? now->atime : now->dtime;
	int64_t other = attached ? now->dtime : now->atime;
	int64_t other_before = attached ? before->dtime : before->atime;

	return at > other || other == other_before ? now->lpid : 0;
}

static void note_attachments(struct event_work *work, struct event_record event,
	const struct shm_record *now, const struct shm_record *before)
{
	bool attached = now->nattch > before->nattch;

	if (now->nattch == before->nattch)
		return;
	note(work, event, attached ? EVENT_ATTACHED : EVENT_DETACHED,
		who_moved(now, before, attached), "%" PRIu64 " -> %" PRIu64 " attachment%s",
		before->nattch, now->nattch, plural(now->nattch));
}

/* `before`: NULL where it is new. */
static void note_mark(struct event_work *work, struct event_record event, uint32_t row,
	const struct shm_record *before)
{
	const struct shm_record *now = snapshot_record(work->now, CLASS_SHM, row);
	struct identity identity = event_identity_at(work->now, CLASS_SHM, row);
	bool ours;

	if (!(now->ipc.mode & RECORD_DEST) || (before && (before->ipc.mode & RECORD_DEST)))
		return;
	if (before && event.key == 0)
		event.key = before->ipc.key; /* the mark frees it */
	ours = event_take_ours(work->log, &identity);
	note(work, event, EVENT_MARKED, 0, "%s, %" PRIu64 " attachment%s",
		ours ? "removed here" : "dest", now->nattch, plural(now->nattch));
}

static void note_changes(struct event_work *work, struct event_record event,
	const struct ipc_record *now, const struct ipc_record *before)
{
	const unsigned bits = 07777u & ~(unsigned)RECORD_DEST; /* that is a mark of its own */
	char from[NAME_BYTES], to[NAME_BYTES];

	if (now->uid != before->uid) {
		put_owner(work, from, sizeof(from), before->uid);
		put_owner(work, to, sizeof(to), now->uid);
		note(work, event, EVENT_CHANGED, 0, "owner %s -> %s", from, to);
	}
	if (now->gid != before->gid)
		note(work, event, EVENT_CHANGED, 0, "gid %" PRIu32 " -> %" PRIu32, before->gid,
			now->gid);
	if ((now->mode & bits) != (before->mode & bits))
		note(work, event, EVENT_CHANGED, 0, "mode %04o -> %04o", before->mode & bits,
			now->mode & bits);
}

/* `before`: its row, or CHANGE_NOWHERE. Who sent, or received, last is named where that did it. */
static void note_use(
	struct event_work *work, struct event_record event, uint32_t row, uint32_t before)
{
	static const struct msg_record nothing;
	const struct msg_record *now = snapshot_record(work->now, CLASS_MSG, row), *old = &nothing;
	bool full = work->full[row];
	int32_t pid = 0;

	if (full == event_was_full(work, before))
		return;
	if (before != CHANGE_NOWHERE)
		old = snapshot_record(work->before, CLASS_MSG, before);
	if (full && now->qnum > old->qnum)
		pid = now->lspid;
	else if (!full && now->qnum < old->qnum)
		pid = now->lrpid;
	if (now->cbytes >= now->qnum)
		note(work, event, full ? EVENT_FULL : EVENT_DRAINED, pid,
			"%" PRIu64 " of %" PRIu64 " bytes", now->cbytes, now->qbytes);
	else
		note(work, event, full ? EVENT_FULL : EVENT_DRAINED, pid,
			"%" PRIu64 " of %" PRIu64 " messages", now->qnum, now->qbytes);
}

static void note_appeared(struct event_work *work, const struct event_found *found)
{
	const void *record = snapshot_record(work->now, found->class, found->now);
	const struct event_record event = begin_event(work, work->now, found->class, found->now);
	const struct sem_record *sem = record;
	const struct shm_record *shm = record;

	if (found->class == CLASS_SEM) {
		note(work, event, EVENT_APPEARED, 0, "%" PRIu32 " semaphore%s", sem->nsems,
			plural(sem->nsems));
	} else if (found->class == CLASS_SHM) {
		note(work, event, EVENT_APPEARED, shm->cpid,
			"%" PRIu64 " byte%s, %" PRIu64 " attachment%s", shm->size,
			plural(shm->size), shm->nattch, plural(shm->nattch));
		note_mark(work, event, found->now, NULL);
	} else {
		note(work, event, EVENT_APPEARED, 0, "%s", "");
		note_use(work, event, found->now, CHANGE_NOWHERE);
	}
}

static void note_gone(struct event_work *work, const struct event_found *found)
{
	const struct identity identity =
		event_identity_at(work->before, found->class, found->before);

	note(work, begin_event(work, work->before, found->class, found->before), EVENT_GONE, 0,
		"%s", event_take_ours(work->log, &identity) ? "removed here" : "");
}

static void note_kept(struct event_work *work, const struct event_found *found)
{
	const void *now = snapshot_record(work->now, found->class, found->now);
	const void *before = snapshot_record(work->before, found->class, found->before);
	const struct event_record event = begin_event(work, work->now, found->class, found->now);

	if (found->class == CLASS_SHM) {
		note_attachments(work, event, now, before);
		note_mark(work, event, found->now, before);
	}
	note_changes(work, event, now, before);
	if (found->class == CLASS_MSG)
		note_use(work, event, found->now, found->before);
}

static void note_stuck(struct event_work *work, const struct event_found *found)
{
	struct row row = row_at(work->now, found->class, found->now);
	const struct stuck *stuck = stuck_of(work->now->relations.stuck, &row);
	const struct relation *relation = NULL;
	uint32_t i;

	for (i = 0; stuck && i < stuck->count && !relation; i++) {
		relation = stuck->member[i].relation;
		if (relation->class != row.class || relation->row != row.index)
			relation = NULL;
	}
	if (relation)
		note(work, begin_event(work, work->now, found->class, found->now), EVENT_STUCK,
			relation->pid, "%s", stuck_reason_name(stuck->reason));
}

/* Whether the one before says the same: the object was shown twice, or is stuck twice. */
static bool is_told(const struct event_work *work, size_t at)
{
	const struct event_found *found = &work->found[at], *last = found - 1;
	struct identity now, then;

	if (at == 0 || event_by_id(found, last) != 0 || step_of(found) != step_of(last))
		return false;
	if (found->now == CHANGE_NOWHERE) {
		now = event_identity_at(work->before, found->class, found->before);
		then = event_identity_at(work->before, last->class, last->before);
	} else {
		now = event_identity_at(work->now, found->class, found->now);
		then = event_identity_at(work->now, last->class, last->now);
	}
	return identity_equal(&now, &then);
}

static void note_found(struct event_work *work)
{
	static void (*const steps[])(struct event_work *, const struct event_found *) = {
		note_gone,
		note_kept,
		note_appeared,
		note_stuck,
	};
	size_t i;

	if (work->count > 1)
		qsort(work->found, work->count, sizeof(*work->found), by_order);
	event_sort_ours(work->log);
	for (i = 0; i < work->count; i++) {
		if (!is_told(work, i))
			steps[step_of(&work->found[i])](work, &work->found[i]);
	}
}

/* What the next snapshot is compared with. */
static void remember(struct event_work *work)
{
	struct event_log *log = work->log;

	free(log->full);
	log->full = work->full;
	log->full_count = work->now->classes[CLASS_MSG].count;
	log->full_begin_ns = work->now->begin_ns;
	work->full = NULL;
	event_watch_waits(log, work->now);
	event_forget_ours(log);
}

int event_derive(struct event_log *log, const struct snapshot *now, const struct snapshot *before)
{
	struct event_work work = { .log = log, .now = now, .before = before };
	int error;

	if (before && before->begin_ns == log->full_begin_ns &&
		before->classes[CLASS_MSG].count == log->full_count)
		work.was_full = log->full;
	error = event_find(&work);
	if (!error) {
		note_found(&work);
		remember(&work);
	}
	free(work.found);
	free(work.full);
	return error;
}
