/* collect/: whole folders in place of /proc. What is unreadable is told, and the rest is there. */
#include "fixture.h"

#define HEAD "KEY ID PERMS UID GID CUID CGID SEQ CTIME "

static void a_current_kernel(void **state)
{
	struct snapshot *s = collect_all("linux-6.18");

	(void)state;
	use_zone("UTC0");
	assert_null(s->notes);
	assert_int_equal(s->classes[CLASS_SHM].count, 10);
	assert_int_equal(s->classes[CLASS_MSG].count, 3);
	assert_int_equal(s->classes[CLASS_SEM].count, 4);
	expect_row(s, CLASS_SHM, 0, HEAD "SIZE RSS SWAP NATTCH STATUS CPID LPID ATTACH DETACH",
		"0x0000002a 3 rw------- 26 26 26 26 0 2023-11-14T21:13:20+00:00 134217728 "
		"101711872 0 6  811 902 2023-11-14T22:13:10+00:00 2023-11-14T22:13:00+00:00");
	expect_row(s, CLASS_SHM, 1, "KEY ID PERMS SEQ STATUS MODE NATTCH",
		"0x00000000 65537 rw-rw---- 2 dest 1660 1");
	expect_row(s, CLASS_SHM, 2, "KEY STATUS ATTACH DETACH", "0xfeedbeef locked - -");
	expect_row(s, CLASS_MSG, 0, HEAD "USEDBYTES MSGS QBYTES USE% LSPID LRPID SEND RECV",
		"0xfeedbeef 0 rw-r----- 26 26 26 26 0 2023-11-14T21:13:20+00:00 1200 3 - - 811 902 "
		"2023-11-14T22:13:10+00:00 2023-11-14T22:13:00+00:00");
	expect_row(s, CLASS_SEM, 0, HEAD "NSEMS OTIME",
		"0x00000007 1 rw------- 26 26 26 26 0 2023-11-14T21:13:20+00:00 12 "
		"2023-11-14T22:12:20+00:00");
	snapshot_unref(s);
}

static void edges_of_a_current_kernel(void **state)
{
	struct snapshot *s = collect_all("linux-6.18");

	(void)state;
	use_zone("UTC0");
	/* an eleventh character shifts the columns; an overflowed uid; sizes beyond 2^53 and 2^63
	 */
	expect_row(s, CLASS_SHM, 3, HEAD "SIZE RSS SWAP",
		"0x80000000 98307 rw-r--r-- 4294967294 4294967294 4294967294 4294967294 3 "
		"2023-11-14T22:13:20+00:00 9007199254740993 4096 8192");
	expect_row(s, CLASS_SHM, 4, "KEY UID CUID SIZE NATTCH CPID LPID ATTACH CTIME",
		"0x7fffffff 65534 1000 18446744073709551615 4096 4194303 4194304 "
		"2106-02-07T06:28:16+00:00 2286-11-20T17:46:39+00:00");
	expect_row(s, CLASS_MSG, 1, "KEY ID UID SEQ SEND RECV LSPID",
		"0x80000000 32769 4294967294 1 - - 0");
	expect_row(s, CLASS_MSG, 2, "USEDBYTES MSGS", "18446744073709551615 9007199254740993");
	expect_row(s, CLASS_SEM, 1, "KEY UID NSEMS OTIME", "0x80000000 4294967294 32000 -");
	expect_row(s, CLASS_SEM, 2, "ID PERMS SEQ CUID", "229379 r-------- 7 1001");
	/* 2 MiB with huge pages, of which the kernel tells 1 GiB: better nothing than that */
	expect_row(s, CLASS_SHM, 5, "SIZE RSS SWAP", "2097152 - 0");
	/* an id without account is its digits */
	expect_row(s, CLASS_SHM, 3, "OWNER GROUP", "4294967294 4294967294");
	expect_row(s, CLASS_SEM, 3, "OWNER GROUP CUSER CGROUP",
		"4000000001 4000000002 4000000003 4000000004");
	snapshot_unref(s);
}

