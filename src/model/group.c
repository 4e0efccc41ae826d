#include "ipctop/model/group.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ipctop/base/units.h"
#include "ipctop/model/group_history.h"
#include "ipctop/model/verdict.h"

enum { FIRST_GROUPS = 64 };

static const struct by_info {
	const char *name;
	unsigned cost;
	bool segments_only;
} infos[GROUP_BY_COUNT] = {
	[GROUP_OWNER] = { "owner", COST_USER, false },
	[GROUP_COMMAND] = { "command", COST_PROCESS, true },
	[GROUP_KEY] = { "key", 0, false },
	[GROUP_SIZE] = { "size", 0, true },
	[GROUP_VERDICT] = { "verdict", COST_VERDICT, false },
};

const char *group_by_name(enum group_by by)
{
	return infos[by].name;
}

bool group_by_find(const char *name, enum group_by *by)
{
	enum group_by at;

	for (at = 0; at < GROUP_BY_COUNT; at++) {
		if (strcmp(infos[at].name, name) == 0) {
			*by = at;
			return true;
		}
	}
	return false;
}

void group_by_names(struct buf *out)
{
	enum group_by by;

	for (by = 0; by < GROUP_BY_COUNT; by++) {
		if (by > 0)
			buf_text(out, by + 1 < GROUP_BY_COUNT ? ", " : " and ");
		buf_text(out, infos[by].name);
	}
}

unsigned group_by_cost(enum group_by by)
{
	return infos[by].cost;
}

unsigned group_by_kinds(enum group_by by)
{
	return infos[by].segments_only ? class_bit(CLASS_SHM) : class_set(CLASS_IPC);
}

unsigned group_by_all_pids(enum group_by by)
{
	return by == GROUP_COMMAND ? class_bit(CLASS_SHM) : 0;
}

/* keys */

uint32_t group_key_hash(const struct group_key *key)
{
	uint64_t hash = (key->value ^ (uint64_t)key->kind << 56) * UINT64_C(0x9e3779b97f4a7c15);

	return (uint32_t)(hash >> 32);
}

bool group_key_equal(const struct group_key *a, const struct group_key *b)
{
	return a->value == b->value && a->kind == b->kind && a->by == b->by &&
		strcmp(a->command, b->command) == 0;
}

/* Cut to its room; the number is for tables: commands that share it stay apart. */
static void set_command(struct group_key *key, const char *command)
{
	uint64_t hash = UINT64_C(14695981039346656037); /* FNV-1a */
	size_t i;

	for (i = 0; command && command[i] && i < sizeof(key->command) - 1; i++) {
		key->command[i] = command[i];
		hash = (hash ^ (unsigned char)command[i]) * UINT64_C(1099511628211);
	}
	key->value = i > 0 ? hash | 1 : 0;
}

bool group_key_of(struct group_key *key, const struct row *row, enum group_by by)
{
	*key = (struct group_key){ .kind = (uint8_t)row->class, .by = (uint8_t)by };
	if (infos[by].segments_only && row->class != CLASS_SHM)
		return false;
	switch (by) {
	case GROUP_COMMAND:
		set_command(key, growth_command(row));
		return true;
	case GROUP_KEY:
		key->value = row->ipc->key;
		return true;
	case GROUP_SIZE:
		key->value = row->shm->size;
		return true;
	case GROUP_VERDICT:
		key->value = verdict_of(row);
		return key->value != VERDICT_NONE;
	default:
		key->value = row->ipc->uid;
		return true;
	}
}

bool group_key_has(const struct group_key *key, const struct row *row)
{
	struct group_key own;

	return row->class == key->kind && group_key_of(&own, row, key->by) &&
		group_key_equal(&own, key);
}

struct group_key group_key_of_group(const struct group_record *group)
{
	struct group_key key = {
		.value = group->value,
		.kind = group->kind,
		.by = group->by,
	};

	if (group->by == GROUP_COMMAND)
		set_command(&key, group->name);
	return key;
}

/* gathering */

struct gathering {
	struct group *groups;
	uint32_t count, room;
	uint32_t *slots; /* 1 + index, by hash; 0: empty */
	uint32_t mask;
};

static uint32_t find_slot(const struct gathering *all, const struct group_key *key)
{
	uint32_t at = group_key_hash(key) & all->mask;

	while (all->slots[at] && !group_key_equal(&all->groups[all->slots[at] - 1].key, key))
		at = (at + 1) & all->mask;
	return at;
}

static int make_room(struct gathering *all)
{
	uint32_t room = all->room ? 2 * all->room : FIRST_GROUPS, i;
	struct group *groups = realloc(all->groups, room * sizeof(*groups));
	uint32_t *slots;

	if (!groups)
		return -ENOMEM;
	all->groups = groups;
	slots = calloc(2 * (size_t)room, sizeof(*slots));
	if (!slots)
		return -ENOMEM;
	free(all->slots);
	all->slots = slots;
	all->mask = 2 * room - 1;
	all->room = room;
	for (i = 0; i < all->count; i++)
		all->slots[find_slot(all, &all->groups[i].key)] = i + 1;
	return 0;
}

/* The group with `key`, made where there is none yet; NULL: no memory. */
static struct group *find_group(struct gathering *all, const struct group_key *key)
{
	uint32_t slot;

