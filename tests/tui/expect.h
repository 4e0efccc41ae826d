/*
 * tests/tui/expect.h: what a test says of the screen.
 *
 * Each macro waits till what it names is true, at most term_deadline(), and else prints the screen
 * and fails the case. That something does *not* happen is said with a fence: press another key,
 * EXPECT its effect, and then EXPECT what must not have changed. Conditions are evaluated often.
 */
#ifndef TESTS_TUI_EXPECT_H
#define TESTS_TUI_EXPECT_H

#include "../tap.h"
#include "term.h"

/** `condition` becomes true. What the program has written by now is looked at first. */
#define EXPECT(term, condition)                                                                    \
	do {                                                                                       \
		long end_ = term_now() + term_deadline();                                          \
		term_pump((term), 0);                                                              \
		while (!(condition))                                                               \
			if (!term_wait((term), end_))                                              \
				expect_failed((term), #condition, __FILE__, __LINE__);             \
	} while (0)

/** The text comes to stand somewhere on the screen, on one row. */
#define SEE(term, text)                                                                            \
	do {                                                                                       \
		const char *text_ = (text);                                                        \
		long end_ = term_now() + term_deadline();                                          \
		term_pump((term), 0);                                                              \
		while (!term_find((term), text_, NULL))                                            \
			if (!term_wait((term), end_))                                              \
				expect_failed((term), text_, __FILE__, __LINE__);                  \
	} while (0)

/** The text is, or comes to be, nowhere on the screen. */
#define GONE(term, text) EXPECT(term, !term_find((term), (text), NULL))

/**
 * A dialog has this text, and stands as a whole: what is typed from now on answers it. A frame may
 * come in parts, the lower side of a box last.
 */
#define ASKED(term, text)                                                                          \
	do {                                                                                       \
		SEE((term), (text));                                                               \
		SEE((term), "┘");                                                                  \
	} while (0)

/** Nothing is left of it, so that the next one can't be taken for it. */
#define ANSWERED(term) GONE(term, "┘")

/** The program ends by itself with this exit status. */
#define EXITS(term, code)                                                                          \
	do {                                                                                       \
		int status_ = term_close(term);                                                    \
		if (status_ == -1 || !WIFEXITED(status_) || WEXITSTATUS(status_) != (code))        \
			expect_ended(term, status_, "exit with " #code, __FILE__, __LINE__);       \
	} while (0)

/** The program ends by this signal. */
#define DIES_OF(term, signal)                                                                      \
	do {                                                                                       \
		int status_ = term_close(term);                                                    \
		if (status_ == -1 || !WIFSIGNALED(status_) || WTERMSIG(status_) != (signal))       \
			expect_ended(term, status_, "die of " #signal, __FILE__, __LINE__);        \
	} while (0)

/** Print what was expected and what is there, and fail the case. */
void expect_failed(struct term *term, const char *what, const char *file, int line);

/** The same for a program that did not end as it should; `status` is term_close()'s. */
void expect_ended(struct term *term, int status, const char *what, const char *file, int line);

#endif
