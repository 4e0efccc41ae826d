/*
 * `ipctop deadlocks` beside programs that wait a lot, but get on, or could: it reports none of
 * them, and it finds the stuck ones in their midst.
 */
#include "live.h"

#include <sys/wait.h>

#include "actors.h"
#include "answer.h"
#include "command.h"
#include "ipctop/collect/collector.h"
#include "ipctop/collect/sysv.h"
#include "ipctop/model/stuck.h"

enum {
	RUNS = 2, /* of the program, beside busy ones */
	WORKERS = 3, /* of each sort */
	SLOTS = 2, /* of a buffer, of a pool */
	REST_US = 20 * 1000,
	SNAPSHOTS = 1000,
	INTERVAL_US = 10 * 1000, /* between snapshots */
	INTERVALS_MOST = 1000, /* till a deadlock is found: one is after a second */
	TEXT = 50,
};

static struct {
	struct actor *actors[ACTORS_MOST];
	unsigned count;
} busy;

static void add(const struct act *script)
{
	assert_true(busy.count < ACTORS_MOST);
	busy.actors[busy.count++] = actors_start(script);
}

/* Producers and consumers of a buffer: mutex, empty, full. */
static void add_buffer(bool thread)
{
	enum { MUTEX, EMPTY, FULL };
	const unsigned short values[] = { 1, SLOTS, 0 };
	int set = actors_set(IPC_PRIVATE, 0600, 3, values), i;

	for (i = 0; i < WORKERS; i++) {
		add((struct act[]){ thread ? act_thread() : act_rest(0),
			act_semop(set, EMPTY, -1, 0), act_semop(set, MUTEX, -1, SEM_UNDO),
			act_rest(REST_US), act_semop(set, MUTEX, 1, SEM_UNDO),
			act_semop(set, FULL, 1, 0), act_repeat(1) });
		add((struct act[]){ thread ? act_thread() : act_rest(0),
			act_semop(set, FULL, -1, 0), act_semop(set, MUTEX, -1, SEM_UNDO),
			act_rest(REST_US), act_semop(set, MUTEX, 1, SEM_UNDO),
			act_semop(set, EMPTY, 1, 0), act_repeat(1) });
	}
}

/* All come to the gate before any goes on, and then to the next one; a leader opens them. */
static void add_barrier(void)
{
	const unsigned short values[] = { WORKERS, 0 };
	int set = actors_set(IPC_PRIVATE, 0600, 2, values), i;

	for (i = 0; i < WORKERS; i++)
		add((struct act[]){ act_rest(REST_US * (i + 1)), act_semop(set, 0, -1, 0),
			act_semop(set, 0, 0, 0), act_rest(REST_US), act_semop(set, 1, -1, 0),
			act_semop(set, 1, 0, 0), act_repeat(0) });
	add((struct act[]){ act_semop(set, 0, 0, 0), act_semop(set, 1, WORKERS, 0),
		act_semop(set, 1, 0, 0), act_semop(set, 0, WORKERS, 0), act_repeat(0) });
}

/* More that want a place of a pool than there are. */
static void add_pool(int flags)
{
	const unsigned short values[] = { SLOTS };
	int set = actors_set(IPC_PRIVATE, 0600, 1, values), i;

	for (i = 0; i < SLOTS + 2; i++)
		add((struct act[]){ act_semop(set, 0, -1, flags), act_rest(REST_US * (i + 1)),
			act_semop(set, 0, 1, flags), act_repeat(0) });
}

/* Two semaphores, always in the same order, or both at once. */
static void add_pair(void)
{
	const unsigned short values[] = { 1, 1 };
	int set = actors_set(IPC_PRIVATE, 0600, 2, values), i;

	for (i = 0; i < WORKERS; i++) {
		add((struct act[]){ act_semop(set, 0, -1, SEM_UNDO),
			act_semop(set, 1, -1, SEM_UNDO), act_rest(REST_US),
			act_semop(set, 1, 1, SEM_UNDO), act_semop(set, 0, 1, SEM_UNDO),
			act_repeat(0) });
		add((struct act[]){ act_and(act_semop(set, 1, -1, SEM_UNDO), 0, -1, SEM_UNDO),
			act_rest(REST_US), act_and(act_semop(set, 0, 1, SEM_UNDO), 1, 1, SEM_UNDO),
			act_repeat(0) });
	}
}

