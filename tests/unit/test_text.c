/* base/text: whatever comes from outside can be printed afterwards, and its width is known. */
#include "unit.h"

#include "ipctop/base/text.h"

enum { ROUNDS = 20000, HOSTILE_BYTES = 24 };

static void decodes_utf8_by_the_book(void **state)
{
	static const struct {
		const char *bytes;
		size_t size, length;
		uint32_t character;
	} cases[] = {
		{ "A", 1, 1, 'A' },
		{ "", 1, 1, 0 },
		{ "\x7f", 1, 1, 0x7f },
		{ "\xc2\x80", 2, 2, 0x80 },
		{ "\xdf\xbf", 2, 2, 0x7ff },
		{ "\xe0\xa0\x80", 3, 3, 0x800 },
		{ "\xed\x9f\xbf", 3, 3, 0xd7ff },
		{ "\xee\x80\x80", 3, 3, 0xe000 },
		{ "\xef\xbf\xbf", 3, 3, 0xffff },
		{ "\xf0\x90\x80\x80", 4, 4, 0x10000 },
		{ "\xf4\x8f\xbf\xbf", 4, 4, 0x10ffff },
		{ "\xc3\xa9tail", 6, 2, 0xe9 },
		/* alone, cut or without its continuation */
		{ "\x80", 1, 0, 0 },
		{ "\xbf", 1, 0, 0 },
		{ "\xc3", 1, 0, 0 },
		{ "\xc3\xa9", 1, 0, 0 },
		{ "\xe2\x82\xac", 2, 0, 0 },
		{ "\xf0\x9f\x98\x80", 3, 0, 0 },
		{ "\xc3\x28", 2, 0, 0 },
		{ "\xe2\x28\xa1", 3, 0, 0 },
		{ "\xe2\x82\x28", 3, 0, 0 },
		{ "\xf0\x9f\x98\x28", 4, 0, 0 },
		{ "\xc3\xc3", 2, 0, 0 },
		/* overlong */
		{ "\xc0\x80", 2, 0, 0 },
		{ "\xc1\xbf", 2, 0, 0 },
		{ "\xe0\x80\x80", 3, 0, 0 },
		{ "\xe0\x9f\xbf", 3, 0, 0 },
		{ "\xf0\x80\x80\x80", 4, 0, 0 },
		{ "\xf0\x8f\xbf\xbf", 4, 0, 0 },
		/* surrogates, and beyond U+10FFFF */
		{ "\xed\xa0\x80", 3, 0, 0 },
		{ "\xed\xbf\xbf", 3, 0, 0 },
		{ "\xf4\x90\x80\x80", 4, 0, 0 },
		{ "\xf5\x80\x80\x80", 4, 0, 0 },
		{ "\xf8\x88\x80\x80\x80", 5, 0, 0 },
		{ "\xfe", 1, 0, 0 },
		{ "\xff", 1, 0, 0 },
	};
	uint32_t character;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(cases); i++) {
		character = 0;
		if (text_decode(cases[i].bytes, cases[i].size, &character) != cases[i].length)
			fail_msg("case %zu has another length than %zu", i, cases[i].length);
		if (cases[i].length > 0)
			assert_int_equal(character, cases[i].character);
	}
}

struct cleaning {
	const char *dirty;
	const char *clean; /* as UTF-8 */
	const char *ascii;
	size_t width; /* of `clean` */
};

