/* What nobody means well: names that hold escape sequences, and keys that make no sense. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "account.h"
#include "ui.h"

enum {
	SEED = 20481,
	FUZZ_BYTES = 20000,
	AGAIN_MS = 50,
	HELD = 5000, /* repeats of a key that is held down */
};

/* A process that made a segment and lives on under a hostile name. */
struct maker {
	pid_t pid;
	int segment;
	int hold; /* the process lives till this is closed */
};

static struct maker maker = { .hold = -1 };

static void run_maker(const char *name, int report, int hold)
{
	int id;
	char end;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NAME, name);
	id = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600);
	if (write(report, &id, sizeof id) != sizeof id)
		_exit(1);
	while (read(hold, &end, 1) > 0)
		continue;
	_exit(0);
}

static void start_maker(const char *name)
{
	int report[2];
	int hold[2];

	assert_int_equal(pipe(report), 0);
	assert_int_equal(pipe(hold), 0);
	maker.pid = fork();
	assert_true(maker.pid >= 0);
	if (maker.pid == 0) {
		close(hold[1]);
		run_maker(name, report[1], hold[0]);
	}
	close(report[1]);
	close(hold[0]);
	maker.hold = hold[1];
	assert_int_equal(
		read(report[0], &maker.segment, sizeof maker.segment), sizeof maker.segment);
	close(report[0]);
}

static int end_maker(void **state)
{
	if (maker.hold >= 0) {
		close(maker.hold);
		waitpid(maker.pid, NULL, 0);
		maker.hold = -1;
	}
	return ui_teardown(state);
}

/* The name is shown, but what it says to the terminal is not said. */
static void hostile_name(
	const char *const *env, const char *name, const char *forbidden, const char *see)
{
	const struct term_how how = { .rows = 40, .cols = 200, .env = env };
	struct term *term;

	start_maker(name);
	term = ui_open(&how, "-m", NULL);
	EXPECT(term, ui_row_of(term, maker.segment) >= 0);
	SEE(term, see);
	ui_press(term, 'K');
	SEE(term, "Remove 1 object");
	ui_press(term, 'n');
	ui_press(term, '1');
	SEE(term, "[1 Queues]");
	ui_quit(term);
	assert_false(term_wrote(term, forbidden));
}

static void escape_in_a_name(void **state)
{
	(void)state;
	hostile_name(NULL, "a\033]0;pwn\ab", "\033]0;pwn", "pwn");
}

static void csi_in_a_name(void **state)
{
	(void)state;
	hostile_name(NULL, "x\033[2J\033[31mRED", "\033[31mRED", "RED");
}

static void newline_in_a_name(void **state)
{
	(void)state;
	hostile_name(NULL, "top\n\r\tbottom", "top\n", "bottom");
}

/* C1 controls come as two bytes of UTF-8, and as bytes that are no UTF-8 at all. */
static void c1_in_a_name(void **state)
{
	(void)state;
	hostile_name(NULL, "c\302\2332Jz", "\302\2332J", "2Jz");
}

static void invalid_utf8_in_a_name(void **state)
{
	(void)state;
	hostile_name(NULL, "u\377\376\233zz", "\233zz", "zz");
}

static void wide_name_in_c_locale(void **state)
{
	static const char *const env[] = { "LC_ALL=C", NULL };

	(void)state;
	hostile_name(env, "w\346\274\242end", "\346\274\242", "end");
}

/* Wide characters take two columns, so that what follows stands where its title is. */
static void wide_name(void **state)
{
	static const struct term_how how = { .rows = 40, .cols = 200 };
	struct term *term;
	struct term_place at;
	struct term_place title;

	(void)state;
	start_maker("\346\274\242\345\255\227ab");
	term = ui_open(&how, "-m", NULL);
	EXPECT(term, ui_row_of(term, maker.segment) >= 0);
	EXPECT(term,
		term_find(term, "\346\274\242\345\255\227ab", &at) &&
			term_find(term, "COMMAND", &title) && at.col == title.col);
	for (int cols = 199; cols >= 20; cols -= 3)
		term_resize(term, 40, cols);
	term_resize(term, 40, 200);
	EXPECT(term, term_find(term, "\346\274\242\345\255\227ab", &at) && at.col == title.col);
	ui_quit(term);
}

