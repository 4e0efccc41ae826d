/* tui/config: the section [keys], and which of two requests has a key that both want. */
#include "settings.h"

#include <curses.h>

enum {
	RANDOM_FILES = 500,
	RANDOM_LINES = 12, /* of a file, at most */
};

/* Read these lines of [keys], the first of which is line 2. */
static void read_keys(struct settings *settings, const char *lines, struct buf *complaints)
{
	struct buf text = { 0 };

	buf_printf(&text, "[keys]\n%s", lines);
	put_text("config", buf_str(&text));
	buf_free(&text);
	settings_init(settings);
	assert_int_equal(config_read("config", settings, complaints), 0);
}

/* The lines bring these complaints; "": none. */
static void expect_complaints(struct settings *settings, const char *lines, const char *expected)
{
	struct buf complaints = { 0 };

	read_keys(settings, lines, &complaints);
	expect_text(&complaints, expected);
}

static void expect_keys(const struct settings *settings, enum request request, const char *expected)
{
	assert_string_equal(keymap_keys(&settings->keymap, request), expected);
}

static void expect_default(const struct settings *settings, enum request request)
{
	expect_keys(settings, request, requests[request].keys);
}

static void expect_brings(const struct settings *settings, int key, enum request request)
{
	assert_int_equal(keymap_request(&settings->keymap, key), request);
}

static void a_request_gets_other_keys(void **state)
{
	struct settings settings;

	(void)state;
	expect_complaints(&settings, "REMOVE = F8 x\nUP =  p \t ^P\n", "");
	expect_keys(&settings, REQUEST_REMOVE, "F8 x");
	expect_keys(&settings, REQUEST_UP, "p ^P");
	expect_brings(&settings, KEYMAP_FUNCTION + KEY_F(8), REQUEST_REMOVE);
	expect_brings(&settings, 'x', REQUEST_REMOVE);
	expect_brings(&settings, 'p', REQUEST_UP);
	expect_brings(&settings, 'P' - '@', REQUEST_UP);
	/* in place of the default ones */
	expect_brings(&settings, KEYMAP_FUNCTION + KEY_F(9), REQUEST_COUNT);
	expect_brings(&settings, 'K', REQUEST_COUNT);
	expect_brings(&settings, 'k', REQUEST_COUNT);
	expect_default(&settings, REQUEST_DOWN);
	settings_free(&settings);
}

static void a_request_may_have_no_key(void **state)
{
	struct settings settings;

	(void)state;
	expect_complaints(&settings, "REMOVE =\nTAG = \t \n", "");
	expect_keys(&settings, REQUEST_REMOVE, "");
	expect_keys(&settings, REQUEST_TAG, "");
	expect_brings(&settings, 'K', REQUEST_COUNT);
	expect_brings(&settings, ' ', REQUEST_COUNT);
	settings_free(&settings);
	/* its keys are free then */
	expect_complaints(&settings, "HELP = K\nREMOVE =\n", "");
	expect_brings(&settings, 'K', REQUEST_HELP);
	settings_free(&settings);
}

static void keys_of_all_sorts_can_be_named(void **state)
{
	struct settings settings;

	(void)state;
	expect_complaints(&settings,
		"HELP = a \xc3\xa9 \xe2\x82\xac ; # = [ ] ,\nUP = ^A ^@ ^_\nDOWN = F11 F63\n"
		"TAG = Insert Delete Backspace\nDETAILS = Right\nRIGHT = Enter Space S-Tab\n"
		"PREVIOUS_TAB = End\nLAST = PgDn\nPAGE_DOWN = Tab\nNEXT_TAB = Esc Up\nCLOSE = x\n",
		"");
	expect_brings(&settings, 0xe9, REQUEST_HELP);
	expect_brings(&settings, 0x20ac, REQUEST_HELP);
	expect_brings(&settings, '=', REQUEST_HELP);
	expect_brings(&settings, '#', REQUEST_HELP);
	expect_brings(&settings, ',', REQUEST_HELP);
	expect_brings(&settings, 0, REQUEST_UP);
	expect_brings(&settings, 31, REQUEST_UP);
	expect_brings(&settings, KEYMAP_FUNCTION + KEY_F(63), REQUEST_DOWN);
	expect_brings(&settings, KEYMAP_FUNCTION + KEY_DC, REQUEST_TAG);
	expect_brings(&settings, KEY_CODE_DELETE, REQUEST_TAG);
	expect_brings(&settings, KEY_CODE_ENTER, REQUEST_RIGHT);
	expect_brings(&settings, ' ', REQUEST_RIGHT);
	expect_brings(&settings, KEYMAP_FUNCTION + KEY_RIGHT, REQUEST_DETAILS);
	expect_brings(&settings, KEY_CODE_ESCAPE, REQUEST_NEXT_TAB);
	expect_brings(&settings, 'x', REQUEST_CLOSE);
	settings_free(&settings);
}

