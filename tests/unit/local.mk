# The unit suite: one program a subject, without live objects. The texts below tests/fixtures stand
# in for /proc; programs find them through TOP_SRCDIR.
unit_fixtures = \
	tests/fixtures/damaged/sys/kernel/msgmax \
	tests/fixtures/damaged/sys/kernel/msgmnb \
	tests/fixtures/damaged/sys/kernel/sem \
	tests/fixtures/damaged/sys/kernel/shmall \
	tests/fixtures/damaged/sys/kernel/shmmax \
	tests/fixtures/damaged/sys/kernel/shmmni \
	tests/fixtures/damaged/sysvipc/msg \
	tests/fixtures/damaged/sysvipc/sem \
	tests/fixtures/damaged/sysvipc/shm \
	tests/fixtures/empty/cmdline \
	tests/fixtures/empty/sys/kernel/msgmax \
	tests/fixtures/empty/sys/kernel/msgmnb \
	tests/fixtures/empty/sys/kernel/msgmni \
	tests/fixtures/empty/sys/kernel/sem \
	tests/fixtures/empty/sys/kernel/shmall \
	tests/fixtures/empty/sys/kernel/shmmax \
	tests/fixtures/empty/sys/kernel/shmmni \
	tests/fixtures/empty/sysvipc/msg \
	tests/fixtures/empty/sysvipc/sem \
	tests/fixtures/empty/sysvipc/shm \
	tests/fixtures/future/cmdline \
	tests/fixtures/future/sys/kernel/msgmax \
	tests/fixtures/future/sys/kernel/msgmnb \
	tests/fixtures/future/sys/kernel/msgmni \
	tests/fixtures/future/sys/kernel/sem \
	tests/fixtures/future/sys/kernel/shmall \
	tests/fixtures/future/sys/kernel/shmmax \
	tests/fixtures/future/sys/kernel/shmmni \
	tests/fixtures/future/sysvipc/msg \
	tests/fixtures/future/sysvipc/sem \
	tests/fixtures/future/sysvipc/shm \
	tests/fixtures/garbage/cmdline \
	tests/fixtures/garbage/sys/kernel/msgmax \
	tests/fixtures/garbage/sys/kernel/msgmnb \
	tests/fixtures/garbage/sys/kernel/msgmni \
	tests/fixtures/garbage/sys/kernel/sem \
	tests/fixtures/garbage/sys/kernel/shmall \
	tests/fixtures/garbage/sys/kernel/shmmax \
	tests/fixtures/garbage/sys/kernel/shmmni \
	tests/fixtures/garbage/sysvipc/msg \
	tests/fixtures/garbage/sysvipc/sem \
	tests/fixtures/garbage/sysvipc/shm \
	tests/fixtures/hollow/sys/kernel/msgmax \
	tests/fixtures/hollow/sys/kernel/msgmnb \
	tests/fixtures/hollow/sys/kernel/msgmni \
	tests/fixtures/hollow/sys/kernel/sem \
	tests/fixtures/hollow/sys/kernel/shmall \
	tests/fixtures/hollow/sys/kernel/shmmax \
	tests/fixtures/hollow/sys/kernel/shmmni \
	tests/fixtures/hollow/sysvipc/msg \
	tests/fixtures/hollow/sysvipc/sem \
	tests/fixtures/hollow/sysvipc/shm \
	tests/fixtures/ipcmni-extend/cmdline \
	tests/fixtures/ipcmni-extend/meminfo \
	tests/fixtures/ipcmni-extend/sys/kernel/msgmax \
	tests/fixtures/ipcmni-extend/sys/kernel/msgmnb \
	tests/fixtures/ipcmni-extend/sys/kernel/msgmni \
	tests/fixtures/ipcmni-extend/sys/kernel/sem \
	tests/fixtures/ipcmni-extend/sys/kernel/shmall \
	tests/fixtures/ipcmni-extend/sys/kernel/shmmax \
	tests/fixtures/ipcmni-extend/sys/kernel/shmmni \
	tests/fixtures/ipcmni-extend/sysvipc/msg \
	tests/fixtures/ipcmni-extend/sysvipc/sem \
	tests/fixtures/ipcmni-extend/sysvipc/shm \
	tests/fixtures/linux-2.6.18/cmdline \
	tests/fixtures/linux-2.6.18/sys/kernel/msgmax \
	tests/fixtures/linux-2.6.18/sys/kernel/msgmnb \
	tests/fixtures/linux-2.6.18/sys/kernel/msgmni \
	tests/fixtures/linux-2.6.18/sys/kernel/sem \
	tests/fixtures/linux-2.6.18/sys/kernel/shmall \
	tests/fixtures/linux-2.6.18/sys/kernel/shmmax \
	tests/fixtures/linux-2.6.18/sys/kernel/shmmni \
	tests/fixtures/linux-2.6.18/sysvipc/msg \
	tests/fixtures/linux-2.6.18/sysvipc/sem \
	tests/fixtures/linux-2.6.18/sysvipc/shm \
	tests/fixtures/linux-6.1-32bit/cmdline \
	tests/fixtures/linux-6.1-32bit/meminfo \
	tests/fixtures/linux-6.1-32bit/sys/kernel/msgmax \
	tests/fixtures/linux-6.1-32bit/sys/kernel/msgmnb \
	tests/fixtures/linux-6.1-32bit/sys/kernel/msgmni \
	tests/fixtures/linux-6.1-32bit/sys/kernel/sem \
	tests/fixtures/linux-6.1-32bit/sys/kernel/shmall \
	tests/fixtures/linux-6.1-32bit/sys/kernel/shmmax \
	tests/fixtures/linux-6.1-32bit/sys/kernel/shmmni \
	tests/fixtures/linux-6.1-32bit/sysvipc/msg \
	tests/fixtures/linux-6.1-32bit/sysvipc/sem \
	tests/fixtures/linux-6.1-32bit/sysvipc/shm \
	tests/fixtures/linux-6.18/cmdline \
	tests/fixtures/linux-6.18/meminfo \
	tests/fixtures/linux-6.18/sys/kernel/msgmax \
	tests/fixtures/linux-6.18/sys/kernel/msgmnb \
	tests/fixtures/linux-6.18/sys/kernel/msgmni \
	tests/fixtures/linux-6.18/sys/kernel/sem \
	tests/fixtures/linux-6.18/sys/kernel/shmall \
	tests/fixtures/linux-6.18/sys/kernel/shmmax \
	tests/fixtures/linux-6.18/sys/kernel/shmmni \
	tests/fixtures/linux-6.18/sysvipc/msg \
	tests/fixtures/linux-6.18/sysvipc/sem \
	tests/fixtures/linux-6.18/sysvipc/shm \
	tests/fixtures/no-sysvipc/cmdline \
	tests/fixtures/no-sysvipc/sys/kernel/msgmax \
	tests/fixtures/no-sysvipc/sys/kernel/msgmnb \
	tests/fixtures/no-sysvipc/sys/kernel/msgmni \
	tests/fixtures/no-sysvipc/sys/kernel/sem \
	tests/fixtures/no-sysvipc/sys/kernel/shmall \
	tests/fixtures/no-sysvipc/sys/kernel/shmmax \
	tests/fixtures/no-sysvipc/sys/kernel/shmmni

