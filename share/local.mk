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
