/* base/file: files replaced so that nobody sees half of one, through links and into new folders. */
#include "folder.h"

#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "ipctop/base/file.h"

enum {
	LIMIT_BYTES = 1000, /* that a file may have where it is limited */
	REPLACEMENTS = 200,
};

static void a_new_file_is_made(void **state)
{
	char *large = make_large('x'), path[600];
	mode_t mask = umask(027);

	assert_int_equal(file_replace("file", "text\n", 5), 0);
	assert_int_equal(mode_of("file"), 0640);
	assert_int_equal(umask(mask), 027); /* as it was before */
	expect_file("file", "text\n");
	snprintf(path, sizeof(path), "%s/other", folder_path(state));
	assert_int_equal(file_replace(path, "a\0b", 3), 0);
	expect_bytes("other", "a\0b", 3);
	assert_int_equal(file_replace("empty", "", 0), 0);
	expect_file("empty", "");
	assert_int_equal(file_replace("large", large, FOLDER_LARGE), 0);
	expect_file("large", large);
	assert_int_equal(names_in("."), 4);
	free(large);
}

static void what_was_there_keeps_its_mode(void **state)
{
	static const mode_t modes[] = { 0600, 0644, 0640, 0666, 0400, 0755, 0 };
	struct stat before, after;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(modes); i++) {
		put_bytes("file", "a longer text", 13, modes[i]);
		assert_int_equal(stat("file", &before), 0);
		assert_int_equal(file_replace("file", "short", 5), 0);
		assert_int_equal(stat("file", &after), 0);
		assert_int_equal(after.st_mode, before.st_mode);
		assert_int_equal(after.st_uid, before.st_uid);
		assert_int_not_equal(after.st_ino, before.st_ino); /* it is another file */
		assert_int_equal(chmod("file", 0600), 0);
		expect_file("file", "short");
		assert_int_equal(unlink("file"), 0);
	}
	assert_int_equal(names_in("."), 0);
}

static void what_was_there_keeps_its_owner(void **state)
{
	struct stat status;

	(void)state;
	put_bytes("file", "old", 3, 0640);
	if (chown("file", FOLDER_NOBODY, FOLDER_NOBODY) < 0)
		tap_skip("a file can't be given away: %s", strerror(errno));
	assert_int_equal(file_replace("file", "new", 3), 0);
	assert_int_equal(stat("file", &status), 0);
	assert_int_equal(status.st_uid, FOLDER_NOBODY);
	assert_int_equal(status.st_gid, FOLDER_NOBODY);
	assert_int_equal(mode_of("file"), 0640);
	expect_file("file", "new");
}

static void links_stay_links(void **state)
{
	char absolute[600];

	assert_int_equal(mkdir("a", 0755), 0);
	assert_int_equal(mkdir("b", 0755), 0);
	snprintf(absolute, sizeof(absolute), "%s/b/file", folder_path(state));
	assert_int_equal(symlink(absolute, "a/absolute"), 0);
	assert_int_equal(symlink("../b/file", "a/relative"), 0);
	assert_int_equal(symlink("a/relative", "chain"), 0);
	assert_int_equal(symlink("b", "folder"), 0);
	put_bytes("b/file", "old", 3, 0604);
	assert_int_equal(file_replace("a/absolute", "one", 3), 0);
	expect_file("b/file", "one");
	assert_int_equal(file_replace("a/relative", "two", 3), 0);
	expect_file("b/file", "two");
	assert_int_equal(file_replace("chain", "three", 5), 0);
	expect_file("b/file", "three");
	assert_int_equal(file_replace("folder/file", "four", 4), 0);
	expect_file("b/file", "four");
	assert_int_equal(mode_of("b/file"), 0604);
	expect_link("a/absolute", absolute);
	expect_link("a/relative", "../b/file");
	expect_link("chain", "a/relative");
	expect_link("folder", "b");
	assert_int_equal(names_in("."), 4);
	assert_int_equal(names_in("a"), 2);
	assert_int_equal(names_in("b"), 1);
}

static void a_link_may_lead_to_nothing_yet(void **state)
{
	(void)state;
	assert_int_equal(symlink("target", "dangling"), 0);
	assert_int_equal(file_replace("dangling", "one", 3), 0);
	expect_link("dangling", "target");
	expect_file("target", "one");
	assert_int_equal(symlink("x/y/target", "deep"), 0);
	assert_int_equal(file_replace("deep", "two", 3), 0);
	expect_link("deep", "x/y/target");
	expect_file("x/y/target", "two");
}

static void links_that_turn_round_are_left(void **state)
{
	(void)state;
	assert_int_equal(symlink("self", "self"), 0);
	assert_int_equal(symlink("two", "one"), 0);
	assert_int_equal(symlink("one", "two"), 0);
	assert_int_equal(file_replace("self", "text", 4), -ELOOP);
	assert_int_equal(file_replace("one", "text", 4), -ELOOP);
	assert_int_equal(file_replace("self/file", "text", 4), -ELOOP);
	expect_link("self", "self");
	expect_link("one", "two");
	assert_int_equal(names_in("."), 3);
}

static void missing_folders_are_made_for_the_owner(void **state)
{
	mode_t mask = umask(0);
	char path[600];

	assert_int_equal(mkdir("there", 0751), 0);
	assert_int_equal(file_replace("there/a/b/file", "one", 3), 0);
	snprintf(path, sizeof(path), "%s/c//d/./file", folder_path(state));
	assert_int_equal(file_replace(path, "two", 3), 0);
	umask(mask);
	expect_file("there/a/b/file", "one");
	expect_file("c/d/file", "two");
	assert_int_equal(mode_of("there"), 0751);
	assert_int_equal(mode_of("there/a"), 0700);
	assert_int_equal(mode_of("there/a/b"), 0700);
	assert_int_equal(mode_of("c"), 0700);
	assert_int_equal(mode_of("c/d"), 0700);
}

