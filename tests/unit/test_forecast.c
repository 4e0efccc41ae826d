/* model/growth: when limits are reached, and when that is not told. */
#include "history.h"

#include "ipctop/model/change.h"
#include "ipctop/model/report_growth.h"

/* A snapshot in which `used` of the limit is used, and what it forecasts. */
static void use(struct history *history, double seconds, uint64_t used, uint64_t limit)
{
	struct limit_record *record;

	history_after(history, seconds);
	record = add_limit(history->now, 3);
	record->name = "SHMMNI";
	record->description = "";
	record->has_limit = record->has_used = true;
	record->limit = limit;
	record->used = used;
	history_derive(history);
}

static const struct limit_record *told(const struct history *history)
{
	return row_at(history->last, CLASS_LIMIT, 0).limit;
}

static void expect_forecast(const struct history *history, const char *column, const char *sentence)
{
	struct row row = row_at(history->last, CLASS_LIMIT, 0);
	const struct value_style style = { .ascii = true };
	struct buf out = { 0 };

	value_text(&out, column_of(CLASS_LIMIT, "FORECAST")->get(&row), &style);
	expect_text(&out, column);
	report_forecast(&out, row.limit);
	expect_text(&out, sentence);
}

static void steady_growth_is_told(void **state)
{
	struct history history;
	int i;

	(void)state;
	history_begin(&history);
	for (i = 0; i < 4; i++) {
		use(&history, 2, (uint64_t)i, 5700 + 4);
		expect_forecast(&history, "-", "");
	}
	use(&history, 2, 4, 5700 + 4);
	/* 5700 left, one in 2 seconds */
	expect_forecast(&history, "3h10m", "at this rate SHMMNI is reached in 3 h 10 min");
	history_end(&history);
}

static void what_does_not_grow_is_not(void **state)
{
	struct history history;
	int i;

	(void)state;
	history_begin(&history);
	for (i = 0; i < 40; i++) {
		use(&history, 2, 100, 4096);
		assert_false(told(&history)->has_forecast);
	}
	for (i = 0; i < 40; i++) {
		use(&history, 2, (uint64_t)(100 - i), 4096);
		assert_false(told(&history)->has_forecast);
	}
	history_end(&history);
}

static void what_goes_up_and_down_is_not(void **state)
{
	struct history history;
	int i;

	(void)state;
	history_begin(&history);
	for (i = 0; i < 40; i++) {
		/* it grows on the whole, but no line tells it */
		use(&history, 2, (uint64_t)(100 + i / 8 + 20 * (i % 2)), 4096);
		assert_false(told(&history)->has_forecast);
	}
	history_end(&history);
}

static void one_leap_is_not(void **state)
{
	struct history history;
	int i;

	(void)state;
	history_begin(&history);
	for (i = 0; i < 40; i++) {
		use(&history, 2, i < 20 ? 100 : 200, 4096);
		assert_false(told(&history)->has_forecast);
	}
	history_end(&history);
}

/* One in five minutes: a minute does not tell it, the hour does. */
static void slow_growth_is_told_by_the_hour(void **state)
{
	struct history history;
	int i;

	(void)state;
	history_begin(&history);
	for (i = 0; i < 1800; i++)
		use(&history, 2, (uint64_t)(i / 150), 4096);
	assert_true(told(&history)->has_forecast);
	/* 4085 left, 12 an hour */
	assert_in_range(told(&history)->forecast_s, 4085 * 290, 4085 * 310);
	history_end(&history);
}

static void a_limit_that_is_reached_has_none(void **state)
{
	struct history history;
	int i;

	(void)state;
	history_begin(&history);
	for (i = 0; i < 12; i++) {
		use(&history, 2, (uint64_t)i, 10);
		assert_int_equal(told(&history)->has_forecast, i >= 4 && i < 10);
	}
	/* nor one that was lowered below its use, or taken away */
	use(&history, 2, 12, 5);
	assert_false(told(&history)->has_forecast);
	use(&history, 2, 13, 1000);
	assert_true(told(&history)->has_forecast);
	history_end(&history);
}

