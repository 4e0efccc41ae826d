/* collect/blocked: lines of /proc/PID/task/TID/syscall, as kernels write them and otherwise. */
#include "unit.h"

#include <sys/syscall.h>

#include "ipctop/collect/blocked.h"

/* What stands behind the six arguments. */
#define WIDE   " 0x7ffd77d76248 0x7f0f47577323\n"
#define NARROW " 0xffb3f1a0 0xf7f2a579\n"

/* What is left in `blocked` by the call before. */
static struct blocked rubbish(void)
{
	struct blocked blocked;

	memset(&blocked, 0xa5, sizeof(blocked));
	return blocked;
}

static void expect(const char *text, enum abi abi, const struct blocked *expected)
{
	struct blocked blocked = rubbish();

	if (!blocked_parse(text, strlen(text), abi, &blocked))
		fail_msg("not taken: %s", text);
	if (!blocked_may_be(text, strlen(text)))
		fail_msg("passed over: %s", text);
	assert_int_equal(blocked.call, expected->call);
	assert_int_equal(blocked.id, expected->id);
	assert_int_equal(blocked.has_type, expected->has_type);
	assert_true(blocked.type == expected->type);
	assert_true(blocked.type_at == expected->type_at);
	assert_true(blocked.sops == expected->sops);
	assert_int_equal(blocked.nsops, expected->nsops);
}

#define EXPECT(text, abi, ...) expect(text, abi, &(const struct blocked){ __VA_ARGS__ })

/* The text is in a block of just its size, for checkers of memory to see a byte too far. */
static bool takes(const char *text, size_t length, enum abi abi)
{
	struct blocked blocked = rubbish();
	char *copy = malloc(length + !length);
	bool taken;

	assert_non_null(copy);
	memcpy(copy, text, length);
	taken = blocked_parse(copy, length, abi, &blocked);
	free(copy);
	assert_int_equal(taken, blocked.call != WAIT_NONE);
	return taken;
}

static void refuse(const char *text, enum abi abi)
{
	if (takes(text, strlen(text), abi))
		fail_msg("taken by ABI %d: %s", (int)abi, text);
}

static void refuse_all(const char *text)
{
	refuse(text, ABI_NATIVE);
	refuse(text, ABI_I386);
	refuse(text, ABI_ARM);
}

#if defined(__x86_64__) && defined(__LP64__)
static void reads_lines_of_x86_64(void **state)
{
	(void)state;
	/* as of glibc 2.36: what is no argument is what was in the register */
	EXPECT("69 0x0 0x7ffd77d76270 0x2000 0x0 0x0 0x7f0f47469740" WIDE, ABI_NATIVE,
		.call = WAIT_MSGSND);
	EXPECT("70 0x2 0x7ffd77d76270 0x2000 0xffffffffffffffd6 0x0 0x7f0f47469740" WIDE,
		ABI_NATIVE, .call = WAIT_MSGRCV, .id = 2, .has_type = true, .type = -42);
	EXPECT("220 0x8003 0x7ffd77d76264 0x2 0x0 0x0 0x7f0f47469740" WIDE, ABI_NATIVE,
		.call = WAIT_SEMOP, .id = 32771, .sops = 0x7ffd77d76264, .nsops = 2);
	EXPECT("220 0x0 0x7ffd77d76264 0x2 0x7ffd77d76250 0x0 0x7f0f47469740" WIDE, ABI_NATIVE,
		.call = WAIT_SEMTIMEDOP, .sops = 0x7ffd77d76264, .nsops = 2);
	/* musl: there is no timeout among the arguments */
	EXPECT("65 0x0 0x7ffd77d76264 0x2 0x64 0x7f0f47469740 0x64" WIDE, ABI_NATIVE,
		.call = WAIT_SEMOP, .sops = 0x7ffd77d76264, .nsops = 2);
}

