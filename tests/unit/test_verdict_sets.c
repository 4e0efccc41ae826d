/* model/verdict: sets, owners, ages, the clock; and what could not be seen. */
#include "judged.h"

/* A set in which a live thread waits is used, whatever its times say. */
static void expect_awaited(struct snapshot *snapshot)
{
	add_waiter(snapshot, CLASS_SEM, 0, LIVES, WAIT_SEMOP);
	all_visited(snapshot, 2);
	assert_string_equal(verdict_on(snapshot, CLASS_SEM), "");
	expect_reasons(snapshot, CLASS_SEM, "");
	snapshot_unref(snapshot);
}

static void abandoned_sets(void **state)
{
	struct snapshot *snapshot = make_judged();

	(void)state;
	add_old_set(snapshot);
	set_operators(snapshot, (int32_t[]){ GONE }, 1);
	all_visited(snapshot, 2);
	assert_string_equal(verdict_on(snapshot, CLASS_SEM), "abandoned");
	expect_reasons(snapshot, CLASS_SEM,
		"abandoned: Process 4000, the last operator of its semaphores, is gone; last used "
		"2h00m ago.\n");
	snapshot_unref(snapshot);
	snapshot = make_judged();
	add_old_set(snapshot);
	set_operators(snapshot, (int32_t[]){ GONE }, 1);
	expect_awaited(snapshot);
	snapshot = make_judged();
	add_old_set(snapshot);
	set_operators(snapshot, (int32_t[]){ GONE, LIVES }, 2);
	expect_verdict(snapshot, CLASS_SEM, "");
	snapshot = make_judged();
	add_old_set(snapshot);
	set_operators(snapshot, (int32_t[]){ GONE, UNKNOWN }, 2);
	expect_verdict(snapshot, CLASS_SEM, "");
	snapshot = make_judged();
	add_old_set(snapshot);
	set_operators(snapshot, NULL, 0); /* nobody, or nobody that is visible from here */
	expect_verdict(snapshot, CLASS_SEM, "");
	snapshot = make_judged();
	add_old_set(snapshot);
	set_operators(snapshot, (int32_t[]){ GONE }, 1)->known = false;
	expect_verdict(snapshot, CLASS_SEM, "");
	snapshot = make_judged();
	add_old_set(snapshot)->otime = JUST_NOW;
	set_operators(snapshot, (int32_t[]){ GONE }, 1);
	expect_verdict(snapshot, CLASS_SEM, "");
	snapshot = make_judged();
	add_old_set(snapshot)->ipc.ctime = JUST_NOW; /* SETVAL */
	set_operators(snapshot, (int32_t[]){ GONE }, 1);
	expect_verdict(snapshot, CLASS_SEM, "");
}

static void sets_never_used(void **state)
{
	struct snapshot *snapshot = make_judged();

	(void)state;
	add_old_set(snapshot)->otime = 0;
	expect_awaited(snapshot);
	snapshot = make_judged();
	add_old_set(snapshot)->otime = 0;
	set_operators(snapshot, (int32_t[]){ LIVES }, 1); /* by SETVAL */
	all_visited(snapshot, 2);
	expect_verdict(snapshot, CLASS_SEM, "never used");
	snapshot = make_judged();
	add_old_set(snapshot)->otime = 0;
	((struct sem_record *)snapshot->classes[CLASS_SEM].records)->ipc.ctime = JUST_NOW;
	expect_verdict(snapshot, CLASS_SEM, "");
}