/* Requests and answers. */
static void add_queues(void)
{
	int requests = world_object(CLASS_MSG, IPC_PRIVATE, 0600);
	int answers = world_object(CLASS_MSG, IPC_PRIVATE, 0600);

	add((struct act[]){ act_msgrcv(requests, 0), act_rest(REST_US),
		act_msgsnd(answers, 2, TEXT), act_repeat(0) });
	add((struct act[]){ act_msgsnd(requests, 1, TEXT), act_msgrcv(answers, 2),
		act_rest(REST_US), act_repeat(0) });
}

static void expect_nothing_stuck(const char *what)
{
	const char *stuck = answer_run(answer_nothing(), "stuck", "deadlocks");

	if (answer_count(stuck) > 0)
		fail_msg("%s: %s", what, outcome.out);
}

/* Several runs; all of them have got on in each, or the program has seen nothing. */
static void watch(const char *what)
{
	unsigned before[ACTORS_MOST] = { 0 }, run, i;

	for (run = 0; run < RUNS; run++) {
		for (i = 0; i < busy.count; i++)
			before[i] = actor_rounds(busy.actors[i]);
		expect_nothing_stuck(what);
		for (i = 0; i < busy.count; i++)
			assert_true(actor_rounds(busy.actors[i]) > before[i]);
	}
}

static int clear(void **state)
{
	busy.count = 0;
	return actors_end(state);
}

static void producers_and_consumers(void **state)
{
	(void)state;
	add_buffer(false);
	add_buffer(true);
	watch("producers and consumers");
}

static void barriers(void **state)
{
	(void)state;
	add_barrier();
	watch("barriers");
}

static void pools(void **state)
{
	(void)state;
	add_pool(0);
	add_pool(SEM_UNDO);
	watch("pools");
}

static void locks_and_queues(void **state)
{
	(void)state;
	add_pair();
	add_queues();
	watch("locks and queues");
}

/* Play the script again and again while the program runs. */
static void watch_while_playing(const struct act *script, const char *what)
{
	siginfo_t ended = { 0 };
	pid_t pid = command_start(NULL, "deadlocks --json");

	while (ended.si_pid == 0) {
		actors_play(script);
		assert_int_equal(waitid(P_PID, (id_t)pid, &ended, WEXITED | WNOHANG | WNOWAIT), 0);
	}
	assert_int_equal(command_finish(), answer_nothing());
	if (answer_count(answer_array("stuck")) > 0)
		fail_msg("%s: %s", what, outcome.out);
}

/* Who changed it last is dead whenever one looks, and yet it goes on. */
static void operators_that_come_and_go(void **state)
{
	const unsigned short values[] = { 0 };
	int set = actors_set(IPC_PRIVATE, 0600, 1, values);
	struct actor *waiter;

	(void)state;
	waiter = actors_start((struct act[]){ act_semop(set, 0, -5, 0), act_repeat(0) });
	watch_while_playing(
		(struct act[]){ act_rest(REST_US), act_semop(set, 0, 1, 0), act_exit() },
		"operators that come and go");
	assert_true(actor_rounds(waiter) > 0);
}

