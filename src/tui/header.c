#include <curses.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "ipctop/base/text.h"
#include "ipctop/tui/ui.h"

enum {
	BAR_MIN = 20, /* columns inside the brackets */
	BAR_MAX = 48,
	LABEL_COLUMNS = 10,
	HIGH_PERCENT = 70,
	FULL_PERCENT = 90,
};

unsigned header_cost(const struct app *app)
{
	/* the line of segments tells resident and swapped bytes */
	return app->bars || !app->snapshot ? COST_RESIDENT : 0;
}

/* Append a piece of the title where it still leaves room for what stands at the right. */
static void add_piece(const struct app *app, struct buf *line, const char *piece, size_t room)
{
	const char *between = line->len ? screen_symbol(app, " · ", " - ") : "";

	if (text_width(buf_str(line)) + text_width(between) + text_width(piece) > room)
		return;
	buf_text(line, between);
	buf_text(line, piece);
}

/* Where it is from: this host and namespace, or the folder of texts that tell neither. */
static void tell_source(const struct app *app, struct buf *line, size_t room)
{
	const struct snapshot *snapshot = app->snapshot;
	const char *name = app->options->proc;
	struct buf piece = { 0 };

	if (snapshot && snapshot->host)
		name = snapshot->host;
	if (name) {
		text_clean(&piece, name, strlen(name), app->ascii);
		add_piece(app, line, buf_str(&piece), room);
	}
	if (snapshot && snapshot->scope) {
		buf_clear(&piece);
		buf_printf(&piece, "ipc:[%llu]", (unsigned long long)snapshot->scope);
		add_piece(app, line, buf_str(&piece), room);
	}
	buf_free(&piece);
}

void header_draw_title(struct app *app, int y)
{
	const struct snapshot *snapshot = app->snapshot;
	struct buf line = { 0 }, piece = { 0 };
	char right[32] = "";
	size_t room;
	struct tm tm;

	if (snapshot && localtime_r(&snapshot->time.tv_sec, &tm))
		strftime(right, sizeof(right), "%H:%M:%S", &tm);
	room = (size_t)COLS - (strlen(right) < (size_t)COLS ? strlen(right) + 1 : 0);
	buf_text(&line, "ipctop");
	if (app->options->proc)
		add_piece(app, &line, "saved texts", room);
	if (app->options->readonly)
		add_piece(app, &line, "read-only", room);
	tell_source(app, &line, room);
	buf_printf(&piece, "every %.1f s", app->settings.delay);
	add_piece(app, &line, buf_str(&piece), room);
	screen_put(app, y, 0, COLS, STYLE_TITLE, buf_str(&line), false);
	if (text_width(buf_str(&line)) + strlen(right) < (size_t)COLS)
		screen_put(app, y, COLS - (int)strlen(right), (int)strlen(right),
			app->paused ? STYLE_ALARM : STYLE_TITLE, right, false);
	buf_free(&line);
	buf_free(&piece);
}

static const struct limit_record *find_limit(const struct snapshot *snapshot, const char *name)
{
	const struct limit_record *limits = snapshot->classes[CLASS_LIMIT].records;
	uint32_t i;

	for (i = 0; i < snapshot->classes[CLASS_LIMIT].count; i++) {
		if (strcmp(limits[i].name, name) == 0)
			return &limits[i];
	}
	return NULL;
}

static void describe_queues(struct buf *out, const struct totals *totals)
{
	units_bytes(out, totals->msg_bytes);
	buf_printf(out, " queued, %llu messages", (unsigned long long)totals->msg_messages);
}

static void describe_sets(struct buf *out, const struct totals *totals)
{
	buf_printf(out, "%llu semaphores", (unsigned long long)totals->sem_semaphores);
}

static void describe_segments(struct buf *out, const struct totals *totals)
{
	units_bytes(out, totals->shm_bytes);
	if (!totals->has_resident)
		return;
	buf_text(out, ", ");
	units_bytes(out, totals->shm_rss);
	buf_printf(out, "%s resident, ", totals->shm_rss_unknown ? "+" : "");
	units_bytes(out, totals->shm_swap);
	buf_text(out, " swapped");
}

struct bar {
	const char *label;
	const char *limit; /* its name */
	enum class class;
	void (*describe)(struct buf *out, const struct totals *totals);
};

static const struct bar bars[HEADER_BARS] = {
	{ "Queues", "MSGMNI", CLASS_MSG, describe_queues },
	{ "Sems", "SEMMNI", CLASS_SEM, describe_sets },
	{ "Segments", "SHMMNI", CLASS_SHM, describe_segments },
};

