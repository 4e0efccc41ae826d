/*
 * Who holds an object and who waits for it, in the table and in the pane of details, and waits that
 * are stuck.
 */
#include "../live/answer.h"
#include "related.h"

#include <stdio.h>
#include <string.h>
#include <sys/sem.h>
#include <sys/shm.h>

enum { TEXT = 128, SIZE = 64 << 10 };

static const struct term_how wide = { .rows = 60, .cols = 160 };

/* Open the tab of a kind with the details of its only object, called so. */
static struct term *open_details(const struct term_how *how, const char *kind, const char *title)
{
	struct term *term = ui_open(how, kind, "--delay", "0.5", NULL);

	EXPECT(term, ui_rows(term) == 1 || (how && how->rows < 30));
	ui_key(term, "Enter");
	SEE(term, title);
	return term;
}

/* "12:03:44" of the title. */
static void clock_of(struct term *term, char clock[TEXT])
{
	const char *title = term_row(term, 0), *last = strrchr(title, ' ');

	snprintf(clock, TEXT, "%s", last ? last : "");
}

static void leave(struct term *term)
{
	ui_press(term, 'q');
	GONE(term, "Esc: close");
	ui_quit(term);
}

/* "  905 worker (app): " */
static const char *who(const struct actor *actor, const char *name)
{
	static char text[TEXT];
	char thread[TEXT / 2] = "";

	if (actor->tid != actor->pid)
		snprintf(thread, sizeof thread, "thread %d of ", actor->tid);
	snprintf(text, sizeof text, "  %s%d %s (%s): ", thread, actor->pid, name, related_user());
	return text;
}

static void waiters_of_a_set(void **state)
{
	static const unsigned short values[] = { 0, 1, 4 };
	int set = actors_set(0x100, 0600, 3, values);
	struct actor *taker = actors_start(
		(struct act[]){ act_name("taker"), act_semop(set, 0, -1, SEM_UNDO), act_exit() });
	struct actor *pair = actors_start((struct act[]){
		act_name("pair"), act_thread(), act_semop(set, 1, -2, 0), act_exit() });
	struct actor *zero = actors_start((struct act[]){
		act_name("zero"), act_by(ACT_BY_SEMTIMEDOP, act_semop(set, 2, 0, 0)), act_exit() });
	struct term *term;

	(void)state;
	actor_wait_blocked(taker);
	actor_wait_blocked(pair);
	actor_wait_blocked(zero);
	term = open_details(&wide, "-s", related_fact(" Semaphore set %d, of ", set));
	SEE(term, "Waiters");
	SEE(term,
		related_fact("%swaits to decrease semaphore 0 by 1, SEM_UNDO, for ",
			who(taker, "taker")));
	SEE(term, related_fact("%swaits to decrease semaphore 1 by 2, for ", who(pair, "pair")));
	SEE(term,
		related_fact("%swaits for semaphore 2 to be zero, for a limited time, for ",
			who(zero, "zero")));
	/* Number, value, last operator, command, and how many wait for more and for zero: who. */
	SEE(term, "NCOUNT  ZCOUNT  WAITERS");
	SEE(term, related_fact("      1       0  %d taker (-1)", taker->tid));
	SEE(term, related_fact("      1       0  %d/%d pair (-2)", pair->pid, pair->tid));
	SEE(term, related_fact("      0       1  %d zero (zero)", zero->tid));
	EXPECT(term, related_is(term, ui_row_of(term, set), "WAITERS", "3"));
	/* Who goes on waits no more. */
	assert_int_equal(semctl(set, 0, SETVAL, 1), 0);
	GONE(term, who(taker, "taker"));
	EXPECT(term, related_is(term, ui_row_of(term, set), "WAITERS", "2"));
	leave(term);
}

static void waiters_of_a_full_queue(void **state)
{
	int full = actors_full_queue(0x100, 0600);
	struct actor *sender = actors_start(
		(struct act[]){ act_name("sender"), act_msgsnd(full, 7, 50), act_exit() });
	struct actor *reader = actors_start((struct act[]){
		act_name("reader"), act_thread(), act_msgrcv(full, 42), act_exit() });
	struct term *term;

	(void)state;
	actor_wait_blocked(sender);
	actor_wait_blocked(reader);
	term = open_details(&wide, "-q", related_fact(" Queue %d, of ", full));
	SEE(term, related_fact("%swaits to send, for ", who(sender, "sender")));
	SEE(term, related_fact("%swaits to receive type 42, for ", who(reader, "reader")));
	EXPECT(term, related_is(term, ui_row_of(term, full), "WAITERS", "2"));
	leave(term);
}

