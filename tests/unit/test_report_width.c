/* model/report: lines keep to the width, and nothing from outside comes through raw. */
#include "unit.h"

#include "report.h"

static const enum class kinds[] = { CLASS_MSG, CLASS_SEM, CLASS_SHM };

#define HOSTILE "\x1b[2J\x1b]0;x\a\r\n\xff\xc2\x9b\xe2\x80\xae \xe6\xbc\xa2\xe5\xad\x97"

/* Parts of each kind, with texts that are long or hostile; LONG_TEXT stands for what is long. */
struct sample {
	struct snapshot *snapshot;
	struct semaphore semaphores[2];
	struct message messages[3];
	struct key_candidate candidates[3];
	char path[1024];
};

static void fill_parts(struct sample *sample, const char *text)
{
	size_t length = strlen(text);

	sample->semaphores[0] = (struct semaphore){ 32767, ALIVE_PID, 4000000000, 4000000000 };
	sample->semaphores[1] = (struct semaphore){ 0, INT32_MAX, 1, 1 };
	sample->messages[0] = (struct message){ 1, length, text, (uint32_t)length };
	sample->messages[1] = (struct message){ INT64_MAX, UINT64_MAX, text, (uint32_t)length };
	sample->messages[2] = (struct message){ 2, 4, "\0\1\2\3", 4 };
	memset(sample->path, 'p', sizeof(sample->path) - 1);
	sample->path[0] = '/';
	sample->candidates[0] = (struct key_candidate){ text, CANDIDATE_OPEN, ALIVE_PID };
	sample->candidates[1] = (struct key_candidate){ sample->path, CANDIDATE_EXECUTABLE, 99 };
	sample->candidates[2] = (struct key_candidate){ "/a b/c", CANDIDATE_BELOW, 0 };
	set_semaphores(sample->snapshot, sample->semaphores, 2);
	set_messages(sample->snapshot, sample->messages, 3);
	set_candidates(sample->snapshot, sample->candidates, 3);
}

/* All texts that come from outside are `text`. */
static void make_sample(struct sample *sample, const char *text)
{
	struct snapshot *snapshot = make_snapshot();
	struct msg_record *msg = add_msg(snapshot, INT32_MAX);
	struct sem_record *sem = add_sem(snapshot, INT32_MAX);
	struct shm_record *shm = add_shm(snapshot, INT32_MAX);

	*sample = (struct sample){ .snapshot = snapshot };
	fill_ipc(&msg->ipc);
	fill_ipc(&sem->ipc);
	fill_ipc(&shm->ipc);
	msg->qnum = UINT64_MAX;
	msg->qbytes = msg->cbytes = INT64_MAX;
	msg->has_qbytes = true;
	msg->stime = msg->rtime = UNIT_NOW;
	msg->lspid = msg->lrpid = ALIVE_PID;
	sem->nsems = UINT32_MAX;
	shm->size = shm->rss = UINT64_MAX;
	shm->has_rss = true;
	shm->ipc.mode = 03777;
	shm->cpid = ALIVE_PID;
	shm->lpid = GONE_PID;
	add_limits(snapshot);
	add_user(snapshot, OWNER_UID, text);
	add_user(snapshot, CREATOR_UID, text);
	add_group(snapshot, 2001, text);
	add_process(snapshot, ALIVE_PID, ALIVE_YES, 0, text);
	add_process(snapshot, GONE_PID, ALIVE_NO, 0, NULL);
	fill_parts(sample, text);
}

static void expect_narrow(const struct buf *out, unsigned width)
{
	const char *line = buf_str(out), *end;
	char *one;

	for (; (end = strchr(line, '\n')) != NULL; line = end + 1) {
		one = strndup(line, (size_t)(end - line));
		assert_non_null(one);
		if (text_width(one) > width)
			fail_msg("%zu columns instead of %u: '%s'", text_width(one), width, one);
		free(one);
	}
	assert_int_equal(*line, '\0');
}

static void expect_widths(const char *text, unsigned width)
{
	struct report_style style = report_style_of(width, false);
	struct buf out = { 0 };
	struct sample sample;
	struct row row;
	size_t k;

	make_sample(&sample, text);
	for (k = 0; k < LENGTH(kinds); k++) {
		row = detail_on(sample.snapshot, kinds[k], 0);
		make_report(&out, &row, &style);
		expect_narrow(&out, width);
		buf_free(&out);
	}
	row = row_at(sample.snapshot, CLASS_LIMIT, 0);
	make_report(&out, &row, &style);
	expect_narrow(&out, width);
	buf_free(&out);
	report_candidates(&out, sample.snapshot, &style);
	expect_narrow(&out, width);
	buf_free(&out);
	report_key(&out, SAMPLE_KEY, &style);
	report_key(&out, 0, &style);
	expect_narrow(&out, width);
	buf_free(&out);
	snapshot_unref(sample.snapshot);
}

