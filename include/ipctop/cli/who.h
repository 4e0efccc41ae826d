/* Relations as `who` and `show` both print them. */
#ifndef IPCTOP_CLI_WHO_H
#define IPCTOP_CLI_WHO_H

#include "ipctop/base/json.h"
#include "ipctop/cli/options.h"
#include "ipctop/model/column.h"

/* Write the relations of `type` of the row as the array `key`; null where none were looked for. */
void who_write_json(
	struct json *json, const char *key, const struct row *row, enum relation_type type);

/* Print the relations of `range` as a table; `apart`: behind a blank line. 0 or -ENOMEM. */
int who_print(const struct snapshot *snapshot, struct relation_range range,
	const struct options *options, bool apart);

#endif
