#include <curses.h>
#include <stdlib.h>
#include <string.h>

#include "ipctop/tui/keymap.h"
#include "ipctop/tui/ui.h"

enum { RESULT_COLUMNS = 72 };

/* A list of what came of several removals: what was not done stands first. */
struct result_page {
	struct buf lines; /* one for each object; printable */
	size_t done, not_done;
	struct scroll scroll;
};

static void draw(struct app *app, void *state)
{
	struct result_page *page = state;
	struct scroll *scroll = &page->scroll;
	int width = COLS - 4 < RESULT_COLUMNS ? COLS - 4 : RESULT_COLUMNS, line;
	struct buf text = { 0 }, title = { 0 };
	struct box box;

	scroll->lines = box_wrap(&text, &page->lines, width);
	scroll->rows = scroll->lines < box_room(app) ? scroll->lines : box_room(app);
	scroll_hold(scroll);
	buf_printf(&title, " Result: %zu done, %zu not ", page->done, page->not_done);
	scroll_tell(&title, scroll);
	box = box_draw(app, buf_str(&title), scroll->rows, width);
	for (line = 0; line < scroll->rows; line++)
		box_put_line(app, &box, line, STYLE_DIALOG, &text, scroll->top + line);
	move(box.y, box.x);
	buf_free(&text);
	buf_free(&title);
}

/* Only what closes a page closes this one: it is the only report. */
static bool key(struct app *app, void *state, int key_code)
{
	struct result_page *page = state;
	enum request request = app_request(app, key_code);

	if (scroll_key(&page->scroll, request))
		return true;
	if (key_code != KEY_CODE_ENTER && request != REQUEST_QUIT && request != REQUEST_CLOSE)
		return false;
	app_pop(app);
	return true;
}

static void free_page(void *state)
{
	struct result_page *page = state;

	buf_free(&page->lines);
	free(page);
}

static const struct layer_type result_type = { .draw = draw, .key = key, .free = free_page };

static void describe(struct buf *out, const struct removal_result *result)
{
	const struct identity *identity = &result->asked.identity;

	buf_printf(out, "%s %d: ", class_infos[identity->class].word, identity->id);
	removal_text(out, result);
}

static void add_lines(struct result_page *page, const struct job_result *result, bool done)
{
	size_t i;

	for (i = 0; i < result->count; i++) {
		if (removal_succeeded(&result->results[i]) != done)
			continue;
		describe(&page->lines, &result->results[i]);
		buf_char(&page->lines, '\n');
		page->done += done;
		page->not_done += !done;
	}
}

static void open_page(struct app *app, const struct job_result *result)
{
	struct result_page *page = calloc(1, sizeof(*page));

	if (!page) {
		app_say(app, STYLE_ERROR, "out of memory: the result can't be shown");
		return;
	}
	add_lines(page, result, false);
	add_lines(page, result, true);
	app->message[0] = '\0'; /* "removing" */
	app_push(app, &result_type, page);
}

/* What was done is told in any case. */
static void tell_one(struct app *app, const struct removal_result *result)
{
	const struct identity *identity = &result->asked.identity;
	bool done = removal_succeeded(result);
	enum style style = done ? STYLE_STATUS : STYLE_ERROR;
	struct buf line = { 0 };

	describe(&line, result);
	if (line.error)
		app_say(app, style, "%s %d: %s", class_infos[identity->class].word, identity->id,
			done ? "removed" : "not removed");
	else
		app_say(app, style, "%s", buf_str(&line));
	buf_free(&line);
}

void removal_show_result(struct app *app, const struct job_result *result)
{
	if (result->count == 1) {
		tell_one(app, &result->results[0]);
	} else {
		open_page(app, result);
	}
	removal_ask_again(app, result);
}
