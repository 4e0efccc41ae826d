/*
 * model/verdict: waits for one that is gone, told by object; how verdicts are found and sketched.
 */
#include "stuck.h"

static void the_last_operator_is_gone(void **state)
{
	struct snapshot *snapshot = make_system();

	(void)state;
	add_lock(snapshot, 0, 1, 5, DEAD);
	expect_verdicts(snapshot, "last operator gone medium 1>9999\n");
	assert_string_equal(snapshot->relations.stuck->known,
		"Semaphore 5 of set 20 has the value 0, and process 9999, which changed it last, "
		"is gone.");
	assert_non_null(strstr(snapshot->relations.stuck->inferred, "may still raise it"));
	snapshot_unref(snapshot);
}

static void a_last_operator_of_whom_nothing_is_known_is_not_gone(void **state)
{
	struct snapshot *snapshot = make_system();

	(void)state;
	add_process(snapshot, 5000, ALIVE_UNKNOWN, 0, NULL);
	add_lock(snapshot, 0, 1, 0, 5000);
	add_lock(snapshot, 0, 2, 1, 5001); /* never looked up */
	add_lock(snapshot, 0, 3, 2, 0);
	add_lock(snapshot, 0, 4, 3, DEAD)->waiting.op = 0;
	add_lock(snapshot, 0, 5, 3, DEAD)->waiting.steady_ns = RELATED_SEEN * RELATED_SECOND;
	add_lock(snapshot, 0, 6, 3, DEAD)->waiting.has_operation = false;
	add_lock(snapshot, 0, 7, 3, DEAD)->waiting.value = 1;
	expect_verdicts(snapshot, "");
	snapshot_unref(snapshot);
}

static void who_waits_for_the_same_semaphore_is_told_together(void **state)
{
	struct snapshot *snapshot = make_system();

	(void)state;
	add_lock(snapshot, 0, 3, 4, DEAD);
	add_lock(snapshot, 0, 1, 4, DEAD);
	add_lock(snapshot, 0, 2, 5, DEAD);
	add_lock(snapshot, 0, 2, 4, DEAD)->tid = 2002;
	add_lock(snapshot, 0, 4, 4, DEAD)->waiting.op = 0;
	add_lock(snapshot, 1, 5, 4, DEAD);
	add_lock(snapshot, 0, 6, 4, DEAD)->waiting.op = -3;
	expect_verdicts(snapshot,
		"last operator gone medium 1>9999 2002>9999 3>9999 6>9999\n"
		"last operator gone medium 2>9999\n"
		"last operator gone medium 5>9999\n");
	snapshot_unref(snapshot);
}

/* queues */

static void a_sender_without_a_reader(void **state)
{
	struct snapshot *snapshot = make_system();
	struct msg_record *msg = snapshot->classes[CLASS_MSG].records;

	(void)state;
	msg[0].lrpid = DEAD;
	msg[0].lspid = 1;
	add_waiter(snapshot, CLASS_MSG, 0, 2, WAIT_MSGSND);
	add_waiter(snapshot, CLASS_MSG, 0, 1, WAIT_MSGSND);
	add_waiter(snapshot, CLASS_MSG, 1, 3, WAIT_MSGSND);
	expect_verdicts(snapshot, "no reader medium 1>9999 2>9999\n");
	assert_string_equal(snapshot->relations.stuck->known,
		"Process 9999, the last that received from queue 10, is gone.");
	assert_non_null(strstr(snapshot->relations.stuck->inferred, "may still receive"));
	msg[0].lrpid = 1;
	expect_verdicts(snapshot, "");
	msg[0].lrpid = 0; /* nobody ever received */
	expect_verdicts(snapshot, "");
	snapshot_unref(snapshot);
}

static void a_receiver_without_a_writer(void **state)
{
	struct snapshot *snapshot = make_system();
	struct msg_record *msg = snapshot->classes[CLASS_MSG].records;
	struct relation *relation;

	(void)state;
	msg[1].lspid = DEAD;
	msg[1].lrpid = 1;
	relation = add_waiter(snapshot, CLASS_MSG, 1, 1, WAIT_MSGRCV);
	expect_verdicts(snapshot, "no writer low 1>9999\n");
	assert_string_equal(snapshot->relations.stuck->known,
		"Process 9999, the last that sent to queue 11, is gone.");
	assert_non_null(strstr(snapshot->relations.stuck->inferred, "looks the same"));
	relation->waiting.steady_ns = relation->waiting.seen_ns;
	expect_verdicts(snapshot, "");
	snapshot_unref(snapshot);
}

/* One who waits for a message of a type, beside one who can't send any: both may be. */
static void senders_and_receivers_are_told_apart(void **state)
{
	struct snapshot *snapshot = make_system();
	struct msg_record *msg = snapshot->classes[CLASS_MSG].records;

	(void)state;
	msg[0].lspid = msg[0].lrpid = DEAD;
	add_waiter(snapshot, CLASS_MSG, 0, 1, WAIT_MSGRCV);
	add_waiter(snapshot, CLASS_MSG, 0, 2, WAIT_MSGSND);
	add_waiter(snapshot, CLASS_MSG, 0, 3, WAIT_MSGRCV);
	add_waiter(snapshot, CLASS_MSG, 0, 4, WAIT_MSGSND);
	expect_verdicts(snapshot,
		"no reader medium 2>9999 4>9999\n"
		"no writer low 1>9999 3>9999\n");
	snapshot_unref(snapshot);
}

