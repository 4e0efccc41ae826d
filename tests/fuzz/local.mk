# Fuzzing by libFuzzer, which is clang's: 'make fuzz' builds all again with it, beside the rest. What
# it finds is in the build's tests/fuzz/out/.
FUZZ_CC = clang
FUZZ_SECONDS = 20
# Adding 0 to NULL is no error to us: all compilers take it, and the next C does (N3322).
fuzz_sanitizers = -fsanitize=address,undefined -fno-sanitize=pointer-overflow \
	-fno-sanitize-recover=undefined
fuzz_cflags = -std=gnu11 -pthread -O2 -g -fno-omit-frame-pointer $(fuzz_sanitizers) \
	$(NCURSES_CFLAGS) $(PROC2_CFLAGS) $(SMARTCOLS_CFLAGS)
fuzz_programs = tests/fuzz/fuzz_sysvipc tests/fuzz/fuzz_process tests/fuzz/fuzz_filter \
	tests/fuzz/fuzz_config tests/fuzz/fuzz_key tests/fuzz/fuzz_text
fuzz_libs = tests/fuzz/libfuzzed.a $(libipctop_libs)

EXTRA_LIBRARIES = tests/fuzz/libfuzzed.a
EXTRA_PROGRAMS += $(fuzz_programs)
tests_fuzz_libfuzzed_a_SOURCES = $(libipctop_a_SOURCES) tests/fuzz/fuzz.c tests/fuzz/fuzz.h
tests_fuzz_libfuzzed_a_CFLAGS = $(fuzz_cflags) -fsanitize=fuzzer-no-link
tests_fuzz_fuzz_sysvipc_LDADD = $(fuzz_libs)
tests_fuzz_fuzz_process_LDADD = $(fuzz_libs)
tests_fuzz_fuzz_filter_LDADD = $(fuzz_libs)
tests_fuzz_fuzz_config_LDADD = $(fuzz_libs)
tests_fuzz_fuzz_key_LDADD = $(fuzz_libs)
tests_fuzz_fuzz_text_LDADD = $(fuzz_libs)
EXTRA_DIST += tests/fuzz/run.sh tests/fuzz/corpus
CLEANFILES += $(fuzz_programs) tests/fuzz/libfuzzed.a

# The flags that configure found are those of another compiler, or of another sanitizer.
fuzz:
	@$(FUZZ_CC) --version >/dev/null 2>&1 || \
		{ echo 'fuzz needs clang, or FUZZ_CC: no $(FUZZ_CC) here' >&2; exit 1; }
	$(MAKE) $(AM_MAKEFLAGS) CC='$(FUZZ_CC)' CFLAGS= LDFLAGS= AM_CFLAGS='$(fuzz_cflags)' \
		AM_LDFLAGS='-pthread -fsanitize=fuzzer $(fuzz_sanitizers)' $(fuzz_programs)
	TOP_SRCDIR='$(abs_top_srcdir)' $(SHELL) $(top_srcdir)/tests/fuzz/run.sh tests/fuzz/out \
		'$(FUZZ_SECONDS)' $(fuzz_programs)
fuzz-clean:
	rm -rf tests/fuzz/out
clean-local: fuzz-clean
.PHONY: fuzz fuzz-clean
