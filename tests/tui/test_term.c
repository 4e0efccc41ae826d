/* The terminal in memory itself, with programs whose output is known to the byte. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "expect.h"
#include "term.h"

static struct term *term;

static struct term *shell(const struct term_how *how, const char *script)
{
	const char *const args[] = { "sh", "-c", script, NULL };

	term_free(term);
	term = term_open(how, args);
	return term;
}

static int close_terminal(void **state)
{
	(void)state;
	term_free(term);
	term = NULL;
	return 0;
}

static void shows_text(void **state)
{
	struct term_place at;

	(void)state;
	shell(NULL,
		"printf 'one\\r\\n\\033[7mt\\033[0m\\346\\274\\242x \\033[1;32mgreen\\033[0m'; "
		"printf '\\033[3;5Hend'; read x");
	SEE(term, "end");
	EXPECT(term, strcmp(term_row(term, 0), "one") == 0);
	EXPECT(term, term_find(term, "x green", &at) && at.row == 1 && at.col == 3);
	EXPECT(term, term_cell(term, 1, 0).reverse && !term_cell(term, 1, 3).reverse);
	EXPECT(term, term_cell(term, 1, 1).width == 2 && term_cell(term, 1, 1).rune == 0x6f22);
	EXPECT(term, term_cell(term, 1, 5).bold && term_cell(term, 1, 5).coloured);
	EXPECT(term, !term_cell(term, 0, 0).coloured);
	EXPECT(term, term_cursor(term).row == 2 && term_cursor(term).col == 7);
	assert_true(term_wrote_colour(term));
	assert_true(term_wrote(term, "\033[7m"));
}

static void shows_colours(void **state)
{
	static const uint32_t palette[TERM_PALETTE] = { [2] = 0x123456, [9] = 0xfedcba };

	(void)state;
	shell(NULL,
		"printf 'o\\033[32mi\\033[7mr\\033[0;38;5;231;101mx\\033[48;2;1;2;3md\\033[0m "
		"end'; "
		"read x");
	SEE(term, "end");
	EXPECT(term, term_cell(term, 0, 0).foreground == TERM_OWN_COLOUR);
	EXPECT(term, term_cell(term, 0, 0).background == TERM_OWN_COLOUR);
	EXPECT(term, term_cell(term, 0, 4).background == 0x010203);
	term_palette(term, palette);
	EXPECT(term, term_cell(term, 0, 1).foreground == 0x123456);
	EXPECT(term, term_cell(term, 0, 1).background == TERM_OWN_COLOUR);
	EXPECT(term, term_cell(term, 0, 2).reverse && term_cell(term, 0, 2).foreground == 0x123456);
	EXPECT(term, term_cell(term, 0, 3).foreground == 0xffffff);
	EXPECT(term, term_cell(term, 0, 3).background == 0xfedcba);
}

static void no_colour_in_other_sequences(void **state)
{
	(void)state;
	shell(NULL, "printf '\\033[0;1;7m\\033[38;5H\\033[?1049h40m\\033[22;27mend'");
	SEE(term, "end");
	assert_false(term_wrote_colour(term));
}

static void passes_keys(void **state)
{
	static const char *const emulated[] = { "TERM=xterm-256color", NULL };
	static const struct term_how how = { .env = emulated };

	(void)state;
	shell(&how,
		"stty -echo -icanon min 1; echo ready; "
		"while k=$(dd bs=16 count=1 2>/dev/null | od -An -tx1); do echo \"[$k]\"; done");
	SEE(term, "ready");
	term_type(term, "a");
	SEE(term, "[ 61]");
	term_key(term, VTERM_KEY_UP);
	SEE(term, "[ 1b 5b 41]");
	term_key(term, VTERM_KEY_FUNCTION(10));
	SEE(term, "[ 1b 5b 32 31 7e]");
	term_key_with(term, VTERM_KEY_TAB, VTERM_MOD_SHIFT);
	SEE(term, "[ 1b 5b 5a]");
	term_send(term, "\0", 1);
	SEE(term, "[ 00]");
}

/* The keys of another type are those that terminfo(5) has for it, also where modes differ. */
static void passes_keys_of_its_type(void **state)
{
	static const char *const console[] = { "TERM=linux", NULL };
	static const struct term_how how = { .env = console };

	(void)state;
	shell(&how,
		"stty -echo -icanon min 1; echo ready; "
		"while k=$(dd bs=16 count=1 2>/dev/null | od -An -tx1); do echo \"[$k]\"; done");
	SEE(term, "ready");
	if (!term_has(term, "kf1"))
		tap_skip("terminfo does not know linux");
	term_key(term, VTERM_KEY_FUNCTION(1));
	SEE(term, "[ 1b 5b 5b 41]");
	term_key(term, VTERM_KEY_HOME);
	SEE(term, "[ 1b 5b 31 7e]");
	term_key_with(term, VTERM_KEY_TAB, VTERM_MOD_SHIFT);
	SEE(term, "[ 1b 09]");
	assert_true(term_has(term, "colors") && !term_has(term, "smcup"));
	assert_int_equal(term_colours(term), 8);
}

