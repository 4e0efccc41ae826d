/* Details: all that is known of one object is there, on any screen, and told where it is not. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ipctop/model/column.h"
#include "ui.h"

enum {
	REPORT = 64 * 1024, /* bytes of a whole report */
	WORD = 256,
	MAX_CHILDREN = 2,
};

static const struct term_how tall = { .rows = 120, .cols = 130 };
static pid_t children[MAX_CHILDREN];
static char key_path[] = "/tmp/ipctop-key-XXXXXX"; /* that a key is made of */

/* Start with the details of the only object. */
static bool mouse_on; /* in the terminal that was opened last */

static struct term *open_details(const struct term_how *how, const char *tab, const char *title)
{
	struct term *term = ui_open(how, tab, NULL);

	mouse_on = false;
	EXPECT(term, ui_rows(term) == 1);
	ui_press(term, 'i');
	SEE(term, title);
	return term;
}

/* The first q closes the pane. */
static void leave(struct term *term)
{
	ui_press(term, 'q');
	ui_quit(term);
}

/* Append a line to a report: blanks and ends of lines are one blank each. */
static void append(char report[REPORT], const char *line)
{
	size_t length = strlen(report);

	for (; *line; line++)
		if (*line != ' ' || (length > 0 && report[length - 1] != ' '))
			if (length < REPORT - 2)
				report[length++] = *line;
	if (length > 0 && report[length - 1] != ' ')
		report[length++] = ' ';
	report[length] = '\0';
}

/* "from line 3 of 40", as the pane says. */
struct place {
	int line, lines;
};

static struct place read_place(struct term *term)
{
	static const char before[] = "from line ";
	struct place place = { 0, 0 };
	struct term_place at;
	const char *text;

	if (!term_find(term, before, &at))
		return place;
	text = strstr(term_row(term, at.row), before);
	if (text && sscanf(text, "from line %d of %d", &place.line, &place.lines) != 2)
		place = (struct place){ 0, 0 };
	return place;
}

/*
 * Press keys that scroll, and see that the frame is whole: the status line, which is below the
 * pane, has another message after each 'm'.
 */
static struct place turn(struct term *term, const char *keys)
{
	term_need(term, "kmous");
	mouse_on = !mouse_on;
	term_type(term, keys);
	ui_press(term, 'm');
	EXPECT(term, strstr(ui_status(term), mouse_on ? "the mouse clicks" : "the mouse marks"));
	return read_place(term);
}

static bool is_at(struct place place, int line, int lines)
{
	return place.line == line && place.lines == lines;
}

/* All lines, as long as neither they nor the room for them change: something was found out. */
static bool read_through(struct term *term, char report[REPORT])
{
	struct place end = turn(term, "G");
	const int lines = end.lines, shown = lines - end.line + 1;

	report[0] = '\0';
	assert_in_range(lines, shown + 1, 500);
	if (!is_at(turn(term, "g"), 1, lines))
		return false;
	for (int row = 1; row <= shown; row++)
		append(report, term_row(term, row));
	for (int line = 2; line <= end.line; line++) {
		if (!is_at(turn(term, "j"), line, lines))
			return false;
		append(report, term_row(term, shown));
	}
	/* It ends there. */
	return is_at(turn(term, "jG"), end.line, lines);
}

/* All lines of a pane that takes the whole screen of 24 lines, by scrolling through it. */
static void read_all(struct term *term, char report[REPORT])
{
	while (!read_through(term, report))
		continue;
}

static void must_hold(const char *report, const char *text)
{
	if (strstr(report, text))
		return;
	printf("# '%s' is not in: %s\n", text, report);
	fail();
}

static void has_every_column(enum class class, const char *tab, const char *title)
{
	struct term *term = open_details(NULL, tab, title);
	static char report[REPORT];
	char name[WORD];

	read_all(term, report);
	for (const struct column *column = columns; column < columns + column_count; column++) {
		if (!(column->classes & class_bit(class)))
			continue;
		snprintf(name, sizeof name, " %s ", column->name);
		if (strncmp(report, name + 1, strlen(name) - 1) != 0)
			must_hold(report, name);
		must_hold(report, column->help);
	}
	must_hold(report, "Limits ");
	must_hold(report, "Key 0x0000002a Project id 0, low bits of the device 0x00");
	must_hold(report, "(42)"); /* the kernel's number beside the key */
	leave(term);
}

static void every_column_of_queues(void **state)
{
	(void)state;
	ipc_queue(0x2a, 0640);
	has_every_column(CLASS_MSG, "-q", "Queue ");
}

static void every_column_of_sets(void **state)
{
	(void)state;
	ipc_set(0x2a, 3, 0640);
	has_every_column(CLASS_SEM, "-s", "Semaphore set ");
}

static void every_column_of_segments(void **state)
{
	(void)state;
	ipc_segment(0x2a, 4096, 0640);
	has_every_column(CLASS_SHM, "-m", "Segment ");
}

