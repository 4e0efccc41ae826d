#include "ipctop/model/limit.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum {
	IPCMNI = 1 << 15, /* ids of a kind in a namespace (linux/ipc_namespace.h) */
	IPCMNI_EXTENDED = 1 << 24, /* where the kernel was booted with ipcmni_extend */
	SEMMSL_MAX = 1 << 16, /* sem_num of semop(2) has 16 bits */
	SEMOPM_MAX = 1000, /* above it semop(2) may lack memory, says its manual */
	SUMS_MAX = 2, /* limits on sums, of one class */
	OWNERS_FIRST = 64, /* a power of two */
};

/* what an object takes */

static bool one(const struct row *row, uint64_t *takes)
{
	(void)row;
	*takes = 1;
	return true;
}

static bool queue_bytes(const struct row *row, uint64_t *takes)
{
	*takes = row->msg->qbytes;
	return row->msg->has_qbytes;
}

static bool semaphores(const struct row *row, uint64_t *takes)
{
	*takes = row->sem->nsems;
	return true;
}

static bool segment_bytes(const struct row *row, uint64_t *takes)
{
	*takes = row->shm->size;
	return true;
}

static bool segment_pages(const struct row *row, uint64_t *takes)
{
	uint32_t page = row->snapshot->page_size;

	*takes = record_pages(row->shm->size, page ? page : 1);
	return true;
}

/* A call and its errno: msgget(2), msgsnd(2), semget(2), semop(2) and shmget(2) tell them. */
/* NOLINTBEGIN(bugprone-macro-parentheses): its name is a text, and put together with another one */
#define FAILS(name, errno_)                                                                        \
	.call = name, .error_name = #errno_, .error = errno_, .fails = name ": " #errno_
/* NOLINTEND(bugprone-macro-parentheses) */

/* clang-format off */
const struct limit_info limit_infos[LIMIT_COUNT] = {
	[LIMIT_MSGMNI] = { .class = CLASS_MSG, .name = "MSGMNI", .description = "Number of message queues",
		.file = "msgmni", .field = 0, .most = IPCMNI, .on_sum = true, .takes = one,
		.when = "it is reached", FAILS("msgget", ENOSPC) },
	[LIMIT_MSGMAX] = { .class = CLASS_MSG, .name = "MSGMAX", .description = "Max size of message (bytes)",
		.file = "msgmax", .field = 0, .most = INT_MAX, .in_bytes = true,
		.when = "a message is larger", FAILS("msgsnd", EINVAL) },
	[LIMIT_MSGMNB] = { .class = CLASS_MSG, .name = "MSGMNB", .description = "Default max size of queue (bytes)",
		.file = "msgmnb", .field = 0, .most = INT_MAX, .in_bytes = true, .takes = queue_bytes,
		.when = "a queue has no room for a message", FAILS("msgsnd", EAGAIN),
		.remark = "That is with IPC_NOWAIT; without it the call waits for room. A queue keeps "
			"the QBYTES that it was made with, whatever the limit is later." },
	[LIMIT_SHMMNI] = { .class = CLASS_SHM, .name = "SHMMNI", .description = "Shared memory segments",
		.file = "shmmni", .field = 0, .most = IPCMNI, .on_sum = true, .takes = one,
		.when = "it is reached", FAILS("shmget", ENOSPC) },
	[LIMIT_SHMMAX] = { .class = CLASS_SHM, .name = "SHMMAX", .description = "Max size of segment (bytes)",
		.file = "shmmax", .field = 0, .most = ULONG_MAX, .in_bytes = true, .takes = segment_bytes,
		.when = "a new segment would be larger", FAILS("shmget", EINVAL) },
	[LIMIT_SHMALL] = { .class = CLASS_SHM, .name = "SHMALL", .description = "Shared memory pages",
		.file = "shmall", .field = 0, .most = ULONG_MAX, .on_sum = true, .takes = segment_pages,
		.when = "a new segment would exceed it", FAILS("shmget", ENOSPC) },
	[LIMIT_SHMMIN] = { .class = CLASS_SHM, .name = "SHMMIN", .description = "Min size of segment (bytes)",
		.in_bytes = true,
		.when = "a new segment would be smaller", FAILS("shmget", EINVAL) },
	[LIMIT_SEMMNI] = { .class = CLASS_SEM, .name = "SEMMNI", .description = "Number of semaphore sets",
		.file = "sem", .field = 3, .most = IPCMNI, .on_sum = true, .takes = one,
		.when = "it is reached", FAILS("semget", ENOSPC) },
	[LIMIT_SEMMNS] = { .class = CLASS_SEM, .name = "SEMMNS", .description = "Total number of semaphores",
		.file = "sem", .field = 1, .most = INT_MAX, .on_sum = true, .takes = semaphores,
		.when = "a new set would exceed it", FAILS("semget", ENOSPC) },
	[LIMIT_SEMMSL] = { .class = CLASS_SEM, .name = "SEMMSL", .description = "Max semaphores per set",
		.file = "sem", .field = 0, .most = SEMMSL_MAX, .takes = semaphores,
		.when = "a new set would have more", FAILS("semget", EINVAL) },
	[LIMIT_SEMOPM] = { .class = CLASS_SEM, .name = "SEMOPM", .description = "Max operations per semop(2)",
		.file = "sem", .field = 2, .most = SEMOPM_MAX,
		.when = "a call has more", FAILS("semop", E2BIG) },
	[LIMIT_SEMVMX] = { .class = CLASS_SEM, .name = "SEMVMX", .description = "Semaphore max value",
		.when = "a value would become larger", FAILS("semop", ERANGE),
		.remark = "So does semctl(2) with SETVAL and SETALL." },
};
/* clang-format on */

