/*
 * A process to be found: it holds segments, or blocks, or does nothing, until it is killed. A
 * program of its own, with no libraries but libc, so that it has the mappings of a small one.
 *
 *	player hold ID... | semop ID | msgrcv ID | pause
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <unistd.h>

static void hold(char *const *ids)
{
	for (; *ids; ids++) {
		if ((intptr_t)shmat(atoi(*ids), NULL, 0) == -1)
			_exit(1);
	}
}

static void block(const char *call, int id)
{
	struct sembuf take = { 0, -1, 0 };
	struct {
		long type;
		char text[1];
	} message;

	if (strcmp(call, "semop") == 0)
		semop(id, &take, 1);
	else
		msgrcv(id, &message, sizeof(message.text), 1, 0);
	_exit(1); /* nobody was to wake it */
}

int main(int argc, char **argv)
{
	if (argc < 2)
		return 2;
	if (strcmp(argv[1], "hold") == 0)
		hold(argv + 2);
	else if (argc == 3)
		block(argv[1], atoi(argv[2]));
	for (;;)
		pause();
}