/* Refused: the folder has not the mode for it. */
static int replace_refused(void)
{
	int error = file_replace("closed/file", "new", 3);

	return error == file_replace("closed/below/file", "new", 3) ? -error : 0;
}

static void a_folder_may_be_unwritable(void **state)
{
	int error;

	(void)state;
	assert_int_equal(mkdir("closed", 0755), 0);
	put_bytes("closed/file", "old", 3, 0666);
	assert_int_equal(chmod("closed", 0555), 0);
	error = folder_as_plain_user(replace_refused);
	assert_int_equal(chmod("closed", 0755), 0);
	assert_int_equal(error, EACCES);
	assert_int_equal(names_in("closed"), 1);
	expect_file("closed/file", "old");
}

static void nothing_is_left_behind_an_error(void **state)
{
	char name[300] = { 0 };

	(void)state;
	put_text("file", "old");
	assert_int_equal(mkdir("folder", 0755), 0);
	put_text("folder/file", "old");
	assert_int_equal(mkdir("empty", 0755), 0);
	assert_int_equal(file_replace("folder", "new", 3), -EISDIR);
	assert_int_equal(file_replace("empty", "new", 3), -EISDIR);
	assert_true(file_replace("empty/", "new", 3) < 0);
	assert_int_equal(file_replace("file/below", "new", 3), -ENOTDIR);
	assert_int_equal(file_replace("", "new", 3), -ENOENT);
	memset(name, 'x', sizeof(name) - 1);
	assert_int_equal(file_replace(name, "new", 3), -ENAMETOOLONG);
	assert_int_equal(names_in("."), 3);
	assert_int_equal(names_in("folder"), 1);
	assert_int_equal(names_in("empty"), 0);
	expect_file("file", "old");
	expect_file("folder/file", "old");
}

/* Writing fails half way, as on a device that is full. */
static int replace_beyond_limit(void)
{
	const struct rlimit limit = { .rlim_cur = LIMIT_BYTES, .rlim_max = LIMIT_BYTES };
	char *large = make_large('x');
	int error;

	signal(SIGXFSZ, SIG_IGN);
	error = setrlimit(RLIMIT_FSIZE, &limit) < 0 ? 0 : file_replace("file", large, FOLDER_LARGE);
	free(large);
	return -error;
}

static void what_could_not_be_written_leaves_the_old(void **state)
{
	(void)state;
	put_text("file", "old");
	assert_int_equal(chmod(".", 0777), 0);
	assert_int_equal(folder_as_plain_user(replace_beyond_limit), EFBIG);
	expect_file("file", "old");
	assert_int_equal(names_in("."), 1);
}

/* Two processes: one replaces the file, the other reads it all the time. */

struct watch {
	_Atomic unsigned seen[2]; /* how often each of the contents was read */
	_Atomic unsigned wrong;
	_Atomic bool stop;
};

/* Sizes and bytes tell which content it is, and whether it is whole. */
static void look(struct watch *watch)
{
	struct buf out = { 0 };
	size_t i;

	if (file_read("file", &out, FOLDER_LARGE) < 0 || out.len == 0) {
		watch->wrong++;
	} else {
		for (i = 0; i < out.len && out.data[i] == out.data[0]; i++)
			continue;
		if (i < out.len || out.len != (out.data[0] == 'a' ? 5 : FOLDER_LARGE))
			watch->wrong++;
		else
			watch->seen[out.data[0] == 'b']++;
	}
	buf_free(&out);
}

static void look_on(struct watch *watch)
{
	pid_t parent = getppid();

	while (!watch->stop && getppid() == parent)
		look(watch);
	_exit(0);
}

static void who_looks_sees_a_whole_file(void **state)
{
	struct watch *watch = mmap(
		NULL, sizeof(*watch), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	char *contents[2] = { strdup("aaaaa"), make_large('b') };
	unsigned turn, before;
	pid_t child;

	(void)state;
	assert_ptr_not_equal(watch, MAP_FAILED);
	put_text("file", contents[0]);
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		look_on(watch);
	for (turn = 1; turn <= REPLACEMENTS; turn++) {
		before = watch->seen[turn % 2];
		assert_int_equal(
			file_replace("file", contents[turn % 2], strlen(contents[turn % 2])), 0);
		while (watch->seen[turn % 2] == before && !watch->wrong)
			sched_yield();
	}
	watch->stop = true;
	assert_int_equal(waitpid(child, NULL, 0), child);
	assert_int_equal(watch->wrong, 0);
	assert_true(watch->seen[0] >= REPLACEMENTS / 2);
	assert_true(watch->seen[1] >= REPLACEMENTS / 2);
	assert_int_equal(names_in("."), 1);
	munmap(watch, sizeof(*watch));
	free(contents[0]);
	free(contents[1]);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		IN_FOLDER(a_new_file_is_made),
		IN_FOLDER(what_was_there_keeps_its_mode),
		IN_FOLDER(what_was_there_keeps_its_owner),
		IN_FOLDER(links_stay_links),
		IN_FOLDER(a_link_may_lead_to_nothing_yet),
		IN_FOLDER(links_that_turn_round_are_left),
		IN_FOLDER(missing_folders_are_made_for_the_owner),
		IN_FOLDER(a_folder_may_be_unwritable),
		IN_FOLDER(nothing_is_left_behind_an_error),
		IN_FOLDER(what_could_not_be_written_leaves_the_old),
		IN_FOLDER(who_looks_sees_a_whole_file),
	};

	return tap_run(cases, LENGTH(cases), NULL, NULL);
}
