/*
 * tests/live/live.h: what every test program of the live suite needs: TAP, a private namespace,
 * snapshots of it, and rows of a snapshot by their id.
 */
#ifndef TESTS_LIVE_LIVE_H
#define TESTS_LIVE_LIVE_H

#include "../tap.h"

#include "ipctop/collect/collector.h"
#include "ipctop/model/record.h"
#include "space.h"
#include "world.h"

enum {
	PLAIN_UID = 65534, /* where there are users: one of them, and another one */
	OTHER_UID = 54321,
};

/** A group setup: enter a private namespace, or skip all cases with the reason. */
static inline int live_enter(void **state)
{
	char reason[SPACE_REASON];

	(void)state;
	if (space_enter(reason) < 0)
		tap_skip("%s", reason);
	return 0;
}

/** Skip a case that acts as several users. */
static inline void live_need_users(void)
{
	if (!space_has_users())
		tap_skip("there is only one user in this namespace");
}

/** A snapshot of `classes` (a set of class_bit()) with `cost`; fails the case where there is none.
 */
static inline struct snapshot *live_snapshot(
	struct collector *collector, unsigned classes, unsigned cost)
{
	struct needs needs = { .classes = classes, .cost = cost };
	struct snapshot *snapshot;

	assert_int_equal(collector_run(collector, &needs, &snapshot), 0);
	return snapshot;
}

/** How often the object is in the snapshot, and its record in `*record`, if any. */
static inline unsigned live_find(
	const struct snapshot *snapshot, unsigned kind, int id, const void **record)
{
	const struct ipc_record *ipc;
	unsigned found = 0;
	uint32_t row;

	for (row = 0; row < snapshot->classes[kind].count; row++) {
		ipc = snapshot_record(snapshot, kind, row);
		if (ipc->id != id)
			continue;
		*record = ipc;
		found++;
	}
	return found;
}

/** Fail the case where the snapshot has anything to say of what could not be read. */
static inline void live_no_notes(const struct snapshot *snapshot)
{
	if (snapshot->notes)
		fail_msg("a note: %s", snapshot->notes->text);
}

/** A case's teardown: remove all there is, so that a case that failed leaves nothing to the next.
 */
static inline int live_clear(void **state)
{
	struct collector *collector = collector_new(NULL);
	struct snapshot *snapshot = live_snapshot(collector, class_set(CLASS_IPC), 0);
	const struct ipc_record *ipc;
	unsigned kind;
	uint32_t row;

	(void)state;
	for (kind = 0; kind <= CLASS_SHM; kind++) {
		for (row = 0; row < snapshot->classes[kind].count; row++) {
			ipc = snapshot_record(snapshot, kind, row);
			world_remove(kind, ipc->id);
		}
	}
	snapshot_unref(snapshot);
	collector_free(collector);
	return 0;
}

#endif
