/*
 * What the files that make reports share (report.h): lines of a report, and its parts that have a
 * file of their own. Any thread.
 */
#ifndef IPCTOP_MODEL_REPORT_PARTS_H
#define IPCTOP_MODEL_REPORT_PARTS_H

#include "ipctop/model/report.h"

enum {
	REPORT_INDENT = 2, /* of lines below a title */
	REPORT_BELOW = 4, /* where a line that goes on begins */
};

/* Append a title behind an empty line, where titles are wanted. */
void report_put_title(struct buf *out, const struct report_style *style, const char *text);

/* Append `text`, which goes, as a line below its title, broken between words. */
void report_put_sentence(struct buf *out, struct buf *text, const struct report_style *style);

/* Make the line that begins at the end of `lines` lead to another row. */
void report_put_link(
	struct buf *lines, const struct report_style *style, enum class class, int32_t id);

/* Append what a row is called: "set 3, of www-data", "limit SHMMNI". */
void report_put_name(struct buf *out, const struct row *row, const struct report_style *style);

/* What was read of the object in this row alone; NULL: nothing yet. */
const struct detail *report_detail(const struct row *row);

/* The command of a process that lives, not printable as it is; "" where not known. */
const char *report_command(const struct snapshot *snapshot, int32_t pid);

/* Append every verdict on the object in the row, and why. */
void report_put_verdicts(struct buf *out, const struct row *row, const struct report_style *style);

/* Append stuck waits, and who holds the object in the row or waits for it, where that was read. */
void report_put_relations(struct buf *out, const struct row *row, const struct report_style *style);

/* Append the objects that the process in the row has to do with. */
void report_put_objects(struct buf *out, const struct row *row, const struct report_style *style);

/* Append the object of the event in the row, where it is still there. */
void report_put_object_of_event(
	struct buf *out, const struct row *row, const struct report_style *style);

/* Append an amount of something that is limited. */
void report_put_amount(
	struct buf *out, uint64_t amount, bool in_bytes, const struct report_style *style);

/* Append the limits that the object in the row counts against. */
void report_put_limits(struct buf *out, const struct row *row, const struct report_style *style);

/* Append all that is known of the limit in the row beside its columns, each part with its title. */
void report_put_limit(struct buf *out, const struct row *row, const struct report_style *style);

#endif
