/*
 * Which of the four calls that wait for a queue or a semaphore (msgop(2), semop(2)) a thread is
 * blocked in, from the text of /proc/PID/task/TID/syscall. The numbers in it are those of the
 * thread's own ABI: 117 is ipc(2) to a 32-bit task of x86-64, and setresuid(2) to the others; where
 * one of these calls by int 0x80, only numbers are known that are not its own too. Nothing here
 * reads a file or the memory of a task, or keeps anything; any thread may call it.
 */
#ifndef IPCTOP_COLLECT_BLOCKED_H
#define IPCTOP_COLLECT_BLOCKED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ipctop/model/relation.h"

/* Whose numbers a task uses: those of this build, or of the 32-bit tasks of its kernel. */
enum abi { ABI_NATIVE, ABI_I386, ABI_ARM };

/*
 * A thread that is blocked. What is not of its call is 0. A semtimedop(2) without a timeout is a
 * semop(2): the C library makes that of it.
 */
struct blocked {
	enum wait_call call;
	int32_t id;
	bool has_type; /* msgrcv: `type` is msgtyp, which was among the arguments */
	int64_t type;
	bool except; /* msgrcv: MSG_EXCEPT, any type but that */
	/* msgrcv by ipc(2): address of two uint32_t, msgp and msgtyp, in the task; 0: none */
	uint64_t type_at;
	/* semop, semtimedop: address of its struct sembuf (the same for 32 bits), and how many */
	uint64_t sops;
	uint32_t nsops;
};

/*
 * Read a line of `length` bytes, whose newline may be missing. False, with WAIT_NONE, where the
 * thread runs or is blocked elsewhere, or the line is malformed or cut: nothing is guessed.
 */
bool blocked_parse(const char *text, size_t length, enum abi abi, struct blocked *blocked);

/* The line starts with a number that is one of the calls to some ABI: a cheap look beforehand. */
bool blocked_may_be(const char *text, size_t length);

/*
 * The ABI of a task from the first 20 bytes of /proc/PID/exe, as in elf(5). False where there are
 * fewer, or where it is of no ELF whose numbers are known, as one for x32 to a build for x86-64.
 */
bool blocked_abi(const unsigned char *header, size_t length, enum abi *abi);

#endif
