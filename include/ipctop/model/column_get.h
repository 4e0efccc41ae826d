/*
 * For the files that define columns (column.h): values from what a row has, and the getters of what
 * is derived, or of rows that are no objects, which column_derived.c has. Any thread.
 */
#ifndef IPCTOP_MODEL_COLUMN_GET_H
#define IPCTOP_MODEL_COLUMN_GET_H

#include "ipctop/model/column.h"

static inline struct value column_number(enum value_type type, uint64_t n)
{
	return (struct value){ .type = (uint8_t)type, .number = n };
}

static inline struct value column_text(enum value_type type, const char *t)
{
	return t ? (struct value){ .type = (uint8_t)type, .text = t } : (struct value){ 0 };
}

static inline struct value column_number_if(bool has, enum value_type type, uint64_t n)
{
	return has ? column_number(type, n) : (struct value){ 0 };
}

/* A time, absent where it is 0: never. */
static inline struct value column_when(int64_t seconds)
{
	if (seconds == 0)
		return (struct value){ 0 };
	return (struct value){ .type = VALUE_TIME, .seconds = seconds };
}

/* An age, of any time: where 0 means never, ask for that before. */
static inline struct value column_since(const struct row *row, int64_t seconds)
{
	int64_t age;

	if (__builtin_sub_overflow((int64_t)row->snapshot->time.tv_sec, seconds, &age))
		age = seconds < 0 ? INT64_MAX : 0;
	return (struct value){ .type = VALUE_AGE, .seconds = age < 0 ? 0 : age };
}

static inline struct value column_user(const struct row *row, uint32_t uid)
{
	return column_text(VALUE_TEXT, name_map_get(&row->snapshot->users, uid));
}

static inline struct value column_group_name(const struct row *row, uint32_t gid)
{
	return column_text(VALUE_TEXT, name_map_get(&row->snapshot->groups, gid));
}

static inline struct value column_pid(const struct row *row, int32_t id, int64_t at)
{
	return (struct value){
		.type = VALUE_PID,
		.number = id > 0 ? (uint64_t)id : 0,
		.alive = (uint8_t)process_alive_since(row->snapshot, id, at),
	};
}

static inline struct value column_command(const struct row *row, int32_t id, int64_t at)
{
	if (process_alive_since(row->snapshot, id, at) != ALIVE_YES)
		return (struct value){ 0 };
	return column_text(VALUE_TEXT, process_command(row->snapshot, id));
}

static inline int64_t column_later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

struct value column_get_verdict(const struct row *row);
struct value column_get_growth(const struct row *row);
struct value column_get_growth10(const struct row *row);
struct value column_get_growth60(const struct row *row);
struct value column_get_trend(const struct row *row);
struct value column_get_group_kind(const struct row *row);
struct value column_get_group_by(const struct row *row);
struct value column_get_group_name(const struct row *row);
struct value column_get_group_objects(const struct row *row);
struct value column_get_group_bytes(const struct row *row);
struct value column_get_group_growth(const struct row *row);
struct value column_get_group_growth10(const struct row *row);
struct value column_get_group_growth60(const struct row *row);
struct value column_get_group_bytegrowth(const struct row *row);
struct value column_get_group_bytegrowth10(const struct row *row);
struct value column_get_group_bytegrowth60(const struct row *row);
struct value column_get_group_added(const struct row *row);
struct value column_get_group_addedbytes(const struct row *row);
struct value column_get_group_trend(const struct row *row);
struct value column_get_event_time(const struct row *row);
struct value column_get_event_name(const struct row *row);
struct value column_get_event_kind(const struct row *row);
struct value column_get_event_id(const struct row *row);
struct value column_get_event_key(const struct row *row);
struct value column_get_event_owner(const struct row *row);
struct value column_get_event_pid(const struct row *row);
struct value column_get_event_detail(const struct row *row);
struct value column_get_name(const struct row *row);
struct value column_get_description(const struct row *row);
struct value column_get_limit(const struct row *row);
struct value column_get_used(const struct row *row);
struct value column_get_limit_use(const struct row *row);
struct value column_get_limit_most(const struct row *row);
struct value column_get_limit_most_used(const struct row *row);
struct value column_get_limit_fails(const struct row *row);
struct value column_get_limit_freeable(const struct row *row);
struct value column_get_limit_advice(const struct row *row);
struct value column_get_forecast(const struct row *row);
struct value column_get_holders(const struct row *row);
struct value column_get_waiters(const struct row *row);
struct value column_get_blocked(const struct row *row);
struct value column_get_process_pid(const struct row *row);
struct value column_get_process_command(const struct row *row);
struct value column_get_process_user(const struct row *row);
struct value column_get_process_segments(const struct row *row);
struct value column_get_process_attached(const struct row *row);
struct value column_get_process_created(const struct row *row);
struct value column_get_process_waits(const struct row *row);
struct value column_get_process_started(const struct row *row);

#endif
