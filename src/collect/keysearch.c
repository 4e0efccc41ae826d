#include "ipctop/collect/keysearch.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "ipctop/base/buf.h"
#include "ipctop/base/clock.h"
#include "ipctop/model/key.h"

enum {
	FOUND_MAX = 200,
	OPEN_FILES_MAX = 10000, /* of a process */
	VISITED_MAX = 2000000,
	VISITED_SECONDS = 20,
	DEPTH_MAX = 2000, /* of folders in folders: each is a call of ours, on the stack */
	CACHED_TURNS = 8, /* tries to look at what is cached */
	CLOCK_STEP = 1024, /* files between two looks at the clock */
};

static bool fits(const struct key_search *search, const struct stat *status)
{
	return key_fits(search->key, status->st_dev, status->st_ino);
}

static int add(struct key_search *search, const char *path, enum candidate_tie tie, int32_t pid)
{
	size_t size = sizeof(*search->found);
	struct key_candidate *found;
	uint32_t i;

	/* a process may have a file open many times */
	for (i = 0; i < search->count; i++) {
		if (search->found[i].tie == tie && strcmp(search->found[i].path, path) == 0)
			return 0;
	}
	if (search->count == FOUND_MAX) {
		search->cut = true;
		return 0;
	}
	found = arena_resize(
		&search->arena, search->found, search->count * size, (search->count + 1) * size);
	if (!found)
		return -ENOMEM;
	search->found = found;
	found[search->count] = (struct key_candidate){ .tie = tie, .pid = pid };
	found[search->count].path = arena_text(&search->arena, path, strlen(path));
	if (!found[search->count].path)
		return -ENOMEM;
	search->count++;
	return 0;
}

/*
 * A call failed: errno. What is gone has no files, and what we lack for a moment is remembered.
 * -EACCES: they are not ours to see; or 0.
 */
static int note_failure(struct key_search *search)
{
	if (errno == EACCES || errno == EPERM)
		return -EACCES;
	if (errno != ENOENT && errno != ESRCH)
		search->error = -errno;
	return 0;
}

/* A process that is being looked at. */
struct subject {
	struct key_search *search;
	int32_t pid;
	int folder, root; /* descriptors of /proc/PID, and of its root folder, or -1 */
	char parent[PATH_MAX]; /* the folder that was looked at last */
};

/* What a file is, from what the kernel knows already: a file server that hangs must not hold us. */
static bool look(int folder, const char *name, struct stat *status)
{
	struct statx found;

	if (statx(folder, name, AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT | AT_EMPTY_PATH, STATX_INO,
		    &found) < 0)
		return false;
	status->st_dev = makedev(found.stx_dev_major, found.stx_dev_minor);
	status->st_ino = found.stx_ino;
	return true;
}

/* Likewise of a path inside `root`: not where anybody has to be asked for a part of it (5.12). */
static bool look_inside(int root, const char *path, struct stat *status)
{
	struct open_how how = {
		.flags = O_PATH | O_CLOEXEC,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_CACHED,
	};
	long descriptor;
	bool known;
	int turn = 0;

	/* what the kernel has cached it can't tell while anything is mounted or renamed */
	do
		descriptor = syscall(SYS_openat2, root, path, &how, sizeof(how));
	while (descriptor < 0 && errno == EAGAIN && ++turn < CACHED_TURNS);
	if (descriptor < 0)
		return false;
	known = look((int)descriptor, "", status);
	close((int)descriptor);
	return known;
}

/* The folder of `path`, as the process sees it. */
static int look_at_parent(struct subject *subject, const char *path)
{
	const char *slash = strrchr(path, '/');
	size_t length = slash == path ? 1 : (size_t)(slash - path);
	struct stat status;

	if (strlen(subject->parent) == length && strncmp(subject->parent, path, length) == 0)
		return 0;
	if (length >= sizeof(subject->parent))
		return 0;
	memcpy(subject->parent, path, length);
	subject->parent[length] = '\0';
	if (subject->root < 0 || !look_inside(subject->root, subject->parent, &status) ||
		!fits(subject->search, &status))
		return 0;
	return add(subject->search, subject->parent, CANDIDATE_PARENT, subject->pid);
}

/* One of the links below /proc/PID; following it leads to the file itself, whatever its name. */
static int look_at_link(
	struct subject *subject, int folder, const char *name, enum candidate_tie tie)
{
	struct stat status;
	char path[PATH_MAX];
	ssize_t length = readlinkat(folder, name, path, sizeof(path) - 1);
	int error = 0;

