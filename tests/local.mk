# SPDX-License-Identifier: MIT
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
TEST_EXTENSIONS = .bats
BATS_LOG_DRIVER = $(LOG_DRIVER)
BATS_LOG_COMPILER = $(BATS)
AM_BATS_LOG_FLAGS = --tap
# A failed test has its own line already; the plan tells when a file breaks off.
AM_BATS_LOG_DRIVER_FLAGS = --ignore-exit
# A sanitizer's finding ends a program with 99, which no test expects (its own
# choice is 1, which many do).
AM_TESTS_ENVIRONMENT = \
	ASAN_OPTIONS="exitcode=99:$$ASAN_OPTIONS"; export ASAN_OPTIONS; \
	UBSAN_OPTIONS="exitcode=99:$$UBSAN_OPTIONS"; export UBSAN_OPTIONS; \
	CMOCKA_MESSAGE_OUTPUT=TAP; export CMOCKA_MESSAGE_OUTPUT; \
	PYVERN_TEST_STAGE='$(abs_top_builddir)/tests/stage'; export PYVERN_TEST_STAGE; \
	PYVERN_TEST_BUILD='$(abs_top_builddir)'; export PYVERN_TEST_BUILD; \
	PYVERN_TEST_SOURCE='$(abs_top_srcdir)'; export PYVERN_TEST_SOURCE; \
	PYVERN_TEST_SANITIZERS='$(SANITIZE_FLAGS)'; export PYVERN_TEST_SANITIZERS; \
	PYVERN_TEST_SHIM='$(SHIM_KIND)'; export PYVERN_TEST_SHIM; \
	PYVERN_TEST_HARDENING='$(HARDEN_CFLAGS) $(HARDEN_LDFLAGS) $(PIE_LDFLAGS)'; \
	export PYVERN_TEST_HARDENING; \
	PYVERN_TEST_CC='$(CC)'; export PYVERN_TEST_CC;
EXTRA_DIST += tests/lib/hook-row
EXTRA_DIST += tests/unit/generated/sample.nu tests/unit/generated/sample.ps1
EXTRA_DIST += tests/unit/request_rows.h tests/unit/version_rows.h
EXTRA_DIST += tests/unit/unit.h tests/unit/folder.h tests/unit/selection_ground.h tests/unit/store_ground.h tests/lib/versions.bash tests/lib/faults.bash tests/lib/selection.bash \
	$(cli_tests) $(fault_tests) $(real_tests) $(battery_tests)

# Command line tests run against an installed tree, so that installing is
# tested, too.
cli_tests = tests/cli/house.bats tests/cli/quickstart.bats
cli_tests += tests/cli/plugins.bats tests/cli/links.bats tests/cli/manual.bats tests/cli/completions.bats \
	tests/cli/completion_files.bats
cli_tests += tests/cli/hooks.bats
cli_tests += tests/cli/exec.bats tests/cli/explain.bats tests/cli/global.bats \
	tests/cli/local.bats tests/cli/pins.bats tests/cli/prefix.bats tests/cli/shim.bats tests/cli/version.bats \
	tests/cli/which.bats
cli_tests += tests/cli/init.bats tests/cli/init_files.bats tests/cli/auto_venv.bats tests/cli/refused_names.bats
cli_tests += tests/cli/adopt.bats tests/cli/doctor.bats tests/cli/migrate.bats tests/cli/update.bats
EXTRA_DIST += tests/lib/adopt.bash tests/lib/system-python.bash
cli_tests += tests/cli/install_branch.bats tests/cli/install_definitions.bats tests/cli/python_build.bats tests/cli/python_build_definitions.bats
EXTRA_DIST += tests/lib/fake-package.sh
cli_tests += tests/cli/probe.bats tests/cli/rehash.bats tests/cli/relocate.bats
cli_tests += tests/cli/shim_gate.bats
cli_tests += tests/cli/install_build.bats tests/cli/install_needs.bats
cli_tests += tests/cli/install_conda.bats tests/cli/list.bats tests/cli/cache.bats tests/cli/download.bats tests/cli/bundle.bats
cli_tests += tests/cli/outdated.bats tests/cli/verify.bats tests/cli/verify-blob.bats tests/cli/install_signature.bats tests/cli/signatures.bats tests/cli/openpgp.bats
EXTRA_DIST += tests/lib/mutate-bundle.py
# Bundles and a trusted root for tests, signed by keys that are made for them.
EXTRA_PROGRAMS += tests/lib/make-signed
tests_lib_make_signed_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests
tests_lib_make_signed_LDADD = src/libpyvern.a $(CRYPTO_LIBS) $(JANSSON_LIBS)
CLEANFILES += tests/lib/make-signed
cli_tests += tests/cli/policy.bats
cli_tests += tests/cli/install_from.bats tests/cli/install_list.bats
cli_tests += tests/cli/update_catalog.bats
cli_tests += tests/cli/install_many.bats tests/cli/install_bin.bats
cli_tests += tests/cli/install.bats tests/cli/install_prebuilt.bats tests/cli/uninstall.bats
cli_tests += tests/cli/registry.bats tests/cli/venvs.bats tests/cli/trust.bats tests/cli/uninstall_needs.bats tests/cli/repair.bats tests/cli/repair_version.bats tests/cli/upgrade.bats tests/cli/upgrade_named.bats tests/cli/rollback.bats tests/cli/gc.bats tests/cli/gc_pins.bats tests/cli/sbom.bats tests/cli/venvs_move.bats
cli_tests += tests/cli/venv_options.bats tests/cli/venv_seed.bats tests/cli/entering_venv.bats tests/cli/run.bats tests/cli/x.bats
EXTRA_DIST += tests/lib/registry.bash
cli_tests += tests/cli/versions.bats tests/cli/activate.bats tests/cli/virtualenv-init.bats tests/cli/virtualenv.bats tests/cli/virtualenvs.bats
cli_tests += tests/cli/config.bats tests/cli/help.bats tests/cli/hostile.bats \
	tests/cli/latest.bats \
	tests/cli/overview.bats tests/cli/root.bats tests/cli/use.bats tests/cli/venv.bats
