#include "ipctop/collect/relations.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "ipctop/base/clock.h"
#include "ipctop/base/text.h"
#include "ipctop/collect/accounts.h"
#include "ipctop/collect/processes.h"
#include "ipctop/model/column.h"

enum { WHY_BYTES = 160 };

/* Inode numbers that never change: include/linux/proc_ns.h. */
#define FIRST_PID_NAMESPACE UINT32_C(0xeffffffc)

static int by_id(const void *left, const void *right)
{
	const struct relation *a = left, *b = right;
	int result = (a->class > b->class) - (a->class < b->class);

	return result ? result : (a->id > b->id) - (a->id < b->id);
}

/* Copy what visits found, and is an answer still. */
static int copy_relations(struct snapshot *snapshot, const struct scan *scan)
{
	struct relations *relations = &snapshot->relations;
	const struct visit *visit;
	size_t count = 0, i;

	for (visit = scan->visits; visit < scan->visits + scan->count; visit++)
		count += visit->count;
	relations->relation =
		arena_alloc(&snapshot->arena, (count + 1) * sizeof(*relations->relation));
	if (!relations->relation)
		return -ENOMEM;
	for (visit = scan->visits; visit < scan->visits + scan->count; visit++) {
		for (i = 0; i < visit->count && visit->seen_ns > 0; i++)
			relations->relation[relations->count++] = visit->relation[i];
	}
	return 0;
}

/*
 * Mappings survive a change of namespace, and then name the id of another segment: what can't be
 * this one by key or size is not taken for it.
 */
static bool fits(const struct relation *relation, const struct shm_record *shm, uint32_t page)
{
	const struct holding *holding = &relation->holding;

	if (holding->key != shm->ipc.key && !(shm->ipc.mode & RECORD_DEST))
		return false;
	return holding->huge || holding->longest <= record_pages(shm->size, page) * page;
}

/* Find the rows of their objects. Relations are in the order of class and id then. */
static void find_rows(struct snapshot *snapshot)
{
	struct relations *relations = &snapshot->relations;
	struct relation key = { 0 }, *found, *end = relations->relation + relations->count;
	uint32_t row;

	if (relations->count == 0)
		return;
	qsort(relations->relation, relations->count, sizeof(key), by_id);
	for (key.class = 0; key.class < CLASS_COUNT; key.class ++) {
		if (!(class_infos[key.class].flags & CLASS_IPC))
			continue;
		for (row = 0; row < snapshot->classes[key.class].count; row++) {
			key.id = row_at(snapshot, key.class, row).ipc->id;
			found = bsearch(
				&key, relations->relation, relations->count, sizeof(key), by_id);
			while (found && found > relations->relation && by_id(found - 1, &key) == 0)
				found--;
			for (; found && found < end && by_id(found, &key) == 0; found++) {
				if (found->type != RELATION_HOLDER ||
					fits(found, row_at(snapshot, key.class, row).shm,
						snapshot->page_size))
					found->row = row;
			}
		}
	}
}

static void swap(struct relation *a, struct relation *b)
{
	const struct relation kept = *a;

	*a = *b;
	*b = kept;
}

/* First those that are to be told, then the stopped ones; without those of no object there is. */
static void sort_out(struct relations *relations)
{
	struct relation *relation = relations->relation;
	uint32_t told = 0, stopped, i;

	for (i = 0; i < relations->count; i++) {
		if (relation[i].row != UINT32_MAX && relation[i].type != RELATION_STOPPED)
			swap(&relation[told++], &relation[i]);
	}
	for (stopped = i = told; i < relations->count; i++) {
		if (relation[i].row != UINT32_MAX)
			swap(&relation[stopped++], &relation[i]);
	}
	relations->count = told;
	relations->stopped = relation + told;
	relations->stopped_count = stopped - told;
}

/* Whether no privilege is missing that would show us more (capabilities(7)). */
static bool is_privileged(void)
{
	const unsigned long long needed = 1ull << CAP_SYS_PTRACE | 1ull << CAP_DAC_READ_SEARCH;
	const unsigned long long instead = 1ull << CAP_SYS_PTRACE | 1ull << CAP_DAC_OVERRIDE;
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { { 0 } };
	unsigned long long effective;

	/* it takes no file, of which there may be no more to open */
	if (syscall(SYS_capget, &header, data) < 0)
		return false;
	effective = data[0].effective | (unsigned long long)data[1].effective << 32;
	return (effective & needed) == needed || (effective & instead) == instead;
}

