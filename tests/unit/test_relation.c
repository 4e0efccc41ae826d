/* model/relation: who holds and who waits: found by object and by process, and counted. */
#include "related.h"

/* "shm 30 811/811 " for each of the range. */
static void expect_range(struct relation_range range, const char *expected)
{
	struct buf out = { 0 };
	uint32_t i;

	for (i = 0; i < range.count; i++)
		buf_printf(&out, "%s %d %d/%d ", class_infos[range.at[i]->class].word,
			range.at[i]->id, range.at[i]->pid, range.at[i]->tid);
	expect_text(&out, expected);
}

static void expect_object(
	const struct snapshot *snapshot, enum class class, uint32_t index, const char *expected)
{
	struct row row = row_at(snapshot, class, index);

	expect_range(relations_of(&row), expected);
}

/* In no order. */
static struct snapshot *make_related(void)
{
	struct snapshot *snapshot = make_objects();

	add_waiter(snapshot, CLASS_SEM, 1, 900, WAIT_SEMOP)->tid = 905;
	add_holder(snapshot, 1, 811);
	add_waiter(snapshot, CLASS_SEM, 0, 902, WAIT_SEMTIMEDOP);
	add_holder(snapshot, 0, 2147483647);
	add_waiter(snapshot, CLASS_MSG, 1, 811, WAIT_MSGRCV)->tid = 813;
	add_waiter(snapshot, CLASS_SEM, 1, 900, WAIT_SEMOP);
	add_holder(snapshot, 0, 811);
	add_waiter(snapshot, CLASS_MSG, 1, 811, WAIT_MSGSND)->tid = 812;
	add_waiter(snapshot, CLASS_SEM, 1, 7, WAIT_SEMOP);
	return snapshot;
}

static void sorted_by_object_and_by_process(void **state)
{
	struct snapshot *snapshot = make_related();
	const struct relations *relations = &snapshot->relations;

	(void)state;
	all_visited(snapshot, 5);
	expect_range((struct relation_range){ relations->by_object, relations->count },
		"msg 11 811/812 msg 11 811/813 sem 20 902/902 sem 21 7/7 sem 21 900/900 "
		"sem 21 900/905 shm 30 811/811 shm 30 2147483647/2147483647 shm 31 811/811 ");
	expect_range((struct relation_range){ relations->by_pid, relations->count },
		"sem 21 7/7 msg 11 811/812 msg 11 811/813 shm 30 811/811 shm 31 811/811 "
		"sem 21 900/900 sem 21 900/905 sem 20 902/902 shm 30 2147483647/2147483647 ");
	snapshot_unref(snapshot);
}

static void found_by_object(void **state)
{
	struct snapshot *snapshot = make_related();

	(void)state;
	all_visited(snapshot, 5);
	expect_object(snapshot, CLASS_MSG, 0, "");
	expect_object(snapshot, CLASS_MSG, 1, "msg 11 811/812 msg 11 811/813 ");
	expect_object(snapshot, CLASS_SEM, 0, "sem 20 902/902 ");
	expect_object(snapshot, CLASS_SEM, 1, "sem 21 7/7 sem 21 900/900 sem 21 900/905 ");
	expect_object(snapshot, CLASS_SHM, 0, "shm 30 811/811 shm 30 2147483647/2147483647 ");
	expect_object(snapshot, CLASS_SHM, 1, "shm 31 811/811 ");
	snapshot_unref(snapshot);
}

static void found_by_process(void **state)
{
	struct snapshot *snapshot = make_related();
	struct process_record *process = add_record(snapshot, CLASS_PROCESS, 0);

	(void)state;
	process->pid = 811;
	all_visited(snapshot, 5);
	expect_range(relations_of_pid(snapshot, 811),
		"msg 11 811/812 msg 11 811/813 shm 30 811/811 shm 31 811/811 ");
	expect_object(snapshot, CLASS_PROCESS, 0,
		"msg 11 811/812 msg 11 811/813 shm 30 811/811 shm 31 811/811 ");
	expect_range(relations_of_pid(snapshot, 900), "sem 21 900/900 sem 21 900/905 ");
	expect_range(relations_of_pid(snapshot, 2147483647), "shm 30 2147483647/2147483647 ");
	/* a thread is found by its process */
	expect_range(relations_of_pid(snapshot, 905), "");
	expect_range(relations_of_pid(snapshot, 0), "");
	expect_range(relations_of_pid(snapshot, 1), "");
	expect_range(relations_of_pid(snapshot, -1), "");
	snapshot_unref(snapshot);
}

