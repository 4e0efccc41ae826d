#include "ipctop/tui/terminal.h"

#include <curses.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/time.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

#include "ipctop/base/text.h"
#include "ipctop/tui/keymap.h"

enum {
	ESCAPE_DELAY_MS = 25,
	RESET_BYTES = 256,
	ALT_STACK_BYTES = 64 * 1024,
	STALL_US = 250 * 1000, /* time between looks whether a signal waits for the terminal */
};

static const int crash_signals[] = { SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGSYS, SIGTRAP };
/* What does nothing by default, or stops a program that reads or writes in the background. */
static const int left_alone[] = { SIGCHLD, SIGURG, SIGTTIN, SIGTTOU };

static struct {
	SCREEN *screen;
	int signals; /* signalfd(2) */
	struct termios modes; /* as they were */
	char reset[RESET_BYTES]; /* what gives the screen back */
	size_t reset_size;
	char *stack; /* for the handler */
	volatile sig_atomic_t ending; /* the signal that the program is about to end by, or 0 */
	volatile sig_atomic_t stalled; /* it took nothing for a while of what is shown */
	volatile sig_atomic_t given_up; /* on a terminal that takes nothing any more */
} terminal = { .signals = -1 };

const int TERMINAL_KEY_MOUSE = KEYMAP_FUNCTION + KEY_MOUSE;

/* The start of what a terminal tells of a mouse that is not ours. */
enum { KEY_STRAY = KEY_MAX + 1 };

/* Of the terminal's type; NULL: it has none of that name. */
static const char *capability(const char *name)
{
	const char *text = tigetstr(name);

	return text == (char *)-1 ? NULL : text;
}

static int add_to_reset(int byte)
{
	if (terminal.reset_size < RESET_BYTES)
		terminal.reset[terminal.reset_size++] = (char)byte;
	return byte;
}

/* What takes the mouse from us, as ncurses itself would write it. */
static void add_mouse_to_reset(void)
{
	const char *mode = capability("XM");

	if (!capability("kmous"))
		return;
	if (!mode)
		mode = "\033[?1000%?%p1%{1}%=%th%el%;";
	tputs(tiparm(mode, 0), 1, add_to_reset);
}

static void prepare_reset(void)
{
	static const char *const capabilities[] = { "sgr0", "op", "rmkx", "cnorm", "rmcup" };
	const char *text;
	size_t i;

	terminal.reset_size = 0;
	for (i = 0; i < sizeof(capabilities) / sizeof(capabilities[0]); i++) {
		text = capability(capabilities[i]);
		if (text)
			tputs(text, 1, add_to_reset);
	}
	add_mouse_to_reset();
}

/* This and the next are system calls, which a handler may make. */
static void write_reset(void)
{
	ssize_t written = write(STDOUT_FILENO, terminal.reset, terminal.reset_size);

	(void)written;
}

static void reset_modes(void)
{
	tcsetattr(STDIN_FILENO, TCSANOW, &terminal.modes);
}

static void on_crash(int signal)
{
	write_reset();
	reset_modes();
	raise(signal); /* its action is the default again */
}

/* Who has no memory ends the program wherever it is: ncurses, and what uses base/mem. */
static void on_exit_while_open(void)
{
	if (!terminal.screen)
		return;
	write_reset();
	reset_modes();
}

static void catch_crashes(void)
{
	struct sigaction action = { .sa_handler = on_crash,
		.sa_flags = (int)(SA_RESETHAND | SA_NODEFER | SA_ONSTACK) };
	stack_t stack;
	size_t i;

	terminal.stack = malloc(ALT_STACK_BYTES);
	if (terminal.stack) {
		stack = (stack_t){ .ss_sp = terminal.stack, .ss_size = ALT_STACK_BYTES };
		sigaltstack(&stack, NULL);
	}
	for (i = 0; i < sizeof(crash_signals) / sizeof(crash_signals[0]); i++)
		sigaction(crash_signals[i], &action, NULL);
}

