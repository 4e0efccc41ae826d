/* The tab of processes: what it says of those that use IPC, and the ways to and from it. */
#include "../live/space.h"
#include "home.h"
#include "related.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/sem.h>
#include <sys/shm.h>

#include "ipctop/model/class.h"

enum { TEXT = 128, SMALL = 64 << 10, LARGE = 192 << 10, OWN = 8 << 10 };

enum who { KEEPER, WAITER };

static const struct term_how tall = { .rows = 60, .cols = 130 };

/* One that has two segments attached, one that made its own, and one that waits. */
static struct {
	int small, large, set;
	struct actor *keeper, *maker, *waiter;
} world;

static void make_world(void)
{
	world.small = ipc_segment(0x100, SMALL, 0600);
	world.large = ipc_segment(0x200, LARGE, 0600);
	world.set = ipc_set(0x300, 2, 0600);
	world.keeper = actors_start((struct act[]){ act_name("keeper"), act_attach(world.small, 0),
		act_attach(world.large, SHM_RDONLY), act_stay() });
	world.maker = actors_start((struct act[]){ act_name("maker"),
		act_make(CLASS_SHM, 0x400, ACT_MADE, OWN), act_attach(ACT_MADE, 0), act_stay() });
	world.waiter = actors_start(
		(struct act[]){ act_name("waiter"), act_semop(world.set, 1, -3, 0), act_stay() });
	actor_wait_staying(world.keeper);
	actor_wait_staying(world.maker);
	actor_wait_blocked(world.waiter);
}

static bool in_cell(struct term *term, pid_t pid, const char *title, const char *text)
{
	int row = related_row(term, pid);

	return row > 0 && related_is(term, row, title, text);
}

static struct term *open_tab(const struct term_how *how, const char *delay)
{
	struct term *term;

	make_world();
	term = ui_open(how, "-m", "--delay", delay, NULL);
	ui_press(term, '5');
	/* As soon as all of that is known the order stays as it is. */
	EXPECT(term,
		in_cell(term, world.keeper->pid, "ATTACHED", "256K") &&
			in_cell(term, world.maker->pid, "ATTACHED", "8K") &&
			in_cell(term, world.waiter->pid, "WAITS", "1") &&
			in_cell(term, getpid(), "CREATED", "2"));
	return term;
}

/* Bring the cursor to the row of a process. The terminal's own cursor moves about while it draws.
 */
static void select_process(struct term *term, pid_t pid)
{
	int row;

	ui_press(term, 'g');
	EXPECT(term, strstr(ui_status(term), " 1 of ") && related_row(term, pid) >= 0);
	EXPECT(term, related_selected(term) >= 0);
	for (row = related_selected(term); row != related_row(term, pid); row++) {
		ui_press(term, 'j');
		EXPECT(term, related_selected(term) == row + 1);
	}
}

/* The details of one of them. */
static struct term *open_pane(enum who who)
{
	struct term *term = open_tab(&tall, "0.5");
	pid_t pid = who == KEEPER ? world.keeper->pid : world.waiter->pid;

	select_process(term, pid);
	ui_key(term, "Enter");
	SEE(term, related_fact(" Process %d ", pid));
	return term;
}

static void leave(struct term *term)
{
	ui_press(term, 'q');
	GONE(term, "Esc: close");
	ui_quit(term);
}

/* All cells of a row, in the order of the table. */
static bool row_says(struct term *term, pid_t pid, const char *command, const char *segments,
	const char *attached, const char *created, const char *waits)
{
	return in_cell(term, pid, "COMMAND", command) &&
		in_cell(term, pid, "USER", related_user()) &&
		in_cell(term, pid, "SEGMENTS", segments) &&
		in_cell(term, pid, "ATTACHED", attached) &&
		in_cell(term, pid, "CREATED", created) && in_cell(term, pid, "WAITS", waits);
}

