/* What is on the screen: the layout, at every size, without colour, without UTF-8, without objects.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/utsname.h>

#include "ui.h"

enum {
	KEY = 0x0052e2c1,
	SEGMENTS = 12, /* what populate() makes */
	TITLES_ROW = 5, /* the line of the column titles at 80x24 */
};

static int ids[SEGMENTS];

/* One queue with a message, one set, a dozen segments. */
static void populate(void)
{
	int queue = ipc_queue(0x2a, 0640);

	ipc_send(queue, 100);
	ipc_set(0x2b, 3, 0600);
	ids[0] = ipc_segment(KEY, 1 << 20, 0640);
	for (int i = 1; i < SEGMENTS; i++)
		ids[i] = ipc_segment(IPC_PRIVATE, 4096u * (unsigned)i, 0600);
}

static bool row_has(struct term *term, int row, const char *text)
{
	return strstr(term_row(term, row), text) != NULL;
}

static bool row_starts(struct term *term, int row, const char *text)
{
	return strncmp(term_row(term, row), text, strlen(text)) == 0;
}

static void first_frame(void **state)
{
	struct term *term;

	(void)state;
	populate();
	term = ui_open(NULL, "-m", NULL);
	EXPECT(term, row_has(term, 23, "F1Help") && row_has(term, 23, "F10Quit"));
	EXPECT(term, row_starts(term, 0, "ipctop"));
	EXPECT(term, row_has(term, 0, "ipc:[") && row_has(term, 0, "every 60.0 s"));
	EXPECT(term, row_starts(term, 1, " Queues") && row_has(term, 1, "1/32000"));
	EXPECT(term, row_starts(term, 2, " Sems") && row_has(term, 2, "1/32000"));
	EXPECT(term, row_starts(term, 3, " Segments") && row_has(term, 3, "12/4096"));
	EXPECT(term, row_has(term, 3, "0.3%"));
	EXPECT(term, row_has(term, 1, "1 message") && row_has(term, 2, "3 semaphores"));
	EXPECT(term, row_has(term, 4, "1 Queues  2 Semaphores [3 Segments] 4 Limits"));
	EXPECT(term, term_altscreen(term) == term_has(term, "smcup"));
	ui_quit(term);
}

static void table_of_segments(void **state)
{
	static const char *const titles[] = { "KEY", "ID", "OWNER", "PERMS", "SIZE", "RSS",
		"NATTCH", "STATUS", "CPID", "LPID" };
	struct term *term;

	(void)state;
	populate();
	term = ui_open(NULL, "-m", NULL);
	for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
		EXPECT(term, row_has(term, TITLES_ROW, titles[i]));
	EXPECT(term, ui_rows(term) == SEGMENTS);
	EXPECT(term, row_has(term, ui_row_of(term, ids[0]), "0x0052e2c1"));
	EXPECT(term, row_has(term, ui_row_of(term, ids[0]), "rw-r-----"));
	EXPECT(term, row_has(term, ui_row_of(term, ids[0]), "root"));
	EXPECT(term, row_has(term, ui_row_of(term, ids[0]), " 1M"));
	EXPECT(term, strstr(ui_status(term), "12"));
	EXPECT(term, strstr(ui_status(term), "sorted by "));
	ui_quit(term);
}

static void other_tables(void **state)
{
	struct term *term;

	(void)state;
	populate();
	term = ui_open(NULL, "-q", NULL);
	SEE(term, "[1 Queues]");
	EXPECT(term, row_has(term, TITLES_ROW, "USEDBYTES") && row_has(term, TITLES_ROW, "LSPID"));
	EXPECT(term, ui_rows(term) == 1);
	SEE(term, "0x0000002a");
	ui_quit(term);
	term = ui_open(NULL, "-s", NULL);
	SEE(term, "[2 Semaphores]");
	EXPECT(term, row_has(term, TITLES_ROW, "NSEMS") && row_has(term, TITLES_ROW, "OTIME"));
	EXPECT(term, ui_rows(term) == 1);
	SEE(term, "0x0000002b");
	ui_press(term, '4');
	SEE(term, "[4 Limits]");
	SEE(term, "SHMMNI");
	SEE(term, "4096");
	ui_quit(term);
}

/* In every size of 20x4 and more: a table with objects in it, and the way out. */
static void sizes(void **state)
{
	static const struct {
		int cols;
		int rows;
		const char *see;
	} sizes[] = {
		{ 20, 4, "ID" },
		{ 21, 5, "ID" },
		{ 40, 10, "OWNER" },
		{ 80, 24, "F10Quit" },
		{ 132, 43, "F10Quit" },
		{ 200, 60, "COMMAND" },
	};

	(void)state;
	populate();
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct term_how how = { .rows = sizes[i].rows, .cols = sizes[i].cols };
		struct term *term = ui_open(&how, "-m", NULL);

		SEE(term, sizes[i].see);
		EXPECT(term, ui_rows(term) > 0);
		EXPECT(term, ui_cursor_id(term) >= 0);
		GONE(term, "small");
		ui_quit(term);
		ui_free(term);
	}
}

