#include "hostile.h"

#include <locale.h>
#include <sched.h>
#include <stdint.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <wchar.h>

#include "live.h"

enum { LONG_BYTES = 64 * 1024, SHOWN = 200 };

#define RLO     "\342\200\256"
#define ISOLATE "\342\201\246"
#define CJK     "\346\274\242\345\255\227"

/* clang-format off */
const struct hostile hostile_names[HOSTILE_NAMES] = {
	{ "the title of the terminal", "a\033]0;pwn\ab" },
	{ "a question to the terminal", "\033[6nx" },
	{ "a reset of the terminal", "\033cx" },
	{ "a device control string", "\033Ppwn\033\\" },
	{ "nothing but controls", "\001\002\003\004\005\006\007\010\013\014\016\017\020\021\022" },
	{ "C1 controls", "c\302\2336n\302\205z" },
	{ "C1 controls as single bytes", "\2336n\205z" },
	{ "line ends", "top\n\r\tbottom" },
	{ "DEL", "d\177\177" },
	{ "no UTF-8", "u\377\376\200z" },
	{ "overlong UTF-8", "\300\257\340\200\257x" },
	{ "surrogates", "\355\240\200\355\260\200x" },
	{ "beyond Unicode", "\364\220\200\200x" },
	{ "a character that is cut", "cut\342\202" },
	{ "wide characters", CJK CJK },
	{ "emoji", "\360\237\230\200\360\237\230\200" },
	{ "marks upon marks", "e\314\201\314\202\314\203\314\204x" },
	{ "a mark on nothing", "\314\201x" },
	{ "direction", "a" RLO "b" ISOLATE "c" },
	{ "right to left", "\327\251\327\234\327\225\327\235" },
	{ "joiners", "x\342\200\215y\342\200\213z" },
	{ "BOM and line separator", "\357\273\277x\342\200\250y" },
	{ "tags", "a\363\240\200\201\363\240\201\201b" },
	{ "fillers", "\343\205\244\341\205\237x" },
	{ "signs above digits", "\330\200\333\2351" },
	{ "what a shell reads", "q\"\\`$(x)" },
	{ "what printf reads", "%s%n%1$s" },
	{ "blanks", " a  b " },
};
/* clang-format on */

int hostile_find(const char *what)
{
	int i = 0;

	while (strcmp(hostile_names[i].what, what) != 0)
		assert_true(++i < HOSTILE_NAMES);
	return i;
}

char *hostile_long(void)
{
	char *text = malloc(LONG_BYTES + HOSTILE_TEXT);
	size_t size = 0, i;

	assert_non_null(text);
	for (i = 0; size < LONG_BYTES; i = (i + 1) % HOSTILE_NAMES) {
		strcpy(text + size, hostile_names[i].bytes);
		size += strlen(text + size);
	}
	return text;
}

void hostile_judge(void)
{
	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		tap_skip("there is no C.UTF-8 locale");
	setenv("LC_ALL", "C.UTF-8", 1);
}

