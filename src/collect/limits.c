#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>

#include "ipctop/base/file.h"
#include "ipctop/collect/collector.h"
#include "ipctop/collect/sysv.h"
#include "ipctop/model/limit.h"
#include "ipctop/model/record.h"

/* What a limit is, and what is used of it. */
struct amounts {
	uint64_t limit[LIMIT_COUNT], used[LIMIT_COUNT];
	bool is_known[LIMIT_COUNT], has_limit[LIMIT_COUNT], has_used[LIMIT_COUNT];
};

static void set_limit(struct amounts *amounts, enum limit limit, uint64_t value)
{
	/* the kernel's "as much as fits" is no limit */
	amounts->is_known[limit] = true;
	amounts->has_limit[limit] = value <= INT64_MAX;
	amounts->limit[limit] = value;
}

static void set_used(struct amounts *amounts, enum limit limit, uint64_t value)
{
	amounts->has_used[limit] = true;
	amounts->used[limit] = value;
}

static int ask_msg(struct amounts *amounts)
{
	struct msginfo info = { 0 };

	if (msgctl(0, MSG_INFO, (struct msqid_ds *)&info) < 0)
		return -errno;
	set_limit(amounts, LIMIT_MSGMNI, (uint64_t)info.msgmni);
	set_limit(amounts, LIMIT_MSGMAX, (uint64_t)info.msgmax);
	set_limit(amounts, LIMIT_MSGMNB, (uint64_t)info.msgmnb);
	set_used(amounts, LIMIT_MSGMNI, (uint64_t)info.msgpool);
	return 0;
}

static int ask_sem(struct amounts *amounts)
{
	struct seminfo info = { 0 };

	if (semctl(0, 0, SEM_INFO, (union semun){ .info = &info }) < 0)
		return -errno;
	set_limit(amounts, LIMIT_SEMMNI, (uint64_t)info.semmni);
	set_limit(amounts, LIMIT_SEMMNS, (uint64_t)info.semmns);
	set_limit(amounts, LIMIT_SEMMSL, (uint64_t)info.semmsl);
	set_limit(amounts, LIMIT_SEMOPM, (uint64_t)info.semopm);
	set_limit(amounts, LIMIT_SEMVMX, (uint64_t)info.semvmx);
	set_used(amounts, LIMIT_SEMMNI, (uint64_t)info.semusz);
	set_used(amounts, LIMIT_SEMMNS, (uint64_t)info.semaem);
	return 0;
}

static int ask_shm(struct amounts *amounts)
{
	struct shminfo info = { 0 };

	if (shmctl(0, IPC_INFO, (struct shmid_ds *)&info) < 0)
		return -errno;
	set_limit(amounts, LIMIT_SHMMNI, info.shmmni);
	set_limit(amounts, LIMIT_SHMMAX, info.shmmax);
	set_limit(amounts, LIMIT_SHMALL, info.shmall);
	set_limit(amounts, LIMIT_SHMMIN, info.shmmin);
	return 0;
}

/* The limits of a class from the texts below sys/kernel/, where the calls do not serve. */
static int read_class(const struct collector *collector, enum class class, struct amounts *amounts)
{
	unsigned long long fields[4];
	char path[512];
	enum limit limit;
	int error = 0, count;
	FILE *file;

	for (limit = 0; limit < LIMIT_COUNT; limit++) {
		const struct limit_info *info = &limit_infos[limit];

		if (info->class != class || !info->file)
			continue;
		snprintf(path, sizeof(path), "%s/sys/kernel/%s", collector->proc, info->file);
		file = file_stream(path);
		if (!file) {
			error = -errno;
			continue;
		}
		errno = 0;
		count = fscanf(file, "%llu %llu %llu %llu", &fields[0], &fields[1], &fields[2],
			&fields[3]);
		if (count > (int)info->field)
			set_limit(amounts, limit, fields[info->field]);
		else
			error = ferror(file) && errno ? -errno : -EBADMSG;
		fclose(file);
	}
	return error;
}

/* What the records tell of the use, where all of the class were read. */
static void count_used(const struct snapshot *snapshot, struct amounts *amounts)
{
	const struct class_rows *rows = snapshot->classes;
	const struct totals *totals = &snapshot->totals;

	if (snapshot_is_whole(snapshot, CLASS_SHM)) {
		set_used(amounts, LIMIT_SHMMNI, rows[CLASS_SHM].count);
		set_used(amounts, LIMIT_SHMALL, totals->shm_pages);
	}
	if (!amounts->has_used[LIMIT_MSGMNI] && snapshot_is_whole(snapshot, CLASS_MSG))
		set_used(amounts, LIMIT_MSGMNI, rows[CLASS_MSG].count);
	if (!amounts->has_used[LIMIT_SEMMNI] && snapshot_is_whole(snapshot, CLASS_SEM)) {
		set_used(amounts, LIMIT_SEMMNI, rows[CLASS_SEM].count);
		set_used(amounts, LIMIT_SEMMNS, totals->sem_semaphores);
	}
}

static int add_records(struct snapshot *snapshot, const struct amounts *amounts)
{
	struct limit_record *record;
	enum limit limit;

	for (limit = 0; limit < LIMIT_COUNT; limit++) {
		record = snapshot_add(snapshot, CLASS_LIMIT, LIMIT_COUNT);
		if (!record)
			return -ENOMEM;
		record->id = (int32_t)limit;
		record->name = limit_infos[limit].name;
		record->description = limit_infos[limit].description;
		record->in_bytes = limit_infos[limit].in_bytes;
		record->has_limit = amounts->has_limit[limit];
		record->is_unlimited = amounts->is_known[limit] && !amounts->has_limit[limit];
		record->limit = amounts->has_limit[limit] ? amounts->limit[limit] : 0;
		record->has_used = amounts->has_used[limit];
		record->used = amounts->used[limit];
	}
	return 0;
}

/* Those of a class that no file tells. */
static int tell_fixed(struct snapshot *snapshot, enum class class, int call_error)
{
	const struct limit_info *info;
	int error = 0;

	for (info = limit_infos; info < limit_infos + LIMIT_COUNT && !error; info++) {
		if (info->class == class && !info->file)
			error = snapshot_note(snapshot, CLASS_LIMIT, NOTE_HINT,
				"%s is not known: %s", info->name, strerror(-call_error));
	}
	return error;
}

static int collect(
	struct collector *collector, const struct needs *needs, struct snapshot *snapshot)
{
	static int (*const ask[CLASS_COUNT])(struct amounts * amounts) = {
		[CLASS_MSG] = ask_msg,
		[CLASS_SEM] = ask_sem,
		[CLASS_SHM] = ask_shm,
	};
	struct amounts amounts = { 0 };
	enum class class;
	int error, call_error;

	(void)needs;
	for (class = 0; class < CLASS_COUNT; class ++) {
		if (!ask[class])
			continue;
		error = call_error = collector->live ? ask[class](&amounts) : -ENOENT;
		if (error)
			error = read_class(collector, class, &amounts);
		if (call_error && !error && collector->live)
			error = tell_fixed(snapshot, class, call_error);
		else if (error)
			error = snapshot_note(snapshot, CLASS_LIMIT,
				collector->live ? NOTE_FAILED : NOTE_HINT,
				"limits of %s are not known: %s", class_infos[class].many,
				strerror(-error));
		if (error)
			return error;
	}
	count_used(snapshot, &amounts);
	return add_records(snapshot, &amounts);
}

const struct source source_limit = { CLASS_LIMIT, collect };
