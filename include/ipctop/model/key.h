/*
 * What ftok(3) makes of a path: 8 bits of a project id, 8 of the device's number and 16 of the
 * inode's. A key can be split into these parts, but not traced back for certain: many files share
 * them, and a key may as well be a number that somebody chose. Any thread.
 */
#ifndef IPCTOP_MODEL_KEY_H
#define IPCTOP_MODEL_KEY_H

#include <stdbool.h>
#include <stdint.h>

struct key_parts {
	uint8_t project;
	uint8_t device; /* the low bits of st_dev (stat(2)) */
	uint16_t inode; /* the low bits of st_ino */
};

struct key_parts key_split(uint32_t key);

/* The key of a file and a project id, of which the low 8 bits count, as glibc and musl make it. */
uint32_t key_join(uint64_t device, uint64_t inode, unsigned project);

/* Whether ftok(3) may have made `key` of this file. */
bool key_fits(uint32_t key, uint64_t device, uint64_t inode);

#endif
