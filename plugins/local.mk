# SPDX-License-Identifier: MIT
pyvernlibexec_PROGRAMS += plugins/install/pyvern-unpack
plugins_install_pyvern_unpack_SOURCES = plugins/install/pyvern-unpack.c
plugins_install_pyvern_unpack_LDADD = src/libpyvern.a $(ARCHIVE_LIBS)

# The libraries are the programs' own: the core must not get them.
pyvernlibexec_PROGRAMS += plugins/install/pyvern-install
plugins_install_pyvern_install_SOURCES = \
	plugins/install/pyvern-install.c plugins/install/commands.h \
	plugins/install/cmd_install.c plugins/install/install_build.c plugins/install/install_job.c plugins/install/install_job.h \
	plugins/install/install_many.c plugins/install/install_many.h \
	plugins/install/install_outcome.c plugins/install/install_outcome.h \
	plugins/install/install_bin.c plugins/install/install_bin.h \
	plugins/install/install_list.c plugins/install/pyenv_install.c \
	plugins/install/install_given.c plugins/install/install_given.h plugins/install/pyenv_tell.c plugins/install/pyenv_tell.h plugins/install/cmd_python_build.c \
	plugins/install/cmd_bundle.c plugins/install/cmd_cache.c plugins/install/cmd_download.c plugins/install/cmd_list.c plugins/install/cmd_probe.c plugins/install/cmd_outdated.c plugins/install/cmd_verify.c plugins/install/cmd_refresh.c plugins/install/cmd_repair_version.c \
	plugins/install/cmd_relocate.c plugins/install/platform_words.c plugins/install/platform_words.h \
	plugins/install/cmd_upgrade.c plugins/install/cmd_sbom.c plugins/install/cmd_seed.c plugins/install/cmd_verify_blob.c
plugins_install_pyvern_install_LDADD = src/libpyvern.a \
	$(CURL_LIBS) $(ARCHIVE_LIBS) $(CRYPTO_LIBS) $(JANSSON_LIBS)

# One program, called by the names of its commands.
install_names = bundle cache download list outdated probe python-build refresh relocate repair-version sbom seed upgrade verify verify-blob
install-exec-hook:
	cd '$(DESTDIR)$(pyvernlibexecdir)' && for name in $(install_names); do \
		rm -f "pyvern-$$name" && ln -s pyvern-install "pyvern-$$name" || exit 1; \
	done
	$(install_links) '$(pyvernlibexecdir)' `cat links.txt`
	cd '$(DESTDIR)$(bindir)' && rm -f python-build && ln -s pyvern python-build
	$(install_links) '$(pyvernlibexecdir)/as-pyenv' pyenv
# Folders of ours go, too, unless somebody put something there.
uninstall-hook:
	for name in $(install_names); do \
		rm -f '$(DESTDIR)$(pyvernlibexecdir)'/"pyvern-$$name"; \
	done
	$(install_links) '$(pyvernlibexecdir)'
	test "`readlink '$(DESTDIR)$(bindir)/python-build'`" != pyvern || \
		rm -f '$(DESTDIR)$(bindir)/python-build'
	$(install_links) '$(pyvernlibexecdir)/as-pyenv'
	-for dir in '$(DESTDIR)$(pyvernlibexecdir)/as-pyenv' '$(DESTDIR)$(catalogdir)' '$(DESTDIR)$(patchesdir)' '$(DESTDIR)$(trustdir)' \
		'$(DESTDIR)$(sourceddir)' '$(DESTDIR)$(pyverndatadir)' \
		'$(DESTDIR)$(pyvernlibexecdir)'; do \
		test ! -d "$$dir" || rmdir "$$dir" 2>/dev/null || :; \
	done
