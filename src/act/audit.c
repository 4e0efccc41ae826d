#include "ipctop/act/audit.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <unistd.h>

#include "ipctop/base/text.h"
#include "ipctop/model/class.h"

/* What syslog(3) does first, and does not tell of. 0 or a negative errno. */
static int try_syslog(void)
{
	static const int types[] = { SOCK_DGRAM, SOCK_STREAM };
	const struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = _PATH_LOG };
	int error = EPROTOTYPE, descriptor, i;

	for (i = 0; i < 2 && error == EPROTOTYPE; i++) {
		descriptor = socket(AF_UNIX, types[i] | SOCK_CLOEXEC, 0);
		if (descriptor < 0)
			return -errno;
		error = connect(descriptor, (const struct sockaddr *)&address, sizeof(address)) < 0
			? errno
			: 0;
		close(descriptor);
	}
	return error == ENOENT ? 0 : -error; /* many a container has none */
}

int audit_removal(
	const struct fingerprint *object, const char *owner, bool done, const char *reason)
{
	struct buf name = { 0 };
	const int error = try_syslog();

	text_clean(&name, owner, strlen(owner), true);
	openlog("ipctop", LOG_PID, LOG_AUTH);
	syslog(LOG_NOTICE, "%s %s id=%d key=0x%08x owner=%s by uid=%u%s%s",
		done ? "removed" : "refused", class_infos[object->identity.class].word,
		object->identity.id, object->key, name.error ? "?" : buf_str(&name),
		(unsigned)getuid(), reason ? ": " : "", reason ? reason : "");
	closelog();
	buf_free(&name);
	return error;
}
