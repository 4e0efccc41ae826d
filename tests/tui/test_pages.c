/*
 * Every page at every size, in colour, without, and in ASCII: frames are whole, what the page is
 * for is seen, and the cursor stands where it is read. And how little is written when little
 * changes.
 */
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>

#include "ui.h"

enum {
	SEGMENTS = 30,
	MANY = 200, /* rows, for the traffic */
	QUIET_MS = 300, /* nothing more comes */
	IDLE_MS = 1500,
	MOVE_BYTES = 300,
	HIGHEST_ASCII = 0x7e,
};

enum mode { COLOUR, NO_COLOUR, TERMINAL_WITHOUT, ASCII, MODES };

struct page {
	const char *keys; /* open it, from the table of segments */
	const char *word; /* it shows at any size */
	const char *close;
	bool framed;
	bool typed; /* it is a line where something is typed, and the cursor is behind that */
};

/* A filter and a search hold what they are for; the end of what is typed is always seen. */
static const struct page pages[] = {
	{ "1", "KEY", "3", false, false },
	{ "2", "KEY", "3", false, false },
	{ "3", "KEY", "3", false, false },
	{ "4", "NAME", "3", false, false },
	{ "?", "Help", "q", true, false },
	{ ".", "Sort by", "q", true, false },
	{ "f", "Setup", "q", true, false },
	{ "i", "Segment ", "q", false, false },
	{ "\\size>8K", "size>8K", "\033", false, true },
	{ "/rw-", "rw-", "\033", false, true },
	{ "d\0257.5", "7.5", "\033", false, true },
	{ "K", "[ No ]", "n", true, false },
	{ "  K", "Type yes", "nU", true, false },
	{ "  K\tyesX", "yesX", "\033U", true, true },
};

enum { PAGES = sizeof pages / sizeof *pages };

static void populate(void)
{
	for (int i = 0; i < SEGMENTS; i++)
		ipc_segment(0x100 + i, 4096u * (unsigned)(i + 1), 0600);
	ipc_send(ipc_queue(0x2a, 0600), 10);
	ipc_set(0x2b, 3, 0600);
}

static struct term *open_in(enum mode mode, int rows, int cols)
{
	static const char *const no_color[] = { "NO_COLOR=1", NULL };
	static const char *const vt220[] = { "TERM=vt220", NULL };
	struct term_how how = { .rows = rows, .cols = cols };
	struct term *term;

	how.env = mode == NO_COLOUR ? no_color : mode == TERMINAL_WITHOUT ? vt220 : NULL;
	term = ui_open(&how, "-m", "--sort", "key", mode == ASCII ? "--ascii" : NULL, NULL);
	EXPECT(term, ui_rows(term) > 0);
	return term;
}

/* The frame that begins in this cell is closed; false where one of its edges is broken. */
static bool closed(struct term *term, int row, int col, const uint32_t edges[6])
{
	int right = col + 1;
	int bottom = row + 1;

	while (right < term_cols(term) && term_cell(term, row, right).rune != edges[1])
		right++;
	if (right == term_cols(term))
		return false;
	while (bottom < term_rows(term) && term_cell(term, bottom, col).rune == edges[4]) {
		if (term_cell(term, bottom, right).rune != edges[4])
			return false;
		bottom++;
	}
	if (bottom == term_rows(term) || term_cell(term, bottom, col).rune != edges[2] ||
		term_cell(term, bottom, right).rune != edges[3])
		return false;
	for (int at = col + 1; at < right; at++)
		if (term_cell(term, bottom, at).rune != edges[5])
			return false;
	return true;
}

