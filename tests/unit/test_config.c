/*
 * tui/config: where the file of the settings is, what is read from it, and what is wrong in it,
 * told by its line. No terminal is opened. Keys are in test_config_keys.c.
 */
#include "settings.h"

enum { LONG_BYTES = 10 * 1000 };

/* where it is */

static void set_homes(const char *config, const char *home)
{
	assert_int_equal(
		config ? setenv("XDG_CONFIG_HOME", config, 1) : unsetenv("XDG_CONFIG_HOME"), 0);
	assert_int_equal(home ? setenv("HOME", home, 1) : unsetenv("HOME"), 0);
}

static void expect_path(const char *config, const char *home, const char *expected)
{
	char *path;

	set_homes(config, home);
	path = config_path();
	if (expected)
		assert_string_equal(path ? path : "NULL", expected);
	else
		assert_null(path);
	free(path);
}

static void the_path_comes_from_the_environment(void **state)
{
	(void)state;
	expect_path("/x", "/home/anna", "/x/ipctop/config");
	expect_path("/x y/z", NULL, "/x y/z/ipctop/config");
	expect_path(NULL, "/home/anna", "/home/anna/.config/ipctop/config");
	expect_path("", "/home/anna", "/home/anna/.config/ipctop/config");
	expect_path("relative/x", "/home/anna", "/home/anna/.config/ipctop/config");
	expect_path("./x", "/", "//.config/ipctop/config");
	expect_path(NULL, NULL, NULL);
	expect_path("", NULL, NULL);
	expect_path("relative", NULL, NULL);
	expect_path(NULL, "", NULL);
	expect_path("relative", "relative", NULL);
}

/* reading */

/* Nothing is wrong in `text`. */
static void read_right(struct settings *settings, const char *text)
{
	struct buf complaints = { 0 };

	put_text("config", text);
	read_file(settings, &complaints);
	expect_text(&complaints, "");
}

static void expect_order(
	const struct settings *settings, enum class class, const char *name, bool descending)
{
	assert_string_equal(settings->orders[class].column->name, name);
	assert_int_equal(settings->orders[class].descending, descending);
}

static void every_setting_is_read(void **state)
{
	struct settings settings;

	(void)state;
	read_right(&settings,
		"# comment\n[general]\ntheme = mono\nunits=bytes\n\ttime = iso\ndelay = 0.5\n"
		"scan = 25\nolder = 10m,idle=2d\n\n"
		"[columns]\nmsg = id,KEY,Msgs\nshm = SIZE\nlimits=NAME,use\n"
		"processes = PID, waits\n[order]\n"
		"msg = ID\nsem = key:desc\nshm=USER:ASC\nlimits = used:DESC\n"
		"processes = segments\n"
		"[keys]\nHELP = x\n; end");
	assert_ptr_equal(settings.theme, theme_find("mono"));
	assert_true(settings.exact_bytes);
	assert_int_equal(settings.time_format, TIME_ISO);
	assert_true(settings.delay >= 0.5 && settings.delay <= 0.5);
	assert_int_equal(settings.scan_percent, 25);
	assert_int_equal(settings.ages.seconds[VERDICT_ORPHAN], 600);
	assert_int_equal(settings.ages.seconds[VERDICT_IDLE], 2 * 86400);
	expect_list(&settings.columns[CLASS_MSG], "ID,KEY,MSGS");
	expect_list(&settings.columns[CLASS_SEM], "");
	expect_list(&settings.columns[CLASS_SHM], "SIZE");
	expect_list(&settings.columns[CLASS_LIMIT], "NAME,USE%");
	expect_list(&settings.columns[CLASS_PROCESS], "PID,WAITS");
	expect_order(&settings, CLASS_MSG, "ID", false);
	expect_order(&settings, CLASS_SEM, "KEY", true);
	expect_order(&settings, CLASS_SHM, "USER", false);
	expect_order(&settings, CLASS_LIMIT, "USED", true);
	expect_order(&settings, CLASS_PROCESS, "SEGMENTS", false);
	assert_string_equal(keymap_keys(&settings.keymap, REQUEST_HELP), "x");
	settings_free(&settings);
	read_right(&settings,
		"[general]\r\nunits = human\r\ntime = full\r\ndelay = 86400\r\n"
		"scan=1\r\n");
	assert_false(settings.exact_bytes);
	assert_int_equal(settings.time_format, TIME_FULL);
	assert_true(settings.delay > 86399);
	assert_int_equal(settings.scan_percent, 1);
	settings_free(&settings);
	read_right(&settings, "scan = 100\n");
	assert_int_equal(settings.scan_percent, 100);
	settings_free(&settings);
}

