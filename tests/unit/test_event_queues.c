/*
 * model/event: queues that become full and are drained, waits that get stuck, and what must not be
 * made up: of classes that could not be read, and of objects that are shown twice.
 */
#include "events.h"

#include "ipctop/model/stuck.h"

/* A look at one queue, after which something happened, or nothing. */
static void looks(uint64_t bytes, const char *expected)
{
	queue(1, bytes);
	happens(expected);
}

static void full_and_drained(void **state)
{
	(void)state;
	looks(0, "");
	looks(900, ""); /* 90 per cent are not more than 90 */
	looks(901, "msg 1 full: 901 of 1000 bytes\n");
	looks(500, "");
	looks(499, "msg 1 drained: 499 of 1000 bytes\n");
	looks(0, "");
}

/* Between the two nothing is told. */
static void flapping_is_no_event(void **state)
{
	(void)state;
	looks(890, "");
	looks(950, "msg 1 full: 950 of 1000 bytes\n");
	looks(890, "");
	looks(950, "");
	looks(600, "");
	looks(1000, "");
	looks(10, "msg 1 drained: 10 of 1000 bytes\n");
	looks(600, "");
	looks(890, "");
	looks(950, "msg 1 full: 950 of 1000 bytes\n");
}

/* Found full: that it became so was not seen, but that it is drained is. */
static void full_from_the_first(void **state)
{
	(void)state;
	looks(1000, "");
	looks(1000, "");
	looks(0, "msg 1 drained: 0 of 1000 bytes\n");
}

static void made_and_filled_between_two_looks(void **state)
{
	(void)state;
	happens("");
	looks(1000, "msg 1 appeared\nmsg 1 full: 1000 of 1000 bytes\n");
	happens("msg 1 gone\n");
	looks(0, "msg 1 appeared\n"); /* what another one was is not its own */
}

static void full_by_count(void **state)
{
	struct msg_record *msg;

	(void)state;
	queue(1, 0)->qbytes = 10;
	take_next();
	msg = queue(1, 0);
	msg->qbytes = 10;
	msg->qnum = 10;
	msg->lspid = 900;
	happens("msg 1 full by 900: 10 of 10 messages\n");
	msg = queue(1, 0);
	msg->qbytes = 10;
	msg->qnum = 4;
	msg->lspid = 900;
	msg->lrpid = 901;
	happens("msg 1 drained by 901: 4 of 10 messages\n");
}

/* By IPC_SET a queue becomes full, and is drained, without anybody sending or receiving. */
static void full_by_a_lower_limit(void **state)
{
	struct msg_record *msg;

	(void)state;
	msg = queue(1, 100);
	msg->lspid = 900;
	msg->lrpid = 901;
	take_next();
	msg = queue(1, 100);
	msg->lspid = 900;
	msg->lrpid = 901;
	msg->qbytes = 100;
	happens("msg 1 full: 100 of 100 bytes\n");
	msg = queue(1, 100);
	msg->lspid = 900;
	msg->lrpid = 901;
	msg->qbytes = 0; /* it takes nothing at all */
	happens("");
	msg = queue(1, 100);
	msg->lspid = 900;
	msg->lrpid = 901;
	happens("msg 1 drained: 100 of 1000 bytes\n");
	msg = queue(1, 0);
	msg->qbytes = 0;
	happens("msg 1 full: 0 of 0 bytes\n");
}

/* /proc/sysvipc does not tell how much a queue holds at most. */
static void without_a_limit(void **state)
{
	(void)state;
	queue(1, 10)->has_qbytes = false;
	take_next();
	queue(1, 1000)->has_qbytes = false;
	happens("");
	looks(1000, "msg 1 full: 1000 of 1000 bytes\n");
	queue(1, 0)->has_qbytes = false; /* what is not known changes nothing */
	happens("");
	looks(600, "");
	looks(0, "msg 1 drained: 0 of 1000 bytes\n");
}

/* What each was stays with it, wherever its row goes. */
static void rows_move(void **state)
{
	(void)state;
	queue(1, 950);
	queue(2, 100);
	queue(3, 950);
	take_next();
	queue(3, 600);
	queue(2, 600);
	queue(1, 600);
	happens("");
	queue(2, 100);
	queue(3, 100);
	happens("msg 1 gone\nmsg 3 drained: 100 of 1000 bytes\n");
}

/* what could not be read */

static void fill(void)
{
	segment(1)->nattch = 1;
	queue(1, 600);
	set(1);
}

static void lose(enum class class, bool failed)
{
	world.next->classes[class].count = 0;
	world.next->classes[class].read = failed;
	world.next->classes[class].error = failed ? -EIO : 0;
}

static void a_class_not_read(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < 2; i++) {
		fill();
		take_next();
		fill();
		lose(CLASS_SHM, i);
		lose(CLASS_MSG, i);
		happens("");
		fill();
		segment(2);
		queue(2, 1000);
		set(2);
		happens("sem 2 appeared: 3 semaphores\n");
		fill();
		happens("msg 2 gone\nsem 2 gone\nshm 2 gone\n");
	}
}

/* A queue that was full is not drained by a look that failed. */
static void full_while_it_is_not_read(void **state)
{
	(void)state;
	looks(950, "");
	lose(CLASS_MSG, true);
	happens("");
	looks(600, "");
	looks(100, "");
	looks(950, "msg 1 full: 950 of 1000 bytes\n");
}

