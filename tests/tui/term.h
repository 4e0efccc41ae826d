/*
 * tests/tui/term.h: a terminal in memory.
 *
 * A program runs on a pseudo-terminal, and libvterm keeps the screen that a person would see. A
 * test sends keys, looks at cells, and waits for what it expects with a deadline: a frame may
 * arrive in several reads, so that a single look at the screen says nothing. Nothing here sleeps.
 *
 * A `struct term` owns the child, the pseudo-terminal and the screen; term_free() ends all three.
 * Rows and columns count from 0. Where memory cannot be had the test program is aborted, and
 * where there are no pseudo-terminals the case is skipped. One thread.
 */
#ifndef TESTS_TUI_TERM_H
#define TESTS_TUI_TERM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <vterm.h>

struct term;

/** How to start a program; what is 0 or NULL has the value in brackets. */
struct term_how {
	int rows; /* of the terminal [24] */
	int cols; /* [80] */
	/* "NAME=value" sets, "NAME" unsets; ended by NULL. [LC_ALL=C.UTF-8, and as TERM
	 * $IPCTOP_TEST_TERM or xterm-256color] */
	const char *const *env;
};

/** In place of 0xRRGGBB: the colour is the terminal's own. */
enum { TERM_OWN_COLOUR = 0x1000000 };

/** What a cell shows. An unwritten cell is a blank; the second half of a wide one is 0. */
struct term_cell {
	uint32_t rune; /* without the marks that combine with it */
	int width; /* columns */
	bool bold;
	bool reverse;
	bool underline;
	bool coloured; /* the foreground or the background is not the terminal's own */
	uint32_t foreground; /* 0xRRGGBB, or TERM_OWN_COLOUR; as asked for, not as reversed */
	uint32_t background;
};

/** A place on the screen. */
struct term_place {
	int row;
	int col;
};

/** Run argv[0], found as execvp(3) does; its terminal's size and modes are set before it starts. */
struct term *term_open(const struct term_how *how, const char *const argv[]);

/** End the program by force if it still runs, and forget the terminal. NULL is allowed. */
void term_free(struct term *term);

/** The child. */
pid_t term_pid(const struct term *term);

/** Whether the type of the terminal has a capability of terminfo(5): "smcup", "colors", "kf1". */
bool term_has(const struct term *term, const char *capability);
int term_colours(const struct term *term);
bool term_has_key(const struct term *term, VTermKey key);

/** Skip the case where the type of the terminal lacks the capability. */
void term_need(const struct term *term, const char *capability);

/** The deadline of one wait in milliseconds: 20,000, or $IPCTOP_TEST_DEADLINE seconds. */
long term_deadline(void);

/** Milliseconds of a clock that only moves forward. */
long term_now(void);

/** Take what the program wrote, waiting `ms` for the first byte; false: nothing came. */
bool term_pump(struct term *term, int ms);

/**
 * One step of a wait for something on the screen that ends at term_now() == end. False where
 * waiting longer is no use: the time is over, or the program has closed its terminal and all was
 * read.
 */
bool term_wait(struct term *term, long end);

/**
 * Take at most `most` bytes of what the program wrote, waiting `ms` for the first one: a slow
 * terminal. How many they were. Everything else that looks at the screen takes all there is.
 */
size_t term_take(struct term *term, size_t most, int ms);

/** What the program is shown on, O_NONBLOCK and close-on-exec; it is the caller's to close. */
int term_open_slave(const struct term *term);

/** Type without taking what the program writes; the line must have room for it. */
void term_type_unseen(struct term *term, const char *text);

/** term_close(), but nothing of what the program writes is taken before it has ended. */
int term_close_unseen(struct term *term);

/**
 * Wait till the program has taken all keys, has drawn what came of them, and waits for more: the
 * screen is what a person sees before the next key. False where it ended, or does not get there
 * within the deadline. Skips the case where the kernel does not tell.
 */
bool term_rest(struct term *term);

/** Wait till the program has ended; the status as of waitpid(2), or -1 where it runs on. */
int term_close(struct term *term);

/** The program has closed its terminal. */
bool term_ended(const struct term *term);

/** Take the terminal away from under the program, as a lost connection does. */
void term_hangup(struct term *term);

/** Send a signal to the program, and to it alone. */
void term_signal(struct term *term, int signal);

/** Send bytes as if typed. */
void term_type(struct term *term, const char *text);

/** Send `size` bytes as if typed, 0 among them. */
void term_send(struct term *term, const void *bytes, size_t size);

/**
 * Press a key that is no character: VTERM_KEY_DOWN, VTERM_KEY_FUNCTION(10) and so on. What it sends
 * is what terminfo(5) has for the type of the terminal; one that lacks the key skips the case.
 */
void term_key(struct term *term, VTermKey key);

/** The same with Shift, Alt or Ctrl held: VTERM_MOD_SHIFT. */
void term_key_with(struct term *term, VTermKey key, VTermModifier held);

/** Press and let go of a mouse button (1 left; 4 and 5 are the wheel). */
void term_click(struct term *term, int row, int col, int button);

/**
 * What the mouse sends, as the program expects it of the terminal's type: `text` gets a string.
 * Buttons count from 0; 64 and 65 are the wheel. A type that knows of no mouse skips the case.
 */
enum { TERM_MOUSE = 40 };
void term_mouse_text(const struct term *term, char text[TERM_MOUSE], int button,
	struct term_place at, bool down);

/** Write on the screen behind the program's back, as another program would. */
void term_scribble(struct term *term, const char *text);

/** Change the size, which makes the kernel send SIGWINCH. */
void term_resize(struct term *term, int rows, int cols);

int term_rows(const struct term *term);
int term_cols(const struct term *term);

/** A row as UTF-8 without the blanks at its end; valid till the next term_row() or term_find(). */
const char *term_row(struct term *term, int row);

/** Whether the text stands on one row, and where first; `at` may be NULL. */
bool term_find(struct term *term, const char *text, struct term_place *at);

struct term_cell term_cell(const struct term *term, int row, int col);

enum { TERM_PALETTE = 16 };

/** What the colours with the numbers 0 to 15 look like, as 0xRRGGBB, in place of libvterm's. */
void term_palette(struct term *term, const uint32_t colours[TERM_PALETTE]);

/** Where the hardware cursor is. */
struct term_place term_cursor(const struct term *term);

bool term_cursor_visible(const struct term *term);
bool term_altscreen(const struct term *term);

/** Whether the modes of the line (echo and so on, as stty shows) are those it started with. */
bool term_modes_restored(const struct term *term);

/** All that the program wrote, and how many bytes it is; valid till the next wait. */
const char *term_raw(const struct term *term, size_t *size);

/** Whether the program ever wrote these bytes. */
bool term_wrote(const struct term *term, const char *text);

/** Whether the program ever asked for a colour (SGR 30 to 49 and 90 to 107). */
bool term_wrote_colour(const struct term *term);

/** Print the screen and the cursor's place in lines that start with "# ". */
void term_dump(struct term *term);

#endif
