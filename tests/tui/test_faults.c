/*
 * The UI while calls fail. It starts, or says why it does not and leaves the terminal as it was;
 * while a fault lasts keys are answered, and what is shown is what was there; when it ends all is
 * as before.
 */
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>

#include "../live/faults.h"
#include "ui.h"

enum { POINTS = 1, ALL_POINTS = 400, TAB_POINTS = 20, TEXT = 64, TYPED = 104 };

static const unsigned all =
	FAULT_OPEN | FAULT_READ | FAULT_ASK | FAULT_IPC | FAULT_MEMORY | FAULT_START | FAULT_WAIT;

static int segment;

static const struct term_how *how(void)
{
	static struct term_how with;

	faults_open();
	with.env = faults_environment();
	return &with;
}

static int setup(void **state)
{
	ui_setup(state);
	segment = ipc_segment(0xa01, 4096, 0600);
	return 0;
}

/* starting */

/* Libraries may say why in their own words. */
static bool says_why(struct term *term)
{
	return term_find(term, "ipctop: ", NULL) || term_find(term, "ut of memory", NULL);
}

static void expect_refused(struct term *term)
{
	int status = term_close(term);

	if (!WIFEXITED(status) || (WEXITSTATUS(status) != 1 && WEXITSTATUS(status) != 2))
		expect_ended(term, status, faults_told(), __FILE__, __LINE__);
	EXPECT(term, says_why(term));
	ui_restored(term);
}

/* It says why it does not start, or it works, and as ever once nothing fails any more. */
static void attempt_start(void)
{
	struct term *term = ui_open(how(), "-m", NULL);

	EXPECT(term, term_ended(term) || term_altscreen(term));
	term_pump(term, 5);
	faults_end();
	ui_press(term, 'r');
	EXPECT(term, term_ended(term) || ui_row_of(term, segment) >= 0);
	if (term_ended(term))
		expect_refused(term);
	else
		ui_quit(term);
	ui_free(term);
}

static void starts_or_says_why(void **state)
{
	(void)state;
	how();
	faults_each(all, tap_rounds(POINTS, ALL_POINTS), attempt_start);
}

/* running */

static struct term *running;
static int other;

/* The row is what it was; what can't be written for want of memory is a question mark. */
static bool is_shown_right(void)
{
	int row = ui_row_of(running, segment);
	const char *text = row < 0 ? "" : term_row(running, row);

	return (strstr(text, "0x00000a01") && strstr(text, " rw------- ") &&
		       strstr(text, " 4K ")) ||
		strncmp(term_row(running, term_cursor(running).row), "> ? ", 4) == 0 ||
		term_find(running, "out of memory", NULL);
}

/* The new object, or why it is not there. */
static bool is_told(void)
{
	return ui_row_of(running, other) >= 0 || term_find(running, "stays: ", NULL) ||
		term_find(running, "?", NULL) || term_find(running, "out of memory", NULL);
}

static void attempt_refresh(void)
{
	other = ipc_segment(IPC_PRIVATE, 8192, 0600);
	ui_press(running, 'r');
	EXPECT(running, is_told());
	EXPECT(running, is_shown_right());
	/* keys are answered meanwhile */
	ui_press(running, '1');
	EXPECT(running, ui_row_of(running, segment) < 0);
	ui_press(running, '3');
	EXPECT(running, is_shown_right());
	faults_end();
	ui_press(running, 'r');
	EXPECT(running, ui_row_of(running, other) >= 0);
	EXPECT(running, is_shown_right());
	GONE(running, "stays: ");
	GONE(running, "fail");
	ipc_remove(KIND_SHM, other);
	ui_press(running, 'r');
	EXPECT(running, ui_row_of(running, other) < 0);
}

static void shows_what_was_there(void **state)
{
	(void)state;
	how();
	faults_end();
	running = ui_open(how(), "-m", NULL);
	EXPECT(running, is_shown_right());
	faults_each(all, tap_rounds(POINTS, ALL_POINTS), attempt_refresh);
	ui_quit(running);
}

