/*
 * Types of terminals that differ in what they can: a little of everything on each of them. The
 * whole suite runs on one of them with IPCTOP_TEST_TERM, which is what `make prove` does.
 */
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>

#include "home.h"
#include "ui.h"

enum { TITLES_ROW = 5, TYPE = 64, SEGMENTS = 5 };

static int ids[SEGMENTS];

/* Start on the type that the case is for: `state` is its name. */
static struct term *open_on(void **state, const char *option)
{
	static char setting[TYPE];
	const char *const env[] = { setting, NULL };
	const struct term_how how = { .env = env };
	struct term *term;

	snprintf(setting, sizeof setting, "TERM=%s", (const char *)*state);
	for (int i = 0; i < SEGMENTS; i++)
		ids[i] = ipc_segment(0x100 + i, 4096u * (unsigned)(i + 1), 0600);
	term = ui_open(&how, "-m", "--sort", "key", option, NULL);
	if (!term_has(term, "cup"))
		tap_skip("terminfo does not know %s", (const char *)*state);
	EXPECT(term, ui_cursor_id(term) == ids[0] && ui_rows(term) == SEGMENTS);
	return term;
}

static void tables(void **state)
{
	struct term *term = open_on(state, NULL);

	EXPECT(term, term_altscreen(term) == term_has(term, "smcup"));
	EXPECT(term, strstr(term_row(term, TITLES_ROW), "OWNER"));
	EXPECT(term, strstr(term_row(term, 23), "F1Help") && strstr(term_row(term, 23), "F10Quit"));
	EXPECT(term,
		term_cell(term, term_cursor(term).row, 2).reverse ||
			term_cell(term, term_cursor(term).row, 2).coloured);
	term_type(term, "4");
	SEE(term, "SHMMNI");
	term_type(term, "3 ");
	EXPECT(term, ui_tagged(term, ids[0]));
	ui_quit(term);
	assert_int_equal(term_wrote_colour(term), term_has(term, "colors"));
}

/* As far as the type has them. */
static void arrows(void **state)
{
	static const struct {
		VTermKey key;
		int at;
	} moves[] = {
		{ VTERM_KEY_DOWN, 1 },
		{ VTERM_KEY_DOWN, 2 },
		{ VTERM_KEY_UP, 1 },
		{ VTERM_KEY_END, SEGMENTS - 1 },
		{ VTERM_KEY_HOME, 0 },
		{ VTERM_KEY_PAGEDOWN, SEGMENTS - 1 },
		{ VTERM_KEY_PAGEUP, 0 },
	};
	struct term *term = open_on(state, NULL);

	for (size_t i = 0; i < sizeof moves / sizeof *moves; i++) {
		if (!term_has_key(term, moves[i].key))
			continue;
		term_key(term, moves[i].key);
		EXPECT(term, ui_cursor_id(term) == ids[moves[i].at]);
	}
	assert_true(term_has_key(term, VTERM_KEY_UP) && term_has_key(term, VTERM_KEY_DOWN));
	/* A lone Esc is no arrow. */
	ui_press(term, 'g');
	EXPECT(term, ui_cursor_id(term) == ids[0]);
	term_key(term, VTERM_KEY_ESCAPE);
	term_key(term, VTERM_KEY_DOWN);
	EXPECT(term, ui_cursor_id(term) == ids[1]);
	ui_quit(term);
}

static void function_keys(void **state)
{
	static const char *const shows[] = { [1] = " Help ",
		[2] = "Theme ",
		[3] = "Search:",
		[4] = "Filter:",
		[5] = "[6 Groups]",
		[6] = "Sort by",
		[7] = " Segment ",
		[9] = "Remove 1 object" };
	struct term *term = open_on(state, NULL);

	for (int i = 1; i <= 10; i++)
		assert_true(term_has_key(term, (VTermKey)VTERM_KEY_FUNCTION(i)));
	for (int i = 1; i <= 9; i++) {
		if (!shows[i])
			continue;
		term_key(term, (VTermKey)VTERM_KEY_FUNCTION(i));
		SEE(term, shows[i]);
		if (i == 5)
			ui_press(term, '3');
		else
			term_key(term, VTERM_KEY_ESCAPE);
		GONE(term, shows[i]);
		EXPECT(term, ui_rows(term) == SEGMENTS);
	}
	assert_true(ipc_exists(KIND_SHM, ids[0]));
	term_key(term, VTERM_KEY_FUNCTION(10));
	EXITS(term, 0);
	ui_restored(term);
}

