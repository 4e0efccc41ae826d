#include "ipctop/tui/app.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ipctop/base/mem.h"
#include "ipctop/base/text.h"
#include "ipctop/tui/config.h"
#include "ipctop/tui/keymap.h"
#include "ipctop/tui/request.h"
#include "ipctop/tui/terminal.h"
#include "ipctop/tui/ui.h"

enum {
	EXIT_NO_TERMINAL = 2,
	POLL_AGAIN_US = 50 * 1000,
};

struct tab *app_tab(struct app *app)
{
	return &app->tabs[app->class];
}

void app_say(struct app *app, enum style style, const char *format, ...)
{
	struct buf clean = { 0 };
	char text[sizeof(app->message)];
	va_list args;

	va_start(args, format);
	text_vprintf(text, sizeof(text), format, args);
	va_end(args);
	text_clean(&clean, text, strlen(text), app->ascii);
	text_printf(app->message, sizeof(app->message), "%s",
		clean.error ? "out of memory" : buf_str(&clean));
	buf_free(&clean);
	app->message_style = style;
	app->dirty = true;
}

static void say_out_of_memory(struct app *app)
{
	app_say(app, STYLE_ERROR, "out of memory: the screen shows what was there before");
}

void app_refresh(struct app *app)
{
	if (table_refresh(&app_tab(app)->table) < 0)
		say_out_of_memory(app);
	app->dirty = true;
}

void app_show_class(struct app *app, enum class class)
{
	if (class == app->class)
		return;
	/* only the tab shown holds a snapshot */
	table_hide(&app_tab(app)->table);
	app->class = class;
	app->zone_count = 0; /* what can be clicked is drawn anew: columns and rows are others */
	if (app->snapshot && table_show(&app_tab(app)->table, app->snapshot) < 0)
		say_out_of_memory(app);
}

void app_push(struct app *app, const struct layer_type *type, void *state)
{
	if (app->layer_count == LAYERS_MAX)
		app_pop(app);
	app->layers[app->layer_count++] = (struct layer){ .type = type, .state = state };
	app->dirty = true;
}

void app_pop(struct app *app)
{
	struct layer *layer;

	if (app->layer_count == 0)
		return;
	layer = &app->layers[--app->layer_count];
	layer->type->free(layer->state);
	app->dirty = true;
}

enum request app_request(const struct app *app, int key)
{
	return keymap_request(&app->settings.keymap, key);
}

struct key_text app_key(const struct app *app, enum request request)
{
	const char *keys = keymap_keys(&app->settings.keymap, request);
	const char *name = *keys ? keys : requests[request].name;
	struct key_text key = { "" };
	struct buf clean = { 0 };

	text_clean(&clean, name, strcspn(name, " "), app->ascii);
	text_printf(key.text, sizeof(key.text), "%s", buf_str(&clean));
	buf_free(&clean);
	return key;
}

struct value_style app_value_style(const struct app *app)
{
	return (struct value_style){
		.ascii = app->ascii,
		.exact_bytes = app->settings.exact_bytes,
		.time_format = app->settings.time_format,
		.now = app->snapshot ? app->snapshot->time.tv_sec : 0,
	};
}

void app_use_style(struct app *app)
{
	enum class class;

	for (class = 0; class < CLASS_COUNT; class ++)
		app->tabs[class].table.style = app_value_style(app);
	app_refresh(app);
}

bool app_knows_theme(const char *name)
{
	return theme_find(name) != NULL;
}

/* In a group too: the way back leads to them, and they are there at once. */
static void wish_for_groups(const struct app *app, struct wish *wish)
{
	if (app->class != CLASS_GROUP && !app->tabs[app->class].table.in_group)
		return;
	wish->classes |= class_bit(CLASS_GROUP);
	wish->cost |= group_by_cost(app->by);
	wish->all_pids |= group_by_all_pids(app->by);
}

/* Pids in the lines of the screen, and a page around them, so that scrolling finds them known. */
static void wish_for_pids(struct app *app, struct wish *wish)
{
	const struct tab *tab = app_tab(app);
	size_t page = (size_t)app->page, at = tab->top > page ? tab->top - page : 0;
	struct row row;

	for (; at < tab->top + 2 * page && at < tab->table.count &&
		wish->pid_count + 4 <= WISH_PIDS_MAX;
		at++) {
		row = table_row(&tab->table, at);
		wish->pid_count += row_pids(&row, &wish->pids[wish->pid_count]);
	}
}

static bool wish_equal(const struct wish *a, const struct wish *b)
{
	return a->interval_ns == b->interval_ns && a->scan_percent == b->scan_percent &&
		a->paused == b->paused && a->classes == b->classes && a->cost == b->cost &&
		a->all_pids == b->all_pids && a->groups.by == b->groups.by &&
		a->pid_count == b->pid_count && memcmp(&a->ages, &b->ages, sizeof(a->ages)) == 0 &&
		a->detail.wanted == b->detail.wanted &&
		identity_equal(&a->detail.identity, &b->detail.identity) &&
		a->detail.semaphores == b->detail.semaphores &&
		a->detail.messages == b->detail.messages &&
		memcmp(a->pids, b->pids, a->pid_count * sizeof(a->pids[0])) == 0;
}

