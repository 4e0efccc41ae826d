/* model/event: each event on objects made by hand, and what looks like it and is none. */
#include "events.h"

#include "ipctop/model/derive.h"

static void the_first_snapshot_makes_none(void **state)
{
	(void)state;
	segment(1)->nattch = 2;
	queue(2, 1000);
	set(3);
	happens("");
}

static void nothing_happens(void **state)
{
	(void)state;
	segment(1);
	queue(2, 10);
	set(3);
	take_next();
	/* in another order */
	set(3);
	queue(2, 10);
	segment(1);
	happens("");
}

static void appeared_and_gone(void **state)
{
	(void)state;
	happens("");
	segment(7)->nattch = 1;
	segment(3);
	queue(5, 10);
	set(4)->nsems = 1;
	happens("msg 5 appeared\n"
		"sem 4 appeared: 1 semaphore\n"
		"shm 3 appeared by 811: 4096 bytes, 0 attachments\n"
		"shm 7 appeared by 811: 4096 bytes, 1 attachment\n");
	segment(7)->nattch = 1;
	happens("msg 5 gone\n"
		"sem 4 gone\n"
		"shm 3 gone\n");
	happens("shm 7 gone\n");
	happens("");
}

/* Another object under an id that was used before. */
static void a_successor_is_another(void **state)
{
	(void)state;
	segment(3)->nattch = 5;
	set(4);
	take_next();
	segment(3)->size = 8192;
	set(4)->ipc.cuid = 33;
	happens("sem 4 gone\n"
		"sem 4 appeared: 3 semaphores\n"
		"shm 3 gone\n"
		"shm 3 appeared by 811: 8192 bytes, 0 attachments\n");
}

static void attached_and_detached(void **state)
{
	struct shm_record *shm;

	(void)state;
	segment(1);
	take_next();
	shm = segment(1);
	shm->nattch = 1;
	shm->atime = UNIT_NOW;
	shm->lpid = 900;
	happens("shm 1 attached by 900: 0 -> 1 attachment\n");
	shm = segment(1);
	shm->nattch = 4;
	shm->atime = UNIT_NOW + 1;
	shm->lpid = 901;
	happens("shm 1 attached by 901: 1 -> 4 attachments\n");
	shm = segment(1);
	shm->nattch = 2;
	shm->atime = UNIT_NOW + 1;
	shm->dtime = UNIT_NOW + 1;
	shm->lpid = 902;
	happens("shm 1 detached by 902: 4 -> 2 attachments\n");
	/* as many came as went: that is not seen */
	shm = segment(1);
	shm->nattch = 2;
	shm->atime = UNIT_NOW + 5;
	shm->dtime = UNIT_NOW + 5;
	shm->lpid = 903;
	happens("");
}

/* LPID is the last to do either: it is not named for what the other one did, or may have. */
static void nobody_is_named_for_what_another_did(void **state)
{
	struct shm_record *shm;

	(void)state;
	segment(1)->nattch = 1;
	take_next();
	shm = segment(1);
	shm->nattch = 3;
	shm->atime = UNIT_NOW;
	shm->dtime = UNIT_NOW + 1;
	shm->lpid = 900;
	happens("shm 1 attached: 1 -> 3 attachments\n");
	shm = segment(1);
	shm->nattch = 2;
	shm->atime = UNIT_NOW + 3;
	shm->dtime = UNIT_NOW + 3;
	shm->lpid = 901;
	happens("shm 1 detached: 3 -> 2 attachments\n");
	shm = segment(1);
	shm->nattch = 3;
	shm->atime = UNIT_NOW + 4;
	shm->dtime = UNIT_NOW + 3;
	happens("shm 1 attached: 2 -> 3 attachments\n"); /* by nobody that is visible from here */
}

static const struct event_record *last_event(struct snapshot *shown)
{
	assert_int_equal(event_fill(world.log, shown, 0), 0);
	assert_true(shown->classes[CLASS_EVENT].count > 0);
	return snapshot_record(shown, CLASS_EVENT, 0);
}

static void marked(void **state)
{
	struct snapshot *shown = make_snapshot();
	struct shm_record *shm;

	(void)state;
	segment(1)->nattch = 2;
	take_next();
	shm = segment(1);
	shm->nattch = 2;
	shm->ipc.mode |= RECORD_DEST;
	shm->ipc.key = 0;
	happens("shm 1 marked: dest, 2 attachments\n");
	/* the key that it had */
	assert_int_equal(last_event(shown)->key, 0x2a);
	snapshot_unref(shown);
	/* it stays so, with one attachment less; locking is another bit */
	shm = segment(1);
	shm->nattch = 1;
	shm->ipc.mode |= RECORD_DEST;
	shm->ipc.key = 0;
	happens("shm 1 detached: 2 -> 1 attachment\n");
	happens("shm 1 gone\n");
	/* made and marked between two looks */
	shm = segment(2);
	shm->nattch = 1;
	shm->ipc.mode |= RECORD_DEST;
	happens("shm 2 appeared by 811: 4096 bytes, 1 attachment\n"
		"shm 2 marked: dest, 1 attachment\n");
}

