#include "ipctop/model/series.h"

#include <stdlib.h>

#include "ipctop/base/arena.h"

#define SECOND_NS INT64_C(1000000000)
#define MINUTE_NS (60 * SECOND_NS)

enum {
	BLOCK = 64, /* series that memory is taken for at once */
	FIT_MIN = 5, /* samples that a straight line must fit */
	TRACK_BORN_MAX = (1 << 30) - 1,
};

static const double fit_quality = 0.95; /* R squared */

static const struct window {
	int64_t length_ns;
	int64_t told_ns; /* what must have gone by */
} windows[WINDOW_COUNT] = {
	[WINDOW_MINUTE] = { MINUTE_NS, SECOND_NS },
	[WINDOW_TEN_MINUTES] = { 10 * MINUTE_NS, MINUTE_NS + 1 },
	[WINDOW_HOUR] = { 60 * MINUTE_NS, 10 * MINUTE_NS + 1 },
};

/* the pool */

struct place {
	uint32_t marked; /* when it was last kept */
	uint8_t owner;
	bool used;
};

struct series_pool {
	uint32_t most, used;
	uint32_t next; /* where the search for a free place begins */
	uint32_t mark;
	struct place *places;
	struct series **blocks; /* NULL: not needed yet */
	struct arena memory; /* of the blocks */
};

struct series_pool *series_pool_new(uint32_t most)
{
	struct series_pool *pool = calloc(1, sizeof(*pool));

	if (!pool)
		return NULL;
	pool->most = most;
	pool->places = calloc(most, sizeof(*pool->places));
	pool->blocks = calloc(most / BLOCK + 1, sizeof(*pool->blocks));
	if (pool->places && pool->blocks)
		return pool;
	series_pool_free(pool);
	return NULL;
}

void series_pool_free(struct series_pool *pool)
{
	if (!pool)
		return;
	arena_free(&pool->memory);
	free(pool->blocks);
	free(pool->places);
	free(pool);
}

size_t series_pool_bytes(const struct series_pool *pool)
{
	size_t bytes = sizeof(*pool) + pool->most * sizeof(*pool->places) +
		(pool->most / BLOCK + 1) * sizeof(*pool->blocks);
	uint32_t i;

	for (i = 0; i <= pool->most / BLOCK; i++)
		bytes += pool->blocks[i] ? BLOCK * sizeof(struct series) : 0;
	return bytes;
}

static struct series *series_at(const struct series_pool *pool, uint32_t at)
{
	return &pool->blocks[at / BLOCK][at % BLOCK];
}

struct series *series_of(const struct series_pool *pool, const struct track *track)
{
	return track->series ? series_at(pool, track->series - 1) : NULL;
}

/* A free place + 1; 0 where there is none, or no memory for it. */
static uint32_t take(struct series_pool *pool, uint8_t owner)
{
	uint32_t at = pool->next;

	if (pool->used == pool->most)
		return 0;
	while (pool->places[at].used)
		at = (at + 1) % pool->most;
	if (!pool->blocks[at / BLOCK])
		pool->blocks[at / BLOCK] =
			arena_alloc(&pool->memory, BLOCK * sizeof(struct series));
	if (!pool->blocks[at / BLOCK])
		return 0;
	pool->places[at] = (struct place){ .marked = pool->mark, .owner = owner, .used = true };
	pool->used++;
	pool->next = (at + 1) % pool->most;
	return at + 1;
}

static void give_back(struct series_pool *pool, uint32_t at)
{
	pool->places[at].used = false;
	pool->used--;
	if (at < pool->next)
		pool->next = at; /* the lower ones first: fewer blocks are touched */
}

void series_pool_mark(struct series_pool *pool)
{
	pool->mark++;
}

void series_keep(struct series_pool *pool, const struct track *track, uint8_t owner)
{
	if (!track->series)
		return;
	pool->places[track->series - 1].marked = pool->mark;
	pool->places[track->series - 1].owner = owner;
}

void series_pool_sweep(struct series_pool *pool, uint8_t owner)
{
	struct place *place = pool->places;
	uint32_t at;

	for (at = 0; pool->used > 0 && at < pool->most; at++) {
		if (place[at].used && place[at].owner == owner && place[at].marked != pool->mark)
			give_back(pool, at);
	}
}

