#include <curses.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "ipctop/base/text.h"
#include "ipctop/tui/keymap.h"
#include "ipctop/tui/prompt.h"
#include "ipctop/tui/ui.h"

enum {
	TEXT_BYTES_MAX = 1000,
	WRONG_BYTES = 256,
	TEXT_COLUMNS_MIN = 9, /* what is typed is seen, where the question must be cut for it too */
};

/* The length of the character before, or behind, the byte `at`. */
static size_t length_before(const struct prompt *prompt)
{
	size_t at = prompt->at;

	while (at > 0 && (prompt->text.data[--at] & 0xc0) == 0x80)
		continue;
	return prompt->at - at;
}

static size_t length_behind(const struct prompt *prompt)
{
	size_t at = prompt->at;

	while (at < prompt->text.len && (prompt->text.data[++at] & 0xc0) == 0x80)
		continue;
	return at - prompt->at;
}

/* The part of `text` that is shown: its end, in `width` columns. */
static const char *tail_of(const char *text, int width)
{
	uint32_t character;
	size_t length;

	while (*text && (int)text_width(text) > width) {
		length = text_decode(text, strlen(text), &character);
		text += length ? length : 1;
	}
	return text + text_fit(text, 0, NULL); /* no marks of a character that is not shown */
}

static void draw(struct app *app, void *state)
{
	struct prompt *prompt = state;
	int y = app->status_line, x = (int)strlen(prompt->question), width, cursor;
	struct buf before = { 0 }, behind = { 0 };
	const char *shown;

	if (x > COLS - TEXT_COLUMNS_MIN)
		x = COLS - TEXT_COLUMNS_MIN;
	text_clean(&before, buf_str(&prompt->text), prompt->at, app->ascii);
	text_clean(&behind, buf_str(&prompt->text) + prompt->at, prompt->text.len - prompt->at,
		app->ascii);
	shown = tail_of(buf_str(&before), COLS - x - 1);
	cursor = x + (int)text_width(shown);
	width = (int)text_width(buf_str(&behind));
	screen_put(app, y, 0, COLS, STYLE_LABEL, "", false);
	screen_put(app, y, 0, x, STYLE_LABEL, prompt->question, false);
	screen_put(app, y, x, cursor - x, STYLE_PLAIN, shown, false);
	screen_put(app, y, cursor, width, STYLE_PLAIN, buf_str(&behind), false);
	if (prompt->wrong.len > 0 && y + 1 < LINES) {
		screen_put(app, y + 1, 0, COLS, STYLE_ERROR, buf_str(&prompt->wrong), false);
	} else if (prompt->wrong.len > 0) {
		width += cursor + 2;
		screen_put(
			app, y, width, COLS - width, STYLE_ERROR, buf_str(&prompt->wrong), false);
	}
	move(y, cursor);
	buf_free(&before);
	buf_free(&behind);
}

static void add_character(struct prompt *prompt, int character)
{
	struct buf *text = &prompt->text;
	mbstate_t conversion = { 0 };
	char bytes[MB_LEN_MAX];
	size_t size = wcrtomb(bytes, (wchar_t)character, &conversion);

	if (size == (size_t)-1 || text->len + size > TEXT_BYTES_MAX)
		return; /* for all else prompt_open() made room */
	memmove(text->data + prompt->at + size, text->data + prompt->at,
		text->len - prompt->at + 1);
	memcpy(text->data + prompt->at, bytes, size);
	text->len += size;
	prompt->at += size;
}

/* Take out `length` bytes behind the byte `at`. */
static void remove_bytes(struct prompt *prompt, size_t length)
{
	struct buf *text = &prompt->text;

	if (length == 0)
		return;
	memmove(text->data + prompt->at, text->data + prompt->at + length,
		text->len - prompt->at - length + 1);
	text->len -= length;
}

static void remove_before(struct prompt *prompt, size_t length)
{
	prompt->at -= length;
	remove_bytes(prompt, length);
}

/* The bytes of the word before the cursor, with the blanks behind it. */
static size_t word_before(const struct prompt *prompt)
{
	size_t at = prompt->at;

	while (at > 0 && prompt->text.data[at - 1] == ' ')
		at--;
	while (at > 0 && prompt->text.data[at - 1] != ' ')
		at--;
	return prompt->at - at;
}

/* Change the text, as a shell's line is edited; false: the key moves only, or does nothing. */
static bool edit(struct prompt *prompt, int key_code)
{
	switch (key_code) {
	case KEY_CODE_DELETE:
		remove_before(prompt, length_before(prompt));
		return true;
	case KEYMAP_FUNCTION + KEY_DC:
		remove_bytes(prompt, length_behind(prompt));
		return true;
	case 'U' - '@':
		remove_before(prompt, prompt->at);
		return true;
	case 'W' - '@':
		remove_before(prompt, word_before(prompt));
		return true;
	case KEYMAP_FUNCTION + KEY_LEFT:
		prompt->at -= length_before(prompt);
		return false;
	case KEYMAP_FUNCTION + KEY_RIGHT:
		prompt->at += length_behind(prompt);
		return false;
	case KEYMAP_FUNCTION + KEY_HOME:
	case 'A' - '@':
		prompt->at = 0;
		return false;
	case KEYMAP_FUNCTION + KEY_END:
	case 'E' - '@':
		prompt->at = prompt->text.len;
		return false;
	default:
		if (key_code < ' ' || key_code >= KEYMAP_FUNCTION)
			return false;
		add_character(prompt, key_code);
		return true;
	}
}

static bool key(struct app *app, void *state, int key_code)
{
	struct prompt *prompt = state;

	if (app->by_mouse)
		return true; /* a wheel types nothing */
	if (key_code == KEY_CODE_ESCAPE || key_code == 'C' - '@') {
		if (prompt->cancel)
			prompt->cancel(app, prompt);
		app_pop(app);
		return true;
	}
	if (key_code == KEY_CODE_ENTER) {
		if (prompt->wrong.len > 0 && !prompt->lenient)
			return true;
		if (prompt->accept)
			prompt->accept(app, prompt);
		app_pop(app);
		return true;
	}
	if (!edit(prompt, key_code))
		return true;
	buf_clear(&prompt->wrong);
	prompt->changed(app, prompt);
	return true;
}

void prompt_go_back(struct app *app, const struct prompt *prompt)
{
	if (prompt->had_cursor)
		table_move_to(&app_tab(app)->table, &prompt->from);
}

static void free_prompt(void *state)
{
	struct prompt *prompt = state;

	buf_free(&prompt->text);
	buf_free(&prompt->wrong);
	free(prompt->before);
	free(prompt);
}

static const struct layer_type prompt_type = {
	.draw = draw, .key = key, .free = free_prompt, .asks = true
};

void prompt_open(struct app *app, const struct prompt *like, const char *text)
{
	const struct table *table = &app_tab(app)->table;
	struct prompt *prompt = malloc(sizeof(*prompt));

	if (prompt) {
		*prompt = *like;
		buf_text(&prompt->text, text);
		/* what is typed, and what is wrong with it, must not be cut for want of memory */
		buf_reserve(&prompt->text, TEXT_BYTES_MAX);
		buf_reserve(&prompt->wrong, WRONG_BYTES);
		prompt->at = prompt->text.len;
		prompt->had_cursor = table->has_cursor;
		prompt->from = table->cursor_identity;
		prompt->before = strdup(text);
		if (prompt->before && !prompt->text.error && !prompt->wrong.error) {
			app_push(app, &prompt_type, prompt);
			return;
		}
		free_prompt(prompt);
	}
	app_say(app, STYLE_ERROR, "out of memory");
}
