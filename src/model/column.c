#include "ipctop/model/column_get.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "ipctop/model/growth.h"

enum {
	MSG = 1 << CLASS_MSG,
	SEM = 1 << CLASS_SEM,
	SHM = 1 << CLASS_SHM,
	IPC = MSG | SEM | SHM,
	LIMIT = 1 << CLASS_LIMIT,
	PROC = 1 << CLASS_PROCESS,
	GROUP_ROW = 1 << CLASS_GROUP,
	EVENT_ROW = 1 << CLASS_EVENT,
};

/* every kind */

static struct value get_key(const struct row *row)
{
	return column_number(VALUE_KEY, row->ipc->key);
}

static struct value get_id(const struct row *row)
{
	return column_number(VALUE_NUMBER, (uint32_t)row->ipc->id);
}

static struct value get_owner(const struct row *row)
{
	return column_user(row, row->ipc->uid);
}

static struct value get_perms(const struct row *row)
{
	return column_number(VALUE_PERMS, row->ipc->mode & 0777u);
}

static struct value get_mode(const struct row *row)
{
	return column_number(VALUE_MODE, row->ipc->mode & 07777u);
}

static struct value get_uid(const struct row *row)
{
	return column_number(VALUE_NUMBER, row->ipc->uid);
}

static struct value get_gid(const struct row *row)
{
	return column_number(VALUE_NUMBER, row->ipc->gid);
}

static struct value get_group(const struct row *row)
{
	return column_group_name(row, row->ipc->gid);
}

static struct value get_cuid(const struct row *row)
{
	return column_number(VALUE_NUMBER, row->ipc->cuid);
}

static struct value get_cuser(const struct row *row)
{
	return column_user(row, row->ipc->cuid);
}

static struct value get_cgid(const struct row *row)
{
	return column_number(VALUE_NUMBER, row->ipc->cgid);
}

static struct value get_cgroup(const struct row *row)
{
	return column_group_name(row, row->ipc->cgid);
}

static struct value get_seq(const struct row *row)
{
	return column_number(VALUE_NUMBER, row->ipc->seq);
}

static struct value get_ctime(const struct row *row)
{
	return column_when(row->ipc->ctime);
}

static struct value get_age(const struct row *row)
{
	return column_since(row, row->ipc->ctime);
}

/* queues */

static struct value get_msg_use(const struct row *row)
{
	double percent;

	if (!record_msg_use(row->msg, &percent))
		return (struct value){ 0 };
	return (struct value){ .type = VALUE_PERCENT, .real = percent };
}

static struct value get_usedbytes(const struct row *row)
{
	return column_number(VALUE_BYTES, row->msg->cbytes);
}

static struct value get_qbytes(const struct row *row)
{
	return column_number_if(row->msg->has_qbytes, VALUE_BYTES, row->msg->qbytes);
}

static struct value get_msgs(const struct row *row)
{
	return column_number(VALUE_NUMBER, row->msg->qnum);
}

static struct value get_lspid(const struct row *row)
{
	return column_pid(row, row->msg->lspid, row->msg->stime);
}

static struct value get_lrpid(const struct row *row)
{
	return column_pid(row, row->msg->lrpid, row->msg->rtime);
}

static struct value get_send(const struct row *row)
{
	return column_when(row->msg->stime);
}

static struct value get_recv(const struct row *row)
{
	return column_when(row->msg->rtime);
}

static struct value get_sender(const struct row *row)
{
	return column_command(row, row->msg->lspid, row->msg->stime);
}

static struct value get_receiver(const struct row *row)
{
	return column_command(row, row->msg->lrpid, row->msg->rtime);
}

static struct value get_msg_idle(const struct row *row)
{
	int64_t last = column_later(row->msg->stime, row->msg->rtime);

	return column_since(row, last ? last : row->ipc->ctime);
}

/* sets */

static struct value get_nsems(const struct row *row)
{
	return column_number(VALUE_NUMBER, row->sem->nsems);
}

static struct value get_otime(const struct row *row)
{
	return column_when(row->sem->otime);
}

