/*
 * `ipctop show msg`: messages beside what was sent, and that they stay in the queue as they are;
 * what is too long, too many, or not ours to read.
 */
#include "live.h"

#include <sys/msg.h>

#include "../unit/json_check.h"
#include "command.h"

enum {
	LONG_BYTES = 100 * 1000, /* more than ipctop makes room for at first */
	SHORT_MAX = 64, /* bytes: a lowered MSGMAX */
	MANY = 60,
	SHOWN = 50,
};

struct sent {
	long type;
	char bytes[LONG_BYTES];
};

static void send_bytes(int queue, long type, const char *bytes, size_t size)
{
	static struct sent message;

	message.type = type;
	memcpy(message.bytes, bytes, size);
	assert_int_equal(msgsnd(queue, &message, size, IPC_NOWAIT), 0);
}

static void send_text(int queue, long type, const char *text)
{
	send_bytes(queue, type, text, strlen(text));
}

static void stat_queue(int queue, struct msqid_ds *ds)
{
	memset(ds, 0, sizeof(*ds)); /* all bytes are to be compared */
	assert_int_equal(msgctl(queue, IPC_STAT, ds), 0);
}

static void expect_out(const char *part)
{
	if (!strstr(outcome.out, part))
		fail_msg("no '%s' in: %s", part, outcome.out);
}

static void expect_err(const char *part)
{
	if (!strstr(outcome.err, part))
		fail_msg("no '%s' in: %s", part, outcome.err);
}

static void run_json(const char *arguments, int queue, int status)
{
	assert_int_equal(command_run("show msg %d --json %s", queue, arguments), status);
	assert_true(json_check(outcome.out));
}

/* How many messages the JSON has: each has its digits. */
static unsigned count_out(const char *part)
{
	const char *at = outcome.out;
	unsigned count = 0;

	for (; (at = strstr(at, part)) != NULL; at++)
		count++;
	return count;
}

static void messages_are_those_that_were_sent(void **state)
{
	int queue = world_object(CLASS_MSG, IPC_PRIVATE, 0600);

	(void)state;
	send_text(queue, 1, "job 42 is done");
	send_text(queue, INT64_MAX >> 1, "caf\xc3\xa9");
	send_bytes(queue, 7, "name\0\0\0\0", 8);
	send_bytes(queue, 8, "\0\1\2\xff", 4);
	send_bytes(queue, 9, "", 0);
	send_text(queue, 10, "\x1b[2J\"\n");
	run_json("", queue, 0);
	assert_string_equal(outcome.err, "");
	expect_out("\"messages\":[\n"
		   "  {\"number\":0,\"type\":1,\"size\":14,\"text\":\"job 42 is done\","
		   "\"hex\":\"6a6f6220343220697320646f6e65\"},\n"
		   "  {\"number\":1,\"type\":4611686018427387903,\"size\":5,"
		   "\"text\":\"caf\xc3\xa9\",\"hex\":\"636166c3a9\"},\n"
		   "  {\"number\":2,\"type\":7,\"size\":8,\"text\":\"name\","
		   "\"hex\":\"6e616d6500000000\"},\n"
		   "  {\"number\":3,\"type\":8,\"size\":4,\"text\":null,\"hex\":\"000102ff\"},\n"
		   "  {\"number\":4,\"type\":9,\"size\":0,\"text\":\"\",\"hex\":\"\"},\n"
		   "  {\"number\":5,\"type\":10,\"size\":6,\"text\":\"\\u001b[2J\\\"\\u000a\","
		   "\"hex\":\"1b5b324a220a\"}]");
	assert_int_equal(command_run("show msg %d", queue), 0);
	expect_out("\nMessages: 6\n  NUMBER                TYPE   SIZE TEXT\n");
	expect_out("\n       0                   1     14 job 42 is done\n");
	expect_out("\n       2                   7      8 name\n");
	expect_out("\n       3                   8      4 0x000102ff\n");
	expect_out("\n       5                  10      6 \\x1b[2J\"\\x0a\n");
	assert_int_equal(command_run("show msg %d --raw", queue), 0);
	expect_out("\n\nNUMBER TYPE SIZE TEXT\n0 1 14 job\\x2042\\x20is\\x20done\n");
	expect_out("\n4 9 0 -\n");
	assert_int_equal(command_run("show msg %d --export", queue), 0);
	expect_out("\nNUMBER=\"0\" TYPE=\"1\" SIZE=\"14\" TEXT=\"job 42 is done\"\n");
	expect_out("\nNUMBER=\"4\" TYPE=\"9\" SIZE=\"0\" TEXT=\"\"\n");
}

