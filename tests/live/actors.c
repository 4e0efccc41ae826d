#include "actors.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

#include "actors_private.h"
#include "ipctop/collect/sysv.h"
#include "live.h"

enum { POLL_NS = 1000000, LINE_MOST = 512, VALUES_MOST = 16 };

static struct {
	struct actor actors[ACTORS_MOST];
	struct actor_stage *stages;
	unsigned count;
} cast;

/* Of the security module Yama; 0: everything is allowed. */
static long ptrace_scope(void)
{
	FILE *file = fopen("/proc/sys/kernel/yama/ptrace_scope", "re");
	char text[16] = "0";

	if (file) {
		(void)!fgets(text, sizeof(text), file);
		fclose(file);
	}
	return strtol(text, NULL, 10);
}

int actors_enter(void **state)
{
	const long descendants_only = 1, nobody = 3;

	live_enter(state);
	if (ptrace_scope() >= (space_has_users() ? nobody : descendants_only))
		tap_skip("kernel.yama.ptrace_scope hides what others wait for");
	return 0;
}

/* The steps up to the last, which is one that nothing follows. */
static size_t script_length(const struct act *script)
{
	size_t length = 0;

	while (script[length++].verb > ACT_REPEAT)
		assert_true(length < ACT_STEPS);
	return length;
}

static bool has_thread(const struct act *script, size_t length)
{
	size_t i;

	for (i = 0; i < length; i++) {
		if (script[i].verb == ACT_THREAD)
			return true;
	}
	return false;
}

/* Fail the case where the actor could not do what it was to do. */
static void check_actor(const struct actor *actor)
{
	const struct actor_stage *stage = actor->stage;

	if (stage->error)
		fail_msg("step %d of an actor: %s", stage->failed_step, strerror(stage->error));
}

/* One more look, until `*turns` are too many. */
static void look_again(const struct actor *actor, unsigned *turns, const char *what)
{
	const struct timespec pause = { .tv_nsec = POLL_NS };

	check_actor(actor);
	if (++*turns > (unsigned)ACTORS_WAIT_MS)
		fail_msg("an actor does not %s", what);
	nanosleep(&pause, NULL);
}

static struct actor *new_actor(void)
{
	struct actor *actor = &cast.actors[cast.count];

	space_must_be_private();
	assert_true(cast.count < ACTORS_MOST);
	if (!cast.stages)
		cast.stages = mmap(NULL, ACTORS_MOST * sizeof(*cast.stages), PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(cast.stages, MAP_FAILED);
	*actor = (struct actor){ .stage = &cast.stages[cast.count] };
	memset(actor->stage, 0, sizeof(*actor->stage));
	return actor;
}

struct actor *actors_start(const struct act *script)
{
	size_t length = script_length(script);
	bool thread = has_thread(script, length);
	struct actor *actor = new_actor();
	struct role role = { .stage = actor->stage };
	pid_t test = getpid();
	unsigned turns = 0;

