/* Starting and ending: where there is no terminal, and every way out. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ui.h"

enum { OUTPUT = 4096 }; /* bytes kept of what a program prints */

/* Run the program without a terminal, its input from `in`; its status, and what it printed. One
 * that does not end is ended by SIGALRM. */
static int run_plain(int in, char out[OUTPUT])
{
	size_t size = 0;
	int ends[2];
	int status;
	pid_t pid;

	assert_int_equal(pipe(ends), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		alarm((unsigned int)(term_deadline() / 1000));
		dup2(in, STDIN_FILENO);
		dup2(ends[1], STDOUT_FILENO);
		dup2(ends[1], STDERR_FILENO);
		close(ends[0]);
		close(ends[1]);
		setenv("TERM", "xterm", 1); /* it is not for want of that */
		setsid(); /* without the controlling terminal of whoever runs the tests */
		execl(getenv("IPCTOP"), "ipctop", (char *)NULL);
		_exit(127);
	}
	close(ends[1]);
	for (;;) {
		ssize_t got = read(ends[0], out + size, OUTPUT - 1 - size);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		size += (size_t)got;
	}
	out[size] = '\0';
	close(ends[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

/* One line, and it names what works without a terminal. */
static void assert_one_line(const char *text)
{
	assert_non_null(strstr(text, "ipctop list"));
	assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
	assert_null(strchr(text, '\033'));
}

static void without_terminal(void **state)
{
	char out[OUTPUT];
	int in = open("/dev/null", O_RDONLY | O_CLOEXEC);
	int status;

	(void)state;
	assert_true(in >= 0);
	if (!getenv("IPCTOP"))
		tap_skip("IPCTOP does not name the program");
	status = run_plain(in, out);
	close(in);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 2);
	assert_one_line(out);
}

/* A terminal to read from does not help where the output goes into a pipe, and the other way. */
static void half_a_terminal(void **state)
{
	static const char *const ways[] = { "\"$IPCTOP\" | cat; echo end",
		"\"$IPCTOP\" < /dev/null" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		const char *const args[] = { "sh", "-c", ways[i], NULL };
		struct term *term = term_open(NULL, args);

		SEE(term, "ipctop list");
		EXPECT(term, term_ended(term));
		assert_false(term_wrote(term, "\033"));
		EXITS(term, i == 0 ? 0 : 2);
		term_free(term);
	}
}

static void without_cursor_movement(void **state)
{
	static const char *const terms[] = { "TERM=dumb", "TERM=", "TERM=no-such-terminal",
		"TERM" };

	(void)state;
	for (size_t i = 0; i < sizeof terms / sizeof *terms; i++) {
		const char *const env[] = { terms[i], NULL };
		const struct term_how how = { .env = env };
		struct term *term = ui_open(&how, NULL);

		SEE(term, "ipctop list");
		EXITS(term, 2);
		assert_false(term_wrote(term, "\033"));
		assert_true(term_modes_restored(term));
		ui_free(term);
	}
}

static void quits_by_key(void **state)
{
	(void)state;
	ipc_segment(0x2a, 4096, 0600);
	for (int way = 0; way < 3; way++) {
		struct term *term = ui_open(NULL, "-m", NULL);

		EXPECT(term, ui_rows(term) == 1);
		if (way == 0)
			ui_press(term, 'q');
		else if (way == 1)
			ui_press(term, 'C' & 0x1f);
		else
			term_key(term, VTERM_KEY_FUNCTION(10));
		EXITS(term, 0);
		ui_restored(term);
		ui_free(term);
	}
}

static void ends_by_signal(void **state)
{
	static const int signals[] = { SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGPIPE,
		SIGALRM, SIGPROF, SIGXCPU, SIGPWR };

	(void)state;
	ipc_segment(0x2a, 4096, 0600);
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
		struct term *term = ui_open(NULL, "-m", NULL);

		EXPECT(term, ui_rows(term) == 1);
		term_signal(term, signals[i]);
		if (term_close(term) == -1)
			expect_ended(term, -1, "end by signal", __FILE__, __LINE__);
		ui_restored(term);
		ui_free(term);
	}
}

/* Whatever breaks, the terminal is given back, and the signal is not hidden. */
static void dies_of_fatal_signal(void **state)
{
	static const int signals[] = { SIGSEGV, SIGBUS, SIGFPE, SIGABRT, SIGILL };

	(void)state;
	ipc_segment(0x2a, 4096, 0600);
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
		struct term *term = ui_open(NULL, "-m", NULL);

		EXPECT(term, ui_rows(term) == 1);
		term_signal(term, signals[i]);
		DIES_OF(term, signals[i]);
		ui_restored(term);
		ui_free(term);
	}
}

/* Ended also while a line is typed or a dialog is open. */
static void ends_in_a_dialog(void **state)
{
	static const char *const keys[] = { "K", "\\", "?", "d", "." };

	(void)state;
	int id = ipc_segment(0x2a, 4096, 0600);

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		struct term *term = ui_open(NULL, "-m", NULL);

		EXPECT(term, ui_rows(term) == 1);
		term_type(term, keys[i]);
		term_signal(term, SIGTERM);
		if (term_close(term) == -1)
			expect_ended(term, -1, "end by SIGTERM", __FILE__, __LINE__);
		ui_restored(term);
		ui_free(term);
	}
	assert_true(ipc_exists(KIND_SHM, id));
}

/* A lost connection ends the program, in the middle of an escape sequence as well. */
static void ends_with_its_terminal(void **state)
{
	static const char *const typed[] = { "", "\033", "\033[1", "K", "\\ab" };

	(void)state;
	int id = ipc_segment(0x2a, 4096, 0600);

	for (size_t i = 0; i < sizeof typed / sizeof *typed; i++) {
		struct term *term = ui_open(NULL, "-m", NULL);

		EXPECT(term, ui_rows(term) == 1);
		term_type(term, typed[i]);
		term_hangup(term);
		if (term_close(term) == -1)
			expect_ended(term, -1, "end with its terminal", __FILE__, __LINE__);
		ui_free(term);
	}
	assert_true(ipc_exists(KIND_SHM, id));
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		UI_CASE(without_terminal),
		UI_CASE(half_a_terminal),
		UI_CASE(without_cursor_movement),
		UI_CASE(quits_by_key),
		UI_CASE(ends_by_signal),
		UI_CASE(dies_of_fatal_signal),
		UI_CASE(ends_in_a_dialog),
		UI_CASE(ends_with_its_terminal),
	};

	return tap_run(cases, sizeof cases / sizeof *cases, ipc_enter, NULL);
}
