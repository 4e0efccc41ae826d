/*
 * tests/tui/ipc_fixture.h: System V objects of our own to look at and to remove.
 *
 * ipc_enter() moves the test program into an IPC namespace of its own, and everything else here
 * refuses to work (aborts) before that: no test ever touches an object of the host. The namespace
 * and all in it vanish with the test program and its children. Whatever cannot be made aborts the
 * case with cmocka's fail(). One thread.
 */
#ifndef TESTS_TUI_IPC_FIXTURE_H
#define TESTS_TUI_IPC_FIXTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum ipc_kind {
	KIND_MSG,
	KIND_SEM,
	KIND_SHM,
};

/** A group setup: enter a private namespace, or skip all cases with the reason. */
int ipc_enter(void **state);

/** Detach and remove all there is in the private namespace. */
void ipc_clear(void);

/** Make an object and return its id. `key` may be IPC_PRIVATE; `mode` is like 0640. */
int ipc_segment(key_t key, size_t size, int mode);
int ipc_queue(key_t key, int mode);
int ipc_set(key_t key, int semaphores, int mode);

/** Put one message of `size` bytes into a queue. */
void ipc_send(int queue, size_t size);

/** Attach a segment to this process; ipc_detach() and ipc_clear() detach all. */
void ipc_attach(int segment);
void ipc_detach(void);

/** Change the mode by IPC_SET, which moves ctime to now. */
void ipc_change(enum ipc_kind kind, int id, int mode);

/** Seconds since 1970 of the object's last change. */
long ipc_ctime(enum ipc_kind kind, int id);

/** Whether there is an object with the id that is not doomed (`dest`). */
bool ipc_exists(enum ipc_kind kind, int id);

void ipc_remove(enum ipc_kind kind, int id);

/** Have the kernel give the next object of the kind this id; skips where that is not allowed. */
void ipc_next_id(enum ipc_kind kind, int id);

#endif