/* A whole number of gibibytes may be 512 times too much, where there are huge pages. */
static void a_size_that_may_be_wrong_is_not_shown(void **state)
{
	struct snapshot *s = collect_all("linux-6.18");

	(void)state;
	expect_row(s, CLASS_SHM, 6, "SIZE RSS SWAP", "2147483648 - 0");
	/* what is swapped has no huge pages */
	expect_row(s, CLASS_SHM, 9, "SIZE RSS SWAP", "2147483648 1073741824 4096");
	/* more than there is, but for what the last page rounds up */
	expect_row(s, CLASS_SHM, 7, "SIZE RSS SWAP", "1048576 - 0");
	expect_row(s, CLASS_SHM, 8, "SIZE RSS SWAP", "100 65536 0");
	assert_int_equal(s->totals.shm_rss_unknown, 3);
	snapshot_unref(s);
	/* none are set aside */
	s = collect_all("linux-6.1-32bit");
	expect_row(s, CLASS_SHM, 0, "SIZE RSS", "3221225472 3221225472");
	snapshot_unref(s);
	/* none of the usual size, but others */
	s = collect_all("ipcmni-extend");
	expect_row(s, CLASS_SHM, 2, "SIZE RSS", "1073741824 -");
	snapshot_unref(s);
	/* nothing is known of them */
	s = collect_all("future");
	expect_row(s, CLASS_SHM, 2, "SIZE RSS", "1073741824 -");
	snapshot_unref(s);
}

static void totals_are_added_up(void **state)
{
	struct snapshot *s = collect_all("linux-2.6.18");

	(void)state;
	assert_int_equal(s->totals.shm_bytes, 134217728 + 100);
	assert_int_equal(s->totals.shm_pages,
		134217728 / (uint64_t)sysconf(_SC_PAGESIZE) + 1); /* a part of a page is one */
	assert_int_equal(s->totals.msg_bytes, 8);
	assert_int_equal(s->totals.msg_messages, 1);
	assert_int_equal(s->totals.sem_semaphores, 1);
	assert_int_equal(s->totals.shm_rss_unknown, 2);
	assert_false(s->totals.has_resident);
	snapshot_unref(s);
	s = collect_all("linux-6.1-32bit");
	assert_true(s->totals.has_resident);
	assert_int_equal(s->totals.shm_rss, INT64_C(3221225472) + 8192);
	assert_int_equal(s->totals.shm_swap, 4096);
	assert_int_equal(s->totals.shm_rss_unknown, 0);
	snapshot_unref(s);
}

static void limits_and_their_use(void **state)
{
	struct snapshot *s = collect_all("linux-2.6.18");

	(void)state;
	expect_limit(s, "SHMMNI 4096 2 0.0%");
	expect_limit(s, "SHMMAX 33554432 - -");
	expect_limit(s, "MSGMNI 16 1 6.2%");
	expect_limit(s, "MSGMAX 8192 - -");
	expect_limit(s, "MSGMNB 16384 - -");
	expect_limit(s, "SEMMNI 128 1 0.8%");
	expect_limit(s, "SEMMNS 32000 1 0.0%");
	expect_limit(s, "SEMMSL 250 - -");
	expect_limit(s, "SEMOPM 32 - -");
	snapshot_unref(s);
	/* as much as fits is no limit */
	s = collect_all("linux-6.18");
	expect_limit(s, "SHMMAX - - -");
	expect_limit(s, "SEMMNS 1024000000 32014 0.0%");
	snapshot_unref(s);
	/* use is known only of what was read */
	s = collect("linux-6.18", class_bit(CLASS_LIMIT), 0);
	expect_limit(s, "SHMMNI 4096 - -");
	expect_limit(s, "SEMMNI 32000 - -");
	assert_int_equal(s->classes[CLASS_SHM].count, 0);
	assert_false(s->classes[CLASS_SHM].read);
	snapshot_unref(s);
}

static void a_32_bit_kernel(void **state)
{
	struct snapshot *s = collect_all("linux-6.1-32bit");

	(void)state;
	use_zone("UTC0");
	assert_null(s->notes);
	expect_row(s, CLASS_SHM, 0, "KEY ID UID GID CUID CGID SIZE RSS SWAP",
		"0x0000002a 3 26 27 28 29 3221225472 3221225472 0");
	expect_row(s, CLASS_SHM, 1, "KEY SIZE RSS SWAP STATUS ATTACH",
		"0xffffffff 4294967295 8192 4096 dest 2038-01-19T03:14:08+00:00");
	expect_limit(s, "SHMMAX 4278190079 - -");
	snapshot_unref(s);
}

static void an_old_kernel_without_rss_and_swap(void **state)
{
	struct snapshot *s = collect_all("linux-2.6.18");

	(void)state;
	assert_null(s->notes);
	assert_int_equal(s->classes[CLASS_SHM].count, 2);
	expect_row(s, CLASS_SHM, 0, "ID SIZE NATTCH RSS SWAP", "3 134217728 6 - -");
	expect_row(s, CLASS_SHM, 1, "ID SIZE STATUS RSS SWAP", "32769 100 dest - -");
	snapshot_unref(s);
}

