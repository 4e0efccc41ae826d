#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sem.h>
#include <sys/uio.h>
#include <unistd.h>

#include "ipctop/base/file.h"
#include "ipctop/collect/blocked.h"
#include "ipctop/collect/scan.h"
#include "ipctop/collect/sysv.h"
#include "ipctop/model/snapshot.h"

enum {
	LINE_BYTES = 256, /* of the file syscall; a whole one has at most 170 */
	STATUS_BYTES = 4096,
	STATUS_KEPT = 128, /* of what was read before: the field may be cut in two */
	HEADER_BYTES = 20, /* of an executable: they tell the ABI */
	OPERATIONS_MAX = 500, /* SEMOPM as it is by default; the kernel takes no more */
};

/* Read a line of a file of a thread: bytes read, or a negative errno. */
static ssize_t read_file(int folder, const char *name, char *text, size_t room)
{
	int fd = openat(folder, name, O_RDONLY | O_CLOEXEC);
	ssize_t length;

	if (fd < 0)
		return -errno;
	length = file_fill(fd, text, room - 1);
	close(fd);
	text[length < 0 ? 0 : length] = '\0';
	return length;
}

/* The path of a file of a thread, below the folder of all threads. */
struct path {
	char text[32];
};

static struct path path_of(int32_t tid, const char *file)
{
	struct path path;

	snprintf(path.text, sizeof(path.text), "%d/%s", tid, file);
	return path;
}

static ssize_t read_line(int tasks, int32_t tid, char line[LINE_BYTES])
{
	return read_file(tasks, path_of(tid, "syscall").text, line, LINE_BYTES);
}

enum { SLEEP_NOT, SLEEP_YES, SLEEP_STOPPED };

/*
 * A task that is stopped or traced still shows the call that it was in: it does not wait. How often
 * it was switched stands at the end of the file, behind a list of groups that may be long. Returns
 * what it does, or a negative errno.
 */
static int really_sleeps(int tasks, int32_t tid, struct waiting *waiting)
{
	static const char field[] = "\nvoluntary_ctxt_switches:";
	int fd = openat(tasks, path_of(tid, "status").text, O_RDONLY | O_CLOEXEC);
	char text[STATUS_BYTES + 1];
	int state = SLEEP_NOT;
	size_t kept = 0;
	ssize_t length;
	const char *at;

	if (fd < 0)
		return -errno;
	while ((length = file_fill(fd, text + kept, STATUS_BYTES - kept)) > 0) {
		kept += (size_t)length;
		text[kept] = '\0';
		at = strstr(text, "\nState:\t");
		if (at && (at[8] == 'S' || at[8] == 'D'))
			state = SLEEP_YES;
		else if (at && (at[8] == 'T' || at[8] == 't'))
			state = SLEEP_STOPPED;
		at = strstr(text, field);
		if (at && strchr(at + 1, '\n')) {
			waiting->has_switches = true;
			waiting->switches = strtoull(at + sizeof(field) - 1, NULL, 10);
		}
		if (kept > STATUS_KEPT) {
			memmove(text, text + kept - STATUS_KEPT, STATUS_KEPT);
			kept = STATUS_KEPT;
		}
	}
	close(fd);
	return length < 0 ? (int)length : state;
}

/*
 * From the executable; that of the thread, since the first one may have ended. 0 or a negative
 * errno; -EACCES too where it can't be told what the numbers of calls mean.
 */
