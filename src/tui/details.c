#include <curses.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ipctop/base/text.h"
#include "ipctop/model/report.h"
#include "ipctop/tui/keymap.h"
#include "ipctop/tui/ui.h"

enum {
	WIDTH_MAX = 120, /* longer lines are hard to follow */
	GONE_COLUMNS = 21, /* "no IPC since 12:03:44" */
	MESSAGES_MAX = 1600, /* that are read each time: the n-th costs as much as n */
};

/*
 * All that is known of one object, in a pane. It stays with that object, wherever its row goes, and
 * keeps what was known last when the object is gone.
 */
struct details {
	struct identity identity;
	struct snapshot *last; /* that has it; NULL: none yet, or it is gone */
	struct buf report; /* as of the snapshot with the time `begin_ns`, in `width` columns */
	int64_t begin_ns;
	int width;
	bool paused;
	bool gone;
	char gone_at[32];
	uint32_t semaphores, messages; /* to be read at most */
	struct scroll scroll;
	struct report_links links; /* lines of the report that lead to others */
	long link; /* the chosen one; -1: none */
	struct report_link goal; /* on the way there: it comes with the next snapshot */
	bool going;
};

/* A process without IPC has no row any more, but may live on. */
static bool has_ended(const struct snapshot *snapshot, const struct identity *identity)
{
	const struct process *process;

	if (identity->class != CLASS_PROCESS)
		return true;
	process = process_map_get(&snapshot->processes, identity->id);
	return process &&
		(process->alive == ALIVE_NO ||
			(process->start_ticks != 0 && process->start_ticks != identity->extent));
}

/* Say from when on it is gone; what could not be read this time is not gone. */
static void note_gone(struct details *details, const struct snapshot *snapshot)
{
	const char *what = has_ended(snapshot, &details->identity) ? "gone" : "no IPC";
	char clock[16];
	struct tm tm;

	if (!snapshot_is_whole(snapshot, (enum class)details->identity.class))
		return;
	if (details->gone && strncmp(details->gone_at, what, strlen(what)) == 0)
		return;
	details->gone = true;
	if (!localtime_r(&snapshot->time.tv_sec, &tm) ||
		strftime(clock, sizeof(clock), "%H:%M:%S", &tm) == 0)
		strcpy(clock, "?");
	snprintf(details->gone_at, sizeof(details->gone_at), "%s since %s", what, clock);
}

static bool is_fresh(const struct app *app, const struct details *details, int width)
{
	return details->begin_ns == app->snapshot->begin_ns && details->width == width &&
		details->paused == app->paused;
}

static void clear_links(struct details *details)
{
	buf_clear(&details->links.memory);
	details->links.count = 0;
	details->link = -1;
}

/* Take over `report`, which is of the newest snapshot. */
static void keep_report(
	const struct app *app, struct details *details, struct buf *report, int width)
{
	if (report->error) {
		buf_free(report);
		clear_links(details); /* they are not those of what stays */
		return;
	}
	buf_free(&details->report);
	details->report = *report;
	details->begin_ns = app->snapshot->begin_ns;
	details->width = width;
	details->paused = app->paused;
}

static bool leads_to_same(const struct report_link *a, const struct report_link *b)
{
	return a->class == b->class && a->id == b->id;
}

/* Where the link `chosen`, which was the one at `before`, is now; -1: nowhere. */
static long find_link(
	const struct report_links *links, const struct report_link *chosen, long before)
{
	size_t i;

	if (before >= 0 && before < (long)links->count && leads_to_same(&links->at[before], chosen))
		return before;
	for (i = 0; before >= 0 && i < links->count; i++) {
		if (leads_to_same(&links->at[i], chosen))
			return (long)i;
	}
	return -1;
}

