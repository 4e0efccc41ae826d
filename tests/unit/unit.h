/*
 * tests/unit/unit.h: what the unit tests share. Records and snapshots made by hand, whose time and
 * namespace are fixed, and short ways to ask for texts.
 */
#ifndef TESTS_UNIT_UNIT_H
#define TESTS_UNIT_UNIT_H

#include "../tap.h"

#include <locale.h>
#include <time.h>

#include "ipctop/base/buf.h"
#include "ipctop/model/column.h"
#include "ipctop/model/record.h"
#include "ipctop/model/snapshot.h"
#include "ipctop/model/value.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

enum {
	UNIT_NOW = 1700000000, /* 2023-11-14T22:13:20+00:00, when hand-made snapshots are taken */
	UNIT_SCOPE = 4026531839u & 0x7fffffff, /* their namespace */
};

/* The buffer holds `expected`, and is empty afterwards. */
static inline void expect_text(struct buf *buf, const char *expected)
{
	assert_int_equal(buf->error, 0);
	assert_string_equal(buf_str(buf), expected);
	assert_int_equal(buf->len, strlen(expected));
	buf_free(buf);
}

/* A POSIX zone, as in tzset(3): no zone files are needed. */
static inline void use_zone(const char *zone)
{
	assert_int_equal(setenv("TZ", zone, 1), 0);
	tzset();
}

/* Widths of characters come from the locale. */
static inline void use_utf8(void)
{
	if (!setlocale(LC_CTYPE, "C.UTF-8") && !setlocale(LC_CTYPE, "C.utf8") &&
		!setlocale(LC_CTYPE, "en_US.UTF-8"))
		tap_skip("no locale with UTF-8 is installed");
}

static inline struct snapshot *make_snapshot(void)
{
	struct snapshot *snapshot = snapshot_new();

	assert_non_null(snapshot);
	snapshot->time.tv_sec = UNIT_NOW;
	snapshot->scope = UNIT_SCOPE;
	return snapshot;
}

static inline void *add_record(struct snapshot *snapshot, enum class class, int id)
{
	struct ipc_record *ipc = snapshot_add(snapshot, class, 0);

	assert_non_null(ipc);
	snapshot->classes[class].read = true;
	ipc->id = id;
	return ipc;
}

static inline struct msg_record *add_msg(struct snapshot *snapshot, int id)
{
	return add_record(snapshot, CLASS_MSG, id);
}

static inline struct sem_record *add_sem(struct snapshot *snapshot, int id)
{
	return add_record(snapshot, CLASS_SEM, id);
}

static inline struct shm_record *add_shm(struct snapshot *snapshot, int id)
{
	return add_record(snapshot, CLASS_SHM, id);
}

static inline struct limit_record *add_limit(struct snapshot *snapshot, int id)
{
	struct limit_record *limit = snapshot_add(snapshot, CLASS_LIMIT, 0);

	assert_non_null(limit);
	snapshot->classes[CLASS_LIMIT].read = true;
	limit->id = id;
	return limit;
}

static inline void add_user(struct snapshot *snapshot, uint32_t uid, const char *name)
{
	assert_int_equal(name_map_add(&snapshot->users, &snapshot->arena, uid, name), 0);
}

static inline void add_group(struct snapshot *snapshot, uint32_t gid, const char *name)
{
	assert_int_equal(name_map_add(&snapshot->groups, &snapshot->arena, gid, name), 0);
}

static inline void add_process(struct snapshot *snapshot, int32_t pid, enum alive alive,
	int64_t start, const char *command)
{
	struct process *process = process_map_add(&snapshot->processes, &snapshot->arena, pid);

	assert_non_null(process);
	process->alive = alive;
	process->start = start;
	process->command = command;
}

static inline const struct column *column_of(enum class class, const char *name)
{
	const struct column *column = column_find(class, name, strlen(name));

	if (!column)
		fail_msg("%s has no column %s", class_infos[class].word, name);
	return column;
}

/* Append the text of a cell as a test wants it: exact, ASCII, times as RFC 3339. */
static inline void cell_text(struct buf *out, const struct row *row, const struct column *column)
{
	const struct value_style style = {
		.exact_bytes = true,
		.ascii = true,
		.time_format = TIME_ISO,
		.now = UNIT_NOW,
	};

	value_text(out, column->get(row), &style);
}

#endif
