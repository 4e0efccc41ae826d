/*
 * Commands while calls fail: one call alone, or all from one on, of each kind and with each error
 * that the kernel has for it. The program may say that it can't tell, but not tell what is wrong:
 * each line must be one that it prints without the fault, or the same with less in it.
 */
#include "live.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ipc.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/wait.h>

#include "actors.h"
#include "command.h"
#include "faults.h"
#include "ipctop/cli/options.h"

enum { POINTS = 2, ALL_POINTS = 100, LINE_MOST = 1024, LOOKS = 5, SLOW_POINTS = 10, MANY = 150 };

static struct {
	const char *command;
	struct actor *holder;
	int queue, set, segment, other;
	bool crowded; /* there are processes that we may not look at */
	size_t points; /* of each kind of failure; 0: the usual number */
	struct outcome before; /* of the command, where nothing fails */
} here;

static int set_up(void **state)
{
	static const unsigned short zeros[2];

	(void)state;
	faults_open();
	here.queue = world_object(CLASS_MSG, 0x101, 0600);
	here.set = actors_set(0x102, 0600, 2, zeros);
	here.segment = world_sized(CLASS_SHM, 0x103, 0600, 65536);
	here.other = world_sized(CLASS_SHM, 0x104, 0600, 4096);
	here.holder = actors_start(
		(struct act[]){ act_name("holder"), act_attach(here.segment, 0), act_stay() });
	actor_wait_staying(here.holder);
	actor_wait_blocked(actors_start(
		(struct act[]){ act_name("reader"), act_msgrcv(here.queue, 0), act_exit() }));
	actor_wait_blocked(actors_start(
		(struct act[]){ act_name("locker"), act_semop(here.set, 1, -1, 0), act_exit() }));
	return 0;
}

static void copy_text(char *to, size_t room, const char *from)
{
	size_t length = strnlen(from, room - 1);

	memcpy(to, from, length);
	to[length] = '\0';
}

/* The next word, cut out. */
static char *take_word(char **at)
{
	char *word;

	*at += strspn(*at, " ");
	word = *at;
	*at += strcspn(*at, " ");
	if (**at)
		*(*at)++ = '\0';
	return word;
}

/* A library may say something too: libnuma, which libproc2 asks, where it can't read a file. */
static bool explains(void)
{
	return strncmp(outcome.err, "ipctop: ", 8) == 0 || strstr(outcome.err, "\nipctop: ");
}

/*
 * Not known, in words too (raw output has no blanks in them), at least as many as this, or the
 * number of an account that could not be looked up.
 */
static bool says_less(const char *word, const char *full)
{
	char number[16];

	snprintf(number, sizeof(number), "%u", (unsigned)getuid());
	return strcmp(word, "-") == 0 || strstr(word, "not\\x20known") ||
		word[strlen(word) - 1] == '+' || word[strlen(word) - 1] == '?' ||
		(explains() && strcmp(word, number) == 0 &&
			strspn(full, "0123456789") < strlen(full));
}

/* What is as old as the test: the time goes on. */
static bool is_age(const char *word)
{
	return strspn(word, "0123456789sm") == strlen(word) && strchr(word, 's');
}

static bool is_weaker(const char *line, const char *full)
{
	char copy[LINE_MOST], full_copy[LINE_MOST], *at = copy, *full_at = full_copy;
	const char *word, *full_word;

	copy_text(copy, sizeof(copy), line);
	copy_text(full_copy, sizeof(full_copy), full);
	for (;;) {
		word = take_word(&at);
		full_word = take_word(&full_at);
		if (!*word || !*full_word)
			return *word == *full_word;
		if (strcmp(word, full_word) != 0 && !says_less(word, full_word) &&
			!(is_age(word) && is_age(full_word)))
			return false;
	}
}

/* The next line of a text, cut out; NULL at its end. */
static char *take_line(char **at)
{
	char *line = *at;

	if (!*line)
		return NULL;
	*at += strcspn(line, "\n");
	if (**at)
		*(*at)++ = '\0';
	return line;
}

/* Whether a line of `text`, from `*from` on, has all that is in `line`. */
static bool is_known(const char *line, const char *text)
{
	char copy[COMMAND_OUTPUT], *at = copy, *full;

	copy_text(copy, sizeof(copy), text);
	while ((full = take_line(&at)) != NULL)
		if (is_weaker(line, full))
			return true;
	return false;
}

static unsigned count_lines(const char *text)
{
	unsigned lines = 0;

	for (; *text; text++)
		lines += *text == '\n';
	return lines;
}

/* In a sentence. */
static bool says_unknown(const char *line)
{
	return strstr(line, "its operation is not known") ||
		(explains() &&
			(strstr(line, "not seen so far") || strstr(line, "not visible to you")));
}

