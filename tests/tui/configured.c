#include "configured.h"

#include <stdio.h>

#include "ui.h"

enum { TEXT = 512 };

const struct term_how configured_wide = { .rows = 24, .cols = 160 };

void configured_objects(void)
{
	ipc_clear();
	for (int i = 0; i < 3; i++)
		ipc_segment(0x100 + i, (size_t)(i + 1) << 20, 0600);
}

struct term *configured_open(const char *text)
{
	struct term *term;

	configured_objects();
	if (text)
		home_write(text);
	term = ui_open(&configured_wide, "-m", NULL);
	EXPECT(term, ui_rows(term) == 3);
	return term;
}

void configured_leave(struct term *term)
{
	ui_quit(term);
	ui_free(term);
}

const char *configured_complaint(int line, const char *what)
{
	static char text[2 * TEXT];

	if (line > 0)
		snprintf(text, sizeof text, "%s:%d: %s", home_config(), line, what);
	else
		snprintf(text, sizeof text, "%s: %s", home_config(), what);
	return text;
}
