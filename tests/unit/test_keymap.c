/* tui/keymap: names of keys, and the requests that they bring. */
#include "unit.h"

#include <ctype.h>
#include <curses.h>

#include "ipctop/tui/keymap.h"

enum { FUNCTION_KEYS = 63 };

static int parse(const char *name)
{
	return keymap_parse(name, strlen(name));
}

static void expect_key(const char *name, int key)
{
	if (parse(name) != key)
		fail_msg("'%s' is %d, not %d", name, parse(name), key);
}

static void names_are_keys(void **state)
{
	(void)state;
	expect_key("Up", KEYMAP_FUNCTION + KEY_UP);
	expect_key("Down", KEYMAP_FUNCTION + KEY_DOWN);
	expect_key("Left", KEYMAP_FUNCTION + KEY_LEFT);
	expect_key("Right", KEYMAP_FUNCTION + KEY_RIGHT);
	expect_key("PgUp", KEYMAP_FUNCTION + KEY_PPAGE);
	expect_key("PgDn", KEYMAP_FUNCTION + KEY_NPAGE);
	expect_key("Home", KEYMAP_FUNCTION + KEY_HOME);
	expect_key("End", KEYMAP_FUNCTION + KEY_END);
	expect_key("Insert", KEYMAP_FUNCTION + KEY_IC);
	expect_key("Delete", KEYMAP_FUNCTION + KEY_DC);
	expect_key("S-Tab", KEYMAP_FUNCTION + KEY_BTAB);
	expect_key("Tab", 9);
	expect_key("Enter", 13);
	expect_key("Esc", 27);
	expect_key("Space", 32);
	expect_key("Backspace", 127);
}

static void function_keys_have_numbers(void **state)
{
	char name[16];
	int number;

	(void)state;
	for (number = 1; number <= FUNCTION_KEYS; number++) {
		snprintf(name, sizeof(name), "F%d", number);
		expect_key(name, KEYMAP_FUNCTION + KEY_F(number));
	}
}

static void characters_are_their_own_names(void **state)
{
	char name[2] = { 0 };
	int c;

	(void)state;
	for (c = '!'; c <= '~'; c++) {
		name[0] = (char)c;
		expect_key(name, c);
	}
	expect_key(" ", ' ');
	expect_key("\xc3\xa9", 0xe9); /* in any locale */
	expect_key("\xe2\x82\xac", 0x20ac);
	expect_key("\xf0\x9f\x98\x80", 0x1f600);
}

static void control_and_a_character_is_a_key(void **state)
{
	char name[3] = "^A";

	(void)state;
	for (; name[1] <= 'Z'; name[1]++) {
		if (name[1] != 'H' && name[1] != 'J') /* see below */
			expect_key(name, name[1] - '@');
	}
	expect_key("^@", 0);
	expect_key("^[", KEY_CODE_ESCAPE);
	expect_key("^\\", 28);
	expect_key("^]", 29);
	expect_key("^^", 30);
	expect_key("^_", 31);
}

static void other_names_are_no_keys(void **state)
{
	static const char *const wrong[] = { "", "ab", "up", "UP", "Up ", " Up", "PageUp", "Pg",
		"S-", "S-Up", "C-a", "F0", "F00", "F64", "F99", "F100", "F-1", "F+1", "F1x",
		"F1:", "F5 ", "f1", "Fx", "F 1", "^a", "^?", "^AB", "^\xc3\xa9", "\t", "\n", "\033",
		"\x1f", "\x80", "\xc3", "\xc3\xa9\xc3\xa9", "e\xcc\x81", "\xed\xa0\x80", "\xff" };
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(wrong); i++)
		expect_key(wrong[i], KEYMAP_NONE);
	assert_int_equal(keymap_parse("a\0b", 3), KEYMAP_NONE);
}

/* Names stand in a list: what is behind the length is the next one. */
static void a_name_ends_with_its_length(void **state)
{
	(void)state;
	assert_int_equal(keymap_parse("F12", 2), KEYMAP_FUNCTION + KEY_F(1));
	assert_int_equal(keymap_parse("F123", 3), KEYMAP_FUNCTION + KEY_F(12));
	assert_int_equal(keymap_parse("F1 2", 2), KEYMAP_FUNCTION + KEY_F(1));
	assert_int_equal(keymap_parse("Upper", 2), KEYMAP_FUNCTION + KEY_UP);
	assert_int_equal(keymap_parse("Up", 1), 'U');
	assert_int_equal(keymap_parse("^AB", 2), 1);
	assert_int_equal(keymap_parse("^A", 1), '^');
	assert_int_equal(keymap_parse("\xc3\xa9", 1), KEYMAP_NONE);
	assert_int_equal(keymap_parse("a", 0), KEYMAP_NONE);
}

