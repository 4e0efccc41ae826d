/* model/table: cursor and tags stay with their objects while rows move, vanish and come. */
#include "unit.h"

#include <limits.h>

#include "ipctop/model/table.h"

static void show_rows(struct table *table, const int *ids, bool partial)
{
	struct snapshot *snapshot = make_snapshot();

	snapshot->classes[CLASS_SHM].read = true;
	snapshot->classes[CLASS_SHM].partial = partial;
	for (; *ids; ids++)
		add_shm(snapshot, *ids)->size = (uint64_t)*ids;
	assert_int_equal(table_show(table, snapshot), 0);
	snapshot_unref(snapshot);
}

/* Show segments with these ids, in this order, which ends with 0. */
static void show(struct table *table, const int *ids)
{
	show_rows(table, ids, false);
}

static void filter_by(struct table *table, const char *expression)
{
	struct filter_error error;
	struct filter *filter = NULL;

	if (expression)
		assert_int_equal(
			filter_parse(expression, class_bit(CLASS_SHM), &filter, &error), 0);
	table_set_filter(table, filter);
	assert_int_equal(table_refresh(table), 0);
}

static int id_under_cursor(const struct table *table)
{
	assert_true(table->has_cursor);
	assert_true(table->cursor < table->count);
	/* what is remembered is what is there */
	assert_int_equal(table->cursor_identity.id, table_row(table, table->cursor).ipc->id);
	return table_row(table, table->cursor).ipc->id;
}

static int start(void **state)
{
	static struct table table;

	table_init(&table, CLASS_SHM);
	show(&table, (const int[]){ 1, 2, 3, 4, 5, 0 });
	*state = &table;
	return 0;
}

static int end(void **state)
{
	table_free(*state);
	return 0;
}

static void the_cursor_begins_at_the_top(void **state)
{
	struct table *table = *state;

	assert_int_equal(id_under_cursor(table), 1);
}

static void the_cursor_moves_within_the_table(void **state)
{
	struct table *table = *state;

	table_move(table, 2);
	assert_int_equal(id_under_cursor(table), 3);
	table_move(table, 99);
	assert_int_equal(id_under_cursor(table), 5);
	table_move(table, -1);
	assert_int_equal(id_under_cursor(table), 1);
	table_move(table, LONG_MAX);
	assert_int_equal(id_under_cursor(table), 5);
	table_move(table, LONG_MIN);
	assert_int_equal(id_under_cursor(table), 1);
}

static void the_cursor_stays_with_its_object(void **state)
{
	struct table *table = *state;

	table_move(table, 2);
	show(table, (const int[]){ 3, 9, 1, 2, 0 });
	assert_int_equal(id_under_cursor(table), 3);
	assert_int_equal(table->cursor, 0);
	show(table, (const int[]){ 7, 8, 9, 10, 11, 3, 0 });
	assert_int_equal(id_under_cursor(table), 3);
	assert_int_equal(table_set_order(table, "ID:desc"), 0);
	assert_int_equal(table_refresh(table), 0);
	assert_int_equal(id_under_cursor(table), 3);
	assert_int_equal(table->cursor, 5);
}

static void where_its_object_is_gone_the_cursor_stays_in_its_line(void **state)
{
	struct table *table = *state;

	table_move(table, 2);
	show(table, (const int[]){ 1, 2, 4, 5, 0 });
	assert_int_equal(table->cursor, 2);
	assert_int_equal(id_under_cursor(table), 4);
	/* from then on it is with the other one */
	show(table, (const int[]){ 4, 1, 3, 0 });
	assert_int_equal(id_under_cursor(table), 4);
	/* fewer lines than that: the last */
	table_move(table, 2);
	show(table, (const int[]){ 8, 9, 0 });
	assert_int_equal(id_under_cursor(table), 9);
}

