/* The tab of events: what happened since the start, whatever tab was shown, and the way from there.
 */
#include "related.h"

#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>

#include "ipctop/model/class.h"

enum { FIRST = 6 }; /* the line of the first row */

static const struct term_how tall = { .rows = 50, .cols = 110 };

/* A line of the table has all this. */
static bool is_event(
	struct term *term, int row, const char *event, const char *kind, int id, const char *detail)
{
	char number[16];

	snprintf(number, sizeof number, "%d", id);
	return related_is(term, row, "EVENT", event) && related_is(term, row, "KIND", kind) &&
		related_is(term, row, "ID", number) && strstr(term_row(term, row), detail);
}

static void show_events(struct term *term)
{
	ui_press(term, '7');
	SEE(term, "[7 Events]");
}

static void nothing_has_happened(void **state)
{
	struct term *term;

	(void)state;
	ipc_segment(0x100, 4096, 0600); /* it is there from the start */
	term = ui_open(&tall, "-m", NULL);
	SEE(term, "0x00000100");
	show_events(term);
	SEE(term, "Nothing has happened since ipctop was started.");
	EXPECT(term, strstr(ui_status(term), "0 of 0"));
	ui_key(term, "Enter");
	EXPECT(term, strstr(ui_status(term), "there is nothing here"));
	ui_quit(term);
}

/* They come while another tab is shown, and the newest stands first. */
static void noted_whatever_is_shown(void **state)
{
	struct term *term;
	int segment, queue;

	(void)state;
	segment = ipc_segment(0x100, 4096, 0600);
	term = ui_open(&tall, "-s", "--delay", "0.5", NULL);
	SEE(term, "[2 Semaphores]");
	EXPECT(term, strstr(ui_status(term), "0 of 0"));
	ui_press(term, '4');
	SEE(term, "SHMMNI");
	queue = ipc_queue(0x200, 0640);
	SEE(term, " 1/32000 ");
	ui_press(term, '1');
	EXPECT(term, ui_row_of(term, queue) > 0);
	ipc_attach(segment);
	ui_press(term, '3');
	EXPECT(term, ui_row_of(term, segment) > 0);
	EXPECT(term, related_is(term, ui_row_of(term, segment), "NATTCH", "1"));
	ipc_change(KIND_MSG, queue, 0600);
	ui_press(term, '1');
	EXPECT(term, related_is(term, ui_row_of(term, queue), "PERMS", "rw-------"));
	show_events(term);
	EXPECT(term, strstr(ui_status(term), "of 3 "));
	EXPECT(term, is_event(term, FIRST, "changed", "msg", queue, "mode 0640 -> 0600"));
	EXPECT(term, is_event(term, FIRST + 1, "attached", "shm", segment, "0 -> 1 attachment"));
	EXPECT(term, is_event(term, FIRST + 2, "appeared", "msg", queue, ""));
	/* also of a tab that needs no names of owners */
	EXPECT(term, related_is(term, FIRST + 2, "OWNER", related_user()));
	EXPECT(term, related_is(term, FIRST + 2, "KEY", "0x00000200"));
	/* and while it is shown */
	ipc_detach();
	EXPECT(term, is_event(term, FIRST, "detached", "shm", segment, "1 -> 0 attachments"));
	EXPECT(term, is_event(term, FIRST + 1, "changed", "msg", queue, "mode 0640 -> 0600"));
	ui_quit(term);
}

static void filtered(void **state)
{
	struct term *term = ui_open(&tall, "-m", "--delay", "0.5", NULL);
	int segment;

	(void)state;
	EXPECT(term, strstr(ui_status(term), "0 of 0"));
	segment = ipc_segment(0x100, 4096, 0600);
	EXPECT(term, ui_row_of(term, segment) > 0);
	ipc_remove(KIND_SHM, segment);
	EXPECT(term, strstr(ui_status(term), "0 of 0"));
	show_events(term);
	EXPECT(term, strstr(ui_status(term), "of 2 "));
	ui_press(term, '\\');
	term_type(term, "event=gone");
	ui_key(term, "Enter");
	EXPECT(term, strstr(ui_status(term), "1 of 1 (1 hidden)"));
	EXPECT(term, is_event(term, FIRST, "gone", "shm", segment, ""));
	/* somebody else removed it */
	GONE(term, "removed here");
	ui_quit(term);
}

static void remove_chosen(struct term *term, const char *answer)
{
	ui_key(term, "F9");
	SEE(term, "Remove 1 object");
	term_type(term, answer);
	if (answer[1])
		ui_key(term, "Enter");
	GONE(term, "Remove 1 object");
}

static void removed_here(void **state)
{
	struct term *term;
	int segment;

	(void)state;
	segment = ipc_segment(0x100, 4096, 0600);
	term = ui_open(&tall, "-m", NULL);
	EXPECT(term, ui_cursor_id(term) == segment);
	remove_chosen(term, "y");
	EXPECT(term, strstr(ui_status(term), "0 of 0"));
	show_events(term);
	EXPECT(term, is_event(term, FIRST, "gone", "shm", segment, "removed here"));
	ui_quit(term);
}