EXTRA_DIST += tests/lib/packages.bash tests/lib/venv.bash tests/lib/real.bash tests/lib/relocate.bash
fault_tests =
fault_programs =
real_tests = tests/real/clients.bats tests/real/hooks.bats tests/real/main_job.bats tests/real/migrate.bats tests/real/pyenv.bats tests/real/venv.bats tests/real/every_python.bats
real_tests += tests/real/virtualenv.bats tests/real/beside.bats
real_tests += tests/real/seed.bats tests/real/update.bats tests/real/walk.bats
real_tests += tests/real/default_packages.bats tests/real/pyenv_generated.bats
real_tests += tests/real/build.bats tests/real/bundle.bats tests/real/standalone.bats tests/real/relocate.bats tests/real/repair.bats tests/real/sbom.bats tests/real/upgrade.bats
EXTRA_PROGRAMS += tests/real/move_tree
real_programs = tests/real/move_tree
tests_real_move_tree_LDADD = src/libpyvern.a $(CRYPTO_LIBS)
CLEANFILES += tests/real/move_tree
TESTS = $(check_PROGRAMS)
if HAVE_BATS
TESTS += $(cli_tests)
check_DATA = tests/stage.stamp tests/lib/make-signed$(EXEEXT)
endif

# After all of `all`: the make within must find nothing to build.
tests/stage.stamp: $(bin_PROGRAMS) $(pyvernlibexec_PROGRAMS) $(dist_catalog_DATA) | all-am
	$(AM_V_GEN)rm -rf tests/stage && \
	$(MAKE) $(AM_MAKEFLAGS) install DESTDIR= prefix='$(abs_top_builddir)/tests/stage' \
		>tests/stage.log 2>&1 || { cat tests/stage.log; exit 1; }
	$(AM_V_at)touch $@

clean-local: clean-stage
clean-stage:
	rm -rf tests/stage tests/stage.stamp tests/stage.log

# The long ones: bad days, and real parts (they need a root with a real Python:
# PYVERN_REAL_ROOT).
check-faults: tests/stage.stamp $(check_PROGRAMS) $(check_DATA) $(fault_programs)
	+$(one_by_one) TESTS='$(fault_tests)' TEST_SUITE_LOG=tests/faults.log
check-real: tests/stage.stamp $(check_PROGRAMS) $(check_DATA) $(real_programs)
	+$(one_by_one) TESTS='$(real_tests)' TEST_SUITE_LOG=tests/real.log
# What makes disks full, counts calls or shares a real Python goes one after the other, with -j, too.
one_by_one = $(MAKE) $(AM_MAKEFLAGS) check-TESTS one_at_a_time=yes
# Both, which do not meet, beside each other (-j2).
check-long: check-faults check-real

# Many points of each kind, with their counts (tests/lib/battery.bash). All of them, or
# battery_tests=tests/battery/kills.bats; PYVERN_BATTERY=5 takes five per cent of each.
battery_tests = tests/battery/counting.bats tests/battery/disks.bats tests/battery/errors.bats \
	tests/battery/kills.bats tests/battery/order.bats
battery_programs = tests/battery/fault_at
EXTRA_PROGRAMS += tests/battery/fault_at
battery_tests += tests/battery/crowd.bats tests/battery/memory.bats tests/battery/names.bats \
	tests/battery/signatures.bats tests/battery/surroundings.bats
battery_programs += tests/battery/signatures tests/battery/real_signatures \
	tests/battery/no_memory.so
