/*
 * `ipctop key --explain` of an object whose process has very many files open, which is this one:
 * what is found first may not hide the rest, nor keep a folder from being looked at.
 */
#include "live.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "command.h"
#include "ipctop/model/key.h"

enum {
	SAME_FILE = 250, /* descriptors of one file: more than candidates are kept */
	TOO_MANY = 10100, /* more than are looked at */
};

static char place[] = "/tmp/ipctop-many-XXXXXX";
static int descriptors[TOO_MANY];
static unsigned opened;

static int make_place(void **state)
{
	live_enter(state);
	if (!space_has_users())
		tap_skip("the files of a process with capabilities are not ours to see");
	assert_non_null(mkdtemp(place));
	assert_int_equal(chdir(place), 0);
	close(open("file", O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
	return 0;
}

static int remove_place(void **state)
{
	(void)state;
	unlink("file");
	assert_int_equal(chdir("/"), 0);
	return rmdir(place);
}

static int close_all(void **state)
{
	while (opened > 0)
		close(descriptors[--opened]);
	return live_clear(state);
}

static void open_times(const char *path, unsigned count)
{
	struct rlimit limit;

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	limit.rlim_cur = limit.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	if (limit.rlim_cur < count + 100)
		tap_skip("no more than %llu files may be open", (unsigned long long)limit.rlim_cur);
	while (opened < count) {
		descriptors[opened] = open(path, O_RDONLY | O_CLOEXEC);
		assert_true(descriptors[opened] >= 0);
		opened++;
	}
}

static uint32_t make_object(void)
{
	struct stat status;
	uint32_t key;

	assert_int_equal(stat("file", &status), 0);
	key = key_join(status.st_dev, status.st_ino, 1);
	world_object(CLASS_SHM, (key_t)key, 0600);
	return key;
}

static void expect_out(const char *part)
{
	if (!strstr(outcome.out, part))
		fail_msg("no '%s' in: %s", part, outcome.out);
}

static void a_file_that_is_open_many_times(void **state)
{
	uint32_t key = make_object();
	char line[256];

	(void)state;
	open_times("file", SAME_FILE);
	assert_int_equal(command_run("key --explain 0x%08x . --json", key), 0);
	snprintf(line, sizeof(line),
		"\"candidates\":[\n  {\"path\":\"%s/file\",\"tie\":\"open\",\"pid\":%d},\n"
		"  {\"path\":\"./file\",\"tie\":\"below\",\"pid\":null}]",
		place, getpid());
	expect_out(line);
	assert_int_equal(command_run("key --explain 0x%08x .", key), 0);
	assert_null(strstr(outcome.out, "Not all is known"));
}

static void more_files_than_are_looked_at(void **state)
{
	uint32_t key = make_object();

	(void)state;
	open_times("/dev/null", TOO_MANY);
	assert_int_equal(command_run("key --explain 0x%08x .", key), 0);
	expect_out("\n  candidate: ./file  (below)\n");
	expect_out("\n  Not all is known: there are too many files to look at all.\n");
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test_teardown(a_file_that_is_open_many_times, close_all),
		cmocka_unit_test_teardown(more_files_than_are_looked_at, close_all),
	};

	return tap_run(cases, sizeof(cases) / sizeof(cases[0]), make_place, remove_place);
}