/* Names of accounts come from files and servers that others write. */
static void escape_in_a_user_name(void **state)
{
	static const struct term_how how = { .rows = 40, .cols = 200 };
	struct term *term;
	int id = ipc_segment(0xaa, 4096, 0600);

	(void)state;
	account_rename("r\033]0;pwn\ax");
	term = ui_open(&how, "-m", NULL);
	EXPECT(term, ui_row_of(term, id) >= 0);
	/* Made visible by the program itself, not by what curses does to control characters. */
	SEE(term, "r\\x1b]0;pwn\\x07x");
	ui_press(term, 'K');
	SEE(term, "Remove 1 object");
	ui_press(term, 'y');
	EXPECT(term, !ipc_exists(KIND_SHM, id));
	ui_quit(term);
	account_restore();
	assert_false(term_wrote(term, "\033]0;pwn"));
}

/* Bytes that are no characters are ignored, and no key behind them is. */
static void invalid_input_swallows_no_key(void **state)
{
	struct term *term = ui_open(NULL, "-m", NULL);

	(void)state;
	SEE(term, "[3 Segments]");
	term_type(term, "\377\3032");
	SEE(term, "[2 Semaphores]");
	term_type(term, "\\\303\251\342\202\254");
	SEE(term, "Filter: \303\251\342\202\254");
	term_type(term, "\033");
	GONE(term, "Filter:");
	ui_quit(term);
}

static void populate(void)
{
	for (int i = 0; i < 30; i++) {
		ipc_segment(IPC_PRIVATE, 4096u * (unsigned)(i + 1), 0600);
		ipc_set(IPC_PRIVATE, i + 1, 0600);
		ipc_queue(0x100 + i, 0600);
	}
}

/* Now and then Esc, and `q` after it; false, for use as a condition that sends them. */
static bool leave_by_key(struct term *term, long *next)
{
	if (term_now() < *next)
		return false;
	term_type(term, "\033");
	term_type(term, "q");
	*next = term_now() + AGAIN_MS;
	return false;
}

/*
 * The program still does what a key says. Esc closes one layer, and how many are open, or which
 * keys it has yet to read, is not known here. Thus this does what a person does who sees that
 * nothing happens: press again.
 */
static void expect_alive(struct term *term)
{
	long next = 0;

	term_resize(term, 25, 81);
	/* a page may lie over the one, a prompt on the other */
	EXPECT(term, term_find(term, "ipctop", NULL) || term_find(term, "F1Help", NULL));
	EXPECT(term, term_ended(term) || leave_by_key(term, &next));
	EXITS(term, 0);
	ui_restored(term);
}

static void held_keys(void **state)
{
	static const char keys[] = "jkjR>\004\025 /";
	static char held[HELD];
	struct term *term;

	(void)state;
	populate();
	term = ui_open(NULL, "-m", "--readonly", NULL);
	EXPECT(term, ui_rows(term) > 0);
	for (size_t i = 0; i < sizeof keys - 1; i++) {
		memset(held, keys[i], sizeof held);
		term_send(term, held, sizeof held);
	}
	expect_alive(term);
}

/* Every printable key on every tab, and then each after each other key, in tiny sizes as well. */
static void every_key(void **state)
{
	static const int sizes[][2] = { { 24, 80 }, { 4, 20 }, { 2, 5 }, { 60, 200 } };
	struct term *term;

	(void)state;
	populate();
	for (size_t size = 0; size < sizeof sizes / sizeof *sizes; size++) {
		struct term_how how = { .rows = sizes[size][0], .cols = sizes[size][1] };

		term = ui_open(&how, "-m", "--readonly", NULL);
		EXPECT(term, term_find(term, "ID", NULL) || term_find(term, "too", NULL));
		for (char tab = '1'; tab <= '9'; tab++)
			for (char key = ' '; key <= '~'; key++) {
				if (key == 'q')
					continue;
				ui_press(term, tab);
				ui_press(term, key);
				ui_press(term, '\033');
				ui_press(term, '\033');
			}
		expect_alive(term);
		ui_free(term);
	}
}