static void report_row(struct app *app, struct details *details, uint32_t at, int width)
{
	struct row row = row_at(details->last, (enum class)details->identity.class, at);
	char paused[64], more[64];
	struct report_style style = {
		.value = app_value_style(app),
		.width = (unsigned)width,
		.reading = details->gone ? "It was not read in time."
			: app->paused    ? paused
					 : "reading",
		.more = details->messages < MESSAGES_MAX || details->identity.class != CLASS_MSG
			? more
			: "ipctop show --messages reads more",
		.links = &details->links,
	};
	struct report_link chosen = { .id = -1 };
	struct buf report = { 0 };
	const long before = details->link;

	snprintf(paused, sizeof(paused), "not read while paused; %s reads it",
		app_key(app, REQUEST_REFRESH).text);
	snprintf(more, sizeof(more), "%s reads more", app_key(app, REQUEST_DETAILS).text);
	if (details->link >= 0)
		chosen = details->links.at[details->link];
	clear_links(details);
	report_object(&report, &row, &style);
	details->link = find_link(&details->links, &chosen, before);
	keep_report(app, details, &report, width);
}

/* It is gone: what was known last stays, and only its lines are broken anew. */
static void break_lines(struct app *app, struct details *details, int width)
{
	struct buf report = { 0 };

	box_wrap(&report, &details->report, width);
	clear_links(details);
	keep_report(app, details, &report, width);
}

/* Make the report anew where the snapshot or the width is another: under a pane no style changes.
 */
static void make_report(struct app *app, struct details *details, int width)
{
	uint32_t at;

	if (is_fresh(app, details, width))
		return;
	if (identity_find(app->snapshot, &details->identity, &at)) {
		snapshot_unref(details->last);
		details->last = snapshot_ref(app->snapshot);
		details->gone = false;
		report_row(app, details, at, width);
		return;
	}
	note_gone(details, app->snapshot);
	if (!details->last) {
		break_lines(app, details, width);
		return;
	}
	/* a last time, and no snapshot more is kept than the one that is shown */
	if (identity_find(details->last, &details->identity, &at))
		report_row(app, details, at, width);
	snapshot_unref(details->last);
	details->last = NULL;
}

static int count_lines(const struct buf *text)
{
	const char *at = buf_str(text);
	int lines = 0;

	for (; (at = strchr(at, '\n')) != NULL; at++)
		lines++;
	return lines;
}

/* The keys of the pane, where there is room for them in its title. */
static void draw_hint(struct app *app, int from, int to)
{
	struct buf hint = { 0 };
	const char *part;
	int width;

	buf_printf(&hint, "%s, %s, %s: go there  %s, %s: others  %s: close",
		app_key(app, REQUEST_UP).text, app_key(app, REQUEST_DOWN).text,
		app_key(app, REQUEST_DETAILS).text, app_key(app, REQUEST_LEFT).text,
		app_key(app, REQUEST_RIGHT).text, app_key(app, REQUEST_CLOSE).text);
	/* how to close is what is kept the longest */
	part = buf_str(&hint);
	while (to - from < (int)text_width(part) + 4 && strstr(part, "  "))
		part = strstr(part, "  ") + 2;
	width = (int)text_width(part);
	if (to - from >= width + 4)
		screen_put(app, app->pane_top, from + (to - from - width) / 2, width, STYLE_HEADING,
			part, false);
	buf_free(&hint);
}

/* The first line of the report, and what part of the others is shown. */
static void draw_title(struct app *app, const struct details *details)
{
	const char *report = buf_str(&details->report);
	int y = app->pane_top, width, place_width;
	struct buf title = { 0 }, place = { 0 };

	buf_char(&title, ' ');
	buf_bytes(&title, report, strcspn(report, "\n"));
	width = (int)text_width(buf_str(&title)) + 2;
	scroll_tell(&place, &details->scroll);
	place_width = (int)text_width(buf_str(&place));
	screen_put(app, y, 0, COLS, STYLE_HEADING, buf_str(&title), false);
	if (details->gone) {
		screen_put(app, y, width < COLS - GONE_COLUMNS ? width : COLS - GONE_COLUMNS,
			GONE_COLUMNS, STYLE_ALARM, details->gone_at, false);
		width += GONE_COLUMNS;
	}
	draw_hint(app, width, COLS - place_width);
	if (width + place_width < COLS)
		screen_put(app, y, COLS - place_width, place_width, STYLE_HEADING, buf_str(&place),
			false);
	buf_free(&title);
	buf_free(&place);
}

