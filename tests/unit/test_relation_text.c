/* model/relation: what a relation is, and what could not be seen, in words. */
#include "related.h"

static void expect_words(const struct relation *relation, const char *expected)
{
	struct buf out = { 0 };

	relation_text(&out, relation);
	expect_text(&out, expected);
}

static void calls_have_names(void **state)
{
	(void)state;
	assert_string_equal(wait_call_name(WAIT_MSGSND), "msgsnd");
	assert_string_equal(wait_call_name(WAIT_MSGRCV), "msgrcv");
	assert_string_equal(wait_call_name(WAIT_SEMOP), "semop");
	assert_string_equal(wait_call_name(WAIT_SEMTIMEDOP), "semtimedop");
}

static void holders_in_words(void **state)
{
	struct snapshot *snapshot = make_objects();
	struct relation *relation = add_holder(snapshot, 0, 811);
	struct holding *holding = &relation->holding;

	(void)state;
	expect_words(relation, "mapped once, read-write, at 7f0000001000-7f0000002000");
	holding->creator = true;
	expect_words(relation, "mapped once, read-write, creator, at 7f0000001000-7f0000002000");
	holding->huge = true;
	expect_words(relation,
		"mapped once, read-write, huge pages, creator, at 7f0000001000-7f0000002000");
	holding->creator = holding->huge = false;
	holding->mapping[1] = (struct mapping){ 0x400000, 0x401000, false };
	holding->mappings = 2;
	/* where they differ, it is told of the one that can't be written */
	expect_words(relation,
		"mapped twice, read-write, at 7f0000001000-7f0000002000, 400000-401000 "
		"(read-only)");
	holding->mapping[0].writable = holding->writable = false;
	expect_words(
		relation, "mapped twice, read-only, at 7f0000001000-7f0000002000, 400000-401000");
	holding->mappings = 1;
	expect_words(relation, "mapped once, read-only, at 7f0000001000-7f0000002000");
	snapshot_unref(snapshot);
}

static void more_mappings_than_are_kept(void **state)
{
	struct snapshot *snapshot = make_objects();
	struct relation *relation = add_holder(snapshot, 0, 811);
	struct buf out = { 0 }, rest = { 0 };
	const char *text;
	uint64_t i;

	(void)state;
	for (i = 0; i < RELATION_ADDRESSES; i++)
		relation->holding.mapping[i] =
			(struct mapping){ i * 0x10000, i * 0x10000 + 0x1000, true };
	relation->holding.mappings = RELATION_ADDRESSES;
	relation_text(&out, relation);
	assert_null(strstr(buf_str(&out), "more"));
	buf_free(&out);
	relation->holding.mappings = RELATION_ADDRESSES + 3;
	relation_text(&out, relation);
	buf_printf(&rest, "mapped %d times, read-write, at 0-1000, 10000-11000, ",
		RELATION_ADDRESSES + 3);
	assert_memory_equal(buf_str(&out), buf_str(&rest), rest.len);
	buf_free(&rest);
	buf_printf(&rest, "%x-%x and 3 more", (RELATION_ADDRESSES - 1) * 0x10000,
		(RELATION_ADDRESSES - 1) * 0x10000 + 0x1000);
	text = strstr(buf_str(&out), buf_str(&rest));
	assert_non_null(text);
	assert_int_equal(strlen(text), rest.len);
	buf_free(&rest);
	buf_free(&out);
	snapshot_unref(snapshot);
}

/* Seen once only, since how long is told elsewhere. */
static struct relation *fresh_waiter(
	struct snapshot *snapshot, enum class class, enum wait_call call)
{
	struct relation *relation = add_waiter(snapshot, class, 0, 811, call);

	relation->waiting.since_ns = relation->waiting.seen_ns;
	return relation;
}

