/*
 * The manual says all that the program has, and nothing that it has not: commands, options, keys,
 * columns and environment, each looked up in the table that the program itself goes by.
 */
#include "manual.h"

#include <ctype.h>
#include <ftw.h>

#include "ipctop/cli/commands.h"
#include "ipctop/model/column.h"
#include "ipctop/model/event.h"
#include "ipctop/model/verdict.h"
#include "ipctop/tui/request.h"

enum {
	WORDS_MAX = 64,
	WORD_BYTES = 64,
	OPTIONS_MAX = 64, /* of one command */
	VARIABLES_MAX = 32,
};

struct option_seen {
	char letter; /* 0: none */
	char name[WORD_BYTES];
	bool argument;
};

struct option_list {
	struct option_seen at[OPTIONS_MAX];
	size_t count;
};

/* columns */

static const char every_kind[] = "Every kind";

/* Where the column is explained as one of `class`. */
static const char *home_of(const struct column *column, enum class class)
{
	unsigned all = class_set(CLASS_IPC);

	return (column->classes & all) == all && (class_bit(class) & all) ? every_kind
									  : class_infos[class].word;
}

static void columns_are_explained(void **state)
{
	const struct column *column;
	enum class class;

	(void)state;
	for (column = columns; column < columns + column_count; column++) {
		for (class = 0; class < CLASS_COUNT; class ++) {
			if (column->classes & class_bit(class))
				expect_item("COLUMNS", home_of(column, class), "Cm", column->name,
					column->help);
		}
	}
	verdict();
}

static void verdicts_are_explained(void **state)
{
	enum verdict rule = VERDICT_NONE;

	(void)state;
	while (++rule < VERDICT_COUNT)
		expect_item(
			"VERDICTS", NULL, "Cm", verdict_infos[rule].name, verdict_infos[rule].help);
	verdict();
}

static bool is_column_here(const char *name, const char *subsection)
{
	const struct column *column;
	enum class class;

	for (column = columns; column < columns + column_count; column++) {
		for (class = 0; class < CLASS_COUNT; class ++) {
			if ((column->classes & class_bit(class)) &&
				strcmp(home_of(column, class), subsection) == 0 &&
				strcmp(column->name, name) == 0)
				return true;
		}
	}
	return false;
}

static void no_other_columns_are_explained(void **state)
{
	const char *name;
	size_t at;

	(void)state;
	for (at = 0; at < line_count; at++) {
		if (!is_in(at, "COLUMNS", NULL) || strncmp(manual[at].text, ".It", 3) != 0)
			continue;
		name = item_of(at, "Cm");
		if (!name || !is_column_here(name, manual[at].subsection))
			wrong("COLUMNS %s: no column has '%s'", manual[at].subsection,
				manual[at].text);
	}
	verdict();
}

static void default_columns_are_told(void **state)
{
	char line[512];
	enum class class;
	size_t at;

	(void)state;
	for (class = 0; class < CLASS_COUNT; class ++) {
		snprintf(line, sizeof(line), "By default %s.", class_infos[class].columns);
		for (at = 0; at < line_count; at++) {
			if (is_in(at, "COLUMNS", class_infos[class].word) &&
				strcmp(manual[at].text, line) == 0)
				break;
		}
		if (at == line_count)
			wrong("COLUMNS %s: '%s' is missing", class_infos[class].word, line);
	}
	verdict();
}

static void kinds_are_told(void **state)
{
	enum class class;

	(void)state;
	for (class = 0; class < CLASS_COUNT; class ++) {
		if ((class_infos[class].flags & CLASS_IPC) &&
			find_item("DESCRIPTION", "", "Cm", class_infos[class].word) == line_count)
			wrong("DESCRIPTION: the kind '%s' is missing", class_infos[class].word);
	}
	verdict();
}

static void events_are_told(void **state)
{
	enum event what;

	(void)state;
	for (what = 0; what < EVENT_COUNT; what++) {
		if (find_item("EVENTS", "", "Cm", event_name(what)) == line_count)
			wrong("EVENTS: '%s' is missing", event_name(what));
	}
	verdict();
}

/* keys */

/* Whether a line under CONFIGURATION has ".Cm" and among its words " WORD ". */
static bool names(size_t at, const char *word)
{
	char line[512];

	snprintf(line, sizeof(line), "%s ", manual[at].text);
	return is_in(at, "CONFIGURATION", NULL) && strncmp(line, ".Cm ", 4) == 0 &&
		strstr(line, word);
}

