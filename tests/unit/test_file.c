/* base/file: whole files read, and what is none refused. */
#include "folder.h"

#include "ipctop/base/file.h"

enum { MOST = 1000 }; /* bytes that are read, where nothing else is said */

static void expect_read(const char *path, size_t most, int error, const char *expected)
{
	struct buf out = { 0 };

	assert_int_equal(file_read(path, &out, most), error);
	if (!error)
		expect_text(&out, expected);
	buf_free(&out);
}

static void a_regular_file_is_read(void **state)
{
	char *large = make_large('x'), path[600];
	struct buf out = { 0 };

	put_text("file", "one\ntwo");
	expect_read("file", MOST, 0, "one\ntwo");
	snprintf(path, sizeof(path), "%s/file", folder_path(state));
	expect_read(path, MOST, 0, "one\ntwo");
	assert_int_equal(symlink("file", "link"), 0);
	expect_read("link", MOST, 0, "one\ntwo");
	put_text("empty", "");
	expect_read("empty", MOST, 0, "");
	put_text("large", large);
	expect_read("large", FOLDER_LARGE, 0, large);
	put_bytes("zeros", "a\0b\0", 4, 0644);
	buf_text(&out, "before ");
	assert_int_equal(file_read("zeros", &out, MOST), 0);
	assert_int_equal(out.len, 11);
	assert_memory_equal(out.data, "before a\0b\0", 12);
	buf_free(&out);
	free(large);
}

static void a_file_may_be_too_large(void **state)
{
	char *large = make_large('x');
	struct buf out = { 0 };

	(void)state;
	put_text("file", "12345");
	expect_read("file", 5, 0, "12345");
	expect_read("file", 4, -EFBIG, NULL);
	expect_read("file", 0, -EFBIG, NULL);
	put_text("empty", "");
	expect_read("empty", 0, 0, "");
	put_text("large", large);
	expect_read("large", FOLDER_LARGE - 1, -EFBIG, NULL);
	/* what was in the buffer before does not count */
	buf_text(&out, "before");
	assert_int_equal(file_read("file", &out, 5), 0);
	expect_text(&out, "before12345");
	free(large);
}

static void nothing_but_a_regular_file_is_read(void **state)
{
	(void)state;
	put_text("file", "");
	assert_int_equal(mkdir("folder", 0755), 0);
	assert_int_equal(mkfifo("fifo", 0644), 0);
	assert_int_equal(symlink("loop", "loop"), 0);
	expect_read("missing", MOST, -ENOENT, NULL);
	expect_read("", MOST, -ENOENT, NULL);
	expect_read("file/below", MOST, -ENOTDIR, NULL);
	expect_read("folder", MOST, -EINVAL, NULL);
	expect_read(
		"fifo", MOST, -EINVAL, NULL); /* nobody writes to it: to wait would be for ever */
	expect_read("loop", MOST, -ELOOP, NULL);
	expect_read("/dev/null", MOST, -EINVAL, NULL);
}

static int read_secret(void)
{
	struct buf out = { 0 };
	int error = file_read("secret", &out, MOST);

	buf_free(&out);
	return -error;
}

static void a_file_may_be_unreadable(void **state)
{
	(void)state;
	put_bytes("secret", "text", 4, 0);
	assert_int_equal(folder_as_plain_user(read_secret), EACCES);
}

static void reasons_are_words(void **state)
{
	(void)state;
	assert_string_equal(file_reason(-EINVAL), "it is not a regular file");
	assert_string_equal(file_reason(-EFBIG), "it is too large");
	assert_string_equal(file_reason(-EILSEQ), "it is no text");
	assert_string_equal(file_reason(-EACCES), strerror(EACCES));
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		IN_FOLDER(a_regular_file_is_read),
		IN_FOLDER(a_file_may_be_too_large),
		IN_FOLDER(nothing_but_a_regular_file_is_read),
		IN_FOLDER(a_file_may_be_unreadable),
		cmocka_unit_test(reasons_are_words),
	};

	return tap_run(cases, LENGTH(cases), NULL, NULL);
}
