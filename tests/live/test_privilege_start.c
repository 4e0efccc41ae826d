/* How the program starts: what a file lends is refused, what is not needed is let go of. */
#include "live.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <sys/xattr.h>

#include "actors.h"
#include "answer.h"
#include "command.h"
#include "ipctop/cli/options.h"
#include "rights.h"

enum { PATH_BYTES = 128, ROWS = 24, COLUMNS = 100 };

#define LOOK                                                                                       \
	(RIGHT(CAP_SYS_PTRACE) | RIGHT(CAP_DAC_READ_SEARCH) | RIGHT(CAP_CHECKPOINT_RESTORE) |      \
		RIGHT(CAP_IPC_OWNER))
#define REMOVE    RIGHT(CAP_SYS_ADMIN)
#define CONFIGURE (RIGHT(CAP_DAC_OVERRIDE) | RIGHT(CAP_CHOWN) | RIGHT(CAP_FOWNER))

static struct {
	char folder[PATH_BYTES / 2], copy[PATH_BYTES];
	const char *program; /* IPCTOP as it was */
} place;

/* a copy of the program */

static void need_lending(void)
{
	struct statvfs system;

	live_need_users();
	assert_int_equal(statvfs(place.folder, &system), 0);
	if (system.f_flag & (ST_NOSUID | ST_NOEXEC))
		tap_skip("%s: nothing can be lent by files there", place.folder);
	if (rights_of(getpid(), getpid(), "NoNewPrivs"))
		tap_skip("nobody gets a privilege by a file here");
}

static void use_copy(uid_t uid, gid_t gid, mode_t mode)
{
	int from = open(place.program, O_RDONLY | O_CLOEXEC);
	int to = open(place.copy, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0700);
	struct stat st;
	off_t at = 0;

	assert_true(from >= 0 && to >= 0);
	assert_int_equal(fstat(from, &st), 0);
	while (at < st.st_size)
		assert_true(sendfile(to, from, &at, (size_t)(st.st_size - at)) > 0);
	assert_int_equal(fchown(to, uid, gid), 0);
	assert_int_equal(fchmod(to, mode), 0);
	close(from);
	close(to);
	assert_int_equal(setenv("IPCTOP", place.copy, 1), 0);
}

static int drop_copy(void **state)
{
	unlink(place.copy);
	setenv("IPCTOP", place.program, 1);
	return actors_end(state);
}

static void expect_refusal(void)
{
	static const char *const lines[] = { "list", "rm --help", "--version", "", "nonsense" };
	char expected[512];
	size_t i;

#ifdef __SANITIZE_ADDRESS__
	tap_skip("the sanitizer may not look for leaks in who is lent a user");
#endif
	snprintf(expected, sizeof(expected),
		"ipctop: it does not run set-uid or set-gid; grant capabilities instead: "
		"setcap cap_sys_ptrace,cap_dac_read_search=ep %s\n",
		place.copy);
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		assert_int_equal(command_run("%s", lines[i]), 2);
		assert_string_equal(outcome.out, "");
		assert_string_equal(outcome.err, expected);
	}
}

static void set_uid_is_refused(void **state)
{
	(void)state;
	need_lending();
	use_copy(OTHER_UID, 0, 04755);
	expect_refusal();
}

static void set_gid_is_refused(void **state)
{
	(void)state;
	need_lending();
	use_copy(0, OTHER_UID, 02755);
	expect_refusal();
}

/* What lends nothing to who starts it is nothing to refuse. */
static void our_own_file_is_not_refused(void **state)
{
	(void)state;
	need_lending();
	use_copy(0, 0, 06755);
	assert_int_equal(command_run("list"), 0);
	assert_string_equal(outcome.err, "");
}

static void become_plain(void *user)
{
	(void)user;
	space_become(PLAIN_UID, PLAIN_UID);
}

/* As the refusal, and the manual, say. */
static void capabilities_of_the_file_serve(void **state)
{
	const uint32_t granted = (uint32_t)(RIGHT(CAP_SYS_PTRACE) | RIGHT(CAP_DAC_READ_SEARCH));
	const struct vfs_cap_data data = {
		.magic_etc = VFS_CAP_REVISION_2 | VFS_CAP_FLAGS_EFFECTIVE,
		.data = { { .permitted = granted } },
	};
	struct preparation as_plain = { become_plain, NULL };
	int set = world_object(CLASS_SEM, IPC_PRIVATE, 0600);
	struct actor *waiter;

	(void)state;
	need_lending();
	if (granted & ~rights_permitted())
		tap_skip("there are no such capabilities here");
	world_chown(CLASS_SEM, set, OTHER_UID, OTHER_UID);
	waiter = actors_start(
		(struct act[]){ act_become(OTHER_UID), act_semop(set, 0, -1, 0), act_exit() });
	actor_wait_blocked(waiter);
	use_copy(0, 0, 0755);
	assert_int_equal(command_run_prepared(&as_plain, "who sem %d --json", set), 3);
	if (setxattr(place.copy, "security.capability", &data, sizeof(data), 0) < 0)
		tap_skip("no file can have capabilities there: %s", strerror(errno));
	assert_int_equal(command_run_prepared(&as_plain, "who sem %d --json", set), 0);
	answer_has(answer_array("relations"), "pid=%d relation='waiter'", waiter->pid);
}

