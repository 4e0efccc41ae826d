#include "term.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <utmp.h>

#include "../tap.h"
#include "term_info.h"
#include "term_private.h"

#define TERM_DEADLINE_MS 20000 /* nothing is decided by it but a failure */

#define EMULATED "xterm-256color" /* what libvterm stands for, and sends the keys of */

enum {
	STEP_MS = 20, /* how long one step of a wait takes at most */
	CHUNK = 64 * 1024, /* bytes read at once */
	KEY_NAME = 16, /* bytes of "kcuu1" */
};

void *term_or_die(void *memory)
{
	if (!memory) {
		perror("term");
		abort();
	}
	return memory;
}

static void bytes_add(struct bytes *to, const char *data, size_t size)
{
	if (size == 0)
		return; /* and `data` may be NULL */
	if (to->size + size > to->room) {
		to->room = 2 * (to->size + size);
		to->data = term_or_die(realloc(to->data, to->room));
	}
	memcpy(to->data + to->size, data, size);
	to->size += size;
}

long term_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000L + now.tv_nsec / 1000000L;
}

long term_deadline(void)
{
	const char *seconds = getenv("IPCTOP_TEST_DEADLINE");
	long given = seconds ? strtol(seconds, NULL, 10) : 0;

	return given > 0 ? given * 1000L : TERM_DEADLINE_MS;
}

static int on_property(VTermProp property, VTermValue *value, void *user)
{
	struct term *term = user;

	if (property == VTERM_PROP_ALTSCREEN)
		term->altscreen = value->boolean;
	else if (property == VTERM_PROP_CURSORVISIBLE)
		term->cursor_visible = value->boolean;
	return 1;
}

/* What the terminal says: keys, and answers to the program's questions. It is only queued, because
 * libvterm calls this in the middle of reading, and the program may not be reading now. */
static void on_output(const char *bytes, size_t size, void *user)
{
	struct term *term = user;

	bytes_add(&term->typed, bytes, size);
}

static const char *default_type(void)
{
	const char *given = getenv("IPCTOP_TEST_TERM");

	return given && *given ? given : EMULATED;
}

static void child_environment(const char *const *env)
{
	/* What a developer's own terminal or taste has set may not change what is tested. */
	static const char *const unset[] = { "LINES", "COLUMNS", "COLORTERM", "NO_COLOR",
		"TERMINFO", "ESCDELAY", "NCURSES_NO_UTF8_ACS", "IPCTOP_CONFIG" };

	for (size_t i = 0; i < sizeof unset / sizeof *unset; i++)
		unsetenv(unset[i]);
	setenv("TERM", default_type(), 1);
	setenv("LC_ALL", "C.UTF-8", 1);
	setenv("TZ", "UTC", 1);
	setenv("HOME", "/nonexistent", 1);
	setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
	for (; env && *env; env++) {
		char *copy = term_or_die(strdup(*env));

		if (strchr(copy, '='))
			putenv(copy);
		else
			unsetenv(copy);
	}
}

__attribute__((noreturn)) static void child_run(
	int slave, const char *const *env, const char *const argv[])
{
	char *args[32] = { NULL };
	sigset_t none;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (login_tty(slave) != 0)
		_exit(126);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	child_environment(env);
	for (size_t i = 0; argv[i] && i < sizeof args / sizeof *args - 1; i++)
		args[i] = term_or_die(strdup(argv[i]));
	execvp(args[0], args);
	dprintf(STDERR_FILENO, "%s: %s\n", args[0], strerror(errno));
	_exit(127);
}

static void open_screen(struct term *term)
{
	static VTermScreenCallbacks callbacks = { .settermprop = on_property };

	term->vterm = term_or_die(vterm_new(term->rows, term->cols));
	vterm_set_utf8(term->vterm, 1);
	term->screen = vterm_obtain_screen(term->vterm);
	vterm_screen_set_callbacks(term->screen, &callbacks, term);
	/* Before the reset, or the alternate screen is ignored. */
	vterm_screen_enable_altscreen(term->screen, 1);
	vterm_screen_reset(term->screen, 1);
	vterm_output_set_callback(term->vterm, on_output, term);
}

