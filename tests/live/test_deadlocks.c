/*
 * `ipctop deadlocks`: waits that are really stuck are reported, with all that take part; what is
 * not stuck, or waits for it only, is not a part of it.
 */
#include "live.h"

#include <sys/wait.h>

#include "actors.h"
#include "answer.h"
#include "command.h"
#include "ipctop/collect/sysv.h"

enum { MEMBERS_MOST = 4, NAME_MOST = 64, FULL_TEXT = 50 };

static const unsigned short ones[] = { 1, 1, 1, 1, 1, 1 };
static const unsigned short zeros[] = { 0, 0 };

/* A semaphore. */
struct place {
	int set, semnum;
};

/*
 * Actors of which each takes a semaphore, and then blocks on the one of the next actor. The actor
 * `threaded` does so in another thread than its first.
 */
static void make_cycle(
	struct actor **cycle, size_t count, const struct place *places, int flags, size_t threaded)
{
	char name[NAME_MOST];
	size_t i, next;

	for (i = 0; i < count; i++) {
		next = (i + 1) % count;
		snprintf(name, sizeof(name), "cycle %zu", i);
		cycle[i] = actors_start((struct act[]){ act_name(name),
			i == threaded ? act_thread() : act_rest(0),
			act_semop(places[i].set, places[i].semnum, -1, flags), act_meet(),
			act_semop(places[next].set, places[next].semnum, -1, flags), act_exit() });
	}
	for (i = 0; i < count; i++)
		actor_wait_met(cycle[i]);
	for (i = 0; i < count; i++)
		actor_release(cycle[i]);
	for (i = 0; i < count; i++)
		actor_wait_blocked(cycle[i]);
}

enum { NO_THREAD = MEMBERS_MOST };

static bool has_threads(struct actor *const *cycle, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (actor_has_threads(cycle[i]))
			return true;
	}
	return false;
}

/* Exactly these are members of a deadlock that was found, and each waits for the next one. */
static void expect_cycle(const char *stuck, struct actor *const *cycle, size_t count,
	const struct place *places, int flags)
{
	const char *element, *members = NULL;
	size_t i, next;
	unsigned at;

	for (at = 0; (element = answer_element(stuck, at)); at++) {
		members = answer_array_of(element, "members");
		if (answer_matches(members, "pid=%d", cycle[0]->pid) > 0)
			break;
	}
	if (!element)
		fail_msg("the deadlock of %d is not in: %s", cycle[0]->pid, outcome.out);
	assert_true(answer_is(element, "reason='possible deadlock' certainty='inferred'"));
	/* further threads might release what is held; without SEM_UNDO it need be no lock */
	assert_true(answer_is(element, "severity='%s'",
		has_threads(cycle, count) || !(flags & SEM_UNDO) ? "medium" : "high"));
	assert_false(answer_is(element, "why=''"));
	assert_int_equal(answer_count(members), count);
	for (i = 0; i < count; i++) {
		next = (i + 1) % count;
		answer_has(members,
			"kind='sem' id=%d semnum=%d pid=%d tid=%d command='cycle %zu' "
			"waits_for_pid=%d",
			places[next].set, places[next].semnum, cycle[i]->pid, cycle[i]->tid, i,
			cycle[next]->pid);
	}
}

static void check_pair(int flags, size_t threaded)
{
	int set = actors_set(0x31, 0600, 2, ones);
	const struct place places[] = { { set, 0 }, { set, 1 } };
	struct actor *cycle[2];
	const char *stuck;

	make_cycle(cycle, 2, places, flags, threaded);
	stuck = answer_run(1, "stuck", "deadlocks");
	assert_int_equal(answer_count(stuck), 1);
	expect_cycle(stuck, cycle, 2, places, flags);
}

static void two_processes(void **state)
{
	(void)state;
	check_pair(0, NO_THREAD);
}

static void two_processes_with_undo(void **state)
{
	(void)state;
	check_pair(SEM_UNDO, NO_THREAD);
}

static void one_of_them_in_another_thread(void **state)
{
	(void)state;
	check_pair(SEM_UNDO, 1);
}

static void three_processes(void **state)
{
	int set = actors_set(0x32, 0600, 3, ones);
	const struct place places[] = { { set, 0 }, { set, 1 }, { set, 2 } };
	struct actor *cycle[3];
	const char *stuck;

	(void)state;
	make_cycle(cycle, 3, places, 0, NO_THREAD);
	stuck = answer_run(1, "stuck", "deadlocks");
	assert_int_equal(answer_count(stuck), 1);
	expect_cycle(stuck, cycle, 3, places, 0);
}

