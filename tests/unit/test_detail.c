/* model/detail: what is text in a message and what is not, and when nothing is to be read again. */
#include "unit.h"

#include "ipctop/model/detail.h"

enum { KEPT = DETAIL_MESSAGE_BYTES };

/* A message as the collector keeps it: the first bytes, and a zero byte of ours behind them. */
static struct message make_message(char *room, const char *bytes, size_t size)
{
	size_t kept = size < KEPT ? size : KEPT;

	memcpy(room, bytes, kept);
	room[kept] = '\0';
	return (struct message){ .type = 1, .size = size, .bytes = room, .kept = (uint32_t)kept };
}

static void expect_message(const char *bytes, size_t size, size_t length, const char *text)
{
	char room[KEPT + 1];
	struct message message = make_message(room, bytes, size);
	struct buf out = { 0 };

	assert_int_equal(detail_message_length(&message), length);
	detail_message_text(&out, &message, false);
	expect_text(&out, text);
}

#define EXPECT(bytes, length, text) expect_message(bytes, sizeof(bytes) - 1, length, text)

static void plain_text_is_text(void **state)
{
	(void)state;
	use_utf8();
	EXPECT("a", 1, "a");
	EXPECT("job 42 is done", 14, "job 42 is done");
	EXPECT(" ", 1, " ");
	EXPECT("caf\xc3\xa9", 5, "caf\xc3\xa9");
	EXPECT("\xe2\x82\xac 5", 5, "\xe2\x82\xac 5");
	EXPECT("\xf0\x9f\x90\x9b", 4, "\xf0\x9f\x90\x9b");
}

static void text_ends_at_zeros(void **state)
{
	(void)state;
	EXPECT("text\0", 4, "text");
	EXPECT("text\0\0\0\0\0\0\0\0", 4, "text");
	/* what follows the zero byte is no text, so the whole is none */
	EXPECT("text\0garbage", 0,
		"0x7465787400676172"
		"62616765");
	EXPECT("text\0\0\0\1", 0, "0x7465787400000001");
	EXPECT("\0text", 0, "0x0074657874");
}

static void zeros_alone_are_digits(void **state)
{
	(void)state;
	EXPECT("\0", 0, "0x00");
	EXPECT("\0\0\0\0", 0, "0x00000000");
}

static void nothing_is_nothing(void **state)
{
	(void)state;
	EXPECT("", 0, "");
}

static void invalid_text_is_digits(void **state)
{
	(void)state;
	EXPECT("ab\xff", 0, "0x6162ff");
	EXPECT("\xc0\x80", 0, "0xc080"); /* overlong */
	EXPECT("\xed\xa0\x80", 0, "0xeda080"); /* a surrogate */
	EXPECT("\xf5\x80\x80\x80", 0, "0xf5808080");
	EXPECT("\x80", 0, "0x80");
	EXPECT("ab\xc3", 0, "0x6162c3"); /* cut, but not by us */
	EXPECT("ab\xe2\x82", 0, "0x6162e282");
	EXPECT("ab\xc3\0", 0, "0x6162c300");
}

static void controls_of_texts_are_escaped(void **state)
{
	(void)state;
	use_utf8();
	EXPECT("a\tb\r\n", 5, "a\\x09b\\x0d\\x0a");
	EXPECT("\x1b[2J\a", 5, "\\x1b[2J\\x07");
	EXPECT("\b\v\f", 3, "\\x08\\x0b\\x0c");
	/* these stand in no text */
	EXPECT("a\1b", 0, "0x610162");
	EXPECT("a\x1f", 0, "0x611f");
	EXPECT("a\x7f", 0, "0x617f");
	/* control and direction characters beyond ASCII never come through */
	EXPECT("\xc2\x9b", 2, "\\xc2\\x9b");
	EXPECT("\xe2\x80\xae"
	       "abc",
		6, "\\u{202e}abc");
}

static void ascii_style_is_ascii(void **state)
{
	char room[KEPT + 1];
	struct message message = make_message(room, "caf\xc3\xa9\n", 6);
	struct buf out = { 0 };

	(void)state;
	detail_message_text(&out, &message, true);
	expect_text(&out, "caf\\u{00e9}\\x0a");
}

/* A message of more bytes than are kept: `tail` ends where they end, behind letters. */
static void expect_cut(const char *tail, size_t size, size_t length)
{
	char bytes[KEPT], room[KEPT + 1];
	size_t at = KEPT - strlen(tail);
	struct message message;

	memset(bytes, 'a', sizeof(bytes));
	memcpy(bytes + at, tail, strlen(tail));
	message = make_message(room, bytes, KEPT);
	message.size = size;
	if (detail_message_length(&message) != length)
		fail_msg("of '%s' %zu bytes are text", tail, detail_message_length(&message));
}

