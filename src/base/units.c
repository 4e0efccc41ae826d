#include "ipctop/base/units.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { MINUTE = 60, HOUR = 60 * MINUTE, DAY = 24 * HOUR, WEEK = 7 * DAY, DAYS_MAX = 999999 };

static const char *const time_formats[] = { "short", "full", "iso" };

const char *units_time_format_word(enum time_format format)
{
	return time_formats[format];
}

int units_parse_time_format(const char *word, enum time_format *format)
{
	size_t i;

	for (i = 0; i < sizeof(time_formats) / sizeof(time_formats[0]); i++) {
		if (strcmp(word, time_formats[i]) == 0) {
			*format = (enum time_format)i;
			return 0;
		}
	}
	return -EINVAL;
}

void units_bytes(struct buf *out, uint64_t bytes)
{
	static const char letters[] = "KMGTPE";
	uint64_t whole = bytes, tenths, rest = 0;
	size_t unit = 0;

	if (bytes < 1024) {
		buf_u64(out, bytes);
		return;
	}
	for (; whole >= 1024; unit++) {
		rest = whole % 1024;
		whole /= 1024;
	}
	tenths = rest * 10 / 1024;
	buf_u64(out, whole);
	if (whole < 10 && tenths > 0)
		buf_printf(out, ".%" PRIu64, tenths);
	buf_char(out, letters[unit - 1]);
}

void units_age(struct buf *out, int64_t seconds)
{
	if (seconds < 0)
		seconds = 0; /* the clock was set back */
	if (seconds < MINUTE)
		buf_printf(out, "%" PRId64 "s", seconds);
	else if (seconds < HOUR)
		buf_printf(out, "%" PRId64 "m%02" PRId64 "s", seconds / MINUTE, seconds % MINUTE);
	else if (seconds < DAY)
		buf_printf(
			out, "%" PRId64 "h%02" PRId64 "m", seconds / HOUR, seconds % HOUR / MINUTE);
	else if (seconds < 100 * (int64_t)DAY)
		buf_printf(out, "%" PRId64 "d%02" PRId64 "h", seconds / DAY, seconds % DAY / HOUR);
	else
		buf_printf(
			out, "%" PRId64 "d", seconds / DAY < DAYS_MAX ? seconds / DAY : DAYS_MAX);
}

/* "+00:00" from the "+0000" of strftime(3). */
static void add_offset(struct buf *out, const struct tm *tm)
{
	char text[8];

	if (strftime(text, sizeof(text), "%z", tm) == 5)
		buf_printf(out, "%.3s:%s", text, text + 3);
}

/* The formats in use: strftime(3) is only ever given a literal. */
enum piece {
	PIECE_ISO,
	PIECE_FULL,
	PIECE_CLOCK,
	PIECE_SECOND,
	PIECE_DAY,
	PIECE_DAY_CLOCK,
	PIECE_MONTH,
};

static void add_time(struct buf *out, enum piece piece, const struct tm *tm)
{
	char text[64];
	size_t size = 0;

	switch (piece) {
	case PIECE_ISO:
		size = strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", tm);
		break;
	case PIECE_FULL:
		size = strftime(text, sizeof(text), "%a %b %e %H:%M:%S %Y", tm);
		break;
	case PIECE_CLOCK:
		size = strftime(text, sizeof(text), "%H:%M", tm);
		break;
	case PIECE_SECOND:
		size = strftime(text, sizeof(text), "%H:%M:%S", tm);
		break;
	case PIECE_DAY_CLOCK:
		size = strftime(text, sizeof(text), "%b%d %H:%M", tm);
		break;
	case PIECE_DAY:
		size = strftime(text, sizeof(text), "%b%d", tm);
		break;
	case PIECE_MONTH:
		size = strftime(text, sizeof(text), "%Y-%b", tm);
		break;
	}
	if (size > 0)
		buf_text(out, text);
}

void units_time(struct buf *out, int64_t seconds, enum time_format format, int64_t now)
{
	struct tm tm, today;
	time_t when = seconds, current = now;

	/* a file or a foreign kernel may give a year that localtime(3) refuses */
	if (!localtime_r(&when, &tm) || !localtime_r(&current, &today)) {
		buf_printf(out, "@%" PRId64, seconds);
		return;
	}
	if (format == TIME_ISO) {
		add_time(out, PIECE_ISO, &tm);
		add_offset(out, &tm);
	} else if (format == TIME_FULL) {
		add_time(out, PIECE_FULL, &tm);
	} else if (tm.tm_year == today.tm_year && tm.tm_yday == today.tm_yday) {
		add_time(out, PIECE_CLOCK, &tm);
	} else {
		add_time(out, tm.tm_year == today.tm_year ? PIECE_DAY : PIECE_MONTH, &tm);
	}
}

void units_moment(struct buf *out, int64_t seconds, enum time_format format, int64_t now)
{
	struct tm tm, today;
	time_t when = seconds, current = now;

	if (format != TIME_SHORT || !localtime_r(&when, &tm) || !localtime_r(&current, &today) ||
		tm.tm_year != today.tm_year)
		units_time(out, seconds, format, now);
	else
		add_time(out, tm.tm_yday == today.tm_yday ? PIECE_SECOND : PIECE_DAY_CLOCK, &tm);
}

