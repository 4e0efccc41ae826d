/* Requests of the table: moves, tabs, order, tags, searching, filtering. */
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>

#include "request_cases.h"
#include "ui.h"

void request_up(const char *key)
{
	struct term *term = request_open(3, NULL);

	ui_press(term, 'G');
	EXPECT(term, ui_cursor_id(term) == request_ids[2]);
	ui_key(term, key);
	EXPECT(term, ui_cursor_id(term) == request_ids[1]);
	request_leave(term);
}

void request_down(const char *key)
{
	struct term *term = request_open(3, NULL);

	ui_key(term, key);
	EXPECT(term, ui_cursor_id(term) == request_ids[1]);
	request_leave(term);
}

void request_page_up(const char *key)
{
	struct term *term = request_open(REQUEST_MANY, NULL);
	int page = ui_rows(term);

	ui_press(term, 'G');
	EXPECT(term, ui_cursor_id(term) == request_ids[REQUEST_MANY - 1]);
	ui_key(term, key);
	EXPECT(term, ui_cursor_id(term) == request_ids[REQUEST_MANY - 1 - page]);
	request_leave(term);
}

void request_page_down(const char *key)
{
	struct term *term = request_open(REQUEST_MANY, NULL);
	int page = ui_rows(term);

	ui_key(term, key);
	EXPECT(term, ui_cursor_id(term) == request_ids[page]);
	request_leave(term);
}

void request_first(const char *key)
{
	struct term *term = request_open(REQUEST_MANY, NULL);

	ui_press(term, 'G');
	EXPECT(term, ui_cursor_id(term) == request_ids[REQUEST_MANY - 1]);
	ui_key(term, key);
	EXPECT(term, ui_cursor_id(term) == request_ids[0]);
	request_leave(term);
}

void request_last(const char *key)
{
	struct term *term = request_open(REQUEST_MANY, NULL);

	ui_key(term, key);
	EXPECT(term, ui_cursor_id(term) == request_ids[REQUEST_MANY - 1]);
	request_leave(term);
}

/* In the table they scroll columns. */
static void scroll(const char *there, const char *back)
{
	static const struct term_how how = { .rows = 24, .cols = 50 };
	struct term *term;

	request_ids[0] = ipc_segment(0x100, 4096, 0600);
	term = ui_open(&how, "-m", NULL);
	EXPECT(term, ui_rows(term) == 1);
	GONE(term, "LPID");
	for (int i = 0; i < 5; i++)
		ui_key(term, there);
	SEE(term, "LPID");
	for (int i = 0; i < 5; i++)
		ui_key(term, back);
	GONE(term, "LPID");
	EXPECT(term, ui_cursor_id(term) == request_ids[0]);
	request_leave(term);
	ipc_clear();
}

void request_left(const char *key)
{
	struct term *term;
	char title[REQUEST_TITLE];

	scroll("Right", key);
	term = request_open(3, NULL);
	ui_press(term, 'G');
	EXPECT(term, ui_cursor_id(term) == request_ids[2]);
	ui_press(term, 'i');
	request_title(title, request_ids[2]);
	SEE(term, title);
	ui_key(term, key);
	request_title(title, request_ids[1]);
	SEE(term, title);
	ui_key(term, "Esc");
	EXPECT(term, ui_cursor_id(term) == request_ids[1]);
	request_leave(term);
}

void request_right(const char *key)
{
	struct term *term;
	char title[REQUEST_TITLE];

	scroll(key, "Left");
	term = request_open(3, NULL);
	ui_press(term, 'i');
	request_title(title, request_ids[0]);
	SEE(term, title);
	ui_key(term, key);
	request_title(title, request_ids[1]);
	SEE(term, title);
	ui_key(term, "Esc");
	EXPECT(term, ui_cursor_id(term) == request_ids[1]);
	request_leave(term);
}

static const char *const tabs[] = { "[1 Queues]", "[2 Semaphores]", "[3 Segments]", "[4 Limits]",
	"[5 Processes]", "[6 Groups]", "[7 Events]" };

enum { TABS = sizeof tabs / sizeof *tabs, FIRST_TAB = 2 };

void request_next_tab(const char *key)
{
	struct term *term = request_open(1, NULL);

	for (int i = 1; i <= TABS; i++) {
		ui_key(term, key);
		SEE(term, tabs[(FIRST_TAB + i) % TABS]);
	}
	request_leave(term);
}