EXTRA_DIST += tests/unit/layers.sh $(unit_fixtures)
TESTS += tests/unit/layers.sh

if HAVE_CMOCKA
unit_tests = \
	tests/unit/test_blocked \
	tests/unit/test_blocked_abi \
	tests/unit/test_change \
	tests/unit/test_class \
	tests/unit/test_collector \
	tests/unit/test_column \
	tests/unit/test_column_edges \
	tests/unit/test_column_list \
	tests/unit/test_column_names \
	tests/unit/test_config \
	tests/unit/test_config_keys \
	tests/unit/test_config_write \
	tests/unit/test_event \
	tests/unit/test_event_queues \
	tests/unit/test_file \
	tests/unit/test_file_replace \
	tests/unit/test_detail \
	tests/unit/test_filter \
	tests/unit/test_forecast \
	tests/unit/test_group \
	tests/unit/test_growth \
	tests/unit/test_fixtures \
	tests/unit/test_identity \
	tests/unit/test_ini \
	tests/unit/test_json \
	tests/unit/test_key \
	tests/unit/test_keymap \
	tests/unit/test_limit \
	tests/unit/test_manual \
	tests/unit/test_mappings \
	tests/unit/test_memory \
	tests/unit/test_operands \
	tests/unit/test_options \
	tests/unit/test_print_grid \
	tests/unit/test_proctext \
	tests/unit/test_relation \
	tests/unit/test_relation_text \
	tests/unit/test_report \
	tests/unit/test_report_growth \
	tests/unit/test_report_limit \
	tests/unit/test_report_parts \
	tests/unit/test_report_relations \
	tests/unit/test_report_width \
	tests/unit/test_rows \
	tests/unit/test_search \
	tests/unit/test_snapshot \
	tests/unit/test_table \
	tests/unit/test_table_cursor \
	tests/unit/test_text \
	tests/unit/test_theme \
	tests/unit/test_units \
	tests/unit/test_units_parse \
	tests/unit/test_value \
	tests/unit/test_value_rate \
	tests/unit/test_stuck \
	tests/unit/test_stuck_many \
	tests/unit/test_stuck_objects \
	tests/unit/test_verdict \
	tests/unit/test_verdict_sets \
	tests/unit/test_worker