	if (length < 0)
		return note_failure(subject->search);
	path[length] = '\0';
	if (path[0] != '/')
		return 0; /* a pipe, a socket: nothing that ftok(3) could be given */
	if (!look(folder, name, &status))
		error = note_failure(subject->search);
	else if (fits(subject->search, &status))
		error = add(subject->search, path, tie, subject->pid);
	if (!error && tie != CANDIDATE_ROOT_FOLDER && tie != CANDIDATE_WORKING_FOLDER)
		error = look_at_parent(subject, path);
	return error;
}

static int look_at_open_files(struct subject *subject)
{
	int descriptor = openat(subject->folder, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *folder = descriptor < 0 ? NULL : fdopendir(descriptor);
	const struct dirent *entry;
	int error = 0, count = 0;

	if (!folder) {
		error = note_failure(subject->search);
		if (descriptor >= 0)
			close(descriptor);
		return error;
	}
	while (!error && (errno = 0, entry = readdir(folder)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		if (++count > OPEN_FILES_MAX) {
			subject->search->cut = true;
			break;
		}
		error = look_at_link(subject, descriptor, entry->d_name, CANDIDATE_OPEN);
	}
	if (!error && !entry && errno)
		error = note_failure(subject->search);
	closedir(folder);
	return error;
}

/* All that has a link below the folder of the process. */
static int look_at_links(struct subject *subject)
{
	static const struct {
		const char *name;
		enum candidate_tie tie;
	} links[] = {
		{ "exe", CANDIDATE_EXECUTABLE },
		{ "cwd", CANDIDATE_WORKING_FOLDER },
		{ "root", CANDIDATE_ROOT_FOLDER },
	};
	int error = 0;
	size_t i;

	subject->root = openat(subject->folder, "root", O_PATH | O_CLOEXEC);
	if (subject->root < 0)
		error = note_failure(subject->search);
	if (!error)
		error = look_at_open_files(subject);
	for (i = 0; i < sizeof(links) / sizeof(links[0]) && !error; i++)
		error = look_at_link(subject, subject->folder, links[i].name, links[i].tie);
	if (subject->root >= 0)
		close(subject->root);
	return error;
}

int keysearch_process(struct key_search *search, int32_t pid)
{
	struct subject subject = { .search = search, .pid = pid };
	char path[32];
	int error;

	snprintf(path, sizeof(path), "/proc/%d", pid);
	subject.folder = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	error = subject.folder < 0 ? note_failure(search) : look_at_links(&subject);
	/* one that lives, and has no folder: /proc is not there, or hides it */
	if (subject.folder < 0 && !error && kill(pid, 0) == 0)
		search->error = -ENOENT;
	if (subject.folder >= 0)
		close(subject.folder);
	if (error != -EACCES)
		return error;
	search->hidden++;
	return 0;
}

/* Whether looking has taken long enough. */
static bool is_over(struct key_search *search, int64_t begin_ns)
{
	search->visited++;
	if (search->visited < VISITED_MAX && search->count < FOUND_MAX &&
		(search->visited % CLOCK_STEP != 0 ||
			clock_monotonic_ns() - begin_ns <= INT64_C(1000000000) * VISITED_SECONDS))
		return false;
	search->cut = true;
	return true;
}

/* A walk through folders. fts(3) would keep from us that one could be read in part only. */
struct walk {
	struct key_search *search;
	int64_t begin_ns;
	struct buf path; /* of what is looked at */
	unsigned depth; /* of folders in folders */
	bool over;
};

/* Files of the kernel's own making come from no program: a walk from / would never end in them. */
static bool is_pseudo(int folder)
{
	struct statfs status;

	return fstatfs(folder, &status) == 0 &&
		(status.f_type == PROC_SUPER_MAGIC || status.f_type == SYSFS_MAGIC ||
			status.f_type == CGROUP2_SUPER_MAGIC);
}

static int look_into(struct walk *walk, int folder, dev_t device);

/* What could not be looked at is counted, or remembered. */
static int miss(struct walk *walk)
{
	walk->search->closed += note_failure(walk->search) == -EACCES;
	return 0;
}

/* One entry, and what is below it. */
static int look_below(struct walk *walk, int parent, const char *name, dev_t device)
{
	struct stat status, target;
	int error = 0, folder;

	walk->over |= is_over(walk->search, walk->begin_ns);
	if (walk->over)
		return 0;
	if (fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) < 0)
		return miss(walk);
	target = status;
	/* ftok(3) follows links */
	if (S_ISLNK(status.st_mode) && fstatat(parent, name, &target, 0) < 0)
		return errno == ELOOP ? 0 : miss(walk);
	if (fits(walk->search, &target))
		error = add(walk->search, buf_str(&walk->path), CANDIDATE_BELOW, 0);
	if (error || !S_ISDIR(status.st_mode))
		return error;
	if (walk->depth == DEPTH_MAX) {
		walk->search->cut = true;
		return 0;
	}
	folder = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (folder < 0)
		return miss(walk);
	if (status.st_dev != device && is_pseudo(folder)) {
		close(folder);
		return 0;
	}
	return look_into(walk, folder, status.st_dev);
}

/* All that is in a folder, which is closed then. 0 or -ENOMEM. */
static int look_into(struct walk *walk, int folder, dev_t device)
{
	DIR *entries = fdopendir(folder);
	const size_t length = walk->path.len;
	const struct dirent *entry;
	int error = 0;

	if (!entries) {
		miss(walk);
		close(folder);
		return 0;
	}
	walk->depth++;
	while (!error && !walk->over && (errno = 0, entry = readdir(entries)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		if (length > 0 && walk->path.data[length - 1] != '/')
			buf_char(&walk->path, '/');
		buf_text(&walk->path, entry->d_name);
		error = walk->path.error;
		if (!error)
			error = look_below(walk, folder, entry->d_name, device);
		walk->path.len = length;
		walk->path.data[length] = '\0';
	}
	if (!error && !walk->over && errno)
		miss(walk);
	closedir(entries);
	walk->depth--;
	return error;
}

int keysearch_folder(struct key_search *search, const char *folder)
{
	struct walk walk = { .search = search, .begin_ns = clock_monotonic_ns() };
	struct stat status;
	int error = 0, descriptor;

	if (stat(folder, &status) < 0)
		return -errno;
	/* it may be the one even where we may not look into it */
	if (fits(search, &status))
		error = add(search, folder, CANDIDATE_BELOW, 0);
	if (error || !S_ISDIR(status.st_mode))
		return error;
	descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (descriptor < 0)
		return -errno;
	buf_text(&walk.path, folder);
	error = walk.path.error;
	if (error)
		close(descriptor);
	else
		error = look_into(&walk, descriptor, status.st_dev);
	buf_free(&walk.path);
	return error;
}

int keysearch_tell(struct snapshot *snapshot, const struct key_search *search)
{
	struct detail_part *candidates = &snapshot->detail.candidates;
	struct buf why = { 0 };

	if (search->hidden > 0)
		buf_printf(&why, "the files of %u of its processes are not ours to see",
			search->hidden);
	else if (search->error)
		buf_printf(&why, "some files could not be looked at: %s", strerror(-search->error));
	else if (search->cut)
		buf_text(&why, "there are too many files to look at all");
	else if (search->closed > 0)
		buf_text(&why, "some folders below are not ours to read");
	else
		return 0;
	candidates->why = why.error ? NULL : arena_text(&snapshot->arena, buf_str(&why), why.len);
	buf_free(&why);
	return candidates->why ? 0 : -ENOMEM;
}

static int by_rank(const void *left, const void *right)
{
	const struct key_candidate *a = left, *b = right;

	if (a->tie != b->tie)
		return a->tie < b->tie ? -1 : 1;
	return strcmp(a->path, b->path);
}

/* Whether the path stands before `at` already. */
static bool is_known(const struct key_search *search, uint32_t at, const char *path)
{
	uint32_t i;

	for (i = 0; i < at; i++) {
		if (strcmp(search->found[i].path, path) == 0)
			return true;
	}
	return false;
}

void keysearch_rank(struct key_search *search)
{
	uint32_t i, kept = 0;

	if (search->count == 0)
		return;
	qsort(search->found, search->count, sizeof(*search->found), by_rank);
	for (i = 0; i < search->count; i++) {
		if (!is_known(search, kept, search->found[i].path))
			search->found[kept++] = search->found[i];
	}
	search->count = kept;
}

void keysearch_free(struct key_search *search)
{
	arena_free(&search->arena);
	*search = (struct key_search){ 0 };
}
