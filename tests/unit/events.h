/*
 * tests/unit/events.h: snapshots made by hand, one after another, and the events between them. A
 * case fills `next` and then says what it expects to have happened since the one before.
 */
#ifndef TESTS_UNIT_EVENTS_H
#define TESTS_UNIT_EVENTS_H

#include "related.h"

#include "ipctop/model/change.h"
#include "ipctop/model/event.h"

static struct {
	struct event_log *log;
	struct snapshot *last, *next;
	uint64_t told;
} world;

static inline struct snapshot *make_next(void)
{
	struct snapshot *snapshot = make_snapshot();
	enum class class;

	for (class = 0; class <= CLASS_SHM; class ++)
		snapshot->classes[class].read = true;
	snapshot->begin_ns = world.last ? world.last->begin_ns + RELATED_SECOND : RELATED_SECOND;
	snapshot->time.tv_sec = UNIT_NOW + snapshot->begin_ns / RELATED_SECOND;
	return snapshot;
}

static inline int begin_events(void **state)
{
	(void)state;
	world.log = event_log_new();
	world.last = NULL;
	world.told = 0;
	world.next = make_next();
	return world.log ? 0 : -1;
}

static inline int end_events(void **state)
{
	(void)state;
	event_log_free(world.log);
	snapshot_unref(world.last);
	snapshot_unref(world.next);
	return 0;
}

#define EVENT_CASE(function) cmocka_unit_test_setup_teardown(function, begin_events, end_events)

/* Append "shm 3 attached by 811: 0 -> 1 attachment\n". */
static inline void put_event(struct buf *out, const struct event_record *event)
{
	buf_printf(
		out, "%s %d %s", class_infos[event->kind].word, event->id, event_name(event->what));
	if (event->pid)
		buf_printf(out, " by %d", event->pid);
	if (*event->detail)
		buf_printf(out, ": %s", event->detail);
	buf_char(out, '\n');
}

/* `next` is complete: take it as the last one. */
static inline void take_next(void)
{
	assert_int_equal(change_derive(world.next, world.last, false), 0);
	assert_int_equal(event_derive(world.log, world.next, world.last), 0);
	snapshot_unref(world.last);
	world.last = world.next;
	world.next = make_next();
}

/* The same, and all that happened is told. */
static inline void happens(const char *expected)
{
	struct snapshot *shown = make_snapshot();
	struct buf out = { 0 };
	uint32_t row;

	take_next();
	assert_int_equal(event_fill(world.log, shown, world.told), 0);
	world.told = event_count(world.log);
	for (row = shown->classes[CLASS_EVENT].count; row-- > 0;)
		put_event(&out, snapshot_record(shown, CLASS_EVENT, row));
	expect_text(&out, expected);
	snapshot_unref(shown);
}

/* An object as those before it. */
static inline struct shm_record *segment(int id)
{
	struct shm_record *shm = add_shm(world.next, id);

	shm->size = 4096;
	shm->cpid = 811;
	shm->ipc.mode = 0600;
	shm->ipc.key = 0x2a;
	return shm;
}

static inline struct msg_record *queue(int id, uint64_t bytes)
{
	struct msg_record *msg = add_msg(world.next, id);

	msg->has_qbytes = true;
	msg->qbytes = 1000;
	msg->cbytes = bytes;
	msg->qnum = bytes > 0;
	msg->ipc.mode = 0600;
	return msg;
}

static inline struct sem_record *set(int id)
{
	struct sem_record *sem = add_sem(world.next, id);

	sem->nsems = 3;
	return sem;
}

#endif
