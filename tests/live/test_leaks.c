/* `ipctop leaks` on real objects: what it finds, whose, why, and what it does not accuse. */
#include "live.h"

#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <time.h>

#include "actors.h"
#include "answer.h"
#include "command.h"

enum { PAGE = 4096, TEXT = 50 };

/* Until all that was made before is older than a second. */
static void grow_old(void)
{
	space_wait_past(time(NULL) + 1);
}

static const char *find(const char *options)
{
	return answer_run(1, "findings", "leaks %s", options);
}

static void a_clean_system_has_one_line(void **state)
{
	(void)state;
	assert_int_equal(command_run("leaks"), 0);
	assert_string_equal(outcome.out, "Nothing leaks.\n");
	assert_string_equal(outcome.err, "");
	assert_int_equal(command_run("leaks --json"), 0);
	assert_int_equal(answer_count(answer_array("findings")), 0);
	assert_true(answer_is(answer_object(), "complete=true"));
}

/* A segment that its creator leaves behind. Returns the id. */
static int leave_segment(size_t size, pid_t *creator)
{
	struct shmid_ds ds;

	*creator = actors_play((struct act[]){
		act_make(CLASS_SHM, IPC_PRIVATE, -1, size), act_attach(ACT_MADE, 0), act_exit() });
	/* the newest of them */
	for (int at = shmctl(0, SHM_INFO, &ds); at >= 0; at--) {
		int id = shmctl(at, SHM_STAT, &ds);

		if (id >= 0 && ds.shm_cpid == *creator)
			return id;
	}
	fail_msg("no segment of process %d", (int)*creator);
	return -1;
}

static void orphans_are_one_finding(void **state)
{
	const char *finding, *ids, *reasons;
	pid_t creators[2];
	int orphans[2], i;

	(void)state;
	for (i = 0; i < 2; i++)
		orphans[i] = leave_segment(PAGE, &creators[i]);
	grow_old();
	finding = answer_has(find("--older 1s"),
		"verdict='orphan' kind='shm' count=2 bytes=%d "
		"severity='high' command=null",
		2 * PAGE);
	assert_int_equal(answer_count(answer_array("findings")), 1);
	ids = answer_array_of(finding, "ids");
	assert_int_equal(answer_count(ids), 2);
	assert_true(answer_is(finding, "remove='ipctop rm shm %d %d'", orphans[0], orphans[1]));
	reasons = answer_array_of(finding, "reasons");
	assert_int_equal(answer_count(reasons), 2);
	for (i = 0; i < 2; i++)
		answer_says("process %d, which created it, is gone", (int)creators[i]);
	/* the line does what it says */
	assert_int_equal(command_run("rm shm %d %d --yes", orphans[0], orphans[1]), 0);
	assert_int_equal(command_run("leaks --older 0"), 0);
}

static void nothing_is_found_before_its_age(void **state)
{
	pid_t creator;

	(void)state;
	leave_segment(PAGE, &creator);
	assert_int_equal(command_run("leaks"), 0);
	assert_string_equal(outcome.out,
		"Nothing leaks.\n1 object would be told of, but is too young: "
		"'ipctop leaks --older 1m' takes younger ones.\n");
	assert_int_equal(command_run("leaks --older orphan=0"), 1);
	assert_int_equal(command_run("leaks --older idle=0"), 0);
	assert_int_equal(command_run("leaks --older orphan=2w"), 0);
}

/* Attached, or by one who lives. */
static void look_alikes_of_orphans(void **state)
{
	struct actor *holder;
	pid_t creator;
	int held, own;

	(void)state;
	held = leave_segment(PAGE, &creator);
	holder = actors_start((struct act[]){ act_attach(held, 0), act_stay() });
	actor_wait_staying(holder);
	own = world_object(CLASS_SHM, IPC_PRIVATE, 0600);
	grow_old();
	answer_has(find("--older 1s"), "verdict='never attached' kind='shm' count=1");
	assert_int_equal(answer_count(answer_array("findings")), 1);
	shmdt(shmat(own, NULL, 0));
	grow_old();
	answer_has(find("--older 1s"), "verdict='idle' kind='shm' count=1 command='test_leaks'");
	answer_says(
		"Its creator lives, and may still want it: process %d (test_leaks)", (int)getpid());
	assert_int_equal(answer_count(answer_array("findings")), 1);
}

