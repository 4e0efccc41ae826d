#include <curses.h>
#include <stdlib.h>
#include <string.h>

#include "ipctop/base/text.h"
#include "ipctop/tui/keymap.h"
#include "ipctop/tui/ui.h"

enum { KEYS_COLUMNS = 18, HELP_COLUMNS = 74 };

static const char words[] = "\n"
			    "Marks: > selected  * tagged  + new  bold: changed\n"
			    "A process that is gone has %s behind its number.\n"
			    "\n"
			    "Filter: terms joined by blanks must all hold.\n"
			    "  word  !word          in any column shown, or in none\n"
			    "  col OP val           OP is = != < <= > >= or ~\n"
			    "  size>=16M age>2d owner=www-data cpid=gone\n";

/* Keys come from the configuration: of any width, and not all are printable. */
static void add_request(const struct app *app, struct buf *out, enum request request)
{
	const char *keys = keymap_keys(&app->settings.keymap, request);
	struct buf text = { 0 };
	size_t width;

	text_clean(&text, keys, strlen(keys), app->ascii);
	buf_text(out, buf_str(&text));
	for (width = text_width(buf_str(&text)); width < KEYS_COLUMNS; width++)
		buf_char(out, ' ');
	buf_printf(out, "  %s\n", requests[request].help);
	buf_free(&text);
}

/* All of it, a line each; where there is no room beside the keys, the words go below. */
static int make_text(const struct app *app, int width, struct buf *out)
{
	struct buf text = { 0 }, all = { 0 };
	enum request request;
	const char *line;
	int lines;

	for (request = 0; request < REQUEST_COUNT; request++)
		add_request(app, &text, request);
	buf_printf(&all, words, screen_symbol(app, "\u2020", "!"));
	for (line = buf_str(&all); *line; line = text_next_line(line)) {
		text_clean(&text, line, strcspn(line, "\n"), app->ascii);
		buf_char(&text, '\n');
	}
	lines = box_wrap(out, &text, width);
	buf_end(&all, out);
	buf_free(&text);
	return lines;
}

static void draw(struct app *app, void *state)
{
	int width = COLS - 4 < HELP_COLUMNS ? COLS - 4 : HELP_COLUMNS, line;
	struct buf text = { 0 }, title = { 0 };
	struct scroll *scroll = state;
	struct box box;

	scroll->lines = make_text(app, width, &text);
	scroll->rows = scroll->lines < box_room(app) ? scroll->lines : box_room(app);
	scroll_hold(scroll);
	buf_text(&title, " Help ");
	scroll_tell(&title, scroll);
	box = box_draw(app, buf_str(&title), scroll->rows, width);
	for (line = 0; line < scroll->rows; line++)
		box_put_line(app, &box, line, STYLE_DIALOG, &text, scroll->top + line);
	move(box.y, box.x);
	buf_free(&text);
	buf_free(&title);
}

static bool key(struct app *app, void *state, int key_code)
{
	enum request request = app_request(app, key_code);

	if (scroll_key(state, request))
		return true;
	if (request != REQUEST_HELP && request != REQUEST_QUIT && request != REQUEST_CLOSE)
		return false;
	app_pop(app);
	return true;
}

static const struct layer_type help_type = { .draw = draw, .key = key, .free = free };

void help_open(struct app *app)
{
	struct scroll *scroll = calloc(1, sizeof(*scroll));

	if (!scroll)
		app_say(app, STYLE_ERROR, "out of memory");
	else
		app_push(app, &help_type, scroll);
}