static int find_abi(int tasks, int32_t tid, enum abi *abi)
{
	unsigned char header[HEADER_BYTES];
	int fd = openat(tasks, path_of(tid, "exe").text, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	int length;

	if (fd < 0)
		return -errno;
	length = (int)file_fill(fd, header, sizeof(header));
	close(fd);
	if (length < 0)
		return length;
	return length == HEADER_BYTES && blocked_abi(header, HEADER_BYTES, abi) ? 0 : -EACCES;
}

static ssize_t read_memory(int32_t tid, uint64_t from, void *to, size_t bytes)
{
	struct iovec local = { to, bytes };
	struct iovec remote = { (void *)(uintptr_t)from,
		bytes }; // NOLINT(performance-no-int-to-ptr)

	return process_vm_readv(tid, &local, 1, &remote, 1, 0);
}

/* Of a 32-bit msgrcv(2) that came through ipc(2), the type stands in the task's memory. */
static void find_type(int32_t tid, const struct blocked *blocked, struct waiting *waiting)
{
	uint32_t pair[2];

	waiting->has_type = blocked->has_type;
	waiting->type = blocked->type;
	waiting->except = blocked->except;
	if (!blocked->has_type && blocked->type_at != 0 &&
		read_memory(tid, blocked->type_at, pair, sizeof(pair)) == sizeof(pair)) {
		waiting->has_type = true;
		waiting->type = (int32_t)pair[1];
	}
}

/*
 * Which of several operations is blocked: the first that can't be done when those before it are
 * (semop(2)). -1: not known.
 */
static int find_blocked(int id, const struct sembuf *operations, uint32_t count)
{
	uint32_t i, j;
	long value;

	if (count == 1)
		return 0;
	for (i = 0; i < count; i++) {
		value = semctl(id, operations[i].sem_num, GETVAL);
		if (value < 0)
			return -1;
		for (j = 0; j < i; j++) {
			if (operations[j].sem_num == operations[i].sem_num)
				value += operations[j].sem_op;
		}
		if (operations[i].sem_op == 0 ? value != 0 : value + operations[i].sem_op < 0)
			return (int)i;
	}
	return -1;
}

/* The same semaphore, as it was asked for an earlier thread: counting its waiters takes long. */
static const struct waiting *asked_before(
	const struct visit *visit, const struct relation *relation, uint16_t semnum)
{
	const struct relation *other;
	size_t i;

	for (i = visit->count; i > 0; i--) {
		other = &visit->relation[i - 1];
		if (other->type == RELATION_WAITER && other->class == CLASS_SEM &&
			other->id == relation->id && other->waiting.has_semaphore &&
			other->waiting.semnum == semnum)
			return &other->waiting;
	}
	return NULL;
}

static void ask_semaphore(
	const struct visit *visit, const struct relation *relation, struct waiting *waiting)
{
	const struct waiting *before = asked_before(visit, relation, waiting->semnum);
	int id = relation->id, value, pid, ncount, zcount;

	if (before) {
		waiting->has_semaphore = true;
		waiting->value = before->value;
		waiting->last_pid = before->last_pid;
		waiting->ncount = before->ncount;
		waiting->zcount = before->zcount;
		return;
	}
	value = semctl(id, waiting->semnum, GETVAL);
	pid = semctl(id, waiting->semnum, GETPID);
	ncount = semctl(id, waiting->semnum, GETNCNT);
	zcount = semctl(id, waiting->semnum, GETZCNT);
	if (value < 0 || pid < 0 || ncount < 0 || zcount < 0)
		return;
	waiting->has_semaphore = true;
	waiting->value = (uint16_t)value;
	waiting->last_pid = pid;
	waiting->ncount = (uint32_t)ncount;
	waiting->zcount = (uint32_t)zcount;
}

/* The queue as it is: a wait is only stuck while nothing of it moves. */
static void ask_queue(int id, struct waiting *waiting)
{
	union ipc_any_record record;

	waiting->has_queue = sysv_look(&sysv_msg, id, &record) == id;
	waiting->stime = record.msg.stime;
	waiting->rtime = record.msg.rtime;
	waiting->qnum = record.msg.qnum;
	waiting->lspid = record.msg.lspid;
	waiting->lrpid = record.msg.lrpid;
}

/* What is blocked on which semaphore, from the thread's own arguments. */
static void find_operation(const struct visit *visit, const struct relation *relation,
	const struct blocked *blocked, struct waiting *waiting)
{
	struct sembuf operations[OPERATIONS_MAX];
	size_t bytes = blocked->nsops * sizeof(operations[0]);
	int at;

	if (blocked->nsops == 0 || blocked->nsops > OPERATIONS_MAX ||
		read_memory(relation->tid, blocked->sops, operations, bytes) != (ssize_t)bytes)
		return;
	at = find_blocked(relation->id, operations, blocked->nsops);
	if (at < 0)
		return;
	waiting->has_operation = true;
	waiting->semnum = operations[at].sem_num;
	waiting->op = operations[at].sem_op;
	waiting->undo = operations[at].sem_flg & SEM_UNDO;
	ask_semaphore(visit, relation, waiting);
}

/* A task that is frozen still shows its call, but the kernel does not count it any more. */
static bool is_counted(const struct waiting *waiting)
{
	return !waiting->has_semaphore ||
		(waiting->op == 0 ? waiting->zcount : waiting->ncount) > 0;
}

static int keep_wait(struct visit *visit, const struct relation *found)
{
	struct relation *relation = visit_add(visit);

	if (!relation)
		return -ENOMEM;
	*relation = *found;
	return 0;
}

/* What the thread with this line waits for: 1; 0: for nothing; or a negative errno. */
static int find_wait(struct visit *visit, int tasks, uint64_t scope, const char line[LINE_BYTES],
	struct relation *found)
{
	struct blocked blocked;
	enum abi abi = ABI_NATIVE;
	uint64_t theirs;
	int error = find_abi(tasks, found->tid, &abi), sleeps;

	if (error < 0)
		return error;
	if (!blocked_parse(line, strlen(line), abi, &blocked))
		return 0;
	sleeps = really_sleeps(tasks, found->tid, &found->waiting);
	if (sleeps <= 0)
		return sleeps;
	theirs = scan_scope(tasks, path_of(found->tid, "ns/ipc").text);
	if (theirs == 0 && scope != 0)
		return -errno;
	if (theirs != scope)
		return 0;
	found->id = blocked.id;
	found->class = blocked.call == WAIT_SEMOP || blocked.call == WAIT_SEMTIMEDOP ? CLASS_SEM
										     : CLASS_MSG;
	found->waiting.call = blocked.call;
	if (blocked.call == WAIT_MSGRCV)
		find_type(found->tid, &blocked, &found->waiting);
	if (found->class == CLASS_SEM)
		find_operation(visit, found, &blocked, &found->waiting);
	else
		ask_queue(found->id, &found->waiting);
	if (sleeps == SLEEP_STOPPED || !is_counted(&found->waiting))
		found->type = RELATION_STOPPED;
	return 1;
}

/*
 * What the thread does can't be seen: `error`. One that has ended does nothing; what is not ours to
 * see is hidden; else the visit does not tell who waits, but what is mapped all the same. 0, or a
 * negative errno where we lack what any visit takes.
 */
static int miss(struct visit *visit, int32_t tid, int error)
{
	if (tgkill(visit->pid, tid, 0) < 0 && errno == ESRCH)
		return 0;
	if (error == -EMFILE || error == -ENFILE || error == -ENOMEM)
		return error;
	if (error == -EACCES || error == -EPERM) {
		visit->hidden_calls = true;
	} else {
		visit->what &= ~(unsigned)COST_WAITERS;
		visit->error = error;
	}
	return 0;
}

/* Look at the thread again: the line `line` of its file syscall may be one of ours. */
static int look_closer(
	struct visit *visit, int tasks, int32_t tid, uint64_t scope, const char line[LINE_BYTES])
{
	struct relation found = {
		.pid = visit->pid, .tid = tid, .row = UINT32_MAX, .type = RELATION_WAITER
	};
	int waits = find_wait(visit, tasks, scope, line, &found);
	char again[LINE_BYTES];
	ssize_t length;

	if (waits == 0)
		return 0;
	/* all this holds together only if it is in the same call still */
	length = read_line(tasks, tid, again);
	if (length == 0 || (length > 0 && strcmp(line, again) != 0))
		return 0;
	if (waits < 0 || length < 0)
		return miss(visit, tid, waits < 0 ? waits : (int)length);
	return keep_wait(visit, &found);
}

static int visit_thread(struct visit *visit, int tasks, int32_t tid, uint64_t scope)
{
	char line[LINE_BYTES];
	ssize_t length = read_line(tasks, tid, line);

	if (length < 0)
		return miss(visit, tid, (int)length);
	if (length == 0 || !blocked_may_be(line, (size_t)length))
		return 0;
	return look_closer(visit, tasks, tid, scope, line);
}

int waits_visit(struct visit *visit, int process, uint64_t scope)
{
	size_t first = visit->count, i;
	int tasks = openat(process, "task", O_RDONLY | O_DIRECTORY | O_CLOEXEC), error = 0;
	DIR *folder = tasks < 0 ? NULL : fdopendir(tasks);
	const struct dirent *entry;
	uint32_t threads = 0;

	if (!folder) {
		error = -errno;
		if (tasks >= 0)
			close(tasks);
		visit->hidden_calls = error == -EACCES || error == -EPERM;
		return visit->hidden_calls ? 0 : error;
	}
	while (!error && (errno = 0, entry = readdir(folder)) != NULL) {
		if (entry->d_name[0] < '1' || entry->d_name[0] > '9')
			continue;
		threads++;
		error = visit_thread(visit, tasks, (int32_t)strtol(entry->d_name, NULL, 10), scope);
	}
	if (!error)
		error = -errno; /* of readdir(3), or 0 */
	closedir(folder);
	for (i = first; i < visit->count; i++)
		visit->relation[i].waiting.threads = threads;
	return error;
}