static void waiters_for_messages_in_words(void **state)
{
	struct snapshot *snapshot = make_objects();
	struct relation *sender = fresh_waiter(snapshot, CLASS_MSG, WAIT_MSGSND);
	struct relation *receiver = fresh_waiter(snapshot, CLASS_MSG, WAIT_MSGRCV);
	struct waiting *waiting = &receiver->waiting;

	(void)state;
	expect_words(sender, "waits to send");
	expect_words(receiver, "waits to receive");
	waiting->has_type = true;
	expect_words(receiver, "waits to receive any message");
	waiting->type = 42;
	expect_words(receiver, "waits to receive type 42");
	waiting->type = INT64_MAX;
	expect_words(receiver, "waits to receive type 9223372036854775807");
	waiting->except = true;
	waiting->type = 42;
	expect_words(receiver, "waits to receive any type but 42");
	/* it has no meaning with 0 and with less, msgrcv(2) */
	waiting->type = 0;
	expect_words(receiver, "waits to receive any message");
	waiting->type = -7;
	expect_words(receiver, "waits to receive a type up to 7");
	waiting->except = false;
	expect_words(receiver, "waits to receive a type up to 7");
	waiting->type = INT64_MIN;
	expect_words(receiver, "waits to receive a type up to 9223372036854775807");
	waiting->since_ns -= 75 * RELATED_SECOND;
	waiting->type = 42;
	expect_words(receiver, "waits to receive type 42, for 75 s so far");
	snapshot_unref(snapshot);
}

static void waiters_for_semaphores_in_words(void **state)
{
	struct snapshot *snapshot = make_objects();
	struct relation *relation = fresh_waiter(snapshot, CLASS_SEM, WAIT_SEMOP);
	struct waiting *waiting = &relation->waiting;

	(void)state;
	expect_words(relation, "waits, its operation is not known");
	waiting->has_operation = true;
	waiting->semnum = 2;
	expect_words(relation, "waits for semaphore 2 to be zero");
	waiting->op = -1;
	expect_words(relation, "waits to decrease semaphore 2 by 1");
	waiting->undo = true;
	expect_words(relation, "waits to decrease semaphore 2 by 1, SEM_UNDO");
	waiting->op = INT16_MIN;
	waiting->semnum = UINT16_MAX;
	expect_words(relation, "waits to decrease semaphore 65535 by 32768, SEM_UNDO");
	waiting->call = WAIT_SEMTIMEDOP;
	waiting->undo = false;
	waiting->op = -3;
	waiting->semnum = 0;
	expect_words(relation, "waits to decrease semaphore 0 by 3, for a limited time");
	waiting->since_ns -= 2 * RELATED_SECOND;
	expect_words(
		relation, "waits to decrease semaphore 0 by 3, for a limited time, for 2 s so far");
	snapshot_unref(snapshot);
}

/* attachments */

static void expect_attachments(
	struct snapshot *snapshot, uint64_t nattch, uint64_t found, const char *expected)
{
	struct shm_record *shm = snapshot->classes[CLASS_SHM].records;
	struct row row = row_at(snapshot, CLASS_SHM, 0);
	struct buf out = { 0 };

	shm->nattch = nattch;
	assert_int_equal(relations_attached(&row), found);
	relations_attachments(&out, &row);
	expect_text(&out, expected);
}

static void nobody_is_attached(void **state)
{
	struct snapshot *snapshot = make_objects();

	(void)state;
	add_holder(snapshot, 1, 811);
	all_visited(snapshot, 1);
	expect_attachments(snapshot, 0, 0, "no attachments");
	/* what the kernel counts is there, whether it is seen or not */
	expect_attachments(snapshot, 1, 0, "1 attachment, not visible to you");
	expect_attachments(snapshot, 3, 0, "3 attachments, not visible to you");
	snapshot_unref(snapshot);
}

