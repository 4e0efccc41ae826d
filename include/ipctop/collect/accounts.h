/* Names of users and groups, looked up once each: also that there is no such account. */
#ifndef IPCTOP_COLLECT_ACCOUNTS_H
#define IPCTOP_COLLECT_ACCOUNTS_H

#include "ipctop/collect/collector.h"

/*
 * Add to `snapshot` the names of all users, or groups, that its records name and that `cost` asks
 * for (getpwuid_r(3), getgrgid_r(3)); an id without account gets its digits, and so does one that
 * can't be looked up, which `error` of the map tells. 0 or -ENOMEM.
 */
int accounts_add(struct collector *collector, struct snapshot *snapshot, unsigned cost);

/* The uid of the account `name`: 0; -ENOENT where there is none; or why that is not known. */
int accounts_find_user(const char *name, uint32_t *uid);

/* Once all are added: say which kind could not be looked up as a whole. 0 or -ENOMEM. */
int accounts_tell(struct snapshot *snapshot);

/* Add the name of one user. 0 or -ENOMEM. */
int accounts_add_user(struct collector *collector, struct snapshot *snapshot, uint32_t uid);

#endif
