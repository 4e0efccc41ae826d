#include "ipctop/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LINKS_MAX = 40, PIECE_BYTES = 16 * 1024 };

const char *file_reason(int error)
{
	if (error == -EINVAL)
		return "it is not a regular file";
	if (error == -EFBIG)
		return "it is too large";
	if (error == -EILSEQ)
		return "it is no text";
	return strerror(-error);
}

ssize_t file_fill(int descriptor, void *to, size_t size)
{
	char *text = to;
	size_t used = 0;
	ssize_t got = 1;

	while (got != 0 && used < size && (used == 0 || text[used - 1] != '\n')) {
		got = read(descriptor, text + used, size - used);
		if (got < 0 && errno != EINTR)
			return -errno;
		if (got > 0)
			used += (size_t)got;
	}
	return (ssize_t)used;
}

static int read_all(int descriptor, struct buf *out, size_t most)
{
	size_t start = out->len;
	ssize_t got;
	char *room;

	do {
		room = buf_reserve(out, PIECE_BYTES);
		if (!room)
			return -ENOMEM;
		got = read(descriptor, room, PIECE_BYTES);
		if (got < 0 && errno != EINTR)
			return -errno;
		if (got > 0)
			out->len += (size_t)got;
		out->data[out->len] = '\0';
		if (out->len - start > most)
			return -EFBIG;
	} while (got != 0);
	return 0;
}

int file_open(const char *path)
{
	return open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
}

FILE *file_stream(const char *path)
{
	int descriptor = file_open(path), error;
	FILE *file = descriptor < 0 ? NULL : fdopen(descriptor, "r");

	if (!file && descriptor >= 0) {
		error = errno;
		close(descriptor);
		errno = error;
	}
	return file;
}

int file_read(const char *path, struct buf *out, size_t most)
{
	int descriptor = file_open(path), error;
	struct stat status;

	if (descriptor < 0)
		return -errno;
	if (fstat(descriptor, &status) < 0)
		error = -errno;
	else if (!S_ISREG(status.st_mode))
		error = -EINVAL;
	else
		error = read_all(descriptor, out, most);
	close(descriptor);
	return error;
}

/* Whose a file is, or what has its name; where there is none, the folder. */
static uid_t owner_of(const char *path)
{
	char folder[PATH_MAX];
	struct stat status;

	snprintf(folder, sizeof(folder), "%s", path);
	if (lstat(path, &status) < 0 && stat(dirname(folder), &status) < 0)
		return geteuid(); /* it will be made */
	return status.st_uid;
}

/*
 * Where `path` leads to in the end, also where nothing is there yet; for free(3). NULL and errno:
 * EPERM where a link of somebody else leads to what is not that user's, but ours or a third one's.
 */
static char *follow_links(const char *path)
{
	char *target = strdup(path), *next = NULL, *folder;
	const uid_t ours = geteuid();
	uid_t theirs = ours;
	char link[PATH_MAX];
	ssize_t length;
	int turn, error = ELOOP;

	for (turn = 0; target && turn < LINKS_MAX; turn++) {
		length = readlink(target, link, sizeof(link) - 1);
		/* it is none, or nothing is there yet */
		if (length < 0 && (errno == EINVAL || errno == ENOENT || errno == ENOTDIR)) {
			if (theirs == ours || owner_of(target) == theirs)
				return target;
			error = EPERM;
			break;
		}
		if (length < 0) {
			error = errno;
			break;
		}
		if (owner_of(target) != ours)
			theirs = owner_of(target);
		link[length] = '\0';
		folder = dirname(target);
		if (link[0] == '/')
			next = strdup(link);
		else if (asprintf(&next, "%s/%s", folder, link) < 0)
			next = NULL;
		free(target);
		target = next;
	}
	error = target ? error : ENOMEM;
	free(target);
	errno = error;
	return NULL;
}

static int make_folders(const char *path)
{
	char folder[PATH_MAX];
	char *slash;

	snprintf(folder, sizeof(folder), "%s", path);
	for (slash = strchr(folder + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(folder, 0700) < 0 && errno != EEXIST)
			return -errno;
		*slash = '/';
	}
	return 0;
}

static int write_all(int descriptor, const char *bytes, size_t size)
{
	ssize_t done;

	while (size > 0) {
		done = write(descriptor, bytes, size);
		if (done < 0 && errno != EINTR)
			return -errno;
		if (done > 0) {
			bytes += done;
			size -= (size_t)done;
		}
	}
	return fsync(descriptor) < 0 ? -errno : 0;
}

/* The mode and owner of what is replaced, or those of any new file. */
static int give_mode(int descriptor, const char *target)
{
	mode_t mask = umask(0), mode = 0666 & ~mask;
	struct stat status;

	umask(mask);
	if (stat(target, &status) == 0) {
		mode = status.st_mode & 0777;
		/* root may do it; others are the owner mostly */
		if (fchown(descriptor, status.st_uid, status.st_gid) < 0 && errno != EPERM)
			return -errno;
	} else if (errno != ENOENT) {
		return -errno;
	}
	return fchmod(descriptor, mode) < 0 ? -errno : 0;
}

/* The new name must outlive a crash too. */
static void keep_name(const char *target)
{
	char folder[PATH_MAX];
	int descriptor;

	snprintf(folder, sizeof(folder), "%s", target);
	descriptor = open(dirname(folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (descriptor < 0)
		return;
	fsync(descriptor);
	close(descriptor);
}

/* Write a new file beside `target`, under a name that `temporary` becomes, and rename it. */
static int replace(const char *target, char *temporary, const char *bytes, size_t size)
{
	int descriptor = mkostemp(temporary, O_CLOEXEC), error;

	if (descriptor < 0)
		return -errno;
	error = give_mode(descriptor, target);
	if (!error)
		error = write_all(descriptor, bytes, size);
	if (close(descriptor) < 0 && !error)
		error = -errno;
	if (!error && rename(temporary, target) < 0)
		error = -errno;
	if (error)
		unlink(temporary);
	else
		keep_name(target);
	return error;
}

int file_failure(void)
{
	return errno ? -errno : -EIO;
}

int file_replace(const char *path, const char *bytes, size_t size)
{
	char *target, *temporary = NULL;
	int error;

	if (!*path)
		return -ENOENT;
	target = follow_links(path);
	if (!target)
		return -errno;
	error = make_folders(target);
	if (!error && asprintf(&temporary, "%s.XXXXXX", target) < 0) {
		temporary = NULL;
		error = -ENOMEM;
	}
	if (!error)
		error = replace(target, temporary, bytes, size);
	free(temporary);
	free(target);
	return error;
}