static void numbers_of_others_are_not_ours(void **state)
{
	static const char rest[] = " 0x4 0x3 0x1 0x0 0x7ffd77d76264 0x0" WIDE;
	/* setresuid, perf_event_open, fanotify_mark, prlimit64, kcmp */
	static const int not_native[] = { 117, 298, 301, 302, 312 };
	/* to i386, 220 is getdents64 */
	static const int native[] = { 65, 69, 70, 220 };
	char line[256];
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(not_native); i++) {
		snprintf(line, sizeof(line), "%d%s", not_native[i], rest);
		refuse(line, ABI_NATIVE);
	}
	for (i = 0; i < LENGTH(native); i++) {
		snprintf(line, sizeof(line), "%d%s", native[i], rest);
		assert_true(takes(line, strlen(line), ABI_NATIVE));
		refuse(line, ABI_I386);
		refuse(line, ABI_ARM);
	}
}

/* By int 0x80, where the number is of no call of x86-64. */
static void wide_tasks_may_make_narrow_calls(void **state)
{
	(void)state;
	EXPECT("400 0x5 0x1000 0x20 0x0 0x0 0x0" WIDE, ABI_NATIVE, .call = WAIT_MSGSND, .id = 5);
	EXPECT("401 0x5 0x1000 0x20 0xffffffd6 0x0 0x0" WIDE, ABI_NATIVE, .call = WAIT_MSGRCV,
		.id = 5, .has_type = true, .type = -42);
	EXPECT("420 0x3 0x1000 0x1 0x2000 0x0 0x0" WIDE, ABI_NATIVE, .call = WAIT_SEMTIMEDOP,
		.id = 3, .sops = 0x1000, .nsops = 1);
}
#endif

/* For any build, by its own numbers. */
static void reads_native_calls(void **state)
{
	char line[256];

	(void)state;
	line[0] = '\0';
#ifdef SYS_msgsnd
	snprintf(line, sizeof(line), "%d 0x7 0x1000 0x20 0x0 0x0 0x0 0x1 0x2\n", SYS_msgsnd);
	EXPECT(line, ABI_NATIVE, .call = WAIT_MSGSND, .id = 7);
#endif
#ifdef SYS_msgrcv
	snprintf(line, sizeof(line), "%d 0x7 0x1000 0x20 0x2a 0x0 0x0 0x1 0x2\n", SYS_msgrcv);
	EXPECT(line, ABI_NATIVE, .call = WAIT_MSGRCV, .id = 7, .has_type = true, .type = 42);
	/* LONG_MIN, in as many digits as a long has */
	snprintf(line, sizeof(line), "%d 0x7 0x1000 0x20 0x%lx 0x0 0x0 0x1 0x2\n", SYS_msgrcv,
		1ul << (sizeof(long) * 8 - 1));
	EXPECT(line, ABI_NATIVE, .call = WAIT_MSGRCV, .id = 7, .has_type = true,
		.type = sizeof(long) == 4 ? INT32_MIN : INT64_MIN);
#endif
#ifdef SYS_semop
	snprintf(line, sizeof(line), "%d 0x7 0x1000 0x3 0x5 0x0 0x0 0x1 0x2\n", SYS_semop);
	EXPECT(line, ABI_NATIVE, .call = WAIT_SEMOP, .id = 7, .sops = 0x1000, .nsops = 3);
#endif
#ifdef SYS_semtimedop
	snprintf(line, sizeof(line), "%d 0x7 0x1000 0x3 0x0 0x9 0x9 0x1 0x2\n", SYS_semtimedop);
	EXPECT(line, ABI_NATIVE, .call = WAIT_SEMOP, .id = 7, .sops = 0x1000, .nsops = 3);
	snprintf(line, sizeof(line), "%d 0x7 0x1000 0x3 0x2000 0x0 0x0 0x1 0x2\n", SYS_semtimedop);
	EXPECT(line, ABI_NATIVE, .call = WAIT_SEMTIMEDOP, .id = 7, .sops = 0x1000, .nsops = 3);
#endif
	if (!line[0])
		tap_skip("the calls have no numbers of their own here");
}

