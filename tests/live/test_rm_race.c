/* What happens to an object between its being shown and its being removed. */
#include "live.h"

#include <sys/shm.h>

#include "command.h"
#include "filter.h"
#include "ipctop/act/remove.h"

static const char *word(unsigned kind)
{
	return class_infos[kind].word;
}

/* The program under test looks again: at this moment the object … */

static void vanishes(unsigned kind, int id)
{
	world_remove(kind, id);
}

static void changes(unsigned kind, int id)
{
	world_change(kind, id, 0640);
}

/* … is another one of the same id, which differs in what the kernel gives no two objects. */
static void is_replaced(unsigned kind, int id)
{
	int now;

	world_remove(kind, id);
	assert_int_equal(world_next_id(kind, id), 0);
	now = world_sized(kind, IPC_PRIVATE, 0600, kind == CLASS_SHM ? 8192 : 7);
	assert_int_equal(now, id);
	if (kind == CLASS_MSG) {
		/* only who made it tells queues apart, or when */
		space_wait_past(world_ctime(kind, id));
		world_change(kind, id, 0600);
	}
}

static void need_next_id(void)
{
	if (!world_may_choose_ids())
		tap_skip("/proc/sys/kernel/*_next_id can't be written");
}

static void run_hooked(unsigned kind, int id, void (*at_look)(unsigned, int))
{
	char line[64];

	snprintf(line, sizeof(line), "rm %s --yes %d", word(kind), id);
	filter_run_hooked(kind, id, at_look, line);
}

static void expect_refusal(unsigned kind, int id, const char *why)
{
	char line[128];

	snprintf(line, sizeof(line), "ipctop: %s %d: %s\n", word(kind), id, why);
	assert_string_equal(outcome.err, line);
	assert_string_equal(outcome.out, "");
	assert_int_equal(outcome.status, 1);
}

static void the_program_finds_it_gone(void **state)
{
	unsigned kind;
	int id;

	(void)state;
	for (kind = 0; kind <= CLASS_SHM; kind++) {
		id = world_used_object(kind, 0600);
		run_hooked(kind, id, vanishes);
		expect_refusal(kind, id, "gone already");
	}
}

static void the_program_refuses_the_changed(void **state)
{
	int ids[CLASS_SHM + 1];
	unsigned kind;

	(void)state;
	/* all of them first: then they grow older at the same time */
	for (kind = 0; kind <= CLASS_SHM; kind++)
		ids[kind] = world_used_object(kind, 0600);
	for (kind = 0; kind <= CLASS_SHM; kind++) {
		run_hooked(kind, ids[kind], changes);
		expect_refusal(kind, ids[kind], "refused: changed since shown");
		assert_true(world_exists(kind, ids[kind]));
		world_remove(kind, ids[kind]);
	}
}

static void the_program_refuses_the_replaced(void **state)
{
	unsigned kind;
	int id;

	(void)state;
	need_next_id();
	for (kind = 0; kind <= CLASS_SHM; kind++) {
		id = world_used_object(kind, 0600);
		run_hooked(kind, id, is_replaced);
		expect_refusal(kind, id,
			kind == CLASS_MSG ? "refused: changed since shown"
					  : "refused: another object has this id now");
		assert_true(world_exists(kind, id));
		world_remove(kind, id);
	}
}

/* remove_object() by itself */

static struct fingerprint fingerprint_now(unsigned kind, int id)
{
	struct collector *collector = collector_new(NULL);
	struct snapshot *snapshot = live_snapshot(collector, class_bit(kind), 0);
	struct fingerprint fingerprint;
	const void *record = NULL;

	assert_int_equal(live_find(snapshot, kind, id, &record), 1);
	fingerprint = fingerprint_of(kind, record, snapshot->scope);
	snapshot_unref(snapshot);
	collector_free(collector);
	return fingerprint;
}

static struct removal_result removed(const struct fingerprint *fingerprint)
{
	struct removal_result result;

