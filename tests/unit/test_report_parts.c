/* model/report: semaphores, messages, the key and its candidates. */
#include "unit.h"

#include "report.h"

static void semaphores_are_told(void **state)
{
	struct semaphore semaphores[] = {
		{ .value = 7, .pid = ALIVE_PID, .ncount = 0, .zcount = 2 },
		{ .value = 32767, .pid = GONE_PID, .ncount = 12, .zcount = 0 },
		{ .value = 0, .pid = 0 },
	};
	struct snapshot *snapshot = sample_snapshot();
	struct report_style style = report_style_of(0, true);
	struct row row = detail_on(snapshot, CLASS_SEM, 0);
	struct buf out = { 0 };

	(void)state;
	set_semaphores(snapshot, semaphores, 3);
	make_report(&out, &row, &style);
	expect_part(&out,
		"\n\nSemaphores: 3\n"
		"  SEMNUM  VALUE PID      COMMAND           NCOUNT  ZCOUNT\n"
		"       0      7 811      postgres               0       2\n"
		"       1  32767 4120!                          12       0\n"
		"       2      0 0                               0       0\n");
	expect_no_part(&out, "more is asked for");
	buf_free(&out);
	snapshot_unref(snapshot);
}

/* A command that had to be made printable is wider than the kernel lets one be. */
static void wide_commands_keep_columns_straight(void **state)
{
	struct semaphore semaphores[] = {
		{ .value = 7, .pid = ALIVE_PID + 1, .ncount = 3, .zcount = 2 },
		{ .value = 1, .pid = ALIVE_PID, .ncount = 12, .zcount = 0 },
	};
	struct snapshot *snapshot = sample_snapshot();
	struct report_style style = report_style_of(0, true);
	struct row row = detail_on(snapshot, CLASS_SEM, 0);
	struct buf out = { 0 };

	(void)state;
	add_process(snapshot, ALIVE_PID + 1, ALIVE_YES, UNIT_NOW - 60, "a\x1b\xff\xe4\xb8\xad\n");
	set_semaphores(snapshot, semaphores, 2);
	make_report(&out, &row, &style);
	expect_part(&out,
		"  SEMNUM  VALUE PID      COMMAND                NCOUNT  ZCOUNT\n"
		"       0      7 812      a\\x1b\\xff\\u{4e2d}\\x0a       3       2\n"
		"       1      1 811      postgres                   12       0\n");
	buf_free(&out);
	snapshot_unref(snapshot);
}

static void messages_are_told(void **state)
{
	struct message messages[] = {
		{ .type = 1, .bytes = "hello", .size = 5, .kept = 5 },
		{ .type = INT64_MAX, .bytes = "\0\1", .size = 2, .kept = 2 },
		{ .type = 42, .bytes = "", .size = 0, .kept = 0 },
	};
	struct snapshot *snapshot = sample_snapshot();
	struct report_style style = report_style_of(0, true);
	struct row row = detail_on(snapshot, CLASS_MSG, 0);
	struct buf out = { 0 };

	(void)state;
	set_messages(snapshot, messages, 3);
	make_report(&out, &row, &style);
	expect_part(&out,
		"\n\nMessages: 3\n"
		"  NUMBER                TYPE   SIZE TEXT\n"
		"       0                   1      5 hello\n"
		"       1 9223372036854775807      2 0x0001\n"
		"       2                  42      0");
	buf_free(&out);
	snapshot_unref(snapshot);
}

/* A text that goes on is marked: longer than the line, or longer than what was kept. */
static void cut_texts_are_marked(void **state)
{
	static const char fifty[] = "12345678901234567890123456789012345678901234567890";
	struct message messages[] = {
		{ .type = 1, .bytes = fifty, .size = 50, .kept = 50 },
		{ .type = 1, .bytes = "kept", .size = 300, .kept = 4 },
	};
	struct snapshot *snapshot = sample_snapshot();
	struct report_style style = report_style_of(80, true);
	struct row row = detail_on(snapshot, CLASS_MSG, 0);
	struct buf out = { 0 };

	(void)state;
	use_utf8();
	set_messages(snapshot, messages, 2);
	make_report(&out, &row, &style);
	expect_part(&out, " 12345678901234567890123456789012345678901234567890\n");
	expect_part(&out, " kept~\n");
	buf_free(&out);
	style.value.ascii = false;
	style.width = 0;
	make_report(&out, &row, &style);
	expect_part(&out, " 12345678901234567890123456789012345678901234567890\n");
	expect_part(&out, " kept…\n");
	buf_free(&out);
	snapshot_unref(snapshot);
}

