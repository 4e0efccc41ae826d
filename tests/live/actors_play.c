#include <fcntl.h>
#include <linux/capability.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

#include "actors_private.h"
#include "live.h"

enum {
	POLL_US = 1000,
	MESSAGE_MOST = 8192,
	IDS_MOST = 1000 * 1000,
	LOW_BYTES = MESSAGE_MOST,
};

static const long HOUR_US = 3600L * 1000 * 1000;

static void from_us(struct timespec *span, long us)
{
	*span = (struct timespec){ .tv_sec = us / 1000000, .tv_nsec = us % 1000000 * 1000 };
}

static void pause_for(long us)
{
	struct timespec pause;

	from_us(&pause, us);
	nanosleep(&pause, NULL);
}

static int do_timed(const struct act *act, struct sembuf *ops)
{
	struct timespec span;

	from_us(&span, act->number ? act->number : HOUR_US);
	if (semtimedop(act->id, ops, act->count, &span) == 0)
		return 0;
	return errno == EAGAIN && act->number ? 0 : -1;
}

/* As a 32-bit task calls it, from one of 64 bits; what `second` points to is put below 4 GB. */
static int do_int_80(long number, long first, const void *second, size_t third, long fourth)
{
#ifdef __x86_64__
	void *low = mmap(NULL, LOW_BYTES, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	long result;

	if (low == MAP_FAILED)
		return -1;
	if (second)
		memcpy(low, second, third * sizeof(struct sembuf));
	__asm__ volatile("int $0x80"
			 : "=a"(result)
			 : "a"(number), "b"(first), "c"(low), "d"(third), "S"(fourth), "D"(0)
			 : "memory", "r8", "r9", "r10", "r11");
	errno = result < 0 ? (int)-result : 0;
	return result < 0 ? -1 : (int)result;
#else
	(void)number, (void)first, (void)second, (void)third, (void)fourth;
	errno = ENOSYS;
	return -1;
#endif
}

bool actors_have_int_80(void)
{
	int status;
	pid_t child = fork();

	if (child == 0)
		_exit(do_int_80(INT_80_GETPID, 0, NULL, 0, 0) < 0);
	return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

static int do_semop(const struct act *act)
{
	struct sembuf ops[ACT_OPS];

	memcpy(ops, act->ops, sizeof(ops));
	if (act->call == ACT_BY_INT_80)
		return do_int_80(INT_80_SEMTIMEDOP, act->id, ops, act->count, 0);
	if (act->call == ACT_BY_SEMTIMEDOP)
		return do_timed(act, ops);
#ifdef SYS_semop
	if (act->call == ACT_BY_SYS_SEMOP)
		return (int)syscall(SYS_semop, act->id, ops, act->count);
#endif
	return semop(act->id, ops, act->count);
}

static int do_message(const struct act *act)
{
	struct {
		long type;
		char text[MESSAGE_MOST];
	} message = { .type = act->number };

	if (act->call == ACT_BY_INT_80)
		return do_int_80(INT_80_MSGRCV, act->id, NULL, MESSAGE_MOST / 2, act->number);
	if (act->verb == ACT_MSGSND)
		return msgsnd(act->id, &message, act->size, 0);
	return (int)msgrcv(act->id, &message, sizeof(message.text), act->number, 0);
}

static int do_attach(const struct act *act, struct actor_stage *stage)
{
	void *at = shmat(act->id == ACT_MADE ? stage->id : act->id, NULL, act->flags);

	if (at == (void *)-1)
		return -1;
	stage->place = at;
	return 0;
}

static int do_split(const struct actor_stage *stage)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	return mprotect(stage->place + page, page, PROT_READ);
}

/* Ids go round, so that the one asked for comes. */
static int do_make(const struct act *act, struct actor_stage *stage)
{
	int turn, id;

	for (turn = 0; turn < IDS_MOST; turn++) {
		id = world_sized(act->kind, act->key, 0600, act->size);
		if (act->id < 0 || id == act->id) {
			stage->id = id;
			return 0;
		}
		world_remove(act->kind, id);
	}
	errno = ENOENT;
	return -1;
}

static int do_meet(struct actor_stage *stage)
{
	unsigned met = ++stage->met;

	while (stage->released < met)
		pause_for(POLL_US);
	return 0;
}

/* Never leave the test behind, whenever it ends. */
static int tie(pid_t test)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
		return -1;
	if (getppid() != test)
		_exit(0);
	return 0;
}

/* It forgets whom it is tied to, and could not be looked at by its own user. */
static int do_become(const struct act *act)
{
	pid_t test = getppid();

	space_become((uid_t)act->number, (gid_t)act->number);
	return prctl(PR_SET_DUMPABLE, 1) < 0 ? -1 : tie(test);
}

/*
 * Where root is only played, the program under test is started without capabilities, and may not
 * look at who has any.
 */
static int lose_rights(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	const struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = { { 0 } };

	if (space_has_users())
		return 0;
	if (syscall(SYS_capset, &header, none) < 0)
		return -1;
	return prctl(PR_SET_DUMPABLE, 1);
}

static int do_unshare(void)
{
	return unshare(CLONE_NEWIPC) < 0 ? -1 : lose_rights();
}

static int do_join(const struct act *act)
{
	char path[40];
	int fd, joined;

	snprintf(path, sizeof(path), "/proc/%ld/ns/ipc", act->number);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	joined = fd < 0 ? -1 : setns(fd, CLONE_NEWIPC);
	if (fd >= 0)
		close(fd);
	return joined;
}

