#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <termios.h>
#include <unistd.h>

#include "ipctop/act/audit.h"
#include "ipctop/act/remove.h"
#include "ipctop/base/mem.h"
#include "ipctop/base/text.h"
#include "ipctop/cli/commands.h"
#include "ipctop/cli/print.h"
#include "ipctop/cli/query.h"
#include "ipctop/model/verdict.h"

/* clang-format off */
static const struct option_info options_of_rm[] = {
	OPTION_KINDS,
	{ 0, "key", "KEY", "the object with this key instead of ids", option_key },
	OPTION_FILTER,
	OPTION_USER,
	OPTION_OLDER,
	{ 'y', "yes", NULL, "remove without asking", option_yes },
	{ 0, "dry-run", NULL, "only say what would be removed", option_dry_run },
	OPTION_READONLY,
	OPTION_HELP,
	OPTION_END,
};
/* clang-format on */

/* What the command line names, and what it became. */
struct removal_list {
	struct options options;
	unsigned classes; /* set of class_bit() */
	enum class class; /* of ids and key */
	int32_t *ids; /* each once */
	size_t id_count;
	uint32_t key;
	struct query query;
	struct victim *victims;
	size_t victim_count;
	struct audit audit;
	bool failed; /* something asked for could not be done */
};

/* An object that is to go, as it was found. */
struct victim {
	struct fingerprint fingerprint;
	char *owner; /* name, not printable as it is */
	struct row row; /* in the query's snapshot, or of `again`: for showing it */
	union ipc_any_record again; /* as it was when it had to be asked about again */
};

static const char *word_of(const struct victim *victim)
{
	return class_infos[victim->fingerprint.identity.class].word;
}

/* what is asked for */

static int read_ids(struct removal_list *list, int argc, char **argv)
{
	size_t i;
	int32_t id;
	int at;

	list->ids = xcalloc((size_t)argc, sizeof(*list->ids));
	for (at = 0; at < argc; at++) {
		if (operands_id(argv[at], &id))
			return EXIT_USAGE;
		for (i = 0; i < list->id_count && list->ids[i] != id; i++)
			continue;
		if (i == list->id_count)
			list->ids[list->id_count++] = id;
	}
	return 0;
}

static int read_key(struct removal_list *list)
{
	if (operands_key(list->options.key, &list->key))
		return EXIT_USAGE;
	if (list->key == 0)
		return usage_error("key 0 is that of every private object; name an id");
	return 0;
}

static int check_choice(const struct removal_list *list)
{
	const struct options *options = &list->options;
	int ways = (list->id_count > 0) + (options->key != NULL) + (options->filter != NULL);
	bool one_kind = list->classes && !(list->classes & (list->classes - 1));

	if (ways == 0)
		return usage_error("nothing to remove; say KIND ID..., KIND --key KEY or "
				   "--filter EXPR");
	if (ways > 1)
		return usage_error("ids, --key and --filter exclude each other");
	if (!options->filter && !one_kind)
		return usage_error("which kind? Say msg, sem or shm before the ids or --key");
	/* an empty filter takes everything, which nobody asks for by mistake here */
	if (options->filter && options->filter[strspn(options->filter, " \t\n")] == '\0')
		return usage_error("the filter is empty; it would remove everything");
	return 0;
}

static int read_command_line(
	struct removal_list *list, const struct command *command, int argc, char **argv)
{
	int first, status;

	status = options_parse(command, argc, argv, &list->options, &first);
	if (status != OPTIONS_PARSED)
		return status;
	argc -= first;
	argv += first;
	status = operands_kind(&list->options, &argc, &argv, &list->classes);
	list->class = class_first(list->classes);
	if (!status)
		status = read_ids(list, argc, argv);
	if (!status && list->options.key)
		status = read_key(list);
	if (!status)
		status = check_choice(list);
	if (!list->classes)
		list->classes = class_set(CLASS_REMOVABLE);
	return status ? status : OPTIONS_PARSED;
}

/* what there is */

static void add_victim(struct removal_list *list, const struct row *row)
{
	const char *owner = name_map_get(&row->snapshot->users, row->ipc->uid);

	list->victims[list->victim_count++] = (struct victim){
		.fingerprint = fingerprint_of(row->class, row->record, row->snapshot->scope),
		.owner = xstrdup(owner ? owner : "?"),
		.row = *row,
	};
}

