#include "ipctop/collect/accounts.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ipctop/base/file.h"
#include "ipctop/collect/nss.h"
#include "ipctop/model/record.h"

enum {
	FIRST_BYTES = 1024,
	LAST_BYTES = 1024 * 1024,
	DATABASE_BYTES = 16 * 1024 * 1024,
	SPARE_BYTES = 256 * 1024, /* more than the C library takes to begin with */
};

/* Look up one id with `bytes` of memory for the entry: 0, or a positive errno as getpwuid_r(3). */
typedef int lookup_fn(uint32_t id, char *memory, size_t bytes, const char **name);

static int lookup_user(uint32_t id, char *memory, size_t bytes, const char **name)
{
	struct passwd entry, *found = NULL;
	int error = getpwuid_r(id, &entry, memory, bytes, &found);

	*name = found ? found->pw_name : NULL;
	return error;
}

static int lookup_group(uint32_t id, char *memory, size_t bytes, const char **name)
{
	struct group entry, *found = NULL;
	int error = getgrgid_r(id, &entry, memory, bytes, &found);

	*name = found ? found->gr_name : NULL;
	return error;
}

/* Whether there is no such account, as getpwuid_r(3) has it; what else fails says nothing of it. */
static bool says_none(int error)
{
	return error == 0 || error == ENOENT || error == ESRCH || error == EBADF || error == EPERM;
}

/* Where names are. */
struct database {
	lookup_fn *lookup;
	const char *service, *file; /* of nsswitch.conf(5), and what that mostly begins with */
};

static const struct database user_names = { lookup_user, "passwd", "/etc/passwd" };
static const struct database group_names = { lookup_group, "group", "/etc/group" };

/* The third field of a line, "name:x:0:" as in passwd(5) and group(5), is this number. */
static bool is_of(const char *line, uint32_t id)
{
	const char *field = line;
	char *end;
	int colons;

	for (colons = 0; colons < 2; colons++) {
		field += strcspn(field, ":\n");
		if (*field++ != ':')
			return false;
	}
	return *field >= '0' && *field <= '9' && strtoul(field, &end, 10) == id && *end == ':';
}

/* 0 where the file is read as a whole, or is none; else why it can't be. */
static int read_file(const struct database *database, struct buf *text)
{
	int error = file_read(database->file, text, DATABASE_BYTES);

	return error == -ENOENT || error == -EINVAL || error == -EFBIG ? 0 : error;
}

/* Whether the file has an entry for `id`; -errno where it can't be read. */
static int is_in_file(const struct database *database, uint32_t id)
{
	struct buf text = { 0 };
	int found = read_file(database, &text);
	const char *line;

	for (line = buf_str(&text); found == 0 && *line; line += *line == '\n') {
		found = is_of(line, id);
		line += strcspn(line, "\n");
	}
	buf_free(&text);
	return found;
}

/* Where glibc lacks memory for nsswitch.conf(5), it aborts (2.36). */
static bool has_memory(void)
{
	void *spare = malloc(SPARE_BYTES);
	bool has = spare != NULL;

	free(spare);
	return has;
}

/* 0 and the name, in `*memory`; -ENOENT where there is none; or why that is not known. */
static int ask(const struct database *database, uint32_t id, char **memory, const char **name)
{
	int error = ERANGE;
	char *larger;
	size_t bytes;

	*name = NULL;
	if (!has_memory())
		return -ENOMEM;
	for (bytes = FIRST_BYTES; bytes <= LAST_BYTES && error == ERANGE; bytes *= 2) {
		larger = realloc(*memory, bytes);
		if (larger)
			*memory = larger;
		error = larger ? database->lookup(id, *memory, bytes, name) : ENOMEM;
	}
	if (*name)
		return 0;
	return says_none(error) ? -ENOENT : -error;
}

/* The name, or the number where there is none; `*failure`: negative errno where none is known. */
static char *look_up(
	struct arena *arena, uint32_t id, const struct database *database, int *failure)
{
	char digits[16], *memory = NULL, *text;
	const char *name = NULL;
	int in_file = is_in_file(database, id), error = in_file < 0 ? in_file : 0;

	if (!in_file)
		error = nss_load(database->service);
	if (!error)
		error = ask(database, id, &memory, &name);
	/* the C library finds none also where it can't read the file */
	if (error == -ENOENT && in_file)
		error = ask(database, id, &memory, &name);
	if (error == -ENOENT && in_file)
		error = -EIO;
	*failure = error == -ENOENT ? 0 : error;
	if (!name) {
		snprintf(digits, sizeof(digits), "%u", id);
		name = digits;
	}
	text = arena_text(arena, name, strlen(name));
	free(memory);
	return text;
}

