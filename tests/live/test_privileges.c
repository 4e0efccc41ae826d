/*
 * What works with which capabilities: each row of the table under PRIVILEGES in the manual, tried
 * in each of its columns, by what the program prints and does.
 */
#include "live.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "actors.h"
#include "answer.h"
#include "command.h"
#include "rights.h"

enum { COLUMNS = 4, NO_MOUNT = 124, LINE_MOST = 512, PATH_BYTES = 64 };

#define LOOK (RIGHT(CAP_SYS_PTRACE) | RIGHT(CAP_DAC_READ_SEARCH))

/* The columns of the table: root has what it has, others are a plain user's. */
static const struct column_of {
	const char *name;
	uint64_t capabilities; /* without them there is no such column here */
	bool root;
} columns_of[COLUMNS] = {
	{ "plain", 0, false },
	{ "look", LOOK, false },
	{ "remove", LOOK | RIGHT(CAP_SYS_ADMIN), false },
	{ "root", LOOK | RIGHT(CAP_SYS_ADMIN) | RIGHT(CAP_IPC_OWNER), true },
};

/* What is tried now: in which column, and on objects of whom. */
struct trial {
	const struct column_of *column;
	uid_t owner;
};

static char folder[PATH_BYTES];

/* becoming what the column says */

static void become(void *user)
{
	const struct column_of *column = ((const struct trial *)user)->column;

	if (!column->root)
		rights_become(PLAIN_UID, column->capabilities);
}

static void become_and_change_dev(void *user)
{
	if (space_private_mounts() < 0 || mount(folder, "/dev", NULL, MS_BIND, NULL) < 0)
		_exit(NO_MOUNT);
	become(user);
}

__attribute__((format(printf, 2, 3))) static int run(
	const struct trial *trial, const char *format, ...)
{
	struct trial copy = *trial;
	struct preparation preparation = { become, &copy };
	char line[LINE_MOST];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	command_run_prepared(&preparation, "%s", line);
	if (outcome.status == RIGHTS_NOT_BECOME)
		fail_msg("%s: the capabilities can't be given away", trial->column->name);
	return outcome.status;
}

/* Made by that user, since a creator may do what an owner may; nobody else may read or write it. */
static int object_of(uid_t owner, unsigned kind)
{
	int made[2], id;
	pid_t pid;

	assert_int_equal(pipe2(made, O_CLOEXEC), 0);
	fflush(NULL);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		space_become(owner, owner);
		id = world_sized(kind, IPC_PRIVATE, 0600, 1);
		_exit(write(made[1], &id, sizeof(id)) != sizeof(id));
	}
	close(made[1]);
	if (read(made[0], &id, sizeof(id)) != sizeof(id))
		fail_msg("uid %u can make no object", (unsigned)owner);
	close(made[0]);
	waitpid(pid, NULL, 0);
	if (kind == CLASS_MSG)
		world_send(id, 5);
	return id;
}

/* the rows: whether it works */

static bool list_works(const struct trial *trial)
{
	unsigned kind;
	int id;

	for (kind = 0; kind <= CLASS_SHM; kind++) {
		id = object_of(trial->owner, kind);
		run(trial, "list %s --json", class_infos[kind].word);
		if (!answer_matches(answer_array(class_infos[kind].word), "id=%d", id))
			return false;
	}
	return true;
}

static bool counts_work(const struct trial *trial)
{
	int segment = object_of(trial->owner, CLASS_SHM);
	int queue = object_of(trial->owner, CLASS_MSG);
	void *at = shmat(segment, NULL, 0);
	bool attached;

	assert_ptr_not_equal(at, (void *)-1);
	run(trial,
		"list shm --export --noheadings -o ID,NATTCH,CPID,ATTACH,CTIME "
		"-f 'nattch=1 age<1h idle<1h'");
	attached = strstr(outcome.out, "NATTCH=\"1\"") && !strstr(outcome.out, "ATTACH=\"\"");
	assert_int_equal(shmdt(at), 0);
	run(trial, "list msg --json");
	return attached &&
		answer_matches(answer_array("msg"), "id=%d msgs=1 usedbytes=5 lspid=%d", queue,
			(int)getpid()) == 1;
}

