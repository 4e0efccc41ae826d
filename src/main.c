#include <locale.h>
#include <malloc.h>
#include <stdio.h>
#include <string.h>

#include "ipctop/act/privilege.h"
#include "ipctop/cli/commands.h"
#include "ipctop/cli/query.h"
#include "ipctop/tui/app.h"

enum { LARGE_BYTES = 128 * 1024 }; /* a block with a mapping of its own, as malloc(3) begins */

/* clang-format off */
static const struct option_info options_of_ui[] = {
	OPTION_KINDS,
	OPTION_DELAY,
	OPTION_FILTER,
	OPTION_USER,
	OPTION_SORT,
	OPTION_OLDER,
	OPTION_READONLY,
	{ 0, "ascii", NULL, "draw with ASCII only", option_ascii },
	{ 0, "color", "WHEN", "auto, always or never", option_color },
	{ 0, "theme", "NAME", APP_THEMES, option_theme },
	OPTION_HELP,
	OPTION_END,
};
/* clang-format on */

static const struct command *const commands[] = { &command_list, &command_show, &command_limits,
	&command_rm, &command_key, &command_who, &command_deadlocks, &command_leaks,
	&command_events };

static int run_ui(const struct command *command, int argc, char **argv);

static const struct command command_ui = {
	.name = NULL,
	.operands = "[COMMAND]",
	.summary = "Watch and remove the IPC objects of this host.\n"
		   "Commands: list, show, limits, rm, key, who, deadlocks, leaks, events.\n"
		   "'ipctop COMMAND --help' tells of each.",
	.options = options_of_ui,
	.run = run_ui,
};

static int run_ui(const struct command *command, int argc, char **argv)
{
	struct options options;
	struct app_options app = { .proc = query_proc() };
	struct query query;
	int first, status;

	status = options_parse(command, argc, argv, &options, &first);
	if (status != OPTIONS_PARSED)
		return status;
	if (first < argc)
		return usage_error("'%s' is no option; a command comes first", argv[first]);
	if (options.theme && !app_knows_theme(options.theme))
		return usage_error("--theme takes " APP_THEMES ", not '%s'", options.theme);
	/* a filter or order that is wrong for every kind is a wrong command line */
	status = query_open(&query, class_set(CLASS_IPC), &options);
	query_close(&query);
	if (status)
		return status;
	app.filter = options.filter;
	app.sort = options.sort;
	app.by_user = options.by_user;
	app.uid = options.uid;
	app.delay = options.has_delay ? options.delay : 0;
	app.theme = options.theme;
	app.older = options.older;
	app.kinds = options.kinds;
	app.readonly = options.readonly || app.proc;
	if (app.readonly)
		query_keep(PRIVILEGE_READONLY);
	app.ascii = options.ascii;
	app.color = options.color != COLOR_NEVER;
	app.force_color = options.color == COLOR_ALWAYS;
	return app_run(&app);
}

/* EXIT_USAGE where the program file lends us another user, else 0. */
static int refuse_lent(void)
{
	struct buf why = { 0 };
	int status = privilege_is_lent(&why) ? usage_error("%s", buf_str(&why)) : 0;

	buf_free(&why);
	return status;
}

static int run(const struct command *command, int argc, char **argv)
{
	if (command == &command_ui)
		query_keep(PRIVILEGE_WATCH);
	else
		query_keep(command == &command_rm ? PRIVILEGE_REMOVE : PRIVILEGE_LOOK);
	return command->run(command, argc, argv);
}

int main(int argc, char **argv)
{
	size_t i;

	if (refuse_lent())
		return EXIT_USAGE;
	/* what a snapshot had goes back to the system: malloc(3) would come to keep up to 64 MiB */
	mallopt(M_MMAP_THRESHOLD, LARGE_BYTES);
	/* numbers keep their point, whatever the language */
	setlocale(LC_CTYPE, "");
	if (argc < 2 || argv[1][0] == '-')
		return run(&command_ui, argc, argv);
	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(argv[1], commands[i]->name) == 0)
			return run(commands[i], argc - 1, argv + 1);
	}
	return usage_error("unknown command '%s'; commands are list, show, limits, rm, key, who, "
			   "deadlocks, leaks and events",
		argv[1]);
}
