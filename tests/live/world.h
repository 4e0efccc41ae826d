/*
 * tests/live/world.h: objects of random shape in a private namespace. Times differ by seconds,
 * ids have been used before, keys may be negative as int, and where there are users owners differ
 * from creators. What can't be made aborts the program. One thread.
 */
#ifndef TESTS_LIVE_WORLD_H
#define TESTS_LIVE_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ipc.h>
#include <sys/types.h>

#include "ipctop/model/class.h"

enum { WORLD_MOST = 64 };

struct world {
	unsigned seed;
	unsigned random; /* state */
	size_t count; /* of each kind */
	int ids[CLASS_COUNT][WORLD_MOST];
	void *attached[WORLD_MOST]; /* NULL: not attached by us */
};

/* Of LIVE_SEED in the environment, else of the clock; printed to standard output as "# seed N". */
unsigned world_seed(void);

/* A number below `below`. */
unsigned world_pick(struct world *world, unsigned below);

/* Make `count` objects of each kind. Takes about three seconds, for the times. */
void world_make(struct world *world, unsigned seed, size_t count);

/* Make one object, and return its id. */
int world_object(unsigned kind, key_t key, int mode);

/* Make an object whose id is not an index into the kernel's table too. */
int world_used_object(unsigned kind, int mode);

/* Make a segment of `size` bytes; a set of `size` semaphores. */
int world_sized(unsigned kind, key_t key, int mode, size_t size);

/* Put a message of `size` bytes into a queue. */
void world_send(int queue, size_t size);

void world_remove(unsigned kind, int id);

/* Whether there is such an object, also one that is `dest`. */
bool world_exists(unsigned kind, int id);

/* Its mode with all bits, and its ctime; -1 where there is no such object. */
int world_mode(unsigned kind, int id);
int64_t world_ctime(unsigned kind, int id);

/* Change its mode by IPC_SET in a later second than its ctime, so that ctime moves. */
void world_change(unsigned kind, int id, int mode);

/* Give it to another owner by IPC_SET. */
void world_chown(unsigned kind, int id, uid_t uid, gid_t gid);

/* Whether we may choose the ids of new objects, of all kinds. */
bool world_may_choose_ids(void);

/* The next object of the kind gets this id. 0, or a negative errno. */
int world_next_id(unsigned kind, int id);

#endif