/* Each tab, what it needs collected anew, and the details of what the cursor is on. */
static void attempt_tabs(void)
{
	for (const char *tab = "12456783"; *tab; tab++) {
		ui_press(running, *tab);
		ui_press(running, 'r');
		while (term_pump(running, 10))
			continue;
		ui_key(running, "Enter");
		while (term_pump(running, 10))
			continue;
		ui_key(running, "Esc");
	}
	faults_end();
	ui_press(running, '3');
	ui_press(running, 'r');
	EXPECT(running, ui_row_of(running, segment) >= 0 && is_shown_right());
	GONE(running, "fail");
}

static void all_tabs_live_on(void **state)
{
	(void)state;
	how();
	faults_end();
	running = ui_open(how(), "-m", NULL);
	EXPECT(running, is_shown_right());
	faults_each(
		tap_proving() ? all : FAULT_MEMORY, tap_rounds(POINTS, TAB_POINTS), attempt_tabs);
	ui_quit(running);
}

/* removing */

static bool tells(const char *what)
{
	char text[TEXT];

	snprintf(text, sizeof(text), "shm %d: %s", other, what);
	return term_find(running, text, NULL);
}

/* The largest one stands first: it is asked about, and goes, or it is told why not. */
static void attempt_removal(void)
{
	if (ipc_exists(KIND_SHM, other))
		ipc_remove(KIND_SHM, other);
	other = ipc_segment(IPC_PRIVATE, 8192, 0600);
	faults_end();
	ui_press(running, 'r');
	EXPECT(running, ui_row_of(running, other) >= 0);
	ui_key(running, "Home");
	EXPECT(running, ui_selected_id(running) == other);
	faults_resume();
	ui_press(running, 'K');
	EXPECT(running, term_find(running, "[ No ]", NULL) || says_why(running));
	/* without the question the key would only take away what is said */
	if (term_find(running, "[ No ]", NULL)) {
		ui_press(running, 'y');
		EXPECT(running, tells("") || says_why(running));
	}
	EXPECT(running,
		ipc_exists(KIND_SHM, other) ? !tells("removed")
					    : tells("removed") || says_why(running));
	faults_end();
	ui_press(running, 'r');
	EXPECT(running, (ui_row_of(running, other) < 0) == !ipc_exists(KIND_SHM, other));
	assert_true(ipc_exists(KIND_SHM, segment));
}

static void tells_what_it_removed(void **state)
{
	(void)state;
	how();
	faults_end();
	other = ipc_segment(IPC_PRIVATE, 8192, 0600);
	running = ui_open(how(), "-m", NULL);
	EXPECT(running, is_shown_right());
	faults_each(all, tap_rounds(POINTS, ALL_POINTS), attempt_removal);
	ui_quit(running);
}

/* typing */

/* A filter longer than any text is at first: not a character of it may become another. */
static void attempt_typing(void)
{
	int i;

	faults_end();
	ui_press(running, '\\');
	SEE(running, " Filter:");
	faults_resume();
	for (i = 0; i < TYPED; i++)
		ui_press(running, (char)('a' + i % 26));
	while (term_pump(running, 50))
		continue;
	faults_end();
	ui_press(running, '.');
	SEE(running, "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz.");
	ui_key(running, "Esc");
	EXPECT(running, is_shown_right());
}

static void what_is_typed_stays(void **state)
{
	(void)state;
	how();
	faults_end();
	running = ui_open(how(), "-m", NULL);
	EXPECT(running, is_shown_right());
	faults_plan(FAULT_MEMORY, ENOMEM, 0, FAULT_EVER);
	attempt_typing();
	faults_each(FAULT_MEMORY, tap_rounds(POINTS, TAB_POINTS), attempt_typing);
	ui_quit(running);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, ui_teardown)
	const struct CMUnitTest cases[] = {
		CASE(starts_or_says_why),
		CASE(shows_what_was_there),
		CASE(all_tabs_live_on),
		CASE(tells_what_it_removed),
		CASE(what_is_typed_stays),
	};

	return tap_run(cases, sizeof cases / sizeof *cases, ipc_enter, NULL);
}
