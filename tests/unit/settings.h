/*
 * tests/unit/settings.h: settings read from a file "config" in the folder of a case, and compared.
 */
#ifndef TESTS_UNIT_SETTINGS_H
#define TESTS_UNIT_SETTINGS_H

#include "folder.h"

#include "ipctop/tui/config.h"

static inline void read_file(struct settings *settings, struct buf *complaints)
{
	settings_init(settings);
	assert_int_equal(config_read("config", settings, complaints), 0);
}

static inline void expect_list(const struct column_list *list, const char *expected)
{
	struct buf out = { 0 };
	size_t i;

	for (i = 0; i < list->count; i++)
		buf_printf(&out, "%s%s", i ? "," : "", list->at[i]->name);
	expect_text(&out, expected);
}

static inline void expect_same(const struct settings *one, const struct settings *other)
{
	enum request request;
	enum class class;
	int rule;

	assert_ptr_equal(one->theme, other->theme);
	assert_int_equal(one->exact_bytes, other->exact_bytes);
	assert_int_equal(one->time_format, other->time_format);
	if (one->delay < other->delay || one->delay > other->delay)
		fail_msg("a delay of %.17g became %.17g", one->delay, other->delay);
	assert_int_equal(one->scan_percent, other->scan_percent);
	for (rule = VERDICT_NONE + 1; rule < VERDICT_COUNT; rule++)
		assert_int_equal(one->ages.seconds[rule], other->ages.seconds[rule]);
	for (class = 0; class < CLASS_COUNT; class ++) {
		assert_int_equal(one->columns[class].count, other->columns[class].count);
		assert_memory_equal(one->columns[class].at, other->columns[class].at,
			one->columns[class].count * sizeof(one->columns[class].at[0]));
		assert_ptr_equal(one->orders[class].column, other->orders[class].column);
		assert_int_equal(one->orders[class].descending, other->orders[class].descending);
	}
	for (request = 0; request < REQUEST_COUNT; request++)
		assert_string_equal(
			keymap_keys(&one->keymap, request), keymap_keys(&other->keymap, request));
}

#endif
