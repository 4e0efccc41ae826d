#include "ipctop/collect/sysv.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "ipctop/base/file.h"
#include "ipctop/model/class.h"

enum {
	/* A free place costs a walk 0.3 us; an object costs it 0.5 us, and the text 2 us. */
	SPARSE_FACTOR = 8,
	SPARSE_MIN = 4096, /* below it a walk takes about a millisecond at most */
	SPARSE_UNKNOWN = 32768, /* where the number of objects is not known */
	SPLIT_MIN = 2048, /* from here on a walk takes longer than the start of a thread by far */
	SEQ_SHIFT_EXTENDED = 24,
	PROBES = 16, /* objects that are asked for before the calls are called useless */
};

/* One pass over the text of a kind. */
struct text_pass {
	const struct sysv_kind *kind;
	struct snapshot *snapshot;
	uint32_t hint;
	int seq_shift;
};

const struct sysv_kind *sysv_kind_of(enum class class)
{
	static const struct sysv_kind *const kinds[CLASS_COUNT] = {
		[CLASS_MSG] = &sysv_msg,
		[CLASS_SEM] = &sysv_sem,
		[CLASS_SHM] = &sysv_shm,
	};

	return kinds[class];
}

uint64_t sysv_scope(void)
{
	struct stat st;

	if (stat("/proc/thread-self/ns/ipc", &st) < 0 && stat("/proc/self/ns/ipc", &st) < 0)
		return 0;
	return st.st_ino;
}

void sysv_fill_ipc(struct ipc_record *ipc, const struct ipc_perm *perm, int64_t ctime)
{
	ipc->key = (uint32_t)perm->__key;
	ipc->uid = perm->uid;
	ipc->gid = perm->gid;
	ipc->cuid = perm->cuid;
	ipc->cgid = perm->cgid;
	ipc->mode = (uint16_t)perm->mode;
	ipc->seq = perm->__seq;
	ipc->ctime = ctime;
}

bool sysv_is_gone(int error)
{
	return error == EINVAL || error == EIDRM;
}

int sysv_look(const struct sysv_kind *kind, int id, union ipc_any_record *record)
{
	int found;

	memset(record, 0, sizeof(*record));
	found = kind->stat(id, record);
	if (found < 0 && errno == EINVAL)
		found = kind->stat_readable(id, record); /* a kernel before 4.17 */
	return found < 0 ? -errno : found;
}

int sysv_seq_shift(const struct collector *collector)
{
	char path[512], text[4096];
	size_t length;
	FILE *file;
	bool failed;

	snprintf(path, sizeof(path), "%s/cmdline", collector->proc);
	file = file_stream(path);
	if (!file)
		return errno == ENOENT ? SYSV_SEQ_SHIFT : 0;
	length = fread(text, 1, sizeof(text) - 1, file);
	failed = ferror(file);
	fclose(file);
	if (failed)
		return 0;
	text[length] = '\0';
	return strstr(text, "ipcmni_extend") ? SEQ_SHIFT_EXTENDED : SYSV_SEQ_SHIFT;
}

/* Whether all numbers fit where they belong; the kernel prints keys as negative numbers, too. */
static bool fits(const struct proctext_line *line)
{
	static const int ids[] = { SYSV_UID, SYSV_GID, SYSV_CUID, SYSV_CGID };
	uint64_t key = line->values[SYSV_KEY];
	size_t i;

	for (i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		if (line->values[ids[i]] > UINT32_MAX)
			return false;
	}
	return (key <= UINT32_MAX || key >= (uint64_t)INT32_MIN) &&
		line->values[SYSV_ID] <= INT32_MAX && line->values[SYSV_PERMS] <= UINT16_MAX;
}

static int take_line(void *user, const struct proctext_line *line)
{
	const struct text_pass *pass = user;
	struct ipc_record *ipc;
	void *record;

	if (!fits(line))
		return PROCTEXT_MALFORMED;
	record = snapshot_add(pass->snapshot, pass->kind->class, pass->hint);
	if (!record)
		return -ENOMEM;
	ipc = record;
	ipc->key = (uint32_t)line->values[SYSV_KEY];
	ipc->id = (int32_t)line->values[SYSV_ID];
	ipc->mode = (uint16_t)line->values[SYSV_PERMS];
	ipc->uid = (uint32_t)line->values[SYSV_UID];
	ipc->gid = (uint32_t)line->values[SYSV_GID];
	ipc->cuid = (uint32_t)line->values[SYSV_CUID];
	ipc->cgid = (uint32_t)line->values[SYSV_CGID];
	ipc->ctime = (int64_t)line->values[SYSV_CTIME];
	ipc->seq = (uint16_t)(ipc->id >> pass->seq_shift);
	pass->kind->fill(record, line);
	return 0;
}

/* Room for what is to be expected: what the last snapshot had, and a little more. */
static uint32_t room_hint(const struct collector *collector, enum class class)
{
	uint32_t last = collector->last_count[class];

	return last + last / 32 + 16;
}

