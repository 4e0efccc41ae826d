/*
 * `ipctop who` where ids alone tell nothing: other namespaces, in which the same ids and keys are
 * used; and users who may not see everybody.
 */
#include "live.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>
#include <time.h>

#include "actors.h"
#include "answer.h"
#include "command.h"
#include "ipctop/collect/sysv.h"

enum { NOT_ENTERED = 126, PATH_MOST = 64, LATER_US = 10 * 1000 };

static const unsigned short values[] = { 0, 0 };

/* namespaces */

/* The program runs in the namespace of this thread. */
static void enter(void *user)
{
	const struct actor *actor = user;
	char path[PATH_MOST];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/ns/ipc", actor->pid, actor->tid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || setns(fd, CLONE_NEWIPC) < 0)
		_exit(NOT_ENTERED);
}

static const char *run_inside(struct actor *actor, int status, const char *line)
{
	const struct preparation preparation = { enter, actor };

	command_run_prepared(&preparation, "%s --json", line);
	assert_int_equal(outcome.status, status);
	return answer_array("relations");
}

static void expect_namespace(const char *link)
{
	struct stat st;

	assert_int_equal(stat(link, &st), 0);
	assert_true(answer_is(answer_object(), "namespace=%lu", (unsigned long)st.st_ino));
}

static void expect_namespace_of(const struct actor *actor)
{
	char path[PATH_MOST];

	snprintf(path, sizeof(path), "/proc/%d/task/%d/ns/ipc", actor->pid, actor->tid);
	expect_namespace(path);
}

static void the_same_segment_in_two_namespaces(void **state)
{
	int id = world_sized(CLASS_SHM, 0x61, 0600, 4096);
	struct actor *ours, *theirs;
	const char *relations;
	char line[PATH_MOST];

	(void)state;
	ours = actors_start((struct act[]){ act_attach(id, 0), act_stay() });
	theirs = actors_start((struct act[]){ act_unshare(), act_make(CLASS_SHM, 0x61, id, 4096),
		act_attach(ACT_MADE, 0), act_attach(ACT_MADE, 0), act_stay() });
	actor_wait_staying(ours);
	actor_wait_staying(theirs);
	relations = answer_run(0, "relations", "who shm %d", id);
	assert_int_equal(answer_count(relations), 1);
	answer_has(relations, "id=%d pid=%d mappings=1 creator=false", id, ours->pid);
	expect_namespace("/proc/self/ns/ipc");
	assert_int_equal(answer_count(answer_run(0, "relations", "who")), 1);
	snprintf(line, sizeof(line), "who shm %d", id);
	relations = run_inside(theirs, 0, line);
	assert_int_equal(answer_count(relations), 1);
	answer_has(relations, "id=%d pid=%d mappings=2 creator=true", id, theirs->pid);
	expect_namespace_of(theirs);
}

/* A mapping stays with a process that goes to another namespace, where its id is another's. */
static void a_mapping_that_outlives_its_namespace(void **state)
{
	int id = world_sized(CLASS_SHM, 0x6a, 0600, 4096);
	struct actor *left, *both;
	const char *relations;
	char line[PATH_MOST];

	(void)state;
	left = actors_start((struct act[]){ act_attach(id, 0), act_unshare(),
		act_make(CLASS_SHM, 0x6a, id, 4096), act_stay() });
	both = actors_start((struct act[]){ act_attach(id, 0), act_unshare(),
		act_make(CLASS_SHM, 0x6a, id, 4096), act_attach(ACT_MADE, 0), act_stay() });
	actor_wait_staying(left);
	actor_wait_staying(both);
	/* the kernel counts no attachment */
	assert_int_equal(answer_count(run_inside(left, answer_nothing(), "who")), 0);
	snprintf(line, sizeof(line), "who shm %d", id);
	assert_int_equal(answer_count(run_inside(left, 0, line)), 0);
	assert_true(answer_is(answer_object(), "complete=true"));
	/* it counts one of two */
	relations = run_inside(both, 0, line);
	assert_int_equal(answer_count(relations), 1);
	answer_has(relations, "pid=%d mappings=2 doubtful=true", both->pid);
	relations = run_inside(both, 0, "who");
	answer_has(relations, "pid=%d mappings=2 doubtful=true", both->pid);
	/* those that are where it was made are not in doubt */
	assert_int_equal(answer_count(answer_run(answer_nothing(), "relations", "who")), 0);
}

