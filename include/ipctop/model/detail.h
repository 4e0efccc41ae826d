/*
 * What is read of one object only, since it costs too much for all: its semaphores, its messages,
 * the files that its key may come from. It is part of a snapshot, and lives in its arena.
 */
#ifndef IPCTOP_MODEL_DETAIL_H
#define IPCTOP_MODEL_DETAIL_H

#include <stdbool.h>
#include <stdint.h>

#include "ipctop/base/buf.h"
#include "ipctop/model/identity.h"

enum {
	DETAIL_MESSAGES = 50, /* read at first: the n-th costs as much as n */
	DETAIL_SEMAPHORES = 1000,
	DETAIL_MESSAGE_BYTES = 256, /* kept of each message */
};

/* Which object, and how much of it. */
struct detail_wish {
	bool wanted;
	struct identity identity;
	uint32_t semaphores, messages; /* at most */
	bool candidates; /* look for files that the key may come from */
};

struct semaphore {
	uint16_t value;
	int32_t pid; /* of the last operation; 0: none, or not visible from here */
	uint32_t ncount, zcount; /* threads that wait for more, and for zero */
};

struct message {
	int64_t type;
	uint64_t size; /* bytes */
	const char *bytes; /* the first ones: from outside, may hold zeros */
	uint32_t kept; /* how many of them */
};

/* How a path is tied to an object, the closest first. */
enum candidate_tie {
	CANDIDATE_OPEN, /* a related process has it open */
	CANDIDATE_EXECUTABLE, /* it is what such a process runs */
	CANDIDATE_WORKING_FOLDER,
	CANDIDATE_ROOT_FOLDER,
	CANDIDATE_PARENT, /* the folder of one of these */
	CANDIDATE_BELOW, /* found below a folder that was given */
	CANDIDATE_TIES,
};

/* A path whose device and inode fit a key. */
struct key_candidate {
	const char *path; /* not printable as it is */
	enum candidate_tie tie;
	int32_t pid; /* of the process; 0: none */
};

/* Something that was asked for, or why it is not there: constant text, or in the arena. */
struct detail_part {
	const char *why; /* NULL: it was read */
	uint32_t count; /* how many were read */
};

struct detail {
	struct detail_wish wish; /* that it answers */
	bool found; /* the object is there */
	uint32_t row; /* of its class */
	struct detail_part semaphores; /* of a set */
	struct semaphore *semaphore;
	struct detail_part messages; /* of a queue */
	struct message *message;
	struct detail_part candidates; /* of an object with a key */
	struct key_candidate *candidate;
};

/* Whether `detail` answers `wish`: nothing has to be read again for it. */
bool detail_answers(const struct detail *detail, const struct detail_wish *wish);

/*
 * How many of the first bytes of a message are its text: those before the first zero byte, where
 * nothing but zeros follows. 0: they are no text.
 */
size_t detail_message_length(const struct message *message);

/* Append the first bytes of a message, printable: its text, or else "0x" and digits. */
void detail_message_text(struct buf *out, const struct message *message, bool ascii);

/* Append the first bytes of a message as pairs of hexadecimal digits. */
void detail_message_digits(struct buf *out, const struct message *message);

/* How a candidate is tied, in a word: "open", "below". */
const char *detail_tie(enum candidate_tie tie);

#endif
