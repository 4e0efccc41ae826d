/* The trail of removals: a line in syslog for each, done or refused. The kernel keeps none. */
#ifndef IPCTOP_ACT_AUDIT_H
#define IPCTOP_ACT_AUDIT_H

#include <stdbool.h>

#include "ipctop/model/identity.h"

/* What is kept from one line to the next; zeroed before the first. */
struct audit {
	bool stalls; /* nobody read the last one */
};

/*
 * `owner`: its name, not printable as it is. `done`: else it was refused. `reason`: in words, or
 * NULL. Any thread. It is written as by syslog(3), which would wait without an end for a daemon
 * that is stopped: here for a second, and no more while that goes on (-ETIMEDOUT). 0, also where
 * there is no syslog, or the negative errno for which there is no line.
 */
int audit_removal(struct audit *audit, const struct fingerprint *object, const char *owner,
	bool done, const char *reason);

#endif
