/* cli/print: small tables of texts, in each mode. */
#include "unit.h"

#include "catch.h"

#include "ipctop/cli/print.h"

static const char *const names[] = { "PATH", "TIE", "PID", NULL };

/* Print `count` cells in three columns; for free(3). */
static char *print_cells(
	const struct options *options, const char *const *cells, size_t count, bool apart)
{
	struct print_grid *grid = print_grid_new(names, options);
	struct caught caught;
	int error;
	size_t i;

	assert_non_null(grid);
	for (i = 0; i < count; i++)
		print_grid_cell(grid, cells[i]);
	caught = catch_begin(stdout);
	error = print_grid_end(grid, apart);
	assert_int_equal(error, 0);
	return catch_end(&caught);
}

static void expect_printed(const struct options *options, const char *const *cells, size_t count,
	bool apart, const char *expected)
{
	char *text = print_cells(options, cells, count, apart);

	assert_string_equal(text, expected);
	free(text);
}

static const char *const cells[] = { "/etc", "open", "811", "/a b", "", "0" };

static void tables_have_headings(void **state)
{
	struct options options = { .mode = OUTPUT_TABLE };

	(void)state;
	expect_printed(&options, cells, 3, false, "PATH TIE  PID\n/etc open 811\n");
	options.noheadings = true;
	expect_printed(&options, cells, 3, false, "/etc open 811\n");
	expect_printed(&options, cells, 3, true, "\n/etc open 811\n");
}

/* Blanks separate raw columns, so none may be in one, and none may be empty. */
static void raw_columns_are_never_empty(void **state)
{
	struct options options = { .mode = OUTPUT_RAW };

	(void)state;
	expect_printed(&options, cells, 6, false, "PATH TIE PID\n/etc open 811\n/a\\x20b - 0\n");
	options.noheadings = true;
	expect_printed(&options, cells, 6, true, "\n/etc open 811\n/a\\x20b - 0\n");
}

static void exported_columns_are_quoted(void **state)
{
	static const char *const hostile[] = { "$(reboot)", "`id`", "a\"b\\c" };
	struct options options = { .mode = OUTPUT_EXPORT };

	(void)state;
	expect_printed(&options, cells, 6, false,
		"PATH=\"/etc\" TIE=\"open\" PID=\"811\"\n"
		"PATH=\"/a b\" TIE=\"\" PID=\"0\"\n");
	expect_printed(&options, hostile, 3, false,
		"PATH=\"\\x24(reboot)\" TIE=\"\\x60id\\x60\" PID=\"a\\x22b\\x5cc\"\n");
}

static void nothing_is_printed_of_no_rows(void **state)
{
	static const enum output_mode modes[] = { OUTPUT_TABLE, OUTPUT_RAW, OUTPUT_EXPORT };
	struct options options = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(modes); i++) {
		options.mode = modes[i];
		expect_printed(&options, NULL, 0, false, "");
		expect_printed(&options, NULL, 0, true, "");
	}
}

static void no_memory_is_told_at_the_end(void **state)
{
	(void)state;
	print_grid_cell(NULL, "a cell");
	assert_int_equal(print_grid_end(NULL, true), -ENOMEM);
}

/* The first piece finds that nobody reads; what comes after it has somewhere to go. */
static ssize_t write_later(void *cookie, const char *text, size_t bytes)
{
	bool *failed = cookie;

	(void)text;
	if (*failed)
		return (ssize_t)bytes;
	*failed = true;
	errno = EPIPE;
	return 0;
}

static void a_closed_pipe_is_told_by_its_name(void **state)
{
	const struct options options = { .mode = OUTPUT_EXPORT };
	struct print_grid *grid;
	FILE *before = stdout;
	char small[32];
	bool failed = false;
	int error;
	size_t i;

	(void)state;
	stdout = fopencookie(&failed, "w", (cookie_io_functions_t){ .write = write_later });
	assert_non_null(stdout);
	setvbuf(stdout, small, _IOFBF, sizeof(small));
	grid = print_grid_new(names, &options);
	for (i = 0; i < LENGTH(cells); i++)
		print_grid_cell(grid, cells[i]);
	error = print_grid_end(grid, false);
	fclose(stdout);
	stdout = before;
	assert_true(failed);
	assert_int_equal(error, -EPIPE);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(tables_have_headings),
		cmocka_unit_test(raw_columns_are_never_empty),
		cmocka_unit_test(exported_columns_are_quoted),
		cmocka_unit_test(nothing_is_printed_of_no_rows),
		cmocka_unit_test(no_memory_is_told_at_the_end),
		cmocka_unit_test(a_closed_pipe_is_told_by_its_name),
	};

	return tap_run(cases, LENGTH(cases), NULL, NULL);
}
