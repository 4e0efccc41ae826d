/*
 * A long life: objects and processes come and go by the thousand while the UI, `list --watch` and
 * `events` run, and once there are a thousand holders at a time. Their memory and descriptors stay
 * what they are once they have seen enough, and what they tell in the end is right. A round ends
 * when `list` has told of it.
 */
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../live/space.h"
#include "ui.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1 /* which keeps what was freed */
#else
#define SANITIZED 0
#endif

enum {
	KINDS = 3,
	BATCH = 100, /* objects of a round */
	CHILDREN = 10, /* processes of a round */
	FEW_ROUNDS = 12,
	MANY_ROUNDS = 1008,
	WARM_MS = 60 * 1000, /* of many rounds; of few ones half of them */
	CROWD = 1250, /* 10,000 events: that is what the log holds */
	CROWDS = 4,
	HOLDERS = 1000, /* of a segment at once */
	LOOKS = 10, /* till `events`, which visits a few at a time, has seen them all */
	POOL = 300, /* objects at a time at most */
	PLACES = 1 << 15,
	LINE = 512, /* bytes */
	TABS = 6, /* of the UI, shown in turn: it is measured on the same one */
	SAMPLES = 10, /* of the descriptors, of which the fewest count */
	SLACK_KB = 512, /* what memory may waver by: a few arenas */
};

/* A program whose lines are read. */
struct reader {
	pid_t pid;
	int fd;
	char line[LINE];
	size_t length;
	void (*take)(struct reader *reader);
	int counts[KINDS]; /* objects there are, as told */
	int table; /* of `list`: which kind is being told, from the third heading on */
	int counting;
	size_t tables;
	int holders; /* the most that an object of the table has */
};

static struct object {
	enum ipc_kind kind;
	int id;
} pool[POOL];
static int pooled, alive[KINDS];
static unsigned int seed = 4711;

static unsigned int pick(unsigned int below)
{
	seed = seed * 1103515245u + 12345u;
	return (seed >> 16) % below;
}

/* A table is whole when the next one begins. */
static void take_list(struct reader *reader)
{
	if (strncmp(reader->line, "KEY ID", 6) == 0) {
		if (reader->tables > 0)
			reader->counts[reader->table] = reader->counting;
		reader->table = (int)(reader->tables++ % KINDS);
		reader->counting = reader->holders = 0;
	} else if (strncmp(reader->line, "0x", 2) == 0) {
		int holders = (int)strtol(strrchr(reader->line, ' '), NULL, 10);

		reader->counting++;
		if (holders > reader->holders)
			reader->holders = holders;
	}
}

/* What was there before its first look is not told, and counts only when it is replaced. */
static void take_event(struct reader *reader)
{
	static const char *const kinds[] = { "msg", "sem", "shm" };
	static int told[KINDS]
		       [PLACES]; /* one more than the id, by its place in the kernel's table */
	char what[LINE], kind[LINE];
	int id;

	if (sscanf(reader->line, "%*s %511s %511s %d", what, kind, &id) != 3)
		return;
	for (int i = 0; i < KINDS; i++) {
		int *place = &told[i][id % PLACES];

		if (strcmp(kinds[i], kind) != 0)
			continue;
		if (strcmp(what, "appeared") == 0 && *place != id + 1) {
			reader->counts[i] += *place == 0;
			*place = id + 1;
		} else if (strcmp(what, "gone") == 0 && *place == id + 1) {
			reader->counts[i]--;
			*place = 0;
		}
	}
}

static void reader_start(struct reader *reader, const char *const args[])
{
	int ends[2];

	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	reader->pid = fork();
	assert_true(reader->pid >= 0);
	if (reader->pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(ends[1], STDOUT_FILENO);
		dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), STDERR_FILENO);
		execv(args[0], (char *const *)(uintptr_t)args);
		_exit(127);
	}
	close(ends[1]);
	reader->fd = ends[0];
}

static void reader_take(struct reader *reader)
{
	char bytes[4096];
	ssize_t size;

	while ((size = read(reader->fd, bytes, sizeof bytes)) > 0) {
		for (ssize_t i = 0; i < size; i++) {
			if (bytes[i] != '\n') {
				if (reader->length < LINE - 1)
					reader->line[reader->length++] = bytes[i];
				continue;
			}
			reader->line[reader->length] = '\0';
			reader->length = 0;
			reader->take(reader);
		}
	}
}

static void reader_end(struct reader *reader)
{
	int status;

	kill(reader->pid, SIGTERM);
	assert_int_equal(waitpid(reader->pid, &status, 0), reader->pid);
	close(reader->fd);
	reader->pid = 0;
}

static struct reader list = { .take = take_list }, events = { .take = take_event };
static struct term *ui;

static void take_all(void)
{
	term_pump(ui, 5);
	reader_take(&list);
	reader_take(&events);
}

