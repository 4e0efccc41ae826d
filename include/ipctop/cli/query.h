/*
 * One look at the system for a one-shot command: a snapshot, and a table of each class asked for
 * with the filter, user and order of the options.
 */
#ifndef IPCTOP_CLI_QUERY_H
#define IPCTOP_CLI_QUERY_H

#include "ipctop/act/privilege.h"
#include "ipctop/cli/options.h"
#include "ipctop/collect/collector.h"
#include "ipctop/model/derive.h"
#include "ipctop/model/table.h"

struct query {
	unsigned classes; /* set of class_bit() */
	unsigned cost; /* set of enum cost, beside what the tables need */
	struct verdict_ages ages;
	unsigned gathered; /* set of class_bit(): kinds whose objects are put into groups */
	struct group_wish groups;
	struct past *past; /* the caller's: it looks again; NULL: it does not */
	struct collector *collector;
	struct snapshot *snapshot; /* of the last query_run() */
	struct table tables[CLASS_COUNT];
};

/*
 * Prepare tables with their default columns, which the caller may change. 0, or an exit status
 * after a usage error that was printed; query_close() in either case.
 */
int query_open(struct query *query, unsigned classes, const struct options *options);

/* Add to `needs` what the table of a kind wants to be looked at for it. */
void query_need(const struct query *query, enum class class, struct needs *needs);

/* Take a snapshot and fill the tables. 0 or -ENOMEM. May be repeated. */
int query_run(struct query *query);

/*
 * Wait a second and a half, and do so again: what did not move in between is stuck. Where one of
 * the looks missed some a note says so, and `relations.unsettled` is set.
 */
int query_run_again(struct query *query);

/* Run it, and again where anybody was seen to wait in a set, which may be stuck. 0 or -ENOMEM. */
int query_run_settled(struct query *query);

/* Whether the verdict on an object is unsure: one in the tables, or counted for the limits there.
 */
bool query_is_unsure(const struct query *query);

/*
 * Whether processes were asked for, and no look at one succeeded: it is we who can't. That one of
 * many fails, as it is about to end, is only noted.
 */
bool query_saw_nobody(const struct query *query);

/* Print why nothing can be said of an object that was not found. EXIT_NOT_DONE. */
int query_not_found(const struct query *query, enum class class, int32_t id);

void query_close(struct query *query);

/* A folder of texts in place of /proc, from IPCTOP_PROC in the environment, or NULL. */
const char *query_proc(void);

/* privilege_keep(); where that fails a line on standard error says so, and nothing else follows. */
void query_keep(enum privilege use);

#endif
