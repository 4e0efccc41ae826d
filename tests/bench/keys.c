#include "parts.h"

#include <stdio.h>

#include "measure.h"
#include "objects.h"
#include "screen.h"

enum { PRESSES = 1000, PRESSES_OF_OTHERS = 100, QUIET_MS = 20, STUCK_SECONDS = 5 };

/* The line of the row that is marked as the chosen one, or -1. */
static int marked_row(const struct term *term)
{
	int row;

	for (row = 0; row < term_rows(term); row++) {
		if (term_cell(term, row, 0).rune == '>')
			return row;
	}
	return -1;
}

/*
 * Seconds from the key until the mark stands on the next line: what a snapshot draws meanwhile is
 * no answer. Rows that come and go are behind those that are shown.
 */
static double move_time(struct term *term, const char *key, int step)
{
	int row = marked_row(term) + step;
	double start = measure_now();

	term_type(term, key);
	while (term_cell(term, row, 0).rune != '>' && measure_now() < start + STUCK_SECONDS)
		term_pump(term, 100);
	return measure_now() - start;
}

static void print_quantiles(const char *name, double *times, int count)
{
	static const struct {
		const char *what;
		int per_mille;
		double aim;
	} quantiles[] = { { "median", 500, 1 }, { "99th percentile", 990, 16 },
		{ "worst", 1000, 0 } };
	char text[64];
	size_t i;

	for (i = 0; i < sizeof(quantiles) / sizeof(quantiles[0]); i++) {
		snprintf(text, sizeof(text), "%s, %s", name, quantiles[i].what);
		measure_figure(&(struct figure){ .name = text,
			.unit = "ms",
			.ours = measure_quantile(times, count, quantiles[i].per_mille) * 1e3,
			.aim = quantiles[i].aim });
	}
}

/* At any moment between two snapshots: the time from key to key differs. */
static void measure_moves(const char *program)
{
	const char *const argv[] = { program, "-d", "0.5", "-k", "ID", NULL };
	static double times[PRESSES];
	struct term *term = screen_open(argv);
	bool down;
	int i;

	screen_pump(&term, 1, 1);
	for (i = 0; i < PRESSES; i++) {
		screen_pump(&term, 1, (double)(i * 7 % 29) / 1e3);
		down = i / 6 % 2 == 0; /* six down, six up */
		times[i] = move_time(term, down ? "j" : "k", down ? 1 : -1);
	}
	print_quantiles("move", times, PRESSES);
	screen_close(term, "q");
}

/* Seconds until the program answers a key with anything on the screen. */
static double answer_time(struct term *term, const char *key)
{
	double start;

	while (term_pump(term, QUIET_MS)) /* what a snapshot draws is no answer */
		continue;
	start = measure_now();
	term_type(term, key);
	while (!term_pump(term, 1000))
		continue;
	return measure_now() - start;
}

/* Keys that always change the screen, round and round. */
static void measure_keys(
	const char *program, const char *name, const char *const keys[], const char *before)
{
	const char *const argv[] = { program, "-m", "-d", "0.5", NULL };
	double times[PRESSES_OF_OTHERS];
	struct term *term = screen_open(argv);
	int i, at = 0;

	term_type(term, before);
	screen_pump(&term, 1, 1);
	for (i = 0; i < PRESSES_OF_OTHERS; i++) {
		times[i] = answer_time(term, keys[at++]);
		if (!keys[at])
			at = 0;
	}
	measure_figure(&(struct figure){ .name = name,
		.unit = "ms",
		.ours = measure_quantile(times, PRESSES_OF_OTHERS, 990) * 1e3,
		.aim = 16 });
	screen_close(term, "\003");
}

void bench_keys(const char *program)
{
	static const char *const orders[] = { ">", ">", "I", "<", "<", "I", NULL };
	static const char *const filter[] = { "r", "o", "\177", "\177", NULL };
	static const char *const missing[] = { "z", "q", "\177", "\177", NULL };

	measure_part("from a key to the screen, while objects come and go");
	objects_fill(30000);
	measure_at("3 x 30000, churn");
	objects_churn();
	measure_moves(program);
	objects_calm();
	measure_part("from a key to the screen: 99th percentile of 100");
	measure_at("3 x 30000");
	measure_keys(program, "tags", (const char *const[]){ "A", "U", NULL }, "");
	measure_keys(program, "order", orders, "");
	measure_keys(program, "tabs", (const char *const[]){ "1", "2", "3", NULL }, "");
	measure_keys(program, "filter, all match", filter, "\\");
	measure_keys(program, "filter, none matches", missing, "\\");
	measure_keys(program, "search, none matches", missing, "/");
}

/* The median of what a few moves write; nothing but the keys moves anything on the screen. */
static double bytes_of_moves(struct term *term, const char *const keys[], int count)
{
	double bytes[PRESSES_OF_OTHERS];
	size_t before, after;
	int i;

	screen_pump(&term, 1, 1);
	for (i = 0; i < count; i++) {
		term_raw(term, &before);
		term_type(term, keys[i]);
		screen_pump(&term, 1, 0.3);
		term_raw(term, &after);
		bytes[i] = (double)(after - before);
	}
	return measure_median(bytes, count);
}

void bench_moves(const char *program)
{
	const char *const argv[] = { program, "-d", "60", NULL };
	static const char *const keys[] = { "j", "j", "k", "j", "j" };
	enum { KEYS = sizeof(keys) / sizeof(keys[0]) };
	const char *their_keys[KEYS];
	struct term *term, *other = screen_open_rival(&rivals[0]);
	double theirs = 0;
	int i;

	for (i = 0; i < KEYS; i++)
		their_keys[i] = rivals[0].down;
	measure_part("what a key writes to the terminal");
	objects_fill(33);
	measure_at("100");
	term = screen_open(argv);
	if (other) {
		theirs = bytes_of_moves(other, their_keys, KEYS);
		screen_close(other, rivals[0].quit);
	}
	measure_figure(&(struct figure){ .name = "a move of the cursor",
		.unit = "B",
		.ours = bytes_of_moves(term, keys, KEYS),
		.peer = other ? rivals[0].name : "(not installed)",
		.theirs = theirs,
		.aim = 200 });
	screen_close(term, "q");
}
