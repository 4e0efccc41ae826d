#include "ipctop/model/report.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ipctop/base/text.h"
#include "ipctop/model/detail.h"
#include "ipctop/model/event.h"
#include "ipctop/model/key.h"
#include "ipctop/model/report_growth.h"
#include "ipctop/model/report_parts.h"

enum {
	GAP = 2,
	VALUE_COLUMNS = 18, /* most values fit; words stand behind them */
	WORDS_MIN = 28, /* columns for words beside a value; with less they go below it */
	COMMAND_COLUMNS = 16,
	MESSAGE_COLUMNS = 64, /* where the width has no end */
	FOLD_MIN = 16, /* columns: lines are not broken to less */
};

/* A field: its name, its value as people read it and as the kernel has it, and what it is. */
struct field {
	const char *name;
	struct buf value;
	const char *words;
};

static void put_padded(struct buf *out, const char *text, size_t width)
{
	size_t used = text_width(text);

	buf_text(out, text);
	if (used < width)
		buf_printf(out, "%*s", (int)(width - used), "");
}

void report_put_title(struct buf *out, const struct report_style *style, const char *text)
{
	if (!style->noheadings)
		buf_printf(out, "%s%s\n", out->len ? "\n" : "", text);
}

/*
 * Append `text`, which begins in column `at`, broken between words so that it ends before `width`;
 * lines after the first begin in column `indent`.
 */
static void put_words(struct buf *out, const char *text, size_t at, size_t indent, size_t width)
{
	size_t length;
	bool first = true;

	for (; *text; text += length + (text[length] == ' ')) {
		length = strcspn(text, " ");
		if (!first && at + 1 + length > width) {
			buf_printf(out, "\n%*s", (int)indent, "");
			at = indent;
		} else if (!first) {
			buf_char(out, ' ');
			at++;
		}
		buf_bytes(out, text, length);
		at += length;
		first = false;
	}
	buf_char(out, '\n');
}

/* Where lines end. */
static size_t end_of_line(const struct report_style *style)
{
	return style->width ? style->width : SIZE_MAX;
}

void report_put_sentence(struct buf *out, struct buf *text, const struct report_style *style)
{
	buf_printf(out, "%*s", REPORT_INDENT, "");
	put_words(out, buf_str(text), REPORT_INDENT, REPORT_BELOW, end_of_line(style));
	buf_end(text, out);
}

/* Append a line, broken where it is wider than `width`, between words if that is possible. */
static void fold_line(struct buf *out, const char *line, size_t width)
{
	size_t blanks = strspn(line, " "), indent = blanks + REPORT_INDENT, room = width, bytes, at;

	if (indent > width / 2)
		indent = width / 2;
	while (line[bytes = text_fit(line, room, NULL)]) {
		for (at = bytes; at > blanks && line[at] != ' '; at--)
			continue;
		if (at > blanks)
			bytes = at;
		buf_bytes(out, line, bytes);
		line += bytes + strspn(line + bytes, " ");
		if (!*line)
			break;
		buf_printf(out, "\n%*s", (int)indent, "");
		room = width - indent;
		blanks = 0;
	}
	buf_text(out, line);
	buf_char(out, '\n');
}

/* Until it is folded, `line` is a place. */
void report_put_link(
	struct buf *lines, const struct report_style *style, enum class class, int32_t id)
{
	const struct report_link link = { lines->len, class, id };
	struct report_links *links = style->links;

	if (!links)
		return;
	buf_bytes(&links->memory, (const char *)&link, sizeof(link));
	if (links->memory.error)
		return; /* a line that leads nowhere */
	links->at = (struct report_link *)(void *)links->memory.data;
	links->count++;
}

static size_t count_lines(const char *text)
{
	size_t lines = 0;

	for (; (text = strchr(text, '\n')) != NULL; text++)
		lines++;
	return lines;
}

/* Append `lines`, which go, and none of them wider than the style has it. */
static void put_folded(struct buf *out, struct buf *lines, const struct report_style *style)
{
	size_t width = style->width >= FOLD_MIN ? style->width : SIZE_MAX / 2;
	size_t link = 0, number = count_lines(buf_str(out)), before;
	char *line = lines->data, *end;

	for (; line && (end = strchr(line, '\n')) != NULL; line = end + 1) {
		*end = '\0';
		if (style->links && link < style->links->count &&
			style->links->at[link].line == (size_t)(line - lines->data))
			style->links->at[link++].line = number;
		before = out->len;
		fold_line(out, line, width);
		number += out->error ? 0 : count_lines(out->data + before);
	}
	buf_end(lines, out);
}

