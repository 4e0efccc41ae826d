/*
 * How things grow: histories of objects, groups and limits over an hour, bounded in memory. It
 * belongs to the worker, or to a command that looks again and again. What it tells of a snapshot is
 * in that snapshot: any thread.
 */
#ifndef IPCTOP_MODEL_GROWTH_H
#define IPCTOP_MODEL_GROWTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ipctop/model/column.h"
#include "ipctop/model/series.h"
#include "ipctop/model/snapshot.h"

enum {
	GROWTH_COMMAND = 16, /* bytes of a command: TASK_COMM_LEN of the kernel */
	GROWTH_OBJECTS_MAX = 4096, /* objects that have moved within the hour */
	GROWTH_GROUPS_MAX = 1024, /* of one grouping that have a history */
	GROWTH_GROUP_SERIES_MAX = 8192, /* of groups that have moved, twice */
};

struct growth;
struct group_histories;

/* What is told of a number that has moved, or of a group. */
struct growth_told {
	double rate[WINDOW_COUNT]; /* in a minute */
	bool has_rate[WINDOW_COUNT];
	struct trend trend;
};

/* Of an object. */
struct growth_row {
	struct track track;
	uint32_t told; /* 1 + an index; 0: it has not moved since it was first seen */
};

/* Of a class, in a snapshot. All of it is of the snapshot's arena. */
struct class_growth {
	uint64_t turn; /* which snapshot of its growth this is */
	struct series_clock clock;
	struct growth_row *rows; /* by row; NULL: objects of the class have no number */
	struct growth_told *told;
	char (*commands)[GROWTH_COMMAND]; /* by row: of the creator, "": never seen; or NULL */
};

/* Of a group. */
struct group_growth {
	struct growth_told objects, bytes;
	int64_t added; /* objects since it was first looked at */
	double added_bytes;
};

/* NULL where there is no memory. */
struct growth *growth_new(void);
void growth_free(struct growth *growth);

/* Bytes that the histories take at the moment, without what is in snapshots. */
size_t growth_bytes(const struct growth *growth);

/*
 * Take `now`, whose changes against `before` (which may be NULL) are derived, into the histories,
 * and fill what they tell of its rows. 0 or -ENOMEM.
 */
int growth_derive(struct growth *growth, struct snapshot *now, const struct snapshot *before);

/* The histories of groups. */
struct group_histories *growth_groups(struct growth *growth);

/*
 * How the number of an object grows in a minute: messages of a queue, resident bytes of a segment.
 * False where that is not known.
 */
bool growth_rate(const struct row *row, enum series_window window, double *rate);

/* Its last samples; NULL where it has not moved, or nothing is known. */
const struct trend *growth_trend(const struct row *row);

/*
 * The command of the process that created the segment, not printable as it is: where that is gone,
 * as it was seen while it was alive. NULL where it is not known.
 */
const char *growth_command(const struct row *row);

#endif
