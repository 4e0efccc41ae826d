/*
 * Names that others chose: wide, combining, right-to-left and hostile ones, wherever they are
 * shown, and cut at any width. And objects that vanish under whatever looks at them.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "account.h"
#include "home.h"
#include "ui.h"

enum { LEFT_EDGE = 0x250c, RIGHT_EDGE = 0x2510, LOWER_EDGE = 0x2514, SIDE = 0x2502, WORD = 128 };

#define CJK      "\346\274\242\345\255\227"
#define LONG_CJK CJK CJK CJK CJK CJK CJK CJK CJK /* 32 columns */
#define EMOJI    "\360\237\230\200"
#define HEBREW   "\327\251\327\234\327\225\327\235"
#define COMBINED "e\314\201\314\202x"
#define ELLIPSIS "\342\200\246"
#define PLAIN    "rw-------"

/* A process that made a segment, and lives on under a name. */
struct maker {
	pid_t pid;
	int segment;
};

static struct maker maker;

static void run_maker(const char *name, int report)
{
	int id;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NAME, name);
	id = shmget(0x2a, 4096, IPC_CREAT | IPC_EXCL | 0600);
	if (write(report, &id, sizeof id) != sizeof id)
		_exit(1);
	for (;;)
		pause();
}

static void start_maker(const char *name)
{
	int report[2];

	assert_int_equal(pipe(report), 0);
	maker.pid = fork();
	assert_true(maker.pid >= 0);
	if (maker.pid == 0)
		run_maker(name, report[1]);
	close(report[1]);
	assert_int_equal(
		read(report[0], &maker.segment, sizeof maker.segment), sizeof maker.segment);
	close(report[0]);
}

static void end_maker(void)
{
	if (maker.pid <= 0)
		return;
	kill(maker.pid, SIGKILL);
	waitpid(maker.pid, NULL, 0);
	maker.pid = 0;
}

static int end_names(void **state)
{
	end_maker();
	account_restore();
	return ui_teardown(state);
}

/* Each wide character has both its cells, and none is cut in half at the edge of the screen. */
static bool wide_are_whole(struct term *term)
{
	for (int row = 0; row < term_rows(term); row++)
		for (int col = 0; col < term_cols(term); col++) {
			struct term_cell cell = term_cell(term, row, col);

			if (cell.width == 2 &&
				(col + 1 == term_cols(term) ||
					term_cell(term, row, col + 1).rune != 0))
				return false;
			col += cell.width == 2;
		}
	return true;
}

/* The sides of the frame are straight, whatever stands between them. */
static bool frame_is_straight(struct term *term)
{
	struct term_place at;
	int right;

	if (!term_find(term, "\342\224\214", &at))
		return false;
	for (right = at.col; term_cell(term, at.row, right).rune != RIGHT_EDGE; right++)
		if (right + 1 == term_cols(term))
			return false;
	for (int row = at.row + 1; term_cell(term, row, at.col).rune != LOWER_EDGE; row++)
		if (row + 1 == term_rows(term) || term_cell(term, row, at.col).rune != SIDE ||
			term_cell(term, row, right).rune != SIDE)
			return false;
	return true;
}

/* What stands behind a name stands below its title. */
static bool columns_are_straight(struct term *term)
{
	struct term_place title;
	struct term_place value;

	if (!term_find(term, "PERMS", &title))
		return true; /* there is no room for it */
	return term_find(term, PLAIN, &value) && value.col == title.col;
}

/* A name of an account, and how it is shown. */
static const struct name {
	const char *name;
	const char *shown;
} names[] = {
	{ CJK, CJK },
	{ EMOJI, EMOJI },
	{ HEBREW, HEBREW },
	{ COMBINED, COMBINED },
	{ LONG_CJK, CJK CJK CJK CJK "\346\274\242" ELLIPSIS },
	{ "abc\342\200\256fed", "abc\\u{202e}fed" },
	{ "\357\273\277x\342\200\213y", "\\u{feff}x\\u{200b}y" },
	{ "a\033[31mb", "a\\x1b[31mb" },
	{ "a\302\2332Jb", "a\\xc2\\x9b2Jb" },
	{ "a\377\376b", "a\\xff\\xfeb" },
};

