/*
 * tests/tui/term_private.h: what term.c, which runs the program, and term_screen.c, which looks at
 * its screen, share. Everyone else includes term.h.
 */
#ifndef TESTS_TUI_TERM_PRIVATE_H
#define TESTS_TUI_TERM_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <termios.h>

#include <vterm.h>

/* Bytes that grow at the end. */
struct bytes {
	char *data;
	size_t size;
	size_t room;
};

struct term {
	VTerm *vterm;
	VTermScreen *screen;
	char *type; /* $TERM */
	struct term_info *info; /* of the type, NULL where nobody knows it */
	int fd; /* the master's side of the pseudo-terminal, -1 after a hangup */
	int status; /* of waitpid, once reaped */
	bool reaped;
	bool eof;
	bool altscreen;
	bool cursor_visible;
	pid_t pid;
	int rows;
	int cols;
	struct termios modes; /* what the line started with */
	struct bytes raw; /* all the program wrote */
	struct bytes typed; /* what it has not read yet */
	char *line; /* the text of one row */
	int *columns; /* for each byte of the line the column of its cell */
	size_t line_room;
};

/** The memory given, or the end of the test program. */
void *term_or_die(void *memory);

#endif
