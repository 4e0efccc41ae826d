/* model/snapshot: records, notes, names and processes in one piece of memory. */
#include "unit.h"

static void a_new_one_is_empty(void **state)
{
	struct snapshot *snapshot = snapshot_new();
	enum class class;

	(void)state;
	assert_non_null(snapshot);
	for (class = 0; class < CLASS_COUNT; class ++) {
		assert_int_equal(snapshot->classes[class].count, 0);
		assert_false(snapshot->classes[class].read);
	}
	assert_null(snapshot->notes);
	assert_null(name_map_get(&snapshot->users, 0));
	assert_null(process_map_get(&snapshot->processes, 1));
	snapshot_unref(snapshot);
	snapshot_unref(NULL);
}

/* A sanitizer, or valgrind, sees one that goes too early or never. */
static void the_last_reference_frees(void **state)
{
	struct snapshot *snapshot = make_snapshot();

	(void)state;
	add_shm(snapshot, 5);
	assert_ptr_equal(snapshot_ref(snapshot), snapshot);
	snapshot_ref(snapshot);
	snapshot_unref(snapshot);
	snapshot_unref(snapshot);
	assert_int_equal(
		((const struct shm_record *)snapshot_record(snapshot, CLASS_SHM, 0))->ipc.id, 5);
	snapshot_unref(snapshot);
}

static void records_stay_as_they_are_while_more_come(void **state)
{
	static const uint32_t hints[] = { 0, 1, 64, 65, 100, 5000 };
	enum { RECORDS = 5000 };
	struct msg_record zero;
	size_t i;
	int id;

	(void)state;
	memset(&zero, 0, sizeof(zero));
	for (i = 0; i < LENGTH(hints); i++) {
		struct snapshot *snapshot = make_snapshot();

		for (id = 0; id < RECORDS; id++) {
			struct msg_record *msg = snapshot_add(snapshot, CLASS_MSG, hints[i]);
			struct sem_record *sem = snapshot_add(snapshot, CLASS_SEM, hints[i]);

			assert_non_null(msg);
			assert_non_null(sem);
			assert_memory_equal(msg, &zero, sizeof(zero));
			memset(msg, 0xff, sizeof(*msg));
			msg->ipc.id = id;
			sem->ipc.id = -id;
		}
		assert_int_equal(snapshot->classes[CLASS_MSG].count, RECORDS);
		for (id = 0; id < RECORDS; id++) {
			const struct msg_record *msg =
				snapshot_record(snapshot, CLASS_MSG, (uint32_t)id);
			const struct sem_record *sem =
				snapshot_record(snapshot, CLASS_SEM, (uint32_t)id);

			assert_int_equal(msg->ipc.id, id);
			assert_true(msg->qbytes == UINT64_MAX);
			assert_int_equal(sem->ipc.id, -id);
			assert_int_equal(sem->nsems, 0);
		}
		snapshot_unref(snapshot);
	}
}

/* A walk that fails starts over, in what may be used already. */
static void a_place_used_before_is_zeroed(void **state)
{
	struct snapshot *snapshot = make_snapshot();
	struct shm_record zero, *shm;
	int i;

	(void)state;
	memset(&zero, 0, sizeof(zero));
	for (i = 0; i < 100; i++)
		memset(snapshot_add(snapshot, CLASS_SHM, 0), 0xff, sizeof(zero));
	snapshot->classes[CLASS_SHM].count -= 2;
	shm = snapshot_add(snapshot, CLASS_SHM, 0);
	assert_memory_equal(shm, &zero, sizeof(zero));
	snapshot->classes[CLASS_SHM].count = 0;
	for (i = 0; i < 200; i++) {
		shm = snapshot_add(snapshot, CLASS_SHM, 0);
		assert_memory_equal(shm, &zero, sizeof(zero));
		memset(shm, 0xff, sizeof(*shm));
	}
	snapshot_unref(snapshot);
}

static void notes_keep_their_order_and_end(void **state)
{
	struct snapshot *snapshot = make_snapshot();
	char text[2000];

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(
		snapshot_note(snapshot, CLASS_SHM, NOTE_FAILED, "%d lines of %s", 3, "shm"), 0);
	assert_int_equal(snapshot_note(snapshot, CLASS_MSG, NOTE_HINT, "hint"), 0);
	assert_int_equal(snapshot_note(snapshot, CLASS_SEM, NOTE_FAILED, "%s", text), 0);
	assert_string_equal(snapshot->notes->text, "3 lines of shm");
	assert_int_equal(snapshot->notes->class, CLASS_SHM);
	assert_int_equal(snapshot->notes->kind, NOTE_FAILED);
	assert_string_equal(snapshot->notes->next->text, "hint");
	assert_int_equal(snapshot->notes->next->class, CLASS_MSG);
	assert_int_equal(snapshot->notes->next->kind, NOTE_HINT);
	assert_in_range(strlen(snapshot->notes->next->next->text), 100, sizeof(text));
	assert_null(snapshot->notes->next->next->next);
	snapshot_unref(snapshot);
}

/* Ids as they come: in rows, in steps, at both ends. */
static uint32_t some_id(uint32_t i)
{
	return i % 3 == 0 ? i : i % 3 == 1 ? i * 65536u : UINT32_MAX - i;
}

