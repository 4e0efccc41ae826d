#include <curses.h>
#include <stdlib.h>
#include <string.h>

#include "ipctop/base/text.h"
#include "ipctop/tui/keymap.h"
#include "ipctop/tui/ui.h"

enum { KEYS_COLUMNS = 20, HELP_COLUMNS = 56 };

struct help {
	int top, rows; /* the first line shown, and how many are */
};

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
	struct help *help = state;
	int lines = REQUEST_COUNT + WORDS, line, at;
	struct buf text = { 0 };
	struct box box;

	buf_text(&text, " Help ");
	if (lines > LINES - 2)
		buf_printf(&text, "from line %d of %d ", help->top + 1, lines);
	box = box_draw(app, buf_str(&text), lines, HELP_COLUMNS);
	help->rows = box.height;
	if (help->top > lines - box.height)
		help->top = lines - box.height;
	if (help->top < 0)
		help->top = 0;
	for (line = 0; line < box.height && line + help->top < lines; line++) {
		at = line + help->top;
		buf_clear(&text);
		if (at < REQUEST_COUNT)
			buf_printf(&text, "%-*s %s", KEYS_COLUMNS, requests[at].keys,
				requests[at].help);
		else
			buf_text(&text, words[at - REQUEST_COUNT]);
		box_put(app, &box, line, STYLE_DIALOG, buf_str(&text));
	}
	move(box.y, box.x);
	buf_free(&text);
}

static void key(struct app *app, void *state, int key_code)
{
	struct help *help = state;

	switch (keymap_request(key_code)) {
	case REQUEST_UP:
		help->top--;
		break;
	case REQUEST_DOWN:
		help->top++;
		break;
	case REQUEST_PAGE_UP:
		help->top -= help->rows;
		break;
	case REQUEST_PAGE_DOWN:
		help->top += help->rows;
		break;
	case REQUEST_FIRST:
		help->top = 0;
		break;
	case REQUEST_LAST:
		help->top = REQUEST_COUNT + WORDS;
		break;
	case REQUEST_HELP:
	case REQUEST_QUIT:
	case REQUEST_CLOSE:
		app_pop(app);
		break;
	default:
		break;
	}
}

static const struct layer_type help_type = { draw, key, free };

void help_open(struct app *app)
{
	struct help *help = calloc(1, sizeof(*help));

	if (!help)
		app_say(app, STYLE_ERROR, "out of memory");
	else
		app_push(app, &help_type, help);
}
