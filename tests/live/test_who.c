/*
 * `ipctop who`: holders and waiters that are really there, beside what the kernel and the actors
 * themselves say.
 */
#include "live.h"

#include <pwd.h>
#include <sys/shm.h>

#include "actors.h"
#include "answer.h"
#include "command.h"
#include "ipctop/collect/sysv.h"

enum { LINE_MOST = 512, FULL_TEXT = 50 };

static const unsigned short values[] = { 1, 0, 3, 0 };

static size_t three_pages(void)
{
	return 3 * (size_t)sysconf(_SC_PAGESIZE);
}

/* As the program names our user. */
static const char *user(void)
{
	const struct passwd *passwd = getpwuid(geteuid());

	return passwd ? passwd->pw_name : "?";
}

/* holders */

/* The places of a segment in a process' own maps, as an array's text. */
static void write_addresses(char text[ANSWER_VALUE], pid_t pid, int segment)
{
	char path[64], line[LINE_MOST], range[64];
	unsigned long inode;
	size_t length = 1;
	FILE *maps;

	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	maps = fopen(path, "re");
	assert_non_null(maps);
	text[0] = '[';
	while (fgets(line, sizeof(line), maps)) {
		if (!strstr(line, "/SYSV") ||
			sscanf(line, "%63s %*s %*s %*s %lu", range, &inode) != 2 ||
			inode != (unsigned long)segment)
			continue;
		length += (size_t)snprintf(text + length, ANSWER_VALUE - length, "%s'%s'",
			length > 1 ? "," : "", range);
	}
	fclose(maps);
	snprintf(text + length, ANSWER_VALUE - length, "]");
}

static void expect_holder(
	const char *relations, const struct actor *actor, int segment, const char *words)
{
	char addresses[ANSWER_VALUE];

	write_addresses(addresses, actor->pid, segment);
	answer_has(relations,
		"kind='shm' id=%d pid=%d tid=%d relation='holder' user='%s' addresses=%s %s",
		segment, actor->pid, actor->pid, user(), addresses, words);
}

static void holders_are_told_with_all_their_mappings(void **state)
{
	struct actor *maker, *twice, *reader, *split, *thread;
	const char *relations;
	struct shmid_ds ds;
	int id;

	(void)state;
	maker = actors_start((struct act[]){ act_name("maker"),
		act_make(CLASS_SHM, 0x7a, -1, three_pages()), act_meet(), act_stay() });
	actor_wait_met(maker);
	id = actor_id(maker);
	/* its creator needs not be a holder; the kernel's count tells that there is none */
	answer_run(0, "relations", "who shm %d", id);
	assert_int_equal(answer_count(answer_array("relations")), 0);
	twice = actors_start((struct act[]){
		act_name("twice"), act_attach(id, SHM_RDONLY), act_attach(id, 0), act_stay() });
	reader = actors_start(
		(struct act[]){ act_name("a reader"), act_attach(id, SHM_RDONLY), act_stay() });
	split = actors_start(
		(struct act[]){ act_name("split"), act_attach(id, 0), act_split(), act_stay() });
	thread = actors_start(
		(struct act[]){ act_name("threads"), act_thread(), act_attach(id, 0), act_stay() });
	actor_wait_staying(twice);
	actor_wait_staying(reader);
	actor_wait_staying(split);
	actor_wait_staying(thread);
	relations = answer_run(0, "relations", "who shm %d", id);
	assert_int_equal(answer_count(relations), 4);
	expect_holder(relations, twice, id,
		"command='twice' mode='rw' mappings=2 creator=false huge=false");
	expect_holder(relations, reader, id,
		"command='a reader' mode='ro' mappings=1 creator=false huge=false");
	expect_holder(relations, split, id,
		"command='split' mode='rw' mappings=3 creator=false huge=false");
	expect_holder(relations, thread, id,
		"command='threads' mode='rw' mappings=1 creator=false huge=false");
	assert_int_equal(shmctl(id, IPC_STAT, &ds), 0);
	assert_int_equal(ds.shm_nattch, 7);
}

