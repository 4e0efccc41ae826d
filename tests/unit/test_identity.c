/* model/identity: which object is meant, and whether it is unchanged. */
#include "unit.h"

#include "ipctop/model/identity.h"

static struct shm_record make_shm(void)
{
	struct shm_record shm;

	memset(&shm, 0, sizeof(shm));
	shm.ipc.key = 42;
	shm.ipc.id = 3;
	shm.ipc.uid = 1;
	shm.ipc.gid = 2;
	shm.ipc.cuid = 3;
	shm.ipc.cgid = 4;
	shm.ipc.mode = 0600;
	shm.ipc.ctime = UNIT_NOW;
	shm.size = 4096;
	shm.cpid = 811;
	return shm;
}

static bool same(enum class class, const void *a, const void *b)
{
	struct identity left = identity_of(class, a, UNIT_SCOPE);
	struct identity right = identity_of(class, b, UNIT_SCOPE);

	/* equal ones must have equal hashes */
	if (identity_equal(&left, &right))
		assert_true(identity_hash(&left) == identity_hash(&right));
	assert_int_equal(identity_equal(&left, &right), identity_equal(&right, &left));
	return identity_equal(&left, &right);
}

static void a_segment_is_told_by_what_never_changes(void **state)
{
	struct shm_record a = make_shm(), b;

	(void)state;
	b = a;
	assert_true(same(CLASS_SHM, &a, &b));
	b.ipc.id++;
	assert_false(same(CLASS_SHM, &a, &b));
	b = a;
	b.ipc.cuid++;
	assert_false(same(CLASS_SHM, &a, &b));
	b = a;
	b.ipc.cgid++;
	assert_false(same(CLASS_SHM, &a, &b));
	b = a;
	b.cpid++;
	assert_false(same(CLASS_SHM, &a, &b));
	b = a;
	b.size++;
	assert_false(same(CLASS_SHM, &a, &b));
	b = a;
	b.size += UINT64_C(1) << 32;
	assert_false(same(CLASS_SHM, &a, &b));
}

static void what_may_change_is_no_part_of_it(void **state)
{
	struct shm_record a = make_shm(), b = a;

	(void)state;
	b.ipc.key = 0;
	b.ipc.uid = b.ipc.gid = 99;
	b.ipc.mode = 01666;
	b.ipc.ctime++;
	b.ipc.seq = 7;
	b.atime = b.dtime = UNIT_NOW;
	b.lpid = 902;
	b.nattch = 5;
	b.rss = b.swap = 4096;
	b.has_rss = b.has_swap = true;
	assert_true(same(CLASS_SHM, &a, &b));
}

static void sets_go_by_their_size_and_queues_by_none(void **state)
{
	struct sem_record a, b;
	struct msg_record c, d;

	(void)state;
	memset(&a, 0, sizeof(a));
	a.nsems = 5;
	b = a;
	b.otime = UNIT_NOW;
	assert_true(same(CLASS_SEM, &a, &b));
	b.nsems = 6;
	assert_false(same(CLASS_SEM, &a, &b));
	memset(&c, 0, sizeof(c));
	d = c;
	d.qbytes = d.cbytes = d.qnum = 5;
	d.lspid = d.lrpid = 811;
	assert_true(same(CLASS_MSG, &c, &d));
	d.ipc.cuid = 1;
	assert_false(same(CLASS_MSG, &c, &d));
}

static void scope_and_class_are_part_of_it(void **state)
{
	struct msg_record record;
	struct identity a, b;

	(void)state;
	memset(&record, 0, sizeof(record));
	a = identity_of(CLASS_MSG, &record, UNIT_SCOPE);
	b = identity_of(CLASS_MSG, &record, UNIT_SCOPE + 1);
	assert_false(identity_equal(&a, &b));
	b = identity_of(CLASS_SEM, &(struct sem_record){ .nsems = 0 }, UNIT_SCOPE);
	assert_false(identity_equal(&a, &b));
}

static void limits_go_by_their_number(void **state)
{
	struct limit_record a, b;

	(void)state;
	memset(&a, 0, sizeof(a));
	b = a;
	b.limit = b.used = 5;
	b.has_limit = b.has_used = true;
	b.name = "SHMMNI";
	assert_true(same(CLASS_LIMIT, &a, &b));
	b.id = 1;
	assert_false(same(CLASS_LIMIT, &a, &b));
}

