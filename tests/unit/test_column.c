/* model/column: every column of every class on records made by hand. */
#include "related.h"

#include "ipctop/model/event.h"
#include "ipctop/model/group.h"
#include "ipctop/model/growth.h"
#include "ipctop/model/limit.h"
#include "ipctop/model/verdict.h"

/* The cells of the rows that make_world() makes. A column that is missing here fails the test. */
static const struct {
	enum class class;
	const char *name;
	const char *text;
} cells[] = {
	{ CLASS_MSG, "KEY", "0xfeedbeef" },
	{ CLASS_MSG, "ID", "32769" },
	{ CLASS_MSG, "OWNER", "postgres" },
	{ CLASS_MSG, "PERMS", "rw-r-----" },
	{ CLASS_MSG, "MODE", "0640" },
	{ CLASS_MSG, "UID", "26" },
	{ CLASS_MSG, "USER", "postgres" },
	{ CLASS_MSG, "GID", "27" },
	{ CLASS_MSG, "GROUP", "dba" },
	{ CLASS_MSG, "CUID", "28" },
	{ CLASS_MSG, "CUSER", "www-data" },
	{ CLASS_MSG, "CGID", "29" },
	{ CLASS_MSG, "CGROUP", "web" },
	{ CLASS_MSG, "SEQ", "1" },
	{ CLASS_MSG, "CTIME", "2023-11-14T21:13:20+00:00" },
	{ CLASS_MSG, "AGE", "1h00m" },
	{ CLASS_MSG, "VERDICT", "full" },
	{ CLASS_MSG, "IDLE", "5m00s" },
	{ CLASS_MSG, "USE%", "50.0%" },
	{ CLASS_MSG, "USEDBYTES", "100" },
	{ CLASS_MSG, "QBYTES", "16384" },
	{ CLASS_MSG, "MSGS", "8192" },
	{ CLASS_MSG, "LSPID", "811" },
	{ CLASS_MSG, "LRPID", "902!" },
	{ CLASS_MSG, "SEND", "2023-11-14T22:03:20+00:00" },
	{ CLASS_MSG, "RECV", "2023-11-14T22:08:20+00:00" },
	{ CLASS_MSG, "SENDER", "sender" },
	{ CLASS_MSG, "RECEIVER", "-" },
	{ CLASS_MSG, "WAITERS", "2" },
	{ CLASS_MSG, "BLOCKED", "1m15s" },
	{ CLASS_MSG, "GROWTH", "+2.5" },
	{ CLASS_MSG, "GROWTH10", "-3" },
	{ CLASS_MSG, "GROWTH60", "-" },
	{ CLASS_MSG, "TREND", "_=#" },
	{ CLASS_SEM, "KEY", "0xfeedbeef" },
	{ CLASS_SEM, "ID", "32770" },
	{ CLASS_SEM, "OWNER", "postgres" },
	{ CLASS_SEM, "PERMS", "rw-r-----" },
	{ CLASS_SEM, "MODE", "0640" },
	{ CLASS_SEM, "UID", "26" },
	{ CLASS_SEM, "USER", "postgres" },
	{ CLASS_SEM, "GID", "27" },
	{ CLASS_SEM, "GROUP", "dba" },
	{ CLASS_SEM, "CUID", "28" },
	{ CLASS_SEM, "CUSER", "www-data" },
	{ CLASS_SEM, "CGID", "29" },
	{ CLASS_SEM, "CGROUP", "web" },
	{ CLASS_SEM, "SEQ", "1" },
	{ CLASS_SEM, "CTIME", "2023-11-14T21:13:20+00:00" },
	{ CLASS_SEM, "AGE", "1h00m" },
	{ CLASS_SEM, "VERDICT", "abandoned" },
	{ CLASS_SEM, "IDLE", "2m00s" },
	{ CLASS_SEM, "NSEMS", "412" },
	{ CLASS_SEM, "OTIME", "2023-11-14T22:11:20+00:00" },
	{ CLASS_SEM, "WAITERS", "1" },
	{ CLASS_SEM, "BLOCKED", "2s" },
	{ CLASS_SHM, "KEY", "0xfeedbeef" },
	{ CLASS_SHM, "ID", "32771" },
	{ CLASS_SHM, "OWNER", "postgres" },
	{ CLASS_SHM, "PERMS", "rw-r-----" },
	{ CLASS_SHM, "MODE", "3640" },
	{ CLASS_SHM, "UID", "26" },
	{ CLASS_SHM, "USER", "postgres" },
	{ CLASS_SHM, "GID", "27" },
	{ CLASS_SHM, "GROUP", "dba" },
	{ CLASS_SHM, "CUID", "28" },
	{ CLASS_SHM, "CUSER", "www-data" },
	{ CLASS_SHM, "CGID", "29" },
	{ CLASS_SHM, "CGROUP", "web" },
	{ CLASS_SHM, "SEQ", "1" },
	{ CLASS_SHM, "CTIME", "2023-11-14T21:13:20+00:00" },
	{ CLASS_SHM, "AGE", "1h00m" },
	{ CLASS_SHM, "VERDICT", "orphan" },
	{ CLASS_SHM, "IDLE", "30s" },
	{ CLASS_SHM, "SIZE", "9007199254740993" },
	{ CLASS_SHM, "RSS", "8192" },
	{ CLASS_SHM, "SWAP", "4096" },
	{ CLASS_SHM, "NATTCH", "6" },
	{ CLASS_SHM, "STATUS", "dest,locked" },
	{ CLASS_SHM, "CPID", "811" },
	{ CLASS_SHM, "LPID", "902!" },
	{ CLASS_SHM, "ATTACH", "2023-11-14T22:12:50+00:00" },
	{ CLASS_SHM, "DETACH", "2023-11-14T22:12:20+00:00" },
	{ CLASS_SHM, "COMMAND", "sender" },
	{ CLASS_SHM, "HOLDERS", "1+" },
	{ CLASS_SHM, "GROWTH", "+3" },
	{ CLASS_SHM, "GROWTH10", "-3" },
	{ CLASS_SHM, "GROWTH60", "-" },
	{ CLASS_SHM, "TREND", "_=#" },
	{ CLASS_LIMIT, "NAME", "SHMMNI" },
	{ CLASS_LIMIT, "DESCRIPTION", "Shared memory segments" },
	{ CLASS_LIMIT, "LIMIT", "4096" },
	{ CLASS_LIMIT, "USED", "1024" },
	{ CLASS_LIMIT, "USE%", "25.0%" },
	{ CLASS_LIMIT, "FORECAST", "3h10m" },
	{ CLASS_LIMIT, "MOST", "postgres" },
	{ CLASS_LIMIT, "MOSTUSED", "1" },
	{ CLASS_LIMIT, "FAILS", "shmget: ENOSPC" },
	{ CLASS_LIMIT, "FREEABLE", "1" },
	{ CLASS_LIMIT, "ADVICE", "sysctl kernel.shmmni=8192" },
	{ CLASS_PROCESS, "PID", "811" },
	{ CLASS_PROCESS, "COMMAND", "sender" },
	{ CLASS_PROCESS, "USER", "postgres" },
	{ CLASS_PROCESS, "SEGMENTS", "1" },
	{ CLASS_PROCESS, "ATTACHED", "9007199254740993" },
	{ CLASS_PROCESS, "CREATED", "3" },
	{ CLASS_PROCESS, "WAITS", "2" },
	{ CLASS_PROCESS, "BLOCKED", "1m15s" },
	{ CLASS_PROCESS, "STARTED", "2023-11-13T22:13:20+00:00" },
	{ CLASS_EVENT, "TIME", "2023-11-14T22:13:00+00:00" },
	{ CLASS_EVENT, "EVENT", "attached" },
	{ CLASS_EVENT, "KIND", "shm" },
	{ CLASS_EVENT, "ID", "32771" },
	{ CLASS_EVENT, "KEY", "0xfeedbeef" },
	{ CLASS_EVENT, "OWNER", "postgres" },
	{ CLASS_EVENT, "PID", "811" },
	{ CLASS_EVENT, "DETAIL", "5 -> 6 attachments" },
	{ CLASS_GROUP, "KIND", "shm" },
	{ CLASS_GROUP, "BY", "command" },
	{ CLASS_GROUP, "GROUP", "leaker" },
	{ CLASS_GROUP, "OBJECTS", "14" },
	{ CLASS_GROUP, "BYTES", "65536" },
	{ CLASS_GROUP, "GROWTH", "+2.5" },
	{ CLASS_GROUP, "GROWTH10", "-3" },
	{ CLASS_GROUP, "GROWTH60", "-" },
	{ CLASS_GROUP, "BYTEGROWTH", "+3" },
	{ CLASS_GROUP, "BYTEGROWTH10", "-3" },
	{ CLASS_GROUP, "BYTEGROWTH60", "-" },
	{ CLASS_GROUP, "ADDED", "+7" },
	{ CLASS_GROUP, "ADDEDBYTES", "-4096" },
	{ CLASS_GROUP, "TREND", "_=#" },
};

