/*
 * Terminals that take what is shown slowly, or not at all, and those that go away meanwhile. What
 * is counted is bytes: what lies between a key and what it does on the screen.
 */
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ui.h"

enum {
	SEGMENTS = 12,
	REDRAWS_MOST = 200, /* until the pseudo-terminal must be full */
	SETTLE_LOOKS = 20, /* at a line that takes nothing, a millisecond each */
	STEP = 20, /* bytes taken at once */
	STEP_MS = 20, /* thus 1 KB a second */
	FEW_STEPS = 300, /* of a slow reader; many: a minute */
	MANY_STEPS = 3000,
	FLOOD = 80, /* keys */
};

static size_t frame; /* bytes of the largest frame so far, with what starts the UI */

static struct term *open_some(const char *delay)
{
	struct term *term;

	ipc_clear();
	for (int i = 0; i < SEGMENTS; i++)
		ipc_segment(0x100 + i, 4096u * (unsigned)(i + 1), 0600);
	term = ui_open(NULL, "-m", "--sort", "key", "--delay", delay, NULL);
	EXPECT(term, ui_rows(term) == SEGMENTS);
	SEE(term, "F10Quit");
	term_raw(term, &frame);
	return term;
}

/* How many bytes lie in a pseudo-terminal at most. */
static size_t capacity(void)
{
	static const char text[64];
	struct termios modes;
	size_t size = 0;
	int master, slave;
	ssize_t wrote;

	assert_int_equal(openpty(&master, &slave, NULL, NULL, NULL), 0);
	tcgetattr(slave, &modes);
	cfmakeraw(&modes);
	tcsetattr(slave, TCSANOW, &modes);
	fcntl(slave, F_SETFL, O_NONBLOCK);
	for (int idle = 0; idle < SETTLE_LOOKS; idle++) {
		while ((wrote = write(slave, text, sizeof text)) > 0) {
			size += (size_t)wrote;
			idle = 0;
		}
		poll(NULL, 0, 1);
	}
	close(slave);
	close(master);
	return size;
}

/* Whether the line takes nothing, and does not again as soon as the kernel has moved it on. */
static bool is_full(int slave)
{
	struct pollfd ready = { .fd = slave, .events = POLLOUT };

	for (int i = 0; i < SETTLE_LOOKS; i++) {
		if (poll(&ready, 1, 0) != 0)
			return false;
		poll(NULL, 0, 1);
	}
	return true;
}

/* Have the program draw, and take nothing of it, until it waits in the middle of a frame. */
static void fill(struct term *term)
{
	int slave = term_open_slave(term);
	struct pollfd ready = { .fd = slave, .events = POLLOUT };
	int redraws = 0;

	assert_true(slave >= 0);
	while (!is_full(slave)) {
		assert_true(redraws++ < REDRAWS_MOST);
		term_type_unseen(term, "\f");
		poll(&ready, 0, 2); /* or several keys would be one frame */
	}
	close(slave);
}

/* Fill the line with what shows nothing, while the program rests. */
static void fill_by_another(struct term *term)
{
	static const char nothing[64];
	int slave = term_open_slave(term);

	assert_true(slave >= 0);
	do {
		while (write(slave, nothing, sizeof nothing) > 0)
			continue;
		while (write(slave, nothing, 1) > 0)
			continue;
	} while (!is_full(slave));
	close(slave);
}

/* Read on slowly till the text is to be seen: the bytes it took. */
static size_t bytes_until(struct term *term, const char *text, size_t most)
{
	size_t size = 0, got;
	long end = term_now() + term_deadline();

	while (!term_find(term, text, NULL)) {
		got = term_take(term, STEP, STEP_MS);
		size += got;
		if ((got == 0 && term_now() > end) || size > most)
			break;
	}
	printf("# %zu bytes, of at most %zu, until %s\n", size, most, text);
	if (!term_find(term, text, NULL))
		expect_failed(term, text, __FILE__, __LINE__);
	return size;
}