/* Every signal that would end the program without giving the terminal back, and those of jobs. */
static void quiet_set(sigset_t *set)
{
	size_t i;

	sigfillset(set);
	for (i = 0; i < sizeof(crash_signals) / sizeof(crash_signals[0]); i++)
		sigdelset(set, crash_signals[i]);
	for (i = 0; i < sizeof(left_alone) / sizeof(left_alone[0]); i++)
		sigdelset(set, left_alone[i]);
}

void terminal_die(int signal_number)
{
	sigset_t set;

	signal(signal_number, SIG_DFL);
	quiet_set(&set);
	raise(signal_number);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

/* The signal that waits to end the program, or 0. */
static int ending_signal(void)
{
	sigset_t pending, quiet;
	int signal;

	if (terminal.ending)
		return terminal.ending;
	sigpending(&pending);
	quiet_set(&quiet);
	for (signal = 1; signal <= SIGRTMAX; signal++) {
		if (signal != SIGWINCH && signal != SIGCONT && signal != SIGTSTP &&
			sigismember(&quiet, signal) && sigismember(&pending, signal))
			return signal;
	}
	return 0;
}

/*
 * The terminal has not taken yet what is written. Where the program is to end it does not wait for
 * that: what the terminal was to get is dropped, and it is given back as it was. Only what a
 * handler may do, and nothing a second time that may have to wait.
 */
static void on_stall(int alarm_signal, siginfo_t *info, void *context)
{
	struct pollfd output = { .fd = STDOUT_FILENO, .events = POLLOUT };
	int error = errno, signal;

	(void)context;
	/* of the kernel it is our own timer's, else it was sent */
	signal = info->si_code == SI_KERNEL ? ending_signal() : alarm_signal;
	if (!signal) {
		if (poll(&output, 1, 0) == 0)
			terminal.stalled = true;
		errno = error;
		return;
	}
	if (!terminal.given_up) {
		terminal.given_up = true;
		tcflush(STDOUT_FILENO, TCOFLUSH);
		write_reset();
	}
	reset_modes();
	terminal_die(signal);
}

/* SIGALRM comes only while output is watched: blocked again, it ends the program as others do. */
static void watch_output(bool watch)
{
	struct itimerval every = { 0 };
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGALRM);
	if (watch) {
		every.it_interval.tv_usec = every.it_value.tv_usec = STALL_US;
		sigprocmask(SIG_UNBLOCK, &set, NULL);
		setitimer(ITIMER_REAL, &every, NULL);
	} else {
		setitimer(ITIMER_REAL, &every, NULL);
		sigprocmask(SIG_BLOCK, &set, NULL);
	}
}

int terminal_block_signals(void)
{
	sigset_t set;

	/* before newterm(3), which then leaves them alone; sizes got lost with its own handler */
	quiet_set(&set);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		return -errno;
	terminal.signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	return terminal.signals < 0 ? -errno : 0;
}

/* A control character is a key by itself, whatever it is named: the Linux console calls ^Z kspd. */
static void keep_control_keys(void)
{
	char text[2] = { 0 };

	for (text[0] = 1; text[0] < ' '; text[0]++) {
		if (key_defined(text) > 0)
			define_key(text, 0);
	}
}

/* What nearly every terminal sends, whatever its type says: a vt100 has PgUp by now. */
static void add_usual_keys(void)
{
	static const struct {
		const char *text;
		int key;
	} usual[] = {
		{ "\033[A", KEY_UP },
		{ "\033[B", KEY_DOWN },
		{ "\033[C", KEY_RIGHT },
		{ "\033[D", KEY_LEFT },
		{ "\033[H", KEY_HOME },
		{ "\033[F", KEY_END },
		{ "\033OH", KEY_HOME },
		{ "\033OF", KEY_END },
		{ "\033[1~", KEY_HOME },
		{ "\033[2~", KEY_IC },
		{ "\033[3~", KEY_DC },
		{ "\033[4~", KEY_END },
		{ "\033[5~", KEY_PPAGE },
		{ "\033[6~", KEY_NPAGE },
		{ "\033OP", KEY_F(1) },
		{ "\033OQ", KEY_F(2) },
		{ "\033OR", KEY_F(3) },
		{ "\033OS", KEY_F(4) },
		{ "\033[15~", KEY_F(5) },
		{ "\033[17~", KEY_F(6) },
		{ "\033[18~", KEY_F(7) },
		{ "\033[19~", KEY_F(8) },
		{ "\033[20~", KEY_F(9) },
		{ "\033[21~", KEY_F(10) },
	};
	size_t i;

	for (i = 0; i < sizeof(usual) / sizeof(usual[0]); i++) {
		if (key_defined(usual[i].text) == 0)
			define_key(usual[i].text, usual[i].key);
	}
}

