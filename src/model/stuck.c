#include "ipctop/model/stuck.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ipctop/base/buf.h"
#include "ipctop/model/column.h"

#define STEADY_NS 1000000000 /* between two looks that must agree */

enum { SEVERITIES = SEVERITY_HIGH + 1 };

/* A list for each severity, and where the next one is linked. */
struct finder {
	struct snapshot *snapshot;
	const struct stuck *first[SEVERITIES];
	const struct stuck **end[SEVERITIES];
};

const char *stuck_reason_name(enum stuck_reason reason)
{
	static const char *const names[STUCK_REASONS] = {
		[STUCK_DEADLOCK] = "possible deadlock",
		[STUCK_OPERATOR_GONE] = "last operator gone",
		[STUCK_NO_READER] = "no reader",
		[STUCK_NO_WRITER] = "no writer",
	};

	return names[reason];
}

const char *severity_name(enum severity severity)
{
	static const char *const names[] = { "low", "medium", "high" };

	return names[severity];
}

/* Looked at twice, a second apart, without a change. */
static bool is_steady(const struct relation *relation)
{
	return relation->type == RELATION_WAITER &&
		(relation->class != CLASS_MSG || relation->waiting.has_queue) &&
		relation->waiting.seen_ns - relation->waiting.steady_ns >= STEADY_NS;
}

/* A thread that wants more than its semaphore has, and has for a while. */
static bool wants_more(const struct relation *relation)
{
	const struct waiting *waiting = &relation->waiting;

	return is_steady(relation) && waiting->has_operation && waiting->has_semaphore &&
		waiting->op < 0 && waiting->value + waiting->op < 0 && waiting->ncount > 0;
}

/* SETVAL and SETALL change the last operator too, but of the times only CTIME: semctl(2). */
static int64_t last_operation(const struct snapshot *snapshot, const struct relation *relation)
{
	const struct sem_record *sem = row_at(snapshot, CLASS_SEM, relation->row).sem;

	return sem->otime == 0 || sem->otime > sem->ipc.ctime ? sem->otime : sem->ipc.ctime;
}

static enum alive operator_alive(const struct snapshot *snapshot, const struct relation *relation)
{
	return process_alive_since(
		snapshot, relation->waiting.last_pid, last_operation(snapshot, relation));
}

static int add(struct finder *finder, enum stuck_reason reason, enum severity severity,
	const struct stuck_member *members, uint32_t count, struct buf *known, const char *inferred)
{
	struct arena *arena = &finder->snapshot->arena;
	struct stuck *stuck = arena_alloc(arena, sizeof(*stuck));
	struct stuck_member *copy = arena_alloc(arena, count * sizeof(*copy));

	if (!stuck || !copy || known->error) {
		buf_free(known);
		return -ENOMEM;
	}
	memcpy(copy, members, count * sizeof(*copy));
	*stuck = (struct stuck){
		.reason = reason,
		.severity = severity,
		.count = count,
		.member = copy,
		.known = arena_text(arena, buf_str(known), known->len),
		.inferred = inferred,
	};
	buf_free(known);
	if (!stuck->known)
		return -ENOMEM;
	*finder->end[severity] = stuck;
	finder->end[severity] = &stuck->next;
	return 0;
}

/* cycles */

/*
 * A walk along the edges from waiters to the waiting threads of the process that changed their
 * semaphore last. Each waiter is entered once, so that it ends in time even among thousands.
 */
struct walk {
	const struct relation **by_pid; /* all relations, in the order of pid */
	uint32_t count;
	bool *entered; /* by place in by_pid */
	uint32_t *path, *edge; /* places, and the next edge to follow from each */
	uint32_t depth;
};

/* An edge leads from a waiter whose last operator is another process that lives. */
static bool has_edge(const struct snapshot *snapshot, const struct relation *relation)
{
	return wants_more(relation) && relation->waiting.last_pid > 0 &&
		relation->waiting.last_pid != relation->pid &&
		operator_alive(snapshot, relation) == ALIVE_YES;
}

