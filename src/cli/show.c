#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ipctop/base/mem.h"
#include "ipctop/base/text.h"
#include "ipctop/cli/commands.h"
#include "ipctop/cli/key.h"
#include "ipctop/cli/print.h"
#include "ipctop/cli/query.h"
#include "ipctop/cli/who.h"
#include "ipctop/collect/detail.h"
#include "ipctop/model/column_get.h"
#include "ipctop/model/report.h"

/* clang-format off */
static const struct option_info options_of_show[] = {
	OPTION_KINDS,
	{ 0, "messages", "N", "read at most N messages of a queue (50)", option_messages },
	OPTION_OLDER,
	OPTION_PRINTING,
	OPTION_HELP,
	OPTION_END,
};
/* clang-format on */

/* The one object that is asked for. */
struct shown {
	struct options options;
	enum class class;
	int32_t id;
	struct query query;
	struct row row;
};

static int read_command_line(
	struct shown *shown, const struct command *command, int argc, char **argv)
{
	unsigned classes;
	int first, status;

	status = options_parse(command, argc, argv, &shown->options, &first);
	if (status != OPTIONS_PARSED)
		return status;
	argc -= first;
	argv += first;
	if (operands_kind(&shown->options, &argc, &argv, &classes))
		return EXIT_USAGE;
	if (!classes || (classes & (classes - 1)) || argc != 1)
		return usage_error("'ipctop show' takes a kind and an id, as in 'show shm 3'");
	shown->class = class_first(classes);
	return operands_id(argv[0], &shown->id) ? EXIT_USAGE : OPTIONS_PARSED;
}

static void note(struct snapshot *snapshot, enum class class, enum note_kind kind, const char *what,
	const struct detail_part *part)
{
	if (part->why)
		snapshot_note(snapshot, class, kind, "%s can't be read: %s", what, part->why);
}

/* Read what is known of it alone. 0 or -ENOMEM. */
static int read_detail(struct shown *shown)
{
	struct snapshot *snapshot = shown->query.snapshot;
	struct detail_wish wish = {
		.wanted = true,
		.identity = table_identity(&shown->query.tables[shown->class], 0),
		.semaphores = UINT32_MAX,
		.messages = shown->options.messages,
		.candidates = true,
	};

	if (detail_add(shown->query.collector, snapshot, &wish) < 0)
		return -ENOMEM;
	note(snapshot, shown->class, NOTE_FAILED, "semaphores", &snapshot->detail.semaphores);
	note(snapshot, shown->class, NOTE_FAILED, "messages", &snapshot->detail.messages);
	if (shown->options.mode != OUTPUT_TABLE) /* the report says so itself */
		note(snapshot, shown->class, NOTE_HINT, "candidates", &snapshot->detail.candidates);
	return 0;
}

/* Find it, and read all of it: 0 or an exit status. */
static int find(struct shown *shown)
{
	struct query *query = &shown->query;
	char filter[32];
	int status;

	snprintf(filter, sizeof(filter), "id=%d", shown->id);
	shown->options.filter = filter;
	status = query_open(
		query, class_bit(shown->class) | class_bit(CLASS_LIMIT), &shown->options);
	shown->options.filter = NULL;
	if (status)
		return status;
	table_set_filter(&query->tables[CLASS_LIMIT], NULL);
	column_list_ordered(&query->tables[shown->class].shown, shown->class, NULL);
	if (query_run(query) < 0)
		mem_exit();
	if (query->tables[shown->class].count == 0)
		return query_not_found(query, shown->class, shown->id);
	if (read_detail(shown) < 0)
		mem_exit();
	shown->row = table_row(&query->tables[shown->class], 0);
	return 0;
}

/* as text */

static int print_report(const struct shown *shown)
{
	struct report_style style = {
		.value = print_style(&shown->options),
		.width = print_width(),
		.noheadings = shown->options.noheadings,
		.more = "--messages reads more",
	};
	struct buf text = { 0 };

	style.value.now = shown->query.snapshot->time.tv_sec;
	report_object(&text, &shown->row, &style);
	return print_text(&text);
}

/* as tables of their own: raw and export */

static int print_semaphores(const struct shown *shown)
{
	static const char *const names[] = { "SEMNUM", "VALUE", "PID", "NCOUNT", "ZCOUNT", NULL };
	const struct detail *detail = &shown->query.snapshot->detail;
	struct print_grid *grid = print_grid_new(names, &shown->options);
	uint32_t i;

	for (i = 0; i < detail->semaphores.count; i++) {
		print_grid_printf(grid, "%u", i);
		print_grid_printf(grid, "%u", detail->semaphore[i].value);
		print_grid_printf(grid, "%d", detail->semaphore[i].pid);
		print_grid_printf(grid, "%u", detail->semaphore[i].ncount);
		print_grid_printf(grid, "%u", detail->semaphore[i].zcount);
	}
	return print_grid_end(grid, true);
}

static int print_messages(const struct shown *shown)
{
	static const char *const names[] = { "NUMBER", "TYPE", "SIZE", "TEXT", NULL };
	const struct detail *detail = &shown->query.snapshot->detail;
	struct print_grid *grid = print_grid_new(names, &shown->options);
	struct buf text = { 0 };
	uint32_t i;

	for (i = 0; i < detail->messages.count; i++) {
		print_grid_printf(grid, "%u", i);
		print_grid_printf(grid, "%" PRId64, detail->message[i].type);
		print_grid_printf(grid, "%" PRIu64, detail->message[i].size);
		buf_clear(&text);
		detail_message_text(&text, &detail->message[i], !text_locale_is_utf8());
		print_grid_cell(grid, print_str(&text));
	}
	buf_free(&text);
	return print_grid_end(grid, true);
}

