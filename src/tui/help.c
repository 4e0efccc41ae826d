#include <curses.h>
#include <stdlib.h>
#include <string.h>

#include "ipctop/base/text.h"
#include "ipctop/tui/keymap.h"
#include "ipctop/tui/ui.h"

enum { KEYS_COLUMNS = 20, HELP_COLUMNS = 56 };

static const char *const words[] = {
	"",
	"Marks: > selected  * tagged  + new  bold: changed",
	"A process that is gone has \u2020 behind its number (ASCII: !).",
	"",
	"Filter: terms joined by blanks must all hold.",
	"  word  !word          in any column shown, or in none",
	"  col OP val           OP is = != < <= > >= or ~",
	"  size>=16M age>2d owner=www-data cpid=gone",
};

enum { WORDS = sizeof(words) / sizeof(words[0]) };

static void draw(struct app *app, void *state)
{
	struct scroll *scroll = state;
	struct buf text = { 0 };
	struct box box;
	int line, at;

	scroll->lines = REQUEST_COUNT + WORDS;
	scroll->rows = scroll->lines < box_room(app) ? scroll->lines : box_room(app);
	scroll_hold(scroll);
	buf_text(&text, " Help ");
	scroll_tell(&text, scroll);
	box = box_draw(app, buf_str(&text), scroll->rows, HELP_COLUMNS);
	for (line = 0; line < scroll->rows; line++) {
		at = line + scroll->top;
		buf_clear(&text);
		if (at < REQUEST_COUNT)
			buf_printf(&text, "%-*s %s", KEYS_COLUMNS,
				keymap_keys(&app->settings.keymap, (enum request)at),
				requests[at].help);
		else
			text_clean(&text, words[at - REQUEST_COUNT],
				strlen(words[at - REQUEST_COUNT]), app->ascii);
		box_put(app, &box, line, STYLE_DIALOG, buf_str(&text));
	}
	move(box.y, box.x);
	buf_free(&text);
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