/* All of them were blocked at the same time, for at least the time between two looks. */
static bool overlap(const struct walk *walk, uint32_t first)
{
	int64_t from = INT64_MIN, to = INT64_MAX;
	const struct waiting *waiting;
	uint32_t i;

	for (i = first; i < walk->depth; i++) {
		waiting = &walk->by_pid[walk->path[i]]->waiting;
		from = waiting->steady_ns > from ? waiting->steady_ns : from;
		to = waiting->seen_ns < to ? waiting->seen_ns : to;
	}
	return to - from >= STEADY_NS;
}

static int add_cycle(struct finder *finder, const struct walk *walk, uint32_t first)
{
	uint32_t count = walk->depth - first, i;
	struct stuck_member *members = calloc(count, sizeof(*members));
	struct buf known = { 0 };
	bool threads = false, timed = false, undo = true;
	enum severity severity = SEVERITY_HIGH;
	const char *inferred;
	int error;

	if (!members)
		return -ENOMEM;
	for (i = 0; i < count; i++) {
		members[i].relation = walk->by_pid[walk->path[first + i]];
		members[i].waits_for = members[i].relation->waiting.last_pid;
		threads |= members[i].relation->waiting.threads > 1;
		timed |= members[i].relation->waiting.call == WAIT_SEMTIMEDOP;
		undo &= members[i].relation->waiting.undo;
	}
	buf_printf(&known,
		"%u processes wait, each for a semaphore that the next one of them changed last; "
		"no "
		"thread, value, last operator or wait count moved for a second or more.",
		count);
	if (timed) {
		severity = SEVERITY_LOW;
		inferred =
			"If the last operators hold what the others want, they block each other, "
			"until the time of a semtimedop is up.";
	} else if (threads) {
		severity = SEVERITY_MEDIUM;
		inferred =
			"If the last operators hold what the others want, none of them ever goes "
			"on. But some have further threads, which may still release it.";
	} else if (!undo) {
		severity = SEVERITY_MEDIUM;
		inferred =
			"If the last operators hold what the others want, none of them ever goes "
			"on. Not all use SEM_UNDO, as locks do: consumers that wait for work "
			"look the same.";
	} else {
		inferred =
			"If the last operators hold what the others want, none of them ever goes "
			"on. Who holds a semaphore the kernel does not tell: another process may "
			"still release it.";
	}
	error = add(finder, STUCK_DEADLOCK, severity, members, count, &known, inferred);
	free(members);
	return error;
}

/* Where a waiter of the process is on the path; the depth where none is. */
static uint32_t place_on_path(const struct walk *walk, int32_t pid)
{
	uint32_t i = 0;

	while (i < walk->depth && walk->by_pid[walk->path[i]]->pid != pid)
		i++;
	return i;
}

/*
 * Enter a waiter: its edges are the relations of its last operator. Further threads of its process
 * that wait for the same one tell nothing new: a ring is one of processes.
 */
static void enter(struct walk *walk, const struct snapshot *snapshot, uint32_t at)
{
	const struct relation *relation = walk->by_pid[at];
	struct relation_range range = relations_of_pid(snapshot, relation->waiting.last_pid);
	uint32_t other;

	for (other = at + 1; other < walk->count && walk->by_pid[other]->pid == relation->pid;
		other++) {
		if (has_edge(snapshot, walk->by_pid[other]) &&
			walk->by_pid[other]->waiting.last_pid == relation->waiting.last_pid)
			walk->entered[other] = true;
	}
	walk->entered[at] = true;
	walk->path[walk->depth] = at;
	walk->edge[walk->depth++] = range.count ? (uint32_t)(range.at - walk->by_pid) : walk->count;
}

static int follow(struct finder *finder, struct walk *walk, uint32_t start)
{
	const struct snapshot *snapshot = finder->snapshot;
	uint32_t from, to, first;
	int error = 0;

	enter(walk, snapshot, start);
	while (walk->depth > 0 && !error) {
		from = walk->path[walk->depth - 1];
		to = walk->edge[walk->depth - 1]++;
		if (to >= walk->count ||
			walk->by_pid[to]->pid != walk->by_pid[from]->waiting.last_pid) {
			walk->depth--;
			continue;
		}
		if (!has_edge(snapshot, walk->by_pid[to]))
			continue;
		first = place_on_path(walk, walk->by_pid[to]->pid);
		if (first < walk->depth) {
			walk->edge[walk->depth - 1] = walk->count; /* all lead there */
			if (overlap(walk, first))
				error = add_cycle(finder, walk, first);
		} else if (!walk->entered[to]) {
			enter(walk, snapshot, to);
		}
	}
	return error;
}

