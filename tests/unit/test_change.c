/* model/change: what differs from the snapshot before. */
#include "unit.h"

#include "ipctop/model/change.h"

static struct shm_record *add_sized(struct snapshot *snapshot, int id, uint64_t size)
{
	struct shm_record *shm = add_shm(snapshot, id);

	shm->size = size;
	shm->ipc.ctime = UNIT_NOW - 100;
	return shm;
}

static void expect_counts(const struct snapshot *snapshot, enum class class, uint32_t added,
	uint32_t gone, uint32_t moved)
{
	const struct change *change = &snapshot->classes[class].change;

	assert_true(change->known);
	assert_int_equal(change->added, added);
	assert_int_equal(change->gone, gone);
	assert_int_equal(change->moved, moved);
}

static enum change_mark mark_of(const struct snapshot *snapshot, uint32_t row, const char *column)
{
	return change_of(snapshot, CLASS_SHM, row, column_of(CLASS_SHM, column));
}

static void the_first_snapshot_has_no_change(void **state)
{
	struct snapshot *now = make_snapshot();

	(void)state;
	add_sized(now, 1, 10);
	assert_int_equal(change_derive(now, NULL, false), 0);
	assert_false(now->classes[CLASS_SHM].change.known);
	assert_int_equal(mark_of(now, 0, "SIZE"), CHANGE_NONE);
	snapshot_unref(now);
}

static void the_same_again_is_no_change(void **state)
{
	struct snapshot *before = make_snapshot(), *now = make_snapshot();

	(void)state;
	add_sized(before, 1, 10);
	add_sized(before, 2, 20);
	/* in another order, and later */
	add_sized(now, 2, 20);
	add_sized(now, 1, 10);
	now->time.tv_sec += 60;
	assert_int_equal(change_derive(now, before, false), 0);
	expect_counts(now, CLASS_SHM, 0, 0, 0);
	assert_int_equal(mark_of(now, 0, "SIZE"), CHANGE_NONE);
	assert_int_equal(mark_of(now, 0, "AGE"), CHANGE_NONE);
	snapshot_unref(before);
	snapshot_unref(now);
}

static void new_gone_and_moved_are_counted_and_marked(void **state)
{
	struct snapshot *before = make_snapshot(), *now = make_snapshot();

	(void)state;
	add_sized(before, 1, 10);
	add_sized(before, 2, 20);
	add_sized(before, 3, 30);
	add_sized(before, 6, 60);
	add_sized(now, 2, 20)->nattch = 5;
	add_sized(now, 3, 30);
	add_sized(now, 4, 40);
	add_sized(now, 5, 50);
	assert_int_equal(change_derive(now, before, false), 0);
	expect_counts(now, CLASS_SHM, 2, 2, 1);
	assert_int_equal(mark_of(now, 0, "NATTCH"), CHANGE_VALUE);
	assert_int_equal(mark_of(now, 0, "SIZE"), CHANGE_NONE);
	assert_int_equal(mark_of(now, 0, "ID"), CHANGE_NONE);
	assert_int_equal(mark_of(now, 1, "NATTCH"), CHANGE_NONE);
	assert_int_equal(mark_of(now, 2, "NATTCH"), CHANGE_ADDED);
	assert_int_equal(mark_of(now, 3, "ID"), CHANGE_ADDED);
	snapshot_unref(before);
	snapshot_unref(now);
}

/* The old values live in the new snapshot: the one before may go. */
static void nothing_points_into_the_snapshot_before(void **state)
{
	enum { ROWS = 1000 };
	struct snapshot *before = make_snapshot(), *now = make_snapshot();
	int id;

	(void)state;
	for (id = 0; id < ROWS; id++) {
		add_sized(before, id, 10)->nattch = (uint64_t)id;
		add_sized(now, id, 10)->nattch = (uint64_t)(id + id % 3);
	}
	assert_int_equal(change_derive(now, before, false), 0);
	snapshot_unref(before);
	expect_counts(now, CLASS_SHM, 0, 0, ROWS - (ROWS + 2) / 3);
	for (id = 0; id < ROWS; id++)
		assert_int_equal(
			mark_of(now, (uint32_t)id, "NATTCH"), id % 3 ? CHANGE_VALUE : CHANGE_NONE);
	snapshot_unref(now);
}