static struct value get_sem_idle(const struct row *row)
{
	return column_since(row, row->sem->otime ? row->sem->otime : row->ipc->ctime);
}

/* segments */

static struct value get_size(const struct row *row)
{
	return column_number(VALUE_BYTES, row->shm->size);
}

static struct value get_rss(const struct row *row)
{
	return column_number_if(row->shm->has_rss, VALUE_BYTES, row->shm->rss);
}

static struct value get_swap(const struct row *row)
{
	return column_number_if(row->shm->has_swap, VALUE_BYTES, row->shm->swap);
}

static struct value get_nattch(const struct row *row)
{
	return column_number(VALUE_NUMBER, row->shm->nattch);
}

static struct value get_status(const struct row *row)
{
	static const char *const words[] = { "", "dest", "locked", "dest,locked" };
	unsigned mode = row->ipc->mode;

	return column_text(
		VALUE_WORDS, words[(mode & RECORD_DEST ? 1 : 0) + (mode & RECORD_LOCKED ? 2 : 0)]);
}

static struct value get_cpid(const struct row *row)
{
	return column_pid(row, row->shm->cpid, row->ipc->ctime);
}

static int64_t last_attach_or_detach(const struct row *row)
{
	return column_later(row->shm->atime, row->shm->dtime);
}

static struct value get_lpid(const struct row *row)
{
	return column_pid(row, row->shm->lpid, last_attach_or_detach(row));
}

static struct value get_attach(const struct row *row)
{
	return column_when(row->shm->atime);
}

static struct value get_detach(const struct row *row)
{
	return column_when(row->shm->dtime);
}

static struct value get_command(const struct row *row)
{
	return column_text(VALUE_TEXT, growth_command(row));
}

static struct value get_shm_idle(const struct row *row)
{
	int64_t last = last_attach_or_detach(row);

	return column_since(row, last ? last : row->ipc->ctime);
}

#define USER    COST_USER
#define GROUP   COST_GROUP
#define PROCESS COST_PROCESS

