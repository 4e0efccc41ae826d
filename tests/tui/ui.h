/*
 * tests/tui/ui.h: what the tests know of ipctop's screen, and how they start it.
 *
 * The program's path is $IPCTOP. ui_open() starts it in the private namespace with one refresh a
 * minute, so that nothing moves on the screen but what the test itself moves ('r' refreshes), and
 * its configuration is that of home.h: none, unless the case writes one. Use UI_CASE() for a case:
 * each starts in an empty namespace and ends the programs it has opened. One thread.
 */
#ifndef TESTS_TUI_UI_H
#define TESTS_TUI_UI_H

#include <stddef.h>
#include <sys/wait.h>

#include "expect.h"
#include "home.h"
#include "ipc_fixture.h"
#include "term.h"

#define UI_CASE(function) cmocka_unit_test_setup_teardown(function, ui_setup, ui_teardown)

int ui_setup(void **state);
int ui_teardown(void **state);

/** The program's path, where a case has to start it by itself; skips where there is none. */
const char *ui_program(void);

/**
 * Start ipctop with the arguments given, the last one NULL, behind `--delay 60`. `how` may be NULL.
 * The terminal belongs to the case; it may end it earlier by ui_free().
 */
__attribute__((sentinel)) struct term *ui_open(const struct term_how *how, ...);

void ui_free(struct term *term);

/** The id in the table's row on this line, or -1 where the line shows no object. */
int ui_id_at(struct term *term, int row);

/** The line that shows the object, or -1. */
int ui_row_of(struct term *term, int id);

/** The id of the object that the hardware cursor stands on, or -1. */
int ui_cursor_id(struct term *term);

/** How many objects the screen shows. */
int ui_rows(struct term *term);

/** Whether the row says in a character of its own, not by colour, that the object is tagged. */
bool ui_tagged(struct term *term, int id);

/** The line above the function bar. */
const char *ui_status(struct term *term);

/** Type one character, as a key. */
void ui_press(struct term *term, char key);

/** Press the key with this name, as it is in request.def and the manual: "F1", "^L", "S-Tab", "x".
 */
void ui_key(struct term *term, const char *name);

/** The id in the row that is marked as the selected one, or -1; a prompt may have the cursor. */
int ui_selected_id(struct term *term);

/** Leave by `q`, and expect a terminal as it was and exit status 0. */
void ui_quit(struct term *term);

/** The terminal is as the program found it: cursor, screen and modes of the line. */
void ui_restored(struct term *term);

#endif