static const struct cleaning cleanings[] = {
	{ "", "", "", 0 },
	{ "plain ~ text", "plain ~ text", "plain ~ text", 12 },
	{ "back\\slash", "back\\slash", "back\\slash", 10 },
	/* controls and escape sequences */
	{ "a\tb\nc\rd", "a\\x09b\\x0ac\\x0dd", "a\\x09b\\x0ac\\x0dd", 16 },
	{ "\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m", "\\x1b[31mred\\x1b[0m", 18 },
	{ "\x1b]0;title\x07", "\\x1b]0;title\\x07", "\\x1b]0;title\\x07", 16 },
	{ "\x7f", "\\x7f", "\\x7f", 4 },
	/* C1 controls, as UTF-8 and as single bytes: some terminals take either for CSI */
	{ "\xc2\x9b"
	  "31m",
		"\\xc2\\x9b31m", "\\xc2\\x9b31m", 11 },
	{ "\x9b"
	  "31m",
		"\\x9b31m", "\\x9b31m", 7 },
	{ "\xc2\x80\xc2\x9f", "\\xc2\\x80\\xc2\\x9f", "\\xc2\\x80\\xc2\\x9f", 16 },
	{ "\xc2\xa1", "\xc2\xa1", "\\u{00a1}", 1 },
	/* invalid, overlong, surrogate */
	{ "a\xff\xfe"
	  "b",
		"a\\xff\\xfeb", "a\\xff\\xfeb", 10 },
	{ "\xc0\xaf", "\\xc0\\xaf", "\\xc0\\xaf", 8 },
	{ "\xed\xa0\x80", "\\xed\\xa0\\x80", "\\xed\\xa0\\x80", 12 },
	{ "cut\xe2\x82", "cut\\xe2\\x82", "cut\\xe2\\x82", 11 },
	/* direction: U+202E, U+2066, U+200F, U+061C */
	{ "gpj\xe2\x80\xae"
	  "exe",
		"gpj\\u{202e}exe", "gpj\\u{202e}exe", 14 },
	{ "\xe2\x81\xa6\xe2\x80\x8f", "\\u{2066}\\u{200f}", "\\u{2066}\\u{200f}", 16 },
	{ "\xd8\x9c", "\\u{061c}", "\\u{061c}", 8 },
	/* without shape: zero width space, joiner, BOM, soft hyphen, variation selector, tag */
	{ "\xe2\x80\x8b\xe2\x80\x8d", "\\u{200b}\\u{200d}", "\\u{200b}\\u{200d}", 16 },
	{ "\xef\xbb\xbf\xc2\xad", "\\u{feff}\\u{00ad}", "\\u{feff}\\u{00ad}", 16 },
	{ "x\xef\xb8\x8f", "x\\u{fe0f}", "x\\u{fe0f}", 9 },
	{ "\xf3\xa0\x81\x81", "\\u{e0041}", "\\u{e0041}", 9 },
	{ "\xe2\x80\xa8", "\\u{2028}", "\\u{2028}", 8 },
	/* as wide as a terminal likes: number signs, fillers, joiners that are no marks, notes */
	{ "\xd8\x80\xdb\x9d", "\\u{0600}\\u{06dd}", "\\u{0600}\\u{06dd}", 16 },
	{ "\xe1\x85\x9f\xe3\x85\xa4", "\\u{115f}\\u{3164}", "\\u{115f}\\u{3164}", 16 },
	{ "a\xcd\x8f\xe1\x9e\xb4", "a\\u{034f}\\u{17b4}", "a\\u{034f}\\u{17b4}", 17 },
	{ "\xf0\x9d\x85\xb3", "\\u{1d173}", "\\u{1d173}", 9 },
	{ "\xf3\xa0\x80\x81", "\\u{e0001}", "\\u{e0001}", 9 },
	/* unassigned, noncharacter, private use plane */
	{ "\xcd\xb8", "\\u{0378}", "\\u{0378}", 8 },
	{ "\xef\xbf\xbf", "\\u{ffff}", "\\u{ffff}", 8 },
	{ "\xf4\x8f\xbf\xbf", "\\u{10ffff}", "\\u{10ffff}", 10 },
	/* wide, and combining: two marks stay, the third does not, nor one that stands on nothing
	 */
	{ "\xe4\xb8\xad\xe6\x96\x87", "\xe4\xb8\xad\xe6\x96\x87", "\\u{4e2d}\\u{6587}", 4 },
	{ "\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80", "\\u{1f600}", 2 },
	{ "e\xcc\x81", "e\xcc\x81", "e\\u{0301}", 1 },
	{ "e\xcc\x81\xcc\x82\xcc\x83", "e\xcc\x81\xcc\x82\\u{0303}", "e\\u{0301}\\u{0302}\\u{0303}",
		9 },
	{ "\xcc\x81"
	  "e",
		"\\u{0301}e", "\\u{0301}e", 9 },
	/* nor one that would stand on what we wrote in place of another */
	{ "e\xcc\x81\xcc\x82\xcc\x83\xcc\x84", "e\xcc\x81\xcc\x82\\u{0303}\\u{0304}",
		"e\\u{0301}\\u{0302}\\u{0303}\\u{0304}", 17 },
	{ "\x1b\xcc\xb8", "\\x1b\\u{0338}", "\\x1b\\u{0338}", 12 },
	{ "\xe2\x80\xae\xcc\xb8", "\\u{202e}\\u{0338}", "\\u{202e}\\u{0338}", 16 },
	{ "\xe4\xb8\xad\xcc\x81\xcc\x81\xcc\x81", "\xe4\xb8\xad\xcc\x81\xcc\x81\\u{0301}",
		"\\u{4e2d}\\u{0301}\\u{0301}\\u{0301}", 10 },
};

