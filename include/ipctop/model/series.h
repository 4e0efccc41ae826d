/*
 * Samples of numbers over an hour: 60 fine ones, at least a second apart, and 60 coarse ones, at
 * least a minute apart. Their times are kept once, in a clock, for all numbers that are looked at
 * together. A number needs room for samples only once it has moved; the room comes from a pool,
 * which is bounded. Nothing here is shared between threads.
 */
#ifndef IPCTOP_MODEL_SERIES_H
#define IPCTOP_MODEL_SERIES_H

#include <stdbool.h>
#include <stdint.h>

#include "ipctop/model/value.h"

enum { SERIES_SAMPLES = 60 };

/* Over what time a rate is told. */
enum series_window { WINDOW_MINUTE, WINDOW_TEN_MINUTES, WINDOW_HOUR, WINDOW_COUNT };

/* A sample to compare with. */
struct series_base {
	bool known;
	bool coarse;
	uint32_t number; /* of the fine sample that was taken at the same time */
	uint32_t at; /* its place among the samples */
	int64_t age_ns; /* > 0 */
};

/* When the samples were taken, on the monotonic clock. All bits 0: none so far. */
struct series_clock {
	int64_t now_ns; /* of the present snapshot */
	uint32_t count, coarse_count; /* samples taken so far */
	bool sampled, coarse_sampled; /* the present snapshot is the last of them */
	int64_t fine_ns[SERIES_SAMPLES], coarse_ns[SERIES_SAMPLES];
	uint32_t coarse_number[SERIES_SAMPLES]; /* of the fine sample taken at the same time */
	struct series_base bases[WINDOW_COUNT]; /* the oldest one within */
};

/* The sample with the number n stands at n % SERIES_SAMPLES. */
struct series {
	uint64_t fine[SERIES_SAMPLES], coarse[SERIES_SAMPLES];
};

/* A number that is followed. All bits 0: it is not known. */
struct track {
	unsigned born : 30; /* number of the first sample that knows it */
	unsigned fresh : 1; /* before that it was not there: it counts as 0 */
	unsigned known : 1;
	uint32_t series; /* 1 + its place in the pool; 0: it has not moved since */
};

/* Room for series. */
struct series_pool;

/* For at most `most` series; they take memory when they are needed. NULL: no memory. */
struct series_pool *series_pool_new(uint32_t most);
void series_pool_free(struct series_pool *pool);
/* Bytes that it takes at the moment. */
size_t series_pool_bytes(const struct series_pool *pool);

/* The series of a track that has one; else NULL. */
struct series *series_of(const struct series_pool *pool, const struct track *track);

/*
 * Whose series is still in use: between series_pool_mark() and series_pool_sweep() all are kept
 * that series_keep() is called for; the others with the same `owner` go back to the pool.
 */
void series_pool_mark(struct series_pool *pool);
void series_keep(struct series_pool *pool, const struct track *track, uint8_t owner);
void series_pool_sweep(struct series_pool *pool, uint8_t owner);

/* The next snapshot, at `now_ns`. */
void series_tick(struct series_clock *clock, int64_t now_ns);

/* From the present snapshot on it is known; `fresh`: and it was not there before. */
void track_begin(struct track *track, const struct series_clock *clock, bool fresh);

/*
 * It is now `now`, and was `old` in the snapshot before. Where the pool is empty its history begins
 * anew. After series_tick() and once for it.
 */
void track_move(struct track *track, struct series_pool *pool, uint8_t owner,
	const struct series_clock *clock, uint64_t old, uint64_t now);

/*
 * How much it grew in a minute. False where that can't be told, as long as the window is not open
 * wide enough. `series`: of the track, NULL where it has none.
 */
bool track_rate(const struct track *track, const struct series *series,
	const struct series_clock *clock, uint64_t now, enum series_window window, double *rate);

/* Its last samples. */
void track_trend(const struct track *track, const struct series *series,
	const struct series_clock *clock, uint64_t now, struct trend *trend);

/*
 * How much it grows in a second where a straight line tells that well: over the last minute, or
 * else over the hour. False where it does not grow, or not steadily.
 */
bool series_steady(
	const struct series *series, const struct series_clock *clock, double *per_second);

#endif
