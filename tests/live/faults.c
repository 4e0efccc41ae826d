#include "faults.h"

#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>

#include "../tap.h"
#include "command.h"
#include "world.h"

enum { ERRORS = 6, SETTING_BYTES = 512 };

/* Calls that fail together, and how. */
struct failure {
	enum fault what;
	const char *name;
	int error[ERRORS]; /* 0: no more */
};

static const struct failure failures[] = {
	{ FAULT_OPEN, "opening", { EMFILE, EACCES, ENOENT, EIO, ENOMEM } },
	{ FAULT_READ, "reading", { EIO, EINTR, FAULT_SHORT, ENOMEM, ESRCH } },
	{ FAULT_ASK, "asking", { EACCES, ENOENT, EIO, ENOMEM } },
	{ FAULT_IPC, "objects", { EACCES, ENOSYS, ENOMEM, EPERM } },
	{ FAULT_MEMORY, "memory", { ENOMEM } },
	{ FAULT_WRITE, "writing", { ENOSPC, EIO, EINTR, FAULT_SHORT, EACCES, EROFS } },
	{ FAULT_START, "starting", { EAGAIN, ENOMEM, EIO } },
	{ FAULT_WAIT, "waiting", { EINTR, ENOMEM } },
};

static struct {
	struct fault_plan *plan;
	char preload[SETTING_BYTES], variable[SETTING_BYTES], options[SETTING_BYTES], told[96];
	struct world random;
	enum fault what; /* of the last plan */
} faults;

struct fault_plan *faults_open(void)
{
	const char *library = getenv("IPCTOP_PRELOAD"), *options = getenv("ASAN_OPTIONS");
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
	/* AddressSanitizer gets its functions behind us, and is content with that */
	snprintf(faults.options, sizeof(faults.options), "ASAN_OPTIONS=%s:verify_asan_link_order=0",
		options ? options : "");
	faults.random.random = world_seed();
	return faults.plan;
}

const char *const *faults_environment(void)
{
	static const char *const environment[] = { faults.preload, faults.variable, faults.options,
		"TERM=xterm-256color", NULL };

	return environment;
}

static void prepare(void *user)
{
	const char *const *setting = user;

	for (; *setting; setting++)
		putenv((char *)(uintptr_t)*setting);
}

void faults_run(const char *command)
{
	const struct preparation preparation = { prepare, (void *)(uintptr_t)faults_environment() };

	command_run_prepared(&preparation, "%s", command);
}

void faults_plan(enum fault what, int error, int from, int until)
{
	struct fault_plan *plan = faults.plan;

	faults_end();
	atomic_store(&plan->error, error);
	atomic_store(&plan->from, from);
	atomic_store(&plan->until, until);
	faults.what = what;
	faults_resume();
}

void faults_resume(void)
{
	struct fault_plan *plan = faults.plan;

	atomic_store(&plan->calls, 0);
	atomic_store(&plan->what, faults.what);
}

void faults_end(void)
{
	atomic_store(&faults.plan->what, 0);
}

bool faults_forbid(void)
{
	int error = atomic_load(&faults.plan->error);

	return error == EACCES || error == EPERM;
}

const char *faults_told(void)
{
	return faults.told;
}

static void plan(const struct failure *failure, int error, int from, int until)
{
	snprintf(faults.told, sizeof(faults.told), "%s, error %d, calls %d to %d", failure->name,
		error, from, until);
	faults_plan(failure->what, error, from, until);
}

static void fail_by(const struct failure *failure, int error, size_t points, void (*attempt)(void))
{
	int calls = atomic_load(&faults.plan->calls), at;
	size_t i;

	for (i = 0; i < points && i < (size_t)calls; i++) {
		at = points < (size_t)calls ? (int)world_pick(&faults.random, (unsigned)calls)
					    : (int)i;
		plan(failure, error, at, at + 1);
		attempt();
		if (error == EINTR) /* nobody is interrupted for ever */
			continue;
		plan(failure, error, at, FAULT_EVER);
		attempt();
	}
}

void faults_each(unsigned what, size_t points, void (*attempt)(void))
{
	const struct failure *failure = failures;
	int seen = 0;
	size_t i;

	for (; failure < failures + sizeof(failures) / sizeof(*failures); failure++) {
		for (i = 0; what & failure->what && i < ERRORS && failure->error[i]; i++) {
			plan(failure, failure->error[i], FAULT_EVER, FAULT_EVER);
			attempt();
			seen += atomic_load(&faults.plan->calls);
			fail_by(failure, failure->error[i], points, attempt);
		}
	}
	assert_true(seen > 0); /* the program knows of the plan */
	snprintf(faults.told, sizeof(faults.told), "nothing fails");
	faults_end();
	attempt();
}
