/*
 * `ipctop events`: slow changes of real objects are told completely and in order, each by one line.
 * A step does something and then waits for the line that tells it, so that what is told beside that
 * fails the next step.
 */
#include "actors.h"
#include "answer.h"
#include "command.h"
#include "live.h"

#include <fcntl.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <sys/msg.h>
#include <sys/shm.h>
#include <time.h>

enum { LINE_BYTES = 4096, DEADLINE_MS = 20 * 1000, TRY_MS = 300, KEY = 0x4f5200, QBYTES = 16384 };

static struct {
	pid_t pid;
	int pipe; /* its standard output */
	char text[LINE_BYTES]; /* read, and not taken yet */
	size_t length;
	char line[LINE_BYTES]; /* the last one taken */
} events;

/* In the child. */
static void write_to_pipe(void *user)
{
	if (dup2(((int *)user)[1], STDOUT_FILENO) < 0)
		_exit(125);
}

/* The next line within `ms`. */
static bool take_line(int ms)
{
	struct pollfd wait = { .fd = events.pipe, .events = POLLIN };
	const char *end;
	ssize_t got;
	size_t bytes;

	while (!(end = memchr(events.text, '\n', events.length))) {
		if (poll(&wait, 1, ms) <= 0)
			return false;
		got = read(events.pipe, events.text + events.length,
			sizeof(events.text) - events.length);
		assert_true(got > 0);
		events.length += (size_t)got;
	}
	bytes = (size_t)(end - events.text) + 1;
	memcpy(events.line, events.text, bytes);
	events.line[bytes - 1] = '\0';
	events.length -= bytes;
	memmove(events.text, events.text + bytes, events.length);
	return true;
}

