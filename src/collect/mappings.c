#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "ipctop/base/file.h"
#include "ipctop/collect/scan.h"
#include "ipctop/model/snapshot.h"

#ifndef PROCMAP_QUERY
/* linux/fs.h since 6.11 */
struct procmap_query {
	uint64_t size, query_flags, query_addr, vma_start, vma_end, vma_flags, vma_page_size,
		vma_offset, inode;
	uint32_t dev_major, dev_minor, vma_name_size, build_id_size;
	uint64_t vma_name_addr, build_id_addr;
};
#define PROCMAP_QUERY                      _IOWR('f', 17, struct procmap_query)
#define PROCMAP_QUERY_VMA_WRITABLE         0x02
#define PROCMAP_QUERY_VMA_SHARED           0x08
#define PROCMAP_QUERY_COVERING_OR_NEXT_VMA 0x10
#define PROCMAP_QUERY_FILE_BACKED_VMA      0x20
#endif

enum {
	NAME_BYTES = 64, /* "/SYSV0052e2c1 (deleted)" fits; other names may be cut */
	TEXT_BYTES = 64 * 1024,
	HUGE_SHIFT = 26, /* MFD_HUGE_SHIFT of linux/memfd.h */
};

/* One line of maps, or one answer of PROCMAP_QUERY. */
struct area {
	uint64_t start, end, inode;
	bool writable, shared;
	uint32_t major, minor;
	const char *name;
};

/* The key in "/SYSV0052e2c1 (deleted)"; false: it is another name. */
static bool parse_name(const char *name, uint32_t *key)
{
	static const char before[] = "/SYSV", after[] = " (deleted)";
	const char *digits = name + sizeof(before) - 1;
	char *end;

	if (strncmp(name, before, sizeof(before) - 1) != 0 ||
		strspn(digits, "0123456789abcdef") != 8)
		return false;
	*key = (uint32_t)strtoul(digits, &end, 16);
	return strcmp(end, after) == 0;
}

/*
 * The devices that segments are on, with major 0: those of memfd_create(2), of which there is one
 * more for each size of huge pages. Any file can be named as if it were a segment, but not be
 * there.
 */
static struct devices {
	pthread_mutex_t lock;
	bool asked, known;
	uint32_t small, huge[8];
	size_t huge_count;
} devices = { .lock = PTHREAD_MUTEX_INITIALIZER };

/* 0; a negative errno where it will be known later; 1: there is none. */
static int find_device(unsigned flags, uint32_t *number)
{
	int fd = memfd_create("ipctop", MFD_CLOEXEC | flags), result = 0;
	struct stat st;

	if (fd < 0)
		return errno == EMFILE || errno == ENFILE || errno == ENOMEM ? -errno : 1;
	if (fstat(fd, &st) < 0)
		result = -errno;
	else
		*number = minor(st.st_dev);
	close(fd);
	return result;
}

static int find_devices(void)
{
	/* log2 of the sizes that there are, on one machine or another; 0: the default one */
	static const unsigned sizes[] = { 0, 16, 20, 21, 25, 28, 30, 34 };
	int result = find_device(0, &devices.small);
	size_t i;

	devices.known = result == 0;
	devices.huge_count = 0;
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]) && result >= 0; i++) {
		result = find_device(
			MFD_HUGETLB | sizes[i] << HUGE_SHIFT, &devices.huge[devices.huge_count]);
		devices.huge_count += result == 0;
	}
	devices.asked = result >= 0;
	return result < 0 ? result : 0;
}

/* Whether segments are on the device 0:`number`, and are of huge pages there; a negative errno. */
static int is_device(uint32_t number, bool *huge)
{
	int error = 0;
	size_t i;

	*huge = false;
	pthread_mutex_lock(&devices.lock);
	if (!devices.asked)
		error = find_devices();
	pthread_mutex_unlock(&devices.lock);
	if (error)
		return error;
	if (!devices.known || number == devices.small)
		return true;
	for (i = 0; i < devices.huge_count && !*huge; i++)
		*huge = number == devices.huge[i];
	return *huge;
}

