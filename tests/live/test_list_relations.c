/* The columns HOLDERS, WAITERS and BLOCKED of `ipctop list`: in each form, filter and order. */
#include "live.h"

#include "actors.h"
#include "answer.h"
#include "command.h"
#include "ipctop/collect/sysv.h"

enum { SETS = 3, FULL_TEXT = 50 };

static const unsigned short values[] = { 0, 0 };

/* The segments have 0, 1 and 2 holders, the sets 0, 1 and 3 waiters, the queue has 2. */
static struct {
	int segments[SETS], sets[SETS], queue;
} scene;

static void add_waiter(int set, int semnum, int op)
{
	actor_wait_blocked(
		actors_start((struct act[]){ act_semop(set, semnum, op, 0), act_exit() }));
}

static int make_scene(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < SETS; i++) {
		scene.segments[i] = world_object(CLASS_SHM, IPC_PRIVATE, 0666);
		scene.sets[i] = actors_set(IPC_PRIVATE, 0666, 2, values);
	}
	scene.queue = actors_full_queue(IPC_PRIVATE, 0666);
	/* mappings are not processes, and neither are threads */
	actor_wait_staying(actors_start((struct act[]){ act_attach(scene.segments[1], 0),
		act_attach(scene.segments[1], 0), act_attach(scene.segments[2], 0), act_stay() }));
	actor_wait_staying(actors_start(
		(struct act[]){ act_thread(), act_attach(scene.segments[2], 0), act_stay() }));
	add_waiter(scene.sets[1], 0, -1);
	add_waiter(scene.sets[2], 0, -1);
	add_waiter(scene.sets[2], 1, -1);
	actor_wait_blocked(actors_start((struct act[]){
		act_thread(), act_semop(scene.sets[2], 1, -1, SEM_UNDO), act_exit() }));
	actor_wait_blocked(
		actors_start((struct act[]){ act_msgsnd(scene.queue, 1, FULL_TEXT), act_exit() }));
	actor_wait_blocked(actors_start((struct act[]){ act_msgrcv(scene.queue, 99), act_exit() }));
	return 0;
}

/* "none" is only said where all could be seen. */
static const char *zero(void)
{
	return answer_all_visible() ? "0" : "null";
}

static void in_json(void **state)
{
	const char *rows;

	(void)state;
	assert_int_equal(command_run("list --json -o ID,NATTCH,HOLDERS,WAITERS,BLOCKED"), 0);
	rows = answer_array("shm");
	assert_int_equal(answer_count(rows), SETS);
	answer_has(rows, "id=%d nattch=0 holders=0", scene.segments[0]);
	answer_has(rows, "id=%d nattch=2 holders=1", scene.segments[1]);
	answer_has(rows, "id=%d nattch=2 holders=2", scene.segments[2]);
	assert_null(answer_member(answer_element(rows, 0), "waiters"));
	assert_null(answer_member(answer_element(rows, 0), "blocked"));
	rows = answer_array("sem");
	assert_int_equal(answer_count(rows), SETS);
	answer_has(rows, "id=%d waiters=%s blocked=null", scene.sets[0], zero());
	answer_has(rows, "id=%d waiters=1 blocked=null", scene.sets[1]);
	answer_has(rows, "id=%d waiters=3 blocked=null", scene.sets[2]);
	assert_null(answer_member(answer_element(rows, 0), "holders"));
	answer_has(answer_array("msg"), "id=%d waiters=2 blocked=null", scene.queue);
}

/* They take a scan, thus they are not there unless they are asked for. */
static void only_where_asked_for(void **state)
{
	(void)state;
	assert_int_equal(command_run("list"), 0);
	answer_says_not("WAITERS");
	answer_says_not("HOLDERS");
	answer_says_not("BLOCKED");
	assert_string_equal(outcome.err, "");
	assert_int_equal(command_run("list sem --raw -o +WAITERS,BLOCKED"), 0);
	answer_says(" OTIME WAITERS BLOCKED\n");
	assert_int_equal(command_run("list shm -o ID,WAITERS"), 2);
	assert_int_equal(command_run("list sem -o ID,HOLDERS"), 2);
	assert_int_equal(command_run("list msg -o ID,HOLDERS"), 2);
	assert_int_equal(command_run("list shm -o ID,BLOCKED"), 2);
}

static void as_text(void **state)
{
	char line[64];

	(void)state;
	assert_int_equal(command_run("list shm --raw -o ID,HOLDERS"), 0);
	snprintf(line, sizeof(line), "ID HOLDERS\n%d 0\n%d 1\n%d 2\n", scene.segments[0],
		scene.segments[1], scene.segments[2]);
	assert_string_equal(outcome.out, line);
	assert_int_equal(command_run("list sem --export -o ID,WAITERS,BLOCKED"), 0);
	answer_says("ID=\"%d\" WAITERS=\"3\" BLOCKED=\"\"\n", scene.sets[2]);
	assert_int_equal(command_run("list sem --export -o ID,WAITERS"), 0);
	answer_says("ID=\"%d\" WAITERS=\"%s\"\n", scene.sets[0], answer_all_visible() ? "0" : "");
}

