/* ipctop limits against the kernel: each limit is set low and run into, and what the program says
 * of it, and advises, is what really happens.
 */
#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <unistd.h>

#include "answer.h"
#include "command.h"
#include "ipctop/base/buf.h"
#include "ipctop/model/limit.h"
#include "live.h"

enum { MESSAGE_MAX = 1024, OPERATIONS = 6, SEMAPHORE_MAX = 32767 };

/* calls that want one thing more: 0, or the errno */

static int error_of(int result)
{
	return result < 0 ? errno : 0;
}

static int make_queue(void)
{
	space_must_be_private();
	return error_of(msgget(IPC_PRIVATE, 0600));
}

static int make_segment(size_t size)
{
	space_must_be_private();
	return error_of(shmget(IPC_PRIVATE, size, 0600));
}

static int make_small_segment(void)
{
	return make_segment(1);
}

static int make_pages(void)
{
	return make_segment(5 * (size_t)sysconf(_SC_PAGESIZE));
}

static int make_large_segment(void)
{
	return make_segment(8193);
}

static int make_empty_segment(void)
{
	return make_segment(0);
}

static int make_set_of(int semaphores)
{
	space_must_be_private();
	return error_of(semget(IPC_PRIVATE, semaphores, 0600));
}

static int make_small_set(void)
{
	return make_set_of(1);
}

static int make_set(void)
{
	return make_set_of(5);
}

static int make_large_set(void)
{
	return make_set_of(6);
}

/* Into a new queue, which has the limits of now. */
static int send_messages(size_t size, int count)
{
	struct {
		long type;
		char text[MESSAGE_MAX];
	} message = { .type = 1 };
	int queue = world_object(CLASS_MSG, IPC_PRIVATE, 0600), error = 0;

	while (count-- > 0 && !error)
		error = error_of(msgsnd(queue, &message, size, IPC_NOWAIT));
	world_remove(CLASS_MSG, queue);
	return error;
}

static int send_large(void)
{
	return send_messages(101, 1);
}

static int send_two(void)
{
	return send_messages(60, 2);
}

static int operate(int count, short change)
{
	struct sembuf operations[OPERATIONS] = { { 0 } };
	int set = world_object(CLASS_SEM, IPC_PRIVATE, 0600), error, i;

	for (i = 0; i < count; i++)
		operations[i].sem_op = change;
	error = error_of(semop(set, operations, (size_t)count));
	world_remove(CLASS_SEM, set);
	return error;
}

static int operate_often(void)
{
	return operate(OPERATIONS, 1);
}

static int increase_much(void)
{
	return operate(2, SEMAPHORE_MAX);
}

/* How each limit is run into: `used` is what is used then, where it is on a sum. */
static const struct course {
	const char *name;
	const char *file, *tight, *lower, *usual; /* below sys/kernel/, and its texts */
	int (*call)(void);
	unsigned limit, used;
} courses[] = {
	{ "MSGMNI", "msgmni", "5", "2", "32000", make_queue, 5, 5 },
	{ "MSGMAX", "msgmax", "100", NULL, "8192", send_large, 100, 0 },
	{ "MSGMNB", "msgmnb", "100", NULL, "16384", send_two, 100, 0 },
	{ "SHMMNI", "shmmni", "5", "2", "4096", make_small_segment, 5, 5 },
	{ "SHMMAX", "shmmax", "8192", NULL, "18446744073692774399", make_large_segment, 8192, 0 },
	{ "SHMALL", "shmall", "10", "4", "18446744073692774399", make_pages, 10, 10 },
	{ "SHMMIN", NULL, NULL, NULL, NULL, make_empty_segment, 1, 0 },
	{ "SEMMNI", "sem", "32000 1024000000 500 5", "32000 1024000000 500 2",
		"32000 1024000000 500 32000", make_small_set, 5, 5 },
	{ "SEMMNS", "sem", "32000 10 500 32000", "32000 4 500 32000", "32000 1024000000 500 32000",
		make_set, 10, 10 },
	{ "SEMMSL", "sem", "5 1024000000 500 32000", NULL, "32000 1024000000 500 32000",
		make_large_set, 5, 0 },
	{ "SEMOPM", "sem", "32000 1024000000 5 32000", NULL, "32000 1024000000 500 32000",
		operate_often, 5, 0 },
	{ "SEMVMX", NULL, NULL, NULL, NULL, increase_much, SEMAPHORE_MAX, 0 },
};

