/*
 * Keys that do not mean what they would do: held down, scrolled, typed for another question. And
 * Esc, which leaves the cursor on the object that it was on.
 */
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>

#include "home.h"
#include "ui.h"

enum { WHEEL_DOWN = 65, ROW = 10 };

static void wheel(struct term *term)
{
	char text[TERM_MOUSE];

	term_mouse_text(term, text, WHEEL_DOWN, (struct term_place){ ROW, ROW }, true);
	term_type(term, text);
}

/* A key that asks, held down, is no answer, whatever letter it is. */
static void the_key_that_asks_does_not_answer(void **state)
{
	int id = ipc_segment(0x2a, 4096, 0600);
	struct term *term;

	(void)state;
	home_write("[keys]\nREMOVE = y\n");
	term = ui_open(NULL, "-m", NULL);
	EXPECT(term, ui_cursor_id(term) == id);
	term_type(term, "yyy");
	SEE(term, "Remove 1 object");
	term_type(term, "\t");
	SEE(term, "[ Yes ]");
	assert_true(ipc_exists(KIND_SHM, id));
	ui_key(term, "Enter");
	SEE(term, "removed");
	assert_false(ipc_exists(KIND_SHM, id));
	ui_quit(term);
}

/* What was typed, or pasted, before a question stood on the screen is no answer to it. */
static void only_what_is_seen_is_answered(void **state)
{
	int ids[] = { ipc_segment(0x2a, 4096, 0600), ipc_segment(0x2b, 4096, 0600) };
	struct term *term = ui_open(NULL, "-m", NULL);

	(void)state;
	EXPECT(term, ui_rows(term) == 2);
	term_type(term, "Kyoto");
	SEE(term, "Remove 1 object");
	ui_press(term, 'n');
	SEE(term, "nothing removed");
	term_type(term, "AKyes\r");
	SEE(term, "Remove 2 objects");
	ui_key(term, "Esc");
	SEE(term, "nothing removed");
	/* where there is no room for it, too */
	ui_press(term, 'K');
	SEE(term, "Remove 2 objects");
	term_resize(term, 3, 10);
	SEE(term, "too small");
	term_type(term, "yes\r");
	term_resize(term, 24, 80);
	SEE(term, "Remove 2 objects");
	assert_true(ipc_exists(KIND_SHM, ids[0]) && ipc_exists(KIND_SHM, ids[1]));
	term_resize(term, 3, 10);
	SEE(term, "too small");
	ui_key(term, "^C");
	assert_int_equal(term_close(term), 0);
}

/* The wheel moves, by whatever keys: it types nothing. */
static void the_wheel_types_nothing(void **state)
{
	int ids[] = { ipc_segment(0x2a, 4096, 0600), ipc_segment(0x2b, 4096, 0600) };
	struct term *term;

	(void)state;
	home_write("[keys]\nUP = k Up\nDOWN = j Down\n");
	term = ui_open(NULL, "-m", "--sort", "key", NULL);
	EXPECT(term, ui_cursor_id(term) == ids[0]);
	term_need(term, "kmous");
	ui_press(term, 'm');
	SEE(term, "the mouse clicks here");
	ui_key(term, "F4");
	SEE(term, "Filter:");
	wheel(term);
	term_type(term, "0x");
	SEE(term, "Filter: 0x");
	ui_key(term, "Esc");
	GONE(term, "Filter:");
	ui_press(term, 'A');
	ui_press(term, 'K');
	ASKED(term, "Type yes");
	wheel(term);
	term_type(term, "ye");
	SEE(term, ": ye");
	ui_key(term, "Esc");
	SEE(term, "nothing removed");
	assert_true(ipc_exists(KIND_SHM, ids[0]) && ipc_exists(KIND_SHM, ids[1]));
	ui_quit(term);
}

