#include "ipctop/model/change.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ipctop/model/value.h"

/* The rows of the snapshot before, found by identity. */
struct index {
	uint32_t *slots; /* 1 + row; 0: empty */
	uint32_t mask;
};

static int index_make(struct index *index, const struct snapshot *snapshot, enum class class)
{
	uint32_t count = snapshot->classes[class].count, size = 16, row, at;
	struct identity identity;

	while (size < 2 * count)
		size *= 2;
	index->mask = size - 1;
	index->slots = calloc(size, sizeof(*index->slots));
	if (!index->slots)
		return -ENOMEM;
	for (row = 0; row < count; row++) {
		identity =
			identity_of(class, snapshot_record(snapshot, class, row), snapshot->scope);
		at = (uint32_t)identity_hash(&identity) & index->mask;
		while (index->slots[at])
			at = (at + 1) & index->mask;
		index->slots[at] = row + 1;
	}
	return 0;
}

/* The record with `identity` in the snapshot before, or NULL. */
static const void *index_find(const struct index *index, const struct snapshot *snapshot,
	enum class class, const struct identity *identity)
{
	uint32_t at = (uint32_t)identity_hash(identity) & index->mask;
	struct identity other;
	const void *record;

	for (; index->slots[at]; at = (at + 1) & index->mask) {
		record = snapshot_record(snapshot, class, index->slots[at] - 1);
		other = identity_of(class, record, snapshot->scope);
		if (identity_equal(&other, identity))
			return record;
	}
	return NULL;
}

static uint32_t row_of(const struct snapshot *snapshot, enum class class, const void *record)
{
	size_t bytes =
		(size_t)((const char *)record - (const char *)snapshot->classes[class].records);

	return (uint32_t)(bytes / class_infos[class].record_size);
}

/* Whether anything that the class shows differs; padding and names do not count. */
static bool differs(const void *a, const void *b, enum class class)
{
	if (class == CLASS_LIMIT) /* a forecast moves by itself */
		return memcmp(a, b, offsetof(struct limit_record, has_forecast)) != 0;
	return memcmp(a, b, class_infos[class].record_size) != 0;
}

/* `old` with the resident bytes of `now`: to see them for the first time is no change. */
static const void *without_resident(struct shm_record *copy, const void *old, const void *now)
{
	const struct shm_record *shm = now;

	memcpy(copy, old, sizeof(*copy));
	copy->rss = shm->rss;
	copy->swap = shm->swap;
	copy->has_rss = shm->has_rss;
	copy->has_swap = shm->has_swap;
	return copy;
}

/* Keep a copy of the record as it was. */
static int remember(struct snapshot *now, enum class class, uint32_t row, const void *record)
{
	struct change *change = &now->classes[class].change;
	size_t size = class_infos[class].record_size;
	uint32_t capacity = change->moved;
	void *old = change->old;

	/* room grows at powers of two */
	if ((capacity & (capacity - 1)) == 0) {
		old = arena_resize(
			&now->arena, old, capacity * size, (capacity ? capacity * 2 : 1) * size);
		if (!old)
			return -ENOMEM;
		change->old = old;
	}
	memcpy((char *)old + change->moved * size, record, size);
	change->rows[row] = ++change->moved;
	return 0;
}

/*
 * Rows mostly stand in the same order as before, so the row that follows the last one found is
 * tried first; the index is made only for what is not there.
 */
static int find_old(struct index *index, const struct snapshot *before, enum class class,
	const struct identity *identity, uint32_t *next, const void **old)
{
	struct identity other;

	if (*next < before->classes[class].count) {
		*old = snapshot_record(before, class, *next);
		other = identity_of(class, *old, before->scope);
		if (identity_equal(&other, identity)) {
			(*next)++;
			return 0;
		}
	}
	if (!index->slots && index_make(index, before, class) < 0)
		return -ENOMEM;
	*old = index_find(index, before, class, identity);
	if (*old)
		*next = row_of(before, class, *old) + 1;
	return 0;
}

