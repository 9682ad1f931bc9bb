# SPDX-License-Identifier: MIT
pyvernlibexec_PROGRAMS += plugins/install/pyvern-unpack
plugins_install_pyvern_unpack_SOURCES = plugins/install/pyvern-unpack.c
plugins_install_pyvern_unpack_LDADD = src/libpyvern.a $(ARCHIVE_LIBS)
