/*
 * Looking for files that a key may come from: those that processes have to do with, and those below
 * folders. What fits is a candidate, never a proof: one file in 65,536 fits any key by chance.
 */
#ifndef IPCTOP_COLLECT_KEYSEARCH_H
#define IPCTOP_COLLECT_KEYSEARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ipctop/base/arena.h"
#include "ipctop/model/snapshot.h"

struct key_search {
	uint32_t key;
	struct arena arena; /* of all that was found */
	struct key_candidate *found;
	uint32_t count;
	unsigned hidden; /* processes whose files we may not see */
	size_t visited; /* files below folders */
	size_t closed; /* folders below them that we may not read */
	bool cut; /* not everything was looked at: too many files, or too long */
	int error; /* negative errno for which something was not looked at, or 0: it may pass */
};

/*
 * Look at what the process `pid` has open, its executable, its working and root folders, and the
 * folders of its files (proc(5)). A process that is gone has none. 0 or -ENOMEM.
 */
int keysearch_process(struct key_search *search, int32_t pid);

/* Look at `folder` and all below it, for a limited time. 0, -ENOMEM, or why it can't be read. */
int keysearch_folder(struct key_search *search, const char *folder);

/* Where there may be more than was found, put why into the details of `snapshot`. 0 or -ENOMEM. */
int keysearch_tell(struct snapshot *snapshot, const struct key_search *search);

/* Put the closest first, each path once. */
void keysearch_rank(struct key_search *search);

void keysearch_free(struct key_search *search);

#endif
