#include "ipctop/cli/print.h"

#include <errno.h>
#include <libsmartcols.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "ipctop/base/file.h"
#include "ipctop/base/text.h"
#include "ipctop/cli/rows.h"

struct value_style print_style(const struct options *options)
{
	return (struct value_style){
		.exact_bytes = options->exact_bytes,
		.plain = options->mode != OUTPUT_TABLE,
		.ascii = !text_locale_is_utf8(),
		.time_format = options->time_format,
	};
}

unsigned print_width(void)
{
	struct winsize size;

	return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

static int add_columns(struct libscols_table *out, const struct column_list *shown)
{
	int flags;
	size_t i;

	for (i = 0; i < shown->count; i++) {
		flags = value_right_aligned(shown->at[i]->type) ? SCOLS_FL_RIGHT : 0;
		if (!scols_table_new_column(out, shown->at[i]->name, 0, flags))
			return -ENOMEM;
	}
	return 0;
}

static int add_line(struct libscols_table *out, const struct table *table, size_t at,
	const struct options *options, struct buf *text)
{
	struct value_style style = print_style(options);
	struct libscols_line *line = scols_table_new_line(out, NULL);
	struct row row = table_row(table, at);
	struct value value;
	size_t i;

	style.now = table->snapshot->time.tv_sec;
	for (i = 0; line && i < table->shown.count; i++) {
		value = table->shown.at[i]->get(&row);
		buf_clear(text);
		value_text(text, value, &style);
		/* a variable that is absent is empty */
		if (text->error ||
			scols_line_set_data(
				line, i, value.type == VALUE_NONE ? "" : buf_str(text)) < 0)
			return -ENOMEM;
	}
	return line ? 0 : -ENOMEM;
}

/* A table without lines still has its headings. */
static void print_headings(const struct table *table, const struct options *options)
{
	size_t i;

	if (options->noheadings || options->mode == OUTPUT_EXPORT)
		return;
	for (i = 0; i < table->shown.count; i++)
		printf("%s%s", i ? " " : "", table->shown.at[i]->name);
	putchar('\n');
}

/* How every table of libsmartcols prints here. */
static void set_mode(struct libscols_table *out, const struct options *options)
{
	scols_table_enable_noheadings(out, options->noheadings);
	scols_table_enable_raw(out, options->mode == OUTPUT_RAW);
	scols_table_enable_export(out, options->mode == OUTPUT_EXPORT);
	scols_table_enable_noencoding(out, 1); /* text is printable already */
	scols_table_set_termforce(out, SCOLS_TERMFORCE_NEVER); /* columns fit already */
}

/* The library does not tell where a piece can't be written, and errno is lost soon after. */
static int print_scols(struct libscols_table *out)
{
	bool failed = ferror(stdout);
	int error;

	errno = 0;
	error = scols_print_table(out);
	return !error && !failed && ferror(stdout) ? file_failure() : error;
}

static int fill_and_print(
	struct libscols_table *out, const struct table *table, const struct options *options)
{
	struct buf text = { 0 };
	int error = add_columns(out, &table->shown);
	size_t at;

	for (at = 0; at < table->count && !error; at++)
		error = add_line(out, table, at, options, &text);
	buf_free(&text);
	if (error)
		return error;
	set_mode(out, options);
	return print_scols(out);
}

const char *print_str(const struct buf *text)
{
	if (text->error)
		exit(print_end(EXIT_DONE, text->error));
	return buf_str(text);
}

int print_text(struct buf *text)
{
	int error = text->error;

	errno = 0;
	if (!error && fputs(buf_str(text), stdout) == EOF)
		error = file_failure();
	buf_free(text);
	return error;
}

int print_table(const struct table *table, const struct options *options)
{
	struct libscols_table *out;
	int error;

	if (table->count == 0) {
		print_headings(table, options);
		return 0;
	}
	if (options->mode != OUTPUT_EXPORT)
		return rows_print(table, options);
	out = scols_new_table();
	if (!out)
		return -ENOMEM;
	error = fill_and_print(out, table, options);
	scols_unref_table(out);
	return error;
}

struct print_grid {
	struct libscols_table *out;
	struct libscols_line *line; /* that takes the next cell */
	const struct options *options;
	size_t columns, cell;
	int error;
};

struct print_grid *print_grid_new(const char *const *names, const struct options *options)
{
	struct print_grid *grid = calloc(1, sizeof(*grid));

	if (!grid)
		return NULL;
	grid->options = options;
	grid->out = scols_new_table();
	for (; grid->out && names[grid->columns]; grid->columns++) {
		if (!scols_table_new_column(grid->out, names[grid->columns], 0, 0))
			grid->error = -ENOMEM;
	}
	if (!grid->out)
		grid->error = -ENOMEM;
	return grid;
}

void print_grid_cell(struct print_grid *grid, const char *text)
{
	if (!grid || grid->error)
		return;
	if (grid->cell == 0)
		grid->line = scols_table_new_line(grid->out, NULL);
	if (grid->options->mode == OUTPUT_RAW && !*text)
		text = "-"; /* raw columns must not be empty */
	if (!grid->line || scols_line_set_data(grid->line, grid->cell, text) < 0)
		grid->error = -ENOMEM;
	grid->cell = (grid->cell + 1) % grid->columns;
}

void print_grid_printf(struct print_grid *grid, const char *format, ...)
{
	struct buf clean = { 0 };
	char text[PATH_MAX]; /* the longest is a path */
	va_list args;

	va_start(args, format);
	text_vprintf(text, sizeof(text), format, args);
	va_end(args);
	text_clean(&clean, text, strlen(text), !text_locale_is_utf8());
	print_grid_cell(grid, print_str(&clean));
	buf_free(&clean);
}

int print_grid_end(struct print_grid *grid, bool apart)
{
	int error = grid ? grid->error : -ENOMEM;

	if (!error && scols_table_get_nlines(grid->out) > 0) {
		if (apart)
			putchar('\n');
		set_mode(grid->out, grid->options);
		error = print_scols(grid->out);
	}
	if (grid)
		scols_unref_table(grid->out);
	free(grid);
	return error;
}

/* The names "NAME_alive" of pid columns: made once for many rows. */
struct alive_names {
	char at[COLUMNS_MAX][32]; /* "": no pid */
};

static void name_alive(struct alive_names *names, const struct column_list *list)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		snprintf(names->at[i], sizeof(names->at[i]), "%s%s",
			list->at[i]->type == VALUE_PID ? list->at[i]->json : "",
			list->at[i]->type == VALUE_PID ? "_alive" : "");
}

