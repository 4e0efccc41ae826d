#include "filter.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "../tap.h"
#include "command.h"

#if defined(SYS_msgctl) && defined(SYS_semctl) && defined(SYS_shmctl)
enum { HAS_CALLS = 1 };
static const long numbers[] = { SYS_msgctl, SYS_semctl, SYS_shmctl };
#else
enum { HAS_CALLS = 0 }; /* one call, ipc(2), stands for all */
static const long numbers[] = { -1, -1, -1 };
#endif

enum {
	NOT_ALLOWED = 125,
	IPC_64_FLAG = 0x100, /* of a command, on some machines */
	HOOK_MS = 10 * 1000,
};

static const unsigned stat_any[] = { 13, 20, 15 };
/* Which argument is the command: semctl(2) has the semaphore's number before it. */
static const unsigned command_at[] = { 1, 2, 1 };

/* Where the lower half of an argument is. */
static unsigned argument(unsigned n)
{
	const bool big = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;

	return (unsigned)offsetof(struct seccomp_data, args) + 8 * n + (big ? 4 : 0);
}

static int install(struct sock_filter *code, size_t length, unsigned flags)
{
	struct sock_fprog program = { .len = (unsigned short)length, .filter = code };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -1;
	return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
}

/* Code that lets pass all but the kind's calls, in which it goes on `length` instructions long. */
static struct sock_filter *begin_class(struct sock_filter *at, unsigned kind, unsigned char length)
{
	*at++ = (struct sock_filter)BPF_STMT(
		BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
	*at++ = (struct sock_filter)BPF_JUMP(
		BPF_JMP | BPF_JEQ | BPF_K, (unsigned)numbers[kind], 0, length);
	return at;
}

static struct sock_filter *if_any(struct sock_filter *at, unsigned kind, unsigned char length)
{
	*at++ = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, argument(command_at[kind]));
	*at++ = (struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K, ~(unsigned)IPC_64_FLAG);
	*at++ = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, stat_any[kind], 0, length);
	return at;
}

void filter_deny(void *user)
{
	const struct denial *denial = user;
	struct sock_filter code[32], *at = code;
	unsigned kind;

	for (kind = 0; kind <= CLASS_SHM; kind++) {
		if (!(denial->classes & class_bit(kind)))
			continue;
		at = begin_class(at, kind, denial->only_any ? 4 : 1);
		if (denial->only_any)
			at = if_any(at, kind, 1);
		*at++ = (struct sock_filter)BPF_STMT(
			BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (unsigned)denial->error);
	}
	*at++ = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	if (!HAS_CALLS || install(code, (size_t)(at - code), 0) < 0)
		_exit(NOT_ALLOWED);
}

void filter_need(void)
{
	struct denial denial = { class_bit(CLASS_MSG), false, EDOM };
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		filter_deny(&denial);
		_exit(msgctl(0, IPC_STAT, NULL) < 0 && errno == EDOM ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (status != 0)
		tap_skip("seccomp(2) filters can't be installed here");
}

/* the hook */

struct hook {
	unsigned kind;
	int id;
	int socket[2]; /* the child sends us the listener through it */
};

static void send_fd(int socket, int fd)
{
	char byte = 0, control[CMSG_SPACE(sizeof(fd))] = { 0 };
	struct iovec data = { &byte, 1 };
	struct msghdr message = {
		.msg_iov = &data,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);

	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(header), &fd, sizeof(fd));
	if (sendmsg(socket, &message, 0) < 0)
		_exit(NOT_ALLOWED);
}

static int receive_fd(int socket)
{
	char byte, control[CMSG_SPACE(sizeof(int))];
	struct iovec data = { &byte, 1 };
	struct msghdr message = {
		.msg_iov = &data,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *header;
	int fd = -1;

	if (recvmsg(socket, &message, MSG_CMSG_CLOEXEC) <= 0)
		return -1;
	header = CMSG_FIRSTHDR(&message);
	if (header)
		memcpy(&fd, CMSG_DATA(header), sizeof(fd));
	return fd;
}

/* In the child: *_STAT_ANY of the full id is asked about; a walk goes by the index. */
static void listen_for_look(void *user)
{
	struct hook *hook = user;
	struct sock_filter code[16], *at = begin_class(code, hook->kind, 6);
	int fd;

	at = if_any(at, hook->kind, 3);
	*at++ = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, argument(0));
	*at++ = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)hook->id, 0, 1);
	*at++ = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF);
	*at++ = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	fd = HAS_CALLS ? install(code, (size_t)(at - code), SECCOMP_FILTER_FLAG_NEW_LISTENER) : -1;
	if (fd < 0)
		_exit(NOT_ALLOWED);
	send_fd(hook->socket[1], fd);
	close(fd);
	close(hook->socket[0]);
	close(hook->socket[1]);
}

/* Answer each look with what the kernel says, after `at_look` at the first. */
static unsigned serve(const struct hook *hook, int listener, void (*at_look)(unsigned, int))
{
	struct pollfd wait = { .fd = listener, .events = POLLIN };
	struct seccomp_notif look;
	struct seccomp_notif_resp answer;
	unsigned looks = 0;

	while (poll(&wait, 1, HOOK_MS) > 0 && (wait.revents & POLLIN)) {
		memset(&look, 0, sizeof(look));
		if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &look) < 0)
			break;
		if (looks++ == 0)
			at_look(hook->kind, hook->id);
		answer = (struct seccomp_notif_resp){
			.id = look.id,
			.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE,
		};
		if (ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer) < 0)
			break;
	}
	return looks;
}

int filter_run_hooked(
	unsigned kind, int id, void (*at_look)(unsigned kind, int id), const char *line)
{
	struct hook hook = { .kind = kind, .id = id };
	struct preparation preparation = { listen_for_look, &hook };
	unsigned looks = 0;
	int listener;

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, hook.socket), 0);
	command_start(&preparation, "%s", line);
	close(hook.socket[1]);
	listener = receive_fd(hook.socket[0]);
	close(hook.socket[0]);
	if (listener >= 0) {
		looks = serve(&hook, listener, at_look);
		close(listener);
	}
	command_finish();
	if (outcome.status == NOT_ALLOWED)
		tap_skip("seccomp(2) can't ask us about calls here");
	assert_true(looks > 0);
	return outcome.status;
}
