/* collect/mappings: the text of /proc/PID/maps, as a kernel without PROCMAP_QUERY has it. */
#include "unit.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "ipctop/collect/scan.h"

enum {
	PID = 42,
	PIECE = 20, /* bytes; a pipe keeps 16 of them */
	LINES = 2000,
	LONG_LINE = 3 * 64 * 1024,
};

/* The device on which files of a memfd_create(2) are: with no flags that of segments too. */
static unsigned device_with(unsigned flags)
{
	int fd = memfd_create("test", MFD_CLOEXEC | flags);
	struct stat st;

	if (fd < 0 && flags)
		tap_skip("this kernel has no huge pages");
	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &st), 0);
	close(fd);
	assert_int_equal(major(st.st_dev), 0);
	return minor(st.st_dev);
}

static unsigned device(void)
{
	return device_with(0);
}

/* Append a line; `rest` is what stands behind the inode number. */
static void put_line(struct buf *text, uint64_t start, const char *flags, unsigned number,
	uint64_t inode, const char *rest)
{
	buf_printf(text, "%08lx-%08lx %s 00000000 00:%02x %-26lu %s\n", (unsigned long)start,
		(unsigned long)start + 0x2000, flags, number, (unsigned long)inode, rest);
}

static void visit_text(struct visit *visit, const struct buf *text)
{
	int fd = memfd_create("maps", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(text->error, 0);
	assert_int_equal(write(fd, buf_str(text), text->len), (ssize_t)text->len);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	*visit = (struct visit){ .pid = PID };
	assert_int_equal(mappings_text(visit, fd), 0);
	close(fd);
}

/* "3 00004242 rw 2 400000-402000 …" for each segment. */
static void expect_visit(struct visit *visit, const char *expected)
{
	const struct relation *relation = visit->relation;
	const struct holding *holding;
	struct buf out = { 0 };
	uint32_t i;

	for (; relation < visit->relation + visit->count; relation++) {
		assert_int_equal(relation->type, RELATION_HOLDER);
		assert_int_equal(relation->class, CLASS_SHM);
		assert_int_equal(relation->pid, PID);
		assert_int_equal(relation->tid, PID);
		holding = &relation->holding;
		buf_printf(&out, "%d %08x %s %u", relation->id, holding->key,
			holding->writable ? "rw" : "ro", holding->mappings);
		for (i = 0; i < holding->mappings && i < RELATION_ADDRESSES; i++)
			buf_printf(&out, " %lx-%lx%s", (unsigned long)holding->mapping[i].start,
				(unsigned long)holding->mapping[i].end,
				holding->mapping[i].writable ? "" : "(ro)");
		buf_printf(&out, "%s\n", holding->huge ? " huge" : "");
	}
	expect_text(&out, expected);
	visit_free(visit);
}

/* What is found in `text`, which goes. */
static void expect_found(struct buf *text, const char *expected)
{
	struct visit visit;

	visit_text(&visit, text);
	expect_visit(&visit, expected);
	buf_free(text);
}

static void segments_are_found(void **state)
{
	struct buf text = { 0 };
	unsigned number = device();

	(void)state;
	put_line(&text, 0x400000, "rw-s", number, 3, "/SYSV00004242 (deleted)");
	put_line(&text, 0x7ffffffd0000, "r--s", number, 2147483647, "/SYSV00000000 (deleted)");
	put_line(&text, 0x500000, "r-xs", number, 0, "/SYSVfeedbeef (deleted)");
	expect_found(&text,
		"0 feedbeef ro 1 500000-502000(ro)\n"
		"3 00004242 rw 1 400000-402000\n"
		"2147483647 00000000 ro 1 7ffffffd0000-7ffffffd2000(ro)\n");
}

/* As a kernel prints them, among those of a whole process. */
static void a_process_has_others_beside_them(void **state)
{
	struct buf text = { 0 };

	(void)state;
	buf_printf(&text,
		"55d0c0a00000-55d0c0a02000 r--p 00000000 08:01 131081                     /bin/x\n"
		"55d0c1b00000-55d0c1b21000 rw-p 00000000 00:00 0                          [heap]\n"
		"7f64f4200000-7f64f4600000 rw-p 00000000 00:00 0 \n"
		"7fe92be6c000-7fe92be6d000 rw-s 00000000 00:%02x 98307                      "
		"/SYSV0052e2c1 (deleted)\n"
		"7fe92be6d000-7fe92be6e000 r--p 00000000 00:00 0                          [vvar]\n"
		"ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  "
		"[vsyscall]\n",
		device());
	expect_found(&text, "98307 0052e2c1 rw 1 7fe92be6c000-7fe92be6d000\n");
}

static void other_shared_memory_is_none(void **state)
{
	struct buf text = { 0 };
	unsigned number = device();

	(void)state;
	put_line(&text, 0x100000, "rw-s", number, 3, "/memfd:name (deleted)");
	put_line(&text, 0x200000, "rw-s", number, 4, "/memfd:/SYSV00004242 (deleted)");
	put_line(&text, 0x300000, "rw-s", number, 5, "/dev/zero (deleted)");
	put_line(&text, 0x400000, "rw-s", number + 1, 6, "/dev/shm/pool");
	put_line(&text, 0x500000, "rw-s", number + 1, 7, "/dev/shm/SYSV00004242 (deleted)");
	put_line(&text, 0x600000, "rw-s", number, 8, "");
	expect_found(&text, "");
}

static void names_that_look_alike_are_none(void **state)
{
	static const char *const names[] = { "/SYSV00004242", "/SYSV00004242 (deleted) ",
		"/SYSV00004242 (deleted)x", "/SYSV00004242 (deleted) (deleted)",
		"/SYSV00004242(deleted)", "/SYSV00004242  (deleted)", "/SYSV0000424 (deleted)",
		"/SYSV000042420 (deleted)", "/SYSV0000424G (deleted)", "/SYSV0000ABCD (deleted)",
		"/SYSV0x004242 (deleted)", "/SYSV -000042 (deleted)", "/SYSV+0000042 (deleted)",
		"/SYSV (deleted)", "/SYSV", "/sysv00004242 (deleted)", "SYSV00004242 (deleted)",
		"//SYSV00004242 (deleted)", "/tmp/SYSV00004242 (deleted)",
		"/x/SYSV00004242 (deleted)", "/SYSV00004242 (deleted)\\012" };
	struct buf text = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(names); i++) {
		put_line(&text, 0x400000, "rw-s", device(), 3, names[i]);
		expect_found(&text, "");
	}
}

