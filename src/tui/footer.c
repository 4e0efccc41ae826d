#include <curses.h>
#include <stdio.h>
#include <string.h>

#include "ipctop/base/text.h"
#include "ipctop/model/stuck.h"
#include "ipctop/tui/keymap.h"
#include "ipctop/tui/request.h"
#include "ipctop/tui/ui.h"

/* Heights from which on a note that is long has lines of its own, and how many. */
enum { ROWS_FOR_NOTE = 20, NOTE_ROWS = 3 };

/* "3 of 1203 · 1 tagged · 12 gone · sorted by SIZE" */
static void describe_table(const struct app *app, struct buf *out)
{
	const struct table *table = &app->tabs[app->class].table;
	const char *dot = screen_symbol(app, " · ", " - ");
	/* the table may still show the snapshot before, where there is no memory */
	const struct snapshot *shown = table->snapshot ? table->snapshot : app->snapshot;
	uint32_t all = shown->classes[app->class].count;
	const struct change *change = &shown->classes[app->class].change;

	buf_printf(out, "%zu of %zu", table->count ? table->cursor + 1 : 0, table->count);
	if (all != table->count)
		buf_printf(out, " (%u hidden)", (unsigned)(all - table->count));
	if (table->tags.used > 0)
		buf_printf(out, "%s%zu tagged", dot, table->tags.used);
	if (change->added > 0)
		buf_printf(out, "%s%u new", dot, change->added);
	if (change->gone > 0)
		buf_printf(out, "%s%u gone", dot, change->gone);
	if (app->class == CLASS_PROCESS && shown->relations.read)
		buf_printf(out, "%s%u/%u visited %.1f s ago", dot, shown->relations.visited,
			shown->relations.all, (double)shown->relations.age_ns / 1e9);
	if (app->class == CLASS_GROUP)
		buf_printf(out, "%sgathered by %s", dot, group_by_name(gather_shown(app)));
	if (table->order)
		buf_printf(out, "%ssorted by %s", dot, table->order->name);
}

/* Waits that look stuck: the gravest of them, and where to read more. */
static void describe_stuck(const struct app *app, struct buf *out)
{
	const struct stuck *stuck = app->snapshot->relations.stuck;
	const struct relation *first;

	if (!stuck)
		return;
	first = stuck->member[0].relation;
	buf_printf(out, "%s: %s %d", stuck_reason_name(stuck->reason),
		class_infos[first->class].one, first->id);
	if (stuck->next)
		buf_text(out, ", and more");
}

/* Append what could not be read, above all of the class shown, so that it can be printed. */
static void put_note(const struct app *app, struct buf *out)
{
	const struct note *note;
	const char *text = NULL;

	for (note = app->snapshot ? app->snapshot->notes : NULL; note; note = note->next) {
		if (!text || note->class == app->class)
			text = note->text;
		if (note->class == app->class)
			break;
	}
	if (text)
		text_clean(out, text, strlen(text), app->ascii);
}

/* Where it stands does not depend on what else is in the status line, which changes often. */
static bool fits_beside(const char *note)
{
	return text_width(note) <= (size_t)COLS / 2;
}

/* The note, in lines above the status line. Returns how many. */
static int wrap_note(const struct app *app, struct buf *out)
{
	struct buf note = { 0 };
	int lines = 0;

	put_note(app, &note);
	if (LINES >= ROWS_FOR_NOTE && !fits_beside(buf_str(&note))) {
		buf_char(&note, '\n');
		lines = box_wrap(out, &note, COLS - 2);
	}
	buf_free(&note);
	return lines < NOTE_ROWS ? lines : NOTE_ROWS;
}

static void draw_note(struct app *app, int y, const struct buf *text, int rows)
{
	struct buf line = { 0 };
	const char *at = buf_str(text);
	int i;

	for (i = 0; i < rows; i++, at = text_next_line(at)) {
		buf_clear(&line);
		buf_bytes(&line, at, strcspn(at, "\n"));
		screen_put(app, y + i, 1, COLS - 1, STYLE_ERROR, buf_str(&line), false);
	}
	buf_free(&line);
}

