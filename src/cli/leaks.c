#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ipctop/base/mem.h"
#include "ipctop/base/text.h"
#include "ipctop/cli/commands.h"
#include "ipctop/cli/print.h"
#include "ipctop/cli/query.h"
#include "ipctop/model/derive.h"

enum {
	REASONS_SHOWN = 3, /* of a finding, in text */
	REASONS_MAX = 20, /* in JSON */
};

/* clang-format off */
static const struct option_info options_of_leaks[] = {
	OPTION_KINDS,
	OPTION_OLDER,
	OPTION_FILTER,
	OPTION_USER,
	OPTION_PRINTING,
	OPTION_HELP,
	OPTION_END,
};
/* clang-format on */

/* An object with a verdict. */
struct leak {
	struct row row;
	enum verdict verdict;
	const char *command; /* of the creator, "" where it is not known */
};

/* What has verdict, kind, owner and command in common: of `leaks`, from `first` on. */
struct finding {
	const struct leak *first;
	size_t count;
	uint64_t bytes;
};

struct report {
	struct options options;
	struct query query;
	struct leak *leaks;
	size_t leak_count;
	struct finding *findings; /* worst first */
	size_t finding_count;
	bool complete;
};

/* finding */

static const char *creator_of(const struct row *row)
{
	const struct column *column = column_find(row->class, "COMMAND", strlen("COMMAND"));
	struct value value = column ? column->get(row) : (struct value){ 0 };

	return value.type == VALUE_TEXT ? value.text : "";
}

static int by_finding(const void *left, const void *right)
{
	const struct leak *a = left, *b = right;
	int order;

	if (a->verdict != b->verdict)
		return a->verdict < b->verdict ? -1 : 1;
	if (a->row.class != b->row.class)
		return a->row.class < b->row.class ? -1 : 1;
	if (a->row.ipc->uid != b->row.ipc->uid)
		return a->row.ipc->uid < b->row.ipc->uid ? -1 : 1;
	order = strcmp(a->command, b->command);
	return order ? order
		     : (a->row.ipc->id > b->row.ipc->id) - (a->row.ipc->id < b->row.ipc->id);
}

static bool belong_together(const struct leak *a, const struct leak *b)
{
	return a->verdict == b->verdict && a->row.class == b->row.class &&
		a->row.ipc->uid == b->row.ipc->uid && strcmp(a->command, b->command) == 0;
}

static int worst_first(const void *left, const void *right)
{
	const struct finding *a = left, *b = right;
	enum severity x = verdict_infos[a->first->verdict].severity,
		      y = verdict_infos[b->first->verdict].severity;

	if (x != y)
		return x > y ? -1 : 1;
	if (a->bytes != b->bytes)
		return a->bytes > b->bytes ? -1 : 1;
	if (a->count != b->count)
		return a->count > b->count ? -1 : 1;
	return a->first < b->first ? -1 : 1;
}

static void collect_leaks(struct report *report)
{
	const struct table *table;
	enum verdict verdict;
	enum class class;
	size_t most = 1, at;
	struct row row;

	for (class = 0; class < CLASS_COUNT; class ++)
		most += report->query.tables[class].count;
	report->leaks = xcalloc(most, sizeof(*report->leaks));
	for (class = 0; class < CLASS_COUNT; class ++) {
		table = &report->query.tables[class];
		for (at = 0; at < table->count; at++) {
			row = table_row(table, at);
			verdict = verdict_of(&row);
			if (verdict != VERDICT_NONE)
				report->leaks[report->leak_count++] =
					(struct leak){ row, verdict, creator_of(&row) };
		}
	}
}

static void make_findings(struct report *report)
{
	struct finding *finding = NULL;
	size_t i;

	collect_leaks(report);
	qsort(report->leaks, report->leak_count, sizeof(*report->leaks), by_finding);
	report->findings = xcalloc(report->leak_count + 1, sizeof(*report->findings));
	for (i = 0; i < report->leak_count; i++) {
		if (!finding || !belong_together(finding->first, &report->leaks[i])) {
			finding = &report->findings[report->finding_count++];
			finding->first = &report->leaks[i];
		}
		finding->count++;
		if (__builtin_add_overflow(
			    finding->bytes, row_bytes(&report->leaks[i].row), &finding->bytes))
			finding->bytes = UINT64_MAX;
	}
	qsort(report->findings, report->finding_count, sizeof(*report->findings), worst_first);
}

