/* model/table: order, filter and user over the rows of one class. */
#include "unit.h"

#include "ipctop/model/table.h"

static struct filter *parse(const char *expression)
{
	struct filter_error error;
	struct filter *filter = NULL;

	assert_int_equal(filter_parse(expression, class_set(0), &filter, &error), 0);
	buf_free(&error.text);
	return filter;
}

/* The ids of the rows shown, as "3 1 2". */
static void expect_rows(const struct table *table, const char *expected)
{
	struct buf out = { 0 };
	size_t at;

	for (at = 0; at < table->count; at++)
		buf_printf(&out, "%s%d", at ? " " : "", table_row(table, at).ipc->id);
	expect_text(&out, expected);
}

/* Segments 1, 2, 3 … of these sizes; -1: its RSS is not known, and its size is 0. */
static struct snapshot *make_segments(const int *sizes, size_t count)
{
	struct snapshot *snapshot = make_snapshot();
	struct shm_record *shm;
	size_t i;

	for (i = 0; i < count; i++) {
		shm = add_shm(snapshot, (int)i + 1);
		shm->has_rss = sizes[i] >= 0;
		shm->rss = shm->size = sizes[i] >= 0 ? (uint64_t)sizes[i] : 0;
		shm->ipc.uid = (uint32_t)i;
		shm->ipc.cuid = (uint32_t)i + 1;
	}
	return snapshot;
}

static void order_by(struct table *table, const char *order)
{
	assert_int_equal(table_set_order(table, order), 0);
	assert_int_equal(table_refresh(table), 0);
}

static void rows_are_ordered_either_way(void **state)
{
	static const int sizes[] = { 20, 30, 10, 30, 20 };
	struct snapshot *snapshot = make_segments(sizes, LENGTH(sizes));
	struct table table;

	(void)state;
	table_init(&table, CLASS_SHM);
	assert_int_equal(table_show(&table, snapshot), 0);
	expect_rows(&table, "1 2 3 4 5"); /* the kernel's own */
	order_by(&table, "SIZE");
	expect_rows(&table, "3 1 5 2 4"); /* equal ones stay as they were */
	order_by(&table, "size:desc");
	expect_rows(&table, "2 4 1 5 3");
	order_by(&table, "SIZE:ASC");
	expect_rows(&table, "3 1 5 2 4");
	order_by(&table, "id:desc");
	expect_rows(&table, "5 4 3 2 1");
	table_free(&table);
	snapshot_unref(snapshot);
}

static void what_is_absent_comes_last_either_way(void **state)
{
	static const int sizes[] = { -1, 30, -1, 10, 0 };
	struct snapshot *snapshot = make_segments(sizes, LENGTH(sizes));
	struct table table;

	(void)state;
	table_init(&table, CLASS_SHM);
	assert_int_equal(table_show(&table, snapshot), 0);
	order_by(&table, "RSS");
	expect_rows(&table, "5 4 2 1 3");
	order_by(&table, "RSS:desc");
	expect_rows(&table, "2 4 5 1 3");
	table_free(&table);
	snapshot_unref(snapshot);
}

static void a_wrong_order_changes_nothing(void **state)
{
	static const char *const wrong[] = { "", ":", ":desc", "BOGUS", "SIZE:", "SIZE:down",
		"SIZE:desc:asc", "SIZE:descx", "SIZE ", "NSEMS", "SIZE,ID" };
	struct table table;
	size_t i;

	(void)state;
	table_init(&table, CLASS_SHM);
	assert_int_equal(table_set_order(&table, "SIZE:desc"), 0);
	for (i = 0; i < LENGTH(wrong); i++) {
		if (table_set_order(&table, wrong[i]) != -EINVAL)
			fail_msg("'%s' is taken for an order", wrong[i]);
		assert_ptr_equal(table.order, column_of(CLASS_SHM, "SIZE"));
		assert_true(table.descending);
	}
	table_free(&table);
}

static void many_rows_are_in_order(void **state)
{
	enum { ROWS = 5000 };
	struct snapshot *snapshot = make_snapshot();
	struct table table;
	uint64_t size, last = UINT64_MAX;
	int last_id = 0, id;
	size_t at;

	(void)state;
	for (id = 0; id < ROWS; id++)
		add_shm(snapshot, id)->size = (uint64_t)id * 7919 % 1009;
	table_init(&table, CLASS_SHM);
	assert_int_equal(table_set_order(&table, "SIZE:desc"), 0);
	assert_int_equal(table_show(&table, snapshot), 0);
	assert_int_equal(table.count, ROWS);
	for (at = 0; at < table.count; at++) {
		size = table_row(&table, at).shm->size;
		id = table_row(&table, at).ipc->id;
		assert_true(size < last || (size == last && id > last_id));
		last = size;
		last_id = id;
	}
	table_free(&table);
	snapshot_unref(snapshot);
}

static void a_filter_narrows(void **state)
{
	static const int sizes[] = { 20, 30, 10, 30, 20 };
	struct snapshot *snapshot = make_segments(sizes, LENGTH(sizes));
	struct table table;

	(void)state;
	table_init(&table, CLASS_SHM);
	table_set_filter(&table, parse("size>=20"));
	order_by(&table, "SIZE:desc");
	assert_int_equal(table_show(&table, snapshot), 0);
	expect_rows(&table, "2 4 1 5");
	table_set_filter(&table, parse("size>99"));
	assert_int_equal(table_refresh(&table), 0);
	expect_rows(&table, "");
	assert_int_equal(table.cursor, 0);
	assert_false(table.has_cursor);
	table_set_filter(&table, NULL);
	assert_int_equal(table_refresh(&table), 0);
	assert_int_equal(table.count, 5);
	table_free(&table);
	snapshot_unref(snapshot);
}

