#include "hostile_scene.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/wait.h>

#include "actors.h"
#include "hostile.h"
#include "live.h"

enum { NOBODYS = 99 /* type of a message that never comes */, SEGMENT = 4096 };

struct hostile_scene hostile_scene;

/* Its command line has 64 KB, and it waits for the end of a pipe. */
static struct {
	pid_t pid;
	int pipe;
} talker;

static void send_text(int queue, const char *text)
{
	struct {
		long type;
		char bytes[HOSTILE_TEXT];
	} message = { .type = 7 };

	strcpy(message.bytes, text);
	assert_int_equal(msgsnd(queue, &message, strlen(text), IPC_NOWAIT), 0);
}

/* A process that made a segment and waits for the end of a pipe, behind a long command line. */
static void start_talker(void)
{
	char *name = hostile_long();
	int ends[2], started[2];
	char nothing;

	assert_int_equal(pipe2(ends, 0), 0);
	assert_int_equal(pipe2(started, O_CLOEXEC), 0);
	fflush(NULL);
	talker.pid = fork();
	assert_true(talker.pid >= 0);
	if (talker.pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(ends[0], STDIN_FILENO);
		close(ends[1]);
		if (shmget(IPC_PRIVATE, SEGMENT, IPC_CREAT | 0600) >= 0)
			execlp("cat", name, (char *)NULL);
		_exit(127);
	}
	close(ends[0]);
	close(started[1]);
	/* which ends as the other program begins: the segment is there, and so is the long line */
	assert_int_equal(read(started[0], &nothing, 1), 0);
	close(started[0]);
	talker.pipe = ends[1];
	free(name);
}

int hostile_scene_make(void **state)
{
	struct actor *actors[HOSTILE_NAMES];
	int i;

	(void)state;
	hostile_scene.segment = world_object(CLASS_SHM, 0x2a, 0600);
	hostile_scene.set = world_sized(CLASS_SEM, IPC_PRIVATE, 0600, HOSTILE_NAMES);
	hostile_scene.waited = world_object(CLASS_MSG, IPC_PRIVATE, 0600);
	hostile_scene.texts = world_object(CLASS_MSG, IPC_PRIVATE, 0600);
	for (i = 0; i < HOSTILE_NAMES; i++) {
		send_text(hostile_scene.texts, hostile_names[i].bytes);
		hostile_scene.own[i] = world_object(CLASS_MSG, IPC_PRIVATE, 0600);
		actors[i] = actors_start((struct act[]){ act_name(hostile_names[i].bytes),
			act_msgsnd(hostile_scene.own[i], 1, 8),
			act_semop(hostile_scene.set, i, 1, 0),
			act_make(CLASS_SHM, IPC_PRIVATE, -1, SEGMENT), act_attach(ACT_MADE, 0),
			act_attach(hostile_scene.segment, 0),
			act_msgrcv(hostile_scene.waited, NOBODYS), act_stay() });
	}
	for (i = 0; i < HOSTILE_NAMES; i++) {
		actor_wait_blocked(actors[i]);
		hostile_scene.made[i] = actor_id(actors[i]);
		if (!space_has_users())
			continue;
		world_chown(CLASS_MSG, hostile_scene.own[i], (uid_t)(HOSTILE_FIRST_UID + i),
			(gid_t)(HOSTILE_FIRST_UID + i));
		world_chown(CLASS_SHM, hostile_scene.made[i], (uid_t)(HOSTILE_FIRST_UID + i),
			(gid_t)(HOSTILE_FIRST_UID + i));
	}
	/* who uses most of a limit is told by name */
	if (space_has_users()) {
		i = hostile_find("direction");
		world_chown(CLASS_MSG, hostile_scene.texts, (uid_t)(HOSTILE_FIRST_UID + i), 0);
		world_chown(CLASS_MSG, hostile_scene.waited, (uid_t)(HOSTILE_FIRST_UID + i), 0);
		world_chown(CLASS_SEM, hostile_scene.set, (uid_t)(HOSTILE_FIRST_UID + i), 0);
		world_chown(CLASS_SHM, hostile_scene.segment, (uid_t)(HOSTILE_FIRST_UID + i), 0);
	}
	start_talker();
	return 0;
}

int hostile_scene_end(void **state)
{
	close(talker.pipe);
	kill(talker.pid, SIGKILL);
	waitpid(talker.pid, NULL, 0);
	return actors_end(state);
}
