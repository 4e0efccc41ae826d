/* `ipctop rm` without a terminal: what goes, what stays, what is said, and the exit status. */
#include "live.h"

#include <sys/shm.h>
#include <sys/wait.h>

#include "command.h"

/* A key that is negative as int, and as the program and ipcs(1) write it. */
enum { KEY = 0x2a };
#define NEGATIVE_KEY ((key_t)0xfeedbeef)

static const char *word(unsigned kind)
{
	return class_infos[kind].word;
}

/* Standard error has this line, and nothing else. */
__attribute__((format(printf, 1, 2))) static void expect_error(const char *format, ...)
{
	char line[256];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	assert_string_equal(outcome.err, line);
}

static void expect_silence(void)
{
	assert_string_equal(outcome.err, "");
}

static void our_own_go(void **state)
{
	char line[64];
	unsigned kind;
	int id;

	(void)state;
	for (kind = 0; kind <= CLASS_SHM; kind++) {
		id = world_object(kind, IPC_PRIVATE, 0600);
		assert_int_equal(command_run("rm %s %d --yes", word(kind), id), 0);
		expect_silence();
		snprintf(line, sizeof(line), "%s %d: removed\n", word(kind), id);
		assert_string_equal(outcome.out, line);
		assert_false(world_exists(kind, id));
	}
}

static void letters_name_the_kind_too(void **state)
{
	static const char letters[] = "qsm";
	unsigned kind;
	int id;

	(void)state;
	for (kind = 0; kind <= CLASS_SHM; kind++) {
		id = world_object(kind, IPC_PRIVATE, 0600);
		assert_int_equal(command_run("rm -%c -y %d", letters[kind], id), 0);
		expect_silence();
		assert_false(world_exists(kind, id));
	}
}

/* One that can't be done does not keep the others. */
static void some_go_where_one_fails(void **state)
{
	int first = world_object(CLASS_SEM, IPC_PRIVATE, 0600);
	int missing = world_object(CLASS_SEM, IPC_PRIVATE, 0600);
	int last = world_object(CLASS_SEM, IPC_PRIVATE, 0600);

	(void)state;
	world_remove(CLASS_SEM, missing);
	assert_int_equal(command_run("rm sem %d %d %d --yes", first, missing, last), 1);
	expect_error("ipctop: sem %d: no such id\n", missing);
	assert_false(world_exists(CLASS_SEM, first));
	assert_false(world_exists(CLASS_SEM, last));
}

/* The slot has an object, but under another id. */
static void a_stale_id_is_no_id(void **state)
{
	int stale = world_object(CLASS_SHM, IPC_PRIVATE, 0600), now;

	(void)state;
	world_remove(CLASS_SHM, stale);
	do {
		now = world_object(CLASS_SHM, IPC_PRIVATE, 0600);
		if (now % (1 << 15) != stale % (1 << 15))
			world_remove(CLASS_SHM, now);
	} while (now % (1 << 15) != stale % (1 << 15));
	assert_int_equal(command_run("rm shm %d --yes", stale), 1);
	expect_error("ipctop: shm %d: no such id\n", stale);
	assert_true(world_exists(CLASS_SHM, now));
	world_remove(CLASS_SHM, now);
}

static void by_key(void **state)
{
	static const char *const written[] = { "0x2a", "42", "0xfeedbeef", "-17973521",
		"4276993775", "0X2A" };
	unsigned kind;
	unsigned i;
	int id, other;

	(void)state;
	for (kind = 0; kind <= CLASS_SHM; kind++) {
		for (i = 0; i < sizeof(written) / sizeof(written[0]); i++) {
			other = world_object(kind, 0x2b, 0600);
			id = world_object(kind, i >= 2 && i <= 4 ? NEGATIVE_KEY : KEY, 0600);
			assert_int_equal(
				command_run("rm %s --key %s --yes", word(kind), written[i]), 0);
			expect_silence();
			assert_false(world_exists(kind, id));
			assert_true(world_exists(kind, other));
			world_remove(kind, other);
		}
	}
}