/* Tell the worker what the screen shows, where that has changed. */
static void send_wish(struct app *app)
{
	const struct table *table = &app_tab(app)->table;
	struct wish wish = {
		.interval_ns = (int64_t)(app->settings.delay * 1e9),
		.paused = app->paused,
		.groups = gather_wish(app),
		.ages = app->settings.ages,
		.scan_percent = app->settings.scan_percent,
		/* to know of processes, all of them are visited: only where they are shown */
		.classes = class_set(CLASS_IPC) | class_bit(CLASS_LIMIT) | class_bit(app->class),
		/* events tell owners, whatever is shown when something happens */
		.cost = table_cost(table) | header_cost(app) | COST_USER,
	};
	size_t i;

	for (i = 0; i < app->layer_count; i++) {
		if (app->layers[i].type->wish)
			app->layers[i].type->wish(app, app->layers[i].state, &wish);
	}
	if (table_cost_of_all(table) & COST_PROCESS)
		wish.all_pids = class_bit(app->class);
	wish_for_groups(app, &wish);
	if (wish.cost & COST_PROCESS)
		wish_for_pids(app, &wish);
	if (wish_equal(&wish, &app->wish))
		return;
	app->wish = wish;
	if (app->worker)
		worker_wish(app->worker, &wish);
}

/* Where something is asked that nobody can have read. */
static bool is_unseen(const struct app *app)
{
	const struct layer *top = app->layer_count ? &app->layers[app->layer_count - 1] : NULL;

	return top && top->type->confirms && !top->seen;
}

/* The topmost layer comes first. */
void app_take_key(struct app *app, int key)
{
	enum request request = app_request(app, key);
	const struct layer *layer;

	if (is_unseen(app)) {
		/* a screen that is too small shows no question, but can be left */
		if (app->too_small && request == REQUEST_QUIT)
			request_run(app, request, key);
		return;
	}
	if (app->layer_count > 0) {
		layer = &app->layers[app->layer_count - 1];
		if (layer->type->key(app, layer->state, key))
			return;
		if (request < REQUEST_COUNT && !(requests[request].flags & REQUEST_ANYWHERE))
			return;
	}
	if (request < REQUEST_COUNT)
		request_run(app, request, key);
}

/* Messages stand until the next key; keys that come in a row are drawn once. */
static void take_keys(struct app *app)
{
	int key;

	while (!app->quit && terminal_next_key(&key)) {
		app->message[0] = '\0';
		app->dirty = true;
		if (key == TERMINAL_KEY_MOUSE)
			mouse_take(app);
		else
			app_take_key(app, key);
	}
}

static void take_news(struct app *app)
{
	struct snapshot *snapshot = worker_take_snapshot(app->worker);

	if (snapshot) {
		snapshot_unref(app->snapshot);
		app->snapshot = snapshot;
		if (table_show(&app_tab(app)->table, snapshot) < 0)
			say_out_of_memory(app);
		app->dirty = true;
	}
	app->dirty |= app->news_error != worker_error(app->worker);
	app->news_error = worker_error(app->worker);
}

/* What comes of removals waits while something is asked: keys on their way are meant for that. */
static void take_results(struct app *app)
{
	struct job_result *result;

	while ((app->layer_count == 0 || !app->layers[app->layer_count - 1].type->asks) &&
		(result = worker_take_result(app->worker)) != NULL) {
		removal_show_result(app, result);
		free(result);
		app->dirty = true;
	}
}

static void take_signals(struct app *app)
{
	int signal;

	while ((signal = terminal_next_signal()) != 0) {
		app->dirty = true;
		if (signal == SIGWINCH || signal == SIGCONT) {
			terminal_resize();
		} else if (signal == SIGTSTP) {
			terminal_suspend();
		} else {
			app->signal = signal;
			app->quit = true;
		}
	}
}

/* What was pressed while a question was on its way to a terminal that took it late. */
static void drop_keys(void)
{
	int key;

	while (terminal_next_key(&key))
		continue;
}

static void draw_if_dirty(struct app *app)
{
	const bool unseen = is_unseen(app);

	if (!app->dirty || app->quit)
		return;
	if (!screen_draw(app) && unseen)
		drop_keys();
}

static void loop(struct app *app)
{
	struct pollfd fds[] = {
		{ .fd = STDIN_FILENO, .events = POLLIN },
		{ .fd = terminal_signals(), .events = POLLIN },
		{ .fd = worker_fd(app->worker), .events = POLLIN },
	};

	while (!app->quit) {
		draw_if_dirty(app);
		send_wish(app);
		if (poll(fds, sizeof(fds) / sizeof(fds[0]), -1) < 0) {
			if (errno != EINTR)
				usleep(POLL_AGAIN_US);
			/* nothing below waits: what there is is taken unannounced */
			fds[0].revents = 0;
			fds[2].revents = POLLIN;
		}
		take_signals(app);
		take_keys(app);
		if (fds[2].revents) {
			/* a key is answered before a large snapshot is filtered and ordered */
			draw_if_dirty(app);
			take_news(app);
		}
		take_results(app);
		if (fds[0].revents & (POLLHUP | POLLERR | POLLNVAL)) {
			app->signal = SIGHUP; /* the terminal went away */
			app->quit = true;
		}
	}
}

