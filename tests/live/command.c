#include "command.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>

#include "../tap.h"

enum { WORDS_MOST = 32, LINE_MOST = 72 * 1024, EXPECT_MS = 5 * 1000, NOT_STARTED = 127 };

struct outcome outcome;

static struct {
	pid_t pid;
	int out, err; /* files in memory */
	int terminal;
	size_t awaited; /* of outcome.out: what was expected last ends here */
	size_t length;
} running;

/* A line's words. */
struct words {
	char line[LINE_MOST];
	char *at[WORDS_MOST];
};

__attribute__((format(printf, 2, 0))) static void split(
	struct words *words, const char *format, va_list args)
{
	char *from = words->line, *to = words->line;
	size_t count = 0;
	bool quoted = false;
	int length;

	words->at[count++] = strdup("ipctop");
	length = vsnprintf(words->line, sizeof(words->line), format, args);
	assert_in_range(length, 0, sizeof(words->line) - 1);
	while (*from) {
		while (*from == ' ')
			from++;
		if (!*from)
			break;
		assert_true(count < WORDS_MOST - 1);
		words->at[count++] = to;
		for (; *from && (quoted || *from != ' '); from++) {
			if (*from == '\'')
				quoted = !quoted;
			else
				*to++ = *from;
		}
		from += *from == ' ';
		*to++ = '\0';
	}
	words->at[count] = NULL;
}

/* Opened here, as another user may not reach the folder that it is in. */
static int open_program(void)
{
	const char *path = getenv("IPCTOP");
	int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;

	if (fd < 0)
		fail_msg("IPCTOP does not name the program: %s", path ? path : "it is not set");
	return fd;
}

static void start(int program, const struct preparation *preparation, char **arguments)
{
	int null = open("/dev/null", O_RDONLY);

	if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(running.out, STDOUT_FILENO) < 0 ||
		dup2(running.err, STDERR_FILENO) < 0)
		_exit(NOT_STARTED);
	if (preparation)
		preparation->prepare(preparation->user);
	fexecve(program, arguments, environ);
	_exit(NOT_STARTED);
}

__attribute__((format(printf, 2, 0))) static pid_t start_command(
	const struct preparation *preparation, const char *format, va_list args)
{
	struct words words;
	int program = open_program();

	split(&words, format, args);
	running.out = memfd_create("out", MFD_CLOEXEC);
	running.err = memfd_create("err", MFD_CLOEXEC);
	assert_true(running.out >= 0 && running.err >= 0);
	fflush(NULL);
	running.pid = fork();
	if (running.pid == 0)
		start(program, preparation, words.at);
	if (running.pid < 0)
		tap_skip("no pseudo-terminal can be opened: %s", strerror(errno));
	close(program);
	free(words.at[0]);
	return running.pid;
}

pid_t command_start(const struct preparation *preparation, const char *format, ...)
{
	va_list args;
	pid_t pid;

	va_start(args, format);
	pid = start_command(preparation, format, args);
	va_end(args);
	return pid;
}

static void wait_for_end(void)
{
	int status;

	while (waitpid(running.pid, &status, 0) < 0)
		assert_int_equal(errno, EINTR);
	outcome.status = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
	if (outcome.status == NOT_STARTED)
		fail_msg("the program could not be started");
}

static void read_back(int fd, char *text, size_t size)
{
	ssize_t got = pread(fd, text, size - 1, 0);

	assert_true(got >= 0 && (size_t)got < size - 1);
	text[got] = '\0';
	close(fd);
}

int command_finish(void)
{
	wait_for_end();
	read_back(running.out, outcome.out, sizeof(outcome.out));
	read_back(running.err, outcome.err, sizeof(outcome.err));
	return outcome.status;
}

int command_run_prepared(const struct preparation *preparation, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	start_command(preparation, format, args);
	va_end(args);
	return command_finish();
}

int command_run(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	start_command(NULL, format, args);
	va_end(args);
	return command_finish();
}

/* on a terminal */

int pty_screen(unsigned short rows, unsigned short columns, const char *config)
{
	struct winsize size = { .ws_row = rows, .ws_col = columns };

	setenv("TERM", "xterm", 1);
	setenv("XDG_CONFIG_HOME", config, 1);
	return ioctl(STDIN_FILENO, TIOCSWINSZ, &size);
}

__attribute__((format(printf, 2, 0))) static pid_t start_on_pty(
	const struct preparation *preparation, const char *format, va_list args)
{
	struct words words;
	int program = open_program();

	split(&words, format, args);
	fflush(NULL);
	running.length = running.awaited = 0;
	outcome.out[0] = outcome.err[0] = '\0';
	running.pid = forkpty(&running.terminal, NULL, NULL, NULL);
	if (running.pid == 0) {
		signal(SIGINT, SIG_DFL); /* which shells ignore for what runs in the background */
		if (preparation)
			preparation->prepare(preparation->user);
		fexecve(program, words.at, environ);
		_exit(NOT_STARTED);
	}
	if (running.pid < 0)
		tap_skip("no pseudo-terminal can be opened: %s", strerror(errno));
	close(program);
	free(words.at[0]);
	return running.pid;
}

void pty_start(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	start_on_pty(NULL, format, args);
	va_end(args);
}

pid_t pty_start_prepared(const struct preparation *preparation, const char *format, ...)
{
	va_list args;
	pid_t pid;

	va_start(args, format);
	pid = start_on_pty(preparation, format, args);
	va_end(args);
	return pid;
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Read what there is until `deadline`; false at the end of all output. */
static bool read_some(int64_t deadline)
{
	struct pollfd wait = { .fd = running.terminal, .events = POLLIN };
	size_t room = sizeof(outcome.out) - 1 - running.length;
	int64_t left = deadline - now_ms();
	ssize_t got;

	if (left <= 0 || poll(&wait, 1, (int)left) <= 0)
		fail_msg("the program is silent after: %s", outcome.out);
	/* the end of the other side is an error of this one */
	got = read(running.terminal, outcome.out + running.length, room);
	if (got <= 0)
		return false;
	running.length += (size_t)got;
	outcome.out[running.length] = '\0';
	return true;
}

void pty_expect(const char *text)
{
	int64_t deadline = now_ms() + EXPECT_MS;
	const char *found;

	while (!(found = strstr(outcome.out + running.awaited, text))) {
		if (!read_some(deadline))
			fail_msg("'%s' was not asked in: %s", text, outcome.out);
	}
	running.awaited = (size_t)(found - outcome.out) + strlen(text);
}

void pty_type(const char *text)
{
	assert_int_equal(write(running.terminal, text, strlen(text)), strlen(text));
}

int pty_finish(void)
{
	int64_t deadline = now_ms() + EXPECT_MS;

	while (read_some(deadline))
		continue;
	wait_for_end();
	close(running.terminal);
	return outcome.status;
}
