/* model/report: holders, waiters, stuck waits and the objects of a process, and where lines lead.
 */
#include "related.h"

#include "ipctop/model/stuck.h"
#include "report.h"

enum { WORKER_PID = 902, WORKER_TID = 905 };

/* The postgres has the segment mapped, and a worker's thread waits for semaphore 2. */
static struct snapshot *related_snapshot(void)
{
	struct snapshot *snapshot = sample_snapshot();
	struct relation *waiter = add_waiter(snapshot, CLASS_SEM, 0, WORKER_PID, WAIT_SEMOP);
	struct process_record *process = add_record(snapshot, CLASS_PROCESS, 0);

	process->pid = ALIVE_PID;
	process->start = UNIT_NOW - 3 * SAMPLE_DAY;
	process->created = 1;
	add_process(snapshot, WORKER_PID, ALIVE_YES, UNIT_NOW - SAMPLE_DAY, "worker");
	add_holder(snapshot, 0, ALIVE_PID)->holding.creator = true;
	waiter->tid = WORKER_TID;
	waiter->waiting.has_operation = waiter->waiting.has_semaphore = true;
	waiter->waiting.semnum = 2;
	waiter->waiting.op = -1;
	waiter->waiting.ncount = 1;
	waiter->waiting.last_pid = GONE_PID;
	all_visited(snapshot, 640);
	snapshot->relations.age_ns = RELATED_SECOND / 2;
	return snapshot;
}

static void expect_report(
	struct snapshot *snapshot, enum class class, uint32_t index, const char *part)
{
	struct report_style style = report_style_of(0, true);
	struct row row = detail_on(snapshot, class, index);
	struct buf out = { 0 };

	make_report(&out, &row, &style);
	expect_part(&out, part);
	buf_free(&out);
}

static void what_was_not_looked_for_is_not_told(void **state)
{
	struct snapshot *snapshot = related_snapshot();
	struct report_style style = report_style_of(0, true);
	static const enum class kinds[] = { CLASS_MSG, CLASS_SEM, CLASS_SHM };
	struct buf out = { 0 };
	struct row row;
	size_t k;

	(void)state;
	snapshot->relations.read = 0;
	for (k = 0; k < LENGTH(kinds); k++) {
		row = detail_on(snapshot, kinds[k], 0);
		make_report(&out, &row, &style);
		expect_no_part(&out, "Holders");
		expect_no_part(&out, "Waiters");
		expect_no_part(&out, " by 1 process");
		expect_no_part(&out, "Nobody");
		buf_free(&out);
	}
	snapshot_unref(snapshot);
}

static void holders_are_told(void **state)
{
	struct snapshot *snapshot = related_snapshot();

	(void)state;
	expect_report(snapshot, CLASS_SHM, 0,
		"\n\nHolders\n"
		"  1 attachment by 1 process; 1 more attachment is not visible to you.\n"
		"  811 postgres: mapped once, read-write, creator, at 7f0000001000-7f0000002000\n"
		"  640 processes were looked at, each within the last 0.5 s.\n");
	snapshot->relations.hidden_maps = 14;
	expect_report(snapshot, CLASS_SHM, 0,
		"-7f0000002000\n"
		"  Not all is known: 14 processes are hidden from you: seeing them takes root, or "
		"CAP_SYS_PTRACE.\n");
	/* where all attachments were found, nobody is missed */
	((struct shm_record *)snapshot->classes[CLASS_SHM].records)->nattch = 1;
	expect_report(snapshot, CLASS_SHM, 0,
		"\n\nHolders\n"
		"  1 attachment by 1 process.\n");
	expect_report(
		snapshot, CLASS_SHM, 0, "  640 processes were looked at, each within the last");
	snapshot_unref(snapshot);
}