/* Whether our privileges end with a user namespace (user_namespaces(7)). */
static bool is_confined(void)
{
	const unsigned long all = 4294967295;
	FILE *file = fopen("/proc/self/uid_map", "re");
	unsigned long inside, outside, count;
	bool told = file && fscanf(file, "%lu %lu %lu", &inside, &outside, &count) == 3;

	if (file)
		fclose(file);
	return told && (inside != 0 || outside != 0 || count != all);
}

/* Whether our pid namespace is not the first one. */
static bool is_enclosed(void)
{
	struct stat space;

	if (stat("/proc/self/ns/pid", &space) < 0)
		return errno != ENOENT || access("/proc/self/ns", F_OK) < 0; /* it has none */
	return space.st_ino != FIRST_PID_NAMESPACE;
}

static bool has_yama(void)
{
	FILE *file = fopen("/proc/sys/kernel/yama/ptrace_scope", "re");
	int scope = 0;
	bool found = file && fscanf(file, "%d", &scope) == 1;

	if (file)
		fclose(file);
	return found && scope > 0;
}

/* How much of the system was seen. */
static void sum_up(struct snapshot *snapshot, const struct scan *scan, unsigned what)
{
	struct relations *relations = &snapshot->relations;
	const struct visit *visit;
	int64_t oldest = INT64_MAX;

	relations->read = what;
	relations->all = (uint32_t)scan->count;
	for (visit = scan->visits; visit < scan->visits + scan->count; visit++) {
		/* what was known before such a visit stays, but may not be so any more */
		if (visit->error) {
			relations->failed++;
			relations->error = visit->error;
		}
		if (visit->seen_ns == 0 || (what & ~visit->what))
			continue;
		relations->visited++;
		relations->hidden_maps += visit->hidden_maps;
		relations->hidden_calls += visit->hidden_calls;
		if (visit->seen_ns < oldest)
			oldest = visit->seen_ns;
	}
	/* files of /proc, read where something is to be told by them */
	if (relations->hidden_maps > 0 || relations->hidden_calls > 0) {
		relations->privileged = is_privileged();
		relations->confined = is_confined();
		relations->yama = has_yama();
	}
	relations->hidden_processes = scan->hidden_processes;
	relations->enclosed = is_enclosed();
	if (relations->visited > 0)
		relations->age_ns = clock_monotonic_ns() - oldest;
	relations->complete =
		(!(what & COST_HOLDERS) || relations_known(snapshot, RELATION_HOLDER)) &&
		(!(what & COST_WAITERS) || relations_known(snapshot, RELATION_WAITER));
}

/* Look up all processes that have to do with the objects, and their users. */
static int name_processes(struct collector *collector, struct snapshot *snapshot)
{
	const struct relations *relations = &snapshot->relations;
	const struct relation *relation;
	const struct process *process;
	size_t count = 0, room = 6 * (size_t)relations->count + 1, i;
	int32_t *pids = malloc(room * sizeof(*pids));
	struct row row;
	int error;

	if (!pids)
		return -ENOMEM;
	for (i = 0; i < relations->count; i++) {
		relation = &relations->relation[i];
		pids[count++] = relation->pid;
		if (relation->type == RELATION_WAITER)
			pids[count++] = relation->waiting.last_pid;
		row = row_at(snapshot, relation->class, relation->row);
		count += row_pids(&row, &pids[count]);
	}
	error = processes_add(collector, snapshot, pids, count);
	for (i = 0; i < count && !error; i++) {
		process = pids[i] > 0 ? process_map_get(&snapshot->processes, pids[i]) : NULL;
		if (process && process->has_uid)
			error = accounts_add_user(collector, snapshot, process->uid);
	}
	free(pids);
	return error;
}

