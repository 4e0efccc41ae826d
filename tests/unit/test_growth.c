/* model/growth: how objects grow, from snapshot to snapshot, and what it costs. */
#include "history.h"

/* Queue 1 with `messages`, derived. */
static void queue(struct history *history, double seconds, uint64_t messages)
{
	history_after(history, seconds);
	history_msg(history, 1, messages);
	history_derive(history);
}

static void one_snapshot_tells_nothing(void **state)
{
	struct history history;

	(void)state;
	history_begin(&history);
	queue(&history, 0, 5);
	history_expect(&history, CLASS_MSG, 1, "GROWTH", "-");
	history_expect(&history, CLASS_MSG, 1, "TREND", "-");
	history_end(&history);
}

static void without_a_past_nothing_is_told(void **state)
{
	struct history history;
	struct derive_wish wish = { .classes = 0 };

	(void)state;
	history_begin(&history);
	history_after(&history, 0);
	history_msg(&history, 1, 5);
	assert_int_equal(derive(history.now, NULL, &wish), 0);
	assert_null(history.now->classes[CLASS_MSG].growth);
	history.last = history.now;
	history_expect(&history, CLASS_MSG, 1, "GROWTH", "-");
	history_end(&history);
}

static void what_stays_is_flat(void **state)
{
	struct history history;

	(void)state;
	history_begin(&history);
	queue(&history, 0, 5);
	queue(&history, 0.5, 5);
	history_expect(&history, CLASS_MSG, 1, "GROWTH", "-");
	queue(&history, 0.5, 5);
	history_expect(&history, CLASS_MSG, 1, "GROWTH", "0");
	history_expect(&history, CLASS_MSG, 1, "GROWTH10", "-");
	history_expect(&history, CLASS_MSG, 1, "TREND", "-");
	queue(&history, 60, 5);
	history_expect(&history, CLASS_MSG, 1, "GROWTH10", "0");
	history_end(&history);
}

static void what_moves_is_told_by_the_minute(void **state)
{
	struct history history;
	int i;

	(void)state;
	history_begin(&history);
	for (i = 0; i <= 30; i++)
		queue(&history, 2, 100 + (uint64_t)i);
	history_expect(&history, CLASS_MSG, 1, "GROWTH", "+30");
	history_expect(&history, CLASS_MSG, 1, "GROWTH10", "-");
	history_expect(&history, CLASS_MSG, 1, "TREND", "__.--:=++*##");
	/* it stands still: the minute forgets, ten minutes do not */
	for (i = 0; i < 45; i++)
		queue(&history, 2, 130);
	history_expect(&history, CLASS_MSG, 1, "GROWTH", "0");
	history_expect(&history, CLASS_MSG, 1, "GROWTH10", "+12");
	history_expect(&history, CLASS_MSG, 1, "GROWTH60", "-");
	/* and drains */
	queue(&history, 2, 0);
	history_expect(&history, CLASS_MSG, 1, "GROWTH", "-130");
	history_end(&history);
}

/* An hour of it, in steps of 7 seconds: each window has its own slope. */
static void windows_differ(void **state)
{
	struct history history;
	uint64_t messages = 0;
	int i;

	(void)state;
	history_begin(&history);
	for (i = 0; i < 514; i++) {
		queue(&history, 7, messages);
		messages += i < 420 ? 7 : i < 504 ? 70 : 700;
	}
	history_expect(&history, CLASS_MSG, 1, "GROWTH", "+6000");
	/* the oldest sample within is 567 s old: 72 steps of 70 and 9 of 700 */
	history_expect(&history, CLASS_MSG, 1, "GROWTH10", "+1200");
	/* and 3591 s: 420 steps of 7, 84 of 70 and 9 of 700 */
	history_expect(&history, CLASS_MSG, 1, "GROWTH60", "+253");
	history_end(&history);
}

