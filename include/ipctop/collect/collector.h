/*
 * The collector reads the live system into snapshots, or a folder of texts in place of /proc. It
 * keeps what is worth keeping between snapshots (names, what the kernel can do), but no
 * descriptor: one kept open would pin the namespace. It belongs to one thread at a time.
 */
#ifndef IPCTOP_COLLECT_COLLECTOR_H
#define IPCTOP_COLLECT_COLLECTOR_H

#include <stdbool.h>

#include "ipctop/base/arena.h"
#include "ipctop/collect/keysearch.h"
#include "ipctop/model/snapshot.h"
#include "ipctop/model/source.h"

enum { KEY_PIDS_MAX = 64 }; /* processes whose files are looked at */

struct pids_info;
struct scan;

/* Whether *_STAT_ANY serves for a kind; found out once (before 4.17 it answers EINVAL). */
enum serves { SERVES_UNKNOWN, SERVES_YES, SERVES_NO };

/* The files that the key of the object in detail may come from: searched once, not every time. */
struct key_cache {
	struct identity identity;
	int32_t pids[KEY_PIDS_MAX]; /* processes whose files were looked at */
	size_t count;
	struct key_search search;
};

struct collector {
	const char *proc; /* "/proc", or the folder in its place */
	bool live; /* false: only texts, no calls */
	int page_size; /* bytes */
	int seq_shift; /* bits of an id that hold the index; 0: not known yet */
	enum serves serves[CLASS_COUNT];
	uint32_t last_count[CLASS_COUNT]; /* of the last snapshot: room and density to expect */
	bool has_last[CLASS_COUNT];
	uint64_t scope; /* the IPC namespace, once it was found out; ours never changes */
	char host[256];
	struct arena names; /* texts of `users` and `groups` */
	struct name_map users, groups; /* looked up once */
	struct key_cache keys;
	struct scan *scan; /* NULL before the first use */
	struct pids_info *pids; /* of libproc2; NULL before the first use */
};

/* `proc`: a folder in place of /proc, or NULL for the live system; it must outlive the collector.
 */
struct collector *collector_new(const char *proc);
void collector_free(struct collector *collector);

/*
 * A new snapshot in `*snapshot`, with one reference, not published yet: the caller may still add
 * processes and changes. 0 or -ENOMEM. A class that can't be read is marked so in the snapshot.
 */
int collector_run(
	struct collector *collector, const struct needs *needs, struct snapshot **snapshot);

/* Sources, in the order in which they run; every class has one that is not CLASS_DERIVED. */
extern const struct source *const sources[CLASS_COUNT];

#endif
