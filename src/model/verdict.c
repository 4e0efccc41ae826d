#include "ipctop/model/verdict.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ipctop/base/units.h"

enum {
	TOLERANCE = 2, /* seconds: the kernel's times are whole ones */
	NAMED_MOST = 5, /* processes that a reason names */
};

#define SECOND_NS INT64_C(1000000000)

/* words */

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* "1 message", "2 messages" */
static void put_count(struct buf *out, uint64_t count, const char *what)
{
	buf_printf(out, "%" PRIu64 " %s%s", count, what, count == 1 ? "" : "s");
}

/* "3h07m ago" */
static void put_ago(struct buf *out, const struct row *row, int64_t at)
{
	units_age(out, row->snapshot->time.tv_sec - at);
	buf_text(out, " ago");
}

/* "process 4120 (httpd)" */
static void put_process(struct buf *out, const struct snapshot *snapshot, int32_t pid)
{
	buf_text(out, "process ");
	relation_process(out, snapshot, pid, false);
}

/* ages */

static bool is_future(const struct row *row, int64_t at)
{
	return at > row->snapshot->time.tv_sec + TOLERANCE;
}

/* Whether the clock has gone without a step for as long as the rule wants to look back. */
static bool is_clock_sure(const struct snapshot *snapshot, int64_t age)
{
	return snapshot->clock_step_ns == 0 ||
		(snapshot->begin_ns - snapshot->clock_step_ns) / SECOND_NS >= age;
}

/* Whether what was so at `at` is so for the age of the rule; what is in the future is not. */
static bool has_lasted(const struct row *row, int64_t age, int64_t at)
{
	return is_clock_sure(row->snapshot, age) && row->snapshot->time.tv_sec - at >= age;
}

/* segments */

static bool is_unattached(const struct row *row)
{
	return row->shm->nattch == 0 && !(row->ipc->mode & RECORD_DEST);
}

static enum alive creator(const struct row *row)
{
	return process_alive_since(row->snapshot, row->shm->cpid, row->ipc->ctime);
}

/* Attached, detached or changed. */
static int64_t last_use(const struct row *row)
{
	return later(later(row->shm->atime, row->shm->dtime), row->ipc->ctime);
}

/* "last used 2h ago", or where nobody ever attached it, "made, or changed, 2h ago" */
static void put_last_use(struct buf *out, const struct row *row)
{
	buf_text(out, row->shm->atime ? "last used " : "made, or changed, ");
	put_ago(out, row, last_use(row));
}

static bool is_orphan(const struct row *row, int64_t age, struct buf *reason)
{
	if (!is_unattached(row) || creator(row) != ALIVE_NO || !has_lasted(row, age, last_use(row)))
		return false;
	buf_printf(reason, "Nobody is attached, and process %d, which created it, is gone; ",
		row->shm->cpid);
	put_last_use(reason, row);
	buf_char(reason, '.');
	return true;
}

static bool is_never_attached(const struct row *row, int64_t age, struct buf *reason)
{
	if (!is_unattached(row) || row->shm->atime != 0 || !has_lasted(row, age, row->ipc->ctime))
		return false;
	buf_text(reason, "No process ever attached it; it was made, or changed, ");
	put_ago(reason, row, row->ipc->ctime);
	buf_char(reason, '.');
	return true;
}

static bool is_idle(const struct row *row, int64_t age, struct buf *reason)
{
	if (!is_unattached(row) || creator(row) == ALIVE_NO || !has_lasted(row, age, last_use(row)))
		return false;
	buf_text(reason, "Nobody is attached; ");
	put_last_use(reason, row);
	if (creator(row) == ALIVE_YES) {
		buf_text(reason, ". Its creator lives, and may still want it: ");
		put_process(reason, row->snapshot, row->shm->cpid);
	} else {
		buf_text(reason, ". Whether its creator lives can't be seen from here");
	}
	buf_char(reason, '.');
	return true;
}