EXTRA_PROGRAMS += tests/battery/signatures tests/battery/real_signatures
tests_battery_signatures_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests
tests_battery_signatures_LDADD = src/libpyvern.a $(CRYPTO_LIBS) $(JANSSON_LIBS)
tests_battery_real_signatures_CPPFLAGS = $(tests_battery_signatures_CPPFLAGS)
tests_battery_real_signatures_LDADD = $(tests_battery_signatures_LDADD)
EXTRA_DIST += tests/battery/signatures.h
CLEANFILES += $(battery_programs) tests/battery/no_memory.so.log
EXTRA_DIST += tests/lib/battery.bash tests/lib/battery-ground.bash tests/lib/battery-commands.bash \
	tests/battery/crowd.py tests/battery/names.py tests/battery/no_memory.c tests/battery/order.py
# Stands before glibc's own allocation; with another C library there is none.
tests/battery/no_memory.so: tests/battery/no_memory.c
	$(AM_V_GEN)$(MKDIR_P) tests/battery && \
	$(CC) -shared -fPIC -O2 -o $@ $(srcdir)/tests/battery/no_memory.c 2>$@.log || rm -f $@
check-battery: tests/stage.stamp $(battery_programs)
	+@failed=no; \
	$(one_by_one) TESTS='$(battery_tests)' TEST_SUITE_LOG=tests/battery.log || \
		failed=yes; \
	sed -n 's/^# \([0-9]* points of .*\)/  \1/p' $(battery_tests:.bats=.log); \
	test $$failed = no
.PHONY: check-battery check-faults check-long check-real clean-stage
long_tests = $(battery_tests) $(fault_tests) $(real_tests) $(valgrind_tests)
CLEANFILES += $(long_tests:.bats=.log) $(long_tests:.bats=.trs) tests/battery.log tests/faults.log \
	tests/real.log tests/valgrind.log

# Memory, where sanitizers do not look: what was never set, and the programs as they
# are installed. The unit tests run under it as a whole; commands one by one.
valgrind_tests = tests/valgrind/commands.bats
EXTRA_DIST += $(valgrind_tests) tests/valgrind/suppressions
# A program that cannot be started, which test_threads has, ends valgrind itself.
valgrind_programs = $(valgrind_first) $(filter-out tests/unit/test_threads$(EXEEXT) $(valgrind_first),$(check_PROGRAMS))
# The longest first: the others go beside it.
valgrind_first = $(filter tests/unit/test_sigstore$(EXEEXT),$(check_PROGRAMS))
valgrind_command = valgrind --quiet --error-exitcode=99 --leak-check=full \
	--suppressions=$(abs_srcdir)/tests/valgrind/suppressions
check-valgrind: tests/stage.stamp $(check_PROGRAMS)
	@command -v valgrind >/dev/null || { echo "valgrind is not here" >&2; exit 1; }
	@test -z '$(SANITIZE_FLAGS)' || { \
		echo "valgrind cannot run what was built with sanitizers" >&2; exit 1; }
	PYVERN_TEST_VALGRIND="$(valgrind_command)" \
	$(MAKE) $(AM_MAKEFLAGS) check-TESTS TESTS='$(valgrind_programs) $(valgrind_tests)' \
		LOG_COMPILER="$(valgrind_command)" TEST_SUITE_LOG=tests/valgrind.log
.PHONY: check-valgrind

# Downloads, by a program that fetches what its command line describes.
EXTRA_PROGRAMS += tests/faults/fetch_file tests/faults/http_files
fault_programs += tests/faults/fetch_file tests/faults/http_files
tests_faults_fetch_file_LDADD = src/libpyvern.a $(CURL_LIBS) $(CRYPTO_LIBS) $(JANSSON_LIBS)
tests_faults_http_files_LDADD = $(tests_faults_fetch_file_LDADD)
fault_tests += tests/faults/relocate.bats tests/faults/repair.bats tests/faults/upgrade.bats tests/faults/bundle.bats
fault_tests += tests/faults/configure.bats tests/faults/fetch.bats
EXTRA_DIST += tests/faults/server.py
fault_tests += tests/faults/install.bats tests/faults/install_many.bats \
	tests/faults/install_prebuilt.bats
EXTRA_PROGRAMS += $(unpack_programs)
unpack_programs = tests/faults/unpack_file tests/faults/sandbox_try tests/faults/without_calls
fault_programs += $(unpack_programs)
tests_faults_unpack_file_LDADD = src/libpyvern.a $(CURL_LIBS) $(ARCHIVE_LIBS) $(CRYPTO_LIBS) \
	$(JANSSON_LIBS)
tests_faults_sandbox_try_LDADD = src/libpyvern.a $(CURL_LIBS)
CLEANFILES += $(unpack_programs)
fault_tests += tests/faults/unpack.bats tests/faults/mutate.bats
EXTRA_DIST += tests/faults/mutate.py
fault_tests += tests/faults/python_build.bats
fault_tests += tests/faults/store.bats tests/faults/venv.bats tests/faults/venvs.bats tests/faults/settings.bats
fault_tests += tests/faults/variants.bats
fault_tests += tests/faults/scenarios.bats tests/faults/proxy.bats
EXTRA_DIST += tests/faults/scenarios.py
EXTRA_DIST += tests/lib/fake-cpython.sh tests/lib/fake-standalone.sh
EXTRA_DIST += tests/lib/fake-conda.sh tests/lib/pack-standalone.sh tests/lib/nginx.bash
CLEANFILES += tests/faults/fetch_file tests/faults/http_files

