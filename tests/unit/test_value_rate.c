/* model/value: changes with their sign, of counts and of bytes, and trends. */
#include "unit.h"

#include "json_check.h"

static struct value rate(double real)
{
	return (struct value){ .type = VALUE_RATE, .real = real };
}

static struct value byte_rate(double real)
{
	return (struct value){ .type = VALUE_BYTE_RATE, .real = real };
}

static struct value trend(const struct trend *of)
{
	return (struct value){ .type = VALUE_TREND, .trend = of };
}

/* As it is shown, as ASCII with exact bytes, as JSON, and the number behind it. */
static void expect_written(
	struct value value, const char *usual, const char *plain, const char *json, const char *raw)
{
	const struct value_style style = { .ascii = false };
	const struct value_style plain_style = { .ascii = true, .exact_bytes = true };
	struct json writer = { 0 };
	struct buf out = { 0 };

	value_text(&out, value, &style);
	/* looking for this text, its type is not passed over */
	assert_true(value.type == VALUE_TREND ||
		(value_types_holding(buf_str(&out)) & 1u << value.type));
	expect_text(&out, usual);
	value_text(&out, value, &plain_style);
	expect_text(&out, plain);
	value_json(&writer, NULL, NULL, value);
	assert_true(json_check(buf_str(&writer.out)));
	expect_text(&writer.out, json);
	value_raw(&out, value);
	expect_text(&out, raw);
}

static void rates_have_a_sign(void **state)
{
	(void)state;
	expect_written(rate(0), "0", "0", "0", "");
	expect_written(rate(-0.0), "0", "0", "0", "");
	expect_written(rate(0.04), "0", "0", "0.04", "");
	expect_written(rate(-0.06), "-0.1", "-0.1", "-0.06", "");
	expect_written(rate(59.8), "+59.8", "+59.8", "59.8", "");
	expect_written(rate(60), "+60", "+60", "60", "");
	expect_written(rate(-3.2), "-3.2", "-3.2", "-3.2", "");
	expect_written(rate(99.96), "+100", "+100", "99.96", "");
	expect_written(rate(-1234.5), "-1234", "-1234", "-1234.5", "");
}

static void byte_rates_have_units(void **state)
{
	(void)state;
	expect_written(byte_rate(0), "0", "0", "0", "");
	expect_written(byte_rate(0.4), "0", "0", "0.4", "");
	expect_written(byte_rate(-0.5), "-1", "-1", "-0.5", "");
	expect_written(byte_rate(1310720.4), "+1.2M", "+1310720", "1310720.4", "+1310720");
	expect_written(byte_rate(-4096), "-4K", "-4096", "-4096", "-4096");
	expect_written(byte_rate(1e30), "+15E", "+18446744073709551615",
		"1000000000000000019884624838656.0", "+1000000000000000019884624838656");
}

static void trends_are_bars(void **state)
{
	static const struct trend none, one = { { 5 }, 1 }, flat = { { 5, 5, 5 }, 3 },
					down = { { 10, 5, 0 }, 3 },
					all = { { 0, 1, 2, 3, 4, 5, 6, 7, 8, 8, 8, 8 }, TREND_MAX },
					large = { { 0, 1e300 }, 2 };
	struct buf out = { 0 };

	(void)state;
	expect_written(trend(&none), "", "", "[]", "");
	expect_written(trend(&one), "▁", "_", "[5]", "");
	expect_written(trend(&flat), "▁▁▁", "___", "[5,5,5]", "");
	expect_written(trend(&down), "█▅▁", "#=_", "[10,5,0]", "");
	expect_written(
		trend(&all), "▁▂▃▄▅▆▇█████", "_.-:=+*#####", "[0,1,2,3,4,5,6,7,8,8,8,8]", "");
	value_text(&out, trend(&large), &(struct value_style){ .ascii = true });
	expect_text(&out, "_#");
}

static void expect_order(struct value less, struct value more)
{
	const struct value absent = { 0 };

	assert_true(value_compare(less, more) < 0);
	assert_true(value_compare(more, less) > 0);
	assert_int_equal(value_compare(less, less), 0);
	assert_true(value_compare(more, absent) < 0);
	assert_true(value_compare(absent, less) > 0);
}

static void they_are_ordered_by_size_with_sign(void **state)
{
	static const struct trend down = { { 9, 1 }, 2 }, up = { { 0, 1 }, 2 };

	(void)state;
	expect_order(rate(-2), rate(-1));
	expect_order(rate(-1), rate(0));
	expect_order(rate(0.01), rate(0.02));
	expect_order(byte_rate(-1e12), byte_rate(5));
	expect_order(trend(&down), trend(&up));
}

/* The order of `value` against what `text` is read as. */
static int against(struct value value, const char *text)
{
	struct operand operand;

	if (value_parse((enum value_type)value.type, text, &operand) != 0)
		fail_msg("'%s' is refused", text);
	return value_compare_operand(value, &operand);
}

static void operands_may_be_negative(void **state)
{
	static const struct trend down = { { 9, 1 }, 2 }, up = { { 0, 1 }, 2 };

	(void)state;
	assert_int_equal(against(rate(-2.5), "-2.5"), 0);
	assert_int_equal(against(rate(2.5), "+2.5"), 0);
	assert_true(against(rate(-3), "-2.5") < 0);
	assert_true(against(rate(0), "-1") > 0);
	assert_int_equal(against(byte_rate(-1572864), "-1.5M"), 0);
	assert_true(against(byte_rate(1), "-1.5M") > 0);
	assert_true(against(byte_rate(4097), "+4K") > 0);
	assert_true(against(trend(&up), "0") > 0);
	assert_int_equal(against(trend(&down), "-8"), 0);
}

static void wrong_operands_are_refused(void **state)
{
	static const char *const wrong[] = { "", "-", "+", "--1", "+-1", "1-", "x", "- 1", "-inf",
		"nan" };
	struct operand operand;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(wrong); i++) {
		assert_int_equal(value_parse(VALUE_RATE, wrong[i], &operand), -EINVAL);
		assert_int_equal(value_parse(VALUE_BYTE_RATE, wrong[i], &operand), -EINVAL);
		assert_int_equal(value_parse(VALUE_TREND, wrong[i], &operand), -EINVAL);
	}
	assert_int_equal(value_parse(VALUE_RATE, "1K", &operand), -EINVAL);
	assert_int_equal(value_parse(VALUE_BYTE_RATE, "1Q", &operand), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(rates_have_a_sign),
		cmocka_unit_test(byte_rates_have_units),
		cmocka_unit_test(trends_are_bars),
		cmocka_unit_test(they_are_ordered_by_size_with_sign),
		cmocka_unit_test(operands_may_be_negative),
		cmocka_unit_test(wrong_operands_are_refused),
	};

	return tap_run(cases, LENGTH(cases), NULL, NULL);
}