static void too_small(void **state)
{
	static const struct {
		int cols;
		int rows;
	} sizes[] = { { 19, 4 }, { 20, 3 }, { 16, 2 }, { 80, 1 } };

	(void)state;
	populate();
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct term_how how = { .rows = sizes[i].rows, .cols = sizes[i].cols };
		struct term *term = ui_open(&how, "-m", NULL);

		SEE(term, "small");
		EXPECT(term, ui_rows(term) == 0);
		term_resize(term, 24, 80);
		SEE(term, "F10Quit");
		EXPECT(term, ui_rows(term) == SEGMENTS);
		term_resize(term, sizes[i].rows, sizes[i].cols);
		SEE(term, "small");
		ui_quit(term);
		ui_free(term);
	}
}

/* One cell is too small for any words, but no reason to fall over. */
static void one_cell(void **state)
{
	struct term *term;
	size_t before, after;

	(void)state;
	populate();
	term = ui_open(NULL, "-m", NULL);
	EXPECT(term, ui_rows(term) == SEGMENTS && term_find(term, "F10Quit", NULL));
	term_resize(term, 1, 1);
	term_raw(term, &before);
	/* it is drawn; but not every terminal can have a character in its lower right corner */
	EXPECT(term, (term_raw(term, &after), after > before));
	term_type(term, "jjKn");
	term_resize(term, 30, 90);
	/* nobody saw the question: nobody answered it */
	SEE(term, "Remove 1 object");
	ui_press(term, 'n');
	SEE(term, "F10Quit");
	EXPECT(term, ui_rows(term) == SEGMENTS);
	ui_quit(term);
}

/* A terminal forgets what it had no room for, also where it has its old size again before the
 * program looks. */
static void there_and_back(void **state)
{
	struct term *term;

	(void)state;
	populate();
	term = ui_open(NULL, "-m", NULL);
	SEE(term, "F10Quit");
	for (int i = 0; i < 20; i++) {
		term_resize(term, 4, 20);
		term_resize(term, 24, 80);
		EXPECT(term, row_has(term, 23, "F10Quit"));
		EXPECT(term, row_has(term, TITLES_ROW, "LPID"));
		EXPECT(term, ui_rows(term) == SEGMENTS);
	}
	ui_quit(term);
}

static void nothing_there(void **state)
{
	struct term *term;

	(void)state;
	term = ui_open(NULL, "-m", NULL);
	SEE(term, "F10Quit");
	SEE(term, "0/4096");
	SEE(term, "no segments");
	EXPECT(term, ui_rows(term) == 0);
	ui_press(term, '1');
	SEE(term, "no queues");
	ui_press(term, '2');
	SEE(term, "no semaphore sets");
	/* Keys that want an object find none. */
	term_type(term, "jkgG KiA.\033");
	ui_press(term, '4');
	SEE(term, "[4 Limits]");
	ui_quit(term);
}

/* Whatever takes the colours away, the selected row is told apart by reverse. */
static void without_colour(void **state)
{
	static const char *const vt100[] = { "TERM=vt100", NULL };
	static const char *const no_color[] = { "NO_COLOR=1", NULL };
	static const struct {
		const char *const *env;
		const char *option;
	} ways[] = {
		{ vt100, NULL },
		{ no_color, NULL },
		{ NULL, "--color=never" },
	};

	(void)state;
	populate();
	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
		struct term_how how = { .env = ways[i].env };
		struct term *term = ui_open(&how, "-m", ways[i].option, NULL);
		int row;

		SEE(term, "F10Quit");
		EXPECT(term, ui_rows(term) == SEGMENTS);
		ui_press(term, 'j');
		EXPECT(term, (row = term_cursor(term).row) == TITLES_ROW + 2);
		EXPECT(term, term_cell(term, row, 2).reverse);
		EXPECT(term, !term_cell(term, row + 1, 2).reverse);
		ui_press(term, 'K');
		SEE(term, "No ]");
		ui_press(term, 'n');
		ui_quit(term);
		assert_false(term_wrote_colour(term));
		ui_free(term);
	}
}

static void with_colour(void **state)
{
	struct term *term;

	(void)state;
	populate();
	term = ui_open(NULL, "-m", NULL);
	term_need(term, "colors");
	SEE(term, "F10Quit");
	EXPECT(term, ui_rows(term) == SEGMENTS);
	EXPECT(term, term_wrote_colour(term));
	ui_quit(term);
}

static void only_ascii(struct term *term)
{
	size_t size;
	const char *raw;

	SEE(term, "F10Quit");
	EXPECT(term, ui_rows(term) == SEGMENTS);
	ui_press(term, 'K');
	SEE(term, "No ]");
	ui_press(term, 'n');
	ui_press(term, '?');
	SEE(term, " Help ");
	ui_press(term, 'q');
	GONE(term, " Help ");
	ui_press(term, '.');
	SEE(term, "Sort by");
	ui_press(term, 'q');
	term_type(term, "1234");
	SEE(term, "[4 Limits]");
	ui_quit(term);
	raw = term_raw(term, &size);
	for (size_t i = 0; i < size; i++)
		if ((unsigned char)raw[i] > 0x7f) {
			printf("# byte %02x at %zu of %zu\n", (unsigned char)raw[i], i, size);
			fail();
		}
	ui_free(term);
}