# Fuzz targets: configure CC=clang --enable-fuzzing, then make fuzz. Findings of a
# run stay in the build folder; the seeds are in the tree. In any other build each
# target is a test that runs its seeds.
FUZZ_SECONDS = 60
EXTRA_DIST += tests/fuzz/corpus tests/fuzz/ground.h tests/fuzz/tar_sums.h
fuzz_ldadd = $(fuzz_main) src/libpyvern.a $(CURL_LIBS) $(ARCHIVE_LIBS) $(CRYPTO_LIBS) $(JANSSON_LIBS)
fuzz_programs =
fuzz_programs += tests/fuzz/fuzz_answer
tests_fuzz_fuzz_answer_LDADD = $(fuzz_ldadd)
fuzz_programs += tests/fuzz/fuzz_apt
tests_fuzz_fuzz_apt_LDADD = $(fuzz_ldadd)
fuzz_programs += tests/fuzz/fuzz_archive
tests_fuzz_fuzz_archive_LDADD = $(fuzz_ldadd)
fuzz_programs += tests/fuzz/fuzz_build_log
tests_fuzz_fuzz_build_log_LDADD = $(fuzz_ldadd)
fuzz_programs += tests/fuzz/fuzz_bundle
tests_fuzz_fuzz_bundle_LDADD = $(fuzz_ldadd)
fuzz_programs += tests/fuzz/fuzz_bytes
tests_fuzz_fuzz_bytes_LDADD = $(fuzz_ldadd)
fuzz_programs += tests/fuzz/fuzz_catalog
tests_fuzz_fuzz_catalog_LDADD = $(fuzz_ldadd)
fuzz_programs += tests/fuzz/fuzz_catalog_import
tests_fuzz_fuzz_catalog_import_LDADD = $(fuzz_ldadd)
fuzz_programs += tests/fuzz/fuzz_catalog_named
tests_fuzz_fuzz_catalog_named_LDADD = $(fuzz_ldadd)
fuzz_programs += tests/fuzz/fuzz_cfg
tests_fuzz_fuzz_cfg_LDADD = $(fuzz_ldadd)
fuzz_programs += tests/fuzz/fuzz_config
tests_fuzz_fuzz_config_LDADD = $(fuzz_ldadd)
fuzz_programs += tests/fuzz/fuzz_definition
tests_fuzz_fuzz_definition_LDADD = $(fuzz_ldadd)
fuzz_programs += tests/fuzz/fuzz_entry_points
tests_fuzz_fuzz_entry_points_LDADD = $(fuzz_ldadd)
fuzz_programs += tests/fuzz/fuzz_extract
tests_fuzz_fuzz_extract_LDADD = $(fuzz_ldadd)
fuzz_programs += tests/fuzz/fuzz_facts
tests_fuzz_fuzz_facts_LDADD = $(fuzz_ldadd)
fuzz_programs += tests/fuzz/fuzz_hooks
tests_fuzz_fuzz_hooks_LDADD = $(fuzz_ldadd)
fuzz_programs += tests/fuzz/fuzz_http_header
tests_fuzz_fuzz_http_header_LDADD = $(fuzz_ldadd)
fuzz_programs += tests/fuzz/fuzz_journal
tests_fuzz_fuzz_journal_LDADD = $(fuzz_ldadd)
fuzz_programs += tests/fuzz/fuzz_json
tests_fuzz_fuzz_json_LDADD = $(fuzz_ldadd)
fuzz_programs += tests/fuzz/fuzz_manifest
tests_fuzz_fuzz_manifest_LDADD = $(fuzz_ldadd)
fuzz_programs += tests/fuzz/fuzz_mirrors
tests_fuzz_fuzz_mirrors_LDADD = $(fuzz_ldadd)
fuzz_programs += tests/fuzz/fuzz_openpgp
tests_fuzz_fuzz_openpgp_LDADD = $(fuzz_ldadd)
fuzz_programs += tests/fuzz/fuzz_out
tests_fuzz_fuzz_out_LDADD = $(fuzz_ldadd)
fuzz_programs += tests/fuzz/fuzz_part
tests_fuzz_fuzz_part_LDADD = $(fuzz_ldadd)
fuzz_programs += tests/fuzz/fuzz_patches
tests_fuzz_fuzz_patches_LDADD = $(fuzz_ldadd)
fuzz_programs += tests/fuzz/fuzz_pinfile
tests_fuzz_fuzz_pinfile_LDADD = $(fuzz_ldadd)
fuzz_programs += tests/fuzz/fuzz_plugin
tests_fuzz_fuzz_plugin_LDADD = $(fuzz_ldadd)
fuzz_programs += tests/fuzz/fuzz_prefix
tests_fuzz_fuzz_prefix_LDADD = $(fuzz_ldadd)
fuzz_programs += tests/fuzz/fuzz_readdress
tests_fuzz_fuzz_readdress_LDADD = $(fuzz_ldadd)
fuzz_programs += tests/fuzz/fuzz_receipt
tests_fuzz_fuzz_receipt_LDADD = $(fuzz_ldadd)
fuzz_programs += tests/fuzz/fuzz_record
tests_fuzz_fuzz_record_LDADD = $(fuzz_ldadd)
fuzz_programs += tests/fuzz/fuzz_registered
tests_fuzz_fuzz_registered_LDADD = $(fuzz_ldadd)
fuzz_programs += tests/fuzz/fuzz_relocate
tests_fuzz_fuzz_relocate_LDADD = $(fuzz_ldadd)
fuzz_programs += tests/fuzz/fuzz_relocate_elf
tests_fuzz_fuzz_relocate_elf_LDADD = $(fuzz_ldadd)
fuzz_programs += tests/fuzz/fuzz_rules
tests_fuzz_fuzz_rules_LDADD = $(fuzz_ldadd)
fuzz_programs += tests/fuzz/fuzz_sbom
tests_fuzz_fuzz_sbom_LDADD = $(fuzz_ldadd)
fuzz_programs += tests/fuzz/fuzz_script
tests_fuzz_fuzz_script_LDADD = $(fuzz_ldadd)
fuzz_programs += tests/fuzz/fuzz_seed_index
tests_fuzz_fuzz_seed_index_LDADD = $(fuzz_ldadd)
fuzz_programs += tests/fuzz/fuzz_seed_list
tests_fuzz_fuzz_seed_list_LDADD = $(fuzz_ldadd)
fuzz_programs += tests/fuzz/fuzz_series
tests_fuzz_fuzz_series_LDADD = $(fuzz_ldadd)
fuzz_programs += tests/fuzz/fuzz_sigstore
tests_fuzz_fuzz_sigstore_LDADD = $(fuzz_ldadd)
fuzz_programs += tests/fuzz/fuzz_store
tests_fuzz_fuzz_store_LDADD = $(fuzz_ldadd)
fuzz_programs += tests/fuzz/fuzz_system
tests_fuzz_fuzz_system_LDADD = $(fuzz_ldadd)
fuzz_programs += tests/fuzz/fuzz_toml
tests_fuzz_fuzz_toml_LDADD = $(fuzz_ldadd)
fuzz_programs += tests/fuzz/fuzz_trust_root
tests_fuzz_fuzz_trust_root_LDADD = $(fuzz_ldadd)
fuzz_programs += tests/fuzz/fuzz_url
tests_fuzz_fuzz_url_LDADD = $(fuzz_ldadd)
fuzz_programs += tests/fuzz/fuzz_version
tests_fuzz_fuzz_version_LDADD = $(fuzz_ldadd)
fuzz_programs += tests/fuzz/fuzz_words
tests_fuzz_fuzz_words_LDADD = $(fuzz_ldadd)
fuzz_programs += tests/fuzz/fuzz_zip
tests_fuzz_fuzz_zip_LDADD = $(fuzz_ldadd)
# All of them, or fuzz_names=url on the command line.
fuzz_names = $(fuzz_programs:tests/fuzz/fuzz_%=%)
if FUZZING
EXTRA_PROGRAMS += $(fuzz_programs)
fuzz_main = $(FUZZ_LIBS)
fuzz: $(fuzz_names:%=tests/fuzz/fuzz_%)
	@for name in $(fuzz_names); do \
		mkdir -p tests/fuzz/found/$$name && \
		tests/fuzz/fuzz_$$name -max_total_time=$(FUZZ_SECONDS) -max_len=4096 \
			-artifact_prefix=tests/fuzz/found/$$name- tests/fuzz/found/$$name \
			'$(srcdir)'/tests/fuzz/corpus/$$name || exit 1; \
	done
