/* model/value: all that follows from the type of a value. */
#include "unit.h"

#include "json_check.h"

static struct value text_value(enum value_type type, const char *text)
{
	return (struct value){ .type = (uint8_t)type, .text = text };
}

static struct value number_value(enum value_type type, uint64_t number)
{
	return (struct value){ .type = (uint8_t)type, .number = number };
}

static struct value seconds_value(enum value_type type, int64_t seconds)
{
	return (struct value){ .type = (uint8_t)type, .seconds = seconds };
}

static struct value percent_value(double real)
{
	return (struct value){ .type = VALUE_PERCENT, .real = real };
}

static struct value pid_value(uint64_t pid, enum alive alive)
{
	return (struct value){ .type = VALUE_PID, .number = pid, .alive = (uint8_t)alive };
}

static const struct value absent;

/* Expect the texts of a value: as usual, with exact bytes and ASCII, and as JSON. */
static void expect_written(
	struct value value, const char *usual, const char *plain, const char *json)
{
	const struct value_style style = { .time_format = TIME_SHORT, .now = UNIT_NOW };
	const struct value_style plain_style = {
		.exact_bytes = true,
		.ascii = true,
		.time_format = TIME_ISO,
		.now = UNIT_NOW,
	};
	struct json writer = { 0 };
	struct buf out = { 0 };

	value_text(&out, value, &style);
	expect_text(&out, usual);
	value_text(&out, value, &plain_style);
	expect_text(&out, plain);
	value_json(&writer, NULL, NULL, value);
	assert_true(json_check(buf_str(&writer.out)));
	expect_text(&writer.out, json);
}

static void texts_and_json(void **state)
{
	(void)state;
	use_utf8();
	use_zone("UTC0");
	expect_written(absent, "-", "-", "null");
	expect_written(text_value(VALUE_TEXT, ""), "", "", "\"\"");
	expect_written(text_value(VALUE_TEXT, "root"), "root", "root", "\"root\"");
	expect_written(text_value(VALUE_TEXT, "\x1b[2J\xc3\xa9"), "\\x1b[2J\xc3\xa9",
		"\\x1b[2J\\u{00e9}", "\"\\u001b[2J\xc3\xa9\"");
	expect_written(text_value(VALUE_WORDS, ""), "", "", "\"\"");
	expect_written(text_value(VALUE_WORDS, "dest,locked"), "dest,locked", "dest,locked",
		"\"dest,locked\"");
	expect_written(number_value(VALUE_NUMBER, 0), "0", "0", "0");
	expect_written(number_value(VALUE_NUMBER, UINT64_MAX), "18446744073709551615",
		"18446744073709551615", "18446744073709551615");
	expect_written(number_value(VALUE_BYTES, 1536), "1.5K", "1536", "1536");
	expect_written(number_value(VALUE_BYTES, (UINT64_C(1) << 53) + 1), "8P", "9007199254740993",
		"9007199254740993");
	expect_written(percent_value(0), "0.0%", "0.0%", "0.0");
	expect_written(percent_value(29.37), "29.4%", "29.4%", "29.37");
	expect_written(percent_value(200), "200.0%", "200.0%", "200.0");
	expect_written(number_value(VALUE_KEY, 0), "0x00000000", "0x00000000", "\"0x00000000\"");
	expect_written(
		number_value(VALUE_KEY, 0xfeedbeef), "0xfeedbeef", "0xfeedbeef", "\"0xfeedbeef\"");
	expect_written(
		number_value(VALUE_KEY, 0x80000000), "0x80000000", "0x80000000", "\"0x80000000\"");
	expect_written(number_value(VALUE_MODE, 0640), "0640", "0640", "\"0640\"");
	expect_written(number_value(VALUE_MODE, 03600), "3600", "3600", "\"3600\"");
	expect_written(number_value(VALUE_MODE, 0), "0000", "0000", "\"0000\"");
	expect_written(number_value(VALUE_PERMS, 0640), "rw-r-----", "rw-r-----", "\"rw-r-----\"");
	expect_written(seconds_value(VALUE_TIME, UNIT_NOW), "22:13", "2023-11-14T22:13:20+00:00",
		"\"2023-11-14T22:13:20+00:00\"");
	expect_written(seconds_value(VALUE_TIME, 0), "1970-Jan", "1970-01-01T00:00:00+00:00",
		"\"1970-01-01T00:00:00+00:00\"");
	expect_written(seconds_value(VALUE_AGE, 725), "12m05s", "12m05s", "725");
	expect_written(seconds_value(VALUE_AGE, -5), "0s", "0s", "-5");
}

