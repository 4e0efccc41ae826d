#include <errno.h>
#include <stdlib.h>

#include "ipctop/collect/accounts.h"
#include "ipctop/collect/processes.h"
#include "ipctop/collect/relations.h"
#include "ipctop/model/column.h"

static int by_number(const void *left, const void *right)
{
	int32_t a = *(const int32_t *)left, b = *(const int32_t *)right;

	return (a > b) - (a < b);
}

/* The pids of all processes that live and have to do with an object, in order. */
static int32_t *list_pids(const struct snapshot *snapshot, size_t *count)
{
	const struct process_map *map = &snapshot->processes;
	int32_t *pids = malloc(((size_t)map->used + 1) * sizeof(*pids));
	uint32_t i;

	*count = 0;
	for (i = 0; pids && i < map->size; i++) {
		if (map->slots[i].pid > 0 && map->slots[i].alive != ALIVE_NO)
			pids[(*count)++] = map->slots[i].pid;
	}
	if (pids)
		qsort(pids, *count, sizeof(*pids), by_number);
	return pids;
}

/* What its visit was able to see. */
static void note_visit(const struct collector *collector, struct process_record *record)
{
	const struct visit *visit = scan_find(collector->scan, record->pid);

	record->saw_maps = visit && (visit->what & COST_HOLDERS) && !visit->hidden_maps;
	record->saw_calls = visit && (visit->what & COST_WAITERS) && !visit->hidden_calls;
}

/* Segments and waits. */
static void count_relations(const struct snapshot *snapshot, struct process_record *record)
{
	struct relation_range range = relations_of_pid(snapshot, record->pid);
	uint32_t i;

	record->waits = relations_count(range, RELATION_WAITER);
	for (i = 0; i < range.count; i++) {
		if (range.at[i]->type != RELATION_HOLDER)
			continue;
		record->segments++;
		record->attached += row_at(snapshot, CLASS_SHM, range.at[i]->row).shm->size;
	}
}

static void count_created(struct snapshot *snapshot)
{
	struct class_rows *rows = &snapshot->classes[CLASS_PROCESS];
	struct process_record *records = rows->records, *record;
	const struct shm_record *shm;
	uint32_t i;

	for (i = 0; rows->count > 0 && i < snapshot->classes[CLASS_SHM].count; i++) {
		shm = row_at(snapshot, CLASS_SHM, i).shm;
		if (process_alive_since(snapshot, shm->cpid, shm->ipc.ctime) != ALIVE_YES)
			continue;
		/* the pid is the first member */
		record = bsearch(&shm->cpid, records, rows->count, sizeof(*records), by_number);
		if (record)
			record->created++;
	}
}

static int add_records(
	struct collector *collector, struct snapshot *snapshot, const int32_t *pids, size_t count)
{
	const struct process *process;
	struct process_record *record;
	int error = 0;
	size_t i;

	for (i = 0; i < count && !error; i++) {
		process = process_map_get(&snapshot->processes, pids[i]);
		record = snapshot_add(snapshot, CLASS_PROCESS, (uint32_t)count);
		if (!record)
			return -ENOMEM;
		record->pid = pids[i];
		record->start = process ? process->start : 0;
		note_visit(collector, record);
		count_relations(snapshot, record);
		if (process && process->has_uid)
			error = accounts_add_user(collector, snapshot, process->uid);
	}
	if (!error)
		count_created(snapshot);
	return error;
}

static int collect(
	struct collector *collector, const struct needs *needs, struct snapshot *snapshot)
{
	int error = relations_add(collector, snapshot, needs);
	int32_t *pids;
	size_t count;

	if (!error && !collector->live)
		return -ENOTSUP;
	if (!error)
		error = processes_add_classes(
			collector, snapshot, needs->classes & class_set(CLASS_IPC), false);
	if (error)
		return error;
	pids = list_pids(snapshot, &count);
	if (!pids)
		return -ENOMEM;
	error = processes_add(collector, snapshot, pids, count);
	if (!error)
		error = add_records(collector, snapshot, pids, count);
	free(pids);
	return error;
}

const struct source source_process = { CLASS_PROCESS, collect };
