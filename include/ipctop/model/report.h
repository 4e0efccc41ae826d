/*
 * Everything known about one object, in words: what the details pane shows and `ipctop show`
 * prints. Lines at the left margin are titles; those that belong to them stand two columns to the
 * right. Any thread.
 */
#ifndef IPCTOP_MODEL_REPORT_H
#define IPCTOP_MODEL_REPORT_H

#include "ipctop/model/column.h"

struct report_style {
	struct value_style value; /* of times: TIME_SHORT is taken for TIME_FULL */
	bool noheadings; /* no titles */
	unsigned width; /* columns; 0: without end */
	const char *reading; /* why the detail may be not there yet: "reading" */
	const char *more; /* how to see more messages and semaphores: "Enter shows more" */
};

/* Append all that `row` and its snapshot's detail, where it is of that row, tell; printable. */
void report_object(struct buf *out, const struct row *row, const struct report_style *style);

/* Append the parts of a key, and what they say of its origin, in lines; printable. */
void report_key(struct buf *out, uint32_t key, const struct report_style *style);

/* Append candidates for a key, a line each; printable. */
void report_candidates(
	struct buf *out, const struct snapshot *snapshot, const struct report_style *style);

#endif
