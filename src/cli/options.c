#include "ipctop/cli/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ipctop/cli/print.h"
#include "ipctop/collect/accounts.h"
#include "ipctop/model/class.h"
#include "ipctop/model/detail.h"

enum {
	OPTIONS_MAX = 32, /* of one command */
	FIRST_LONG = 256, /* what getopt_long(3) returns for options without a letter, and up */
	HELP_COLUMN = 26,
};

int usage_error(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print_complaint_of(format, args);
	va_end(args);
	return EXIT_USAGE;
}

int usage_unknown_kind(const char *word)
{
	return usage_error("unknown kind '%s'; kinds are msg, sem and shm", word);
}

static int choose(struct options *options, enum class class)
{
	options->kinds |= class_bit(class);
	return 0;
}

int option_queues(struct options *options, const char *argument)
{
	(void)argument;
	return choose(options, CLASS_MSG);
}

int option_semaphores(struct options *options, const char *argument)
{
	(void)argument;
	return choose(options, CLASS_SEM);
}

int option_segments(struct options *options, const char *argument)
{
	(void)argument;
	return choose(options, CLASS_SHM);
}

int option_delay(struct options *options, const char *argument)
{
	if (units_parse_delay(argument, &options->delay) < 0)
		return usage_error("--delay takes " UNITS_DELAY_RANGE ", not '%s'", argument);
	options->has_delay = true;
	return 0;
}

int option_filter(struct options *options, const char *argument)
{
	/* the last one alone would be less than what was said */
	if (options->filter)
		return usage_error("--filter is given twice; one takes all terms: 'TERM TERM'");
	options->filter = argument;
	return 0;
}

int option_by(struct options *options, const char *argument)
{
	struct buf names = { 0 };

	options->gather = group_by_find(argument, &options->by);
	if (options->gather)
		return 0;
	group_by_names(&names);
	usage_error("--by takes one of %s, not '%s'", print_str(&names), argument);
	buf_free(&names);
	return EXIT_USAGE;
}

int option_older(struct options *options, const char *argument)
{
	struct buf names = { 0 };
	const char *wrong;

	options->older = argument;
	if (verdict_ages_parse(&options->ages, argument, &wrong) == 0)
		return 0;
	verdict_names(&names);
	usage_error("--older takes AGE or RULE=AGE, as in '1h,idle=2d', not '%s'; rules are %s",
		wrong, print_str(&names));
	buf_free(&names);
	return EXIT_USAGE;
}

int option_user(struct options *options, const char *argument)
{
	int error;
	uint64_t uid;

	if (options->by_user)
		return usage_error("--user is given twice");
	error = accounts_find_user(argument, &options->uid);
	options->by_user = true;
	if (!error)
		return 0;
	if (units_parse_u64(argument, &uid) == 0 && uid <= UINT32_MAX) {
		options->uid = (uint32_t)uid;
		return 0;
	}
	if (error == -ENOENT)
		return usage_error("unknown user '%s'; --user takes a name or a uid", argument);
	usage_error("user '%s' can't be looked up: %s", argument, strerror(-error));
	return EXIT_NOT_DONE;
}

int option_sort(struct options *options, const char *argument)
{
	options->sort = argument;
	return 0;
}

int option_output(struct options *options, const char *argument)
{
	options->output = argument;
	return 0;
}

static int set_mode(struct options *options, enum output_mode mode)
{
	if (options->mode != OUTPUT_TABLE && options->mode != mode)
		return usage_error("--json, --raw and --export exclude each other");
	options->mode = mode;
	return 0;
}

int option_json(struct options *options, const char *argument)
{
	(void)argument;
	return set_mode(options, OUTPUT_JSON);
}

int option_raw(struct options *options, const char *argument)
{
	(void)argument;
	return set_mode(options, OUTPUT_RAW);
}

int option_export(struct options *options, const char *argument)
{
	(void)argument;
	return set_mode(options, OUTPUT_EXPORT);
}

