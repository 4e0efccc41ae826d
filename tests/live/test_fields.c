/* Every field of every record, read in both ways, beside what IPC_STAT says of the object. */
#include "live.h"

#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>

#include "ipctop/collect/sysv.h"

enum { OBJECTS = 48 };

enum way { BY_CALLS, BY_TEXT };

static struct world world;

static int enter(void **state)
{
	live_enter(state);
	world_make(&world, world_seed(), OBJECTS);
	return 0;
}

static void check_ipc(const struct ipc_record *ipc, const struct ipc_perm *perm, int64_t ctime)
{
	assert_int_equal(ipc->key, (uint32_t)perm->__key);
	assert_int_equal(ipc->uid, perm->uid);
	assert_int_equal(ipc->gid, perm->gid);
	assert_int_equal(ipc->cuid, perm->cuid);
	assert_int_equal(ipc->cgid, perm->cgid);
	assert_int_equal(ipc->mode, perm->mode);
	assert_int_equal(ipc->seq, perm->__seq);
	assert_int_equal(ipc->ctime, ctime);
}

/* A snapshot of one kind that has all our objects, each once, and no others. */
static struct snapshot *read_class(unsigned kind, enum way way, const void *records[OBJECTS])
{
	struct collector *collector = collector_new(NULL);
	struct snapshot *snapshot;
	size_t i;

	assert_non_null(collector);
	if (way == BY_TEXT && kind != CLASS_SHM)
		collector->serves[kind] = SERVES_NO;
	snapshot = live_snapshot(collector, class_bit(kind), way == BY_TEXT ? COST_RESIDENT : 0);
	collector_free(collector);
	live_no_notes(snapshot);
	assert_true(snapshot->classes[kind].read);
	assert_int_equal(snapshot->classes[kind].error, 0);
	assert_int_equal(snapshot->classes[kind].skipped, 0);
	assert_int_equal(snapshot->classes[kind].count, OBJECTS);
	for (i = 0; i < OBJECTS; i++)
		assert_int_equal(live_find(snapshot, kind, world.ids[kind][i], &records[i]), 1);
	return snapshot;
}

static void check_queues(enum way way)
{
	const void *records[OBJECTS];
	struct snapshot *snapshot = read_class(CLASS_MSG, way, records);
	const struct msg_record *msg;
	struct msqid_ds ds;
	size_t i;

	for (i = 0; i < OBJECTS; i++) {
		msg = records[i];
		assert_int_equal(msgctl(world.ids[CLASS_MSG][i], IPC_STAT, &ds), 0);
		check_ipc(&msg->ipc, &ds.msg_perm, ds.msg_ctime);
		assert_int_equal(msg->stime, ds.msg_stime);
		assert_int_equal(msg->rtime, ds.msg_rtime);
#ifdef __GLIBC__
		assert_int_equal(msg->cbytes, ds.__msg_cbytes);
#else
		assert_int_equal(msg->cbytes, ds.msg_cbytes);
#endif
		assert_int_equal(msg->qnum, ds.msg_qnum);
		assert_int_equal(msg->lspid, ds.msg_lspid);
		assert_int_equal(msg->lrpid, ds.msg_lrpid);
		assert_int_equal(msg->has_qbytes, way == BY_CALLS);
		assert_int_equal(msg->qbytes, way == BY_CALLS ? ds.msg_qbytes : 0);
	}
	snapshot_unref(snapshot);
}

static void queues_by_calls(void **state)
{
	(void)state;
	check_queues(BY_CALLS);
}

static void queues_by_text(void **state)
{
	(void)state;
	check_queues(BY_TEXT);
}

static void check_sets(enum way way)
{
	const void *records[OBJECTS];
	struct snapshot *snapshot = read_class(CLASS_SEM, way, records);
	const struct sem_record *sem;
	struct semid_ds ds;
	size_t i;

	for (i = 0; i < OBJECTS; i++) {
		sem = records[i];
		assert_int_equal(
			semctl(world.ids[CLASS_SEM][i], 0, IPC_STAT, (union semun){ .buf = &ds }),
			0);
		check_ipc(&sem->ipc, &ds.sem_perm, ds.sem_ctime);
		assert_int_equal(sem->otime, ds.sem_otime);
		assert_int_equal(sem->nsems, ds.sem_nsems);
	}
	snapshot_unref(snapshot);
}

static void sets_by_calls(void **state)
{
	(void)state;
	check_sets(BY_CALLS);
}

static void sets_by_text(void **state)
{
	(void)state;
	check_sets(BY_TEXT);
}

/* Resident and swapped bytes as the kernel's text has them: the last two columns. */
static void read_resident(int id, uint64_t *rss, uint64_t *swap)
{
	unsigned long long numbers[16];
	FILE *file = fopen("/proc/sysvipc/shm", "re");
	char line[1024], *at;
	bool found = false;
	int i;

	assert_non_null(file);
	while (!found && fgets(line, sizeof(line), file)) {
		for (i = 0, at = line; i < 16; i++)
			numbers[i] = strtoull(at, &at, 10);
		found = (int)numbers[1] == id && *at == '\n';
	}
	fclose(file);
	assert_true(found);
	*rss = numbers[14];
	*swap = numbers[15];
}

