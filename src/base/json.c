#include "ipctop/base/json.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "ipctop/base/file.h"
#include "ipctop/base/text.h"

enum { PIECE_BYTES = 64 * 1024 };

static void pass_on(struct json *json)
{
	if (!json->file || json->out.len == 0)
		return;
	errno = 0;
	if (fwrite(json->out.data, 1, json->out.len, json->file) < json->out.len && !json->error)
		json->error = file_failure();
	json->out.len = 0;
}

void json_key(struct json *json, const char *key)
{
	if (json->comma)
		buf_char(&json->out, ',');
	json->comma = true;
	if (json->out.len >= PIECE_BYTES)
		pass_on(json);
	if (!key)
		return;
	buf_char(&json->out, '"');
	buf_text(&json->out, key);
	buf_bytes(&json->out, "\":", 2);
}

static void begin(struct json *json, const char *key, char bracket)
{
	json_key(json, key);
	buf_char(&json->out, bracket);
	json->comma = false;
}

static void end(struct json *json, char bracket)
{
	buf_char(&json->out, bracket);
	json->comma = true;
}

void json_begin_object(struct json *json, const char *key)
{
	begin(json, key, '{');
}

void json_end_object(struct json *json)
{
	end(json, '}');
}

void json_begin_array(struct json *json, const char *key)
{
	begin(json, key, '[');
}

void json_end_array(struct json *json)
{
	end(json, ']');
}

void json_line(struct json *json)
{
	if (!json->lines)
		return;
	if (json->comma)
		buf_char(&json->out, ',');
	json->comma = false;
	buf_bytes(&json->out, "\n  ", 3);
}

/* Bytes that stand in a JSON string as they are. */
static size_t plain_run(const char *text)
{
	size_t i = 0;

	while (text[i] >= 0x20 && text[i] < 0x7f && text[i] != '"' && text[i] != '\\')
		i++;
	return i;
}

/* One that is not written as it is; beyond U+FFFF it takes two halves. */
static void put_escape(struct json *json, uint32_t c)
{
	if (c > 0xffff) {
		c -= 0x10000;
		buf_printf(&json->out, "\\u%04x", 0xd800 + (unsigned)(c >> 10));
		c = 0xdc00 + (c & 0x3ff);
	}
	buf_printf(&json->out, "\\u%04x", (unsigned)c);
}

void json_text(struct json *json, const char *key, const char *text)
{
	size_t size = text ? strlen(text) : 0, length, i;
	uint32_t c = 0;

	if (!text) {
		json_null(json, key);
		return;
	}
	json_key(json, key);
	buf_char(&json->out, '"');
	for (i = 0; i < size; i += length) {
		length = plain_run(text + i);
		if (length > 0) {
			buf_bytes(&json->out, text + i, length);
			continue;
		}
		length = text_decode(text + i, size - i, &c);
		if (length == 0) {
			buf_text(&json->out, "\xef\xbf\xbd");
			length = 1;
		} else if (c == '"' || c == '\\') {
			buf_char(&json->out, '\\');
			buf_char(&json->out, (char)c);
		} else if (c < 0x20 || (c >= 0x7f && c < 0xa0) || text_is_invisible(c)) {
			put_escape(json, c);
		} else {
			buf_bytes(&json->out, text + i, length);
		}
	}
	buf_char(&json->out, '"');
}

void json_u64(struct json *json, const char *key, uint64_t number)
{
	json_key(json, key);
	buf_u64(&json->out, number);
}

void json_i64(struct json *json, const char *key, int64_t number)
{
	json_key(json, key);
	if (number < 0)
		buf_char(&json->out, '-');
	buf_u64(&json->out, number < 0 ? -(uint64_t)number : (uint64_t)number);
}

void json_real(struct json *json, const char *key, double number)
{
	json_key(json, key);
	if (!isfinite(number)) {
		buf_text(&json->out, "null");
		return;
	}
	buf_fixed(&json->out, number, 4);
	/* 29.3701, but 87.5 and 0.0 */
	while (json->out.len > 2 && json->out.data[json->out.len - 1] == '0' &&
		json->out.data[json->out.len - 2] != '.')
		json->out.data[--json->out.len] = '\0';
}

void json_bool(struct json *json, const char *key, bool truth)
{
	json_key(json, key);
	buf_text(&json->out, truth ? "true" : "false");
}

void json_null(struct json *json, const char *key)
{
	json_key(json, key);
	buf_text(&json->out, "null");
}

int json_finish(struct json *json)
{
	int error;

	buf_char(&json->out, '\n');
	error = json->out.error;
	pass_on(json);
	if (!json->file)
		return error;
	if (!error)
		error = json->error;
	errno = 0;
	if (fflush(json->file) == EOF && !error)
		error = file_failure();
	buf_free(&json->out);
	return error;
}