static void fill_ipc(struct ipc_record *ipc)
{
	ipc->key = 0xfeedbeef;
	ipc->uid = 26;
	ipc->gid = 27;
	ipc->cuid = 28;
	ipc->cgid = 29;
	ipc->mode = 0640;
	ipc->seq = 1;
	ipc->ctime = UNIT_NOW - 3600;
}

static void add_event(struct snapshot *snapshot)
{
	struct event_record *event = snapshot_add(snapshot, CLASS_EVENT, 0);

	assert_non_null(event);
	*event = (struct event_record){
		.number = 1,
		.time = UNIT_NOW - 20,
		.id = 32771,
		.key = 0xfeedbeef,
		.uid = 26,
		.pid = 811,
		.kind = CLASS_SHM,
		.what = EVENT_ATTACHED,
		.owner = "postgres",
		.detail = "5 -> 6 attachments",
	};
}

/* What is told of growth; a real one is derived from several snapshots. */
static const struct growth_told told = {
	.rate = { 2.5, -3 },
	.has_rate = { true, true, false },
	.trend = { .at = { 1, 2, 3 }, .count = 3 },
};

/* The first row of a class has moved. */
static void add_growth(struct snapshot *snapshot, enum class class)
{
	struct class_growth *growth = arena_alloc(&snapshot->arena, sizeof(*growth));
	struct growth_row *row = arena_alloc(&snapshot->arena, sizeof(*row));

	assert_non_null(growth);
	assert_non_null(row);
	growth->rows = row;
	row->told = 1;
	growth->told = arena_alloc(&snapshot->arena, sizeof(told));
	assert_non_null(growth->told);
	*growth->told = told;
	snapshot->classes[class].growth = growth;
}

