/* base/ini: lines apart and together again, and a setting changed among them. */
#include "unit.h"

#include "ipctop/base/ini.h"

enum {
	RANDOM_TEXTS = 2000,
	RANDOM_PIECES = 60, /* of a text, at most */
	LONG_BYTES = 200 * 1000,
};

static void parse(struct ini *ini, const char *text)
{
	assert_int_equal(ini_parse(ini, text, strlen(text)), 0);
}

static void expect_written(const struct ini *ini, const char *expected)
{
	struct buf out = { 0 };

	ini_write(&out, ini);
	expect_text(&out, expected);
}

static void expect_line(const struct ini *ini, unsigned number, enum ini_type type,
	const char *text, const char *section)
{
	const struct ini_line *line = &ini->lines[number - 1];

	assert_true(number <= ini->count);
	assert_int_equal(line->number, number);
	assert_string_equal(line->text, text);
	assert_string_equal(line->section, section);
	if (line->type != type)
		fail_msg("'%s' is of type %d, not %d", text, line->type, type);
	if (type != INI_SETTING) {
		assert_null(line->name);
		assert_null(line->value);
	}
}

/* The line alone in a text is of this type; with its name and its value, where it is a setting. */
static void expect_type(const char *text, enum ini_type type, const char *name, const char *value)
{
	struct ini ini;

	parse(&ini, text);
	assert_int_equal(ini.count, 1);
	expect_line(&ini, 1, type, text, type == INI_SECTION ? name : "");
	if (type == INI_SETTING) {
		assert_string_equal(ini.lines[0].name, name);
		assert_string_equal(ini.lines[0].value, value);
	}
	ini_free(&ini);
}

/* What `text` becomes when the setting is set, or with NULL taken away. */
static void expect_set(const char *text, const char *section, const char *name, const char *value,
	const char *expected)
{
	struct ini ini;

	parse(&ini, text);
	assert_int_equal(ini_set(&ini, section, name, value), 0);
	expect_written(&ini, expected);
	ini_free(&ini);
}

static void each_line_has_a_type(void **state)
{
	(void)state;
	expect_type(" ", INI_OTHER, NULL, NULL);
	expect_type(" \t\r\f\v", INI_OTHER, NULL, NULL);
	expect_type("# a = b", INI_OTHER, NULL, NULL);
	expect_type("\t; [a]", INI_OTHER, NULL, NULL);
	expect_type("[a]", INI_SECTION, "a", NULL);
	expect_type("  [\ta b ] \t", INI_SECTION, "a b", NULL);
	expect_type("[]", INI_SECTION, "", NULL);
	expect_type("[a=b]", INI_SECTION, "a=b", NULL);
	expect_type("a=b", INI_SETTING, "a", "b");
	expect_type("\t a b\t= c  d \t", INI_SETTING, "a b", "c  d");
	expect_type("a=", INI_SETTING, "a", "");
	expect_type("a = = # b", INI_SETTING, "a", "= # b");
	expect_type("a = [b]", INI_SETTING, "a", "[b]");
	expect_type("a", INI_WRONG, NULL, NULL);
	expect_type("= a", INI_WRONG, NULL, NULL);
	expect_type("  =", INI_WRONG, NULL, NULL);
	expect_type("[a", INI_WRONG, NULL, NULL);
	expect_type("[a = b", INI_WRONG, NULL, NULL);
	expect_type("[a] b", INI_WRONG, NULL, NULL);
	expect_type("[a]]", INI_WRONG, NULL, NULL);
}

static void lines_know_their_number_and_section(void **state)
{
	struct ini ini;

	(void)state;
	parse(&ini, "a = 1\n\n[one]\nb = 2\n[wrong\n# c\n[two]\n[one]\nd\n");
	assert_int_equal(ini.count, 9);
	expect_line(&ini, 1, INI_SETTING, "a = 1", "");
	expect_line(&ini, 2, INI_OTHER, "", "");
	expect_line(&ini, 3, INI_SECTION, "[one]", "one");
	expect_line(&ini, 4, INI_SETTING, "b = 2", "one");
	expect_line(&ini, 5, INI_WRONG, "[wrong", "one");
	expect_line(&ini, 6, INI_OTHER, "# c", "one");
	expect_line(&ini, 7, INI_SECTION, "[two]", "two");
	expect_line(&ini, 8, INI_SECTION, "[one]", "one");
	expect_line(&ini, 9, INI_WRONG, "d", "one");
	ini_free(&ini);
	assert_int_equal(ini.count, 0);
}