static void rows_say_what_is(void **state)
{
	struct term *term = open_tab(&tall, "0.5");

	/* Where root is only played the test has rights that the program has not. */
	const char *none = space_has_users() ? "0" : "-";

	(void)state;
	EXPECT(term, row_says(term, world.keeper->pid, "keeper", "2", "256K", "0", "0"));
	EXPECT(term, row_says(term, world.maker->pid, "maker", "1", "8K", "1", "0"));
	EXPECT(term, row_says(term, world.waiter->pid, "waiter", "0", "0", "0", "1"));
	/* The test made two segments, and has nothing attached, as far as its user may see. */
	EXPECT(term, row_says(term, getpid(), "test_processes", none, none, "2", none));
	EXPECT(term, strstr(ui_status(term), "of 4 "));
	ipc_attach(world.small);
	ipc_attach(world.small);
	if (space_has_users())
		EXPECT(term, row_says(term, getpid(), "test_processes", "1", "64K", "2", "0"));
	/* Who lets go of all, and who is woken, is not among them any more. */
	actor_kill(world.keeper, false);
	EXPECT(term, related_row(term, world.keeper->pid) < 0);
	ipc_remove(KIND_SEM, world.set);
	EXPECT(term, related_row(term, world.waiter->pid) < 0);
	ui_quit(term);
}

static bool in_order(struct term *term, pid_t first, pid_t second, pid_t third)
{
	return related_row(term, first) > 0 &&
		related_row(term, first) < related_row(term, second) &&
		related_row(term, second) < related_row(term, third);
}

static void in_order_and_filtered(void **state)
{
	struct term *term = open_tab(&tall, "0.5");
	pid_t keeper = world.keeper->pid, maker = world.maker->pid, waiter = world.waiter->pid;

	(void)state;
	EXPECT(term, strstr(ui_status(term), "sorted by ATTACHED"));
	EXPECT(term, in_order(term, keeper, maker, waiter));
	ui_press(term, 'R');
	EXPECT(term, in_order(term, waiter, maker, keeper));
	ui_press(term, '>');
	EXPECT(term, strstr(ui_status(term), "sorted by CREATED"));
	EXPECT(term, in_order(term, keeper, maker, getpid()));
	ui_press(term, '\\');
	term_type(term, "waits>0");
	EXPECT(term, related_row(term, waiter) > 0 && related_row(term, keeper) < 0);
	ui_key(term, "Enter");
	EXPECT(term, strstr(ui_status(term), "1 of 1 (3 hidden)"));
	ui_press(term, '\\');
	ui_press(term, 'U' & 0x1f);
	term_type(term, "command~^(keep|mak)er$ attached>=8K");
	ui_key(term, "Enter");
	EXPECT(term, strstr(ui_status(term), "of 2 (2 hidden)"));
	EXPECT(term, related_row(term, keeper) > 0 && related_row(term, maker) > 0);
	ui_quit(term);
}

/* Where a process has the segment with this key, as the kernel tells it. */
static const char *place_of(pid_t pid, unsigned key)
{
	static char place[TEXT];
	char path[TEXT], line[2 * TEXT], name[TEXT];
	int length;
	FILE *file;

	snprintf(path, sizeof path, "/proc/%d/maps", pid);
	snprintf(name, sizeof name, "/SYSV%08x", key);
	file = fopen(path, "re");
	assert_non_null(file);
	place[0] = '\0';
	while (fgets(line, sizeof line, file)) {
		length = (int)strcspn(line, " ");
		if (strstr(line, name) && length < TEXT / 2)
			snprintf(place, sizeof place, "at %.*s", length, line);
	}
	fclose(file);
	assert_true(place[0]);
	return place;
}

