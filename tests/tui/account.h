/*
 * tests/tui/account.h: another name for uid 0, in a mount namespace of the test's own, which the
 * programs that it starts inherit. One thread.
 */
#ifndef TESTS_TUI_ACCOUNT_H
#define TESTS_TUI_ACCOUNT_H

/** Give uid 0 this name, or skip the case with the reason. */
void account_rename(const char *name);

/** Take it back, where there is one. */
void account_restore(void);

#endif
