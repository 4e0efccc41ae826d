/* Moving, tabs and tags: where the cursor is, and that it stays with its object. */
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>

#include "ui.h"

enum {
	MANY = 60, /* segments: more than three screens of them */
	CTRL_D = 'D' & 0x1f,
	CTRL_U = 'U' & 0x1f,
	CTRL_L = 'L' & 0x1f,
};

static int ids[MANY];

/* Segments whose sizes grow with their ids, listed by id. */
static struct term *open_many(int count)
{
	struct term *term;

	for (int i = 0; i < count; i++)
		ids[i] = ipc_segment(IPC_PRIVATE, 4096u * (unsigned)(i + 1), 0600);
	term = ui_open(NULL, "-m", "--sort", "id", NULL);
	EXPECT(term, ui_cursor_id(term) == ids[0]);
	return term;
}

static void moves_by_line(void **state)
{
	struct term *term = open_many(5);

	(void)state;
	ui_press(term, 'j');
	EXPECT(term, ui_cursor_id(term) == ids[1]);
	term_key(term, VTERM_KEY_DOWN);
	EXPECT(term, ui_cursor_id(term) == ids[2]);
	ui_press(term, 'k');
	EXPECT(term, ui_cursor_id(term) == ids[1]);
	term_key(term, VTERM_KEY_UP);
	EXPECT(term, ui_cursor_id(term) == ids[0]);
	/* The ends hold. */
	term_type(term, "kkkj");
	EXPECT(term, ui_cursor_id(term) == ids[1]);
	term_type(term, "jjjjjjjjk");
	EXPECT(term, ui_cursor_id(term) == ids[3]);
	ui_quit(term);
}

static void moves_to_the_ends(void **state)
{
	struct term *term = open_many(MANY);

	(void)state;
	ui_press(term, 'G');
	EXPECT(term, ui_cursor_id(term) == ids[MANY - 1]);
	ui_press(term, 'g');
	EXPECT(term, ui_cursor_id(term) == ids[0]);
	term_key(term, VTERM_KEY_END);
	EXPECT(term, ui_cursor_id(term) == ids[MANY - 1]);
	term_key(term, VTERM_KEY_HOME);
	EXPECT(term, ui_cursor_id(term) == ids[0]);
	ui_quit(term);
}

/* A page is what the screen shows, ^D and ^U go half of it or all; the way back leads back. */
static void moves_by_page(void **state)
{
	struct term *term = open_many(MANY);
	int page = ui_rows(term);
	int at;

	(void)state;
	assert_in_range(page, 10, 20);
	term_key(term, VTERM_KEY_PAGEDOWN);
	EXPECT(term, (at = ui_cursor_id(term)) >= ids[page - 2] && at <= ids[page]);
	term_key(term, VTERM_KEY_PAGEDOWN);
	EXPECT(term, (at = ui_cursor_id(term)) >= ids[2 * page - 4] && at <= ids[2 * page]);
	term_key(term, VTERM_KEY_PAGEUP);
	term_key(term, VTERM_KEY_PAGEUP);
	EXPECT(term, ui_cursor_id(term) == ids[0]);
	ui_press(term, CTRL_D);
	EXPECT(term, (at = ui_cursor_id(term)) >= ids[page / 2 - 1] && at <= ids[page]);
	ui_press(term, CTRL_U);
	EXPECT(term, ui_cursor_id(term) == ids[0]);
	for (int i = 0; i < 10; i++)
		term_key(term, VTERM_KEY_PAGEDOWN);
	EXPECT(term, ui_cursor_id(term) == ids[MANY - 1]);
	ui_quit(term);
}

/* Left and right bring columns into view that a narrow screen has no room for. */
static void scrolls_columns(void **state)
{
	static const struct term_how how = { .rows = 24, .cols = 50 };
	struct term *term;

	(void)state;
	ipc_segment(0x2a, 4096, 0600);
	term = ui_open(&how, "-m", NULL);
	EXPECT(term, ui_rows(term) == 1);
	GONE(term, "LPID");
	for (int i = 0; i < 5; i++)
		term_key(term, VTERM_KEY_RIGHT);
	SEE(term, "LPID");
	SEE(term, "0x0000002a");
	for (int i = 0; i < 6; i++)
		term_key(term, VTERM_KEY_LEFT);
	GONE(term, "LPID");
	SEE(term, "0x0000002a");
	ui_quit(term);
}

