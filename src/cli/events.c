#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ipctop/base/clock.h"
#include "ipctop/base/file.h"
#include "ipctop/base/mem.h"
#include "ipctop/base/text.h"
#include "ipctop/cli/commands.h"
#include "ipctop/cli/print.h"
#include "ipctop/cli/query.h"
#include "ipctop/collect/processes.h"
#include "ipctop/model/derive.h"
#include "ipctop/model/event.h"

#define SECOND_NS INT64_C(1000000000)

enum { SCAN_PART = 10 }; /* what part of the time between two looks visiting processes may take */

/* clang-format off */
static const struct option_info options_of_events[] = {
	OPTION_KINDS,
	{ 'f', "filter", "EXPR", "only what matches, as in 'event=gone kind=shm'", option_filter },
	OPTION_USER,
	OPTION_PRINTING,
	{ 'n', "iterations", "N", "look N times, then end", option_iterations },
	OPTION_DELAY,
	OPTION_HELP,
	OPTION_END,
};
/* clang-format on */

struct watching {
	struct options options;
	unsigned classes; /* that are watched */
	struct query query; /* of events alone: their table */
	struct past *past;
	uint64_t told; /* number of the last event that was printed, or filtered out */
	unsigned failed; /* classes of notes of the last look that say that something is missing */
	unsigned missing; /* these, and who could not be looked for: of which it was said */
	unsigned widths[COLUMNS_MAX]; /* of the table printed: they only grow */
	bool begun; /* there was a look before */
};

/* what is printed */

static int print_json_line(const struct table *table, size_t at)
{
	struct json json = { .file = stdout };
	struct row row = table_row(table, at);

	json_begin_object(&json, NULL);
	print_json_members(&json, &table->shown, &row);
	json_end_object(&json);
	return json_finish(&json);
}

/* Append a cell; the last one of a line needs no blanks behind it. */
static void put_cell(struct buf *out, const char *text, unsigned *width, bool right, bool last)
{
	size_t used = text_width(text);
	int blanks;

	if (used > *width)
		*width = (unsigned)used;
	blanks = (int)(*width - used);
	if (right)
		buf_printf(out, "%*s%s", blanks, "", text);
	else
		buf_printf(out, "%s%*s", text, last ? 0 : blanks, "");
	buf_char(out, last ? '\n' : ' ');
}

static int print_headings(struct watching *watching)
{
	const struct column_list *shown = &watching->query.tables[CLASS_EVENT].shown;
	struct buf line = { 0 };
	size_t i;

	for (i = 0; i < shown->count; i++) {
		watching->widths[i] = shown->at[i]->width;
		put_cell(&line, shown->at[i]->name, &watching->widths[i],
			value_right_aligned(shown->at[i]->type), i + 1 == shown->count);
	}
	if (!watching->options.noheadings)
		return print_text(&line);
	buf_free(&line);
	return 0;
}

/* A line as soon as it is known can't wait for how wide the later ones are. */
static int print_line(struct watching *watching, size_t at)
{
	const struct table *table = &watching->query.tables[CLASS_EVENT];
	struct value_style style = print_style(&watching->options);
	struct row row = table_row(table, at);
	struct buf line = { 0 }, text = { 0 };
	size_t i;

	style.now = table->snapshot->time.tv_sec;
	for (i = 0; i < table->shown.count; i++) {
		buf_clear(&text);
		value_text(&text, table->shown.at[i]->get(&row), &style);
		put_cell(&line, print_str(&text), &watching->widths[i],
			value_right_aligned(table->shown.at[i]->type), i + 1 == table->shown.count);
		if (text.error)
			line.error = text.error;
	}
	buf_free(&text);
	return print_text(&line);
}

/* The newest events stand first in a snapshot, and come last here. */
static void turn_round(struct table *table)
{
	size_t from = 0, to = table->count;
	uint32_t row;

	while (from + 1 < to) {
		row = table->rows[from];
		table->rows[from++] = table->rows[--to];
		table->rows[to] = row;
	}
}

static int print_events(struct watching *watching)
{
	struct options *options = &watching->options;
	struct table *table = &watching->query.tables[CLASS_EVENT];
	int error = 0;
	size_t at;

	turn_round(table);
	if (options->mode == OUTPUT_RAW || options->mode == OUTPUT_EXPORT) {
		if (table->count > 0 || !watching->begun)
			error = print_table(table, options);
		options->noheadings = true; /* once is enough */
	} else if (options->mode == OUTPUT_TABLE && !watching->begun) {
		error = print_headings(watching);
	}
	for (at = 0; at < table->count && !error; at++) {
		if (options->mode == OUTPUT_JSON)
			error = print_json_line(table, at);
		else if (options->mode == OUTPUT_TABLE)
			error = print_line(watching, at);
	}
	errno = 0;
	if (fflush(stdout) == EOF && !error)
		error = file_failure();
	return error;
}

