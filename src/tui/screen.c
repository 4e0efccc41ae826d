#include <curses.h>
#include <string.h>

#include "ipctop/base/text.h"
#include "ipctop/tui/terminal.h"
#include "ipctop/tui/ui.h"

enum {
	MIN_ROWS = 4,
	MIN_COLUMNS = 20,
	/* heights from which on these parts are there: the header shrinks first */
	ROWS_FOR_KEYS = 7,
	ROWS_FOR_TITLE = 9,
	ROWS_FOR_BARS = 14,
	ROWS_FOR_PANE = 30, /* beside the table, and not over it */
};

const char *screen_symbol(const struct app *app, const char *symbol, const char *ascii)
{
	return app->ascii ? ascii : symbol;
}

void screen_part(int y, int x)
{
	wchar_t text[CCHARW_MAX + 1];
	attr_t attributes;
	cchar_t cell;
	int at = 0, width = 0;
	short colours;

	for (; at < x && x < COLS; at += width) {
		if (mvin_wch(y, at, &cell) == ERR ||
			getcchar(&cell, text, &attributes, &colours, NULL) == ERR)
			return;
		width = wcwidth(text[0]) == 2 ? 2 : 1;
		if (at + width > x)
			mvaddstr(y, at, "  ");
	}
}

void screen_put(const struct app *app, int y, int x, int width, enum style style, const char *text,
	bool right)
{
	const char *more = "";
	size_t used, bytes;
	int blanks;

	if (y < 0 || y >= LINES || x < 0 || x >= COLS)
		return;
	if (width > COLS - x)
		width = COLS - x;
	if (width <= 0)
		return;
	bytes = text_fit(text, (size_t)width, &used);
	if (text[bytes]) {
		bytes = text_fit(text, (size_t)width - 1, &used);
		more = screen_symbol(app, "…", "~");
		used++;
	}
	blanks = width - (int)used;
	attrset((int)theme_attributes(style));
	if (blanks > 0)
		mvhline(y, right ? x : x + (int)used, ' ', blanks);
	move(y, right ? x + blanks : x);
	addnstr(text, (int)bytes);
	addstr(more);
	attrset(A_NORMAL);
}

static void draw_too_small(const struct app *app)
{
	screen_put(app, 0, 0, COLS, STYLE_PLAIN, "too small", false);
	move(0, 0);
}

static bool has_pane(const struct app *app)
{
	return app->layer_count > 0 && app->layers[0].type->pane;
}

/*
 * A pane takes the lower half of the table, and what a short table leaves free; or, where there are
 * few lines, all above the status.
 */
static void place_pane(struct app *app, int y, int below)
{
	const struct table *table = &app_tab(app)->table;
	int half = (below - y) / 2, rows = table->count < (size_t)half ? (int)table->count : half;

	if (rows < 1)
		rows = 1; /* it says why there are none */
	app->pane_top = LINES >= ROWS_FOR_PANE ? y + rows + 1 : 0;
	app->pane_rows = below - app->pane_top + 1;
}

static void draw_parts(struct app *app)
{
	int y = 0, below = LINES - 1;

	app->bars = LINES >= ROWS_FOR_BARS;
	if (LINES >= ROWS_FOR_TITLE)
		header_draw_title(app, y++);
	if (app->bars) {
		header_draw_bars(app, y);
		y += HEADER_BARS;
	}
	header_draw_tabs(app, y++);
	if (LINES >= ROWS_FOR_KEYS)
		footer_draw_keys(app, below--);
	app->status_line = below;
	below -= footer_draw_status(app, app->status_line);
	place_pane(app, y, below);
	app->page = (has_pane(app) && app->pane_top > y ? app->pane_top - 1 : below) - y;
	tableview_draw(app, y, app->page);
}

bool screen_draw(struct app *app)
{
	size_t i;

	app->dirty = false;
	app->zone_count = 0;
	erase();
	app->too_small = LINES < MIN_ROWS || COLS < MIN_COLUMNS;
	for (i = 0; i < app->layer_count; i++)
		app->layers[i].seen = !app->too_small;
	if (app->too_small) {
		draw_too_small(app);
		return terminal_show();
	}
	draw_parts(app);
	for (i = 0; i < app->layer_count; i++)
		app->layers[i].type->draw(app, app->layers[i].state);
	return terminal_show();
}
