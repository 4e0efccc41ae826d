#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "ipctop/base/mem.h"
#include "ipctop/base/text.h"
#include "ipctop/cli/commands.h"
#include "ipctop/cli/print.h"
#include "ipctop/cli/query.h"
#include "ipctop/model/stuck.h"

/* clang-format off */
static const struct option_info options_of_deadlocks[] = {
	OPTION_PRINTING,
	OPTION_HELP,
	OPTION_END,
};
/* clang-format on */

/* 0 or a negative errno. */
static int look_twice(struct query *query)
{
	int error;

	query->cost |= COST_HOLDERS | COST_WAITERS;
	error = query_run(query);
	return error ? error : query_run_again(query);
}

static void write_member(
	struct json *json, const struct snapshot *snapshot, const struct stuck_member *member)
{
	const struct relation *relation = member->relation;

	json_line(json);
	json_begin_object(json, NULL);
	json_text(json, "kind", class_infos[relation->class].word);
	json_i64(json, "id", relation->id);
	if (relation->class == CLASS_SEM)
		json_u64(json, "semnum", relation->waiting.semnum);
	json_i64(json, "pid", relation->pid);
	json_i64(json, "tid", relation->tid);
	json_text(json, "command", process_command(snapshot, relation->pid));
	json_i64(json, "waits_for_pid", member->waits_for);
	json_end_object(json);
}

static void write_stuck(
	struct json *json, const struct snapshot *snapshot, const struct stuck *stuck)
{
	struct buf why = { 0 };
	uint32_t i;

	buf_printf(&why, "%s %s", stuck->known, stuck->inferred);
	json_line(json);
	json_begin_object(json, NULL);
	json_text(json, "reason", stuck_reason_name(stuck->reason));
	json_text(json, "severity", severity_name(stuck->severity));
	json_text(json, "certainty", "inferred");
	json_text(json, "why", print_str(&why));
	json_begin_array(json, "members");
	for (i = 0; i < stuck->count; i++)
		write_member(json, snapshot, &stuck->member[i]);
	json_end_array(json);
	json_end_object(json);
	buf_free(&why);
}

/* Whether no stuck wait was missed: in both looks everybody was seen. */
static bool is_complete(const struct snapshot *snapshot)
{
	return relations_known(snapshot, RELATION_WAITER) && !snapshot->relations.unsettled;
}

static int print_json(const struct snapshot *snapshot)
{
	struct json json = { .file = stdout, .lines = true };
	const struct stuck *stuck;

	print_json_head(&json, snapshot);
	json_begin_array(&json, "stuck");
	for (stuck = snapshot->relations.stuck; stuck; stuck = stuck->next)
		write_stuck(&json, snapshot, stuck);
	json_end_array(&json);
	json_bool(&json, "complete", is_complete(snapshot));
	print_json_notes(&json, snapshot);
	json_end_object(&json);
	return json_finish(&json);
}

static int print_stuck(const struct snapshot *snapshot, bool ascii)
{
	const struct stuck *stuck;
	struct buf out = { 0 }, sketch = { 0 };
	const char *line;

	for (stuck = snapshot->relations.stuck; stuck; stuck = stuck->next) {
		buf_printf(&out, "%s%s (inferred, severity %s)\n", out.len ? "\n" : "",
			stuck_reason_name(stuck->reason), severity_name(stuck->severity));
		buf_printf(&out, "  known:    %s\n  inferred: %s\n", stuck->known, stuck->inferred);
		buf_clear(&sketch);
		stuck_sketch(&sketch, snapshot, stuck, ascii);
		for (line = print_str(&sketch); *line; line = text_next_line(line))
			buf_printf(&out, "  %.*s\n", (int)strcspn(line, "\n"), line);
	}
	if (!snapshot->relations.stuck)
		buf_text(&out,
			is_complete(snapshot)
				? "No wait looks stuck; every thread was seen.\n"
				: "No wait that could be seen looks stuck; not all could be.\n");
	buf_free(&sketch);
	return print_text(&out);
}

/* A row a member: raw and export. */
static int print_rows(const struct snapshot *snapshot, const struct options *options)
{
	static const char *const names[] = { "REASON", "SEVERITY", "CERTAINTY", "KIND", "ID",
		"SEMNUM", "PID", "TID", "COMMAND", "WAITS_FOR_PID", NULL };
	struct print_grid *grid = print_grid_new(names, options);
	const struct stuck *stuck;
	const struct relation *relation;
	const char *command;
	uint32_t i;

	for (stuck = snapshot->relations.stuck; stuck; stuck = stuck->next) {
		for (i = 0; i < stuck->count; i++) {
			relation = stuck->member[i].relation;
			command = process_command(snapshot, relation->pid);
			print_grid_cell(grid, stuck_reason_name(stuck->reason));
			print_grid_cell(grid, severity_name(stuck->severity));
			print_grid_cell(grid, "inferred");
			print_grid_cell(grid, class_infos[relation->class].word);
			print_grid_printf(grid, "%d", relation->id);
			if (relation->class == CLASS_SEM)
				print_grid_printf(grid, "%u", relation->waiting.semnum);
			else
				print_grid_cell(grid, "-");
			print_grid_printf(grid, "%d", relation->pid);
			print_grid_printf(grid, "%d", relation->tid);
			print_grid_printf(grid, "%s", command ? command : "-");
			print_grid_printf(grid, "%d", stuck->member[i].waits_for);
		}
	}
	return print_grid_end(grid, false);
}

static int print(const struct snapshot *snapshot, const struct options *options)
{
	int status = EXIT_DONE, error;

	if (options->mode == OUTPUT_JSON)
		error = print_json(snapshot);
	else if (options->mode == OUTPUT_TABLE)
		error = print_stuck(snapshot, !text_locale_is_utf8());
	else
		error = print_rows(snapshot, options);
	print_notes(snapshot, class_set(0), true);
	if (snapshot->relations.stuck)
		status = EXIT_FOUND;
	else if (!is_complete(snapshot))
		status = EXIT_UNSURE;
	return print_end(status, error);
}

static int run_deadlocks(const struct command *command, int argc, char **argv)
{
	struct query query = { 0 };
	struct options options;
	int first, status;

	status = options_parse(command, argc, argv, &options, &first);
	if (status != OPTIONS_PARSED)
		return status;
	if (first < argc)
		return usage_error("'ipctop deadlocks' takes no '%s'", argv[first]);
	status = query_open(&query, class_set(CLASS_IPC), &options);
	if (!status) {
		if (look_twice(&query) < 0)
			mem_exit();
		status = print(query.snapshot, &options);
	}
	query_close(&query);
	return status;
}

const struct command command_deadlocks = {
	.name = "deadlocks",
	.operands = "",
	.summary = "Look twice within two seconds for threads that wait for each other, or for\n"
		   "nobody. Exit status: 0 none, 1 found, 3 none found but not all was seen.",
	.options = options_of_deadlocks,
	.run = run_deadlocks,
};
