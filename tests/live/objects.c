/*
 * objects [COUNT] COMMAND [ARGUMENT...]: run a command in a private IPC namespace, with COUNT
 * objects of random shape of each kind. Some segments stay attached to this process until the
 * command ends, which therefore is their creator and alive. LIVE_USERS is set in the command's
 * environment where there is more than one user. Where no namespace can be had it prints a TAP
 * plan that says so. Exits as the command does.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "space.h"
#include "world.h"

enum { NOT_STARTED = 127, WRONG_USAGE = 2 };

int main(int argc, char **argv)
{
	static struct world world;
	char reason[SPACE_REASON];
	unsigned long count = 0;
	int status;
	pid_t pid;

	if (argc > 2 && argv[1][0] >= '0' && argv[1][0] <= '9') {
		count = strtoul(argv[1], NULL, 10);
		argc--;
		argv++;
	}
	if (argc < 2 || count > WORLD_MOST) {
		fprintf(stderr, "usage: objects [COUNT] COMMAND [ARGUMENT...]\n");
		return WRONG_USAGE;
	}
	if (space_enter(reason) < 0) {
		printf("1..0 # SKIP %s\n", reason);
		return 0;
	}
	if (space_has_users())
		setenv("LIVE_USERS", "1", 1);
	if (count)
		world_make(&world, world_seed(), count);
	pid = fork();
	if (pid == 0) {
		execvp(argv[1], argv + 1);
		fprintf(stderr, "%s: %s\n", argv[1], strerror(errno));
		_exit(NOT_STARTED);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		return NOT_STARTED;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