/* Say of which objects ages can't be told. 0 or -ENOMEM. */
static int tell_doubtful(struct query *query)
{
	const struct table *table;
	enum class class;
	size_t count, at;
	struct row row;
	int error = 0;

	for (class = 0; class < CLASS_COUNT && !error; class ++) {
		table = &query->tables[class];
		for (at = 0, count = 0; at < table->count; at++) {
			row = table_row(table, at);
			count += verdict_is_doubtful(&row);
		}
		if (count > 0)
			error = snapshot_note(query->snapshot, class, NOTE_HINT,
				"%zu %s %s times in the future: ages can't be told from them",
				count,
				count == 1 ? class_infos[class].one : class_infos[class].many,
				count == 1 ? "has" : "have");
	}
	return error;
}

/* 0, or an exit status. What waits in a set is only stuck where a second look sees no change. */
static int look(struct report *report, unsigned classes)
{
	struct query *query = &report->query;
	int status, error;

	status = query_open(query, classes, &report->options);
	if (status)
		return status;
	query->cost |= COST_VERDICT | COST_COUNTS | COST_HOLDERS | COST_WAITERS;
	error = query_run_settled(query);
	if (!error)
		error = tell_doubtful(query);
	if (error)
		mem_exit();
	report->complete = verdict_complete(query->snapshot);
	make_findings(report);
	return 0;
}

/* printing */

static const char *owner_of(const struct finding *finding)
{
	const struct row *row = &finding->first->row;

	return name_map_get(&row->snapshot->users, row->ipc->uid);
}

/* What is doomed goes by itself, and not before it is detached. */
static bool is_removable(const struct finding *finding)
{
	return finding->first->verdict != VERDICT_DOOMED;
}

/* Who takes a line from JSON and the like runs it here, where ids of texts are other objects'. */
static bool has_line(const struct finding *finding)
{
	return is_removable(finding) && !query_proc();
}

static void put_removal(struct buf *out, const struct finding *finding)
{
	size_t i;

	buf_printf(out, "ipctop rm %s", class_infos[finding->first->row.class].word);
	for (i = 0; i < finding->count; i++)
		buf_printf(out, " %d", finding->first[i].row.ipc->id);
}

static void write_reasons(struct json *json, const struct finding *finding)
{
	struct buf reason = { 0 };
	size_t i;

	json_begin_array(json, "reasons");
	for (i = 0; i < finding->count && i < REASONS_MAX; i++) {
		buf_clear(&reason);
		verdict_reason(&reason, &finding->first[i].row);
		json_text(json, NULL, print_str(&reason));
	}
	json_end_array(json);
	buf_free(&reason);
}

static void write_finding(struct json *json, const struct finding *finding)
{
	const struct leak *first = finding->first;
	struct buf remove = { 0 };
	size_t i;

	json_line(json);
	json_begin_object(json, NULL);
	json_text(json, "verdict", verdict_infos[first->verdict].name);
	json_text(json, "severity", severity_name(verdict_infos[first->verdict].severity));
	json_text(json, "kind", class_infos[first->row.class].word);
	json_u64(json, "count", finding->count);
	json_u64(json, "bytes", finding->bytes);
	json_text(json, "owner", owner_of(finding));
	json_text(json, "command", *first->command ? first->command : NULL);
	json_begin_array(json, "ids");
	for (i = 0; i < finding->count; i++)
		json_i64(json, NULL, first[i].row.ipc->id);
	json_end_array(json);
	write_reasons(json, finding);
	put_removal(&remove, finding);
	json_text(json, "remove", has_line(finding) ? print_str(&remove) : NULL);
	json_end_object(json);
	buf_free(&remove);
}

