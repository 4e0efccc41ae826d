#include "ipctop/watch/worker.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "ipctop/base/clock.h"
#include "ipctop/collect/collector.h"
#include "ipctop/collect/processes.h"
#include "ipctop/collect/relations.h"
#include "ipctop/model/derive.h"
#include "ipctop/model/event.h"

#define SECOND_NS INT64_C(1000000000)
#define SLICE_NS  (SECOND_NS / 20) /* of visits that a snapshot, or a job, waits for */
#define SOON_NS   (SECOND_NS / 10) /* a wish that changes with every key may not cost more */
#define STOP_NS   (SECOND_NS / 10 * 6) /* that what is going on may take when all ends */

struct job {
	struct job *next;
	struct job_result *result; /* made with it: nothing is removed that can't be told of */
	size_t count;
	struct target targets[];
};

struct worker {
	pthread_t thread;
	int event; /* eventfd(2) to the face */
	pthread_mutex_t lock; /* of all below, up to the next comment */
	pthread_cond_t changed;
	struct wish wish;
	struct job *jobs, **jobs_end;
	struct job_result *results, **results_end;
	struct snapshot *news; /* not taken yet */
	size_t left; /* objects that are still to be removed */
	int error;
	bool refresh, stop;
	bool no_more; /* nothing is removed any more */
	bool ended;
	/* the worker's own */
	struct collector *collector;
	struct past *past;
	struct snapshot *last; /* the last one published */
	struct wish last_wish; /* that it was made for */
	int64_t last_begin, last_took;
	int64_t scan_left; /* of the budget, nanoseconds */
	int64_t marks_begin; /* when the interval began for which changes are marked */
	bool scanning; /* processes are left to be visited, and budget */
	bool pass_shown; /* a snapshot showed a whole pass, since it is wanted */
	struct audit audit;
};

static void tell_face(const struct worker *worker)
{
	const uint64_t one = 1;

	/* the counter of an eventfd can't be full, so nothing is lost */
	while (write(worker->event, &one, sizeof(one)) < 0 && errno == EINTR)
		continue;
}

/* Whether the last snapshot has all that is wished. */
static bool is_satisfied(const struct worker *worker)
{
	const struct wish *wish = &worker->wish, *last = &worker->last_wish;
	const struct process *process;
	size_t i;

	if (!worker->last)
		return false;
	if ((wish->cost & ~last->cost) || (wish->classes & ~last->classes) ||
		(wish->all_pids & ~last->all_pids) || wish->groups.by != last->groups.by ||
		memcmp(&wish->ages, &last->ages, sizeof(wish->ages)) != 0 ||
		!detail_answers(&worker->last->detail, &wish->detail))
		return false;
	for (i = 0; i < wish->pid_count; i++) {
		if (wish->pids[i] <= 0)
			continue;
		process = process_map_get(&worker->last->processes, wish->pids[i]);
		if (!process || (process->alive == ALIVE_YES && !process->asked))
			return false;
	}
	return true;
}

/* When the next snapshot is due, on the monotonic clock; INT64_MAX: not before something changes.
 */
static int64_t due(const struct worker *worker)
{
	int64_t pause = worker->wish.interval_ns;

	if (worker->refresh || (!worker->last && !worker->error))
		return 0;
	if (worker->wish.paused)
		return INT64_MAX;
	if (!is_satisfied(worker) && pause > SOON_NS)
		pause = SOON_NS;
	if (pause < worker->last_took)
		pause = worker->last_took;
	return worker->last_begin + pause;
}

static void publish(struct worker *worker, struct snapshot *snapshot, int error)
{
	struct snapshot *old;

	pthread_mutex_lock(&worker->lock);
	worker->error = error;
	old = worker->news;
	if (snapshot) {
		snapshot_unref(worker->last);
		worker->last = snapshot;
		worker->news = snapshot_ref(snapshot);
	} else {
		old = NULL;
	}
	pthread_mutex_unlock(&worker->lock);
	snapshot_unref(old);
	tell_face(worker);
}

