#include <curses.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "ipctop/base/file.h"
#include "ipctop/tui/config.h"
#include "ipctop/tui/keymap.h"
#include "ipctop/tui/ui.h"

enum { SETUP_COLUMNS = 76, NAME_COLUMNS = 11 };

/* A line of the page: a part's title, a setting, or a column of a class. */
struct item {
	const char *title; /* of a part; else NULL */
	const struct choice *choice; /* a setting; else NULL */
	const struct column *column;
	enum class class; /* of the column */
	bool shown; /* likewise */
};

enum { ITEMS_MAX = 8 + CLASS_COUNT * (COLUMNS_MAX + 1) };

/*
 * The columns of each class stand in the order in which they are shown; a hidden one keeps its
 * place as long as the page is open.
 */
struct setup {
	struct column_list orders[CLASS_COUNT];
	struct item items[ITEMS_MAX];
	int count, at;
	struct scroll scroll;
};

/* settings with a few values */

struct choice {
	const char *name;
	void (*text)(const struct app *app, struct buf *out);
	void (*step)(struct app *app, int step); /* 1 or -1 */
};

static void theme_text(const struct app *app, struct buf *out)
{
	const struct theme *theme = app->settings.theme;

	buf_text(out, theme->name);
	if (app->theme != theme)
		buf_printf(out, " (here: %s)", app->theme->name);
	buf_printf(out, ": %s", theme->help);
}

static void theme_step(struct app *app, int step)
{
	size_t at = (size_t)(app->settings.theme - themes);

	app->settings.theme = &themes[(at + theme_count + (size_t)step) % theme_count];
	app->theme = theme_use(app->settings.theme);
}

static void units_text(const struct app *app, struct buf *out)
{
	buf_text(out, app->settings.exact_bytes ? "bytes: 16777216" : "human: 16M");
}

static void units_step(struct app *app, int step)
{
	(void)step;
	app->settings.exact_bytes = !app->settings.exact_bytes;
	app_use_style(app);
}

static void time_text(const struct app *app, struct buf *out)
{
	enum time_format format = app->settings.time_format;

	buf_printf(out, "%s: ", units_time_format_word(format));
	if (app->snapshot)
		units_time(out, app->snapshot->time.tv_sec, format, app->snapshot->time.tv_sec);
}

static void time_step(struct app *app, int step)
{
	app->settings.time_format = (enum time_format)(
		((int)app->settings.time_format + TIME_FORMATS + step) % TIME_FORMATS);
	app_use_style(app);
}

static void delay_text(const struct app *app, struct buf *out)
{
	buf_printf(out, "%.1f s", app->settings.delay);
}

static void delay_step(struct app *app, int step)
{
	request_run(app, step > 0 ? REQUEST_LONGER : REQUEST_SHORTER, KEYMAP_NONE);
}

/* The value before or behind this one in a rising list. */
static int next_of(const int *values, int count, int value, int step)
{
	int at = 0;

	if (value > values[count - 1])
		return step > 0 ? value : values[count - 1];
	while (at < count - 1 && values[at] < value)
		at++;
	/* one between two of them goes to the next one */
	if (step > 0 && values[at] <= value)
		at++;
	else if (step < 0)
		at--;
	return values[at < 0 ? 0 : at < count ? at : count - 1];
}

static void scan_text(const struct app *app, struct buf *out)
{
	buf_printf(out, "%d%% of the interval for visiting processes", app->settings.scan_percent);
}

static void scan_step(struct app *app, int step)
{
	static const int percents[] = { 1, 2, 5, 10, 20, 50, SCAN_PERCENT_MAX };

	app->settings.scan_percent = next_of(
		percents, sizeof(percents) / sizeof(percents[0]), app->settings.scan_percent, step);
}

static void verdicts_text(const struct app *app, struct buf *out)
{
	buf_text(out, "of what has been so for ");
	verdict_ages_text(out, &app->settings.ages);
}

static void verdicts_step(struct app *app, int step)
{
	static const int values[] = { 0, 60, 600, 3600, 6 * 3600, 86400, 7 * 86400 };
	struct verdict_ages *ages = &app->settings.ages;
	const int64_t age = ages->seconds[VERDICT_NONE + 1];
	int rule;

	for (rule = VERDICT_NONE + 1; rule < VERDICT_COUNT; rule++) {
		if (ages->seconds[rule] != age || age > INT_MAX) {
			app_say(app, STYLE_STATUS,
				"rules have ages of their own: the configuration changes them");
			return;
		}
	}
	for (rule = 0; rule < VERDICT_COUNT; rule++)
		ages->seconds[rule] =
			next_of(values, sizeof(values) / sizeof(values[0]), (int)age, step);
}

