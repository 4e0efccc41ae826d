/*
 * What happens to an object at each moment of its removal, and at random ones: it goes, or makes
 * room for another one, which may have the same id where we may choose it. Never may the other one
 * be removed, but where nothing in the kernel tells it apart from the first, or where it comes
 * between the last look and the removing call, for these are two calls (see REMOVAL in ipctop(1)).
 *
 * The calls of remove_object() are wrapped by the linker (--wrap), which gives exact moments.
 */
#include "live.h"

#include <pthread.h>
#include <sched.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <time.h>

#include "ipctop/act/remove.h"
#include "ipctop/collect/sysv.h"

enum {
	FEW = 600, /* rounds; a proof has MANY */
	MANY = 100 * 1000,
	KEY = 0x1234, /* of the first object; the other one has the next key where it can't be told
			 apart otherwise */
	SPIN_NS = 20 * 1000, /* about as long as a removal takes */
};

enum moment {
	MOMENT_NONE,
	MOMENT_LOOK, /* before the last look */
	MOMENT_REMOVAL, /* between that and the removing call: what nobody can see */
	MOMENT_AFTER,
	MOMENT_COUNT,
};

enum fate {
	FATE_GONE,
	FATE_OTHER_ID, /* removed, and another one made */
	FATE_SAME_ID, /* the other one has the same id */
	FATE_UNUSED, /* and is like it, but has not been used yet, as the first one was */
	FATE_TWIN, /* and nothing at all tells it apart, if it is made in the same second */
	FATE_COUNT,
};

/* What the wrapped calls do, and tell. */
static struct {
	enum moment moment; /* at which the object meets its fate */
	enum fate fate;
	unsigned kind;
	int id;
	int other; /* the id of the other object, -1: there is none */
	unsigned looks, removals, between; /* calls */
	int64_t look_start, look_end, removal_start, removal_end; /* ns */
	bool watching;
} calls;

int __real_msgctl(int id, int command, struct msqid_ds *ds);
int __real_semctl(int id, int number, int command, ...);
int __real_shmctl(int id, int command, struct shmid_ds *ds);
int __wrap_msgctl(int id, int command, struct msqid_ds *ds);
int __wrap_semctl(int id, int number, int command, ...);
int __wrap_shmctl(int id, int command, struct shmid_ds *ds);

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static bool remove_really(unsigned kind, int id)
{
	if (kind == CLASS_MSG)
		return __real_msgctl(id, IPC_RMID, NULL) == 0;
	if (kind == CLASS_SEM)
		return __real_semctl(id, 0, IPC_RMID) == 0;
	return __real_shmctl(id, IPC_RMID, NULL) == 0;
}

static size_t size_of(unsigned kind, bool other)
{
	if (kind == CLASS_SHM)
		return other ? 8192 : 4096;
	return other ? 7 : 3;
}

/* Use it once, so that the kernel has a time of that. */
static void use(unsigned kind, int id)
{
	struct sembuf up = { .sem_op = 1 };
	void *at;

	if (kind == CLASS_MSG) {
		world_send(id, 1);
	} else if (kind == CLASS_SEM) {
		assert_int_equal(semop(id, &up, 1), 0);
	} else {
		at = shmat(id, NULL, 0);
		assert_true(at != (void *)-1);
		shmdt(at);
	}
}

/* Make the other object; `differs`: in what the kernel tells of it. */
static int make_other(unsigned kind, int same_id, bool differs)
{
	int id;

	if (same_id >= 0)
		assert_int_equal(world_next_id(kind, same_id), 0);
	id = world_sized(kind, differs ? KEY + 1 : KEY, 0600, size_of(kind, differs));
	assert_true(same_id < 0 || id == same_id);
	return id;
}

static void fulfil(void)
{
	calls.moment = MOMENT_NONE;
	calls.watching = false;
	remove_really(calls.kind, calls.id);
	if (calls.fate != FATE_GONE)
		calls.other = make_other(calls.kind, calls.fate == FATE_OTHER_ID ? -1 : calls.id,
			calls.fate == FATE_OTHER_ID || calls.fate == FATE_SAME_ID);
	calls.watching = true;
}

static void before(int id, int command, int look)
{
	if (!calls.watching || id != calls.id)
		return;
	if (command == look) {
		if (calls.moment == MOMENT_LOOK)
			fulfil();
		calls.looks++;
		calls.look_start = now_ns();
	} else if (command == IPC_RMID) {
		if (calls.moment == MOMENT_REMOVAL)
			fulfil();
		calls.removals++;
		calls.removal_start = now_ns();
	} else {
		calls.between++;
	}
}

static int after(int id, int command, int look, int result)
{
	int error = errno;

	if (calls.watching && id == calls.id && command == look)
		calls.look_end = now_ns();
	if (calls.watching && id == calls.id && command == IPC_RMID) {
		calls.removal_end = now_ns();
		if (calls.moment == MOMENT_AFTER)
			fulfil();
	}
	errno = error;
	return result;
}