static void key_0_is_refused(void **state)
{
	static const char *const written[] = { "0", "0x0", "0x00000000", "-0" };
	int id = world_object(CLASS_MSG, IPC_PRIVATE, 0600);
	unsigned i;

	(void)state;
	for (i = 0; i < sizeof(written) / sizeof(written[0]); i++) {
		assert_int_equal(command_run("rm msg --key %s --yes", written[i]), 2);
		assert_non_null(strstr(outcome.err, "key 0"));
		assert_true(world_exists(CLASS_MSG, id));
	}
	world_remove(CLASS_MSG, id);
}

static void a_key_that_is_not_there(void **state)
{
	(void)state;
	assert_int_equal(command_run("rm shm --key 0x77 --yes"), 1);
	expect_error("ipctop: shm 0x00000077: no such key\n");
}

static void by_filter(void **state)
{
	int small = world_sized(CLASS_SHM, IPC_PRIVATE, 0600, 100);
	int large = world_sized(CLASS_SHM, IPC_PRIVATE, 0600, 200000);
	int set = world_sized(CLASS_SEM, IPC_PRIVATE, 0600, 5);

	(void)state;
	assert_int_equal(command_run("rm shm --filter size>=100K --yes"), 0);
	expect_silence();
	assert_true(world_exists(CLASS_SHM, small));
	assert_false(world_exists(CLASS_SHM, large));
	/* without a kind: of all kinds; a term on a column that the others lack holds for none */
	assert_int_equal(command_run("rm -f 'nsems=5 uid=%u' --yes", (unsigned)geteuid()), 0);
	expect_silence();
	assert_false(world_exists(CLASS_SEM, set));
	assert_true(world_exists(CLASS_SHM, small));
	/* nothing found is done */
	assert_int_equal(command_run("rm shm --filter size>1G --yes"), 0);
	expect_silence();
	world_remove(CLASS_SHM, small);
}

static void an_empty_filter_is_refused(void **state)
{
	int id = world_object(CLASS_MSG, IPC_PRIVATE, 0600);

	(void)state;
	assert_int_equal(command_run("rm msg --filter= --yes"), 2);
	assert_int_equal(command_run("rm --filter '' --yes"), 2);
	assert_int_equal(command_run("rm --filter '  ' --yes"), 2);
	assert_int_equal(command_run("rm --filter '\"\"' --yes"), 2);
	assert_int_equal(command_run("rm --filter '!' --yes"), 2);
	assert_true(world_exists(CLASS_MSG, id));
	world_remove(CLASS_MSG, id);
}

/* -u narrows; it never chooses by itself. */
static void a_user_alone_chooses_nothing(void **state)
{
	unsigned us = geteuid(), other = OTHER_UID + (us == OTHER_UID);
	int id = world_object(CLASS_MSG, IPC_PRIVATE, 0600);

	(void)state;
	assert_int_equal(command_run("rm -u %u --yes", us), 2);
	assert_int_equal(command_run("rm msg -u %u --yes", us), 2);
	assert_true(world_exists(CLASS_MSG, id));
	assert_int_equal(command_run("rm msg %d -u %u --yes", id, other), 1);
	expect_error("ipctop: msg %d: no such id of that user\n", id);
	assert_int_equal(command_run("rm -f msgs=0 -u %u --yes", other), 0);
	assert_true(world_exists(CLASS_MSG, id));
	assert_int_equal(command_run("rm msg %d -u %u --yes", id, us), 0);
	assert_false(world_exists(CLASS_MSG, id));
}

static void a_user_narrows_a_filter(void **state)
{
	int ours, theirs;

	(void)state;
	live_need_users();
	ours = world_object(CLASS_MSG, IPC_PRIVATE, 0600);
	theirs = world_object(CLASS_MSG, IPC_PRIVATE, 0600);
	world_chown(CLASS_MSG, theirs, OTHER_UID, OTHER_UID);
	assert_int_equal(command_run("rm --filter msgs=0 -u %d --yes", OTHER_UID), 0);
	assert_true(world_exists(CLASS_MSG, ours));
	assert_false(world_exists(CLASS_MSG, theirs));
	world_remove(CLASS_MSG, ours);
}

static void ids_key_and_filter_exclude_each_other(void **state)
{
	int id = world_object(CLASS_SHM, KEY, 0600);

	(void)state;
	assert_int_equal(command_run("rm shm %d --key 42 --yes", id), 2);
	assert_int_equal(command_run("rm shm %d --filter nattch=0 --yes", id), 2);
	assert_int_equal(command_run("rm shm --key 42 --filter nattch=0 --yes"), 2);
	assert_int_equal(command_run("rm shm --yes"), 2);
	assert_int_equal(command_run("rm --yes"), 2);
	assert_int_equal(command_run("rm --key 42 --yes"), 2);
	assert_true(world_exists(CLASS_SHM, id));
	world_remove(CLASS_SHM, id);
}

