/* Requests that open, close, change and end: pages, prompts, the program itself. */
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>

#include "request_cases.h"
#include "ui.h"

void request_help(const char *key)
{
	struct term *term = request_open(1, NULL);

	ui_key(term, key);
	SEE(term, " Help ");
	ui_key(term, key);
	GONE(term, " Help ");
	/* Anywhere: over a page as well. */
	ui_press(term, 'f');
	SEE(term, " Setup");
	ui_key(term, key);
	SEE(term, " Help ");
	ui_key(term, "Esc");
	GONE(term, " Help ");
	SEE(term, " Setup");
	ui_key(term, "Esc");
	GONE(term, " Setup");
	request_leave(term);
}

void request_quit(const char *key)
{
	static const struct {
		const char *open;
		const char *see;
	} pages[] = { { "i", "Further fields" }, { "?", " Help " }, { ".", "Sort by" },
		{ "f", " Setup" } };
	static const struct term_how how = { .rows = 100, .cols = 100 };
	struct term *term;

	ipc_segment(0x100, 4096, 0600);
	term = ui_open(&how, "-m", NULL);
	EXPECT(term, ui_rows(term) >= 1);
	for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
		ui_key(term, pages[i].open);
		SEE(term, pages[i].see);
		ui_key(term, key);
		GONE(term, pages[i].see);
		request_expect_table(term);
	}
	ui_key(term, key);
	EXITS(term, 0);
	ui_restored(term);
	ui_free(term);
	ipc_clear();
}

void request_close_layer(const char *key)
{
	static const struct term_how how = { .rows = 100, .cols = 100 };
	struct term *term;

	ipc_segment(0x100, 4096, 0600);
	term = ui_open(&how, "-m", NULL);
	EXPECT(term, ui_rows(term) == 1);
	/* Nothing is open. */
	ui_key(term, key);
	request_expect_table(term);
	ui_key(term, "i");
	SEE(term, "Further fields");
	ui_key(term, "?");
	SEE(term, " Help ");
	ui_key(term, key);
	GONE(term, " Help ");
	SEE(term, "Further fields");
	ui_key(term, key);
	GONE(term, "Further fields");
	request_expect_table(term);
	request_leave(term);
}

void request_setup(const char *key)
{
	struct term *term = request_open(1, NULL);

	ui_key(term, key);
	SEE(term, "Space changes");
	SEE(term, "Theme");
	ui_key(term, key);
	GONE(term, "Theme");
	request_leave(term);
}

void request_write_it(const char *key)
{
	struct term *term = request_open(1, NULL);

	ui_key(term, key);
	SEE(term, "written to");
	assert_non_null(strstr(home_read(), "[general]\n"));
	assert_non_null(strstr(home_read(), "shm = ID\n"));
	request_leave(term);
	/* It changes something: not where nothing may be changed. */
	home_write("# mine\n");
	term = request_open(1, "--readonly");
	ui_key(term, key);
	SEE(term, "read-only");
	assert_string_equal(home_read(), "# mine\n");
	request_leave(term);
}

void request_details(const char *key)
{
	struct term *term = request_open(2, NULL);
	char title[REQUEST_TITLE];

	request_title(title, request_ids[0]);
	ui_key(term, key);
	SEE(term, title);
	ui_key(term, "Esc");
	GONE(term, title);
	ipc_clear();
	ui_press(term, 'r');
	SEE(term, "no segments");
	ui_key(term, key);
	SEE(term, "there is nothing here");
	request_leave(term);
}

void request_removal(const char *key)
{
	struct term *term = request_open(2, NULL);

	ui_key(term, key);
	SEE(term, "Remove 1 object");
	ui_press(term, 'y');
	EXPECT(term, !ipc_exists(KIND_SHM, request_ids[0]));
	assert_true(ipc_exists(KIND_SHM, request_ids[1]));
	request_leave(term);
	term = request_open(2, "--readonly");
	ui_key(term, key);
	SEE(term, "read-only");
	GONE(term, "Remove 1 object");
	request_leave(term);
}

void request_interval(const char *key)
{
	struct term *term = request_open(1, NULL);

	ui_key(term, key);
	SEE(term, "Interval in seconds: 60");
	ui_key(term, "^U");
	GONE(term, "seconds: 60");
	term_type(term, "7.5\r");
	SEE(term, "every 7.5 s");
	GONE(term, "Interval in seconds");
	request_leave(term);
}

void request_longer(const char *key)
{
	struct term *term = request_open(1, NULL);

	ui_key(term, key);
	SEE(term, "every 300.0 s");
	for (int i = 0; i < 6; i++)
		ui_key(term, key);
	SEE(term, "every 86400.0 s");
	request_leave(term);
}

void request_shorter(const char *key)
{
	struct term *term = request_open(1, NULL);

	ui_key(term, key);
	SEE(term, "every 30.0 s");
	for (int i = 0; i < 16; i++)
		ui_key(term, key);
	SEE(term, "every 0.1 s");
	request_leave(term);
}

void request_pause_it(const char *key)
{
	struct term *term = request_open(1, NULL);

	ui_key(term, key);
	EXPECT(term, request_status(term, " PAUSED "));
	/* With a page open as well. */
	ui_press(term, '?');
	SEE(term, " Help ");
	ui_key(term, key);
	GONE(term, "PAUSED");
	ui_press(term, 'q');
	GONE(term, " Help ");
	request_leave(term);
}

void request_refresh_it(const char *key)
{
	struct term *term = request_open(1, NULL);
	int newer = ipc_segment(0x200, 4096, 0600);

	term_scribble(term, "\033[20;10Hsomebody's message\033[21;70Hwraps over the end");
	SEE(term, "somebody's message");
	ui_key(term, key);
	EXPECT(term, ui_row_of(term, newer) >= 0);
	GONE(term, "somebody's message");
	GONE(term, "wraps");
	request_leave(term);
}

void request_mouse(const char *key)
{
	struct term *term = request_open(1, NULL);

	term_need(term, "kmous");
	assert_false(term_wrote(term, "1000h"));
	ui_key(term, key);
	SEE(term, "the mouse clicks here");
	assert_true(term_wrote(term, "1000h"));
	ui_key(term, key);
	SEE(term, "the mouse marks text again");
	assert_true(term_wrote(term, "1000l"));
	request_leave(term);
}

/* Under a shell that could continue it, with job control of its own. */
void request_suspend(const char *key)
{
	static const char script[] = "set -m; \"$IPCTOP\" -m --delay 60; echo it stands; read go; "
				     "fg > /dev/null; echo it ended with $?";
	const char *const args[] = { "sh", "-c", script, NULL };
	struct term *term;
	int id;

	id = ipc_segment(0x100, 4096, 0600);
	ui_program();
	term = term_open(NULL, args);
	EXPECT(term, ui_cursor_id(term) == id);
	ui_key(term, key);
	SEE(term, "it stands");
	EXPECT(term, !term_altscreen(term) && term_cursor_visible(term));
	EXPECT(term, term_modes_restored(term));
	term_type(term, "\r");
	EXPECT(term, ui_cursor_id(term) == id);
	EXPECT(term, term_altscreen(term) == term_has(term, "smcup"));
	ui_press(term, '1');
	SEE(term, "[1 Queues]");
	ui_press(term, 'q');
	SEE(term, "it ended with 0");
	term_free(term);
	ipc_clear();
}