static void check_width(unsigned width)
{
	use_utf8();
	use_zone("UTC0");
	expect_widths("root", width);
	expect_widths("someone-with-a-very-long-name-that-no-narrow-terminal-has-room-for", width);
	expect_widths(
		"words that may be broken, between their blanks, wherever there is need", width);
	expect_widths(HOSTILE HOSTILE HOSTILE, width);
	expect_widths("\xe6\xbc\xa2\xe5\xad\x97\xe6\xbc\xa2\xe5\xad\x97\xe6\xbc\xa2\xe5\xad\x97"
		      "\xe6\xbc\xa2\xe5\xad\x97\xe6\xbc\xa2\xe5\xad\x97\xe6\xbc\xa2\xe5\xad\x97",
		width);
}

static void lines_keep_to_200_columns(void **state)
{
	(void)state;
	check_width(200);
}

static void lines_keep_to_80_columns(void **state)
{
	(void)state;
	check_width(80);
	check_width(79);
}

static void lines_keep_to_60_columns(void **state)
{
	(void)state;
	check_width(61);
	check_width(60);
}

static void lines_keep_to_40_columns(void **state)
{
	(void)state;
	check_width(40);
}

static void lines_keep_to_20_columns(void **state)
{
	(void)state;
	check_width(20);
}

/* There is no such terminal, but no number may make it go wrong. */
static void any_width_is_taken(void **state)
{
	struct report_style style = report_style_of(0, false);
	struct buf out = { 0 };
	struct sample sample;
	unsigned width;
	struct row row;
	size_t k;

	(void)state;
	make_sample(&sample, HOSTILE);
	for (width = 1; width < 300; width++) {
		style.width = width;
		for (k = 0; k < LENGTH(kinds); k++) {
			row = detail_on(sample.snapshot, kinds[k], 0);
			make_report(&out, &row, &style);
			buf_free(&out);
		}
	}
	snapshot_unref(sample.snapshot);
}

/* The same words are there whatever the width: only blanks and ends of lines differ. */
static void nothing_is_lost_in_narrow_lines(void **state)
{
	struct report_style wide = report_style_of(0, true), narrow = report_style_of(40, true);
	struct snapshot *snapshot = sample_snapshot();
	struct buf one = { 0 }, other = { 0 };
	struct row row;
	size_t k;

	(void)state;
	use_zone("UTC0");
	for (k = 0; k < LENGTH(kinds); k++) {
		row = detail_on(snapshot, kinds[k], 0);
		make_report(&one, &row, &wide);
		make_report(&other, &row, &narrow);
		squeeze(&one);
		squeeze(&other);
		assert_string_equal(buf_str(&one), buf_str(&other));
		buf_free(&one);
		buf_free(&other);
	}
	snapshot_unref(snapshot);
}

static void expect_clean(const struct buf *out, bool ascii)
{
	struct buf clean = { 0 };
	const char *line = buf_str(out), *end;
	size_t i;

	for (; *line; line = end + 1) {
		end = strchr(line, '\n');
		text_clean(&clean, line, (size_t)(end - line), false);
		buf_char(&clean, '\n');
	}
	assert_string_equal(buf_str(&clean), buf_str(out)); /* there was nothing to clean */
	for (i = 0; i < out->len && ascii; i++) {
		if ((unsigned char)out->data[i] >= 0x7f)
			fail_msg("byte 0x%02x in: %s", (unsigned char)out->data[i], out->data);
	}
	buf_free(&clean);
}

static void check_clean(bool ascii)
{
	static const unsigned widths[] = { 0, 80, 40 };
	struct report_style style;
	struct buf out = { 0 };
	struct sample sample;
	struct row row;
	size_t i, k;

	use_utf8();
	make_sample(&sample, HOSTILE);
	for (i = 0; i < LENGTH(widths); i++) {
		style = report_style_of(widths[i], ascii);
		for (k = 0; k < LENGTH(kinds); k++) {
			row = detail_on(sample.snapshot, kinds[k], 0);
			make_report(&out, &row, &style);
			expect_clean(&out, ascii);
			if (widths[i] == 0)
				expect_part(&out, "\\x1b[2J");
			buf_free(&out);
		}
	}
	snapshot_unref(sample.snapshot);
}

static void nothing_comes_through_raw(void **state)
{
	(void)state;
	check_clean(false);
}

static void ascii_style_is_ascii(void **state)
{
	(void)state;
	check_clean(true);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(lines_keep_to_200_columns),
		cmocka_unit_test(lines_keep_to_80_columns),
		cmocka_unit_test(lines_keep_to_60_columns),
		cmocka_unit_test(lines_keep_to_40_columns),
		cmocka_unit_test(lines_keep_to_20_columns),
		cmocka_unit_test(any_width_is_taken),
		cmocka_unit_test(nothing_is_lost_in_narrow_lines),
		cmocka_unit_test(nothing_comes_through_raw),
		cmocka_unit_test(ascii_style_is_ascii),
	};

	return tap_run(cases, LENGTH(cases), NULL, NULL);
}
