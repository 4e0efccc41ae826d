#include "ipctop/base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
	CHUNK_BYTES = 32 * 1024,
	LARGE_BYTES = 8 * 1024, /* from here on a block has a chunk of its own */
};

struct arena_chunk {
	struct arena_chunk *next;
	alignas(max_align_t) unsigned char bytes[];
};

static size_t aligned(size_t size)
{
	size_t unit = alignof(max_align_t);

	return (size + unit - 1) / unit * unit;
}

/* Large chunks are linked behind the first, which goes on being filled. */
static void link_large(struct arena *arena, struct arena_chunk *chunk)
{
	if (arena->chunks) {
		chunk->next = arena->chunks->next;
		arena->chunks->next = chunk;
		return;
	}
	chunk->next = NULL;
	arena->chunks = chunk;
	arena->used = arena->size = 0;
}

static void *alloc_large(struct arena *arena, size_t size)
{
	struct arena_chunk *chunk;

	if (size > SIZE_MAX - sizeof(*chunk))
		return NULL;
	chunk = calloc(1, sizeof(*chunk) + size);
	if (!chunk)
		return NULL;
	link_large(arena, chunk);
	return chunk->bytes;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	struct arena_chunk *chunk;
	void *block;

	if (size >= LARGE_BYTES)
		return alloc_large(arena, size);
	size = aligned(size ? size : 1);
	if (arena->size - arena->used < size) {
		chunk = calloc(1, sizeof(*chunk) + CHUNK_BYTES);
		if (!chunk)
			return NULL;
		chunk->next = arena->chunks;
		arena->chunks = chunk;
		arena->used = 0;
		arena->size = CHUNK_BYTES;
	}
	block = arena->chunks->bytes + arena->used;
	arena->used += size;
	return block;
}

static struct arena_chunk **find_chunk(struct arena *arena, const void *block)
{
	struct arena_chunk **at = &arena->chunks;

	while (*at && (*at)->bytes != block)
		at = &(*at)->next;
	return at;
}

void *arena_resize(struct arena *arena, void *block, size_t old_size, size_t new_size)
{
	struct arena_chunk **at, *chunk;
	void *moved;

	if (block && old_size >= LARGE_BYTES && new_size >= LARGE_BYTES) {
		if (new_size > SIZE_MAX - sizeof(*chunk))
			return NULL;
		at = find_chunk(arena, block);
		chunk = realloc(*at, sizeof(*chunk) + new_size);
		if (!chunk)
			return NULL;
		*at = chunk;
		return chunk->bytes;
	}
	if (block && new_size <= old_size)
		return block;
	moved = arena_alloc(arena, new_size);
	if (moved && block)
		memcpy(moved, block, old_size);
	return moved;
}

char *arena_text(struct arena *arena, const char *text, size_t size)
{
	char *copy;

	if (size == SIZE_MAX)
		return NULL;
	copy = arena_alloc(arena, size + 1);
	if (!copy)
		return NULL;
	memcpy(copy, text, size);
	copy[size] = '\0';
	return copy;
}

void arena_adopt(struct arena *to, struct arena *from)
{
	struct arena_chunk **end = &from->chunks;

	if (!to->chunks) {
		*to = *from;
	} else {
		while (*end)
			end = &(*end)->next;
		*end = to->chunks->next;
		to->chunks->next = from->chunks;
	}
	*from = (struct arena){ 0 };
}

void arena_free(struct arena *arena)
{
	struct arena_chunk *chunk = arena->chunks, *next;

	for (; chunk; chunk = next) {
		next = chunk->next;
		free(chunk);
	}
	*arena = (struct arena){ 0 };
}
