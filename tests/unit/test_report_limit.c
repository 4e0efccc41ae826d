/* model/report_limit: what is said of a limit, and of what to do. */
#include "limited.h"

#include "report.h"

static void expect_report(struct snapshot *snapshot, enum limit limit, const char *const parts[])
{
	struct report_style style = report_style_of(0, true);
	struct row row = row_at(snapshot, CLASS_LIMIT, limit);
	struct buf out = { 0 };

	assert_int_equal(limit_derive(snapshot), 0);
	make_report(&out, &row, &style);
	for (; *parts; parts++)
		expect_part(&out, *parts);
	buf_free(&out);
}

static void expect_not(struct snapshot *snapshot, enum limit limit, const char *part)
{
	struct report_style style = report_style_of(0, true);
	struct row row = row_at(snapshot, CLASS_LIMIT, limit);
	struct buf out = { 0 };

	assert_int_equal(limit_derive(snapshot), 0);
	make_report(&out, &row, &style);
	expect_no_part(&out, part);
	buf_free(&out);
}

#define EXPECT_REPORT(snapshot, limit, ...)                                                        \
	expect_report(snapshot, limit, (const char *const[]){ __VA_ARGS__, NULL })

static void what_is_used_and_by_whom(void **state)
{
	struct snapshot *snapshot = limited_snapshot();

	(void)state;
	own_queue(snapshot, WWW_UID);
	own_queue(snapshot, WWW_UID);
	own_queue(snapshot, APP_UID);
	set_limit(snapshot, LIMIT_MSGMNI, 4);
	set_used(snapshot, LIMIT_MSGMNI, 3);
	EXPECT_REPORT(snapshot, LIMIT_MSGMNI,
		"Limit MSGMNI\n"
		"  NAME ",
		"\n\nUse\n"
		"  Number of message queues: 3 of 4 used, 75.0%.\n"
		"  www-data uses most: 2, which is 66.7% of it.\n");
	/* objects went between the kernel's sum and ours */
	set_used(snapshot, LIMIT_MSGMNI, 1);
	EXPECT_REPORT(snapshot, LIMIT_MSGMNI, "\n  www-data uses most: 2.\n");
	own_queue(snapshot, NAMELESS_UID);
	own_queue(snapshot, NAMELESS_UID);
	own_queue(snapshot, NAMELESS_UID);
	set_used(snapshot, LIMIT_MSGMNI, 6);
	EXPECT_REPORT(snapshot, LIMIT_MSGMNI,
		": 6 of 4 used, 150.0%. The limit was lowered below what there is.\n"
		"  The uid 70000 uses most: 3, which is 50.0% of it.\n");
	set_limit(snapshot, LIMIT_MSGMNI, 0);
	EXPECT_REPORT(snapshot, LIMIT_MSGMNI, ": 6 of 0 used. The limit was lowered ");
	limited_record(snapshot, LIMIT_MSGMNI)->has_limit = false;
	EXPECT_REPORT(snapshot, LIMIT_MSGMNI, ": 6 used, limit not known.\n");
	limited_record(snapshot, LIMIT_MSGMNI)->is_unlimited = true;
	EXPECT_REPORT(snapshot, LIMIT_MSGMNI, ": 6 used, no limit.\n");
	limited_record(snapshot, LIMIT_MSGMNI)->has_used = false;
	EXPECT_REPORT(snapshot, LIMIT_MSGMNI, ": how many are used is not known.\n");
	/* each one is limited */
	EXPECT_REPORT(snapshot, LIMIT_MSGMNB,
		"\n\nUse\n"
		"  It limits each queue, not all of them together.\n\n");
	expect_not(snapshot, LIMIT_MSGMAX, "\n\nUse\n");
	snapshot_unref(snapshot);
}

static void names_are_made_printable(void **state)
{
	struct snapshot *snapshot = limited_snapshot();

	(void)state;
	add_user(snapshot, 666, "\033[2Jevil");
	own_queue(snapshot, 666);
	EXPECT_REPORT(snapshot, LIMIT_MSGMNI, "\n  \\x1b[2Jevil uses most: 1.\n");
	expect_not(snapshot, LIMIT_MSGMNI, "\033");
	snapshot_unref(snapshot);
}

static void what_happens(void **state)
{
	struct snapshot *snapshot = limited_snapshot();

	(void)state;
	EXPECT_REPORT(snapshot, LIMIT_SHMMNI,
		"\n\nWhat happens\n"
		"  When it is reached, shmget(2) fails with ENOSPC (No space left on device).\n\n");
	EXPECT_REPORT(snapshot, LIMIT_SEMOPM,
		"  When a call has more, semop(2) fails with E2BIG (Argument list too long).\n");
	EXPECT_REPORT(snapshot, LIMIT_MSGMNB,
		" msgsnd(2) fails with EAGAIN (Resource temporarily unavailable). That is with "
		"IPC_NOWAIT; without it the call waits for room. ");
	EXPECT_REPORT(
		snapshot, LIMIT_SEMVMX, " semop(2) fails with ERANGE (", ". So does semctl(2) ");
	snapshot_unref(snapshot);
}

