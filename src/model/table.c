#include "ipctop/model/table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { FIRST_SLOTS = 16 };

/* identities */

static size_t set_find(const struct identity_set *set, const struct identity *identity)
{
	size_t at = identity_hash(identity) & (set->size - 1);

	while (set->taken[at] && !identity_equal(&set->slots[at], identity))
		at = (at + 1) & (set->size - 1);
	return at;
}

static bool set_has(const struct identity_set *set, const struct identity *identity)
{
	return set->used > 0 && set->taken[set_find(set, identity)];
}

static void set_free(struct identity_set *set)
{
	free(set->slots);
	free(set->taken);
	*set = (struct identity_set){ 0 };
}

static void set_put(struct identity_set *set, const struct identity *identity)
{
	size_t at = set_find(set, identity);

	if (set->taken[at])
		return;
	set->slots[at] = *identity;
	set->taken[at] = true;
	set->used++;
}

/* An empty set with places for twice `count`. */
static int set_make(struct identity_set *set, size_t count)
{
	*set = (struct identity_set){ .size = FIRST_SLOTS };
	while (set->size < 2 * count)
		set->size *= 2;
	set->slots = calloc(set->size, sizeof(*set->slots));
	set->taken = calloc(set->size, sizeof(*set->taken));
	if (set->slots && set->taken)
		return 0;
	set_free(set);
	return -ENOMEM;
}

static int set_reserve(struct identity_set *set, size_t count)
{
	struct identity_set grown;
	size_t i;

	if (set->size >= 2 * count && set->size > 0)
		return 0;
	if (set_make(&grown, count) < 0)
		return -ENOMEM;
	for (i = 0; i < set->size; i++) {
		if (set->taken[i])
			set_put(&grown, &set->slots[i]);
	}
	set_free(set);
	*set = grown;
	return 0;
}

/* Open addressing leaves no holes: all but one are put into a new set. */
static int set_remove(struct identity_set *set, const struct identity *identity)
{
	struct identity_set kept;
	size_t i;

	if (set_make(&kept, set->used) < 0)
		return -ENOMEM;
	for (i = 0; i < set->size; i++) {
		if (set->taken[i] && !identity_equal(&set->slots[i], identity))
			set_put(&kept, &set->slots[i]);
	}
	set_free(set);
	*set = kept;
	return 0;
}

/* the table */

void table_init(struct table *table, enum class class)
{
	*table = (struct table){ .class = class };
	column_list_default(&table->shown, class);
}

void table_free(struct table *table)
{
	snapshot_unref(table->snapshot);
	filter_free(table->filter);
	free(table->rows);
	set_free(&table->tags);
	*table = (struct table){ 0 };
}

void table_set_filter(struct table *table, struct filter *filter)
{
	filter_free(table->filter);
	table->filter = filter;
}

int table_parse_order(
	enum class class, const char *order, const struct column **column, bool *descending)
{
	const char *colon = strchr(order, ':');
	size_t length = colon ? (size_t)(colon - order) : strlen(order);
	const struct column *found = column_find(class, order, length);
	bool desc = colon && strcasecmp(colon, ":desc") == 0;

	if (!found || (colon && !desc && strcasecmp(colon, ":asc") != 0))
		return -EINVAL;
	*column = found;
	*descending = desc;
	return 0;
}

int table_set_order(struct table *table, const char *order)
{
	return table_parse_order(table->class, order, &table->order, &table->descending);
}

unsigned table_cost_of_all(const struct table *table)
{
	unsigned cost = filter_cost(table->filter, table->class);

	if (filter_has_words(table->filter))
		cost |= column_list_cost(&table->shown);
	if (table->in_group)
		cost |= group_by_cost(table->group.by);
	return cost | (table->order ? table->order->cost : 0);
}

unsigned table_cost(const struct table *table)
{
	return column_list_cost(&table->shown) | table_cost_of_all(table);
}

struct row table_row(const struct table *table, size_t at)
{
	return row_at(table->snapshot, table->class, table->rows[at]);
}

struct identity table_identity(const struct table *table, size_t at)
{
	return identity_of(table->class,
		snapshot_record(table->snapshot, table->class, table->rows[at]),
		table->snapshot->scope);
}

int table_passes(const struct table *table, const struct row *row)
{
	struct value_style style = table->style;

	style.now = row->snapshot->time.tv_sec;
	if (table->by_user && (class_infos[row->class].flags & CLASS_IPC) &&
		row->ipc->uid != table->uid && row->ipc->cuid != table->uid)
		return false;
	if (table->by_user && row->class == CLASS_EVENT && row->event->uid != table->uid &&
		row->event->cuid != table->uid)
		return false;
	if (table->in_group && !group_key_has(&table->group, row))
		return false;
	return filter_match(table->filter, row, &table->shown, &style);
}

/* Ordering looks at each row's value once, and then only at these. */
struct sort_entry {
	struct value value;
	uint32_t row;
};

static int by_value(const void *left, const void *right, void *descending)
{
	const struct sort_entry *a = left, *b = right;
	int order = value_compare(a->value, b->value);

	/* what is absent stays last in either direction */
	if (*(const bool *)descending && a->value.type != VALUE_NONE && b->value.type != VALUE_NONE)
		order = -order;
	return order ? order : (a->row > b->row) - (a->row < b->row);
}

