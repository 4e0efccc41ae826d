/*
 * Hostile words on the command line, in the environment, in names of files and in the texts of a
 * folder that stands in for /proc: what of it is told back can be printed.
 */
#include "live.h"

#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>

#include "../unit/json_check.h"
#include "command.h"
#include "hostile.h"
#include "ipctop/base/buf.h"
#include "ipctop/model/key.h"

enum { WORD = 1024, LINE = 4 * WORD, PROJECT = 'R', FOLDERS_OPEN = 8 };

static char place[] = "/tmp/ipctop-hostile-XXXXXX"; /* of the case under way */

static void check_outcome(const char *what, enum hostile_place at)
{
	hostile_refuse(what, outcome.out, strlen(outcome.out), at);
	hostile_refuse(what, outcome.err, strlen(outcome.err), at);
	if (strstr(what, "--json") && outcome.status != 2 && *outcome.out &&
		!json_check(outcome.out))
		fail_msg("%s: this is no JSON: %s", what, outcome.out);
}

/* the command line */

/* W is a hostile word. What each of them says does not matter, but that it can be printed. */
static const char *const lines[] = {
	"W",
	"--W",
	"-W",
	"--theme=W",
	"--color W",
	"--sort W",
	"--filter size>W",
	"--filter owner~(W",
	"-d W",
	"-u W",
	"--older W",
	"list W",
	"list --W",
	"list --json=W",
	"list -o W",
	"list -o ID,W",
	"list -k W",
	"list -f W",
	"list -f W=1",
	"list -f owner~[W",
	"list -f mode=W",
	"list -u W",
	"list -n W",
	"list --by W",
	"list --time-format W",
	"show W",
	"show shm W",
	"show shm 1 W",
	"who W",
	"who shm W",
	"who --pid W",
	"leaks W",
	"leaks --older W",
	"leaks --older orphan=W",
	"limits W",
	"deadlocks W",
	"events W",
	"key W",
	"key --json W",
	"key / W",
	"key / 1 W",
	"key --explain W",
	"key --explain 0 W",
	"key --explain 0x2a W",
	"rm W",
	"rm shm W",
	"rm --key W",
	"rm shm --key W",
	"rm shm --filter size>W",
	"rm shm --filter W --dry-run",
};

enum { LINES = sizeof(lines) / sizeof(lines[0]) };

/* The line with the word in place of W, in '…' as command_run() has it. */
static void put_word(struct buf *out, const char *line, const char *word)
{
	const char *at = strchr(line, 'W'), *blank = at;

	while (blank > line && blank[-1] != ' ')
		blank--;
	buf_clear(out);
	buf_bytes(out, line, (size_t)(blank - line));
	buf_char(out, '\'');
	buf_bytes(out, blank, (size_t)(at - blank));
	buf_printf(out, "%s%s'", word, at + 1);
}

static void use_c_locale(void *user)
{
	(void)user;
	setenv("LC_ALL", "C", 1);
}

static void check_lines(const char *word, const char *const from[], size_t count)
{
	static const struct preparation in_c = { use_c_locale, NULL };
	struct buf line = { 0 };
	size_t i;

	for (i = 0; i < count; i++) {
		put_word(&line, from[i], word);
		command_run("%s", buf_str(&line));
		check_outcome(from[i], HOSTILE_PIPE);
		if (i % 4)
			continue;
		command_run_prepared(&in_c, "%s", buf_str(&line));
		check_outcome(from[i], HOSTILE_ASCII);
		pty_start("%s", buf_str(&line));
		pty_finish();
		check_outcome(from[i], HOSTILE_LINES);
	}
	buf_free(&line);
}

/* All names at once: what a line does with one it does with each. */
static void on_the_command_line(void **state)
{
	char word[WORD] = "";
	size_t i;

	(void)state;
	for (i = 0; i < HOSTILE_NAMES; i++)
		strcat(word, hostile_names[i].bytes);
	check_lines(word, lines, LINES);
	/* and each by itself, as the first and the last character of it may be cut */
	for (i = 0; i < HOSTILE_NAMES; i++)
		check_lines(hostile_names[i].bytes, &lines[i % LINES], 1);
}