static void how_it_is_raised(void **state)
{
	struct snapshot *snapshot = limited_snapshot();

	(void)state;
	set_limit(snapshot, LIMIT_SHMMNI, 4096);
	EXPECT_REPORT(snapshot, LIMIT_SHMMNI,
		"\n\nWhat to do\n"
		"  sysctl kernel.shmmni=8192\n"
		"  It raises the limit until the next boot, as root and in this IPC namespace; ");
	set_limit(snapshot, LIMIT_SHMMNI, 32768);
	EXPECT_REPORT(snapshot, LIMIT_SHMMNI,
		"\n\nWhat to do\n"
		"  It can't be raised: the kernel takes no more.\n");
	set_limit(snapshot, LIMIT_SEMVMX, 32767);
	EXPECT_REPORT(snapshot, LIMIT_SEMVMX,
		"\n\nWhat to do\n"
		"  It is the same in every kernel and can't be changed.\n");
	EXPECT_REPORT(snapshot, LIMIT_SHMMAX,
		"\n\nWhat to do\n"
		"  There is nothing to raise: it is not known.\n");
	limited_record(snapshot, LIMIT_SHMMAX)->is_unlimited = true;
	EXPECT_REPORT(snapshot, LIMIT_SHMMAX,
		"\n\nWhat to do\n"
		"  There is nothing to raise: no limit is set.\n");
	/* one of kernel.sem, of which not all numbers are known */
	set_limit(snapshot, LIMIT_SEMMNI, 128);
	EXPECT_REPORT(snapshot, LIMIT_SEMMNI,
		"\n\nWhat to do\n"
		"  kernel.sem can't be set: not all of its numbers are known.\n");
	snapshot_unref(snapshot);
}

static void what_may_go(void **state)
{
	static const uint8_t of_sets[] = { VERDICT_ABANDONED, VERDICT_ABANDONED,
		VERDICT_NEVER_USED };
	static const uint8_t none[] = { VERDICT_NONE };
	struct snapshot *snapshot = limited_snapshot();
	const char *blank = strchr(word_of(VERDICT_NEVER_USED), ' ') ? "\"" : "";
	struct buf abandoned = { 0 }, never = { 0 };

	(void)state;
	own_set(snapshot, WWW_UID, 100);
	own_set(snapshot, WWW_UID, 50);
	own_set(snapshot, WWW_UID, 7);
	own_segment(snapshot, WWW_UID, 1);
	EXPECT_REPORT(snapshot, LIMIT_SEMMNS,
		"\n  Whether a semaphore set looks left behind is not known.\n");
	judge(snapshot, CLASS_SEM, of_sets, LENGTH(of_sets));
	judge(snapshot, CLASS_SHM, none, LENGTH(none));
	set_used(snapshot, LIMIT_SEMMNS, 157);
	buf_printf(&abandoned,
		"\n  Removing 2 %s semaphore sets would free 150 of 157: "
		"ipctop rm sem --filter 'verdict=%s'\n",
		word_of(VERDICT_ABANDONED), word_of(VERDICT_ABANDONED));
	buf_printf(&never,
		"\n  Removing 1 %s semaphore set would free 7 of 157: "
		"ipctop rm sem --filter 'verdict=%s%s%s'\n",
		word_of(VERDICT_NEVER_USED), blank, word_of(VERDICT_NEVER_USED), blank);
	EXPECT_REPORT(snapshot, LIMIT_SEMMNS, buf_str(&abandoned), buf_str(&never),
		"\n  Whether a thread waits for some of them could not be seen.\n");
	all_visited(snapshot, 2);
	EXPECT_REPORT(snapshot, LIMIT_SEMMNS, buf_str(&abandoned), buf_str(&never));
	expect_not(snapshot, LIMIT_SEMMNS, "could not be seen");
	expect_not(snapshot, LIMIT_SEMMNS, " has looked left behind");
	EXPECT_REPORT(snapshot, LIMIT_SHMMNI,
		"\n  No segment has looked left behind for long; 'ipctop leaks --older' tells "
		"of younger ones.\n");
	/* removing helps against no limit on each of them */
	expect_not(snapshot, LIMIT_SEMMSL, "Removing");
	expect_not(snapshot, LIMIT_SEMMSL, "\n  Whether a");
	expect_not(snapshot, LIMIT_SEMMSL, "\n  No semaphore set");
	buf_free(&abandoned);
	buf_free(&never);
	snapshot_unref(snapshot);
}

