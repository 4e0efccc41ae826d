/*
 * watch/worker: two threads on a folder in place of /proc, so that no objects are needed. Nothing
 * here relies on speed: what is expected is waited for, and the longest wait ends the case. Under
 * ThreadSanitizer this is the test of the worker's locking.
 */
#include "fixture.h"

#include <poll.h>
#include <pthread.h>

#include "ipctop/act/audit.h"
#include "ipctop/watch/worker.h"

#define SECOND INT64_C(1000000000)
#define NEVER  (86400 * SECOND) /* an interval that no case outlives */
#define OFTEN  (SECOND / 1000)

enum { PATIENCE_MS = 30000, QUIET_MS = 300 };

static pthread_mutex_t log_lock = PTHREAD_MUTEX_INITIALIZER;

/* In place of the one in the library: no test writes to the system's log. */
int audit_removal(struct audit *audit, const struct fingerprint *object, const char *owner,
	bool done, const char *reason)
{
	(void)audit;
	(void)object;
	(void)owner;
	(void)done;
	(void)reason;
	pthread_mutex_lock(&log_lock);
	pthread_mutex_unlock(&log_lock);
	return 0;
}

static struct worker *start(const char *proc, const struct wish *wish)
{
	struct worker *worker = NULL;

	assert_int_equal(worker_start(proc, wish, &worker), 0);
	assert_non_null(worker);
	assert_true(worker_fd(worker) >= 0);
	return worker;
}

static struct snapshot *wait_for_snapshot(struct worker *worker)
{
	struct pollfd fd = { .fd = worker_fd(worker), .events = POLLIN };
	struct snapshot *snapshot;

	do {
		if (poll(&fd, 1, PATIENCE_MS) <= 0)
			fail_msg("no snapshot came");
		snapshot = worker_take_snapshot(worker);
	} while (!snapshot);
	return snapshot;
}

static void expect_quiet(struct worker *worker)
{
	struct pollfd fd = { .fd = worker_fd(worker), .events = POLLIN };

	assert_int_equal(poll(&fd, 1, QUIET_MS), 0);
	assert_null(worker_take_snapshot(worker));
}

static void the_first_snapshot_comes_by_itself(void **state)
{
	char *proc = fixture_path("linux-6.18");
	struct wish wish = { .interval_ns = NEVER, .classes = class_set(0) };
	struct worker *worker = start(proc, &wish);
	struct snapshot *snapshot = wait_for_snapshot(worker);

	(void)state;
	assert_int_equal(snapshot->classes[CLASS_SHM].count, 10);
	assert_int_equal(snapshot->classes[CLASS_LIMIT].error, 0);
	assert_false(snapshot->classes[CLASS_SHM].change.known);
	assert_int_equal(worker_error(worker), 0);
	assert_null(worker_take_result(worker));
	expect_quiet(worker); /* it was taken: there is no news */
	assert_true(worker_stop(worker, NULL));
	/* what was taken stays */
	assert_int_equal(snapshot->classes[CLASS_SHM].count, 10);
	snapshot_unref(snapshot);
	free(proc);
}

static void snapshots_come_at_the_interval_and_tell_changes(void **state)
{
	char *proc = fixture_path("linux-6.18");
	struct wish wish = { .interval_ns = OFTEN, .classes = class_set(0) };
	struct worker *worker = start(proc, &wish);
	struct snapshot *last = wait_for_snapshot(worker), *next;
	int i;

	(void)state;
	for (i = 0; i < 20; i++) {
		next = wait_for_snapshot(worker);
		assert_true(next->begin_ns >= last->begin_ns + OFTEN);
		assert_true(next->classes[CLASS_SHM].change.known);
		assert_int_equal(next->classes[CLASS_SHM].change.added, 0);
		snapshot_unref(last);
		last = next;
	}
	assert_true(worker_stop(worker, NULL));
	snapshot_unref(last);
	free(proc);
}

