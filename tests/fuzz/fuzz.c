#include "fuzz.h"

#include <ftw.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ipctop/base/text.h"

enum { FOLDERS_OPEN = 8 };

uint8_t fuzz_byte(struct fuzz_input *input)
{
	if (input->size == 0)
		return 0;
	input->size--;
	return *input->data++;
}

struct fuzz_input fuzz_part(struct fuzz_input *input)
{
	const uint8_t *end = input->size > 0 ? memchr(input->data, 0, input->size) : NULL;
	struct fuzz_input part = { input->data, end ? (size_t)(end - input->data) : input->size };

	input->data += part.size + (end != NULL);
	input->size -= part.size + (end != NULL);
	return part;
}

char *fuzz_text(const struct fuzz_input *part)
{
	char *text = calloc(1, part->size + 1);

	fuzz_expect(text);
	if (part->size > 0)
		memcpy(text, part->data, part->size);
	return text;
}

int fuzz_file(void)
{
	int file = memfd_create("fuzz", MFD_CLOEXEC);

	fuzz_expect(file >= 0);
	return file;
}

void fuzz_fill(int file, const struct fuzz_input *part)
{
	fuzz_expect(ftruncate(file, 0) == 0);
	fuzz_expect(
		part->size == 0 || pwrite(file, part->data, part->size, 0) == (ssize_t)part->size);
}

void fuzz_path(int file, char path[32])
{
	snprintf(path, 32, "/proc/self/fd/%d", file);
}

/* In memory where possible: what is written is synced. */
static char folder[] = "/dev/shm/ipctop-fuzz-XXXXXX";

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static void remove_folder(void)
{
	nftw(folder, remove_entry, FOLDERS_OPEN, FTW_DEPTH | FTW_PHYS);
}

char *fuzz_place(const char *name)
{
	static bool made;
	char *path;

	if (!made) {
		if (access("/dev/shm", W_OK | X_OK) < 0)
			strcpy(folder, "/tmp/ipctop-fuzz-XXXXXX");
		fuzz_expect(mkdtemp(folder));
		atexit(remove_folder);
		made = true;
	}
	fuzz_expect(asprintf(&path, "%s/%s", folder, name) > 0);
	return path;
}

static bool is_control(uint32_t character)
{
	return character < 0x20 || (character >= 0x7f && character < 0xa0);
}

static void expect_clean(const struct buf *text, bool lines)
{
	const char *at = buf_str(text), *end = at + text->len;
	uint32_t character;
	size_t bytes;

	for (; at < end; at += bytes) {
		bytes = text_decode(at, (size_t)(end - at), &character);
		fuzz_expect(bytes > 0);
		fuzz_expect((lines && character == '\n') || !is_control(character));
		fuzz_expect(!text_is_invisible(character));
	}
}

void fuzz_expect_printable(const struct buf *text)
{
	expect_clean(text, false);
}

void fuzz_expect_lines(const struct buf *text)
{
	expect_clean(text, true);
}
