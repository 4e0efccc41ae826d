/*
 * tests/tui/request_cases.h: a case for each request of request.def, for test_requests.c.
 *
 * Each starts the program, presses the key with the given name, sees what it does, and ends the
 * program. A new request needs a function here and a line in the table of test_requests.c.
 */
#ifndef TESTS_TUI_REQUEST_CASES_H
#define TESTS_TUI_REQUEST_CASES_H

#include <stdbool.h>

#include "term.h"

enum {
	REQUEST_MANY = 60, /* segments: more than three screens */
	REQUEST_TITLE = 32, /* bytes of the title of details */
};

/** The segments, by id. */
extern int request_ids[REQUEST_MANY];

/** Make `count` segments and list them by id, with the cursor on the first. `option`: or NULL. */
struct term *request_open(int count, const char *option);

void request_leave(struct term *term);

/** Whether the status line has the text. */
bool request_status(struct term *term, const char *text);

/** No layer has the keys: they change the tab. */
void request_expect_table(struct term *term);

/** What the details of a segment begin with. */
void request_title(char text[REQUEST_TITLE], int id);

/* request_table.c and request_pages.c */
void request_help(const char *key);
void request_quit(const char *key);
void request_close_layer(const char *key);
void request_setup(const char *key);
void request_write_it(const char *key);
void request_up(const char *key);
void request_down(const char *key);
void request_page_up(const char *key);
void request_page_down(const char *key);
void request_first(const char *key);
void request_last(const char *key);
void request_left(const char *key);
void request_right(const char *key);
void request_next_tab(const char *key);
void request_previous_tab(const char *key);
void request_tab(const char *key);
void request_search(const char *key);
void request_search_next(const char *key);
void request_search_previous(const char *key);
void request_filter(const char *key);
void request_gather(const char *key);
void request_order(const char *key);
void request_order_next(const char *key);
void request_order_previous(const char *key);
void request_reverse(const char *key);
void request_tag(const char *key);
void request_tag_all(const char *key);
void request_untag_all(const char *key);
void request_details(const char *key);
void request_removal(const char *key);
void request_interval(const char *key);
void request_longer(const char *key);
void request_shorter(const char *key);
void request_pause_it(const char *key);
void request_refresh_it(const char *key);
void request_mouse(const char *key);
void request_suspend(const char *key);

#endif
