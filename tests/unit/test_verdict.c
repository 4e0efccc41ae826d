/* model/verdict: each rule on segments and queues, and its nearest look-alikes, which don't get it.
 */
#include "judged.h"

/* segments */

static void orphans(void **state)
{
	struct snapshot *snapshot = make_judged();

	(void)state;
	add_old_segment(snapshot);
	assert_string_equal(verdict_on(snapshot, CLASS_SHM), "orphan");
	expect_reasons(snapshot, CLASS_SHM,
		"orphan: Nobody is attached, and process 4000, which created it, is gone; last "
		"used "
		"2h00m ago.\n");
	snapshot_unref(snapshot);
}

/* Change one thing of an orphan. */
static void expect_segment(void (*change)(struct shm_record *shm), const char *expected)
{
	struct snapshot *snapshot = make_judged();

	change(add_old_segment(snapshot));
	expect_verdict(snapshot, CLASS_SHM, expected);
}

static void attach(struct shm_record *shm)
{
	shm->nattch = 1;
}

static void detach_now(struct shm_record *shm)
{
	shm->dtime = JUST_NOW;
}

static void change_now(struct shm_record *shm)
{
	shm->ipc.ctime = JUST_NOW;
}

static void hide_creator(struct shm_record *shm)
{
	shm->cpid = UNKNOWN;
}

static void no_creator(struct shm_record *shm)
{
	shm->cpid = 0;
}

static void revive_creator(struct shm_record *shm)
{
	shm->cpid = LIVES;
}

static void never_attach(struct shm_record *shm)
{
	shm->atime = shm->dtime = 0;
	shm->cpid = LIVES;
}

static void never_attach_orphan(struct shm_record *shm)
{
	shm->atime = shm->dtime = 0;
}

static void never_attach_young(struct shm_record *shm)
{
	never_attach(shm);
	shm->ipc.ctime = JUST_NOW;
}

static void doom(struct shm_record *shm)
{
	shm->nattch = 2;
	shm->ipc.mode |= RECORD_DEST;
}

static void doom_now(struct shm_record *shm)
{
	doom(shm);
	shm->atime = JUST_NOW;
}

static void doom_alone(struct shm_record *shm)
{
	shm->ipc.mode |= RECORD_DEST; /* it is about to vanish */
}

static void look_alikes_of_orphans(void **state)
{
	(void)state;
	expect_segment(attach, "");
	expect_segment(detach_now, "");
	expect_segment(change_now, "");
	expect_segment(hide_creator, "idle");
	expect_segment(no_creator, "idle");
	expect_segment(revive_creator, "idle");
}

/* A process has the creator's pid, but started after the segment was made. */
static void a_pid_that_was_used_again(void **state)
{
	struct snapshot *snapshot = make_judged();

	(void)state;
	add_old_segment(snapshot)->cpid = 5000;
	add_process(snapshot, 5000, ALIVE_YES, LONG_AGO + 3, "other");
	expect_verdict(snapshot, CLASS_SHM, "orphan");
	snapshot = make_judged();
	add_old_segment(snapshot)->cpid = 5000;
	add_process(snapshot, 5000, ALIVE_YES, LONG_AGO + 2, "itself"); /* times are rounded */
	expect_verdict(snapshot, CLASS_SHM, "idle");
}

static void idle_segments_say_what_is_known_of_the_creator(void **state)
{
	struct snapshot *snapshot = make_judged();

	(void)state;
	add_old_segment(snapshot)->cpid = LIVES;
	assert_string_equal(verdict_on(snapshot, CLASS_SHM), "idle");
	expect_reasons(snapshot, CLASS_SHM,
		"idle: Nobody is attached; last used 2h00m ago. Its creator lives, and may still "
		"want it: process 811 (postgres).\n");
	((struct shm_record *)snapshot->classes[CLASS_SHM].records)->cpid = UNKNOWN;
	expect_reasons(snapshot, CLASS_SHM,
		"idle: Nobody is attached; last used 2h00m ago. Whether its creator lives can't be "
		"seen from here.\n");
	snapshot_unref(snapshot);
}