enum { COURSES = sizeof(courses) / sizeof(courses[0]) };

static void set_file(const char *file, const char *value)
{
	char path[64];
	int error;

	space_must_be_private();
	snprintf(path, sizeof(path), "/proc/sys/kernel/%s", file);
	error = space_write(path, value);
	if (error)
		tap_skip("%s can't be set: %s", file, strerror(-error));
}

static int restore(void **state)
{
	char path[64];
	size_t i;

	for (i = 0; i < COURSES; i++) {
		if (!courses[i].file)
			continue;
		snprintf(path, sizeof(path), "/proc/sys/kernel/%s", courses[i].file);
		space_write(path, courses[i].usual);
	}
	return live_clear(state);
}

static const char *limit_row(const char *name)
{
	return answer_has(answer_run(0, "limits", "limits --json"), "name='%s'", name);
}

static const char *our_name(void)
{
	const struct passwd *account = getpwuid(geteuid());

	return account ? account->pw_name : "?";
}

/* Call until it fails; its errno. */
static int run_into(const struct course *course)
{
	unsigned tries;
	int error = 0;

	for (tries = 0; !error && tries <= course->used; tries++)
		error = course->call();
	assert_int_not_equal(error, 0);
	return error;
}

/* Write what the line would write. */
static void write_advice(const char *line)
{
	char file[32] = "", value[64] = "";

	if (sscanf(line, "sysctl kernel.%31[a-z]='%63[0-9 ]'", file, value) != 2)
		assert_int_equal(sscanf(line, "sysctl kernel.%31[a-z]=%63[0-9]", file, value), 2);
	set_file(file, value);
}

/* Do what the row advises, by the shell where there is a sysctl(8); false: it advises nothing. */
static bool follow_advice(const char *row)
{
	static const char path[] = "PATH=$PATH:/sbin:/usr/sbin; ";
	const char *advice = answer_member(row, "advice");
	struct buf line = { 0 }, look = { 0 };

	if (!advice || *advice != '"')
		return false;
	buf_bytes(&line, advice + 1, strcspn(advice + 1, "\""));
	assert_int_equal(strncmp(buf_str(&line), "sysctl kernel.", 14), 0);
	buf_printf(&look, "%s command -v sysctl >/dev/null", path);
	space_must_be_private();
	if (system(buf_str(&look)) == 0) {
		buf_clear(&look);
		buf_printf(&look, "%s %s >/dev/null", path, buf_str(&line));
		assert_int_equal(system(buf_str(&look)), 0);
	} else {
		write_advice(buf_str(&line));
	}
	buf_free(&look);
	buf_free(&line);
	return true;
}

static void expect_reached(const struct course *course)
{
	const char *row = limit_row(course->name);

	if (course->used == 0) {
		assert_true(answer_is(row, "limit=%u used=null most=null", course->limit));
		return;
	}
	assert_true(answer_is(row, "limit=%u used=%u use=100.0", course->limit, course->used));
	assert_true(answer_is(row, "most='%s' mostused=%u", our_name(), course->used));
}

static void lower_it(const struct course *course)
{
	const char *row, *use;

	if (!course->lower)
		return;
	set_file(course->file, course->lower);
	row = limit_row(course->name);
	assert_true(answer_is(row, "used=%u", course->used));
	use = answer_member(row, "use");
	assert_non_null(use);
	assert_true(strtod(use, NULL) >= 249.9);
}

