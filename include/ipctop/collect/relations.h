/* Holders and waiters of a snapshot's objects, from the visits of a scan. */
#ifndef IPCTOP_COLLECT_RELATIONS_H
#define IPCTOP_COLLECT_RELATIONS_H

#include "ipctop/collect/collector.h"
#include "ipctop/collect/scan.h"

/*
 * Scan as far as `needs` allows and give `snapshot`, whose objects were read, its relations, and
 * the processes that they name. Once a snapshot. 0 or -ENOMEM.
 */
int relations_add(
	struct collector *collector, struct snapshot *snapshot, const struct needs *needs);

/* What is to be asked in visits, COST_HOLDERS and COST_WAITERS, for these classes and costs. */
unsigned relations_wanted(unsigned classes, unsigned cost);

/*
 * foreign.c: mappings survive unshare(2) and then are of a segment of another namespace, which may
 * have the id, the key and the size of one here. NATTCH tells where that must be so: then they lose
 * their row, by the time their segment was made (statx(2) of proc_pid_map_files(5), for root), or
 * are marked as doubtful. Relations are in the order of their rows.
 */
void foreign_settle(const struct snapshot *snapshot);

/* Go on between two snapshots, until `until_ns`. Whether anybody is left to be visited. */
bool relations_slice(struct collector *collector, unsigned what, int64_t until_ns);

#endif
