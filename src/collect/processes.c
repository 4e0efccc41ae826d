#include "ipctop/collect/processes.h"

#include <errno.h>
#include <libproc2/pids.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ipctop/base/file.h"
#include "ipctop/model/column.h"

enum {
	BATCH = 100, /* pids that libproc2 is asked for at once; it takes at most 200 */
	NANOSECONDS = 1000000000,
	STAT_BYTES = 64 * 1024, /* longer than any file stat */
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
	unsigned pids[BATCH];
	unsigned count;
};

static const char *why_not(const struct collector *collector)
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

const char *processes_why_not(const struct collector *collector, struct snapshot *snapshot)
{
	struct process_map *processes = &snapshot->processes;

	if (!processes->begun)
		processes->why = why_not(collector);
	processes->begun = true;
	return processes->why;
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
	return stack->head[ITEM_GROUP].result.s_int > 0 &&
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
	if (stack->head[ITEM_GROUP].result.s_int != pid) {
		process->alive = ALIVE_NO; /* a thread has its number now */
		return 0;
	}
	process->start_ticks = stack->head[ITEM_START].result.ull_int;
	process->start = (int64_t)(boot + ticks / (double)sysconf(_SC_CLK_TCK));
	process->uid = stack->head[ITEM_USER].result.u_int;
	process->has_uid = true;
	if (is_zombie(stack))
		process->alive = ALIVE_NO;
	process->command = arena_text(&snapshot->arena, command, strlen(command));
	return process->command ? 0 : -ENOMEM;
}

/* Say once that not all was told: a negative errno. */
static int tell_unread(struct snapshot *snapshot, int error)
{
	if (snapshot->processes.error)
		return 0;
	snapshot->processes.error = error;
	return snapshot_note(snapshot, CLASS_PROCESS, NOTE_HINT,
		"commands and users of some can't be read: %s", strerror(-error));
}

/* Ask libproc2, which says nothing of what it can't tell. */
static int ask(struct collector *collector, struct snapshot *snapshot, struct batch *batch)
{
	struct pids_fetch *fetched;
	double boot = boot_time();
	int error = 0, i;

	if (!collector->pids)
		error = procps_pids_new(&collector->pids, items, ITEM_COUNT);
	if (error < 0) {
		collector->pids = NULL;
		return tell_unread(snapshot, error);
	}
	errno = ENOMEM;
	fetched = procps_pids_select(
		collector->pids, batch->pids, (int)batch->count, PIDS_SELECT_PID);
	if (!fetched)
		return tell_unread(snapshot, -errno);
	for (i = 0; i < fetched->counts->total && !error; i++)
		error = fill(snapshot, fetched->stacks[i], boot);
	return error;
}

/* Keep in the batch who was not told of, and lives. */
static void keep_untold(struct snapshot *snapshot, struct batch *batch)
{
	const struct process *found;
	unsigned kept = 0, i;

	for (i = 0; i < batch->count; i++) {
		found = process_map_get(&snapshot->processes, (int32_t)batch->pids[i]);
		if (!found || found->start || found->alive != ALIVE_YES)
			continue;
		if (kill(found->pid, 0) < 0 && errno == ESRCH)
			snapshot->processes.slots[found - snapshot->processes.slots].alive =
				ALIVE_NO;
		else
			batch->pids[kept++] = batch->pids[i];
	}
	batch->count = kept;
}

/* Why the files of a process that lives were not read: 0 where they are not ours to read. */
static int why_untold(unsigned pid)
{
	struct buf text = { 0 };
	char path[32];
	int error;

	snprintf(path, sizeof(path), "/proc/%u/stat", pid);
	error = file_read(path, &text, STAT_BYTES);
	buf_free(&text);
	if (error == -EACCES || error == -EPERM || error == -ENOENT)
		return 0; /* hidepid (proc(5)) */
	return error ? error : -EIO;
}

/* Ask of all in the batch, and again of whom nothing was told; what can't be told stays unknown. */
static int look_up(struct collector *collector, struct snapshot *snapshot, struct batch *batch)
{
	int error = 0, turn;

	for (turn = 0; turn < 2 && batch->count > 0 && !error; turn++) {
		error = ask(collector, snapshot, batch);
		keep_untold(snapshot, batch);
	}
	if (!error && batch->count > 0 && !snapshot->processes.error) {
		error = why_untold(batch->pids[0]);
		error = error ? tell_unread(snapshot, error) : 0;
	}
	batch->count = 0;
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
		if (!snapshot->processes.why)
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

/* Say once that nothing is known of processes, where any was asked for. */
static int tell(struct snapshot *snapshot, bool live)
{
	struct process_map *processes = &snapshot->processes;

	if (!processes->why || processes->told || processes->used == 0 || !live)
		return 0;
	processes->told = true;
	return snapshot_note(snapshot, CLASS_PROCESS, NOTE_HINT,
		"their commands, and whether they live, are not known: %s", processes->why);
}

int processes_add(
	struct collector *collector, struct snapshot *snapshot, const int32_t *pids, size_t count)
{
	struct batch batch = { .count = 0 };
	int error = 0;
	size_t i;

	processes_why_not(collector, snapshot);
	for (i = 0; i < count && !error; i++)
		error = add_one(collector, snapshot, pids[i], &batch, true);
	if (!error)
		error = tell(snapshot, collector->live);
	return error ? error : look_up(collector, snapshot, &batch);
}

int processes_add_classes(
	struct collector *collector, struct snapshot *snapshot, unsigned classes, bool ask)
{
	struct batch batch = { .count = 0 };
	int32_t pids[4];
	size_t count, i;
	enum class class;
	struct row row;
	uint32_t at;
	int error = 0;

	processes_why_not(collector, snapshot);
	for (class = 0; class < CLASS_COUNT && !error; class ++) {
		if (!(classes & class_bit(class)))
			continue;
		for (at = 0; at < snapshot->classes[class].count; at++) {
			row = row_at(snapshot, class, at);
			count = row_pids(&row, pids);
			for (i = 0; i < count && !error; i++)
				error = add_one(collector, snapshot, pids[i], &batch, ask);
		}
	}
	if (!error)
		error = tell(snapshot, collector->live);
	return error ? error : look_up(collector, snapshot, &batch);
}

void processes_close(struct collector *collector)
{
	if (collector->pids)
		procps_pids_unref(&collector->pids);
}
