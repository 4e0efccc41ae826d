/* Removal through the worker thread: a result, and its effect in a later snapshot. */
#include "live.h"

#include <poll.h>
#include <time.h>

#include "ipctop/watch/worker.h"

enum { DEADLINE_MS = 10 * 1000, ROUNDS = 20 };

static struct wish wish_for(int64_t interval_ns)
{
	return (struct wish){
		.interval_ns = interval_ns,
		.classes = class_set(CLASS_IPC) | class_bit(CLASS_LIMIT),
		.cost = COST_RESIDENT | COST_USER | COST_PROCESS,
		.all_pids = class_set(CLASS_IPC),
	};
}

static void wait_for_news(struct worker *worker)
{
	struct pollfd wait = { .fd = worker_fd(worker), .events = POLLIN };

	if (poll(&wait, 1, DEADLINE_MS) <= 0)
		fail_msg("the worker is silent");
}

static struct snapshot *next_snapshot(struct worker *worker)
{
	struct snapshot *snapshot;

	for (;;) {
		wait_for_news(worker);
		snapshot = worker_take_snapshot(worker);
		if (snapshot)
			return snapshot;
	}
}

/* The next result, and in `*newest` the newest snapshot that came by then, if any. */
static struct job_result *next_result(struct worker *worker, struct snapshot **newest)
{
	struct snapshot *snapshot;
	struct job_result *result;

	for (*newest = NULL;;) {
		result = worker_take_result(worker);
		if (result)
			return result;
		wait_for_news(worker);
		snapshot = worker_take_snapshot(worker);
		if (!snapshot)
			continue;
		snapshot_unref(*newest);
		*newest = snapshot;
	}
}

static struct target target_of(const struct snapshot *snapshot, unsigned kind, int id)
{
	struct target target = { .owner = "owner" };
	const void *record = NULL;

	assert_int_equal(live_find(snapshot, kind, id, &record), 1);
	target.fingerprint = fingerprint_of(kind, record, snapshot->scope);
	return target;
}

static bool has(const struct snapshot *snapshot, unsigned kind, int id)
{
	const void *record;

	return live_find(snapshot, kind, id, &record) > 0;
}

/* From `snapshot` on, which may be NULL, the objects go, and all others stay. */
static void expect_gone(
	struct worker *worker, struct snapshot *snapshot, const int ids[CLASS_SHM + 1], int staying)
{
	bool left = true;

	while (left) {
		if (!snapshot)
			snapshot = next_snapshot(worker);
		left = has(snapshot, CLASS_MSG, ids[CLASS_MSG]) ||
			has(snapshot, CLASS_SEM, ids[CLASS_SEM]) ||
			has(snapshot, CLASS_SHM, ids[CLASS_SHM]);
		assert_true(has(snapshot, CLASS_SHM, staying));
		snapshot_unref(snapshot);
		snapshot = NULL;
	}
}

static void removed_and_seen_to_be(void **state)
{
	struct wish wish = wish_for(INT64_C(3600) * 1000000000); /* only jobs bring snapshots */
	int ids[CLASS_SHM + 1], staying;
	struct target targets[CLASS_SHM + 2];
	struct job_result *result;
	struct snapshot *snapshot;
	struct worker *worker;
	unsigned kind;
	size_t i;

	(void)state;
	staying = world_object(CLASS_SHM, IPC_PRIVATE, 0600);
	for (kind = 0; kind <= CLASS_SHM; kind++)
		ids[kind] = world_object(kind, IPC_PRIVATE, 0600);
	assert_int_equal(worker_start(NULL, &wish, &worker), 0);
	snapshot = next_snapshot(worker);
	for (kind = 0; kind <= CLASS_SHM; kind++)
		targets[kind] = target_of(snapshot, kind, ids[kind]);
	/* an object that is not the one that was shown */
	targets[CLASS_SHM + 1] = target_of(snapshot, CLASS_SHM, staying);
	targets[CLASS_SHM + 1].fingerprint.identity.extent++;
	snapshot_unref(snapshot);

	assert_int_equal(worker_remove(worker, targets, CLASS_SHM + 2), 0);
	result = next_result(worker, &snapshot);
	assert_int_equal(result->count, CLASS_SHM + 2);
	for (i = 0; i <= CLASS_SHM; i++)
		assert_int_equal(result->results[i].removal, REMOVAL_DONE);
	assert_int_equal(result->results[CLASS_SHM + 1].removal, REMOVAL_OTHER);
	free(result);
	expect_gone(worker, snapshot, ids, staying);
	assert_true(worker_stop(worker, NULL));
	world_remove(CLASS_SHM, staying);
}

/* Objects come and go, wishes and jobs are given at once, and every job has its result. */
static void jobs_while_snapshots_run(void **state)
{
	struct wish wish = wish_for(1000000);
	struct snapshot *snapshot;
	struct worker *worker;
	struct target target;
	struct job_result *result;
	int round, id, results = 0;

	(void)state;
	assert_int_equal(worker_start(NULL, &wish, &worker), 0);
	for (round = 0; round < ROUNDS; round++) {
		id = world_object(CLASS_MSG, IPC_PRIVATE, 0600);
		do {
			snapshot = next_snapshot(worker);
			if (has(snapshot, CLASS_MSG, id))
				break;
			snapshot_unref(snapshot);
		} while (true);
		target = target_of(snapshot, CLASS_MSG, id);
		assert_int_equal(worker_remove(worker, &target, 1), 0);
		assert_int_equal(worker_remove(worker, &target, 1), 0);
		wish.cost ^= COST_GROUP;
		worker_wish(worker, &wish);
		worker_refresh(worker);
		snapshot_unref(snapshot); /* while the worker goes on */
		for (results = 0; results < 2; results++) {
			result = next_result(worker, &snapshot);
			snapshot_unref(snapshot);
			assert_int_equal(result->count, 1);
			assert_int_equal(
				result->results[0].removal, results ? REMOVAL_GONE : REMOVAL_DONE);
			free(result);
		}
		assert_false(world_exists(CLASS_MSG, id));
	}
	assert_int_equal(worker_error(worker), 0);
	assert_true(worker_stop(worker, NULL));
}

/* Nothing is lost that was asked for before the end, and nothing leaks. */
static void stopped_with_jobs_waiting(void **state)
{
	struct wish wish = wish_for(1000000);
	struct snapshot *snapshot;
	struct worker *worker;
	struct target target;
	int id = world_object(CLASS_SEM, IPC_PRIVATE, 0600), i;
	size_t left;

	(void)state;
	assert_int_equal(worker_start(NULL, &wish, &worker), 0);
	snapshot = next_snapshot(worker);
	target = target_of(snapshot, CLASS_SEM, id);
	target.fingerprint.ctime++;
	for (i = 0; i < 50; i++)
		assert_int_equal(worker_remove(worker, &target, 1), 0);
	assert_true(worker_stop(worker, &left));
	assert_int_equal(left, 50); /* all are refused, and nobody took what came of it */
	/* a snapshot outlives the worker that made it */
	assert_true(has(snapshot, CLASS_SEM, id));
	snapshot_unref(snapshot);
	assert_true(world_exists(CLASS_SEM, id));
	world_remove(CLASS_SEM, id);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(removed_and_seen_to_be),
		cmocka_unit_test(jobs_while_snapshots_run),
		cmocka_unit_test(stopped_with_jobs_waiting),
	};

	return tap_run(cases, sizeof(cases) / sizeof(cases[0]), live_enter, NULL);
}
