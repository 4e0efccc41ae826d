#include "ipctop/model/column.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "ipctop/model/event.h"
#include "ipctop/model/group.h"
#include "ipctop/model/growth.h"
#include "ipctop/model/limit.h"
#include "ipctop/model/verdict.h"

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

static struct value number(enum value_type type, uint64_t n)
{
	return (struct value){ .type = (uint8_t)type, .number = n };
}

static struct value text(enum value_type type, const char *t)
{
	return t ? (struct value){ .type = (uint8_t)type, .text = t } : (struct value){ 0 };
}

static struct value number_if(bool has, enum value_type type, uint64_t n)
{
	return has ? number(type, n) : (struct value){ 0 };
}

/* A time, absent where it is 0: never. */
static struct value when(int64_t seconds)
{
	if (seconds == 0)
		return (struct value){ 0 };
	return (struct value){ .type = VALUE_TIME, .seconds = seconds };
}

static struct value since(const struct row *row, int64_t seconds)
{
	int64_t age;

	if (__builtin_sub_overflow((int64_t)row->snapshot->time.tv_sec, seconds, &age))
		age = seconds < 0 ? INT64_MAX : 0;
	return (struct value){ .type = VALUE_AGE, .seconds = age < 0 ? 0 : age };
}

static struct value user(const struct row *row, uint32_t uid)
{
	return text(VALUE_TEXT, name_map_get(&row->snapshot->users, uid));
}

static struct value group(const struct row *row, uint32_t gid)
{
	return text(VALUE_TEXT, name_map_get(&row->snapshot->groups, gid));
}

static struct value pid(const struct row *row, int32_t id, int64_t at)
{
	return (struct value){
		.type = VALUE_PID,
		.number = id > 0 ? (uint64_t)id : 0,
		.alive = (uint8_t)process_alive_since(row->snapshot, id, at),
	};
}

static struct value command(const struct row *row, int32_t id, int64_t at)
{
	if (process_alive_since(row->snapshot, id, at) != ALIVE_YES)
		return (struct value){ 0 };
	return text(VALUE_TEXT, process_command(row->snapshot, id));
}

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* every kind */

static struct value get_key(const struct row *row)
{
	return number(VALUE_KEY, row->ipc->key);
}

static struct value get_id(const struct row *row)
{
	return number(VALUE_NUMBER, (uint32_t)row->ipc->id);
}

static struct value get_owner(const struct row *row)
{
	return user(row, row->ipc->uid);
}

static struct value get_perms(const struct row *row)
{
	return number(VALUE_PERMS, row->ipc->mode & 0777u);
}

static struct value get_mode(const struct row *row)
{
	return number(VALUE_MODE, row->ipc->mode & 07777u);
}

static struct value get_uid(const struct row *row)
{
	return number(VALUE_NUMBER, row->ipc->uid);
}

static struct value get_gid(const struct row *row)
{
	return number(VALUE_NUMBER, row->ipc->gid);
}

static struct value get_group(const struct row *row)
{
	return group(row, row->ipc->gid);
}

static struct value get_cuid(const struct row *row)
{
	return number(VALUE_NUMBER, row->ipc->cuid);
}

static struct value get_cuser(const struct row *row)
{
	return user(row, row->ipc->cuid);
}

static struct value get_cgid(const struct row *row)
{
	return number(VALUE_NUMBER, row->ipc->cgid);
}

static struct value get_cgroup(const struct row *row)
{
	return group(row, row->ipc->cgid);
}

static struct value get_seq(const struct row *row)
{
	return number(VALUE_NUMBER, row->ipc->seq);
}

static struct value get_ctime(const struct row *row)
{
	return when(row->ipc->ctime);
}

static struct value get_age(const struct row *row)
{
	return since(row, row->ipc->ctime);
}

static struct value get_verdict(const struct row *row)
{
	return text(VALUE_WORDS, verdict_infos[verdict_of(row)].name);
}

/* queues */

/* As the kernel counts: full by bytes or by number of messages, both against qbytes. */
static struct value get_msg_use(const struct row *row)
{
	const struct msg_record *msg = row->msg;
	uint64_t fuller = msg->cbytes > msg->qnum ? msg->cbytes : msg->qnum;

	if (!msg->has_qbytes)
		return (struct value){ 0 };
	/* a queue that holds nothing at most is full */
	return (struct value){
		.type = VALUE_PERCENT,
		.real = msg->qbytes ? 100.0 * (double)fuller / (double)msg->qbytes : 100.0,
	};
}