static void an_empty_text_has_no_lines(void **state)
{
	struct ini ini;

	(void)state;
	parse(&ini, "");
	assert_int_equal(ini.count, 0);
	expect_written(&ini, "");
	ini_free(&ini);
	parse(&ini, "\n");
	assert_int_equal(ini.count, 1);
	expect_line(&ini, 1, INI_OTHER, "", "");
	expect_written(&ini, "\n");
	ini_free(&ini);
}

static void a_last_newline_may_be_missing(void **state)
{
	struct ini ini;

	(void)state;
	parse(&ini, "[a]\nb = c");
	assert_int_equal(ini.count, 2);
	expect_line(&ini, 2, INI_SETTING, "b = c", "a");
	expect_written(&ini, "[a]\nb = c\n");
	ini_free(&ini);
	/* no more is looked at than `size` bytes */
	assert_int_equal(ini_parse(&ini, "a = bcd\ne\n", 5), 0);
	expect_written(&ini, "a = b\n");
	ini_free(&ini);
	expect_set("[a]\nb = c", "a", "d", "e", "[a]\nb = c\nd = e\n");
}

static void returns_before_newlines_are_blanks(void **state)
{
	static const char text[] = "[a]\r\nb = c\r\n\r\n# d\r\n";
	struct ini ini;

	(void)state;
	parse(&ini, text);
	assert_int_equal(ini.count, 4);
	expect_line(&ini, 1, INI_SECTION, "[a]\r", "a");
	expect_line(&ini, 2, INI_SETTING, "b = c\r", "a");
	assert_string_equal(ini.lines[1].value, "c");
	expect_line(&ini, 3, INI_OTHER, "\r", "a");
	expect_written(&ini, text);
	assert_int_equal(ini_set(&ini, "a", "b", "c"), 0);
	expect_written(&ini, text);
	assert_int_equal(ini_set(&ini, "a", "e", "f"), 0);
	expect_written(&ini, "[a]\r\nb = c\r\ne = f\n\r\n# d\r\n");
	ini_free(&ini);
}

static void lines_may_be_very_long(void **state)
{
	char *text = malloc(LONG_BYTES + 1);
	struct ini ini;

	(void)state;
	assert_non_null(text);
	memset(text, 'x', LONG_BYTES);
	memcpy(text, "[s]\nn = ", 8);
	text[LONG_BYTES - 1] = '\n';
	text[LONG_BYTES] = '\0';
	parse(&ini, text);
	assert_int_equal(ini.count, 2);
	assert_int_equal(strlen(ini.lines[1].value), LONG_BYTES - 9);
	expect_written(&ini, text);
	assert_int_equal(ini_set(&ini, "s", "n", "y"), 0);
	expect_written(&ini, "[s]\nn = y\n");
	text[LONG_BYTES - 1] = '\0';
	assert_int_equal(ini_set(&ini, "s", "n", text + 8), 0);
	text[LONG_BYTES - 1] = '\n';
	expect_written(&ini, text);
	ini_free(&ini);
	free(text);
}

static void a_setting_is_set_in_its_place(void **state)
{
	static const char text[] = "# top\n a=1 \n[s]\n\na\t=  2 ; x\nb=3\n\n[t]\na = 4\n";

	(void)state;
	expect_set(text, "", "a", "5", "# top\na = 5\n[s]\n\na\t=  2 ; x\nb=3\n\n[t]\na = 4\n");
	expect_set(text, "s", "a", "5", "# top\n a=1 \n[s]\n\na = 5\nb=3\n\n[t]\na = 4\n");
	expect_set(text, "t", "a", "", "# top\n a=1 \n[s]\n\na\t=  2 ; x\nb=3\n\n[t]\na = \n");
	/* what has its value already stays as it is written */
	expect_set(text, "s", "a", "2 ; x", text);
	expect_set(text, "", "a", "1", text);
}

