/*
 * tests/tui/term_info.h: what terminfo(5) says of a type of terminal, for the keys that it sends
 * and for what cannot be expected of it. It is a room of its own, because <term.h> of curses makes
 * macros of many a common word. The caller owns a `struct term_info`; what it gives lives as long.
 * One thread.
 */
#ifndef TESTS_TUI_TERM_INFO_H
#define TESTS_TUI_TERM_INFO_H

#include <stdbool.h>

struct term_info;

/** The description of the type `name`; NULL where there is none. */
struct term_info *term_info_open(const char *name);

/** NULL is allowed. */
void term_info_free(struct term_info *info);

/** A string by its short name, "kf1"; NULL where the type has none. */
const char *term_info_string(const struct term_info *info, const char *capability);

/** A number, "colors"; 0 where the type has none. */
int term_info_number(const struct term_info *info, const char *capability);

/** Whether it has the flag, the string or a number above 0: "am", "smcup", "colors". */
bool term_info_has(const struct term_info *info, const char *capability);

#endif