static void never_attached(void **state)
{
	struct snapshot *snapshot = make_judged();

	(void)state;
	never_attach(add_old_segment(snapshot));
	assert_string_equal(verdict_on(snapshot, CLASS_SHM), "never attached");
	expect_reasons(snapshot, CLASS_SHM,
		"never attached: No process ever attached it; it was made, or changed, 2h00m ago.\n"
		"idle: Nobody is attached; made, or changed, 2h00m ago. Its creator lives, and may "
		"still want it: process 811 (postgres).\n");
	snapshot_unref(snapshot);
	expect_segment(never_attach_orphan, "orphan");
	expect_segment(never_attach_young, "");
}

static void doomed(void **state)
{
	struct snapshot *snapshot = make_judged();

	(void)state;
	doom(add_old_segment(snapshot));
	add_holder(snapshot, 0, LIVES);
	add_holder(snapshot, 0, 5001);
	all_visited(snapshot, 3);
	assert_string_equal(verdict_on(snapshot, CLASS_SHM), "doomed");
	expect_reasons(snapshot, CLASS_SHM,
		"doomed: It is marked dest, and goes with the last of 2 attachments held by "
		"process "
		"811 (postgres), process 5001.\n");
	snapshot_unref(snapshot);
	expect_segment(doom_now, "");
	expect_segment(doom_alone, "");
}

/* queues */

static void expect_queue(void (*change)(struct msg_record *msg), const char *expected)
{
	struct snapshot *snapshot = make_judged();

	change(add_old_queue(snapshot));
	all_visited(snapshot, 2);
	expect_verdict(snapshot, CLASS_MSG, expected);
}

static void nothing(struct msg_record *msg)
{
	(void)msg;
}

static void fill_bytes(struct msg_record *msg)
{
	msg->qnum = 2;
	msg->cbytes = 901;
}

static void fill_messages(struct msg_record *msg)
{
	msg->qnum = 901;
}

static void fill_to_the_brink(struct msg_record *msg)
{
	msg->qnum = 2;
	msg->cbytes = 900;
}

static void fill_of_unknown_size(struct msg_record *msg)
{
	fill_bytes(msg);
	msg->has_qbytes = false;
}

static void fill_and_receive(struct msg_record *msg)
{
	fill_bytes(msg);
	msg->rtime = JUST_NOW;
}

static void leave_messages(struct msg_record *msg)
{
	msg->qnum = 2;
	msg->stime = JUST_NOW;
}

static void leave_one(struct msg_record *msg)
{
	msg->qnum = 1;
}

static void leave_one_now(struct msg_record *msg)
{
	msg->qnum = 1;
	msg->stime = JUST_NOW;
}

static void receive_now(struct msg_record *msg)
{
	msg->qnum = 2;
	msg->rtime = JUST_NOW;
}

static void never_receive(struct msg_record *msg)
{
	msg->qnum = 2;
	msg->rtime = 0;
	msg->lrpid = 0;
}

static void both_go(struct msg_record *msg)
{
	msg->lspid = msg->lrpid = GONE;
}

static void both_go_now(struct msg_record *msg)
{
	both_go(msg);
	msg->rtime = JUST_NOW;
}

static void sender_goes(struct msg_record *msg)
{
	msg->lspid = GONE;
}

static void receiver_is_unknown(struct msg_record *msg)
{
	msg->lspid = GONE;
	msg->lrpid = 0; /* of another pid namespace */
}

static void both_go_with_messages(struct msg_record *msg)
{
	both_go(msg);
	msg->qnum = 2;
}

static void never_use(struct msg_record *msg)
{
	msg->stime = msg->rtime = 0;
	msg->lspid = msg->lrpid = 0;
}

