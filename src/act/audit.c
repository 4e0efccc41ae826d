#include "ipctop/act/audit.h"

#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "ipctop/base/text.h"
#include "ipctop/model/class.h"

void audit_removal(
	const struct fingerprint *object, const char *owner, bool done, const char *reason)
{
	struct buf name = { 0 };

	text_clean(&name, owner, strlen(owner), true);
	openlog("ipctop", LOG_PID, LOG_AUTH);
	syslog(LOG_NOTICE, "%s %s id=%d key=0x%08x owner=%s by uid=%u%s%s",
		done ? "removed" : "refused", class_infos[object->identity.class].word,
		object->identity.id, object->key, name.error ? "?" : buf_str(&name),
		(unsigned)getuid(), reason ? ": " : "", reason ? reason : "");
	closelog();
	buf_free(&name);
}
