/*
 * All records of all classes at one instant. The worker builds it, alone; from publishing on it
 * is immutable and may be read by any thread that holds a reference. Everything in it lives in
 * one arena, which goes with the last reference. No pointer leads from one snapshot to another.
 */
#ifndef IPCTOP_MODEL_SNAPSHOT_H
#define IPCTOP_MODEL_SNAPSHOT_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "ipctop/base/arena.h"
#include "ipctop/model/class.h"
#include "ipctop/model/detail.h"
#include "ipctop/model/identity.h"
#include "ipctop/model/relation.h"

/* What a column costs: what must be read beside the plain records. */
enum cost {
	COST_RESIDENT = 1, /* resident and swapped bytes of segments: read them as text */
	COST_USER = 2, /* names of users */
	COST_GROUP = 4, /* names of groups */
	COST_PROCESS = 8, /* whether the process of a pid lives, and its command */
	COST_HOLDERS = 16, /* who has segments mapped: visit all processes */
	COST_WAITERS = 32, /* which threads are blocked: visit all threads */
	COST_VERDICT = 64, /* verdicts: all of the above but groups, and last operators of sets */
	COST_COUNTS = 128, /* with them: how many wait in each set, as the kernel counts */
};

/* A process that a record names. */
struct process {
	int32_t pid; /* 0: this place in the table is empty */
	enum alive alive; /* whether any process has the pid now */
	bool asked; /* the rest was looked up, as far as it lives */
	int64_t start; /* seconds since the epoch, where `alive` is ALIVE_YES */
	uint64_t start_ticks; /* the same since boot: it does not move with the clock */
	const char *command; /* not printable as it is; NULL where not known */
	uint32_t uid; /* effective, where `has_uid` */
	bool has_uid;
};

/* Processes by pid: a hash table with open addressing, `size` a power of two or 0. */
struct process_map {
	struct process *slots;
	uint32_t size, used;
	bool begun; /* `why` was asked for */
	bool told; /* a note tells it */
	const char *why; /* NULL, or why nothing is known of any; it stays valid */
	int error; /* why commands and users of some could not be looked up, which a note tells; or
		      0 */
};

/* Names by uid or gid, likewise. */
struct name {
	const char *text; /* of a number without an account its digits; NULL: an empty place */
	uint32_t id;
};

struct name_map {
	struct name *slots;
	uint32_t size, used;
	int error; /* negative errno: some could not be looked up, and are their digits; or 0 */
};

/* How the objects of a class differ from the snapshot before. */
struct change {
	bool known; /* there was a snapshot before, and both could read the class */
	uint32_t added, gone, moved; /* objects: new, no longer there, with changed values */
	/* by row: 0 unchanged, CHANGE_NEW, or 1 + an index into `old`; NULL: all are unchanged */
	uint32_t *rows;
	void *old; /* records as they were before */
	uint32_t *from; /* by row: its row in the snapshot before, or CHANGE_NOWHERE */
};

enum { CHANGE_NEW = INT32_MAX };
#define CHANGE_NOWHERE UINT32_MAX

/* The records of a class. */
struct class_rows {
	void *records; /* an array of class_infos[].record_size bytes each */
	uint32_t count;
	uint32_t skipped; /* records that could not be read */
	bool read; /* the class was asked for */
	bool partial; /* rows may be missing still: not all processes were visited */
	int error; /* negative errno where the class is unavailable, else 0 */
	const char *why; /* beside `error`, for the user */
	struct change change;
	uint8_t *verdicts; /* by row: enum verdict, the main one; NULL: not derived */
	const struct class_growth *growth; /* growth.h; NULL: not derived */
};

enum note_kind {
	NOTE_HINT,
	NOTE_FAILED, /* something asked for is missing */
	NOTE_UNSEEN, /* a hint at processes that were not seen, for whom that may not matter */
};

/* A sentence for the user about something that could not be read as it should. */
struct note {
	enum class class;
	enum note_kind kind;
	const char *text; /* not printable as it is: paths may be in it */
	struct note *next;
};

struct limit_use;

