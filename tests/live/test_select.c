/* Which objects `ipctop list` shows, and in which order: filter, user, sort. */
#include "live.h"

#include <pwd.h>
#include <sys/msg.h>
#include <sys/shm.h>

#include "command.h"

/* Segments a, b, c …, whose ids tests write as these letters. */
enum { SEGMENTS = 5, QUEUES = 3, LIST_MOST = 128 };

static const size_t sizes[SEGMENTS] = { 100, 1024, 4096, 200000, 16 << 20 };
static const int modes[SEGMENTS] = { 0600, 0640, 0600, 0666, 0400 };

static struct {
	int segments[SEGMENTS], queues[QUEUES];
	void *attached, *again;
} objects;

static int make(void **state)
{
	size_t i;

	live_enter(state);
	for (i = 0; i < SEGMENTS; i++)
		objects.segments[i] =
			world_sized(CLASS_SHM, i == 1 ? 0x2a : IPC_PRIVATE, modes[i], sizes[i]);
	objects.attached = shmat(objects.segments[3], NULL, 0);
	objects.again = shmat(objects.segments[3], NULL, 0);
	objects.attached = shmat(objects.segments[4], NULL, SHM_RDONLY);
	world_remove(CLASS_SHM, objects.segments[4]); /* dest */
	for (i = 0; i < QUEUES; i++)
		objects.queues[i] = world_object(CLASS_MSG, (key_t)(0xfeedbee0 + i), 0600);
	world_send(objects.queues[1], 4000);
	world_send(objects.queues[2], 10);
	world_send(objects.queues[2], 0);
	return 0;
}

/* The output's lines, each an id, as letters. */
static void letters_of(char *text, const int *ids, size_t count, char letters[LIST_MOST])
{
	size_t used = 0, i;
	char *line;

	for (line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		for (i = 0; i < count && ids[i] != atoi(line); i++)
			continue;
		letters[used++] = i < count ? (char)('a' + (int)i) : '?';
		assert_true(used < LIST_MOST);
	}
	letters[used] = '\0';
}

/* `ipctop list KIND` with these options gives these objects, in this order. */
__attribute__((format(printf, 3, 4))) static void expect(
	unsigned kind, const char *expected, const char *options, ...)
{
	char line[256], letters[LIST_MOST];
	va_list args;

	va_start(args, options);
	vsnprintf(line, sizeof(line), options, args);
	va_end(args);
	assert_int_equal(
		command_run("list %s --raw --noheadings -o ID %s", class_infos[kind].word, line),
		0);
	assert_string_equal(outcome.err, "");
	letters_of(outcome.out, kind == CLASS_SHM ? objects.segments : objects.queues,
		kind == CLASS_SHM ? SEGMENTS : QUEUES, letters);
	if (strcmp(letters, expected) != 0)
		fail_msg("%s: '%s', not '%s'", line, letters, expected);
}

static void the_kernels_own_order(void **state)
{
	(void)state;
	expect(CLASS_SHM, "abcde", " ");
	expect(CLASS_MSG, "abc", " ");
}

static void operators_on_sizes(void **state)
{
	(void)state;
	expect(CLASS_SHM, "c", "-f size=4096");
	expect(CLASS_SHM, "c", "-f size=4K");
	expect(CLASS_SHM, "abde", "-f size!=4096");
	expect(CLASS_SHM, "ab", "-f size<4K");
	expect(CLASS_SHM, "abc", "-f size<=4K");
	expect(CLASS_SHM, "de", "-f size>4K");
	expect(CLASS_SHM, "cde", "-f size>=4K");
	expect(CLASS_SHM, "e", "-f size>=16M");
	expect(CLASS_SHM, "", "-f size>16M");
	expect(CLASS_SHM, "", "-f size>1G");
	expect(CLASS_SHM, "b", "-f SIZE=1K");
	expect(CLASS_SHM, "b", "-f size~^1K$");
}

static void operators_on_counts(void **state)
{
	(void)state;
	expect(CLASS_SHM, "abc", "-f nattch=0");
	expect(CLASS_SHM, "e", "-f nattch=1");
	expect(CLASS_SHM, "de", "-f nattch>0");
	expect(CLASS_SHM, "d", "-f nattch>=2");
	expect(CLASS_SHM, "abce", "-f nattch!=2");
	expect(CLASS_MSG, "bc", "-f msgs>0");
	expect(CLASS_MSG, "c", "-f msgs~2");
	expect(CLASS_MSG, "a", "-f lspid=0");
	expect(CLASS_MSG, "bc", "-f lspid=%d", (int)getpid());
	expect(CLASS_MSG, "", "-f lspid=gone");
	expect(CLASS_MSG, "b", "-f use>20");
	expect(CLASS_MSG, "b", "-f use%%>20%%");
	expect(CLASS_MSG, "ac", "-f use<1");
}

