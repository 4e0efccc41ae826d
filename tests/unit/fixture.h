/*
 * tests/unit/fixture.h: the folders below tests/fixtures that stand in for /proc. Each is named
 * for what it holds: a kernel, or what is wrong with it.
 */
#ifndef TESTS_UNIT_FIXTURE_H
#define TESTS_UNIT_FIXTURE_H

#include "unit.h"

#include "ipctop/collect/collector.h"

/* The path of the folder `name`, for free(3). */
static inline char *fixture_path(const char *name)
{
	const char *top = getenv("TOP_SRCDIR");
	char *path = NULL;

	if (asprintf(&path, "%s/tests/fixtures/%s", top ? top : ".", name) < 0)
		path = NULL;
	assert_non_null(path);
	if (access(path, R_OK) < 0)
		fail_msg(
			"%s: %s; TOP_SRCDIR names the folder of the source", path, strerror(errno));
	return path;
}

static inline struct snapshot *collect(const char *name, unsigned classes, unsigned cost)
{
	char *path = fixture_path(name);
	struct collector *collector = collector_new(path);
	struct needs needs = { .classes = classes, .cost = cost };
	struct snapshot *snapshot = NULL;

	assert_non_null(collector);
	assert_int_equal(collector_run(collector, &needs, &snapshot), 0);
	assert_non_null(snapshot);
	collector_free(collector); /* a snapshot needs nothing but itself */
	free(path);
	return snapshot;
}

/* All classes that are read but that of processes, which a folder does not have. */
static inline struct snapshot *collect_all(const char *name)
{
	return collect(name, class_set(CLASS_IPC) | class_bit(CLASS_LIMIT),
		COST_RESIDENT | COST_USER | COST_GROUP);
}

/* All cells of a row in the columns named, as "42 3 600". */
static inline void expect_row(const struct snapshot *snapshot, enum class class, uint32_t index,
	const char *names, const char *expected)
{
	struct buf out = { 0 };
	struct row row;
	size_t length;

	assert_true(index < snapshot->classes[class].count);
	row = row_at(snapshot, class, index);
	for (; *names; names += length + (names[length] == ' ')) {
		length = strcspn(names, " ");
		buf_text(&out, out.len ? " " : "");
		cell_text(&out, &row, column_find(class, names, length));
	}
	expect_text(&out, expected);
}

static inline void expect_notes(const struct snapshot *snapshot, enum class class, unsigned count,
	bool failed, const char *part)
{
	const struct note *note;
	unsigned found = 0;

	for (note = snapshot->notes; note; note = note->next) {
		if (note->class != class)
			continue;
		found++;
		assert_int_equal(note->kind == NOTE_FAILED, failed);
		if (!note->text || !strstr(note->text, part))
			fail_msg("note %u has no '%s'", found, part);
	}
	assert_int_equal(found, count);
}

/* Used of a limit, by its name: "NAME LIMIT USED USE%". */
static inline void expect_limit(const struct snapshot *snapshot, const char *expected)
{
	const struct class_rows *rows = &snapshot->classes[CLASS_LIMIT];
	uint32_t i;

	for (i = 0; i < rows->count; i++) {
		const struct limit_record *limit = snapshot_record(snapshot, CLASS_LIMIT, i);

		if (strncmp(limit->name, expected, strlen(limit->name)) == 0) {
			expect_row(snapshot, CLASS_LIMIT, i, "NAME LIMIT USED USE%", expected);
			return;
		}
	}
	fail_msg("no limit for '%s'", expected);
}

#endif
