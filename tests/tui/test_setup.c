/* The setup page: what is changed there holds at once, and once it is written, the next time too.
 */
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>

#include "ui.h"

enum { TITLES_ROW = 5, TEXT = 512 };

/* Wide enough for all columns, high enough for the whole page. */
static const struct term_how large = { .rows = 220, .cols = 200 };

static struct term *open_some(const struct term_how *how, const char *option)
{
	struct term *term;

	ipc_clear();
	for (int i = 0; i < 3; i++)
		ipc_segment(0x100 + i, (size_t)(i + 1) << 20, 0600);
	term = ui_open(how, "-m", option, NULL);
	EXPECT(term, ui_rows(term) == 3);
	return term;
}

/* The line that the cursor is on begins, behind its mark, with this. */
static bool at_line(struct term *term, const char *text)
{
	const char *line = strchr(term_row(term, term_cursor(term).row), '>');

	return line && strncmp(line + 2, text, strlen(text)) == 0;
}

static struct term *open_setup(const struct term_how *how)
{
	struct term *term = open_some(how, NULL);

	ui_press(term, 'f');
	EXPECT(term, at_line(term, "Theme"));
	return term;
}

/* Go down to a line of the part that the cursor is in. */
static void go_to(struct term *term, const char *text)
{
	for (int i = 0; i < 40 && !at_line(term, text); i++) {
		int row = term_cursor(term).row;

		ui_press(term, 'j');
		EXPECT(term, term_cursor(term).row > row && at_line(term, ""));
	}
	assert_true(at_line(term, text));
}

/* From the settings on: the columns of segments are the third part of columns. */
static void go_to_segments(struct term *term)
{
	ui_press(term, 'g');
	EXPECT(term, at_line(term, "Theme"));
	term_type(term, "\t\t\t");
	EXPECT(term, at_line(term, "[x] KEY"));
}

static void close_setup(struct term *term)
{
	ui_press(term, 'q');
	GONE(term, "Columns of Queues");
}

/* The titles of the table, with single blanks between. */
static const char *titles(struct term *term)
{
	static char text[TEXT];
	size_t length = 0;

	for (const char *at = term_row(term, TITLES_ROW); *at; at++)
		if (*at != ' ' || (length > 0 && text[length - 1] != ' '))
			text[length++] = *at;
	text[length] = '\0';
	return text;
}

static void toggles_columns(void **state)
{
	struct term *term = open_setup(&large);

	(void)state;
	go_to_segments(term);
	go_to(term, "[x] PERMS");
	ui_press(term, ' ');
	EXPECT(term, at_line(term, "[ ] PERMS"));
	go_to(term, "[ ] SEQ");
	ui_key(term, "Enter");
	EXPECT(term, at_line(term, "[x] SEQ"));
	close_setup(term);
	EXPECT(term,
		strcmp(titles(term),
			"KEY ID OWNER SIZE\342\226\276 RSS NATTCH STATUS CPID LPID SEQ") == 0);
	/* Only of this kind. */
	ui_press(term, '1');
	SEE(term, "[1 Queues]");
	EXPECT(term, strstr(titles(term), "PERMS") && strstr(titles(term), "LRPID"));
	/* And back again. */
	ui_press(term, '3');
	ui_press(term, 'f');
	SEE(term, "Setup");
	go_to_segments(term);
	go_to(term, "[ ] PERMS");
	ui_press(term, ' ');
	EXPECT(term, at_line(term, "[x] PERMS"));
	close_setup(term);
	EXPECT(term, strstr(titles(term), "PERMS"));
	ui_quit(term);
}

