/* model/limit: the facts of each limit, who uses most of it, what could be freed, what raises it.
 */
#include "limited.h"

#include <errno.h>

#include "ipctop/model/change.h"
#include "ipctop/model/derive.h"

/* As the manual pages of the calls have it. */
static const struct {
	const char *name, *call, *error_name;
	int error;
	bool on_sum;
} facts[LIMIT_COUNT] = {
	{ "MSGMNI", "msgget", "ENOSPC", ENOSPC, true },
	{ "MSGMAX", "msgsnd", "EINVAL", EINVAL, false },
	{ "MSGMNB", "msgsnd", "EAGAIN", EAGAIN, false },
	{ "SHMMNI", "shmget", "ENOSPC", ENOSPC, true },
	{ "SHMMAX", "shmget", "EINVAL", EINVAL, false },
	{ "SHMALL", "shmget", "ENOSPC", ENOSPC, true },
	{ "SHMMIN", "shmget", "EINVAL", EINVAL, false },
	{ "SEMMNI", "semget", "ENOSPC", ENOSPC, true },
	{ "SEMMNS", "semget", "ENOSPC", ENOSPC, true },
	{ "SEMMSL", "semget", "EINVAL", EINVAL, false },
	{ "SEMOPM", "semop", "E2BIG", E2BIG, false },
	{ "SEMVMX", "semop", "ERANGE", ERANGE, false },
};

static void expect_cells(struct snapshot *snapshot, enum limit limit, const char *expected)
{
	static const char *const names[] = { "MOST", "MOSTUSED", "FREEABLE", "ADVICE" };
	struct row row = row_at(snapshot, CLASS_LIMIT, limit);
	struct buf out = { 0 };
	size_t i;

	for (i = 0; i < LENGTH(names); i++) {
		buf_text(&out, i ? " | " : "");
		cell_text(&out, &row, column_of(CLASS_LIMIT, names[i]));
	}
	expect_text(&out, expected);
}

static void expect_advice(struct snapshot *snapshot, enum limit limit, const char *expected)
{
	const char *advice = use_of(snapshot, limit)->advice;

	if (expected)
		assert_string_equal(advice, expected);
	else
		assert_null(advice);
}

static void every_limit_has_its_facts(void **state)
{
	const struct limit_info *info;
	struct buf text = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < LIMIT_COUNT; i++) {
		info = &limit_infos[i];
		assert_string_equal(info->name, facts[i].name);
		assert_ptr_equal(limit_find(info->name), info);
		assert_string_equal(info->call, facts[i].call);
		assert_string_equal(info->error_name, facts[i].error_name);
		assert_int_equal(info->error, facts[i].error);
		assert_int_equal(info->on_sum, facts[i].on_sum);
		assert_true(!info->on_sum || info->takes);
		assert_true(!info->file || info->most > 0);
		assert_true(class_infos[info->class].flags & CLASS_IPC);
		assert_non_null(info->when);
		buf_printf(&text, "%s: %s", info->call, info->error_name);
		expect_text(&text, info->fails);
	}
	assert_null(limit_find("SHMMN"));
	assert_null(limit_find(""));
	assert_null(limit_find(NULL));
}

static void who_uses_most(void **state)
{
	struct snapshot *snapshot = limited_snapshot();
	const struct limit_use *use;

	(void)state;
	own_segment(snapshot, WWW_UID, 1);
	own_segment(snapshot, APP_UID, 4096 * 100 + 1);
	own_segment(snapshot, WWW_UID, 4097);
	own_set(snapshot, APP_UID, 3);
	own_set(snapshot, WWW_UID, 250);
	own_set(snapshot, APP_UID, 4);
	use = use_of(snapshot, LIMIT_SHMMNI);
	assert_true(use->has_most);
	assert_int_equal(use->most_uid, WWW_UID);
	assert_int_equal(use->most, 2);
	use = use_of(snapshot, LIMIT_SHMALL);
	assert_int_equal(use->most_uid, APP_UID);
	assert_int_equal(use->most, 101);
	use = use_of(snapshot, LIMIT_SEMMNI);
	assert_int_equal(use->most_uid, APP_UID);
	assert_int_equal(use->most, 2);
	use = use_of(snapshot, LIMIT_SEMMNS);
	assert_int_equal(use->most_uid, WWW_UID);
	assert_int_equal(use->most, 250);
	/* not on a sum, and not read */
	assert_false(use_of(snapshot, LIMIT_SHMMAX)->has_most);
	assert_false(use_of(snapshot, LIMIT_SEMMSL)->has_most);
	assert_false(use_of(snapshot, LIMIT_MSGMNI)->has_most);
	expect_cells(snapshot, LIMIT_SEMMNS, "www-data | 250 | - | -");
	expect_cells(snapshot, LIMIT_SHMMAX, "- | - | - | -");
	snapshot_unref(snapshot);
}