static void attachments_are_set_beside_processes(void **state)
{
	struct snapshot *snapshot = make_objects();
	struct relation *first = add_holder(snapshot, 0, 811);

	(void)state;
	all_visited(snapshot, 1);
	expect_attachments(snapshot, 1, 1, "1 attachment by 1 process");
	expect_attachments(snapshot, 2, 1,
		"1 attachment by 1 process; 1 more attachment is not visible to you");
	first->holding.mappings = 3;
	expect_attachments(snapshot, 3, 3, "3 attachments by 1 process");
	add_holder(snapshot, 0, 812);
	add_holder(snapshot, 0, 813);
	add_holder(snapshot, 0, 814);
	add_holder(snapshot, 1, 814)->holding.mappings = 5;
	all_visited(snapshot, 4);
	expect_attachments(snapshot, 6, 6, "6 attachments by 4 processes");
	expect_attachments(snapshot, 7, 6,
		"6 attachments by 4 processes; 1 more attachment is not visible to you");
	expect_attachments(snapshot, 4102, 6,
		"6 attachments by 4 processes; 4096 more attachments are not visible to you");
	/* a mapping outlives a change of namespace */
	expect_attachments(snapshot, 5, 6,
		"6 attachments by 4 processes; the segment itself counts 5: others may be of a "
		"segment with the same id in another IPC namespace");
	expect_attachments(snapshot, 0, 6,
		"6 attachments by 4 processes; the segment itself counts 0: others may be of a "
		"segment with the same id in another IPC namespace");
	/* of more mappings than are kept all count */
	first->holding.mappings = RELATION_ADDRESSES * 2;
	expect_attachments(snapshot, RELATION_ADDRESSES * 2 + 3, RELATION_ADDRESSES * 2 + 3,
		"19 attachments by 4 processes");
	snapshot_unref(snapshot);
}

/* what could not be seen */

static void expect_missing(const struct snapshot *snapshot, const char *expected)
{
	struct buf out = { 0 };

	relations_missing(&out, snapshot);
	expect_text(&out, expected);
}

static void nothing_is_missing(void **state)
{
	struct snapshot *snapshot = make_objects();

	(void)state;
	expect_missing(snapshot, "");
	assert_false(relations_known(snapshot, RELATION_HOLDER));
	assert_false(relations_known(snapshot, RELATION_WAITER));
	all_visited(snapshot, 900);
	expect_missing(snapshot, "");
	assert_true(relations_known(snapshot, RELATION_HOLDER));
	assert_true(relations_known(snapshot, RELATION_WAITER));
	snapshot->relations.read = COST_HOLDERS;
	assert_true(relations_known(snapshot, RELATION_HOLDER));
	assert_false(relations_known(snapshot, RELATION_WAITER));
	snapshot->relations.read = COST_WAITERS;
	assert_false(relations_known(snapshot, RELATION_HOLDER));
	assert_true(relations_known(snapshot, RELATION_WAITER));
	snapshot_unref(snapshot);
}

static void a_pass_that_goes_on(void **state)
{
	struct snapshot *snapshot = make_objects();

	(void)state;
	all_visited(snapshot, 900);
	snapshot->relations.visited = 120;
	expect_missing(snapshot, "120 of 900 processes were looked at so far");
	assert_false(relations_known(snapshot, RELATION_HOLDER));
	assert_false(relations_known(snapshot, RELATION_WAITER));
	snapshot->relations.hidden_processes = true;
	snapshot->relations.hidden_maps = snapshot->relations.hidden_calls = 1;
	expect_missing(snapshot,
		"120 of 900 processes were looked at so far; /proc hides the processes of others "
		"from you (hidepid): seeing them takes root, or the group that it is mounted with "
		"(gid=); 1 process is hidden from you: seeing it takes root, or CAP_SYS_PTRACE "
		"with CAP_DAC_READ_SEARCH");
	snapshot_unref(snapshot);
}

static void processes_that_proc_does_not_show(void **state)
{
	struct snapshot *snapshot = make_objects();

	(void)state;
	all_visited(snapshot, 4);
	snapshot->relations.hidden_processes = true;
	expect_missing(snapshot,
		"/proc hides the processes of others from you (hidepid): seeing them takes root, "
		"or the group that it is mounted with (gid=)");
	assert_false(relations_known(snapshot, RELATION_HOLDER));
	assert_false(relations_known(snapshot, RELATION_WAITER));
	snapshot_unref(snapshot);
}

