/* model/group: objects with something in common, how they grow, and in what order they come. */
#include "history.h"

#include "ipctop/model/table.h"

/* Begin a history in which objects are gathered. */
static void begin_by(struct history *history, enum group_by by)
{
	history_begin(history);
	history->wish.classes = class_bit(CLASS_GROUP);
	history->wish.groups.by = by;
}

static struct shm_record *segment(struct history *history, int id, uint32_t uid, uint64_t size)
{
	struct shm_record *shm = history_shm(history, id, 0);

	shm->ipc.uid = shm->ipc.cuid = uid;
	shm->size = size;
	return shm;
}

/* The rows in the order they were derived in, as "KIND GROUP OBJECTS BYTES GROWTH ADDED; …". */
static void expect_groups(const struct history *history, const char *expected)
{
	static const char *const names[] = { "KIND", "GROUP", "OBJECTS", "BYTES", "GROWTH",
		"ADDED" };
	const struct class_rows *rows = &history->last->classes[CLASS_GROUP];
	const struct value_style style = { .ascii = true };
	struct buf out = { 0 };
	struct row row;
	uint32_t i;
	size_t n;

	assert_true(rows->read);
	for (i = 0; i < rows->count; i++) {
		row = row_at(history->last, CLASS_GROUP, i);
		for (n = 0; n < LENGTH(names); n++) {
			buf_text(&out, n > 0 ? " " : i > 0 ? "; " : "");
			value_text(&out, column_of(CLASS_GROUP, names[n])->get(&row), &style);
		}
	}
	expect_text(&out, expected);
}

static void by_owner(void **state)
{
	struct history history;

	(void)state;
	begin_by(&history, GROUP_OWNER);
	history_after(&history, 0);
	add_user(history.now, 26, "postgres");
	segment(&history, 1, 26, 4096);
	segment(&history, 2, 33, 1 << 20);
	segment(&history, 3, 26, 4096);
	history_msg(&history, 4, 9);
	add_sem(history.now, 5);
	history_derive(&history);
	/* the largest first where nothing grows; a uid without a name is its digits */
	expect_groups(
		&history, "shm 33 1 1M - 0; shm postgres 2 8K - 0; msg 0 1 0 - 0; sem 0 1 0 - 0");
	history_end(&history);
}

static void without_a_past_there_are_no_rates(void **state)
{
	struct history history;

	(void)state;
	begin_by(&history, GROUP_OWNER);
	history_after(&history, 0);
	segment(&history, 1, 26, 4096);
	assert_int_equal(derive(history.now, NULL, &history.wish), 0);
	history.last = history.now;
	expect_groups(&history, "shm 26 1 4K - -");
	history_end(&history);
}

static void what_leaks_comes_first(void **state)
{
	struct history history;
	int turn, id;

	(void)state;
	begin_by(&history, GROUP_OWNER);
	for (turn = 0; turn < 6; turn++) {
		history_after(&history, 2);
		segment(&history, 1000, 26, 1 << 30);
		for (id = 0; id <= turn; id++)
			segment(&history, id, 33, 4096);
		/* as many objects, fewer bytes: the tie goes by these */
		for (id = 0; id <= turn; id++)
			segment(&history, 100 + id, 34, 1);
		history_derive(&history);
	}
	expect_groups(&history, "shm 33 6 24K +30 +5; shm 34 6 6 +30 +5; shm 26 1 1G 0 0");
	history_end(&history);
}

static void one_that_vanished_begins_anew(void **state)
{
	struct history history;
	int turn;

	(void)state;
	begin_by(&history, GROUP_OWNER);
	for (turn = 0; turn < 3; turn++) {
		history_after(&history, 2);
		segment(&history, 1, 33, 10);
		segment(&history, 2, 33, 10);
		history_derive(&history);
	}
	expect_groups(&history, "shm 33 2 20 0 0");
	history_after(&history, 2);
	history_derive(&history);
	expect_groups(&history, "");
	history_after(&history, 2);
	segment(&history, 3, 33, 10);
	history_derive(&history);
	/* it was not there before, as far as is remembered: one in 8 seconds */
	expect_groups(&history, "shm 33 1 10 +7.5 +1");
	history_end(&history);
}

