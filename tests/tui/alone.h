/*
 * tests/tui/alone.h: a test program with a world of its own, for what is measured.
 *
 * The program under test visits all processes that it sees. In a pid namespace these are the test's
 * own, and what else the machine does, other tests as well, is no part of what is measured.
 */
#ifndef TESTS_TUI_ALONE_H
#define TESTS_TUI_ALONE_H

/** A group setup: ipc_enter(), and a pid namespace with its /proc; or skip all with the reason. */
int alone_enter(void **state);

#endif
