#include "ipctop/cli/who.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ipctop/base/mem.h"
#include "ipctop/cli/commands.h"
#include "ipctop/cli/print.h"
#include "ipctop/cli/query.h"
#include "ipctop/collect/operators.h"
#include "ipctop/collect/scan.h"

/* clang-format off */
static const struct option_info options_of_who[] = {
	OPTION_KINDS,
	{ 0, "pid", "PID", "what the process PID has to do with", option_pid },
	OPTION_PRINTING,
	OPTION_HELP,
	OPTION_END,
};
/* clang-format on */

/* What is asked for. */
struct asked {
	struct options options;
	bool one; /* the object `class` and `id` */
	enum class class;
	int32_t id;
	struct query query;
	struct relation_range range;
	bool complete; /* nobody else can be there */
};

static int read_command_line(
	struct asked *asked, const struct command *command, int argc, char **argv)
{
	unsigned classes;
	int first, status;

	status = options_parse(command, argc, argv, &asked->options, &first);
	if (status != OPTIONS_PARSED)
		return status;
	argc -= first;
	argv += first;
	if (argc == 0 && !asked->options.kinds)
		return OPTIONS_PARSED;
	if (operands_kind(&asked->options, &argc, &argv, &classes))
		return EXIT_USAGE;
	if (asked->options.pid || !classes || (classes & (classes - 1)) || argc != 1)
		return usage_error(
			"'ipctop who' takes a kind and an id, as in 'who shm 3', or --pid PID");
	asked->one = true;
	asked->class = class_first(classes);
	return operands_id(argv[0], &asked->id) ? EXIT_USAGE : OPTIONS_PARSED;
}

/* Look at the system: 0 or an exit status. */
static int look(struct asked *asked)
{
	struct query *query = &asked->query;
	char filter[32];
	int status;

	snprintf(filter, sizeof(filter), "id=%d", asked->id);
	asked->options.filter = asked->one ? filter : NULL;
	status = query_open(query, class_set(CLASS_IPC), &asked->options);
	asked->options.filter = NULL;
	if (status)
		return status;
	query->cost |= COST_HOLDERS | COST_WAITERS;
	if (query_run(query) < 0)
		mem_exit();
	return 0;
}

/* Whether no object is missing that somebody may have to do with. */
static bool has_all_kinds(const struct snapshot *snapshot)
{
	enum class class;

	for (class = 0; class < CLASS_COUNT; class ++) {
		if ((class_infos[class].flags & CLASS_IPC) && !snapshot_is_whole(snapshot, class))
			return false;
	}
	return true;
}

/* The kernel counts those too who wait in a set and are not seen. */
static void compare_counts(struct asked *asked, const struct sem_record *sem)
{
	const int64_t counted = operators_waiters(sem, true), seen = asked->range.count;

	if (counted >= 0)
		asked->complete = counted == seen;
	if (counted <= seen)
		return;
	if (snapshot_note(asked->query.snapshot, CLASS_SEM, NOTE_UNSEEN,
		    "the kernel counts %" PRId64 " that wait, %" PRId64 " more than are seen",
		    counted, counted - seen) < 0)
		mem_exit();
}

