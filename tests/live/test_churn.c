/* Snapshots while thousands of objects come and go, and of a table that is nearly empty. */
#include "live.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/wait.h>
#include <time.h>

enum {
	STAYING = 40, /* of each kind: they are there all the time */
	ALIVE = 150, /* of each kind, at most: they come and go */
	SNAPSHOTS = 200,
	PACE_NS = 10 * 1000 * 1000, /* from one snapshot to the next */
	SPARSE = 5000,
	MANY = 5003, /* a walk over so many is done by two threads where there are processors */
};

struct churn {
	pid_t pid;
	unsigned long *made; /* shared with the child */
};

/* The child: the oldest goes, a new one comes. */
static void churn_for_ever(unsigned long *made)
{
	static int ids[CLASS_SHM + 1][ALIVE];
	unsigned long turn;
	unsigned kind;

	for (turn = 0;; turn++) {
		for (kind = 0; kind <= CLASS_SHM; kind++) {
			if (turn >= ALIVE)
				world_remove(kind, ids[kind][turn % ALIVE]);
			ids[kind][turn % ALIVE] = world_object(kind, IPC_PRIVATE, 0600);
			__atomic_add_fetch(made, 1, __ATOMIC_RELAXED);
		}
	}
}

static struct churn churn_start(void)
{
	struct churn churn;

	churn.made = mmap(NULL, sizeof(*churn.made), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(churn.made != MAP_FAILED);
	fflush(NULL);
	churn.pid = fork();
	assert_true(churn.pid >= 0);
	if (churn.pid == 0)
		churn_for_ever(churn.made);
	return churn;
}

/* Ends the child; how many objects it made. */
static unsigned long churn_stop(struct churn *churn)
{
	unsigned long made;
	int status;

	assert_int_equal(waitpid(churn->pid, &status, WNOHANG), 0);
	kill(churn->pid, SIGKILL);
	waitpid(churn->pid, &status, 0);
	made = *churn->made;
	munmap(churn->made, sizeof(*churn->made));
	return made;
}

static void check_staying(const struct snapshot *snapshot, int ids[CLASS_SHM + 1][STAYING])
{
	unsigned kind;
	const void *record;
	size_t i;

	live_no_notes(snapshot);
	for (kind = 0; kind <= CLASS_SHM; kind++) {
		assert_int_equal(snapshot->classes[kind].error, 0);
		for (i = 0; i < STAYING; i++)
			assert_int_equal(live_find(snapshot, kind, ids[kind][i], &record), 1);
	}
}

static void wait_a_turn(struct timespec *at)
{
	at->tv_nsec += PACE_NS;
	if (at->tv_nsec >= 1000000000) {
		at->tv_sec++;
		at->tv_nsec -= 1000000000;
	}
	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, at, NULL);
}

static void nothing_is_missed_under_churn(void **state)
{
	struct collector *collector = collector_new(NULL);
	int ids[CLASS_SHM + 1][STAYING];
	struct snapshot *snapshot;
	struct timespec at;
	struct churn churn;
	unsigned kind;
	unsigned turn;
	size_t i;

	(void)state;
	for (kind = 0; kind <= CLASS_SHM; kind++) {
		for (i = 0; i < STAYING; i++)
			ids[kind][i] = world_object(kind, IPC_PRIVATE, 0600);
	}
	churn = churn_start();
	clock_gettime(CLOCK_MONOTONIC, &at);
	for (turn = 0; turn < SNAPSHOTS; turn++) {
		/* by turns: as calls, as text; the third with names */
		snapshot = live_snapshot(collector, class_set(CLASS_IPC) | class_bit(CLASS_LIMIT),
			turn % 3 == 0 ? 0 : COST_RESIDENT | COST_USER | COST_GROUP);
		check_staying(snapshot, ids);
		snapshot_unref(snapshot);
		wait_a_turn(&at);
	}
	assert_true(churn_stop(&churn) > 4000);
	collector_free(collector);
}

static void raise_limit(void)
{
	/* new namespaces begin with 4096 segments */
	if (space_write("/proc/sys/kernel/shmmni", "8192") < 0)
		tap_skip("/proc/sys/kernel/shmmni can't be raised here");
}

