/* `ipctop rm` on a terminal: what it asks, and what each answer does. */
#include "live.h"

#include <sys/shm.h>

#include "command.h"

enum { SERIOUS = 2 };

static bool says(const char *text)
{
	return strstr(outcome.out, text) != NULL;
}

/* One object is asked about with y. */
static void one_object(void **state)
{
	static const char *const no[] = { "n\n", "\n", "x\n", "\004" };
	unsigned kind;
	unsigned i;
	int id;

	(void)state;
	for (kind = 0; kind <= CLASS_SHM; kind++) {
		id = world_object(kind, 0x2a, 0600);
		for (i = 0; i < sizeof(no) / sizeof(no[0]); i++) {
			pty_start("rm %s %d", class_infos[kind].word, id);
			pty_expect("0x0000002a"); /* it is shown first */
			pty_expect("[y/N] ");
			pty_type(no[i]);
			pty_finish();
			assert_true(says("nothing is removed"));
			assert_true(world_exists(kind, id));
		}
		pty_start("rm %s %d", class_infos[kind].word, id);
		pty_expect("[y/N] ");
		pty_type("y\n");
		assert_int_equal(pty_finish(), 0);
		assert_true(says("removed"));
		assert_false(world_exists(kind, id));
	}
}

/* Several want a typed yes: y is not enough. */
static void several_objects(void **state)
{
	static const char *const no[] = { "y\n", "n\n", "\n", "yes please\n", "YES!\n" };
	int ids[SERIOUS], i;
	unsigned at;

	(void)state;
	for (i = 0; i < SERIOUS; i++)
		ids[i] = world_object(CLASS_SEM, IPC_PRIVATE, 0600);
	for (at = 0; at < sizeof(no) / sizeof(no[0]); at++) {
		pty_start("rm sem %d %d", ids[0], ids[1]);
		pty_expect("EIDRM"); /* what it does to others */
		pty_expect("Remove 2 objects? Type yes: ");
		pty_type(no[at]);
		pty_finish();
		assert_true(says("nothing is removed"));
		assert_true(world_exists(CLASS_SEM, ids[0]));
		assert_true(world_exists(CLASS_SEM, ids[1]));
	}
	pty_start("rm sem %d %d", ids[0], ids[1]);
	pty_expect("Type yes: ");
	pty_type("yes\n");
	assert_int_equal(pty_finish(), 0);
	assert_false(world_exists(CLASS_SEM, ids[0]));
	assert_false(world_exists(CLASS_SEM, ids[1]));
}

static void an_attached_segment(void **state)
{
	int id = world_object(CLASS_SHM, IPC_PRIVATE, 0600);
	void *at = shmat(id, NULL, 0);

	(void)state;
	assert_ptr_not_equal(at, (void *)-1);
	pty_start("rm shm %d", id);
	pty_expect("1 attached");
	pty_expect("dest");
	pty_expect("Type yes: ");
	pty_type("y\n");
	pty_finish();
	assert_true(says("nothing is removed"));
	assert_int_equal(world_mode(CLASS_SHM, id) & SHM_DEST, 0);

	pty_start("rm shm %d", id);
	pty_expect("Type yes: ");
	pty_type("yes\n");
	assert_int_equal(pty_finish(), 0);
	assert_true(says("marked dest"));
	assert_int_equal(world_mode(CLASS_SHM, id) & SHM_DEST, SHM_DEST);
	shmdt(at);
	assert_false(world_exists(CLASS_SHM, id));
}

/* It changes while the question stands: asked again, and No is still No. */
static void changed_while_asked(void **state)
{
	int id = world_object(CLASS_MSG, IPC_PRIVATE, 0600);

	(void)state;
	pty_start("rm msg %d", id);
	pty_expect("[y/N] ");
	world_change(CLASS_MSG, id, 0640);
	pty_type("y\n");
	pty_expect("changed since it was shown");
	pty_expect("[y/N] ");
	pty_type("n\n");
	assert_int_equal(pty_finish(), 1);
	assert_true(says("changed since shown"));
	assert_true(world_exists(CLASS_MSG, id));

	pty_start("rm msg %d", id);
	pty_expect("[y/N] ");
	world_change(CLASS_MSG, id, 0600);
	pty_type("y\n");
	pty_expect("changed since it was shown");
	pty_expect("[y/N] ");
	pty_type("y\n");
	assert_int_equal(pty_finish(), 0);
	assert_false(world_exists(CLASS_MSG, id));
}

/*
 * What is asked about again is shown as it is now: others may have attached meanwhile, and then a
 * yes must be typed.
 */
static void attached_while_asked(void **state)
{
	int id = world_object(CLASS_SHM, IPC_PRIVATE, 0600);
	void *at;

	(void)state;
	pty_start("rm shm %d", id);
	pty_expect("0 attached");
	pty_expect("[y/N] ");
	at = shmat(id, NULL, 0);
	assert_ptr_not_equal(at, (void *)-1);
	pty_type("y\n");
	pty_expect("changed since it was shown");
	pty_expect("1 attached");
	pty_expect("Type yes: ");
	pty_type("n\n");
	pty_finish();
	assert_true(says("a process attached since it was shown"));
	assert_int_equal(world_mode(CLASS_SHM, id) & SHM_DEST, 0);
	shmdt(at);
	world_remove(CLASS_SHM, id);
}

static void gone_while_asked(void **state)
{
	int id = world_object(CLASS_SHM, IPC_PRIVATE, 0600);

	(void)state;
	pty_start("rm shm %d", id);
	pty_expect("[y/N] ");
	world_remove(CLASS_SHM, id);
	pty_type("y\n");
	assert_int_equal(pty_finish(), 1);
	assert_true(says("gone already"));
}

static void nothing_is_asked_with_yes_or_readonly(void **state)
{
	int id = world_object(CLASS_SHM, IPC_PRIVATE, 0600);

	(void)state;
	pty_start("rm shm %d --readonly", id);
	assert_int_equal(pty_finish(), 1);
	assert_false(says("[y/N]"));
	pty_start("rm shm %d --dry-run", id);
	assert_int_equal(pty_finish(), 0);
	assert_false(says("[y/N]"));
	assert_true(world_exists(CLASS_SHM, id));
	pty_start("rm shm %d --yes", id);
	assert_int_equal(pty_finish(), 0);
	assert_false(says("[y/N]"));
	assert_false(world_exists(CLASS_SHM, id));
}

/* What was typed before a question is no answer to it. */
static void typed_ahead(void **state)
{
	int id = world_object(CLASS_MSG, IPC_PRIVATE, 0600);

	(void)state;
	pty_start("rm msg %d", id);
	pty_expect("[y/N] ");
	world_change(CLASS_MSG, id, 0640);
	pty_type("y\ny\n");
	pty_expect("changed since it was shown");
	pty_expect("[y/N] ");
	pty_type("n\n");
	assert_int_equal(pty_finish(), 1);
	assert_true(world_exists(CLASS_MSG, id));
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test_teardown(one_object, live_clear),
		cmocka_unit_test_teardown(several_objects, live_clear),
		cmocka_unit_test_teardown(an_attached_segment, live_clear),
		cmocka_unit_test_teardown(changed_while_asked, live_clear),
		cmocka_unit_test_teardown(typed_ahead, live_clear),
		cmocka_unit_test_teardown(attached_while_asked, live_clear),
		cmocka_unit_test_teardown(gone_while_asked, live_clear),
		cmocka_unit_test_teardown(nothing_is_asked_with_yes_or_readonly, live_clear),
	};

	return tap_run(cases, sizeof(cases) / sizeof(cases[0]), live_enter, NULL);
}