static void add_group_row(struct snapshot *snapshot)
{
	struct group_growth *growth = arena_alloc(&snapshot->arena, sizeof(*growth));
	struct group_record *group = snapshot_add(snapshot, CLASS_GROUP, 0);

	assert_non_null(growth);
	assert_non_null(group);
	growth->objects = growth->bytes = told;
	growth->added = 7;
	growth->added_bytes = -4096;
	group->kind = CLASS_SHM;
	group->by = GROUP_COMMAND;
	group->name = "leaker";
	group->objects = 14;
	group->bytes = 65536;
	group->growth = growth;
}

static void add_objects(struct snapshot *snapshot)
{
	struct msg_record *msg = add_msg(snapshot, 32769);
	struct sem_record *sem = add_sem(snapshot, 32770);
	struct shm_record *shm = add_shm(snapshot, 32771);
	struct limit_record *limit = add_limit(snapshot, 0);
	struct process_record *process = add_record(snapshot, CLASS_PROCESS, 0);

	fill_ipc(&msg->ipc);
	msg->stime = UNIT_NOW - 600;
	msg->rtime = UNIT_NOW - 300;
	msg->cbytes = 100;
	msg->qnum = 8192;
	msg->qbytes = 16384;
	msg->has_qbytes = true;
	msg->lspid = 811;
	msg->lrpid = 902;
	fill_ipc(&sem->ipc);
	sem->otime = UNIT_NOW - 120;
	sem->nsems = 412;
	fill_ipc(&shm->ipc);
	shm->ipc.mode |= RECORD_DEST | RECORD_LOCKED;
	shm->atime = UNIT_NOW - 30;
	shm->dtime = UNIT_NOW - 60;
	shm->size = (UINT64_C(1) << 53) + 1;
	shm->nattch = 6;
	shm->cpid = 811;
	shm->lpid = 902;
	limit->name = "SHMMNI";
	limit->description = "Shared memory segments";
	limit->limit = 4096;
	limit->used = 1024;
	limit->has_limit = limit->has_used = true;
	limit->has_forecast = true;
	limit->forecast_s = 3 * 3600 + 10 * 60;
	process->pid = 811;
	process->created = 3;
	add_event(snapshot);
	add_growth(snapshot, CLASS_MSG);
	add_group_row(snapshot);
}

/* One process has the segment mapped and waits for the queue and the set, another for the queue. */
static void add_relations(struct snapshot *snapshot)
{
	struct process_record *process = snapshot->classes[CLASS_PROCESS].records;

	add_holder(snapshot, 0, 811);
	add_waiter(snapshot, CLASS_MSG, 0, 811, WAIT_MSGSND)->waiting.since_ns -=
		73 * RELATED_SECOND;
	add_waiter(snapshot, CLASS_MSG, 0, 902, WAIT_MSGRCV);
	add_waiter(snapshot, CLASS_SEM, 0, 811, WAIT_SEMOP);
	all_visited(snapshot, 2);
	process->saw_maps = process->saw_calls = true;
	process->segments = 1;
	process->attached = (UINT64_C(1) << 53) + 1;
	process->waits = 2;
	process->start = UNIT_NOW - 86400;
}

