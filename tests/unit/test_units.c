/* base/units: bytes, ages, times and modes as they are written. */
#include "unit.h"

#include "ipctop/base/units.h"

#define CENTRAL_EUROPE "CET-1CEST,M3.5.0,M10.5.0/3"

static void writes_bytes(void **state)
{
	static const struct {
		uint64_t bytes;
		const char *text;
	} cases[] = {
		{ 0, "0" },
		{ 56, "56" },
		{ 1023, "1023" },
		{ 1024, "1K" },
		{ 1126, "1K" }, /* never more than there is */
		{ 1127, "1.1K" },
		{ 1536, "1.5K" },
		{ 10239, "9.9K" },
		{ 10240, "10K" },
		{ 10752, "10K" }, /* tenths only where there is room */
		{ 1048575, "1023K" },
		{ 1048576, "1M" },
		{ 1229 * 1024, "1.2M" },
		{ 16 * 1024 * 1024, "16M" },
		{ UINT64_C(1) << 31, "2G" },
		{ (UINT64_C(1) << 31) - 1, "1.9G" },
		{ (UINT64_C(1) << 53) - 1, "7.9P" },
		{ UINT64_C(1) << 53, "8P" },
		{ (UINT64_C(1) << 53) + 1, "8P" },
		{ UINT64_C(1) << 63, "8E" },
		{ UINT64_MAX, "15E" },
	};
	struct buf out = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(cases); i++) {
		units_bytes(&out, cases[i].bytes);
		expect_text(&out, cases[i].text);
	}
}

static void bytes_are_never_wider_than_five(void **state)
{
	struct buf out = { 0 };
	unsigned bit;
	int off;

	(void)state;
	for (bit = 0; bit < 64; bit++) {
		for (off = -1; off <= 1; off++) {
			units_bytes(&out, (UINT64_C(1) << bit) + (uint64_t)(int64_t)off);
			assert_in_range(out.len, 1, 5);
			buf_clear(&out);
		}
	}
	buf_free(&out);
}

static void writes_ages(void **state)
{
	static const struct {
		int64_t seconds;
		const char *text;
	} cases[] = {
		{ INT64_MIN, "0s" },
		{ -1, "0s" },
		{ 0, "0s" },
		{ 42, "42s" },
		{ 59, "59s" },
		{ 60, "1m00s" },
		{ 725, "12m05s" },
		{ 3599, "59m59s" },
		{ 3600, "1h00m" },
		{ 11220 + 59, "3h07m" },
		{ 86399, "23h59m" },
		{ 86400, "1d00h" },
		{ 2 * 86400 + 4 * 3600, "2d04h" },
		{ 100 * 86400 - 1, "99d23h" },
		{ 100 * 86400, "100d" },
		{ 812 * 86400, "812d" },
		{ INT64_C(999999) * 86400, "999999d" },
	};
	struct buf out = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(cases); i++) {
		units_age(&out, cases[i].seconds);
		expect_text(&out, cases[i].text);
	}
}

/* A time that came from a file may be anything, and columns are laid out for seven. */
static void ages_are_never_wider_than_seven(void **state)
{
	static const int64_t ages[] = { INT64_C(1) << 31, INT64_C(1) << 53, INT64_MAX };
	struct buf out = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(ages); i++) {
		units_age(&out, ages[i]);
		assert_in_range(out.len, 1, 7);
		buf_clear(&out);
	}
	buf_free(&out);
}

