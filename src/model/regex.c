#include "ipctop/model/regex.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
	NESTED_MAX = 4, /* repetitions of repetitions */
	LENGTH_MAX = 500, /* bytes: regcomp(3) calls itself for each parenthesis */
	WRITTEN_MAX = 100000, /* characters when all is multiplied out: some 25 MB */
	CHOICES_MAX = 32, /* ways multiply; the slowest found below it took 13 ms */
};

/* How often one of these repetitions is of a group, or of another repetition. */
static int count_nested(const char *text, const char *repetitions)
{
	int nested = 0;

	for (; *text; text++)
		nested += strchr(")*+?}", *text) && text[1] && strchr(repetitions, text[1]);
	return nested;
}

/* What adds a way to pass by: each repetition that may be none, and each alternative of a (). */
static unsigned long count_choices(const char *text)
{
	unsigned long choices = 0;

	for (; *text; text++)
		choices += strchr("?*|)", *text) != NULL;
	return choices;
}

/* The largest number in {}, else 1. */
static unsigned long count_repeated(const char *brace)
{
	unsigned long times = 1, number;
	char *end;

	for (; brace && *brace && *brace != '}'; brace = end) {
		number = strtoul(brace + 1, &end, 10);
		if (number > times)
			times = number;
		end += strcspn(end, ",}");
	}
	return times;
}

/* How long it is once the repetitions are written out, each of another as two. */
static bool is_large(const char *text, const char *brace)
{
	size_t length = strlen(text) << count_nested(text, "+{");

	return count_repeated(brace) > WRITTEN_MAX / length;
}

/*
 * What is empty may be repeated for ever: regcomp(3) then walks each way that leads through what
 * may be empty, again and again, in what it has written out. "x+" is written "xx*".
 */
static bool is_maze(const char *text, const char *brace)
{
	unsigned long written = count_repeated(brace) << count_nested(text, "+");
	bool endless = count_nested(text, "*+") > 0 || strstr(text, ",}");

	return endless && count_choices(text) > CHOICES_MAX / written;
}

/* regcomp(3) multiplies nested repetitions out, in minutes and gigabytes. */
static int check(const char *text, struct buf *why)
{
	const char *brace = strchr(text, '{');

	if (!*text)
		buf_text(why, "an empty regular expression matches everything");
	else if (strlen(text) > LENGTH_MAX)
		buf_printf(why, "a regular expression may have at most %d bytes", LENGTH_MAX);
	else if (brace && strchr(brace + 1, '{'))
		buf_text(why, "a regular expression may have one {} only");
	else if (count_nested(text, "+{") > NESTED_MAX)
		buf_printf(why,
			"a regular expression may repeat what is repeated, or in (), at most %d "
			"times",
			NESTED_MAX);
	else if (is_large(text, brace))
		buf_text(why, "a regular expression may not repeat that much that often");
	else if (is_maze(text, brace))
		buf_text(why,
			"a regular expression that repeats what is repeated, or in (), for ever "
			"has too many of ? * | )");
	else
		return 0;
	return -EINVAL;
}

int regex_compile(const char *text, regex_t **regex, struct buf *why)
{
	char message[128];
	regex_t *made;
	int error = check(text, why);

	if (error)
		return error;
	made = calloc(1, sizeof(*made));
	if (!made)
		return -ENOMEM;
	error = regcomp(made, text, REG_EXTENDED | REG_NOSUB);
	if (!error) {
		*regex = made;
		return 0;
	}
	regerror(error, made, message, sizeof(message));
	buf_printf(why, "'%s' is no regular expression: %s", text, message);
	free(made);
	return error == REG_ESPACE ? -ENOMEM : -EINVAL;
}

int regex_match(regex_t *regex, const char *text)
{
	const int length = (int)strlen(text);
	/* regexec(3) of glibc says of each failure that nothing matches */
	const int at = re_search(regex, text, length, 0, length, NULL);

	return at == -2 ? -ENOMEM : at >= 0;
}
