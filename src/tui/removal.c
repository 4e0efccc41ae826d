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
	TYPING_COLUMNS = 52, /* with what is typed */
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
	struct buf lines; /* one for each target, each with a newline behind it; printable */
	struct buf remarks; /* likewise: effects, and what stays */
	uint64_t attachments;
	bool again; /* they were changed since they were shown */
	bool yes; /* the button that is chosen */
	char word[WORD_MAX + 1]; /* typed so far */
	struct scroll list; /* lines of objects */
};

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
	snprintf(text, sizeof(text), "Type yes%s: %s",
		box->width < TYPING_COLUMNS ? ""
			: dialog->count > 1 ? " and press Enter to remove all"
					    : " and press Enter to remove it",
		dialog->word);
	box_put(app, box, line, STYLE_TITLE, text);
	move(box->y + line, box->x + (int)strlen(text));
}

/* Objects and effects, and that much more is asked for where the whole word must be typed. */
static bool is_serious(const struct removal_dialog *dialog)
{
	/* a second question may come while keys are on their way that were meant for the first */
	return dialog->again || removal_is_serious(dialog->count, dialog->attachments);
}

static void make_title(struct buf *title, const struct removal_dialog *dialog)
{
	buf_printf(title, " %s %zu object%s ",
		dialog->again ? "Changed since shown: remove" : "Remove", dialog->count,
		dialog->count == 1 ? "" : "s");
	scroll_tell(title, &dialog->list);
}

/* How many lines of objects fit: a tiny screen keeps the question, and a line if there is room. */
static void fit_list(const struct app *app, struct scroll *list, int lines, int remarks)
{
	int room = box_room(app) + 2 - LINES_AROUND - remarks;

	if (room < 1)
		room = LINES - 3 - remarks;
	if (room < 1)
		room = 1;
	list->lines = lines;
	list->rows = lines < room ? lines : room;
	scroll_hold(list);
}

static void draw(struct app *app, void *state)
{
	struct removal_dialog *dialog = state;
	struct scroll *list = &dialog->list;
	int width = COLS - 4 < DIALOG_COLUMNS ? COLS - 4 : DIALOG_COLUMNS, remarks, line, i;
	struct buf objects = { 0 }, effects = { 0 }, title = { 0 };
	struct box box;

	remarks = LINES > 8 ? box_wrap(&effects, &dialog->remarks, width) : 0;
	fit_list(app, list, box_wrap(&objects, &dialog->lines, width), remarks);
	make_title(&title, dialog);
	box = box_draw(app, buf_str(&title), list->rows + remarks + 3, width);
	for (line = 0; line < list->rows; line++)
		box_put_line(app, &box, line, STYLE_DIALOG, &objects, list->top + line);
	line++;
	for (i = 0; i < remarks; i++)
		box_put_line(app, &box, line++, STYLE_LABEL, &effects, i);
	line += remarks > 0;
	if (is_serious(dialog))
		draw_typing(app, &box, line, dialog);
	else
		draw_buttons(app, &box, line, dialog->yes);
	buf_free(&objects);
	buf_free(&effects);
	buf_free(&title);
}

static void carry_out(struct app *app, const struct removal_dialog *dialog)
{
	if (worker_remove(app->worker, dialog->targets, dialog->count) < 0)
		app_say(app, STYLE_ERROR, "out of memory: nothing is removed");
	else
		app_say(app, STYLE_STATUS, "removing");
	app_pop(app);
}

static void decline(struct app *app, const struct removal_dialog *dialog)
{
	app_say(app, STYLE_STATUS, dialog->again ? "what was changed stays" : "nothing removed");
	app_pop(app);
}

/* One object: y, or Enter on the chosen button. */
static void key_buttons(struct app *app, struct removal_dialog *dialog, int key)
{
	enum request request = app_request(app, key);

	/* nor is the key an answer that asked, and is still held down */
	if (app->by_mouse || request == REQUEST_REMOVE)
		return;
	if (key == 'y' || key == 'Y' || (key == KEY_CODE_ENTER && dialog->yes))
		carry_out(app, dialog);
	else if (key == 'n' || key == 'N' || key == KEY_CODE_ENTER || request == REQUEST_QUIT)
		decline(app, dialog);
	else if (key == '\t' || request == REQUEST_LEFT || request == REQUEST_RIGHT ||
		request == REQUEST_PREVIOUS_TAB || request == REQUEST_UP || request == REQUEST_DOWN)
		dialog->yes = !dialog->yes;
}

