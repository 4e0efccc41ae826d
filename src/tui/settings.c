#include "ipctop/tui/settings.h"

#include "ipctop/model/table.h"

void settings_init(struct settings *settings)
{
	struct table table;
	enum class class;

	*settings = (struct settings){ .theme = &themes[0], .delay = UNITS_DELAY_DEFAULT };
	for (class = 0; class < CLASS_COUNT; class ++) {
		table_init(&table, class);
		table_set_order(&table, class_infos[class].order);
		settings->orders[class].column = table.order;
		settings->orders[class].descending = table.descending;
	}
}

void settings_free(struct settings *settings)
{
	keymap_free(&settings->keymap);
}
