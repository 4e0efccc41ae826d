#include <curses.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ipctop/base/text.h"
#include "ipctop/tui/keymap.h"
#include "ipctop/tui/ui.h"

enum {
	DIALOG_COLUMNS = 72,
	QUESTION_COLUMNS = 28, /* with its buttons */
	LINES_AROUND = 5, /* of the dialog beside objects and effects: blank, question, frame */
	WORD_MAX = 8,
};

/*
 * The question before a removal. All that it needs is captured when the key is pressed: what
 * happens to the tables meanwhile changes nothing here.
 */
struct removal_dialog {
	struct target *targets;
	size_t count;
	struct buf lines; /* one for each target, separated by newlines; printable */
	struct buf remarks; /* likewise: effects, and what stays */
	int remark_count;
	uint64_t attachments;
	bool again; /* the object was changed since it was shown */
	bool yes; /* the button that is chosen */
	char word[WORD_MAX + 1]; /* typed so far */
	size_t top, rows; /* of the list */
};

/* A list of what came of it. */
struct result_page {
	struct buf lines;
	int count, top, rows;
};

/* The start of line `at` in `lines`, and its length. */
static const char *line_at(const struct buf *lines, size_t at, size_t *length)
{
	const char *line = buf_str(lines);

	for (; at > 0; at--) {
		line += strcspn(line, "\n");
		line += *line == '\n';
	}
	*length = strcspn(line, "\n");
	return line;
}

static void put_line(const struct app *app, const struct box *box, int y, enum style style,
	const struct buf *lines, size_t at)
{
	struct buf text = { 0 };
	size_t length;
	const char *line = line_at(lines, at, &length);

	buf_bytes(&text, line, length);
	box_put(app, box, y, style, buf_str(&text));
	buf_free(&text);
}

static void draw_buttons(const struct app *app, const struct box *box, int line, bool yes)
{
	const char *question = box->width < QUESTION_COLUMNS ? "" : "Remove it?  ";
	int x = box->x + (int)strlen(question);

	if (line >= box->height)
		line = box->height - 1;
	box_put(app, box, line, STYLE_TITLE, question);
	screen_put(app, box->y + line, x, 6, yes ? STYLE_DIALOG : STYLE_BUTTON,
		yes ? "  No  " : "[ No ]", false);
	screen_put(app, box->y + line, x + 8, 7, yes ? STYLE_BUTTON : STYLE_DIALOG,
		yes ? "[ Yes ]" : "  Yes  ", false);
	move(box->y + line, yes ? x + 10 : x + 2);
}

static void draw_typing(
	const struct app *app, const struct box *box, int line, const struct removal_dialog *dialog)
{
	char text[96];

	if (line >= box->height)
		line = box->height - 1;
	snprintf(text, sizeof(text), "Type yes and press Enter to remove %s: %s",
		dialog->count > 1 ? "all" : "it", dialog->word);
	box_put(app, box, line, STYLE_TITLE, text);
	move(box->y + line, box->x + (int)strlen(text));
}

static void draw(struct app *app, void *state)
{
	struct removal_dialog *dialog = state;
	int room = LINES - LINES_AROUND - dialog->remark_count, rows = (int)dialog->count, line, i;
	char title[64];
	struct box box;

	if (rows > room)
		rows = room > 1 ? room : 1;
	snprintf(title, sizeof(title),
		dialog->again ? " Changed since shown " : " Remove %zu object%s ", dialog->count,
		dialog->count == 1 ? "" : "s");
	box = box_draw(app, title, rows + dialog->remark_count + 3, DIALOG_COLUMNS);
	/* a tiny screen keeps the question, and an object if there is room */
	while (rows > 1 && rows + dialog->remark_count + 1 > box.height)
		rows--;
	dialog->rows = (size_t)rows;
	if (dialog->top + dialog->rows > dialog->count)
		dialog->top = dialog->count - dialog->rows;
	for (line = 0; line < rows; line++)
		put_line(app, &box, line, STYLE_DIALOG, &dialog->lines, dialog->top + (size_t)line);
	line++;
	for (i = 0; i < dialog->remark_count; i++)
		put_line(app, &box, line++, STYLE_LABEL, &dialog->remarks, (size_t)i);
	line += dialog->remark_count > 0;
	if (removal_is_serious(dialog->count, dialog->attachments))
		draw_typing(app, &box, line, dialog);
	else
		draw_buttons(app, &box, line, dialog->yes);
}

