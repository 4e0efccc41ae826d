#include "ipctop/model/growth.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ipctop/model/group_history.h"

enum { LIMITS_MAX = 32 }; /* by id: there are fewer */

/* Of one limit. */
struct limit_history {
	struct series_clock clock;
	struct series series; /* of what is used */
};

struct growth {
	uint64_t turn; /* of the last snapshot */
	struct series_clock clocks[CLASS_COUNT];
	struct series_pool *pool; /* of objects; the owner is their class */
	struct group_histories *groups;
	struct limit_history limits[LIMITS_MAX];
};

struct growth *growth_new(void)
{
	struct growth *growth = calloc(1, sizeof(*growth));

	if (!growth)
		return NULL;
	growth->pool = series_pool_new(GROWTH_OBJECTS_MAX);
	growth->groups = group_histories_new();
	if (growth->pool && growth->groups)
		return growth;
	growth_free(growth);
	return NULL;
}

void growth_free(struct growth *growth)
{
	if (!growth)
		return;
	series_pool_free(growth->pool);
	group_histories_free(growth->groups);
	free(growth);
}

size_t growth_bytes(const struct growth *growth)
{
	return sizeof(*growth) + series_pool_bytes(growth->pool) +
		group_histories_bytes(growth->groups);
}

struct group_histories *growth_groups(struct growth *growth)
{
	return growth->groups;
}

/* objects */

/* The number that is followed; false where it is not known. */
static bool number_of(enum class class, const void *record, uint64_t *number)
{
	const struct msg_record *msg = record;
	const struct shm_record *shm = record;

	*number = class == CLASS_MSG ? msg->qnum : shm->rss;
	return class == CLASS_MSG || shm->has_rss;
}

static void keep_command(char command[GROWTH_COMMAND], const struct snapshot *now,
	const struct shm_record *shm, const char *before)
{
	const char *seen = NULL;

	/* the first that was seen: after IPC_SET a successor under the pid may look like it */
	if (before && *before) {
		memcpy(command, before, GROWTH_COMMAND);
		return;
	}
	if (process_alive_since(now, shm->cpid, shm->ipc.ctime) == ALIVE_YES)
		seen = process_command(now, shm->cpid);
	if (seen)
		memcpy(command, seen, strnlen(seen, GROWTH_COMMAND - 1));
}

/* What the snapshot before tells of an object. */
struct old {
	const struct growth_row *row; /* NULL: nothing */
	const char *command; /* likewise */
	const void *record;
};

/*
 * Growth of `class` in the snapshot before, where that was the last one that was taken into the
 * histories: one that was dropped after it has moved them on.
 */
static const struct class_growth *growth_before(
	const struct growth *growth, const struct snapshot *before, enum class class)
{
	const struct class_growth *told = before ? before->classes[class].growth : NULL;

	return told && told->turn + 1 == growth->turn ? told : NULL;
}

static struct old find_old(const struct class_growth *told, const struct snapshot *before,
	const struct change *change, enum class class, uint32_t row)
{
	uint32_t from = told && change->from ? change->from[row] : CHANGE_NOWHERE;

	if (from == CHANGE_NOWHERE)
		return (struct old){ .row = NULL };
	return (struct old){
		.row = &told->rows[from],
		.command = told->commands ? told->commands[from] : NULL,
		.record = snapshot_record(before, class, from),
	};
}

static void follow_row(struct growth *growth, enum class class, struct growth_row *row,
	const struct old *old, bool fresh, const void *record)
{
	const struct series_clock *clock = &growth->clocks[class];
	uint64_t now, then;

	if (!number_of(class, record, &now))
		return;
	if (old->row && old->row->track.known && number_of(class, old->record, &then)) {
		row->track = old->row->track;
		track_move(&row->track, growth->pool, (uint8_t) class, clock, then, now);
	} else {
		track_begin(&row->track, clock, fresh);
	}
}

/* What the series of rows tell: the pool is the worker's alone. */
static int tell_rows(
	struct growth *growth, struct snapshot *now, enum class class, struct class_growth *told)
{
	const struct class_rows *rows = &now->classes[class];
	const struct series *series;
	enum series_window window;
	struct growth_told *one;
	uint32_t row, count = 0;
	uint64_t number = 0;

	for (row = 0; row < rows->count; row++)
		count += told->rows[row].track.series != 0;
	if (count == 0)
		return 0;
	told->told = arena_alloc(&now->arena, count * sizeof(*told->told));
	if (!told->told)
		return -ENOMEM;
	for (row = 0, count = 0; row < rows->count; row++) {
		series = series_of(growth->pool, &told->rows[row].track);
		if (!series)
			continue;
		number_of(class, snapshot_record(now, class, row), &number);
		one = &told->told[count++];
		told->rows[row].told = count;
		for (window = 0; window < WINDOW_COUNT; window++)
			one->has_rate[window] = track_rate(&told->rows[row].track, series,
				&told->clock, number, window, &one->rate[window]);
		track_trend(&told->rows[row].track, series, &told->clock, number, &one->trend);
	}
	return 0;
}