/* Owned or created; rows 1 to 5 belong to 0 to 4 and were made by 1 to 5. */
static void a_user_narrows(void **state)
{
	static const int sizes[] = { 1, 2, 3, 4, 5 };
	struct snapshot *snapshot = make_segments(sizes, LENGTH(sizes));
	struct table table;

	(void)state;
	table_init(&table, CLASS_SHM);
	table.by_user = true;
	table.uid = 0;
	assert_int_equal(table_show(&table, snapshot), 0);
	expect_rows(&table, "1");
	table.uid = 3;
	assert_int_equal(table_refresh(&table), 0);
	expect_rows(&table, "3 4");
	table_set_filter(&table, parse("size=4"));
	assert_int_equal(table_refresh(&table), 0);
	expect_rows(&table, "4");
	table.uid = 77;
	assert_int_equal(table_refresh(&table), 0);
	expect_rows(&table, "");
	table_free(&table);
	snapshot_unref(snapshot);
}

/* Limits belong to nobody: a user hides none, and their records have no owner to look at. */
static void a_user_does_not_narrow_limits(void **state)
{
	struct snapshot *snapshot = make_snapshot();
	struct table table;
	int id;

	(void)state;
	for (id = 0; id < 3; id++) {
		struct limit_record *limit = add_limit(snapshot, id);

		limit->name = limit->description = "SHMMNI";
	}
	table_init(&table, CLASS_LIMIT);
	table.by_user = true;
	table.uid = 4242;
	assert_int_equal(table_show(&table, snapshot), 0);
	assert_int_equal(table.count, 3);
	table_free(&table);
	snapshot_unref(snapshot);
}

static void an_empty_table_is_no_trouble(void **state)
{
	struct snapshot *snapshot = make_snapshot();
	struct table table;

	(void)state;
	table_init(&table, CLASS_SEM);
	assert_int_equal(table_refresh(&table), 0); /* before the first snapshot */
	table_move(&table, 5);
	table_untag_all(&table);
	assert_int_equal(table_tag_all(&table), 0);
	assert_int_equal(table_set_order(&table, "NSEMS"), 0);
	assert_int_equal(table_show(&table, snapshot), 0);
	assert_int_equal(table.count, 0);
	table_move(&table, 5);
	table_move(&table, -5);
	assert_int_equal(table.cursor, 0);
	assert_false(table.has_cursor);
	assert_int_equal(table_tag_all(&table), 0);
	assert_int_equal(table.tags_shown, 0);
	assert_int_equal(table_refresh(&table), 0);
	table_free(&table);
	table_free(&table);
	snapshot_unref(snapshot);
}

/* The table holds a reference of its own. */
static void it_keeps_its_snapshot(void **state)
{
	static const int sizes[] = { 1, 2 };
	struct snapshot *snapshot = make_segments(sizes, LENGTH(sizes));
	struct table table;

	(void)state;
	table_init(&table, CLASS_SHM);
	assert_int_equal(table_show(&table, snapshot), 0);
	snapshot_unref(snapshot);
	assert_int_equal(table_refresh(&table), 0);
	expect_rows(&table, "1 2");
	assert_int_equal(table_identity(&table, 1).id, 2);
	table_hide(&table);
	assert_null(table.snapshot);
	assert_int_equal(table.count, 0);
	assert_int_equal(table_refresh(&table), 0);
	table_free(&table);
}

static void costs_of_what_is_shown_and_of_what_is_asked(void **state)
{
	struct table table;

	(void)state;
	table_init(&table, CLASS_SHM);
	assert_int_equal(table_cost(&table), COST_USER | COST_RESIDENT | COST_PROCESS);
	assert_int_equal(table_cost_of_all(&table), 0);
	table.shown.count = 0;
	assert_int_equal(table_cost(&table), 0);
	assert_int_equal(table_set_order(&table, "RSS"), 0);
	assert_int_equal(table_cost(&table), COST_RESIDENT);
	assert_int_equal(table_cost_of_all(&table), COST_RESIDENT);
	table_set_filter(&table, parse("command~x group=y"));
	assert_int_equal(table_cost(&table), COST_RESIDENT | COST_PROCESS | COST_GROUP);
	assert_int_equal(table_cost_of_all(&table), COST_RESIDENT | COST_PROCESS | COST_GROUP);
	table_free(&table);
}

/* A bare word looks at every shown column of every row, also at those that cost something. */
static void a_word_needs_the_shown_columns_of_all_rows(void **state)
{
	struct table table;

	(void)state;
	table_init(&table, CLASS_SHM);
	column_list_add(&table.shown, column_of(CLASS_SHM, "COMMAND"));
	table_set_filter(&table, parse("postmaster"));
	assert_int_equal(table_cost_of_all(&table), column_list_cost(&table.shown));
	table_set_filter(&table, parse("nattch=0"));
	assert_int_equal(table_cost_of_all(&table), 0);
	table_free(&table);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(rows_are_ordered_either_way),
		cmocka_unit_test(what_is_absent_comes_last_either_way),
		cmocka_unit_test(a_wrong_order_changes_nothing),
		cmocka_unit_test(many_rows_are_in_order),
		cmocka_unit_test(a_filter_narrows),
		cmocka_unit_test(a_user_narrows),
		cmocka_unit_test(a_user_does_not_narrow_limits),
		cmocka_unit_test(an_empty_table_is_no_trouble),
		cmocka_unit_test(it_keeps_its_snapshot),
		cmocka_unit_test(costs_of_what_is_shown_and_of_what_is_asked),
		cmocka_unit_test(a_word_needs_the_shown_columns_of_all_rows),
	};

	return tap_run(cases, LENGTH(cases), NULL, NULL);
}
