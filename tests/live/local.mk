# Real objects in a private IPC namespace.
live_shared = tests/live/space.c tests/live/space.h tests/live/world.c tests/live/world.h
live_scripts = tests/live/peers.sh tests/live/output.sh tests/live/json.sh tests/live/empty.sh \
	tests/live/groups.sh tests/live/usage.sh tests/live/show.sh tests/live/show_peers.sh tests/live/key.sh

EXTRA_DIST += tests/tap.h tests/live/lib.sh $(live_scripts)
TESTS += $(live_scripts)

# What the scripts make their objects with.
check_PROGRAMS += tests/live/objects
tests_live_objects_SOURCES = tests/live/objects.c $(live_shared)
tests_live_objects_LDADD = libipctop.a

if HAVE_CMOCKA
check_LIBRARIES += tests/live/liblive.a
tests_live_liblive_a_SOURCES = $(live_shared) tests/live/live.h tests/live/command.c \
	tests/live/command.h tests/live/filter.c tests/live/filter.h \
	tests/live/actors.c tests/live/actors_play.c tests/live/actors.h \
	tests/live/actors_private.h tests/live/answer.c tests/live/answer.h \
	tests/live/rights.c tests/live/rights.h tests/live/faults.c tests/live/faults.h \
	tests/live/hostile.c tests/live/hostile.h tests/live/hostile_scene.c tests/live/hostile_scene.h
tests_live_liblive_a_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)

live_tests = tests/live/test_fields tests/live/test_churn tests/live/test_descriptors \
	tests/live/test_accounts tests/live/test_worker tests/live/test_rm \
	tests/live/test_rm_race tests/live/test_rm_ask tests/live/test_audit tests/live/test_denied \
	tests/live/test_select tests/live/test_show_messages tests/live/test_show_semaphores \
	tests/live/test_ftok tests/live/test_explain tests/live/test_explain_many \
	tests/live/test_who tests/live/test_who_scope tests/live/test_who_forms \
	tests/live/test_deadlocks tests/live/test_deadlocks_busy tests/live/test_show_relations \
	tests/live/test_list_relations tests/live/test_leaks tests/live/test_leaks_removed \
	tests/live/test_limits tests/live/test_events tests/live/test_growth \
	tests/live/test_privileges tests/live/test_privilege_start tests/live/test_readonly \
	tests/live/test_scan tests/live/test_rm_moments tests/live/test_faults \
	tests/live/test_hostile tests/live/test_hostile_input tests/live/test_faults_rm \
	tests/live/test_faults_unknown
live_libs = tests/live/liblive.a libipctop.a $(libipctop_libs) $(CMOCKA_LIBS) -lutil

check_PROGRAMS += $(live_tests)
TESTS += $(live_tests)
tests_live_test_fields_LDADD = $(live_libs)
tests_live_test_growth_LDADD = $(live_libs)
tests_live_test_churn_LDADD = $(live_libs)
tests_live_test_descriptors_LDADD = $(live_libs)
tests_live_test_accounts_LDADD = $(live_libs)
tests_live_test_worker_LDADD = $(live_libs)
tests_live_test_rm_LDADD = $(live_libs)
tests_live_test_rm_race_LDADD = $(live_libs)
tests_live_test_rm_ask_LDADD = $(live_libs)
tests_live_test_audit_LDADD = $(live_libs)
tests_live_test_denied_LDADD = $(live_libs)
tests_live_test_select_LDADD = $(live_libs)
tests_live_test_show_messages_LDADD = $(live_libs)
tests_live_test_show_semaphores_LDADD = $(live_libs)
tests_live_test_ftok_LDADD = $(live_libs)
tests_live_test_explain_LDADD = $(live_libs)
tests_live_test_explain_many_LDADD = $(live_libs)
tests_live_test_who_LDADD = $(live_libs)
tests_live_test_who_scope_LDADD = $(live_libs)
tests_live_test_who_forms_LDADD = $(live_libs)
tests_live_test_deadlocks_LDADD = $(live_libs)
tests_live_test_deadlocks_busy_LDADD = $(live_libs)
tests_live_test_show_relations_LDADD = $(live_libs)
tests_live_test_list_relations_LDADD = $(live_libs)
tests_live_test_scan_LDADD = $(live_libs)
tests_live_test_hostile_LDADD = $(live_libs)
tests_live_test_hostile_input_LDADD = $(live_libs)
# What it calls between look and removal goes through the test.
tests_live_test_rm_moments_LDADD = $(live_libs)
tests_live_test_rm_moments_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=msgctl,--wrap=semctl,--wrap=shmctl
PROVE += tests/live/test_rm_moments
tests_live_test_leaks_LDADD = $(live_libs)
tests_live_test_leaks_removed_LDADD = $(live_libs)
tests_live_test_limits_LDADD = $(live_libs)
tests_live_test_events_LDADD = $(live_libs)
tests_live_test_privileges_LDADD = $(live_libs)
tests_live_test_privilege_start_LDADD = $(live_libs)
tests_live_test_readonly_LDADD = $(live_libs)
tests_live_test_faults_LDADD = $(live_libs)
tests_live_test_faults_rm_LDADD = $(live_libs)
tests_live_test_faults_unknown_LDADD = $(live_libs)
PROVE += tests/live/test_faults tests/live/test_faults_rm

# What is loaded into the program to make its calls fail; neither hardened nor sanitized. Sanitizers
# find who called it by its frames.
check_DATA += tests/live/preload.so
tests/live/preload.so: tests/live/preload.c tests/live/faults.h
	$(AM_V_GEN)$(MKDIR_P) tests/live && $(CC) -std=gnu11 -O1 -fPIC -shared \
		-fno-omit-frame-pointer -fno-optimize-sibling-calls \
		$(PROC2_CFLAGS) $(NCURSES_CFLAGS) -o $@ $(srcdir)/tests/live/preload.c -ldl
CLEANFILES += tests/live/preload.so
endif
EXTRA_DIST += tests/live/preload.c
