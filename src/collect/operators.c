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

/* False: it may not be read, or is gone. */
static bool ask(const struct sem_record *sem, int32_t *pids, struct sem_operators *operators)
{
	int64_t waiters;
	int semnum;

	for (semnum = 0; semnum < (int)sem->nsems; semnum++) {
		pids[semnum] = semctl(sem->ipc.id, semnum, GETPID);
		waiters = operators->counted ? count_waiters(sem->ipc.id, semnum) : 0;
		if (pids[semnum] < 0 || waiters < 0)
			return false;
		operators->waiters += (uint64_t)waiters;
	}
	return true;
}

static int add_set(struct collector *collector, struct snapshot *snapshot,
	const struct sem_record *sem, struct sem_operators *operators, int32_t *pids)
{
	uint32_t count;

	/* where somebody may wait whom nobody sees, the kernel's count tells it */
	operators->counted =
		(snapshot->cost & COST_COUNTS) || !relations_known(snapshot, RELATION_WAITER);
	if (!ask(sem, pids, operators)) {
		*operators = (struct sem_operators){ 0 };
		return 0;
	}
	count = keep_each(pids, sem->nsems);
	operators->pids = arena_alloc(&snapshot->arena, (count + 1) * sizeof(*pids));
	if (!operators->pids)
		return -ENOMEM;
	memcpy(operators->pids, pids, count * sizeof(*pids));
	operators->count = count;
	operators->known = true;
	return processes_add(collector, snapshot, pids, count);
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
		error = add_set(collector, snapshot, sem, &snapshot->operators[i], pids);
	}
	free(pids);
	return error;
}