static void waiters_of_an_empty_queue(void **state)
{
	int empty = ipc_queue(0x100, 0600);
	struct actor *any =
		actors_start((struct act[]){ act_name("any"), act_msgrcv(empty, 0), act_exit() });
	struct actor *low =
		actors_start((struct act[]){ act_name("low"), act_msgrcv(empty, -6), act_exit() });
	struct term *term;

	(void)state;
	actor_wait_blocked(any);
	actor_wait_blocked(low);
	term = open_details(&wide, "-q", related_fact(" Queue %d, of ", empty));
	SEE(term, related_fact("%swaits to receive any message, for ", who(any, "any")));
	SEE(term, related_fact("%swaits to receive a type up to 6, for ", who(low, "low")));
	/* Each of them leads to its process. */
	related_follow(term, related_fact("%d low ", low->pid));
	SEE(term, "[5 Processes]");
	SEE(term, related_fact(" Process %d ", low->pid));
	EXPECT(term, related_selected(term) == related_row(term, low->pid));
	leave(term);
}

/* Seconds in a cell like "12s"; -1: there are none. */
static int seconds_in(struct term *term, int id, const char *title)
{
	int row = ui_row_of(term, id), seconds = -1;

	if (row < 0 || sscanf(related_cell(term, row, title), "%ds", &seconds) != 1)
		return -1;
	return seconds;
}

static void columns_of_a_wide_table(void **state)
{
	int set = ipc_set(0x100, 1, 0600), idle = ipc_set(0x200, 1, 0600);
	struct actor *waiter = actors_start(
		(struct act[]){ act_name("waiter"), act_semop(set, 0, -1, 0), act_exit() });
	struct term *term;
	int before;

	(void)state;
	actor_wait_blocked(waiter);
	term = ui_open(&wide, "-s", "--delay", "0.5", NULL);
	EXPECT(term, related_is(term, ui_row_of(term, set), "WAITERS", "1"));
	EXPECT(term, (before = seconds_in(term, set, "BLOCKED")) >= 0);
	EXPECT(term, seconds_in(term, set, "BLOCKED") >= before + 2);
	/* Nobody, or nobody that could be seen. */
	EXPECT(term, related_is(term, ui_row_of(term, idle), "BLOCKED", "-"));
	EXPECT(term,
		related_is(
			term, ui_row_of(term, idle), "WAITERS", answer_all_visible() ? "0" : "-"));
	ui_quit(term);
}

static void attachments_and_holders(void **state)
{
	int segment = ipc_segment(0x100, SIZE, 0600);
	struct actor *twice = actors_start((struct act[]){ act_name("twice"),
		act_attach(segment, 0), act_attach(segment, SHM_RDONLY), act_stay() });
	struct actor *once = actors_start(
		(struct act[]){ act_name("once"), act_attach(segment, SHM_RDONLY), act_stay() });
	struct actor *away = actors_start((struct act[]){
		act_name("away"), act_meet(), act_attach(segment, 0), act_unshare(), act_stay() });
	struct term *term;

	(void)state;
	actor_wait_staying(twice);
	actor_wait_staying(once);
	term = open_details(&wide, "-m", related_fact(" Segment %d, of ", segment));
	SEE(term, "  3 attachments by 2 processes.");
	SEE(term, related_fact("%smapped twice, read-write, at ", who(twice, "twice")));
	SEE(term, " (read-only)");
	SEE(term, related_fact("%smapped once, read-only, at ", who(once, "once")));
	EXPECT(term, related_is(term, ui_row_of(term, segment), "NATTCH", "3"));
	/* One who went to another namespace keeps it, and is not named by an id of ours. */
	actor_release(away);
	actor_wait_staying(away);
	SEE(term, "  3 attachments by 2 processes; 1 more attachment is not visible to you.");
	GONE(term, " away ");
	EXPECT(term, related_is(term, ui_row_of(term, segment), "NATTCH", "4"));
	actor_kill(twice, false);
	actor_kill(once, false);
	SEE(term, "  1 attachment, not visible to you.");
	actor_kill(away, false);
	SEE(term, "  no attachments.");
	leave(term);
}

static void nobody_waits(void **state)
{
	int set = ipc_set(0x100, 1, 0600);
	struct term *term = open_details(&wide, "-s", related_fact(" Semaphore set %d, of ", set));

	(void)state;
	SEE(term, "Waiters");
	GONE(term, "looked at so far");
	/* the kernel counts those who wait for a set, whoever is hidden */
	SEE(term, "Nobody waits.");
	GONE(term, "Not all is known: ");
	leave(term);
}

/* The one who holds that semaphore. */
static const char *name_of(int semnum)
{
	return semnum == 0 ? "left" : "right";
}

/* Two that each hold what the other wants. */
static void make_deadlock(int set, struct actor *both[2])
{
	for (int i = 0; i < 2; i++)
		both[i] = actors_start(
			(struct act[]){ act_name(name_of(i)), act_semop(set, i, -1, SEM_UNDO),
				act_meet(), act_semop(set, 1 - i, -1, SEM_UNDO), act_exit() });
	for (int i = 0; i < 2; i++)
		actor_wait_met(both[i]);
	for (int i = 0; i < 2; i++)
		actor_release(both[i]);
	for (int i = 0; i < 2; i++)
		actor_wait_blocked(both[i]);
}

static int make_stuck_set(struct actor *both[2])
{
	static const unsigned short ones[] = { 1, 1 };
	int set = actors_set(0x100, 0600, 2, ones);

	make_deadlock(set, both);
	return set;
}

