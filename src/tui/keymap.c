#include "ipctop/tui/keymap.h"

#include <ctype.h>
#include <curses.h>
#include <stdlib.h>
#include <string.h>

#include "ipctop/base/text.h"

struct key_name {
	const char *name;
	int key;
};

static const struct key_name names[] = {
	{ "Up", KEYMAP_FUNCTION + KEY_UP },
	{ "Down", KEYMAP_FUNCTION + KEY_DOWN },
	{ "Left", KEYMAP_FUNCTION + KEY_LEFT },
	{ "Right", KEYMAP_FUNCTION + KEY_RIGHT },
	{ "PgUp", KEYMAP_FUNCTION + KEY_PPAGE },
	{ "PgDn", KEYMAP_FUNCTION + KEY_NPAGE },
	{ "Home", KEYMAP_FUNCTION + KEY_HOME },
	{ "End", KEYMAP_FUNCTION + KEY_END },
	{ "Insert", KEYMAP_FUNCTION + KEY_IC },
	{ "Delete", KEYMAP_FUNCTION + KEY_DC },
	{ "S-Tab", KEYMAP_FUNCTION + KEY_BTAB },
	{ "Tab", '\t' },
	{ "Enter", KEY_CODE_ENTER },
	{ "Esc", KEY_CODE_ESCAPE },
	{ "Space", ' ' },
	{ "Backspace", KEY_CODE_DELETE },
};

int keymap_parse(const char *name, size_t length)
{
	uint32_t character;
	size_t i;
	int number;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strlen(names[i].name) == length && strncmp(names[i].name, name, length) == 0)
			return names[i].key;
	}
	if (length >= 2 && length <= 3 && name[0] == 'F' && isdigit((unsigned char)name[1]) &&
		(length == 2 || isdigit((unsigned char)name[2]))) {
		/* what is behind `length` belongs to the next name */
		number = name[1] - '0';
		if (length == 3)
			number = 10 * number + name[2] - '0';
		return number >= 1 && number <= 63 ? KEYMAP_FUNCTION + KEY_F(number) : KEYMAP_NONE;
	}
	if (length == 2 && name[0] == '^' && name[1] >= '@' && name[1] <= '_')
		return keymap_normalize(name[1] - '@'); /* as it comes when it is pressed */
	if (length > 0 && text_decode(name, length, &character) == length && character >= ' ')
		return (int)character;
	return KEYMAP_NONE;
}

int keymap_normalize(int key)
{
	if (key == '\n' || key == KEYMAP_FUNCTION + KEY_ENTER)
		return KEY_CODE_ENTER;
	if (key == '\b' || key == KEYMAP_FUNCTION + KEY_BACKSPACE)
		return KEY_CODE_DELETE;
	return key;
}

const char *keymap_keys(const struct keymap *keymap, enum request request)
{
	return keymap->keys[request] ? keymap->keys[request] : requests[request].keys;
}

int keymap_position(const struct keymap *keymap, enum request request, int key)
{
	const char *at = keymap_keys(keymap, request);
	int position = 0;
	size_t length;

	for (; *at; at += length + (at[length] == ' '), position++) {
		length = strcspn(at, " ");
		if (keymap_parse(at, length) == key)
			return position;
	}
	return -1;
}

enum request keymap_request(const struct keymap *keymap, int key)
{
	enum request request = 0;

	while (request < REQUEST_COUNT && keymap_position(keymap, request, key) < 0)
		request++;
	return request;
}

int keymap_shown(const struct keymap *keymap, enum request request, struct buf *name)
{
	const char *keys = keymap_keys(keymap, request), *at = keys, *shown = keys;
	size_t length;

	/* a function key, where there is one, else the first */
	for (; *at; at += length + (at[length] == ' ')) {
		length = strcspn(at, " ");
		if (length > 1 && at[0] == 'F') {
			shown = at;
			break;
		}
	}
	length = strcspn(shown, " ");
	buf_bytes(name, shown, length);
	return length ? keymap_parse(shown, length) : KEYMAP_NONE;
}

void keymap_free(struct keymap *keymap)
{
	enum request request;

	for (request = 0; request < REQUEST_COUNT; request++)
		free(keymap->keys[request]);
	*keymap = (struct keymap){ 0 };
}