/* Marked here; that it goes then is the last detach's doing. */
static void marked_here(void **state)
{
	struct term *term;
	int segment;

	(void)state;
	segment = ipc_segment(0x100, 4096, 0600);
	ipc_attach(segment);
	term = ui_open(&tall, "-m", NULL);
	EXPECT(term, ui_cursor_id(term) == segment);
	remove_chosen(term, "yes");
	EXPECT(term, related_is(term, ui_row_of(term, segment), "STATUS", "dest"));
	show_events(term);
	EXPECT(term, is_event(term, FIRST, "marked", "shm", segment, "removed here, 1 attachment"));
	EXPECT(term, related_is(term, FIRST, "KEY", "0x00000100"));
	ipc_detach();
	ui_press(term, 'r');
	EXPECT(term, is_event(term, FIRST, "gone", "shm", segment, ""));
	EXPECT(term, !strstr(term_row(term, FIRST), "removed here"));
	ui_quit(term);
}

static void leads_to_its_object(void **state)
{
	struct term *term = ui_open(&tall, "-m", "--delay", "0.5", NULL);
	int segment;

	(void)state;
	EXPECT(term, strstr(ui_status(term), "0 of 0"));
	segment = ipc_segment(0x100, 4096, 0600);
	show_events(term);
	EXPECT(term,
		is_event(term, FIRST, "appeared", "shm", segment, "4096 bytes, 0 attachments"));
	ui_key(term, "Enter");
	SEE(term, related_fact(" Event 1: segment %d appeared", segment));
	SEE(term,
		related_fact("  segment %d, of %s, key 0x00000100, 4K: still there", segment,
			related_user()));
	related_follow(term, related_fact("segment %d,", segment));
	SEE(term, "[3 Segments]");
	SEE(term, related_fact(" Segment %d, of ", segment));
	EXPECT(term, ui_selected_id(term) == segment);
	ui_press(term, 'q');
	GONE(term, "Esc: close");
	ipc_remove(KIND_SHM, segment);
	show_events(term);
	EXPECT(term, is_event(term, FIRST, "gone", "shm", segment, ""));
	ui_press(term, 'g');
	ui_key(term, "Enter");
	SEE(term, related_fact(" Event 2: segment %d gone", segment));
	SEE(term, "  It is gone.");
	ui_press(term, 'q');
	GONE(term, "Esc: close");
	ui_quit(term);
}

/* What has happened can't be removed. */
static void nothing_is_removed_or_tagged(void **state)
{
	static const char *const keys[] = { "F9", "K", "Space", "A" };
	struct term *term = ui_open(&tall, "-m", "--delay", "0.5", NULL);
	int segment;

	(void)state;
	EXPECT(term, strstr(ui_status(term), "0 of 0"));
	segment = ipc_segment(0x100, 4096, 0600);
	show_events(term);
	EXPECT(term, is_event(term, FIRST, "appeared", "shm", segment, ""));
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		ui_key(term, keys[i]);
		EXPECT(term, strstr(ui_status(term), "that is for objects, and events are none"));
		ui_key(term, "Esc");
		EXPECT(term, !strstr(ui_status(term), "that is for objects, and events are none"));
	}
	ui_quit(term);
	assert_true(ipc_exists(KIND_SHM, segment));
}

/* While paused nothing is noted; what differs then, is when it goes on. */
static void paused(void **state)
{
	struct term *term = ui_open(&tall, "-m", "--delay", "0.5", NULL);
	int segment;

	(void)state;
	EXPECT(term, strstr(ui_status(term), "0 of 0"));
	show_events(term);
	SEE(term, "Nothing has happened");
	ui_press(term, 'Z');
	SEE(term, "PAUSED");
	ipc_remove(KIND_SHM, ipc_segment(0x100, 4096, 0600));
	segment = ipc_segment(0x200, 4096, 0600);
	ui_press(term, '3');
	SEE(term, "[3 Segments]");
	show_events(term);
	SEE(term, "Nothing has happened");
	ui_press(term, 'Z');
	EXPECT(term, is_event(term, FIRST, "appeared", "shm", segment, ""));
	EXPECT(term, strstr(ui_status(term), "1 of 1 "));
	ui_quit(term);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		RELATED_CASE(nothing_has_happened),
		RELATED_CASE(noted_whatever_is_shown),
		RELATED_CASE(filtered),
		RELATED_CASE(removed_here),
		RELATED_CASE(marked_here),
		RELATED_CASE(leads_to_its_object),
		RELATED_CASE(nothing_is_removed_or_tagged),
		RELATED_CASE(paused),
	};

	return tap_run(cases, sizeof cases / sizeof *cases, related_enter, NULL);
}