static void a_paused_worker_only_collects_when_told(void **state)
{
	char *proc = fixture_path("linux-6.18");
	struct wish wish = { .interval_ns = OFTEN, .paused = true, .classes = class_set(0) };
	struct worker *worker = start(proc, &wish);
	int i;

	(void)state;
	snapshot_unref(wait_for_snapshot(worker)); /* the first comes in any case */
	expect_quiet(worker);
	for (i = 0; i < 5; i++) {
		worker_refresh(worker);
		snapshot_unref(wait_for_snapshot(worker));
	}
	expect_quiet(worker);
	/* another wish is none to collect, until it ends the pause */
	wish.cost = COST_USER;
	worker_wish(worker, &wish);
	expect_quiet(worker);
	wish.paused = false;
	worker_wish(worker, &wish);
	snapshot_unref(wait_for_snapshot(worker));
	snapshot_unref(wait_for_snapshot(worker));
	assert_true(worker_stop(worker, NULL));
	free(proc);
}

static void a_refresh_does_not_wait_for_the_interval(void **state)
{
	char *proc = fixture_path("linux-6.18");
	struct wish wish = { .interval_ns = NEVER, .classes = class_set(0) };
	struct worker *worker = start(proc, &wish);
	struct snapshot *snapshot;

	(void)state;
	snapshot_unref(wait_for_snapshot(worker));
	worker_refresh(worker);
	snapshot = wait_for_snapshot(worker);
	assert_true(snapshot->classes[CLASS_SHM].change.known);
	snapshot_unref(snapshot);
	expect_quiet(worker); /* one refresh, one snapshot */
	assert_true(worker_stop(worker, NULL));
	free(proc);
}

static void what_a_wish_misses_is_collected_soon(void **state)
{
	char *proc = fixture_path("linux-6.18");
	struct wish wish = { .interval_ns = NEVER, .classes = class_bit(CLASS_SEM) };
	struct worker *worker = start(proc, &wish);
	struct snapshot *snapshot = wait_for_snapshot(worker);

	(void)state;
	assert_false(snapshot->classes[CLASS_SHM].read);
	snapshot_unref(snapshot);
	/* a class, a cost, pids, and all pids of a class: each brings one snapshot and then rest */
	wish.classes |= class_bit(CLASS_SHM);
	worker_wish(worker, &wish);
	snapshot = wait_for_snapshot(worker);
	assert_true(snapshot->classes[CLASS_SHM].read);
	snapshot_unref(snapshot);
	wish.cost = COST_USER;
	worker_wish(worker, &wish);
	snapshot = wait_for_snapshot(worker);
	assert_true(snapshot->users.used > 0);
	snapshot_unref(snapshot);
	wish.pids[0] = 4242;
	wish.pid_count = 1;
	worker_wish(worker, &wish);
	snapshot = wait_for_snapshot(worker);
	assert_non_null(process_map_get(&snapshot->processes, 4242));
	snapshot_unref(snapshot);
	wish.all_pids = class_bit(CLASS_SHM);
	worker_wish(worker, &wish);
	snapshot = wait_for_snapshot(worker);
	assert_non_null(process_map_get(&snapshot->processes, 811));
	snapshot_unref(snapshot);
	/* the same again, and less than before, is there already */
	worker_wish(worker, &wish);
	expect_quiet(worker);
	wish.pid_count = 0;
	wish.cost = 0;
	wish.classes = class_bit(CLASS_SHM);
	worker_wish(worker, &wish);
	expect_quiet(worker);
	assert_true(worker_stop(worker, NULL));
	free(proc);
}

static void a_shorter_interval_holds_at_once(void **state)
{
	char *proc = fixture_path("linux-6.18");
	struct wish wish = { .interval_ns = NEVER, .classes = class_set(0) };
	struct worker *worker = start(proc, &wish);

	(void)state;
	snapshot_unref(wait_for_snapshot(worker));
	wish.interval_ns = OFTEN;
	worker_wish(worker, &wish);
	snapshot_unref(wait_for_snapshot(worker));
	snapshot_unref(wait_for_snapshot(worker));
	assert_true(worker_stop(worker, NULL));
	free(proc);
}

/* Of what was not taken only the newest is kept. */
static void a_slow_face_gets_the_newest(void **state)
{
	char *proc = fixture_path("linux-6.18");
	struct wish wish = { .interval_ns = OFTEN, .classes = class_set(0) };
	struct worker *worker = start(proc, &wish);
	struct snapshot *first, *second;

	(void)state;
	first = wait_for_snapshot(worker);
	usleep(200000);
	second = wait_for_snapshot(worker);
	assert_true(second->begin_ns > first->begin_ns + 50 * OFTEN);
	snapshot_unref(first);
	snapshot_unref(second);
	assert_true(worker_stop(worker, NULL));
	free(proc);
}

