/* model/column: the names of all columns, and that those promised are there. */
#include "unit.h"

#include <ctype.h>

static void names_are_unique_and_json_is_their_lower_case(void **state)
{
	const struct column *a, *b;
	size_t i, length;

	(void)state;
	for (a = columns; a < columns + column_count; a++) {
		assert_int_not_equal(a->classes, 0);
		assert_true(strlen(a->help) > 0 && !strchr(a->help, '\n'));
		length = strcspn(a->name, "%");
		assert_int_equal(strlen(a->json), length);
		for (i = 0; i < length; i++) {
			assert_int_equal(a->json[i], tolower((unsigned char)a->name[i]));
			assert_true(isupper((unsigned char)a->name[i]) ||
				(i > 0 && isdigit((unsigned char)a->name[i])));
		}
		assert_true(a->name[length] == '\0' || strcmp(a->name + length, "%") == 0);
		for (b = columns; b < a; b++) {
			if ((a->classes & b->classes) && strcmp(a->json, b->json) == 0)
				fail_msg("two columns are called %s", a->name);
		}
	}
}

/* What scripts and configurations rely on: what is shown by default, and all others. */
static const struct {
	enum class class;
	const char *defaults, *others;
} promised[] = {
	{ CLASS_MSG, "KEY,ID,OWNER,PERMS,USE%,USEDBYTES,QBYTES,MSGS,LSPID,LRPID",
		"MODE,UID,USER,GID,GROUP,CUID,CUSER,CGID,CGROUP,SEQ,CTIME,AGE,IDLE,"
		"SEND,RECV,SENDER,RECEIVER,WAITERS,BLOCKED,VERDICT,"
		"GROWTH,GROWTH10,GROWTH60,TREND" },
	{ CLASS_SEM, "KEY,ID,OWNER,PERMS,NSEMS,OTIME",
		"MODE,UID,USER,GID,GROUP,CUID,CUSER,CGID,CGROUP,SEQ,CTIME,AGE,IDLE,"
		"WAITERS,BLOCKED,VERDICT" },
	{ CLASS_SHM, "KEY,ID,OWNER,PERMS,SIZE,RSS,NATTCH,STATUS,CPID,LPID",
		"MODE,UID,USER,GID,GROUP,CUID,CUSER,CGID,CGROUP,SEQ,CTIME,AGE,IDLE,"
		"SWAP,ATTACH,DETACH,COMMAND,HOLDERS,VERDICT,"
		"GROWTH,GROWTH10,GROWTH60,TREND" },
	{ CLASS_LIMIT, "NAME,DESCRIPTION,LIMIT,USED,USE%",
		"FORECAST,MOST,MOSTUSED,FAILS,FREEABLE,ADVICE" },
	{ CLASS_PROCESS, "PID,COMMAND,USER,SEGMENTS,ATTACHED,CREATED,WAITS,BLOCKED", "STARTED" },
	{ CLASS_GROUP, "KIND,GROUP,OBJECTS,BYTES,GROWTH,BYTEGROWTH,ADDED,TREND",
		"BY,GROWTH10,GROWTH60,BYTEGROWTH10,BYTEGROWTH60,ADDEDBYTES" },
};

static bool is_in_list(const char *names, const char *name)
{
	size_t length = strlen(name);
	const char *at;

	for (at = names; (at = strstr(at, name)) != NULL; at++) {
		if ((at == names || at[-1] == ',') && (!at[length] || at[length] == ','))
			return true;
	}
	return false;
}

/* Expect the next name of a list separated by commas, and step over it. */
static const char *step(const char *names, const char **name, size_t *length)
{
	*name = names;
	*length = strcspn(names, ",");
	return names + *length + (names[*length] == ',');
}

static void all_promised_columns_are_there(void **state)
{
	struct column_list list;
	const char *at, *name;
	size_t i, at_all, count, length;

	(void)state;
	for (i = 0; i < LENGTH(promised); i++) {
		column_list_default(&list, promised[i].class);
		count = 0;
		for (at = promised[i].defaults; *at; count++) {
			at = step(at, &name, &length);
			assert_true(count < list.count);
			assert_int_equal(strlen(list.at[count]->name), length);
			assert_memory_equal(list.at[count]->name, name, length);
		}
		assert_int_equal(count, list.count);
		for (at = promised[i].others; *at; count++) {
			at = step(at, &name, &length);
			if (!column_find(promised[i].class, name, length))
				fail_msg("no column %.*s", (int)length, name);
		}
		column_list_all(&list, promised[i].class);
		for (at_all = 0; at_all < list.count; at_all++) {
			name = list.at[at_all]->name;
			if (!is_in_list(promised[i].defaults, name) &&
				!is_in_list(promised[i].others, name))
				fail_msg("column %s of %s is not promised: add it to `others`",
					name, class_infos[promised[i].class].word);
		}
		/* not all, where there are more than COLUMNS_MAX */
		assert_int_equal(list.count, count);
	}
}

static void columns_are_found_by_name(void **state)
{
	(void)state;
	assert_ptr_equal(column_of(CLASS_SHM, "size"), column_of(CLASS_SHM, "SIZE"));
	assert_ptr_equal(column_of(CLASS_MSG, "use"), column_of(CLASS_MSG, "USE%"));
	assert_ptr_equal(column_find(CLASS_SHM, "size>=16M", 4), column_of(CLASS_SHM, "SIZE"));
	assert_true(column_of(CLASS_MSG, "use") != column_of(CLASS_LIMIT, "use"));
	assert_true(column_of(CLASS_MSG, "idle") != column_of(CLASS_SHM, "idle"));
	assert_null(column_find(CLASS_SEM, "SIZE", 4));
	assert_null(column_find(CLASS_SHM, "SIZ", 3));
	assert_null(column_find(CLASS_SHM, "SIZES", 5));
	assert_null(column_find(CLASS_SHM, "SIZE%", 5));
	assert_null(column_find(CLASS_SHM, "", 0));
	assert_null(column_find(CLASS_MSG, "USE%%", 5));
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(names_are_unique_and_json_is_their_lower_case),
		cmocka_unit_test(all_promised_columns_are_there),
		cmocka_unit_test(columns_are_found_by_name),
	};

	return tap_run(cases, LENGTH(cases), NULL, NULL);
}