enum { NAMES = sizeof names / sizeof *names };

/* No other program's text is ever sent to the terminal as it is. */
static void never_obeyed(struct term *term)
{
	assert_false(term_wrote(term, "\033[31mb"));
	assert_false(term_wrote(term, "\302\233"));
	assert_false(term_wrote(term, "\342\200\256"));
	assert_false(term_wrote(term, "\377"));
}

static void account_names_everywhere(void **state)
{
	static const struct term_how how = { .rows = 24, .cols = 120 };

	(void)state;
	ipc_segment(0x2a, 4096, 0600);
	for (size_t i = 0; i < NAMES; i++) {
		struct term *term;

		account_rename(names[i].name);
		term = ui_open(&how, "-m", NULL);
		SEE(term, names[i].shown);
		EXPECT(term, wide_are_whole(term) && columns_are_straight(term));
		ui_press(term, 'K');
		SEE(term, "Remove 1 object");
		EXPECT(term, term_find(term, "owner ", NULL) && frame_is_straight(term));
		ui_press(term, 'n');
		GONE(term, "Remove 1 object");
		ui_press(term, 'i');
		SEE(term, "Segment ");
		EXPECT(term, term_find(term, "name of the owner, or the uid", NULL));
		EXPECT(term, wide_are_whole(term));
		ui_press(term, 'q');
		ui_quit(term);
		never_obeyed(term);
		ui_free(term);
		account_restore();
	}
}

/* At each width something else is cut, and once each half of a wide character. */
static void cut_at_any_width(void **state)
{
	static const char *const pages[] = { "", "i", "K" };
	struct term *term;

	(void)state;
	account_rename(LONG_CJK);
	start_maker(CJK CJK);
	for (size_t page = 0; page < 3; page++) {
		static const struct term_how how = { .rows = 24, .cols = 161 };

		term = ui_open(&how, "-m", NULL);
		SEE(term, CJK);
		term_type(term, pages[page]);
		for (int cols = 160; cols >= 20; cols -= cols > 50 ? 7 : 1) {
			term_resize(term, 24, cols);
			EXPECT(term, ui_rows(term) == 1 || term_find(term, "Segment", NULL));
			EXPECT(term, page < 2 || frame_is_straight(term));
			EXPECT(term, wide_are_whole(term));
			EXPECT(term, page > 0 || columns_are_straight(term));
		}
		term_type(term, page == 2 ? "n" : page == 1 ? "q" : "");
		ui_quit(term);
		ui_free(term);
	}
}

static void commands_in_details(void **state)
{
	static const struct name commands[] = {
		{ CJK "ab", CJK "ab" },
		{ EMOJI "ab", EMOJI "ab" },
		{ HEBREW, HEBREW },
		{ "a\342\200\256b", "a\\u{202e}b" },
		{ "a\033[31mb", "[31mb" },
		{ "a\nb", "b" },
	};
	static const struct term_how how = { .rows = 100, .cols = 130 };

	(void)state;
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
		struct term_place at;
		struct term *term;

		start_maker(commands[i].name);
		term = ui_open(&how, "-m", NULL);
		EXPECT(term, ui_cursor_id(term) == maker.segment);
		ui_press(term, 'i');
		SEE(term, "command of CPID");
		EXPECT(term,
			term_find(term, "  COMMAND  ", &at) &&
				strstr(term_row(term, at.row), commands[i].shown) &&
				strstr(term_row(term, at.row), "  command of CPID"));
		EXPECT(term, wide_are_whole(term));
		ui_press(term, 'q');
		ui_quit(term);
		never_obeyed(term);
		ui_free(term);
		end_maker();
		ipc_clear();
	}
}

/* In the reason of a verdict too. */
static void commands_in_ascii(void **state)
{
	static const struct term_how how = { .rows = 100, .cols = 130 };
	struct term *term;

	(void)state;
	start_maker(CJK "ab");
	shmdt(shmat(maker.segment, NULL, 0)); /* never attached is another verdict */
	term = ui_open(&how, "-m", "--ascii", "--older", "0", NULL);
	EXPECT(term, ui_cursor_id(term) == maker.segment);
	ui_press(term, 'i');
	SEE(term, "may still want it: process");
	EXPECT(term, term_find(term, "(\\u{6f22}\\u{5b57}ab).", NULL));
	EXPECT(term, !term_wrote(term, CJK));
	ui_press(term, 'q');
	ui_quit(term);
}

