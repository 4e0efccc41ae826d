#include "ipctop/collect/collector.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ipctop/base/clock.h"
#include "ipctop/collect/accounts.h"
#include "ipctop/collect/detail.h"
#include "ipctop/collect/operators.h"
#include "ipctop/collect/processes.h"
#include "ipctop/collect/relations.h"
#include "ipctop/collect/sysv.h"
#include "ipctop/model/record.h"

enum { SIDE_MIN = 512 }; /* segments for which a thread is worth its start */

extern const struct source source_msg, source_sem, source_shm, source_limit, source_process;

/*
 * In order: the use of limits is counted from the objects, processes are those related to them.
 * NULL: derived.
 */
const struct source *const sources[CLASS_COUNT] = {
	&source_msg,
	&source_sem,
	&source_shm,
	&source_limit,
	&source_process,
};

struct collector *collector_new(const char *proc)
{
	struct collector *collector = calloc(1, sizeof(*collector));

	if (!collector)
		return NULL;
	collector->live = proc == NULL;
	collector->proc = proc ? proc : "/proc";
	collector->page_size = (int)sysconf(_SC_PAGESIZE);
	if (collector->live && gethostname(collector->host, sizeof(collector->host) - 1) < 0)
		strcpy(collector->host, "localhost");
	return collector;
}

void collector_free(struct collector *collector)
{
	if (!collector)
		return;
	processes_close(collector);
	scan_free(collector->scan);
	keysearch_free(&collector->keys.search);
	arena_free(&collector->names);
	free(collector);
}

static const char *reason(const struct snapshot *snapshot, enum class class, int error)
{
	if (class == CLASS_PROCESS && snapshot->relations.why)
		return snapshot->relations.why;
	if (error == -ENOSYS)
		return "this kernel has no System V IPC";
	if (error == -EBADMSG)
		return "the text is not one that we understand";
	return strerror(-error);
}

static int run_source(struct collector *collector, const struct source *source,
	const struct needs *needs, struct snapshot *snapshot)
{
	struct class_rows *rows = &snapshot->classes[source->class];
	const char *why;
	int error;

	rows->read = true;
	error = source->collect(collector, needs, snapshot);
	if (error == -ENOMEM)
		return error;
	if (error) {
		why = reason(snapshot, source->class, error);
		rows->error = error;
		rows->count = 0;
		rows->why = arena_text(&snapshot->arena, why, strlen(why));
		return rows->why
			? snapshot_note(snapshot, source->class, NOTE_FAILED,
				  "%s can't be read: %s", class_infos[source->class].many, why)
			: -ENOMEM;
	}
	if (rows->skipped > 0)
		return snapshot_note(snapshot, source->class, NOTE_FAILED,
			"%u %s of %s/sysvipc/%s could not be read", rows->skipped,
			rows->skipped == 1 ? "line" : "lines", collector->proc,
			class_infos[source->class].word);
	return 0;
}

/* Sums of what was read so far. */
static void add_totals(
	const struct collector *collector, struct snapshot *snapshot, enum class class)
{
	const struct class_rows *rows = &snapshot->classes[class];
	const struct msg_record *msg = rows->records;
	const struct sem_record *sem = rows->records;
	const struct shm_record *shm = rows->records;
	uint64_t page = (uint64_t)collector->page_size;
	struct totals *totals = &snapshot->totals;
	uint32_t i;

	for (i = 0; i < rows->count; i++) {
		if (class == CLASS_MSG) {
			totals->msg_bytes += msg[i].cbytes;
			totals->msg_messages += msg[i].qnum;
		} else if (class == CLASS_SEM) {
			totals->sem_semaphores += sem[i].nsems;
		} else if (class == CLASS_SHM) {
			totals->shm_bytes += shm[i].size;
			totals->shm_pages += record_pages(shm[i].size, page);
			totals->shm_rss += shm[i].rss;
			totals->shm_swap += shm[i].swap;
			totals->shm_rss_unknown += !shm[i].has_rss;
			totals->has_resident |= shm[i].has_swap;
		}
	}
}

/*
 * Segments take as long as queues and sets together. Where there are many, they are read beside
 * them by a thread that lives for this one snapshot, into a part of its own: nothing is shared
 * but what belongs to the class.
 */
