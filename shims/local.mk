# SPDX-License-Identifier: MIT
# One small static program: a dynamic one costs a third of a millisecond more on
# every start of every Python.
pyvernlibexec_PROGRAMS += shims/pyvern-shim
shims_pyvern_shim_SOURCES = shims/pyvern-shim.c shims/place.c shims/place.h
shims_pyvern_shim_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/shims
shims_pyvern_shim_LDADD = src/libpyvern.a
shims_pyvern_shim_LDFLAGS = $(HARDEN_LDFLAGS) $(SANITIZE_FLAGS) $(STATIC_LDFLAGS)
