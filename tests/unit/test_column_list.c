/* model/column: lists of columns, and what of them fits on a screen. */
#include "unit.h"

static unsigned width_of(const struct column_list *list, unsigned gap, const unsigned *widths)
{
	unsigned width = 0;
	size_t i;

	for (i = 0; i < list->count; i++)
		width += (widths ? widths[list->at[i] - columns] : list->at[i]->width) +
			(i > 0 ? gap : 0);
	return width;
}

static bool has(const struct column_list *list, const struct column *column)
{
	size_t i;

	for (i = 0; i < list->count; i++) {
		if (list->at[i] == column)
			return true;
	}
	return false;
}

static bool may_be_dropped(const struct column_list *list)
{
	size_t i;

	for (i = 0; i < list->count; i++) {
		if (list->at[i]->drop > 0)
			return true;
	}
	return false;
}

static void a_list_is_never_wider_than_asked(void **state)
{
	static const unsigned widths[] = { 0, 1, 20, 40, 80, 100, 101, 160, 300, 1000 };
	struct column_list list;
	enum class class;
	unsigned gap;
	size_t i;

	(void)state;
	for (class = 0; class < CLASS_COUNT; class ++) {
		for (i = 0; i < LENGTH(widths); i++) {
			for (gap = 1; gap <= 2; gap++) {
				column_list_fit(&list, class, NULL, widths[i], gap, NULL);
				assert_true(list.count > 0);
				assert_true(width_of(&list, gap, NULL) <= widths[i] ||
					!may_be_dropped(&list));
			}
		}
	}
}

/* Dropped are the last of those with the highest priority, and no more than must be. */
static void no_more_is_dropped_than_must_be(void **state)
{
	struct column_list fit, all;
	unsigned width, lowest;
	enum class class;
	size_t i;

	(void)state;
	for (class = 0; class < CLASS_COUNT; class ++) {
		column_list_default(&all, class);
		for (width = 1; width <= 100; width++) {
			column_list_fit(&fit, class, NULL, width, 1, NULL);
			lowest = UINT32_MAX;
			for (i = 0; i < all.count; i++) {
				if (has(&fit, all.at[i]))
					continue;
				lowest = all.at[i]->drop < lowest ? all.at[i]->drop : lowest;
				assert_true(all.at[i]->drop > 0);
			}
			/* what stays is not to be dropped before what went */
			for (i = 0; i < fit.count; i++) {
				assert_true(has(&all, fit.at[i]));
				assert_true(fit.at[i]->drop <= lowest);
			}
		}
	}
}

static void all_default_columns_fit_100(void **state)
{
	struct column_list fit, all;
	enum class class;

	(void)state;
	for (class = 0; class < CLASS_COUNT; class ++) {
		column_list_default(&all, class);
		column_list_fit(&fit, class, NULL, 100, 1, NULL);
		assert_int_equal(fit.count, all.count);
		assert_memory_equal(fit.at, all.at, all.count * sizeof(all.at[0]));
	}
}

static void a_wide_screen_shows_more(void **state)
{
	struct column_list fit, all;
	enum class class;
	size_t before, i;
	unsigned width;

	(void)state;
	for (class = 0; class < CLASS_COUNT; class ++) {
		column_list_default(&all, class);
		before = all.count;
		for (width = 100; width <= 1000; width += 50) {
			column_list_fit(&fit, class, NULL, width, 1, NULL);
			assert_true(fit.count >= before);
			before = fit.count;
			assert_memory_equal(fit.at, all.at, all.count * sizeof(all.at[0]));
		}
		column_list_all(&all, class);
		assert_int_equal(fit.count, all.count);
		for (i = 0; i < all.count; i++)
			assert_true(has(&fit, all.at[i]));
	}
	column_list_fit(&fit, CLASS_SHM, NULL, 160, 1, NULL);
	assert_true(has(&fit, column_of(CLASS_SHM, "IDLE")));
}