static void play(struct role *role);

static void *play_in_thread(void *role)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL); /* it is each thread's own */
	play(role);
	return NULL;
}

static int do_thread(struct role *role)
{
	bool last = role->script[role->step].number;
	pthread_t thread;

	role->step++;
	errno = pthread_create(&thread, NULL, play_in_thread, role);
	if (errno)
		return -1;
	if (last)
		syscall(SYS_exit, 0); /* of this thread alone, exit(3) is of all */
	for (;;)
		pause();
}

static int do_step(struct role *role)
{
	const struct act *act = &role->script[role->step];
	struct actor_stage *stage = role->stage;

	switch (act->verb) {
	case ACT_STAY:
		stage->stays = true;
		for (;;)
			pause();
	case ACT_EXIT:
		_exit(0);
	case ACT_REPEAT:
		stage->rounds++;
		role->step = (unsigned)act->number - 1;
		return 0;
	case ACT_SEMOP:
		return do_semop(act);
	case ACT_MSGSND:
	case ACT_MSGRCV:
		return do_message(act);
	case ACT_ATTACH:
		return do_attach(act, stage);
	case ACT_SPLIT:
		return do_split(stage);
	case ACT_MAKE:
		return do_make(act, stage);
	case ACT_MEET:
		return do_meet(stage);
	case ACT_REST:
		pause_for(act->number);
		return 0;
	case ACT_NAME:
		return prctl(PR_SET_NAME, act->name);
	case ACT_BECOME:
		return do_become(act);
	case ACT_THREAD:
		return do_thread(role);
	case ACT_UNSHARE:
		return do_unshare();
	case ACT_JOIN:
		return do_join(act);
	}
	errno = EINVAL;
	return -1;
}

static void play(struct role *role)
{
	role->stage->tid = (int)syscall(SYS_gettid);
	for (; role->step < ACT_STEPS; role->step++) {
		/* SIGCONT interrupts some of the calls */
		while (do_step(role) < 0) {
			if (errno == EINTR)
				continue;
			role->stage->failed_step = (int)role->step;
			role->stage->error = errno;
			_exit(1);
		}
	}
	_exit(1);
}

static bool unshares(const struct role *role)
{
	size_t i;

	for (i = 0; i < ACT_STEPS; i++) {
		if (role->script[i].verb == ACT_UNSHARE)
			return true;
	}
	return false;
}

void actors_begin(struct role *role, pid_t test)
{
	alarm(0);
	if (tie(test) == 0 && (unshares(role) || lose_rights() == 0))
		play(role);
	_exit(1);
}

/* steps */

struct act act_stay(void)
{
	return (struct act){ .verb = ACT_STAY };
}

struct act act_exit(void)
{
	return (struct act){ .verb = ACT_EXIT };
}

struct act act_repeat(unsigned from)
{
	return (struct act){ .verb = ACT_REPEAT, .number = (long)from };
}

struct act act_semop(int set, int semnum, int op, int flags)
{
	return act_and((struct act){ .verb = ACT_SEMOP, .id = set }, semnum, op, flags);
}

struct act act_by(enum act_call call, struct act act)
{
	act.call = call;
	return act;
}

struct act act_within(long microseconds, struct act act)
{
	act.call = ACT_BY_SEMTIMEDOP;
	act.number = microseconds;
	return act;
}

struct act act_and(struct act act, int semnum, int op, int flags)
{
	assert_true(act.count < ACT_OPS);
	act.ops[act.count++] = (struct sembuf){
		.sem_num = (unsigned short)semnum, .sem_op = (short)op, .sem_flg = (short)flags
	};
	return act;
}

struct act act_msgsnd(int queue, long type, size_t size)
{
	return (struct act){ .verb = ACT_MSGSND, .id = queue, .number = type, .size = size };
}

struct act act_msgrcv(int queue, long type)
{
	return (struct act){ .verb = ACT_MSGRCV, .id = queue, .number = type };
}

struct act act_attach(int segment, int flags)
{
	return (struct act){ .verb = ACT_ATTACH, .id = segment, .flags = flags };
}

struct act act_split(void)
{
	return (struct act){ .verb = ACT_SPLIT };
}

struct act act_make(unsigned kind, key_t key, int id, size_t size)
{
	return (struct act){ .verb = ACT_MAKE, .kind = kind, .key = key, .id = id, .size = size };
}

struct act act_meet(void)
{
	return (struct act){ .verb = ACT_MEET };
}

struct act act_rest(long microseconds)
{
	return (struct act){ .verb = ACT_REST, .number = microseconds };
}

struct act act_name(const char *name)
{
	return (struct act){ .verb = ACT_NAME, .name = name };
}

struct act act_become(uid_t uid)
{
	return (struct act){ .verb = ACT_BECOME, .number = (long)uid };
}

struct act act_thread(void)
{
	return (struct act){ .verb = ACT_THREAD };
}

struct act act_last_thread(void)
{
	return (struct act){ .verb = ACT_THREAD, .number = 1 };
}

struct act act_unshare(void)
{
	return (struct act){ .verb = ACT_UNSHARE };
}

struct act act_join(pid_t pid)
{
	return (struct act){ .verb = ACT_JOIN, .number = pid };
}