/* More is at stake: only the whole word and Enter. */
static void key_typing(struct app *app, struct removal_dialog *dialog, int key)
{
	size_t length = strlen(dialog->word);

	if (app->by_mouse) {
		scroll_key(&dialog->list, app_request(app, key));
		return;
	}
	if (key == KEY_CODE_ENTER) {
		if (strcmp(dialog->word, "yes") == 0)
			carry_out(app, dialog);
		else
			decline(app, dialog);
	} else if (key == KEY_CODE_DELETE) {
		if (length > 0)
			dialog->word[length - 1] = '\0';
	} else if (key == 'C' - '@') {
		decline(app, dialog);
	} else if (key > ' ' && key < 127) {
		if (length == 0 && (key == 'n' || key == 'N'))
			decline(app, dialog);
		else if (length < WORD_MAX)
			dialog->word[length] = (char)key;
	} else {
		scroll_key(&dialog->list, app_request(app, key));
	}
}

/* All keys are its own: nothing else happens while it asks. */
static bool key(struct app *app, void *state, int key_code)
{
	struct removal_dialog *dialog = state;

	if (key_code == KEY_CODE_ESCAPE)
		decline(app, dialog);
	else if (is_serious(dialog))
		key_typing(app, dialog, key_code);
	else
		key_buttons(app, dialog, key_code);
	return true;
}

static void free_dialog(void *state)
{
	struct removal_dialog *dialog = state;

	free(dialog->targets);
	buf_free(&dialog->lines);
	buf_free(&dialog->remarks);
	free(dialog);
}

static const struct layer_type dialog_type = {
	.draw = draw, .key = key, .free = free_dialog, .asks = true, .confirms = true
};

static void add_target(struct removal_dialog *dialog, const struct row *row, bool ascii)
{
	struct target *target = &dialog->targets[dialog->count++];
	const char *owner = name_map_get(&row->snapshot->users, row->ipc->uid);

	target->fingerprint = fingerprint_of(row->class, row->record, row->snapshot->scope);
	if (owner)
		snprintf(target->owner, sizeof(target->owner), "%s", owner);
	else
		snprintf(target->owner, sizeof(target->owner), "%u", row->ipc->uid);
	dialog->attachments += removal_attachments(row);
	removal_describe(&dialog->lines, row, ascii);
	buf_char(&dialog->lines, '\n');
}

static void add_remark(struct removal_dialog *dialog, const char *text)
{
	buf_text(&dialog->remarks, text);
	buf_char(&dialog->remarks, '\n');
}

static struct removal_dialog *new_dialog(size_t most)
{
	struct removal_dialog *dialog = calloc(1, sizeof(*dialog));

	if (dialog)
		dialog->targets = calloc(most > 0 ? most : 1, sizeof(*dialog->targets));
	if (dialog && dialog->targets)
		return dialog;
	free(dialog);
	return NULL;
}

/* What it does to others, of each kind that is among them. */
static void add_effects(struct removal_dialog *dialog)
{
	unsigned kinds = 0;
	const char *effect;
	enum class class;
	size_t i;

	for (i = 0; i < dialog->count; i++)
		kinds |= class_bit((enum class)dialog->targets[i].fingerprint.identity.class);
	for (class = 0; class < CLASS_COUNT; class ++) {
		effect = kinds & class_bit(class) ? removal_effect(class, dialog->attachments)
						  : NULL;
		if (effect)
			add_remark(dialog, effect);
	}
}

static void open_dialog(struct app *app, struct removal_dialog *dialog)
{
	add_effects(dialog);
	if (dialog->lines.error || dialog->remarks.error) {
		free_dialog(dialog);
		app_say(app, STYLE_ERROR, "out of memory: nothing is removed");
		return;
	}
	app_push(app, &dialog_type, dialog);
}

/* groups */

static int compare_keys(const void *left, const void *right)
{
	const struct group_key *a = left, *b = right;

	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (a->value != b->value)
		return a->value < b->value ? -1 : 1;
	return strcmp(a->command, b->command);
}

