/*
 * What is loaded into the program under test: see faults.h. Where a function has several names, as
 * those of 64 bits and those that _FORTIFY_SOURCE makes of them, all of them are here.
 */
#define _GNU_SOURCE
#undef _FORTIFY_SOURCE
#define NCURSES_NOMACROS
#include <curses.h>
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <libproc2/pids.h>
#include <poll.h>
#include <pthread.h>
#include <pwd.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/uio.h>
#include <term.h>
#include <unistd.h>

#include "faults.h"

static struct fault_plan *plan;

/*
 * Libraries that end the program where memory fails in them, so that they fail as a whole: the
 * name service of the C library (an assertion of 2.36), libproc2 (it copies to NULL in 4.0.2), and
 * ncurses (it takes the length of NULL in 6.4), which can't fail where it draws.
 */
static _Thread_local int sparing = 1; /* a thread is spared till it begins with what it is for */

__attribute__((constructor)) static void find_plan(void)
{
	const char *text = getenv(FAULT_VARIABLE);
	void *shared;
	int fd;

	sparing = 0;
	if (!text)
		return;
	fd = atoi(text);
	shared = mmap(NULL, sizeof(*plan), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (shared != MAP_FAILED)
		plan = shared;
}

/* Whether this call is one that fails; errno is how. */
static bool fails(enum fault what)
{
	int number;
	const enum fault spared = FAULT_MEMORY | FAULT_WAIT;

	if (!plan || !(atomic_load(&plan->what) & what) || (what & spared && sparing > 0))
		return false;
	number = atomic_fetch_add(&plan->calls, 1);
	if (number < atomic_load(&plan->from) || number >= atomic_load(&plan->until))
		return false;
	errno = atomic_load(&plan->error);
	return true;
}

/* The one of the C library, or of what was loaded after us. */
#define REAL(name)                                                                                 \
	static __typeof__(name) *real;                                                             \
	if (!real)                                                                                 \
	real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

/* A call that fails with -1 and errno. */
#define WRAP(what, type, failure, name, parameters, arguments)                                     \
	type name parameters                                                                       \
	{                                                                                          \
		REAL(name);                                                                        \
		return fails(what) ? (failure) : real arguments;                                   \
	}

/* opening */

#define MODE(last)                                                                                 \
	va_list list;                                                                              \
	mode_t mode;                                                                               \
	va_start(list, last);                                                                      \
	mode = va_arg(list, mode_t);                                                               \
	va_end(list)

int open(const char *path, int flags, ...)
{
	REAL(open);
	MODE(flags);
	return fails(FAULT_OPEN) ? -1 : real(path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
	REAL(open64);
	MODE(flags);
	return fails(FAULT_OPEN) ? -1 : real(path, flags, mode);
}

int openat(int folder, const char *path, int flags, ...)
{
	REAL(openat);
	MODE(flags);
	return fails(FAULT_OPEN) ? -1 : real(folder, path, flags, mode);
}

int openat64(int folder, const char *path, int flags, ...)
{
	REAL(openat64);
	MODE(flags);
	return fails(FAULT_OPEN) ? -1 : real(folder, path, flags, mode);
}

int __open_2(const char *path, int flags);
int __open64_2(const char *path, int flags);
int __openat_2(int folder, const char *path, int flags);
int __openat64_2(int folder, const char *path, int flags);
ssize_t __read_chk(int fd, void *to, size_t size, size_t room);
ssize_t __readlink_chk(const char *path, char *to, size_t size, size_t room);
ssize_t __readlinkat_chk(int folder, const char *path, char *to, size_t size, size_t room);
int __poll_chk(struct pollfd *fds, nfds_t count, int ms, size_t room);
int __ppoll_chk(struct pollfd *fds, nfds_t count, const struct timespec *time, const sigset_t *mask,
	size_t room);

WRAP(FAULT_OPEN, int, -1, __open_2, (const char *path, int flags), (path, flags))
WRAP(FAULT_OPEN, int, -1, __open64_2, (const char *path, int flags), (path, flags))
WRAP(FAULT_OPEN, int, -1, __openat_2, (int folder, const char *path, int flags),
	(folder, path, flags))
WRAP(FAULT_OPEN, int, -1, __openat64_2, (int folder, const char *path, int flags),
	(folder, path, flags))
WRAP(FAULT_OPEN, DIR *, NULL, opendir, (const char *path), (path))
WRAP(FAULT_OPEN, DIR *, NULL, fdopendir, (int fd), (fd))
WRAP(FAULT_OPEN, int, -1, mkostemp, (char *path, int flags), (path, flags))
WRAP(FAULT_OPEN, int, -1, mkostemp64, (char *path, int flags), (path, flags))
WRAP(FAULT_OPEN, int, -1, memfd_create, (const char *name, unsigned flags), (name, flags))
WRAP(FAULT_OPEN, int, -1, eventfd, (unsigned count, int flags), (count, flags))
WRAP(FAULT_OPEN, int, -1, signalfd, (int fd, const sigset_t *mask, int flags), (fd, mask, flags))

/* A stream whose reading can fail: stdio(3) itself does not call what is here. */
static ssize_t read_stream(void *cookie, char *to, size_t size)
{
	return read((int)(intptr_t)cookie, to, size);
}

static int close_stream(void *cookie)
{
	return close((int)(intptr_t)cookie);
}

static FILE *open_stream(const char *path)
{
	static const cookie_io_functions_t calls = { .read = read_stream, .close = close_stream };
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	FILE *file = fd < 0 ? NULL : fopencookie((void *)(intptr_t)fd, "r", calls);

	if (fd >= 0 && !file)
		close(fd);
	return file;
}

FILE *fopen(const char *path, const char *mode)
{
	REAL(fopen);
	return plan && mode[0] == 'r' && !strchr(mode, '+') ? open_stream(path) : real(path, mode);
}

FILE *fopen64(const char *path, const char *mode)
{
	REAL(fopen64);
	return plan && mode[0] == 'r' && !strchr(mode, '+') ? open_stream(path) : real(path, mode);
}

/* reading */

/* Terminals, and what threads tell each other by, go on. */
static bool is_file(int fd)
{
	static int (*real)(int, struct stat *);
	struct stat status;
	int error = errno;
	bool is;

	if (!real)
		real = (int (*)(int, struct stat *))dlsym(RTLD_NEXT, "fstat");
	is = real(fd, &status) == 0 && S_ISREG(status.st_mode);
	errno = error;
	return is;
}

/* How much of `size` bytes is to be read, or -1. */
static ssize_t may_read(int fd, size_t size)
{
	if (!plan || !is_file(fd) || !fails(FAULT_READ))
		return (ssize_t)size;
	return errno == FAULT_SHORT ? size > 0 : -1;
}

#define WRAP_READ(type, name, parameters, arguments)                                               \
	type name parameters                                                                       \
	{                                                                                          \
		REAL(name);                                                                        \
		ssize_t may = may_read(fd, size);                                                  \
		if (may <= 0)                                                                      \
			return may;                                                                \
		size = (size_t)may;                                                                \
		return real arguments;                                                             \
	}

WRAP_READ(ssize_t, read, (int fd, void *to, size_t size), (fd, to, size))
WRAP_READ(ssize_t, pread, (int fd, void *to, size_t size, off_t at), (fd, to, size, at))
WRAP_READ(ssize_t, pread64, (int fd, void *to, size_t size, off64_t at), (fd, to, size, at))
WRAP_READ(ssize_t, __read_chk, (int fd, void *to, size_t size, size_t room), (fd, to, size, room))

/* A folder has no short entries: it ends early only by an error. */
#define WRAP_ENTRY(type, name)                                                                     \
	struct type *name(DIR *folder)                                                             \
	{                                                                                          \
		REAL(name);                                                                        \
		if (!fails(FAULT_READ) || errno == FAULT_SHORT || errno == EINTR)                  \
			return real(folder);                                                       \
		return NULL;                                                                       \
	}

WRAP_ENTRY(dirent, readdir)
WRAP_ENTRY(dirent64, readdir64)

/* asking */

WRAP(FAULT_ASK, ssize_t, -1, readlink, (const char *path, char *to, size_t size), (path, to, size))
WRAP(FAULT_ASK, ssize_t, -1, readlinkat, (int folder, const char *path, char *to, size_t size),
	(folder, path, to, size))
WRAP(FAULT_ASK, ssize_t, -1, __readlink_chk, (const char *path, char *to, size_t size, size_t room),
	(path, to, size, room))
WRAP(FAULT_ASK, ssize_t, -1, __readlinkat_chk,
	(int folder, const char *path, char *to, size_t size, size_t room),
	(folder, path, to, size, room))
WRAP(FAULT_ASK, int, -1, stat, (const char *path, struct stat *to), (path, to))
WRAP(FAULT_ASK, int, -1, stat64, (const char *path, struct stat64 *to), (path, to))
WRAP(FAULT_ASK, int, -1, fstat, (int fd, struct stat *to), (fd, to))
WRAP(FAULT_ASK, int, -1, fstat64, (int fd, struct stat64 *to), (fd, to))
WRAP(FAULT_ASK, int, -1, fstatat, (int folder, const char *path, struct stat *to, int flags),
	(folder, path, to, flags))
WRAP(FAULT_ASK, int, -1, fstatat64, (int folder, const char *path, struct stat64 *to, int flags),
	(folder, path, to, flags))
WRAP(FAULT_ASK, int, -1, statx,
	(int folder, const char *path, int flags, unsigned mask, struct statx *to),
	(folder, path, flags, mask, to))
WRAP(FAULT_ASK, int, -1, statfs, (const char *path, struct statfs *to), (path, to))
WRAP(FAULT_ASK, int, -1, statfs64, (const char *path, struct statfs64 *to), (path, to))
WRAP(FAULT_ASK, ssize_t, -1, process_vm_readv,
	(pid_t pid, const struct iovec *to, unsigned long tos, const struct iovec *from,
		unsigned long froms, unsigned long flags),
	(pid, to, tos, from, froms, flags))

/* objects */

WRAP(FAULT_IPC, int, -1, msgctl, (int id, int call, struct msqid_ds *to), (id, call, to))
WRAP(FAULT_IPC, int, -1, shmctl, (int id, int call, struct shmid_ds *to), (id, call, to))
WRAP(FAULT_IPC, ssize_t, -1, msgrcv, (int id, void *to, size_t size, long type, int flags),
	(id, to, size, type, flags))

int semctl(int id, int number, int call, ...)
{
	REAL(semctl);
	va_list list;
	void *argument;

	va_start(list, call);
	argument = va_arg(list, void *);
	va_end(list);
	return fails(FAULT_IPC) ? -1 : real(id, number, call, argument);
}

/* memory */

WRAP(FAULT_MEMORY, void *, NULL, malloc, (size_t size), (size))
WRAP(FAULT_MEMORY, void *, NULL, calloc, (size_t count, size_t size), (count, size))
WRAP(FAULT_MEMORY, void *, NULL, realloc, (void *old, size_t size), (old, size))

/* writing */

ssize_t write(int fd, const void *from, size_t size)
{
	REAL(write);

	if (!plan || !is_file(fd) || !fails(FAULT_WRITE))
		return real(fd, from, size);
	return errno == FAULT_SHORT ? real(fd, from, size > 0) : -1;
}

WRAP(FAULT_WRITE, int, -1, fsync, (int fd), (fd))
WRAP(FAULT_WRITE, int, -1, rename, (const char *from, const char *to), (from, to))
WRAP(FAULT_WRITE, int, -1, mkdir, (const char *path, mode_t mode), (path, mode))
WRAP(FAULT_WRITE, int, -1, fchmod, (int fd, mode_t mode), (fd, mode))
WRAP(FAULT_WRITE, int, -1, fchown, (int fd, uid_t owner, gid_t group), (fd, owner, group))

/* starting; what gives its error instead of setting errno */

struct beginning {
	void *(*run)(void *user);
	void *user;
};

static void *begin(void *user)
{
	struct beginning beginning = *(struct beginning *)user;

	free(user);
	sparing = 0;
	return beginning.run(beginning.user);
}

int pthread_create(
	pthread_t *thread, const pthread_attr_t *how, void *(*run)(void *user), void *user)
{
	REAL(pthread_create);
	struct beginning *beginning;
	int error;

	if (fails(FAULT_START))
		return errno;
	sparing++;
	beginning = malloc(sizeof(*beginning));
	*beginning = (struct beginning){ run, user };
	error = real(thread, how, begin, beginning);
	if (error)
		free(beginning);
	sparing--;
	return error;
}

/* What libraries do is spared; where `before` says so, the call fails as a whole. */
#define WRAP_SPARED_UNLESS(before, type, failure, name, parameters, arguments)                     \
	type name parameters                                                                       \
	{                                                                                          \
		REAL(name);                                                                        \
		type result;                                                                       \
		if (before)                                                                        \
			return failure;                                                            \
		sparing++;                                                                         \
		result = real arguments;                                                           \
		sparing--;                                                                         \
		return result;                                                                     \
	}

#define WRAP_SPARED(...) WRAP_SPARED_UNLESS(fails(FAULT_START) || fails(FAULT_MEMORY), __VA_ARGS__)

WRAP_SPARED(int, errno, getpwuid_r,
	(uid_t id, struct passwd *to, char *text, size_t size, struct passwd **found),
	(id, to, text, size, found))
WRAP_SPARED(int, errno, getgrgid_r,
	(gid_t id, struct group *to, char *text, size_t size, struct group **found),
	(id, to, text, size, found))
WRAP_SPARED(struct passwd *, NULL, getpwnam, (const char *name), (name))
WRAP_SPARED(int, -errno, procps_pids_new,
	(struct pids_info * *info, enum pids_item *items, int count), (info, items, count))
WRAP_SPARED(struct pids_fetch *, NULL, procps_pids_select,
	(struct pids_info * info, unsigned *these, int count, enum pids_select_type type),
	(info, these, count, type))
WRAP_SPARED(int, ERR, setupterm, (const char *type, int fd, int *error), (type, fd, error))
WRAP_SPARED(SCREEN *, NULL, newterm, (const char *type, FILE *out, FILE *in), (type, out, in))

#define WRAP_DRAWING(type, name, parameters, arguments)                                            \
	WRAP_SPARED_UNLESS(false, type, (type)0, name, parameters, arguments)

WRAP_DRAWING(int, wrefresh, (WINDOW * window), (window))
WRAP_DRAWING(int, wgetch, (WINDOW * window), (window))
WRAP_DRAWING(int, endwin, (void), ())
WRAP_DRAWING(int, keypad, (WINDOW * window, bool use), (window, use))
WRAP_DRAWING(int, define_key, (const char *text, int key), (text, key))
WRAP_DRAWING(int, start_color, (void), ())
WRAP_DRAWING(int, use_default_colors, (void), ())
WRAP_DRAWING(int, init_pair, (short pair, short front, short back), (pair, front, back))
WRAP_DRAWING(int, resizeterm, (int high, int wide), (high, wide))
WRAP_DRAWING(mmask_t, mousemask, (mmask_t now, mmask_t *before), (now, before))
WRAP_DRAWING(char *, tigetstr, (const char *name), (name))

void delscreen(SCREEN *screen)
{
	REAL(delscreen);

	sparing++;
	real(screen);
	sparing--;
}

/* ipctop gives it one number */
char *tiparm(const char *text, ...)
{
	REAL(tiparm);
	char *result;
	va_list list;

	sparing++;
	va_start(list, text);
	result = real(text, va_arg(list, int));
	va_end(list);
	sparing--;
	return result;
}

WRAP(FAULT_START, int, -1, sigaction,
	(int number, const struct sigaction *to, struct sigaction *was), (number, to, was))

/* waiting */

WRAP(FAULT_WAIT, int, -1, poll, (struct pollfd * fds, nfds_t count, int ms), (fds, count, ms))
WRAP(FAULT_WAIT, int, -1, ppoll,
	(struct pollfd * fds, nfds_t count, const struct timespec *time, const sigset_t *mask),
	(fds, count, time, mask))
WRAP(FAULT_WAIT, int, -1, __poll_chk, (struct pollfd * fds, nfds_t count, int ms, size_t room),
	(fds, count, ms, room))
WRAP(FAULT_WAIT, int, -1, __ppoll_chk,
	(struct pollfd * fds, nfds_t count, const struct timespec *time, const sigset_t *mask,
		size_t room),
	(fds, count, time, mask, room))
