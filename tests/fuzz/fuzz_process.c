/*
 * A process that is visited: its folder in /proc is made of links to files in memory. The input is
 * the texts of maps, stat, syscall, status and exe, each ended by a zero byte but the last.
 */
#include "fuzz.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ipctop/collect/blocked.h"
#include "ipctop/collect/scan.h"
#include "ipctop/collect/sysv.h"
#include "ipctop/model/snapshot.h"

enum { MAPS, STAT, SYSCALL, STATUS, EXE, TEXTS };

static int files[TEXTS], proc;

/* A place below the folder of this process. */
static char *place_of(const char *name)
{
	char below[64];

	snprintf(below, sizeof(below), "%d%s", getpid(), name);
	return fuzz_place(below);
}

static void make_folder(const char *name)
{
	char *place = place_of(name);

	fuzz_expect(mkdir(place, 0700) == 0);
	free(place);
}

static void make_link(const char *name, const char *to)
{
	char *place = place_of(name);

	fuzz_expect(symlink(to, place) == 0);
	free(place);
}

static void make_file(int text, const char *name)
{
	char path[32];

	files[text] = fuzz_file();
	fuzz_path(files[text], path);
	make_link(name, path);
}

/* What ids there are in the texts are not to be those of the host. */
static void leave_the_host(void)
{
	if (unshare(CLONE_NEWIPC) < 0 && unshare(CLONE_NEWUSER | CLONE_NEWIPC) < 0)
		fprintf(stderr, "no IPC namespace of our own: calls ask that of the host\n");
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	char thread[32], below[64], scope[64], *place;

	(void)argc;
	(void)argv;
	leave_the_host();
	snprintf(scope, sizeof(scope), "ipc:[%llu]", (unsigned long long)sysv_scope());
	make_folder("");
	make_folder("/ns");
	make_link("/ns/ipc", scope);
	make_file(MAPS, "/maps");
	make_file(STAT, "/stat");
	make_folder("/task");
	snprintf(thread, sizeof(thread), "/task/%d", getpid());
	make_folder(thread);
	snprintf(below, sizeof(below), "%s/ns", thread);
	make_folder(below);
	snprintf(below, sizeof(below), "%s/ns/ipc", thread);
	make_link(below, scope);
	snprintf(below, sizeof(below), "%s/syscall", thread);
	make_file(SYSCALL, below);
	snprintf(below, sizeof(below), "%s/status", thread);
	make_file(STATUS, below);
	snprintf(below, sizeof(below), "%s/exe", thread);
	make_file(EXE, below);
	place = fuzz_place("");
	proc = open(place, O_PATH | O_DIRECTORY | O_CLOEXEC);
	fuzz_expect(proc >= 0);
	free(place);
	return 0;
}

static void check(const struct visit *visit)
{
	const struct relation *relation;
	struct buf out = { 0 };
	size_t i;

	for (i = 0; i < visit->count; i++) {
		relation = &visit->relation[i];
		fuzz_expect(relation->pid == visit->pid);
		if (relation->type == RELATION_HOLDER) {
			fuzz_expect(relation->class == CLASS_SHM && relation->holding.mappings > 0);
		} else {
			fuzz_expect(relation->class == CLASS_MSG || relation->class == CLASS_SEM);
			fuzz_expect(relation->waiting.call != WAIT_NONE);
		}
		buf_clear(&out);
		relation_text(&out, relation);
		fuzz_expect_printable(&out);
	}
	buf_free(&out);
}

static bool is_same(const struct blocked *a, const struct blocked *b)
{
	return a->call == b->call && a->id == b->id && a->has_type == b->has_type &&
		a->type == b->type && a->except == b->except && a->type_at == b->type_at &&
		a->sops == b->sops && a->nsops == b->nsops;
}

/* Of a line that is cut nothing is guessed, in any ABI. */
static void parse_call(const struct fuzz_input *text)
{
	struct blocked whole, part;
	char *line = fuzz_text(text);
	enum abi abi;
	size_t size;

	for (abi = ABI_NATIVE; abi <= ABI_ARM; abi++) {
		if (!blocked_parse(line, text->size, abi, &whole)) {
			fuzz_expect(whole.call == WAIT_NONE);
			continue;
		}
		fuzz_expect(whole.call != WAIT_NONE && blocked_may_be(line, text->size));
		for (size = 0; size < text->size; size++)
			fuzz_expect(
				!blocked_parse(line, size, abi, &part) || is_same(&part, &whole));
	}
	free(line);
}

static size_t count_lines(const struct fuzz_input *text)
{
	size_t lines = 0, i;

	for (i = 0; i < text->size; i++)
		lines += text->data[i] == '\n';
	return lines;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = { data, size }, text;
	struct visit visit = { .pid = getpid() };
	size_t most = 1; /* its one thread waits for one thing */
	int i, error;

	for (i = 0; i < TEXTS; i++) {
		text = i == EXE ? input : fuzz_part(&input);
		fuzz_fill(files[i], &text);
		if (i == MAPS)
			most += count_lines(&text);
		else if (i == SYSCALL)
			parse_call(&text);
	}
	for (i = 0; i < 2; i++) {
		error = visit_process(&visit, proc, sysv_scope(), COST_HOLDERS | COST_WAITERS);
		fuzz_expect(error == 0 ? visit.count <= most : visit.count == 0);
		check(&visit);
	}
	visit_free(&visit);
	return 0;
}
