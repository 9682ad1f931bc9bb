# SPDX-License-Identifier: MIT
# All modules; the linker takes what each program uses.
noinst_LIBRARIES += src/libpyvern.a
src_libpyvern_a_SOURCES = \
	src/base/buf.c src/base/buf.h \
	src/base/cleanup.h \
	src/base/err.c src/base/err.h \
	src/base/event.c src/base/event.h \
	src/base/map.c src/base/map.h \
	src/base/mem.c src/base/mem.h \
	src/base/path.c src/base/path.h src/base/path_make.c \
	src/base/shell.c src/base/shell.h \
	src/base/sha256.c src/base/sha256.h \
	src/base/str.c src/base/str.h \
	src/base/vec.c src/base/vec.h \
	src/base/words.c src/base/words.h \
	src/os/fd.c src/os/fd.h \
	src/os/fs.c src/os/fs.h src/os/fs_change.c src/os/fs_lock.c \
	src/os/platform.c src/os/platform.h src/os/platform_cpu.c \
	src/os/proc.c src/os/proc.h src/os/proc_alone.c src/os/proc_beside.c src/os/proc_env.c src/os/proc_internal.h \
	src/os/sig.c src/os/sig.h \
	src/os/landlock.c src/os/landlock.h src/os/sandbox.c src/os/sandbox.h \
	src/os/term.c src/os/term.h \
	src/io/archive.c src/io/archive.h \
	src/io/archive_decode.c src/io/archive_decode.h \
	src/io/archive_walk.c src/io/archive_walk.h \
	src/io/extract.c src/io/extract.h \
	src/io/extract_writers.c src/io/extract_writers.h \
	src/io/http.c src/io/http.h \
	src/io/http_end.c src/io/http_end.h \
	src/io/http_engine.c src/io/http_engine.h \
	src/io/http_handle.c src/io/http_handle.h \
	src/io/http_header.c src/io/http_header.h \
	src/io/http_transfer.c src/io/http_transfer.h \
	src/io/json.c src/io/json.h \
	src/io/url.c src/io/url.h \
	src/io/zip.c src/io/zip.h \
	src/trust/bytes.c src/trust/bytes.h \
	src/trust/digest.c src/trust/digest.h src/trust/digest_untrusted.c \
	src/trust/root.c src/trust/root.h src/trust/root_time.c \
	src/trust/sigstore.c src/trust/sigstore.h src/trust/sigstore_internal.h \
	src/trust/sigstore_bundle.c src/trust/sigstore_cert.c src/trust/sigstore_entry.c \
	src/trust/sigstore_log.c src/trust/sigstore_signed.c src/trust/sigstore_time.c \
	src/trust/openpgp.c src/trust/openpgp.h src/trust/openpgp_status.c \
	src/core/config.c src/core/config.h \
	src/core/layout.c src/core/layout.h src/core/layout_env.c \
	src/core/policy.c src/core/policy.h src/core/policy_layout.c \
	src/core/rules.c src/core/rules.h src/core/rules_internal.h src/core/rules_load.c \
	src/core/rules_read.c \
	src/core/version.c src/core/version_request.c src/core/version_specifier.c \
	src/core/version_internal.h src/core/version_platform.c src/core/version_text.c \
	src/core/version.h \
	src/core/toml.c src/core/toml.h src/core/toml_internal.h src/core/toml_scalar.c \
	src/core/toml_text.c \
	src/core/pinfile.c src/core/pinfile.h src/core/pinfile_project.c src/core/pinfile_write.c \
	src/core/registered.c src/core/registered.h \
	src/core/selection.c src/core/selection.h src/core/selection_find.c \
	src/core/selection_internal.h src/core/selection_venv.c \
	src/core/selection_replace.c src/core/selection_resolve.c \
	src/core/launch.c src/core/launch.h \
	src/core/choice.c src/core/choice_gone.c src/core/choice.h src/core/choice_project.c \
	src/core/choice_hooks.c \
	src/core/provenance.c src/core/provenance.h \
	src/core/system_python.c src/core/system_python.h \
	src/core/store.c src/core/store.h src/core/store_adopt.c src/core/store_alias.c src/core/store_generation.c src/core/store_internal.h \
	src/core/store_place.c src/core/store_remove.c src/core/store_replace.c src/core/store_stage.c \
	src/core/binlinks.c src/core/binlinks.h \
	src/core/facts.c src/core/facts_derive.c \
	src/core/shims.c src/core/shims.h src/core/shims_files.c src/core/shims_internal.h \
	src/core/adopt.c src/core/adopt.h src/core/adopt_internal.h src/core/adopt_name.c \
	src/core/adopt_places.c src/core/adopt_programs.c src/core/adopt_run.c src/core/adopt_trust.c \
	src/core/shims_conda.c src/core/shims_hooks.c src/core/shims_lock.c \
	src/core/shims_sourced.c src/core/shims_stamp.c src/core/shims_wanted.c \
	src/core/toolchain.c src/core/toolchain.h src/core/toolchain_parts.c src/core/toolchain_packages.c \
	src/core/plugins.c src/core/plugins.h src/core/plugins_text.c \
	src/core/hooks.c src/core/hooks.h src/core/hooks_bash.c src/core/hooks_driver.c \
	src/core/hooks_internal.h src/core/hooks_native.c src/core/hooks_rows.h \
	src/core/shells.c src/core/shells.h \
	src/supply/artifact.h \
	src/supply/catalog.c src/supply/catalog.h src/supply/catalog_internal.h \
	src/supply/catalog_find.c src/supply/catalog_line.c src/supply/catalog_names.c \
	src/supply/catalog_slice.c \
	src/supply/bundle.c src/supply/bundle.h src/supply/bundle_read.c src/supply/bundle_write.c \
	src/supply/catalog_nearest.c \
	src/supply/catalog_import.c src/supply/catalog_import.h src/supply/catalog_import_internal.h \
	src/supply/catalog_import_builds.c src/supply/catalog_import_named.c \
	src/supply/catalog_import_named.h src/supply/catalog_import_names.c \
	src/supply/catalog_import_table.c \
	src/supply/catalog_update.c src/supply/catalog_update.h src/supply/catalog_update_get.c \
	src/supply/catalog_refused.c src/supply/catalog_list.c src/supply/catalog_list.h \
	src/supply/catalog_series.c src/supply/catalog_series.h \
	src/supply/definition.c src/supply/definition.h src/supply/definition_bash.c src/supply/definition_branch.c \
	src/supply/definition_driver.c src/supply/definition_internal.h src/supply/definition_read.c \
	src/supply/answers.c src/supply/answers.h src/supply/answers_judge.c \
	src/supply/build.c src/supply/build.h src/supply/build_needs.c src/supply/build_options.c \
	src/supply/build_options.h src/supply/build_preflight.c src/supply/build_settings.c src/supply/build_slim.c src/supply/build_tree.c \
	src/supply/build_failure.c src/supply/build_failure.h src/supply/build_log.c src/supply/build_log.h \
	src/supply/install.c src/supply/install.h src/supply/install_internal.h \
	src/supply/install_choice.c src/supply/install_choice.h \
	src/supply/install_rules.c src/supply/install_rules.h src/supply/install_rules_way.c \
	src/supply/install_complete.c src/supply/install_prebuilt.c src/supply/install_source.c \
	src/supply/install_signature.c src/supply/install_installer.c \
	src/supply/install_definition.c src/supply/install_package.c src/supply/install_package.h src/supply/install_package_get.c \
	src/supply/install_turns.c src/supply/install_turns.h \
	src/supply/manifest.c src/supply/manifest_compare.c src/supply/verify.c src/supply/verify.h src/supply/verify_compiled.c src/supply/verify_internal.h src/supply/manifest.h src/supply/manifest_internal.h \
	src/supply/manifest_renew.c \
	src/supply/patches.c src/supply/patches.h \
	src/supply/prefix.c src/supply/prefix.h \
	src/supply/installer.c src/supply/installer.h \
	src/supply/probe.c src/supply/probe.h \
	src/supply/seed_package.c src/supply/seed_package.h \
	src/supply/seed_wheels.c src/supply/seed_wheels.h src/supply/seedmaker_restore.c src/supply/seedmaker_chosen.c \
	src/supply/unpack_wheel.c src/supply/unpack_wheel.h \
	src/supply/seedmaker.c src/supply/seedmaker.h src/supply/seedmaker_internal.h \
	src/supply/seedmaker_present.c src/supply/seedmaker_same.c src/supply/seedmaker_spare.c \
	src/supply/sbom.c src/supply/sbom.h src/supply/sbom_internal.h src/supply/sbom_files.c src/supply/sbom_packages.c \
	src/supply/repair.c src/supply/repair.h src/supply/repair_internal.h src/supply/repair_file.c src/supply/repair_time.c \
	src/supply/receipt.c src/supply/receipt.h src/supply/receipt_build.c src/supply/receipt_internal.h \
	src/supply/moved.c src/supply/moved.h src/supply/moved_env.c src/supply/moved_internal.h \
	src/supply/moved_journal.c src/supply/moved_version.c \
	src/supply/signature.c src/supply/signature.h src/supply/signature_internal.h \
	src/supply/signature_check.c src/supply/signature_get.c src/supply/signature_openpgp.c \
	src/supply/source_tree.c src/supply/source_tree.h \
	src/supply/unpack.c src/supply/unpack.h \
	src/supply/unpack_feed.c src/supply/unpack_feed.h \
	src/supply/relocate.c src/supply/relocate.h src/supply/relocate_compile.c \
	src/supply/relocate_config.c src/supply/relocate_elf.c src/supply/relocate_elf.h \
	src/supply/relocate_elf_read.c src/supply/relocate_files.c \
	src/supply/relocate_internal.h src/supply/relocate_literals.c \
	src/supply/relocate_literals.h src/supply/relocate_machine.c \
	src/supply/relocate_recorded.c src/supply/relocate_script.c src/supply/relocate_text.c \
	src/supply/relocate_text.h \
	src/supply/apt.c src/supply/apt.h \
	src/supply/cache.c src/supply/cache.h src/supply/cache_part.c src/supply/cache_internal.h \
	src/supply/cache_keep.c src/supply/cache_keep.h \
	src/supply/fetch.c src/supply/fetch.h src/supply/fetch_options.c \
	src/supply/fetch_named.c src/supply/fetch_one.c src/supply/fetch_text.c src/supply/fetch_internal.h \
	src/supply/mirrors.c src/supply/mirrors.h \
	src/supply/hosts.c src/supply/hosts.h \
	src/venv/activate.c src/venv/activate_more.c src/venv/activate_internal.h src/venv/activate.h \
	src/venv/cfg.c src/venv/cfg.h \
	src/venv/create.c src/venv/create.h src/venv/create_internal.h src/venv/create_place.c src/venv/create_among.c \
	src/venv/interpreter.c src/venv/interpreter.h src/venv/python2.c src/venv/python2.h \
	src/venv/named.c src/venv/named.h src/venv/named_commit.c \
	src/venv/duplicate.c src/venv/duplicate.h \
	src/venv/look.c src/venv/look.h src/venv/scan.c src/venv/scan.h \
	src/venv/record.c src/venv/record.h \
	src/venv/readdress.c src/venv/readdress.h src/venv/readdress_text.c \
	src/venv/inherit.c src/venv/inherit.h \
	src/venv/rebind.c src/venv/rebind.h src/venv/rebind_write.c src/venv/trial.c src/venv/trial.h \
	src/venv/registry.c src/venv/registry.h src/venv/registry_internal.h src/venv/registry_write.c \
	src/venv/scripts.c src/venv/scripts.h \
	src/venv/seed_list.c src/venv/seed_list.h \
	src/venv/seed.c src/venv/seed.h \
	src/ui/out.c src/ui/out.h src/ui/out_json.c src/ui/out_live.c src/ui/out_state.h \
	src/ui/out_rows.c src/ui/out_table.c src/ui/out_text.c \
	src/cmd/command.c src/cmd/command.h src/cmd/option.c src/cmd/option.h \
	src/cmd/bundle_options.c src/cmd/cache_options.c src/cmd/download_options.c src/cmd/install_options.c src/cmd/list_options.c \
	src/cmd/probe_options.c src/cmd/outdated_options.c src/cmd/sbom_options.c src/cmd/upgrade_options.c src/cmd/verify_options.c src/cmd/python_build_options.c src/cmd/refresh_options.c src/cmd/repair_version_options.c src/cmd/relocate_options.c src/cmd/seed_options.c src/cmd/verify_blob_options.c \
	src/cmd/moments.c src/cmd/moments.h \
	src/cmd/default_packages.c src/cmd/default_packages.h \
	src/cmd/envs.c src/cmd/envs.h src/cmd/series.c src/cmd/series.h \
	src/cmd/suggest.c src/cmd/suggest.h

