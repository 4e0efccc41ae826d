/* The configuration: what was read once stays the same however often it is written. */
#include "fuzz.h"

#include <errno.h>

#include "ipctop/base/file.h"
#include "ipctop/base/ini.h"
#include "ipctop/tui/config.h"

static char *path;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	path = fuzz_place("config");
	return 0;
}

/* Lines stay as they are. */
static void take_apart(const uint8_t *data, size_t size)
{
	struct buf out = { 0 };
	struct ini ini = { 0 };

	fuzz_expect(ini_parse(&ini, (const char *)data, size) == 0);
	ini_write(&out, &ini);
	fuzz_expect(!out.error);
	if (size > 0 && !memchr(data, 0, size) && !memchr(data, '\r', size)) {
		fuzz_expect(out.len >= size);
		fuzz_expect(memcmp(out.data, data, size) == 0);
	}
	ini_free(&ini);
	buf_free(&out);
}

static void write_file(const uint8_t *data, size_t size)
{
	FILE *file = fopen(path, "w");

	fuzz_expect(file);
	fuzz_expect(fwrite(data, 1, size, file) == size);
	fuzz_expect(fclose(file) == 0);
}

static char *read_back(size_t *size)
{
	static char text[256 * 1024];
	FILE *file = fopen(path, "r");

	fuzz_expect(file);
	*size = fread(text, 1, sizeof(text), file);
	fuzz_expect(*size < sizeof(text));
	fclose(file);
	return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf complaints = { 0 }, first = { 0 };
	struct settings settings;
	size_t written;
	char *text;
	int error;

	take_apart(data, size);
	write_file(data, size);
	settings_init(&settings);
	error = config_read(path, &settings, &complaints);
	fuzz_expect(error == 0 || error == -EILSEQ || error == -EFBIG);
	fuzz_expect_lines(&complaints);
	/* what can't be read is left alone */
	fuzz_expect(config_write(path, &settings) == error);
	if (!error) {
		text = read_back(&written);
		buf_bytes(&first, text, written);
		settings_free(&settings);
		settings_init(&settings);
		buf_clear(&complaints);
		fuzz_expect(config_read(path, &settings, &complaints) == 0);
		fuzz_expect(config_write(path, &settings) == 0);
		text = read_back(&written);
		fuzz_expect(written == first.len && memcmp(text, buf_str(&first), written) == 0);
	}
	settings_free(&settings);
	buf_free(&complaints);
	buf_free(&first);
	return 0;
}