static void the_creator_is_known(void **state)
{
	struct actor *maker, *other;
	const char *relations;
	int id;

	(void)state;
	maker = actors_start((struct act[]){
		act_make(CLASS_SHM, IPC_PRIVATE, -1, 10000), act_meet(), act_stay() });
	actor_wait_met(maker);
	id = actor_id(maker);
	other = actors_start((struct act[]){ act_attach(id, 0), act_stay() });
	actor_wait_staying(other);
	relations = answer_run(0, "relations", "who shm %d", id);
	assert_int_equal(answer_count(relations), 1);
	expect_holder(relations, other, id, "creator=false");
	actor_kill(maker, false);
	actor_kill(other, false);

	maker = actors_start((struct act[]){
		act_make(CLASS_SHM, IPC_PRIVATE, -1, 10000), act_attach(ACT_MADE, 0), act_stay() });
	actor_wait_staying(maker);
	id = actor_id(maker);
	relations = answer_run(0, "relations", "who shm %d", id);
	assert_int_equal(answer_count(relations), 1);
	expect_holder(relations, maker, id, "creator=true mode='rw' mappings=1");
}

/* Its key is free for another one, but its memory is still there. */
static void a_segment_marked_for_removal_has_holders(void **state)
{
	int id = world_sized(CLASS_SHM, 0x7b, 0600, 4096);
	struct actor *holder = actors_start((struct act[]){ act_attach(id, 0), act_stay() });
	const char *relations;
	int other;

	(void)state;
	actor_wait_staying(holder);
	world_remove(CLASS_SHM, id);
	other = world_sized(CLASS_SHM, 0x7b, 0600, 4096);
	assert_int_not_equal(other, id);
	relations = answer_run(0, "relations", "who shm %d", id);
	assert_int_equal(answer_count(relations), 1);
	expect_holder(relations, holder, id, "mode='rw' mappings=1");
	relations = answer_run(0, "relations", "who shm %d", other);
	assert_int_equal(answer_count(relations), 0);
}

static void who_left_is_no_holder(void **state)
{
	int id = world_sized(CLASS_SHM, IPC_PRIVATE, 0600, 4096);
	struct actor *holder = actors_start((struct act[]){ act_attach(id, 0), act_stay() });

	(void)state;
	actor_wait_staying(holder);
	assert_int_equal(answer_count(answer_run(0, "relations", "who shm %d", id)), 1);
	actor_kill(holder, true); /* a zombie has nothing mapped */
	answer_run(0, "relations", "who shm %d", id);
	assert_int_equal(answer_count(answer_array("relations")), 0);
}

/* None of its pages is touched, thus the host needs not have any to spare. */
static void huge_pages_are_marked(void **state)
{
	enum { HUGE_SIZE = 4 * 1024 * 1024 };
	const char *relations;
	struct actor *holder;
	int id;

	(void)state;
	space_must_be_private();
	id = shmget(0x7c, HUGE_SIZE, IPC_CREAT | SHM_HUGETLB | SHM_NORESERVE | 0600);
	if (id < 0)
		tap_skip("no segment on huge pages can be made: %s", strerror(errno));
	holder = actors_start((struct act[]){ act_attach(id, 0), act_stay() });
	actor_wait_staying(holder);
	relations = answer_run(0, "relations", "who shm %d", id);
	assert_int_equal(answer_count(relations), 1);
	expect_holder(relations, holder, id, "huge=true mappings=1 mode='rw'");
}

/* waiters */

static void expect_waiter(const char *relations, const char *kind, int id,
	const struct actor *actor, const char *words)
{
	answer_has(relations,
		"kind='%s' id=%d pid=%d tid=%d relation='waiter' user='%s' "
		"waiting_seconds=null %s",
		kind, id, actor->pid, actor->tid, user(), words);
}

static void waiters_in_queues(void **state)
{
	int full = actors_full_queue(0x71, 0600);
	int empty = world_object(CLASS_MSG, 0x72, 0600);
	struct actor *sender, *thread_sender, *receiver, *any, *below;
	const char *relations;

	(void)state;
	sender = actors_start(
		(struct act[]){ act_name("sender"), act_msgsnd(full, 9, FULL_TEXT), act_exit() });
	thread_sender = actors_start((struct act[]){
		act_name("threads"), act_thread(), act_msgsnd(full, 3, FULL_TEXT), act_exit() });
	/* what is there is of another type */
	receiver = actors_start((struct act[]){ act_thread(), act_msgrcv(full, 42), act_exit() });
	any = actors_start((struct act[]){ act_msgrcv(empty, 0), act_exit() });
	below = actors_start((struct act[]){ act_msgrcv(empty, -5), act_exit() });
	actor_wait_blocked(sender);
	actor_wait_blocked(thread_sender);
	actor_wait_blocked(receiver);
	actor_wait_blocked(any);
	actor_wait_blocked(below);
	assert_int_not_equal(receiver->tid, receiver->pid);
	relations = answer_run(0, "relations", "who msg %d", full);
	assert_int_equal(answer_count(relations), 3);
	expect_waiter(relations, "msg", full, sender, "call='msgsnd' command='sender'");
	expect_waiter(relations, "msg", full, thread_sender, "call='msgsnd' command='threads'");
	expect_waiter(relations, "msg", full, receiver, "call='msgrcv' type=42");
	relations = answer_run(0, "relations", "who msg %d", empty);
	assert_int_equal(answer_count(relations), 2);
	expect_waiter(relations, "msg", empty, any, "call='msgrcv' type=0");
	expect_waiter(relations, "msg", empty, below, "call='msgrcv' type=-5");
}