/* One comes; where there are enough another one goes. */
static void make_one(void)
{
	struct object *object;
	int at;

	if (pooled == POOL) {
		at = (int)pick((unsigned int)pooled);
		ipc_remove(pool[at].kind, pool[at].id);
		alive[pool[at].kind]--;
		pool[at] = pool[--pooled];
	}
	object = &pool[pooled++];
	object->kind = (enum ipc_kind)pick(KINDS);
	if (object->kind == KIND_MSG)
		object->id = ipc_queue(IPC_PRIVATE, 0600);
	else if (object->kind == KIND_SEM)
		object->id = ipc_set(IPC_PRIVATE, 1 + (int)pick(20), 0600);
	else
		object->id = ipc_segment(IPC_PRIVATE, 4096, 0600);
	alive[object->kind]++;
}

/* A segment of the pool, or -1: there may be none. */
static int pick_segment(void)
{
	int at = pooled ? (int)pick((unsigned int)pooled) : 0;

	return pooled && pool[at].kind == KIND_SHM ? pool[at].id : -1;
}

/* A process that holds the segment, unless that is -1, till the pipe is closed. */
static pid_t start_child(int hold[2], int segment)
{
	pid_t pid = fork();
	char byte;

	assert_true(pid >= 0);
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close(hold[1]);
		if (segment >= 0)
			(void)!shmat(segment, NULL, 0);
		_exit(read(hold[0], &byte, 1) == 0 ? 0 : 1);
	}
	return pid;
}

/* Till `list` has told of all that there is now. */
static void wait_told(void)
{
	size_t told = list.tables + 2 * KINDS;
	long end = term_now() + term_deadline();

	while (list.tables < told) {
		assert_true(term_now() < end && !term_ended(ui));
		take_all();
	}
}

/* The log of events is full: it grows no more. In a minute it gets that by itself. */
static void fill_log(void)
{
	static int ids[CROWD];

	for (int time = 0; time < CROWDS; time++) {
		for (int i = 0; i < CROWD; i++)
			ids[i] = ipc_segment(IPC_PRIVATE, 4096, 0600);
		wait_told();
		for (int i = 0; i < CROWD; i++)
			ipc_remove(KIND_SHM, ids[i]);
		wait_told();
	}
}

static void end_children(const int hold[2], const pid_t *children, int count)
{
	close(hold[0]);
	close(hold[1]);
	for (int i = 0; i < count; i++)
		assert_int_equal(waitpid(children[i], NULL, 0), children[i]);
}

static void play_round(size_t round)
{
	/* Events come by the megabyte, how many at a time is chance: a short run shows none. */
	const char *tabs = tap_proving() ? "351726" : "351426";
	pid_t children[CHILDREN];
	int hold[2];

	assert_int_equal(pipe2(hold, O_CLOEXEC), 0);
	for (int i = 0; i < BATCH; i++) {
		if (i % (BATCH / CHILDREN) == 0)
			children[i / (BATCH / CHILDREN)] = start_child(hold, pick_segment());
		make_one();
	}
	ui_press(ui, tabs[round % TABS]);
	wait_told();
	end_children(hold, children, CHILDREN);
}

/* How many rows the table has, as its status says. */
static int count_rows(void)
{
	const char *of = strstr(ui_status(ui), " of ");

	return of ? (int)strtol(of + 4, NULL, 10) : 0;
}

static void wait_looks(void)
{
	for (int look = 0; look < LOOKS; look++)
		wait_told();
}

/* What was known of many who are gone takes no memory. All get the time to see that they are. */
static void play_holders(void)
{
	static pid_t holders[HOLDERS];
	int segment = ipc_segment(IPC_PRIVATE, 4096, 0600), hold[2];
	long end = term_now() + term_deadline();

	assert_int_equal(pipe2(hold, O_CLOEXEC), 0);
	for (int i = 0; i < HOLDERS; i++)
		holders[i] = start_child(hold, segment);
	ui_press(ui, '5');
	while (list.holders < HOLDERS) {
		assert_true(term_now() < end);
		take_all();
	}
	EXPECT(ui, count_rows() >= HOLDERS);
	wait_looks();
	end_children(hold, holders, HOLDERS);
	ipc_remove(KIND_SHM, segment);
	EXPECT(ui, count_rows() < HOLDERS / 10);
	wait_looks();
}

/* Kilobytes of memory that are the process's own. */
static long memory_of(pid_t pid)
{
	char path[64], line[LINE];
	long size = -1;
	FILE *file;

	snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
	file = fopen(path, "r");
	assert_non_null(file);
	while (size < 0 && fgets(line, sizeof line, file))
		if (strncmp(line, "RssAnon:", 8) == 0)
			size = strtol(line + 8, NULL, 10);
	fclose(file);
	return size;
}

/* Those that stay: files of /proc are open for a moment. */
static int descriptors_of(pid_t pid)
{
	int fewest = -1;
	char path[64];

	snprintf(path, sizeof path, "/proc/%d/fd", (int)pid);
	for (int i = 0; i < SAMPLES; i++) {
		DIR *folder = opendir(path);
		int count = 0;

		assert_non_null(folder);
		while (readdir(folder))
			count++;
		closedir(folder);
		if (fewest < 0 || count < fewest)
			fewest = count;
		take_all();
	}
	return fewest;
}