static int print_tables(const struct shown *shown)
{
	int error = print_table(&shown->query.tables[shown->class], &shown->options);

	if (!error)
		error = who_print(
			shown->query.snapshot, relations_of(&shown->row), &shown->options, true);
	if (!error)
		error = print_semaphores(shown);
	if (!error)
		error = print_messages(shown);
	return error ? error : key_print_candidates(shown->query.snapshot, &shown->options);
}

/* as JSON */

static void write_semaphores(struct json *json, const struct row *row)
{
	const struct detail *detail = &row->snapshot->detail;
	uint32_t i;

	if (detail->semaphores.why) {
		json_null(json, "semaphores");
		return;
	}
	json_begin_array(json, "semaphores");
	for (i = 0; i < detail->semaphores.count; i++) {
		json_line(json);
		json_begin_object(json, NULL);
		json_u64(json, "semnum", i);
		json_u64(json, "value", detail->semaphore[i].value);
		value_json(json, "pid", "pid_alive",
			column_pid(row, detail->semaphore[i].pid, row->sem->otime));
		json_u64(json, "ncount", detail->semaphore[i].ncount);
		json_u64(json, "zcount", detail->semaphore[i].zcount);
		json_end_object(json);
	}
	json_end_array(json);
}

/* The text is null where the bytes are none; their digits always stand beside it. */
static void write_message(struct json *json, const struct message *message, uint32_t number)
{
	size_t length = detail_message_length(message);
	struct buf text = { 0 };

	json_line(json);
	json_begin_object(json, NULL);
	json_u64(json, "number", number);
	json_i64(json, "type", message->type);
	json_u64(json, "size", message->size);
	buf_bytes(&text, message->bytes, length);
	if (length > 0 || message->kept == 0)
		json_text(json, "text", print_str(&text));
	else
		json_null(json, "text");
	buf_clear(&text);
	detail_message_digits(&text, message);
	json_text(json, "hex", print_str(&text));
	json_end_object(json);
	buf_free(&text);
}

static void write_messages(struct json *json, const struct detail *detail)
{
	uint32_t i;

	if (detail->messages.why && detail->messages.count == 0) {
		json_null(json, "messages");
		return;
	}
	json_begin_array(json, "messages");
	for (i = 0; i < detail->messages.count; i++)
		write_message(json, &detail->message[i], i);
	json_end_array(json);
}

static void write_verdicts(struct json *json, const struct row *row)
{
	enum verdict verdict = VERDICT_NONE;
	struct buf reason = { 0 };

	json_begin_array(json, "verdicts");
	while ((verdict = verdict_next(row, verdict, &reason)) != VERDICT_NONE) {
		json_line(json);
		json_begin_object(json, NULL);
		json_text(json, "verdict", verdict_infos[verdict].name);
		json_text(json, "severity", severity_name(verdict_infos[verdict].severity));
		json_text(json, "reason", print_str(&reason));
		json_end_object(json);
	}
	json_end_array(json);
	buf_free(&reason);
}

static int print_json(const struct shown *shown)
{
	const struct snapshot *snapshot = shown->query.snapshot;
	const struct column_list *all = &shown->query.tables[shown->class].shown;
	struct json json = { .file = stdout, .lines = true };

	print_json_head(&json, snapshot);
	json_text(&json, "kind", class_infos[shown->class].word);
	json_begin_object(&json, "object");
	print_json_members(&json, all, &shown->row);
	json_end_object(&json);
	write_verdicts(&json, &shown->row);
	if (shown->class == CLASS_SHM)
		who_write_json(&json, "holders", &shown->row, RELATION_HOLDER);
	else
		who_write_json(&json, "waiters", &shown->row, RELATION_WAITER);
	if (shown->class == CLASS_SEM)
		write_semaphores(&json, &shown->row);
	if (shown->class == CLASS_MSG)
		write_messages(&json, &snapshot->detail);
	key_write_json(&json, snapshot, shown->row.ipc->key);
	print_json_notes(&json, snapshot);
	json_end_object(&json);
	return json_finish(&json);
}

static int print(const struct shown *shown)
{
	bool failed;
	int error;

	if (shown->options.mode == OUTPUT_JSON)
		error = print_json(shown);
	else if (shown->options.mode == OUTPUT_TABLE)
		error = print_report(shown);
	else
		error = print_tables(shown);
	/* which processes are hidden the report says, and "errors"; what failed is told here */
	failed = query_saw_nobody(&shown->query);
	failed |= print_notes(shown->query.snapshot, class_set(0),
		failed ||
			(shown->options.mode != OUTPUT_TABLE &&
				shown->options.mode != OUTPUT_JSON));
	return print_end(failed ? EXIT_NOT_DONE : EXIT_DONE, error);
}

static int run_show(const struct command *command, int argc, char **argv)
{
	struct shown shown = { 0 };
	int status;

	status = read_command_line(&shown, command, argc, argv);
	if (status != OPTIONS_PARSED)
		return status;
	status = find(&shown);
	if (!status)
		status = print(&shown);
	query_close(&shown.query);
	return status;
}

const struct command command_show = {
	.name = "show",
	.operands = "KIND ID",
	.summary = "Print everything known about one object. KIND is msg, sem or shm.",
	.options = options_of_show,
	.run = run_show,
};
