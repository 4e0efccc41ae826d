/* base/json: whatever is put in, what comes out is JSON. */
#include "unit.h"

#include "ipctop/base/json.h"
#include "json_check.h"

static void expect_json(struct json *json, const char *expected)
{
	assert_int_equal(json_finish(json), 0);
	assert_true(json_check(buf_str(&json->out)));
	assert_string_equal(buf_str(&json->out), expected);
	buf_free(&json->out);
	*json = (struct json){ 0 };
}

/* A checker that takes everything would prove nothing. */
static void the_checker_checks(void **state)
{
	static const char *const wrong[] = { "", "{", "[1,]", "{\"a\":1,}", "{a:1}", "[1 2]", "01",
		"1.", ".5", "-", "+1", "nul", "\"", "\"\n\"", "\"\x7f\"", "\"\xff\"", "\"\\x41\"",
		"\"\\u12\"", "[1] [2]", "{\"a\"}", "[,1]", "\"\xed\xa0\x80\"", "\"\xc2\x9b\"" };
	static const char *const right[] = { "{}", "[]", " [ 1 , -2.5 , true ] ",
		"{\"a\":{\"b\":[null]}}", "\"\\u001b\\n\\\"\xc3\xa9\"", "0", "-0" };
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(wrong); i++) {
		if (json_check(wrong[i]))
			fail_msg("taken for JSON: %s", wrong[i]);
	}
	for (i = 0; i < LENGTH(right); i++) {
		if (!json_check(right[i]))
			fail_msg("not taken for JSON: %s", right[i]);
	}
}

static void writes_objects_and_arrays(void **state)
{
	struct json json = { 0 };

	(void)state;
	json_begin_object(&json, NULL);
	json_text(&json, "host", "db01");
	json_begin_array(&json, "shm");
	json_begin_object(&json, NULL);
	json_u64(&json, "id", 3);
	json_bool(&json, "cpid_alive", true);
	json_bool(&json, "lpid_alive", false);
	json_end_object(&json);
	json_begin_object(&json, NULL);
	json_end_object(&json);
	json_null(&json, NULL);
	json_begin_array(&json, NULL);
	json_end_array(&json);
	json_end_array(&json);
	json_null(&json, "rss");
	json_end_object(&json);
	expect_json(&json,
		"{\"host\":\"db01\",\"shm\":[{\"id\":3,\"cpid_alive\":true,\"lpid_alive\":false},{}"
		","
		"null,[]],\"rss\":null}\n");
}

static void lines_only_where_asked_for(void **state)
{
	struct json json = { .lines = true };
	int i;

	(void)state;
	json_begin_array(&json, NULL);
	for (i = 0; i < 2; i++) {
		json_line(&json);
		json_begin_object(&json, NULL);
		json_u64(&json, "id", (uint64_t)i);
		json_end_object(&json);
	}
	json_end_array(&json);
	expect_json(&json, "[\n  {\"id\":0},\n  {\"id\":1}]\n");
	json_begin_array(&json, NULL);
	json_line(&json);
	json_u64(&json, NULL, 1);
	json_line(&json);
	json_u64(&json, NULL, 2);
	json_end_array(&json);
	expect_json(&json, "[1,2]\n");
}

static void numbers_keep_all_digits(void **state)
{
	struct json json = { 0 };

	(void)state;
	json_begin_array(&json, NULL);
	json_u64(&json, NULL, 0);
	json_u64(&json, NULL, (UINT64_C(1) << 53) - 1);
	json_u64(&json, NULL, (UINT64_C(1) << 53) + 1);
	json_u64(&json, NULL, UINT64_C(1) << 63);
	json_u64(&json, NULL, UINT64_MAX);
	json_i64(&json, NULL, -1);
	json_i64(&json, NULL, INT64_MIN);
	json_i64(&json, NULL, INT64_MAX);
	json_end_array(&json);
	expect_json(&json,
		"[0,9007199254740991,9007199254740993,9223372036854775808,18446744073709551615,"
		"-1,-9223372036854775808,9223372036854775807]\n");
}

static void decimals_are_short_or_null(void **state)
{
	struct json json = { 0 };
	double zero = 0;

	(void)state;
	json_begin_array(&json, NULL);
	json_real(&json, NULL, 0);
	json_real(&json, NULL, 29.37);
	json_real(&json, NULL, 100.0 / 3);
	json_real(&json, NULL, 200);
	json_real(&json, NULL, 1 / zero);
	json_real(&json, NULL, -1 / zero);
	json_real(&json, NULL, zero / zero);
	json_end_array(&json);
	expect_json(&json, "[0.0,29.37,33.3333,200.0,null,null,null]\n");
}

