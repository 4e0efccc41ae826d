/*
 * The configuration while calls fail: what could not be read is complained of, and never lost by
 * writing; what is there is always the old file or the new one, as it is told.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../live/faults.h"
#include "configured.h"
#include "ui.h"

enum { POINTS = 2, ALL_POINTS = 200 };

#define OLD "# mine\n[general]\nunits = bytes\n[other]\nmore = 1\n"

static const unsigned all = FAULT_OPEN | FAULT_READ | FAULT_ASK | FAULT_MEMORY | FAULT_WRITE;

static struct term *term;
static char *new; /* what is written where nothing fails */

static struct term *open_faulty(void)
{
	struct term_how with = configured_wide;

	faults_open();
	with.env = faults_environment();
	return ui_open(&with, "-m", NULL);
}

static void assert_file(const char *text)
{
	if (strcmp(home_read(), text) != 0)
		fail_msg("%s: the file is '%s'", faults_told(), home_read());
	if (home_entries() != 1)
		fail_msg("%s: the folder has %d files", faults_told(), home_entries());
}

static bool tells(const char *text)
{
	return term_find(term, text, NULL);
}

/* What is said not to be there is not there. */
static bool is_a_lie(void)
{
	return atomic_load(&faults_open()->error) == ENOENT;
}

/* W, and what is told of it; what was told before goes with a key. */
static void save(void)
{
	ui_press(term, 'j');
	term_rest(term);
	ui_press(term, 'W');
	EXPECT(term, tells("written to ") || tells("not written: ") || tells("out of memory"));
}

static void attempt_write(void)
{
	bool written;

	if (is_a_lie())
		return;
	home_write(OLD);
	save();
	written = tells("written to ");
	assert_file(written || strcmp(home_read(), new) == 0 ? new : OLD);
	if (!written && !tells("out of memory")) /* which may be of the message */
		assert_file(OLD);
	faults_end();
	save();
	SEE(term, "written to ");
	assert_file(new);
}

static void the_old_file_or_the_new_one(void **state)
{
	(void)state;
	home_write(OLD);
	configured_objects();
	term = open_faulty();
	SEE(term, "F10Quit");
	save();
	new = strdup(home_read());
	assert_non_null(strstr(new, "delay"));
	faults_each(all, tap_rounds(POINTS, ALL_POINTS), attempt_write);
	ui_quit(term);
	free(new);
}

/* Started in exact bytes, as it says, or it tells that the file was not read, and keeps it. */
static void attempt_read(void)
{
	if (is_a_lie())
		return;
	term = open_faulty();
	EXPECT(term, term_ended(term) || term_altscreen(term));
	term_pump(term, 5);
	faults_end();
	ui_press(term, 'r');
	EXPECT(term, term_ended(term) || tells("1048576") || tells(" 1M "));
	if (!term_ended(term)) {
		bool read = tells("1048576");

		ui_press(term, 'W');
		SEE(term, read ? "written to " : ", when it was read at the start");
		ui_quit(term);
		if (!read)
			SEE(term, "/ipctop/config: ");
	}
	if (!strstr(home_read(), "units = bytes\n"))
		fail_msg("%s: the file is '%s'", faults_told(), home_read());
	home_write(OLD);
	ui_free(term);
}

static void what_is_not_read_is_not_lost(void **state)
{
	(void)state;
	home_write(OLD);
	configured_objects();
	faults_open();
	faults_each(all & ~(unsigned)FAULT_WRITE, tap_rounds(POINTS, ALL_POINTS), attempt_read);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		UI_CASE(the_old_file_or_the_new_one),
		UI_CASE(what_is_not_read_is_not_lost),
	};

	return tap_run(cases, sizeof cases / sizeof *cases, ipc_enter, NULL);
}
