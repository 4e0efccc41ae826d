/*
 * The printers that commands share: small tables and export through libsmartcols, as lsipc(1) does
 * it, many rows by rows.h in the same form, and JSON. All write to standard output.
 */
#ifndef IPCTOP_CLI_PRINT_H
#define IPCTOP_CLI_PRINT_H

#include <stdarg.h>

#include "ipctop/base/json.h"
#include "ipctop/cli/options.h"
#include "ipctop/model/column.h"
#include "ipctop/model/table.h"

/* How the options want values written; `now` is not set. */
struct value_style print_style(const struct options *options);

/* Columns of the terminal that standard output is; 0: it is none, and has no end. */
unsigned print_width(void);

/* buf_str(); where the text is not whole, the program ends with a message and EXIT_NOT_DONE. */
const char *print_str(const struct buf *text);

/* Print `text`, which goes. 0, -ENOMEM where it is not whole, or the negative errno of writing. */
int print_text(struct buf *text);

/* Print the rows shown of `table`. 0, -ENOMEM, or the negative errno of writing. */
int print_table(const struct table *table, const struct options *options);

/*
 * A small table of texts that a command makes itself, in the mode of its options. Cells come row
 * after row, printable. `names`: of its columns, the last one NULL; they live as long as it does.
 * NULL where there is no memory, which the others take.
 */
struct print_grid *print_grid_new(const char *const *names, const struct options *options);
void print_grid_cell(struct print_grid *grid, const char *text);
/* Formatted like printf(3), and made printable. */
void print_grid_printf(struct print_grid *grid, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Print it, where it has rows, and free it; `apart`: behind a blank line. As print_table(). */
int print_grid_end(struct print_grid *grid, bool apart);

/* Write all columns of `list` of `row` as the members of the object that was begun. */
void print_json_members(struct json *json, const struct column_list *list, const struct row *row);

/* Write the rows shown as an array under the word of the table's class. */
void print_json_rows(struct json *json, const struct table *table);

/* Begin an object with the members that every command has: time, host, namespace. */
void print_json_head(struct json *json, const struct snapshot *snapshot);

/* Write "errors", where anything could not be read. */
void print_json_notes(struct json *json, const struct snapshot *snapshot);

/*
 * Print "ipctop: …" and a newline to standard error; the format's texts may come from anywhere:
 * they are made printable here.
 */
void print_complaint(const char *format, ...) __attribute__((format(printf, 1, 2)));
void print_complaint_of(const char *format, va_list args) __attribute__((format(printf, 1, 0)));

/*
 * Print the snapshot's notes to standard error, but hints only of `classes`, a set of class_bit(),
 * and those at processes that were not seen only with `unseen`; true where something asked for is
 * missing.
 */
bool print_notes(const struct snapshot *snapshot, unsigned classes, bool unseen);

/*
 * The exit status at the end of a command that printed: `status`, or EXIT_NOT_DONE where standard
 * output could not be written, which is said, but for a closed pipe. `error`: the negative errno of
 * a write that failed before, or 0.
 */
int print_end(int status, int error);

#endif
