#include <curses.h>
#include <stdlib.h>
#include <string.h>

#include "ipctop/base/text.h"
#include "ipctop/model/change.h"
#include "ipctop/tui/ui.h"

enum {
	GUTTER = 2, /* marks of cursor, tag and novelty stand here */
	GAP = 1,
	TEXT_COLUMNS_MAX = 20, /* a text may be cut, a number never is */
};

static void cell_text(struct buf *out, const struct column *column, const struct row *row,
	const struct value_style *style)
{
	struct value value = column->get(row);

	buf_clear(out);
	value_text(out, value, style);
	/* digits stand below digits, with and without the mark of a process that is gone */
	if (column->type == VALUE_PID && value.alive != ALIVE_NO)
		buf_char(out, ' ');
}

static unsigned *width_of(struct tab *tab, const struct column *column)
{
	return &tab->widths[column - columns];
}

/* Columns beyond those that are never dropped, from the one scrolled to on, as many as fit. */
static void choose_scrolled(
	struct tab *tab, const struct column_list *chosen, struct column_list *list, unsigned width)
{
	struct column_list all;
	size_t i, droppable = 0, skipped = 0;
	unsigned used = 0;

	column_list_ordered(&all, tab->table.class, chosen);
	for (i = 0; i < all.count; i++)
		droppable += all.at[i]->drop > 0;
	if (tab->left >= droppable)
		tab->left = droppable ? droppable - 1 : 0;
	list->count = 0;
	for (i = 0; i < all.count; i++) {
		if (all.at[i]->drop > 0 && skipped++ < tab->left)
			continue;
		used += *width_of(tab, all.at[i]) + GAP;
		if (used > width + GAP)
			return;
		column_list_add(list, all.at[i]);
	}
}

static void choose_columns(struct app *app, struct tab *tab)
{
	const struct column_list *chosen = &app->settings.columns[tab->table.class];
	struct column_list list = { .count = 0 };
	unsigned width = (unsigned)COLS - GUTTER;

	if (tab->left > 0)
		choose_scrolled(tab, chosen, &list, width);
	if (tab->left == 0)
		column_list_fit(&list, tab->table.class, chosen, width, GAP, tab->widths);
	if (list.count == tab->table.shown.count &&
		memcmp(list.at, tab->table.shown.at, list.count * sizeof(list.at[0])) == 0)
		return;
	tab->table.shown = list;
	/* bare words of a filter look at the columns shown */
	if (filter_has_words(tab->table.filter))
		app_refresh(app);
}

static void grow(unsigned *width, size_t needed, const struct column *column)
{
	if (column->type == VALUE_TEXT && needed > TEXT_COLUMNS_MAX && needed > column->width)
		needed = column->width > TEXT_COLUMNS_MAX ? column->width : TEXT_COLUMNS_MAX;
	if (needed > *width)
		*width = (unsigned)needed;
}

static void start_widths(struct tab *tab)
{
	const struct column *column;
	unsigned *width;

	for (column = columns; column < columns + column_count; column++) {
		width = width_of(tab, column);
		if (*width == 0)
			*width = column->width;
		grow(width, strlen(column->name) + (column == tab->table.order), column);
	}
}

/* Widths only grow, so that columns stand still while rows pass by. */
static bool measure(struct app *app, struct tab *tab, int rows)
{
	struct value_style style = app_value_style(app);
	struct buf text = { 0 };
	bool grown = false;
	unsigned before;
	struct row row;
	size_t at, i;

	for (at = tab->top; at < tab->table.count && at < tab->top + (size_t)rows; at++) {
		row = table_row(&tab->table, at);
		for (i = 0; i < tab->table.shown.count; i++) {
			cell_text(&text, tab->table.shown.at[i], &row, &style);
			before = *width_of(tab, tab->table.shown.at[i]);
			grow(width_of(tab, tab->table.shown.at[i]), text_width(buf_str(&text)),
				tab->table.shown.at[i]);
			grown |= *width_of(tab, tab->table.shown.at[i]) != before;
		}
	}
	buf_free(&text);
	return grown;
}

static void draw_headings(struct app *app, struct tab *tab, int y)
{
	const struct table *table = &tab->table;
	struct buf title = { 0 };
	int x = GUTTER;
	size_t i;

	screen_put(app, y, 0, COLS, STYLE_HEADING, "", false);
	for (i = 0; i < table->shown.count; i++) {
		const struct column *column = table->shown.at[i];
		bool order = column == table->order;
		int width = (int)*width_of(tab, column);

		buf_clear(&title);
		buf_text(&title, column->name);
		if (order)
			buf_text(&title,
				table->descending ? screen_symbol(app, "▾", "v")
						  : screen_symbol(app, "▴", "^"));
		screen_put(app, y, x, width, order ? STYLE_HEADING_ORDER : STYLE_HEADING,
			buf_str(&title), value_right_aligned(column->type));
		mouse_add_zone(app,
			(struct zone){ y, x, 1, width, ZONE_COLUMN, (size_t)(column - columns) });
		x += width + GAP;
	}
	buf_free(&title);
}

static enum style style_of_row(const struct tab *tab, size_t at)
{
	if (at == tab->table.cursor)
		return STYLE_CURSOR;
	return table_is_tagged(&tab->table, at) ? STYLE_TAGGED : STYLE_PLAIN;
}

