/*
 * Hostile names on each tab, in each pane and dialog, what is typed and pasted, and hostile
 * configurations and folders. All bytes that reach the terminal are text or sequences of our own,
 * and columns are straight.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../live/hostile.h"
#include "../live/hostile_scene.h"
#include "related.h"

enum { HEADINGS = 5, WORD = 64, LONGEST = 990 /* a prompt takes 1000 bytes */ };

static const struct term_how large = { .rows = 50, .cols = 200 };

static const char configuration[] = "[general]\nscan = 100\n"
				    "[columns]\n"
				    "msg = KEY,ID,OWNER,SENDER,USER,GROUP,MODE\n"
				    "sem = KEY,ID,OWNER,USER,GROUP,MODE\n"
				    "shm = KEY,ID,OWNER,COMMAND,USER,GROUP,MODE\n"
				    "limits = NAME,MOST,FAILS\n"
				    "processes = COMMAND,USER,PID\n"
				    "groups = GROUP,KIND\n"
				    "events = OWNER,KIND,DETAIL\n";

/* What was written so far, with nothing in it that is not ours. */
static void expect_ours(struct term *term, const char *what)
{
	const char *raw;
	size_t size;

	EXPECT(term, term_rest(term));
	raw = term_raw(term, &size);
	hostile_refuse(what, raw, size, HOSTILE_SCREEN);
}

static void leave(struct term *term, const char *what)
{
	const char *raw;
	size_t size;

	ui_quit(term);
	raw = term_raw(term, &size);
	hostile_refuse(what, raw, size, HOSTILE_SCREEN);
	ui_free(term);
}

static bool stands_at(struct term *term, int row, int col, const char *word)
{
	for (; *word; word++, col++)
		if (term_cell(term, row, col).rune != (unsigned char)*word)
			return false;
	return true;
}

/* How many rows have the word where the title begins. */
static int straight_rows(struct term *term, const char *title, const char *word)
{
	int rows = 0, col = 0;

	while (col < term_cols(term) &&
		!(term_cell(term, HEADINGS, col - (col > 0)).rune == ' ' &&
			stands_at(term, HEADINGS, col, title)))
		col++;
	for (int row = HEADINGS + 1; row < term_rows(term) - 2; row++)
		rows += stands_at(term, row, col, word);
	return rows;
}

/* A table, and details, or the objects of a group, from the first line to the last. */
static void look_at_tab(struct term *term, char tab)
{
	ui_press(term, tab);
	expect_ours(term, "a tab");
	ui_press(term, 'i');
	for (int i = 0; i < 4; i++) {
		expect_ours(term, "details");
		ui_key(term, "^D");
	}
	ui_key(term, "Esc");
	expect_ours(term, "a tab again");
}

static void on_every_tab(void **state)
{
	static const struct {
		char tab;
		const char *title, *word;
		int rows;
	} tabs[] = {
		{ '1', "MODE", "0600", HOSTILE_NAMES + 2 },
		{ '2', "MODE", "0600", 1 },
		{ '3', "MODE", "0600", HOSTILE_NAMES + 2 },
		{ '4', "FAILS", "shmget", 1 },
		{ '6', "KIND", "shm", 1 },
		{ '7', "KIND", "msg", 1 },
	};
	struct term *term;

	(void)state;
	home_write(configuration);
	term = ui_open(&large, "-m", "--delay", "0.5", NULL);
	EXPECT(term, straight_rows(term, "MODE", "0600") >= HOSTILE_NAMES + 1);
	/* an event: a queue of a hostile owner goes */
	ipc_remove(KIND_MSG, hostile_scene.own[0]);
	for (size_t i = 0; i < sizeof tabs / sizeof *tabs; i++) {
		ui_press(term, tabs[i].tab);
		EXPECT(term,
			straight_rows(term, tabs[i].title, tabs[i].word) >=
				tabs[i].rows - (tabs[i].tab == '1'));
		look_at_tab(term, tabs[i].tab);
	}
	ui_press(term, '5');
	SEE(term, "\\u{202e}");
	look_at_tab(term, '5');
	leave(term, "every tab");
}

/* Of what each segment, queue and set has. */
static void in_details(void **state)
{
	static const char *const kinds[] = { "-q", "-s", "-m" };
	const int ids[] = { hostile_scene.texts, hostile_scene.set, hostile_scene.segment };
	static const struct term_how tall = { .rows = 120, .cols = 100 };
	char filter[WORD];

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct term *term;

		snprintf(filter, sizeof filter, "id=%d", ids[i]);
		term = ui_open(&tall, kinds[i], "--filter", filter, NULL);
		EXPECT(term, ui_rows(term) == 1);
		ui_key(term, "Enter");
		SEE(term, "\\u{202e}");
		for (int cols = 100; cols >= 20; cols -= 16) {
			term_resize(term, 40 + cols, cols);
			expect_ours(term, "details");
		}
		ui_press(term, 'q');
		leave(term, kinds[i]);
	}
}