/* Take it, if it is one of a System V segment: the inode number is the segment's id. */
static int take(struct visit *visit, const struct area *area)
{
	struct relation *relation;
	uint32_t key;
	bool huge;
	int is;

	if (!area->shared || area->major != 0 || area->inode > INT32_MAX ||
		!parse_name(area->name, &key))
		return 0;
	is = is_device(area->minor, &huge);
	if (is <= 0)
		return is;
	relation = visit_add(visit);
	if (!relation)
		return -ENOMEM;
	relation->type = RELATION_HOLDER;
	relation->class = CLASS_SHM;
	relation->id = (int32_t)area->inode;
	relation->holding.key = key;
	relation->holding.writable = area->writable;
	relation->holding.huge = huge;
	relation->holding.longest = area->end - area->start;
	relation->holding.mappings = 1;
	relation->holding.mapping[0] = (struct mapping){ area->start, area->end, area->writable };
	return 0;
}

static int by_segment(const void *left, const void *right)
{
	const struct relation *a = left, *b = right;
	const struct holding *x = &a->holding, *y = &b->holding;

	if (a->id != b->id)
		return a->id < b->id ? -1 : 1;
	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return (x->mapping[0].start > y->mapping[0].start) -
		(x->mapping[0].start < y->mapping[0].start);
}

/* Add a mapping of the same segment. */
static void merge(struct holding *to, const struct holding *from)
{
	if (to->mappings < RELATION_ADDRESSES)
		to->mapping[to->mappings] = from->mapping[0];
	to->mappings++;
	to->writable |= from->writable;
	to->huge |= from->huge;
	to->longest = from->longest > to->longest ? from->longest : to->longest;
}

/* Make one relation of all mappings of a segment. */
static void merge_all(struct visit *visit)
{
	struct relation *to = visit->relation, *from;

	if (visit->count < 2)
		return;
	qsort(visit->relation, visit->count, sizeof(*to), by_segment);
	for (from = to + 1; from < visit->relation + visit->count; from++) {
		if (from->id == to->id && from->holding.key == to->holding.key)
			merge(&to->holding, &from->holding);
		else
			*++to = *from;
	}
	visit->count = (size_t)(to - visit->relation) + 1;
}

/* as text */

static int take_line(struct visit *visit, const char *line)
{
	struct area area = { 0 };
	char flags[5];
	int at = 0;

	if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %4s %*x %" SCNx32 ":%" SCNx32 " %" SCNu64 " %n",
		    &area.start, &area.end, flags, &area.major, &area.minor, &area.inode,
		    &at) < 6 ||
		at == 0 || strlen(flags) != 4)
		return 0;
	area.writable = flags[1] == 'w';
	area.shared = flags[3] == 's';
	area.name = line + at;
	return take(visit, &area);
}

/* Take the whole lines of `text`, of which `*used` bytes are. */
static int take_lines(struct visit *visit, char *text, size_t *used)
{
	char *line = text, *end;
	int error = 0;

	for (; !error && (end = strchr(line, '\n')) != NULL; line = end + 1) {
		*end = '\0';
		/* others are not worth taking apart */
		if (strstr(line, "/SYSV"))
			error = take_line(visit, line);
	}
	*used = (size_t)(line - text);
	return error;
}

int mappings_text(struct visit *visit, int maps)
{
	char *text = malloc(TEXT_BYTES + 1);
	size_t kept = 0, used;
	ssize_t length = 0;
	bool cut = false; /* the line began with bytes that were dropped */
	int error = text ? 0 : -ENOMEM;

	while (!error && (length = file_fill(maps, text + kept, TEXT_BYTES - kept)) > 0) {
		kept += (size_t)length;
		text[kept] = '\0';
		used = cut ? strcspn(text, "\n") : 0;
		cut = cut && used == kept;
		kept -= used;
		memmove(text, text + used, kept + 1);
		error = take_lines(visit, text, &used);
		kept -= used;
		memmove(text, text + used, kept);
		if (kept == TEXT_BYTES) {
			/* a line as long as that is none of ours */
			kept = 0;
			cut = true;
		}
	}
	if (!error && length < 0)
		error = (int)length;
	free(text);
	merge_all(visit);
	return error;
}

/* by PROCMAP_QUERY */

