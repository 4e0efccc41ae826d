#include "ipctop/collect/detail.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>

#include "ipctop/collect/processes.h"
#include "ipctop/collect/sysv.h"
#include "ipctop/model/record.h"

#ifndef MSG_COPY
#define MSG_COPY 040000
#endif

enum {
	MESSAGE_ROOM = 64 * 1024, /* bytes at first; the kernel reads as many from the buffer */
	MESSAGE_ROOM_MAX = 64 * 1024 * 1024,
};

static int copy_why(struct snapshot *snapshot, struct detail_part *part, const char *why)
{
	part->why = arena_text(&snapshot->arena, why, strlen(why));
	return part->why ? 0 : -ENOMEM;
}

/* Why a call on the object failed. */
static const char *reason(int error)
{
	if (error == EACCES)
		return "you have no read permission on it";
	if (sysv_is_gone(error))
		return "it is gone";
	return strerror(error);
}

/* semaphores */

/* One by one: GETALL writes as many as the set has by then, which may be another one. */
static int ask(int id, uint32_t number, int command, uint32_t *answer)
{
	int result = semctl(id, (int)number, command);

	*answer = result > 0 ? (uint32_t)result : 0;
	return result < 0 ? -errno : 0;
}

static int ask_all(int id, uint32_t number, struct semaphore *semaphore)
{
	uint32_t value, pid;
	int error = ask(id, number, GETVAL, &value);

	if (!error)
		error = ask(id, number, GETPID, &pid);
	if (!error)
		error = ask(id, number, GETNCNT, &semaphore->ncount);
	if (!error)
		error = ask(id, number, GETZCNT, &semaphore->zcount);
	if (error)
		return error;
	semaphore->value = (uint16_t)value;
	semaphore->pid = (int32_t)pid;
	return 0;
}

static int read_semaphores(struct snapshot *snapshot, const struct row *row)
{
	struct detail *detail = &snapshot->detail;
	uint32_t nsems = row->sem->nsems, number;
	uint32_t count = nsems < detail->wish.semaphores ? nsems : detail->wish.semaphores;
	int error = 0;

	detail->semaphore =
		arena_alloc(&snapshot->arena, ((size_t)count + 1) * sizeof(*detail->semaphore));
	if (!detail->semaphore)
		return -ENOMEM;
	for (number = 0; number < count && !error; number++)
		error = ask_all(row->ipc->id, number, &detail->semaphore[number]);
	if (error)
		return copy_why(snapshot, &detail->semaphores, reason(-error));
	detail->semaphores.count = count;
	return 0;
}

/* messages */

/* What msgrcv(2) fills. */
struct message_buffer {
	long type;
	char bytes[];
};

struct message_reader {
	struct snapshot *snapshot;
	int id;
	struct message_buffer *buffer;
	size_t room; /* bytes of a message */
};

static int make_room(struct message_reader *reader, size_t room)
{
	struct message_buffer *buffer = realloc(reader->buffer, sizeof(*buffer) + room);

	if (!buffer)
		return -ENOMEM;
	/* the kernel reads what it is going to write over */
	memset(buffer, 0, sizeof(*buffer) + room);
	reader->buffer = buffer;
	reader->room = room;
	return 0;
}

/* Copy message `number`: its size, or a negative errno. */
static ssize_t copy_message(struct message_reader *reader, uint32_t number)
{
	ssize_t size;
	size_t room;

	for (;;) {
		size = msgrcv(reader->id, reader->buffer, reader->room, (long)number,
			MSG_COPY | IPC_NOWAIT);
		if (size >= 0)
			return size;
		if (errno != E2BIG || reader->room >= MESSAGE_ROOM_MAX)
			return -errno;
		room = reader->room * 8 < MESSAGE_ROOM_MAX ? reader->room * 8 : MESSAGE_ROOM_MAX;
		if (make_room(reader, room) < 0)
			return -ENOMEM;
	}
}

static int keep_message(struct message_reader *reader, ssize_t size)
{
	struct detail *detail = &reader->snapshot->detail;
	struct message *message = &detail->message[detail->messages.count];
	uint32_t kept = size > DETAIL_MESSAGE_BYTES ? DETAIL_MESSAGE_BYTES : (uint32_t)size;

	*message = (struct message){
		.type = reader->buffer->type,
		.size = (uint64_t)size,
		.kept = kept,
		.bytes = arena_text(&reader->snapshot->arena, reader->buffer->bytes, kept),
	};
	if (!message->bytes)
		return -ENOMEM;
	detail->messages.count++;
	return 0;
}

/* Whether that is why a message could not be copied: then it could have been read. */
static bool is_too_long(const struct message_reader *reader, int error)
{
	union ipc_any_record record;

	return error == E2BIG ||
		(error == EINVAL && sysv_look(&sysv_msg, reader->id, &record) == reader->id);
}

/* Why message `number` could not be copied. */
static int tell_why(struct message_reader *reader, uint32_t number, int error)
{
	char text[128];

	if (error == ENOSYS) {
		snprintf(text, sizeof(text),
			"this kernel can't copy messages (CONFIG_CHECKPOINT_RESTORE)");
	} else if (is_too_long(reader, error)) {
		snprintf(
			text, sizeof(text), "message %u is too long to be copied (MSGMAX)", number);
	} else {
		snprintf(text, sizeof(text), "%s", reason(error));
	}
	return copy_why(reader->snapshot, &reader->snapshot->detail.messages, text);
}

