/* What `key` and `show` both print of a key. */
#ifndef IPCTOP_CLI_KEY_H
#define IPCTOP_CLI_KEY_H

#include "ipctop/base/json.h"
#include "ipctop/cli/options.h"
#include "ipctop/model/snapshot.h"

/* Print the candidates of the snapshot's detail as a table, a blank line before it. 0 or -ENOMEM.
 */
int key_print_candidates(const struct snapshot *snapshot, const struct options *options);

/* Write the members "ftok", the parts of `key`, and "candidates". */
void key_write_json(struct json *json, const struct snapshot *snapshot, uint32_t key);

#endif
