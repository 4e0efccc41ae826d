/*
 * tests/unit/json_check.h: whether a text is JSON as RFC 8259 has it, in UTF-8, without control
 * and invisible characters. It is strict where readers are lenient: one value, no trailing comma,
 * no raw bytes.
 */
#ifndef TESTS_UNIT_JSON_CHECK_H
#define TESTS_UNIT_JSON_CHECK_H

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "ipctop/base/text.h"

/* Each takes what it knows from the front of a text; NULL: it is not there. */
static inline const char *json_check_value(const char *at);

static inline const char *json_check_blanks(const char *at)
{
	return at + strspn(at, " \t\r\n");
}

static inline const char *json_check_string(const char *at)
{
	size_t length;
	uint32_t c = 0;

	if (*at++ != '"')
		return NULL;
	while (*at != '"') {
		if (!*at)
			return NULL;
		length = text_decode(at, strnlen(at, 4), &c);
		if (length == 0 || c < 0x20 || (c >= 0x7f && c < 0xa0) || text_is_invisible(c))
			return NULL;
		if (c == '\\') {
			if (at[1] == 'u') {
				if (strspn(at + 2, "0123456789abcdefABCDEF") < 4)
					return NULL;
				length = 6;
			} else if (at[1] && strchr("\"\\/bfnrt", at[1])) {
				length = 2;
			} else {
				return NULL;
			}
		}
		at += length;
	}
	return at + 1;
}

static inline const char *json_check_digits(const char *at)
{
	size_t count = strspn(at, "0123456789");

	return count > 0 ? at + count : NULL;
}

static inline const char *json_check_number(const char *at)
{
	at += *at == '-';
	if (at[0] == '0' && isdigit((unsigned char)at[1]))
		return NULL;
	at = json_check_digits(at);
	if (at && *at == '.')
		at = json_check_digits(at + 1);
	return at;
}

/* What stands between `at` and `close`: elements, or members where it is '}'. */
static inline const char *json_check_list(const char *at, char close)
{
	at = json_check_blanks(at);
	if (*at == close)
		return at + 1;
	for (;;) {
		if (close == '}') {
			at = json_check_string(json_check_blanks(at));
			at = at ? json_check_blanks(at) : NULL;
			if (!at || *at++ != ':')
				return NULL;
		}
		at = json_check_value(at);
		if (!at)
			return NULL;
		at = json_check_blanks(at);
		if (*at == close)
			return at + 1;
		if (*at++ != ',')
			return NULL;
	}
}

static inline const char *json_check_value(const char *at)
{
	static const char *const words[] = { "true", "false", "null" };
	size_t i;

	at = json_check_blanks(at);
	if (*at == '{' || *at == '[')
		return json_check_list(at + 1, *at == '{' ? '}' : ']');
	if (*at == '"')
		return json_check_string(at);
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strncmp(at, words[i], strlen(words[i])) == 0)
			return at + strlen(words[i]);
	}
	return json_check_number(at);
}

/* Whether `text` is one value and nothing else. */
static inline bool json_check(const char *text)
{
	const char *end = json_check_value(text);

	return end && !*json_check_blanks(end);
}

#endif
