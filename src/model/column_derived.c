#include "ipctop/model/column_get.h"
#include "ipctop/model/event.h"
#include "ipctop/model/group.h"
#include "ipctop/model/growth.h"
#include "ipctop/model/limit.h"
#include "ipctop/model/verdict.h"

struct value column_get_verdict(const struct row *row)
{
	return column_text(VALUE_WORDS, verdict_infos[verdict_of(row)].name);
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

struct value column_get_growth(const struct row *row)
{
	return growth(row, WINDOW_MINUTE);
}

struct value column_get_growth10(const struct row *row)
{
	return growth(row, WINDOW_TEN_MINUTES);
}

struct value column_get_growth60(const struct row *row)
{
	return growth(row, WINDOW_HOUR);
}

static struct value trend(const struct trend *trend)
{
	return trend ? (struct value){ .type = VALUE_TREND, .trend = trend } : (struct value){ 0 };
}

struct value column_get_trend(const struct row *row)
{
	return trend(growth_trend(row));
}

/* groups */

static struct value kind(uint8_t class)
{
	return column_text(VALUE_WORDS, class_infos[class].word);
}

struct value column_get_group_kind(const struct row *row)
{
	return kind(row->group->kind);
}

struct value column_get_group_by(const struct row *row)
{
	return column_text(VALUE_WORDS, group_by_name(row->group->by));
}

struct value column_get_group_name(const struct row *row)
{
	return column_text(VALUE_TEXT, row->group->name ? row->group->name : "unknown");
}

struct value column_get_group_objects(const struct row *row)
{
	return column_number(VALUE_NUMBER, row->group->objects);
}

struct value column_get_group_bytes(const struct row *row)
{
	return column_number(VALUE_BYTES, row->group->bytes);
}

static struct value group_growth(const struct row *row, enum series_window window)
{
	const struct group_growth *growth = row->group->growth;

	return growth ? rate_if(growth->objects.has_rate[window], VALUE_RATE,
				growth->objects.rate[window])
		      : (struct value){ 0 };
}

struct value column_get_group_growth(const struct row *row)
{
	return group_growth(row, WINDOW_MINUTE);
}

struct value column_get_group_growth10(const struct row *row)
{
	return group_growth(row, WINDOW_TEN_MINUTES);
}

struct value column_get_group_growth60(const struct row *row)
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

struct value column_get_group_bytegrowth(const struct row *row)
{
	return group_bytegrowth(row, WINDOW_MINUTE);
}

struct value column_get_group_bytegrowth10(const struct row *row)
{
	return group_bytegrowth(row, WINDOW_TEN_MINUTES);
}

struct value column_get_group_bytegrowth60(const struct row *row)
{
	return group_bytegrowth(row, WINDOW_HOUR);
}

struct value column_get_group_added(const struct row *row)
{
	const struct group_growth *growth = row->group->growth;

	return rate_if(growth, VALUE_RATE, growth ? (double)growth->added : 0);
}

struct value column_get_group_addedbytes(const struct row *row)
{
	const struct group_growth *growth = row->group->growth;

	return rate_if(growth, VALUE_BYTE_RATE, growth ? growth->added_bytes : 0);
}

struct value column_get_group_trend(const struct row *row)
{
	return trend(row->group->growth ? &row->group->growth->objects.trend : NULL);
}

/* events */

struct value column_get_event_time(const struct row *row)
{
	struct value value = column_when(row->event->time);

	value.moment = true;
	return value;
}

struct value column_get_event_name(const struct row *row)
{
	return column_text(VALUE_WORDS, event_name(row->event->what));
}

struct value column_get_event_kind(const struct row *row)
{
	return kind(row->event->kind);
}

struct value column_get_event_id(const struct row *row)
{
	return column_number(VALUE_NUMBER, (uint32_t)row->event->id);
}

struct value column_get_event_key(const struct row *row)
{
	return column_number(VALUE_KEY, row->event->key);
}

struct value column_get_event_owner(const struct row *row)
{
	return column_text(VALUE_TEXT, row->event->owner);
}

struct value column_get_event_pid(const struct row *row)
{
	return column_pid(row, row->event->pid, row->event->time);
}

struct value column_get_event_detail(const struct row *row)
{
	return column_text(VALUE_TEXT, row->event->detail);
}

/* limits */

struct value column_get_name(const struct row *row)
{
	return column_text(VALUE_TEXT, row->limit->name);
}

struct value column_get_description(const struct row *row)
{
	return column_text(VALUE_TEXT, row->limit->description);
}

static enum value_type limit_type(const struct row *row)
{
	return row->limit->in_bytes ? VALUE_BYTES : VALUE_NUMBER;
}

struct value column_get_limit(const struct row *row)
{
	return column_number_if(row->limit->has_limit, limit_type(row), row->limit->limit);
}

struct value column_get_used(const struct row *row)
{
	return column_number_if(row->limit->has_used, limit_type(row), row->limit->used);
}

/* More than 100 where a limit was lowered below its use. */
struct value column_get_limit_use(const struct row *row)
{
	const struct limit_record *limit = row->limit;

	if (!limit->has_limit || !limit->has_used)
		return (struct value){ 0 };
	return (struct value){
		.type = VALUE_PERCENT,
		.real = 100.0 * (double)limit->used / (double)(limit->limit ? limit->limit : 1),
	};
}

struct value column_get_limit_most(const struct row *row)
{
	const struct limit_use *use = limit_use_of(row);

