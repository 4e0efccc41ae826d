#include "ipctop/tui/request.h"

#include <stdio.h>
#include <string.h>

#include "ipctop/tui/keymap.h"
#include "ipctop/tui/terminal.h"
#include "ipctop/tui/ui.h"

/* Seconds between snapshots that + and - step through. */
static const double delays[] = { 0.1, 0.2, 0.5, 1, 2, 3, 5, 10, 30, 60, 300, 600, 3600, 86400 };

enum { DELAY_COUNT = sizeof(delays) / sizeof(delays[0]) };

static struct table *table_of(struct app *app)
{
	return &app_tab(app)->table;
}

static void move_by(struct app *app, long lines)
{
	table_move(table_of(app), (long)table_of(app)->cursor + lines);
}

static void open_help(struct app *app, int key)
{
	(void)key;
	help_open(app);
}

static void quit(struct app *app, int key)
{
	(void)key;
	app->quit = true;
}

/* A layer closes itself; with none open there is nothing to close. */
static void close_layer(struct app *app, int key)
{
	(void)key;
	if (app->layer_count == 0 && gather_leave(app))
		return;
	app_pop(app);
}

static void move_up(struct app *app, int key)
{
	(void)key;
	move_by(app, -1);
}

static void move_down(struct app *app, int key)
{
	(void)key;
	move_by(app, 1);
}

static void move_page_up(struct app *app, int key)
{
	(void)key;
	move_by(app, -app->page);
}

static void move_page_down(struct app *app, int key)
{
	(void)key;
	move_by(app, app->page);
}

static void move_first(struct app *app, int key)
{
	(void)key;
	table_move(table_of(app), 0);
}

static void move_last(struct app *app, int key)
{
	(void)key;
	table_move(table_of(app), (long)table_of(app)->count - 1);
}

static void scroll_left(struct app *app, int key)
{
	struct tab *tab = app_tab(app);

	(void)key;
	if (tab->left > 0)
		tab->left--;
}

static void scroll_right(struct app *app, int key)
{
	(void)key;
	app_tab(app)->left++; /* the table view holds it to what there is */
}

static void next_tab(struct app *app, int key)
{
	(void)key;
	app_show_class(app, (app->class + 1) % CLASS_COUNT);
}

static void previous_tab(struct app *app, int key)
{
	(void)key;
	app_show_class(app, (app->class + CLASS_COUNT - 1) % CLASS_COUNT);
}

static void numbered_tab(struct app *app, int key)
{
	int position = keymap_position(&app->settings.keymap, REQUEST_TAB, key);

	if (position >= 0 && position < CLASS_COUNT)
		app_show_class(app, (enum class)position);
}

static void open_search(struct app *app, int key)
{
	(void)key;
	search_open(app);
}

static void search_next(struct app *app, int key)
{
	(void)key;
	search_again(app, false);
}

static void search_previous(struct app *app, int key)
{
	(void)key;
	search_again(app, true);
}

static void open_details(struct app *app, int key)
{
	(void)key;
	if (class_infos[app->class].flags & CLASS_GATHERS)
		gather_enter(app);
	else
		details_open(app);
}

static void gather(struct app *app, int key)
{
	(void)key;
	gather_on(app);
}

static void open_setup(struct app *app, int key)
{
	(void)key;
	setup_open(app);
}

static void write_configuration(struct app *app, int key)
{
	(void)key;
	settings_save(app);
}

static void toggle_mouse(struct app *app, int key)
{
	(void)key;
	if (!terminal_use_mouse(!app->mouse) && !app->mouse) {
		app_say(app, STYLE_ERROR, "this terminal tells nothing of a mouse");
		return;
	}
	app->mouse = !app->mouse;
	if (app->mouse)
		app_say(app, STYLE_STATUS, "the mouse clicks here; %s gives it back",
			app_key(app, REQUEST_MOUSE).text);
	else
		app_say(app, STYLE_STATUS, "the mouse marks text again");
}

