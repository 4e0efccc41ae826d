#include "ipctop/base/text.h"

#include <langinfo.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

enum {
	MARKS_MAX = 2, /* combining marks that stay on one character */
	CHARACTER_BYTES = 4, /* the most that one has */
};

size_t text_decode(const char *text, size_t size, uint32_t *character)
{
	const unsigned char *b = (const unsigned char *)text;
	static const uint32_t smallest[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t length, i;
	uint32_t c;

	if (b[0] < 0x80) {
		*character = b[0];
		return 1;
	}
	if (b[0] < 0xc2 || b[0] > 0xf4)
		return 0;
	length = b[0] < 0xe0 ? 2 : b[0] < 0xf0 ? 3 : 4;
	if (length > size)
		return 0;
	c = b[0] & (0x7fu >> length);
	for (i = 1; i < length; i++) {
		if ((b[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (b[i] & 0x3f);
	}
	if (c < smallest[length] || (c >= 0xd800 && c <= 0xdfff) || c > 0x10ffff)
		return 0;
	*character = c;
	return length;
}

/*
 * Unicode's categories Cf, Zl and Zp and its Default_Ignorable_Code_Point, and what lies behind
 * them: tags, private use. Terminals do not agree on how wide they are.
 */
static const struct {
	uint32_t first, last;
} invisible[] = {
	{ 0xad, 0xad },
	{ 0x34f, 0x34f },
	{ 0x600, 0x605 },
	{ 0x61c, 0x61c },
	{ 0x6dd, 0x6dd },
	{ 0x70f, 0x70f },
	{ 0x890, 0x891 },
	{ 0x8e2, 0x8e2 },
	{ 0x115f, 0x1160 },
	{ 0x17b4, 0x17b5 },
	{ 0x180b, 0x180f },
	{ 0x200b, 0x200f },
	{ 0x2028, 0x202e },
	{ 0x2060, 0x206f },
	{ 0x3164, 0x3164 },
	{ 0xfe00, 0xfe0f },
	{ 0xfeff, 0xfeff },
	{ 0xffa0, 0xffa0 },
	{ 0xfff0, 0xfffb },
	{ 0x110bd, 0x110bd },
	{ 0x110cd, 0x110cd },
	{ 0x13430, 0x1343f },
	{ 0x1bca0, 0x1bca3 },
	{ 0x1d173, 0x1d17a },
	{ 0xe0000, 0x10ffff },
};

bool text_is_invisible(uint32_t character)
{
	size_t i = 0;

	while (invisible[i].last < character && i + 1 < sizeof(invisible) / sizeof(invisible[0]))
		i++;
	return character >= invisible[i].first && character <= invisible[i].last;
}

static int width_of(uint32_t c)
{
	return text_is_invisible(c) ? -1 : wcwidth((wchar_t)c);
}

/* Bytes from the start of `text` that are printable ASCII: nearly always all of it. */
static size_t plain_run(const char *text, size_t size)
{
	size_t i = 0;

	while (i < size && text[i] >= 0x20 && text[i] < 0x7f)
		i++;
	return i;
}

void text_clean(struct buf *out, const char *text, size_t size, bool ascii)
{
	unsigned marks = MARKS_MAX; /* a mark needs a character to stand on */
	size_t i = 0, length;
	uint32_t c = 0;
	int width;

	while (i < size) {
		length = plain_run(text + i, size - i);
		if (length > 0) {
			buf_bytes(out, text + i, length);
			i += length;
			marks = 0;
			continue;
		}
		length = text_decode(text + i, size - i, &c);
		if (length == 0 || c < 0x20 || (c >= 0x7f && c < 0xa0)) {
			buf_printf(out, "\\x%02x", (unsigned char)text[i]);
			/* U+0080 to U+009f are two bytes: both are shown */
			i++;
			marks = MARKS_MAX; /* none may change our own digits */
			continue;
		}
		width = ascii ? -1 : width_of(c);
		if (width > 0) {
			buf_bytes(out, text + i, length);
			marks = 0;
		} else if (width == 0 && marks < MARKS_MAX) {
			buf_bytes(out, text + i, length);
			marks++;
		} else {
			buf_printf(out, "\\u{%04x}", (unsigned)c);
			marks = MARKS_MAX;
		}
		i += length;
	}
}

size_t text_fit(const char *text, size_t room, size_t *width)
{
	size_t size = strlen(text), i = 0, used = 0, length;
	uint32_t c = 0;
	int w;

	while (i < size) {
		length = text_decode(text + i, size - i, &c);
		w = length == 0 ? 1 : c < 0x7f ? 1 : width_of(c);
		if (w < 0)
			w = 1;
		if (used + (size_t)w > room)
			break;
		used += (size_t)w;
		i += length ? length : 1;
	}
	if (width)
		*width = used;
	return i;
}

size_t text_width(const char *text)
{
	size_t width;

	text_fit(text, (size_t)-1 / 2, &width);
	return width;
}

/* Take off the end of `text` what is the beginning of a character that was cut. */
static void drop_begun(char *text)
{
	size_t size = strlen(text), left = 0;
	unsigned char first;
	uint32_t c;

	while (left < size && left < CHARACTER_BYTES - 1 && (text[size - 1 - left] & 0xc0) == 0x80)
		left++;
	first = left < size ? (unsigned char)text[size - ++left] : 0;
	if (first >= 0xc2 && first <= 0xf4 && text_decode(text + size - left, left, &c) == 0)
		text[size - left] = '\0';
}

void text_vprintf(char *to, size_t size, const char *format, va_list args)
{
	int need = vsnprintf(to, size, format, args);

	if (need < 0)
		*to = '\0';
	else if ((size_t)need >= size)
		drop_begun(to);
}

void text_printf(char *to, size_t size, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	text_vprintf(to, size, format, args);
	va_end(args);
}

const char *text_next_line(const char *text)
{
	text += strcspn(text, "\n");
	return text + (*text == '\n');
}

bool text_locale_is_utf8(void)
{
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}
