#include "ipctop/cli/query.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ipctop/base/mem.h"
#include "ipctop/cli/print.h"
#include "ipctop/collect/processes.h"
#include "ipctop/model/limit.h"
#include "ipctop/model/verdict.h"

enum { PAUSE_NS = 500000000 }; /* beyond a second, between two looks */

const char *query_proc(void)
{
	const char *proc = getenv("IPCTOP_PROC");

	return proc && *proc ? proc : NULL;
}

void query_keep(enum privilege use)
{
	/* the user names the texts: no capability of the program is for them */
	int error = privilege_keep(query_proc() && geteuid() != 0 ? PRIVILEGE_TEXTS : use);

	if (error)
		fprintf(stderr, "ipctop: capabilities can't be dropped: %s\n", strerror(-error));
}

static int set_filters(struct query *query, const struct options *options)
{
	struct filter_error error;
	struct filter *filter;
	enum class class;
	int result;

	for (class = 0; class < CLASS_COUNT && options->filter; class ++) {
		if (!(query->classes & class_bit(class)))
			continue;
		/* parsed for all: a column that one of them has is right */
		result = filter_parse(options->filter, query->classes, &filter, &error);
		if (result == -EINVAL)
			usage_error("filter, at %zu: %s", error.position, print_str(&error.text));
		else if (result)
			mem_exit();
		buf_free(&error.text);
		if (result)
			return EXIT_USAGE;
		table_set_filter(&query->tables[class], filter);
	}
	return 0;
}

static int set_orders(struct query *query, const char *sort)
{
	struct buf names = { 0 };
	enum class class;
	bool found = false;

	if (!sort)
		return 0;
	for (class = 0; class < CLASS_COUNT; class ++) {
		if (query->classes & class_bit(class))
			found |= table_set_order(&query->tables[class], sort) == 0;
	}
	if (found)
		return 0;
	column_names(&names, query->classes);
	usage_error("unknown order '%s'; it is COL or COL:desc, and columns are %s", sort,
		print_str(&names));
	buf_free(&names);
	return EXIT_USAGE;
}

int query_open(struct query *query, unsigned classes, const struct options *options)
{
	enum class class;
	int status;

	*query = (struct query){ .classes = classes, .ages = options->ages };
	for (class = 0; class < CLASS_COUNT; class ++) {
		table_init(&query->tables[class], class);
		query->tables[class].style = print_style(options);
		query->tables[class].by_user = options->by_user;
		query->tables[class].uid = options->uid;
	}
	status = set_filters(query, options);
	if (!status)
		status = set_orders(query, options->sort);
	if (status)
		return status;
	query->collector = collector_new(query_proc());
	if (!query->collector)
		mem_exit();
	return 0;
}

/* Look up the processes of the rows shown, which nobody has seen yet. */
static int add_processes(struct query *query, enum class class)
{
	const struct table *table = &query->tables[class];
	int32_t *pids = malloc((4 * table->count + 1) * sizeof(*pids));
	size_t count = 0, at;
	struct row row;
	int error;

	if (!pids)
		return -ENOMEM;
	for (at = 0; at < table->count; at++) {
		row = table_row(table, at);
		count += row_pids(&row, &pids[count]);
	}
	error = processes_add(query->collector, query->snapshot, pids, count);
	free(pids);
	return error;
}

static unsigned classes_to_read(unsigned classes)
{
	/* the use of limits is counted from the objects */
	return classes & class_bit(CLASS_LIMIT) ? classes | class_set(CLASS_IPC) : classes;
}

/* Derive what follows, and fill the tables. */
static int show(struct query *query)
{
	const struct derive_wish wish = {
		.classes = query->classes,
		.groups = query->groups,
		.ages = query->ages,
	};
	enum class class;
	int error = derive(query->snapshot, query->past, &wish);

	for (class = 0; class < CLASS_COUNT && !error; class ++) {
		if (!(query->classes & class_bit(class)))
			continue;
		error = table_show(&query->tables[class], query->snapshot);
		if (!error && (column_list_cost(&query->tables[class].shown) & COST_PROCESS))
			error = add_processes(query, class);
	}
	return error;
}

/* Where a filter goes by names that could not be looked up, rows are missing, or too many. */
static int tell_names(struct query *query)
{
	struct snapshot *snapshot = query->snapshot;
	enum class class;
	unsigned names;
	int error = 0;

	for (class = 0; class < CLASS_COUNT && !error; class ++) {
		names = filter_cost(query->tables[class].filter, class) & (COST_USER | COST_GROUP);
		if (snapshot_unknown(snapshot, names))
			error = snapshot_note(snapshot, class, NOTE_FAILED,
				"the filter asks for names that can't be looked up");
	}
	return error;
}