static void keys_are_explained(void **state)
{
	enum request request;

	(void)state;
	for (request = 0; request < REQUEST_COUNT; request++)
		expect_item("KEYS", "", "Ic", requests[request].keys, requests[request].help);
	verdict();
}

/* As the configuration names them: each in a list of requests. */
static void requests_are_named(void **state)
{
	enum request request;
	char word[64];
	size_t at;

	(void)state;
	for (request = 0; request < REQUEST_COUNT; request++) {
		snprintf(word, sizeof(word), " %s ", requests[request].name);
		for (at = 0; at < line_count && !names(at, word); at++)
			continue;
		if (at == line_count)
			wrong("CONFIGURATION: the request %s is missing", requests[request].name);
	}
	verdict();
}

static void no_other_keys_are_explained(void **state)
{
	enum request request;
	const char *keys;
	size_t at;

	(void)state;
	for (at = 0; at < line_count; at++) {
		if (!is_in(at, "KEYS", NULL) || strncmp(manual[at].text, ".It", 3) != 0)
			continue;
		keys = item_of(at, "Ic");
		for (request = 0; keys && request < REQUEST_COUNT; request++) {
			if (strcmp(requests[request].keys, keys) == 0)
				break;
		}
		if (!keys || request == REQUEST_COUNT)
			wrong("KEYS: no request has '%s'; keys are as in '.It Ic F2 f'",
				manual[at].text);
	}
	verdict();
}

/* options */

static void add_option(struct option_list *list, char letter, const char *name, bool argument)
{
	struct option_seen *option = &list->at[list->count++];

	assert_true(list->count <= OPTIONS_MAX);
	option->letter = letter;
	snprintf(option->name, sizeof(option->name), "%s", name);
	option->argument = argument;
}

static const struct option_seen *find_option(const struct option_list *list, const char *name)
{
	size_t i;

	for (i = 0; i < list->count; i++) {
		if (strcmp(list->at[i].name, name) == 0)
			return &list->at[i];
	}
	return NULL;
}

static void options_of_table(struct option_list *list, const struct option_info *option)
{
	for (list->count = 0; option->name; option++)
		add_option(list, option->letter, option->name, option->argument != NULL);
}

/* The blank-separated words of `line`. */
static size_t split(const char *line, char words[WORDS_MAX][WORD_BYTES])
{
	size_t count = 0, length;

	for (; *(line += strspn(line, " ")) && count < WORDS_MAX; line += length) {
		length = strcspn(line, " ");
		memset(words[count], 0, WORD_BYTES);
		memcpy(words[count++], line, length < WORD_BYTES ? length : WORD_BYTES - 1);
	}
	return count;
}

/* ".It Fl d , Fl -delay Ar SECS" of the manual's section on a command. */
static void options_of_manual(struct option_list *list, const char *subsection)
{
	char words[WORDS_MAX][WORD_BYTES];
	size_t at, count, i;

	list->count = 0;
	for (at = 0; at < line_count; at++) {
		const char *name = NULL;
		bool argument = false;
		char letter = 0;

		if (!is_in(at, "COMMANDS", subsection) || strncmp(manual[at].text, ".It ", 4) != 0)
			continue;
		count = split(manual[at].text, words);
		for (i = 1; i < count; i++) {
			if (strcmp(words[i], "Fl") == 0 && i + 1 < count && words[i + 1][0] == '-')
				name = words[i + 1] + 1;
			else if (strcmp(words[i], "Fl") == 0 && i + 1 < count)
				letter = words[i + 1][0];
			argument |= strcmp(words[i], "Ar") == 0;
		}
		if (name)
			add_option(list, letter, name, argument);
		else
			wrong("COMMANDS %s: no long option in '%s'", subsection, manual[at].text);
	}
}

static void compare_options(const char *subsection, const struct option_list *has)
{
	const struct option_seen *option, *other;
	struct option_list told;
	size_t i;

	options_of_manual(&told, subsection);
	for (i = 0; i < has->count; i++) {
		option = &has->at[i];
		other = find_option(&told, option->name);
		if (!other)
			wrong("COMMANDS %s: --%s is missing", subsection, option->name);
		else if (other->letter != option->letter)
			wrong("COMMANDS %s: --%s has another letter", subsection, option->name);
		else if (other->argument != option->argument)
			wrong("COMMANDS %s: --%s %s an argument", subsection, option->name,
				option->argument ? "takes" : "takes no");
	}
	for (i = 0; i < told.count; i++) {
		if (!find_option(has, told.at[i].name))
			wrong("COMMANDS %s: there is no --%s", subsection, told.at[i].name);
	}
}

