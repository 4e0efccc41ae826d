#include "ipctop/model/value.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "ipctop/base/text.h"
#include "ipctop/model/value_rate.h"

enum {
	OPS_EQUAL = OP_EQ | OP_NE | OP_MATCH,
	OPS_ALL = OPS_EQUAL | OP_LT | OP_LE | OP_GT | OP_GE,
};

struct value_kind {
	bool right;
	unsigned operators;
	const char *expects;
	void (*text)(struct buf *out, struct value value, const struct value_style *style);
	int (*compare)(struct value a, struct value b);
	int (*parse)(const char *text, struct operand *operand);
	int (*compare_operand)(struct value value, const struct operand *operand);
	void (*json)(struct json *json, const char *key, struct value value);
	/* What stands behind the text; NULL where the text says it all. */
	void (*raw)(struct buf *out, struct value value);
};

/* texts */

static void text_text(struct buf *out, struct value value, const struct value_style *style)
{
	text_clean(out, value.text, strlen(value.text), style->ascii);
}

static int text_compare(struct value a, struct value b)
{
	return strcmp(a.text, b.text);
}

static int text_parse(const char *text, struct operand *operand)
{
	operand->text = text;
	return 0;
}

static int text_compare_operand(struct value value, const struct operand *operand)
{
	return strcmp(value.text, operand->text);
}

static void text_json(struct json *json, const char *key, struct value value)
{
	json_text(json, key, value.text);
}

/* "dest,locked" equals "dest" as well as "dest,locked". */
static int words_compare_operand(struct value value, const struct operand *operand)
{
	size_t length = strlen(operand->text);
	const char *at = value.text;

	if (strcmp(value.text, operand->text) == 0)
		return 0;
	for (; length > 0 && (at = strstr(at, operand->text)) != NULL; at++) {
		if ((at == value.text || at[-1] == ',') && (!at[length] || at[length] == ','))
			return 0;
	}
	return strcmp(value.text, operand->text);
}

/* numbers */

