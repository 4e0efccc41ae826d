/* What asks and what tells: order, filter, interval, pause, help. */
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>

#include "ui.h"

enum { BIG, MIDDLE, SMALL, OBJECTS };
enum { PAUSE_MS = 350 }; /* more than three of the shortest intervals */

static int ids[OBJECTS];

/* Three segments; the order of ids, sizes and keys differs. */
static struct term *open_three(void)
{
	struct term *term;

	ids[MIDDLE] = ipc_segment(0xbb, 2 << 20, 0640);
	ids[BIG] = ipc_segment(0xaa, 3 << 20, 0600);
	ids[SMALL] = ipc_segment(0xcc, 1 << 20, 0666);
	term = ui_open(NULL, "-m", "--sort", "key", NULL);
	EXPECT(term, ui_rows(term) == OBJECTS);
	return term;
}

/* The segments from top to bottom. */
static bool order(struct term *term, int first, int second, int third)
{
	int row = ui_row_of(term, ids[first]);

	return row >= 0 && ui_row_of(term, ids[second]) == row + 1 &&
		ui_row_of(term, ids[third]) == row + 2;
}

static bool status_has(struct term *term, const char *text)
{
	return strstr(ui_status(term), text) != NULL;
}

static void order_by_next_column(void **state)
{
	struct term *term = open_three();

	(void)state;
	EXPECT(term, order(term, BIG, MIDDLE, SMALL) && status_has(term, "sorted by KEY"));
	ui_press(term, '>');
	EXPECT(term, status_has(term, "sorted by ID") && order(term, MIDDLE, BIG, SMALL));
	ui_press(term, '<');
	EXPECT(term, status_has(term, "sorted by KEY") && order(term, BIG, MIDDLE, SMALL));
	ui_press(term, 'I');
	EXPECT(term, order(term, SMALL, MIDDLE, BIG));
	ui_press(term, 'R');
	EXPECT(term, order(term, BIG, MIDDLE, SMALL));
	ui_quit(term);
}

static void order_by_choice(void **state)
{
	struct term *term = open_three();

	(void)state;
	term_key(term, VTERM_KEY_FUNCTION(6));
	SEE(term, "Sort by");
	SEE(term, "> KEY ");
	/* All of them, those that the screen has no room for as well. */
	ui_press(term, 'G');
	SEE(term, "CGROUP");
	ui_press(term, 'g');
	SEE(term, "> KEY ");
	term_key(term, VTERM_KEY_ESCAPE);
	GONE(term, "Sort by");
	EXPECT(term, status_has(term, "sorted by KEY"));
	ui_press(term, '.');
	SEE(term, "Sort by");
	/* From KEY down to ID, and that it is. */
	term_key(term, VTERM_KEY_DOWN);
	term_key(term, VTERM_KEY_ENTER);
	EXPECT(term, status_has(term, "sorted by ID"));
	GONE(term, "Sort by");
	EXPECT(term, order(term, MIDDLE, BIG, SMALL));
	ui_quit(term);
}

static void order_from_the_command_line(void **state)
{
	struct term *term = open_three();

	(void)state;
	ui_quit(term);
	ui_free(term);
	term = ui_open(NULL, "-m", "--sort", "size:desc", NULL);
	EXPECT(term, status_has(term, "sorted by SIZE") && order(term, BIG, MIDDLE, SMALL));
	/* The title says it as well, with a sign of the direction. */
	SEE(term, "SIZE\342\226\276");
	ui_press(term, 'R');
	SEE(term, "SIZE\342\226\264");
	EXPECT(term, order(term, SMALL, MIDDLE, BIG));
	ui_quit(term);
}

