/* What things look like. A theme is a row of a table; the monochrome one is one of them. */
#ifndef IPCTOP_TUI_THEME_H
#define IPCTOP_TUI_THEME_H

#include <curses.h>
#include <stdbool.h>
#include <stddef.h>

enum style {
	STYLE_PLAIN,
	STYLE_TITLE, /* the top line */
	STYLE_ALARM, /* what must not be missed: PAUSED, a removal */
	STYLE_LABEL, /* of a bar */
	STYLE_BAR, /* of a limit, below 70 per cent */
	STYLE_BAR_HIGH, /* from 70 */
	STYLE_BAR_FULL, /* from 90 */
	STYLE_TAB,
	STYLE_TAB_CHOSEN,
	STYLE_HEADING,
	STYLE_HEADING_ORDER, /* of the column that the table is ordered by */
	STYLE_CURSOR, /* the selected row */
	STYLE_TAGGED,
	STYLE_NEW, /* an object that was not there before */
	STYLE_CHANGED, /* a value that was another before */
	STYLE_STATUS,
	STYLE_ERROR,
	STYLE_KEY, /* in the function bar */
	STYLE_KEY_LABEL,
	STYLE_DIALOG,
	STYLE_BUTTON, /* the chosen one */
	STYLE_COUNT,
};

struct theme {
	const char *name;
	const char *help;
	int colors; /* that it needs; 0: none */
	const struct look *looks; /* of each style */
};

extern const struct theme themes[];
extern const size_t theme_count;

/* The theme with that name, or NULL. The first is the default. */
const struct theme *theme_find(const char *name);

/* After the terminal was taken: whether colours are wanted. There may be none. */
void theme_start(bool color);

/*
 * Look like `theme` from now on, or, where the terminal has too few colours for it, like the best
 * one that it has enough for. Returns the theme in use.
 */
const struct theme *theme_use(const struct theme *theme);

attr_t theme_attributes(enum style style);

#endif