static void ascii(void **state)
{
	static const char *const c_locale[] = { "LC_ALL=C", NULL };
	static const struct term_how how = { .env = c_locale };

	(void)state;
	populate();
	only_ascii(ui_open(NULL, "-m", "--ascii", NULL));
	only_ascii(ui_open(&how, "-m", NULL));
}

static void resize_storm(void **state)
{
	static const int sizes[][2] = { { 24, 80 }, { 4, 20 }, { 60, 200 }, { 2, 10 }, { 10, 40 },
		{ 50, 132 }, { 24, 79 }, { 25, 80 } };
	struct term *term;

	(void)state;
	populate();
	term = ui_open(NULL, "-m", NULL);
	SEE(term, "F10Quit");
	for (int i = 0; i < 64; i++)
		term_resize(term, sizes[i % 8][0], sizes[i % 8][1]);
	term_resize(term, 30, 90);
	EXPECT(term, row_has(term, 29, "F10Quit"));
	EXPECT(term, row_starts(term, 0, "ipctop"));
	EXPECT(term, ui_rows(term) == SEGMENTS);
	for (int i = 0; i < 64; i++)
		term_resize(term, 24 + i % 3, 80 + i % 7);
	term_resize(term, 24, 80);
	EXPECT(term, row_has(term, 23, "F10Quit"));
	EXPECT(term, row_has(term, TITLES_ROW, "LPID"));
	EXPECT(term, ui_rows(term) == SEGMENTS);
	EXPECT(term, ui_id_at(term, TITLES_ROW + SEGMENTS) >= 0);
	ui_quit(term);
}

/* A screen reader reads where the hardware cursor is. */
static void cursor_on_selected_row(void **state)
{
	struct term *term;
	int first;

	(void)state;
	populate();
	term = ui_open(NULL, "-m", NULL);
	EXPECT(term, ui_rows(term) == SEGMENTS && term_cursor(term).row == TITLES_ROW + 1);
	first = ui_cursor_id(term);
	assert_true(first >= 0);
	EXPECT(term, row_starts(term, TITLES_ROW + 1, ">"));
	ui_press(term, 'j');
	EXPECT(term, term_cursor(term).row == TITLES_ROW + 2 && ui_cursor_id(term) != first);
	EXPECT(term, row_starts(term, TITLES_ROW + 2, ">"));
	EXPECT(term, !row_starts(term, TITLES_ROW + 1, ">"));
	ui_quit(term);
}

static struct term *open_texts(const char *fixture, int cols)
{
	const char *top = getenv("TOP_SRCDIR");
	char proc[4096];
	const char *const env[] = { proc, NULL };
	const struct term_how how = { .cols = cols, .env = env };

	assert_non_null(top);
	snprintf(proc, sizeof proc, "IPCTOP_PROC=%s/tests/fixtures/%s", top, fixture);
	return ui_open(&how, "-m", NULL);
}

/* That texts are looked at is told on any screen, and nothing of this host, which they are not of.
 */
static void texts_of_another_host(void **state)
{
	static const int widths[] = { 200, 80, 34 };
	struct utsname host;
	struct term *term;
	char name[128];

	(void)state;
	assert_int_equal(uname(&host), 0);
	snprintf(name, sizeof name, " \302\267 %s \302\267 ", host.nodename);
	for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
		term = open_texts("linux-6.18", widths[i]);
		EXPECT(term, ui_rows(term) > 0);
		EXPECT(term, row_starts(term, 0, "ipctop \302\267 saved texts"));
		EXPECT(term, i > 0 || row_has(term, 0, "/tests/fixtures/linux-6.18 "));
		EXPECT(term, !row_has(term, 0, "ipc:["));
		EXPECT(term, !row_has(term, 0, name));
		ui_quit(term);
		ui_free(term);
	}
	term = open_texts("empty", 80);
	SEE(term, "There are no segments");
	EXPECT(term, !term_find(term, "nsenter", NULL));
	ui_quit(term);
	ui_free(term);
	term = open_texts("damaged", 80);
	ui_press(term, '2');
	SEE(term, "can't be read: the text is not one that we understand.");
	ui_quit(term);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		UI_CASE(first_frame),
		UI_CASE(table_of_segments),
		UI_CASE(other_tables),
		UI_CASE(sizes),
		UI_CASE(too_small),
		UI_CASE(one_cell),
		UI_CASE(there_and_back),
		UI_CASE(nothing_there),
		UI_CASE(without_colour),
		UI_CASE(with_colour),
		UI_CASE(ascii),
		UI_CASE(resize_storm),
		UI_CASE(cursor_on_selected_row),
		UI_CASE(texts_of_another_host),
	};

	return tap_run(cases, sizeof cases / sizeof *cases, ipc_enter, NULL);
}
