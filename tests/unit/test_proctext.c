/* collect/proctext: tables of /proc/sysvipc, as kernels write them and as they should not be. */
#include "unit.h"

#include "ipctop/collect/proctext.h"

enum { KEY, ID, PERMS, SIZE, RSS, FIELDS, LINES_MAX = 8 };

static const struct proctext_field fields[] = {
	[KEY] = { "key", false, false },
	[ID] = { "shmid", false, false },
	[PERMS] = { "perms", true, false },
	[SIZE] = { "size", false, false },
	[RSS] = { "rss", false, true },
	[FIELDS] = { NULL, false, false },
};

#define HEADER "       key      shmid perms                  size                   rss\n"

struct taken {
	struct proctext_line lines[LINES_MAX];
	size_t count;
	int error; /* what taking a line returns */
};

static int take(void *user, const struct proctext_line *line)
{
	struct taken *taken = user;

	assert_true(taken->count < LINES_MAX);
	taken->lines[taken->count++] = *line;
	return taken->error;
}

static int read_bytes(const void *bytes, size_t size, struct taken *taken, uint32_t *skipped)
{
	char path[] = "/tmp/ipctop-proctext-XXXXXX";
	int fd = mkstemp(path), error;

	if (fd < 0)
		tap_skip("no temporary file: %s", strerror(errno));
	assert_int_equal(write(fd, bytes, size), size);
	close(fd);
	*skipped = 0;
	error = proctext_read(path, fields, take, taken, skipped);
	unlink(path);
	return error;
}

/* Read `text`: so many lines are taken, and so many skipped. */
static struct taken read_text(const char *text, size_t lines, uint32_t skipped)
{
	struct taken taken = { .count = 0 };
	uint32_t count;

	assert_int_equal(read_bytes(text, strlen(text), &taken, &count), 0);
	assert_int_equal(taken.count, lines);
	assert_int_equal(count, skipped);
	return taken;
}

static void expect_line(const struct taken *taken, size_t at, const uint64_t *values)
{
	size_t i;

	for (i = 0; i < FIELDS; i++) {
		if (taken->lines[at].values[i] != values[i])
			fail_msg("line %zu, %s is %ju", at, fields[i].name,
				(uintmax_t)taken->lines[at].values[i]);
	}
}

static void reads_a_table(void **state)
{
	struct taken taken;

	(void)state;
	taken = read_text(HEADER
		"        42          3   600                  4096          8192\n"
		"         0      65537  1640                   100             0\n",
		2, 0);
	expect_line(&taken, 0, (const uint64_t[]){ 42, 3, 0600, 4096, 8192 });
	expect_line(&taken, 1, (const uint64_t[]){ 0, 65537, 01640, 100, 0 });
	assert_true(taken.lines[0].has[RSS] && taken.lines[0].has[KEY]);
}

static void columns_go_by_their_names(void **state)
{
	struct taken taken;

	(void)state;
	/* in another order, with others between and behind, one of them missing */
	taken = read_text("size new shmid key flags perms more\n"
			  "4096 x,y 3 42 --- 600 1\n",
		1, 0);
	expect_line(&taken, 0, (const uint64_t[]){ 42, 3, 0600, 4096, 0 });
	assert_false(taken.lines[0].has[RSS]);
	/* names count as a whole */
	taken = read_text("keys key key2 shmid perms size xsize\n1 42 2 3 600 4096 5\n", 1, 0);
	expect_line(&taken, 0, (const uint64_t[]){ 42, 3, 0600, 4096, 0 });
}

static void widths_do_not_matter(void **state)
{
	struct taken taken;

	(void)state;
	/* eleven characters push the rest to the right */
	taken = read_text(HEADER "-2147483648         3   600                  4096             0\n"
				 " -17973521          3   600                  4096             0\n"
				 "1 2 3 4 5\n"
				 "\t1\t2\t3\t4\t5\t\n",
		4, 0);
	assert_int_equal((uint32_t)taken.lines[0].values[KEY], 0x80000000);
	assert_int_equal(taken.lines[0].values[ID], 3);
	assert_int_equal((uint32_t)taken.lines[1].values[KEY], 0xfeedbeef);
	expect_line(&taken, 2, (const uint64_t[]){ 1, 2, 3, 4, 5 });
	expect_line(&taken, 3, (const uint64_t[]){ 1, 2, 3, 4, 5 });
}

