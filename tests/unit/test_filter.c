/* model/filter: the language of -f and F4, what it takes, what it refuses, and what it lets
 * through. */
#include "unit.h"

#include "related.h"

#include "ipctop/model/filter.h"

/* Two ways to match nothing, one of which can be taken for ever. */
#define WAYS "((a?)*)?((a?)*)?((a?)*)?((a?)*)?((a?)*)?"

/* Two rows of each kind: a busy one of postgres, and one that lies about. */
static struct snapshot *make_world(void)
{
	struct snapshot *snapshot = make_snapshot();
	struct shm_record *shm = add_shm(snapshot, 3);
	struct msg_record *msg;

	shm->ipc.key = 0xfeedbeef;
	shm->ipc.uid = shm->ipc.cuid = 26;
	shm->ipc.mode = 0640;
	shm->ipc.ctime = UNIT_NOW - 3 * 86400;
	shm->size = 16 << 20;
	shm->rss = 4096;
	shm->has_rss = shm->has_swap = true;
	shm->nattch = 6;
	shm->cpid = 811;
	shm->lpid = 902;
	shm->atime = UNIT_NOW - 60;
	shm = add_shm(snapshot, 65537);
	shm->ipc.uid = 1000;
	shm->ipc.mode = 0600 | RECORD_DEST | RECORD_LOCKED;
	shm->ipc.ctime = UNIT_NOW - 60;
	shm->size = 100;
	msg = add_msg(snapshot, 1);
	msg->qnum = 5;
	msg->cbytes = 50;
	msg->qbytes = 100;
	msg->has_qbytes = true;
	msg = add_msg(snapshot, 2);
	msg->qnum = 0;
	add_user(snapshot, 26, "postgres");
	add_user(snapshot, 1000, "joe \"j\" doe");
	add_process(snapshot, 811, ALIVE_YES, 1, "post\x1bmaster");
	add_process(snapshot, 902, ALIVE_NO, 0, NULL);
	return snapshot;
}

static struct filter *parse(const char *expression, unsigned classes)
{
	struct filter_error error;
	struct filter *filter = NULL;
	int result = filter_parse(expression, classes, &filter, &error);

	if (result != 0)
		fail_msg("'%s' is refused: %s", expression, buf_str(&error.text));
	assert_non_null(filter);
	buf_free(&error.text);
	return filter;
}

static const struct value_style style = { .now = UNIT_NOW };

/* Which rows pass: bit 0 for the first row, bit 1 for the second. */
static unsigned passing_of(struct snapshot *snapshot, const char *expression, enum class class)
{
	struct filter *filter = parse(expression, class_set(CLASS_IPC));
	struct column_list shown;
	unsigned found = 0;
	struct row row;
	uint32_t i;

	column_list_default(&shown, class);
	for (i = 0; i < 2; i++) {
		row = row_at(snapshot, class, i);
		found |= (unsigned)filter_match(filter, &row, &shown, &style) << i;
	}
	filter_free(filter);
	return found;
}

static unsigned passing(const char *expression, enum class class)
{
	struct snapshot *snapshot = make_world();
	unsigned found = passing_of(snapshot, expression, class);

	snapshot_unref(snapshot);
	return found;
}

enum { NEITHER, FIRST, SECOND, BOTH };

struct filter_case {
	const char *expression;
	unsigned rows; /* that pass */
};

static void expect_cases(const struct filter_case *cases, size_t count, enum class class)
{
	unsigned rows;
	size_t i;

	use_zone("UTC0");
	for (i = 0; i < count; i++) {
		rows = passing(cases[i].expression, class);
		if (rows != cases[i].rows)
			fail_msg("'%s' lets through %u", cases[i].expression, rows);
	}
}

