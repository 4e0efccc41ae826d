/*
 * Read-only is proved: whatever the program is asked for, no call that it makes changes anything,
 * as strace(1) saw them. Calls that are not known to be harmless count as those that are not.
 */
#include "live.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "actors.h"
#include "command.h"

enum { PATH_BYTES = 128, LINE_MOST = 8192, COMMAND_MOST = 1024, ROWS = 40, COLUMNS = 120 };

/* What is traced: all calls on objects and names, and what may write or signal. */
#define TRACED                                                                                     \
	"%ipc,%file,connect,write,pwrite64,writev,pwritev,?pwritev2,sendfile,splice,"              \
	"?copy_file_range,ftruncate,fallocate,fchmod,fchown,fsetxattr,fremovexattr,?fchmodat2,"    \
	"kill,tkill,tgkill,rt_sigqueueinfo,?pidfd_send_signal,ptrace,process_vm_writev,"           \
	"settimeofday,sethostname"

static struct {
	char folder[PATH_BYTES / 2], trace[PATH_BYTES];
	char first[LINE_MOST]; /* what was not harmless */
	unsigned calls, wrong;
} proof;

/* which calls are harmless */

/* One of the words stands behind `from`. */
static bool has_any(const char *from, const char *const *words)
{
	for (; *words; words++) {
		if (strstr(from, *words))
			return true;
	}
	return false;
}

static bool only_asks(const char *call)
{
	static const char *const asking[] = { "IPC_STAT", "IPC_INFO", "MSG_STAT", "MSG_INFO",
		"SEM_STAT", "SEM_INFO", "SHM_STAT", "SHM_INFO", "GETVAL", "GETPID", "GETNCNT",
		"GETZCNT", "GETALL", NULL };

	return has_any(call, asking);
}

/* Where it was interrupted the flags follow with its end. */
static bool only_copies(const char *call)
{
	return strstr(call, "MSG_COPY") || strstr(call, "<unfinished ...>");
}

static bool is_terminal(const char *call)
{
	return strstr(call, "\"/dev/tty\"") || strstr(call, "\"/dev/pts/") ||
		strstr(call, "</dev/pts/");
}

static bool opens_to_read(const char *call)
{
	static const char *const changing[] = { "O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC",
		"O_APPEND", "O_TMPFILE", NULL };
	const char *flags = strrchr(call, '"');

	return !has_any(flags ? flags : call, changing) || is_terminal(call);
}

/* What it prints, and what wakes its threads. */
static bool writes_to_the_face(const char *call)
{
	return strncmp(call, "write(1<", 8) == 0 || strncmp(call, "write(2<", 8) == 0 ||
		strncmp(call, "writev(1<", 9) == 0 || strncmp(call, "writev(2<", 9) == 0 ||
		strstr(call, "anon_inode:[eventfd]>") || is_terminal(call);
}

static bool only_asks_for_life(const char *call)
{
	return strstr(call, ", 0)") || strstr(call, ", 0 <unfinished ...>");
}

/* Names of users may come from a server. */
static bool is_not_syslog(const char *call)
{
	return !strstr(call, "/dev/log") && !strstr(call, "/journal/");
}

static bool always(const char *call)
{
	(void)call;
	return true;
}

static const struct harmless {
	const char *name;
	bool (*where)(const char *call);
} harmless[] = {
	{ "access", always },
	{ "connect", is_not_syslog },
	{ "execve", always },
	{ "execveat", always },
	{ "faccessat", always },
	{ "faccessat2", always },
	{ "fstat", always },
	{ "fstatat64", always },
	{ "fstatfs", always },
	{ "getcwd", always },
	{ "kill", only_asks_for_life },
	{ "lstat", always },
	{ "lstat64", always },
	{ "msgctl", only_asks },
	{ "msgrcv", only_copies },
	{ "newfstatat", always },
	{ "open", opens_to_read },
	{ "openat", opens_to_read },
	{ "openat2", opens_to_read },
	{ "readlink", always },
	{ "readlinkat", always },
	{ "semctl", only_asks },
	{ "shmctl", only_asks },
	{ "stat", always },
	{ "stat64", always },
	{ "statfs", always },
	{ "statfs64", always },
	{ "statx", always },
	{ "tgkill", only_asks_for_life },
	{ "write", writes_to_the_face },
	{ "writev", writes_to_the_face },
};

