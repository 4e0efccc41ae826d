/* cli/options: command lines, right and wrong. What is wrong says so and exits with 2. */
#include "unit.h"

#include "catch.h"

#include "ipctop/cli/commands.h"
#include "ipctop/cli/options.h"

enum { ARGUMENTS_MAX = 12 };

/* All options that any command takes. */
static const struct option_info all_options[] = {
	OPTION_KINDS,
	OPTION_DELAY,
	OPTION_FILTER,
	OPTION_USER,
	OPTION_SORT,
	OPTION_READONLY,
	OPTION_PRINTING,
	{ 'o', "output", "COL,...", "columns", option_output },
	{ 'w', "watch", NULL, "repeat", option_watch },
	{ 'n', "iterations", "N", "repeat N times", option_iterations },
	{ 0, "key", "KEY", "by key", option_key },
	{ 'y', "yes", NULL, "do not ask", option_yes },
	{ 0, "dry-run", NULL, "only tell", option_dry_run },
	{ 0, "ascii", NULL, "ASCII", option_ascii },
	{ 0, "color", "WHEN", "colour", option_color },
	OPTION_HELP,
	OPTION_END,
};

static const struct command test_command = {
	.name = "test",
	.operands = "[WORD...]",
	.summary = "Be tested.",
	.options = all_options,
};

static const struct option_info no_options[] = { OPTION_HELP, OPTION_END };

static const struct command bare_command = {
	.name = NULL,
	.operands = "",
	.summary = "Take nothing.",
	.options = no_options,
};

/* Parse `line`, in which blanks separate arguments; `*words` then takes its copy, for free(3). */
static int parse_with(const struct command *command, const char *line, struct options *options,
	int *first, char **argv, char **words)
{
	int argc = 1;
	char *word;

	*words = strdup(line);
	assert_non_null(*words);
	argv[0] = *words + strlen(*words);
	for (word = strtok(*words, " "); word; word = strtok(NULL, " ")) {
		assert_true(argc < ARGUMENTS_MAX);
		argv[argc++] = word;
	}
	argv[argc] = NULL;
	return options_parse(command, argc, argv, options, first);
}

static struct options parse(const char *line)
{
	/* texts in the options are those of the words, which must live on */
	static char *words;
	char *argv[ARGUMENTS_MAX + 1];
	struct options options;
	int first;

	free(words);
	words = NULL;
	if (!line)
		return (struct options){ 0 };
	if (parse_with(&test_command, line, &options, &first, argv, &words) != OPTIONS_PARSED)
		fail_msg("'%s' is refused", line);
	return options;
}

static void nothing_asked_for_gives_the_defaults(void **state)
{
	struct options options = parse("");

	(void)state;
	assert_null(options.filter);
	assert_null(options.sort);
	assert_null(options.output);
	assert_null(options.key);
	assert_int_equal(options.kinds, 0);
	assert_false(options.by_user || options.has_delay || options.watch || options.yes);
	assert_true(options.delay > 1.99 && options.delay < 2.01);
	assert_int_equal(options.iterations, 0);
	assert_int_equal(options.mode, OUTPUT_TABLE);
	assert_int_equal(options.time_format, TIME_SHORT);
	assert_int_equal(options.color, COLOR_AUTO);
}

static void letters_and_names_mean_the_same(void **state)
{
	(void)state;
	assert_int_equal(parse("-q").kinds, class_bit(CLASS_MSG));
	assert_int_equal(parse("--queues").kinds, class_bit(CLASS_MSG));
	assert_int_equal(parse("-s").kinds, class_bit(CLASS_SEM));
	assert_int_equal(parse("-m").kinds, class_bit(CLASS_SHM));
	assert_int_equal(parse("-qsm").kinds, class_set(CLASS_IPC));
	assert_string_equal(parse("-f nattch=0").filter, "nattch=0");
	assert_string_equal(parse("-fnattch=0").filter, "nattch=0");
	assert_string_equal(parse("--filter=nattch=0").filter, "nattch=0");
	assert_string_equal(parse("--filter -x").filter, "-x");
	assert_string_equal(parse("-k SIZE:desc").sort, "SIZE:desc");
	assert_string_equal(parse("-o +AGE,IDLE").output, "+AGE,IDLE");
	assert_string_equal(parse("--key 0x2a").key, "0x2a");
	assert_int_equal(parse("-J").mode, OUTPUT_JSON);
	assert_int_equal(parse("--json").mode, OUTPUT_JSON);
	assert_int_equal(parse("-r").mode, OUTPUT_RAW);
	assert_int_equal(parse("-e").mode, OUTPUT_EXPORT);
	assert_int_equal(parse("-JJ").mode, OUTPUT_JSON);
	assert_true(parse("-b").exact_bytes);
	assert_true(parse("--noheadings").noheadings);
	assert_true(parse("-w").watch);
	assert_true(parse("--readonly").readonly);
	assert_true(parse("-y").yes);
	assert_true(parse("--dry-run").dry_run);
	assert_true(parse("--ascii").ascii);
	assert_int_equal(parse("--time-format full").time_format, TIME_FULL);
	assert_int_equal(parse("--time-format=iso").time_format, TIME_ISO);
	assert_int_equal(parse("--color=always").color, COLOR_ALWAYS);
	assert_int_equal(parse("--color never").color, COLOR_NEVER);
	/* a name may be cut where it stays clear */
	assert_int_equal(parse("--js").mode, OUTPUT_JSON);
	parse(NULL);
}

