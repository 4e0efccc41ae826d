#include "picture_svg.h"

#include <stdbool.h>

enum {
	MARGIN = 14, /* around the screen, in pixels as all that follows */
	LINE = 17, /* height of a cell */
	BASELINE = 13, /* from its top */
	FONT = 14,
	CURSOR = 2, /* height of the line that stands for it */
	PAPER = 0x12171d,
	INK = 0xccd5df,
	FRAME = 0x333e4a,
};

/* Width of a cell: what DejaVu Sans Mono has at this size, so that viewers which do not know
 * textLength align it too. */
static const double cell_width = FONT * 1233 / 2048.0;

/* The 16 colours on a dark screen: soft, but each legible on PAPER, and PAPER on each. */
static const uint32_t palette[TERM_PALETTE] = { 0x12171d, 0xe06c75, 0x8cc27f, 0xdfbf77, 0x6ca6e0,
	0xcf94dc, 0x5fb9c4, 0xe3e8ee, 0x6b7785, 0xf08b93, 0xa6d69b, 0xedd497, 0x8fbdec, 0xdeb0e8,
	0x86d0d9, 0xffffff };

/* What a run of cells has in common. */
struct look {
	uint32_t ink;
	uint32_t paper;
	bool bold;
	bool underline;
};

/* Cells of one row from `start` to before `end`. */
struct run {
	int row;
	int start;
	int end;
	struct look look;
};

void picture_palette(struct term *term)
{
	term_palette(term, palette);
}

static struct look look_of(const struct term_cell *cell)
{
	uint32_t ink = cell->foreground == TERM_OWN_COLOUR ? INK : cell->foreground;
	uint32_t paper = cell->background == TERM_OWN_COLOUR ? PAPER : cell->background;

	return (struct look){
		.ink = cell->reverse ? paper : ink,
		.paper = cell->reverse ? ink : paper,
		.bold = cell->bold,
		.underline = cell->underline,
	};
}

static bool same_text(const struct look *a, const struct look *b)
{
	return a->ink == b->ink && a->bold == b->bold && a->underline == b->underline;
}

static bool is_blank(const struct term *term, int row, int col)
{
	struct term_cell cell = term_cell(term, row, col);

	return cell.rune == ' ' && !cell.underline;
}

static void put_rune(FILE *out, uint32_t rune)
{
	static const unsigned char lead[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
	int size = rune < 0x80 ? 1 : rune < 0x800 ? 2 : rune < 0x10000 ? 3 : 4;

	if (rune == '<')
		fputs("&lt;", out);
	else if (rune == '>')
		fputs("&gt;", out);
	else if (rune == '&')
		fputs("&amp;", out);
	else if (rune == 0)
		return; /* the second half of a wide one */
	else {
		fputc((int)(lead[size] | rune >> 6 * (size - 1)), out);
		while (--size > 0)
			fputc((int)(0x80 | (rune >> 6 * (size - 1) & 0x3f)), out);
	}
}

/* The background from `start` on that is one colour; returns where it ends. */
static int put_paper(FILE *out, const struct term *term, int row, int start)
{
	struct term_cell cell = term_cell(term, row, start);
	uint32_t paper = look_of(&cell).paper;
	int end;

	for (end = start + 1; end < term_cols(term); end++) {
		cell = term_cell(term, row, end);
		if (look_of(&cell).paper != paper)
			break;
	}
	if (paper != PAPER)
		fprintf(out, "<rect x=\"%.2f\" width=\"%.2f\" height=\"%d\" fill=\"#%06x\"/>",
			start * cell_width, (end - start) * cell_width, LINE, (unsigned)paper);
	return end;
}

/*
 * The text at or after `start` of one look, without blanks at its ends. Two blanks end it too:
 * what stands in columns is placed by column, whatever font a viewer has.
 */
static bool next_run(const struct term *term, int start, struct run *run)
{
	int cols = term_cols(term), blanks = 0;

	while (start < cols && is_blank(term, run->row, start))
		start++;
	if (start == cols)
		return false;
	run->start = start;
	for (int col = start; col < cols && blanks < 2; col++) {
		struct term_cell cell = term_cell(term, run->row, col);
		struct look look = look_of(&cell);

		if (is_blank(term, run->row, col)) {
			blanks++;
			continue;
		}
		/* the second half of a wide one has no look of its own */
		if (cell.rune != 0 && col > start && !same_text(&look, &run->look))
			break;
		if (col == start)
			run->look = look;
		blanks = 0;
		run->end = col + 1;
	}
	return true;
}

static void put_run(FILE *out, const struct term *term, const struct run *run)
{
	fprintf(out, "<text x=\"%.2f\" y=\"%d\" textLength=\"%.2f\"", run->start * cell_width,
		BASELINE, (run->end - run->start) * cell_width);
	if (run->look.ink != INK)
		fprintf(out, " fill=\"#%06x\"", (unsigned)run->look.ink);
	if (run->look.bold)
		fputs(" font-weight=\"bold\"", out);
	if (run->look.underline)
		fputs(" text-decoration=\"underline\"", out);
	fputc('>', out);
	for (int col = run->start; col < run->end; col++)
		put_rune(out, term_cell(term, run->row, col).rune);
	fputs("</text>", out);
}

static void put_cursor(FILE *out, const struct term *term)
{
	fprintf(out, "<rect x=\"%.2f\" y=\"%d\" width=\"%.2f\" height=\"%d\" fill=\"#%06x\"/>",
		term_cursor(term).col * cell_width, LINE - CURSOR, cell_width, CURSOR,
		(unsigned)INK);
}

static void put_row(FILE *out, const struct term *term, int row)
{
	struct run run = { .row = row };
	const char *between = "";

	fprintf(out, "<g transform=\"translate(%d %d)\">", MARGIN, MARGIN + row * LINE);
	for (int col = 0; col < term_cols(term);)
		col = put_paper(out, term, row, col);
	for (int col = 0; next_run(term, col, &run); col = run.end) {
		fputs(between, out);
		between = " ";
		put_run(out, term, &run);
	}
	if (term_cursor_visible(term) && term_cursor(term).row == row)
		put_cursor(out, term);
	fputs("</g>\n", out);
}

void picture_write(FILE *out, struct term *term, const char *title)
{
	double width = 2 * MARGIN + term_cols(term) * cell_width;
	int height = 2 * MARGIN + term_rows(term) * LINE;

	fprintf(out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%d\""
		" viewBox=\"0 0 %.2f %d\" role=\"img\">\n<title>",
		width, height, width, height);
	for (; *title; title++)
		put_rune(out, (unsigned char)*title);
	fprintf(out,
		"</title>\n<rect x=\"0.5\" y=\"0.5\" width=\"%.2f\" height=\"%d\" rx=\"8\""
		" fill=\"#%06x\" stroke=\"#%06x\"/>\n",
		width - 1, height - 1, (unsigned)PAPER, (unsigned)FRAME);
	fprintf(out,
		"<g font-family=\"'DejaVu Sans Mono', Menlo, Consolas, monospace\""
		" font-size=\"%d\" fill=\"#%06x\" xml:space=\"preserve\">\n",
		FONT, (unsigned)INK);
	for (int row = 0; row < term_rows(term); row++)
		put_row(out, term, row);
	fputs("</g>\n</svg>\n", out);
}