static void a_class_that_was_not_read_stays_remembered(void **state)
{
	const struct trend *trend;
	struct history history;

	(void)state;
	begin_by(&history, GROUP_OWNER);
	history_after(&history, 0);
	segment(&history, 1, 33, 10);
	history_derive(&history);
	history_after(&history, 5);
	segment(&history, 1, 33, 10);
	segment(&history, 2, 33, 10);
	history_derive(&history);
	history_after(&history, 5)->classes[CLASS_SHM].error = -EACCES;
	history_derive(&history);
	expect_groups(&history, "");
	history_after(&history, 10);
	segment(&history, 1, 33, 10);
	segment(&history, 2, 33, 10);
	segment(&history, 3, 33, 10);
	history_derive(&history);
	expect_groups(&history, "shm 33 3 30 +6 +2");
	/* and of that time there is no sample */
	trend = &row_at(history.last, CLASS_GROUP, 0).group->growth->objects.trend;
	assert_int_equal(trend->count, 3);
	assert_true(trend->at[0] == 1 && trend->at[1] == 2 && trend->at[2] == 3);
	history_end(&history);
}

/* Owners are followed before the groups are looked at, commands are not. */
static void owners_are_always_followed(void **state)
{
	struct history history;
	int turn, id;

	(void)state;
	begin_by(&history, GROUP_OWNER);
	for (turn = 0; turn < 4; turn++) {
		history.wish.classes = turn == 3 ? class_bit(CLASS_GROUP) : 0;
		history_after(&history, 2);
		for (id = 0; id <= turn; id++)
			segment(&history, id, 33, 10);
		history_derive(&history);
	}
	expect_groups(&history, "shm 33 4 40 +30 +3");
	history.wish.groups.by = GROUP_KEY;
	history_after(&history, 2);
	segment(&history, 1, 33, 10);
	history_derive(&history);
	expect_groups(&history, "shm 0x00000000 1 10 - 0");
	/* while others were looked at, owners went on */
	history.wish.groups.by = GROUP_OWNER;
	history_after(&history, 2);
	segment(&history, 1, 33, 10);
	history_derive(&history);
	expect_groups(&history, "shm 33 1 10 0 0");
	history_end(&history);
}

static void by_command_with_those_that_are_gone(void **state)
{
	struct history history;
	int turn;

	(void)state;
	begin_by(&history, GROUP_COMMAND);
	for (turn = 0; turn < 2; turn++) {
		history_after(&history, 2);
		history_msg(&history, 9, 0); /* only segments have a creator */
		segment(&history, 1, 0, 10)->cpid = 100;
		segment(&history, 2, 0, 30)->cpid = 200;
		segment(&history, 3, 0, 20)->cpid = 300;
		add_process(history.now, 100, turn == 0 ? ALIVE_YES : ALIVE_NO, 0, "leaker");
		add_process(history.now, 200, ALIVE_YES, 0, "leaker");
		add_process(history.now, 300, ALIVE_NO, 0, NULL);
		history_derive(&history);
		expect_groups(&history,
			turn == 0 ? "shm leaker 2 40 - 0; shm unknown 1 20 - 0"
				  : "shm leaker 2 40 0 0; shm unknown 1 20 0 0");
	}
	history_end(&history);
}

static void by_key_size_and_verdict(void **state)
{
	struct history history;
	struct class_rows *rows;

	(void)state;
	begin_by(&history, GROUP_KEY);
	history_after(&history, 0);
	segment(&history, 1, 0, 10)->ipc.key = 0xfeedbeef;
	segment(&history, 2, 0, 20);
	history_derive(&history);
	expect_groups(&history, "shm 0x00000000 1 20 - 0; shm 0xfeedbeef 1 10 - 0");
	history.wish.groups.by = GROUP_SIZE;
	history_after(&history, 1);
	segment(&history, 1, 0, 3 << 20);
	segment(&history, 2, 0, 3 << 20);
	segment(&history, 3, 0, 0);
	history_derive(&history);
	expect_groups(&history, "shm 3M 2 6M - 0; shm 0 1 0 - 0");
	/* what has no verdict is in no group */
	history_after(&history, 1);
	segment(&history, 1, 0, 10);
	segment(&history, 2, 0, 20);
	rows = &history.now->classes[CLASS_SHM];
	rows->verdicts = arena_alloc(&history.now->arena, 2);
	assert_non_null(rows->verdicts);
	rows->verdicts[1] = VERDICT_ORPHAN;
	assert_int_equal(
		group_derive(history.now, NULL, &(struct group_wish){ .by = GROUP_VERDICT }), 0);
	snapshot_unref(history.last);
	history.last = history.now;
	expect_groups(&history, "shm orphan 1 20 - -");
	history_end(&history);
}

static void only_those_of_a_user(void **state)
{
	struct history history;

	(void)state;
	begin_by(&history, GROUP_OWNER);
	history.wish.groups.by_user = true;
	history.wish.groups.uid = 33;
	history_after(&history, 0);
	segment(&history, 1, 33, 10);
	segment(&history, 2, 26, 10);
	segment(&history, 3, 26, 10)->ipc.cuid = 33;
	history_derive(&history);
	expect_groups(&history, "shm 26 1 10 - 0; shm 33 1 10 - 0");
	history_end(&history);
}

