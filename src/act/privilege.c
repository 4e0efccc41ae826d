#include "ipctop/act/privilege.h"

#include <errno.h>
#include <limits.h>
#include <linux/capability.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "ipctop/base/text.h"

enum { WORD_BITS = 32, WORDS = _LINUX_CAPABILITY_U32S_3 };

#define BIT(capability) (UINT64_C(1) << (capability))

/*
 * The maps, calls and files of processes; when what they have mapped was made; values and messages
 * that the mode keeps to others.
 */
#define LOOK                                                                                       \
	(BIT(CAP_SYS_PTRACE) | BIT(CAP_DAC_READ_SEARCH) | BIT(CAP_CHECKPOINT_RESTORE) |            \
		BIT(CAP_IPC_OWNER))
/* The kernel asks for it where neither owner nor creator removes an object. */
#define REMOVE    BIT(CAP_SYS_ADMIN)
/* Under sudo(8) the configuration may be that of another user, whose it stays. */
#define CONFIGURE (BIT(CAP_DAC_OVERRIDE) | BIT(CAP_CHOWN) | BIT(CAP_FOWNER))

static const uint64_t needed[] = {
	[PRIVILEGE_TEXTS] = 0,
	[PRIVILEGE_LOOK] = LOOK,
	[PRIVILEGE_READONLY] = LOOK,
	[PRIVILEGE_REMOVE] = LOOK | REMOVE,
	[PRIVILEGE_WATCH] = LOOK | REMOVE | CONFIGURE,
};

bool privilege_is_lent(struct buf *why)
{
	char path[PATH_MAX];
	ssize_t length;

	if (getuid() == geteuid() && getgid() == getegid())
		return false;
	buf_text(why,
		"it does not run set-uid or set-gid; grant capabilities instead: "
		"setcap cap_sys_ptrace,cap_dac_read_search=ep ");
	length = readlink("/proc/self/exe", path, sizeof(path));
	if (length > 0)
		text_clean(why, path, (size_t)length, true);
	else
		buf_text(why, "ipctop");
	return true;
}

/* Which of the capabilities in `permitted` stay. */
static uint64_t kept(enum privilege use, uint64_t permitted)
{
	uint64_t keep = needed[use];

	if (use == PRIVILEGE_TEXTS)
		return keep;
	if (!(permitted & BIT(CAP_SYS_PTRACE))) {
		/* a process is then only shown to who has all the capabilities that it has */
		keep = ~UINT64_C(0);
		if (use == PRIVILEGE_READONLY)
			keep &= ~REMOVE;
	} else if (!(permitted & BIT(CAP_DAC_READ_SEARCH))) {
		keep |= BIT(CAP_DAC_OVERRIDE); /* it opens files, too */
	}
	return keep;
}

/* What a thread has. */
struct sets {
	uint64_t effective, permitted, inheritable;
};

static uint64_t join(uint32_t high, uint32_t low)
{
	return (uint64_t)high << WORD_BITS | low;
}

static int get_sets(struct sets *sets)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[WORDS] = { { 0 } };
	int error = syscall(SYS_capget, &header, data) < 0 ? -errno : 0;

	*sets = (struct sets){
		.effective = join(data[1].effective, data[0].effective),
		.permitted = join(data[1].permitted, data[0].permitted),
		.inheritable = join(data[1].inheritable, data[0].inheritable),
	};
	return error;
}

static int put_sets(const struct sets *sets)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[WORDS];
	int i;

	for (i = 0; i < WORDS; i++) {
		data[i].effective = (uint32_t)(sets->effective >> i * WORD_BITS);
		data[i].permitted = (uint32_t)(sets->permitted >> i * WORD_BITS);
		data[i].inheritable = (uint32_t)(sets->inheritable >> i * WORD_BITS);
	}
	return syscall(SYS_capset, &header, data) < 0 ? -errno : 0;
}

int privilege_keep(enum privilege use)
{
	struct sets sets;
	uint64_t keep;
	int error;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -errno;
	error = get_sets(&sets);
	if (error)
		return error;
	keep = kept(use, sets.permitted);
	if (!((sets.permitted | sets.inheritable) & ~keep))
		return 0; /* a plain user has none, and may be forbidden to ask */
	sets.permitted &= keep;
	sets.inheritable &= keep;
	sets.effective &= keep;
	return put_sets(&sets);
}

/* Put a set into effect for this thread; `before`: what was. 0 or a negative errno. */
static int put_in_effect(uint64_t effective, uint64_t *before)
{
	struct sets sets;
	int error = get_sets(&sets);

	if (error)
		return error;
	*before = sets.effective;
	sets.effective = effective;
	return *before == effective ? 0 : put_sets(&sets);
}

int privilege_pause(uint64_t *effective)
{
	*effective = 0;
	return geteuid() == 0 ? 0 : put_in_effect(0, effective);
}

void privilege_resume(uint64_t effective)
{
	uint64_t none;

	if (effective)
		put_in_effect(effective, &none);
}
