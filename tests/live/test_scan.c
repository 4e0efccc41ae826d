/* Rounds of visits within a budget that is too small for all: everybody has his turn. */
#include "live.h"

#include <sys/sem.h>

#include "actors.h"
#include "ipctop/base/clock.h"
#include "ipctop/collect/scan.h"
#include "ipctop/model/snapshot.h"

enum { HOLDERS = 30, WHAT = COST_HOLDERS | COST_WAITERS };

static struct scan *scan;

static int end(void **state)
{
	scan_free(scan);
	scan = NULL;
	return actors_end(state);
}

/* A snapshot's worth of a budget that is used up at once: one process of each sort. */
static void look(void)
{
	assert_int_equal(scan_begin(scan, WHAT), 0);
	assert_int_equal(scan_slice(scan, WHAT, 0), 0);
}

static bool holds(const struct actor *actor)
{
	const struct visit *visit = scan_find(scan, actor->pid);

	return visit && visit->seen_ns > 0 && visit->count > 0;
}

/* So that a round of each sort has ended, and others have begun. */
static void look_often(void)
{
	size_t i;

	for (i = 3 * scan->count; i > 0; i--)
		look();
}

/* Looks till `actor` is seen to hold something, at most `most`; 0: it was not. */
static size_t looks_for(const struct actor *actor, size_t most)
{
	size_t looks;

	for (looks = 1; looks <= most; looks++) {
		look();
		if (holds(actor))
			return looks;
	}
	return 0;
}

static void start_holders(int id)
{
	struct actor *actors[HOLDERS];
	size_t i;

	for (i = 0; i < HOLDERS; i++)
		actors[i] = actors_start((struct act[]){ act_attach(id, 0), act_stay() });
	for (i = 0; i < HOLDERS; i++)
		actor_wait_staying(actors[i]);
}

static void start_scan(void)
{
	scan = scan_new();
	assert_non_null(scan);
	assert_int_equal(scan_pass(scan, WHAT), 0);
}

/* All are seen in the first pass; then one attaches while the budget never suffices for all. */
static void who_attaches_late_is_seen(void **state)
{
	int id = world_sized(CLASS_SHM, 0x71, 0600, 4096);
	struct actor *late;

	(void)state;
	start_holders(id);
	late = actors_start((struct act[]){ act_meet(), act_attach(id, 0), act_stay() });
	actor_wait_met(late);
	start_scan();
	look_often();
	assert_false(holds(late));
	actor_release(late);
	actor_wait_staying(late);
	/* a round of its sort may be under way, but the next one meets it */
	assert_int_not_equal(looks_for(late, 3 * scan->count), 0);
}

/* Of those that were there at `then`, how many were not visited since. */
static size_t count_old(const int32_t *pids, size_t count, int64_t then)
{
	const struct visit *visit;
	size_t old = 0, i;

	for (i = 0; i < count; i++) {
		visit = scan_find(scan, pids[i]);
		old += visit && visit->seen_ns <= then;
	}
	return old;
}

/* No visit gets older than a few rounds, though these never end in time. */
static void nobody_grows_old(void **state)
{
	int id = world_sized(CLASS_SHM, 0x72, 0600, 4096);
	int64_t then;
	int32_t *pids;
	size_t count, i;

	(void)state;
	start_holders(id);
	start_scan();
	look_often();
	then = clock_monotonic_ns();
	count = scan->count;
	pids = calloc(count, sizeof(*pids));
	assert_non_null(pids);
	for (i = 0; i < count; i++)
		pids[i] = scan->visits[i].pid;
	assert_int_equal(count_old(pids, count, then), count);
	look_often();
	assert_int_equal(count_old(pids, count, then), 0);
	free(pids);
}

/* What was seen before nobody asked any more is no answer, until it is looked at again. */
static void rest(void **state)
{
	const unsigned short closed = 0;
	int gate = actors_set(0x73, 0600, 1, &closed);
	struct actor *waiter;
	const struct visit *visit;
	int64_t since;

	(void)state;
	waiter = actors_start((struct act[]){ act_semop(gate, 0, -1, 0), act_exit() });
	actor_wait_blocked(waiter);
	start_scan();
	assert_int_equal(scan_pass(scan, WHAT), 0);
	visit = scan_find(scan, waiter->pid);
	assert_non_null(visit);
	assert_int_equal(visit->count, 1);
	assert_int_equal(visit->room, 1); /* a crowd takes no more than it has */
	since = visit->relation[0].waiting.since_ns;
	scan_rest(scan);
	assert_int_equal(visit->seen_ns, 0);
	assert_int_equal(scan_pass(scan, WHAT), 0);
	visit = scan_find(scan, waiter->pid);
	assert_non_null(visit);
	/* it slept all the time, as its switches tell; the semaphore was not watched */
	assert_int_equal(visit->relation[0].waiting.since_ns, since);
	assert_int_equal(visit->relation[0].waiting.steady_ns, visit->seen_ns);
}

/* One that ran in between waits anew. */
static void rest_of_one_that_ran(void **state)
{
	const unsigned short closed = 0;
	int gate = actors_set(0x74, 0600, 1, &closed);
	struct actor *waiter;
	const struct visit *visit;

	(void)state;
	waiter = actors_start((struct act[]){ act_semop(gate, 0, -1, 0), act_repeat(0) });
	actor_wait_blocked(waiter);
	start_scan();
	scan_rest(scan);
	assert_int_equal(semop(gate, &(struct sembuf){ .sem_op = 1 }, 1), 0);
	while (actor_rounds(waiter) == 0)
		usleep(1000);
	actor_wait_blocked(waiter);
	assert_int_equal(scan_pass(scan, WHAT), 0);
	visit = scan_find(scan, waiter->pid);
	assert_non_null(visit);
	assert_int_equal(visit->count, 1);
	assert_int_equal(visit->relation[0].waiting.since_ns, visit->seen_ns);
}

/* Their mappings and waits are of no object of ours, and take no memory. */
static void nothing_is_kept_of_other_namespaces(void **state)
{
	const unsigned short closed = 0;
	int gate = actors_set(0x75, 0600, 1, &closed);
	const struct visit *visit;
	struct actor *theirs;

	(void)state;
	theirs = actors_start((struct act[]){ act_unshare(), act_make(CLASS_SEM, 0x75, gate, 1),
		act_make(CLASS_SHM, 0x75, -1, 4096), act_attach(ACT_MADE, 0),
		act_semop(gate, 0, -1, 0), act_exit() });
	actor_wait_blocked(theirs);
	start_scan();
	visit = scan_find(scan, theirs->pid);
	assert_non_null(visit);
	assert_int_not_equal(visit->seen_ns, 0);
	assert_int_equal(visit->count, 0);
	assert_int_equal(visit->room, 0);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test_teardown(who_attaches_late_is_seen, end),
		cmocka_unit_test_teardown(nobody_grows_old, end),
		cmocka_unit_test_teardown(rest, end),
		cmocka_unit_test_teardown(rest_of_one_that_ran, end),
		cmocka_unit_test_teardown(nothing_is_kept_of_other_namespaces, end),
	};

	return tap_run(cases, sizeof(cases) / sizeof(cases[0]), actors_enter, NULL);
}