/* clang-format off */
const struct column columns[] = {
/* name, json, help; type, classes, width, drop, cost, getter: see struct column */
{ "KEY",        "key",         "key that msgget(2), semget(2) or shmget(2) was given; 0: private, or freed",
  VALUE_KEY,     IPC,   10, 0,  0,             get_key },
{ "ID",         "id",          "identifier: what the removing call takes",
  VALUE_NUMBER,  IPC,    5, 0,  0,             get_id },
{ "OWNER",      "owner",       "name of the owner, or the uid where it has no account",
  VALUE_TEXT,    IPC,    8, 1,  USER,          get_owner },
{ "PERMS",      "perms",       "permissions of owner, group and others",
  VALUE_PERMS,   IPC,    9, 6,  0,             get_perms },
{ "USE%",       "use",         "bytes or messages, whichever is fuller, as part of QBYTES",
  VALUE_PERCENT, MSG,    6, 2,  0,             get_msg_use },
{ "USEDBYTES",  "usedbytes",   "bytes of the messages that wait",
  VALUE_BYTES,   MSG,    9, 4,  0,             get_usedbytes },
{ "QBYTES",     "qbytes",      "most bytes, and most messages, that the queue holds",
  VALUE_BYTES,   MSG,    6, 5,  0,             get_qbytes },
{ "MSGS",       "msgs",        "messages that wait",
  VALUE_NUMBER,  MSG,    6, 2,  0,             get_msgs },
{ "LSPID",      "lspid",       "process that sent last",
  VALUE_PID,     MSG,    7, 3,  PROCESS,       get_lspid },
{ "LRPID",      "lrpid",       "process that received last",
  VALUE_PID,     MSG,    7, 3,  PROCESS,       get_lrpid },
{ "NSEMS",      "nsems",       "semaphores in the set",
  VALUE_NUMBER,  SEM,    6, 2,  0,             get_nsems },
{ "OTIME",      "otime",       "last semop(2) that succeeded",
  VALUE_TIME,    SEM,    8, 3,  0,             get_otime },
{ "SIZE",       "size",        "bytes of the segment, as asked for",
  VALUE_BYTES,   SHM,    6, 2,  0,             get_size },
{ "RSS",        "rss",         "bytes in memory; absent where the kernel tells them wrong (huge pages)",
  VALUE_BYTES,   SHM,    5, 4,  COST_RESIDENT, get_rss },
{ "NATTCH",     "nattch",      "attachments: mappings, not processes",
  VALUE_NUMBER,  SHM,    6, 2,  0,             get_nattch },
{ "STATUS",     "status",      "dest: goes after the last detach; locked: can't be swapped",
  VALUE_WORDS,   SHM,    6, 3,  0,             get_status },
{ "CPID",       "cpid",        "process that created it",
  VALUE_PID,     SHM,    6, 5,  PROCESS,       get_cpid },
{ "LPID",       "lpid",        "process that attached or detached last",
  VALUE_PID,     SHM,    6, 5,  PROCESS,       get_lpid },
{ "VERDICT",    "verdict",     "what may be wrong with it: orphan, idle, stuck ...; details tell why",
  VALUE_WORDS,   IPC,   13, 2, COST_VERDICT,   column_get_verdict },
{ "WAITERS",    "waiters",     "threads seen blocked on it; absent where there were none but not all could be seen",
  VALUE_NUMBER,  MSG | SEM, 7, 2, COST_WAITERS, column_get_waiters },
{ "BLOCKED",    "blocked",     "how long the longest of these waits has been seen",
  VALUE_AGE,     MSG | SEM | PROC, 7, 9, COST_WAITERS, column_get_blocked },
{ "HOLDERS",    "holders",     "processes seen to have it mapped; absent where none was but not all could be seen",
  VALUE_NUMBER,  SHM,    7, 9,  COST_HOLDERS,  column_get_holders },
{ "IDLE",       "idle",        "time since the last send or receive, or since CTIME where there was none",
  VALUE_AGE,     MSG,    7, 10, 0,             get_msg_idle },
{ "IDLE",       "idle",        "time since the last semop(2), or since CTIME where there was none",
  VALUE_AGE,     SEM,    7, 10, 0,             get_sem_idle },
{ "IDLE",       "idle",        "time since the last attach or detach, or since CTIME where there was none",
  VALUE_AGE,     SHM,    7, 10, 0,             get_shm_idle },
{ "AGE",        "age",         "time since CTIME",
  VALUE_AGE,     IPC,    7, 11, 0,             get_age },
{ "SENDER",     "sender",      "command of LSPID",
  VALUE_TEXT,    MSG,   12, 12, PROCESS,       get_sender },
{ "RECEIVER",   "receiver",    "command of LRPID",
  VALUE_TEXT,    MSG,   12, 12, PROCESS,       get_receiver },
{ "COMMAND",    "command",     "command of CPID",
  VALUE_TEXT,    SHM,   12, 12, PROCESS,       get_command },
{ "SEND",       "send",        "last msgsnd(2)",
  VALUE_TIME,    MSG,    8, 13, 0,             get_send },
{ "RECV",       "recv",        "last msgrcv(2)",
  VALUE_TIME,    MSG,    8, 13, 0,             get_recv },
{ "SWAP",       "swap",        "bytes that are swapped out",
  VALUE_BYTES,   SHM,    6, 13, COST_RESIDENT, get_swap },
{ "ATTACH",     "attach",      "last shmat(2)",
  VALUE_TIME,    SHM,    8, 14, 0,             get_attach },
{ "DETACH",     "detach",      "last shmdt(2)",
  VALUE_TIME,    SHM,    8, 14, 0,             get_detach },
{ "CTIME",      "ctime",       "last change: creation, IPC_SET; of a set also SETVAL and SETALL",
  VALUE_TIME,    IPC,    8, 15, 0,             get_ctime },
{ "CUSER",      "cuser",       "name of the creator",
  VALUE_TEXT,    IPC,    8, 16, USER,          get_cuser },
{ "GROUP",      "group",       "name of the owner's group",
  VALUE_TEXT,    IPC,    8, 17, GROUP,         get_group },
{ "CGROUP",     "cgroup",      "name of the creator's group",
  VALUE_TEXT,    IPC,    8, 18, GROUP,         get_cgroup },
{ "MODE",       "mode",        "permissions in octal, with 1000 for dest and 2000 for locked",
  VALUE_MODE,    IPC,    4, 19, 0,             get_mode },
{ "USER",       "user",        "same as OWNER",
  VALUE_TEXT,    IPC,    8, 24, USER,          get_owner },
{ "UID",        "uid",         "user id of the owner",
  VALUE_NUMBER,  IPC,    6, 20, 0,             get_uid },
{ "GID",        "gid",         "group id of the owner",
  VALUE_NUMBER,  IPC,    6, 20, 0,             get_gid },
{ "CUID",       "cuid",        "user id of the creator",
  VALUE_NUMBER,  IPC,    6, 21, 0,             get_cuid },
{ "CGID",       "cgid",        "group id of the creator",
  VALUE_NUMBER,  IPC,    6, 21, 0,             get_cgid },
{ "SEQ",        "seq",         "how often the kernel has used this slot before, in turns",
  VALUE_NUMBER,  IPC,    5, 22, 0,             get_seq },
{ "GROWTH",     "growth",      "messages that it grew by in a minute, over the last one",
  VALUE_RATE,    MSG,    7, 23, 0,             column_get_growth },
{ "GROWTH10",   "growth10",    "messages that it grew by in a minute, over the last 10",
  VALUE_RATE,    MSG,    8, 23, 0,             column_get_growth10 },
{ "GROWTH60",   "growth60",    "messages that it grew by in a minute, over the last 60",
  VALUE_RATE,    MSG,    8, 23, 0,             column_get_growth60 },
{ "TREND",      "trend",       "its messages in the last samples; - where they have not moved",
  VALUE_TREND,   MSG,   12, 23, 0,             column_get_trend },
{ "GROWTH",     "growth",      "resident bytes that it grew by in a minute, over the last one",
  VALUE_BYTE_RATE, SHM,  7, 23, COST_RESIDENT, column_get_growth },
{ "GROWTH10",   "growth10",    "resident bytes that it grew by in a minute, over the last 10",
  VALUE_BYTE_RATE, SHM,  8, 23, COST_RESIDENT, column_get_growth10 },
{ "GROWTH60",   "growth60",    "resident bytes that it grew by in a minute, over the last 60",
  VALUE_BYTE_RATE, SHM,  8, 23, COST_RESIDENT, column_get_growth60 },
{ "TREND",      "trend",       "its resident bytes in the last samples; - where they have not moved",
  VALUE_TREND,   SHM,   12, 23, COST_RESIDENT, column_get_trend },
{ "PID",        "pid",         "process id",
  VALUE_NUMBER,  PROC,   7, 0,  0,             column_get_process_pid },
{ "COMMAND",    "command",     "name of the command",
  VALUE_TEXT,    PROC,  15, 0,  PROCESS,       column_get_process_command },
{ "USER",       "user",        "name of the user it runs as",
  VALUE_TEXT,    PROC,   8, 1,  PROCESS,       column_get_process_user },
{ "SEGMENTS",   "segments",    "segments that it has mapped",
  VALUE_NUMBER,  PROC,   8, 2,  COST_HOLDERS,  column_get_process_segments },
{ "ATTACHED",   "attached",    "bytes of these segments",
  VALUE_BYTES,   PROC,   8, 3,  COST_HOLDERS,  column_get_process_attached },
{ "CREATED",    "created",     "segments that it created; of other objects the kernel does not tell",
  VALUE_NUMBER,  PROC,   7, 4,  0,             column_get_process_created },
{ "WAITS",      "waits",       "threads of it that are blocked on a queue or a semaphore",
  VALUE_NUMBER,  PROC,   6, 2,  COST_WAITERS,  column_get_process_waits },
{ "STARTED",    "started",     "when it was started",
  VALUE_TIME,    PROC,   8, 14, PROCESS,       column_get_process_started },
{ "KIND",       "kind",        "msg, sem or shm",
  VALUE_WORDS,   GROUP_ROW, 4, 0, 0,           column_get_group_kind },
{ "BY",         "by",          "what the objects of the group have in common",
  VALUE_WORDS,   GROUP_ROW, 7, 1, 0,           column_get_group_by },
{ "GROUP",      "group",       "the value of it that they have",
  VALUE_TEXT,    GROUP_ROW, 16, 0, 0,          column_get_group_name },
{ "OBJECTS",    "objects",     "how many objects there are in the group",
  VALUE_NUMBER,  GROUP_ROW, 7, 0, 0,           column_get_group_objects },
{ "BYTES",      "bytes",       "bytes of its segments, or in its queues",
  VALUE_BYTES,   GROUP_ROW, 7, 1, 0,           column_get_group_bytes },
{ "GROWTH",     "growth",      "objects that it grew by in a minute, over the last one",
  VALUE_RATE,    GROUP_ROW, 7, 1, 0,           column_get_group_growth },
{ "BYTEGROWTH", "bytegrowth",  "bytes that it grew by in a minute, over the last one",
  VALUE_BYTE_RATE, GROUP_ROW, 10, 2, 0,        column_get_group_bytegrowth },
{ "ADDED",      "added",       "objects that it grew by since it was first looked at",
  VALUE_RATE,    GROUP_ROW, 6, 2, 0,           column_get_group_added },
{ "TREND",      "trend",       "its objects in the last samples",
  VALUE_TREND,   GROUP_ROW, 12, 3, 0,          column_get_group_trend },
{ "GROWTH10",   "growth10",    "objects that it grew by in a minute, over the last 10",
  VALUE_RATE,    GROUP_ROW, 8, 4, 0,           column_get_group_growth10 },
{ "GROWTH60",   "growth60",    "objects that it grew by in a minute, over the last 60",
  VALUE_RATE,    GROUP_ROW, 8, 4, 0,           column_get_group_growth60 },
{ "BYTEGROWTH10", "bytegrowth10", "bytes that it grew by in a minute, over the last 10",
  VALUE_BYTE_RATE, GROUP_ROW, 12, 5, 0,        column_get_group_bytegrowth10 },
{ "BYTEGROWTH60", "bytegrowth60", "bytes that it grew by in a minute, over the last 60",
  VALUE_BYTE_RATE, GROUP_ROW, 12, 5, 0,        column_get_group_bytegrowth60 },
{ "ADDEDBYTES", "addedbytes",  "bytes that it grew by since it was first looked at",
  VALUE_BYTE_RATE, GROUP_ROW, 10, 5, 0,        column_get_group_addedbytes },
{ "TIME",       "time",        "when it was seen: up to an interval after it happened",
  VALUE_TIME,    EVENT_ROW, 8, 0, 0,           column_get_event_time },
{ "EVENT",      "event",       "what happened: see EVENTS",
  VALUE_WORDS,   EVENT_ROW, 8, 0, 0,           column_get_event_name },
{ "KIND",       "kind",        "kind of the object: msg, sem or shm",
  VALUE_WORDS,   EVENT_ROW, 4, 0, 0,           column_get_event_kind },
{ "ID",         "id",          "identifier of the object",
  VALUE_NUMBER,  EVENT_ROW, 6, 0, 0,           column_get_event_id },
{ "KEY",        "key",         "its key; once it is marked dest 0, but in that event the one it had before",
  VALUE_KEY,     EVENT_ROW, 10, 4, 0,          column_get_event_key },
{ "OWNER",      "owner",       "name of its owner at that time, or the uid",
  VALUE_TEXT,    EVENT_ROW, 8, 2, 0,           column_get_event_owner },
{ "PID",        "pid",         "process that did it, of several the last; 0: the kernel does not tell",
  VALUE_PID,     EVENT_ROW, 7, 3, PROCESS,     column_get_event_pid },
{ "DETAIL",     "detail",      "more about it, in words",
  VALUE_TEXT,    EVENT_ROW, 30, 1, 0,          column_get_event_detail },
{ "NAME",       "name",        "name of the limit",
  VALUE_TEXT,    LIMIT,  8, 0,  0,             column_get_name },
{ "DESCRIPTION", "description", "what is limited",
  VALUE_TEXT,    LIMIT, 34, 2,  0,             column_get_description },
{ "LIMIT",      "limit",       "the most there may be; absent: no limit, or it is not known",
  VALUE_NUMBER,  LIMIT, 11, 0,  0,             column_get_limit },
{ "USED",       "used",        "how much there is, where the limit is on a sum",
  VALUE_NUMBER,  LIMIT, 11, 1,  0,             column_get_used },
{ "USE%",       "use",         "USED as part of LIMIT; above 100 where the limit was lowered",
  VALUE_PERCENT, LIMIT,  7, 1,  0,             column_get_limit_use },
{ "FORECAST",   "forecast",    "when it is reached, if it is used up as steadily as now; - where it is not",
  VALUE_AGE,     LIMIT,  8, 3,  0,             column_get_forecast },
{ "MOST",       "most",        "owner of the most of what is used, where the limit is on a sum",
  VALUE_TEXT,    LIMIT,  8, 3,  USER,          column_get_limit_most },
{ "MOSTUSED",   "mostused",    "how much that owner uses",
  VALUE_NUMBER,  LIMIT,  8, 4,  0,             column_get_limit_most_used },
{ "FAILS",      "fails",       "call that fails where it is reached, and its errno",
  VALUE_TEXT,    LIMIT, 14, 5,  0,             column_get_limit_fails },
{ "FREEABLE",   "freeable",    "how much removing what looks left behind would free",
  VALUE_NUMBER,  LIMIT,  8, 6,  COST_VERDICT,  column_get_limit_freeable },
{ "ADVICE",     "advice",      "sysctl(8) line that doubles it, as far as the kernel goes",
  VALUE_TEXT,    LIMIT, 47, 7,  0,             column_get_limit_advice },
};
/* clang-format on */

