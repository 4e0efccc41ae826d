#include "ipctop/collect/processes.h"

#include <errno.h>
#include <libproc2/pids.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ipctop/model/column.h"

enum {
	BATCH = 100, /* pids that libproc2 is asked for at once; it takes at most 200 */
	NANOSECONDS = 1000000000,
};

enum {
	ITEM_PID,
	ITEM_GROUP,
	ITEM_COMMAND,
	ITEM_START,
	ITEM_USER,
	ITEM_STATE,
	ITEM_THREADS,
	ITEM_COUNT,
};

static enum pids_item items[ITEM_COUNT] = {
	[ITEM_PID] = PIDS_ID_PID,
	[ITEM_GROUP] = PIDS_ID_TGID,
	[ITEM_COMMAND] = PIDS_CMD,
	[ITEM_START] = PIDS_TICS_BEGAN,
	[ITEM_USER] = PIDS_ID_EUID,
	[ITEM_STATE] = PIDS_STATE,
	[ITEM_THREADS] = PIDS_NLWP,
};

/* Pids that live and were not looked up yet. */
struct batch {
	const char *why_not; /* processes_why_not() */
	unsigned pids[BATCH];
	unsigned count;
};

const char *processes_why_not(const struct collector *collector)
{
	static const char others[] = "/proc is not that of our pid namespace";
	char link[32];
	ssize_t length;

	if (!collector->live)
		return "they are only known of a running system";
	length = readlink("/proc/self", link, sizeof(link) - 1);
	if (length < 0)
		return errno == ENOENT ? "/proc is not there, or not that of our pid namespace"
				       : strerror(errno);
	link[length] = '\0';
	return atol(link) == (long)getpid() ? NULL : others;
}

/* When the machine was started, in seconds since the epoch, by the clock as it is set now. */
static double boot_time(void)
{
	struct timespec now, up;

	clock_gettime(CLOCK_REALTIME, &now);
	clock_gettime(CLOCK_BOOTTIME, &up);
	return (double)(now.tv_sec - up.tv_sec) + (double)(now.tv_nsec - up.tv_nsec) / NANOSECONDS;
}

/* A zombie has ended, and does nothing more; the first thread of a process may be one alone. */
static bool is_zombie(const struct pids_stack *stack)
{
	char state = stack->head[ITEM_STATE].result.s_ch;

	return (state == 'Z' || state == 'X') && stack->head[ITEM_THREADS].result.s_int <= 1;
}

/*
 * Whether it got its files `stat` and `status` as a whole: of what was cut it tells 0, and in place
 * of the command a text of its own, longer than any command.
 */
static bool is_whole(const struct pids_stack *stack)
{
	return stack->head[ITEM_GROUP].result.s_int == stack->head[ITEM_PID].result.s_int &&
		stack->head[ITEM_THREADS].result.s_int > 0 &&
		strcmp(stack->head[ITEM_COMMAND].result.str, "[ duplicate CMD ]") != 0;
}

static int fill(struct snapshot *snapshot, const struct pids_stack *stack, double boot)
{
	/* the macros that read a result changed their arguments in 4.0.5 */
	int32_t pid = stack->head[ITEM_PID].result.s_int;
	const char *command = stack->head[ITEM_COMMAND].result.str;
	double ticks = (double)stack->head[ITEM_START].result.ull_int;
	const struct process *found = process_map_get(&snapshot->processes, pid);
	struct process *process;

	if (!found || !is_whole(stack))
		return 0;
	process = &snapshot->processes.slots[found - snapshot->processes.slots];
	process->start_ticks = stack->head[ITEM_START].result.ull_int;
	process->start = (int64_t)(boot + ticks / (double)sysconf(_SC_CLK_TCK));
	process->uid = stack->head[ITEM_USER].result.u_int;
	process->has_uid = true;
	if (is_zombie(stack))
		process->alive = ALIVE_NO;
	process->command = arena_text(&snapshot->arena, command, strlen(command));
	return process->command ? 0 : -ENOMEM;
}

