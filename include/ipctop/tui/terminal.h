/*
 * The terminal: taking it, giving it back in every case, its keys, its size. The only global
 * state of the program is here, since a signal handler must reach it. Face's thread.
 */
#ifndef IPCTOP_TUI_TERMINAL_H
#define IPCTOP_TUI_TERMINAL_H

#include <stdbool.h>

/*
 * Take the terminal. Returns NULL, or what is wrong with it in words. From then on a crash gives
 * the terminal back, and all other signals come through terminal_signals().
 */
const char *terminal_open(void);

/*
 * Show what curses(3) has to show. It takes as long as the terminal does. One that takes nothing
 * any more keeps no signal from ending the program: within a second it dies of it, here. False
 * where it took nothing for a while.
 */
bool terminal_show(void);

/* Give the terminal back, before the program ends by `signal`, if any: the same goes for that. */
void terminal_close(int signal);

/* Block the signals that terminal_signals() gives; threads started later inherit that. 0 or -errno.
 */
int terminal_block_signals(void);

/* A signalfd(2) to poll, and the next signal of it, or 0. */
int terminal_signals(void);
int terminal_next_signal(void);

/* End by `signal`, as the shell expects it, after the terminal was given back. */
void terminal_die(int signal);

extern const int TERMINAL_KEY_MOUSE;

/*
 * The next key as keymap.h numbers it, or TERMINAL_KEY_MOUSE; false where there is none yet.
 */
bool terminal_next_key(int *key);

/* A click, or a turn of the wheel, that brought TERMINAL_KEY_MOUSE. */
struct terminal_click {
	int y, x;
	int wheel; /* -1: up, 1: down, 0: the left button */
};

/*
 * Whether the terminal is to tell of the mouse; then the user can't mark text with it. Returns
 * whether it does: not where terminfo(5) has no kmous for it.
 */
bool terminal_use_mouse(bool use);

/* The click that the last key told of; false where it is none that we know. */
bool terminal_next_click(struct terminal_click *click);

/* Take over a new size. */
void terminal_resize(void);

/* Stop the process group until it is continued. */
void terminal_suspend(void);

/* Draw everything anew with the next refresh. */
void terminal_redraw(void);

#endif