static void carry_out(struct app *app, const struct removal_dialog *dialog)
{
	if (worker_remove(app->worker, dialog->targets, dialog->count) < 0)
		app_say(app, STYLE_ERROR, "out of memory: nothing is removed");
	else
		app_say(app, STYLE_STATUS, "removing");
	app_pop(app);
}

static void decline(struct app *app)
{
	app_say(app, STYLE_STATUS, "nothing removed");
	app_pop(app);
}

/* One object: y, or Enter on the chosen button. */
static void key_buttons(struct app *app, struct removal_dialog *dialog, int key)
{
	enum request request = keymap_request(key);

	if (key == 'y' || key == 'Y' || (key == KEY_CODE_ENTER && dialog->yes))
		carry_out(app, dialog);
	else if (key == 'n' || key == 'N' || key == KEY_CODE_ENTER || request == REQUEST_QUIT)
		decline(app);
	else if (key == '\t' || request == REQUEST_LEFT || request == REQUEST_RIGHT ||
		request == REQUEST_PREVIOUS_TAB || request == REQUEST_UP || request == REQUEST_DOWN)
		dialog->yes = !dialog->yes;
}

static void scroll_list(struct removal_dialog *dialog, enum request request)
{
	size_t rows = dialog->rows;

	if (request == REQUEST_UP && dialog->top > 0)
		dialog->top--;
	else if (request == REQUEST_PAGE_UP)
		dialog->top -= dialog->top < rows ? dialog->top : rows;
	else if (request == REQUEST_DOWN && dialog->top + rows < dialog->count)
		dialog->top++;
	else if (request == REQUEST_PAGE_DOWN)
		dialog->top += rows; /* drawing holds it to the end */
}

/* More is at stake: only the whole word and Enter. */
static void key_typing(struct app *app, struct removal_dialog *dialog, int key)
{
	size_t length = strlen(dialog->word);

	if (key == KEY_CODE_ENTER) {
		if (strcmp(dialog->word, "yes") == 0)
			carry_out(app, dialog);
		else
			decline(app);
	} else if (key == KEY_CODE_DELETE) {
		if (length > 0)
			dialog->word[length - 1] = '\0';
	} else if (key == 'C' - '@') {
		decline(app);
	} else if (key > ' ' && key < 127) {
		if (length == 0 && (key == 'n' || key == 'N'))
			decline(app);
		else if (length < WORD_MAX)
			dialog->word[length] = (char)key;
	} else {
		scroll_list(dialog, keymap_request(key));
	}
}

static void key(struct app *app, void *state, int key_code)
{
	struct removal_dialog *dialog = state;

	if (key_code == KEY_CODE_ESCAPE)
		decline(app);
	else if (removal_is_serious(dialog->count, dialog->attachments))
		key_typing(app, dialog, key_code);
	else
		key_buttons(app, dialog, key_code);
}

static void free_dialog(void *state)
{
	struct removal_dialog *dialog = state;

	free(dialog->targets);
	buf_free(&dialog->lines);
	buf_free(&dialog->remarks);
	free(dialog);
}

static const struct layer_type dialog_type = { draw, key, free_dialog };

static void add_target(struct removal_dialog *dialog, const struct row *row, bool ascii)
{
	struct target *target = &dialog->targets[dialog->count++];
	const char *owner = name_map_get(&row->snapshot->users, row->ipc->uid);

	target->fingerprint = fingerprint_of(row->class, row->record, row->snapshot->scope);
	snprintf(target->owner, sizeof(target->owner), "%s", owner ? owner : "?");
	dialog->attachments += removal_attachments(row);
	removal_describe(&dialog->lines, row, ascii);
	buf_char(&dialog->lines, '\n');
}

static void add_remark(struct removal_dialog *dialog, const char *text)
{
	buf_text(&dialog->remarks, text);
	buf_char(&dialog->remarks, '\n');
	dialog->remark_count++;
}

static struct removal_dialog *new_dialog(size_t most)
{
	struct removal_dialog *dialog = calloc(1, sizeof(*dialog));

	if (dialog)
		dialog->targets = calloc(most, sizeof(*dialog->targets));
	if (dialog && dialog->targets)
		return dialog;
	free(dialog);
	return NULL;
}