	return use && use->has_most ? column_user(row, use->most_uid) : (struct value){ 0 };
}

struct value column_get_limit_most_used(const struct row *row)
{
	const struct limit_use *use = limit_use_of(row);

	return use ? column_number_if(use->has_most, limit_type(row), use->most)
		   : (struct value){ 0 };
}

struct value column_get_limit_fails(const struct row *row)
{
	const struct limit_info *info = limit_find(row->limit->name);

	return column_text(VALUE_TEXT, info ? info->fails : NULL);
}

struct value column_get_limit_freeable(const struct row *row)
{
	const struct limit_use *use = limit_use_of(row);
	struct value value = { 0 };

	if (use && use->has_freeable) {
		value = column_number(limit_type(row), use->freeable);
		value.at_least = use->may_free_more;
	}
	return value;
}

struct value column_get_limit_advice(const struct row *row)
{
	const struct limit_use *use = limit_use_of(row);

	return column_text(VALUE_TEXT, use ? use->advice : NULL);
}

/* When it is reached, if it is used up as it is now. */
struct value column_get_forecast(const struct row *row)
{
	if (!row->limit->has_forecast)
		return (struct value){ 0 };
	return (struct value){ .type = VALUE_AGE, .seconds = row->limit->forecast_s };
}

/* relations */

/* How many were seen; where that is not `all`, only if there are any: "none" would be a claim. */
static struct value relations_number(const struct row *row, enum relation_type type, bool all)
{
	const struct relations *relations = &row->snapshot->relations;
	unsigned cost = type == RELATION_HOLDER ? COST_HOLDERS : COST_WAITERS;
	uint32_t count;

	if (!(relations->read & cost))
		return (struct value){ .unseen = true };
	count = relations_count(relations_of(row), type);
	if (count == 0 && !all)
		return (struct value){ .unseen = true };
	return column_number(VALUE_NUMBER, count);
}

struct value column_get_holders(const struct row *row)
{
	const uint64_t attached = relations_attached(row), counted = row->shm->nattch;
	struct value value;

	/* mappings may outlive a change of namespace, and be of another segment */
	if (attached > counted)
		return (struct value){ .unseen = true };
	/* the kernel counts them, also of those who are hidden */
	value = relations_number(row, RELATION_HOLDER, attached == counted);
	value.at_least = value.number > 0 && attached < counted;
	return value;
}

struct value column_get_waiters(const struct row *row)
{
	return relations_number(
		row, RELATION_WAITER, relations_known(row->snapshot, RELATION_WAITER));
}

struct value column_get_blocked(const struct row *row)
{
	int64_t seconds = relations_longest_wait(relations_of(row));

	return (struct value){
		.type = seconds < 0 ? VALUE_NONE : VALUE_AGE,
		.unseen = seconds < 0 && !relations_known(row->snapshot, RELATION_WAITER),
		.seconds = seconds,
	};
}

/* processes */

struct value column_get_process_pid(const struct row *row)
{
	/* whether it lives is no question: it has a row */
	return column_number(VALUE_NUMBER, (uint64_t)row->process->pid);
}

struct value column_get_process_command(const struct row *row)
{
	return column_text(VALUE_TEXT, process_command(row->snapshot, row->process->pid));
}

struct value column_get_process_user(const struct row *row)
{
	return column_text(VALUE_TEXT, process_user(row->snapshot, row->process->pid));
}

struct value column_get_process_segments(const struct row *row)
{
	return column_number_if(row->process->saw_maps, VALUE_NUMBER, row->process->segments);
}

struct value column_get_process_attached(const struct row *row)
{
	return column_number_if(row->process->saw_maps, VALUE_BYTES, row->process->attached);
}

struct value column_get_process_created(const struct row *row)
{
	return column_number(VALUE_NUMBER, row->process->created);
}

struct value column_get_process_waits(const struct row *row)
{
	return column_number_if(row->process->saw_calls, VALUE_NUMBER, row->process->waits);
}

struct value column_get_process_started(const struct row *row)
{
	const struct process *process =
		process_map_get(&row->snapshot->processes, row->process->pid);

	return column_when(process ? process->start : 0);
}

/* words */

/* The words of all kinds of objects. */
static void class_words(struct buf *out)
{
	const char *separator = "";
	enum class class;

	for (class = 0; class < CLASS_COUNT; class ++) {
		if (!(class_infos[class].flags & CLASS_IPC))
			continue;
		buf_printf(out, "%s%s", separator, class_infos[class].word);
		separator = ", ";
	}
}

static const struct vocabulary {
	struct value (*get)(const struct row *row);
	void (*words)(struct buf *out);
} vocabularies[] = {
	{ column_get_verdict, verdict_names },
	{ column_get_event_name, event_names },
	{ column_get_event_kind, class_words },
	{ column_get_group_kind, class_words },
};

bool column_words(const struct column *column, struct buf *out)
{
	size_t i;

	for (i = 0; i < sizeof(vocabularies) / sizeof(vocabularies[0]); i++) {
		if (vocabularies[i].get == column->get) {
			vocabularies[i].words(out);
			return true;
		}
	}
	return false;
}