static void waiters_are_told(void **state)
{
	struct semaphore semaphores[] = { { .value = 1 }, { .value = 0 },
		{ .value = 0, .pid = GONE_PID, .ncount = 1 } };
	struct snapshot *snapshot = related_snapshot();

	(void)state;
	set_semaphores(snapshot, semaphores, 3);
	expect_report(snapshot, CLASS_SEM, 0,
		"\n\nWaiters\n"
		"  thread 905 of 902 worker: waits to decrease semaphore 2 by 1, for 2 s so far\n");
	/* and beside the semaphore */
	expect_report(snapshot, CLASS_SEM, 0,
		"  SEMNUM  VALUE PID      COMMAND           NCOUNT  ZCOUNT  WAITERS\n"
		"       0      1 0                               0       0\n"
		"       1      0 0                               0       0\n"
		"       2      0 4120!                           1       0  902/905 worker (-1)\n");
	expect_report(snapshot, CLASS_MSG, 0, "\n\nWaiters\n  Nobody waits.\n");
	snapshot_unref(snapshot);
}

/* The kernel's own count of those who wait for a set is set beside those that were seen. */
static void hidden_waiters_are_counted(void **state)
{
	struct semaphore semaphores[] = { { .value = 1, .zcount = 2 }, { .value = 0 },
		{ .value = 0, .ncount = 1 } };
	struct snapshot *snapshot = related_snapshot();
	struct report_style style = report_style_of(0, true);
	struct row row = detail_on(snapshot, CLASS_SEM, 0);
	struct buf out = { 0 };

	(void)state;
	set_semaphores(snapshot, semaphores, 3);
	snapshot->relations.hidden_calls = 14;
	expect_report(snapshot, CLASS_SEM, 0,
		"for 2 s so far\n"
		"  The kernel counts 3: 2 more than are seen.\n"
		"  Not all is known: 14 processes are hidden from you: ");
	/* it counts as many as were seen: whoever is hidden does not wait here */
	semaphores[0].zcount = 0;
	make_report(&out, &row, &style);
	expect_no_part(&out, "The kernel counts");
	expect_no_part(&out, "Not all is known");
	buf_free(&out);
	snapshot_unref(snapshot);
}

/* Nobody seen is not nobody. */
static void none_is_claimed_only_where_all_was_seen(void **state)
{
	struct snapshot *snapshot = related_snapshot();
	struct report_style style = report_style_of(0, true);
	struct row row = detail_on(snapshot, CLASS_MSG, 0);
	struct buf out = { 0 };

	(void)state;
	snapshot->relations.hidden_calls = 1;
	make_report(&out, &row, &style);
	expect_no_part(&out, "Nobody");
	expect_part(&out, "\n\nWaiters\n  Not all is known: 1 process is hidden from you: ");
	buf_free(&out);
	snapshot_unref(snapshot);
}

static void a_process_without_a_name_is_its_number(void **state)
{
	struct snapshot *snapshot = related_snapshot();

	(void)state;
	add_holder(snapshot, 0, 5000);
	all_visited(snapshot, 640);
	expect_report(snapshot, CLASS_SHM, 0, "\n  5000: mapped once, read-write, at ");
	snapshot_unref(snapshot);
}

static void stuck_waits_come_first(void **state)
{
	struct snapshot *snapshot = related_snapshot();

	(void)state;
	assert_int_equal(stuck_derive(snapshot), 0);
	expect_report(snapshot, CLASS_SEM, 0,
		"\n\nStuck waits\n"
		"  last operator gone, severity medium\n"
		"    known: Semaphore 2 of set 44 has the value 0, and process 4120, which changed "
		"it last, is gone.\n"
		"    inferred: If it held the semaphore and did not give it back, ");
	expect_report(snapshot, CLASS_SEM, 0,
		"\n    902 (worker) thread 905: semaphore set 44, waits to decrease semaphore 2 by "
		"1, for 2 s so far -> last used by 4120, gone\n"
		"\nWaiters\n");
	snapshot_unref(snapshot);
}

