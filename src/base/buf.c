#include "ipctop/base/buf.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_BYTES = 64 };

/* A part is not to be taken for the whole: the last character, which may be several bytes, goes. */
static char *fail(struct buf *buf)
{
	size_t at = buf->len;

	buf->error = -ENOMEM;
	if (!buf->data)
		return NULL;
	if (at == 0) {
		memcpy(buf->data, "?", 2);
		buf->len = 1;
	}
	while (at > 0 && (buf->data[--at] & 0xc0) == 0x80)
		buf->data[at] = '?';
	buf->data[at] = '?';
	return NULL;
}

char *buf_reserve(struct buf *buf, size_t more)
{
	size_t cap = buf->cap ? buf->cap : FIRST_BYTES;
	char *data;

	if (buf->error)
		return NULL;
	if (buf->cap - buf->len > more)
		return buf->data + buf->len;
	while (cap - buf->len <= more) {
		if (cap > SIZE_MAX / 2)
			return fail(buf);
		cap *= 2;
	}
	data = realloc(buf->data, cap);
	if (!data)
		return fail(buf);
	buf->data = data;
	buf->cap = cap;
	return data + buf->len;
}

void buf_more(struct buf *buf, const char *bytes, size_t count)
{
	char *to = buf_reserve(buf, count);

	if (!to)
		return;
	memcpy(to, bytes, count);
	buf->len += count;
	buf->data[buf->len] = '\0';
}

void buf_printf(struct buf *buf, const char *format, ...)
{
	size_t room = buf->error ? 0 : buf->cap - buf->len;
	va_list args;
	char *to;
	int need;

	va_start(args, format);
	need = vsnprintf(room ? buf->data + buf->len : NULL, room, format, args);
	va_end(args);
	if (need < 0 || (size_t)need >= room) {
		if (room)
			buf->data[buf->len] = '\0';
		to = need < 0 ? NULL : buf_reserve(buf, (size_t)need);
		if (!to)
			return;
		va_start(args, format);
		vsnprintf(to, (size_t)need + 1, format, args);
		va_end(args);
	}
	buf->len += (size_t)need;
}

void buf_u64(struct buf *buf, unsigned long long number)
{
	char digits[24], *at = digits + sizeof(digits);

	do {
		*--at = (char)('0' + number % 10);
		number /= 10;
	} while (number);
	buf_bytes(buf, at, (size_t)(digits + sizeof(digits) - at));
}

void buf_fixed(struct buf *buf, double number, int decimals)
{
	const double exact = 9007199254740992.0; /* 2^53: up to there each whole number is one */

	if (signbit(number) || !(number < exact) || number != (double)(uint64_t)number) {
		buf_printf(buf, "%.*f", decimals, number);
		return;
	}
	buf_u64(buf, (uint64_t)number);
	if (decimals > 0)
		buf_char(buf, '.');
	for (; decimals > 0; decimals--)
		buf_char(buf, '0');
}

const char *buf_str(const struct buf *buf)
{
	if (!buf->data)
		return buf->error ? "?" : "";
	return buf->data;
}

void buf_end(struct buf *part, struct buf *whole)
{
	if (part->error && !whole->error)
		whole->error = part->error;
	buf_free(part);
}

void buf_clear(struct buf *buf)
{
	buf->len = 0;
	buf->error = 0;
	if (buf->data)
		buf->data[0] = '\0';
}

void buf_free(struct buf *buf)
{
	free(buf->data);
	*buf = (struct buf){ 0 };
}