static void filter_while_typing(void **state)
{
	struct term *term = open_three();

	(void)state;
	ui_press(term, '\\');
	term_type(term, "size>1M");
	EXPECT(term, ui_rows(term) == 2 && ui_row_of(term, ids[SMALL]) < 0);
	term_type(term, " perms=rw-------");
	EXPECT(term, ui_rows(term) == 1 && ui_row_of(term, ids[BIG]) >= 0);
	term_key(term, VTERM_KEY_ENTER);
	/* Beside the tabs, as far as there is room. */
	SEE(term, "filter: size>1M perms=rw-------");
	term_resize(term, 24, 60);
	SEE(term, "filter: size>1M perms=rw----\342\200\246");
	term_resize(term, 24, 100);
	SEE(term, "filter: size>1M perms=rw-------");
	/* Keys are keys again. */
	ui_press(term, '1');
	SEE(term, "[1 Queues]");
	ui_press(term, '3');
	EXPECT(term, ui_rows(term) == 1);
	EXPECT(term, status_has(term, "1 of 1 (2 hidden)"));
	ui_quit(term);
}

static void filter_restored_by_escape(void **state)
{
	struct term *term = open_three();

	(void)state;
	term_key(term, VTERM_KEY_FUNCTION(4));
	term_type(term, "size>1M");
	EXPECT(term, ui_rows(term) == 2);
	term_key(term, VTERM_KEY_ENTER);
	SEE(term, "filter: size>1M");
	term_key(term, VTERM_KEY_FUNCTION(4));
	term_type(term, " size<3M");
	EXPECT(term, ui_rows(term) == 1);
	term_key(term, VTERM_KEY_ESCAPE);
	EXPECT(term, ui_rows(term) == 2);
	SEE(term, "filter: size>1M");
	/* Cleared where nothing is left of it. */
	term_key(term, VTERM_KEY_FUNCTION(4));
	for (int i = 0; i < 16; i++)
		term_key(term, VTERM_KEY_BACKSPACE);
	EXPECT(term, ui_rows(term) == 3);
	term_key(term, VTERM_KEY_ENTER);
	GONE(term, "filter:");
	EXPECT(term, ui_rows(term) == 3);
	ui_quit(term);
}

static void filter_tells_its_error(void **state)
{
	struct term *term = open_three();

	(void)state;
	ui_press(term, '\\');
	term_type(term, "size>1M ");
	EXPECT(term, ui_rows(term) == 2);
	term_type(term, "bogus=1");
	SEE(term, "at 9");
	/* Enter does not take it. */
	term_key(term, VTERM_KEY_ENTER);
	term_type(term, "0");
	SEE(term, "bogus=10");
	term_key(term, VTERM_KEY_BACKSPACE);
	for (int i = 0; i < 7; i++)
		term_key(term, VTERM_KEY_BACKSPACE);
	GONE(term, "at 9");
	EXPECT(term, ui_rows(term) == 2);
	term_key(term, VTERM_KEY_ENTER);
	SEE(term, "filter: size>1M");
	ui_quit(term);
}

/* A filter that nothing passes is not the same as nothing there. */
static void filter_hides_all(void **state)
{
	struct term *term = open_three();

	(void)state;
	ui_press(term, '\\');
	term_type(term, "size>1G");
	EXPECT(term, ui_rows(term) == 0);
	term_key(term, VTERM_KEY_ENTER);
	SEE(term, "filter: size>1G");
	SEE(term, "hides all segments (3)");
	GONE(term, "no segments");
	ui_quit(term);
}

static void interval(void **state)
{
	struct term *term = open_three();

	(void)state;
	SEE(term, "every 60.0 s");
	ui_press(term, 'd');
	for (int i = 0; i < 8; i++)
		term_key(term, VTERM_KEY_BACKSPACE);
	term_type(term, "7.5");
	term_key(term, VTERM_KEY_ENTER);
	SEE(term, "every 7.5 s");
	ui_press(term, 's');
	for (int i = 0; i < 8; i++)
		term_key(term, VTERM_KEY_BACKSPACE);
	term_type(term, "9");
	term_key(term, VTERM_KEY_ESCAPE);
	ui_press(term, '+');
	SEE(term, "every 10.0 s");
	ui_press(term, '-');
	SEE(term, "every 5.0 s");
	/* What makes no sense is refused with the reason. */
	ui_press(term, 'd');
	for (int i = 0; i < 8; i++)
		term_key(term, VTERM_KEY_BACKSPACE);
	term_type(term, "0");
	term_key(term, VTERM_KEY_ENTER);
	SEE(term, "from 0.1 to 86400");
	term_key(term, VTERM_KEY_ESCAPE);
	SEE(term, "every 5.0 s");
	ui_quit(term);
}

