#include "ipctop/model/value_rate.h"

static int compare(double a, double b)
{
	return (a > b) - (a < b);
}

static double magnitude(double real)
{
	return real < 0 ? -real : real;
}

/* "+59.8", "-3.2", "+120", "0": what rounds to nothing has no sign. */
void value_rate_text(struct buf *out, struct value value, const struct value_style *style)
{
	double size = magnitude(value.real);

	(void)style;
	if (size < 0.05)
		buf_char(out, '0');
	else if (size >= 99.95 || size == (double)(unsigned)size)
		buf_printf(out, "%+.0f", value.real);
	else
		buf_printf(out, "%+.1f", value.real);
}

/* "+1.2M" */
void value_byte_rate_text(struct buf *out, struct value value, const struct value_style *style)
{
	const double most = 18446744073709549568.0; /* the largest that is a uint64_t */
	double size = magnitude(value.real) + 0.5;
	uint64_t bytes = size < most ? (uint64_t)size : UINT64_MAX;

	if (bytes > 0)
		buf_char(out, value.real < 0 ? '-' : '+');
	if (style->exact_bytes)
		buf_u64(out, bytes);
	else
		units_bytes(out, bytes);
}

void value_rate_json(struct json *json, const char *key, struct value value)
{
	const double most = 9007199254740992.0; /* beyond it digits are lost in any case */

	if (magnitude(value.real) < most && value.real == (double)(int64_t)value.real)
		json_i64(json, key, (int64_t)value.real);
	else
		json_real(json, key, value.real);
}

/* Skip a sign. */
static const char *parse_sign(const char *text, double *sign)
{
	*sign = *text == '-' ? -1 : 1;
	return text + (*text == '-' || *text == '+');
}

int value_rate_parse(const char *text, struct operand *operand)
{
	double sign;
	int error = units_parse_decimal(parse_sign(text, &sign), &operand->real);

	operand->real *= sign;
	return error;
}

int value_byte_rate_parse(const char *text, struct operand *operand)
{
	uint64_t bytes = 0;
	double sign;
	int error = units_parse_bytes(parse_sign(text, &sign), &bytes);

	operand->real = sign * (double)bytes;
	return error;
}

void value_byte_rate_raw(struct buf *out, struct value value)
{
	if (magnitude(value.real) >= 1024)
		buf_printf(out, "%+.0f", value.real);
}

/* Bars between the least and the most that there was, the newest at the right. */
void value_trend_text(struct buf *out, struct value value, const struct value_style *style)
{
	static const char *const bars[] = { "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
	static const char *const ascii[] = { "_", ".", "-", ":", "=", "+", "*", "#" };
	enum { LEVELS = sizeof(bars) / sizeof(bars[0]) };
	const struct trend *trend = value.trend;
	double least = trend->at[0], most = trend->at[0];
	unsigned level;
	uint8_t i;

	for (i = 0; i < trend->count; i++) {
		least = trend->at[i] < least ? trend->at[i] : least;
		most = trend->at[i] > most ? trend->at[i] : most;
	}
	for (i = 0; i < trend->count; i++) {
		level = 0;
		if (most > least)
			level = (unsigned)((trend->at[i] - least) / (most - least) * LEVELS);
		if (level >= LEVELS)
			level = LEVELS - 1;
		buf_text(out, style->ascii ? ascii[level] : bars[level]);
	}
}

/* How much it rose from the first to the last. */
static double rise(const struct trend *trend)
{
	return trend->count ? trend->at[trend->count - 1] - trend->at[0] : 0;
}

int value_trend_compare(struct value a, struct value b)
{
	return compare(rise(a.trend), rise(b.trend));
}

int value_trend_compare_operand(struct value value, const struct operand *operand)
{
	return compare(rise(value.trend), operand->real);
}

void value_trend_json(struct json *json, const char *key, struct value value)
{
	uint8_t i;

	json_begin_array(json, key);
	for (i = 0; i < value.trend->count; i++) {
		/* bytes keep their digits, and counts have no fraction */
		json_key(json, NULL);
		buf_printf(&json->out, "%.0f", value.trend->at[i]);
	}
	json_end_array(json);
}
