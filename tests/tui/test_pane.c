/* The pane of details: where it lies, and that it stays with its object, whatever happens to it. */
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>

#include "ui.h"

enum { OBJECTS = 3, FACT = 64 };

static int ids[OBJECTS];
static const struct term_how tall = { .rows = 100, .cols = 130 };

/* Whether a line of the pane is cut, in place of broken; the last two lines are not the pane's. */
static bool is_cut(struct term *term)
{
	struct term_place title;
	int row;

	assert_true(term_find(term, " Queue ", &title));
	for (row = title.row; row < term_rows(term) - 2; row++) {
		if (strstr(term_row(term, row), "\342\200\246"))
			return true;
	}
	return false;
}

/* Segments by key, and the details of the one in the middle. */
static struct term *open_pane(const struct term_how *how, const char *delay)
{
	struct term *term;
	char title[FACT];

	for (int i = 0; i < OBJECTS; i++)
		ids[i] = ipc_segment(0x100 * (i + 1), 4096u * (unsigned)(i + 1), 0600);
	term = ui_open(how, "-m", "--sort", "key", "--delay", delay, NULL);
	EXPECT(term, ui_cursor_id(term) == ids[0]);
	ui_press(term, 'j');
	EXPECT(term, ui_cursor_id(term) == ids[1]);
	ui_press(term, 'i');
	snprintf(title, sizeof title, "Segment %d, of root", ids[1]);
	SEE(term, title);
	return term;
}

/* The pane is about this object, by the number that its title has. */
static bool is_about(struct term *term, int id)
{
	char title[FACT];

	snprintf(title, sizeof title, " Segment %d, of root", id);
	return term_find(term, title, NULL);
}

static void below_the_table(void **state)
{
	static const struct term_how sizes[] = { { .rows = 30, .cols = 80 },
		{ .rows = 60, .cols = 200 } };
	struct term_place title;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct term *term = open_pane(&sizes[i], "60");

		EXPECT(term,
			ui_rows(term) == OBJECTS && ui_selected_id(term) == ids[1] &&
				term_find(term, " Segment ", &title) && title.col == 0 &&
				title.row == ui_row_of(term, ids[OBJECTS - 1]) + 1);
		EXPECT(term, term_cursor(term).row == title.row + 1);
		EXPECT(term, strstr(ui_status(term), "2 of 3"));
		ui_press(term, 'q');
		ui_quit(term);
		ui_free(term);
		ipc_clear();
	}
}

static void over_a_low_screen(void **state)
{
	static const struct term_how sizes[] = { { .rows = 29, .cols = 80 },
		{ .rows = 10, .cols = 40 }, { .rows = 4, .cols = 20 } };
	struct term_place title;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct term *term = open_pane(&sizes[i], "60");

		EXPECT(term, term_find(term, " Segment ", &title) && title.row == 0);
		EXPECT(term, ui_rows(term) == 0 && term_cursor(term).row == 1);
		GONE(term, "ipctop");
		ui_press(term, 'q');
		EXPECT(term, ui_rows(term) > 0 && ui_cursor_id(term) == ids[1]);
		ui_quit(term);
		ui_free(term);
		ipc_clear();
	}
}

/* Where not all of it fits the title tells which part is shown. */
static void it_scrolls(void **state)
{
	struct term *term = open_pane(NULL, "60");

	(void)state;
	SEE(term, "from line 1 of");
	SEE(term, "KEY");
	ui_press(term, 'j');
	SEE(term, "from line 2 of");
	ui_key(term, "Down");
	SEE(term, "from line 3 of");
	ui_press(term, 'k');
	ui_key(term, "Up");
	SEE(term, "from line 1 of");
	ui_press(term, 'k');
	ui_key(term, "PgDn");
	SEE(term, "from line 22 of");
	ui_key(term, "PgUp");
	SEE(term, "from line 1 of");
	ui_press(term, 'G');
	SEE(term, "  TREND ");
	GONE(term, "from line 1 of");
	ui_key(term, "Home");
	SEE(term, "from line 1 of");
	/* Another object is shown from its top. */
	ui_press(term, 'G');
	SEE(term, "  TREND ");
	ui_key(term, "Right");
	EXPECT(term, is_about(term, ids[2]));
	SEE(term, "from line 1 of");
	ui_press(term, 'q');
	ui_quit(term);
}

static void goes_to_other_objects(void **state)
{
	struct term *term = open_pane(&tall, "60");

	(void)state;
	ui_key(term, "Right");
	EXPECT(term, is_about(term, ids[2]) && ui_selected_id(term) == ids[2]);
	SEE(term, "12K (12288)");
	ui_key(term, "Right");
	ui_key(term, "Left");
	EXPECT(term, is_about(term, ids[1]) && ui_selected_id(term) == ids[1]);
	ui_key(term, "Left");
	EXPECT(term, is_about(term, ids[0]));
	/* The first one stays the first one. */
	ui_key(term, "Left");
	ui_press(term, 'Z');
	SEE(term, "PAUSED");
	EXPECT(term, is_about(term, ids[0]) && ui_selected_id(term) == ids[0]);
	ui_press(term, 'q');
	ui_quit(term);
}

