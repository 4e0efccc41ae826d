#include "ipctop/tui/theme.h"

#include <string.h>

struct look {
	short foreground, background; /* -1: the terminal's own */
	attr_t attributes;
};

/* Sixteen colours, readable on dark and on light: no yellow or white on the default background. */
static const struct look colored[STYLE_COUNT] = {
	[STYLE_PLAIN] = { -1, -1, A_NORMAL },
	[STYLE_TITLE] = { -1, -1, A_BOLD },
	[STYLE_ALARM] = { COLOR_WHITE, COLOR_RED, A_BOLD },
	[STYLE_LABEL] = { COLOR_CYAN, -1, A_NORMAL },
	[STYLE_BAR] = { COLOR_GREEN, -1, A_NORMAL },
	[STYLE_BAR_HIGH] = { COLOR_MAGENTA, -1, A_BOLD },
	[STYLE_BAR_FULL] = { COLOR_RED, -1, A_BOLD },
	[STYLE_TAB] = { -1, -1, A_NORMAL },
	[STYLE_TAB_CHOSEN] = { -1, -1, A_BOLD },
	[STYLE_HEADING] = { COLOR_BLACK, COLOR_GREEN, A_NORMAL },
	[STYLE_HEADING_ORDER] = { COLOR_BLACK, COLOR_CYAN, A_NORMAL },
	[STYLE_CURSOR] = { COLOR_BLACK, COLOR_CYAN, A_NORMAL },
	[STYLE_TAGGED] = { COLOR_MAGENTA, -1, A_BOLD },
	[STYLE_NEW] = { COLOR_GREEN, -1, A_BOLD },
	[STYLE_CHANGED] = { -1, -1, A_BOLD },
	[STYLE_STATUS] = { -1, -1, A_NORMAL },
	[STYLE_ERROR] = { COLOR_RED, -1, A_BOLD },
	[STYLE_KEY] = { -1, -1, A_NORMAL },
	[STYLE_KEY_LABEL] = { COLOR_BLACK, COLOR_CYAN, A_NORMAL },
	[STYLE_DIALOG] = { -1, -1, A_NORMAL },
	[STYLE_BUTTON] = { COLOR_BLACK, COLOR_CYAN, A_BOLD },
};

static const struct look monochrome[STYLE_COUNT] = {
	[STYLE_TITLE] = { -1, -1, A_BOLD },
	[STYLE_ALARM] = { -1, -1, A_BOLD | A_REVERSE },
	[STYLE_BAR_HIGH] = { -1, -1, A_BOLD },
	[STYLE_BAR_FULL] = { -1, -1, A_BOLD | A_REVERSE },
	[STYLE_TAB_CHOSEN] = { -1, -1, A_BOLD },
	[STYLE_HEADING] = { -1, -1, A_UNDERLINE },
	[STYLE_HEADING_ORDER] = { -1, -1, A_UNDERLINE | A_BOLD },
	[STYLE_CURSOR] = { -1, -1, A_REVERSE },
	[STYLE_TAGGED] = { -1, -1, A_BOLD },
	[STYLE_NEW] = { -1, -1, A_BOLD },
	[STYLE_CHANGED] = { -1, -1, A_BOLD },
	[STYLE_ERROR] = { -1, -1, A_BOLD },
	[STYLE_KEY_LABEL] = { -1, -1, A_REVERSE },
	[STYLE_BUTTON] = { -1, -1, A_BOLD | A_REVERSE },
};

/*
 * Numbers of the 256-colour palette: softer, and told apart better. Those in front have a contrast
 * of about four to one on black and on white.
 */
enum {
	GREY = 238,
	PALE = 252,
	BLUE = 24,
	TEAL = 31,
	AMBER = 166,
	RED = 160,
	GREEN = 28,
	PLUM = 133
};

static const struct look rich[STYLE_COUNT] = {
	[STYLE_PLAIN] = { -1, -1, A_NORMAL },
	[STYLE_TITLE] = { -1, -1, A_BOLD },
	[STYLE_ALARM] = { 231, RED, A_BOLD },
	[STYLE_LABEL] = { TEAL, -1, A_NORMAL },
	[STYLE_BAR] = { GREEN, -1, A_NORMAL },
	[STYLE_BAR_HIGH] = { AMBER, -1, A_BOLD },
	[STYLE_BAR_FULL] = { RED, -1, A_BOLD },
	[STYLE_TAB] = { -1, -1, A_NORMAL },
	[STYLE_TAB_CHOSEN] = { -1, -1, A_BOLD },
	[STYLE_HEADING] = { PALE, GREY, A_NORMAL },
	[STYLE_HEADING_ORDER] = { 231, TEAL, A_BOLD },
	[STYLE_CURSOR] = { 231, BLUE, A_NORMAL },
	[STYLE_TAGGED] = { PLUM, -1, A_BOLD },
	[STYLE_NEW] = { GREEN, -1, A_BOLD },
	[STYLE_CHANGED] = { -1, -1, A_BOLD },
	[STYLE_STATUS] = { -1, -1, A_NORMAL },
	[STYLE_ERROR] = { RED, -1, A_BOLD },
	[STYLE_KEY] = { -1, -1, A_NORMAL },
	[STYLE_KEY_LABEL] = { PALE, GREY, A_NORMAL },
	[STYLE_DIALOG] = { -1, -1, A_NORMAL },
	[STYLE_BUTTON] = { 231, BLUE, A_BOLD },
};

const struct theme themes[] = {
	{ "default", "sixteen colours, for dark and light terminals", 8, colored },
	{ "256", "softer, where the terminal has 256 colours", 256, rich },
	{ "mono", "without colours: bold, reverse, underlined", 0, monochrome },
};

const size_t theme_count = sizeof(themes) / sizeof(themes[0]);

static attr_t attributes[STYLE_COUNT];
static bool wanted; /* colours, and the terminal has them */
static int colors; /* that may be used; 0: they were not started */

const struct theme *theme_find(const char *name)
{
	size_t i;

	for (i = 0; i < theme_count; i++) {
		if (strcmp(themes[i].name, name) == 0)
			return &themes[i];
	}
	return NULL;
}

void theme_start(bool color)
{
	wanted = color && has_colors();
	colors = 0;
}

/* Nothing of colours is written before a theme uses them. */
static void start_colors(void)
{
	if (!wanted || colors > 0 || start_color() != OK)
		return;
	use_default_colors();
	colors = COLORS;
}

const struct theme *theme_use(const struct theme *theme)
{
	const struct look *look;
	enum style style;
	short pair;
	size_t i;

	if (theme->colors > 0)
		start_colors();
	for (i = 0; i < theme_count && theme->colors > colors; i++)
		theme = &themes[i];
	for (style = 0; style < STYLE_COUNT; style++) {
		look = &theme->looks[style];
		attributes[style] = look->attributes;
		if (theme->colors == 0 || (look->foreground < 0 && look->background < 0))
			continue;
		pair = (short)(style + 1);
		init_pair(pair, look->foreground, look->background);
		attributes[style] |= COLOR_PAIR(pair);
	}
	return theme;
}

attr_t theme_attributes(enum style style)
{
	return attributes[style];
}