static void operators_on_every_type(void **state)
{
	static const struct filter_case cases[] = {
		/* numbers */
		{ "nattch=6", FIRST },
		{ "nattch=0", SECOND },
		{ "nattch!=6", SECOND },
		{ "nattch<6", SECOND },
		{ "nattch<=6", BOTH },
		{ "nattch>0", FIRST },
		{ "nattch>=7", NEITHER },
		{ "id~^65", SECOND },
		/* sizes */
		{ "size>=16M", FIRST },
		{ "size<16MiB", SECOND },
		{ "size=100", SECOND },
		{ "size!=0.1K", SECOND | FIRST },
		{ "size~M$", FIRST },
		{ "SIZE>1.5K", FIRST },
		/* keys */
		{ "key=0xfeedbeef", FIRST },
		{ "key=-17973521", FIRST },
		{ "key=0", SECOND },
		{ "key>0x80000000", FIRST },
		{ "key~beef$", FIRST },
		/* modes and permissions */
		{ "mode=0640", FIRST },
		{ "mode>=1000", SECOND },
		{ "perms=rw-r-----", FIRST },
		{ "perms!=rw-r-----", SECOND },
		{ "perms~^rw-[-]", SECOND },
		/* texts */
		{ "owner=postgres", FIRST },
		{ "owner=postgre", NEITHER },
		{ "owner=Postgres", NEITHER },
		{ "owner!=postgres", SECOND },
		{ "owner~^post(gres|master)$", FIRST },
		{ "owner~^(p|o|s|t|g|r|e|m|a)+$", FIRST },
		{ "owner~^([a-z]?){40}$", FIRST },
		{ "owner~.", BOTH },
		/* words */
		{ "status=dest", SECOND },
		{ "status=locked", SECOND },
		{ "status=lock", NEITHER },
		{ "status=", FIRST },
		{ "status!=dest", FIRST },
		{ "status~lock", SECOND },
		/* pids */
		{ "cpid=811", FIRST },
		{ "cpid=0", SECOND },
		{ "cpid>=811", FIRST },
		{ "lpid=gone", FIRST },
		{ "lpid!=gone", SECOND },
		{ "cpid=gone", NEITHER },
		/* ages and times */
		{ "age>2d", FIRST },
		{ "age<=1m", SECOND },
		{ "age=60", SECOND },
		{ "idle<2m", BOTH },
		{ "ctime<2023-11-14", FIRST },
		{ "ctime>=@1699999940", SECOND },
	};

	(void)state;
	expect_cases(cases, LENGTH(cases), CLASS_SHM);
}

static void percentages_and_columns_with_a_sign(void **state)
{
	static const struct filter_case cases[] = {
		{ "use%>=50", FIRST },
		{ "use>=50%", FIRST },
		{ "USE%=50", FIRST },
		{ "use<50", NEITHER }, /* the other row has none */
		{ "msgs=0", SECOND },
		{ "use~0%$", FIRST },
	};

	(void)state;
	expect_cases(cases, LENGTH(cases), CLASS_MSG);
}

/* What is absent equals nothing, and is neither more nor less than anything. */
static void absent_values(void **state)
{
	static const struct filter_case cases[] = {
		{ "rss=0", NEITHER },
		{ "rss>=0", FIRST },
		{ "rss<1G", FIRST },
		{ "rss!=5", BOTH },
		{ "rss~.", FIRST },
		{ "rss~-", NEITHER },
		{ "!rss>=0", SECOND },
		{ "attach>@0", FIRST },
		{ "attach<@99999999999", FIRST },
		{ "command~.", FIRST },
		{ "command!=x", BOTH },
	};

	(void)state;
	expect_cases(cases, LENGTH(cases), CLASS_SHM);
}

static void words_are_looked_for_in_what_is_shown(void **state)
{
	static const struct filter_case cases[] = {
		{ "postgres", FIRST }, { "gres", FIRST }, { "!gres", SECOND }, { "16M", FIRST },
		{ "0xfeed", FIRST }, { "rw-------", SECOND }, { "dest,locked", SECOND },
		{ "902", FIRST }, { "902†", FIRST }, { "3d00h", NEITHER }, /* AGE is not shown */
		{ "master", NEITHER }, /* nor is COMMAND */
		{ "nowhere", NEITHER }, { "!nowhere", BOTH },
		{ "-", BOTH }, /* permissions have some */
	};

	(void)state;
	use_utf8();
	expect_cases(cases, LENGTH(cases), CLASS_SHM);
}

static void an_absent_value_is_not_its_dash(void **state)
{
	struct snapshot *snapshot = make_world();
	struct filter *filter = parse("-", class_set(CLASS_IPC));
	struct column_list shown = { .count = 0 };
	struct row row = row_at(snapshot, CLASS_SHM, 1);

	(void)state;
	column_list_add(&shown, column_of(CLASS_SHM, "RSS"));
	assert_false(filter_match(filter, &row, &shown, &style));
	filter_free(filter);
	snapshot_unref(snapshot);
}

