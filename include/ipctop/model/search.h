/* Searching in a table as it is shown. Face's thread. */
#ifndef IPCTOP_MODEL_SEARCH_H
#define IPCTOP_MODEL_SEARCH_H

#include <stdbool.h>
#include <stddef.h>

#include "ipctop/model/table.h"

/*
 * Find the first row from `*at` on, or backwards from there, that holds `text` in a column shown,
 * as it is written in `style`; behind the last row it goes on with the first, and the other way
 * round. Without a capital in `text` capitals do not matter. 1; 0 where there is none, or -ENOMEM,
 * and `*at` as it was.
 */
int search_table(const struct table *table, const char *text, bool backward,
	const struct value_style *style, size_t *at);

#endif
