/*
 * `ipctop rm --filter` by a verdict: it is told anew right before each removal. And a creator whose
 * pid was used again, in a pid namespace of its own.
 */
#include "live.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <time.h>

#include "actors.h"
#include "answer.h"
#include "command.h"

enum {
	PAGE = 4096,
	SEGMENTS = 3,
	CREATOR = 7, /* a pid of the private namespace */
	SUCCESSOR_SECONDS = 4, /* later than the segment, beyond what is tolerated */
	NOT_DONE = 77, /* of the child that prepares */
};

static void grow_old(void)
{
	space_wait_past(time(NULL) + 1);
}

/* Segments of a creator that is gone. */
static void leave_segments(int ids[SEGMENTS])
{
	pid_t pid = fork();
	int status, i;

	assert_true(pid >= 0);
	if (pid == 0) {
		for (i = 0; i < SEGMENTS; i++)
			shmget(0x100 + i, PAGE, IPC_CREAT | IPC_EXCL | 0600);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	for (i = 0; i < SEGMENTS; i++) {
		ids[i] = shmget(0x100 + i, 0, 0);
		assert_true(ids[i] >= 0);
	}
}

static void a_group_goes(void **state)
{
	int ids[SEGMENTS], own, i;

	(void)state;
	leave_segments(ids);
	own = world_object(CLASS_SHM, IPC_PRIVATE, 0600);
	grow_old();
	assert_int_equal(command_run("rm --filter 'verdict=orphan age>1d' --older 1s --yes"), 0);
	answer_says("nothing matches");
	assert_int_equal(command_run("rm --filter verdict=orphan --yes"), 0); /* not old enough */
	answer_says("nothing matches");
	assert_int_equal(command_run("rm --filter verdict=orphan --older 1s --dry-run"), 0);
	for (i = 0; i < SEGMENTS; i++)
		answer_says("would remove shm %d ", ids[i]);
	assert_int_equal(command_run("rm --filter verdict=orphan --older 1s --yes"), 0);
	for (i = 0; i < SEGMENTS; i++) {
		answer_says("shm %d: removed\n", ids[i]);
		assert_false(world_exists(CLASS_SHM, ids[i]));
	}
	assert_true(world_exists(CLASS_SHM, own));
}

/* It is asked about, and meanwhile somebody attaches one of them. */
static void who_attaches_saves_it(void **state)
{
	int ids[SEGMENTS];
	struct actor *holder;

	(void)state;
	leave_segments(ids);
	grow_old();
	pty_start("rm --filter verdict=orphan --older 1s");
	pty_expect("Type yes: ");
	holder = actors_start((struct act[]){ act_attach(ids[1], 0), act_stay() });
	actor_wait_staying(holder);
	pty_type("yes\n");
	assert_int_equal(pty_finish(), 1);
	answer_says("shm %d: removed", ids[0]);
	answer_says("shm %d: refused: 'verdict=orphan' does not hold any more: a process attached, "
		    "process %d",
		ids[1], (int)holder->pid);
	answer_says("shm %d: removed", ids[2]);
	assert_true(world_exists(CLASS_SHM, ids[1]));
	assert_int_equal(world_mode(CLASS_SHM, ids[1]) & SHM_DEST, 0);
}

static void who_receives_saves_it(void **state)
{
	int queue = world_object(CLASS_MSG, IPC_PRIVATE, 0600);

	(void)state;
	world_send(queue, 50);
	world_send(queue, 50);
	grow_old();
	pty_start("rm msg --filter verdict=stuck --older 1s");
	pty_expect("[y/N] ");
	actors_play((struct act[]){ act_msgrcv(queue, 0), act_exit() });
	pty_type("y\n");
	assert_int_equal(pty_finish(), 1);
	answer_says("refused: 'verdict=stuck' does not hold any more: a message was received");
	assert_true(world_exists(CLASS_MSG, queue));
}

/* A wait leaves no trace in the record of queue or set, but what is waited for is used. */
static void who_waits_saves_it(void **state)
{
	int queue = world_object(CLASS_MSG, IPC_PRIVATE, 0600);
	int set = world_object(CLASS_SEM, IPC_PRIVATE, 0600);
	struct actor *waiters[2];

	(void)state;
	grow_old();
	pty_start("rm --filter 'verdict=\"never used\"' --older 1s");
	pty_expect("Type yes: ");
	waiters[0] = actors_start((struct act[]){ act_msgrcv(queue, 0), act_exit() });
	waiters[1] = actors_start((struct act[]){ act_semop(set, 0, -1, 0), act_exit() });
	actor_wait_blocked(waiters[0]);
	actor_wait_blocked(waiters[1]);
	pty_type("yes\n");
	assert_int_equal(pty_finish(), 1);
	answer_says("msg %d: refused: 'verdict=\"never used\"' does not hold any more: a process "
		    "waits for it, process %d",
		queue, (int)waiters[0]->pid);
	answer_says("sem %d: refused: 'verdict=\"never used\"' does not hold any more: a process "
		    "waits for it, process %d",
		set, (int)waiters[1]->pid);
	assert_int_equal(
		command_run("rm --filter 'verdict=\"never used\"' --older 1s --yes --dry-run"), 0);
	answer_says("nothing matches");
	assert_int_equal(command_run("leaks --older 1s"), 0);
	assert_int_equal(command_run("list msg sem --older 1s --json -o WAITERS,VERDICT"), 0);
	answer_has(answer_array("msg"), "waiters=1 verdict=null");
	answer_has(answer_array("sem"), "waiters=1 verdict=null");
	assert_int_equal(command_run("limits --older 1s --json"), 0);
	answer_has(answer_array("limits"), "name='MSGMNI' used=1 freeable=0");
	answer_has(answer_array("limits"), "name='SEMMNI' used=1 freeable=0");
}

/* It waits for nothing now, and will when it goes on. */
static void who_is_stopped_saves_it(void **state)
{
	int queue = world_object(CLASS_MSG, IPC_PRIVATE, 0600);
	int set = world_object(CLASS_SEM, IPC_PRIVATE, 0600);
	struct actor *waiters[2];

	(void)state;
	waiters[0] = actors_start((struct act[]){ act_msgrcv(queue, 0), act_exit() });
	waiters[1] = actors_start((struct act[]){ act_semop(set, 0, -1, 0), act_exit() });
	actor_wait_blocked(waiters[0]);
	actor_wait_blocked(waiters[1]);
	actor_stop(waiters[0]);
	actor_stop(waiters[1]);
	grow_old();
	assert_int_equal(command_run("leaks --older 1s"), 0);
	assert_int_equal(command_run("list msg sem --older 1s -J -o VERDICT,WAITERS"), 0);
	answer_has(answer_array("msg"), "verdict=null");
	answer_has(answer_array("sem"), "verdict=null");
	answer_says_not("\"waiters\":1");
	assert_int_equal(command_run("rm -f 'verdict=\"never used\"' --older 1s --yes"), 0);
	answer_says("nothing matches");
	actor_continue(waiters[0]);
	actor_continue(waiters[1]);
}

/* What is gone by then, or another one, is told as ever. */
static void who_is_gone_is_gone(void **state)
{
	int ids[SEGMENTS];

	(void)state;
	leave_segments(ids);
	grow_old();
	pty_start("rm --filter verdict=orphan --older 1s");
	pty_expect("Type yes: ");
	world_remove(CLASS_SHM, ids[0]);
	pty_type("yes\n");
	assert_int_equal(pty_finish(), 1);
	answer_says("shm %d: gone already", ids[0]);
	answer_says("shm %d: removed", ids[1]);
}

static void a_stuck_set_goes(void **state)
{
	const unsigned short values[] = { 1, 0 };
	int set = actors_set(IPC_PRIVATE, 0600, 2, values);
	struct actor *waiter;

	(void)state;
	actors_play((struct act[]){ act_semop(set, 0, -1, 0), act_exit() });
	waiter = actors_start((struct act[]){ act_semop(set, 0, -1, 0), act_exit() });
	actor_wait_blocked(waiter);
	grow_old();
	assert_int_equal(command_run("rm sem --filter verdict=stuck --older 1s --yes"), 0);
	answer_says("sem %d: removed", set);
	assert_false(world_exists(CLASS_SEM, set));
}

/* a pid that was used again */

static void set_next_pid(pid_t pid)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", (int)pid - 1);
	if (space_write("/proc/sys/kernel/ns_last_pid", text) < 0)
		_exit(NOT_DONE);
}