static void draw_gutter(const struct app *app, const struct tab *tab, size_t at, int y,
	enum style style, bool added)
{
	bool tagged = table_is_tagged(&tab->table, at), here = at == tab->table.cursor;
	char marks[GUTTER + 1] = "  ";

	marks[0] = here ? '>' : tagged ? '*' : ' ';
	marks[1] = here && tagged ? '*' : added ? '+' : ' ';
	screen_put(app, y, 0, GUTTER, style, marks, false);
}

static void draw_row(struct app *app, struct tab *tab, size_t at, int y)
{
	const struct table *table = &tab->table;
	struct value_style style = app_value_style(app);
	struct row row = table_row(table, at);
	enum style row_style = style_of_row(tab, at), cell;
	enum change_mark mark = CHANGE_NONE;
	struct buf text = { 0 };
	int x = GUTTER, width;
	size_t i;

	screen_put(app, y, 0, COLS, row_style, "", false);
	for (i = 0; i < table->shown.count; i++) {
		const struct column *column = table->shown.at[i];

		mark = change_of(table->snapshot, table->class, table->rows[at], column);
		cell = row_style;
		if (row_style == STYLE_PLAIN)
			cell = mark == CHANGE_ADDED    ? STYLE_NEW
				: mark == CHANGE_VALUE ? STYLE_CHANGED
						       : STYLE_PLAIN;
		cell_text(&text, column, &row, &style);
		width = (int)*width_of(tab, column);
		screen_put(
			app, y, x, width, cell, buf_str(&text), value_right_aligned(column->type));
		x += width + GAP;
	}
	draw_gutter(app, tab, at, y, row_style, mark == CHANGE_ADDED);
	buf_free(&text);
}

/* What is said in place of rows. */
static void draw_empty(struct app *app, struct tab *tab, int y, int room)
{
	const struct class_info *info = &class_infos[app->class];
	const struct class_rows *rows = &app->snapshot->classes[app->class];
	struct buf text = { 0 };

	if (rows->error)
		buf_printf(&text, "The %s can't be read: %s.", info->many, rows->why);
	else if (rows->count > 0 && tab->table.by_user && !*tab->filter)
		buf_printf(&text, "That user has none of the %s (%u).", info->many, rows->count);
	else if (rows->count > 0 && tab->table.in_group && !*tab->filter)
		buf_printf(&text, "Of that group there are no %s any more; %s goes back.",
			info->many, app_key(app, REQUEST_CLOSE).text);
	else if (rows->count > 0)
		buf_printf(&text, "The filter hides all %s (%u); %s changes it.", info->many,
			rows->count, app_key(app, REQUEST_FILTER).text);
	else if (!rows->read && app->paused)
		buf_printf(&text, "Not read while paused; %s reads it.",
			app_key(app, REQUEST_REFRESH).text);
	else if (!rows->read)
		buf_text(&text,
			info->flags & CLASS_DERIVED ? "Reading..." : "Visiting the processes...");
	else if (app->class == CLASS_EVENT)
		buf_text(&text, "Nothing has happened since ipctop was started.");
	else if (app->class == CLASS_PROCESS &&
		app->snapshot->relations.visited < app->snapshot->relations.all)
		buf_text(&text,
			"Not all processes were visited yet, and none so far uses an object.");
	else if (app->class == CLASS_PROCESS)
		buf_printf(&text, "No process%s uses an object of this IPC namespace.",
			app->snapshot->relations.complete ? "" : " that could be seen");
	else
		buf_printf(&text, "There are no %s%s.", info->many,
			rows->skipped ? " that could be read" : " in this IPC namespace");
	screen_put(app, y, GUTTER, COLS - GUTTER, STYLE_PLAIN, buf_str(&text), false);
	if (rows->count == 0 && !rows->error && (info->flags & CLASS_IPC) && !app->options->proc &&
		room > 2)
		screen_put(app, y + 2, GUTTER, COLS - GUTTER, STYLE_LABEL,
			"Those of a container: nsenter -t PID -i ipctop", false);
	move(y, 0);
	buf_free(&text);
}

/* Keep the cursor in view, and no lines empty that could be filled. */
static void keep_in_view(struct tab *tab, size_t rows)
{
	const struct table *table = &tab->table;

	if (tab->top + rows > table->count)
		tab->top = table->count > rows ? table->count - rows : 0;
	if (table->cursor < tab->top)
		tab->top = table->cursor;
	if (table->cursor >= tab->top + rows)
		tab->top = table->cursor - rows + 1;
}

void tableview_draw(struct app *app, int y, int rows)
{
	struct tab *tab = app_tab(app);
	size_t at;

	if (!app->snapshot) {
		screen_put(app, y, 0, COLS, STYLE_HEADING, "", false);
		screen_put(app, y + 1, GUTTER, COLS - GUTTER, STYLE_PLAIN, "reading", false);
		return;
	}
	start_widths(tab);
	choose_columns(app, tab);
	keep_in_view(tab, (size_t)rows);
	if (measure(app, tab, rows))
		choose_columns(app, tab);
	draw_headings(app, tab, y++);
	if (tab->table.count == 0)
		draw_empty(app, tab, y, rows);
	for (at = tab->top; at < tab->table.count && at < tab->top + (size_t)rows; at++)
		draw_row(app, tab, at, y + (int)(at - tab->top));
	mouse_add_zone(app, (struct zone){ y, 0, rows, COLS, ZONE_ROWS, tab->top });
	/* screen readers follow the cursor of the terminal */
	move(y + (int)(tab->table.cursor - tab->top), 0);
}