/* what stays */

struct start {
	const char *line, *shown; /* what is awaited on the terminal */
	uid_t uid;
	uint64_t given, kept;
};

static void prepare(void *user)
{
	const struct start *start = user;

	if (pty_screen(ROWS, COLUMNS, place.folder) < 0)
		_exit(1);
	if (start->uid)
		rights_become(start->uid, start->given);
}

static void expect_rights(pid_t pid, pid_t tid, uint64_t kept)
{
	assert_int_equal(rights_of(pid, tid, "CapEff"), kept);
	assert_int_equal(rights_of(pid, tid, "CapPrm"), kept);
	assert_int_equal(rights_of(pid, tid, "CapInh") & ~kept, 0);
	assert_int_equal(rights_of(pid, tid, "CapAmb") & ~kept, 0);
	assert_int_equal(rights_of(pid, tid, "NoNewPrivs"), 1);
}

/* All its threads have these, and no other ones. */
static void check(const struct start *start)
{
	struct start copy = *start;
	struct preparation preparation = { prepare, &copy };
	pid_t pid = pty_start_prepared(&preparation, "%s", start->line);
	const struct dirent *entry;
	char path[64];
	DIR *tasks;

	pty_expect(start->shown);
	snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	tasks = opendir(path);
	assert_non_null(tasks);
	while ((entry = readdir(tasks))) {
		if (entry->d_name[0] != '.')
			expect_rights(pid, (pid_t)strtol(entry->d_name, NULL, 10), start->kept);
	}
	closedir(tasks);
	assert_int_equal(kill(pid, SIGTERM), 0);
	pty_finish();
}

static void need_rights(uint64_t rights)
{
	live_need_users();
	if (rights & ~rights_permitted())
		tap_skip("we have no such capabilities ourselves");
}

static void root_lets_go_of_what_it_does_not_need(void **state)
{
	int id = world_object(CLASS_MSG, IPC_PRIVATE, 0600);
	char rm[64];

	(void)state;
	need_rights(LOOK | REMOVE | CONFIGURE);
	snprintf(rm, sizeof(rm), "rm msg %d", id);
	check(&(struct start){ "list -w -d 60", "Queues", 0, 0, LOOK });
	check(&(struct start){ "events -d 60", "EVENT", 0, 0, LOOK });
	check(&(struct start){ rm, "[y/N]", 0, 0, LOOK | REMOVE });
	check(&(struct start){ "-d 60", "Queues", 0, 0, LOOK | REMOVE | CONFIGURE });
	check(&(struct start){ "-d 60 --readonly", "Queues", 0, 0, LOOK });
}

/* One opens files in place of the other. */
static void others_let_go_too(void **state)
{
	const uint64_t instead = RIGHT(CAP_SYS_PTRACE) | RIGHT(CAP_DAC_OVERRIDE);
	const uint64_t more = RIGHT(CAP_NET_RAW) | RIGHT(CAP_KILL);

	(void)state;
	need_rights(LOOK | instead | more);
	check(&(struct start){ "-d 60 --readonly", "Queues", PLAIN_UID, LOOK | more, LOOK });
	check(&(struct start){ "list -w -d 60", "Queues", PLAIN_UID, instead | more, instead });
	check(&(struct start){ "list -w -d 60", "Queues", PLAIN_UID, 0, 0 });
}

static const uint64_t some = RIGHT(CAP_NET_RAW) | RIGHT(CAP_KILL) | REMOVE;