/* Say on standard error why something asked for is not done. */
static void complain(struct removal_list *list, const char *word, const char *what)
{
	print_complaint("%s %s", word, what);
	list->failed = true;
}

static bool has_id(const struct row *row, uint32_t id)
{
	return (uint32_t)row->ipc->id == id;
}

static bool has_key(const struct row *row, uint32_t key)
{
	return row->ipc->key == key;
}

/* Add the first row for which `matches` the number, or say that there is no such `what`. */
static void find_one(struct removal_list *list, bool (*matches)(const struct row *, uint32_t),
	uint32_t number, const char *what)
{
	const struct table *table = &list->query.tables[list->class];
	struct buf text = { 0 };
	struct row row;
	size_t at;

	for (at = 0; at < table->count; at++) {
		row = table_row(table, at);
		if (matches(&row, number)) {
			add_victim(list, &row);
			return;
		}
	}
	buf_printf(&text, matches == has_key ? "0x%08x" : "%u", number);
	if (snapshot_is_whole(table->snapshot, list->class))
		buf_printf(&text, ": no such %s%s", what,
			list->options.by_user ? " of that user" : "");
	else
		buf_text(&text, ": it could not be looked for");
	complain(list, class_infos[list->class].word, print_str(&text));
	buf_free(&text);
}

static void find_ids(struct removal_list *list)
{
	size_t i;

	for (i = 0; i < list->id_count; i++)
		find_one(list, has_id, (uint32_t)list->ids[i], "id");
}

static void find_matches(struct removal_list *list)
{
	enum class class;
	struct row row;
	size_t at;

	for (class = 0; class < CLASS_COUNT; class ++) {
		for (at = 0; at < list->query.tables[class].count; at++) {
			row = table_row(&list->query.tables[class], at);
			add_victim(list, &row);
		}
	}
}

/* Only the owner's name is shown, so nothing else is read, unless a bare word looks for it. */
static void choose_columns(struct removal_list *list)
{
	struct table *table;
	enum class class;

	for (class = 0; class < CLASS_COUNT; class ++) {
		table = &list->query.tables[class];
		if (filter_has_words(table->filter) || !(list->classes & class_bit(class)))
			continue;
		table->shown.count = 0;
		column_list_add(&table->shown, column_find(class, "OWNER", strlen("OWNER")));
	}
}

/* What the filter asks for, and rules of verdicts in it. */
static unsigned cost_of_filter(const struct removal_list *list, enum class class)
{
	unsigned cost = filter_cost(list->query.tables[class].filter, class);

	/* of texts, with which nothing is removed, some verdicts are known all the same */
	if ((cost & COST_VERDICT) && !query_proc())
		cost |= COST_HOLDERS | COST_WAITERS | COST_PROCESS | COST_USER;
	return cost;
}

/*
 * Whether the filter asks for what nobody could look at: where a value is absent for that, a term
 * does not hold, and its negation may. Says so.
 */
static bool asks_for_unknown(struct removal_list *list)
{
	const char *why;
	unsigned cost = 0;
	enum class class;

	for (class = 0; class < CLASS_COUNT; class ++)
		cost |= cost_of_filter(list, class);
	why = snapshot_unknown(list->query.snapshot, cost);
	if (why)
		complain(list, "nothing is removed: what the filter asks for is not known:", why);
	return why;
}

/* Say which verdicts the filter went by may be wrong, since somebody may wait who is hidden. */
static void tell_unsure(const struct removal_list *list)
{
	size_t count = 0, i;

	for (i = 0; i < list->victim_count; i++)
		count += verdict_is_unsure(&list->victims[i].row);
	if (count > 0)
		print_complaint("whether a thread waits for %zu of %zu objects could not be seen",
			count, list->victim_count);
}

/* Find what is to go: 0, or an exit status. */
static int find_victims(struct removal_list *list)
{
	size_t most = list->id_count + 1;
	enum class class;
	int status;

	status = query_open(&list->query, list->classes, &list->options);
	if (status)
		return status;
	choose_columns(list);
	if (query_run_settled(&list->query) < 0)
		mem_exit();
	list->failed = print_notes(list->query.snapshot, class_set(0), true);
	for (class = 0; class < CLASS_COUNT; class ++)
		most += list->query.tables[class].count;
	list->victims = xcalloc(most, sizeof(*list->victims));
	if (list->options.filter && asks_for_unknown(list))
		return EXIT_NOT_DONE;
	if (list->options.filter) {
		find_matches(list);
		tell_unsure(list);
	} else if (list->options.key) {
		find_one(list, has_key, list->key, "key");
	} else {
		find_ids(list);
	}
	return 0;
}