static int make_rows(struct snapshot *now, enum class class, struct class_growth *told)
{
	const struct class_rows *rows = &now->classes[class];

	if (class == CLASS_SEM) /* a set has no number */
		return 0;
	told->rows = arena_alloc(&now->arena, rows->count * sizeof(*told->rows));
	if (class == CLASS_SHM)
		told->commands = arena_alloc(&now->arena, rows->count * sizeof(*told->commands));
	return told->rows && (class != CLASS_SHM || told->commands) ? 0 : -ENOMEM;
}

static int derive_class(struct growth *growth, struct snapshot *now, const struct snapshot *before,
	enum class class)
{
	const struct class_growth *told_before = growth_before(growth, before, class);
	struct class_rows *rows = &now->classes[class];
	struct class_growth *told;
	const void *record;
	struct old old;
	uint32_t row;

	if (!rows->read || rows->error)
		return 0;
	series_tick(&growth->clocks[class], now->begin_ns);
	told = arena_alloc(&now->arena, sizeof(*told));
	if (!told || make_rows(now, class, told) < 0)
		return -ENOMEM;
	told->turn = growth->turn;
	told->clock = growth->clocks[class];
	rows->growth = told;
	for (row = 0; told->rows && row < rows->count; row++) {
		record = snapshot_record(now, class, row);
		old = find_old(told_before, before, &rows->change, class, row);
		/* what is new, where all that there was before is known */
		follow_row(growth, class, &told->rows[row], &old,
			told_before && rows->change.from && !old.row, record);
		if (told->commands)
			keep_command(told->commands[row], now, record, old.command);
	}
	return told->rows ? tell_rows(growth, now, class, told) : 0;
}

/* limits */

static void forecast(struct limit_history *history, struct limit_record *limit, int64_t now_ns)
{
	const double longest = 1e15; /* seconds */
	struct series_clock *clock = &history->clock;
	double per_second, seconds;

	if (!limit->has_used)
		return;
	series_tick(clock, now_ns);
	if (clock->sampled)
		history->series.fine[(clock->count - 1) % SERIES_SAMPLES] = limit->used;
	if (clock->coarse_sampled)
		history->series.coarse[(clock->coarse_count - 1) % SERIES_SAMPLES] = limit->used;
	if (!limit->has_limit || limit->used >= limit->limit ||
		!series_steady(&history->series, clock, &per_second))
		return;
	seconds = (double)(limit->limit - limit->used) / per_second;
	if (seconds >= longest)
		return;
	limit->has_forecast = true;
	limit->forecast_s = (int64_t)seconds;
}

static void derive_limits(struct growth *growth, struct snapshot *now)
{
	struct class_rows *rows = &now->classes[CLASS_LIMIT];
	struct limit_record *limits = rows->records;
	uint32_t i;

	for (i = 0; rows->read && !rows->error && i < rows->count; i++) {
		if (limits[i].id >= 0 && limits[i].id < LIMITS_MAX)
			forecast(&growth->limits[limits[i].id], &limits[i], now->begin_ns);
	}
}

int growth_derive(struct growth *growth, struct snapshot *now, const struct snapshot *before)
{
	static const enum class followed[] = { CLASS_MSG, CLASS_SEM, CLASS_SHM };
	size_t i;
	int error = 0;

	growth->turn++;
	series_pool_mark(growth->pool);
	for (i = 0; i < sizeof(followed) / sizeof(followed[0]); i++) {
		if (!error)
			error = derive_class(growth, now, before, followed[i]);
		/* those of objects that went, or whose class was not read this time */
		series_pool_sweep(growth->pool, (uint8_t)followed[i]);
	}
	derive_limits(growth, now);
	return error;
}

/* what a snapshot tells */

static const struct growth_row *row_of(const struct row *row)
{
	const struct class_growth *growth = row->snapshot->classes[row->class].growth;

	/* a record that was looked at again has no row */
	if (!growth || !growth->rows || row->index == UINT32_MAX)
		return NULL;
	return &growth->rows[row->index];
}

bool growth_rate(const struct row *row, enum series_window window, double *rate)
{
	const struct class_growth *growth = row->snapshot->classes[row->class].growth;
	const struct growth_row *of = row_of(row);
	const struct growth_told *told;
	uint64_t number;

	if (!of || !number_of(row->class, row->record, &number))
		return false;
	if (of->told == 0)
		return track_rate(&of->track, NULL, &growth->clock, number, window, rate);
	told = &growth->told[of->told - 1];
	*rate = told->rate[window];
	return told->has_rate[window];
}

const struct trend *growth_trend(const struct row *row)
{
	const struct growth_row *of = row_of(row);

	if (!of || of->told == 0)
		return NULL;
	return &row->snapshot->classes[row->class].growth->told[of->told - 1].trend;
}

const char *growth_command(const struct row *row)
{
	const struct class_growth *growth = row->snapshot->classes[row->class].growth;
	const char *command = NULL;

	if (process_alive_since(row->snapshot, row->shm->cpid, row->ipc->ctime) == ALIVE_YES)
		command = process_command(row->snapshot, row->shm->cpid);
	if (command)
		return command;
	/* a record that was looked at again has no row */
	if (!growth || !growth->commands || row->index == UINT32_MAX)
		return NULL;
	command = growth->commands[row->index];
	return *command ? command : NULL;
}