static void what_appeared_grew_from_nothing(void **state)
{
	struct history history;

	(void)state;
	history_begin(&history);
	queue(&history, 0, 5);
	queue(&history, 2, 5);
	history_after(&history, 28);
	history_msg(&history, 1, 5);
	history_msg(&history, 2, 40);
	history_derive(&history);
	history_expect(&history, CLASS_MSG, 1, "GROWTH", "0");
	history_expect(&history, CLASS_MSG, 2, "GROWTH", "+80");
	/* in another row, and moved since */
	history_after(&history, 10);
	history_msg(&history, 2, 60);
	history_msg(&history, 1, 5);
	history_derive(&history);
	history_expect(&history, CLASS_MSG, 1, "GROWTH", "0");
	history_expect(&history, CLASS_MSG, 2, "GROWTH", "+90");
	history_expect(&history, CLASS_MSG, 2, "TREND", "__+#");
	history_end(&history);
}

/* A successor in the same row has not got the past of the one that went. */
static void rows_do_not_mix(void **state)
{
	struct history history;
	int i;

	(void)state;
	history_begin(&history);
	for (i = 0; i < 10; i++) {
		history_after(&history, 2);
		history_msg(&history, 1, 1000 * (uint64_t)i);
		history_msg(&history, 2, 7);
		history_derive(&history);
	}
	history_after(&history, 2);
	history_msg(&history, 2, 7);
	history_msg(&history, 3, 7);
	history_derive(&history);
	history_expect(&history, CLASS_MSG, 2, "GROWTH", "0");
	history_expect(&history, CLASS_MSG, 3, "GROWTH", "+21");
	history_end(&history);
}

static void a_class_that_was_not_read_begins_anew(void **state)
{
	struct history history;

	(void)state;
	history_begin(&history);
	queue(&history, 0, 5);
	queue(&history, 2, 50);
	history_after(&history, 2)->classes[CLASS_MSG].read = false;
	history_derive(&history);
	history_after(&history, 2);
	history_msg(&history, 9, 1000);
	history_msg(&history, 1, 80);
	history_derive(&history);
	history_expect(&history, CLASS_MSG, 1, "GROWTH", "-");
	history_expect(&history, CLASS_MSG, 9, "GROWTH", "-");
	history_after(&history, 2);
	history_msg(&history, 9, 1000);
	history_msg(&history, 1, 90);
	history_derive(&history);
	history_expect(&history, CLASS_MSG, 1, "GROWTH", "+300");
	history_expect(&history, CLASS_MSG, 9, "GROWTH", "0");
	history_end(&history);
}

/* A snapshot that is dropped for want of memory moved the histories on. */
static void a_dropped_snapshot_begins_anew(void **state)
{
	struct history history;

	(void)state;
	history_begin(&history);
	queue(&history, 0, 5);
	queue(&history, 2, 50);
	history_after(&history, 2);
	history_msg(&history, 1, 70);
	assert_int_equal(growth_derive(history.past->growth, history.now, history.past->last), 0);
	snapshot_unref(history.now);
	queue(&history, 2, 90);
	history_expect(&history, CLASS_MSG, 1, "GROWTH", "-");
	queue(&history, 2, 91);
	history_expect(&history, CLASS_MSG, 1, "GROWTH", "+30");
	history_end(&history);
}

/* Resident bytes are not always read, and to see them for the first time is no growth. */
static void unknown_bytes_are_not_nothing(void **state)
{
	struct history history;

	(void)state;
	history_begin(&history);
	history_after(&history, 0);
	history_shm(&history, 1, 4096)->has_rss = false;
	history_derive(&history);
	history_after(&history, 2);
	history_shm(&history, 1, 8192);
	history_derive(&history);
	history_expect(&history, CLASS_SHM, 1, "GROWTH", "-");
	history_after(&history, 2);
	history_shm(&history, 1, 8192);
	history_derive(&history);
	history_expect(&history, CLASS_SHM, 1, "GROWTH", "0");
	history_after(&history, 2);
	history_shm(&history, 1, 8192 + 4096);
	history_derive(&history);
	history_expect(&history, CLASS_SHM, 1, "GROWTH", "+60K");
	history_after(&history, 2);
	history_shm(&history, 1, 0)->has_rss = false;
	history_derive(&history);
	history_expect(&history, CLASS_SHM, 1, "GROWTH", "-");
	history_end(&history);
}

