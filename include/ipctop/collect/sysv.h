/*
 * What the three System V sources share: the walk over the kernel's table by *_STAT_ANY, reading
 * the text of /proc/sysvipc, and the choice between the two. A kind describes itself in a
 * struct sysv_kind; act/ uses the same calls to look at one object again.
 */
#ifndef IPCTOP_COLLECT_SYSV_H
#define IPCTOP_COLLECT_SYSV_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/ipc.h>

#include "ipctop/collect/collector.h"
#include "ipctop/collect/proctext.h"
#include "ipctop/model/record.h"

struct sysv_kind {
	enum class class;
	const char *file; /* below sysvipc/ */
	const struct proctext_field *fields; /* of the text; the first SYSV_FIELDS as below */
	/*
	 * The highest index in use (0 also where there is none), by IPC_INFO; `*used`: objects in
	 * use, or -1 where that is not cheap to know. -1 and errno on error.
	 */
	int (*info)(long *used);
	long (*count)(void); /* objects in use where info() does not tell; -1 on error */
	/*
	 * *_STAT_ANY of an index or an id: the object's full id, and `record` filled but for its
	 * id; -1 and errno on error. `record` was zeroed.
	 */
	int (*stat)(int index, void *record);
	/* The same by IPC_STAT of an id: it needs read permission, and works before 4.17 too. */
	int (*stat_readable)(int id, void *record);
	/* Fill what is beyond struct ipc_record from a line of the text. */
	void (*fill)(void *record, const struct proctext_line *line);
	bool text_is_poorer; /* the text lacks what stat() gives */
};

/* The first fields of every kind's table. */
enum {
	SYSV_KEY,
	SYSV_ID,
	SYSV_PERMS,
	SYSV_UID,
	SYSV_GID,
	SYSV_CUID,
	SYSV_CGID,
	SYSV_CTIME,
	SYSV_FIELDS,
};

#define SYSV_COMMON_FIELDS(id_name)                                                                \
	{ "key", false, false }, { id_name, false, false }, { "perms", true, false },              \
		{ "uid", false, false }, { "gid", false, false }, { "cuid", false, false },        \
		{ "cgid", false, false },                                                          \
	{                                                                                          \
		"ctime", false, false                                                              \
	}

struct semid_ds;
struct seminfo;

/* semctl(2): the caller defines it. */
union semun {
	int val;
	struct semid_ds *buf;
	unsigned short *array;
	struct seminfo *info;
};

extern const struct sysv_kind sysv_msg, sysv_sem, sysv_shm;

/* Of a class that is CLASS_IPC; NULL for others. */
const struct sysv_kind *sysv_kind_of(enum class class);

/* The inode number of the calling thread's IPC namespace; 0: not known (namespaces(7)). */
uint64_t sysv_scope(void);

enum { SYSV_SEQ_SHIFT = 15 };

/*
 * Bits of an id that hold the index: SYSV_SEQ_SHIFT, or 24 with the boot option ipcmni_extend; 0
 * where that could not be read. The text gives no sequence number, so it is taken from the id.
 */
int sysv_seq_shift(const struct collector *collector);

/* Whether a call on an object failed with this errno because there is none with the id. */
bool sysv_is_gone(int error);

/*
 * Look at the object with an id, also on a kernel before 4.17, where it must be readable. Its
 * record is zeroed. The id of what is in its place, which may be another one's, or a negative
 * errno.
 */
int sysv_look(const struct sysv_kind *kind, int id, union ipc_any_record *record);

/* Fill the head of a record, but for the id, from the kernel's struct ipc_perm. */
void sysv_fill_ipc(struct ipc_record *ipc, const struct ipc_perm *perm, int64_t ctime);

/*
 * Append all objects of `kind` to `snapshot`: from the text where `want_text`, or where the calls
 * do not serve or would look at far more free places than objects; else by the calls. 0 or a
 * negative errno as a source gives it.
 */
int sysv_collect(struct collector *collector, const struct sysv_kind *kind,
	const struct needs *needs, bool want_text, struct snapshot *snapshot);

#endif
