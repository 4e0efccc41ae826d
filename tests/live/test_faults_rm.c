/*
 * Removal while calls fail. What was removed is told, what is told as removed is gone, what stays
 * has a reason, and nothing else is touched: whichever call fails.
 */
#include "live.h"

#include <stdio.h>
#include <sys/ipc.h>

#include "command.h"
#include "faults.h"
#include "ipctop/cli/options.h"

enum { POINTS = 2, ALL_POINTS = 200, NAMED = 3, KEY = 0xfa };

static const unsigned all =
	FAULT_OPEN | FAULT_READ | FAULT_ASK | FAULT_IPC | FAULT_MEMORY | FAULT_START;

static int named[NAMED], others[NAMED]; /* by their class */
static const char *filter; /* NULL: one after the other, by id */

/* Whether it is told that the object was removed. */
static bool told(unsigned class)
{
	char text[64];

	snprintf(text, sizeof(text), "%s %d: removed\n", class_infos[class].word, named[class]);
	return strstr(outcome.out, text) != NULL;
}

static const char *judge(unsigned class)
{
	bool there = world_exists(class, named[class]);

	if (there && told(class))
		return "what is told as removed is there";
	if (!there && !told(class))
		return "what was removed is not told";
	if (there && (outcome.status == 0 || !strstr(outcome.err, "ipctop: ")))
		return "what stays has no reason";
	if (!there && !filter && outcome.status != 0)
		return "what was done is told as a failure";
	if (strstr(outcome.err, "no such"))
		return "it says that there is none";
	if (!world_exists(class, others[class]))
		return "another one was removed";
	return NULL;
}

static void judge_all(unsigned from, unsigned to, const char *command)
{
	const char *wrong;
	unsigned class;

	if (outcome.status != EXIT_DONE && outcome.status != EXIT_NOT_DONE)
		fail_msg("%s, %s: it ended with %d\n%s%s", command, faults_told(), outcome.status,
			outcome.out, outcome.err);
	for (class = from; class <= to; class ++) {
		wrong = judge(class);
		if (wrong)
			fail_msg("%s, %s: %s: %s\n%s%s", command, faults_told(),
				class_infos[class].word, wrong, outcome.out, outcome.err);
	}
}

static void make_named(void)
{
	unsigned class;

	for (class = 0; class < NAMED; class ++) {
		if (named[class] >= 0 && world_exists(class, named[class]))
			world_remove(class, named[class]);
		named[class] = world_object(class, KEY, 0600);
	}
}

static void attempt(void)
{
	char command[128];
	unsigned class;

	make_named();
	if (filter) {
		snprintf(command, sizeof(command), "rm --yes --older 0 -f '%s'", filter);
		faults_run(command);
		judge_all(0, NAMED - 1, command);
		return;
	}
	class = (unsigned)named[0] % NAMED; /* in turn, as ids go up */
	snprintf(command, sizeof(command), "rm %s %d --yes", class_infos[class].word, named[class]);
	faults_run(command);
	judge_all(class, class, command);
}

static int set_up(void **state)
{
	unsigned class;

	(void)state;
	faults_open();
	for (class = 0; class < NAMED; class ++) {
		others[class] = world_object(class, KEY + 1, 0600);
		named[class] = -1;
	}
	filter = NULL;
	return 0;
}

static void one_by_its_id(void **state)
{
	(void)state;
	faults_each(all, tap_rounds(POINTS, ALL_POINTS), attempt);
}

static void many_by_their_key(void **state)
{
	(void)state;
	filter = "key=0xfa";
	faults_each(all, tap_rounds(POINTS, ALL_POINTS), attempt);
}

static void many_by_their_verdict(void **state)
{
	(void)state;
	filter = "key=0xfa verdict~n";
	faults_each(all, tap_rounds(POINTS, ALL_POINTS), attempt);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, live_clear)
	const struct CMUnitTest cases[] = {
		CASE(one_by_its_id),
		CASE(many_by_their_key),
		CASE(many_by_their_verdict),
	};

	return tap_run(cases, sizeof cases / sizeof *cases, live_enter, NULL);
}
