#include <inttypes.h>
#include <string.h>

#include "ipctop/base/text.h"
#include "ipctop/model/limit.h"
#include "ipctop/model/report_growth.h"
#include "ipctop/model/report_parts.h"

enum { LARGEST = 5 }; /* objects that are named */

static void put_percent(struct buf *out, uint64_t part, uint64_t whole)
{
	buf_printf(out, "%.1f%%", 100.0 * (double)part / (double)whole);
}

void report_put_amount(
	struct buf *out, uint64_t amount, bool in_bytes, const struct report_style *style)
{
	struct value value = { .type = in_bytes ? VALUE_BYTES : VALUE_NUMBER, .number = amount };

	value_text(out, value, &style->value);
}

/* of an object */

static void put_share(struct buf *out, const struct row *row, const struct limit_info *info,
	const struct limit_record *limit, const struct report_style *style)
{
	struct buf text = { 0 };
	uint64_t takes;

	buf_printf(&text, "%s  %s: ", limit->name, limit->description);
	if (info->takes(row, &takes))
		report_put_amount(&text, takes, limit->in_bytes, style);
	else
		buf_text(&text, "not known");
	buf_text(&text, " here, ");
	if (limit->has_used) {
		report_put_amount(&text, limit->used, limit->in_bytes, style);
		buf_text(&text, " in all, ");
	}
	if (limit->has_limit) {
		buf_text(&text, "limit ");
		report_put_amount(&text, limit->limit, limit->in_bytes, style);
		if (limit->has_used && limit->limit > 0) {
			buf_text(&text, " (");
			put_percent(&text, limit->used, limit->limit);
			buf_char(&text, ')');
		}
		if (limit->has_forecast) {
			buf_text(&text, "; ");
			report_forecast(&text, limit);
		}
	} else {
		buf_text(&text, limit->is_unlimited ? "no limit" : "limit not known");
	}
	report_put_sentence(out, &text, style);
}

void report_put_limits(struct buf *out, const struct row *row, const struct report_style *style)
{
	const struct class_rows *rows = &row->snapshot->classes[CLASS_LIMIT];
	const struct limit_record *limits = rows->records;
	const struct limit_info *info;
	uint32_t i;

	report_put_title(out, style, "Limits");
	for (i = 0; i < rows->count; i++) {
		info = limit_find(limits[i].name);
		if (info && info->class == row->class && info->takes)
			put_share(out, row, info, &limits[i], style);
	}
}

/* of a limit: use */

static void put_used(
	struct buf *text, const struct limit_record *limit, const struct report_style *style)
{
	buf_printf(text, "%s: ", limit->description);
	if (!limit->has_used) {
		buf_text(text, "how many are used is not known.");
		return;
	}
	report_put_amount(text, limit->used, limit->in_bytes, style);
	if (!limit->has_limit) {
		buf_text(
			text, limit->is_unlimited ? " used, no limit." : " used, limit not known.");
		return;
	}
	buf_text(text, " of ");
	report_put_amount(text, limit->limit, limit->in_bytes, style);
	buf_text(text, " used");
	if (limit->limit > 0) {
		buf_text(text, ", ");
		put_percent(text, limit->used, limit->limit);
	}
	buf_char(text, '.');
	if (limit->used > limit->limit)
		buf_text(text, " The limit was lowered below what there is.");
}

static void put_most(struct buf *out, const struct row *row, const struct limit_use *use,
	const struct report_style *style)
{
	const char *owner = name_map_get(&row->snapshot->users, use->most_uid);
	const struct limit_record *limit = row->limit;
	struct buf text = { 0 };

	if (owner)
		text_clean(&text, owner, strlen(owner), style->value.ascii);
	else
		buf_printf(&text, "The uid %u", use->most_uid);
	buf_text(&text, " uses most: ");
	report_put_amount(&text, use->most, limit->in_bytes, style);
	/* objects come and go between the kernel's sum and ours */
	if (limit->has_used && limit->used >= use->most && limit->used > 0) {
		buf_text(&text, ", which is ");
		put_percent(&text, use->most, limit->used);
		buf_text(&text, " of it");
	}
	buf_char(&text, '.');
	report_put_sentence(out, &text, style);
}

static void put_use(struct buf *out, const struct row *row, const struct limit_info *info,
	const struct report_style *style)
{
	const struct limit_use *use = limit_use_of(row);
	struct buf text = { 0 };

	if (!info->takes)
		return;
	report_put_title(out, style, "Use");
	if (info->on_sum)
		put_used(&text, row->limit, style);
	else
		buf_printf(&text, "It limits each %s, not all of them together.",
			class_infos[info->class].one);
	report_put_sentence(out, &text, style);
	if (use && use->has_most)
		put_most(out, row, use, style);
}

/* of a limit: what happens, and what to do */

static void put_failure(
	struct buf *out, const struct limit_info *info, const struct report_style *style)
{
	struct buf text = { 0 };

	report_put_title(out, style, "What happens");
	buf_printf(&text, "When %s, %s(2) fails with %s (%s).", info->when, info->call,
		info->error_name, strerror(info->error));
	if (info->remark)
		buf_printf(&text, " %s", info->remark);
	report_put_sentence(out, &text, style);
}

