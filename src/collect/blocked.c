#include "ipctop/collect/blocked.h"

#include <assert.h>
#include <elf.h>
#include <limits.h>
#include <string.h>
#include <sys/msg.h>
#include <sys/syscall.h>

#ifndef MSG_EXCEPT
#define MSG_EXCEPT 020000 /* linux/msg.h */
#endif

enum {
	ARGUMENTS = 6,
	WORDS = 8, /* the arguments, the stack pointer and the program counter */
	GAP_BEGIN = 335, /* no calls of x86-64: arch/x86/entry/syscalls/syscall_64.tbl */
	GAP_END = 424,
	HEADER_BYTES = 20, /* of an executable, up to the end of its machine */
};

/* How the arguments of a call lie. */
enum shape { SHAPE_MSGSND, SHAPE_MSGRCV, SHAPE_SEMOP, SHAPE_SEMTIMEDOP, SHAPE_IPC };

/* What ipc(2) is to do: the low half of its first argument (linux/ipc.h). */
enum ipc_call {
	IPC_CALL_SEMOP = 1,
	IPC_CALL_SEMTIMEDOP = 4,
	IPC_CALL_MSGSND = 11,
	IPC_CALL_MSGRCV = 12,
	IPC_CALL_BITS = 16, /* the version is above them */
};

/* The arguments of ipc(2). */
enum { IPC_CALL, IPC_FIRST, IPC_SECOND, IPC_THIRD, IPC_PTR, IPC_FIFTH };

/* The machines of this build, and of the 32-bit tasks of its kernel; EM_NONE: not told apart. */
#if defined(__x86_64__)
enum { NATIVE_MACHINE = EM_X86_64, NARROW_MACHINE = EM_386 };
static const enum abi narrow_abi = ABI_I386;
#elif defined(__aarch64__)
enum { NATIVE_MACHINE = EM_AARCH64, NARROW_MACHINE = EM_ARM };
static const enum abi narrow_abi = ABI_ARM;
#else
#if defined(__i386__)
enum { NATIVE_MACHINE = EM_386, NARROW_MACHINE = EM_NONE };
#elif defined(__arm__)
enum { NATIVE_MACHINE = EM_ARM, NARROW_MACHINE = EM_NONE };
#else
enum { NATIVE_MACHINE = EM_NONE, NARROW_MACHINE = EM_NONE };
#endif
static const enum abi narrow_abi = ABI_NATIVE; /* of no task */
#endif

static const struct number {
	enum abi abi;
	int number;
	enum shape shape;
} numbers[] = {
#ifdef SYS_msgsnd
	{ ABI_NATIVE, SYS_msgsnd, SHAPE_MSGSND },
#endif
#ifdef SYS_msgrcv
	{ ABI_NATIVE, SYS_msgrcv, SHAPE_MSGRCV },
#endif
#ifdef SYS_semop
	{ ABI_NATIVE, SYS_semop, SHAPE_SEMOP },
#endif
#ifdef SYS_semtimedop
	{ ABI_NATIVE, SYS_semtimedop, SHAPE_SEMTIMEDOP },
#endif
#ifdef SYS_semtimedop_time64
	{ ABI_NATIVE, SYS_semtimedop_time64, SHAPE_SEMTIMEDOP },
#endif
#ifdef SYS_ipc
	{ ABI_NATIVE, SYS_ipc, SHAPE_IPC },
#endif
	{ ABI_I386, 117, SHAPE_IPC }, /* ipc */
	{ ABI_I386, 400, SHAPE_MSGSND }, /* msgsnd */
	{ ABI_I386, 401, SHAPE_MSGRCV }, /* msgrcv */
	{ ABI_I386, 420, SHAPE_SEMTIMEDOP }, /* semtimedop_time64 */
	{ ABI_ARM, 298, SHAPE_SEMOP }, /* semop */
	{ ABI_ARM, 301, SHAPE_MSGSND }, /* msgsnd */
	{ ABI_ARM, 302, SHAPE_MSGRCV }, /* msgrcv */
	{ ABI_ARM, 312, SHAPE_SEMTIMEDOP }, /* semtimedop */
	{ ABI_ARM, 420, SHAPE_SEMTIMEDOP }, /* semtimedop_time64 */
};

