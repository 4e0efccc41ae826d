/*
 * Containers and kernels that let us do less: calls that seccomp(2) refuses, texts that can't be
 * read, both, and a kernel before 4.17, which does not know *_STAT_ANY.
 */
#include "live.h"

#include <sys/mount.h>

#include "command.h"
#include "filter.h"

enum { NO_MOUNT = 124, SPARSE = 5000 };

/* What the child is to lack. */
struct lack {
	struct denial denial; /* no classes: none */
	const char *hidden; /* of /proc/sysvipc: NULL: nothing, "": all of it, or one file */
};

static void prepare(void *user)
{
	struct lack *lack = user;
	char path[64];

	if (lack->hidden) {
		snprintf(path, sizeof(path), "/proc/sysvipc/%s", lack->hidden);
		if (space_private_mounts() < 0 ||
			(*lack->hidden ? mount("/dev/null", path, NULL, MS_BIND, NULL)
				       : mount("none", path, "tmpfs", 0, NULL)) < 0)
			_exit(NO_MOUNT);
	}
	if (lack->denial.classes)
		filter_deny(&lack->denial);
}

__attribute__((format(printf, 2, 3))) static int run(struct lack *lack, const char *format, ...)
{
	struct preparation preparation = { prepare, lack };
	char line[256];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	command_run_prepared(&preparation, "%s", line);
	if (outcome.status == NO_MOUNT)
		tap_skip("nothing can be mounted here");
	return outcome.status;
}

static int setup(void **state)
{
	(void)state;
	filter_need();
	return 0;
}

static bool is_listed(int id)
{
	char line[64];

	snprintf(line, sizeof(line), "ID=\"%d\"", id);
	return strstr(outcome.out, line) != NULL;
}

static bool is_noted(unsigned kind)
{
	char line[64];

	snprintf(line, sizeof(line), "ipctop: %s: ", class_infos[kind].word);
	return strstr(outcome.err, line) != NULL;
}

static void check_text_serves(int error)
{
	struct lack lack = { .denial = { class_set(CLASS_IPC), false, error } };
	unsigned kind;
	int id;

	for (kind = 0; kind <= CLASS_SHM; kind++) {
		id = world_object(kind, IPC_PRIVATE, 0600);
		assert_int_equal(
			run(&lack, "list %s -e -o ID,OWNER,MODE", class_infos[kind].word), 0);
		assert_true(is_listed(id));
		assert_true(is_noted(kind));
		assert_non_null(strstr(outcome.err, strerror(error)));
		world_remove(kind, id);
	}
	/* limits are there too */
	assert_int_equal(run(&lack, "limits --raw"), 0);
	assert_non_null(strstr(outcome.out, "SHMMNI"));
	assert_non_null(strstr(outcome.out, "32000"));
}

static void calls_fail_with_eperm(void **state)
{
	(void)state;
	check_text_serves(EPERM);
}

static void calls_fail_with_enosys(void **state)
{
	(void)state;
	check_text_serves(ENOSYS);
}

/* That is no kernel before 4.17: it is told, and they are tried again. */
static void calls_on_objects_fail(void **state)
{
	struct lack lack = { .denial = { class_bit(CLASS_SHM), true, EPERM } };
	int segment = world_object(CLASS_SHM, IPC_PRIVATE, 0600);
	const char *first;

	(void)state;
	assert_int_equal(run(&lack, "list shm -e -o ID,RSS -n 2 -d 0.1"), 0);
	assert_true(is_listed(segment));
	assert_true(is_noted(CLASS_SHM));
	first = strstr(outcome.err, strerror(EPERM));
	assert_non_null(first);
	assert_non_null(strstr(first + 1, strerror(EPERM)));
}

/* Each of several snapshots says that something is amiss. */
static void the_note_stays_while_watching(void **state)
{
	struct lack lack = { .denial = { class_bit(CLASS_MSG), false, EPERM } };
	const char *first, *second = NULL;

	(void)state;
	assert_int_equal(run(&lack, "list msg -J -n 2 -d 0.1"), 0);
	first = strstr(outcome.out, "\"errors\":");
	assert_non_null(first);
	second = strstr(first + 1, "\"errors\":");
	assert_non_null(second);
}

/* Neither way is open to one kind: it is told to be missing, and the others go on. */
static void one_kind_is_unavailable(void **state)
{
	struct lack lack = { .denial = { class_bit(CLASS_SEM), false, EPERM }, .hidden = "sem" };
	int queue = world_object(CLASS_MSG, IPC_PRIVATE, 0600);
	int set = world_object(CLASS_SEM, IPC_PRIVATE, 0600);
	char text[32];

	(void)state;
	assert_int_equal(run(&lack, "list --json"), 1);
	assert_non_null(strstr(outcome.out, "\"errors\":[{\"kind\":\"sem\",\"reason\":\""));
	snprintf(text, sizeof(text), "\"id\":%d,", queue);
	assert_non_null(strstr(outcome.out, text));
	assert_true(is_noted(CLASS_SEM));
	assert_false(is_noted(CLASS_MSG));
	assert_false(is_noted(CLASS_SHM));
	/* as a table: none for it */
	assert_int_equal(run(&lack, "list"), 1);
	assert_non_null(strstr(outcome.out, "Queues (1)"));
	assert_null(strstr(outcome.out, "Semaphores"));
	assert_non_null(strstr(outcome.out, "Segments (0)"));
	/* and nothing that is not seen is removed */
	assert_int_equal(run(&lack, "rm sem %d --yes", set), 1);
	assert_true(world_exists(CLASS_SEM, set));
	world_remove(CLASS_MSG, queue);
	world_remove(CLASS_SEM, set);
}