static void makes_text_printable(void **state)
{
	struct buf out = { 0 };
	size_t i;

	(void)state;
	use_utf8();
	for (i = 0; i < LENGTH(cleanings); i++) {
		const struct cleaning *at = &cleanings[i];

		text_clean(&out, at->dirty, strlen(at->dirty), false);
		assert_int_equal(text_width(buf_str(&out)), at->width);
		expect_text(&out, at->clean);
		text_clean(&out, at->dirty, strlen(at->dirty), true);
		expect_text(&out, at->ascii);
	}
}

static void shows_zero_bytes_and_appends(void **state)
{
	struct buf out = { 0 };

	(void)state;
	buf_text(&out, "before ");
	text_clean(&out, "a\0b", 3, false);
	expect_text(&out, "before a\\x00b");
}

/* The size counts, not a zero byte: what lies behind is not looked at. */
static void does_not_read_past_the_end(void **state)
{
	char *cut = malloc(2); /* a sanitizer sees a byte too much */
	struct buf out = { 0 };

	(void)state;
	assert_non_null(cut);
	memcpy(cut, "\xe2\x82", 2);
	text_clean(&out, cut, 2, false);
	expect_text(&out, "\\xe2\\x82");
	free(cut);
}

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

/* Bytes that make trouble are likely, whole characters too. */
static size_t make_hostile(char *text, uint32_t *seed)
{
	static const char *const pieces[] = { "\x1b", "\xc2\x9b", "\xe2\x80\xae", "\xcc\x81",
		"\xe4\xb8\xad", "a", "\xff", "\xed\xa0\x80", "\xf0\x9f", "\xc0" };
	size_t size = 0, length;

	while (size < HOSTILE_BYTES - 4) {
		const char *piece = pieces[next_random(seed) % LENGTH(pieces)];

		if (next_random(seed) % 4 == 0) {
			text[size++] = (char)next_random(seed);
			continue;
		}
		length = strlen(piece);
		memcpy(text + size, piece, length);
		size += length;
	}
	return size;
}

static void expect_printable(const char *text, bool ascii)
{
	size_t size = strlen(text), i, length, marks = 2;
	uint32_t c = 0;

	for (i = 0; i < size; i += length) {
		length = text_decode(text + i, size - i, &c);
		assert_int_not_equal(length, 0);
		assert_true(c >= 0x20 && c != 0x7f && !(c >= 0x80 && c < 0xa0));
		assert_false(text_is_invisible(c));
		assert_true(!ascii || c < 0x7f);
		marks = c == 0x301 ? marks + 1 : 0;
		assert_true(marks <= 2);
	}
}

static void hostile_bytes_never_get_through(void **state)
{
	char text[HOSTILE_BYTES];
	struct buf out = { 0 };
	uint32_t seed = 1;
	size_t size, fit, width;
	int i;

	(void)state;
	use_utf8();
	for (i = 0; i < ROUNDS; i++) {
		size = make_hostile(text, &seed);
		buf_clear(&out);
		text_clean(&out, text, size, i % 2);
		expect_printable(buf_str(&out), i % 2);
		/* any part that fits is as wide as is said, and ends between characters */
		fit = text_fit(buf_str(&out), 7, &width);
		assert_true(fit <= out.len && width <= 7);
		out.data[fit] = '\0';
		expect_printable(buf_str(&out), i % 2);
		assert_int_equal(text_width(buf_str(&out)), width);
	}
	buf_free(&out);
}

