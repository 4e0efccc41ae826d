/* model/column: values at their edges, reused pids, and what fits on a screen. */
#include "unit.h"

enum { PID = 4120 };

/* The text of a cell of the first row of `class`. */
static void expect_cell(
	const struct snapshot *snapshot, enum class class, const char *name, const char *expected)
{
	struct row row = row_at(snapshot, class, 0);
	struct buf out = { 0 };

	cell_text(&out, &row, column_of(class, name));
	expect_text(&out, expected);
}

static void what_never_happened_is_absent(void **state)
{
	static const struct {
		enum class class;
		const char *name;
	} times[] = {
		{ CLASS_MSG, "SEND" },
		{ CLASS_MSG, "RECV" },
		{ CLASS_MSG, "CTIME" },
		{ CLASS_SEM, "OTIME" },
		{ CLASS_SHM, "ATTACH" },
		{ CLASS_SHM, "DETACH" },
	};
	struct snapshot *snapshot = make_snapshot();
	size_t i;

	(void)state;
	add_msg(snapshot, 0);
	add_sem(snapshot, 0);
	add_shm(snapshot, 0);
	for (i = 0; i < LENGTH(times); i++)
		expect_cell(snapshot, times[i].class, times[i].name, "-");
	expect_cell(snapshot, CLASS_SHM, "CPID", "0");
	expect_cell(snapshot, CLASS_SHM, "COMMAND", "-");
	expect_cell(snapshot, CLASS_SHM, "STATUS", "");
	snapshot_unref(snapshot);
}

static void idle_counts_from_the_last_operation(void **state)
{
	struct snapshot *snapshot = make_snapshot();
	struct msg_record *msg = add_msg(snapshot, 1);
	struct sem_record *sem = add_sem(snapshot, 1);
	struct shm_record *shm = add_shm(snapshot, 1);

	(void)state;
	msg->ipc.ctime = sem->ipc.ctime = shm->ipc.ctime = UNIT_NOW - 50;
	expect_cell(snapshot, CLASS_MSG, "IDLE", "50s");
	expect_cell(snapshot, CLASS_SEM, "IDLE", "50s");
	expect_cell(snapshot, CLASS_SHM, "IDLE", "50s");
	/* also where IPC_SET came after it */
	msg->stime = UNIT_NOW - 70;
	sem->otime = UNIT_NOW - 70;
	shm->atime = UNIT_NOW - 70;
	expect_cell(snapshot, CLASS_MSG, "IDLE", "1m10s");
	expect_cell(snapshot, CLASS_SEM, "IDLE", "1m10s");
	expect_cell(snapshot, CLASS_SHM, "IDLE", "1m10s");
	msg->rtime = UNIT_NOW - 20;
	shm->dtime = UNIT_NOW - 20;
	expect_cell(snapshot, CLASS_MSG, "IDLE", "20s");
	expect_cell(snapshot, CLASS_SHM, "IDLE", "20s");
	expect_cell(snapshot, CLASS_SHM, "AGE", "50s");
	snapshot_unref(snapshot);
}

/* The clock may have been set back, and a folder in place of /proc may hold anything. */
static void ages_are_never_negative(void **state)
{
	struct snapshot *snapshot = make_snapshot();
	struct shm_record *shm = add_shm(snapshot, 1);

	(void)state;
	shm->ipc.ctime = UNIT_NOW + 1000;
	expect_cell(snapshot, CLASS_SHM, "AGE", "0s");
	shm->ipc.ctime = INT64_MAX;
	expect_cell(snapshot, CLASS_SHM, "AGE", "0s");
	shm->ipc.ctime = 0;
	expect_cell(snapshot, CLASS_SHM, "AGE", "19675d");
	snapshot_unref(snapshot);
}

static void no_time_overflows_an_age(void **state)
{
	static const int64_t times[] = { INT64_MIN, INT64_MIN + 1, INT64_MAX };
	const struct column *column = column_of(CLASS_SHM, "AGE");
	struct snapshot *snapshot = make_snapshot();
	struct shm_record *shm = add_shm(snapshot, 1);
	struct row row = row_at(snapshot, CLASS_SHM, 0);
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(times); i++) {
		shm->ipc.ctime = times[i];
		assert_true(column->get(&row).seconds >= 0);
		/* long ago is not just now */
		assert_true((times[i] > 0) == (column->get(&row).seconds == 0));
	}
	snapshot_unref(snapshot);
}