enum { PROGRAMS = 3 };
static const char *const names[PROGRAMS] = { "ui", "list --watch", "events" };

struct usage {
	long memory[PROGRAMS];
	int descriptors[PROGRAMS];
};

static void measure(struct usage *usage)
{
	const pid_t pids[PROGRAMS] = { term_pid(ui), list.pid, events.pid };

	for (int i = 0; i < PROGRAMS; i++) {
		usage->memory[i] = memory_of(pids[i]);
		usage->descriptors[i] = descriptors_of(pids[i]);
	}
}

static void print_usage(const struct usage *usage, size_t round)
{
	for (int i = 0; i < PROGRAMS; i++)
		printf("# by round %zu, %s: at least %ld KB, %d descriptors\n", round, names[i],
			usage->memory[i], usage->descriptors[i]);
}

/* What was used most in the first part of the time is the most there ever is. */
static void expect_flat(const struct usage *warm, const struct usage *now)
{
	for (int i = 0; i < PROGRAMS; i++) {
		assert_true(now->descriptors[i] <= warm->descriptors[i]);
		if (!SANITIZED)
			assert_in_range(now->memory[i], 0,
				warm->memory[i] + warm->memory[i] / 10 + SLACK_KB);
	}
}

static void keep_most(struct usage *most, const struct usage *usage)
{
	for (int i = 0; i < PROGRAMS; i++) {
		if (usage->memory[i] > most->memory[i])
			most->memory[i] = usage->memory[i];
		if (usage->descriptors[i] > most->descriptors[i])
			most->descriptors[i] = usage->descriptors[i];
	}
}

/* Snapshots come and go, and how many there are at a time is chance: what leaks stays. */
static void keep_least(struct usage *least, const struct usage *usage, bool first)
{
	for (int i = 0; i < PROGRAMS; i++) {
		if (first || usage->memory[i] < least->memory[i])
			least->memory[i] = usage->memory[i];
		if (first || usage->descriptors[i] < least->descriptors[i])
			least->descriptors[i] = usage->descriptors[i];
	}
}

static bool all_told(const struct reader *reader)
{
	return memcmp(reader->counts, alive, sizeof alive) == 0;
}

static void expect_right_counts(void)
{
	static const char *const most[KINDS] = { "32000", "32000", "4096" };
	long end = term_now() + term_deadline();
	char text[64];

	while (!all_told(&list) || !all_told(&events)) {
		if (term_now() > end)
			fail_msg("there are %d, %d, %d; list tells %d, %d, %d, events %d, %d, %d",
				alive[0], alive[1], alive[2], list.counts[0], list.counts[1],
				list.counts[2], events.counts[0], events.counts[1],
				events.counts[2]);
		take_all();
	}
	ui_press(ui, '3');
	for (int i = 0; i < KINDS; i++) {
		snprintf(text, sizeof text, " %d/%s", alive[i], most[i]);
		SEE(ui, text);
	}
}

static void start(void)
{
	const char *const list_args[] = { ui_program(), "list", "--watch", "--delay", "0.1",
		"--raw", "-o", "KEY,ID,OWNER,HOLDERS", NULL };
	const char *const events_args[] = { ui_program(), "events", "--delay", "0.1", "--raw",
		NULL };

	ui = ui_open(NULL, "-m", "--delay", "0.1", NULL);
	SEE(ui, "F10Quit");
	reader_start(&list, list_args);
	reader_start(&events, events_args);
}

static void memory_stays(void **state)
{
	size_t rounds = tap_rounds(FEW_ROUNDS, MANY_ROUNDS), round,
	       step = tap_rounds(TABS, 2 * TABS);
	long warm_end = term_now() + (tap_proving() ? WARM_MS : 0);
	struct usage warm = { 0 }, least = { 0 }, now;

	(void)state;
	start();
	if (!tap_proving())
		fill_log();
	for (round = 1; round <= rounds; round++) {
		play_round(round);
		measure(&now);
		keep_least(&least, &now, round % step == 1);
		if (round % step != 0)
			continue;
		print_usage(&least, round);
		if (round <= rounds / 2 && (!tap_proving() || term_now() < warm_end))
			keep_most(&warm, &least);
		else
			expect_flat(&warm, &least);
		if (round == rounds / 2)
			play_holders();
	}
	expect_right_counts();
	printf("# %zu objects and %zu processes\n", rounds * BATCH, rounds * CHILDREN);
	reader_end(&list);
	reader_end(&events);
	ui_quit(ui);
}

/* What else the machine does is no part of what is measured: all processes are visited. */
static int enter(void **state)
{
	char reason[SPACE_REASON];

	if (ipc_enter(state) != 0)
		return -1;
	if (space_alone(reason) < 0)
		tap_skip("%s", reason);
	return 0;
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		UI_CASE(memory_stays),
	};

	return tap_run(cases, sizeof cases / sizeof *cases, enter, NULL);
}