/* Beyond the room that there is, growth is not told: never a wrong one. */
static void there_is_room_for_so_many(void **state)
{
	enum { MORE = GROWTH_OBJECTS_MAX + 100 };
	struct history history;
	uint32_t told = 0, absent = 0;
	int turn, id;
	double rate;

	(void)state;
	history_begin(&history);
	for (turn = 0; turn < 5; turn++) {
		history_after(&history, 2);
		for (id = 0; id < MORE; id++)
			history_msg(&history, id, (uint64_t)turn);
		history_derive(&history);
	}
	for (id = 0; id < MORE; id++) {
		struct row row = history_row(&history, CLASS_MSG, id);

		if (growth_rate(&row, WINDOW_MINUTE, &rate)) {
			assert_true(rate > 29.9 && rate < 30.1);
			told++;
		} else {
			absent++;
		}
	}
	assert_int_equal(told, GROWTH_OBJECTS_MAX);
	assert_int_equal(absent, 100);
	/* those that are gone leave their room to others */
	for (turn = 0; turn < 3; turn++) {
		history_after(&history, 2);
		for (id = GROWTH_OBJECTS_MAX; id < MORE; id++)
			history_msg(&history, id, 100 + (uint64_t)turn);
		history_derive(&history);
	}
	history_expect(&history, CLASS_MSG, MORE - 1, "GROWTH", "+30");
	history_end(&history);
}

/* The hour passes in which it moved, and the room is free again. */
static void what_has_not_moved_for_an_hour_is_flat(void **state)
{
	struct history history;
	int i;

	(void)state;
	history_begin(&history);
	queue(&history, 0, 1);
	queue(&history, 2, 2);
	assert_int_not_equal(history_row(&history, CLASS_MSG, 1)
				     .snapshot->classes[CLASS_MSG]
				     .growth->rows[0]
				     .track.series,
		0);
	for (i = 0; i < 62; i++)
		queue(&history, 61, 2);
	assert_int_equal(history_row(&history, CLASS_MSG, 1)
				 .snapshot->classes[CLASS_MSG]
				 .growth->rows[0]
				 .track.series,
		0);
	history_expect(&history, CLASS_MSG, 1, "GROWTH60", "0");
	history_end(&history);
}

static void rare_snapshots_are_compared_with_the_one_before(void **state)
{
	struct history history;

	(void)state;
	history_begin(&history);
	queue(&history, 0, 0);
	queue(&history, 300, 50);
	history_expect(&history, CLASS_MSG, 1, "GROWTH", "+10");
	history_expect(&history, CLASS_MSG, 1, "GROWTH10", "+10");
	history_end(&history);
}

/* Numbers beyond what is signed. */
static void large_numbers_do_not_wrap(void **state)
{
	struct history history;

	(void)state;
	history_begin(&history);
	queue(&history, 0, UINT64_MAX);
	queue(&history, 60, 0);
	history_expect(&history, CLASS_MSG, 1, "GROWTH", "-18446744073709551616");
	queue(&history, 30, UINT64_MAX);
	history_expect(&history, CLASS_MSG, 1, "GROWTH", "+36893488147419103232");
	history_end(&history);
}

