#include "ipctop/base/ini.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

static const char blanks[] = " \t\r\f\v";

/* A copy of the bytes from `start` to `end` without blanks around. */
static char *trimmed(struct ini *ini, const char *start, const char *end)
{
	while (start < end && strchr(blanks, *start))
		start++;
	while (end > start && strchr(blanks, end[-1]))
		end--;
	return arena_text(&ini->arena, start, (size_t)(end - start));
}

/* What `line->text` is; `section` is that of the lines before it. 0 or -ENOMEM. */
static int take_apart(struct ini *ini, struct ini_line *line, const char *section)
{
	const char *start = line->text + strspn(line->text, blanks);
	const char *end = line->text + strlen(line->text), *equals, *bracket;

	line->type = INI_WRONG;
	line->section = section;
	if (!*start || *start == '#' || *start == ';') {
		line->type = INI_OTHER;
	} else if (*start == '[') {
		bracket = strchr(start, ']');
		if (!bracket || bracket[1 + strspn(bracket + 1, blanks)])
			return 0;
		line->type = INI_SECTION;
		line->section = trimmed(ini, start + 1, bracket);
		return line->section ? 0 : -ENOMEM;
	} else if ((equals = strchr(start, '=')) != NULL && equals > start) {
		line->type = INI_SETTING;
		line->name = trimmed(ini, start, equals);
		line->value = trimmed(ini, equals + 1, end);
		if (!line->name || !line->value)
			return -ENOMEM;
	}
	return 0;
}

static void take_out(struct ini *ini, size_t at)
{
	ini->count--;
	memmove(&ini->lines[at], &ini->lines[at + 1], (ini->count - at) * sizeof(ini->lines[0]));
}

/* Texts of lines that go stay in the arena: they are few. */
static int add(struct ini *ini, size_t at, const char *text, size_t length, unsigned number)
{
	size_t size = sizeof(struct ini_line);
	struct ini_line line = { .number = number };
	struct ini_line *lines;

	line.text = arena_text(&ini->arena, text, length);
	if (!line.text || take_apart(ini, &line, at ? ini->lines[at - 1].section : "") < 0)
		return -ENOMEM;
	if (ini->count == ini->room) {
		lines = arena_resize(&ini->arena, ini->lines, ini->room * size,
			(ini->room ? ini->room * 2 : 1) * size);
		if (!lines)
			return -ENOMEM;
		ini->lines = lines;
		ini->room = ini->room ? ini->room * 2 : 1;
	}
	memmove(&ini->lines[at + 1], &ini->lines[at], (ini->count - at) * size);
	ini->lines[at] = line;
	ini->count++;
	return 0;
}

int ini_parse(struct ini *ini, const char *text, size_t size)
{
	const char *end = text + size, *newline;
	unsigned number = 0;
	int error = 0;

	*ini = (struct ini){ 0 };
	while (text < end && !error) {
		newline = memchr(text, '\n', (size_t)(end - text));
		if (!newline)
			newline = end;
		error = add(ini, ini->count, text, (size_t)(newline - text), ++number);
		text = newline + (newline < end);
	}
	return error;
}

/* Where a setting stands, or `ini->count`. */
static size_t find(const struct ini *ini, const char *section, const char *name)
{
	const struct ini_line *line;
	size_t at;

	for (at = 0; at < ini->count; at++) {
		line = &ini->lines[at];
		if (line->type == INI_SETTING && strcmp(line->section, section) == 0 &&
			strcmp(line->name, name) == 0)
			break;
	}
	return at;
}

const char *ini_get(const struct ini *ini, const char *section, const char *name)
{
	size_t at = find(ini, section, name);

	return at < ini->count ? ini->lines[at].value : NULL;
}

/* Behind the last line of a section that says something; 0: there is no such section. */
static size_t end_of(const struct ini *ini, const char *section)
{
	size_t at, end = 0;

	for (at = 0; at < ini->count; at++) {
		/* a comment may belong to what comes next */
		if (strcmp(ini->lines[at].section, section) == 0 &&
			ini->lines[at].type != INI_OTHER)
			end = at + 1;
	}
	return end;
}

static int add_section(struct ini *ini, const char *section)
{
	struct buf text = { 0 };
	int error = 0;

	if (ini->count > 0)
		error = add(ini, ini->count, "", 0, 0);
	buf_printf(&text, "[%s]", section);
	if (!error)
		error = text.error ? text.error : add(ini, ini->count, text.data, text.len, 0);
	buf_free(&text);
	return error;
}

int ini_set(struct ini *ini, const char *section, const char *name, const char *value)
{
	size_t at = find(ini, section, name);
	bool known = at < ini->count;
	struct buf text = { 0 };
	int error = 0;

	if (known && value && strcmp(ini->lines[at].value, value) == 0)
		return 0; /* however it is written */
	if (known)
		take_out(ini, at);
	/* a repeated line, which was without effect, must not get one */
	while (!value && (at = find(ini, section, name)) < ini->count)
		take_out(ini, at);
	if (!value)
		return 0;
	if (!known && end_of(ini, section) == 0)
		error = add_section(ini, section);
	if (!known)
		at = end_of(ini, section);
	buf_printf(&text, "%s = %s", name, value);
	if (!error)
		error = text.error ? text.error : add(ini, at, text.data, text.len, 0);
	buf_free(&text);
	return error;
}

void ini_write(struct buf *out, const struct ini *ini)
{
	size_t at;

	for (at = 0; at < ini->count; at++) {
		buf_text(out, ini->lines[at].text);
		buf_char(out, '\n');
	}
}

void ini_free(struct ini *ini)
{
	arena_free(&ini->arena);
	*ini = (struct ini){ 0 };
}