static const size_t numbers_count = sizeof(numbers) / sizeof(numbers[0]);

/* Text that is left to read. */
struct text {
	const char *at, *end;
};

static bool skip(struct text *text, const char *expected)
{
	size_t length = strlen(expected);

	if ((size_t)(text->end - text->at) < length || memcmp(text->at, expected, length) != 0)
		return false;
	text->at += length;
	return true;
}

/* As the kernel writes them: in lower case. */
static unsigned digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0');
	return c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10 : UINT_MAX;
}

/* False where there is none, or one that is too large. */
static bool read_digits(struct text *text, unsigned base, uint64_t *number)
{
	const char *start = text->at;
	unsigned digit;

	*number = 0;
	for (; text->at < text->end; text->at++) {
		digit = digit_of(*text->at);
		if (digit >= base)
			break;
		if (__builtin_mul_overflow(*number, base, number) ||
			__builtin_add_overflow(*number, digit, number))
			return false;
	}
	return text->at > start;
}

/* The number of a call, behind which something must stand: else it may be cut. */
static bool read_number(struct text *text, uint64_t *number)
{
	return read_digits(text, 10, number) && text->at < text->end && *text->at == ' ';
}

static bool read_words(struct text *text, uint64_t words[WORDS])
{
	int i;

	for (i = 0; i < WORDS; i++) {
		if (!skip(text, " 0x") || !read_digits(text, 16, &words[i]))
			return false;
	}
	skip(text, "\n");
	return text->at == text->end;
}

static const struct number *find_number(enum abi abi, uint64_t number)
{
	size_t i;

	for (i = 0; i < numbers_count; i++) {
		if (numbers[i].abi == abi && (uint64_t)numbers[i].number == number)
			return &numbers[i];
	}
	return NULL;
}

static bool is_narrow(enum abi abi)
{
	return abi != ABI_NATIVE || sizeof(long) == sizeof(int32_t);
}

static void set_type(struct blocked *blocked, uint64_t argument, enum abi abi)
{
	blocked->has_type = true;
	blocked->type = is_narrow(abi) ? (int32_t)argument : (int64_t)argument;
}

static void set_operations(
	struct blocked *blocked, uint64_t sops, uint64_t nsops, enum wait_call call)
{
	blocked->call = call;
	blocked->sops = sops;
	blocked->nsops = (uint32_t)nsops;
}

static enum wait_call timed(uint64_t timeout)
{
	return timeout != 0 ? WAIT_SEMTIMEDOP : WAIT_SEMOP;
}

/* That of s390 has no fifth argument, and takes the third for it (arch/s390/kernel/syscall.c). */
static uint64_t find_fifth(const uint64_t *arguments, enum abi abi)
{
#ifdef __s390__
	if (abi == ABI_NATIVE)
		return arguments[IPC_THIRD];
#endif
	(void)abi;
	return arguments[IPC_FIFTH];
}

/* ipc/syscall.c */
static void read_ipc(const uint64_t *arguments, enum abi abi, struct blocked *blocked)
{
	uint32_t call = (uint32_t)arguments[IPC_CALL], version = call >> IPC_CALL_BITS;
	uint64_t ptr = arguments[IPC_PTR];
	uint64_t fifth = find_fifth(arguments, abi);

	blocked->id = (int32_t)arguments[IPC_FIRST];
	switch (call & ((1u << IPC_CALL_BITS) - 1)) {
	case IPC_CALL_SEMOP:
		set_operations(blocked, ptr, arguments[IPC_SECOND], WAIT_SEMOP);
		break;
	case IPC_CALL_SEMTIMEDOP:
		set_operations(blocked, ptr, arguments[IPC_SECOND], timed(fifth));
		break;
	case IPC_CALL_MSGSND:
		blocked->call = WAIT_MSGSND;
		break;
	case IPC_CALL_MSGRCV:
		blocked->call = WAIT_MSGRCV;
		blocked->except = arguments[IPC_THIRD] & MSG_EXCEPT;
		if (version != 0)
			set_type(blocked, fifth, abi);
		else if (is_narrow(abi)) /* else the two are of 64 bits */
			blocked->type_at = ptr;
		break;
	default:
		break;
	}
}

