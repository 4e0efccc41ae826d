/*
 * The configuration: $XDG_CONFIG_HOME/ipctop/config, an INI file. It is read once, at the start,
 * and written only when the user asks for it. Face's thread.
 */
#ifndef IPCTOP_TUI_CONFIG_H
#define IPCTOP_TUI_CONFIG_H

#include "ipctop/base/buf.h"
#include "ipctop/tui/settings.h"

/*
 * Where it is: below $XDG_CONFIG_HOME, or ~/.config where that is not an absolute path. For
 * free(3); NULL where there is no home. Ends the program where there is no memory.
 */
char *config_path(void);

/*
 * Take over what `path` says. A line that is wrong is skipped, and a line "PATH:NUMBER: what is
 * wrong" appended to `complaints`, printable; so is a file that can't be read. One that does not
 * exist says nothing. 0 or the negative errno for which it was not read, as of config_write(); in
 * case of -ENOMEM a part of it may have been taken over.
 */
int config_read(const char *path, struct settings *settings, struct buf *complaints);

/*
 * Write `settings` to `path`, through symbolic links, so that there is always either the old file
 * or the new one. What is not ours stays in it. Folders are made. 0 or a negative errno; -EFBIG,
 * -EINVAL and -EILSEQ where what is there is no configuration.
 */
int config_write(const char *path, const struct settings *settings);

#endif