static void open_filter(struct app *app, int key)
{
	(void)key;
	filter_open(app);
}

static void open_order(struct app *app, int key)
{
	(void)key;
	order_open(app);
}

/* Order by the column `step` places beside the present one, among those shown. */
static void order_beside(struct app *app, size_t step)
{
	struct table *table = table_of(app);
	size_t count = table->shown.count, at = column_list_index(&table->shown, table->order);

	if (count == 0)
		return;
	table->order = table->shown.at[at == count ? 0 : (at + step) % count];
	app_refresh(app);
}

static void order_next(struct app *app, int key)
{
	(void)key;
	order_beside(app, 1);
}

static void order_previous(struct app *app, int key)
{
	(void)key;
	order_beside(app, table_of(app)->shown.count - 1);
}

static void reverse_order(struct app *app, int key)
{
	struct table *table = table_of(app);

	(void)key;
	table->descending = !table->descending;
	app_refresh(app);
}

static void toggle_tag(struct app *app, int key)
{
	struct table *table = table_of(app);

	(void)key;
	if (table_toggle_tag(table, table->cursor) < 0)
		app_say(app, STYLE_ERROR, "out of memory: not tagged");
	move_by(app, 1);
}

static void tag_all(struct app *app, int key)
{
	(void)key;
	if (table_tag_all(table_of(app)) < 0)
		app_say(app, STYLE_ERROR, "out of memory: not tagged");
}

static void untag_all(struct app *app, int key)
{
	(void)key;
	table_untag_all(table_of(app));
}

static void open_removal(struct app *app, int key)
{
	(void)key;
	/* in a pane its object is meant, whatever is tagged */
	removal_open(app, app->layer_count > 0);
}

static void open_interval(struct app *app, int key)
{
	(void)key;
	interval_open(app);
}

static void longer_interval(struct app *app, int key)
{
	int i = 0;

	(void)key;
	while (i < DELAY_COUNT - 1 && delays[i] <= app->settings.delay)
		i++;
	app->settings.delay = delays[i];
}

static void shorter_interval(struct app *app, int key)
{
	int i = DELAY_COUNT - 1;

	(void)key;
	while (i > 0 && delays[i] >= app->settings.delay)
		i--;
	app->settings.delay = delays[i];
}

static void toggle_pause(struct app *app, int key)
{
	(void)key;
	app->paused = !app->paused;
}

static void refresh_now(struct app *app, int key)
{
	(void)key;
	terminal_redraw();
	worker_refresh(app->worker);
}

static void suspend(struct app *app, int key)
{
	(void)app;
	(void)key;
	terminal_suspend();
}

const struct request_info requests[REQUEST_COUNT] = {
#define REQUEST(name, keys, flags, label, help, handler)                                           \
	{ #name, keys, flags, label, help, handler },
#include "ipctop/tui/request.def"
#undef REQUEST
};

void request_run(struct app *app, enum request request, int key)
{
	const struct request_info *info = &requests[request];

	if ((info->flags & REQUEST_MUTATES) && app->options->readonly) {
		app_say(app, STYLE_ERROR, "read-only: nothing can be changed");
		return;
	}
	if ((info->flags & REQUEST_NEEDS_OBJECT) &&
		(!(class_infos[app->class].flags & (CLASS_IPC | CLASS_GATHERS)) ||
			table_of(app)->count == 0)) {
		if (table_of(app)->count > 0)
			app_say(app, STYLE_STATUS, "that is for objects, and %s are none",
				class_infos[app->class].many);
		else
			app_say(app, STYLE_STATUS, "there is no object here");
		return;
	}
	if ((info->flags & REQUEST_NEEDS_ROW) && table_of(app)->count == 0) {
		app_say(app, STYLE_STATUS, "there is nothing here");
		return;
	}
	info->handle(app, key);
}