static void tells_sizes(void **state)
{
	static const struct term_how how = { .rows = 10, .cols = 40 };

	(void)state;
	shell(&how, "trap 'stty size' WINCH; stty size; while :; do read x; done");
	SEE(term, "10 40");
	term_resize(term, 5, 30);
	SEE(term, "5 30");
	term_resize(term, 50, 100);
	SEE(term, "50 100");
}

static void tells_the_end(void **state)
{
	(void)state;
	shell(NULL, "exit 3");
	EXITS(term, 3);
	shell(NULL, "printf '\\033[?1049h\\033[?25l'; read x");
	EXPECT(term, term_altscreen(term) && !term_cursor_visible(term));
	term_signal(term, SIGTERM);
	DIES_OF(term, SIGTERM);
}

static void tells_modes(void **state)
{
	(void)state;
	shell(NULL, "stty raw -echo; echo set; read x; stty sane; echo sane; read x");
	SEE(term, "set");
	EXPECT(term, !term_modes_restored(term));
	shell(NULL, "old=$(stty -g); stty raw -echo; stty \"$old\"");
	EXITS(term, 0);
	assert_true(term_modes_restored(term));
}

static void hangs_up(void **state)
{
	(void)state;
	shell(NULL, "echo ready; read x; sleep 60");
	SEE(term, "ready");
	term_hangup(term);
	DIES_OF(term, SIGHUP);
}

/* Much is typed while the program writes much: neither may wait for the other. */
static void takes_a_flood(void **state)
{
	char keys[256];

	(void)state;
	memset(keys, 'j', sizeof keys);
	shell(NULL,
		"stty raw -echo; echo ready; head -c 65536 | sed 's/j/12345678/g'; echo; echo end");
	SEE(term, "ready");
	for (int i = 0; i < 256; i++)
		term_send(term, keys, sizeof keys);
	SEE(term, "end");
	EXITS(term, 0);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test_teardown(shows_text, close_terminal),
		cmocka_unit_test_teardown(shows_colours, close_terminal),
		cmocka_unit_test_teardown(no_colour_in_other_sequences, close_terminal),
		cmocka_unit_test_teardown(passes_keys, close_terminal),
		cmocka_unit_test_teardown(passes_keys_of_its_type, close_terminal),
		cmocka_unit_test_teardown(tells_sizes, close_terminal),
		cmocka_unit_test_teardown(tells_the_end, close_terminal),
		cmocka_unit_test_teardown(tells_modes, close_terminal),
		cmocka_unit_test_teardown(hangs_up, close_terminal),
		cmocka_unit_test_teardown(takes_a_flood, close_terminal),
	};

	return tap_run(cases, sizeof cases / sizeof *cases, NULL, NULL);
}