static void processes_that_do_not_let_us_see(void **state)
{
	struct snapshot *snapshot = make_objects();
	struct relations *relations = &snapshot->relations;

	(void)state;
	all_visited(snapshot, 900);
	relations->hidden_maps = 1;
	expect_missing(
		snapshot, "1 process is hidden from you: seeing it takes root, or CAP_SYS_PTRACE");
	assert_false(relations_known(snapshot, RELATION_HOLDER));
	assert_true(relations_known(snapshot, RELATION_WAITER));
	relations->hidden_maps = relations->hidden_calls = 14;
	expect_missing(snapshot,
		"14 processes are hidden from you: seeing them takes root, or CAP_SYS_PTRACE with "
		"CAP_DAC_READ_SEARCH");
	assert_false(relations_known(snapshot, RELATION_WAITER));
	/* what was not asked for is not missed */
	relations->hidden_calls = 20;
	relations->read = COST_HOLDERS;
	expect_missing(snapshot,
		"14 processes are hidden from you: seeing them takes root, or CAP_SYS_PTRACE");
	relations->read = COST_WAITERS;
	relations->hidden_calls = 1;
	expect_missing(snapshot,
		"1 process is hidden from you: seeing it takes root, or CAP_SYS_PTRACE with "
		"CAP_DAC_READ_SEARCH");
	snapshot_unref(snapshot);
}

/* Mappings of one's own processes are seen, and their waits are not: that is Yama. */
static void waits_of_our_own_that_are_hidden(void **state)
{
	struct snapshot *snapshot = make_objects();

	(void)state;
	all_visited(snapshot, 900);
	snapshot->relations.hidden_maps = 3;
	snapshot->relations.hidden_calls = 8;
	snapshot->relations.yama = true;
	expect_missing(snapshot,
		"8 processes are hidden from you: seeing them takes root, or CAP_SYS_PTRACE with "
		"CAP_DAC_READ_SEARCH (kernel.yama.ptrace_scope hides waits of your own processes "
		"too)");
	snapshot_unref(snapshot);
}

static void what_no_privilege_would_show(void **state)
{
	struct snapshot *snapshot = make_objects();

	(void)state;
	all_visited(snapshot, 900);
	snapshot->relations.privileged = true;
	expect_missing(snapshot, "");
	snapshot->relations.hidden_calls = 1;
	expect_missing(snapshot,
		"1 process is hidden from you, whatever your privileges: a security policy forbids "
		"it");
	snapshot->relations.hidden_maps = 2;
	expect_missing(snapshot,
		"2 processes are hidden from you, whatever your privileges: a security policy "
		"forbids "
		"it");
	snapshot->relations.confined = true;
	expect_missing(snapshot,
		"2 processes are hidden from you: the privileges that you have do not reach beyond "
		"your user namespace");
	snapshot_unref(snapshot);
}

static void what_could_not_be_visited(void **state)
{
	struct snapshot *snapshot = make_objects();

	(void)state;
	all_visited(snapshot, 900);
	snapshot->relations.visited = 898;
	expect_missing(snapshot, "898 of 900 processes were looked at so far");
	snapshot->relations.failed = 2;
	snapshot->relations.error = -EMFILE;
	expect_missing(snapshot, "2 of 900 processes could not be looked at: Too many open files");
	/* known from before, but perhaps not so any more */
	snapshot->relations.visited = 900;
	assert_false(relations_known(snapshot, RELATION_HOLDER));
	snapshot->relations.failed = 0;
	assert_true(relations_known(snapshot, RELATION_HOLDER));
	snapshot->relations.enclosed = true;
	assert_false(relations_known(snapshot, RELATION_HOLDER));
	assert_false(relations_known(snapshot, RELATION_WAITER));
	expect_missing(snapshot,
		"processes outside of this pid namespace can't be seen, and may share its IPC "
		"objects");
	snapshot_unref(snapshot);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(calls_have_names),
		cmocka_unit_test(holders_in_words),
		cmocka_unit_test(more_mappings_than_are_kept),
		cmocka_unit_test(waiters_for_messages_in_words),
		cmocka_unit_test(waiters_for_semaphores_in_words),
		cmocka_unit_test(nobody_is_attached),
		cmocka_unit_test(attachments_are_set_beside_processes),
		cmocka_unit_test(nothing_is_missing),
		cmocka_unit_test(a_pass_that_goes_on),
		cmocka_unit_test(processes_that_proc_does_not_show),
		cmocka_unit_test(processes_that_do_not_let_us_see),
		cmocka_unit_test(waits_of_our_own_that_are_hidden),
		cmocka_unit_test(what_no_privilege_would_show),
		cmocka_unit_test(what_could_not_be_visited),
	};

	return tap_run(cases, LENGTH(cases), NULL, NULL);
}