/* The user of the process with that pid. */
static void run_as(struct snapshot *snapshot, int32_t pid, uint32_t uid)
{
	uint32_t i;

	for (i = 0; i < snapshot->processes.size; i++) {
		if (snapshot->processes.slots[i].pid == pid) {
			snapshot->processes.slots[i].uid = uid;
			snapshot->processes.slots[i].has_uid = true;
		}
	}
}

static void set_verdict(struct snapshot *snapshot, enum class class, enum verdict verdict)
{
	struct class_rows *rows = &snapshot->classes[class];

	rows->verdicts = arena_alloc(&snapshot->arena, 1);
	assert_non_null(rows->verdicts);
	rows->verdicts[0] = (uint8_t)verdict;
}

/* One row of each class. What costs extra is there only where `all`. */
static struct snapshot *make_world(bool all)
{
	static uint8_t verdicts[] = { VERDICT_ORPHAN };
	struct snapshot *snapshot = make_snapshot();
	struct shm_record *shm;

	add_objects(snapshot);
	snapshot->classes[CLASS_SHM].verdicts = all ? verdicts : NULL;
	assert_int_equal(limit_derive(snapshot), 0);
	if (!all)
		return snapshot;
	shm = snapshot->classes[CLASS_SHM].records;
	shm->rss = 8192;
	shm->swap = 4096;
	shm->has_rss = shm->has_swap = true;
	add_growth(snapshot, CLASS_SHM);
	add_user(snapshot, 26, "postgres");
	add_user(snapshot, 28, "www-data");
	add_group(snapshot, 27, "dba");
	add_group(snapshot, 29, "web");
	add_process(snapshot, 811, ALIVE_YES, UNIT_NOW - 86400, "sender");
	add_process(snapshot, 902, ALIVE_NO, 0, "receiver");
	run_as(snapshot, 811, 26);
	add_relations(snapshot);
	set_verdict(snapshot, CLASS_MSG, VERDICT_FULL);
	set_verdict(snapshot, CLASS_SEM, VERDICT_ABANDONED);
	set_verdict(snapshot, CLASS_SHM, VERDICT_ORPHAN);
	return snapshot;
}

static const char *expected_cell(enum class class, const char *name)
{
	size_t i;

	for (i = 0; i < LENGTH(cells); i++) {
		if (cells[i].class == class && strcmp(cells[i].name, name) == 0)
			return cells[i].text;
	}
	fail_msg("column %s of %s has no test: add its cell", name, class_infos[class].word);
	return NULL;
}

static void every_column_shows_its_property(void **state)
{
	struct snapshot *snapshot = make_world(true);
	struct buf out = { 0 };
	const struct column *column;
	size_t shown = 0;
	enum class class;
	struct row row;

	(void)state;
	use_zone("UTC0");
	for (column = columns; column < columns + column_count; column++) {
		for (class = 0; class < CLASS_COUNT; class ++) {
			if (!(column->classes & class_bit(class)))
				continue;
			row = row_at(snapshot, class, 0);
			cell_text(&out, &row, column);
			expect_text(&out, expected_cell(class, column->name));
			shown++;
		}
	}
	/* and none is expected that is not there */
	assert_int_equal(shown, LENGTH(cells));
	snapshot_unref(snapshot);
}

/* Absent means absent: a pid stays, but nothing is claimed of its process. */
static void what_was_not_read_is_absent(void **state)
{
	struct snapshot *bare = make_world(false);
	struct buf out = { 0 };
	const char *expected;
	const struct column *column;
	enum class class;
	struct value value;
	struct row row;

	(void)state;
	use_zone("UTC0");
	for (column = columns; column < columns + column_count; column++) {
		for (class = 0; class < CLASS_COUNT; class ++) {
			if (!(column->classes & class_bit(class)))
				continue;
			row = row_at(bare, class, 0);
			value = column->get(&row);
			if (column->cost == 0) {
				cell_text(&out, &row, column);
				expected = expected_cell(class, column->name);
				assert_non_null(expected);
				if (expected)
					expect_text(&out, expected);
			} else if (column->type == VALUE_PID) {
				assert_int_equal(column->cost, COST_PROCESS);
				assert_int_equal(value.type, VALUE_PID);
				assert_int_equal(value.alive, ALIVE_UNKNOWN);
			} else {
				assert_int_equal(value.type, VALUE_NONE);
			}
		}
	}
	snapshot_unref(bare);
}