/* "process 811 (postgres), process 902 (worker) and 3 more" */
static void put_holders(struct buf *out, const struct row *row)
{
	struct relation_range range = relations_of(row);
	uint32_t holders = relations_count(range, RELATION_HOLDER), named = 0, i;

	for (i = 0; i < range.count && named < NAMED_MOST; i++) {
		if (range.at[i]->type != RELATION_HOLDER)
			continue;
		buf_text(out, named++ ? ", " : " held by ");
		put_process(out, row->snapshot, range.at[i]->pid);
	}
	if (holders > named)
		buf_printf(out, " and %u more", holders - named);
}

static bool is_doomed(const struct row *row, int64_t age, struct buf *reason)
{
	if (!(row->ipc->mode & RECORD_DEST) || row->shm->nattch == 0 ||
		!has_lasted(row, age, last_use(row)))
		return false;
	buf_text(reason, "It is marked dest, and goes with the last of ");
	put_count(reason, row->shm->nattch, "attachment");
	put_holders(reason, row);
	buf_char(reason, '.');
	return true;
}

/* queues */

static enum alive sender(const struct row *row)
{
	return process_alive_since(row->snapshot, row->msg->lspid, row->msg->stime);
}

static enum alive receiver(const struct row *row)
{
	return process_alive_since(row->snapshot, row->msg->lrpid, row->msg->rtime);
}

static bool is_nearly_full(const struct msg_record *msg)
{
	double use;

	return record_msg_use(msg, &use) && use > RECORD_FULL_PERCENT &&
		(msg->qnum > 0 || msg->cbytes > 0);
}

/* Threads that wait to send; `*longest`: seconds that one was seen to. */
static uint32_t blocked_senders(const struct row *row, int64_t *longest)
{
	struct relation_range range = relations_of(row);
	const struct waiting *waiting;
	uint32_t count = 0, i;
	int64_t seconds;

	*longest = 0;
	for (i = 0; i < range.count; i++) {
		waiting = &range.at[i]->waiting;
		if (range.at[i]->type != RELATION_WAITER || waiting->call != WAIT_MSGSND)
			continue;
		count++;
		seconds = (waiting->seen_ns - waiting->since_ns) / SECOND_NS;
		*longest = later(*longest, seconds);
	}
	return count;
}

/* Since when none of the messages was received, as far as the kernel's times tell. */
static int64_t waiting_since(const struct msg_record *msg)
{
	int64_t at = msg->rtime ? msg->rtime : msg->ipc.ctime;

	/* the only one there is waits since it was sent */
	return msg->qnum == 1 ? later(at, msg->stime) : at;
}

static bool is_full(const struct row *row, int64_t age, struct buf *reason)
{
	int64_t longest, since = row->msg->rtime ? row->msg->rtime : row->ipc->ctime;
	uint32_t senders = blocked_senders(row, &longest);

	if (!is_nearly_full(row->msg) && senders == 0)
		return false;
	if (!has_lasted(row, age, since) && (senders == 0 || longest < age))
		return false;
	put_count(reason, row->msg->qnum, "message");
	buf_text(reason, " with ");
	units_bytes(reason, row->msg->cbytes);
	buf_text(reason, row->msg->qnum == 1 ? " bytes waits" : " bytes wait");
	if (row->msg->has_qbytes) {
		buf_text(reason, "; it holds at most ");
		units_bytes(reason, row->msg->qbytes);
		buf_text(reason, " of either");
	}
	if (senders > 0) {
		buf_text(reason, "; ");
		put_count(reason, senders, "sender");
		buf_text(reason, senders == 1 ? " is blocked" : " are blocked");
	}
	if (row->msg->rtime) {
		buf_text(reason, "; last received ");
		put_ago(reason, row, row->msg->rtime);
		buf_char(reason, '.');
	} else {
		buf_text(reason, "; none was ever received.");
	}
	return true;
}

static bool is_stuck_queue(const struct row *row, int64_t age, struct buf *reason)
{
	const struct msg_record *msg = row->msg;

	if (msg->qnum == 0 || !has_lasted(row, age, waiting_since(msg)))
		return false;
	put_count(reason, msg->qnum, "message");
	if (msg->rtime) {
		buf_text(reason, msg->qnum == 1 ? " waits" : " wait");
		buf_text(reason, "; last received ");
		put_ago(reason, row, msg->rtime);
	} else {
		buf_text(reason, msg->qnum == 1 ? " waits" : " wait");
		buf_text(reason, ", and none was ever received");
	}
	if (receiver(row) == ALIVE_NO)
		buf_printf(reason, ". Process %d, the last that received, is gone", msg->lrpid);
	buf_char(reason, '.');
	return true;
}

