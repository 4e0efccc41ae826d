/* W writes the configuration: in one step, through links, and what is not ours in it stays. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/stat.h>
#include <unistd.h>

#include "configured.h"
#include "ui.h"

enum { TEXT = 512 };

static void write_keeps_what_is_not_ours(void **state)
{
	struct term *term = configured_open("# mine\n\n[future]\nanswer=42\n; more\n[general]\n"
					    "  units=bytes\n[keys]\nREMOVE = F8 x\n[other] \n");
	const char *text;

	(void)state;
	ui_press(term, 'j');
	ui_press(term, 'W');
	SEE(term, "written to ");
	configured_leave(term);
	text = home_read();
	printf("# %zu bytes\n", strlen(text));
	assert_int_equal(
		strncmp(text, "# mine\n\n[future]\nanswer=42\n; more\n[general]\n", 44), 0);
	/* What says the same stays as it is written. */
	assert_non_null(strstr(text, "  units=bytes\n"));
	assert_non_null(strstr(text, "\ndelay = 60\n"));
	assert_non_null(strstr(text, "[keys]\nREMOVE = F8 x\n"));
	assert_non_null(strstr(text, "[other] \n"));
	assert_non_null(strstr(text, "[order]\n"));
	assert_null(strstr(text, "[columns]"));
	/* Written again, nothing is changed any more. */
	{
		char *before = strdup(text);

		term = configured_open(NULL);
		ui_press(term, 'W');
		SEE(term, "written to ");
		configured_leave(term);
		assert_string_equal(home_read(), before);
		free(before);
	}
}

/* How much may be spent on visiting processes shows on the setup page alone. */
static void write_keeps_the_scan(void **state)
{
	struct term *term = configured_open(NULL);

	(void)state;
	term_type(term, "fjjjj");
	SEE(term, "> Scan            10% of the interval for visiting processes");
	ui_key(term, "Right");
	SEE(term, "> Scan            20% of the interval");
	term_type(term, "W");
	SEE(term, "written to ");
	assert_non_null(strstr(home_read(), "scan = 20\n"));
	ui_press(term, 'q');
	configured_leave(term);
	term = configured_open(NULL);
	term_type(term, "fjjjj");
	SEE(term, "> Scan            20% of the interval");
	/* The ends hold. */
	for (int i = 0; i < 8; i++)
		ui_key(term, "Left");
	SEE(term, "> Scan            1% of the interval");
	for (int i = 0; i < 8; i++)
		ui_key(term, "Right");
	SEE(term, "> Scan            100% of the interval");
	ui_press(term, 'q');
	configured_leave(term);
}

static void write_through_a_link(bool dangling)
{
	char target[TEXT];
	struct stat status;
	struct term *term;

	home_write("[general]\nunits = bytes\n");
	snprintf(target, sizeof target, "%s/dotfiles", home_folder());
	assert_int_equal(rename(home_config(), target), 0);
	assert_int_equal(symlink("../dotfiles", home_config()), 0);
	if (dangling)
		assert_int_equal(unlink(target), 0);
	else
		assert_int_equal(chmod(target, 0640), 0);
	term = configured_open(NULL);
	ui_press(term, 'W');
	SEE(term, "written to ");
	configured_leave(term);
	assert_int_equal(lstat(home_config(), &status), 0);
	assert_true(S_ISLNK(status.st_mode));
	assert_int_equal(stat(target, &status), 0);
	if (!dangling)
		assert_int_equal(status.st_mode & 0777, 0640);
	assert_non_null(strstr(home_read(), dangling ? "units = human\n" : "units = bytes\n"));
	assert_int_equal(home_entries(), 1);
}

static void write_through_links(void **state)
{
	(void)state;
	write_through_a_link(false);
	home_remove();
	write_through_a_link(true);
}

static void write_keeps_the_mode(void **state)
{
	struct stat status;
	struct term *term;

	(void)state;
	home_write("");
	assert_int_equal(chmod(home_config(), 0604), 0);
	term = configured_open(NULL);
	ui_press(term, 'W');
	SEE(term, "written to ");
	configured_leave(term);
	assert_int_equal(stat(home_config(), &status), 0);
	assert_int_equal(status.st_mode & 0777, 0604);
	assert_int_equal(home_entries(), 1);
}