/*
 * The share of the time that went by since the last snapshot goes to the budget, which holds at
 * most that of one interval. What of it the next snapshot may take.
 */
static int64_t add_budget(struct worker *worker, const struct wish *wish)
{
	const int64_t most = wish->interval_ns / 100 * wish->scan_percent;
	int64_t elapsed = clock_monotonic_ns() - worker->last_begin;

	if (!worker->last || elapsed > wish->interval_ns)
		elapsed = wish->interval_ns;
	worker->scan_left += elapsed / 100 * wish->scan_percent;
	if (worker->scan_left > most)
		worker->scan_left = most;
	if (worker->scan_left < 1)
		return 1; /* one process of each sort */
	return worker->scan_left < SLICE_NS ? worker->scan_left : SLICE_NS;
}

static void collect(struct worker *worker, const struct wish *wish)
{
	struct needs needs = {
		.classes = wish->classes,
		.cost = wish->cost,
		.all_pids = wish->all_pids,
		.pids = wish->pids,
		.pid_count = wish->pid_count,
		.detail = &wish->detail,
	};
	const unsigned what = relations_wanted(wish->classes, wish->cost);
	struct snapshot *snapshot;
	bool carry;
	int error;

	needs.scan_ns = add_budget(worker, wish);
	worker->last_begin = clock_monotonic_ns();
	/* a snapshot in between, for what the screen lacks, does not end the marks */
	carry = worker->last_begin - worker->marks_begin < wish->interval_ns;
	if (!carry)
		worker->marks_begin = worker->last_begin;
	error = collector_run(worker->collector, &needs, &snapshot);
	if (!error) {
		worker->last_begin = snapshot->begin_ns; /* a face counts from there */
		worker->scan_left -= snapshot->relations.took_ns;
		worker->pass_shown &= what != 0;
		worker->pass_shown |= snapshot->relations.read &&
			snapshot->relations.visited == snapshot->relations.all;
	}
	worker->scanning = what && worker->scan_left > 0;
	if (!error)
		error = derive(snapshot, worker->past,
			&(struct derive_wish){
				.classes = wish->classes,
				.groups = wish->groups,
				.ages = wish->ages,
				.carry = carry,
			});
	/* these rows are there only now */
	if (!error && (wish->all_pids & class_bit(CLASS_EVENT)))
		error = processes_add_classes(
			worker->collector, snapshot, class_bit(CLASS_EVENT), true);
	if (error) {
		snapshot_unref(snapshot);
		snapshot = NULL;
	}
	worker->last_took = clock_monotonic_ns() - worker->last_begin;
	publish(worker, snapshot, error);
}

/*
 * Visit processes between two snapshots, as far as the budget goes. A first pass that ended is
 * shown at once.
 */
static void scan(struct worker *worker, const struct wish *wish)
{
	const int64_t begin = clock_monotonic_ns();
	int64_t slice = worker->scan_left < SLICE_NS ? worker->scan_left : SLICE_NS;
	bool more = relations_slice(
		worker->collector, relations_wanted(wish->classes, wish->cost), begin + slice);

	worker->scan_left -= clock_monotonic_ns() - begin;
	worker->scanning = more && worker->scan_left > 0;
	if (!more && !worker->pass_shown) {
		worker->pass_shown = true;
		pthread_mutex_lock(&worker->lock);
		worker->refresh = true;
		pthread_mutex_unlock(&worker->lock);
	}
}

/* Whether the next object is to be removed: one less is left then. */
static bool goes_on(struct worker *worker)
{
	bool more;

	pthread_mutex_lock(&worker->lock);
	more = !worker->no_more;
	worker->left -= more;
	pthread_mutex_unlock(&worker->lock);
	return more;
}