/* root is told when the segment was made that is mapped. */
static void a_mapping_of_an_older_segment(void **state)
{
	int id = world_sized(CLASS_SHM, 0x6b, 0600, 4096);
	time_t made = time(NULL);
	struct actor *left, *theirs;
	const char *relations;

	(void)state;
	live_need_users();
	while (time(NULL) == made)
		usleep(LATER_US);
	theirs = actors_start((struct act[]){ act_unshare(), act_make(CLASS_SHM, 0x6b, id, 4096),
		act_attach(ACT_MADE, 0), act_stay() });
	actor_wait_staying(theirs);
	left = actors_start((struct act[]){ act_attach(id, 0), act_join(theirs->pid), act_stay() });
	actor_wait_staying(left);
	relations = run_inside(theirs, 0, "who");
	assert_int_equal(answer_count(relations), 1);
	answer_has(relations, "id=%d pid=%d mappings=1 doubtful=false", id, theirs->pid);
}

static void the_same_set_in_two_namespaces(void **state)
{
	int set = actors_set(0x62, 0600, 2, values);
	int queue = world_object(CLASS_MSG, 0x62, 0600);
	struct actor *ours, *theirs, *receiver;
	const char *relations;

	(void)state;
	ours = actors_start((struct act[]){ act_semop(set, 0, -1, 0), act_exit() });
	theirs = actors_start((struct act[]){ act_unshare(), act_make(CLASS_SEM, 0x62, set, 2),
		act_semop(set, 1, -2, 0), act_exit() });
	receiver = actors_start((struct act[]){ act_unshare(), act_make(CLASS_MSG, 0x62, queue, 0),
		act_msgrcv(queue, 1), act_exit() });
	actor_wait_blocked(ours);
	actor_wait_blocked(theirs);
	actor_wait_blocked(receiver);
	relations = answer_run(0, "relations", "who");
	assert_int_equal(answer_count(relations), 1);
	answer_has(relations, "id=%d pid=%d semnum=0 op=-1", set, ours->pid);
	relations = answer_run(answer_nothing(), "relations", "who msg %d", queue);
	assert_int_equal(answer_count(relations), 0);
	relations = run_inside(theirs, 0, "who");
	assert_int_equal(answer_count(relations), 1);
	answer_has(relations, "id=%d pid=%d semnum=1 op=-2", set, theirs->pid);
	relations = run_inside(receiver, 0, "who");
	assert_int_equal(answer_count(relations), 1);
	answer_has(relations, "kind='msg' id=%d pid=%d type=1", queue, receiver->pid);
}

/* By --pid too nothing is told of ids that mean something else here. */
static void a_process_of_another_namespace(void **state)
{
	int set = actors_set(0x63, 0600, 2, values);
	struct actor *theirs;

	(void)state;
	theirs = actors_start((struct act[]){ act_unshare(), act_make(CLASS_SEM, 0x63, set, 2),
		act_make(CLASS_SHM, 0x63, -1, 4096), act_attach(ACT_MADE, 0),
		act_semop(set, 1, -2, 0), act_exit() });
	actor_wait_blocked(theirs);
	command_run("who --pid %d --json", theirs->pid);
	assert_int_equal(answer_count(answer_array("relations")), 0);
}

static void a_thread_with_a_namespace_of_its_own(void **state)
{
	int set = actors_set(0x64, 0600, 2, values);
	struct actor *ours, *thread;
	const char *relations;

	(void)state;
	live_need_users(); /* capabilities are a thread's own too, and the first one would keep them
			    */
	ours = actors_start((struct act[]){ act_semop(set, 0, -1, 0), act_exit() });
	thread = actors_start((struct act[]){ act_thread(), act_unshare(),
		act_make(CLASS_SEM, 0x64, set, 2), act_semop(set, 1, -2, 0), act_exit() });
	actor_wait_blocked(ours);
	actor_wait_blocked(thread);
	relations = answer_run(0, "relations", "who sem %d", set);
	assert_int_equal(answer_count(relations), 1);
	answer_has(relations, "pid=%d tid=%d", ours->pid, ours->tid);
	relations = run_inside(thread, 0, "who");
	assert_int_equal(answer_count(relations), 1);
	answer_has(relations, "pid=%d tid=%d semnum=1 op=-2", thread->pid, thread->tid);
	expect_namespace_of(thread);
}

/* users */

static void become_plain(void *user)
{
	(void)user;
	space_become(PLAIN_UID, PLAIN_UID);
}

static const struct preparation plain = { become_plain, NULL };

/* What a user is told who can't see all. */
static void expect_incomplete(void)
{
	assert_true(answer_is(answer_object(), "complete=false"));
	answer_warns("ipctop: ");
}

