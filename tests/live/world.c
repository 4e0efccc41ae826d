#include "world.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <time.h>
#include <unistd.h>

#include "ipctop/collect/sysv.h"
#include "space.h"

enum { USED_MOST = 100 * 1000, MESSAGE_MOST = 4096 };

struct world_message {
	long type;
	char text[MESSAGE_MOST];
};

union any_ds {
	struct msqid_ds msg;
	struct semid_ds sem;
	struct shmid_ds shm;
};

static int must(int result, const char *what)
{
	if (result >= 0)
		return result;
	fprintf(stderr, "%s: %s\n", what, strerror(errno));
	abort();
}

unsigned world_seed(void)
{
	const char *given = getenv("LIVE_SEED");
	unsigned seed = given ? (unsigned)strtoul(given, NULL, 10) : (unsigned)time(NULL);

	printf("# seed %u\n", seed);
	fflush(stdout);
	return seed;
}

unsigned world_pick(struct world *world, unsigned below)
{
	return (unsigned)rand_r(&world->random) % below;
}

/* one object */

int world_sized(unsigned kind, key_t key, int mode, size_t size)
{
	const int flags = IPC_CREAT | IPC_EXCL | mode;

	space_must_be_private();
	if (kind == CLASS_MSG)
		return must(msgget(key, flags), "msgget");
	if (kind == CLASS_SEM)
		return must(semget(key, (int)size, flags), "semget");
	return must(shmget(key, size, flags), "shmget");
}

int world_object(unsigned kind, key_t key, int mode)
{
	return world_sized(kind, key, mode, kind == CLASS_SHM ? 4096 : 3);
}

int world_used_object(unsigned kind, int mode)
{
	int id, turn;

	for (turn = 0; turn < USED_MOST; turn++) {
		id = world_object(kind, IPC_PRIVATE, mode);
		if (id >= 1 << 15)
			return id;
		world_remove(kind, id);
	}
	fprintf(stderr, "no id was used again\n");
	abort();
}

void world_send(int queue, size_t size)
{
	struct world_message message = { .type = 1 };

	must(msgsnd(queue, &message, size, IPC_NOWAIT), "msgsnd");
}

void world_remove(unsigned kind, int id)
{
	space_must_be_private();
	if (kind == CLASS_MSG)
		must(msgctl(id, IPC_RMID, NULL), "msgctl IPC_RMID");
	else if (kind == CLASS_SEM)
		must(semctl(id, 0, IPC_RMID), "semctl IPC_RMID");
	else
		must(shmctl(id, IPC_RMID, NULL), "shmctl IPC_RMID");
}

static int control(unsigned kind, int id, int command, union any_ds *ds)
{
	if (kind == CLASS_MSG)
		return msgctl(id, command, &ds->msg);
	if (kind == CLASS_SEM)
		return semctl(id, 0, command, (union semun){ .buf = &ds->sem });
	return shmctl(id, command, &ds->shm);
}

/* It is the first member of each of the three. */
static struct ipc_perm *perm_of(union any_ds *ds)
{
	return &ds->msg.msg_perm;
}

bool world_exists(unsigned kind, int id)
{
	return world_mode(kind, id) >= 0;
}

int world_mode(unsigned kind, int id)
{
	union any_ds ds;

	if (control(kind, id, IPC_STAT, &ds) < 0)
		return errno == EACCES ? 0 : -1;
	return (int)perm_of(&ds)->mode;
}

int64_t world_ctime(unsigned kind, int id)
{
	union any_ds ds;

	if (control(kind, id, IPC_STAT, &ds) < 0)
		return -1;
	if (kind == CLASS_MSG)
		return ds.msg.msg_ctime;
	return kind == CLASS_SEM ? ds.sem.sem_ctime : ds.shm.shm_ctime;
}

void world_change(unsigned kind, int id, int mode)
{
	union any_ds ds;

	space_must_be_private();
	space_wait_past(world_ctime(kind, id));
	must(control(kind, id, IPC_STAT, &ds), "IPC_STAT");
	perm_of(&ds)->mode = (unsigned short)mode;
	must(control(kind, id, IPC_SET, &ds), "IPC_SET");
}

void world_chown(unsigned kind, int id, uid_t uid, gid_t gid)
{
	union any_ds ds;

	space_must_be_private();
	must(control(kind, id, IPC_STAT, &ds), "IPC_STAT");
	perm_of(&ds)->uid = uid;
	perm_of(&ds)->gid = gid;
	must(control(kind, id, IPC_SET, &ds), "IPC_SET");
}

static void next_id_path(char path[64], unsigned kind)
{
	snprintf(path, 64, "/proc/sys/kernel/%s_next_id", class_infos[kind].word);
}

bool world_may_choose_ids(void)
{
	unsigned kind;
	char path[64];
	int fd;

	for (kind = 0; kind <= CLASS_SHM; kind++) {
		next_id_path(path, kind);
		fd = open(path, O_WRONLY | O_CLOEXEC);
		if (fd < 0)
			return false;
		close(fd);
	}
	return true;
}

int world_next_id(unsigned kind, int id)
{
	char path[64], text[16];

	space_must_be_private();
	next_id_path(path, kind);
	snprintf(text, sizeof(text), "%d", id);
	return space_write(path, text);
}

/* many of random shape */

