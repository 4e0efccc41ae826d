/*
 * Groups: the objects of a kind that have an owner, a creator's command, a key, a size or a verdict
 * in common. Rows of CLASS_GROUP.
 */
#ifndef IPCTOP_MODEL_GROUP_H
#define IPCTOP_MODEL_GROUP_H

#include "ipctop/model/snapshot.h"

enum group_by { GROUP_OWNER, GROUP_COMMAND, GROUP_KEY, GROUP_SIZE, GROUP_VERDICT, GROUP_BY_COUNT };

struct growth;

/* "owner" … */
const char *group_by_name(enum group_by by);

/*
 * Fill the rows of CLASS_GROUP of `snapshot`, which is not published yet. `growth` may be NULL:
 * then nothing is told of it. 0 or -ENOMEM.
 */
int group_derive(struct snapshot *snapshot, struct growth *growth, enum group_by by);

#endif
