/*
 * Processes that have to do with IPC, for whoever looks for them: of ten, one has segments mapped,
 * one waits in semop(2), one in msgrcv(2), and seven do neither.
 */
#ifndef TESTS_BENCH_PLAYERS_H
#define TESTS_BENCH_PLAYERS_H

enum {
	PLAYERS_MAX = 1000,
	PLAYERS_OF_ROLE = 10, /* one of that many */
	PLAYERS_SEGMENTS = 10, /* each of them attached by every holder */
};

/*
 * Make objects for them, start `count` processes and wait till all are where they stay; end them,
 * and remove their objects. Also at exit(3). Dies where it can't.
 */
void players_start(int count);
void players_end(void);

#endif
