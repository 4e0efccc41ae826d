/*
 * How quantities are written and read: bytes, ages, times, modes. Writers append to a buf; readers
 * return 0 or -EINVAL and leave `*value` alone on error. Any thread.
 */
#ifndef IPCTOP_BASE_UNITS_H
#define IPCTOP_BASE_UNITS_H

#include <stdint.h>
#include <time.h>

#include "ipctop/base/buf.h"

enum time_format { TIME_SHORT, TIME_FULL, TIME_ISO, TIME_FORMATS };

/* "short", "full" or "iso", as lsipc(1) has them. For sentences: */
#define UNITS_TIME_FORMATS "short, full or iso"
int units_parse_time_format(const char *word, enum time_format *format);
const char *units_time_format_word(enum time_format format);

/* Bytes with a unit of 1024: "0", "56", "1.2M", "16M", "3.2G"; at most four digits and a letter. */
void units_bytes(struct buf *out, uint64_t bytes);

/* Seconds in at most seven characters: "42s", "12m05s", "3h07m", "2d04h", "812d"; never below 0. */
void units_age(struct buf *out, int64_t seconds);

/*
 * A moment in local time, `seconds` since the epoch. Short: "12:03" on the day of `now`, "Nov22" in
 * its year, else "2025-Nov"; full: as date(1) prints it; iso: RFC 3339 with offset.
 */
void units_time(struct buf *out, int64_t seconds, enum time_format format, int64_t now);

/* The same, but TIME_SHORT tells the second of a time of today, and the minute of one of this year.
 */
void units_moment(struct buf *out, int64_t seconds, enum time_format format, int64_t now);

/* RFC 3339 with milliseconds and offset. */
void units_time_exact(struct buf *out, struct timespec time);

/* The nine permission bits as "rw-r-----". */
void units_perms(struct buf *out, unsigned mode);

/* "4096", "16M", "1.5G"; K M G T P E are powers of 1024, and an "iB" or "B" behind is allowed. */
int units_parse_bytes(const char *text, uint64_t *value);

/* "90", "90s", "5m", "3h", "2d", "1.5w": seconds. */
int units_parse_age(const char *text, int64_t *value);

/* Local time, "2026-11-23", "2026-11-23T12:03" or "2026-11-23T12:03:44"; or "@1700000000". */
int units_parse_time(const char *text, int64_t *value);

/* An unsigned number, decimal; nothing before or behind it. */
int units_parse_u64(const char *text, uint64_t *value);

/* A decimal number with an optional fraction, always with a point; not negative. */
int units_parse_decimal(const char *text, double *value);

/* Seconds between snapshots. For sentences, and what they are where nobody says: */
#define UNITS_DELAY_RANGE   "seconds from 0.1 to 86400"
#define UNITS_DELAY_DEFAULT 2.0
int units_parse_delay(const char *text, double *value);

/* An IPC key: "0x2a", or decimal as the kernel prints it, "-17973521" or unsigned. */
int units_parse_key(const char *text, uint32_t *value);

/* An octal mode of at most 07777, "640" or "0640". */
int units_parse_mode(const char *text, uint32_t *value);

#endif
