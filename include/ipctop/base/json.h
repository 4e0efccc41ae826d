/*
 * One streaming JSON writer for every command (RFC 8259). It builds into a buf and passes it on
 * to `file`, where there is one, in large pieces. Keys are our own words and written as they are;
 * strings may be hostile: invalid UTF-8 becomes U+FFFD, control and invisible characters
 * are escaped, so that the text may be shown on a terminal.
 * Inside an object pass the member's name as `key`; in an array, and at the top, pass NULL.
 */
#ifndef IPCTOP_BASE_JSON_H
#define IPCTOP_BASE_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "ipctop/base/buf.h"

struct json {
	struct buf out;
	FILE *file; /* NULL: all stays in `out` */
	int error; /* negative errno of the first write to `file` that failed, or 0 */
	bool comma; /* something stands before the next member */
	bool lines; /* each element of an array that asks for it stands on a line of its own */
};

void json_begin_object(struct json *json, const char *key);
void json_end_object(struct json *json);
void json_begin_array(struct json *json, const char *key);
void json_end_array(struct json *json);

/* Start a new line before the next element, where `lines` is set. */
void json_line(struct json *json);

/* A text; null where it is NULL. */
void json_text(struct json *json, const char *key, const char *text);
void json_u64(struct json *json, const char *key, uint64_t number);
void json_i64(struct json *json, const char *key, int64_t number);
/* A number with at most four decimals; null where it is not finite. */
void json_real(struct json *json, const char *key, double number);
void json_bool(struct json *json, const char *key, bool truth);
void json_null(struct json *json, const char *key);

/* Write the key, and what separates it; `json->out` then takes a value that is written by hand. */
void json_key(struct json *json, const char *key);

/*
 * End the document with a newline; with a file pass all on and free, else the text is the caller's
 * in `out`. 0, or -ENOMEM, or the negative errno of `file`.
 */
int json_finish(struct json *json);

#endif