static void switches_tabs(void **state)
{
	struct term *term = open_many(3);

	(void)state;
	ui_press(term, '1');
	SEE(term, "[1 Queues]");
	ui_press(term, '2');
	SEE(term, "[2 Semaphores]");
	GONE(term, "[1 Queues]");
	ui_press(term, '4');
	SEE(term, "[4 Limits]");
	ui_press(term, '5');
	SEE(term, "[5 Processes]");
	ui_press(term, '3');
	SEE(term, "[3 Segments]");
	term_key_with(term, VTERM_KEY_TAB, VTERM_MOD_SHIFT);
	SEE(term, "[2 Semaphores]");
	term_key(term, VTERM_KEY_TAB);
	SEE(term, "[3 Segments]");
	term_key(term, VTERM_KEY_TAB);
	SEE(term, "[4 Limits]");
	term_key(term, VTERM_KEY_TAB);
	SEE(term, "[5 Processes]");
	term_key(term, VTERM_KEY_TAB);
	SEE(term, "[6 Groups]");
	term_key(term, VTERM_KEY_TAB);
	SEE(term, "[7 Events]");
	term_key(term, VTERM_KEY_TAB);
	SEE(term, "[1 Queues]");
	term_key_with(term, VTERM_KEY_TAB, VTERM_MOD_SHIFT);
	SEE(term, "[7 Events]");
	ui_quit(term);
}

/* Each tab keeps its own place. */
static void tabs_keep_their_cursor(void **state)
{
	struct term *term = open_many(5);

	(void)state;
	term_type(term, "jj");
	EXPECT(term, ui_cursor_id(term) == ids[2]);
	ui_press(term, '1');
	SEE(term, "[1 Queues]");
	ui_press(term, 'G');
	ui_press(term, '3');
	EXPECT(term, ui_cursor_id(term) == ids[2]);
	ui_quit(term);
}

static void tags(void **state)
{
	struct term *term = open_many(5);

	(void)state;
	ui_press(term, ' ');
	EXPECT(term, ui_tagged(term, ids[0]));
	EXPECT(term, strstr(ui_status(term), "1 tagged"));
	/* As in htop, Space goes on to the next row. */
	EXPECT(term, ui_cursor_id(term) == ids[1]);
	ui_press(term, ' ');
	EXPECT(term, strstr(ui_status(term), "2 tagged"));
	ui_press(term, 'g');
	ui_press(term, ' ');
	EXPECT(term, !ui_tagged(term, ids[0]) && ui_tagged(term, ids[1]));
	EXPECT(term, strstr(ui_status(term), "1 tagged"));
	ui_press(term, 'A');
	EXPECT(term, strstr(ui_status(term), "5 tagged"));
	EXPECT(term, ui_tagged(term, ids[4]));
	ui_press(term, 'U');
	EXPECT(term, !ui_tagged(term, ids[4]) && !strstr(ui_status(term), "tagged"));
	ui_quit(term);
}

/* `A` takes what is shown, not what a filter hides. */
static void tags_what_is_shown(void **state)
{
	struct term *term;

	(void)state;
	ipc_segment(0xaa, 4096, 0600);
	ipc_segment(0xab, 4096, 0600);
	ipc_segment(0xff, 4096, 0600);
	term = ui_open(NULL, "-m", "--filter", "0x000000a", NULL);
	EXPECT(term, ui_rows(term) == 2);
	ui_press(term, 'A');
	EXPECT(term, strstr(ui_status(term), "2 tagged"));
	ui_quit(term);
}

