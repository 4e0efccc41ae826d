#include "ipctop/tui/ui.h"

void scroll_hold(struct scroll *scroll)
{
	if (scroll->top > scroll->lines - scroll->rows)
		scroll->top = scroll->lines - scroll->rows;
	if (scroll->top < 0)
		scroll->top = 0;
}

bool scroll_key(struct scroll *scroll, enum request request)
{
	switch (request) {
	case REQUEST_UP:
		scroll->top--;
		break;
	case REQUEST_DOWN:
		scroll->top++;
		break;
	case REQUEST_PAGE_UP:
		scroll->top -= scroll->rows;
		break;
	case REQUEST_PAGE_DOWN:
		scroll->top += scroll->rows;
		break;
	case REQUEST_FIRST:
		scroll->top = 0;
		break;
	case REQUEST_LAST:
		scroll->top = scroll->lines;
		break;
	default:
		return false;
	}
	scroll_hold(scroll);
	return true;
}

void scroll_tell(struct buf *out, const struct scroll *scroll)
{
	if (scroll->lines > scroll->rows)
		buf_printf(out, "from line %d of %d ", scroll->top + 1, scroll->lines);
}