/* Till they have been gathered anew there may be none. */
static void enter_group(struct term *term)
{
	static const char none[] = "there is nothing here";

	for (;;) {
		ui_key(term, "Enter");
		EXPECT(term, term_find(term, " group: ", NULL) || term_find(term, none, NULL));
		if (term_find(term, " group: ", NULL))
			return;
		ui_press(term, '\'');
		GONE(term, none);
	}
}

static void in_groups_and_dialogs(void **state)
{
	struct term *term;

	(void)state;
	home_write(configuration);
	term = ui_open(&large, "-m", NULL);
	EXPECT(term, straight_rows(term, "MODE", "0600") >= HOSTILE_NAMES);
	ui_press(term, 'A');
	ui_key(term, "F9");
	SEE(term, "Remove ");
	expect_ours(term, "the dialog");
	ui_key(term, "Esc");
	for (int i = 0; i < 7; i++) {
		ui_press(term, 't');
		expect_ours(term, "groups");
		EXPECT(term, straight_rows(term, "KIND", "shm") > 0);
	}
	ui_press(term, '\''); /* takes away what was said of the key before */
	EXPECT(term, strstr(ui_status(term), "gathered by command \302\267 sorted"));
	EXPECT(term, straight_rows(term, "KIND", "shm") >= HOSTILE_NAMES);
	for (int i = 0; i < HOSTILE_NAMES; i++) {
		enter_group(term);
		expect_ours(term, "a group");
		ui_key(term, "Esc");
		EXPECT(term, straight_rows(term, "KIND", "shm") >= HOSTILE_NAMES);
		ui_key(term, "Down");
	}
	leave(term, "groups and dialogs");
}

/* What is typed or pasted is keys, and stands in a prompt as text. */
static void typed(void **state)
{
	static const char *const prompts[] = { "/", "\\", "\\\025size>", "\\\025owner~(", "d" };
	struct term *term;

	(void)state;
	term = ui_open(&large, "-m", "--readonly", NULL);
	EXPECT(term, ui_rows(term) > 0);
	for (size_t i = 0; i < HOSTILE_NAMES; i++)
		for (size_t prompt = 0; prompt < sizeof prompts / sizeof *prompts; prompt++) {
			const char *bytes = hostile_names[i].bytes;

			term_type(term, prompts[prompt]);
			term_type(term, bytes);
			term_type(term, "=1"); /* no column has such a name */
			expect_ours(term, hostile_names[i].what);
			ui_key(term, "Enter");
			expect_ours(term, hostile_names[i].what);
			/* a filter that is wrong, and whatever else is open */
			term_type(term, "\025\r");
			for (int esc = 0; esc < 3; esc++)
				ui_key(term, "Esc");
			EXPECT(term, term_rest(term) && !term_ended(term));
		}
	ui_press(term, '/');
	term_type(term, "a\342\200\256b\363\240\201\201");
	SEE(term, "Search: a\\u{202e}b\\u{e0041}");
	ui_key(term, "Enter");
	SEE(term, "'a\\u{202e}b\\u{e0041}' is not found");
	leave(term, "what is typed");
}

/* What is longer than its place is cut between characters. */
static void long_words(void **state)
{
	static const char *const wide[] = { "\346\274\242", "\360\237\230\200",
		"e\314\201\314\202" };
	static const struct term_how broad = { .rows = 24, .cols = 320 };
	char word[LONGEST + 8];
	struct term *term = ui_open(&broad, "-m", "--readonly", NULL);

	(void)state;
	EXPECT(term, ui_rows(term) > 0);
	for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
		for (size_t shift = 0; shift < 3; shift++) {
			memset(word, 'x', shift);
			word[shift] = '\0';
			/* which takes more room when it is made printable */
			strcat(word, "\342\200\256");
			while (strlen(word) + strlen(wide[i]) < LONGEST / 2)
				strcat(word, wide[i]);
			ui_press(term, '/');
			term_type(term, word);
			expect_ours(term, wide[i]);
			SEE(term, wide[i]);
			ui_key(term, "Enter");
			EXPECT(term, strstr(ui_status(term), wide[i]));
			expect_ours(term, wide[i]);
			/* nothing is left of a character */
			EXPECT(term, !strstr(ui_status(term), "\\x"));
			EXPECT(term, !strstr(ui_status(term), "\357\277\275"));
		}
	/* nor are marks, where what they stand on was cut off */
	term_resize(term, 24, 60);
	ui_press(term, '/');
	term_type(term, word);
	EXPECT(term, term_find(term, "e\314\201\314\202", NULL) && term_rest(term));
	EXPECT(term, !term_find(term, ": \314\201", NULL) && !term_find(term, ": \314\202", NULL));
	ui_key(term, "Esc");
	leave(term, "long words");
}

