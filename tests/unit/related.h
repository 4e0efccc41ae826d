/*
 * tests/unit/related.h: relations made by hand. Those of one snapshot stay where they are, so that
 * a case may change them till they are sorted.
 */
#ifndef TESTS_UNIT_RELATED_H
#define TESTS_UNIT_RELATED_H

#include "unit.h"

#include "ipctop/model/relation.h"

#define RELATED_SECOND INT64_C(1000000000) /* nanoseconds */

enum {
	RELATED_MAX = 1100, /* of one snapshot */
	RELATED_SINCE = 100, /* seconds of the monotonic clock: when waits began */
	RELATED_SEEN = 102, /* and when they were seen last */
};

static inline struct relation *add_relation(struct snapshot *snapshot, enum relation_type type,
	enum class class, uint32_t row, int32_t pid)
{
	struct relations *relations = &snapshot->relations;
	struct relation *relation;

	if (!relations->relation)
		relations->relation =
			arena_alloc(&snapshot->arena, RELATED_MAX * sizeof(*relations->relation));
	assert_non_null(relations->relation);
	assert_true(relations->count < RELATED_MAX);
	relation = &relations->relation[relations->count++];
	*relation = (struct relation){
		.class = class,
		.id = row_at(snapshot, class, row).ipc->id,
		.row = row,
		.type = type,
		.pid = pid,
		.tid = pid,
	};
	return relation;
}

/* A process that has the segment in a row mapped, once and for writing. */
static inline struct relation *add_holder(struct snapshot *snapshot, uint32_t row, int32_t pid)
{
	struct relation *relation = add_relation(snapshot, RELATION_HOLDER, CLASS_SHM, row, pid);

	relation->holding.mappings = 1;
	relation->holding.mapping[0] = (struct mapping){ 0x7f0000001000, 0x7f0000002000, true };
	relation->holding.longest = 4096;
	relation->holding.writable = true;
	return relation;
}

/* The first thread of a process that waits, for two seconds, in which nothing moved. */
static inline struct relation *add_waiter(
	struct snapshot *snapshot, enum class class, uint32_t row, int32_t pid, enum wait_call call)
{
	struct relation *relation = add_relation(snapshot, RELATION_WAITER, class, row, pid);

	relation->waiting.call = call;
	relation->waiting.threads = 1;
	relation->waiting.has_queue = class == CLASS_MSG;
	relation->waiting.since_ns = relation->waiting.steady_ns = RELATED_SINCE * RELATED_SECOND;
	relation->waiting.seen_ns = RELATED_SEEN * RELATED_SECOND;
	return relation;
}

/* As if all processes had been visited, and let us see. */
static inline void all_visited(struct snapshot *snapshot, uint32_t processes)
{
	struct relations *relations = &snapshot->relations;

	relations->read = COST_HOLDERS | COST_WAITERS;
	relations->complete = true;
	relations->visited = relations->all = processes;
	assert_int_equal(relations_sort(snapshot), 0);
}

/* Two rows of each kind. */
static inline struct snapshot *make_objects(void)
{
	struct snapshot *snapshot = make_snapshot();

	add_msg(snapshot, 10);
	add_msg(snapshot, 11);
	add_sem(snapshot, 20);
	add_sem(snapshot, 21);
	add_shm(snapshot, 30);
	add_shm(snapshot, 31);
	return snapshot;
}

#endif