static void variants_are_made_one(void **state)
{
	(void)state;
	assert_int_equal(keymap_normalize('\n'), KEY_CODE_ENTER);
	assert_int_equal(keymap_normalize('\r'), KEY_CODE_ENTER);
	assert_int_equal(keymap_normalize(KEYMAP_FUNCTION + KEY_ENTER), KEY_CODE_ENTER);
	assert_int_equal(keymap_normalize('\b'), KEY_CODE_DELETE);
	assert_int_equal(keymap_normalize(127), KEY_CODE_DELETE);
	assert_int_equal(keymap_normalize(KEYMAP_FUNCTION + KEY_BACKSPACE), KEY_CODE_DELETE);
	assert_int_equal(keymap_normalize('a'), 'a');
	assert_int_equal(keymap_normalize(0), 0);
	assert_int_equal(keymap_normalize(0x20ac), 0x20ac);
	/* characters that have the numbers which ncurses gives its keys */
	assert_int_equal(keymap_normalize(KEY_ENTER), KEY_ENTER);
	assert_int_equal(keymap_normalize(KEY_BACKSPACE), KEY_BACKSPACE);
	assert_int_equal(keymap_normalize(KEYMAP_FUNCTION + KEY_DC), KEYMAP_FUNCTION + KEY_DC);
}

/* A key that is bound by its name must be the one that comes when it is pressed. */
static void named_keys_can_be_pressed(void **state)
{
	char name[3] = "^@";

	(void)state;
	for (; name[1] <= '_'; name[1]++)
		assert_int_equal(keymap_normalize(name[1] - '@'), parse(name));
	expect_key("^J", KEY_CODE_ENTER);
	expect_key("^M", KEY_CODE_ENTER);
	expect_key("^H", KEY_CODE_DELETE);
	expect_key("^I", parse("Tab"));
}

/* keys of requests */

static void expect_shown(
	const struct keymap *keymap, enum request request, int key, const char *expected)
{
	struct buf name = { 0 };

	assert_int_equal(keymap_shown(keymap, request, &name), key);
	expect_text(&name, expected);
}

static void bind(struct keymap *keymap, enum request request, const char *keys)
{
	free(keymap->keys[request]);
	keymap->keys[request] = strdup(keys);
	assert_non_null(keymap->keys[request]);
}

static void a_function_key_is_shown_first(void **state)
{
	struct keymap keymap = { 0 };

	(void)state;
	expect_shown(&keymap, REQUEST_HELP, KEYMAP_FUNCTION + KEY_F(1), "F1");
	expect_shown(&keymap, REQUEST_QUIT, KEYMAP_FUNCTION + KEY_F(10), "F10");
	expect_shown(&keymap, REQUEST_DETAILS, KEYMAP_FUNCTION + KEY_F(7), "F7");
	expect_shown(&keymap, REQUEST_UP, KEYMAP_FUNCTION + KEY_UP, "Up");
	expect_shown(&keymap, REQUEST_FIRST, 'g', "g");
	bind(&keymap, REQUEST_REMOVE, "F x F12 F5");
	expect_shown(&keymap, REQUEST_REMOVE, KEYMAP_FUNCTION + KEY_F(12), "F12");
	bind(&keymap, REQUEST_REMOVE, "F");
	expect_shown(&keymap, REQUEST_REMOVE, 'F', "F");
	bind(&keymap, REQUEST_REMOVE, "\xc3\xa9 x");
	expect_shown(&keymap, REQUEST_REMOVE, 0xe9, "\xc3\xa9");
	bind(&keymap, REQUEST_REMOVE, "");
	expect_shown(&keymap, REQUEST_REMOVE, KEYMAP_NONE, "");
	keymap_free(&keymap);
}

static void positions_count_the_keys_of_a_request(void **state)
{
	struct keymap keymap = { 0 };
	int digit;

	(void)state;
	for (digit = 1; digit <= 9; digit++)
		assert_int_equal(keymap_position(&keymap, REQUEST_TAB, '0' + digit), digit - 1);
	assert_int_equal(keymap_position(&keymap, REQUEST_TAB, '0'), -1);
	assert_int_equal(keymap_position(&keymap, REQUEST_TAB, ' '), -1);
	assert_int_equal(keymap_position(&keymap, REQUEST_TAB, KEYMAP_NONE), -1);
	bind(&keymap, REQUEST_TAB, "F1 a ^B");
	assert_int_equal(keymap_position(&keymap, REQUEST_TAB, KEYMAP_FUNCTION + KEY_F(1)), 0);
	assert_int_equal(keymap_position(&keymap, REQUEST_TAB, 'a'), 1);
	assert_int_equal(keymap_position(&keymap, REQUEST_TAB, 2), 2);
	assert_int_equal(keymap_position(&keymap, REQUEST_TAB, '1'), -1);
	bind(&keymap, REQUEST_TAB, "");
	assert_int_equal(keymap_position(&keymap, REQUEST_TAB, 'a'), -1);
	keymap_free(&keymap);
}

