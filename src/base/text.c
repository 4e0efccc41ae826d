#include "ipctop/base/text.h"

#include <langinfo.h>
#include <string.h>
#include <wchar.h>

enum { MARKS_MAX = 2 }; /* combining marks that stay on one character */

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

/* Characters that draw nothing and change how others are read. */
static bool is_invisible(uint32_t c)
{
	return c == 0xad || c == 0x61c || c == 0x180e || (c >= 0x200b && c <= 0x200f) ||
		(c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) ||
		(c >= 0xfe00 && c <= 0xfe0f) || c == 0xfeff || (c >= 0xfff9 && c <= 0xfffb) ||
		c >= 0xe0000;
}

static int width_of(uint32_t c)
{
	return is_invisible(c) ? -1 : wcwidth((wchar_t)c);
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
			marks = 0;
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
			marks = 0;
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

bool text_locale_is_utf8(void)
{
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}
