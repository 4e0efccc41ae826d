/*
 * tests/tui/home.h: a folder of its own for the configuration of the case under way.
 *
 * Whoever runs the tests may have a configuration; no test reads or writes it. The folder is made
 * when it is first asked for, and ui_teardown() removes it with all that is in it. One thread.
 */
#ifndef TESTS_TUI_HOME_H
#define TESTS_TUI_HOME_H

#include <stddef.h>

/** What $XDG_CONFIG_HOME is for the programs of this case. */
const char *home_folder(void);

/** The path of the configuration: there need not be one. */
const char *home_config(void);

/** Make this text, or these bytes, the configuration. */
void home_write(const char *text);
void home_write_bytes(const void *bytes, size_t size);

/** The configuration as it is, or "" where there is none; valid till the next home_read(). */
const char *home_read(void);

/** How many entries the folder of the configuration has. */
int home_entries(void);

/** Remove the folder and all in it. */
void home_remove(void);

#endif
