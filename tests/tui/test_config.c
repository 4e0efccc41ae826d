/* The configuration: what is wrong in it is told, and the rest is used. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/stat.h>
#include <unistd.h>

#include "configured.h"
#include "ui.h"

enum { TITLES_ROW = 5, TEXT = 512, TOO_LARGE = 2 * 1024 * 1024 };

/* It is told in the status line, and stands on the screen that comes back at the end. */
static void see_complaint(struct term *term, int line, const char *what)
{
	const char *text = configured_complaint(line, what);

	SEE(term, text);
	ui_quit(term);
	SEE(term, text);
	ui_free(term);
}

/* One thing is wrong, on the second line of its section; the last line is all right, and used. */
static void wrong_lines(void **state)
{
	static const struct {
		const char *text;
		int line;
		const char *what;
	} wrongs[] = {
		{ "colour = mono\n", 1, "unknown setting 'colour'; there are theme" },
		{ "[general\n", 1, "neither [section] nor name = value" },
		{ "nonsense\n", 1, "neither [section] nor name = value" },
		{ "[general]\n= 5\n", 2, "neither [section] nor name = value" },
		{ "[general]\ntheme\n", 2, "neither [section] nor name = value" },
		{ "[generall]\n", 1, "unknown section 'generall' is kept, and not used" },
		{ "[general]\nthemes = mono\n", 2,
			"unknown setting 'themes'; there are theme, units, time, delay, scan and "
			"older" },
		{ "[general]\ntheme = pink\n", 2, "theme takes default, 256 or mono, not 'pink'" },
		{ "[general]\nunits = inches\n", 2, "units takes human or bytes, not 'inches'" },
		{ "[general]\ntime = late\n", 2, "time takes short, full or iso, not 'late'" },
		{ "[general]\ndelay = 0\n", 2, "delay takes seconds from 0.1 to 86400, not '0'" },
		{ "[general]\ndelay =\n", 2, "delay takes seconds from 0.1 to 86400, not ''" },
		{ "[general]\nscan = 0\n", 2,
			"scan takes 1 to 100, per cent of the interval, not '0'" },
		{ "[general]\nscan = 101\n", 2,
			"scan takes 1 to 100, per cent of the interval, not '101'" },
		{ "[general]\nscan = 5.5\n", 2,
			"scan takes 1 to 100, per cent of the interval, not '5.5'" },
		{ "[columns]\nposix = KEY\n", 2,
			"unknown table 'posix'; there are msg, sem, shm, limits, processes, groups "
			"and events" },
		{ "[columns]\nsem = KEY,BOGUS,ID\n", 2, "unknown column 'BOGUS'; there are KEY, " },
		{ "[columns]\nsem = KEY,,ID\n", 2, "unknown column ''; there are KEY, " },
		{ "[columns]\nsem =\n", 2, "columns are missing" },
		{ "[order]\nmsg = SIZE\n", 2, "'SIZE' is no order; it is COLUMN or COLUMN:desc" },
		{ "[order]\nmsg = ID:up\n", 2, "'ID:up' is no order; it is COLUMN or COLUMN:desc" },
		{ "[order]\nmsgs = ID\n", 2,
			"unknown table 'msgs'; there are msg, sem, shm, limits, processes, groups "
			"and events" },
		{ "[keys]\nREMOVED = x\n", 2,
			"unknown request 'REMOVED'; the manual has them all under KEYS" },
		{ "[keys]\nHELP = F99\n", 2, "'F99' is no key; keys are as in: a ^A F5" },
		{ "[keys]\nHELP = a Ctrl-A\n", 2, "'Ctrl-A' is no key; keys are as in: a ^A F5" },
		{ "[keys]\nQUIT =\n", 2, "QUIT needs a key" },
		{ "[keys]\nCLOSE =\n", 2, "CLOSE needs a key" },
		{ "[keys]\nHELP = x\nSETUP = x\n", 3,
			"key x is bound twice: to SETUP, and to HELP in line 2" },
		{ "[keys]\nSETUP = x\nHELP = x\n", 3,
			"key x is bound twice: to HELP, and to SETUP in line 2" },
		{ "[keys]\nHELP = j\n", 2,
			"key j is bound twice: to HELP, and to DOWN by default" },
		{ "[general]\nunits = human\nunits = bytes\n", 3, "'units' is set a second time" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof wrongs / sizeof *wrongs; i++) {
		char text[TEXT];
		struct term *term;

		snprintf(text, sizeof text, "%s\n[order]\nshm = KEY:desc\n", wrongs[i].text);
		term = configured_open(text);
		EXPECT(term, strstr(term_row(term, TITLES_ROW), "KEY\342\226\276"));
		see_complaint(term, wrongs[i].line, wrongs[i].what);
	}
}

/* The status line tells the first, and how many there are. */
static void several_wrong_lines(void **state)
{
	struct term *term =
		configured_open("[general]\ntheme = pink\nunits = bytes\ndelay = x\n[oder]\n");

	(void)state;
	SEE(term, "1 of 3: ");
	SEE(term, "not 'pink'");
	SEE(term, "3145728");
	ui_press(term, 'j');
	GONE(term, "not 'pink'");
	ui_quit(term);
	SEE(term, configured_complaint(2, "theme takes default, 256 or mono, not 'pink'"));
	SEE(term, configured_complaint(4, "delay takes seconds from 0.1 to 86400, not 'x'"));
	SEE(term, configured_complaint(5, "unknown section 'oder' is kept, and not used"));
}

static void unprintable_lines(void **state)
{
	struct term *term = configured_open("[general]\ntheme = \033]0;pwn\a\033[31mred\n");

	(void)state;
	SEE(term, "not '\\x1b]0;pwn\\x07\\x1b[31mred'");
	ui_quit(term);
	assert_false(term_wrote(term, "\033]0;pwn"));
	assert_false(term_wrote(term, "\033[31mred"));
}

/* What is no text file is left alone, and told. */
static void no_text(void **state)
{
	struct term *term;
	static char large[TOO_LARGE];

	(void)state;
	home_write_bytes("[general]\nunits = bytes\n\0\n", 26);
	term = configured_open(NULL);
	GONE(term, "3145728");
	see_complaint(term, 0, "it is no text");
	memset(large, '#', sizeof large);
	home_write_bytes(large, sizeof large);
	term = configured_open(NULL);
	see_complaint(term, 0, "it is too large");
	assert_int_equal(unlink(home_config()), 0);
	assert_int_equal(mkdir(home_config(), 0755), 0);
	term = configured_open(NULL);
	see_complaint(term, 0, "it is not a regular file");
	term = configured_open(NULL);
	ui_press(term, 'W');
	SEE(term, "not written: it is not a regular file");
	configured_leave(term);
	assert_int_equal(rmdir(home_config()), 0);
	assert_int_equal(mkfifo(home_config(), 0600), 0);
	term = configured_open(NULL);
	see_complaint(term, 0, "it is not a regular file");
}

/* Start it as somebody who may do only what the modes allow. */
static struct term *open_without_power(void)
{
	const char *const args[] = { "setpriv", "--bounding-set=-all", ui_program(), "-m",
		"--delay", "60", NULL };
	char setting[TEXT];
	const char *const env[] = { setting, NULL };
	const struct term_how how = { .rows = 24, .cols = 160, .env = env };
	struct term *term;

	configured_objects();
	snprintf(setting, sizeof setting, "XDG_CONFIG_HOME=%s", home_folder());
	term = term_open(&how, args);
	EXPECT(term, term_ended(term) || ui_rows(term) == 3);
	if (term_ended(term)) {
		term_free(term);
		tap_skip("setpriv can't take powers away here");
	}
	return term;
}

static void unreadable(void **state)
{
	struct term *term;

	(void)state;
	home_write("[general]\nunits = bytes\n");
	assert_int_equal(chmod(home_config(), 0), 0);
	term = open_without_power();
	SEE(term, configured_complaint(0, "Permission denied"));
	GONE(term, "3145728");
	/* Not to be read, it can't be kept, so it is not written over. */
	ui_press(term, 'W');
	SEE(term, "not written: Permission denied");
	ui_quit(term);
	term_free(term);
	assert_int_equal(chmod(home_config(), 0600), 0);
	assert_string_equal(home_read(), "[general]\nunits = bytes\n");
}

/* Other keys, the old ones do nothing, and function bar and help have the new ones. */
static void other_keys(void **state)
{
	static const struct term_how high = { .rows = 80, .cols = 120 };
	struct term *term;

	(void)state;
	configured_objects();
	home_write("[keys]\nREMOVE = F8 x\nDOWN = Down \303\244\nSETUP =\nHELP = ^X\n");
	term = ui_open(&high, "-m", NULL);
	EXPECT(term, ui_rows(term) == 3);
	SEE(term, "F8Remove");
	SEE(term, "^XHelp");
	GONE(term, "F9Remove");
	GONE(term, "Setup");
	/* The fence after keys that do nothing is one that does something. */
	ui_key(term, "F9");
	term_type(term, "Kjf?h");
	ui_press(term, 'Z');
	SEE(term, "PAUSED");
	GONE(term, "Remove 1 object");
	EXPECT(term, strstr(ui_status(term), "1 of 3"));
	term_type(term, "\303\244");
	EXPECT(term, strstr(ui_status(term), "2 of 3"));
	for (int way = 0; way < 2; way++) {
		ui_key(term, way == 0 ? "F8" : "x");
		ASKED(term, "Remove 1 object");
		ui_press(term, 'n');
		ANSWERED(term);
	}
	ui_key(term, "^X");
	SEE(term, " Help ");
	SEE(term, "F8 x                remove what is tagged");
	SEE(term, "Down \303\244              one line down");
	SEE(term, "^X                  help");
	ui_press(term, 'q');
	configured_leave(term);
}

/* A key is any character; what the terminal can't show, or would obey, is not sent to it. */
static void keys_in_ascii(void **state)
{
	static const struct term_how high = { .rows = 80, .cols = 120 };
	struct term *term;
	const char *raw;
	size_t size;

	(void)state;
	configured_objects();
	home_write("[keys]\nDOWN = \303\244\nORDER = \302\233\nFILTER = \346\274\242\n");
	for (int way = 0; way < 2; way++) {
		term = ui_open(&high, "-m", way == 0 ? "--ascii" : NULL, NULL);
		EXPECT(term, ui_rows(term) == 3);
		ui_press(term, '?');
		SEE(term, "\\xc2\\x9b  ");
		SEE(term, "\\xc2\\x9bSort");
		SEE(term, way == 0 ? "one line down" : "\303\244                   one line down");
		SEE(term, way == 0 ? "\\u{6f22}Filter" : "\346\274\242Filter");
		ui_press(term, 'q');
		ui_quit(term);
		assert_false(term_wrote(term, "\302\233"));
		raw = term_raw(term, &size);
		for (size_t i = 0; i < size && way == 0; i++)
			assert_in_range((unsigned char)raw[i], 0, 0x7f);
		ui_free(term);
	}
}

/* Keys may be exchanged, and a page goes by the new ones too. */
static void exchanged_keys(void **state)
{
	struct term *term =
		configured_open("[keys]\nUP = j\nDOWN = k\nQUIT = x\nTAB = a b c\nCLOSE = q\n");

	(void)state;
	ui_press(term, 'k');
	EXPECT(term, strstr(ui_status(term), "2 of 3"));
	ui_press(term, 'j');
	EXPECT(term, strstr(ui_status(term), "1 of 3"));
	ui_press(term, 'b');
	SEE(term, "[2 Semaphores]");
	ui_press(term, 'c');
	SEE(term, "[3 Segments]");
	ui_press(term, '?');
	SEE(term, " Help from line 1 of");
	ui_press(term, 'k');
	SEE(term, " Help from line 2 of");
	ui_press(term, 'q');
	GONE(term, " Help ");
	term_type(term, "q1");
	ui_press(term, 'k');
	EXPECT(term, strstr(ui_status(term), "2 of 3"));
	ui_press(term, 'x');
	EXITS(term, 0);
}

static bool any_colour(struct term *term)
{
	for (int row = 0; row < term_rows(term); row++)
		for (int col = 0; col < term_cols(term); col++)
			if (term_cell(term, row, col).coloured)
				return true;
	return false;
}

static void command_line_goes_before(void **state)
{
	static const char text[] = "[general]\ntheme = mono\ndelay = 7\n[order]\nshm = KEY\n"
				   "sem = KEY\n";
	struct term *term;

	(void)state;
	configured_objects();
	home_write(text);
	term = ui_open(NULL, "-m", "--theme=default", "--sort=size:desc", NULL);
	EXPECT(term, ui_rows(term) == 3);
	SEE(term, "every 60.0 s");
	SEE(term, "SIZE\342\226\276");
	EXPECT(term, any_colour(term) == term_has(term, "colors"));
	/* A column that a tab does not have leaves it as it is configured. */
	ui_press(term, '2');
	EXPECT(term, strstr(ui_status(term), "sorted by KEY"));
	configured_leave(term);
}

/* As it is configured where the command line says nothing. */
static void configuration_holds(void **state)
{
	const char *const args[] = { ui_program(), "-m", NULL };
	char setting[TEXT];
	const char *const env[] = { setting, NULL };
	const struct term_how how = { .rows = 24, .cols = 160, .env = env };
	struct term *term;

	(void)state;
	configured_objects();
	home_write("[general]\r\ntheme = mono\r\ndelay = 7.5\r\ntime = iso\r\n"
		   "[columns]\r\nshm = SIZE,KEY\r\nshm = ID\r\n[order]\r\nshm = SIZE:desc\r\n");
	snprintf(setting, sizeof setting, "XDG_CONFIG_HOME=%s", home_folder());
	term = term_open(&how, args);
	SEE(term, "every 7.5 s");
	EXPECT(term, strncmp(term_row(term, TITLES_ROW), "   SIZE\342\226\276 KEY", 14) == 0);
	SEE(term, configured_complaint(7, "'shm' is set a second time"));
	assert_false(any_colour(term));
	ui_press(term, 'q');
	EXITS(term, 0);
	term_free(term);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		UI_CASE(wrong_lines),
		UI_CASE(several_wrong_lines),
		UI_CASE(unprintable_lines),
		UI_CASE(no_text),
		UI_CASE(unreadable),
		UI_CASE(other_keys),
		UI_CASE(keys_in_ascii),
		UI_CASE(exchanged_keys),
		UI_CASE(command_line_goes_before),
		UI_CASE(configuration_holds),
	};

	return tap_run(cases, sizeof cases / sizeof *cases, ipc_enter, NULL);
}