/* They are searched for as they are shown, and typed as they are. */
static void searched_for(void **state)
{
	static const struct term_how how = { .rows = 24, .cols = 160 };
	struct term *term;
	int other;

	(void)state;
	start_maker(CJK "ab");
	other = ipc_segment(0x1, 4096, 0600);
	term = ui_open(&how, "-m", "--sort", "key", NULL);
	EXPECT(term, ui_cursor_id(term) == other && ui_rows(term) == 2);
	SEE(term, CJK "ab");
	ui_press(term, '/');
	term_type(term, CJK);
	SEE(term, "Search: " CJK);
	EXPECT(term, ui_selected_id(term) == maker.segment);
	EXPECT(term, term_cursor(term).col == 9 + 4);
	/* One character goes, not one byte. */
	ui_key(term, "Backspace");
	EXPECT(term, term_cursor(term).col == 9 + 2);
	term_type(term, "z");
	SEE(term, "not found");
	EXPECT(term, wide_are_whole(term));
	ui_key(term, "Esc");
	EXPECT(term, ui_cursor_id(term) == other);
	/* A filter by it. */
	ui_press(term, '\\');
	term_type(term, "command~" CJK "\r");
	EXPECT(term, ui_rows(term) == 1 && ui_cursor_id(term) == maker.segment);
	SEE(term, "filter: command~" CJK);
	EXPECT(term, wide_are_whole(term));
	ui_quit(term);
}

/* What is typed is longer than the line: its end is seen, and no half of a character. */
static void long_prompt(void **state)
{
	static const struct term_how how = { .rows = 24, .cols = 40 };
	struct term *term;

	(void)state;
	ipc_segment(0x2a, 4096, 0600);
	term = ui_open(&how, "-m", NULL);
	EXPECT(term, ui_rows(term) == 1);
	ui_press(term, '/');
	term_type(term, LONG_CJK LONG_CJK "end");
	SEE(term, CJK "end");
	EXPECT(term, wide_are_whole(term) && term_cursor(term).col < 40);
	for (int cols = 39; cols >= 20; cols--) {
		term_resize(term, 24, cols);
		EXPECT(term, term_find(term, "end", NULL) && wide_are_whole(term));
		EXPECT(term, term_cursor(term).row == 22);
	}
	ui_key(term, "Esc");
	ui_quit(term);
}

/* A column that holds a long name leaves the others their place. */
static void screen_keeps_its_columns(void **state)
{
	static const struct term_how how = { .rows = 24, .cols = 100 };
	struct term *term;

	(void)state;
	account_rename("a-very-long-name-of-an-account-that-a-server-gave");
	ipc_segment(0x2a, 4096, 0600);
	term = ui_open(&how, "-m", NULL);
	EXPECT(term, ui_rows(term) == 1);
	SEE(term, "a-very-long-name-of" ELLIPSIS " rw-------");
	EXPECT(term, columns_are_straight(term));
	/* In full where there is room. */
	ui_press(term, 'i');
	SEE(term, "a-very-long-name-of-an-account-that-a-server-gave");
	ui_press(term, 'q');
	ui_quit(term);
}

/* The object goes under the cursor, a tag, its details and the dialog about it, all at once. */
static void vanishes_under_all(void **state)
{
	static const struct term_how how = { .rows = 60, .cols = 120 };
	int id = ipc_segment(0x100, 4096, 0600);
	int other = ipc_segment(0x200, 4096, 0600);
	struct term *term = ui_open(&how, "-m", "--sort", "key", NULL);
	char title[WORD];

	(void)state;
	EXPECT(term, ui_cursor_id(term) == id);
	term_type(term, " k");
	EXPECT(term, ui_tagged(term, id) && ui_cursor_id(term) == id);
	ui_press(term, 'i');
	snprintf(title, sizeof title, " Segment %d, of", id);
	SEE(term, title);
	ui_key(term, "F9");
	SEE(term, "Remove 1 object");
	ipc_remove(KIND_SHM, id);
	ui_press(term, 'y');
	snprintf(title, sizeof title, "shm %d: gone already", id);
	SEE(term, title);
	SEE(term, "gone since");
	EXPECT(term, ui_rows(term) == 1 && ui_selected_id(term) == other);
	EXPECT(term, !strstr(ui_status(term), "tagged"));
	assert_true(ipc_exists(KIND_SHM, other));
	ui_press(term, 'q');
	GONE(term, "gone since");
	EXPECT(term, ui_cursor_id(term) == other);
	ui_quit(term);
}

