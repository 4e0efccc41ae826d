/*
 * tui/theme: what can be told of themes without a terminal. Those with colours are asked for on
 * one that curses writes to /dev/null for.
 */
#include "unit.h"

#include <fcntl.h>

#include "ipctop/tui/theme.h"

#include <term.h> /* after curses.h; it names things as it likes */

static void themes_are_found_by_their_name(void **state)
{
	size_t i;

	(void)state;
	assert_true(theme_count > 0);
	for (i = 0; i < theme_count; i++)
		assert_ptr_equal(theme_find(themes[i].name), &themes[i]);
	assert_ptr_equal(theme_find("default"), &themes[0]);
	assert_non_null(theme_find("mono"));
	assert_non_null(theme_find("256"));
	assert_null(theme_find(""));
	assert_null(theme_find("Default"));
	assert_null(theme_find("mon"));
	assert_null(theme_find("mono "));
}

static void themes_tell_of_themselves(void **state)
{
	size_t i, j, plain = 0;

	(void)state;
	for (i = 0; i < theme_count; i++) {
		assert_true(themes[i].name[0] != '\0');
		assert_true(themes[i].help[0] != '\0');
		assert_true(themes[i].colors >= 0);
		assert_non_null(themes[i].looks);
		plain += themes[i].colors == 0;
		for (j = 0; j < i; j++) {
			assert_string_not_equal(themes[i].name, themes[j].name);
			assert_string_not_equal(themes[i].help, themes[j].help);
		}
	}
	assert_true(plain > 0); /* there is one for any terminal */
}

/* In the theme in use each of these is told from plain text, and apart where they meet. */
static void expect_told_apart(const struct theme *theme)
{
	static const enum style matter[] = { STYLE_TITLE, STYLE_ALARM, STYLE_BAR_HIGH,
		STYLE_BAR_FULL, STYLE_TAB_CHOSEN, STYLE_HEADING, STYLE_HEADING_ORDER, STYLE_CURSOR,
		STYLE_TAGGED, STYLE_NEW, STYLE_CHANGED, STYLE_ERROR, STYLE_KEY_LABEL,
		STYLE_BUTTON };
	static const enum style pairs[][2] = {
		{ STYLE_TAB, STYLE_TAB_CHOSEN },
		{ STYLE_HEADING, STYLE_HEADING_ORDER },
		{ STYLE_CURSOR, STYLE_TAGGED },
		{ STYLE_BAR, STYLE_BAR_HIGH },
		{ STYLE_BAR_HIGH, STYLE_BAR_FULL },
		{ STYLE_STATUS, STYLE_ERROR },
		{ STYLE_ALARM, STYLE_TITLE },
		{ STYLE_KEY, STYLE_KEY_LABEL },
		{ STYLE_DIALOG, STYLE_BUTTON },
	};
	size_t i;

	assert_int_equal(theme_attributes(STYLE_PLAIN), A_NORMAL);
	for (i = 0; i < LENGTH(matter); i++) {
		if (theme_attributes(matter[i]) == theme_attributes(STYLE_PLAIN))
			fail_msg("%s: style %d looks plain", theme->name, matter[i]);
	}
	for (i = 0; i < LENGTH(pairs); i++) {
		if (theme_attributes(pairs[i][0]) == theme_attributes(pairs[i][1]))
			fail_msg("%s: styles %d and %d look the same", theme->name, pairs[i][0],
				pairs[i][1]);
	}
}

static void expect_no_colors(void)
{
	enum style style;

	for (style = 0; style < STYLE_COUNT; style++)
		assert_int_equal(theme_attributes(style) & A_COLOR, 0);
}

/* Nothing of curses is called for it: there is no terminal yet. */
static void without_colors_there_is_the_plain_theme(void **state)
{
	size_t i;

	(void)state;
	theme_start(false);
	for (i = 0; i < theme_count; i++) {
		assert_ptr_equal(theme_use(&themes[i]), theme_find("mono"));
		expect_told_apart(theme_find("mono"));
		expect_no_colors();
	}
}

/* terminals */

struct terminal {
	FILE *in, *out;
	SCREEN *screen;
};

static void open_terminal(struct terminal *terminal, const char *type, int colors, bool color)
{
	terminal->in = fopen("/dev/null", "r");
	terminal->out = fopen("/dev/null", "w");
	assert_non_null(terminal->in);
	assert_non_null(terminal->out);
	terminal->screen = newterm(type, terminal->out, terminal->in);
	if (!terminal->screen) {
		fclose(terminal->in);
		fclose(terminal->out);
		tap_skip("terminfo knows no %s", type);
	}
	theme_start(color);
	if (color && colors > 0)
		assert_int_equal(tigetnum("colors"), colors);
}

static void close_terminal(struct terminal *terminal)
{
	endwin();
	delscreen(terminal->screen);
	fclose(terminal->in);
	fclose(terminal->out);
}

static void any_theme_goes_with_256_colors(void **state)
{
	struct terminal terminal;
	short foreground, background;
	enum style style;
	size_t i;

	(void)state;
	for (i = 0; i < theme_count; i++) {
		open_terminal(&terminal, "xterm-256color", 256, true);
		assert_ptr_equal(theme_use(&themes[i]), &themes[i]);
		expect_told_apart(&themes[i]);
		if (themes[i].colors == 0)
			expect_no_colors();
		for (style = 0; style < STYLE_COUNT; style++) {
			if (PAIR_NUMBER(theme_attributes(style)) == 0)
				continue;
			assert_int_equal(pair_content((short)PAIR_NUMBER(theme_attributes(style)),
						 &foreground, &background),
				OK);
			assert_int_not_equal(foreground, background);
			assert_true(foreground < themes[i].colors);
			assert_true(background < themes[i].colors);
		}
		close_terminal(&terminal);
	}
}

static void with_fewer_colors_another_theme_is_used(void **state)
{
	struct terminal terminal;

	(void)state;
	open_terminal(&terminal, "xterm", 8, true);
	assert_ptr_equal(theme_use(theme_find("default")), theme_find("default"));
	expect_told_apart(theme_find("default"));
	assert_int_not_equal(theme_attributes(STYLE_ERROR) & A_COLOR, 0);
	assert_ptr_equal(theme_use(theme_find("256")), theme_find("default"));
	expect_told_apart(theme_find("default"));
	assert_ptr_equal(theme_use(theme_find("mono")), theme_find("mono"));
	expect_no_colors();
	close_terminal(&terminal);
}

static void colors_may_be_unwanted_or_missing(void **state)
{
	static const char *const types[] = { "xterm-256color", "vt100" };
	struct terminal terminal;
	size_t i, j;

	(void)state;
	for (i = 0; i < LENGTH(types); i++) {
		open_terminal(&terminal, types[i], 0, i == 1);
		for (j = 0; j < theme_count; j++) {
			assert_ptr_equal(theme_use(&themes[j]), theme_find("mono"));
			expect_told_apart(theme_find("mono"));
			expect_no_colors();
		}
		close_terminal(&terminal);
	}
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(themes_are_found_by_their_name),
		cmocka_unit_test(themes_tell_of_themselves),
		cmocka_unit_test(without_colors_there_is_the_plain_theme),
		cmocka_unit_test(any_theme_goes_with_256_colors),
		cmocka_unit_test(with_fewer_colors_another_theme_is_used),
		cmocka_unit_test(colors_may_be_unwanted_or_missing),
	};

	return tap_run(cases, LENGTH(cases), NULL, NULL);
}