bool query_is_unsure(const struct query *query)
{
	const struct table *table;
	const struct limit_use *use;
	enum class class;
	struct row row;
	size_t at;

	for (class = 0; class < CLASS_COUNT; class ++) {
		table = &query->tables[class];
		for (at = 0; at < table->count; at++) {
			row = table_row(table, at);
			use = class == CLASS_LIMIT ? limit_use_of(&row) : NULL;
			if (use ? use->unsure || use->may_free_more : verdict_is_unsure(&row))
				return true;
		}
	}
	return false;
}

bool query_saw_nobody(const struct query *query)
{
	const struct relations *relations = &query->snapshot->relations;

	return relations->failed > 0 && relations->failed == relations->all;
}

void query_need(const struct query *query, enum class class, struct needs *needs)
{
	const struct table *table = &query->tables[class];

	needs->cost |= table_cost(table);
	if (table_cost_of_all(table) & COST_PROCESS)
		needs->all_pids |= class_bit(class);
}

int query_run(struct query *query)
{
	struct needs needs = {
		.classes = classes_to_read(query->classes) | query->gathered,
		.cost = query->cost,
	};
	enum class class;
	int error;

	for (class = 0; class < CLASS_COUNT; class ++) {
		if (query->classes & class_bit(class))
			query_need(query, class, &needs);
	}
	if (query->gathered) {
		needs.cost |= group_by_cost(query->groups.by);
		needs.all_pids |= group_by_all_pids(query->groups.by);
	}
	snapshot_unref(query->snapshot);
	error = collector_run(query->collector, &needs, &query->snapshot);
	if (!error)
		error = show(query);
	return error ? error : tell_names(query);
}

/* Whether anybody was seen to wait in a set. */
static bool has_waiters(const struct query *query)
{
	const struct relations *relations = &query->snapshot->relations;
	uint32_t i;

	for (i = 0; i < relations->count; i++) {
		if (relations->by_object[i]->type == RELATION_WAITER &&
			relations->by_object[i]->class == CLASS_SEM)
			return true;
	}
	return false;
}

/* Append why waits may be missing, or why it is not known what one waits for. */
static void put_missing(struct buf *out, const struct snapshot *snapshot)
{
	const struct relations *relations = &snapshot->relations;
	const struct relation *relation;
	uint32_t i;

	if (relations->why)
		buf_text(out, relations->why);
	else
		relations_missing(out, snapshot);
	for (i = 0; i < relations->count && out->len == 0; i++) {
		relation = relations->by_object[i];
		if (relation->type == RELATION_WAITER && relation->class == CLASS_SEM &&
			!relation->waiting.has_semaphore)
			buf_printf(
				out, "what thread %d waits for could not be read", relation->tid);
	}
}

int query_run_again(struct query *query)
{
	struct timespec pause = { 1, PAUSE_NS };
	struct buf before = { 0 };
	int error;

	put_missing(&before, query->snapshot);
	while (nanosleep(&pause, &pause) < 0 && errno == EINTR)
		continue;
	error = query_run(query);
	if (!error && before.error)
		error = before.error;
	if (!error && before.len == 0)
		put_missing(&before, query->snapshot);
	if (!error && before.len > 0 && relations_known(query->snapshot, RELATION_WAITER)) {
		query->snapshot->relations.unsettled = true;
		error = snapshot_note(query->snapshot, CLASS_PROCESS, NOTE_HINT,
			"one of two looks missed some: %s", buf_str(&before));
	}
	buf_free(&before);
	return error;
}

int query_run_settled(struct query *query)
{
	int error = query_run(query);

	return !error && has_waiters(query) ? query_run_again(query) : error;
}

int query_not_found(const struct query *query, enum class class, int32_t id)
{
	print_notes(query->snapshot, class_bit(class), true);
	print_complaint("%s %d: %s", class_infos[class].word, id,
		snapshot_is_whole(query->snapshot, class) ? "no such id"
							  : "it could not be looked for");
	return EXIT_NOT_DONE;
}

void query_close(struct query *query)
{
	enum class class;

	for (class = 0; class < CLASS_COUNT; class ++)
		table_free(&query->tables[class]);
	snapshot_unref(query->snapshot);
	collector_free(query->collector);
}
