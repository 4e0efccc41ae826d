/*
 * tui/config: what is written: all settings, so that they can be read again, and whatever else was
 * in the file. What is no configuration is neither read nor written.
 */
#include "settings.h"

enum {
	RANDOM_SETTINGS = 200,
	FILE_BYTES = 64 * 1024, /* that are read at most */
	DELAY_RANGE = 86 * 1000 * 1000, /* milliseconds */
};

/* The file ends with the orders of all tables, as they are by default. */
static void expect_file_with_orders(const char *path, const char *text)
{
	char *all = NULL;

	assert_true(asprintf(&all,
			    "%s[order]\nmsg = USE%%:desc\nsem = NSEMS:desc\nshm = SIZE:desc\n"
			    "limits = USE%%:desc\nprocesses = ATTACHED:desc\ngroups = %s\n"
			    "events = TIME:desc\n",
			    text, class_infos[CLASS_GROUP].order) > 0);
	expect_file(path, all);
	free(all);
}

static void a_new_file_has_all_settings(void **state)
{
	struct settings settings;
	const char *wrong;

	(void)state;
	settings_init(&settings);
	assert_int_equal(
		column_list_parse(&settings.columns[CLASS_SEM], CLASS_SEM, "NSEMS,ID", &wrong), 0);
	settings.delay = 0.5;
	assert_int_equal(config_write("ipctop/config", &settings), 0);
	expect_file_with_orders("ipctop/config",
		"[general]\ntheme = default\nunits = human\ntime = short\ndelay = 0.5\n"
		"scan = 10\nolder = 1h\n\n"
		"[columns]\nsem = NSEMS,ID\n\n");
	assert_int_equal(mode_of("ipctop"), 0700);
	settings_free(&settings);
}

static void what_is_not_ours_is_kept(void **state)
{
	struct settings settings;

	(void)state;
	put_text("target",
		"# top\n[other]\nx = 1\nnonsense\n[keys]\n  HELP = x ; y\nNOPE=1\n[general]\n"
		"delay=2\n; mine\nunits = bytes # wrong\ncolour = red\n\n[columns]\nshm = ID\n# "
		"end");
	assert_int_equal(symlink("target", "config"), 0);
	settings_init(&settings);
	assert_int_equal(config_write("config", &settings), 0);
	expect_link("config", "target");
	expect_file_with_orders("target",
		"# top\n[other]\nx = 1\nnonsense\n[keys]\n  HELP = x ; y\nNOPE=1\n[general]\n"
		"delay=2\n; mine\nunits = human\ncolour = red\ntheme = default\ntime = short\n"
		"scan = 10\nolder = 1h\n\n"
		"[columns]\n# end\n\n");
	settings_free(&settings);
}

/* Lines without effect must not get one by what is taken away. */
static void default_columns_stay_default(void **state)
{
	struct buf complaints = { 0 };
	struct settings settings;

	(void)state;
	put_text("config", "[columns]\nshm = ID\nshm = SIZE\n[columns]\nshm = KEY\n");
	read_file(&settings, &complaints);
	expect_list(&settings.columns[CLASS_SHM], "ID");
	settings.columns[CLASS_SHM].count = 0;
	assert_int_equal(config_write("config", &settings), 0);
	settings_free(&settings);
	buf_clear(&complaints);
	read_file(&settings, &complaints);
	expect_text(&complaints, "");
	expect_list(&settings.columns[CLASS_SHM], "");
	settings_free(&settings);
}

/* random settings; the same ones in every run */

static void choose(struct settings *settings, enum class class)
{
	struct column_list all;
	size_t left;

	column_list_all(&all, class);
	settings->orders[class].column = all.at[(size_t)random() % all.count];
	settings->orders[class].descending = random() % 2;
	settings->columns[class].count = 0;
	for (left = random() % 3 ? (size_t)random() % all.count : 0; left > 0; left--)
		column_list_add(&settings->columns[class], all.at[(size_t)random() % all.count]);
}

static void choose_all(struct settings *settings)
{
	static const double delays[] = { 0.1, 0.2, 1, 2, 3600, 86400 };
	enum class class;
	int rule;

	settings->theme = &themes[(size_t)random() % theme_count];
	settings->exact_bytes = random() % 2;
	settings->time_format = (enum time_format)(random() % TIME_FORMATS);
	settings->delay = random() % 2 ? delays[(size_t)random() % LENGTH(delays)]
				       : (double)(100 + random() % DELAY_RANGE) / 1000;
	settings->scan_percent = 1 + (int)(random() % SCAN_PERCENT_MAX);
	for (rule = VERDICT_NONE + 1; rule < VERDICT_COUNT; rule++)
		settings->ages.seconds[rule] = random() % 2 ? 3600 : random() % 100000;
	for (class = 0; class < CLASS_COUNT; class ++)
		choose(settings, class);
}

