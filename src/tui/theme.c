#include "ipctop/tui/theme.h"

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

static attr_t attributes[STYLE_COUNT];

void theme_start(bool color)
{
	const struct look *looks;
	enum style style;
	short pair;

	color = color && has_colors() && start_color() == OK;
	if (color)
		use_default_colors();
	looks = color ? colored : monochrome;
	for (style = 0; style < STYLE_COUNT; style++) {
		attributes[style] = looks[style].attributes;
		if (!color || (looks[style].foreground < 0 && looks[style].background < 0))
			continue;
		pair = (short)(style + 1);
		init_pair(pair, looks[style].foreground, looks[style].background);
		attributes[style] |= COLOR_PAIR(pair);
	}
}

attr_t theme_attributes(enum style style)
{
	return attributes[style];
}