/* The lines from the first one shown on; titles stand at the left margin. */
static void draw_lines(struct app *app, const struct details *details)
{
	const char *at = buf_str(&details->report);
	struct buf line = { 0 };
	int skip, y = app->pane_top + 1, end = app->pane_top + app->pane_rows;
	int number = details->scroll.top;
	bool chosen;

	/* the first line is the title */
	for (skip = details->scroll.top + 1; skip > 0 && *at; skip--)
		at = text_next_line(at);
	for (; y < end; y++, number++, at = text_next_line(at)) {
		buf_clear(&line);
		buf_bytes(&line, at, strcspn(at, "\n"));
		chosen = details->link >= 0 &&
			details->links.at[details->link].line == (size_t)number + 1;
		if (chosen && line.len > 0)
			line.data[0] = '>';
		screen_put(app, y, 0, COLS,
			chosen               ? STYLE_CURSOR
				: *at == ' ' ? STYLE_PLAIN
					     : STYLE_TITLE,
			buf_str(&line), false);
	}
	buf_free(&line);
}

static void follow_cursor(struct app *app, struct details *details)
{
	const struct table *table = &app_tab(app)->table;

	buf_clear(&details->report);
	snapshot_unref(details->last);
	details->last = NULL;
	details->identity = table_identity(table, table->cursor);
	details->begin_ns = 0;
	details->gone = false;
	details->semaphores = DETAIL_SEMAPHORES;
	details->messages = DETAIL_MESSAGES;
	details->scroll.top = 0;
	clear_links(details);
}

/* links */

/* Whether the line of a link is on the screen. */
static bool is_in_view(const struct details *details, size_t link)
{
	int line = (int)details->links.at[link].line - 1;

	return line >= details->scroll.top && line < details->scroll.top + details->scroll.rows;
}

/* Lines between the first one shown and that of the chosen link. */
static int chosen_line(const struct details *details)
{
	if (details->link < 0 || !is_in_view(details, (size_t)details->link))
		return 0;
	return (int)details->links.at[details->link].line - 1 - details->scroll.top;
}

/*
 * Choose the next link in a direction, where one is in view: as in a browser in a terminal, the
 * page scrolls only between them. False: there is none.
 */
static bool choose_link(struct details *details, int step)
{
	long at = details->link + step;

	if (details->link < 0) {
		at = step > 0 ? 0 : (long)details->links.count - 1;
		while (at >= 0 && at < (long)details->links.count &&
			!is_in_view(details, (size_t)at))
			at += step;
	}
	if (at < 0 || at >= (long)details->links.count || !is_in_view(details, (size_t)at))
		return false;
	details->link = at;
	return true;
}

/* Keys that move: links in view are chosen before the page scrolls. */
static bool move_key(struct details *details, enum request request)
{
	if (request == REQUEST_DOWN && choose_link(details, 1))
		return true;
	if (request == REQUEST_UP && choose_link(details, -1))
		return true;
	if (!scroll_key(&details->scroll, request))
		return false;
	scroll_hold(&details->scroll);
	if (details->link >= 0 && !is_in_view(details, (size_t)details->link))
		details->link = -1;
	return true;
}

/* Set out for where the chosen link leads. */
static void follow_link(struct app *app, struct details *details)
{
	details->goal = details->links.at[details->link];
	details->going = true;
	app_show_class(app, details->goal.class);
	app->dirty = true;
}

/* Find the goal in the newest snapshot, once that has its class. */
static void arrive(struct app *app, struct details *details)
{
	const struct class_rows *rows = &app->snapshot->classes[details->goal.class];
	struct table *table = &app_tab(app)->table;
	struct identity identity;
	uint32_t at = 0;

	if (app->class != details->goal.class)
		details->going = false;
	if (!details->going || !rows->read)
		return;
	for (; at < rows->count; at++) {
		identity = identity_of(details->goal.class,
			snapshot_record(app->snapshot, details->goal.class, at),
			app->snapshot->scope);
		if (identity.id == details->goal.id)
			break;
	}
	if (at == rows->count && rows->partial)
		return; /* it may come yet */
	details->going = false;
	if (at < rows->count)
		table_move_to(table, &identity);
	if (at < rows->count && table->count > 0 &&
		identity_equal(&table->cursor_identity, &identity)) {
		follow_cursor(app, details);
		return;
	}
	app_say(app, STYLE_ERROR, "%s %d is %s", class_infos[details->goal.class].one,
		details->goal.id, at < rows->count ? "hidden by the filter" : "gone");
	app_show_class(app, (enum class)details->identity.class); /* back to where we are still */
	app->dirty = true;
}

