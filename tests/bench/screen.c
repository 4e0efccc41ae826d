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
	{ "htop -d 20", { "htop", "-d", "20" }, "F10Quit", "q", "\033OB", false },
	{ "watch -n 2 ipcs", { "watch", "-n", "2", "ipcs" }, "Message Queues", "\003", NULL, true },
};

struct term *screen_open_rival(const struct rival *rival)
{
	/* htop would make a folder */
	static const char *const env[] = { "HTOPRC=/dev/null", NULL };
	struct term *term;

	if (!measure_has(rival->argv[0]))
		return NULL;
	term = term_open(&(struct term_how){ .rows = 24, .cols = 80, .env = env }, rival->argv);
	if (!screen_wait(term, rival->ready)) {
		fprintf(stderr, "bench: %s shows nothing\n", rival->name);
		exit(1);
	}
	return term;
}

struct term *screen_open(const char *const argv[])
{
	struct term *term = term_open(&(struct term_how){ .rows = 24, .cols = 80 }, argv);

	if (!screen_wait(term, "sorted by")) {
		fprintf(stderr, "bench: the UI shows no table\n");
		exit(1);
	}
	return term;
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