int option_noheadings(struct options *options, const char *argument)
{
	(void)argument;
	options->noheadings = true;
	return 0;
}

int option_bytes(struct options *options, const char *argument)
{
	(void)argument;
	options->exact_bytes = true;
	return 0;
}

int option_time_format(struct options *options, const char *argument)
{
	if (units_parse_time_format(argument, &options->time_format) < 0)
		return usage_error(
			"--time-format takes " UNITS_TIME_FORMATS ", not '%s'", argument);
	return 0;
}

int option_watch(struct options *options, const char *argument)
{
	(void)argument;
	options->watch = true;
	return 0;
}

int option_iterations(struct options *options, const char *argument)
{
	if (units_parse_u64(argument, &options->iterations) < 0 || options->iterations == 0)
		return usage_error("--iterations takes a number from 1, not '%s'", argument);
	options->watch = true;
	return 0;
}

int option_readonly(struct options *options, const char *argument)
{
	(void)argument;
	options->readonly = true;
	return 0;
}

int option_key(struct options *options, const char *argument)
{
	if (options->key)
		return usage_error("--key is given twice");
	options->key = argument;
	return 0;
}

int option_pid(struct options *options, const char *argument)
{
	uint64_t pid;

	if (units_parse_u64(argument, &pid) < 0 || pid == 0 || pid > INT32_MAX)
		return usage_error("--pid takes a process id, not '%s'", argument);
	options->pid = (int32_t)pid;
	return 0;
}

int option_messages(struct options *options, const char *argument)
{
	uint64_t count;

	if (units_parse_u64(argument, &count) < 0 || count > INT32_MAX)
		return usage_error("--messages takes a number, not '%s'", argument);
	options->messages = (uint32_t)count;
	return 0;
}

int option_yes(struct options *options, const char *argument)
{
	(void)argument;
	options->yes = true;
	return 0;
}

int option_dry_run(struct options *options, const char *argument)
{
	(void)argument;
	options->dry_run = true;
	return 0;
}

int option_ascii(struct options *options, const char *argument)
{
	(void)argument;
	options->ascii = true;
	return 0;
}

int option_theme(struct options *options, const char *argument)
{
	options->theme = argument;
	return 0;
}

int option_color(struct options *options, const char *argument)
{
	static const char *const words[] = { "auto", "always", "never" };
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(argument, words[i]) == 0) {
			options->color = (enum color_mode)i;
			return 0;
		}
	}
	return usage_error("--color takes auto, always or never, not '%s'", argument);
}

int operands_kind(const struct options *options, int *argc, char ***argv, unsigned *classes)
{
	enum class class;

	*classes = options->kinds;
	if (*argc > 0 && class_find(**argv, CLASS_IPC, &class)) {
		*classes |= class_bit(class);
		(*argv)++;
		(*argc)--;
	} else if (*classes == 0 && *argc > 0) {
		return usage_unknown_kind(**argv);
	}
	return 0;
}

int operands_kinds(const struct options *options, int argc, char **argv, unsigned *classes)
{
	enum class class;
	int at;

	*classes = options->kinds;
	for (at = 0; at < argc; at++) {
		if (!class_find(argv[at], CLASS_IPC, &class))
			return usage_unknown_kind(argv[at]);
		*classes |= class_bit(class);
	}
	if (!*classes)
		*classes = class_set(CLASS_IPC);
	return 0;
}

int operands_id(const char *text, int32_t *id)
{
	uint64_t number;

	if (units_parse_u64(text, &number) < 0 || number > INT32_MAX)
		return usage_error(
			"'%s' is no id; an id is a number from 0 to %d", text, INT32_MAX);
	*id = (int32_t)number;
	return 0;
}

int operands_key(const char *text, uint32_t *key)
{
	if (units_parse_key(text, key) < 0)
		return usage_error("'%s' is no key; a key is a number such as 0x2a", text);
	return 0;
}