static void draw(struct app *app, void *state)
{
	struct details *details = state;
	int width = COLS < WIDTH_MAX ? COLS : WIDTH_MAX;

	if (details->going && app->snapshot)
		arrive(app, details);
	if (app->snapshot)
		make_report(app, details, width);
	details->scroll.rows = app->pane_rows - 1;
	details->scroll.lines = count_lines(&details->report) - 1;
	scroll_hold(&details->scroll);
	draw_title(app, details);
	draw_lines(app, details);
	move(app->pane_top + (app->pane_rows > 1) + chosen_line(details), 0);
}

/* Go on with the object of the row beside that of the table's cursor. */
static void go_beside(struct app *app, struct details *details, long step)
{
	struct table *table = &app_tab(app)->table;

	if (table->count == 0)
		return;
	table_move(table, (long)table->cursor + step);
	follow_cursor(app, details);
}

static void read_more(struct app *app, struct details *details)
{
	const uint32_t most = INT_MAX;

	/* twice as much each time, so that a long queue is not asked for in 50 steps */
	if (details->messages < MESSAGES_MAX)
		details->messages *= 2;
	details->semaphores = details->semaphores < most / 2 ? details->semaphores * 2 : most;
	if (app->paused)
		app_say(app, STYLE_STATUS, "paused: %s reads it",
			app_key(app, REQUEST_REFRESH).text);
}

/* The table's cursor is on another object where this one is gone or hidden. */
static void remove_it(struct app *app, const struct details *details)
{
	const struct table *table = &app_tab(app)->table;

	if (details->gone || table->count == 0 ||
		!identity_equal(&table->cursor_identity, &details->identity))
		app_say(app, STYLE_ERROR, "this object is gone, or hidden by the filter");
	else
		request_run(app, REQUEST_REMOVE, KEYMAP_NONE);
}

static bool key(struct app *app, void *state, int key_code)
{
	struct details *details = state;
	enum request request = app_request(app, key_code);

	if (move_key(details, request))
		return true;
	switch (request) {
	case REQUEST_QUIT:
	case REQUEST_CLOSE:
		app_pop(app);
		return true;
	case REQUEST_DETAILS:
		if (details->link >= 0)
			follow_link(app, details);
		else
			read_more(app, details);
		return true;
	case REQUEST_LEFT:
		go_beside(app, details, -1);
		return true;
	case REQUEST_RIGHT:
		go_beside(app, details, 1);
		return true;
	case REQUEST_REMOVE:
		remove_it(app, details);
		return true;
	default:
		return false;
	}
}

static void free_details(void *state)
{
	struct details *details = state;

	snapshot_unref(details->last);
	buf_free(&details->report);
	buf_free(&details->links.memory);
	free(details);
}

static void wish_for(const struct app *app, const void *state, struct wish *wish)
{
	const struct details *details = state;
	struct column_list all;

	(void)app;
	column_list_all(&all, (enum class)details->identity.class);
	wish->cost |= column_list_cost(&all);
	wish->classes |= class_bit((enum class)details->identity.class);
	if (details->identity.class == CLASS_PROCESS && wish->pid_count < WISH_PIDS_MAX)
		wish->pids[wish->pid_count++] = details->identity.id;
	wish->detail = (struct detail_wish){
		.wanted = true,
		.identity = details->identity,
		.semaphores = details->semaphores,
		.messages = details->messages,
		.candidates = true,
	};
}

static const struct layer_type details_type = {
	.draw = draw,
	.key = key,
	.free = free_details,
	.wish = wish_for,
	.pane = true,
};

void details_open(struct app *app)
{
	struct details *details = calloc(1, sizeof(*details));

	if (!details) {
		app_say(app, STYLE_ERROR, "out of memory");
		return;
	}
	follow_cursor(app, details);
	app_push(app, &details_type, details);
}
