#include "alone.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../tap.h"
#include "ipc_fixture.h"

/* The one outside ends as the one inside does; its alarm ends both, as no default action does to
 * the first process of a namespace. */
__attribute__((noreturn)) static void stand_for(pid_t inside)
{
	int status = 0;

	while (waitpid(inside, &status, 0) < 0 && errno == EINTR)
		continue;
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_FAILURE);
}

int alone_enter(void **state)
{
	pid_t inside;

	if (ipc_enter(state) != 0)
		return -1;
	if (unshare(CLONE_NEWPID | CLONE_NEWNS) != 0 ||
		mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
		tap_skip("no private pid namespace: %s", strerror(errno));
	inside = fork();
	if (inside < 0)
		return -1;
	if (inside > 0)
		stand_for(inside);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (mount("proc", "/proc", "proc", 0, NULL) != 0)
		tap_skip("no /proc of a private pid namespace: %s", strerror(errno));
	return 0;
}