static void limits_are_told(void **state)
{
	struct term *term;

	(void)state;
	ipc_segment(0x2a, 16 << 20, 0600);
	term = open_details(&tall, "-m", "Segment ");
	SEE(term, "SHMMNI  Shared memory segments: 1 here, 1 in all, limit 4096 (0.0%)");
	SEE(term, "SHMMAX  ");
	SEE(term, ": 16M here");
	SEE(term, "16M (16777216)");
	leave(term);
}

/* The row of a limit has no key and counts against nothing. */
static void limit_row(void **state)
{
	struct term *term;

	(void)state;
	ipc_segment(0x2a, 4096, 0600);
	term = ui_open(&tall, "-m", NULL);
	EXPECT(term, ui_rows(term) == 1);
	ui_press(term, '4');
	SEE(term, "[4 Limits]");
	ui_press(term, '/');
	term_type(term, "shmmni\r");
	EXPECT(term, strncmp(term_row(term, term_cursor(term).row), "> SHMMNI", 8) == 0);
	ui_press(term, 'i');
	SEE(term, " Limit SHMMNI");
	SEE(term, "the most there may be; absent: no limit");
	GONE(term, "Key 0x");
	GONE(term, " here, ");
	GONE(term, "reading");
	ui_key(term, "F9");
	SEE(term, "that is for objects, and limits are none");
	leave(term);
}

/* A child that waits in semop(2), till the kernel counts it. */
static void wait_in_set(struct term *term, int set, unsigned short number, short change)
{
	struct sembuf operation = { .sem_num = number, .sem_op = change };
	int count = change < 0 ? GETNCNT : GETZCNT;
	size_t at = 0;

	while (at < MAX_CHILDREN - 1 && children[at])
		at++;
	children[at] = fork();
	assert_true(children[at] >= 0);
	if (children[at] == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		semop(set, &operation, 1);
		_exit(0);
	}
	EXPECT(term, semctl(set, number, count) == 1);
}

static int end_children(void **state)
{
	for (size_t i = 0; i < MAX_CHILDREN; i++)
		if (children[i] > 0) {
			kill(children[i], SIGKILL);
			waitpid(children[i], NULL, 0);
			children[i] = 0;
		}
	unlink(key_path);
	return ui_teardown(state);
}

static void semaphores(void **state)
{
	int set = ipc_set(0x2a, 3, 0600);
	struct term *term;
	char row[WORD];

	(void)state;
	assert_int_equal(semctl(set, 1, SETVAL, 5), 0);
	term = open_details(&tall, "-s", "Semaphore set ");
	SEE(term, "Semaphores: 3");
	SEE(term, "  SEMNUM  VALUE PID      COMMAND           NCOUNT  ZCOUNT");
	snprintf(row, sizeof row, "       1      5 %-8d %-16s       0       0", (int)getpid(),
		"test_details");
	SEE(term, row);
	wait_in_set(term, set, 0, -1);
	wait_in_set(term, set, 1, 0);
	ui_press(term, 'r');
	snprintf(row, sizeof row, "       1      5 %-8d %-16s       0       1", (int)getpid(),
		"test_details");
	SEE(term, row);
	snprintf(row, sizeof row, "       0      0 %-8s %-16s       1       0", "0", "");
	SEE(term, row);
	/* Woken by the removal, as the dialog says. */
	ui_key(term, "F9");
	SEE(term, "EIDRM");
	ui_press(term, 'y');
	SEE(term, "gone since");
	SEE(term, "Semaphores: 3");
	leave(term);
}

static void send(int queue, long type, const void *bytes, size_t size)
{
	struct {
		long type;
		char bytes[WORD];
	} message = { .type = type };

	assert_true(size <= sizeof message.bytes);
	memcpy(message.bytes, bytes, size);
	assert_int_equal(msgsnd(queue, &message, size, IPC_NOWAIT), 0);
}

static void messages(void **state)
{
	int queue = ipc_queue(0x2a, 0600);
	struct term *term;

	(void)state;
	send(queue, 7, "hello, world", 12);
	send(queue, 900, "\001\002\377\376", 4);
	send(queue, 1, "a\033[31mb", 7);
	term = open_details(&tall, "-q", "Queue ");
	SEE(term, "Messages: 3");
	SEE(term, "  NUMBER TYPE   SIZE TEXT");
	SEE(term, "       0    7     12 hello, world");
	SEE(term, "       1  900      4 0x0102fffe");
	SEE(term, "       2    1      7 a\\x1b[31mb");
	assert_false(term_wrote(term, "\033[31mb"));
	/* They are copied, not taken. */
	SEE(term, "MSGS");
	ui_press(term, 'r');
	SEE(term, "Messages: 3");
	leave(term);
}

