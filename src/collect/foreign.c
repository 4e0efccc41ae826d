#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>

#include "ipctop/collect/relations.h"
#include "ipctop/model/column.h"

enum born { BORN_UNKNOWN, BORN_THEN, BORN_ANOTHER };

/* When the segment that is mapped there was made, in seconds since the epoch; false: not told. */
static bool read_birth(int32_t pid, const struct mapping *mapping, int64_t *birth)
{
	char path[96];
	struct statx st;

	snprintf(path, sizeof(path), "/proc/%d/map_files/%" PRIx64 "-%" PRIx64, pid, mapping->start,
		mapping->end);
	if (statx(AT_FDCWD, path, 0, STATX_BTIME, &st) < 0 || !(st.stx_mask & STATX_BTIME))
		return false;
	*birth = st.stx_btime.tv_sec;
	return true;
}

/* Whether any of what it has mapped was made in the second `ctime`. */
static enum born find_born(const struct relation *relation, int64_t ctime)
{
	const struct holding *holding = &relation->holding;
	int64_t birth;
	uint32_t i;

	for (i = 0; i < holding->mappings; i++) {
		if (i == RELATION_ADDRESSES ||
			!read_birth(relation->pid, &holding->mapping[i], &birth))
			return BORN_UNKNOWN;
		if (birth == ctime)
			return BORN_THEN;
	}
	return BORN_ANOTHER;
}

/* All of these are of segments with one id: tell them apart by when these were made. */
static void settle(struct relation *first, const struct relation *end, const struct shm_record *shm)
{
	struct relation *relation;
	uint64_t mappings = 0;
	bool found = false;

	for (relation = first; relation < end; relation++)
		found |= find_born(relation, shm->ipc.ctime) == BORN_THEN;
	for (relation = first; relation < end; relation++) {
		/* where the right one is not among them, IPC_SET may have moved the time */
		if (shm->nattch == 0 ||
			(found && find_born(relation, shm->ipc.ctime) == BORN_ANOTHER))
			relation->row = UINT32_MAX;
		if (relation->row != UINT32_MAX)
			mappings += relation->holding.mappings;
	}
	for (relation = first; relation < end; relation++)
		relation->holding.doubtful = mappings > shm->nattch;
}

void foreign_settle(const struct snapshot *snapshot)
{
	struct relation *relation = snapshot->relations.relation, *first;
	const struct relation *end = relation + snapshot->relations.count;
	const struct shm_record *shm;
	uint64_t mappings;
	uint32_t row;

	for (first = relation; first < end; first = relation) {
		mappings = 0;
		row = UINT32_MAX;
		for (; relation < end && relation->class == first->class &&
			relation->id == first->id;
			relation++) {
			if (relation->type != RELATION_HOLDER || relation->row == UINT32_MAX)
				continue;
			row = relation->row;
			mappings += relation->holding.mappings;
		}
		if (row == UINT32_MAX)
			continue;
		shm = row_at(snapshot, first->class, row).shm;
		if (mappings > shm->nattch)
			settle(first, relation, shm);
	}
}
