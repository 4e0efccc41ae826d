#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ipctop/base/mem.h"
#include "ipctop/cli/commands.h"
#include "ipctop/cli/print.h"
#include "ipctop/cli/query.h"
#include "ipctop/collect/processes.h"

/* clang-format off */
static const struct option_info options_of_list[] = {
	OPTION_KINDS,
	OPTION_FILTER,
	OPTION_USER,
	OPTION_SORT,
	OPTION_OLDER,
	{ 0, "by", "WHAT", "gather by owner, command, key, size or verdict", option_by },
	{ 'o', "output", "COL,...", "columns; +COL adds to the default ones", option_output },
	OPTION_PRINTING,
	{ 'w', "watch", NULL, "repeat", option_watch },
	{ 'n', "iterations", "N", "repeat N times", option_iterations },
	OPTION_DELAY,
	OPTION_HELP,
	OPTION_END,
};
/* clang-format on */

/* Append the columns that `output` names for the table's class; each once. */
static void add_named(struct column_list *list, enum class class, const char *output)
{
	const struct column *column;
	size_t length;

	for (; *output; output += length + (output[length] == ',')) {
		length = strcspn(output, ",");
		if (output[0] == '+') {
			output++;
			length--;
		}
		column = column_find(class, output, length);
		if (column)
			column_list_add(list, column);
	}
}

/* Whether every name in `output` is a column of one of `classes`. */
static int check_output(const char *output, unsigned classes)
{
	size_t length;
	enum class class;
	struct buf names = { 0 };
	bool found;

	for (;; output += length + 1) {
		output += *output == '+';
		length = strcspn(output, ",");
		found = false;
		for (class = 0; class < CLASS_COUNT; class ++)
			found |= (classes & class_bit(class)) && column_find(class, output, length);
		if (!found) {
			column_names(&names, classes);
			usage_error("unknown column '%.*s'; columns are %s", (int)length, output,
				print_str(&names));
			buf_free(&names);
			return EXIT_USAGE;
		}
		if (!output[length])
			return 0;
	}
}

/* Columns that a terminal is wide for; a pipe has no width. */
static void choose_columns(struct query *query, const struct options *options)
{
	unsigned width = options->mode == OUTPUT_TABLE ? print_width() : 0;
	enum class class;

	for (class = 0; class < CLASS_COUNT; class ++) {
		struct column_list *list = &query->tables[class].shown;

		if (options->output && options->output[0] != '+') {
			list->count = 0;
			add_named(list, class, options->output);
			continue;
		}
		if (width)
			column_list_fit(list, class, NULL, width, 1, NULL);
		else
			column_list_default(list, class);
		if (options->output)
			add_named(list, class, options->output);
	}
}

static int print_tables(const struct query *query, const struct options *options)
{
	bool several = query->classes & (query->classes - 1), first = true;
	const struct table *table;
	enum class class;
	int error = 0;

	for (class = 0; class < CLASS_COUNT && !error; class ++) {
		table = &query->tables[class];
		if (!(query->classes & class_bit(class)) || table->shown.count == 0 ||
			query->snapshot->classes[class].error)
			continue;
		if (several && !first)
			putchar('\n');
		if (several && options->mode == OUTPUT_TABLE && !options->noheadings)
			printf("%s (%zu)\n", class_infos[class].title, table->count);
		first = false;
		error = print_table(table, options);
	}
	return error;
}

static int print_json(const struct query *query, const struct options *options)
{
	struct json json = { .file = stdout, .lines = !options->watch };
	enum class class;

	print_json_head(&json, query->snapshot);
	for (class = 0; class < CLASS_COUNT; class ++) {
		if (!(query->classes & class_bit(class)))
			continue;
		if (query->snapshot->classes[class].error)
			json_null(&json, class_infos[class].word);
		else
			print_json_rows(&json, &query->tables[class]);
	}
	print_json_notes(&json, query->snapshot);
	json_end_object(&json);
	return json_finish(&json);
}

