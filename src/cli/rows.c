#include "ipctop/cli/rows.h"

#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ipctop/base/file.h"
#include "ipctop/base/text.h"
#include "ipctop/cli/print.h"

enum { PIECE_BYTES = 64 * 1024 }; /* written at once */

/* A text among those of all cells, which lie one behind another. */
struct cell {
	size_t bytes;
	size_t width; /* in columns of a terminal */
};

/* All cells of a table, row after row. */
struct cells {
	const struct column_list *shown;
	struct buf text;
	struct cell *list;
	size_t width[COLUMNS_MAX]; /* of the widest cell of a column, or its heading */
};

static void write_piece(struct buf *out, size_t least)
{
	int error = 0;

	if (out->len < least || out->error)
		return;
	errno = 0;
	if (fwrite(out->data, 1, out->len, stdout) < out->len)
		error = file_failure();
	buf_clear(out);
	out->error = error;
}

/* Write what is left; 0, -ENOMEM where not all came into the buffer, or why it can't be written. */
static int finish(struct buf *out)
{
	int error;

	write_piece(out, 1);
	error = out->error;
	buf_free(out);
	return error;
}

static size_t width_of(const char *text, size_t bytes)
{
	size_t i;

	for (i = 0; i < bytes; i++) {
		if ((unsigned char)text[i] >= 0x80)
			return text_width(text);
	}
	return bytes;
}

static void put_blanks(struct buf *out, size_t count)
{
	char *to = buf_reserve(out, count);

	if (!to)
		return;
	memset(to, ' ', count);
	to[count] = '\0';
	out->len += count;
}

/* A last column is not filled up on its right. */
static void put_cell(struct buf *out, const struct cells *cells, size_t column, const char *text,
	struct cell cell)
{
	bool right = value_right_aligned(cells->shown->at[column]->type);
	size_t blanks = cells->width[column] - cell.width;

	if (right)
		put_blanks(out, blanks);
	buf_bytes(out, text, cell.bytes);
	if (column + 1 == cells->shown->count) {
		buf_char(out, '\n');
		return;
	}
	put_blanks(out, right ? 1 : blanks + 1);
}

static void measure_headings(struct cells *cells)
{
	size_t i;

	for (i = 0; i < cells->shown->count; i++)
		cells->width[i] = strlen(cells->shown->at[i]->name);
}

static void put_headings(struct buf *out, const struct cells *cells)
{
	const char *name;
	size_t i;

	for (i = 0; i < cells->shown->count; i++) {
		name = cells->shown->at[i]->name;
		put_cell(out, cells, i, name, (struct cell){ strlen(name), strlen(name) });
	}
}

static void gather(struct cells *cells, const struct table *table, struct value_style *style)
{
	struct cell *cell = cells->list;
	struct row row;
	size_t at, i, start;

	measure_headings(cells);
	buf_clear(&cells->text);
	for (at = 0; at < table->count; at++) {
		row = table_row(table, at);
		for (i = 0; i < cells->shown->count; i++, cell++) {
			start = cells->text.len;
			value_text(&cells->text, cells->shown->at[i]->get(&row), style);
			cell->bytes = cells->text.len - start;
			cell->width = width_of(buf_str(&cells->text) + start, cell->bytes);
			if (cell->width > cells->width[i])
				cells->width[i] = cell->width;
		}
	}
}

/*
 * Of columns that the user has not chosen, those that fit into the terminal as wide as they are:
 * with long names or numbers they are fewer than usual. 0 or -ENOMEM.
 */
static int find_fitting(struct column_list *fitting, const struct cells *cells, enum class class,
	const struct options *options)
{
	const unsigned most = print_width();
	unsigned *widths;
	size_t i;

	*fitting = *cells->shown;
	if (most == 0 || options->output)
		return 0;
	widths = calloc(column_count, sizeof(*widths));
	if (!widths)
		return -ENOMEM;
	for (i = 0; i < cells->shown->count; i++)
		widths[cells->shown->at[i] - columns] = (unsigned)cells->width[i];
	column_list_fit(fitting, class, cells->shown, most, 1, widths);
	free(widths);
	return 0;
}

static int put_all(const struct cells *cells, size_t rows, bool headings)
{
	const struct cell *cell = cells->list;
	const char *text = buf_str(&cells->text);
	struct buf out = { 0 };
	size_t at, i;

	if (headings)
		put_headings(&out, cells);
	for (at = 0; at < rows; at++) {
		for (i = 0; i < cells->shown->count; i++, cell++) {
			put_cell(&out, cells, i, text, *cell);
			text += cell->bytes;
		}
		write_piece(&out, PIECE_BYTES);
	}
	return finish(&out);
}

static int print_columns(
	const struct table *table, const struct options *options, struct value_style *style)
{
	struct cells cells = { .shown = &table->shown };
	struct column_list fitting;
	int error;

	cells.list = calloc(table->count * table->shown.count, sizeof(*cells.list));
	if (!cells.list)
		return -ENOMEM;
	gather(&cells, table, style);
	error = find_fitting(&fitting, &cells, table->class, options);
	if (fitting.count < cells.shown->count) {
		cells.shown = &fitting;
		gather(&cells, table, style);
	}
	if (!error)
		error = cells.text.error;
	if (!error)
		error = put_all(&cells, table->count, !options->noheadings);
	buf_free(&cells.text);
	free(cells.list);
	return error;
}

/* Blanks separate raw columns, so none may be in one, and none may be empty. */
static void put_raw(struct buf *out, const char *text, bool last)
{
	unsigned char byte;
	size_t run;

	if (!*text)
		buf_char(out, '-');
	while (*text) {
		for (run = 0; text[run] > ' ' && text[run] < 0x7f && text[run] != '\\'; run++)
			continue;
		buf_bytes(out, text, run);
		text += run;
		if (!*text)
			break;
		byte = (unsigned char)*text++;
		if (isprint(byte) && !isblank(byte) && byte != '\\')
			buf_char(out, (char)byte); /* the locale has one byte a character */
		else
			buf_printf(out, "\\x%02x", byte);
	}
	buf_char(out, last ? '\n' : ' ');
}

static int print_raw(
	const struct table *table, const struct options *options, struct value_style *style)
{
	const struct column_list *shown = &table->shown;
	struct buf out = { 0 }, text = { 0 };
	struct row row;
	size_t at, i;

	for (i = 0; i < shown->count && !options->noheadings; i++)
		put_raw(&out, shown->at[i]->name, i + 1 == shown->count);
	for (at = 0; at < table->count; at++) {
		row = table_row(table, at);
		for (i = 0; i < shown->count; i++) {
			buf_clear(&text);
			value_text(&text, shown->at[i]->get(&row), style);
			if (text.error)
				out.error = text.error;
			put_raw(&out, buf_str(&text), i + 1 == shown->count);
		}
		write_piece(&out, PIECE_BYTES);
	}
	buf_free(&text);
	return finish(&out);
}

int rows_print(const struct table *table, const struct options *options)
{
	struct value_style style = print_style(options);

	style.now = table->snapshot->time.tv_sec;
	return options->mode == OUTPUT_RAW ? print_raw(table, options, &style)
					   : print_columns(table, options, &style);
}
