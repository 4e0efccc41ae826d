/* cli/options: kinds and ids among the operands, and how many messages. */
#include "unit.h"

#include "catch.h"

#include "ipctop/cli/options.h"

/* Take the kind of `argv`; expect the set of classes, how many are left, and what is said. */
static void expect_kind(
	unsigned kinds, char **argv, int status, unsigned classes, int left, const char *said)
{
	struct options options = { .kinds = kinds };
	struct caught caught = catch_begin(stderr);
	char **rest = argv, *text;
	unsigned found = 0;
	int argc = 0, got;

	while (argv[argc])
		argc++;
	got = operands_kind(&options, &argc, &rest, &found);
	text = catch_end(&caught);
	assert_int_equal(got, status);
	if (status == 0) {
		assert_int_equal(found, classes);
		assert_int_equal(argc, left);
		/* what is left is the end of what was given */
		assert_null(rest[argc]);
	}
	assert_string_equal(text, said);
	free(text);
}

static void a_word_names_the_kind(void **state)
{
	static const char *const words[] = { "msg", "sem", "shm" };
	char *argv[] = { NULL, "3", "4", NULL };
	char word[8];
	unsigned class;

	(void)state;
	for (class = CLASS_MSG; class <= CLASS_SHM; class ++) {
		snprintf(word, sizeof(word), "%s", words[class]);
		argv[0] = word;
		expect_kind(0, argv, 0, class_bit(class), 2, "");
	}
}

static void a_letter_names_the_kind(void **state)
{
	char *argv[] = { "3", NULL }, *both[] = { "sem", "3", NULL }, *none[] = { NULL };

	(void)state;
	expect_kind(class_bit(CLASS_SHM), argv, 0, class_bit(CLASS_SHM), 1, "");
	/* the caller decides whether two kinds are too many */
	expect_kind(
		class_bit(CLASS_SHM), both, 0, class_bit(CLASS_SHM) | class_bit(CLASS_SEM), 1, "");
	expect_kind(class_bit(CLASS_SEM), both, 0, class_bit(CLASS_SEM), 1, "");
	expect_kind(0, none, 0, 0, 0, "");
}

static void other_words_are_refused(void **state)
{
	static const char kinds[] = "; kinds are msg, sem and shm\n";
	static const char *const wrong[] = { "3", "limits", "MSG", "msgs", "ms", "" };
	char word[16], said[128];
	char *argv[] = { word, "3", NULL };
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(wrong); i++) {
		snprintf(word, sizeof(word), "%s", wrong[i]);
		snprintf(said, sizeof(said), "ipctop: unknown kind '%s'%s", wrong[i], kinds);
		expect_kind(0, argv, EXIT_USAGE, 0, 0, said);
	}
	snprintf(word, sizeof(word), "\x1b[2J");
	snprintf(said, sizeof(said), "ipctop: unknown kind '\\x1b[2J'%s", kinds);
	expect_kind(0, argv, EXIT_USAGE, 0, 0, said);
}

static void ids_are_numbers(void **state)
{
	static const struct {
		const char *text;
		int32_t id;
	} right[] = { { "0", 0 }, { "3", 3 }, { "65537", 65537 }, { "2147483647", INT32_MAX } };
	int32_t id;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(right); i++) {
		id = -1;
		assert_int_equal(operands_id(right[i].text, &id), 0);
		assert_int_equal(id, right[i].id);
	}
}

static void other_ids_are_refused(void **state)
{
	static const char *const wrong[] = { "", "-1", "+1", " 1", "1 ", "0x1", "1a", "1.0",
		"2147483648", "4294967296", "99999999999999999999" };
	struct caught caught;
	int32_t id = 7;
	char *text;
	int status;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(wrong); i++) {
		caught = catch_begin(stderr);
		status = operands_id(wrong[i], &id);
		text = catch_end(&caught);
		if (status != EXIT_USAGE)
			fail_msg("'%s' is taken", wrong[i]);
		assert_non_null(strstr(text, "is no id; an id is a number from 0 to 2147483647"));
		free(text);
	}
	assert_int_equal(id, 7);
}

static void messages_are_counted(void **state)
{
	struct options options = { .messages = 50 };
	struct caught caught;
	char *text;

	(void)state;
	assert_int_equal(option_messages(&options, "0"), 0);
	assert_int_equal(options.messages, 0);
	assert_int_equal(option_messages(&options, "2147483647"), 0);
	assert_int_equal(options.messages, INT32_MAX);
	caught = catch_begin(stderr);
	assert_int_equal(option_messages(&options, "2147483648"), EXIT_USAGE);
	assert_int_equal(option_messages(&options, "-1"), EXIT_USAGE);
	assert_int_equal(option_messages(&options, ""), EXIT_USAGE);
	assert_int_equal(option_messages(&options, "all"), EXIT_USAGE);
	text = catch_end(&caught);
	assert_int_equal(options.messages, INT32_MAX);
	assert_non_null(strstr(text, "ipctop: --messages takes a number, not 'all'\n"));
	free(text);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(a_word_names_the_kind),
		cmocka_unit_test(a_letter_names_the_kind),
		cmocka_unit_test(other_words_are_refused),
		cmocka_unit_test(ids_are_numbers),
		cmocka_unit_test(other_ids_are_refused),
		cmocka_unit_test(messages_are_counted),
	};

	return tap_run(cases, LENGTH(cases), NULL, NULL);
}