/* What is told of the mouse begins like a key: which one that is to be. */
static void use_mouse_key(int key)
{
	const char *start = capability("kmous");

	if (start)
		define_key(start, key);
}

const char *terminal_open(void)
{
	bool moves;
	int error;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return "there is no terminal";
	if (setupterm(NULL, STDOUT_FILENO, &error) != OK)
		return "the terminal's type (TERM) is not known, or its description can't be read";
	moves = capability("cup");
	del_curterm(cur_term); /* newterm(3) makes its own */
	if (!moves)
		return "this terminal can't move its cursor";
	tcgetattr(STDIN_FILENO, &terminal.modes);
	terminal.screen = newterm(NULL, stdout, stdin);
	if (!terminal.screen)
		return "the terminal can't be used";
	prepare_reset();
	atexit(on_exit_while_open);
	catch_crashes();
	sigaction(SIGALRM,
		&(struct sigaction){ .sa_sigaction = on_stall,
			.sa_flags = SA_SIGINFO | SA_RESTART | SA_NODEFER },
		NULL);
	raw();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	keep_control_keys();
	add_usual_keys();
	use_mouse_key(KEY_STRAY);
	nodelay(stdscr, TRUE);
	set_escdelay(ESCAPE_DELAY_MS);
	return NULL;
}

bool terminal_show(void)
{
	terminal.stalled = false;
	watch_output(true);
	refresh();
	watch_output(false);
	return !terminal.stalled;
}

/* The shell's next line, where the screen stays as it is: without another one to go back to. */
static void leave_line(void)
{
	if (terminal.ending || capability("rmcup"))
		return;
	move(LINES - 1, 0);
	clrtoeol();
	refresh();
}

void terminal_close(int signal_number)
{
	size_t i;

	if (!terminal.screen)
		return;
	terminal.ending = signal_number;
	watch_output(true);
	leave_line();
	endwin();
	watch_output(false);
	delscreen(terminal.screen);
	terminal.screen = NULL;
	for (i = 0; i < sizeof(crash_signals) / sizeof(crash_signals[0]); i++)
		signal(crash_signals[i], SIG_DFL);
	sigaltstack(&(stack_t){ .ss_flags = SS_DISABLE }, NULL);
	free(terminal.stack);
	terminal.stack = NULL;
}

int terminal_signals(void)
{
	return terminal.signals;
}

int terminal_next_signal(void)
{
	struct signalfd_siginfo info;

	if (read(terminal.signals, &info, sizeof(info)) != (ssize_t)sizeof(info))
		return 0;
	return (int)info.ssi_signo;
}

/*
 * The rest of a character that begins with the byte `first`; 0 where it is none. get_wch(3) would
 * swallow the keys behind an invalid byte.
 */
static int read_character(int first)
{
	size_t size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2, length;
	char bytes[4] = { (char)first };
	uint32_t character = 0;
	int byte;

	if (first < 0xc0 || !text_locale_is_utf8())
		return 0;
	for (length = 1; length < size; length++) {
		byte = getch();
		if (byte == ERR)
			return 0;
		if (byte < 0x80 || byte >= 0xc0) {
			ungetch(byte); /* a key of its own */
			return 0;
		}
		bytes[length] = (char)byte;
	}
	return text_decode(bytes, size, &character) ? (int)character : 0;
}

