/* The processes that records name by their pid: alive, since when, and their command. */
#ifndef IPCTOP_COLLECT_PROCESSES_H
#define IPCTOP_COLLECT_PROCESSES_H

#include <stddef.h>
#include <stdint.h>

#include "ipctop/collect/collector.h"

/*
 * Look up `count` pids, each once, and add them to `snapshot`, which is not published yet. A
 * process that can't be asked (hidepid) is alive, without command and start. Where /proc belongs to
 * another pid namespace nothing is known of any, which a note tells. 0 or -ENOMEM.
 */
int processes_add(
	struct collector *collector, struct snapshot *snapshot, const int32_t *pids, size_t count);

/*
 * The same for all pids that the records of `classes` (a set of class_bit()) name. Without `ask`
 * only whether they live, which is cheap enough for all.
 */
int processes_add_classes(
	struct collector *collector, struct snapshot *snapshot, unsigned classes, bool ask);

/*
 * NULL where the numbers in /proc are those that kill(2) and the kernel's records use; else why
 * they are not, or why that is not known. It is asked for once a snapshot.
 */
const char *processes_why_not(const struct collector *collector, struct snapshot *snapshot);

void processes_close(struct collector *collector);

#endif