	if (all->count == all->room && make_room(all) < 0)
		return NULL;
	slot = find_slot(all, key);
	if (all->slots[slot])
		return &all->groups[all->slots[slot] - 1];
	all->groups[all->count] = (struct group){ .key = *key };
	all->slots[slot] = ++all->count;
	return &all->groups[all->count - 1];
}

bool group_wish_has(const struct group_wish *wish, const struct row *row)
{
	return !wish->by_user || row->ipc->uid == wish->uid || row->ipc->cuid == wish->uid;
}

static int gather_class(struct gathering *all, const struct snapshot *snapshot, enum class class,
	const struct group_wish *wish)
{
	struct group *group = NULL;
	struct group_key key;
	struct row row;
	uint32_t i;

	for (i = 0; i < snapshot->classes[class].count; i++) {
		row = row_at(snapshot, class, i);
		if (!group_wish_has(wish, &row) || !group_key_of(&key, &row, wish->by))
			continue;
		/* neighbours are often of one group */
		if (!group || !group_key_equal(&group->key, &key))
			group = find_group(all, &key);
		if (!group)
			return -ENOMEM;
		if (group->objects++ == 0 && wish->by == GROUP_COMMAND)
			group->name = growth_command(&row);
		if (__builtin_add_overflow(group->bytes, row_bytes(&row), &group->bytes))
			group->bytes = UINT64_MAX;
	}
	return 0;
}

static int gather(
	struct gathering *all, const struct snapshot *snapshot, const struct group_wish *wish)
{
	enum class class;
	int error = 0;

	for (class = 0; class < CLASS_COUNT && !error; class ++) {
		if (class_infos[class].flags & CLASS_IPC)
			error = gather_class(all, snapshot, class, wish);
	}
	return error;
}

/* rows */

/* Absent ones last, as value_compare() has it. */
static int compare_rates(const struct growth_told *a, const struct growth_told *b)
{
	bool has_a = a && a->has_rate[WINDOW_MINUTE], has_b = b && b->has_rate[WINDOW_MINUTE];

	if (!has_a || !has_b)
		return has_b - has_a;
	return (a->rate[WINDOW_MINUTE] < b->rate[WINDOW_MINUTE]) -
		(a->rate[WINDOW_MINUTE] > b->rate[WINDOW_MINUTE]);
}

static int compare_u64(uint64_t a, uint64_t b)
{
	return (a < b) - (a > b);
}

/* What leaks most comes first: in objects, then in bytes, then what is largest. */
static int compare_groups(const void *left, const void *right)
{
	const struct group *a = left, *b = right;
	int order = compare_rates(
		a->growth ? &a->growth->objects : NULL, b->growth ? &b->growth->objects : NULL);

	if (!order)
		order = compare_rates(
			a->growth ? &a->growth->bytes : NULL, b->growth ? &b->growth->bytes : NULL);
	if (!order)
		order = compare_u64(a->bytes, b->bytes);
	if (!order)
		order = compare_u64(a->objects, b->objects);
	if (!order)
		order = (a->key.kind > b->key.kind) - (a->key.kind < b->key.kind);
	return order ? order : compare_u64(b->key.value, a->key.value);
}

static const char *make_name(struct snapshot *snapshot, const struct group *group)
{
	struct buf text = { 0 };
	const char *name;

	switch (group->key.by) {
	case GROUP_COMMAND:
		return group->name;
	case GROUP_VERDICT:
		return verdict_infos[group->key.value].name;
	case GROUP_OWNER:
		name = name_map_get(&snapshot->users, (uint32_t)group->key.value);
		if (name)
			return name;
		buf_u64(&text, group->key.value);
		break;
	case GROUP_KEY:
		buf_printf(&text, "0x%08x", (unsigned)group->key.value);
		break;
	default:
		units_bytes(&text, group->key.value);
		break;
	}
	name = arena_text(&snapshot->arena, buf_str(&text), text.len);
	buf_free(&text);
	return name;
}

static int add_rows(struct snapshot *snapshot, const struct gathering *all)
{
	const struct group *group;
	struct group_record *record;

	for (group = all->groups; group < all->groups + all->count; group++) {
		record = snapshot_add(snapshot, CLASS_GROUP, all->count);
		if (!record)
			return -ENOMEM;
		record->value = group->key.value;
		record->kind = group->key.kind;
		record->by = group->key.by;
		record->objects = group->objects;
		record->bytes = group->bytes;
		record->growth = group->growth;
		record->name = make_name(snapshot, group);
		if (!record->name && group->key.by != GROUP_COMMAND &&
			group->key.by != GROUP_VERDICT)
			return -ENOMEM;
	}
	return 0;
}

static int take(
	struct snapshot *snapshot, struct growth *growth, const struct group_wish *wish, bool rows)
{
	struct gathering all = { 0 };
	int error = gather(&all, snapshot, wish);

	if (!error && growth)
		error = group_histories_take(
			growth_groups(growth), snapshot, wish->by, all.groups, all.count, rows);
	if (!error && rows) {
		if (all.count > 1)
			qsort(all.groups, all.count, sizeof(*all.groups), compare_groups);
		error = add_rows(snapshot, &all);
	}
	free(all.groups);
	free(all.slots);
	return error;
}

int group_derive(struct snapshot *snapshot, struct growth *growth, const struct group_wish *wish)
{
	snapshot->classes[CLASS_GROUP].read = true;
	return take(snapshot, growth, wish, true);
}

int group_follow(struct snapshot *snapshot, struct growth *growth, const struct group_wish *wish)
{
	return take(snapshot, growth, wish, false);
}
