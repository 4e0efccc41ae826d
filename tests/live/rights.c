#include "rights.h"

#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../tap.h"
#include "space.h"

enum { WORDS = _LINUX_CAPABILITY_U32S_3, WORD_BITS = 32, LINE_MOST = 256 };

uint64_t rights_permitted(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[WORDS] = { { 0 } };

	if (syscall(SYS_capget, &header, data) < 0)
		return 0;
	return (uint64_t)data[1].permitted << WORD_BITS | data[0].permitted;
}

void rights_become(uid_t uid, uint64_t capabilities)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[WORDS];
	int i;

	if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0)
		_exit(RIGHTS_NOT_BECOME);
	space_become(uid, uid);
	for (i = 0; i < WORDS; i++) {
		data[i].permitted = (uint32_t)(capabilities >> i * WORD_BITS);
		data[i].effective = data[i].inheritable = data[i].permitted;
	}
	if (syscall(SYS_capset, &header, data) < 0)
		_exit(RIGHTS_NOT_BECOME);
	for (i = 0; i < WORDS * WORD_BITS; i++) {
		if ((capabilities & RIGHT(i)) &&
			prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, i, 0, 0) < 0)
			_exit(RIGHTS_NOT_BECOME);
	}
}

uint64_t rights_of(pid_t pid, pid_t tid, const char *name)
{
	char path[64], line[LINE_MOST];
	unsigned long long rights = 0;
	size_t length = strlen(name);
	bool found = false;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/status", (int)pid, (int)tid);
	file = fopen(path, "re");
	while (file && !found && fgets(line, sizeof(line), file))
		found = strncmp(line, name, length) == 0 &&
			sscanf(line + length, ": %llx", &rights) == 1;
	if (file)
		fclose(file);
	if (!found)
		fail_msg("no %s in %s", name, path);
	return rights;
}
