#include "ipctop/act/audit.h"

#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "ipctop/base/text.h"
#include "ipctop/model/class.h"

void audit_removal(const struct removal_result *result, const char *owner)
{
	const struct identity *identity = &result->asked.identity;
	bool done = result->removal == REMOVAL_DONE || result->removal == REMOVAL_MARKED;
	struct buf name = { 0 }, words = { 0 };

	text_clean(&name, owner, strlen(owner), true);
	removal_reason(&words, result);
	openlog("ipctop", LOG_PID, LOG_AUTH);
	syslog(LOG_NOTICE, "%s %s id=%d key=0x%08x owner=%s by uid=%u%s%s",
		done ? "removed" : "refused", class_infos[identity->class].word, identity->id,
		result->asked.key, buf_str(&name), (unsigned)getuid(),
		result->removal == REMOVAL_DONE ? "" : ": ",
		result->removal == REMOVAL_DONE ? "" : buf_str(&words));
	closelog();
	buf_free(&name);
	buf_free(&words);
}