else
check_LIBRARIES = tests/fuzz/libreplay.a
check_PROGRAMS += $(fuzz_programs)
fuzz_main = tests/fuzz/libreplay.a
tests_fuzz_libreplay_a_SOURCES = tests/fuzz/replay.c
fuzz:
	@echo "fuzzing needs configure CC=clang --enable-fuzzing" >&2; exit 1
endif
# What of its sources each target runs with its seeds (and FUZZ_CORPUS/NAME), built in
# a folder of its own by clang.
fuzz-coverage:
	@MAKE='$(MAKE)' COVERAGE_CC='$(COVERAGE_CC)' LLVM_PROFDATA='$(LLVM_PROFDATA)' \
		LLVM_COV='$(LLVM_COV)' FUZZ_CORPUS='$(FUZZ_CORPUS)' \
		$(SHELL) $(srcdir)/tests/fuzz/coverage.sh '$(abs_top_srcdir)' \
		'$(abs_top_builddir)/coverage' $(fuzz_names)
EXTRA_DIST += tests/fuzz/coverage.sh tests/fuzz/sources.txt
.PHONY: fuzz fuzz-coverage clean-fuzz
clean-local: clean-fuzz
clean-fuzz:
	rm -rf tests/fuzz/found coverage
CLEANFILES += $(fuzz_programs)

