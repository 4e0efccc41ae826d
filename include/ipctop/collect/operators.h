/* Who changed the semaphores of all sets last: what verdicts on sets go by. */
#ifndef IPCTOP_COLLECT_OPERATORS_H
#define IPCTOP_COLLECT_OPERATORS_H

#include "ipctop/collect/collector.h"

/*
 * Ask for the last operators of all sets in `snapshot`, and look up these processes. What may not
 * be read stays unknown; so do sets beyond the first 65,536 semaphores, since each takes calls.
 * semctl(2): GETPID. Where nobody was seen to wait (so after relations_add()), or of all with
 * COST_COUNTS, ask how many wait too: GETNCNT and GETZCNT. 0 or -ENOMEM.
 */
int operators_add(struct collector *collector, struct snapshot *snapshot);

/*
 * Threads that wait for any semaphore of a set, as the kernel counts, which walks them for it: all,
 * or those at the first semaphore that has any. -1: it may not be read.
 */
int64_t operators_waiters(const struct sem_record *sem, bool all);

#endif
