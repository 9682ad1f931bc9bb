# SPDX-License-Identifier: MIT

catalogdir = $(pyverndatadir)/catalog
dist_catalog_DATA = share/catalog/cpython.tsv

# For maintainers: make catalog CATALOG_INPUTS="LIST..." writes the shipped file
# anew from upstream's lists (see src/supply/catalog_import.h).
EXTRA_PROGRAMS = share/catalog/make-catalog
share_catalog_make_catalog_SOURCES = share/catalog/make-catalog.c
share_catalog_make_catalog_LDADD = src/libpyvern.a $(CRYPTO_LIBS) $(JANSSON_LIBS)
catalog: share/catalog/make-catalog$(EXEEXT)
	share/catalog/make-catalog$(EXEEXT) $(srcdir)/share/catalog/cpython.tsv $(CATALOG_INPUTS)
.PHONY: catalog
CLEANFILES += share/catalog/make-catalog$(EXEEXT)

# What is made of the command table: a program that has all commands, and runs none.
# Building for another machine needs one for this one: make GENERATE=PROGRAM, the
# share/generate/generate of a build for this machine.
noinst_PROGRAMS += share/generate/generate
share_generate_generate_SOURCES = share/generate/generate.c $(command_sources)
share_generate_generate_LDADD = src/libpyvern.a
GENERATE = share/generate/generate$(EXEEXT)

# The names by which hooks and plugins call our commands.
links.txt: share/generate/generate$(EXEEXT)
	$(AM_V_GEN)$(GENERATE) links >$@.new && mv $@.new $@
all-local: links.txt
CLEANFILES += links.txt links.txt.new
EXTRA_DIST += build-aux/install-links.sh
install_links = $(SHELL) '$(srcdir)/build-aux/install-links.sh' '$(DESTDIR)' '$(bindir)' \
	'$(pyvernlibexecdir)'
