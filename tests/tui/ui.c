#include "ui.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	MAX_ARGS = 24,
	MAX_OPEN = 4,
	HEX_DIGITS = 8, /* of a key */
};

/* The programs that the case under way has opened: one that fails leaves without closing them. */
static struct term *opened[MAX_OPEN];

int ui_setup(void **state)
{
	(void)state;
	ipc_clear();
	return 0;
}

int ui_teardown(void **state)
{
	(void)state;
	for (size_t i = 0; i < MAX_OPEN; i++) {
		term_free(opened[i]);
		opened[i] = NULL;
	}
	return 0;
}

struct term *ui_open(const struct term_how *how, ...)
{
	const char *args[MAX_ARGS] = { getenv("IPCTOP"), "--delay", "60" };
	size_t count = 3;
	va_list more;
	size_t at = 0;

	if (!args[0])
		tap_skip("IPCTOP does not name the program");
	va_start(more, how);
	while (count < MAX_ARGS - 1 && (args[count] = va_arg(more, const char *)))
		count++;
	va_end(more);
	while (at < MAX_OPEN && opened[at])
		at++;
	assert_true(at < MAX_OPEN);
	opened[at] = term_open(how, args);
	return opened[at];
}

void ui_free(struct term *term)
{
	for (size_t i = 0; i < MAX_OPEN; i++)
		if (opened[i] == term)
			opened[i] = NULL;
	term_free(term);
}

/* A row shows "… 0x0052e2c1 3 postgres …": the id follows the key. */
int ui_id_at(struct term *term, int row)
{
	const char *at = term_row(term, row);
	size_t digits;

	at = strstr(at, "0x");
	if (!at)
		return -1;
	at += 2;
	digits = strspn(at, "0123456789abcdef");
	if (digits != HEX_DIGITS || at[digits] != ' ')
		return -1;
	at += digits;
	at += strspn(at, " ");
	return isdigit((unsigned char)*at) ? (int)strtol(at, NULL, 10) : -1;
}

int ui_row_of(struct term *term, int id)
{
	for (int row = 0; row < term_rows(term); row++)
		if (ui_id_at(term, row) == id)
			return row;
	return -1;
}

int ui_cursor_id(struct term *term)
{
	return ui_id_at(term, term_cursor(term).row);
}

int ui_rows(struct term *term)
{
	int rows = 0;

	for (int row = 0; row < term_rows(term); row++)
		rows += ui_id_at(term, row) >= 0;
	return rows;
}

bool ui_tagged(struct term *term, int id)
{
	int row = ui_row_of(term, id);
	const char *line = row >= 0 ? term_row(term, row) : "";
	const char *key = strstr(line, "0x");
	const char *mark = strchr(line, '*');

	return key && mark && mark < key;
}

const char *ui_status(struct term *term)
{
	return term_row(term, term_rows(term) - 2);
}

void ui_press(struct term *term, char key)
{
	term_send(term, &key, 1);
}

void ui_restored(struct term *term)
{
	EXPECT(term, !term_altscreen(term));
	EXPECT(term, term_cursor_visible(term));
	EXPECT(term, term_modes_restored(term));
}

void ui_quit(struct term *term)
{
	ui_press(term, 'q');
	EXITS(term, 0);
	ui_restored(term);
}
