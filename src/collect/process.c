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

/* A set of pids: those that were found, in any order and more than once. */
struct pids {
	int32_t *at;
	size_t count, room;
};

static int add_pid(struct pids *pids, int32_t pid)
{
	int32_t *larger;
	size_t room;

	if (pids->count > 0 && pids->at[pids->count - 1] == pid)
		return 0;
	if (pids->count == pids->room) {
		room = pids->room ? pids->room * 2 : 64;
		larger = realloc(pids->at, room * sizeof(*larger));
		if (!larger)
			return -ENOMEM;
		pids->at = larger;
		pids->room = room;
	}
	pids->at[pids->count++] = pid;
	return 0;
}

/* Those that columns of the class name, where they live: not others that inherited the number. */
static int add_named(struct pids *pids, const struct snapshot *snapshot, enum class class)
{
	struct column_list list;
	struct value value;
	struct row row;
	uint32_t at;
	size_t i;

	column_list_all(&list, class);
	for (i = 0; i < list.count; i++) {
		if (list.at[i]->type != VALUE_PID)
			continue;
		for (at = 0; at < snapshot->classes[class].count; at++) {
			row = row_at(snapshot, class, at);
			value = list.at[i]->get(&row);
			if (value.type == VALUE_PID && value.alive == ALIVE_YES &&
				add_pid(pids, (int32_t)value.number) < 0)
				return -ENOMEM;
		}
	}
	return 0;
}

/* The pids of all processes that have to do with an object, each once, in order. */
static int list_pids(const struct snapshot *snapshot, struct pids *pids)
{
	const struct relations *relations = &snapshot->relations;
	enum class class;
	size_t i, kept = 0;
	int error = 0;

	for (i = 0; i < relations->count && !error; i++)
		error = add_pid(pids, relations->relation[i].pid);
	for (class = 0; class < CLASS_COUNT && !error; class ++) {
		if (class_infos[class].flags & CLASS_IPC)
			error = add_named(pids, snapshot, class);
	}
	if (error || pids->count == 0)
		return error;
	qsort(pids->at, pids->count, sizeof(pids->at[0]), by_number);
	for (i = 1; i < pids->count; i++) {
		if (pids->at[i] != pids->at[kept])
			pids->at[++kept] = pids->at[i];
	}
	pids->count = kept + 1;
	return 0;
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
		record->start = process ? process->start_ticks : 0;
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
	struct pids pids = { 0 };

	if (!error && !snapshot->relations.read)
		return -ENOTSUP;
	if (!error)
		error = processes_add_classes(
			collector, snapshot, needs->classes & class_set(CLASS_IPC), true);
	if (!error)
		error = list_pids(snapshot, &pids);
	if (!error)
		error = add_records(collector, snapshot, pids.at, pids.count);
	snapshot->classes[CLASS_PROCESS].partial =
		snapshot->relations.visited < snapshot->relations.all;
	free(pids.at);
	return error;
}

const struct source source_process = { CLASS_PROCESS, collect };