static void a_future_kernel_with_more_columns(void **state)
{
	struct snapshot *s = collect_all("future");

	(void)state;
	use_zone("UTC0");
	assert_null(s->notes);
	assert_int_equal(s->classes[CLASS_SHM].count, 3);
	expect_row(s, CLASS_SHM, 0, HEAD "SIZE RSS SWAP NATTCH CPID LPID",
		"0x0000002a 3 rw------- 26 27 28 29 0 2023-11-14T21:13:20+00:00 4096 4096 512 6 "
		"811 "
		"902");
	expect_row(s, CLASS_MSG, 0, HEAD "USEDBYTES MSGS LSPID LRPID",
		"0x0000002a 1 rw-r----- 26 27 28 29 0 2023-11-14T21:13:20+00:00 10 2 811 902");
	expect_row(s, CLASS_SEM, 0, HEAD "NSEMS OTIME",
		"0x00000007 1 rw------- 26 27 28 29 0 2023-11-14T21:13:20+00:00 12 "
		"2023-11-14T22:12:20+00:00");
	expect_limit(s, "SEMMNI 32000 1 0.0%");
	snapshot_unref(s);
}

static void sequence_numbers_with_ipcmni_extend(void **state)
{
	struct snapshot *s = collect_all("ipcmni-extend");

	(void)state;
	expect_row(s, CLASS_SHM, 0, "ID SEQ", "16777221 1");
	expect_row(s, CLASS_SHM, 1, "ID SEQ", "6 0");
	expect_row(s, CLASS_MSG, 0, "ID SEQ", "33594432 2");
	expect_row(s, CLASS_SEM, 0, "ID SEQ", "2130706433 127");
	expect_limit(s, "SHMMNI 16777216 3 0.0%");
	snapshot_unref(s);
}

static void damaged_lines_are_told_and_the_rest_is_there(void **state)
{
	struct snapshot *s = collect_all("damaged");

	(void)state;
	assert_int_equal(s->classes[CLASS_SHM].count, 3);
	expect_row(s, CLASS_SHM, 0, "ID RSS", "1 0");
	expect_row(s, CLASS_SHM, 1, "ID SIZE RSS SWAP", "5 4096 - -"); /* cut where it may be */
	expect_row(s, CLASS_SHM, 2, "ID RSS", "7 0");
	expect_notes(s, CLASS_SHM, 1, true, "7 lines of ");
	expect_notes(s, CLASS_SHM, 1, true, "/sysvipc/shm could not be read");
	assert_int_equal(s->classes[CLASS_SHM].error, 0);
	assert_int_equal(s->classes[CLASS_SHM].skipped, 7);
	assert_int_equal(s->classes[CLASS_MSG].count, 1);
	expect_notes(s, CLASS_MSG, 1, true, "1 line of ");
	/* a table without a column that is needed is none */
	assert_int_equal(s->classes[CLASS_SEM].error, -EBADMSG);
	assert_int_equal(s->classes[CLASS_SEM].count, 0);
	expect_notes(s, CLASS_SEM, 1, true, "sets can't be read: the text is not one");
	/* limits: what can be read of each file; no use is told where objects are missing */
	expect_limit(s, "SHMMNI 4096 - -");
	expect_limit(s, "SHMMAX - - -");
	expect_limit(s, "MSGMNB 16384 - -");
	expect_limit(s, "MSGMNI - - -");
	expect_limit(s, "SEMMSL 32000 - -");
	expect_limit(s, "SEMMNI - - -");
	expect_notes(s, CLASS_LIMIT, 3, false, "limits of ");
	snapshot_unref(s);
}

static void garbage_is_told(void **state)
{
	struct snapshot *s = collect_all("garbage");

	(void)state;
	assert_int_equal(s->classes[CLASS_SHM].error, -EBADMSG);
	assert_int_equal(s->classes[CLASS_SEM].error, -EBADMSG);
	expect_notes(s, CLASS_SHM, 1, true, "segments can't be read");
	/* a good line in the middle of it */
	assert_int_equal(s->classes[CLASS_MSG].error, 0);
	assert_int_equal(s->classes[CLASS_MSG].count, 1);
	expect_row(s, CLASS_MSG, 0, "KEY ID", "0x00000009 9");
	assert_true(s->classes[CLASS_MSG].skipped > 1);
	expect_limit(s, "SHMMNI - - -");
	expect_notes(s, CLASS_LIMIT, 3, false, "limits of ");
	snapshot_unref(s);
}