static void reads_lines_of_i386(void **state)
{
	(void)state;
	/* semtimedop by ipc(2): id, how many, -, where, timeout */
	EXPECT("117 0x4 0x3 0x1 0x0 0xffb3f1c2 0x0" NARROW, ABI_I386, .call = WAIT_SEMOP, .id = 3,
		.sops = 0xffb3f1c2, .nsops = 1);
	EXPECT("117 0x4 0x3 0x2 0x0 0xffb3f1c2 0xffb3f1b8" NARROW, ABI_I386,
		.call = WAIT_SEMTIMEDOP, .id = 3, .sops = 0xffb3f1c2, .nsops = 2);
	EXPECT("117 0x1 0x3 0x1 0x0 0xffb3f1c2 0xf7f8e000" NARROW, ABI_I386, .call = WAIT_SEMOP,
		.id = 3, .sops = 0xffb3f1c2, .nsops = 1);
	EXPECT("117 0xb 0x10001 0x20 0x0 0xffb3f1a4 0x0" NARROW, ABI_I386, .call = WAIT_MSGSND,
		.id = 65537);
	/* direct ones, since Linux 5.1 */
	EXPECT("400 0x5 0xffb3f1a4 0x20 0x0 0x0 0x0" NARROW, ABI_I386, .call = WAIT_MSGSND,
		.id = 5);
	EXPECT("401 0x5 0xffb3f1a4 0x20 0xffffffd6 0x0 0x0" NARROW, ABI_I386, .call = WAIT_MSGRCV,
		.id = 5, .has_type = true, .type = -42);
	EXPECT("420 0x3 0xffb3f1c2 0x1 0x0 0x0 0xf7f8e000" NARROW, ABI_I386, .call = WAIT_SEMOP,
		.id = 3, .sops = 0xffb3f1c2, .nsops = 1);
	EXPECT("420 0x3 0xffb3f1c2 0x1 0xffb3f1b8 0x0 0x0" NARROW, ABI_I386,
		.call = WAIT_SEMTIMEDOP, .id = 3, .sops = 0xffb3f1c2, .nsops = 1);
}

static void ipc_has_versions(void **state)
{
	(void)state;
	/* msgrcv, version 0: the type is in the memory of the task, not in the sixth argument */
	EXPECT("117 0xc 0x5 0x20 0x0 0xffb3f194 0x7" NARROW, ABI_I386, .call = WAIT_MSGRCV, .id = 5,
		.type_at = 0xffb3f194);
	EXPECT("117 0x1000c 0x5 0x20 0x0 0xffb3f1a4 0x2a" NARROW, ABI_I386, .call = WAIT_MSGRCV,
		.id = 5, .has_type = true, .type = 42);
	EXPECT("117 0x1000c 0x5 0x20 0x0 0xffb3f1a4 0x80000000" NARROW, ABI_I386,
		.call = WAIT_MSGRCV, .id = 5, .has_type = true, .type = INT32_MIN);
	/* the kernel does not look at it for the others */
	EXPECT("117 0x10004 0x3 0x1 0x0 0xffb3f1c2 0x0" NARROW, ABI_I386, .call = WAIT_SEMOP,
		.id = 3, .sops = 0xffb3f1c2, .nsops = 1);
	EXPECT("117 0x1000b 0x5 0x20 0x0 0xffb3f1a4 0x0" NARROW, ABI_I386, .call = WAIT_MSGSND,
		.id = 5);
}