/* The bar itself: filled as far as the limit is used, with the numbers at its right end. */
static void draw_meter(
	const struct app *app, int y, int x, int width, const struct limit_record *limit)
{
	double percent = limit->limit ? 100.0 * (double)limit->used / (double)limit->limit : 100;
	enum style style = percent >= FULL_PERCENT ? STYLE_BAR_FULL
		: percent >= HIGH_PERCENT          ? STYLE_BAR_HIGH
						   : STYLE_BAR;
	char text[BAR_MAX + 1];
	struct buf numbers = { 0 };
	int filled = percent >= 100 ? width : (int)(percent * width / 100.0 + 0.5), length;

	if (limit->used > 0 && filled == 0)
		filled = 1;
	buf_printf(&numbers, " %llu/%llu %6.1f%%", (unsigned long long)limit->used,
		(unsigned long long)limit->limit, percent);
	length = (int)numbers.len;
	memset(text, ' ', (size_t)width);
	memset(text, '|', (size_t)filled);
	text[width] = '\0';
	screen_put(app, y, x, width, style, text, false);
	if (length <= width)
		screen_put(app, y, x + width - length, length,
			style == STYLE_BAR ? STYLE_PLAIN : style, buf_str(&numbers), false);
	buf_free(&numbers);
}

static void draw_bar(const struct app *app, int y, const struct bar *bar)
{
	const struct snapshot *snapshot = app->snapshot;
	const struct class_rows *rows = &snapshot->classes[bar->class];
	const struct limit_record *limit = find_limit(snapshot, bar->limit);
	struct buf text = { 0 };
	int width = COLS * 35 / 100, x = LABEL_COLUMNS + 1;

	width = width < BAR_MIN ? BAR_MIN : width > BAR_MAX ? BAR_MAX : width;
	if (x + width + 1 > COLS)
		width = COLS - x - 1;
	if (limit && limit->has_limit && limit->has_used && width > 0) {
		screen_put(app, y, x - 1, 1, STYLE_PLAIN, "[", false);
		draw_meter(app, y, x, width, limit);
		screen_put(app, y, x + width, 1, STYLE_PLAIN, "]", false);
		x += width + 3;
	}
	if (rows->error)
		buf_text(&text, "unavailable");
	else
		bar->describe(&text, &snapshot->totals);
	if (!rows->error && limit && limit->has_forecast) {
		buf_text(&text, ", full in ");
		units_age(&text, limit->forecast_s);
	}
	screen_put(app, y, x, COLS - x, rows->error ? STYLE_ERROR : STYLE_PLAIN, buf_str(&text),
		false);
	buf_free(&text);
}

void header_draw_bars(struct app *app, int y)
{
	int i;

	for (i = 0; i < HEADER_BARS; i++) {
		screen_put(app, y + i, 1, LABEL_COLUMNS - 1, STYLE_LABEL, bars[i].label, false);
		if (app->snapshot)
			draw_bar(app, y + i, &bars[i]);
	}
}

/* What narrows the table. */
static void tell_narrowing(struct app *app, struct buf *text)
{
	const struct tab *tab = app_tab(app);

	if (tab->table.by_user)
		buf_printf(text, " uid: %u", tab->table.uid);
	if (tab->table.in_group) {
		buf_text(text, " group: ");
		gather_describe(text, app, &tab->table.group);
	}
	if (*tab->filter) {
		buf_text(text, " filter: ");
		text_clean(text, tab->filter, strlen(tab->filter), app->ascii);
	}
}

/* The titles of all tabs, the chosen one in brackets; numbers alone where it is narrow. */
void header_draw_tabs(struct app *app, int y)
{
	struct buf narrowing = { 0 };
	char text[64];
	enum class class;
	size_t full = 0;
	bool chosen, narrow;
	int x = 0;

	tell_narrowing(app, &narrowing);
	for (class = 0; class < CLASS_COUNT; class ++)
		full += strlen(class_infos[class].title) + 4;
	narrow = full + text_width(buf_str(&narrowing)) > (size_t)COLS;
	for (class = 0; class < CLASS_COUNT; class ++) {
		chosen = class == app->class;
		snprintf(text, sizeof(text), "%c%d%s%s%c", chosen ? '[' : ' ', (int)class + 1,
			narrow && !chosen ? "" : " ",
			narrow && !chosen ? "" : class_infos[class].title, chosen ? ']' : ' ');
		screen_put(app, y, x, (int)strlen(text), chosen ? STYLE_TAB_CHOSEN : STYLE_TAB,
			text, false);
		mouse_add_zone(app, (struct zone){ y, x, 1, (int)strlen(text), ZONE_TAB, class });
		x += (int)strlen(text);
	}
	if (narrowing.len > 0 && COLS - x > 10)
		screen_put(app, y, x, COLS - x, STYLE_LABEL, buf_str(&narrowing), true);
	buf_free(&narrowing);
}