static void of_equals_it_is_the_smallest_uid(void **state)
{
	static const uint32_t orders[][3] = {
		{ 33, 1001, 70000 },
		{ 70000, 1001, 33 },
		{ 1001, 70000, 33 },
	};
	struct snapshot *snapshot;
	size_t i, k;

	(void)state;
	for (i = 0; i < LENGTH(orders); i++) {
		snapshot = limited_snapshot();
		for (k = 0; k < 6; k++)
			own_queue(snapshot, orders[i][k % 3]);
		own_queue(snapshot, 5);
		assert_int_equal(use_of(snapshot, LIMIT_MSGMNI)->most_uid, 33);
		assert_int_equal(use_of(snapshot, LIMIT_MSGMNI)->most, 2);
		snapshot_unref(snapshot);
	}
}

/* Far apart, as those of containers are. */
static uint32_t far_uid(uint32_t i)
{
	return i * 65536 + i % 3;
}

static void many_owners(void **state)
{
	enum { OWNERS = 20000, TURNS = 8 };
	struct snapshot *snapshot;
	uint32_t i, turn;

	(void)state;
	for (turn = 0; turn < TURNS; turn++) {
		snapshot = limited_snapshot();
		for (i = 0; i < OWNERS; i++)
			own_queue(snapshot, far_uid(i));
		own_queue(snapshot, far_uid(7 + turn));
		assert_int_equal(use_of(snapshot, LIMIT_MSGMNI)->most_uid, far_uid(7 + turn));
		assert_int_equal(use_of(snapshot, LIMIT_MSGMNI)->most, 2);
		snapshot_unref(snapshot);
	}
}

static void a_user_without_a_name_is_absent(void **state)
{
	struct snapshot *snapshot = limited_snapshot();

	(void)state;
	own_queue(snapshot, NAMELESS_UID);
	use_of(snapshot, LIMIT_MSGMNI);
	expect_cells(snapshot, LIMIT_MSGMNI, "- | 1 | - | -");
	snapshot_unref(snapshot);
}

static void leaks_could_be_freed(void **state)
{
	static const uint8_t of_segments[] = { VERDICT_ORPHAN, VERDICT_NONE, VERDICT_ORPHAN,
		VERDICT_IDLE, VERDICT_DOOMED, VERDICT_NEVER_ATTACHED, VERDICT_UNKNOWN_OWNER };
	static const uint8_t of_sets[] = { VERDICT_STUCK, VERDICT_ABANDONED, VERDICT_NEVER_USED,
		VERDICT_NONE };
	static const uint8_t of_queues[] = { VERDICT_UNKNOWN_OWNER };
	struct snapshot *snapshot = limited_snapshot();
	const struct limit_use *use;
	unsigned i;

	(void)state;
	for (i = 0; i < LENGTH(of_segments); i++)
		own_segment(snapshot, WWW_UID, 4096u << i);
	for (i = 0; i < LENGTH(of_sets); i++)
		own_set(snapshot, WWW_UID, 10 + i);
	own_queue(snapshot, WWW_UID);
	judge(snapshot, CLASS_SHM, of_segments, LENGTH(of_segments));
	judge(snapshot, CLASS_SEM, of_sets, LENGTH(of_sets));
	judge(snapshot, CLASS_MSG, of_queues, LENGTH(of_queues));
	use = use_of(snapshot, LIMIT_SHMALL);
	assert_true(use->has_freeable);
	assert_int_equal(use->freeable, 1 + 4 + 8 + 32);
	assert_int_equal(use->freed[VERDICT_ORPHAN], 1 + 4);
	assert_int_equal(use->objects[VERDICT_ORPHAN], 2);
	assert_int_equal(use->freed[VERDICT_IDLE], 8);
	assert_int_equal(use->freed[VERDICT_NEVER_ATTACHED], 32);
	assert_int_equal(use->objects[VERDICT_DOOMED] + use->objects[VERDICT_NONE] +
			use->objects[VERDICT_UNKNOWN_OWNER],
		0);
	use = use_of(snapshot, LIMIT_SHMMNI);
	assert_int_equal(use->freeable, 4);
	use = use_of(snapshot, LIMIT_SEMMNS);
	assert_int_equal(use->freeable, 10 + 11 + 12);
	assert_int_equal(use->freed[VERDICT_STUCK], 10);
	assert_true(use->unsure); /* nobody looked who waits */
	assert_false(use_of(snapshot, LIMIT_SHMALL)->unsure);
	all_visited(snapshot, 2);
	assert_false(use_of(snapshot, LIMIT_SEMMNS)->unsure);
	/* who was not looked at may be needed to say that nothing waits there */
	snapshot->relations.error = -EMFILE;
	assert_false(use_of(snapshot, LIMIT_MSGMNI)->has_freeable);
	expect_cells(snapshot, LIMIT_MSGMNI, "www-data | 1 | - | -");
	use = use_of(snapshot, LIMIT_SEMMNS);
	assert_true(use->has_freeable && use->may_free_more);
	assert_int_equal(use->freeable, 10 + 11 + 12);
	assert_false(use_of(snapshot, LIMIT_SHMMNI)->may_free_more);
	snapshot->relations.error = 0;
	use = use_of(snapshot, LIMIT_MSGMNI);
	assert_true(use->has_freeable);
	assert_int_equal(use->freeable, 0);
	assert_false(use_of(snapshot, LIMIT_SHMMAX)->has_freeable);
	expect_cells(snapshot, LIMIT_SHMMNI, "www-data | 7 | 4 | -");
	expect_cells(snapshot, LIMIT_MSGMNI, "www-data | 1 | 0 | -");
	snapshot_unref(snapshot);
}