/* There is a frame, if there is to be one, and all there are are closed. */
static bool frames_are_closed(struct term *term, bool ascii, bool framed)
{
	static const uint32_t drawn[] = { 0x250c, 0x2510, 0x2514, 0x2518, 0x2502, 0x2500 };
	static const uint32_t plain[] = { '+', '+', '+', '+', '|', '-' };
	const uint32_t *edges = ascii ? plain : drawn;
	int found = 0;

	for (int row = 0; row < term_rows(term); row++)
		for (int col = 0; col < term_cols(term) - 1; col++) {
			if (term_cell(term, row, col).rune != edges[0] ||
				term_cell(term, row, col + 1).rune != edges[5])
				continue;
			/* in ASCII a lower corner looks the same */
			if (ascii && row > 0 && term_cell(term, row - 1, col).rune == edges[4])
				continue;
			found++;
			if (!closed(term, row, col, edges))
				return false;
		}
	return framed ? found == 1 : found == 0;
}

static bool all_ascii(struct term *term)
{
	for (int row = 0; row < term_rows(term); row++)
		for (int col = 0; col < term_cols(term); col++)
			if (term_cell(term, row, col).rune > HIGHEST_ASCII)
				return false;
	return true;
}

/* No line is longer than the screen, or the next one would begin with its end: titles hold. */
static bool lines_fit(struct term *term, const struct page *page)
{
	int last = term_rows(term) - 1;

	if (last < 8 || page->framed || page->typed || page->keys[0] == 'i')
		return true;
	return strncmp(term_row(term, 0), "ipctop", 6) == 0 &&
		strstr(term_row(term, last), "F1Help") == term_row(term, last);
}

/* The cursor is behind what is typed. */
static bool cursor_is_behind(struct term *term, const char *word)
{
	struct term_place cursor = term_cursor(term);
	size_t length = strlen(word);

	if ((size_t)cursor.col < length)
		return false;
	for (size_t i = 0; i < length; i++)
		if (term_cell(term, cursor.row, cursor.col - (int)length + (int)i).rune !=
			(uint32_t)word[i])
			return false;
	return true;
}

static void look_at(struct term *term, const struct page *page, enum mode mode)
{
	SEE(term, page->word);
	EXPECT(term, frames_are_closed(term, mode == ASCII, page->framed));
	EXPECT(term, lines_fit(term, page));
	EXPECT(term, term_cursor_visible(term));
	if (mode == ASCII)
		EXPECT(term, all_ascii(term));
	if (page->typed)
		EXPECT(term, cursor_is_behind(term, page->word));
	else if (page->framed)
		EXPECT(term, term_cursor(term).row > 0 && term_cursor(term).col > 0);
}

/* What is framed or typed is seen to go; the others are replaced. */
static void close_page(struct term *term, const struct page *page)
{
	term_type(term, page->close);
	EXPECT(term, ui_rows(term) > 0 && ui_cursor_id(term) >= 0);
	EXPECT(term, term_find(term, "3 Segments", NULL));
}

/* The result of a removal; it is the last, since it changes what is there. */
static void look_at_the_result(struct term *term, enum mode mode)
{
	static const struct page result = { "", "Result", "q", true, false };

	GONE(term, "Type yes");
	term_type(term, "g  K");
	SEE(term, "Type yes");
	term_type(term, "yes\r");
	look_at(term, &result, mode);
	close_page(term, &result);
}

/* Behind a tab: once the dialog that they are for is there. */
static void type_keys(struct term *term, const char *keys)
{
	const char *tab = strchr(keys, '\t');

	if (!tab) {
		term_type(term, keys);
		return;
	}
	GONE(term, "Type yes"); /* the last one */
	term_send(term, keys, (size_t)(tab - keys));
	SEE(term, "Type yes");
	term_type(term, tab + 1);
}

static void see_all_pages(int rows, int cols)
{
	for (int mode = 0; mode < MODES; mode++) {
		struct term *term;

		ipc_clear();
		populate();
		term = open_in((enum mode)mode, rows, cols);
		for (size_t i = 0; i < PAGES; i++) {
			type_keys(term, pages[i].keys);
			look_at(term, &pages[i], (enum mode)mode);
			close_page(term, &pages[i]);
		}
		look_at_the_result(term, (enum mode)mode);
		ui_quit(term);
		if (mode == NO_COLOUR || mode == TERMINAL_WITHOUT)
			assert_false(term_wrote_colour(term));
		else
			assert_int_equal(term_wrote_colour(term), term_has(term, "colors"));
		ui_free(term);
	}
}

