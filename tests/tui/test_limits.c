/* The limits on the screen: the tab, the details of a limit, and what `limits` makes of a terminal.
 */
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>

#include "../tap.h"
#include "ui.h"

static const struct term_how wide = { .rows = 40, .cols = 140 };
static const struct term_how widest = { .rows = 40, .cols = 180 };

static bool write_shmmni(const char *value)
{
	FILE *file;
	bool written;

	ipc_exists(KIND_SHM, -1); /* aborts where the namespace is not private */
	file = fopen("/proc/sys/kernel/shmmni", "we");
	if (!file)
		return false;
	written = fputs(value, file) != EOF;
	return fclose(file) == 0 && written;
}

/* Set a limit of the private namespace, or skip the case. */
static void set_shmmni(const char *value)
{
	if (!write_shmmni(value))
		tap_skip("shmmni can't be set");
}

static int clean(void **state)
{
	write_shmmni("4096");
	return ui_teardown(state);
}

static struct term *open_tab(const struct term_how *how)
{
	struct term *term = ui_open(how, NULL);

	ui_press(term, '4');
	SEE(term, "[4 Limits]");
	SEE(term, "SEMVMX"); /* its rows are there */
	return term;
}

/* Put the cursor on a limit. */
static void find(struct term *term, const char *name)
{
	ui_press(term, '/');
	term_type(term, name);
	term_type(term, "\r");
	EXPECT(term, strncmp(term_row(term, term_cursor(term).row) + 2, name, strlen(name)) == 0);
}

static void leave(struct term *term)
{
	ui_press(term, 'q');
	GONE(term, "from line");
	ui_quit(term);
}

/* As many columns as fit, and none of them cut. */
static void columns_by_width(void **state)
{
	struct term *term;

	(void)state;
	ipc_set(IPC_PRIVATE, 7, 0600);
	term = open_tab(NULL);
	SEE(term, "  NAME     DESCRIPTION ");
	SEE(term, " LIMIT        USED   USE%");
	SEE(term, "  SEMMNS   Total number of semaphores ");
	GONE(term, "MOST");
	GONE(term, "semget: ENOSPC");
	/* the others are to the right */
	for (int i = 0; i < 4; i++)
		ui_key(term, "Right");
	SEE(term, "MOSTUSED");
	SEE(term, "semget: ENOSPC");
	ui_quit(term);
	term = open_tab(&wide);
	SEE(term, " USE%▾ FORECAST MOST     MOSTUSED FAILS");
	SEE(term, "        7 semget: ENOSPC ");
	GONE(term, "ADVICE");
	GONE(term, "sysctl");
	ui_quit(term);
	term = open_tab(&widest);
	SEE(term, " FREEABLE ADVICE");
	SEE(term, " sysctl kernel.shmmni=8192");
	SEE(term, " sysctl kernel.sem='32000 1024000000 1000 32000'");
	ui_quit(term);
}

static void details_say_what_to_do(void **state)
{
	struct term *term;

	(void)state;
	set_shmmni("5");
	for (int i = 0; i < 5; i++)
		ipc_segment(IPC_PRIVATE, 4096, 0600);
	term = open_tab(&wide);
	SEE(term, "> SHMMNI "); /* what is used most comes first */
	SEE(term, " 100.0% ");
	ui_key(term, "Enter");
	SEE(term, " Limit SHMMNI");
	SEE(term, "  Shared memory segments: 5 of 5 used, 100.0%.");
	SEE(term, " uses most: 5, which is 100.0% of it.");
	SEE(term, "  When it is reached, shmget(2) fails with ENOSPC (No space left on device).");
	/* lowered below what there is: told from the next look on */
	set_shmmni("2");
	ui_press(term, 'r');
	SEE(term,
		"  Shared memory segments: 5 of 2 used, 250.0%. The limit was lowered below what ");
	ui_key(term, "PgDn");
	SEE(term, "  sysctl kernel.shmmni=10");
	leave(term);
}

/* The largest sets of a limit on semaphores, and a way to them. */
static void lines_lead_to_the_largest(void **state)
{
	char line[80], title[40];
	struct term *term;
	int small, large;

	(void)state;
	small = ipc_set(0x11, 3, 0600);
	large = ipc_set(0x12, 30, 0600);
	term = open_tab(&(struct term_how){ .rows = 70, .cols = 100 });
	find(term, "SEMMNS");
	ui_key(term, "Enter");
	SEE(term, "Largest semaphore sets");
	snprintf(line, sizeof line, "  semaphore set %d, of ", large);
	SEE(term, line);
	SEE(term, ", key 0x00000012: 30");
	SEE(term, ", key 0x00000011: 3");
	ui_key(term, "Down");
	snprintf(line, sizeof line, "> semaphore set %d, of ", large);
	SEE(term, line);
	ui_key(term, "Down");
	snprintf(line, sizeof line, "> semaphore set %d, of ", small);
	SEE(term, line);
	ui_key(term, "Enter");
	snprintf(title, sizeof title, " Semaphore set %d, of ", small);
	SEE(term, title);
	SEE(term, "[2 Semaphores]");
	leave(term);
}

static struct term *print_limits(const struct term_how *how)
{
	const char *const argv[] = { ui_program(), "limits", NULL };

	return term_open(how, argv);
}

/* The command, on a terminal: what does not fit is said below, where it matters. */
static void printed_on_a_terminal(void **state)
{
	struct term *term;

	(void)state;
	set_shmmni("1");
	ipc_segment(IPC_PRIVATE, 4096, 0600);
	term = print_limits(&(struct term_how){ .rows = 60, .cols = 80 });
	EXITS(term, 0);
	SEE(term, " USE%");
	GONE(term, "MOSTUSED");
	SEE(term, "Limit SHMMNI");
	SEE(term, " uses most: 1, which is 100.0% of it.");
	GONE(term, "The uid"); /* who that is was looked up, though no column shows it */
	SEE(term, "  sysctl kernel.shmmni=2");
	term_free(term);
	term = print_limits(&(struct term_how){ .rows = 60, .cols = 170 });
	EXITS(term, 0);
	SEE(term, " FREEABLE ADVICE");
	SEE(term, " sysctl kernel.shmmni=2");
	term_free(term);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test_setup_teardown(columns_by_width, ui_setup, clean),
		cmocka_unit_test_setup_teardown(details_say_what_to_do, ui_setup, clean),
		cmocka_unit_test_setup_teardown(lines_lead_to_the_largest, ui_setup, clean),
		cmocka_unit_test_setup_teardown(printed_on_a_terminal, ui_setup, clean),
	};

	return tap_run(cases, sizeof cases / sizeof *cases, ipc_enter, NULL);
}
