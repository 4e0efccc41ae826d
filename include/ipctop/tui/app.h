/*
 * The terminal UI. It has the terminal and the screen; all it knows of the system comes in
 * snapshots from the worker, and it never waits for the kernel.
 */
#ifndef IPCTOP_TUI_APP_H
#define IPCTOP_TUI_APP_H

#include <stdbool.h>
#include <stdint.h>

/* The names of all themes, for sentences. */
#define APP_THEMES "default, 256 or mono"

struct app_options {
	const char *proc; /* as collector_new() */
	const char *filter; /* valid for some kind, or NULL */
	const char *sort; /* likewise */
	bool by_user;
	uint32_t uid;
	double delay; /* seconds; 0: as configured */
	const char *theme; /* a name that theme_find() knows, or NULL: as configured */
	const char *older; /* as verdict_ages_parse() takes it, or NULL: as configured */
	unsigned kinds; /* set of class_bit(): the first is the tab shown first */
	bool readonly, ascii, color, force_color;
};

bool app_knows_theme(const char *name);

/* Run until the user quits or a signal ends it. An exit status. */
int app_run(const struct app_options *options);

#endif