static void never_use_young(struct msg_record *msg)
{
	never_use(msg);
	msg->ipc.ctime = JUST_NOW;
}

static void full_queues(void **state)
{
	(void)state;
	expect_queue(fill_bytes, "full");
	expect_queue(fill_messages, "full");
	expect_queue(fill_to_the_brink, "stuck");
	expect_queue(fill_of_unknown_size, "stuck");
	expect_queue(fill_and_receive, ""); /* busy */
}

static void blocked_senders_make_it_full(void **state)
{
	struct snapshot *snapshot = make_judged();
	struct relation *waiter;

	(void)state;
	leave_messages(add_old_queue(snapshot));
	add_waiter(snapshot, CLASS_MSG, 0, LIVES, WAIT_MSGSND);
	add_waiter(snapshot, CLASS_MSG, 0, LIVES, WAIT_MSGSND);
	all_visited(snapshot, 2);
	assert_string_equal(verdict_on(snapshot, CLASS_MSG), "full");
	expect_reasons(snapshot, CLASS_MSG,
		"full: 2 messages with 0 bytes wait; it holds at most 1000 of either; 2 senders "
		"are "
		"blocked; last received 2h00m ago.\n"
		"stuck: 2 messages wait; last received 2h00m ago.\n");
	snapshot_unref(snapshot);
	/* a receiver that waits does not, and nor does a sender that has just begun to */
	snapshot = make_judged();
	nothing(add_old_queue(snapshot));
	add_waiter(snapshot, CLASS_MSG, 0, LIVES, WAIT_MSGRCV);
	all_visited(snapshot, 2);
	expect_verdict(snapshot, CLASS_MSG, "");
	snapshot = make_judged();
	receive_now(add_old_queue(snapshot));
	waiter = add_waiter(snapshot, CLASS_MSG, 0, LIVES, WAIT_MSGSND);
	all_visited(snapshot, 2);
	assert_string_equal(verdict_on(snapshot, CLASS_MSG), "");
	/* but one that was seen to for the age of the rule does */
	waiter->waiting.since_ns = waiter->waiting.seen_ns - HOUR * RELATED_SECOND;
	expect_verdict(snapshot, CLASS_MSG, "full");
}

static void stuck_queues(void **state)
{
	struct snapshot *snapshot = make_judged();

	(void)state;
	expect_queue(leave_messages, "stuck");
	expect_queue(leave_one, "stuck");
	expect_queue(never_receive, "stuck");
	expect_queue(both_go_with_messages, "stuck");
	expect_queue(nothing, ""); /* it is empty */
	expect_queue(leave_one_now, "");
	expect_queue(receive_now, "");
	both_go_with_messages(add_old_queue(snapshot));
	all_visited(snapshot, 2);
	assert_string_equal(verdict_on(snapshot, CLASS_MSG), "stuck");
	expect_reasons(snapshot, CLASS_MSG,
		"stuck: 2 messages wait; last received 2h00m ago. Process 4000, the last that "
		"received, is gone.\n"
		"abandoned: The last sender, process 4000, and the last receiver, process 4000, "
		"are "
		"gone; last used 2h00m ago.\n");
	snapshot_unref(snapshot);
}

/* A queue in which a live thread waits is used, whatever its times say. */
static void expect_awaited(void (*change)(struct msg_record *msg), enum wait_call call)
{
	struct snapshot *snapshot = make_judged();

	change(add_old_queue(snapshot));
	add_waiter(snapshot, CLASS_MSG, 0, LIVES, call);
	all_visited(snapshot, 2);
	assert_string_equal(verdict_on(snapshot, CLASS_MSG), "");
	expect_reasons(snapshot, CLASS_MSG, "");
	snapshot_unref(snapshot);
}

