#include "ipctop/model/key.h"

enum { PROJECT_SHIFT = 24, DEVICE_SHIFT = 16 };

struct key_parts key_split(uint32_t key)
{
	return (struct key_parts){
		.project = (uint8_t)(key >> PROJECT_SHIFT),
		.device = (uint8_t)(key >> DEVICE_SHIFT),
		.inode = (uint16_t)key,
	};
}

uint32_t key_join(uint64_t device, uint64_t inode, unsigned project)
{
	return (uint32_t)(project & 0xff) << PROJECT_SHIFT |
		(uint32_t)(device & 0xff) << DEVICE_SHIFT | (uint32_t)(inode & 0xffff);
}

bool key_fits(uint32_t key, uint64_t device, uint64_t inode)
{
	struct key_parts parts = key_split(key);

	return parts.device == (uint8_t)device && parts.inode == (uint16_t)inode;
}