static void changed(void **state)
{
	struct msg_record *msg;
	struct shm_record *shm;

	(void)state;
	add_user(world.next, 33, "www-data");
	queue(1, 0)->ipc.uid = 33;
	segment(2);
	take_next();
	add_user(world.next, 0, "root");
	msg = queue(1, 0);
	msg->ipc.gid = 5;
	msg->ipc.mode = 0640;
	msg->ipc.ctime = UNIT_NOW;
	shm = segment(2);
	shm->ipc.mode |= RECORD_LOCKED;
	happens("msg 1 changed: owner www-data -> root\n"
		"msg 1 changed: gid 0 -> 5\n"
		"msg 1 changed: mode 0600 -> 0640\n"
		"shm 2 changed: mode 0600 -> 2600\n");
	/* names that are not known, or too long */
	add_user(world.next, 77, "a-name-that-is-longer-than-there-is-room-for");
	msg = queue(1, 0);
	msg->ipc.uid = 77;
	msg->ipc.gid = 5;
	msg->ipc.mode = 0640;
	msg->ipc.ctime = UNIT_NOW + 5; /* by itself no event: IPC_SET to the same */
	shm = segment(2);
	shm->ipc.mode |= RECORD_LOCKED;
	happens("msg 1 changed: owner root -> 77\n");
}

static void owners_are_those_of_that_time(void **state)
{
	struct snapshot *shown = make_snapshot();

	(void)state;
	add_user(world.next, 33, "www-data");
	segment(1)->ipc.uid = 33;
	take_next();
	happens("shm 1 gone\n"); /* the snapshot that misses it knows no names */
	assert_string_equal(last_event(shown)->owner, "www-data");
	assert_int_equal(last_event(shown)->uid, 33);
	assert_int_equal(last_event(shown)->time, UNIT_NOW + 2);
	snapshot_unref(shown);
	shown = make_snapshot();
	segment(2)->ipc.uid = 44;
	take_next();
	assert_string_equal(last_event(shown)->owner, "44");
	snapshot_unref(shown);
}

/* the log */

static void the_newest_are_kept(void **state)
{
	enum { MORE = 25 };
	struct snapshot *shown = make_snapshot();
	const struct event_record *event;
	uint32_t row;
	int id;

	(void)state;
	take_next();
	for (id = 0; id < EVENTS_MAX + MORE; id++)
		set(id);
	take_next();
	assert_int_equal(event_count(world.log), EVENTS_MAX + MORE);
	assert_int_equal(event_fill(world.log, shown, 0), 0);
	assert_int_equal(shown->classes[CLASS_EVENT].count, EVENTS_MAX);
	for (row = 0; row < EVENTS_MAX; row++) {
		event = snapshot_record(shown, CLASS_EVENT, row);
		assert_int_equal(event->number, EVENTS_MAX + MORE - row);
		assert_int_equal(event->id, EVENTS_MAX + MORE - 1 - row);
	}
	snapshot_unref(shown);
	/* and only those after one */
	shown = make_snapshot();
	assert_int_equal(event_fill(world.log, shown, EVENTS_MAX + MORE - 3), 0);
	assert_int_equal(shown->classes[CLASS_EVENT].count, 3);
	snapshot_unref(shown);
	shown = make_snapshot();
	assert_int_equal(event_fill(world.log, shown, EVENTS_MAX + MORE), 0);
	assert_int_equal(shown->classes[CLASS_EVENT].count, 0);
	assert_true(shown->classes[CLASS_EVENT].read);
	snapshot_unref(shown);
}

static void an_event_leads_to_its_object(void **state)
{
	struct snapshot *shown = make_snapshot();
	const struct event_record *event;
	uint32_t row = 99;

	(void)state;
	take_next();
	segment(3);
	take_next();
	event = last_event(shown);
	segment(1);
	segment(3);
	assert_true(event_object(event, world.next, &row));
	assert_int_equal(row, 1);
	take_next();
	segment(3)->size = 8192; /* a successor */
	assert_false(event_object(event, world.next, &row));
	snapshot_unref(shown);
}

/* what we removed */

static void removed(enum class class, uint32_t row)
{
	struct identity identity =
		identity_of(class, snapshot_record(world.last, class, row), world.last->scope);

	event_removed_by_us(world.log, &identity);
}

static void gone_by_us_or_not(void **state)
{
	(void)state;
	segment(1);
	segment(2);
	set(1);
	take_next();
	removed(CLASS_SHM, 0);
	removed(CLASS_SHM, 0);
	happens("sem 1 gone\n"
		"shm 1 gone: removed here\n"
		"shm 2 gone\n");
	/* another one had the id within the same pass */
	segment(1);
	segment(1)->size = 8192;
	take_next();
	world.told = event_count(world.log);
	removed(CLASS_SHM, 1);
	happens("shm 1 gone\n"
		"shm 1 gone: removed here\n");
	segment(1);
	segment(1)->size = 8192;
	take_next();
	world.told = event_count(world.log);
	removed(CLASS_SHM, 1);
	removed(CLASS_SHM, 0);
	happens("shm 1 gone: removed here\n"
		"shm 1 gone: removed here\n");
	/* the same again, as it was, is not ours */
	segment(1);
	happens("shm 1 appeared by 811: 4096 bytes, 0 attachments\n");
	happens("shm 1 gone\n");
}

