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

/*
 * Visit one. One that is gone has no relations, and goes with the next listing; what else happens
 * to one process does not keep us from the others.
 */
static int call_on(struct scan *scan, struct visit *visit, int proc, unsigned what)
{
	int error = visit_process(visit, proc, scan->scope, what);

	visit->due = false;
	return error == -ENOMEM ? error : 0;
}

/*
 * Visit those who are due and had relations, or had none, until `until_ns`, but one at least; the
 * next turn goes on where this one ends. `*left`: time was up before.
 */
static int take_turn(
	struct scan *scan, int proc, unsigned what, int64_t until_ns, bool related, bool *left)
{
	const size_t first = scan->next[related];
	size_t i, at;
	int error = 0;

	*left = false;
	for (i = 0; i < scan->count && !error; i++) {
		at = (first + i) % scan->count;
		if (!scan->visits[at].due || (scan->visits[at].count > 0) != related)
			continue;
		if (*left)
			return 0;
		error = call_on(scan, &scan->visits[at], proc, what);
		scan->next[related] = (at + 1) % scan->count;
		*left = until_ns != INT64_MAX && clock_monotonic_ns() >= until_ns;
	}
	*left = false;
	return error;
}

/* Those with relations come first, but may not take all the time of the others. */
int scan_slice(struct scan *scan, unsigned what, int64_t until_ns)
{
	int proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	const int64_t now = clock_monotonic_ns();
	int64_t half = until_ns == INT64_MAX ? until_ns : now + (until_ns - now) / 2;
	bool left = false, left_others = false;
	int error;

	if (proc < 0)
		return errno == ENOMEM ? -ENOMEM : 0;
	error = take_turn(scan, proc, what, half, true, &left);
	if (!error)
		error = take_turn(scan, proc, what, until_ns, false, &left_others);
	if (!error && left && clock_monotonic_ns() < until_ns)
		error = take_turn(scan, proc, what, until_ns, true, &left);
	close(proc);
	scan->finished = !left && !left_others && !error;
	return error;
}

int scan_pass(struct scan *scan, unsigned what)
{
	int error;

	scan->finished = true;
	error = scan_begin(scan, what);
	return error ? error : scan_slice(scan, what, INT64_MAX);
}