/* The kernel counts also those that are hidden, and only it can say that there are none of them. */
static void hidden_threads_may_wait_in_sets(void **state)
{
	struct snapshot *snapshot = make_judged();
	struct sem_operators *operators;

	(void)state;
	add_old_set(snapshot)->otime = 0;
	operators = set_operators(snapshot, NULL, 0);
	operators->known = false; /* it may not be read */
	all_visited(snapshot, 2);
	snapshot->relations.hidden_calls = 1;
	assert_string_equal(verdict_on(snapshot, CLASS_SEM), "never used");
	assert_false(verdict_complete(snapshot));
	expect_reasons(snapshot, CLASS_SEM,
		"never used: No semop(2) ever; it was made, or given values, 2h00m ago. Whether a "
		"thread waits for it could not be seen.\n");
	snapshot_unref(snapshot);
	snapshot = make_judged();
	add_old_set(snapshot);
	operators = set_operators(snapshot, (int32_t[]){ GONE }, 1);
	all_visited(snapshot, 2);
	snapshot->relations.hidden_calls = 1;
	operators->counted = true;
	assert_string_equal(verdict_on(snapshot, CLASS_SEM), "abandoned");
	assert_true(verdict_complete(snapshot));
	expect_reasons(snapshot, CLASS_SEM,
		"abandoned: Process 4000, the last operator of its semaphores, is gone; last used "
		"2h00m ago.\n");
	operators->waiters = 1;
	assert_string_equal(verdict_on(snapshot, CLASS_SEM), "");
	expect_reasons(snapshot, CLASS_SEM, "");
	snapshot_unref(snapshot);
}

/* A thread waits for a semaphore that one who is gone changed last. */
static struct relation *add_stuck(struct snapshot *snapshot)
{
	struct relation *waiter = add_waiter(snapshot, CLASS_SEM, 0, LIVES, WAIT_SEMOP);

	waiter->waiting.has_operation = waiter->waiting.has_semaphore = true;
	waiter->waiting.op = -1;
	waiter->waiting.ncount = 1;
	waiter->waiting.last_pid = GONE;
	return waiter;
}

static void stuck_sets(void **state)
{
	struct snapshot *snapshot = make_judged();
	struct relation *waiter;

	(void)state;
	add_old_set(snapshot);
	add_stuck(snapshot);
	all_visited(snapshot, 2);
	assert_int_equal(stuck_derive(snapshot), 0);
	assert_string_equal(verdict_on(snapshot, CLASS_SEM), "stuck");
	expect_reasons(snapshot, CLASS_SEM,
		"stuck: last operator gone (medium): Semaphore 0 of set 20 has the value 0, and "
		"process 4000, which changed it last, is gone. If it held the semaphore and did "
		"not "
		"give it back, nobody else will; a process that only counts with it may still "
		"raise "
		"it.\n");
	snapshot_unref(snapshot);
	/* the set is used, and the wait has just begun; then it is old */
	snapshot = make_judged();
	add_old_set(snapshot)->otime = JUST_NOW;
	waiter = add_stuck(snapshot);
	all_visited(snapshot, 2);
	assert_int_equal(stuck_derive(snapshot), 0);
	assert_string_equal(verdict_on(snapshot, CLASS_SEM), "");
	waiter->waiting.since_ns = waiter->waiting.seen_ns - HOUR * RELATED_SECOND;
	expect_verdict(snapshot, CLASS_SEM, "stuck");
	/* a wait that moves is none */
	snapshot = make_judged();
	add_old_set(snapshot);
	waiter = add_stuck(snapshot);
	waiter->waiting.steady_ns = waiter->waiting.seen_ns;
	all_visited(snapshot, 2);
	assert_int_equal(stuck_derive(snapshot), 0);
	expect_verdict(snapshot, CLASS_SEM, "");
}

static void unknown_owners(void **state)
{
	struct snapshot *snapshot = make_judged();

	(void)state;
	add_user(snapshot, 4711, "4711");
	add_old_set(snapshot)->ipc.uid = 4711;
	assert_string_equal(verdict_on(snapshot, CLASS_SEM), "unknown owner");
	expect_reasons(
		snapshot, CLASS_SEM, "unknown owner: Its owner, uid 4711, has no account here.\n");
	snapshot_unref(snapshot);
	/* an account that is called by another number, and one that was not looked up */
	snapshot = make_judged();
	add_user(snapshot, 4711, "4712");
	add_old_set(snapshot)->ipc.uid = 4711;
	expect_verdict(snapshot, CLASS_SEM, "");
	snapshot = make_judged();
	add_old_set(snapshot)->ipc.uid = 4711;
	expect_verdict(snapshot, CLASS_SEM, "");
	/* one that could not be looked up */
	snapshot = make_judged();
	add_user(snapshot, 4711, "4711");
	snapshot->users.error = -EMFILE;
	add_old_set(snapshot)->ipc.uid = 4711;
	expect_verdict(snapshot, CLASS_SEM, "");
	/* the worse verdict is the main one */
	snapshot = make_judged();
	add_user(snapshot, 4711, "4711");
	add_old_segment(snapshot)->ipc.uid = 4711;
	expect_verdict(snapshot, CLASS_SHM, "orphan");
}

