#include "answer.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "../tap.h"
#include "../unit/json_check.h"
#include "command.h"

enum { WORDS_MOST = 4096, NAME_MOST = 64 };

const char *answer_object(void)
{
	if (!json_check(outcome.out))
		fail_msg("no JSON (%d, %s): %s", outcome.status, outcome.err, outcome.out);
	return json_check_blanks(outcome.out);
}

/* What follows a part of a text that is known to be JSON. */
static const char *past(const char *end)
{
	if (!end)
		abort();
	return json_check_blanks(end);
}

const char *answer_member(const char *object, const char *name)
{
	size_t length = strlen(name);
	const char *at = json_check_blanks(object + 1), *word;

	assert_int_equal(*object, '{');
	while (*at != '}') {
		word = at + 1;
		at = past(past(json_check_string(at)) + 1);
		if (strncmp(word, name, length) == 0 && word[length] == '"')
			return at;
		at = past(json_check_value(at));
		if (*at == ',')
			at = json_check_blanks(at + 1);
	}
	return NULL;
}

const char *answer_array_of(const char *object, const char *name)
{
	const char *array = answer_member(object, name);

	if (!array || *array != '[')
		fail_msg("no array '%s' in: %s", name, object);
	return array;
}

const char *answer_array(const char *name)
{
	return answer_array_of(answer_object(), name);
}

const char *answer_element(const char *array, unsigned index)
{
	const char *at = json_check_blanks(array + 1);

	for (; *at != ']'; index--) {
		if (index == 0)
			return at;
		at = past(json_check_value(at));
		if (*at == ',')
			at = json_check_blanks(at + 1);
	}
	return NULL;
}

unsigned answer_count(const char *array)
{
	unsigned count = 0;

	while (answer_element(array, count))
		count++;
	return count;
}

/* A value as words have it: without blanks but in strings, and these in '…'. */
static void normalise(char text[ANSWER_VALUE], const char *value)
{
	const char *end = json_check_value(value);
	bool quoted = false;
	size_t length = 0;

	for (; value < end; value++) {
		if (*value == '"')
			quoted = !quoted;
		else if (!quoted && strchr(" \t\r\n", *value))
			continue;
		assert_true(length < ANSWER_VALUE - 1);
		text[length++] = (char)(*value == '"' ? '\'' : *value);
	}
	text[length] = '\0';
}

/* The end of a word: a blank that is not in '…'. */
static const char *word_end(const char *at)
{
	bool quoted = false;

	for (; *at && (quoted || *at != ' '); at++) {
		if (*at == '\'')
			quoted = !quoted;
	}
	return at;
}

/* Whether the word up to `end` holds. */
static bool word_holds(const char *object, const char *word, const char *end)
{
	const char *equals = strchr(word, '='), *value;
	char name[NAME_MOST], text[ANSWER_VALUE];

	assert_true(equals && equals < end && equals - word < NAME_MOST);
	memcpy(name, word, (size_t)(equals - word));
	name[equals - word] = '\0';
	value = answer_member(object, name);
	if (!value)
		return false;
	normalise(text, value);
	equals++;
	return strlen(text) == (size_t)(end - equals) && strncmp(text, equals, strlen(text)) == 0;
}

static bool words_hold(const char *object, const char *words)
{
	const char *end;

	for (; *words; words = end + (*end == ' ')) {
		end = word_end(words);
		if (end > words && !word_holds(object, words, end))
			return false;
	}
	return true;
}

__attribute__((format(printf, 2, 0))) static void write_words(
	char words[WORDS_MOST], const char *format, va_list args)
{
	assert_in_range(vsnprintf(words, WORDS_MOST, format, args), 0, WORDS_MOST - 1);
}

bool answer_is(const char *object, const char *format, ...)
{
	char words[WORDS_MOST];
	va_list args;

	va_start(args, format);
	write_words(words, format, args);
	va_end(args);
	return words_hold(object, words);
}

static unsigned find(const char *array, const char *words, const char **found)
{
	unsigned count = 0, i;
	const char *element;

	for (i = 0; (element = answer_element(array, i)); i++) {
		if (!words_hold(element, words))
			continue;
		*found = element;
		count++;
	}
	return count;
}

unsigned answer_matches(const char *array, const char *format, ...)
{
	char words[WORDS_MOST];
	const char *found;
	va_list args;

	va_start(args, format);
	write_words(words, format, args);
	va_end(args);
	return find(array, words, &found);
}

const char *answer_has(const char *array, const char *format, ...)
{
	char words[WORDS_MOST];
	const char *found = NULL;
	unsigned count;
	va_list args;

	va_start(args, format);
	write_words(words, format, args);
	va_end(args);
	count = find(array, words, &found);
	if (count != 1)
		fail_msg("%u times, not once: %s\nin: %s", count, words, array);
	return found;
}

const char *answer_run(int status, const char *name, const char *format, ...)
{
	char line[WORDS_MOST];
	va_list args;

	va_start(args, format);
	write_words(line, format, args);
	va_end(args);
	command_run("%s --json", line);
	if (outcome.status != status)
		fail_msg("%s: %d, not %d: %s%s", line, outcome.status, status, outcome.err,
			outcome.out);
	return answer_array(name);
}

/* Whether a file of a process is not for us; one that vanishes meanwhile hides nothing. */
static bool is_hidden(int folder, const char *process, const char *name)
{
	char path[NAME_MAX + 16], byte;
	bool hidden;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", process, name);
	fd = openat(folder, path, O_RDONLY | O_CLOEXEC);
	hidden = (fd < 0 || read(fd, &byte, 1) < 0) && (errno == EACCES || errno == EPERM);
	if (fd >= 0)
		close(fd);
	return hidden;
}

/* Whether others may be outside of our pid namespace: PROC_PID_INIT_INO of linux/proc_ns.h. */
static bool is_enclosed(void)
{
	struct stat space;

	return stat("/proc/self/ns/pid", &space) == 0 && space.st_ino != 0xeffffffcu;
}

bool answer_all_visible(void)
{
	DIR *proc = opendir("/proc");
	const struct dirent *entry;
	bool visible = !is_enclosed();

	assert_non_null(proc);
	while (visible && (entry = readdir(proc))) {
		if (strspn(entry->d_name, "0123456789") != strlen(entry->d_name))
			continue;
		visible = !is_hidden(dirfd(proc), entry->d_name, "maps") &&
			!is_hidden(dirfd(proc), entry->d_name, "syscall");
	}
	closedir(proc);
	return visible;
}

int answer_nothing(void)
{
	return answer_all_visible() ? 0 : 3;
}

/* text */

static bool __attribute__((format(printf, 1, 0))) says(const char *format, va_list args)
{
	char text[WORDS_MOST];

	write_words(text, format, args);
	return strstr(outcome.out, text) != NULL;
}

void answer_says(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	if (!says(format, args))
		fail_msg("no '%s' in: %s%s", format, outcome.out, outcome.err);
	va_end(args);
}

void answer_says_not(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	if (says(format, args))
		fail_msg("'%s' in: %s", format, outcome.out);
	va_end(args);
}

void answer_warns(const char *text)
{
	if (!strstr(outcome.err, text))
		fail_msg("no '%s' in: %s", text, outcome.err);
}