	remove_object(fingerprint, "owner", &(struct audit){ 0 }, &result);
	assert_true(identity_equal(&result.asked.identity, &fingerprint->identity));
	assert_int_equal(result.asked.ctime, fingerprint->ctime);
	assert_int_equal(result.asked.key, fingerprint->key);
	return result;
}

static void done_once_and_gone_twice(void **state)
{
	struct fingerprint fingerprint;
	unsigned kind;
	int id;

	(void)state;
	for (kind = 0; kind <= CLASS_SHM; kind++) {
		id = world_object(kind, IPC_PRIVATE, 0600);
		fingerprint = fingerprint_now(kind, id);
		assert_int_equal(removed(&fingerprint).removal, REMOVAL_DONE);
		assert_false(world_exists(kind, id));
		assert_int_equal(removed(&fingerprint).removal, REMOVAL_GONE);
	}
}

/* The slot has a successor under another id: ours is gone, and the successor stays. */
static void a_successor_in_the_slot_stays(void **state)
{
	struct fingerprint fingerprint;
	unsigned kind;
	int id, now;

	(void)state;
	for (kind = 0; kind <= CLASS_SHM; kind++) {
		id = world_object(kind, IPC_PRIVATE, 0600);
		fingerprint = fingerprint_now(kind, id);
		world_remove(kind, id);
		while ((now = world_object(kind, IPC_PRIVATE, 0600)) % (1 << 15) != id % (1 << 15))
			world_remove(kind, now);
		assert_int_not_equal(now, id);
		assert_int_equal(removed(&fingerprint).removal, REMOVAL_GONE);
		assert_true(world_exists(kind, now));
		world_remove(kind, now);
	}
}

static void the_changed_is_told_as_it_is_now(void **state)
{
	struct fingerprint shown[CLASS_SHM + 1];
	struct removal_result result;
	int ids[CLASS_SHM + 1];
	unsigned kind;

	(void)state;
	for (kind = 0; kind <= CLASS_SHM; kind++) {
		ids[kind] = world_object(kind, 0x1234, 0600);
		shown[kind] = fingerprint_now(kind, ids[kind]);
	}
	for (kind = 0; kind <= CLASS_SHM; kind++) {
		world_change(kind, ids[kind], 0640);
		result = removed(&shown[kind]);
		assert_int_equal(result.removal, REMOVAL_CHANGED);
		assert_int_equal(result.now.ctime, world_ctime(kind, ids[kind]));
		assert_int_not_equal(result.now.ctime, shown[kind].ctime);
		assert_true(identity_equal(&result.now.identity, &shown[kind].identity));
		assert_true(world_exists(kind, ids[kind]));
		/* which is what is asked about again */
		assert_int_equal(removed(&result.now).removal, REMOVAL_DONE);
		assert_false(world_exists(kind, ids[kind]));
	}
}

/* The same id, and everything but one thing is the same. */
static void another_object_of_the_same_id_stays(void **state)
{
	struct fingerprint fingerprint;
	unsigned kind;
	int id;

	(void)state;
	need_next_id();
	for (kind = CLASS_SEM; kind <= CLASS_SHM; kind++) {
		id = world_object(kind, 0x1234, 0600);
		fingerprint = fingerprint_now(kind, id);
		is_replaced(kind, id);
		assert_int_equal(removed(&fingerprint).removal, REMOVAL_OTHER);
		assert_true(world_exists(kind, id));
		world_remove(kind, id);
	}
}

static void another_creator_is_another_object(void **state)
{
	struct fingerprint fingerprint;
	unsigned kind;
	int id, now;

	(void)state;
	live_need_users();
	need_next_id();
	for (kind = 0; kind <= CLASS_SHM; kind++) {
		id = world_object(kind, 0x1234, 0600);
		fingerprint = fingerprint_now(kind, id);
		world_remove(kind, id);
		assert_int_equal(world_next_id(kind, id), 0);
		assert_int_equal(seteuid(OTHER_UID), 0);
		now = world_object(kind, 0x1234, 0600);
		assert_int_equal(seteuid(0), 0);
		assert_int_equal(now, id);
		assert_int_equal(removed(&fingerprint).removal, REMOVAL_OTHER);
		assert_true(world_exists(kind, id));
		world_remove(kind, id);
	}
}

