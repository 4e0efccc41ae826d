#include "ipctop/collect/nss.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "ipctop/base/buf.h"
#include "ipctop/base/file.h"

enum { CONFIG_BYTES = 1024 * 1024, SPARE = 8 /* descriptors */ };

static const char path[] = "/etc/nsswitch.conf";

/* Without a file the C library takes what it has built in. */
static int read_config(struct buf *text)
{
	int error = file_read(path, text, CONFIG_BYTES);

	return error == -ENOENT ? 0 : error;
}

/* The rest of the line of the service; NULL: it has none. Cuts lines from `text`. */
static char *find_line(char *text, const char *service)
{
	const size_t length = strlen(service);
	char *line, *rest;

	for (line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		line[strcspn(line, "#")] = '\0';
		line += strspn(line, " \t");
		if (strncmp(line, service, length) != 0)
			continue;
		line += length + strspn(line + length, " \t");
		if (*line == ':')
			return line + 1;
	}
	return NULL;
}

/* The handle is never closed: the module stays. */
static int load(const char *name)
{
	struct buf file = { 0 };
	const char *reason;
	int error;

	buf_printf(&file, "libnss_%s.so.2", name);
	error = file.error;
	if (!error && !dlopen(buf_str(&file), RTLD_NOW)) {
		reason = dlerror();
		/* many a configuration names what is not installed */
		error = reason && strstr(reason, strerror(ENOENT)) ? 0 : -ELIBACC;
	}
	buf_free(&file);
	return error;
}

/* A module that can't open its files finds nobody. */
static int check_descriptors(void)
{
	int spare[SPARE], count = 0, error = 0;

	while (count < SPARE && !error) {
		spare[count] = open("/", O_PATH | O_CLOEXEC);
		if (spare[count] < 0)
			error = -errno;
		else
			count++;
	}
	while (count > 0)
		close(spare[--count]);
	return error == -EMFILE || error == -ENFILE || error == -ENOMEM ? error : 0;
}

int nss_load(const char *service)
{
	static const char blanks[] = " \t\r";
	struct buf text = { 0 };
	int error = read_config(&text);
	char *line = error || text.len == 0 ? NULL : find_line(text.data, service), *name, *rest;

	for (name = line ? strtok_r(line, blanks, &rest) : NULL; name && !error;
		name = strtok_r(NULL, blanks, &rest)) {
		/* "[NOTFOUND=return]" is what to do, and may have blanks in it */
		if (*name == '[') {
			while (name && !strchr(name, ']'))
				name = strtok_r(NULL, blanks, &rest);
			if (!name)
				break;
			continue;
		}
		error = load(name);
	}
	buf_free(&text);
	return error ? error : check_descriptors();
}