const struct limit_info *limit_find(const char *name)
{
	const struct limit_info *info;

	for (info = limit_infos; name && info < limit_infos + LIMIT_COUNT; info++) {
		if (strcmp(info->name, name) == 0)
			return info;
	}
	return NULL;
}

/* Objects with these verdicts nobody uses any more; what is full or still held may be in use. */
static const bool is_leak[VERDICT_COUNT] = {
	[VERDICT_STUCK] = true,
	[VERDICT_ORPHAN] = true,
	[VERDICT_ABANDONED] = true,
	[VERDICT_NEVER_ATTACHED] = true,
	[VERDICT_NEVER_USED] = true,
	[VERDICT_IDLE] = true,
};

static uint64_t add(uint64_t a, uint64_t b)
{
	uint64_t sum;

	return __builtin_add_overflow(a, b, &sum) ? UINT64_MAX : sum;
}

/* owners */

struct owner {
	uint64_t sums[SUMS_MAX];
	uint32_t uid;
	bool taken;
};

/* By uid: a hash table with open addressing; `size` is a power of two. */
struct owners {
	struct owner *slots;
	uint32_t size, used;
};

/* The place of `uid`, taken or free; at least one is free. */
static struct owner *find_place(const struct owners *owners, uint32_t uid)
{
	uint32_t at = (uint32_t)(uid * UINT64_C(0x9e3779b97f4a7c15) >> 32);

	for (;; at++) {
		struct owner *owner = &owners->slots[at & (owners->size - 1)];

		if (!owner->taken || owner->uid == uid)
			return owner;
	}
}

static int grow(struct owners *owners)
{
	struct owners larger = { .size = owners->size ? 2 * owners->size : OWNERS_FIRST };
	uint32_t i;

	larger.slots = calloc(larger.size, sizeof(*larger.slots));
	if (!larger.slots)
		return -ENOMEM;
	for (i = 0; i < owners->size; i++) {
		if (owners->slots[i].taken)
			*find_place(&larger, owners->slots[i].uid) = owners->slots[i];
	}
	larger.used = owners->used;
	free(owners->slots);
	*owners = larger;
	return 0;
}

/* NULL where there is no memory. */
static struct owner *find_owner(struct owners *owners, uint32_t uid)
{
	struct owner *owner;

	if (2 * owners->used >= owners->size && grow(owners) < 0)
		return NULL;
	owner = find_place(owners, uid);
	if (!owner->taken) {
		owner->taken = true;
		owner->uid = uid;
		owners->used++;
	}
	return owner;
}

/* the limits on sums of one class */

