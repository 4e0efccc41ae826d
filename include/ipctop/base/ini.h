/*
 * An INI file as lines, so that what is not ours to change stays as it is: comments, blank lines,
 * sections that we do not know. One thread; the owner frees it.
 */
#ifndef IPCTOP_BASE_INI_H
#define IPCTOP_BASE_INI_H

#include <stddef.h>

#include "ipctop/base/arena.h"
#include "ipctop/base/buf.h"

enum ini_type {
	INI_OTHER, /* blank, or a comment: "# ..." or "; ..." */
	INI_SECTION, /* "[section]" */
	INI_SETTING, /* "name = value" */
	INI_WRONG, /* none of these */
};

struct ini_line {
	enum ini_type type;
	unsigned number; /* from 1; 0: it was added */
	const char *text; /* the whole line, without its newline */
	const char *section; /* that it belongs to; "" before the first */
	const char *name, *value; /* of INI_SETTING, without blanks around; else NULL */
};

struct ini {
	struct arena arena; /* of all below */
	struct ini_line *lines;
	size_t count, room;
};

/* Take `size` bytes of `text` apart. 0 or -ENOMEM; ini_free() in either case. */
int ini_parse(struct ini *ini, const char *text, size_t size);

/* The value of a setting; NULL where it has none. */
const char *ini_get(const struct ini *ini, const char *section, const char *name);

/*
 * Give a setting a value: in its line, where it has one, else in a new line of its section, which
 * is added where there is none. NULL takes the setting away. 0 or -ENOMEM.
 */
int ini_set(struct ini *ini, const char *section, const char *name, const char *value);

/* Append all lines. */
void ini_write(struct buf *out, const struct ini *ini);

void ini_free(struct ini *ini);

#endif