static void fits_text_into_columns(void **state)
{
	static const struct {
		const char *text;
		size_t columns, bytes, width;
	} cases[] = {
		{ "", 5, 0, 0 },
		{ "hello", 0, 0, 0 },
		{ "hello", 3, 3, 3 },
		{ "hello", 5, 5, 5 },
		{ "hello", 99, 5, 5 },
		/* half of a wide character is none of it */
		{ "\xe4\xb8\xad\xe6\x96\x87", 0, 0, 0 },
		{ "\xe4\xb8\xad\xe6\x96\x87", 1, 0, 0 },
		{ "\xe4\xb8\xad\xe6\x96\x87", 2, 3, 2 },
		{ "\xe4\xb8\xad\xe6\x96\x87", 3, 3, 2 },
		{ "\xe4\xb8\xad\xe6\x96\x87", 4, 6, 4 },
		/* marks stay with what they stand on */
		{ "e\xcc\x81x", 1, 3, 1 },
		{ "e\xcc\x81\xcc\x82x", 1, 5, 1 },
		{ "e\xcc\x81x", 2, 4, 2 },
		{ "\xc3\xa9", 1, 2, 1 },
	};
	size_t width, i;

	(void)state;
	use_utf8();
	for (i = 0; i < LENGTH(cases); i++) {
		assert_int_equal(text_fit(cases[i].text, cases[i].columns, &width), cases[i].bytes);
		assert_int_equal(width, cases[i].width);
	}
	assert_int_equal(text_fit("hello", 2, NULL), 2);
}

static void long_text_is_no_trouble(void **state)
{
	enum { BYTES = 1024 * 1024 };
	char *text = malloc(BYTES);
	struct buf out = { 0 };

	(void)state;
	assert_non_null(text);
	memset(text, 0x1b, BYTES);
	text_clean(&out, text, BYTES, false);
	assert_int_equal(out.error, 0);
	assert_int_equal(out.len, 4 * BYTES);
	assert_int_equal(text_width(buf_str(&out)), 4 * BYTES);
	free(text);
	buf_free(&out);
}

/* What was whole stays whole, and a byte that never was part of a character is kept. */
static void formats_whole_characters(void **state)
{
	static const struct {
		const char *text, *at[8]; /* by size */
	} cases[] = {
		{ "abcdef", { NULL, "", "a", "ab", "abc", "abcd", "abcde", "abcdef" } },
		{ "\xc3\xa9\xc3\xa9",
			{ NULL, "", "", "\xc3\xa9", "\xc3\xa9", "\xc3\xa9\xc3\xa9" } },
		{ "\xe4\xb8\xad", { NULL, "", "", "", "\xe4\xb8\xad" } },
		{ "\xf0\x9f\x98\x80", { NULL, "", "", "", "", "\xf0\x9f\x98\x80" } },
		{ "\xff\xfe\x80\x80", { NULL, "", "\xff", "\xff\xfe", "\xff\xfe\x80" } },
		{ "\x80\x80\x80", { NULL, "", "\x80", "\x80\x80", "\x80\x80\x80" } },
		/* it is all there: only the byte count cuts */
		{ "a\xe4\xb8", { NULL, "", "a", "a", "a\xe4\xb8" } },
	};
	char out[8];
	size_t i, size;

	(void)state;
	for (i = 0; i < LENGTH(cases); i++) {
		for (size = 1; size < LENGTH(cases[i].at) && cases[i].at[size]; size++) {
			memset(out, 'x', sizeof(out));
			text_printf(out, size, "%s", cases[i].text);
			assert_string_equal(out, cases[i].at[size]);
		}
	}
}

static void knows_the_locale(void **state)
{
	(void)state;
	assert_non_null(setlocale(LC_CTYPE, "C"));
	assert_false(text_locale_is_utf8());
	use_utf8();
	assert_true(text_locale_is_utf8());
}

/* The last one may have no newline, as where memory ended in it. */
static void goes_from_line_to_line(void **state)
{
	const char *text = "a\n\nbc";

	(void)state;
	assert_ptr_equal(text_next_line(text), text + 2);
	assert_ptr_equal(text_next_line(text + 2), text + 3);
	assert_ptr_equal(text_next_line(text + 3), text + 5);
	assert_ptr_equal(text_next_line(text + 5), text + 5);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(decodes_utf8_by_the_book),
		cmocka_unit_test(makes_text_printable),
		cmocka_unit_test(shows_zero_bytes_and_appends),
		cmocka_unit_test(does_not_read_past_the_end),
		cmocka_unit_test(hostile_bytes_never_get_through),
		cmocka_unit_test(fits_text_into_columns),
		cmocka_unit_test(long_text_is_no_trouble),
		cmocka_unit_test(formats_whole_characters),
		cmocka_unit_test(goes_from_line_to_line),
		cmocka_unit_test(knows_the_locale),
	};

	return tap_run(cases, LENGTH(cases), NULL, NULL);
}