static void what_was_not_read_is_not_told(void **state)
{
	static const uint8_t verdicts[] = { VERDICT_ORPHAN };
	struct snapshot *snapshot = limited_snapshot();
	struct row row;

	(void)state;
	own_segment(snapshot, WWW_UID, 4096);
	judge(snapshot, CLASS_SHM, verdicts, 1);
	snapshot->classes[CLASS_SHM].error = -EACCES;
	expect_advice(snapshot, LIMIT_SHMMNI, NULL);
	expect_cells(snapshot, LIMIT_SHMMNI, "- | - | - | -");
	snapshot->classes[CLASS_SHM].error = 0;
	snapshot->classes[CLASS_SHM].read = false;
	use_of(snapshot, LIMIT_SHMMNI);
	expect_cells(snapshot, LIMIT_SHMMNI, "- | - | - | -");
	/* none at all: nobody uses most, and nothing is there to be freed */
	snapshot->classes[CLASS_SHM].read = true;
	snapshot->classes[CLASS_SHM].count = 0;
	use_of(snapshot, LIMIT_SHMMNI);
	expect_cells(snapshot, LIMIT_SHMMNI, "- | - | 0 | -");
	snapshot_unref(snapshot);
	/* no limits */
	snapshot = make_snapshot();
	own_segment(snapshot, WWW_UID, 4096);
	assert_int_equal(limit_derive(snapshot), 0);
	assert_null(snapshot->limit_uses);
	add_limit(snapshot, 0)->name = "SHMMNI";
	row = row_at(snapshot, CLASS_LIMIT, 0);
	assert_null(limit_use_of(&row));
	expect_cells(snapshot, 0, "- | - | - | -");
	/* a limit that we do not know */
	limited_record(snapshot, 0)->name = "SHMXYZ";
	set_limit(snapshot, 0, 5);
	assert_int_equal(limit_derive(snapshot), 0);
	expect_cells(snapshot, 0, "- | - | - | -");
	snapshot_unref(snapshot);
}

static void sums_stay_at_the_largest_number(void **state)
{
	static const uint8_t verdicts[] = { VERDICT_IDLE, VERDICT_IDLE, VERDICT_ORPHAN };
	struct snapshot *snapshot = limited_snapshot();
	const struct limit_use *use;
	int i;

	(void)state;
	snapshot->page_size = 0; /* not known: bytes are counted */
	for (i = 0; i < 3; i++)
		own_segment(snapshot, WWW_UID, UINT64_MAX - 5);
	judge(snapshot, CLASS_SHM, verdicts, LENGTH(verdicts));
	use = use_of(snapshot, LIMIT_SHMALL);
	assert_true(use->most == UINT64_MAX);
	assert_true(use->freed[VERDICT_IDLE] == UINT64_MAX);
	assert_true(use->freed[VERDICT_ORPHAN] == UINT64_MAX - 5);
	assert_true(use->freeable == UINT64_MAX);
	/* twice of that is not there */
	set_limit(snapshot, LIMIT_SHMALL, INT64_MAX);
	set_used(snapshot, LIMIT_SHMALL, UINT64_MAX - 1);
	expect_advice(snapshot, LIMIT_SHMALL,
		sizeof(long) == 8 ? "sysctl kernel.shmall=18446744073709551615" : NULL);
	snapshot_unref(snapshot);
}

