#include "ipctop/model/relation.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "ipctop/base/buf.h"
#include "ipctop/base/text.h"
#include "ipctop/model/column.h"
#include "ipctop/model/snapshot.h"

#define SECOND_NS 1000000000

static int compare(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int compare_object(const struct relation *a, const struct relation *b)
{
	int result = compare(a->class, b->class);

	if (!result)
		result = compare(a->row, b->row);
	return result;
}

static int compare_rest(const struct relation *a, const struct relation *b)
{
	int result = compare(a->id, b->id);

	if (!result)
		result = compare(a->type, b->type);
	return result ? result : compare(a->tid, b->tid);
}

static int by_object(const void *left, const void *right)
{
	const struct relation *a = *(const struct relation *const *)left;
	const struct relation *b = *(const struct relation *const *)right;
	int result = compare_object(a, b);

	if (!result)
		result = compare(a->pid, b->pid);
	return result ? result : compare_rest(a, b);
}

static int by_pid(const void *left, const void *right)
{
	const struct relation *a = *(const struct relation *const *)left;
	const struct relation *b = *(const struct relation *const *)right;
	int result = compare(a->pid, b->pid);

	if (!result)
		result = compare_object(a, b);
	return result ? result : compare_rest(a, b);
}

static const struct relation **sorted(
	struct snapshot *snapshot, int (*order)(const void *, const void *))
{
	struct relations *relations = &snapshot->relations;
	const struct relation **list;
	uint32_t i;

	list = arena_alloc(&snapshot->arena, ((size_t)relations->count + 1) * sizeof(*list));
	for (i = 0; list && i < relations->count; i++)
		list[i] = &relations->relation[i];
	if (list)
		qsort(list, relations->count, sizeof(*list), order);
	return list;
}

int relations_sort(struct snapshot *snapshot)
{
	struct relations *relations = &snapshot->relations;

	relations->by_object = sorted(snapshot, by_object);
	relations->by_pid = sorted(snapshot, by_pid);
	return relations->by_object && relations->by_pid ? 0 : -ENOMEM;
}

/* The first place from which on `before` does not hold any more. */
static uint32_t lower_bound(const struct relation *const *list, uint32_t count,
	const struct relation *key, int (*order)(const struct relation *, const struct relation *),
	bool after_equal)
{
	uint32_t low = 0, high = count, middle;
	int result;

	while (low < high) {
		middle = low + (high - low) / 2;
		result = order(list[middle], key);
		if (result < 0 || (after_equal && result == 0))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct relation_range find(const struct relation *const *list, uint32_t count,
	const struct relation *key, int (*order)(const struct relation *, const struct relation *))
{
	uint32_t first = lower_bound(list, count, key, order, false);
	uint32_t end = lower_bound(list, count, key, order, true);

	return (struct relation_range){ &list[first], end - first };
}

static int compare_pid(const struct relation *a, const struct relation *b)
{
	return compare(a->pid, b->pid);
}

struct relation_range relations_of_pid(const struct snapshot *snapshot, int32_t pid)
{
	const struct relations *relations = &snapshot->relations;
	const struct relation key = { .pid = pid };

	if (relations->count == 0)
		return (struct relation_range){ NULL, 0 };
	return find(relations->by_pid, relations->count, &key, compare_pid);
}

struct relation_range relations_of(const struct row *row)
{
	const struct relations *relations = &row->snapshot->relations;
	struct relation key = { .class = row->class, .row = row->index };

	if (relations->count == 0)
		return (struct relation_range){ NULL, 0 };
	if (row->class == CLASS_PROCESS)
		return relations_of_pid(row->snapshot, row->process->pid);
	return find(relations->by_object, relations->count, &key, compare_object);
}

const struct relation *relations_stopped(const struct row *row)
{
	const struct relation *at = row->snapshot->relations.stopped;
	const struct relation *end = at + row->snapshot->relations.stopped_count;

	while (at < end && !(at->class == row->class && at->row == row->index))
		at++;
	return at < end ? at : NULL;
}

uint32_t relations_count(struct relation_range range, enum relation_type type)
{
	uint32_t i, count = 0;

	for (i = 0; i < range.count; i++)
		count += range.at[i]->type == type;
	return count;
}

double relation_waiting_seconds(const struct relation *relation)
{
	const struct waiting *waiting = &relation->waiting;

	if (relation->type != RELATION_WAITER || waiting->seen_ns <= waiting->since_ns)
		return -1;
	return (double)(waiting->seen_ns - waiting->since_ns) / SECOND_NS;
}

int64_t relations_longest_wait(struct relation_range range)
{
	double longest = -1, seconds;
	uint32_t i;

	for (i = 0; i < range.count; i++) {
		seconds = relation_waiting_seconds(range.at[i]);
		longest = seconds > longest ? seconds : longest;
	}
	return longest < 0 ? -1 : (int64_t)longest;
}

const char *wait_call_name(enum wait_call call)
{
	static const char *const names[WAIT_CALLS] = {
		[WAIT_NONE] = "",
		[WAIT_MSGSND] = "msgsnd",
		[WAIT_MSGRCV] = "msgrcv",
		[WAIT_SEMOP] = "semop",
		[WAIT_SEMTIMEDOP] = "semtimedop",
	};

	return names[call];
}

bool relations_known(const struct snapshot *snapshot, enum relation_type type)
{
	const struct relations *relations = &snapshot->relations;
	unsigned cost = type == RELATION_HOLDER ? COST_HOLDERS : COST_WAITERS;

	return (relations->read & cost) && relations->visited == relations->all &&
		relations->failed == 0 && !relations->hidden_processes && !relations->enclosed &&
		(type == RELATION_HOLDER ? relations->hidden_maps : relations->hidden_calls) == 0;
}

bool relations_failed(const struct snapshot *snapshot)
{
	const struct relations *relations = &snapshot->relations;

	return relations->error != 0 || relations->visited < relations->all;
}

static void holding_text(struct buf *out, const struct holding *holding)
{
	uint32_t i;

	if (holding->mappings == 1)
		buf_text(out, "mapped once");
	else if (holding->mappings == 2)
		buf_text(out, "mapped twice");
	else
		buf_printf(out, "mapped %u times", holding->mappings);
	buf_text(out, holding->writable ? ", read-write" : ", read-only");
	if (holding->huge)
		buf_text(out, ", huge pages");
	if (holding->creator == ALIVE_YES)
		buf_text(out, ", creator");
	for (i = 0; i < holding->mappings && i < RELATION_ADDRESSES; i++)
		buf_printf(out, "%s%" PRIx64 "-%" PRIx64 "%s", i ? ", " : ", at ",
			holding->mapping[i].start, holding->mapping[i].end,
			holding->writable && !holding->mapping[i].writable ? " (read-only)" : "");
	if (holding->mappings > RELATION_ADDRESSES)
		buf_printf(out, " and %u more", holding->mappings - RELATION_ADDRESSES);
	if (holding->doubtful)
		buf_text(out,
			"; or of a segment with the same id in another IPC namespace: more are "
			"mapped than NATTCH counts");
}

static void receive_text(struct buf *out, const struct waiting *waiting)
{
	if (!waiting->has_type)
		buf_text(out, "waits to receive");
	else if (waiting->type == 0)
		buf_text(out, "waits to receive any message");
	else if (waiting->type > 0 && waiting->except)
		buf_printf(out, "waits to receive any type but %" PRId64, waiting->type);
	else if (waiting->type > 0)
		buf_printf(out, "waits to receive type %" PRId64, waiting->type);
	else
		/* the kernel takes the most that there is for what can't be made positive */
		buf_printf(out, "waits to receive a type up to %" PRId64,
			waiting->type == INT64_MIN ? INT64_MAX : -waiting->type);
}

static void operation_text(struct buf *out, const struct waiting *waiting)
{
	if (!waiting->has_operation)
		buf_text(out, "waits, its operation is not known");
	else if (waiting->op == 0)
		buf_printf(out, "waits for semaphore %u to be zero", waiting->semnum);
	else
		buf_printf(out, "waits to decrease semaphore %u by %d%s", waiting->semnum,
			-waiting->op, waiting->undo ? ", SEM_UNDO" : "");
}

void relation_text(struct buf *out, const struct relation *relation)
{
	double seconds = relation_waiting_seconds(relation);

	if (relation->type == RELATION_HOLDER) {
		holding_text(out, &relation->holding);
		return;
	}
	if (relation->waiting.call == WAIT_MSGSND)
		buf_text(out, "waits to send");
	else if (relation->waiting.call == WAIT_MSGRCV)
		receive_text(out, &relation->waiting);
	else
		operation_text(out, &relation->waiting);
	if (relation->waiting.call == WAIT_SEMTIMEDOP)
		buf_text(out, ", for a limited time");
	if (seconds >= 0)
		buf_printf(out, ", for %" PRId64 " s so far", (int64_t)seconds);
}

void relations_missing(struct buf *out, const struct snapshot *snapshot)
{
	const struct relations *relations = &snapshot->relations;
	uint32_t maps = relations->read & COST_HOLDERS ? relations->hidden_maps : 0;
	uint32_t calls = relations->read & COST_WAITERS ? relations->hidden_calls : 0;
	uint32_t hidden = maps > calls ? maps : calls;

	if (relations->failed > 0)
		buf_printf(out, "%u of %u processes could not be looked at: %s", relations->failed,
			relations->all, strerror(-relations->error));
	else if (relations->visited < relations->all)
		buf_printf(out, "%u of %u processes were looked at so far", relations->visited,
			relations->all);
	if (relations->hidden_processes)
		buf_printf(out,
			"%s/proc hides the processes of others from you (hidepid): seeing them "
			"takes "
			"root, or the group that it is mounted with (gid=)",
			out->len ? "; " : "");
	if (relations->enclosed)
		buf_printf(out,
			"%sprocesses outside of this pid namespace can't be seen, and may share "
			"its IPC objects",
			out->len ? "; " : "");
	if (hidden == 0)
		return;
	if (out->len > 0)
		buf_text(out, "; ");
	buf_printf(
		out, "%u %s hidden from you", hidden, hidden == 1 ? "process is" : "processes are");
	if (relations->privileged && relations->confined) {
		buf_text(out,
			": the privileges that you have do not reach beyond your user namespace");
		return;
	}
	if (relations->privileged) {
		buf_text(out, ", whatever your privileges: a security policy forbids it");
		return;
	}
	buf_printf(out, ": seeing %s takes root, or CAP_SYS_PTRACE", hidden == 1 ? "it" : "them");
	if (calls > 0)
		buf_text(out, " with CAP_DAC_READ_SEARCH");
	if (calls > 0 && relations->yama)
		buf_text(out, " (kernel.yama.ptrace_scope hides waits of your own processes too)");
}

bool relations_all_attached(const struct row *row)
{
	return relations_attached(row) == row->shm->nattch;
}

uint64_t relations_attached(const struct row *row)
{
	struct relation_range range = relations_of(row);
	uint64_t found = 0;
	uint32_t i;

	for (i = 0; i < range.count; i++) {
		if (range.at[i]->type == RELATION_HOLDER)
			found += range.at[i]->holding.mappings;
	}
	return found;
}

/* Why attachments were not seen: the process may still come, or is none that we may look at. */
static const char *unseen(const struct relations *relations)
{
	return relations->read && relations->visited == relations->all && relations->failed == 0
		? "not visible to you"
		: "not seen so far";
}

void relations_attachments(struct buf *out, const struct row *row)
{
	const char *not_seen = unseen(&row->snapshot->relations);
	uint32_t holders = relations_count(relations_of(row), RELATION_HOLDER);
	uint64_t seen = relations_attached(row), nattch = row->shm->nattch, more;

	if (nattch == 0 && seen == 0) {
		buf_text(out, "no attachments");
		return;
	}
	if (seen == 0) {
		buf_printf(out, "%" PRIu64 " %s, %s", nattch,
			nattch == 1 ? "attachment" : "attachments", not_seen);
		return;
	}
	buf_printf(out, "%" PRIu64 " %s by %u %s", seen, seen == 1 ? "attachment" : "attachments",
		holders, holders == 1 ? "process" : "processes");
	/* the two were not counted at the same instant */
	if (nattch < seen)
		buf_printf(out,
			"; the segment itself counts %" PRIu64
			": others may be of a segment with the same id in another IPC namespace",
			nattch);
	if (nattch <= seen)
		return;
	more = nattch - seen;
	buf_printf(out, "; %" PRIu64 " more %s %s", more,
		more == 1 ? "attachment is" : "attachments are", not_seen);
}

void relation_process(struct buf *out, const struct snapshot *snapshot, int32_t pid, bool ascii)
{
	const char *command = process_command(snapshot, pid);

	buf_printf(out, "%d", pid);
	if (!command)
		return;
	buf_text(out, " (");
	text_clean(out, command, strlen(command), ascii);
	buf_char(out, ')');
}
