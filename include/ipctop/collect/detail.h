/* Reading what is known of one object only: see model/detail.h. */
#ifndef IPCTOP_COLLECT_DETAIL_H
#define IPCTOP_COLLECT_DETAIL_H

#include "ipctop/collect/collector.h"
#include "ipctop/model/column.h"

/*
 * Fill `snapshot->detail` for the object that `wish` names, where it is in the snapshot, which is
 * not published yet. Nothing of the object changes: semaphores are asked (semctl(2) GETVAL, GETPID,
 * GETNCNT, GETZCNT), messages are copied (msgrcv(2) MSG_COPY). What can't be read has its reason.
 * 0 or -ENOMEM.
 */
int detail_add(
	struct collector *collector, struct snapshot *snapshot, const struct detail_wish *wish);

/*
 * The processes that have to do with the object at `row`, each once and in order: of its record,
 * of the semaphores in `detail`, and its holders and waiters. Returns how many.
 */
size_t detail_pids(const struct detail *detail, const struct row *row, int32_t pids[KEY_PIDS_MAX]);

#endif
