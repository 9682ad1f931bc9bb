# SPDX-License-Identifier: MIT

catalogdir = $(pyverndatadir)/catalog
dist_catalog_DATA = \
	share/catalog/anaconda-darwin-aarch64-none.tsv \
	share/catalog/anaconda-darwin-x86_64-none.tsv \
	share/catalog/anaconda-linux-aarch64-gnu.tsv \
	share/catalog/anaconda-linux-i686-gnu.tsv \
	share/catalog/anaconda-linux-powerpc64le-gnu.tsv \
	share/catalog/anaconda-linux-x86_64-gnu.tsv \
	share/catalog/cpython-darwin-aarch64-none.tsv \
	share/catalog/cpython-darwin-x86_64-none.tsv \
	share/catalog/cpython-linux-aarch64-gnu.tsv \
	share/catalog/cpython-linux-aarch64-musl.tsv \
	share/catalog/cpython-linux-armv7-gnueabi.tsv \
	share/catalog/cpython-linux-armv7-gnueabihf.tsv \
	share/catalog/cpython-linux-i686-gnu.tsv \
	share/catalog/cpython-linux-powerpc64le-gnu.tsv \
	share/catalog/cpython-linux-riscv64-gnu.tsv \
	share/catalog/cpython-linux-s390x-gnu.tsv \
	share/catalog/cpython-linux-x86_64-gnu.tsv \
	share/catalog/cpython-linux-x86_64-musl.tsv \
	share/catalog/cpython.tsv \
	share/catalog/graalpy-darwin-aarch64-none.tsv \
	share/catalog/graalpy-darwin-x86_64-none.tsv \
	share/catalog/graalpy-linux-aarch64-gnu.tsv \
	share/catalog/graalpy-linux-x86_64-gnu.tsv \
	share/catalog/graalpython-darwin-x86_64-none.tsv \
	share/catalog/graalpython-linux-x86_64-gnu.tsv \
	share/catalog/mambaforge-darwin-aarch64-none.tsv \
	share/catalog/mambaforge-darwin-x86_64-none.tsv \
	share/catalog/mambaforge-linux-aarch64-gnu.tsv \
	share/catalog/mambaforge-linux-powerpc64le-gnu.tsv \
	share/catalog/mambaforge-linux-x86_64-gnu.tsv \
	share/catalog/miniconda-darwin-aarch64-none.tsv \
	share/catalog/miniconda-darwin-x86_64-none.tsv \
	share/catalog/miniconda-linux-aarch64-gnu.tsv \
	share/catalog/miniconda-linux-i686-gnu.tsv \
	share/catalog/miniconda-linux-powerpc64le-gnu.tsv \
	share/catalog/miniconda-linux-x86_64-gnu.tsv \
	share/catalog/miniforge-darwin-aarch64-none.tsv \
	share/catalog/miniforge-darwin-x86_64-none.tsv \
	share/catalog/miniforge-linux-aarch64-gnu.tsv \
	share/catalog/miniforge-linux-powerpc64le-gnu.tsv \
	share/catalog/miniforge-linux-x86_64-gnu.tsv \
	share/catalog/pypy-darwin-aarch64-none.tsv \
	share/catalog/pypy-darwin-x86_64-none.tsv \
	share/catalog/pypy-linux-aarch64-gnu.tsv \
	share/catalog/pypy-linux-i686-gnu.tsv \
	share/catalog/pypy-linux-powerpc64le-gnu.tsv \
	share/catalog/pypy-linux-s390x-gnu.tsv \
	share/catalog/pypy-linux-x86_64-gnu.tsv \
	share/catalog/refused.txt \
	share/catalog/series.txt

patchesdir = $(pyverndatadir)/patches
dist_patches_DATA = share/patches/openssl3.patch share/patches/patches.tsv

trustdir = $(pyverndatadir)/trust
dist_trust_DATA = share/trust/builders.tsv share/trust/cpython.tsv share/trust/openpgp.tsv \
	share/trust/sigstore.tsv

# For maintainers: make catalog CATALOG_INPUTS="LIST..." writes the shipped files
# anew from upstream's lists (see src/supply/catalog_import.h).
EXTRA_PROGRAMS = share/catalog/make-catalog
share_catalog_make_catalog_SOURCES = share/catalog/make-catalog.c
share_catalog_make_catalog_LDADD = src/libpyvern.a $(CRYPTO_LIBS) $(JANSSON_LIBS)
catalog: share/catalog/make-catalog$(EXEEXT)
	share/catalog/make-catalog$(EXEEXT) $(srcdir)/share/catalog $(CATALOG_INPUTS)
.PHONY: catalog
CLEANFILES += share/catalog/make-catalog$(EXEEXT)