/* What changes how others are read, or is nothing to see. */
static bool is_forbidden(wchar_t c)
{
	return c < ' ' || (c >= 0x7f && c < 0xa0) || c == 0xad || (c >= 0x600 && c <= 0x605) ||
		c == 0x61c || c == 0x6dd || c == 0x115f || c == 0x3164 ||
		(c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
		(c >= 0x2060 && c <= 0x206f) || c == 0xfeff || (c >= 0xe0000 && c <= 0xe0fff) ||
		c > 0x10ffff;
}

/* The sequences that curses writes on a terminal like xterm: their length; 0: it is none. */
static size_t sequence_length(const char *text, size_t size)
{
	const char *at = text + 1, *end = text + size;
	size_t length;

	if (*text != '\033' || size < 2)
		return 0;
	if (strchr("78=>M", *at))
		return 2;
	if (strchr("()", *at) && size > 2 && (at[1] == 'B' || at[1] == '0'))
		return 3;
	if (*at++ != '[')
		return 0;
	while (at < end && (*at == '?' || *at == ';' || (*at >= '0' && *at <= '9')))
		at++;
	if (at == end)
		return 0;
	length = (size_t)(at + 1 - text);
	if (*at == 't') /* of window operations curses keeps and restores the title */
		return memcmp(text, "\033[22;0;0t", length) == 0 ||
				memcmp(text, "\033[23;0;0t", length) == 0
			? length
			: 0;
	/* no reports: c, n */
	return *at && strchr("@ABCDEFGHJKLMPSTXbdhlmr", *at) ? length : 0;
}

/* Bytes that are no text, and may be written there. */
static size_t own_length(const char *text, size_t size, enum hostile_place place)
{
	if (place == HOSTILE_SCREEN)
		return strchr("\b\t\n\r\016\017", *text) && *text ? 1 : sequence_length(text, size);
	if (place == HOSTILE_LINES)
		return size > 1 && text[0] == '\r' && text[1] == '\n' ? 2 : 0;
	return *text == '\n';
}

const char *hostile_offence(const char *text, size_t size, enum hostile_place place)
{
	const char *end = text + size;
	mbstate_t state = { 0 };
	bool begins = true; /* nothing is there that a mark could stand on */
	size_t length;
	wchar_t c;

	for (; text < end; text += length) {
		length = own_length(text, (size_t)(end - text), place);
		if (length > 0) {
			begins = true;
			continue;
		}
		length = mbrtowc(&c, text, (size_t)(end - text), &state);
		if (length == 0 || length > (size_t)(end - text) || is_forbidden(c) ||
			(place == HOSTILE_ASCII && c > '~') || (begins && wcwidth(c) == 0))
			return text;
		begins = false;
	}
	return NULL;
}

void hostile_refuse(const char *what, const char *text, size_t size, enum hostile_place place)
{
	const char *offence = hostile_offence(text, size, place), *from, *at;
	char shown[4 * SHOWN + 1], *to = shown;

	if (!offence)
		return;
	from = offence - text > SHOWN / 2 ? offence - SHOWN / 2 : text;
	for (at = from; at < text + size && at < from + SHOWN; at++)
		to += sprintf(to, *at >= ' ' && *at <= '~' ? "%c" : "\\x%02x", (unsigned char)*at);
	fail_msg("%s: byte %zd must not be there: %s", what, (ssize_t)(offence - text), shown);
}

/* Columns that the text from `line` up to `at` takes on a terminal. */
static int columns(const char *line, const char *at)
{
	mbstate_t state = { 0 };
	int width = 0;
	size_t length;
	wchar_t c;

	for (; line < at; line += length) {
		length = mbrtowc(&c, line, (size_t)(at - line), &state);
		assert_in_range(length, 1, (size_t)(at - line));
		width += wcwidth(c);
	}
	return width;
}

/* Whether one of the words begins in this column. */
static bool has_word(const char *line, const char *end, int column, const char *const words[])
{
	const char *at;

	for (; *words; words++) {
		for (at = line; (at = strstr(at, *words)) != NULL && at < end; at++) {
			if (columns(line, at) == column)
				return true;
		}
	}
	return false;
}

size_t hostile_straight(const char *text, const char *title, const char *const words[])
{
	const char *found = strstr(text, title), *line = found, *end;
	size_t straight = 0;
	int column;

	if (!found)
		fail_msg("there are no headings with %s in: %.*s\n", title, SHOWN, text);
	while (line > text && line[-1] != '\n')
		line--;
	column = columns(line, found);
	for (line = strchr(found, '\n'); line && *++line; line = end) {
		end = line + strcspn(line, "\n");
		straight += has_word(line, end, column, words);
		if (!*end)
			break;
	}
	return straight;
}

/* accounts */

/* A line each, of users or of groups; those that no such file can hold are left out. */
static void write_accounts(FILE *file, const char *rest)
{
	const bool users = space_has_users();
	unsigned i;

	if (users)
		fprintf(file, "root:x:0:%s\n", rest);
	else
		fprintf(file, "%s:x:%u:%s\n", hostile_names[0].bytes, (unsigned)geteuid(), rest);
	for (i = 0; users && i < HOSTILE_NAMES; i++) {
		if (!strpbrk(hostile_names[i].bytes, ":\n"))
			fprintf(file, "%s:x:%u:%s\n", hostile_names[i].bytes, HOSTILE_FIRST_UID + i,
				rest);
	}
}

static void cover(const char *path, const char *rest)
{
	char covering[] = "/tmp/ipctop-accounts-XXXXXX";
	int fd = mkstemp(covering), result;
	FILE *file;

	assert_true(fd >= 0 && fchmod(fd, 0644) == 0);
	file = fdopen(fd, "w");
	assert_non_null(file);
	write_accounts(file, rest);
	assert_int_equal(fclose(file), 0);
	result = mount(covering, path, NULL, MS_BIND, NULL);
	unlink(covering);
	if (result < 0)
		tap_skip("%s can't be covered: %s", path, strerror(errno));
}

void hostile_accounts(void)
{
	int error = space_private_mounts();

	if (error)
		tap_skip("no private mount namespace: %s", strerror(-error));
	cover("/etc/passwd", "0::/:/bin/sh");
	cover("/etc/group", "");
}

void hostile_host(void)
{
	static const char name[] = "h\033]0;pwn\a" RLO;

	if (unshare(CLONE_NEWUTS) < 0 || sethostname(name, sizeof(name) - 1) < 0)
		printf("# the name of the host stays: %s\n", strerror(errno));
}
