/* `ipctop who`: what it prints in each form, what it can be asked, and what it refuses. */
#include "live.h"

#include <pwd.h>
#include <sys/shm.h>

#include "actors.h"
#include "answer.h"
#include "command.h"
#include "ipctop/collect/sysv.h"

enum { NO_PROCESS = 4 * 1024 * 1024 }; /* above any pid that Linux gives */

static const unsigned short values[] = { 0, 0 };

static const char *user(void)
{
	const struct passwd *passwd = getpwuid(geteuid());

	return passwd ? passwd->pw_name : "?";
}

/* One that has the same segment twice, created it, and waits; and another one that has it once. */
static struct {
	int set, segment;
	struct actor *both, *reader;
} scene;

static int make_scene(void **state)
{
	(void)state;
	scene.set = actors_set(0x41, 0600, 2, values);
	scene.both = actors_start(
		(struct act[]){ act_name("has two"), act_make(CLASS_SHM, 0x41, -1, 4096),
			act_attach(ACT_MADE, 0), act_attach(ACT_MADE, 0), act_meet(),
			act_semop(scene.set, 1, -2, SEM_UNDO), act_exit() });
	actor_wait_met(scene.both);
	scene.segment = actor_id(scene.both);
	scene.reader = actors_start((struct act[]){
		act_name("reader"), act_attach(scene.segment, SHM_RDONLY), act_stay() });
	actor_wait_staying(scene.reader);
	actor_release(scene.both);
	actor_wait_blocked(scene.both);
	return 0;
}

static void as_a_table(void **state)
{
	(void)state;
	assert_int_equal(command_run("who"), 0);
	answer_says("KIND ID PID");
	answer_says(" RELATION HOW\n");
	answer_says("waits to decrease semaphore 1 by 2, SEM_UNDO\n");
	answer_says("mapped twice, read-write, creator, at ");
	answer_says("mapped once, read-only, at ");
	/* attachments are not processes: both are counted */
	assert_int_equal(command_run("who shm %d", scene.segment), 0);
	answer_says("\n3 attachments by 2 processes.\n");
	answer_says_not("waits");
	assert_int_equal(command_run("who sem %d --noheadings", scene.set), 0);
	answer_says_not("KIND");
	answer_says_not("mapped");
	answer_says("waits to decrease semaphore 1 by 2, SEM_UNDO\n");
}

static void for_programs(void **state)
{
	(void)state;
	assert_int_equal(command_run("who --raw"), 0);
	answer_says("KIND ID PID TID COMMAND USER RELATION HOW\n");
	answer_says("sem %d %d %d has\\x20two %s waiter waits\\x20to\\x20", scene.set,
		scene.both->pid, scene.both->tid, user());
	answer_says("shm %d %d %d has\\x20two %s holder mapped\\x20twice", scene.segment,
		scene.both->pid, scene.both->pid, user());
	answer_says("shm %d %d %d reader %s holder mapped\\x20once", scene.segment,
		scene.reader->pid, scene.reader->pid, user());
	assert_int_equal(command_run("who --export"), 0);
	answer_says_not("KIND ID");
	answer_says("KIND=\"sem\" ID=\"%d\" PID=\"%d\" TID=\"%d\" COMMAND=\"has two\" USER=\"%s\" "
		    "RELATION=\"waiter\" HOW=\"waits to decrease semaphore 1 by 2, SEM_UNDO\"\n",
		scene.set, scene.both->pid, scene.both->tid, user());
	answer_says("KIND=\"shm\" ID=\"%d\" PID=\"%d\" TID=\"%d\" COMMAND=\"reader\" USER=\"%s\" "
		    "RELATION=\"holder\" HOW=\"mapped once, read-only, at ",
		scene.segment, scene.reader->pid, scene.reader->pid, user());
	assert_int_equal(command_run("who --raw --noheadings"), 0);
	answer_says_not("KIND");
}

/* Members are there for each, and in the order of kind, id, pid. */
static void as_json(void **state)
{
	const bool in_order = scene.both->pid < scene.reader->pid; /* unless pids began anew */
	const char *relations, *waiter;

	(void)state;
	relations = answer_run(0, "relations", "who");
	assert_int_equal(answer_count(relations), 3);
	waiter = answer_element(relations, 0);
	assert_true(answer_is(waiter, "kind='sem' relation='waiter' waiting_seconds=null"));
	assert_null(answer_member(waiter, "mappings"));
	assert_null(answer_member(waiter, "type"));
	assert_true(answer_is(answer_element(relations, in_order ? 1 : 2),
		"kind='shm' pid=%d creator=true", scene.both->pid));
	assert_true(answer_is(answer_element(relations, in_order ? 2 : 1),
		"kind='shm' pid=%d creator=false", scene.reader->pid));
	assert_null(answer_member(answer_element(relations, 2), "waiting_seconds"));
	assert_non_null(answer_member(answer_object(), "time"));
	assert_non_null(answer_member(answer_object(), "host"));
	assert_true(
		answer_is(answer_object(), "complete=%s", answer_all_visible() ? "true" : "false"));
}