static void the_doomed_are_told_with_their_holders(void **state)
{
	struct actor *holder;
	const char *finding;
	int id;

	(void)state;
	id = world_object(CLASS_SHM, IPC_PRIVATE, 0600);
	holder = actors_start((struct act[]){ act_name("keeper"), act_attach(id, 0), act_stay() });
	actor_wait_staying(holder);
	assert_int_equal(shmctl(id, IPC_RMID, NULL), 0);
	grow_old();
	finding = answer_has(find("--older 1s"), "verdict='doomed' count=1 remove=null");
	answer_says("held by process %d (keeper)", (int)holder->pid);
	assert_non_null(finding);
	assert_int_equal(answer_count(answer_array("findings")), 1);
	assert_int_equal(command_run("leaks --older 1s"), 1);
	answer_says_not("ipctop rm");
}

static void queues(void **state)
{
	int by_bytes, by_count, stuck, abandoned, unused, busy;
	const char *findings;
	char empty = 0;

	(void)state;
	by_bytes = world_object(CLASS_MSG, IPC_PRIVATE, 0600);
	while (msgsnd(by_bytes, &(struct {
		long type;
		char text[1000];
	}){ 1, "" },
		       1000, IPC_NOWAIT) == 0)
		continue;
	by_count = world_object(CLASS_MSG, IPC_PRIVATE, 0600);
	while (msgsnd(by_count, &(struct {
		long type;
		char text[1];
	}){ 1, { empty } },
		       0, IPC_NOWAIT) == 0)
		continue;
	stuck = world_object(CLASS_MSG, IPC_PRIVATE, 0600);
	world_send(stuck, TEXT);
	abandoned = world_object(CLASS_MSG, IPC_PRIVATE, 0600);
	actors_play((struct act[]){ act_msgsnd(abandoned, 1, TEXT), act_exit() });
	actors_play((struct act[]){ act_msgrcv(abandoned, 0), act_exit() });
	unused = world_object(CLASS_MSG, IPC_PRIVATE, 0600);
	busy = world_object(CLASS_MSG, IPC_PRIVATE, 0600);
	world_send(busy, TEXT);
	actors_play((struct act[]){ act_msgrcv(busy, 0), act_exit() });
	grow_old();
	findings = find("--older 1s");
	assert_true(answer_is(answer_has(findings, "verdict='full' kind='msg' count=2"),
		"remove='ipctop rm msg %d %d'", by_bytes, by_count));
	assert_true(answer_is(answer_has(findings, "verdict='stuck' kind='msg' count=1"),
		"bytes=%d remove='ipctop rm msg %d'", TEXT, stuck));
	assert_true(answer_is(answer_has(findings, "verdict='abandoned' kind='msg' count=1"),
		"remove='ipctop rm msg %d'", abandoned));
	assert_true(answer_is(answer_has(findings, "verdict='never used' kind='msg' count=1"),
		"remove='ipctop rm msg %d'", unused));
	/* the sender of the last one lives: it is ourselves */
	assert_int_equal(answer_count(findings), 4);
	/* worst first */
	assert_true(answer_is(answer_element(findings, 0), "severity='high'"));
	assert_true(answer_is(answer_element(findings, 3), "severity='low'"));
}

static void a_blocked_sender_makes_it_full(void **state)
{
	int queue = actors_full_queue(IPC_PRIVATE, 0600);
	struct actor *sender;

	(void)state;
	sender = actors_start((struct act[]){ act_msgsnd(queue, 1, 100), act_exit() });
	actor_wait_blocked(sender);
	grow_old();
	answer_has(find("msg --older 1s"), "verdict='full' count=1");
	answer_says("1 sender is blocked");
}