static void more_messages_by_enter(void **state)
{
	static const struct term_how huge = { .rows = 220, .cols = 130 };
	int queue = ipc_queue(0x2a, 0600);
	struct term *term;

	(void)state;
	for (int i = 0; i < 120; i++)
		ipc_send(queue, 10);
	term = open_details(&huge, "-q", "Queue ");
	SEE(term, "Messages: 50 of 120; Enter reads more");
	SEE(term, "      49    1     10 ");
	GONE(term, "      50    1     10 ");
	ui_key(term, "Enter");
	SEE(term, "Messages: 100 of 120; Enter reads more");
	SEE(term, "      99    1     10 ");
	ui_key(term, "F7");
	SEE(term, "Messages: 120");
	SEE(term, "     119    1     10 ");
	GONE(term, "reads more");
	/* The next object begins with few again. */
	ui_key(term, "Enter");
	ui_key(term, "Esc");
	GONE(term, "Messages:");
	ui_press(term, 'i');
	ui_press(term, 'r');
	SEE(term, "Messages: 50 of 120; Enter reads more");
	leave(term);
}

/* Start it without any power over objects that it may not read. */
static struct term *open_without_power(const char *const args[])
{
	struct term *term = term_open(&tall, args);

	EXPECT(term, term_ended(term) || ui_rows(term) == 1);
	if (!term_ended(term))
		return term;
	term_free(term);
	tap_skip("setpriv can't take powers away here");
}

/* Whatever user it is: without capabilities the mode counts. */
static void unreadable_says_why(void **state)
{
	const char *ipctop = ui_program();
	static const char *const tabs[] = { "-q", "-s" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		const char *const args[] = { "setpriv", "--bounding-set=-all", ipctop, tabs[i],
			"--delay", "60", NULL };
		int id = i == 0 ? ipc_queue(0x2a, 0) : ipc_set(0x2a, 2, 0);
		struct term *term = open_without_power(args);

		assert_true(id >= 0);
		ui_press(term, 'i');
		SEE(term, "They can't be read: you have no read permission on it.");
		SEE(term, i == 0 ? "Messages: 0" : "Semaphores: 2");
		SEE(term, "Limits");
		leave(term);
		term_free(term);
	}
}

/* Another user sees neither what is in the object nor which files its processes have. */
static void others_objects_say_why(void **state)
{
	const char *const args[] = { "setpriv", "--reuid", "65534", "--regid", "65534",
		"--clear-groups", ui_program(), "-q", "--delay", "60", NULL };
	int queue = ipc_queue(0x2a, 0600);
	struct term *term;

	(void)state;
	send(queue, 1, "secret", 6);
	term = open_without_power(args);
	ui_press(term, 'i');
	SEE(term, "They can't be read: you have no read permission on it.");
	SEE(term, "Messages: 1");
	SEE(term, "the files of 1 of its processes are not ours to see");
	SEE(term, "Limits");
	GONE(term, "secret");
	leave(term);
	term_free(term);
}

static void key_is_explained(void **state)
{
	char line[WORD];
	int fd = mkstemp(key_path);
	struct term *term;
	key_t key;

	(void)state;
	assert_true(fd >= 0);
	key = ftok(key_path, 'A');
	ipc_segment(key, 4096, 0600);
	term = open_details(&tall, "-m", "Segment ");
	snprintf(line, sizeof line, "Key 0x%08x", (unsigned)key);
	SEE(term, line);
	SEE(term, "Project id 65 ('A'), low bits of the device");
	snprintf(line, sizeof line, "candidate: %s  (open, process %d test_details)", key_path,
		(int)getpid());
	SEE(term, line);
	leave(term);
	close(fd);
}

static void private_key_is_explained(void **state)
{
	struct term *term;

	(void)state;
	ipc_segment(IPC_PRIVATE, 4096, 0600);
	term = open_details(&tall, "-m", "Segment ");
	SEE(term, "Private (IPC_PRIVATE), or freed by a removal");
	GONE(term, "andidate");
	leave(term);
}

/* How to leave is the last thing to go from the title. */
static void says_how_to_leave(void **state)
{
	static const struct term_how how = { .rows = 24, .cols = 120 };
	struct term *term;

	(void)state;
	ipc_segment(0x2a, 4096, 0600);
	term = ui_open(&how, "-m", NULL);
	EXPECT(term, ui_rows(term) == 1);
	ui_press(term, 'i');
	SEE(term, "Up, Down, Enter: go there  Left, Right: others  Esc: close");
	term_resize(term, 24, 80);
	SEE(term, "Esc: close");
	GONE(term, "go there");
	leave(term);
}

#define DETAILS_CASE(function) cmocka_unit_test_setup_teardown(function, ui_setup, end_children)

int main(void)
{
	const struct CMUnitTest cases[] = {
		DETAILS_CASE(every_column_of_queues),
		DETAILS_CASE(every_column_of_sets),
		DETAILS_CASE(every_column_of_segments),
		DETAILS_CASE(limits_are_told),
		DETAILS_CASE(limit_row),
		DETAILS_CASE(semaphores),
		DETAILS_CASE(messages),
		DETAILS_CASE(more_messages_by_enter),
		DETAILS_CASE(unreadable_says_why),
		DETAILS_CASE(others_objects_say_why),
		DETAILS_CASE(says_how_to_leave),
		DETAILS_CASE(key_is_explained),
		DETAILS_CASE(private_key_is_explained),
	};

	return tap_run(cases, sizeof cases / sizeof *cases, ipc_enter, NULL);
}
