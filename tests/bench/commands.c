#include "parts.h"

#include <stdio.h>

#include "measure.h"
#include "objects.h"
#include "players.h"

enum { COMMAND_BYTES = 1024 };

/* A command of ours beside what one would use instead. */
struct comparison {
	const char *ours; /* of ipctop */
	const char *name, *command, *program; /* of the peer */
	double aim; /* 0: none */
};

static const struct comparison of_objects[] = {
	{ "list", "ipcs -a", "exec ipcs -a", "ipcs", 0.6 },
	{ "list", "lsipc -m, -q, -s", "lsipc -m; lsipc -q; lsipc -s", "lsipc", 0.6 },
	{ "list --json", "lsipc -J -m, -q, -s", "lsipc -J -m; lsipc -J -q; lsipc -J -s", "lsipc",
		0.3 },
	{ "list --raw", "ipcs -a", "exec ipcs -a", "ipcs", 0.5 },
	{ "leaks -m", "ipcs -m, -m -p, -m -t", "ipcs -m; ipcs -m -p; ipcs -m -t", "ipcs", 0 },
};

/* Nothing else tells who waits; who has segments mapped is told by mappings. */
static const struct comparison of_processes[] = {
	{ "who", "lsof -nPw | grep SYSV", "lsof -nPw | grep SYSV", "lsof", 0 },
	{ "who", "grep SYSV /proc/*/maps", "grep -s SYSV /proc/[0-9]*/maps", "grep", 0 },
	{ "leaks", "ipcs -a; grep SYSV maps", "ipcs -a; grep -s SYSV /proc/[0-9]*/maps", "ipcs",
		0 },
};

static void compare(const char *program, const struct comparison *list, size_t count)
{
	char command[COMMAND_BYTES], name[64];
	size_t i;

	for (i = 0; i < count; i++) {
		snprintf(command, sizeof(command), "exec '%s' %s", program, list[i].ours);
		snprintf(name, sizeof(name), "ipctop %s", list[i].ours);
		measure_compare(&(struct work){ name, command, NULL, NULL },
			&(struct work){ list[i].name, list[i].command, NULL, list[i].program },
			list[i].aim);
	}
}

static const int counts[] = { 100, 1000, 10000, 30000 };

enum { COUNTS = sizeof(counts) / sizeof(counts[0]) };

static void compare_with_objects(const char *program)
{
	size_t i;

	measure_part("commands, by objects");
	for (i = 0; i < COUNTS; i++) {
		objects_fill(counts[i]);
		measure_at("3 x %d", counts[i]);
		compare(program, of_objects, sizeof(of_objects) / sizeof(of_objects[0]));
	}
}

static void compare_with_processes(const char *program, int processes)
{
	size_t i;

	for (i = 0; i < COUNTS; i++) {
		objects_fill(counts[i]);
		players_start(processes);
		measure_at("%d p., 3x%d", processes, counts[i]);
		compare(program, of_processes, sizeof(of_processes) / sizeof(of_processes[0]));
		players_end();
	}
}

void bench_commands(const char *program)
{
	compare_with_objects(program);
	measure_part("commands, by processes (leaks looks twice, 1.5 s apart, where threads wait)");
	compare_with_processes(program, 10);
	compare_with_processes(program, PLAYERS_MAX);
}