# The core links libc and nothing else (a test reads ldd). Its commands are not in
# the library: the plugin programs have tables of their own.
bin_PROGRAMS += src/pyvern
src_pyvern_SOURCES = src/main.c $(command_sources)
command_sources = \
	src/cmd/adopt.c \
	src/cmd/activate.c src/cmd/entering.c src/cmd/entering.h src/cmd/activate_code.c src/cmd/activate_code.h \
	src/cmd/commands.c \
	src/cmd/complete.c src/cmd/complete.h \
	src/cmd/completions.c \
	src/cmd/config.c \
	src/cmd/doctor.c src/cmd/doctor.h src/cmd/doctor_build.c src/cmd/doctor_envs.c src/cmd/doctor_root.c \
	src/cmd/doctor_shell.c \
	src/cmd/venv_upgrade.c src/cmd/venv_upgrade.h \
	src/cmd/environment.c src/cmd/environment_base.c src/cmd/environment_base.h src/cmd/environment_pip.c src/cmd/environment.h \
	src/cmd/exec.c src/cmd/run.c src/cmd/x.c src/cmd/inside.c src/cmd/inside.h \
	src/cmd/explain.c src/cmd/explain_record.c src/cmd/explain_record.h \
	src/cmd/global.c \
	src/cmd/help.c src/cmd/help.h \
	src/cmd/hooks.c \
	src/cmd/known.c src/cmd/known.h \
	src/cmd/latest.c \
	src/cmd/manual.c src/cmd/manual.h \
	src/cmd/migrate.c \
	src/cmd/overview.c \
	src/cmd/hook_code.c src/cmd/hook_code.h \
	src/cmd/init.c \
	src/cmd/init_code.c src/cmd/init_code.h \
	src/cmd/init_files.c src/cmd/init_files.h \
	src/cmd/init_places.c src/cmd/init_places.h \
	src/cmd/installed.c src/cmd/installed.h \
	src/cmd/local.c \
	src/cmd/path_order.c src/cmd/path_order.h \
	src/cmd/pin.c src/cmd/pin.h \
	src/cmd/prefix.c \
	src/cmd/program.c src/cmd/program.h \
	src/cmd/rehash.c \
	src/cmd/repair.c \
	src/cmd/gc.c src/cmd/gc_look.c src/cmd/gc_look.h src/cmd/gc_needs.c src/cmd/gc_needs.h \
	src/cmd/rollback.c src/cmd/root.c \
	src/cmd/sh.c \
	src/cmd/shims.c \
	src/cmd/table.c \
	src/cmd/uninstall.c src/cmd/uninstall.h src/cmd/uninstall_needs.c src/cmd/uninstall_needs.h \
	src/cmd/uninstall_pyenv.c \
	src/cmd/trust.c \
	src/cmd/update.c \
	src/cmd/use.c \
	src/cmd/venv.c \
	src/cmd/venvs.c src/cmd/venvs.h src/cmd/venvs_move.c src/cmd/when.c src/cmd/when.h \
	src/cmd/virtualenv.c src/cmd/virtualenv.h src/cmd/virtualenv_carry.c \
	src/cmd/virtualenv_delete.c src/cmd/virtualenv_fill.c src/cmd/virtualenv_make.c \
	src/cmd/virtualenv_init.c src/cmd/virtualenvs.c \
	src/cmd/version.c \
	src/cmd/version_file.c \
	src/cmd/version_name.c \
	src/cmd/versions.c \
	src/cmd/whence.c \
	src/cmd/which.c
src_pyvern_LDADD = src/libpyvern.a