static void open_dialog(struct app *app, struct removal_dialog *dialog)
{
	const char *effect;

	effect = removal_effect(
		(enum class)dialog->targets[0].fingerprint.identity.class, dialog->attachments);
	if (effect)
		add_remark(dialog, effect);
	if (dialog->lines.error || dialog->remarks.error) {
		free_dialog(dialog);
		app_say(app, STYLE_ERROR, "out of memory: nothing is removed");
		return;
	}
	app_push(app, &dialog_type, dialog);
}

void removal_open(struct app *app)
{
	const struct table *table = &app_tab(app)->table;
	size_t hidden = table->tags.used - table->tags_shown, at;
	struct removal_dialog *dialog;
	char remark[96];
	struct row row;

	if (table->tags.used > 0 && table->tags_shown == 0) {
		app_say(app, STYLE_ERROR, "the filter hides all %zu tagged; untag them with U",
			hidden);
		return;
	}
	dialog = new_dialog(table->tags_shown + 1);
	if (!dialog) {
		app_say(app, STYLE_ERROR, "out of memory: nothing is removed");
		return;
	}
	for (at = 0; at < table->count; at++) {
		if (table->tags_shown > 0 ? !table_is_tagged(table, at) : at != table->cursor)
			continue;
		row = table_row(table, at);
		add_target(dialog, &row, app->ascii);
	}
	if (hidden > 0) {
		snprintf(remark, sizeof(remark), "%zu tagged that the filter hides stay.", hidden);
		add_remark(dialog, remark);
	}
	open_dialog(app, dialog);
}

/* Ask again about an object that was changed since it was shown, as it is now. */
static void ask_again(struct app *app, const struct removal_result *result)
{
	struct removal_dialog *dialog = new_dialog(1);
	struct row row = {
		.snapshot = app->snapshot,
		.record = &result->record,
		.class = (enum class)result->asked.identity.class,
	};

	if (!dialog) {
		app_say(app, STYLE_ERROR, "out of memory: not removed");
		return;
	}
	dialog->again = true;
	add_target(dialog, &row, app->ascii);
	dialog->targets[0].fingerprint = result->now;
	add_remark(dialog, "It was changed since it was shown, and was not removed.");
	open_dialog(app, dialog);
}

/* the results */

static void draw_result(struct app *app, void *state)
{
	struct result_page *page = state;
	struct box box = box_draw(app, " Result ", page->count, DIALOG_COLUMNS);
	int line;

	page->rows = box.height;
	if (page->top > page->count - box.height)
		page->top = page->count - box.height;
	if (page->top < 0)
		page->top = 0;
	for (line = 0; line < box.height && page->top + line < page->count; line++)
		put_line(app, &box, line, STYLE_DIALOG, &page->lines,
			(size_t)page->top + (size_t)line);
	move(box.y, box.x);
}

static void key_result(struct app *app, void *state, int key_code)
{
	struct result_page *page = state;

	switch (keymap_request(key_code)) {
	case REQUEST_UP:
		page->top--;
		break;
	case REQUEST_DOWN:
		page->top++;
		break;
	case REQUEST_PAGE_UP:
		page->top -= page->rows;
		break;
	case REQUEST_PAGE_DOWN:
		page->top += page->rows;
		break;
	default:
		app_pop(app); /* it says what was, and asks nothing */
		break;
	}
}

static void free_result(void *state)
{
	struct result_page *page = state;

	buf_free(&page->lines);
	free(page);
}

static const struct layer_type result_type = { draw_result, key_result, free_result };

static void describe_result(struct buf *out, const struct removal_result *result)
{
	const struct identity *identity = &result->asked.identity;

	buf_printf(out, "%s %d: ", class_infos[identity->class].word, identity->id);
	removal_text(out, result);
}

void removal_show_result(struct app *app, const struct job_result *result)
{
	struct result_page *page;
	struct buf line = { 0 };
	size_t i;

	if (result->count == 1) {
		describe_result(&line, &result->results[0]);
		app_say(app, removal_succeeded(&result->results[0]) ? STYLE_STATUS : STYLE_ERROR,
			"%s", buf_str(&line));
		buf_free(&line);
	} else {
		page = calloc(1, sizeof(*page));
		if (!page)
			return;
		page->count = (int)result->count;
		for (i = 0; i < result->count; i++) {
			describe_result(&page->lines, &result->results[i]);
			buf_char(&page->lines, '\n');
		}
		app_push(app, &result_type, page);
	}
	for (i = 0; i < result->count; i++) {
		if (result->results[i].removal == REMOVAL_CHANGED)
			ask_again(app, &result->results[i]);
	}
}