static void what_is_written_is_read_again(void **state)
{
	struct settings settings, again;
	struct buf complaints = { 0 };
	int turn;

	(void)state;
	srandom(1);
	settings_init(&settings);
	for (turn = 0; turn < RANDOM_SETTINGS; turn++) {
		choose_all(&settings);
		assert_int_equal(config_write("config", &settings), 0);
		read_file(&again, &complaints);
		expect_text(&complaints, "");
		expect_same(&settings, &again);
		settings_free(&again);
	}
	settings_free(&settings);
}

/* what is no configuration */

static void expect_left_alone(const char *path, int error)
{
	struct buf complaints = { 0 }, expected = { 0 };
	struct settings settings, defaults;

	settings_init(&settings);
	settings_init(&defaults);
	assert_int_equal(config_read(path, &settings, &complaints), error);
	expect_same(&settings, &defaults);
	buf_printf(&expected, "%s: %s\n", path,
		error == -EILSEQ          ? "it is no text"
			: error == -EFBIG ? "it is too large"
					  : "it is not a regular file");
	expect_text(&complaints, buf_str(&expected));
	assert_int_equal(config_write(path, &settings), error);
	buf_free(&expected);
	settings_free(&settings);
	settings_free(&defaults);
}

static void what_is_no_configuration_is_left_alone(void **state)
{
	static const char zeros[] = "[general]\ndelay = 3\n\0[keys]\n";
	char *large = malloc(FILE_BYTES + 1);

	(void)state;
	assert_non_null(large);
	put_bytes("zeros", zeros, sizeof(zeros), 0644);
	expect_left_alone("zeros", -EILSEQ);
	expect_bytes("zeros", zeros, sizeof(zeros));
	memset(large, '\n', FILE_BYTES + 1);
	put_bytes("large", large, FILE_BYTES + 1, 0644);
	expect_left_alone("large", -EFBIG);
	expect_bytes("large", large, FILE_BYTES + 1);
	assert_int_equal(mkdir("folder", 0755), 0);
	expect_left_alone("folder", -EINVAL);
	assert_int_equal(mkfifo("fifo", 0644), 0);
	expect_left_alone("fifo", -EINVAL);
	assert_int_equal(symlink("/dev/null", "null"), 0);
	expect_left_alone("null", -EINVAL);
	expect_link("null", "/dev/null");
	assert_int_equal(names_in("."), 5);
	free(large);
}

static int read_and_write_secret(void)
{
	struct buf complaints = { 0 };
	struct settings settings;
	int wrong;

	settings_init(&settings);
	wrong = config_read("secret", &settings, &complaints) != -EACCES;
	wrong |= strcmp(buf_str(&complaints), "secret: Permission denied\n") != 0;
	wrong |= config_write("secret", &settings) != -EACCES;
	buf_free(&complaints);
	settings_free(&settings);
	return wrong;
}

static void what_can_t_be_read_is_not_written(void **state)
{
	(void)state;
	put_bytes("secret", "[keys]\n", 7, 0);
	assert_int_equal(chmod(".", 0777), 0);
	assert_int_equal(folder_as_plain_user(read_and_write_secret), 0);
	assert_int_equal(chmod("secret", 0600), 0);
	expect_file("secret", "[keys]\n");
	assert_int_equal(names_in("."), 1);
}

/* Where a setting stands before all sections, it is changed there. */
static void a_setting_stays_where_it_stands(void **state)
{
	struct buf complaints = { 0 };
	struct settings settings;

	(void)state;
	put_text("config", "theme = mono\nhelp = x\n[keys]\nremove = x\n");
	read_file(&settings, &complaints);
	assert_non_null(strstr(buf_str(&complaints), "config:2: unknown setting 'help'"));
	assert_string_equal(keymap_keys(&settings.keymap, REQUEST_REMOVE), "x");
	settings.theme = theme_find("256");
	assert_int_equal(config_write("config", &settings), 0);
	settings_free(&settings);
	expect_file_with_orders("config",
		"theme = 256\nhelp = x\n[keys]\nremove = x\n\n[general]\nunits = human\n"
		"time = short\ndelay = 2\nscan = 10\nolder = 1h\n\n");
	buf_free(&complaints);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		IN_FOLDER(a_new_file_has_all_settings),
		IN_FOLDER(what_is_not_ours_is_kept),
		IN_FOLDER(default_columns_stay_default),
		IN_FOLDER(what_is_written_is_read_again),
		IN_FOLDER(what_is_no_configuration_is_left_alone),
		IN_FOLDER(what_can_t_be_read_is_not_written),
		IN_FOLDER(a_setting_stays_where_it_stands),
	};

	return tap_run(cases, LENGTH(cases), NULL, NULL);
}
