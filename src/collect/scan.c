#include "ipctop/collect/scan.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
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

/* All processes in /proc, in the order of pid, none visited yet. NULL and errno: none. */
static struct visit *list_processes(size_t *count)
{
	DIR *folder = opendir("/proc");
	struct visit *visits = NULL, *larger;
	const struct dirent *entry;
	size_t room = 0;

	*count = 0;
	while (folder && (entry = readdir(folder)) != NULL) {
		if (entry->d_name[0] < '1' || entry->d_name[0] > '9')
			continue;
		if (*count == room) {
			room = room ? room * 2 : 512;
			larger = realloc(visits, room * sizeof(*visits));
			if (!larger)
				break;
			visits = larger;
		}
		visits[(*count)++] = (struct visit){
			.pid = (int32_t)strtol(entry->d_name, NULL, 10),
			.due = true,
		};
	}
	if (folder)
		closedir(folder);
	if (visits)
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
	scan->visits = visits;
	scan->count = count;
}

const struct visit *scan_find(const struct scan *scan, int32_t pid)
{
	const struct visit key = { .pid = pid };

	if (!scan)
		return NULL;
	return bsearch(&key, scan->visits, scan->count, sizeof(key), by_pid);
}

/* Process 1 is always there; where it is not shown, others are not either. */
static bool hides_processes(const struct scan *scan)
{
	return scan->count > 0 && scan->visits[0].pid != 1 && (kill(1, 0) == 0 || errno == EPERM);
}

int scan_begin(struct scan *scan, unsigned what)
{
	struct visit *visit, *visits;
	size_t count;

	visits = list_processes(&count);
	if (!visits)
		return errno ? -errno : -ENOENT;
	take_over(scan, visits, count);
	scan->scope = sysv_scope();
	scan->hidden_processes = hides_processes(scan);
	for (visit = scan->visits; visit < scan->visits + scan->count; visit++)
		visit->due |= scan->finished || visit->count > 0 || (what & ~visit->what);
	scan->finished = scan->count == 0;
	return 0;
}

/* Visit one; a process that is gone has no relations, and goes with the next listing. */
static int call_on(struct scan *scan, struct visit *visit, int proc, unsigned what)
{
	int error = visit_process(visit, proc, scan->scope, what);

	visit->due = false;
	return error == -ESRCH ? 0 : error;
}

/* Visit those who are due and had relations, or had none. */
static int call_on_all(
	struct scan *scan, int proc, unsigned what, int64_t until_ns, bool related, bool *in_time)
{
	const size_t first = related ? 0 : scan->next;
	size_t i, at;
	int error = 0;

	for (i = 0; i < scan->count && *in_time && !error; i++) {
		at = (first + i) % scan->count;
		if (!scan->visits[at].due || (scan->visits[at].count > 0) != related)
			continue;
		error = call_on(scan, &scan->visits[at], proc, what);
		if (!related && until_ns != INT64_MAX)
			scan->next = (at + 1) % scan->count;
		*in_time = until_ns == INT64_MAX || clock_monotonic_ns() < until_ns;
	}
	return error;
}

int scan_slice(struct scan *scan, unsigned what, int64_t until_ns)
{
	int proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	bool in_time = true;
	int error;

	if (proc < 0)
		return errno == ENOMEM ? -ENOMEM : 0;
	error = call_on_all(scan, proc, what, until_ns, true, &in_time);
	if (!error)
		error = call_on_all(scan, proc, what, until_ns, false, &in_time);
	close(proc);
	scan->finished = in_time && !error;
	return error;
}

int scan_pass(struct scan *scan, unsigned what)
{
	int error;

	scan->finished = true;
	error = scan_begin(scan, what);
	return error ? error : scan_slice(scan, what, INT64_MAX);
}