/* Tables of identities are as good as the hash spreads ids, which come in rows. */
static void hashes_spread(void **state)
{
	enum { IDS = 4096, BUCKETS = 8192, CROWD = 12 };
	static unsigned char full[BUCKETS];
	struct shm_record shm = make_shm();
	struct identity identity;
	unsigned char worst = 0;
	size_t at;
	int step, i;

	(void)state;
	for (step = 1; step <= 32768; step *= 2) {
		memset(full, 0, sizeof(full));
		for (i = 0; i < IDS; i++) {
			shm.ipc.id = i * step;
			identity = identity_of(CLASS_SHM, &shm, UNIT_SCOPE);
			at = identity_hash(&identity) % BUCKETS;
			full[at]++;
			worst = full[at] > worst ? full[at] : worst;
		}
		assert_in_range(worst, 1, CROWD);
	}
}

static struct fingerprint print_of(const struct shm_record *shm)
{
	return fingerprint_of(CLASS_SHM, shm, UNIT_SCOPE);
}

static bool unchanged(const struct shm_record *then, const struct shm_record *now)
{
	struct fingerprint a = print_of(then), b = print_of(now);

	return fingerprint_equal(&a, &b);
}

static void a_fingerprint_holds_key_and_ctime(void **state)
{
	struct shm_record then = make_shm(), now = then;
	struct fingerprint print = print_of(&then);

	(void)state;
	assert_int_equal(print.key, 42);
	assert_int_equal(print.ctime, UNIT_NOW);
	assert_false(print.dest);
	assert_true(unchanged(&then, &now));
	now.ipc.ctime++;
	assert_false(unchanged(&then, &now));
	now = then;
	now.ipc.key = 43;
	assert_false(unchanged(&then, &now));
	now = then;
	now.ipc.id++;
	assert_false(unchanged(&then, &now));
	/* use is no change, but where nobody was attached */
	now = then;
	now.nattch = 1;
	assert_false(unchanged(&then, &now));
	assert_true(unchanged(&now, &then));
	then.nattch = 1;
	now = then;
	now.nattch = 6;
	now.atime = UNIT_NOW + 1;
	now.lpid = 902;
	now.ipc.mode |= RECORD_LOCKED;
	assert_true(unchanged(&then, &now));
	/* but nothing was used and is not any more */
	assert_false(unchanged(&now, &then));
	now.dtime = UNIT_NOW + 3;
	then.atime = UNIT_NOW + 2;
	assert_true(unchanged(&then, &now));
}

static void the_key_may_go_when_the_segment_is_newly_dest(void **state)
{
	struct shm_record then = make_shm(), now = then;

	(void)state;
	now.ipc.key = 0;
	assert_false(unchanged(&then, &now)); /* not dest: another one's key */
	now.ipc.mode |= RECORD_DEST;
	assert_true(print_of(&now).dest);
	assert_true(unchanged(&then, &now));
	assert_false(unchanged(&now, &then)); /* a key does not come back */
	now.ipc.ctime++;
	assert_false(unchanged(&then, &now));
	now.ipc.ctime--;
	now.ipc.key = 43;
	assert_false(unchanged(&then, &now));
	/* it was dest before: nothing was freed since */
	then.ipc.mode |= RECORD_DEST;
	now.ipc.key = 0;
	assert_false(unchanged(&then, &now));
	then.ipc.key = 0;
	assert_true(unchanged(&then, &now));
}

/* The bits mean something else, or nothing, for queues and sets. */
static void only_segments_are_dest(void **state)
{
	struct msg_record msg;

	(void)state;
	memset(&msg, 0, sizeof(msg));
	msg.ipc.mode = 01600;
	assert_false(fingerprint_of(CLASS_MSG, &msg, UNIT_SCOPE).dest);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(a_segment_is_told_by_what_never_changes),
		cmocka_unit_test(what_may_change_is_no_part_of_it),
		cmocka_unit_test(sets_go_by_their_size_and_queues_by_none),
		cmocka_unit_test(scope_and_class_are_part_of_it),
		cmocka_unit_test(limits_go_by_their_number),
		cmocka_unit_test(hashes_spread),
		cmocka_unit_test(a_fingerprint_holds_key_and_ctime),
		cmocka_unit_test(the_key_may_go_when_the_segment_is_newly_dest),
		cmocka_unit_test(only_segments_are_dest),
	};

	return tap_run(cases, LENGTH(cases), NULL, NULL);
}
