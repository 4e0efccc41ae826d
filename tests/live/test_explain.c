/*
 * `ipctop key --explain`, and the candidates of `ipctop show`: each way a file may be tied to a
 * process of an object, with real processes, and folders that are given.
 */
#include "live.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <signal.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "../unit/json_check.h"
#include "command.h"
#include "ipctop/model/key.h"

enum { LINE_MOST = 2 * PATH_MAX, PROJECT = 'R' };

static char place[PATH_MAX];

/* A process that has to do with an object, and holds files. */
struct holder {
	pid_t pid;
	int id; /* of its object */
	uint32_t key;
};

static uint32_t key_of(const char *path)
{
	struct stat status;

	assert_int_equal(stat(path, &status), 0);
	return key_join(status.st_dev, status.st_ino, PROJECT);
}

static void make_file(const char *name)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

	assert_true(fd >= 0);
	close(fd);
}

static int make_place(void **state)
{
	char pattern[] = "/tmp/ipctop-explain-XXXXXX";

	live_enter(state);
	assert_non_null(mkdtemp(pattern));
	assert_int_equal(chmod(pattern, 0755), 0);
	assert_int_equal(chdir(pattern), 0);
	assert_non_null(getcwd(place, sizeof(place)));
	make_file("held");
	make_file("with blank\x1b[2J");
	assert_int_equal(mkdir("work", 0755), 0);
	assert_int_equal(mkdir("tree", 0755), 0);
	assert_int_equal(mkdir("tree/deep", 0755), 0);
	assert_int_equal(mkdir("tree/closed", 0000), 0);
	make_file("tree/deep/file");
	assert_int_equal(symlink("deep/file", "tree/link"), 0);
	return 0;
}