static void a_process_tells_its_objects(void **state)
{
	struct snapshot *snapshot = related_snapshot();

	(void)state;
	add_waiter(snapshot, CLASS_MSG, 0, ALIVE_PID, WAIT_MSGSND)->tid = 812;
	all_visited(snapshot, 640);
	expect_report(snapshot, CLASS_PROCESS, 0,
		"\n\nObjects\n"
		"  queue 33, of www-data, key 0x52012345: thread 812 waits to send, for 2 s so "
		"far\n"
		"  segment 55, of www-data, key 0x52012345, 9.7K: mapped once, read-write, "
		"creator, at 7f0000001000-7f0000002000\n"
		"  640 processes were looked at, each within the last 0.5 s.\n");
	snapshot_unref(snapshot);
}

/* The lines of a report that begin as `starts` tell, each with a link to `ids`. */
static void expect_links(const struct buf *out, const struct report_links *links, enum class class,
	const char *const *starts, const int32_t *ids, size_t count)
{
	const char *line;
	size_t i, at;

	assert_int_equal(links->count, count);
	for (i = 0; i < count; i++) {
		assert_int_equal(links->at[i].class, class);
		assert_int_equal(links->at[i].id, ids[i]);
		line = buf_str(out);
		for (at = 0; at < links->at[i].line; at++)
			line = strchr(line, '\n') + 1;
		if (strncmp(line, starts[i], strlen(starts[i])) != 0)
			fail_msg("link %zu leads from: %s", i, line);
	}
}

/* However the lines before them are broken. */
static void lines_lead_to_processes(void **state)
{
	static const unsigned widths[] = { 0, 200, 80, 40, 16 };
	static const char *const starts[] = { "  811 ", "  902 " };
	static const int32_t pids[] = { ALIVE_PID, WORKER_PID };
	struct snapshot *snapshot = related_snapshot();
	struct report_links links = { 0 };
	struct report_style style;
	struct row row = detail_on(snapshot, CLASS_SHM, 0);
	struct buf out = { 0 };
	size_t i;

	(void)state;
	add_holder(snapshot, 0, WORKER_PID);
	all_visited(snapshot, 640);
	for (i = 0; i < LENGTH(widths); i++) {
		style = report_style_of(widths[i], true);
		style.links = &links;
		make_report(&out, &row, &style);
		expect_links(&out, &links, CLASS_PROCESS, starts, pids, 2);
		links.count = 0;
		buf_clear(&links.memory);
		buf_free(&out);
	}
	buf_free(&links.memory);
	snapshot_unref(snapshot);
}

static void lines_lead_to_objects(void **state)
{
	static const char *const starts[] = { "  segment 55, " };
	static const int32_t ids[] = { 55 };
	struct snapshot *snapshot = related_snapshot();
	struct report_links links = { 0 };
	struct report_style style = report_style_of(60, true);
	struct row row = row_at(snapshot, CLASS_PROCESS, 0);
	struct buf out = { 0 };

	(void)state;
	style.links = &links;
	make_report(&out, &row, &style);
	expect_links(&out, &links, CLASS_SHM, starts, ids, 1);
	buf_free(&out);
	buf_free(&links.memory);
	snapshot_unref(snapshot);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(what_was_not_looked_for_is_not_told),
		cmocka_unit_test(holders_are_told),
		cmocka_unit_test(waiters_are_told),
		cmocka_unit_test(hidden_waiters_are_counted),
		cmocka_unit_test(none_is_claimed_only_where_all_was_seen),
		cmocka_unit_test(a_process_without_a_name_is_its_number),
		cmocka_unit_test(stuck_waits_come_first),
		cmocka_unit_test(a_process_tells_its_objects),
		cmocka_unit_test(lines_lead_to_processes),
		cmocka_unit_test(lines_lead_to_objects),
	};

	return tap_run(cases, LENGTH(cases), NULL, NULL);
}