static void marked_by_us_or_not(void **state)
{
	struct shm_record *shm;
	int i;

	(void)state;
	segment(1)->nattch = 1;
	segment(2)->nattch = 1;
	take_next();
	removed(CLASS_SHM, 0);
	for (i = 1; i <= 2; i++) {
		shm = segment(i);
		shm->nattch = 1;
		shm->ipc.mode |= RECORD_DEST;
	}
	happens("shm 1 marked: removed here, 1 attachment\n"
		"shm 2 marked: dest, 1 attachment\n");
	/* the last detach is not ours */
	happens("shm 1 gone\n"
		"shm 2 gone\n");
}

/* A removal that is never seen is forgotten; one snapshot that fails does not do that. */
static void what_is_ours_is_forgotten(void **state)
{
	int i;

	(void)state;
	segment(1);
	take_next();
	removed(CLASS_SHM, 0);
	for (i = 0; i < 2; i++) {
		segment(1);
		happens("");
	}
	happens("shm 1 gone: removed here\n");
	segment(1);
	take_next();
	world.told = event_count(world.log);
	removed(CLASS_SHM, 0);
	for (i = 0; i < 5; i++) {
		segment(1);
		happens("");
	}
	happens("shm 1 gone\n");
}

static void many_of_ours(void **state)
{
	enum { MANY = 3000 };
	struct snapshot *shown = make_snapshot();
	const struct event_record *event;
	uint32_t row;
	int id;

	(void)state;
	for (id = 0; id < MANY; id++)
		set(id);
	take_next();
	for (id = MANY - 1; id >= 0; id--) {
		if (id % 3 == 0)
			removed(CLASS_SEM, (uint32_t)id);
	}
	take_next();
	assert_int_equal(event_fill(world.log, shown, 0), 0);
	assert_int_equal(shown->classes[CLASS_EVENT].count, MANY);
	for (row = 0; row < MANY; row++) {
		event = snapshot_record(shown, CLASS_EVENT, row);
		assert_string_equal(event->detail, event->id % 3 ? "" : "removed here");
	}
	snapshot_unref(shown);
}

/* As the worker does it: the rows are there where the tab is shown, and are noted where not. */
static void derived_with_the_rest(void **state)
{
	struct past *past = past_new();
	struct derive_wish wish = { .classes = class_set(CLASS_IPC) };
	struct snapshot *snapshot;
	int i;

	(void)state;
	assert_non_null(past);
	for (i = 0; i < 3; i++) {
		snapshot = make_next();
		if (i == 1)
			add_sem(snapshot, 1);
		if (i == 2)
			wish.classes |= class_bit(CLASS_EVENT);
		assert_int_equal(derive(snapshot, past, &wish), 0);
		assert_int_equal(snapshot->classes[CLASS_EVENT].read, i == 2);
		assert_int_equal(snapshot->classes[CLASS_EVENT].count, i == 2 ? 2 : 0);
		snapshot_unref(snapshot);
	}
	past_free(past);
}

/* A snapshot that was taken without knowing the namespace has the same objects. */
static void namespaces_are_not_compared(void **state)
{
	static const uint64_t scopes[] = { 0, 0, 7, 7, 8 };
	struct derive_wish wish = { .classes = class_set(CLASS_IPC) | class_bit(CLASS_EVENT) };
	struct past *past = past_new();
	struct snapshot *snapshot;
	size_t i;

	(void)state;
	assert_non_null(past);
	for (i = 0; i < LENGTH(scopes); i++) {
		snapshot = make_next();
		snapshot->scope = scopes[i];
		add_sem(snapshot, 1);
		assert_int_equal(derive(snapshot, past, &wish), 0);
		assert_int_equal(snapshot->classes[CLASS_EVENT].count, 0);
		assert_int_equal(snapshot->classes[CLASS_SEM].change.added, 0);
		assert_int_equal(snapshot->classes[CLASS_SEM].change.gone, 0);
		snapshot_unref(snapshot);
	}
	past_free(past);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		EVENT_CASE(the_first_snapshot_makes_none),
		EVENT_CASE(nothing_happens),
		EVENT_CASE(appeared_and_gone),
		EVENT_CASE(a_successor_is_another),
		EVENT_CASE(attached_and_detached),
		EVENT_CASE(nobody_is_named_for_what_another_did),
		EVENT_CASE(marked),
		EVENT_CASE(changed),
		EVENT_CASE(owners_are_those_of_that_time),
		EVENT_CASE(the_newest_are_kept),
		EVENT_CASE(an_event_leads_to_its_object),
		EVENT_CASE(gone_by_us_or_not),
		EVENT_CASE(marked_by_us_or_not),
		EVENT_CASE(what_is_ours_is_forgotten),
		EVENT_CASE(many_of_ours),
		EVENT_CASE(derived_with_the_rest),
		EVENT_CASE(namespaces_are_not_compared),
	};

	return tap_run(cases, LENGTH(cases), NULL, NULL);
}
