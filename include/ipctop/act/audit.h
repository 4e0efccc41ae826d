/* The trail of removals: a line in syslog for each, done or refused. The kernel keeps none. */
#ifndef IPCTOP_ACT_AUDIT_H
#define IPCTOP_ACT_AUDIT_H

#include <stdbool.h>

#include "ipctop/model/identity.h"

/*
 * `owner`: its name, not printable as it is. `done`: else it was refused. `reason`: in words, or
 * NULL. Any thread (syslog(3)). 0, also where there is no syslog, or the negative errno for which
 * it can't be reached.
 */
int audit_removal(
	const struct fingerprint *object, const char *owner, bool done, const char *reason);

#endif