static void pages_at_20x4(void **state)
{
	(void)state;
	see_all_pages(4, 20);
}

static void pages_at_40x10(void **state)
{
	(void)state;
	see_all_pages(10, 40);
}

static void pages_at_80x24(void **state)
{
	(void)state;
	see_all_pages(24, 80);
}

static void pages_at_200x60(void **state)
{
	(void)state;
	see_all_pages(60, 200);
}

static void pages_at_500x200(void **state)
{
	(void)state;
	see_all_pages(200, 500);
}

/*
 * When all is drawn that was to be: libvterm 0.1.4 moves memory of a negative size where what was
 * drawn for a wider screen comes after it has shrunk.
 */
static void resize(struct term *term, int rows, int cols)
{
	assert_true(term_rest(term));
	term_resize(term, rows, cols);
}

/* Each page is drawn anew as it is open, and waits behind a screen that is too small. */
static void resized_while_open(void **state)
{
	static const int sizes[][2] = { { 4, 20 }, { 24, 80 }, { 200, 500 }, { 10, 40 } };
	struct term *term;

	(void)state;
	populate();
	for (size_t i = 0; i < PAGES; i++) {
		term = open_in(COLOUR, 60, 200);
		type_keys(term, pages[i].keys);
		look_at(term, &pages[i], COLOUR);
		for (size_t size = 0; size < 4; size++) {
			resize(term, sizes[size][0], sizes[size][1]);
			look_at(term, &pages[i], COLOUR);
			resize(term, 3, 19);
			SEE(term, "too small");
			GONE(term, pages[i].word);
			EXPECT(term, term_cursor(term).row == 0 && term_cursor(term).col == 0);
		}
		resize(term, 24, 80);
		look_at(term, &pages[i], COLOUR);
		close_page(term, &pages[i]);
		ui_quit(term);
		ui_free(term);
	}
}

/* Take all that comes, till nothing does. */
static size_t bytes_when_quiet(struct term *term)
{
	long end = term_now() + term_deadline();
	size_t size;

	while (term_pump(term, QUIET_MS) && term_now() < end)
		continue;
	term_raw(term, &size);
	return size;
}

static struct term *open_many(void)
{
	struct term *term;

	for (int i = 0; i < MANY; i++)
		ipc_segment(0x100 + i, 4096, 0600);
	term = ui_open(NULL, "-m", "--sort", "key", NULL);
	EXPECT(term, ui_rows(term) > 10);
	return term;
}

/* Over a slow line one keypress may not draw the screen anew. */
static void a_move_writes_little(void **state)
{
	struct term *term = open_many();
	size_t before = bytes_when_quiet(term);
	size_t after;
	int row = term_cursor(term).row;

	(void)state;
	for (int i = 1; i <= 3; i++) {
		ui_press(term, 'j');
		EXPECT(term, term_cursor(term).row == row + i);
		after = bytes_when_quiet(term);
		printf("# %zu bytes for one line down\n", after - before);
		assert_in_range(after - before, 1, MOVE_BYTES - 1);
		before = after;
	}
	ui_quit(term);
}

static void idle_writes_nothing(void **state)
{
	struct term *term = open_many();

	(void)state;
	bytes_when_quiet(term);
	assert_false(term_pump(term, IDLE_MS));
	ui_quit(term);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		UI_CASE(pages_at_20x4),
		UI_CASE(pages_at_40x10),
		UI_CASE(pages_at_80x24),
		UI_CASE(pages_at_200x60),
		UI_CASE(pages_at_500x200),
		UI_CASE(resized_while_open),
		UI_CASE(a_move_writes_little),
		UI_CASE(idle_writes_nothing),
	};

	return tap_run(cases, sizeof cases / sizeof *cases, ipc_enter, NULL);
}