const size_t column_count = sizeof(columns) / sizeof(columns[0]);

struct row row_at(const struct snapshot *snapshot, enum class class, uint32_t index)
{
	return (struct row){
		.snapshot = snapshot,
		.record = snapshot_record(snapshot, class, index),
		.class = class,
		.index = index,
	};
}

const struct column *column_find(enum class class, const char *name, size_t length)
{
	const struct column *column;
	size_t full;

	for (column = columns; column < columns + column_count; column++) {
		if (!(column->classes & class_bit(class)))
			continue;
		full = strlen(column->name);
		if (full == length + 1 && column->name[length] == '%')
			full = length;
		if (full == length && strncasecmp(column->name, name, length) == 0)
			return column;
	}
	return NULL;
}

uint64_t row_bytes(const struct row *row)
{
	if (row->class == CLASS_SHM)
		return row->shm->size;
	return row->class == CLASS_MSG ? row->msg->cbytes : 0;
}

size_t row_pids(const struct row *row, int32_t pids[4])
{
	size_t count = 0;

	if (row->class == CLASS_SHM) {
		pids[count++] = row->shm->cpid;
		pids[count++] = row->shm->lpid;
	} else if (row->class == CLASS_MSG) {
		pids[count++] = row->msg->lspid;
		pids[count++] = row->msg->lrpid;
	} else if (row->class == CLASS_EVENT) {
		pids[count++] = row->event->pid;
	}
	return count;
}

void column_names(struct buf *out, unsigned classes)
{
	const struct column *column, *before;
	const char *separator = "";

	for (column = columns; column < columns + column_count; column++) {
		if (!(column->classes & classes))
			continue;
		for (before = columns; before < column; before++) {
			if ((before->classes & classes) && strcmp(before->name, column->name) == 0)
				break;
		}
		if (before < column)
			continue;
		buf_text(out, separator);
		buf_text(out, column->name);
		separator = ", ";
	}
}
