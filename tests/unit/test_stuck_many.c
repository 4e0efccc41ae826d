/* model/verdict: systems with many waits are judged in time, and without a flood of verdicts. */
#include "stuck.h"

enum { THREADS = 60, CPU_SECONDS_MAX = 20 };

static double cpu_seconds(void)
{
	struct timespec used;

	assert_int_equal(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used), 0);
	return (double)used.tv_sec + (double)used.tv_nsec / 1e9;
}

static void derive_quickly(struct snapshot *snapshot)
{
	double before = cpu_seconds();

	derive(snapshot);
	assert_true(cpu_seconds() - before < CPU_SECONDS_MAX);
}

static void a_thousand_in_a_ring(void **state)
{
	struct snapshot *snapshot = make_system();
	const struct stuck *stuck;
	int32_t pid;
	uint32_t i;

	(void)state;
	for (pid = 1; pid <= PROCESSES; pid++)
		add_lock(snapshot, 0, pid, (uint16_t)pid, pid % PROCESSES + 1);
	derive_quickly(snapshot);
	assert_int_equal(count_verdicts(snapshot), 1);
	stuck = snapshot->relations.stuck;
	assert_int_equal(stuck->count, PROCESSES);
	for (i = 0; i < stuck->count; i++)
		assert_int_equal(stuck->member[i].waits_for,
			stuck->member[(i + 1) % stuck->count].relation->pid);
	snapshot_unref(snapshot);
}

static void a_thousand_behind_each_other(void **state)
{
	struct snapshot *snapshot = make_system();
	int32_t pid;

	(void)state;
	for (pid = 1; pid < PROCESSES; pid++)
		add_lock(snapshot, 0, pid, (uint16_t)pid, pid + 1);
	derive_quickly(snapshot);
	assert_int_equal(count_verdicts(snapshot), 0);
	snapshot_unref(snapshot);
}

static void a_thousand_for_one_that_is_gone(void **state)
{
	struct snapshot *snapshot = make_system();
	int32_t pid;

	(void)state;
	for (pid = 1; pid <= PROCESSES; pid++)
		add_lock(snapshot, 0, pid, 0, DEAD);
	derive_quickly(snapshot);
	assert_int_equal(count_verdicts(snapshot), 1);
	assert_int_equal(snapshot->relations.stuck->count, PROCESSES);
	snapshot_unref(snapshot);
}

static void a_thousand_semaphores_of_one_that_is_gone(void **state)
{
	struct snapshot *snapshot = make_system();
	int32_t pid;

	(void)state;
	for (pid = 1; pid <= PROCESSES; pid++)
		add_lock(snapshot, 0, pid, (uint16_t)pid, DEAD);
	derive_quickly(snapshot);
	assert_int_equal(count_verdicts(snapshot), PROCESSES);
	snapshot_unref(snapshot);
}

/* Busy ones, as a pool of a counting semaphore: nothing is steady. */
static void a_thousand_that_are_busy(void **state)
{
	struct snapshot *snapshot = make_system();
	int32_t pid;

	(void)state;
	for (pid = 1; pid <= PROCESSES; pid++)
		add_lock(snapshot, 0, pid, 0, PROCESSES + 1 - pid)->waiting.steady_ns =
			RELATED_SEEN * RELATED_SECOND;
	derive_quickly(snapshot);
	assert_int_equal(count_verdicts(snapshot), 0);
	snapshot_unref(snapshot);
}

static bool names_a_process_twice(const struct stuck *stuck)
{
	uint32_t i, j;

	for (i = 0; i < stuck->count; i++) {
		for (j = 0; j < i; j++) {
			if (stuck->member[i].relation->pid == stuck->member[j].relation->pid)
				return true;
		}
	}
	return false;
}

/* Two servers, all threads of each of which wait for the other: one matter, not one a pair. */
static void many_threads_of_two_processes(void **state)
{
	struct snapshot *snapshot = make_system();
	const struct stuck *stuck;
	int32_t i;

	(void)state;
	for (i = 0; i < THREADS; i++) {
		add_lock(snapshot, 0, 1, 0, 2)->tid = 3000 + i;
		add_lock(snapshot, 0, 2, 1, 1)->tid = 4000 + i;
	}
	for (i = 0; i < THREADS * 2; i++)
		snapshot->relations.relation[i].waiting.threads = THREADS;
	derive_quickly(snapshot);
	assert_in_range(count_verdicts(snapshot), 1, THREADS);
	for (stuck = snapshot->relations.stuck; stuck; stuck = stuck->next) {
		assert_int_equal(stuck->reason, STUCK_DEADLOCK);
		assert_false(names_a_process_twice(stuck));
	}
	snapshot_unref(snapshot);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(a_thousand_in_a_ring),
		cmocka_unit_test(a_thousand_behind_each_other),
		cmocka_unit_test(a_thousand_for_one_that_is_gone),
		cmocka_unit_test(a_thousand_semaphores_of_one_that_is_gone),
		cmocka_unit_test(a_thousand_that_are_busy),
		cmocka_unit_test(many_threads_of_two_processes),
	};

	return tap_run(cases, LENGTH(cases), NULL, NULL);
}
