/* model/stuck: waits in a ring, and above all what is none. */
#include "stuck.h"

static void two_that_wait_for_each_other(void **state)
{
	struct relation *members[2];
	struct snapshot *snapshot = make_cycle(members);

	(void)state;
	expect_verdicts(snapshot, "possible deadlock high 1>2 2>1\n");
	assert_ptr_equal(snapshot->relations.stuck->member[0].relation, members[0]);
	assert_ptr_equal(snapshot->relations.stuck->member[1].relation, members[1]);
	assert_string_equal(snapshot->relations.stuck->known,
		"2 processes wait, each for a semaphore that the next one of them changed last; "
		"no thread, value, last operator or wait count moved for a second or more.");
	/* what is inferred says what speaks against it */
	assert_non_null(strstr(snapshot->relations.stuck->inferred, "may still release it"));
	snapshot_unref(snapshot);
}

static void three_in_a_ring_and_two_sets(void **state)
{
	struct snapshot *snapshot = make_system();

	(void)state;
	add_lock(snapshot, 0, 30, 0, 10);
	add_lock(snapshot, 1, 10, 7, 20);
	add_lock(snapshot, 0, 20, 2, 30);
	expect_verdicts(snapshot, "possible deadlock high 10>20 20>30 30>10\n");
	snapshot_unref(snapshot);
}

static void who_waits_for_a_ring_is_no_member(void **state)
{
	struct snapshot *snapshot = make_system();

	(void)state;
	add_lock(snapshot, 0, 1, 0, 2);
	add_lock(snapshot, 0, 2, 1, 3);
	add_lock(snapshot, 0, 3, 2, 4);
	add_lock(snapshot, 0, 4, 3, 4);
	expect_verdicts(snapshot, ""); /* 4 changed its semaphore itself */
	add_lock(snapshot, 0, 4, 4, 2);
	expect_verdicts(snapshot, "possible deadlock high 2>3 3>4 4>2\n");
	snapshot_unref(snapshot);
}

static void two_rings_are_two_verdicts(void **state)
{
	struct relation *members[2];
	struct snapshot *snapshot = make_cycle(members);

	(void)state;
	add_lock(snapshot, 1, 6, 0, 5);
	add_lock(snapshot, 1, 5, 1, 6);
	expect_verdicts(snapshot,
		"possible deadlock high 1>2 2>1\n"
		"possible deadlock high 5>6 6>5\n");
	snapshot_unref(snapshot);
}

/* A consumer that took last waits for the next one: the everyday case. */
static void who_changed_it_itself_waits_for_others(void **state)
{
	struct snapshot *snapshot = make_system();

	(void)state;
	add_lock(snapshot, 0, 1, 0, 1);
	add_lock(snapshot, 0, 2, 0, 2)->tid = 22;
	add_lock(snapshot, 0, 2, 0, 2);
	expect_verdicts(snapshot, "");
	snapshot_unref(snapshot);
}

static void a_last_operator_that_does_not_wait_may_go_on(void **state)
{
	struct snapshot *snapshot = make_system();

	(void)state;
	add_lock(snapshot, 0, 1, 0, 2);
	add_lock(snapshot, 0, 3, 0, 1);
	add_shm(snapshot, 30);
	add_holder(snapshot, 0, 2);
	expect_verdicts(snapshot, "");
	snapshot_unref(snapshot);
}

/* Another thread than the one of the path: the process is what the kernel names. */
static void a_waiting_thread_stands_for_its_process(void **state)
{
	struct relation *members[2];
	struct snapshot *snapshot = make_cycle(members);

	(void)state;
	members[1]->tid = 2002;
	members[1]->waiting.threads = 2;
	expect_verdicts(snapshot, "possible deadlock medium 1>2 2002>1\n");
	assert_non_null(strstr(snapshot->relations.stuck->inferred, "further threads"));
	snapshot_unref(snapshot);
}

/* Of either of the two. */
static void one_condition_that_fails_is_enough(void **state)
{
	static const char all[] = "possible deadlock high 1>2 2>1\n";
	struct relation *members[2];
	struct snapshot *snapshot = make_cycle(members);
	struct waiting *waiting, was;
	int i;

	(void)state;
	for (i = 0; i < 2; i++) {
		waiting = &members[i]->waiting;
		was = *waiting;
		waiting->steady_ns = waiting->seen_ns - RELATED_SECOND + 1;
		expect_verdicts(snapshot, ""); /* something moved */
		*waiting = was;
		waiting->op = 0;
		expect_verdicts(snapshot, ""); /* waits for zero */
		*waiting = was;
		waiting->value = 1;
		expect_verdicts(snapshot, ""); /* it could go on: it is about to */
		*waiting = was;
		waiting->ncount = 0;
		expect_verdicts(snapshot, ""); /* the kernel counts nobody there */
		*waiting = was;
		waiting->has_operation = false;
		expect_verdicts(snapshot, "");
		*waiting = was;
		waiting->has_semaphore = false;
		expect_verdicts(snapshot, "");
		*waiting = was;
		waiting->last_pid = 0;
		expect_verdicts(snapshot, ""); /* nobody, or nobody that we see */
		*waiting = was;
		waiting->last_pid = members[i]->pid;
		expect_verdicts(snapshot, ""); /* itself */
		*waiting = was;
		expect_verdicts(snapshot, all);
	}
	snapshot_unref(snapshot);
}