static const struct choice choices[] = {
	{ "Theme", theme_text, theme_step },
	{ "Units", units_text, units_step },
	{ "Times", time_text, time_step },
	{ "Interval", delay_text, delay_step },
	{ "Scan", scan_text, scan_step },
	{ "Verdicts", verdicts_text, verdicts_step },
};

enum { CHOICES = sizeof(choices) / sizeof(choices[0]) };

/* the lines */

static void add_columns(const struct app *app, struct setup *setup, enum class class)
{
	const struct column_list *order = &setup->orders[class];
	struct column_list shown;
	size_t i;

	column_list_chosen(&shown, class, &app->settings.columns[class]);
	setup->items[setup->count++] = (struct item){ .title = class_infos[class].title };
	for (i = 0; i < order->count; i++)
		setup->items[setup->count++] = (struct item){
			.column = order->at[i],
			.class = class,
			.shown = column_list_index(&shown, order->at[i]) < shown.count,
		};
}

/* Made anew for each frame: it is only a view of the settings. */
static void make_items(const struct app *app, struct setup *setup)
{
	enum class class;
	int i;

	setup->count = 0;
	for (i = 0; i < CHOICES; i++)
		setup->items[setup->count++] = (struct item){ .choice = &choices[i] };
	for (class = 0; class < CLASS_COUNT; class ++)
		add_columns(app, setup, class);
}

static void item_text(const struct app *app, const struct item *item, bool here, struct buf *out)
{
	if (item->title) {
		buf_printf(out, "Columns of %s", item->title);
		return;
	}
	buf_printf(out, "%c ", here ? '>' : ' ');
	if (item->choice) {
		buf_printf(out, "%-*s ", NAME_COLUMNS + 4, item->choice->name);
		item->choice->text(app, out);
	} else {
		buf_printf(out, "[%c] %-*s %s", item->shown ? 'x' : ' ', NAME_COLUMNS,
			item->column->name, item->column->help);
	}
}

/* Keep the line in view, and its part's title where it is the first. */
static void keep_in_view(struct setup *setup)
{
	struct scroll *scroll = &setup->scroll;
	int first = setup->at > 0 && setup->items[setup->at - 1].title ? setup->at - 1 : setup->at;

	if (first < scroll->top)
		scroll->top = first;
	if (setup->at >= scroll->top + scroll->rows)
		scroll->top = setup->at - scroll->rows + 1;
	scroll_hold(scroll);
}

/* Its keys stand in the title where there is room for them. Space is always one of this page. */
static void make_title(const struct app *app, struct buf *title)
{
	buf_text(title, " Setup");
	if (COLS >= SETUP_COLUMNS)
		buf_printf(title, ": Space changes, %s %s move a column, %s writes it",
			app_key(app, REQUEST_ORDER_PREVIOUS).text,
			app_key(app, REQUEST_ORDER_NEXT).text, app_key(app, REQUEST_WRITE).text);
	buf_char(title, ' ');
}

static void draw(struct app *app, void *state)
{
	struct setup *setup = state;
	struct scroll *scroll = &setup->scroll;
	struct buf text = { 0 }, title = { 0 };
	struct box box;
	int line;

	make_items(app, setup);
	scroll->lines = setup->count;
	scroll->rows = setup->count < box_room(app) ? setup->count : box_room(app);
	keep_in_view(setup);
	make_title(app, &title);
	box = box_draw(app, buf_str(&title), scroll->rows, SETUP_COLUMNS);
	for (line = 0; line < scroll->rows; line++) {
		const struct item *item = &setup->items[scroll->top + line];
		bool here = scroll->top + line == setup->at;

		buf_clear(&text);
		item_text(app, item, here, &text);
		box_put(app, &box, line,
			here                  ? STYLE_CURSOR
				: item->title ? STYLE_TITLE
					      : STYLE_DIALOG,
			buf_str(&text));
	}
	move(box.y + setup->at - scroll->top, box.x);
	buf_free(&text);
	buf_free(&title);
}

/* what the keys do */

/* Go to the line `at`, or the next one in the direction of `step` that is no title. */
static void go(struct setup *setup, int at, int step)
{
	at = at < 0 ? 0 : at >= setup->count ? setup->count - 1 : at;
	while (at > 0 && at < setup->count - 1 && setup->items[at].title)
		at += step;
	setup->at = at;
}

/* The first line of the next part, or of the one before. */
static void go_to_part(struct setup *setup, int step)
{
	int at = setup->at;

	if (step < 0 && at > 0 && setup->items[at - 1].title)
		at--; /* it is the first of its part */
	do {
		at += step;
	} while (at > 0 && at < setup->count && !setup->items[at].title);
	if (at < 0) /* round to the last part */
		for (at = setup->count - 1; !setup->items[at].title; at--)
			continue;
	go(setup, at >= setup->count ? 0 : at, 1);
	setup->scroll.top = setup->at > 0 ? setup->at - 1 : 0; /* its title is the first line */
}