static void nothing_goes_that_was_not_confirmed(void **state)
{
	int id = world_object(CLASS_SHM, IPC_PRIVATE, 0600);
	char line[64];

	(void)state;
	assert_int_equal(command_run("rm shm %d", id), 1);
	assert_non_null(strstr(outcome.err, "--yes"));
	assert_true(world_exists(CLASS_SHM, id));

	assert_int_equal(command_run("rm shm %d --dry-run", id), 0);
	expect_silence();
	snprintf(line, sizeof(line), "would remove shm %d ", id);
	assert_ptr_equal(strstr(outcome.out, line), outcome.out);
	assert_true(world_exists(CLASS_SHM, id));
	assert_int_equal(command_run("rm shm %d --dry-run --yes", id), 0);
	assert_true(world_exists(CLASS_SHM, id));

	assert_int_equal(command_run("rm shm %d --readonly --yes", id), 1);
	assert_non_null(strstr(outcome.err, "read-only"));
	assert_true(world_exists(CLASS_SHM, id));
	world_remove(CLASS_SHM, id);
}

/* A world of texts can't be changed: its ids mean other objects here. */
static void replayed_texts_are_read_only(void **state)
{
	int id = world_object(CLASS_MSG, IPC_PRIVATE, 0600);

	(void)state;
	setenv("IPCTOP_PROC", "/proc", 1);
	assert_int_equal(command_run("rm msg %d --yes", id), 1);
	unsetenv("IPCTOP_PROC");
	assert_true(world_exists(CLASS_MSG, id));
	world_remove(CLASS_MSG, id);
}

/* segments in use */

static void attached_segments_are_marked(void **state)
{
	int id = world_object(CLASS_SHM, KEY, 0600);
	char line[64];
	void *at = shmat(id, NULL, 0);

	(void)state;
	assert_ptr_not_equal(at, (void *)-1);
	assert_int_equal(command_run("rm shm %d --yes", id), 0);
	expect_silence();
	snprintf(line, sizeof(line), "shm %d: marked dest", id);
	assert_non_null(strstr(outcome.out, line));
	assert_non_null(strstr(outcome.out, "1 attachment"));
	assert_int_equal(world_mode(CLASS_SHM, id) & SHM_DEST, SHM_DEST);

	/* once more: there is nothing to do, which is no failure */
	assert_int_equal(command_run("rm shm %d --yes", id), 0);
	expect_silence();
	snprintf(line, sizeof(line), "shm %d: already doomed", id);
	assert_non_null(strstr(outcome.out, line));
	assert_true(world_exists(CLASS_SHM, id));

	shmdt(at);
	assert_false(world_exists(CLASS_SHM, id));
}

/* other users */

static void become(void *user)
{
	const uid_t *uid = user;

	space_become(*uid, *uid);
}

static int made_by(uid_t uid, unsigned kind, int mode)
{
	int pipes[2], id = -1;
	pid_t pid;

	assert_int_equal(pipe(pipes), 0);
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		space_become(uid, uid);
		id = world_object(kind, IPC_PRIVATE, mode);
		_exit(write(pipes[1], &id, sizeof(id)) == sizeof(id) ? 0 : 1);
	}
	close(pipes[1]);
	assert_int_equal(read(pipes[0], &id, sizeof(id)), sizeof(id));
	close(pipes[0]);
	waitpid(pid, NULL, 0);
	return id;
}

static void those_of_others_stay(void **state)
{
	uid_t plain = PLAIN_UID;
	struct preparation as_plain = { become, &plain };
	unsigned kind;
	int theirs, ours;

	(void)state;
	live_need_users();
	for (kind = 0; kind <= CLASS_SHM; kind++) {
		theirs = made_by(OTHER_UID, kind, 0666);
		ours = made_by(PLAIN_UID, kind, 0600);
		assert_int_equal(command_run_prepared(
					 &as_plain, "rm %s %d %d --yes", word(kind), theirs, ours),
			1);
		expect_error("ipctop: %s %d: refused: only owner, creator or root may remove "
			     "it\n",
			word(kind), theirs);
		assert_true(world_exists(kind, theirs));
		assert_false(world_exists(kind, ours));
		assert_int_equal(command_run("rm %s %d --yes", word(kind), theirs), 0);
		assert_false(world_exists(kind, theirs));
	}
}

