#include "ipctop/model/class.h"

#include <string.h>

#include "ipctop/model/record.h"

const struct class_info class_infos[CLASS_COUNT] = {
	[CLASS_MSG] = {
		.word = "msg", .title = "Queues", .one = "queue", .many = "queues", .letter = 'q',
		.flags = CLASS_IPC | CLASS_REMOVABLE, .record_size = sizeof(struct msg_record),
		.columns = "KEY,ID,OWNER,PERMS,USE%,USEDBYTES,QBYTES,MSGS,LSPID,LRPID",
		.order = "USE%:desc",
	},
	[CLASS_SEM] = {
		.word = "sem", .title = "Semaphores", .one = "semaphore set", .many = "semaphore sets", .letter = 's',
		.flags = CLASS_IPC | CLASS_REMOVABLE, .record_size = sizeof(struct sem_record),
		.columns = "KEY,ID,OWNER,PERMS,NSEMS,OTIME",
		.order = "NSEMS:desc",
	},
	[CLASS_SHM] = {
		.word = "shm", .title = "Segments", .one = "segment", .many = "segments", .letter = 'm',
		.flags = CLASS_IPC | CLASS_REMOVABLE, .record_size = sizeof(struct shm_record),
		.columns = "KEY,ID,OWNER,PERMS,SIZE,RSS,NATTCH,STATUS,CPID,LPID",
		.order = "SIZE:desc",
	},
	[CLASS_LIMIT] = {
		.word = "limits", .title = "Limits", .one = "limit", .many = "limits",
		.record_size = sizeof(struct limit_record),
		.columns = "NAME,DESCRIPTION,LIMIT,USED,USE%",
		.order = "USE%:desc",
	},
	[CLASS_PROCESS] = {
		.word = "processes", .title = "Processes", .one = "process", .many = "processes",
		.record_size = sizeof(struct process_record),
		.columns = "PID,COMMAND,USER,SEGMENTS,ATTACHED,CREATED,WAITS,BLOCKED",
		.order = "ATTACHED:desc",
	},
	[CLASS_GROUP] = {
		.word = "groups", .title = "Groups", .one = "group", .many = "groups",
		.flags = CLASS_DERIVED | CLASS_GATHERS, .record_size = sizeof(struct group_record),
		.columns = "KIND,GROUP,OBJECTS,BYTES,GROWTH,BYTEGROWTH,ADDED,TREND",
		.order = "GROWTH:desc",
	},
	[CLASS_EVENT] = {
		.word = "events", .title = "Events", .one = "event", .many = "events",
		.flags = CLASS_DERIVED, .record_size = sizeof(struct event_record),
		.columns = "TIME,EVENT,KIND,ID,KEY,OWNER,PID,DETAIL",
		.order = "TIME:desc",
	},
};

unsigned class_set(unsigned flags)
{
	unsigned set = 0;
	enum class c;

	for (c = 0; c < CLASS_COUNT; c++) {
		if ((class_infos[c].flags & flags) == flags)
			set |= class_bit(c);
	}
	return set;
}

enum class class_first(unsigned set) {
	enum class c = 0;

	while (set && !(set & class_bit(c))) c++;
	return c;
}

bool class_find(const char *word, unsigned flags, enum class *class)
{
	enum class c;

	for (c = 0; c < CLASS_COUNT; c++) {
		if ((class_infos[c].flags & flags) == flags &&
			strcmp(class_infos[c].word, word) == 0) {
			*class = c;
			return true;
		}
	}
	return false;
}