struct totals {
	uint64_t msg_bytes, msg_messages;
	uint64_t sem_semaphores;
	uint64_t shm_bytes, shm_pages, shm_rss, shm_swap;
	uint32_t shm_rss_unknown; /* segments whose resident bytes are not known */
	bool has_resident;
};

/* Who changed the semaphores of a set last, and how many wait for them. */
struct sem_operators {
	bool known; /* we may read the set */
	uint32_t count;
	int32_t *pids; /* each once, without 0 */
	bool counted; /* the kernel was asked for `waiters` */
	uint64_t waiters; /* threads that wait for them: all with COST_COUNTS, else one at least */
};

struct verdict_ages;

struct snapshot {
	unsigned references; /* only through snapshot_ref() and snapshot_unref() */
	struct arena arena;
	struct timespec time; /* of the wall clock, when collecting began */
	int64_t begin_ns, took_ns; /* of the monotonic clock: when it began, how long it took */
	uint64_t scope; /* inode number of the IPC namespace; 0: not known */
	const char *host; /* NULL: not known, of saved texts */
	unsigned cost; /* set of enum cost: what was read */
	uint32_t page_size; /* bytes */
	struct class_rows classes[CLASS_COUNT];
	struct totals totals;
	struct limit_use *limit_uses; /* by row of CLASS_LIMIT; NULL: not derived (limit.h) */
	struct note *notes; /* in the order they came */
	struct name_map users, groups;
	struct process_map processes;
	struct detail detail; /* of one object, where it was asked for */
	struct relations relations; /* where they were asked for */
	struct sem_operators *operators; /* by row of CLASS_SEM, where COST_VERDICT was read */
	const struct verdict_ages *ages; /* that verdicts were derived with; NULL: none were */
	int64_t clock_step_ns; /* monotonic time when the wall clock was set; 0: not seen */
};

/* An empty snapshot with one reference; NULL where there is no memory. */
struct snapshot *snapshot_new(void);
struct snapshot *snapshot_ref(struct snapshot *snapshot);
/* Drop a reference (NULL is allowed); the last one frees. */
void snapshot_unref(struct snapshot *snapshot);

/* The record in row `index` of `class`. */
const void *snapshot_record(const struct snapshot *snapshot, enum class class, uint32_t index);

/* Whether all there are of `class` are in it, so that "there is none" may be said. */
bool snapshot_is_whole(const struct snapshot *snapshot, enum class class);

/* While it is built: take over from `part`, which goes, what was read of `class` there. */
void snapshot_adopt(struct snapshot *snapshot, struct snapshot *part, enum class class);

/*
 * While it is built: append a zeroed record of `class`, also its padding, as records are compared
 * byte by byte. NULL where there is no memory. `hint`: how many to make room for at first.
 */
void *snapshot_add(struct snapshot *snapshot, enum class class, uint32_t hint);

/* While it is built: add a sentence about `class`. 0 or -ENOMEM. */
int snapshot_note(struct snapshot *snapshot, enum class class, enum note_kind kind,
	const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Why something that `cost`, a set of enum cost, reads is not known; NULL: all of it is. */
const char *snapshot_unknown(const struct snapshot *snapshot, unsigned cost);

/* The name for `id`; NULL where it was not looked up. */
const char *name_map_get(const struct name_map *map, uint32_t id);
/* While it is built: add a name; `text` belongs to `arena` or outlives it. 0 or -ENOMEM. */
int name_map_add(struct name_map *map, struct arena *arena, uint32_t id, const char *text);

/*
 * Whether the process lives that did something at `at` (seconds since the epoch; 0: not known)
 * under the id `pid`: one that started later has only inherited the number.
 */
enum alive process_alive_since(const struct snapshot *snapshot, int32_t pid, int64_t at);

/* The command of a process that lives, not printable as it is; NULL where not known. */
const char *process_command(const struct snapshot *snapshot, int32_t pid);
/* The name of its user; NULL where not known. */
const char *process_user(const struct snapshot *snapshot, int32_t pid);

/* The process for `pid`; NULL where it was not looked up. */
const struct process *process_map_get(const struct process_map *map, int32_t pid);
/* While it is built: add a pid (> 0) that is not in it yet. The new place, or NULL: no memory. */
struct process *process_map_add(struct process_map *map, struct arena *arena, int32_t pid);

#endif
