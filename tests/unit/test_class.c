/* model/class: the table of classes, and that what it promises exists in the other rooms. */
#include "unit.h"

#include <ctype.h>

#include "ipctop/collect/collector.h"
#include "ipctop/collect/sysv.h"
#include "ipctop/model/table.h"

/* The removers are an array of this file; it stands in for the one in the library. */
#include "../../src/act/remove.c"

static void every_class_is_described(void **state)
{
	const struct class_info *info;
	enum class class, other;
	const char *at;

	(void)state;
	for (class = 0; class < CLASS_COUNT; class ++) {
		info = &class_infos[class];
		assert_true(info->word && *info->word && info->title && *info->title);
		assert_true(info->one && *info->one && info->many && *info->many);
		assert_true(info->columns && *info->columns && info->order && *info->order);
		for (at = info->word; *at; at++)
			assert_true(islower((unsigned char)*at));
		for (other = 0; other < class; other++) {
			assert_string_not_equal(info->word, class_infos[other].word);
			assert_string_not_equal(info->title, class_infos[other].title);
			assert_true(!info->letter || info->letter != class_infos[other].letter);
		}
		if (info->flags & CLASS_REMOVABLE)
			assert_true(info->flags & CLASS_IPC);
		assert_true((info->flags & CLASS_IPC) ? info->letter != 0 : true);
	}
}

/* The words of ipcrm(1), the letters of ipcs(1). */
static void kinds_are_called_as_elsewhere(void **state)
{
	(void)state;
	assert_string_equal(class_infos[CLASS_MSG].word, "msg");
	assert_string_equal(class_infos[CLASS_SEM].word, "sem");
	assert_string_equal(class_infos[CLASS_SHM].word, "shm");
	assert_string_equal(class_infos[CLASS_LIMIT].word, "limits");
	assert_string_equal(class_infos[CLASS_PROCESS].word, "processes");
	assert_string_equal(class_infos[CLASS_GROUP].word, "groups");
	assert_string_equal(class_infos[CLASS_EVENT].word, "events");
	assert_int_equal(class_infos[CLASS_MSG].letter, 'q');
	assert_int_equal(class_infos[CLASS_SEM].letter, 's');
	assert_int_equal(class_infos[CLASS_SHM].letter, 'm');
}

static void record_sizes_are_those_of_the_records(void **state)
{
	static const size_t sizes[CLASS_COUNT] = {
		[CLASS_MSG] = sizeof(struct msg_record),
		[CLASS_SEM] = sizeof(struct sem_record),
		[CLASS_SHM] = sizeof(struct shm_record),
		[CLASS_LIMIT] = sizeof(struct limit_record),
		[CLASS_PROCESS] = sizeof(struct process_record),
		[CLASS_GROUP] = sizeof(struct group_record),
		[CLASS_EVENT] = sizeof(struct event_record),
	};
	enum class class;

	(void)state;
	for (class = 0; class < CLASS_COUNT; class ++)
		assert_int_equal(class_infos[class].record_size, sizes[class]);
	/* the head is the same in each */
	assert_int_equal(offsetof(struct msg_record, ipc), 0);
	assert_int_equal(offsetof(struct sem_record, ipc), 0);
	assert_int_equal(offsetof(struct shm_record, ipc), 0);
	/* records of processes are looked up by it */
	assert_int_equal(offsetof(struct process_record, pid), 0);
}

static void columns_and_order_parse(void **state)
{
	struct column_list list;
	struct table table;
	enum class class;
	const char *at;
	size_t names;

	(void)state;
	for (class = 0; class < CLASS_COUNT; class ++) {
		names = 1;
		for (at = class_infos[class].columns; *at; at++)
			names += *at == ',';
		column_list_default(&list, class);
		assert_int_equal(list.count, names); /* each name is a column, each once */
		table_init(&table, class);
		assert_int_equal(table_set_order(&table, class_infos[class].order), 0);
		assert_non_null(table.order);
		table_free(&table);
	}
}

