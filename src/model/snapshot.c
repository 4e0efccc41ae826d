#include "ipctop/model/snapshot.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ipctop/base/text.h"

enum { FIRST_ROWS = 64, FIRST_SLOTS = 16 };

struct snapshot *snapshot_new(void)
{
	struct snapshot *snapshot = calloc(1, sizeof(*snapshot));

	if (snapshot)
		snapshot->references = 1;
	return snapshot;
}

struct snapshot *snapshot_ref(struct snapshot *snapshot)
{
	__atomic_add_fetch(&snapshot->references, 1, __ATOMIC_RELAXED);
	return snapshot;
}

void snapshot_unref(struct snapshot *snapshot)
{
	if (!snapshot || __atomic_sub_fetch(&snapshot->references, 1, __ATOMIC_ACQ_REL) > 0)
		return;
	arena_free(&snapshot->arena);
	free(snapshot);
}

void snapshot_adopt(struct snapshot *snapshot, struct snapshot *part, enum class class)
{
	struct note **end = &snapshot->notes;

	while (*end)
		end = &(*end)->next;
	*end = part->notes;
	snapshot->classes[class] = part->classes[class];
	arena_adopt(&snapshot->arena, &part->arena);
	snapshot_unref(part);
}

const void *snapshot_record(const struct snapshot *snapshot, enum class class, uint32_t index)
{
	const char *records = snapshot->classes[class].records;

	return records + index * class_infos[class].record_size;
}

bool snapshot_is_whole(const struct snapshot *snapshot, enum class class)
{
	const struct class_rows *rows = &snapshot->classes[class];

	return rows->read && !rows->error && !rows->skipped && !rows->partial;
}

/* How many records there is room for: the room at first, doubled as often as needed. */
static uint32_t room_for(uint32_t count, uint32_t hint)
{
	uint32_t room = hint > FIRST_ROWS ? hint : FIRST_ROWS;

	while (room < count)
		room *= 2;
	return room;
}

void *snapshot_add(struct snapshot *snapshot, enum class class, uint32_t hint)
{
	struct class_rows *rows = &snapshot->classes[class];
	size_t size = class_infos[class].record_size;
	uint32_t room = rows->count ? room_for(rows->count, hint) : 0;
	uint32_t more;
	void *records;

	if (rows->count == room) {
		more = room_for(rows->count + 1, hint);
		records = arena_resize(&snapshot->arena, rows->records, room * size, more * size);
		if (!records)
			return NULL;
		rows->records = records;
	}
	records = (char *)rows->records + size * rows->count++;
	memset(records, 0, size);
	return records;
}

int snapshot_note(
	struct snapshot *snapshot, enum class class, enum note_kind kind, const char *format, ...)
{
	struct note *note, **at = &snapshot->notes;
	char text[512];
	va_list args;

	va_start(args, format);
	text_vprintf(text, sizeof(text), format, args);
	va_end(args);
	note = arena_alloc(&snapshot->arena, sizeof(*note));
	if (!note)
		return -ENOMEM;
	note->class = class;
	note->kind = kind;
	note->text = arena_text(&snapshot->arena, text, strlen(text));
	if (!note->text)
		return -ENOMEM;
	while (*at)
		at = &(*at)->next;
	*at = note;
	return 0;
}

const char *snapshot_unknown(const struct snapshot *snapshot, unsigned cost)
{
	if ((cost & (COST_HOLDERS | COST_WAITERS)) && snapshot->relations.why)
		return snapshot->relations.why;
	if ((cost & (COST_HOLDERS | COST_WAITERS)) && snapshot->relations.failed > 0)
		return strerror(-snapshot->relations.error);
	if ((cost & COST_PROCESS) && snapshot->processes.why)
		return snapshot->processes.why;
	if ((cost & COST_PROCESS) && snapshot->processes.error)
		return strerror(-snapshot->processes.error);
	if ((cost & COST_USER) && snapshot->users.error)
		return strerror(-snapshot->users.error);
	if ((cost & COST_GROUP) && snapshot->groups.error)
		return strerror(-snapshot->groups.error);
	return NULL;
}

