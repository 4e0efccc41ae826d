/*
 * The texts of /proc/sysvipc and of the limits, twice: what the second snapshot follows from is the
 * first. The input is eight texts, each ended by a zero byte.
 */
#include "fuzz.h"

#include <sys/stat.h>
#include <unistd.h>

#include "../unit/json_check.h"
#include "ipctop/base/json.h"
#include "ipctop/collect/collector.h"
#include "ipctop/model/column.h"
#include "ipctop/model/derive.h"
#include "ipctop/model/report.h"

enum { TEXTS = 4, LOOKS = 2, ROWS = 2 };

static int files[TEXTS];
static char *proc;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static const char *const names[TEXTS] = { "proc/sysvipc/msg", "proc/sysvipc/sem",
		"proc/sysvipc/shm", "proc/sys/kernel/sem" };
	static const char *const folders[] = { "proc", "proc/sysvipc", "proc/sys",
		"proc/sys/kernel" };
	char path[32], *place;
	size_t i;

	(void)argc;
	(void)argv;
	for (i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		place = fuzz_place(folders[i]);
		fuzz_expect(mkdir(place, 0700) == 0);
		free(place);
	}
	for (i = 0; i < TEXTS; i++) {
		files[i] = fuzz_file();
		fuzz_path(files[i], path);
		place = fuzz_place(names[i]);
		fuzz_expect(symlink(path, place) == 0);
		free(place);
	}
	proc = fuzz_place("proc");
	return 0;
}

static size_t count_lines(const struct fuzz_input *text)
{
	size_t lines = 1, i;

	for (i = 0; i < text->size; i++)
		lines += text->data[i] == '\n';
	return lines;
}

/* All that is said of a row. */
static void tell(const struct row *row)
{
	struct report_style style = { .width = 80, .value.now = row->snapshot->time.tv_sec };
	struct json json = { 0 };
	struct buf out = { 0 };
	struct value value;
	size_t i;

	json_begin_object(&json, NULL);
	for (i = 0; i < column_count; i++) {
		if (!(columns[i].classes & class_bit(row->class)))
			continue;
		value = columns[i].get(row);
		buf_clear(&out);
		value_text(&out, value, &style.value);
		fuzz_expect_printable(&out);
		value_json(&json, columns[i].json, NULL, value);
	}
	json_end_object(&json);
	fuzz_expect(!json.out.error && json_check(buf_str(&json.out)));
	buf_clear(&out);
	if (class_infos[row->class].flags & CLASS_IPC)
		report_object(&out, row, &style);
	fuzz_expect_lines(&out);
	buf_free(&out);
	buf_free(&json.out);
}

/* `all`: whether all is told of what was seen. */
static void look(struct collector *collector, struct past *past, struct fuzz_input *input, bool all)
{
	const unsigned classes = class_set(CLASS_IPC) | class_bit(CLASS_LIMIT) |
		class_bit(CLASS_GROUP) | class_bit(CLASS_EVENT);
	struct needs needs = { .classes = classes, .cost = COST_RESIDENT | COST_VERDICT };
	struct snapshot *snapshot;
	struct fuzz_input text;
	size_t lines[TEXTS];
	enum class class;
	struct row row;
	uint32_t i;

	for (i = 0; i < TEXTS; i++) {
		text = fuzz_part(input);
		lines[i] = count_lines(&text);
		fuzz_fill(files[i], &text);
	}
	fuzz_expect(collector_run(collector, &needs, &snapshot) == 0);
	fuzz_expect(derive(snapshot, past, &(struct derive_wish){ .classes = classes }) == 0);
	for (class = 0; class < CLASS_COUNT; class ++) {
		if (class_infos[class].flags & CLASS_IPC)
			fuzz_expect(snapshot->classes[class].count <= lines[class]);
		for (i = 0; all && i < snapshot->classes[class].count && i < ROWS; i++) {
			row = row_at(snapshot, class, i);
			tell(&row);
		}
	}
	snapshot_unref(snapshot);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = { data, size };
	struct collector *collector = collector_new(proc);
	struct past *past = past_new();
	int i;

	fuzz_expect(collector && past);
	for (i = 0; i < LOOKS; i++)
		look(collector, past, &input, i == LOOKS - 1);
	past_free(past);
	collector_free(collector);
	return 0;
}