static void every_class_has_a_source(void **state)
{
	unsigned found = 0, before;
	size_t i;

	(void)state;
	for (i = 0; i < CLASS_COUNT; i++) {
		if (!sources[i])
			continue;
		assert_non_null(sources[i]->collect);
		before = found;
		found |= class_bit(sources[i]->class);
		assert_int_not_equal(found, before);
		/* the use of limits is counted from the objects, processes are those that use them
		 */
		if (!(class_infos[sources[i]->class].flags & CLASS_IPC))
			assert_int_equal(before & class_set(CLASS_IPC), class_set(CLASS_IPC));
	}
	assert_int_equal(found, class_set(0) & ~class_set(CLASS_DERIVED));
}

static void every_removable_class_can_be_looked_at_and_removed(void **state)
{
	const struct sysv_kind *kind;
	enum class class;

	(void)state;
	for (class = 0; class < CLASS_COUNT; class ++) {
		kind = sysv_kind_of(class);
		assert_int_equal(kind != NULL, (class_infos[class].flags & CLASS_REMOVABLE) != 0);
		assert_int_equal(removers[class] != NULL, kind != NULL);
		if (!kind)
			continue;
		assert_int_equal(kind->class, class);
		assert_string_equal(kind->file, class_infos[class].word);
		assert_true(kind->info && kind->stat && kind->stat_readable && kind->fill);
	}
}

/* The first fields of a text are those that all kinds share. */
static void texts_begin_with_the_common_fields(void **state)
{
	static const char *const common[SYSV_FIELDS] = { "key", NULL, "perms", "uid", "gid", "cuid",
		"cgid", "ctime" };
	const struct sysv_kind *kind;
	enum class class;
	size_t i;

	(void)state;
	for (class = 0; class < CLASS_COUNT; class ++) {
		kind = sysv_kind_of(class);
		if (!kind)
			continue;
		for (i = 0; i < SYSV_FIELDS; i++) {
			if (common[i])
				assert_string_equal(kind->fields[i].name, common[i]);
			assert_int_equal(kind->fields[i].octal, i == SYSV_PERMS);
			assert_false(kind->fields[i].optional);
		}
		while (kind->fields[i].name)
			i++;
		assert_true(i <= PROCTEXT_FIELDS_MAX);
	}
	assert_string_equal(sysv_msg.fields[SYSV_ID].name, "msqid");
	assert_string_equal(sysv_sem.fields[SYSV_ID].name, "semid");
	assert_string_equal(sysv_shm.fields[SYSV_ID].name, "shmid");
}

static void classes_are_found_by_word(void **state)
{
	enum class class = CLASS_COUNT;

	(void)state;
	assert_true(class_find("shm", CLASS_IPC, &class));
	assert_int_equal(class, CLASS_SHM);
	assert_true(class_find("limits", 0, &class));
	assert_int_equal(class, CLASS_LIMIT);
	assert_true(class_find("processes", 0, &class));
	assert_int_equal(class, CLASS_PROCESS);
	assert_true(class_find("events", CLASS_DERIVED, &class));
	assert_int_equal(class, CLASS_EVENT);
	class = CLASS_COUNT;
	assert_false(class_find("limits", CLASS_IPC, &class));
	assert_false(class_find("processes", CLASS_IPC, &class));
	assert_false(class_find("SHM", CLASS_IPC, &class));
	assert_false(class_find("sh", CLASS_IPC, &class));
	assert_false(class_find("shms", CLASS_IPC, &class));
	assert_false(class_find("", 0, &class));
	assert_int_equal(class, CLASS_COUNT);
	assert_int_equal(class_set(CLASS_IPC),
		class_bit(CLASS_MSG) | class_bit(CLASS_SEM) | class_bit(CLASS_SHM));
	assert_int_equal(class_set(CLASS_REMOVABLE), class_set(CLASS_IPC));
	assert_int_equal(class_set(0), (1u << CLASS_COUNT) - 1);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(every_class_is_described),
		cmocka_unit_test(kinds_are_called_as_elsewhere),
		cmocka_unit_test(record_sizes_are_those_of_the_records),
		cmocka_unit_test(columns_and_order_parse),
		cmocka_unit_test(every_class_has_a_source),
		cmocka_unit_test(every_removable_class_can_be_looked_at_and_removed),
		cmocka_unit_test(texts_begin_with_the_common_fields),
		cmocka_unit_test(classes_are_found_by_word),
	};

	return tap_run(cases, LENGTH(cases), NULL, NULL);
}