static void a_character_may_be_cut_at_the_end(void **state)
{
	(void)state;
	expect_cut("", KEPT, KEPT);
	expect_cut("", KEPT + 1, KEPT);
	expect_cut("\xc3\xa9", KEPT + 1, KEPT);
	expect_cut("\xc3", KEPT + 1, KEPT - 1);
	expect_cut("\xe2", KEPT + 2, KEPT - 1);
	expect_cut("\xe2\x82", KEPT + 1, KEPT - 2);
	expect_cut("\xf0\x9f\x90", KEPT + 1, KEPT - 3);
	expect_cut("\xf0\x9f", KEPT + 2, KEPT - 2);
	expect_cut("\xf0", KEPT + 3, KEPT - 1);
	/* where nothing was cut off the character is not whole */
	expect_cut("\xc3", KEPT, 0);
	expect_cut("\xf0\x9f\x90", KEPT, 0);
	/* and it is only the last one that may be */
	expect_cut("\xf0\x9f\x90"
		   "aaa",
		KEPT + 1, 0);
}

/* No byte that can't begin a character, or can't go on with it, is taken for a cut one. */
static void what_is_wrong_at_the_end_is_not_cut(void **state)
{
	(void)state;
	expect_cut("\xff", KEPT + 1, 0);
	expect_cut("\xf5", KEPT + 1, 0);
	expect_cut("\xc1", KEPT + 1, 0);
	expect_cut("\x80", KEPT + 1, 0);
	expect_cut("\xc3z", KEPT + 1, 0);
	expect_cut("\xe2zz", KEPT + 1, 0);
	expect_cut("\xe2\x82z", KEPT + 1, 0);
	expect_cut("\xc3\xc3", KEPT + 1, 0);
	/* these are whole */
	expect_cut("\xe0\x80\x80", KEPT + 1, 0);
	expect_cut("\xed\xa0\x80", KEPT + 1, 0);
}

/* The sender's zero byte ends a text: what is not whole before it was not cut by us. */
static void a_long_message_is_not_cut_at_its_zeros(void **state)
{
	char bytes[2 * KEPT] = "na\xc3", room[KEPT + 1];
	struct message message = make_message(room, bytes, sizeof(bytes));

	(void)state;
	assert_int_equal(detail_message_length(&message), 0);
	strcpy(bytes, "name");
	message = make_message(room, bytes, sizeof(bytes));
	assert_int_equal(detail_message_length(&message), 4);
}

static void digits_are_of_all_kept_bytes(void **state)
{
	char bytes[KEPT + 10], room[KEPT + 1];
	struct message message;
	struct buf out = { 0 };
	unsigned i;
	char pair[3];

	(void)state;
	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)i;
	message = make_message(room, bytes, sizeof(bytes));
	detail_message_digits(&out, &message);
	assert_int_equal(out.len, 2 * KEPT);
	for (i = 0; i < KEPT; i++) {
		snprintf(pair, sizeof(pair), "%02x", i & 0xff);
		assert_memory_equal(out.data + 2 * i, pair, 2);
	}
	buf_free(&out);
}

static void a_detail_answers_what_asks_for_no_more(void **state)
{
	const struct detail_wish wish = {
		.wanted = true,
		.identity = { .scope = UNIT_SCOPE, .class = CLASS_MSG, .id = 3, .cuid = 7 },
		.semaphores = 10,
		.messages = 50,
	};
	struct detail detail = { .wish = wish };
	struct detail_wish other = wish;

	(void)state;
	assert_true(detail_answers(&detail, &wish));
	other.messages = 49;
	other.semaphores = 0;
	assert_true(detail_answers(&detail, &other));
	other = wish;
	other.messages = 51;
	assert_false(detail_answers(&detail, &other));
	other = wish;
	other.semaphores = 11;
	assert_false(detail_answers(&detail, &other));
	other = wish;
	other.identity.id = 4;
	assert_false(detail_answers(&detail, &other));
	other = wish;
	other.identity.cuid = 8;
	assert_false(detail_answers(&detail, &other));
}

static void nothing_wanted_is_answered_by_anything(void **state)
{
	struct detail_wish wish = { .wanted = false, .messages = 1000 };
	struct detail detail = { 0 };

	(void)state;
	assert_true(detail_answers(&detail, &wish));
	wish.wanted = true;
	assert_false(detail_answers(&detail, &wish));
	wish.messages = 0;
	assert_false(detail_answers(&detail, &wish)); /* nothing was read of any object */
}

static void ties_have_words(void **state)
{
	static const char *const words[CANDIDATE_TIES] = { "open", "executable", "cwd", "root",
		"parent", "below" };
	enum candidate_tie tie;

	(void)state;
	for (tie = 0; tie < CANDIDATE_TIES; tie++)
		assert_string_equal(detail_tie(tie), words[tie]);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(plain_text_is_text),
		cmocka_unit_test(text_ends_at_zeros),
		cmocka_unit_test(zeros_alone_are_digits),
		cmocka_unit_test(nothing_is_nothing),
		cmocka_unit_test(invalid_text_is_digits),
		cmocka_unit_test(controls_of_texts_are_escaped),
		cmocka_unit_test(ascii_style_is_ascii),
		cmocka_unit_test(a_character_may_be_cut_at_the_end),
		cmocka_unit_test(what_is_wrong_at_the_end_is_not_cut),
		cmocka_unit_test(a_long_message_is_not_cut_at_its_zeros),
		cmocka_unit_test(digits_are_of_all_kept_bytes),
		cmocka_unit_test(a_detail_answers_what_asks_for_no_more),
		cmocka_unit_test(nothing_wanted_is_answered_by_anything),
		cmocka_unit_test(ties_have_words),
	};

	return tap_run(cases, LENGTH(cases), NULL, NULL);
}