static void use_of_a_queue_is_of_bytes_or_messages(void **state)
{
	static const struct {
		uint64_t cbytes, qnum, qbytes;
		const char *text;
	} cases[] = {
		{ 0, 0, 16384, "0.0%" },
		{ 8192, 1, 16384, "50.0%" },
		{ 0, 10, 10, "100.0%" }, /* empty messages fill it too */
		{ 100, 5, 10, "1000.0%" }, /* IPC_SET lowered it */
		{ 0, 0, 0, "100.0%" },
		{ UINT64_MAX, 0, UINT64_MAX, "100.0%" },
	};
	struct snapshot *snapshot = make_snapshot();
	struct msg_record *msg = add_msg(snapshot, 1);
	size_t i;

	(void)state;
	msg->has_qbytes = true;
	for (i = 0; i < LENGTH(cases); i++) {
		msg->cbytes = cases[i].cbytes;
		msg->qnum = cases[i].qnum;
		msg->qbytes = cases[i].qbytes;
		expect_cell(snapshot, CLASS_MSG, "USE%", cases[i].text);
	}
	msg->has_qbytes = false;
	expect_cell(snapshot, CLASS_MSG, "USE%", "-");
	expect_cell(snapshot, CLASS_MSG, "QBYTES", "-");
	snapshot_unref(snapshot);
}

static void use_of_a_limit(void **state)
{
	struct snapshot *snapshot = make_snapshot();
	struct limit_record *limit = add_limit(snapshot, 1);

	(void)state;
	limit->name = limit->description = "";
	expect_cell(snapshot, CLASS_LIMIT, "LIMIT", "-");
	expect_cell(snapshot, CLASS_LIMIT, "USED", "-");
	expect_cell(snapshot, CLASS_LIMIT, "USE%", "-");
	limit->has_limit = limit->has_used = true;
	limit->limit = 1;
	limit->used = 2;
	expect_cell(snapshot, CLASS_LIMIT, "USE%", "200.0%");
	limit->limit = 0;
	limit->used = 0;
	expect_cell(snapshot, CLASS_LIMIT, "USE%", "0.0%");
	limit->in_bytes = true;
	limit->limit = UINT64_C(1) << 63;
	assert_int_equal(column_of(CLASS_LIMIT, "LIMIT")
				 ->get(&(struct row){ .snapshot = snapshot, .limit = limit })
				 .type,
		VALUE_BYTES);
	expect_cell(snapshot, CLASS_LIMIT, "LIMIT", "9223372036854775808");
	limit->has_used = false;
	expect_cell(snapshot, CLASS_LIMIT, "USE%", "-");
	snapshot_unref(snapshot);
}

static void status_words(void **state)
{
	static const struct {
		uint16_t mode;
		const char *status, *mode_text, *perms;
	} cases[] = {
		{ 0600, "", "0600", "rw-------" },
		{ 0600 | RECORD_DEST, "dest", "1600", "rw-------" },
		{ 0600 | RECORD_LOCKED, "locked", "2600", "rw-------" },
		{ 0600 | RECORD_DEST | RECORD_LOCKED, "dest,locked", "3600", "rw-------" },
		{ UINT16_MAX, "dest,locked", "7777", "rwxrwxrwx" },
	};
	struct snapshot *snapshot = make_snapshot();
	struct shm_record *shm = add_shm(snapshot, 1);
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(cases); i++) {
		shm->ipc.mode = cases[i].mode;
		expect_cell(snapshot, CLASS_SHM, "STATUS", cases[i].status);
		expect_cell(snapshot, CLASS_SHM, "MODE", cases[i].mode_text);
		expect_cell(snapshot, CLASS_SHM, "PERMS", cases[i].perms);
	}
	snapshot_unref(snapshot);
}