static void a_successor_is_not_taken_for_its_object(void **state)
{
	struct table *table = *state;
	struct snapshot *snapshot = make_snapshot();
	int id;

	table_move(table, 2);
	assert_int_equal(table_toggle_tag(table, 2), 0);
	/* the same id, created by another process */
	for (id = 5; id > 0; id--) {
		struct shm_record *shm = add_shm(snapshot, id);

		shm->size = (uint64_t)id;
		shm->cpid = id == 3 ? 99 : 0;
	}
	assert_int_equal(table_show(table, snapshot), 0);
	snapshot_unref(snapshot);
	assert_int_equal(table->cursor, 2);
	assert_int_equal(table->tags.used, 0);
	assert_false(table_is_tagged(table, 2));
}

static void the_cursor_survives_emptiness(void **state)
{
	struct table *table = *state;

	table_move(table, 3);
	show(table, (const int[]){ 0 });
	assert_false(table->has_cursor);
	assert_int_equal(table->cursor, 0);
	show(table, (const int[]){ 6, 7, 0 });
	assert_int_equal(id_under_cursor(table), 6);
}

/* Rows come as their processes are visited: the cursor goes by the one it was on, or is moved. */
static void the_cursor_waits_for_rows_that_may_come(void **state)
{
	struct table *table = *state;

	table_move(table, 3);
	table_hide(table);
	show_rows(table, (const int[]){ 0 }, true);
	show_rows(table, (const int[]){ 1, 5, 0 }, true);
	assert_int_equal(table->cursor, 0);
	show_rows(table, (const int[]){ 1, 3, 4, 5, 0 }, true);
	assert_int_equal(id_under_cursor(table), 4);
	show_rows(table, (const int[]){ 1, 3, 0 }, true);
	table_move(table, 0);
	show(table, (const int[]){ 1, 3, 4, 5, 0 });
	assert_int_equal(id_under_cursor(table), 1);
	table_move(table, 2);
	show_rows(table, (const int[]){ 1, 3, 5, 0 }, true);
	assert_int_equal(table->cursor, 2);
	show(table, (const int[]){ 1, 3, 5, 0 });
	assert_int_equal(id_under_cursor(table), 5);
}

static void a_filter_that_hides_its_object_leaves_the_cursor_in_line(void **state)
{
	struct table *table = *state;

	table_move(table, 1);
	filter_by(table, "id>=3");
	assert_int_equal(table->cursor, 1);
	assert_int_equal(id_under_cursor(table), 4);
	filter_by(table, NULL);
	assert_int_equal(id_under_cursor(table), 4);
	assert_int_equal(table->cursor, 3);
}

static void the_cursor_survives_hiding(void **state)
{
	struct table *table = *state;

	table_move(table, 3);
	assert_int_equal(table_toggle_tag(table, 1), 0);
	table_hide(table);
	assert_int_equal(table->tags_shown, 0);
	show(table, (const int[]){ 5, 4, 3, 2, 0 });
	assert_int_equal(id_under_cursor(table), 4);
	assert_int_equal(table->tags_shown, 1);
	assert_true(table_is_tagged(table, 3));
}

static void tags_stay_with_their_objects(void **state)
{
	struct table *table = *state;

	assert_int_equal(table_toggle_tag(table, 1), 0);
	assert_int_equal(table_toggle_tag(table, 4), 0);
	assert_int_equal(table->tags_shown, 2);
	show(table, (const int[]){ 5, 9, 2, 3, 0 });
	assert_true(table_is_tagged(table, 0));
	assert_false(table_is_tagged(table, 1));
	assert_true(table_is_tagged(table, 2));
	assert_false(table_is_tagged(table, 3));
	assert_int_equal(table->tags_shown, 2);
}

static void tags_of_what_is_gone_are_dropped_for_good(void **state)
{
	struct table *table = *state;

	assert_int_equal(table_tag_all(table), 0);
	show(table, (const int[]){ 2, 4, 0 });
	assert_int_equal(table->tags_shown, 2);
	assert_int_equal(table->tags.used, 2);
	show(table, (const int[]){ 1, 2, 3, 4, 5, 0 });
	assert_int_equal(table->tags_shown, 2);
	assert_false(table_is_tagged(table, 0));
	assert_true(table_is_tagged(table, 1));
}

