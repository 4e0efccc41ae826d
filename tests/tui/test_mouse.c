/* The mouse: it is the terminal's own until it is asked for, and what it does then. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>

#include "ui.h"

enum { OBJECTS = 30, TITLES_ROW = 5, BAR_ROW = 23, LEFT = 0, WHEEL_UP = 64, WHEEL_DOWN = 65 };

#define MOUSE_ON  "1000h"
#define MOUSE_OFF "1000l"

static int ids[OBJECTS];

static void event(struct term *term, int button, int row, int col)
{
	char text[TERM_MOUSE];

	term_mouse_text(term, text, button, (struct term_place){ row, col }, true);
	term_type(term, text);
	if (button >= WHEEL_UP)
		return;
	term_mouse_text(term, text, button, (struct term_place){ row, col }, false);
	term_type(term, text);
}

static void click(struct term *term, int row, int col)
{
	event(term, LEFT, row, col);
}

static void click_on(struct term *term, const char *text)
{
	struct term_place at;

	EXPECT(term, term_find(term, text, &at));
	click(term, at.row, at.col + 1);
}

static struct term *open_some(const struct term_how *how)
{
	struct term *term;

	for (int i = 0; i < OBJECTS; i++)
		ids[i] = ipc_segment(0x100 + i, 4096u * (unsigned)(OBJECTS - i), 0600);
	term = ui_open(how, "-m", "--sort", "key", NULL);
	EXPECT(term, ui_cursor_id(term) == ids[0]);
	return term;
}

static struct term *open_with_mouse(void)
{
	struct term *term = open_some(NULL);

	term_need(term, "kmous");
	ui_press(term, 'm');
	SEE(term, "the mouse clicks here");
	return term;
}

/* How often the program wrote this. */
static int written(struct term *term, const char *text)
{
	size_t size;
	const char *at = term_raw(term, &size);
	const char *end = at + size;
	int count = 0;

	for (; (at = memmem(at, (size_t)(end - at), text, strlen(text))); at++)
		count++;
	return count;
}

/* People copy ids: the terminal marks text as it always does. */
static void off_at_start(void **state)
{
	static const char *const modes[] = { MOUSE_ON, "1002h", "1003h", "1006h", "1006;" };
	struct term *term = open_some(NULL);

	(void)state;
	/* another program may have left it on: that is neither a click nor keys */
	click(term, TITLES_ROW + 4, 5);
	EXPECT(term, term_rest(term) && ui_cursor_id(term) == ids[0]);
	GONE(term, "the mouse");
	term_type(term, "j?");
	SEE(term, " Help ");
	ui_press(term, 'q');
	GONE(term, " Help ");
	ui_quit(term);
	for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
		assert_false(term_wrote(term, modes[i]));
}

static void on_and_off(void **state)
{
	struct term *term = open_with_mouse();

	(void)state;
	assert_int_equal(written(term, MOUSE_ON), 1);
	assert_int_equal(written(term, MOUSE_OFF), 0);
	ui_press(term, 'm');
	SEE(term, "the mouse marks text again");
	assert_int_equal(written(term, MOUSE_OFF), 1);
	/* What a terminal still sends then moves nothing, nor is it waited for. */
	click(term, TITLES_ROW + 4, 5);
	assert_true(term_rest(term));
	ui_press(term, 'Z');
	SEE(term, "PAUSED");
	EXPECT(term, ui_cursor_id(term) == ids[0]);
	ui_quit(term);
}

/* Where the terminal knows of none, nothing else is claimed. */
static void without_a_mouse(void **state)
{
	static const char *const vt100[] = { "TERM=vt100", NULL };
	static const struct term_how how = { .env = vt100 };
	struct term *term = open_some(&how);

	(void)state;
	for (int i = 0; i < 2; i++) {
		ui_press(term, 'm');
		SEE(term, "this terminal tells nothing of a mouse");
		ui_press(term, i == 0 ? 'j' : 'k');
		GONE(term, "mouse");
	}
	assert_int_equal(written(term, MOUSE_ON), 0);
	ui_quit(term);
}

/*
 * However it ends, the terminal gets its mouse back; also one whose description names no mode for
 * it, as in tmux.
 */
