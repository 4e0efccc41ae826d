#include "ui.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	MAX_ARGS = 24,
	MAX_OPEN = 4,
	MAX_ENV = 16,
	MAX_SETTING = 512, /* bytes */
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
	home_remove();
	return 0;
}

const char *ui_program(void)
{
	const char *path = getenv("IPCTOP");

	if (!path)
		tap_skip("IPCTOP does not name the program");
	return path;
}

/* Start it with the configuration of the case, unless `how` names another one. */
static struct term *open_at_home(const struct term_how *how, const char *const args[])
{
	const char *env[MAX_ENV + 1] = { NULL };
	char setting[MAX_SETTING];
	struct term_how own = { 0 };
	size_t count = 1;

	if (how)
		own = *how;
	snprintf(setting, sizeof setting, "XDG_CONFIG_HOME=%s", home_folder());
	env[0] = setting;
	for (; own.env && *own.env; own.env++) {
		assert_true(count < MAX_ENV);
		env[count++] = *own.env;
	}
	own.env = env;
	return term_open(&own, args);
}

struct term *ui_open(const struct term_how *how, ...)
{
	const char *args[MAX_ARGS] = { ui_program(), "--delay", "60" };
	size_t count = 3;
	va_list more;
	size_t at = 0;

	va_start(more, how);
	while (count < MAX_ARGS - 1 && (args[count] = va_arg(more, const char *)))
		count++;
	va_end(more);
	while (at < MAX_OPEN && opened[at])
		at++;
	assert_true(at < MAX_OPEN);
	opened[at] = open_at_home(how, args);
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

int ui_selected_id(struct term *term)
{
	for (int row = 0; row < term_rows(term); row++)
		if (term_row(term, row)[0] == '>' && ui_id_at(term, row) >= 0)
			return ui_id_at(term, row);
	return -1;
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

void ui_key(struct term *term, const char *name)
{
	static const struct {
		const char *name;
		VTermKey key;
	} names[] = {
		{ "Up", VTERM_KEY_UP },
		{ "Down", VTERM_KEY_DOWN },
		{ "Left", VTERM_KEY_LEFT },
		{ "Right", VTERM_KEY_RIGHT },
		{ "PgUp", VTERM_KEY_PAGEUP },
		{ "PgDn", VTERM_KEY_PAGEDOWN },
		{ "Home", VTERM_KEY_HOME },
		{ "End", VTERM_KEY_END },
		{ "Insert", VTERM_KEY_INS },
		{ "Delete", VTERM_KEY_DEL },
		{ "Tab", VTERM_KEY_TAB },
		{ "Enter", VTERM_KEY_ENTER },
		{ "Esc", VTERM_KEY_ESCAPE },
		{ "Backspace", VTERM_KEY_BACKSPACE },
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(names[i].name, name) == 0) {
			term_key(term, names[i].key);
			return;
		}
	if (strcmp(name, "S-Tab") == 0)
		term_key_with(term, VTERM_KEY_TAB, VTERM_MOD_SHIFT);
	else if (strcmp(name, "Space") == 0)
		ui_press(term, ' ');
	else if (name[0] == 'F' && isdigit((unsigned char)name[1]))
		term_key(term, (VTermKey)VTERM_KEY_FUNCTION(strtol(name + 1, NULL, 10)));
	else if (name[0] == '^' && name[1])
		ui_press(term, (char)(name[1] & 0x1f));
	else
		term_type(term, name);
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
	GONE(term, "10Quit"); /* where the screen stays, the shell's line is free */
	ui_restored(term);
}