static bool is_abandoned_queue(const struct row *row, int64_t age, struct buf *reason)
{
	const struct msg_record *msg = row->msg;
	int64_t last = later(msg->stime, msg->rtime);

	if (sender(row) != ALIVE_NO || receiver(row) != ALIVE_NO || !has_lasted(row, age, last))
		return false;
	buf_printf(reason,
		"The last sender, process %d, and the last receiver, process %d, are gone; last "
		"used ",
		msg->lspid, msg->lrpid);
	put_ago(reason, row, last);
	buf_char(reason, '.');
	return true;
}

static bool is_unused_queue(const struct row *row, int64_t age, struct buf *reason)
{
	if (row->msg->stime != 0 || !has_lasted(row, age, row->ipc->ctime))
		return false;
	buf_text(reason, "No message was ever sent to it; it was made, or changed, ");
	put_ago(reason, row, row->ipc->ctime);
	buf_char(reason, '.');
	return true;
}

/* sets */

static const struct sem_operators *operators_of(const struct row *row)
{
	const struct sem_operators *operators = row->snapshot->operators;

	return operators && row->index != UINT32_MAX ? &operators[row->index] : NULL;
}

/* SETVAL and SETALL make a last operator too, but move only CTIME: semctl(2). */
static int64_t last_operation(const struct row *row)
{
	return later(row->sem->otime, row->ipc->ctime);
}

static bool is_stuck_set(const struct row *row, int64_t age, struct buf *reason)
{
	const struct stuck *stuck = stuck_of(row->snapshot->relations.stuck, row);
	const struct waiting *waiting;
	int64_t longest = 0;
	uint32_t i;

	if (!stuck)
		return false;
	for (i = 0; i < stuck->count; i++) {
		waiting = &stuck->member[i].relation->waiting;
		longest = later(longest, (waiting->seen_ns - waiting->since_ns) / SECOND_NS);
	}
	if (longest < age && !has_lasted(row, age, last_operation(row)))
		return false;
	buf_printf(reason, "%s (%s): %s %s", stuck_reason_name(stuck->reason),
		severity_name(stuck->severity), stuck->known, stuck->inferred);
	return true;
}

static bool is_abandoned_set(const struct row *row, int64_t age, struct buf *reason)
{
	const struct sem_operators *operators = operators_of(row);
	uint32_t i;

	if (!operators || !operators->known || operators->count == 0 ||
		!has_lasted(row, age, last_operation(row)))
		return false;
	for (i = 0; i < operators->count; i++) {
		if (process_alive_since(row->snapshot, operators->pids[i], last_operation(row)) !=
			ALIVE_NO)
			return false;
	}
	if (operators->count == 1)
		buf_printf(reason, "Process %d, the last operator of its semaphores, is gone",
			operators->pids[0]);
	else
		buf_printf(reason, "All %u last operators of its semaphores are gone",
			operators->count);
	buf_text(reason, "; last used ");
	put_ago(reason, row, last_operation(row));
	buf_char(reason, '.');
	return true;
}

static bool is_unused_set(const struct row *row, int64_t age, struct buf *reason)
{
	if (row->sem->otime != 0 || !has_lasted(row, age, row->ipc->ctime))
		return false;
	buf_text(reason, "No semop(2) ever; it was made, or given values, ");
	put_ago(reason, row, row->ipc->ctime);
	buf_char(reason, '.');
	return true;
}

/* all */

static bool is_stuck(const struct row *row, int64_t age, struct buf *reason)
{
	return row->class == CLASS_MSG ? is_stuck_queue(row, age, reason)
				       : is_stuck_set(row, age, reason);
}

static bool is_abandoned(const struct row *row, int64_t age, struct buf *reason)
{
	return row->class == CLASS_MSG ? is_abandoned_queue(row, age, reason)
				       : is_abandoned_set(row, age, reason);
}

static bool is_never_used(const struct row *row, int64_t age, struct buf *reason)
{
	return row->class == CLASS_MSG ? is_unused_queue(row, age, reason)
				       : is_unused_set(row, age, reason);
}