/* Lines of all kinds, with each name in each place. */
static void configurations(void **state)
{
	static const char *const lines[] = { "[general]\n%s = 1\n", "[general]\ntheme = %s\n",
		"[general]\ndelay = %s\n", "[general]\nolder = %s\n", "[columns]\nshm = ID,%s\n",
		"[columns]\n%s = ID\n", "[order]\nshm = %s\n", "[keys]\nhelp = %s\n",
		"[keys]\n%s = x\n", "[%s]\nx = y\n", "%s\n", "[%s\n" };
	char *text = NULL;
	size_t size = 0;
	FILE *file;

	(void)state;
	file = open_memstream(&text, &size);
	fputs("[keys]\nfilter = \342\200\256 \\\nsearch = \363\240\201\201 /\n", file);
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
		for (size_t name = 0; name < HOSTILE_NAMES; name++) {
			const char *at = strchr(lines[i], '%');

			fprintf(file, "%.*s%s%s", (int)(at - lines[i]), lines[i],
				hostile_names[name].bytes, at + 2);
		}
	fclose(file);
	for (size_t part = 0; part < 3; part++) {
		struct term *term;

		home_write(text + part * size / 3);
		term = ui_open(&large, "-m", NULL);
		EXPECT(term, ui_rows(term) > 0);
		EXPECT(term, strstr(ui_status(term), "1 of ") && strstr(ui_status(term), ": /"));
		SEE(term, part == 0 ? "\\u{202e}Filter" : "F4Filter");
		ui_key(term, "F1");
		expect_ours(term, "the help page");
		term_type(term, "q");
		ui_key(term, "F2");
		expect_ours(term, "the setup");
		term_type(term, "q");
		leave(term, "a configuration");
	}
	free(text);
}

static void make_proc(const char *name)
{
	FILE *file;

	assert_int_equal(chdir(home_folder()), 0);
	assert_int_equal(mkdir(name, 0755), 0);
	assert_int_equal(chdir(name), 0);
	assert_int_equal(mkdir("sysvipc", 0755), 0);
	file = fopen("sysvipc/shm", "we");
	assert_non_null(file);
	fputs("key shmid perms size cpid lpid nattch uid gid cuid cgid atime dtime ctime\n"
	      "1 2 \033[6n\n",
		file);
	fclose(file);
	assert_int_equal(chdir(".."), 0);
}

/* The folder of the configuration, and that which stands in for /proc, are told, too. */
static void folders(void **state)
{
	char config[2 * WORD], proc[WORD];
	const char *const of_proc[] = { proc, NULL }, *const of_config[] = { config, NULL };
	struct term_how how = { .rows = 30, .cols = 160 };

	(void)state;
	for (size_t i = 0; i < HOSTILE_NAMES; i++) {
		const char *name = hostile_names[i].bytes;
		struct term *term;

		make_proc(name);
		snprintf(config, sizeof config, "XDG_CONFIG_HOME=%s/%s", home_folder(), name);
		snprintf(proc, sizeof proc, "IPCTOP_PROC=%s", name);
		how.env = of_proc;
		term = ui_open(&how, "-m", NULL);
		SEE(term, "1 line of ");
		leave(term, name);
		how.env = of_config;
		term = ui_open(&how, "-m", NULL);
		ui_key(term, "F2");
		ui_press(term, 'W');
		SEE(term, "written to ");
		ui_key(term, "Esc");
		GONE(term, " Setup");
		leave(term, name);
	}
	assert_int_equal(chdir("/"), 0);
}

static int enter(void **state)
{
	related_enter(state);
	hostile_judge();
	hostile_host();
	hostile_accounts();
	return 0;
}

static int make_scene(void **state)
{
	related_setup(state);
	return hostile_scene_make(state);
}

static int end_scene(void **state)
{
	ui_teardown(state);
	return hostile_scene_end(state);
}

static int one_segment(void **state)
{
	related_setup(state);
	ipc_segment(0x2a, 4096, 0600);
	return 0;
}

#define SCENE_CASE(function)   cmocka_unit_test_setup_teardown(function, make_scene, end_scene)
#define SEGMENT_CASE(function) cmocka_unit_test_setup_teardown(function, one_segment, ui_teardown)

int main(void)
{
	const struct CMUnitTest cases[] = {
		SCENE_CASE(on_every_tab),
		SCENE_CASE(in_details),
		SCENE_CASE(in_groups_and_dialogs),
		SEGMENT_CASE(typed),
		SEGMENT_CASE(long_words),
		SEGMENT_CASE(configurations),
		SEGMENT_CASE(folders),
	};

	return tap_run(cases, sizeof cases / sizeof *cases, enter, NULL);
}