static bool is_harmless(const char *call, size_t length)
{
	size_t i;

	for (i = 0; i < sizeof(harmless) / sizeof(harmless[0]); i++) {
		if (strlen(harmless[i].name) == length &&
			strncmp(call, harmless[i].name, length) == 0)
			return harmless[i].where(call);
	}
	return false;
}

/* "PID name(arguments) = result"; "PID <... name resumed>rest" of those that were interrupted. */
static void judge(const char *line)
{
	const char *call = line + strspn(line, "0123456789 ");
	size_t length;

	if (strncmp(call, "+++ ", 4) == 0 || strncmp(call, "--- ", 4) == 0)
		return;
	if (strncmp(call, "<... ", 5) == 0) {
		/* judged when it began, but for what is only known at its end */
		if (strncmp(call + 5, "msgrcv ", 7) != 0)
			return;
		call += 5;
	}
	length = strspn(call, "abcdefghijklmnopqrstuvwxyz0123456789_");
	proof.calls++;
	if (is_harmless(call, length))
		return;
	if (proof.wrong++ == 0)
		snprintf(proof.first, sizeof(proof.first), "%s", call);
}

static void read_trace(void)
{
	FILE *file = fopen(proof.trace, "re");
	char line[LINE_MOST];

	proof.calls = proof.wrong = 0;
	proof.first[0] = '\0';
	assert_non_null(file);
	while (fgets(line, sizeof(line), file))
		judge(line);
	fclose(file);
	/* a program that was not seen proves nothing */
	assert_true(proof.calls > 20);
}

static void expect_harmless(const char *what)
{
	read_trace();
	if (proof.wrong > 0)
		fail_msg("%s: %u calls that may change something, first %s", what, proof.wrong,
			proof.first);
}

/* running it under strace */

/* A sanitizer makes the folder of its reports, and can't look for leaks beside strace. */
static void add_option(const char *name, const char *option)
{
	const char *options = getenv(name);
	char all[COMMAND_MOST];

	snprintf(all, sizeof(all), "%s:%s", options ? options : "", option);
	setenv(name, all, 1);
}

static void trace(void *user)
{
	char command[COMMAND_MOST];

	pty_screen(ROWS, COLUMNS, proof.folder);
	add_option("ASAN_OPTIONS", "detect_leaks=0:log_path=stderr");
	add_option("UBSAN_OPTIONS", "log_path=stderr");
	snprintf(command, sizeof(command),
		"exec strace -f -y -qq -o '%s' -e trace=%s \"$IPCTOP\" %s", proof.trace, TRACED,
		(const char *)user);
	execl("/bin/sh", "sh", "-c", command, NULL);
	_exit(1);
}

__attribute__((format(printf, 2, 3))) static int run(bool judged, const char *format, ...)
{
	char line[COMMAND_MOST];
	struct preparation preparation = { trace, line };
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	command_run_prepared(&preparation, "%s", "");
	if (judged)
		expect_harmless(line);
	else
		read_trace();
	return outcome.status;
}

static void start_ui(char *line)
{
	struct preparation preparation = { trace, line };

	pty_start_prepared(&preparation, "%s", "");
	pty_expect("Queues");
}

static int enter(void **state)
{
	actors_enter(state);
	strcpy(proof.folder, "/tmp/ipctop-readonly-XXXXXX");
	assert_non_null(mkdtemp(proof.folder));
	snprintf(proof.trace, sizeof(proof.trace), "%s/trace", proof.folder);
	return 0;
}

static int leave(void **state)
{
	char path[PATH_BYTES];

	(void)state;
	unlink(proof.trace);
	snprintf(path, sizeof(path), "%s/ipctop/config", proof.folder);
	unlink(path);
	snprintf(path, sizeof(path), "%s/ipctop", proof.folder);
	rmdir(path);
	return rmdir(proof.folder);
}

static struct {
	int queue, set, segment;
} some;

/* Keys without a digit in common, so that another one on the screen is drawn as a whole. */
enum { QUEUE_KEY = 0x1a1a1a1a, SET_KEY = 0x2b2b2b2b, SEGMENT_KEY = 0x3c3c3c3c };