/* asking and doing */

static void describe(FILE *out, const struct victim *victim)
{
	struct buf text = { 0 };

	removal_describe(&text, &victim->row, !text_locale_is_utf8());
	fprintf(out, "%s\n", print_str(&text));
	buf_free(&text);
}

static bool read_answer(char *answer, size_t size)
{
	size_t length;

	fflush(stderr);
	if (!fgets(answer, (int)size, stdin)) {
		fputc('\n', stderr);
		return false;
	}
	length = strcspn(answer, "\n");
	answer[length] = '\0';
	return true;
}

/* What the removals do to others: each sentence once. */
static void print_effects(const struct victim *victims, size_t count)
{
	const char *effects[CLASS_COUNT] = { NULL };
	enum class class;
	size_t i;

	for (i = 0; i < count; i++) {
		class = victims[i].row.class;
		if (!effects[class])
			effects[class] =
				removal_effect(class, removal_attachments(&victims[i].row));
	}
	for (class = 0; class < CLASS_COUNT; class ++) {
		if (effects[class])
			fprintf(stderr, "%s\n", effects[class]);
	}
}

/* One object is asked about with y; more, or a segment with attachments, with a typed yes. */
static bool ask(const struct victim *victims, size_t count)
{
	uint64_t attachments = 0;
	char answer[16];
	size_t i;

	for (i = 0; i < count; i++) {
		describe(stderr, &victims[i]);
		attachments += removal_attachments(&victims[i].row);
	}
	print_effects(victims, count);
	if (!removal_is_serious(count, attachments)) {
		fputs("Remove it? [y/N] ", stderr);
		return read_answer(answer, sizeof(answer)) &&
			(strcasecmp(answer, "y") == 0 || strcasecmp(answer, "yes") == 0);
	}
	fprintf(stderr, "Remove %zu object%s? Type yes: ", count, count == 1 ? "" : "s");
	return read_answer(answer, sizeof(answer)) && strcmp(answer, "yes") == 0;
}

/* Say why it was not removed; where that can't be said as a whole, at least that it was not. */
static void complain_of(
	struct removal_list *list, const struct victim *victim, const struct buf *text)
{
	char short_text[64];

	snprintf(short_text, sizeof(short_text), "%d: not removed: out of memory",
		victim->fingerprint.identity.id);
	complain(list, word_of(victim), text->error ? short_text : buf_str(text));
}

static void report(
	struct removal_list *list, const struct victim *victim, const struct removal_result *result)
{
	struct buf text = { 0 };

	buf_printf(&text, "%d: ", victim->fingerprint.identity.id);
	removal_text(&text, result);
	/* what was done is told in any case */
	if (removal_succeeded(result) && text.error)
		printf("%s %d: removed\n", word_of(victim), victim->fingerprint.identity.id);
	else if (removal_succeeded(result))
		printf("%s %s\n", word_of(victim), buf_str(&text));
	else
		complain_of(list, victim, &text);
	buf_free(&text);
}

/* Show what was changed as it is now: more may be at stake than before. */
static bool ask_again(struct victim *victim, const struct removal_result *result)
{
	fprintf(stderr, "%s %d has changed since it was shown.\n", word_of(victim),
		victim->fingerprint.identity.id);
	victim->again = result->record;
	victim->row.record = &victim->again;
	victim->fingerprint = result->now;
	/* what was typed before is no answer to this */
	tcflush(STDIN_FILENO, TCIFLUSH);
	return ask(victim, 1);
}

/*
 * Whether the filter holds of an object still: a snapshot of this one. 1, 0 and what changed, or -1
 * and why that is not known.
 */
