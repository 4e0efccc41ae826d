/*
 * The worker thread, the only place where the two threads meet. The worker alone reads the kernel:
 * it collects, derives, removes, and publishes. The face says what it wants (a wish: the latest
 * wins) and what is to be done (jobs: none is lost); it learns of news by an eventfd. All
 * functions here are the face's to call, from one thread.
 */
#ifndef IPCTOP_WATCH_WORKER_H
#define IPCTOP_WATCH_WORKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ipctop/act/remove.h"
#include "ipctop/model/group.h"
#include "ipctop/model/snapshot.h"
#include "ipctop/model/verdict.h"

enum { WISH_PIDS_MAX = 1024 };

struct wish {
	int64_t interval_ns; /* between the beginnings of two snapshots */
	int scan_percent; /* of the interval, for visiting processes */
	bool paused; /* only jobs bring a snapshot */
	unsigned classes; /* set of class_bit() */
	unsigned cost; /* set of enum cost */
	unsigned all_pids; /* set of class_bit(): look up every pid of these classes */
	struct group_wish groups;
	struct verdict_ages ages;
	struct detail_wish detail;
	size_t pid_count;
	int32_t pids[WISH_PIDS_MAX]; /* in view */
};

/* An object to remove, as it was shown. */
struct target {
	struct fingerprint fingerprint;
	char owner[64]; /* name, for the audit; not printable as it is */
};

struct job_result {
	struct job_result *next;
	size_t count;
	struct removal_result results[];
};

struct worker;

/* Start the thread; `proc` as collector_new(). 0, or a negative errno. */
int worker_start(const char *proc, const struct wish *wish, struct worker **worker);

/*
 * End the thread after what it does at the moment and what is to be removed, and free; all within a
 * second. `*left`, unless NULL:
 * how many objects were to be removed and stay, which nobody was told of. False: a call, such as
 * one to a name service, holds the thread; it and all that it uses stay, and the program is to end
 * by _exit(2). NULL is allowed.
 */
bool worker_stop(struct worker *worker, size_t *left);

/* Readable when there is a snapshot, a result or an error to take; reading it is worker_take_*. */
int worker_fd(const struct worker *worker);

/* What is wanted from now on. What the last snapshot lacks is collected soon. */
void worker_wish(struct worker *worker, const struct wish *wish);

/* Collect now. */
void worker_refresh(struct worker *worker);

/* Remove `count` objects, then collect. 0, or -ENOMEM: nothing will be done. */
int worker_remove(struct worker *worker, const struct target *targets, size_t count);

/* The newest snapshot, with a reference, where it was not taken yet; else NULL. */
struct snapshot *worker_take_snapshot(struct worker *worker);

/* The next result of a removal, for free(3), or NULL. */
struct job_result *worker_take_result(struct worker *worker);

/* The negative errno for which the last snapshot was dropped, or 0. */
int worker_error(struct worker *worker);

#endif