static int compare_u64(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static void number_text(struct buf *out, struct value value, const struct value_style *style)
{
	buf_u64(out, value.number);
	if (value.at_least && !style->plain)
		buf_char(out, '+');
}

static int number_compare(struct value a, struct value b)
{
	return compare_u64(a.number, b.number);
}

static int number_parse(const char *text, struct operand *operand)
{
	return units_parse_u64(text, &operand->number);
}

static int number_compare_operand(struct value value, const struct operand *operand)
{
	return compare_u64(value.number, operand->number);
}

static void number_json(struct json *json, const char *key, struct value value)
{
	json_u64(json, key, value.number);
}

static void bytes_text(struct buf *out, struct value value, const struct value_style *style)
{
	if (style->exact_bytes)
		buf_u64(out, value.number);
	else
		units_bytes(out, value.number);
}

static int bytes_parse(const char *text, struct operand *operand)
{
	return units_parse_bytes(text, &operand->number);
}

/* percentages */

static void percent_text(struct buf *out, struct value value, const struct value_style *style)
{
	(void)style;
	buf_fixed(out, value.real, 1);
	buf_char(out, '%');
}

static int compare_real(double a, double b)
{
	return (a > b) - (a < b);
}

static int percent_compare(struct value a, struct value b)
{
	return compare_real(a.real, b.real);
}

static int percent_parse(const char *text, struct operand *operand)
{
	char number[32];
	size_t length = strlen(text);

	if (length > 0 && text[length - 1] == '%')
		length--;
	if (length >= sizeof(number))
		return -EINVAL;
	memcpy(number, text, length);
	number[length] = '\0';
	return units_parse_decimal(number, &operand->real);
}

static int percent_compare_operand(struct value value, const struct operand *operand)
{
	return compare_real(value.real, operand->real);
}

static void percent_json(struct json *json, const char *key, struct value value)
{
	json_real(json, key, value.real);
}

/* keys, modes, permissions */

/* Four octal digits. */
static void put_octal(struct buf *out, uint64_t mode)
{
	char text[4];
	int i;

	for (i = 0; i < 4; i++)
		text[i] = (char)('0' + (mode >> (9 - 3 * i) & 7));
	buf_bytes(out, text, sizeof(text));
}

static void put_key(struct buf *out, uint64_t key)
{
	static const char digits[] = "0123456789abcdef";
	char text[10] = "0x";
	int i;

	for (i = 0; i < 8; i++)
		text[2 + i] = digits[key >> (28 - 4 * i) & 15];
	buf_bytes(out, text, sizeof(text));
}

static void key_text(struct buf *out, struct value value, const struct value_style *style)
{
	(void)style;
	put_key(out, value.number);
}

static int key_parse(const char *text, struct operand *operand)
{
	uint32_t key = 0;
	int error = units_parse_key(text, &key);

	operand->number = key;
	return error;
}

static void key_json(struct json *json, const char *key, struct value value)
{
	json_key(json, key);
	buf_char(&json->out, '"');
	put_key(&json->out, value.number);
	buf_char(&json->out, '"');
}

static void mode_text(struct buf *out, struct value value, const struct value_style *style)
{
	(void)style;
	put_octal(out, value.number);
}

static int mode_parse(const char *text, struct operand *operand)
{
	uint32_t mode = 0;
	int error = units_parse_mode(text, &mode);

	operand->number = mode;
	return error;
}

static void mode_json(struct json *json, const char *key, struct value value)
{
	json_key(json, key);
	buf_char(&json->out, '"');
	put_octal(&json->out, value.number);
	buf_char(&json->out, '"');
}

static void perms_text(struct buf *out, struct value value, const struct value_style *style)
{
	(void)style;
	units_perms(out, (unsigned)value.number);
}

static int perms_parse(const char *text, struct operand *operand)
{
	static const char letters[] = "rwxrwxrwx";
	unsigned i;

	operand->number = 0;
	for (i = 0; i < 9; i++) {
		if (text[i] == letters[i])
			operand->number |= 0400u >> i;
		else if (text[i] != '-')
			return -EINVAL;
	}
	return text[9] ? -EINVAL : 0;
}

static void perms_json(struct json *json, const char *key, struct value value)
{
	json_key(json, key);
	buf_char(&json->out, '"');
	units_perms(&json->out, (unsigned)value.number);
	buf_char(&json->out, '"');
}

/* processes */

static void pid_text(struct buf *out, struct value value, const struct value_style *style)
{
	buf_u64(out, value.number);
	if (value.alive == ALIVE_NO && !style->plain)
		buf_text(out, style->ascii ? "!" : "†");
}

static int pid_parse(const char *text, struct operand *operand)
{
	operand->gone = strcmp(text, "gone") == 0;
	if (operand->gone) {
		operand->number = 0;
		return 0;
	}
	return units_parse_u64(text, &operand->number);
}

static int pid_compare_operand(struct value value, const struct operand *operand)
{
	if (operand->gone)
		return value.alive == ALIVE_NO ? 0 : 1;
	return compare_u64(value.number, operand->number);
}

/* times and ages */

static void time_text(struct buf *out, struct value value, const struct value_style *style)
{
	if (value.moment)
		units_moment(out, value.seconds, style->time_format, style->now);
	else
		units_time(out, value.seconds, style->time_format, style->now);
}

static int compare_i64(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int seconds_compare(struct value a, struct value b)
{
	return compare_i64(a.seconds, b.seconds);
}

static int seconds_compare_operand(struct value value, const struct operand *operand)
{
	return compare_i64(value.seconds, operand->seconds);
}

static int time_parse(const char *text, struct operand *operand)
{
	return units_parse_time(text, &operand->seconds);
}

static void time_json(struct json *json, const char *key, struct value value)
{
	const int64_t year_10000 = INT64_C(253402300800); /* RFC 3339 ends there */

	if (value.seconds < 0 || value.seconds >= year_10000) {
		json_null(json, key);
		return;
	}
	json_key(json, key);
	buf_char(&json->out, '"');
	units_time(&json->out, value.seconds, TIME_ISO, value.seconds);
	buf_char(&json->out, '"');
}

static void age_text(struct buf *out, struct value value, const struct value_style *style)
{
	(void)style;
	units_age(out, value.seconds);
}

static int age_parse(const char *text, struct operand *operand)
{
	return units_parse_age(text, &operand->seconds);
}

static void age_json(struct json *json, const char *key, struct value value)
{
	json_i64(json, key, value.seconds);
}

/* raw */

static void number_raw(struct buf *out, struct value value)
{
	buf_u64(out, value.number);
}

static void bytes_raw(struct buf *out, struct value value)
{
	if (value.number >= 1024) /* from here on the text has a unit */
		buf_u64(out, value.number);
}

static void percent_raw(struct buf *out, struct value value)
{
	buf_printf(out, "%.4f", value.real);
}

static void perms_raw(struct buf *out, struct value value)
{
	put_octal(out, value.number);
}

static void pid_raw(struct buf *out, struct value value)
{
	static const char *const words[] = {
		[ALIVE_UNKNOWN] = "not known",
		[ALIVE_YES] = "lives",
		[ALIVE_NO] = "gone",
	};

	buf_text(out, value.number ? words[value.alive] : "none seen");
}

static void time_raw(struct buf *out, struct value value)
{
	buf_printf(out, "@%" PRId64, value.seconds);
}

static void age_raw(struct buf *out, struct value value)
{
	if (value.seconds >= 60)
		buf_printf(out, "%" PRId64 "s", value.seconds);
}

/* clang-format off */
static const struct value_kind kinds[VALUE_TYPE_COUNT] = {
	[VALUE_TEXT] = { false, OPS_EQUAL, "a text", text_text, text_compare, text_parse,
		text_compare_operand, text_json, NULL },
	[VALUE_WORDS] = { false, OPS_EQUAL, "a word", text_text, text_compare, text_parse,
		words_compare_operand, text_json, NULL },
	[VALUE_NUMBER] = { true, OPS_ALL, "a number", number_text, number_compare, number_parse,
		number_compare_operand, number_json, NULL },
	[VALUE_BYTES] = { true, OPS_ALL, "a size such as 4096 or 16M", bytes_text, number_compare,
		bytes_parse, number_compare_operand, number_json, bytes_raw },
	[VALUE_PERCENT] = { true, OPS_ALL, "a percentage such as 90", percent_text, percent_compare,
		percent_parse, percent_compare_operand, percent_json, percent_raw },
	[VALUE_KEY] = { false, OPS_ALL, "a key such as 0x2a", key_text, number_compare, key_parse,
		number_compare_operand, key_json, number_raw },
	[VALUE_MODE] = { true, OPS_ALL, "an octal mode such as 0640", mode_text, number_compare,
		mode_parse, number_compare_operand, mode_json, number_raw },
	[VALUE_PERMS] = { false, OPS_EQUAL, "permissions such as rw-r-----", perms_text,
		number_compare, perms_parse, number_compare_operand, perms_json, perms_raw },
	[VALUE_PID] = { true, OPS_ALL, "a process id, or gone", pid_text, number_compare, pid_parse,
		pid_compare_operand, number_json, pid_raw },
	[VALUE_TIME] = { true, OPS_ALL, "a time such as 2026-11-23T12:03", time_text,
		seconds_compare, time_parse, seconds_compare_operand, time_json, time_raw },
	[VALUE_AGE] = { true, OPS_ALL, "an age such as 90s, 5m, 3h or 2d", age_text,
		seconds_compare, age_parse, seconds_compare_operand, age_json, age_raw },
	[VALUE_RATE] = { true, OPS_ALL, "a change such as 10 or -2.5", value_rate_text, percent_compare,
		value_rate_parse, percent_compare_operand, value_rate_json, NULL },
	[VALUE_BYTE_RATE] = { true, OPS_ALL, "a change such as 4096 or -1.5M", value_byte_rate_text,
		percent_compare, value_byte_rate_parse, percent_compare_operand, value_rate_json,
		value_byte_rate_raw },
	[VALUE_TREND] = { true, OPS_ALL, "by how much it rose, such as 0 or -2.5", value_trend_text,
		value_trend_compare, value_rate_parse, value_trend_compare_operand, value_trend_json, NULL },
};
/* clang-format on */

/* What the text of a type is made of, capitals beside small letters; NULL: of anything. */
static const char *const alphabets[VALUE_TYPE_COUNT] = {
	[VALUE_NONE] = "-",
	[VALUE_NUMBER] = "0123456789",
	[VALUE_BYTES] = "0123456789.KMGTPEkmgtpe",
	[VALUE_PERCENT] = "0123456789.%",
	[VALUE_KEY] = "0123456789abcdefxABCDEFX",
	[VALUE_MODE] = "01234567",
	[VALUE_PERMS] = "rwxRWX-",
	[VALUE_PID] = "0123456789†!",
	[VALUE_AGE] = "0123456789smhdSMHD",
	[VALUE_RATE] = "0123456789.+-",
	[VALUE_BYTE_RATE] = "0123456789.+-KMGTPEkmgtpe",
};

unsigned value_types_holding(const char *text)
{
	enum value_type type;
	unsigned types = 0;

	for (type = 0; type < VALUE_TYPE_COUNT; type++) {
		if (!alphabets[type] || !text[strspn(text, alphabets[type])])
			types |= 1u << type;
	}
	return types;
}

void value_text(struct buf *out, struct value value, const struct value_style *style)
{
	if (value.type == VALUE_NONE)
		buf_char(out, '-');
	else
		kinds[value.type].text(out, value, style);
}

int value_compare(struct value a, struct value b)
{
	if (a.type == VALUE_NONE || b.type == VALUE_NONE)
		return (a.type == VALUE_NONE) - (b.type == VALUE_NONE);
	return kinds[a.type].compare(a, b);
}

bool value_right_aligned(enum value_type type)
{
	return kinds[type].right;
}

unsigned value_operators(enum value_type type)
{
	return kinds[type].operators;
}

int value_parse(enum value_type type, const char *text, struct operand *operand)
{
	*operand = (struct operand){ .gone = false };
	return kinds[type].parse(text, operand);
}

const char *value_expects(enum value_type type)
{
	return kinds[type].expects;
}

int value_compare_operand(struct value value, const struct operand *operand)
{
	return kinds[value.type].compare_operand(value, operand);
}

void value_raw(struct buf *out, struct value value)
{
	if (value.type != VALUE_NONE && kinds[value.type].raw)
		kinds[value.type].raw(out, value);
}

void value_json(struct json *json, const char *key, const char *alive_key, struct value value)
{
	if (value.type == VALUE_NONE)
		json_null(json, key);
	else
		kinds[value.type].json(json, key, value);
	if (!alive_key)
		return;
	if (value.type != VALUE_PID || value.alive == ALIVE_UNKNOWN)
		json_null(json, alive_key);
	else
		json_bool(json, alive_key, value.alive == ALIVE_YES);
}
