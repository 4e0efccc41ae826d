/*
 * tests/unit/history.h: snapshots that follow each other, with what is derived from them. Times are
 * made up: nothing waits.
 */
#ifndef TESTS_UNIT_HISTORY_H
#define TESTS_UNIT_HISTORY_H

#include "unit.h"

#include "ipctop/model/derive.h"
#include "ipctop/model/growth.h"

#define SECOND INT64_C(1000000000)

/* A past, and the snapshot that is being made. */
struct history {
	struct past *past;
	struct snapshot *now; /* not derived yet; NULL: none */
	struct snapshot *last; /* the last one that was derived */
	struct derive_wish wish;
	int64_t at_ns;
};

static inline void history_begin(struct history *history)
{
	*history = (struct history){ .at_ns = 1000 * SECOND };
	history->past = past_new();
	assert_non_null(history->past);
	verdict_ages_init(&history->wish.ages);
}

static inline void history_end(struct history *history)
{
	snapshot_unref(history->last);
	past_free(history->past);
}

/* A snapshot `seconds` after the one before, in which all kinds were read. */
static inline struct snapshot *history_after(struct history *history, double seconds)
{
	enum class class;

	history->at_ns += (int64_t)(seconds * 1e9);
	history->now = make_snapshot();
	history->now->begin_ns = history->at_ns;
	history->now->time.tv_sec = history->at_ns / SECOND;
	for (class = 0; class <= CLASS_SHM; class ++)
		history->now->classes[class].read = true;
	return history->now;
}

static inline const struct snapshot *history_derive(struct history *history)
{
	assert_int_equal(derive(history->now, history->past, &history->wish), 0);
	snapshot_unref(history->last);
	history->last = history->now;
	history->now = NULL;
	return history->last;
}

/* A queue with `messages`. */
static inline void history_msg(struct history *history, int id, uint64_t messages)
{
	add_msg(history->now, id)->qnum = messages;
}

/* A segment with `rss` resident bytes. */
static inline struct shm_record *history_shm(struct history *history, int id, uint64_t rss)
{
	struct shm_record *shm = add_shm(history->now, id);

	shm->rss = rss;
	shm->has_rss = true;
	return shm;
}

/* The row of the object with `id`. */
static inline struct row history_row(const struct history *history, enum class class, int id)
{
	uint32_t row = 0;

	while (row < history->last->classes[class].count &&
		row_at(history->last, class, row).ipc->id != id)
		row++;
	assert_true(row < history->last->classes[class].count);
	return row_at(history->last, class, row);
}

/* A cell of the object's row, as it is shown. */
static inline void history_expect(const struct history *history, enum class class, int id,
	const char *column, const char *expected)
{
	const struct value_style style = { .ascii = true };
	struct row row = history_row(history, class, id);
	struct buf out = { 0 };

	value_text(&out, column_of(class, column)->get(&row), &style);
	expect_text(&out, expected);
}

#endif
