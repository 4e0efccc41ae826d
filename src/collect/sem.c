#include <errno.h>
#include <sys/sem.h>

#include "ipctop/collect/sysv.h"

#ifndef SEM_STAT_ANY
#define SEM_STAT_ANY 20
#endif

enum { NSEMS = SYSV_FIELDS, OTIME };

static const struct proctext_field fields[] = {
	SYSV_COMMON_FIELDS("semid"),
	[NSEMS] = { "nsems", false, false },
	[OTIME] = { "otime", false, false },
	{ NULL, false, false },
};

static int sem_info(long *used)
{
	struct seminfo info = { 0 };
	int max = semctl(0, 0, SEM_INFO, (union semun){ .info = &info });

	*used = info.semusz;
	return max;
}

/* `command` is SEM_STAT_ANY or IPC_STAT. */
static int stat_by(int index, int command, void *record)
{
	struct sem_record *sem = record;
	struct semid_ds ds = { 0 }; /* analysers do not see semctl(2) fill it */
	int id = semctl(index, 0, command, (union semun){ .buf = &ds });

	if (id < 0)
		return id;
	sysv_fill_ipc(&sem->ipc, &ds.sem_perm, ds.sem_ctime);
	sem->otime = ds.sem_otime;
	sem->nsems = (uint32_t)ds.sem_nsems;
	return id;
}

static int sem_stat(int index, void *record)
{
	return stat_by(index, SEM_STAT_ANY, record);
}

static int sem_stat_readable(int id, void *record)
{
	return stat_by(id, IPC_STAT, record) < 0 ? -1 : id;
}

static void sem_fill(void *record, const struct proctext_line *line)
{
	struct sem_record *sem = record;

	sem->nsems = (uint32_t)line->values[NSEMS];
	sem->otime = (int64_t)line->values[OTIME];
}

const struct sysv_kind sysv_sem = {
	.class = CLASS_SEM,
	.file = "sem",
	.fields = fields,
	.info = sem_info,
	.stat = sem_stat,
	.stat_readable = sem_stat_readable,
	.fill = sem_fill,
};

static int collect(
	struct collector *collector, const struct needs *needs, struct snapshot *snapshot)
{
	return sysv_collect(collector, &sysv_sem, needs, false, snapshot);
}

const struct source source_sem = { CLASS_SEM, collect };
