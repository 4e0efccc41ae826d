#include "ipctop/model/detail.h"

#include <string.h>

#include "ipctop/base/text.h"

bool detail_answers(const struct detail *detail, const struct detail_wish *wish)
{
	const struct detail_wish *answered = &detail->wish;

	if (!wish->wanted)
		return true;
	return answered->wanted && identity_equal(&answered->identity, &wish->identity) &&
		answered->semaphores >= wish->semaphores && answered->messages >= wish->messages;
}

/* Whether `left` bytes may be the beginning of a character that needs more of them. */
static bool is_begun(const unsigned char *bytes, size_t left)
{
	size_t length = bytes[0] < 0xe0 ? 2 : bytes[0] < 0xf0 ? 3 : 4, i;

	if (bytes[0] < 0xc2 || bytes[0] > 0xf4 || left >= length)
		return false;
	for (i = 1; i < left; i++) {
		if ((bytes[i] & 0xc0) != 0x80)
			return false;
	}
	return true;
}

size_t detail_message_length(const struct message *message)
{
	static const char controls[] = "\a\b\t\n\v\f\r\x1b"; /* what texts may hold */
	size_t length = strnlen(message->bytes, message->kept), i, size;
	uint32_t character = 0;

	for (i = length; i < message->kept; i++) {
		if (message->bytes[i])
			return 0;
	}
	for (i = 0; i < length; i += size) {
		size = text_decode(message->bytes + i, length - i, &character);
		/* the last character may be cut, where not all bytes were kept */
		if (size == 0 && length == message->kept && message->kept < message->size &&
			is_begun((const unsigned char *)message->bytes + i, length - i))
			return i;
		if (size == 0 || (character < ' ' && !strchr(controls, (int)character)) ||
			character == 0x7f)
			return 0;
	}
	return length;
}

void detail_message_digits(struct buf *out, const struct message *message)
{
	uint32_t i;

	for (i = 0; i < message->kept; i++)
		buf_printf(out, "%02x", (unsigned char)message->bytes[i]);
}

void detail_message_text(struct buf *out, const struct message *message, bool ascii)
{
	size_t length = detail_message_length(message);

	if (length > 0) {
		text_clean(out, message->bytes, length, ascii);
	} else if (message->kept > 0) {
		buf_text(out, "0x"); /* digits may be a text too */
		detail_message_digits(out, message);
	}
}

const char *detail_tie(enum candidate_tie tie)
{
	static const char *const words[CANDIDATE_TIES] = {
		[CANDIDATE_OPEN] = "open",
		[CANDIDATE_EXECUTABLE] = "executable",
		[CANDIDATE_WORKING_FOLDER] = "cwd",
		[CANDIDATE_ROOT_FOLDER] = "root",
		[CANDIDATE_PARENT] = "parent",
		[CANDIDATE_BELOW] = "below",
	};

	return words[tie];
}