static void follows_its_object(void **state)
{
	struct term *term = open_pane(&tall, "60");
	int newer[2];
	int row;

	(void)state;
	EXPECT(term, (row = ui_row_of(term, ids[1])) > 0);
	newer[0] = ipc_segment(0x10, 4096, 0600);
	newer[1] = ipc_segment(0x20, 4096, 0600);
	ui_press(term, 'r');
	EXPECT(term, ui_row_of(term, newer[0]) >= 0 && ui_row_of(term, ids[1]) == row + 2);
	EXPECT(term, is_about(term, ids[1]) && ui_selected_id(term) == ids[1]);
	ipc_change(KIND_SHM, ids[1], 0640);
	ui_press(term, 'r');
	SEE(term, "PERMS     rw-r-----");
	ipc_remove(KIND_SHM, newer[0]);
	ipc_remove(KIND_SHM, ids[0]);
	ui_press(term, 'r');
	EXPECT(term, ui_row_of(term, ids[0]) < 0 && is_about(term, ids[1]));
	GONE(term, "gone since");
	ui_press(term, 'q');
	ui_quit(term);
}

static void gone_since(void **state)
{
	struct term *term = open_pane(&tall, "60");

	(void)state;
	SEE(term, "8K (8192)");
	ipc_remove(KIND_SHM, ids[1]);
	ui_press(term, 'r');
	SEE(term, "gone since ");
	EXPECT(term, ui_row_of(term, ids[1]) < 0 && is_about(term, ids[1]));
	/* The last facts, and no question about another object. */
	SEE(term, "8K (8192)");
	SEE(term, "0x00000200");
	ui_key(term, "F9");
	SEE(term, "this object is gone");
	GONE(term, "Remove 1 object");
	/* The next ones are not gone. */
	ui_key(term, "Right");
	EXPECT(term, !is_about(term, ids[1]));
	GONE(term, "gone since");
	ui_press(term, 'q');
	ui_quit(term);
}

/* What was not read before it went is not promised any more; its facts fit a narrower screen. */
static void gone_before_it_was_read(void **state)
{
	int queue = ipc_queue(0x2a, 0600);
	struct term *term = ui_open(&tall, "-q", NULL);

	(void)state;
	EXPECT(term, ui_cursor_id(term) == queue);
	ui_press(term, 'Z');
	ui_press(term, 'i');
	SEE(term, "not read while paused; r reads it");
	ipc_remove(KIND_MSG, queue);
	ui_press(term, 'r');
	SEE(term, "gone since ");
	SEE(term, "0x0000002a (42)");
	EXPECT(term, strstr(ui_status(term), "1 gone"));
	GONE(term, "r reads it");
	EXPECT(term, !is_cut(term));
	term_resize(term, 100, 60);
	SEE(term, "KEY        0x0000002a (42)");
	ui_press(term, 'm');
	EXPECT(term, strstr(ui_status(term), "mouse"));
	EXPECT(term, !is_cut(term));
	ui_press(term, 'q');
	ui_quit(term);
}

/* On the whole screen too, and with the object that took its id. */
static void id_taken_by_another(void **state)
{
	struct term *term = open_pane(NULL, "60");

	(void)state;
	ipc_remove(KIND_SHM, ids[1]);
	ipc_next_id(KIND_SHM, ids[1]);
	assert_int_equal(ipc_segment(0x200, 1 << 20, 0640), ids[1]);
	ui_press(term, 'r');
	SEE(term, "gone since ");
	SEE(term, "8K (8192)");
	ui_press(term, 'q');
	EXPECT(term, ui_rows(term) == OBJECTS);
	ui_quit(term);
}

static void all_gone(void **state)
{
	struct term *term = open_pane(&tall, "60");

	(void)state;
	ipc_clear();
	ui_press(term, 'r');
	SEE(term, "gone since ");
	SEE(term, "no segments");
	term_type(term, "jGk");
	ui_key(term, "Left");
	ui_key(term, "Right");
	ui_key(term, "Enter");
	ui_key(term, "F9");
	SEE(term, "this object is gone");
	EXPECT(term, is_about(term, ids[1]));
	ui_press(term, 'q');
	GONE(term, "gone since");
	ui_quit(term);
}

