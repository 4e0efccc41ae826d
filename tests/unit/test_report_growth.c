/* model/report_growth: what details and show tell of growth and of the last use, in words. */
#include "history.h"
#include "report.h"

/* The section Growth of the object's report; empty where there is none. */
static void expect_section(
	const struct history *history, enum class class, int id, const char *expected)
{
	const struct report_style style = report_style_of(0, true);
	struct row row = history_row(history, class, id);
	struct buf out = { 0 }, section = { 0 };
	const char *at, *end;

	report_object(&out, &row, &style);
	at = strstr(buf_str(&out), "\nGrowth\n");
	if (at) {
		at += strlen("\nGrowth\n");
		end = strstr(at, "\n\n");
		buf_bytes(&section, at, end ? (size_t)(end - at) : strlen(at));
	}
	expect_text(&section, expected);
	buf_free(&out);
}

static void queues_tell_of_messages(void **state)
{
	struct history history;
	int i;

	(void)state;
	history_begin(&history);
	for (i = 0; i < 40; i++) {
		history_after(&history, 2);
		add_msg(history.now, 1)->qnum = (uint64_t)i;
		((struct msg_record *)history.now->classes[CLASS_MSG].records)->stime =
			history.now->time.tv_sec - 90;
		history_derive(&history);
	}
	expect_section(&history, CLASS_MSG, 1,
		"  messages: +30 a minute over the last minute, +30 over the last 10 minutes\n"
		"  in the last samples: __.--:=++*##\n"
		"  last send or receive: 1 min ago");
	history_end(&history);
}

static void segments_tell_of_bytes(void **state)
{
	struct history history;
	int i;

	(void)state;
	history_begin(&history);
	for (i = 0; i < 3; i++) {
		history_after(&history, 2);
		history_shm(&history, 1, (uint64_t)i * 4096);
		history_shm(&history, 2, 4096);
		history_derive(&history);
	}
	expect_section(&history, CLASS_SHM, 1,
		"  resident bytes: +120K a minute over the last minute\n"
		"  in the last samples: _=#\n"
		"  last attach or detach: never");
	expect_section(&history, CLASS_SHM, 2,
		"  resident bytes: 0 a minute over the last minute\n"
		"  last attach or detach: never");
	history_end(&history);
}

static void sets_tell_of_their_last_use(void **state)
{
	struct history history;

	(void)state;
	history_begin(&history);
	history_after(&history, 0);
	add_sem(history.now, 1);
	add_sem(history.now, 2)->otime = history.now->time.tv_sec - 3 * 3600;
	history_derive(&history);
	expect_section(&history, CLASS_SEM, 1, "  last semop: never");
	expect_section(&history, CLASS_SEM, 2, "  last semop: 3 h 0 min ago");
	history_end(&history);
}

static void one_look_has_no_section(void **state)
{
	struct history history;

	(void)state;
	history_begin(&history);
	history_after(&history, 0);
	history_msg(&history, 1, 5);
	assert_int_equal(derive(history.now, NULL, &history.wish), 0);
	history.last = history.now;
	expect_section(&history, CLASS_MSG, 1, "");
	history_end(&history);
}

/* What an object takes of a limit tells when that is reached. */
static void shares_tell_of_the_forecast(void **state)
{
	struct history history;
	const struct report_style style = report_style_of(0, true);
	struct buf out = { 0 };
	struct row row;
	int i;

	(void)state;
	history_begin(&history);
	for (i = 0; i < 8; i++) {
		history_after(&history, 2);
		history_msg(&history, 1, 5);
		add_named_limit(history.now, 0, "MSGMNI", 31, (uint64_t)i + 1);
		history_derive(&history);
	}
	row = history_row(&history, CLASS_MSG, 1);
	report_object(&out, &row, &style);
	expect_part(&out, "limit 31 (25.8%); at this rate MSGMNI is reached in 46 s\n");
	buf_free(&out);
	row = row_at(history.last, CLASS_LIMIT, 0);
	report_object(&out, &row, &style);
	expect_part(&out, "\nGrowth\n  at this rate MSGMNI is reached in 46 s\n");
	buf_free(&out);
	history_end(&history);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(queues_tell_of_messages),
		cmocka_unit_test(segments_tell_of_bytes),
		cmocka_unit_test(sets_tell_of_their_last_use),
		cmocka_unit_test(one_look_has_no_section),
		cmocka_unit_test(shares_tell_of_the_forecast),
	};

	return tap_run(cases, LENGTH(cases), NULL, NULL);
}