static void many_names_are_found_again(void **state)
{
	enum { NAMES = 3000 };
	struct snapshot *snapshot = make_snapshot();
	char digits[16];
	uint32_t i;

	(void)state;
	for (i = 0; i < NAMES; i++) {
		assert_null(name_map_get(&snapshot->users, some_id(i)));
		snprintf(digits, sizeof(digits), "u%u", some_id(i));
		add_user(
			snapshot, some_id(i), arena_text(&snapshot->arena, digits, strlen(digits)));
	}
	assert_int_equal(snapshot->users.used, NAMES);
	for (i = 0; i < NAMES; i++) {
		snprintf(digits, sizeof(digits), "u%u", some_id(i));
		assert_string_equal(name_map_get(&snapshot->users, some_id(i)), digits);
	}
	assert_null(name_map_get(&snapshot->users, 3 * NAMES + 3));
	assert_null(name_map_get(&snapshot->groups, 0)); /* the other map is untouched */
	snapshot_unref(snapshot);
}

static void root_and_nobody_can_be_known(void **state)
{
	struct snapshot *snapshot = make_snapshot();

	(void)state;
	add_user(snapshot, 0, "root");
	add_user(snapshot, UINT32_MAX, "overflow");
	add_user(snapshot, 4294967294, "");
	assert_string_equal(name_map_get(&snapshot->users, 0), "root");
	assert_string_equal(name_map_get(&snapshot->users, UINT32_MAX), "overflow");
	assert_string_equal(name_map_get(&snapshot->users, 4294967294), "");
	assert_null(name_map_get(&snapshot->users, 1));
	snapshot_unref(snapshot);
}

static void many_processes_are_found_again(void **state)
{
	enum { PIDS = 5000 };
	struct snapshot *snapshot = make_snapshot();
	const struct process *process;
	int32_t pid;

	(void)state;
	for (pid = 1; pid <= PIDS; pid++) {
		assert_null(process_map_get(&snapshot->processes, pid * 838));
		add_process(snapshot, pid * 838, ALIVE_YES, pid, "command");
	}
	for (pid = 1; pid <= PIDS; pid++) {
		process = process_map_get(&snapshot->processes, pid * 838);
		assert_non_null(process);
		assert_int_equal(process->pid, pid * 838);
		assert_int_equal(process->start, pid);
		assert_int_equal(process->alive, ALIVE_YES);
	}
	assert_int_equal(snapshot->processes.used, PIDS);
	/* no process has these, whatever a record says */
	assert_null(process_map_get(&snapshot->processes, 0));
	assert_null(process_map_get(&snapshot->processes, -1));
	assert_null(process_map_get(&snapshot->processes, INT32_MIN));
	assert_null(process_map_get(&snapshot->processes, 837));
	snapshot_unref(snapshot);
}

static void a_new_process_is_not_known_yet(void **state)
{
	struct snapshot *snapshot = make_snapshot();
	const struct process *process;

	(void)state;
	process = process_map_add(&snapshot->processes, &snapshot->arena, INT32_MAX);
	assert_ptr_equal(process, process_map_get(&snapshot->processes, INT32_MAX));
	assert_int_equal(process->alive, ALIVE_UNKNOWN);
	assert_int_equal(process->start, 0);
	assert_null(process->command);
	snapshot_unref(snapshot);
}

static void a_part_is_taken_over(void **state)
{
	struct snapshot *snapshot = make_snapshot(), *part = make_snapshot();
	int id;

	(void)state;
	add_msg(snapshot, 1);
	for (id = 0; id < 1000; id++)
		add_shm(part, id);
	part->classes[CLASS_SHM].skipped = 3;
	assert_int_equal(snapshot_note(snapshot, CLASS_MSG, NOTE_HINT, "first"), 0);
	assert_int_equal(snapshot_note(part, CLASS_SHM, NOTE_FAILED, "second"), 0);
	assert_int_equal(snapshot_note(part, CLASS_SHM, NOTE_FAILED, "third"), 0);
	snapshot_adopt(snapshot, part, CLASS_SHM); /* which goes */
	assert_int_equal(snapshot->classes[CLASS_SHM].count, 1000);
	assert_int_equal(snapshot->classes[CLASS_SHM].skipped, 3);
	assert_true(snapshot->classes[CLASS_SHM].read);
	for (id = 0; id < 1000; id++) {
		const struct ipc_record *ipc = snapshot_record(snapshot, CLASS_SHM, (uint32_t)id);

		assert_int_equal(ipc->id, id);
	}
	assert_int_equal(snapshot->classes[CLASS_MSG].count, 1);
	assert_string_equal(snapshot->notes->text, "first");
	assert_string_equal(snapshot->notes->next->text, "second");
	assert_string_equal(snapshot->notes->next->next->text, "third");
	assert_int_equal(snapshot_note(snapshot, CLASS_SEM, NOTE_FAILED, "fourth"), 0);
	add_shm(snapshot, 1000);
	/* a part without notes or rows is nothing to add */
	snapshot_adopt(snapshot, make_snapshot(), CLASS_SEM);
	assert_string_equal(snapshot->notes->next->next->next->text, "fourth");
	snapshot_unref(snapshot);
}

/* 90,000 objects in under 48 MB with three snapshots alive. */
static void records_are_compact(void **state)
{
	const size_t each = 30000, alive = 3;

	(void)state;
	assert_true(alive * each *
			(sizeof(struct msg_record) + sizeof(struct sem_record) +
				sizeof(struct shm_record)) <
		(size_t)48 << 20);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(a_new_one_is_empty),
		cmocka_unit_test(the_last_reference_frees),
		cmocka_unit_test(records_stay_as_they_are_while_more_come),
		cmocka_unit_test(a_place_used_before_is_zeroed),
		cmocka_unit_test(notes_keep_their_order_and_end),
		cmocka_unit_test(many_names_are_found_again),
		cmocka_unit_test(root_and_nobody_can_be_known),
		cmocka_unit_test(many_processes_are_found_again),
		cmocka_unit_test(a_new_process_is_not_known_yet),
		cmocka_unit_test(a_part_is_taken_over),
		cmocka_unit_test(records_are_compact),
	};

	return tap_run(cases, LENGTH(cases), NULL, NULL);
}