static void numbers_keep_to_their_range(void **state)
{
	struct options options;

	(void)state;
	options = parse("-d 0.1");
	assert_true(options.has_delay && options.delay > 0.099 && options.delay < 0.101);
	options = parse("-d 86400");
	assert_true(options.delay > 86399 && options.delay < 86401);
	options = parse("-n 1");
	assert_true(options.watch);
	assert_int_equal(options.iterations, 1);
	assert_true(parse("-n 18446744073709551615").iterations == UINT64_MAX);
	options = parse("-u 4242424");
	assert_true(options.by_user);
	assert_int_equal(options.uid, 4242424);
	assert_int_equal(parse("-u 4294967295").uid, UINT32_MAX);
	options = parse("-u root");
	assert_true(options.by_user);
	assert_int_equal(options.uid, 0);
	parse(NULL);
}

static void operands_go_to_the_end(void **state)
{
	char *argv[ARGUMENTS_MAX + 1], *words;
	struct options options;
	int first;

	(void)state;
	assert_int_equal(parse_with(&test_command, "shm -J 3 -y -- -5 --json", &options, &first,
				 argv, &words),
		OPTIONS_PARSED);
	assert_int_equal(options.mode, OUTPUT_JSON);
	assert_true(options.yes);
	assert_string_equal(argv[first], "shm");
	assert_string_equal(argv[first + 1], "3");
	assert_string_equal(argv[first + 2], "-5");
	assert_string_equal(argv[first + 3], "--json");
	assert_null(argv[first + 4]);
	free(words);
	/* and once more: getopt(3) remembers nothing of the last line */
	assert_int_equal(parse_with(&test_command, "-m sem", &options, &first, argv, &words),
		OPTIONS_PARSED);
	assert_int_equal(options.mode, OUTPUT_TABLE);
	assert_string_equal(argv[first], "sem");
	free(words);
}

static void wrong_lines_say_what_is_wrong(void **state)
{
	static const struct {
		const char *line, *part; /* of what is said */
	} cases[] = {
		{ "-x", "unknown option -x; options are -" },
		{ "-Jx", "unknown option -x;" },
		{ "--bogus", "unknown option --bogus;" },
		{ "--bogus=5", "unknown option --bogus=5;" },
		{ "shm --bogus 3", "unknown option --bogus;" },
		{ "--r", "unknown option --r;" }, /* raw, or readonly? */
		{ "--json=5", "option --json=5 takes no argument" },
		{ "--no-such", "unknown option --no-such;" },
		{ "-d", "option -d needs an argument" },
		{ "-Jd", "option -d needs an argument" },
		{ "--delay", "option --delay needs an argument" },
		{ "-J --filter", "option --filter needs an argument" },
		{ "--color", "option --color needs an argument" },
		{ "-eJ", "--json, --raw and --export exclude each other" },
		{ "-d 0.09", "--delay takes seconds from 0.1 to 86400, not '0.09'" },
		{ "-d 86400.1", "--delay" },
		{ "-d 0", "--delay" },
		{ "-d -1", "--delay" },
		{ "-d 1e3", "--delay" },
		{ "-d inf", "--delay" },
		{ "-d nan", "--delay" },
		{ "-d 2s", "--delay" },
		{ "-d 1,5", "--delay" },
		{ "-n 0", "--iterations takes a number from 1, not '0'" },
		{ "-n -1", "--iterations" },
		{ "-n 1.5", "--iterations" },
		{ "-n 18446744073709551616", "--iterations" },
		{ "-u no-such-user-here", "unknown user 'no-such-user-here'" },
		{ "-u 4294967296", "unknown user" },
		{ "-u -1", "unknown user" },
		{ "--time-format=long", "--time-format takes short, full or iso, not 'long'" },
		{ "--color=yes", "--color takes auto, always or never, not 'yes'" },
		{ "-u \x1b[2J", "\\x1b[2J" },
	};
	char *argv[ARGUMENTS_MAX + 1], *words, *said;
	struct options options;
	struct caught caught;
	int first, status;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(cases); i++) {
		caught = catch_begin(stderr);
		status = parse_with(&test_command, cases[i].line, &options, &first, argv, &words);
		said = catch_end(&caught);
		if (status != EXIT_USAGE)
			fail_msg("'%s' gives %d", cases[i].line, status);
		if (strncmp(said, "ipctop: ", 8) != 0 || !strstr(said, cases[i].part))
			fail_msg("'%s' says %s", cases[i].line, said);
		/* one line, which no terminal minds */
		assert_ptr_equal(strchr(said, '\n'), said + strlen(said) - 1);
		assert_null(strchr(said, '\x1b'));
		free(said);
		free(words);
	}
}