/* What was given away may still be removed by who made it, and by the new owner. */
static void creator_and_owner_may(void **state)
{
	uid_t plain = PLAIN_UID;
	struct preparation as_plain = { become, &plain };
	int given, taken;

	(void)state;
	live_need_users();
	given = made_by(PLAIN_UID, CLASS_MSG, 0600);
	world_chown(CLASS_MSG, given, OTHER_UID, OTHER_UID);
	taken = made_by(OTHER_UID, CLASS_MSG, 0600);
	world_chown(CLASS_MSG, taken, PLAIN_UID, PLAIN_UID);
	assert_int_equal(command_run_prepared(&as_plain, "rm msg %d %d --yes", given, taken), 0);
	expect_silence();
	assert_false(world_exists(CLASS_MSG, given));
	assert_false(world_exists(CLASS_MSG, taken));
}

/* A plain owner can't even read it, and may remove it all the same. */
static void unreadable_ones_can_go(void **state)
{
	uid_t plain = PLAIN_UID;
	struct preparation as_plain = { become, &plain };
	unsigned kind;
	int id;

	(void)state;
	for (kind = 0; kind <= CLASS_SHM; kind++) {
		if (space_has_users()) {
			id = made_by(PLAIN_UID, kind, 0);
			command_run_prepared(&as_plain, "rm %s %d --yes", word(kind), id);
		} else {
			id = world_object(kind, IPC_PRIVATE, 0);
			command_run("rm %s %d --yes", word(kind), id);
		}
		expect_silence();
		assert_int_equal(outcome.status, 0);
		assert_false(world_exists(kind, id));
	}
}

/* The last one alone would take more than was asked for. */
static void choosing_twice_is_wrong(void **state)
{
	static const char *const twice[] = { "-f nattch=0 -f size>0", "--key 0x2a --key 0x2b",
		"--filter id<9 --filter id<9" };
	int id = world_object(CLASS_SHM, KEY, 0600);
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(twice) / sizeof(twice[0]); i++) {
		assert_int_equal(command_run("rm shm %s --yes", twice[i]), 2);
		assert_non_null(strstr(outcome.err, " is given twice"));
		assert_true(world_exists(CLASS_SHM, id));
	}
	assert_int_equal(command_run("list shm -u 0 -u 1"), 2);
	assert_non_null(strstr(outcome.err, "--user is given twice"));
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test_teardown(our_own_go, live_clear),
		cmocka_unit_test_teardown(letters_name_the_kind_too, live_clear),
		cmocka_unit_test_teardown(some_go_where_one_fails, live_clear),
		cmocka_unit_test_teardown(a_stale_id_is_no_id, live_clear),
		cmocka_unit_test_teardown(by_key, live_clear),
		cmocka_unit_test_teardown(key_0_is_refused, live_clear),
		cmocka_unit_test_teardown(a_key_that_is_not_there, live_clear),
		cmocka_unit_test_teardown(by_filter, live_clear),
		cmocka_unit_test_teardown(an_empty_filter_is_refused, live_clear),
		cmocka_unit_test_teardown(a_user_alone_chooses_nothing, live_clear),
		cmocka_unit_test_teardown(a_user_narrows_a_filter, live_clear),
		cmocka_unit_test_teardown(ids_key_and_filter_exclude_each_other, live_clear),
		cmocka_unit_test_teardown(nothing_goes_that_was_not_confirmed, live_clear),
		cmocka_unit_test_teardown(replayed_texts_are_read_only, live_clear),
		cmocka_unit_test_teardown(attached_segments_are_marked, live_clear),
		cmocka_unit_test_teardown(those_of_others_stay, live_clear),
		cmocka_unit_test_teardown(choosing_twice_is_wrong, live_clear),
		cmocka_unit_test_teardown(creator_and_owner_may, live_clear),
		cmocka_unit_test_teardown(unreadable_ones_can_go, live_clear),
	};

	return tap_run(cases, sizeof(cases) / sizeof(cases[0]), live_enter, NULL);
}
