# The terminal UI, seen through a terminal in memory (libvterm), and once in tmux.
EXTRA_DIST += tests/tap.h tests/tui/test_tmux.sh tests/tui/test_missing.sh

if HAVE_VTERM
tui_tests = tests/tui/test_term tests/tui/test_start tests/tui/test_screen tests/tui/test_keys \
	tests/tui/test_ask tests/tui/test_remove tests/tui/test_race tests/tui/test_hostile \
	tests/tui/test_requests tests/tui/test_details tests/tui/test_pane tests/tui/test_pages \
	tests/tui/test_setup tests/tui/test_careful tests/tui/test_mouse tests/tui/test_config tests/tui/test_write \
	tests/tui/test_names tests/tui/test_processes tests/tui/test_relations \
	tests/tui/test_limits tests/tui/test_events tests/tui/test_groups tests/tui/test_soak \
	tests/tui/test_random_keys tests/tui/test_terminals tests/tui/test_slow \
	tests/tui/test_hostile_screen tests/tui/test_hints tests/tui/test_faults \
	tests/tui/test_faults_config
tui_libs = tests/tui/libtui.a $(VTERM_LIBS) $(NCURSES_LIBS) $(CMOCKA_LIBS) -lutil
tui_related = tests/tui/related.c tests/tui/related.h
related_libs = tests/live/liblive.a libipctop.a $(libipctop_libs) $(tui_libs)

check_LIBRARIES += tests/tui/libtui.a
tests_tui_libtui_a_SOURCES = tests/tap.h tests/tui/term.c tests/tui/term.h \
	tests/tui/term_private.h tests/tui/term_rest.c tests/tui/term_screen.c tests/tui/term_info.c \
	tests/tui/term_info.h tests/tui/expect.c tests/tui/expect.h \
	tests/tui/ipc_fixture.c tests/tui/ipc_fixture.h tests/tui/home.c \
	tests/tui/home.h tests/tui/ui.c tests/tui/ui.h tests/tui/account.c \
	tests/tui/account.h tests/tui/configured.c tests/tui/configured.h
tests_tui_libtui_a_CFLAGS = $(AM_CFLAGS) $(VTERM_CFLAGS) $(CMOCKA_CFLAGS)

check_PROGRAMS += $(tui_tests)
tests_tui_test_term_LDADD = $(tui_libs)
tests_tui_test_start_LDADD = $(tui_libs)
tests_tui_test_screen_LDADD = $(tui_libs)
tests_tui_test_keys_LDADD = $(tui_libs)
tests_tui_test_ask_LDADD = $(tui_libs)
tests_tui_test_remove_LDADD = $(tui_libs)
tests_tui_test_race_LDADD = $(tui_libs)
tests_tui_test_hostile_LDADD = $(tui_libs)
tests_tui_test_random_keys_LDADD = $(tui_libs)
tests_tui_test_requests_SOURCES = tests/tui/test_requests.c tests/tui/request_cases.h \
	tests/tui/request_table.c tests/tui/request_pages.c
tests_tui_test_requests_LDADD = $(tui_libs)
# The names and words of all columns are the program's own.
tests_tui_test_details_LDADD = $(tui_libs) libipctop.a
tests_tui_test_pane_LDADD = $(tui_libs)
tests_tui_test_pages_LDADD = $(tui_libs)
tests_tui_test_setup_LDADD = $(tui_libs)
tests_tui_test_mouse_LDADD = $(tui_libs)
tests_tui_test_careful_LDADD = $(tui_libs)
tests_tui_test_config_LDADD = $(tui_libs)
tests_tui_test_write_LDADD = $(tui_libs)
tests_tui_test_names_LDADD = $(tui_libs)
tests_tui_test_limits_LDADD = $(tui_libs)
tests_tui_test_slow_LDADD = $(tui_libs)
tests_tui_test_soak_SOURCES = tests/tui/test_soak.c $(live_shared)
tests_tui_test_soak_LDADD = $(tui_libs) libipctop.a $(libipctop_libs)
tests_tui_test_faults_LDADD = tests/live/liblive.a libipctop.a $(libipctop_libs) $(tui_libs)
tests_tui_test_faults_config_LDADD = $(tests_tui_test_faults_LDADD)
PROVE += tests/tui/test_faults tests/tui/test_faults_config tests/tui/test_slow tests/tui/test_soak tests/tui/test_random_keys
tests_tui_test_terminals_LDADD = $(tui_libs)
tests_tui_test_groups_LDADD = $(tui_libs)
tests_tui_test_hints_LDADD = $(tui_libs)
# Processes that hold and wait are the live suite's.
tests_tui_test_processes_SOURCES = tests/tui/test_processes.c $(tui_related)
tests_tui_test_processes_LDADD = $(related_libs)
tests_tui_test_relations_SOURCES = tests/tui/test_relations.c $(tui_related)
tests_tui_test_relations_LDADD = $(related_libs)
tests_tui_test_hostile_screen_SOURCES = tests/tui/test_hostile_screen.c $(tui_related)
tests_tui_test_hostile_screen_LDADD = $(related_libs)
tests_tui_test_events_SOURCES = tests/tui/test_events.c $(tui_related)
tests_tui_test_events_LDADD = $(related_libs)
TESTS += $(tui_tests) tests/tui/test_tmux.sh
else
TESTS += tests/tui/test_missing.sh
endif
