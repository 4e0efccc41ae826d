/*
 * The terminal: taking it, giving it back in every case, its keys, its size. The only global
 * state of the program is here, since a signal handler must reach it. Face's thread.
 */
#ifndef IPCTOP_TUI_TERM_H
#define IPCTOP_TUI_TERM_H

#include <stdbool.h>

/*
 * Take the terminal. Returns NULL, or what is wrong with it in words. From then on the signals
 * INT, TERM, HUP, QUIT, WINCH, TSTP and CONT come through term_signals(), and a crash gives the
 * terminal back.
 */
const char *term_open(void);

/* Give the terminal back. */
void term_close(void);

/* Block the signals that term_signals() gives; threads started later inherit that. 0 or -errno. */
int term_block_signals(void);

/* A signalfd(2) to poll, and the next signal of it, or 0. */
int term_signals(void);
int term_next_signal(void);

/* End by `signal`, as the shell expects it, after the terminal was given back. */
void term_die(int signal);

/* The next key as keymap.h numbers it; false where there is none yet. */
bool term_next_key(int *key);

/* Take over a new size. */
void term_resize(void);

/* Stop the process group until it is continued. */
void term_suspend(void);

/* Draw everything anew with the next refresh. */
void term_redraw(void);

#endif