/* What the line holds, the rest of the frame under way, and the one that shows what the key did. */
static size_t one_frame_behind(void)
{
	return capacity() + 2 * frame;
}

static void keys_come_before_old_frames(void **state)
{
	struct term *term = open_some("60");
	char keys[FLOOD + 2] = { 0 };

	(void)state;
	for (int i = 0; i < FLOOD; i++)
		keys[i] = "134"[i % 3];
	keys[FLOOD] = '2';
	fill(term);
	term_type_unseen(term, keys);
	bytes_until(term, "[2 Semaphores]", one_frame_behind());
	ui_quit(term);
}

/* At 1 KB a second, with as many changes as there can be: in `make prove` for a minute. */
static void a_slow_reader_is_not_left_behind(void **state)
{
	struct term *term = open_some("0.1");
	size_t steps = tap_rounds(FEW_STEPS, MANY_STEPS), taken = 0;
	int id;

	(void)state;
	for (size_t i = 0; i < steps; i++) {
		id = ipc_segment(IPC_PRIVATE, 4096, 0600);
		if (i % 2)
			ipc_remove(KIND_SHM, id);
		else if (i % 20 == 0)
			ipc_clear();
		taken += term_take(term, STEP, tap_proving() ? STEP_MS : 1);
		if (tap_proving())
			poll(NULL, 0, STEP_MS); /* what makes it slow */
	}
	printf("# %zu bytes taken\n", taken);
	ui_press(term, '4'); /* which lets the line run empty first */
	SEE(term, "[4 Limits]");
	fill(term);
	term_type_unseen(term, "2");
	bytes_until(term, "[2 Semaphores]", one_frame_behind());
	ui_quit(term);
}

static void quits_behind_what_is_shown(void **state)
{
	struct term *term = open_some("60");

	(void)state;
	fill(term);
	term_type_unseen(term, "q");
	while (!term_ended(term) && term_take(term, STEP, (int)term_deadline()) > 0)
		continue;
	EXITS(term, 0);
	ui_restored(term);
}

static void goes_with_a_full_terminal(void **state)
{
	(void)state;
	for (int way = 0; way < 2; way++) {
		struct term *term = open_some("60");
		long start;

		if (way == 0)
			fill(term);
		else
			fill_by_another(term);
		start = term_now();
		term_hangup(term);
		if (term_close(term) == -1)
			expect_ended(term, -1, "end with its terminal", __FILE__, __LINE__);
		printf("# ended after %ld ms\n", term_now() - start);
		ui_free(term);
	}
}

/* Nobody reads any more, but the connection stands: it can be ended all the same. */
static void ends_on_a_terminal_that_takes_nothing(void **state)
{
	static const int signals[] = { SIGHUP, SIGTERM, SIGINT, SIGALRM };

	(void)state;
#ifdef __SANITIZE_THREAD__
	tap_skip("ThreadSanitizer keeps a signal till the call that waits has returned");
#endif
	for (size_t i = 0; i < 2 * sizeof signals / sizeof *signals; i++) {
		struct term *term = open_some("60");
		int signal = signals[i / 2], status;
		long start;

		if (i % 2)
			fill(term);
		else
			fill_by_another(term);
		start = term_now();
		term_signal(term, signal);
		status = term_close_unseen(term);
		printf("# %s: ended after %ld ms\n", strsignal(signal), term_now() - start);
		if (status == -1 || !WIFSIGNALED(status) || WTERMSIG(status) != signal)
			expect_ended(term, status, "die of the signal", __FILE__, __LINE__);
		ui_restored(term);
		ui_free(term);
	}
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		UI_CASE(keys_come_before_old_frames),
		UI_CASE(a_slow_reader_is_not_left_behind),
		UI_CASE(quits_behind_what_is_shown),
		UI_CASE(goes_with_a_full_terminal),
		UI_CASE(ends_on_a_terminal_that_takes_nothing),
	};

	return tap_run(cases, sizeof cases / sizeof *cases, ipc_enter, NULL);
}
