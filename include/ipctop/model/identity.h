/*
 * Which object is meant, over time. The identity is what cursor, tags and change go by; the
 * fingerprint is what removal compares before it acts. Both are plain values.
 */
#ifndef IPCTOP_MODEL_IDENTITY_H
#define IPCTOP_MODEL_IDENTITY_H

#include <stdbool.h>
#include <stdint.h>

#include "ipctop/model/class.h"

struct snapshot;

struct identity {
	uint64_t scope; /* inode number of the IPC namespace */
	uint64_t extent; /* size of a segment, semaphores of a set, start of a process; else 0 */
	int32_t class;
	int32_t id;
	uint32_t cuid, cgid;
	int32_t cpid; /* of a segment, else 0 */
	uint32_t zero; /* no bytes are left undefined */
};

struct fingerprint {
	struct identity identity;
	int64_t ctime; /* seconds since the epoch */
	int64_t used; /* the last use that the kernel knows of; 0: none. It never goes back */
	uint32_t key;
	bool dest; /* a segment marked for destruction */
	bool attached; /* a segment that somebody is attached to */
};

bool identity_equal(const struct identity *a, const struct identity *b);
uint64_t identity_hash(const struct identity *identity);

/* Of the object in a record of `class`, read in the namespace `scope`. */
struct identity identity_of(enum class class, const void *record, uint64_t scope);

/* Of the object in a record of a class that is CLASS_REMOVABLE. */
struct fingerprint fingerprint_of(enum class class, const void *record, uint64_t scope);

/* Find the object in a snapshot: its row of its class. False where it is not there. */
bool identity_find(const struct snapshot *snapshot, const struct identity *identity, uint32_t *row);

/*
 * Whether `now` is `then` unchanged: the same identity, ctime and key; the key may have become 0
 * when the segment was newly marked for destruction. Where nobody was attached, nobody is. What was
 * used then has not been used less by now: a successor, even one alike, begins unused.
 */
bool fingerprint_equal(const struct fingerprint *then, const struct fingerprint *now);

#endif
