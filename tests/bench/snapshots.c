#include "parts.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "ipctop/collect/collector.h"
#include "ipctop/model/change.h"
#include "ipctop/model/derive.h"
#include "measure.h"
#include "objects.h"

enum { READ_BYTES = 64 * 1024, TURNS = 9, MOST = 30000 };

static const int counts[] = { 100, 1000, 10000, MOST };

static struct collector *collector;
static struct snapshot *last;

/* As the UI takes them for its tabs of objects. */
static void take(unsigned cost)
{
	const struct needs needs = {
		.classes = class_set(CLASS_IPC) | class_bit(CLASS_LIMIT),
		.cost = cost,
	};
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

/* What cat does, without the start of a process: read the texts, and forget. */
static void read_texts(void)
{
	static const char *const paths[] = { "/proc/sysvipc/msg", "/proc/sysvipc/sem",
		"/proc/sysvipc/shm" };
	static char text[READ_BYTES];
	size_t i;
	int fd;

	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		fd = open(paths[i], O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			measure_die(paths[i]);
		while (read(fd, text, sizeof(text)) > 0)
			continue;
		close(fd);
	}
}

static void compare_snapshots(void)
{
	static const struct work
		with = { "snapshot, resident bytes", .run = take_with_resident },
		without = { "snapshot, without them", .run = take_without_resident },
		cat = { "cat /proc/sysvipc/*",
			"exec cat /proc/sysvipc/msg /proc/sysvipc/sem /proc/sysvipc/shm",
			.program = "cat" },
		reads = { "read(2) of the same texts", .run = read_texts };

	measure_compare(&with, &cat, 0.68);
	measure_compare(&without, &cat, 0.35);
	measure_compare(&with, &reads, 0);
	measure_compare(&without, &reads, 0);
}

/* Microseconds that a snapshot takes for each object. */
static double cost_of_object(int count)
{
	double times[TURNS], start;
	int turn, repeat, repeats = MOST / count / 3 + 1;

	for (turn = 0; turn < TURNS; turn++) {
		start = measure_now();
		for (repeat = 0; repeat < repeats; repeat++)
			take_with_resident();
		times[turn] = (measure_now() - start) / repeats;
	}
	return measure_median(times, TURNS) / (3 * count) * 1e6;
}

void bench_snapshots(void)
{
	double costs[sizeof(counts) / sizeof(counts[0])];
	size_t i;

	measure_part("a snapshot of all three kinds");
	collector = collector_new(NULL);
	if (!collector)
		measure_die("collector");
	for (i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		objects_fill(counts[i]);
		measure_at("3 x %d", counts[i]);
		take_with_resident();
		compare_snapshots();
		costs[i] = cost_of_object(counts[i]);
	}
	for (i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		measure_at("3 x %d", counts[i]);
		measure_figure(&(struct figure){ "each object of a snapshot", "us", costs[i],
			i ? "with fewer, as above" : NULL, i ? costs[i - 1] : 0, 1.5, 0 });
	}
	snapshot_unref(last);
	last = NULL;
	collector_free(collector);
	collector = NULL;
}

/* What follows from a snapshot, beside collecting it. */

static struct past *past;

static void collect_all(void)
{
	const struct needs needs = {
		.classes = class_set(CLASS_IPC) | class_bit(CLASS_LIMIT),
		.cost = COST_RESIDENT | COST_VERDICT,
	};

	snapshot_unref(last);
	if (collector_run(collector, &needs, &last) < 0)
		measure_die("snapshot");
}

static void derive_all(void)
{
	struct derive_wish wish = { .classes = class_bit(CLASS_GROUP), .groups.by = GROUP_OWNER };

	verdict_ages_init(&wish.ages);
	if (derive(last, past, &wish) < 0)
		measure_die("derive");
}

void bench_derive(void)
{
	static const struct work derived = { "derive what follows", .run = derive_all },
				 collected = { "collect it", .run = collect_all };

	measure_part("what follows from a snapshot: changes, verdicts, growth, events");
	collector = collector_new(NULL);
	past = past_new();
	if (!collector || !past)
		measure_die("past");
	objects_fill(10000 / 3 + 1);
	measure_at("3 x %d", 10000 / 3 + 1);
	collect_all();
	measure_compare(&derived, &collected, 0.5);
	snapshot_unref(last);
	last = NULL;
	past_free(past);
	collector_free(collector);
	collector = NULL;
}