static void operators_on_words(void **state)
{
	const struct passwd *entry = getpwuid(geteuid());

	(void)state;
	expect(CLASS_SHM, "e", "-f status=dest");
	expect(CLASS_SHM, "abcd", "-f status!=dest");
	expect(CLASS_SHM, "e", "-f status~^d");
	expect(CLASS_SHM, "abcde", "-f cuid=%u", (unsigned)geteuid());
	expect(CLASS_SHM, "ac", "-f perms=rw-------");
	expect(CLASS_SHM, "bd", "-f 'perms~^...r'");
	expect(CLASS_SHM, "b", "-f mode=640");
	expect(CLASS_SHM, "e", "-f mode>=1000");
	expect(CLASS_SHM, "b", "-f key=0x2a");
	expect(CLASS_SHM, "b", "-f key=42");
	expect(CLASS_SHM, "b", "-f key>0");
	expect(CLASS_MSG, "b", "-f key=0xfeedbee1");
	expect(CLASS_MSG, "b", "-f key=-17973535");
	if (!entry)
		return;
	expect(CLASS_SHM, "abcde", "-f owner=%s", entry->pw_name);
	expect(CLASS_SHM, "", "-f owner!=%s", entry->pw_name);
	expect(CLASS_SHM, "abcde", "-f owner~^%.1s", entry->pw_name);
}

static void operators_on_times(void **state)
{
	(void)state;
	expect(CLASS_SHM, "abcde", "-f age<1h");
	expect(CLASS_SHM, "", "-f age>2d");
	expect(CLASS_SHM, "", "-f age>=1.5w");
	expect(CLASS_SHM, "abcde", "-f ctime>2020-01-01");
	expect(CLASS_SHM, "", "-f ctime<2020-01-01T12:00");
	/* never is neither before nor after */
	expect(CLASS_SHM, "de", "-f attach>2020-01-01");
	expect(CLASS_SHM, "", "-f attach<2020-01-01");
}

static void words_and_terms(void **state)
{
	(void)state;
	/* a word is looked for in what is shown, which is the ID here */
	expect(CLASS_SHM, "b", "-o ID,KEY -f 0x0000002a");
	expect(CLASS_SHM, "acde", "-o ID,KEY -f !0x0000002a");
	expect(CLASS_SHM, "", "-f nobody-has-this");
	expect(CLASS_SHM, "c", "-f 'size>1K size<16K'");
	expect(CLASS_SHM, "abde", "-f '!size=4K'");
	expect(CLASS_SHM, "abcde", "-f 'size!=3'");
	expect(CLASS_SHM, "e", "-f 'status=\"dest\"'");
	expect(CLASS_SHM, "abcde", "-f ''");
	/* a term on what the kind lacks holds for none of it */
	assert_int_equal(command_run("list msg shm -r --noheadings -o ID -f msgs=0"), 0);
	assert_int_equal(atoi(outcome.out), objects.queues[0]);
}

static void orders(void **state)
{
	(void)state;
	expect(CLASS_SHM, "abcde", "-k SIZE");
	expect(CLASS_SHM, "abcde", "-k size:asc");
	expect(CLASS_SHM, "edcba", "-k SIZE:desc");
	expect(CLASS_SHM, "edcba", "--sort id:desc");
	expect(CLASS_SHM, "deabc", "-k NATTCH:desc");
	expect(CLASS_SHM, "abced", "-k NATTCH");
	expect(CLASS_SHM, "eacbd", "-k PERMS"); /* by their bits */
	expect(CLASS_MSG, "cba", "-k KEY:desc");
	expect(CLASS_MSG, "bca", "-k USE%%:desc");
	expect(CLASS_MSG, "acb", "-k USEDBYTES");
	expect(CLASS_MSG, "acb", "-k USEDBYTES -f msgs>=0");
	/* one of the kinds has the column: the others keep the kernel's order */
	assert_int_equal(command_run("list -k NATTCH:desc"), 0);
}

static void users(void **state)
{
	unsigned us = geteuid(), other = OTHER_UID + (us == OTHER_UID);

	(void)state;
	expect(CLASS_SHM, "abcde", "-u %u", us);
	expect(CLASS_SHM, "", "-u %u", other);
	expect(CLASS_SHM, "c", "-u %u -f size=4K", us);
	expect(CLASS_SHM, "", "-u %u -f size=4K", other);
	if (getpwuid(us))
		expect(CLASS_MSG, "abc", "--user %s", getpwuid(us)->pw_name);
}

/* Of owner and creator: both see it. */
static void owners_and_creators(void **state)
{
	(void)state;
	live_need_users();
	world_chown(CLASS_MSG, objects.queues[1], OTHER_UID, OTHER_UID);
	expect(CLASS_MSG, "b", "-u %d", OTHER_UID);
	expect(CLASS_MSG, "abc", "-u 0");
	expect(CLASS_MSG, "b", "-f owner=%d", OTHER_UID);
	expect(CLASS_MSG, "b", "-f uid=%d", OTHER_UID);
	expect(CLASS_MSG, "abc", "-f cuid=0");
	expect(CLASS_MSG, "acb", "-k UID");
	world_chown(CLASS_MSG, objects.queues[1], 0, 0);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(the_kernels_own_order),
		cmocka_unit_test(operators_on_sizes),
		cmocka_unit_test(operators_on_counts),
		cmocka_unit_test(operators_on_words),
		cmocka_unit_test(operators_on_times),
		cmocka_unit_test(words_and_terms),
		cmocka_unit_test(orders),
		cmocka_unit_test(users),
		cmocka_unit_test(owners_and_creators),
	};

	return tap_run(cases, sizeof(cases) / sizeof(cases[0]), make, NULL);
}