static void off_at_the_end(void **state)
{
	static const char *const tmux[] = { "TERM=tmux-256color", NULL };
	static const struct term_how in_tmux = { .env = tmux };
	static const int signals[] = { 0, SIGTERM, SIGSEGV };

	(void)state;
	for (int way = 0; way < 6; way++) {
		struct term *term = open_some(way < 3 ? NULL : &in_tmux);

		term_need(term, "kmous");
		ui_press(term, 'm');
		SEE(term, "the mouse clicks here");
		if (signals[way % 3] == 0)
			ui_press(term, 'q');
		else
			term_signal(term, signals[way % 3]);
		if (term_close(term) == -1)
			expect_ended(term, -1, "end", __FILE__, __LINE__);
		printf("# way %d\n", way);
		assert_true(written(term, MOUSE_OFF) >= 1);
		ui_restored(term);
		ui_free(term);
		ipc_clear();
	}
}

/* A stopped program does not keep the mouse, and has it again when it goes on. */
static void off_while_suspended(void **state)
{
	static const char script[] = "set -m; \"$IPCTOP\" -m --delay 60; echo it stands; read go; "
				     "fg > /dev/null; echo it ended with $?";
	const char *const args[] = { "sh", "-c", script, NULL };
	struct term *term;

	(void)state;
	ids[0] = ipc_segment(0x100, 4096, 0600);
	ids[1] = ipc_segment(0x101, 2048, 0600);
	ui_program();
	term = term_open(NULL, args);
	EXPECT(term, ui_rows(term) == 2);
	if (!term_has(term, "kmous")) {
		term_free(term);
		tap_skip("the terminal has no mouse");
	}
	ui_press(term, 'm');
	SEE(term, "the mouse clicks here");
	ui_key(term, "^Z");
	SEE(term, "it stands");
	assert_int_equal(written(term, MOUSE_OFF), 1);
	term_type(term, "\r");
	EXPECT(term, ui_cursor_id(term) == ids[0]);
	EXPECT(term, written(term, MOUSE_ON) == 2);
	click(term, ui_row_of(term, ids[1]), 5);
	EXPECT(term, ui_cursor_id(term) == ids[1]);
	ui_press(term, 'q');
	SEE(term, "it ended with 0");
	assert_int_equal(written(term, MOUSE_OFF), 2);
	term_free(term);
}

static void click_selects(void **state)
{
	struct term *term = open_with_mouse();

	(void)state;
	click(term, TITLES_ROW + 4, 20);
	EXPECT(term, ui_cursor_id(term) == ids[3]);
	click(term, TITLES_ROW + 1, 0);
	EXPECT(term, ui_cursor_id(term) == ids[0]);
	click(term, TITLES_ROW + 2, 79);
	EXPECT(term, ui_cursor_id(term) == ids[1]);
	/* Neither the bars nor the status are anything to click on; other buttons do nothing. */
	click(term, 2, 10);
	click(term, BAR_ROW - 1, 10);
	event(term, 2, TITLES_ROW + 6, 10);
	ui_press(term, 'Z');
	EXPECT(term, strstr(ui_status(term), "PAUSED") && ui_cursor_id(term) == ids[1]);
	ui_quit(term);
}

/* Below the last row there is nothing, and nothing happens. */
static void click_below_the_rows(void **state)
{
	struct term *term;

	(void)state;
	ids[0] = ipc_segment(0x100, 4096, 0600);
	ids[1] = ipc_segment(0x101, 4096, 0600);
	term = ui_open(NULL, "-m", "--sort", "key", NULL);
	term_need(term, "kmous");
	EXPECT(term, ui_cursor_id(term) == ids[0]);
	ui_press(term, 'm');
	SEE(term, "the mouse clicks here");
	click(term, TITLES_ROW + 9, 5);
	ui_press(term, 'Z');
	EXPECT(term, strstr(ui_status(term), "PAUSED") && ui_cursor_id(term) == ids[0]);
	ui_quit(term);
}

