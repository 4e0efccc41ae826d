#include "related.h"

#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
	TITLES_ROW = 5,
	CELL = 64,
	LINES_MOST = 200,
	FACT = 256,
	SCREEN = 32 << 10,
	LOW = 30,
	TRIANGLE_UP = 0x25b4,
	TRIANGLE_DOWN = 0x25be
};

/* Both fixtures refuse to work outside of a namespace that they have made. */
int related_enter(void **state)
{
	actors_enter(state);
	return ipc_enter(state);
}

/* The machine may have many processes, and much else to do. */
int related_setup(void **state)
{
	ui_setup(state);
	home_write("[general]\nscan = 100\n");
	return 0;
}

int related_teardown(void **state)
{
	ui_teardown(state);
	return actors_end(state);
}

const char *related_user(void)
{
	const struct passwd *account = getpwuid(geteuid());

	if (!account)
		tap_skip("uid %u has no account", (unsigned)geteuid());
	return account->pw_name;
}

/* The word that begins in a column, as far as it is ASCII; returns the column behind it. */
static int word_at(struct term *term, int row, int col, char word[CELL])
{
	size_t length = 0;
	uint32_t rune;

	for (; col < term_cols(term); col++) {
		rune = term_cell(term, row, col).rune;
		if (rune == ' ')
			break;
		if (rune != TRIANGLE_UP && rune != TRIANGLE_DOWN && length < CELL - 1)
			word[length++] = rune < 0x80 ? (char)rune : '?';
	}
	word[length] = '\0';
	return col;
}

const char *related_cell(struct term *term, int row, const char *title)
{
	static char cell[CELL];
	int from = 0, end = 0, col;

	for (; from < term_cols(term); from = end + 1) {
		end = word_at(term, TITLES_ROW, from, cell);
		if (strcmp(cell, title) == 0)
			break;
	}
	/* numbers end where their title does, and words begin there */
	for (col = 0; from < end && col < term_cols(term); col++) {
		int begin = col;

		col = word_at(term, row, begin, cell);
		if (col > begin && begin < end && col > from)
			return cell;
	}
	return "";
}

bool related_is(struct term *term, int row, const char *title, const char *text)
{
	return strcmp(related_cell(term, row, title), text) == 0;
}

static bool has_title(struct term *term, int row)
{
	uint32_t rune = term_cell(term, row, 1).rune;

	return rune >= 'A' && rune <= 'Z';
}

int related_row(struct term *term, pid_t pid)
{
	char text[CELL];
	int row;

	snprintf(text, sizeof text, "%d", pid);
	/* the title of a pane begins with a letter */
	for (row = TITLES_ROW + 1; row < term_rows(term) && !has_title(term, row); row++) {
		if (related_is(term, row, "PID", text))
			return row;
	}
	return -1;
}

int related_selected(struct term *term)
{
	int row;

	for (row = TITLES_ROW + 1; row < term_rows(term) && !has_title(term, row); row++) {
		if (term_row(term, row)[0] == '>')
			return row;
	}
	return -1;
}

bool related_chosen(struct term *term, const char *text)
{
	const char *line = term_row(term, term_cursor(term).row);

	return line[0] == '>' && strstr(line, text);
}

/* All lines without the blanks around them, behind each other; longer than any screen here. */
static const char *whole_text(struct term *term)
{
	static char text[SCREEN];
	size_t length = 0;
	int row;

	text[0] = '\0';
	for (row = 0; row < term_rows(term); row++) {
		const char *line = term_row(term, row);

		line += strspn(line, " ");
		length += (size_t)snprintf(text + length, SCREEN - length, "%s ", line);
		assert_true(length < SCREEN);
	}
	return text;
}

bool related_says(struct term *term, const char *text)
{
	return strstr(whole_text(term), text) != NULL;
}

/* "the mouse …", or where there is none, and there may be few columns, "this terminal tells …" */
static bool tells_of_the_mouse(struct term *term)
{
	return term_find(term, "mouse", NULL) || term_find(term, "this term", NULL);
}

/* Press a key and wait till it was answered: it takes away what was said of the key before. */
static void press_down(struct term *term)
{
	ui_press(term, 'm');
	EXPECT(term, tells_of_the_mouse(term));
	ui_key(term, "Down");
	EXPECT(term, !tells_of_the_mouse(term) && term_cursor(term).col == 0);
}

void related_choose(struct term *term, const char *text)
{
	int step;

	EXPECT(term, term_rows(term) < LOW || term_find(term, text, NULL));
	for (step = 0; step < LINES_MOST && !related_chosen(term, text); step++)
		press_down(term);
	if (step % 2)
		ui_press(term, 'm'); /* as it was */
	if (!related_chosen(term, text))
		expect_failed(term, text, __FILE__, __LINE__);
}

void related_follow(struct term *term, const char *text)
{
	related_choose(term, text);
	ui_key(term, "Enter");
}

const char *related_fact(const char *format, ...)
{
	static char text[2][FACT];
	static unsigned turn;
	va_list args;

	turn ^= 1;
	va_start(args, format);
	vsnprintf(text[turn], FACT, format, args);
	va_end(args);
	return text[turn];
}