static int print_json(const struct report *report)
{
	struct json json = { .file = stdout, .lines = true };
	size_t i;

	print_json_head(&json, report->query.snapshot);
	json_begin_array(&json, "findings");
	for (i = 0; i < report->finding_count; i++)
		write_finding(&json, &report->findings[i]);
	json_end_array(&json);
	json_bool(&json, "complete", report->complete);
	print_json_notes(&json, report->query.snapshot);
	json_end_object(&json);
	return json_finish(&json);
}

/* "orphan: 14 segments of www-data, made by httpd, 224M (severity high)" */
static void put_title(struct buf *out, const struct finding *finding, bool ascii)
{
	const struct leak *first = finding->first;
	const struct class_info *info = &class_infos[first->row.class];
	const char *owner = owner_of(finding);

	buf_printf(out, "%s: %zu %s of ", verdict_infos[first->verdict].name, finding->count,
		finding->count == 1 ? info->one : info->many);
	if (owner)
		text_clean(out, owner, strlen(owner), ascii);
	else
		buf_u64(out, first->row.ipc->uid);
	if (*first->command) {
		buf_text(out, ", made by ");
		text_clean(out, first->command, strlen(first->command), ascii);
	}
	if (finding->bytes > 0) {
		buf_text(out, ", ");
		units_bytes(out, finding->bytes);
		buf_text(out, finding->bytes < 1024 ? " bytes" : "");
		buf_text(out, first->row.class == CLASS_SHM ? " of memory" : " in messages");
	}
	buf_printf(out, " (severity %s)\n", severity_name(verdict_infos[first->verdict].severity));
}

static void put_finding(struct buf *out, const struct finding *finding, bool ascii)
{
	size_t i;

	put_title(out, finding, ascii);
	for (i = 0; i < finding->count && i < REASONS_SHOWN; i++) {
		buf_printf(out, "  %d: ", finding->first[i].row.ipc->id);
		verdict_reason(out, &finding->first[i].row);
		buf_char(out, '\n');
	}
	if (finding->count > REASONS_SHOWN)
		buf_printf(out, "  %zu more for the same reason\n", finding->count - REASONS_SHOWN);
	buf_text(out, "  remove: ");
	if (is_removable(finding))
		put_removal(out, finding);
	else
		buf_text(out, "not needed; it goes when the last process lets it go");
	buf_char(out, '\n');
}

/*
 * How many are too young to be told of, but would be grave. Derives verdicts anew: the last thing
 * that is done with them. 0 too where that can't be.
 */
static size_t count_younger(const struct report *report)
{
	struct derive_wish wish = { .groups = { 0 } };
	const struct table *table;
	const char *wrong;
	enum class class;
	size_t count = 0, at;
	struct row row;

	if (verdict_ages_parse(&wish.ages, "0s", &wrong) < 0 ||
		derive(report->query.snapshot, NULL, &wish) < 0)
		return 0;
	for (class = 0; class < CLASS_COUNT; class ++) {
		table = &report->query.tables[class];
		for (at = 0; at < table->count; at++) {
			row = table_row(table, at);
			count += verdict_infos[verdict_of(&row)].severity >= SEVERITY_HIGH;
		}
	}
	return count;
}

/* Not more than could be seen, and not what is too young. */
static void put_nothing(struct buf *out, const struct report *report)
{
	const size_t younger = report->complete ? count_younger(report) : 0;

	buf_text(out,
		report->complete ? "Nothing leaks.\n"
				 : "Nothing that could be seen leaks; not all could be.\n");
	if (younger > 0)
		buf_printf(out,
			"%zu object%s would be told of, but %s too young: "
			"'ipctop leaks --older 1m' takes younger ones.\n",
			younger, younger == 1 ? "" : "s", younger == 1 ? "is" : "are");
}

/*
 * What removes with more care than the lines do. It takes all with the verdict: where only some
 * objects were asked for, no line to copy is made of it.
 */
