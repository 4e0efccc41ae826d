/*
 * picture_world COMMAND [ARGUMENT...]: run a command among the IPC objects of a made-up host.
 *
 * The objects belong to processes with names, pids and accounts of their own, as far as the
 * namespaces and the accounts of this machine allow. Some processes are gone by the time that the
 * command runs, and some stand still until it ends. $PICTURE_HOST is the IPC namespace, as
 * readlink(1) prints it, in which nothing may be made. Exits as the command does.
 */
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NOT_STARTED = 127, FAILED = 1, KIB = 1024, MIB = 1024 * KIB, MESSAGE_MAX = 1024 };

/* Objects that are alike, of one process. */
struct segments {
	size_t count;
	key_t key;
	size_t size; /* bytes; 0 ends a list */
	size_t touched; /* bytes that are resident in the first one, and half in each one after it
			 */
	int attached; /* how often */
	bool doomed; /* goes with its last detach */
};

struct sets {
	size_t count;
	key_t key; /* of the first; each one after it has the next */
	int semaphores;
};

struct queue {
	key_t key; /* 0 ends a list */
	int messages;
	size_t size; /* bytes of each */
};

struct process {
	pid_t pid;
	const char *account;
	const char *command;
	bool gone;
	struct segments segments[3];
	struct sets sets;
	struct queue queues[3];
};

/* clang-format off */
static const struct process processes[] = {
	{ 671, "root", "/usr/sbin/feedd", false,
		.segments = { { 1, 0x46454544, 512 * KIB, 512 * KIB, 1, false } },
		.queues = { { 0x46454544, 214, 64 }, { 0x46454545, 12, 48 } } },
	{ 812, "postgres", "/usr/lib/postgresql/15/bin/postgres", false,
		.segments = { { 1, 0x0052e2c1, 144 * MIB, 24 * MIB, 7, false } },
		.sets = { 8, 0x0052e2c1, 17 } },
	{ 1290, "proxy", "/usr/sbin/squid", false,
		.segments = { { 1, 0x00053514, 4 * MIB, 300 * KIB, 2, false } },
		.queues = { { 0x00053514, 3, 40 }, { 0x00053515, 0, 0 } } },
	{ 4120, "www-data", "/usr/sbin/apache2", true,
		.segments = { { 8, IPC_PRIVATE, 16 * MIB, 2 * MIB, 0, false } },
		.sets = { 64, IPC_PRIVATE, 1 } },
	{ 4121, "www-data", "/usr/sbin/apache2", true,
		.segments = { { 6, IPC_PRIVATE, 8 * MIB, 1 * MIB, 0, false } },
		.sets = { 28, IPC_PRIVATE, 1 } },
	{ 5301, "www-data", "/usr/sbin/apache2", false,
		.segments = { { 1, IPC_PRIVATE, 64 * MIB, 3 * MIB, 1, true },
			{ 1, IPC_PRIVATE, 16 * MIB, 2 * MIB, 1, true } },
		.sets = { 1, IPC_PRIVATE, 3 } },
};
/* clang-format on */

enum { PROCESSES = sizeof(processes) / sizeof(processes[0]) };

static const char which_process[] = "PICTURE_PROCESS";

static void die(const char *what)
{
	fprintf(stderr, "picture_world: %s: %s\n", what, strerror(errno));
	exit(FAILED);
}

/* The process of the host that never was; nothing of this runs in the namespace of the host. */

static void make_segment(const struct segments *like, size_t touched)
{
	int id = shmget(like->key, like->size, IPC_CREAT | 0600);
	char *at = id < 0 ? (void *)-1 : shmat(id, NULL, 0);

	if (at == (void *)-1)
		die("segment");
	memset(at, 1, touched);
	for (int i = 1; i < like->attached; i++)
		shmat(id, NULL, 0);
	if (like->doomed)
		shmctl(id, IPC_RMID, NULL);
	if (like->attached == 0)
		shmdt(at);
}

