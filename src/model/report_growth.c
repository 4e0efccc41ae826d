#include "ipctop/model/report_growth.h"

#include <inttypes.h>

#include "ipctop/model/growth.h"

enum { MINUTE = 60, HOUR = 60 * MINUTE, DAY = 24 * HOUR };

/* "3 h 10 min": two units at most. */
static void put_duration(struct buf *out, int64_t seconds)
{
	if (seconds < MINUTE)
		buf_printf(out, "%" PRId64 " s", seconds);
	else if (seconds < HOUR)
		buf_printf(out, "%" PRId64 " min", seconds / MINUTE);
	else if (seconds < DAY)
		buf_printf(out, "%" PRId64 " h %" PRId64 " min", seconds / HOUR,
			seconds % HOUR / MINUTE);
	else
		buf_printf(out, "%" PRId64 " d %" PRId64 " h", seconds / DAY, seconds % DAY / HOUR);
}

void report_forecast(struct buf *out, const struct limit_record *limit)
{
	if (!limit->has_forecast)
		return;
	buf_printf(out, "at this rate %s is reached in ", limit->name);
	put_duration(out, limit->forecast_s);
}

/* "+30 a minute over the last minute, +12 over the last 10". */
static void put_rates(struct buf *out, const struct row *row, const struct report_style *style)
{
	static const char *const names[WINDOW_COUNT] = {
		[WINDOW_MINUTE] = "minute",
		[WINDOW_TEN_MINUTES] = "10 minutes",
		[WINDOW_HOUR] = "hour",
	};
	struct value value = { .type = row->class == CLASS_SHM ? VALUE_BYTE_RATE : VALUE_RATE };
	enum series_window window;
	bool told = false;

	for (window = 0; window < WINDOW_COUNT; window++) {
		if (!growth_rate(row, window, &value.real))
			continue;
		buf_text(out, told ? ", " : "");
		value_text(out, value, &style->value);
		buf_printf(out, "%s over the last %s", told ? "" : " a minute", names[window]);
		told = true;
	}
	buf_text(out, told ? "\n" : "not watched for long enough yet\n");
}

static void put_number(struct buf *out, const struct row *row, const struct report_style *style)
{
	const struct trend *trend = growth_trend(row);
	struct value value = { .type = VALUE_TREND, .trend = trend };

	buf_printf(out, "  %s: ", row->class == CLASS_SHM ? "resident bytes" : "messages");
	put_rates(out, row, style);
	if (!trend || trend->count == 0)
		return;
	buf_text(out, "  in the last samples: ");
	value_text(out, value, &style->value);
	buf_char(out, '\n');
}

/* When it was used last, and by what. */
static void put_last_use(struct buf *out, const struct row *row)
{
	static const char *const uses[CLASS_COUNT] = {
		[CLASS_MSG] = "send or receive",
		[CLASS_SEM] = "semop",
		[CLASS_SHM] = "attach or detach",
	};
	const struct column *idle = column_find(row->class, "IDLE", 4);
	bool used = row->class == CLASS_MSG ? row->msg->stime || row->msg->rtime
		: row->class == CLASS_SEM   ? row->sem->otime != 0
					    : row->shm->atime || row->shm->dtime;

	buf_printf(out, "  last %s: ", uses[row->class]);
	if (!used) {
		buf_text(out, "never\n");
		return;
	}
	put_duration(out, idle->get(row).seconds);
	buf_text(out, " ago\n");
}

void report_growth(struct buf *out, const struct row *row, const struct report_style *style)
{
	const struct class_growth *growth = row->snapshot->classes[row->class].growth;

	if (row->class == CLASS_LIMIT && row->limit->has_forecast) {
		buf_text(out, "  ");
		report_forecast(out, row->limit);
		buf_char(out, '\n');
	}
	if (!growth || !(class_infos[row->class].flags & CLASS_IPC))
		return;
	if (growth->rows)
		put_number(out, row, style);
	put_last_use(out, row);
}