static void writes_times(void **state)
{
	static const struct {
		const char *zone;
		int64_t seconds;
		const char *shorter, *full, *iso;
	} cases[] = {
		{ "UTC0", UNIT_NOW, "22:13", "Tue Nov 14 22:13:20 2023",
			"2023-11-14T22:13:20+00:00" },
		{ "UTC0", UNIT_NOW - 22 * 3600, "00:13", "Tue Nov 14 00:13:20 2023",
			"2023-11-14T00:13:20+00:00" },
		{ "UTC0", UNIT_NOW - 23 * 3600, "Nov13", "Mon Nov 13 23:13:20 2023",
			"2023-11-13T23:13:20+00:00" },
		{ "UTC0", 1672531200, "Jan01", "Sun Jan  1 00:00:00 2023",
			"2023-01-01T00:00:00+00:00" },
		{ "UTC0", 1672531199, "2022-Dec", "Sat Dec 31 23:59:59 2022",
			"2022-12-31T23:59:59+00:00" },
		/* the same day of another year */
		{ "UTC0", UNIT_NOW - 365 * 86400, "2022-Nov", "Mon Nov 14 22:13:20 2022",
			"2022-11-14T22:13:20+00:00" },
		{ "UTC0", 0, "1970-Jan", "Thu Jan  1 00:00:00 1970", "1970-01-01T00:00:00+00:00" },
		{ "UTC0", -1, "1969-Dec", "Wed Dec 31 23:59:59 1969", "1969-12-31T23:59:59+00:00" },
		{ "UTC0", INT64_C(1) << 31, "2038-Jan", "Tue Jan 19 03:14:08 2038",
			"2038-01-19T03:14:08+00:00" },
		/* the zone decides what day it is */
		{ CENTRAL_EUROPE, UNIT_NOW, "23:13", "Tue Nov 14 23:13:20 2023",
			"2023-11-14T23:13:20+01:00" },
		{ CENTRAL_EUROPE, UNIT_NOW - 23 * 3600, "00:13", "Tue Nov 14 00:13:20 2023",
			"2023-11-14T00:13:20+01:00" },
		{ CENTRAL_EUROPE, 1690000000, "Jul22", "Sat Jul 22 06:26:40 2023",
			"2023-07-22T06:26:40+02:00" },
		{ "NST3:30", UNIT_NOW, "18:43", "Tue Nov 14 18:43:20 2023",
			"2023-11-14T18:43:20-03:30" },
		/* a year that localtime(3) refuses */
		{ "UTC0", INT64_MAX, "@9223372036854775807", "@9223372036854775807",
			"@9223372036854775807" },
	};
	struct buf out = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(cases); i++) {
		use_zone(cases[i].zone);
		units_time(&out, cases[i].seconds, TIME_SHORT, UNIT_NOW);
		expect_text(&out, cases[i].shorter);
		units_time(&out, cases[i].seconds, TIME_FULL, UNIT_NOW);
		expect_text(&out, cases[i].full);
		units_time(&out, cases[i].seconds, TIME_ISO, UNIT_NOW);
		expect_text(&out, cases[i].iso);
	}
}

static void writes_exact_times(void **state)
{
	struct buf out = { 0 };

	(void)state;
	use_zone("UTC0");
	units_time_exact(&out, (struct timespec){ UNIT_NOW, 5000000 });
	expect_text(&out, "2023-11-14T22:13:20.005+00:00");
	units_time_exact(&out, (struct timespec){ UNIT_NOW, 999999999 });
	expect_text(&out, "2023-11-14T22:13:20.999+00:00");
	use_zone(CENTRAL_EUROPE);
	units_time_exact(&out, (struct timespec){ 0, 0 });
	expect_text(&out, "1970-01-01T01:00:00.000+01:00");
	units_time_exact(&out, (struct timespec){ INT64_MAX, 0 });
	expect_text(&out, "@9223372036854775807");
}

static void writes_permissions(void **state)
{
	static const struct {
		unsigned mode;
		const char *text;
	} cases[] = {
		{ 0, "---------" },
		{ 0640, "rw-r-----" },
		{ 0777, "rwxrwxrwx" },
		{ 0421, "r---w---x" },
		{ 03600, "rw-------" }, /* dest and locked are not of the nine */
		{ UINT32_MAX, "rwxrwxrwx" },
	};
	struct buf out = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(cases); i++) {
		units_perms(&out, cases[i].mode);
		expect_text(&out, cases[i].text);
	}
}

static void knows_time_formats(void **state)
{
	enum time_format format = TIME_ISO;

	(void)state;
	assert_int_equal(units_parse_time_format("short", &format), 0);
	assert_int_equal(format, TIME_SHORT);
	assert_int_equal(units_parse_time_format("full", &format), 0);
	assert_int_equal(format, TIME_FULL);
	assert_int_equal(units_parse_time_format("iso", &format), 0);
	assert_int_equal(format, TIME_ISO);
	format = TIME_FULL;
	assert_int_equal(units_parse_time_format("", &format), -EINVAL);
	assert_int_equal(units_parse_time_format("ISO", &format), -EINVAL);
	assert_int_equal(units_parse_time_format("shorter", &format), -EINVAL);
	assert_int_equal(format, TIME_FULL);
}

static void time_formats_have_words(void **state)
{
	enum time_format format, parsed;

	(void)state;
	assert_string_equal(units_time_format_word(TIME_SHORT), "short");
	assert_string_equal(units_time_format_word(TIME_FULL), "full");
	assert_string_equal(units_time_format_word(TIME_ISO), "iso");
	for (format = 0; format < TIME_FORMATS; format++) {
		parsed = TIME_FORMATS;
		assert_int_equal(
			units_parse_time_format(units_time_format_word(format), &parsed), 0);
		assert_int_equal(parsed, format);
	}
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(writes_bytes),
		cmocka_unit_test(bytes_are_never_wider_than_five),
		cmocka_unit_test(writes_ages),
		cmocka_unit_test(ages_are_never_wider_than_seven),
		cmocka_unit_test(writes_times),
		cmocka_unit_test(writes_exact_times),
		cmocka_unit_test(writes_permissions),
		cmocka_unit_test(knows_time_formats),
		cmocka_unit_test(time_formats_have_words),
	};

	return tap_run(cases, LENGTH(cases), NULL, NULL);
}