static void removal(void **state)
{
	struct term *term = open_on(state, NULL);

	term_key(term, VTERM_KEY_FUNCTION(9));
	SEE(term, "Remove 1 object");
	SEE(term, "[ No ]");
	term_key(term, VTERM_KEY_ENTER);
	SEE(term, "nothing removed");
	assert_true(ipc_exists(KIND_SHM, ids[0]));
	ui_press(term, 'K');
	SEE(term, "[ No ]");
	term_type(term, "\t");
	SEE(term, "[ Yes ]");
	term_key(term, VTERM_KEY_ENTER);
	SEE(term, "removed");
	EXPECT(term, ui_row_of(term, ids[0]) < 0 && !ipc_exists(KIND_SHM, ids[0]));
	assert_true(ipc_exists(KIND_SHM, ids[1]));
	ui_quit(term);
}

/*
 * What the type does not know: modified arrows, the focus, the edges of what is pasted, late
 * answers to questions. None of their letters is a key: there are tabs, tags, the order and the
 * help.
 */
static void unknown_sequences(void **state)
{
	static const char *const unknown[] = { "\033[1;3A", "\033[1;5A", "\033[I", "\033[O",
		"\033[200~", "\033[201~", "\033[?62;22c", "\033[[V", "\033[24;1R", "\033Oh" };
	struct term *term = open_on(state, NULL);

	for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
		ui_press(term, 'g');
		EXPECT(term, ui_cursor_id(term) == ids[0]);
		term_send(term, unknown[i], strlen(unknown[i]));
		ui_press(term, 'j');
		EXPECT(term, ui_cursor_id(term) == ids[1]);
		EXPECT(term, ui_rows(term) == SEGMENTS && !ui_tagged(term, ids[0]));
	}
	/* these every terminal sends, whatever its type says */
	ui_press(term, 'g');
	term_send(term, "\033[6~", 4);
	EXPECT(term, ui_cursor_id(term) == ids[SEGMENTS - 1]);
	term_send(term, "\033[20~", 5);
	SEE(term, "Remove 1 object");
	term_key(term, VTERM_KEY_ESCAPE);
	GONE(term, "Remove 1 object");
	ui_quit(term);
}

/* A control character is a key by itself, whatever the type calls it. */
static void control_keys(void **state)
{
	struct term *term;

	home_write("[keys]\nSUSPEND = x\nREFRESH = r\nPAUSE = ^Z ^L\n");
	term = open_on(state, NULL);
	ui_key(term, "^Z");
	EXPECT(term, strstr(ui_status(term), "PAUSED"));
	ui_key(term, "^L");
	EXPECT(term, !strstr(ui_status(term), "PAUSED"));
	ui_quit(term);
}

/* A dialog has a whole frame, of lines or of ASCII; details go from one object to the next. */
static void frames(void **state)
{
	static const char *const options[] = { NULL, "--ascii" };
	static const char *const corners[] = { "\342\224\214\342\224\200", "+-" };

	for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
		struct term *term = open_on(state, options[i]);
		struct term_place at;

		ui_press(term, 'K');
		SEE(term, corners[i]);
		EXPECT(term, term_find(term, corners[i], &at) && at.row > 0);
		ui_press(term, 'n');
		GONE(term, corners[i]);
		term_key(term, VTERM_KEY_ENTER);
		SEE(term, "0x00000100 (256)");
		term_key(term, VTERM_KEY_RIGHT);
		SEE(term, "0x00000101 (257)");
		ui_press(term, 'q');
		ui_quit(term);
		ui_free(term);
		ipc_clear();
	}
}

static void sizes(void **state)
{
	static const int to[][2] = { { 4, 20 }, { 60, 200 }, { 2, 10 }, { 24, 80 } };
	struct term *term = open_on(state, NULL);

	for (size_t i = 0; i < sizeof to / sizeof *to; i++) {
		term_resize(term, to[i][0], to[i][1]);
		if (to[i][0] < 4)
			SEE(term, "small");
		else
			EXPECT(term, ui_rows(term) > 0 && ui_cursor_id(term) == ids[0]);
	}
	EXPECT(term, strstr(term_row(term, 23), "F10Quit"));
	ui_quit(term);
}

#define ON(type, function)                                                                         \
	{                                                                                          \
#function "_on_" type, function, ui_setup, ui_teardown, (void *)(uintptr_t)(type)  \
	}
#define ALL_ON(type)                                                                               \
	ON(type, tables), ON(type, arrows), ON(type, function_keys), ON(type, removal),            \
		ON(type, control_keys), ON(type, unknown_sequences), ON(type, frames),             \
		ON(type, sizes)

int main(void)
{
	const struct CMUnitTest cases[] = {
		ALL_ON("vt100"),
		ALL_ON("linux"),
		ALL_ON("screen-256color"),
		ALL_ON("tmux-256color"),
	};

	return tap_run(cases, sizeof cases / sizeof *cases, ipc_enter, NULL);
}