/* Say once that libproc2 tells nothing: a negative errno. */
static int tell_unread(struct snapshot *snapshot, int error)
{
	if (snapshot->processes.unread)
		return 0;
	snapshot->processes.unread = true;
	return snapshot_note(snapshot, CLASS_PROCESS, false,
		"commands and users of some can't be read: %s", strerror(-error));
}

/* Ask libproc2; what it can't tell stays unknown. */
static int look_up(struct collector *collector, struct snapshot *snapshot, struct batch *batch)
{
	const unsigned count = batch->count;
	struct pids_fetch *fetched;
	double boot = boot_time();
	int error = 0, i;

	batch->count = 0;
	if (count == 0)
		return 0;
	if (!collector->pids)
		error = procps_pids_new(&collector->pids, items, ITEM_COUNT);
	if (error < 0) {
		collector->pids = NULL;
		return tell_unread(snapshot, error);
	}
	errno = ENOMEM;
	fetched = procps_pids_select(collector->pids, batch->pids, (int)count, PIDS_SELECT_PID);
	if (!fetched)
		return tell_unread(snapshot, -errno);
	for (i = 0; i < fetched->counts->total && !error; i++)
		error = fill(snapshot, fetched->stacks[i], boot);
	return error;
}

/* Add a pid, and with `ask` put it into the batch for libproc2, if it lives and was not there yet.
 */
static int add_one(struct collector *collector, struct snapshot *snapshot, int32_t pid,
	struct batch *batch, bool ask)
{
	const struct process *found;
	struct process *process;

	if (pid <= 0)
		return 0;
	found = process_map_get(&snapshot->processes, pid);
	if (found) {
		process = &snapshot->processes.slots[found - snapshot->processes.slots];
	} else {
		process = process_map_add(&snapshot->processes, &snapshot->arena, pid);
		if (!process)
			return -ENOMEM;
		if (!batch->why_not)
			process->alive = kill(pid, 0) < 0 && errno == ESRCH ? ALIVE_NO : ALIVE_YES;
	}
	if (!ask || process->asked)
		return 0;
	process->asked = true;
	if (process->alive != ALIVE_YES)
		return 0;
	batch->pids[batch->count++] = (unsigned)pid;
	return batch->count == BATCH ? look_up(collector, snapshot, batch) : 0;
}

/* Say once that nothing is known of processes. */
static int tell(struct snapshot *snapshot, const struct batch *batch, bool live)
{
	if (!batch->why_not || snapshot->processes.why)
		return 0;
	snapshot->processes.why = batch->why_not;
	if (!live)
		return 0;
	return snapshot_note(snapshot, CLASS_PROCESS, false,
		"their commands, and whether they live, are not known: %s", batch->why_not);
}

int processes_add(
	struct collector *collector, struct snapshot *snapshot, const int32_t *pids, size_t count)
{
	struct batch batch = { .why_not = processes_why_not(collector) };
	int error = 0;
	size_t i;

	for (i = 0; i < count && !error; i++)
		error = add_one(collector, snapshot, pids[i], &batch, true);
	if (!error && count > 0)
		error = tell(snapshot, &batch, collector->live);
	return error ? error : look_up(collector, snapshot, &batch);
}

int processes_add_classes(
	struct collector *collector, struct snapshot *snapshot, unsigned classes, bool ask)
{
	struct batch batch = { .why_not = processes_why_not(collector) };
	int32_t pids[4];
	size_t count, i;
	enum class class;
	struct row row;
	uint32_t at;
	int error = 0;

	for (class = 0; class < CLASS_COUNT; class ++) {
		if (!(classes & class_bit(class)))
			continue;
		for (at = 0; at < snapshot->classes[class].count; at++) {
			row = row_at(snapshot, class, at);
			count = row_pids(&row, pids);
			for (i = 0; i < count && !error; i++)
				error = add_one(collector, snapshot, pids[i], &batch, ask);
		}
	}
	if (!error && ask)
		error = tell(snapshot, &batch, collector->live);
	return error ? error : look_up(collector, snapshot, &batch);
}

void processes_close(struct collector *collector)
{
	if (collector->pids)
		procps_pids_unref(&collector->pids);
}
