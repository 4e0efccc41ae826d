#include <curses.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "ipctop/base/text.h"
#include "ipctop/tui/keymap.h"
#include "ipctop/tui/ui.h"

enum { TEXT_BYTES_MAX = 1000 };

/* A line that asks for a text, in place of the status line. */
struct prompt {
	const char *question;
	struct buf text;
	struct buf wrong; /* what is wrong with it, printable; empty: nothing */
	char *before; /* as it was, for Esc */
	/* After each change: fill `wrong`, or take it over. */
	void (*changed)(struct app *app, struct prompt *prompt);
	/* Enter, with nothing wrong. */
	void (*accept)(struct app *app, struct prompt *prompt);
	void (*cancel)(struct app *app, struct prompt *prompt);
};

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

static void key(struct app *app, void *state, int key_code)
{
	struct prompt *prompt = state;

	if (key_code == KEY_CODE_ESCAPE || key_code == 'C' - '@') {
		prompt->cancel(app, prompt);
		app_pop(app);
		return;
	}
	if (key_code == KEY_CODE_ENTER) {
		if (prompt->wrong.len > 0)
			return;
		prompt->accept(app, prompt);
		app_pop(app);
		return;
	}
	if (key_code == KEY_CODE_DELETE)
		remove_character(prompt);
	else if (key_code == 'U' - '@')
		buf_clear(&prompt->text);
	else if (key_code >= ' ' && key_code < KEYMAP_FUNCTION)
		add_character(prompt, key_code);
	else
		return;
	buf_clear(&prompt->wrong);
	prompt->changed(app, prompt);
}

static void free_prompt(void *state)
{
	struct prompt *prompt = state;

	buf_free(&prompt->text);
	buf_free(&prompt->wrong);
	free(prompt->before);
	free(prompt);
}

static const struct layer_type prompt_type = { draw, key, free_prompt };

static void open_prompt(struct app *app, const struct prompt *like, const char *text)
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

/* the filter: it works while it is typed */

/* `classes`: whose columns a term may name. */
static int set_filter(struct app *app, const char *text, unsigned classes, struct buf *wrong)
{
	struct tab *tab = app_tab(app);
	struct filter_error error;
	struct filter *filter;
	char *copy;
	int result;

	result = filter_parse(text, classes, &filter, &error);
	if (result == -EINVAL && wrong) {
		buf_printf(wrong, "at %zu: ", error.position);
		text_clean(wrong, buf_str(&error.text), error.text.len, app->ascii);
	}
	buf_free(&error.text);
	if (result)
		return result;
	copy = strdup(text);
	if (!copy) {
		filter_free(filter);
		return -ENOMEM;
	}
	table_set_filter(&tab->table, filter);
	free(tab->filter);
	tab->filter = copy;
	app_refresh(app);
	return 0;
}

static void filter_changed(struct app *app, struct prompt *prompt)
{
	if (set_filter(app, buf_str(&prompt->text), class_bit(app->class), &prompt->wrong) ==
		-ENOMEM)
		buf_text(&prompt->wrong, "out of memory");
}

static void filter_accept(struct app *app, struct prompt *prompt)
{
	(void)app;
	(void)prompt;
}

static void filter_cancel(struct app *app, struct prompt *prompt)
{
	/* that of the command line may name columns of other classes */
	set_filter(app, prompt->before, class_bit(app->class) | class_set(CLASS_IPC), NULL);
}

void filter_open(struct app *app)
{
	static const struct prompt like = {
		.question = " Filter: ",
		.changed = filter_changed,
		.accept = filter_accept,
		.cancel = filter_cancel,
	};

	open_prompt(app, &like, app_tab(app)->filter);
}

/* the interval */

static void interval_changed(struct app *app, struct prompt *prompt)
{
	double delay;

	(void)app;
	if (units_parse_delay(buf_str(&prompt->text), &delay) < 0)
		buf_text(&prompt->wrong, "seconds from 0.1 to 86400");
}

static void interval_accept(struct app *app, struct prompt *prompt)
{
	units_parse_delay(buf_str(&prompt->text), &app->delay);
}

static void interval_cancel(struct app *app, struct prompt *prompt)
{
	(void)app;
	(void)prompt;
}

void interval_open(struct app *app)
{
	static const struct prompt like = {
		.question = " Interval in seconds: ",
		.changed = interval_changed,
		.accept = interval_accept,
		.cancel = interval_cancel,
	};
	struct buf text = { 0 };

	buf_printf(&text, "%.1f", app->delay);
	open_prompt(app, &like, buf_str(&text));
	buf_free(&text);
}