static void moves_columns(void **state)
{
	struct term *term = open_setup(&large);

	(void)state;
	go_to_segments(term);
	ui_press(term, '<');
	EXPECT(term, at_line(term, "[x] KEY"));
	ui_press(term, '>');
	EXPECT(term, at_line(term, "[x] KEY"));
	ui_press(term, 'k');
	EXPECT(term, at_line(term, "[x] ID"));
	go_to(term, "[x] OWNER");
	ui_press(term, '>');
	EXPECT(term, at_line(term, "[x] OWNER"));
	close_setup(term);
	EXPECT(term, strncmp(titles(term), "ID KEY PERMS OWNER SIZE", 23) == 0);
	/* An object is found by its key and id wherever they stand. */
	ui_press(term, 'K');
	SEE(term, "Remove 1 object");
	ui_press(term, 'n');
	ui_quit(term);
}

static void one_column_stays(void **state)
{
	struct term *term = open_setup(&large);

	(void)state;
	go_to_segments(term);
	term_type(term, "\t");
	EXPECT(term, at_line(term, "[x] NAME"));
	for (int i = 0; i < 4; i++) {
		ui_press(term, ' ');
		EXPECT(term, at_line(term, "[ ] "));
		go_to(term, "[x] ");
	}
	ui_press(term, ' ');
	SEE(term, "one column stays");
	EXPECT(term, at_line(term, "[x] USE%"));
	close_setup(term);
	ui_press(term, '4');
	EXPECT(term, strcmp(titles(term), "USE%\342\226\276") == 0);
	ui_quit(term);
}

/* Tab goes to the next part and round, S-Tab back; titles are never under the cursor. */
static void parts_by_tab(void **state)
{
	static const char *const firsts[] = { "Theme", "[x] KEY", "[x] KEY", "[x] KEY", "[x] NAME",
		"[x] PID", "[x] KIND", "[x] TIME" };
	struct term *term = open_setup(&large);
	enum { PARTS = sizeof firsts / sizeof *firsts };
	int rows[PARTS];

	(void)state;
	for (int i = 0; i < PARTS; i++) {
		/* several begin alike, and the cursor is elsewhere while the clock is drawn */
		EXPECT(term,
			at_line(term, firsts[i]) &&
				(i == 0 || term_cursor(term).row > rows[i - 1]));
		rows[i] = term_cursor(term).row;
		ui_key(term, "Tab");
	}
	EXPECT(term, term_cursor(term).row == rows[0]);
	ui_key(term, "S-Tab");
	for (int i = PARTS - 1; i > 4; i--) {
		EXPECT(term, term_cursor(term).row == rows[i]);
		ui_key(term, "S-Tab");
	}
	EXPECT(term, term_cursor(term).row == rows[4]);
	ui_key(term, "S-Tab");
	EXPECT(term, term_cursor(term).row == rows[3]);
	/* Up over the title of the part. */
	ui_press(term, 'k');
	EXPECT(term, term_cursor(term).row == rows[3] - 2);
	ui_press(term, 'j');
	EXPECT(term, term_cursor(term).row == rows[3]);
	ui_press(term, 'G');
	EXPECT(term, at_line(term, "["));
	close_setup(term);
	ui_quit(term);
}

/* On a small screen the line that the cursor is on stays in sight. */
static void scrolls_on_a_small_screen(void **state)
{
	static const struct term_how small = { .rows = 10, .cols = 40 };
	struct term *term = open_setup(&small);
	char last[TEXT];

	(void)state;
	EXPECT(term, at_line(term, "Theme"));
	ui_press(term, 'G');
	EXPECT(term, at_line(term, "["));
	snprintf(last, sizeof last, "%s", term_row(term, term_cursor(term).row));
	ui_key(term, "PgUp");
	EXPECT(term, at_line(term, "[") && !term_find(term, last, NULL));
	ui_press(term, 'g');
	EXPECT(term, at_line(term, "Theme"));
	for (int i = 0; i < 9; i++)
		ui_press(term, 'j');
	EXPECT(term, at_line(term, "[x] PERMS"));
	ui_press(term, 'q');
	ui_quit(term);
}