static void other_calls_of_ipc_are_refused(void **state)
{
	char line[256];
	unsigned call;

	(void)state;
	for (call = 0; call <= 0x100; call++) {
		if (call == 1 || call == 4 || call == 11 || call == 12)
			continue;
		snprintf(line, sizeof(line), "117 0x%x 0x3 0x1 0x0 0xffb3f1c2 0x0" NARROW, call);
		refuse_all(line);
	}
	refuse_all("117 0x40000 0x3 0x1 0x0 0xffb3f1c2 0x0" NARROW);
	refuse_all("117 0xffffffff 0x3 0x1 0x0 0xffb3f1c2 0x0" NARROW);
}

static void reads_lines_of_arm(void **state)
{
	(void)state;
	EXPECT("301 0x5 0xbefff5a4 0x20 0x0 0x0 0x0" NARROW, ABI_ARM, .call = WAIT_MSGSND, .id = 5);
	EXPECT("302 0x5 0xbefff5a4 0x20 0xffffffff 0x0 0x0" NARROW, ABI_ARM, .call = WAIT_MSGRCV,
		.id = 5, .has_type = true, .type = -1);
	EXPECT("298 0x3 0xbefff5c2 0x2 0xbefff5b8 0x0 0x0" NARROW, ABI_ARM, .call = WAIT_SEMOP,
		.id = 3, .sops = 0xbefff5c2, .nsops = 2);
	EXPECT("312 0x3 0xbefff5c2 0x1 0x0 0x0 0x0" NARROW, ABI_ARM, .call = WAIT_SEMOP, .id = 3,
		.sops = 0xbefff5c2, .nsops = 1);
	EXPECT("312 0x3 0xbefff5c2 0x1 0xbefff5b8 0x0 0x0" NARROW, ABI_ARM, .call = WAIT_SEMTIMEDOP,
		.id = 3, .sops = 0xbefff5c2, .nsops = 1);
	EXPECT("420 0x3 0xbefff5c2 0x1 0xbefff5b8 0x0 0x0" NARROW, ABI_ARM, .call = WAIT_SEMTIMEDOP,
		.id = 3, .sops = 0xbefff5c2, .nsops = 1);
	/* it has no ipc(2) */
	refuse("117 0x4 0x3 0x1 0x0 0xbefff5c2 0x0" NARROW, ABI_ARM);
	/* numbers of the one are not those of the other */
	refuse("400 0x5 0xbefff5a4 0x20 0x0 0x0 0x0" NARROW, ABI_ARM);
	refuse("301 0x5 0xbefff5a4 0x20 0x0 0x0 0x0" NARROW, ABI_I386);
}

/* The kernel takes as many bits as the ABI has, and so do we. */
static void arguments_have_their_width(void **state)
{
	(void)state;
	EXPECT("401 0xffffffff00000005 0x1 0x1 0xffffffff0000002a 0x0 0x0" NARROW, ABI_I386,
		.call = WAIT_MSGRCV, .id = 5, .has_type = true, .type = 42);
	EXPECT("420 0x7fffffff 0xffffffffffb3f1c2 0xf00000001 0x100000000 0x0 0x0" NARROW, ABI_I386,
		.call = WAIT_SEMOP, .id = INT32_MAX, .sops = 0xffb3f1c2, .nsops = 1);
	EXPECT("117 0xffffffff0000000c 0x5 0x20 0x0 0x1ffb3f194 0x7" NARROW, ABI_I386,
		.call = WAIT_MSGRCV, .id = 5, .type_at = 0xffb3f194);
	EXPECT("400 0xffffffff 0x1 0x1 0x0 0x0 0x0" NARROW, ABI_I386, .call = WAIT_MSGSND,
		.id = -1);
	EXPECT("400 0xffffffff80000000 0x1 0x1 0x0 0x0 0x0" NARROW, ABI_I386, .call = WAIT_MSGSND,
		.id = INT32_MIN);
}

static void a_newline_may_be_missing(void **state)
{
	(void)state;
	EXPECT("400 0x5 0x1 0x20 0x0 0x0 0x0 0x1 0x2", ABI_I386, .call = WAIT_MSGSND, .id = 5);
	EXPECT("400 0x5 0x1 0x20 0x0 0x0 0x0 0x1 0x2\n", ABI_I386, .call = WAIT_MSGSND, .id = 5);
}

