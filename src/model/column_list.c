#include <errno.h>
#include <string.h>

#include "ipctop/model/column.h"

enum { WIDE = 100 }; /* from here on more than the default columns are shown */

size_t column_list_index(const struct column_list *list, const struct column *column)
{
	size_t i = 0;

	while (i < list->count && list->at[i] != column)
		i++;
	return i;
}

void column_list_add(struct column_list *list, const struct column *column)
{
	if (column_list_index(list, column) == list->count && list->count < COLUMNS_MAX)
		list->at[list->count++] = column;
}

void column_list_all(struct column_list *list, enum class class)
{
	const struct column *column;

	list->count = 0;
	for (column = columns; column < columns + column_count; column++) {
		if (column->classes & class_bit(class))
			column_list_add(list, column);
	}
}

int column_list_parse(
	struct column_list *list, enum class class, const char *names, const char **wrong)
{
	const struct column *column;
	size_t length;

	list->count = 0;
	for (; *names; names += length + (names[length] == ',')) {
		names += strspn(names, " ");
		length = strcspn(names, ", ");
		column = column_find(class, names, length);
		if (!column) {
			*wrong = names;
			return -EINVAL;
		}
		column_list_add(list, column);
		length += strspn(names + length, " ");
	}
	return 0;
}

void column_list_default(struct column_list *list, enum class class)
{
	const char *wrong;

	column_list_parse(list, class, class_infos[class].columns, &wrong);
}

static unsigned width_of(const struct column *column, const unsigned *widths)
{
	return widths ? widths[column - columns] : column->width;
}

static unsigned list_width(const struct column_list *list, unsigned gap, const unsigned *widths)
{
	unsigned width = 0;
	size_t i;

	for (i = 0; i < list->count; i++)
		width += width_of(list->at[i], widths) + (i ? gap : 0);
	return width;
}

/* Take out the last of those columns that are dropped first; false where all must stay. */
static bool drop_one(struct column_list *list)
{
	size_t i, worst = 0;

	for (i = 1; i < list->count; i++) {
		if (list->at[i]->drop >= list->at[worst]->drop)
			worst = i;
	}
	if (list->count == 0 || list->at[worst]->drop == 0)
		return false;
	list->count--;
	memmove(&list->at[worst], &list->at[worst + 1],
		(list->count - worst) * sizeof(list->at[0]));
	return true;
}

void column_list_chosen(
	struct column_list *list, enum class class, const struct column_list *chosen)
{
	if (chosen && chosen->count > 0)
		*list = *chosen;
	else
		column_list_default(list, class);
}

void column_list_ordered(
	struct column_list *list, enum class class, const struct column_list *chosen)
{
	struct column_list all;
	size_t i;

	column_list_chosen(list, class, chosen);
	column_list_all(&all, class);
	for (i = 0; i < all.count; i++)
		column_list_add(list, all.at[i]);
}

void column_list_fit(struct column_list *list, enum class class, const struct column_list *chosen,
	unsigned width, unsigned gap, const unsigned *widths)
{
	struct column_list all;
	size_t i;

	column_list_chosen(list, class, chosen);
	if (width > WIDE && (!chosen || chosen->count == 0)) {
		/* the order of columns[] puts what is wanted most first */
		column_list_all(&all, class);
		for (i = 0; i < all.count; i++) {
			if (list_width(list, gap, widths) + gap + width_of(all.at[i], widths) <=
				width)
				column_list_add(list, all.at[i]);
		}
	}
	while (list_width(list, gap, widths) > width && drop_one(list))
		continue;
}

unsigned column_list_cost(const struct column_list *list)
{
	unsigned cost = 0;
	size_t i;

	for (i = 0; i < list->count; i++)
		cost |= list->at[i]->cost;
	return cost;
}