/* Which of several snapshots this is. */
static void print_time(const struct query *query, const struct options *options, uint64_t turn)
{
	struct buf text = { 0 };

	if (options->mode == OUTPUT_JSON || !options->watch)
		return;
	if (turn > 0)
		putchar('\n');
	if (options->mode != OUTPUT_TABLE || options->noheadings)
		return;
	units_time_exact(&text, query->snapshot->time);
	printf("%s\n", print_str(&text));
	buf_free(&text);
}

static void wait_until(struct timespec *at, double delay)
{
	struct timespec now;

	at->tv_sec += (time_t)delay;
	at->tv_nsec += (long)((delay - (double)(time_t)delay) * 1e9);
	if (at->tv_nsec >= 1000000000) {
		at->tv_sec++;
		at->tv_nsec -= 1000000000;
	}
	clock_gettime(CLOCK_MONOTONIC, &now);
	if (now.tv_sec > at->tv_sec || (now.tv_sec == at->tv_sec && now.tv_nsec > at->tv_nsec))
		*at = now; /* a slow reader: do not make up for what was missed */
	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, at, NULL) == EINTR)
		continue;
}

static int print_once(struct query *query, const struct options *options, uint64_t turn)
{
	bool failed;
	int error = 0;

	if (query_run(query) < 0) {
		fprintf(stderr, "ipctop: out of memory\n");
		return EXIT_NOT_DONE;
	}
	print_time(query, options, turn);
	if (options->mode == OUTPUT_JSON)
		error = print_json(query, options);
	else
		error = print_tables(query, options);
	failed = print_notes(query->snapshot, class_set(0), true);
	failed |= query_saw_nobody(query);
	return print_end(failed ? EXIT_NOT_DONE : EXIT_DONE, error);
}

static int print_query(struct query *query, const struct options *options)
{
	struct timespec at;
	uint64_t turn = 0;
	int status;

	clock_gettime(CLOCK_MONOTONIC, &at);
	for (;;) {
		status = print_once(query, options, turn++);
		if (!options->watch || turn == options->iterations || ferror(stdout))
			return status;
		wait_until(&at, options->delay);
	}
}

/* In place of objects, show the groups that they are in. */
static void gather(struct query *query, const struct options *options, unsigned kinds)
{
	query->gathered = kinds;
	query->groups = (struct group_wish){
		.by = options->by,
		.by_user = options->by_user,
		.uid = options->uid,
	};
}

static int run_query(struct query *query, const struct options *options)
{
	int status;

	/* who looks once has nothing to compare with */
	query->past = options->watch ? past_new() : NULL;
	if (options->watch && !query->past)
		mem_exit();
	choose_columns(query, options);
	status = print_query(query, options);
	past_free(query->past);
	return status;
}

static int run_list(const struct command *command, int argc, char **argv)
{
	struct options options;
	struct query query;
	unsigned classes, shown;
	int first, status;

	status = options_parse(command, argc, argv, &options, &first);
	if (status != OPTIONS_PARSED)
		return status;
	status = operands_kinds(&options, argc - first, argv + first, &classes);
	if (status)
		return status;
	if (options.gather && !(classes & group_by_kinds(options.by)))
		return usage_error("--by %s gathers segments only", group_by_name(options.by));
	shown = options.gather ? class_bit(CLASS_GROUP) : classes;
	if (options.output && check_output(options.output, shown))
		return EXIT_USAGE;
	status = query_open(&query, shown, &options);
	if (options.gather)
		gather(&query, &options, classes);
	if (!status)
		status = run_query(&query, &options);
	query_close(&query);
	return status;
}

const struct command command_list = {
	.name = "list",
	.operands = "[msg|sem|shm]...",
	.summary = "Print a table of each kind of IPC objects.",
	.options = options_of_list,
	.run = run_list,
};
