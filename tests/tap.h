/*
 * tests/tap.h: how every test program here is run and what it prints.
 *
 * The cases and assertions are cmocka's; this runner stands in for cmocka_run_group_tests(),
 * because automake's TAP driver takes what cmocka 1.1.5 prints for a skipped case ("not ok 3 #
 * SKIP name") as a failure, the reason of a skip is lost, and a group setup cannot skip at all.
 * Write a program like this, and include nothing of cmocka's by yourself:
 *
 *	#include "../tap.h"
 *
 *	static void size_of_nothing(void **state) { (void)state; assert_int_equal(0, 0); }
 *
 *	int main(void)
 *	{
 *		const struct CMUnitTest cases[] = {
 *			cmocka_unit_test(size_of_nothing),
 *		};
 *		return tap_run(cases, sizeof cases / sizeof *cases, NULL, NULL);
 *	}
 *
 * To skip, call tap_skip("why, with %s", detail) in a case, in its setup, or in the group's setup,
 * where it skips all cases; it does not return. Never call cmocka's skip(). What else a program
 * prints has to go to standard error, or to standard output in lines that start with "# ".
 * TAP_ONLY=word in the environment runs the cases whose name contains the word. A case that takes
 * longer than TAP_TIMEOUT seconds (120; an hour in 'make prove') ends the program, which counts as
 * an error.
 * One program, one thread, one call of tap_run().
 */
#ifndef TESTS_TAP_H
#define TESTS_TAP_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum {
	TAP_NAME = 512, /* bytes, of a case's name with the reason why it was skipped */
	TAP_TIMEOUT = 120, /* seconds */
	TAP_PROVE_TIMEOUT = 3600, /* seconds, in a proof */
};

/* The cases under way. */
struct tap {
	const struct CMUnitTest *given; /* the caller's, as many as cmocka has in `wrapped` */
	struct CMUnitTest *wrapped; /* what cmocka runs, and whose names it prints afterwards */
	char (*names)[TAP_NAME];
	size_t count;
	size_t next; /* the case after the one that is running */
	bool skipped; /* the one that is running is not to go on */
	bool set_up; /* its setup, if any, was gone through to the end */
	unsigned int timeout; /* seconds */
	char reason[TAP_NAME];
	jmp_buf leave;
};

/* cmocka hands no argument of ours to a case, hence one object a program. It is weak because every
 * file that includes this header has it, and they are to be the same. */
__attribute__((weak)) struct tap tap;

/** Whether this is 'make prove': what takes long is then done as often as a proof wants it. */
static inline bool tap_proving(void)
{
	return getenv("IPCTOP_PROVE") != NULL;
}

/** Rounds of what takes long: `few` in 'make check', `many` in 'make prove'. */
static inline size_t tap_rounds(size_t few, size_t many)
{
	return tap_proving() ? many : few;
}

/** Leave the case, its setup or the group's setup: it could not be run, for the reason given. */
__attribute__((noreturn, format(printf, 1, 2))) static inline void tap_skip(const char *reason, ...)
{
	va_list args;

	va_start(args, reason);
	vsnprintf(tap.reason, sizeof tap.reason, reason, args);
	va_end(args);
	longjmp(tap.leave, 1);
}

/* cmocka prints the name once the case has passed, thus the reason can be added to it till then. */
static inline void tap_note_skip(size_t at)
{
	size_t length = strlen(tap.names[at]);

	snprintf(tap.names[at] + length, TAP_NAME - length, " # SKIP %s", tap.reason);
	tap.skipped = true;
}

static inline int tap_setup_one(void **state)
{
	size_t at = tap.next++;

	tap.skipped = false;
	tap.set_up = false;
	alarm(tap.timeout);
	if (setjmp(tap.leave)) {
		tap_note_skip(tap.next - 1);
		return 0;
	}
	if (tap.given[at].setup_func && tap.given[at].setup_func(state) != 0)
		return -1;
	tap.set_up = true;
	return 0;
}

static inline void tap_run_one(void **state)
{
	if (tap.skipped)
		return;
	if (setjmp(tap.leave)) {
		tap_note_skip(tap.next - 1);
		return;
	}
	tap.given[tap.next - 1].test_func(state);
}

static inline int tap_teardown_one(void **state)
{
	const struct CMUnitTest *given = &tap.given[tap.next - 1];

	/* A case that skipped itself was set up; one whose setup skipped has no state to free. */
	if (!given->teardown_func || !tap.set_up)
		return 0;
	return given->teardown_func(state);
}

static inline int tap_skip_all(const struct CMUnitTest *cases, size_t count)
{
	printf("1..%zu\n", count);
	for (size_t i = 0; i < count; i++)
		printf("ok %zu - %s # SKIP %s\n", i + 1, cases[i].name, tap.reason);
	return EXIT_SUCCESS;
}

/* Make what cmocka is to run out of what the caller gave. */
static inline struct CMUnitTest *tap_wrap(const struct CMUnitTest *cases, size_t count, void *state)
{
	const char *only = getenv("TAP_ONLY");
	struct CMUnitTest *given = calloc(count + 1, sizeof *given);

	tap.wrapped = calloc(count + 1, sizeof *tap.wrapped);
	tap.names = calloc(count + 1, sizeof *tap.names);
	if (!given || !tap.wrapped || !tap.names) {
		free(given);
		return NULL;
	}
	for (size_t i = 0; i < count; i++) {
		size_t at = tap.count;

		if (only && !strstr(cases[i].name, only))
			continue;
		given[at] = cases[i];
		snprintf(tap.names[at], sizeof *tap.names, "%s", cases[i].name);
		tap.wrapped[at] = (struct CMUnitTest){
			.name = tap.names[at],
			.test_func = tap_run_one,
			.setup_func = tap_setup_one,
			.teardown_func = tap_teardown_one,
			.initial_state = cases[i].initial_state ? cases[i].initial_state : state,
		};
		tap.count++;
	}
	return given;
}

/**
 * Run all cases, print TAP, and return what main() is to return.
 *
 * `setup` and `teardown` are the group's, or NULL. What setup leaves in *state is where each case's
 * state starts. Where setup fails (not 0) nothing is run and the program says "Bail out!".
 */
static inline int tap_run(const struct CMUnitTest *cases, size_t count, CMFixtureFunction setup,
	CMFixtureFunction teardown)
{
	static void *state; /* static: a longjmp may not clobber it */
	struct CMUnitTest *given;
	const char *timeout = getenv("TAP_TIMEOUT");
	int failed;

	setvbuf(stdout, NULL, _IOLBF, 0); /* a child that a case forks may not print it again */
	tap.timeout = tap_proving() ? TAP_PROVE_TIMEOUT : TAP_TIMEOUT;
	if (timeout)
		tap.timeout = (unsigned int)strtoul(timeout, NULL, 10);
	if (setjmp(tap.leave))
		return tap_skip_all(cases, count);
	alarm(tap.timeout);
	if (setup && setup(&state) != 0) {
		printf("Bail out! the group's setup failed\n");
		return EXIT_FAILURE;
	}
	given = tap_wrap(cases, count, state);
	if (!given) {
		printf("Bail out! %s\n", strerror(ENOMEM));
		return EXIT_FAILURE;
	}
	tap.given = given;
	cmocka_set_message_output(CM_OUTPUT_TAP);
	failed = _cmocka_run_group_tests("cases", tap.wrapped, tap.count, NULL, NULL);
	if (teardown && teardown(&state) != 0) {
		printf("# the group's teardown failed\n");
		failed = 1;
	}
	free(given);
	free(tap.wrapped);
	free(tap.names);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#endif
