#include "faults.h"

#include <stdio.h>
#include <sys/mman.h>

#include "../tap.h"

static struct {
	struct fault_plan *plan;
	char preload[512], variable[64];
} faults;

struct fault_plan *faults_open(void)
{
	const char *library = getenv("IPCTOP_PRELOAD");
	int fd;

#ifdef __SANITIZE_THREAD__
	tap_skip("ThreadSanitizer wants to be the first that is loaded");
#endif
	if (!library || access(library, R_OK) < 0)
		tap_skip("IPCTOP_PRELOAD does not name the library");
	if (faults.plan)
		return faults.plan;
	/* the program inherits it */
	fd = memfd_create("faults", 0);
	assert_true(fd >= 0 && ftruncate(fd, sizeof(*faults.plan)) == 0);
	faults.plan = mmap(NULL, sizeof(*faults.plan), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	assert_ptr_not_equal(faults.plan, MAP_FAILED);
	snprintf(faults.preload, sizeof(faults.preload), "LD_PRELOAD=%s", library);
	snprintf(faults.variable, sizeof(faults.variable), "%s=%d", FAULT_VARIABLE, fd);
	return faults.plan;
}

char *faults_preload(void)
{
	return faults.preload;
}

char *faults_variable(void)
{
	return faults.variable;
}

void faults_plan(enum fault what, int error, int from, int until)
{
	struct fault_plan *plan = faults.plan;

	atomic_store(&plan->what, 0);
	atomic_store(&plan->error, error);
	atomic_store(&plan->from, from);
	atomic_store(&plan->until, until);
	atomic_store(&plan->calls, 0);
	atomic_store(&plan->failed, 0);
	atomic_store(&plan->what, what);
}

void faults_end(void)
{
	atomic_store(&faults.plan->what, 0);
}
