#include "objects.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "measure.h"

enum { CHURN_ALIVE = 100, CHURN_NS = 1000 * 1000, SEGMENT_BYTES = 4096 };

static pid_t churner;

void objects_allow(void)
{
	FILE *file = fopen("/proc/sys/kernel/shmmni", "w");

	if (!file || fprintf(file, "32768") < 0 || fclose(file) == EOF)
		measure_die("shmmni");
}

void objects_clear(void)
{
	struct shmid_ds shm;
	struct msqid_ds msg;
	struct semid_ds sem;
	int max, i, id;

	max = shmctl(0, IPC_INFO, &shm);
	for (i = 0; i <= max; i++) {
		if ((id = shmctl(i, SHM_STAT, &shm)) >= 0)
			shmctl(id, IPC_RMID, NULL);
	}
	max = msgctl(0, IPC_INFO, (struct msqid_ds *)&(struct msginfo){ 0 });
	for (i = 0; i <= max; i++) {
		if ((id = msgctl(i, MSG_STAT, &msg)) >= 0)
			msgctl(id, IPC_RMID, NULL);
	}
	max = semctl(0, 0, IPC_INFO, &(struct seminfo){ 0 });
	for (i = 0; i <= max; i++) {
		if ((id = semctl(i, 0, SEM_STAT, &sem)) >= 0)
			semctl(id, 0, IPC_RMID);
	}
}

void objects_fill(int count)
{
	int i;

	objects_clear();
	for (i = 0; i < count; i++) {
		if (shmget(IPC_PRIVATE, SEGMENT_BYTES, IPC_CREAT | 0600) < 0)
			measure_die("shmget");
		if (msgget(IPC_PRIVATE, IPC_CREAT | 0600) < 0)
			measure_die("msgget");
		if (semget(IPC_PRIVATE, 1, IPC_CREAT | 0600) < 0)
			measure_die("semget");
	}
}

struct message {
	long type;
	char text[1];
};

static void move_message(int queue, bool in)
{
	struct message message = { .type = 1 };

	if (in)
		msgsnd(queue, &message, sizeof(message.text), IPC_NOWAIT);
	else
		msgrcv(queue, &message, sizeof(message.text), 0, IPC_NOWAIT);
}

static void touch(int segment)
{
	char *bytes = shmat(segment, NULL, 0);

	if ((intptr_t)bytes == -1)
		return;
	bytes[0] = 1;
	shmdt(bytes);
}

void objects_move(int in)
{
	struct msqid_ds msg;
	struct shmid_ds shm;
	int max, i, id;

	max = msgctl(0, IPC_INFO, (struct msqid_ds *)&(struct msginfo){ 0 });
	for (i = 0; i <= max; i++) {
		if ((id = msgctl(i, MSG_STAT, &msg)) >= 0)
			move_message(id, in);
	}
	max = in ? shmctl(0, IPC_INFO, &shm) : -1;
	for (i = 0; i <= max; i++) {
		if ((id = shmctl(i, SHM_STAT, &shm)) >= 0)
			touch(id);
	}
}

/* One more of each kind, in place of the oldest of ours. */
static void churn_once(int ids[3])
{
	shmctl(ids[0], IPC_RMID, NULL);
	msgctl(ids[1], IPC_RMID, NULL);
	semctl(ids[2], 0, IPC_RMID);
	ids[0] = shmget(IPC_PRIVATE, SEGMENT_BYTES, IPC_CREAT | 0600);
	ids[1] = msgget(IPC_PRIVATE, IPC_CREAT | 0600);
	ids[2] = semget(IPC_PRIVATE, 1, IPC_CREAT | 0600);
	move_message(ids[1], true);
}

__attribute__((noreturn)) static void churn(pid_t parent)
{
	const struct timespec pause = { 0, CHURN_NS };
	int ids[CHURN_ALIVE][3];
	unsigned turn, i;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	for (i = 0; i < CHURN_ALIVE; i++)
		ids[i][0] = ids[i][1] = ids[i][2] = -1;
	for (turn = 0;; turn++) {
		churn_once(ids[turn % CHURN_ALIVE]);
		nanosleep(&pause, NULL);
	}
}

void objects_churn(void)
{
	pid_t parent = getpid();

	fflush(stdout);
	churner = fork();
	if (churner < 0)
		measure_die("fork");
	if (churner == 0)
		churn(parent);
}

void objects_calm(void)
{
	if (churner <= 0)
		return;
	kill(churner, SIGKILL);
	while (waitpid(churner, NULL, 0) < 0 && errno == EINTR)
		continue;
	churner = 0;
}