static void click_on_a_title_orders(void **state)
{
	struct term *term = open_with_mouse();

	(void)state;
	click_on(term, "SIZE");
	EXPECT(term, strstr(ui_status(term), "sorted by SIZE"));
	SEE(term, "SIZE\342\226\264");
	EXPECT(term, ui_cursor_id(term) == ids[0]);
	click_on(term, "SIZE");
	SEE(term, "SIZE\342\226\276");
	EXPECT(term, ui_row_of(term, ids[0]) == TITLES_ROW + 1);
	/* another column takes the direction over */
	click_on(term, "ID");
	SEE(term, "ID\342\226\276");
	EXPECT(term, strstr(ui_status(term), "sorted by ID"));
	ui_quit(term);
}

static void wheel_moves(void **state)
{
	struct term *term = open_with_mouse();

	(void)state;
	event(term, WHEEL_DOWN, 10, 10);
	EXPECT(term, ui_cursor_id(term) == ids[3]);
	event(term, WHEEL_DOWN, 0, 0);
	EXPECT(term, ui_cursor_id(term) == ids[6]);
	event(term, WHEEL_UP, BAR_ROW, 3);
	EXPECT(term, ui_cursor_id(term) == ids[3]);
	event(term, WHEEL_UP, 10, 10);
	event(term, WHEEL_UP, 10, 10);
	EXPECT(term, ui_cursor_id(term) == ids[0]);
	for (int i = 0; i < OBJECTS; i++)
		event(term, WHEEL_DOWN, 10, 10);
	EXPECT(term, ui_cursor_id(term) == ids[OBJECTS - 1]);
	ui_quit(term);
}

static void click_on_a_tab(void **state)
{
	struct term *term = open_with_mouse();

	(void)state;
	click_on(term, "2 Semaphores");
	SEE(term, "[2 Semaphores]");
	click_on(term, "4 Limits");
	SEE(term, "[4 Limits]");
	click_on(term, "1 Queues");
	SEE(term, "[1 Queues]");
	click_on(term, "3 Segments");
	SEE(term, "[3 Segments]");
	EXPECT(term, ui_cursor_id(term) == ids[0]);
	ui_quit(term);
}

static void function_bar(void **state)
{
	static const struct {
		const char *label;
		const char *see;
	} keys[] = { { "F1Help", " Help " }, { "F2Setup", "Space changes" },
		{ "F3Search", "Search:" }, { "F4Filter", "Filter:" }, { "F6Sort", "Sort by" },
		{ "F7Details", "Segment " }, { "F9Remove", "Remove 1 object" } };
	struct term *term = open_with_mouse();

	(void)state;
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		click_on(term, keys[i].label);
		SEE(term, keys[i].see);
		ui_key(term, "Esc");
		GONE(term, keys[i].see);
	}
	click_on(term, "F10Quit");
	EXITS(term, 0);
	ui_restored(term);
}

/* What was clicked is done with, and was no answer: the dialog still says No. */
static void done_in_dialog(struct term *term)
{
	ui_key(term, "Tab");
	SEE(term, "[ Yes ]");
	ui_key(term, "Tab");
	SEE(term, "[ No ]");
}

/* A page or a dialog lies over all but the function bar. */
static void under_a_page(void **state)
{
	struct term *term = open_with_mouse();
	struct term_place tab = { 0 };

	(void)state;
	EXPECT(term, term_find(term, "2 Semaphores", &tab));
	ui_press(term, 'K');
	SEE(term, "Remove 1 object");
	click(term, TITLES_ROW + 2, 3);
	done_in_dialog(term);
	click(term, tab.row, tab.col + 2);
	done_in_dialog(term);
	click(term, TITLES_ROW, 45);
	done_in_dialog(term);
	event(term, WHEEL_DOWN, 10, 10);
	done_in_dialog(term);
	ui_key(term, "Enter");
	SEE(term, "nothing removed");
	assert_true(ipc_exists(KIND_SHM, ids[0]));
	EXPECT(term, ui_rows(term) > 10 && ui_cursor_id(term) == ids[0]);
	SEE(term, "[3 Segments]");
	EXPECT(term, strstr(ui_status(term), "sorted by KEY"));
	/* The wheel scrolls a page, and a click on Quit closes it. */
	click_on(term, "F1Help");
	SEE(term, " Help from line 1 of");
	event(term, WHEEL_DOWN, 10, 10);
	SEE(term, " Help from line 4 of");
	event(term, WHEEL_UP, 10, 10);
	SEE(term, " Help from line 1 of");
	click(term, TITLES_ROW + 4, 3);
	click_on(term, "F10Quit");
	GONE(term, " Help ");
	EXPECT(term, ui_cursor_id(term) == ids[0]);
	ui_quit(term);
}

