#include <string.h>

#include "ipctop/base/text.h"
#include "ipctop/tui/ui.h"

struct group_wish gather_wish(const struct app *app)
{
	return (struct group_wish){
		.by = app->by,
		.by_user = app->options->by_user,
		.uid = app->options->uid,
	};
}

enum group_by gather_shown(const struct app *app)
{
	const struct table *table = &app->tabs[CLASS_GROUP].table;

	/* while what was asked for is not there yet, and while paused, it is another one */
	return table->count > 0 ? (enum group_by)table_row(table, 0).group->by : app->by;
}

void gather_describe(struct buf *out, const struct app *app, const struct group_key *key)
{
	const char *name = key->command;

	buf_printf(out, "%s=", group_by_name(key->by));
	switch (key->by) {
	case GROUP_KEY:
		buf_printf(out, "0x%08x", (unsigned)key->value);
		return;
	case GROUP_SIZE:
		buf_u64(out, key->value); /* as a filter takes it */
		return;
	case GROUP_VERDICT:
		name = verdict_infos[key->value].name;
		break;
	case GROUP_OWNER:
		name = app->snapshot ? name_map_get(&app->snapshot->users, (uint32_t)key->value)
				     : NULL;
		if (!name) {
			buf_u64(out, key->value);
			return;
		}
		break;
	default:
		break;
	}
	if (!name || !*name)
		name = "unknown";
	text_clean(out, name, strlen(name), app->ascii);
}

bool gather_leave(struct app *app)
{
	struct table *table = &app_tab(app)->table;

	if (!table->in_group)
		return false;
	table->in_group = false;
	/* tags that were set in the group would be hidden among all objects */
	table_untag_all(table);
	app_show_class(app, CLASS_GROUP);
	app->dirty = true;
	return true;
}

static enum group_by next_by(enum group_by by)
{
	return by + 1 < GROUP_BY_COUNT ? by + 1 : GROUP_OWNER;
}

void gather_on(struct app *app)
{
	if (gather_leave(app))
		return;
	if (app->class == CLASS_GROUP)
		app->by = next_by(app->by);
	app_show_class(app, CLASS_GROUP);
	if (app->paused)
		app_say(app, STYLE_STATUS, "paused: %s gathers by %s; %s: by %s",
			app_key(app, REQUEST_REFRESH).text, group_by_name(app->by),
			app_key(app, REQUEST_GATHER).text, group_by_name(next_by(app->by)));
	else
		app_say(app, STYLE_STATUS, "gathered by %s; %s: by %s", group_by_name(app->by),
			app_key(app, REQUEST_GATHER).text, group_by_name(next_by(app->by)));
}

void gather_enter(struct app *app)
{
	const struct table *groups = &app_tab(app)->table;
	struct group_key key = group_key_of_group(table_row(groups, groups->cursor).group);
	struct table *table = &app->tabs[key.kind].table;

	/* tags of other objects would be removed unseen */
	if (!table->in_group || !group_key_equal(&table->group, &key))
		table_untag_all(table);
	table->in_group = true;
	table->group = key;
	app_show_class(app, (enum class)key.kind);
}
