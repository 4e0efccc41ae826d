/*
 * The histories of groups: how many objects and bytes each has had, bounded in memory. Part of
 * struct growth, and of the thread that has it.
 */
#ifndef IPCTOP_MODEL_GROUP_HISTORY_H
#define IPCTOP_MODEL_GROUP_HISTORY_H

#include <stddef.h>
#include <stdint.h>

#include "ipctop/model/group.h"
#include "ipctop/model/growth.h"

/* A group in a snapshot. */
struct group {
	struct group_key key;
	uint32_t objects;
	uint64_t bytes;
	const char *name; /* as it was found, of the snapshot; NULL: there is none, or it is made */
	struct group_growth *growth; /* of the snapshot's arena; NULL: not told */
};

/* NULL where there is no memory. */
struct group_histories *group_histories_new(void);
void group_histories_free(struct group_histories *histories);
size_t group_histories_bytes(const struct group_histories *histories);

/*
 * Take the groups of `snapshot`, gathered by `by`, into the histories; with `tell` what follows is
 * told in each. 0 or -ENOMEM.
 */
int group_histories_take(struct group_histories *histories, struct snapshot *snapshot,
	enum group_by by, struct group *groups, uint32_t count, bool tell);

#endif