static void write_members(struct json *json, const struct column_list *list,
	const struct alive_names *names, const struct row *row)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		value_json(json, list->at[i]->json, *names->at[i] ? names->at[i] : NULL,
			list->at[i]->get(row));
}

void print_json_members(struct json *json, const struct column_list *list, const struct row *row)
{
	struct alive_names names;

	name_alive(&names, list);
	write_members(json, list, &names, row);
}

void print_json_rows(struct json *json, const struct table *table)
{
	struct alive_names names;
	struct row row;
	size_t at;

	name_alive(&names, &table->shown);
	json_begin_array(json, class_infos[table->class].word);
	for (at = 0; at < table->count; at++) {
		row = table_row(table, at);
		json_line(json);
		json_begin_object(json, NULL);
		write_members(json, &table->shown, &names, &row);
		json_end_object(json);
	}
	json_end_array(json);
}

void print_json_head(struct json *json, const struct snapshot *snapshot)
{
	json_begin_object(json, NULL);
	json_key(json, "time");
	buf_char(&json->out, '"');
	units_time_exact(&json->out, snapshot->time);
	buf_char(&json->out, '"');
	json_text(json, "host", snapshot->host);
	if (snapshot->scope)
		json_u64(json, "namespace", snapshot->scope);
	else
		json_null(json, "namespace");
}

static void write_notes(struct json *json, const struct snapshot *snapshot, bool of_processes)
{
	const struct note *note;

	for (note = snapshot->notes; note; note = note->next) {
		if ((note->class == CLASS_PROCESS) != of_processes)
			continue;
		json_begin_object(json, NULL);
		json_text(json, "kind", class_infos[note->class].word);
		json_text(json, "reason", note->text);
		json_end_object(json);
	}
}

/* Who could not be seen comes last: it is true of every object. */
void print_json_notes(struct json *json, const struct snapshot *snapshot)
{
	if (!snapshot->notes)
		return;
	json_begin_array(json, "errors");
	write_notes(json, snapshot, false);
	write_notes(json, snapshot, true);
	json_end_array(json);
}

void print_complaint_of(const char *format, va_list args)
{
	struct buf clean = { 0 };
	char text[1024];

	text_vprintf(text, sizeof(text), format, args);
	text_clean(&clean, text, strlen(text), !text_locale_is_utf8());
	fprintf(stderr, "ipctop: %s\n", clean.error ? "out of memory" : buf_str(&clean));
	buf_free(&clean);
}

void print_complaint(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print_complaint_of(format, args);
	va_end(args);
}

bool print_notes(const struct snapshot *snapshot, unsigned classes, bool unseen)
{
	const struct note *note;
	bool failed = false;

	for (note = snapshot->notes; note; note = note->next) {
		if (note->kind == NOTE_FAILED ||
			((classes & class_bit(note->class)) &&
				(unseen || note->kind != NOTE_UNSEEN)))
			print_complaint("%s: %s", class_infos[note->class].word, note->text);
		failed |= note->kind == NOTE_FAILED;
	}
	return failed;
}

int print_end(int status, int error)
{
	errno = 0;
	if ((fflush(stdout) == EOF || ferror(stdout)) && !error)
		error = file_failure();
	if (!error)
		return status;
	if (error == -ENOMEM)
		fprintf(stderr, "ipctop: out of memory\n");
	else if (error != -EPIPE)
		fprintf(stderr, "ipctop: standard output: %s\n", strerror(-error));
	return EXIT_NOT_DONE;
}
