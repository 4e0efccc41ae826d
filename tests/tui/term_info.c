#include "term_info.h"

#include <curses.h>
#include <stdlib.h>
#include <term.h>
#include <unistd.h>

struct term_info {
	TERMINAL *terminal;
};

struct term_info *term_info_open(const char *name)
{
	struct term_info *info = calloc(1, sizeof *info);
	TERMINAL *before = cur_term;
	int error;

	unsetenv("TERMINFO"); /* the program under test is not given it either */
	if (info && setupterm(name, STDERR_FILENO, &error) == OK) {
		info->terminal = set_curterm(before);
		return info;
	}
	free(info);
	return NULL;
}

void term_info_free(struct term_info *info)
{
	if (!info)
		return;
	del_curterm(info->terminal);
	free(info);
}

const char *term_info_string(const struct term_info *info, const char *capability)
{
	TERMINAL *before = set_curterm(info->terminal);
	const char *text = tigetstr(capability);

	set_curterm(before);
	return text == (const char *)-1 ? NULL : text;
}

int term_info_number(const struct term_info *info, const char *capability)
{
	TERMINAL *before = set_curterm(info->terminal);
	int number = tigetnum(capability);

	set_curterm(before);
	return number > 0 ? number : 0;
}

bool term_info_has(const struct term_info *info, const char *capability)
{
	TERMINAL *before = set_curterm(info->terminal);
	bool flag = tigetflag(capability) > 0;

	set_curterm(before);
	return flag || term_info_number(info, capability) > 0 || term_info_string(info, capability);
}
