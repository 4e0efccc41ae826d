/*
 * What could not be asked is not known, and not "no": single calls fail, and what is said of
 * processes, of accounts and of files is the truth, or a message.
 */
#include "live.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/ipc.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "actors.h"
#include "answer.h"
#include "command.h"
#include "faults.h"
#include "ipctop/cli/options.h"

static struct outcome before; /* of the command, where nothing fails */

static bool explains(void)
{
	return strstr(outcome.err, "ipctop: ") != NULL;
}

/* Run the command with each of its calls of this kind failed in turn. */
static void fail_each(const char *command, enum fault what, int error, void (*check)(void))
{
	struct fault_plan *plan = faults_open();
	int calls, at;

	faults_plan(what, error, FAULT_EVER, FAULT_EVER);
	faults_run(command);
	before = outcome;
	calls = atomic_load(&plan->calls);
	assert_in_range(calls, 1, 10000);
	for (at = 0; at < calls; at++) {
		faults_plan(what, error, at, at + 1);
		faults_run(command);
		check();
	}
	faults_end();
}

static void same_or_told(void)
{
	if (strcmp(outcome.out, before.out) == 0 && outcome.status == before.status)
		return;
	if (!explains())
		fail_msg(
			"%s: it says something else, and not why:\n%s", faults_told(), outcome.out);
}

/* As JSON, where each run differs by the time. */
static void no_creator_denied(void)
{
	if (strstr(outcome.out, "\"creator\":false"))
		fail_msg("%s: it denies what it could not ask:\n%s", faults_told(), outcome.out);
}

static void orphans_are_not_denied(void **state)
{
	(void)state;
	actors_play((struct act[]){ act_make(CLASS_SHM, IPC_PRIVATE, -1, 4096), act_exit() });
	fail_each("leaks shm --raw --older 0s --filter verdict=orphan", FAULT_ASK, ENOMEM,
		same_or_told);
	assert_non_null(strstr(before.out, "\norphan "));
	fail_each("leaks shm --raw --older 0s --filter verdict=orphan", FAULT_OPEN, EMFILE,
		same_or_told);
	fail_each("leaks shm --raw --older 0s", FAULT_ASK, ENOMEM, same_or_told);
}

static void the_dead_are_not_called_alive(void **state)
{
	(void)state;
	actors_play((struct act[]){ act_make(CLASS_SHM, IPC_PRIVATE, -1, 4096), act_exit() });
	fail_each("list shm -o ID,CPID,LPID", FAULT_ASK, ENOMEM, same_or_told);
	assert_true(strstr(before.out, "!") || strstr(before.out, "\u2020"));
}

static void a_creator_is_not_denied(void **state)
{
	struct actor *maker = actors_start((struct act[]){
		act_make(CLASS_SHM, IPC_PRIVATE, -1, 10000), act_attach(ACT_MADE, 0), act_stay() });
	char command[64];

	(void)state;
	actor_wait_staying(maker);
	snprintf(command, sizeof(command), "who shm %d", actor_id(maker));
	fail_each(command, FAULT_ASK, ENOMEM, same_or_told);
	assert_non_null(strstr(before.out, ", creator, "));
	fail_each(command, FAULT_MEMORY, ENOMEM, same_or_told);
	snprintf(command, sizeof(command), "who shm %d --json", actor_id(maker));
	fail_each(command, FAULT_ASK, ENOMEM, no_creator_denied);
	assert_non_null(strstr(before.out, "\"creator\":true"));
}

static void found_or_told(void)
{
	if (!strstr(outcome.out, "/sub/file") && !explains() && !strstr(outcome.out, "Not all"))
		fail_msg("%s: it finds nothing, and not why:\n%s", faults_told(), outcome.out);
}

static void candidates_in_folders_are_not_denied(void **state)
{
	char folder[] = "/tmp/ipctop-faults-XXXXXX", sub[64], file[64], command[128];

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(sub, sizeof(sub), "%s/sub", folder);
	snprintf(file, sizeof(file), "%s/sub/file", folder);
	assert_int_equal(mkdir(sub, 0755), 0);
	assert_int_equal(close(open(file, O_CREAT | O_WRONLY, 0644)), 0);
	snprintf(command, sizeof(command), "key --explain 0x%08x %s", (unsigned)ftok(file, 'K'),
		folder);
	fail_each(command, FAULT_READ, EIO, found_or_told);
	fail_each(command, FAULT_ASK, EIO, found_or_told);
	fail_each(command, FAULT_OPEN, EMFILE, found_or_told);
	assert_non_null(strstr(before.out, "/sub/file"));
	unlink(file);
	rmdir(sub);
	rmdir(folder);
}