static void types_and_costs_fit_the_values(void **state)
{
	struct snapshot *snapshot = make_world(true);
	const struct column *column;
	enum class class;
	struct value value;
	struct row row;

	(void)state;
	for (column = columns; column < columns + column_count; column++) {
		assert_in_range(column->type, VALUE_NONE + 1, VALUE_TYPE_COUNT - 1);
		assert_true(column->width >= 4 && column->width <= 48);
		assert_true(strlen(column->name) <= column->width);
		assert_int_equal(column->cost &
				~(unsigned)(COST_RESIDENT | COST_USER | COST_GROUP | COST_PROCESS |
					COST_HOLDERS | COST_WAITERS | COST_VERDICT),
			0);
		for (class = 0; class < CLASS_COUNT; class ++) {
			if (!(column->classes & class_bit(class)))
				continue;
			row = row_at(snapshot, class, 0);
			value = column->get(&row);
			if (value.type != VALUE_NONE)
				assert_int_equal(value.type, column->type);
		}
	}
	snapshot_unref(snapshot);
}

static void expect_process(const struct snapshot *snapshot, const char *expected)
{
	static const char *const names[] = { "SEGMENTS", "ATTACHED", "WAITS" };
	struct row row = row_at(snapshot, CLASS_PROCESS, 0);
	struct buf out = { 0 };
	size_t i;

	for (i = 0; i < LENGTH(names); i++) {
		buf_text(&out, i ? " " : "");
		cell_text(&out, &row, column_of(CLASS_PROCESS, names[i]));
	}
	expect_text(&out, expected);
}

/* Nothing seen is not none, and a process that let us see has none, whoever else is hidden. */
static void what_a_process_hides_is_absent(void **state)
{
	struct snapshot *snapshot = make_snapshot();
	struct process_record *process = add_record(snapshot, CLASS_PROCESS, 0);

	(void)state;
	process->pid = 811;
	all_visited(snapshot, 2);
	snapshot->relations.hidden_maps = snapshot->relations.hidden_calls = 1;
	expect_process(snapshot, "- - -");
	process->saw_maps = true;
	expect_process(snapshot, "0 0 -");
	process->saw_maps = false;
	process->saw_calls = true;
	expect_process(snapshot, "- - 0");
	snapshot_unref(snapshot);
}

/* Of objects 0 is only told where everybody was seen, or where the kernel tells it itself. */
static void none_is_told_only_where_all_was_seen(void **state)
{
	struct snapshot *snapshot = make_snapshot();
	struct shm_record *shm = add_shm(snapshot, 30);
	struct row row = row_at(snapshot, CLASS_SHM, 0);
	struct buf out = { 0 };

	(void)state;
	shm->nattch = 1;
	all_visited(snapshot, 2);
	cell_text(&out, &row, column_of(CLASS_SHM, "HOLDERS"));
	expect_text(&out, "-");
	snapshot->relations.hidden_maps = 1;
	cell_text(&out, &row, column_of(CLASS_SHM, "HOLDERS"));
	expect_text(&out, "-");
	shm->nattch = 0;
	cell_text(&out, &row, column_of(CLASS_SHM, "HOLDERS"));
	expect_text(&out, "0");
	add_sem(snapshot, 20);
	row = row_at(snapshot, CLASS_SEM, 0);
	cell_text(&out, &row, column_of(CLASS_SEM, "WAITERS"));
	expect_text(&out, "0");
	snapshot->relations.hidden_calls = 1;
	cell_text(&out, &row, column_of(CLASS_SEM, "WAITERS"));
	expect_text(&out, "-");
	add_waiter(snapshot, CLASS_SEM, 0, 811, WAIT_SEMOP);
	all_visited(snapshot, 2);
	snapshot->relations.hidden_calls = 1;
	cell_text(&out, &row, column_of(CLASS_SEM, "WAITERS"));
	expect_text(&out, "1");
	snapshot_unref(snapshot);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(every_column_shows_its_property),
		cmocka_unit_test(what_was_not_read_is_absent),
		cmocka_unit_test(types_and_costs_fit_the_values),
		cmocka_unit_test(what_a_process_hides_is_absent),
		cmocka_unit_test(none_is_told_only_where_all_was_seen),
	};

	return tap_run(cases, LENGTH(cases), NULL, NULL);
}