static int find_cycles(struct finder *finder)
{
	const struct relations *relations = &finder->snapshot->relations;
	struct walk walk = { .by_pid = relations->by_pid, .count = relations->count };
	uint32_t at;
	int error;

	walk.entered = calloc(walk.count, sizeof(*walk.entered));
	walk.path = calloc(walk.count, sizeof(*walk.path));
	walk.edge = calloc(walk.count, sizeof(*walk.edge));
	error = walk.entered && walk.path && walk.edge ? 0 : -ENOMEM;
	for (at = 0; at < walk.count && !error; at++) {
		if (!walk.entered[at] && has_edge(finder->snapshot, walk.by_pid[at]))
			error = follow(finder, &walk, at);
	}
	free(walk.entered);
	free(walk.path);
	free(walk.edge);
	return error;
}

/* one object */

/* Whether two waits have the same reason to be stuck: the same object, semaphore and direction. */
static bool belong_together(const struct relation *a, const struct relation *b)
{
	return a->class == b->class && a->row == b->row &&
		(a->class == CLASS_SEM ? a->waiting.semnum == b->waiting.semnum
				       : a->waiting.call == b->waiting.call);
}

/* Why a wait on its own looks stuck, and for whom it waits; STUCK_REASONS: it does not. */
static enum stuck_reason reason_of(
	const struct snapshot *snapshot, const struct relation *relation, int32_t *dead)
{
	const struct msg_record *msg;

	if (relation->class == CLASS_SEM) {
		*dead = relation->waiting.last_pid;
		/* before the first semop(2) it was only given a value, and nobody can hold it */
		return wants_more(relation) &&
				row_at(snapshot, CLASS_SEM, relation->row).sem->otime != 0 &&
				operator_alive(snapshot, relation) == ALIVE_NO
			? STUCK_OPERATOR_GONE
			: STUCK_REASONS;
	}
	if (relation->class != CLASS_MSG || !is_steady(relation))
		return STUCK_REASONS;
	msg = row_at(snapshot, CLASS_MSG, relation->row).msg;
	if (relation->waiting.call == WAIT_MSGSND) {
		*dead = msg->lrpid;
		return process_alive_since(snapshot, msg->lrpid, msg->rtime) == ALIVE_NO
			? STUCK_NO_READER
			: STUCK_REASONS;
	}
	*dead = msg->lspid;
	return process_alive_since(snapshot, msg->lspid, msg->stime) == ALIVE_NO ? STUCK_NO_WRITER
										 : STUCK_REASONS;
}

static const char *const inferences[STUCK_REASONS] = {
	[STUCK_OPERATOR_GONE] =
		"If it held the semaphore and did not give it back, nobody else will; a process "
		"that only counts with it may still raise it.",
	[STUCK_NO_READER] = "Nobody may be left who empties the queue; another process may still "
			    "receive from it.",
	[STUCK_NO_WRITER] = "Nobody may be left who sends; a server that waits for its next client "
			    "looks the same.",
};

static const enum severity severities[STUCK_REASONS] = {
	[STUCK_OPERATOR_GONE] = SEVERITY_MEDIUM,
	[STUCK_NO_READER] = SEVERITY_MEDIUM,
	[STUCK_NO_WRITER] = SEVERITY_LOW,
};

static void tell_known(
	struct buf *out, const struct relation *relation, enum stuck_reason reason, int32_t dead)
{
	if (reason == STUCK_OPERATOR_GONE)
		buf_printf(out,
			"Semaphore %u of set %d has the value %u, and process %d, which changed it "
			"last, is gone.",
			relation->waiting.semnum, relation->id, relation->waiting.value, dead);
	else
		buf_printf(out, "Process %d, the last that %s queue %d, is gone.", dead,
			reason == STUCK_NO_READER ? "received from" : "sent to", relation->id);
}