static void sets(void **state)
{
	const unsigned short values[] = { 1, 1 };
	int abandoned = actors_set(IPC_PRIVATE, 0600, 2, values);
	int unused = world_object(CLASS_SEM, IPC_PRIVATE, 0600);
	int used = actors_set(IPC_PRIVATE, 0600, 2, values);
	struct sembuf up = { .sem_num = 1, .sem_op = 1 };
	const char *findings;

	(void)state;
	for (unsigned short i = 0; i < 2; i++)
		actors_play((struct act[]){ act_semop(abandoned, i, 1, 0), act_exit() });
	actors_play((struct act[]){ act_semop(used, 0, 1, 0), act_exit() });
	assert_int_equal(semop(used, &up, 1), 0); /* the other one is ours */
	grow_old();
	findings = find("sem --older 1s");
	assert_true(answer_is(answer_has(findings, "verdict='abandoned' kind='sem' count=1"),
		"remove='ipctop rm sem %d'", abandoned));
	answer_says("All 2 last operators of its semaphores are gone");
	assert_true(answer_is(answer_has(findings, "verdict='never used' kind='sem' count=1"),
		"remove='ipctop rm sem %d'", unused));
	assert_int_equal(answer_count(findings), 2);
}

static void a_deadlock_is_stuck(void **state)
{
	const unsigned short values[] = { 1 };
	struct actor *cycle[2];
	int set;

	(void)state;
	actors_deadlock(cycle);
	grow_old();
	answer_has(find("--older 1s"), "verdict='stuck' kind='sem' count=1 severity='high'");
	answer_says("possible deadlock");
	/* what waits for somebody who is at work is not */
	actors_end(NULL);
	set = actors_set(IPC_PRIVATE, 0600, 1, values);
	cycle[0] = actors_start((struct act[]){ act_semop(set, 0, -1, SEM_UNDO), act_stay() });
	actor_wait_staying(cycle[0]);
	cycle[1] = actors_start((struct act[]){ act_semop(set, 0, -1, SEM_UNDO), act_exit() });
	actor_wait_blocked(cycle[1]);
	grow_old();
	assert_int_equal(command_run("leaks --older 1s"), 0);
}

static void owners_without_account(void **state)
{
	int id;

	(void)state;
	if (!space_has_users())
		tap_skip("there are no other users");
	id = world_object(CLASS_SEM, IPC_PRIVATE, 0600);
	semop(id, &(struct sembuf){ .sem_num = 0, .sem_op = 1 }, 1);
	world_chown(CLASS_SEM, id, OTHER_UID, OTHER_UID);
	grow_old();
	answer_has(find("--older 1s"), "verdict='unknown owner' count=1 owner='%d'", OTHER_UID);
	assert_int_equal(command_run("leaks --older 1s --user root"), 1); /* it created it */
	assert_int_equal(command_run("leaks --older 1s --user nobody"), 0);
}

static void as_text_and_rows(void **state)
{
	pid_t creator;
	int ids[5], i;
	char line[64];

	(void)state;
	for (i = 0; i < 5; i++)
		ids[i] = leave_segment(PAGE, &creator);
	grow_old();
	assert_int_equal(command_run("leaks --older 1s"), 1);
	answer_says("orphan: 5 segments of ");
	answer_says(", 20K of memory (severity high)\n");
	snprintf(line, sizeof(line), "\n  %d: Nobody is attached, and process ", ids[0]);
	answer_says("%s", line);
	answer_says("\n  2 more for the same reason\n");
	answer_says("\n  remove: ipctop rm shm %d %d %d %d %d\n", ids[0], ids[1], ids[2], ids[3],
		ids[4]);
	answer_says("and spares what is seen to be used by then:\n"
		    "  ipctop rm shm --filter 'verdict=orphan' --older '1s'\n");
	assert_int_equal(command_run("leaks --older 1s --raw"), 1);
	answer_says("VERDICT SEVERITY KIND COUNT BYTES OWNER COMMAND REMOVE\norphan high shm 5 "
		    "20480 ");
	assert_int_equal(command_run("leaks --older 1s --export --noheadings"), 1);
	answer_says("VERDICT=\"orphan\"");
	assert_int_equal(command_run("leaks -q --older 1s"), 0);
	assert_int_equal(command_run("leaks shm --older 1s --filter id=%d", ids[2]), 1);
	answer_says("orphan: 1 segment of ");
	/* no line to copy that takes more than was asked for */
	answer_says(" by a filter with verdict= ");
}