/* A row that a filter hides is not gone. */
static void hidden_by_the_filter(void **state)
{
	struct term *term;

	(void)state;
	for (int i = 0; i < OBJECTS; i++)
		ids[i] = ipc_segment(0x100 * (i + 1), 4096, 0600);
	term = ui_open(&tall, "-m", "--sort", "key", "--filter", "perms=rw-------", NULL);
	EXPECT(term, ui_cursor_id(term) == ids[0]);
	ui_press(term, 'i');
	EXPECT(term, is_about(term, ids[0]));
	ipc_change(KIND_SHM, ids[0], 0640);
	ui_press(term, 'r');
	EXPECT(term, ui_row_of(term, ids[0]) < 0 && ui_rows(term) == OBJECTS - 1);
	SEE(term, "PERMS     rw-r-----");
	EXPECT(term, is_about(term, ids[0]));
	GONE(term, "gone since");
	ui_key(term, "F9");
	SEE(term, "hidden by the filter");
	GONE(term, "Remove 1 object");
	ui_press(term, 'q');
	ui_quit(term);
}

/* Not for what is tagged in the table. */
static void asks_for_its_object(void **state)
{
	struct term *term = open_pane(&tall, "60");

	(void)state;
	term_type(term, "qg i");
	EXPECT(term, is_about(term, ids[1]) && ui_tagged(term, ids[0]));
	ui_key(term, "F9");
	SEE(term, "Remove 1 object");
	SEE(term, "key 0x00000200");
	ui_press(term, 'n');
	GONE(term, "Remove 1 object");
	EXPECT(term, is_about(term, ids[1]));
	ui_press(term, 'K');
	SEE(term, "Remove 1 object");
	ui_press(term, 'y');
	EXPECT(term, !ipc_exists(KIND_SHM, ids[1]));
	assert_true(ipc_exists(KIND_SHM, ids[0]) && ipc_exists(KIND_SHM, ids[2]));
	SEE(term, "gone since");
	ui_press(term, 'q');
	ui_quit(term);
}

/* What is not read while it is paused is told, and how to have it read. */
static void while_paused(void **state)
{
	int queue = ipc_queue(0x2a, 0600);
	struct term *term = ui_open(&tall, "-q", NULL);

	(void)state;
	ipc_send(queue, 10);
	EXPECT(term, ui_cursor_id(term) == queue);
	ui_press(term, 'Z');
	SEE(term, "PAUSED");
	ui_press(term, 'i');
	SEE(term, "not read while paused; r reads it");
	ui_key(term, "Enter");
	SEE(term, "paused: r reads it");
	ui_press(term, 'r');
	SEE(term, "Messages: 1");
	GONE(term, "not read while paused");
	/* What comes then is not seen, till it goes on. */
	ipc_send(queue, 10);
	ui_press(term, 'Z');
	GONE(term, "PAUSED");
	ui_press(term, 'r');
	SEE(term, "Messages: 2");
	ui_press(term, 'q');
	ui_quit(term);
}

/* Each snapshot is shown: a pane is not a picture. */
static void keeps_up(void **state)
{
	struct term *term = open_pane(&tall, "0.1");

	(void)state;
	SEE(term, "NATTCH    0 ");
	ipc_attach(ids[1]);
	SEE(term, "NATTCH    1 ");
	ipc_remove(KIND_SHM, ids[1]);
	SEE(term, "STATUS    dest");
	/* A doomed segment has no key any more, and it is the same segment. */
	SEE(term, "Private (IPC_PRIVATE), or freed by a removal");
	GONE(term, "gone since");
	ipc_detach();
	SEE(term, "gone since");
	SEE(term, "STATUS    dest");
	ui_press(term, 'q');
	ui_quit(term);
}

static void resized_while_open(void **state)
{
	struct term *term = open_pane(&tall, "60");

	(void)state;
	term_resize(term, 10, 40);
	EXPECT(term, is_about(term, ids[1]) && ui_rows(term) == 0);
	/* Its lines are broken anew, not cut. */
	SEE(term, "    key that msgget(2), semget(2) or");
	ui_press(term, 'G');
	GONE(term, "  KEY");
	term_resize(term, 100, 130);
	EXPECT(term, ui_rows(term) == OBJECTS && is_about(term, ids[1]));
	SEE(term, "  KEY");
	GONE(term, "from line");
	ui_press(term, 'q');
	ui_quit(term);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		UI_CASE(below_the_table),
		UI_CASE(over_a_low_screen),
		UI_CASE(it_scrolls),
		UI_CASE(goes_to_other_objects),
		UI_CASE(follows_its_object),
		UI_CASE(gone_since),
		UI_CASE(gone_before_it_was_read),
		UI_CASE(id_taken_by_another),
		UI_CASE(all_gone),
		UI_CASE(hidden_by_the_filter),
		UI_CASE(asks_for_its_object),
		UI_CASE(while_paused),
		UI_CASE(keeps_up),
		UI_CASE(resized_while_open),
	};

	return tap_run(cases, sizeof cases / sizeof *cases, ipc_enter, NULL);
}