static void remove_targets(struct worker *worker, const struct job *job)
{
	struct job_result *result = job->result;
	size_t i;

	for (i = 0; i < job->count && goes_on(worker); i++) {
		remove_object(&job->targets[i].fingerprint, job->targets[i].owner, &worker->audit,
			&result->results[i]);
		if (result->results[i].removal == REMOVAL_DONE ||
			result->results[i].removal == REMOVAL_MARKED)
			event_removed_by_us(
				worker->past->events, &result->results[i].asked.identity);
	}
	pthread_mutex_lock(&worker->lock);
	*worker->results_end = result;
	worker->results_end = &result->next;
	pthread_mutex_unlock(&worker->lock);
	tell_face(worker);
}

/* Under the lock: wait until something changes; false: nothing did until then. */
static bool wait_until(struct worker *worker, int64_t until_ns)
{
	const struct timespec until = { until_ns / SECOND_NS, until_ns % SECOND_NS };

	return pthread_cond_timedwait(&worker->changed, &worker->lock, &until) != ETIMEDOUT;
}

/* Under the lock: wait until something is to be done. */
static void wait_for_work(struct worker *worker)
{
	int64_t at;

	while (!worker->stop && !worker->jobs) {
		at = due(worker);
		if (at <= clock_monotonic_ns() || (worker->scanning && !worker->wish.paused))
			return;
		if (at == INT64_MAX)
			pthread_cond_wait(&worker->changed, &worker->lock);
		else
			wait_until(worker, at);
	}
}

static struct job *take_job(struct worker *worker)
{
	struct job *job = worker->jobs;

	if (!job)
		return NULL;
	worker->jobs = job->next;
	if (!worker->jobs)
		worker->jobs_end = &worker->jobs;
	worker->refresh = true; /* its effect is shown at once */
	return job;
}

static void *run(void *user)
{
	struct worker *worker = user;
	struct job *job;
	bool is_due;

	pthread_mutex_lock(&worker->lock);
	for (;;) {
		wait_for_work(worker);
		if (worker->stop && (!worker->jobs || worker->no_more))
			break;
		job = take_job(worker);
		is_due = due(worker) <= clock_monotonic_ns();
		if (!job && is_due) {
			worker->refresh = false;
			worker->last_wish = worker->wish;
		}
		pthread_mutex_unlock(&worker->lock);
		if (job)
			remove_targets(worker, job);
		else if (!is_due)
			scan(worker, &worker->last_wish);
		else
			collect(worker, &worker->last_wish);
		free(job);
		pthread_mutex_lock(&worker->lock);
	}
	worker->ended = true;
	pthread_cond_signal(&worker->changed);
	pthread_mutex_unlock(&worker->lock);
	return NULL;
}

static int start_thread(struct worker *worker)
{
	pthread_condattr_t attributes;
	sigset_t all, before;
	int error;

	pthread_mutex_init(&worker->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&worker->changed, &attributes);
	pthread_condattr_destroy(&attributes);
	/* signals are the face's */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(&worker->thread, NULL, run, worker);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return -error;
}

int worker_start(const char *proc, const struct wish *wish, struct worker **started)
{
	struct worker *worker = calloc(1, sizeof(*worker));
	int error = -ENOMEM;

	if (!worker)
		return error;
	worker->wish = *wish;
	worker->jobs_end = &worker->jobs;
	worker->results_end = &worker->results;
	worker->event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	worker->collector = collector_new(proc);
	worker->past = past_new();
	if (worker->event < 0)
		error = -errno;
	else if (worker->collector && worker->past)
		error = start_thread(worker);
	if (!error) {
		*started = worker;
		return 0;
	}
	if (worker->event >= 0)
		close(worker->event);
	collector_free(worker->collector);
	past_free(worker->past);
	free(worker);
	return error;
}

/* Under the lock: wait for its end until then, on the monotonic clock. */
static void wait_for_end(struct worker *worker, int64_t until_ns)
{
	while (!worker->ended && wait_until(worker, until_ns))
		continue;
}

