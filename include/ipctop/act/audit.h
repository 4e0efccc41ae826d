/* The trail of removals: a line in syslog for each, done or refused. The kernel keeps none. */
#ifndef IPCTOP_ACT_AUDIT_H
#define IPCTOP_ACT_AUDIT_H

#include "ipctop/act/remove.h"

/* `owner`: its name, not printable as it is. Any thread (syslog(3)). */
void audit_removal(const struct removal_result *result, const char *owner);

#endif