void request_previous_tab(const char *key)
{
	struct term *term = request_open(1, NULL);

	for (int i = 1; i <= TABS; i++) {
		ui_key(term, key);
		SEE(term, tabs[(FIRST_TAB + TABS - i) % TABS]);
	}
	request_leave(term);
}

void request_tab(const char *key)
{
	struct term *term = request_open(1, NULL);
	int at = key[0] - '1';

	ui_press(term, at == FIRST_TAB ? '4' : '3');
	SEE(term, tabs[at == FIRST_TAB ? FIRST_TAB + 1 : FIRST_TAB]);
	ui_key(term, key);
	if (at < TABS) {
		SEE(term, tabs[at]);
	} else {
		/* There are no more: whatever comes behind it is not touched. */
		ui_press(term, 'R');
		EXPECT(term, term_find(term, "ID\342\226\276", NULL));
		SEE(term, tabs[FIRST_TAB]);
	}
	request_leave(term);
}

void request_search(const char *key)
{
	struct term *term = request_open(5, NULL);

	ui_press(term, 'j');
	EXPECT(term, ui_cursor_id(term) == request_ids[1]);
	ui_key(term, key);
	SEE(term, "Search:");
	/* The cursor goes along while it is typed. */
	term_type(term, "0x00000103");
	EXPECT(term, ui_selected_id(term) == request_ids[3]);
	/* What is not found is told at once, and Esc leads back. */
	term_type(term, "x");
	SEE(term, "not found in the columns shown");
	ui_key(term, "Backspace");
	GONE(term, "not found");
	SEE(term, "Search: 0x00000103");
	ui_key(term, "Esc");
	EXPECT(term, ui_cursor_id(term) == request_ids[1]);
	GONE(term, "Search:");
	/* Nothing was taken, so there is nothing to search on for. */
	ui_press(term, 'n');
	SEE(term, "nothing was searched for yet");
	/* Enter closes it all the same, says so, and leads back too. */
	ui_key(term, key);
	SEE(term, "Search:");
	term_type(term, "0x00000103x");
	ui_key(term, "Enter");
	SEE(term, "'0x00000103x' is not found in the columns shown");
	EXPECT(term, ui_cursor_id(term) == request_ids[1]);
	GONE(term, "Search:");
	/* A capital makes it matter. */
	ui_key(term, key);
	term_type(term, "ROOT");
	SEE(term, "not found");
	ui_key(term, "^U");
	GONE(term, "not found");
	EXPECT(term, ui_selected_id(term) == request_ids[1]);
	term_type(term, "16k");
	EXPECT(term, ui_selected_id(term) == request_ids[3]);
	ui_key(term, "Enter");
	EXPECT(term, ui_cursor_id(term) == request_ids[3]);
	request_leave(term);
}

/* Two of six segments are found; the search begins at the first row. */
static struct term *search_two(void)
{
	struct term *term;

	ipc_clear();
	for (int i = 0; i < 6; i++)
		request_ids[i] = ipc_segment(0x100 + i, 4096, i == 2 || i == 4 ? 0640 : 0600);
	term = ui_open(NULL, "-m", "--sort", "id", NULL);
	EXPECT(term, ui_cursor_id(term) == request_ids[0]);
	ui_press(term, '/');
	term_type(term, "rw-r-----");
	ui_key(term, "Enter");
	EXPECT(term, ui_cursor_id(term) == request_ids[2]);
	return term;
}

void request_search_next(const char *key)
{
	struct term *term = search_two();

	ui_key(term, key);
	EXPECT(term, ui_cursor_id(term) == request_ids[4]);
	ui_key(term, key);
	EXPECT(term, ui_cursor_id(term) == request_ids[2]);
	SEE(term, "searched on from the top");
	/* What was there goes. */
	ipc_change(KIND_SHM, request_ids[2], 0600);
	ipc_change(KIND_SHM, request_ids[4], 0600);
	ui_press(term, 'r');
	/* 'r' draws the screen anew: it must be whole */
	EXPECT(term, ui_rows(term) == 6 && !term_find(term, "rw-r-----", NULL));
	ui_key(term, key);
	SEE(term, "'rw-r-----' is not found");
	EXPECT(term, ui_cursor_id(term) == request_ids[2]);
	request_leave(term);
}

