/* model/report: all that is known of an object is told. */
#include "unit.h"

#include "report.h"

static const enum class kinds[] = { CLASS_MSG, CLASS_SEM, CLASS_SHM };

/* The first word of a line is the column's name, then come its value, the kernel's, its help. */
static void expect_column(const struct buf *out, const struct row *row, const struct column *column,
	const struct report_style *style)
{
	struct buf line = { 0 }, all = { 0 }, text = { 0 }, raw = { 0 };
	struct value value = column->get(row);

	if (value.type == VALUE_NONE && column->type == VALUE_TIME)
		buf_text(&text, "never");
	else
		value_text(&text, value, &style->value);
	value_raw(&raw, value);
	buf_printf(&line, " %s %s ", column->name, text.len ? buf_str(&text) : "none");
	if (raw.len && strcmp(buf_str(&raw), buf_str(&text)) != 0)
		buf_printf(&line, "(%s) ", buf_str(&raw));
	buf_printf(&line, "%s ", column->help);
	buf_text(&all, buf_str(out));
	squeeze(&all);
	expect_part(&all, buf_str(&line));
	buf_free(&line);
	buf_free(&all);
	buf_free(&text);
	buf_free(&raw);
}

static void expect_columns(const struct row *row, const struct report_style *style)
{
	struct column_list list;
	struct buf out = { 0 };
	size_t i;

	make_report(&out, row, style);
	column_list_all(&list, row->class);
	assert_true(list.count > 4);
	for (i = 0; i < list.count; i++)
		expect_column(&out, row, list.at[i], style);
	buf_free(&out);
}

static void every_column_is_told(void **state)
{
	static const unsigned widths[] = { 0, 200, 80, 60 };
	struct snapshot *snapshot = sample_snapshot();
	struct process_record *process = add_record(snapshot, CLASS_PROCESS, 0);
	struct report_style style;
	struct row row;
	size_t i, k;

	(void)state;
	use_utf8();
	use_zone("UTC0");
	process->pid = ALIVE_PID;
	process->start = UNIT_NOW - 3 * SAMPLE_DAY;
	for (i = 0; i < LENGTH(widths); i++) {
		style = report_style_of(widths[i], i % 2);
		for (k = 0; k < LENGTH(kinds); k++) {
			row = detail_on(snapshot, kinds[k], 0);
			expect_columns(&row, &style);
		}
		row = row_at(snapshot, CLASS_LIMIT, 0);
		expect_columns(&row, &style);
		row = row_at(snapshot, CLASS_PROCESS, 0);
		expect_columns(&row, &style);
	}
	snapshot_unref(snapshot);
}

static void columns_stand_below_each_other(void **state)
{
	struct snapshot *snapshot = sample_snapshot();
	struct report_style style = report_style_of(0, true);
	struct row row = detail_on(snapshot, CLASS_SEM, 0);
	struct buf out = { 0 };

	(void)state;
	use_zone("UTC0");
	make_report(&out, &row, &style);
	expect_part(&out,
		"Semaphore set 44, of www-data\n"
		"  KEY      0x52012345 (1375806277)  key that");
	expect_part(&out, "\n  ID       44                  identifier: ");
	expect_part(&out, "\n  PERMS    rw-r----- (0640)    permissions of owner, ");
	expect_part(
		&out, "\n  OTIME    2023-11-14T22:11:50+00:00 (@1699999910)  last semop(2) that");
	buf_free(&out);
	snapshot_unref(snapshot);
}

/* What is asked for most comes first: the usual columns, the parts, key and limits, the rest. */
static void further_fields_come_last(void **state)
{
	struct snapshot *snapshot = sample_snapshot();
	struct report_style style = report_style_of(0, true);
	const char *usual, *limits, *further;
	struct buf out = { 0 };
	struct row row;
	size_t k;

	(void)state;
	for (k = 0; k < LENGTH(kinds); k++) {
		row = detail_on(snapshot, kinds[k], 0);
		make_report(&out, &row, &style);
		usual = strstr(out.data, "\n  PERMS ");
		limits = strstr(out.data, "\n\nLimits\n");
		further = strstr(out.data, "\n\nFurther fields\n");
		assert_non_null(usual);
		assert_non_null(limits);
		assert_non_null(further);
		assert_true(usual < limits && limits < further);
		assert_non_null(strstr(further, "\n  CTIME "));
		assert_null(strstr(further, "\n  PERMS "));
		buf_free(&out);
	}
	snapshot_unref(snapshot);
}

