/*
 * make bench: ipctop beside what a user would use instead, in one run on one machine, as one table.
 * Everything runs in a private IPC namespace with objects and processes of our own. Nothing here
 * fails by the clock: the aim stands beside a figure, and people read it (README.md).
 *
 *	bench [PART...]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../tui/ipc_fixture.h"
#include "measure.h"
#include "objects.h"
#include "parts.h"

static const char *program;

static void commands(void)
{
	bench_commands(program);
}

static void start(void)
{
	bench_start(program);
}

static void memory(void)
{
	bench_memory(program);
}

static void keys(void)
{
	bench_keys(program);
}

static void moves(void)
{
	bench_moves(program);
}

static void idle(void)
{
	bench_idle(program);
}

static const struct {
	const char *name;
	void (*run)(void);
} parts[] = {
	{ "snapshots", bench_snapshots },
	{ "derive", bench_derive },
	{ "commands", commands },
	{ "scan", bench_scan },
	{ "start", start },
	{ "moves", moves },
	{ "keys", keys },
	{ "memory", memory },
	{ "idle", idle },
};

enum { PARTS = sizeof(parts) / sizeof(parts[0]) };

static bool is_part(const char *name)
{
	size_t i;

	for (i = 0; i < PARTS; i++) {
		if (strcmp(parts[i].name, name) == 0)
			return true;
	}
	return false;
}

static bool is_wanted(const char *name, int count, char *const *names)
{
	int i;

	for (i = 0; i < count; i++) {
		if (strcmp(names[i], name) == 0)
			return true;
	}
	return count == 0;
}

static int usage(void)
{
	size_t i;

	fprintf(stderr, "Usage: bench [PART...]\nParts:");
	for (i = 0; i < PARTS; i++)
		fprintf(stderr, " %s", parts[i].name);
	fprintf(stderr, "\nIPCTOP names the program.\n");
	return 2;
}

int main(int argc, char **argv)
{
	size_t i;
	int arg;

	program = getenv("IPCTOP");
	if (!program)
		return usage();
	for (arg = 1; arg < argc; arg++) {
		if (!is_part(argv[arg]))
			return usage();
	}
	ipc_enter(NULL);
	objects_allow();
	measure_begin();
	for (i = 0; i < PARTS; i++) {
		if (is_wanted(parts[i].name, argc - 1, argv + 1))
			parts[i].run();
	}
	objects_clear();
	return 0;
}
