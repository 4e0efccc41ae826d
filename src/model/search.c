#include "ipctop/model/search.h"

#include <ctype.h>
#include <string.h>

static bool has_capital(const char *text)
{
	while (*text && !isupper((unsigned char)*text))
		text++;
	return *text != '\0';
}

int search_table(const struct table *table, const char *text, bool backward,
	const struct value_style *style, size_t *at)
{
	char *(*find)(const char *, const char *) = has_capital(text) ? strstr : strcasestr;
	unsigned types = value_types_holding(text);
	size_t left, row = *at, i;
	struct buf cell = { 0 };
	struct value value;
	bool found = false;
	struct row values;
	int error;

	for (left = table->count; left > 0 && !found && !cell.error; left--) {
		values = table_row(table, row);
		for (i = 0; i < table->shown.count && !found; i++) {
			value = table->shown.at[i]->get(&values);
			if (!(types & 1u << value.type))
				continue;
			buf_clear(&cell);
			value_text(&cell, value, style);
			if (cell.error)
				break;
			found = find(buf_str(&cell), text) != NULL;
		}
		if (found)
			*at = row;
		row = backward ? (row ? row : table->count) - 1 : (row + 1) % table->count;
	}
	error = cell.error;
	buf_free(&cell);
	return error ? error : found;
}
