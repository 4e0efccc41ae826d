/*
 * Command lines. Each option is described once, below; a command's table names those that it
 * takes, and from that table come parsing, --help and the checks of manual and completions.
 * These functions print usage errors themselves; one-shot commands have one thread.
 */
#ifndef IPCTOP_CLI_OPTIONS_H
#define IPCTOP_CLI_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "ipctop/base/units.h"
#include "ipctop/model/group.h"
#include "ipctop/model/verdict.h"

/* Exit statuses. */
enum { EXIT_DONE = 0, EXIT_FOUND = 1, EXIT_NOT_DONE = 1, EXIT_USAGE = 2, EXIT_UNSURE = 3 };

enum output_mode { OUTPUT_TABLE, OUTPUT_RAW, OUTPUT_EXPORT, OUTPUT_JSON };
enum color_mode { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

/* What was asked for. Texts are those of argv. */
struct options {
	const char *filter; /* NULL: none */
	const char *sort; /* NULL: the default */
	const char *output; /* columns; NULL: the default */
	const char *theme; /* NULL: as configured */
	struct verdict_ages ages; /* after which verdicts speak */
	const char *older; /* that they were read from; NULL: nothing was said */
	bool gather; /* list --by */
	enum group_by by;
	const char *key; /* rm --key, key --explain; NULL: none */
	unsigned kinds; /* set of class_bit(), from -q -s -m */
	bool by_user;
	uint32_t uid;
	double delay; /* seconds */
	bool has_delay;
	uint64_t iterations; /* 0: without end */
	int32_t pid; /* 0: none */
	uint32_t messages; /* of a queue, that show reads */
	bool watch, noheadings, exact_bytes, readonly, yes, dry_run, ascii;
	enum output_mode mode;
	enum time_format time_format;
	enum color_mode color;
};

struct option_info {
	char letter; /* 0: none */
	const char *name;
	const char *argument; /* NULL: takes none */
	const char *help;
	int (*set)(struct options *options, const char *argument); /* 0, or an exit status */
};

struct command {
	const char *name; /* NULL: the UI */
	const char *operands; /* as in the usage line; "": none */
	const char *summary;
	const struct option_info *options; /* ends with a NULL name */
	int (*run)(const struct command *command, int argc, char **argv); /* an exit status */
};

/* What a setter of `struct option_info` may be. */
int option_queues(struct options *options, const char *argument);
int option_semaphores(struct options *options, const char *argument);
int option_segments(struct options *options, const char *argument);
int option_delay(struct options *options, const char *argument);
int option_filter(struct options *options, const char *argument);
int option_user(struct options *options, const char *argument);
int option_sort(struct options *options, const char *argument);
int option_output(struct options *options, const char *argument);
int option_json(struct options *options, const char *argument);
int option_raw(struct options *options, const char *argument);
int option_export(struct options *options, const char *argument);
int option_noheadings(struct options *options, const char *argument);
int option_bytes(struct options *options, const char *argument);
int option_time_format(struct options *options, const char *argument);
int option_watch(struct options *options, const char *argument);
int option_iterations(struct options *options, const char *argument);
int option_readonly(struct options *options, const char *argument);
int option_key(struct options *options, const char *argument);
int option_by(struct options *options, const char *argument);
int option_older(struct options *options, const char *argument);
int option_pid(struct options *options, const char *argument);
int option_messages(struct options *options, const char *argument);
int option_yes(struct options *options, const char *argument);
int option_dry_run(struct options *options, const char *argument);
int option_ascii(struct options *options, const char *argument);
int option_color(struct options *options, const char *argument);
int option_theme(struct options *options, const char *argument);

/* clang-format off */
#define OPTION_KINDS \
	{ 'q', "queues", NULL, "message queues", option_queues }, \
	{ 's', "semaphores", NULL, "semaphore sets", option_semaphores }, \
	{ 'm', "shmems", NULL, "shared memory segments", option_segments }
#define OPTION_DELAY \
	{ 'd', "delay", "SECS", "time between snapshots, 0.1 to 86400 (2)", option_delay }
#define OPTION_FILTER \
	{ 'f', "filter", "EXPR", "only what matches, as in 'nattch=0 size>=16M'", option_filter }
#define OPTION_USER \
	{ 'u', "user", "USER", "only what USER owns or created", option_user }
#define OPTION_OLDER \
	{ 0, "older", "AGE|RULE=AGE,...", "age from which verdicts speak (1h)", option_older }
#define OPTION_SORT \
	{ 'k', "sort", "COL[:desc]", "order by a column", option_sort }
#define OPTION_READONLY \
	{ 0, "readonly", NULL, "nothing can be changed", option_readonly }
#define OPTION_PRINTING \
	{ 'J', "json", NULL, "print JSON", option_json }, \
	{ 'r', "raw", NULL, "print without alignment", option_raw }, \
	{ 'e', "export", NULL, "print as NAME=\"value\"", option_export }, \
	{ 0, "noheadings", NULL, "print no headings", option_noheadings }, \
	{ 'b', "bytes", NULL, "print sizes in bytes", option_bytes }, \
	{ 0, "time-format", "FORMAT", UNITS_TIME_FORMATS, option_time_format }
#define OPTION_HELP \
	{ 'h', "help", NULL, "print this help", NULL }, \
	{ 'V', "version", NULL, "print the version", NULL }
#define OPTION_END { 0, NULL, NULL, NULL, NULL }
/* clang-format on */

enum { OPTIONS_PARSED = -1 };

/*
 * Parse the options of `command`, in any place among the operands; `argv[0]` is not looked at.
 * Operands are moved to the end, from `*first` on. OPTIONS_PARSED, or the exit status where the
 * program is to end: after --help and --version, or after a usage error that was printed.
 */
int options_parse(
	const struct command *command, int argc, char **argv, struct options *options, int *first);

/* Print "ipctop: …" and a newline to standard error; EXIT_USAGE. */
int usage_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * Take the kind of `*argc` operands: the word in front, which is then taken off, or that of -q -s
 * -m. `*classes`: set of class_bit(), 0 where none is named. 0 or EXIT_USAGE.
 */
int operands_kind(const struct options *options, int *argc, char ***argv, unsigned *classes);

/*
 * All `argc` operands are kinds, beside those of -q -s -m. `*classes`: set of class_bit(), of all
 * kinds where none is named. 0 or EXIT_USAGE.
 */
int operands_kinds(const struct options *options, int argc, char **argv, unsigned *classes);

/* Read an id. 0 or EXIT_USAGE. */
int operands_id(const char *text, int32_t *id);
/* Read a key, 0 too. 0 or EXIT_USAGE. */
int operands_key(const char *text, uint32_t *key);

/* Print the help of `command`. */
void options_help(const struct command *command);

/* Print "ipctop: WHAT 'WORD': …", and all words that are kinds of objects; EXIT_USAGE. */
int usage_unknown_kind(const char *word);

#endif
