/*
 * An arena: many allocations, freed in one call. A snapshot lives in one. Large blocks get a chunk
 * of their own, so that growing one is a realloc(3), which moves pages instead of copying them.
 * Not thread-safe: one thread fills an arena, afterwards anyone may read it.
 */
#ifndef IPCTOP_BASE_ARENA_H
#define IPCTOP_BASE_ARENA_H

#include <stddef.h>

struct arena_chunk;

struct arena {
	struct arena_chunk *chunks; /* all of them, the one being filled first */
	size_t used; /* bytes taken in the first chunk */
	size_t size; /* bytes that the first chunk has */
};

/* Zeroed memory of `size` bytes, aligned for any type; NULL where there is no memory. */
void *arena_alloc(struct arena *arena, size_t size);

/*
 * Change a block from arena_alloc() or arena_resize() (or NULL) from `old_size` to `new_size`
 * bytes; what is added is not zeroed. NULL where there is no memory: the block stays as it was.
 */
void *arena_resize(struct arena *arena, void *block, size_t old_size, size_t new_size);

/* A copy of `size` bytes of `text` with a zero byte behind it; NULL where there is no memory. */
char *arena_text(struct arena *arena, const char *text, size_t size);

/* Hand all that `from` has over to `to`; `from` is empty then. Blocks stay where they are. */
void arena_adopt(struct arena *to, struct arena *from);

/* Free everything that came from `arena`, and make it empty. */
void arena_free(struct arena *arena);

#endif