# One line for each unit test, and its sources.
if HAVE_CMOCKA
check_PROGRAMS += tests/unit/test_base tests/unit/test_os tests/unit/test_option \
	tests/unit/test_out
unit_ldadd = src/libpyvern.a $(CMOCKA_LIBS)
unit_heavy_ldadd = $(unit_ldadd) $(CURL_LIBS) $(ARCHIVE_LIBS) $(CRYPTO_LIBS) $(JANSSON_LIBS)
unit_cppflags = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/unit $(CMOCKA_CFLAGS)
if BARE_SHIM
check_PROGRAMS += tests/unit/test_bare
tests_unit_test_bare_CPPFLAGS = $(unit_cppflags) -I$(top_srcdir)/shims -I$(top_srcdir)/shims/bare
tests_unit_test_bare_LDADD = $(unit_ldadd)
endif
check_PROGRAMS += tests/unit/test_generate
tests_unit_test_generate_SOURCES = tests/unit/test_generate.c $(generate_sources)
tests_unit_test_generate_CPPFLAGS = $(unit_cppflags) -I$(top_srcdir)/share
tests_unit_test_generate_LDADD = $(unit_ldadd)
check_PROGRAMS += tests/unit/test_version
tests_unit_test_version_CPPFLAGS = $(unit_cppflags)
tests_unit_test_version_LDADD = $(unit_ldadd)
tests_unit_test_base_CPPFLAGS = $(unit_cppflags)
tests_unit_test_base_LDADD = $(unit_ldadd)
tests_unit_test_os_CPPFLAGS = $(unit_cppflags)
tests_unit_test_os_LDADD = $(unit_ldadd)
tests_unit_test_option_CPPFLAGS = $(unit_cppflags)
tests_unit_test_option_LDADD = $(unit_ldadd)
tests_unit_test_out_CPPFLAGS = $(unit_cppflags)
tests_unit_test_out_LDADD = $(unit_ldadd)
check_PROGRAMS += tests/unit/test_toolchain
tests_unit_test_toolchain_CPPFLAGS = $(unit_cppflags)
tests_unit_test_toolchain_LDADD = $(unit_ldadd)
check_PROGRAMS += tests/unit/test_platform
tests_unit_test_platform_CPPFLAGS = $(unit_cppflags)
tests_unit_test_platform_LDADD = $(unit_ldadd)
check_PROGRAMS += tests/unit/test_readdress
tests_unit_test_readdress_CPPFLAGS = $(unit_cppflags)
tests_unit_test_readdress_LDADD = $(unit_ldadd)
check_PROGRAMS += tests/unit/test_seed_list
tests_unit_test_seed_list_CPPFLAGS = $(unit_cppflags)
tests_unit_test_seed_list_LDADD = $(unit_ldadd) $(CRYPTO_LIBS)
check_PROGRAMS += tests/unit/test_rebind
tests_unit_test_rebind_CPPFLAGS = $(unit_cppflags)
tests_unit_test_rebind_LDADD = $(unit_ldadd)
check_PROGRAMS += tests/unit/test_rules
tests_unit_test_rules_CPPFLAGS = $(unit_cppflags)
tests_unit_test_rules_LDADD = $(unit_ldadd)
check_PROGRAMS += tests/unit/test_registry
tests_unit_test_registry_CPPFLAGS = $(unit_cppflags)
tests_unit_test_registry_LDADD = $(unit_ldadd)
check_PROGRAMS += tests/unit/test_venv
tests_unit_test_venv_CPPFLAGS = $(unit_cppflags)
tests_unit_test_venv_LDADD = $(unit_ldadd)
check_PROGRAMS += tests/unit/test_layout tests/unit/test_selection tests/unit/test_pins \
	tests/unit/test_pins_property tests/unit/test_toml