static void keys_bring_requests(void **state)
{
	struct keymap keymap = { 0 };

	(void)state;
	assert_int_equal(keymap_request(&keymap, 'q'), REQUEST_QUIT);
	assert_int_equal(keymap_request(&keymap, KEYMAP_FUNCTION + KEY_PPAGE), REQUEST_PAGE_UP);
	assert_int_equal(keymap_request(&keymap, KEY_PPAGE), REQUEST_COUNT); /* U+0153 */
	assert_int_equal(keymap_request(&keymap, 'x'), REQUEST_COUNT);
	assert_int_equal(keymap_request(&keymap, KEYMAP_NONE), REQUEST_COUNT);
	bind(&keymap, REQUEST_QUIT, "x");
	assert_int_equal(keymap_request(&keymap, 'q'), REQUEST_COUNT);
	assert_int_equal(keymap_request(&keymap, 'x'), REQUEST_QUIT);
	assert_string_equal(keymap_keys(&keymap, REQUEST_QUIT), "x");
	keymap_free(&keymap);
	/* freed, it has the default keys again */
	assert_string_equal(keymap_keys(&keymap, REQUEST_QUIT), "q F10 ^C");
	assert_int_equal(keymap_request(&keymap, 'q'), REQUEST_QUIT);
}

/* Tests bind these, or type them where nothing is to come of it: "no" closes a dialog at its n. */
static void some_keys_stay_free(void **state)
{
	static const char free_keys[] = "=oexwyv[]()";
	struct keymap keymap = { 0 };
	const char *key;

	(void)state;
	for (key = free_keys; *key; key++) {
		if (keymap_request(&keymap, *key) != REQUEST_COUNT)
			fail_msg("tests need the key %c: bind another one", *key);
	}
}

/* request.def */

static void default_keys_bring_their_request(void **state)
{
	struct keymap keymap = { 0 };
	enum request request;
	const char *at;
	size_t length;
	int key;

	(void)state;
	for (request = 0; request < REQUEST_COUNT; request++) {
		assert_true(requests[request].keys[0] != '\0');
		for (at = requests[request].keys; *at; at += length + (at[length] == ' ')) {
			length = strcspn(at, " ");
			assert_true(length > 0);
			assert_false(at[length] == ' ' && !at[length + 1]);
			key = keymap_parse(at, length);
			if (key == KEYMAP_NONE)
				fail_msg("%s: %.*s is no key", requests[request].name, (int)length,
					at);
			if (keymap_request(&keymap, key) != request)
				fail_msg("%.*s brings not %s alone", (int)length, at,
					requests[request].name);
			assert_int_equal(keymap_normalize(key), key);
		}
	}
}

static void requests_have_names_of_their_own(void **state)
{
	enum request request, other;
	const char *at;

	(void)state;
	for (request = 0; request < REQUEST_COUNT; request++) {
		assert_true(requests[request].name[0] != '\0');
		for (at = requests[request].name; *at; at++)
			assert_true(isupper((unsigned char)*at) || *at == '_');
		for (other = 0; other < request; other++)
			assert_string_not_equal(requests[request].name, requests[other].name);
		assert_non_null(requests[request].help);
		assert_non_null(requests[request].handle);
	}
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(names_are_keys),
		cmocka_unit_test(function_keys_have_numbers),
		cmocka_unit_test(characters_are_their_own_names),
		cmocka_unit_test(control_and_a_character_is_a_key),
		cmocka_unit_test(other_names_are_no_keys),
		cmocka_unit_test(a_name_ends_with_its_length),
		cmocka_unit_test(variants_are_made_one),
		cmocka_unit_test(named_keys_can_be_pressed),
		cmocka_unit_test(a_function_key_is_shown_first),
		cmocka_unit_test(positions_count_the_keys_of_a_request),
		cmocka_unit_test(keys_bring_requests),
		cmocka_unit_test(some_keys_stay_free),
		cmocka_unit_test(default_keys_bring_their_request),
		cmocka_unit_test(requests_have_names_of_their_own),
	};

	return tap_run(cases, LENGTH(cases), NULL, NULL);
}
