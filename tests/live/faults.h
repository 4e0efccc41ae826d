/*
 * tests/live/faults.h: calls of the program under test that fail. A library is loaded into it
 * before all others (ld.so(8), LD_PRELOAD) and stands between it and the C library; which call
 * fails, and how, is told by a plan in memory that it and the test share, so that a fault can begin
 * and end while it runs. A call that fails is not made.
 */
#ifndef TESTS_LIVE_FAULTS_H
#define TESTS_LIVE_FAULTS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

/* Calls of a kind are counted, and fail, together. */
enum fault {
	FAULT_OPEN = 1 << 0, /* files, folders, and the other descriptors that are made */
	FAULT_READ = 1 << 1, /* of files, and of the entries of folders */
	FAULT_ASK = 1 << 2, /* what a link or a file is; the memory of a process */
	FAULT_IPC = 1 << 3, /* msgctl(2), semctl(2), shmctl(2), msgrcv(2) */
	FAULT_MEMORY = 1 << 4, /* malloc(3) and its like */
	FAULT_WRITE = 1 << 5, /* of files, and their names */
	FAULT_START = 1 << 6, /* threads, signals, and accounts */
	FAULT_WAIT = 1 << 7, /* poll(2) and its like */
};

enum {
	FAULT_SHORT = -1, /* in place of an errno: one byte of what was asked for */
	FAULT_EVER = 0x7fffffff,
};

struct fault_plan {
	atomic_int what; /* a set of enum fault; 0: nothing fails, and nothing is counted */
	atomic_int error; /* errno, or FAULT_SHORT */
	atomic_int from, until; /* calls, from 0: those fail that are not before, and before */
	atomic_int calls;
};

/* In the environment of the program: the descriptor of the plan. */
#define FAULT_VARIABLE "IPCTOP_FAULTS"

/* For tests. The plan, in which nothing fails; skips the case where nothing can be loaded. */
struct fault_plan *faults_open(void);

/*
 * "NAME=value" for the environment of the program, ended by NULL; they stay valid. One type of
 * terminal is among them: what fails does not depend on it.
 */
const char *const *faults_environment(void);

/* Run a command of the program in it, as command_run() does. */
void faults_run(const char *command);

/* From now on the calls `from` and up to `until` of this kind fail. */
void faults_plan(enum fault what, int error, int from, int until);
void faults_end(void);

/* The plan that ended is in force again, and calls are counted from 0. */
void faults_resume(void);

/* Whether what is planned is that something is not allowed. */
bool faults_forbid(void);

/* What is planned, in words, for the message of a case that fails. */
const char *faults_told(void);

/*
 * Have an attempt made where nothing fails, and then again and again where something does: of each
 * kind in the set `what`, with each error that the kernel has for it, one call alone, and all from
 * one on. Which calls, of those that the attempt makes, is chosen at random: `points` of them. The
 * attempt fails the case where it finds anything wrong.
 */
void faults_each(unsigned what, size_t points, void (*attempt)(void));

#endif