static void enter_lists_its_objects(void **state)
{
	struct term *term = open_pane(KEEPER);

	(void)state;
	SEE(term, "Objects");
	SEE(term,
		related_fact(
			"  segment %d, of %s, key 0x00000100, 64K: mapped once, read-write, %s",
			world.small, related_user(), place_of(world.keeper->pid, 0x100)));
	SEE(term,
		related_fact(
			"  segment %d, of %s, key 0x00000200, 192K: mapped once, read-only, %s",
			world.large, related_user(), place_of(world.keeper->pid, 0x200)));
	GONE(term, "key 0x00000300");
	GONE(term, "created it");
	/* The one after it made the segment that it holds. */
	ui_key(term, "Right");
	SEE(term, related_fact(" Process %d ", world.maker->pid));
	EXPECT(term, related_row(term, world.maker->pid) == related_selected(term));
	SEE(term,
		related_fact(
			"  segment %d, of %s, key 0x00000400, 8K: mapped once, read-write, creator",
			actor_id(world.maker), related_user()));
	/* What one holds stands there once, and what one has made and does not hold as well. */
	GONE(term, "created it");
	ui_press(term, 'q');
	GONE(term, "Esc: close");
	select_process(term, getpid());
	ui_key(term, "Enter");
	SEE(term, related_fact(" Process %d ", getpid()));
	SEE(term,
		related_fact("  segment %d, of %s, key 0x00000100, 64K: created it", world.small,
			related_user()));
	SEE(term,
		related_fact("  segment %d, of %s, key 0x00000200, 192K: created it", world.large,
			related_user()));
	leave(term);
}

static void a_wait_is_among_them(void **state)
{
	struct term *term = open_pane(WAITER);

	(void)state;
	SEE(term,
		related_fact("  semaphore set %d, of %s, key 0x00000300: waits to decrease "
			     "semaphore 1 by "
			     "3",
			world.set, related_user()));
	SEE(term, " s so far");
	GONE(term, "mapped once");
	related_follow(term, related_fact("semaphore set %d,", world.set));
	SEE(term, "[2 Semaphores]");
	SEE(term, related_fact(" Semaphore set %d, of ", world.set));
	EXPECT(term, ui_selected_id(term) == world.set);
	leave(term);
}

/* From the process to its segment, from there to the process again, and out. */
static void there_and_back(void **state)
{
	struct term *term = open_pane(KEEPER);

	(void)state;
	related_follow(term, related_fact("segment %d,", world.large));
	SEE(term, "[3 Segments]");
	SEE(term, related_fact(" Segment %d, of ", world.large));
	EXPECT(term, ui_selected_id(term) == world.large);
	related_follow(term, related_fact("%d keeper", world.keeper->pid));
	SEE(term, "[5 Processes]");
	SEE(term, related_fact(" Process %d ", world.keeper->pid));
	EXPECT(term, related_selected(term) == related_row(term, world.keeper->pid));
	ui_key(term, "Esc");
	GONE(term, "Esc: close");
	SEE(term, "[5 Processes]");
	EXPECT(term, term_cursor(term).row == related_row(term, world.keeper->pid));
	ui_quit(term);
}

/* Where the filter hides the row there is nothing to go to, and the pane stays what it is. */
static void hidden_by_the_filter(void **state)
{
	struct term *term = open_tab(&tall, "0.5");

	(void)state;
	ui_press(term, '\\');
	term_type(term, "command=waiter");
	ui_key(term, "Enter");
	EXPECT(term, strstr(ui_status(term), "1 of 1 (3 hidden)"));
	ui_press(term, '3');
	EXPECT(term, ui_rows(term) == 3);
	ui_press(term, 'G');
	EXPECT(term, ui_cursor_id(term) == actor_id(world.maker));
	ui_key(term, "Enter");
	SEE(term, related_fact(" Segment %d, of ", actor_id(world.maker)));
	related_follow(term, related_fact("%d maker", world.maker->pid));
	EXPECT(term,
		strstr(ui_status(term),
			related_fact("process %d is hidden by the filter", world.maker->pid)));
	SEE(term, related_fact(" Segment %d, of ", actor_id(world.maker)));
	EXPECT(term, related_row(term, world.maker->pid) < 0);
	SEE(term, "[3 Segments]"); /* the tab is still that one */
	leave(term);
}

static void gone_while_its_pane_is_open(void **state)
{
	struct term *term = open_pane(KEEPER);
	const char *last = related_fact(
		"segment %d, of %s, key 0x00000100, 64K: mapped once", world.small, related_user());

	(void)state;
	SEE(term, last);
	GONE(term, " since ");
	actor_kill(world.keeper, false);
	SEE(term, related_fact(" Process %d  gone since ", world.keeper->pid));
	EXPECT(term, related_row(term, world.keeper->pid) < 0);
	SEE(term, last);
	ui_key(term, "Right");
	EXPECT(term, !term_find(term, related_fact(" Process %d ", world.keeper->pid), NULL));
	GONE(term, "no IPC since");
	leave(term);
}