static void without_a_file_all_is_as_it_was(void **state)
{
	struct settings settings, defaults;
	struct buf complaints = { 0 };

	(void)state;
	settings_init(&defaults);
	read_right(&settings, "");
	expect_same(&settings, &defaults);
	settings_free(&settings);
	assert_int_equal(unlink("config"), 0);
	read_file(&settings, &complaints);
	expect_text(&complaints, "");
	expect_same(&settings, &defaults);
	assert_int_equal(config_read("missing/config", &settings, &complaints), 0);
	put_text("file", "");
	assert_int_equal(config_read("file/config", &settings, &complaints), 0);
	expect_text(&complaints, "");
	settings_free(&settings);
	settings_free(&defaults);
}

/* One complaint, about this line, that has `part` in it. */
static void expect_complaint(struct buf *complaints, unsigned number, const char *part)
{
	const char *text = buf_str(complaints), *newline = strchr(text, '\n');
	char start[32];

	snprintf(start, sizeof(start), "config:%u: ", number);
	if (strncmp(text, start, strlen(start)) != 0 || !strstr(text, part) || newline[1])
		fail_msg("not one complaint of line %u with \"%s\", but: %s", number, part, text);
	buf_free(complaints);
}

/* `line` is wrong in a section; what stands before and behind it is taken over. */
static void expect_wrong(const char *section, const char *line, const char *part)
{
	struct buf text = { 0 }, complaints = { 0 };
	struct settings settings, defaults;

	buf_printf(&text,
		"[order]\nsem = ID:desc\n[%s]\n\n%s\n[columns]\nsem = ID\n[keys]\nTAG=y\n", section,
		line);
	put_text("config", buf_str(&text));
	buf_free(&text);
	read_file(&settings, &complaints);
	expect_complaint(&complaints, 5, part);
	expect_order(&settings, CLASS_SEM, "ID", true);
	expect_list(&settings.columns[CLASS_SEM], "ID");
	assert_string_equal(keymap_keys(&settings.keymap, REQUEST_TAG), "y");
	settings_init(&defaults);
	settings.orders[CLASS_SEM] = defaults.orders[CLASS_SEM];
	settings.columns[CLASS_SEM].count = 0;
	keymap_free(&settings.keymap);
	expect_same(&settings, &defaults);
	settings_free(&settings);
	settings_free(&defaults);
}

