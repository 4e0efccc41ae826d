/*
 * tests/unit/stuck.h: systems made by hand, and what model/stuck makes of them. Processes live,
 * wait steadily and have one thread where a case does not say otherwise.
 */
#ifndef TESTS_UNIT_STUCK_H
#define TESTS_UNIT_STUCK_H

#include "related.h"

#include "ipctop/model/stuck.h"

enum {
	DEAD = 9999, /* a pid of a process that is gone */
	PROCESSES = 1000, /* that live */
};

/*
 * Two sets and two queues that were last used a minute ago, and the processes 1 to
 * PROCESSES.
 */
static inline struct snapshot *make_system(void)
{
	struct snapshot *snapshot = make_snapshot();
	struct msg_record *msg;
	int32_t pid;
	int i;

	for (i = 0; i < 2; i++) {
		add_sem(snapshot, 20 + i)->otime = UNIT_NOW - 60;
		msg = add_msg(snapshot, 10 + i);
		msg->stime = msg->rtime = UNIT_NOW - 60;
	}
	for (pid = 1; pid <= PROCESSES; pid++)
		add_process(snapshot, pid, ALIVE_YES, UNIT_NOW - 3600, "worker");
	add_process(snapshot, DEAD, ALIVE_NO, 0, NULL);
	return snapshot;
}

/* `pid` waits to decrease a semaphore that is 0, and that `last_pid` changed last. */
static inline struct relation *add_lock(
	struct snapshot *snapshot, uint32_t row, int32_t pid, uint16_t semnum, int32_t last_pid)
{
	struct relation *relation = add_waiter(snapshot, CLASS_SEM, row, pid, WAIT_SEMOP);

	relation->waiting.has_operation = relation->waiting.has_semaphore = true;
	relation->waiting.semnum = semnum;
	relation->waiting.op = -1;
	relation->waiting.last_pid = last_pid;
	relation->waiting.ncount = 1;
	relation->waiting.undo = true;
	return relation;
}

/* The simplest deadlock: 1 waits for 2, 2 waits for 1. */
static inline struct snapshot *make_cycle(struct relation *members[2])
{
	struct snapshot *snapshot = make_system();

	members[0] = add_lock(snapshot, 0, 1, 1, 2);
	members[1] = add_lock(snapshot, 0, 2, 0, 1);
	return snapshot;
}

static inline void derive(struct snapshot *snapshot)
{
	snapshot->relations.stuck = NULL;
	all_visited(snapshot, PROCESSES);
	assert_int_equal(stuck_derive(snapshot), 0);
}

static inline uint32_t count_verdicts(const struct snapshot *snapshot)
{
	const struct stuck *stuck;
	uint32_t count = 0;

	for (stuck = snapshot->relations.stuck; stuck; stuck = stuck->next)
		count++;
	return count;
}

/* "possible deadlock high 1>2 2>1\n" for each verdict. */
static inline void expect_verdicts(struct snapshot *snapshot, const char *expected)
{
	const struct stuck *stuck;
	struct buf out = { 0 };
	uint32_t i;

	derive(snapshot);
	for (stuck = snapshot->relations.stuck; stuck; stuck = stuck->next) {
		buf_printf(&out, "%s %s", stuck_reason_name(stuck->reason),
			severity_name(stuck->severity));
		for (i = 0; i < stuck->count; i++)
			buf_printf(&out, " %d>%d", stuck->member[i].relation->tid,
				stuck->member[i].waits_for);
		buf_char(&out, '\n');
		assert_true(strlen(stuck->known) > 0 && strlen(stuck->inferred) > 0);
	}
	expect_text(&out, expected);
}

#endif