static const struct command *const known_commands[] = { &command_list, &command_show,
	&command_limits, &command_rm, &command_key, &command_who, &command_deadlocks,
	&command_leaks, &command_events };

enum { KNOWN_COMMANDS = sizeof(known_commands) / sizeof(known_commands[0]) };

static const struct command *find_command(const char *name)
{
	size_t i;

	for (i = 0; i < KNOWN_COMMANDS; i++) {
		if (strcmp(known_commands[i]->name, name) == 0)
			return known_commands[i];
	}
	return NULL;
}

static void options_of_commands(void **state)
{
	struct option_list has;
	char subsection[64];
	size_t i;

	(void)state;
	for (i = 0; i < KNOWN_COMMANDS; i++) {
		options_of_table(&has, known_commands[i]->options);
		snprintf(subsection, sizeof(subsection), "ipctop %s", known_commands[i]->name);
		compare_options(subsection, &has);
	}
	verdict();
}

/* Options and commands that the program itself tells, since their table is main.c's own. */

static FILE *open_help(void)
{
	const char *program = getenv("IPCTOP");
	char command[4096];
	FILE *help;

	if (!program)
		tap_skip("IPCTOP does not name the program");
	snprintf(command, sizeof(command), "'%s' --help", program);
	help = popen(command, "re");
	assert_non_null(help);
	return help;
}

/* "  -d, --delay SECS        time between snapshots" */
static void add_option_of_help(struct option_list *list, const char *line)
{
	char words[WORDS_MAX][WORD_BYTES];
	size_t count = split(line, words), at = 0;
	const char *behind = strstr(line, "--");
	char letter = 0;

	if (count > 0 && words[0][0] == '-' && words[0][1] != '-') {
		letter = words[0][1];
		at = 1;
	}
	if (at >= count || strncmp(words[at], "--", 2) != 0)
		return;
	/* an argument follows at one blank, the explanation at more, unless there is no room */
	behind += strlen(words[at]);
	add_option(
		list, letter, words[at] + 2, behind[1] != ' ' && isupper((unsigned char)behind[1]));
}

static void options_of_ui(void **state)
{
	struct option_list has = { .count = 0 };
	FILE *help = open_help();
	char line[512];

	(void)state;
	while (fgets(line, sizeof(line), help)) {
		line[strcspn(line, "\n")] = '\0';
		add_option_of_help(&has, line);
	}
	assert_int_equal(pclose(help), 0);
	assert_true(has.count > 5);
	compare_options("ipctop", &has);
	verdict();
}

/* "Commands: list, limits, rm.": whether this test knows them all. */
static void compare_commands(FILE *help)
{
	char line[512], *name, *end = NULL;
	size_t count = 0;

	while (fgets(line, sizeof(line), help)) {
		if (strncmp(line, "Commands: ", 10) != 0)
			continue;
		line[strcspn(line, ".\n")] = '\0';
		for (name = strtok_r(line + 10, ", ", &end); name;
			name = strtok_r(NULL, ", ", &end)) {
			count++;
			if (!find_command(name))
				wrong("the command '%s' is new to this test", name);
		}
	}
	if (count != KNOWN_COMMANDS)
		wrong("--help tells %zu commands, this test knows %d", count, KNOWN_COMMANDS);
}

static void commands_are_told(void **state)
{
	FILE *help = open_help();
	char title[64], use[64];
	bool titled, used;
	size_t at, i;

	(void)state;
	compare_commands(help);
	assert_int_equal(pclose(help), 0);
	for (i = 0; i < KNOWN_COMMANDS; i++) {
		snprintf(title, sizeof(title), "ipctop %s", known_commands[i]->name);
		snprintf(use, sizeof(use), ".Cm %s", known_commands[i]->name);
		titled = used = false;
		for (at = 0; at < line_count; at++) {
			titled |= is_in(at, "COMMANDS", title);
			used |= is_in(at, "SYNOPSIS", "") && strcmp(manual[at].text, use) == 0;
		}
		if (!titled)
			wrong("COMMANDS: '%s' is missing", title);
		if (!used)
			wrong("SYNOPSIS: '%s' is missing", use);
	}
	verdict();
}

static void no_other_commands_are_told(void **state)
{
	const char *subsection;
	size_t at;

	(void)state;
	for (at = 0; at < line_count; at++) {
		subsection = manual[at].subsection;
		if (!is_in(at, "COMMANDS", NULL) || strncmp(manual[at].text, ".Ss", 3) != 0 ||
			strcmp(subsection, "ipctop") == 0)
			continue;
		if (strncmp(subsection, "ipctop ", 7) != 0 || !find_command(subsection + 7))
			wrong("COMMANDS: there is no '%s'", subsection);
	}
	verdict();
}