static int read_text(
	struct collector *collector, const struct sysv_kind *kind, struct snapshot *snapshot)
{
	struct text_pass pass = {
		.kind = kind,
		.snapshot = snapshot,
		.hint = room_hint(collector, kind->class),
		.seq_shift = collector->seq_shift ? collector->seq_shift : SYSV_SEQ_SHIFT,
	};
	struct class_rows *rows = &snapshot->classes[kind->class];
	char path[512];
	int error;

	snprintf(path, sizeof(path), "%s/sysvipc/%s", collector->proc, kind->file);
	rows->count = rows->skipped = 0;
	error = proctext_read(path, kind->fields, take_line, &pass, &rows->skipped);
	if (error)
		rows->count = 0;
	return error;
}

/* A stretch of a walk, and where its objects go. */
struct stretch {
	const struct sysv_kind *kind;
	int from, to; /* indexes, the last one included */
	uint32_t hint;
	struct snapshot *snapshot;
	int error;
};

/* 0, or a negative errno where the calls do not serve at all. */
static int walk_stretch(const struct stretch *stretch)
{
	const struct sysv_kind *kind = stretch->kind;
	struct class_rows *rows = &stretch->snapshot->classes[kind->class];
	struct ipc_record *record;
	int index, id;

	for (index = stretch->from; index <= stretch->to; index++) {
		record = snapshot_add(stretch->snapshot, kind->class, stretch->hint);
		if (!record)
			return -ENOMEM;
		id = kind->stat(index, record);
		if (id >= 0) {
			record->id = id;
			continue;
		}
		rows->count--;
		/* a free place, or removed while we looked */
		if (!sysv_is_gone(errno))
			return -errno;
	}
	return 0;
}

static void *run_stretch(void *user)
{
	struct stretch *stretch = user;

	stretch->error = walk_stretch(stretch);
	return NULL;
}

/* Whether there is a second processor that we may run on; where that is not known, there is. */
static bool has_processors(void)
{
	cpu_set_t set;

	return sched_getaffinity(0, sizeof(set), &set) < 0 || CPU_COUNT(&set) > 1;
}

static int append(
	struct snapshot *snapshot, const struct snapshot *part, const struct stretch *half)
{
	enum class class = half->kind->class;
	size_t size = class_infos[class].record_size;
	uint32_t row;
	void *record;

	for (row = 0; row < part->classes[class].count; row++) {
		record = snapshot_add(snapshot, class, half->hint);
		if (!record)
			return -ENOMEM;
		memcpy(record, snapshot_record(part, class, row), size);
	}
	return 0;
}

/*
 * A long walk is nothing but waiting for the kernel to fetch each object from memory, so that a
 * thread of its own, which lives as long as the walk, takes the second half. It shares nothing: its
 * objects go into a part that is appended. Where there can be no thread the walk is one.
 */
static int walk_both(struct stretch *all)
{
	struct stretch half = *all, first = *all;
	pthread_t thread;
	int error;

	first.to = all->to / 2;
	half.from = first.to + 1;
	half.hint = all->hint / 2;
	half.snapshot = snapshot_new();
	if (!half.snapshot)
		return -ENOMEM;
	if (pthread_create(&thread, NULL, run_stretch, &half) != 0) {
		error = walk_stretch(all);
	} else {
		error = walk_stretch(&first);
		pthread_join(thread, NULL);
		if (!error)
			error = half.error;
		half.hint = all->hint;
		if (!error)
			error = append(all->snapshot, half.snapshot, &half);
	}
	snapshot_unref(half.snapshot);
	return error;
}

/* 0, or a negative errno where the calls do not serve at all. */
static int walk(struct collector *collector, const struct sysv_kind *kind, int max,
	struct snapshot *snapshot)
{
	struct stretch all = { kind, 0, max, room_hint(collector, kind->class), snapshot, 0 };
	int error;

	snapshot->classes[kind->class].count = 0;
	error = max >= SPLIT_MIN && has_processors() ? walk_both(&all) : walk_stretch(&all);
	if (error)
		snapshot->classes[kind->class].count = 0;
	return error;
}

/*
 * A walk found nothing, yet the text has objects: before 4.17 the calls answer EINVAL to all. Ask
 * for some of these objects themselves, since they may have come after the walk. 0, or a negative
 * errno where the calls fail for another reason: the next snapshot decides.
 */
static int decide(
	struct collector *collector, const struct sysv_kind *kind, const struct snapshot *snapshot)
{
	const struct class_rows *rows = &snapshot->classes[kind->class];
	const struct ipc_record *ipc;
	union ipc_any_record record = { 0 };
	uint32_t row;

	if (rows->count == 0)
		return 0;
	for (row = 0; row < rows->count && row < PROBES; row++) {
		ipc = snapshot_record(snapshot, kind->class, row);
		if (kind->stat(ipc->id, &record) >= 0) {
			collector->serves[kind->class] = SERVES_YES;
			return 0;
		}
		if (!sysv_is_gone(errno))
			return -errno;
	}
	collector->serves[kind->class] = SERVES_NO;
	return 0;
}

