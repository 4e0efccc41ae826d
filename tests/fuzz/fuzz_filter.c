/* The filter language: what a user types, over rows of every kind. */
#include "fuzz.h"

#include <errno.h>

#include "ipctop/base/text.h"
#include "ipctop/collect/collector.h"
#include "ipctop/model/derive.h"
#include "ipctop/model/filter.h"

static struct snapshot *snapshot;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	const char *source = getenv("TOP_SRCDIR");
	struct needs needs = { .classes = class_set(CLASS_IPC) | class_bit(CLASS_LIMIT) };
	struct collector *collector;
	char *proc;

	(void)argc;
	(void)argv;
	fuzz_expect(asprintf(&proc, "%s/tests/fixtures/linux-6.18", source ? source : ".") > 0);
	collector = collector_new(proc);
	fuzz_expect(collector);
	fuzz_expect(collector_run(collector, &needs, &snapshot) == 0);
	fuzz_expect(snapshot->classes[CLASS_SHM].count > 0);
	fuzz_expect(derive(snapshot, NULL, &(struct derive_wish){ .classes = needs.classes }) == 0);
	collector_free(collector);
	free(proc);
	return 0;
}

static void match_rows(struct filter *filter, enum class class)
{
	const struct class_rows *rows = &snapshot->classes[class];
	struct value_style style = { .now = snapshot->time.tv_sec };
	struct column_list shown;
	struct row row;
	uint32_t i;

	column_list_default(&shown, class);
	for (i = 0; i < rows->count && i < 3; i++) {
		row = row_at(snapshot, class, i);
		filter_match(filter, &row, &shown, &style);
	}
	filter_cost(filter, class);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = { data, size };
	struct filter_error error = { 0 };
	struct buf clean = { 0 };
	struct filter *filter = NULL;
	char *text = fuzz_text(&input);
	enum class class;
	int status;

	status = filter_parse(text, class_set(CLASS_IPC), &filter, &error);
	fuzz_expect(status == 0 || status == -EINVAL);
	for (class = 0; status == 0 && class < CLASS_COUNT; class ++)
		match_rows(filter, class);
	if (status) {
		fuzz_expect(error.position >= 1 && error.position <= strlen(text) + 1);
		fuzz_expect(error.text.len > 0);
		/* it has words of the user's, and goes through this before it is shown */
		text_clean(&clean, buf_str(&error.text), error.text.len, false);
		fuzz_expect_printable(&clean);
	}
	filter_free(filter);
	buf_free(&error.text);
	buf_free(&clean);
	free(text);
	return 0;
}