void units_time_exact(struct buf *out, struct timespec time)
{
	struct tm tm;

	if (!localtime_r(&time.tv_sec, &tm)) {
		buf_printf(out, "@%jd", (intmax_t)time.tv_sec);
		return;
	}
	add_time(out, PIECE_ISO, &tm);
	buf_printf(out, ".%03ld", time.tv_nsec / 1000000);
	add_offset(out, &tm);
}

void units_perms(struct buf *out, unsigned mode)
{
	static const char letters[] = "rwxrwxrwx";
	char text[10] = "---------";
	unsigned i;

	for (i = 0; i < 9; i++) {
		if (mode & (0400u >> i))
			text[i] = letters[i];
	}
	buf_bytes(out, text, 9);
}

/* Digits with an optional fraction at the start of `text`; `*rest` is what follows. */
static int parse_amount(const char *text, double *value, const char **rest)
{
	char *end;
	size_t digits = strspn(text, "0123456789.");

	/* strtod(3) alone would take a sign, "inf" and "0x" */
	if (!isdigit((unsigned char)text[text[0] == '.']) || text[1] == 'x' || text[1] == 'X')
		return -EINVAL;
	errno = 0;
	*value = strtod(text, &end);
	if (errno || end != text + digits)
		return -EINVAL;
	*rest = end;
	return 0;
}

int units_parse_u64(const char *text, uint64_t *value)
{
	unsigned long long number;
	char *end;

	if (!isdigit((unsigned char)text[0]))
		return -EINVAL;
	errno = 0;
	number = strtoull(text, &end, 10);
	if (errno || *end)
		return -EINVAL;
	*value = number;
	return 0;
}

int units_parse_decimal(const char *text, double *value)
{
	const char *rest;
	double number;

	if (parse_amount(text, &number, &rest) < 0 || *rest)
		return -EINVAL;
	*value = number;
	return 0;
}

int units_parse_delay(const char *text, double *value)
{
	const double shortest = 0.1, longest = DAY;
	double seconds;

	if (units_parse_decimal(text, &seconds) < 0 || seconds < shortest || seconds > longest)
		return -EINVAL;
	*value = seconds;
	return 0;
}

int units_parse_bytes(const char *text, uint64_t *value)
{
	static const char letters[] = "KMGTPE";
	const char *rest, *letter;
	double amount;
	uint64_t whole;

	if (units_parse_u64(text, &whole) == 0) {
		*value = whole; /* exact above 2^53 too */
		return 0;
	}
	if (parse_amount(text, &amount, &rest) < 0)
		return -EINVAL;
	letter = *rest ? strchr(letters, toupper((unsigned char)*rest)) : NULL;
	if (letter) {
		amount = ldexp(amount, 10 * (int)(letter - letters + 1));
		rest++;
		if (*rest == 'i' && rest[1] == 'B')
			rest++;
	}
	if (*rest == 'B')
		rest++;
	if (*rest || amount >= 18446744073709551616.0)
		return -EINVAL;
	*value = (uint64_t)amount;
	return 0;
}

int units_parse_age(const char *text, int64_t *value)
{
	static const char letters[] = "smhdw";
	static const double seconds[] = { 1, MINUTE, HOUR, DAY, WEEK };
	const char *rest, *letter;
	double amount;

	if (parse_amount(text, &amount, &rest) < 0)
		return -EINVAL;
	if (*rest) {
		letter = strchr(letters, *rest);
		if (!letter || rest[1])
			return -EINVAL;
		amount *= seconds[letter - letters];
	}
	if (amount >= 9007199254740992.0)
		return -EINVAL;
	*value = (int64_t)amount;
	return 0;
}

int units_parse_time(const char *text, int64_t *value)
{
	static const char *const formats[] = { "%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S" };
	const char *rest;
	uint64_t seconds;
	struct tm tm;
	time_t seconds_of;
	size_t i;
	int day;

	if (text[0] == '@') {
		if (units_parse_u64(text + 1, &seconds) < 0 || seconds > INT64_MAX)
			return -EINVAL;
		*value = (int64_t)seconds;
		return 0;
	}
	for (i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		tm = (struct tm){ .tm_isdst = -1 };
		rest = strptime(text, formats[i], &tm);
		if (!rest || *rest)
			continue;
		day = tm.tm_mday;
		seconds_of = mktime(&tm);
		if (tm.tm_mday != day)
			return -EINVAL; /* there is no 30th of February */
		*value = seconds_of;
		return 0;
	}
	return -EINVAL;
}

int units_parse_key(const char *text, uint32_t *value)
{
	bool hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
	long long number;
	char *end;

	if (hex ? !isxdigit((unsigned char)text[2])
		: !isdigit((unsigned char)text[text[0] == '-' ? 1 : 0]))
		return -EINVAL;
	errno = 0;
	number = strtoll(text, &end, hex ? 16 : 10);
	if (errno || *end || number > UINT32_MAX || number < INT32_MIN)
		return -EINVAL;
	*value = (uint32_t)number;
	return 0;
}

int units_parse_mode(const char *text, uint32_t *value)
{
	size_t digits = strspn(text, "01234567");

	if (digits == 0 || digits > 5 || text[digits] || strtoul(text, NULL, 8) > 07777)
		return -EINVAL;
	*value = (uint32_t)strtoul(text, NULL, 8);
	return 0;
}
