#include "players.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "measure.h"

enum {
	SEGMENTS = PLAYERS_SEGMENTS,
	LINE_BYTES = 256, /* of a file syscall */
	START_SECONDS = 20, /* after which we no longer believe that they start */
	POLL_US = 1000,
};

/* Every tenth process is of the same role: they are spread over all that is visited. */
enum role { ROLE_HOLD, ROLE_SEMOP, ROLE_MSGRCV, ROLE_PAUSE };

/* What is there to be found, and in the end to be taken away. */
static struct {
	pid_t pids[PLAYERS_MAX], owner;
	int started;
	int segments[SEGMENTS], set, queue; /* ids, -1: none */
} world;

static char player[PATH_MAX];

static enum role role_of(int number)
{
	return number % 10 < ROLE_PAUSE ? (enum role)(number % 10) : ROLE_PAUSE;
}

/* The arguments of the program that plays a role. */
struct arguments {
	char id[SEGMENTS][16];
	char *list[SEGMENTS + 3];
};

static void add_id(struct arguments *arguments, int number, int id)
{
	snprintf(arguments->id[number], sizeof(arguments->id[number]), "%d", id);
	arguments->list[2 + number] = arguments->id[number];
}

static void set_arguments(struct arguments *arguments, enum role role)
{
	static char *const words[] = {
		[ROLE_HOLD] = "hold",
		[ROLE_SEMOP] = "semop",
		[ROLE_MSGRCV] = "msgrcv",
		[ROLE_PAUSE] = "pause",
	};
	int i;

	arguments->list[0] = "player";
	arguments->list[1] = words[role];
	for (i = 0; role == ROLE_HOLD && i < SEGMENTS; i++)
		add_id(arguments, i, world.segments[i]);
	if (role == ROLE_SEMOP || role == ROLE_MSGRCV)
		add_id(arguments, 0, role == ROLE_SEMOP ? world.set : world.queue);
}

/* What a child does till it is killed. */
__attribute__((noreturn)) static void play(enum role role, pid_t parent)
{
	struct arguments arguments = { 0 };

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	set_arguments(&arguments, role);
	execv(player, arguments.list);
	_exit(1);
}

/* The program beside this one. */
static void find_player(void)
{
	ssize_t length = readlink("/proc/self/exe", player, sizeof(player) - 1);
	char *name;

	player[length > 0 ? length : 0] = '\0';
	name = strrchr(player, '/');
	if (!name || (size_t)(name - player) > sizeof(player) - sizeof("/player"))
		measure_die("the path of this program");
	strcpy(name, "/player");
	if (access(player, X_OK) < 0)
		measure_die(player);
}

static void end_processes(void)
{
	int i;

	if (getpid() != world.owner)
		return; /* a child that came here by exit(3) */
	for (i = 0; i < world.started; i++)
		kill(world.pids[i], SIGKILL);
	for (i = 0; i < world.started; i++) {
		while (waitpid(world.pids[i], NULL, 0) < 0 && errno == EINTR)
			continue;
	}
	world.started = 0;
}

static void remove_objects(void)
{
	int i;

	for (i = 0; i < SEGMENTS; i++)
		shmctl(world.segments[i], IPC_RMID, NULL);
	semctl(world.set, 0, IPC_RMID);
	msgctl(world.queue, IPC_RMID, NULL);
}

static void make_objects(void)
{
	int i;

	for (i = 0; i < SEGMENTS; i++) {
		world.segments[i] = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600);
		if (world.segments[i] < 0)
			measure_die("shmget");
	}
	world.set = semget(IPC_PRIVATE, 1, IPC_CREAT | 0600);
	if (world.set < 0)
		measure_die("semget");
	world.queue = msgget(IPC_PRIVATE, IPC_CREAT | 0600);
	if (world.queue < 0)
		measure_die("msgget");
}

static void start_processes(int count)
{
	pid_t pid;

	if (!world.owner)
		atexit(end_processes); /* also where something dies in between */
	find_player();
	world.owner = getpid();
	fflush(stdout);
	while (world.started < count) {
		pid = fork();
		if (pid < 0)
			measure_die("fork");
		if (pid == 0)
			play(role_of(world.started), world.owner);
		world.pids[world.started++] = pid;
	}
}

static ssize_t read_once(int folder, const char *path, char line[LINE_BYTES])
{
	int fd = openat(folder, path, O_RDONLY | O_CLOEXEC);
	ssize_t length;

	if (fd < 0)
		return -1;
	length = read(fd, line, LINE_BYTES - 1);
	close(fd);
	line[length > 0 ? length : 0] = '\0';
	return length;
}

/* Whether the process is where it is to stay. */
static bool is_settled(int number)
{
	enum role role = role_of(number);
	char path[64], line[LINE_BYTES];
	long call;
	char *end;

	snprintf(path, sizeof(path), "/proc/%d/syscall", (int)world.pids[number]);
	if (read_once(AT_FDCWD, path, line) <= 0)
		return false;
	call = strtol(line, &end, 10);
	if (end == line || call < 0) /* it runs */
		return false;
	if (role == ROLE_SEMOP)
		return call == SYS_semtimedop || call == SYS_semop;
	if (role == ROLE_MSGRCV)
		return call == SYS_msgrcv;
#ifdef SYS_pause
	if (call == SYS_pause)
		return true;
#endif
	return call == SYS_ppoll || call == SYS_rt_sigsuspend;
}

static void wait_till_settled(void)
{
	double end = measure_now() + START_SECONDS;
	int i;

	for (i = 0; i < world.started; i++) {
		while (!is_settled(i)) {
			if (measure_now() > end) {
				fprintf(stderr, "bench: process %d is not ready\n", i);
				exit(1);
			}
			usleep(POLL_US);
		}
	}
}

void players_start(int count)
{
	make_objects();
	start_processes(count);
	wait_till_settled();
}

void players_end(void)
{
	end_processes();
	remove_objects();
}