/* Sizes that a sum can't hold. */
static void bytes_do_not_wrap(void **state)
{
	struct history history;

	(void)state;
	begin_by(&history, GROUP_OWNER);
	history_after(&history, 0);
	segment(&history, 1, 33, UINT64_MAX - 1);
	segment(&history, 2, 33, 100);
	history_derive(&history);
	expect_groups(&history, "shm 33 2 15E - 0");
	history_end(&history);
}

/* More than have a history: the others are there, and nothing is claimed of their growth. */
static void so_many_have_a_history(void **state)
{
	enum { MANY = GROWTH_GROUPS_MAX + 50 };
	struct history history;
	const struct class_rows *rows;
	uint32_t i, told = 0;
	int turn, id;

	(void)state;
	begin_by(&history, GROUP_KEY);
	for (turn = 0; turn < 4; turn++) {
		history_after(&history, 2);
		/* the first ones go, and others that were there all the time get their place */
		for (id = turn >= 2 ? 100 : 0; id < MANY; id++)
			segment(&history, id, 0, 10)->ipc.key = (uint32_t)id;
		history_derive(&history);
	}
	rows = &history.last->classes[CLASS_GROUP];
	assert_int_equal(rows->count, MANY - 100);
	for (i = 0; i < rows->count; i++) {
		const struct group_record *group = row_at(history.last, CLASS_GROUP, i).group;

		if (!group->growth)
			continue;
		told += group->growth->objects.has_rate[WINDOW_MINUTE];
		assert_int_equal(group->growth->added, 0);
		assert_true(!group->growth->objects.has_rate[WINDOW_MINUTE] ||
			group->growth->objects.rate[WINDOW_MINUTE] == 0);
	}
	assert_int_equal(told, GROWTH_GROUPS_MAX - 100);
	history_end(&history);
}

/* A table held to a group shows its objects, and no others. */
static void a_table_is_held_to_a_group(void **state)
{
	struct history history;
	struct table table;

	(void)state;
	begin_by(&history, GROUP_SIZE);
	history_after(&history, 0);
	segment(&history, 1, 0, 10);
	segment(&history, 2, 0, 20);
	segment(&history, 3, 0, 10);
	history_derive(&history);
	table_init(&table, CLASS_SHM);
	table.in_group = true;
	table.group = group_key_of_group(row_at(history.last, CLASS_GROUP, 0).group);
	assert_int_equal(table_show(&table, (struct snapshot *)history.last), 0);
	assert_int_equal(table.count, 2);
	assert_int_equal(table_row(&table, 0).ipc->id, 1);
	assert_int_equal(table_row(&table, 1).ipc->id, 3);
	table.group.by = GROUP_VERDICT;
	assert_int_equal(table_cost_of_all(&table) & COST_VERDICT, COST_VERDICT);
	table_free(&table);
	history_end(&history);
}

/* Two commands under one number are two groups. */
static void commands_are_told_apart_by_their_letters(void **state)
{
	struct group_key a = { .by = GROUP_COMMAND, .value = 7, .command = "a" }, b = a;

	(void)state;
	assert_true(group_key_equal(&a, &b));
	strcpy(b.command, "b");
	assert_false(group_key_equal(&a, &b));
}

static void words_are_found(void **state)
{
	struct buf out = { 0 };
	enum group_by by;

	(void)state;
	for (by = 0; by < GROUP_BY_COUNT; by++) {
		enum group_by found = GROUP_BY_COUNT;

		assert_true(group_by_find(group_by_name(by), &found));
		assert_int_equal(found, by);
	}
	assert_false(group_by_find("owners", &by));
	group_by_names(&out);
	expect_text(&out, "owner, command, key, size and verdict");
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(by_owner),
		cmocka_unit_test(without_a_past_there_are_no_rates),
		cmocka_unit_test(what_leaks_comes_first),
		cmocka_unit_test(one_that_vanished_begins_anew),
		cmocka_unit_test(a_class_that_was_not_read_stays_remembered),
		cmocka_unit_test(owners_are_always_followed),
		cmocka_unit_test(by_command_with_those_that_are_gone),
		cmocka_unit_test(by_key_size_and_verdict),
		cmocka_unit_test(only_those_of_a_user),
		cmocka_unit_test(bytes_do_not_wrap),
		cmocka_unit_test(so_many_have_a_history),
		cmocka_unit_test(a_table_is_held_to_a_group),
		cmocka_unit_test(commands_are_told_apart_by_their_letters),
		cmocka_unit_test(words_are_found),
	};

	return tap_run(cases, LENGTH(cases), NULL, NULL);
}
