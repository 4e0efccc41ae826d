/*
 * The part of a report (report.h) that tells how an object grows, and when a limit is reached. Any
 * thread.
 */
#ifndef IPCTOP_MODEL_REPORT_GROWTH_H
#define IPCTOP_MODEL_REPORT_GROWTH_H

#include "ipctop/model/report.h"

/*
 * Append lines, printable: how the object grew, and when it was used last. Nothing where the
 * snapshot has no history of its class.
 */
void report_growth(struct buf *out, const struct row *row, const struct report_style *style);

/* Append "at this rate SEMMNI is reached in 3 h 10 min"; nothing where that can't be told. */
void report_forecast(struct buf *out, const struct limit_record *limit);

#endif
