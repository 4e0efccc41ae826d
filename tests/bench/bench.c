/*
 * make bench: ipctop beside what a user would use instead, in one run on one machine. Everything
 * runs in a private IPC namespace with objects of our own. Two things to be compared take turns,
 * and the median of the ratios of the pairs is what counts. Nothing here fails by the clock: the
 * aim stands beside each figure, and people read it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <time.h>

#include "../tui/ipc_fixture.h"
#include "../tui/term.h"
#include "ipctop/collect/collector.h"
#include "ipctop/model/change.h"
#include "ipctop/model/derive.h"
#include "measure.h"
#include "scan.h"

enum { IDLE_SECONDS = 20, KEY_PRESSES = 200 };

static const char *program;

/* objects */

static void set_limits(void)
{
	FILE *file = fopen("/proc/sys/kernel/shmmni", "w");

	if (!file || fprintf(file, "32768") < 0 || fclose(file) == EOF)
		measure_die("shmmni");
}

static void clear(void)
{
	struct shmid_ds shm;
	struct msqid_ds msg;
	struct semid_ds sem;
	int max, i, id;

	max = shmctl(0, IPC_INFO, &shm);
	for (i = 0; i <= max; i++) {
		if ((id = shmctl(i, SHM_STAT, &shm)) >= 0)
			shmctl(id, IPC_RMID, NULL);
	}
	max = msgctl(0, IPC_INFO, (struct msqid_ds *)&(struct msginfo){ 0 });
	for (i = 0; i <= max; i++) {
		if ((id = msgctl(i, MSG_STAT, &msg)) >= 0)
			msgctl(id, IPC_RMID, NULL);
	}
	max = semctl(0, 0, IPC_INFO, &(struct seminfo){ 0 });
	for (i = 0; i <= max; i++) {
		if ((id = semctl(i, 0, SEM_STAT, &sem)) >= 0)
			semctl(id, 0, IPC_RMID);
	}
}

static void fill(int count)
{
	int i;

	clear();
	for (i = 0; i < count; i++) {
		if (shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600) < 0)
			measure_die("shmget");
		if (msgget(IPC_PRIVATE, IPC_CREAT | 0600) < 0)
			measure_die("msgget");
		if (semget(IPC_PRIVATE, 1, IPC_CREAT | 0600) < 0)
			measure_die("semget");
	}
}

/* snapshots, as the UI takes them */

static struct collector *collector;
static struct snapshot *last;

static void take(unsigned cost)
{
	struct needs needs = { .classes = (1u << CLASS_COUNT) - 1, .cost = cost };
	struct snapshot *snapshot;

	if (collector_run(collector, &needs, &snapshot) < 0 ||
		change_derive(snapshot, last, false) < 0)
		measure_die("snapshot");
	snapshot_unref(last);
	last = snapshot;
}

static void take_with_resident(void)
{
	take(COST_USER | COST_RESIDENT);
}

static void take_without_resident(void)
{
	take(COST_USER);
}

static void bench_snapshots(void)
{
	static const struct work cat = { "cat /proc/sysvipc/*",
		"exec cat /proc/sysvipc/msg /proc/sysvipc/sem /proc/sysvipc/shm", NULL };

	measure_compare(
		&(struct work){ "snapshot with resident", NULL, take_with_resident }, &cat, 0.75);
	measure_compare(
		&(struct work){ "snapshot without", NULL, take_without_resident }, &cat, 0.45);
}

/* What a snapshot costs for each object, at three sizes. */
static void bench_scale(void)
{
	static const int counts[] = { 1000, 10000, 30000 };
	double times[MEASURE_ROUNDS], start, each;
	size_t i;
	int turn, repeat, repeats;

	for (i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		fill(counts[i]);
		repeats = 30000 / counts[i];
		for (turn = 0; turn < MEASURE_ROUNDS; turn++) {
			start = measure_now();
			for (repeat = 0; repeat < repeats; repeat++)
				take_with_resident();
			times[turn] = (measure_now() - start) / repeats;
		}
		each = measure_median(times, MEASURE_ROUNDS) / (3 * counts[i]);
		printf("snapshot of 3 x %-5d      %7.3f us an object\n", counts[i], each * 1e6);
	}
	printf("  (aim: all three within a factor of 1.5)\n");
}

/* What follows from a snapshot, beside collecting it. */

static struct past *past;
static struct snapshot *pending;

static void collect_all(void)
{
	const struct needs needs = {
		.classes = class_set(CLASS_IPC) | class_bit(CLASS_LIMIT),
		.cost = COST_RESIDENT | COST_VERDICT,
	};

	snapshot_unref(pending);
	if (collector_run(collector, &needs, &pending) < 0)
		measure_die("snapshot");
}

