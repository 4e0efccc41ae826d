/* base/units: quantities as people type them. A reader that refuses leaves the value alone. */
#include "unit.h"

#include "ipctop/base/units.h"

enum { UNTOUCHED = 77 };

/* A text that is to be read as a number, or refused. */
struct reading {
	const char *text;
	bool right;
	uint64_t value;
};

static const struct reading bytes_readings[] = {
	{ "0", true, 0 },
	{ "4096", true, 4096 },
	{ "007", true, 7 },
	{ "2147483648", true, UINT64_C(1) << 31 },
	{ "9007199254740991", true, (UINT64_C(1) << 53) - 1 },
	{ "9007199254740993", true, (UINT64_C(1) << 53) + 1 },
	{ "9223372036854775808", true, UINT64_C(1) << 63 },
	{ "18446744073709551615", true, UINT64_MAX },
	{ "18446744073709551616", false, 0 },
	{ "16M", true, 16 << 20 },
	{ "16m", true, 16 << 20 },
	{ "16MiB", true, 16 << 20 },
	{ "16MB", true, 16 << 20 },
	{ "16B", true, 16 },
	{ "1.5G", true, UINT64_C(3) << 29 },
	{ ".5K", true, 512 },
	{ "1.", true, 1 },
	{ "1.9", true, 1 },
	{ "1K", true, 1024 },
	{ "1T", true, UINT64_C(1) << 40 },
	{ "1P", true, UINT64_C(1) << 50 },
	{ "15E", true, UINT64_C(15) << 60 },
	{ "16E", false, 0 },
	{ "99999999999999999999E", false, 0 },
	{ "", false, 0 },
	{ " 1", false, 0 },
	{ "1 ", false, 0 },
	{ "1 M", false, 0 },
	{ "M", false, 0 },
	{ ".", false, 0 },
	{ ".M", false, 0 },
	{ "-1", false, 0 },
	{ "+1", false, 0 },
	{ "1.2.3", false, 0 },
	{ "1,5G", false, 0 },
	{ "1e3", false, 0 },
	{ "1E3", false, 0 },
	{ "0x10", false, 0 },
	{ "0X10", false, 0 },
	{ "inf", false, 0 },
	{ "nan", false, 0 },
	{ "16Q", false, 0 },
	{ "16Mi", false, 0 },
	{ "16iB", false, 0 },
	{ "16MBB", false, 0 },
	{ "16MM", false, 0 },
	{ "garbage", false, 0 },
};

static const struct reading u64_readings[] = {
	{ "0", true, 0 },
	{ "18446744073709551615", true, UINT64_MAX },
	{ "18446744073709551616", false, 0 },
	{ "99999999999999999999999999", false, 0 },
	{ "", false, 0 },
	{ " 1", false, 0 },
	{ "1 ", false, 0 },
	{ "+1", false, 0 },
	{ "-1", false, 0 },
	{ "0x1", false, 0 },
	{ "12x", false, 0 },
	{ "1.0", false, 0 },
};

static const struct reading age_readings[] = {
	{ "0", true, 0 },
	{ "90", true, 90 },
	{ "90s", true, 90 },
	{ "5m", true, 300 },
	{ "3h", true, 10800 },
	{ "2d", true, 172800 },
	{ "1.5w", true, 907200 },
	{ ".5m", true, 30 },
	{ "1.9s", true, 1 },
	{ "9007199254740991", true, (UINT64_C(1) << 53) - 1 },
	{ "9007199254740992", false, 0 },
	{ "9007199254740991w", false, 0 },
	{ "", false, 0 },
	{ "s", false, 0 },
	{ "-5", false, 0 },
	{ "+5", false, 0 },
	{ "5M", false, 0 },
	{ "5y", false, 0 },
	{ "5min", false, 0 },
	{ "1h30m", false, 0 },
	{ "5 m", false, 0 },
	{ "1e3", false, 0 },
	{ "0x5", false, 0 },
	{ "inf", false, 0 },
};

static const struct reading key_readings[] = {
	{ "0", true, 0 },
	{ "0x2a", true, 42 },
	{ "0X2A", true, 42 },
	{ "42", true, 42 },
	{ "0xfeedbeef", true, 0xfeedbeef },
	{ "-17973521", true, 0xfeedbeef },
	{ "4276993775", true, 0xfeedbeef },
	{ "0x80000000", true, 0x80000000 },
	{ "-2147483648", true, 0x80000000 },
	{ "2147483648", true, 0x80000000 },
	{ "0x00000000ffffffff", true, UINT32_MAX },
	{ "-1", true, UINT32_MAX },
	{ "4294967295", true, UINT32_MAX },
	{ "010", true, 10 }, /* the kernel's decimal, never octal */
	{ "4294967296", false, 0 },
	{ "0x100000000", false, 0 },
	{ "-2147483649", false, 0 },
	{ "99999999999999999999", false, 0 },
	{ "", false, 0 },
	{ "-", false, 0 },
	{ "0x", false, 0 },
	{ "0xg", false, 0 },
	{ "0x-1", false, 0 },
	{ "-0x1", false, 0 },
	{ "--1", false, 0 },
	{ "+1", false, 0 },
	{ " 1", false, 0 },
	{ "1 ", false, 0 },
	{ "2a", false, 0 },
	{ "0x2a ", false, 0 },
};

static const struct reading mode_readings[] = {
	{ "0", true, 0 },
	{ "640", true, 0640 },
	{ "0640", true, 0640 },
	{ "1600", true, 01600 },
	{ "07777", true, 07777 },
	{ "7777", true, 07777 },
	{ "10000", false, 0 },
	{ "000640", false, 0 },
	{ "", false, 0 },
	{ "8", false, 0 },
	{ "648", false, 0 },
	{ "-640", false, 0 },
	{ " 640", false, 0 },
	{ "rw-", false, 0 },
	{ "0x1ff", false, 0 },
};

