/*
 * tests/tui/configured.h: the program with a configuration, over three segments, in a terminal that
 * is wide enough for what is told of it. One thread.
 */
#ifndef TESTS_TUI_CONFIGURED_H
#define TESTS_TUI_CONFIGURED_H

#include "term.h"

extern const struct term_how configured_wide;

/** Make the segments anew: 1, 2 and 3 MiB, with the keys 0x100 and up. */
void configured_objects(void);

/** Start it with this configuration; NULL: with what there is. */
struct term *configured_open(const char *text);

void configured_leave(struct term *term);

/** "PATH:LINE: what", as it is told; a line of 0 stands for the whole file. Valid till the next. */
const char *configured_complaint(int line, const char *what);

#endif
