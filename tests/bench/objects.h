/* Objects to be looked at, in the private IPC namespace of the bench. Dies where it can't. */
#ifndef TESTS_BENCH_OBJECTS_H
#define TESTS_BENCH_OBJECTS_H

/* Allow 32,768 segments. */
void objects_allow(void);

/* Remove all there is, and make `count` of each kind. */
void objects_fill(int count);
void objects_clear(void);

/* Put a byte into each queue, and a page into each segment; or take the bytes out of the queues. */
void objects_move(int in);

/*
 * A child that makes and removes objects of each kind and moves messages, as fast as a busy host
 * does: about 1,000 of each in a second. objects_calm() ends it.
 */
void objects_churn(void);
void objects_calm(void);

#endif
