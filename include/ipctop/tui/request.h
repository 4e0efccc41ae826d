/* The requests of request.def as a table. Face's thread. */
#ifndef IPCTOP_TUI_REQUEST_H
#define IPCTOP_TUI_REQUEST_H

struct app;

enum request {
#define REQUEST(name, keys, flags, label, help, handler) REQUEST_##name,
#include "ipctop/tui/request.def"
#undef REQUEST
	REQUEST_COUNT,
};

enum {
	REQUEST_MUTATES = 1, /* refused where nothing may be changed */
	REQUEST_NEEDS_OBJECT = 2, /* an object must be under the cursor */
	REQUEST_NEEDS_ROW = 4, /* a row of any class */
	REQUEST_ANYWHERE = 8, /* also with a page or a pane open, unless it takes the key itself */
};

struct request_info {
	const char *name; /* "PAGE_UP" */
	const char *keys; /* by default */
	unsigned flags;
	const char *label; /* in the function bar, or NULL */
	const char *help;
	void (*handle)(struct app *app, int key);
};

extern const struct request_info requests[REQUEST_COUNT];

/* Do what `request` asks for, or say why not. `key`: that brought it. */
void request_run(struct app *app, enum request request, int key);

#endif