/* A process of a plain user who has `some`, and the segment attached. */
static pid_t start_holder(int segment)
{
	int ready[2];
	pid_t pid;
	char byte;

	assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		rights_become(PLAIN_UID, some);
		if (prctl(PR_SET_DUMPABLE, 1) < 0 || prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 ||
			shmat(segment, NULL, 0) == (void *)-1 || write(ready[1], "", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	close(ready[1]);
	if (read(ready[0], &byte, 1) != 1)
		fail_msg("there is no holder");
	close(ready[0]);
	return pid;
}

static void become_somebody(void *user)
{
	(void)user;
	rights_become(PLAIN_UID, some);
}

/* Where that is missing, who has more than we is hidden from us. */
static void without_ptrace_all_is_needed(void **state)
{
	struct preparation preparation = { become_somebody, NULL };
	int segment = world_object(CLASS_SHM, IPC_PRIVATE, 0666);
	pid_t holder;

	(void)state;
	need_rights(some);
	check(&(struct start){ "list -w -d 60", "Queues", PLAIN_UID, some, some });
	check(&(struct start){ "-d 60", "Queues", PLAIN_UID, some, some });
	check(&(struct start){ "-d 60 --readonly", "Queues", PLAIN_UID, some, some & ~REMOVE });
	holder = start_holder(segment);
	command_run_prepared(&preparation, "who shm %d --json", segment);
	kill(holder, SIGKILL);
	waitpid(holder, NULL, 0);
	answer_has(answer_array("relations"), "pid=%d relation='holder'", (int)holder);
}

/* Under sudo(8) root writes the configuration of another user, whose it stays. */
static void root_writes_for_another_user(void **state)
{
	char folder[PATH_BYTES], file[PATH_BYTES + 16];
	struct start start = { .line = "-d 60" };
	struct preparation preparation = { prepare, &start };
	struct stat st;

	(void)state;
	need_rights(CONFIGURE);
	snprintf(folder, sizeof(folder), "%s/ipctop", place.folder);
	snprintf(file, sizeof(file), "%s/config", folder);
	assert_int_equal(mkdir(folder, 0700), 0);
	close(open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
	assert_int_equal(chown(file, OTHER_UID, OTHER_UID), 0);
	assert_int_equal(chown(folder, OTHER_UID, OTHER_UID), 0);
	pty_start_prepared(&preparation, "%s", start.line);
	pty_expect("Queues");
	pty_type("W");
	pty_expect("written to");
	pty_type("q");
	assert_int_equal(pty_finish(), 0);
	assert_int_equal(stat(file, &st), 0);
	unlink(file);
	rmdir(folder);
	assert_true(st.st_size > 0);
	assert_int_equal(st.st_uid, OTHER_UID);
	assert_int_equal(st.st_gid, OTHER_UID);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void become_reader(void *user)
{
	(void)user;
	rights_become(PLAIN_UID, LOOK);
}

/* What capabilities let us read of processes is no way to the files that somebody names. */
static void what_users_name_is_read_with_their_rights(void **state)
{
	struct preparation preparation = { become_reader, NULL };
	char closed[PATH_BYTES], path[PATH_BYTES + 8], inside[PATH_BYTES + 16];
	const char *variable = "IPCTOP_PROC";

	(void)state;
	need_rights(LOOK);
	snprintf(closed, sizeof(closed), "%s/closed", place.folder);
	snprintf(path, sizeof(path), "%s/sysvipc", closed);
	snprintf(inside, sizeof(inside), "%s/msg", path);
	assert_int_equal(mkdir(closed, 0700), 0);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(close(open(inside, O_CREAT | O_WRONLY, 0600)), 0);
	command_run_prepared(&preparation, "key %s", inside);
	assert_int_equal(outcome.status, EXIT_NOT_DONE);
	assert_non_null(strstr(outcome.err, "Permission denied"));
	command_run_prepared(&preparation, "key --explain 0x2a %s", path);
	assert_non_null(strstr(outcome.err, "Permission denied"));
	setenv(variable, closed, 1);
	command_run_prepared(&preparation, "list msg");
	unsetenv(variable);
	assert_non_null(strstr(outcome.err, "Permission denied"));
	unlink(inside);
	rmdir(path);
	rmdir(closed);
}

static int enter(void **state)
{
	const char *program = getenv("IPCTOP");

	live_enter(state);
	strcpy(place.folder, "/tmp/ipctop-start-XXXXXX");
	assert_non_null(mkdtemp(place.folder));
	snprintf(place.copy, sizeof(place.copy), "%s/ipctop-copy", place.folder);
	place.program = strdup(program ? program : "ipctop");
	return chmod(place.folder, 0755);
}

static int leave(void **state)
{
	(void)state;
	return rmdir(place.folder);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test_teardown(set_uid_is_refused, drop_copy),
		cmocka_unit_test_teardown(set_gid_is_refused, drop_copy),
		cmocka_unit_test_teardown(our_own_file_is_not_refused, drop_copy),
		cmocka_unit_test_teardown(capabilities_of_the_file_serve, drop_copy),
		cmocka_unit_test_teardown(root_lets_go_of_what_it_does_not_need, actors_end),
		cmocka_unit_test_teardown(others_let_go_too, actors_end),
		cmocka_unit_test_teardown(without_ptrace_all_is_needed, actors_end),
		cmocka_unit_test_teardown(root_writes_for_another_user, actors_end),
		cmocka_unit_test(what_users_name_is_read_with_their_rights),
	};

	return tap_run(cases, sizeof(cases) / sizeof(cases[0]), enter, leave);
}