static void derive_all(void)
{
	struct derive_wish wish = { .classes = class_bit(CLASS_GROUP), .groups.by = GROUP_OWNER };

	verdict_ages_init(&wish.ages);
	if (derive(pending, past, &wish) < 0)
		measure_die("derive");
}

static void bench_derive(void)
{
	clear();
	fill(10000 / 3 + 1);
	past = past_new();
	if (!past)
		measure_die("past");
	collect_all();
	measure_compare(&(struct work){ "derive, 10,000 objects", NULL, derive_all },
		&(struct work){ "collect them", NULL, collect_all }, 0.5);
	snapshot_unref(pending);
	pending = NULL;
	past_free(past);
}

static void bench_commands(void)
{
	char command[4][512];
	struct work list = { "list", command[0], NULL }, json = { "list --json", command[1], NULL },
		    raw = { "list --raw", command[2], NULL };
	static const struct work ipcs = { "ipcs -a", "exec ipcs -a", NULL };
	static const struct work lsipc = { "lsipc -m, -q, -s", "lsipc -m; lsipc -q; lsipc -s",
		NULL };
	static const struct work lsipc_json = { "lsipc -J -m, -q, -s",
		"lsipc -J -m; lsipc -J -q; lsipc -J -s", NULL };

	snprintf(command[0], sizeof(command[0]), "exec '%s' list", program);
	snprintf(command[1], sizeof(command[1]), "exec '%s' list --json", program);
	snprintf(command[2], sizeof(command[2]), "exec '%s' list --raw", program);
	measure_compare(&list, &ipcs, 0.7);
	measure_compare(&list, &lsipc, 0.7);
	measure_compare(&json, &lsipc_json, 0.4);
	measure_compare(&raw, &ipcs, 0.5);
}

/* the UI */

static struct term *open_ui(void)
{
	const char *const argv[] = { program, NULL };

	return term_open(&(struct term_how){ .rows = 24, .cols = 80 }, argv);
}

static bool wait_for(struct term *term, const char *text)
{
	long end = term_now() + term_deadline();

	while (!term_find(term, text, NULL)) {
		if (!term_wait(term, end))
			return false;
	}
	return true;
}

/* A line of /proc/PID/status in kB. */
static long status_kb(pid_t pid, const char *name)
{
	char path[64], line[256];
	long value = -1;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	file = fopen(path, "r");
	while (file && value < 0 && fgets(line, sizeof(line), file)) {
		if (strncmp(line, name, strlen(name)) == 0)
			value = atol(line + strlen(name));
	}
	if (file)
		fclose(file);
	return value;
}

static void pump_for(struct term *term, double seconds)
{
	double end = measure_now() + seconds;

	while (measure_now() < end)
		term_pump(term, 50);
}

static void bench_memory(int count, double aim)
{
	struct term *term;

	fill(count);
	term = open_ui();
	if (!wait_for(term, "sorted by"))
		fprintf(stderr, "bench: the UI shows no table\n");
	pump_for(term, 7); /* three snapshots are alive at most */
	printf("UI at %6d objects        %7.1f MB, %.1f at most   (aim %.0f)\n", 3 * count,
		(double)status_kb(term_pid(term), "VmRSS:") / 1024,
		(double)status_kb(term_pid(term), "VmHWM:") / 1024, aim);
	term_type(term, "q");
	term_close(term);
	term_free(term);
}

static void bench_first_frame(void)
{
	double times[MEASURE_ROUNDS], start;
	struct term *term;
	int i;

	fill(33);
	for (i = 0; i < MEASURE_ROUNDS; i++) {
		start = measure_now();
		term = open_ui();
		while (!term_find(term, "sorted by", NULL))
			term_pump(term, 1);
		times[i] = measure_now() - start;
		term_type(term, "q");
		term_close(term);
		term_free(term);
	}
	printf("first full frame           %7.1f ms   (aim 50)\n",
		measure_median(times, MEASURE_ROUNDS) * 1e3);
}

/* Processor time of a process so far, in seconds. */
static double processor_time(pid_t pid)
{
	struct timespec t;
	clockid_t clock;

	if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &t) < 0)
		return -1;
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void bench_idle(void)
{
	const char *const htop[] = { "htop", "-d", "20", NULL };
	const char *const env[] = { "HTOPRC=/dev/null", NULL }; /* it would make a folder */
	struct term *ours, *theirs;
	double start_ours, start_theirs, used_ours, used_theirs, end;

	fill(33);
	ours = open_ui();
	theirs = term_open(&(struct term_how){ .rows = 24, .cols = 80, .env = env }, htop);
	if (!wait_for(ours, "sorted by") || !wait_for(theirs, "F10Quit")) {
		printf("idle: htop is not there to be compared with\n");
	} else {
		start_ours = processor_time(term_pid(ours));
		start_theirs = processor_time(term_pid(theirs));
		for (end = measure_now() + IDLE_SECONDS; measure_now() < end;) {
			term_pump(ours, 50);
			term_pump(theirs, 50);
		}
		used_ours = processor_time(term_pid(ours)) - start_ours;
		used_theirs = processor_time(term_pid(theirs)) - start_theirs;
		printf("idle for %d s              %7.1f ms   %-30s %7.1f ms   ratio %.2f (aim "
		       "0.50)\n",
			IDLE_SECONDS, used_ours * 1e3, "htop -d 20", used_theirs * 1e3,
			used_ours / used_theirs);
	}
	term_type(ours, "q");
	term_close(ours);
	term_free(ours);
	term_free(theirs);
}

