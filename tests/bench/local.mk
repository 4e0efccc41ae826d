# Speed is compared, never tested: 'make bench' prints, and people read.
if HAVE_VTERM
EXTRA_PROGRAMS += tests/bench/bench tests/bench/player
tests_bench_player_SOURCES = tests/bench/player.c
tests_bench_bench_SOURCES = tests/bench/bench.c tests/bench/measure.c tests/bench/measure.h \
	tests/bench/scan.c tests/bench/scan.h
tests_bench_bench_CFLAGS = $(AM_CFLAGS) $(VTERM_CFLAGS) $(CMOCKA_CFLAGS)
tests_bench_bench_LDADD = libipctop.a $(libipctop_libs) $(tui_libs)
CLEANFILES += tests/bench/bench$(EXEEXT) tests/bench/player$(EXEEXT)

bench: ipctop$(EXEEXT) tests/bench/bench$(EXEEXT) tests/bench/player$(EXEEXT)
	IPCTOP='$(abs_top_builddir)/ipctop$(EXEEXT)' tests/bench/bench$(EXEEXT)
else
bench:
	@echo 'bench needs libvterm and cmocka: configure found none' >&2; exit 1
endif
.PHONY: bench