struct sums {
	const struct limit_info *infos[SUMS_MAX];
	struct limit_use *uses[SUMS_MAX];
	unsigned count;
};

static void find_sums(struct sums *sums, const struct snapshot *snapshot, enum class class)
{
	const struct class_rows *rows = &snapshot->classes[CLASS_LIMIT];
	const struct limit_record *limits = rows->records;
	const struct limit_info *info;
	uint32_t row;

	sums->count = 0;
	for (row = 0; row < rows->count && sums->count < SUMS_MAX; row++) {
		info = limit_find(limits[row].name);
		if (!info || !info->on_sum || info->class != class)
			continue;
		sums->infos[sums->count] = info;
		sums->uses[sums->count++] = &snapshot->limit_uses[row];
	}
}

static void add_object(const struct sums *sums, struct owner *owner, const struct row *row)
{
	enum verdict verdict = verdict_of(row);
	struct limit_use *use;
	uint64_t takes;
	unsigned i;

	for (i = 0; i < sums->count; i++) {
		use = sums->uses[i];
		if (!sums->infos[i]->takes(row, &takes))
			continue;
		owner->sums[i] = add(owner->sums[i], takes);
		if (!is_leak[verdict])
			continue;
		use->objects[verdict]++;
		use->unsure |= verdict_is_unsure(row);
		use->freed[verdict] = add(use->freed[verdict], takes);
		use->freeable = add(use->freeable, takes);
	}
}

static void find_most(const struct owners *owners, const struct sums *sums)
{
	const struct owner *owner;
	struct limit_use *use;
	uint32_t at;
	unsigned i;

	for (at = 0; at < owners->size; at++) {
		owner = &owners->slots[at];
		for (i = 0; owner->taken && i < sums->count; i++) {
			use = sums->uses[i];
			if (use->has_most &&
				(owner->sums[i] < use->most ||
					(owner->sums[i] == use->most &&
						owner->uid > use->most_uid)))
				continue;
			use->has_most = true;
			use->most_uid = owner->uid;
			use->most = owner->sums[i];
		}
	}
}

/* Nothing found where not all could be looked at is not nothing. */
static void tell_freeable(
	const struct snapshot *snapshot, enum class class, const struct sums *sums)
{
	const bool judged = snapshot->classes[class].verdicts;
	const bool may_miss = judged && verdict_may_miss(snapshot, class);
	unsigned i;

	for (i = 0; i < sums->count; i++) {
		sums->uses[i]->has_freeable = judged && (!may_miss || sums->uses[i]->freeable > 0);
		sums->uses[i]->may_free_more = may_miss;
	}
}

static int sum_class(struct snapshot *snapshot, enum class class)
{
	const struct class_rows *rows = &snapshot->classes[class];
	struct owners owners = { 0 };
	struct owner *owner = NULL;
	struct sums sums;
	struct row row;
	uint32_t i;

	find_sums(&sums, snapshot, class);
	if (!snapshot_is_whole(snapshot, class))
		return 0;
	for (i = 0; i < rows->count; i++) {
		row = row_at(snapshot, class, i);
		/* objects of one owner often stand together */
		if (!owner || owner->uid != row.ipc->uid)
			owner = find_owner(&owners, row.ipc->uid);
		if (!owner)
			break;
		add_object(&sums, owner, &row);
	}
	find_most(&owners, &sums);
	tell_freeable(snapshot, class, &sums);
	free(owners.slots);
	return i < rows->count ? -ENOMEM : 0;
}

/* how a limit is raised */

static const struct limit_record *record_of(
	const struct snapshot *snapshot, const struct limit_info *info)
{
	const struct class_rows *rows = &snapshot->classes[CLASS_LIMIT];
	const struct limit_record *limits = rows->records;
	uint32_t row;

	for (row = 0; row < rows->count; row++) {
		if (limit_find(limits[row].name) == info)
			return &limits[row];
	}
	return NULL;
}

/* The limit in a field of a file; NULL where it has no such field. */
static const struct limit_info *field_of(const char *file, unsigned field)
{
	const struct limit_info *info;

	for (info = limit_infos; info < limit_infos + LIMIT_COUNT; info++) {
		if (info->file && strcmp(info->file, file) == 0 && info->field == field)
			return info;
	}
	return NULL;
}