static void tags_that_a_filter_hides_are_kept(void **state)
{
	struct table *table = *state;

	assert_int_equal(table_toggle_tag(table, 0), 0);
	assert_int_equal(table_toggle_tag(table, 4), 0);
	filter_by(table, "id>=3");
	assert_int_equal(table->tags_shown, 1);
	assert_int_equal(table->tags.used, 2);
	show(table, (const int[]){ 1, 2, 3, 4, 5, 0 });
	assert_int_equal(table->tags.used, 2);
	/* all that are shown, and none of the others */
	assert_int_equal(table_tag_all(table), 0);
	assert_int_equal(table->tags_shown, 3);
	assert_int_equal(table->tags.used, 4);
	filter_by(table, NULL);
	assert_int_equal(table->tags_shown, 4);
	assert_true(table_is_tagged(table, 0));
	assert_false(table_is_tagged(table, 1));
	/* gone while it was hidden */
	filter_by(table, "id>=3");
	show(table, (const int[]){ 3, 4, 5, 0 });
	assert_int_equal(table->tags.used, 3);
}

static void tags_are_toggled(void **state)
{
	struct table *table = *state;
	size_t at;

	for (at = 0; at < 5; at++)
		assert_int_equal(table_toggle_tag(table, at), 0);
	assert_int_equal(table->tags_shown, 5);
	assert_int_equal(table_toggle_tag(table, 2), 0);
	assert_int_equal(table->tags_shown, 4);
	for (at = 0; at < 5; at++)
		assert_int_equal(table_is_tagged(table, at), at != 2);
	for (at = 0; at < 5; at++)
		assert_int_equal(table_toggle_tag(table, at), 0);
	assert_int_equal(table->tags_shown, 1);
	assert_true(table_is_tagged(table, 2));
	table_untag_all(table);
	assert_int_equal(table->tags_shown, 0);
	assert_false(table_is_tagged(table, 2));
	assert_int_equal(table_toggle_tag(table, 2), 0);
	assert_true(table_is_tagged(table, 2));
}

static void many_tags_are_kept(void **state)
{
	enum { ROWS = 3000 };
	struct table *table = *state;
	struct snapshot *snapshot = make_snapshot();
	size_t at;
	int id;

	for (id = 1; id <= ROWS; id++)
		add_shm(snapshot, id);
	assert_int_equal(table_show(table, snapshot), 0);
	for (at = 0; at < ROWS; at += 2)
		assert_int_equal(table_toggle_tag(table, at), 0);
	assert_int_equal(table_refresh(table), 0);
	assert_int_equal(table->tags_shown, ROWS / 2);
	for (at = 0; at < ROWS; at++)
		assert_int_equal(table_is_tagged(table, at), at % 2 == 0);
	assert_int_equal(table_tag_all(table), 0);
	assert_int_equal(table->tags_shown, ROWS);
	assert_int_equal(table->tags.used, ROWS);
	snapshot_unref(snapshot);
}

#define WITH_TABLE(test) cmocka_unit_test_setup_teardown(test, start, end)

int main(void)
{
	const struct CMUnitTest cases[] = {
		WITH_TABLE(the_cursor_begins_at_the_top),
		WITH_TABLE(the_cursor_moves_within_the_table),
		WITH_TABLE(the_cursor_stays_with_its_object),
		WITH_TABLE(where_its_object_is_gone_the_cursor_stays_in_its_line),
		WITH_TABLE(a_successor_is_not_taken_for_its_object),
		WITH_TABLE(the_cursor_survives_emptiness),
		WITH_TABLE(the_cursor_waits_for_rows_that_may_come),
		WITH_TABLE(a_filter_that_hides_its_object_leaves_the_cursor_in_line),
		WITH_TABLE(the_cursor_survives_hiding),
		WITH_TABLE(tags_stay_with_their_objects),
		WITH_TABLE(tags_of_what_is_gone_are_dropped_for_good),
		WITH_TABLE(tags_that_a_filter_hides_are_kept),
		WITH_TABLE(tags_are_toggled),
		WITH_TABLE(many_tags_are_kept),
	};

	return tap_run(cases, LENGTH(cases), NULL, NULL);
}
