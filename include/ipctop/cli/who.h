/* Relations as `who` and `show` both print them. */
#ifndef IPCTOP_CLI_WHO_H
#define IPCTOP_CLI_WHO_H

#include "ipctop/base/json.h"
#include "ipctop/cli/options.h"
#include "ipctop/model/relation.h"
#include "ipctop/model/snapshot.h"

/* Write the relations of `type` in `range` as the array `key`. */
void who_write_json(struct json *json, const char *key, const struct snapshot *snapshot,
	struct relation_range range, enum relation_type type);

/* Print the relations of `range` as a table; `apart`: behind a blank line. 0 or -ENOMEM. */
int who_print(const struct snapshot *snapshot, struct relation_range range,
	const struct options *options, bool apart);

#endif