void request_search_previous(const char *key)
{
	struct term *term = search_two();

	ui_key(term, key);
	EXPECT(term, ui_cursor_id(term) == request_ids[4]);
	SEE(term, "searched on from the end");
	ui_key(term, key);
	EXPECT(term, ui_cursor_id(term) == request_ids[2]);
	GONE(term, "searched on");
	request_leave(term);
}

void request_filter(const char *key)
{
	struct term *term = request_open(5, NULL);

	ui_key(term, key);
	SEE(term, " Filter:");
	term_type(term, "size>12K");
	EXPECT(term, ui_rows(term) == 2);
	ui_key(term, "Enter");
	SEE(term, "filter: size>12K");
	EXPECT(term, request_status(term, "(3 hidden)"));
	ui_key(term, key);
	SEE(term, " Filter: size>12K");
	ui_key(term, "^U");
	EXPECT(term, ui_rows(term) == 5);
	ui_key(term, "Enter");
	GONE(term, "filter:");
	EXPECT(term, ui_rows(term) == 5);
	request_leave(term);
}

void request_gather(const char *key)
{
	struct term *term = request_open(3, NULL);

	ui_key(term, key);
	SEE(term, "[6 Groups]");
	SEE(term, "gathered by owner; F5: by command");
	EXPECT(term, request_status(term, "gathered by owner"));
	ui_key(term, key);
	SEE(term, "gathered by command; F5: by key");
	ui_key(term, "Up");
	EXPECT(term, request_status(term, "1 of 1") && request_status(term, "by command"));
	/* In a group it leads back, and gathers nothing anew. */
	ui_key(term, "Enter");
	SEE(term, "[3 Segments]");
	SEE(term, "group: command=");
	EXPECT(term, ui_rows(term) == 3);
	ui_key(term, key);
	SEE(term, "[6 Groups]");
	GONE(term, "group: ");
	EXPECT(term, request_status(term, "gathered by command"));
	request_leave(term);
}

void request_order(const char *key)
{
	struct term *term = request_open(3, NULL);

	ui_key(term, key);
	SEE(term, "Sort by");
	ui_key(term, key);
	GONE(term, "Sort by");
	ui_key(term, key);
	SEE(term, "Sort by");
	ui_press(term, 'k');
	ui_key(term, "Enter");
	EXPECT(term, request_status(term, "sorted by KEY"));
	request_leave(term);
}

void request_order_next(const char *key)
{
	struct term *term = request_open(3, NULL);

	ui_key(term, key);
	EXPECT(term, request_status(term, "sorted by OWNER"));
	request_leave(term);
}

void request_order_previous(const char *key)
{
	struct term *term = request_open(3, NULL);

	ui_key(term, key);
	EXPECT(term, request_status(term, "sorted by KEY"));
	/* From the first to the last. */
	ui_key(term, key);
	EXPECT(term, request_status(term, "sorted by LPID"));
	request_leave(term);
}

void request_reverse(const char *key)
{
	struct term *term = request_open(3, NULL);

	ui_key(term, key);
	EXPECT(term, ui_row_of(term, request_ids[2]) < ui_row_of(term, request_ids[0]));
	SEE(term, "ID\342\226\276");
	ui_key(term, key);
	EXPECT(term, ui_row_of(term, request_ids[0]) < ui_row_of(term, request_ids[2]));
	request_leave(term);
}

void request_tag(const char *key)
{
	struct term *term = request_open(3, NULL);

	ui_key(term, key);
	EXPECT(term, ui_tagged(term, request_ids[0]) && ui_cursor_id(term) == request_ids[1]);
	ui_press(term, 'k');
	ui_key(term, key);
	EXPECT(term, !ui_tagged(term, request_ids[0]) && !request_status(term, "tagged"));
	/* There are none among the limits. */
	ui_press(term, '4');
	ui_key(term, key);
	SEE(term, "that is for objects, and limits are none");
	request_leave(term);
}

void request_tag_all(const char *key)
{
	struct term *term = request_open(3, NULL);

	ui_key(term, key);
	EXPECT(term, request_status(term, "3 tagged") && ui_tagged(term, request_ids[2]));
	request_leave(term);
}

void request_untag_all(const char *key)
{
	struct term *term = request_open(3, NULL);

	ui_press(term, 'A');
	EXPECT(term, request_status(term, "3 tagged"));
	ui_key(term, key);
	EXPECT(term, !request_status(term, "tagged") && !ui_tagged(term, request_ids[2]));
	request_leave(term);
}