static void escapes_strings(void **state)
{
	static const struct {
		const char *text, *json;
	} cases[] = {
		{ "", "\"\"\n" },
		{ "a\"b\\c", "\"a\\\"b\\\\c\"\n" },
		{ "\x01\t\n\x1b[31m\x7f", "\"\\u0001\\u0009\\u000a\\u001b[31m\\u007f\"\n" },
		{ "\xc2\x9b", "\"\\u009b\"\n" },
		{ "\xc2\xa0\xc3\xa9\xe4\xb8\xad\xf0\x9f\x98\x80",
			"\"\xc2\xa0\xc3\xa9\xe4\xb8\xad\xf0\x9f\x98\x80\"\n" },
		{ "a\xff"
		  "b",
			"\"a\xef\xbf\xbd"
			"b\"\n" },
		{ "\xc0\xaf", "\"\xef\xbf\xbd\xef\xbf\xbd\"\n" },
		{ "\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"\n" },
		{ "cut\xe2\x82", "\"cut\xef\xbf\xbd\xef\xbf\xbd\"\n" },
		/* it may be read on a terminal: what turns or hides text is escaped, too */
		{ "\xe2\x80\xae\xd8\x80", "\"\\u202e\\u0600\"\n" },
		{ "\xef\xbb\xbf\xe2\x80\xa8", "\"\\ufeff\\u2028\"\n" },
		{ "\xf0\x9d\x85\xb3\xf3\xa0\x81\x81", "\"\\ud834\\udd73\\udb40\\udc41\"\n" },
		{ "\xf4\x8f\xbf\xbf", "\"\\udbff\\udfff\"\n" },
		{ "/</script>", "\"/</script>\"\n" },
	};
	struct json json = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(cases); i++) {
		json_text(&json, NULL, cases[i].text);
		expect_json(&json, cases[i].json);
	}
}

static void every_pair_of_bytes_stays_json(void **state)
{
	struct json json = { 0 };
	unsigned pair;

	(void)state;
	json_begin_array(&json, NULL);
	for (pair = 0; pair < 0x10000; pair++) {
		const char text[] = { 'x', (char)(pair >> 8), (char)pair, 'y', '\0' };

		json_text(&json, NULL, text);
	}
	json_end_array(&json);
	assert_int_equal(json_finish(&json), 0);
	assert_true(json_check(buf_str(&json.out)));
	buf_free(&json.out);
}

static void passes_all_on_to_a_file(void **state)
{
	enum { NUMBERS = 30000 }; /* some pieces */
	char *text = NULL;
	size_t size = 0, i, ones = 0;
	struct json json = { .file = open_memstream(&text, &size) };

	(void)state;
	assert_non_null(json.file);
	json_begin_array(&json, NULL);
	for (i = 0; i < NUMBERS; i++)
		json_u64(&json, NULL, 10000000);
	json_end_array(&json);
	assert_int_equal(json_finish(&json), 0);
	assert_null(json.out.data);
	assert_int_equal(fclose(json.file), 0);
	assert_int_equal(size, strlen("10000000,") * NUMBERS + 2);
	assert_true(json_check(text));
	for (i = 0; i < size; i++)
		ones += text[i] == '1';
	assert_int_equal(ones, NUMBERS);
	free(text);
}

/* What is written by hand, behind json_key(), is part of the document. */
static void takes_values_written_by_hand(void **state)
{
	struct json json = { 0 };

	(void)state;
	json_begin_object(&json, NULL);
	json_key(&json, "a");
	buf_text(&json.out, "\"by hand\"");
	json_u64(&json, "b", 1);
	json_end_object(&json);
	expect_json(&json, "{\"a\":\"by hand\",\"b\":1}\n");
}

static int write_to_a_full_disk(size_t numbers)
{
	struct json json = { .file = fopen("/dev/full", "w") };
	int error;

	if (!json.file)
		tap_skip("no /dev/full: %s", strerror(errno));
	json_begin_array(&json, NULL);
	for (; numbers > 0; numbers--)
		json_u64(&json, NULL, UINT64_MAX);
	json_end_array(&json);
	error = json_finish(&json);
	fclose(json.file);
	return error;
}

static void a_full_disk_is_told(void **state)
{
	(void)state;
	assert_int_equal(write_to_a_full_disk(1), -ENOSPC);
	assert_int_equal(write_to_a_full_disk(20000), -ENOSPC);
}

/* The piece that is lost need not be the last one. */
static void a_piece_that_was_lost_is_told(void **state)
{
	struct json json = { .file = fopen("/dev/full", "w") };
	int i;

	(void)state;
	if (!json.file)
		tap_skip("no /dev/full: %s", strerror(errno));
	setvbuf(json.file, NULL, _IONBF, 0);
	json_begin_array(&json, NULL);
	for (i = 0; i < 20000; i++)
		json_u64(&json, NULL, UINT64_MAX);
	json_end_array(&json);
	assert_int_not_equal(json_finish(&json), 0);
	fclose(json.file);
}

static void running_out_of_memory_is_told(void **state)
{
	struct json json = { .out = { .error = -ENOMEM } };

	(void)state;
	json_begin_array(&json, NULL);
	json_end_array(&json);
	assert_int_equal(json_finish(&json), -ENOMEM);
	buf_free(&json.out);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(the_checker_checks),
		cmocka_unit_test(writes_objects_and_arrays),
		cmocka_unit_test(lines_only_where_asked_for),
		cmocka_unit_test(numbers_keep_all_digits),
		cmocka_unit_test(decimals_are_short_or_null),
		cmocka_unit_test(escapes_strings),
		cmocka_unit_test(every_pair_of_bytes_stays_json),
		cmocka_unit_test(passes_all_on_to_a_file),
		cmocka_unit_test(takes_values_written_by_hand),
		cmocka_unit_test(a_full_disk_is_told),
		cmocka_unit_test(a_piece_that_was_lost_is_told),
		cmocka_unit_test(running_out_of_memory_is_told),
	};

	return tap_run(cases, LENGTH(cases), NULL, NULL);
}
