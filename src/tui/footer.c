#include <curses.h>
#include <stdio.h>
#include <string.h>

#include "ipctop/base/text.h"
#include "ipctop/tui/request.h"
#include "ipctop/tui/ui.h"

/* "3 of 1203 · 1 tagged · 12 gone · sorted by SIZE" */
static void describe_table(const struct app *app, struct buf *out)
{
	const struct table *table = &app->tabs[app->class].table;
	const char *dot = screen_symbol(app, " · ", " - ");
	uint32_t all = app->snapshot->classes[app->class].count;
	const struct change *change = &app->snapshot->classes[app->class].change;

	buf_printf(out, "%zu of %zu", table->count ? table->cursor + 1 : 0, table->count);
	if (all != table->count)
		buf_printf(out, " (%u hidden)", (unsigned)(all - table->count));
	if (table->tags.used > 0)
		buf_printf(out, "%s%zu tagged", dot, table->tags.used);
	if (change->added > 0)
		buf_printf(out, "%s%u new", dot, change->added);
	if (change->gone > 0)
		buf_printf(out, "%s%u gone", dot, change->gone);
	if (table->order)
		buf_printf(out, "%ssorted by %s", dot, table->order->name);
}

/* What could not be read stands here as long as nothing else is to be said. */
static const char *note_to_tell(const struct app *app)
{
	const struct note *note;
	const char *text = NULL;

	for (note = app->snapshot->notes; note; note = note->next) {
		if (!text || note->class == app->class)
			text = note->text;
		if (note->class == app->class)
			break;
	}
	return text;
}

void footer_draw_status(struct app *app, int y)
{
	struct buf line = { 0 };
	const char *message = app->message;
	enum style style = app->message_style;
	int x = 0, width, room;
	bool standing = false;

	if (app->paused) {
		screen_put(app, y, 1, 8, STYLE_ALARM, " PAUSED ", false);
		x = 9;
	}
	if (app->snapshot) {
		buf_char(&line, ' ');
		describe_table(app, &line);
		if (!*message && note_to_tell(app)) {
			message = note_to_tell(app);
			style = STYLE_ERROR;
			standing = true;
		}
	}
	width = (int)text_width(message);
	room = COLS - x - (int)text_width(buf_str(&line)) - 4;
	if (standing && width > room)
		width = room; /* what stands there always gets the room that is left */
	if (*message && width > 0) {
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
}

/* The first key of each request that has a label, as many as fit; the way out comes last. */
void footer_draw_keys(struct app *app, int y)
{
	static const char quit_key[] = "F10", quit_label[] = "Quit";
	int quit_width = (int)(strlen(quit_key) + strlen(quit_label)), x = 0, key, label;
	const struct request_info *info;
	struct buf name = { 0 };

	for (info = requests; info < requests + REQUEST_COUNT; info++) {
		if (!info->label)
			continue;
		key = (int)strcspn(info->keys, " ");
		label = (int)strlen(info->label);
		if (x + key + label + 1 + quit_width > COLS)
			break;
		buf_clear(&name);
		buf_bytes(&name, info->keys, (size_t)key);
		screen_put(app, y, x, key, STYLE_KEY, buf_str(&name), false);
		screen_put(app, y, x + key, label, STYLE_KEY_LABEL, info->label, false);
		x += key + label + 1;
	}
	screen_put(app, y, x, (int)strlen(quit_key), STYLE_KEY, quit_key, false);
	screen_put(app, y, x + (int)strlen(quit_key), (int)strlen(quit_label), STYLE_KEY_LABEL,
		quit_label, false);
	buf_free(&name);
}