/* Words begin at `column`, or where there is no room for them there, a line below. */
static void put_field(struct buf *out, const struct field *field, size_t name_width, size_t column,
	const struct report_style *style)
{
	size_t used = REPORT_INDENT + name_width + GAP + text_width(buf_str(&field->value)) + GAP;
	size_t width = end_of_line(style);

	buf_printf(out, "%*s", REPORT_INDENT, "");
	put_padded(out, field->name, name_width + GAP);
	if (column + WORDS_MIN > width || used + WORDS_MIN / 2 > width) {
		buf_printf(out, "%s\n%*s", buf_str(&field->value), REPORT_BELOW, "");
		put_words(out, field->words, REPORT_BELOW, REPORT_BELOW, width);
		return;
	}
	put_padded(out, buf_str(&field->value), column - REPORT_INDENT - name_width - GAP);
	if (used > column)
		buf_printf(out, "%*s", GAP, "");
	put_words(out, field->words, used > column ? used : column, column, width);
}

/* "16M (16777216)" */
static void make_field(struct field *field, const struct column *column, const struct row *row,
	const struct report_style *style)
{
	struct value value = column->get(row);
	struct buf raw = { 0 };

	*field = (struct field){ .name = column->name, .words = column->help };
	if (value.type == VALUE_NONE && column->type == VALUE_TIME)
		buf_text(&field->value, "never");
	else
		value_text(&field->value, value, &style->value);
	if (field->value.len == 0)
		buf_text(&field->value, "none");
	value_raw(&raw, value);
	if (raw.len > 0 && strcmp(buf_str(&raw), buf_str(&field->value)) != 0)
		buf_printf(&field->value, " (%s)", buf_str(&raw));
	buf_end(&raw, &field->value);
}

/* The fields of the columns from `first` up to `end`, of those that the class has. */
static void put_fields(struct buf *out, const struct row *row, const struct column_list *list,
	size_t first, size_t end, const struct report_style *style)
{
	size_t name_width = 0, width, i;
	struct field field;

	for (i = 0; i < list->count; i++) {
		width = strlen(list->at[i]->name);
		name_width = width > name_width ? width : name_width;
	}
	for (i = first; i < end; i++) {
		make_field(&field, list->at[i], row, style);
		put_field(out, &field, name_width,
			REPORT_INDENT + name_width + GAP + VALUE_COLUMNS + GAP, style);
		buf_end(&field.value, out);
	}
}

void report_put_name(struct buf *out, const struct row *row, const struct report_style *style)
{
	const struct class_info *info = &class_infos[row->class];
	struct column_list list;
	const char *owner;

	buf_printf(out, "%s ", info->one);
	if (row->class == CLASS_EVENT) {
		buf_printf(out, "%" PRIu64 ": %s %d %s", row->event->number,
			class_infos[row->event->kind].one, row->event->id,
			event_name(row->event->what));
		return;
	}
	if (!(info->flags & CLASS_IPC)) {
		column_list_default(&list, row->class);
		value_text(out, list.at[0]->get(row), &style->value);
		return;
	}
	owner = name_map_get(&row->snapshot->users, row->ipc->uid);
	buf_printf(out, "%d, of ", row->ipc->id);
	text_clean(out, owner ? owner : "?", strlen(owner ? owner : "?"), style->value.ascii);
}

static void put_title_of(struct buf *out, const struct row *row, const struct report_style *style)
{
	struct buf text = { 0 };

	report_put_name(&text, row, style);
	if (text.len > 0)
		text.data[0] = (char)toupper((unsigned char)text.data[0]);
	report_put_title(out, style, buf_str(&text));
	buf_end(&text, out);
}

/* the key */

const char *report_command(const struct snapshot *snapshot, int32_t pid)
{
	const char *command = process_command(snapshot, pid);

	return command ? command : "";
}

