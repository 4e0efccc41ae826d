/*
 * Everything known about one object, in words: what the details pane shows and `ipctop show`
 * prints. Lines at the left margin are titles; those that belong to them stand two columns to the
 * right. Any thread.
 */
#ifndef IPCTOP_MODEL_REPORT_H
#define IPCTOP_MODEL_REPORT_H

#include "ipctop/model/column.h"

/* A line of the report that leads to another row. */
struct report_link {
	size_t line; /* of the report, from 0 on */
	enum class class;
	int32_t id; /* of the object, or the pid */
};

struct report_links {
	struct report_link *at; /* in the order of lines; it is the memory's */
	size_t count;
	struct buf memory; /* for buf_free() */
};

struct report_style {
	struct value_style value; /* of times: TIME_SHORT is taken for TIME_FULL */
	bool noheadings; /* no titles */
	unsigned width; /* columns; 0: without end */
	const char *reading; /* why the detail may be not there yet: "reading" */
	struct report_links *links; /* are added here; NULL: not wanted */
	const char *more; /* how to see more messages and semaphores: "Enter shows more" */
};

/* Append all that `row` and its snapshot's detail, where it is of that row, tell; printable. */
void report_object(struct buf *out, const struct row *row, const struct report_style *style);

/* Append what is known of the limit in `row` beside its columns, below its name; printable. */
void report_limit(struct buf *out, const struct row *row, const struct report_style *style);

/* Append the parts of a key, and what they say of its origin, in lines; printable. */
void report_key(struct buf *out, uint32_t key, const struct report_style *style);

/* Append candidates for a key, a line each; printable. */
void report_candidates(
	struct buf *out, const struct snapshot *snapshot, const struct report_style *style);

#endif
