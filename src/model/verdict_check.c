#include <inttypes.h>

#include "ipctop/model/verdict.h"

/* Whether a process is not known that a rule on the queue would ask about. */
static bool is_queue_unclear(const struct row *row)
{
	const struct msg_record *msg = row->msg;
	const struct snapshot *snapshot = row->snapshot;

	if (msg->qnum > 0 && !relations_known(snapshot, RELATION_WAITER))
		return true; /* a blocked sender may be hidden */
	return (msg->stime &&
		       process_alive_since(snapshot, msg->lspid, msg->stime) == ALIVE_UNKNOWN) ||
		(msg->rtime &&
			process_alive_since(snapshot, msg->lrpid, msg->rtime) == ALIVE_UNKNOWN);
}

/* Likewise of a set; the kernel counts all who wait, also those that are hidden from us. */
static bool is_set_unclear(const struct row *row)
{
	const struct sem_operators *operators = row->snapshot->operators;
	uint32_t i;

	if (!operators || !operators[row->index].known)
		return true;
	operators += row->index;
	for (i = 0; i < operators->count; i++) {
		if (process_alive_since(row->snapshot, operators->pids[i],
			    row->sem->otime ? row->sem->otime : row->ipc->ctime) == ALIVE_UNKNOWN)
			return true;
	}
	return operators->waiters > relations_count(relations_of(row), RELATION_WAITER);
}

/* Of a segment that nobody is attached to, rules ask about its creator. */
static bool is_segment_unclear(const struct row *row)
{
	return row->shm->nattch == 0 &&
		process_alive_since(row->snapshot, row->shm->cpid, row->ipc->ctime) ==
		ALIVE_UNKNOWN;
}

static bool is_unclear(const struct row *row)
{
	if (verdict_is_unsure(row))
		return true;
	/* another verdict may be the right one where it is not known who lives */
	if (verdict_of(row) != VERDICT_NONE && !snapshot_unknown(row->snapshot, COST_PROCESS))
		return false;
	return verdict_is_doubtful(row) || (row->class == CLASS_MSG && is_queue_unclear(row)) ||
		(row->class == CLASS_SEM && is_set_unclear(row)) ||
		(row->class == CLASS_SHM && is_segment_unclear(row));
}

/* Rules on queues and sets may wait for who was not looked at. */
static bool waits_for_relations(const struct snapshot *snapshot, enum class class)
{
	return class != CLASS_SHM && snapshot->classes[class].count > 0 &&
		relations_failed(snapshot);
}

bool verdict_may_miss(const struct snapshot *snapshot, enum class class)
{
	const bool unknown =
		waits_for_relations(snapshot, class) || snapshot_unknown(snapshot, COST_PROCESS);
	struct row row;
	uint32_t i;

	for (i = 0; unknown && i < snapshot->classes[class].count; i++) {
		row = row_at(snapshot, class, i);
		if (class == CLASS_SHM && row.shm->nattch > 0)
			continue;
		/* what is last, or nothing, would give way to what could not be known */
		if (verdict_of(&row) == VERDICT_NONE || verdict_of(&row) == VERDICT_UNKNOWN_OWNER)
			return true;
	}
	return false;
}

bool verdict_complete(const struct snapshot *snapshot)
{
	const struct class_rows *rows;
	enum class class;
	struct row row;
	uint32_t i;

	if (snapshot->users.error || snapshot->relations.unsettled)
		return false;
	for (class = 0; class < CLASS_COUNT; class ++) {
		rows = &snapshot->classes[class];
		if (!(class_infos[class].flags & CLASS_IPC) || !rows->read)
			continue;
		if (!snapshot_is_whole(snapshot, class) || !rows->verdicts)
			return false;
		if (waits_for_relations(snapshot, class))
			return false;
		for (i = 0; i < rows->count; i++) {
			row = row_at(snapshot, class, i);
			if (is_unclear(&row))
				return false;
		}
	}
	return true;
}

static void put_process(struct buf *out, const char *what, int32_t pid)
{
	buf_text(out, what);
	if (pid > 0)
		buf_printf(out, ", process %d", pid);
}

static void put_shm_difference(
	struct buf *out, const struct shm_record *before, const struct shm_record *now)
{
	if (now->nattch > before->nattch)
		put_process(out, "a process attached", now->lpid);
	else if (now->nattch < before->nattch)
		put_process(out, "a process detached", now->lpid);
	else if (now->atime != before->atime || now->dtime != before->dtime)
		put_process(out, "a process attached and detached", now->lpid);
}

static void put_msg_difference(
	struct buf *out, const struct msg_record *before, const struct msg_record *now)
{
	if (now->rtime != before->rtime || now->qnum < before->qnum)
		put_process(out, "a message was received", now->lrpid);
	else if (now->stime != before->stime || now->qnum > before->qnum)
		put_process(out, "a message was sent", now->lspid);
}

static uint64_t counted_waiters(const struct row *row)
{
	const struct sem_operators *operators = row->snapshot->operators;

	return row->class == CLASS_SEM && operators ? operators[row->index].waiters : 0;
}

static void put_wait_difference(struct buf *out, const struct row *before, const struct row *now)
{
	const struct relation_range range = relations_of(now);
	const struct relation *stopped = relations_stopped(now);
	uint32_t i = 0;

	if (relations_count(relations_of(before), RELATION_WAITER) > 0)
		return;
	while (i < range.count && range.at[i]->type != RELATION_WAITER)
		i++;
	if (i < range.count)
		put_process(out, "a process waits for it", range.at[i]->pid);
	else if (stopped)
		put_process(out, "a process is stopped that waited for it", stopped->pid);
	else if (counted_waiters(now) > counted_waiters(before))
		buf_text(out, "a thread waits for it that can't be seen");
}

void verdict_difference(struct buf *out, const struct row *before, const struct row *now)
{
	size_t length = out->len;
	enum verdict verdict = verdict_of(now);

	if (now->class == CLASS_SHM)
		put_shm_difference(out, before->shm, now->shm);
	else if (now->class == CLASS_MSG)
		put_msg_difference(out, before->msg, now->msg);
	else if (now->sem->otime != before->sem->otime)
		buf_text(out, "a process operated on it");
	if (out->len == length)
		put_wait_difference(out, before, now);
	if (out->len > length)
		return;
	if (verdict == verdict_of(before))
		buf_text(out, "something about it changed");
	else if (verdict != VERDICT_NONE)
		buf_printf(out, "it is now '%s'", verdict_infos[verdict].name);
	else
		buf_text(out, "no verdict holds now");
}
