/* A line that asks for a text, in place of the status line. Face's thread. */
#ifndef IPCTOP_TUI_PROMPT_H
#define IPCTOP_TUI_PROMPT_H

#include "ipctop/tui/ui.h"

struct prompt {
	const char *question;
	struct buf text;
	size_t at; /* where it is typed: a byte of `text` */
	struct buf wrong; /* what is wrong with it, printable; empty: nothing */
	char *before; /* as it was, for Esc */
	bool had_cursor;
	struct identity from; /* of the object that the cursor was on */
	/* After each change: fill `wrong`, or take it over. */
	void (*changed)(struct app *app, struct prompt *prompt);
	bool lenient; /* Enter is taken though something is wrong */
	/* Enter, with nothing wrong. NULL: nothing more is to do. */
	void (*accept)(struct app *app, struct prompt *prompt);
	/* Esc. NULL: there is nothing to take back. */
	void (*cancel)(struct app *app, struct prompt *prompt);
};

/* Open one like `like`, with `text` in it. */
void prompt_open(struct app *app, const struct prompt *like, const char *text);

/* The cursor back to the object that it was on. */
void prompt_go_back(struct app *app, const struct prompt *prompt);

#endif
