/* The tab Groups: what objects are gathered by, a group opened and left, tagged, and removed. */
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>

#include "ui.h"

enum { SMALL, LARGE, SAME, SEGMENTS };

static int segments[SEGMENTS], queue, set, way;

/* Two segments of 4 KiB, one of 1 MiB, a queue and a set: the tab Groups shows them. */
static struct term *open_groups(const char *option)
{
	struct term *term;

	segments[SMALL] = ipc_segment(0xa0, 4096, 0600);
	segments[LARGE] = ipc_segment(0xa1, 1 << 20, 0600);
	segments[SAME] = ipc_segment(0xa2, 4096, 0600);
	queue = ipc_queue(0xa3, 0600);
	set = ipc_set(0xa4, 2, 0600);
	way = 0;
	term = ui_open(NULL, "-m", option, NULL);
	EXPECT(term, ui_rows(term) == SEGMENTS);
	term_key(term, VTERM_KEY_FUNCTION(5));
	SEE(term, "[6 Groups]");
	EXPECT(term,
		term_find(term, "> shm  root", NULL) && term_find(term, "  msg  root", NULL) &&
			term_find(term, "  sem  root", NULL));
	return term;
}

/* On by one, and see it. */
static void gather_on(struct term *term)
{
	static const char *const ways[] = { "owner", "command", "key", "size", "verdict" };
	enum { WAYS = sizeof ways / sizeof *ways };
	char text[64];

	way = (way + 1) % WAYS;
	ui_press(term, 't');
	snprintf(text, sizeof text, "gathered by %s; F5: by %s", ways[way], ways[(way + 1) % WAYS]);
	SEE(term, text);
	/* a key that does nothing takes the message away, and the rows are there */
	ui_press(term, '\'');
	snprintf(text, sizeof text, "gathered by %s", ways[way]);
	EXPECT(term, strstr(ui_status(term), text) && strstr(ui_status(term), " of "));
}

static void gather_by_size(struct term *term)
{
	for (int i = 0; i < 3; i++)
		gather_on(term);
	SEE(term, "> shm  1M");
}

static void all_ways_to_gather(void **state)
{
	struct term *term = open_groups(NULL);

	(void)state;
	SEE(term, "gathered by owner; F5: by command");
	gather_on(term);
	SEE(term, "shm  test_groups");
	gather_on(term);
	SEE(term, "shm  0x000000a0");
	SEE(term, "msg  0x000000a3");
	gather_on(term);
	SEE(term, "> shm  1M");
	SEE(term, "  shm  4K                     2");
	GONE(term, "msg ");
	gather_on(term);
	gather_on(term);
	SEE(term, "shm  root                   3");
	ui_quit(term);
}

static void a_group_opens_and_closes(void **state)
{
	struct term *term = open_groups(NULL);

	(void)state;
	gather_by_size(term);
	ui_press(term, 'j');
	SEE(term, "> shm  4K");
	term_key(term, VTERM_KEY_ENTER);
	SEE(term, "[3 Segments]");
	SEE(term, "group: size=4096");
	EXPECT(term, ui_rows(term) == 2 && ui_row_of(term, segments[LARGE]) < 0);
	EXPECT(term, strstr(ui_status(term), "1 of 2 (1 hidden)"));
	/* a filter stands beside it */
	ui_press(term, '\\');
	term_type(term, "key=0xa2\r");
	EXPECT(term, ui_rows(term) == 1 && ui_row_of(term, segments[SAME]) >= 0);
	SEE(term, "group: size=4096 filter: key=0xa2");
	ui_press(term, '\\');
	term_type(term, "\x15\r");
	EXPECT(term, ui_rows(term) == 2);
	/* another tab is not narrowed, and the group is still there behind it */
	ui_press(term, '1');
	SEE(term, "[1 Queues]");
	GONE(term, "group:");
	ui_press(term, '3');
	EXPECT(term, ui_rows(term) == 2);
	/* details open and close as ever */
	term_key(term, VTERM_KEY_ENTER);
	SEE(term, ", of root");
	ui_key(term, "Esc");
	GONE(term, ", of root");
	SEE(term, "[3 Segments]");
	ui_key(term, "Esc");
	SEE(term, "[6 Groups]");
	SEE(term, "> shm  4K");
	ui_press(term, '3');
	EXPECT(term, ui_rows(term) == SEGMENTS);
	GONE(term, "group:");
	/* and Esc does nothing where there is no group */
	ui_key(term, "Esc");
	ui_press(term, 'G');
	EXPECT(term, ui_cursor_id(term) >= 0);
	SEE(term, "[3 Segments]");
	ui_quit(term);
}

/* What comes and goes is seen in a group too. */
static void a_group_follows_its_objects(void **state)
{
	struct term *term = open_groups(NULL);
	int more;

	(void)state;
	gather_by_size(term);
	ui_press(term, 'j');
	term_key(term, VTERM_KEY_ENTER);
	EXPECT(term, ui_rows(term) == 2);
	more = ipc_segment(0xa9, 4096, 0600);
	ipc_segment(0xaa, 8192, 0600);
	ui_press(term, 'r');
	EXPECT(term, ui_rows(term) == 3 && ui_row_of(term, more) >= 0);
	/* the groups are as new, without being read first, and the cursor finds its own again */
	ui_press(term, 'Z');
	ui_key(term, "Esc");
	SEE(term, "[6 Groups]");
	SEE(term, "> shm  4K                     3");
	ui_press(term, 'Z');
	term_key(term, VTERM_KEY_ENTER);
	EXPECT(term, ui_rows(term) == 3);
	ipc_clear();
	ipc_segment(0xab, 8192, 0600);
	ui_press(term, 'r');
	SEE(term, "Of that group there are no segments any more; Esc goes back.");
	ui_quit(term);
}