static void make_queue(const struct queue *like)
{
	struct {
		long type;
		char text[MESSAGE_MAX];
	} message = { .type = 1 };
	int id = msgget(like->key, IPC_CREAT | 0660);

	if (id < 0)
		die("queue");
	/* one message that was received, so that there is a receiver */
	for (int i = 0; i <= like->messages; i++) {
		message.type = 1 + i % 3;
		snprintf(message.text, sizeof(message.text),
			"fetch feed=%d url=https://feeds.example.org/%d.xml", 70 + i % 9, 1000 + i);
		if (msgsnd(id, &message, like->size, IPC_NOWAIT) < 0)
			die("message");
		if (i == 0 && msgrcv(id, &message, like->size, 0, IPC_NOWAIT) < 0)
			die("message");
	}
}

static void make_objects(const struct process *process)
{
	const struct sets *sets = &process->sets;

	for (const struct segments *like = process->segments; like->size > 0; like++)
		for (size_t i = 0; i < like->count; i++)
			make_segment(like, like->touched / (i + 1));
	for (size_t i = 0; i < sets->count; i++) {
		key_t key = sets->key == IPC_PRIVATE ? IPC_PRIVATE : sets->key + (key_t)i;

		int id = semget(key, sets->semaphores, IPC_CREAT | 0600);

		if (id < 0 || semop(id, &(struct sembuf){ .sem_op = 1 }, 1) < 0)
			die("set");
	}
	for (const struct queue *like = process->queues; like->key != 0; like++)
		make_queue(like);
}

/* Where the account is missing, or is none that we may be, we stay who we are. */
static void become(const char *account)
{
	const struct passwd *entry = getpwnam(account);

	if (!entry || setresgid(entry->pw_gid, entry->pw_gid, entry->pw_gid) < 0)
		return;
	if (setresuid(entry->pw_uid, entry->pw_uid, entry->pw_uid) < 0)
		return;
}

/* Returns where it is to end; else it stands still, which tells the parent that all is there. */
static void live(const struct process *process)
{
	pid_t parent = getppid();

	become(process->account);
	prctl(PR_SET_NAME, strrchr(process->command, '/') + 1);
	prctl(PR_SET_PDEATHSIG, SIGKILL); /* after the change of ids, which undoes it */
	if (getppid() != parent)
		return;
	make_objects(process);
	if (!process->gone)
		raise(SIGSTOP);
}

/* The host */

static void must_be_private(void)
{
	const char *host = getenv("PICTURE_HOST");
	char here[64] = "";

	if (host && *host && readlink("/proc/self/ns/ipc", here, sizeof(here) - 1) > 0 &&
		strcmp(here, host) != 0)
		return;
	fprintf(stderr, "picture_world: this is no private IPC namespace\n");
	exit(FAILED);
}

/* What is set is for show, and may fail. */
static void set(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	if (write(fd, text, strlen(text)) < 0)
		errno = 0;
	close(fd);
}

static void start(size_t which)
{
	const struct process *process = &processes[which];
	char *argv[] = { strdup(process->command), NULL };
	char number[24];
	int status = 0;
	pid_t pid;

	snprintf(number, sizeof(number), "%d", (int)process->pid - 1);
	set("/proc/sys/kernel/ns_last_pid", number);
	pid = fork();
	if (pid == 0) {
		snprintf(number, sizeof(number), "%zu", which);
		setenv(which_process, number, 1);
		execv("/proc/self/exe", argv);
		_exit(NOT_STARTED);
	}
	free(argv[0]);
	if (pid < 0 || waitpid(pid, &status, WUNTRACED) < 0)
		die(process->command);
	if (WIFSTOPPED(status) ? process->gone : status != 0 || !process->gone) {
		fprintf(stderr, "picture_world: %s failed\n", process->command);
		exit(FAILED);
	}
}

int main(int argc, char **argv)
{
	const char *which = getenv(which_process);
	int status = 0;
	pid_t pid;

	must_be_private();
	if (which) {
		live(&processes[strtoul(which, NULL, 10) % PROCESSES]);
		return 0;
	}
	if (argc < 2) {
		fprintf(stderr, "usage: picture_world COMMAND [ARGUMENT...]\n");
		return FAILED;
	}
	/* as many sets as older kernels had room for, of which the web server has left many */
	set("/proc/sys/kernel/sem", "32000 1024000000 500 128");
	for (size_t i = 0; i < PROCESSES; i++)
		start(i);
	pid = fork();
	if (pid == 0) {
		execvp(argv[1], argv + 1);
		fprintf(stderr, "picture_world: %s: %s\n", argv[1], strerror(errno));
		_exit(NOT_STARTED);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		die(argv[1]);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
