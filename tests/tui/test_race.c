/* Removal while others change things: what goes is what was shown, or nothing. */
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>
#include <time.h>

#include "ui.h"

enum { ENOUGH_MS = 1200 }; /* a ctime of whole seconds has moved by then */

/* The program on the object's tab with the dialog open, wide enough for PERMS. */
static struct term *open_one(enum ipc_kind kind, int id)
{
	static const struct term_how how = { .rows = 24, .cols = 100 };
	static const char *const tabs[] = { "-q", "-s", "-m" };
	struct term *term = ui_open(&how, tabs[kind], NULL);

	EXPECT(term, ui_cursor_id(term) == id);
	ui_press(term, 'K');
	SEE(term, "Remove 1 object");
	ASKED(term, "Yes");
	return term;
}

static int make(enum ipc_kind kind, int size)
{
	if (kind == KIND_MSG)
		return ipc_queue(IPC_PRIVATE, 0600);
	if (kind == KIND_SEM)
		return ipc_set(IPC_PRIVATE, size, 0600);
	return ipc_segment(IPC_PRIVATE, 4096u * (unsigned)size, 0600);
}

/* Till the kernel's clock of whole seconds has left the object's ctime behind. */
static void outlive_ctime(enum ipc_kind kind, int id)
{
	long end = term_now() + ENOUGH_MS;
	struct timespec now;

	do {
		const struct timespec step = { .tv_nsec = 10 * 1000000L };

		nanosleep(&step, NULL);
		clock_gettime(CLOCK_REALTIME_COARSE, &now);
	} while (now.tv_sec <= ipc_ctime(kind, id) && term_now() < end);
}

static void gone_while_asked(void **state)
{
	(void)state;
	for (int kind = KIND_MSG; kind <= KIND_SHM; kind++) {
		int id = make((enum ipc_kind)kind, 1);
		struct term *term = open_one((enum ipc_kind)kind, id);

		ipc_remove((enum ipc_kind)kind, id);
		ui_press(term, 'y');
		SEE(term, ": gone already");
		GONE(term, ": removed");
		term_key(term, VTERM_KEY_ESCAPE);
		ui_quit(term);
		ui_free(term);
	}
}

/* The id is the same, the object is another one: it is not what was shown. */
static void recycled_id(enum ipc_kind kind)
{
	int id = make(kind, 1);
	int again;
	struct term *term = open_one(kind, id);

	ipc_remove(kind, id);
	ipc_next_id(kind, id);
	again = make(kind, 2);
	assert_int_equal(again, id);
	ui_press(term, 'y');
	/* There is nothing to ask: it is not what was shown. */
	EXPECT(term, term_find(term, "refused", NULL) && !term_find(term, "Yes", NULL));
	assert_true(ipc_exists(kind, again));
	term_key(term, VTERM_KEY_ESCAPE);
	ui_quit(term);
	ui_free(term);
	ipc_remove(kind, again);
}

static void recycled_segment(void **state)
{
	(void)state;
	recycled_id(KIND_SHM);
}

static void recycled_set(void **state)
{
	(void)state;
	recycled_id(KIND_SEM);
}

/* Nothing of a queue's identity differs here but the time: whatever the dialog says, it asks. */
static void recycled_queue(void **state)
{
	int id = make(KIND_MSG, 1);
	int again;
	struct term *term = open_one(KIND_MSG, id);

	(void)state;
	outlive_ctime(KIND_MSG, id);
	ipc_remove(KIND_MSG, id);
	ipc_next_id(KIND_MSG, id);
	again = ipc_queue(0x77, 0600);
	assert_int_equal(again, id);
	ui_press(term, 'y');
	EXPECT(term, term_find(term, "refused", NULL) || term_find(term, "changed", NULL));
	assert_true(ipc_exists(KIND_MSG, again));
	term_key(term, VTERM_KEY_ESCAPE);
	ui_quit(term);
}

static void changed_while_asked(void **state)
{
	int ids[KIND_SHM + 1];

	(void)state;
	for (int kind = KIND_MSG; kind <= KIND_SHM; kind++)
		ids[kind] = make((enum ipc_kind)kind, 1);
	for (int kind = KIND_MSG; kind <= KIND_SHM; kind++) {
		int id = ids[kind];
		struct term *term = open_one((enum ipc_kind)kind, id);

		outlive_ctime((enum ipc_kind)kind, id);
		ipc_change((enum ipc_kind)kind, id, 0640);
		ui_press(term, 'y');
		SEE(term, "changed");
		assert_true(ipc_exists((enum ipc_kind)kind, id));
		/* Asked again, No is the answer again. */
		term_key(term, VTERM_KEY_ENTER);
		GONE(term, "Yes");
		assert_true(ipc_exists((enum ipc_kind)kind, id));
		ui_press(term, 'r');
		EXPECT(term, strstr(term_row(term, term_cursor(term).row), "rw-r-----"));
		ui_press(term, 'K');
		SEE(term, "Yes");
		ui_press(term, 'y');
		EXPECT(term, !ipc_exists((enum ipc_kind)kind, id));
		ui_free(term);
	}
}

static void changed_and_asked_again(void **state)
{
	int id = make(KIND_SHM, 1);
	struct term *term = open_one(KIND_SHM, id);

	(void)state;
	outlive_ctime(KIND_SHM, id);
	ipc_change(KIND_SHM, id, 0640);
	ui_press(term, 'y');
	SEE(term, "Changed since shown");
	/* keys that were meant for the first question do not answer the second */
	term_type(term, "yyyy\r");
	GONE(term, "Changed since shown");
	assert_true(ipc_exists(KIND_SHM, id));
	ui_quit(term);
}

