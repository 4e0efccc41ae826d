/*
 * What the user can set and keep: by the configuration, then by the command line, then by the setup
 * page. Face's thread; it belongs to the app.
 */
#ifndef IPCTOP_TUI_SETTINGS_H
#define IPCTOP_TUI_SETTINGS_H

#include <stdbool.h>

#include "ipctop/base/units.h"
#include "ipctop/model/column.h"
#include "ipctop/model/verdict.h"
#include "ipctop/tui/keymap.h"
#include "ipctop/tui/theme.h"

enum { SCAN_PERCENT_DEFAULT = 10, SCAN_PERCENT_MAX = 100 };

struct settings {
	const struct theme *theme;
	bool exact_bytes; /* digits instead of units */
	enum time_format time_format;
	double delay; /* seconds */
	int scan_percent; /* of the interval, that visiting processes may take */
	struct verdict_ages ages; /* after which verdicts speak */
	struct column_list columns[CLASS_COUNT]; /* chosen for a class; none: the default ones */
	struct column_order {
		const struct column *column;
		bool descending;
	} orders[CLASS_COUNT];
	struct keymap keymap;
};

/* As it is without a configuration. */
void settings_init(struct settings *settings);
void settings_free(struct settings *settings);

#endif