static void what_is_not_limited_or_not_used_has_none(void **state)
{
	struct history history;
	struct limit_record *record;
	int i, known;

	(void)state;
	history_begin(&history);
	for (known = 0; known < 2; known++) {
		for (i = 0; i < 10; i++) {
			history_after(&history, 2);
			record = add_limit(history.now, 3);
			record->name = record->description = "";
			record->has_limit = known == 0;
			record->has_used = known == 1;
			record->limit = 1000;
			record->used = (uint64_t)i;
			history_derive(&history);
			assert_false(told(&history)->has_forecast);
		}
	}
	history_end(&history);
}

/* A forecast that comes or goes is no change of the limit. */
static void a_forecast_is_no_change(void **state)
{
	struct history history;
	int i;

	(void)state;
	history_begin(&history);
	for (i = 0; i < 6; i++)
		use(&history, 2, (uint64_t)i, 100);
	use(&history, 0.1, 5, 100);
	assert_true(told(&history)->has_forecast);
	assert_int_equal(history.last->classes[CLASS_LIMIT].change.moved, 0);
	use(&history, 0.1, 6, 100);
	assert_int_equal(history.last->classes[CLASS_LIMIT].change.moved, 1);
	assert_int_equal(
		change_of(history.last, CLASS_LIMIT, 0, column_of(CLASS_LIMIT, "FORECAST")),
		CHANGE_NONE);
	assert_int_equal(change_of(history.last, CLASS_LIMIT, 0, column_of(CLASS_LIMIT, "USED")),
		CHANGE_VALUE);
	history_end(&history);
}

static void numbers_near_the_end_are_no_forecast(void **state)
{
	struct history history;
	int i;

	(void)state;
	history_begin(&history);
	for (i = 0; i < 10; i++)
		use(&history, 2, UINT64_MAX - 100 + (uint64_t)i, UINT64_MAX);
	assert_true(told(&history)->has_forecast);
	assert_in_range(told(&history)->forecast_s, 180, 184);
	/* thousands of millions of years */
	for (i = 0; i < 60; i++)
		use(&history, 60, (uint64_t)i, UINT64_MAX);
	assert_false(told(&history)->has_forecast);
	history_end(&history);
}

static void durations_have_two_units(void **state)
{
	static const struct {
		int64_t seconds;
		const char *text;
	} cases[] = { { 0, "0 s" }, { 59, "59 s" }, { 60, "1 min" }, { 3599, "59 min" },
		{ 3600, "1 h 0 min" }, { 86399, "23 h 59 min" }, { 86400, "1 d 0 h" },
		{ 40 * 86400 + 7200, "40 d 2 h" } };
	struct limit_record limit = { .name = "", .has_forecast = true };
	struct buf out = { 0 }, expected = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(cases); i++) {
		limit.forecast_s = cases[i].seconds;
		report_forecast(&out, &limit);
		buf_printf(&expected, "at this rate  is reached in %s", cases[i].text);
		expect_text(&out, buf_str(&expected));
		buf_free(&expected);
	}
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(steady_growth_is_told),
		cmocka_unit_test(what_does_not_grow_is_not),
		cmocka_unit_test(what_goes_up_and_down_is_not),
		cmocka_unit_test(one_leap_is_not),
		cmocka_unit_test(slow_growth_is_told_by_the_hour),
		cmocka_unit_test(a_limit_that_is_reached_has_none),
		cmocka_unit_test(what_is_not_limited_or_not_used_has_none),
		cmocka_unit_test(a_forecast_is_no_change),
		cmocka_unit_test(numbers_near_the_end_are_no_forecast),
		cmocka_unit_test(durations_have_two_units),
	};

	return tap_run(cases, LENGTH(cases), NULL, NULL);
}