	memcpy(role.script, script, length * sizeof(*script));
	fflush(NULL);
	actor->pid = fork();
	assert_true(actor->pid >= 0);
	if (actor->pid == 0)
		actors_begin(&role, test);
	cast.count++;
	/* where it is another thread, the first one plays up to it */
	while (!actor->stage->tid || (thread && actor->stage->tid == actor->pid))
		look_again(actor, &turns, "begin");
	actor->tid = actor->stage->tid;
	return actor;
}

static void reap(struct actor *actor)
{
	while (waitpid(actor->pid, NULL, 0) < 0 && errno == EINTR)
		continue;
	actor->gone = true;
}

pid_t actors_play(const struct act *script)
{
	struct actor *actor = actors_start(script);
	pid_t pid = actor->pid;

	reap(actor);
	check_actor(actor);
	cast.count--; /* many may come and go */
	return pid;
}

int actors_end(void **state)
{
	unsigned i;

	for (i = 0; i < cast.count; i++) {
		if (cast.actors[i].gone)
			continue;
		kill(cast.actors[i].pid, SIGKILL);
		reap(&cast.actors[i]);
	}
	cast.count = 0;
	return live_clear(state);
}

void actor_kill(struct actor *actor, bool leave)
{
	siginfo_t info;

	kill(actor->pid, SIGKILL);
	if (leave)
		assert_int_equal(waitid(P_PID, (id_t)actor->pid, &info, WEXITED | WNOWAIT), 0);
	else
		reap(actor);
}

void actor_wait_met(struct actor *actor)
{
	unsigned turns = 0;

	while (actor->stage->met == actor->stage->released)
		look_again(actor, &turns, "come to where it is awaited");
}

void actor_release(struct actor *actor)
{
	actor->stage->released++;
}

void actor_wait_staying(const struct actor *actor)
{
	unsigned turns = 0;

	while (!actor->stage->stays)
		look_again(actor, &turns, "come to its end");
}

int actor_id(const struct actor *actor)
{
	return actor->stage->id;
}

unsigned actor_rounds(const struct actor *actor)
{
	check_actor(actor);
	return actor->stage->rounds;
}

int actors_full_queue(key_t key, int mode)
{
	struct msqid_ds ds;
	int queue = world_sized(CLASS_MSG, key, mode, 0);

	assert_int_equal(msgctl(queue, IPC_STAT, &ds), 0);
	ds.msg_qbytes = 100;
	assert_int_equal(msgctl(queue, IPC_SET, &ds), 0);
	world_send(queue, 100);
	return queue;
}

int actors_set(key_t key, int mode, size_t count, const unsigned short *values)
{
	unsigned short own[VALUES_MOST];
	int set = world_sized(CLASS_SEM, key, mode, count);

	assert_true(count <= VALUES_MOST);
	memcpy(own, values, count * sizeof(own[0]));
	assert_int_equal(semctl(set, 0, SETALL, (union semun){ .array = own }), 0);
	return set;
}

/* what /proc says of them */

/* A file of a thread, as one line; empty where there is none. */
static void read_line(char line[LINE_MOST], pid_t pid, pid_t tid, const char *name)
{
	char path[64];
	ssize_t got;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/%s", pid, tid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	got = fd < 0 ? 0 : read(fd, line, LINE_MOST - 1);
	line[got > 0 ? got : 0] = '\0';
	if (fd >= 0)
		close(fd);
}

/* 'S', 'T' …; 0: there is no such thread. */
static char state_of(pid_t pid, pid_t tid)
{
	char line[LINE_MOST];
	const char *end;

	read_line(line, pid, tid, "stat");
	end = strrchr(line, ')');
	return (char)(end && end[1] == ' ' ? end[2] : 0);
}

static bool is_waiting_call(const char *line)
{
	char *end;
	long number = strtol(line, &end, 10);

	if (end == line || *end != ' ')
		return false;
#ifdef SYS_semop
	if (number == SYS_semop)
		return true;
#endif
	return number == SYS_msgsnd || number == SYS_msgrcv || number == SYS_semtimedop ||
		number == INT_80_MSGRCV || number == INT_80_SEMTIMEDOP;
}

/* wchan is "0" where it is not told. */
static bool is_waiting_place(const char *line)
{
	return strcmp(line, "0") == 0 || strstr(line, "msg") || strstr(line, "sem");
}

static void pause_once(unsigned *turns, const char *what, pid_t pid, pid_t tid)
{
	const struct timespec pause = { .tv_nsec = POLL_NS };
	char line[LINE_MOST];

	if (++*turns > (unsigned)ACTORS_WAIT_MS) {
		read_line(line, pid, tid, "syscall");
		fail_msg("thread %d of %d does not %s: %s", tid, pid, what, line);
	}
	nanosleep(&pause, NULL);
}

void actors_wait_blocked(pid_t pid, pid_t tid)
{
	char call[LINE_MOST], place[LINE_MOST];
	unsigned turns = 0;

	for (;;) {
		read_line(call, pid, tid, "syscall");
		read_line(place, pid, tid, "wchan");
		if (state_of(pid, tid) == 'S' && is_waiting_call(call) && is_waiting_place(place))
			return;
		pause_once(&turns, "block", pid, tid);
	}
}

void actor_wait_blocked(const struct actor *actor)
{
	actors_wait_blocked(actor->pid, actor->tid);
	check_actor(actor);
}

void actor_wait_first_ended(const struct actor *actor)
{
	unsigned turns = 0;

	while (state_of(actor->pid, actor->pid) != 'Z')
		pause_once(&turns, "end", actor->pid, actor->pid);
}

static void signal_until(const struct actor *actor, int number, bool stopped)
{
	unsigned turns = 0;

	assert_int_equal(kill(actor->pid, number), 0);
	while ((state_of(actor->pid, actor->tid) == 'T') != stopped)
		pause_once(&turns, stopped ? "stop" : "go on", actor->pid, actor->tid);
}

void actor_stop(const struct actor *actor)
{
	signal_until(actor, SIGSTOP, true);
}

void actor_continue(const struct actor *actor)
{
	signal_until(actor, SIGCONT, false);
}

int actors_deadlock(struct actor *cycle[2])
{
	const unsigned short values[] = { 1, 1 };
	int set = actors_set(IPC_PRIVATE, 0600, 2, values), i;

	for (i = 0; i < 2; i++) {
		cycle[i] = actors_start((struct act[]){ act_semop(set, i, -1, SEM_UNDO), act_meet(),
			act_semop(set, 1 - i, -1, SEM_UNDO), act_exit() });
		actor_wait_met(cycle[i]);
	}
	for (i = 0; i < 2; i++) {
		actor_release(cycle[i]);
		actor_wait_blocked(cycle[i]);
	}
	return set;
}

bool actor_has_threads(const struct actor *actor)
{
	const nlink_t one_thread = 3; /* links of the folder: two, and one a thread */
	char path[64];
	struct stat st;

	snprintf(path, sizeof path, "/proc/%d/task", (int)actor->pid);
	return stat(path, &st) == 0 && st.st_nlink > one_thread;
}
