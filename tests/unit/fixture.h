/*
 * tests/unit/fixture.h: the folders below tests/fixtures that stand in for /proc. Each is named
 * for what it holds: a kernel, or what is wrong with it.
 */
#ifndef TESTS_UNIT_FIXTURE_H
#define TESTS_UNIT_FIXTURE_H

#include "unit.h"

#include "ipctop/collect/collector.h"

/* The path of the folder `name`, for free(3). */
static inline char *fixture_path(const char *name)
{
	const char *top = getenv("TOP_SRCDIR");
	char *path = NULL;

	if (asprintf(&path, "%s/tests/fixtures/%s", top ? top : ".", name) < 0)
		path = NULL;
	assert_non_null(path);
	if (access(path, R_OK) < 0)
		fail_msg(
			"%s: %s; TOP_SRCDIR names the folder of the source", path, strerror(errno));
	return path;
}

#endif
