/* Regular expressions as a user types them. Any thread. */
#ifndef IPCTOP_MODEL_REGEX_H
#define IPCTOP_MODEL_REGEX_H

#include <regex.h>

#include "ipctop/base/buf.h"

/*
 * Compile an extended regular expression (regex(7)) into `*regex`, for regfree(3) and free(3). 0;
 * -EINVAL, and what is wrong appended to `why`, with words of `text`; -ENOMEM. What takes hours or
 * gigabytes to compile is wrong too.
 */
int regex_compile(const char *text, regex_t **regex, struct buf *why);

/* Whether the text holds what the expression describes: 1, 0, or -ENOMEM: it is not known. */
int regex_match(regex_t *regex, const char *text);

#endif