/* What could not be read is said when that begins, not with each look. */
static void tell_notes(struct watching *watching, const struct snapshot *snapshot)
{
	const struct note *note;
	unsigned failed = 0, missing;

	for (note = snapshot->notes; note; note = note->next)
		failed |= note->kind == NOTE_FAILED ? class_bit(note->class) : 0;
	missing = failed | (snapshot->relations.why ? class_bit(CLASS_PROCESS) : 0);
	if (!watching->begun)
		print_notes(snapshot, class_set(0), true);
	else if (missing & ~watching->missing)
		print_notes(snapshot, missing, true);
	watching->failed = failed;
	watching->missing = missing;
}

static void tell_lost(uint64_t events)
{
	if (events > EVENTS_MAX)
		fprintf(stderr, "ipctop: %" PRIu64 " events are lost: more than %d at once\n",
			events - EVENTS_MAX, EVENTS_MAX);
}

/* looks */

/* A snapshot with the events since the last one. 0 or -ENOMEM. */
static int look(struct watching *watching)
{
	const unsigned waited_for = class_bit(CLASS_MSG) | class_bit(CLASS_SEM);
	const struct needs needs = {
		.classes = watching->classes,
		.cost = COST_USER | (watching->classes & waited_for ? COST_WAITERS : 0),
		/* all processes once, so that waits that come are told from those that are there */
		.scan_ns = watching->begun
			? (int64_t)(watching->options.delay * SECOND_NS) / SCAN_PART
			: 0,
	};
	struct derive_wish wish = { .classes = watching->classes };
	struct query *query = &watching->query;
	struct event_log *log = watching->past->events;
	int error;

	verdict_ages_init(&wish.ages);
	snapshot_unref(query->snapshot);
	error = collector_run(query->collector, &needs, &query->snapshot);
	if (!error)
		error = derive(query->snapshot, watching->past, &wish);
	if (!error)
		error = event_fill(log, query->snapshot, watching->told);
	if (!error)
		error = processes_add_classes(
			query->collector, query->snapshot, class_bit(CLASS_EVENT), true);
	if (!error)
		error = table_show(&query->tables[CLASS_EVENT], query->snapshot);
	if (error)
		return error;
	tell_notes(watching, query->snapshot);
	tell_lost(event_count(log) - watching->told);
	watching->told = event_count(log);
	return 0;
}

/* Sleep until `at`; false: nobody reads what is printed any more. */
static bool wait_until(int64_t at)
{
	struct pollfd out = { .fd = STDOUT_FILENO };
	struct timespec left;
	int64_t ns;
	int ready;

	for (;;) {
		ns = at - clock_monotonic_ns();
		if (ns <= 0)
			return true;
		left.tv_sec = ns / SECOND_NS;
		left.tv_nsec = ns % SECOND_NS;
		ready = ppoll(&out, 1, &left, NULL);
		if (ready < 0 && errno != EINTR)
			nanosleep(&left, NULL); /* it fails for now, which is no reason to hurry */
		if (ready <= 0)
			continue;
		if (out.revents & POLLERR)
			return false;
		out.fd = -1; /* there is nothing more to learn */
	}
}

static int watch(struct watching *watching)
{
	const int64_t delay = (int64_t)(watching->options.delay * SECOND_NS);
	int64_t at = clock_monotonic_ns(), now;
	uint64_t turn = 0;
	int error;

	for (;;) {
		if (look(watching) < 0)
			mem_exit();
		error = print_events(watching);
		watching->begun = true;
		if (error || ++turn == watching->options.iterations)
			return print_end(watching->failed ? EXIT_NOT_DONE : EXIT_DONE, error);
		at += delay;
		now = clock_monotonic_ns();
		if (at < now)
			at = now; /* do not make up for what was missed */
		if (!wait_until(at))
			return EXIT_NOT_DONE;
	}
}

static int run_events(const struct command *command, int argc, char **argv)
{
	struct watching watching = { 0 };
	int first, status;

	status = options_parse(command, argc, argv, &watching.options, &first);
	if (status != OPTIONS_PARSED)
		return status;
	status = operands_kinds(&watching.options, argc - first, argv + first, &watching.classes);
	if (status)
		return status;
	status = query_open(&watching.query, class_bit(CLASS_EVENT), &watching.options);
	if (!status) {
		watching.past = past_new();
		if (!watching.past)
			mem_exit();
		status = watch(&watching);
	}
	past_free(watching.past);
	query_close(&watching.query);
	return status;
}

const struct command command_events = {
	.name = "events",
	.operands = "[msg|sem|shm]...",
	.summary = "Print what happens to IPC objects, a line each, until interrupted.",
	.options = options_of_events,
	.run = run_events,
};