static void a_limit_is_doubled(void **state)
{
	struct snapshot *snapshot = limited_snapshot();

	(void)state;
	set_limit(snapshot, LIMIT_SHMMNI, 4096);
	expect_advice(snapshot, LIMIT_SHMMNI, "sysctl kernel.shmmni=8192");
	set_used(snapshot, LIMIT_SHMMNI, 4096);
	expect_advice(snapshot, LIMIT_SHMMNI, "sysctl kernel.shmmni=8192");
	set_limit(snapshot, LIMIT_MSGMNB, 16384);
	set_limit(snapshot, LIMIT_MSGMAX, 8192);
	expect_advice(snapshot, LIMIT_MSGMNB, "sysctl kernel.msgmnb=32768");
	expect_advice(snapshot, LIMIT_MSGMAX, "sysctl kernel.msgmax=16384");
	/* fixed, or no limit */
	set_limit(snapshot, LIMIT_SHMMIN, 1);
	set_limit(snapshot, LIMIT_SEMVMX, 32767);
	expect_advice(snapshot, LIMIT_SHMMIN, NULL);
	expect_advice(snapshot, LIMIT_SEMVMX, NULL);
	expect_advice(snapshot, LIMIT_SHMMAX, NULL);
	snapshot_unref(snapshot);
}

/* Lowered below its use: doubling the limit would not be enough. */
static void above_a_hundred_per_cent(void **state)
{
	struct snapshot *snapshot = limited_snapshot();
	struct buf out = { 0 };
	struct row row = row_at(snapshot, CLASS_LIMIT, LIMIT_SHMMNI);

	(void)state;
	set_limit(snapshot, LIMIT_SHMMNI, 100);
	set_used(snapshot, LIMIT_SHMMNI, 300);
	expect_advice(snapshot, LIMIT_SHMMNI, "sysctl kernel.shmmni=600");
	cell_text(&out, &row, column_of(CLASS_LIMIT, "USE%"));
	expect_text(&out, "300.0%");
	/* a limit of 0: nothing can be made */
	set_limit(snapshot, LIMIT_SHMMNI, 0);
	expect_advice(snapshot, LIMIT_SHMMNI, "sysctl kernel.shmmni=600");
	set_used(snapshot, LIMIT_SHMMNI, 0);
	expect_advice(snapshot, LIMIT_SHMMNI, "sysctl kernel.shmmni=2");
	snapshot_unref(snapshot);
}

static void as_far_as_the_kernel_goes(void **state)
{
	struct snapshot *snapshot = limited_snapshot();

	(void)state;
	set_limit(snapshot, LIMIT_MSGMNI, 32000);
	expect_advice(snapshot, LIMIT_MSGMNI, "sysctl kernel.msgmni=32768");
	set_limit(snapshot, LIMIT_MSGMNI, 32768);
	expect_advice(snapshot, LIMIT_MSGMNI, NULL);
	/* another limit shows that the kernel was booted with ipcmni_extend */
	set_limit(snapshot, LIMIT_SHMMNI, 32769);
	expect_advice(snapshot, LIMIT_MSGMNI, "sysctl kernel.msgmni=65536");
	set_limit(snapshot, LIMIT_SHMMNI, 10000000);
	expect_advice(snapshot, LIMIT_SHMMNI, "sysctl kernel.shmmni=16777216");
	set_limit(snapshot, LIMIT_SHMMNI, 16777216);
	expect_advice(snapshot, LIMIT_SHMMNI, NULL);
	set_limit(snapshot, LIMIT_MSGMAX, 2147483647);
	expect_advice(snapshot, LIMIT_MSGMAX, NULL);
	set_limit(snapshot, LIMIT_MSGMAX, 2147483646);
	expect_advice(snapshot, LIMIT_MSGMAX, "sysctl kernel.msgmax=2147483647");
	snapshot_unref(snapshot);
}