static void an_empty_table_is_no_failure(void **state)
{
	struct snapshot *s = collect_all("empty");
	enum class class;

	(void)state;
	assert_null(s->notes);
	for (class = 0; class < CLASS_LIMIT; class ++) {
		assert_true(s->classes[class].read);
		assert_int_equal(s->classes[class].count, 0);
		assert_int_equal(s->classes[class].error, 0);
	}
	expect_limit(s, "SHMMNI 4096 0 0.0%");
	expect_limit(s, "SEMMNS 1024000000 0 0.0%");
	snapshot_unref(s);
}

static void empty_files_are_told(void **state)
{
	struct snapshot *s = collect_all("hollow");
	enum class class;

	(void)state;
	for (class = 0; class < CLASS_LIMIT; class ++) {
		assert_int_equal(s->classes[class].error, -EBADMSG);
		expect_notes(s, class, 1, true, "can't be read");
	}
	expect_limit(s, "SHMMNI - - -");
	snapshot_unref(s);
}

static void missing_files_are_told_and_limits_are_there(void **state)
{
	struct snapshot *s = collect_all("no-sysvipc");
	enum class class;

	(void)state;
	for (class = 0; class < CLASS_LIMIT; class ++) {
		assert_true(s->classes[class].read);
		assert_int_equal(s->classes[class].error, -ENOENT);
		expect_notes(s, class, 1, true, "No such file or directory");
	}
	expect_limit(s, "SHMMNI 4096 - -");
	expect_notes(s, CLASS_LIMIT, 0, false, "");
	snapshot_unref(s);
	/* without limits too; the note names the real reason */
	s = collect_all("linux-6.18/sysvipc");
	assert_int_equal(s->classes[CLASS_LIMIT].error, 0);
	expect_notes(s, CLASS_LIMIT, 3, false, "No such file or directory");
	expect_limit(s, "SHMMNI - - -");
	snapshot_unref(s);
}

/* Neither are there processes, nor is anything told of who holds or waits. */
/* A hint that relations are not known, and that the class can't be read. */
static void expect_process_notes(const struct snapshot *s)
{
	static const char *const parts[] = { "only known of a running system",
		"processes can't be read: " };
	const struct note *note;
	size_t found = 0;

	for (note = s->notes; note; note = note->next) {
		if (note->class != CLASS_PROCESS)
			continue;
		assert_true(found < LENGTH(parts));
		assert_non_null(strstr(note->text, parts[found]));
		assert_int_equal(note->kind == NOTE_FAILED, found == 1);
		found++;
	}
	assert_int_equal(found, LENGTH(parts));
}

static void a_folder_has_no_processes(void **state)
{
	struct snapshot *s = collect("linux-6.18", class_set(0), COST_HOLDERS | COST_WAITERS);

	(void)state;
	assert_true(s->classes[CLASS_PROCESS].read);
	assert_int_equal(s->classes[CLASS_PROCESS].error, -ENOTSUP);
	assert_int_equal(s->classes[CLASS_PROCESS].count, 0);
	expect_process_notes(s);
	assert_int_equal(s->relations.read, 0);
	assert_int_equal(s->relations.count, 0);
	expect_row(s, CLASS_SHM, 0, "ID NATTCH HOLDERS", "3 6 -");
	expect_row(s, CLASS_SEM, 0, "ID WAITERS BLOCKED", "1 - -");
	expect_row(s, CLASS_MSG, 0, "ID WAITERS BLOCKED", "0 - -");
	/* all else is there */
	assert_int_equal(s->classes[CLASS_SHM].count, 10);
	expect_notes(s, CLASS_SHM, 0, false, "");
	snapshot_unref(s);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(a_current_kernel),
		cmocka_unit_test(edges_of_a_current_kernel),
		cmocka_unit_test(a_size_that_may_be_wrong_is_not_shown),
		cmocka_unit_test(totals_are_added_up),
		cmocka_unit_test(limits_and_their_use),
		cmocka_unit_test(a_32_bit_kernel),
		cmocka_unit_test(an_old_kernel_without_rss_and_swap),
		cmocka_unit_test(a_future_kernel_with_more_columns),
		cmocka_unit_test(sequence_numbers_with_ipcmni_extend),
		cmocka_unit_test(damaged_lines_are_told_and_the_rest_is_there),
		cmocka_unit_test(garbage_is_told),
		cmocka_unit_test(an_empty_table_is_no_failure),
		cmocka_unit_test(empty_files_are_told),
		cmocka_unit_test(missing_files_are_told_and_limits_are_there),
		cmocka_unit_test(a_folder_has_no_processes),
	};

	return tap_run(cases, LENGTH(cases), NULL, NULL);
}