unit_headers = tests/tap.h tests/unit/unit.h
folder_headers = tests/unit/folder.h $(unit_headers)
history_headers = tests/unit/history.h $(unit_headers)
related_headers = tests/unit/related.h $(unit_headers)
judged_headers = tests/unit/judged.h $(related_headers)
stuck_headers = tests/unit/stuck.h $(related_headers)
event_headers = tests/unit/events.h $(related_headers)
config_headers = tests/unit/settings.h $(folder_headers)
unit_libs = libipctop.a $(libipctop_libs) $(CMOCKA_LIBS)

check_PROGRAMS += $(unit_tests)
TESTS += $(unit_tests)

tests_unit_test_blocked_SOURCES = tests/unit/test_blocked.c $(unit_headers)
tests_unit_test_blocked_LDADD = $(unit_libs)
tests_unit_test_blocked_abi_SOURCES = tests/unit/test_blocked_abi.c $(unit_headers)
tests_unit_test_blocked_abi_LDADD = $(unit_libs)
tests_unit_test_change_SOURCES = tests/unit/test_change.c $(unit_headers)
tests_unit_test_change_LDADD = $(unit_libs)
tests_unit_test_class_SOURCES = tests/unit/test_class.c $(unit_headers)
tests_unit_test_class_LDADD = $(unit_libs)
tests_unit_test_collector_SOURCES = tests/unit/test_collector.c tests/unit/fixture.h $(unit_headers)
tests_unit_test_collector_LDADD = $(unit_libs)
tests_unit_test_column_SOURCES = tests/unit/test_column.c $(related_headers)
tests_unit_test_column_LDADD = $(unit_libs)
tests_unit_test_column_edges_SOURCES = tests/unit/test_column_edges.c $(unit_headers)
tests_unit_test_column_edges_LDADD = $(unit_libs)
tests_unit_test_column_list_SOURCES = tests/unit/test_column_list.c $(unit_headers)
tests_unit_test_column_list_LDADD = $(unit_libs)
tests_unit_test_column_names_SOURCES = tests/unit/test_column_names.c $(unit_headers)
tests_unit_test_column_names_LDADD = $(unit_libs)
tests_unit_test_config_SOURCES = tests/unit/test_config.c $(config_headers)
tests_unit_test_config_LDADD = $(unit_libs)
tests_unit_test_config_keys_SOURCES = tests/unit/test_config_keys.c $(config_headers)
tests_unit_test_config_keys_LDADD = $(unit_libs)
tests_unit_test_config_write_SOURCES = tests/unit/test_config_write.c $(config_headers)
tests_unit_test_config_write_LDADD = $(unit_libs)
tests_unit_test_file_SOURCES = tests/unit/test_file.c $(folder_headers)
tests_unit_test_file_LDADD = $(unit_libs)
tests_unit_test_file_replace_SOURCES = tests/unit/test_file_replace.c $(folder_headers)
tests_unit_test_file_replace_LDADD = $(unit_libs)
tests_unit_test_detail_SOURCES = tests/unit/test_detail.c $(unit_headers)
tests_unit_test_detail_LDADD = $(unit_libs)
tests_unit_test_event_SOURCES = tests/unit/test_event.c $(event_headers)
tests_unit_test_event_LDADD = $(unit_libs)
tests_unit_test_event_queues_SOURCES = tests/unit/test_event_queues.c $(event_headers)
tests_unit_test_event_queues_LDADD = $(unit_libs)
tests_unit_test_filter_SOURCES = tests/unit/test_filter.c $(unit_headers)
tests_unit_test_filter_LDADD = $(unit_libs)
tests_unit_test_forecast_SOURCES = tests/unit/test_forecast.c $(history_headers)
tests_unit_test_forecast_LDADD = $(unit_libs)
tests_unit_test_group_SOURCES = tests/unit/test_group.c $(history_headers)
tests_unit_test_group_LDADD = $(unit_libs)
tests_unit_test_growth_SOURCES = tests/unit/test_growth.c $(history_headers)
tests_unit_test_growth_LDADD = $(unit_libs)
tests_unit_test_fixtures_SOURCES = tests/unit/test_fixtures.c tests/unit/fixture.h $(unit_headers)
tests_unit_test_fixtures_LDADD = $(unit_libs)
tests_unit_test_identity_SOURCES = tests/unit/test_identity.c $(unit_headers)
tests_unit_test_identity_LDADD = $(unit_libs)
tests_unit_test_ini_SOURCES = tests/unit/test_ini.c $(unit_headers)
tests_unit_test_ini_LDADD = $(unit_libs)
tests_unit_test_json_SOURCES = tests/unit/test_json.c tests/unit/json_check.h $(unit_headers)
tests_unit_test_json_LDADD = $(unit_libs)
tests_unit_test_key_SOURCES = tests/unit/test_key.c $(unit_headers)
tests_unit_test_key_LDADD = $(unit_libs)
tests_unit_test_keymap_SOURCES = tests/unit/test_keymap.c $(unit_headers)
tests_unit_test_keymap_LDADD = $(unit_libs)
tests_unit_test_limit_SOURCES = tests/unit/test_limit.c tests/unit/limited.h $(unit_headers)
tests_unit_test_limit_LDADD = $(unit_libs)
tests_unit_test_manual_SOURCES = tests/unit/test_manual.c tests/unit/manual.h tests/tap.h
tests_unit_test_manual_LDADD = $(unit_libs)
tests_unit_test_mappings_SOURCES = tests/unit/test_mappings.c $(unit_headers)
tests_unit_test_mappings_LDADD = $(unit_libs)
tests_unit_test_memory_SOURCES = tests/unit/test_memory.c $(unit_headers)
tests_unit_test_memory_LDADD = $(unit_libs)
tests_unit_test_operands_SOURCES = tests/unit/test_operands.c tests/unit/catch.h $(unit_headers)
tests_unit_test_operands_LDADD = $(unit_libs)
tests_unit_test_options_SOURCES = tests/unit/test_options.c tests/unit/catch.h $(unit_headers)
tests_unit_test_options_LDADD = $(unit_libs)
tests_unit_test_print_grid_SOURCES = tests/unit/test_print_grid.c tests/unit/catch.h \
	$(unit_headers)