static void take(const struct course *course)
{
	const struct limit_info *info = limit_find(course->name);
	const char *row;
	int error;

	assert_non_null(info);
	if (course->file)
		set_file(course->file, course->tight);
	error = run_into(course);
	assert_int_equal(error, info->error);
	row = limit_row(course->name);
	assert_true(answer_is(row, "fails='%s'", info->fails));
	expect_reached(course);
	lower_it(course);
	row = limit_row(course->name);
	assert_int_equal(follow_advice(row), course->file != NULL);
	/* what did not go goes now, but for what no kernel can be told */
	assert_int_equal(course->call(), course->file ? 0 : error);
}

static void each_limit_is_run_into(void **state)
{
	size_t i;

	for (i = 0; i < COURSES; i++) {
		print_message("# %s\n", courses[i].name);
		take(&courses[i]);
		restore(state);
	}
	assert_int_equal(COURSES, LIMIT_COUNT);
}

/* Both limits of sets at once: the line that raises one must help. */
static void two_numbers_of_one_file(void **state)
{
	int error;

	(void)state;
	set_file("sem", "32000 3 500 3");
	do {
		error = make_small_set();
	} while (!error);
	assert_int_equal(error, ENOSPC);
	assert_true(follow_advice(limit_row("SEMMNI")));
	assert_int_equal(make_small_set(), 0);
	assert_true(answer_is(limit_row("SEMMNS"), "limit=6 used=4"));
	assert_true(follow_advice(limit_row("SEMMNS")));
	assert_true(answer_is(limit_row("SEMMNI"), "limit=6 used=4"));
}

/* Who owns it counts, not who made it. */
static void another_owner_uses_most(void **state)
{
	int i;

	(void)state;
	live_need_users();
	for (i = 0; i < 3; i++)
		world_chown(CLASS_SEM, world_sized(CLASS_SEM, IPC_PRIVATE, 0600, 7), OTHER_UID,
			OTHER_UID);
	world_sized(CLASS_SEM, IPC_PRIVATE, 0600, 100);
	assert_true(answer_is(limit_row("SEMMNI"), "used=4 most='%d' mostused=3", OTHER_UID));
	assert_true(answer_is(limit_row("SEMMNS"), "used=121 most='%s' mostused=100", our_name()));
}

/* A person is told in words, where it is near; a program is not. */
static void words_stand_below_the_table(void **state)
{
	(void)state;
	set_file("shmmni", "4");
	make_small_segment();
	make_small_segment();
	make_small_segment();
	assert_int_equal(command_run("limits"), 0);
	answer_says("NAME   DESCRIPTION ");
	answer_says_not("\nLimit ");
	make_small_segment();
	assert_int_equal(command_run("limits"), 0);
	answer_says("NAME   DESCRIPTION ");
	answer_says(" MOSTUSED FAILS ");
	answer_says("\n\nLimit SHMMNI\n\nUse\n  Shared memory segments: 4 of 4 used, 100.0%%.\n");
	answer_says("shmget(2) fails with ENOSPC (No space left on device).\n");
	answer_says("\n  sysctl kernel.shmmni=8\n");
	assert_int_equal(command_run("limits --noheadings"), 0);
	answer_says_not("Limit ");
	assert_int_equal(command_run("limits --raw"), 0);
	answer_says_not("Limit ");
	answer_says("\nSHMMNI ");
	assert_int_equal(command_run("limits --export"), 0);
	answer_says_not("Limit ");
	answer_says(" MOST=\"%s\" MOSTUSED=\"4\" FAILS=\"shmget: ENOSPC\" ", our_name());
	answer_says(" ADVICE=\"sysctl kernel.shmmni=8\"\n");
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test_teardown(each_limit_is_run_into, restore),
		cmocka_unit_test_teardown(two_numbers_of_one_file, restore),
		cmocka_unit_test_teardown(another_owner_uses_most, restore),
		cmocka_unit_test_teardown(words_stand_below_the_table, restore),
	};

	return tap_run(cases, sizeof(cases) / sizeof(cases[0]), live_enter, NULL);
}
