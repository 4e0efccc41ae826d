#include "expect.h"

#include <stdio.h>
#include <sys/wait.h>

void expect_failed(struct term *term, const char *what, const char *file, int line)
{
	printf("# not within %ld ms: %s\n", term_deadline(), what);
	term_dump(term);
	_fail(file, line);
}

void expect_ended(struct term *term, int status, const char *what, const char *file, int line)
{
	if (status == -1)
		printf("# the program runs on; it was to %s\n", what);
	else if (WIFSIGNALED(status))
		printf("# the program died of signal %d; it was to %s\n", WTERMSIG(status), what);
	else
		printf("# the program exited with %d; it was to %s\n", WEXITSTATUS(status), what);
	term_dump(term);
	_fail(file, line);
}
