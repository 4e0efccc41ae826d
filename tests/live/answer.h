/*
 * tests/live/answer.h: looking into the JSON that the program under test has printed
 * (command.h). Elements of arrays are described by words NAME=VALUE, of which each must hold;
 * values are written as in JSON, but with '…' for strings. One thread.
 *
 *	command_run("who --json");
 *	answer_has(answer_array("relations"), "kind='sem' id=%d semnum=2 undo=true", set);
 */
#ifndef TESTS_LIVE_ANSWER_H
#define TESTS_LIVE_ANSWER_H

#include <stdbool.h>

enum { ANSWER_VALUE = 2048 }; /* bytes, of a value that is compared */

/* The last output as an object. Fails the case where it is not JSON. */
const char *answer_object(void);

/* The value of a member; NULL where there is none. */
const char *answer_member(const char *object, const char *name);

/* An array of the last output, or of an object. Fails the case where there is none. */
const char *answer_array(const char *name);
const char *answer_array_of(const char *object, const char *name);

/* How many elements it has. Element `index`; NULL behind the last. */
unsigned answer_count(const char *array);
const char *answer_element(const char *array, unsigned index);

/* Whether all words hold for an object. */
bool answer_is(const char *object, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* How many elements the words hold for. */
unsigned answer_matches(const char *array, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The one element that they hold for. Fails the case where there is not exactly one. */
const char *answer_has(const char *array, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Run the program, which has to exit with `status`; the array `name` of what it prints as JSON. */
const char *answer_run(int status, const char *name, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* A run found nothing: the status where all was seen, and where not. */
int answer_nothing(void);

/* Whether every process is in /proc, and lets us see its mappings and calls. */
bool answer_all_visible(void);

/* Whether the last output holds (on standard output, on standard error). */
void answer_says(const char *format, ...) __attribute__((format(printf, 1, 2)));
void answer_says_not(const char *format, ...) __attribute__((format(printf, 1, 2)));
void answer_warns(const char *text);

#endif