static void put_advice(struct buf *out, const struct row *row, const struct limit_info *info,
	const struct report_style *style)
{
	const struct limit_use *use = limit_use_of(row);
	struct buf text = { 0 };

	if (use && use->advice) {
		buf_text(&text, use->advice);
		report_put_sentence(out, &text, style);
		buf_text(&text,
			"It raises the limit until the next boot, as root and in this IPC "
			"namespace; a file in /etc/sysctl.d keeps it.");
	} else if (!info->file) {
		buf_text(&text, "It is the same in every kernel and can't be changed.");
	} else if (!row->limit->has_limit) {
		buf_text(&text,
			row->limit->is_unlimited ? "There is nothing to raise: no limit is set."
						 : "There is nothing to raise: it is not known.");
	} else if (use && row->limit->limit < info->most) {
		buf_printf(&text, "kernel.%s can't be set: not all of its numbers are known.",
			info->file);
	} else if (use) {
		buf_text(&text, "It can't be raised: the kernel takes no more.");
	} else {
		return; /* not derived */
	}
	report_put_sentence(out, &text, style);
}

/* "Removing 14 orphan segments would free 14 of 4096: ipctop rm shm --filter 'verdict=orphan'" */
static void put_freed(struct buf *out, const struct row *row, const struct limit_info *info,
	enum verdict verdict, const struct report_style *style)
{
	const struct limit_use *use = limit_use_of(row);
	const struct class_info *class = &class_infos[info->class];
	const char *name = verdict_infos[verdict].name ? verdict_infos[verdict].name : "?";
	struct buf text = { 0 };

	buf_printf(&text, "Removing %u %s %s would free ", use->objects[verdict], name,
		use->objects[verdict] == 1 ? class->one : class->many);
	report_put_amount(&text, use->freed[verdict], row->limit->in_bytes, style);
	if (row->limit->has_used) {
		buf_text(&text, " of ");
		report_put_amount(&text, row->limit->used, row->limit->in_bytes, style);
	}
	buf_printf(&text, ": ipctop rm %s ", class->word);
	verdict_put_choice(&text, verdict, row->snapshot->ages);
	report_put_sentence(out, &text, style);
}

static void put_freeable(struct buf *out, const struct row *row, const struct limit_info *info,
	const struct report_style *style)
{
	const struct limit_use *use = limit_use_of(row);
	struct buf text = { 0 };
	enum verdict verdict;
	bool any = false;

	if (!info->on_sum || !use)
		return;
	for (verdict = 0; verdict < VERDICT_COUNT; verdict++) {
		if (use->objects[verdict] == 0)
			continue;
		put_freed(out, row, info, verdict, style);
		any = true;
	}
	if (any && use->may_free_more)
		buf_printf(&text, "Whether another %s looks left behind is not known.",
			class_infos[info->class].one);
	if (any && use->unsure)
		buf_printf(&text, "%sWhether a thread waits for some of them could not be seen.",
			text.len > 0 ? " " : "");
	if (!any)
		buf_printf(&text,
			use->has_freeable
				? "No %s has looked left behind for long; 'ipctop leaks --older' "
				  "tells of younger ones."
				: "Whether a %s looks left behind is not known.",
			class_infos[info->class].one);
	if (text.len > 0 || text.error)
		report_put_sentence(out, &text, style);
}

/* of a limit: the largest */

struct large {
	uint64_t takes;
	uint32_t row;
};

/* The objects that take most, in order; returns how many. */
static unsigned find_largest(struct large largest[LARGEST], const struct snapshot *snapshot,
	const struct limit_info *info)
{
	const struct class_rows *rows = &snapshot->classes[info->class];
	unsigned count = 0, at;
	struct large next;
	struct row row;

	for (next.row = 0; next.row < rows->count; next.row++) {
		row = row_at(snapshot, info->class, next.row);
		if (!info->takes(&row, &next.takes))
			continue;
		if (count == LARGEST && next.takes <= largest[LARGEST - 1].takes)
			continue;
		at = count < LARGEST ? count++ : LARGEST - 1;
		for (; at > 0 && largest[at - 1].takes < next.takes; at--)
			largest[at] = largest[at - 1];
		largest[at] = next;
	}
	return count;
}

static void put_largest(struct buf *out, const struct snapshot *snapshot,
	const struct limit_info *info, const struct report_style *style)
{
	struct large largest[LARGEST] = { { 0 } };
	unsigned count, i;
	char text[64];
	struct row row;

	if (!info->takes || snapshot->classes[info->class].error)
		return;
	count = find_largest(largest, snapshot, info);
	/* where the limit is on a number of objects, all of them take one */
	if (count == 0 || largest[0].takes <= 1)
		return;
	snprintf(text, sizeof(text), "Largest %s", class_infos[info->class].many);
	report_put_title(out, style, text);
	for (i = 0; i < count; i++) {
		row = row_at(snapshot, info->class, largest[i].row);
		report_put_link(out, style, info->class, row.ipc->id);
		buf_text(out, "  ");
		report_put_name(out, &row, style);
		buf_printf(out, ", key 0x%08x: ", row.ipc->key);
		report_put_amount(out, largest[i].takes, info->in_bytes, style);
		buf_char(out, '\n');
	}
}

void report_put_limit(struct buf *out, const struct row *row, const struct report_style *style)
{
	const struct limit_info *info = limit_find(row->limit->name);

	if (!info)
		return;
	put_use(out, row, info, style);
	put_failure(out, info, style);
	report_put_title(out, style, "What to do");
	put_advice(out, row, info, style);
	put_freeable(out, row, info, style);
	put_largest(out, row->snapshot, info, style);
}