static void mappings_of_another_sort_are_none(void **state)
{
	struct buf text = { 0 };
	unsigned number = device();

	(void)state;
	put_line(&text, 0x100000, "rw-p", number, 3, "/SYSV00004242 (deleted)"); /* private */
	/* a file that has the name, on a disk */
	buf_printf(&text, "00200000-00201000 rw-s 00000000 08:%02x 3 /SYSV00004242 (deleted)\n",
		number);
	/* more than an id can be */
	put_line(&text, 0x300000, "rw-s", number, 2147483648u, "/SYSV00004242 (deleted)");
	put_line(&text, 0x300000, "rw-s", number, 4294967299u, "/SYSV00004242 (deleted)");
	put_line(&text, 0x300000, "rw-s", number, UINT64_MAX, "/SYSV00004242 (deleted)");
	expect_found(&text, "");
}

static void lines_that_are_none_are_left_out(void **state)
{
	static const char *const lines[] = { "/SYSV00004242 (deleted)",
		"x-y rw-s 00000000 00:01 3 /SYSV00004242 (deleted)",
		"400000 rw-s 00000000 00:01 3 /SYSV00004242 (deleted)",
		"400000-402000 rw- 00000000 00:01 3 /SYSV00004242 (deleted)",
		"400000-402000 rw-s 00000000 0001 3 /SYSV00004242 (deleted)",
		"400000-402000 rw-s 00000000 00:01 /SYSV00004242 (deleted)",
		"400000-402000 rw-s 00000000 00:01 x /SYSV00004242 (deleted)", "" };
	struct buf text = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(lines); i++)
		buf_printf(&text, "%s\n", lines[i]);
	put_line(&text, 0x400000, "rw-s", device(), 7, "/SYSV00000007 (deleted)");
	expect_found(&text, "7 00000007 rw 1 400000-402000\n");
}

/* On another device without a disk: the kernel's own mount of huge pages. */
static void huge_pages_are_another_device(void **state)
{
	struct buf text = { 0 };
	unsigned number = device();

	(void)state;
	put_line(&text, 0x40000000, "rw-s", device_with(MFD_HUGETLB), 1, "/SYSV00000def (deleted)");
	put_line(&text, 0x50000000, "rw-s", number, 2, "/SYSV00000abc (deleted)");
	expect_found(&text,
		"1 00000def rw 1 40000000-40002000 huge\n"
		"2 00000abc rw 1 50000000-50002000\n");
}

