/* Programs on a terminal in memory. */
#ifndef TESTS_BENCH_SCREEN_H
#define TESTS_BENCH_SCREEN_H

#include <stdbool.h>

#include "../tui/term.h"

/* ipctop with the arguments, NULL at the end, once it shows a table; dies where it does not. */
struct term *screen_open(const char *const argv[]);

/* What else one would leave running in a terminal. It looks anew every two seconds, as ipctop does.
 */
struct rival {
	const char *name;
	const char *argv[6];
	const char *ready; /* stands on its first whole frame */
	const char *quit; /* the key that ends it */
	const char *down; /* the key that moves its cursor; NULL: it has none */
};

enum { RIVALS = 2 };
extern const struct rival rivals[RIVALS];

/* Start it, and wait for its first frame; NULL: it is not installed. */
struct term *screen_open_rival(const struct rival *rival);

/* Leave by a key, and forget the terminal. */
void screen_close(struct term *term, const char *key);

/* Wait till the text is there; false: it is not. */
bool screen_wait(struct term *term, const char *text);

/* Take what programs write for a while. */
void screen_pump(struct term *const terms[], int count, double seconds);

#endif
