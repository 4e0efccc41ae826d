/*
 * What the files of the UI share: the app's state, the layers that lie over its tables, and the
 * parts of the screen. Face's thread.
 */
#ifndef IPCTOP_TUI_UI_H
#define IPCTOP_TUI_UI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ipctop/model/table.h"
#include "ipctop/tui/app.h"
#include "ipctop/tui/request.h"
#include "ipctop/tui/settings.h"
#include "ipctop/tui/theme.h"
#include "ipctop/watch/worker.h"

enum { LAYERS_MAX = 4, ZONES_MAX = 128 };

struct app;

/* Something that lies over the tables and takes the keys: a page, a prompt, a dialog. */
struct layer_type {
	void (*draw)(struct app *app, void *state);
	/* False: the key is not for the layer. */
	bool (*key)(struct app *app, void *state, int key);
	void (*free)(void *state); /* frees the state itself too */
	/* Add what must be read for it; NULL: nothing. */
	void (*wish)(const struct app *app, const void *state, struct wish *wish);
	bool asks; /* keys that are typed are meant for it: nothing may come over it */
	bool confirms; /* a key that was pressed before it was seen is no answer */
	bool pane; /* it lies below the table, where there is room, and lets it be seen */
};

struct layer {
	const struct layer_type *type;
	void *state;
	bool seen; /* it stands on the screen */
};

/* A part of the screen that does something when it is clicked. */
enum zone_type {
	ZONE_KEY, /* as if `value`, a key, were pressed */
	ZONE_TAB, /* show the class `value` */
	ZONE_COLUMN, /* order by columns[value] */
	ZONE_ROWS, /* select the row of the line; `value`: that of the first */
};

struct zone {
	int y, x, height, width;
	enum zone_type type;
	size_t value;
};

/* A class of rows as it is looked at. */
struct tab {
	struct table table;
	char *filter; /* as it was typed; never NULL */
	size_t top; /* the row shown in the first line */
	size_t left; /* columns scrolled away */
	unsigned *widths; /* of each entry of columns[]: the widest text seen, at least its title */
};

struct app {
	const struct app_options *options;
	struct worker *worker;
	struct wish wish; /* as it was sent last */
	struct snapshot *snapshot; /* the newest; NULL before the first */
	struct tab tabs[CLASS_COUNT]; /* by class */
	enum class class; /* of the tab shown */
	enum group_by by; /* what the groups of the tab Groups have in common */
	struct layer layers[LAYERS_MAX];
	size_t layer_count;
	struct settings settings;
	char *config; /* the configuration's path; NULL: there is no place for one */
	int news_error; /* negative errno for which the newest snapshot was dropped, or 0 */
	int config_error; /* negative errno for which it was not read at the start, or 0 */
	struct buf complaints; /* lines about it */
	const struct theme *theme; /* in use */
	bool paused, ascii, quit, mouse, too_small;
	bool dirty; /* the screen is to be drawn */
	int signal; /* that ends the program, or 0 */
	char message[256]; /* in the status line, printable; "" for none */
	enum style message_style;
	char *search; /* what was searched last; NULL: nothing yet */
	bool by_mouse; /* the key comes from the mouse: it types and answers nothing */
	int page; /* rows of the table on the screen, at least 1 */
	int pane_top, pane_rows; /* place for a pane, whether there is one or not */
	struct zone zones[ZONES_MAX]; /* of the frame that is on the screen */
	size_t zone_count;
	int status_line; /* its place on the screen: prompts take it */
	bool bars; /* the screen has room for the bars of the header */
};

/* A key as hints name it. */
struct key_text {
	char text[32];
};