/* What is known of one object alone is told of no other. */
static void the_detail_of_another_object_is_not_told(void **state)
{
	struct key_candidate candidates[] = { { .path = "/etc/passwd" } };
	struct message messages[] = { { .type = 1, .bytes = "secret", .size = 6, .kept = 6 } };
	struct snapshot *snapshot = sample_snapshot();
	struct report_style style = report_style_of(0, true);
	struct buf out = { 0 };
	struct row other;

	(void)state;
	fill_ipc(&add_msg(snapshot, 34)->ipc);
	set_messages(snapshot, messages, 1);
	set_candidates(snapshot, candidates, 1);
	detail_on(snapshot, CLASS_MSG, 0);
	other = row_at(snapshot, CLASS_MSG, 1);
	make_report(&out, &other, &style);
	expect_part(&out, "\n\n  not read\n\nKey 0x52012345\n");
	expect_no_part(&out, "secret");
	expect_no_part(&out, "andidate");
	buf_free(&out);
	style.reading = "is being read";
	make_report(&out, &other, &style);
	expect_part(&out, "\n\n  is being read\n\nKey 0x52012345\n");
	buf_free(&out);
	/* of another class the same row is another object */
	other = row_at(snapshot, CLASS_SEM, 0);
	make_report(&out, &other, &style);
	expect_part(&out, "\n\n  is being read\n\nKey ");
	buf_free(&out);
	/* and an object that was not found has none */
	other = detail_on(snapshot, CLASS_MSG, 1);
	snapshot->detail.found = false;
	make_report(&out, &other, &style);
	expect_part(&out, "\n\n  is being read\n\nKey ");
	buf_free(&out);
	snapshot_unref(snapshot);
}

static void titles_name_the_object(void **state)
{
	static const char *const titles[] = { "Queue 33, of www-data\n",
		"Semaphore set 44, of www-data\n", "Segment 55, of www-data\n" };
	struct snapshot *snapshot = sample_snapshot();
	struct process_record *process = add_record(snapshot, CLASS_PROCESS, 0);
	struct report_style style = report_style_of(0, true);
	struct buf out = { 0 };
	struct row row;
	size_t k;

	(void)state;
	for (k = 0; k < LENGTH(kinds); k++) {
		row = detail_on(snapshot, kinds[k], 0);
		make_report(&out, &row, &style);
		assert_memory_equal(buf_str(&out), titles[k], strlen(titles[k]));
		expect_part(&out, "\n\nKey 0x52012345\n  Project id 82 ('R'), ");
		expect_part(&out, "\n\nLimits\n  ");
		buf_free(&out);
	}
	row = row_at(snapshot, CLASS_LIMIT, 0);
	make_report(&out, &row, &style);
	assert_memory_equal(buf_str(&out), "Limit MSGMNI\n", 13);
	expect_no_part(&out, "\n\nKey ");
	expect_no_part(&out, "\n\nLimits\n");
	buf_free(&out);
	process->pid = ALIVE_PID;
	row = row_at(snapshot, CLASS_PROCESS, 0);
	make_report(&out, &row, &style);
	assert_memory_equal(buf_str(&out), "Process 811", 11);
	expect_no_part(&out, "\n\nKey ");
	expect_no_part(&out, "\n\nLimits\n");
	buf_free(&out);
	snapshot_unref(snapshot);
}