/* the clock */

static uint32_t slot(uint32_t number)
{
	return number % SERIES_SAMPLES;
}

/* The number of the oldest sample that is still there. */
static uint32_t oldest(uint32_t count)
{
	return count > SERIES_SAMPLES ? count - SERIES_SAMPLES : 0;
}

/*
 * The oldest sample of one sort within `length_ns` that is not older than the fine sample `from`.
 */
static struct series_base find_oldest(
	const struct series_clock *clock, bool coarse, int64_t length_ns, uint32_t from)
{
	const uint32_t count = coarse ? clock->coarse_count : clock->count;
	const int64_t *times = coarse ? clock->coarse_ns : clock->fine_ns;
	struct series_base base = { .coarse = coarse };
	uint32_t n;

	for (n = oldest(count); n < count; n++) {
		base.at = slot(n);
		base.number = coarse ? clock->coarse_number[base.at] : n;
		base.age_ns = clock->now_ns - times[base.at];
		if (base.number >= from && base.age_ns <= length_ns)
			break;
	}
	base.known = n < count && base.age_ns > 0;
	return base;
}

/* The fine sample before the present one, however long ago. */
static struct series_base find_last(const struct series_clock *clock, uint32_t from)
{
	struct series_base base = { .known = false };
	uint32_t count = clock->count - clock->sampled;

	if (count == 0 || count - 1 < from)
		return base;
	base.number = count - 1;
	base.at = slot(base.number);
	base.age_ns = clock->now_ns - clock->fine_ns[base.at];
	base.known = base.age_ns > 0;
	return base;
}

static struct series_base find_base(
	const struct series_clock *clock, enum series_window window, uint32_t from)
{
	const int64_t length_ns = windows[window].length_ns;
	struct series_base fine = find_oldest(clock, false, length_ns, from);
	struct series_base coarse = find_oldest(clock, true, length_ns, from);

	if (coarse.known && (!fine.known || coarse.age_ns > fine.age_ns))
		return coarse;
	/* where snapshots are rare there is none within */
	return fine.known ? fine : find_last(clock, from);
}

void series_tick(struct series_clock *clock, int64_t now_ns)
{
	uint32_t last = slot(clock->count - 1), last_coarse = slot(clock->coarse_count - 1);
	enum series_window window;

	clock->now_ns = now_ns;
	clock->sampled = clock->count == 0 || now_ns - clock->fine_ns[last] >= SECOND_NS;
	clock->coarse_sampled = clock->sampled &&
		(clock->coarse_count == 0 || now_ns - clock->coarse_ns[last_coarse] >= MINUTE_NS);
	if (clock->coarse_sampled) {
		clock->coarse_number[slot(clock->coarse_count)] = clock->count;
		clock->coarse_ns[slot(clock->coarse_count++)] = now_ns;
	}
	if (clock->sampled)
		clock->fine_ns[slot(clock->count++)] = now_ns;
	for (window = 0; window < WINDOW_COUNT; window++)
		clock->bases[window] = find_base(clock, window, 0);
}

/* tracks */

void track_begin(struct track *track, const struct series_clock *clock, bool fresh)
{
	*track = (struct track){
		.born = (clock->count - clock->sampled) & TRACK_BORN_MAX,
		.fresh = fresh,
		.known = true,
	};
}

/* Whether all samples that know it are `value`: it has not moved as far as one can see. */
static bool is_flat(const struct track *track, const struct series *series,
	const struct series_clock *clock, uint64_t value)
{
	uint32_t n;

	for (n = oldest(clock->count); n < clock->count; n++) {
		if (n >= track->born && series->fine[slot(n)] != value)
			return false;
	}
	for (n = oldest(clock->coarse_count); n < clock->coarse_count; n++) {
		if (clock->coarse_number[slot(n)] >= track->born &&
			series->coarse[slot(n)] != value)
			return false;
	}
	return true;
}

static struct series *take_series(
	struct track *track, struct series_pool *pool, uint8_t owner, uint64_t old)
{
	struct series *series;
	uint32_t i;

	track->series = take(pool, owner);
	series = series_of(pool, track);
	for (i = 0; series && i < SERIES_SAMPLES; i++)
		series->fine[i] = series->coarse[i] = old;
	return series;
}