/* Choose the relations that are asked for: 0 or an exit status. */
static int choose(struct asked *asked)
{
	const struct snapshot *snapshot = asked->query.snapshot;
	const struct visit *visit;
	struct row row;

	/* of an object that is found, its own kind was read */
	asked->complete = snapshot->relations.complete && (asked->one || has_all_kinds(snapshot));
	asked->range =
		(struct relation_range){ snapshot->relations.by_object, snapshot->relations.count };
	if (asked->one) {
		if (asked->query.tables[asked->class].count == 0)
			return query_not_found(&asked->query, asked->class, asked->id);
		row = table_row(&asked->query.tables[asked->class], 0);
		asked->range = relations_of(&row);
		/* the kernel counts attachments, also of those who are hidden */
		if (asked->class == CLASS_SHM)
			asked->complete = relations_all_attached(&row);
		if (asked->class == CLASS_SEM && !query_proc())
			compare_counts(asked, row.sem);
	} else if (asked->options.pid) {
		asked->range = relations_of_pid(snapshot, asked->options.pid);
		visit = scan_find(asked->query.collector->scan, asked->options.pid);
		asked->complete = visit && visit->seen_ns > 0 && !visit->error &&
			!visit->hidden_maps && !visit->hidden_calls && has_all_kinds(snapshot);
		if (!visit && !snapshot->relations.hidden_processes) {
			print_notes(snapshot, class_set(0), true);
			print_complaint("process %d: %s", asked->options.pid,
				snapshot->relations.read ? "no such process"
							 : "it could not be looked for");
			return EXIT_NOT_DONE;
		}
	}
	return 0;
}

static void write_holding(struct json *json, const struct holding *holding)
{
	char text[40];
	uint32_t i;

	json_text(json, "mode", holding->writable ? "rw" : "ro");
	json_u64(json, "mappings", holding->mappings);
	if (holding->creator == ALIVE_UNKNOWN)
		json_null(json, "creator");
	else
		json_bool(json, "creator", holding->creator == ALIVE_YES);
	json_bool(json, "huge", holding->huge);
	json_bool(json, "doubtful", holding->doubtful);
	json_begin_array(json, "addresses");
	for (i = 0; i < holding->mappings && i < RELATION_ADDRESSES; i++) {
		snprintf(text, sizeof(text), "%" PRIx64 "-%" PRIx64, holding->mapping[i].start,
			holding->mapping[i].end);
		json_text(json, NULL, text);
	}
	json_end_array(json);
}

static void write_operation(struct json *json, const struct waiting *waiting)
{
	if (!waiting->has_operation) {
		json_null(json, "semnum");
		json_null(json, "op");
		json_null(json, "undo");
		return;
	}
	json_u64(json, "semnum", waiting->semnum);
	json_i64(json, "op", waiting->op);
	json_bool(json, "undo", waiting->undo);
}

static void write_waiting(struct json *json, const struct relation *relation)
{
	const struct waiting *waiting = &relation->waiting;
	double seconds = relation_waiting_seconds(relation);

	json_text(json, "call", wait_call_name(waiting->call));
	if (relation->class == CLASS_SEM)
		write_operation(json, waiting);
	else if (waiting->has_type)
		json_i64(json, "type", waiting->type);
	else
		json_null(json, "type");
	if (waiting->call == WAIT_MSGRCV)
		json_bool(json, "except", waiting->except);
	if (seconds >= 0)
		json_real(json, "waiting_seconds", seconds);
	else
		json_null(json, "waiting_seconds");
}

static void write_relation(
	struct json *json, const struct snapshot *snapshot, const struct relation *relation)
{
	json_line(json);
	json_begin_object(json, NULL);
	json_text(json, "kind", class_infos[relation->class].word);
	json_i64(json, "id", relation->id);
	json_i64(json, "pid", relation->pid);
	json_i64(json, "tid", relation->tid);
	json_text(json, "command", process_command(snapshot, relation->pid));
	json_text(json, "user", process_user(snapshot, relation->pid));
	json_text(json, "relation", relation->type == RELATION_HOLDER ? "holder" : "waiter");
	if (relation->type == RELATION_HOLDER)
		write_holding(json, &relation->holding);
	else
		write_waiting(json, relation);
	json_end_object(json);
}

void who_write_json(
	struct json *json, const char *key, const struct row *row, enum relation_type type)
{
	struct relation_range range = relations_of(row);
	uint32_t i;

	if (!row->snapshot->relations.read) {
		json_null(json, key);
		return;
	}
	json_begin_array(json, key);
	for (i = 0; i < range.count; i++) {
		if (range.at[i]->type == type)
			write_relation(json, row->snapshot, range.at[i]);
	}
	json_end_array(json);
}