/* Of what type the program takes it for. A case may well name one that nobody knows. */
static void find_type(struct term *term, const char *const *env)
{
	const char *type = default_type();
	bool own = false;

	for (; env && *env; env++)
		if (strncmp(*env, "TERM=", 5) == 0) {
			type = *env + 5;
			own = true;
		}
	term->type = term_or_die(strdup(type));
	term->info = term_info_open(type);
	if (!term->info && !own)
		tap_skip("terminfo does not know %s", type);
}

struct term *term_open(const struct term_how *how, const char *const argv[])
{
	struct term *term = term_or_die(calloc(1, sizeof *term));
	struct winsize size = { 0 };
	int slave;

	find_type(term, how ? how->env : NULL);

	term->rows = how && how->rows ? how->rows : 24;
	term->cols = how && how->cols ? how->cols : 80;
	term->cursor_visible = true;
	size.ws_row = (unsigned short)term->rows;
	size.ws_col = (unsigned short)term->cols;
	open_screen(term);
	if (openpty(&term->fd, &slave, NULL, NULL, &size) != 0 ||
		tcgetattr(slave, &term->modes) != 0) {
		tap_skip("no pseudo-terminal can be opened: %s", strerror(errno));
	}
	fcntl(term->fd, F_SETFL, O_NONBLOCK);
	fcntl(term->fd, F_SETFD, FD_CLOEXEC);
	term->pid = fork();
	if (term->pid == 0)
		child_run(slave, how ? how->env : NULL, argv);
	if (term->pid < 0) {
		perror("fork");
		abort();
	}
	close(slave); /* or the end of the program would not be the end of its output */
	return term;
}

void term_free(struct term *term)
{
	if (!term)
		return;
	if (!term->reaped) {
		kill(term->pid, SIGKILL);
		while (waitpid(term->pid, NULL, 0) < 0 && errno == EINTR)
			continue;
	}
	if (term->fd >= 0)
		close(term->fd);
	vterm_free(term->vterm);
	term_info_free(term->info);
	free(term->type);
	free(term->raw.data);
	free(term->typed.data);
	free(term->line);
	free(term->columns);
	free(term);
}

pid_t term_pid(const struct term *term)
{
	return term->pid;
}

bool term_has(const struct term *term, const char *capability)
{
	return term->info && term_info_has(term->info, capability);
}

int term_colours(const struct term *term)
{
	return term->info ? term_info_number(term->info, "colors") : 0;
}

void term_need(const struct term *term, const char *capability)
{
	if (!term_has(term, capability))
		tap_skip("%s has no %s", term->type, capability);
}

/* Hand the program what was typed, as much as it takes. */
static void flush_typed(struct term *term)
{
	size_t done = 0;

	while (done < term->typed.size && !term->eof) {
		ssize_t wrote = write(term->fd, term->typed.data + done, term->typed.size - done);

		if (wrote < 0 && errno == EINTR)
			continue;
		if (wrote <= 0)
			break;
		done += (size_t)wrote;
	}
	if (done == 0)
		return;
	term->typed.size -= done;
	memmove(term->typed.data, term->typed.data + done, term->typed.size);
}