/* A file that is named like a segment, and deleted, on a file system without a disk. */
static void other_devices_have_none(void **state)
{
	struct buf text = { 0 };

	(void)state;
	put_line(&text, 0x40000000, "rw-s", 0xfffff, 1, "/SYSV00000def (deleted)");
	put_line(&text, 0x50000000, "rw-s", device(), 2, "/SYSV00000abc (deleted)");
	expect_found(&text, "2 00000abc rw 1 50000000-50002000\n");
}

static void mappings_of_one_segment_are_counted(void **state)
{
	struct buf text = { 0 };
	unsigned number = device();
	struct visit visit;

	(void)state;
	put_line(&text, 0x100000, "r--s", number, 3, "/SYSV00004242 (deleted)");
	put_line(&text, 0x200000, "r--s", number, 5, "/SYSV00000005 (deleted)");
	put_line(&text, 0x300000, "rw-s", number, 3, "/SYSV00004242 (deleted)");
	put_line(&text, 0x400000, "---s", number, 3, "/SYSV00004242 (deleted)");
	buf_printf(&text, "00500000-00600000 r--s 00000000 00:%02x 3 /SYSV00004242 (deleted)\n",
		number);
	visit_text(&visit, &text);
	assert_int_equal(visit.relation[0].holding.longest, 0x100000);
	assert_int_equal(visit.relation[1].holding.longest, 0x2000);
	expect_visit(&visit,
		"3 00004242 rw 4 100000-102000(ro) 300000-302000 400000-402000(ro) "
		"500000-600000(ro)\n"
		"5 00000005 ro 1 200000-202000(ro)\n");
	buf_free(&text);
}

/* A mapping that survived a change of namespace has the id of another segment, and its own key. */
static void the_same_id_with_another_key_is_another_segment(void **state)
{
	struct buf text = { 0 };
	unsigned number = device();

	(void)state;
	put_line(&text, 0x100000, "rw-s", number, 3, "/SYSV00004242 (deleted)");
	put_line(&text, 0x200000, "r--s", number, 3, "/SYSV00000000 (deleted)");
	put_line(&text, 0x300000, "rw-s", number, 3, "/SYSV00004242 (deleted)");
	expect_found(&text,
		"3 00000000 ro 1 200000-202000(ro)\n"
		"3 00004242 rw 2 100000-102000 300000-302000\n");
}

static void of_many_mappings_the_first_are_kept(void **state)
{
	struct buf text = { 0 };
	const struct holding *holding;
	struct visit visit;
	uint64_t i;

	(void)state;
	for (i = 0; i < LINES; i++)
		put_line(&text, 0x100000 + i * 0x10000, i == LINES - 1 ? "rw-s" : "r--s", device(),
			3, "/SYSV00004242 (deleted)");
	visit_text(&visit, &text);
	assert_int_equal(visit.count, 1);
	holding = &visit.relation[0].holding;
	assert_int_equal(holding->mappings, LINES);
	for (i = 0; i < RELATION_ADDRESSES; i++)
		assert_int_equal(holding->mapping[i].start, 0x100000 + i * 0x10000);
	assert_false(holding->mapping[0].writable);
	assert_true(holding->writable); /* also by one that is not kept */
	visit_free(&visit);
	buf_free(&text);
}

static void many_segments_are_all_found(void **state)
{
	struct buf text = { 0 };
	unsigned number = device();
	struct visit visit;
	char name[32];
	uint32_t i;

	(void)state;
	for (i = 0; i < LINES; i++) {
		snprintf(name, sizeof(name), "/SYSV%08x (deleted)", i * 7);
		put_line(&text, 0x100000 + i * 0x10000, "rw-s", number, i, name);
	}
	assert_true(text.len > 64 * 1024); /* more than is read at a time */
	visit_text(&visit, &text);
	assert_int_equal(visit.count, LINES);
	for (i = 0; i < LINES; i++) {
		assert_int_equal(visit.relation[i].id, i);
		assert_int_equal(visit.relation[i].holding.key, i * 7);
		assert_int_equal(visit.relation[i].holding.mappings, 1);
		assert_int_equal(
			visit.relation[i].holding.mapping[0].start, 0x100000 + i * 0x10000);
	}
	visit_free(&visit);
	buf_free(&text);
}