/* A number that a later process got. */
static void a_reader_that_started_later_is_another_one(void **state)
{
	struct snapshot *snapshot = make_system();
	struct msg_record *msg = snapshot->classes[CLASS_MSG].records;

	(void)state;
	add_process(snapshot, 2001, ALIVE_YES, UNIT_NOW - 57, "worker");
	msg[0].lrpid = 2001;
	add_waiter(snapshot, CLASS_MSG, 0, 1, WAIT_MSGSND);
	expect_verdicts(snapshot, "no reader medium 1>2001\n");
	msg[0].rtime = UNIT_NOW - 59;
	expect_verdicts(snapshot, "");
	snapshot_unref(snapshot);
}

/* what is made of them */

static void without_waiters_nothing_is_derived(void **state)
{
	struct relation *members[2];
	struct snapshot *snapshot = make_cycle(members), *empty = make_system();

	(void)state;
	all_visited(snapshot, PROCESSES);
	snapshot->relations.read = COST_HOLDERS;
	assert_int_equal(stuck_derive(snapshot), 0);
	assert_null(snapshot->relations.stuck);
	expect_verdicts(empty, "");
	assert_int_equal(stuck_derive(empty), 0);
	snapshot_unref(snapshot);
	snapshot_unref(empty);
}

static void found_by_object_and_by_process(void **state)
{
	struct relation *members[2];
	struct snapshot *snapshot = make_cycle(members);
	struct process_record *process;
	const struct stuck *all;
	struct row row;
	int32_t pid;

	(void)state;
	for (pid = 0; pid < 4; pid++) {
		process = add_record(snapshot, CLASS_PROCESS, 0);
		process->pid = pid;
	}
	add_lock(snapshot, 0, 3, 5, DEAD);
	derive(snapshot);
	all = snapshot->relations.stuck;
	row = row_at(snapshot, CLASS_SEM, 0);
	assert_ptr_equal(stuck_of(all, &row), all);
	assert_ptr_equal(stuck_of(all->next, &row), all->next);
	assert_null(stuck_of(all->next->next, &row));
	row = row_at(snapshot, CLASS_SEM, 1);
	assert_null(stuck_of(all, &row));
	row = row_at(snapshot, CLASS_PROCESS, 2);
	assert_ptr_equal(stuck_of(all, &row), all);
	assert_null(stuck_of(all->next, &row));
	row = row_at(snapshot, CLASS_PROCESS, 3);
	assert_ptr_equal(stuck_of(all, &row), all->next);
	row = row_at(snapshot, CLASS_PROCESS, 0);
	assert_null(stuck_of(all, &row));
	snapshot_unref(snapshot);
}

static void a_sketch_names_all_members(void **state)
{
	struct relation *members[2];
	struct snapshot *snapshot = make_cycle(members);
	struct buf out = { 0 };

	(void)state;
	use_utf8();
	members[1]->tid = 2002;
	derive(snapshot);
	stuck_sketch(&out, snapshot, snapshot->relations.stuck, true);
	expect_text(&out,
		"1 (worker): semaphore set 20, waits to decrease semaphore 1 by 1, SEM_UNDO, "
		"for 2 s so far -> last used by 2 (worker)\n"
		"2 (worker) thread 2002: semaphore set 20, waits to decrease semaphore 0 by 1, "
		"SEM_UNDO, for 2 s so far -> last used by 1 (worker)\n"
		"cycle: 1 (worker) -> 2 (worker) -> 1 (worker)\n");
	stuck_sketch(&out, snapshot, snapshot->relations.stuck, false);
	assert_non_null(strstr(buf_str(&out), " → last used by 2 (worker)\n"));
	buf_free(&out);
	snapshot_unref(snapshot);
}

static void a_sketch_tells_who_is_gone(void **state)
{
	struct snapshot *snapshot = make_system();
	struct msg_record *msg = snapshot->classes[CLASS_MSG].records;
	struct buf out = { 0 };

	(void)state;
	msg[1].lrpid = DEAD;
	add_process(snapshot, 2000, ALIVE_YES, 0, "evil\033[31m");
	add_waiter(snapshot, CLASS_MSG, 1, 2000, WAIT_MSGSND);
	derive(snapshot);
	stuck_sketch(&out, snapshot, snapshot->relations.stuck, true);
	expect_text(&out,
		"2000 (evil\\x1b[31m): queue 11, waits to send, for 2 s so far -> last used by "
		"9999, gone\n");
	snapshot_unref(snapshot);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(the_last_operator_is_gone),
		cmocka_unit_test(a_last_operator_of_whom_nothing_is_known_is_not_gone),
		cmocka_unit_test(who_waits_for_the_same_semaphore_is_told_together),
		cmocka_unit_test(a_sender_without_a_reader),
		cmocka_unit_test(a_receiver_without_a_writer),
		cmocka_unit_test(senders_and_receivers_are_told_apart),
		cmocka_unit_test(a_reader_that_started_later_is_another_one),
		cmocka_unit_test(without_waiters_nothing_is_derived),
		cmocka_unit_test(found_by_object_and_by_process),
		cmocka_unit_test(a_sketch_names_all_members),
		cmocka_unit_test(a_sketch_tells_who_is_gone),
	};

	return tap_run(cases, LENGTH(cases), NULL, NULL);
}