static void of_two_lines_the_later_loses(void **state)
{
	struct settings settings;

	(void)state;
	expect_complaints(&settings, "SORT = y\nUP = x\n\nDOWN = z x\n",
		"config:2: unknown request 'SORT'; the manual has them all under KEYS\n"
		"config:5: key x is bound twice: to DOWN, and to UP in line 3\n");
	expect_keys(&settings, REQUEST_UP, "x");
	expect_default(&settings, REQUEST_DOWN); /* all of its line is skipped */
	expect_brings(&settings, 'z', REQUEST_COUNT);
	settings_free(&settings);
	/* in the order of lines, not of requests */
	expect_complaints(&settings, "DOWN = z x\nUP = x\n",
		"config:3: key x is bound twice: to UP, and to DOWN in line 2\n");
	expect_keys(&settings, REQUEST_DOWN, "z x");
	expect_default(&settings, REQUEST_UP);
	settings_free(&settings);
}

static void a_default_key_goes_before_a_line(void **state)
{
	struct settings settings;

	(void)state;
	expect_complaints(&settings, "UP = x q\n",
		"config:2: key q is bound twice: to UP, and to QUIT by default\n");
	expect_default(&settings, REQUEST_UP);
	expect_brings(&settings, 'q', REQUEST_QUIT);
	expect_brings(&settings, 'x', REQUEST_COUNT);
	settings_free(&settings);
	expect_complaints(&settings, "QUIT = k\n",
		"config:2: key k is bound twice: to QUIT, and to UP by default\n");
	expect_default(&settings, REQUEST_QUIT);
	expect_default(&settings, REQUEST_UP);
	settings_free(&settings);
}

/* Two names of what is one key when it is pressed. */
static void names_of_one_key_are_one(void **state)
{
	struct settings settings;

	(void)state;
	expect_complaints(&settings, "UP = ^I\n",
		"config:2: key ^I is bound twice: to UP, and to NEXT_TAB by default\n");
	settings_free(&settings);
	expect_complaints(&settings, "UP = ^J\n",
		"config:2: key ^J is bound twice: to UP, and to DETAILS by default\n");
	settings_free(&settings);
	expect_complaints(&settings, "UP = Backspace\nTAG = ^H\n",
		"config:3: key Backspace is bound twice: to TAG, and to UP in line 2\n");
	settings_free(&settings);
}

static void keys_can_be_swapped(void **state)
{
	struct settings settings;

	(void)state;
	expect_complaints(&settings, "SEARCH_NEXT = N\nSEARCH_PREVIOUS = n\n", "");
	expect_brings(&settings, 'n', REQUEST_SEARCH_PREVIOUS);
	expect_brings(&settings, 'N', REQUEST_SEARCH_NEXT);
	settings_free(&settings);
	expect_complaints(&settings, "LEFT = Right\nRIGHT = Tab\nNEXT_TAB = Left\n", "");
	expect_brings(&settings, KEYMAP_FUNCTION + KEY_LEFT, REQUEST_NEXT_TAB);
	expect_brings(&settings, KEYMAP_FUNCTION + KEY_RIGHT, REQUEST_LEFT);
	expect_brings(&settings, '\t', REQUEST_RIGHT);
	settings_free(&settings);
	/* twice for one request is no conflict */
	expect_complaints(&settings, "SEARCH_NEXT = n n x\n", "");
	settings_free(&settings);
}

/* Who loses has its default keys again, which may be another's by now, and so on. */
static void chains_of_conflicts_end(void **state)
{
	struct settings settings;

	(void)state;
	expect_complaints(&settings,
		"SEARCH_NEXT = N\nSEARCH_PREVIOUS = >\nORDER_NEXT = <\nPAUSE = x\n",
		"config:4: key < is bound twice: to ORDER_NEXT, and to ORDER_PREVIOUS by default\n"
		"config:3: key > is bound twice: to SEARCH_PREVIOUS, and to ORDER_NEXT by default\n"
		"config:2: key N is bound twice: to SEARCH_NEXT, and to SEARCH_PREVIOUS by "
		"default\n");
	expect_default(&settings, REQUEST_SEARCH_NEXT);
	expect_default(&settings, REQUEST_SEARCH_PREVIOUS);
	expect_default(&settings, REQUEST_ORDER_NEXT);
	expect_keys(&settings, REQUEST_PAUSE, "x");
	settings_free(&settings);
	expect_complaints(&settings, "UP = x\nDOWN = x\nPAUSE = x\n",
		"config:3: key x is bound twice: to DOWN, and to UP in line 2\n"
		"config:4: key x is bound twice: to PAUSE, and to UP in line 2\n");
	expect_keys(&settings, REQUEST_UP, "x");
	expect_default(&settings, REQUEST_DOWN);
	expect_default(&settings, REQUEST_PAUSE);
	settings_free(&settings);
}