static int read_messages(struct snapshot *snapshot, const struct row *row)
{
	struct message_reader reader = { .snapshot = snapshot, .id = row->ipc->id };
	struct detail *detail = &snapshot->detail;
	uint32_t number, most = detail->wish.messages;
	ssize_t size = 0;
	int error;

	if (row->msg->qnum < most)
		most = (uint32_t)row->msg->qnum;
	detail->message = arena_alloc(&snapshot->arena, (most + 1) * sizeof(*detail->message));
	error = detail->message ? make_room(&reader, MESSAGE_ROOM) : -ENOMEM;
	for (number = 0; number < most && !error; number++) {
		size = copy_message(&reader, number);
		if (size == -ENOMSG)
			break; /* received meanwhile */
		if (size == -ENOMEM)
			error = -ENOMEM;
		else if (size < 0)
			error = tell_why(&reader, number, (int)-size);
		else
			error = keep_message(&reader, size);
		if (size < 0)
			break;
	}
	/* an empty queue must be readable too to be called empty */
	if (!error && most == 0 && (size = copy_message(&reader, 0)) < 0 && size != -ENOMSG &&
		!is_too_long(&reader, (int)-size))
		error = tell_why(&reader, 0, (int)-size);
	free(reader.buffer);
	return error;
}

static int read_nothing(struct snapshot *snapshot, const struct row *row)
{
	(void)snapshot;
	(void)row;
	return 0;
}

/* the key */

static void add_pid(int32_t *pids, size_t *count, int32_t pid)
{
	size_t i;

	for (i = 0; i < *count && pids[i] != pid; i++)
		continue;
	if (pid > 0 && i == *count && i < KEY_PIDS_MAX)
		pids[(*count)++] = pid;
}

static int by_number(const void *left, const void *right)
{
	int32_t a = *(const int32_t *)left, b = *(const int32_t *)right;

	return (a > b) - (a < b);
}

size_t detail_pids(const struct detail *detail, const struct row *row, int32_t pids[KEY_PIDS_MAX])
{
	int32_t own[4];
	struct relation_range related = relations_of(row);
	size_t count = 0, many = row_pids(row, own), i;

	for (i = 0; i < many; i++)
		add_pid(pids, &count, own[i]);
	for (i = 0; i < detail->semaphores.count; i++)
		add_pid(pids, &count, detail->semaphore[i].pid);
	for (i = 0; i < related.count; i++)
		add_pid(pids, &count, related.at[i]->pid);
	qsort(pids, count, sizeof(pids[0]), by_number);
	return count;
}

/*
 * Look for files again only where other processes have to do with it than the last time, or not all
 * could be looked at.
 */
static int search_key(struct collector *collector, const struct detail *detail,
	const struct row *row, const int32_t *pids, size_t count)
{
	struct key_cache *cache = &collector->keys;
	int error = 0;
	size_t i;

	if (!cache->search.error && cache->count == count && cache->search.key == row->ipc->key &&
		identity_equal(&cache->identity, &detail->wish.identity) &&
		memcmp(cache->pids, pids, count * sizeof(pids[0])) == 0)
		return 0;
	keysearch_free(&cache->search);
	cache->search.key = row->ipc->key;
	for (i = 0; i < count && !error; i++)
		error = keysearch_process(&cache->search, pids[i]);
	keysearch_rank(&cache->search);
	cache->identity = detail->wish.identity;
	memcpy(cache->pids, pids, count * sizeof(pids[0]));
	cache->count = error ? 0 : count;
	return error;
}

static int copy_candidates(struct snapshot *snapshot, const struct key_search *search)
{
	struct detail *detail = &snapshot->detail;
	uint32_t i;

	detail->candidate =
		arena_alloc(&snapshot->arena, (search->count + 1) * sizeof(*detail->candidate));
	if (!detail->candidate)
		return -ENOMEM;
	for (i = 0; i < search->count; i++) {
		detail->candidate[i] = search->found[i];
		detail->candidate[i].path = arena_text(
			&snapshot->arena, search->found[i].path, strlen(search->found[i].path));
		if (!detail->candidate[i].path)
			return -ENOMEM;
	}
	detail->candidates.count = search->count;
	return 0;
}

static int explain_key(
	struct collector *collector, struct snapshot *snapshot, const struct row *row)
{
	struct detail *detail = &snapshot->detail;
	int32_t pids[KEY_PIDS_MAX];
	size_t count = detail_pids(detail, row, pids);
	int error;

	error = processes_add(collector, snapshot, pids, count);
	if (error || row->ipc->key == IPC_PRIVATE || !detail->wish.candidates)
		return error;
	error = search_key(collector, detail, row, pids, count);
	if (!error)
		error = copy_candidates(snapshot, &collector->keys.search);
	if (!error)
		error = keysearch_tell(snapshot, &collector->keys.search);
	return error;
}

int detail_add(
	struct collector *collector, struct snapshot *snapshot, const struct detail_wish *wish)
{
	static int (*const readers[CLASS_COUNT])(struct snapshot *, const struct row *) = {
		[CLASS_MSG] = read_messages,
		[CLASS_SEM] = read_semaphores,
		[CLASS_SHM] = read_nothing,
	};
	static const char no_kernel[] = "only a running kernel tells of them";
	struct detail *detail = &snapshot->detail;
	enum class class = (enum class)wish->identity.class;
	struct row row;
	int error;

	*detail = (struct detail){ .wish = *wish };
	if (!wish->wanted || !readers[class])
		return 0;
	detail->found = identity_find(snapshot, &wish->identity, &detail->row);
	if (!detail->found)
		return 0;
	if (!collector->live) {
		if (class == CLASS_SEM)
			detail->semaphores.why = no_kernel;
		else if (class == CLASS_MSG)
			detail->messages.why = no_kernel;
		detail->candidates.why = "only of the running system";
		return 0;
	}
	row = row_at(snapshot, class, detail->row);
	error = readers[class](snapshot, &row);
	return error ? error : explain_key(collector, snapshot, &row);
}