static struct value get_usedbytes(const struct row *row)
{
	return number(VALUE_BYTES, row->msg->cbytes);
}

static struct value get_qbytes(const struct row *row)
{
	return number_if(row->msg->has_qbytes, VALUE_BYTES, row->msg->qbytes);
}

static struct value get_msgs(const struct row *row)
{
	return number(VALUE_NUMBER, row->msg->qnum);
}

static struct value get_lspid(const struct row *row)
{
	return pid(row, row->msg->lspid, row->msg->stime);
}

static struct value get_lrpid(const struct row *row)
{
	return pid(row, row->msg->lrpid, row->msg->rtime);
}

static struct value get_send(const struct row *row)
{
	return when(row->msg->stime);
}

static struct value get_recv(const struct row *row)
{
	return when(row->msg->rtime);
}

static struct value get_sender(const struct row *row)
{
	return command(row, row->msg->lspid, row->msg->stime);
}

static struct value get_receiver(const struct row *row)
{
	return command(row, row->msg->lrpid, row->msg->rtime);
}

static struct value get_msg_idle(const struct row *row)
{
	int64_t last = later(row->msg->stime, row->msg->rtime);

	return since(row, last ? last : row->ipc->ctime);
}

/* sets */

static struct value get_nsems(const struct row *row)
{
	return number(VALUE_NUMBER, row->sem->nsems);
}

static struct value get_otime(const struct row *row)
{
	return when(row->sem->otime);
}

static struct value get_sem_idle(const struct row *row)
{
	return since(row, row->sem->otime ? row->sem->otime : row->ipc->ctime);
}

/* segments */

static struct value get_size(const struct row *row)
{
	return number(VALUE_BYTES, row->shm->size);
}

static struct value get_rss(const struct row *row)
{
	return number_if(row->shm->has_rss, VALUE_BYTES, row->shm->rss);
}

static struct value get_swap(const struct row *row)
{
	return number_if(row->shm->has_swap, VALUE_BYTES, row->shm->swap);
}

static struct value get_nattch(const struct row *row)
{
	return number(VALUE_NUMBER, row->shm->nattch);
}

static struct value get_status(const struct row *row)
{
	static const char *const words[] = { "", "dest", "locked", "dest,locked" };
	unsigned mode = row->ipc->mode;

	return text(
		VALUE_WORDS, words[(mode & RECORD_DEST ? 1 : 0) + (mode & RECORD_LOCKED ? 2 : 0)]);
}

static struct value get_cpid(const struct row *row)
{
	return pid(row, row->shm->cpid, row->ipc->ctime);
}

static int64_t last_attach_or_detach(const struct row *row)
{
	return later(row->shm->atime, row->shm->dtime);
}

static struct value get_lpid(const struct row *row)
{
	return pid(row, row->shm->lpid, last_attach_or_detach(row));
}

static struct value get_attach(const struct row *row)
{
	return when(row->shm->atime);
}

static struct value get_detach(const struct row *row)
{
	return when(row->shm->dtime);
}

static struct value get_command(const struct row *row)
{
	return text(VALUE_TEXT, growth_command(row));
}

static struct value get_shm_idle(const struct row *row)
{
	int64_t last = last_attach_or_detach(row);

	return since(row, last ? last : row->ipc->ctime);
}

/* growth */

static struct value rate_if(bool has, enum value_type type, double rate)
{
	return has ? (struct value){ .type = (uint8_t)type, .real = rate } : (struct value){ 0 };
}

/* Messages, or resident bytes. */
static struct value growth(const struct row *row, enum series_window window)
{
	double rate = 0;
	bool has = growth_rate(row, window, &rate);

	return rate_if(has, row->class == CLASS_SHM ? VALUE_BYTE_RATE : VALUE_RATE, rate);
}

static struct value get_growth(const struct row *row)
{
	return growth(row, WINDOW_MINUTE);
}

static struct value get_growth10(const struct row *row)
{
	return growth(row, WINDOW_TEN_MINUTES);
}

static struct value get_growth60(const struct row *row)
{
	return growth(row, WINDOW_HOUR);
}

static struct value trend(const struct trend *trend)
{
	return trend ? (struct value){ .type = VALUE_TREND, .trend = trend } : (struct value){ 0 };
}

static struct value get_trend(const struct row *row)
{
	return trend(growth_trend(row));
}

