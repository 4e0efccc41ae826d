#include "ipctop/model/group_history.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS = 2 * GROWTH_GROUPS_MAX }; /* a power of two */

/* What is remembered of a group. */
struct group_history {
	struct group_key key;
	uint32_t objects, first_objects; /* as they were last, and at first */
	uint64_t bytes, first_bytes;
	struct track objects_track, bytes_track;
	bool seen; /* this time */
};

/* Of one way to gather. */
struct grouping {
	struct series_clock clocks[CLASS_COUNT]; /* a class may be unreadable for a while */
	struct group_history *groups; /* room for GROWTH_GROUPS_MAX; NULL: not asked for yet */
	uint32_t count;
	bool crowded; /* last time there were more than have a history */
	uint16_t slots[SLOTS]; /* 1 + index into groups, by hash; 0: empty */
};

struct group_histories {
	struct grouping groupings[GROUP_BY_COUNT];
	struct series_pool *pool; /* the owner is the enum group_by */
};

struct group_histories *group_histories_new(void)
{
	struct group_histories *histories = calloc(1, sizeof(*histories));

	if (!histories)
		return NULL;
	histories->pool = series_pool_new(GROWTH_GROUP_SERIES_MAX);
	if (histories->pool)
		return histories;
	free(histories);
	return NULL;
}

void group_histories_free(struct group_histories *histories)
{
	enum group_by by;

	if (!histories)
		return;
	for (by = 0; by < GROUP_BY_COUNT; by++)
		free(histories->groupings[by].groups);
	series_pool_free(histories->pool);
	free(histories);
}

size_t group_histories_bytes(const struct group_histories *histories)
{
	size_t bytes = sizeof(*histories) + series_pool_bytes(histories->pool);
	enum group_by by;

	for (by = 0; by < GROUP_BY_COUNT; by++) {
		if (histories->groupings[by].groups)
			bytes += GROWTH_GROUPS_MAX * sizeof(struct group_history);
	}
	return bytes;
}

/* The slot of a group, or that where it is to be put. */
static uint32_t find_slot(const struct grouping *grouping, const struct group_key *key)
{
	uint32_t at = group_key_hash(key) & (SLOTS - 1);

	while (grouping->slots[at] &&
		!group_key_equal(&grouping->groups[grouping->slots[at] - 1].key, key))
		at = (at + 1) & (SLOTS - 1);
	return at;
}

/* The history of a group, begun where it has none. NULL: there are too many. */
static struct group_history *find_history(
	struct grouping *grouping, const struct group *group, bool *begun)
{
	uint32_t slot = find_slot(grouping, &group->key);
	struct group_history *history;

	*begun = grouping->slots[slot] == 0;
	if (!*begun)
		return &grouping->groups[grouping->slots[slot] - 1];
	if (grouping->count == GROWTH_GROUPS_MAX)
		return NULL;
	history = &grouping->groups[grouping->count++];
	grouping->slots[slot] = (uint16_t)grouping->count;
	*history = (struct group_history){ .key = group->key };
	return history;
}

static void follow(struct group_histories *histories, struct group_history *history,
	const struct group *group, bool begun)
{
	uint8_t by = group->key.by;
	const struct grouping *grouping = &histories->groupings[by];
	const struct series_clock *clock = &grouping->clocks[group->key.kind];
	/* it was not there when this was looked at before */
	bool fresh = clock->count > (clock->sampled ? 1 : 0) && !grouping->crowded;

	if (begun) {
		track_begin(&history->objects_track, clock, fresh);
		track_begin(&history->bytes_track, clock, fresh);
		history->first_objects = fresh ? 0 : group->objects;
		history->first_bytes = fresh ? 0 : group->bytes;
	} else {
		track_move(&history->objects_track, histories->pool, by, clock, history->objects,
			group->objects);
		track_move(&history->bytes_track, histories->pool, by, clock, history->bytes,
			group->bytes);
	}
	history->objects = group->objects;
	history->bytes = group->bytes;
	history->seen = true;
}

