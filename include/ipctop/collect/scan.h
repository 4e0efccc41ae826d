/*
 * Visiting processes: one visit of a process answers every question about it (what it has mapped,
 * what its threads wait for). What a visit found is kept till the next one, so that a scan may be
 * cut into slices. It belongs to one thread at a time, and keeps no descriptor. Of processes in
 * other IPC namespaces nothing is kept: there may be any number of them, and no object of ours is
 * theirs.
 */
#ifndef IPCTOP_COLLECT_SCAN_H
#define IPCTOP_COLLECT_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ipctop/model/relation.h"

/* What is known of a process since it was visited last. */
struct visit {
	int32_t pid;
	uint64_t start; /* in clock ticks since boot; only read where there are relations */
	unsigned what; /* set of COST_HOLDERS and COST_WAITERS that the visit answered */
	bool due; /* to be visited in this round of its sort */
	bool hidden_maps, hidden_calls; /* it did not let us see */
	int error; /* negative errno: why the last visit did not tell all that it was for; or 0 */
	int64_t seen_ns; /* monotonic clock; 0: never, or too long ago to answer */
	struct relation *relation; /* their row and creator are not set */
	size_t count, room;
};

/*
 * Processes without relations, and those with some: each sort has its own rounds, so that neither
 * waits for the other to come to an end.
 */
struct round {
	size_t next; /* where it goes on */
	bool finished; /* nobody of this sort is due */
};

struct scan {
	uint64_t scope; /* the IPC namespace that we are in */
	struct visit *visits; /* in the order of pid */
	size_t count;
	struct round rounds[2]; /* of those without relations, and with */
	bool hidden_processes; /* /proc does not show all there are (hidepid=2) */
};

struct scan *scan_new(void);
void scan_free(struct scan *scan);

/*
 * Begin a snapshot's scan: a sort of which nobody was left over is due again; where that is those
 * without relations, the processes are listed anew. `what`: set of COST_HOLDERS, COST_WAITERS. 0 or
 * a negative errno.
 */
int scan_begin(struct scan *scan, unsigned what);

/*
 * Visit processes that are due until `until_ns` of the monotonic clock: those that had relations
 * first, for half of the time while others are due too; at least one of each. 0 or a negative
 * errno, where nobody more could be.
 */
int scan_slice(struct scan *scan, unsigned what, int64_t until_ns);

/* Whether nobody is due. */
bool scan_finished(const struct scan *scan);

/*
 * Nobody asks any more. What was seen is no answer to who asks later, but a wait that is then still
 * the same, of a thread that did not run in between, is known to be as old as it is.
 */
void scan_rest(struct scan *scan);

/* What is known of the process `pid`; NULL: it was not there. */
const struct visit *scan_find(const struct scan *scan, int32_t pid);

/* Visit every process once, without an end. 0 or a negative errno. */
int scan_pass(struct scan *scan, unsigned what);

/*
 * Visit the process `visit->pid` (visit.c): replaces what was known. `proc` is open on /proc,
 * `scope` is our own namespace, or 0. 0; -ESRCH where it is gone; another negative errno where it
 * could not be visited (-ENOMEM, -EMFILE), and then what was known stays.
 */
int visit_process(struct visit *visit, int proc, uint64_t scope, unsigned what);
void visit_free(struct visit *visit);

/* For visit.c: append a zeroed relation; NULL where there is no memory. */
struct relation *visit_add(struct visit *visit);

/* mappings.c: find the segments that the process with the folder `process` has mapped. */
int mappings_visit(struct visit *visit, int process, uint64_t scope);
/* Take the text of maps instead of asking by ioctl(2); for tests. */
int mappings_text(struct visit *visit, int maps);

/* waits.c: find the threads of the process that are blocked. */
int waits_visit(struct visit *visit, int process, uint64_t scope);

/* The inode number that readlinkat(2) of an ns/ipc link tells; 0 and errno where it does not. */
uint64_t scan_scope(int folder, const char *link);

#endif