static bool is_same_text(const char *text, const char *other)
{
	char copy[COMMAND_OUTPUT], other_copy[COMMAND_OUTPUT], *at = copy, *other_at = other_copy;
	const char *line, *other_line;

	copy_text(copy, sizeof(copy), text);
	copy_text(other_copy, sizeof(other_copy), other);
	do {
		line = take_line(&at);
		other_line = take_line(&other_at);
	} while (line && other_line && is_weaker(line, other_line) && is_weaker(other_line, line));
	return line == other_line; /* both ended */
}

/*
 * Of a queue nobody counts who waits: where they are hidden, the verdict stands with its doubt,
 * which rows have no room for; that they are is told.
 */
static bool is_doubted(const char *line)
{
	static const char start[] = "never\\x20used low msg ";

	return faults_forbid() && strncmp(line, start, sizeof(start) - 1) == 0 &&
		(strstr(outcome.err, "hidden from you") ||
			strstr(outcome.err, "waiters are not known: Permission denied"));
}

/* What is wrong with how it ended; NULL: nothing. */
static const char *judge(void)
{
	static char wrong[COMMAND_OUTPUT + 64];
	char copy[COMMAND_OUTPUT], *at = copy, *line;

	if (outcome.status < 0 || outcome.status > EXIT_UNSURE)
		return "it crashed";
	if (outcome.status == EXIT_USAGE)
		return "it says that the command is wrong";
	if (strstr(outcome.err, "no such"))
		return "it says that there is none";
	if (strstr(outcome.err, "security policy") && !here.crowded && !faults_forbid())
		return "it says that somebody forbids it";
	if (outcome.status != here.before.status && !explains())
		return "it says nothing of the fault";
	if (!explains() && count_lines(outcome.out) != count_lines(here.before.out))
		return "it says less, and not why";
	if (strstr(outcome.out, "not visible to you") && !here.crowded && !faults_forbid())
		return "it says that we may not see it";
	copy_text(copy, sizeof(copy), outcome.out);
	while ((line = take_line(&at)) != NULL) {
		if (is_known(line, here.before.out) || says_unknown(line) || is_doubted(line))
			continue;
		snprintf(wrong, sizeof(wrong), "it says '%.*s'", LINE_MOST, line);
		return wrong;
	}
	return NULL;
}

static void attempt(void)
{
	const char *wrong;

	faults_run(here.command);
	wrong = judge();
	if (wrong)
		fail_msg("ipctop %s, %s: %s\n%s%s", here.command, faults_told(), wrong, outcome.out,
			outcome.err);
}

static void fail_all(const char *command)
{
	const unsigned what =
		FAULT_OPEN | FAULT_READ | FAULT_ASK | FAULT_IPC | FAULT_MEMORY | FAULT_START;

	here.command = command;
	faults_end();
	faults_run(command);
	here.before = outcome;
	if (judge())
		fail_msg("ipctop %s: %s", command, outcome.err);
	faults_each(what, here.points ? here.points : tap_rounds(POINTS, ALL_POINTS), attempt);
	if (!is_same_text(outcome.out, here.before.out))
		fail_msg("ipctop %s, later:\n%s", command, outcome.out);
}

static void objects_are_listed(void **state)
{
	(void)state;
	fail_all("list -o ID,KEY,OWNER,CGROUP,MODE,STATUS");
}

static void relations_are_listed(void **state)
{
	(void)state;
	fail_all("list -o ID,HOLDERS,WAITERS,VERDICT");
}

static void rows_are_exported(void **state)
{
	(void)state;
	fail_all("list -m --raw --filter nattch<9 --sort size -o ID,SIZE,NATTCH,CPID,CUSER,SEQ");
}

static void relations_are_told(void **state)
{
	(void)state;
	fail_all("who --raw");
}

static void relations_are_told_in_words(void **state)
{
	(void)state;
	fail_all("who");
}

static void fail_all_of(const char *command, int number)
{
	char line[64];

	snprintf(line, sizeof(line), "%s %d", command, number);
	fail_all(line);
}

static void holders_are_told(void **state)
{
	(void)state;
	fail_all_of("who shm", here.segment);
}

static void processes_are_found(void **state)
{
	(void)state;
	fail_all_of("who --pid", here.holder->pid);
}

static void objects_are_found(void **state)
{
	(void)state;
	fail_all_of("show --raw shm", here.segment);
	fail_all_of("show --raw msg", here.queue);
	fail_all_of("show --raw sem", here.set);
}

static void leaks_and_deadlocks_are_told(void **state)
{
	(void)state;
	if (!tap_proving())
		tap_skip("they look twice: 'make prove'");
	here.points = SLOW_POINTS;
	fail_all("leaks --older 0 --raw");
	fail_all("deadlocks --raw");
	here.points = 0;
}