/* Derive with the ages in `text`. */
static const char *verdict_after(struct snapshot *snapshot, const char *text)
{
	struct verdict_ages ages;
	const char *wrong, *name;
	struct row row;

	verdict_ages_init(&ages);
	assert_int_equal(verdict_ages_parse(&ages, text, &wrong), 0);
	assert_int_equal(verdict_derive(snapshot, &ages), 0);
	row = row_at(snapshot, CLASS_SHM, 0);
	name = verdict_infos[verdict_of(&row)].name;
	return name ? name : "";
}

static void rules_have_ages_of_their_own(void **state)
{
	struct snapshot *snapshot = make_judged();

	(void)state;
	add_old_segment(snapshot);
	assert_string_equal(verdict_after(snapshot, "7200"), "orphan");
	assert_string_equal(verdict_after(snapshot, "7201"), "");
	assert_string_equal(verdict_after(snapshot, "orphan=1d"), "");
	assert_string_equal(verdict_after(snapshot, "1d,ORPHAN=30m"), "orphan");
	assert_string_equal(
		verdict_after(snapshot, "orphan=30m,1d"), ""); /* the last word counts */
	assert_string_equal(verdict_after(snapshot, "never attached=1s"), "orphan");
	snapshot_unref(snapshot);
}

static void expect_wrong(const char *text, const char *expected)
{
	struct verdict_ages ages, before;
	const char *wrong = NULL;

	verdict_ages_init(&ages);
	before = ages;
	assert_int_equal(verdict_ages_parse(&ages, text, &wrong), -EINVAL);
	assert_string_equal(wrong, expected);
	assert_memory_equal(&ages, &before, sizeof(ages));
}

static void wrong_ages(void **state)
{
	(void)state;
	expect_wrong("", "");
	expect_wrong("1x", "1x");
	expect_wrong("1h,", "");
	expect_wrong("1h,orphans=1h", "orphans=1h");
	expect_wrong("orphan=", "orphan=");
	expect_wrong("=1h", "=1h");
	expect_wrong("-1", "-1");
	expect_wrong("orphan=1h,idle=00000000000000000000000000000000000001h,stuck=1s",
		"idle=00000000000000000000000000000000000001h,stuck=1s");
}

static void ages_are_read_as_they_are_written(void **state)
{
	static const char *const texts[] = { "3600s", "0s,orphan=1h",
		"1d,full=0s,unknown owner=9s" };
	struct verdict_ages ages, again;
	struct buf text = { 0 };
	const char *wrong;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		verdict_ages_init(&ages);
		verdict_ages_init(&again);
		assert_int_equal(verdict_ages_parse(&ages, texts[i], &wrong), 0);
		buf_clear(&text);
		verdict_ages_text(&text, &ages);
		assert_int_equal(verdict_ages_parse(&again, buf_str(&text), &wrong), 0);
		assert_memory_equal(&ages, &again, sizeof(ages));
	}
	buf_free(&text);
}

static void times_in_the_future_say_so(void **state)
{
	struct snapshot *snapshot = make_judged();
	struct shm_record *shm = add_old_segment(snapshot);

	(void)state;
	shm->dtime = UNIT_NOW + 100;
	assert_string_equal(verdict_on(snapshot, CLASS_SHM), "");
	expect_reasons(
		snapshot, CLASS_SHM, "DETACH is in the future: ages can't be told from it.\n");
	assert_string_equal(verdict_after(snapshot, "0"), ""); /* at any age */
	snapshot_unref(snapshot);
}