/* Where one who waits may be hidden, the reason says so, and not all is known. */
static void expect_unsure(
	void (*change)(struct msg_record *msg), const char *expected, const char *reasons)
{
	struct snapshot *snapshot = make_judged();
	struct buf out = { 0 };
	struct row row;

	change(add_old_queue(snapshot));
	row = row_at(snapshot, CLASS_MSG, 0);
	all_visited(snapshot, 2);
	assert_string_equal(verdict_on(snapshot, CLASS_MSG), expected);
	assert_true(verdict_complete(snapshot));
	snapshot->relations.hidden_calls = 1;
	assert_string_equal(verdict_on(snapshot, CLASS_MSG), expected);
	assert_false(verdict_complete(snapshot));
	expect_reasons(snapshot, CLASS_MSG, reasons);
	/* where a look failed, the next one may tell */
	snapshot->relations.failed = 1;
	snapshot->relations.error = -EMFILE;
	assert_string_equal(verdict_on(snapshot, CLASS_MSG), "");
	assert_false(verdict_complete(snapshot));
	snapshot->relations.failed = 0;
	snapshot->relations.error = 0;
	assert_string_equal(verdict_on(snapshot, CLASS_MSG), expected);
	snapshot->relations.why = "there is no /proc";
	snapshot->relations.error = -ENOENT;
	assert_string_equal(verdict_on(snapshot, CLASS_MSG), "");
	assert_false(verdict_complete(snapshot));
	snapshot->relations.why = NULL;
	snapshot->relations.error = 0;
	assert_string_equal(verdict_on(snapshot, CLASS_MSG), expected);
	/* nor is anybody seen who is outside */
	snapshot->relations.hidden_calls = 0;
	snapshot->relations.enclosed = true;
	assert_false(verdict_complete(snapshot));
	verdict_reasons(&out, &row);
	assert_non_null(strstr(buf_str(&out), "could not be seen."));
	buf_free(&out);
	snapshot_unref(snapshot);
}

static void abandoned_queues(void **state)
{
	(void)state;
	expect_awaited(both_go, WAIT_MSGRCV);
	expect_unsure(both_go, "abandoned",
		"abandoned: The last sender, process 4000, and the last receiver, process 4000, "
		"are gone; last used 2h00m ago. Whether a thread waits for it could not be "
		"seen.\n");
	expect_queue(both_go, "abandoned");
	expect_queue(both_go_now, "");
	expect_queue(sender_goes, "");
	expect_queue(receiver_is_unknown, "");
}

static void queues_never_used(void **state)
{
	(void)state;
	expect_awaited(never_use, WAIT_MSGRCV);
	expect_unsure(never_use, "never used",
		"never used: No message was ever sent to it; it was made, or changed, 2h00m ago. "
		"Whether a thread waits for it could not be seen.\n");
	expect_queue(never_use, "never used");
	expect_queue(never_use_young, "");
}

/* Words never claim what the kernel does not tell of queues. */
static void no_queue_has_a_creator(void **state)
{
	struct snapshot *snapshot = make_judged();
	struct buf out = { 0 };
	struct row row;

	(void)state;
	both_go_with_messages(add_old_queue(snapshot));
	verdict_on(snapshot, CLASS_MSG);
	row = row_at(snapshot, CLASS_MSG, 0);
	verdict_reasons(&out, &row);
	assert_null(strstr(buf_str(&out), "creat"));
	buf_free(&out);
	snapshot_unref(snapshot);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(orphans),
		cmocka_unit_test(look_alikes_of_orphans),
		cmocka_unit_test(a_pid_that_was_used_again),
		cmocka_unit_test(idle_segments_say_what_is_known_of_the_creator),
		cmocka_unit_test(never_attached),
		cmocka_unit_test(doomed),
		cmocka_unit_test(full_queues),
		cmocka_unit_test(blocked_senders_make_it_full),
		cmocka_unit_test(stuck_queues),
		cmocka_unit_test(abandoned_queues),
		cmocka_unit_test(queues_never_used),
		cmocka_unit_test(no_queue_has_a_creator),
	};

	return tap_run(cases, sizeof(cases) / sizeof(cases[0]), NULL, NULL);
}
