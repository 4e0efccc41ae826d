#include <inttypes.h>
#include <string.h>

#include "ipctop/base/text.h"
#include "ipctop/model/event.h"
#include "ipctop/model/report_parts.h"
#include "ipctop/model/stuck.h"
#include "ipctop/model/verdict.h"

/* relations */

/* How much was looked at, and when. */
static void put_completeness(struct buf *out, const struct snapshot *snapshot, bool all_found)
{
	const struct relations *relations = &snapshot->relations;
	struct buf missing = { 0 };

	relations_missing(&missing, snapshot);
	if (missing.len > 0 && !all_found)
		buf_printf(out, "%*sNot all is known: %s.\n", REPORT_INDENT, "", buf_str(&missing));
	else if (relations->failed == 0)
		buf_printf(out, "%*s%u processes were looked at, each within the last %.1f s.\n",
			REPORT_INDENT, "", relations->all, (double)relations->age_ns / 1e9);
	buf_end(&missing, out);
}

/* "905 of 902 worker (app)" */
static void put_related(struct buf *out, const struct snapshot *snapshot,
	const struct relation *relation, const struct report_style *style)
{
	const char *user = process_user(snapshot, relation->pid);
	const char *command = report_command(snapshot, relation->pid);

	if (relation->tid != relation->pid)
		buf_printf(out, "thread %d of ", relation->tid);
	buf_printf(out, "%d%s", relation->pid, *command ? " " : "");
	text_clean(out, command, strlen(command), style->value.ascii);
	if (user) {
		buf_text(out, " (");
		text_clean(out, user, strlen(user), style->value.ascii);
		buf_char(out, ')');
	}
}

/* Holders, or waiters, of an object: a line each, which leads to the process. */
static void put_relations_of(struct buf *out, const struct row *row, enum relation_type type,
	const struct report_style *style)
{
	struct relation_range range = relations_of(row);
	uint32_t i;

	if (type == RELATION_HOLDER) {
		buf_printf(out, "%*s", REPORT_INDENT, "");
		relations_attachments(out, row);
		buf_text(out, ".\n");
	}
	for (i = 0; i < range.count; i++) {
		if (range.at[i]->type != type)
			continue;
		report_put_link(out, style, CLASS_PROCESS, range.at[i]->pid);
		buf_printf(out, "%*s", REPORT_INDENT, "");
		put_related(out, row->snapshot, range.at[i], style);
		buf_text(out, ": ");
		relation_text(out, range.at[i]);
		buf_char(out, '\n');
	}
}

static void put_stuck(struct buf *out, const struct row *row, const struct report_style *style)
{
	const struct stuck *stuck = stuck_of(row->snapshot->relations.stuck, row);
	struct buf sketch = { 0 };
	const char *line;
	uint32_t i;

	if (!stuck)
		return;
	report_put_title(out, style, "Stuck waits");
	for (; stuck; stuck = stuck_of(stuck->next, row)) {
		buf_printf(out, "%*s%s, severity %s\n", REPORT_INDENT, "",
			stuck_reason_name(stuck->reason), severity_name(stuck->severity));
		buf_printf(out, "%*sknown: %s\n", REPORT_BELOW, "", stuck->known);
		buf_printf(out, "%*sinferred: %s\n", REPORT_BELOW, "", stuck->inferred);
		buf_clear(&sketch);
		stuck_sketch(&sketch, row->snapshot, stuck, style->value.ascii);
		for (line = buf_str(&sketch), i = 0; *line; line = text_next_line(line), i++) {
			if (i < stuck->count)
				report_put_link(
					out, style, CLASS_PROCESS, stuck->member[i].relation->pid);
			buf_printf(
				out, "%*s%.*s\n", REPORT_BELOW, "", (int)strcspn(line, "\n"), line);
		}
	}
	buf_end(&sketch, out);
}

/* Every rule that holds, and why. */
void report_put_verdicts(struct buf *out, const struct row *row, const struct report_style *style)
{
	struct buf reasons = { 0 };
	const char *line;

	verdict_reasons(&reasons, row);
	if (reasons.len > 0)
		report_put_title(out, style, "Verdict");
	for (line = buf_str(&reasons); *line; line = text_next_line(line)) {
		buf_printf(out, "%*s", REPORT_INDENT, "");
		text_clean(out, line, strcspn(line, "\n"), style->value.ascii);
		buf_char(out, '\n');
	}
	buf_end(&reasons, out);
}

/*
 * Where the object itself counts, that is set beside what was seen. 1: nobody is missing; 0: that
 * is not known; -1: somebody is.
 */
