#include <curses.h>

#include "ipctop/tui/keymap.h"
#include "ipctop/tui/terminal.h"
#include "ipctop/tui/ui.h"

enum { WHEEL_LINES = 3 };

void mouse_add_zone(struct app *app, struct zone zone)
{
	if (app->zone_count < ZONES_MAX)
		app->zones[app->zone_count++] = zone;
}

static const struct zone *zone_at(const struct app *app, int y, int x)
{
	const struct zone *zone;

	for (zone = app->zones; zone < app->zones + app->zone_count; zone++) {
		if (y >= zone->y && y < zone->y + zone->height && x >= zone->x &&
			x < zone->x + zone->width)
			return zone;
	}
	return NULL;
}

/* As the keys do it: the direction stays, and a second click turns it round. */
static void order_by(struct app *app, const struct column *column)
{
	struct table *table = &app_tab(app)->table;

	if (table->order == column)
		table->descending = !table->descending;
	table->order = column;
	app_refresh(app);
}

static void press(struct app *app, int key, int times)
{
	app->by_mouse = true;
	while (times-- > 0)
		app_take_key(app, key);
	app->by_mouse = false;
}

static void click(struct app *app, int y, int x)
{
	const struct zone *zone = zone_at(app, y, x);
	struct table *table = &app_tab(app)->table;
	size_t row;

	/* a page or a dialog lies over all but the function bar */
	if (!zone || (app->layer_count > 0 && zone->type != ZONE_KEY))
		return;
	switch (zone->type) {
	case ZONE_KEY:
		press(app, (int)zone->value, 1);
		break;
	case ZONE_TAB:
		app_show_class(app, (enum class)zone->value);
		break;
	case ZONE_COLUMN:
		order_by(app, &columns[zone->value]);
		break;
	case ZONE_ROWS:
		row = zone->value + (size_t)(y - zone->y);
		if (row < table->count)
			table_move(table, (long)row);
		break;
	}
}

/* The wheel moves what the keys would move. */
static void turn_wheel(struct app *app, enum request request)
{
	struct buf name = { 0 };
	int key = keymap_shown(&app->settings.keymap, request, &name);

	if (key != KEYMAP_NONE)
		press(app, key, WHEEL_LINES);
	buf_free(&name);
}

void mouse_take(struct app *app)
{
	struct terminal_click event;

	if (!terminal_next_click(&event))
		return;
	if (event.wheel != 0)
		turn_wheel(app, event.wheel < 0 ? REQUEST_UP : REQUEST_DOWN);
	else
		click(app, event.y, event.x);
}