int __wrap_msgctl(int id, int command, struct msqid_ds *ds)
{
	before(id, command, MSG_STAT_ANY);
	return after(id, command, MSG_STAT_ANY, __real_msgctl(id, command, ds));
}

int __wrap_semctl(int id, int number, int command, ...)
{
	void *argument = NULL;
	va_list args;

	if (command != IPC_RMID) {
		va_start(args, command);
		argument = va_arg(args, void *);
		va_end(args);
	}
	before(id, command, SEM_STAT_ANY);
	return after(id, command, SEM_STAT_ANY, __real_semctl(id, number, command, argument));
}

int __wrap_shmctl(int id, int command, struct shmid_ds *ds)
{
	before(id, command, SHM_STAT_ANY);
	return after(id, command, SHM_STAT_ANY, __real_shmctl(id, command, ds));
}

static struct fingerprint print_now(unsigned kind, int id)
{
	union ipc_any_record record = { 0 };

	assert_int_equal(sysv_kind_of(kind)->stat(id, &record), id);
	record.ipc.id = id;
	return fingerprint_of(kind, &record, sysv_scope());
}

static enum removal remove_watched(const struct fingerprint *asked)
{
	struct removal_result result;

	calls.looks = calls.removals = calls.between = 0;
	calls.watching = true;
	remove_object(asked, "owner", &(struct audit){ 0 }, &result);
	calls.watching = false;
	return result.removal;
}

/* What has to come of it where the other object stays. */
static enum removal expected(enum moment moment)
{
	if (moment == MOMENT_AFTER)
		return REMOVAL_DONE;
	if (calls.fate == FATE_GONE || calls.fate == FATE_OTHER_ID)
		return REMOVAL_GONE;
	/* by extent, by key, by the times of its use; a twin by its second */
	return calls.fate == FATE_SAME_ID && calls.kind != CLASS_MSG ? REMOVAL_OTHER
								     : REMOVAL_CHANGED;
}

/* Other objects that stay, and those that were removed. */
struct tally {
	size_t kept, window, twins;
};

/* Whether there is another object, and it was removed in place of the first one. */
static bool other_was_removed(void)
{
	return calls.other >= 0 && !world_exists(calls.kind, calls.other);
}

static void one_moment(struct world *world, bool choose, struct tally *tally)
{
	enum moment moment = MOMENT_LOOK + world_pick(world, MOMENT_COUNT - MOMENT_LOOK);
	struct fingerprint asked;
	enum removal removal;

	calls.kind = world_pick(world, CLASS_SHM + 1);
	calls.fate = world_pick(world, choose ? FATE_COUNT : FATE_SAME_ID);
	calls.id = world_sized(calls.kind, KEY, 0600, size_of(calls.kind, false));
	calls.other = -1;
	if (calls.fate == FATE_UNUSED)
		use(calls.kind, calls.id);
	asked = print_now(calls.kind, calls.id);
	calls.moment = moment;
	removal = remove_watched(&asked);
	assert_int_equal(calls.moment, MOMENT_NONE);
	/* one look, and nothing between it and the removing call */
	assert_int_equal(calls.looks, 1);
	assert_true(calls.removals == 0 || calls.between == 0);
	if (other_was_removed()) {
		/* its ctime went with it: that it was a twin is seen by what was done */
		assert_int_equal(removal, REMOVAL_DONE);
		assert_true(calls.fate > FATE_OTHER_ID);
		if (moment == MOMENT_REMOVAL)
			tally->window++;
		else
			tally->twins++;
		assert_true(moment == MOMENT_REMOVAL || calls.fate == FATE_TWIN);
		return;
	}
	assert_int_equal(removal, expected(moment));
	tally->kept += calls.other >= 0;
	if (calls.other >= 0)
		remove_really(calls.kind, calls.other);
	assert_false(world_exists(calls.kind, calls.id));
}

static void at_every_moment(void **state)
{
	struct tally tally = { 0 };
	struct world world = { .random = world_seed() };
	size_t rounds = tap_rounds(FEW, MANY), i;
	bool choose = world_may_choose_ids();

	(void)state;
	for (i = 0; i < rounds; i++)
		one_moment(&world, choose, &tally);
	printf("# %zu rounds: %zu other objects stay; removed in place of the first one: %zu after "
	       "the last look, %zu alike in all\n",
		rounds, tally.kept, tally.window, tally.twins);
}

/* Somebody else makes room for another object meanwhile. */
static struct {
	atomic_uint round; /* to play: as soon as it changes */
	atomic_uint started, played;
	atomic_bool end;
	bool choose;
	unsigned kind;
	int id, other;
	int64_t spin; /* ns until he does */
	bool was_first; /* he removed the first object, and not we */
	int64_t removed, made; /* when he had removed it, when he began to make the other one */
} rival;

static void spin(int64_t ns)
{
	int64_t end = now_ns() + ns;

	while (now_ns() < end)
		continue;
}

