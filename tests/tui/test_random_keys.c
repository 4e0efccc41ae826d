/*
 * Random bytes as keys, with objects around: whatever they open, nothing ends the program but a key
 * that does, and no object goes unless a dialog about it was confirmed. IPCTOP_SEED=number repeats
 * a run, whose number is printed.
 */
#include "ui.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
	OBJECTS = 8, /* of each kind */
	BATCH = 48, /* bytes at a time */
	SHORT_MS = 1000, /* of each case, in 'make check' */
	LONG_MS = 20 * 1000, /* in 'make prove': a minute together */
	SUSPEND = 'Z' - '@', /* job control is test_tmux.sh's */
	ABORT = '\\' - '@',
};

/* What is pressed more often than by chance. */
static const char *const keys[] = { "\x1b", "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D", "\x1b[5~",
	"\x1b[6~", "\x1bOP", "\x1bOQ", "\x1bOR", "\x1bOS", "\x1b[15~", "\x1b[17~", "\x1b[18~",
	"\x1b[19~", "\t", " ", "A", "/", "\\", "u", "i", "t", "1", "2", "3", "4", "5", "6", "7",
	"r", "p", "\x7f" };

struct play {
	const char *readonly; /* an option more, or NULL */
	const char *never; /* bytes that are not among the random ones */
	const char *more[4]; /* keys besides, ended by NULL */
};

static int ids[KIND_SHM + 1][OBJECTS];
static long ctimes[KIND_SHM + 1][OBJECTS];

static void make_objects(void)
{
	for (int i = 0; i < OBJECTS; i++) {
		ids[KIND_MSG][i] = ipc_queue(0x100 + i, 0600);
		ids[KIND_SEM][i] = ipc_set(0x200 + i, 3, 0600);
		ids[KIND_SHM][i] = ipc_segment(0x300 + i, 4096, 0600);
		ipc_send(ids[KIND_MSG][i], 10);
	}
	for (enum ipc_kind kind = 0; kind <= KIND_SHM; kind++)
		for (int i = 0; i < OBJECTS; i++)
			ctimes[kind][i] = ipc_ctime(kind, ids[kind][i]);
}

static void expect_objects(void)
{
	for (enum ipc_kind kind = 0; kind <= KIND_SHM; kind++)
		for (int i = 0; i < OBJECTS; i++) {
			assert_true(ipc_exists(kind, ids[kind][i]));
			assert_int_equal(ipc_ctime(kind, ids[kind][i]), ctimes[kind][i]);
		}
}

static struct term *start(const struct play *play)
{
	static const char *const tabs[] = { "-q", "-s", "-m" };

	return ui_open(NULL, tabs[random() % 3], "--delay", "0.1", play->readonly, NULL);
}

static void add_key(char *bytes, size_t *size, const struct play *play)
{
	const size_t common = sizeof keys / sizeof *keys;
	size_t more = 0, at;
	char byte;

	while (play->more[more])
		more++;
	at = (size_t)random() % (common + more + common);
	if (at < common + more) {
		const char *key = at < common ? keys[at] : play->more[at - common];

		memcpy(bytes + *size, key, strlen(key));
		*size += strlen(key);
		return;
	}
	byte = (char)(random() % 256);
	if (byte != SUSPEND && byte != ABORT && !(byte && strchr(play->never, byte)))
		bytes[(*size)++] = byte;
}

/* It ended by a key: by itself, or by the one for SIGINT. */
static struct term *start_again(struct term *term, const struct play *play)
{
	int status = term_close(term);

	if (status == -1 ||
		!((WIFEXITED(status) && WEXITSTATUS(status) == 0) ||
			(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT)))
		fail_msg("it ended with status 0x%x", (unsigned)status);
	ui_free(term);
	return start(play);
}

static void play(const struct play *play)
{
	long end = term_now() + (tap_proving() ? LONG_MS : SHORT_MS);
	struct term *term;
	char bytes[BATCH + 8];
	size_t batches = 0, size;

	make_objects();
	term = start(play);
	/* a slow start may take all of the time */
	EXPECT(term, term_find(term, "ipctop", NULL));
	while (term_now() < end || batches < 20) {
		for (size = 0; size < BATCH;)
			add_key(bytes, &size, play);
		term_send(term, bytes, size);
		term_pump(term, 1);
		if (term_ended(term))
			term = start_again(term, play);
		batches++;
	}
	/* it has not hung up: it ends when it is asked to */
	term_signal(term, SIGTERM);
	assert_int_not_equal(term_close(term), -1);
	expect_objects();
}

/* Removal may be asked for, but no answer is one that confirms. */
static void nothing_goes_that_is_not_confirmed(void **state)
{
	(void)state;
	play(&(struct play){ NULL, "yY\r\nM", { "\x1b[20~", "K", "n" } });
}

/* Enter and y may be pressed, but not what asks for a removal, by key or by mouse. */
static void nothing_goes_that_was_not_asked_for(void **state)
{
	(void)state;
	play(&(struct play){ NULL, "K[O", { "\r", "y", "yes\r" } });
}

static void nothing_goes_in_read_only_mode(void **state)
{
	(void)state;
	play(&(struct play){ "--readonly", "", { "\r", "y", "\x1b[20~" } });
}

static int enter(void **state)
{
	const char *given = getenv("IPCTOP_SEED");
	unsigned seed = given ? (unsigned)strtoul(given, NULL, 10)
			      : (unsigned)time(NULL) ^ (unsigned)getpid() << 16;

	printf("# IPCTOP_SEED=%u\n", seed);
	srandom(seed);
	return ipc_enter(state);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		UI_CASE(nothing_goes_that_is_not_confirmed),
		UI_CASE(nothing_goes_that_was_not_asked_for),
		UI_CASE(nothing_goes_in_read_only_mode),
	};

	return tap_run(cases, sizeof cases / sizeof *cases, enter, NULL);
}
