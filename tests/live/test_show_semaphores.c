/*
 * `ipctop show sem`: values, pids and waiters beside semctl(2), ipcs(1) and lsipc(1), with
 * processes that really wait; and what is not ours to read.
 */
#include "live.h"

#include <signal.h>
#include <sys/sem.h>
#include <sys/wait.h>

#include "../unit/json_check.h"
#include "actors.h"
#include "command.h"
#include "ipctop/collect/sysv.h"

enum { NSEMS = 8, WAITERS = 12, LINE_MOST = 256 };

/* A set, processes that wait in it, and one that has set the values. */
static struct {
	int set;
} crowd;

static unsigned short values[NSEMS] = { 0, 0, 3, 1, 32767, 7, 0, 2 };

static int waiting(int semnum, int command)
{
	return semctl(crowd.set, semnum, command);
}

/* All that wait, in any way, for any of the semaphores. */
static unsigned all_waiting(void)
{
	unsigned sum = 0;
	int i;

	for (i = 0; i < NSEMS; i++)
		sum += (unsigned)waiting(i, GETNCNT) + (unsigned)waiting(i, GETZCNT);
	return sum;
}

/* A process that waits until semaphore `semnum` allows for `op`. */
static void add_waiter(int semnum, int op)
{
	actor_wait_blocked(
		actors_start((struct act[]){ act_semop(crowd.set, semnum, op, 0), act_exit() }));
}

static int make_crowd(void **state)
{
	struct sembuf touch[] = { { .sem_num = 2, .sem_op = 1 }, { .sem_num = 5, .sem_op = -1 } };

	(void)state;
	crowd.set = world_sized(CLASS_SEM, 0x1234abcd, 0600, NSEMS);
	assert_int_equal(semctl(crowd.set, 0, SETALL, (union semun){ .array = values }), 0);
	assert_int_equal(semop(crowd.set, touch, 2), 0);
	/* for more, */
	add_waiter(0, -1);
	add_waiter(0, -2);
	add_waiter(0, -1);
	add_waiter(3, -2);
	add_waiter(6, -1);
	/* for zero, */
	add_waiter(2, 0);
	add_waiter(3, 0);
	add_waiter(3, 0);
	add_waiter(4, 0);
	add_waiter(5, 0);
	/* and once more for both */
	add_waiter(5, -30);
	add_waiter(5, -30);
	return 0;
}

static void expect_out(const char *part)
{
	if (!strstr(outcome.out, part))
		fail_msg("no '%s' in: %s", part, outcome.out);
}

enum form { AS_JSON, AS_EXPORT, AS_RAW, FORMS };

/* A line of a semaphore in each form. */
static void write_forms(
	char lines[FORMS][LINE_MOST], int semnum, int value, int pid, int ncount, int zcount)
{
	snprintf(lines[AS_JSON], LINE_MOST,
		"{\"semnum\":%d,\"value\":%d,\"pid\":%d,\"pid_alive\":%s,\"ncount\":%d,\"zcount\":%"
		"d}",
		semnum, value, pid, pid ? "true" : "null", ncount, zcount);
	snprintf(lines[AS_EXPORT], LINE_MOST,
		"\nSEMNUM=\"%d\" VALUE=\"%d\" PID=\"%d\" NCOUNT=\"%d\" ZCOUNT=\"%d\"\n", semnum,
		value, pid, ncount, zcount);
	snprintf(
		lines[AS_RAW], LINE_MOST, "\n%d %d %d %d %d\n", semnum, value, pid, ncount, zcount);
}

/* All semaphores as the kernel has them. */
static void expect_semaphores(enum form form)
{
	char lines[FORMS][LINE_MOST];
	int i;

	for (i = 0; i < NSEMS; i++) {
		write_forms(lines, i, waiting(i, GETVAL), waiting(i, GETPID), waiting(i, GETNCNT),
			waiting(i, GETZCNT));
		expect_out(lines[form]);
	}
}