/* groups */

static struct value kind(uint8_t class)
{
	return text(VALUE_WORDS, class_infos[class].word);
}

static struct value get_group_kind(const struct row *row)
{
	return kind(row->group->kind);
}

static struct value get_group_by(const struct row *row)
{
	return text(VALUE_WORDS, group_by_name(row->group->by));
}

static struct value get_group_name(const struct row *row)
{
	return text(VALUE_TEXT, row->group->name ? row->group->name : "unknown");
}

static struct value get_group_objects(const struct row *row)
{
	return number(VALUE_NUMBER, row->group->objects);
}

static struct value get_group_bytes(const struct row *row)
{
	return number(VALUE_BYTES, row->group->bytes);
}

static struct value group_growth(const struct row *row, enum series_window window)
{
	const struct group_growth *growth = row->group->growth;

	return growth ? rate_if(growth->objects.has_rate[window], VALUE_RATE,
				growth->objects.rate[window])
		      : (struct value){ 0 };
}

static struct value get_group_growth(const struct row *row)
{
	return group_growth(row, WINDOW_MINUTE);
}

static struct value get_group_growth10(const struct row *row)
{
	return group_growth(row, WINDOW_TEN_MINUTES);
}

static struct value get_group_growth60(const struct row *row)
{
	return group_growth(row, WINDOW_HOUR);
}

static struct value group_bytegrowth(const struct row *row, enum series_window window)
{
	const struct group_growth *growth = row->group->growth;

	return growth ? rate_if(growth->bytes.has_rate[window], VALUE_BYTE_RATE,
				growth->bytes.rate[window])
		      : (struct value){ 0 };
}

static struct value get_group_bytegrowth(const struct row *row)
{
	return group_bytegrowth(row, WINDOW_MINUTE);
}

static struct value get_group_bytegrowth10(const struct row *row)
{
	return group_bytegrowth(row, WINDOW_TEN_MINUTES);
}

static struct value get_group_bytegrowth60(const struct row *row)
{
	return group_bytegrowth(row, WINDOW_HOUR);
}

static struct value get_group_added(const struct row *row)
{
	const struct group_growth *growth = row->group->growth;

	return rate_if(growth, VALUE_RATE, growth ? (double)growth->added : 0);
}

static struct value get_group_addedbytes(const struct row *row)
{
	const struct group_growth *growth = row->group->growth;

	return rate_if(growth, VALUE_BYTE_RATE, growth ? growth->added_bytes : 0);
}

static struct value get_group_trend(const struct row *row)
{
	return trend(row->group->growth ? &row->group->growth->objects.trend : NULL);
}

/* events */

static struct value get_event_time(const struct row *row)
{
	struct value value = when(row->event->time);

	value.moment = true;
	return value;
}

static struct value get_event_name(const struct row *row)
{
	return text(VALUE_WORDS, event_name(row->event->what));
}

static struct value get_event_kind(const struct row *row)
{
	return kind(row->event->kind);
}

static struct value get_event_id(const struct row *row)
{
	return number(VALUE_NUMBER, (uint32_t)row->event->id);
}

static struct value get_event_key(const struct row *row)
{
	return number(VALUE_KEY, row->event->key);
}

static struct value get_event_owner(const struct row *row)
{
	return text(VALUE_TEXT, row->event->owner);
}

static struct value get_event_pid(const struct row *row)
{
	return pid(row, row->event->pid, row->event->time);
}

static struct value get_event_detail(const struct row *row)
{
	return text(VALUE_TEXT, row->event->detail);
}

/* limits */

static struct value get_name(const struct row *row)
{
	return text(VALUE_TEXT, row->limit->name);
}

static struct value get_description(const struct row *row)
{
	return text(VALUE_TEXT, row->limit->description);
}

static enum value_type limit_type(const struct row *row)
{
	return row->limit->in_bytes ? VALUE_BYTES : VALUE_NUMBER;
}

static struct value get_limit(const struct row *row)
{
	return number_if(row->limit->has_limit, limit_type(row), row->limit->limit);
}

static struct value get_used(const struct row *row)
{
	return number_if(row->limit->has_used, limit_type(row), row->limit->used);
}

/* More than 100 where a limit was lowered below its use. */
static struct value get_limit_use(const struct row *row)
{
	const struct limit_record *limit = row->limit;