static void the_command_of_one_that_is_gone_is_remembered(void **state)
{
	struct history history;
	struct shm_record *shm;
	int turn;

	(void)state;
	history_begin(&history);
	for (turn = 0; turn < 4; turn++) {
		history_after(&history, 2);
		shm = history_shm(&history, 1, 0);
		shm->cpid = 100;
		shm->ipc.ctime = UNIT_NOW;
		shm = history_shm(&history, 2, 0);
		shm->cpid = 200;
		shm->ipc.ctime = UNIT_NOW;
		add_process(history.now, 100, turn == 1 ? ALIVE_YES : ALIVE_NO, UNIT_NOW - 5,
			turn == 1 ? "a-name-of-15-by" : NULL);
		/* another one under the pid */
		add_process(history.now, 200, ALIVE_YES, UNIT_NOW + 3600, "successor");
		history_derive(&history);
		history_expect(
			&history, CLASS_SHM, 1, "COMMAND", turn == 0 ? "-" : "a-name-of-15-by");
		history_expect(&history, CLASS_SHM, 2, "COMMAND", "-");
	}
	history_end(&history);
}

/* Bytes that a snapshot has for growth. */
static size_t snapshot_bytes(const struct snapshot *snapshot)
{
	size_t bytes = 0, told;
	enum class class;
	uint32_t row;

	for (class = 0; class < CLASS_COUNT; class ++) {
		const struct class_rows *rows = &snapshot->classes[class];

		if (!rows->growth)
			continue;
		for (row = 0, told = 0; row < rows->count; row++)
			told += rows->growth->rows[row].told != 0;
		bytes += sizeof(*rows->growth) + rows->count * sizeof(*rows->growth->rows) +
			told * sizeof(*rows->growth->told) +
			(rows->growth->commands ? rows->count * (size_t)GROWTH_COMMAND : 0);
	}
	return bytes;
}

/* 90,000 objects, all of which move, and as many groups as there can be, gathered in every way. */
static void memory_is_bounded(void **state)
{
	enum { OBJECTS = 90000, SNAPSHOTS = 3, MOST = 24 * 1000 * 1000 };
	struct history history;
	struct shm_record *shm;
	size_t bytes, before = 0;
	int turn, id;

	(void)state;
	history_begin(&history);
	history.wish.classes = class_bit(CLASS_GROUP);
	for (turn = 0; turn < 20; turn++) {
		history.wish.groups.by = (enum group_by)(turn % GROUP_BY_COUNT);
		history_after(&history, 2);
		for (id = 0; id < OBJECTS; id++) {
			shm = history_shm(&history, id, (uint64_t)(turn * id));
			shm->cpid = id + 1;
			shm->ipc.key = shm->ipc.uid = (uint32_t)(id % 3000);
			shm->size = (uint64_t)(id / 2 * (1 + turn / 10));
		}
		history_derive(&history);
		bytes = growth_bytes(history.past->growth) +
			SNAPSHOTS * snapshot_bytes(history.last);
		if (turn == 14)
			before = bytes;
	}
	printf("# %zu bytes for %d objects\n", bytes, OBJECTS);
	assert_true(bytes < MOST);
	assert_true(bytes <= before + before / 10);
	history_end(&history);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(one_snapshot_tells_nothing),
		cmocka_unit_test(without_a_past_nothing_is_told),
		cmocka_unit_test(what_stays_is_flat),
		cmocka_unit_test(what_moves_is_told_by_the_minute),
		cmocka_unit_test(windows_differ),
		cmocka_unit_test(what_appeared_grew_from_nothing),
		cmocka_unit_test(rows_do_not_mix),
		cmocka_unit_test(a_class_that_was_not_read_begins_anew),
		cmocka_unit_test(a_dropped_snapshot_begins_anew),
		cmocka_unit_test(unknown_bytes_are_not_nothing),
		cmocka_unit_test(there_is_room_for_so_many),
		cmocka_unit_test(what_has_not_moved_for_an_hour_is_flat),
		cmocka_unit_test(rare_snapshots_are_compared_with_the_one_before),
		cmocka_unit_test(large_numbers_do_not_wrap),
		cmocka_unit_test(the_command_of_one_that_is_gone_is_remembered),
		cmocka_unit_test(memory_is_bounded),
	};

	return tap_run(cases, LENGTH(cases), NULL, NULL);
}