/* A process that started after what it is said to have done only inherited the pid. */
static void a_reused_pid_is_not_alive(void **state)
{
	static const struct {
		int64_t start_after; /* seconds after the segment's ctime */
		const char *cpid, *command;
	} cases[] = {
		{ -1000, "4120", "postgres" },
		{ 0, "4120", "postgres" },
		{ 2, "4120", "postgres" }, /* both times are rounded */
		{ 3, "4120!", "-" },
		{ 1000, "4120!", "-" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(cases); i++) {
		struct snapshot *snapshot = make_snapshot();
		struct shm_record *shm = add_shm(snapshot, 1);

		shm->ipc.ctime = UNIT_NOW - 5000;
		shm->cpid = PID;
		add_process(snapshot, PID, ALIVE_YES, shm->ipc.ctime + cases[i].start_after,
			"postgres");
		expect_cell(snapshot, CLASS_SHM, "CPID", cases[i].cpid);
		expect_cell(snapshot, CLASS_SHM, "COMMAND", cases[i].command);
		snapshot_unref(snapshot);
	}
}

/* Each pid is held against the time of its own operation. */
static void each_pid_has_its_own_time(void **state)
{
	struct snapshot *snapshot = make_snapshot();
	struct msg_record *msg = add_msg(snapshot, 1);
	struct shm_record *shm = add_shm(snapshot, 1);

	(void)state;
	add_process(snapshot, PID, ALIVE_YES, UNIT_NOW - 100, "worker");
	msg->lspid = msg->lrpid = PID;
	msg->stime = UNIT_NOW - 50;
	msg->rtime = UNIT_NOW - 500;
	expect_cell(snapshot, CLASS_MSG, "LSPID", "4120");
	expect_cell(snapshot, CLASS_MSG, "SENDER", "worker");
	expect_cell(snapshot, CLASS_MSG, "LRPID", "4120!");
	expect_cell(snapshot, CLASS_MSG, "RECEIVER", "-");
	shm->cpid = shm->lpid = PID;
	shm->ipc.ctime = UNIT_NOW - 500;
	shm->atime = UNIT_NOW - 500;
	shm->dtime = UNIT_NOW - 50;
	expect_cell(snapshot, CLASS_SHM, "CPID", "4120!");
	expect_cell(snapshot, CLASS_SHM, "LPID", "4120");
	/* a time that is not known tells nothing against it */
	shm->atime = shm->dtime = 0;
	expect_cell(snapshot, CLASS_SHM, "LPID", "4120");
	snapshot_unref(snapshot);
}

static void pids_that_are_none(void **state)
{
	struct snapshot *snapshot = make_snapshot();
	struct shm_record *shm = add_shm(snapshot, 1);

	(void)state;
	add_process(snapshot, PID, ALIVE_YES, 1, NULL);
	shm->cpid = -1;
	expect_cell(snapshot, CLASS_SHM, "CPID", "0");
	shm->cpid = PID; /* may not be asked: alive, without command */
	expect_cell(snapshot, CLASS_SHM, "CPID", "4120");
	expect_cell(snapshot, CLASS_SHM, "COMMAND", "-");
	shm->cpid = PID + 1; /* not looked up */
	expect_cell(snapshot, CLASS_SHM, "CPID", "4121");
	snapshot_unref(snapshot);
}

static void rows_name_their_pids(void **state)
{
	struct snapshot *snapshot = make_snapshot();
	struct msg_record *msg = add_msg(snapshot, 1);
	struct shm_record *shm = add_shm(snapshot, 1);
	struct row row;
	int32_t pids[4];

	(void)state;
	msg->lspid = 1;
	msg->lrpid = 2;
	shm->cpid = 3;
	shm->lpid = 4;
	row = row_at(snapshot, CLASS_MSG, 0);
	assert_int_equal(row_pids(&row, pids), 2);
	assert_int_equal(pids[0], 1);
	assert_int_equal(pids[1], 2);
	row = row_at(snapshot, CLASS_SHM, 0);
	assert_int_equal(row_pids(&row, pids), 2);
	assert_int_equal(pids[0], 3);
	assert_int_equal(pids[1], 4);
	add_sem(snapshot, 1);
	row = row_at(snapshot, CLASS_SEM, 0);
	assert_int_equal(row_pids(&row, pids), 0);
	snapshot_unref(snapshot);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(what_never_happened_is_absent),
		cmocka_unit_test(idle_counts_from_the_last_operation),
		cmocka_unit_test(ages_are_never_negative),
		cmocka_unit_test(no_time_overflows_an_age),
		cmocka_unit_test(use_of_a_queue_is_of_bytes_or_messages),
		cmocka_unit_test(use_of_a_limit),
		cmocka_unit_test(status_words),
		cmocka_unit_test(a_reused_pid_is_not_alive),
		cmocka_unit_test(each_pid_has_its_own_time),
		cmocka_unit_test(pids_that_are_none),
		cmocka_unit_test(rows_name_their_pids),
	};

	return tap_run(cases, LENGTH(cases), NULL, NULL);
}