/* A line that could not be read may be that of an object that seems to be gone. */
static void lines_that_could_not_be_read(void **state)
{
	(void)state;
	segment(1);
	segment(2);
	take_next();
	segment(1)->nattch = 1;
	world.next->classes[CLASS_SHM].skipped = 1;
	happens("shm 1 attached: 0 -> 1 attachment\n");
	segment(1)->nattch = 1;
	segment(2);
	happens("");
	segment(2);
	happens("shm 1 gone\n");
}

/* shown twice */

static void twice_in_the_last_one(void **state)
{
	(void)state;
	segment(1);
	segment(2);
	segment(1);
	take_next();
	segment(1);
	segment(2);
	happens("");
	segment(1);
	segment(2);
	segment(2);
	segment(1);
	segment(1);
	take_next();
	happens("shm 1 gone\nshm 2 gone\n"); /* once each */
	/* an id that two had within one pass: both are gone */
	segment(1);
	segment(1)->size = 8192;
	happens("shm 1 appeared by 811: 4096 bytes, 0 attachments\n"
		"shm 1 appeared by 811: 8192 bytes, 0 attachments\n");
	happens("shm 1 gone\nshm 1 gone\n");
}

static void twice_in_the_new_one(void **state)
{
	(void)state;
	segment(1);
	take_next();
	segment(1)->nattch = 1;
	segment(5);
	segment(1)->nattch = 1;
	segment(5);
	happens("shm 1 attached: 0 -> 1 attachment\n"
		"shm 5 appeared by 811: 4096 bytes, 0 attachments\n");
	segment(1)->nattch = 1;
	segment(5);
	segment(5)->nattch = 1; /* the next snapshot tells, once */
	happens("");
}

/* waits */

/* A set with a lock that its dead holder never gives back, and a queue, found as above. */
static void add_world(bool stuck, int64_t since_s)
{
	struct relation *relation;

	set(1)->otime = UNIT_NOW - 60;
	queue(1, 0);
	add_process(world.next, 5, ALIVE_YES, UNIT_NOW - 3600, "worker");
	add_process(world.next, 9, ALIVE_NO, 0, NULL);
	world.next->took_ns = 1;
	if (stuck) {
		relation = add_waiter(world.next, CLASS_SEM, 0, 5, WAIT_SEMOP);
		relation->waiting.has_operation = relation->waiting.has_semaphore = true;
		relation->waiting.op = -1;
		relation->waiting.last_pid = 9;
		relation->waiting.ncount = 1;
		relation->waiting.since_ns = relation->waiting.steady_ns = since_s * RELATED_SECOND;
		relation->waiting.seen_ns = (since_s + 2) * RELATED_SECOND;
	}
	all_visited(world.next, 2);
}

static void stuck_happens(const char *expected)
{
	assert_int_equal(stuck_derive(world.next), 0);
	happens(expected);
}

static void got_stuck(void **state)
{
	(void)state;
	add_world(false, 0);
	stuck_happens("");
	add_world(false, 0);
	stuck_happens("");
	add_world(true, 2);
	assert_int_equal(stuck_derive(world.next), 0);
	assert_non_null(world.next->relations.stuck);
	happens("sem 1 stuck by 5: last operator gone\n");
	add_world(true, 2);
	stuck_happens("");
	/* and again, after it went on */
	add_world(false, 0);
	stuck_happens("");
	add_world(true, 5);
	stuck_happens("sem 1 stuck by 5: last operator gone\n");
}

/* A wait that was there when we looked for the first time did not get stuck now. */
static void stuck_from_the_first(void **state)
{
	(void)state;
	add_world(false, 0);
	stuck_happens("");
	add_world(true, 1); /* seen at the first look, known to be stuck at the second */
	stuck_happens("");
}

static void waits_not_read(void **state)
{
	(void)state;
	add_world(false, 0);
	world.next->relations.read = 0;
	stuck_happens("");
	add_world(true, 2);
	stuck_happens("");
	add_world(true, 2);
	stuck_happens("");
	add_world(false, 0);
	world.next->relations.read = 0;
	stuck_happens("");
	add_world(true, 5);
	stuck_happens("");
	/* what came while nobody looked */
	add_world(false, 0);
	world.next->relations.read = 0;
	stuck_happens("");
	add_world(false, 0);
	stuck_happens("");
	add_world(true, 6);
	stuck_happens("");
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		EVENT_CASE(full_and_drained),
		EVENT_CASE(flapping_is_no_event),
		EVENT_CASE(full_from_the_first),
		EVENT_CASE(made_and_filled_between_two_looks),
		EVENT_CASE(full_by_count),
		EVENT_CASE(full_by_a_lower_limit),
		EVENT_CASE(without_a_limit),
		EVENT_CASE(rows_move),
		EVENT_CASE(a_class_not_read),
		EVENT_CASE(full_while_it_is_not_read),
		EVENT_CASE(lines_that_could_not_be_read),
		EVENT_CASE(twice_in_the_last_one),
		EVENT_CASE(twice_in_the_new_one),
		EVENT_CASE(got_stuck),
		EVENT_CASE(stuck_from_the_first),
		EVENT_CASE(waits_not_read),
	};

	return tap_run(cases, LENGTH(cases), NULL, NULL);
}
