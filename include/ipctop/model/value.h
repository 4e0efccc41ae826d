/*
 * A value of a column, and all that follows from its type alone: text, alignment, order, what a
 * filter may ask of it, and its JSON. A new type is one entry in the table of value.c.
 */
#ifndef IPCTOP_MODEL_VALUE_H
#define IPCTOP_MODEL_VALUE_H

#include <stdbool.h>
#include <stdint.h>

#include "ipctop/base/buf.h"
#include "ipctop/base/json.h"
#include "ipctop/base/units.h"
#include "ipctop/model/snapshot.h"

enum value_type {
	VALUE_NONE, /* absent: not known, or never */
	VALUE_TEXT, /* text: from outside, not printable as it is */
	VALUE_WORDS, /* text: our own words, separated by commas; "" is a value */
	VALUE_NUMBER, /* number: an id, a count */
	VALUE_BYTES, /* number */
	VALUE_PERCENT, /* real */
	VALUE_KEY, /* number: 32 bits */
	VALUE_MODE, /* number: written in octal */
	VALUE_PERMS, /* number: written as rw-r----- */
	VALUE_PID, /* number, and `alive`; 0: never, or not visible from here */
	VALUE_TIME, /* seconds since the epoch */
	VALUE_AGE, /* seconds */
	VALUE_RATE, /* real: a change, with its sign */
	VALUE_BYTE_RATE, /* real: likewise, of bytes */
	VALUE_TREND, /* trend */
	VALUE_TYPE_COUNT,
};

enum { TREND_MAX = 12 };

/* What a number was, the present last. */
struct trend {
	double at[TREND_MAX];
	uint8_t count;
};

struct value {
	uint8_t type; /* enum value_type; VALUE_NONE in any column */
	uint8_t alive; /* enum alive */
	bool moment; /* of a time: its second matters */
	bool at_least; /* of a number: there are more, which could not be seen */
	bool unseen; /* absent, since what it tells could not all be seen: it may be anything */
	union {
		const char *text; /* lives as long as the snapshot */
		uint64_t number;
		int64_t seconds;
		double real;
		const struct trend *trend; /* likewise */
	};
};

/* How values are written. */
struct value_style {
	bool exact_bytes; /* digits instead of units */
	bool plain; /* no mark behind a process that is gone, or a count of not all: for programs */
	bool ascii;
	enum time_format time_format;
	int64_t now; /* seconds since the epoch: the snapshot's time */
};

/* Operators of a filter. */
enum value_op {
	OP_EQ = 1,
	OP_NE = 2,
	OP_LT = 4,
	OP_LE = 8,
	OP_GT = 16,
	OP_GE = 32,
	OP_MATCH = 64, /* an extended regular expression, on the text */
};

/* What a filter compares with: read from text by value_parse(). */
struct operand {
	union {
		uint64_t number;
		int64_t seconds;
		double real;
		const char *text; /* the text it was read from: the caller's */
	};
	bool gone; /* of a pid: any whose process is gone */
};

/* Append the text of `value`, printable; "-" where it is absent. */
void value_text(struct buf *out, struct value value, const struct value_style *style);

/*
 * Append what stands behind the text, as the kernel has it: bytes as digits, permissions in octal,
 * a time as @SECONDS since the epoch; nothing where the text says it all.
 */
void value_raw(struct buf *out, struct value value);

/*
 * The set of 1 << enum value_type whose text may hold `text`, in whatever case: looking for it in
 * many values, the others need not be written.
 */
unsigned value_types_holding(const char *text);

/* The order of two values of the same type; absent ones come last. Negative, 0, positive. */
int value_compare(struct value a, struct value b);

/* Whether columns of `type` stand at the right. */
bool value_right_aligned(enum value_type type);

/* The set of enum value_op that a filter may use on `type`. */
unsigned value_operators(enum value_type type);

/* Read `text` as `type`. 0 or -EINVAL. */
int value_parse(enum value_type type, const char *text, struct operand *operand);

/* What value_parse() takes for `type`, in words: "a size such as 16M". */
const char *value_expects(enum value_type type);

/* Order of `value` (not absent) against an operand of the same type, as value_compare(). */
int value_compare_operand(struct value value, const struct operand *operand);

/* Write a member; null where absent. A pid brings `alive_key`, where that is not NULL. */
void value_json(struct json *json, const char *key, const char *alive_key, struct value value);

#endif