void track_move(struct track *track, struct series_pool *pool, uint8_t owner,
	const struct series_clock *clock, uint64_t old, uint64_t now)
{
	struct series *series = series_of(pool, track);

	if (!series && old == now)
		return;
	if (!series)
		series = take_series(track, pool, owner, old);
	if (!series) {
		track_begin(track, clock, false);
		return;
	}
	if (clock->sampled)
		series->fine[slot(clock->count - 1)] = now;
	if (clock->coarse_sampled)
		series->coarse[slot(clock->coarse_count - 1)] = now;
	if (clock->coarse_sampled && is_flat(track, series, clock, now))
		track->series = 0; /* it is not kept, and so goes back */
	else
		series_keep(pool, track, owner);
}

bool track_rate(const struct track *track, const struct series *series,
	const struct series_clock *clock, uint64_t now, enum series_window window, double *rate)
{
	struct series_base base = clock->bases[window];
	uint64_t then = now;

	if (!track->known)
		return false;
	/* what is not known of that time is asked of a later one */
	if (base.known && base.number < track->born && !track->fresh)
		base = find_base(clock, window, track->born);
	if (!base.known || base.age_ns < windows[window].told_ns)
		return false;
	if (base.number < track->born)
		then = 0;
	else if (series)
		then = base.coarse ? series->coarse[base.at] : series->fine[base.at];
	*rate = now >= then ? (double)(now - then) : -(double)(then - now);
	*rate *= (double)MINUTE_NS / (double)base.age_ns;
	return true;
}

void track_trend(const struct track *track, const struct series *series,
	const struct series_clock *clock, uint64_t now, struct trend *trend)
{
	uint32_t n = clock->count > TREND_MAX ? clock->count - TREND_MAX : 0;

	trend->count = 0;
	for (; track->known && n < clock->count; n++) {
		if (n >= track->born)
			trend->at[trend->count++] = (double)(series ? series->fine[slot(n)] : now);
		else if (track->fresh)
			trend->at[trend->count++] = 0;
	}
}

/* forecasts */

/* Sums for a straight line through points. */
struct fit {
	double n, x, y, xx, xy, yy;
};

static void fit_add(struct fit *fit, double x, double y)
{
	fit->n += 1;
	fit->x += x;
	fit->y += y;
	fit->xx += x * x;
	fit->xy += x * y;
	fit->yy += y * y;
}

/* The slope, where the line rises and tells the points well. */
static bool fit_slope(const struct fit *fit, double *slope)
{
	double xx = fit->n * fit->xx - fit->x * fit->x;
	double xy = fit->n * fit->xy - fit->x * fit->y;
	double yy = fit->n * fit->yy - fit->y * fit->y;

	if (fit->n < FIT_MIN || !(xx > 0) || !(yy > 0) || !(xy > 0))
		return false;
	if (xy * xy < fit_quality * xx * yy)
		return false;
	*slope = xy / xx;
	return true;
}

bool series_steady(
	const struct series *series, const struct series_clock *clock, double *per_second)
{
	struct fit fine = { 0 }, coarse = { 0 };
	uint64_t first_fine = series->fine[slot(oldest(clock->count))];
	uint64_t first_coarse = series->coarse[slot(oldest(clock->coarse_count))];
	int64_t age_ns;
	uint32_t n;

	/* numbers stay small where they are counted from the first one */
	for (n = oldest(clock->count); n < clock->count; n++) {
		age_ns = clock->now_ns - clock->fine_ns[slot(n)];
		if (age_ns <= MINUTE_NS)
			fit_add(&fine, -(double)age_ns / (double)SECOND_NS,
				(double)(int64_t)(series->fine[slot(n)] - first_fine));
	}
	if (fit_slope(&fine, per_second))
		return true;
	for (n = oldest(clock->coarse_count); n < clock->coarse_count; n++) {
		age_ns = clock->now_ns - clock->coarse_ns[slot(n)];
		fit_add(&coarse, -(double)age_ns / (double)SECOND_NS,
			(double)(int64_t)(series->coarse[slot(n)] - first_coarse));
	}
	return fit_slope(&coarse, per_second);
}