/* What could not be read is null, not an empty list. */
static void what_is_not_seen_is_not_empty(void **state)
{
	struct lack lack = { .denial = { class_bit(CLASS_SEM), false, EPERM }, .hidden = "sem" };

	(void)state;
	assert_int_equal(run(&lack, "list --json"), 1);
	assert_null(strstr(outcome.out, "\"sem\":[]"));
	assert_non_null(strstr(outcome.out, "\"sem\":null"));
	assert_non_null(strstr(outcome.out, "\"msg\":[]"));
}

static void all_kinds_are_unavailable(void **state)
{
	struct lack lack = { .denial = { class_set(CLASS_IPC), false, ENOSYS }, .hidden = "" };
	unsigned kind;

	(void)state;
	assert_int_equal(run(&lack, "list"), 1);
	for (kind = 0; kind <= CLASS_SHM; kind++)
		assert_true(is_noted(kind));
	assert_string_equal(outcome.out, "");
}

/* /proc without sysvipc: the calls serve, but resident bytes are not known. */
static void calls_serve_without_texts(void **state)
{
	struct lack lack = { .hidden = "" };
	unsigned kind;
	int id;

	(void)state;
	for (kind = 0; kind <= CLASS_SHM; kind++) {
		/* an empty namespace is not a broken one */
		assert_int_equal(run(&lack, "list %s -e -o ID", class_infos[kind].word), 0);
		assert_string_equal(outcome.out, "");
		assert_string_equal(outcome.err, "");
		id = world_object(kind, IPC_PRIVATE, 0600);
		assert_int_equal(run(&lack, "list %s -e -o ID", class_infos[kind].word), 0);
		assert_true(is_listed(id));
		assert_string_equal(outcome.err, "");
		world_remove(kind, id);
	}
	id = world_sized(CLASS_SHM, IPC_PRIVATE, 0600, 12345);
	assert_int_equal(run(&lack, "list shm --json"), 1);
	assert_non_null(strstr(outcome.out, "\"size\":12345,\"rss\":null"));
	assert_true(is_noted(CLASS_SHM));
	world_remove(CLASS_SHM, id);
}

/* Where the calls would look at many free places the text is better, but not where there is none.
 */
static void a_sparse_table_without_texts(void **state)
{
	static int ids[SPARSE];
	struct lack lack = { .hidden = "" };
	size_t i;

	(void)state;
	for (i = 0; i < SPARSE; i++)
		ids[i] = world_object(CLASS_MSG, IPC_PRIVATE, 0600);
	for (i = 0; i + 1 < SPARSE; i++)
		world_remove(CLASS_MSG, ids[i]);
	assert_int_equal(run(&lack, "list msg -e -o ID"), 0);
	assert_true(is_listed(ids[SPARSE - 1]));
	assert_string_equal(outcome.err, "");
}

/* a kernel before 4.17 */

static void an_old_kernel_is_read_as_text(void **state)
{
	struct lack lack = { .denial = { class_set(CLASS_IPC), true, EINVAL } };
	unsigned kind;
	int id;

	(void)state;
	for (kind = 0; kind <= CLASS_SHM; kind++) {
		id = world_object(kind, IPC_PRIVATE, 0600);
		/* such a kernel is as it should be: nothing is said of it */
		assert_int_equal(run(&lack, "list %s -e -o ID", class_infos[kind].word), 0);
		assert_true(is_listed(id));
		assert_string_equal(outcome.err, "");
		assert_int_equal(run(&lack, "rm %s %d --yes", class_infos[kind].word, id), 0);
		assert_false(world_exists(kind, id));
		/* and the wrong object is not removed there either */
		assert_int_equal(run(&lack, "rm %s %d --yes", class_infos[kind].word, id), 1);
	}
}

/* Then the text is all there is: without it nobody knows of any object. */
static void an_old_kernel_without_texts(void **state)
{
	struct lack lack = { .denial = { class_set(CLASS_IPC), true, EINVAL }, .hidden = "" };
	unsigned kind;
	int id;

	(void)state;
	for (kind = 0; kind <= CLASS_SHM; kind++) {
		id = world_object(kind, IPC_PRIVATE, 0600);
		assert_int_equal(run(&lack, "list %s", class_infos[kind].word), 1);
		assert_string_equal(outcome.out, "");
		assert_true(is_noted(kind));
		assert_non_null(strstr(outcome.err, "can't be read: No such file or directory"));
		world_remove(kind, id);
	}
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test_setup_teardown(calls_fail_with_eperm, setup, live_clear),
		cmocka_unit_test_setup_teardown(calls_fail_with_enosys, setup, live_clear),
		cmocka_unit_test_setup_teardown(calls_on_objects_fail, setup, live_clear),
		cmocka_unit_test_setup_teardown(the_note_stays_while_watching, setup, live_clear),
		cmocka_unit_test_setup_teardown(one_kind_is_unavailable, setup, live_clear),
		cmocka_unit_test_setup_teardown(what_is_not_seen_is_not_empty, setup, live_clear),
		cmocka_unit_test_setup_teardown(all_kinds_are_unavailable, setup, live_clear),
		cmocka_unit_test_teardown(calls_serve_without_texts, live_clear),
		cmocka_unit_test_teardown(a_sparse_table_without_texts, live_clear),
		cmocka_unit_test_setup_teardown(an_old_kernel_is_read_as_text, setup, live_clear),
		cmocka_unit_test_setup_teardown(an_old_kernel_without_texts, setup, live_clear),
	};

	return tap_run(cases, sizeof(cases) / sizeof(cases[0]), live_enter, NULL);
}