static bool values_work(const struct trial *trial)
{
	int set = object_of(trial->owner, CLASS_SEM);
	int queue = object_of(trial->owner, CLASS_MSG);
	struct sembuf up = { .sem_op = 42 };
	const char *array;

	assert_int_equal(semop(set, &up, 1), 0);
	run(trial, "show sem %d --json", set);
	array = answer_member(answer_object(), "semaphores");
	if (!array || *array != '[' || !answer_matches(array, "semnum=0 value=42"))
		return false;
	run(trial, "show msg %d --json", queue);
	array = answer_member(answer_object(), "messages");
	return array && *array == '[' && answer_matches(array, "size=5") == 1;
}

static bool holders_work(const struct trial *trial)
{
	int segment = object_of(trial->owner, CLASS_SHM);
	struct actor *holder = actors_start(
		(struct act[]){ act_become(trial->owner), act_attach(segment, 0), act_stay() });

	actor_wait_staying(holder);
	run(trial, "who shm %d --json", segment);
	return answer_matches(answer_array("relations"), "pid=%d relation='holder'", holder->pid);
}

static bool waiters_work(const struct trial *trial)
{
	int set = object_of(trial->owner, CLASS_SEM);
	struct actor *waiter = actors_start(
		(struct act[]){ act_become(trial->owner), act_semop(set, 0, -1, 0), act_exit() });

	actor_wait_blocked(waiter);
	run(trial, "who sem %d --json", set);
	return answer_matches(answer_array("relations"), "pid=%d relation='waiter'", waiter->pid);
}

/* The file is open where its process inherits it, and the key is made of it. */
static bool search_works(const struct trial *trial)
{
	char path[2 * PATH_BYTES];
	struct actor *maker;
	bool found;
	key_t key;
	int fd;

	snprintf(path, sizeof(path), "%s/file", folder);
	fd = open(path, O_CREAT | O_RDONLY | O_CLOEXEC, 0644);
	key = ftok(path, 1);
	assert_true(fd >= 0 && key != -1);
	maker = actors_start((struct act[]){
		act_become(trial->owner), act_make(CLASS_SHM, key, -1, 1), act_stay() });
	actor_wait_staying(maker);
	close(fd);
	unlink(path);
	run(trial, "key --explain 0x%08x --json", (unsigned)key);
	found = answer_matches(answer_array("candidates"), "tie='open' pid=%d", maker->pid) > 0;
	actor_kill(maker, false);
	return found;
}

static bool removal_works(const struct trial *trial)
{
	unsigned kind, gone = 0;
	int id;

	for (kind = 0; kind <= CLASS_SHM; kind++) {
		id = object_of(trial->owner, kind);
		run(trial, "rm %s %d --yes", class_infos[kind].word, id);
		assert_int_equal(outcome.status == 0, !world_exists(kind, id));
		gone += !world_exists(kind, id);
	}
	assert_true(gone == 0 || gone == 3);
	return gone == 3;
}