tests_unit_test_print_grid_LDADD = $(unit_libs)
tests_unit_test_proctext_SOURCES = tests/unit/test_proctext.c $(unit_headers)
tests_unit_test_proctext_LDADD = $(unit_libs)
tests_unit_test_relation_SOURCES = tests/unit/test_relation.c $(related_headers)
tests_unit_test_relation_LDADD = $(unit_libs)
tests_unit_test_relation_text_SOURCES = tests/unit/test_relation_text.c $(related_headers)
tests_unit_test_relation_text_LDADD = $(unit_libs)
tests_unit_test_report_growth_SOURCES = tests/unit/test_report_growth.c tests/unit/report.h \
	$(history_headers)
tests_unit_test_report_growth_LDADD = $(unit_libs)
tests_unit_test_report_SOURCES = tests/unit/test_report.c tests/unit/report.h $(unit_headers)
tests_unit_test_report_LDADD = $(unit_libs)
tests_unit_test_report_limit_SOURCES = tests/unit/test_report_limit.c tests/unit/limited.h \
	tests/unit/report.h $(unit_headers)
tests_unit_test_report_limit_LDADD = $(unit_libs)
tests_unit_test_report_parts_SOURCES = tests/unit/test_report_parts.c tests/unit/report.h \
	$(unit_headers)