void report_key(struct buf *out, uint32_t key, const struct report_style *style)
{
	struct key_parts parts = key_split(key);
	struct buf text = { 0 };

	if (key == 0) {
		buf_text(&text,
			"Private (IPC_PRIVATE), or freed by a removal: nobody finds the "
			"object by a key, only by its id.");
	} else {
		buf_printf(&text, "Project id %u", parts.project);
		if (parts.project > ' ' && parts.project < 127)
			buf_printf(&text, " ('%c')", parts.project);
		buf_printf(&text,
			", low bits of the device 0x%02x and of the inode 0x%04x, if it was made "
			"by ftok(3). ",
			parts.device, parts.inode);
		buf_text(&text,
			parts.project ? "It may as well be a number that somebody chose."
				      : "Rather a number that somebody chose: a project id is "
					"not 0.");
	}
	buf_printf(out, "%*s", REPORT_INDENT, "");
	put_words(out, buf_str(&text), REPORT_INDENT, REPORT_INDENT, end_of_line(style));
	buf_end(&text, out);
}

static void put_candidates(
	struct buf *lines, const struct snapshot *snapshot, const struct report_style *style)
{
	const struct detail *detail = &snapshot->detail;
	const struct key_candidate *candidate;
	const char *command;
	uint32_t i;

	for (i = 0; i < detail->candidates.count; i++) {
		candidate = &detail->candidate[i];
		buf_printf(lines, "%*scandidate: ", REPORT_INDENT, "");
		text_clean(lines, candidate->path, strlen(candidate->path), style->value.ascii);
		buf_printf(lines, "  (%s", detail_tie(candidate->tie));
		if (candidate->pid > 0) {
			command = report_command(snapshot, candidate->pid);
			buf_printf(lines, ", process %d%s", candidate->pid, *command ? " " : "");
			text_clean(lines, command, strlen(command), style->value.ascii);
		}
		buf_text(lines, ")\n");
	}
	if (detail->candidates.count == 0)
		buf_printf(lines, "%*sNo candidate among the files that were looked at.\n",
			REPORT_INDENT, "");
	if (detail->candidates.why)
		buf_printf(lines, "%*sNot all is known: %s.\n", REPORT_INDENT, "",
			detail->candidates.why);
}

void report_candidates(
	struct buf *out, const struct snapshot *snapshot, const struct report_style *style)
{
	struct buf lines = { 0 };

	put_candidates(&lines, snapshot, style);
	put_folded(out, &lines, style);
}

const struct detail *report_detail(const struct row *row)
{
	const struct detail *detail = &row->snapshot->detail;
	const void *record;

	if (!detail->found || detail->wish.identity.class != (int32_t)row->class)
		return NULL;
	record = snapshot_record(row->snapshot, row->class, detail->row);
	return record == row->record ? detail : NULL;
}

static void put_key(struct buf *out, const struct row *row, const struct report_style *style)
{
	char text[32];

	snprintf(text, sizeof(text), "Key 0x%08x", row->ipc->key);
	report_put_title(out, style, text);
	report_key(out, row->ipc->key, style);
	if (row->ipc->key != 0 && report_detail(row))
		put_candidates(out, row->snapshot, style);
}

/* semaphores */

static void put_pid(struct buf *out, const struct snapshot *snapshot, int32_t pid,
	const struct report_style *style)
{
	const struct process *process = process_map_get(&snapshot->processes, pid);
	struct value value = {
		.type = VALUE_PID,
		.number = pid > 0 ? (uint64_t)pid : 0,
		.alive = (uint8_t)(process ? process->alive : ALIVE_UNKNOWN),
	};

	value_text(out, value, &style->value);
}

/* The names of those who wait for one semaphore. */
static void put_waiters_of(
	struct buf *out, const struct row *row, uint32_t number, const struct report_style *style)
{
	struct relation_range range = relations_of(row);
	const struct relation *relation;
	const char *command;
	uint32_t i;

	for (i = 0; i < range.count; i++) {
		relation = range.at[i];
		if (relation->type != RELATION_WAITER || !relation->waiting.has_operation ||
			relation->waiting.semnum != number)
			continue;
		command = report_command(row->snapshot, relation->pid);
		buf_printf(out, "  %d", relation->pid);
		if (relation->tid != relation->pid)
			buf_printf(out, "/%d", relation->tid);
		if (*command)
			buf_char(out, ' ');
		text_clean(out, command, strlen(command), style->value.ascii);
		if (relation->waiting.op == 0)
			buf_text(out, " (zero)");
		else
			buf_printf(out, " (%d)", relation->waiting.op);
	}
}