static bool tab_is(struct term *term, const char *title)
{
	return term_find(term, title, NULL);
}

/* It refreshes by itself, and a pause stops that. */
static void pause_and_refresh(void **state)
{
	struct term *term;
	int newer;

	(void)state;
	term = ui_open(NULL, "-m", "--delay", "0.1", NULL);
	SEE(term, "every 0.1 s");
	ids[BIG] = ipc_segment(0xaa, 4096, 0600);
	EXPECT(term, ui_row_of(term, ids[BIG]) >= 0);
	ui_press(term, 'Z');
	SEE(term, "PAUSED");
	newer = ipc_segment(0xbb, 4096, 0600);
	/* For some intervals whatever is drawn is the old snapshot. */
	for (long end = term_now() + PAUSE_MS; term_now() < end;) {
		ui_press(term, '1');
		EXPECT(term, tab_is(term, "[1 Queues]") && !tab_is(term, "[3 Segments]"));
		SEE(term, "PAUSED");
		ui_press(term, '3');
		EXPECT(term, tab_is(term, "[3 Segments]") && !tab_is(term, "[1 Queues]"));
	}
	/* The line below the rows is drawn last: with it the frame is whole. */
	EXPECT(term, status_has(term, "1 of 1"));
	EXPECT(term, ui_row_of(term, ids[BIG]) >= 0 && ui_row_of(term, newer) < 0);
	ui_press(term, 'r');
	EXPECT(term, ui_row_of(term, newer) >= 0);
	SEE(term, "PAUSED");
	ui_press(term, 'Z');
	GONE(term, "PAUSED");
	ipc_remove(KIND_SHM, newer);
	EXPECT(term, ui_row_of(term, newer) < 0);
	ui_quit(term);
}

/* On a tall screen all of it is there at once. */
static void help(void **state)
{
	static const struct term_how how = { .rows = 80, .cols = 100 };
	static const char *const keys[] = { "F1", "F10", "^C", "F9", "PgDn", "S-Tab", "Space", "^U",
		"Home", "\\", "^Z", "^L" };
	struct term *term;

	(void)state;
	ipc_segment(0xaa, 4096, 0600);
	term = ui_open(&how, "-m", NULL);
	EXPECT(term, ui_rows(term) == 1);
	for (int way = 0; way < 3; way++) {
		if (way == 0)
			term_key(term, VTERM_KEY_FUNCTION(1));
		else
			ui_press(term, way == 1 ? 'h' : '?');
		SEE(term, " Help ");
		for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
			SEE(term, keys[i]);
		if (way == 1)
			ui_press(term, 'q');
		else
			term_key(term, VTERM_KEY_ESCAPE);
		GONE(term, " Help ");
		EXPECT(term, ui_rows(term) == 1);
	}
	ui_quit(term);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		UI_CASE(order_by_next_column),
		UI_CASE(order_by_choice),
		UI_CASE(order_from_the_command_line),
		UI_CASE(filter_while_typing),
		UI_CASE(filter_restored_by_escape),
		UI_CASE(filter_tells_its_error),
		UI_CASE(filter_hides_all),
		UI_CASE(interval),
		UI_CASE(pause_and_refresh),
		UI_CASE(help),
	};

	return tap_run(cases, sizeof cases / sizeof *cases, ipc_enter, NULL);
}
