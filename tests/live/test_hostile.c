/*
 * Hostile names of processes, users and groups, and hostile messages, in whatever each command
 * prints: to a pipe and to a terminal, in each form. No control byte but our own is written,
 * columns stay straight, and JSON is JSON.
 */
#include "live.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "../unit/json_check.h"
#include "actors.h"
#include "command.h"
#include "hostile.h"
#include "hostile_scene.h"

enum { WHAT = 256 };

/* Each JSON text: `events` has one a line. */
static void check_json(const char *what, char *text)
{
	char *line;

	if (json_check(text))
		return;
	for (line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		if (!json_check(line))
			fail_msg("%s: this is no JSON: %s", what, line);
	}
}

static void use_c_locale(void *user)
{
	(void)user;
	setenv("LC_ALL", "C", 1);
}

/* The command as a line without its form, to a pipe and to a terminal. */
static void check_command(const char *line)
{
	static const char *const forms[] = { "", "--raw", "--export", "--noheadings", "--json" };
	static const struct preparation in_c = { use_c_locale, NULL };
	char what[2 * WHAT];
	size_t i;

	for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		snprintf(what, sizeof(what), "%s %s", line, forms[i]);
		command_run("%s", what);
		hostile_refuse(what, outcome.out, strlen(outcome.out), HOSTILE_PIPE);
		hostile_refuse(what, outcome.err, strlen(outcome.err), HOSTILE_PIPE);
		if (strcmp(forms[i], "--json") == 0 && outcome.status != 2)
			check_json(what, outcome.out);
	}
	command_run_prepared(&in_c, "%s", line);
	hostile_refuse(line, outcome.out, strlen(outcome.out), HOSTILE_ASCII);
	hostile_refuse(line, outcome.err, strlen(outcome.err), HOSTILE_ASCII);
	pty_start("%s", line);
	pty_finish();
	hostile_refuse(line, outcome.out, strlen(outcome.out), HOSTILE_LINES);
}

static void nothing_gets_through(void **state)
{
	static const struct {
		const char *format;
		const int *id;
	} commands[] = {
		{ "list", NULL },
		{ "list msg -o +SENDER,RECEIVER,USER,GROUP,CUSER,CGROUP", NULL },
		{ "list shm -o +COMMAND,USER,GROUP,CUSER,CGROUP,HOLDERS,VERDICT", NULL },
		{ "list --by owner", NULL },
		{ "list --by command", NULL },
		{ "who", NULL },
		{ "who shm %d", &hostile_scene.segment },
		{ "who msg %d", &hostile_scene.waited },
		{ "show shm %d", &hostile_scene.segment },
		{ "show shm %d", &hostile_scene.made[0] },
		{ "show sem %d", &hostile_scene.set },
		{ "show msg %d", &hostile_scene.waited },
		{ "show msg %d", &hostile_scene.texts },
		{ "leaks --older 0s", NULL },
		{ "limits", NULL },
		{ "events -n 1", NULL },
		{ "key --explain 0x2a", NULL },
		{ "rm --dry-run msg --filter size!=1", NULL },
		{ "rm --dry-run shm --filter size>0", NULL },
	};
	char line[WHAT];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		/* each is ours, and has one number at most */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		snprintf(line, sizeof(line), commands[i].format,
			commands[i].id ? *commands[i].id : 0);
#pragma GCC diagnostic pop
		check_command(line);
	}
}

static void expect_straight(const char *title, const char *const words[], size_t least)
{
	size_t straight = hostile_straight(outcome.out, title, words);

	if (straight < least)
		fail_msg("%zu lines, not %zu, have %s in its column: %.*s\n", straight, least,
			title, WHAT, outcome.out);
}

static void columns_stay_straight(void **state)
{
	static const char *const modes[] = { "0600", "0644", NULL };
	static const char *const relations[] = { "holder", "waiter", NULL };
	static const char *const counts[] = { "1 ", NULL };

	(void)state;
	command_run("list shm -o OWNER,COMMAND,USER,GROUP,MODE");
	expect_straight("MODE", modes, HOSTILE_NAMES + 2);
	command_run("list msg -o OWNER,SENDER,USER,GROUP,MODE");
	expect_straight("MODE", modes, HOSTILE_NAMES + 2);
	command_run("who");
	expect_straight("RELATION", relations, 3 * HOSTILE_NAMES);
	/* numbers stand at the right: the last digit below the last letter */
	command_run("list --by command");
	expect_straight("S BYTES", counts, HOSTILE_NAMES);
	command_run("show sem %d", hostile_scene.set);
	expect_straight("T  ZCOUNT", (const char *const[]){ "0 ", NULL }, HOSTILE_NAMES);
	command_run("show msg %d", hostile_scene.texts);
	expect_straight("E TEXT",
		(const char *const[]){
			"1 ", "2 ", "3 ", "4 ", "5 ", "6 ", "7 ", "8 ", "9 ", "0 ", NULL },
		HOSTILE_NAMES);
}