/* One that has no more to do with IPC lives on, and is gone when it has ended. */
static void without_ipc_while_its_pane_is_open(void **state)
{
	struct term *term = open_pane(WAITER);

	(void)state;
	assert_int_equal(semop(world.set, &(struct sembuf){ .sem_num = 1, .sem_op = 3 }, 1), 0);
	SEE(term, related_fact(" Process %d  no IPC since ", world.waiter->pid));
	actor_kill(world.waiter, false);
	SEE(term, related_fact(" Process %d  gone since ", world.waiter->pid));
	leave(term);
}

/* Another tab in between changes neither where the cursor is nor how long a wait has lasted. */
static void another_tab_and_back(void **state)
{
	static const char *const young[] = { "-", "0s", "1s" };
	char title[512]; /* with the time of the snapshot that is shown */
	struct term *term;
	pid_t pid;

	(void)state;
	/* nothing there asks for processes */
	home_write("[columns]\nshm = KEY,ID\n");
	term = open_tab(&tall, "0.5");
	pid = world.waiter->pid;
	select_process(term, pid);
	EXPECT(term, in_cell(term, pid, "BLOCKED", "2s"));
	ui_press(term, '3');
	SEE(term, "[3 Segments]");
	for (size_t i = 0; i < 2; i++) {
		snprintf(title, sizeof title, "%s", term_row(term, 0));
		EXPECT(term, strcmp(term_row(term, 0), title) != 0);
	}
	ui_press(term, '5');
	EXPECT(term, in_cell(term, pid, "WAITS", "1"));
	for (size_t i = 0; i < sizeof young / sizeof *young; i++)
		assert_false(in_cell(term, pid, "BLOCKED", young[i]));
	assert_int_equal(related_selected(term), related_row(term, pid));
	ui_quit(term);
}

/* A process is no object, and nothing here ends one. */
static void nothing_is_removed_or_tagged(void **state)
{
	static const char *const keys[] = { "F9", "K", "Space", "A" };
	struct term *term = open_tab(&tall, "60");

	(void)state;
	select_process(term, world.keeper->pid);
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		ui_key(term, keys[i]);
		EXPECT(term,
			strstr(ui_status(term), "that is for objects, and processes are none"));
		ui_key(term, "Esc");
		EXPECT(term,
			!strstr(ui_status(term), "that is for objects, and processes are none"));
		EXPECT(term, !strstr(ui_status(term), "tagged"));
	}
	ui_key(term, "Enter");
	SEE(term, related_fact(" Process %d ", world.keeper->pid));
	ui_key(term, "F9");
	EXPECT(term, strstr(ui_status(term), "that is for objects, and processes are none"));
	GONE(term, "Remove 1 object");
	leave(term);
	assert_int_equal(kill(world.keeper->pid, 0), 0);
	assert_true(ipc_exists(KIND_SHM, world.small) && ipc_exists(KIND_SHM, world.large));
}

static void nobody_uses_anything(void **state)
{
	struct term *term = ui_open(&tall, "-m", "--delay", "0.5", NULL);

	(void)state;
	ui_press(term, '5');
	SEE(term, "uses an object of this IPC namespace.");
	EXPECT(term, strstr(ui_status(term), "0 of 0"));
	ui_key(term, "Enter");
	EXPECT(term, strstr(ui_status(term), "there is nothing here"));
	ui_quit(term);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		RELATED_CASE(rows_say_what_is),
		RELATED_CASE(in_order_and_filtered),
		RELATED_CASE(enter_lists_its_objects),
		RELATED_CASE(a_wait_is_among_them),
		RELATED_CASE(there_and_back),
		RELATED_CASE(hidden_by_the_filter),
		RELATED_CASE(gone_while_its_pane_is_open),
		RELATED_CASE(without_ipc_while_its_pane_is_open),
		RELATED_CASE(another_tab_and_back),
		RELATED_CASE(nothing_is_removed_or_tagged),
		RELATED_CASE(nobody_uses_anything),
	};

	return tap_run(cases, sizeof cases / sizeof *cases, related_enter, NULL);
}
