/*
 * tests/live/rights.h: users with some capabilities (capabilities(7)), which the program under test
 * then has from its start. One thread.
 */
#ifndef TESTS_LIVE_RIGHTS_H
#define TESTS_LIVE_RIGHTS_H

#include <linux/capability.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define RIGHT(capability) (UINT64_C(1) << (capability))

enum { RIGHTS_NOT_BECOME = 125 }; /* exit status of rights_become() */

/* What we have ourselves, and may pass on. */
uint64_t rights_permitted(void);

/* In a child: become a plain user who has these for good, ambient ones too. Or exit. */
void rights_become(uid_t uid, uint64_t capabilities);

/* Those of a thread by the name in its status file, such as "CapEff"; fails the case if none. */
uint64_t rights_of(pid_t pid, pid_t tid, const char *name);

#endif
