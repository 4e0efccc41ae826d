/*
 * A table: filter, order, cursor and tags over the rows of one class. It holds identities, so that
 * cursor and tags stay with their objects when a new snapshot moves rows about. It keeps a
 * reference to the snapshot it shows. It belongs to one thread, the face's.
 */
#ifndef IPCTOP_MODEL_TABLE_H
#define IPCTOP_MODEL_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ipctop/model/column.h"
#include "ipctop/model/filter.h"
#include "ipctop/model/group.h"
#include "ipctop/model/identity.h"
#include "ipctop/model/snapshot.h"

/* A set of identities: a hash table with open addressing. */
struct identity_set {
	struct identity *slots;
	bool *taken;
	size_t size, used;
};

struct table {
	enum class class;
	struct snapshot *snapshot; /* NULL before the first */
	struct column_list shown; /* columns, which bare words of the filter look at */
	struct value_style style; /* that its values are written in, but for `now` */
	struct filter *filter; /* NULL: none */
	bool by_user; /* only what `uid` owns or created */
	uint32_t uid;
	bool in_group; /* only what belongs to `group` */
	struct group_key group;
	const struct column *order; /* NULL: the kernel's own */
	bool descending;
	uint32_t *rows; /* indexes into the snapshot's records, in the order shown */
	size_t count; /* of rows shown */
	size_t cursor; /* row shown; 0 where there are none */
	struct identity cursor_identity; /* of the object under the cursor */
	bool has_cursor;
	struct identity_set tags;
	size_t tags_shown; /* tagged objects that the filter lets through */
};

void table_init(struct table *table, enum class class);
void table_free(struct table *table);

/*
 * Show `snapshot` (a reference is taken): filter, order, find the cursor's object again, and drop
 * tags of objects that are gone. Where the cursor's object is gone the cursor stays in its line.
 * 0, or -ENOMEM: the table is as it was.
 */
int table_show(struct table *table, struct snapshot *snapshot);

/* Let go of the snapshot while the table is not shown; cursor and tags stay. */
void table_hide(struct table *table);

/* Filter and order anew after a change of filter, order or columns. 0 or -ENOMEM. */
int table_refresh(struct table *table);

/* Take over `filter`, from filter_parse(), or NULL; then table_refresh(). */
void table_set_filter(struct table *table, struct filter *filter);

/* Read "COLUMN", "COLUMN:asc" or "COLUMN:desc" of a class. 0, or -EINVAL where it is no such thing.
 */
int table_parse_order(
	enum class class, const char *order, const struct column **column, bool *descending);

/*
 * Order by "COLUMN", "COLUMN:asc" or "COLUMN:desc". 0, or -EINVAL where it is no such thing. Then
 * table_refresh().
 */
int table_set_order(struct table *table, const char *order);

/* The set of enum cost that columns, filter and order need. */
unsigned table_cost(const struct table *table);

/* The set of enum cost that filter and order need: for every row, not only for those in view. */
unsigned table_cost_of_all(const struct table *table);

/*
 * Whether user and filter of the table let the row through, which may be of another snapshot: 1, 0
 * or -ENOMEM.
 */
int table_passes(const struct table *table, const struct row *row);

/* The row shown at `at` (< count). */
struct row table_row(const struct table *table, size_t at);
struct identity table_identity(const struct table *table, size_t at);

/* Move the cursor to `at`, or to the nearest row there is. */
void table_move(struct table *table, long at);

/* Move the cursor to an object; where it is not shown, the cursor stays in its line. */
void table_move_to(struct table *table, const struct identity *identity);

bool table_is_tagged(const struct table *table, size_t at);
/* Tag the row, or untag it. 0 or -ENOMEM. */
int table_toggle_tag(struct table *table, size_t at);
int table_tag_all(struct table *table);
void table_untag_all(struct table *table);

#endif
