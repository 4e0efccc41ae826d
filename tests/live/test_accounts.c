/* Names of owners and groups: of ids with and without an account, of many, and the second time. */
#include "live.h"

#include <grp.h>
#include <pwd.h>
#include <sys/shm.h>

#include "command.h"
#include "ipctop/model/column.h"

enum {
	MANY = 1500, /* owners */
	FIRST = 2100000000, /* a uid that has no account */
	TERMINAL = 80,
	NO_TERMINAL = 124,
};

static void expect_name(const struct name_map *map, uint32_t id, const char *account)
{
	char digits[16];

	snprintf(digits, sizeof(digits), "%u", id);
	assert_non_null(name_map_get(map, id));
	assert_string_equal(name_map_get(map, id), account ? account : digits);
}

static void expect_owner(const struct snapshot *snapshot, uint32_t uid)
{
	const struct passwd *entry = getpwuid(uid);

	expect_name(&snapshot->users, uid, entry ? entry->pw_name : NULL);
}

static void expect_group(const struct snapshot *snapshot, uint32_t gid)
{
	const struct group *entry = getgrgid(gid);

	expect_name(&snapshot->groups, gid, entry ? entry->gr_name : NULL);
}

static void our_own_name(void **state)
{
	struct collector *collector = collector_new(NULL);
	struct snapshot *snapshot;
	int id = world_object(CLASS_MSG, IPC_PRIVATE, 0600);

	(void)state;
	snapshot = live_snapshot(collector, class_bit(CLASS_MSG), COST_USER | COST_GROUP);
	assert_int_equal(snapshot->classes[CLASS_MSG].count, 1);
	expect_owner(snapshot, geteuid());
	expect_group(snapshot, getegid());
	snapshot_unref(snapshot);
	collector_free(collector);
	world_remove(CLASS_MSG, id);
}

/* The text of a column of the object `id`. */
static void expect_column(
	const struct snapshot *snapshot, int id, const char *name, const char *expected)
{
	const struct column *column = column_find(CLASS_MSG, name, strlen(name));
	struct value value;
	uint32_t at;
	struct row row;

	assert_non_null(column);
	for (at = 0; at < snapshot->classes[CLASS_MSG].count; at++) {
		row = row_at(snapshot, CLASS_MSG, at);
		if (row.ipc->id != id)
			continue;
		value = column->get(&row);
		assert_int_equal(value.type, VALUE_TEXT);
		assert_string_equal(value.text, expected);
		return;
	}
	fail_msg("no queue %d", id);
}

static void digits_for_who_has_no_account(void **state)
{
	struct collector *collector = collector_new(NULL);
	struct snapshot *snapshot;
	int id;

	(void)state;
	live_need_users();
	id = world_object(CLASS_MSG, IPC_PRIVATE, 0600);
	world_chown(CLASS_MSG, id, 4000000001u, 4000000002u);
	snapshot = live_snapshot(collector, class_bit(CLASS_MSG), COST_USER | COST_GROUP);
	expect_column(snapshot, id, "OWNER", "4000000001");
	expect_column(snapshot, id, "USER", "4000000001");
	expect_column(snapshot, id, "GROUP", "4000000002");
	expect_column(snapshot, id, "CUSER", getpwuid(0)->pw_name);
	expect_column(snapshot, id, "CGROUP", getgrgid(0)->gr_name);
	snapshot_unref(snapshot);
	collector_free(collector);
	world_remove(CLASS_MSG, id);
}

/* A name that was not asked for is absent, not wrong. */
static void no_names_without_asking(void **state)
{
	struct collector *collector = collector_new(NULL);
	int id = world_object(CLASS_MSG, IPC_PRIVATE, 0600);
	struct snapshot *snapshot = live_snapshot(collector, class_bit(CLASS_MSG), 0);

	(void)state;
	assert_null(name_map_get(&snapshot->users, geteuid()));
	snapshot_unref(snapshot);
	collector_free(collector);
	world_remove(CLASS_MSG, id);
}

static void expect_many(const struct snapshot *snapshot)
{
	uint32_t i;

	assert_int_equal(snapshot->classes[CLASS_MSG].count, MANY);
	for (i = 0; i < MANY; i++) {
		expect_name(&snapshot->users, FIRST + i, NULL);
		expect_name(&snapshot->groups, FIRST + 2 * i, NULL);
	}
	expect_owner(snapshot, 0);
	expect_group(snapshot, 0);
}

static void many_owners_twice(void **state)
{
	struct collector *collector = collector_new(NULL);
	struct snapshot *snapshot, *second;
	uint32_t i;
	int id;

	(void)state;
	live_need_users();
	for (i = 0; i < MANY; i++) {
		id = world_object(CLASS_MSG, IPC_PRIVATE, 0600);
		world_chown(CLASS_MSG, id, FIRST + i, FIRST + 2 * i);
	}
	snapshot = live_snapshot(collector, class_bit(CLASS_MSG), COST_USER | COST_GROUP);
	expect_many(snapshot);
	/* root is the creator of all */
	assert_int_equal(collector->users.used, MANY + 1);
	assert_int_equal(collector->groups.used, MANY + 1);
	second = live_snapshot(collector, class_bit(CLASS_MSG), COST_USER | COST_GROUP);
	assert_int_equal(collector->users.used, MANY + 1);
	snapshot_unref(snapshot);
	collector_free(collector);
	expect_many(second); /* it needs neither the first one nor the collector */
	snapshot_unref(second);
}

static void narrow(void *user)
{
	(void)user;
	if (pty_screen(24, TERMINAL, "/nonexistent") < 0)
		_exit(NO_TERMINAL);
}

/* The longest line of what was printed on a terminal. */
static size_t widest(void)
{
	const char *line = outcome.out;
	size_t most = 0, length;

	for (; *line; line += strspn(line, "\r\n")) {
		length = strcspn(line, "\r\n");
		most = length > most ? length : most;
		line += length;
	}
	return most;
}

/* Names and numbers that are longer than usual leave room for fewer columns. */
static void tables_fit_the_terminal(void **state)
{
	const struct preparation preparation = { narrow, NULL };
	int id = shmget(IPC_PRIVATE, (size_t)1 << 60, IPC_CREAT | SHM_NORESERVE | 0600);

	(void)state;
	live_need_users();
	if (id < 0)
		tap_skip("no segment of 1 EB: %s", strerror(errno));
	world_chown(CLASS_SHM, id, UINT32_MAX - 1, UINT32_MAX - 1);
	pty_start_prepared(&preparation, "list shm --bytes");
	assert_int_equal(pty_finish(), 0);
	assert_non_null(strstr(outcome.out, "1152921504606846976"));
	assert_non_null(strstr(outcome.out, "4294967294"));
	assert_in_range(widest(), 60, TERMINAL);
	/* what was asked for is there, at any width */
	pty_start_prepared(&preparation, "list shm --bytes -o +CTIME,MODE,UID");
	assert_int_equal(pty_finish(), 0);
	assert_in_range(widest(), TERMINAL + 1, 2 * TERMINAL);
	world_remove(CLASS_SHM, id);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(our_own_name),
		cmocka_unit_test(digits_for_who_has_no_account),
		cmocka_unit_test(no_names_without_asking),
		cmocka_unit_test(many_owners_twice),
		cmocka_unit_test_teardown(tables_fit_the_terminal, live_clear),
	};

	return tap_run(cases, sizeof(cases) / sizeof(cases[0]), live_enter, NULL);
}
