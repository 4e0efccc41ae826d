/* What the screen says of keys is true of those that the configuration has bound. */
#include "configured.h"
#include "ui.h"

enum { MESSAGES = 120 }; /* more than a second key reads */

static struct term *open_bound(const char *keys)
{
	int queue = ipc_queue(0x2a, 0600);
	struct term *term;

	for (int i = 0; i < MESSAGES; i++)
		ipc_send(queue, 1);
	home_write(keys);
	term = ui_open(&configured_wide, "-q", NULL);
	EXPECT(term, ui_rows(term) == 1);
	return term;
}

static void in_the_status_line(void **state)
{
	struct term *term = open_bound("[keys]\nMOUSE = x\nSEARCH = v\nUNTAG_ALL = ^G\n"
				       "FILTER = ^F\nGATHER = p\nREFRESH = e\n");

	(void)state;
	ui_press(term, 'n');
	SEE(term, "nothing was searched for yet: v asks");
	if (term_has(term, "kmous")) {
		ui_press(term, 'x');
		SEE(term, "the mouse clicks here; x gives it back");
		ui_press(term, 'x');
		SEE(term, "the mouse marks text again");
	}
	ui_key(term, "Space");
	ui_key(term, "^F");
	term_type(term, "id<0\r");
	SEE(term, "The filter hides all queues (1); ^F changes it.");
	ui_key(term, "^F");
	ipc_queue(0x2b, 0600);
	term_type(term, "\x15key=0x2b\re");
	EXPECT(term, ui_rows(term) == 1);
	ui_press(term, 'K');
	SEE(term, "the filter hides all that is tagged (1); ^G untags");
	ui_press(term, 'p');
	SEE(term, "gathered by owner; p: by command");
	ui_press(term, 'Z');
	ui_press(term, 'p');
	SEE(term, "paused: e gathers by command; p: by key");
	ui_quit(term);
}

static void in_details(void **state)
{
	struct term *term =
		open_bound("[keys]\nUP = w\nDOWN = y\nLEFT = [\nRIGHT = ]\nDETAILS = o F7\n"
			   "CLOSE = ^E\nREFRESH = e\n");

	(void)state;
	ui_press(term, 'Z');
	ui_press(term, 'o');
	SEE(term, "not read while paused; e reads it");
	ui_press(term, 'o');
	SEE(term, "paused: e reads it");
	ui_press(term, 'e');
	SEE(term, "w, y, o: go there  [, ]: others  ^E: close");
	SEE(term, "Messages: 100 of 120; o reads more");
	ui_key(term, "^E");
	GONE(term, "others");
	ui_quit(term);
}

static void in_setup(void **state)
{
	struct term *term = open_bound("[keys]\nORDER_PREVIOUS = (\nORDER_NEXT = )\nWRITE = F12\n"
				       "TAG = x\nPAGE_DOWN = Space\n");

	(void)state;
	ui_press(term, 'f');
	SEE(term, " Setup: Space changes, ( ) move a column, F12 writes it ");
	SEE(term, "human: 16M");
	ui_press(term, 'j');
	SEE(term, "> Units");
	ui_key(term, "Space");
	SEE(term, "bytes: 16777216");
	ui_press(term, 'q');
	ui_quit(term);
}

static void in_place_of_rows(void **state)
{
	struct term *term = open_bound("[keys]\nREFRESH = e\nCLOSE = ^E\n");

	(void)state;
	ui_press(term, 't');
	ui_press(term, 't');
	ui_press(term, 't');
	SEE(term, "> msg  0x0000002a");
	ui_key(term, "Enter");
	SEE(term, "group: key=0x0000002a");
	ipc_clear();
	ipc_queue(0x2b, 0600);
	ui_press(term, 'e');
	SEE(term, "Of that group there are no queues any more; ^E goes back.");
	ui_press(term, 'Z');
	ui_press(term, '5');
	SEE(term, "Not read while paused; e reads it.");
	ui_quit(term);
}

/* What has no key is named as the configuration names it. */
static void where_there_is_no_key(void **state)
{
	struct term *term = open_bound("[keys]\nREFRESH =\n");

	(void)state;
	ui_press(term, 'Z');
	ui_press(term, '5');
	SEE(term, "Not read while paused; REFRESH reads it.");
	ui_quit(term);
}

/* A key of any script is no byte that an ASCII screen can't show. */
static void in_ascii(void **state)
{
	struct term *term;

	(void)state;
	home_write("[keys]\nREFRESH = \303\244\n");
	term = ui_open(&configured_wide, "-q", "--ascii", NULL);
	SEE(term, "There are no queues");
	ui_press(term, 'Z');
	ui_press(term, '5');
	SEE(term, "Not read while paused; \\u{00e4} reads it.");
	ui_quit(term);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		UI_CASE(in_the_status_line),
		UI_CASE(in_details),
		UI_CASE(in_setup),
		UI_CASE(in_place_of_rows),
		UI_CASE(where_there_is_no_key),
		UI_CASE(in_ascii),
	};

	return tap_run(cases, sizeof cases / sizeof *cases, ipc_enter, NULL);
}
