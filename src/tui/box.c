#include <curses.h>
#include <string.h>

#include "ipctop/base/text.h"
#include "ipctop/tui/ui.h"

/* From here on the status line stays in sight below a page. */
enum { ROWS_FOR_STATUS = 10, MARGIN_MAX = 6 };

static void put_across(const struct app *app, int y, int x, int width, const char *left,
	const char *middle, const char *right)
{
	struct buf line = { 0 };
	int i;

	buf_text(&line, left);
	for (i = 0; i < width - 2; i++)
		buf_text(&line, middle);
	buf_text(&line, right);
	screen_put(app, y, x, width, STYLE_DIALOG, buf_str(&line), false);
	buf_free(&line);
}

struct box box_draw(const struct app *app, const char *title, int height, int width)
{
	const char *across = screen_symbol(app, "─", "-"), *down = screen_symbol(app, "│", "|");
	struct box box;
	int y, x, i;

	height = height + 2 > LINES ? LINES : height + 2;
	width = width + 4 > COLS ? COLS : width + 4;
	/* where it fits the status line stays in sight: it may have something to say */
	y = height <= app->status_line ? (app->status_line - height) / 2 : (LINES - height) / 2;
	x = (COLS - width) / 2;
	/* scraps of what lies below are no use */
	for (i = 0; i < height && x > 0 && x <= MARGIN_MAX; i++)
		screen_put(app, y + i, 0, COLS, STYLE_PLAIN, "", false);
	for (i = 0; i < height; i++) {
		screen_part(y + i, x);
		screen_part(y + i, x + width);
	}
	put_across(app, y, x, width, screen_symbol(app, "┌", "+"), across,
		screen_symbol(app, "┐", "+"));
	for (i = 1; i < height - 1; i++)
		put_across(app, y + i, x, width, down, " ", down);
	put_across(app, y + height - 1, x, width, screen_symbol(app, "└", "+"), across,
		screen_symbol(app, "┘", "+"));
	i = (int)text_width(title);
	screen_put(app, y, x + 2, i < width - 4 ? i : width - 4, STYLE_TITLE, title, false);
	box = (struct box){ y + 1, x + 2, height - 2, width - 4 };
	return box;
}

int box_room(const struct app *app)
{
	return LINES > ROWS_FOR_STATUS ? app->status_line - 2 : LINES - 2;
}

void box_put(
	const struct app *app, const struct box *box, int line, enum style style, const char *text)
{
	if (line >= 0 && line < box->height)
		screen_put(app, box->y + line, box->x, box->width, style, text, false);
}

/* Bytes of `line`, of `length`, that fit into `width` columns, cut where two blanks stand. */
static size_t piece_of(const char *line, size_t length, int width)
{
	struct buf text = { 0 };
	size_t fits, cut;

	buf_bytes(&text, line, length);
	fits = text_fit(buf_str(&text), (size_t)(width > 0 ? width : 1), NULL);
	buf_free(&text);
	if (fits >= length || fits == 0)
		return length;
	for (cut = fits; cut > 0; cut--) {
		if (line[cut] == ' ' && line[cut + 1] == ' ')
			return cut;
	}
	for (cut = fits; cut > 0 && line[cut] != ' '; cut--)
		continue;
	return cut > 0 ? cut : fits;
}

int box_wrap(struct buf *out, const struct buf *lines, int width)
{
	const char *line = buf_str(lines);
	size_t length, piece;
	int count = 0;

	for (; *line; line += *line == '\n') {
		if (*line == '\n') {
			buf_char(out, '\n');
			count++;
			continue;
		}
		for (length = strcspn(line, "\n"); length > 0; count++) {
			piece = piece_of(line, length, width);
			buf_bytes(out, line, piece);
			buf_char(out, '\n');
			piece += strspn(line + piece, " ");
			line += piece;
			length -= piece < length ? piece : length;
		}
	}
	return count;
}

void box_put_line(const struct app *app, const struct box *box, int line, enum style style,
	const struct buf *lines, int at)
{
	const char *start = buf_str(lines);
	struct buf text = { 0 };

	for (; at > 0; at--)
		start = text_next_line(start);
	buf_bytes(&text, start, strcspn(start, "\n"));
	box_put(app, box, line, style, buf_str(&text));
	buf_free(&text);
}
