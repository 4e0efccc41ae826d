/* Removal: what the dialog says, which answers remove, and that it removes what was selected. */
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>

#include "ui.h"

#define DIALOG " object" /* every dialog's title says how many there are */

enum { OBJECTS = 4, SELECTED = 1 };

static int ids[OBJECTS];

/* Four segments of 1 to 4 MiB, the cursor on the second. */
static struct term *open_some(void)
{
	struct term *term;

	for (int i = 0; i < OBJECTS; i++)
		ids[i] = ipc_segment(0xa0 + i, (size_t)(i + 1) << 20, 0600);
	term = ui_open(NULL, "-m", "--sort", "key", NULL);
	EXPECT(term, ui_cursor_id(term) == ids[0]);
	ui_press(term, 'j');
	EXPECT(term, ui_cursor_id(term) == ids[SELECTED]);
	return term;
}

static void assert_all_there(void)
{
	for (int i = 0; i < OBJECTS; i++)
		assert_true(ipc_exists(KIND_SHM, ids[i]));
}

/* The kernel has it no more; the screen is only asked because it has the clock of the wait. */
static void expect_removed(struct term *term, int only)
{
	EXPECT(term, !ipc_exists(KIND_SHM, ids[only]));
	for (int i = 0; i < OBJECTS; i++)
		if (i != only)
			assert_true(ipc_exists(KIND_SHM, ids[i]));
}

/* What came of it is told while the row is gone: the news of that does not push it aside. */
static bool told_removed(struct term *term, int id)
{
	char text[32];

	snprintf(text, sizeof text, " %d: removed", id);
	return term_find(term, text, NULL) && ui_row_of(term, id) < 0;
}

static void open_dialog(struct term *term)
{
	ui_press(term, 'K');
	SEE(term, DIALOG);
	ASKED(term, "Yes");
}

/* Close a dialog or a list of results, and see that keys are the table's again. */
static void expect_closed(struct term *term)
{
	ANSWERED(term);
	ui_press(term, '1');
	SEE(term, "[1 Queues]");
	ui_press(term, '3');
	SEE(term, "[3 Segments]");
}

static void dialog_lists_the_object(void **state)
{
	struct term *term = open_some();
	struct term_place at;
	char id[16];

	(void)state;
	snprintf(id, sizeof id, " %d ", ids[SELECTED]);
	for (int way = 0; way < 2; way++) {
		if (way == 0)
			ui_press(term, 'K');
		else
			term_key(term, VTERM_KEY_FUNCTION(9));
		ASKED(term, DIALOG);
		EXPECT(term, term_find(term, "shm", &at));
		EXPECT(term, strstr(term_row(term, at.row), id));
		EXPECT(term, strstr(term_row(term, at.row), "0x000000a1"));
		EXPECT(term, strstr(term_row(term, at.row), "root"));
		EXPECT(term, strstr(term_row(term, at.row), "size 2M"));
		ui_press(term, 'n');
		expect_closed(term);
	}
	assert_all_there();
	ui_quit(term);
}

/* No is the answer that Enter takes, and it can be told without colour. */
static void no_is_preselected(void **state)
{
	struct term *term = open_some();
	struct term_place at;

	(void)state;
	open_dialog(term);
	EXPECT(term,
		term_find(term, "[ No ]", &at) && term_cursor(term).row == at.row &&
			term_cursor(term).col == at.col + 2);
	GONE(term, "[ Yes ]");
	term_key(term, VTERM_KEY_ENTER);
	expect_closed(term);
	assert_all_there();
	ui_quit(term);
}

static void other_keys_remove_nothing(void **state)
{
	static const char keys[] = "nNqKAU 1GjzxXoO0s";
	struct term *term = open_some();

	(void)state;
	for (size_t i = 0; i < sizeof keys - 1; i++) {
		open_dialog(term);
		ui_press(term, keys[i]);
		term_key(term, VTERM_KEY_ESCAPE);
		ANSWERED(term);
	}
	expect_closed(term);
	assert_all_there();
	EXPECT(term, !strstr(ui_status(term), "tagged"));
	ui_quit(term);
}