/* While a question is typed the rows go; what is typed then finds nothing, and says so. */
static void vanishes_under_prompts(void **state)
{
	struct term *term;

	(void)state;
	ipc_segment(0x100, 4096, 0600);
	ipc_segment(0x200, 8192, 0600);
	term = ui_open(NULL, "-m", "--delay", "0.1", NULL);
	EXPECT(term, ui_rows(term) == 2);
	ui_press(term, '/');
	SEE(term, "Search:");
	ipc_clear();
	SEE(term, "no segments");
	term_type(term, "0x");
	SEE(term, "not found");
	ui_key(term, "Esc");
	GONE(term, "Search:");
	ui_press(term, '\\');
	ipc_segment(0x300, 4096, 0600);
	EXPECT(term, ui_rows(term) == 1);
	term_type(term, "size>1G");
	SEE(term, "hides all segments (1)");
	ipc_clear();
	SEE(term, "no segments");
	ui_key(term, "Esc");
	GONE(term, "Filter:");
	ui_press(term, '.');
	SEE(term, "Sort by");
	ui_key(term, "Enter");
	GONE(term, "Sort by");
	ui_quit(term);
}

/* The rows as they were, whichever half of a character the frame of a dialog met. */
static void whole_after_a_dialog(void **state)
{
	enum { COLS = 140, LEAST_COLS = 112, ROWS = 24, FIRST_ROW = 6, OBJECTS = 15 };
	static const struct term_how how = { .rows = ROWS, .cols = COLS };
	static char rows[ROWS][4 * COLS + 1];
	struct term *term;

	(void)state;
	home_write("[columns]\nshm = KEY,ID,OWNER,PERMS,SIZE,RSS,NATTCH,STATUS,CPID\n");
	account_rename(CJK CJK CJK CJK);
	for (int i = 0; i < OBJECTS; i++)
		ipc_segment(0x100 + i, 4096, 0600);
	term = ui_open(&how, "-m", NULL);
	EXPECT(term, ui_rows(term) == OBJECTS);
	for (int cols = COLS; cols >= LEAST_COLS; cols--) {
		term_resize(term, ROWS, cols);
		EXPECT(term, ui_rows(term) == OBJECTS && wide_are_whole(term));
		assert_true(term_rest(term));
		for (int row = 0; row < ROWS; row++)
			snprintf(rows[row], sizeof rows[row], "%s", term_row(term, row));
		ui_press(term, 'K');
		SEE(term, "Remove 1 object");
		EXPECT(term, frame_is_straight(term) && wide_are_whole(term));
		ui_press(term, 'n');
		GONE(term, "Remove 1 object");
		for (int row = FIRST_ROW; row < FIRST_ROW + OBJECTS; row++)
			EXPECT(term, strcmp(term_row(term, row), rows[row]) == 0);
	}
	ui_quit(term);
}

#define NAMES_CASE(function) cmocka_unit_test_setup_teardown(function, ui_setup, end_names)

int main(void)
{
	const struct CMUnitTest cases[] = {
		NAMES_CASE(account_names_everywhere),
		NAMES_CASE(cut_at_any_width),
		NAMES_CASE(commands_in_details),
		NAMES_CASE(commands_in_ascii),
		NAMES_CASE(searched_for),
		NAMES_CASE(long_prompt),
		NAMES_CASE(screen_keeps_its_columns),
		NAMES_CASE(vanishes_under_all),
		NAMES_CASE(vanishes_under_prompts),
		NAMES_CASE(whole_after_a_dialog),
	};

	return tap_run(cases, sizeof cases / sizeof *cases, ipc_enter, NULL);
}