/* The same bytes each time, without the ones that end or suspend the program. */
static unsigned char next_byte(unsigned int *seed)
{
	unsigned char byte;

	do {
		*seed = *seed * 1103515245u + 12345u;
		byte = (unsigned char)(*seed >> 16);
	} while (byte == 'q' || byte == ('C' & 0x1f) || byte == ('Z' & 0x1f) ||
		byte == ('\\' & 0x1f));
	return byte;
}

static void random_bytes(void **state)
{
	struct term *term;
	unsigned int seed = SEED;

	(void)state;
	populate();
	term = ui_open(NULL, "-m", "--readonly", NULL);
	EXPECT(term, ui_rows(term) > 0);
	for (int sent = 0; sent < FUZZ_BYTES; sent += 100) {
		unsigned char bytes[100];

		for (size_t i = 0; i < sizeof bytes; i++)
			bytes[i] = next_byte(&seed);
		term_send(term, bytes, sizeof bytes);
		if (sent % 1000 == 0)
			term_resize(term, 2 + (int)(seed >> 8) % 50, 5 + (int)(seed >> 16) % 150);
		if (term_ended(term))
			break;
	}
	/* Function keys may be among the bytes, F10 as well. */
	if (!term_ended(term))
		expect_alive(term);
	else
		EXITS(term, 0);
}

static void random_keys(void **state)
{
	static const char *const words[] = { "j", "k", "\033[A", "\033[B", "\033[5~", "\033[6~",
		"\033OP", "\033OR", "\033OS", "\033[15~", "\033[17~", "\033[18~", "\033[20~",
		"\033[Z", "\t", "\r", "\033", " ", "A", "U", "K", "y", "yes\r", "/", "n", "N", "\\",
		"size>1K", "owner~(", "\177", "\b", ".", ">", "<", "I", "i", "Z", "r", "d", "0.1\r",
		"+", "-", "m", "f", "t", "1", "2", "3", "4", "g", "G", "?", "h", "\033[<0;10;10M",
		"\033[<0;10;10m", "\303\244", "\342\226\276" };
	struct term *term;
	unsigned int seed = SEED;

	(void)state;
	populate();
	term = ui_open(NULL, "-m", "--readonly", NULL);
	EXPECT(term, ui_rows(term) > 0);
	for (int i = 0; i < 4000; i++) {
		seed = seed * 1103515245u + 12345u;
		term_type(term, words[(seed >> 16) % (sizeof words / sizeof *words)]);
		if (i % 50 == 0)
			term_resize(term, 3 + (int)(seed >> 8) % 50, 10 + (int)(seed >> 16) % 150);
	}
	expect_alive(term);
}

/* Objects come and go as fast as they can while it refreshes as fast as it can. */
static void churn(void **state)
{
	struct term *term;

	(void)state;
	populate();
	term = ui_open(NULL, "-m", "--readonly", "--delay", "0.1", NULL);
	EXPECT(term, ui_rows(term) > 0);
	for (int i = 0; i < 300; i++) {
		int ids[8];

		for (size_t n = 0; n < 8; n++)
			ids[n] = ipc_segment(IPC_PRIVATE, 4096, 0600);
		term_type(term, i % 3 ? "j r" : "G>rI");
		for (size_t n = 0; n < 8; n++)
			ipc_remove(KIND_SHM, ids[n]);
		term_pump(term, 0);
	}
	expect_alive(term);
}

#define HOSTILE_CASE(function) cmocka_unit_test_setup_teardown(function, ui_setup, end_maker)

int main(void)
{
	const struct CMUnitTest cases[] = {
		HOSTILE_CASE(escape_in_a_name),
		HOSTILE_CASE(csi_in_a_name),
		HOSTILE_CASE(newline_in_a_name),
		HOSTILE_CASE(c1_in_a_name),
		HOSTILE_CASE(invalid_utf8_in_a_name),
		HOSTILE_CASE(wide_name_in_c_locale),
		HOSTILE_CASE(wide_name),
		HOSTILE_CASE(invalid_input_swallows_no_key),
		HOSTILE_CASE(escape_in_a_user_name),
		HOSTILE_CASE(held_keys),
		HOSTILE_CASE(every_key),
		HOSTILE_CASE(random_bytes),
		HOSTILE_CASE(random_keys),
		HOSTILE_CASE(churn),
	};

	return tap_run(cases, sizeof cases / sizeof *cases, ipc_enter, NULL);
}