/* A uid without account is its own name, and so is one that could not be looked up. */
static bool is_of_nobody(const struct row *row, int64_t age, struct buf *reason)
{
	const char *name = name_map_get(&row->snapshot->users, row->ipc->uid);
	char digits[16];

	snprintf(digits, sizeof(digits), "%u", row->ipc->uid);
	if (!name || row->snapshot->users.error || strcmp(name, digits) != 0 ||
		!has_lasted(row, age, row->ipc->ctime))
		return false;
	buf_printf(reason, "Its owner, uid %s, has no account here.", digits);
	return true;
}

enum {
	MSG = 1 << CLASS_MSG,
	SEM = 1 << CLASS_SEM,
	SHM = 1 << CLASS_SHM,
};

/* waits */

enum awaited {
	AWAITED_NO,
	AWAITED_YES,
	AWAITED_UNKNOWN, /* nobody was seen to wait, and not everybody lets us see */
	AWAITED_UNSEEN, /* nor was everybody looked at who does: that may come */
};

/* Of a set the kernel tells it, also of threads that are hidden; of a queue it does not. */
static enum awaited awaited(const struct row *row)
{
	const struct sem_operators *operators = row->class == CLASS_SEM ? operators_of(row) : NULL;

	/* who is stopped may wait again, and the kernel does not count it */
	if (relations_stopped(row))
		return AWAITED_YES;
	/* what was seen may be of some time ago */
	if (operators && operators->counted)
		return operators->waiters > 0 ? AWAITED_YES : AWAITED_NO;
	if (relations_count(relations_of(row), RELATION_WAITER) > 0)
		return AWAITED_YES;
	if (relations_failed(row->snapshot))
		return AWAITED_UNSEEN;
	return relations_known(row->snapshot, RELATION_WAITER) ? AWAITED_NO : AWAITED_UNKNOWN;
}

/* clang-format off */
const struct verdict_info verdict_infos[VERDICT_COUNT] = {
	[VERDICT_FULL] = { "full",
		"over 90 per cent full, by bytes or messages, or senders are blocked",
		MSG, SEVERITY_HIGH, false, is_full },
	[VERDICT_STUCK] = { "stuck",
		"of a queue: messages wait, and none is received; of a set: a stuck wait",
		MSG | SEM, SEVERITY_HIGH, false, is_stuck },
	[VERDICT_ORPHAN] = { "orphan",
		"no attachment, and the creator is gone",
		SHM, SEVERITY_HIGH, false, is_orphan },
	[VERDICT_ABANDONED] = { "abandoned",
		"idle, and the last sender and receiver, or all last operators, are gone",
		MSG | SEM, SEVERITY_MEDIUM, true, is_abandoned },
	[VERDICT_NEVER_ATTACHED] = { "never attached",
		"no process has attached it since it was made",
		SHM, SEVERITY_LOW, false, is_never_attached },
	[VERDICT_NEVER_USED] = { "never used",
		"no message was ever sent; no semop(2) was ever done",
		MSG | SEM, SEVERITY_LOW, true, is_never_used },
	[VERDICT_IDLE] = { "idle",
		"no attachment, and the creator lives, or can't be seen",
		SHM, SEVERITY_LOW, false, is_idle },
	[VERDICT_DOOMED] = { "doomed",
		"marked dest, and still attached",
		SHM, SEVERITY_LOW, false, is_doomed },
	[VERDICT_UNKNOWN_OWNER] = { "unknown owner",
		"the uid of the owner has no account",
		MSG | SEM | SHM, SEVERITY_LOW, false, is_of_nobody },
};
/* clang-format on */

/* deriving */

static int derive_class(struct snapshot *snapshot, enum class class, struct buf *reason)
{
	struct class_rows *rows = &snapshot->classes[class];
	struct row row;
	uint32_t i;

	if (!(class_infos[class].flags & CLASS_IPC) || !rows->read || rows->error)
		return 0;
	rows->verdicts = arena_alloc(&snapshot->arena, rows->count);
	if (!rows->verdicts)
		return -ENOMEM;
	for (i = 0; i < rows->count; i++) {
		row = row_at(snapshot, class, i);
		rows->verdicts[i] = (uint8_t)verdict_next(&row, VERDICT_NONE, reason);
	}
	return 0;
}