/* Up to its final byte, as ECMA-48 has it, or else three bytes. Left to getch(3) it would wait. */
static void skip_stray(void)
{
	const char *start = tigetstr("kmous");
	bool counted = start[strlen(start) - 1] == 'M';
	int byte, count = 0;

	do
		byte = getch();
	while (byte != ERR && (counted ? ++count < 3 : byte < '@' || byte > '~'));
}

/*
 * Behind ESC: whether what follows is a sequence that this type of terminal does not know (ECMA-48:
 * CSI with parameters up to a final byte; SS3 with one byte). It is skipped: its letters are no
 * keys.
 */
static bool skip_unknown(void)
{
	int byte = getch();

	if (byte != '[' && byte != 'O') {
		if (byte != ERR)
			ungetch(byte); /* a key of its own */
		return false;
	}
	if (byte == 'O') {
		getch();
		return true;
	}
	byte = getch();
	if (byte == '[') { /* as the Linux console has it */
		getch();
		return true;
	}
	while (byte >= ' ' && byte < '@')
		byte = getch();
	return true;
}

bool terminal_next_key(int *key)
{
	int code = getch();

	while (code == KEY_STRAY || (code == KEY_CODE_ESCAPE && skip_unknown())) {
		if (code == KEY_STRAY)
			skip_stray();
		code = getch();
	}
	if (code == ERR)
		return false;
	if (code > 0xff)
		code += KEYMAP_FUNCTION;
	else if (code >= 0x80)
		code = read_character(code);
	*key = keymap_normalize(code);
	return true;
}

/*
 * All that a terminal tells of buttons: behind an event that nobody wants getch(3) reads on, and
 * waits for it even if it is not to wait.
 */
static const mmask_t mouse_events = BUTTON1_PRESSED | BUTTON1_RELEASED | BUTTON2_PRESSED |
	BUTTON2_RELEASED | BUTTON3_PRESSED | BUTTON3_RELEASED | BUTTON4_PRESSED | BUTTON4_RELEASED |
	BUTTON5_PRESSED | BUTTON5_RELEASED | REPORT_MOUSE_POSITION;

bool terminal_use_mouse(bool use)
{
	/* a click is told when the button goes down, at once */
	mouseinterval(0);
	mousemask(use ? mouse_events : 0, NULL);
	use_mouse_key(use ? KEY_MOUSE : KEY_STRAY);
	return use && has_mouse();
}

bool terminal_next_click(struct terminal_click *click)
{
	const mmask_t wanted = BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED;
	bool found = false;
	MEVENT event;

	/* the last one stands first; others would come up later, at another event */
	while (getmouse(&event) == OK) {
		if (found || !(event.bstate & wanted))
			continue;
		found = true;
		*click = (struct terminal_click){ .y = event.y, .x = event.x };
		if (!(event.bstate & BUTTON1_PRESSED))
			click->wheel = event.bstate & BUTTON4_PRESSED ? -1 : 1;
	}
	return found;
}

void terminal_resize(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_row == 0 || size.ws_col == 0)
		return;
	if (size.ws_row != LINES || size.ws_col != COLS)
		resizeterm(size.ws_row, size.ws_col);
	/* what a terminal keeps of its screen when its size changes is its own affair */
	terminal_redraw();
}

void terminal_suspend(void)
{
	sigset_t stop;

	watch_output(true);
	endwin();
	watch_output(false);
	/* SIGTSTP and not SIGSTOP: without a shell that could continue us the kernel ignores it */
	sigemptyset(&stop);
	sigaddset(&stop, SIGTSTP);
	signal(SIGTSTP, SIG_DFL);
	kill(0, SIGTSTP);
	sigprocmask(SIG_UNBLOCK, &stop, NULL);
	sigprocmask(SIG_BLOCK, &stop, NULL);
	terminal_resize();
}

void terminal_redraw(void)
{
	clearok(curscr, TRUE);
}
