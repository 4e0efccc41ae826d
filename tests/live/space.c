#include "space.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { POLL_NS = 5 * 1000 * 1000 };

static struct {
	ino_t host; /* of the namespace that the program was started in; 0: not entered */
	bool has_users;
} space;

static ino_t namespace_inode(void)
{
	struct stat st;

	return stat("/proc/self/ns/ipc", &st) == 0 ? st.st_ino : 0;
}

void space_must_be_private(void)
{
	ino_t here = namespace_inode();

	if (space.host != 0 && here != 0 && here != space.host)
		return;
	fprintf(stderr, "a test was about to touch the IPC objects of the host\n");
	abort();
}

bool space_has_users(void)
{
	return space.has_users;
}

int space_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), error = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		error = -errno;
	close(fd);
	return error;
}

/* Our own ids stay what they are, so that the program meets a plain user without capabilities. */
static int enter_as_user(char *reason)
{
	uid_t uid = geteuid();
	gid_t gid = getegid();
	char users[64], groups[64];

	if (unshare(CLONE_NEWUSER | CLONE_NEWIPC) < 0) {
		snprintf(reason, SPACE_REASON, "no private IPC namespace: unshare(2): %s",
			strerror(errno));
		return -1;
	}
	snprintf(users, sizeof(users), "%u %u 1\n", (unsigned)uid, (unsigned)uid);
	snprintf(groups, sizeof(groups), "%u %u 1\n", (unsigned)gid, (unsigned)gid);
	if (space_write("/proc/self/uid_map", users) < 0 ||
		space_write("/proc/self/setgroups", "deny") < 0 ||
		space_write("/proc/self/gid_map", groups) < 0) {
		snprintf(reason, SPACE_REASON, "no private IPC namespace: ids can't be mapped");
		return -1;
	}
	return 0;
}

int space_private_mounts(void)
{
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return -errno;
	return 0;
}

/* The host's log is no place for what happens to objects that nobody else sees. */
static void hide_log(void)
{
	if (access("/dev/log", F_OK) == 0 && space_private_mounts() == 0 &&
		mount("/dev/null", "/dev/log", NULL, MS_BIND, NULL) < 0)
		fprintf(stderr, "# removals are told to the log of the host\n");
}

int space_enter(char reason[SPACE_REASON])
{
	ino_t host = namespace_inode();

	if (host == 0) {
		snprintf(reason, SPACE_REASON, "no /proc/self/ns/ipc: %s", strerror(errno));
		return -1;
	}
	if (unshare(CLONE_NEWIPC) == 0)
		space.has_users = geteuid() == 0;
	else if (enter_as_user(reason) < 0)
		return -1;
	space.host = host;
	space_must_be_private();
	hide_log();
	return 0;
}

/* Stay outside of `inside`: end as it does, whose limit of time is its own. */
static void stand_for(pid_t inside)
{
	int status = 0;
	pid_t ended;

	alarm(0);
	do
		ended = wait(&status);
	while (ended != inside && (ended >= 0 || errno == EINTR));
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

static int fork_inside(void)
{
	pid_t inside = fork();

	if (inside > 0)
		stand_for(inside);
	if (inside < 0)
		return -errno;
	/* where the one outside is ended, all of them are */
	return prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 ? -errno : 0;
}

/* The first process of the namespace only waits: signals without a handler do not end it. */
static int enter_pids(void)
{
	int error;

	if (unshare(CLONE_NEWPID) < 0)
		return -errno;
	error = space_private_mounts();
	if (!error)
		error = fork_inside();
	if (!error && mount("proc", "/proc", "proc", 0, NULL) < 0)
		error = -errno;
	return error ? error : fork_inside();
}

int space_alone(char reason[SPACE_REASON])
{
	int status = 0;
	pid_t trial;

	fflush(NULL);
	trial = fork();
	if (trial == 0)
		_exit(-enter_pids());
	if (trial < 0) {
		snprintf(reason, SPACE_REASON, "no private pid namespace: %s", strerror(errno));
		return -1;
	}
	while (waitpid(trial, &status, 0) < 0 && errno == EINTR)
		continue;
	if (status != 0) {
		snprintf(reason, SPACE_REASON, "no private pid namespace: %s",
			WIFEXITED(status) ? strerror(WEXITSTATUS(status)) : "killed");
		return -1;
	}
	if (enter_pids() == 0)
		return 0;
	fprintf(stderr, "a pid namespace could be entered, and then not\n");
	abort();
}

void space_become(uid_t uid, gid_t gid)
{
	if (setgroups(0, NULL) < 0 || setresgid(gid, gid, gid) < 0 || setresuid(uid, uid, uid) < 0)
		_exit(125);
}

time_t space_wait_past(time_t since)
{
	const struct timespec pause = { .tv_nsec = POLL_NS };
	struct timespec now;

	/* time(2) is a coarser clock, but the one that the kernel's own times come from */
	while (clock_gettime(CLOCK_REALTIME_COARSE, &now) == 0 && now.tv_sec <= since)
		nanosleep(&pause, NULL);
	return now.tv_sec;
}