static void an_unreadable_folder_is_no_error_of_the_worker(void **state)
{
	struct wish wish = { .interval_ns = OFTEN, .classes = class_set(0) };
	struct worker *worker = start("/nowhere", &wish);
	struct snapshot *snapshot = wait_for_snapshot(worker);

	(void)state;
	assert_int_equal(worker_error(worker), 0);
	assert_int_equal(snapshot->classes[CLASS_SHM].error, -ENOENT);
	assert_non_null(snapshot->notes);
	snapshot_unref(snapshot);
	assert_true(worker_stop(worker, NULL));
}

/* Targets of another namespace are refused before anything of ours is looked at. */
static void no_job_is_lost(void **state)
{
	enum { JOBS = 50 };
	char *proc = fixture_path("linux-6.18");
	struct wish wish = { .interval_ns = NEVER, .paused = true, .classes = class_set(0) };
	struct worker *worker = start(proc, &wish);
	struct pollfd fd = { .fd = worker_fd(worker), .events = POLLIN };
	struct target targets[2] = { { .owner = "nobody" }, { .owner = "nobody" } };
	struct job_result *result;
	int job, taken = 0;

	(void)state;
	targets[0].fingerprint.identity.class = CLASS_SHM;
	targets[1].fingerprint.identity.class = CLASS_SEM;
	for (job = 0; job < JOBS; job++) {
		targets[0].fingerprint.identity.scope = targets[1].fingerprint.identity.scope = 1;
		targets[0].fingerprint.identity.id = targets[1].fingerprint.identity.id = job;
		assert_int_equal(worker_remove(worker, targets, 1 + (size_t)job % 2), 0);
	}
	while (taken < JOBS) {
		if (poll(&fd, 1, PATIENCE_MS) <= 0)
			fail_msg("%d results are missing", JOBS - taken);
		snapshot_unref(worker_take_snapshot(worker));
		while ((result = worker_take_result(worker)) != NULL) {
			/* in the order asked for, each with all its targets */
			assert_int_equal(result->count, 1 + taken % 2);
			assert_int_equal(result->results[0].removal, REMOVAL_OTHER);
			assert_int_equal(result->results[0].asked.identity.id, taken);
			assert_int_equal(result->results[0].asked.identity.class, CLASS_SHM);
			if (result->count > 1)
				assert_int_equal(
					result->results[1].asked.identity.class, CLASS_SEM);
			free(result);
			taken++;
		}
	}
	assert_int_equal(worker_remove(worker, targets, 0), 0); /* nothing to do, but told of */
	assert_true(worker_stop(worker, NULL));
	free(proc);
}

/* Its effect is seen at once, also where snapshots are paused. */
static void a_job_brings_a_snapshot(void **state)
{
	char *proc = fixture_path("linux-6.18");
	struct wish wish = { .interval_ns = NEVER, .paused = true, .classes = class_set(0) };
	struct worker *worker = start(proc, &wish);
	struct target target = { .owner = "nobody" };

	(void)state;
	snapshot_unref(wait_for_snapshot(worker));
	target.fingerprint.identity.scope = 1;
	assert_int_equal(worker_remove(worker, &target, 1), 0);
	snapshot_unref(wait_for_snapshot(worker));
	/* the result came before it */
	free(worker_take_result(worker));
	assert_null(worker_take_result(worker));
	assert_true(worker_stop(worker, NULL));
	free(proc);
}

/* Stopping at any moment: before, while and after the first snapshot, with jobs on their way. */
static void it_starts_and_stops_often(void **state)
{
	char *proc = fixture_path("linux-6.18");
	struct wish wish = { .interval_ns = OFTEN, .classes = class_set(0), .cost = COST_USER };
	struct target target = { .owner = "nobody" };
	struct worker *worker;
	int i;

	(void)state;
	target.fingerprint.identity.scope = 1;
	for (i = 0; i < 200; i++) {
		worker = start(proc, &wish);
		if (i % 4 == 1)
			usleep((useconds_t)i * 10);
		if (i % 4 == 2)
			snapshot_unref(wait_for_snapshot(worker));
		if (i % 4 == 3) {
			worker_refresh(worker);
			assert_int_equal(worker_remove(worker, &target, 1), 0);
		}
		assert_true(worker_stop(worker, NULL));
	}
	assert_true(worker_stop(NULL, NULL));
	free(proc);
}