/* Longer than what is kept of a complaint, which is cut somewhere. */
static void long_words(void **state)
{
	static const char *const wide[] = { "\346\274\242", "\360\237\230\200", "e\314\201\314\202",
		"\033" };
	char word[LINE / 2 + 8], *longest = hostile_long();
	size_t shift, i;

	(void)state;
	for (i = 0; i < sizeof(wide) / sizeof(wide[0]); i++) {
		for (shift = 0; shift < 4; shift++) {
			memset(word, 'x', shift);
			word[shift] = '\0';
			while (strlen(word) < LINE / 2)
				strcat(word, wide[i]);
			command_run("list '%s'", word);
			assert_int_equal(outcome.status, 2);
			check_outcome(wide[i], HOSTILE_PIPE);
			/* what was whole is not told as bytes */
			assert_true(wide[i][0] == '\033' || !strstr(outcome.err, "\\x"));
		}
	}
	check_lines(longest, lines, LINES);
	free(longest);
}

/* the environment */

struct setting {
	const char *name, *value;
};

static void set(void *user)
{
	const struct setting *setting = user;

	if (setting->value)
		setenv(setting->name, setting->value, 1);
}

static void in_the_environment(void **state)
{
	static const char *const names[] = { "IPCTOP_PROC", "TERM", "LANG", "LC_ALL", "LC_CTYPE",
		"LC_TIME", "LANGUAGE", "HOME", "XDG_CONFIG_HOME", "NO_COLOR", "TZ", "COLUMNS",
		"TERMINFO" };
	static const char *const runs[] = { "", "list shm --time-format=full -o ID,CTIME",
		"list --json", "limits --json" };
	struct setting setting;
	const struct preparation preparation = { set, &setting };
	char *value = hostile_long();
	size_t i, run;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		for (run = 0; run < sizeof(runs) / sizeof(runs[0]); run++) {
			setting = (struct setting){ names[i],
				run % 2 ? value : hostile_names[(i + run) % HOSTILE_NAMES].bytes };
			command_run_prepared(&preparation, "%s", runs[run]);
			check_outcome(names[i], HOSTILE_PIPE);
		}
		setting.value = hostile_names[i].bytes;
		pty_start_prepared(&preparation, "list");
		pty_finish();
		check_outcome(names[i], HOSTILE_LINES);
	}
	free(value);
}

/* files */

static void make_file(const char *name)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

	assert_true(fd >= 0);
	close(fd);
}

static void in_names_of_files(void **state)
{
	static const char *const forms[] = { "", "--raw", "--export" };
	struct stat status;
	char what[LINE];
	size_t i;

	(void)state;
	for (i = 0; i < HOSTILE_NAMES; i++)
		make_file(hostile_names[i].bytes);
	for (i = 0; i < 2 * HOSTILE_NAMES; i++) {
		const char *name = hostile_names[i / 2].bytes;
		const char *form = i % 2 ? "--json" : forms[i / 2 % 3];

		assert_int_equal(stat(name, &status), 0);
		snprintf(what, sizeof(what), "key --explain 0x%x . %s",
			key_join(status.st_dev, status.st_ino, PROJECT), form);
		assert_int_equal(command_run("%s", what), 0);
		check_outcome(what, HOSTILE_PIPE);
		assert_non_null(strstr(outcome.out, "below"));
		snprintf(what, sizeof(what), "key './%s' %c %s", name, PROJECT, form);
		assert_int_equal(command_run("%s", what), 0);
		check_outcome(what, HOSTILE_PIPE);
	}
}

/* /proc */