static uint32_t random_id(struct world *world)
{
	static const uint32_t known[] = { 0, 1, 2, 65534, 4000000000u };
	const unsigned count = sizeof(known) / sizeof(known[0]);
	unsigned which = world_pick(world, 2 * count);

	return which < count ? known[which] : 1000 + world_pick(world, 60000);
}

static key_t random_key(struct world *world)
{
	uint32_t key = (uint32_t)world_pick(world, 1 << 16) << 16 | world_pick(world, 1 << 16);

	return world_pick(world, 4) ? (key_t)key : IPC_PRIVATE;
}

/* Someone else makes it, where there is anyone else. */
static int make(struct world *world, unsigned kind, size_t size)
{
	int mode = (int)world_pick(world, 01000), id;

	if (space_has_users()) {
		must(setegid(random_id(world)), "setegid");
		must(seteuid(random_id(world)), "seteuid");
	}
	id = world_sized(kind, random_key(world), mode, size);
	if (space_has_users()) {
		must(seteuid(0), "seteuid");
		must(setegid(0), "setegid");
	}
	return id;
}

static void make_all(struct world *world)
{
	size_t i;

	for (i = 0; i < world->count; i++) {
		world->ids[CLASS_MSG][i] = make(world, CLASS_MSG, 0);
		world->ids[CLASS_SEM][i] = make(world, CLASS_SEM, 1 + world_pick(world, 250));
		world->ids[CLASS_SHM][i] = make(world, CLASS_SHM,
			1 + world_pick(world, world_pick(world, 2) ? 5000 : 3000000));
	}
}

static void touch(struct world *world, char *at, size_t size)
{
	size_t pages = (size + 4095) / 4096, i, some = world_pick(world, (unsigned)pages + 1);

	for (i = 0; i < some; i++)
		at[i * 4096] = 1;
}

/*
 * Of each kind about two in three are used, half of these in the next second too. Whatever the
 * seed, the first segment stays attached and is dest later, the second one is left again, and the
 * third one never was attached.
 */
static void use(struct world *world, size_t i, bool again)
{
	int queue = world->ids[CLASS_MSG][i], set = world->ids[CLASS_SEM][i];
	struct sembuf up = { .sem_num = 0, .sem_op = 1 };
	struct world_message message;
	struct shmid_ds ds;
	unsigned turns;
	void *at;

	for (turns = world_pick(world, 4); turns > 0 && !again; turns--)
		world_send(queue, world_pick(world, 2000));
	if (again && world_pick(world, 2))
		(void)!msgrcv(queue, &message, sizeof(message.text), 0, IPC_NOWAIT);
	if (world_pick(world, 3))
		must(semop(set, &up, 1), "semop");
	if (again && world->attached[i] && i != 0 && (i == 1 || world_pick(world, 2))) {
		shmdt(world->attached[i]);
		world->attached[i] = NULL;
	} else if (!again && i != 2 && (i < 2 || world_pick(world, 3))) {
		must(shmctl(world->ids[CLASS_SHM][i], IPC_STAT, &ds), "shmctl");
		at = shmat(world->ids[CLASS_SHM][i], NULL, 0);
		must(at == (void *)-1 ? -1 : 0, "shmat");
		touch(world, at, ds.shm_segsz);
		world->attached[i] = at;
	}
}

/* Owner and mode, and what is particular to the kind. */
static void change(struct world *world, size_t i)
{
	struct msqid_ds queue;
	unsigned kind;

	for (kind = 0; kind <= CLASS_SHM; kind++) {
		if (space_has_users() && world_pick(world, 2))
			world_chown(kind, world->ids[kind][i], random_id(world), random_id(world));
	}
	if (world_pick(world, 2)) {
		must(msgctl(world->ids[CLASS_MSG][i], IPC_STAT, &queue), "msgctl");
		queue.msg_qbytes = 1 + world_pick(world, 16384);
		must(msgctl(world->ids[CLASS_MSG][i], IPC_SET, &queue), "msgctl");
	}
	if (world_pick(world, 3) == 0)
		must(semctl(world->ids[CLASS_SEM][i], 0, SETVAL, (union semun){ .val = 1 }),
			"semctl");
	/* plain users may have no memory to lock */
	if (world_pick(world, 3) == 0)
		shmctl(world->ids[CLASS_SHM][i], SHM_LOCK, NULL);
	if (world->attached[i] && (i == 0 || world_pick(world, 4) == 0))
		world_remove(CLASS_SHM, world->ids[CLASS_SHM][i]); /* dest */
}

void world_make(struct world *world, unsigned seed, size_t count)
{
	unsigned kind;
	unsigned turns;
	time_t now;
	size_t i;

	*world = (struct world){ .seed = seed, .random = seed, .count = count };
	for (kind = 0; kind <= CLASS_SHM; kind++) {
		for (turns = world_pick(world, 200); turns > 0; turns--)
			world_remove(kind, world_object(kind, IPC_PRIVATE, 0600));
	}
	make_all(world);
	now = space_wait_past(time(NULL));
	for (i = 0; i < count; i++)
		use(world, i, false);
	now = space_wait_past(now);
	for (i = 0; i < count; i++)
		use(world, i, true);
	space_wait_past(now);
	for (i = 0; i < count; i++)
		change(world, i);
}