static void expect_raw(struct value value, const char *raw)
{
	struct buf out = { 0 };

	value_raw(&out, value);
	expect_text(&out, raw);
}

/* What the text does not say: the kernel's own number, or nothing. */
static void raw_stands_behind_the_text(void **state)
{
	(void)state;
	expect_raw(absent, "");
	expect_raw(text_value(VALUE_TEXT, "root"), "");
	expect_raw(text_value(VALUE_WORDS, "dest"), "");
	expect_raw(number_value(VALUE_NUMBER, 1u << 20), "");
	expect_raw(number_value(VALUE_BYTES, 0), "");
	expect_raw(number_value(VALUE_BYTES, 1023), "");
	expect_raw(number_value(VALUE_BYTES, 1024), "1024");
	expect_raw(number_value(VALUE_BYTES, UINT64_MAX), "18446744073709551615");
	expect_raw(percent_value(0), "0.0000");
	expect_raw(percent_value(100.0 / 3), "33.3333");
	expect_raw(number_value(VALUE_KEY, 0), "0");
	expect_raw(number_value(VALUE_KEY, 0xfeedbeef), "4276993775");
	expect_raw(number_value(VALUE_MODE, 01640), "928");
	expect_raw(number_value(VALUE_PERMS, 0640), "0640");
	expect_raw(number_value(VALUE_PERMS, 0), "0000");
	expect_raw(pid_value(811, ALIVE_YES), "lives");
	expect_raw(pid_value(811, ALIVE_NO), "gone");
	expect_raw(pid_value(811, ALIVE_UNKNOWN), "not known");
	expect_raw(pid_value(0, ALIVE_UNKNOWN), "none seen");
	expect_raw(seconds_value(VALUE_TIME, UNIT_NOW), "@1700000000");
	expect_raw(seconds_value(VALUE_TIME, -1), "@-1");
	expect_raw(seconds_value(VALUE_AGE, 59), "");
	expect_raw(seconds_value(VALUE_AGE, 60), "60s");
	expect_raw(seconds_value(VALUE_AGE, INT64_MAX), "9223372036854775807s");
}

/* What no RFC 3339 string can say is null, not something else between quotes. */
static void a_time_beyond_the_calendar_is_null_in_json(void **state)
{
	static const int64_t times[] = { 253402300800 /* the year 10000 */, INT64_MAX };
	struct json json = { 0 };
	size_t i;

	(void)state;
	use_zone("UTC0");
	for (i = 0; i < LENGTH(times); i++) {
		value_json(&json, NULL, NULL, seconds_value(VALUE_TIME, times[i]));
		expect_text(&json.out, "null");
		json.comma = false;
	}
}

static void pids_tell_whether_they_live(void **state)
{
	(void)state;
	expect_written(pid_value(811, ALIVE_YES), "811", "811", "811");
	expect_written(pid_value(811, ALIVE_UNKNOWN), "811", "811", "811");
	expect_written(pid_value(4120, ALIVE_NO), "4120†", "4120!", "4120");
	expect_written(pid_value(0, ALIVE_UNKNOWN), "0", "0", "0");
}