/* Two that wait for each other. */
static void make_ring(void)
{
	static const unsigned short ones[] = { 1, 1 };
	int set = actors_set(0x105, 0600, 2, ones), i;
	struct actor *ring[2];

	for (i = 0; i < 2; i++) {
		ring[i] = actors_start(
			(struct act[]){ act_name("ring"), act_semop(set, i, -1, SEM_UNDO),
				act_meet(), act_semop(set, 1 - i, -1, SEM_UNDO), act_exit() });
		actor_wait_met(ring[i]);
	}
	for (i = 0; i < 2; i++) {
		actor_release(ring[i]);
		actor_wait_blocked(ring[i]);
	}
}

/* What is stuck takes two looks: where one of them fails, that is told. */
static void a_look_of_two_fails(void **state)
{
	struct fault_plan *plan = faults_open();
	struct world random = { .random = world_seed() };
	const char *wrong;
	int calls, at;
	size_t i;

	(void)state;
	make_ring();
	faults_plan(FAULT_OPEN, EMFILE, FAULT_EVER, FAULT_EVER);
	faults_run("deadlocks --raw");
	here.before = outcome;
	assert_int_equal(outcome.status, EXIT_FOUND);
	calls = atomic_load(&plan->calls);
	for (i = 0; i < tap_rounds(LOOKS, ALL_POINTS); i++) {
		at = (int)world_pick(&random, (unsigned)calls);
		faults_plan(FAULT_OPEN, EMFILE, at, at + 1);
		faults_run("deadlocks --raw");
		wrong = judge();
		if (!wrong && outcome.status == EXIT_DONE)
			wrong = "it says that nothing is stuck";
		if (wrong)
			fail_msg("call %d of %d: %s\n%s%s", at, calls, wrong, outcome.out,
				outcome.err);
	}
	faults_end();
}

/* More than are asked for at a time. */
static void many_processes_are_not_known(void **state)
{
	pid_t many[MANY];
	unsigned lines;
	int i, id;

	(void)state;
	here.command = "list -m --raw -o ID,CPID,COMMAND";
	faults_run(here.command);
	lines = count_lines(outcome.out);
	for (i = 0; i < MANY; i++) {
		many[i] = fork();
		assert_true(many[i] >= 0);
		if (many[i] == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			id = shmget(IPC_PRIVATE, 4096, 0600);
			while (id >= 0)
				pause();
			_exit(1);
		}
	}
	do
		faults_run(here.command);
	while (count_lines(outcome.out) < lines + MANY);
	here.before = outcome;
	faults_plan(FAULT_START, EAGAIN, 0, FAULT_EVER);
	attempt();
	faults_end();
	for (i = 0; i < MANY; i++) {
		kill(many[i], SIGKILL);
		waitpid(many[i], NULL, 0);
	}
}

static void limits_are_told(void **state)
{
	(void)state;
	fail_all("limits --raw");
}

static void keys_are_told(void **state)
{
	(void)state;
	fail_all("key /etc/passwd x");
}

/* Each candidate is of a process, and a process is looked at through many files. */
static void candidates_are_found(void **state)
{
	const int key = (int)ftok("/proc/self/exe", 'R');
	struct fault_plan *plan = faults_open();
	char command[64];
	const char *wrong;
	int calls, at;

	(void)state;
	/* the test itself has more capabilities than the program, which hides its files */
	actor_wait_staying(
		actors_start((struct act[]){ act_make(CLASS_SHM, key, -1, 4096), act_stay() }));
	snprintf(command, sizeof(command), "key --raw --explain 0x%08x", (unsigned)key);
	faults_plan(FAULT_OPEN, EMFILE, FAULT_EVER, FAULT_EVER);
	faults_run(command);
	here.before = outcome;
	assert_non_null(strstr(outcome.out, " executable "));
	calls = atomic_load(&plan->calls);
	for (at = 0; at < calls; at++) {
		faults_plan(FAULT_OPEN, EMFILE, at, FAULT_EVER);
		faults_run(command);
		wrong = judge();
		if (wrong)
			fail_msg("ipctop %s, no file from call %d on: %s\n%s%s", command, at, wrong,
				outcome.out, outcome.err);
	}
	faults_end();
}

/* Where all processes are seen, nobody may be called missing for another reason. */
static int enter(void **state)
{
	char reason[SPACE_REASON];

	actors_enter(state);
	here.crowded = space_alone(reason) < 0;
	if (here.crowded)
		printf("# %s\n", reason);
	return 0;
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, actors_end)
	const struct CMUnitTest cases[] = {
		CASE(objects_are_listed),
		CASE(relations_are_listed),
		CASE(rows_are_exported),
		CASE(relations_are_told),
		CASE(relations_are_told_in_words),
		CASE(holders_are_told),
		CASE(processes_are_found),
		CASE(objects_are_found),
		CASE(leaks_and_deadlocks_are_told),
		CASE(a_look_of_two_fails),
		CASE(many_processes_are_not_known),
		CASE(limits_are_told),
		CASE(keys_are_told),
		CASE(candidates_are_found),
	};

	return tap_run(cases, sizeof cases / sizeof *cases, enter, NULL);
}
