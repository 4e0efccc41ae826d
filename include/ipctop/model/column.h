/*
 * Every property of a row that can be shown, in one table: see column.c to add one. A new entry
 * with its getter is at once in the UI, `list -o`, JSON, order, filter and help; the manual is
 * written by hand, and test_manual.c fails until it has the entry too.
 * Getters read only the row's snapshot: any thread.
 */
#ifndef IPCTOP_MODEL_COLUMN_H
#define IPCTOP_MODEL_COLUMN_H

#include <stddef.h>

#include "ipctop/model/class.h"
#include "ipctop/model/record.h"
#include "ipctop/model/snapshot.h"
#include "ipctop/model/value.h"

/* One object in one snapshot: what a getter gets. */
struct row {
	const struct snapshot *snapshot;
	union {
		const void *record;
		const struct ipc_record *ipc; /* of every class that is CLASS_IPC */
		const struct msg_record *msg;
		const struct sem_record *sem;
		const struct shm_record *shm;
		const struct limit_record *limit;
		const struct process_record *process;
		const struct group_record *group;
		const struct event_record *event;
	};
	enum class class;
	uint32_t index; /* of the row in its class, by which relations are found */
};

struct column {
	const char *name; /* as lsipc(1) has it, in capitals */
	const char *json; /* the member's name; that of a pid brings JSON_alive */
	const char *help; /* one line */
	enum value_type type;
	unsigned classes; /* set of class_bit() */
	unsigned width; /* usual width in columns of the screen */
	unsigned drop; /* a narrow screen drops the highest first; 0: never */
	unsigned cost; /* set of enum cost: without it a value is absent, or a pid's `alive` unknown
			*/
	struct value (*get)(const struct row *row);
};

enum { COLUMNS_MAX = 40 }; /* of one class; a test holds the table to it */

/* Columns in the order shown. */
struct column_list {
	const struct column *at[COLUMNS_MAX];
	size_t count;
};

extern const struct column columns[];
extern const size_t column_count;

struct row row_at(const struct snapshot *snapshot, enum class class, uint32_t index);

/*
 * The column of `class` with the name `name` of `length` bytes, in any case, its "%" left out or
 * not; NULL where there is none.
 */
const struct column *column_find(enum class class, const char *name, size_t length);

/* All columns of `class`, and those that it shows by default. */
void column_list_all(struct column_list *list, enum class class);
void column_list_default(struct column_list *list, enum class class);

/*
 * What fits into `width` columns of the screen, `gap` between them: those of `chosen`, or where
 * that is NULL or empty the default ones; fewer of them by priority where it is narrow, and of the
 * default ones further ones where it is wider than 100. `widths`: what each entry of columns[]
 * takes, or NULL for the usual widths.
 */
void column_list_fit(struct column_list *list, enum class class, const struct column_list *chosen,
	unsigned width, unsigned gap, const unsigned *widths);

/* The columns of `chosen`, or the default ones as above, and behind them all others of `class`. */
void column_list_ordered(
	struct column_list *list, enum class class, const struct column_list *chosen);

/*
 * Read "NAME,NAME,...", with blanks around or not, each once. 0, or -EINVAL with the first unknown
 * name in `*wrong`.
 */
int column_list_parse(
	struct column_list *list, enum class class, const char *names, const char **wrong);

/* The columns of `chosen`, or where that is NULL or empty the default ones. */
void column_list_chosen(
	struct column_list *list, enum class class, const struct column_list *chosen);

/* Where `column` is in the list; its count where it is not. */
size_t column_list_index(const struct column_list *list, const struct column *column);

/* Append `column` where it is not in the list yet. */
void column_list_add(struct column_list *list, const struct column *column);

/* Bytes of a segment, or in a queue; 0 for all else. */
uint64_t row_bytes(const struct row *row);

/* The set of enum cost of all columns in the list. */
unsigned column_list_cost(const struct column_list *list);

/* The pids that the row shows in columns that need COST_PROCESS; returns how many (at most 4). */
size_t row_pids(const struct row *row, int32_t pids[4]);

/* Append "A, B, C": all values that a column can have. False: they can be any. */
bool column_words(const struct column *column, struct buf *out);

/* Append "A, B, C": the names of all columns of `classes`, each once. */
void column_names(struct buf *out, unsigned classes);

#endif
