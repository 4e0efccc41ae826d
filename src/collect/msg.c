#include <errno.h>
#include <sys/msg.h>

#include "ipctop/collect/sysv.h"

#ifndef MSG_STAT_ANY
#define MSG_STAT_ANY 13
#endif

enum { CBYTES = SYSV_FIELDS, QNUM, LSPID, LRPID, STIME, RTIME };

static const struct proctext_field fields[] = {
	SYSV_COMMON_FIELDS("msqid"),
	[CBYTES] = { "cbytes", false, false },
	[QNUM] = { "qnum", false, false },
	[LSPID] = { "lspid", false, false },
	[LRPID] = { "lrpid", false, false },
	[STIME] = { "stime", false, false },
	[RTIME] = { "rtime", false, false },
	{ NULL, false, false },
};

static int msg_info(long *used)
{
	struct msginfo info = { 0 };
	int max = msgctl(0, MSG_INFO, (struct msqid_ds *)&info);

	*used = info.msgpool;
	return max;
}

/* `command` is MSG_STAT_ANY or IPC_STAT. */
static int stat_by(int index, int command, void *record)
{
	struct msg_record *msg = record;
	struct msqid_ds ds;
	int id = msgctl(index, command, &ds);

	if (id < 0)
		return id;
	sysv_fill_ipc(&msg->ipc, &ds.msg_perm, ds.msg_ctime);
	msg->stime = ds.msg_stime;
	msg->rtime = ds.msg_rtime;
#ifdef __GLIBC__
	msg->cbytes = ds.__msg_cbytes;
#else
	msg->cbytes = ds.msg_cbytes;
#endif
	msg->qnum = ds.msg_qnum;
	msg->qbytes = ds.msg_qbytes;
	msg->has_qbytes = true;
	msg->lspid = ds.msg_lspid;
	msg->lrpid = ds.msg_lrpid;
	return id;
}

static int msg_stat(int index, void *record)
{
	return stat_by(index, MSG_STAT_ANY, record);
}

static int msg_stat_readable(int id, void *record)
{
	return stat_by(id, IPC_STAT, record) < 0 ? -1 : id;
}

static void msg_fill(void *record, const struct proctext_line *line)
{
	struct msg_record *msg = record;

	msg->cbytes = line->values[CBYTES];
	msg->qnum = line->values[QNUM];
	msg->lspid = (int32_t)line->values[LSPID];
	msg->lrpid = (int32_t)line->values[LRPID];
	msg->stime = (int64_t)line->values[STIME];
	msg->rtime = (int64_t)line->values[RTIME];
}

const struct sysv_kind sysv_msg = {
	.class = CLASS_MSG,
	.file = "msg",
	.fields = fields,
	.info = msg_info,
	.stat = msg_stat,
	.stat_readable = msg_stat_readable,
	.fill = msg_fill,
	.text_is_poorer = true,
};

static int collect(
	struct collector *collector, const struct needs *needs, struct snapshot *snapshot)
{
	return sysv_collect(collector, &sysv_msg, needs, false, snapshot);
}

const struct source source_msg = { CLASS_MSG, collect };