static void stuck_waits(void **state)
{
	int set = actors_set(IPC_PRIVATE, 0600, 2, (const unsigned short[]){ 1, 1 }), i;
	static const char *const names[] = { "a\033]0;pwn\ab", "\342\200\256\302\233z" };
	static const char *const forms[] = { "", "--json" };
	struct actor *cycle[2];

	(void)state;
	for (i = 0; i < 2; i++)
		cycle[i] = actors_start(
			(struct act[]){ act_name(names[i]), act_semop(set, i, -1, SEM_UNDO),
				act_meet(), act_semop(set, 1 - i, -1, SEM_UNDO), act_stay() });
	for (i = 0; i < 2; i++)
		actor_wait_met(cycle[i]);
	for (i = 0; i < 2; i++)
		actor_release(cycle[i]);
	for (i = 0; i < 2; i++)
		actor_wait_blocked(cycle[i]);
	for (i = 0; i < 2; i++) {
		assert_int_equal(command_run("deadlocks %s", forms[i]), 1);
		hostile_refuse(forms[i], outcome.out, strlen(outcome.out), HOSTILE_PIPE);
	}
	check_json("deadlocks --json", outcome.out);
	/* those who wait for a semaphore stand behind it */
	assert_int_equal(command_run("show sem %d", set), 0);
	assert_non_null(strstr(outcome.out, "WAITERS"));
	hostile_refuse("show sem", outcome.out, strlen(outcome.out), HOSTILE_PIPE);
}

static void own(int id, uid_t uid)
{
	if (space_has_users())
		world_chown(CLASS_MSG, id, uid, uid);
	nanosleep(&(struct timespec){ .tv_nsec = 150 * 1000 * 1000 }, NULL);
}

/* Queues that come, change and go until it is ended: what was there at the first look is not told.
 */
static pid_t start_changes(void)
{
	pid_t pid = fork();
	int id;

	assert_true(pid >= 0);
	if (pid > 0)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;) {
		id = world_object(CLASS_MSG, IPC_PRIVATE, 0600);
		own(id, HOSTILE_FIRST_UID);
		own(id, HOSTILE_FIRST_UID + 5);
		world_remove(CLASS_MSG, id);
	}
}

/* What happens is told at once, with names of owners. */
static void events(void **state)
{
	static const char *const forms[] = { "", "--json", "--raw", "--export" };
	pid_t changes, pid;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		pid = pty_start_prepared(NULL, "events msg -d 0.1 %s", forms[i]);
		changes = start_changes();
		pty_expect("gone");
		kill(changes, SIGKILL);
		assert_int_equal(waitpid(changes, NULL, 0), changes);
		kill(pid, SIGINT);
		assert_int_equal(pty_finish(), -SIGINT);
		hostile_refuse(forms[i], outcome.out, strlen(outcome.out), HOSTILE_LINES);
	}
}

/* A filter is told back where what it chose is not so any more. */
static void refusals(void **state)
{
	int queue = world_object(CLASS_MSG, IPC_PRIVATE, 0600);

	(void)state;
	world_send(queue, 50);
	world_send(queue, 50);
	if (space_has_users())
		world_chown(CLASS_MSG, queue, HOSTILE_FIRST_UID, HOSTILE_FIRST_UID);
	space_wait_past(space_wait_past(world_ctime(CLASS_MSG, queue)));
	pty_start("rm msg --filter 'verdict=stuck owner!=\033]0;pwn\a\342\200\256\377' --older 1s");
	pty_expect("[y/N] ");
	actors_play((struct act[]){ act_msgrcv(queue, 0), act_exit() });
	pty_type("y\n");
	assert_int_equal(pty_finish(), 1);
	assert_non_null(strstr(outcome.out, "does not hold any more: a message was received"));
	hostile_refuse("a refusal", outcome.out, strlen(outcome.out), HOSTILE_LINES);
}

/* What judges here knows each name for what it is, and takes what is harmless. */
static void the_judge_judges(void **state)
{
	static const char *const harmless[] = { "wide characters", "emoji", "right to left",
		"what a shell reads", "what printf reads", "blanks", "marks upon marks" };
	const char *bytes;
	size_t i, k;

	(void)state;
	for (i = 0; i < HOSTILE_NAMES; i++) {
		bool good = false;

		for (k = 0; k < sizeof(harmless) / sizeof(harmless[0]); k++)
			good |= strcmp(hostile_names[i].what, harmless[k]) == 0;
		bytes = hostile_names[i].bytes;
		assert_in_range(strlen(bytes), 1, 15);
		if (!hostile_offence(bytes, strlen(bytes), HOSTILE_PIPE) != good)
			fail_msg("misjudged: %s", hostile_names[i].what);
		if (!good && strcmp(hostile_names[i].what, "line ends") != 0 &&
			!hostile_offence(bytes, strlen(bytes), HOSTILE_SCREEN))
			fail_msg("misjudged on a screen: %s", hostile_names[i].what);
	}
	assert_null(hostile_offence("a\n", 2, HOSTILE_PIPE));
	assert_non_null(hostile_offence("a\r\n", 3, HOSTILE_PIPE));
	assert_null(hostile_offence("a\r\n", 3, HOSTILE_LINES));
	assert_non_null(hostile_offence("a\r", 2, HOSTILE_LINES));
	assert_null(hostile_offence("\033[?1049h\033[1;24r\033(B\033[m", 21, HOSTILE_SCREEN));
	assert_non_null(hostile_offence("\033[m", 3, HOSTILE_PIPE));
	assert_non_null(hostile_offence("\342\200\246", 3, HOSTILE_ASCII));
}

static int enter(void **state)
{
	actors_enter(state);
	hostile_judge();
	hostile_accounts();
	hostile_host();
	return 0;
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(the_judge_judges),
		cmocka_unit_test_setup_teardown(
			nothing_gets_through, hostile_scene_make, hostile_scene_end),
		cmocka_unit_test_setup_teardown(
			columns_stay_straight, hostile_scene_make, hostile_scene_end),
		cmocka_unit_test_teardown(stuck_waits, actors_end),
		cmocka_unit_test_teardown(events, actors_end),
		cmocka_unit_test_teardown(refusals, actors_end),
	};

	return tap_run(cases, sizeof(cases) / sizeof(cases[0]), enter, NULL);
}