static void a_file_of_four_numbers(void **state)
{
	struct snapshot *snapshot = limited_snapshot();

	(void)state;
	set_sem(snapshot, 32000, 1024000000, 500, 1000);
	expect_advice(snapshot, LIMIT_SEMMSL, "sysctl kernel.sem='64000 1024000000 500 1000'");
	expect_advice(snapshot, LIMIT_SEMMNS, "sysctl kernel.sem='32000 2048000000 500 1000'");
	expect_advice(snapshot, LIMIT_SEMOPM, "sysctl kernel.sem='32000 1024000000 1000 1000'");
	expect_advice(snapshot, LIMIT_SEMMNI, "sysctl kernel.sem='32000 1024000000 500 2000'");
	set_sem(snapshot, 65536, 2147483647, 1000, 32768);
	expect_advice(snapshot, LIMIT_SEMMSL, NULL);
	expect_advice(snapshot, LIMIT_SEMMNS, NULL);
	expect_advice(snapshot, LIMIT_SEMOPM, NULL);
	expect_advice(snapshot, LIMIT_SEMMNI, NULL);
	/* both are reached: one line must not undo the other, and one alone would not help */
	set_sem(snapshot, 250, 1000, 100, 128);
	set_used(snapshot, LIMIT_SEMMNI, 128);
	set_used(snapshot, LIMIT_SEMMNS, 999);
	expect_advice(snapshot, LIMIT_SEMMNI, "sysctl kernel.sem='250 2000 100 256'");
	expect_advice(snapshot, LIMIT_SEMMNS, "sysctl kernel.sem='250 2000 100 256'");
	expect_advice(snapshot, LIMIT_SEMMSL, "sysctl kernel.sem='500 2000 100 256'");
	/* a number that is not known can't be written back */
	limited_record(snapshot, LIMIT_SEMOPM)->has_limit = false;
	expect_advice(snapshot, LIMIT_SEMMNI, NULL);
	snapshot_unref(snapshot);
}

static void when_a_limit_is_near(void **state)
{
	static const struct {
		uint64_t limit, used;
		bool near;
	} cases[] = {
		{ 100, 89, false },
		{ 100, 90, true },
		{ 100, 100, true },
		{ 100, 250, true },
		{ 0, 0, true }, /* nothing can be made */
		{ 1, 0, false },
		{ 1, 1, true },
		{ 5, 4, false },
		{ INT64_MAX, 1, false },
	};
	struct limit_record limit = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(cases); i++) {
		limit.has_limit = limit.has_used = true;
		limit.limit = cases[i].limit;
		limit.used = cases[i].used;
		assert_int_equal(limit_is_near(&limit), cases[i].near);
		limit.has_used = false;
		assert_false(limit_is_near(&limit));
		limit.has_used = true;
		limit.has_limit = false;
		assert_false(limit_is_near(&limit));
	}
}

/* derive() does it; and what follows from the snapshot before is no part of a change. */
static void derived_with_the_rest(void **state)
{
	struct derive_wish wish = { .classes = class_bit(CLASS_LIMIT) };
	struct past *past = past_new();
	struct snapshot *before = limited_snapshot(), *now = limited_snapshot();

	(void)state;
	assert_non_null(past);
	verdict_ages_init(&wish.ages);
	own_queue(before, WWW_UID);
	own_queue(now, APP_UID);
	set_limit(before, LIMIT_MSGMNI, 10);
	set_limit(now, LIMIT_MSGMNI, 20);
	assert_int_equal(derive(before, past, &wish), 0);
	assert_non_null(before->limit_uses);
	assert_int_equal(derive(now, past, &wish), 0);
	snapshot_unref(before); /* its texts are gone */
	assert_int_equal(now->classes[CLASS_LIMIT].change.moved, 1);
	assert_int_equal(change_of(now, CLASS_LIMIT, LIMIT_MSGMNI, column_of(CLASS_LIMIT, "LIMIT")),
		CHANGE_VALUE);
	assert_int_equal(
		change_of(now, CLASS_LIMIT, LIMIT_MSGMNI, column_of(CLASS_LIMIT, "ADVICE")),
		CHANGE_NONE);
	assert_int_equal(change_of(now, CLASS_LIMIT, LIMIT_MSGMNI, column_of(CLASS_LIMIT, "MOST")),
		CHANGE_NONE);
	past_free(past);
	snapshot_unref(now);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(every_limit_has_its_facts),
		cmocka_unit_test(who_uses_most),
		cmocka_unit_test(of_equals_it_is_the_smallest_uid),
		cmocka_unit_test(many_owners),
		cmocka_unit_test(a_user_without_a_name_is_absent),
		cmocka_unit_test(leaks_could_be_freed),
		cmocka_unit_test(what_was_not_read_is_not_told),
		cmocka_unit_test(sums_stay_at_the_largest_number),
		cmocka_unit_test(a_limit_is_doubled),
		cmocka_unit_test(above_a_hundred_per_cent),
		cmocka_unit_test(as_far_as_the_kernel_goes),
		cmocka_unit_test(a_file_of_four_numbers),
		cmocka_unit_test(when_a_limit_is_near),
		cmocka_unit_test(derived_with_the_rest),
	};

	return tap_run(cases, LENGTH(cases), NULL, NULL);
}
