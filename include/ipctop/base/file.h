/* Whole files: small ones that people write, and texts of the kernel. Any thread. */
#ifndef IPCTOP_BASE_FILE_H
#define IPCTOP_BASE_FILE_H

#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

#include "ipctop/base/buf.h"

/* Open for reading, as open(2) and fopen(3) do; a FIFO, which has no writer, is an empty file. */
int file_open(const char *path);
FILE *file_stream(const char *path);

/*
 * Append a regular file of at most `most` bytes. 0 or a negative errno: -EINVAL where it is not a
 * regular file, -EFBIG where it is larger.
 */
int file_read(const char *path, struct buf *out, size_t most);

/*
 * Put `size` bytes in place of what the file `path` is, in one step (rename(2)): who looks sees the
 * old or the new one. A symbolic link stays one, and what it leads to is replaced, but not where
 * another user's leads to what is not that user's (-EPERM); mode and, where
 * that is allowed, owner stay. Missing folders are made, for the owner alone. 0 or a negative
 * errno.
 */
int file_replace(const char *path, const char *bytes, size_t size);

/*
 * read(2) until there are `size` bytes, or a whole line and no more of it, or the end; a signal
 * does not end it. The number of bytes, or a negative errno.
 */
ssize_t file_fill(int descriptor, void *to, size_t size);

/* Why a call of stdio(3) failed, before which errno was 0: a negative errno. */
int file_failure(void);

/* What an error of these means, in words. */
const char *file_reason(int error);

#endif
