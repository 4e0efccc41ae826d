#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "ipctop/act/privilege.h"
#include "ipctop/act/remove.h"
#include "ipctop/base/mem.h"
#include "ipctop/base/text.h"
#include "ipctop/cli/commands.h"
#include "ipctop/cli/key.h"
#include "ipctop/cli/print.h"
#include "ipctop/cli/query.h"
#include "ipctop/collect/detail.h"
#include "ipctop/model/key.h"
#include "ipctop/model/report.h"

/* clang-format off */
static const struct option_info options_of_key[] = {
	{ 0, "explain", "KEY", "the parts of a key, and the paths it may come from", option_key },
	OPTION_PRINTING,
	OPTION_HELP,
	OPTION_END,
};
/* clang-format on */

enum { PROJECT_DEFAULT = 1, PROJECT_MAX = 255 };

/* the key of a path */

/* A number, or one character, as programs write it: ftok(path, 'R'). */
static int read_project(const char *text, unsigned *project)
{
	uint64_t number;

	if (text[0] && !text[1] && !(text[0] >= '0' && text[0] <= '9')) {
		*project = (unsigned char)text[0];
		return 0;
	}
	if (units_parse_u64(text, &number) < 0 || number > PROJECT_MAX)
		return usage_error("'%s' is no project id; it is a number from 0 to 255, or a "
				   "character",
			text);
	*project = (unsigned)number;
	return 0;
}

/* What is known of a path and its key. */
struct path_key {
	const char *path;
	unsigned project;
	struct stat status;
	uint32_t key;
};

/* As the column KEY has it. */
static void write_key(struct json *json, uint32_t key)
{
	value_json(json, "key", NULL, (struct value){ .type = VALUE_KEY, .number = key });
}

static int print_path_json(const struct path_key *found, const struct snapshot *snapshot)
{
	struct json json = { .file = stdout };

	print_json_head(&json, snapshot);
	write_key(&json, found->key);
	json_text(&json, "path", found->path);
	json_u64(&json, "project", found->project);
	json_u64(&json, "device", found->status.st_dev);
	json_u64(&json, "inode", found->status.st_ino);
	json_end_object(&json);
	return json_finish(&json);
}

static int print_path_grid(const struct path_key *found, const struct options *options)
{
	static const char *const names[] = { "KEY", "PROJECT", "DEVICE", "INODE", "FILE", NULL };
	struct print_grid *grid = print_grid_new(names, options);

	print_grid_printf(grid, "0x%08x", found->key);
	print_grid_printf(grid, "%u", found->project);
	print_grid_printf(grid, "%ju", (uintmax_t)found->status.st_dev);
	print_grid_printf(grid, "%ju", (uintmax_t)found->status.st_ino);
	print_grid_printf(grid, "%s", found->path);
	return print_grid_end(grid, false);
}

static int print_path(
	const struct path_key *found, const struct options *options, const struct query *query)
{
	int error = 0;

	if (options->mode == OUTPUT_JSON)
		error = print_path_json(found, query->snapshot);
	else if (options->mode == OUTPUT_TABLE)
		printf("0x%08x\n", found->key); /* nothing else, for $(...) */
	else
		error = print_path_grid(found, options);
	return print_end(EXIT_DONE, error);
}

static int run_path(const struct options *options, struct query *query, int argc, char **argv)
{
	struct path_key found = { .path = argv[0], .project = PROJECT_DEFAULT };
	uint64_t effective;
	int error;

	if (argc > 2)
		return usage_error("'ipctop key' takes a path and a project id, not '%s'", argv[2]);
	if (argc == 2 && read_project(argv[1], &found.project))
		return EXIT_USAGE;
	/* like ftok(3), which follows links */
	error = privilege_pause(&effective);
	if (!error && stat(found.path, &found.status) < 0)
		error = -errno;
	privilege_resume(effective);
	if (error) {
		usage_error("'%s': %s", found.path, strerror(-error));
		return EXIT_NOT_DONE;
	}
	found.key = key_join(found.status.st_dev, found.status.st_ino, found.project);
	return print_path(&found, options, query);
}

/* explaining a key */

int key_print_candidates(const struct snapshot *snapshot, const struct options *options)
{
	static const char *const names[] = { "FILE", "TIE", "PID", NULL }; /* PATH is the shell's */
	const struct detail *detail = &snapshot->detail;
	struct print_grid *grid = print_grid_new(names, options);
	uint32_t i;

	for (i = 0; i < detail->candidates.count; i++) {
		print_grid_printf(grid, "%s", detail->candidate[i].path);
		print_grid_printf(grid, "%s", detail_tie(detail->candidate[i].tie));
		print_grid_printf(grid, "%d", detail->candidate[i].pid);
	}
	return print_grid_end(grid, true);
}