static int query(int maps, uint64_t from, struct procmap_query *query, char *name)
{
	*query = (struct procmap_query){
		.size = sizeof(*query),
		.query_flags = PROCMAP_QUERY_COVERING_OR_NEXT_VMA | PROCMAP_QUERY_FILE_BACKED_VMA |
			PROCMAP_QUERY_VMA_SHARED,
		.query_addr = from,
		.vma_name_size = name ? NAME_BYTES : 0,
		.vma_name_addr = (uint64_t)(uintptr_t)name,
	};
	return ioctl(maps, PROCMAP_QUERY, query) < 0 ? -errno : 0;
}

/* 0, -ENOTTY where the kernel does not have it, -ENOMEM, or -ESRCH. */
static int ask(struct visit *visit, int maps)
{
	struct procmap_query answer;
	char name[NAME_BYTES];
	uint64_t from = 0;
	int error;

	for (;; from = answer.vma_end) {
		error = query(maps, from, &answer, name);
		if (error == -ENAMETOOLONG) { /* none of ours: only where it ends */
			name[0] = '\0';
			error = query(maps, from, &answer, NULL);
		}
		if (error)
			return error == -ENOENT ? 0 : error;
		error = take(visit,
			&(struct area){
				.start = answer.vma_start,
				.end = answer.vma_end,
				.inode = answer.inode,
				.writable = answer.vma_flags & PROCMAP_QUERY_VMA_WRITABLE,
				.shared = true,
				.major = answer.dev_major,
				.minor = answer.dev_minor,
				.name = name,
			});
		if (error)
			return error;
	}
}

/*
 * Of a task whose folder is `folder`: 0; -ESRCH where it has no memory, or is gone as with -ENOENT;
 * or what kept it from being seen.
 */
static int visit_task(struct visit *visit, int folder, uint64_t ours)
{
	int maps = openat(folder, "maps", O_RDONLY | O_CLOEXEC), error;
	uint64_t scope;

	if (maps < 0) {
		visit->hidden_maps = errno == EACCES || errno == EPERM;
		return visit->hidden_maps ? 0 : -errno;
	}
	error = ask(visit, maps);
	merge_all(visit);
	if (visit->count == 0 && (error == -ENOTTY || error == -EINVAL || error == -EPERM))
		error = mappings_text(visit, maps);
	close(maps);
	if (error == -EACCES || error == -EPERM) {
		visit->hidden_maps = true;
		error = 0;
	}
	if (error || visit->count == 0)
		return error;
	scope = scan_scope(folder, "ns/ipc");
	visit->hidden_maps = scope == 0 && (errno == EACCES || errno == EPERM);
	if (scope == 0 && ours != 0 && !visit->hidden_maps)
		return -errno;
	if (scope != ours)
		visit_free(visit);
	return 0;
}

/* Where the first thread has ended, the others still have the memory of the process. */
static int visit_others(struct visit *visit, int process, uint64_t ours)
{
	int tasks = openat(process, "task", O_RDONLY | O_DIRECTORY | O_CLOEXEC), task;
	DIR *folder = tasks < 0 ? NULL : fdopendir(tasks);
	const struct dirent *entry;
	int error = folder ? -ESRCH : -errno;

	while (folder && (error == -ESRCH || error == -ENOENT) &&
		(errno = 0, entry = readdir(folder)) != NULL) {
		if (entry->d_name[0] < '1' || entry->d_name[0] > '9')
			continue;
		task = openat(tasks, entry->d_name, O_PATH | O_DIRECTORY | O_CLOEXEC);
		error = task < 0 ? -errno : visit_task(visit, task, ours);
		if (task >= 0)
			close(task);
	}
	if (folder && (error == -ESRCH || error == -ENOENT))
		error = -errno; /* of readdir(3); 0 at the end: none has any */
	if (folder)
		closedir(folder);
	else if (tasks >= 0)
		close(tasks);
	return error;
}

int mappings_visit(struct visit *visit, int process, uint64_t scope)
{
	const nlink_t one_thread = 3; /* links of the folder: two, and one a thread */
	int error = visit_task(visit, process, scope);
	struct stat st;

	if (error != -ESRCH || visit->count > 0)
		return error;
	/* kernel threads and zombies have no memory */
	if (fstatat(process, "task", &st, 0) < 0)
		return -errno;
	return st.st_nlink > one_thread ? visit_others(visit, process, scope) : 0;
}
