#include "ipctop/act/audit.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "ipctop/base/text.h"
#include "ipctop/model/class.h"

static void write_line(struct buf *line, const struct fingerprint *object, const char *owner,
	bool done, const char *reason)
{
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul",
		"Aug", "Sep", "Oct", "Nov", "Dec" };
	const time_t now = time(NULL);
	struct tm tm = { 0 };

	localtime_r(&now, &tm);
	buf_printf(line, "<%d>%s %2d %02d:%02d:%02d ipctop[%d]: %s %s id=%d key=0x%08x owner=",
		LOG_AUTH | LOG_NOTICE, months[tm.tm_mon], tm.tm_mday, tm.tm_hour, tm.tm_min,
		tm.tm_sec, (int)getpid(), done ? "removed" : "refused",
		class_infos[object->identity.class].word, object->identity.id, object->key);
	text_clean(line, owner, strlen(owner), true);
	buf_printf(line, " by uid=%u%s%s", (unsigned)getuid(), reason ? ": " : "",
		reason ? reason : "");
}

/* How long connect(2) and send(2) wait for whoever reads there: not again where nobody did. */
static void set_patience(int descriptor, const struct audit *audit)
{
	const struct timeval patience = { .tv_sec = !audit->stalls, .tv_usec = audit->stalls };

	setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
}

/* Connected to syslog; a negative errno. */
static int open_syslog(const struct audit *audit, bool *stream)
{
	static const int types[] = { SOCK_DGRAM, SOCK_STREAM };
	const struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = _PATH_LOG };
	int error = EPROTOTYPE, descriptor, i;

	for (i = 0; i < 2 && error == EPROTOTYPE; i++) {
		descriptor = socket(AF_UNIX, types[i] | SOCK_CLOEXEC, 0);
		if (descriptor < 0)
			return -errno;
		set_patience(descriptor, audit);
		*stream = types[i] == SOCK_STREAM;
		if (connect(descriptor, (const struct sockaddr *)&address, sizeof(address)) == 0)
			return descriptor;
		error = errno;
		close(descriptor);
	}
	return -error;
}

static int send_all(int descriptor, const char *bytes, size_t size)
{
	ssize_t sent;

	while (size > 0) {
		sent = send(descriptor, bytes, size, MSG_NOSIGNAL);
		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0)
			return -errno;
		bytes += sent;
		size -= (size_t)sent;
	}
	return 0;
}

int audit_removal(struct audit *audit, const struct fingerprint *object, const char *owner,
	bool done, const char *reason)
{
	struct buf line = { 0 };
	bool stream = false;
	int descriptor = open_syslog(audit, &stream), error = descriptor < 0 ? descriptor : 0;

	if (error == -ENOENT)
		return 0; /* many a container has none */
	write_line(&line, object, owner, done, reason);
	if (!error && line.error)
		error = -ENOMEM;
	if (!error) /* in a stream lines end with a null byte */
		error = send_all(descriptor, buf_str(&line), line.len + stream);
	buf_free(&line);
	if (descriptor >= 0)
		close(descriptor);
	audit->stalls = error == -EAGAIN;
	return audit->stalls ? -ETIMEDOUT : error;
}