static void expect_all_there(void)
{
	for (int i = 0; i < SEGMENTS; i++)
		assert_true(ipc_exists(KIND_SHM, segments[i]));
	assert_true(ipc_exists(KIND_MSG, queue));
	assert_true(ipc_exists(KIND_SEM, set));
}

static void a_group_is_removed(void **state)
{
	struct term *term = open_groups(NULL);
	int late;

	(void)state;
	gather_by_size(term);
	ui_press(term, 'j');
	SEE(term, "> shm  4K");
	term_key(term, VTERM_KEY_FUNCTION(9));
	SEE(term, "Remove 2 objects");
	SEE(term, "key 0x000000a0");
	SEE(term, "key 0x000000a2");
	ASKED(term, "Type yes");
	/* anything else leaves all */
	term_type(term, "y\r");
	SEE(term, "nothing removed");
	expect_all_there();
	ui_press(term, 'K');
	ASKED(term, "Type yes");
	/* one that comes meanwhile is not among those that were shown */
	late = ipc_segment(0xac, 4096, 0600);
	term_type(term, "yes\r");
	EXPECT(term,
		!ipc_exists(KIND_SHM, segments[SMALL]) && !ipc_exists(KIND_SHM, segments[SAME]));
	assert_true(ipc_exists(KIND_SHM, segments[LARGE]));
	assert_true(ipc_exists(KIND_SHM, late));
	SEE(term, ": removed");
	ui_key(term, "Esc");
	SEE(term, "shm  4K                     1");
	ui_quit(term);
}

static void tagged_groups_are_removed(void **state)
{
	struct term *term = open_groups(NULL);

	(void)state;
	/* owner: segments, then queues and sets, in this order */
	ui_press(term, 'j');
	ui_press(term, ' ');
	ui_press(term, ' ');
	EXPECT(term, strstr(ui_status(term), "2 tagged"));
	ui_press(term, 'g');
	ui_press(term, 'K');
	SEE(term, "Remove 2 objects");
	SEE(term, "msg ");
	/* what it does is told of both kinds */
	SEE(term, "EIDRM");
	SEE(term, "semop");
	term_type(term, "yes\r");
	EXPECT(term, !ipc_exists(KIND_MSG, queue) && !ipc_exists(KIND_SEM, set));
	for (int i = 0; i < SEGMENTS; i++)
		assert_true(ipc_exists(KIND_SHM, segments[i]));
	SEE(term, ": removed");
	ui_key(term, "Esc");
	EXPECT(term, !term_find(term, "msg  root", NULL));
	ui_quit(term);
}

/* A group of one object asks as that object does. */
static void a_group_of_one_is_one_object(void **state)
{
	struct term *term = open_groups(NULL);

	(void)state;
	gather_by_size(term);
	ui_press(term, 'K');
	SEE(term, "Remove 1 object ");
	SEE(term, "[ No ]");
	ui_press(term, 'y');
	EXPECT(term, !ipc_exists(KIND_SHM, segments[LARGE]));
	assert_true(ipc_exists(KIND_SHM, segments[SMALL]));
	ui_quit(term);
}

/* Tags of the tab go with the group: nothing is removed that is not in sight. */
static void tags_do_not_outlive_a_group(void **state)
{
	struct term *term = open_groups(NULL);

	(void)state;
	ui_press(term, '3');
	SEE(term, "[3 Segments]");
	ui_press(term, 'A');
	EXPECT(term, strstr(ui_status(term), "3 tagged"));
	ui_press(term, '6');
	SEE(term, "[6 Groups]");
	gather_by_size(term);
	ui_press(term, 'j');
	term_key(term, VTERM_KEY_ENTER);
	EXPECT(term, ui_rows(term) == 2 && !strstr(ui_status(term), "tagged"));
	ui_press(term, 'A');
	EXPECT(term, strstr(ui_status(term), "2 tagged"));
	ui_key(term, "Esc");
	SEE(term, "[6 Groups]");
	ui_press(term, '3');
	EXPECT(term, ui_rows(term) == SEGMENTS && !strstr(ui_status(term), "tagged"));
	ui_quit(term);
}

static void read_only_removes_no_group(void **state)
{
	struct term *term = open_groups("--readonly");

	(void)state;
	ui_press(term, 'K');
	SEE(term, "read-only");
	GONE(term, "Remove 3");
	expect_all_there();
	ui_quit(term);
}

/* While paused nothing is gathered anew, and the status says by what it is. */
static void paused_it_tells_what_is_shown(void **state)
{
	struct term *term = open_groups(NULL);

	(void)state;
	ui_press(term, 'Z');
	SEE(term, "PAUSED");
	ui_press(term, 't');
	SEE(term, "paused: r gathers by command");
	ui_press(term, '\'');
	EXPECT(term, strstr(ui_status(term), "gathered by owner"));
	ui_press(term, 'r');
	EXPECT(term, strstr(ui_status(term), "gathered by command"));
	ui_quit(term);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		UI_CASE(all_ways_to_gather),
		UI_CASE(a_group_opens_and_closes),
		UI_CASE(a_group_follows_its_objects),
		UI_CASE(a_group_is_removed),
		UI_CASE(tagged_groups_are_removed),
		UI_CASE(a_group_of_one_is_one_object),
		UI_CASE(tags_do_not_outlive_a_group),
		UI_CASE(read_only_removes_no_group),
		UI_CASE(paused_it_tells_what_is_shown),
	};

	return tap_run(cases, sizeof cases / sizeof *cases, ipc_enter, NULL);
}
