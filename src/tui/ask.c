#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ipctop/base/text.h"
#include "ipctop/model/search.h"
#include "ipctop/tui/prompt.h"

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

static void filter_cancel(struct app *app, struct prompt *prompt)
{
	/* that of the command line may name columns of other classes */
	if (set_filter(app, prompt->before, class_bit(app->class) | class_set(CLASS_IPC), NULL) < 0)
		app_say(app, STYLE_ERROR, "out of memory: the filter stays as it was typed");
	prompt_go_back(app, prompt);
}

void filter_open(struct app *app)
{
	static const struct prompt like = {
		.question = " Filter: ",
		.changed = filter_changed,
		.cancel = filter_cancel,
	};

	prompt_open(app, &like, app_tab(app)->filter);
}

/* the interval */

static void interval_changed(struct app *app, struct prompt *prompt)
{
	double delay;

	(void)app;
	if (units_parse_delay(buf_str(&prompt->text), &delay) < 0)
		buf_text(&prompt->wrong, UNITS_DELAY_RANGE);
}

static void interval_accept(struct app *app, struct prompt *prompt)
{
	units_parse_delay(buf_str(&prompt->text), &app->settings.delay);
}

void interval_open(struct app *app)
{
	static const struct prompt like = {
		.question = " Interval in seconds: ",
		.changed = interval_changed,
		.accept = interval_accept,
	};
	struct buf text = { 0 };

	buf_printf(&text, "%.15g", app->settings.delay); /* Enter changes nothing */
	prompt_open(app, &like, buf_str(&text));
	buf_free(&text);
}

/* searching: the cursor goes along while it is typed */

/* As search_table(), and the cursor goes there. */
static int search_from(struct app *app, const char *text, size_t from, bool backward)
{
	struct table *table = &app_tab(app)->table;
	struct value_style style;
	int found;

	if (table->count == 0)
		return false;
	style = app_value_style(app);
	if (from >= table->count)
		from = 0;
	found = search_table(table, text, backward, &style, &from);
	if (found > 0)
		table_move(table, (long)from);
	return found;
}

static void tell_not_found(struct app *app, const char *text, int found)
{
	if (found < 0)
		app_say(app, STYLE_ERROR, "out of memory");
	else
		app_say(app, STYLE_ERROR, "'%s' is not found in the columns shown", text);
}

static void search_changed(struct app *app, struct prompt *prompt)
{
	const char *text = buf_str(&prompt->text);
	int found = 1;

	/* always from where it began, so that a shorter text goes back */
	prompt_go_back(app, prompt);
	if (*text)
		found = search_from(app, text, app_tab(app)->table.cursor, false);
	if (found <= 0)
		buf_text(&prompt->wrong,
			found < 0 ? "out of memory" : "not found in the columns shown");
}

static void search_accept(struct app *app, struct prompt *prompt)
{
	char *text = strdup(buf_str(&prompt->text));
	int found = 1;

	if (prompt->wrong.len > 0) {
		prompt_go_back(app, prompt);
		found = search_from(app, buf_str(&prompt->text), app_tab(app)->table.cursor, false);
	}
	if (found <= 0)
		tell_not_found(app, buf_str(&prompt->text), found);
	if (!text) {
		app_say(app, STYLE_ERROR, "out of memory");
		return;
	}
	free(app->search);
	app->search = text;
}

static void search_cancel(struct app *app, struct prompt *prompt)
{
	prompt_go_back(app, prompt);
}

void search_open(struct app *app)
{
	static const struct prompt like = {
		.question = " Search: ",
		.changed = search_changed,
		.lenient = true,
		.accept = search_accept,
		.cancel = search_cancel,
	};

	prompt_open(app, &like, "");
}

void search_again(struct app *app, bool backward)
{
	struct table *table = &app_tab(app)->table;
	size_t before = table->cursor, from = before, count = table->count;
	int found;

	if (!app->search || !*app->search) {
		app_say(app, STYLE_STATUS, "nothing was searched for yet: %s asks",
			app_key(app, REQUEST_SEARCH).text);
		return;
	}
	if (count == 0)
		return;
	from = backward ? (from ? from : count) - 1 : (from + 1) % count;
	found = search_from(app, app->search, from, backward);
	if (found <= 0)
		tell_not_found(app, app->search, found);
	else if (backward ? table->cursor >= before : table->cursor <= before)
		app_say(app, STYLE_STATUS, "searched on from the %s", backward ? "end" : "top");
}
