#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "ipctop/base/units.h"
#include "ipctop/model/verdict.h"

enum { STEP_SECONDS = 2 }; /* that the wall clock may differ from the monotonic one */

#define SECOND_NS INT64_C(1000000000)

void verdict_ages_init(struct verdict_ages *ages)
{
	int i;

	for (i = 0; i < VERDICT_COUNT; i++)
		ages->seconds[i] = VERDICT_AGE_DEFAULT;
}

enum verdict verdict_find(const char *name, size_t length)
{
	enum verdict verdict = VERDICT_NONE;

	while (++verdict < VERDICT_COUNT) {
		if (strlen(verdict_infos[verdict].name) == length &&
			strncasecmp(verdict_infos[verdict].name, name, length) == 0)
			return verdict;
	}
	return VERDICT_NONE;
}

/* One "AGE" or "RULE=AGE" of `length` bytes. */
static int parse_age(struct verdict_ages *ages, const char *word, size_t length)
{
	const char *equals = memchr(word, '=', length);
	size_t before = equals ? (size_t)(equals - word) + 1 : 0;
	enum verdict verdict = VERDICT_NONE;
	char text[32];
	int64_t age;
	int i;

	if (equals && (verdict = verdict_find(word, before - 1)) == VERDICT_NONE)
		return -EINVAL;
	if (length - before >= sizeof(text))
		return -EINVAL;
	memcpy(text, word + before, length - before);
	text[length - before] = '\0';
	if (units_parse_age(text, &age) < 0)
		return -EINVAL;
	for (i = VERDICT_NONE + 1; i < VERDICT_COUNT; i++) {
		if (verdict == VERDICT_NONE || verdict == (enum verdict)i)
			ages->seconds[i] = age;
	}
	return 0;
}

int verdict_ages_parse(struct verdict_ages *ages, const char *text, const char **wrong)
{
	struct verdict_ages read = *ages;
	size_t length;

	for (;; text += length + 1) {
		length = strcspn(text, ",");
		if (parse_age(&read, text, length) < 0) {
			*wrong = text;
			return -EINVAL;
		}
		if (text[length] == '\0')
			break;
	}
	*ages = read;
	return 0;
}

/* "2d", "90s": exactly, in the largest unit that goes. */
static void put_age(struct buf *out, int64_t seconds)
{
	static const struct {
		int64_t seconds;
		char letter;
	} units[] = { { 86400, 'd' }, { 3600, 'h' }, { 60, 'm' }, { 1, 's' } };
	size_t i = 0;

	while (seconds == 0 ? units[i].seconds > 1 : seconds % units[i].seconds != 0)
		i++;
	buf_printf(out, "%" PRId64 "%c", seconds / units[i].seconds, units[i].letter);
}

void verdict_ages_text(struct buf *out, const struct verdict_ages *ages)
{
	const int64_t usual = ages->seconds[VERDICT_COUNT - 1];
	int i;

	put_age(out, usual);
	for (i = VERDICT_NONE + 1; i < VERDICT_COUNT; i++) {
		if (ages->seconds[i] != usual)
			buf_printf(
				out, ",%s=%" PRId64 "s", verdict_infos[i].name, ages->seconds[i]);
	}
}

void verdict_put_choice(struct buf *out, enum verdict verdict, const struct verdict_ages *ages)
{
	const char *name = verdict_infos[verdict].name, *quote = strchr(name, ' ') ? "\"" : "";
	struct verdict_ages usual;

	buf_printf(out, "--filter 'verdict=%s%s%s'", quote, name, quote);
	verdict_ages_init(&usual);
	if (!ages || memcmp(ages, &usual, sizeof(usual)) == 0)
		return;
	/* all of them: the main verdict depends on the graver ones */
	buf_text(out, " --older '");
	verdict_ages_text(out, ages);
	buf_char(out, '\'');
}

void clock_watch(struct clock_watch *watch, struct snapshot *snapshot)
{
	int64_t wall = (int64_t)snapshot->time.tv_sec * SECOND_NS + snapshot->time.tv_nsec;
	int64_t offset = wall - snapshot->begin_ns, moved = offset - watch->offset_ns;

	if (watch->known && (moved > STEP_SECONDS * SECOND_NS || moved < -STEP_SECONDS * SECOND_NS))
		watch->step_ns = snapshot->begin_ns;
	watch->known = true;
	watch->offset_ns = offset;
	snapshot->clock_step_ns = watch->step_ns;
}