/* All objects of the groups with these keys, which are in order and gathered alike. */
static void add_members(const struct app *app, struct removal_dialog *dialog,
	const struct snapshot *snapshot, const struct group_key *keys, size_t count, size_t room)
{
	const struct group_wish wish = gather_wish(app);
	struct group_key key;
	enum class class;
	struct row row;
	uint32_t i;

	for (class = 0; class < CLASS_COUNT; class ++) {
		if (!(class_infos[class].flags & CLASS_REMOVABLE))
			continue;
		for (i = 0; i < snapshot->classes[class].count && dialog->count < room; i++) {
			row = row_at(snapshot, class, i);
			if (group_wish_has(&wish, &row) && group_key_of(&key, &row, keys[0].by) &&
				bsearch(&key, keys, count, sizeof(*keys), compare_keys))
				add_target(dialog, &row, app->ascii);
		}
	}
}

/*
 * Ask about all objects of the groups that are tagged, or else of that under the cursor, as they
 * are in the snapshot that is shown.
 */
static struct removal_dialog *ask_about_groups(struct app *app, size_t tagged)
{
	const struct table *table = &app_tab(app)->table;
	struct group_key *keys = calloc(tagged + 1, sizeof(*keys));
	struct removal_dialog *dialog = NULL;
	const struct group_record *group;
	size_t at, count = 0, objects = 0;

	for (at = 0; keys && at < table->count; at++) {
		if (tagged > 0 ? !table_is_tagged(table, at) : at != table->cursor)
			continue;
		group = table_row(table, at).group;
		keys[count++] = group_key_of_group(group);
		objects += group->objects;
	}
	if (keys)
		dialog = new_dialog(objects);
	if (dialog) {
		qsort(keys, count, sizeof(*keys), compare_keys);
		add_members(app, dialog, table->snapshot, keys, count, objects);
	}
	free(keys);
	return dialog;
}

/* Ask about the objects that are tagged, or else about that under the cursor. */
static struct removal_dialog *ask_about_objects(struct app *app, size_t tagged)
{
	const struct table *table = &app_tab(app)->table;
	struct removal_dialog *dialog = new_dialog(tagged + 1);
	struct row row;
	size_t at;

	for (at = 0; dialog && at < table->count; at++) {
		if (tagged > 0 ? !table_is_tagged(table, at) : at != table->cursor)
			continue;
		row = table_row(table, at);
		add_target(dialog, &row, app->ascii);
	}
	return dialog;
}

void removal_open(struct app *app, bool selected)
{
	const struct table *table = &app_tab(app)->table;
	size_t tagged = selected ? 0 : table->tags_shown;
	size_t hidden = selected ? 0 : table->tags.used - table->tags_shown;
	struct removal_dialog *dialog;
	char remark[96];

	if (hidden > 0 && tagged == 0) {
		app_say(app, STYLE_ERROR, "the filter hides all that is tagged (%zu); %s untags",
			hidden, app_key(app, REQUEST_UNTAG_ALL).text);
		return;
	}
	if (class_infos[app->class].flags & CLASS_GATHERS)
		dialog = ask_about_groups(app, tagged);
	else
		dialog = ask_about_objects(app, tagged);
	if (!dialog) {
		app_say(app, STYLE_ERROR, "out of memory: nothing is removed");
		return;
	}
	if (hidden > 0) {
		snprintf(remark, sizeof(remark), "%zu tagged that the filter hides stay.", hidden);
		add_remark(dialog, remark);
	}
	open_dialog(app, dialog);
}

void removal_ask_again(struct app *app, const struct job_result *result)
{
	struct removal_dialog *dialog = new_dialog(result->count);
	const struct removal_result *one;
	struct row row = { .snapshot = app->snapshot, .index = UINT32_MAX };

	if (!dialog) {
		app_say(app, STYLE_ERROR, "out of memory: not removed");
		return;
	}
	dialog->again = true;
	for (one = result->results; one < result->results + result->count; one++) {
		if (one->removal != REMOVAL_CHANGED)
			continue;
		row.record = &one->record; /* as it is now: more may be at stake */
		row.class = (enum class)one->asked.identity.class;
		add_target(dialog, &row, app->ascii);
		dialog->targets[dialog->count - 1].fingerprint = one->now;
	}
	if (dialog->count == 0) {
		free_dialog(dialog);
		return;
	}
	add_remark(dialog, "Changed since shown, and not removed so far.");
	open_dialog(app, dialog);
}