/* Not as they would be on some other day. */
static void times_are_matched_as_they_are_shown(void **state)
{
	static const struct filter_case cases[] = {
		{ "attach~^22:12$", FIRST },
		{ "ctime~^Nov11$", FIRST },
		{ "ctime~^22:12$", SECOND },
	};

	(void)state;
	expect_cases(cases, LENGTH(cases), CLASS_SHM);
}

static void terms_are_joined_quoted_and_negated(void **state)
{
	static const struct filter_case cases[] = {
		{ "", BOTH },
		{ " \t\n ", BOTH },
		{ "nattch=6 owner=postgres", FIRST },
		{ "nattch=6 owner!=postgres", NEITHER },
		{ "  nattch>=0\towner~.\n", BOTH },
		{ "!nattch=6", SECOND },
		{ "!owner~post !size>16M", SECOND },
		{ "owner=\"postgres\"", FIRST },
		{ "owner~\"joe .j. doe\"", SECOND },
		{ "\"joe \"", SECOND },
		{ "!\"joe \"", FIRST },
		{ "jo\"e \"", SECOND },
		/* what is quoted is no operator, and no negation */
		{ "\"nattch=6\"", NEITHER },
		{ "\"!postgres\"", NEITHER },
		{ "nattch\"=\"6", NEITHER },
		{ "\"\"post", FIRST },
		{ "\"=6\"", NEITHER },
		{ "!\"=6\"", BOTH },
	};

	(void)state;
	expect_cases(cases, LENGTH(cases), CLASS_SHM);
}

/* regcomp(3) goes down for each parenthesis, and the stack ends. */
static void deep_expressions_are_refused(void **state)
{
	enum { DEPTH = 20000 };
	struct filter_error error;
	struct filter *filter;
	char *text = malloc(2 * DEPTH + 8);

	(void)state;
	assert_non_null(text);
	memcpy(text, "owner~", 6);
	memset(text + 6, '(', DEPTH);
	memset(text + 6 + DEPTH, ')', DEPTH + 1);
	text[6 + 2 * DEPTH] = '\0';
	assert_int_equal(filter_parse(text, class_bit(CLASS_SHM), &filter, &error), -EINVAL);
	assert_non_null(strstr(buf_str(&error.text), "at most 500 bytes"));
	buf_free(&error.text);
	free(text);
}

static void wrong_terms_are_named_with_their_place(void **state)
{
	static const struct {
		const char *expression;
		size_t position;
		const char *part; /* of the sentence */
	} cases[] = {
		{ "size >= 1", 6, "without blanks" },
		{ "!=6", 1, "without blanks" },
		{ "owner~", 1, "matches everything" },
		{ "owner~(a{1,99}){1,99}", 1, "one {} only" },
		{ "owner~a++++++++++++++++++++++++++++++++++++++", 1, "at most 4 times" },
		{ "owner~(((((((((a+)+)+)+)+)+)+)+)+)+", 1, "at most 4 times" },
		{ "owner~a{20000}", 1, "repeat that much" },
		{ "owner~(aaaaaaaaaaaaaaaaaaaaaaaaaaaaa){,2000}++", 1, "repeat that much" },
		{ "owner~" WAYS WAYS WAYS WAYS, 1, "too many of" },
		{ "owner~a???{1,6}+", 1, "too many of" },
		{ "owner~(()?()?()?()?()?()?()?()?){2,}", 1, "too many of" },
		{ "owner~((a|b){9}|c)*", 1, "too many of" },
		{ "cpid>=gone", 1, "with = or !=" },
		{ "ctime>2026-02-30", 1, "a time such as" },
		{ "bogus=1", 1, "no column 'bogus'" },
		{ "nattch=6 bogus=1", 10, "SIZE" }, /* it lists what there is */
		{ "  !bogus=1", 3, "no column 'bogus'" },
		{ "\"quoted blank\" bogus~x", 16, "bogus" },
		{ "size>much", 1, "a size such as" },
		{ "size>", 1, "a size such as" },
		{ "size==5", 1, "'=5'" },
		{ "size=>5", 1, "'>5'" },
		{ "nattch=-1", 1, "a number" },
		{ "age>2y", 1, "an age" },
		{ "ctime<noon", 1, "a time" },
		{ "key=0xzz", 1, "a key" },
		{ "mode=0999", 1, "octal" },
		{ "perms=rw", 1, "rw-r-----" },
		{ "cpid=none", 1, "gone" },
		{ "use%>x", 1, "percentage" },
		{ "owner<a", 1, "OWNER takes one of != = ~" },
		{ "owner>=a", 1, "OWNER takes one of" },
		{ "perms>rw-------", 1, "PERMS takes one of" },
		{ "status<x", 1, "STATUS takes one of" },
		{ "a b owner~[", 5, "regular expression" },
		{ "owner~(", 1, "regular expression" },
		{ "owner~a{2,1}", 1, "regular expression" },
		{ "owner=\"postgres", 1, "quote" },
		{ "size>1 \"", 8, "quote" },
		{ "\"\"", 1, "missing" },
		{ "!", 1, "missing" },
		{ "x !", 3, "missing" },
	};
	struct filter_error error;
	struct filter *filter;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(cases); i++) {
		filter = (struct filter *)&error; /* to see that it is set */
		if (filter_parse(cases[i].expression, class_set(CLASS_IPC), &filter, &error) !=
			-EINVAL)
			fail_msg("'%s' is taken", cases[i].expression);
		assert_null(filter);
		if (error.position != cases[i].position)
			fail_msg("'%s' is wrong at %zu", cases[i].expression, error.position);
		if (!strstr(buf_str(&error.text), cases[i].part))
			fail_msg("'%s': %s", cases[i].expression, buf_str(&error.text));
		buf_free(&error.text);
	}
}