/* The times that the zones below give are those of date(1). */
static const struct reading time_readings[] = {
	{ "2026-11-23", true, 1795392000 },
	{ "2026-11-23T12:03", true, 1795435380 },
	{ "2026-11-23T12:03:44", true, 1795435424 },
	{ "1970-01-01", true, 0 },
	{ "@0", true, 0 },
	{ "@1700000000", true, 1700000000 },
	{ "@9223372036854775807", true, INT64_MAX },
	{ "@9223372036854775808", false, 0 },
	{ "@", false, 0 },
	{ "@-1", false, 0 },
	{ "@1x", false, 0 },
	{ "", false, 0 },
	{ "yesterday", false, 0 },
	{ "2026-11", false, 0 },
	{ "2026-13-01", false, 0 },
	{ "2026-11-32", false, 0 },
	{ "2026-11-23T", false, 0 },
	{ "2026-11-23T24:00", false, 0 },
	{ "2026-11-23T12:60", false, 0 },
	{ "2026-11-23 12:03", false, 0 },
	{ "2026-11-23T12:03:44Z", false, 0 },
	{ "1700000000", false, 0 },
};

static int read_bytes(const char *text, uint64_t *value)
{
	return units_parse_bytes(text, value);
}

static int read_u64(const char *text, uint64_t *value)
{
	return units_parse_u64(text, value);
}

static int read_age(const char *text, uint64_t *value)
{
	int64_t age = (int64_t)*value;
	int error = units_parse_age(text, &age);

	*value = (uint64_t)age;
	return error;
}

static int read_time(const char *text, uint64_t *value)
{
	int64_t time = (int64_t)*value;
	int error = units_parse_time(text, &time);

	*value = (uint64_t)time;
	return error;
}

static int read_key(const char *text, uint64_t *value)
{
	uint32_t key = (uint32_t)*value;
	int error = units_parse_key(text, &key);

	*value = key;
	return error;
}

static int read_mode(const char *text, uint64_t *value)
{
	uint32_t mode = (uint32_t)*value;
	int error = units_parse_mode(text, &mode);

	*value = mode;
	return error;
}

static void expect_readings(const struct reading *readings, size_t count,
	int (*reader)(const char *text, uint64_t *value))
{
	uint64_t value;
	size_t i;
	int error;

	for (i = 0; i < count; i++) {
		value = UNTOUCHED;
		error = reader(readings[i].text, &value);
		if (error != (readings[i].right ? 0 : -EINVAL))
			fail_msg("'%s' gives %d", readings[i].text, error);
		if (value != (readings[i].right ? readings[i].value : UNTOUCHED))
			fail_msg("'%s' makes the value %ju", readings[i].text, (uintmax_t)value);
	}
}

static void reads_bytes(void **state)
{
	(void)state;
	expect_readings(bytes_readings, LENGTH(bytes_readings), read_bytes);
}

static void reads_plain_numbers(void **state)
{
	(void)state;
	expect_readings(u64_readings, LENGTH(u64_readings), read_u64);
}

static void reads_ages(void **state)
{
	(void)state;
	expect_readings(age_readings, LENGTH(age_readings), read_age);
}

static void reads_keys(void **state)
{
	(void)state;
	expect_readings(key_readings, LENGTH(key_readings), read_key);
}

static void reads_modes(void **state)
{
	(void)state;
	expect_readings(mode_readings, LENGTH(mode_readings), read_mode);
}

static void reads_times(void **state)
{
	(void)state;
	use_zone("UTC0");
	expect_readings(time_readings, LENGTH(time_readings), read_time);
}

static void reads_times_of_the_zone(void **state)
{
	int64_t value;

	(void)state;
	use_zone("CET-1CEST,M3.5.0,M10.5.0/3");
	assert_int_equal(units_parse_time("2026-11-23T12:03", &value), 0);
	assert_int_equal(value, 1795435380 - 3600);
	assert_int_equal(units_parse_time("2026-07-01", &value), 0);
	assert_int_equal(value, 1782864000 - 7200);
	assert_int_equal(units_parse_time("@5", &value), 0);
	assert_int_equal(value, 5);
}

static void reads_decimals(void **state)
{
	static const char *const wrong[] = { "", "-1", "+1", "1,5", "1.5.1", "1e3", "0x1", "inf",
		"nan", " 1", "1 ", "1.5s", "." };
	double value = 0;
	size_t i;

	(void)state;
	assert_int_equal(units_parse_decimal("0", &value), 0);
	assert_true(value < 0.01);
	assert_int_equal(units_parse_decimal("0.25", &value), 0);
	assert_true(value > 0.249 && value < 0.251);
	assert_int_equal(units_parse_decimal("86400", &value), 0);
	assert_true(value > 86399 && value < 86401);
	value = UNTOUCHED;
	for (i = 0; i < LENGTH(wrong); i++) {
		if (units_parse_decimal(wrong[i], &value) != -EINVAL)
			fail_msg("'%s' is taken for a number", wrong[i]);
		assert_true(value > UNTOUCHED - 1 && value < UNTOUCHED + 1);
	}
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(reads_bytes),
		cmocka_unit_test(reads_plain_numbers),
		cmocka_unit_test(reads_ages),
		cmocka_unit_test(reads_keys),
		cmocka_unit_test(reads_modes),
		cmocka_unit_test(reads_times),
		cmocka_unit_test(reads_times_of_the_zone),
		cmocka_unit_test(reads_decimals),
	};

	return tap_run(cases, LENGTH(cases), NULL, NULL);
}