static void changed_and_removed_all_the_same(void **state)
{
	int id = make(KIND_SHM, 1);
	struct term *term = open_one(KIND_SHM, id);

	(void)state;
	outlive_ctime(KIND_SHM, id);
	ipc_change(KIND_SHM, id, 0640);
	ui_press(term, 'y');
	SEE(term, "Changed since shown");
	term_type(term, "yes\r");
	EXPECT(term, !ipc_exists(KIND_SHM, id));
	ui_quit(term);
}

/* One question about all that were changed, however many. */
static void many_changed_are_asked_about_at_once(void **state)
{
	enum { COUNT = 9 };
	struct term *term;
	int ids[COUNT], i;

	(void)state;
	for (i = 0; i < COUNT; i++)
		ids[i] = ipc_set(IPC_PRIVATE, 1, 0600);
	term = ui_open(NULL, "-s", NULL);
	SEE(term, "1 of 9");
	ui_press(term, 'A');
	ui_press(term, 'K');
	SEE(term, "Remove 9 objects");
	outlive_ctime(KIND_SEM, ids[COUNT - 1]);
	for (i = 1; i < COUNT; i++)
		ipc_change(KIND_SEM, ids[i], 0640);
	term_type(term, "yes\r");
	SEE(term, "Changed since shown: remove 8 objects");
	term_type(term, "yes\r");
	SEE(term, "Result: 8 done, 0 not");
	ui_press(term, 'G');
	term_type(term, "\033");
	SEE(term, "Result: 1 done, 8 not");
	for (i = 0; i < COUNT; i++)
		assert_false(ipc_exists(KIND_SEM, ids[i]));
	term_type(term, "\033");
	GONE(term, "Result:");
	ui_quit(term);
}

/* The dialog is about the object it was opened for, whatever the table does meanwhile. */
static void dialog_is_frozen(void **state)
{
	int other = ipc_segment(0xb0, 4096, 0600);
	int id = ipc_segment(0xa0, 4096, 0600);
	struct term *term = ui_open(NULL, "-m", "--sort", "key", "--delay", "0.1", NULL);
	int above;

	(void)state;
	EXPECT(term, ui_cursor_id(term) == id);
	ui_press(term, 'K');
	SEE(term, "Yes");
	above = ipc_segment(0x10, 4096, 0600);
	EXPECT(term, term_find(term, "3/4096", NULL));
	ui_press(term, 'y');
	EXPECT(term, !ipc_exists(KIND_SHM, id));
	assert_true(ipc_exists(KIND_SHM, above) && ipc_exists(KIND_SHM, other));
	ui_quit(term);
}

/* One of many is gone, one is another now, one goes: each is told. */
static void each_has_its_result(void **state)
{
	int ids[3];
	struct term *term;

	(void)state;
	for (int i = 0; i < 3; i++)
		ids[i] = ipc_segment(IPC_PRIVATE, 4096, 0600);
	term = ui_open(NULL, "-m", "--sort", "id", NULL);
	EXPECT(term, ui_rows(term) == 3);
	ui_press(term, 'A');
	EXPECT(term, strstr(ui_status(term), "3 tagged"));
	ui_press(term, 'K');
	ASKED(term, "Type yes");
	ipc_remove(KIND_SHM, ids[0]);
	ipc_remove(KIND_SHM, ids[1]);
	ipc_next_id(KIND_SHM, ids[1]);
	assert_int_equal(ipc_segment(IPC_PRIVATE, 65536, 0600), ids[1]);
	term_type(term, "yes");
	term_key(term, VTERM_KEY_ENTER);
	EXPECT(term, !ipc_exists(KIND_SHM, ids[2]));
	SEE(term, ": gone already");
	SEE(term, "refused");
	SEE(term, ": removed");
	assert_true(ipc_exists(KIND_SHM, ids[1]));
	term_key(term, VTERM_KEY_ESCAPE);
	ui_quit(term);
}

static void doomed_already(void **state)
{
	int id = ipc_segment(0xa0, 4096, 0600);
	struct term *term;

	(void)state;
	ipc_attach(id);
	ipc_remove(KIND_SHM, id);
	term = ui_open(NULL, "-m", NULL);
	EXPECT(term, ui_cursor_id(term) == id);
	EXPECT(term, strstr(term_row(term, ui_row_of(term, id)), "dest"));
	ui_press(term, 'K');
	SEE(term, "already");
	term_type(term, "yes");
	term_key(term, VTERM_KEY_ENTER);
	SEE(term, ": already doomed");
	ui_quit(term);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		UI_CASE(gone_while_asked),
		UI_CASE(recycled_segment),
		UI_CASE(recycled_set),
		UI_CASE(recycled_queue),
		UI_CASE(changed_while_asked),
		UI_CASE(changed_and_asked_again),
		UI_CASE(changed_and_removed_all_the_same),
		UI_CASE(many_changed_are_asked_about_at_once),
		UI_CASE(dialog_is_frozen),
		UI_CASE(each_has_its_result),
		UI_CASE(doomed_already),
	};

	return tap_run(cases, sizeof cases / sizeof *cases, ipc_enter, NULL);
}
