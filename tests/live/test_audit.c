/* The line in syslog for every removal, done or refused, read from a /dev/log of our own. */
#include "live.h"

#include <errno.h>
#include <pwd.h>
#include <sys/mount.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>

#include "command.h"
#include "hostile.h"

enum { SECONDS = 10, NO_MOUNT = 124, LINE_MOST = 1024 };

static struct {
	char folder[64], log[80];
	int socket;
} dev;

/* In the child: the folder takes the place of /dev. */
static void change_dev(void *user)
{
	const char *folder = user;

	if (space_private_mounts() < 0 || mount(folder, "/dev", NULL, MS_BIND, NULL) < 0)
		_exit(NO_MOUNT);
	alarm(SECONDS); /* one that hangs is ended */
}

static struct preparation with_log = { change_dev, dev.folder };

static struct sockaddr_un log_address(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", dev.log);
	return address;
}

static int open_log(void **state)
{
	struct sockaddr_un address;
	const struct timeval patience = { .tv_sec = SECONDS };

	live_enter(state);
	strcpy(dev.folder, "/tmp/ipctop-log-XXXXXX");
	assert_non_null(mkdtemp(dev.folder));
	assert_int_equal(chmod(dev.folder, 0755), 0);
	snprintf(dev.log, sizeof(dev.log), "%s/log", dev.folder);
	address = log_address();
	dev.socket = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	assert_true(dev.socket >= 0);
	assert_int_equal(bind(dev.socket, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(chmod(dev.log, 0666), 0);
	setsockopt(dev.socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	return 0;
}

static int close_log(void **state)
{
	(void)state;
	close(dev.socket);
	unlink(dev.log);
	return rmdir(dev.folder);
}

static void run_logged(const char *line, int id)
{
	command_run_prepared(&with_log, "%s %d --yes", line, id);
	if (outcome.status == NO_MOUNT)
		tap_skip("nothing can be mounted here");
}

/* The next line is "<PRIORITY>TIME ipctop[PID]: TEXT"; behind it `why`, if any, in a sentence. */
__attribute__((format(printf, 2, 3))) static void expect_line(
	const char *why, const char *format, ...)
{
	char line[LINE_MOST], expected[LINE_MOST], *text, *digits;
	ssize_t got = recv(dev.socket, line, sizeof(line) - 1, 0);
	va_list args;

	va_start(args, format);
	vsnprintf(expected, sizeof(expected), format, args);
	va_end(args);
	if (got <= 0)
		fail_msg("nothing was logged; expected: %s", expected);
	line[got] = '\0';
	text = strstr(line, " ipctop[");
	assert_non_null(text);
	digits = text + strlen(" ipctop[");
	text = digits + strspn(digits, "0123456789");
	assert_true(text > digits);
	assert_memory_equal(text, "]: ", 3);
	text += 3;
	assert_memory_equal(text, expected, strlen(expected));
	text += strlen(expected);
	if (why)
		assert_non_null(strstr(text, why));
	else
		assert_string_equal(text, "");
}

static void expect_no_further_line(void)
{
	char line[LINE_MOST];

	assert_int_equal(recv(dev.socket, line, sizeof(line), MSG_DONTWAIT), -1);
}

static const char *our_name(void)
{
	const struct passwd *entry = getpwuid(geteuid());
	static char digits[16];

	snprintf(digits, sizeof(digits), "%u", (unsigned)geteuid());
	return entry ? entry->pw_name : digits;
}

static void removals_are_logged(void **state)
{
	unsigned kind;
	char line[32];
	int id;

	(void)state;
	for (kind = 0; kind <= CLASS_SHM; kind++) {
		id = world_object(kind, (key_t)0xfeedbeef, 0600);
		snprintf(line, sizeof(line), "rm %s", class_infos[kind].word);
		run_logged(line, id);
		assert_int_equal(outcome.status, 0);
		expect_line(NULL, "removed %s id=%d key=0xfeedbeef owner=%s by uid=%u",
			class_infos[kind].word, id, our_name(), (unsigned)getuid());
		expect_no_further_line();
	}
}

/* A line that begins like that of a removal, and tells that it goes later. */
static void marking_is_logged(void **state)
{
	int id = world_object(CLASS_SHM, IPC_PRIVATE, 0600);
	void *at = shmat(id, NULL, 0);

	(void)state;
	run_logged("rm shm", id);
	assert_int_equal(outcome.status, 0);
	expect_line(": marked dest: it goes after the last detach (1 attachment)",
		"removed shm id=%d key=0x00000000 owner=%s by uid=%u", id, our_name(),
		(unsigned)getuid());
	run_logged("rm shm", id);
	expect_line(": already doomed: it goes after the last detach (1 attachment)",
		"refused shm id=%d key=0x00000000 owner=%s by uid=%u", id, our_name(),
		(unsigned)getuid());
	shmdt(at);
}

static void become_and_change_dev(void *user)
{
	change_dev(user);
	space_become(PLAIN_UID, PLAIN_UID);
}

static void refusals_are_logged(void **state)
{
	struct preparation as_plain = { become_and_change_dev, dev.folder };
	int id;

	(void)state;
	live_need_users();
	id = world_object(CLASS_MSG, IPC_PRIVATE, 0600);
	world_chown(CLASS_MSG, id, OTHER_UID, OTHER_UID);
	command_run_prepared(&as_plain, "rm msg %d --yes", id);
	if (outcome.status == NO_MOUNT)
		tap_skip("nothing can be mounted here");
	assert_int_equal(outcome.status, 1);
	expect_line("only owner, creator or root may remove it",
		"refused msg id=%d key=0x00000000 owner=%d by uid=%d", id, OTHER_UID, PLAIN_UID);
	expect_no_further_line();
	world_remove(CLASS_MSG, id);
}

/* What was only shown is no removal. */
/* The accounts are others from then on. */
static void owners_are_made_printable(void **state)
{
	int id = world_object(CLASS_MSG, IPC_PRIVATE, 0600);

	(void)state;
	hostile_accounts();
	if (space_has_users())
		world_chown(CLASS_MSG, id, HOSTILE_FIRST_UID, HOSTILE_FIRST_UID);
	run_logged("rm msg", id);
	assert_int_equal(outcome.status, 0);
	expect_line(NULL, "removed msg id=%d key=0x00000000 owner=a\\x1b]0;pwn\\x07b by uid=%u", id,
		(unsigned)getuid());
}

static void looking_is_not_logged(void **state)
{
	int id = world_object(CLASS_MSG, IPC_PRIVATE, 0600);

	(void)state;
	run_logged("rm msg --dry-run", id);
	assert_int_equal(outcome.status, 0);
	run_logged("rm msg --readonly", id);
	assert_int_equal(outcome.status, 1);
	expect_no_further_line();
	assert_true(world_exists(CLASS_MSG, id));
	world_remove(CLASS_MSG, id);
}

/* Fill what the kernel keeps for a daemon that does not read. */
static void fill_log(void)
{
	struct sockaddr_un address = log_address();
	int writer = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	assert_int_equal(connect(writer, (struct sockaddr *)&address, sizeof(address)), 0);
	while (send(writer, "full", 4, 0) == 4)
		continue;
	assert_int_equal(errno, EAGAIN);
	close(writer);
}

static void empty_log(void)
{
	char line[LINE_MOST];

	while (recv(dev.socket, line, sizeof(line), MSG_DONTWAIT) > 0)
		continue;
}

#define NO_LINE "it has no line in syslog: "

static void a_daemon_that_hangs_holds_nothing_up(void **state)
{
	enum { COUNT = SECONDS + 5 };
	struct buf command = { 0 };
	const char *at;
	int id[COUNT], i, told = 0;

	(void)state;
	buf_text(&command, "rm sem");
	for (i = 0; i < COUNT; i++) {
		id[i] = world_object(CLASS_SEM, IPC_PRIVATE, 0600);
		if (i + 1 < COUNT)
			buf_printf(&command, " %d", id[i]);
	}
	fill_log();
	run_logged(buf_str(&command), id[COUNT - 1]);
	buf_free(&command);
	assert_int_equal(outcome.status, 0);
	for (at = outcome.out; (at = strstr(at, NO_LINE "Connection timed out")) != NULL; at++)
		told++;
	assert_int_equal(told, COUNT);
	for (i = 0; i < COUNT; i++)
		assert_false(world_exists(CLASS_SEM, id[i]));
	empty_log();
}

static void change_dev_of_screen(void *user)
{
	change_dev(user);
	if (pty_screen(24, 80, dev.folder) < 0)
		_exit(NO_MOUNT);
}

/* Nor the end of the terminal interface, which says what it leaves. */
static void who_quits_is_told_what_stays(void **state)
{
	enum { COUNT = 1000 }; /* more than go while it ends */
	struct preparation screen = { change_dev_of_screen, dev.folder };
	int i;

	(void)state;
	for (i = 0; i < COUNT; i++)
		world_object(CLASS_SEM, IPC_PRIVATE, 0600);
	fill_log();
	pty_start_prepared(&screen, "-s");
	pty_expect("of 1000");
	pty_type("A");
	pty_expect("1000 tagged");
	pty_type("K");
	pty_expect("Type yes");
	pty_type("yes\rq");
	i = pty_finish();
	if (i == NO_MOUNT)
		tap_skip("nothing can be mounted here");
	assert_int_equal(i, 1);
	assert_non_null(strstr(outcome.out, " of what was to be removed stays"));
	empty_log();
}

/* A daemon that takes streams, one after the other, is waited for. */
static void lines_come_by_a_stream(void **state)
{
	enum { COUNT = 30, BACKLOG = 2, PAUSE_US = 20000 };
	struct sockaddr_un address = log_address();
	char line[LINE_MOST];
	int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), stream, i;
	ssize_t got;
	const struct timeval patience = { .tv_sec = SECONDS };

	(void)state;
	setsockopt(listener, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	for (i = 0; i < COUNT; i++)
		world_object(CLASS_SEM, IPC_PRIVATE, 0600);
	unlink(dev.log);
	assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(listener, BACKLOG), 0);
	command_start(&with_log, "rm sem --filter 'id>=0' --yes");
	for (i = 0; i < COUNT; i++) {
		stream = accept(listener, NULL, NULL);
		if (stream < 0)
			break;
		usleep(PAUSE_US);
		got = recv(stream, line, sizeof(line) - 1, 0);
		assert_in_range(got, 1, sizeof(line) - 1);
		line[got] = '\0';
		assert_non_null(strstr(line, "]: removed sem id="));
		assert_int_equal(line[got - 1], '\0'); /* as syslog(3) ends them */
		assert_int_equal(strlen(line), got - 1);
		close(stream);
	}
	close(listener);
	if (command_finish() == NO_MOUNT)
		tap_skip("nothing can be mounted here");
	assert_int_equal(outcome.status, 0);
	assert_int_equal(i, COUNT);
	assert_null(strstr(outcome.out, NO_LINE));
}

/* The last case: from here on nobody listens. */
static void what_left_no_line_is_told(void **state)
{
	int id = world_object(CLASS_SHM, IPC_PRIVATE, 0600);

	(void)state;
	close(dev.socket);
	dev.socket = -1;
	run_logged("rm shm", id);
	assert_int_equal(outcome.status, 0);
	assert_non_null(strstr(outcome.out, ": removed; it has no line in syslog: "));
	assert_false(world_exists(CLASS_SHM, id));
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test_teardown(removals_are_logged, live_clear),
		cmocka_unit_test_teardown(marking_is_logged, live_clear),
		cmocka_unit_test_teardown(refusals_are_logged, live_clear),
		cmocka_unit_test_teardown(looking_is_not_logged, live_clear),
		cmocka_unit_test_teardown(owners_are_made_printable, live_clear),
		cmocka_unit_test_teardown(a_daemon_that_hangs_holds_nothing_up, live_clear),
		cmocka_unit_test_teardown(who_quits_is_told_what_stays, live_clear),
		cmocka_unit_test_teardown(lines_come_by_a_stream, live_clear),
		cmocka_unit_test_teardown(what_left_no_line_is_told, live_clear),
	};

	return tap_run(cases, sizeof(cases) / sizeof(cases[0]), open_log, close_log);
}
