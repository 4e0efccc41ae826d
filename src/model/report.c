#include "ipctop/model/report.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ipctop/base/text.h"
#include "ipctop/model/detail.h"
#include "ipctop/model/key.h"

enum {
	INDENT = 2,
	WORDS_MIN = 28, /* columns for words beside a value; with less they go below it */
	COMMAND_COLUMNS = 16,
	MESSAGE_COLUMNS = 64, /* where the width has no end */
};

/* A field: its name, its value as people read it and as the kernel has it, and what it is. */
struct field {
	const char *name;
	struct buf value, raw;
	const char *words;
};

static void put_padded(struct buf *out, const char *text, size_t width)
{
	size_t used = text_width(text);

	buf_text(out, text);
	if (used < width)
		buf_printf(out, "%*s", (int)(width - used), "");
}

static void title(struct buf *out, const struct report_style *style, const char *text)
{
	if (!style->noheadings)
		buf_printf(out, "%s%s\n", out->len ? "\n" : "", text);
}

/* Append `text` broken between words to `width` columns; lines after the first start at `at`. */
static void put_words(struct buf *out, const char *text, size_t at, size_t width)
{
	size_t used = 0, length;

	for (; *text; text += length + (text[length] == ' ')) {
		length = strcspn(text, " ");
		if (used > 0 && used + 1 + length > width) {
			buf_printf(out, "\n%*s", (int)at, "");
			used = 0;
		} else if (used > 0) {
			buf_char(out, ' ');
			used++;
		}
		buf_bytes(out, text, length);
		used += length;
	}
	buf_char(out, '\n');
}

struct widths {
	size_t name, value, raw;
};

static void put_field(struct buf *out, const struct field *field, const struct widths *widths,
	const struct report_style *style)
{
	size_t words = INDENT + widths->name + 2 + widths->value + 2 + widths->raw + 2;

	buf_printf(out, "%*s", INDENT, "");
	put_padded(out, field->name, widths->name + 2);
	if (style->width && words + WORDS_MIN > style->width) {
		buf_text(out, buf_str(&field->value));
		if (field->raw.len > 0)
			buf_printf(out, "  %s", buf_str(&field->raw));
		buf_printf(out, "\n%*s", 2 * INDENT, "");
		put_words(out, field->words, 2 * INDENT, style->width - 2 * INDENT);
		return;
	}
	put_padded(out, buf_str(&field->value), widths->value + 2);
	put_padded(out, buf_str(&field->raw), widths->raw + 2);
	put_words(out, field->words, words, style->width ? style->width - words : SIZE_MAX);
}

static void make_field(struct field *field, const struct column *column, const struct row *row,
	const struct report_style *style)
{
	struct value value = column->get(row);

	*field = (struct field){ .name = column->name, .words = column->help };
	if (value.type == VALUE_NONE && column->type == VALUE_TIME)
		buf_text(&field->value, "never");
	else
		value_text(&field->value, value, &style->value);
	value_raw(&field->raw, value);
}

static void grow(size_t *width, size_t needed)
{
	if (needed > *width)
		*width = needed;
}

/* Every column of the class: a new one is here by itself. */
static void put_fields(struct buf *out, const struct row *row, const struct report_style *style)
{
	struct field fields[COLUMNS_MAX];
	struct widths widths = { 0 };
	struct column_list list;
	size_t i;

	column_list_ordered(&list, row->class);
	for (i = 0; i < list.count; i++) {
		make_field(&fields[i], list.at[i], row, style);
		grow(&widths.name, strlen(fields[i].name));
		grow(&widths.value, text_width(buf_str(&fields[i].value)));
		grow(&widths.raw, text_width(buf_str(&fields[i].raw)));
	}
	for (i = 0; i < list.count; i++) {
		put_field(out, &fields[i], &widths, style);
		buf_free(&fields[i].value);
		buf_free(&fields[i].raw);
	}
}

/* Append what a row is called: "set 3, of www-data", "limit SHMMNI". */
static void put_name(struct buf *out, const struct row *row, const struct report_style *style)
{
	const struct class_info *info = &class_infos[row->class];
	struct column_list list;
	const char *owner;

	buf_printf(out, "%s ", info->one);
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

	put_name(&text, row, style);
	if (text.len > 0)
		text.data[0] = (char)toupper((unsigned char)text.data[0]);
	title(out, style, buf_str(&text));
	buf_free(&text);
}

