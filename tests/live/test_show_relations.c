/* `ipctop show` of objects that processes have attached, or wait for. */
#include "live.h"

#include <pwd.h>
#include <sys/shm.h>

#include "actors.h"
#include "answer.h"
#include "command.h"
#include "ipctop/collect/sysv.h"

enum { FULL_TEXT = 50 };

static const unsigned short values[] = { 1, 0, 3 };

static const char *user(void)
{
	const struct passwd *passwd = getpwuid(geteuid());

	return passwd ? passwd->pw_name : "?";
}

static void become_plain(void *unused)
{
	(void)unused;
	space_become(PLAIN_UID, PLAIN_UID);
}

static const struct preparation plain = { become_plain, NULL };

static void holders_of_a_segment(void **state)
{
	int id = world_sized(CLASS_SHM, 0x51, 0600, 8192);
	int other = world_sized(CLASS_SHM, 0x52, 0600, 8192);
	struct actor *twice, *reader;
	const char *holders;

	(void)state;
	twice = actors_start((struct act[]){
		act_name("twice"), act_attach(id, 0), act_attach(id, SHM_RDONLY), act_stay() });
	reader = actors_start((struct act[]){
		act_name("reader"), act_attach(other, 0), act_attach(id, SHM_RDONLY), act_stay() });
	actor_wait_staying(twice);
	actor_wait_staying(reader);
	holders = answer_run(0, "holders", "show shm %d", id);
	assert_int_equal(answer_count(holders), 2);
	answer_has(holders,
		"kind='shm' id=%d pid=%d tid=%d command='twice' user='%s' relation='holder' "
		"mode='rw' mappings=2 creator=false huge=false",
		id, twice->pid, twice->pid, user());
	answer_has(holders,
		"kind='shm' id=%d pid=%d tid=%d command='reader' user='%s' relation='holder' "
		"mode='ro' mappings=1 creator=false huge=false",
		id, reader->pid, reader->pid, user());
	assert_true(answer_is(answer_member(answer_object(), "object"), "nattch=3 holders=2"));
	assert_null(answer_member(answer_object(), "waiters"));
	assert_int_equal(command_run("show shm %d", id), 0);
	answer_says("\nHolders\n  3 attachments by 2 processes.\n");
	answer_says("\n  %d twice (%s): mapped twice, read-write, at ", twice->pid, user());
	answer_says("\n  %d reader (%s): mapped once, read-only, at ", reader->pid, user());
	/* lines of each holder for programs */
	assert_int_equal(command_run("show shm %d --raw", id), 0);
	answer_says("\nshm %d %d %d twice %s holder ", id, twice->pid, twice->pid, user());
	answer_says("\nshm %d %d %d reader %s holder ", id, reader->pid, reader->pid, user());
}

static void a_segment_that_nobody_has(void **state)
{
	int id = world_sized(CLASS_SHM, 0x53, 0600, 8192);

	(void)state;
	assert_int_equal(answer_count(answer_run(0, "holders", "show shm %d", id)), 0);
	assert_true(answer_is(answer_member(answer_object(), "object"), "nattch=0 holders=0"));
	assert_int_equal(command_run("show shm %d", id), 0);
	answer_says("\nHolders\n  no attachments.\n");
}

static void attachments_that_are_not_visible(void **state)
{
	int id = world_sized(CLASS_SHM, 0x54, 0666, 8192);
	struct actor *own, *root;

	(void)state;
	live_need_users();
	root = actors_start((struct act[]){ act_attach(id, 0), act_attach(id, 0), act_stay() });
	actor_wait_staying(root);
	command_run_prepared(&plain, "show shm %d", id);
	answer_says("\n  2 attachments, not visible to you.\n");
	own = actors_start((struct act[]){
		act_name("own"), act_become(PLAIN_UID), act_attach(id, 0), act_stay() });
	actor_wait_staying(own);
	command_run_prepared(&plain, "show shm %d", id);
	answer_says("\n  1 attachment by 1 process; 2 more attachments are not visible to you.\n");
	answer_says("\n  %d own (", own->pid);
	answer_says_not("\n  %d ", root->pid);
	command_run_prepared(&plain, "show shm %d --json", id);
	assert_int_equal(answer_count(answer_array("holders")), 1);
	answer_has(answer_array("holders"), "pid=%d mappings=1", own->pid);
	/* how many it has is not known to him */
	assert_true(answer_is(answer_member(answer_object(), "object"), "nattch=3"));
	assert_false(answer_is(answer_member(answer_object(), "object"), "holders=2"));
	assert_int_equal(command_run("show shm %d", id), 0);
	answer_says("\n  3 attachments by 2 processes.\n");
}

static void waiters_of_a_set(void **state)
{
	int set = actors_set(0x55, 0600, 3, values);
	struct actor *down, *zero, *thread;
	const char *waiters, *semaphores;

	(void)state;
	down = actors_start(
		(struct act[]){ act_name("down"), act_semop(set, 1, -2, SEM_UNDO), act_exit() });
	zero = actors_start((struct act[]){
		act_name("zero"), act_by(ACT_BY_SEMTIMEDOP, act_semop(set, 2, 0, 0)), act_exit() });
	thread = actors_start((struct act[]){
		act_name("threads"), act_thread(), act_semop(set, 1, -1, 0), act_exit() });
	actor_wait_blocked(down);
	actor_wait_blocked(zero);
	actor_wait_blocked(thread);
	waiters = answer_run(0, "waiters", "show sem %d", set);
	assert_int_equal(answer_count(waiters), 3);
	answer_has(waiters,
		"kind='sem' id=%d pid=%d tid=%d command='down' user='%s' relation='waiter' "
		"call='semop' semnum=1 op=-2 undo=true waiting_seconds=null",
		set, down->pid, down->tid, user());
	answer_has(waiters, "pid=%d tid=%d call='semtimedop' semnum=2 op=0 undo=false", zero->pid,
		zero->tid);
	answer_has(waiters, "pid=%d tid=%d call='semop' semnum=1 op=-1 undo=false", thread->pid,
		thread->tid);
	assert_true(answer_is(answer_member(answer_object(), "object"), "waiters=3 blocked=null"));
	assert_null(answer_member(answer_object(), "holders"));
	semaphores = answer_array("semaphores");
	answer_has(semaphores, "semnum=0 value=1 ncount=0 zcount=0");
	answer_has(semaphores, "semnum=1 value=0 ncount=2 zcount=0");
	answer_has(semaphores, "semnum=2 value=3 ncount=0 zcount=1");
}