/* A snapshot at `monotonic` seconds, when the clock on the wall shows `wall`. */
static int64_t watch_at(struct clock_watch *watch, int64_t monotonic, int64_t wall)
{
	struct snapshot *snapshot = make_snapshot();
	int64_t step;

	snapshot->begin_ns = monotonic * RELATED_SECOND;
	snapshot->time.tv_sec = wall;
	clock_watch(watch, snapshot);
	step = snapshot->clock_step_ns;
	snapshot_unref(snapshot);
	return step / RELATED_SECOND;
}

static void steps_of_the_clock_are_seen(void **state)
{
	struct clock_watch watch = { 0 };

	(void)state;
	assert_int_equal(watch_at(&watch, 10, UNIT_NOW), 0);
	assert_int_equal(watch_at(&watch, 20, UNIT_NOW + 10), 0);
	assert_int_equal(watch_at(&watch, 30, UNIT_NOW + 21), 0); /* it is slewed */
	assert_int_equal(watch_at(&watch, 40, UNIT_NOW + 3600), 40);
	assert_int_equal(watch_at(&watch, 50, UNIT_NOW + 3610), 40);
	assert_int_equal(watch_at(&watch, 60, UNIT_NOW + 50), 60); /* and back */
}

static void a_step_suspends_rules_for_their_age(void **state)
{
	struct snapshot *snapshot = make_judged();

	(void)state;
	add_old_segment(snapshot);
	snapshot->clock_step_ns = snapshot->begin_ns - 600 * RELATED_SECOND;
	assert_string_equal(verdict_after(snapshot, "601"), "");
	assert_string_equal(verdict_after(snapshot, "600"), "orphan");
	assert_string_equal(verdict_on(snapshot, CLASS_SHM), "");
	expect_reasons(snapshot, CLASS_SHM,
		"The clock was set 10m00s ago: rules wait until their age has passed since.\n");
	snapshot_unref(snapshot);
}

/* completeness */

static void expect_complete(struct snapshot *snapshot, bool expected)
{
	verdict_on(snapshot, CLASS_SEM);
	assert_int_equal(verdict_complete(snapshot), expected);
}

static void what_can_t_be_seen_is_told(void **state)
{
	struct snapshot *snapshot = make_judged();
	struct sem_operators *operators;
	struct msg_record *msg;

	(void)state;
	add_old_set(snapshot);
	expect_complete(snapshot, false); /* its operators were not asked for */
	operators = set_operators(snapshot, (int32_t[]){ LIVES }, 1);
	expect_complete(snapshot, true);
	operators->waiters = 1; /* the kernel counts one, and nobody was seen */
	expect_complete(snapshot, false);
	operators->waiters = 0;
	operators->known = false;
	expect_complete(snapshot, false);
	operators->known = true;
	msg = add_old_queue(snapshot);
	expect_complete(snapshot, true);
	msg->lrpid = UNKNOWN;
	expect_complete(snapshot, false);
	msg->lrpid = LIVES;
	msg->rtime = JUST_NOW;
	msg->qnum = 1;
	expect_complete(snapshot, false); /* a sender may be blocked */
	all_visited(snapshot, 2);
	expect_complete(snapshot, true);
	msg->stime = UNIT_NOW + 60; /* nobody knows how old it is */
	expect_complete(snapshot, false);
	msg->stime = JUST_NOW;
	snapshot->classes[CLASS_SEM].skipped = 1;
	expect_complete(snapshot, false);
	snapshot->classes[CLASS_SEM].skipped = 0;
	snapshot->classes[CLASS_MSG].error = -EACCES;
	expect_complete(snapshot, false);
	snapshot_unref(snapshot);
}

static void nothing_is_derived_that_was_not_wished(void **state)
{
	struct snapshot *snapshot = make_judged();
	struct row row;

	(void)state;
	add_old_segment(snapshot);
	snapshot->cost = 0;
	assert_string_equal(verdict_on(snapshot, CLASS_SHM), "");
	row = row_at(snapshot, CLASS_SHM, 0);
	assert_int_equal(column_of(CLASS_SHM, "VERDICT")->get(&row).type, VALUE_NONE);
	expect_reasons(snapshot, CLASS_SHM, "");
	snapshot_unref(snapshot);
}