static int sort_rows(
	const struct table *table, const struct snapshot *snapshot, uint32_t *rows, size_t count)
{
	struct sort_entry *entries;
	bool descending = table->descending;
	struct row row;
	size_t i;

	if (!table->order || count < 2)
		return 0;
	entries = malloc(count * sizeof(*entries));
	if (!entries)
		return -ENOMEM;
	for (i = 0; i < count; i++) {
		row = row_at(snapshot, table->class, rows[i]);
		entries[i] = (struct sort_entry){ table->order->get(&row), rows[i] };
	}
	qsort_r(entries, count, sizeof(*entries), by_value, &descending);
	for (i = 0; i < count; i++)
		rows[i] = entries[i].row;
	free(entries);
	return 0;
}

/* The rows of `snapshot` that are to be shown, in order. */
static int select_rows(
	const struct table *table, const struct snapshot *snapshot, uint32_t **rows, size_t *count)
{
	uint32_t total = snapshot->classes[table->class].count, i;
	int passes = 0;
	struct row row;

	*count = 0;
	*rows = malloc((total ? total : 1) * sizeof(**rows));
	if (!*rows)
		return -ENOMEM;
	for (i = 0; i < total && passes >= 0; i++) {
		row = row_at(snapshot, table->class, i);
		passes = table_passes(table, &row);
		if (passes > 0)
			(*rows)[(*count)++] = i;
	}
	if (passes >= 0 && sort_rows(table, snapshot, *rows, *count) == 0)
		return 0;
	free(*rows);
	return -ENOMEM;
}

static void find_cursor(struct table *table)
{
	struct identity identity;
	size_t i;

	for (i = 0; table->has_cursor && i < table->count; i++) {
		identity = table_identity(table, i);
		if (identity_equal(&identity, &table->cursor_identity)) {
			table->cursor = i;
			return;
		}
	}
	if (table->has_cursor && table->snapshot->classes[table->class].partial) {
		/* it may come yet, unless the cursor is moved before */
		if (table->cursor >= table->count)
			table->cursor = table->count ? table->count - 1 : 0;
		return;
	}
	table_move(table, (long)table->cursor);
}

/* The tags whose objects are there; those that the filter hides stay. */
static int keep_tags(
	const struct table *table, const struct snapshot *snapshot, struct identity_set *kept)
{
	const struct class_rows *rows = &snapshot->classes[table->class];
	struct identity identity;
	uint32_t i;

	if (set_make(kept, table->tags.used) < 0)
		return -ENOMEM;
	for (i = 0; i < rows->count; i++) {
		identity = identity_of(
			table->class, snapshot_record(snapshot, table->class, i), snapshot->scope);
		if (set_has(&table->tags, &identity))
			set_put(kept, &identity);
	}
	return 0;
}

static void count_tags(struct table *table)
{
	size_t at;

	table->tags_shown = 0;
	for (at = 0; table->tags.used > 0 && at < table->count; at++)
		table->tags_shown += table_is_tagged(table, at);
}

int table_show(struct table *table, struct snapshot *snapshot)
{
	/* a class that can't be read this time says nothing about its objects */
	const struct class_rows *class_rows = &snapshot->classes[table->class];
	bool drop_tags = table->tags.used > 0 && snapshot_is_whole(snapshot, table->class);
	struct identity_set kept = { 0 };
	uint32_t *rows;
	size_t count;

	if (select_rows(table, snapshot, &rows, &count) < 0)
		return -ENOMEM;
	if (drop_tags && keep_tags(table, snapshot, &kept) < 0) {
		free(rows);
		return -ENOMEM;
	}
	if (drop_tags) {
		set_free(&table->tags);
		table->tags = kept;
	}
	snapshot_ref(snapshot);
	snapshot_unref(table->snapshot);
	table->snapshot = snapshot;
	free(table->rows);
	table->rows = rows;
	table->count = count;
	if (class_rows->read)
		find_cursor(table);
	else
		table->cursor = 0; /* its object is found again when it is */
	count_tags(table);
	return 0;
}

void table_hide(struct table *table)
{
	snapshot_unref(table->snapshot);
	table->snapshot = NULL;
	free(table->rows);
	table->rows = NULL;
	table->count = table->tags_shown = 0;
}

int table_refresh(struct table *table)
{
	return table->snapshot ? table_show(table, table->snapshot) : 0;
}

void table_move(struct table *table, long at)
{
	table->has_cursor = table->count > 0;
	if (at >= (long)table->count)
		at = (long)table->count - 1;
	table->cursor = at > 0 ? (size_t)at : 0;
	if (table->has_cursor)
		table->cursor_identity = table_identity(table, table->cursor);
}

void table_move_to(struct table *table, const struct identity *identity)
{
	table->cursor_identity = *identity;
	table->has_cursor = true;
	find_cursor(table);
}

bool table_is_tagged(const struct table *table, size_t at)
{
	struct identity identity = table_identity(table, at);

	return set_has(&table->tags, &identity);
}

int table_toggle_tag(struct table *table, size_t at)
{
	struct identity identity = table_identity(table, at);
	int error;

	if (set_has(&table->tags, &identity)) {
		error = set_remove(&table->tags, &identity);
		table->tags_shown -= !error;
		return error;
	}
	error = set_reserve(&table->tags, table->tags.used + 1);
	if (error)
		return error;
	set_put(&table->tags, &identity);
	table->tags_shown++;
	return 0;
}

int table_tag_all(struct table *table)
{
	struct identity identity;
	size_t i;

	if (set_reserve(&table->tags, table->tags.used + table->count) < 0)
		return -ENOMEM;
	for (i = 0; i < table->count; i++) {
		identity = table_identity(table, i);
		set_put(&table->tags, &identity);
	}
	table->tags_shown = table->count;
	return 0;
}

void table_untag_all(struct table *table)
{
	set_free(&table->tags);
	table->tags_shown = 0;
}