/* app.c */
struct tab *app_tab(struct app *app);
void app_show_class(struct app *app, enum class class);
/* Filter and order the tab shown anew. */
void app_refresh(struct app *app);
void app_push(struct app *app, const struct layer_type *type, void *state);
/* Close the topmost layer; nothing where there is none. */
void app_pop(struct app *app);
/* A message until the next key; the format's texts may be unprintable. */
void app_say(struct app *app, enum style style, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The request that a key brings, and the style that values are written in. */
enum request app_request(const struct app *app, int key);
/* The first key of `request`, printable; where it has none, its name in the configuration. */
struct key_text app_key(const struct app *app, enum request request);
struct value_style app_value_style(const struct app *app);
/* The style was set anew: words of filters look at what is shown. */
void app_use_style(struct app *app);
/* Take a key as if it had been pressed. */
void app_take_key(struct app *app, int key);

/* mouse.c: what was clicked where. */
void mouse_take(struct app *app);
void mouse_add_zone(struct app *app, struct zone zone);

/* screen.c: the whole screen from the state. As terminal_show(). */
bool screen_draw(struct app *app);

/*
 * Before something is put over a row from column `x` on, or up to it: a wide character that would
 * be cut there goes as a whole. The terminal shows no half of one, and curses loses track.
 */
void screen_part(int y, int x);

/*
 * Write `text` (printable) at a place of the screen in at most `width` columns, filled up with
 * blanks, at the right where `right`; what does not fit is cut, and shown to be so.
 */
void screen_put(const struct app *app, int y, int x, int width, enum style style, const char *text,
	bool right);

/* A symbol, or what stands for it in ASCII. */
const char *screen_symbol(const struct app *app, const char *symbol, const char *ascii);

/* header.c: title, bars and tabs. */
enum { HEADER_BARS = 3 };
/* The set of enum cost that the header, as large as it is now, needs. */
unsigned header_cost(const struct app *app);
void header_draw_title(struct app *app, int y);
void header_draw_bars(struct app *app, int y);
void header_draw_tabs(struct app *app, int y);

/* tableview.c: headings from line `y` on and `rows` rows below them. */
void tableview_draw(struct app *app, int y, int rows);

/*
 * footer.c: the status line in line `y`, above it what could not be read, where that is long, and
 * the function bar. The first returns how many lines it took.
 */
int footer_draw_status(struct app *app, int y);
void footer_draw_keys(struct app *app, int y);

/* box.c: a frame in the middle of the screen, for dialogs and pages. */
struct box {
	int y, x; /* of the first line inside */
	int height, width; /* inside */
};
struct box box_draw(const struct app *app, const char *title, int height, int width);
/* How many lines a page may have inside. */
int box_room(const struct app *app);
/* A line inside, from its top; lines outside of it are not drawn. */
void box_put(
	const struct app *app, const struct box *box, int line, enum style style, const char *text);

/*
 * Append `lines`, of which each ends with a newline, broken to `width` columns: where two blanks
 * stand, or else where one does, or anywhere. Returns how many lines there are.
 */
int box_wrap(struct buf *out, const struct buf *lines, int width);
/* Line `at` of `lines`, likewise, `line` lines below the top. */
void box_put_line(const struct app *app, const struct box *box, int line, enum style style,
	const struct buf *lines, int at);

/* scroll.c: which part of a page that is longer than the screen is shown. */
struct scroll {
	int top; /* the first line shown */
	int rows, lines; /* how many are shown, and how many there are */
};
/* After `rows` and `lines` were set: keep the part shown within the page. */
void scroll_hold(struct scroll *scroll);
/* Move for the requests that move in a table; false for others. */
bool scroll_key(struct scroll *scroll, enum request request);
/* Append "from line 3 of 40 ", where not all is shown. */
void scroll_tell(struct buf *out, const struct scroll *scroll);

/* gather.c: groups of objects. */
/* To the groups; there: gather by what comes next; in a group: back. */
void gather_on(struct app *app);
/* Show only the objects of the group under the cursor. */
void gather_enter(struct app *app);
/* Back to the groups; false where the tab shows all objects. */
bool gather_leave(struct app *app);
/* By what the groups that are shown were gathered. */
enum group_by gather_shown(const struct app *app);
/* Append "owner=www-data". */
void gather_describe(struct buf *out, const struct app *app, const struct group_key *key);
/* What the worker is to gather. */
struct group_wish gather_wish(const struct app *app);

/* Layers: each opens itself. */
void help_open(struct app *app);
void order_open(struct app *app);
void filter_open(struct app *app);
void interval_open(struct app *app);
void search_open(struct app *app);
/* Go to the next row that holds what was searched last, or the one before. */
void search_again(struct app *app, bool backward);
void details_open(struct app *app);
void setup_open(struct app *app);
/* setup.c: write the configuration, as things are now. */
void settings_save(struct app *app);
/* Ask about what is tagged, or else, or with `selected`, about the selected object. */
void removal_open(struct app *app, bool selected);
/* One more question about all that was changed since it was shown, where there is any. */
void removal_ask_again(struct app *app, const struct job_result *result);
/* result.c: what came of a removal. */
void removal_show_result(struct app *app, const struct job_result *result);

#endif
