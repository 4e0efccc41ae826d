#include "ipctop/collect/proctext.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "ipctop/base/file.h"

enum {
	BUFFER_BYTES = 16 * 1024, /* a read gives at most a page; a line must fit */
	COLUMNS_MAX = 64, /* of a header; further ones are not looked at */
	UNKNOWN = -1,
};

struct reader {
	const struct proctext_field *fields;
	int column_field[COLUMNS_MAX]; /* index into `fields`, or UNKNOWN */
	int columns;
	int last_needed; /* the last column that is not optional: a shorter line is cut */
	struct proctext_line line;
	bool has_header;
	proctext_fn *take;
	void *user;
	uint32_t *skipped;
};

static const char *skip_blanks(const char *at)
{
	while (*at == ' ' || *at == '\t')
		at++;
	return at;
}

static int find_field(const struct proctext_field *fields, const char *name, size_t length)
{
	int i;

	for (i = 0; fields[i].name; i++) {
		if (strlen(fields[i].name) == length && memcmp(fields[i].name, name, length) == 0)
			return i;
	}
	return UNKNOWN;
}

static int read_header(struct reader *reader, const char *at)
{
	bool found[PROCTEXT_FIELDS_MAX] = { false };
	size_t length;
	int field;

	for (at = skip_blanks(at); *at && reader->columns < COLUMNS_MAX; at = skip_blanks(at)) {
		length = strcspn(at, " \t");
		field = find_field(reader->fields, at, length);
		if (field != UNKNOWN) {
			found[field] = true;
			if (!reader->fields[field].optional)
				reader->last_needed = reader->columns;
		}
		reader->column_field[reader->columns++] = field;
		at += length;
	}
	for (field = 0; reader->fields[field].name; field++) {
		if (!found[field] && !reader->fields[field].optional)
			return -EBADMSG;
	}
	reader->has_header = true;
	return 0;
}

/* The number at `*at`, and `*at` behind it; false where it is none or too large. */
static bool read_number(const char **at, unsigned base, uint64_t *number)
{
	const char *p = *at;
	bool negative = *p == '-';
	uint64_t n = 0;
	unsigned digit;

	p += negative;
	if (*p < '0' || *p > '9')
		return false;
	for (; (digit = (unsigned)(*p - '0')) < base; p++) {
		if (__builtin_mul_overflow(n, base, &n) || __builtin_add_overflow(n, digit, &n))
			return false;
	}
	if (*p && *p != ' ' && *p != '\t')
		return false;
	*number = negative ? -n : n;
	*at = p;
	return true;
}

static int read_line(struct reader *reader, const char *at)
{
	const struct proctext_field *fields = reader->fields;
	struct proctext_line *line = &reader->line;
	int column, field, result;

	if (!reader->has_header)
		return read_header(reader, at);
	memset(line, 0, sizeof(*line));
	for (column = 0; column < reader->columns; column++) {
		at = skip_blanks(at);
		if (!*at)
			break;
		field = reader->column_field[column];
		if (field == UNKNOWN) {
			at += strcspn(at, " \t");
			continue;
		}
		if (!read_number(&at, fields[field].octal ? 8 : 10, &line->values[field]))
			break;
		line->has[field] = true;
	}
	result = column <= reader->last_needed ? PROCTEXT_MALFORMED
					       : reader->take(reader->user, line);
	if (result == PROCTEXT_MALFORMED) {
		(*reader->skipped)++;
		return 0;
	}
	return result;
}

/* Pass on all whole lines in the buffer; returns the bytes that are left, or a negative errno. */
static ssize_t read_lines(struct reader *reader, char *buffer, size_t size)
{
	char *at = buffer, *end;
	int error;

	while ((end = memchr(at, '\n', size - (size_t)(at - buffer))) != NULL) {
		*end = '\0';
		error = read_line(reader, at);
		if (error)
			return error;
		at = end + 1;
	}
	size -= (size_t)(at - buffer);
	memmove(buffer, at, size);
	return (ssize_t)size;
}

static int read_all(struct reader *reader, int fd)
{
	char buffer[BUFFER_BYTES];
	size_t kept = 0;
	ssize_t got, left;

	for (;;) {
		got = read(fd, buffer + kept, sizeof(buffer) - kept);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		if (got == 0)
			break;
		left = read_lines(reader, buffer, kept + (size_t)got);
		if (left < 0)
			return (int)left;
		kept = (size_t)left;
		if (kept == sizeof(buffer))
			return -EBADMSG; /* no text of the kernel has such a line */
	}
	if (!reader->has_header)
		return -EBADMSG;
	*reader->skipped += kept > 0; /* a line without its end */
	return 0;
}

int proctext_read(const char *path, const struct proctext_field *fields, proctext_fn *take,
	void *user, uint32_t *skipped)
{
	struct reader reader = {
		.fields = fields,
		.last_needed = UNKNOWN,
		.take = take,
		.user = user,
		.skipped = skipped,
	};
	int fd = file_open(path), error;

	if (fd < 0)
		return -errno;
	error = read_all(&reader, fd);
	close(fd);
	return error;
}