/* The next line has all these words, and is an object that has all members. */
__attribute__((format(printf, 1, 2))) static void told(const char *format, ...)
{
	static const char *const members[] = { "time", "event", "kind", "id", "key", "owner", "pid",
		"pid_alive", "detail" };
	char words[LINE_BYTES];
	va_list args;
	size_t i;

	va_start(args, format);
	vsnprintf(words, sizeof(words), format, args);
	va_end(args);
	if (!take_line(DEADLINE_MS))
		fail_msg("nothing is told of: %s", words);
	for (i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		assert_non_null(answer_member(events.line, members[i]));
	if (!answer_is(events.line, "%s", words))
		fail_msg("%s is not: %s", events.line, words);
}

/* Start it, and make sets until it tells of one, which is returned. */
static int start(const char *arguments)
{
	int ends[2], id = -1, left = DEADLINE_MS / TRY_MS;
	const struct preparation preparation = { write_to_pipe, ends };

	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	events.pid = command_start(&preparation, "events -d 0.1 %s", arguments);
	close(ends[1]);
	events.pipe = ends[0];
	events.length = 0;
	do {
		if (id >= 0)
			world_remove(CLASS_SEM, id);
		if (left-- == 0)
			fail_msg("nothing is told");
		id = world_object(CLASS_SEM, IPC_PRIVATE, 0600);
	} while (!take_line(TRY_MS));
	return id;
}

/* Start it, and wait until it sees what comes. */
static void watch(const char *arguments)
{
	char all[LINE_BYTES];
	int id;

	snprintf(all, sizeof(all), "--json %s", arguments);
	id = start(all);
	while (!answer_is(events.line, "event='appeared' id=%d", id)) {
		if (!take_line(DEADLINE_MS))
			fail_msg("it does not see the set %d", id);
	}
	world_remove(CLASS_SEM, id);
	told("event='gone' kind='sem' id=%d", id);
}

/* Nothing was told but what was waited for. */
static void watch_ends(void)
{
	int id = world_object(CLASS_SEM, IPC_PRIVATE, 0600);

	told("event='appeared' kind='sem' id=%d pid=0 pid_alive=null", id);
	assert_int_equal(events.length, 0);
	assert_int_equal(kill(events.pid, SIGTERM), 0);
	assert_int_equal(command_finish(), -SIGTERM);
	close(events.pipe);
	events.pid = 0;
}

static int end_watch(void **state)
{
	if (events.pid > 0) {
		kill(events.pid, SIGKILL);
		command_finish();
		close(events.pipe);
		events.pid = 0;
	}
	return actors_end(state);
}

static const char *user_name(uid_t uid)
{
	static char name[64];
	const struct passwd *entry = getpwuid(uid);

	snprintf(name, sizeof(name), "%u", uid);
	return entry && strlen(entry->pw_name) < 24 ? entry->pw_name : name;
}

/* a segment, from its making to its end */

static void change_owner(int segment)
{
	char from[64];

	if (!space_has_users())
		return;
	snprintf(from, sizeof(from), "%s", user_name(getuid()));
	world_chown(CLASS_SHM, segment, PLAIN_UID, getgid());
	told("event='changed' kind='shm' id=%d detail='owner %s -> %s'", segment, from,
		user_name(PLAIN_UID));
	assert_true(answer_is(events.line, "owner='%s'", user_name(PLAIN_UID)));
}

static void a_segment(void **state)
{
	struct actor *holder;
	void *address;
	int segment;

	(void)state;
	watch("");
	segment = world_sized(CLASS_SHM, KEY, 0600, 4096);
	told("event='appeared' kind='shm' id=%d key='0x%08x' owner='%s' pid=%d pid_alive=true "
	     "detail='4096 bytes, 0 attachments'",
		segment, KEY, user_name(getuid()), getpid());
	holder = actors_start((struct act[]){ act_attach(segment, 0), act_stay() });
	told("event='attached' kind='shm' id=%d pid=%d pid_alive=true detail='0 -> 1 attachment'",
		segment, holder->pid);
	address = shmat(segment, NULL, 0);
	assert_true(address != (void *)-1);
	told("event='attached' id=%d pid=%d detail='1 -> 2 attachments'", segment, getpid());
	world_change(CLASS_SHM, segment, 0640);
	told("event='changed' kind='shm' id=%d pid=0 detail='mode 0600 -> 0640'", segment);
	change_owner(segment);
	assert_int_equal(shmdt(address), 0);
	told("event='detached' id=%d detail='2 -> 1 attachment'", segment);
	world_remove(CLASS_SHM, segment);
	told("event='marked' kind='shm' id=%d key='0x%08x' detail='dest, 1 attachment'", segment,
		KEY);
	actor_kill(holder, false);
	told("event='gone' kind='shm' id=%d detail=''", segment);
	watch_ends();
}

/* queues */

static void receive(int queue, size_t size)
{
	static struct {
		long type;
		char text[QBYTES];
	} message;

	assert_int_equal(msgrcv(queue, &message, size, 0, IPC_NOWAIT), size);
}

static void filled_by_bytes(void **state)
{
	int queue, i;

	(void)state;
	watch("msg sem");
	queue = world_object(CLASS_MSG, KEY, 0600);
	told("event='appeared' kind='msg' id=%d pid=0 detail=''", queue);
	for (i = 0; i < 4; i++)
		world_send(queue, QBYTES / 4);
	told("event='full' kind='msg' id=%d pid=%d detail='16384 of 16384 bytes'", queue, getpid());
	for (i = 0; i < 4; i++) {
		if (i == 2) /* this far it is not drained: what comes then tells so */
			world_change(CLASS_MSG, queue, 0660);
		if (i == 2)
			told("event='changed' id=%d detail='mode 0600 -> 0660'", queue);
		receive(queue, QBYTES / 4);
		if (i == 2)
			told("event='drained' id=%d pid=%d detail='4096 of 16384 bytes'", queue,
				getpid());
	}
	world_remove(CLASS_MSG, queue);
	told("event='gone' kind='msg' id=%d", queue);
	watch_ends();
}

static void filled_by_count(void **state)
{
	struct msqid_ds ds;
	int queue, i;

	(void)state;
	watch("-q -s");
	queue = world_object(CLASS_MSG, KEY, 0600);
	told("event='appeared' kind='msg' id=%d", queue);
	assert_int_equal(msgctl(queue, IPC_STAT, &ds), 0);
	ds.msg_qbytes = 10;
	assert_int_equal(msgctl(queue, IPC_SET, &ds), 0);
	for (i = 0; i < 10; i++)
		world_send(queue, 0);
	told("event='full' kind='msg' id=%d pid=%d detail='10 of 10 messages'", queue, getpid());
	for (i = 0; i < 6; i++)
		receive(queue, 0);
	told("event='drained' id=%d detail='4 of 10 messages'", queue);
	world_remove(CLASS_MSG, queue);
	told("event='gone' kind='msg' id=%d detail=''", queue);
	watch_ends();
}

/* waits */

static void stuck(void **state)
{
	static const unsigned short ones[] = { 1, 1 };
	struct actor *waiter;
	int set;

	(void)state;
	watch("");
	set = actors_set(KEY, 0600, 2, ones);
	told("event='appeared' kind='sem' id=%d detail='2 semaphores'", set);
	actors_play((struct act[]){ act_semop(set, 1, -1, 0), act_exit() });
	waiter = actors_start((struct act[]){ act_semop(set, 1, -1, 0), act_exit() });
	actor_wait_blocked(waiter);
	told("event='stuck' kind='sem' id=%d pid=%d pid_alive=true detail='last operator gone'",
		set, waiter->pid);
	world_remove(CLASS_SEM, set);
	told("event='gone' kind='sem' id=%d", set);
	watch_ends();
}

/* which events */

static void only_some(void **state)
{
	int set, queue;

	(void)state;
	/* a queue is not looked at, and what else happens to sets is not told */
	watch("-s -f 'event!=changed'");
	queue = world_object(CLASS_MSG, KEY, 0600);
	set = world_object(CLASS_SEM, KEY, 0600);
	told("event='appeared' kind='sem' id=%d", set);
	world_change(CLASS_SEM, set, 0640);
	world_remove(CLASS_MSG, queue);
	world_remove(CLASS_SEM, set);
	told("event='gone' kind='sem' id=%d", set);
	watch_ends();
}

static void only_those_of_a_user(void **state)
{
	int set;

	(void)state;
	live_need_users();
	watch("-s -u 0");
	set = world_object(CLASS_SEM, KEY, 0600);
	told("event='appeared' kind='sem' id=%d", set);
	/* whoever owns it, it is root's who created it */
	world_chown(CLASS_SEM, set, PLAIN_UID, PLAIN_UID);
	told("event='changed' kind='sem' id=%d owner='%s'", set, user_name(PLAIN_UID));
	told("event='changed' kind='sem' id=%d detail='gid 0 -> %d'", set, PLAIN_UID);
	actors_play((struct act[]){
		act_become(PLAIN_UID), act_make(CLASS_SEM, KEY + 1, ACT_MADE, 1), act_exit() });
	world_remove(CLASS_SEM, set);
	told("event='gone' kind='sem' id=%d", set);
	watch_ends();
}

/* other forms */

static void each_form_comes_at_once(void **state)
{
	static const struct {
		const char *arguments, *begins, *has;
	} forms[] = {
		{ "--noheadings --time-format iso", "20", "+00:00 appeared sem  " },
		{ "--noheadings --raw", "", " appeared sem " },
		{ "--export", "TIME=\"", "\" EVENT=\"appeared\" KIND=\"sem\" ID=\"" },
	};
	size_t i;

	(void)state;
	assert_int_equal(setenv("TZ", "UTC0", 1), 0);
	for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		start(forms[i].arguments);
		/* one that was there at the first look is told when it goes */
		while (!strstr(events.line, "appeared"))
			assert_true(take_line(DEADLINE_MS));
		if (strncmp(events.line, forms[i].begins, strlen(forms[i].begins)) != 0 ||
			!strstr(events.line, forms[i].has))
			fail_msg("with %s: %s", forms[i].arguments, events.line);
		assert_int_equal(kill(events.pid, SIGTERM), 0);
		assert_int_equal(command_finish(), -SIGTERM);
		close(events.pipe);
		events.pid = 0;
	}
}

