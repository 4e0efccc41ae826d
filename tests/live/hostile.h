/*
 * tests/live/hostile.h: names that nobody means well, and what may be written of them. What is
 * looked at is judged by the C library, not by the code under test; hostile_judge() sets the locale
 * that it needs. One thread.
 */
#ifndef TESTS_LIVE_HOSTILE_H
#define TESTS_LIVE_HOSTILE_H

#include <stdbool.h>
#include <stddef.h>

/* Short enough for the name of a process. No sequence of theirs is one that we would write. */
struct hostile {
	const char *what;
	const char *bytes;
};

enum { HOSTILE_NAMES = 28, HOSTILE_TEXT = 512 };

extern const struct hostile hostile_names[HOSTILE_NAMES];

/* The place of the name that is `what`. */
int hostile_find(const char *what);

/* A name of 64 KB and more: all of them, over and over. Free it. */
char *hostile_long(void);

/* Where it was written. */
enum hostile_place {
	HOSTILE_PIPE, /* lines */
	HOSTILE_ASCII, /* the same where the locale is not UTF-8 */
	HOSTILE_LINES, /* on a terminal: lines end with "\r\n" */
	HOSTILE_SCREEN, /* a screen of curses: sequences of our own, and cursor movements */
};

/* For a group setup: UTF-8 for the C library, and programs started. Skips where it can't be had. */
void hostile_judge(void);

/* The first thing in `text` that must not be there, or NULL. */
const char *hostile_offence(const char *text, size_t size, enum hostile_place place);

/* Fail the case, naming `what`, where there is one. */
void hostile_refuse(const char *what, const char *text, size_t size, enum hostile_place place);

/*
 * How many lines below that of the headings have one of the words, which NULL ends, in the column
 * where `title` stands.
 */
size_t hostile_straight(const char *text, const char *title, const char *const words[]);

/*
 * For good: users FIRST + i, and groups, with the hostile names, where there are users, else our
 * own one has one of them. Skips the case where /etc/passwd can't be covered.
 */
enum { HOSTILE_FIRST_UID = 54000 };
void hostile_accounts(void);

/* For good: a host with such a name, where that is allowed. */
void hostile_host(void);

#endif
