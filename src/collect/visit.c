#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ipctop/base/clock.h"
#include "ipctop/base/file.h"
#include "ipctop/collect/scan.h"
#include "ipctop/model/snapshot.h"

enum {
	STAT_BYTES = 1024,
	FIELD_STATE = 3, /* of /proc/PID/stat, proc_pid_stat(5) */
	FIELD_FLAGS = 9,
	FIELD_START = 22,
	KERNEL_THREAD = 0x00200000, /* PF_KTHREAD of linux/sched.h */
};

uint64_t scan_scope(int folder, const char *link)
{
	char text[64];
	ssize_t length = readlinkat(folder, link, text, sizeof(text) - 1);
	unsigned long long inode;

	if (length <= 0)
		return 0;
	text[length] = '\0';
	if (sscanf(text, "ipc:[%llu]", &inode) != 1) {
		errno = EINVAL;
		return 0;
	}
	return inode;
}

/*
 * The n-th field of the process's stat, after the command, which may hold anything: in `text`. NULL
 * and errno.
 */
static const char *read_field(int process, int field, char text[STAT_BYTES])
{
	int fd = openat(process, "stat", O_RDONLY | O_CLOEXEC), number = 2;
	ssize_t length;
	char *at;

	if (fd < 0)
		return NULL;
	length = file_fill(fd, text, STAT_BYTES - 1);
	close(fd);
	errno = length < 0 ? (int)-length : EBADMSG;
	if (length <= 0)
		return NULL;
	text[length] = '\0';
	for (at = strrchr(text, ')'); at && number < field; number++)
		at = strchr(at + 1, ' ');
	return at ? at + 1 : NULL;
}

static bool is_kernel_thread(int process)
{
	char text[STAT_BYTES];
	const char *flags = read_field(process, FIELD_FLAGS, text);

	return flags && (strtoull(flags, NULL, 10) & KERNEL_THREAD);
}

/* The files of one that ended are not there; those of one that lives may not be found either. */
static bool has_ended(int32_t pid, int process)
{
	char text[STAT_BYTES];
	const char *state;

	if (kill(pid, 0) < 0 && errno == ESRCH)
		return true;
	state = process < 0 ? NULL : read_field(process, FIELD_STATE, text);
	return state && (*state == 'Z' || *state == 'X');
}

struct relation *visit_add(struct visit *visit)
{
	struct relation *larger;
	size_t room;

	if (visit->count == visit->room) {
		room = visit->room ? visit->room * 2 : 1; /* most have one */
		larger = realloc(visit->relation, room * sizeof(*larger));
		if (!larger)
			return NULL;
		visit->relation = larger;
		visit->room = room;
	}
	larger = &visit->relation[visit->count++];
	memset(larger, 0, sizeof(*larger));
	larger->pid = larger->tid = visit->pid;
	larger->row = UINT32_MAX;
	return larger;
}

void visit_free(struct visit *visit)
{
	free(visit->relation);
	visit->relation = NULL;
	visit->count = visit->room = 0;
}

static bool is_same_wait(const struct relation *a, const struct relation *b)
{
	const struct waiting *x = &a->waiting, *y = &b->waiting;

	return a->tid == b->tid && a->type == b->type && a->class == b->class && a->id == b->id &&
		x->call == y->call && x->has_switches && y->has_switches &&
		x->switches == y->switches && x->type == y->type &&
		x->has_operation == y->has_operation && x->semnum == y->semnum && x->op == y->op;
}

/* Whether what is waited for has not moved either, as far as it could be asked. */
static bool is_same_object(const struct waiting *a, const struct waiting *b)
{
	return a->has_semaphore == b->has_semaphore && a->value == b->value &&
		a->last_pid == b->last_pid && a->ncount == b->ncount && a->zcount == b->zcount &&
		a->has_queue == b->has_queue && a->qnum == b->qnum && a->stime == b->stime &&
		a->rtime == b->rtime && a->lspid == b->lspid && a->lrpid == b->lrpid;
}

/*
 * The same wait as it was at the visit before, with the thread not run since; NULL: none. The
 * kernel lists threads in the same order each time: `*next` is where it is likely to be.
 */
static const struct waiting *find_before(const struct visit *visit, const struct visit *before,
	const struct relation *now, size_t *next)
{
	size_t i, at;

	for (i = 0; visit->start == before->start && i < before->count; i++) {
		at = (*next + i) % before->count;
		if (!is_same_wait(now, &before->relation[at]))
			continue;
		*next = at + 1;
		return &before->relation[at].waiting;
	}
	return NULL;
}

/*
 * Waits that were there at the visit before go on. Where nobody looked for a while, the thread did
 * not run, but what it waits for may have moved and come back.
 */
static void carry_on(struct visit *visit, const struct visit *before)
{
	const struct waiting *old;
	struct waiting *waiting;
	size_t next = 0, i;

	for (i = 0; i < visit->count; i++) {
		if (visit->relation[i].type != RELATION_WAITER)
			continue;
		old = find_before(visit, before, &visit->relation[i], &next);
		waiting = &visit->relation[i].waiting;
		waiting->seen_ns = visit->seen_ns;
		waiting->since_ns = old ? old->since_ns : visit->seen_ns;
		waiting->steady_ns = old && before->seen_ns && is_same_object(waiting, old)
			? old->steady_ns
			: visit->seen_ns;
	}
}

static int read_start(struct visit *visit, int process)
{
	char text[STAT_BYTES];
	const char *start = read_field(process, FIELD_START, text);

	if (!start)
		return -errno;
	visit->start = strtoull(start, NULL, 10);
	return 0;
}

static int visit_folder(struct visit *visit, int process, uint64_t scope, unsigned what)
{
	int error = 0;

	if (what & COST_HOLDERS)
		error = mappings_visit(visit, process, scope);
	if (!error && (what & COST_WAITERS))
		error = waits_visit(visit, process, scope);
	if (!error && visit->count > 0)
		error = read_start(visit, process);
	if ((visit->hidden_maps || visit->hidden_calls) && is_kernel_thread(process))
		visit->hidden_maps = visit->hidden_calls = false;
	return error;
}

/* One look; -EAGAIN: a file was not there, and yet the process has not ended. */
static int visit_once(struct visit *visit, int proc, uint64_t scope, unsigned what)
{
	char name[16];
	int process, error;

	snprintf(name, sizeof(name), "%d", visit->pid);
	visit->seen_ns = clock_monotonic_ns();
	/* what is read below this folder is always of this one process, never of a successor */
	process = openat(proc, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	error = process < 0 ? -errno : visit_folder(visit, process, scope, what);
	if (error == -ENOENT || error == -ESRCH)
		error = has_ended(visit->pid, process) ? -ESRCH : -EAGAIN;
	if (process >= 0)
		close(process);
	if (error)
		visit_free(visit);
	return error;
}

int visit_process(struct visit *visit, int proc, uint64_t scope, unsigned what)
{
	struct visit now;
	int error, looks = 2;

	do {
		now = (struct visit){ .pid = visit->pid, .what = what, .due = visit->due };
		error = visit_once(&now, proc, scope, what);
		/* who is about to end loses one thing after the other: by now it has lost all */
	} while (error == -EAGAIN && --looks > 0);
	if (error && error != -ESRCH)
		return error == -EAGAIN ? -EIO : error;
	carry_on(&now, visit);
	visit_free(visit);
	*visit = now;
	return error;
}