static void what_is_not_blocked_in_a_call_is_refused(void **state)
{
	static const char *const lines[] = { "", "\n", " ", "running\n", "running", "run",
		"-1 0x7ffd77d76248 0x7f0f47577323\n", "-1 0x0 0x0\n", "-1\n", "-117 0x4 0x3\n",
		"-400 0x5 0x1 0x20 0x0 0x0 0x0 0x1 0x2\n", /* not a number of a call */
		"202 0x7f0f47469a10 0x109 0x1c0f 0x0 0x0 0xffffffff" WIDE,
		"0 0x0 0x7f0f47469a10 0x400 0x0 0x0 0x0" WIDE,
		"4294967696 0x5 0x1 0x20 0x0 0x0 0x0 0x1 0x2\n", /* 400 in its low 32 bits */
		"18446744073709552016 0x5 0x1 0x20 0x0 0x0 0x0 0x1 0x2\n", /* and in its low 64 */
		"99999999999999999999999999999999 0x5 0x1 0x20 0x0 0x0 0x0 0x1 0x2\n",
		"18446744073709551615 0x5 0x1 0x20 0x0 0x0 0x0 0x1 0x2\n" };
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(lines); i++) {
		refuse_all(lines[i]);
		if (blocked_may_be(lines[i], strlen(lines[i])))
			fail_msg("worth a look: %s", lines[i]);
	}
}

#define FIVE " 0x0 0x0 0x0 0x1 0x2"

static void malformed_lines_are_refused(void **state)
{
	static const char *const lines[] = { "400 0x7f 0xf7\n", /* too few words, too many */
		"400 0x5 0x1" FIVE, "400 0x5 0x1 0x2 0x3" FIVE "\n",
		/* rubbish around it */
		" 400 0x5 0x1 0x2" FIVE, "+400 0x5 0x1 0x2" FIVE, "400x 0x5 0x1 0x2" FIVE,
		"39a 0x5 0x1 0x2" FIVE, "0x190 0x5 0x1 0x2" FIVE, "400 0x5 0x1 0x2" FIVE " \n",
		"400 0x5 0x1 0x2" FIVE "\n\n", "400 0x5 0x1 0x2" FIVE "\r\n",
		"400 0x5 0x1 0x2" FIVE "\nx", "400 0x5 0x1 0x2" FIVE "g",
		/* between the words, and in them */
		"400  0x5 0x1 0x2" FIVE, "400\t0x5 0x1 0x2" FIVE, "400 0x50x1 0x2" FIVE,
		"400 5 0x1 0x2" FIVE, "400 0x 0x1 0x2" FIVE, "400 0x-5 0x1 0x2" FIVE,
		"400 -0x5 0x1 0x2" FIVE, "400 0xG 0x1 0x2" FIVE, "400 0xA 0x1 0x2" FIVE,
		"400 0X5 0x1 0x2" FIVE, "400 0x5 0x1 \n0x2" FIVE, "400 0x5 0x1 0x\x80" FIVE,
		/* wider than 64 bits */
		"400 0x10000000000000005 0x1 0x2" FIVE,
		"400 0x5 0xffffffffffffffffffffffff 0x2" FIVE };
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(lines); i++)
		refuse_all(lines[i]);
	EXPECT("400 0x5 0x1 0x2" FIVE, ABI_I386, .call = WAIT_MSGSND, .id = 5);
}