struct side {
	struct collector *collector;
	const struct needs *needs;
	struct snapshot *part;
	pthread_t thread;
	bool running;
	int error;
};

static void *run_side(void *user)
{
	struct side *side = user;

	side->error = run_source(side->collector, &source_shm, side->needs, side->part);
	return NULL;
}

static void start_side(struct side *side)
{
	if (!(side->needs->classes & class_bit(CLASS_SHM)) ||
		side->collector->last_count[CLASS_SHM] < SIDE_MIN)
		return;
	side->part = snapshot_new();
	if (!side->part)
		return;
	side->running = pthread_create(&side->thread, NULL, run_side, side) == 0;
	if (!side->running)
		snapshot_unref(side->part);
}

static int finish_side(struct side *side, struct snapshot *snapshot)
{
	pthread_join(side->thread, NULL);
	side->running = false;
	snapshot_adopt(snapshot, side->part, CLASS_SHM);
	return side->error;
}

static int run_class(struct collector *collector, const struct source *source, struct side *side,
	struct snapshot *snapshot)
{
	enum class class = source->class;
	int error;

	if (class == CLASS_SHM && side->running)
		error = finish_side(side, snapshot);
	else
		error = run_source(collector, source, side->needs, snapshot);
	if (error)
		return error;
	add_totals(collector, snapshot, class);
	collector->last_count[class] = snapshot->classes[class].count;
	collector->has_last[class] = true;
	return 0;
}

static int run_sources(
	struct collector *collector, const struct needs *needs, struct snapshot *snapshot)
{
	struct side side = { .collector = collector, .needs = needs };
	int error = 0;
	size_t i;

	start_side(&side);
	for (i = 0; i < CLASS_COUNT && !error; i++) {
		if (sources[i] && (needs->classes & class_bit(sources[i]->class)))
			error = run_class(collector, sources[i], &side, snapshot);
	}
	if (side.running)
		finish_side(&side, snapshot);
	return error;
}

/* What verdicts need beside themselves. */
static struct needs expand(const struct needs *asked)
{
	struct needs needs = *asked;

	if (needs.cost & COST_VERDICT) {
		needs.cost |= COST_USER | COST_PROCESS;
		needs.all_pids |= needs.classes & class_set(CLASS_IPC);
	}
	return needs;
}

static int build(struct collector *collector, const struct needs *needs, struct snapshot *snapshot)
{
	int error;

	/* texts do not tell which host they are of */
	if (collector->live)
		snapshot->host =
			arena_text(&snapshot->arena, collector->host, strlen(collector->host));
	if (collector->live && !snapshot->host)
		return -ENOMEM;
	error = run_sources(collector, needs, snapshot);
	if (!error)
		error = relations_add(collector, snapshot, needs);
	if (!error)
		error = accounts_add(collector, snapshot, needs->cost);
	if (!error && (needs->cost & COST_PROCESS))
		error = processes_add_classes(collector, snapshot, needs->classes, false);
	if (!error && needs->all_pids)
		error = processes_add_classes(
			collector, snapshot, needs->all_pids & needs->classes, true);
	if (!error)
		error = processes_add(collector, snapshot, needs->pids, needs->pid_count);
	if (!error && (needs->cost & COST_VERDICT))
		error = operators_add(collector, snapshot);
	if (!error && needs->detail)
		error = detail_add(collector, snapshot, needs->detail);
	if (!error)
		error = accounts_tell(snapshot);
	return error;
}

int collector_run(
	struct collector *collector, const struct needs *asked, struct snapshot **snapshot)
{
	const struct needs needs = expand(asked);
	struct snapshot *made = snapshot_new();
	int error;

	*snapshot = NULL;
	if (!made)
		return -ENOMEM;
	clock_gettime(CLOCK_REALTIME, &made->time);
	made->begin_ns = clock_monotonic_ns();
	if (collector->live && collector->scope == 0)
		collector->scope = sysv_scope();
	if (collector->seq_shift == 0)
		collector->seq_shift = sysv_seq_shift(collector);
	made->scope = collector->scope;
	made->cost = needs.cost;
	made->page_size = (uint32_t)collector->page_size;
	error = build(collector, &needs, made);
	if (error) {
		snapshot_unref(made);
		return error;
	}
	made->took_ns = clock_monotonic_ns() - made->begin_ns;
	*snapshot = made;
	return 0;
}