/* All waits with the same reason as that at `first`, which is the first of them. */
static int add_group(struct finder *finder, uint32_t first, enum stuck_reason reason, int32_t dead)
{
	const struct relations *relations = &finder->snapshot->relations;
	const struct relation *relation = relations->by_object[first];
	struct stuck_member *members = calloc(relations->count, sizeof(*members));
	struct buf known = { 0 };
	uint32_t count = 0, i;
	int32_t other;
	int error;

	if (!members)
		return -ENOMEM;
	for (i = first; i < relations->count && relations->by_object[i]->row == relation->row;
		i++) {
		if (belong_together(relation, relations->by_object[i]) &&
			reason_of(finder->snapshot, relations->by_object[i], &other) == reason)
			members[count++] = (struct stuck_member){ relations->by_object[i], dead };
	}
	tell_known(&known, relation, reason, dead);
	error = add(finder, reason, severities[reason], members, count, &known, inferences[reason]);
	free(members);
	return error;
}

static int find_groups(struct finder *finder, enum stuck_reason wanted)
{
	const struct relations *relations = &finder->snapshot->relations;
	const struct relation *relation;
	uint32_t at, before;
	int32_t dead = 0, other;
	int error = 0;

	for (at = 0; at < relations->count && !error; at++) {
		relation = relations->by_object[at];
		if (relation->type != RELATION_WAITER ||
			reason_of(finder->snapshot, relation, &dead) != wanted)
			continue;
		/* one that was told together with an earlier one */
		for (before = at; before > 0; before--) {
			if (relations->by_object[before - 1]->row != relation->row)
				before = 1;
			else if (belong_together(relation, relations->by_object[before - 1]) &&
				reason_of(finder->snapshot, relations->by_object[before - 1],
					&other) == wanted)
				break;
		}
		if (before == 0)
			error = add_group(finder, at, wanted, dead);
	}
	return error;
}

int stuck_derive(struct snapshot *snapshot)
{
	struct finder finder = { .snapshot = snapshot };
	enum stuck_reason reason;
	int severity;
	int error;

	if (!(snapshot->relations.read & COST_WAITERS) || snapshot->relations.count == 0)
		return 0;
	for (severity = 0; severity < SEVERITIES; severity++)
		finder.end[severity] = &finder.first[severity];
	error = find_cycles(&finder);
	for (reason = STUCK_OPERATOR_GONE; reason < STUCK_REASONS && !error; reason++)
		error = find_groups(&finder, reason);
	*finder.end[SEVERITY_MEDIUM] = finder.first[SEVERITY_LOW];
	*finder.end[SEVERITY_HIGH] = finder.first[SEVERITY_MEDIUM];
	snapshot->relations.stuck = finder.first[SEVERITY_HIGH];
	return error;
}

const struct stuck *stuck_of(const struct stuck *stuck, const struct row *row)
{
	struct relation_range range = relations_of(row);
	uint32_t i, j;

	for (; stuck; stuck = stuck->next) {
		for (i = 0; i < stuck->count; i++) {
			for (j = 0; j < range.count; j++) {
				if (stuck->member[i].relation == range.at[j])
					return stuck;
			}
		}
	}
	return NULL;
}

void stuck_sketch(
	struct buf *out, const struct snapshot *snapshot, const struct stuck *stuck, bool ascii)
{
	const struct stuck_member *member;

	for (member = stuck->member; member < stuck->member + stuck->count; member++) {
		relation_process(out, snapshot, member->relation->pid, ascii);
		if (member->relation->tid != member->relation->pid)
			buf_printf(out, " thread %d", member->relation->tid);
		buf_printf(out, ": %s %d, ", class_infos[member->relation->class].one,
			member->relation->id);
		relation_text(out, member->relation);
		buf_printf(out, " %s last used by ", ascii ? "->" : "→");
		relation_process(out, snapshot, member->waits_for, ascii);
		if (stuck->reason != STUCK_DEADLOCK)
			buf_text(out, ", gone");
		buf_char(out, '\n');
	}
	if (stuck->reason != STUCK_DEADLOCK)
		return;
	buf_text(out, "cycle: ");
	for (member = stuck->member; member < stuck->member + stuck->count; member++) {
		relation_process(out, snapshot, member->relation->pid, ascii);
		buf_text(out, ascii ? " -> " : " → ");
	}
	relation_process(out, snapshot, stuck->member->relation->pid, ascii);
	buf_char(out, '\n');
}
