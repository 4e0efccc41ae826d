#include <stdio.h>
#include <string.h>

#include "ipctop/base/mem.h"
#include "ipctop/cli/commands.h"
#include "ipctop/cli/print.h"
#include "ipctop/cli/query.h"
#include "ipctop/model/limit.h"
#include "ipctop/model/report.h"

/* clang-format off */
static const struct option_info options_of_limits[] = {
	OPTION_OLDER,
	OPTION_PRINTING,
	OPTION_HELP,
	OPTION_END,
};
/* clang-format on */

/* All but what only a history tells; of a table in a terminal as many as fit. */
static void choose_columns(struct table *table, const struct options *options)
{
	unsigned width = options->mode == OUTPUT_TABLE ? print_width() : 0;
	struct column_list ordered, all = { .count = 0 };
	size_t i;

	column_list_ordered(&ordered, CLASS_LIMIT, NULL);
	for (i = 0; i < ordered.count; i++) {
		if (strcmp(ordered.at[i]->name, "FORECAST") != 0)
			column_list_add(&all, ordered.at[i]);
	}
	if (width)
		column_list_fit(&table->shown, CLASS_LIMIT, &all, width, 1, NULL);
	else
		table->shown = all;
}

/* Of limits that are reached, or nearly so: what that means, and what to do. */
static int print_near(const struct table *table, const struct options *options)
{
	struct report_style style = { .value = print_style(options), .width = print_width() };
	struct buf text = { 0 };
	struct row row;
	size_t at;

	for (at = 0; at < table->count; at++) {
		row = table_row(table, at);
		if (!limit_is_near(row.limit))
			continue;
		buf_char(&text, '\n');
		report_limit(&text, &row, &style);
	}
	return print_text(&text);
}

static int print_json(const struct query *query)
{
	struct json json = { .file = stdout, .lines = true };

	print_json_head(&json, query->snapshot);
	print_json_rows(&json, &query->tables[CLASS_LIMIT]);
	print_json_notes(&json, query->snapshot);
	json_end_object(&json);
	return json_finish(&json);
}

static int print(const struct query *query, const struct options *options)
{
	/* who could not be seen matters where FREEABLE rests on it; JSON tells it in any case */
	const struct table *table = &query->tables[CLASS_LIMIT];
	const unsigned unseen = query_is_unsure(query) ? class_bit(CLASS_PROCESS) : 0;
	const unsigned hints = class_set(CLASS_IPC) | class_bit(CLASS_LIMIT) | unseen;
	bool failed;
	int error;

	if (options->mode == OUTPUT_JSON)
		error = print_json(query);
	else
		error = print_table(table, options);
	if (!error && options->mode == OUTPUT_TABLE && !options->noheadings)
		error = print_near(table, options);
	failed = print_notes(query->snapshot, hints, true) || query_saw_nobody(query);
	return print_end(failed ? EXIT_NOT_DONE : EXIT_DONE, error);
}

static int run_limits(const struct command *command, int argc, char **argv)
{
	struct options options;
	struct query query;
	int first, status;

	status = options_parse(command, argc, argv, &options, &first);
	if (status != OPTIONS_PARSED)
		return status;
	if (first < argc)
		return usage_error("'ipctop limits' takes no operands, not '%s'", argv[first]);
	status = query_open(&query, class_bit(CLASS_LIMIT), &options);
	if (!status) {
		choose_columns(&query.tables[CLASS_LIMIT], &options);
		query.cost = COST_VERDICT | COST_USER;
		if (query_run(&query) < 0)
			mem_exit();
		status = print(&query, &options);
	}
	query_close(&query);
	return status;
}

const struct command command_limits = {
	.name = "limits",
	.operands = "",
	.summary = "Print how much is used of each kernel limit, by whom most, and what to do.",
	.options = options_of_limits,
	.run = run_limits,
};