static void cell_or_dash(struct print_grid *grid, const char *text)
{
	print_grid_printf(grid, "%s", text ? text : "-");
}

int who_print(const struct snapshot *snapshot, struct relation_range range,
	const struct options *options, bool apart)
{
	static const char *const names[] = { "KIND", "ID", "PID", "TID", "COMMAND", "USER",
		"RELATION", "HOW", NULL };
	struct print_grid *grid = print_grid_new(names, options);
	const struct relation *relation;
	struct buf how = { 0 };
	uint32_t i;

	for (i = 0; i < range.count; i++) {
		relation = range.at[i];
		buf_clear(&how);
		relation_text(&how, relation);
		print_grid_cell(grid, class_infos[relation->class].word);
		print_grid_printf(grid, "%d", relation->id);
		print_grid_printf(grid, "%d", relation->pid);
		print_grid_printf(grid, "%d", relation->tid);
		cell_or_dash(grid, process_command(snapshot, relation->pid));
		cell_or_dash(grid, process_user(snapshot, relation->pid));
		print_grid_cell(grid, relation->type == RELATION_HOLDER ? "holder" : "waiter");
		print_grid_cell(grid, print_str(&how));
	}
	buf_free(&how);
	return print_grid_end(grid, apart);
}

static int print_json(const struct asked *asked)
{
	const struct snapshot *snapshot = asked->query.snapshot;
	struct json json = { .file = stdout, .lines = true };
	uint32_t i;

	print_json_head(&json, snapshot);
	json_begin_array(&json, "relations");
	for (i = 0; i < asked->range.count; i++)
		write_relation(&json, snapshot, asked->range.at[i]);
	json_end_array(&json);
	json_bool(&json, "complete", asked->complete);
	print_json_notes(&json, snapshot);
	json_end_object(&json);
	return json_finish(&json);
}

/* Beside the table: how attachments and processes go together. */
static void print_sentence(const struct asked *asked)
{
	struct buf text = { 0 };
	struct row row;

	if (asked->one && asked->class == CLASS_SHM) {
		row = table_row(&asked->query.tables[CLASS_SHM], 0);
		relations_attachments(&text, &row);
		printf("%s.\n", print_str(&text));
	} else if (asked->range.count == 0 && asked->complete) {
		if (asked->options.pid)
			printf("process %d has to do with no object of this IPC namespace\n",
				asked->options.pid);
		else
			puts("nobody");
	}
	buf_free(&text);
}

static int print(const struct asked *asked)
{
	const struct snapshot *snapshot = asked->query.snapshot;
	int status = EXIT_DONE, error;

	if (asked->options.mode == OUTPUT_JSON)
		error = print_json(asked);
	else
		error = who_print(snapshot, asked->range, &asked->options, false);
	if (!error && asked->options.mode == OUTPUT_TABLE && !asked->options.noheadings)
		print_sentence(asked);
	if (print_notes(snapshot, class_set(0), !asked->complete))
		status = EXIT_NOT_DONE;
	else if (asked->range.count == 0 && !asked->complete)
		status = EXIT_UNSURE;
	return print_end(status, error);
}

static int run_who(const struct command *command, int argc, char **argv)
{
	struct asked asked = { 0 };
	int status;

	status = read_command_line(&asked, command, argc, argv);
	if (status != OPTIONS_PARSED)
		return status;
	status = look(&asked);
	if (!status)
		status = choose(&asked);
	if (!status)
		status = print(&asked);
	query_close(&asked.query);
	return status;
}

const struct command command_who = {
	.name = "who",
	.operands = "[KIND ID | --pid PID]",
	.summary = "List which processes have segments mapped, and which threads wait.\n"
		   "KIND is msg, sem or shm.",
	.options = options_of_who,
	.run = run_who,
};
