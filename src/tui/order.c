#include <curses.h>
#include <stdlib.h>
#include <string.h>

#include "ipctop/tui/keymap.h"
#include "ipctop/tui/ui.h"

enum { NAME_COLUMNS = 12, ORDER_COLUMNS = 70 };

/* The list of columns to order by. */
struct order {
	struct column_list columns;
	int at, top, rows;
};

static void draw(struct app *app, void *state)
{
	struct order *order = state;
	int count = (int)order->columns.count, line;
	struct buf text = { 0 };
	struct box box = box_draw(
		app, " Sort by ", count < box_room(app) ? count : box_room(app), ORDER_COLUMNS);

	order->rows = box.height > 0 ? box.height : 1;
	if (order->at < order->top)
		order->top = order->at;
	if (order->at >= order->top + order->rows)
		order->top = order->at - order->rows + 1;
	for (line = 0; line < box.height && order->top + line < count; line++) {
		const struct column *column = order->columns.at[order->top + line];
		bool here = order->top + line == order->at;

		buf_clear(&text);
		buf_printf(&text, "%c %-*s %s", here ? '>' : ' ', NAME_COLUMNS, column->name,
			column->help);
		box_put(app, &box, line, here ? STYLE_CURSOR : STYLE_DIALOG, buf_str(&text));
	}
	move(box.y + order->at - order->top, box.x);
	buf_free(&text);
}

static void choose(struct app *app, const struct order *order)
{
	app_tab(app)->table.order = order->columns.at[order->at];
	app_pop(app);
	app_refresh(app);
}

static void go(struct order *order, int at)
{
	int last = (int)order->columns.count - 1;

	order->at = at > last ? last : at < 0 ? 0 : at;
}

static bool key(struct app *app, void *state, int key_code)
{
	struct order *order = state;

	if (key_code == KEY_CODE_ENTER) {
		choose(app, order);
		return true;
	}
	switch (app_request(app, key_code)) {
	case REQUEST_UP:
		go(order, order->at - 1);
		break;
	case REQUEST_DOWN:
		go(order, order->at + 1);
		break;
	case REQUEST_PAGE_UP:
		go(order, order->at - order->rows);
		break;
	case REQUEST_PAGE_DOWN:
		go(order, order->at + order->rows);
		break;
	case REQUEST_FIRST:
		go(order, 0);
		break;
	case REQUEST_LAST:
		go(order, (int)order->columns.count);
		break;
	case REQUEST_QUIT:
	case REQUEST_CLOSE:
	case REQUEST_ORDER:
		app_pop(app);
		break;
	default:
		return false;
	}
	return true;
}

static const struct layer_type order_type = { .draw = draw, .key = key, .free = free };

void order_open(struct app *app)
{
	struct order *order = calloc(1, sizeof(*order));
	size_t at;

	if (!order) {
		app_say(app, STYLE_ERROR, "out of memory");
		return;
	}
	column_list_ordered(&order->columns, app->class, &app->settings.columns[app->class]);
	at = column_list_index(&order->columns, app_tab(app)->table.order);
	order->at = at < order->columns.count ? (int)at : 0;
	app_push(app, &order_type, order);
}