bool term_pump(struct term *term, int ms)
{
	static char chunk[CHUNK];
	struct pollfd ready = { .fd = term->fd, .events = POLLIN };
	bool got = false, asked_again = false;

	flush_typed(term);
	if (term->typed.size > 0)
		ready.events |= POLLOUT;
	if (term->eof || poll(&ready, 1, ms) <= 0)
		return false;
	for (;;) {
		ssize_t size = read(term->fd, chunk, sizeof chunk);

		if (size > 0) {
			bytes_add(&term->raw, chunk, (size_t)size);
			vterm_input_write(term->vterm, chunk, (size_t)size);
			got = true;
			continue;
		}
		if (size < 0 && errno == EINTR)
			continue;
		/*
		 * EIO: nobody has the slave's side open any more. The kernel looks for input first,
		 * and then for that: what was written and closed between the two is read now.
		 */
		if (size < 0 && errno == EIO && !asked_again) {
			asked_again = true;
			continue;
		}
		if (size == 0 || errno != EAGAIN)
			term->eof = true;
		flush_typed(term);
		return got;
	}
}

size_t term_take(struct term *term, size_t most, int ms)
{
	struct pollfd ready = { .fd = term->fd, .events = POLLIN };
	char chunk[256];
	ssize_t size;

	if (term->eof || poll(&ready, 1, ms) <= 0)
		return 0;
	size = read(term->fd, chunk, most < sizeof chunk ? most : sizeof chunk);
	if (size <= 0) {
		term->eof = size == 0 || (errno != EAGAIN && errno != EINTR);
		return 0;
	}
	bytes_add(&term->raw, chunk, (size_t)size);
	vterm_input_write(term->vterm, chunk, (size_t)size);
	return (size_t)size;
}