/* The command of who operated last, so that it can be printed. */
static void put_operator(
	struct buf *out, const struct row *row, uint32_t number, const struct report_style *style)
{
	const struct detail *detail = &row->snapshot->detail;
	const char *command = report_command(row->snapshot, detail->semaphore[number].pid);

	text_clean(out, command, strlen(command), style->value.ascii);
}

/* Columns that the widest command takes: one that had to be made printable is wider. */
static size_t measure_operators(const struct row *row, const struct report_style *style)
{
	size_t widest = COMMAND_COLUMNS, width;
	struct buf name = { 0 };
	uint32_t i;

	for (i = 0; i < row->snapshot->detail.semaphores.count; i++) {
		buf_clear(&name);
		put_operator(&name, row, i, style);
		width = text_width(buf_str(&name));
		widest = width > widest ? width : widest;
	}
	buf_free(&name);
	return widest;
}

static void put_semaphore(struct buf *out, const struct row *row, uint32_t number,
	size_t command_width, const struct report_style *style)
{
	const struct snapshot *snapshot = row->snapshot;
	const struct semaphore *semaphore = &snapshot->detail.semaphore[number];
	struct buf pid = { 0 }, name = { 0 };

	put_pid(&pid, snapshot, semaphore->pid, style);
	put_operator(&name, row, number, style);
	buf_printf(out, "%*s%6u %6u ", REPORT_INDENT, "", number, semaphore->value);
	put_padded(out, buf_str(&pid), 9);
	put_padded(out, buf_str(&name), command_width);
	buf_printf(out, " %7u %7u", semaphore->ncount, semaphore->zcount);
	put_waiters_of(out, row, number, style);
	buf_char(out, '\n');
	buf_end(&pid, out);
	buf_end(&name, out);
}

/* What is there, and what is not: "50 of 3201 messages; why not the rest". */
static void put_part_title(struct buf *out, const char *what, const struct detail_part *part,
	uint64_t all, const struct report_style *style)
{
	char text[96];

	if (part->count < all && part->count > 0)
		snprintf(text, sizeof(text), "%s: %u of %" PRIu64 "%s%s", what, part->count, all,
			part->why ? "" : "; ", part->why ? "" : style->more);
	else
		snprintf(text, sizeof(text), "%s: %" PRIu64, what, all);
	report_put_title(out, style, text);
	if (part->why)
		buf_printf(out, "%*s%s can't be read: %s.\n", REPORT_INDENT, "",
			part->count > 0 ? "The rest" : "They", part->why);
}

static void put_semaphores(struct buf *out, const struct row *row, const struct report_style *style)
{
	const struct detail_part *part = &row->snapshot->detail.semaphores;
	size_t width = measure_operators(row, style);
	uint32_t i;

	put_part_title(out, "Semaphores", part, row->sem->nsems, style);
	if (part->count > 0 && !style->noheadings)
		buf_printf(out, "%*sSEMNUM  VALUE PID      %-*s  NCOUNT  ZCOUNT%s\n", REPORT_INDENT,
			"", (int)width, "COMMAND",
			relations_count(relations_of(row), RELATION_WAITER) ? "  WAITERS" : "");
	for (i = 0; i < part->count; i++)
		put_semaphore(out, row, i, width, style);
}

/* messages */

/* Columns that the widest number takes, and its title. */
static int width_of(int width, int64_t number)
{
	int needed = snprintf(NULL, 0, "%" PRId64, number);

	return needed > width ? needed : width;
}

struct message_widths {
	int number, type, size;
};

static struct message_widths measure_messages(const struct detail *detail)
{
	struct message_widths widths = { 6, 4, 6 };
	uint32_t i;

	for (i = 0; i < detail->messages.count; i++) {
		widths.number = width_of(widths.number, i);
		widths.type = width_of(widths.type, detail->message[i].type);
		widths.size = width_of(widths.size, (int64_t)detail->message[i].size);
	}
	return widths;
}