static void some_of_many_say_how_to_see_more(void **state)
{
	struct message messages[1] = { { .type = 1, .bytes = "a", .size = 1, .kept = 1 } };
	struct semaphore semaphores[1] = { { .value = 1 } };
	struct snapshot *snapshot = sample_snapshot();
	struct report_style style = report_style_of(0, true);
	struct row row = detail_on(snapshot, CLASS_MSG, 0);
	struct buf out = { 0 };

	(void)state;
	set_messages(snapshot, messages, 1);
	set_semaphores(snapshot, semaphores, 1);
	make_report(&out, &row, &style);
	expect_part(&out, "\nMessages: 1 of 3; more is asked for\n");
	buf_free(&out);
	row = detail_on(snapshot, CLASS_SEM, 0);
	make_report(&out, &row, &style);
	expect_part(&out, "\nSemaphores: 1 of 3; more is asked for\n");
	buf_free(&out);
	snapshot_unref(snapshot);
}

static void what_is_not_read_says_why(void **state)
{
	struct message messages[1] = { { .type = 1, .bytes = "a", .size = 1, .kept = 1 } };
	struct snapshot *snapshot = sample_snapshot();
	struct report_style style = report_style_of(0, true);
	struct row row = detail_on(snapshot, CLASS_MSG, 0);
	struct buf out = { 0 };

	(void)state;
	snapshot->detail.messages.why = snapshot->detail.semaphores.why = "the reason";
	make_report(&out, &row, &style);
	expect_part(&out, "\n\nMessages: 3\n  They can't be read: the reason.\n\n");
	expect_no_part(&out, "NUMBER");
	buf_free(&out);
	set_messages(snapshot, messages, 1);
	make_report(&out, &row, &style);
	expect_part(&out, "\nMessages: 1 of 3\n  The rest can't be read: the reason.\n");
	expect_part(&out, " a\n"); /* what could be read is there */
	buf_free(&out);
	row = detail_on(snapshot, CLASS_SEM, 0);
	make_report(&out, &row, &style);
	expect_part(&out, "\n\nSemaphores: 3\n  They can't be read: the reason.\n\n");
	buf_free(&out);
	row = detail_on(snapshot, CLASS_SHM, 0);
	make_report(&out, &row, &style);
	expect_no_part(&out, "the reason"); /* a segment has neither */
	buf_free(&out);
	snapshot_unref(snapshot);
}

static void expect_key(uint32_t key, const char *text)
{
	struct report_style style = report_style_of(0, true);
	struct buf out = { 0 };

	report_key(&out, key, &style);
	expect_text(&out, text);
}

static void a_key_is_taken_apart(void **state)
{
	(void)state;
	expect_key(0x52012345,
		"  Project id 82 ('R'), low bits of the device 0x01 and of the inode 0x2345, if it "
		"was made by ftok(3). It may as well be a number that somebody chose.\n");
	expect_key(0x010fbeef,
		"  Project id 1, low bits of the device 0x0f and of the inode 0xbeef, if it was "
		"made by ftok(3). It may as well be a number that somebody chose.\n");
	/* blanks, controls and bytes beyond ASCII stand for no character */
	expect_key(0x20000000,
		"  Project id 32, low bits of the device 0x00 and of the inode 0x0000, if it was "
		"made by ftok(3). It may as well be a number that somebody chose.\n");
	expect_key(0x7f000000,
		"  Project id 127, low bits of the device 0x00 and of the inode 0x0000, if it was "
		"made by ftok(3). It may as well be a number that somebody chose.\n");
	expect_key(0xffffffff,
		"  Project id 255, low bits of the device 0xff and of the inode 0xffff, if it was "
		"made by ftok(3). It may as well be a number that somebody chose.\n");
	expect_key(0x0000002a,
		"  Project id 0, low bits of the device 0x00 and of the inode 0x002a, if it was "
		"made by ftok(3). Rather a number that somebody chose: a project id is not 0.\n");
	expect_key(0,
		"  Private (IPC_PRIVATE), or freed by a removal: nobody finds the object by a "
		"key, only by its id.\n");
}

