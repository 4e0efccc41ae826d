#include "parts.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "ipctop/collect/scan.h"
#include "ipctop/model/snapshot.h"
#include "measure.h"
#include "players.h"

enum { LINE_BYTES = 256 }; /* of a file syscall */

static struct scan *scan;

static void read_and_forget(int folder, const char *path)
{
	int fd = openat(folder, path, O_RDONLY | O_CLOEXEC);
	char line[LINE_BYTES];

	if (fd < 0)
		return;
	if (read(fd, line, sizeof(line)) < 0)
		errno = 0; /* it has ended */
	close(fd);
}

static void pass(unsigned what)
{
	int error = scan_pass(scan, what);

	if (error) {
		errno = -error;
		measure_die("scan");
	}
}

static void pass_for_holders(void)
{
	pass(COST_HOLDERS);
}

static void pass_for_waiters(void)
{
	pass(COST_WAITERS);
}

/* Read the files syscall of all threads of a process. */
static void read_tasks(int process)
{
	char path[300];
	int tasks = openat(process, "task", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *folder = tasks < 0 ? NULL : fdopendir(tasks);
	const struct dirent *entry;

	while (folder && (entry = readdir(folder)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/syscall", entry->d_name);
		read_and_forget(tasks, path);
	}
	if (folder)
		closedir(folder);
	else if (tasks >= 0)
		close(tasks);
}

/* The least that anybody does who wants to know where threads are blocked: read, and forget. */
static void read_all_calls(void)
{
	DIR *proc = opendir("/proc");
	const struct dirent *entry;
	int process;

	if (!proc)
		measure_die("/proc");
	while ((entry = readdir(proc)) != NULL) {
		if (entry->d_name[0] < '1' || entry->d_name[0] > '9')
			continue;
		process = openat(dirfd(proc), entry->d_name, O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (process < 0)
			continue;
		read_tasks(process);
		close(process);
	}
	closedir(proc);
}

/* A pass that finds too little is soon done: what it found has to be what we set up. */
static void check(const char *name, enum relation_type type, int expected)
{
	const struct visit *visit;
	int found = 0;
	size_t i;

	for (visit = scan->visits; visit < scan->visits + scan->count; visit++) {
		for (i = 0; i < visit->count; i++)
			found += visit->relation[i].type == type;
	}
	if (found != expected)
		fprintf(stderr, "bench: %s: found %d, not %d\n", name, found, expected);
}

/* Whether the kernel has PROCMAP_QUERY (6.11), whose name older headers lack. */
static bool has_query(void)
{
	uint64_t query[13] = { sizeof(query), 0x10 }; /* the first mapping there is */
	int fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
	bool works = fd >= 0 && ioctl(fd, _IOWR('f', 17, query), query) == 0;

	if (fd >= 0)
		close(fd);
	return works;
}

static void compare_all(int of_role)
{
	/* 2: some were not to be read, or gone */
	static const struct work grep = { "grep -l SYSV /proc/*/maps",
		"grep -ls SYSV /proc/[0-9]*/maps || test $? -eq 2", NULL, "grep" };
	static const struct work reads = { "read /proc/*/task/*/syscall", NULL, read_all_calls,
		NULL };

	measure_compare(&(struct work){ "scan for holders", NULL, pass_for_holders, NULL }, &grep,
		has_query() ? 0.5 : 1.0);
	check("scan for holders", RELATION_HOLDER, of_role * PLAYERS_SEGMENTS);
	measure_compare(
		&(struct work){ "scan for waiters", NULL, pass_for_waiters, NULL }, &reads, 2.0);
	check("scan for waiters", RELATION_WAITER, 2 * of_role);
}

void bench_scan(void)
{
	static const int counts[] = { 10, PLAYERS_MAX };
	size_t i;

	measure_part("a pass over all processes");
	for (i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		scan = scan_new();
		if (!scan)
			measure_die("scan");
		measure_at("%d processes", counts[i]);
		players_start(counts[i]);
		compare_all(counts[i] / PLAYERS_OF_ROLE);
		players_end();
		scan_free(scan);
		scan = NULL;
	}
}