static int remove_place(void **state)
{
	static const char *const names[] = { "tree/link", "tree/deep/file", "held",
		"with blank\x1b[2J", "gone" };
	static const char *const folders[] = { "tree/closed", "tree/deep", "tree", "work" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unlink(names[i]);
	for (i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		rmdir(folders[i]);
	assert_int_equal(chdir("/"), 0);
	return rmdir(place);
}

/* What the process of a holder does with its object, and before that with files. */
struct deed {
	unsigned kind;
	const char *open, *work, *root; /* NULL: nothing */
	const char *key_path; /* what the key is made of */
	bool keeps_privileges;
};

/* A plain user's program, which has lost the capabilities here, may only look at its likes. */
static void drop_privileges(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[2] = { 0 };

	if (!space_has_users() && syscall(SYS_capset, &header, none) < 0)
		_exit(1);
}

/* Make or use the object so that the kernel notes our pid. */
static void use_object(unsigned kind, key_t key, int *id)
{
	struct sembuf up = { .sem_num = 1, .sem_op = 1 };
	struct {
		long type;
		char text[1];
	} message = { .type = 1 };

	*id = world_object(kind, key, 0600);
	if (kind == CLASS_SEM && semop(*id, &up, 1) < 0)
		_exit(1);
	if (kind == CLASS_MSG && msgsnd(*id, &message, 1, 0) < 0)
		_exit(1);
}

__attribute__((noreturn)) static void be_holder(
	const struct deed *deed, uint32_t key, int ready, int until)
{
	char byte;
	int id;

	use_object(deed->kind, (key_t)key, &id);
	if (deed->open && open(deed->open, O_RDONLY) < 0)
		_exit(1);
	if (deed->work && chdir(deed->work) < 0)
		_exit(1);
	if (deed->root && chroot(deed->root) < 0)
		_exit(1);
	if (!deed->keeps_privileges)
		drop_privileges();
	if (write(ready, &id, sizeof(id)) != sizeof(id))
		_exit(1);
	(void)!read(until, &byte, 1); /* until the test has closed its end */
	_exit(0);
}

static int until[2];

static struct holder start_holder(const struct deed *deed)
{
	struct holder holder = { .key = key_of(deed->key_path) };
	int ready[2];

	assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
	assert_int_equal(pipe2(until, O_CLOEXEC), 0);
	holder.pid = fork();
	assert_true(holder.pid >= 0);
	if (holder.pid == 0) {
		close(until[1]);
		be_holder(deed, holder.key, ready[1], until[0]);
	}
	close(ready[1]);
	close(until[0]);
	if (read(ready[0], &holder.id, sizeof(holder.id)) != sizeof(holder.id))
		fail_msg("the process could not be made");
	close(ready[0]);
	return holder;
}

static void end_holder(const struct holder *holder)
{
	close(until[1]);
	assert_int_equal(waitpid(holder->pid, NULL, 0), holder->pid);
}

static void expect_out(const char *part)
{
	if (!strstr(outcome.out, part))
		fail_msg("no '%s' in: %s", part, outcome.out);
}

/* The candidate as JSON, as a table and in words, both of the key and of the object. */
static void expect_candidate(
	const struct holder *holder, unsigned kind, const char *path, const char *tie)
{
	char line[LINE_MOST];

	assert_int_equal(command_run("key --explain 0x%08x --json", holder->key), 0);
	assert_true(json_check(outcome.out));
	assert_string_equal(outcome.err, "");
	snprintf(line, sizeof(line), "\"objects\":[{\"kind\":\"%s\",\"id\":%d}]",
		class_infos[kind].word, holder->id);
	expect_out(line);
	snprintf(line, sizeof(line), "\n  {\"path\":\"%s\",\"tie\":\"%s\",\"pid\":%d}", path, tie,
		holder->pid);
	expect_out(line);
	assert_int_equal(command_run("show %s %d --json", class_infos[kind].word, holder->id), 0);
	expect_out(line);
	snprintf(line, sizeof(line), "  candidate: %s  (%s, process %d test_explain)\n", path, tie,
		holder->pid);
	assert_int_equal(command_run("key --explain %d", (int)holder->key), 0);
	expect_out(line);
	assert_int_equal(command_run("show %s %d", class_infos[kind].word, holder->id), 0);
	expect_out(line);
	snprintf(line, sizeof(line), "\n\nFILE TIE PID\n%s %s %d\n", path, tie, holder->pid);
	assert_int_equal(command_run("key --explain %u --raw", holder->key), 0);
	expect_out(line);
	assert_int_equal(command_run("show %s %d --raw", class_infos[kind].word, holder->id), 0);
	expect_out(line);
	snprintf(line, sizeof(line), "\n\nFILE=\"%s\" TIE=\"%s\" PID=\"%d\"\n", path, tie,
		holder->pid);
	assert_int_equal(command_run("key --explain 0x%08X --export", holder->key), 0);
	expect_out(line);
}

static void a_file_that_is_open(void **state)
{
	struct deed deed = { .open = "held", .key_path = "held" };
	char path[LINE_MOST];
	struct holder holder;

	(void)state;
	snprintf(path, sizeof(path), "%s/held", place);
	for (deed.kind = CLASS_MSG; deed.kind <= CLASS_SHM; deed.kind++) {
		holder = start_holder(&deed);
		expect_candidate(&holder, deed.kind, path, "open");
		end_holder(&holder);
		live_clear(NULL);
	}
}

static void the_executable(void **state)
{
	const struct deed deed = { .kind = CLASS_SHM, .key_path = "/proc/self/exe" };
	char path[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - 1);
	struct holder holder;

	(void)state;
	assert_true(length > 0);
	path[length] = '\0';
	holder = start_holder(&deed);
	expect_candidate(&holder, CLASS_SHM, path, "executable");
	end_holder(&holder);
}

static void the_working_folder(void **state)
{
	const struct deed deed = { .kind = CLASS_SEM, .work = "work", .key_path = "work" };
	struct holder holder = start_holder(&deed);
	char path[LINE_MOST];

	(void)state;
	snprintf(path, sizeof(path), "%s/work", place);
	expect_candidate(&holder, CLASS_SEM, path, "cwd");
	end_holder(&holder);
}

static void the_root_folder(void **state)
{
	const struct deed deed = { .kind = CLASS_MSG, .root = "work", .key_path = "work" };
	struct holder holder = start_holder(&deed);
	char path[LINE_MOST];

	(void)state;
	snprintf(path, sizeof(path), "%s/work", place);
	expect_candidate(&holder, CLASS_MSG, path, "root");
	end_holder(&holder);
}

static void the_folder_of_an_open_file(void **state)
{
	const struct deed deed = {
		.kind = CLASS_SHM, .open = "tree/deep/file", .key_path = "tree/deep"
	};
	struct holder holder = start_holder(&deed);
	char path[LINE_MOST];

	(void)state;
	snprintf(path, sizeof(path), "%s/tree/deep", place);
	expect_candidate(&holder, CLASS_SHM, path, "parent");
	end_holder(&holder);
}

/* Of several ties of a path only the closest is told, whichever was found first. */
static void ties_are_ranked(void **state)
{
	const struct deed deed = { .kind = CLASS_SHM,
		.open = "tree/deep/file",
		.work = "tree/deep",
		.key_path = "tree/deep" };
	struct holder holder = start_holder(&deed);
	char line[LINE_MOST];

	(void)state;
	assert_int_equal(command_run("key --explain 0x%08x --json '%s'", holder.key, place), 0);
	snprintf(line, sizeof(line),
		"\"candidates\":[\n  {\"path\":\"%s/tree/deep\",\"tie\":\"cwd\",\"pid\":%d}]",
		place, holder.pid);
	expect_out(line);
	/* by another name it is another path */
	assert_int_equal(command_run("key --explain 0x%08x --json .", holder.key), 0);
	snprintf(line, sizeof(line),
		"\"candidates\":[\n  {\"path\":\"%s/tree/deep\",\"tie\":\"cwd\",\"pid\":%d},\n"
		"  {\"path\":\"./tree/deep\",\"tie\":\"below\",\"pid\":null}]",
		place, holder.pid);
	expect_out(line);
	end_holder(&holder);
}

/* A name from outside is escaped wherever it is printed. */
static void hostile_names_never_come_through(void **state)
{
	const struct deed deed = {
		.kind = CLASS_SHM, .open = "with blank\x1b[2J", .key_path = "with blank\x1b[2J"
	};
	struct holder holder = start_holder(&deed);

	(void)state;
	assert_int_equal(command_run("show shm %d", holder.id), 0);
	expect_out("/with blank\\x1b[2J  (open, process ");
	assert_null(strchr(outcome.out, '\x1b'));
	assert_int_equal(command_run("key --explain 0x%08x", holder.key), 0);
	expect_out("/with blank\\x1b[2J  (open, process ");
	assert_int_equal(command_run("key --explain 0x%08x --raw", holder.key), 0);
	expect_out("/with\\x20blank\\x5cx1b[2J open ");
	assert_int_equal(command_run("show shm %d --json", holder.id), 0);
	assert_true(json_check(outcome.out));
	expect_out("/with blank\\u001b[2J\",\"tie\":\"open\"");
	end_holder(&holder);
}

/* A process that is gone has no files, but what is below a folder is found still. */
static void a_process_that_is_gone(void **state)
{
	const struct deed deed = { .kind = CLASS_SHM, .open = "held", .key_path = "held" };
	struct holder holder = start_holder(&deed);

	(void)state;
	end_holder(&holder);
	assert_int_equal(command_run("key --explain 0x%08x", holder.key), 0);
	expect_out("\n\nCandidates\n  No candidate among the files that were looked at.\n");
	assert_int_equal(command_run("show shm %d", holder.id), 0);
	expect_out("  No candidate among the files that were looked at.\n");
	assert_int_equal(command_run("key --explain 0x%08x .", holder.key), 0);
	expect_out("\n  candidate: ./held  (below)\n");
}

static void become_plain(void *user)
{
	(void)user;
	if (space_has_users())
		space_become(PLAIN_UID, PLAIN_UID);
}

/* Of a process that is not ours to look at that is told, wherever it is printed. */
static void files_that_are_not_ours_to_see(void **state)
{
	static const char why[] = "not ours to see";
	const struct preparation plain = { become_plain, NULL };
	const struct deed deed = {
		.kind = CLASS_SHM, .open = "held", .key_path = "held", .keeps_privileges = true
	};
	struct holder holder = start_holder(&deed);

	(void)state;
	assert_int_equal(command_run_prepared(&plain, "show shm %d", holder.id), 0);
	expect_out("  No candidate among the files that were looked at.\n  Not all is known: ");
	expect_out(why);
	assert_int_equal(command_run_prepared(&plain, "show shm %d --json", holder.id), 0);
	expect_out("\"candidates\":[]");
	expect_out("\"errors\":[{\"kind\":\"shm\",\"reason\":\"candidates can't be read: ");
	assert_int_equal(command_run_prepared(&plain, "key --explain 0x%08x", holder.key), 0);
	expect_out("\n  Not all is known: ");
	expect_out(why);
	assert_int_equal(
		command_run_prepared(&plain, "key --explain 0x%08x --json", holder.key), 0);
	expect_out("\"candidates\":[]");
	expect_out("\"errors\":[{");
	expect_out(why);
	assert_int_equal(command_run_prepared(&plain, "key --explain 0x%08x --raw", holder.key), 0);
	assert_non_null(strstr(outcome.err, why));
	end_holder(&holder);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test_teardown(a_file_that_is_open, live_clear),
		cmocka_unit_test_teardown(the_executable, live_clear),
		cmocka_unit_test_teardown(the_working_folder, live_clear),
		cmocka_unit_test_teardown(the_root_folder, live_clear),
		cmocka_unit_test_teardown(the_folder_of_an_open_file, live_clear),
		cmocka_unit_test_teardown(ties_are_ranked, live_clear),
		cmocka_unit_test_teardown(hostile_names_never_come_through, live_clear),
		cmocka_unit_test_teardown(a_process_that_is_gone, live_clear),
		cmocka_unit_test_teardown(files_that_are_not_ours_to_see, live_clear),
	};

	return tap_run(cases, sizeof(cases) / sizeof(cases[0]), make_place, remove_place);
}