static void a_private_object_has_no_candidates(void **state)
{
	struct key_candidate candidates[] = { { .path = "/etc/passwd", .pid = ALIVE_PID } };
	struct snapshot *snapshot = sample_snapshot();
	struct report_style style = report_style_of(0, true);
	struct shm_record *shm = snapshot->classes[CLASS_SHM].records;
	struct buf out = { 0 };
	struct row row;

	(void)state;
	set_candidates(snapshot, candidates, 1);
	row = detail_on(snapshot, CLASS_SHM, 0);
	make_report(&out, &row, &style);
	expect_part(&out, "\nKey 0x52012345\n");
	expect_part(&out, "\n  candidate: /etc/passwd  (open, process 811 postgres)\n");
	buf_free(&out);
	shm->ipc.key = 0;
	row = detail_on(snapshot, CLASS_SHM, 0);
	make_report(&out, &row, &style);
	expect_part(&out, "\nKey 0x00000000\n  Private (IPC_PRIVATE), ");
	expect_no_part(&out, "andidate");
	buf_free(&out);
	snapshot_unref(snapshot);
}

static void candidates_tell_their_tie(void **state)
{
	struct key_candidate candidates[] = {
		{ "/srv/data", CANDIDATE_OPEN, ALIVE_PID },
		{ "/usr/bin/postgres", CANDIDATE_EXECUTABLE, GONE_PID },
		{ "/srv", CANDIDATE_WORKING_FOLDER, 999 },
		{ "/", CANDIDATE_ROOT_FOLDER, ALIVE_PID },
		{ "/usr/bin", CANDIDATE_PARENT, ALIVE_PID },
		{ "/etc/job.conf", CANDIDATE_BELOW, 0 },
	};
	struct snapshot *snapshot = sample_snapshot();
	struct report_style style = report_style_of(0, true);
	struct buf out = { 0 };

	(void)state;
	set_candidates(snapshot, candidates, LENGTH(candidates));
	report_candidates(&out, snapshot, &style);
	expect_text(&out,
		"  candidate: /srv/data  (open, process 811 postgres)\n"
		"  candidate: /usr/bin/postgres  (executable, process 4120)\n"
		"  candidate: /srv  (cwd, process 999)\n"
		"  candidate: /  (root, process 811 postgres)\n"
		"  candidate: /usr/bin  (parent, process 811 postgres)\n"
		"  candidate: /etc/job.conf  (below)\n");
	snapshot_unref(snapshot);
}

static void no_candidate_is_told_too(void **state)
{
	struct snapshot *snapshot = sample_snapshot();
	struct report_style style = report_style_of(0, true);
	struct buf out = { 0 };

	(void)state;
	report_candidates(&out, snapshot, &style);
	expect_text(&out, "  No candidate among the files that were looked at.\n");
	snapshot->detail.candidates.why = "some are hidden";
	report_candidates(&out, snapshot, &style);
	expect_text(&out,
		"  No candidate among the files that were looked at.\n"
		"  Not all is known: some are hidden.\n");
	snapshot_unref(snapshot);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(semaphores_are_told),
		cmocka_unit_test(wide_commands_keep_columns_straight),
		cmocka_unit_test(messages_are_told),
		cmocka_unit_test(cut_texts_are_marked),
		cmocka_unit_test(some_of_many_say_how_to_see_more),
		cmocka_unit_test(what_is_not_read_says_why),
		cmocka_unit_test(a_key_is_taken_apart),
		cmocka_unit_test(a_private_object_has_no_candidates),
		cmocka_unit_test(candidates_tell_their_tie),
		cmocka_unit_test(no_candidate_is_told_too),
	};

	return tap_run(cases, LENGTH(cases), NULL, NULL);
}