/* Where in a table of `size` places the search for `id` begins. */
static uint32_t first_slot(uint32_t id, uint32_t size)
{
	return (id * UINT32_C(2654435769)) >> 7 & (size - 1);
}

static bool is_crowded(uint32_t used, uint32_t size)
{
	return size == 0 || used >= size / 2;
}

static struct name *name_slot(const struct name_map *map, uint32_t id)
{
	uint32_t at = first_slot(id, map->size);

	while (map->slots[at].text && map->slots[at].id != id)
		at = (at + 1) & (map->size - 1);
	return &map->slots[at];
}

const char *name_map_get(const struct name_map *map, uint32_t id)
{
	return map->size ? name_slot(map, id)->text : NULL;
}

int name_map_add(struct name_map *map, struct arena *arena, uint32_t id, const char *text)
{
	struct name_map grown = *map;
	uint32_t i;

	if (is_crowded(map->used, map->size)) {
		grown.size = map->size ? map->size * 2 : FIRST_SLOTS;
		grown.slots = arena_alloc(arena, grown.size * sizeof(*grown.slots));
		if (!grown.slots)
			return -ENOMEM;
		for (i = 0; i < map->size; i++) {
			if (map->slots[i].text)
				*name_slot(&grown, map->slots[i].id) = map->slots[i];
		}
		*map = grown;
	}
	*name_slot(map, id) = (struct name){ .id = id, .text = text };
	map->used++;
	return 0;
}

static struct process *process_slot(const struct process_map *map, int32_t pid)
{
	uint32_t at = first_slot((uint32_t)pid, map->size);

	while (map->slots[at].pid && map->slots[at].pid != pid)
		at = (at + 1) & (map->size - 1);
	return &map->slots[at];
}

const struct process *process_map_get(const struct process_map *map, int32_t pid)
{
	const struct process *process = map->size ? process_slot(map, pid) : NULL;

	return process && process->pid ? process : NULL;
}

struct process *process_map_add(struct process_map *map, struct arena *arena, int32_t pid)
{
	struct process_map grown = *map;
	struct process *process;
	uint32_t i;

	if (is_crowded(map->used, map->size)) {
		grown.size = map->size ? map->size * 2 : FIRST_SLOTS;
		grown.slots = arena_alloc(arena, grown.size * sizeof(*grown.slots));
		if (!grown.slots)
			return NULL;
		for (i = 0; i < map->size; i++) {
			if (map->slots[i].pid)
				*process_slot(&grown, map->slots[i].pid) = map->slots[i];
		}
		*map = grown;
	}
	process = process_slot(map, pid);
	process->pid = pid;
	map->used++;
	return process;
}

enum alive process_alive_since(const struct snapshot *snapshot, int32_t pid, int64_t at)
{
	const int64_t tolerance = 2; /* seconds: times of objects and of starts are rounded */
	const struct process *process = process_map_get(&snapshot->processes, pid);

	if (pid <= 0 || !process)
		return ALIVE_UNKNOWN;
	if (process->alive == ALIVE_YES && at > 0 && process->start > at + tolerance)
		return ALIVE_NO;
	if (process->alive == ALIVE_YES && at > 0 && process->asked && !process->start)
		return ALIVE_UNKNOWN; /* another one may have its pid by now */
	return process->alive;
}

const char *process_command(const struct snapshot *snapshot, int32_t pid)
{
	const struct process *process = process_map_get(&snapshot->processes, pid);

	return process && process->alive == ALIVE_YES ? process->command : NULL;
}

const char *process_user(const struct snapshot *snapshot, int32_t pid)
{
	const struct process *process = process_map_get(&snapshot->processes, pid);

	return process && process->has_uid ? name_map_get(&snapshot->users, process->uid) : NULL;
}
