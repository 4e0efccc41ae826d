/* base/buf and base/arena: growing texts, and many allocations that go in one call. */
#include "unit.h"

#include <math.h>
#include <stdio.h>

#include "ipctop/base/arena.h"

static void an_empty_buffer_is_an_empty_text(void **state)
{
	struct buf buf = { 0 };

	(void)state;
	assert_string_equal(buf_str(&buf), "");
	buf_clear(&buf);
	assert_string_equal(buf_str(&buf), "");
	buf_bytes(&buf, "", 0);
	expect_text(&buf, "");
	buf_free(&buf);
}

static void a_buffer_grows_by_any_step(void **state)
{
	struct buf buf = { 0 };
	char *at;
	size_t cap, i;

	(void)state;
	for (i = 0; i < 5000; i++) {
		buf_char(&buf, (char)('a' + i % 26));
		assert_int_equal(buf.len, i + 1);
		assert_int_equal(strlen(buf_str(&buf)), i + 1);
	}
	for (i = 0; i < 5000; i++)
		assert_int_equal(buf.data[i], 'a' + i % 26);
	/* room for exactly as much as there is, one less, one more */
	buf_clear(&buf);
	cap = buf.cap;
	for (i = cap - 2; i <= cap; i++) {
		at = buf_reserve(&buf, i);
		assert_non_null(at);
		memset(at, 'x', i + 1); /* the zero byte too */
	}
	buf_free(&buf);
	assert_null(buf.data);
	assert_int_equal(buf.cap, 0);
}

static void a_buffer_takes_all_sorts(void **state)
{
	struct buf buf = { 0 };

	(void)state;
	buf_text(&buf, "text ");
	buf_bytes(&buf, "bytes!", 5);
	buf_char(&buf, ' ');
	buf_printf(&buf, "%s=%d ", "printf", -5);
	buf_u64(&buf, 0);
	buf_char(&buf, ' ');
	buf_u64(&buf, UINT64_MAX);
	expect_text(&buf, "text bytes printf=-5 0 18446744073709551615");
}

static void numbers_are_as_printf_has_them(void **state)
{
	struct buf buf = { 0 };
	char expected[32];
	unsigned bit;
	int off;

	(void)state;
	for (bit = 0; bit < 64; bit++) {
		for (off = -1; off <= 1; off++) {
			uint64_t number = (UINT64_C(1) << bit) + (uint64_t)(int64_t)off;

			snprintf(expected, sizeof(expected), "%ju", (uintmax_t)number);
			buf_u64(&buf, number);
			expect_text(&buf, expected);
		}
	}
}

static void fixed_numbers_are_as_printf_has_them(void **state)
{
	static const double numbers[] = { 0, -0.0, 1, -1, 0.25, 0.05, 0.15, 2.5, 99.95, 100, 1e15,
		9007199254740991, 9007199254740992, 9007199254740994, 1e300, 5e-324, HUGE_VAL,
		-HUGE_VAL, (double)NAN };
	char expected[512];
	struct buf buf = { 0 };
	int decimals;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(numbers); i++) {
		for (decimals = 0; decimals < 5; decimals++) {
			buf_clear(&buf);
			buf_fixed(&buf, numbers[i], decimals);
			snprintf(expected, sizeof(expected), "%.*f", decimals, numbers[i]);
			assert_string_equal(buf_str(&buf), expected);
			assert_int_equal(buf.len, strlen(expected));
		}
	}
	buf_free(&buf);
}

static void printf_text_of_any_length_fits(void **state)
{
	char text[300];
	struct buf buf = { 0 };
	size_t length;

	(void)state;
	for (length = 0; length < sizeof(text); length++) {
		memset(text, 'y', length);
		text[length] = '\0';
		buf_printf(&buf, "%s", text);
		expect_text(&buf, text);
	}
}