static void ages_move_by_themselves(void **state)
{
	struct snapshot *before = make_snapshot(), *now = make_snapshot();

	(void)state;
	add_sized(before, 1, 10);
	add_sized(now, 1, 10)->atime = UNIT_NOW - 5;
	now->time.tv_sec += 60;
	assert_int_equal(change_derive(now, before, false), 0);
	assert_int_equal(mark_of(now, 0, "ATTACH"), CHANGE_VALUE);
	assert_int_equal(mark_of(now, 0, "IDLE"), CHANGE_NONE);
	assert_int_equal(mark_of(now, 0, "AGE"), CHANGE_NONE);
	snapshot_unref(before);
	snapshot_unref(now);
}

static void a_successor_under_the_same_id_is_new(void **state)
{
	struct snapshot *before = make_snapshot(), *now = make_snapshot();

	(void)state;
	add_sized(before, 1, 10);
	add_sized(now, 1, 11);
	assert_int_equal(change_derive(now, before, false), 0);
	expect_counts(now, CLASS_SHM, 1, 1, 0);
	assert_int_equal(mark_of(now, 0, "SIZE"), CHANGE_ADDED);
	snapshot_unref(before);
	snapshot_unref(now);
}

static void another_namespace_has_other_objects(void **state)
{
	struct snapshot *before = make_snapshot(), *now = make_snapshot();

	(void)state;
	add_sized(before, 1, 10);
	add_sized(now, 1, 10);
	now->scope++;
	assert_int_equal(change_derive(now, before, false), 0);
	expect_counts(now, CLASS_SHM, 1, 1, 0);
	snapshot_unref(before);
	snapshot_unref(now);
}

static void a_class_that_was_not_read_tells_nothing(void **state)
{
	struct snapshot *before = make_snapshot(), *now = make_snapshot();

	(void)state;
	add_sized(now, 1, 10);
	add_sem(now, 1);
	add_sem(before, 1);
	before->classes[CLASS_SEM].error = -EACCES;
	before->classes[CLASS_SEM].count = 0;
	assert_int_equal(change_derive(now, before, false), 0);
	assert_false(now->classes[CLASS_SHM].change.known); /* not asked for before */
	assert_false(now->classes[CLASS_SEM].change.known); /* not readable before */
	assert_false(now->classes[CLASS_MSG].change.known); /* not asked for at all */
	assert_int_equal(mark_of(now, 0, "SIZE"), CHANGE_NONE);
	snapshot_unref(before);
	snapshot_unref(now);
}

static void from_nothing_and_to_nothing(void **state)
{
	struct snapshot *empty = make_snapshot(), *full = make_snapshot(), *again = make_snapshot();

	(void)state;
	empty->classes[CLASS_SHM].read = again->classes[CLASS_SHM].read = true;
	add_sized(full, 1, 10);
	assert_int_equal(change_derive(full, empty, false), 0);
	expect_counts(full, CLASS_SHM, 1, 0, 0);
	assert_int_equal(change_derive(again, full, false), 0);
	expect_counts(again, CLASS_SHM, 0, 1, 0);
	snapshot_unref(empty);
	snapshot_unref(full);
	snapshot_unref(again);
}

/* A pass over a busy table may show an object twice. */
static void an_object_seen_twice_is_not_negative(void **state)
{
	struct snapshot *before = make_snapshot(), *now = make_snapshot();

	(void)state;
	add_sized(before, 1, 10);
	add_sized(now, 1, 10);
	add_sized(now, 1, 10);
	assert_int_equal(change_derive(now, before, false), 0);
	expect_counts(now, CLASS_SHM, 0, 0, 0);
	snapshot_unref(before);
	snapshot_unref(now);
}

/* That RSS was looked at for the first time is no event of the segment. */
static void what_was_not_looked_at_before_has_not_changed(void **state)
{
	struct snapshot *before = make_snapshot(), *now = make_snapshot();
	struct shm_record *shm;

	(void)state;
	add_sized(before, 1, 8192);
	shm = add_sized(now, 1, 8192);
	shm->rss = 4096;
	shm->has_rss = shm->has_swap = true;
	now->cost = COST_RESIDENT;
	assert_int_equal(change_derive(now, before, false), 0);
	expect_counts(now, CLASS_SHM, 0, 0, 0);
	assert_int_equal(mark_of(now, 0, "RSS"), CHANGE_NONE);
	snapshot_unref(before);
	snapshot_unref(now);
}

