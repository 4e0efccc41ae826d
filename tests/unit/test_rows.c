/* cli/rows: many rows in columns and raw, byte for byte as libsmartcols prints them. */
#include "unit.h"

#include <errno.h>
#include <libsmartcols.h>
#include <stdlib.h>
#include <unistd.h>

#include "catch.h"

#include "ipctop/cli/print.h"
#include "ipctop/cli/rows.h"

enum { LINE_BYTES = 256 };

/* Names as accounts may have them: wide, combining, hostile, empty, long, with what raw escapes. */
static const char *const names[] = { "root", "", "a b\tc", "back\\slash", "\x1b[31mred", "日本語",
	"e\xcc\x81t\xc3\xa9", "\xff\xfe", "x'\"$`",
	"a name that is longer than any other one here" };

static struct snapshot *make_named(void)
{
	struct snapshot *snapshot = make_snapshot();
	struct shm_record *shm;
	size_t i;

	for (i = 0; i < LENGTH(names); i++) {
		shm = add_shm(snapshot, (int)(i * i * i));
		shm->ipc.uid = (uint32_t)i;
		shm->ipc.mode = i % 2 ? 01600 : 0640;
		shm->size = i * 700;
		shm->has_rss = i % 3 > 0;
		add_user(snapshot, (uint32_t)i, names[i]);
	}
	return snapshot;
}

static void add_cells(
	struct libscols_table *out, const struct table *table, const struct options *options)
{
	struct value_style style = print_style(options);
	struct libscols_line *line;
	struct buf text = { 0 };
	struct row row;
	size_t at, i;

	style.now = table->snapshot->time.tv_sec;
	for (at = 0; at < table->count; at++) {
		line = scols_table_new_line(out, NULL);
		row = table_row(table, at);
		for (i = 0; i < table->shown.count; i++) {
			buf_clear(&text);
			value_text(&text, table->shown.at[i]->get(&row), &style);
			if (options->mode == OUTPUT_RAW && text.len == 0)
				buf_char(&text, '-');
			assert_int_equal(scols_line_set_data(line, i, buf_str(&text)), 0);
		}
	}
	buf_free(&text);
}

/* What libsmartcols makes of the table; for free(3). */
static char *by_library(const struct table *table, const struct options *options)
{
	struct libscols_table *out = scols_new_table();
	struct caught caught;
	size_t i;

	assert_non_null(out);
	for (i = 0; i < table->shown.count; i++)
		scols_table_new_column(out, table->shown.at[i]->name, 0,
			value_right_aligned(table->shown.at[i]->type) ? SCOLS_FL_RIGHT : 0);
	add_cells(out, table, options);
	scols_table_enable_noheadings(out, options->noheadings);
	scols_table_enable_raw(out, options->mode == OUTPUT_RAW);
	scols_table_enable_noencoding(out, 1);
	scols_table_set_termforce(out, SCOLS_TERMFORCE_NEVER);
	caught = catch_begin(stdout);
	assert_int_equal(scols_print_table(out), 0);
	scols_unref_table(out);
	return catch_end(&caught);
}

static char *by_rows(const struct table *table, const struct options *options)
{
	struct caught caught = catch_begin(stdout);
	int error = rows_print(table, options);
	char *text = catch_end(&caught);

	assert_int_equal(error, 0);
	return text;
}

static void show_columns(struct table *table, const char *named)
{
	size_t length;

	table->shown.count = 0;
	for (; *named; named += length + (named[length] == ' ')) {
		length = strcspn(named, " ");
		column_list_add(&table->shown, column_find(CLASS_SHM, named, length));
	}
}

/* Left and right aligned columns in the middle and at the end, and columns of their own. */
static void expect_same(enum output_mode mode, bool noheadings)
{
	static const char *const lists[] = { "KEY ID OWNER PERMS SIZE RSS STATUS", "OWNER ID",
		"ID OWNER", "OWNER", "SIZE", "STATUS", "STATUS OWNER STATUS", "RSS STATUS NATTCH" };
	struct options options = { .mode = mode, .noheadings = noheadings };
	struct snapshot *snapshot = make_named();
	char *expected, *printed;
	struct table table;
	size_t i;

	table_init(&table, CLASS_SHM);
	assert_int_equal(table_show(&table, snapshot), 0);
	for (i = 0; i < LENGTH(lists); i++) {
		show_columns(&table, lists[i]);
		expected = by_library(&table, &options);
		printed = by_rows(&table, &options);
		assert_string_equal(printed, expected);
		free(expected);
		free(printed);
	}
	table_free(&table);
	snapshot_unref(snapshot);
}

static void expect_same_always(void)
{
	expect_same(OUTPUT_TABLE, false);
	expect_same(OUTPUT_TABLE, true);
	expect_same(OUTPUT_RAW, false);
	expect_same(OUTPUT_RAW, true);
}

static void same_in_utf8(void **state)
{
	(void)state;
	use_utf8();
	expect_same_always();
}

static void same_in_ascii(void **state)
{
	(void)state;
	assert_non_null(setlocale(LC_CTYPE, "C"));
	expect_same_always();
}

/* More than is written at once, each row once and in order. */
static void much_is_written_whole(void **state)
{
	const unsigned count = 20000;
	struct options options = { .mode = OUTPUT_TABLE };
	struct snapshot *snapshot = make_snapshot();
	struct table table;
	char line[LINE_BYTES];
	unsigned i;
	FILE *file = tmpfile();
	int saved = dup(STDOUT_FILENO);

	(void)state;
	if (!file || saved < 0)
		tap_skip("output can't be caught: %s", strerror(errno));
	for (i = 0; i < count; i++)
		add_shm(snapshot, (int)i);
	table_init(&table, CLASS_SHM);
	show_columns(&table, "ID KEY");
	assert_int_equal(table_show(&table, snapshot), 0);
	fflush(stdout);
	dup2(fileno(file), STDOUT_FILENO);
	assert_int_equal(rows_print(&table, &options), 0);
	fflush(stdout);
	dup2(saved, STDOUT_FILENO);
	close(saved);
	rewind(file);
	assert_non_null(fgets(line, sizeof(line), file));
	assert_string_equal(line, "   ID KEY\n");
	for (i = 0; fgets(line, sizeof(line), file); i++) {
		assert_int_equal(strtoul(line, NULL, 10), i);
		assert_string_equal(line + 5, " 0x00000000\n");
	}
	assert_int_equal(i, count);
	fclose(file);
	table_free(&table);
	snapshot_unref(snapshot);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(same_in_utf8),
		cmocka_unit_test(same_in_ascii),
		cmocka_unit_test(much_is_written_whole),
	};

	return tap_run(cases, LENGTH(cases), NULL, NULL);
}