static void waiters_in_sets(void **state)
{
	int set = actors_set(0x73, 0600, 4, values);
	struct actor *down, *zero, *timed, *thread, *second;
	const char *relations;

	(void)state;
	down = actors_start((struct act[]){ act_semop(set, 1, -2, SEM_UNDO), act_exit() });
	zero = actors_start((struct act[]){ act_semop(set, 2, 0, 0), act_exit() });
	timed = actors_start(
		(struct act[]){ act_by(ACT_BY_SEMTIMEDOP, act_semop(set, 2, -30, 0)), act_exit() });
	thread = actors_start(
		(struct act[]){ act_thread(), act_semop(set, 3, -1, SEM_UNDO), act_exit() });
	/* the first one could be done, the third one is not come to */
	second = actors_start((struct act[]){
		act_and(act_and(act_semop(set, 0, -1, SEM_UNDO), 3, -4, 0), 2, 0, SEM_UNDO),
		act_exit() });
	actor_wait_blocked(down);
	actor_wait_blocked(zero);
	actor_wait_blocked(timed);
	actor_wait_blocked(thread);
	actor_wait_blocked(second);
	assert_int_equal(semctl(set, 3, GETNCNT), 2);
	assert_int_equal(semctl(set, 0, GETVAL), 1);
	relations = answer_run(0, "relations", "who sem %d", set);
	assert_int_equal(answer_count(relations), 5);
	expect_waiter(relations, "sem", set, down, "call='semop' semnum=1 op=-2 undo=true");
	expect_waiter(relations, "sem", set, zero, "call='semop' semnum=2 op=0 undo=false");
	expect_waiter(relations, "sem", set, timed, "call='semtimedop' semnum=2 op=-30 undo=false");
	expect_waiter(relations, "sem", set, thread, "call='semop' semnum=3 op=-1 undo=true");
	expect_waiter(relations, "sem", set, second, "call='semop' semnum=3 op=-4 undo=false");
}

/* Older C libraries, and musl, use this one. */
static void waiters_in_the_call_semop(void **state)
{
	int set = actors_set(0x74, 0600, 4, values);
	struct actor *actor;
	const char *relations;

	(void)state;
	actor = actors_start((struct act[]){
		act_by(ACT_BY_SYS_SEMOP, act_semop(set, 2, -4, SEM_UNDO)), act_exit() });
	actor_wait_blocked(actor);
	relations = answer_run(0, "relations", "who sem %d", set);
	assert_int_equal(answer_count(relations), 1);
	expect_waiter(relations, "sem", set, actor, "call='semop' semnum=2 op=-4 undo=true");
}

/* A program of 64 bits that calls as those of 32 do. */
static void waiters_by_int_80(void **state)
{
	int set = actors_set(0x78, 0600, 4, values);
	int queue = world_object(CLASS_MSG, 0x78, 0600);
	struct actor *poster, *receiver;

	(void)state;
	if (!actors_have_int_80())
		tap_skip("no int 0x80 here");
	poster = actors_start((struct act[]){
		act_by(ACT_BY_INT_80, act_semop(set, 2, -4, SEM_UNDO)), act_exit() });
	receiver = actors_start(
		(struct act[]){ act_by(ACT_BY_INT_80, act_msgrcv(queue, -42)), act_exit() });
	actor_wait_blocked(poster);
	actor_wait_blocked(receiver);
	expect_waiter(answer_run(0, "relations", "who sem %d", set), "sem", set, poster,
		"call='semop' semnum=2 op=-4 undo=true");
	expect_waiter(answer_run(0, "relations", "who msg %d", queue), "msg", queue, receiver,
		"call='msgrcv' type=-42");
}