static void receivers_and_senders_that_come_and_go(void **state)
{
	int full = actors_full_queue(IPC_PRIVATE, 0600);
	int empty = world_object(CLASS_MSG, IPC_PRIVATE, 0600);
	struct actor *sender, *receiver;

	(void)state;
	sender = actors_start((struct act[]){ act_msgsnd(full, 1, 100), act_repeat(0) });
	receiver = actors_start((struct act[]){ act_msgrcv(empty, 0), act_repeat(0) });
	watch_while_playing((struct act[]){ act_rest(REST_US), act_msgrcv(full, 0),
				    act_msgsnd(empty, 1, TEXT), act_exit() },
		"receivers and senders that come and go");
	assert_true(actor_rounds(sender) > 0);
	assert_true(actor_rounds(receiver) > 0);
}

/* What waits for long, but for somebody who is not blocked himself. */
static void a_holder_that_sleeps(void **state)
{
	const unsigned short values[] = { 1, SLOTS };
	int set = actors_set(IPC_PRIVATE, 0600, 2, values);
	struct actor *holder, *user, *waiter, *second;

	(void)state;
	holder = actors_start((struct act[]){ act_semop(set, 0, -1, SEM_UNDO), act_stay() });
	actor_wait_staying(holder);
	user = actors_start((struct act[]){
		act_semop(set, 1, -SLOTS, SEM_UNDO), act_semop(set, 0, -1, SEM_UNDO), act_exit() });
	actor_wait_blocked(user);
	/* a chain is not a cycle */
	waiter = actors_start((struct act[]){ act_semop(set, 1, -1, 0), act_exit() });
	second = actors_start((struct act[]){ act_thread(), act_semop(set, 1, -1, 0), act_exit() });
	actor_wait_blocked(waiter);
	actor_wait_blocked(second);
	expect_nothing_stuck("a holder that sleeps");
}

/* Who took the last item waits for the next one: it is the last operator itself. */
static void a_consumer_that_is_idle(void **state)
{
	const unsigned short values[] = { 1 };
	int set = actors_set(IPC_PRIVATE, 0600, 1, values);
	int queue = world_object(CLASS_MSG, IPC_PRIVATE, 0600);
	struct actor *consumer, *receiver;

	(void)state;
	consumer = actors_start(
		(struct act[]){ act_semop(set, 0, -1, 0), act_semop(set, 0, -1, 0), act_exit() });
	receiver = actors_start((struct act[]){ act_msgrcv(queue, 0), act_exit() });
	actor_wait_blocked(consumer);
	actor_wait_blocked(receiver);
	expect_nothing_stuck("a consumer that is idle");
}

/* Two that wait for each other, but not for ever: they could do something else. */
static void waits_that_are_given_up(void **state)
{
	const unsigned short values[] = { 1, 1 };
	int set = actors_set(IPC_PRIVATE, 0600, 2, values), i;

	(void)state;
	for (i = 0; i < 2; i++)
		add((struct act[]){ act_semop(set, i, -1, SEM_UNDO), act_meet(),
			act_within(REST_US * 10, act_semop(set, 1 - i, -1, SEM_UNDO)),
			act_repeat(2) });
	for (i = 0; i < 2; i++)
		actor_wait_met(busy.actors[i]);
	for (i = 0; i < 2; i++)
		actor_release(busy.actors[i]);
	watch("waits that are given up");
}

/* Waiting for zero is not waiting for a holder. */
static void waits_for_zero_in_a_circle(void **state)
{
	const unsigned short values[] = { 0, 0 };
	int set = actors_set(IPC_PRIVATE, 0600, 2, values), i;
	struct actor *actors[2];

	(void)state;
	for (i = 0; i < 2; i++) {
		actors[i] = actors_start((struct act[]){ act_semop(set, i, 1, 0), act_meet(),
			act_semop(set, 1 - i, 0, 0), act_exit() });
		actor_wait_met(actors[i]);
	}
	for (i = 0; i < 2; i++) {
		actor_release(actors[i]);
		actor_wait_blocked(actors[i]);
	}
	expect_nothing_stuck("waits for zero");
}

