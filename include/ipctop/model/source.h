/*
 * A source fills one class of a snapshot that is being built. Live sources stand in collect/, one
 * file each. A source that fails marks its class unavailable; the others go on.
 */
#ifndef IPCTOP_MODEL_SOURCE_H
#define IPCTOP_MODEL_SOURCE_H

#include <stddef.h>
#include <stdint.h>

#include "ipctop/model/snapshot.h"

/* What a face wants of a snapshot. */
struct needs {
	unsigned classes; /* set of class_bit() */
	unsigned cost; /* set of enum cost */
	unsigned all_pids; /* set of class_bit(): look up every pid that these classes name */
	const int32_t *pids; /* and these; may be NULL */
	size_t pid_count;
	const struct detail_wish *detail; /* may be NULL */
	const struct identity *only; /* of its class at least this object; NULL: all */
	int64_t scan_ns; /* for visiting processes at most; 0: visit all of them */
};

struct collector;

struct source {
	enum class class;
	/*
	 * Append the records of `class` to `snapshot`. 0, or a negative errno for which the class
	 * is marked unavailable; -ENOMEM ends the whole snapshot. Worker thread.
	 */
	int (*collect)(
		struct collector *collector, const struct needs *needs, struct snapshot *snapshot);
};

#endif