/* A child with that pid, which makes a segment or stays. */
static void start_as(pid_t pid, bool make)
{
	pid_t child;

	set_next_pid(pid);
	child = fork();
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getpid() != pid)
			_exit(NOT_DONE);
		if (make)
			_exit(shmget(0x77, PAGE, IPC_CREAT | IPC_EXCL | 0600) < 0);
		for (;;)
			pause();
	}
	if (child < 0 || (make && waitpid(child, NULL, 0) < 0))
		_exit(NOT_DONE);
}

/* Before the program starts: it becomes the first process of a pid namespace. */
static void enclose(void *user)
{
	int status;
	pid_t pid;

	(void)user;
	if (unshare(CLONE_NEWPID) < 0 || space_private_mounts() < 0)
		_exit(NOT_DONE);
	pid = fork();
	if (pid < 0)
		_exit(NOT_DONE);
	if (pid > 0) {
		waitpid(pid, &status, 0);
		_exit(WIFEXITED(status) ? WEXITSTATUS(status) : NOT_DONE);
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (mount("proc", "/proc", "proc", 0, NULL) < 0)
		_exit(NOT_DONE);
}

/* In which the pid of the segment's creator has a successor. */
static void reuse_pid(void *user)
{
	const bool *reuse = user;

	enclose(NULL);
	start_as(CREATOR, true);
	if (!*reuse)
		return;
	space_wait_past(time(NULL) + SUCCESSOR_SECONDS);
	start_as(CREATOR, false);
}

static void a_pid_that_was_used_again(void **state)
{
	bool reuse = true;
	const struct preparation preparation = { reuse_pid, &reuse };
	int status;

	(void)state;
	if (!space_has_users())
		tap_skip("only root may mount /proc");
	status = command_run_prepared(&preparation, "leaks --json --older 1s");
	if (status == NOT_DONE)
		tap_skip("no pid namespace in which pids can be chosen");
	assert_int_equal(status, 1);
	answer_has(answer_array("findings"), "verdict='orphan' kind='shm' count=1 command=null");
	answer_says("process %d, which created it, is gone", CREATOR);
	/* a successor there is: what it would be taken for */
	assert_int_equal(command_run("rm shm --key 0x77 --yes"), 0);
	status = command_run_prepared(&preparation, "list shm --json -o CPID --older 1s");
	assert_int_equal(status, 0);
	answer_has(answer_array("shm"), "cpid=%d cpid_alive=false", CREATOR);
}

/* Who waits outside is not in /proc; the kernel counts it, in sets. */
static void who_waits_outside(void **state)
{
	const struct preparation enclosed = { enclose, NULL };
	struct actor *waiter;
	int set, status;

	(void)state;
	if (!space_has_users())
		tap_skip("only root may mount /proc");
	world_object(CLASS_MSG, IPC_PRIVATE, 0600);
	set = world_object(CLASS_SEM, IPC_PRIVATE, 0600);
	waiter = actors_start((struct act[]){ act_semop(set, 0, -1, 0), act_exit() });
	actor_wait_blocked(waiter);
	grow_old();
	status = command_run_prepared(&enclosed, "leaks --older 1s --json");
	if (status == NOT_DONE)
		tap_skip("no pid namespace");
	assert_int_equal(status, 1);
	answer_has(answer_array("findings"), "verdict='never used' kind='msg' count=1");
	assert_int_equal(answer_count(answer_array("findings")), 1);
	answer_says("Whether a thread waits for it could not be seen.");
	assert_true(answer_is(answer_object(), "complete=false"));
	answer_says("processes outside of this pid namespace can't be seen");
	assert_int_equal(command_run_prepared(&enclosed, "who sem %d", set), 3);
	answer_warns("the kernel counts 1 that wait, 1 more than are seen");
	assert_int_equal(command_run_prepared(&enclosed, "show sem %d", set), 0);
	answer_says("The kernel counts 1: 1 more than are seen.");
	answer_says_not("Nobody waits.");
	status = command_run_prepared(
		&enclosed, "rm --filter 'verdict=\"never used\"' --older 1s --dry-run");
	assert_int_equal(status, 0);
	answer_warns("whether a thread waits for 1 of 1 objects could not be seen");
	answer_says_not("sem");
}

/* Containers of a pod share IPC, and not processes. */
static void who_is_outside_is_not_denied(void **state)
{
	const struct preparation enclosed = { enclose, NULL };
	int segment = world_object(CLASS_SHM, IPC_PRIVATE, 0600);
	int alone = world_object(CLASS_SHM, IPC_PRIVATE, 0600);
	int queue = world_object(CLASS_MSG, IPC_PRIVATE, 0600);
	struct actor *other;

	(void)state;
	if (!space_has_users())
		tap_skip("only root may mount /proc");
	other = actors_start((struct act[]){
		act_attach(segment, SHM_RDONLY), act_msgrcv(queue, 0), act_exit() });
	actor_wait_blocked(other);
	if (command_run_prepared(&enclosed, "who --json") == NOT_DONE)
		tap_skip("no pid namespace");
	assert_int_equal(outcome.status, 3);
	assert_true(answer_is(answer_object(), "complete=false"));
	assert_int_equal(command_run_prepared(&enclosed, "who msg %d", queue), 3);
	answer_says_not("nobody");
	assert_int_equal(command_run_prepared(&enclosed, "who shm %d --json", segment), 3);
	assert_true(answer_is(answer_object(), "complete=false"));
	/* the kernel counts attachments */
	assert_int_equal(command_run_prepared(&enclosed, "who shm %d --json", alone), 0);
	assert_true(answer_is(answer_object(), "complete=true"));
	assert_int_equal(command_run_prepared(&enclosed, "deadlocks"), 3);
	assert_int_equal(command_run_prepared(&enclosed, "show msg %d", queue), 0);
	answer_says_not("Nobody waits.");
	assert_int_equal(command_run_prepared(&enclosed, "list msg --json -o ID,WAITERS"), 0);
	answer_has(answer_array("msg"), "id=%d waiters=null", queue);
	assert_int_equal(command_run_prepared(&enclosed, "list shm --json -o ID,HOLDERS"), 0);
	answer_has(answer_array("shm"), "id=%d holders=null", segment);
	answer_has(answer_array("shm"), "id=%d holders=0", alone);
	command_run_prepared(&enclosed, "rm msg --filter waiters=0 --dry-run");
	answer_says_not("would remove");
	command_run_prepared(&enclosed, "rm shm --filter holders=0 --dry-run");
	answer_says_not("shm %d ", segment);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test_teardown(a_group_goes, actors_end),
		cmocka_unit_test_teardown(who_attaches_saves_it, actors_end),
		cmocka_unit_test_teardown(who_receives_saves_it, actors_end),
		cmocka_unit_test_teardown(who_waits_saves_it, actors_end),
		cmocka_unit_test_teardown(who_is_stopped_saves_it, actors_end),
		cmocka_unit_test_teardown(who_is_gone_is_gone, actors_end),
		cmocka_unit_test_teardown(a_stuck_set_goes, actors_end),
		cmocka_unit_test_teardown(a_pid_that_was_used_again, actors_end),
		cmocka_unit_test_teardown(who_waits_outside, actors_end),
		cmocka_unit_test_teardown(who_is_outside_is_not_denied, actors_end),
	};

	return tap_run(cases, sizeof(cases) / sizeof(cases[0]), actors_enter, NULL);
}
