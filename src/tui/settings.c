#include "ipctop/tui/settings.h"

#include "ipctop/model/table.h"

void settings_init(struct settings *settings)
{
	enum class class;

	*settings = (struct settings){
		.theme = &themes[0],
		.delay = UNITS_DELAY_DEFAULT,
		.scan_percent = SCAN_PERCENT_DEFAULT,
	};
	verdict_ages_init(&settings->ages);
	for (class = 0; class < CLASS_COUNT; class ++)
		table_parse_order(class, class_infos[class].order, &settings->orders[class].column,
			&settings->orders[class].descending);
}

void settings_free(struct settings *settings)
{
	keymap_free(&settings->keymap);
}