/* Show the columns of a class whose items say so, in the order of the page. */
static void choose(struct app *app, const struct setup *setup, enum class class)
{
	struct column_list *chosen = &app->settings.columns[class];
	const struct item *item;

	chosen->count = 0;
	for (item = setup->items; item < setup->items + setup->count; item++) {
		if (item->column && item->class == class && item->shown)
			column_list_add(chosen, item->column);
	}
}

static void toggle_column(struct app *app, struct setup *setup, struct item *item)
{
	enum class class = item->class;

	item->shown = !item->shown;
	choose(app, setup, class);
	if (app->settings.columns[class].count > 0)
		return;
	item->shown = true;
	choose(app, setup, class);
	app_say(app, STYLE_ERROR, "one column stays");
}

/* Change the line that the cursor is on. */
static void change(struct app *app, struct setup *setup, int step)
{
	struct item *item = &setup->items[setup->at];

	if (item->choice)
		item->choice->step(app, step);
	else if (item->column)
		toggle_column(app, setup, item);
}

static void move_column(struct app *app, struct setup *setup, int step)
{
	struct item *item = &setup->items[setup->at];
	struct column_list *order = &setup->orders[item->class];
	const struct column *beside;
	size_t i, to;

	if (!item->column)
		return;
	i = column_list_index(order, item->column);
	to = i + (size_t)step;
	if (i == order->count || to >= order->count)
		return; /* it is the first or the last */
	beside = order->at[to];
	order->at[to] = order->at[i];
	order->at[i] = beside;
	make_items(app, setup);
	choose(app, setup, item->class);
	setup->at += step;
}

static bool move_cursor(struct setup *setup, enum request request)
{
	switch (request) {
	case REQUEST_UP:
		go(setup, setup->at - 1, -1);
		return true;
	case REQUEST_DOWN:
		go(setup, setup->at + 1, 1);
		return true;
	case REQUEST_PAGE_UP:
		go(setup, setup->at - setup->scroll.rows, -1);
		return true;
	case REQUEST_PAGE_DOWN:
		go(setup, setup->at + setup->scroll.rows, 1);
		return true;
	case REQUEST_FIRST:
		go(setup, 0, 1);
		return true;
	case REQUEST_LAST:
		go(setup, setup->count - 1, -1);
		return true;
	case REQUEST_NEXT_TAB:
		go_to_part(setup, 1);
		return true;
	case REQUEST_PREVIOUS_TAB:
		go_to_part(setup, -1);
		return true;
	default:
		return false;
	}
}

static bool key(struct app *app, void *state, int key_code)
{
	struct setup *setup = state;
	enum request request = app_request(app, key_code);

	/* first, as the title says so, whatever they are bound to */
	if (key_code == KEY_CODE_ENTER || key_code == ' ') {
		change(app, setup, 1);
		return true;
	}
	if (move_cursor(setup, request))
		return true;
	switch (request) {
	case REQUEST_LEFT:
	case REQUEST_RIGHT:
		if (setup->items[setup->at].choice)
			change(app, setup, request == REQUEST_LEFT ? -1 : 1);
		return true;
	case REQUEST_ORDER_PREVIOUS:
		move_column(app, setup, -1);
		return true;
	case REQUEST_ORDER_NEXT:
		move_column(app, setup, 1);
		return true;
	case REQUEST_SETUP:
	case REQUEST_QUIT:
	case REQUEST_CLOSE:
		app_pop(app);
		return true;
	default:
		return false;
	}
}

static const struct layer_type setup_type = { .draw = draw, .key = key, .free = free };

void setup_open(struct app *app)
{
	struct setup *setup = calloc(1, sizeof(*setup));
	enum class class;

	if (!setup) {
		app_say(app, STYLE_ERROR, "out of memory");
		return;
	}
	for (class = 0; class < CLASS_COUNT; class ++)
		column_list_ordered(&setup->orders[class], class, &app->settings.columns[class]);
	make_items(app, setup);
	app_push(app, &setup_type, setup);
}

void settings_save(struct app *app)
{
	enum class class;
	int error;

	if (!app->config) {
		app_say(app, STYLE_ERROR, "there is no home folder to write a configuration to");
		return;
	}
	/* what could not be read is not known, and would be lost */
	if (app->config_error) {
		app_say(app, STYLE_ERROR, "%s: not written: %s, when it was read at the start",
			app->config, file_reason(app->config_error));
		return;
	}
	for (class = 0; class < CLASS_COUNT; class ++) {
		app->settings.orders[class].column = app->tabs[class].table.order;
		app->settings.orders[class].descending = app->tabs[class].table.descending;
	}
	error = config_write(app->config, &app->settings);
	if (error)
		app_say(app, STYLE_ERROR, "%s: not written: %s", app->config, file_reason(error));
	else
		app_say(app, STYLE_STATUS, "written to %s", app->config);
}
