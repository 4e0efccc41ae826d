/* model/key: the parts of a key, beside what ftok(3) makes of real files. */
#include "unit.h"

#include <dirent.h>
#include <limits.h>
#include <sys/ipc.h>
#include <sys/stat.h>

#include "ipctop/model/key.h"

enum { PROJECTS = 256, FILES_MOST = 100 };

/* A folder of our own, with a file, a folder, a hard link and links. */
struct place {
	char folder[64];
	unsigned checked; /* files */
};

static int make_place(void **state)
{
	static struct place place;
	char path[128];
	FILE *file;

	place = (struct place){ .folder = "/tmp/ipctop-key-XXXXXX" };
	assert_non_null(mkdtemp(place.folder));
	assert_int_equal(chdir(place.folder), 0);
	file = fopen("file", "we");
	assert_non_null(file);
	fclose(file);
	assert_int_equal(mkdir("folder", 0700), 0);
	assert_int_equal(link("file", "hard"), 0);
	assert_int_equal(symlink("file", "link"), 0);
	assert_int_equal(symlink("link", "link-to-link"), 0);
	snprintf(path, sizeof(path), "%s/folder", place.folder);
	assert_int_equal(symlink(path, "link-to-folder"), 0);
	assert_int_equal(symlink("nothing", "broken"), 0);
	*state = &place;
	return 0;
}

static int remove_place(void **state)
{
	static const char *const files[] = { "file", "hard", "link", "link-to-link",
		"link-to-folder", "broken" };
	struct place *place = *state;
	size_t i;

	for (i = 0; i < LENGTH(files); i++)
		assert_int_equal(unlink(files[i]), 0);
	assert_int_equal(rmdir("folder"), 0);
	assert_int_equal(chdir("/"), 0);
	return rmdir(place->folder);
}

/* All keys of a file are ftok(3)'s. */
static void check_file(struct place *place, const char *path)
{
	struct stat status;
	unsigned project;
	uint32_t key;

	if (stat(path, &status) < 0)
		return; /* a broken link, or not ours to see: ftok(3) has no key either */
	for (project = 0; project < PROJECTS; project++) {
		key = (uint32_t)ftok(path, (int)project);
		if (key_join(status.st_dev, status.st_ino, project) != key)
			fail_msg("%s, %u: 0x%08x", path, project, key);
		assert_true(key_fits(key, status.st_dev, status.st_ino));
		assert_int_equal(key_split(key).project, project);
	}
	place->checked++;
}

static void check_folder(struct place *place, const char *path)
{
	const struct dirent *entry;
	char name[PATH_MAX];
	unsigned count = 0;
	DIR *folder = opendir(path);

	check_file(place, path);
	while (folder && count++ < FILES_MOST && (entry = readdir(folder)) != NULL) {
		snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);
		check_file(place, name);
	}
	if (folder)
		closedir(folder);
}

static void keys_are_those_of_ftok(void **state)
{
	static const char *const folders[] = { "/", "/etc", "/dev", "/usr/bin", "/tmp", "/proc",
		"/sys", "." };
	struct place *place = *state;
	size_t i;

	for (i = 0; i < LENGTH(folders); i++)
		check_folder(place, folders[i]);
	assert_true(place->checked > 50);
}

static void links_are_followed(void **state)
{
	static const char *const same[] = { "hard", "link", "link-to-link", "./link",
		"folder/../file" };
	struct place *place = *state;
	struct stat file, folder;
	size_t i;

	assert_int_equal(stat("file", &file), 0);
	assert_int_equal(stat("folder", &folder), 0);
	for (i = 0; i < LENGTH(same); i++) {
		check_file(place, same[i]);
		assert_int_equal(
			(uint32_t)ftok(same[i], 'R'), key_join(file.st_dev, file.st_ino, 'R'));
	}
	assert_int_equal(
		(uint32_t)ftok("link-to-folder", 'R'), key_join(folder.st_dev, folder.st_ino, 'R'));
	assert_int_equal(ftok("broken", 1), -1);
	assert_int_equal(place->checked, LENGTH(same));
}

static void only_low_bits_count(void **state)
{
	(void)state;
	assert_int_equal(key_join(0, 0, 0), 0);
	assert_int_equal(key_join(0x12, 0x3456, 0x78), 0x78123456);
	assert_int_equal(key_join(0xabcdef12, 0x9999999999993456, 0x178), 0x78123456);
	assert_int_equal(key_join(UINT64_MAX, UINT64_MAX, UINT32_MAX), 0xffffffff);
	assert_int_equal(key_join(0xff, 0, 0), 0x00ff0000);
	assert_int_equal(key_join(0x100, 0x10000, 0x100), 0);
}

static void parts_make_the_key_again(void **state)
{
	static const uint32_t keys[] = { 0, 1, 0xffff, 0x10000, 0xff0000, 0x1000000, 0x7fffffff,
		0x80000000, 0xfeedbeef, 0xffffffff };
	struct key_parts parts;
	unsigned seed = UNIT_NOW, turn;
	uint32_t key;

	(void)state;
	for (turn = 0; turn < 100000; turn++) {
		key = turn < LENGTH(keys) ? keys[turn]
					  : (uint32_t)rand_r(&seed) << 16 ^ (uint32_t)rand_r(&seed);
		parts = key_split(key);
		assert_int_equal(key_join(parts.device, parts.inode, parts.project), key);
		assert_true(key_fits(key, parts.device, parts.inode));
	}
	parts = key_split(0x78123456);
	assert_int_equal(parts.project, 0x78);
	assert_int_equal(parts.device, 0x12);
	assert_int_equal(parts.inode, 0x3456);
}

static void a_key_fits_by_device_and_inode(void **state)
{
	const uint32_t key = 0x78123456;

	(void)state;
	assert_true(key_fits(key, 0x12, 0x3456));
	assert_true(key_fits(key, 0xff12, 0x3456));
	assert_true(key_fits(key, 0x12, 0x10003456));
	assert_true(key_fits(key & 0xffffff, 0x12, 0x3456)); /* whatever the project id */
	assert_false(key_fits(key, 0x13, 0x3456));
	assert_false(key_fits(key, 0x12, 0x3457));
	assert_false(key_fits(key, 0x12, 0x0056));
	assert_false(key_fits(key, 0x12, 0x3400));
	assert_false(key_fits(key, 0x02, 0x3456));
	assert_false(key_fits(key, 0x1200, 0x3456));
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test_setup_teardown(keys_are_those_of_ftok, make_place, remove_place),
		cmocka_unit_test_setup_teardown(links_are_followed, make_place, remove_place),
		cmocka_unit_test(only_low_bits_count),
		cmocka_unit_test(parts_make_the_key_again),
		cmocka_unit_test(a_key_fits_by_device_and_inode),
	};

	return tap_run(cases, LENGTH(cases), NULL, NULL);
}
