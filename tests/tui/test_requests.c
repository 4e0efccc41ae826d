/*
 * Every request of request.def by each of its keys: what is seen when it is pressed. A request
 * without a case here fails `all_have_a_case`.
 */
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>

#include "ipctop/tui/request.h"
#include "request_cases.h"
#include "ui.h"

enum { KEY_BYTES = 16 };

int request_ids[REQUEST_MANY];

struct term *request_open(int count, const char *option)
{
	struct term *term;

	ipc_clear();
	for (int i = 0; i < count; i++)
		request_ids[i] = ipc_segment(0x100 + i, 4096u * (unsigned)(i + 1), 0600);
	term = ui_open(NULL, "-m", "--sort", "id", option, NULL);
	EXPECT(term, ui_cursor_id(term) == request_ids[0]);
	return term;
}

void request_leave(struct term *term)
{
	ui_quit(term);
	ui_free(term);
}

bool request_status(struct term *term, const char *text)
{
	return strstr(ui_status(term), text) != NULL;
}

void request_expect_table(struct term *term)
{
	ui_press(term, '1');
	SEE(term, "[1 Queues]");
	ui_press(term, '3');
	SEE(term, "[3 Segments]");
}

void request_title(char text[REQUEST_TITLE], int id)
{
	snprintf(text, REQUEST_TITLE, "Segment %d, of", id);
}

static void (*const cases[REQUEST_COUNT])(const char *key) = {
	[REQUEST_HELP] = request_help,
	[REQUEST_QUIT] = request_quit,
	[REQUEST_CLOSE] = request_close_layer,
	[REQUEST_SETUP] = request_setup,
	[REQUEST_WRITE] = request_write_it,
	[REQUEST_UP] = request_up,
	[REQUEST_DOWN] = request_down,
	[REQUEST_PAGE_UP] = request_page_up,
	[REQUEST_PAGE_DOWN] = request_page_down,
	[REQUEST_FIRST] = request_first,
	[REQUEST_LAST] = request_last,
	[REQUEST_LEFT] = request_left,
	[REQUEST_RIGHT] = request_right,
	[REQUEST_NEXT_TAB] = request_next_tab,
	[REQUEST_PREVIOUS_TAB] = request_previous_tab,
	[REQUEST_TAB] = request_tab,
	[REQUEST_SEARCH] = request_search,
	[REQUEST_SEARCH_NEXT] = request_search_next,
	[REQUEST_SEARCH_PREVIOUS] = request_search_previous,
	[REQUEST_FILTER] = request_filter,
	[REQUEST_GATHER] = request_gather,
	[REQUEST_ORDER] = request_order,
	[REQUEST_ORDER_NEXT] = request_order_next,
	[REQUEST_ORDER_PREVIOUS] = request_order_previous,
	[REQUEST_REVERSE] = request_reverse,
	[REQUEST_TAG] = request_tag,
	[REQUEST_TAG_ALL] = request_tag_all,
	[REQUEST_UNTAG_ALL] = request_untag_all,
	[REQUEST_DETAILS] = request_details,
	[REQUEST_REMOVE] = request_removal,
	[REQUEST_INTERVAL] = request_interval,
	[REQUEST_LONGER] = request_longer,
	[REQUEST_SHORTER] = request_shorter,
	[REQUEST_PAUSE] = request_pause_it,
	[REQUEST_REFRESH] = request_refresh_it,
	[REQUEST_MOUSE] = request_mouse,
	[REQUEST_SUSPEND] = request_suspend,
};

struct entry {
	const char *name;
	const char *keys;
};

static struct entry entries[REQUEST_COUNT] = {
#define REQUEST(name, keys, flags, label, help, handler) { #name, keys },
#include "ipctop/tui/request.def"
#undef REQUEST
};

static void all_have_a_case(void **state)
{
	int lacking = 0;

	(void)state;
	for (int i = 0; i < REQUEST_COUNT; i++)
		if (!cases[i]) {
			printf("# no case for %s\n", entries[i].name);
			lacking++;
		}
	assert_int_equal(lacking, 0);
}

/* The case of one request, by each of its keys. */
static void run(void **state)
{
	const struct entry *entry = *state;
	const char *at = entry->keys;

	if (!cases[entry - entries])
		return; /* all_have_a_case tells */
	while (*at) {
		size_t length = strcspn(at, " ");
		char key[KEY_BYTES] = "";

		assert_in_range(length, 1, sizeof key - 1);
		memcpy(key, at, length);
		printf("# %s by %s\n", entry->name, key);
		cases[entry - entries](key);
		home_remove();
		at += length + (at[length] == ' ');
	}
}

int main(void)
{
	struct CMUnitTest tests[REQUEST_COUNT + 1] = { UI_CASE(all_have_a_case) };

	for (int i = 0; i < REQUEST_COUNT; i++)
		tests[i + 1] = (struct CMUnitTest){
			.name = entries[i].name,
			.test_func = run,
			.setup_func = ui_setup,
			.teardown_func = ui_teardown,
			.initial_state = &entries[i],
		};
	return tap_run(tests, sizeof tests / sizeof *tests, ipc_enter, NULL);
}
