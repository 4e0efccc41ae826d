/* `ipctop key PATH [PROJ]` beside ftok(3), of files with any name and all ways to give an id. */
#include "live.h"

#include <dirent.h>
#include <limits.h>
#include <sys/ipc.h>
#include <sys/stat.h>

#include "../unit/json_check.h"
#include "command.h"

enum { RANDOM_FILES = 40, LINE_MOST = 2 * PATH_MAX };

/* Names of what is made in the folder that the cases run in. */
static const char *const files[] = { "plain", "with blank", "caf\xc3\xa9", "\x1b[2J", "a\tb\n",
	"\xff\xfe", "\"quoted\"", "$(id)", "-dash" };
static char place[] = "/tmp/ipctop-ftok-XXXXXX";

static int make_place(void **state)
{
	FILE *file;
	size_t i;

	live_enter(state);
	assert_non_null(mkdtemp(place));
	assert_int_equal(chdir(place), 0);
	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		file = fopen(files[i], "we");
		assert_non_null(file);
		fclose(file);
	}
	assert_int_equal(mkdir("folder", 0755), 0);
	assert_int_equal(symlink("plain", "link"), 0);
	assert_int_equal(symlink("folder", "link-to-folder"), 0);
	assert_int_equal(symlink("nothing", "broken"), 0);
	return 0;
}

static int remove_place(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		unlink(files[i]);
	unlink("link");
	unlink("link-to-folder");
	unlink("broken");
	rmdir("folder");
	assert_int_equal(chdir("/"), 0);
	return rmdir(place);
}

/* The key of `path` is ftok(3)'s, and nothing else is printed, for $(...). */
static void expect_key(const char *path, const char *project_word, int project)
{
	char line[16];

	snprintf(line, sizeof(line), "0x%08x\n", (uint32_t)ftok(path, project));
	if (command_run("key %s -- '%s' %s", "", path, project_word) != 0)
		fail_msg("key %s %s: %s", path, project_word, outcome.err);
	assert_string_equal(outcome.out, line);
	assert_string_equal(outcome.err, "");
}

static void any_name_is_taken(void **state)
{
	char path[LINE_MOST];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		expect_key(files[i], "", 1);
		expect_key(files[i], "77", 77);
		snprintf(path, sizeof(path), "%s/%s", place, files[i]);
		expect_key(path, "", 1);
		snprintf(path, sizeof(path), "./folder/../%s", files[i]);
		expect_key(path, "", 1);
	}
}

static void folders_and_links(void **state)
{
	static const char *const same[] = { "folder", "folder/", "link-to-folder", "./folder/." };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		assert_int_equal(ftok(same[i], 3), ftok("folder", 3));
		expect_key(same[i], "3", 3);
	}
	assert_int_equal(ftok("link", 3), ftok("plain", 3));
	expect_key("link", "3", 3);
	expect_key(".", "3", 3);
	expect_key("/", "3", 3);
	expect_key("/dev/null", "3", 3);
}

static void all_project_ids(void **state)
{
	static const char letters[] = "AZaz!~%";
	char word[16];
	int project;
	size_t i;

	(void)state;
	for (project = 0; project < 256; project += 5) {
		snprintf(word, sizeof(word), "%d", project);
		expect_key("plain", word, project);
	}
	for (i = 0; letters[i]; i++) {
		snprintf(word, sizeof(word), "%c", letters[i]);
		expect_key("plain", word, letters[i]);
	}
	expect_key("plain", "7", 7); /* a digit is a number */
	expect_key("plain", "255", 255);
	expect_key("plain", "\xe9", 0xe9); /* one byte of Latin-1 */
}

static void files_of_the_system(void **state)
{
	static const char *const folders[] = { "/etc", "/usr/bin", "/usr/lib" };
	unsigned random = world_seed(), project;
	const struct dirent *entry;
	char path[LINE_MOST], word[8];
	struct stat status;
	size_t i, count;
	DIR *folder;

	(void)state;
	for (i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		folder = opendir(folders[i]);
		for (count = 0; folder && count < RANDOM_FILES && (entry = readdir(folder));) {
			snprintf(path, sizeof(path), "%s/%s", folders[i], entry->d_name);
			if (strchr(path, '\'') || stat(path, &status) < 0)
				continue;
			project = (unsigned)rand_r(&random) & 0xff;
			snprintf(word, sizeof(word), "%u", project);
			expect_key(path, word, (int)project);
			count++;
		}
		if (folder)
			closedir(folder);
	}
}