/* One of them above what a kernel takes as it is shows that it takes more. */
static uint64_t most_settable(const struct snapshot *snapshot, const struct limit_info *info)
{
	const struct class_rows *rows = &snapshot->classes[CLASS_LIMIT];
	const struct limit_record *limits = rows->records;
	const struct limit_info *other;
	uint32_t row;

	for (row = 0; info->most == IPCMNI && row < rows->count; row++) {
		other = limit_find(limits[row].name);
		if (other && other->most == IPCMNI && limits[row].limit > IPCMNI)
			return IPCMNI_EXTENDED;
	}
	return info->most;
}

/* Twice the larger of limit and use, as far as it goes; 0 where that is no more than it is. */
static uint64_t raised(const struct snapshot *snapshot, const struct limit_info *info,
	const struct limit_record *limit)
{
	uint64_t most = most_settable(snapshot, info), value = limit->limit;

	if (limit->has_used && limit->used > value)
		value = limit->used;
	if (value == 0)
		value = 1;
	value = value > most / 2 ? most : 2 * value;
	return value > limit->limit ? value : 0;
}

/*
 * Append the values of all fields of the file, `value` that of `info`; false: not all are known.
 * Others that are near go up with it: one line must not take back what another one gave.
 */
static bool put_fields(struct buf *out, const struct snapshot *snapshot,
	const struct limit_info *info, uint64_t value)
{
	const struct limit_record *record;
	const struct limit_info *other;
	uint64_t more;
	unsigned field;

	for (field = 0; (other = field_of(info->file, field)) != NULL; field++) {
		record = record_of(snapshot, other);
		if (!record || !record->has_limit)
			return false;
		if (field > 0)
			buf_char(out, ' ');
		more = limit_is_near(record) ? raised(snapshot, other, record) : 0;
		buf_u64(out, other == info ? value : more ? more : record->limit);
	}
	return true;
}

static int advise(struct snapshot *snapshot, uint32_t row)
{
	const struct limit_record *limit = snapshot_record(snapshot, CLASS_LIMIT, row);
	const struct limit_info *info = limit_find(limit->name);
	struct limit_use *use = &snapshot->limit_uses[row];
	struct buf line = { 0 };
	const char *quote;
	uint64_t value;
	int error;

	value = info && info->file && limit->has_limit ? raised(snapshot, info, limit) : 0;
	if (value == 0)
		return 0;
	quote = field_of(info->file, 1) ? "'" : ""; /* the shell's */
	buf_printf(&line, "sysctl kernel.%s=%s", info->file, quote);
	if (put_fields(&line, snapshot, info, value)) {
		buf_text(&line, quote);
		use->advice = line.error ? NULL : arena_text(&snapshot->arena, line.data, line.len);
		error = use->advice ? 0 : -ENOMEM;
	} else {
		error = line.error;
	}
	buf_free(&line);
	return error;
}

int limit_derive(struct snapshot *snapshot)
{
	const struct class_rows *rows = &snapshot->classes[CLASS_LIMIT];
	enum class class;
	uint32_t row;
	int error = 0;

	if (!rows->read || rows->error || rows->count == 0)
		return 0;
	snapshot->limit_uses =
		arena_alloc(&snapshot->arena, rows->count * sizeof(*snapshot->limit_uses));
	if (!snapshot->limit_uses)
		return -ENOMEM;
	for (class = 0; class < CLASS_COUNT && !error; class ++) {
		if (class_infos[class].flags & CLASS_IPC)
			error = sum_class(snapshot, class);
	}
	for (row = 0; row < rows->count && !error; row++)
		error = advise(snapshot, row);
	return error;
}

const struct limit_use *limit_use_of(const struct row *row)
{
	const struct limit_use *uses = row->snapshot->limit_uses;

	return uses && row->index < row->snapshot->classes[CLASS_LIMIT].count ? &uses[row->index]
									      : NULL;
}

bool limit_is_near(const struct limit_record *limit)
{
	return limit->has_limit && limit->has_used &&
		limit->used >= limit->limit - limit->limit / 10;
}
