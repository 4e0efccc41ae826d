/*
 * picture [-g COLUMNSxROWS] -r READY -s SEEN FILE [KEY...]: a picture of the program itself.
 *
 * Starts $IPCTOP in a terminal in memory, waits for the text READY, presses the keys, waits for the
 * text SEEN, and writes what then stands on the screen to FILE as SVG. A KEY is a name as in the
 * manual (Enter, F4, PgDn, Space), or else text that is typed. Which picture shows what is said in
 * picture.sh. Exits with 77 where there are no pseudo-terminals.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../tests/tap.h"
#include "../tests/tui/term.h"
#include "picture_svg.h"

enum {
	NO_TERMINAL = 77,
	WRONG_USAGE = 2,
	QUIET_MS = 300, /* nothing was drawn for so long: the frame is whole */
	CELLS_MAX = 500, /* columns or rows */
};

struct wish {
	struct term_how how;
	const char *ready;
	const char *seen;
	const char *file;
	char **keys; /* ended by NULL */
};

static const struct {
	const char *name;
	VTermKey key;
} keys[] = {
	{ "Enter", VTERM_KEY_ENTER },
	{ "Tab", VTERM_KEY_TAB },
	{ "Esc", VTERM_KEY_ESCAPE },
	{ "Up", VTERM_KEY_UP },
	{ "Down", VTERM_KEY_DOWN },
	{ "Left", VTERM_KEY_LEFT },
	{ "Right", VTERM_KEY_RIGHT },
	{ "Home", VTERM_KEY_HOME },
	{ "End", VTERM_KEY_END },
	{ "PgUp", VTERM_KEY_PAGEUP },
	{ "PgDn", VTERM_KEY_PAGEDOWN },
};

static void press(struct term *term, const char *name)
{
	unsigned number;
	char more;

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		if (strcmp(keys[i].name, name) == 0) {
			term_key(term, keys[i].key);
			return;
		}
	}
	if (sscanf(name, "F%2u%c", &number, &more) == 1)
		term_key(term, (VTermKey)VTERM_KEY_FUNCTION((int)number));
	else
		term_type(term, strcmp(name, "Space") == 0 ? " " : name);
}

/* Wait till the text is there, and then till the program has drawn all of its frame. */
static bool wait_for(struct term *term, const char *text)
{
	long end = term_now() + term_deadline();

	while (!term_find(term, text, NULL))
		if (!term_wait(term, end))
			return false;
	while (term_pump(term, QUIET_MS) && term_now() < end)
		continue;
	return term_find(term, text, NULL) && !term_ended(term);
}

static int never_came(struct term *term, const char *text)
{
	fprintf(stderr, "picture: '%s' did not come to stand on the screen\n", text);
	term_dump(term);
	return EXIT_FAILURE;
}

static int write_file(struct term *term, const char *path)
{
	FILE *file = fopen(path, "w");
	bool failed;

	if (!file) {
		fprintf(stderr, "picture: %s: %s\n", path, strerror(errno));
		return EXIT_FAILURE;
	}
	picture_write(file, term, "ipctop in a terminal");
	failed = ferror(file);
	if (fclose(file) != 0 || failed) {
		fprintf(stderr, "picture: %s: could not be written\n", path);
		return EXIT_FAILURE;
	}
	return EXIT_SUCCESS;
}

static int take(struct term *term, const struct wish *wish)
{
	picture_palette(term);
	if (!wait_for(term, wish->ready))
		return never_came(term, wish->ready);
	for (char **key = wish->keys; *key; key++) {
		press(term, *key);
		while (term_pump(term, QUIET_MS))
			continue;
	}
	if (!wait_for(term, wish->seen))
		return never_came(term, wish->seen);
	return write_file(term, wish->file);
}

static bool read_size(const char *text, struct term_how *how)
{
	char more;

	return sscanf(text, "%3dx%3d%c", &how->cols, &how->rows, &more) == 2 && how->cols > 0 &&
		how->rows > 0 && how->cols <= CELLS_MAX && how->rows <= CELLS_MAX;
}

static bool read_arguments(int argc, char **argv, struct wish *wish)
{
	int option;

	while ((option = getopt(argc, argv, "g:r:s:")) != -1) {
		if (option == 'g' && !read_size(optarg, &wish->how))
			return false;
		if (option == 'r')
			wish->ready = optarg;
		else if (option == 's')
			wish->seen = optarg;
		else if (option != 'g')
			return false;
	}
	if (!wish->ready || !wish->seen || optind >= argc)
		return false;
	wish->file = argv[optind];
	wish->keys = argv + optind + 1;
	return true;
}

int main(int argc, char **argv)
{
	struct wish wish = { .how = { .cols = 100, .rows = 30 } };
	const char *program[] = { getenv("IPCTOP"), NULL };
	struct term *term;
	int status;

	if (!program[0] || !read_arguments(argc, argv, &wish)) {
		fprintf(stderr,
			"usage: IPCTOP=PROGRAM picture [-g COLUMNSxROWS] -r READY -s SEEN "
			"FILE [KEY...]\n");
		return WRONG_USAGE;
	}
	/* what is below skips a test where there are no pseudo-terminals */
	if (setjmp(tap.leave)) {
		fprintf(stderr, "picture: %s\n", tap.reason);
		return NO_TERMINAL;
	}
	term = term_open(&wish.how, program);
	status = take(term, &wish);
	term_free(term);
	return status;
}
