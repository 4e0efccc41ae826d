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

/* "A,B" of segments, as a user chose them. */
static void choose(struct column_list *list, const char *names)
{
	const char *wrong;

	assert_int_equal(column_list_parse(list, CLASS_SHM, names, &wrong), 0);
}

static void expect_names(const struct column_list *list, const char *expected)
{
	struct buf out = { 0 };
	size_t i;

	for (i = 0; i < list->count; i++)
		buf_printf(&out, "%s%s", i ? "," : "", list->at[i]->name);
	expect_text(&out, expected);
}

static void names_are_parsed(void **state)
{
	struct column_list list = { .count = 7 };
	enum class class;
	const char *wrong;

	(void)state;
	choose(&list, "SIZE,id,Owner");
	expect_names(&list, "SIZE,ID,OWNER");
	choose(&list, "ID,SIZE,ID,size");
	expect_names(&list, "ID,SIZE");
	choose(&list, "ID,");
	expect_names(&list, "ID");
	choose(&list, "");
	assert_int_equal(list.count, 0);
	/* a "%" may be left out */
	assert_int_equal(column_list_parse(&list, CLASS_MSG, " ID , key ", &wrong), 0);
	assert_int_equal(list.count, 2);
	assert_int_equal(column_list_parse(&list, CLASS_MSG, "use,USE%", &wrong), 0);
	expect_names(&list, "USE%");
	for (class = 0; class < CLASS_COUNT; class ++) {
		assert_int_equal(
			column_list_parse(&list, class, class_infos[class].columns, &wrong), 0);
		expect_names(&list, class_infos[class].columns);
	}
}

static void the_first_unknown_name_is_told(void **state)
{
	static const char *const texts[][2] = {
		{ "NOPE", "NOPE" }, { "ID,NOPE,SIZE,NADA", "NOPE,SIZE,NADA" }, { "ID, SIZ", "SIZ" },
		{ "ID,,SIZE", ",SIZE" }, { ",ID", ",ID" }, { "ID,SIZ", "SIZ" },
		{ "ID,SIZES", "SIZES" }, { "ID,SIZE%", "SIZE%" }, { "ID;SIZE", "ID;SIZE" },
		{ "ID,MSGS", "MSGS" }, /* of another class */
	};
	struct column_list list;
	const char *wrong;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(texts); i++) {
		wrong = NULL;
		assert_int_equal(column_list_parse(&list, CLASS_SHM, texts[i][0], &wrong), -EINVAL);
		assert_non_null(wrong);
		assert_string_equal(wrong, texts[i][1]);
	}
}

static void chosen_columns_are_fitted(void **state)
{
	struct column_list chosen, none = { .count = 0 }, list, defaults;
	unsigned width;

	(void)state;
	choose(&chosen, "IDLE,SIZE,ID");
	for (width = 100; width <= 1000; width += 100) {
		/* nothing is added to what was chosen */
		column_list_fit(&list, CLASS_SHM, &chosen, width, 1, NULL);
		expect_names(&list, "IDLE,SIZE,ID");
		column_list_fit(&defaults, CLASS_SHM, NULL, width, 1, NULL);
		column_list_fit(&list, CLASS_SHM, &none, width, 1, NULL);
		assert_int_equal(list.count, defaults.count);
		assert_memory_equal(list.at, defaults.at, list.count * sizeof(list.at[0]));
	}
	expect_names(&chosen, "IDLE,SIZE,ID"); /* it is the caller's */
}

static void chosen_columns_are_dropped_where_it_is_narrow(void **state)
{
	struct column_list chosen, list;
	unsigned width, gap;

	(void)state;
	choose(&chosen, "CGROUP,IDLE,SIZE,LPID,ID,COMMAND,KEY");
	for (gap = 1; gap <= 2; gap++) {
		for (width = 0; width <= 120; width++) {
			column_list_fit(&list, CLASS_SHM, &chosen, width, gap, NULL);
			assert_true(list.count > 0);
			assert_true(width_of(&list, gap, NULL) <= width || !may_be_dropped(&list));
			assert_true(has(&list, column_of(CLASS_SHM, "ID")));
		}
		width = width_of(&chosen, gap, NULL);
		column_list_fit(&list, CLASS_SHM, &chosen, width, gap, NULL);
		assert_int_equal(list.count, chosen.count);
		column_list_fit(&list, CLASS_SHM, &chosen, width - 1, gap, NULL);
		assert_int_equal(list.count, chosen.count - 1);
	}
}

/* Whoever has chosen them wants them on 80 columns, rather than permissions and pids. */
static void what_is_wrong_is_dropped_late(void **state)
{
	struct column_list chosen, list;
	const struct column *waiters;
	enum class class;

	(void)state;
	for (class = 0; class < CLASS_COUNT; class ++) {
		if (!(class_infos[class].flags & CLASS_IPC))
			continue;
		column_list_default(&chosen, class);
		column_list_add(&chosen, column_of(class, "VERDICT"));
		waiters = column_find(class, "WAITERS", strlen("WAITERS"));
		if (waiters)
			column_list_add(&chosen, waiters);
		column_list_fit(&list, class, &chosen, 78, 1, NULL);
		assert_true(has(&list, column_of(class, "VERDICT")));
		assert_true(!waiters || has(&list, waiters));
		assert_true(has(&list, column_of(class, "OWNER")));
	}
}

static void ordered_is_chosen_and_then_the_rest(void **state)
{
	struct column_list chosen, none = { .count = 0 }, ordered, all, defaults;
	size_t i, at = 0;

	(void)state;
	choose(&chosen, "IDLE,SIZE,KEY");
	column_list_ordered(&ordered, CLASS_SHM, &chosen);
	column_list_all(&all, CLASS_SHM);
	assert_int_equal(ordered.count, all.count);
	assert_memory_equal(ordered.at, chosen.at, chosen.count * sizeof(chosen.at[0]));
	/* the others as they are in columns[] */
	for (i = chosen.count; i < ordered.count; i++, at++) {
		while (has(&chosen, all.at[at]))
			at++;
		assert_ptr_equal(ordered.at[i], all.at[at]);
	}
	column_list_ordered(&ordered, CLASS_SHM, &none);
	column_list_default(&defaults, CLASS_SHM);
	assert_memory_equal(ordered.at, defaults.at, defaults.count * sizeof(defaults.at[0]));
	assert_int_equal(ordered.count, all.count);
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
	expect_text(&out,
		"NAME, DESCRIPTION, LIMIT, USED, USE%, FORECAST, MOST, MOSTUSED, FAILS, FREEABLE, "
		"ADVICE");
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
		cmocka_unit_test(names_are_parsed),
		cmocka_unit_test(the_first_unknown_name_is_told),
		cmocka_unit_test(chosen_columns_are_fitted),
		cmocka_unit_test(chosen_columns_are_dropped_where_it_is_narrow),
		cmocka_unit_test(what_is_wrong_is_dropped_late),
		cmocka_unit_test(ordered_is_chosen_and_then_the_rest),
		cmocka_unit_test(costs_are_added_up),
		cmocka_unit_test(names_are_listed_once),
	};

	return tap_run(cases, LENGTH(cases), NULL, NULL);
}
