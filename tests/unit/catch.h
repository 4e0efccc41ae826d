/* tests/unit/catch.h: what functions print, caught. */
#ifndef TESTS_UNIT_CATCH_H
#define TESTS_UNIT_CATCH_H

#include "unit.h"

struct caught {
	FILE *stream; /* stdout or stderr */
	FILE *file;
	int saved;
};

static inline struct caught catch_begin(FILE *stream)
{
	struct caught caught = { stream, tmpfile(), dup(fileno(stream)) };

	if (!caught.file || caught.saved < 0)
		tap_skip("output can't be caught: %s", strerror(errno));
	fflush(stream);
	dup2(fileno(caught.file), fileno(stream));
	return caught;
}

/* What was printed meanwhile; for free(3). */
static inline char *catch_end(struct caught *caught)
{
	char *text = calloc(1, 8192);

	fflush(caught->stream);
	dup2(caught->saved, fileno(caught->stream));
	close(caught->saved);
	assert_non_null(text);
	rewind(caught->file);
	text[fread(text, 1, 8191, caught->file)] = '\0';
	fclose(caught->file);
	return text;
}

#endif
