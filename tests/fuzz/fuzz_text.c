/*
 * What makes text from outside printable: command lines, names of users and files, messages. The
 * input is a width and the text.
 */
#include "fuzz.h"

#include <locale.h>

#include "../unit/json_check.h"
#include "ipctop/base/json.h"
#include "ipctop/base/text.h"
#include "ipctop/model/detail.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	/* the width of characters is the locale's */
	fuzz_expect(setlocale(LC_CTYPE, "C.UTF-8"));
	return 0;
}

/* What is clean stays as it is. */
static void clean(struct buf *out, const char *text, size_t size, bool ascii)
{
	struct buf again = { 0 };
	size_t i;

	text_clean(out, text, size, ascii);
	fuzz_expect(!out->error && out->len >= size / 4);
	fuzz_expect_printable(out);
	for (i = 0; ascii && i < out->len; i++)
		fuzz_expect(out->data[i] >= 0x20 && out->data[i] < 0x7f);
	text_clean(&again, buf_str(out), out->len, ascii);
	fuzz_expect(again.len == out->len && strcmp(buf_str(&again), buf_str(out)) == 0);
	buf_free(&again);
}

/* What fits is no wider than the room, and all that fits. */
static void fit(const char *text, size_t room)
{
	size_t width, all = text_width(text), bytes = text_fit(text, room, &width), more;

	fuzz_expect(bytes <= strlen(text) && width <= room);
	fuzz_expect(text_width(text + bytes) + width == all);
	fuzz_expect(!text[bytes] || ((unsigned char)text[bytes] & 0xc0) != 0x80);
	if (text[bytes]) {
		text_fit(text, room + 1, &more);
		fuzz_expect(more >= width && width + 2 > room);
	}
}

static void write_json(const char *text)
{
	struct json json = { 0 };

	json_begin_object(&json, NULL);
	json_text(&json, "text", text);
	json_end_object(&json);
	fuzz_expect(json_finish(&json) == 0);
	fuzz_expect(json_check(buf_str(&json.out)));
	buf_free(&json.out);
}

static void show_message(const uint8_t *data, size_t size, bool ascii)
{
	const struct message message = { .size = size,
		.bytes = (const char *)data,
		.kept = size < DETAIL_MESSAGE_BYTES ? (uint32_t)size : DETAIL_MESSAGE_BYTES };
	struct buf out = { 0 };

	detail_message_text(&out, &message, ascii);
	fuzz_expect_printable(&out);
	buf_clear(&out);
	detail_message_digits(&out, &message);
	fuzz_expect(out.len == 2 * (size_t)message.kept);
	buf_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = { data, size };
	size_t room = fuzz_byte(&input);
	struct buf out = { 0 };
	char *text = fuzz_text(&input);

	clean(&out, text, input.size, true);
	buf_clear(&out);
	clean(&out, text, input.size, false);
	fit(buf_str(&out), room);
	write_json(text);
	show_message(input.data, input.size, room & 1);
	buf_free(&out);
	free(text);
	return 0;
}