static void put_careful(struct buf *out, const struct report *report)
{
	const struct finding *worst = report->findings, *end = worst + report->finding_count;

	while (worst < end && !is_removable(worst))
		worst++;
	if (worst == end)
		return;
	if (report->options.filter || report->options.by_user) {
		buf_text(out,
			"\nThese lines remove by id. What 'ipctop rm' chooses by a filter with "
			"verdict= is\nlooked at again right before it goes, and spared where it is "
			"seen to be used by then.\n");
		return;
	}
	buf_printf(out,
		"\nThese lines remove by id. This one looks at each object again right before it "
		"goes,\nand spares what is seen to be used by then:\n  ipctop rm %s ",
		class_infos[worst->first->row.class].word);
	verdict_put_choice(out, worst->first->verdict, &report->options.ages);
	buf_char(out, '\n');
}

static int print_findings(const struct report *report)
{
	const bool ascii = !text_locale_is_utf8();
	struct buf out = { 0 };
	size_t i;

	for (i = 0; i < report->finding_count; i++) {
		if (i > 0)
			buf_char(&out, '\n');
		put_finding(&out, &report->findings[i], ascii);
	}
	if (report->finding_count > 0)
		put_careful(&out, report);
	if (report->finding_count > 0 && query_proc())
		buf_text(&out,
			"They are for the host that these texts are from: the same ids are "
			"other objects here.\n");
	if (report->finding_count == 0)
		put_nothing(&out, report);
	return print_text(&out);
}

/* A row a finding: raw and export. */
static int print_rows(const struct report *report)
{
	static const char *const names[] = { "VERDICT", "SEVERITY", "KIND", "COUNT", "BYTES",
		"OWNER", "COMMAND", "REMOVE", NULL };
	struct print_grid *grid = print_grid_new(names, &report->options);
	const struct finding *finding;
	struct buf remove = { 0 };
	const char *owner;
	size_t i;

	for (i = 0; i < report->finding_count; i++) {
		finding = &report->findings[i];
		owner = owner_of(finding);
		buf_clear(&remove);
		put_removal(&remove, finding);
		print_grid_cell(grid, verdict_infos[finding->first->verdict].name);
		print_grid_cell(
			grid, severity_name(verdict_infos[finding->first->verdict].severity));
		print_grid_cell(grid, class_infos[finding->first->row.class].word);
		print_grid_printf(grid, "%zu", finding->count);
		print_grid_printf(grid, "%" PRIu64, finding->bytes);
		print_grid_printf(grid, "%s", owner ? owner : "-");
		print_grid_printf(
			grid, "%s", *finding->first->command ? finding->first->command : "-");
		print_grid_cell(grid, has_line(finding) ? print_str(&remove) : "-");
	}
	buf_free(&remove);
	return print_grid_end(grid, false);
}

static int print(const struct report *report)
{
	int status = EXIT_DONE, error;

	if (report->options.mode == OUTPUT_JSON)
		error = print_json(report);
	else if (report->options.mode == OUTPUT_TABLE)
		error = print_findings(report);
	else
		error = print_rows(report);
	/* who is hidden matters where it could change the answer */
	if (print_notes(report->query.snapshot, class_set(0), !report->complete))
		status = EXIT_NOT_DONE;
	else if (report->finding_count > 0)
		status = EXIT_FOUND;
	else if (!report->complete)
		status = EXIT_UNSURE;
	return print_end(status, error);
}

static int run_leaks(const struct command *command, int argc, char **argv)
{
	struct report report = { 0 };
	unsigned classes;
	int first, status;

	status = options_parse(command, argc, argv, &report.options, &first);
	if (status != OPTIONS_PARSED)
		return status;
	status = operands_kinds(&report.options, argc - first, argv + first, &classes);
	if (!status)
		status = look(&report, classes);
	if (!status)
		status = print(&report);
	query_close(&report.query);
	free(report.leaks);
	free(report.findings);
	return status;
}

const struct command command_leaks = {
	.name = "leaks",
	.operands = "[KIND...]",
	.summary = "Report what is wrong with IPC objects, worst first, with reasons and what "
		   "removes\n"
		   "them. Exit status: 0 nothing found, 1 found, 3 nothing found but not all was "
		   "seen.",
	.options = options_of_leaks,
	.run = run_leaks,
};