static void noheadings_leaves_out_titles(void **state)
{
	struct semaphore semaphores[3] = { { .value = 7 } };
	struct message messages[1] = { { .type = 1, .bytes = "text", .size = 4, .kept = 4 } };
	struct snapshot *snapshot = sample_snapshot();
	struct report_style style = report_style_of(0, true);
	struct buf out = { 0 };
	const char *line;
	struct row row;
	size_t k;

	(void)state;
	set_semaphores(snapshot, semaphores, 3);
	set_messages(snapshot, messages, 1);
	style.noheadings = true;
	for (k = 0; k < LENGTH(kinds); k++) {
		row = detail_on(snapshot, kinds[k], 0);
		make_report(&out, &row, &style);
		for (line = buf_str(&out); *line; line = strchr(line, '\n') + 1)
			assert_memory_equal(line, "  ", 2);
		expect_no_part(&out, "SEMNUM");
		expect_no_part(&out, "NUMBER");
		buf_free(&out);
	}
	snapshot_unref(snapshot);
}

static void what_never_was_is_never(void **state)
{
	static const char *const names[] = { "SEND ", "RECV ", "OTIME ", "ATTACH ", "DETACH " };
	static const enum class of[] = { CLASS_MSG, CLASS_MSG, CLASS_SEM, CLASS_SHM, CLASS_SHM };
	struct snapshot *snapshot = make_snapshot();
	struct report_style style = report_style_of(0, true);
	struct buf out = { 0 }, line = { 0 };
	struct row row;
	size_t i;

	(void)state;
	add_msg(snapshot, 0);
	add_sem(snapshot, 0);
	add_shm(snapshot, 0);
	for (i = 0; i < LENGTH(names); i++) {
		row = detail_on(snapshot, of[i], 0);
		make_report(&out, &row, &style);
		squeeze(&out);
		buf_printf(&line, " %snever ", names[i]);
		expect_part(&out, buf_str(&line));
		expect_part(&out, " CTIME never ");
		expect_no_part(&out, "1970");
		buf_free(&out);
		buf_clear(&line);
	}
	buf_free(&line);
	snapshot_unref(snapshot);
}

static void times_are_never_short(void **state)
{
	struct snapshot *snapshot = sample_snapshot();
	struct report_style style = report_style_of(0, true);
	struct row row = detail_on(snapshot, CLASS_SEM, 0);
	struct buf out = { 0 };

	(void)state;
	use_zone("UTC0");
	style.value.time_format = TIME_SHORT;
	make_report(&out, &row, &style);
	expect_part(&out, "Tue Nov 14 22:11:50 2023");
	buf_free(&out);
	style.value.time_format = TIME_FULL;
	make_report(&out, &row, &style);
	expect_part(&out, "Tue Nov 14 22:11:50 2023");
	buf_free(&out);
	snapshot_unref(snapshot);
}

static void sizes_have_their_digits(void **state)
{
	struct snapshot *snapshot = sample_snapshot();
	struct report_style style = report_style_of(0, true);
	struct row row = detail_on(snapshot, CLASS_MSG, 0);
	struct buf out = { 0 };

	(void)state;
	make_report(&out, &row, &style);
	squeeze(&out);
	expect_part(&out, " USEDBYTES 1.1M (1234567) bytes of the messages");
	buf_free(&out);
	style.value.exact_bytes = true;
	make_report(&out, &row, &style);
	squeeze(&out);
	expect_part(&out, " USEDBYTES 1234567 bytes of the messages");
	buf_free(&out);
	snapshot_unref(snapshot);
}

static void pids_say_what_became_of_them(void **state)
{
	struct snapshot *snapshot = sample_snapshot();
	struct report_style style = report_style_of(0, true);
	struct shm_record *other = add_shm(snapshot, 56);
	struct row row = detail_on(snapshot, CLASS_SHM, 0);
	struct buf out = { 0 };

	(void)state;
	other->cpid = 999; /* nothing is known of it */
	make_report(&out, &row, &style);
	squeeze(&out);
	expect_part(&out, " CPID 811 (lives) ");
	expect_part(&out, " LPID 4120! (gone) ");
	expect_part(&out, " COMMAND postgres command of CPID ");
	buf_free(&out);
	style.value.ascii = false;
	row = detail_on(snapshot, CLASS_SHM, 1);
	make_report(&out, &row, &style);
	squeeze(&out);
	expect_part(&out, " CPID 999 (not known) ");
	expect_part(&out, " LPID 0 (none seen) ");
	expect_part(&out, " COMMAND - command of CPID ");
	buf_free(&out);
	snapshot_unref(snapshot);
}

