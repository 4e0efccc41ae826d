/*
 * tests/tui/related.h: processes that hold and wait for real (tests/live/actors.h), and what the
 * screen says of them: cells of the table, and links in the pane of details. One thread.
 */
#ifndef TESTS_TUI_RELATED_H
#define TESTS_TUI_RELATED_H

#include "../live/actors.h"
#include "ui.h"

#define RELATED_CASE(function)                                                                     \
	cmocka_unit_test_setup_teardown(function, related_setup, related_teardown)

/** A group setup: a private namespace, or skip all cases where nobody may look at what waits. */
int related_enter(void **state);

/** A case's setup: nothing there, and all of the interval for visiting processes. */
int related_setup(void **state);

/** A case's teardown: end the programs and the actors, and remove all objects. */
int related_teardown(void **state);

/** The name of the user that the test runs as. */
const char *related_user(void);

/** A text of this form; valid till the next but one. */
__attribute__((format(printf, 1, 2))) const char *related_fact(const char *format, ...);

/** What stands in a line of the table under this title, or ""; valid till the next call. */
const char *related_cell(struct term *term, int row, const char *title);

/** Whether it is this. */
bool related_is(struct term *term, int row, const char *title, const char *text);

/** Whether this stands on the screen, also where it is broken between words. */
bool related_says(struct term *term, const char *text);

/** The line of the Processes tab that shows the process, or -1. */
int related_row(struct term *term, pid_t pid);

/** The line of the row that is marked as the selected one, or -1. */
int related_selected(struct term *term);

/** The chosen link of the pane leads to what this text says. */
bool related_chosen(struct term *term, const char *text);

/** Press Down until that link is chosen, of those below; fails where there is none. */
void related_choose(struct term *term, const char *text);

/** The same, and go there. */
void related_follow(struct term *term, const char *text);

#endif