# What is made of the command table: a program that has all commands, and runs none.
# Building for another machine needs one for this one: make GENERATE=PROGRAM, the
# share/generate/generate of a build for this machine.
noinst_PROGRAMS += share/generate/generate
share_generate_generate_SOURCES = share/generate/generate.c share/generate/generate.h \
	$(generate_sources) $(command_sources)
generate_sources = \
	share/generate/completions_bash.c \
	share/generate/completions_fish.c \
	share/generate/completions_nu.c \
	share/generate/completions_pwsh.c \
	share/generate/completions_zsh.c \
	share/generate/manual.c \
	share/generate/operands.c
share_generate_generate_LDADD = src/libpyvern.a
GENERATE = share/generate/generate$(EXEEXT)

generate = $(AM_V_GEN)$(MKDIR_P) $(@D) && $(GENERATE)
into_place = >$@.new && mv $@.new $@
generated = links.txt

# The names by which hooks and plugins call our commands.
links.txt: share/generate/generate$(EXEEXT)
	$(generate) links $(into_place)

# Completion files: in our own folder, from which `init` has them read, and where each
# shell looks by itself for programs in /usr.
completionsdir = $(pyverndatadir)/completions
zshcompletionsdir = $(completionsdir)/zsh
fishcompletionsdir = $(completionsdir)/fish
bashvendordir = $(datadir)/bash-completion/completions
zshvendordir = $(datadir)/zsh/site-functions
fishvendordir = $(datadir)/fish/vendor_completions.d
nodist_completions_DATA = completions/pyvern.bash completions/pyvern.ps1 completions/pyvern.nu
nodist_zshcompletions_DATA = completions/zsh/_pyvern
nodist_fishcompletions_DATA = completions/fish/pyvern.fish completions/fish/pyenv.fish
nodist_bashvendor_DATA = completions/vendor/pyvern
nodist_zshvendor_DATA = completions/zsh/_pyvern
nodist_fishvendor_DATA = completions/fish/pyvern.fish
completions/pyvern.bash: share/generate/generate$(EXEEXT)
	$(generate) bash $(into_place)
completions/vendor/pyvern: completions/pyvern.bash
	$(AM_V_GEN)$(MKDIR_P) $(@D) && cp completions/pyvern.bash $@
completions/zsh/_pyvern: share/generate/generate$(EXEEXT)
	$(generate) zsh $(into_place)
completions/fish/pyvern.fish: share/generate/generate$(EXEEXT)
	$(generate) fish $(into_place)
completions/fish/pyenv.fish:
	$(AM_V_GEN)$(MKDIR_P) $(@D) && echo 'complete -c pyenv -w pyvern' $(into_place)
completions/pyvern.ps1: share/generate/generate$(EXEEXT)
	$(generate) pwsh $(into_place)
completions/pyvern.nu: share/generate/generate$(EXEEXT)
	$(generate) nu $(into_place)
generated += $(nodist_completions_DATA) $(nodist_zshcompletions_DATA) \
	$(nodist_fishcompletions_DATA) $(nodist_bashvendor_DATA)

# Manual pages, from the tables and the prose in share/manual.
EXTRA_DIST += share/manual
man.stamp: share/generate/generate$(EXEEXT) $(wildcard $(srcdir)/share/manual/*.txt)
	$(AM_V_GEN)rm -rf man && $(MKDIR_P) man && $(GENERATE) man '$(srcdir)/share/manual' man
	$(AM_V_at)touch $@
install-data-hook: install-manual
install-manual: man.stamp
	@for page in man/*.[157]; do \
		folder='$(DESTDIR)$(mandir)'/man$${page##*.}; \
		$(MKDIR_P) "$$folder" && $(INSTALL_DATA) "$$page" "$$folder" || exit 1; \
	done
uninstall-hook: uninstall-manual
uninstall-manual: man.stamp
	@for page in man/*.[157]; do \
		rm -f '$(DESTDIR)$(mandir)'/man$${page##*.}/"$${page##*/}"; \
	done
clean-local: clean-manual
clean-manual:
	rm -rf man man.stamp
.PHONY: install-manual uninstall-manual clean-manual

all-local: links.txt man.stamp
CLEANFILES += $(generated) $(generated:=.new)
EXTRA_DIST += build-aux/install-links.sh
install_links = $(SHELL) '$(srcdir)/build-aux/install-links.sh' '$(DESTDIR)' '$(bindir)'
# Sourced as `source activate NAME`; programs for `which` alone.
sourceddir = $(pyverndatadir)/sourced
dist_sourced_SCRIPTS = share/sourced/activate share/sourced/deactivate
