#include "ipctop/collect/operators.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sem.h>

#include "ipctop/collect/processes.h"
#include "ipctop/model/column.h"

enum { SEMAPHORES_MAX = 65536 };

static int by_pid(const void *left, const void *right)
{
	const int32_t *a = left, *b = right;

	return (*a > *b) - (*a < *b);
}

/* Each pid once, without 0: nobody, or nobody of our pid namespace. */
static uint32_t keep_each(int32_t *pids, uint32_t count)
{
	uint32_t kept = 0, i;

	qsort(pids, count, sizeof(*pids), by_pid);
	for (i = 0; i < count; i++) {
		if (pids[i] > 0 && (kept == 0 || pids[i] != pids[kept - 1]))
			pids[kept++] = pids[i];
	}
	return kept;
}

/* Threads that wait for a semaphore; -1: it may not be read. The kernel walks them to count. */
static int64_t count_waiters(int set, int semnum)
{
	int waiting = semctl(set, semnum, GETNCNT), zero = semctl(set, semnum, GETZCNT);

	return waiting < 0 || zero < 0 ? -1 : (int64_t)waiting + zero;
}

int64_t operators_waiters(const struct sem_record *sem, bool all)
{
	int64_t sum = 0, waiters;
	int semnum;

	for (semnum = 0; semnum < (int)sem->nsems && (all || sum == 0); semnum++) {
		waiters = count_waiters(sem->ipc.id, semnum);
		if (waiters < 0)
			return -1;
		sum += waiters;
	}
	return sum;
}

/* False: it may not be read, or is gone. */
static bool ask(const struct sem_record *sem, int32_t *pids)
{
	int semnum;

	for (semnum = 0; semnum < (int)sem->nsems; semnum++) {
		pids[semnum] = semctl(sem->ipc.id, semnum, GETPID);
		if (pids[semnum] < 0)
			return false;
	}
	return true;
}

static int add_set(
	struct collector *collector, struct snapshot *snapshot, uint32_t row, int32_t *pids)
{
	const struct row set = row_at(snapshot, CLASS_SEM, row);
	const struct sem_record *sem = set.sem;
	struct sem_operators *operators = &snapshot->operators[row];
	const bool all = snapshot->cost & COST_COUNTS;
	int64_t waiters;
	uint32_t count;
	int error;

	if (!ask(sem, pids))
		return 0;
	count = keep_each(pids, sem->nsems);
	operators->pids = arena_alloc(&snapshot->arena, (count + 1) * sizeof(*pids));
	if (!operators->pids)
		return -ENOMEM;
	memcpy(operators->pids, pids, count * sizeof(*pids));
	operators->count = count;
	operators->known = true;
	error = processes_add(collector, snapshot, pids, count);
	if (error || (!all && relations_count(relations_of(&set), RELATION_WAITER) > 0))
		return error;
	waiters = operators_waiters(sem, all);
	operators->counted = waiters >= 0;
	operators->waiters = operators->counted ? (uint64_t)waiters : 0;
	return 0;
}

int operators_add(struct collector *collector, struct snapshot *snapshot)
{
	const struct class_rows *rows = &snapshot->classes[CLASS_SEM];
	const struct sem_record *sem;
	uint32_t left = SEMAPHORES_MAX, i;
	int32_t *pids;
	int error = 0;

	if (!rows->read || rows->error || !collector->live)
		return 0;
	snapshot->operators =
		arena_alloc(&snapshot->arena, (rows->count + 1) * sizeof(*snapshot->operators));
	pids = malloc(SEMAPHORES_MAX * sizeof(*pids));
	if (!snapshot->operators || !pids)
		error = -ENOMEM;
	else
		memset(snapshot->operators, 0, rows->count * sizeof(*snapshot->operators));
	for (i = 0; i < rows->count && !error; i++) {
		sem = row_at(snapshot, CLASS_SEM, i).sem;
		if (sem->nsems > left)
			continue;
		left -= sem->nsems;
		error = add_set(collector, snapshot, i, pids);
	}
	free(pids);
	return error;
}