static void what_is_not_there_says_so(void **state)
{
	static const char *const wrong[] = { "nothing", "broken", "plain/below", "''" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(command_run("key %s", wrong[i]), 1);
		assert_string_equal(outcome.out, "");
		assert_non_null(strstr(outcome.err, "ipctop: "));
	}
	assert_int_equal(command_run("key nothing --json"), 1);
	assert_string_equal(outcome.out, "");
	assert_string_equal(outcome.err, "ipctop: 'nothing': No such file or directory\n");
	assert_int_equal(command_run("key '\x1b[2J.'"), 1);
	assert_string_equal(outcome.err, "ipctop: '\\x1b[2J.': No such file or directory\n");
}

static void wrong_ids_are_refused(void **state)
{
	static const char *const wrong[] = { "256", "-1", "ab", "''", "1000", "0x41", "1.5", "+1",
		"caf\xc3\xa9", "\xc3\xa9", "99999999999999999999" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		if (command_run("key plain %s", wrong[i]) != 2)
			fail_msg("'%s' is taken: %s", wrong[i], outcome.out);
		assert_string_equal(outcome.out, "");
		assert_true(strlen(outcome.err) > 0);
	}
	assert_int_equal(command_run("key -- plain -1"), 2);
	assert_string_equal(outcome.err,
		"ipctop: '-1' is no project id; it is a number from 0 to 255, or a character\n");
	assert_int_equal(command_run("key plain 1 more"), 2);
	assert_int_equal(command_run("key"), 2);
	assert_int_equal(command_run("key --explain"), 2);
}

static void modes_tell_the_parts(void **state)
{
	struct stat status;
	char expected[LINE_MOST];
	uint32_t key = (uint32_t)ftok("with blank", 'R');

	(void)state;
	assert_int_equal(stat("with blank", &status), 0);
	assert_int_equal(command_run("key 'with blank' R --json"), 0);
	assert_true(json_check(outcome.out));
	snprintf(expected, sizeof(expected),
		",\"key\":\"0x%08x\",\"path\":\"with blank\",\"project\":82,\"device\":%ju,"
		"\"inode\":%ju}\n",
		key, (uintmax_t)status.st_dev, (uintmax_t)status.st_ino);
	assert_non_null(strstr(outcome.out, expected));
	assert_int_equal(command_run("key 'with blank' R --raw"), 0);
	snprintf(expected, sizeof(expected),
		"KEY PROJECT DEVICE INODE FILE\n0x%08x 82 %ju %ju with\\x20blank\n", key,
		(uintmax_t)status.st_dev, (uintmax_t)status.st_ino);
	assert_string_equal(outcome.out, expected);
	assert_int_equal(command_run("key 'with blank' R --export"), 0);
	snprintf(expected, sizeof(expected),
		"KEY=\"0x%08x\" PROJECT=\"82\" DEVICE=\"%ju\" INODE=\"%ju\" FILE=\"with blank\"\n",
		key, (uintmax_t)status.st_dev, (uintmax_t)status.st_ino);
	assert_string_equal(outcome.out, expected);
	assert_int_equal(command_run("key 'with blank' R --raw --noheadings"), 0);
	assert_int_equal(strncmp(outcome.out, "0x", 2), 0);
}

static void hostile_names_never_come_through(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		assert_int_equal(command_run("key --json -- '%s'", files[i]), 0);
		assert_true(json_check(outcome.out));
		assert_int_equal(command_run("key --raw --noheadings -- '%s'", files[i]), 0);
		assert_null(strpbrk(outcome.out, "\x1b\t\xff"));
		assert_int_equal(strcspn(outcome.out, "\n"), strlen(outcome.out) - 1);
		assert_int_equal(command_run("key --export -- '%s'", files[i]), 0);
		assert_null(strpbrk(outcome.out, "\x1b\t\xff$"));
	}
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(any_name_is_taken),
		cmocka_unit_test(folders_and_links),
		cmocka_unit_test(all_project_ids),
		cmocka_unit_test(files_of_the_system),
		cmocka_unit_test(what_is_not_there_says_so),
		cmocka_unit_test(wrong_ids_are_refused),
		cmocka_unit_test(modes_tell_the_parts),
		cmocka_unit_test(hostile_names_never_come_through),
	};

	return tap_run(cases, sizeof(cases) / sizeof(cases[0]), make_place, remove_place);
}
