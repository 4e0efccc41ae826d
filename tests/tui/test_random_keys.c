/*
 * Random bytes as keys, with objects around: whatever they open, nothing ends the program but a key
 * that does, it comes to rest after each, and no object goes unless a dialog that named it was
 * confirmed. What confirms is only sent when the program rests and its screen was looked at.
 * IPCTOP_SEED=number repeats a run, whose number is printed.
 */
#include "ui.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
	OBJECTS = 6, /* of each kind */
	BATCH = 48, /* bytes at a time */
	KEYS = 2500, /* of each case, in 'make check' */
	PROOF_MS = 20 * 1000, /* of each case, in 'make prove' */
	KEY_MAX = 24, /* bytes */
	ROWS = 50, /* all that a dialog names is seen */
	COLS = 100,
	SMALL = 24, /* one size in so many keys, where the size changes */
};

/* What is pressed more often than by chance. */
static const char *const common[] = { "\x1b", "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D", "\x1b[5~",
	"\x1b[6~", "\x1b[H", "\x1b[F", "\x1bOP", "\x1bOQ", "\x1bOR", "\x1bOS", "\x1b[15~",
	"\x1b[17~", "\x1b[18~", "\x1b[19~", "\x1b[Z", "\t", " ", "A", "/", "\\", "u", "i", "t", "1",
	"2", "3", "4", "5", "6", "7", "8", "g", "r", "p", "m", "\x7f", "K", "\x1b[20~", "n", "\r",
	"y", "yes\r", "\x1bOM", "\xc3\xa9", "\xe6\xbc\xa2", "e\xcc\x81", "\x1a" };

struct play {
	const char *option; /* one more, or NULL */
	bool small; /* the size changes, also to one that does not show a question */
	bool answers; /* keys that confirm are sent, where nothing is asked */
	bool confirms; /* what is asked is confirmed, sometimes */
	bool asks; /* it must come to a question */
};

/* Leave what is open, and ask. */
static const char *const asking[] = { "\x1b\x1bK", "\x1b\x1b\x1b[20~", "\x1b\x1b AK" };

/* A case under way. */
struct game {
	const struct play *play;
	struct term *term;
	char bytes[BATCH + KEY_MAX]; /* not sent yet */
	size_t size;
	size_t asked, confirmed, removed;
};

static unsigned seed;
static int ids[KIND_SHM + 1][OBJECTS];
static long ctimes[KIND_SHM + 1][OBJECTS];

static void make_object(enum ipc_kind kind, int i)
{
	if (kind == KIND_MSG) {
		ids[kind][i] = ipc_queue(0x100 + i, 0600);
		ipc_send(ids[kind][i], 10);
	} else if (kind == KIND_SEM) {
		ids[kind][i] = ipc_set(0x200 + i, 3, 0600);
	} else {
		ids[kind][i] = ipc_segment(0x300 + i, 4096, 0600);
	}
	ctimes[kind][i] = ipc_ctime(kind, ids[kind][i]);
}

static bool is_there(enum ipc_kind kind, int i)
{
	return ipc_exists(kind, ids[kind][i]) && ipc_ctime(kind, ids[kind][i]) == ctimes[kind][i];
}

static void expect_objects(struct game *game)
{
	for (enum ipc_kind kind = 0; kind <= KIND_SHM; kind++)
		for (int i = 0; i < OBJECTS; i++)
			if (!is_there(kind, i)) {
				term_dump(game->term);
				fail_msg("object %d of kind %d went", ids[kind][i], kind);
			}
}

static void start(struct game *game)
{
	static const char *const tabs[] = { "-q", "-s", "-m" };
	const struct term_how how = { .rows = ROWS, .cols = COLS };

	game->term = ui_open(&how, tabs[random() % 3], "--delay", "0.1", game->play->option, NULL);
	/* before that the kernel makes signals of keys */
	SEE(game->term, "F10Quit");
}

/* It ended by a key: by itself, or by the one for SIGINT. */
static void start_again(struct game *game)
{
	int status = term_close(game->term);

	if (status == -1 ||
		!((WIFEXITED(status) && WEXITSTATUS(status) == 0) ||
			(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT)))
		expect_ended(game->term, status, "end by a key", __FILE__, __LINE__);
	ui_free(game->term);
	/* what was set up may make another one of it, or not */
	if (random() % 2)
		home_remove();
	start(game);
}

/* All keys are taken; false: one of them ended it, and it was started again. */
static bool rest(struct game *game)
{
	term_send(game->term, game->bytes, game->size);
	game->size = 0;
	if (term_rest(game->term))
		return true;
	if (!term_ended(game->term))
		expect_failed(game->term, "it comes to rest", __FILE__, __LINE__);
	start_again(game);
	return false;
}

/* The next key, and whether it may be one that confirms, by itself or by what was sent before. */
static bool draw_key(char key[KEY_MAX], size_t *size)
{
	const long which = random() % 20, what = random();
	const char *chosen;

	if (which == 0) {
		*size = (size_t)snprintf(key, KEY_MAX, "\x1b[<%d;%ld;%ldM", what % 4 ? 0 : 64,
			what / 8 % COLS + 1, what / 1024 % ROWS + 1);
		return false; /* a click never confirms */
	}
	if (which < 10) {
		key[0] = (char)(what % 256);
		*size = 1;
	} else {
		chosen = which < 17 ? common[(size_t)what % (sizeof common / sizeof *common)]
				    : asking[(size_t)what % (sizeof asking / sizeof *asking)];
		*size = strlen(chosen);
		memcpy(key, chosen, *size);
	}
	for (size_t i = 0; i < *size; i++)
		if (key[i] && strchr("yY\r\nM", key[i]))
			return true;
	return false;
}

