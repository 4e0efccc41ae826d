/*
 * tests/unit/folder.h: a folder of its own for each case, which is the current one while the case
 * runs and is gone behind it; and files in it, asked for and told by their whole content.
 */
#ifndef TESTS_UNIT_FOLDER_H
#define TESTS_UNIT_FOLDER_H

#include "unit.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <sys/wait.h>

enum {
	FOLDER_NOBODY = 65534, /* whom root becomes to be refused something */
	FOLDER_NOT_DROPPED = 255, /* what folder_as_plain_user() gives where that can't be done */
	FOLDER_LARGE = 50 * 1000, /* bytes of make_large() */
	FOLDER_DEPTH = 16, /* open at a time while it is taken away */
};

#define IN_FOLDER(function) cmocka_unit_test_setup_teardown(function, folder_setup, folder_teardown)

/* What `*state` is in a case. */
struct folder {
	char path[512];
	int before; /* the folder that was the current one */
};

static inline int folder_setup(void **state)
{
	struct folder *folder = calloc(1, sizeof(*folder));
	const char *parent = getenv("TMPDIR");

	if (!folder)
		return -1;
	*state = folder;
	snprintf(folder->path, sizeof(folder->path), "%s/ipctop-unit.XXXXXX",
		parent && parent[0] == '/' ? parent : "/tmp");
	folder->before = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder->before < 0 || !mkdtemp(folder->path) || chdir(folder->path) < 0)
		return -1;
	return chmod(".", 0755);
}

static inline int folder_remove(
	const char *path, const struct stat *status, int type, struct FTW *walk)
{
	(void)status;
	(void)type;
	(void)walk;
	return remove(path);
}

static inline int folder_teardown(void **state)
{
	struct folder *folder = *state;
	int failed = fchdir(folder->before);

	close(folder->before);
	failed |= nftw(folder->path, folder_remove, FOLDER_DEPTH, FTW_DEPTH | FTW_PHYS);
	free(folder);
	return failed;
}

static inline const char *folder_path(void **state)
{
	return ((const struct folder *)*state)->path;
}

static inline void put_bytes(const char *path, const char *bytes, size_t size, mode_t mode)
{
	int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(descriptor >= 0);
	assert_int_equal(write(descriptor, bytes, size), size);
	assert_int_equal(fchmod(descriptor, mode), 0);
	assert_int_equal(close(descriptor), 0);
}

static inline void put_text(const char *path, const char *text)
{
	put_bytes(path, text, strlen(text), 0644);
}

/* A text that is read and written in several pieces, for free(3). */
static inline char *make_large(char byte)
{
	char *text = malloc(FOLDER_LARGE + 1);

	assert_non_null(text);
	memset(text, byte, FOLDER_LARGE);
	text[FOLDER_LARGE] = '\0';
	return text;
}

/* The file is a regular one, and these bytes are all that it has. */
static inline void expect_bytes(const char *path, const char *bytes, size_t size)
{
	int descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	char *found = malloc(size + 1);

	assert_non_null(found);
	if (descriptor < 0)
		fail_msg("%s: %s", path, strerror(errno));
	assert_int_equal(read(descriptor, found, size + 1), size);
	assert_memory_equal(found, bytes, size);
	close(descriptor);
	free(found);
}

static inline void expect_file(const char *path, const char *text)
{
	expect_bytes(path, text, strlen(text));
}

static inline mode_t mode_of(const char *path)
{
	struct stat status;

	assert_int_equal(lstat(path, &status), 0);
	return status.st_mode & 07777;
}

static inline void expect_link(const char *path, const char *target)
{
	char found[1024];
	ssize_t length = readlink(path, found, sizeof(found) - 1);

	assert_true(length > 0);
	found[length] = '\0';
	assert_string_equal(found, target);
}

/* How many names there are in a folder: more than expected where something was left behind. */
static inline size_t names_in(const char *path)
{
	DIR *folder = opendir(path);
	const struct dirent *entry;
	size_t count = 0;

	assert_non_null(folder);
	while ((entry = readdir(folder)) != NULL)
		count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
	closedir(folder);
	return count;
}

/* Run `function` in a process that is not root's; returns what it does, from 0 to 254. */
static inline int folder_as_plain_user(int (*function)(void))
{
	pid_t child = fork();
	int status = 0;

	assert_true(child >= 0);
	if (child == 0) {
		if (getuid() == 0 &&
			(setgid(FOLDER_NOBODY) < 0 || setuid(FOLDER_NOBODY) < 0 || chdir(".") < 0))
			_exit(FOLDER_NOT_DROPPED);
		_exit(function());
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == FOLDER_NOT_DROPPED)
		tap_skip("root can't become another user here");
	return WEXITSTATUS(status);
}

#endif