/* Append what stands at the end of the status line as long as nothing else is to be said. */
static enum style put_standing(const struct app *app, struct buf *out, int note_rows)
{
	if (app->news_error) {
		buf_printf(out, "%s: %s",
			app->snapshot ? "the last snapshot stays" : "there is no snapshot yet",
			strerror(-app->news_error));
		return STYLE_ERROR;
	}
	if (!app->snapshot)
		return STYLE_PLAIN;
	describe_stuck(app, out);
	if (out->len > 0)
		return STYLE_ALARM;
	if (note_rows == 0)
		put_note(app, out);
	return STYLE_ERROR;
}

static void draw_status(struct app *app, int y, int note_rows)
{
	struct buf line = { 0 }, text = { 0 };
	const char *message = app->message;
	enum style style = app->message_style;
	int x = 0, width, room;
	bool standing = !*message;

	if (app->paused) {
		screen_put(app, y, 1, 8, STYLE_ALARM, " PAUSED ", false);
		x = 9;
	}
	if (app->snapshot) {
		buf_char(&line, ' ');
		describe_table(app, &line);
	}
	if (standing) {
		style = put_standing(app, &text, note_rows);
		message = buf_str(&text);
	}
	width = (int)text_width(message);
	room = COLS - x - (int)text_width(buf_str(&line)) - 4;
	if (standing && width > room)
		width = room; /* what stands there always gets the room that is left */
	if (width > 0) {
		/* a message may push the rest aside until the next key */
		if (width > room) {
			screen_put(app, y, x + 1, COLS - x - 1, style, message, false);
		} else {
			screen_put(app, y, x, COLS - x, STYLE_STATUS, buf_str(&line), false);
			screen_put(app, y, COLS - width - 1, width, style, message, false);
		}
	} else {
		screen_put(app, y, x, COLS - x, STYLE_STATUS, buf_str(&line), false);
	}
	buf_free(&line);
	buf_free(&text);
}

int footer_draw_status(struct app *app, int y)
{
	struct buf note = { 0 };
	int rows = wrap_note(app, &note);

	draw_status(app, y, rows);
	draw_note(app, y - rows, &note, rows);
	buf_free(&note);
	return rows + 1;
}

/* A key and its label, behind each other: a zone to click. Returns where the next one begins. */
static int draw_key(struct app *app, int y, int x, enum request request, int room)
{
	const char *label = requests[request].label;
	struct buf shown = { 0 }, name = { 0 };
	int key = keymap_shown(&app->settings.keymap, request, &shown), width, all;

	text_clean(&name, buf_str(&shown), shown.len, app->ascii);
	buf_free(&shown);
	width = (int)text_width(buf_str(&name));
	all = width + (int)strlen(label);
	if (key != KEYMAP_NONE && x + all <= room) {
		screen_put(app, y, x, width, STYLE_KEY, buf_str(&name), false);
		screen_put(app, y, x + width, all - width, STYLE_KEY_LABEL, label, false);
		mouse_add_zone(app, (struct zone){ y, x, 1, all, ZONE_KEY, (size_t)key });
		x += all + 1;
	}
	buf_free(&name);
	return x;
}

/* The shown key of each request that has a label, as many as fit; the way out comes last. */
void footer_draw_keys(struct app *app, int y)
{
	const int quit_columns = (int)strlen("F10Quit") + 1;
	enum request request;
	int x = 0, next;

	for (request = 0; request < REQUEST_COUNT; request++) {
		if (!requests[request].label || request == REQUEST_QUIT)
			continue;
		next = draw_key(app, y, x, request, COLS - quit_columns);
		if (next == x && keymap_keys(&app->settings.keymap, request)[0])
			break;
		x = next;
	}
	draw_key(app, y, x, REQUEST_QUIT, COLS);
}