/* Many objects, of which only the one with the highest index is left. */
static int make_sparse(unsigned kind)
{
	static int ids[SPARSE];
	size_t i;

	for (i = 0; i < SPARSE; i++)
		ids[i] = world_object(kind, IPC_PRIVATE, 0600);
	for (i = 0; i + 1 < SPARSE; i++)
		world_remove(kind, ids[i]);
	return ids[SPARSE - 1];
}

static void check_sparse(unsigned kind)
{
	struct collector *collector = collector_new(NULL);
	const struct msg_record *msg;
	const void *record = NULL;
	struct snapshot *snapshot;
	struct msqid_ds ds;
	int id, turn;

	id = make_sparse(kind);
	for (turn = 0; turn < 3; turn++) {
		snapshot = live_snapshot(collector, class_bit(kind), 0);
		live_no_notes(snapshot);
		assert_int_equal(snapshot->classes[kind].count, 1);
		assert_int_equal(live_find(snapshot, kind, id, &record), 1);
		msg = record;
		if (kind == CLASS_MSG) {
			assert_int_equal(msgctl(id, IPC_STAT, &ds), 0);
			assert_true(msg->has_qbytes);
			assert_int_equal(msg->qbytes, ds.msg_qbytes);
			assert_int_equal(msg->ipc.seq, ds.msg_perm.__seq);
		}
		snapshot_unref(snapshot);
	}
	collector_free(collector);
}

static void a_lone_queue_at_a_high_index(void **state)
{
	(void)state;
	check_sparse(CLASS_MSG);
}

static void a_lone_set_at_a_high_index(void **state)
{
	(void)state;
	check_sparse(CLASS_SEM);
}

static void a_lone_segment_at_a_high_index(void **state)
{
	(void)state;
	raise_limit();
	check_sparse(CLASS_SHM);
}

static int by_number(const void *a, const void *b)
{
	int x = *(const int *)a, y = *(const int *)b;

	return (x > y) - (x < y);
}

/* The snapshot has these queues, given in order, and no other; each once. */
static void check_queues(const struct snapshot *snapshot, const int *ids, uint32_t count)
{
	static int seen[MANY];
	const struct ipc_record *ipc;
	uint32_t i;

	live_no_notes(snapshot);
	assert_int_equal(snapshot->classes[CLASS_MSG].count, count);
	for (i = 0; i < count; i++) {
		ipc = snapshot_record(snapshot, CLASS_MSG, i);
		seen[i] = ipc->id;
	}
	qsort(seen, count, sizeof(seen[0]), by_number);
	for (i = 0; i < count; i++)
		assert_int_equal(seen[i], ids[i]);
}

/* Some are taken away before, all over the kernel's table. */
static void many_are_seen_once(void **state)
{
	static int ids[MANY];
	struct collector *collector = collector_new(NULL);
	struct snapshot *snapshot;
	uint32_t i, left = 0;
	int turn;

	(void)state;
	assert_non_null(collector);
	for (i = 0; i < MANY; i++)
		ids[i] = world_object(CLASS_MSG, IPC_PRIVATE, 0600);
	for (i = 0; i < MANY; i++) {
		if (i % 7 == 0)
			world_remove(CLASS_MSG, ids[i]);
		else
			ids[left++] = ids[i];
	}
	qsort(ids, left, sizeof(ids[0]), by_number);
	for (turn = 0; turn < 3; turn++) { /* with and without a number to expect */
		snapshot = live_snapshot(collector, class_bit(CLASS_MSG), 0);
		check_queues(snapshot, ids, left);
		snapshot_unref(snapshot);
	}
	collector_free(collector);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test_teardown(nothing_is_missed_under_churn, live_clear),
		cmocka_unit_test_teardown(many_are_seen_once, live_clear),
		cmocka_unit_test_teardown(a_lone_queue_at_a_high_index, live_clear),
		cmocka_unit_test_teardown(a_lone_set_at_a_high_index, live_clear),
		cmocka_unit_test_teardown(a_lone_segment_at_a_high_index, live_clear),
	};

	return tap_run(cases, sizeof(cases) / sizeof(cases[0]), live_enter, NULL);
}