/* Behind what is there already, in room of any size. */
static void printf_goes_on_where_the_text_ends(void **state)
{
	char expected[300] = "";
	struct buf buf = { 0 };
	int length;

	(void)state;
	for (length = 1; length < 200; length++) {
		memset(expected, '0', (size_t)length);
		strcpy(expected + length, "further");
		buf_printf(&buf, "%0*d", length, 0);
		buf_printf(&buf, "%s", "further");
		expect_text(&buf, expected);
	}
}

static void a_buffer_remembers_that_memory_ran_out(void **state)
{
	struct buf buf = { 0 };

	(void)state;
	buf_text(&buf, "kept");
	assert_null(buf_reserve(&buf, SIZE_MAX - 10));
	assert_int_equal(buf.error, -ENOMEM);
	buf_text(&buf, "dropped");
	buf_printf(&buf, "%d", 5);
	buf_u64(&buf, 5);
	buf_char(&buf, '5');
	assert_string_equal(buf_str(&buf), "kep?"); /* it does not look whole */
	buf_clear(&buf);
	assert_null(buf_reserve(&buf, SIZE_MAX - 10));
	assert_string_equal(buf_str(&buf), "?");
	buf_clear(&buf);
	buf_text(&buf, "a\xe2\x82\xac");
	assert_null(buf_reserve(&buf, SIZE_MAX - 10));
	assert_string_equal(buf_str(&buf), "a???");
	buf_clear(&buf);
	buf_text(&buf, "again");
	expect_text(&buf, "again");
}

static void is_filled_with(const unsigned char *block, size_t size, unsigned char byte)
{
	size_t i;

	for (i = 0; i < size; i++)
		assert_int_equal(block[i], byte);
}

static void blocks_are_zeroed_aligned_and_apart(void **state)
{
	static const size_t sizes[] = { 0, 1, 3, 16, 17, 100, 4096, 8191, 8192, 8193, 40000 };
	enum { ROUNDS = 40 };
	struct arena arena = { 0 };
	unsigned char *blocks[ROUNDS][LENGTH(sizes)];
	size_t i, round;

	(void)state;
	for (round = 0; round < ROUNDS; round++) {
		for (i = 0; i < LENGTH(sizes); i++) {
			blocks[round][i] = arena_alloc(&arena, sizes[i]);
			assert_non_null(blocks[round][i]);
			assert_int_equal((uintptr_t)blocks[round][i] % _Alignof(max_align_t), 0);
			is_filled_with(blocks[round][i], sizes[i], 0);
			memset(blocks[round][i], (int)(round + i), sizes[i]);
		}
	}
	for (round = 0; round < ROUNDS; round++) {
		for (i = 0; i < LENGTH(sizes); i++)
			is_filled_with(blocks[round][i], sizes[i], (unsigned char)(round + i));
	}
	arena_free(&arena);
	assert_null(arena.chunks);
}

/* From nothing over small to large and back, always beside other blocks. */
static void resizing_keeps_what_is_there(void **state)
{
	static const size_t sizes[] = { 1, 64, 64, 100, 8191, 8192, 9000, 100000, 8192, 5000,
		200000 };
	struct arena arena = { 0 };
	unsigned char *block = NULL, *other = NULL;
	size_t size = 0, kept, i;

	(void)state;
	for (i = 0; i < LENGTH(sizes); i++) {
		block = arena_resize(&arena, block, size, sizes[i]);
		assert_non_null(block);
		assert_int_equal((uintptr_t)block % _Alignof(max_align_t), 0);
		kept = size < sizes[i] ? size : sizes[i];
		is_filled_with(block, kept, 7);
		size = sizes[i];
		memset(block, 7, size);
		/* one that grows as well, in the middle of the list of chunks */
		other = arena_resize(&arena, other, i * 9000, (i + 1) * 9000);
		assert_non_null(other);
		is_filled_with(other, i * 9000, 9);
		memset(other, 9, (i + 1) * 9000);
		is_filled_with(block, size, 7);
	}
	assert_non_null(arena_alloc(&arena, 10));
	arena_free(&arena);
}

