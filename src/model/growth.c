#include "ipctop/model/growth.h"

#include <stdlib.h>

struct growth {
	int64_t begin_ns; /* of the first snapshot */
};

struct growth *growth_new(void)
{
	return calloc(1, sizeof(struct growth));
}

void growth_free(struct growth *growth)
{
	free(growth);
}

int growth_derive(struct growth *growth, struct snapshot *now, const struct snapshot *before)
{
	if (!before)
		growth->begin_ns = now->begin_ns;
	return 0;
}