static void a_column_need_not_be_of_every_class(void **state)
{
	struct filter_error error;
	struct filter *filter;

	(void)state;
	/* neither it nor its negation holds for a row of the others */
	assert_int_equal(passing("nattch>=0", CLASS_MSG), NEITHER);
	assert_int_equal(passing("nattch!=0", CLASS_MSG), NEITHER);
	assert_int_equal(passing("!nattch>=0", CLASS_MSG), NEITHER);
	assert_int_equal(passing("!nattch<0", CLASS_SHM), BOTH);
	assert_int_equal(passing("nattch>=0", CLASS_SHM), BOTH);
	/* where no class asked for has it, it is wrong */
	assert_int_equal(filter_parse("nattch=0", class_bit(CLASS_MSG), &filter, &error), -EINVAL);
	assert_null(strstr(buf_str(&error.text), "NATTCH"));
	buf_free(&error.text);
	assert_int_equal(filter_parse("limit>5", class_set(CLASS_IPC), &filter, &error), -EINVAL);
	buf_free(&error.text);
	filter_free(parse("limit>5 name~MNI", class_bit(CLASS_LIMIT)));
}

/* Nobody was looked for: there may be any number, which no removal may go by. */
static void what_could_not_be_seen_passes_no_term(void **state)
{
	static const char *const terms[] = { "waiters=0", "waiters!=3", "!waiters>0",
		"!waiters=3" };
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(terms); i++)
		assert_int_equal(passing(terms[i], CLASS_MSG), NEITHER);
	assert_int_equal(passing("!holders>0", CLASS_SHM), NEITHER);
}

/* Of six attachments the holder of one is seen. */
static void what_may_be_more_is_taken_for_no_less(void **state)
{
	static const char *const hold[] = { "holders>0", "holders>=1", "holders!=0", "!holders<1" };
	static const char *const unsure[] = { "holders=1", "holders<2", "!holders>1", "holders!=2",
		"holders<=1", "!holders=2" };
	struct snapshot *snapshot = make_world();
	size_t i;

	(void)state;
	add_holder(snapshot, 0, 811);
	all_visited(snapshot, 2);
	for (i = 0; i < LENGTH(hold); i++)
		assert_int_equal(passing_of(snapshot, hold[i], CLASS_SHM) & FIRST, FIRST);
	for (i = 0; i < LENGTH(unsure); i++)
		assert_int_equal(passing_of(snapshot, unsure[i], CLASS_SHM) & FIRST, NEITHER);
	assert_int_equal(passing_of(snapshot, "!holders>0", CLASS_SHM), SECOND);
	/* how long somebody waits is not known of who is hidden either */
	assert_int_equal(passing_of(snapshot, "!blocked>1s", CLASS_MSG), BOTH);
	snapshot->relations.hidden_calls = 1;
	assert_int_equal(passing_of(snapshot, "!blocked>1s", CLASS_MSG), NEITHER);
	snapshot_unref(snapshot);
}