static void messages_stay_as_they_are(void **state)
{
	static const char *const modes[] = { "", "--json", "--raw", "--export", "--messages 0",
		"--messages 2" };
	int queue = world_object(CLASS_MSG, IPC_PRIVATE, 0600);
	struct msqid_ds before, after;
	static struct sent message;
	size_t i;

	(void)state;
	send_text(queue, 1, "first");
	send_text(queue, 2, "second");
	send_text(queue, 3, "third");
	assert_int_equal(msgrcv(queue, &message, 5, 1, IPC_NOWAIT), 5);
	stat_queue(queue, &before);
	space_wait_past(before.msg_rtime > before.msg_stime ? before.msg_rtime : before.msg_stime);
	for (i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		assert_int_equal(command_run("show msg %d %s", queue, modes[i]), 0);
	stat_queue(queue, &after);
	assert_memory_equal(&before, &after, sizeof(before));
	/* and their order */
	assert_int_equal(msgrcv(queue, &message, 100, 0, IPC_NOWAIT), 6);
	assert_memory_equal(message.bytes, "second", 6);
	assert_int_equal(msgrcv(queue, &message, 100, 0, IPC_NOWAIT), 5);
	assert_memory_equal(message.bytes, "third", 5);
}

static void some_of_many(void **state)
{
	int queue = world_object(CLASS_MSG, IPC_PRIVATE, 0600);
	char text[32];
	int i;

	(void)state;
	for (i = 0; i < MANY; i++) {
		snprintf(text, sizeof(text), "message %d.", i);
		send_text(queue, 1000 + i, text);
	}
	run_json("", queue, 0);
	assert_int_equal(count_out("\"hex\":"), SHOWN);
	expect_out("{\"number\":49,\"type\":1049,\"size\":11,\"text\":\"message 49.\",");
	assert_int_equal(command_run("show msg %d", queue), 0);
	expect_out("\nMessages: 50 of 60; --messages reads more\n");
	expect_out(" message 0.\n");
	expect_out(" message 49.\n");
	assert_null(strstr(outcome.out, "message 50."));
	run_json("--messages 1", queue, 0);
	assert_int_equal(count_out("\"hex\":"), 1);
	expect_out("\"text\":\"message 0.\",");
	run_json("--messages 0", queue, 0);
	expect_out("\"messages\":[]");
	assert_int_equal(command_run("show msg %d --messages 0", queue), 0);
	expect_out("\nMessages: 60\n\n");
	run_json("--messages 60", queue, 0);
	assert_int_equal(count_out("\"hex\":"), MANY);
	expect_out("\"text\":\"message 59.\",");
	run_json("--messages 1000", queue, 0);
	assert_int_equal(count_out("\"hex\":"), MANY);
	assert_int_equal(command_run("show msg %d --messages=1000", queue), 0);
	expect_out("\nMessages: 60\n  NUMBER");
}

static void an_empty_queue_is_empty(void **state)
{
	int queue = world_object(CLASS_MSG, IPC_PRIVATE, 0600);

	(void)state;
	run_json("", queue, 0);
	expect_out("\"messages\":[]");
	assert_int_equal(command_run("show msg %d", queue), 0);
	expect_out("\nMessages: 0\n\nKey ");
	assert_int_equal(command_run("show msg %d --raw", queue), 0);
	assert_null(strstr(outcome.out, "NUMBER"));
}

/* limits of our own namespace */

static void set_limit(const char *name, const char *value)
{
	char path[64];
	int error;

	space_must_be_private();
	snprintf(path, sizeof(path), "/proc/sys/kernel/%s", name);
	error = space_write(path, value);
	if (error)
		tap_skip("%s can't be set: %s", name, strerror(-error));
}

static int default_limits(void **state)
{
	live_clear(state);
	space_write("/proc/sys/kernel/msgmax", "8192");
	space_write("/proc/sys/kernel/msgmnb", "16384");
	return 0;
}

static void a_long_message_is_shown_too(void **state)
{
	static char bytes[LONG_BYTES];
	int queue;

	(void)state;
	set_limit("msgmax", "1000000");
	set_limit("msgmnb", "1000000");
	queue = world_object(CLASS_MSG, IPC_PRIVATE, 0600);
	memset(bytes, 'a', sizeof(bytes));
	send_text(queue, 1, "before");
	send_bytes(queue, 2, bytes, sizeof(bytes));
	send_bytes(queue, 3, bytes, 65536);
	send_bytes(queue, 4, bytes, 65537);
	send_text(queue, 5, "behind");
	run_json("", queue, 0);
	expect_out("\"text\":\"before\",");
	expect_out("{\"number\":1,\"type\":2,\"size\":100000,\"text\":\"aaa");
	expect_out("{\"number\":2,\"type\":3,\"size\":65536,\"text\":\"aaa");
	expect_out("{\"number\":3,\"type\":4,\"size\":65537,\"text\":\"aaa");
	expect_out("\"text\":\"behind\",");
	/* 256 bytes of each are kept */
	memset(bytes, '6', 512);
	for (int i = 1; i < 512; i += 2)
		bytes[i] = '1';
	bytes[512] = '\0';
	assert_int_equal(count_out(bytes), 3);
	bytes[512] = '6';
	bytes[513] = '\0';
	assert_int_equal(count_out(bytes), 0);
}

static void a_message_beyond_a_lowered_limit_says_why(void **state)
{
	static const char text[] = "a message that is longer than the limit allows any longer, "
				   "since it was lowered";
	int queue = world_object(CLASS_MSG, IPC_PRIVATE, 0600);
	char limit[16];

	(void)state;
	assert_true(strlen(text) > SHORT_MAX);
	send_text(queue, 1, "short");
	send_text(queue, 2, text);
	send_text(queue, 3, "behind");
	snprintf(limit, sizeof(limit), "%d", SHORT_MAX);
	set_limit("msgmax", limit);
	run_json("", queue, 1);
	expect_out("\"text\":\"short\",");
	expect_out("\"errors\":[{\"kind\":\"msg\",\"reason\":\"messages can't be read: message 1 "
		   "is too long to be copied (MSGMAX)\"}");
	expect_err("ipctop: msg: messages can't be read: message 1 is too long");
	assert_int_equal(command_run("show msg %d", queue), 1);
	expect_out("\nMessages: 1 of 3\n  The rest can't be read: message 1 is too long");
	expect_out(" short\n");
	run_json("--messages 1", queue, 0); /* what was asked for is there */
	run_json("--messages 2", queue, 1);
}

/* Nothing was asked for but whether we may read: a first message too long is no reason to fail. */
static void none_of_long_messages_can_be_asked_for(void **state)
{
	int queue = world_object(CLASS_MSG, IPC_PRIVATE, 0600);

	(void)state;
	world_send(queue, SHORT_MAX + 1);
	set_limit("msgmax", "64");
	run_json("--messages 0", queue, 0);
	expect_out("\"messages\":[]");
}

/* what is not ours to read */

static void become_plain(void *user)
{
	(void)user;
	if (space_has_users())
		space_become(PLAIN_UID, PLAIN_UID);
}

/* Our own namespace's plain user owns it, but may only write. */
static void messages_of_others_are_null(void **state)
{
	const struct preparation plain = { become_plain, NULL };
	int queue = world_object(CLASS_MSG, 0x2a, space_has_users() ? 0600 : 0200), times;

	(void)state;
	for (times = 0; times < 2; times++) {
		/* an empty queue must be readable too to be called empty */
		assert_int_equal(command_run_prepared(&plain, "show msg %d --json", queue), 1);
		assert_true(json_check(outcome.out));
		expect_out("\"messages\":null");
		expect_out("\"errors\":[{\"kind\":\"msg\",\"reason\":\"messages can't be read: you "
			   "have no read permission on it\"}");
		expect_out("\"key\":\"0x0000002a\"");
		expect_out("\"ctime\":\"2");
		expect_err("ipctop: msg: messages can't be read: you have no read permission on "
			   "it\n");
		assert_int_equal(command_run_prepared(&plain, "show msg %d", queue), 1);
		expect_out("  They can't be read: you have no read permission on it.\n");
		expect_out("\nLimits\n  MSGMNI ");
		assert_int_equal(command_run_prepared(&plain, "show msg %d --raw", queue), 1);
		assert_null(strstr(outcome.out, "NUMBER"));
		send_text(queue, 1, "secret");
	}
	assert_null(strstr(outcome.out, "secret"));
}

static void read_permission_is_enough(void **state)
{
	const struct preparation plain = { become_plain, NULL };
	int queue = world_object(CLASS_MSG, IPC_PRIVATE, space_has_users() ? 0604 : 0400);

	(void)state;
	if (space_has_users())
		send_text(queue, 1, "public");
	assert_int_equal(command_run_prepared(&plain, "show msg %d --json", queue), 0);
	expect_out(space_has_users() ? "\"text\":\"public\"" : "\"messages\":[]");
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test_teardown(messages_are_those_that_were_sent, live_clear),
		cmocka_unit_test_teardown(messages_stay_as_they_are, live_clear),
		cmocka_unit_test_teardown(some_of_many, live_clear),
		cmocka_unit_test_teardown(an_empty_queue_is_empty, live_clear),
		cmocka_unit_test_teardown(a_long_message_is_shown_too, default_limits),
		cmocka_unit_test_teardown(
			a_message_beyond_a_lowered_limit_says_why, default_limits),
		cmocka_unit_test_teardown(none_of_long_messages_can_be_asked_for, default_limits),
		cmocka_unit_test_teardown(messages_of_others_are_null, live_clear),
		cmocka_unit_test_teardown(read_permission_is_enough, live_clear),
	};

	return tap_run(cases, sizeof(cases) / sizeof(cases[0]), live_enter, NULL);
}
