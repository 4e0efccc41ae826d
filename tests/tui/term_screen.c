#include "term.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>

#include "term_private.h"

enum { MAX_UTF8 = 4 }; /* bytes of a character */

int term_rows(const struct term *term)
{
	return term->rows;
}

int term_cols(const struct term *term)
{
	return term->cols;
}

bool term_modes_restored(const struct term *term)
{
	struct termios now;

	/* On Linux the master answers for the slave, also after the program's end. */
	return tcgetattr(term->fd, &now) == 0 && now.c_iflag == term->modes.c_iflag &&
		now.c_oflag == term->modes.c_oflag && now.c_cflag == term->modes.c_cflag &&
		now.c_lflag == term->modes.c_lflag &&
		memcmp(now.c_cc, term->modes.c_cc, sizeof now.c_cc) == 0;
}

static VTermScreenCell screen_cell(const struct term *term, int row, int col)
{
	VTermScreenCell cell;

	memset(&cell, 0, sizeof cell);
	vterm_screen_get_cell(term->screen, (VTermPos){ .row = row, .col = col }, &cell);
	return cell;
}

static uint32_t rgb_of(const struct term *term, VTermColor colour)
{
	vterm_screen_convert_color_to_rgb(term->screen, &colour);
	return (uint32_t)colour.rgb.red << 16 | (uint32_t)colour.rgb.green << 8 | colour.rgb.blue;
}

void term_palette(struct term *term, const uint32_t colours[TERM_PALETTE])
{
	VTermState *state = vterm_obtain_state(term->vterm);
	VTermColor colour;

	for (int i = 0; i < TERM_PALETTE; i++) {
		vterm_color_rgb(&colour, (uint8_t)(colours[i] >> 16), (uint8_t)(colours[i] >> 8),
			(uint8_t)colours[i]);
		vterm_state_set_palette_color(state, i, &colour);
	}
}

struct term_cell term_cell(const struct term *term, int row, int col)
{
	VTermScreenCell cell = screen_cell(term, row, col);
	bool own_foreground = VTERM_COLOR_IS_DEFAULT_FG(&cell.fg);
	bool own_background = VTERM_COLOR_IS_DEFAULT_BG(&cell.bg);
	struct term_cell out = {
		.rune = cell.chars[0],
		.width = cell.width,
		.bold = cell.attrs.bold,
		.reverse = cell.attrs.reverse,
		.underline = cell.attrs.underline != 0,
		.coloured = !own_foreground || !own_background,
		.foreground = own_foreground ? TERM_OWN_COLOUR : rgb_of(term, cell.fg),
		.background = own_background ? TERM_OWN_COLOUR : rgb_of(term, cell.bg),
	};

	if (cell.chars[0] == 0)
		out.rune = ' ';
	else if (cell.chars[0] == (uint32_t)-1)
		out.rune = 0;
	return out;
}

static size_t put_utf8(char *to, uint32_t rune)
{
	static const unsigned char lead[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
	size_t size = rune < 0x80 ? 1 : rune < 0x800 ? 2 : rune < 0x10000 ? 3 : 4;

	for (size_t i = size - 1; i > 0; i--) {
		to[i] = (char)(0x80 | (rune & 0x3f));
		rune >>= 6;
	}
	to[0] = (char)(lead[size] | rune);
	return size;
}

const char *term_row(struct term *term, int row)
{
	size_t most = (size_t)term->cols * VTERM_MAX_CHARS_PER_CELL * MAX_UTF8 + 1;
	size_t size = 0;

	if (most > term->line_room) {
		term->line_room = most;
		term->line = term_or_die(realloc(term->line, most));
		term->columns = term_or_die(realloc(term->columns, most * sizeof *term->columns));
	}
	for (int col = 0; col < term->cols;) {
		VTermScreenCell cell = screen_cell(term, row, col);
		size_t start = size;

		if (cell.chars[0] == 0 || cell.chars[0] == (uint32_t)-1)
			term->line[size++] = ' ';
		else
			for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i]; i++)
				size += put_utf8(term->line + size, cell.chars[i]);
		while (start < size)
			term->columns[start++] = col;
		col += cell.width > 1 ? cell.width : 1;
	}
	while (size > 0 && term->line[size - 1] == ' ')
		size--;
	term->line[size] = '\0';
	return term->line;
}

bool term_find(struct term *term, const char *text, struct term_place *at)
{
	for (int row = 0; row < term->rows; row++) {
		const char *line = term_row(term, row);
		const char *found = strstr(line, text);

		if (!found)
			continue;
		if (at)
			*at = (struct term_place){ row, term->columns[found - line] };
		return true;
	}
	return false;
}

struct term_place term_cursor(const struct term *term)
{
	VTermPos at;

	vterm_state_get_cursorpos(vterm_obtain_state(term->vterm), &at);
	return (struct term_place){ at.row, at.col };
}

bool term_cursor_visible(const struct term *term)
{
	return term->cursor_visible;
}

bool term_altscreen(const struct term *term)
{
	return term->altscreen;
}

const char *term_raw(const struct term *term, size_t *size)
{
	*size = term->raw.size;
	return term->raw.data;
}

bool term_wrote(const struct term *term, const char *text)
{
	return term->raw.size > 0 &&
		memmem(term->raw.data, term->raw.size, text, strlen(text)) != NULL;
}

bool term_wrote_colour(const struct term *term)
{
	const char *at = term->raw.data;
	const char *end = at + term->raw.size;

	while (at && (at = memmem(at, (size_t)(end - at), "\033[", 2))) {
		long number = 0;
		bool colour = false;

		for (at += 2; at < end && (isdigit((unsigned char)*at) || *at == ';'); at++) {
			number = *at == ';' ? 0 : number * 10 + (*at - '0');
			if ((number >= 30 && number <= 49) || (number >= 90 && number <= 107))
				colour = true;
		}
		if (at < end && *at == 'm' && colour)
			return true;
	}
	return false;
}

void term_dump(struct term *term)
{
	struct term_place cursor = term_cursor(term);

	for (int row = 0; row < term->rows; row++)
		printf("# %3d|%s\n", row, term_row(term, row));
	printf("# cursor at row %d, column %d; %zu bytes; %s\n", cursor.row, cursor.col,
		term->raw.size, term->eof ? "the program has closed its terminal" : "it runs");
}