static void wrong_usage(void **state)
{
	(void)state;
	assert_int_equal(command_run("leaks 7"), 2);
	assert_int_equal(command_run("leaks shm 7"), 2);
	assert_int_equal(command_run("leaks shm sem"), 0);
	assert_int_equal(command_run("leaks --older"), 2);
	assert_int_equal(command_run("leaks --older orphans=1h"), 2);
	answer_warns("rules are full, stuck, orphan,");
	assert_int_equal(command_run("leaks --yes"), 2);
}

static void become_plain(void *user)
{
	(void)user;
	if (space_has_users())
		space_become(PLAIN_UID, PLAIN_UID);
}

/* Nothing found, but a set that may not be read: 3, and it is said. */
static void what_is_hidden_is_told(void **state)
{
	const struct preparation plain = { become_plain, NULL };
	int set = world_sized(CLASS_SEM, 0x2a, space_has_users() ? 0600 : 0200, 3);

	(void)state;
	if (space_has_users())
		semop(set, &(struct sembuf){ .sem_num = 0, .sem_op = 1 }, 1);
	assert_int_equal(command_run_prepared(&plain, "leaks"), 3);
	answer_says("not all could be");
	assert_int_equal(command_run_prepared(&plain, "leaks --json"), 3);
	assert_true(answer_is(answer_object(), "complete=false"));
}

/* The kernel counts hidden waits in sets; in queues it does not, and that is said. */
static void waits_that_are_hidden(void **state)
{
	const struct preparation plain = { become_plain, NULL };
	struct actor *waiter;
	int set, status;

	(void)state;
	if (!space_has_users())
		tap_skip("there are no other users");
	world_object(CLASS_MSG, IPC_PRIVATE, 0666);
	set = world_object(CLASS_SEM, IPC_PRIVATE, 0666);
	waiter = actors_start((struct act[]){ act_semop(set, 0, -1, 0), act_exit() });
	actor_wait_blocked(waiter);
	grow_old();
	assert_int_equal(command_run_prepared(&plain, "leaks --older 1s --json"), 1);
	answer_has(answer_array("findings"), "verdict='never used' kind='msg' count=1");
	assert_int_equal(answer_count(answer_array("findings")), 1);
	answer_says("Whether a thread waits for it could not be seen.");
	assert_true(answer_is(answer_object(), "complete=false"));
	assert_int_equal(command_run_prepared(&plain, "leaks --older 1s"), 1);
	answer_warns("hidden from you");
	assert_int_equal(command_run_prepared(&plain, "limits --older 1s"), 0);
	answer_warns("hidden from you");
	assert_int_equal(command_run_prepared(&plain, "list sem --older 1s -J -o VERDICT"), 0);
	answer_has(answer_array("sem"), "verdict=null");
	assert_int_equal(command_run_prepared(&plain, "limits --older 1s --json"), 0);
	answer_has(answer_array("limits"), "name='SEMMNI' used=1 freeable=0");
	status = command_run_prepared(
		&plain, "rm sem -f 'verdict=\"never used\"' --older 1s --dry-run");
	assert_int_equal(status, 0);
	answer_says("nothing matches");
	/* nor is it known of a set that may not be read */
	actors_end(NULL);
	world_object(CLASS_SEM, IPC_PRIVATE, 0600);
	grow_old();
	assert_int_equal(command_run_prepared(&plain, "leaks sem --older 1s"), 1);
	answer_says("Whether a thread waits for it could not be seen.");
	status = command_run_prepared(
		&plain, "rm sem -f 'verdict=\"never used\"' --older 1s --dry-run");
	assert_int_equal(status, 0);
	answer_warns("whether a thread waits for 1 of 1 objects could not be seen");
	/* it matters where it could change the answer: nothing is left now */
	actors_end(NULL);
	assert_int_equal(command_run_prepared(&plain, "leaks --older 1s"), 0);
	assert_string_equal(outcome.err, "");
	assert_int_equal(command_run_prepared(&plain, "limits --older 1s"), 0);
	assert_string_equal(outcome.err, "");
}