static void tell_number(struct growth_told *told, const struct group_histories *histories,
	const struct track *track, const struct series_clock *clock, uint64_t number)
{
	const struct series *series = series_of(histories->pool, track);
	enum series_window window;

	for (window = 0; window < WINDOW_COUNT; window++)
		told->has_rate[window] =
			track_rate(track, series, clock, number, window, &told->rate[window]);
	track_trend(track, series, clock, number, &told->trend);
}

static int tell(const struct group_histories *histories, const struct group_history *history,
	struct snapshot *snapshot, struct group *group)
{
	const struct series_clock *clock =
		&histories->groupings[group->key.by].clocks[group->key.kind];
	struct group_growth *growth = arena_alloc(&snapshot->arena, sizeof(*growth));

	if (!growth)
		return -ENOMEM;
	tell_number(&growth->objects, histories, &history->objects_track, clock, group->objects);
	tell_number(&growth->bytes, histories, &history->bytes_track, clock, group->bytes);
	growth->added = (int64_t)group->objects - (int64_t)history->first_objects;
	growth->added_bytes = (double)group->bytes - (double)history->first_bytes;
	group->growth = growth;
	return 0;
}

static bool is_read(const struct snapshot *snapshot, enum class class)
{
	return snapshot->classes[class].read && !snapshot->classes[class].error;
}

/* Forget the groups that are gone; those of a class that was not read this time stay. */
static void drop_gone(
	struct group_histories *histories, enum group_by by, const struct snapshot *snapshot)
{
	struct grouping *grouping = &histories->groupings[by];
	struct group_history *history;
	uint32_t i, kept = 0;

	memset(grouping->slots, 0, sizeof(grouping->slots));
	for (i = 0; i < grouping->count; i++) {
		history = &grouping->groups[i];
		if (!history->seen && is_read(snapshot, history->key.kind))
			continue;
		series_keep(histories->pool, &history->objects_track, (uint8_t)by);
		series_keep(histories->pool, &history->bytes_track, (uint8_t)by);
		history->seen = false;
		grouping->groups[kept++] = *history;
		grouping->slots[find_slot(grouping, &grouping->groups[kept - 1].key)] =
			(uint16_t)kept;
	}
	grouping->count = kept;
	series_pool_sweep(histories->pool, (uint8_t)by);
}

static int take(struct group_histories *histories, struct snapshot *snapshot,
	struct grouping *grouping, struct group *groups, uint32_t count, bool wanted)
{
	struct group_history *history;
	bool begun, crowded = false;
	uint32_t i;

	for (i = 0; i < count; i++) {
		history = find_history(grouping, &groups[i], &begun);
		crowded |= !history;
		if (!history)
			continue;
		follow(histories, history, &groups[i], begun);
		if (wanted && tell(histories, history, snapshot, &groups[i]) < 0)
			return -ENOMEM;
	}
	grouping->crowded = crowded;
	return 0;
}

int group_histories_take(struct group_histories *histories, struct snapshot *snapshot,
	enum group_by by, struct group *groups, uint32_t count, bool wanted)
{
	struct grouping *grouping = &histories->groupings[by];
	struct group_history *memory = grouping->groups;
	enum class class;

	if (!memory)
		memory = calloc(GROWTH_GROUPS_MAX, sizeof(*memory));
	if (!memory)
		return -ENOMEM;
	grouping->groups = memory;
	for (class = 0; class < CLASS_COUNT; class ++) {
		if (is_read(snapshot, class))
			series_tick(&grouping->clocks[class], snapshot->begin_ns);
	}
	series_pool_mark(histories->pool);
	if (take(histories, snapshot, grouping, groups, count, wanted) < 0) {
		*grouping = (struct grouping){ .groups = memory }; /* half of it: begin anew */
		return -ENOMEM;
	}
	drop_gone(histories, by, snapshot);
	return 0;
}
