#include "ipctop/model/identity.h"

#include <string.h>

#include "ipctop/model/record.h"
#include "ipctop/model/snapshot.h"

bool identity_equal(const struct identity *a, const struct identity *b)
{
	return a->scope == b->scope && a->extent == b->extent && a->class == b->class &&
		a->id == b->id && a->cuid == b->cuid && a->cgid == b->cgid && a->cpid == b->cpid;
}

uint64_t identity_hash(const struct identity *identity)
{
	uint64_t hash = (uint64_t)(uint32_t)identity->id << 8 | (uint32_t)identity->class;

	/* ids differ within a scope and class; the other parts only tell successors apart */
	hash ^= identity->scope << 40;
	hash *= UINT64_C(0x9e3779b97f4a7c15);
	return hash ^ hash >> 32;
}

struct identity identity_of(enum class class, const void *record, uint64_t scope)
{
	struct identity identity = { .scope = scope, .class = (int32_t) class };
	const struct ipc_record *ipc = record;

	if (class == CLASS_LIMIT) {
		identity.id = ((const struct limit_record *)record)->id;
		return identity;
	}
	if (class == CLASS_PROCESS) {
		identity.id = ((const struct process_record *)record)->pid;
		identity.extent = ((const struct process_record *)record)->start;
		return identity;
	}
	if (class == CLASS_GROUP) {
		const struct group_record *group = record;

		identity.id = group->by << 8 | group->kind;
		identity.extent = group->value;
		return identity;
	}
	if (class == CLASS_EVENT) {
		identity.extent = ((const struct event_record *)record)->number;
		identity.id = (int32_t)(identity.extent & INT32_MAX);
		return identity;
	}
	identity.id = ipc->id;
	identity.cuid = ipc->cuid;
	identity.cgid = ipc->cgid;
	if (class == CLASS_SHM) {
		identity.extent = ((const struct shm_record *)record)->size;
		identity.cpid = ((const struct shm_record *)record)->cpid;
	} else if (class == CLASS_SEM) {
		identity.extent = ((const struct sem_record *)record)->nsems;
	}
	return identity;
}

static int64_t last_use(enum class class, const void *record)
{
	const struct msg_record *msg = record;
	const struct sem_record *sem = record;
	const struct shm_record *shm = record;

	if (class == CLASS_MSG)
		return msg->stime > msg->rtime ? msg->stime : msg->rtime;
	if (class == CLASS_SEM)
		return sem->otime;
	return shm->atime > shm->dtime ? shm->atime : shm->dtime;
}

struct fingerprint fingerprint_of(enum class class, const void *record, uint64_t scope)
{
	const struct ipc_record *ipc = record;

	return (struct fingerprint){
		.identity = identity_of(class, record, scope),
		.ctime = ipc->ctime,
		.used = last_use(class, record),
		.key = ipc->key,
		.dest = class == CLASS_SHM && (ipc->mode & RECORD_DEST),
		.attached = class == CLASS_SHM && ((const struct shm_record *)record)->nattch > 0,
	};
}

bool identity_find(const struct snapshot *snapshot, const struct identity *identity, uint32_t *row)
{
	enum class class = (enum class)identity->class;
	struct identity other;

	for (*row = 0; *row < snapshot->classes[class].count; (*row)++) {
		other = identity_of(class, snapshot_record(snapshot, class, *row), snapshot->scope);
		if (identity_equal(&other, identity))
			return true;
	}
	return false;
}

bool fingerprint_equal(const struct fingerprint *then, const struct fingerprint *now)
{
	bool key_freed = now->key == 0 && now->dest && !then->dest;

	return identity_equal(&then->identity, &now->identity) && then->ctime == now->ctime &&
		(then->key == now->key || key_freed) && (then->attached || !now->attached) &&
		then->used <= now->used;
}
