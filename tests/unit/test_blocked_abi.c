/* collect/blocked: whose numbers a task uses, from its executable. */
#include "unit.h"

#include <elf.h>

#include "ipctop/collect/blocked.h"

/* An executable of the byte order of the build, or of the other. */
static bool find_abi(int class, unsigned machine, bool swapped, enum abi *abi)
{
	unsigned char header[20] = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3 };
	bool little = (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__) != swapped;

	header[EI_CLASS] = (unsigned char)class;
	header[EI_DATA] = little ? ELFDATA2LSB : ELFDATA2MSB;
	header[EI_VERSION] = EV_CURRENT;
	header[16 + !little] = ET_DYN;
	header[18 + !little] = (unsigned char)(machine & 0xff);
	header[18 + little] = (unsigned char)(machine >> 8);
	return blocked_abi(header, sizeof(header), abi);
}

static void expect_abi(int class, unsigned machine, enum abi expected)
{
	enum abi abi = (enum abi) - 1;

	assert_true(find_abi(class, machine, false, &abi));
	assert_int_equal(abi, expected);
	assert_false(find_abi(class, machine, true, &abi));
}

static void refuse_abi(int class, unsigned machine)
{
	enum abi abi;

	if (find_abi(class, machine, false, &abi))
		fail_msg("class %d, machine %u", class, machine);
}

static void the_abi_is_that_of_the_executable(void **state)
{
	(void)state;
#if defined(__x86_64__) && defined(__LP64__)
	expect_abi(ELFCLASS64, EM_X86_64, ABI_NATIVE);
	expect_abi(ELFCLASS32, EM_386, ABI_I386);
	refuse_abi(ELFCLASS32, EM_X86_64); /* x32 */
	refuse_abi(ELFCLASS64, EM_386);
	refuse_abi(ELFCLASS32, EM_ARM);
	refuse_abi(ELFCLASS64, EM_AARCH64);
	refuse_abi(ELFCLASS64, 0xff00 | EM_X86_64); /* both bytes count */
#elif defined(__aarch64__) && defined(__LP64__)
	expect_abi(ELFCLASS64, EM_AARCH64, ABI_NATIVE);
	expect_abi(ELFCLASS32, EM_ARM, ABI_ARM);
	refuse_abi(ELFCLASS32, EM_AARCH64); /* ILP32 */
	refuse_abi(ELFCLASS64, EM_ARM);
	refuse_abi(ELFCLASS32, EM_386);
	refuse_abi(ELFCLASS64, EM_X86_64);
#endif
	refuse_abi(ELFCLASSNONE, EM_X86_64);
	refuse_abi(3, EM_X86_64);
	refuse_abi(ELFCLASS32, EM_NONE);
	refuse_abi(ELFCLASS64, EM_NONE);
}

static void the_test_itself_is_native(void **state)
{
	unsigned char header[64];
	FILE *file = fopen("/proc/self/exe", "rb");
	enum abi abi = (enum abi) - 1;
	size_t got, length;

	(void)state;
	if (!file)
		tap_skip("no /proc/self/exe: %s", strerror(errno));
	got = fread(header, 1, sizeof(header), file);
	fclose(file);
	assert_int_equal(got, sizeof(header));
	for (length = 0; length <= sizeof(header); length++)
		assert_int_equal(blocked_abi(header, length, &abi), length >= 20);
	assert_int_equal(abi, ABI_NATIVE);
	for (length = 0; length < 4; length++) {
		header[length] ^= 1;
		assert_false(blocked_abi(header, sizeof(header), &abi));
		header[length] ^= 1;
	}
	header[EI_DATA] ^= ELFDATA2LSB ^ ELFDATA2MSB;
	assert_false(blocked_abi(header, sizeof(header), &abi));
	assert_false(blocked_abi((const unsigned char *)"#!/bin/sh -e\necho hello\n", 24, &abi));
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(the_abi_is_that_of_the_executable),
		cmocka_unit_test(the_test_itself_is_native),
	};

	return tap_run(cases, LENGTH(cases), NULL, NULL);
}