/* As the watching program does it. How many waits look stuck; `*waiters` are added up. */
static unsigned take_snapshot(struct collector *collector, uint64_t *waiters)
{
	const struct needs needs = {
		.classes = class_set(CLASS_MSG) | class_set(CLASS_SEM) | class_set(CLASS_SHM),
		.cost = COST_HOLDERS | COST_WAITERS,
	};
	const struct stuck *stuck;
	struct snapshot *snapshot;
	unsigned count = 0;
	uint32_t i;

	assert_int_equal(collector_run(collector, &needs, &snapshot), 0);
	assert_int_equal(stuck_derive(snapshot), 0);
	for (i = 0; i < snapshot->relations.count; i++)
		*waiters += snapshot->relations.by_pid[i]->type == RELATION_WAITER;
	for (stuck = snapshot->relations.stuck; stuck; stuck = stuck->next) {
		print_message("%s: %s\n", stuck_reason_name(stuck->reason), stuck->known);
		count++;
	}
	snapshot_unref(snapshot);
	usleep(INTERVAL_US);
	return count;
}

/* All sorts at once: none looks stuck, ever, and then a real one does. */
static void a_thousand_snapshots(void **state)
{
	struct collector *collector = collector_new(NULL);
	unsigned before[ACTORS_MOST], stuck = 0, i;
	struct actor *cycle[2];
	uint64_t waiters = 0;

	(void)state;
	assert_non_null(collector);
	add_buffer(false);
	add_buffer(true);
	add_barrier();
	add_pool(0);
	add_pool(SEM_UNDO);
	add_pair();
	add_queues();
	for (i = 0; i < busy.count; i++)
		before[i] = actor_rounds(busy.actors[i]);
	for (i = 0; i < SNAPSHOTS; i++)
		stuck += take_snapshot(collector, &waiters);
	assert_int_equal(stuck, 0);
	assert_true(waiters > SNAPSHOTS); /* it has seen them wait */
	for (i = 0; i < busy.count; i++)
		assert_true(actor_rounds(busy.actors[i]) > before[i]);
	actors_deadlock(cycle);
	for (i = 0; i < INTERVALS_MOST && stuck == 0; i++)
		stuck = take_snapshot(collector, &waiters);
	assert_int_equal(stuck, 1);
	collector_free(collector);
}

/* A real one in the midst of all the others. */
static void a_deadlock_in_a_crowd(void **state)
{
	struct actor *cycle[2];
	const char *stuck, *members;
	int set, i;

	(void)state;
	add_buffer(false);
	add_barrier();
	add_pool(SEM_UNDO);
	set = actors_deadlock(cycle);
	stuck = answer_run(1, "stuck", "deadlocks");
	assert_int_equal(answer_count(stuck), 1);
	members = answer_array_of(answer_has(stuck, "reason='possible deadlock'"), "members");
	assert_int_equal(answer_count(members), 2);
	for (i = 0; i < 2; i++)
		answer_has(members, "id=%d semnum=%d pid=%d waits_for_pid=%d", set, 1 - i,
			cycle[i]->pid, cycle[1 - i]->pid);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test_teardown(producers_and_consumers, clear),
		cmocka_unit_test_teardown(barriers, clear),
		cmocka_unit_test_teardown(pools, clear),
		cmocka_unit_test_teardown(locks_and_queues, clear),
		cmocka_unit_test_teardown(operators_that_come_and_go, clear),
		cmocka_unit_test_teardown(receivers_and_senders_that_come_and_go, clear),
		cmocka_unit_test_teardown(a_holder_that_sleeps, clear),
		cmocka_unit_test_teardown(a_consumer_that_is_idle, clear),
		cmocka_unit_test_teardown(waits_that_are_given_up, clear),
		cmocka_unit_test_teardown(waits_for_zero_in_a_circle, clear),
		cmocka_unit_test_teardown(a_deadlock_in_a_crowd, clear),
		cmocka_unit_test_teardown(a_thousand_snapshots, clear),
	};

	return tap_run(cases, sizeof(cases) / sizeof(cases[0]), actors_enter, NULL);
}