static void numbers_to_their_limits(void **state)
{
	struct taken taken;

	(void)state;
	taken = read_text(HEADER "0 0 0 18446744073709551615 9223372036854775808\n"
				 "0 0 0 18446744073709551616 0\n"
				 "0 0 7777 99999999999999999999999999 0\n"
				 "-1 0 1777777777777777777777 9007199254740993 0\n"
				 "0 0 2777777777777777777777 0 0\n",
		2, 3);
	assert_true(taken.lines[0].values[SIZE] == UINT64_MAX);
	assert_true(taken.lines[0].values[RSS] == UINT64_C(1) << 63);
	assert_true(taken.lines[1].values[KEY] == UINT64_MAX);
	assert_true(taken.lines[1].values[PERMS] == UINT64_MAX);
	assert_true(taken.lines[1].values[SIZE] == (UINT64_C(1) << 53) + 1);
}

static void malformed_lines_are_skipped_and_counted(void **state)
{
	static const char *const wrong[] = { "", " ", "garbage", "1", "1 2 3", "1 2 600",
		"1 2 600 x", "1 2 600 4x", "x 2 600 4", "1 2 608 4", "1 2 600 -", "1 2 600 --4",
		"1 2 600 +4", "1 2 600 4.0", "1 2 600 0x4", "1, 2 600 4", "\x1b[2J 2 600 4",
		"\xff\xfe" };
	struct taken taken;
	char text[256];
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(wrong); i++) {
		snprintf(text, sizeof(text), HEADER "%s\n7 8 600 9 10\n", wrong[i]);
		taken = read_text(text, 1, 1);
		expect_line(&taken, 0, (const uint64_t[]){ 7, 8, 0600, 9, 10 });
	}
}

/* What is optional may be cut or unreadable: the rest of the line is good. */
static void an_optional_field_spoils_nothing(void **state)
{
	struct taken taken;
	size_t i;

	(void)state;
	taken = read_text(HEADER "1 2 600 4\n1 2 600 4 x\n1 2 600 4 5 6 7\n", 3, 0);
	for (i = 0; i < 3; i++) {
		expect_line(&taken, i, (const uint64_t[]){ 1, 2, 0600, 4, i < 2 ? 0 : 5 });
		assert_int_equal(taken.lines[i].has[RSS], i == 2);
	}
	/* one line's values do not stay for the next */
	taken = read_text(HEADER "1 2 600 4 5\n1 2 600 4\n", 2, 0);
	assert_int_equal(taken.lines[1].values[RSS], 0);
	assert_false(taken.lines[1].has[RSS]);
}

static void a_line_without_its_end_is_cut(void **state)
{
	(void)state;
	read_text(HEADER "1 2 600 4 5\n1 2 600 4 5", 1, 1);
	read_text(HEADER "1", 0, 1);
}

static void an_empty_table_is_a_header(void **state)
{
	(void)state;
	read_text(HEADER, 0, 0);
}

static void what_is_no_table_is_refused(void **state)
{
	static const char *const wrong[] = { "", "\n", "1 2 600 4 5\n", "key shmid perms\n",
		"key shmid size rss\n", "key shmid perms size rss", "KEY SHMID PERMS SIZE\n",
		"garbage\nkey shmid perms size\n" };
	struct taken taken = { .count = 0 };
	uint32_t skipped;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(wrong); i++)
		assert_int_equal(
			read_bytes(wrong[i], strlen(wrong[i]), &taken, &skipped), -EBADMSG);
	assert_int_equal(taken.count, 0);
}

static void what_cannot_be_opened_is_told(void **state)
{
	struct taken taken = { .count = 0 };
	uint32_t skipped = 0;

	(void)state;
	assert_int_equal(proctext_read("/nowhere/shm", fields, take, &taken, &skipped), -ENOENT);
	assert_int_equal(proctext_read("/", fields, take, &taken, &skipped), -EISDIR);
	assert_int_equal(skipped, 0);
}

