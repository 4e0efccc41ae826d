/*
 * Keys: their numbers, their names, and which request each brings. A character is its Unicode
 * number; a function key is KEYMAP_FUNCTION plus the number that ncurses gives it. Names are those
 * that a manual would use: "a", "^L", "F1", "PgUp", "S-Tab", "Space", "Esc".
 */
#ifndef IPCTOP_TUI_KEYMAP_H
#define IPCTOP_TUI_KEYMAP_H

#include <stddef.h>

#include "ipctop/base/buf.h"
#include "ipctop/tui/request.h"

enum {
	KEYMAP_FUNCTION = 0x200000, /* beyond Unicode */
	KEYMAP_NONE = -1,
};

enum {
	KEY_CODE_ENTER = '\r',
	KEY_CODE_ESCAPE = 27,
	KEY_CODE_DELETE = 127,
};

/* The key with the name of `length` bytes, or KEYMAP_NONE. */
int keymap_parse(const char *name, size_t length);

/* What ncurses gives, as one of our numbers: variants of Enter, Backspace are made one. */
int keymap_normalize(int key);

/* Which keys bring which request. */
struct keymap {
	char *keys[REQUEST_COUNT]; /* names, separated by blanks; NULL: the default ones */
};

/* The names of the keys of `request`. */
const char *keymap_keys(const struct keymap *keymap, enum request request);

/* The request that `key` brings, or REQUEST_COUNT. */
enum request keymap_request(const struct keymap *keymap, int key);

/* Which of the keys of `request` it is, from 0; -1: none of them. */
int keymap_position(const struct keymap *keymap, enum request request, int key);

/* The key that stands for `request` in the function bar, and its name; KEYMAP_NONE: it has none. */
int keymap_shown(const struct keymap *keymap, enum request request, struct buf *name);

void keymap_free(struct keymap *keymap);

#endif