static void limits_tell_what_it_takes(void **state)
{
	struct snapshot *snapshot = sample_snapshot();
	struct report_style style = report_style_of(0, true);
	struct buf out = { 0 };
	struct row row = detail_on(snapshot, CLASS_MSG, 0);

	(void)state;
	make_report(&out, &row, &style);
	expect_part(&out,
		"\n\nLimits\n"
		"  MSGMNI  What is limited: 1 here, 320 in all, limit 32000 (1.0%)\n"
		"  MSGMNB  What is limited: 2000000 here, limit 16384\n");
	buf_free(&out);
	((struct msg_record *)snapshot->classes[CLASS_MSG].records)->has_qbytes = false;
	make_report(&out, &row, &style);
	expect_part(&out, "  MSGMNB  What is limited: not known here, limit 16384\n");
	buf_free(&out);
	row = detail_on(snapshot, CLASS_SEM, 0);
	make_report(&out, &row, &style);
	expect_part(&out,
		"\n\nLimits\n"
		"  SEMMNI  What is limited: 1 here, 32000 in all, limit 32000 (100.0%)\n"
		"  SEMMNS  What is limited: 3 here, 2500 in all, limit 1000 (250.0%)\n"
		"  SEMMSL  What is limited: 3 here, limit 32000\n");
	buf_free(&out);
	row = detail_on(snapshot, CLASS_SHM, 0);
	make_report(&out, &row, &style);
	expect_part(&out,
		"\n\nLimits\n"
		"  SHMMNI  What is limited: 1 here, 1203 in all, limit 4096 (29.4%)\n"
		"  SHMALL  What is limited: 3 here, 4711 in all, no limit\n"
		"  SHMMAX  What is limited: 10000 here, no limit\n");
	buf_free(&out);
	snapshot_unref(snapshot);
}

static void a_limit_in_bytes_has_units(void **state)
{
	struct snapshot *snapshot = make_snapshot();
	struct report_style style = report_style_of(0, true);
	struct limit_record *limit;
	struct buf out = { 0 };
	struct row row;

	(void)state;
	add_shm(snapshot, 0)->size = 16 << 20;
	add_named_limit(snapshot, 0, "SHMMAX", 64 << 20, 0);
	limit = snapshot->classes[CLASS_LIMIT].records;
	limit->in_bytes = true;
	row = detail_on(snapshot, CLASS_SHM, 0);
	make_report(&out, &row, &style);
	expect_part(&out, "  SHMMAX  What is limited: 16M here, limit 64M\n");
	buf_free(&out);
	style.value.exact_bytes = true;
	make_report(&out, &row, &style);
	expect_part(&out, "  SHMMAX  What is limited: 16777216 here, limit 67108864\n");
	buf_free(&out);
	snapshot_unref(snapshot);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(every_column_is_told),
		cmocka_unit_test(columns_stand_below_each_other),
		cmocka_unit_test(further_fields_come_last),
		cmocka_unit_test(the_detail_of_another_object_is_not_told),
		cmocka_unit_test(titles_name_the_object),
		cmocka_unit_test(noheadings_leaves_out_titles),
		cmocka_unit_test(what_never_was_is_never),
		cmocka_unit_test(times_are_never_short),
		cmocka_unit_test(sizes_have_their_digits),
		cmocka_unit_test(pids_say_what_became_of_them),
		cmocka_unit_test(limits_tell_what_it_takes),
		cmocka_unit_test(a_limit_in_bytes_has_units),
	};

	return tap_run(cases, LENGTH(cases), NULL, NULL);
}
