/* collect/collector: what a collector reads, what it keeps, and what it leaves alone. */
#include "fixture.h"

#include <sys/stat.h>

static void only_what_is_asked_for_is_read(void **state)
{
	struct snapshot *s = collect("linux-6.18", class_bit(CLASS_SEM), 0);

	(void)state;
	assert_true(s->classes[CLASS_SEM].read);
	assert_false(s->classes[CLASS_SHM].read);
	assert_false(s->classes[CLASS_LIMIT].read);
	assert_int_equal(s->users.used + s->groups.used + s->processes.used, 0);
	expect_row(s, CLASS_SEM, 0, "OWNER GROUP", "- -");
	snapshot_unref(s);
	s = collect("linux-6.18", class_bit(CLASS_SEM), COST_USER);
	assert_true(s->users.used >= 4);
	assert_int_equal(s->groups.used, 0);
	assert_int_equal(s->cost, COST_USER);
	snapshot_unref(s);
}

/* The numbers in a folder are not those of our processes. */
static void nothing_is_claimed_of_processes(void **state)
{
	char *path = fixture_path("linux-6.18");
	struct collector *collector = collector_new(path);
	const int32_t pids[] = { 1, (int32_t)getpid(), 0, -1 };
	struct needs needs = {
		.classes = class_bit(CLASS_SHM),
		.cost = COST_PROCESS,
		.all_pids = class_bit(CLASS_SHM),
		.pids = pids,
		.pid_count = LENGTH(pids),
	};
	struct snapshot *s;
	uint32_t i;

	(void)state;
	assert_int_equal(collector_run(collector, &needs, &s), 0);
	assert_non_null(process_map_get(&s->processes, 811));
	assert_non_null(process_map_get(&s->processes, 4120));
	assert_non_null(process_map_get(&s->processes, (int32_t)getpid()));
	for (i = 0; i < s->processes.size; i++)
		assert_int_equal(s->processes.slots[i].alive, ALIVE_UNKNOWN);
	expect_row(s, CLASS_SHM, 1, "CPID LPID COMMAND", "4120 4120 -");
	snapshot_unref(s);
	collector_free(collector);
	free(path);
}

static void a_collector_can_run_again(void **state)
{
	char *path = fixture_path("linux-6.18");
	struct collector *collector = collector_new(path);
	struct needs needs = { .classes = class_set(0), .cost = COST_USER | COST_GROUP };
	struct snapshot *first, *second;

	(void)state;
	assert_int_equal(collector_run(collector, &needs, &first), 0);
	assert_int_equal(collector_run(collector, &needs, &second), 0);
	assert_true(first->begin_ns > 0 && second->begin_ns >= first->begin_ns);
	snapshot_unref(first);
	collector_free(collector);
	free(path);
	expect_row(second, CLASS_SHM, 3, "OWNER", "4294967294");
	assert_true(second->time.tv_sec > UNIT_NOW);
	assert_true(second->took_ns >= 0);
	/* it is this host that we are on, not that of the texts */
	assert_null(second->host);
	assert_int_equal(second->scope, 0);
	snapshot_unref(second);
}

static void write_file(const char *folder, const char *name, const char *text, int lines)
{
	char *path = NULL;
	FILE *file;
	int i;

	assert_true(asprintf(&path, "%s/%s", folder, name) > 0);
	file = fopen(path, "w");
	assert_non_null(file);
	fprintf(file, "%s\n", text);
	for (i = 0; i < lines; i++)
		fprintf(file, "%d %d 600 4096 1 1 0 0 0 0 0 0 0 %d\n", i, i, UNIT_NOW);
	fclose(file);
	free(path);
}

/* Where there were many segments the time before they are read beside the others. */
static void many_segments_are_read_beside_the_others(void **state)
{
	enum { SEGMENTS = 3000 };
	static const char header[] =
		"key shmid perms size cpid lpid nattch uid gid cuid cgid atime dtime ctime";
	char folder[] = "/tmp/ipctop-fixtures-XXXXXX", *sub = NULL;
	struct needs needs = { .classes = class_set(0), .cost = COST_RESIDENT | COST_USER };
	struct collector *collector;
	struct snapshot *s;
	int i;

	(void)state;
	if (!mkdtemp(folder))
		tap_skip("no temporary folder: %s", strerror(errno));
	assert_true(asprintf(&sub, "%s/sysvipc", folder) > 0);
	assert_int_equal(mkdir(sub, 0700), 0);
	write_file(sub, "msg",
		"key msqid perms cbytes qnum lspid lrpid uid gid cuid cgid stime rtime ctime\n"
		"1 32769 600 1 1 1 1 0 0 0 0 0 0 1700000000",
		0);
	write_file(sub, "shm", header, SEGMENTS);
	collector = collector_new(folder);
	for (i = 0; i < 5; i++) {
		if (i == 3)
			write_file(sub, "shm", "no table", 0);
		assert_int_equal(collector_run(collector, &needs, &s), 0);
		assert_int_equal(s->classes[CLASS_SHM].count, i < 3 ? SEGMENTS : 0);
		assert_int_equal(s->classes[CLASS_SHM].error, i < 3 ? 0 : -EBADMSG);
		assert_int_equal(s->totals.shm_bytes, i < 3 ? SEGMENTS * 4096 : 0);
		if (i < 3)
			expect_row(s, CLASS_SHM, SEGMENTS - 1, "ID SIZE", "2999 4096");
		expect_row(s, CLASS_MSG, 0, "ID SEQ", "32769 1");
		assert_int_equal(s->classes[CLASS_SEM].error, -ENOENT);
		expect_notes(s, CLASS_SHM, i < 3 ? 0 : 1, true, "segments can't be read");
		expect_notes(s, CLASS_SEM, 1, true, "sets can't be read");
		snapshot_unref(s);
	}
	collector_free(collector);
	for (i = 0; i < 2; i++) {
		char *path = NULL;

		assert_true(asprintf(&path, "%s/%s", sub, i ? "shm" : "msg") > 0);
		assert_int_equal(unlink(path), 0);
		free(path);
	}
	assert_int_equal(rmdir(sub), 0);
	assert_int_equal(rmdir(folder), 0);
	free(sub);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(only_what_is_asked_for_is_read),
		cmocka_unit_test(nothing_is_claimed_of_processes),
		cmocka_unit_test(a_collector_can_run_again),
		cmocka_unit_test(many_segments_are_read_beside_the_others),
	};

	return tap_run(cases, LENGTH(cases), NULL, NULL);
}
