/*
 * The one place where text from outside becomes printable. Command lines, user names and file
 * names may hold escape sequences, invalid, wide, combining or direction-changing characters;
 * what comes out of text_clean() can be written to any terminal, and its width is known.
 * All functions may be called from any thread.
 */
#ifndef IPCTOP_BASE_TEXT_H
#define IPCTOP_BASE_TEXT_H

#include <stdarg.h>
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
 * At most two combining marks stay on one character, and none on what was made of another.
 */
void text_clean(struct buf *out, const char *text, size_t size, bool ascii);

/*
 * Whether a character draws nothing and changes how others are read: direction and joining marks,
 * fillers, tags, line separators.
 */
bool text_is_invisible(uint32_t character);

/*
 * snprintf(3), and what does not fit is cut between characters: `size` bytes hold none that is
 * begun. Not printable by that.
 */
void text_printf(char *to, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void text_vprintf(char *to, size_t size, const char *format, va_list args)
	__attribute__((format(printf, 3, 0)));

/* Where the line behind the first one of `text` begins; its end where there is none. */
const char *text_next_line(const char *text);

/* Columns that `text`, which came from text_clean(), takes on a terminal. */
size_t text_width(const char *text);

/* How many bytes of `text` (as above) fit into `room` columns; `*width`: what they take. */
size_t text_fit(const char *text, size_t room, size_t *width);

/* Whether the locale's characters are UTF-8 (nl_langinfo(3) CODESET). */
bool text_locale_is_utf8(void);

#endif