static void lack_descriptors(void *user)
{
	enum { LIMIT = 4, OURS = 256 };
	const struct rlimit limit = { LIMIT, LIMIT };
	int fd;

	(void)user;
	for (fd = STDERR_FILENO + 1; fd < OURS; fd++)
		fcntl(fd, F_SETFD, FD_CLOEXEC);
	if (setrlimit(RLIMIT_NOFILE, &limit) < 0)
		_exit(1);
}

/* The C library itself says that there is none where it can't load what would find him. */
static void an_account_is_not_denied(void **state)
{
	struct preparation preparation = { lack_descriptors, NULL };

	(void)state;
	command_run("list shm --user no-such-account");
	assert_non_null(strstr(outcome.err, "unknown user"));
	command_run_prepared(&preparation, "list shm --user no-such-account");
	assert_int_equal(outcome.status, EXIT_NOT_DONE);
	assert_non_null(strstr(outcome.err, "can't be looked up: Too many open files"));
}

/* Who could not be looked at at all, and was asked for, is missing: not for want of a privilege. */
static void visits_that_fail_are_told(void **state)
{
	struct preparation preparation = { lack_descriptors, NULL };
	int queue = world_object(CLASS_MSG, IPC_PRIVATE, 0600);

	(void)state;
	assert_int_equal(command_run_prepared(&preparation, "list msg -o +WAITERS"), EXIT_NOT_DONE);
	assert_non_null(strstr(outcome.err, "could not be looked at: Too many open files"));
	assert_int_equal(command_run_prepared(&preparation, "show msg %d", queue), EXIT_NOT_DONE);
	assert_non_null(strstr(outcome.out, "could not be looked at: Too many open files"));
	assert_non_null(strstr(outcome.err, "could not be looked at: Too many open files"));
	assert_int_equal(
		command_run_prepared(&preparation, "limits --older 0 --json"), EXIT_NOT_DONE);
	answer_has(answer_array("limits"), "name='MSGMNI' used=1 freeable=null");
	answer_has(answer_array("limits"), "name='SEMMNI' used=0 freeable=0");
	assert_non_null(strstr(outcome.err, "could not be looked at: Too many open files"));
	/* where nobody is asked for, nobody is missing */
	assert_int_equal(command_run_prepared(&preparation, "leaks shm --older 0"), EXIT_DONE);
	assert_int_equal(command_run_prepared(&preparation, "list msg"), EXIT_DONE);
}

static void nobody_was_missed(void)
{
	if (strstr(outcome.err, "could not be looked at"))
		fail_msg("%s: %s", faults_told(), outcome.err);
}

/* Who is about to end loses one thing after the other: a look at it in between is repeated. */
static void one_look_that_finds_nothing_is_repeated(void **state)
{
	int segment = world_sized(CLASS_SHM, IPC_PRIVATE, 0600, 4096);
	struct actor *holder = actors_start((struct act[]){ act_attach(segment, 0), act_stay() });
	char command[64];

	(void)state;
	actor_wait_staying(holder);
	snprintf(command, sizeof(command), "who shm %d", segment);
	fail_each(command, FAULT_ASK, ENOENT, nobody_was_missed);
	fail_each(command, FAULT_ASK, ESRCH, nobody_was_missed);
	assert_non_null(strstr(before.out, "mapped once"));
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		/* before there is a plan, which the program would inherit */
		cmocka_unit_test(an_account_is_not_denied),
		cmocka_unit_test_teardown(visits_that_fail_are_told, actors_end),
		cmocka_unit_test_teardown(orphans_are_not_denied, actors_end),
		cmocka_unit_test_teardown(the_dead_are_not_called_alive, actors_end),
		cmocka_unit_test_teardown(a_creator_is_not_denied, actors_end),
		cmocka_unit_test_teardown(candidates_in_folders_are_not_denied, actors_end),
		cmocka_unit_test_teardown(one_look_that_finds_nothing_is_repeated, actors_end),
	};

	return tap_run(cases, sizeof(cases) / sizeof(cases[0]), actors_enter, NULL);
}