static void a_setting_is_added_to_its_section(void **state)
{
	(void)state;
	expect_set("[s]\na = 1\n[t]\nb = 2\n", "s", "c", "3", "[s]\na = 1\nc = 3\n[t]\nb = 2\n");
	expect_set("[s]\n[t]\n", "s", "c", "3", "[s]\nc = 3\n[t]\n");
	expect_set("[s]\n[t]", "t", "c", "3", "[s]\n[t]\nc = 3\n");
	expect_set("a = 1\n[s]\n", "", "c", "3", "a = 1\nc = 3\n[s]\n");
	/* names are told apart by their case, and are not looked for in other sections */
	expect_set("[s]\nA = 1\n[t]\na = 2\n", "s", "a", "3", "[s]\nA = 1\na = 3\n[t]\na = 2\n");
	/* a comment or a wrong line is none */
	expect_set("[s]\n# a = 1\na\n", "s", "a", "2", "[s]\n# a = 1\na\na = 2\n");
}

static void blanks_stay_behind_a_section(void **state)
{
	(void)state;
	expect_set("[s]\na = 1\n\n \n\n[t]\n", "s", "b", "2", "[s]\na = 1\nb = 2\n\n \n\n[t]\n");
	expect_set("[s]\n\n\n[t]\n", "s", "b", "2", "[s]\nb = 2\n\n\n[t]\n");
	expect_set("[s]\na = 1\n\n", "s", "b", "2", "[s]\na = 1\nb = 2\n\n");
}

static void a_section_is_added_behind_all(void **state)
{
	(void)state;
	expect_set("", "s", "a", "1", "[s]\na = 1\n");
	expect_set("# top\n", "s", "a", "1", "# top\n\n[s]\na = 1\n");
	expect_set("[t]\nb = 2", "s", "a", "1", "[t]\nb = 2\n\n[s]\na = 1\n");
	expect_set("[S]\n[ss]\n", "s", "a", "1", "[S]\n[ss]\n\n[s]\na = 1\n");
	expect_set("a = 1\n", "s", "a", "1", "a = 1\n\n[s]\na = 1\n");
}

static void a_setting_is_taken_away(void **state)
{
	(void)state;
	expect_set("a = 1\n[s]\na = 2\nb = 3\n", "s", "a", NULL, "a = 1\n[s]\nb = 3\n");
	expect_set("[s]\na = 2", "s", "a", NULL, "[s]\n");
	expect_set("a = 1\n", "", "a", NULL, "");
	expect_set("[s]\nb = 1\n", "s", "a", NULL, "[s]\nb = 1\n");
	expect_set("[t]\na = 1\n", "s", "a", NULL, "[t]\na = 1\n");
	expect_set("", "s", "a", NULL, "");
	/* a second line, which was without effect, must not get one */
	expect_set("[s]\na = 1\nb = 2\na = 3\n[s]\na = 4\n[t]\na = 5\n", "s", "a", NULL,
		"[s]\nb = 2\n[s]\n[t]\na = 5\n");
}

static void sections_may_be_repeated(void **state)
{
	static const char text[] = "[s]\na = 1\n[t]\nb = 2\n[s]\nc = 3\n\n[u]\n";

	(void)state;
	expect_set(text, "s", "a", "9", "[s]\na = 9\n[t]\nb = 2\n[s]\nc = 3\n\n[u]\n");
	expect_set(text, "s", "c", "9", "[s]\na = 1\n[t]\nb = 2\n[s]\nc = 9\n\n[u]\n");
	expect_set(text, "s", "d", "9", "[s]\na = 1\n[t]\nb = 2\n[s]\nc = 3\nd = 9\n\n[u]\n");
}

static void settings_can_be_set_again_and_again(void **state)
{
	struct ini ini;

	(void)state;
	parse(&ini, "");
	assert_int_equal(ini_set(&ini, "s", "a", "1"), 0);
	assert_int_equal(ini_set(&ini, "t", "b", "2"), 0);
	assert_int_equal(ini_set(&ini, "s", "c", "3"), 0);
	assert_int_equal(ini_set(&ini, "s", "a", "4"), 0);
	assert_int_equal(ini_set(&ini, "t", "b", NULL), 0);
	assert_int_equal(ini_set(&ini, "t", "d", "5"), 0);
	assert_int_equal(ini.lines[0].number, 0); /* it was in no text */
	expect_written(&ini, "[s]\na = 4\nc = 3\n\n[t]\nd = 5\n");
	ini_free(&ini);
}

/* random texts: of pieces that mean something, in any order; the same ones in every run */