static void put_message(struct buf *out, const struct message *message, uint32_t number,
	const struct message_widths *widths, const struct report_style *style)
{
	size_t before = (size_t)(REPORT_INDENT + widths->number + widths->type + widths->size) + 4;
	size_t room =
		style->width > before + WORDS_MIN / 2 ? style->width - before : MESSAGE_COLUMNS;
	struct buf text = { 0 };
	size_t bytes;
	bool cut;

	detail_message_text(&text, message, style->value.ascii);
	bytes = text_fit(buf_str(&text), room, NULL);
	cut = bytes < text.len || message->kept < message->size;
	buf_printf(out, "%*s%*u %*" PRId64 " %*" PRIu64 " %.*s%s\n", REPORT_INDENT, "",
		widths->number, number, widths->type, message->type, widths->size, message->size,
		(int)bytes, buf_str(&text), cut ? style->value.ascii ? "~" : "…" : "");
	buf_end(&text, out);
}

static void put_messages(struct buf *out, const struct row *row, const struct report_style *style)
{
	const struct detail_part *part = &row->snapshot->detail.messages;
	struct message_widths widths = measure_messages(&row->snapshot->detail);
	uint32_t i;

	put_part_title(out, "Messages", part, row->msg->qnum, style);
	if (part->count > 0 && !style->noheadings)
		buf_printf(out, "%*s%*s %*s %*s TEXT\n", REPORT_INDENT, "", widths.number, "NUMBER",
			widths.type, "TYPE", widths.size, "SIZE");
	for (i = 0; i < part->count; i++)
		put_message(out, &row->snapshot->detail.message[i], i, &widths, style);
}

static void put_no_parts(struct buf *out, const struct row *row, const struct report_style *style)
{
	(void)out;
	(void)row;
	(void)style;
}

/* limits */

void report_limit(struct buf *out, const struct row *row, const struct report_style *style)
{
	struct buf lines = { 0 };

	put_title_of(&lines, row, style);
	report_put_limit(&lines, row, style);
	put_folded(out, &lines, style);
}

static void put_growth(struct buf *out, const struct row *row, const struct report_style *style)
{
	struct buf lines = { 0 };

	report_growth(&lines, row, style);
	if (lines.len > 0) {
		report_put_title(out, style, "Growth");
		buf_text(out, buf_str(&lines));
	}
	buf_end(&lines, out);
}

void report_object(struct buf *out, const struct row *row, const struct report_style *style)
{
	static void (*const put_parts[CLASS_COUNT])(
		struct buf *, const struct row *, const struct report_style *) = {
		[CLASS_MSG] = put_messages,
		[CLASS_SEM] = put_semaphores,
		[CLASS_SHM] = put_no_parts,
	};
	struct column_list all, usual;
	struct report_style own = *style;
	struct buf lines = { 0 };

	if (own.value.time_format == TIME_SHORT)
		own.value.time_format = TIME_FULL;
	/* every column of the class: a new one is here by itself */
	column_list_ordered(&all, row->class, NULL);
	column_list_default(&usual, row->class);
	put_title_of(&lines, row, &own);
	if (row->class == CLASS_PROCESS) {
		/* most of its fields are in the table: what it uses is what is looked for */
		report_put_objects(&lines, row, &own);
		report_put_title(&lines, &own, "Fields");
	}
	put_fields(&lines, row, &all, 0, usual.count, &own);
	if (row->class == CLASS_EVENT)
		report_put_object_of_event(&lines, row, &own);
	if (row->class == CLASS_LIMIT) {
		put_growth(&lines, row, &own);
		report_put_limit(&lines, row, &own);
	}
	if (put_parts[row->class]) { /* it is an object */
		report_put_verdicts(&lines, row, &own);
		report_put_relations(&lines, row, &own);
		if (report_detail(row))
			put_parts[row->class](&lines, row, &own);
		else
			buf_printf(&lines, "\n%*s%s\n", REPORT_INDENT, "",
				style->reading ? style->reading : "not read");
		put_growth(&lines, row, &own);
		put_key(&lines, row, &own);
		report_put_limits(&lines, row, &own);
	}
	if (all.count > usual.count) {
		report_put_title(&lines, &own, "Further fields");
		put_fields(&lines, row, &all, usual.count, all.count, &own);
	}
	put_folded(out, &lines, &own);
}