/* Who waits for a semaphore, and for whom, who is named as it is. */
static bool is_sketched(struct term *term, int set, const struct actor *waiter,
	const struct actor *holder, int semnum)
{
	const char *waits = related_fact("%d (%s): semaphore set %d, waits to decrease semaphore "
					 "%d by 1, SEM_UNDO, for ",
		waiter->pid, name_of(1 - semnum), set, semnum);

	return related_says(term, waits) &&
		related_says(term,
			related_fact("so far \342\206\222 last used by %d (%s)", holder->pid,
				name_of(semnum)));
}

static void deadlock_within_three_intervals(void **state)
{
	const char *told;
	struct actor *both[2];
	int set = make_stuck_set(both), turns = 0;
	struct term *term = ui_open(&wide, "-s", "--delay", "1", NULL);
	char clock[TEXT], now[TEXT];

	(void)state;
	EXPECT(term, related_is(term, ui_row_of(term, set), "WAITERS", "2"));
	told = related_fact("possible deadlock: semaphore set %d", set);
	/* The clock in the title is that of the snapshot. */
	clock_of(term, clock);
	while (!strstr(ui_status(term), told)) {
		EXPECT(term,
			(clock_of(term, now), strcmp(now, clock) != 0) ||
				strstr(ui_status(term), told));
		turns += strcmp(now, clock) != 0;
		memcpy(clock, now, sizeof clock);
		assert_in_range(turns, 0, 3);
	}
	ui_key(term, "Enter");
	SEE(term, "Stuck waits");
	SEE(term,
		related_fact("  possible deadlock, severity %s",
			actor_has_threads(both[0]) ? "medium" : "high"));
	EXPECT(term,
		related_says(term,
			"known: 2 processes wait, each for a semaphore that the next one of them "
			"changed last; "));
	EXPECT(term, related_says(term, "inferred: If the last operators hold what the others "));
	for (int i = 0; i < 2; i++)
		EXPECT(term, is_sketched(term, set, both[i], both[1 - i], 1 - i));
	leave(term);
}

static void deadlock_is_over(void **state)
{
	struct actor *both[2];
	int set = make_stuck_set(both);
	struct term *term = open_details(&wide, "-s", related_fact(" Semaphore set %d, of ", set));

	(void)state;
	SEE(term,
		related_fact("  possible deadlock, severity %s",
			actor_has_threads(both[0]) ? "medium" : "high"));
	actor_kill(both[0], false);
	GONE(term, "possible deadlock");
	GONE(term, who(both[0], "left"));
	leave(term);
}

static bool is_ascii(struct term *term)
{
	for (int row = 0; row < term_rows(term); row++) {
		for (const char *at = term_row(term, row); *at; at++) {
			if ((unsigned char)*at >= 0x80)
				return false;
		}
	}
	return true;
}

/* From the set to one who waits for it and back, and out: on any terminal. */
static void on_small_and_plain_terminals(void **state)
{
	static const char *const mono[] = { "TERM=vt100", NULL };
	static const struct {
		int rows, cols;
		const char *const *env;
		const char *option;
	} places[] = {
		{ 4, 20, NULL, NULL },
		{ 10, 40, NULL, NULL },
		{ 24, 80, mono, NULL },
		{ 24, 80, NULL, "--ascii" },
	};
	struct actor *both[2];
	int set = make_stuck_set(both);

	(void)state;
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		struct term_how how = { .rows = 60, .cols = 160, .env = places[i].env };
		struct term *term = ui_open(&how, "-s", places[i].option, NULL);

		/* As soon as all is known it gets small. */
		SEE(term, "0x00000100");
		ui_key(term, "Enter");
		SEE(term, who(both[1], "right"));
		term_resize(term, places[i].rows, places[i].cols);
		/* The pane has all of a low screen, and is drawn from its first line. */
		EXPECT(term, term_cursor(term).row == 1);
		related_follow(term, related_fact("%d right", both[1]->pid));
		SEE(term, related_fact(" Process %d", both[1]->pid));
		related_follow(term, related_fact("semaphore set %d,", set));
		SEE(term, related_fact(" Semaphore set %d,", set));
		EXPECT(term, !places[i].option || is_ascii(term));
		assert_true(!places[i].env || !term_wrote_colour(term));
		ui_press(term, 'q');
		EXPECT(term, !term_find(term, " Semaphore set ", NULL));
		ui_quit(term);
		ui_free(term);
	}
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		RELATED_CASE(waiters_of_a_set),
		RELATED_CASE(waiters_of_a_full_queue),
		RELATED_CASE(waiters_of_an_empty_queue),
		RELATED_CASE(columns_of_a_wide_table),
		RELATED_CASE(attachments_and_holders),
		RELATED_CASE(nobody_waits),
		RELATED_CASE(deadlock_within_three_intervals),
		RELATED_CASE(deadlock_is_over),
		RELATED_CASE(on_small_and_plain_terminals),
	};

	return tap_run(cases, sizeof cases / sizeof *cases, related_enter, NULL);
}