/* … but what else changed meanwhile is told, of segments and of everything else. */
static void what_changed_beside_it_is_told(void **state)
{
	struct snapshot *before = make_snapshot(), *now = make_snapshot();
	struct shm_record *shm;

	(void)state;
	now->cost = COST_RESIDENT;
	add_msg(before, 1);
	add_msg(now, 1)->qnum = 5;
	assert_int_equal(change_derive(now, before, false), 0);
	expect_counts(now, CLASS_MSG, 0, 0, 1);
	assert_int_equal(change_of(now, CLASS_MSG, 0, column_of(CLASS_MSG, "MSGS")), CHANGE_VALUE);
	snapshot_unref(before);
	snapshot_unref(now);
	before = make_snapshot();
	now = make_snapshot();
	now->cost = COST_RESIDENT;
	add_sized(before, 1, 8192);
	shm = add_sized(now, 1, 8192);
	shm->rss = 4096;
	shm->has_rss = shm->has_swap = true;
	shm->nattch = 1;
	assert_int_equal(change_derive(now, before, false), 0);
	assert_int_equal(mark_of(now, 0, "NATTCH"), CHANGE_VALUE);
	assert_int_equal(mark_of(now, 0, "RSS"), CHANGE_NONE);
	snapshot_unref(before);
	snapshot_unref(now);
}

/* A snapshot in between keeps the marks of the one before it, until its interval is over. */
static void marks_are_carried_through_their_interval(void **state)
{
	struct snapshot *first = make_snapshot(), *second = make_snapshot();
	struct snapshot *between = make_snapshot(), *last = make_snapshot();

	(void)state;
	add_sized(first, 1, 10);
	add_sized(first, 3, 30);
	add_sized(second, 1, 10)->nattch = 1;
	add_sized(second, 2, 20);
	assert_int_equal(change_derive(second, first, false), 0);
	expect_counts(second, CLASS_SHM, 1, 1, 1);
	add_sized(between, 1, 10)->nattch = 1;
	add_sized(between, 2, 20)->nattch = 7;
	assert_int_equal(change_derive(between, second, true), 0);
	expect_counts(between, CLASS_SHM, 1, 1, 1);
	assert_int_equal(mark_of(between, 0, "NATTCH"), CHANGE_VALUE);
	assert_int_equal(mark_of(between, 0, "SIZE"), CHANGE_NONE);
	assert_int_equal(mark_of(between, 1, "SIZE"), CHANGE_ADDED);
	add_sized(last, 1, 10)->nattch = 1;
	add_sized(last, 2, 20)->nattch = 7;
	assert_int_equal(change_derive(last, between, false), 0);
	expect_counts(last, CLASS_SHM, 0, 0, 0);
	snapshot_unref(first);
	snapshot_unref(second);
	snapshot_unref(between);
	snapshot_unref(last);
}

static void limits_change_too(void **state)
{
	struct snapshot *before = make_snapshot(), *now = make_snapshot();
	struct limit_record *limit = add_limit(before, 3);

	(void)state;
	limit->has_used = true;
	limit = add_limit(now, 3);
	limit->has_used = true;
	limit->used = 5;
	assert_int_equal(change_derive(now, before, false), 0);
	expect_counts(now, CLASS_LIMIT, 0, 0, 1);
	assert_int_equal(
		change_of(now, CLASS_LIMIT, 0, column_of(CLASS_LIMIT, "USED")), CHANGE_VALUE);
	assert_int_equal(
		change_of(now, CLASS_LIMIT, 0, column_of(CLASS_LIMIT, "LIMIT")), CHANGE_NONE);
	snapshot_unref(before);
	snapshot_unref(now);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(the_first_snapshot_has_no_change),
		cmocka_unit_test(the_same_again_is_no_change),
		cmocka_unit_test(new_gone_and_moved_are_counted_and_marked),
		cmocka_unit_test(nothing_points_into_the_snapshot_before),
		cmocka_unit_test(ages_move_by_themselves),
		cmocka_unit_test(a_successor_under_the_same_id_is_new),
		cmocka_unit_test(another_namespace_has_other_objects),
		cmocka_unit_test(a_class_that_was_not_read_tells_nothing),
		cmocka_unit_test(from_nothing_and_to_nothing),
		cmocka_unit_test(an_object_seen_twice_is_not_negative),
		cmocka_unit_test(what_was_not_looked_at_before_has_not_changed),
		cmocka_unit_test(what_changed_beside_it_is_told),
		cmocka_unit_test(marks_are_carried_through_their_interval),
		cmocka_unit_test(limits_change_too),
	};

	return tap_run(cases, LENGTH(cases), NULL, NULL);
}