static void a_user_sees_his_own_processes(void **state)
{
	int segment = world_sized(CLASS_SHM, 0x65, 0666, 4096);
	int set = actors_set(0x65, 0666, 2, values);
	struct actor *own, *waiter, *root, *thread;
	const char *relations;

	(void)state;
	live_need_users();
	own = actors_start(
		(struct act[]){ act_become(PLAIN_UID), act_attach(segment, 0), act_stay() });
	waiter = actors_start((struct act[]){
		act_become(PLAIN_UID), act_semop(set, 1, -2, SEM_UNDO), act_exit() });
	thread = actors_start((struct act[]){
		act_become(PLAIN_UID), act_thread(), act_semop(set, 0, -1, 0), act_exit() });
	root = actors_start(
		(struct act[]){ act_attach(segment, 0), act_semop(set, 0, -1, 0), act_exit() });
	actor_wait_staying(own);
	actor_wait_blocked(waiter);
	actor_wait_blocked(thread);
	actor_wait_blocked(root);
	command_run_prepared(&plain, "who --json");
	expect_incomplete();
	relations = answer_array("relations");
	assert_int_equal(answer_count(relations), 3);
	answer_has(relations, "kind='shm' id=%d pid=%d relation='holder' mode='rw' mappings=1",
		segment, own->pid);
	answer_has(relations, "kind='sem' id=%d pid=%d semnum=1 op=-2 undo=true", set, waiter->pid);
	answer_has(relations, "kind='sem' id=%d pid=%d tid=%d semnum=0 op=-1 undo=false", set,
		thread->pid, thread->tid);
	/* and root all of them */
	relations = answer_run(0, "relations", "who");
	assert_int_equal(answer_count(relations), 5);
	answer_has(relations, "kind='shm' pid=%d", root->pid);
	answer_has(relations, "kind='sem' pid=%d", root->pid);
}

static void nobody_seen_is_not_nobody(void **state)
{
	int segment = world_sized(CLASS_SHM, 0x66, 0666, 4096);
	int set = actors_set(0x66, 0666, 2, values);
	struct actor *root;
	bool visible;

	(void)state;
	live_need_users();
	root = actors_start(
		(struct act[]){ act_attach(segment, 0), act_semop(set, 0, -1, 0), act_exit() });
	actor_wait_blocked(root);
	assert_int_equal(command_run_prepared(&plain, "who shm %d --json", segment), 3);
	assert_int_equal(answer_count(answer_array("relations")), 0);
	expect_incomplete();
	assert_int_equal(command_run_prepared(&plain, "who sem %d --json", set), 3);
	assert_int_equal(answer_count(answer_array("relations")), 0);
	expect_incomplete();
	assert_int_equal(command_run_prepared(&plain, "who shm %d", segment), 3);
	answer_warns("ipctop: ");
	/* the kernel counts attachments, hence nobody else can have it */
	answer_run(0, "relations", "who shm %d", segment);
	assert_true(answer_is(answer_object(), "complete=true"));
	/* else it takes a look at each */
	visible = answer_all_visible();
	answer_run(0, "relations", "who");
	assert_true(answer_is(answer_object(), "complete=%s", visible ? "true" : "false"));
	if (visible)
		assert_string_equal(outcome.err, "");
}

/* He may change the set, but not read it. */
static void a_user_who_may_not_read_the_set(void **state)
{
	int set = actors_set(0x67, 0622, 2, values);
	struct actor *waiter;
	const char *relations;

	(void)state;
	live_need_users();
	waiter = actors_start(
		(struct act[]){ act_become(PLAIN_UID), act_semop(set, 1, -2, 0), act_exit() });
	actor_wait_blocked(waiter);
	/* of its own arguments the operation is known, though semctl(2) says EACCES */
	command_run_prepared(&plain, "who sem %d --json", set);
	relations = answer_array("relations");
	assert_int_equal(answer_count(relations), 1);
	answer_has(relations, "pid=%d call='semop' semnum=1 op=-2 undo=false", waiter->pid);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test_teardown(the_same_segment_in_two_namespaces, actors_end),
		cmocka_unit_test_teardown(a_mapping_that_outlives_its_namespace, actors_end),
		cmocka_unit_test_teardown(a_mapping_of_an_older_segment, actors_end),
		cmocka_unit_test_teardown(the_same_set_in_two_namespaces, actors_end),
		cmocka_unit_test_teardown(a_process_of_another_namespace, actors_end),
		cmocka_unit_test_teardown(a_thread_with_a_namespace_of_its_own, actors_end),
		cmocka_unit_test_teardown(a_user_sees_his_own_processes, actors_end),
		cmocka_unit_test_teardown(nobody_seen_is_not_nobody, actors_end),
		cmocka_unit_test_teardown(a_user_who_may_not_read_the_set, actors_end),
	};

	return tap_run(cases, sizeof(cases) / sizeof(cases[0]), actors_enter, NULL);
}
