# Fuzzing by libFuzzer, which is clang's: 'make fuzz' builds all again with it, beside the rest.
FUZZ_CC = clang
FUZZ_SECONDS = 20
# Adding 0 to NULL is no error to us: all compilers take it, and the next C does (N3322).
fuzz_flags = -std=gnu11 -pthread -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined \
	-fno-sanitize=pointer-overflow -fno-sanitize-recover=undefined \
	$(NCURSES_CFLAGS) $(PROC2_CFLAGS) $(SMARTCOLS_CFLAGS)
fuzz_programs = tests/fuzz/fuzz_sysvipc tests/fuzz/fuzz_process tests/fuzz/fuzz_filter \
	tests/fuzz/fuzz_config tests/fuzz/fuzz_key
fuzz_link = tests/fuzz/libfuzzed.a $(libipctop_libs)

EXTRA_LIBRARIES = tests/fuzz/libfuzzed.a
EXTRA_PROGRAMS += $(fuzz_programs)
tests_fuzz_libfuzzed_a_SOURCES = $(libipctop_a_SOURCES) tests/fuzz/fuzz.c tests/fuzz/fuzz.h
tests_fuzz_libfuzzed_a_CFLAGS = $(fuzz_flags) -fsanitize=fuzzer-no-link
tests_fuzz_fuzz_sysvipc_CFLAGS = $(fuzz_flags)
tests_fuzz_fuzz_sysvipc_LDADD = $(fuzz_link)
tests_fuzz_fuzz_process_CFLAGS = $(fuzz_flags)
tests_fuzz_fuzz_process_LDADD = $(fuzz_link)
tests_fuzz_fuzz_filter_CFLAGS = $(fuzz_flags)
tests_fuzz_fuzz_filter_LDADD = $(fuzz_link)
tests_fuzz_fuzz_config_CFLAGS = $(fuzz_flags)
tests_fuzz_fuzz_config_LDADD = $(fuzz_link)
tests_fuzz_fuzz_key_CFLAGS = $(fuzz_flags)
tests_fuzz_fuzz_key_LDADD = $(fuzz_link)
EXTRA_DIST += tests/fuzz/run.sh tests/fuzz/corpus
CLEANFILES += $(fuzz_programs) tests/fuzz/libfuzzed.a

# Flags of this build may be another compiler's.
fuzz:
	$(MAKE) $(AM_MAKEFLAGS) CC='$(FUZZ_CC)' CFLAGS= \
		LDFLAGS=-fsanitize=fuzzer,address,undefined $(fuzz_programs)
	TOP_SRCDIR='$(abs_top_srcdir)' $(SHELL) $(top_srcdir)/tests/fuzz/run.sh '$(FUZZ_SECONDS)' \
		$(fuzz_programs)
fuzz-clean:
	rm -rf tests/fuzz/found tests/fuzz/*.log tests/fuzz/*-crash-* tests/fuzz/*-timeout-* \
		tests/fuzz/*-oom-* tests/fuzz/*-leak-* tests/fuzz/*-slow-unit-*
clean-local: fuzz-clean
.PHONY: fuzz fuzz-clean