tests_unit_test_pins_property_CPPFLAGS = $(unit_cppflags)
tests_unit_test_pins_property_LDADD = $(unit_ldadd)
check_PROGRAMS += tests/unit/test_ranges_property
tests_unit_test_ranges_property_CPPFLAGS = $(unit_cppflags)
tests_unit_test_ranges_property_LDADD = $(unit_ldadd)
EXTRA_DIST += tests/unit/random_text.h
tests_unit_test_toml_CPPFLAGS = $(unit_cppflags)
tests_unit_test_toml_LDADD = $(unit_ldadd)
tests_unit_test_pins_CPPFLAGS = $(unit_cppflags)
tests_unit_test_pins_LDADD = $(unit_ldadd)
tests_unit_test_selection_CPPFLAGS = $(unit_cppflags)
tests_unit_test_selection_LDADD = $(unit_ldadd)
tests_unit_test_layout_CPPFLAGS = $(unit_cppflags)
tests_unit_test_layout_LDADD = $(unit_ldadd)
check_PROGRAMS += tests/unit/test_archive tests/unit/test_build tests/unit/test_words
tests_unit_test_build_CPPFLAGS = $(unit_cppflags)
tests_unit_test_build_LDADD = $(unit_ldadd) $(CRYPTO_LIBS)
tests_unit_test_archive_CPPFLAGS = $(unit_cppflags)
tests_unit_test_archive_LDADD = $(unit_ldadd) $(ARCHIVE_LIBS)
tests_unit_test_words_CPPFLAGS = $(unit_cppflags)
tests_unit_test_words_LDADD = $(unit_ldadd)
check_PROGRAMS += tests/unit/test_relocate tests/unit/test_relocate_elf tests/unit/test_relocate_tree
tests_unit_test_relocate_elf_CPPFLAGS = $(unit_cppflags)
tests_unit_test_relocate_elf_LDADD = $(unit_ldadd)
EXTRA_DIST += tests/unit/elf_maker.h
tests_unit_test_relocate_tree_CPPFLAGS = $(unit_cppflags)
tests_unit_test_relocate_tree_LDADD = $(unit_ldadd)
check_PROGRAMS += tests/unit/test_relocate_values
tests_unit_test_relocate_values_CPPFLAGS = $(unit_cppflags)
tests_unit_test_relocate_values_LDADD = $(unit_ldadd)
EXTRA_DIST += tests/unit/relocate_ground.h
tests_unit_test_relocate_CPPFLAGS = $(unit_cppflags)
tests_unit_test_relocate_LDADD = $(unit_ldadd)
check_PROGRAMS += tests/unit/test_catalog tests/unit/test_catalog_import
tests_unit_test_catalog_CPPFLAGS = $(unit_cppflags)
tests_unit_test_catalog_LDADD = $(unit_heavy_ldadd)
check_PROGRAMS += tests/unit/test_catalog_lines
tests_unit_test_catalog_lines_CPPFLAGS = $(unit_cppflags)
tests_unit_test_catalog_lines_LDADD = $(unit_heavy_ldadd)
check_PROGRAMS += tests/unit/test_catalog_shipped
tests_unit_test_catalog_shipped_CPPFLAGS = $(unit_cppflags)
tests_unit_test_catalog_shipped_LDADD = $(unit_heavy_ldadd)
EXTRA_DIST += tests/unit/catalog_ground.h
tests_unit_test_catalog_import_CPPFLAGS = $(unit_cppflags)
tests_unit_test_catalog_import_LDADD = $(unit_heavy_ldadd)
check_PROGRAMS += tests/unit/test_catalog_named
tests_unit_test_catalog_named_CPPFLAGS = $(unit_cppflags)
tests_unit_test_catalog_named_LDADD = $(unit_heavy_ldadd)
check_PROGRAMS += tests/unit/test_definition
tests_unit_test_definition_CPPFLAGS = $(unit_cppflags)
tests_unit_test_definition_LDADD = $(unit_heavy_ldadd)
check_PROGRAMS += tests/unit/test_digest
tests_unit_test_digest_CPPFLAGS = $(unit_cppflags)
tests_unit_test_digest_LDADD = $(unit_heavy_ldadd)
check_PROGRAMS += tests/unit/test_openpgp
tests_unit_test_openpgp_CPPFLAGS = $(unit_cppflags)
tests_unit_test_openpgp_LDADD = $(unit_heavy_ldadd)
check_PROGRAMS += tests/unit/test_sigstore
EXTRA_DIST += tests/unit/sigstore_maker.h tests/unit/sigstore_shapes.h
tests_unit_test_sigstore_CPPFLAGS = $(unit_cppflags)
tests_unit_test_sigstore_LDADD = $(unit_heavy_ldadd)
check_PROGRAMS += tests/unit/test_sigstore_changed
tests_unit_test_sigstore_changed_CPPFLAGS = $(unit_cppflags)
tests_unit_test_sigstore_changed_LDADD = $(unit_heavy_ldadd)
EXTRA_DIST += tests/unit/sigstore_try.h
check_PROGRAMS += tests/unit/test_prefix
tests_unit_test_prefix_CPPFLAGS = $(unit_cppflags)
tests_unit_test_prefix_LDADD = $(unit_heavy_ldadd)
check_PROGRAMS += tests/unit/test_bundle
tests_unit_test_bundle_CPPFLAGS = $(unit_cppflags)
tests_unit_test_bundle_LDADD = $(unit_heavy_ldadd)
check_PROGRAMS += tests/unit/test_install_choice
tests_unit_test_install_choice_CPPFLAGS = $(unit_cppflags)
tests_unit_test_install_choice_LDADD = $(unit_heavy_ldadd)
check_PROGRAMS += tests/unit/test_manifest
tests_unit_test_manifest_CPPFLAGS = $(unit_cppflags)
tests_unit_test_manifest_LDADD = $(unit_heavy_ldadd)
check_PROGRAMS += tests/unit/test_json
tests_unit_test_json_CPPFLAGS = $(unit_cppflags)
tests_unit_test_json_LDADD = $(unit_heavy_ldadd)
check_PROGRAMS += tests/unit/test_url
tests_unit_test_url_CPPFLAGS = $(unit_cppflags)
tests_unit_test_url_LDADD = $(unit_heavy_ldadd)
check_PROGRAMS += tests/unit/test_mirrors
tests_unit_test_mirrors_CPPFLAGS = $(unit_cppflags)
tests_unit_test_mirrors_LDADD = $(unit_heavy_ldadd)
check_PROGRAMS += tests/unit/test_adopt
tests_unit_test_adopt_CPPFLAGS = $(unit_cppflags)
tests_unit_test_adopt_LDADD = $(unit_ldadd)
check_PROGRAMS += tests/unit/test_store tests/unit/test_store_names tests/unit/test_facts tests/unit/test_shims \
	tests/unit/test_plugins tests/unit/test_hooks
