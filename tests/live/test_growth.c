/* A program that leaks a segment a second is found, and when it reaches the limit is told. */
#include "live.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <time.h>

#include "ipctop/model/derive.h"
#include "ipctop/model/growth.h"

enum {
	LOOKS = 10, /* intervals within which it is found */
	LIMIT = 30, /* segments; half a minute */
	OTHERS = 4, /* that were there before */
	OTHER_SIZE = 1 << 20,
	LEAK_SIZE = 5000,
	LONGEST_LOOKS = 200,
};

/* What looks again and again, as the worker does. */
struct looker {
	struct collector *collector;
	struct past *past;
	struct snapshot *snapshot;
	struct derive_wish wish;
};

static void start(struct looker *looker, enum group_by by)
{
	*looker = (struct looker){
		.collector = collector_new(NULL),
		.past = past_new(),
		.wish = { .classes = class_bit(CLASS_GROUP), .groups.by = by },
	};
	assert_non_null(looker->collector);
	assert_non_null(looker->past);
	verdict_ages_init(&looker->wish.ages);
}

static void look(struct looker *looker)
{
	const enum group_by by = looker->wish.groups.by;
	struct needs needs = {
		.classes = class_set(CLASS_IPC) | class_bit(CLASS_LIMIT),
		.cost = COST_USER | COST_RESIDENT | group_by_cost(by),
		.all_pids = group_by_all_pids(by),
	};

	snapshot_unref(looker->snapshot);
	assert_int_equal(collector_run(looker->collector, &needs, &looker->snapshot), 0);
	assert_int_equal(derive(looker->snapshot, looker->past, &looker->wish), 0);
}

static void stop(struct looker *looker)
{
	snapshot_unref(looker->snapshot);
	past_free(looker->past);
	collector_free(looker->collector);
}

static void rest(long milliseconds)
{
	struct timespec pause = { milliseconds / 1000, milliseconds % 1000 * 1000000 };

	while (nanosleep(&pause, &pause) < 0 && errno == EINTR)
		continue;
}

/* A segment a second, till there is no room; by another user where there are others. */
static pid_t start_leak(const char *name)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid > 0)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (space_has_users())
		space_become(PLAIN_UID, PLAIN_UID);
	prctl(PR_SET_NAME, name);
	for (;;) {
		shmget(IPC_PRIVATE, LEAK_SIZE, IPC_CREAT | 0600);
		rest(1000);
	}
}

static void end_leak(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

/* More objects, and larger ones, that stay. */
static void make_others(void)
{
	int i;

	for (i = 0; i < OTHERS; i++) {
		world_sized(CLASS_SHM, IPC_PRIVATE, 0600, OTHER_SIZE);
		world_object(CLASS_MSG, IPC_PRIVATE, 0600);
		world_object(CLASS_SEM, IPC_PRIVATE, 0600);
	}
}

/* Look until the first of the groups has grown; how many looks that took. */
static int find_growing(struct looker *looker)
{
	const struct group_record *first;
	int looks;

	for (looks = 1; looks <= LOOKS; looks++) {
		look(looker);
		first = row_at(looker->snapshot, CLASS_GROUP, 0).group;
		if (first->growth && first->growth->objects.has_rate[WINDOW_MINUTE] &&
			first->growth->objects.rate[WINDOW_MINUTE] > 0)
			return looks;
		rest(800);
	}
	return looks;
}

static void expect_first(enum group_by by, const char *name)
{
	struct looker looker;
	struct row row;
	struct buf text = { 0 };
	pid_t leak;

	make_others();
	start(&looker, by);
	look(&looker);
	leak = start_leak("leaker");
	assert_in_range(find_growing(&looker), 1, LOOKS);
	row = row_at(looker.snapshot, CLASS_GROUP, 0);
	assert_int_equal(row.group->kind, CLASS_SHM);
	value_text(
		&text, column_find(CLASS_GROUP, "GROUP", 5)->get(&row), &(struct value_style){ 0 });
	if (name)
		assert_string_equal(buf_str(&text), name);
	buf_free(&text);
	/* it leads still when its program is gone, and so does its name */
	end_leak(leak);
	look(&looker);
	row = row_at(looker.snapshot, CLASS_GROUP, 0);
	assert_true(row.group->growth->added > 0);
	if (by == GROUP_COMMAND)
		assert_string_equal(row.group->name, name);
	stop(&looker);
}

static void its_owner_is_the_first_line(void **state)
{
	(void)state;
	expect_first(GROUP_OWNER, NULL);
}

static void its_command_is_the_first_line(void **state)
{
	(void)state;
	expect_first(GROUP_COMMAND, "leaker");
}

static void its_size_is_the_first_line(void **state)
{
	(void)state;
	expect_first(GROUP_SIZE, "4.8K");
}

static const struct limit_record *shmmni(const struct snapshot *snapshot)
{
	const struct limit_record *limit = snapshot->classes[CLASS_LIMIT].records;

	while (strcmp(limit->name, "SHMMNI") != 0)
		limit++;
	return limit;
}

/* What was told when it was halfway is compared with when it came to pass. */
static void the_forecast_comes_true(void **state)
{
	struct looker looker;
	int64_t told_ns = 0, told_s = 0, truth_s;
	int looks = 0;
	pid_t leak;

	(void)state;
	if (space_write("/proc/sys/kernel/shmmni", "30\n") < 0)
		tap_skip("the limit can't be set here");
	start(&looker, GROUP_OWNER);
	leak = start_leak("leaker");
	do {
		look(&looker);
		if (!told_ns && shmmni(looker.snapshot)->used >= LIMIT / 2) {
			assert_true(shmmni(looker.snapshot)->has_forecast);
			told_ns = looker.snapshot->begin_ns;
			told_s = shmmni(looker.snapshot)->forecast_s;
		}
		rest(500);
	} while (shmmni(looker.snapshot)->used < LIMIT && ++looks < LONGEST_LOOKS);
	end_leak(leak);
	assert_int_equal(shmmni(looker.snapshot)->used, LIMIT);
	assert_false(shmmni(looker.snapshot)->has_forecast);
	truth_s = (looker.snapshot->begin_ns - told_ns) / 1000000000;
	printf("# told %lld s, and it was %lld s\n", (long long)told_s, (long long)truth_s);
	assert_in_range(told_s, truth_s - truth_s / 5, truth_s + truth_s / 5);
	stop(&looker);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test_teardown(its_owner_is_the_first_line, live_clear),
		cmocka_unit_test_teardown(its_command_is_the_first_line, live_clear),
		cmocka_unit_test_teardown(its_size_is_the_first_line, live_clear),
		cmocka_unit_test_teardown(the_forecast_comes_true, live_clear),
	};

	return tap_run(cases, sizeof cases / sizeof *cases, live_enter, NULL);
}