static void a_last_line_that_is_cut_is_not_taken(void **state)
{
	struct buf text = { 0 };

	(void)state;
	put_line(&text, 0x100000, "rw-s", device(), 3, "/SYSV00004242 (deleted)");
	put_line(&text, 0x200000, "rw-s", device(), 4, "/SYSV00000004 (deleted)");
	text.data[--text.len] = '\0';
	expect_found(&text, "3 00004242 rw 1 100000-102000\n");
	put_line(&text, 0x200000, "rw-s", device(), 4, "/SYSV00000004 (deleted)");
	text.data[text.len /= 2] = '\0';
	expect_found(&text, "");
	expect_found(&text, "");
}

/* The name of a file deep below others. */
static void a_long_line_is_passed_over(void **state)
{
	struct buf text = { 0 };
	size_t i;

	(void)state;
	put_line(&text, 0x100000, "rw-s", device(), 3, "/SYSV00004242 (deleted)");
	buf_printf(&text, "00200000-00201000 rw-s 00000000 00:%02x 9 ", device());
	for (i = 0; i < LONG_LINE; i++)
		buf_text(&text, i % 64 ? "x" : "/SYSV00000009 (deleted)");
	buf_text(&text, "/SYSV00000009 (deleted)\n");
	put_line(&text, 0x400000, "rw-s", device(), 5, "/SYSV00000005 (deleted)");
	expect_found(&text,
		"3 00004242 rw 1 100000-102000\n"
		"5 00000005 rw 1 400000-402000\n");
}

/* Even where a line that was begun 64 KiB before ends like a whole one. */
static void the_end_of_a_long_line_is_no_line(void **state)
{
	struct buf text = { 0 };

	(void)state;
	buf_printf(&text, "00200000-00201000 r--s 00000000 08:01 9 /");
	while (text.len < 64 * 1024)
		buf_char(&text, 'x');
	put_line(&text, 0x300000, "rw-s", device(), 9, "/SYSV00000009 (deleted)");
	put_line(&text, 0x400000, "rw-s", device(), 5, "/SYSV00000005 (deleted)");
	expect_found(&text, "5 00000005 rw 1 400000-402000\n");
}

/* Each read(2) gives less than a line: what one write(2) put there. */
static void a_text_may_come_in_pieces(void **state)
{
	struct visit visit = { .pid = PID };
	struct buf text = { 0 };
	size_t at, length;
	int ends[2];

	(void)state;
	put_line(&text, 0x100000, "rw-s", device(), 3, "/SYSV00004242 (deleted)");
	put_line(&text, 0x200000, "rw-p", device(), 4, "/SYSV00000004 (deleted)");
	put_line(&text, 0x300000, "r--s", device(), 5, "/SYSV00000005 (deleted)");
	assert_int_equal(pipe2(ends, O_DIRECT), 0);
	for (at = 0; at < text.len; at += length) {
		length = text.len - at < PIECE ? text.len - at : PIECE;
		assert_int_equal(write(ends[1], text.data + at, length), (ssize_t)length);
	}
	close(ends[1]);
	assert_int_equal(mappings_text(&visit, ends[0]), 0);
	close(ends[0]);
	expect_visit(&visit,
		"3 00004242 rw 1 100000-102000\n"
		"5 00000005 ro 1 300000-302000(ro)\n");
	buf_free(&text);
}

static void what_can_t_be_read_is_told(void **state)
{
	struct visit visit = { .pid = PID };

	(void)state;
	assert_int_equal(mappings_text(&visit, -1), -EBADF);
	assert_int_equal(visit.count, 0);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(segments_are_found),
		cmocka_unit_test(a_process_has_others_beside_them),
		cmocka_unit_test(other_shared_memory_is_none),
		cmocka_unit_test(names_that_look_alike_are_none),
		cmocka_unit_test(mappings_of_another_sort_are_none),
		cmocka_unit_test(lines_that_are_none_are_left_out),
		cmocka_unit_test(huge_pages_are_another_device),
		cmocka_unit_test(other_devices_have_none),
		cmocka_unit_test(mappings_of_one_segment_are_counted),
		cmocka_unit_test(the_same_id_with_another_key_is_another_segment),
		cmocka_unit_test(of_many_mappings_the_first_are_kept),
		cmocka_unit_test(many_segments_are_all_found),
		cmocka_unit_test(a_last_line_that_is_cut_is_not_taken),
		cmocka_unit_test(a_long_line_is_passed_over),
		cmocka_unit_test(the_end_of_a_long_line_is_no_line),
		cmocka_unit_test(a_text_may_come_in_pieces),
		cmocka_unit_test(what_can_t_be_read_is_told),
	};

	return tap_run(cases, LENGTH(cases), NULL, NULL);
}