static void every_part_of_a_fingerprint_counts(void **state)
{
	struct fingerprint good, bad[8];
	unsigned kind;
	unsigned i;
	int id;

	(void)state;
	for (kind = 0; kind <= CLASS_SHM; kind++) {
		id = world_object(kind, 0x1234, 0600);
		good = fingerprint_now(kind, id);
		for (i = 0; i < 8; i++)
			bad[i] = good;
		bad[0].identity.scope++; /* of another namespace */
		bad[1].identity.extent++;
		bad[2].identity.cuid++;
		bad[3].identity.cgid++;
		bad[4].identity.cpid++;
		bad[5].ctime--;
		bad[6].key++;
		bad[7].used++; /* as shown it was used later than now */
		for (i = 0; i < 8; i++) {
			assert_int_equal(
				removed(&bad[i]).removal, i < 5 ? REMOVAL_OTHER : REMOVAL_CHANGED);
			assert_true(world_exists(kind, id));
		}
		assert_int_equal(removed(&good).removal, REMOVAL_DONE);
	}
}

static void marked_then_doomed_then_gone(void **state)
{
	int id = world_object(CLASS_SHM, 0x1234, 0600);
	struct fingerprint fingerprint = fingerprint_now(CLASS_SHM, id);
	struct removal_result result;
	void *at = shmat(id, NULL, 0), *again = shmat(id, NULL, 0);

	(void)state;
	assert_true(at != (void *)-1 && again != (void *)-1);
	/* when it was shown nobody was attached */
	result = removed(&fingerprint);
	assert_int_equal(result.removal, REMOVAL_CHANGED);
	assert_int_equal(result.nattch, 2);
	fingerprint = result.now;
	result = removed(&fingerprint);
	assert_int_equal(result.removal, REMOVAL_MARKED);
	assert_int_equal(result.nattch, 2);
	shmdt(again);
	/* its key is 0 now, which makes it no other object */
	result = removed(&fingerprint);
	assert_int_equal(result.removal, REMOVAL_DOOMED);
	assert_int_equal(result.nattch, 1);
	shmdt(at);
	assert_int_equal(removed(&fingerprint).removal, REMOVAL_GONE);
}

static void send_now(unsigned kind, int id)
{
	(void)kind;
	world_send(id, 5);
}

/* What the filter says of it is looked at again right before it goes. */
static void in_use_after_the_filter_chose_it(void **state)
{
	int id;

	(void)state;
	filter_need();
	id = world_object(CLASS_MSG, IPC_PRIVATE, 0600);
	filter_run_hooked(CLASS_MSG, id, send_now, "rm msg --yes --filter msgs=0");
	assert_int_equal(outcome.status, 1);
	assert_non_null(strstr(outcome.err, "'msgs=0' does not hold any more: a message was sent"));
	assert_true(world_exists(CLASS_MSG, id));
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test_teardown(the_program_finds_it_gone, live_clear),
		cmocka_unit_test_teardown(the_program_refuses_the_changed, live_clear),
		cmocka_unit_test_teardown(the_program_refuses_the_replaced, live_clear),
		cmocka_unit_test_teardown(done_once_and_gone_twice, live_clear),
		cmocka_unit_test_teardown(a_successor_in_the_slot_stays, live_clear),
		cmocka_unit_test_teardown(the_changed_is_told_as_it_is_now, live_clear),
		cmocka_unit_test_teardown(another_object_of_the_same_id_stays, live_clear),
		cmocka_unit_test_teardown(in_use_after_the_filter_chose_it, live_clear),
		cmocka_unit_test_teardown(another_creator_is_another_object, live_clear),
		cmocka_unit_test_teardown(every_part_of_a_fingerprint_counts, live_clear),
		cmocka_unit_test_teardown(marked_then_doomed_then_gone, live_clear),
	};

	return tap_run(cases, sizeof(cases) / sizeof(cases[0]), live_enter, NULL);
}
