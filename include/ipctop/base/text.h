/*
 * The one place where text from outside becomes printable. Command lines, user names and file
 * names may hold escape sequences, invalid, wide, combining or direction-changing characters;
 * what comes out of text_clean() can be written to any terminal, and its width is known.
 * All functions may be called from any thread.
 */
#ifndef IPCTOP_BASE_TEXT_H
#define IPCTOP_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ipctop/base/buf.h"

/*
 * Decode the first character of the `size` (> 0) bytes at `text` as UTF-8 (RFC 3629: no overlong
 * forms, no surrogates). Returns its length in bytes, or 0 where it is not valid.
 */
size_t text_decode(const char *text, size_t size, uint32_t *character);

/*
 * Append `size` bytes of `text` so that they can be printed. Control, direction and invalid bytes
 * become \xNN, characters that have no width here \u{NNNN}; with `ascii` that is all above 0x7e.
 * At most two combining marks stay on one character.
 */
void text_clean(struct buf *out, const char *text, size_t size, bool ascii);

/* Columns that `text`, which came from text_clean(), takes on a terminal. */
size_t text_width(const char *text);

/* How many bytes of `text` (as above) fit into `room` columns; `*width`: what they take. */
size_t text_fit(const char *text, size_t room, size_t *width);

/* Whether the locale's characters are UTF-8 (nl_langinfo(3) CODESET). */
bool text_locale_is_utf8(void);

#endif
