/* Between two snapshots no descriptor is kept, and a namespace that we left can vanish. */
#include "live.h"

#include <dirent.h>
#include <sched.h>
#include <sys/wait.h>
#include <time.h>

enum {
	NAMES_BYTES = 4096,
	SPACES = 12, /* namespaces that are entered, one after the other */
	ALLOWED = 3, /* of these at the same time */
	DEADLINE = 1000, /* tries, of 10 ms */
	TRY_NS = 10 * 1000 * 1000,
	UNSUPPORTED = 77,
};

/* "0 -> /dev/null" and so on of each open descriptor. */
static void list_descriptors(char names[NAMES_BYTES])
{
	DIR *folder = opendir("/proc/self/fd");
	const struct dirent *entry;
	char target[256];
	size_t used = 0;
	ssize_t length;

	assert_non_null(folder);
	while ((entry = readdir(folder)) != NULL) {
		if (entry->d_name[0] == '.' || atoi(entry->d_name) == dirfd(folder))
			continue;
		length = readlinkat(dirfd(folder), entry->d_name, target, sizeof(target) - 1);
		assert_true(length >= 0);
		target[length] = '\0';
		used += (size_t)snprintf(
			names + used, NAMES_BYTES - used, "%s -> %s\n", entry->d_name, target);
		assert_true(used < NAMES_BYTES);
	}
	closedir(folder);
}

static struct snapshot *read_all(struct collector *collector)
{
	struct needs needs = {
		.classes = class_set(CLASS_IPC) | class_bit(CLASS_LIMIT),
		.cost = COST_RESIDENT | COST_USER | COST_GROUP | COST_PROCESS,
		.all_pids = class_set(CLASS_IPC),
	};
	struct snapshot *snapshot;

	assert_int_equal(collector_run(collector, &needs, &snapshot), 0);
	return snapshot;
}

static void no_descriptor_is_kept(void **state)
{
	struct collector *collector = collector_new(NULL);
	char before[NAMES_BYTES], after[NAMES_BYTES];
	struct snapshot *snapshot;
	unsigned kind;
	int turn;

	(void)state;
	for (kind = 0; kind <= CLASS_SHM; kind++)
		world_object(kind, IPC_PRIVATE, 0600);
	list_descriptors(before);
	for (turn = 0; turn < 3; turn++) {
		if (turn == 2)
			collector->serves[CLASS_MSG] = collector->serves[CLASS_SEM] = SERVES_NO;
		snapshot = read_all(collector);
		/* the creator is looked up, which is us */
		assert_non_null(process_map_get(&snapshot->processes, getpid()));
		assert_int_equal(process_map_get(&snapshot->processes, getpid())->alive, ALIVE_YES);
		snapshot_unref(snapshot);
		list_descriptors(after);
		assert_string_equal(before, after);
	}
	collector_free(collector);
}

/* Where only a few namespaces may be at the same time, those that we left must be gone. */
static int visit_many(void)
{
	const struct timespec pause = { .tv_nsec = TRY_NS };
	struct collector *collector;
	struct snapshot *kept = NULL;
	int visit, try;
	char allowed[16];

	snprintf(allowed, sizeof(allowed), "%d", ALLOWED);
	if (unshare(CLONE_NEWUSER) < 0 ||
		space_write("/proc/sys/user/max_ipc_namespaces", allowed) < 0)
		return UNSUPPORTED;
	collector = collector_new(NULL);
	for (visit = 0; visit < SPACES; visit++) {
		for (try = 0; unshare(CLONE_NEWIPC) < 0; try++) {
			if (errno != ENOSPC || try == DEADLINE)
				return 1;
			nanosleep(&pause, NULL); /* the kernel clears away behind our back */
		}
		world_object(CLASS_SHM, IPC_PRIVATE, 0600);
		snapshot_unref(kept);
		kept = read_all(collector); /* a snapshot that is still shown pins nothing either */
	}
	snapshot_unref(kept);
	collector_free(collector);
	return 0;
}

static void no_namespace_is_pinned(void **state)
{
	pid_t pid;
	int status;

	(void)state;
	fflush(NULL);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		_exit(visit_many());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == UNSUPPORTED)
		tap_skip("the number of namespaces can't be limited here");
	assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(no_descriptor_is_kept),
		cmocka_unit_test(no_namespace_is_pinned),
	};

	return tap_run(cases, sizeof(cases) / sizeof(cases[0]), live_enter, NULL);
}