/* Each semaphore with who waits for it; in a line by itself who has other threads. */
static void waiters_of_a_set_in_words(void **state)
{
	int set = actors_set(0x56, 0600, 3, values);
	struct actor *down, *zero, *thread;

	(void)state;
	down = actors_start(
		(struct act[]){ act_name("down"), act_semop(set, 1, -2, SEM_UNDO), act_exit() });
	zero = actors_start(
		(struct act[]){ act_name("zero"), act_semop(set, 2, 0, 0), act_exit() });
	thread = actors_start((struct act[]){
		act_name("threads"), act_thread(), act_semop(set, 0, -3, 0), act_exit() });
	actor_wait_blocked(down);
	actor_wait_blocked(zero);
	actor_wait_blocked(thread);
	assert_int_equal(command_run("show sem %d", set), 0);
	answer_says("\nWaiters\n");
	answer_says("\n  %d down (%s): waits to decrease semaphore 1 by 2, SEM_UNDO\n", down->pid,
		user());
	answer_says("\n  %d zero (%s): waits for semaphore 2 to be zero\n", zero->pid, user());
	answer_says("\n  thread %d of %d threads (%s): waits to decrease semaphore 0 by 3\n",
		thread->tid, thread->pid, user());
	answer_says("  %d down (-2)\n", down->pid);
	answer_says("  %d zero (zero)\n", zero->pid);
	answer_says("  %d/%d threads (-3)\n", thread->pid, thread->tid);
	assert_int_equal(command_run("show sem %d --export", set), 0);
	answer_says("\nKIND=\"sem\" ID=\"%d\" PID=\"%d\" TID=\"%d\" COMMAND=\"threads\" ", set,
		thread->pid, thread->tid);
}

static void waiters_of_a_queue(void **state)
{
	int queue = actors_full_queue(0x57, 0600);
	int other = actors_full_queue(0x58, 0600);
	struct actor *sender, *receiver, *elsewhere;
	const char *waiters;

	(void)state;
	sender = actors_start((struct act[]){
		act_name("sender"), act_thread(), act_msgsnd(queue, 5, FULL_TEXT), act_exit() });
	receiver = actors_start(
		(struct act[]){ act_name("receiver"), act_msgrcv(queue, 42), act_exit() });
	elsewhere = actors_start((struct act[]){ act_msgrcv(other, 43), act_exit() });
	actor_wait_blocked(sender);
	actor_wait_blocked(receiver);
	actor_wait_blocked(elsewhere);
	waiters = answer_run(0, "waiters", "show msg %d", queue);
	assert_int_equal(answer_count(waiters), 2);
	answer_has(waiters,
		"kind='msg' id=%d pid=%d tid=%d command='sender' user='%s' relation='waiter' "
		"call='msgsnd' waiting_seconds=null",
		queue, sender->pid, sender->tid, user());
	answer_has(waiters,
		"kind='msg' id=%d pid=%d tid=%d command='receiver' user='%s' relation='waiter' "
		"call='msgrcv' type=42 waiting_seconds=null",
		queue, receiver->pid, receiver->tid, user());
	assert_true(answer_is(answer_member(answer_object(), "object"), "waiters=2"));
	assert_int_equal(command_run("show msg %d", queue), 0);
	answer_says("\nWaiters\n");
	answer_says("\n  thread %d of %d sender (%s): waits to send\n", sender->tid, sender->pid,
		user());
	answer_says("\n  %d receiver (%s): waits to receive type 42\n", receiver->pid, user());
	answer_says_not("type 43");
}

static void objects_that_nobody_waits_for(void **state)
{
	bool visible = answer_all_visible();
	unsigned kind;
	int id;

	(void)state;
	for (kind = 0; kind < CLASS_SHM; kind++) {
		id = world_object(kind, IPC_PRIVATE, 0600);
		command_run("show %s %d --json", class_infos[kind].word, id);
		assert_int_equal(outcome.status, 0);
		assert_int_equal(answer_count(answer_array("waiters")), 0);
		/* an empty list is no promise: the number says whether it is one */
		assert_true(answer_is(answer_member(answer_object(), "object"), "waiters=%s",
			visible ? "0" : "null"));
		assert_int_equal(answer_member(answer_object(), "errors") == NULL, visible);
		world_remove(kind, id);
	}
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test_teardown(holders_of_a_segment, actors_end),
		cmocka_unit_test_teardown(a_segment_that_nobody_has, actors_end),
		cmocka_unit_test_teardown(attachments_that_are_not_visible, actors_end),
		cmocka_unit_test_teardown(waiters_of_a_set, actors_end),
		cmocka_unit_test_teardown(waiters_of_a_set_in_words, actors_end),
		cmocka_unit_test_teardown(waiters_of_a_queue, actors_end),
		cmocka_unit_test_teardown(objects_that_nobody_waits_for, actors_end),
	};

	return tap_run(cases, sizeof(cases) / sizeof(cases[0]), actors_enter, NULL);
}
