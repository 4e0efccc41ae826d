#include "screen.h"

#include <stdio.h>
#include <stdlib.h>

#include "measure.h"

bool screen_wait(struct term *term, const char *text)
{
	long end = term_now() + term_deadline();

	while (!term_find(term, text, NULL)) {
		if (!term_wait(term, end))
			return false;
	}
	return true;
}

const struct rival rivals[RIVALS] = {
	{ "htop -d 20", { "htop", "-d", "20" }, "F10Quit", "q", "\033OB" },
	{ "watch -n 2 ipcs", { "watch", "-n", "2", "ipcs" }, "Message Queues", "\003", NULL },
};

/* Started, with `ready` on its screen. */
static struct term *open_ready(const char *const argv[], const char *ready)
{
	/* htop would make a folder */
	static const char *const env[] = { "HTOPRC=/dev/null", NULL };
	struct term *term =
		term_open(&(struct term_how){ .rows = 24, .cols = 80, .env = env }, argv);

	if (!screen_wait(term, ready)) {
		fprintf(stderr, "bench: %s does not show '%s'\n", argv[0], ready);
		exit(1);
	}
	return term;
}

struct term *screen_open_rival(const struct rival *rival)
{
	return measure_has(rival->argv[0]) ? open_ready(rival->argv, rival->ready) : NULL;
}

struct term *screen_open(const char *const argv[])
{
	return open_ready(argv, "sorted by");
}

void screen_close(struct term *term, const char *key)
{
	term_type(term, key);
	term_close(term);
	term_free(term);
}

void screen_pump(struct term *const terms[], int count, double seconds)
{
	const double longest = 0.05;
	double end = measure_now() + seconds, left;
	int i;

	while ((left = end - measure_now()) > 0) {
		if (left > longest)
			left = longest;
		for (i = 0; i < count; i++) {
			if (terms[i])
				term_pump(terms[i], (int)(left * 1e3 / count));
		}
	}
}