static void json_of_a_pid_brings_alive(void **state)
{
	static const struct {
		struct value value;
		const char *json;
	} cases[] = {
		{ { .type = VALUE_PID, .number = 811, .alive = ALIVE_YES },
			"{\"cpid\":811,\"cpid_alive\":true}" },
		{ { .type = VALUE_PID, .number = 811, .alive = ALIVE_NO },
			"{\"cpid\":811,\"cpid_alive\":false}" },
		{ { .type = VALUE_PID, .number = 811 }, "{\"cpid\":811,\"cpid_alive\":null}" },
		{ { .type = VALUE_PID, .number = 0 }, "{\"cpid\":0,\"cpid_alive\":null}" },
		{ { .type = VALUE_NONE }, "{\"cpid\":null,\"cpid_alive\":null}" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(cases); i++) {
		struct json json = { 0 };

		json_begin_object(&json, NULL);
		value_json(&json, "cpid", "cpid_alive", cases[i].value);
		json_end_object(&json);
		expect_text(&json.out, cases[i].json);
	}
}

static void alignment_and_operators_follow_the_type(void **state)
{
	enum { EQUAL = OP_EQ | OP_NE | OP_MATCH, ALL = EQUAL | OP_LT | OP_LE | OP_GT | OP_GE };
	static const struct {
		bool right;
		unsigned operators;
	} expected[VALUE_TYPE_COUNT] = {
		[VALUE_TEXT] = { false, EQUAL },
		[VALUE_WORDS] = { false, EQUAL },
		[VALUE_NUMBER] = { true, ALL },
		[VALUE_BYTES] = { true, ALL },
		[VALUE_PERCENT] = { true, ALL },
		[VALUE_KEY] = { false, ALL },
		[VALUE_MODE] = { true, ALL },
		[VALUE_PERMS] = { false, EQUAL },
		[VALUE_PID] = { true, ALL },
		[VALUE_TIME] = { true, ALL },
		[VALUE_AGE] = { true, ALL },
		[VALUE_RATE] = { true, ALL },
		[VALUE_BYTE_RATE] = { true, ALL },
		[VALUE_TREND] = { true, ALL },
	};
	enum value_type type;

	(void)state;
	for (type = VALUE_NONE + 1; type < VALUE_TYPE_COUNT; type++) {
		assert_int_not_equal(expected[type].operators, 0); /* a new type without a test */
		assert_int_equal(value_right_aligned(type), expected[type].right);
		assert_int_equal(value_operators(type), expected[type].operators);
		assert_true(strlen(value_expects(type)) > 0);
	}
}

static void expect_order(struct value less, struct value more)
{
	assert_true(value_compare(less, more) < 0);
	assert_true(value_compare(more, less) > 0);
	assert_int_equal(value_compare(less, less), 0);
	assert_int_equal(value_compare(more, more), 0);
	/* what is absent comes behind both */
	assert_true(value_compare(more, absent) < 0);
	assert_true(value_compare(absent, more) > 0);
	assert_true(value_compare(absent, less) > 0);
}

static void values_are_ordered_by_meaning(void **state)
{
	(void)state;
	assert_int_equal(value_compare(absent, absent), 0);
	expect_order(text_value(VALUE_TEXT, "Abe"), text_value(VALUE_TEXT, "abe"));
	expect_order(text_value(VALUE_TEXT, ""), text_value(VALUE_TEXT, "a"));
	expect_order(text_value(VALUE_WORDS, ""), text_value(VALUE_WORDS, "dest"));
	expect_order(number_value(VALUE_NUMBER, 9), number_value(VALUE_NUMBER, 10));
	expect_order(number_value(VALUE_NUMBER, 0), number_value(VALUE_NUMBER, UINT64_MAX));
	expect_order(
		number_value(VALUE_BYTES, UINT64_MAX - 1), number_value(VALUE_BYTES, UINT64_MAX));
	expect_order(number_value(VALUE_KEY, 0x7fffffff), number_value(VALUE_KEY, 0x80000000));
	expect_order(number_value(VALUE_MODE, 0600), number_value(VALUE_MODE, 01600));
	expect_order(number_value(VALUE_PERMS, 0600), number_value(VALUE_PERMS, 0640));
	expect_order(percent_value(9.5), percent_value(100));
	expect_order(pid_value(9, ALIVE_NO), pid_value(10, ALIVE_YES));
	expect_order(seconds_value(VALUE_TIME, -1), seconds_value(VALUE_TIME, 0));
	expect_order(seconds_value(VALUE_TIME, INT64_MIN), seconds_value(VALUE_TIME, INT64_MAX));
	expect_order(seconds_value(VALUE_AGE, 59), seconds_value(VALUE_AGE, 60));
	/* a limit's bytes stand beside another's count */
	expect_order(number_value(VALUE_BYTES, 5), number_value(VALUE_NUMBER, 6));
}

/* The order of `value` against what `text` is read as. */
static int against(struct value value, const char *text)
{
	struct operand operand;

	if (value_parse((enum value_type)value.type, text, &operand) != 0)
		fail_msg("'%s' is refused", text);
	return value_compare_operand(value, &operand);
}

static void operands_are_read_as_the_type(void **state)
{
	(void)state;
	use_zone("UTC0");
	assert_int_equal(against(text_value(VALUE_TEXT, "root"), "root"), 0);
	assert_int_not_equal(against(text_value(VALUE_TEXT, "root"), "roo"), 0);
	assert_int_equal(
		against(number_value(VALUE_NUMBER, UINT64_MAX), "18446744073709551615"), 0);
	assert_true(against(number_value(VALUE_NUMBER, 5), "6") < 0);
	assert_int_equal(against(number_value(VALUE_BYTES, 16 << 20), "16M"), 0);
	assert_true(against(number_value(VALUE_BYTES, (16 << 20) + 1), "16M") > 0);
	assert_int_equal(against(percent_value(90), "90"), 0);
	assert_int_equal(against(percent_value(90), "90%"), 0);
	assert_true(against(percent_value(90.1), "90%") > 0);
	assert_int_equal(against(number_value(VALUE_KEY, 0xfeedbeef), "-17973521"), 0);
	assert_int_equal(against(number_value(VALUE_KEY, 0xfeedbeef), "0xFEEDBEEF"), 0);
	assert_int_equal(against(number_value(VALUE_KEY, 0x80000000), "-2147483648"), 0);
	assert_int_equal(against(number_value(VALUE_MODE, 0640), "640"), 0);
	assert_int_equal(against(number_value(VALUE_PERMS, 0640), "rw-r-----"), 0);
	assert_int_not_equal(against(number_value(VALUE_PERMS, 0640), "rw-------"), 0);
	assert_int_equal(against(pid_value(811, ALIVE_NO), "811"), 0);
	assert_int_equal(against(pid_value(811, ALIVE_NO), "gone"), 0);
	assert_int_not_equal(against(pid_value(811, ALIVE_YES), "gone"), 0);
	assert_int_not_equal(against(pid_value(0, ALIVE_UNKNOWN), "gone"), 0);
	assert_int_equal(against(seconds_value(VALUE_TIME, UNIT_NOW), "2023-11-14T22:13:20"), 0);
	assert_int_equal(against(seconds_value(VALUE_AGE, 172800), "2d"), 0);
	assert_true(against(seconds_value(VALUE_AGE, 172801), "2d") > 0);
}

static void words_equal_each_of_them(void **state)
{
	struct value both = text_value(VALUE_WORDS, "dest,locked");

	(void)state;
	assert_int_equal(against(both, "dest"), 0);
	assert_int_equal(against(both, "locked"), 0);
	assert_int_equal(against(both, "dest,locked"), 0);
	assert_int_not_equal(against(both, "lock"), 0);
	assert_int_not_equal(against(both, "est"), 0);
	assert_int_not_equal(against(both, ""), 0);
	assert_int_not_equal(against(both, ","), 0);
	assert_int_equal(against(text_value(VALUE_WORDS, ""), ""), 0);
	assert_int_not_equal(against(text_value(VALUE_WORDS, ""), "dest"), 0);
	assert_int_equal(against(text_value(VALUE_WORDS, "destroyed,dest"), "dest"), 0);
}

static void wrong_operands_are_refused(void **state)
{
	static const struct {
		enum value_type type;
		const char *text;
	} wrong[] = {
		{ VALUE_NUMBER, "" },
		{ VALUE_NUMBER, "-1" },
		{ VALUE_NUMBER, "1K" },
		{ VALUE_BYTES, "16Q" },
		{ VALUE_PERCENT, "" },
		{ VALUE_PERCENT, "%" },
		{ VALUE_PERCENT, "90%%" },
		{ VALUE_PERCENT, "-1%" },
		{ VALUE_PERCENT, "0000000000000000000000000000000000000000001%" },
		{ VALUE_KEY, "0x" },
		{ VALUE_MODE, "rw" },
		{ VALUE_MODE, "0888" },
		{ VALUE_PERMS, "" },
		{ VALUE_PERMS, "rw-" },
		{ VALUE_PERMS, "rw-r-----x" },
		{ VALUE_PERMS, "wr-------" },
		{ VALUE_PERMS, "640" },
		{ VALUE_PID, "Gone" },
		{ VALUE_PID, "811!" },
		{ VALUE_TIME, "noon" },
		{ VALUE_AGE, "2y" },
	};
	struct operand operand;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(wrong); i++) {
		if (value_parse(wrong[i].type, wrong[i].text, &operand) != -EINVAL)
			fail_msg("'%s' is taken", wrong[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(texts_and_json),
		cmocka_unit_test(raw_stands_behind_the_text),
		cmocka_unit_test(a_time_beyond_the_calendar_is_null_in_json),
		cmocka_unit_test(pids_tell_whether_they_live),
		cmocka_unit_test(json_of_a_pid_brings_alive),
		cmocka_unit_test(alignment_and_operators_follow_the_type),
		cmocka_unit_test(values_are_ordered_by_meaning),
		cmocka_unit_test(operands_are_read_as_the_type),
		cmocka_unit_test(words_equal_each_of_them),
		cmocka_unit_test(wrong_operands_are_refused),
	};

	return tap_run(cases, LENGTH(cases), NULL, NULL);
}