void options_help(const struct command *command)
{
	const struct option_info *option;
	int width;

	printf("Usage: ipctop%s%s%s%s [OPTIONS]\n%s\n\n", command->name ? " " : "",
		command->name ? command->name : "", *command->operands ? " " : "",
		command->operands, command->summary);
	for (option = command->options; option->name; option++) {
		width = printf("  %c%c%s--%s%s%s", option->letter ? '-' : ' ',
			option->letter ? option->letter : ' ', option->letter ? ", " : "  ",
			option->name, option->argument ? " " : "",
			option->argument ? option->argument : "");
		printf("%*s%s\n", width < HELP_COLUMN ? HELP_COLUMN - width : 1, "", option->help);
	}
}

/* The command's options as getopt_long(3) wants them. */
static void prepare(const struct command *command, char *letters, struct option *longs)
{
	const struct option_info *option;
	int i;

	if (!command->name)
		*letters++ = '+'; /* what follows is a command that should have come first */
	*letters++ = ':';
	for (i = 0; i < OPTIONS_MAX && command->options[i].name; i++) {
		option = &command->options[i];
		longs[i] = (struct option){
			.name = option->name,
			.has_arg = option->argument ? required_argument : no_argument,
			.val = FIRST_LONG + i,
		};
		if (!option->letter)
			continue;
		*letters++ = option->letter;
		if (option->argument)
			*letters++ = ':';
	}
	longs[i] = (struct option){ 0 };
	*letters = '\0';
}

static const struct option_info *find(const struct command *command, int value)
{
	const struct option_info *option;

	if (value >= FIRST_LONG)
		return &command->options[value - FIRST_LONG];
	for (option = command->options; option->name; option++) {
		if (option->letter == value)
			return option;
	}
	return NULL;
}

/* Append "-f --filter, -h --help" and so on. */
static void list_options(struct buf *out, const struct command *command)
{
	const struct option_info *option;

	for (option = command->options; option->name; option++) {
		buf_text(out, option == command->options ? "" : ", ");
		if (option->letter)
			buf_printf(out, "-%c ", option->letter);
		buf_printf(out, "--%s", option->name);
	}
}

static int wrong_option(const struct command *command, int value, char **argv, int at)
{
	const struct option_info *option = optopt ? find(command, optopt) : NULL;
	struct buf wrong = { 0 }, names = { 0 };

	if (optopt && optopt < FIRST_LONG)
		buf_printf(&wrong, "-%c", optopt);
	else
		buf_text(&wrong, argv[at]);
	list_options(&names, command);
	if (value == ':')
		usage_error("option %s needs an argument", print_str(&wrong));
	else if (option)
		usage_error("option %s takes no argument", print_str(&wrong));
	else
		usage_error(
			"unknown option %s; options are %s", print_str(&wrong), print_str(&names));
	buf_free(&wrong);
	buf_free(&names);
	return EXIT_USAGE;
}

int options_parse(
	const struct command *command, int argc, char **argv, struct options *options, int *first)
{
	char letters[2 * OPTIONS_MAX + 3];
	struct option longs[OPTIONS_MAX + 1];
	const struct option_info *option;
	int value, status;

	*options = (struct options){ .delay = UNITS_DELAY_DEFAULT, .messages = DETAIL_MESSAGES };
	verdict_ages_init(&options->ages);
	prepare(command, letters, longs);
	opterr = 0;
	optind = 0;
	while ((value = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
		if (value == '?' || value == ':')
			return wrong_option(command, value, argv, optind - 1);
		option = find(command, value);
		if (!option)
			return wrong_option(command, '?', argv, optind - 1);
		if (strcmp(option->name, "help") == 0) {
			options_help(command);
			return print_end(EXIT_DONE, 0);
		}
		if (strcmp(option->name, "version") == 0) {
			puts("ipctop " PACKAGE_VERSION);
			return print_end(EXIT_DONE, 0);
		}
		status = option->set(options, optarg);
		if (status)
			return status;
	}
	*first = optind;
	return OPTIONS_PARSED;
}