static void units_hold_at_once(void **state)
{
	struct term *term = open_setup(&large);

	(void)state;
	go_to(term, "Units");
	ui_press(term, ' ');
	EXPECT(term, at_line(term, "Units           bytes: 16777216"));
	SEE(term, "3145728"); /* the table beside it */
	ui_key(term, "Left");
	EXPECT(term, at_line(term, "Units           human: 16M"));
	GONE(term, "3145728");
	close_setup(term);
	ui_quit(term);
}

static void times_hold_at_once(void **state)
{
	struct term *term = open_setup(&large);

	(void)state;
	go_to_segments(term);
	go_to(term, "[ ] CTIME");
	ui_press(term, ' ');
	EXPECT(term, at_line(term, "[x] CTIME"));
	ui_press(term, 'g');
	EXPECT(term, at_line(term, "Theme"));
	go_to(term, "Times");
	ui_press(term, ' ');
	EXPECT(term, at_line(term, "Times           full: "));
	ui_press(term, ' ');
	EXPECT(term, at_line(term, "Times           iso: 20"));
	close_setup(term);
	SEE(term, "+00:00");
	ui_quit(term);
}

static void verdicts_hold_at_once(void **state)
{
	struct term *term = open_setup(&large);

	(void)state;
	go_to(term, "Verdicts");
	EXPECT(term, at_line(term, "Verdicts        of what has been so for 1h"));
	ui_key(term, "Right");
	EXPECT(term, at_line(term, "Verdicts        of what has been so for 6h"));
	ui_key(term, "Left");
	ui_key(term, "Left");
	EXPECT(term, at_line(term, "Verdicts        of what has been so for 10m"));
	ui_press(term, 'W');
	SEE(term, "written to ");
	assert_non_null(strstr(home_read(), "older = 10m\n"));
	close_setup(term);
	ui_quit(term);
}

static void interval_holds_at_once(void **state)
{
	struct term *term = open_setup(&large);

	(void)state;
	go_to(term, "Interval");
	EXPECT(term, at_line(term, "Interval        60.0 s"));
	ui_key(term, "Right");
	EXPECT(term, at_line(term, "Interval        300.0 s"));
	SEE(term, "every 300.0 s");
	ui_key(term, "Left");
	ui_key(term, "Left");
	SEE(term, "every 30.0 s");
	/* The keys that do it elsewhere do it here. */
	ui_press(term, '-');
	SEE(term, "every 10.0 s");
	close_setup(term);
	ui_quit(term);
}

/* The first number of any colour behind this place of what was written. */
static bool colour_since(struct term *term, size_t from)
{
	size_t size;
	const char *raw = term_raw(term, &size);

	for (size_t i = from; i + 3 < size; i++) {
		int number = 0;

		if (raw[i] != '\033' || raw[i + 1] != '[')
			continue;
		for (i += 2; i < size && (raw[i] == ';' || (raw[i] >= '0' && raw[i] <= '9')); i++) {
			number = raw[i] == ';' ? 0 : number * 10 + raw[i] - '0';
			/* 39 and 49 give the terminal's own colours back */
			if (i + 1 < size && (raw[i + 1] == 'm' || raw[i + 1] == ';') &&
				((number >= 30 && number <= 38) || (number >= 40 && number <= 48) ||
					(number >= 90 && number <= 107)))
				return true;
		}
	}
	return false;
}

static bool any_colour(struct term *term)
{
	for (int row = 0; row < term_rows(term); row++)
		for (int col = 0; col < term_cols(term); col++)
			if (term_cell(term, row, col).coloured)
				return true;
	return false;
}

