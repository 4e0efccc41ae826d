#include <errno.h>
#include <stdio.h>
#include <sys/shm.h>

#include "ipctop/base/file.h"
#include "ipctop/collect/sysv.h"

#ifndef SHM_STAT_ANY
#define SHM_STAT_ANY 15
#endif

/*
 * Of a segment with huge pages the kernel tells 512 times too much: each of its pages of 2 MiB
 * counts as 1 GiB. Nothing in the text says which segments these are.
 */
#define HUGE_PAGE_RSS ((uint64_t)512 * 2 * 1024 * 1024)

enum { SIZE = SYSV_FIELDS, CPID, LPID, NATTCH, ATIME, DTIME, RSS, SWAP };

static const struct proctext_field fields[] = {
	SYSV_COMMON_FIELDS("shmid"),
	[SIZE] = { "size", false, false },
	[CPID] = { "cpid", false, false },
	[LPID] = { "lpid", false, false },
	[NATTCH] = { "nattch", false, false },
	[ATIME] = { "atime", false, false },
	[DTIME] = { "dtime", false, false },
	[RSS] = { "rss", false, true },
	[SWAP] = { "swap", false, true },
	{ NULL, false, false },
};

static int shm_info(long *used)
{
	struct shminfo info = { 0 };

	*used = -1; /* see shm_count() */
	return shmctl(0, IPC_INFO, (struct shmid_ds *)&info);
}

/* That stops every shmat(2) meanwhile, and looks at all segments. */
static long shm_count(void)
{
	struct shm_info info = { 0 };

	return shmctl(0, SHM_INFO, (struct shmid_ds *)&info) < 0 ? -1 : info.used_ids;
}

/* `command` is SHM_STAT_ANY or IPC_STAT. */
static int stat_by(int index, int command, void *record)
{
	struct shm_record *shm = record;
	struct shmid_ds ds;
	int id = shmctl(index, command, &ds);

	if (id < 0)
		return id;
	sysv_fill_ipc(&shm->ipc, &ds.shm_perm, ds.shm_ctime);
	shm->atime = ds.shm_atime;
	shm->dtime = ds.shm_dtime;
	shm->size = ds.shm_segsz;
	shm->nattch = ds.shm_nattch;
	shm->cpid = ds.shm_cpid;
	shm->lpid = ds.shm_lpid;
	return id;
}

static int shm_stat(int index, void *record)
{
	return stat_by(index, SHM_STAT_ANY, record);
}

static int shm_stat_readable(int id, void *record)
{
	return stat_by(id, IPC_STAT, record) < 0 ? -1 : id;
}

static void shm_fill(void *record, const struct proctext_line *line)
{
	struct shm_record *shm = record;

	shm->size = line->values[SIZE];
	shm->cpid = (int32_t)line->values[CPID];
	shm->lpid = (int32_t)line->values[LPID];
	shm->nattch = line->values[NATTCH];
	shm->atime = (int64_t)line->values[ATIME];
	shm->dtime = (int64_t)line->values[DTIME];
	shm->swap = line->values[SWAP];
	shm->has_swap = line->has[SWAP];
	shm->rss = line->values[RSS];
	shm->has_rss = line->has[RSS];
}

const struct sysv_kind sysv_shm = {
	.class = CLASS_SHM,
	.file = "shm",
	.fields = fields,
	.info = shm_info,
	.count = shm_count,
	.stat = shm_stat,
	.stat_readable = shm_stat_readable,
	.fill = shm_fill,
};

/* Whether any huge pages are set aside; where that can't be read, they may be (proc(5)). */
static bool has_huge_pages(const struct collector *collector)
{
	unsigned long long amount;
	char path[512], line[256];
	bool found = false, any = false;
	FILE *file;

	snprintf(path, sizeof(path), "%s/meminfo", collector->proc);
	file = file_stream(path);
	while (file && fgets(line, sizeof(line), file)) {
		/* the first counts those of the usual size only, the second is not in old kernels
		 */
		if (sscanf(line, "HugePages_Total: %llu", &amount) == 1 ||
			sscanf(line, "Hugetlb: %llu", &amount) == 1) {
			found = true;
			any |= amount > 0;
		}
	}
	if (file)
		fclose(file);
	return any || !found;
}

/* What can't be, or what may be wrong where there are huge pages, is not shown as truth. */
static void drop_wrong_rss(const struct collector *collector, struct class_rows *rows)
{
	const uint64_t largest_page = UINT64_C(64) * 1024; /* of the usual pages */
	struct shm_record *shm = rows->records;
	bool asked = false, huge = true;
	uint32_t i;

	for (i = 0; i < rows->count; i++, shm++) {
		if (shm->rss == 0 || shm->swap > 0)
			continue; /* huge pages are never swapped */
		if (shm->rss <= shm->size || shm->rss - shm->size < largest_page) {
			if (shm->rss % HUGE_PAGE_RSS != 0)
				continue;
			huge = asked ? huge : has_huge_pages(collector);
			asked = true;
			if (!huge)
				continue;
		}
		shm->has_rss = false;
		shm->rss = 0;
	}
}

static int collect(
	struct collector *collector, const struct needs *needs, struct snapshot *snapshot)
{
	int error =
		sysv_collect(collector, &sysv_shm, needs, needs->cost & COST_RESIDENT, snapshot);

	if (!error)
		drop_wrong_rss(collector, &snapshot->classes[CLASS_SHM]);
	return error;
}

const struct source source_shm = { CLASS_SHM, collect };
