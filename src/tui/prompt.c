#include <curses.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "ipctop/base/text.h"
#include "ipctop/tui/keymap.h"
#include "ipctop/tui/prompt.h"
#include "ipctop/tui/ui.h"

enum { TEXT_BYTES_MAX = 1000 };

/* What of `text` fits: its end, where it is typed. */
static const char *tail_of(const char *text, int width)
{
	uint32_t character;
	size_t length;

	while (*text && (int)text_width(text) > width) {
		length = text_decode(text, strlen(text), &character);
		text += length ? length : 1;
	}
	return text;
}

static void draw(struct app *app, void *state)
{
	struct prompt *prompt = state;
	int y = app->status_line, x = (int)strlen(prompt->question), width;
	struct buf text = { 0 };
	const char *shown;

	text_clean(&text, buf_str(&prompt->text), prompt->text.len, app->ascii);
	shown = tail_of(buf_str(&text), COLS - x - 1);
	width = (int)text_width(shown);
	screen_put(app, y, 0, COLS, STYLE_LABEL, prompt->question, false);
	screen_put(app, y, x, width, STYLE_PLAIN, shown, false);
	if (prompt->wrong.len > 0 && y + 1 < LINES) {
		screen_put(app, y + 1, 0, COLS, STYLE_ERROR, buf_str(&prompt->wrong), false);
	} else if (prompt->wrong.len > 0) {
		screen_put(app, y, x + width + 2, COLS - x - width - 2, STYLE_ERROR,
			buf_str(&prompt->wrong), false);
	}
	move(y, x + width);
	buf_free(&text);
}

static void add_character(struct prompt *prompt, int character)
{
	mbstate_t conversion = { 0 };
	char bytes[MB_LEN_MAX];
	size_t size = wcrtomb(bytes, (wchar_t)character, &conversion);

	if (size != (size_t)-1 && prompt->text.len + size <= TEXT_BYTES_MAX)
		buf_bytes(&prompt->text, bytes, size);
}

static void remove_character(struct prompt *prompt)
{
	struct buf *text = &prompt->text;

	while (text->len > 0 && (text->data[text->len - 1] & 0xc0) == 0x80)
		text->len--;
	if (text->len > 0)
		text->len--;
	if (text->data)
		text->data[text->len] = '\0';
}

static bool key(struct app *app, void *state, int key_code)
{
	struct prompt *prompt = state;

	if (key_code == KEY_CODE_ESCAPE || key_code == 'C' - '@') {
		if (prompt->cancel)
			prompt->cancel(app, prompt);
		app_pop(app);
		return true;
	}
	if (key_code == KEY_CODE_ENTER) {
		if (prompt->wrong.len > 0)
			return true;
		if (prompt->accept)
			prompt->accept(app, prompt);
		app_pop(app);
		return true;
	}
	if (key_code == KEY_CODE_DELETE)
		remove_character(prompt);
	else if (key_code == 'U' - '@')
		buf_clear(&prompt->text);
	else if (key_code >= ' ' && key_code < KEYMAP_FUNCTION)
		add_character(prompt, key_code);
	else
		return true;
	buf_clear(&prompt->wrong);
	prompt->changed(app, prompt);
	return true;
}

static void free_prompt(void *state)
{
	struct prompt *prompt = state;

	buf_free(&prompt->text);
	buf_free(&prompt->wrong);
	free(prompt->before);
	free(prompt);
}

static const struct layer_type prompt_type = { .draw = draw, .key = key, .free = free_prompt };

void prompt_open(struct app *app, const struct prompt *like, const char *text)
{
	struct prompt *prompt = malloc(sizeof(*prompt));

	if (prompt) {
		*prompt = *like;
		buf_text(&prompt->text, text);
		prompt->before = strdup(text);
		if (prompt->before) {
			app_push(app, &prompt_type, prompt);
			return;
		}
		free_prompt(prompt);
	}
	app_say(app, STYLE_ERROR, "out of memory");
}
