# SPDX-License-Identifier: MIT
# One small program; what it costs, it costs at every start of every Python.
# Where it can do without a C library, the rules of the core are compiled for it
# a second time (shims/bare/bare.h); else it is linked like any other. The linker
# leaves out what the shim does not use of these files; what it uses and shims/bare
# does not have, it names.
pyvernlibexec_PROGRAMS += shims/pyvern-shim
shims_pyvern_shim_SOURCES = $(bare_sources) shims/pyvern-shim.c shims/place.c shims/place.h
shims_pyvern_shim_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/shims
if BARE_SHIM
# First: what stands in its .bss shares a page with what the shim uses first.
bare_sources = \
	shims/bare/bare.h shims/bare/start.c shims/bare/system.c shims/bare/text.c \
	src/base/path.c src/base/str.c src/os/fd.c \
	src/core/launch.c \
	src/core/layout_env.c \
	src/core/toml.c src/core/toml_scalar.c src/core/toml_text.c \
	src/core/pinfile.c src/core/pinfile_project.c \
	src/core/policy.c src/core/registered.c \
	src/core/selection.c src/core/selection_find.c src/core/selection_resolve.c src/core/selection_venv.c \
	src/core/version.c src/core/version_platform.c src/core/version_request.c \
	src/core/version_specifier.c src/core/version_text.c
shims_pyvern_shim_LINK = $(CCLD) $(AM_CFLAGS) $(CFLAGS) $(HARDEN_LDFLAGS) $(LDFLAGS) \
	$(BARE_LDFLAGS) -o $@
$(shims_pyvern_shim_OBJECTS): override CFLAGS += $(BARE_CFLAGS)
# Objects that were compiled for the other kind of shim cannot be linked.
$(shims_pyvern_shim_OBJECTS): Makefile
else
shims_pyvern_shim_LDADD = src/libpyvern.a
shims_pyvern_shim_LINK = $(CCLD) $(AM_CFLAGS) $(CFLAGS) $(HARDEN_LDFLAGS) $(SANITIZE_FLAGS) $(STATIC_LDFLAGS) \
	$(LDFLAGS) -o $@
endif