static void a_wrong_line_is_told_by_its_number(void **state)
{
	static const struct {
		const char *section, *line, *part;
	} wrong[] = {
		{ "general", "colour = red", "unknown setting 'colour'" },
		{ "general", "Theme = mono", "unknown setting 'Theme'" },
		{ "general", "theme = Mono", "theme takes default, 256 or mono, not 'Mono'" },
		{ "general", "theme =", "theme takes default, 256 or mono, not ''" },
		{ "general", "units = kilo", "units takes human or bytes, not 'kilo'" },
		{ "general", "time = now", "time takes short, full or iso, not 'now'" },
		{ "general", "delay = 0.09", "delay takes seconds from 0.1 to 86400, not '0.09'" },
		{ "general", "delay = 86400.5", "not '86400.5'" },
		{ "general", "delay = -1", "not '-1'" },
		{ "general", "delay = 0,5", "not '0,5'" },
		{ "general", "delay = nan", "not 'nan'" },
		{ "general", "delay = 2 s", "not '2 s'" },
		{ "general", "scan = 0", "scan takes 1 to 100, per cent of the interval, not '0'" },
		{ "general", "scan = 101", "not '101'" },
		{ "general", "scan = 10%", "not '10%'" },
		{ "general", "scan = 2.5", "not '2.5'" },
		{ "general", "scan = -1", "not '-1'" },
		{ "general", "scan = 4294967306", "not '4294967306'" },
		{ "general", "scan =", "not ''" },
		{ "general", "older = 1x",
			"older takes AGE or RULE=AGE, separated by commas, not '1x'" },
		{ "general", "older = 1h,orphans=1h", "not '1h,orphans=1h'" },
		{ "general", "delay", "neither [section] nor name = value" },
		{ "general", "= 2", "neither [section] nor name = value" },
		{ "general", "[keys", "neither [section] nor name = value" },
		{ "columns", "pipes = ID", "unknown table 'pipes'" },
		{ "columns", "SHM = ID", "unknown table 'SHM'" },
		{ "columns", "shm = ID,NOPE,SIZE", "unknown column 'NOPE'; there are" },
		{ "columns", "msg = NATTCH", "unknown column 'NATTCH'" },
		{ "columns", "shm = WAITERS", "unknown column 'WAITERS'" },
		{ "columns", "msg = HOLDERS", "unknown column 'HOLDERS'" },
		{ "columns", "processes = ID", "unknown column 'ID'; there are" },
		{ "columns", "process = PID", "unknown table 'process'" },
		{ "columns", "msg = ID,,KEY", "unknown column ''" },
		{ "columns", "msg =", "columns are missing" },
		{ "order", "pipes = ID", "unknown table 'pipes'" },
		{ "order", "shm = NOPE", "'NOPE' is no order" },
		{ "order", "shm = ID:down", "'ID:down' is no order" },
		{ "order", "shm =", "'' is no order" },
		{ "keys", "NOPE = x", "unknown request 'NOPE'" },
		{ "keys", "HELP = F99 x", "'F99' is no key" },
		{ "keys", "HELP = x nokey", "'nokey' is no key" },
		{ "keys", "HELP = x, y", "'x,' is no key" },
		{ "keys", "HELP = x\ty\vz", "'y\\x0bz' is no key" },
		{ "keys", "QUIT =", "QUIT needs a key" },
		{ "keys", "CLOSE =", "CLOSE needs a key" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(wrong); i++)
		expect_wrong(wrong[i].section, wrong[i].line, wrong[i].part);
}

/* Lines outside of what is ours are told where they would be lost on the user, and only there. */
static void sections_are_told_from_others(void **state)
{
	struct buf complaints = { 0 };
	struct settings settings;

	(void)state;
	put_text("config", "delay = 3\n");
	read_file(&settings, &complaints);
	assert_string_equal(buf_str(&complaints), ""); /* before all sections it is general */
	assert_true(settings.delay == 3);
	settings_free(&settings);
	put_text("config", "delay = 3\n[general]\ndelay = 5\n");
	read_file(&settings, &complaints);
	expect_complaint(&complaints, 3, "'delay' is set a second time");
	assert_true(settings.delay == 3);
	settings_free(&settings);
	put_text("config", "# a\nnonsense\n");
	read_file(&settings, &complaints);
	expect_complaint(&complaints, 2, "neither [section] nor name = value");
	settings_free(&settings);
	put_text("config",
		"\n[other]\nnonsense\ndelay = 3\ndelay = 4\n[wrong\n[general]\ndelay=5\n");
	read_file(&settings, &complaints);
	expect_complaint(&complaints, 2, "unknown section 'other'");
	assert_true(settings.delay > 4);
	settings_free(&settings);
}

static void a_second_line_is_not_taken(void **state)
{
	struct buf complaints = { 0 };
	struct settings settings;

	(void)state;
	put_text("config", "[general]\ndelay = 3\n[order]\nshm = ID\n[general]\ndelay = 4\n");
	read_file(&settings, &complaints);
	expect_complaint(&complaints, 6, "'delay' is set a second time");
	assert_true(settings.delay < 4);
	settings_free(&settings);
}

/* Also where there was something else than the default before. */
static void a_wrong_line_changes_nothing(void **state)
{
	struct buf complaints = { 0 };
	struct settings settings;

	(void)state;
	settings_init(&settings);
	settings.theme = theme_find("mono");
	settings.exact_bytes = true;
	settings.time_format = TIME_ISO;
	settings.delay = 9;
	settings.scan_percent = 33;
	put_text("config",
		"[general]\nunits = x\ntheme = x\ntime = x\ndelay = x\nscan = x\nolder = x\n");
	assert_int_equal(config_read("config", &settings, &complaints), 0);
	assert_true(settings.exact_bytes);
	assert_ptr_equal(settings.theme, theme_find("mono"));
	assert_int_equal(settings.time_format, TIME_ISO);
	assert_true(settings.delay > 8);
	assert_int_equal(settings.scan_percent, 33);
	buf_free(&complaints);
	settings_free(&settings);
}

static void complaints_come_in_the_order_of_lines(void **state)
{
	struct buf complaints = { 0 };
	struct settings settings;

	(void)state;
	put_text("config", "[order]\nx = y\n[general]\nz = 1\n");
	read_file(&settings, &complaints);
	expect_text(&complaints,
		"config:2: unknown table 'x'; there are msg, sem, shm, limits, processes, groups "
		"and events\n"
		"config:4: unknown setting 'z'; there are theme, units, time, delay, scan and "
		"older\n");
	settings_free(&settings);
}

static void expect_printable(const char *text)
{
	struct buf complaints = { 0 };
	struct settings settings;
	size_t i;

	put_text("config", text);
	read_file(&settings, &complaints);
	assert_true(complaints.len > 0);
	for (i = 0; i < complaints.len; i++) {
		if (complaints.data[i] == '\n' && i == complaints.len - 1)
			continue;
		if (complaints.data[i] < ' ' || complaints.data[i] > '~')
			fail_msg("byte %02x in: %s", (unsigned char)complaints.data[i],
				buf_str(&complaints));
	}
	settings_free(&settings);
	buf_free(&complaints);
}

/* What is not ASCII is not, in the locale of tests. */
static void complaints_are_printable(void **state)
{
	static const char *const hostile[] = { "\033[31m", "\a\b\x7f", "\xff\xc3", "\xc2\x9b",
		"\xe2\x80\xae", "\xed\xa0\x80", "%s%n" };
	static const char *const places[][2] = { /* before and behind it */
		{ "[", "]" }, { "", "" }, { "", " = 1" }, { "[general]\n", " = 1" },
		{ "[general]\ntheme = ", "" }, { "[columns]\n", " = ID" },
		{ "[columns]\nshm = ", ",ID" }, { "[order]\nshm = ", "" }, { "[keys]\n", " = x" },
		{ "[keys]\nHELP = q", "" }
	};
	struct buf text = { 0 };
	size_t i, j;

	(void)state;
	for (i = 0; i < LENGTH(hostile); i++) {
		for (j = 0; j < LENGTH(places); j++) {
			buf_printf(&text, "%s%s%s\n", places[j][0], hostile[i], places[j][1]);
			expect_printable(buf_str(&text));
			buf_free(&text);
		}
	}
}

static void so_are_the_path_and_what_is_long(void **state)
{
	struct buf complaints = { 0 }, text = { 0 };
	struct settings settings;
	size_t i;

	(void)state;
	put_text("con\nfig\033", "x\n");
	settings_init(&settings);
	assert_int_equal(config_read("con\nfig\033", &settings, &complaints), 0);
	expect_text(&complaints, "con\\x0afig\\x1b:1: neither [section] nor name = value\n");
	buf_text(&text, "[general]\ntheme = ");
	for (i = 0; i < LONG_BYTES; i++)
		buf_char(&text, 'x');
	put_text("config", buf_str(&text));
	assert_int_equal(config_read("config", &settings, &complaints), 0);
	expect_complaint(&complaints, 2, "theme takes default, 256 or mono, not 'xxx");
	buf_free(&text);
	settings_free(&settings);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(the_path_comes_from_the_environment),
		IN_FOLDER(every_setting_is_read),
		IN_FOLDER(without_a_file_all_is_as_it_was),
		IN_FOLDER(a_wrong_line_is_told_by_its_number),
		IN_FOLDER(sections_are_told_from_others),
		IN_FOLDER(a_second_line_is_not_taken),
		IN_FOLDER(a_wrong_line_changes_nothing),
		IN_FOLDER(complaints_come_in_the_order_of_lines),
		IN_FOLDER(complaints_are_printable),
		IN_FOLDER(so_are_the_path_and_what_is_long),
	};

	return tap_run(cases, LENGTH(cases), NULL, NULL);
}