static void three_processes_over_three_sets(void **state)
{
	const struct place places[] = { { actors_set(0x33, 0600, 1, ones), 0 },
		{ actors_set(0x34, 0600, 4, ones), 3 }, { actors_set(0x35, 0600, 2, ones), 1 } };
	struct actor *cycle[3];
	const char *stuck;

	(void)state;
	make_cycle(cycle, 3, places, SEM_UNDO, 0);
	stuck = answer_run(1, "stuck", "deadlocks");
	assert_int_equal(answer_count(stuck), 1);
	expect_cycle(stuck, cycle, 3, places, SEM_UNDO);
}

/* Each is told by itself, and once; so is the text. */
static void two_deadlocks_in_one_set(void **state)
{
	int set = actors_set(0x36, 0600, 5, ones);
	const struct place pair[] = { { set, 0 }, { set, 1 } };
	const struct place three[] = { { set, 2 }, { set, 3 }, { set, 4 } };
	struct actor *cycle[2], *others[3];
	const char *stuck;
	size_t i;

	(void)state;
	make_cycle(cycle, 2, pair, SEM_UNDO, NO_THREAD);
	make_cycle(others, 3, three, 0, NO_THREAD);
	stuck = answer_run(1, "stuck", "deadlocks");
	assert_int_equal(answer_count(stuck), 2);
	expect_cycle(stuck, cycle, 2, pair, SEM_UNDO);
	expect_cycle(stuck, others, 3, three, 0);
	assert_int_equal(command_run("deadlocks"), 1);
	answer_says("possible deadlock");
	answer_says("inferred");
	for (i = 0; i < 2; i++)
		answer_says("%d", cycle[i]->pid);
	for (i = 0; i < 3; i++)
		answer_says("%d", others[i]->pid);
}

/* Who waits for one of a cycle is stuck with it, but no part of it. */
static void bystanders_are_no_members(void **state)
{
	int set = actors_set(0x37, 0600, 3, ones);
	const struct place places[] = { { set, 0 }, { set, 1 } };
	struct actor *cycle[2], *bystander, *other;
	const char *stuck;

	(void)state;
	make_cycle(cycle, 2, places, SEM_UNDO, NO_THREAD);
	bystander = actors_start((struct act[]){ act_semop(set, 0, -1, SEM_UNDO), act_exit() });
	other = actors_start((struct act[]){ act_semop(set, 2, 0, 0), act_exit() });
	actor_wait_blocked(bystander);
	actor_wait_blocked(other);
	stuck = answer_run(1, "stuck", "deadlocks");
	expect_cycle(stuck, cycle, 2, places, SEM_UNDO);
	assert_int_equal(answer_matches(stuck, "reason='possible deadlock'"), 1);
}

/* Operations on two semaphores at once: the one that is free is not what is waited for. */
static void the_operation_that_blocks_counts(void **state)
{
	int set = actors_set(0x38, 0600, 4, ones);
	const struct place places[] = { { set, 0 }, { set, 1 } };
	struct actor *cycle[2];
	const char *stuck;
	int i;

	(void)state;
	for (i = 0; i < 2; i++) {
		cycle[i] = actors_start((struct act[]){ act_name(i ? "cycle 1" : "cycle 0"),
			act_semop(set, i, -1, SEM_UNDO), act_meet(),
			act_and(act_semop(set, 2 + i, -1, SEM_UNDO), 1 - i, -1, SEM_UNDO),
			act_exit() });
		actor_wait_met(cycle[i]);
	}
	for (i = 0; i < 2; i++) {
		actor_release(cycle[i]);
		actor_wait_blocked(cycle[i]);
	}
	stuck = answer_run(1, "stuck", "deadlocks");
	assert_int_equal(answer_count(stuck), 1);
	expect_cycle(stuck, cycle, 2, places, SEM_UNDO);
}

/* others */

static void expect_single(const char *stuck, const char *reason, const char *kind, int id,
	const struct actor *actor, pid_t gone)
{
	const char *element, *members;

	assert_int_equal(answer_count(stuck), 1);
	element = answer_has(stuck, "reason='%s' certainty='inferred'", reason);
	assert_false(answer_is(element, "why=''"));
	assert_int_equal(answer_is(element, "severity='high'") +
			answer_is(element, "severity='medium'") +
			answer_is(element, "severity='low'"),
		1);
	members = answer_array_of(element, "members");
	assert_int_equal(answer_count(members), 1);
	answer_has(members, "kind='%s' id=%d pid=%d tid=%d waits_for_pid=%d", kind, id, actor->pid,
		actor->tid, gone);
}