/* The number of objects that are asked about, or 0 where nothing is asked. */
static int question(struct term *term)
{
	static const char *const titles[] = { " Remove ", ": remove " };
	const char *at;
	int count;

	for (int row = 0; row < term_rows(term); row++)
		for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) {
			at = strstr(term_row(term, row), titles[i]);
			if (at && sscanf(at + strlen(titles[i]), "%d object", &count) == 1 &&
				(term_find(term, "Remove it?", NULL) ||
					term_find(term, "Type yes", NULL)))
				return count;
		}
	return 0;
}

/* Whether a row of the dialog is the one of this object. */
static bool is_named(struct term *term, enum ipc_kind kind, int id)
{
	static const char *const words[] = { "msg", "sem", "shm" };
	char line[64];

	snprintf(line, sizeof line, " %s %d  key 0x", words[kind], id);
	return term_find(term, line, NULL);
}

/* Confirm what is asked: all that it names goes, and nothing else. */
static void confirm(struct game *game, int count)
{
	bool named[KIND_SHM + 1][OBJECTS];
	int found = 0;

	for (enum ipc_kind kind = 0; kind <= KIND_SHM; kind++)
		for (int i = 0; i < OBJECTS; i++) {
			named[kind][i] = is_named(game->term, kind, ids[kind][i]);
			found += named[kind][i];
		}
	/* one that is gone may stand in the table still */
	assert_true(found <= count);
	term_type(game->term,
		term_find(game->term, "Type yes", NULL) ? "\b\b\b\b\b\b\b\byes\r" : "y");
	for (enum ipc_kind kind = 0; kind <= KIND_SHM; kind++)
		for (int i = 0; i < OBJECTS; i++)
			if (named[kind][i]) {
				EXPECT(game->term, !ipc_exists(kind, ids[kind][i]));
				make_object(kind, i);
			}
	game->confirmed += found > 0;
	game->removed += (size_t)found;
}

/* The program rests. Whether the key, which may confirm, is to be sent. */
static bool may_send(struct game *game)
{
	int count = question(game->term);

	if (count == 0)
		return game->play->answers;
	game->asked++;
	if (game->play->confirms && random() % 2)
		confirm(game, count);
	return false;
}

static void add_key(struct game *game)
{
	size_t size;
	char key[KEY_MAX];
	bool confirming = draw_key(key, &size);

	if (game->play->option)
		confirming = false; /* as nothing can be removed */
	if (confirming && (!rest(game) || !may_send(game)))
		return;
	memcpy(game->bytes + game->size, key, size);
	game->size += size;
	if (game->size < BATCH && !confirming)
		return;
	rest(game);
	if (game->play->small && random() % SMALL == 0)
		term_resize(game->term, 1 + (int)(random() % ROWS), 1 + (int)(random() % COLS));
	expect_objects(game);
}

static void play(const struct play *play)
{
	long end = term_now() + PROOF_MS;
	struct game game = { .play = play };
	size_t keys;

	srandom(seed);
	for (enum ipc_kind kind = 0; kind <= KIND_SHM; kind++)
		for (int i = 0; i < OBJECTS; i++)
			make_object(kind, i);
	start(&game);
	for (keys = 0; (tap_proving() ? term_now() < end : keys < KEYS) ||
		(play->asks && game.asked == 0) || (play->confirms && game.confirmed == 0);
		keys++)
		add_key(&game);
	rest(&game);
	expect_objects(&game);
	printf("# %zu keys, %zu questions, %zu confirmed: %zu objects\n", keys, game.asked,
		game.confirmed, game.removed);
	/* it has not hung up: it ends when it is asked to */
	term_signal(game.term, SIGTERM);
	DIES_OF(game.term, SIGTERM);
}

/* Of any size, without a key that confirms. */
static void nothing_goes_that_nobody_confirms(void **state)
{
	(void)state;
	play(&(struct play){ .small = true });
}

static void nothing_goes_where_a_question_is_not_answered(void **state)
{
	(void)state;
	play(&(struct play){ .answers = true, .asks = true });
}

static void only_what_was_named_goes(void **state)
{
	(void)state;
	play(&(struct play){ .answers = true, .confirms = true });
}

static void nothing_goes_in_read_only_mode(void **state)
{
	(void)state;
	play(&(struct play){ .option = "--readonly", .small = true });
}

static int enter(void **state)
{
	const char *given = getenv("IPCTOP_SEED");

	seed = given ? (unsigned)strtoul(given, NULL, 10)
		     : (unsigned)time(NULL) ^ (unsigned)getpid() << 16;
	printf("# IPCTOP_SEED=%u\n", seed);
	return ipc_enter(state);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		UI_CASE(nothing_goes_that_nobody_confirms),
		UI_CASE(nothing_goes_where_a_question_is_not_answered),
		UI_CASE(only_what_was_named_goes),
		UI_CASE(nothing_goes_in_read_only_mode),
	};

	return tap_run(cases, sizeof cases / sizeof *cases, enter, NULL);
}