tests_unit_test_report_parts_LDADD = $(unit_libs)
tests_unit_test_report_relations_SOURCES = tests/unit/test_report_relations.c tests/unit/report.h \
	$(related_headers)
tests_unit_test_report_relations_LDADD = $(unit_libs)
tests_unit_test_report_width_SOURCES = tests/unit/test_report_width.c tests/unit/report.h \
	$(unit_headers)
tests_unit_test_report_width_LDADD = $(unit_libs)
tests_unit_test_rows_SOURCES = tests/unit/test_rows.c tests/unit/catch.h $(unit_headers)
tests_unit_test_rows_LDADD = $(unit_libs)
tests_unit_test_search_SOURCES = tests/unit/test_search.c $(unit_headers)
tests_unit_test_search_LDADD = $(unit_libs)
tests_unit_test_snapshot_SOURCES = tests/unit/test_snapshot.c $(unit_headers)
tests_unit_test_snapshot_LDADD = $(unit_libs)
tests_unit_test_table_SOURCES = tests/unit/test_table.c $(unit_headers)
tests_unit_test_table_LDADD = $(unit_libs)
tests_unit_test_table_cursor_SOURCES = tests/unit/test_table_cursor.c $(unit_headers)
tests_unit_test_table_cursor_LDADD = $(unit_libs)
tests_unit_test_text_SOURCES = tests/unit/test_text.c $(unit_headers)
tests_unit_test_text_LDADD = $(unit_libs)
tests_unit_test_theme_SOURCES = tests/unit/test_theme.c $(unit_headers)
tests_unit_test_theme_LDADD = $(unit_libs)
tests_unit_test_units_SOURCES = tests/unit/test_units.c $(unit_headers)
tests_unit_test_units_LDADD = $(unit_libs)
tests_unit_test_units_parse_SOURCES = tests/unit/test_units_parse.c $(unit_headers)
tests_unit_test_units_parse_LDADD = $(unit_libs)
tests_unit_test_value_SOURCES = tests/unit/test_value.c tests/unit/json_check.h $(unit_headers)
tests_unit_test_value_LDADD = $(unit_libs)
tests_unit_test_value_rate_SOURCES = tests/unit/test_value_rate.c tests/unit/json_check.h \
	$(unit_headers)
tests_unit_test_value_rate_LDADD = $(unit_libs)
tests_unit_test_stuck_SOURCES = tests/unit/test_stuck.c $(stuck_headers)
tests_unit_test_stuck_LDADD = $(unit_libs)
tests_unit_test_stuck_many_SOURCES = tests/unit/test_stuck_many.c $(stuck_headers)
tests_unit_test_stuck_many_LDADD = $(unit_libs)
tests_unit_test_stuck_objects_SOURCES = tests/unit/test_stuck_objects.c $(stuck_headers)
tests_unit_test_stuck_objects_LDADD = $(unit_libs)
tests_unit_test_verdict_SOURCES = tests/unit/test_verdict.c $(judged_headers)
tests_unit_test_verdict_LDADD = $(unit_libs)
tests_unit_test_verdict_sets_SOURCES = tests/unit/test_verdict_sets.c $(judged_headers)
tests_unit_test_verdict_sets_LDADD = $(unit_libs)
tests_unit_test_worker_SOURCES = tests/unit/test_worker.c tests/unit/fixture.h $(unit_headers)
tests_unit_test_worker_LDADD = $(unit_libs)
endif
