/*
 * tests/live/hostile_scene.h: processes with hostile names that hold segments, have used a set and
 * wait for messages, and queues and segments of users with such names (hostile_accounts()). One
 * thread.
 */
#ifndef TESTS_LIVE_HOSTILE_SCENE_H
#define TESTS_LIVE_HOSTILE_SCENE_H

#include "hostile.h"

/* One of each kind that all processes have to do with, and what each has of its own. */
struct hostile_scene {
	int segment, set, waited, texts; /* the last two are queues */
	int own[HOSTILE_NAMES]; /* queues */
	int made[HOSTILE_NAMES]; /* segments */
};

extern struct hostile_scene hostile_scene;

/* A case's setup and teardown, or part of it. */
int hostile_scene_make(void **state);
int hostile_scene_end(void **state);

#endif
