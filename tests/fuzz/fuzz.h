/*
 * What the fuzzing targets share. A target is a program of libFuzzer: LLVMFuzzerTestOneInput() gets
 * bytes, and whatever it finds wrong ends the program by fuzz_expect(). One thread.
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ipctop/base/buf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

/** What must hold, whatever the input is. */
#define fuzz_expect(condition)                                                                     \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__,          \
				#condition);                                                       \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

/** Bytes that are not taken yet. */
struct fuzz_input {
	const uint8_t *data;
	size_t size;
};

/** The next byte; 0 where there is none. */
uint8_t fuzz_byte(struct fuzz_input *input);
/** All up to the next zero byte, which is taken too. */
struct fuzz_input fuzz_part(struct fuzz_input *input);
/** The same as a text, for free(3). */
char *fuzz_text(const struct fuzz_input *part);

/** An empty file in memory. Its path, /proc/self/fd/N, is what a link in a folder leads to. */
int fuzz_file(void);
void fuzz_fill(int file, const struct fuzz_input *part);
void fuzz_path(int file, char path[32]);

/** A folder for this process, removed when it ends; the path of a file in it, for free(3). */
char *fuzz_place(const char *name);

/** Neither a control byte nor anything that is not UTF-8, as all that is shown must be. */
void fuzz_expect_printable(const struct buf *text);
/** The same of lines. */
void fuzz_expect_lines(const struct buf *text);

#endif
