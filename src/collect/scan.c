#include "ipctop/collect/scan.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ipctop/base/clock.h"
#include "ipctop/collect/sysv.h"

struct scan *scan_new(void)
{
	return calloc(1, sizeof(struct scan));
}

void scan_free(struct scan *scan)
{
	size_t i;

	for (i = 0; scan && i < scan->count; i++)
		visit_free(&scan->visits[i]);
	if (scan)
		free(scan->visits);
	free(scan);
}

static int by_pid(const void *left, const void *right)
{
	const struct visit *a = left, *b = right;

	return (a->pid > b->pid) - (a->pid < b->pid);
}

/* All processes of a folder, none visited yet; `*visits` is the caller's even after an error. */
static int read_processes(DIR *folder, struct visit **visits, size_t *count)
{
	const struct dirent *entry;
	struct visit *larger;
	size_t room = 0;

	while ((errno = 0, entry = readdir(folder)) != NULL) {
		if (entry->d_name[0] < '1' || entry->d_name[0] > '9')
			continue;
		if (*count == room) {
			room = room ? room * 2 : 512;
			larger = realloc(*visits, room * sizeof(**visits));
			if (!larger)
				return -ENOMEM;
			*visits = larger;
		}
		(*visits)[(*count)++] = (struct visit){
			.pid = (int32_t)strtol(entry->d_name, NULL, 10),
			.due = true,
		};
	}
	return -errno;
}

/* All processes in /proc, in the order of pid; NULL and `*error`: a list that is not whole is none.
 */
static struct visit *list_processes(size_t *count, int *error)
{
	DIR *folder = opendir("/proc");
	struct visit *visits = NULL;

	*count = 0;
	*error = folder ? read_processes(folder, &visits, count) : -errno;
	if (folder)
		closedir(folder);
	if (!*error && !visits)
		*error = -ENOENT;
	if (*error) {
		free(visits);
		return NULL;
	}
	qsort(visits, *count, sizeof(*visits), by_pid);
	return visits;
}

/* Take over what is known of those that are still there. */
static void take_over(struct scan *scan, struct visit *visits, size_t count)
{
	struct visit *found;
	size_t i;

	for (i = 0; i < scan->count; i++) {
		found = bsearch(&scan->visits[i], visits, count, sizeof(*visits), by_pid);
		if (found)
			*found = scan->visits[i];
		else
			visit_free(&scan->visits[i]);
	}
	free(scan->visits);
	/* what a crowd had lies in holes between what stays, which free(3) does not give back */
	if (count < scan->count / 2)
		malloc_trim(0);
	scan->visits = visits;
	scan->count = count;
}

const struct visit *scan_find(const struct scan *scan, int32_t pid)
{
	const struct visit key = { .pid = pid };

	if (!scan || scan->count == 0)
		return NULL;
	return bsearch(&key, scan->visits, scan->count, sizeof(key), by_pid);
}

/* Process 1 is always there; where it is not shown, others are not either. */
static bool hides_processes(const struct scan *scan)
{
	return scan->count > 0 && scan->visits[0].pid != 1 && (kill(1, 0) == 0 || errno == EPERM);
}

/* List the processes anew: those that came are due. */
static int list_anew(struct scan *scan)
{
	struct visit *visits;
	size_t count;
	int error;

	visits = list_processes(&count, &error);
	if (!visits)
		return error;
	take_over(scan, visits, count);
	scan->hidden_processes = hides_processes(scan);
	return 0;
}

/* Whether it is the kernel that has no namespaces of IPC, and not we who can't see them. */
static bool lacks_namespaces(int error)
{
	return error == ENOENT && access("/proc/self/ns", F_OK) == 0;
}

int scan_begin(struct scan *scan, unsigned what)
{
	struct visit *visit;
	int error = 0;

	/* with a small budget the list would take all of it; who comes has no relations yet */
	if (scan->count == 0 || scan->rounds[false].finished)
		error = list_anew(scan);
	if (error)
		return error;
	scan->scope = sysv_scope();
	if (scan->scope == 0 && !lacks_namespaces(errno))
		return -errno;
	for (visit = scan->visits; visit < scan->visits + scan->count; visit++)
		visit->due |= scan->rounds[visit->count > 0].finished || (what & ~visit->what);
	scan->rounds[false].finished = scan->rounds[true].finished = scan->count == 0;
	return 0;
}

bool scan_finished(const struct scan *scan)
{
	return scan->rounds[false].finished && scan->rounds[true].finished;
}

void scan_rest(struct scan *scan)
{
	struct visit *visit;

	for (visit = scan->visits; visit < scan->visits + scan->count; visit++) {
		visit->seen_ns = 0;
		visit->what = 0;
	}
}

/*
 * Visit one. One that is gone has no relations, and goes with the next listing; what else happens
 * to one process does not keep us from the others.
 */
static int call_on(struct scan *scan, struct visit *visit, int proc, unsigned what)
{
	int error = visit_process(visit, proc, scan->scope, what);

	visit->due = false;
	if (error)
		visit->error = error == -ESRCH ? 0 : error;
	return error == -ENOMEM ? error : 0;
}

/*
 * Visit those who are due and had relations, or had none, until `until_ns`, but one at least; the
 * next turn goes on where this one ends.
 */
static int take_turn(struct scan *scan, int proc, unsigned what, int64_t until_ns, bool related)
{
	struct round *round = &scan->rounds[related];
	const size_t first = round->next;
	bool late = false;
	size_t i, at;
	int error;

	for (i = 0; i < scan->count; i++) {
		at = (first + i) % scan->count;
		if (!scan->visits[at].due || (scan->visits[at].count > 0) != related)
			continue;
		if (late)
			return 0;
		round->next = (at + 1) % scan->count;
		error = call_on(scan, &scan->visits[at], proc, what);
		if (error)
			return error;
		late = until_ns != INT64_MAX && clock_monotonic_ns() >= until_ns;
	}
	round->finished = true;
	return 0;
}

/* Those with relations come first, but may not take all the time of the others. */
int scan_slice(struct scan *scan, unsigned what, int64_t until_ns)
{
	int proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	const int64_t now = clock_monotonic_ns();
	int64_t half = until_ns == INT64_MAX ? until_ns : now + (until_ns - now) / 2;
	int error;

	if (proc < 0)
		return -errno;
	error = take_turn(scan, proc, what, half, true);
	if (!error)
		error = take_turn(scan, proc, what, until_ns, false);
	if (!error && !scan->rounds[true].finished && clock_monotonic_ns() < until_ns)
		error = take_turn(scan, proc, what, until_ns, true);
	close(proc);
	return error;
}

int scan_pass(struct scan *scan, unsigned what)
{
	int error;

	scan->rounds[false].finished = scan->rounds[true].finished = true;
	error = scan_begin(scan, what);
	return error ? error : scan_slice(scan, what, INT64_MAX);
}
