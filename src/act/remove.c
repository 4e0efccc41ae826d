#include "ipctop/act/remove.h"

#include <errno.h>
#include <string.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <unistd.h>

#include "ipctop/act/audit.h"
#include "ipctop/base/text.h"
#include "ipctop/base/units.h"
#include "ipctop/collect/sysv.h"

static int remove_msg(int id)
{
	return msgctl(id, IPC_RMID, NULL);
}

static int remove_sem(int id)
{
	return semctl(id, 0, IPC_RMID);
}

static int remove_shm(int id)
{
	return shmctl(id, IPC_RMID, NULL);
}

/* Every class that is CLASS_REMOVABLE has one; a test finds none missing. */
static int (*const removers[CLASS_COUNT])(int id) = {
	[CLASS_MSG] = remove_msg,
	[CLASS_SEM] = remove_sem,
	[CLASS_SHM] = remove_shm,
};

/* Look at the object again: 0, -EIDRM where it is gone, or another negative errno. */
static int look_again(const struct identity *identity, union ipc_any_record *record)
{
	const struct sysv_kind *kind = sysv_kind_of((enum class)identity->class);
	int id = sysv_look(kind, identity->id, record);

	if (id < 0)
		return sysv_is_gone(-id) ? -EIDRM : id;
	/* only the index of a stale id counts: the slot may hold a successor */
	if (id != identity->id)
		return -EIDRM;
	record->ipc.id = id;
	return 0;
}

static enum removal call_remover(const struct identity *identity, struct removal_result *result)
{
	if (removers[identity->class](identity->id) == 0)
		return result->nattch > 0 ? REMOVAL_MARKED : REMOVAL_DONE;
	if (sysv_is_gone(errno))
		return REMOVAL_GONE;
	result->error = -errno;
	return REMOVAL_FAILED;
}

/* Whether we are in the namespace it was seen in, if that is known: 0, or a negative errno. */
static int look_around(const struct identity *identity)
{
	uint64_t scope = identity->scope ? sysv_scope() : 0;

	if (scope == identity->scope)
		return 0;
	return scope ? -EXDEV : -errno;
}

static enum removal look_and_remove(const struct identity *identity, struct removal_result *result)
{
	int error = look_around(identity);

	if (error == -EXDEV)
		return REMOVAL_OTHER; /* the same id in another namespace */
	if (!error)
		error = look_again(identity, &result->record);
	if (error == -EIDRM)
		return REMOVAL_GONE;
	if (error) {
		result->error = error;
		return REMOVAL_FAILED;
	}
	result->now = fingerprint_of((enum class)identity->class, &result->record, identity->scope);
	if (!identity_equal(identity, &result->now.identity))
		return REMOVAL_OTHER;
	if (identity->class == CLASS_SHM)
		result->nattch = result->record.shm.nattch;
	if (result->now.dest)
		return REMOVAL_DOOMED;
	if (!fingerprint_equal(&result->asked, &result->now))
		return REMOVAL_CHANGED;
	return call_remover(identity, result);
}

static void leave_trail(struct removal_result *result, const char *owner, struct audit *audit)
{
	bool done = result->removal == REMOVAL_DONE || result->removal == REMOVAL_MARKED;
	struct buf reason = { 0 };

	removal_reason(&reason, result);
	result->audit_error = audit_removal(audit, &result->asked, owner, done,
		result->removal == REMOVAL_DONE ? NULL : buf_str(&reason));
	buf_free(&reason);
}

void remove_object(const struct fingerprint *asked, const char *owner, struct audit *audit,
	struct removal_result *result)
{
	*result = (struct removal_result){ .asked = *asked };
	result->removal = look_and_remove(&asked->identity, result);
	leave_trail(result, owner, audit);
}

void removal_describe(struct buf *out, const struct row *row, bool ascii)
{
	const char *owner = name_map_get(&row->snapshot->users, row->ipc->uid);

	buf_printf(out, "%s %d  key 0x%08x  owner ", class_infos[row->class].word, row->ipc->id,
		row->ipc->key);
	if (owner)
		text_clean(out, owner, strlen(owner), ascii);
	else
		buf_u64(out, row->ipc->uid);
	if (row->class == CLASS_SHM) {
		buf_text(out, "  size ");
		units_bytes(out, row->shm->size);
		buf_printf(out, "  %llu attached", (unsigned long long)row->shm->nattch);
		if (row->ipc->mode & RECORD_DEST)
			buf_text(out, "  already doomed");
	} else if (row->class == CLASS_MSG) {
		buf_text(out, "  size ");
		units_bytes(out, row->msg->cbytes);
		buf_printf(out, "  %llu message%s", (unsigned long long)row->msg->qnum,
			row->msg->qnum == 1 ? "" : "s");
	} else {
		buf_printf(out, "  size %u semaphore%s", row->sem->nsems,
			row->sem->nsems == 1 ? "" : "s");
	}
}

const char *removal_effect(enum class class, uint64_t nattch)
{
	static const char *const effects[CLASS_COUNT] = {
		[CLASS_MSG] = "Messages are lost; sleepers in msgsnd and msgrcv wake with EIDRM.",
		[CLASS_SEM] = "Sleepers in semop wake with EIDRM.",
		[CLASS_SHM] = "Attached segments become dest and vanish after the last detach.",
	};

	return class == CLASS_SHM && nattch == 0 ? NULL : effects[class];
}

uint64_t removal_attachments(const struct row *row)
{
	return row->class == CLASS_SHM ? row->shm->nattch : 0;
}

bool removal_is_serious(size_t count, uint64_t attachments)
{
	return count > 1 || attachments > 0;
}

bool removal_succeeded(const struct removal_result *result)
{
	return result->removal == REMOVAL_DONE || result->removal == REMOVAL_MARKED ||
		result->removal == REMOVAL_DOOMED;
}

bool removal_refused(const struct removal_result *result)
{
	return !removal_succeeded(result) && result->removal != REMOVAL_GONE;
}

void removal_reason(struct buf *out, const struct removal_result *result)
{
	static const char *const reasons[] = {
		[REMOVAL_DONE] = "removed",
		[REMOVAL_MARKED] = "marked dest: it goes after the last detach",
		[REMOVAL_DOOMED] = "already doomed: it goes after the last detach",
		[REMOVAL_GONE] = "gone already",
		[REMOVAL_OTHER] = "another object has this id now",
		[REMOVAL_CHANGED] = "changed since shown",
	};
	unsigned long long attached = result->nattch;

	if (result->removal == REMOVAL_CHANGED && result->now.attached && !result->asked.attached)
		buf_text(out, "a process attached since it was shown");
	else if (result->removal != REMOVAL_FAILED)
		buf_text(out, reasons[result->removal]);
	else if (result->error == -EPERM && geteuid() != 0)
		buf_text(out, "only owner, creator or root may remove it");
	else
		buf_text(out, strerror(-result->error));
	if (result->removal == REMOVAL_MARKED || result->removal == REMOVAL_DOOMED)
		buf_printf(out, " (%llu attachment%s)", attached, attached == 1 ? "" : "s");
}

void removal_unlogged(struct buf *out, int audit_error)
{
	if (audit_error)
		buf_printf(out, "; it has no line in syslog: %s", strerror(-audit_error));
}

void removal_text(struct buf *out, const struct removal_result *result)
{
	if (removal_refused(result))
		buf_text(out, "refused: ");
	removal_reason(out, result);
	removal_unlogged(out, result->audit_error);
}
