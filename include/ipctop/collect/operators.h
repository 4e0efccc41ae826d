/* Who changed the semaphores of all sets last: what verdicts on sets go by. */
#ifndef IPCTOP_COLLECT_OPERATORS_H
#define IPCTOP_COLLECT_OPERATORS_H

#include "ipctop/collect/collector.h"

/*
 * Ask for the last operators of all sets in `snapshot`, and look up these processes. What may not
 * be read stays unknown; so do sets beyond the first 65,536 semaphores, since each is a call.
 * semctl(2): GETPID, and GETNCNT and GETZCNT with COST_COUNTS, or where not all who wait could be
 * seen, so after relations_add(). 0 or -ENOMEM.
 */
int operators_add(struct collector *collector, struct snapshot *snapshot);

#endif