/* Done or refused, it is told. */
static bool syslog_works(const struct trial *trial)
{
	struct trial copy = *trial;
	struct preparation preparation = { become_and_change_dev, &copy };
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int queue = object_of(trial->owner, CLASS_MSG), log;
	char line[LINE_MOST], expected[PATH_BYTES];
	ssize_t got;

	log = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s/log", folder);
	assert_int_equal(bind(log, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(chmod(address.sun_path, 0666), 0);
	command_run_prepared(&preparation, "rm msg %d --yes", queue);
	got = recv(log, line, sizeof(line) - 1, MSG_DONTWAIT);
	close(log);
	unlink(address.sun_path);
	if (outcome.status == NO_MOUNT)
		tap_skip("nothing can be mounted here");
	line[got > 0 ? got : 0] = '\0';
	snprintf(expected, sizeof(expected), " msg id=%d key=", queue);
	return strstr(line, expected) != NULL;
}

static const struct row_of {
	const char *name; /* as in the manual */
	bool (*works)(const struct trial *trial);
	uid_t owner;
} rows_of[] = {
	{ "list of objects", list_works, OTHER_UID },
	{ "their times and counts", counts_work, OTHER_UID },
	{ "values and messages of yours", values_work, PLAIN_UID },
	{ "values and messages of others", values_work, OTHER_UID },
	{ "your processes that hold", holders_work, PLAIN_UID },
	{ "processes of others that hold", holders_work, OTHER_UID },
	{ "your threads that wait", waiters_work, PLAIN_UID },
	{ "threads of others that wait", waiters_work, OTHER_UID },
	{ "files of yours that a key fits", search_works, PLAIN_UID },
	{ "files of others that a key fits", search_works, OTHER_UID },
	{ "removal of yours", removal_works, PLAIN_UID },
	{ "removal of others' objects", removal_works, OTHER_UID },
	{ "its line in syslog", syslog_works, OTHER_UID },
};
enum { ROWS = sizeof(rows_of) / sizeof(rows_of[0]) };

/* the manual */

/* What it says of a row, and how many rows it has. */
static unsigned read_manual(const char *name, bool promised[COLUMNS])
{
	const char *top = getenv("TOP_SRCDIR");
	char path[4096], line[LINE_MOST], *save, *cell;
	unsigned rows = 0, column, found = 0;
	bool in_table = false;
	FILE *file;

	snprintf(path, sizeof(path), "%s/assets/ipctop.1", top ? top : ".");
	file = fopen(path, "re");
	if (!file)
		fail_msg("no manual: %s", path);
	while (fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		in_table = strncmp(line, ".Bl -column", 11) == 0 ||
			(in_table && strcmp(line, ".El") != 0);
		if (!in_table || strncmp(line, ".It ", 4) != 0 || !strstr(line, " Ta ") ||
			strstr(line, " Sy "))
			continue;
		rows++;
		cell = strstr(line, " Ta ");
		*cell = '\0';
		if (strcmp(line + 4, name) != 0)
			continue;
		found++;
		cell = strtok_r(cell + 1, " ", &save);
		for (column = 0; column < COLUMNS; column++) {
			while (cell && strcmp(cell, "Ta") == 0)
				cell = strtok_r(NULL, " ", &save);
			if (!cell || (strcmp(cell, "yes") != 0 && strcmp(cell, "no") != 0))
				fail_msg("%s: neither yes nor no in column %u", name, column);
			promised[column] = *cell == 'y';
			cell = strtok_r(NULL, " ", &save);
		}
	}
	fclose(file);
	if (found != 1)
		fail_msg("%u times in the manual: %s", found, name);
	return rows;
}

static bool has_yama(void)
{
	FILE *file = fopen("/proc/sys/kernel/yama/ptrace_scope", "re");
	int scope = 0;
	bool known = file && fscanf(file, "%d", &scope) == 1;

	if (file)
		fclose(file);
	return known && scope > 0;
}

static void a_row(void **state)
{
	const struct row_of *row = *state;
	unsigned column, tried = 0, wrong = 0;
	bool promised[COLUMNS], works;
	struct trial trial;

	live_need_users();
	assert_int_equal(read_manual(row->name, promised), ROWS);
	for (column = 0; column < COLUMNS; column++) {
		trial = (struct trial){ &columns_of[column], row->owner };
		if (trial.column->capabilities & ~rights_permitted()) {
			printf("# there is no %s here\n", trial.column->name);
			continue;
		}
		if (row->works == waiters_work && column == 0 && has_yama())
			continue; /* as the manual says */
		works = row->works(&trial);
		printf("# %s, %s: %s\n", row->name, trial.column->name, works ? "yes" : "no");
		wrong += works != promised[column];
		tried++;
		actors_end(NULL);
	}
	assert_int_equal(wrong, 0);
	if (tried == 0)
		tap_skip("no column can be tried here");
}

static int enter(void **state)
{
	live_enter(state);
	strcpy(folder, "/tmp/ipctop-privileges-XXXXXX");
	assert_non_null(mkdtemp(folder));
	return chmod(folder, 0755);
}

static int leave(void **state)
{
	(void)state;
	return rmdir(folder);
}

int main(void)
{
	struct CMUnitTest cases[ROWS];
	size_t i;

	for (i = 0; i < ROWS; i++) {
		cases[i] = (struct CMUnitTest){
			.name = rows_of[i].name,
			.test_func = a_row,
			.teardown_func = actors_end,
			.initial_state = (void *)(uintptr_t)&rows_of[i],
		};
	}
	return tap_run(cases, ROWS, enter, leave);
}