tests_unit_test_hooks_CPPFLAGS = $(unit_cppflags)
check_PROGRAMS += tests/unit/test_out_live
EXTRA_DIST += tests/unit/screen.h
tests_unit_test_out_live_CPPFLAGS = $(unit_cppflags)
tests_unit_test_out_live_LDADD = $(unit_ldadd)
check_PROGRAMS += tests/unit/test_threads
tests_unit_test_threads_CPPFLAGS = $(unit_cppflags)
tests_unit_test_threads_LDADD = $(unit_ldadd)
check_PROGRAMS += tests/unit/test_launch
tests_unit_test_launch_CPPFLAGS = $(unit_cppflags)
tests_unit_test_launch_LDADD = $(unit_ldadd)
tests_unit_test_hooks_LDADD = $(unit_ldadd)
tests_unit_test_facts_CPPFLAGS = $(unit_cppflags)
tests_unit_test_facts_LDADD = $(unit_ldadd)
tests_unit_test_store_names_CPPFLAGS = $(unit_cppflags)
tests_unit_test_store_names_LDADD = $(unit_ldadd)
tests_unit_test_store_CPPFLAGS = $(unit_cppflags)
tests_unit_test_store_LDADD = $(unit_ldadd)
tests_unit_test_shims_CPPFLAGS = $(unit_cppflags)
tests_unit_test_shims_LDADD = $(unit_ldadd)
check_PROGRAMS += tests/unit/test_shims_hooks
tests_unit_test_shims_hooks_CPPFLAGS = $(unit_cppflags)
tests_unit_test_shims_hooks_LDADD = $(unit_ldadd)
EXTRA_DIST += tests/unit/shims_ground.h
tests_unit_test_plugins_CPPFLAGS = $(unit_cppflags)
tests_unit_test_plugins_LDADD = $(unit_ldadd)
endif

# Ratios against peers and limits measured in the same run; never a test.
EXTRA_PROGRAMS += tests/bench/lookup
tests_bench_lookup_LDADD = src/libpyvern.a $(CRYPTO_LIBS) $(JANSSON_LIBS)
CLEANFILES += tests/bench/lookup
bench: tests/stage.stamp tests/bench/lookup
	CC='$(CC)' LOOKUP='$(abs_top_builddir)/tests/bench/lookup' $(SHELL) $(srcdir)/tests/bench/run.sh '$(abs_top_builddir)/tests/stage' \
		'$(abs_top_srcdir)'
	if [ -n "$$PYVERN_REAL_ROOT" ]; then $(MAKE) bench-venv; else echo 'environments: make bench PYVERN_REAL_ROOT=DIR'; fi
bench-install: tests/stage.stamp $(real_programs)
	CC='$(CC)' bash $(srcdir)/tests/bench/install.sh '$(abs_top_builddir)/tests/stage' \
		'$(abs_top_srcdir)' '$(abs_top_builddir)'
bench-venv: tests/stage.stamp
	CC='$(CC)' bash $(srcdir)/tests/bench/venv.sh '$(abs_top_builddir)/tests/stage' '$(abs_top_srcdir)'
bench-build: tests/stage.stamp
	bash $(srcdir)/tests/bench/build.sh '$(abs_top_builddir)/tests/stage'
EXTRA_DIST += tests/bench/build.sh tests/bench/install.sh tests/bench/write_tree.c
EXTRA_DIST += tests/bench/venv.sh tests/bench/tree_limit.c
.PHONY: bench bench-build bench-install bench-venv
EXTRA_DIST += tests/bench/run.sh tests/bench/rounds.c tests/bench/nothing.c tests/bench/limit.c