static int remember(
	struct collector *collector, struct name_map *known, uint32_t id, const char *text)
{
	const char *copy = arena_text(&collector->names, text, strlen(text));

	return copy ? name_map_add(known, &collector->names, id, copy) : -ENOMEM;
}

/* Make sure that `to` knows `id`; `known` is what was looked up before. */
static int add_one(struct collector *collector, struct snapshot *snapshot, struct name_map *known,
	struct name_map *to, uint32_t id, const struct database *database)
{
	int failure = 0;
	const char *name;
	char *text;

	if (name_map_get(to, id))
		return 0;
	/* copied, so that a snapshot needs nothing but itself */
	name = name_map_get(known, id);
	text = name ? arena_text(&snapshot->arena, name, strlen(name))
		    : look_up(&snapshot->arena, id, database, &failure);
	if (!text || name_map_add(to, &snapshot->arena, id, text) < 0)
		return -ENOMEM;
	if (failure)
		to->error = failure; /* it is looked up again the next time */
	return name || failure ? 0 : remember(collector, known, id, text);
}

static int add_class(
	struct collector *collector, struct snapshot *snapshot, enum class class, unsigned cost)
{
	const struct ipc_record *ipc, *last = NULL;
	uint32_t row;
	int error = 0;

	for (row = 0; row < snapshot->classes[class].count && !error; row++, last = ipc) {
		ipc = snapshot_record(snapshot, class, row);
		if (last && ipc->uid == last->uid && ipc->cuid == last->cuid &&
			ipc->gid == last->gid && ipc->cgid == last->cgid)
			continue; /* neighbours mostly belong to one program */
		if (cost & COST_USER) {
			error = add_one(collector, snapshot, &collector->users, &snapshot->users,
				ipc->uid, &user_names);
			if (!error)
				error = add_one(collector, snapshot, &collector->users,
					&snapshot->users, ipc->cuid, &user_names);
		}
		if (!error && (cost & COST_GROUP)) {
			error = add_one(collector, snapshot, &collector->groups, &snapshot->groups,
				ipc->gid, &group_names);
			if (!error)
				error = add_one(collector, snapshot, &collector->groups,
					&snapshot->groups, ipc->cgid, &group_names);
		}
	}
	return error;
}

int accounts_add_user(struct collector *collector, struct snapshot *snapshot, uint32_t uid)
{
	return add_one(collector, snapshot, &collector->users, &snapshot->users, uid, &user_names);
}

int accounts_add(struct collector *collector, struct snapshot *snapshot, unsigned cost)
{
	enum class class;
	int error = 0;

	if (!(cost & (COST_USER | COST_GROUP)))
		return 0;
	for (class = 0; class < CLASS_COUNT && !error; class ++) {
		if (class_infos[class].flags & CLASS_IPC)
			error = add_class(collector, snapshot, class, cost);
	}
	return error;
}

/* As getpwnam(3) has it: 0, -ENOENT where there is none, or why that is not known. */
static int ask_by_name(const char *name, uint32_t *uid)
{
	const struct passwd *entry;

	if (!has_memory())
		return -ENOMEM;
	errno = 0;
	entry = getpwnam(name);
	if (!entry)
		return says_none(errno) ? -ENOENT : -errno;
	*uid = entry->pw_uid;
	return 0;
}

int accounts_find_user(const char *name, uint32_t *uid)
{
	struct buf text = { 0 };
	int error = nss_load(user_names.service);

	if (!error)
		error = read_file(&user_names, &text);
	buf_free(&text);
	if (!error)
		error = ask_by_name(name, uid);
	/* once more, since a file that it could not read just then has nobody in it */
	return error == -ENOENT ? ask_by_name(name, uid) : error;
}

/* Of users, or groups: not all of those asked for. */
static int tell_missing(struct snapshot *snapshot, const struct name_map *names, const char *what)
{
	enum class class = 0;

	if (!names->error)
		return 0;
	/* it is true of all classes that were read: the first one speaks */
	while (class < CLASS_LIMIT && !snapshot->classes[class].read)
		class ++;
	return snapshot_note(snapshot, class, NOTE_HINT, "some names of %s can't be looked up: %s",
		what, strerror(-names->error));
}

int accounts_tell(struct snapshot *snapshot)
{
	int error = tell_missing(snapshot, &snapshot->users, "users");

	return error ? error : tell_missing(snapshot, &snapshot->groups, "groups");
}