/* What the filter hid while it was typed is under the cursor again. */
static void esc_takes_the_cursor_back_from_a_filter(void **state)
{
	struct term *term;
	int ids[3];

	(void)state;
	for (int i = 0; i < 3; i++)
		ids[i] = ipc_segment(0x10 + i, 4096, 0600);
	term = ui_open(NULL, "-m", "--sort", "key", NULL);
	EXPECT(term, ui_cursor_id(term) == ids[0]);
	ui_press(term, 'j');
	EXPECT(term, ui_cursor_id(term) == ids[1]);
	ui_key(term, "F4");
	SEE(term, "Filter:");
	term_type(term, "0x00000012");
	EXPECT(term, ui_rows(term) == 1 && ui_row_of(term, ids[2]) > 0);
	ui_key(term, "Esc");
	EXPECT(term, ui_cursor_id(term) == ids[1]);
	ui_quit(term);
}

/* A row that comes above while a search is typed does not shift where Esc leads. */
static void esc_takes_the_cursor_back_from_a_search(void **state)
{
	struct term *term;
	int first, second;

	(void)state;
	first = ipc_segment(0x20, 4096, 0600);
	second = ipc_segment(0x21, 4096, 0600);
	term = ui_open(NULL, "-m", "--sort", "key", "--delay", "0.2", NULL);
	EXPECT(term, ui_cursor_id(term) == first);
	ui_press(term, 'j');
	EXPECT(term, ui_cursor_id(term) == second);
	ui_key(term, "F3");
	SEE(term, "Search:");
	term_type(term, "0x00000020");
	EXPECT(term, ui_selected_id(term) == first);
	ipc_segment(0x10, 4096, 0600);
	EXPECT(term, ui_rows(term) == 3);
	ui_key(term, "Esc");
	EXPECT(term, ui_cursor_id(term) == second);
	ui_quit(term);
}

/* That a search went round is told also from the last row, and from the first. */
static void a_search_that_goes_round_says_so(void **state)
{
	struct term *term;
	int ids[2];

	(void)state;
	ids[0] = ipc_segment(0x20, 4096, 0600);
	ids[1] = ipc_segment(0x21, 4096, 0600);
	term = ui_open(NULL, "-m", "--sort", "key", NULL);
	EXPECT(term, ui_cursor_id(term) == ids[0]);
	ui_key(term, "F3");
	term_type(term, "0x0000002\r");
	GONE(term, "Search:");
	ui_press(term, 'n');
	EXPECT(term, ui_cursor_id(term) == ids[1]);
	GONE(term, "searched on");
	ui_press(term, 'n');
	SEE(term, "searched on from the top");
	EXPECT(term, ui_cursor_id(term) == ids[0]);
	ui_press(term, 'N');
	SEE(term, "searched on from the end");
	ui_quit(term);
}

/* Asking for the interval and taking it as it is changes nothing of it. */
static void an_interval_keeps_its_digits(void **state)
{
	struct term *term;

	(void)state;
	ipc_segment(0x20, 4096, 0600);
	home_write("[general]\ndelay = 2\n");
	term = ui_open(NULL, "--delay", "0.25", NULL);
	SEE(term, "sorted by");
	ui_press(term, 'd');
	SEE(term, "Interval in seconds: 0.25");
	ui_key(term, "Enter");
	GONE(term, "Interval in seconds");
	ui_press(term, 'W');
	SEE(term, "written to");
	assert_non_null(strstr(home_read(), "delay = 0.25\n"));
	ui_quit(term);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		UI_CASE(the_key_that_asks_does_not_answer),
		UI_CASE(only_what_is_seen_is_answered),
		UI_CASE(the_wheel_types_nothing),
		UI_CASE(esc_takes_the_cursor_back_from_a_filter),
		UI_CASE(esc_takes_the_cursor_back_from_a_search),
		UI_CASE(a_search_that_goes_round_says_so),
		UI_CASE(an_interval_keeps_its_digits),
	};

	return tap_run(cases, sizeof(cases) / sizeof(cases[0]), ipc_enter, NULL);
}