static void a_second_without_a_move_is_enough(void **state)
{
	struct relation *members[2];
	struct snapshot *snapshot = make_cycle(members);

	(void)state;
	members[0]->waiting.steady_ns = members[0]->waiting.seen_ns - RELATED_SECOND;
	expect_verdicts(snapshot, "possible deadlock high 1>2 2>1\n");
	snapshot_unref(snapshot);
}

static void more_is_wanted_than_there_is(void **state)
{
	struct relation *members[2];
	struct snapshot *snapshot = make_cycle(members);

	(void)state;
	members[0]->waiting.op = INT16_MIN;
	members[0]->waiting.value = 32767;
	expect_verdicts(snapshot, "possible deadlock high 1>2 2>1\n");
	members[0]->waiting.value = 32768u;
	expect_verdicts(snapshot, "");
	snapshot_unref(snapshot);
}

/* Visits are not of one instant: what was never there together is no ring. */
static void members_must_have_waited_at_the_same_time(void **state)
{
	struct relation *members[2];
	struct snapshot *snapshot = make_cycle(members);

	(void)state;
	members[1]->waiting.steady_ns = 103 * RELATED_SECOND;
	members[1]->waiting.seen_ns = 105 * RELATED_SECOND;
	expect_verdicts(snapshot, "");
	members[1]->waiting.steady_ns = 101 * RELATED_SECOND + 1;
	expect_verdicts(snapshot, "");
	members[1]->waiting.steady_ns = 101 * RELATED_SECOND;
	expect_verdicts(snapshot, "possible deadlock high 1>2 2>1\n");
	snapshot_unref(snapshot);
}

/* A later neighbour whose number is the same is not who changed it. */
static void a_process_that_started_later_is_another_one(void **state)
{
	struct snapshot *snapshot = make_system();

	(void)state;
	add_process(snapshot, 2000, ALIVE_YES, UNIT_NOW - 60 + 2, "worker");
	add_process(snapshot, 2001, ALIVE_YES, UNIT_NOW - 60 + 3, "worker");
	add_lock(snapshot, 0, 2000, 0, 1);
	add_lock(snapshot, 0, 1, 1, 2000);
	expect_verdicts(snapshot, "possible deadlock high 1>2000 2000>1\n");
	add_lock(snapshot, 0, 2001, 2, 3);
	add_lock(snapshot, 0, 3, 3, 2001);
	expect_verdicts(snapshot,
		"possible deadlock high 1>2000 2000>1\n"
		"last operator gone medium 3>2001\n");
	snapshot_unref(snapshot);
}

/* semctl(2): SETVAL changes value, last operator and CTIME, and leaves OTIME alone. */
static void a_setter_that_started_after_the_last_operation_lives(void **state)
{
	struct snapshot *snapshot = make_system();
	struct sem_record *sem = snapshot->classes[CLASS_SEM].records;

	(void)state;
	sem->otime = UNIT_NOW - 7200;
	sem->ipc.ctime = UNIT_NOW - 60;
	add_lock(snapshot, 0, 1, 0, 2);
	expect_verdicts(snapshot, "");
	add_lock(snapshot, 0, 2, 1, 1);
	expect_verdicts(snapshot, "possible deadlock high 1>2 2>1\n");
	snapshot_unref(snapshot);
}

static void a_set_without_an_operation_has_no_time(void **state)
{
	struct snapshot *snapshot = make_system();
	struct sem_record *sem = snapshot->classes[CLASS_SEM].records;

	(void)state;
	sem->otime = 0;
	add_lock(snapshot, 0, 1, 0, 2);
	expect_verdicts(snapshot, "");
	snapshot_unref(snapshot);
}

static void the_gravest_come_first(void **state)
{
	struct relation *members[2];
	struct snapshot *snapshot = make_cycle(members);

	(void)state;
	members[0]->waiting.threads = 5;
	add_lock(snapshot, 1, 5, 0, 6);
	add_lock(snapshot, 1, 6, 1, 5);
	add_lock(snapshot, 1, 7, 2, DEAD);
	expect_verdicts(snapshot,
		"possible deadlock high 5>6 6>5\n"
		"possible deadlock medium 1>2 2>1\n"
		"last operator gone medium 7>9999\n");
	snapshot_unref(snapshot);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(two_that_wait_for_each_other),
		cmocka_unit_test(three_in_a_ring_and_two_sets),
		cmocka_unit_test(who_waits_for_a_ring_is_no_member),
		cmocka_unit_test(two_rings_are_two_verdicts),
		cmocka_unit_test(who_changed_it_itself_waits_for_others),
		cmocka_unit_test(a_last_operator_that_does_not_wait_may_go_on),
		cmocka_unit_test(a_waiting_thread_stands_for_its_process),
		cmocka_unit_test(one_condition_that_fails_is_enough),
		cmocka_unit_test(a_second_without_a_move_is_enough),
		cmocka_unit_test(more_is_wanted_than_there_is),
		cmocka_unit_test(members_must_have_waited_at_the_same_time),
		cmocka_unit_test(a_process_that_started_later_is_another_one),
		cmocka_unit_test(a_setter_that_started_after_the_last_operation_lives),
		cmocka_unit_test(a_set_without_an_operation_has_no_time),
		cmocka_unit_test(the_gravest_come_first),
	};

	return tap_run(cases, LENGTH(cases), NULL, NULL);
}