	if (!limit->has_limit || !limit->has_used)
		return (struct value){ 0 };
	return (struct value){
		.type = VALUE_PERCENT,
		.real = 100.0 * (double)limit->used / (double)(limit->limit ? limit->limit : 1),
	};
}

static struct value get_limit_most(const struct row *row)
{
	const struct limit_use *use = limit_use_of(row);

	return use && use->has_most ? user(row, use->most_uid) : (struct value){ 0 };
}

static struct value get_limit_most_used(const struct row *row)
{
	const struct limit_use *use = limit_use_of(row);

	return use ? number_if(use->has_most, limit_type(row), use->most) : (struct value){ 0 };
}

static struct value get_limit_fails(const struct row *row)
{
	const struct limit_info *info = limit_find(row->limit->name);

	return text(VALUE_TEXT, info ? info->fails : NULL);
}

static struct value get_limit_freeable(const struct row *row)
{
	const struct limit_use *use = limit_use_of(row);

	return use ? number_if(use->has_freeable, limit_type(row), use->freeable)
		   : (struct value){ 0 };
}

static struct value get_limit_advice(const struct row *row)
{
	const struct limit_use *use = limit_use_of(row);

	return text(VALUE_TEXT, use ? use->advice : NULL);
}

/* When it is reached, if it is used up as it is now. */
static struct value get_forecast(const struct row *row)
{
	if (!row->limit->has_forecast)
		return (struct value){ 0 };
	return (struct value){ .type = VALUE_AGE, .seconds = row->limit->forecast_s };
}

/* relations */

/*
 * Where not all could be seen, a number is only told if something was: "none" would be a claim.
 * What the object itself tells decides where it can.
 */
static struct value relations_number(const struct row *row, enum relation_type type, bool none)
{
	const struct relations *relations = &row->snapshot->relations;
	unsigned cost = type == RELATION_HOLDER ? COST_HOLDERS : COST_WAITERS;
	uint32_t count;

	if (!(relations->read & cost))
		return (struct value){ 0 };
	count = relations_count(relations_of(row), type);
	return number_if(
		count > 0 || none || relations_known(row->snapshot, type), VALUE_NUMBER, count);
}

static struct value get_holders(const struct row *row)
{
	/* mappings may outlive a change of namespace, and be of another segment */
	if (relations_attached(row) > row->shm->nattch)
		return (struct value){ 0 };
	return relations_number(row, RELATION_HOLDER, row->shm->nattch == 0);
}

static struct value get_waiters(const struct row *row)
{
	return relations_number(row, RELATION_WAITER, false);
}

static struct value get_blocked(const struct row *row)
{
	int64_t seconds = relations_longest_wait(relations_of(row));

	if (seconds < 0)
		return (struct value){ 0 };
	return (struct value){ .type = VALUE_AGE, .seconds = seconds };
}

/* processes */

static struct value get_process_pid(const struct row *row)
{
	return pid(row, row->process->pid, 0);
}

static struct value get_process_command(const struct row *row)
{
	return text(VALUE_TEXT, process_command(row->snapshot, row->process->pid));
}

static struct value get_process_user(const struct row *row)
{
	return text(VALUE_TEXT, process_user(row->snapshot, row->process->pid));
}

static struct value get_process_segments(const struct row *row)
{
	return number_if(row->process->saw_maps, VALUE_NUMBER, row->process->segments);
}

static struct value get_process_attached(const struct row *row)
{
	return number_if(row->process->saw_maps, VALUE_BYTES, row->process->attached);
}

static struct value get_process_created(const struct row *row)
{
	return number(VALUE_NUMBER, row->process->created);
}

static struct value get_process_waits(const struct row *row)
{
	return number_if(row->process->saw_calls, VALUE_NUMBER, row->process->waits);
}

static struct value get_process_started(const struct row *row)
{
	const struct process *process =
		process_map_get(&row->snapshot->processes, row->process->pid);

	return when(process ? process->start : 0);
}

#define USER    COST_USER
#define GROUP   COST_GROUP
#define PROCESS COST_PROCESS