/* A face may know better how wide the columns are. */
static void widths_can_be_given(void **state)
{
	unsigned *widths = calloc(column_count, sizeof(*widths));
	struct column_list list;
	size_t i;

	(void)state;
	assert_non_null(widths);
	for (i = 0; i < column_count; i++)
		widths[i] = 30;
	column_list_fit(&list, CLASS_SHM, NULL, 100, 1, widths);
	assert_int_equal(list.count, 3);
	assert_true(width_of(&list, 1, widths) <= 100);
	for (i = 0; i < column_count; i++)
		widths[i] = 1;
	column_list_fit(&list, CLASS_SHM, NULL, 19, 1, widths);
	assert_int_equal(list.count, 10);
	column_list_fit(&list, CLASS_SHM, NULL, 101, 1, widths);
	assert_true(list.count > 10 && width_of(&list, 1, widths) <= 101);
	free(widths);
}

static void a_list_takes_each_column_once_and_never_too_many(void **state)
{
	struct column_list list = { .count = 0 };
	size_t i;

	(void)state;
	column_list_add(&list, column_of(CLASS_SHM, "ID"));
	column_list_add(&list, column_of(CLASS_SHM, "SIZE"));
	column_list_add(&list, column_of(CLASS_SHM, "ID"));
	assert_int_equal(list.count, 2);
	assert_ptr_equal(list.at[0], column_of(CLASS_SHM, "ID"));
	for (i = 0; i < column_count; i++)
		column_list_add(&list, &columns[i]);
	assert_true(list.count == column_count || list.count == COLUMNS_MAX);
	assert_true(list.count <= COLUMNS_MAX);
}

static void ordered_is_default_and_then_the_rest(void **state)
{
	struct column_list ordered, all, defaults;
	enum class class;
	size_t i;

	(void)state;
	for (class = 0; class < CLASS_COUNT; class ++) {
		column_list_ordered(&ordered, class, NULL);
		column_list_default(&defaults, class);
		column_list_all(&all, class);
		assert_int_equal(ordered.count, all.count);
		assert_memory_equal(ordered.at, defaults.at, defaults.count * sizeof(all.at[0]));
		for (i = 0; i < all.count; i++)
			assert_true(has(&ordered, all.at[i]));
	}
}

static void costs_are_added_up(void **state)
{
	struct column_list list = { .count = 0 };

	(void)state;
	assert_int_equal(column_list_cost(&list), 0);
	column_list_add(&list, column_of(CLASS_SHM, "ID"));
	assert_int_equal(column_list_cost(&list), 0);
	column_list_add(&list, column_of(CLASS_SHM, "RSS"));
	column_list_add(&list, column_of(CLASS_SHM, "OWNER"));
	column_list_add(&list, column_of(CLASS_SHM, "CUSER"));
	assert_int_equal(column_list_cost(&list), COST_RESIDENT | COST_USER);
	column_list_add(&list, column_of(CLASS_SHM, "CGROUP"));
	column_list_add(&list, column_of(CLASS_SHM, "COMMAND"));
	assert_int_equal(
		column_list_cost(&list), COST_RESIDENT | COST_USER | COST_GROUP | COST_PROCESS);
}

static void names_are_listed_once(void **state)
{
	struct buf out = { 0 };
	const char *first;

	(void)state;
	column_names(&out, class_bit(CLASS_LIMIT));
	expect_text(&out, "NAME, DESCRIPTION, LIMIT, USED, USE%");
	column_names(&out, 0);
	expect_text(&out, "");
	column_names(&out, class_set(CLASS_IPC) | class_bit(CLASS_LIMIT));
	first = strstr(buf_str(&out), "USE%");
	assert_non_null(first);
	assert_null(strstr(first + 1, "USE%"));
	first = strstr(buf_str(&out), "IDLE");
	assert_non_null(first);
	assert_null(strstr(first + 1, "IDLE"));
	buf_free(&out);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(a_list_is_never_wider_than_asked),
		cmocka_unit_test(no_more_is_dropped_than_must_be),
		cmocka_unit_test(all_default_columns_fit_100),
		cmocka_unit_test(a_wide_screen_shows_more),
		cmocka_unit_test(widths_can_be_given),
		cmocka_unit_test(a_list_takes_each_column_once_and_never_too_many),
		cmocka_unit_test(ordered_is_default_and_then_the_rest),
		cmocka_unit_test(costs_are_added_up),
		cmocka_unit_test(names_are_listed_once),
	};

	return tap_run(cases, LENGTH(cases), NULL, NULL);
}