static int put_counts(struct buf *out, const struct row *row)
{
	const struct detail *detail = report_detail(row);
	uint32_t seen = relations_count(relations_of(row), RELATION_WAITER), i;
	uint64_t counted = 0;

	if (row->class == CLASS_SHM)
		return relations_all_attached(row);
	if (row->class != CLASS_SEM || !detail || detail->semaphores.why)
		return false;
	for (i = 0; i < detail->semaphores.count; i++)
		counted += detail->semaphore[i].ncount + detail->semaphore[i].zcount;
	if (counted > seen)
		buf_printf(out,
			"%*sThe kernel counts %" PRIu64 ": %" PRIu64 " more than are seen.\n",
			REPORT_INDENT, "", counted, counted - seen);
	return counted > seen ? -1 : detail->semaphores.count == row->sem->nsems;
}

void report_put_relations(struct buf *out, const struct row *row, const struct report_style *style)
{
	const bool holders = row->class == CLASS_SHM;
	int all_found;
	unsigned needed = holders ? COST_HOLDERS : COST_WAITERS;
	const struct relations *relations = &row->snapshot->relations;

	if (!(relations->read & needed) && !relations->why)
		return;
	put_stuck(out, row, style);
	report_put_title(out, style, holders ? "Holders" : "Waiters");
	if (!(relations->read & needed)) {
		buf_printf(out, "%*sNot known: %s.\n", REPORT_INDENT, "", relations->why);
		return;
	}
	put_relations_of(out, row, holders ? RELATION_HOLDER : RELATION_WAITER, style);
	all_found = put_counts(out, row);
	if (!holders && relations_of(row).count == 0 &&
		(all_found > 0 ||
			(all_found == 0 && relations_known(row->snapshot, RELATION_WAITER))))
		buf_printf(out, "%*sNobody waits.\n", REPORT_INDENT, "");
	put_completeness(out, row->snapshot, all_found > 0);
}

/* processes */

/* "segment 3, 128M, key 0x0052e2c1, of postgres", a line that leads to it. */
static void put_object(struct buf *out, const struct snapshot *snapshot, enum class class,
	uint32_t at, const struct report_style *style)
{
	struct row row = row_at(snapshot, class, at);

	report_put_link(out, style, class, row.ipc->id);
	buf_printf(out, "%*s", REPORT_INDENT, "");
	report_put_name(out, &row, style);
	buf_printf(out, ", key 0x%08x", row.ipc->key);
	if (class == CLASS_SHM) {
		buf_text(out, ", ");
		report_put_amount(out, row.shm->size, true, style);
	}
}

/* Whether the process has the segment in row `at` mapped. */
static bool holds(const struct row *process, uint32_t at)
{
	struct relation_range range = relations_of(process);
	uint32_t i;

	for (i = 0; i < range.count; i++) {
		if (range.at[i]->type == RELATION_HOLDER && range.at[i]->row == at)
			return true;
	}
	return false;
}

static void put_created(struct buf *out, const struct row *row, const struct report_style *style)
{
	const struct snapshot *snapshot = row->snapshot;
	const struct shm_record *shm;
	uint32_t i;

	for (i = 0; i < snapshot->classes[CLASS_SHM].count; i++) {
		shm = row_at(snapshot, CLASS_SHM, i).shm;
		if (shm->cpid != row->process->pid ||
			process_alive_since(snapshot, shm->cpid, shm->ipc.ctime) != ALIVE_YES)
			continue;
		if (holds(row, i))
			continue; /* it was told with what it has mapped */
		put_object(out, snapshot, CLASS_SHM, i, style);
		buf_text(out, ": created it\n");
	}
}

void report_put_objects(struct buf *out, const struct row *row, const struct report_style *style)
{
	struct relation_range range = relations_of(row);
	uint32_t i;

	put_stuck(out, row, style);
	report_put_title(out, style, "Objects");
	for (i = 0; i < range.count; i++) {
		put_object(out, row->snapshot, range.at[i]->class, range.at[i]->row, style);
		buf_text(out, ": ");
		if (range.at[i]->tid != range.at[i]->pid)
			buf_printf(out, "thread %d ", range.at[i]->tid);
		relation_text(out, range.at[i]);
		buf_char(out, '\n');
	}
	put_created(out, row, style);
	put_completeness(out, row->snapshot, false);
}

/* events */

/* The object of an event, a line that leads to it, where it is still there. */
void report_put_object_of_event(
	struct buf *out, const struct row *row, const struct report_style *style)
{
	const struct event_record *event = row->event;
	uint32_t at;

	report_put_title(out, style, "Object");
	if (event_object(event, row->snapshot, &at)) {
		put_object(out, row->snapshot, event->kind, at, style);
		buf_text(out, ": still there\n");
	} else if (snapshot_is_whole(row->snapshot, event->kind)) {
		buf_printf(out, "%*sIt is gone.\n", REPORT_INDENT, "");
	} else {
		buf_printf(out, "%*sIt could not be read.\n", REPORT_INDENT, "");
	}
}
