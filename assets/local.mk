# What stands beside the program: the entry of the desktop's menu with its icon, and the pictures
# in README.md, which `make picture` takes anew of the program itself.
appsdir = $(datadir)/applications
dist_apps_DATA = assets/ipctop.desktop
iconsdir = $(datadir)/icons/hicolor/scalable/apps
dist_icons_DATA = assets/ipctop.svg

EXTRA_DIST += assets/picture.sh assets/check.sh assets/screenshot.svg \
	assets/details.svg
TESTS += assets/check.sh

if HAVE_VTERM
# Not for `make`, but for `make picture`, and for `make check`, which tells a picture that is old.
picture_tools = assets/picture assets/picture_world
check_PROGRAMS += $(picture_tools)
assets_picture_SOURCES = assets/picture.c assets/picture_svg.c assets/picture_svg.h tests/tap.h \
	tests/tui/term.h
assets_picture_CFLAGS = $(AM_CFLAGS) $(VTERM_CFLAGS) $(CMOCKA_CFLAGS)
assets_picture_LDADD = $(tui_libs)
assets_picture_world_SOURCES = assets/picture_world.c

picture: ipctop$(EXEEXT) $(picture_tools)
	IPCTOP='$(abs_top_builddir)/ipctop$(EXEEXT)' $(SHELL) '$(srcdir)/assets/picture.sh' \
		'$(srcdir)/assets'
else
picture:
	@echo 'picture needs libvterm and cmocka: configure found none' >&2; exit 1
endif
.PHONY: picture