/* the environment */

struct variable {
	char name[WORD_BYTES];
};

/* First those that libraries read for us, then those that the sources ask for. */
static struct variable variables[VARIABLES_MAX] = { { "TERM" }, { "TZ" }, { "LC_ALL" },
	{ "LC_CTYPE" }, { "LANG" } };
static size_t variable_count = 5;

static void add_variable(const char *name, size_t length)
{
	size_t i;

	for (i = 0; i < variable_count; i++) {
		if (strlen(variables[i].name) == length &&
			strncmp(variables[i].name, name, length) == 0)
			return;
	}
	if (variable_count < VARIABLES_MAX && length < WORD_BYTES)
		snprintf(variables[variable_count++].name, WORD_BYTES, "%.*s", (int)length, name);
}

static int look_for_getenv(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	static const char call[] = "getenv(\"";
	size_t length = strlen(path);
	char line[1024], *at;
	FILE *file;

	(void)st;
	(void)ftw;
	if (type != FTW_F || length < 2 || strcmp(path + length - 2, ".c") != 0)
		return 0;
	file = fopen(path, "re");
	if (!file)
		return -1;
	while (fgets(line, sizeof(line), file)) {
		for (at = line; (at = strstr(at, call)) != NULL;) {
			at += strlen(call);
			add_variable(at, strcspn(at, "\""));
		}
	}
	fclose(file);
	return 0;
}

static bool is_variable(const char *name)
{
	size_t i;

	for (i = 0; i < variable_count; i++) {
		if (strcmp(variables[i].name, name) == 0)
			return true;
	}
	return false;
}

/* ".It Ev LC_ALL , Ev LANG": whether the line tells of the variable; NULL: only known ones. */
static bool line_tells(const char *line, const char *name)
{
	char words[WORDS_MAX][WORD_BYTES];
	size_t count = split(line, words), i;

	for (i = 1; i + 1 < count; i++) {
		if (strcmp(words[i], "Ev") != 0)
			continue;
		if (name && strcmp(words[i + 1], name) == 0)
			return true;
		if (!name && !is_variable(words[i + 1]))
			wrong("ENVIRONMENT: nothing reads '%s'", words[i + 1]);
	}
	return false;
}

static void environment_is_told(void **state)
{
	char path[4096];
	size_t at, i;
	bool told;

	(void)state;
	snprintf(path, sizeof(path), "%s/src", source_dir());
	assert_int_equal(nftw(path, look_for_getenv, 8, 0), 0);
	assert_true(is_variable("NO_COLOR") && is_variable("IPCTOP_PROC"));
	for (i = 0; i < variable_count; i++) {
		told = false;
		for (at = 0; at < line_count; at++)
			told |= is_in(at, "ENVIRONMENT", "") &&
				strncmp(manual[at].text, ".It ", 4) == 0 &&
				line_tells(manual[at].text, variables[i].name);
		if (!told)
			wrong("ENVIRONMENT: '%s' is missing", variables[i].name);
	}
	for (at = 0; at < line_count; at++) {
		if (is_in(at, "ENVIRONMENT", "") && strncmp(manual[at].text, ".It ", 4) == 0)
			line_tells(manual[at].text, NULL);
	}
	verdict();
}

static void version_is_ours(void **state)
{
	size_t at;

	(void)state;
	for (at = 0; at < line_count; at++) {
		if (strcmp(manual[at].text, ".Os \"ipctop " PACKAGE_VERSION "\"") == 0)
			break;
	}
	if (at == line_count)
		wrong("the manual is not of version %s", PACKAGE_VERSION);
	verdict();
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(columns_are_explained),
		cmocka_unit_test(verdicts_are_explained),
		cmocka_unit_test(no_other_columns_are_explained),
		cmocka_unit_test(default_columns_are_told),
		cmocka_unit_test(kinds_are_told),
		cmocka_unit_test(events_are_told),
		cmocka_unit_test(keys_are_explained),
		cmocka_unit_test(requests_are_named),
		cmocka_unit_test(no_other_keys_are_explained),
		cmocka_unit_test(options_of_commands),
		cmocka_unit_test(options_of_ui),
		cmocka_unit_test(commands_are_told),
		cmocka_unit_test(no_other_commands_are_told),
		cmocka_unit_test(environment_is_told),
		cmocka_unit_test(version_is_ours),
	};

	return tap_run(cases, sizeof(cases) / sizeof(cases[0]), read_manual, forget_manual);
}
