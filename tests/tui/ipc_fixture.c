#include "ipc_fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../tap.h"

enum {
	MAX_ATTACHED = 16,
	MAX_MESSAGE = 4096, /* bytes */
};

/* semctl(2): the caller has to define it. */
union semun {
	int val;
	struct semid_ds *buf;
	unsigned short *array;
	struct seminfo *info;
};

/* The namespace this process lives in, and what it has attached there. */
static struct {
	ino_t host; /* the inode of the namespace that the program was started in, 0: not entered */
	void *attached[MAX_ATTACHED];
	size_t attachments;
} ipc;

static ino_t namespace_inode(void)
{
	struct stat info;

	return stat("/proc/self/ns/ipc", &info) == 0 ? info.st_ino : 0;
}

/* Nothing is worth the objects of the host. */
static void must_be_private(void)
{
	ino_t here = namespace_inode();

	if (ipc.host != 0 && here != 0 && here != ipc.host)
		return;
	fprintf(stderr, "a test was about to touch the IPC objects of the host\n");
	abort();
}

static int must(int result, const char *what)
{
	if (result >= 0)
		return result;
	print_error("%s: %s\n", what, strerror(errno));
	fail();
	return -1;
}

static int write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	size_t size = strlen(text);
	ssize_t wrote;
	int error;

	if (fd < 0)
		return -errno;
	wrote = write(fd, text, size);
	error = wrote < 0 ? -errno : 0;
	close(fd);
	return error;
}

/* A plain user may make an IPC namespace inside a user namespace of its own, as its root. */
static void enter_as_user(uid_t uid, gid_t gid)
{
	char map[64];

	if (unshare(CLONE_NEWUSER | CLONE_NEWIPC) != 0)
		tap_skip("no private IPC namespace: unshare: %s", strerror(errno));
	snprintf(map, sizeof map, "0 %u 1\n", (unsigned int)uid);
	if (write_file("/proc/self/uid_map", map) != 0)
		tap_skip("no private IPC namespace: uid_map could not be written");
	snprintf(map, sizeof map, "0 %u 1\n", (unsigned int)gid);
	if (write_file("/proc/self/setgroups", "deny") != 0 ||
		write_file("/proc/self/gid_map", map) != 0)
		tap_skip("no private IPC namespace: gid_map could not be written");
}

int ipc_enter(void **state)
{
	ino_t host = namespace_inode();

	(void)state;
	if (host == 0)
		tap_skip("no /proc/self/ns/ipc: %s", strerror(errno));
	if (unshare(CLONE_NEWIPC) != 0)
		enter_as_user(getuid(), getgid());
	ipc.host = host;
	must_be_private();
	return 0;
}

void ipc_detach(void)
{
	while (ipc.attachments > 0)
		shmdt(ipc.attached[--ipc.attachments]);
}

void ipc_clear(void)
{
	struct msginfo messages;
	struct seminfo sets;
	struct shm_info segments;
	union semun argument = { .info = &sets };
	int last;

	must_be_private();
	ipc_detach();
	last = msgctl(0, MSG_INFO, (struct msqid_ds *)(void *)&messages);
	for (int slot = 0; slot <= last; slot++) {
		struct msqid_ds queue;
		int id = msgctl(slot, MSG_STAT, &queue);

		if (id >= 0)
			msgctl(id, IPC_RMID, NULL);
	}
	last = semctl(0, 0, SEM_INFO, argument);
	for (int slot = 0; slot <= last; slot++) {
		struct semid_ds set;
		int id;

		argument.buf = &set;
		id = semctl(slot, 0, SEM_STAT, argument);
		if (id >= 0)
			semctl(id, 0, IPC_RMID);
	}
	last = shmctl(0, SHM_INFO, (struct shmid_ds *)(void *)&segments);
	for (int slot = 0; slot <= last; slot++) {
		struct shmid_ds segment;
		int id = shmctl(slot, SHM_STAT, &segment);

		if (id >= 0)
			shmctl(id, IPC_RMID, NULL);
	}
}

