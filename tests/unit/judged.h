/*
 * tests/unit/judged.h: objects made by hand, and what model/verdict makes of them. Nothing about
 * them has moved for two hours, and rules speak after one; 4000 is a pid of a process that is
 * gone, 811 one of a process that lives, and of 77 nothing is known.
 */
#ifndef TESTS_UNIT_JUDGED_H
#define TESTS_UNIT_JUDGED_H

#include "related.h"

#include "ipctop/model/verdict.h"

enum {
	LIVES = 811,
	GONE = 4000,
	UNKNOWN = 77, /* not looked up */
	HOUR = 3600,
	LONG_AGO = UNIT_NOW - 2 * HOUR,
	JUST_NOW = UNIT_NOW - 10,
};

static inline struct snapshot *make_judged(void)
{
	struct snapshot *snapshot = make_snapshot();

	snapshot->cost = COST_VERDICT;
	snapshot->begin_ns = 10 * HOUR * RELATED_SECOND;
	add_process(snapshot, LIVES, ALIVE_YES, UNIT_NOW - 10 * HOUR, "postgres");
	add_process(snapshot, GONE, ALIVE_NO, 0, NULL);
	add_user(snapshot, 0, "root");
	return snapshot;
}

static inline struct msg_record *add_old_queue(struct snapshot *snapshot)
{
	struct msg_record *msg = add_msg(snapshot, 10);

	msg->ipc.ctime = LONG_AGO;
	msg->stime = msg->rtime = LONG_AGO;
	msg->lspid = msg->lrpid = LIVES;
	msg->qbytes = 1000;
	msg->has_qbytes = true;
	return msg;
}

static inline struct sem_record *add_old_set(struct snapshot *snapshot)
{
	struct sem_record *sem = add_sem(snapshot, 20);

	sem->ipc.ctime = sem->otime = LONG_AGO;
	sem->nsems = 2;
	return sem;
}

/* With `count` last operators of the only set. */
static inline struct sem_operators *set_operators(
	struct snapshot *snapshot, const int32_t *pids, uint32_t count)
{
	struct sem_operators *operators = arena_alloc(&snapshot->arena, sizeof(*operators));

	assert_non_null(operators);
	*operators = (struct sem_operators){ .known = true, .count = count };
	operators->pids = arena_alloc(&snapshot->arena, (count + 1) * sizeof(*pids));
	assert_non_null(operators->pids);
	if (count > 0)
		memcpy(operators->pids, pids, count * sizeof(*pids));
	snapshot->operators = operators;
	return operators;
}

static inline struct shm_record *add_old_segment(struct snapshot *snapshot)
{
	struct shm_record *shm = add_shm(snapshot, 30);

	shm->ipc.ctime = shm->atime = shm->dtime = LONG_AGO;
	shm->cpid = GONE;
	shm->lpid = LIVES;
	shm->size = 4096;
	return shm;
}

/* The main verdict on the first row of a class, "" for none. */
static inline const char *verdict_on(struct snapshot *snapshot, enum class class)
{
	struct verdict_ages ages;
	struct row row;
	const char *name;

	verdict_ages_init(&ages);
	assert_int_equal(verdict_derive(snapshot, &ages), 0);
	row = row_at(snapshot, class, 0);
	name = verdict_infos[verdict_of(&row)].name;
	return name ? name : "";
}

/* Derive, and let the snapshot go. */
static inline void expect_verdict(struct snapshot *snapshot, enum class class, const char *expected)
{
	assert_string_equal(verdict_on(snapshot, class), expected);
	snapshot_unref(snapshot);
}

/* All lines of reasons of the first row of a class, after verdict_on(). */
static inline void expect_reasons(struct snapshot *snapshot, enum class class, const char *expected)
{
	struct row row = row_at(snapshot, class, 0);
	struct buf out = { 0 };

	verdict_reasons(&out, &row);
	expect_text(&out, expected);
}

#endif
