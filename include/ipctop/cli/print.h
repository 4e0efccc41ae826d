/*
 * The printers that commands share: tables, raw and export through libsmartcols, as lsipc(1) does
 * it, and JSON. All write to standard output.
 */
#ifndef IPCTOP_CLI_PRINT_H
#define IPCTOP_CLI_PRINT_H

#include "ipctop/base/json.h"
#include "ipctop/cli/options.h"
#include "ipctop/model/column.h"
#include "ipctop/model/table.h"

/* Print the rows shown of `table`. 0 or -ENOMEM. */
int print_table(const struct table *table, const struct options *options);

/* Write the rows shown as an array under the word of the table's class. */
void print_json_rows(struct json *json, const struct table *table);

/* Begin an object with the members that every command has: time, host, namespace. */
void print_json_head(struct json *json, const struct snapshot *snapshot);

/* Write "errors", where anything could not be read. */
void print_json_notes(struct json *json, const struct snapshot *snapshot);

/* Print the snapshot's notes to standard error; true where something asked for is missing. */
bool print_notes(const struct snapshot *snapshot);

/*
 * The exit status at the end of a command that printed: `status`, or EXIT_NOT_DONE where standard
 * output could not be written, which is said, but for a closed pipe. `error`: the negative errno of
 * a write that failed before, or 0.
 */
int print_end(int status, int error);

#endif
