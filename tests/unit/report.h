/*
 * tests/unit/report.h: a snapshot with an object of each kind, made by hand, and reports of them.
 * The detail is of one object: detail_on() says of which, as the collector does.
 */
#ifndef TESTS_UNIT_REPORT_H
#define TESTS_UNIT_REPORT_H

#include "unit.h"

#include "ipctop/base/text.h"
#include "ipctop/model/report.h"

enum {
	ALIVE_PID = 811,
	GONE_PID = 4120,
	OWNER_UID = 1001,
	CREATOR_UID = 1002,
	SAMPLE_KEY = 0x52012345, /* project 'R' */
	SAMPLE_DAY = 86400, /* seconds */
};

/* The row of an object, with the detail on it. */
static inline struct row detail_on(struct snapshot *snapshot, enum class class, uint32_t index)
{
	const void *record = snapshot_record(snapshot, class, index);

	snapshot->detail.wish.wanted = true;
	snapshot->detail.wish.identity = identity_of(class, record, snapshot->scope);
	snapshot->detail.found = true;
	snapshot->detail.row = index;
	return row_at(snapshot, class, index);
}

static inline void fill_ipc(struct ipc_record *ipc)
{
	ipc->key = SAMPLE_KEY;
	ipc->uid = OWNER_UID;
	ipc->gid = 2001;
	ipc->cuid = CREATOR_UID;
	ipc->cgid = 2002;
	ipc->mode = 0640;
	ipc->seq = 5;
	ipc->ctime = UNIT_NOW - 2 * SAMPLE_DAY;
}

static inline void add_named_limit(
	struct snapshot *snapshot, int id, const char *name, uint64_t limit, uint64_t used)
{
	struct limit_record *record = add_limit(snapshot, id);

	record->name = name;
	record->description = "What is limited";
	record->has_limit = limit > 0;
	record->is_unlimited = limit == 0;
	record->limit = limit;
	record->has_used = used > 0;
	record->used = used;
}

static inline void add_limits(struct snapshot *snapshot)
{
	add_named_limit(snapshot, 0, "MSGMNI", 32000, 320);
	add_named_limit(snapshot, 1, "MSGMNB", 16384, 0);
	add_named_limit(snapshot, 2, "SEMMNI", 32000, 32000);
	add_named_limit(snapshot, 3, "SEMMNS", 1000, 2500);
	add_named_limit(snapshot, 4, "SEMMSL", 32000, 0);
	add_named_limit(snapshot, 5, "SHMMNI", 4096, 1203);
	add_named_limit(snapshot, 6, "SHMALL", 0, 4711);
	add_named_limit(snapshot, 7, "SHMMAX", 0, 0);
}

/* One queue, one set, one segment: used by a process that lives and by one that is gone. */
static inline struct snapshot *sample_snapshot(void)
{
	struct snapshot *snapshot = make_snapshot();
	struct msg_record *msg = add_msg(snapshot, 33);
	struct sem_record *sem = add_sem(snapshot, 44);
	struct shm_record *shm = add_shm(snapshot, 55);

	snapshot->page_size = 4096;
	fill_ipc(&msg->ipc);
	msg->stime = UNIT_NOW - 60;
	msg->rtime = UNIT_NOW - 30;
	msg->cbytes = 1234567;
	msg->qnum = 3;
	msg->has_qbytes = true;
	msg->qbytes = 2000000;
	msg->lspid = ALIVE_PID;
	msg->lrpid = GONE_PID;
	fill_ipc(&sem->ipc);
	sem->otime = UNIT_NOW - 90;
	sem->nsems = 3;
	fill_ipc(&shm->ipc);
	shm->ipc.mode = 03640; /* dest, locked */
	shm->atime = UNIT_NOW - 60;
	shm->dtime = UNIT_NOW - 30;
	shm->size = 10000;
	shm->has_rss = shm->has_swap = true;
	shm->rss = 8192;
	shm->swap = 4096;
	shm->nattch = 2;
	shm->cpid = ALIVE_PID;
	shm->lpid = GONE_PID;
	add_limits(snapshot);
	add_user(snapshot, OWNER_UID, "www-data");
	add_user(snapshot, CREATOR_UID, "deploy");
	add_group(snapshot, 2001, "web");
	add_group(snapshot, 2002, "staff");
	add_process(snapshot, ALIVE_PID, ALIVE_YES, UNIT_NOW - 3 * SAMPLE_DAY, "postgres");
	add_process(snapshot, GONE_PID, ALIVE_NO, 0, NULL);
	return snapshot;
}

static inline void set_semaphores(
	struct snapshot *snapshot, struct semaphore *semaphores, uint32_t count)
{
	snapshot->detail.semaphore = semaphores;
	snapshot->detail.semaphores.count = count;
}

static inline void set_messages(struct snapshot *snapshot, struct message *messages, uint32_t count)
{
	snapshot->detail.message = messages;
	snapshot->detail.messages.count = count;
}

static inline void set_candidates(
	struct snapshot *snapshot, struct key_candidate *candidates, uint32_t count)
{
	snapshot->detail.candidate = candidates;
	snapshot->detail.candidates.count = count;
}

static inline struct report_style report_style_of(unsigned width, bool ascii)
{
	return (struct report_style){
		.value = { .ascii = ascii, .time_format = TIME_ISO, .now = UNIT_NOW },
		.width = width,
		.more = "more is asked for",
	};
}

/* The report in `out`, which was empty. */
static inline void make_report(
	struct buf *out, const struct row *row, const struct report_style *style)
{
	report_object(out, row, style);
	assert_int_equal(out->error, 0);
	assert_true(out->len > 0);
	assert_int_equal(out->data[out->len - 1], '\n');
}

/* `part` is in the text: fails with all of it. */
static inline void expect_part(const struct buf *out, const char *part)
{
	if (!strstr(buf_str(out), part))
		fail_msg("no '%s' in:\n%s", part, buf_str(out));
}

static inline void expect_no_part(const struct buf *out, const char *part)
{
	if (strstr(buf_str(out), part))
		fail_msg("'%s' in:\n%s", part, buf_str(out));
}

/* Only blanks separate words from here on: where lines were broken does not matter. */
static inline void squeeze(struct buf *out)
{
	char *from = out->data, *to = out->data;

	for (; *from; from++) {
		if (*from != ' ' && *from != '\n')
			*to++ = *from;
		else if (to > out->data && to[-1] != ' ')
			*to++ = ' ';
	}
	*to = '\0';
	out->len = (size_t)(to - out->data);
}

#endif
