/*
 * Many rows on standard output, in columns or raw. What comes out is what libsmartcols prints, byte
 * for byte (a test holds the two together), in a fraction of its time: it keeps every cell in an
 * allocation of its own and asks for the width of each character by multibyte functions, while
 * texts here are printable already, nearly always ASCII, and lie in one buffer.
 */
#ifndef IPCTOP_CLI_ROWS_H
#define IPCTOP_CLI_ROWS_H

#include "ipctop/cli/options.h"
#include "ipctop/model/table.h"

/*
 * Print the rows shown of `table`, which has some, in OUTPUT_TABLE or OUTPUT_RAW. 0, -ENOMEM, or
 * the negative errno of a write that failed. One thread.
 */
int rows_print(const struct table *table, const struct options *options);

#endif