/* Its call is in /proc still, but nothing would wake it. */
static void the_stopped_do_not_wait(void **state)
{
	int set = actors_set(0x75, 0600, 4, values);
	int queue = world_object(CLASS_MSG, 0x75, 0600);
	struct actor *one, *other, *receiver;
	const char *relations;

	(void)state;
	one = actors_start((struct act[]){ act_semop(set, 1, -1, 0), act_exit() });
	other = actors_start((struct act[]){ act_semop(set, 1, -1, 0), act_exit() });
	receiver = actors_start((struct act[]){ act_thread(), act_msgrcv(queue, 1), act_exit() });
	actor_wait_blocked(one);
	actor_wait_blocked(other);
	actor_wait_blocked(receiver);
	assert_int_equal(answer_count(answer_run(0, "relations", "who")), 3);
	actor_stop(one);
	actor_stop(receiver);
	relations = answer_run(0, "relations", "who");
	assert_int_equal(answer_count(relations), 1);
	expect_waiter(relations, "sem", set, other, "semnum=1 op=-1");
	actor_continue(one);
	actor_continue(receiver);
	actor_wait_blocked(one);
	actor_wait_blocked(receiver);
	relations = answer_run(0, "relations", "who");
	assert_int_equal(answer_count(relations), 3);
	expect_waiter(relations, "sem", set, one, "semnum=1 op=-1");
	expect_waiter(relations, "msg", queue, receiver, "call='msgrcv' type=1");
}

static void who_goes_on_waits_no_more(void **state)
{
	int set = actors_set(0x76, 0600, 4, values);
	struct sembuf up = { .sem_num = 1, .sem_op = 1 };
	struct actor *actor;

	(void)state;
	actor = actors_start((struct act[]){ act_semop(set, 1, -1, 0), act_stay() });
	actor_wait_blocked(actor);
	assert_int_equal(answer_count(answer_run(0, "relations", "who sem %d", set)), 1);
	assert_int_equal(semop(set, &up, 1), 0);
	actor_wait_staying(actor);
	/* of a set the kernel counts all, also those who are hidden */
	assert_int_equal(answer_count(answer_run(0, "relations", "who sem %d", set)), 0);
	assert_true(answer_is(answer_object(), "complete=true"));
}

/* Its process is a zombie to /proc/PID, but it is not dead. */
static void the_first_thread_has_ended(void **state)
{
	int set = actors_set(0x77, 0600, 4, values);
	int segment = world_sized(CLASS_SHM, 0x77, 0600, 4096);
	const char *relations;
	struct actor *actor;

	(void)state;
	actor = actors_start((struct act[]){
		act_attach(segment, 0), act_last_thread(), act_semop(set, 1, -1, 0), act_exit() });
	actor_wait_blocked(actor);
	actor_wait_first_ended(actor);
	relations = answer_run(0, "relations", "who");
	answer_has(relations, "kind='sem' id=%d pid=%d tid=%d relation='waiter' semnum=1 op=-1",
		set, actor->pid, actor->tid);
	answer_has(relations, "kind='shm' id=%d pid=%d relation='holder' mode='rw' mappings=1",
		segment, actor->pid);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test_teardown(holders_are_told_with_all_their_mappings, actors_end),
		cmocka_unit_test_teardown(the_creator_is_known, actors_end),
		cmocka_unit_test_teardown(a_segment_marked_for_removal_has_holders, actors_end),
		cmocka_unit_test_teardown(who_left_is_no_holder, actors_end),
		cmocka_unit_test_teardown(huge_pages_are_marked, actors_end),
		cmocka_unit_test_teardown(waiters_in_queues, actors_end),
		cmocka_unit_test_teardown(waiters_in_sets, actors_end),
		cmocka_unit_test_teardown(waiters_in_the_call_semop, actors_end),
		cmocka_unit_test_teardown(waiters_by_int_80, actors_end),
		cmocka_unit_test_teardown(the_stopped_do_not_wait, actors_end),
		cmocka_unit_test_teardown(who_goes_on_waits_no_more, actors_end),
		cmocka_unit_test_teardown(the_first_thread_has_ended, actors_end),
	};

	return tap_run(cases, sizeof(cases) / sizeof(cases[0]), actors_enter, NULL);
}
