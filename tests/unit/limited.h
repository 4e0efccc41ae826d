/*
 * tests/unit/limited.h: snapshots made by hand with limits as the collector makes them, objects of
 * several owners, and verdicts on these.
 */
#ifndef TESTS_UNIT_LIMITED_H
#define TESTS_UNIT_LIMITED_H

#include "related.h"

#include "ipctop/model/limit.h"

enum {
	LIMITED_MAX = 8, /* objects of a kind with verdicts */
	WWW_UID = 33, /* "www-data" */
	APP_UID = 1001, /* "app" */
	NAMELESS_UID = 70000, /* has no name */
};

/* All limits, none of which is set, and nothing is known of their use. */
static inline struct snapshot *limited_snapshot(void)
{
	struct snapshot *snapshot = make_snapshot();
	struct limit_record *record;
	int id;

	snapshot->page_size = 4096;
	for (id = 0; id < LIMIT_COUNT; id++) {
		record = add_limit(snapshot, id);
		record->name = limit_infos[id].name;
		record->description = limit_infos[id].description;
		record->in_bytes = limit_infos[id].in_bytes;
	}
	add_user(snapshot, WWW_UID, "www-data");
	add_user(snapshot, APP_UID, "app");
	return snapshot;
}

static inline struct limit_record *limited_record(struct snapshot *snapshot, enum limit limit)
{
	return (struct limit_record *)snapshot->classes[CLASS_LIMIT].records + limit;
}

static inline void set_limit(struct snapshot *snapshot, enum limit limit, uint64_t value)
{
	limited_record(snapshot, limit)->has_limit = true;
	limited_record(snapshot, limit)->limit = value;
}

static inline void set_used(struct snapshot *snapshot, enum limit limit, uint64_t value)
{
	limited_record(snapshot, limit)->has_used = true;
	limited_record(snapshot, limit)->used = value;
}

/* The four numbers of kernel.sem, in their order. */
static inline void set_sem(
	struct snapshot *snapshot, uint64_t msl, uint64_t mns, uint64_t opm, uint64_t mni)
{
	set_limit(snapshot, LIMIT_SEMMSL, msl);
	set_limit(snapshot, LIMIT_SEMMNS, mns);
	set_limit(snapshot, LIMIT_SEMOPM, opm);
	set_limit(snapshot, LIMIT_SEMMNI, mni);
}

/* Objects; their ids count from `100 * class` on. */
static inline int next_id(const struct snapshot *snapshot, enum class class)
{
	return 100 * (int)class + (int)snapshot->classes[class].count;
}

static inline void own_queue(struct snapshot *snapshot, uint32_t uid)
{
	add_msg(snapshot, next_id(snapshot, CLASS_MSG))->ipc.uid = uid;
}

static inline void own_set(struct snapshot *snapshot, uint32_t uid, uint32_t nsems)
{
	struct sem_record *sem = add_sem(snapshot, next_id(snapshot, CLASS_SEM));

	sem->ipc.uid = uid;
	sem->nsems = nsems;
}

static inline void own_segment(struct snapshot *snapshot, uint32_t uid, uint64_t size)
{
	struct shm_record *shm = add_shm(snapshot, next_id(snapshot, CLASS_SHM));

	shm->ipc.uid = uid;
	shm->size = size;
}

/* Verdicts of a class by row, in memory of the snapshot. */
static inline void judge(
	struct snapshot *snapshot, enum class class, const uint8_t *verdicts, size_t count)
{
	uint8_t *own = arena_alloc(&snapshot->arena, LIMITED_MAX);

	assert_non_null(own);
	assert_true(count <= LIMITED_MAX);
	memcpy(own, verdicts, count);
	snapshot->classes[class].verdicts = own;
}

static inline const struct limit_use *use_of(struct snapshot *snapshot, enum limit limit)
{
	struct row row = row_at(snapshot, CLASS_LIMIT, limit);
	const struct limit_use *use;

	assert_int_equal(limit_derive(snapshot), 0);
	use = limit_use_of(&row);
	assert_non_null(use);
	return use;
}

/* The word for a verdict, as far as it has one. */
static inline const char *word_of(enum verdict verdict)
{
	return verdict_infos[verdict].name ? verdict_infos[verdict].name : "?";
}

#endif
