/* model/search: rows found by what the columns shown say. */
#include "unit.h"

#include "ipctop/model/search.h"

static const struct value_style human = { .ascii = true, .now = UNIT_NOW };
static const struct value_style exact = { .ascii = true, .now = UNIT_NOW, .exact_bytes = true };

/* A table of five segments, with these columns: */
static void open_table(struct table *table, const char *names)
{
	static const char *const owners[] = { "anna", "Bert", "anna", "b\xc3\xa9la", "Dora" };
	static const uint64_t sizes[] = { 16 << 20, 4096, 1 << 20, 0, 16 << 20 };
	struct snapshot *snapshot = make_snapshot();
	struct shm_record *shm;
	const char *wrong;
	uint32_t i;

	for (i = 0; i < LENGTH(owners); i++) {
		add_user(snapshot, 1000 + i, owners[i]);
		shm = add_shm(snapshot, 11 * ((int)i + 1));
		shm->ipc.uid = 1000 + i;
		shm->size = sizes[i];
	}
	table_init(table, CLASS_SHM);
	assert_int_equal(column_list_parse(&table->shown, CLASS_SHM, names, &wrong), 0);
	assert_int_equal(table_show(table, snapshot), 0);
	assert_int_equal(table->count, LENGTH(owners));
	snapshot_unref(snapshot);
}

/* From row `from` the text is found in row `expected`; -1: nowhere. */
static void expect_found(const struct table *table, const struct value_style *style,
	const char *text, bool backward, size_t from, int expected)
{
	size_t at = from;
	bool found = search_table(table, text, backward, style, &at);

	if (found != (expected >= 0))
		fail_msg("'%s' from row %zu: %s", text, from, found ? "found" : "not found");
	if (at != (found ? (size_t)expected : from))
		fail_msg("'%s' from row %zu: row %zu, not %d", text, from, at, expected);
}

static void forward(const struct table *table, const char *text, size_t from, int expected)
{
	expect_found(table, &human, text, false, from, expected);
}

static void backward(const struct table *table, const char *text, size_t from, int expected)
{
	expect_found(table, &human, text, true, from, expected);
}

static void it_goes_on_behind_the_last_row(void **state)
{
	struct table table;

	(void)state;
	open_table(&table, "ID,OWNER");
	forward(&table, "anna", 0, 0); /* where it starts is looked at too */
	forward(&table, "anna", 1, 2);
	forward(&table, "anna", 2, 2);
	forward(&table, "anna", 3, 0);
	forward(&table, "anna", 4, 0);
	forward(&table, "33", 3, 2);
	forward(&table, "55", 0, 4);
	table_free(&table);
}

static void backward_it_goes_on_before_the_first(void **state)
{
	struct table table;

	(void)state;
	open_table(&table, "ID,OWNER");
	backward(&table, "anna", 4, 2);
	backward(&table, "anna", 2, 2);
	backward(&table, "anna", 1, 0);
	backward(&table, "anna", 0, 0);
	backward(&table, "Dora", 0, 4);
	backward(&table, "Dora", 3, 4);
	backward(&table, "11", 4, 0);
	table_free(&table);
}

static void what_is_not_there_is_not_found(void **state)
{
	struct table table;
	size_t from;

	(void)state;
	open_table(&table, "ID,OWNER");
	for (from = 0; from < table.count; from++) {
		forward(&table, "carl", from, -1);
		backward(&table, "carl", from, -1);
		forward(&table, "11anna", from, -1); /* each cell alone */
		forward(&table, "11 anna", from, -1);
	}
	table_free(&table);
}

static void capitals_matter_where_there_is_one(void **state)
{
	struct table table;

	(void)state;
	open_table(&table, "OWNER");
	forward(&table, "bert", 0, 1);
	forward(&table, "Bert", 0, 1);
	forward(&table, "BERT", 0, -1);
	forward(&table, "bErt", 0, -1);
	forward(&table, "Anna", 0, -1);
	forward(&table, "anna", 1, 2);
	forward(&table, "D", 0, 4);
	forward(&table, "d", 0, 4);
	forward(&table, "r", 2, 4);
	table_free(&table);
}

