#include "parts.h"

#include <stdio.h>
#include <string.h>

#include "measure.h"
#include "objects.h"
#include "screen.h"

enum { PRESSES = 1000, PRESSES_OF_OTHERS = 200, QUIET_MS = 20, MARK_BYTES = 48 };

/* The row that is marked as the chosen one: its line, and what it says. */
struct mark {
	int row;
	char text[MARK_BYTES];
};

static bool is_marked(const struct term *term, int row)
{
	struct term_cell first = term_cell(term, row, 1), last;

	last = term_cell(term, row, term_cols(term) - 1);
	return (first.reverse && last.reverse) ||
		(first.background == last.background && first.background != TERM_OWN_COLOUR);
}

/* From below: bars and headings may look alike. */
static struct mark find_mark(struct term *term)
{
	struct mark mark = { .row = -1 };
	int row;

	for (row = term_rows(term) - 2; row > 0; row--) {
		if (!is_marked(term, row))
			continue;
		mark.row = row;
		snprintf(mark.text, sizeof(mark.text), "%s", term_row(term, row));
		break;
	}
	return mark;
}

static bool same_mark(const struct mark *a, const struct mark *b)
{
	return a->row == b->row && strcmp(a->text, b->text) == 0;
}

/*
 * Seconds from the key until the mark has moved: what a snapshot draws meanwhile is no answer.
 * Rows that come and go are behind those that are shown.
 */
static double move_time(struct term *term, const char *key)
{
	struct mark before = find_mark(term), now;
	double start = measure_now();

	term_type(term, key);
	do {
		while (!term_pump(term, 1000))
			continue;
		now = find_mark(term);
	} while (same_mark(&before, &now) && measure_now() < start + 5);
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

/* At any moment between two snapshots: the terminal is quiet for some time, which differs. */
static void measure_moves(const char *program)
{
	static const char *const keys[] = { "j", "j", "j", "k", "k", "k" };
	const char *const argv[] = { program, "-d", "0.5", NULL };
	static double times[PRESSES];
	struct term *term = screen_open(argv);
	double pause;
	int i;

	screen_pump(&term, 1, 1);
	for (i = 0; i < PRESSES; i++) {
		pause = (double)(i * 7 % 29) / 1e3;
		screen_pump(&term, 1, pause);
		times[i] = move_time(term, keys[(size_t)i % (sizeof(keys) / sizeof(keys[0]))]);
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
	measure_part("from a key to the screen: 99th percentile of 200");
	measure_at("3 x 30000");
	measure_keys(program, "tags", (const char *const[]){ "A", "U", NULL }, "");
	measure_keys(program, "order", orders, "");
	measure_keys(program, "tabs", (const char *const[]){ "1", "2", "3", NULL }, "");
	measure_keys(program, "filter, all match", filter, "\\");
	measure_keys(program, "filter, none matches", missing, "\\");
	measure_keys(program, "search, none matches", missing, "/");
}

void bench_moves(const char *program)
{
	/* nothing but the keys moves anything on the screen */
	const char *const argv[] = { program, "-d", "60", NULL };
	static const char *const keys[] = { "j", "j", "k", "j", "j" };
	double bytes[sizeof(keys) / sizeof(keys[0])];
	struct term *term;
	size_t before, after, i;

	measure_part("what a key writes to the terminal");
	objects_fill(33);
	measure_at("100");
	term = screen_open(argv);
	screen_pump(&term, 1, 1);
	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		term_raw(term, &before);
		term_type(term, keys[i]);
		screen_pump(&term, 1, 0.3);
		term_raw(term, &after);
		bytes[i] = (double)(after - before);
	}
	measure_figure(&(struct figure){ .name = "a move of the cursor",
		.unit = "B",
		.ours = measure_median(bytes, (int)i),
		.aim = 200 });
	screen_close(term, "q");
}