static int filter_holds(struct removal_list *list, const struct victim *victim, struct buf *why)
{
	const struct table *table = &list->query.tables[victim->row.class];
	const struct derive_wish wish = { .ages = list->query.ages };
	struct needs needs = {
		.classes = class_bit(victim->row.class),
		.only = &victim->fingerprint.identity,
	};
	struct snapshot *snapshot;
	const char *unknown;
	struct row row;
	uint32_t at;
	int holds = 1;

	query_need(&list->query, victim->row.class, &needs);
	if (collector_run(list->query.collector, &needs, &snapshot) < 0 ||
		derive(snapshot, NULL, &wish) < 0) {
		buf_text(why, "out of memory");
		holds = -1;
	} else if (snapshot->classes[victim->row.class].error) {
		buf_text(why, snapshot->classes[victim->row.class].why);
		holds = -1;
	} else if (identity_find(snapshot, &victim->fingerprint.identity, &at)) {
		row = row_at(snapshot, victim->row.class, at);
		holds = table_passes(table, &row);
		unknown = snapshot_unknown(snapshot, cost_of_filter(list, row.class));
		if (holds < 0) {
			buf_text(why, "out of memory");
		} else if (!holds && unknown) {
			buf_text(why, unknown);
			holds = -1;
		} else if (!holds) {
			verdict_difference(why, &victim->row, &row);
		}
	} /* else it is gone, or another one: the removal says so */
	snapshot_unref(snapshot);
	return holds;
}

/* Refuse what was chosen by a filter that does not hold any more, and say what changed. */
static bool refuse(struct removal_list *list, const struct victim *victim)
{
	struct buf why = { 0 }, text = { 0 };
	int holds = filter_holds(list, victim, &why);

	if (holds <= 0) {
		buf_printf(&text, "%d: refused: ", victim->fingerprint.identity.id);
		if (holds == 0)
			buf_printf(&text, "'%s' does not hold any more: ", list->options.filter);
		else
			buf_text(&text, "it could not be looked at again: ");
		buf_text(&text, buf_str(&why));
		removal_unlogged(&text,
			audit_removal(&list->audit, &victim->fingerprint, victim->owner, false,
				buf_str(&why)));
		complain_of(list, victim, &text);
	}
	buf_free(&why);
	buf_free(&text);
	return holds <= 0;
}

static void remove_victims(struct removal_list *list)
{
	struct removal_result result;
	struct victim *victim;
	size_t i;

	for (i = 0; i < list->victim_count; i++) {
		victim = &list->victims[i];
		if (list->options.filter && refuse(list, victim))
			continue;
		remove_object(&victim->fingerprint, victim->owner, &list->audit, &result);
		while (result.removal == REMOVAL_CHANGED && !list->options.yes &&
			ask_again(victim, &result))
			remove_object(&victim->fingerprint, victim->owner, &list->audit, &result);
		report(list, victim, &result);
	}
}

static int act(struct removal_list *list)
{
	const struct options *options = &list->options;
	size_t i;

	if (list->victim_count == 0) {
		if (!list->failed)
			puts("nothing matches");
	} else if (options->dry_run) {
		for (i = 0; i < list->victim_count; i++) {
			fputs("would remove ", stdout);
			describe(stdout, &list->victims[i]);
		}
	} else if (options->readonly || query_proc()) {
		fprintf(stderr, "ipctop: read-only: nothing is removed\n");
		return EXIT_NOT_DONE;
	} else if (!options->yes && !(isatty(STDIN_FILENO) && isatty(STDERR_FILENO))) {
		fprintf(stderr,
			"ipctop: nothing is removed: without a terminal to ask on, rm needs "
			"--yes\n");
		return EXIT_NOT_DONE;
	} else if (options->yes || ask(list->victims, list->victim_count)) {
		remove_victims(list);
	} else {
		fprintf(stderr, "ipctop: nothing is removed\n");
		return EXIT_NOT_DONE;
	}
	return print_end(list->failed ? EXIT_NOT_DONE : EXIT_DONE, 0);
}

static int run_rm(const struct command *command, int argc, char **argv)
{
	struct removal_list list = { 0 };
	size_t i;
	int status;

	status = read_command_line(&list, command, argc, argv);
	if (status == OPTIONS_PARSED) {
		if (list.options.readonly || list.options.dry_run)
			query_keep(PRIVILEGE_READONLY);
		status = find_victims(&list);
		if (!status)
			status = act(&list);
		query_close(&list.query);
	}
	for (i = 0; i < list.victim_count; i++)
		free(list.victims[i].owner);
	free(list.victims);
	free(list.ids);
	return status;
}

const struct command command_rm = {
	.name = "rm",
	.operands = "[KIND] [ID...]",
	.summary = "Remove IPC objects: KIND ID..., KIND --key KEY, or [KIND] --filter EXPR.\n"
		   "KIND is msg, sem or shm.",
	.options = options_of_rm,
	.run = run_rm,
};
