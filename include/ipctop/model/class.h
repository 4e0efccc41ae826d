/*
 * The classes of rows: what sort of thing a table shows. Data only; what reads a class stands in
 * collect/, what removes its objects in act/. A tab of the UI is a class.
 */
#ifndef IPCTOP_MODEL_CLASS_H
#define IPCTOP_MODEL_CLASS_H

#include <stdbool.h>
#include <stddef.h>

enum class {
	CLASS_MSG,
	CLASS_SEM,
	CLASS_SHM,
	CLASS_LIMIT,
	CLASS_PROCESS,
	CLASS_GROUP,
	CLASS_EVENT,
	CLASS_COUNT,
};

enum {
	CLASS_IPC = 1, /* a kind of IPC objects */
	CLASS_REMOVABLE = 2,
	CLASS_DERIVED = 4, /* no source reads it: it follows from the others */
	CLASS_GATHERS =
		8, /* its rows stand for many objects, and are tagged and removed as these */
};

struct class_info {
	const char *word; /* what people type: "shm" */
	const char *title; /* of its tab and table: "Segments" */
	const char *one, *many; /* in sentences: "segment", "segments" */
	char letter; /* its option, as in ipcs(1); 0: none */
	unsigned flags;
	size_t record_size; /* bytes */
	const char *columns; /* shown by default, separated by commas */
	const char *order; /* of a live table by default: COLUMN or COLUMN:desc */
};

/* Of every class, in the order of the tabs. */
extern const struct class_info class_infos[CLASS_COUNT];

static inline unsigned class_bit(enum class class)
{
	return 1u << class;
}

/* The set of classes that have all of `flags`. */
unsigned class_set(unsigned flags);

/* The first class in a set of class_bit(); that with the number 0 where it is empty. */
enum class class_first(unsigned set);

/* Find the class with the word `word` and all of `flags`; false where there is none. */
bool class_find(const char *word, unsigned flags, enum class *class);

#endif