static void the_kernel_says_the_same(void **state)
{
	(void)state;
	assert_int_equal(waiting(0, GETNCNT), 3);
	assert_int_equal(waiting(3, GETZCNT), 2);
	assert_int_equal(command_run("show sem %d --json", crowd.set), 0);
	/* a plain user's program may not see our files, since we have capabilities */
	if (space_has_users())
		assert_string_equal(outcome.err, "");
	assert_true(json_check(outcome.out));
	expect_out("\"semaphores\":[\n  {\"semnum\":0,");
	expect_semaphores(AS_JSON);
	assert_int_equal(command_run("show sem %d --export", crowd.set), 0);
	expect_semaphores(AS_EXPORT);
	assert_int_equal(command_run("show sem %d --raw", crowd.set), 0);
	expect_out("\n\nSEMNUM VALUE PID NCOUNT ZCOUNT\n");
	expect_semaphores(AS_RAW);
}

static void the_report_has_them_in_columns(void **state)
{
	char line[LINE_MOST];
	int i;

	(void)state;
	assert_int_equal(command_run("show sem %d", crowd.set), 0);
	expect_out("\nSemaphores: 8\n  SEMNUM  VALUE PID      COMMAND           NCOUNT  ZCOUNT  "
		   "WAITERS\n");
	for (i = 0; i < NSEMS; i++) {
		snprintf(line, sizeof(line), "\n  %6d %6d %-8d %-16s %7d %7d%s", i,
			waiting(i, GETVAL), waiting(i, GETPID), "test_show_semap",
			waiting(i, GETNCNT), waiting(i, GETZCNT),
			waiting(i, GETNCNT) + waiting(i, GETZCNT) > 0 ? "  " : "\n");
		expect_out(line);
	}
}

/* Lines of five numbers of a peer's output: whether each of ours is among them. */
static void compare_peer(const char *command)
{
	int semnum, value, ncount, zcount, pid, found = 0;
	char line[LINE_MOST], forms[FORMS][LINE_MOST];
	FILE *peer;

	snprintf(line, sizeof(line), "%s %d 2>&1", command, crowd.set);
	fflush(NULL);
	peer = popen(line, "r");
	assert_non_null(peer);
	while (fgets(line, sizeof(line), peer)) {
		if (sscanf(line, "%d %d %d %d %d", &semnum, &value, &ncount, &zcount, &pid) != 5)
			continue;
		write_forms(forms, semnum, value, pid, ncount, zcount);
		expect_out(forms[AS_JSON]);
		found++;
	}
	if (pclose(peer) != 0)
		tap_skip("there is no such program: %s", command);
	assert_int_equal(found, NSEMS);
}

static void ipcs_says_the_same(void **state)
{
	(void)state;
	assert_int_equal(command_run("show sem %d --json", crowd.set), 0);
	compare_peer("ipcs -s -i");
}

static void lsipc_says_the_same(void **state)
{
	(void)state;
	assert_int_equal(command_run("show sem %d --json", crowd.set), 0);
	compare_peer("lsipc -s -i");
}

/* Asking changes nothing: nobody wakes, no pid and no time moves. */
static void the_set_stays_as_it_is(void **state)
{
	struct semid_ds before, after;

	(void)state;
	memset(&before, 0, sizeof(before)); /* all bytes are compared */
	memset(&after, 0, sizeof(after));
	assert_int_equal(semctl(crowd.set, 0, IPC_STAT, (union semun){ .buf = &before }), 0);
	space_wait_past(before.sem_otime > before.sem_ctime ? before.sem_otime : before.sem_ctime);
	assert_int_equal(command_run("show sem %d", crowd.set), 0);
	assert_int_equal(command_run("show sem %d --json", crowd.set), 0);
	assert_int_equal(semctl(crowd.set, 0, IPC_STAT, (union semun){ .buf = &after }), 0);
	assert_memory_equal(&before, &after, sizeof(before));
	assert_int_equal(all_waiting(), WAITERS);
	assert_int_equal(waiting(2, GETPID), getpid());
}