static void theme_holds_at_once(void **state)
{
	struct term *term = open_setup(NULL);
	size_t before;

	(void)state;
	if (term_colours(term) < 256)
		tap_skip("the terminal has %d colours, and not 256", term_colours(term));
	EXPECT(term, at_line(term, "Theme           default:"));
	EXPECT(term, any_colour(term));
	ui_press(term, ' ');
	EXPECT(term, at_line(term, "Theme           256:"));
	EXPECT(term, term_wrote(term, "38;5;"));
	ui_press(term, ' ');
	EXPECT(term, at_line(term, "Theme           mono:"));
	EXPECT(term, !any_colour(term));
	term_raw(term, &before);
	/* From now on nothing is coloured, whatever is drawn. */
	ui_press(term, 'q');
	EXPECT(term, ui_rows(term) == 3);
	ui_press(term, '?');
	SEE(term, " Help ");
	ui_press(term, 'q');
	GONE(term, " Help ");
	term_type(term, " K");
	SEE(term, "[ No ]");
	term_type(term, "n12j4Z");
	SEE(term, "PAUSED");
	ui_key(term, "^L");
	SEE(term, "[4 Limits]");
	assert_false(colour_since(term, before));
	ui_quit(term);
}

/* A theme that the terminal has too few colours for is told with what is used. */
static void theme_beyond_the_terminal(void **state)
{
	static const char *const few[] = { "TERM=xterm", NULL };
	static const char *const none[] = { "TERM=vt220", NULL };
	static const struct term_how sixteen = { .env = few };
	static const struct term_how mono = { .env = none };
	struct term *term = open_some(&sixteen, "--theme=256");

	(void)state;
	ui_press(term, 'f');
	SEE(term, "(here: default)");
	ui_press(term, 'q');
	ui_quit(term);
	ui_free(term);
	term = open_some(&mono, "--theme=256");
	ui_press(term, 'f');
	SEE(term, "(here: mono)");
	ui_press(term, 'q');
	ui_quit(term);
	assert_false(term_wrote_colour(term));
}

/* Until W nothing is written; then all of it is read at the next start. */
static void written_and_read(void **state)
{
	struct term *term = open_setup(&large);
	char before[TEXT];

	(void)state;
	go_to(term, "Units");
	ui_press(term, ' ');
	go_to_segments(term);
	ui_press(term, ' ');
	EXPECT(term, at_line(term, "[ ] KEY"));
	ui_press(term, ' ');
	go_to(term, "[x] STATUS");
	ui_press(term, ' ');
	EXPECT(term, at_line(term, "[ ] STATUS"));
	close_setup(term);
	ui_press(term, '<');
	EXPECT(term, strstr(ui_status(term), "sorted by PERMS"));
	ui_press(term, 'I');
	assert_string_equal(home_read(), "");
	ui_press(term, 'W');
	SEE(term, "written to ");
	assert_non_null(strstr(home_read(), "units = bytes\n"));
	assert_non_null(strstr(home_read(), "delay = 60\n"));
	assert_non_null(
		strstr(home_read(), "shm = KEY,ID,OWNER,PERMS,SIZE,RSS,NATTCH,CPID,LPID\n"));
	assert_null(strstr(home_read(), "msg = KEY"));
	assert_int_equal(home_entries(), 1);
	snprintf(before, sizeof before, "%s", titles(term));
	ui_quit(term);
	ui_free(term);
	term = open_some(&large, NULL);
	EXPECT(term, strcmp(titles(term), before) == 0);
	SEE(term, "3145728");
	EXPECT(term, strstr(ui_status(term), "sorted by PERMS"));
	/* From the page itself as well. */
	ui_press(term, 'f');
	SEE(term, "Setup");
	EXPECT(term, term_find(term, "bytes: 16777216", NULL));
	ui_press(term, 'W');
	SEE(term, "written to ");
	close_setup(term);
	ui_quit(term);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		UI_CASE(toggles_columns),
		UI_CASE(moves_columns),
		UI_CASE(one_column_stays),
		UI_CASE(parts_by_tab),
		UI_CASE(scrolls_on_a_small_screen),
		UI_CASE(units_hold_at_once),
		UI_CASE(times_hold_at_once),
		UI_CASE(verdicts_hold_at_once),
		UI_CASE(interval_holds_at_once),
		UI_CASE(theme_holds_at_once),
		UI_CASE(theme_beyond_the_terminal),
		UI_CASE(written_and_read),
	};

	return tap_run(cases, sizeof cases / sizeof *cases, ipc_enter, NULL);
}