/* Cut before the last word, none is whole; a last word that is cut is not one that we use. */
static void cut_lines_are_refused(void **state)
{
	static const char *const lines[] = { "117 0x4 0x3 0x1 0x0 0xffb3f1c2 0x0" NARROW,
		"401 0x5 0xffb3f1a4 0x20 0xffffffd6 0x0 0x0" NARROW };
	size_t i, length, whole;

	(void)state;
	for (i = 0; i < LENGTH(lines); i++) {
		whole = (size_t)(strrchr(lines[i], 'x') - lines[i]) + 2;
		for (length = 0; length <= strlen(lines[i]); length++) {
			assert_int_equal(takes(lines[i], length, ABI_I386), length >= whole);
			/* the number is known to be whole by what follows it */
			assert_int_equal(blocked_may_be(lines[i], length), length > 3);
		}
	}
}

static void a_zero_byte_anywhere_is_refused(void **state)
{
	static const char line[] = "117 0x4 0x3 0x1 0x0 0xffb3f1c2 0x0" NARROW;
	char text[sizeof(line)];
	size_t i;

	(void)state;
	for (i = 0; i < strlen(line); i++) {
		memcpy(text, line, sizeof(line));
		text[i] = '\0';
		assert_false(takes(text, strlen(line), ABI_I386));
	}
	/* the one that ends a string is not of the text */
	assert_false(takes(line, sizeof(line), ABI_I386));
	assert_false(blocked_may_be("400\0 0x5", 8));
}

/* Of all bytes that may stand in the place of another, only a digit is taken. */
static void any_byte_anywhere_is_harmless(void **state)
{
	static const char line[] = "420 0x3 0xffb3f1c2 0x1 0x0 0x0 0x0" NARROW;
	char text[sizeof(line)];
	size_t i;
	int byte;
	bool digit;

	(void)state;
	for (i = 0; i < strlen(line); i++) {
		for (byte = 0; byte <= UINT8_MAX; byte++) {
			memcpy(text, line, sizeof(line));
			text[i] = (char)byte;
			digit = byte && strchr("0123456789abcdef", byte);
			if (takes(text, strlen(line), ABI_I386) && text[i] != line[i] && !digit)
				fail_msg("byte %zu may be 0x%x", i, (unsigned)byte);
		}
	}
}

static void a_cheap_look_goes_by_the_number(void **state)
{
	static const int known[] = { 117, 298, 301, 302, 312, 400, 401, 420 };
	char text[32];
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(known); i++) {
		snprintf(text, sizeof(text), "%d ?", known[i]);
		assert_true(blocked_may_be(text, strlen(text)));
		snprintf(text, sizeof(text), "%d", known[i]);
		assert_false(blocked_may_be(text, strlen(text)));
		snprintf(text, sizeof(text), "%d\n", known[i]);
		assert_false(blocked_may_be(text, strlen(text)));
	}
	assert_false(blocked_may_be("99999 0x0", 9));
	assert_false(blocked_may_be("", 0));
}

int main(void)
{
	const struct CMUnitTest cases[] = {
#if defined(__x86_64__) && defined(__LP64__)
		cmocka_unit_test(reads_lines_of_x86_64),
		cmocka_unit_test(numbers_of_others_are_not_ours),
		cmocka_unit_test(wide_tasks_may_make_narrow_calls),
#endif
		cmocka_unit_test(reads_native_calls),
		cmocka_unit_test(reads_lines_of_i386),
		cmocka_unit_test(ipc_has_versions),
		cmocka_unit_test(other_calls_of_ipc_are_refused),
		cmocka_unit_test(reads_lines_of_arm),
		cmocka_unit_test(arguments_have_their_width),
		cmocka_unit_test(a_newline_may_be_missing),
		cmocka_unit_test(what_is_not_blocked_in_a_call_is_refused),
		cmocka_unit_test(malformed_lines_are_refused),
		cmocka_unit_test(cut_lines_are_refused),
		cmocka_unit_test(a_zero_byte_anywhere_is_refused),
		cmocka_unit_test(any_byte_anywhere_is_harmless),
		cmocka_unit_test(a_cheap_look_goes_by_the_number),
	};

	return tap_run(cases, LENGTH(cases), NULL, NULL);
}
