#include "ipctop/model/verdict.h"

#include <errno.h>
#include <string.h>

const struct verdict_info verdict_infos[VERDICT_COUNT] = { { 0 } };

void verdict_ages_init(struct verdict_ages *ages)
{
	int i;

	for (i = 0; i < VERDICT_COUNT; i++)
		ages->seconds[i] = VERDICT_AGE_DEFAULT;
}

void clock_watch(struct clock_watch *watch, struct snapshot *snapshot)
{
	(void)watch;
	(void)snapshot;
}

int verdict_derive(struct snapshot *snapshot, const struct verdict_ages *ages)
{
	(void)snapshot;
	(void)ages;
	return 0;
}

enum verdict verdict_of(const struct row *row)
{
	const uint8_t *verdicts = row->snapshot->classes[row->class].verdicts;

	/* a record that was looked at again has no row */
	return verdicts && row->index != UINT32_MAX ? verdicts[row->index] : VERDICT_NONE;
}