static void y_removes_the_selected_one(void **state)
{
	struct term *term = open_some();

	(void)state;
	open_dialog(term);
	ui_press(term, 'y');
	expect_removed(term, SELECTED);
	EXPECT(term, told_removed(term, ids[SELECTED]));
	term_key(term, VTERM_KEY_ESCAPE);
	EXPECT(term, ui_rows(term) == OBJECTS - 1 && ui_row_of(term, ids[SELECTED]) < 0);
	ui_quit(term);
}

static void moved_to_yes(void **state)
{
	static const VTermKey ways[] = { VTERM_KEY_TAB, VTERM_KEY_LEFT, VTERM_KEY_RIGHT };

	(void)state;
	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
		struct term *term = open_some();

		open_dialog(term);
		term_key(term, ways[i]);
		SEE(term, "[ Yes ]");
		GONE(term, "[ No ]");
		/* There and back is No again. */
		term_key(term, VTERM_KEY_TAB);
		term_key(term, VTERM_KEY_ENTER);
		ANSWERED(term);
		assert_all_there();
		open_dialog(term);
		term_key(term, ways[i]);
		SEE(term, "[ Yes ]");
		term_key(term, VTERM_KEY_ENTER);
		expect_removed(term, SELECTED);
		ui_free(term);
		ipc_clear();
	}
}

static void removes_queues_and_sets(void **state)
{
	struct term *term;
	int queue = ipc_queue(0x10, 0600);
	int other_queue = ipc_queue(0x20, 0600);
	int set = ipc_set(0x10, 2, 0600);
	int segment = ipc_segment(0x10, 4096, 0600);

	(void)state;
	term = ui_open(NULL, "-q", "--sort", "key", NULL);
	EXPECT(term, ui_cursor_id(term) == queue && ui_rows(term) == 2);
	open_dialog(term);
	SEE(term, "EIDRM");
	ui_press(term, 'y');
	EXPECT(term, !ipc_exists(KIND_MSG, queue));
	EXPECT(term, told_removed(term, queue));
	term_key(term, VTERM_KEY_ESCAPE);
	EXPECT(term, ui_rows(term) == 1);
	ui_press(term, '2');
	EXPECT(term, ui_cursor_id(term) == set);
	open_dialog(term);
	ui_press(term, 'y');
	EXPECT(term, !ipc_exists(KIND_SEM, set));
	EXPECT(term, told_removed(term, set));
	assert_true(ipc_exists(KIND_MSG, other_queue));
	assert_true(ipc_exists(KIND_SHM, segment));
	term_key(term, VTERM_KEY_ESCAPE);
	ui_quit(term);
}

/* More than one: the word has to be typed. */
static void tagged_ones_want_a_word(void **state)
{
	struct term *term = open_some();
	char first[16];
	char third[16];

	(void)state;
	snprintf(first, sizeof first, " %d ", ids[0]);
	snprintf(third, sizeof third, " %d ", ids[2]);
	term_type(term, "g jj");
	ui_press(term, 'g');
	term_type(term, "jj ");
	EXPECT(term, strstr(ui_status(term), "2 tagged") && ui_tagged(term, ids[2]));
	for (int i = 0; i < 4; i++) {
		static const char *const wrong[] = { "y", "", "YE", "no" };

		ui_press(term, 'K');
		ASKED(term, "Type yes");
		SEE(term, first);
		SEE(term, third);
		term_type(term, wrong[i]);
		term_key(term, VTERM_KEY_ENTER);
		term_key(term, VTERM_KEY_ESCAPE);
		ANSWERED(term);
		assert_all_there();
	}
	EXPECT(term, strstr(ui_status(term), "2 tagged"));
	ui_press(term, 'K');
	ASKED(term, "Type yes");
	term_type(term, "yes");
	assert_all_there();
	term_key(term, VTERM_KEY_ENTER);
	EXPECT(term, !ipc_exists(KIND_SHM, ids[0]) && !ipc_exists(KIND_SHM, ids[2]));
	assert_true(ipc_exists(KIND_SHM, ids[1]) && ipc_exists(KIND_SHM, ids[3]));
	EXPECT(term, told_removed(term, ids[0]) && told_removed(term, ids[2]));
	term_key(term, VTERM_KEY_ESCAPE);
	EXPECT(term, ui_rows(term) == 2 && !strstr(ui_status(term), "tagged"));
	ui_quit(term);
}