static void an_arena_says_when_there_is_no_memory(void **state)
{
	struct arena arena = { 0 };
	char *block = arena_alloc(&arena, 10000);

	(void)state;
	assert_non_null(block);
	strcpy(block, "kept");
	assert_null(arena_alloc(&arena, SIZE_MAX));
	assert_null(arena_resize(&arena, block, 10000, SIZE_MAX));
	assert_null(arena_text(&arena, "x", SIZE_MAX));
	assert_string_equal(block, "kept");
	assert_non_null(arena_alloc(&arena, 10));
	arena_free(&arena);
	arena_free(&arena); /* empty: nothing happens */
}

/* Each of the two with nothing, small blocks, large blocks, or both. */
static void an_arena_takes_over_another(void **state)
{
	enum { NOTHING, SMALL, LARGE, BOTH, CONTENTS };
	unsigned char *blocks[4], *grown;
	struct arena arenas[2] = { { 0 } };
	size_t i, content;

	(void)state;
	for (content = 0; content < (size_t)CONTENTS * CONTENTS; content++) {
		for (i = 0; i < 2; i++) {
			size_t has = i ? content % CONTENTS : content / CONTENTS;

			blocks[2 * i] = has & SMALL ? arena_alloc(&arenas[i], 100) : NULL;
			blocks[2 * i + 1] = has & LARGE ? arena_alloc(&arenas[i], 10000) : NULL;
		}
		arena_adopt(&arenas[0], &arenas[1]);
		assert_null(arenas[1].chunks);
		arena_free(&arenas[1]);
		for (i = 0; i < 4; i++) {
			if (blocks[i])
				memset(blocks[i], (int)i, i % 2 ? 10000 : 100);
		}
		/* what follows stands apart from all of them, and what is large still grows */
		memset(arena_alloc(&arenas[0], 5000), 9, 5000);
		for (i = 1; i < 4; i += 2) {
			if (!blocks[i])
				continue;
			grown = arena_resize(&arenas[0], blocks[i], 10000, 500000);
			assert_non_null(grown);
			is_filled_with(grown, 10000, (unsigned char)i);
		}
		for (i = 0; i < 4; i += 2) {
			if (blocks[i])
				is_filled_with(blocks[i], 100, (unsigned char)i);
		}
		arena_free(&arenas[0]);
	}
}

static void texts_are_copied(void **state)
{
	struct arena arena = { 0 };
	char text[] = "command";
	const char *copy = arena_text(&arena, text, 3);

	(void)state;
	assert_string_equal(copy, "com");
	memset(text, 'x', sizeof(text) - 1);
	assert_string_equal(copy, "com");
	assert_string_equal(arena_text(&arena, "", 0), "");
	assert_memory_equal(arena_text(&arena, "a\0b", 3), "a\0b", 4);
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(an_empty_buffer_is_an_empty_text),
		cmocka_unit_test(a_buffer_grows_by_any_step),
		cmocka_unit_test(a_buffer_takes_all_sorts),
		cmocka_unit_test(numbers_are_as_printf_has_them),
		cmocka_unit_test(fixed_numbers_are_as_printf_has_them),
		cmocka_unit_test(printf_text_of_any_length_fits),
		cmocka_unit_test(printf_goes_on_where_the_text_ends),
		cmocka_unit_test(a_buffer_remembers_that_memory_ran_out),
		cmocka_unit_test(blocks_are_zeroed_aligned_and_apart),
		cmocka_unit_test(resizing_keeps_what_is_there),
		cmocka_unit_test(an_arena_says_when_there_is_no_memory),
		cmocka_unit_test(an_arena_takes_over_another),
		cmocka_unit_test(texts_are_copied),
	};

	return tap_run(cases, LENGTH(cases), NULL, NULL);
}