static void check_segments(enum way way)
{
	const void *records[OBJECTS];
	struct snapshot *snapshot = read_class(CLASS_SHM, way, records);
	const struct shm_record *shm;
	uint64_t rss, swap;
	struct shmid_ds ds;
	size_t i;

	for (i = 0; i < OBJECTS; i++) {
		shm = records[i];
		assert_int_equal(shmctl(world.ids[CLASS_SHM][i], IPC_STAT, &ds), 0);
		check_ipc(&shm->ipc, &ds.shm_perm, ds.shm_ctime);
		assert_int_equal(shm->atime, ds.shm_atime);
		assert_int_equal(shm->dtime, ds.shm_dtime);
		assert_int_equal(shm->size, ds.shm_segsz);
		assert_int_equal(shm->nattch, ds.shm_nattch);
		assert_int_equal(shm->cpid, ds.shm_cpid);
		assert_int_equal(shm->lpid, ds.shm_lpid);
		assert_int_equal(shm->has_rss, way == BY_TEXT);
		assert_int_equal(shm->has_swap, way == BY_TEXT);
		if (way == BY_CALLS)
			continue;
		read_resident(shm->ipc.id, &rss, &swap);
		assert_int_equal(shm->rss, rss);
		assert_int_equal(shm->swap, swap);
	}
	snapshot_unref(snapshot);
}

static void segments_by_calls(void **state)
{
	(void)state;
	check_segments(BY_CALLS);
}

static void segments_by_text(void **state)
{
	(void)state;
	check_segments(BY_TEXT);
}

/* The world would prove nothing if all its objects were alike. */
static void the_world_is_colourful(void **state)
{
	const void *queues[OBJECTS], *segments[OBJECTS];
	struct snapshot *msg = read_class(CLASS_MSG, BY_CALLS, queues);
	struct snapshot *shm = read_class(CLASS_SHM, BY_TEXT, segments);
	unsigned negative = 0, given = 0, used = 0, dest = 0, resident = 0, left = 0;
	const struct msg_record *queue;
	const struct shm_record *segment;
	size_t i;

	(void)state;
	for (i = 0; i < OBJECTS; i++) {
		queue = queues[i];
		segment = segments[i];
		negative += (int32_t)queue->ipc.key < 0;
		given += queue->ipc.uid != queue->ipc.cuid && queue->ipc.cuid != queue->ipc.cgid;
		used += queue->stime != 0 && queue->rtime > queue->stime;
		dest += (segment->ipc.mode & RECORD_DEST) && segment->ipc.key == 0;
		resident += segment->rss > 0;
		left += segment->dtime > segment->atime && segment->nattch == 0;
	}
	assert_true(negative > 0);
	assert_true(used > 0);
	assert_true(dest > 0);
	assert_true(resident > 0);
	assert_true(left > 0);
	assert_true(given > 0 || !space_has_users());
	snapshot_unref(msg);
	snapshot_unref(shm);
}

static uint64_t sum_of_pages(void)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE), pages = 0;
	struct shmid_ds ds;
	size_t i;

	for (i = 0; i < OBJECTS; i++) {
		assert_int_equal(shmctl(world.ids[CLASS_SHM][i], IPC_STAT, &ds), 0);
		pages += (ds.shm_segsz + page - 1) / page;
	}
	return pages;
}

static void totals_and_limits(void **state)
{
	struct collector *collector = collector_new(NULL);
	struct snapshot *snapshot;
	struct seminfo sem;
	struct msginfo msg;
	const struct limit_record *limit;
	uint32_t row;

	(void)state;
	snapshot = live_snapshot(collector, class_set(CLASS_IPC) | class_bit(CLASS_LIMIT), 0);
	collector_free(collector);
	live_no_notes(snapshot);
	assert_true(msgctl(0, MSG_INFO, (struct msqid_ds *)(void *)&msg) >= 0);
	assert_true(semctl(0, 0, SEM_INFO, (union semun){ .info = &sem }) >= 0);
	assert_int_equal(snapshot->totals.msg_messages, msg.msgmap);
	assert_int_equal(snapshot->totals.msg_bytes, msg.msgtql);
	assert_int_equal(snapshot->totals.sem_semaphores, sem.semaem);
	assert_int_equal(snapshot->totals.shm_pages, sum_of_pages());
	for (row = 0; row < snapshot->classes[CLASS_LIMIT].count; row++) {
		limit = snapshot_record(snapshot, CLASS_LIMIT, row);
		if (strcmp(limit->name, "SHMALL") == 0)
			assert_int_equal(limit->used, sum_of_pages());
		else if (strcmp(limit->name, "SEMMNS") == 0)
			assert_int_equal(limit->used, sem.semaem);
		else if (limit->has_used)
			assert_int_equal(limit->used, OBJECTS);
	}
	snapshot_unref(snapshot);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(the_world_is_colourful),
		cmocka_unit_test(queues_by_calls),
		cmocka_unit_test(queues_by_text),
		cmocka_unit_test(sets_by_calls),
		cmocka_unit_test(sets_by_text),
		cmocka_unit_test(segments_by_calls),
		cmocka_unit_test(segments_by_text),
		cmocka_unit_test(totals_and_limits),
	};

	return tap_run(cases, sizeof(cases) / sizeof(cases[0]), enter, NULL);
}
