#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../tap.h"
#include "term.h"
#include "term_private.h"

enum { STEP_MS = 1, PATH = 64, LINE = 256 };

/* Whether keys are on their way still; poll(2) sees to it that none is between the two sides. */
static bool has_input(const struct term *term)
{
	struct pollfd ready = { .events = POLLIN };
	char path[PATH];
	bool found;

	if (ptsname_r(term->fd, path, sizeof path) != 0)
		return false;
	ready.fd = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (ready.fd < 0)
		return false;
	found = poll(&ready, 1, 0) > 0 && ready.revents & POLLIN;
	close(ready.fd);
	return found;
}

/* What its first thread is blocked in, as proc_pid_syscall(5) has it. */
static bool waits_without_end(const struct term *term)
{
	char path[PATH], line[LINE] = "";
	unsigned long first, second, third;
	long number;
	FILE *file;

	snprintf(path, sizeof path, "/proc/%d/syscall", term->pid);
	file = fopen(path, "re");
	if (!file || !fgets(line, sizeof line, file)) {
		if (file)
			fclose(file);
		if (access("/proc/self/syscall", R_OK) != 0 || errno == EACCES || errno == EPERM)
			tap_skip("what a process waits for is not ours to see");
		return false; /* it has ended */
	}
	fclose(file);
	if (sscanf(line, "%ld %lx %lx %lx", &number, &first, &second, &third) != 4)
		return false;
#ifdef SYS_poll
	if (number == SYS_poll)
		return (int)third < 0;
#endif
	return number == SYS_ppoll && third == 0;
}

bool term_rest(struct term *term)
{
	long end = term_now() + term_deadline();

	while (term_pump(term, 0) || term->typed.size > 0 || has_input(term) ||
		!waits_without_end(term)) {
		if (term->eof || term_now() >= end)
			return false;
		term_pump(term, STEP_MS);
	}
	/* all that it drew is on its way to us */
	while (term_pump(term, 0))
		continue;
	return !term->eof;
}
