/*
 * What a source writes down of each object: plain, compact, without pointers but to constant text.
 * Fields keep the kernel's units and meanings; what is absent has a flag, never a magic number.
 */
#ifndef IPCTOP_MODEL_RECORD_H
#define IPCTOP_MODEL_RECORD_H

#include <stdbool.h>
#include <stdint.h>

/* Of a process that a record names. */
enum alive { ALIVE_UNKNOWN, ALIVE_YES, ALIVE_NO };

/* Bits of the kernel's mode beside the nine permissions (linux/shm.h). */
enum { RECORD_DEST = 01000, RECORD_LOCKED = 02000 };

/* struct ipc_perm of the kernel and the id: the head of every IPC record. */
struct ipc_record {
	uint32_t key;
	int32_t id;
	uint32_t uid, gid; /* owner */
	uint32_t cuid, cgid; /* creator */
	uint16_t mode;
	uint16_t seq;
	int64_t ctime; /* last change, seconds since the epoch */
};

struct msg_record {
	struct ipc_record ipc;
	int64_t stime, rtime; /* last send and receive; 0: never */
	uint64_t cbytes; /* in the queue */
	uint64_t qnum; /* messages in the queue */
	uint64_t qbytes; /* most bytes, and most messages; absent in /proc/sysvipc/msg */
	int32_t lspid, lrpid; /* last sender and receiver; 0: none, or not of our pid namespace */
	bool has_qbytes;
};

struct sem_record {
	struct ipc_record ipc;
	int64_t otime; /* last semop(2); 0: never */
	uint32_t nsems;
};

struct shm_record {
	struct ipc_record ipc;
	int64_t atime, dtime; /* last attach and detach; 0: never */
	uint64_t size; /* bytes, as asked for */
	uint64_t rss, swap; /* bytes; only in /proc/sysvipc/shm */
	uint64_t nattch; /* mappings */
	int32_t cpid, lpid; /* creator, last to attach or detach; 0: as above */
	bool has_rss, has_swap;
};

/* Room for a record of any kind of IPC objects. */
union ipc_any_record {
	struct ipc_record ipc;
	struct msg_record msg;
	struct sem_record sem;
	struct shm_record shm;
};

/* Pages of `page` bytes that a segment of `bytes` takes: what SHMALL counts. */
static inline uint64_t record_pages(uint64_t bytes, uint64_t page)
{
	return bytes / page + (bytes % page > 0);
}

enum { RECORD_FULL_PERCENT = 90 }; /* a queue that is used above that is full */

/*
 * How full a queue is, as the kernel counts: by bytes or by number of messages, both against
 * qbytes; one that holds nothing at most is full. False where its capacity is not known.
 */
static inline bool record_msg_use(const struct msg_record *msg, double *percent)
{
	uint64_t fuller = msg->cbytes > msg->qnum ? msg->cbytes : msg->qnum;

	*percent = msg->qbytes ? 100.0 * (double)fuller / (double)msg->qbytes : 100.0;
	return msg->has_qbytes;
}

/* A process that has to do with an object of our namespace. */
struct process_record {
	int32_t pid;
	uint32_t segments; /* that it has mapped */
	uint32_t created; /* segments that it created */
	uint32_t waits; /* threads of it that are blocked */
	bool saw_maps, saw_calls; /* it let us see what it has mapped, what its threads wait for */
	uint64_t attached; /* bytes of the segments that it has mapped */
	uint64_t start; /* clock ticks since boot: tells it from a successor under its pid */
};

/* Objects of a kind that have something in common (group.h). */
struct group_record {
	uint64_t value; /* that they have in common */
	uint8_t kind; /* enum class */
	uint8_t by; /* enum group_by */
	uint32_t objects;
	uint64_t bytes; /* of segments, or in queues */
	const char *name; /* of the value, of the snapshot's arena; NULL: it is absent */
	const struct group_growth *growth; /* growth.h, likewise; NULL: not known */
};

enum { EVENT_OWNER_BYTES = 34, EVENT_DETAIL_BYTES = 64 }; /* with the 0 at the end */

/* Something that happened to an object between two snapshots (event.h). */
struct event_record {
	uint64_t number; /* counted from 1 */
	int64_t time; /* seconds since the epoch, of the later snapshot */
	uint64_t extent; /* this and the next three: of the object's identity */
	uint32_t cuid, cgid;
	int32_t cpid;
	int32_t id;
	uint32_t key; /* that the object has, or had before it was marked */
	uint32_t uid; /* owner */
	int32_t pid; /* that did it; 0: not known */
	uint8_t kind; /* enum class */
	uint8_t what; /* enum event */
	char owner[EVENT_OWNER_BYTES]; /* name, or the uid in digits; not printable as it is */
	char detail[EVENT_DETAIL_BYTES]; /* in our words */
};

struct limit_record {
	int32_t id; /* enum limit, for the identity */
	bool has_limit, has_used;
	bool is_unlimited; /* there is none; without `has_limit` else it is not known */
	bool in_bytes; /* else a count */
	const char *name; /* constant: "SHMMNI" */
	const char *description; /* constant */
	uint64_t limit, used;
	/* derived (growth.h), and no change of the limit: what follows stays at the end */
	bool has_forecast;
	int64_t forecast_s; /* until it is reached, if it is used up as it is now */
};

#endif