static void taking_a_line_can_end_it(void **state)
{
	static const char text[] = HEADER "1 2 600 4 5\n1 2 600 4 5\n";
	struct taken taken = { .error = -ENOMEM };
	uint32_t skipped;

	(void)state;
	assert_int_equal(read_bytes(text, strlen(text), &taken, &skipped), -ENOMEM);
	assert_int_equal(taken.count, 1);
}

static void zero_bytes_end_a_line(void **state)
{
	static const char text[] = HEADER "1 2 600 4 5\0 6\n1 2\0 600 4 5\n\0\n7 8 600 9 10\n";
	struct taken taken = { .count = 0 };
	uint32_t skipped;

	(void)state;
	assert_int_equal(read_bytes(text, sizeof(text) - 1, &taken, &skipped), 0);
	assert_int_equal(taken.count, 2);
	assert_int_equal(skipped, 2);
	expect_line(&taken, 1, (const uint64_t[]){ 7, 8, 0600, 9, 10 });
}

static int count_line(void *user, const struct proctext_line *line)
{
	uint64_t *next = user;

	/* none is lost, none comes twice */
	assert_true(line->values[KEY] == *next);
	assert_true(line->values[ID] == *next);
	(*next)++;
	return 0;
}

/* Lines end anywhere in what a read gives. */
static void a_long_table_is_read_whole(void **state)
{
	enum { LINES = 5000 };
	char path[] = "/tmp/ipctop-proctext-XXXXXX";
	int fd = mkstemp(path), i;
	FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
	uint32_t skipped = 0;
	uint64_t next = 0;

	(void)state;
	if (!file)
		tap_skip("no temporary file: %s", strerror(errno));
	fputs(HEADER, file);
	for (i = 0; i < LINES; i++)
		fprintf(file, "%d %*d 600 1 2\n", i, i % 200, i);
	fclose(file);
	assert_int_equal(proctext_read(path, fields, count_line, &next, &skipped), 0);
	unlink(path);
	assert_int_equal(next, LINES);
	assert_int_equal(skipped, 0);
}

static void endless_lines_and_many_columns(void **state)
{
	enum { BYTES = 70000 };
	char *text = malloc(BYTES);
	struct taken taken = { .count = 0 };
	uint32_t skipped;
	size_t i;

	(void)state;
	assert_non_null(text);
	memset(text, 'x', BYTES);
	assert_int_equal(read_bytes(text, BYTES, &taken, &skipped), -EBADMSG);
	/* a line of the table that never ends */
	memcpy(text, HEADER, strlen(HEADER));
	assert_int_equal(read_bytes(text, BYTES, &taken, &skipped), -EBADMSG);
	/* a hundred columns behind those that we know */
	strcpy(text, "key shmid perms size rss");
	for (i = 0; i < 100; i++)
		strcat(text, " new");
	strcat(text, "\n1 2 600 4 5");
	for (i = 0; i < 100; i++)
		strcat(text, " n/a");
	strcat(text, "\n");
	taken = read_text(text, 1, 0);
	expect_line(&taken, 0, (const uint64_t[]){ 1, 2, 0600, 4, 5 });
	free(text);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(reads_a_table),
		cmocka_unit_test(columns_go_by_their_names),
		cmocka_unit_test(widths_do_not_matter),
		cmocka_unit_test(numbers_to_their_limits),
		cmocka_unit_test(malformed_lines_are_skipped_and_counted),
		cmocka_unit_test(an_optional_field_spoils_nothing),
		cmocka_unit_test(a_line_without_its_end_is_cut),
		cmocka_unit_test(an_empty_table_is_a_header),
		cmocka_unit_test(what_is_no_table_is_refused),
		cmocka_unit_test(what_cannot_be_opened_is_told),
		cmocka_unit_test(taking_a_line_can_end_it),
		cmocka_unit_test(zero_bytes_end_a_line),
		cmocka_unit_test(a_long_table_is_read_whole),
		cmocka_unit_test(endless_lines_and_many_columns),
	};

	return tap_run(cases, LENGTH(cases), NULL, NULL);
}