/* the key */

static const char *command_of(const struct snapshot *snapshot, int32_t pid)
{
	const struct process *process = process_map_get(&snapshot->processes, pid);

	return process && process->alive == ALIVE_YES && process->command ? process->command : "";
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
	buf_printf(out, "%*s", INDENT, "");
	put_words(out, buf_str(&text), INDENT, style->width ? style->width - INDENT : SIZE_MAX);
	buf_free(&text);
}

void report_candidates(
	struct buf *out, const struct snapshot *snapshot, const struct report_style *style)
{
	const struct detail *detail = &snapshot->detail;
	const struct key_candidate *candidate;
	const char *command;
	uint32_t i;

	for (i = 0; i < detail->candidates.count; i++) {
		candidate = &detail->candidate[i];
		buf_printf(out, "%*scandidate: ", INDENT, "");
		text_clean(out, candidate->path, strlen(candidate->path), style->value.ascii);
		buf_printf(out, "  (%s", detail_tie(candidate->tie));
		if (candidate->pid > 0) {
			command = command_of(snapshot, candidate->pid);
			buf_printf(out, ", process %d%s", candidate->pid, *command ? " " : "");
			text_clean(out, command, strlen(command), style->value.ascii);
		}
		buf_text(out, ")\n");
	}
	if (detail->candidates.count == 0)
		buf_printf(out, "%*sNo candidate among the files of its processes.\n", INDENT, "");
	if (detail->candidates.why)
		buf_printf(out, "%*sNot all is known: %s.\n", INDENT, "", detail->candidates.why);
}

static void put_key(struct buf *out, const struct row *row, const struct report_style *style)
{
	char text[32];

	snprintf(text, sizeof(text), "Key 0x%08x", row->ipc->key);
	title(out, style, text);
	report_key(out, row->ipc->key, style);
	if (row->ipc->key != 0)
		report_candidates(out, row->snapshot, style);
}

/* limits */

static uint64_t one(const struct row *row)
{
	(void)row;
	return 1;
}

static uint64_t queue_bytes(const struct row *row)
{
	return row->msg->qbytes;
}

static uint64_t semaphores(const struct row *row)
{
	return row->sem->nsems;
}

static uint64_t segment_bytes(const struct row *row)
{
	return row->shm->size;
}

static uint64_t segment_pages(const struct row *row)
{
	uint64_t page = row->snapshot->page_size ? row->snapshot->page_size : 1;

	return row->shm->size / page + (row->shm->size % page > 0);
}

/* What an object takes of each limit that it counts against. */
static const struct share {
	enum class class;
	const char *limit;
	uint64_t (*of)(const struct row *row);
} shares[] = {
	{ CLASS_MSG, "MSGMNI", one },
	{ CLASS_MSG, "MSGMNB", queue_bytes },
	{ CLASS_SEM, "SEMMNI", one },
	{ CLASS_SEM, "SEMMNS", semaphores },
	{ CLASS_SEM, "SEMMSL", semaphores },
	{ CLASS_SHM, "SHMMNI", one },
	{ CLASS_SHM, "SHMALL", segment_pages },
	{ CLASS_SHM, "SHMMAX", segment_bytes },
};

static void put_amount(
	struct buf *out, uint64_t amount, bool in_bytes, const struct report_style *style)
{
	struct value value = { .type = in_bytes ? VALUE_BYTES : VALUE_NUMBER, .number = amount };

	value_text(out, value, &style->value);
}

static void put_limit(struct buf *out, const struct row *row, const struct share *share,
	const struct limit_record *limit, const struct report_style *style)
{
	struct buf text = { 0 };

	buf_printf(&text, "%s  %s: this takes ", limit->name, limit->description);
	put_amount(&text, share->of(row), limit->in_bytes, style);
	if (limit->has_used) {
		buf_text(&text, ", all take ");
		put_amount(&text, limit->used, limit->in_bytes, style);
	}
	if (limit->has_limit) {
		buf_text(&text, " of ");
		put_amount(&text, limit->limit, limit->in_bytes, style);
		if (limit->has_used && limit->limit > 0)
			buf_printf(&text, " (%.1f%%)",
				100.0 * (double)limit->used / (double)limit->limit);
	} else {
		buf_text(&text, "; there is no limit");
	}
	buf_printf(out, "%*s", INDENT, "");
	put_words(out, buf_str(&text), 2 * INDENT,
		style->width ? style->width - 2 * INDENT : SIZE_MAX);
	buf_free(&text);
}