static void wishes_are_hammered_while_snapshots_come(void **state)
{
	enum { WISHES = 5000 };
	char *proc = fixture_path("linux-6.18");
	struct wish wish = { .interval_ns = 1, .classes = class_set(0) };
	struct worker *worker = start(proc, &wish);
	struct snapshot *snapshot, *shown = NULL;
	int i;

	(void)state;
	for (i = 0; i < WISHES; i++) {
		wish.classes = (unsigned)i % (1u << CLASS_COUNT);
		wish.cost = (unsigned)i % 16;
		wish.all_pids = (unsigned)i % 8;
		wish.pid_count = (size_t)i % WISH_PIDS_MAX;
		wish.pids[i % WISH_PIDS_MAX] = i;
		worker_wish(worker, &wish);
		if (i % 7 == 0)
			worker_refresh(worker);
		snapshot = worker_take_snapshot(worker);
		if (snapshot) {
			snapshot_unref(shown);
			shown = snapshot;
		}
		assert_int_equal(worker_error(worker), 0);
		/* the face reads what it holds while the worker goes on */
		if (shown && shown->classes[CLASS_SHM].read)
			assert_int_equal(shown->classes[CLASS_SHM].count, 10);
	}
	snapshot_unref(shown);
	/* the last wish is the one that holds */
	wish = (struct wish){ .interval_ns = OFTEN, .classes = class_bit(CLASS_MSG) };
	worker_wish(worker, &wish);
	for (i = 0; i < 1000; i++) {
		snapshot = wait_for_snapshot(worker);
		shown = snapshot->classes[CLASS_SHM].read ? NULL : snapshot;
		snapshot_unref(snapshot);
		if (shown)
			break;
	}
	assert_non_null(shown);
	assert_true(worker_stop(worker, NULL));
	free(proc);
}

/* What the thread is held by does not hold its owner, who is told what is not done any more. */
static void a_call_that_hangs_holds_nobody(void **state)
{
	char *proc = fixture_path("linux-6.18");
	struct wish wish = { .interval_ns = NEVER, .paused = true, .classes = class_set(0) };
	struct worker *worker = start(proc, &wish);
	struct target targets[3] = { 0 };
	size_t left = 0, i;

	(void)state;
	for (i = 0; i < LENGTH(targets); i++)
		targets[i].fingerprint.identity.scope = 1;
	snapshot_unref(wait_for_snapshot(worker));
	pthread_mutex_lock(&log_lock);
	assert_int_equal(worker_remove(worker, targets, LENGTH(targets)), 0);
	assert_int_equal(worker_remove(worker, targets, 1), 0);
	assert_false(worker_stop(worker, &left));
	assert_int_equal(left, 3); /* but for the first, which hangs */
	/* it may be tried again */
	pthread_mutex_unlock(&log_lock);
	assert_true(worker_stop(worker, &left));
	assert_int_equal(left, 4); /* it was refused, which nobody was told */
	free(proc);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(the_first_snapshot_comes_by_itself),
		cmocka_unit_test(snapshots_come_at_the_interval_and_tell_changes),
		cmocka_unit_test(a_paused_worker_only_collects_when_told),
		cmocka_unit_test(a_refresh_does_not_wait_for_the_interval),
		cmocka_unit_test(what_a_wish_misses_is_collected_soon),
		cmocka_unit_test(a_shorter_interval_holds_at_once),
		cmocka_unit_test(a_slow_face_gets_the_newest),
		cmocka_unit_test(an_unreadable_folder_is_no_error_of_the_worker),
		cmocka_unit_test(no_job_is_lost),
		cmocka_unit_test(a_job_brings_a_snapshot),
		cmocka_unit_test(it_starts_and_stops_often),
		cmocka_unit_test(a_call_that_hangs_holds_nobody),
		cmocka_unit_test(wishes_are_hammered_while_snapshots_come),
	};

	return tap_run(cases, LENGTH(cases), NULL, NULL);
}