void key_write_json(struct json *json, const struct snapshot *snapshot, uint32_t key)
{
	const struct detail *detail = &snapshot->detail;
	struct key_parts parts = key_split(key);
	uint32_t i;

	json_begin_object(json, "ftok");
	json_u64(json, "project", parts.project);
	json_u64(json, "device", parts.device);
	json_u64(json, "inode", parts.inode);
	json_end_object(json);
	json_begin_array(json, "candidates");
	for (i = 0; i < detail->candidates.count; i++) {
		json_line(json);
		json_begin_object(json, NULL);
		json_text(json, "path", detail->candidate[i].path);
		json_text(json, "tie", detail_tie(detail->candidate[i].tie));
		if (detail->candidate[i].pid > 0)
			json_i64(json, "pid", detail->candidate[i].pid);
		else
			json_null(json, "pid");
		json_end_object(json);
	}
	json_end_array(json);
}

/* What is explained. */
struct explanation {
	const struct options *options;
	uint32_t key;
	struct query query;
	struct row *rows; /* the objects that have the key */
	size_t count;
	struct key_search search;
	bool failed; /* a folder could not be read */
};

static void find_objects(struct explanation *explanation)
{
	const struct table *table;
	enum class class;
	size_t count = 0, at;

	for (class = 0; class < CLASS_COUNT; class ++)
		count += explanation->query.tables[class].count;
	explanation->rows = xcalloc(count + 1, sizeof(*explanation->rows));
	for (class = 0; class < CLASS_COUNT; class ++) {
		table = &explanation->query.tables[class];
		for (at = 0; at < table->count; at++)
			explanation->rows[explanation->count++] = table_row(table, at);
	}
}

/* Look at the files of the processes that have to do with the objects that have the key. */
static int search_processes(struct explanation *explanation)
{
	struct snapshot *snapshot = explanation->query.snapshot;
	struct detail_wish wish = { .wanted = true, .semaphores = DETAIL_SEMAPHORES };
	int32_t pids[KEY_PIDS_MAX];
	const struct row *row = explanation->rows, *end = row + explanation->count;
	size_t count, i;
	int error = 0;

	for (; row < end && !error; row++) {
		wish.identity = identity_of(row->class, row->record, snapshot->scope);
		error = detail_add(explanation->query.collector, snapshot, &wish);
		if (!error && snapshot->detail.semaphores.why)
			error = snapshot_note(snapshot, row->class, NOTE_HINT,
				"not all processes of %d are known: %s", row->ipc->id,
				snapshot->detail.semaphores.why);
		count = detail_pids(&snapshot->detail, row, pids);
		for (i = 0; i < count && !error; i++)
			error = keysearch_process(&explanation->search, pids[i]);
	}
	return error;
}

/* Say why there may be more candidates, if there may be. 0 or -ENOMEM. */
static int tell_missing(struct explanation *explanation)
{
	struct snapshot *snapshot = explanation->query.snapshot;
	enum class class = explanation->count ? explanation->rows[0].class : CLASS_PROCESS;
	int error = keysearch_tell(snapshot, &explanation->search);
	const char *why = snapshot->detail.candidates.why;

	/* the text says so itself */
	if (error || !why || explanation->options->mode == OUTPUT_TABLE)
		return error;
	return snapshot_note(snapshot, class, NOTE_HINT, "candidates can't be read: %s", why);
}

static int search(struct explanation *explanation, int argc, char **argv)
{
	struct detail *detail = &explanation->query.snapshot->detail;
	uint64_t effective;
	int error = 0, at;

	if (explanation->key == 0)
		return 0;
	if (!query_proc())
		error = search_processes(explanation);
	for (at = 0; at < argc && !error; at++) {
		error = privilege_pause(&effective);
		if (!error)
			error = keysearch_folder(&explanation->search, argv[at]);
		privilege_resume(effective);
		if (!error || error == -ENOMEM)
			continue;
		usage_error("'%s': %s", argv[at], strerror(-error));
		explanation->failed = true;
		error = 0;
	}
	keysearch_rank(&explanation->search);
	*detail = (struct detail){ .candidate = explanation->search.found };
	detail->candidates.count = explanation->search.count;
	return error ? error : tell_missing(explanation);
}

static void print_objects(const struct explanation *explanation)
{
	struct buf text = { 0 };
	size_t at;

	for (at = 0; at < explanation->count; at++) {
		buf_clear(&text);
		removal_describe(&text, &explanation->rows[at], !text_locale_is_utf8());
		printf("  %s\n", print_str(&text));
	}
	if (explanation->count == 0)
		puts("  None has it now.");
	buf_free(&text);
}