static void emptiness_and_costs(void **state)
{
	struct filter *filter = parse("", class_set(CLASS_IPC));

	(void)state;
	assert_true(filter_is_empty(NULL));
	assert_true(filter_is_empty(filter));
	assert_int_equal(filter_cost(filter, CLASS_SHM), 0);
	assert_int_equal(filter_cost(NULL, CLASS_SHM), 0);
	filter_free(filter);
	filter_free(NULL);
	filter = parse("owner=x rss>5 nattch=1", class_set(CLASS_IPC));
	assert_false(filter_is_empty(filter));
	assert_int_equal(filter_cost(filter, CLASS_SHM), COST_USER | COST_RESIDENT);
	assert_int_equal(filter_cost(filter, CLASS_SEM), COST_USER);
	filter_free(filter);
	filter = parse("command=x cgroup~y", class_set(CLASS_IPC));
	assert_int_equal(filter_cost(filter, CLASS_SHM), COST_PROCESS | COST_GROUP);
	filter_free(filter);
}

static void no_filter_takes_all(void **state)
{
	struct snapshot *snapshot = make_world();
	struct row row = row_at(snapshot, CLASS_SHM, 0);
	struct column_list shown = { .count = 0 };

	(void)state;
	assert_true(filter_match(NULL, &row, &shown, &style));
	snapshot_unref(snapshot);
}

/* A text from outside is looked at as it is shown: escape sequences are harmless there. */
static void hostile_text_is_matched_as_shown(void **state)
{
	(void)state;
	assert_int_equal(passing("command~^post.x1bmaster$", CLASS_SHM), FIRST);
	assert_int_equal(passing("command~\x1b", CLASS_SHM), NEITHER);
}

static void hostile_and_long_input(void **state)
{
	enum { BYTES = 100000, TERMS = 2000 };
	static const char *const hostile[] = { "\xff\xfe=1", "\x1b[2J", "a=\xff",
		"owner=\xed\xa0\x80", "%=1", "_=1", "%%%%", "~~~~", "!!!!", "!!a", "\"\"\"\"",
		"=\"", "a\"b\"c=d", "owner~*", "owner~\\", "id=1id=2" };
	char *text = malloc(BYTES + 1);
	struct filter_error error;
	struct filter *filter;
	size_t i;

	(void)state;
	assert_non_null(text);
	for (i = 0; i < LENGTH(hostile); i++) {
		if (filter_parse(hostile[i], class_set(CLASS_IPC), &filter, &error) == 0)
			filter_free(filter);
		else
			assert_true(error.text.len > 0 && error.position > 0);
		buf_free(&error.text);
	}
	/* one word, many words, one column without end */
	memset(text, 'x', BYTES);
	text[BYTES] = '\0';
	filter_free(parse(text, class_set(CLASS_IPC)));
	for (i = 1; i < TERMS; i += 2)
		text[i] = ' ';
	filter_free(parse(text, class_set(CLASS_IPC)));
	memset(text, 'x', BYTES);
	text[BYTES - 2] = '=';
	assert_int_equal(filter_parse(text, class_set(CLASS_IPC), &filter, &error), -EINVAL);
	assert_int_equal(error.position, 1);
	buf_free(&error.text);
	free(text);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(operators_on_every_type),
		cmocka_unit_test(percentages_and_columns_with_a_sign),
		cmocka_unit_test(absent_values),
		cmocka_unit_test(words_are_looked_for_in_what_is_shown),
		cmocka_unit_test(an_absent_value_is_not_its_dash),
		cmocka_unit_test(times_are_matched_as_they_are_shown),
		cmocka_unit_test(terms_are_joined_quoted_and_negated),
		cmocka_unit_test(deep_expressions_are_refused),
		cmocka_unit_test(wrong_terms_are_named_with_their_place),
		cmocka_unit_test(a_column_need_not_be_of_every_class),
		cmocka_unit_test(what_could_not_be_seen_passes_no_term),
		cmocka_unit_test(what_may_be_more_is_taken_for_no_less),
		cmocka_unit_test(emptiness_and_costs),
		cmocka_unit_test(no_filter_takes_all),
		cmocka_unit_test(hostile_text_is_matched_as_shown),
		cmocka_unit_test(hostile_and_long_input),
	};

	return tap_run(cases, LENGTH(cases), NULL, NULL);
}