/* differences */

static void expect_difference(
	struct snapshot *before, struct snapshot *now, enum class class, const char *expected)
{
	struct row then = row_at(before, class, 0), again = row_at(now, class, 0);
	struct buf out = { 0 };

	verdict_on(before, class);
	verdict_on(now, class);
	verdict_difference(&out, &then, &again);
	expect_text(&out, expected);
	snapshot_unref(before);
	snapshot_unref(now);
}

static void differences_name_what_changed(void **state)
{
	struct snapshot *before = make_judged(), *now = make_judged();
	struct shm_record *shm;
	struct msg_record *msg;

	(void)state;
	add_old_segment(before);
	shm = add_old_segment(now);
	shm->nattch = 1;
	shm->lpid = 902;
	expect_difference(before, now, CLASS_SHM, "a process attached, process 902");
	before = make_judged();
	now = make_judged();
	add_old_segment(before);
	shm = add_old_segment(now);
	shm->atime = shm->dtime = JUST_NOW;
	expect_difference(before, now, CLASS_SHM, "a process attached and detached, process 811");
	before = make_judged();
	now = make_judged();
	add_old_queue(before)->qnum = 2;
	msg = add_old_queue(now);
	msg->qnum = 1;
	msg->rtime = JUST_NOW;
	expect_difference(before, now, CLASS_MSG, "a message was received, process 811");
	before = make_judged();
	now = make_judged();
	add_old_set(before)->otime = 0;
	add_old_set(now);
	expect_difference(before, now, CLASS_SEM, "a process operated on it");
	/* a wait leaves no trace in the record */
	before = make_judged();
	now = make_judged();
	add_old_set(before)->otime = 0;
	add_old_set(now)->otime = 0;
	all_visited(before, 2);
	add_waiter(now, CLASS_SEM, 0, LIVES, WAIT_SEMOP);
	all_visited(now, 2);
	expect_difference(before, now, CLASS_SEM, "a process waits for it, process 811");
	before = make_judged();
	now = make_judged();
	add_old_set(before)->otime = 0;
	add_old_set(now)->otime = 0;
	set_operators(before, NULL, 0);
	set_operators(now, NULL, 0)->waiters = 1;
	expect_difference(before, now, CLASS_SEM, "a thread waits for it that can't be seen");
	before = make_judged();
	now = make_judged();
	add_old_set(before);
	add_old_set(now);
	add_waiter(before, CLASS_SEM, 0, LIVES, WAIT_SEMOP);
	add_waiter(now, CLASS_SEM, 0, LIVES, WAIT_SEMOP);
	all_visited(before, 2);
	all_visited(now, 2);
	expect_difference(before, now, CLASS_SEM, "something about it changed");
	/* nothing of itself: its creator came to be known */
	before = make_judged();
	now = make_judged();
	add_old_segment(before)->cpid = UNKNOWN;
	add_old_segment(now);
	expect_difference(before, now, CLASS_SHM, "it is now 'orphan'");
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(abandoned_sets),
		cmocka_unit_test(sets_never_used),
		cmocka_unit_test(hidden_threads_may_wait_in_sets),
		cmocka_unit_test(stuck_sets),
		cmocka_unit_test(unknown_owners),
		cmocka_unit_test(rules_have_ages_of_their_own),
		cmocka_unit_test(wrong_ages),
		cmocka_unit_test(ages_are_read_as_they_are_written),
		cmocka_unit_test(times_in_the_future_say_so),
		cmocka_unit_test(steps_of_the_clock_are_seen),
		cmocka_unit_test(a_step_suspends_rules_for_their_age),
		cmocka_unit_test(what_can_t_be_seen_is_told),
		cmocka_unit_test(nothing_is_derived_that_was_not_wished),
		cmocka_unit_test(differences_name_what_changed),
	};

	return tap_run(cases, sizeof(cases) / sizeof(cases[0]), NULL, NULL);
}