static void make_random_text(struct buf *text)
{
	static const char *const pieces[] = { "[", "]", "=", "#", ";", " ", "\t", "\r", "\n", "\n",
		"\n", "s", "t", "name", "value", "\xff", "\xc3\xa9", "[s]\n", "[t]\n", "a = b\n" };
	size_t left;

	buf_clear(text);
	for (left = (size_t)random() % RANDOM_PIECES; left > 0; left--)
		buf_text(text, pieces[(size_t)random() % LENGTH(pieces)]);
	buf_char(text, '\n');
}

static void any_text_is_written_as_it_was(void **state)
{
	struct buf text = { 0 };
	struct ini ini;
	int turn;

	(void)state;
	srandom(1);
	for (turn = 0; turn < RANDOM_TEXTS; turn++) {
		make_random_text(&text);
		parse(&ini, buf_str(&text));
		expect_written(&ini, buf_str(&text));
		ini_free(&ini);
	}
	buf_free(&text);
}

/* The value of the first line that sets it, or NULL. */
static const char *value_in(const struct ini *ini, const char *section, const char *name)
{
	const struct ini_line *line;

	for (line = ini->lines; line < ini->lines + ini->count; line++) {
		if (line->type == INI_SETTING && strcmp(line->section, section) == 0 &&
			strcmp(line->name, name) == 0)
			return line->value;
	}
	return NULL;
}

/* Every line of `before` that does not set the setting is in `after`, in its order. */
static void expect_others_kept(
	const struct ini *before, const struct ini *after, const char *section, const char *name)
{
	const struct ini_line *line, *kept = after->lines;

	for (line = before->lines; line < before->lines + before->count; line++) {
		if (line->type == INI_SETTING && strcmp(line->section, section) == 0 &&
			strcmp(line->name, name) == 0)
			continue;
		while (kept < after->lines + after->count && kept->number != line->number)
			kept++;
		assert_true(kept < after->lines + after->count);
		assert_string_equal(kept->text, line->text);
	}
}

/* What is set in any text is found in what is written, and nothing else is another. */
static void any_text_can_be_changed(void **state)
{
	static const char *const sections[] = { "s", "t", "new" }, *const names[] = { "a", "name" },
				 *const values[] = { NULL, "", "b", "x = y" };
	const char *section, *name, *value, *found;
	struct buf text = { 0 }, written = { 0 };
	struct ini before, after, again;
	int turn;

	(void)state;
	srandom(2);
	for (turn = 0; turn < RANDOM_TEXTS; turn++) {
		section = sections[(size_t)random() % LENGTH(sections)];
		name = names[(size_t)random() % LENGTH(names)];
		value = values[(size_t)random() % LENGTH(values)];
		make_random_text(&text);
		parse(&before, buf_str(&text));
		parse(&after, buf_str(&text));
		assert_int_equal(ini_set(&after, section, name, value), 0);
		expect_others_kept(&before, &after, section, name);
		ini_write(&written, &after);
		parse(&again, buf_str(&written));
		assert_int_equal(again.count, after.count);
		found = value_in(&again, section, name);
		if (!found != !value || (value && strcmp(found, value) != 0))
			fail_msg("%s of [%s] is not '%s' in:\n%s", name, section,
				value ? value : "NULL", buf_str(&written));
		ini_free(&before);
		ini_free(&after);
		ini_free(&again);
		buf_free(&written);
	}
	buf_free(&text);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(each_line_has_a_type),
		cmocka_unit_test(lines_know_their_number_and_section),
		cmocka_unit_test(an_empty_text_has_no_lines),
		cmocka_unit_test(a_last_newline_may_be_missing),
		cmocka_unit_test(returns_before_newlines_are_blanks),
		cmocka_unit_test(lines_may_be_very_long),
		cmocka_unit_test(a_setting_is_set_in_its_place),
		cmocka_unit_test(a_setting_is_added_to_its_section),
		cmocka_unit_test(blanks_stay_behind_a_section),
		cmocka_unit_test(a_section_is_added_behind_all),
		cmocka_unit_test(a_setting_is_taken_away),
		cmocka_unit_test(sections_may_be_repeated),
		cmocka_unit_test(settings_can_be_set_again_and_again),
		cmocka_unit_test(any_text_is_written_as_it_was),
		cmocka_unit_test(any_text_can_be_changed),
	};

	return tap_run(cases, LENGTH(cases), NULL, NULL);
}