static void nobody_is_locked_in(void **state)
{
	struct settings settings;

	(void)state;
	expect_complaints(&settings, "QUIT =\nCLOSE =\n",
		"config:2: QUIT needs a key\nconfig:3: CLOSE needs a key\n");
	expect_default(&settings, REQUEST_QUIT);
	expect_default(&settings, REQUEST_CLOSE);
	settings_free(&settings);
	expect_complaints(&settings, "QUIT = x\nCLOSE = F12\n", "");
	expect_brings(&settings, 'x', REQUEST_QUIT);
	expect_brings(&settings, KEYMAP_FUNCTION + KEY_F(12), REQUEST_CLOSE);
	expect_brings(&settings, 'q', REQUEST_COUNT);
	settings_free(&settings);
}

/* random lines; the same ones in every run */

static void make_lines(struct buf *lines)
{
	static const char *const names[] = { "q", "Esc", "n", "N", "<", ">", "Up", "Enter", "x",
		"y", "F1", "F99" };
	size_t left, keys;

	buf_clear(lines);
	for (left = (size_t)random() % RANDOM_LINES; left > 0; left--) {
		buf_printf(lines, "%s =", requests[(size_t)random() % REQUEST_COUNT].name);
		for (keys = (size_t)random() % 4; keys > 0; keys--)
			buf_printf(lines, " %s", names[(size_t)random() % LENGTH(names)]);
		buf_char(lines, '\n');
	}
}

/* Every key that a request has brings it, and thus no other. */
static void expect_settled(const struct settings *settings, const char *lines)
{
	enum request request;
	const char *at;
	size_t length;

	for (request = 0; request < REQUEST_COUNT; request++) {
		at = keymap_keys(&settings->keymap, request);
		assert_true(*at || (request != REQUEST_QUIT && request != REQUEST_CLOSE));
		for (; *at; at += length + (at[length] == ' ')) {
			length = strcspn(at, " ");
			if (keymap_request(&settings->keymap, keymap_parse(at, length)) != request)
				fail_msg("%.*s brings not %s alone after:\n%s", (int)length, at,
					requests[request].name, lines);
		}
	}
}

/* How many different numbers of lines there are in complaints. */
static unsigned lines_in(const struct buf *complaints)
{
	const char *at = buf_str(complaints);
	bool seen[RANDOM_LINES + 2] = { false };
	unsigned long number;
	unsigned count = 0;

	for (; *at; at = strchr(at, '\n') + 1) {
		number = strtoul(at + strlen("config:"), NULL, 10);
		assert_true(number >= 2 && number < LENGTH(seen));
		count += !seen[number];
		seen[number] = true;
	}
	return count;
}

static void any_lines_can_be_settled(void **state)
{
	struct buf lines = { 0 }, complaints = { 0 };
	struct settings settings;
	unsigned given, taken;
	enum request request;
	const char *at;
	int turn;

	(void)state;
	srandom(1);
	for (turn = 0; turn < RANDOM_FILES; turn++) {
		make_lines(&lines);
		read_keys(&settings, buf_str(&lines), &complaints);
		expect_settled(&settings, buf_str(&lines));
		/* a line is taken over, or else there is a complaint of it */
		for (given = 0, at = buf_str(&lines); *at; at++)
			given += *at == '\n';
		for (taken = 0, request = 0; request < REQUEST_COUNT; request++)
			taken += settings.keymap.keys[request] != NULL;
		assert_int_equal(given, taken + lines_in(&complaints));
		settings_free(&settings);
		buf_free(&complaints);
	}
	buf_free(&lines);
}

/* Keys are the user's own lines. */
static void writing_keeps_keys(void **state)
{
	struct buf complaints = { 0 };
	struct settings settings;

	(void)state;
	expect_complaints(&settings, "  REMOVE=F8 x\nTAG =\n[general]\ndelay = 3\n", "");
	settings.delay = 4;
	assert_int_equal(config_write("config", &settings), 0);
	settings_free(&settings);
	settings_init(&settings);
	assert_int_equal(config_read("config", &settings, &complaints), 0);
	expect_text(&complaints, "");
	expect_keys(&settings, REQUEST_REMOVE, "F8 x");
	expect_keys(&settings, REQUEST_TAG, "");
	assert_true(settings.delay > 3);
	settings_free(&settings);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		IN_FOLDER(a_request_gets_other_keys),
		IN_FOLDER(a_request_may_have_no_key),
		IN_FOLDER(keys_of_all_sorts_can_be_named),
		IN_FOLDER(of_two_lines_the_later_loses),
		IN_FOLDER(a_default_key_goes_before_a_line),
		IN_FOLDER(names_of_one_key_are_one),
		IN_FOLDER(keys_can_be_swapped),
		IN_FOLDER(chains_of_conflicts_end),
		IN_FOLDER(nobody_is_locked_in),
		IN_FOLDER(any_lines_can_be_settled),
		IN_FOLDER(writing_keeps_keys),
	};

	return tap_run(cases, LENGTH(cases), NULL, NULL);
}