/* One tag is one object: it goes by the tag, not by the cursor. */
static void one_tag_beats_the_cursor(void **state)
{
	struct term *term = open_some();

	(void)state;
	term_type(term, "G ");
	EXPECT(term, ui_tagged(term, ids[3]));
	ui_press(term, 'g');
	EXPECT(term, ui_cursor_id(term) == ids[0]);
	open_dialog(term);
	SEE(term, "0x000000a3");
	ui_press(term, 'y');
	expect_removed(term, 3);
	ui_quit(term);
}

static void attached_segment_wants_a_word(void **state)
{
	struct term *term;

	(void)state;
	for (int i = 0; i < OBJECTS; i++)
		ids[i] = ipc_segment(0xa0 + i, (size_t)(i + 1) << 20, 0600);
	ipc_attach(ids[0]);
	term = ui_open(NULL, "-m", "--sort", "key", NULL);
	EXPECT(term, ui_cursor_id(term) == ids[0]);
	ui_press(term, 'K');
	ASKED(term, "Type yes");
	SEE(term, "dest");
	ui_press(term, 'y');
	term_key(term, VTERM_KEY_ENTER);
	term_key(term, VTERM_KEY_ESCAPE);
	ANSWERED(term);
	assert_all_there();
	ui_press(term, 'K');
	ASKED(term, "Type yes");
	term_type(term, "yes");
	term_key(term, VTERM_KEY_ENTER);
	expect_removed(term, 0);
	term_key(term, VTERM_KEY_ESCAPE);
	/* Doomed, it stays till the last detach; then it is gone. */
	EXPECT(term, ui_row_of(term, ids[0]) >= 0);
	EXPECT(term, strstr(term_row(term, ui_row_of(term, ids[0])), "dest"));
	ipc_detach();
	ui_press(term, 'r');
	EXPECT(term, ui_row_of(term, ids[0]) < 0);
	ui_quit(term);
}

/* Where there is little room the object, and the answer that Enter takes, are still seen. */
static void dialog_in_small_sizes(void **state)
{
	static const struct term_how sizes[] = { { .rows = 4, .cols = 20 },
		{ .rows = 10, .cols = 40 } };
	char id[24];

	(void)state;
	ids[0] = ipc_segment(0xa0, 4096, 0600);
	snprintf(id, sizeof id, "shm %d ", ids[0]);
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct term *term = ui_open(&sizes[i], "-m", NULL);

		EXPECT(term, ui_cursor_id(term) == ids[0]);
		ui_press(term, 'K');
		SEE(term, id);
		SEE(term, "[ No ]");
		term_key(term, VTERM_KEY_TAB);
		SEE(term, "[ Yes ]");
		GONE(term, "[ No ]");
		ui_press(term, 'n');
		GONE(term, "[ Yes ]");
		assert_true(ipc_exists(KIND_SHM, ids[0]));
		ui_quit(term);
	}
}

static void readonly_removes_nothing(void **state)
{
	struct term *term;

	(void)state;
	ids[0] = ipc_segment(0xa0, 4096, 0600);
	term = ui_open(NULL, "-m", "--readonly", NULL);
	EXPECT(term, ui_cursor_id(term) == ids[0]);
	ui_press(term, 'K');
	SEE(term, "read-only");
	GONE(term, "Yes");
	term_type(term, "yes\r");
	term_key(term, VTERM_KEY_ESCAPE);
	term_key(term, VTERM_KEY_FUNCTION(9));
	ui_press(term, 'y');
	ui_press(term, '1');
	SEE(term, "[1 Queues]");
	assert_true(ipc_exists(KIND_SHM, ids[0]));
	ui_quit(term);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		UI_CASE(dialog_lists_the_object),
		UI_CASE(no_is_preselected),
		UI_CASE(other_keys_remove_nothing),
		UI_CASE(y_removes_the_selected_one),
		UI_CASE(moved_to_yes),
		UI_CASE(removes_queues_and_sets),
		UI_CASE(tagged_ones_want_a_word),
		UI_CASE(one_tag_beats_the_cursor),
		UI_CASE(attached_segment_wants_a_word),
		UI_CASE(dialog_in_small_sizes),
		UI_CASE(readonly_removes_nothing),
	};

	return tap_run(cases, sizeof cases / sizeof *cases, ipc_enter, NULL);
}