/* The ids of `count` rows, and no others, in this order. */
static void expect_ids(const char *arguments, const int *ids, size_t count)
{
	char text[256];
	size_t i, length = 0;

	assert_int_equal(command_run("%s -o ID --raw --noheadings", arguments), 0);
	text[0] = '\0';
	for (i = 0; i < count; i++)
		length += (size_t)snprintf(text + length, sizeof(text) - length, "%d\n", ids[i]);
	if (strcmp(outcome.out, text) != 0)
		fail_msg("%s: %snot: %s", arguments, outcome.out, text);
}

static void filters(void **state)
{
	(void)state;
	expect_ids("list sem -f waiters>0", scene.sets + 1, 2);
	expect_ids("list sem -f waiters>1", scene.sets + 2, 1);
	expect_ids("list sem -f waiters=1", scene.sets + 1, 1);
	expect_ids("list sem -f waiters>3", scene.sets, 0);
	expect_ids("list shm -f holders=0", scene.segments, 1);
	expect_ids("list shm -f holders>=1", scene.segments + 1, 2);
	expect_ids("list shm -f 'holders=1 nattch=2'", scene.segments + 1, 1);
	expect_ids("list msg -f waiters=2", &scene.queue, 1);
	expect_ids("list msg -f waiters!=2", &scene.queue, 0);
	/* nobody is known to wait for longer, in a single look */
	expect_ids("list sem -f blocked>0s", scene.sets, 0);
}

static void orders(void **state)
{
	const int falling_sets[] = { scene.sets[2], scene.sets[1], scene.sets[0] };
	const int falling_segments[] = { scene.segments[2], scene.segments[1], scene.segments[0] };

	(void)state;
	expect_ids("list sem -k waiters:desc", falling_sets, SETS);
	expect_ids("list shm -k holders:desc", falling_segments, SETS);
	expect_ids("list shm -k holders", scene.segments, SETS);
	expect_ids("list sem -f waiters>0 -k waiters", scene.sets + 1, 2);
}

/* The value of a member of the set with the most waiters, in line `number` of the output. */
static double blocked_in_line(unsigned number)
{
	const char *line = outcome.out, *rows, *value;
	unsigned row;

	for (; number > 0; number--) {
		line = strchr(line, '\n');
		assert_non_null(line);
		line++;
	}
	rows = answer_array_of(line, "sem");
	for (row = 0; row < answer_count(rows); row++) {
		if (!answer_is(answer_element(rows, row), "id=%d waiters=3", scene.sets[2]))
			continue;
		value = answer_member(answer_element(rows, row), "blocked");
		assert_non_null(value);
		return *value == 'n' ? -1 : strtod(value, NULL);
	}
	fail_msg("the set is not in: %s", line);
	return -1;
}

/* While it is watched the wait grows: by whole intervals, if not exactly by them. */
static void waits_grow_while_watched(void **state)
{
	double first, last;

	(void)state;
	assert_int_equal(
		command_run("list sem --watch -n 4 -d 0.7 --json -o ID,WAITERS,BLOCKED"), 0);
	assert_true(blocked_in_line(0) < 0);
	first = blocked_in_line(1);
	last = blocked_in_line(3);
	assert_true(first >= 0);
	assert_true(last >= 2); /* after 2.1 s */
	assert_true(last > first);
}

static void become_plain(void *unused)
{
	(void)unused;
	space_become(PLAIN_UID, PLAIN_UID);
}

/* What a plain user does not see is unknown to him, not none. */
static void a_user_gets_no_false_zeros(void **state)
{
	const struct preparation plain = { become_plain, NULL };
	const char *rows;

	(void)state;
	live_need_users();
	actor_wait_blocked(actors_start((struct act[]){
		act_become(PLAIN_UID), act_semop(scene.sets[1], 1, -1, 0), act_exit() }));
	command_run_prepared(&plain, "list --json -o ID,HOLDERS,WAITERS");
	rows = answer_array("shm");
	answer_has(rows, "id=%d holders=0", scene.segments[0]); /* the kernel says so */
	answer_has(rows, "id=%d holders=null", scene.segments[1]);
	answer_has(rows, "id=%d holders=null", scene.segments[2]);
	rows = answer_array("sem");
	assert_int_equal(answer_matches(rows, "waiters=0"), 0);
	answer_has(rows, "id=%d waiters=1", scene.sets[1]); /* at least his own */
	answer_warns("ipctop: ");
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test_setup_teardown(in_json, make_scene, actors_end),
		cmocka_unit_test_setup_teardown(only_where_asked_for, make_scene, actors_end),
		cmocka_unit_test_setup_teardown(as_text, make_scene, actors_end),
		cmocka_unit_test_setup_teardown(filters, make_scene, actors_end),
		cmocka_unit_test_setup_teardown(orders, make_scene, actors_end),
		cmocka_unit_test_setup_teardown(waits_grow_while_watched, make_scene, actors_end),
		cmocka_unit_test_setup_teardown(a_user_gets_no_false_zeros, make_scene, actors_end),
	};

	return tap_run(cases, sizeof(cases) / sizeof(cases[0]), actors_enter, NULL);
}
