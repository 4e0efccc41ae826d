/*
 * A growing text. An allocation that fails is remembered in `error` and all that is added later is
 * dropped, so that a caller builds a whole text and asks once. A text that is not whole ends in a
 * question mark, for callers that do not ask. The owner frees it. One thread.
 */
#ifndef IPCTOP_BASE_BUF_H
#define IPCTOP_BASE_BUF_H

#include <stddef.h>
#include <string.h>

struct buf {
	char *data; /* with a zero byte behind it; NULL while nothing was added */
	size_t len; /* bytes, without that zero byte */
	size_t cap;
	int error; /* 0 or -ENOMEM */
};

/* Make room for `more` bytes; where they are to be written, or NULL where there is no memory. */
char *buf_reserve(struct buf *buf, size_t more);

/* buf_bytes() where there may be no room. */
void buf_more(struct buf *buf, const char *bytes, size_t count);

/* Inline, as all that is printed comes through here: mostly a few bytes that have room. */
static inline void buf_bytes(struct buf *buf, const char *bytes, size_t count)
{
	if (buf->error || buf->cap - buf->len <= count) {
		buf_more(buf, bytes, count);
		return;
	}
	memcpy(buf->data + buf->len, bytes, count);
	buf->len += count;
	buf->data[buf->len] = '\0';
}

static inline void buf_text(struct buf *buf, const char *text)
{
	buf_bytes(buf, text, strlen(text));
}

static inline void buf_char(struct buf *buf, char byte)
{
	buf_bytes(buf, &byte, 1);
}

void buf_printf(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Decimal digits of `number`: what buf_printf("%" PRIu64) gives, in a fraction of the time. */
void buf_u64(struct buf *buf, unsigned long long number);

/* buf_printf("%.*f"), soon done for a number that is whole and not negative. */
void buf_fixed(struct buf *buf, double number, int decimals);

/* The text so far, never NULL; valid until the next change. */
const char *buf_str(const struct buf *buf);

/* Empty it, keeping its memory. */
void buf_clear(struct buf *buf);
void buf_free(struct buf *buf);

/* Free a part whose text went into `whole`, which is no whole where the part is none. */
void buf_end(struct buf *part, struct buf *whole);

#endif