/* How a row of `now` stands to its record in `before`, at `old`. */
static int compare_row(struct snapshot *now, const struct snapshot *before, enum class class,
	uint32_t row, const void *old, bool carry)
{
	const struct change *marked = &before->classes[class].change;
	struct change *change = &now->classes[class].change;
	const void *record = snapshot_record(now, class, row);
	uint32_t mark = carry && marked->rows ? marked->rows[row_of(before, class, old)] : 0;
	struct shm_record copy;

	if (mark == CHANGE_NEW) {
		change->rows[row] = CHANGE_NEW;
		change->added++;
		return 0;
	}
	if (mark != 0)
		old = (const char *)marked->old + (mark - 1) * class_infos[class].record_size;
	if (class == CLASS_SHM && ((now->cost ^ before->cost) & COST_RESIDENT))
		old = without_resident(&copy, old, record);
	return differs(record, old, class) ? remember(now, class, row, old) : 0;
}

static int compare_rows(struct snapshot *now, const struct snapshot *before, enum class class,
	struct index *index, bool carry)
{
	struct class_rows *rows = &now->classes[class];
	struct change *change = &rows->change;
	struct identity identity;
	const void *old;
	uint32_t row, next = 0, kept = 0;

	for (row = 0; row < rows->count; row++) {
		identity = identity_of(class, snapshot_record(now, class, row), now->scope);
		if (find_old(index, before, class, &identity, &next, &old) < 0)
			return -ENOMEM;
		change->from[row] = old ? row_of(before, class, old) : CHANGE_NOWHERE;
		if (!old) {
			change->rows[row] = CHANGE_NEW;
			change->added++;
			continue;
		}
		kept++;
		if (compare_row(now, before, class, row, old, carry) < 0)
			return -ENOMEM;
	}
	/* a pass over a busy table may show one object twice: never count below zero */
	if (before->classes[class].count > kept)
		change->gone = before->classes[class].count - kept;
	if (carry)
		change->gone += before->classes[class].change.gone;
	return 0;
}

static int derive_class(
	struct snapshot *now, const struct snapshot *before, enum class class, bool carry)
{
	struct class_rows *rows = &now->classes[class];
	const struct class_rows *old = &before->classes[class];
	struct index index = { 0 };
	int error;

	if (!rows->read || rows->error || !old->read || old->error)
		return 0;
	rows->change.known = true;
	rows->change.rows = arena_alloc(&now->arena, rows->count * sizeof(*rows->change.rows));
	rows->change.from = arena_alloc(&now->arena, rows->count * sizeof(*rows->change.from));
	if (!rows->change.rows || !rows->change.from)
		return -ENOMEM;
	error = compare_rows(now, before, class, &index, carry);
	free(index.slots);
	return error;
}

int change_derive(struct snapshot *now, const struct snapshot *before, bool carry)
{
	enum class class;
	int error;

	for (class = 0; before && class < CLASS_COUNT; class ++) {
		if (class_infos[class].flags & CLASS_DERIVED)
			continue;
		error = derive_class(now, before, class, carry);
		if (error)
			return error;
	}
	return 0;
}

enum change_mark change_of(const struct snapshot *snapshot, enum class class, uint32_t index,
	const struct column *column)
{
	const struct change *change = &snapshot->classes[class].change;
	uint32_t mark = change->rows ? change->rows[index] : 0;
	struct row now, old;

	if (mark == 0)
		return CHANGE_NONE;
	if (mark == CHANGE_NEW)
		return CHANGE_ADDED;
	now = row_at(snapshot, class, index);
	old = now;
	old.record = (const char *)change->old + (mark - 1) * class_infos[class].record_size;
	/* ages and rates move by themselves */
	if (column->type == VALUE_AGE || column->type == VALUE_RATE ||
		column->type == VALUE_BYTE_RATE || column->type == VALUE_TREND)
		return CHANGE_NONE;
	return value_compare(column->get(&now), column->get(&old)) ? CHANGE_VALUE : CHANGE_NONE;
}