/* A name is another process' own choice. */
static void names_can_do_no_harm(void **state)
{
	struct actor *actor = actors_start((struct act[]){ act_name("\x1b[2J\"\\a\nb\x9b"),
		act_attach(world_object(CLASS_SHM, IPC_PRIVATE, 0600), 0), act_stay() });

	(void)state;
	actor_wait_staying(actor);
	assert_int_equal(answer_count(answer_run(0, "relations", "who")), 1);
	assert_int_equal(command_run("who"), 0);
	answer_says_not("\x1b");
	answer_says_not("a\nb");
	assert_int_equal(command_run("who --raw --noheadings"), 0);
	answer_says_not("\x1b");
	assert_ptr_equal(strchr(outcome.out, '\n'), outcome.out + strlen(outcome.out) - 1);
}

/* by process */

static void one_process(void **state)
{
	struct actor *idle = actors_start((struct act[]){ act_stay() });
	const char *relations;

	(void)state;
	relations = answer_run(0, "relations", "who --pid %d", scene.both->pid);
	assert_int_equal(answer_count(relations), 2);
	answer_has(relations, "kind='sem' pid=%d", scene.both->pid);
	answer_has(relations, "kind='shm' pid=%d", scene.both->pid);
	relations = answer_run(0, "relations", "who --pid %d", scene.reader->pid);
	assert_int_equal(answer_count(relations), 1);
	answer_has(relations, "kind='shm' pid=%d mode='ro'", scene.reader->pid);
	/* one that has nothing to do with any object, but lets us see */
	relations = answer_run(0, "relations", "who --pid %d", idle->pid);
	assert_int_equal(answer_count(relations), 0);
}

static void no_such_process(void **state)
{
	struct actor *holder = actors_start((struct act[]){
		act_attach(world_object(CLASS_SHM, IPC_PRIVATE, 0600), 0), act_stay() });

	(void)state;
	actor_wait_staying(holder);
	actor_kill(holder, false);
	assert_int_equal(command_run("who --pid %d", NO_PROCESS), 1);
	answer_warns("no such process\n");
	/* the segment still names it as the last to detach */
	assert_int_equal(command_run("who --pid %d", holder->pid), 1);
	answer_warns("no such process\n");
}

/* what is not there, and what can't be asked */

static void no_such_object(void **state)
{
	char line[64];
	unsigned kind;
	int id;

	(void)state;
	for (kind = 0; kind <= CLASS_SHM; kind++) {
		id = world_used_object(kind, 0600);
		world_remove(kind, id);
		assert_int_equal(command_run("who %s %d", class_infos[kind].word, id), 1);
		assert_string_equal(outcome.out, "");
		snprintf(line, sizeof(line), "ipctop: %s %d: no such id\n", class_infos[kind].word,
			id);
		answer_warns(line);
	}
}

/* It is there, and nobody has to do with it. */
static void nobody(void **state)
{
	int segment = world_object(CLASS_SHM, IPC_PRIVATE, 0600);

	(void)state;
	assert_int_equal(command_run("who shm %d", segment), 0);
	answer_says("no attachments.\n");
	world_object(CLASS_MSG, IPC_PRIVATE, 0600);
	assert_int_equal(command_run("who"), answer_nothing());
	if (outcome.status == 0)
		answer_says("nobody\n");
	else
		answer_warns("ipctop: ");
}

static void wrong_usage(void **state)
{
	static const char *const lines[] = { "who sem", "who 0", "who sem x", "who sem 0 1",
		"who sem -1", "who files 0", "who --pid", "who --pid x", "who --pid 0",
		"who --pid 1 sem 0", "who sem 0 --pid 1", "who --filter id=0", "who -s -m 0" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		if (command_run("%s", lines[i]) != 2)
			fail_msg("%s: %d, %s", lines[i], outcome.status, outcome.err);
		assert_string_equal(outcome.out, "");
		assert_string_not_equal(outcome.err, "");
	}
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test_setup_teardown(as_a_table, make_scene, actors_end),
		cmocka_unit_test_setup_teardown(for_programs, make_scene, actors_end),
		cmocka_unit_test_setup_teardown(as_json, make_scene, actors_end),
		cmocka_unit_test_teardown(names_can_do_no_harm, actors_end),
		cmocka_unit_test_setup_teardown(one_process, make_scene, actors_end),
		cmocka_unit_test_teardown(no_such_process, actors_end),
		cmocka_unit_test_teardown(no_such_object, actors_end),
		cmocka_unit_test_teardown(nobody, actors_end),
		cmocka_unit_test_teardown(wrong_usage, actors_end),
	};

	return tap_run(cases, sizeof(cases) / sizeof(cases[0]), actors_enter, NULL);
}