static void open_tab(struct app *app, enum class class)
{
	const struct app_options *options = app->options;
	struct tab *tab = &app->tabs[class];
	struct filter_error error = { 0 };
	struct filter *filter;

	table_init(&tab->table, class);
	tab->table.style = app_value_style(app);
	tab->filter = xstrdup("");
	tab->widths = xcalloc(column_count, sizeof(*tab->widths));
	tab->table.order = app->settings.orders[class].column;
	tab->table.descending = app->settings.orders[class].descending;
	if (options->sort)
		table_set_order(&tab->table, options->sort);
	if (!(class_infos[class].flags & CLASS_IPC))
		return;
	tab->table.by_user = options->by_user;
	tab->table.uid = options->uid;
	if (options->filter &&
		filter_parse(options->filter, class_set(CLASS_IPC), &filter, &error) == 0) {
		table_set_filter(&tab->table, filter);
		free(tab->filter);
		tab->filter = xstrdup(options->filter);
	}
	buf_free(&error.text);
}

static void close_app(struct app *app)
{
	enum class class;

	while (app->layer_count > 0)
		app_pop(app);
	for (class = 0; class < CLASS_COUNT; class ++) {
		table_free(&app->tabs[class].table);
		free(app->tabs[class].filter);
		free(app->tabs[class].widths);
	}
	snapshot_unref(app->snapshot);
	settings_free(&app->settings);
	buf_free(&app->complaints);
	free(app->config);
	free(app->search);
}

/* Colours are off where NO_COLOR says so (no-color.org), unless they are asked for. */
static bool wants_color(const struct app_options *options)
{
	const char *no_color = getenv("NO_COLOR");

	return options->color && (options->force_color || !no_color || !*no_color);
}

/* Tell of the first wrong line; all of them are printed when the UI has ended. */
static void tell_complaints(struct app *app)
{
	const char *lines = buf_str(&app->complaints), *end = strchr(lines, '\n'), *at;
	unsigned count = 0;

	if (!end)
		return;
	for (at = lines; (at = strchr(at, '\n')) != NULL; at++)
		count++;
	/* in front: a long line is cut */
	if (count > 1)
		app_say(app, STYLE_ERROR, "1 of %u: %.*s", count, (int)(end - lines), lines);
	else
		app_say(app, STYLE_ERROR, "%.*s", (int)(end - lines), lines);
}

/* The command line goes before the configuration. */
static void read_settings(struct app *app)
{
	const struct app_options *options = app->options;
	const char *wrong;

	settings_init(&app->settings);
	app->config = config_path();
	if (app->config)
		app->config_error = config_read(app->config, &app->settings, &app->complaints);
	if (app->config_error == -ENOMEM)
		mem_exit();
	tell_complaints(app);
	if (options->delay > 0)
		app->settings.delay = options->delay;
	if (options->older)
		verdict_ages_parse(&app->settings.ages, options->older, &wrong);
	if (options->theme)
		app->settings.theme = theme_find(options->theme);
}

static int start(struct app *app)
{
	const char *problem;
	int error;

	error = terminal_block_signals();
	if (error) {
		fprintf(stderr, "ipctop: signals can't be waited for: %s\n", strerror(-error));
		return EXIT_FAILURE;
	}
	problem = terminal_open();
	if (problem) {
		fprintf(stderr, "ipctop: %s; 'ipctop list' prints the same as text\n", problem);
		return EXIT_NO_TERMINAL;
	}
	theme_start(wants_color(app->options));
	app->theme = theme_use(app->settings.theme);
	send_wish(app);
	error = worker_start(app->options->proc, &app->wish, &app->worker);
	if (error) {
		terminal_close(0);
		fprintf(stderr, "ipctop: the thread that collects can't be started: %s\n",
			strerror(-error));
		return EXIT_FAILURE;
	}
	return 0;
}

int app_run(const struct app_options *options)
{
	struct app app = {
		.options = options,
		.class = class_first(options->kinds),
		.ascii = options->ascii || !text_locale_is_utf8(),
		.dirty = true,
		.page = 1,
	};
	enum class class;
	bool ended = true;
	size_t left = 0;
	int status;

	read_settings(&app);
	for (class = 0; class < CLASS_COUNT; class ++)
		open_tab(&app, class);
	status = start(&app);
	if (!status) {
		loop(&app);
		terminal_close(app.signal);
		ended = worker_stop(app.worker, &left);
	}
	/* not before: a terminal without a second screen has lost what was there */
	fputs(buf_str(&app.complaints), stderr);
	if (left > 0) {
		fprintf(stderr, "ipctop: %zu of what was to be removed stays\n", left);
		status = EXIT_FAILURE;
	}
	if (ended)
		close_app(&app);
	if (app.signal)
		terminal_die(app.signal);
	if (!ended)
		_exit(status);
	return status;
}
