/*
 * The filter language of interface and commands: terms joined by blanks, all of which must hold.
 * A filter is parsed once and then only read: it may be used by any thread, one at a time.
 */
#ifndef IPCTOP_MODEL_FILTER_H
#define IPCTOP_MODEL_FILTER_H

#include <stdbool.h>
#include <stddef.h>

#include "ipctop/model/column.h"

struct filter;

struct filter_error {
	size_t position; /* of the wrong term in the expression, in bytes, from 1 */
	struct buf text; /* what is wrong and what would be right; buf_free() it */
};

/*
 * Parse `expression` for rows of any of `classes`. A term on a column that only some of them have
 * is right, and holds for no row of the others. 0, and a filter for filter_free(); -EINVAL with
 * `*error` filled; -ENOMEM. An empty expression gives a filter that takes every row.
 */
int filter_parse(const char *expression, unsigned classes, struct filter **filter,
	struct filter_error *error);
void filter_free(struct filter *filter);

/* Whether it has no terms: it takes every row. NULL is empty. */
bool filter_is_empty(const struct filter *filter);

/*
 * Whether `row` passes. Bare words and regular expressions are looked for in what is shown: values
 * written in `style`, and of words those of the columns of `shown`. A NULL filter takes all. 1, 0,
 * or -ENOMEM: it is not known.
 */
int filter_match(struct filter *filter, const struct row *row, const struct column_list *shown,
	const struct value_style *style);

/* Whether it has bare words, which look at all columns shown. */
bool filter_has_words(const struct filter *filter);

/* The set of enum cost of the columns that the terms name, for rows of `class`. */
unsigned filter_cost(const struct filter *filter, enum class class);

#endif