/* The cursor is on an object, not on a line: rows above it, below it and elsewhere come and go. */
static void cursor_stays_with_its_object(void **state)
{
	struct term *term = open_many(6);
	int newer;

	(void)state;
	term_type(term, "jjj");
	EXPECT(term, ui_cursor_id(term) == ids[3]);
	ipc_remove(KIND_SHM, ids[0]);
	ipc_remove(KIND_SHM, ids[1]);
	ui_press(term, 'r');
	EXPECT(term, ui_row_of(term, ids[1]) < 0 && ui_cursor_id(term) == ids[3]);
	SEE(term, "2 gone");
	ipc_remove(KIND_SHM, ids[5]);
	newer = ipc_segment(IPC_PRIVATE, 8192, 0600);
	ui_press(term, CTRL_L);
	EXPECT(term, ui_row_of(term, newer) >= 0 && ui_row_of(term, ids[5]) < 0);
	EXPECT(term, ui_cursor_id(term) == ids[3]);
	/* In another order too. */
	ui_press(term, 'I');
	EXPECT(term, ui_row_of(term, newer) < ui_row_of(term, ids[2]));
	EXPECT(term, ui_cursor_id(term) == ids[3]);
	ui_quit(term);
}

/* Where its own object goes the cursor stays at that place, and does not jump to an end. */
static void cursor_outlives_its_object(void **state)
{
	struct term *term = open_many(6);
	int at;

	(void)state;
	term_type(term, "jjj");
	EXPECT(term, ui_cursor_id(term) == ids[3]);
	ipc_remove(KIND_SHM, ids[3]);
	ui_press(term, 'r');
	EXPECT(term, ui_row_of(term, ids[3]) < 0);
	EXPECT(term, (at = ui_cursor_id(term)) == ids[2] || at == ids[4]);
	/* And where it was the last. */
	ui_press(term, 'G');
	EXPECT(term, ui_cursor_id(term) == ids[5]);
	ipc_remove(KIND_SHM, ids[5]);
	ui_press(term, 'r');
	EXPECT(term, ui_cursor_id(term) == ids[4]);
	ipc_clear();
	ui_press(term, 'r');
	EXPECT(term, ui_rows(term) == 0);
	ui_quit(term);
}

static void tags_stay_with_their_objects(void **state)
{
	struct term *term = open_many(6);

	(void)state;
	term_type(term, "jjj ");
	EXPECT(term, ui_tagged(term, ids[3]));
	ui_press(term, 'G');
	ui_press(term, ' ');
	EXPECT(term, strstr(ui_status(term), "2 tagged"));
	ipc_remove(KIND_SHM, ids[0]);
	ui_press(term, 'r');
	EXPECT(term, ui_row_of(term, ids[0]) < 0 && ui_tagged(term, ids[3]));
	EXPECT(term, ui_tagged(term, ids[5]) && !ui_tagged(term, ids[4]));
	/* A tagged object that goes takes its tag with it. */
	ipc_remove(KIND_SHM, ids[5]);
	ui_press(term, 'r');
	EXPECT(term, ui_row_of(term, ids[5]) < 0 && strstr(ui_status(term), "1 tagged"));
	EXPECT(term, ui_tagged(term, ids[3]) && !ui_tagged(term, ids[4]));
	ui_quit(term);
}

static void escape_does_nothing(void **state)
{
	struct term *term = open_many(3);

	(void)state;
	ui_press(term, ' ');
	EXPECT(term, ui_tagged(term, ids[0]) && ui_cursor_id(term) == ids[1]);
	term_key(term, VTERM_KEY_ESCAPE);
	/* An arrow that follows at once is a key of its own. */
	term_key(term, VTERM_KEY_DOWN);
	EXPECT(term, ui_cursor_id(term) == ids[2]);
	EXPECT(term, ui_tagged(term, ids[0]));
	SEE(term, "[3 Segments]");
	EXPECT(term, ui_rows(term) == 3);
	ui_quit(term);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		UI_CASE(moves_by_line),
		UI_CASE(moves_to_the_ends),
		UI_CASE(moves_by_page),
		UI_CASE(scrolls_columns),
		UI_CASE(switches_tabs),
		UI_CASE(tabs_keep_their_cursor),
		UI_CASE(tags),
		UI_CASE(tags_what_is_shown),
		UI_CASE(cursor_stays_with_its_object),
		UI_CASE(cursor_outlives_its_object),
		UI_CASE(tags_stay_with_their_objects),
		UI_CASE(escape_does_nothing),
	};

	return tap_run(cases, sizeof cases / sizeof *cases, ipc_enter, NULL);
}