static void find_creators(struct snapshot *snapshot)
{
	struct relation *relation = snapshot->relations.relation;
	const struct shm_record *shm;

	for (; relation < snapshot->relations.relation + snapshot->relations.count; relation++) {
		if (relation->type != RELATION_HOLDER)
			continue;
		shm = row_at(snapshot, relation->class, relation->row).shm;
		relation->holding.creator = shm->cpid == relation->pid
			? process_alive_since(snapshot, shm->cpid, shm->ipc.ctime)
			: ALIVE_NO;
	}
}

/* Nobody may take what was not seen for nothing. */
static int tell_missing(struct snapshot *snapshot)
{
	struct buf text = { 0 };
	int error = 0;

	relations_missing(&text, snapshot);
	if (text.error)
		error = -ENOMEM;
	else if (text.len > 0)
		error = snapshot_note(snapshot, CLASS_PROCESS, NOTE_UNSEEN, "%s", buf_str(&text));
	buf_free(&text);
	return error;
}

static int scan_for(struct collector *collector, const struct needs *needs, unsigned what)
{
	int error;

	if (!collector->scan)
		collector->scan = scan_new();
	if (!collector->scan)
		return -ENOMEM;
	if (needs->scan_ns == 0)
		return scan_pass(collector->scan, what);
	error = scan_begin(collector->scan, what);
	return error ? error
		     : scan_slice(collector->scan, what, clock_monotonic_ns() + needs->scan_ns);
}

/* Nobody can be looked for: remember why, and say so. 0 or -ENOMEM. */
static int give_up(struct snapshot *snapshot, enum note_kind kind, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static int give_up(struct snapshot *snapshot, enum note_kind kind, const char *format, ...)
{
	char why[WHY_BYTES];
	va_list args;

	va_start(args, format);
	text_vprintf(why, sizeof(why), format, args);
	va_end(args);
	snapshot->relations.why = arena_text(&snapshot->arena, why, strlen(why));
	return snapshot->relations.why ? snapshot_note(snapshot, CLASS_PROCESS, kind,
						 "holders and waiters are not known: %s", why)
				       : -ENOMEM;
}

/* One visit serves every question; where one is asked now and then, answers would get lost. */
unsigned relations_wanted(unsigned classes, unsigned cost)
{
	/* verdicts on queues and sets go by who waits; that a wait got stuck is an event */
	bool wanted = (classes & (class_bit(CLASS_PROCESS) | class_bit(CLASS_EVENT))) ||
		(cost & (COST_HOLDERS | COST_WAITERS)) ||
		((cost & COST_VERDICT) &&
			(classes & (class_bit(CLASS_MSG) | class_bit(CLASS_SEM))));

	return wanted ? COST_HOLDERS | COST_WAITERS : 0;
}

int relations_add(struct collector *collector, struct snapshot *snapshot, const struct needs *needs)
{
	unsigned what = relations_wanted(needs->classes, needs->cost);
	const int64_t begin = clock_monotonic_ns();
	const char *why;
	int error;

	if (!what && collector->scan)
		scan_rest(collector->scan);
	if (!what || snapshot->relations.asked)
		return 0;
	snapshot->relations.asked = true;
	why = processes_why_not(collector, snapshot);
	if (why) {
		snapshot->relations.error = collector->live ? -ENOENT : 0;
		return give_up(snapshot, NOTE_UNSEEN, "%s", why);
	}
	error = scan_for(collector, needs, what);
	snapshot->relations.took_ns = clock_monotonic_ns() - begin;
	if (error == -ENOMEM)
		return error;
	snapshot->relations.error = error;
	if (error)
		return give_up(snapshot, NOTE_FAILED, "/proc can't be read: %s", strerror(-error));
	error = copy_relations(snapshot, collector->scan);
	if (error)
		return error;
	find_rows(snapshot);
	foreign_settle(snapshot);
	sort_out(&snapshot->relations);
	error = name_processes(collector, snapshot);
	if (error)
		return error;
	find_creators(snapshot);
	sum_up(snapshot, collector->scan, what);
	error = relations_sort(snapshot);
	return error ? error : tell_missing(snapshot);
}

bool relations_slice(struct collector *collector, unsigned what, int64_t until_ns)
{
	if (!what || !collector->scan || scan_finished(collector->scan))
		return false;
	/* what it lacked memory for is visited later */
	return scan_slice(collector->scan, what, until_ns) == 0 && !scan_finished(collector->scan);
}