/* Where there is none yet its folder is made; a relative one counts for nothing. */
static void where_it_is(void **state)
{
	static const char *const nowhere[] = { "XDG_CONFIG_HOME=relative", "HOME", NULL };
	static const struct term_how how = { .env = nowhere };
	struct term *term = configured_open(NULL);

	(void)state;
	assert_int_equal(home_entries(), 0);
	ui_press(term, 'W');
	SEE(term, "written to ");
	configured_leave(term);
	assert_int_equal(home_entries(), 1);
	term = ui_open(&how, "-m", NULL);
	EXPECT(term, ui_rows(term) == 3);
	ui_press(term, 'W');
	SEE(term, "there is no home folder");
	configured_leave(term);
}

static void home_config_folder(void **state)
{
	char home[TEXT], file[TEXT + 32];
	const char *const env[] = { "XDG_CONFIG_HOME", home, NULL };
	const struct term_how how = { .env = env };
	struct term *term;

	(void)state;
	configured_objects();
	snprintf(home, sizeof home, "HOME=%s", home_folder());
	snprintf(file, sizeof file, "%s/.config/ipctop/config", home_folder());
	term = ui_open(&how, "-m", NULL);
	EXPECT(term, ui_rows(term) == 3);
	ui_press(term, 'W');
	SEE(term, "written to ");
	configured_leave(term);
	assert_int_equal(access(file, R_OK), 0);
}

static void readonly_writes_nothing(void **state)
{
	struct term *term;

	(void)state;
	configured_objects();
	term = ui_open(NULL, "-m", "--readonly", NULL);
	EXPECT(term, ui_rows(term) == 3);
	ui_press(term, 'W');
	SEE(term, "read-only");
	ui_press(term, 'f');
	SEE(term, "Theme");
	ui_press(term, 'W');
	SEE(term, "read-only");
	ui_press(term, 'q');
	configured_leave(term);
	assert_int_equal(home_entries(), 0);
}

/* Start it as somebody who may do only what the modes allow. */
static struct term *open_without_power(void)
{
	const char *const args[] = { "setpriv", "--bounding-set=-all", ui_program(), "-m",
		"--delay", "60", NULL };
	char setting[TEXT];
	const char *const env[] = { setting, NULL };
	const struct term_how how = { .rows = 24, .cols = 160, .env = env };
	struct term *term;

	configured_objects();
	snprintf(setting, sizeof setting, "XDG_CONFIG_HOME=%s", home_folder());
	term = term_open(&how, args);
	EXPECT(term, term_ended(term) || ui_rows(term) == 3);
	if (term_ended(term)) {
		term_free(term);
		tap_skip("setpriv can't take powers away here");
	}
	return term;
}

static void unwritable_folder(void **state)
{
	struct term *term;
	char folder[TEXT];

	(void)state;
	home_write("[general]\nunits = bytes\n");
	snprintf(folder, sizeof folder, "%s/ipctop", home_folder());
	assert_int_equal(chmod(folder, 0555), 0);
	term = open_without_power();
	SEE(term, "3145728");
	ui_press(term, 'W');
	SEE(term, configured_complaint(0, "not written: Permission denied"));
	ui_quit(term);
	term_free(term);
	assert_int_equal(chmod(folder, 0755), 0);
	assert_string_equal(home_read(), "[general]\nunits = bytes\n");
	assert_int_equal(home_entries(), 1);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		UI_CASE(write_keeps_what_is_not_ours),
		UI_CASE(write_keeps_the_scan),
		UI_CASE(write_through_links),
		UI_CASE(write_keeps_the_mode),
		UI_CASE(unwritable_folder),
		UI_CASE(where_it_is),
		UI_CASE(home_config_folder),
		UI_CASE(readonly_writes_nothing),
	};

	return tap_run(cases, sizeof cases / sizeof *cases, ipc_enter, NULL);
}
