/* A key as users write it, its explanation, and the other words of the command line. */
#include "fuzz.h"

#include "ipctop/base/units.h"
#include "ipctop/model/key.h"
#include "ipctop/model/report.h"
#include "ipctop/model/verdict.h"

static void explain(uint32_t key)
{
	struct key_parts parts = key_split(key);
	struct report_style style = { .width = 80 };
	struct buf out = { 0 };

	fuzz_expect(key_join(parts.device, parts.inode, parts.project) == key);
	fuzz_expect(key_fits(key, parts.device, parts.inode));
	report_key(&out, key, &style);
	fuzz_expect(!out.error && out.len > 0);
	fuzz_expect_lines(&out);
	buf_free(&out);
}

/* What was taken is written so that it is taken again. */
static void read_key(const char *text)
{
	char again[16];
	uint32_t key, same;

	if (units_parse_key(text, &key) < 0)
		return;
	snprintf(again, sizeof(again), "0x%08x", key);
	fuzz_expect(units_parse_key(again, &same) == 0 && same == key);
	explain(key);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = { data, size };
	struct verdict_ages ages = { 0 };
	const char *wrong = NULL;
	char *text = fuzz_text(&input);
	uint32_t number;
	uint64_t large;
	int64_t seconds;
	double real;

	read_key(text);
	units_parse_bytes(text, &large);
	units_parse_age(text, &seconds);
	units_parse_time(text, &seconds);
	units_parse_u64(text, &large);
	units_parse_decimal(text, &real);
	units_parse_delay(text, &real);
	units_parse_mode(text, &number);
	if (verdict_ages_parse(&ages, text, &wrong) < 0)
		fuzz_expect(!wrong || (wrong >= text && wrong <= text + strlen(text)));
	free(text);
	return 0;
}