int ipc_segment(key_t key, size_t size, int mode)
{
	must_be_private();
	return must(shmget(key, size, IPC_CREAT | IPC_EXCL | mode), "shmget");
}

int ipc_queue(key_t key, int mode)
{
	must_be_private();
	return must(msgget(key, IPC_CREAT | IPC_EXCL | mode), "msgget");
}

int ipc_set(key_t key, int semaphores, int mode)
{
	must_be_private();
	return must(semget(key, semaphores, IPC_CREAT | IPC_EXCL | mode), "semget");
}

void ipc_send(int queue, size_t size)
{
	struct {
		long type;
		char text[MAX_MESSAGE];
	} message = { .type = 1 };

	must_be_private();
	assert_true(size <= sizeof message.text);
	must(msgsnd(queue, &message, size, IPC_NOWAIT), "msgsnd");
}

void ipc_attach(int segment)
{
	void *at;

	must_be_private();
	at = shmat(segment, NULL, 0);
	assert_true(ipc.attachments < MAX_ATTACHED);
	must(at == (void *)-1 ? -1 : 0, "shmat");
	ipc.attached[ipc.attachments++] = at;
}

void ipc_change(enum ipc_kind kind, int id, int mode)
{
	struct msqid_ds queue;
	struct semid_ds set;
	struct shmid_ds segment;
	union semun argument = { .buf = &set };

	must_be_private();
	if (kind == KIND_MSG) {
		must(msgctl(id, IPC_STAT, &queue), "msgctl");
		queue.msg_perm.mode = (unsigned short)mode;
		must(msgctl(id, IPC_SET, &queue), "msgctl");
	} else if (kind == KIND_SEM) {
		must(semctl(id, 0, IPC_STAT, argument), "semctl");
		set.sem_perm.mode = (unsigned short)mode;
		must(semctl(id, 0, IPC_SET, argument), "semctl");
	} else {
		must(shmctl(id, IPC_STAT, &segment), "shmctl");
		segment.shm_perm.mode = (unsigned short)mode;
		must(shmctl(id, IPC_SET, &segment), "shmctl");
	}
}

/* The object's ctime, or -1 where there is none or it is doomed. */
static long look(enum ipc_kind kind, int id)
{
	struct msqid_ds queue;
	struct semid_ds set;
	struct shmid_ds segment;
	union semun argument = { .buf = &set };

	must_be_private();
	if (kind == KIND_MSG)
		return msgctl(id, IPC_STAT, &queue) == 0 ? queue.msg_ctime : -1;
	if (kind == KIND_SEM)
		return semctl(id, 0, IPC_STAT, argument) == 0 ? set.sem_ctime : -1;
	if (shmctl(id, IPC_STAT, &segment) != 0 || segment.shm_perm.mode & SHM_DEST)
		return -1;
	return segment.shm_ctime;
}

long ipc_ctime(enum ipc_kind kind, int id)
{
	return look(kind, id);
}

bool ipc_exists(enum ipc_kind kind, int id)
{
	return look(kind, id) >= 0;
}

void ipc_remove(enum ipc_kind kind, int id)
{
	must_be_private();
	if (kind == KIND_MSG)
		must(msgctl(id, IPC_RMID, NULL), "msgctl");
	else if (kind == KIND_SEM)
		must(semctl(id, 0, IPC_RMID), "semctl");
	else
		must(shmctl(id, IPC_RMID, NULL), "shmctl");
}

void ipc_next_id(enum ipc_kind kind, int id)
{
	static const char *const paths[] = {
		[KIND_MSG] = "/proc/sys/kernel/msg_next_id",
		[KIND_SEM] = "/proc/sys/kernel/sem_next_id",
		[KIND_SHM] = "/proc/sys/kernel/shm_next_id",
	};
	char text[16];
	int error;

	must_be_private();
	snprintf(text, sizeof text, "%d", id);
	error = write_file(paths[kind], text);
	if (error != 0)
		tap_skip("%s: %s", paths[kind], strerror(-error));
}