static void read_call(
	enum shape shape, const uint64_t *arguments, enum abi abi, struct blocked *blocked)
{
	blocked->id = (int32_t)arguments[0];
	switch (shape) {
	case SHAPE_MSGSND:
		blocked->call = WAIT_MSGSND;
		break;
	case SHAPE_MSGRCV:
		blocked->call = WAIT_MSGRCV;
		set_type(blocked, arguments[3], abi);
		blocked->except = arguments[4] & MSG_EXCEPT;
		break;
	case SHAPE_SEMOP:
		set_operations(blocked, arguments[1], arguments[2], WAIT_SEMOP);
		break;
	case SHAPE_SEMTIMEDOP:
		set_operations(blocked, arguments[1], arguments[2], timed(arguments[3]));
		break;
	case SHAPE_IPC:
		read_ipc(arguments, abi, blocked);
		break;
	}
}

bool blocked_parse(const char *text, size_t length, enum abi abi, struct blocked *blocked)
{
	struct text left = { text, text + length };
	struct blocked found = { .call = WAIT_NONE };
	const struct number *known;
	uint64_t number, words[WORDS];
	int i;

	*blocked = found;
	if (!read_number(&left, &number))
		return false;
	/* a task of x86-64 may call by int 0x80: its own calls leave some of those numbers free */
	if (abi == ABI_NATIVE && number >= GAP_BEGIN && number < GAP_END && narrow_abi == ABI_I386)
		abi = ABI_I386;
	known = find_number(abi, number);
	if (!known || !read_words(&left, words))
		return false;
	for (i = 0; i < ARGUMENTS && is_narrow(abi); i++)
		words[i] = (uint32_t)words[i];
	read_call(known->shape, words, abi, &found);
	if (found.call == WAIT_NONE)
		return false;
	*blocked = found;
	return true;
}

bool blocked_may_be(const char *text, size_t length)
{
	struct text left = { text, text + length };
	uint64_t number;

	return read_number(&left, &number) &&
		(find_number(ABI_NATIVE, number) || find_number(ABI_I386, number) ||
			find_number(ABI_ARM, number));
}

enum {
	NATIVE_CLASS = sizeof(void *) == sizeof(uint32_t) ? ELFCLASS32 : ELFCLASS64,
	NATIVE_DATA = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? ELFDATA2LSB : ELFDATA2MSB,
};

static_assert(offsetof(Elf32_Ehdr, e_machine) + sizeof(uint16_t) == HEADER_BYTES, "32 bits");
static_assert(offsetof(Elf64_Ehdr, e_machine) + sizeof(uint16_t) == HEADER_BYTES, "64 bits");

bool blocked_abi(const unsigned char *header, size_t length, enum abi *abi)
{
	uint16_t machine;

	if (length < HEADER_BYTES || memcmp(header, ELFMAG, SELFMAG) != 0 ||
		header[EI_DATA] != NATIVE_DATA)
		return false;
	memcpy(&machine, header + offsetof(Elf32_Ehdr, e_machine), sizeof(machine));
	if (machine == EM_NONE)
		return false;
	if (header[EI_CLASS] == NATIVE_CLASS &&
		(NATIVE_MACHINE == EM_NONE || machine == NATIVE_MACHINE)) {
		*abi = ABI_NATIVE;
		return true;
	}
	if (header[EI_CLASS] == ELFCLASS32 && machine == NARROW_MACHINE) {
		*abi = narrow_abi;
		return true;
	}
	return false;
}