int term_open_slave(const struct term *term)
{
	char name[64];

	if (ptsname_r(term->fd, name, sizeof name) != 0)
		return -1;
	return open(name, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
}

void term_type_unseen(struct term *term, const char *text)
{
	bytes_add(&term->typed, text, strlen(text));
	flush_typed(term);
}

bool term_wait(struct term *term, long end)
{
	bool ended = term->eof;

	if (term_pump(term, STEP_MS))
		return true;
	if (term->eof)
		return !ended; /* the end itself may be what is waited for */
	return term_now() < end;
}

static bool reap(struct term *term)
{
	pid_t who;

	if (term->reaped)
		return true;
	who = waitpid(term->pid, &term->status, WNOHANG);
	term->reaped = who == term->pid;
	return term->reaped;
}

int term_close(struct term *term)
{
	long end = term_now() + term_deadline();

	while (!reap(term) && term_now() < end) {
		/* After the last byte only the child's end is waited for. */
		if (term->eof)
			poll(NULL, 0, 1);
		else
			term_pump(term, STEP_MS);
	}
	if (!term->reaped)
		return -1;
	while (term_pump(term, 0))
		continue;
	return term->status;
}

int term_close_unseen(struct term *term)
{
	long end = term_now() + term_deadline();

	while (!reap(term) && term_now() < end)
		poll(NULL, 0, 1);
	while (term->reaped && term->fd >= 0 && term_pump(term, 0))
		continue;
	return term->reaped ? term->status : -1;
}

bool term_ended(const struct term *term)
{
	return term->eof;
}

void term_hangup(struct term *term)
{
	close(term->fd);
	term->fd = -1;
	term->eof = true;
}

void term_signal(struct term *term, int signal)
{
	if (!term->reaped)
		kill(term->pid, signal);
}

void term_send(struct term *term, const void *bytes, size_t size)
{
	long end = term_now() + term_deadline();

	bytes_add(&term->typed, bytes, size);
	flush_typed(term);
	/* A program that writes more than it reads would stand still if nobody read it. */
	while (term->typed.size > 0 && !term->eof && term_now() < end)
		term_pump(term, STEP_MS);
}

void term_type(struct term *term, const char *text)
{
	term_send(term, text, strlen(text));
}

/* The name that terminfo(5) has for the bytes of a key; NULL: they are the same everywhere. */
static const char *key_capability(VTermKey key, VTermModifier held, char name[KEY_NAME])
{
	static const char *const names[] = {
		[VTERM_KEY_BACKSPACE] = "kbs",
		[VTERM_KEY_UP] = "kcuu1",
		[VTERM_KEY_DOWN] = "kcud1",
		[VTERM_KEY_LEFT] = "kcub1",
		[VTERM_KEY_RIGHT] = "kcuf1",
		[VTERM_KEY_INS] = "kich1",
		[VTERM_KEY_DEL] = "kdch1",
		[VTERM_KEY_HOME] = "khome",
		[VTERM_KEY_END] = "kend",
		[VTERM_KEY_PAGEUP] = "kpp",
		[VTERM_KEY_PAGEDOWN] = "knp",
	};

	if (key >= VTERM_KEY_FUNCTION_0 && key <= VTERM_KEY_FUNCTION_MAX)
		snprintf(name, KEY_NAME, "kf%d", (int)(key - VTERM_KEY_FUNCTION_0));
	else if (key == VTERM_KEY_TAB && held == VTERM_MOD_SHIFT)
		snprintf(name, KEY_NAME, "kcbt");
	else if (key < sizeof names / sizeof *names && names[key])
		snprintf(name, KEY_NAME, "%s", names[key]);
	else
		return NULL;
	return name;
}

bool term_has_key(const struct term *term, VTermKey key)
{
	char name[KEY_NAME];

	return !key_capability(key, VTERM_MOD_NONE, name) || term_has(term, name);
}

void term_key_with(struct term *term, VTermKey key, VTermModifier held)
{
	char name[KEY_NAME];
	const char *bytes;

	if (strcmp(term->type, EMULATED) != 0 && term->info && key_capability(key, held, name)) {
		bytes = term_info_string(term->info, name);
		if (!bytes)
			tap_skip("%s has no key %s", term->type, name);
		term_type(term, bytes);
		return;
	}
	vterm_keyboard_key(term->vterm, key, held);
	term_send(term, "", 0);
}

void term_key(struct term *term, VTermKey key)
{
	term_key_with(term, key, VTERM_MOD_NONE);
}

void term_click(struct term *term, int row, int col, int button)
{
	vterm_mouse_move(term->vterm, row, col, VTERM_MOD_NONE);
	vterm_mouse_button(term->vterm, button, true, VTERM_MOD_NONE);
	vterm_mouse_button(term->vterm, button, false, VTERM_MOD_NONE);
	term_send(term, "", 0);
}

/* Not libvterm's: it reads only the first number of a mode that is set, and would send nothing. */
void term_mouse_text(
	const struct term *term, char text[TERM_MOUSE], int button, struct term_place at, bool down)
{
	enum { OFFSET = 32, UP = 3 }; /* of the old protocol, in which any button goes up as UP */
	const char *lead;

	term_need(term, "kmous");
	lead = term_info_string(term->info, "kmous");
	if (strcmp(lead, "\033[<") == 0)
		snprintf(text, TERM_MOUSE, "%s%d;%d;%d%c", lead, button, at.col + 1, at.row + 1,
			down ? 'M' : 'm');
	else
		snprintf(text, TERM_MOUSE, "%s%c%c%c", lead, OFFSET + (down ? button : UP),
			OFFSET + 1 + at.col, OFFSET + 1 + at.row);
}

void term_scribble(struct term *term, const char *text)
{
	vterm_input_write(term->vterm, text, strlen(text));
}

void term_resize(struct term *term, int rows, int cols)
{
	static const char to_bottom[] = "\033[r\033[9999;1H";
	struct winsize size = { .ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols };

	while (term_pump(term, 0))
		continue;
	/* libvterm 0.1.4 crashes where it shrinks with the cursor in the upper part, and scrolls
	 * beyond its memory in a region that lies below the new size; other terminals forget it. A
	 * program draws everything anew after SIGWINCH anyway. */
	if (rows < term->rows)
		vterm_input_write(term->vterm, to_bottom, sizeof to_bottom - 1);
	term->rows = rows;
	term->cols = cols;
	vterm_set_size(term->vterm, rows, cols);
	ioctl(term->fd, TIOCSWINSZ, &size);
}