int verdict_derive(struct snapshot *snapshot, const struct verdict_ages *ages)
{
	struct verdict_ages *copy;
	struct buf reason = { 0 };
	enum class class;
	int error = 0;

	if (!(snapshot->cost & COST_VERDICT))
		return 0;
	copy = arena_alloc(&snapshot->arena, sizeof(*copy));
	if (!copy)
		return -ENOMEM;
	*copy = *ages;
	snapshot->ages = copy;
	for (class = 0; class < CLASS_COUNT && !error; class ++)
		error = derive_class(snapshot, class, &reason);
	buf_free(&reason);
	return error;
}

enum verdict verdict_of(const struct row *row)
{
	const uint8_t *verdicts = row->snapshot->classes[row->class].verdicts;

	/* a record that was looked at again has no row */
	return verdicts && row->index != UINT32_MAX ? verdicts[row->index] : VERDICT_NONE;
}

/* The first column from `first` on with a time in the future; NULL: none. */
static const struct column *find_future(const struct row *row, const struct column *first)
{
	struct value value;

	for (; first < columns + column_count; first++) {
		if (first->type != VALUE_TIME || !(first->classes & class_bit(row->class)))
			continue;
		value = first->get(row);
		if (value.type == VALUE_TIME && is_future(row, value.seconds))
			return first;
	}
	return NULL;
}

bool verdict_is_doubtful(const struct row *row)
{
	return find_future(row, columns) != NULL;
}

/* Whether the rule holds for the row; appends the reason. */
static bool holds(const struct row *row, enum verdict verdict, struct buf *reason)
{
	const struct verdict_info *info = &verdict_infos[verdict];
	enum awaited waits;

	if (!(info->kinds & class_bit(row->class)) ||
		!info->holds(row, row->snapshot->ages->seconds[verdict], reason))
		return false;
	waits = info->unused ? awaited(row) : AWAITED_NO;
	if (waits == AWAITED_UNKNOWN)
		buf_text(reason, " Whether a thread waits for it could not be seen.");
	return waits == AWAITED_NO || waits == AWAITED_UNKNOWN;
}

enum verdict verdict_next(const struct row *row, enum verdict after, struct buf *reason)
{
	while (row->snapshot->ages && ++after < VERDICT_COUNT) {
		buf_clear(reason);
		if (holds(row, after, reason))
			return after;
	}
	return VERDICT_NONE;
}

bool verdict_is_unsure(const struct row *row)
{
	return verdict_infos[verdict_of(row)].unused && awaited(row) == AWAITED_UNKNOWN;
}

/* Why ages can't be told. */
static void put_doubts(struct buf *out, const struct row *row)
{
	const struct snapshot *snapshot = row->snapshot;
	const struct column *column;

	if (!is_clock_sure(snapshot, snapshot->ages->seconds[VERDICT_NONE + 1])) {
		buf_text(out, "The clock was set ");
		units_age(out, (snapshot->begin_ns - snapshot->clock_step_ns) / SECOND_NS);
		buf_text(out, " ago: rules wait until their age has passed since.\n");
	}
	for (column = columns; (column = find_future(row, column)) != NULL; column++)
		buf_printf(out, "%s is in the future: ages can't be told from it.\n", column->name);
}

void verdict_reasons(struct buf *out, const struct row *row)
{
	enum verdict verdict = VERDICT_NONE;
	struct buf reason = { 0 };

	while ((verdict = verdict_next(row, verdict, &reason)) != VERDICT_NONE)
		buf_printf(out, "%s: %s\n", verdict_infos[verdict].name, buf_str(&reason));
	if (row->snapshot->ages)
		put_doubts(out, row);
	buf_free(&reason);
}

void verdict_reason(struct buf *out, const struct row *row)
{
	enum verdict verdict = verdict_of(row);

	if (verdict != VERDICT_NONE)
		holds(row, verdict, out);
}

void verdict_names(struct buf *out)
{
	enum verdict verdict = VERDICT_NONE;
	const char *separator = "";

	while (++verdict < VERDICT_COUNT) {
		buf_printf(out, "%s%s", separator, verdict_infos[verdict].name);
		separator = ", ";
	}
}