/* clang-format off */
const struct column columns[] = {
/* name         json           type           classes width drop cost getter, help */
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
  VALUE_WORDS,   IPC,   13, 8, COST_VERDICT,   get_verdict },
{ "WAITERS",    "waiters",     "threads seen blocked on it; absent where there were none but not all could be seen",
  VALUE_NUMBER,  MSG | SEM, 7, 9, COST_WAITERS, get_waiters },
{ "BLOCKED",    "blocked",     "how long the longest of these waits has been seen",
  VALUE_AGE,     MSG | SEM | PROC, 7, 9, COST_WAITERS, get_blocked },
{ "HOLDERS",    "holders",     "processes seen to have it mapped; absent where none was but not all could be seen",
  VALUE_NUMBER,  SHM,    7, 9,  COST_HOLDERS,  get_holders },
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
  VALUE_RATE,    MSG,    7, 23, 0,             get_growth },
{ "GROWTH10",   "growth10",    "messages that it grew by in a minute, over the last 10",
  VALUE_RATE,    MSG,    8, 23, 0,             get_growth10 },
{ "GROWTH60",   "growth60",    "messages that it grew by in a minute, over the last 60",
  VALUE_RATE,    MSG,    8, 23, 0,             get_growth60 },
{ "TREND",      "trend",       "its messages in the last samples; - where they have not moved",
  VALUE_TREND,   MSG,   12, 23, 0,             get_trend },
{ "GROWTH",     "growth",      "resident bytes that it grew by in a minute, over the last one",
  VALUE_BYTE_RATE, SHM,  7, 23, COST_RESIDENT, get_growth },
{ "GROWTH10",   "growth10",    "resident bytes that it grew by in a minute, over the last 10",
  VALUE_BYTE_RATE, SHM,  8, 23, COST_RESIDENT, get_growth10 },
{ "GROWTH60",   "growth60",    "resident bytes that it grew by in a minute, over the last 60",
  VALUE_BYTE_RATE, SHM,  8, 23, COST_RESIDENT, get_growth60 },
{ "TREND",      "trend",       "its resident bytes in the last samples; - where they have not moved",
  VALUE_TREND,   SHM,   12, 23, COST_RESIDENT, get_trend },
{ "PID",        "pid",         "process id",
  VALUE_PID,     PROC,   7, 0,  PROCESS,       get_process_pid },
{ "COMMAND",    "command",     "name of the command",
  VALUE_TEXT,    PROC,  15, 0,  PROCESS,       get_process_command },
{ "USER",       "user",        "name of the user it runs as",
  VALUE_TEXT,    PROC,   8, 1,  PROCESS,       get_process_user },
{ "SEGMENTS",   "segments",    "segments that it has mapped",
  VALUE_NUMBER,  PROC,   8, 2,  COST_HOLDERS,  get_process_segments },
{ "ATTACHED",   "attached",    "bytes of these segments",
  VALUE_BYTES,   PROC,   8, 3,  COST_HOLDERS,  get_process_attached },
{ "CREATED",    "created",     "segments that it created; of other objects the kernel does not tell",
  VALUE_NUMBER,  PROC,   7, 4,  0,             get_process_created },
{ "WAITS",      "waits",       "threads of it that are blocked on a queue or a semaphore",
  VALUE_NUMBER,  PROC,   6, 2,  COST_WAITERS,  get_process_waits },
{ "STARTED",    "started",     "when it was started",
  VALUE_TIME,    PROC,   8, 14, PROCESS,       get_process_started },
{ "KIND",       "kind",        "msg, sem or shm",
  VALUE_WORDS,   GROUP_ROW, 4, 0, 0,           get_group_kind },
{ "BY",         "by",          "what the objects of the group have in common",
  VALUE_WORDS,   GROUP_ROW, 7, 1, 0,           get_group_by },
{ "GROUP",      "group",       "the value of it that they have",
  VALUE_TEXT,    GROUP_ROW, 16, 0, 0,          get_group_name },
{ "OBJECTS",    "objects",     "how many objects there are in the group",
  VALUE_NUMBER,  GROUP_ROW, 7, 0, 0,           get_group_objects },
{ "BYTES",      "bytes",       "bytes of its segments, or in its queues",
  VALUE_BYTES,   GROUP_ROW, 7, 1, 0,           get_group_bytes },
{ "GROWTH",     "growth",      "objects that it grew by in a minute, over the last one",
  VALUE_RATE,    GROUP_ROW, 7, 1, 0,           get_group_growth },
{ "BYTEGROWTH", "bytegrowth",  "bytes that it grew by in a minute, over the last one",
  VALUE_BYTE_RATE, GROUP_ROW, 10, 2, 0,        get_group_bytegrowth },
{ "ADDED",      "added",       "objects that it grew by since it was first looked at",
  VALUE_RATE,    GROUP_ROW, 6, 2, 0,           get_group_added },
{ "TREND",      "trend",       "its objects in the last samples",
  VALUE_TREND,   GROUP_ROW, 12, 3, 0,          get_group_trend },
{ "GROWTH10",   "growth10",    "objects that it grew by in a minute, over the last 10",
  VALUE_RATE,    GROUP_ROW, 8, 4, 0,           get_group_growth10 },
{ "GROWTH60",   "growth60",    "objects that it grew by in a minute, over the last 60",
  VALUE_RATE,    GROUP_ROW, 8, 4, 0,           get_group_growth60 },
{ "BYTEGROWTH10", "bytegrowth10", "bytes that it grew by in a minute, over the last 10",
  VALUE_BYTE_RATE, GROUP_ROW, 12, 5, 0,        get_group_bytegrowth10 },
{ "BYTEGROWTH60", "bytegrowth60", "bytes that it grew by in a minute, over the last 60",
  VALUE_BYTE_RATE, GROUP_ROW, 12, 5, 0,        get_group_bytegrowth60 },
{ "ADDEDBYTES", "addedbytes",  "bytes that it grew by since it was first looked at",
  VALUE_BYTE_RATE, GROUP_ROW, 10, 5, 0,        get_group_addedbytes },
{ "TIME",       "time",        "when it was seen: up to an interval after it happened",
  VALUE_TIME,    EVENT_ROW, 8, 0, 0,           get_event_time },
{ "EVENT",      "event",       "what happened: see EVENTS",
  VALUE_WORDS,   EVENT_ROW, 8, 0, 0,           get_event_name },
{ "KIND",       "kind",        "kind of the object: msg, sem or shm",
  VALUE_WORDS,   EVENT_ROW, 4, 0, 0,           get_event_kind },
{ "ID",         "id",          "identifier of the object",
  VALUE_NUMBER,  EVENT_ROW, 6, 0, 0,           get_event_id },
{ "KEY",        "key",         "its key, or that which it had before it was marked dest",
  VALUE_KEY,     EVENT_ROW, 10, 4, 0,          get_event_key },
{ "OWNER",      "owner",       "name of its owner at that time, or the uid",
  VALUE_TEXT,    EVENT_ROW, 8, 2, 0,           get_event_owner },
{ "PID",        "pid",         "process that did it, of several the last; 0: the kernel does not tell",
  VALUE_PID,     EVENT_ROW, 7, 3, PROCESS,     get_event_pid },
{ "DETAIL",     "detail",      "more about it, in words",
  VALUE_TEXT,    EVENT_ROW, 30, 1, 0,          get_event_detail },
{ "NAME",       "name",        "name of the limit",
  VALUE_TEXT,    LIMIT,  8, 0,  0,             get_name },
{ "DESCRIPTION", "description", "what is limited",
  VALUE_TEXT,    LIMIT, 34, 2,  0,             get_description },
{ "LIMIT",      "limit",       "the most there may be; absent: no limit",
  VALUE_NUMBER,  LIMIT, 11, 0,  0,             get_limit },
{ "USED",       "used",        "how much there is, where the limit is on a sum",
  VALUE_NUMBER,  LIMIT, 11, 1,  0,             get_used },
{ "USE%",       "use",         "USED as part of LIMIT; above 100 where the limit was lowered",
  VALUE_PERCENT, LIMIT,  7, 1,  0,             get_limit_use },
{ "FORECAST",   "forecast",    "when it is reached, if it is used up as steadily as now; - where it is not",
  VALUE_AGE,     LIMIT,  8, 3,  0,             get_forecast },
{ "MOST",       "most",        "owner of the most of what is used, where the limit is on a sum",
  VALUE_TEXT,    LIMIT,  8, 3,  USER,          get_limit_most },
{ "MOSTUSED",   "mostused",    "how much that owner uses",
  VALUE_NUMBER,  LIMIT,  8, 4,  0,             get_limit_most_used },
{ "FAILS",      "fails",       "call that fails where it is reached, and its errno",
  VALUE_TEXT,    LIMIT, 14, 5,  0,             get_limit_fails },
{ "FREEABLE",   "freeable",    "how much removing what looks left behind would free",
  VALUE_NUMBER,  LIMIT,  8, 6,  COST_VERDICT,  get_limit_freeable },
{ "ADVICE",     "advice",      "sysctl(8) line that doubles it, as far as the kernel goes",
  VALUE_TEXT,    LIMIT, 47, 7,  0,             get_limit_advice },
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