static void a_command_without_a_name_is_called_by_none(void **state)
{
	char *argv[ARGUMENTS_MAX + 1], *words, *said;
	struct caught caught = catch_begin(stderr);
	struct options options;
	int first, status;

	(void)state;
	status = parse_with(&bare_command, "-J", &options, &first, argv, &words);
	said = catch_end(&caught);
	assert_int_equal(status, EXIT_USAGE);
	assert_string_equal(
		said, "ipctop: unknown option -J; options are -h --help, -V --version\n");
	free(said);
	free(words);
}

/* Where a command should have come first its own options are not called unknown. */
static void a_command_without_a_name_stops_at_a_word(void **state)
{
	char *argv[ARGUMENTS_MAX + 1], *words;
	struct options options;
	int first, status;

	(void)state;
	status = parse_with(&bare_command, "list -J", &options, &first, argv, &words);
	assert_int_equal(status, OPTIONS_PARSED);
	assert_string_equal(argv[first], "list");
	free(words);
}

static void help_names_every_option(void **state)
{
	char *argv[ARGUMENTS_MAX + 1], *words, *said;
	struct caught caught = catch_begin(stdout);
	const struct option_info *option;
	struct options options;
	char name[64];
	int first, status;

	(void)state;
	status = parse_with(&test_command, "-J --help --bogus", &options, &first, argv, &words);
	said = catch_end(&caught);
	assert_int_equal(status, EXIT_DONE);
	assert_ptr_equal(strstr(said, "Usage: ipctop test [WORD...] [OPTIONS]\n"), said);
	for (option = all_options; option->name; option++) {
		snprintf(name, sizeof(name), "--%s%s%s", option->name, option->argument ? " " : "",
			option->argument ? option->argument : "");
		if (!strstr(said, name) || !strstr(said, option->help))
			fail_msg("help does not tell of %s", name);
	}
	free(said);
	free(words);
}

static void the_version_is_told(void **state)
{
	static const char *const lines[] = { "-V", "--version", "-JV" };
	char *argv[ARGUMENTS_MAX + 1], *words, *said;
	struct caught caught;
	struct options options;
	int first, status;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(lines); i++) {
		caught = catch_begin(stdout);
		status = parse_with(&test_command, lines[i], &options, &first, argv, &words);
		said = catch_end(&caught);
		assert_int_equal(status, EXIT_DONE);
		assert_string_equal(said, "ipctop " PACKAGE_VERSION "\n");
		free(said);
		free(words);
	}
}

/* Letters and names are used once in a command, and each option can be carried out. */
static void option_tables_are_sound(void **state)
{
	const struct command *const commands[] = { &command_list, &command_limits, &command_rm,
		&test_command };
	const struct option_info *a, *b;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(commands); i++) {
		for (a = commands[i]->options; a->name; a++) {
			assert_true(a->help && *a->help);
			assert_true(a->set || strcmp(a->name, "help") == 0 ||
				strcmp(a->name, "version") == 0);
			for (b = commands[i]->options; b < a; b++) {
				assert_string_not_equal(a->name, b->name);
				assert_true(!a->letter || a->letter != b->letter);
			}
		}
		assert_true(a - commands[i]->options <= 32);
		assert_true(strlen(commands[i]->summary) > 0);
	}
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(nothing_asked_for_gives_the_defaults),
		cmocka_unit_test(letters_and_names_mean_the_same),
		cmocka_unit_test(numbers_keep_to_their_range),
		cmocka_unit_test(operands_go_to_the_end),
		cmocka_unit_test(wrong_lines_say_what_is_wrong),
		cmocka_unit_test(a_command_without_a_name_is_called_by_none),
		cmocka_unit_test(a_command_without_a_name_stops_at_a_word),
		cmocka_unit_test(help_names_every_option),
		cmocka_unit_test(the_version_is_told),
		cmocka_unit_test(option_tables_are_sound),
	};

	return tap_run(cases, LENGTH(cases), NULL, NULL);
}