static void write_text(const char *path, const char *text)
{
	FILE *file = fopen(path, "we");

	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static const char head_of_queues[] =
	"key msqid perms cbytes qnum lspid lrpid uid gid cuid cgid stime rtime ctime\n";

/* Numbers of any size, and lines of all that is no number. */
static void write_proc(const char *name)
{
	char *words = hostile_long(), *text;
	size_t i;

	assert_int_equal(mkdir(name, 0755), 0);
	assert_int_equal(chdir(name), 0);
	assert_int_equal(mkdir("sysvipc", 0755), 0);
	text = words;
	words[WORD] = '\0';
	for (i = 0; text[i]; i++)
		text[i] = text[i] == '\n' ? ' ' : text[i];
	assert_true(asprintf(&text,
			    "%s-2147483648 2147483647 65535 18446744073709551615 "
			    "18446744073709551615 -1 2147483647 4294967295 4294967295 4294967295 "
			    "4294967295 9223372036854775807 -9223372036854775808 "
			    "9223372036854775807\n"
			    "1 2 \033[31m\n%s\n99999999999999999999 1 1\n",
			    head_of_queues, words) > 0);
	write_text("sysvipc/msg", text);
	write_text("sysvipc/sem", words);
	write_text("sysvipc/shm", "");
	free(text);
	free(words);
	assert_int_equal(chdir(place), 0);
}

static void in_texts_of_proc(void **state)
{
	static const char *const runs[] = { "list", "list msg --json", "list msg --raw",
		"list msg --export", "limits", "limits --json", "leaks", "leaks --json",
		"show msg 2147483647", "show msg 2147483647 --json", "who", "rm msg 2147483647" };
	struct setting setting = { "IPCTOP_PROC", NULL };
	const struct preparation preparation = { set, &setting };
	size_t i, run;

	(void)state;
	for (i = 0; i < HOSTILE_NAMES; i += 3) {
		setting.value = hostile_names[i].bytes;
		write_proc(setting.value);
		for (run = 0; run < sizeof(runs) / sizeof(runs[0]); run++) {
			command_run_prepared(&preparation, "%s", runs[run]);
			check_outcome(runs[run], HOSTILE_PIPE);
		}
		command_run_prepared(&preparation, "list msg");
		assert_non_null(strstr(outcome.err, "lines of "));
		pty_start_prepared(&preparation, "list");
		pty_finish();
		check_outcome("list", HOSTILE_LINES);
	}
}

/* Nobody writes into it: it is as good as empty, and not to be waited for. */
static void fifos_in_place_of_texts(void **state)
{
	static const char *const files[] = { "sysvipc/msg", "sysvipc/sem", "sysvipc/shm",
		"sys/kernel/msgmni", "sys/kernel/sem", "sys/kernel/shmmni", "meminfo", "cmdline" };
	static const char *const folders[] = { "sysvipc", "sys", "sys/kernel" };
	struct setting setting = { "IPCTOP_PROC", "." };
	const struct preparation preparation = { set, &setting };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		assert_int_equal(mkdir(folders[i], 0755), 0);
	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		assert_int_equal(mkfifo(files[i], 0644), 0);
	command_run_prepared(&preparation, "list");
	assert_int_equal(outcome.status, 1);
	command_run_prepared(&preparation, "limits");
	assert_int_equal(outcome.status, 1);
}

static int enter(void **state)
{
	live_enter(state);
	hostile_judge();
	return 0;
}

static int enter_place(void **state)
{
	(void)state;
	strcpy(strrchr(place, '-'), "-XXXXXX");
	assert_non_null(mkdtemp(place));
	return chdir(place);
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *at)
{
	(void)status;
	(void)type;
	(void)at;
	return remove(path);
}

static int leave_place(void **state)
{
	(void)state;
	assert_int_equal(chdir("/"), 0);
	return nftw(place, remove_one, FOLDERS_OPEN, FTW_DEPTH | FTW_PHYS);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(on_the_command_line),
		cmocka_unit_test(long_words),
		cmocka_unit_test(in_the_environment),
		cmocka_unit_test_setup_teardown(in_names_of_files, enter_place, leave_place),
		cmocka_unit_test_setup_teardown(in_texts_of_proc, enter_place, leave_place),
		cmocka_unit_test_setup_teardown(fifos_in_place_of_texts, enter_place, leave_place),
	};

	return tap_run(cases, sizeof(cases) / sizeof(cases[0]), enter, NULL);
}