static void only_columns_shown_are_looked_at(void **state)
{
	struct table table;

	(void)state;
	open_table(&table, "ID");
	forward(&table, "anna", 0, -1);
	forward(&table, "22", 0, 1);
	table_free(&table);
	open_table(&table, "OWNER");
	forward(&table, "anna", 0, 0);
	forward(&table, "22", 0, -1);
	table_free(&table);
	open_table(&table, "SIZE,PERMS,OWNER");
	forward(&table, "anna", 0, 0); /* the last of them too */
	table_free(&table);
	open_table(&table, "");
	forward(&table, "a", 0, -1);
	table_free(&table);
}

static void cells_are_read_as_they_are_written(void **state)
{
	struct table table;

	(void)state;
	open_table(&table, "SIZE");
	expect_found(&table, &human, "16M", false, 1, 4);
	expect_found(&table, &human, "16777216", false, 1, -1);
	expect_found(&table, &exact, "16777216", false, 1, 4);
	expect_found(&table, &exact, "16M", false, 1, -1);
	expect_found(&table, &human, "4096", false, 0, -1);
	expect_found(&table, &exact, "4096", false, 0, 1);
	table_free(&table);
	/* and as they can be printed */
	open_table(&table, "OWNER");
	forward(&table, "b\\u{00e9}la", 0, 3);
	forward(&table, "b\xc3\xa9la", 0, -1);
	table_free(&table);
}

/* Row means row shown, not the kernel's. */
static void order_and_filter_are_followed(void **state)
{
	struct filter_error error;
	struct filter *filter;
	struct table table;

	(void)state;
	open_table(&table, "ID,OWNER");
	assert_int_equal(table_set_order(&table, "ID:desc"), 0);
	assert_int_equal(table_refresh(&table), 0);
	forward(&table, "anna", 0, 2);
	forward(&table, "anna", 3, 4);
	backward(&table, "anna", 1, 4);
	assert_int_equal(filter_parse("id>11", class_set(0), &filter, &error), 0);
	buf_free(&error.text);
	table_set_filter(&table, filter);
	assert_int_equal(table_refresh(&table), 0);
	assert_int_equal(table.count, 4);
	forward(&table, "anna", 3, 2);
	forward(&table, "11", 0, -1);
	table_free(&table);
}

static void any_row_has_nothing_in_it(void **state)
{
	struct table table;

	(void)state;
	open_table(&table, "ID");
	forward(&table, "", 3, 3);
	backward(&table, "", 3, 3);
	table_free(&table);
}

static void a_table_without_rows_has_nothing(void **state)
{
	struct snapshot *snapshot = make_snapshot();
	struct table table;

	(void)state;
	table_init(&table, CLASS_SHM);
	forward(&table, "a", 0, -1); /* before the first snapshot */
	assert_int_equal(table_show(&table, snapshot), 0);
	forward(&table, "a", 0, -1);
	backward(&table, "", 0, -1);
	table_free(&table);
	snapshot_unref(snapshot);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(it_goes_on_behind_the_last_row),
		cmocka_unit_test(backward_it_goes_on_before_the_first),
		cmocka_unit_test(what_is_not_there_is_not_found),
		cmocka_unit_test(capitals_matter_where_there_is_one),
		cmocka_unit_test(only_columns_shown_are_looked_at),
		cmocka_unit_test(cells_are_read_as_they_are_written),
		cmocka_unit_test(order_and_filter_are_followed),
		cmocka_unit_test(any_row_has_nothing_in_it),
		cmocka_unit_test(a_table_without_rows_has_nothing),
	};

	return tap_run(cases, LENGTH(cases), NULL, NULL);
}
