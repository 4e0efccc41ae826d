/* Reading assets/ipctop.1 (mdoc(7)) for test_manual.c, and telling all that is wrong with it. */
#ifndef TESTS_UNIT_MANUAL_H
#define TESTS_UNIT_MANUAL_H

#include <ctype.h>

#include "../tap.h"

enum { LINES_MAX = 4000 };

/* What the lines of mdoc(7) are, without escapes, and where in the document they stand. */
struct line {
	char *text;
	const char *section, *subsection; /* "" before the first */
};

static struct line manual[LINES_MAX];
static size_t line_count;
static int failures; /* of the case that is running */

/* All that is wrong is told, not only the first. */
__attribute__((format(printf, 1, 2))) static void wrong(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fputs("# ", stdout);
	vprintf(format, args);
	putchar('\n');
	va_end(args);
	failures++;
}

static void verdict(void)
{
	int count = failures;

	failures = 0;
	assert_int_equal(count, 0);
}

/* Put characters in place of the escapes of roff, as far as the manual uses them. */
static void unescape(char *text)
{
	static const struct {
		const char *escape, *text;
	} escapes[] = {
		{ "\\(ha", "^" },
		{ "\\(dq", "\"" },
		{ "\\e", "\\" },
		{ "\\-", "-" },
		{ "\\&", "" },
	};
	char *out = text;
	size_t i, length = 0;

	while (*text) {
		for (i = 0; i < sizeof(escapes) / sizeof(escapes[0]); i++) {
			length = strlen(escapes[i].escape);
			if (strncmp(text, escapes[i].escape, length) == 0)
				break;
		}
		if (i == sizeof(escapes) / sizeof(escapes[0])) {
			*out++ = *text++;
			continue;
		}
		text += length;
		strcpy(out, escapes[i].text);
		out += strlen(escapes[i].text);
	}
	*out = '\0';
}

static const char *source_dir(void)
{
	const char *dir = getenv("TOP_SRCDIR");

	return dir ? dir : ".";
}

static int read_manual(void **state)
{
	const char *section = "", *subsection = "";
	char path[4096], *text = NULL;
	size_t size = 0;
	FILE *file;

	(void)state;
	snprintf(path, sizeof(path), "%s/assets/ipctop.1", source_dir());
	file = fopen(path, "re");
	if (!file) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		return -1;
	}
	while (getline(&text, &size, file) > 0 && line_count < LINES_MAX) {
		text[strcspn(text, "\n")] = '\0';
		unescape(text);
		manual[line_count].text = strdup(text);
		if (strncmp(text, ".Sh ", 4) == 0) {
			section = manual[line_count].text + 4;
			subsection = "";
		} else if (strncmp(text, ".Ss ", 4) == 0) {
			subsection = manual[line_count].text + 4;
		}
		manual[line_count].section = section;
		manual[line_count++].subsection = subsection;
	}
	free(text);
	fclose(file);
	return line_count > 0 && line_count < LINES_MAX ? 0 : -1;
}

static int forget_manual(void **state)
{
	(void)state;
	while (line_count > 0)
		free(manual[--line_count].text);
	return 0;
}

/* Whether the line is of this section and subsection; NULL: of any subsection. */
static bool is_in(size_t at, const char *section, const char *subsection)
{
	return strcmp(manual[at].section, section) == 0 &&
		(!subsection || strcmp(manual[at].subsection, subsection) == 0);
}

/* What stands behind ".It MACRO " in the line, or NULL. */
static const char *item_of(size_t at, const char *macro)
{
	const char *text = manual[at].text;
	size_t length = strlen(macro);

	if (strncmp(text, ".It ", 4) != 0 || strncmp(text + 4, macro, length) != 0 ||
		text[4 + length] != ' ')
		return NULL;
	return text + 4 + length + 1;
}

/* The line of the item, or line_count. */
static size_t find_item(
	const char *section, const char *subsection, const char *macro, const char *name)
{
	const char *item;
	size_t at;

	for (at = 0; at < line_count; at++) {
		item = is_in(at, section, subsection) ? item_of(at, macro) : NULL;
		if (item && strcmp(item, name) == 0)
			break;
	}
	return at;
}

static void expect_item(const char *section, const char *subsection, const char *macro,
	const char *name, const char *help)
{
	size_t at = find_item(section, subsection, macro, name);

	if (at == line_count)
		wrong("%s %s: '%s' is missing", section, subsection, name);
	else if (at + 1 == line_count || strcmp(manual[at + 1].text, help) != 0)
		wrong("%s %s: '%s' is not explained by '%s'", section, subsection, name, help);
}

#endif