/* Clicks and keys in one go: each does what it did where it was pressed. */
static void between_keys(void **state)
{
	struct term *term = open_with_mouse();
	const struct term_place at = { .row = 9, .col = 5 };
	char down[TERM_MOUSE], up[TERM_MOUSE], text[3 * TERM_MOUSE];

	(void)state;
	term_mouse_text(term, down, LEFT, at, true);
	term_mouse_text(term, up, LEFT, at, false);
	snprintf(text, sizeof text, "j%s%sj", down, up);
	term_type(term, text);
	EXPECT(term, ui_cursor_id(term) == ids[4]);
	/* Nonsense is nothing. */
	if (strstr(down, "[<"))
		term_type(term, "\033[<0;500;500M\033[<999;1;1M\033[<0;0;0M");
	else
		term_type(term, "\033[M \377\377\033[M\377!!\033[M !!");
	ui_press(term, 'j');
	EXPECT(term, ui_cursor_id(term) == ids[5]);
	ui_quit(term);
}

/* Whatever the terminal tells of the mouse, signals and the news go on before the next key. */
static void nothing_is_waited_for(void **state)
{
	static const char *const events[] = {
		"\033[<0;5;9M", "\033[<0;5;9m", /* press, and let go */
		"\033[<1;5;9M", "\033[<1;5;9m", /* the middle button, and the right one */
		"\033[<2;5;9M", "\033[<2;5;9m", "\033[<2;5;9m", /* twice */
		"\033[<35;5;9M", /* a move */
		"\033[<66;5;9M", "\033[<67;5;9M", /* the wheel to the left and to the right */
		"\033[<128;5;9M", "\033[<128;5;9m", /* back */
		"\033[<4;5;9M", "\033[<4;5;9m", /* with Shift */
	};
	struct term *term = open_with_mouse();

	(void)state;
	for (size_t i = 0; i < sizeof events / sizeof *events; i++) {
		term_type(term, events[i]);
		if (!term_rest(term))
			expect_failed(term, events[i] + 1, __FILE__, __LINE__);
	}
	term_signal(term, SIGTERM);
	DIES_OF(term, SIGTERM);
}

/* A click on what is not there any more, since the key before it went to another tab. */
static void behind_another_tab(void **state)
{
	struct term *term = open_with_mouse();
	struct term_place title;

	(void)state;
	ui_press(term, '6');
	SEE(term, "[6 Groups]");
	EXPECT(term, term_find(term, "OBJECTS", &title) && title.row == TITLES_ROW);
	/* both are there before either is taken */
	term_signal(term, SIGSTOP);
	term_type(term, "3");
	click(term, title.row, title.col + 1);
	term_signal(term, SIGCONT);
	SEE(term, "[3 Segments]");
	assert_true(term_rest(term));
	EXPECT(term, strstr(ui_status(term), "sorted by KEY"));
	ui_quit(term);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		UI_CASE(off_at_start),
		UI_CASE(on_and_off),
		UI_CASE(without_a_mouse),
		UI_CASE(off_at_the_end),
		UI_CASE(off_while_suspended),
		UI_CASE(click_selects),
		UI_CASE(click_below_the_rows),
		UI_CASE(click_on_a_title_orders),
		UI_CASE(wheel_moves),
		UI_CASE(click_on_a_tab),
		UI_CASE(function_bar),
		UI_CASE(under_a_page),
		UI_CASE(between_keys),
		UI_CASE(nothing_is_waited_for),
		UI_CASE(behind_another_tab),
	};

	return tap_run(cases, sizeof cases / sizeof *cases, ipc_enter, NULL);
}
