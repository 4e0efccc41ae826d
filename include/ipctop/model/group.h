/*
 * Groups: the objects of a kind that have an owner, a creator's command, a key, a size or a verdict
 * in common. Rows of CLASS_GROUP.
 */
#ifndef IPCTOP_MODEL_GROUP_H
#define IPCTOP_MODEL_GROUP_H

#include <stdbool.h>
#include <stdint.h>

#include "ipctop/model/column.h"
#include "ipctop/model/snapshot.h"

enum group_by { GROUP_OWNER, GROUP_COMMAND, GROUP_KEY, GROUP_SIZE, GROUP_VERDICT, GROUP_BY_COUNT };

struct growth;

/* "owner" … */
const char *group_by_name(enum group_by by);

/* Find what `name` means; false where it is no such word. */
bool group_by_find(const char *name, enum group_by *by);

/* Append all that objects can be gathered by, as in a sentence. */
void group_by_names(struct buf *out);

/* The set of enum cost that is needed to gather. */
unsigned group_by_cost(enum group_by by);

/* The set of class_bit() of the kinds that can be gathered so. */
unsigned group_by_kinds(enum group_by by);

/* The set of class_bit() of which every pid must be looked up. */
unsigned group_by_all_pids(enum group_by by);

enum { GROUP_COMMAND_MAX = 16 }; /* bytes that commands are told apart by, with the end */

/* Which objects belong together. A plain value: it outlives the snapshot. */
struct group_key {
	uint64_t value; /* uid, key, size, enum verdict, or made from the command; 0: absent */
	uint8_t kind; /* enum class */
	uint8_t by; /* enum group_by */
	char command[GROUP_COMMAND_MAX];
};

uint32_t group_key_hash(const struct group_key *key);
bool group_key_equal(const struct group_key *a, const struct group_key *b);

/* That of the object in the row. False where it belongs to none. */
bool group_key_of(struct group_key *key, const struct row *row, enum group_by by);

/* Whether the object in the row belongs to the group. */
bool group_key_has(const struct group_key *key, const struct row *row);

/* That of a group. */
struct group_key group_key_of_group(const struct group_record *group);

/* What groups are wanted. */
struct group_wish {
	enum group_by by;
	bool by_user; /* only of objects that `uid` owns or created */
	uint32_t uid;
};

/* Whether the object in the row is to be gathered. */
bool group_wish_has(const struct group_wish *wish, const struct row *row);

/*
 * Fill the rows of CLASS_GROUP of `snapshot`, which is not published yet, those that grow most
 * first. `growth` may be NULL: then nothing is told of it. 0 or -ENOMEM.
 */
int group_derive(struct snapshot *snapshot, struct growth *growth, const struct group_wish *wish);

/* Take the groups into their histories without rows. 0 or -ENOMEM. */
int group_follow(struct snapshot *snapshot, struct growth *growth, const struct group_wish *wish);

#endif