static void put_limits(struct buf *out, const struct row *row, const struct report_style *style)
{
	const struct class_rows *rows = &row->snapshot->classes[CLASS_LIMIT];
	const struct limit_record *limit = rows->records;
	const struct share *share;
	uint32_t i;

	title(out, style, "Limits");
	for (share = shares; share < shares + sizeof(shares) / sizeof(shares[0]); share++) {
		for (i = 0; share->class == row->class && i < rows->count; i++) {
			if (strcmp(limit[i].name, share->limit) == 0)
				put_limit(out, row, share, &limit[i], style);
		}
	}
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

static void put_semaphore(struct buf *out, const struct snapshot *snapshot, uint32_t number,
	const struct report_style *style)
{
	const struct semaphore *semaphore = &snapshot->detail.semaphore[number];
	const char *command = command_of(snapshot, semaphore->pid);
	struct buf pid = { 0 }, name = { 0 };

	put_pid(&pid, snapshot, semaphore->pid, style);
	text_clean(&name, command, strlen(command), style->value.ascii);
	buf_printf(out, "%*s%6u %6u ", INDENT, "", number, semaphore->value);
	put_padded(out, buf_str(&pid), 9);
	put_padded(out, buf_str(&name), COMMAND_COLUMNS);
	buf_printf(out, " %7u %7u\n", semaphore->ncount, semaphore->zcount);
	buf_free(&pid);
	buf_free(&name);
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
	title(out, style, text);
	if (part->why)
		buf_printf(out, "%*sThey can't be read: %s.\n", INDENT, "", part->why);
}

static void put_semaphores(struct buf *out, const struct row *row, const struct report_style *style)
{
	const struct detail_part *part = &row->snapshot->detail.semaphores;
	uint32_t i;

	put_part_title(out, "Semaphores", part, row->sem->nsems, style);
	if (part->count > 0 && !style->noheadings)
		buf_printf(out, "%*sSEMNUM  VALUE PID      %-*s  NCOUNT  ZCOUNT\n", INDENT, "",
			COMMAND_COLUMNS, "COMMAND");
	for (i = 0; i < part->count; i++)
		put_semaphore(out, row->snapshot, i, style);
}

/* messages */

static void put_message(struct buf *out, const struct message *message, uint32_t number,
	const struct report_style *style)
{
	size_t room = style->width > 60 ? style->width - 34 : MESSAGE_COLUMNS, bytes;
	struct buf text = { 0 };
	bool cut;

	detail_message_text(&text, message, style->value.ascii);
	bytes = text_fit(buf_str(&text), room, NULL);
	cut = bytes < text.len || message->kept < message->size;
	buf_printf(out, "%*s%6u %10" PRId64 " %8" PRIu64 " %.*s%s\n", INDENT, "", number,
		message->type, message->size, (int)bytes, buf_str(&text),
		cut ? style->value.ascii ? "~" : "…" : "");
	buf_free(&text);
}

static void put_messages(struct buf *out, const struct row *row, const struct report_style *style)
{
	const struct detail_part *part = &row->snapshot->detail.messages;
	uint32_t i;

	put_part_title(out, "Messages", part, row->msg->qnum, style);
	if (part->count > 0 && !style->noheadings)
		buf_printf(out, "%*sNUMBER       TYPE     SIZE TEXT\n", INDENT, "");
	for (i = 0; i < part->count; i++)
		put_message(out, &row->snapshot->detail.message[i], i, style);
}

static void put_no_parts(struct buf *out, const struct row *row, const struct report_style *style)
{
	(void)out;
	(void)row;
	(void)style;
}

void report_object(struct buf *out, const struct row *row, const struct report_style *style)
{
	static void (*const put_parts[CLASS_COUNT])(
		struct buf *, const struct row *, const struct report_style *) = {
		[CLASS_MSG] = put_messages,
		[CLASS_SEM] = put_semaphores,
		[CLASS_SHM] = put_no_parts,
	};
	struct report_style own = *style;

	if (own.value.time_format == TIME_SHORT)
		own.value.time_format = TIME_FULL;
	put_title_of(out, row, &own);
	put_fields(out, row, &own);
	if (!(class_infos[row->class].flags & CLASS_IPC))
		return;
	put_parts[row->class](out, row, &own);
	put_key(out, row, &own);
	put_limits(out, row, &own);
}