/* One of each kind, with much to look at; whoever may not trace skips. */
static int setup(void **state)
{
	struct actor *holder, *waiter;
	char command[COMMAND_MOST];

	(void)state;
#ifdef __SANITIZE_THREAD__
	tap_skip("the sanitizer writes files of its own");
#endif
	snprintf(command, sizeof(command),
		"strace -f -y -qq -o '%s' -e trace=%s true >/dev/null 2>&1", proof.trace, TRACED);
	if (system(command) != 0)
		tap_skip("strace is missing, or may not trace");
	some.queue = world_object(CLASS_MSG, QUEUE_KEY, 0666);
	world_send(some.queue, 100);
	some.set = world_object(CLASS_SEM, SET_KEY, 0666);
	some.segment = world_object(CLASS_SHM, SEGMENT_KEY, 0666);
	holder = actors_start((struct act[]){ act_attach(some.segment, 0), act_stay() });
	waiter = actors_start((struct act[]){ act_semop(some.set, 0, -1, SEM_UNDO), act_exit() });
	actor_wait_staying(holder);
	actor_wait_blocked(waiter);
	return 0;
}

static void expect_all_there(void)
{
	assert_true(world_exists(CLASS_MSG, some.queue));
	assert_true(world_exists(CLASS_SEM, some.set));
	assert_true(world_exists(CLASS_SHM, some.segment));
}

static void rm_changes_nothing(void **state)
{
	(void)state;
	assert_int_equal(run(true, "rm msg %d --readonly --yes", some.queue), 1);
	assert_int_equal(run(true, "rm sem --key 0x2b2b2b2b --readonly --yes"), 1);
	assert_int_equal(run(true, "rm shm -f 'nattch>0' --yes --readonly"), 1);
	assert_int_equal(run(true, "rm -f 'id>=0' --yes --readonly"), 1);
	assert_int_equal(run(true, "rm -f 'id>=0' --yes --dry-run"), 0);
	expect_all_there();
}

/* They have nothing to promise: they change nothing, whatever they are given. */
static void looking_changes_nothing(void **state)
{
	static const char *const lines[] = { "list", "list -J", "list -w -n 2 -d 0.1",
		"list --by owner", "limits", "who", "key --explain 0x3c3c3c3c", "key / 7",
		"deadlocks", "leaks --older 0", "events -n 2 -d 0.1", "--help", "rm --help" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		run(true, "%s", lines[i]);
	run(true, "show msg %d", some.queue);
	assert_non_null(strstr(outcome.out, "Messages"));
	run(true, "show sem %d", some.set);
	run(true, "show shm %d --json", some.segment);
	run(true, "who sem %d", some.set);
	assert_int_equal(outcome.status, 0);
	expect_all_there();
}

/* Through its tabs and pages, and with each key that would change something. */
static void the_ui_changes_nothing(void **state)
{
	char line[] = "--readonly -d 0.1";
	static const struct {
		const char *key, *shown, *title;
	} tabs[] = {
		{ "1", "1a1a1a1a", "Queue " },
		{ "2", "2b2b2b2b", "Semaphore set " },
		{ "3", "3c3c3c3c", "Segment " },
	};
	size_t i;

	(void)state;
	start_ui(line);
	for (i = 0; i < sizeof(tabs) / sizeof(tabs[0]); i++) {
		pty_type(tabs[i].key);
		pty_expect(tabs[i].shown);
		pty_type("K");
		pty_expect("read-only: nothing can be changed");
		pty_type("\r");
		pty_expect(tabs[i].title);
		pty_type("q");
	}
	pty_type("4567");
	pty_type("1AW");
	pty_expect("read-only: nothing can be changed");
	pty_type("f");
	pty_expect("Theme");
	pty_type("W");
	pty_expect("read-only: nothing can be changed");
	pty_type("qq");
	assert_int_equal(pty_finish(), 0);
	expect_harmless("the UI");
	expect_all_there();
}

/* What is proved by seeing nothing must be seen where there is something. */
static void what_changes_is_seen(void **state)
{
	char line[] = "-d 60";

	(void)state;
	assert_int_equal(run(false, "rm msg %d --yes", some.queue), 0);
	assert_true(proof.wrong > 0);
	assert_non_null(strstr(proof.first, "IPC_RMID"));
	start_ui(line);
	pty_type("W");
	pty_expect("written to");
	pty_type("q");
	assert_int_equal(pty_finish(), 0);
	read_trace();
	assert_true(proof.wrong > 2);
	assert_int_equal(strncmp(proof.first, "mkdir", 5), 0);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test_setup_teardown(rm_changes_nothing, setup, actors_end),
		cmocka_unit_test_setup_teardown(looking_changes_nothing, setup, actors_end),
		cmocka_unit_test_setup_teardown(the_ui_changes_nothing, setup, actors_end),
		cmocka_unit_test_setup_teardown(what_changes_is_seen, setup, actors_end),
	};

	return tap_run(cases, sizeof(cases) / sizeof(cases[0]), enter, leave);
}