static void the_last_operator_is_gone(void **state)
{
	int set = actors_set(0x39, 0600, 2, ones);
	struct actor *waiter;
	pid_t gone;

	(void)state;
	/* it takes it, and never gives it back */
	gone = actors_play((struct act[]){ act_semop(set, 1, -1, 0), act_exit() });
	waiter = actors_start((struct act[]){ act_semop(set, 1, -1, 0), act_exit() });
	actor_wait_blocked(waiter);
	assert_int_equal(semctl(set, 1, GETPID), gone);
	expect_single(answer_run(1, "stuck", "deadlocks"), "last operator gone", "sem", set, waiter,
		gone);
	assert_true(
		answer_matches(answer_array_of(answer_element(answer_array("stuck"), 0), "members"),
			"semnum=1") == 1);
}

/* It is dead before its parent has asked how. */
static void the_last_operator_is_a_zombie(void **state)
{
	int set = actors_set(0x3a, 0600, 2, ones);
	struct actor *last, *waiter;

	(void)state;
	last = actors_start((struct act[]){ act_semop(set, 0, -1, 0), act_stay() });
	actor_wait_staying(last);
	waiter = actors_start((struct act[]){ act_semop(set, 0, -1, 0), act_exit() });
	actor_wait_blocked(waiter);
	actor_kill(last, true);
	expect_single(answer_run(1, "stuck", "deadlocks"), "last operator gone", "sem", set, waiter,
		last->pid);
}

static void no_reader(void **state)
{
	int queue = actors_full_queue(0x3b, 0600);
	struct actor *sender;
	pid_t gone;

	(void)state;
	gone = actors_play((struct act[]){ act_msgrcv(queue, 0), act_exit() });
	world_send(queue, 100);
	sender = actors_start((struct act[]){ act_msgsnd(queue, 1, FULL_TEXT), act_exit() });
	actor_wait_blocked(sender);
	expect_single(answer_run(1, "stuck", "deadlocks"), "no reader", "msg", queue, sender, gone);
}

static void no_writer(void **state)
{
	int queue = world_object(CLASS_MSG, 0x3c, 0600);
	struct actor *receiver;
	pid_t gone;

	(void)state;
	gone = actors_play((struct act[]){ act_msgsnd(queue, 1, FULL_TEXT), act_exit() });
	receiver = actors_start((struct act[]){
		act_msgrcv(queue, 1), act_thread(), act_msgrcv(queue, 1), act_exit() });
	actor_wait_blocked(receiver);
	expect_single(
		answer_run(1, "stuck", "deadlocks"), "no writer", "msg", queue, receiver, gone);
}

static void nothing_is_stuck_where_there_is_nothing(void **state)
{
	(void)state;
	actors_set(0x3d, 0600, 2, zeros);
	answer_run(answer_nothing(), "stuck", "deadlocks");
	assert_int_equal(answer_count(answer_array("stuck")), 0);
	assert_true(
		answer_is(answer_object(), "complete=%s", answer_all_visible() ? "true" : "false"));
	assert_int_equal(command_run("deadlocks extra"), 2);
}

/* It was one, but somebody has given way. */
static void a_deadlock_that_was_resolved(void **state)
{
	int set = actors_set(0x3e, 0600, 2, ones);
	const struct place places[] = { { set, 0 }, { set, 1 } };
	struct actor *cycle[2];

	(void)state;
	make_cycle(cycle, 2, places, SEM_UNDO, NO_THREAD);
	answer_run(1, "stuck", "deadlocks");
	actor_kill(cycle[0], false);
	assert_int_equal(waitpid(cycle[1]->pid, NULL, 0), cycle[1]->pid); /* it could go on */
	cycle[1]->gone = true;
	answer_run(answer_nothing(), "stuck", "deadlocks");
	assert_int_equal(answer_count(answer_array("stuck")), 0);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test_teardown(two_processes, actors_end),
		cmocka_unit_test_teardown(two_processes_with_undo, actors_end),
		cmocka_unit_test_teardown(one_of_them_in_another_thread, actors_end),
		cmocka_unit_test_teardown(three_processes, actors_end),
		cmocka_unit_test_teardown(three_processes_over_three_sets, actors_end),
		cmocka_unit_test_teardown(two_deadlocks_in_one_set, actors_end),
		cmocka_unit_test_teardown(bystanders_are_no_members, actors_end),
		cmocka_unit_test_teardown(the_operation_that_blocks_counts, actors_end),
		cmocka_unit_test_teardown(the_last_operator_is_gone, actors_end),
		cmocka_unit_test_teardown(the_last_operator_is_a_zombie, actors_end),
		cmocka_unit_test_teardown(no_reader, actors_end),
		cmocka_unit_test_teardown(no_writer, actors_end),
		cmocka_unit_test_teardown(nothing_is_stuck_where_there_is_nothing, actors_end),
		cmocka_unit_test_teardown(a_deadlock_that_was_resolved, actors_end),
	};

	return tap_run(cases, sizeof(cases) / sizeof(cases[0]), actors_enter, NULL);
}