/* Seconds until the program answers a key with anything on the screen. */
static double answer_time(struct term *term, const char *key)
{
	double start;

	while (term_pump(term, 20)) /* what a snapshot draws is no answer */
		continue;
	start = measure_now();
	term_type(term, key);
	while (!term_pump(term, 1000))
		continue;
	return measure_now() - start;
}

/* Keys that always change the screen, round and round. */
static void bench_keys(const char *name, const char *const keys[], const char *before)
{
	const char *const argv[] = { program, "-m", "-d", "0.5", NULL };
	double times[KEY_PRESSES];
	struct term *term = term_open(&(struct term_how){ .rows = 24, .cols = 80 }, argv);
	int i, at = 0;

	wait_for(term, "sorted by");
	term_type(term, before);
	pump_for(term, 1);
	for (i = 0; i < KEY_PRESSES; i++) {
		times[i] = answer_time(term, keys[at++]);
		if (!keys[at])
			at = 0;
	}
	qsort(times, KEY_PRESSES, sizeof(times[0]), measure_by_size);
	printf("key: %-21s %7.1f ms, 99th percentile %.1f ms (aim 16)\n", name,
		times[KEY_PRESSES / 2] * 1e3, times[KEY_PRESSES * 99 / 100] * 1e3);
	fflush(stdout);
	term_type(term, "\003");
	term_close(term);
	term_free(term);
}

static void bench_all_keys(void)
{
	static const char *const moves[] = { "j", "j", "k", "\033[6~", "\033[5~", NULL };
	static const char *const orders[] = { ">", ">", "I", "<", "<", "I", NULL };
	static const char *const tabs[] = { "1", "2", "3", NULL };
	static const char *const filter[] = { "r", "o", "\177", "\177", NULL };
	static const char *const missing[] = { "z", "q", "\177", "\177", NULL };

	fill(30000);
	bench_keys("moves", moves, "");
	bench_keys("tags", (const char *const[]){ "A", "U", NULL }, "");
	bench_keys("order", orders, "");
	bench_keys("tabs", tabs, "");
	bench_keys("filter, all match", filter, "\\");
	bench_keys("filter, none matches", missing, "\\");
	bench_keys("search, none matches", missing, "/");
}

/* What a move of the cursor writes to the terminal. */
static void bench_bytes(void)
{
	struct term *term;
	size_t before, after;
	int i;

	fill(33);
	term = open_ui();
	wait_for(term, "sorted by");
	pump_for(term, 1);
	for (i = 0; i < 4; i++) {
		term_raw(term, &before);
		term_type(term, "j");
		pump_for(term, 0.3);
		term_raw(term, &after);
	}
	printf("a cursor move              %7zu bytes     (aim 300)\n", after - before);
	term_type(term, "q");
	term_close(term);
	term_free(term);
}

int main(int argc, char **argv)
{
	program = getenv("IPCTOP");
	if (!program) {
		fprintf(stderr, "bench: IPCTOP does not name the program\n");
		return 2;
	}
	ipc_enter(NULL);
	set_limits();
	if (argc > 1 && strcmp(argv[1], "scan") == 0) {
		bench_scan();
		return 0;
	}
	collector = collector_new(NULL);
	if (!collector)
		measure_die("collector");
	if (argc > 1 && strcmp(argv[1], "memory") == 0) {
		bench_memory(30000, 72);
		bench_memory(33, 12);
		return 0;
	}
	if (argc > 1 && strcmp(argv[1], "derive") == 0) {
		bench_derive();
		return 0;
	}
	if (argc > 1 && strcmp(argv[1], "keys") == 0) {
		bench_all_keys();
		bench_bytes();
		return 0;
	}
	bench_scan();
	fill(30000);
	bench_snapshots();
	bench_commands();
	bench_scale();
	bench_derive();
	bench_memory(30000, 72);
	bench_memory(33, 12);
	bench_first_frame();
	bench_all_keys();
	bench_bytes();
	bench_idle();
	snapshot_unref(last);
	collector_free(collector);
	return 0;
}