/* A value that was another before is asked of a copy of its record. */
static void a_copy_of_a_record_has_the_same_relations(void **state)
{
	struct snapshot *snapshot = make_related();
	struct shm_record copy;
	struct row row;

	(void)state;
	all_visited(snapshot, 5);
	row = row_at(snapshot, CLASS_SHM, 1);
	copy = *row.shm;
	row.shm = &copy;
	expect_range(relations_of(&row), "shm 31 811/811 ");
	snapshot_unref(snapshot);
}

static void without_relations_nothing_is_found(void **state)
{
	struct snapshot *snapshot = make_objects();
	struct row row = row_at(snapshot, CLASS_SHM, 0);

	(void)state;
	expect_range(relations_of(&row), "");
	expect_range(relations_of_pid(snapshot, 811), "");
	assert_int_equal(relations_attached(&row), 0);
	assert_int_equal(relations_longest_wait(relations_of(&row)), -1);
	all_visited(snapshot, 0);
	assert_non_null(snapshot->relations.by_object);
	assert_non_null(snapshot->relations.by_pid);
	expect_range(relations_of(&row), "");
	snapshot_unref(snapshot);
}

static void holders_and_waiters_are_counted(void **state)
{
	struct snapshot *snapshot = make_related();

	(void)state;
	all_visited(snapshot, 5);
	assert_int_equal(relations_count(relations_of_pid(snapshot, 811), RELATION_HOLDER), 2);
	assert_int_equal(relations_count(relations_of_pid(snapshot, 811), RELATION_WAITER), 2);
	assert_int_equal(relations_count(relations_of_pid(snapshot, 900), RELATION_HOLDER), 0);
	assert_int_equal(relations_count(relations_of_pid(snapshot, 900), RELATION_WAITER), 2);
	assert_int_equal(relations_count((struct relation_range){ 0 }, RELATION_WAITER), 0);
	snapshot_unref(snapshot);
}

/* how long */

static void a_wait_has_lasted_since_it_was_seen_first(void **state)
{
	struct snapshot *snapshot = make_objects();
	struct relation *once = add_waiter(snapshot, CLASS_SEM, 0, 1, WAIT_SEMOP);
	struct relation *longest = add_waiter(snapshot, CLASS_SEM, 0, 2, WAIT_SEMOP);
	struct relation *shorter = add_waiter(snapshot, CLASS_SEM, 0, 3, WAIT_SEMOP);
	struct row row = row_at(snapshot, CLASS_SEM, 0);

	(void)state;
	once->waiting.since_ns = once->waiting.seen_ns;
	longest->waiting.since_ns =
		longest->waiting.seen_ns - 12 * RELATED_SECOND - RELATED_SECOND / 2;
	/* that the semaphore moved does not end the wait */
	longest->waiting.steady_ns = longest->waiting.seen_ns;
	shorter->waiting.since_ns = shorter->waiting.seen_ns - 1;
	add_holder(snapshot, 0, 4);
	all_visited(snapshot, 3);
	assert_true(relation_waiting_seconds(once) < 0);
	assert_true(relation_waiting_seconds(longest) >= 12.5 - 1e-6);
	assert_true(relation_waiting_seconds(longest) <= 12.5 + 1e-6);
	assert_true(relation_waiting_seconds(shorter) > 0);
	assert_int_equal(relations_longest_wait(relations_of(&row)), 12);
	assert_int_equal(relations_longest_wait(relations_of_pid(snapshot, 1)), -1);
	assert_int_equal(relations_longest_wait(relations_of_pid(snapshot, 3)), 0);
	/* a holder does not wait */
	assert_int_equal(relations_longest_wait(relations_of_pid(snapshot, 4)), -1);
	assert_int_equal(relations_longest_wait((struct relation_range){ 0 }), -1);
	snapshot_unref(snapshot);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(sorted_by_object_and_by_process),
		cmocka_unit_test(found_by_object),
		cmocka_unit_test(found_by_process),
		cmocka_unit_test(a_copy_of_a_record_has_the_same_relations),
		cmocka_unit_test(without_relations_nothing_is_found),
		cmocka_unit_test(holders_and_waiters_are_counted),
		cmocka_unit_test(a_wait_has_lasted_since_it_was_seen_first),
	};

	return tap_run(cases, LENGTH(cases), NULL, NULL);
}
