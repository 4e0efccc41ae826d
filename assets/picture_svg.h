/*
 * assets/picture_svg.h: the screen of a terminal in memory, drawn as SVG.
 *
 * Each row of the screen that shows something is one line of the file, which begins with "<g
 * transform" and has the text of the row between its tags: so that two pictures can be compared by
 * what they say. One thread.
 */
#ifndef ASSETS_PICTURE_SVG_H
#define ASSETS_PICTURE_SVG_H

#include <stdio.h>

#include "../tests/tui/term.h"

/** Have the terminal draw in the colours of the picture. */
void picture_palette(struct term *term);

/** Write the picture; whether all was written is the stream's to tell. `title` is plain text. */
void picture_write(FILE *out, struct term *term, const char *title);

#endif