/* Fill in by the calls what the text lacks. 0, or a negative errno where some of it is missing. */
static int enrich(
	const struct collector *collector, const struct sysv_kind *kind, struct snapshot *snapshot)
{
	const struct class_rows *rows = &snapshot->classes[kind->class];
	size_t size = class_infos[kind->class].record_size;
	struct ipc_record *ipc;
	union ipc_any_record record;
	uint32_t row;
	int error = 0, id;

	if (!kind->text_is_poorer || !collector->live ||
		collector->serves[kind->class] == SERVES_NO)
		return 0;
	for (row = 0; row < rows->count; row++) {
		ipc = (struct ipc_record *)((char *)rows->records + row * size);
		memset(&record, 0, sizeof(record));
		id = kind->stat(ipc->id, &record);
		if (id < 0 && !sysv_is_gone(errno))
			error = -errno;
		if (id != ipc->id)
			continue;
		record.ipc.id = ipc->id;
		memcpy(ipc, &record, size);
	}
	return error;
}

static bool is_sparse(const struct collector *collector, enum class class, int max, long used)
{
	if (used < 0 && collector->has_last[class])
		used = collector->last_count[class];
	if (used < 0)
		return max >= SPARSE_UNKNOWN;
	return max >= SPARSE_MIN && max / SPARSE_FACTOR > used;
}

/* Learn what a walk would have to look at: 0, or a negative errno where the calls do not serve. */
static int ask_calls(
	const struct collector *collector, const struct sysv_kind *kind, int *max, long *used)
{
	if (!collector->live)
		return -ENOSYS;
	if (collector->serves[kind->class] == SERVES_NO)
		return -ENOSYS;
	*max = kind->info(used);
	return *max < 0 ? -errno : 0;
}

/* The text was read; `call_error`: why the calls were not used, or 0. */
static int finish_text(struct collector *collector, const struct sysv_kind *kind, int call_error,
	struct snapshot *snapshot)
{
	enum class class = kind->class;

	if (!collector->live)
		return 0;
	if (!call_error && collector->serves[class] == SERVES_UNKNOWN)
		call_error = decide(collector, kind, snapshot);
	if (!call_error)
		call_error = enrich(collector, kind, snapshot);
	if (!call_error || collector->serves[class] == SERVES_NO)
		return 0;
	/* they are tried again each time: what fails now need not fail for ever */
	return snapshot_note(snapshot, class, NOTE_HINT,
		"system calls fail (%s): read from %s/sysvipc/%s", strerror(-call_error),
		collector->proc, kind->file);
}

/* Look at one object. Another one may have its place by now: then there is none. */
static int look_at_one(
	const struct sysv_kind *kind, const struct identity *only, struct snapshot *snapshot)
{
	struct ipc_record *record = snapshot_add(snapshot, kind->class, 1);
	int id;

	if (!record)
		return -ENOMEM;
	id = kind->stat(only->id, record);
	if (id == only->id) {
		record->id = only->id;
		return 0;
	}
	snapshot->classes[kind->class].count = 0;
	return id >= 0 || sysv_is_gone(errno) ? 0 : -errno;
}

/* Whether there are objects, or that can't be told. */
static bool has_any(const struct sysv_kind *kind, long used)
{
	return (used < 0 ? kind->count() : used) != 0;
}

int sysv_collect(struct collector *collector, const struct sysv_kind *kind,
	const struct needs *needs, bool want_text, struct snapshot *snapshot)
{
	const int not_tried = 1;
	int max = 0, text_error = not_tried, call_error;
	long used = -1;
	uint32_t found;

	if (needs->only && needs->only->class == (int32_t)kind->class && !want_text &&
		collector->serves[kind->class] == SERVES_YES)
		return look_at_one(kind, needs->only, snapshot);
	call_error = ask_calls(collector, kind, &max, &used);
	if (want_text || call_error || is_sparse(collector, kind->class, max, used))
		text_error = read_text(collector, kind, snapshot);
	if (text_error == 0)
		return finish_text(collector, kind, call_error, snapshot);
	if (text_error == -ENOMEM)
		return text_error;
	if (!call_error)
		call_error = walk(collector, kind, max, snapshot);
	if (call_error == -ENOMEM)
		return call_error;
	found = snapshot->classes[kind->class].count;
	if (found > 0)
		collector->serves[kind->class] = SERVES_YES;
	if (text_error == not_tried &&
		(call_error || (!found && collector->serves[kind->class] == SERVES_UNKNOWN))) {
		text_error = read_text(collector, kind, snapshot);
		if (text_error == 0)
			return finish_text(collector, kind, call_error, snapshot);
	}
	if (call_error)
		return collector->live && collector->serves[kind->class] != SERVES_NO ? call_error
										      : text_error;
	if (found == 0 && text_error != not_tried && has_any(kind, used))
		return text_error; /* so the calls do not serve */
	if (!want_text || found == 0)
		return 0;
	return snapshot_note(snapshot, kind->class, NOTE_FAILED,
		"resident and swapped bytes are not known: %s/sysvipc/%s: %s", collector->proc,
		kind->file, strerror(-text_error));
}
