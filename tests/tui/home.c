#include "home.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../tap.h"

enum {
	PATH_BYTES = 256,
	TEXT_BYTES = 64 * 1024, /* of a configuration that is read */
	OPEN_FOLDERS = 8, /* for nftw(3) */
};

static struct {
	char folder[PATH_BYTES]; /* "": there is none yet */
	char config[PATH_BYTES + 16];
	char text[TEXT_BYTES];
} home;

const char *home_folder(void)
{
	const char *tmp = getenv("TMPDIR");

	if (home.folder[0])
		return home.folder;
	snprintf(home.folder, sizeof home.folder, "%s/ipctop-ui-XXXXXX",
		tmp && tmp[0] == '/' ? tmp : "/tmp");
	if (!mkdtemp(home.folder))
		tap_skip("no folder can be made: %s", strerror(errno));
	/* a program that runs as somebody else may look into it */
	assert_int_equal(chmod(home.folder, 0755), 0);
	snprintf(home.config, sizeof home.config, "%s/ipctop/config", home.folder);
	return home.folder;
}

const char *home_config(void)
{
	home_folder();
	return home.config;
}

void home_write_bytes(const void *bytes, size_t size)
{
	char folder[PATH_BYTES + 16];
	int fd;

	snprintf(folder, sizeof folder, "%s/ipctop", home_folder());
	if (mkdir(folder, 0755) != 0)
		assert_int_equal(errno, EEXIST);
	fd = open(home_config(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, size), size);
	close(fd);
}

void home_write(const char *text)
{
	home_write_bytes(text, strlen(text));
}

const char *home_read(void)
{
	int fd = open(home_config(), O_RDONLY | O_CLOEXEC);
	ssize_t got = 0;

	if (fd >= 0) {
		got = read(fd, home.text, sizeof home.text - 1);
		assert_true(got >= 0);
		close(fd);
	}
	home.text[got] = '\0';
	return home.text;
}

int home_entries(void)
{
	char folder[PATH_BYTES + 16];
	struct dirent *entry;
	int count = 0;
	DIR *dir;

	snprintf(folder, sizeof folder, "%s/ipctop", home_folder());
	dir = opendir(folder);
	if (!dir)
		return 0;
	while ((entry = readdir(dir)))
		count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
	closedir(dir);
	return count;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *place)
{
	(void)status;
	(void)type;
	(void)place;
	remove(path);
	return 0;
}

/* A case may have left a folder in which nothing can be removed. */
static int allow_one(const char *path, const struct stat *status, int type, struct FTW *place)
{
	(void)status;
	(void)place;
	if (type == FTW_D || type == FTW_DNR)
		chmod(path, 0700);
	return 0;
}

void home_remove(void)
{
	if (!home.folder[0])
		return;
	nftw(home.folder, allow_one, OPEN_FOLDERS, FTW_PHYS);
	nftw(home.folder, remove_one, OPEN_FOLDERS, FTW_PHYS | FTW_DEPTH);
	home.folder[0] = '\0';
}
