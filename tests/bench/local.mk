# Speed is compared, never tested: 'make bench' prints, and people read. PARTS='idle keys': only these.
EXTRA_DIST += tests/bench/README.md

if HAVE_VTERM
EXTRA_PROGRAMS += tests/bench/bench tests/bench/player
tests_bench_player_SOURCES = tests/bench/player.c
tests_bench_bench_SOURCES = tests/bench/bench.c tests/bench/parts.h tests/bench/measure.c \
	tests/bench/measure.h tests/bench/objects.c tests/bench/objects.h tests/bench/players.c \
	tests/bench/players.h tests/bench/screen.c tests/bench/screen.h tests/bench/snapshots.c \
	tests/bench/commands.c tests/bench/scan.c tests/bench/ui.c tests/bench/keys.c
tests_bench_bench_CFLAGS = $(AM_CFLAGS) $(VTERM_CFLAGS) $(CMOCKA_CFLAGS)
tests_bench_bench_LDADD = libipctop.a $(libipctop_libs) $(tui_libs)
CLEANFILES += tests/bench/bench$(EXEEXT) tests/bench/player$(EXEEXT)

bench: ipctop$(EXEEXT) tests/bench/bench$(EXEEXT) tests/bench/player$(EXEEXT)
	IPCTOP='$(abs_top_builddir)/ipctop$(EXEEXT)' tests/bench/bench$(EXEEXT) $(PARTS)
else
bench:
	@echo 'bench needs libvterm and cmocka: configure found none' >&2; exit 1
endif
.PHONY: bench
