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

static int by_number(const void *left, const void *right)
{
	int32_t a = *(const int32_t *)left, b = *(const int32_t *)right;

	return (a > b) - (a < b);
}

/* All pids in /proc, in order. Their number, or a negative errno. */
static ssize_t list_pids(int32_t **pids)
{
	DIR *folder = opendir("/proc");
	const struct dirent *entry;
	size_t count = 0, room = 0;
	int32_t *larger;

	*pids = NULL;
	if (!folder)
		return -errno;
	while ((entry = readdir(folder)) != NULL) {
		if (entry->d_name[0] < '1' || entry->d_name[0] > '9')
			continue;
		if (count == room) {
			room = room ? room * 2 : 1024;
			larger = realloc(*pids, room * sizeof(**pids));
			if (!larger) {
				closedir(folder);
				free(*pids);
				return -ENOMEM;
			}
			*pids = larger;
		}
		(*pids)[count++] = (int32_t)strtol(entry->d_name, NULL, 10);
	}
	closedir(folder);
	if (count > 0)
		qsort(*pids, count, sizeof(**pids), by_number);
	return (ssize_t)count;
}

/* Take over what is known of those that are still there. */
static int merge(struct scan *scan, const int32_t *pids, size_t count)
{
	struct visit *visits = calloc(count + 1, sizeof(*visits));
	size_t old = 0, i;

	if (!visits)
		return -ENOMEM;
	for (i = 0; i < count; i++) {
		while (old < scan->count && scan->visits[old].pid < pids[i])
			visit_free(&scan->visits[old++]);
		if (old < scan->count && scan->visits[old].pid == pids[i])
			visits[i] = scan->visits[old++];
		else
			visits[i] = (struct visit){ .pid = pids[i], .due = true };
	}
	while (old < scan->count)
		visit_free(&scan->visits[old++]);
	free(scan->visits);
	scan->visits = visits;
	scan->count = count;
	return 0;
}

/* Process 1 is always there; where it is not shown, others are not either. */
static bool hides_processes(const struct scan *scan)
{
	return scan->count > 0 && scan->visits[0].pid != 1 && (kill(1, 0) == 0 || errno == EPERM);
}

int scan_begin(struct scan *scan, unsigned what)
{
	struct visit *visit;
	int32_t *pids;
	ssize_t count = list_pids(&pids);
	int error;

	if (count < 0)
		return (int)count;
	error = merge(scan, pids, (size_t)count);
	free(pids);
	if (error)
		return error;
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