/* The five largest, in order, and each line leads to its object. */
static void the_largest_are_named(void **state)
{
	static const uint32_t sizes[] = { 5, 90, 2, 70, 70, 8, 100 };
	static const int ids[] = { 106, 101, 103, 104, 105 };
	struct snapshot *snapshot = limited_snapshot();
	struct report_links links = { 0 };
	struct report_style style = report_style_of(0, true);
	struct row row = row_at(snapshot, CLASS_LIMIT, LIMIT_SEMMNS);
	struct buf out = { 0 }, name = { 0 };
	const char *line;
	size_t i, k;

	(void)state;
	style.links = &links;
	for (i = 0; i < LENGTH(sizes); i++)
		own_set(snapshot, WWW_UID, sizes[i]);
	make_report(&out, &row, &style);
	expect_part(&out,
		"\n\nLargest semaphore sets\n"
		"  semaphore set 106, of www-data, key 0x00000000: 100\n"
		"  semaphore set 101, of www-data, key 0x00000000: 90\n"
		"  semaphore set 103, of www-data, key 0x00000000: 70\n"
		"  semaphore set 104, of www-data, key 0x00000000: 70\n"
		"  semaphore set 105, of www-data, key 0x00000000: 8\n\n");
	assert_int_equal(links.count, LENGTH(ids));
	for (i = 0; i < LENGTH(ids); i++) {
		assert_int_equal(links.at[i].class, CLASS_SEM);
		assert_int_equal(links.at[i].id, ids[i]);
		line = buf_str(&out);
		for (k = 0; k < links.at[i].line; k++)
			line = strchr(line, '\n') + 1;
		buf_clear(&name);
		buf_printf(&name, "  semaphore set %d, ", ids[i]);
		assert_memory_equal(line, buf_str(&name), name.len);
	}
	buf_free(&name);
	buf_free(&out);
	buf_free(&links.memory);
	snapshot_unref(snapshot);
}

static void what_counts_one_is_not_large(void **state)
{
	struct snapshot *snapshot = limited_snapshot();

	(void)state;
	expect_not(snapshot, LIMIT_SHMMAX, "Largest");
	own_segment(snapshot, WWW_UID, 128 << 20);
	own_segment(snapshot, WWW_UID, 0);
	EXPECT_REPORT(snapshot, LIMIT_SHMMAX,
		"\n\nLargest segments\n"
		"  segment 200, of www-data, key 0x00000000: 128M\n"
		"  segment 201, of www-data, key 0x00000000: 0\n\n");
	EXPECT_REPORT(
		snapshot, LIMIT_SHMALL, "  segment 200, of www-data, key 0x00000000: 32768\n");
	expect_not(snapshot, LIMIT_SHMMNI, "Largest");
	snapshot->classes[CLASS_SHM].error = -5;
	expect_not(snapshot, LIMIT_SHMMAX, "Largest");
	snapshot_unref(snapshot);
}

/* As `limits` prints it: the parts below the name, without columns. */
static void alone_it_has_no_columns(void **state)
{
	struct snapshot *snapshot = limited_snapshot();
	struct report_style style = report_style_of(40, true);
	struct row row = row_at(snapshot, CLASS_LIMIT, LIMIT_SHMMNI);
	struct buf out = { 0 };

	(void)state;
	set_limit(snapshot, LIMIT_SHMMNI, 1);
	set_used(snapshot, LIMIT_SHMMNI, 1);
	assert_int_equal(limit_derive(snapshot), 0);
	report_limit(&out, &row, &style);
	expect_text(&out,
		"Limit SHMMNI\n"
		"\n"
		"Use\n"
		"  Shared memory segments: 1 of 1 used,\n"
		"    100.0%.\n"
		"\n"
		"What happens\n"
		"  When it is reached, shmget(2) fails\n"
		"    with ENOSPC (No space left on\n"
		"    device).\n"
		"\n"
		"What to do\n"
		"  sysctl kernel.shmmni=2\n"
		"  It raises the limit until the next\n"
		"    boot, as root and in this IPC\n"
		"    namespace; a file in /etc/sysctl.d\n"
		"    keeps it.\n"
		"  Whether a segment looks left behind is\n"
		"    not known.\n");
	snapshot_unref(snapshot);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(what_is_used_and_by_whom),
		cmocka_unit_test(names_are_made_printable),
		cmocka_unit_test(what_happens),
		cmocka_unit_test(how_it_is_raised),
		cmocka_unit_test(what_may_go),
		cmocka_unit_test(the_largest_are_named),
		cmocka_unit_test(what_counts_one_is_not_large),
		cmocka_unit_test(alone_it_has_no_columns),
	};

	return tap_run(cases, LENGTH(cases), NULL, NULL);
}
