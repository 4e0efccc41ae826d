/*
 * Memory for the faces' start-up and for one-shot commands: these allocators end the program with
 * a message when there is no memory. Rooms below the faces never call them; they return -ENOMEM.
 */
#ifndef IPCTOP_BASE_MEM_H
#define IPCTOP_BASE_MEM_H

#include <stddef.h>

/* Says that there is no memory, and ends the program with 1. */
void mem_exit(void) __attribute__((noreturn));

/* `count` zeroed elements of `size` bytes; the caller frees. Never NULL. */
void *xcalloc(size_t count, size_t size);

/* A copy of `text`; the caller frees. Never NULL. */
char *xstrdup(const char *text);

#endif