/* Of results that nobody took. */
static size_t count_refused(const struct job_result *result)
{
	size_t count = 0, i;

	for (; result; result = result->next) {
		for (i = 0; i < result->count; i++)
			count += removal_refused(&result->results[i]);
	}
	return count;
}

static void free_worker(struct worker *worker)
{
	struct job_result *result;
	struct job *job;

	pthread_join(worker->thread, NULL);
	while ((result = worker->results) != NULL) {
		worker->results = result->next;
		free(result);
	}
	while ((job = worker->jobs) != NULL) {
		worker->jobs = job->next;
		free(job->result);
		free(job);
	}
	snapshot_unref(worker->news);
	snapshot_unref(worker->last);
	collector_free(worker->collector);
	past_free(worker->past);
	pthread_cond_destroy(&worker->changed);
	pthread_mutex_destroy(&worker->lock);
	close(worker->event);
	free(worker);
}

bool worker_stop(struct worker *worker, size_t *left)
{
	const int64_t now = clock_monotonic_ns();
	bool ended;

	if (!worker)
		return true;
	pthread_mutex_lock(&worker->lock);
	worker->stop = true;
	pthread_cond_broadcast(&worker->changed);
	wait_for_end(worker, now + STOP_NS);
	worker->no_more = true;
	wait_for_end(worker, now + STOP_NS + SOON_NS);
	if (left)
		*left = worker->left + count_refused(worker->results);
	ended = worker->ended;
	pthread_mutex_unlock(&worker->lock);
	if (ended)
		free_worker(worker);
	return ended;
}

int worker_fd(const struct worker *worker)
{
	return worker->event;
}

void worker_wish(struct worker *worker, const struct wish *wish)
{
	pthread_mutex_lock(&worker->lock);
	worker->wish = *wish;
	pthread_cond_signal(&worker->changed);
	pthread_mutex_unlock(&worker->lock);
}

void worker_refresh(struct worker *worker)
{
	pthread_mutex_lock(&worker->lock);
	worker->refresh = true;
	pthread_cond_signal(&worker->changed);
	pthread_mutex_unlock(&worker->lock);
}

int worker_remove(struct worker *worker, const struct target *targets, size_t count)
{
	struct job *job = calloc(1, sizeof(*job) + count * sizeof(job->targets[0]));
	struct job_result *result = calloc(1, sizeof(*result) + count * sizeof(result->results[0]));

	if (!job || !result) {
		free(job);
		free(result);
		return -ENOMEM;
	}
	job->result = result;
	job->count = result->count = count;
	memcpy(job->targets, targets, count * sizeof(job->targets[0]));
	pthread_mutex_lock(&worker->lock);
	*worker->jobs_end = job;
	worker->jobs_end = &job->next;
	worker->left += count;
	pthread_cond_signal(&worker->changed);
	pthread_mutex_unlock(&worker->lock);
	return 0;
}

struct snapshot *worker_take_snapshot(struct worker *worker)
{
	struct snapshot *news;
	uint64_t count;

	while (read(worker->event, &count, sizeof(count)) < 0 && errno == EINTR)
		continue;
	pthread_mutex_lock(&worker->lock);
	news = worker->news;
	worker->news = NULL;
	pthread_mutex_unlock(&worker->lock);
	return news;
}

struct job_result *worker_take_result(struct worker *worker)
{
	struct job_result *result;

	pthread_mutex_lock(&worker->lock);
	result = worker->results;
	if (result) {
		worker->results = result->next;
		result->next = NULL;
		if (!worker->results)
			worker->results_end = &worker->results;
	}
	pthread_mutex_unlock(&worker->lock);
	return result;
}

int worker_error(struct worker *worker)
{
	int error;

	pthread_mutex_lock(&worker->lock);
	error = worker->error;
	pthread_mutex_unlock(&worker->lock);
	return error;
}