/* Take the number-th processor that we may have, or the last one: two of us are to run at once. */
static void take_processor(int number)
{
	cpu_set_t allowed, one;
	size_t cpu, taken = 0;

	if (sched_getaffinity(0, sizeof(allowed), &allowed) < 0)
		return;
	for (cpu = 0; cpu < (size_t)CPU_SETSIZE && number >= 0; cpu++) {
		if (!CPU_ISSET(cpu, &allowed))
			continue;
		taken = cpu;
		number--;
	}
	CPU_ZERO(&one);
	CPU_SET(taken, &one);
	sched_setaffinity(0, sizeof(one), &one);
}

static void *play_rival(void *unused)
{
	unsigned round = 0;

	(void)unused;
	take_processor(1);
	while (!atomic_load(&rival.end)) {
		if (atomic_load(&rival.round) == round) {
			sched_yield();
			continue;
		}
		round = atomic_load(&rival.round);
		atomic_store(&rival.started, round);
		spin(rival.spin);
		rival.was_first = remove_really(rival.kind, rival.id);
		rival.removed = now_ns();
		rival.made = now_ns();
		rival.other = make_other(rival.kind, rival.choose ? rival.id : -1, true);
		atomic_store(&rival.played, round);
	}
	return NULL;
}

static int compare(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void tell_window(int64_t *windows, size_t count)
{
	if (count == 0)
		return;
	qsort(windows, count, sizeof(*windows), compare);
	printf("# from the last look's answer to the removing call, of %zu: median %lld ns, 99 %% "
	       "%lld ns, worst %lld ns\n",
		count, (long long)windows[count / 2], (long long)windows[count * 99 / 100],
		(long long)windows[count - 1]);
}

/* One round; whether the other object was removed in place of the first one. */
static bool one_race(struct world *world, int64_t *window)
{
	unsigned kind = world_pick(world, CLASS_SHM + 1);
	struct fingerprint asked;
	enum removal removal;
	bool wrong;

	calls.kind = rival.kind = kind;
	calls.id = rival.id = world_sized(kind, KEY, 0600, size_of(kind, false));
	calls.moment = MOMENT_NONE;
	asked = print_now(kind, calls.id);
	rival.spin = world_pick(world, SPIN_NS);
	atomic_fetch_add(&rival.round, 1);
	while (world_pick(world, 2) && atomic_load(&rival.started) != atomic_load(&rival.round))
		sched_yield();
	spin(world_pick(world, SPIN_NS));
	removal = remove_watched(&asked);
	while (atomic_load(&rival.played) != atomic_load(&rival.round))
		sched_yield();
	*window = calls.removals ? calls.removal_start - calls.look_end : -1;
	wrong = removal == REMOVAL_DONE && rival.was_first;
	assert_true(removal == REMOVAL_DONE || rival.was_first);
	assert_int_equal(world_exists(kind, rival.other), !wrong);
	/* nobody could know: he removed it after the last look, and made the other one before the
	 * removing call had returned */
	assert_true(
		!wrong || (rival.removed >= calls.look_start && rival.made <= calls.removal_end));
	if (!wrong)
		remove_really(kind, rival.other);
	return wrong;
}

static void race(bool choose)
{
	size_t rounds = tap_rounds(FEW, MANY), wrong = 0, ahead = 0, count = 0, i;
	int64_t *windows = calloc(rounds, sizeof(*windows));
	struct world world = { .random = world_seed() };
	cpu_set_t before;
	pthread_t thread;

	assert_non_null(windows);
	assert_int_equal(sched_getaffinity(0, sizeof(before), &before), 0);
	rival.choose = choose;
	atomic_store(&rival.end, false);
	atomic_store(&rival.round, 0);
	atomic_store(&rival.started, 0);
	atomic_store(&rival.played, 0);
	assert_int_equal(pthread_create(&thread, NULL, play_rival, NULL), 0);
	take_processor(0);
	for (i = 0; i < rounds; i++) {
		wrong += one_race(&world, &windows[count]);
		count += windows[count] >= 0;
		ahead += rival.was_first;
	}
	atomic_store(&rival.end, true);
	pthread_join(thread, NULL);
	sched_setaffinity(0, sizeof(before), &before);
	printf("# %zu rounds, in %zu of them the other one was faster: %zu wrong removals\n",
		rounds, ahead, wrong);
	tell_window(windows, count);
	free(windows);
	/* an id that the kernel chooses is another one */
	assert_true(choose || wrong == 0);
}

static void against_others(void **state)
{
	(void)state;
	race(false);
}

static void against_others_of_the_same_id(void **state)
{
	(void)state;
	if (!world_may_choose_ids())
		tap_skip("/proc/sys/kernel/*_next_id can't be written");
	race(true);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test_teardown(at_every_moment, live_clear),
		cmocka_unit_test_teardown(against_others, live_clear),
		cmocka_unit_test_teardown(against_others_of_the_same_id, live_clear),
	};

	return tap_run(cases, sizeof(cases) / sizeof(cases[0]), live_enter, NULL);
}