/* Only columns: the verdict is one like the others. */
static void verdicts_are_a_column(void **state)
{
	pid_t creator;
	int orphan = leave_segment(PAGE, &creator);
	int own = world_object(CLASS_SHM, IPC_PRIVATE, 0600);

	(void)state;
	grow_old();
	answer_has(answer_run(0, "shm", "list shm --older 1s --filter verdict=orphan -o +VERDICT"),
		"id=%d verdict='orphan'", orphan);
	assert_int_equal(answer_count(answer_array("shm")), 1);
	answer_has(answer_run(0, "shm",
			   "list shm --older 1s --filter 'verdict=\"never attached\"' -o +VERDICT"),
		"id=%d verdict='never attached'", own);
	answer_run(0, "shm", "list shm -o +VERDICT");
	answer_has(answer_array("shm"), "id=%d verdict=null", orphan);
	answer_has(answer_run(0, "verdicts", "show shm %d --older 1s", orphan),
		"verdict='orphan' severity='high'");
	assert_int_equal(command_run("list shm --filter verdict=orphn"), 2);
	answer_warns("VERDICT is one of full, stuck, orphan,");
	assert_int_equal(command_run("list --filter 'verdict=unknown owner'"), 2);
	answer_warns("not 'unknown'; two words are quoted: VERDICT=\"unknown owner\"");
	assert_int_equal(command_run("list --filter 'verdict=never used'"), 2);
	answer_warns("quoted: VERDICT=\"never attached\", VERDICT=\"never used\"");
	assert_int_equal(command_run("list shm --older 1s --filter 'verdict!=orphan'"), 0);
	assert_int_equal(command_run("show shm %d --older 1s", orphan), 0);
	answer_says("\nVerdict\n  orphan: Nobody is attached, and process %d, which created it, is "
		    "gone; last used ",
		(int)creator);
}

/* An id of theirs may be another object's here. */
static void texts_are_of_another_host(void **state)
{
	const char *top = getenv("TOP_SRCDIR");
	char folder[4096];
	pid_t creator;

	(void)state;
	assert_non_null(top);
	snprintf(folder, sizeof(folder), "%s/tests/fixtures/linux-6.18", top);
	setenv("IPCTOP_PROC", folder, 1);
	assert_int_equal(command_run("leaks"), 1);
	answer_says("the same ids are other objects here");
	assert_int_equal(command_run("leaks --json"), 1);
	answer_says("\"remove\":null");
	answer_says_not("ipctop rm");
	assert_int_equal(command_run("leaks --raw"), 1);
	answer_says(" REMOVE\n");
	answer_says_not("ipctop\\x20rm");
	assert_int_equal(command_run("leaks --export"), 1);
	answer_says("REMOVE=\"-\"");
	answer_says_not("ipctop rm");
	unsetenv("IPCTOP_PROC");
	leave_segment(PAGE, &creator);
	assert_int_equal(command_run("leaks --older 0s"), 1);
	answer_says_not("other objects here");
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test_teardown(a_clean_system_has_one_line, actors_end),
		cmocka_unit_test_teardown(orphans_are_one_finding, actors_end),
		cmocka_unit_test_teardown(nothing_is_found_before_its_age, actors_end),
		cmocka_unit_test_teardown(look_alikes_of_orphans, actors_end),
		cmocka_unit_test_teardown(the_doomed_are_told_with_their_holders, actors_end),
		cmocka_unit_test_teardown(queues, actors_end),
		cmocka_unit_test_teardown(a_blocked_sender_makes_it_full, actors_end),
		cmocka_unit_test_teardown(sets, actors_end),
		cmocka_unit_test_teardown(a_deadlock_is_stuck, actors_end),
		cmocka_unit_test_teardown(owners_without_account, actors_end),
		cmocka_unit_test_teardown(as_text_and_rows, actors_end),
		cmocka_unit_test_teardown(wrong_usage, actors_end),
		cmocka_unit_test_teardown(what_is_hidden_is_told, actors_end),
		cmocka_unit_test_teardown(waits_that_are_hidden, actors_end),
		cmocka_unit_test_teardown(verdicts_are_a_column, actors_end),
		cmocka_unit_test_teardown(texts_are_of_another_host, actors_end),
	};

	return tap_run(cases, sizeof(cases) / sizeof(cases[0]), actors_enter, NULL);
}