/* The last to operate on a semaphore may be gone. */
static void a_process_that_is_gone_is_marked(void **state)
{
	struct sembuf up = { .sem_num = 1, .sem_op = 1 };
	char line[LINE_MOST];
	pid_t pid;

	(void)state;
	crowd.set = world_sized(CLASS_SEM, IPC_PRIVATE, 0600, NSEMS);
	pid = fork();
	if (pid == 0)
		_exit(semop(crowd.set, &up, 1) < 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_int_equal(waiting(1, GETPID), pid);
	setenv("LC_ALL", "C", 1);
	assert_int_equal(command_run("show sem %d", crowd.set), 0);
	unsetenv("LC_ALL");
	snprintf(line, sizeof(line), "%d!", pid);
	expect_out(line);
	assert_int_equal(command_run("show sem %d --raw", crowd.set), 0);
	snprintf(line, sizeof(line), "\n1 1 %d 0 0\n", pid);
	expect_out(line); /* programs get the number alone */
}

static void many_semaphores_are_all_told(void **state)
{
	enum { MANY = 1500 };
	char line[LINE_MOST];

	(void)state;
	crowd.set = world_sized(CLASS_SEM, IPC_PRIVATE, 0600, MANY);
	assert_int_equal(semctl(crowd.set, MANY - 1, SETVAL, (union semun){ .val = 99 }), 0);
	assert_int_equal(command_run("show sem %d --raw --noheadings", crowd.set), 0);
	snprintf(line, sizeof(line), "\n%d 99 %d 0 0\n", MANY - 1, getpid());
	expect_out(line);
	assert_int_equal(command_run("show sem %d", crowd.set), 0);
	expect_out("\nSemaphores: 1500\n  SEMNUM");
}

static void become_plain(void *user)
{
	(void)user;
	if (space_has_users())
		space_become(PLAIN_UID, PLAIN_UID);
}

static void semaphores_of_others_are_null(void **state)
{
	const struct preparation plain = { become_plain, NULL };

	(void)state;
	crowd.set = world_sized(CLASS_SEM, 0x2a, space_has_users() ? 0600 : 0200, 3);
	assert_int_equal(command_run_prepared(&plain, "show sem %d --json", crowd.set), 1);
	assert_true(json_check(outcome.out));
	expect_out("\"semaphores\":null");
	expect_out("\"errors\":[{\"kind\":\"sem\",\"reason\":\"semaphores can't be read: you have "
		   "no read permission on it\"}");
	expect_out("\"nsems\":3");
	expect_out("\"key\":\"0x0000002a\"");
	assert_non_null(strstr(outcome.err,
		"ipctop: sem: semaphores can't be read: you have no read permission on it\n"));
	assert_int_equal(command_run_prepared(&plain, "show sem %d", crowd.set), 1);
	expect_out("\nSemaphores: 3\n  They can't be read: you have no read permission on it.\n");
	expect_out("\nLimits\n  SEMMNI ");
	assert_int_equal(command_run_prepared(&plain, "show sem %d --export", crowd.set), 1);
	expect_out("NSEMS=\"3\"");
	assert_null(strstr(outcome.out, "SEMNUM"));
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test_setup_teardown(the_kernel_says_the_same, make_crowd, actors_end),
		cmocka_unit_test_setup_teardown(
			the_report_has_them_in_columns, make_crowd, actors_end),
		cmocka_unit_test_setup_teardown(ipcs_says_the_same, make_crowd, actors_end),
		cmocka_unit_test_setup_teardown(lsipc_says_the_same, make_crowd, actors_end),
		cmocka_unit_test_setup_teardown(the_set_stays_as_it_is, make_crowd, actors_end),
		cmocka_unit_test_teardown(a_process_that_is_gone_is_marked, live_clear),
		cmocka_unit_test_teardown(many_semaphores_are_all_told, live_clear),
		cmocka_unit_test_teardown(semaphores_of_others_are_null, live_clear),
	};

	return tap_run(cases, sizeof(cases) / sizeof(cases[0]), actors_enter, NULL);
}