static int print_explanation(const struct explanation *explanation)
{
	const struct snapshot *snapshot = explanation->query.snapshot;
	struct report_style style = {
		.value = print_style(explanation->options),
		.width = print_width(),
	};
	bool headings = !explanation->options->noheadings;
	struct buf text = { 0 };

	report_key(&text, explanation->key, &style);
	if (headings)
		printf("Key 0x%08x\n", explanation->key);
	fputs(print_str(&text), stdout);
	buf_clear(&text);
	if (explanation->key != 0) {
		fputs(headings ? "\nObjects\n" : "", stdout);
		print_objects(explanation);
		report_candidates(&text, snapshot, &style);
		printf("%s%s", headings ? "\nCandidates\n" : "", print_str(&text));
	}
	buf_free(&text);
	return 0;
}

static void write_objects(struct json *json, const struct explanation *explanation)
{
	size_t at;

	json_begin_array(json, "objects");
	for (at = 0; at < explanation->count; at++) {
		json_begin_object(json, NULL);
		json_text(json, "kind", class_infos[explanation->rows[at].class].word);
		json_i64(json, "id", explanation->rows[at].ipc->id);
		json_end_object(json);
	}
	json_end_array(json);
}

static int print_json(const struct explanation *explanation)
{
	struct json json = { .file = stdout, .lines = true };

	print_json_head(&json, explanation->query.snapshot);
	write_key(&json, explanation->key);
	write_objects(&json, explanation);
	key_write_json(&json, explanation->query.snapshot, explanation->key);
	print_json_notes(&json, explanation->query.snapshot);
	json_end_object(&json);
	return json_finish(&json);
}

static int print_grids(const struct explanation *explanation)
{
	static const char *const names[] = { "KEY", "PROJECT", "DEVICE", "INODE", NULL };
	static const char *const names_of_objects[] = { "KIND", "ID", NULL };
	struct key_parts parts = key_split(explanation->key);
	const struct options *options = explanation->options;
	struct print_grid *grid = print_grid_new(names, options);
	size_t at;
	int error;

	print_grid_printf(grid, "0x%08x", explanation->key);
	print_grid_printf(grid, "%u", parts.project);
	print_grid_printf(grid, "%u", parts.device);
	print_grid_printf(grid, "%u", parts.inode);
	error = print_grid_end(grid, false);
	grid = print_grid_new(names_of_objects, options);
	for (at = 0; at < explanation->count; at++) {
		print_grid_printf(grid, "%s", class_infos[explanation->rows[at].class].word);
		print_grid_printf(grid, "%d", explanation->rows[at].ipc->id);
	}
	if (!error)
		error = print_grid_end(grid, true);
	return error ? error : key_print_candidates(explanation->query.snapshot, options);
}

/* The table of each kind holds the objects that have the key: none for 0, which is no key. */
static int run_explain(struct explanation *explanation, int argc, char **argv)
{
	const struct options *options = explanation->options;
	bool failed;
	int error;

	find_objects(explanation);
	error = search(explanation, argc, argv);
	if (error)
		mem_exit();
	if (options->mode == OUTPUT_JSON)
		error = print_json(explanation);
	else if (options->mode == OUTPUT_TABLE)
		error = print_explanation(explanation);
	else
		error = print_grids(explanation);
	failed =
		print_notes(explanation->query.snapshot, class_set(0), true) || explanation->failed;
	return print_end(failed ? EXIT_NOT_DONE : EXIT_DONE, error);
}

static int run_key(const struct command *command, int argc, char **argv)
{
	struct explanation explanation = { 0 };
	struct options options;
	char filter[32];
	unsigned classes = 0;
	int first, status;

	status = options_parse(command, argc, argv, &options, &first);
	if (status != OPTIONS_PARSED)
		return status;
	if (options.key && operands_key(options.key, &explanation.key))
		return EXIT_USAGE;
	if (options.key && explanation.key == 0 && first < argc)
		return usage_error(
			"key 0 is private: it comes from no path below '%s'", argv[first]);
	if (!options.key && first == argc)
		return usage_error("'ipctop key' takes a path, or --explain KEY");
	if (options.key && explanation.key != 0) {
		snprintf(filter, sizeof(filter), "key=0x%08x", explanation.key);
		options.filter = filter;
		classes = class_set(CLASS_IPC);
	}
	explanation.options = &options;
	explanation.search.key = explanation.key;
	status = query_open(&explanation.query, classes, &options);
	if (!status && query_run(&explanation.query) < 0)
		mem_exit();
	if (!status && options.key)
		status = run_explain(&explanation, argc - first, argv + first);
	else if (!status)
		status = run_path(&options, &explanation.query, argc - first, argv + first);
	keysearch_free(&explanation.search);
	free(explanation.rows);
	query_close(&explanation.query);
	return status;
}

const struct command command_key = {
	.name = "key",
	.operands = "PATH [PROJ] | --explain KEY [FOLDER]...",
	.summary =
		"Print the key that ftok(3) makes of a path and an 8-bit project id (1), or say\n"
		"where a key may come from: files of the processes of its objects, and files\n"
		"below folders.",
	.options = options_of_key,
	.run = run_key,
};
