/*
 * Reading the tables of /proc/sysvipc: a header line that names the columns, then a line an
 * object. Columns are found by the names in the header, so that older kernels (14 columns of shm)
 * and newer ones (columns we do not know) are read alike. Widths are never relied on.
 */
#ifndef IPCTOP_COLLECT_PROCTEXT_H
#define IPCTOP_COLLECT_PROCTEXT_H

#include <stdbool.h>
#include <stdint.h>

enum { PROCTEXT_FIELDS_MAX = 24, PROCTEXT_MALFORMED = 1 };

/* A column that the caller knows. */
struct proctext_field {
	const char *name; /* in the header */
	bool octal;
	bool optional;
};

/*
 * A line's values, in the order of the caller's fields. A negative number is there as its two's
 * complement: a key is cast to uint32_t. What is absent is 0, with `has` false.
 */
struct proctext_line {
	uint64_t values[PROCTEXT_FIELDS_MAX];
	bool has[PROCTEXT_FIELDS_MAX];
};

/* Take a line; PROCTEXT_MALFORMED where it can't be, or a negative errno, which ends the reading.
 */
typedef int proctext_fn(void *user, const struct proctext_line *line);

/*
 * Read `path`. `fields`, at most PROCTEXT_FIELDS_MAX of them, end with a NULL name. `*skipped`
 * counts lines that are cut or malformed. 0, or a negative errno; -EBADMSG where the header has
 * not all fields that are not optional. The file is closed again.
 */
int proctext_read(const char *path, const struct proctext_field *fields, proctext_fn *take,
	void *user, uint32_t *skipped);

#endif