/* ends and errors */

static void ends_by_itself(void **state)
{
	(void)state;
	world_object(CLASS_SHM, KEY, 0600); /* it is there from the first look on */
	assert_int_equal(command_run("events -n 3 -d 0.1 --json"), 0);
	assert_string_equal(outcome.out, "");
	assert_int_equal(command_run("events -n 1"), 0);
	answer_says("TIME EVENT    KIND     ID KEY        OWNER        PID DETAIL");
	assert_int_equal(command_run("events -n 1 --raw"), 0);
	assert_string_equal(outcome.out, "TIME EVENT KIND ID KEY OWNER PID DETAIL\n");
	assert_int_equal(command_run("events -n 1 --noheadings"), 0);
	assert_string_equal(outcome.out, "");
	assert_int_equal(command_run("events -n 1 --export"), 0);
	assert_string_equal(outcome.out, "");
}

static void wrong_usage(void **state)
{
	(void)state;
	alarm(DEADLINE_MS / 1000); /* ends us where one of them watches */
	assert_int_equal(command_run("events shms"), 2);
	answer_warns("unknown kind 'shms'");
	assert_int_equal(command_run("events -f size=3"), 2);
	answer_warns("no column 'size'");
	assert_int_equal(command_run("events -f id=x"), 2);
	assert_int_equal(command_run("events -d 0"), 2);
	assert_int_equal(command_run("events -n 0"), 2);
	alarm(0);
}

/* It notices that nobody reads it, also while nothing happens. */
static void a_closed_pipe_ends_it(void **state)
{
	(void)state;
	watch("");
	close(events.pipe);
	events.pipe = -1;
	alarm(DEADLINE_MS / 1000); /* ends us where it does not end */
	command_finish();
	alarm(0);
	events.pid = 0;
	assert_true(outcome.status == 1 || outcome.status == -SIGPIPE);
	answer_says_not("pipe");
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test_teardown(a_segment, end_watch),
		cmocka_unit_test_teardown(filled_by_bytes, end_watch),
		cmocka_unit_test_teardown(filled_by_count, end_watch),
		cmocka_unit_test_teardown(stuck, end_watch),
		cmocka_unit_test_teardown(only_some, end_watch),
		cmocka_unit_test_teardown(only_those_of_a_user, end_watch),
		cmocka_unit_test_teardown(each_form_comes_at_once, end_watch),
		cmocka_unit_test_teardown(ends_by_itself, end_watch),
		cmocka_unit_test_teardown(wrong_usage, end_watch),
		cmocka_unit_test_teardown(a_closed_pipe_ends_it, end_watch),
	};

	return tap_run(cases, sizeof(cases) / sizeof(cases[0]), actors_enter, NULL);
}
