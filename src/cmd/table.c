/* SPDX-License-Identifier: MIT */
/* All commands of the core, in the order of `pyvern help`. */
#include <config.h>

#include "cmd/command.h"

extern const struct command command_activate;
extern const struct command command_adopt;
extern const struct command command_bundle;
extern const struct command command_cache;
extern const struct command command_commands;
extern const struct command command_completions;
extern const struct command command_config;
extern const struct command command_doctor;
extern const struct command command_deactivate;
extern const struct command command_download;
extern const struct command command_exec;
extern const struct command command_run;
extern const struct command command_x;
extern const struct command command_explain;
extern const struct command command_global;
extern const struct command command_help;
extern const struct command command_hooks;
extern const struct command command_init;
extern const struct command command_install;
extern const struct command command_latest;
extern const struct command command_list;
extern const struct command command_local;
extern const struct command command_migrate;
extern const struct command command_prefix;
extern const struct command command_python_build;
extern const struct command command_refresh;
extern const struct command command_repair_version;
extern const struct command command_rehash;
extern const struct command command_probe;
extern const struct command command_outdated;
extern const struct command command_gc;
extern const struct command command_rollback;
extern const struct command command_sbom;
extern const struct command command_upgrade;
extern const struct command command_verify;
extern const struct command command_relocate;
extern const struct command command_repair;
extern const struct command command_root;
extern const struct command command_seed;
extern const struct command command_sh_activate;
extern const struct command command_sh_deactivate;
extern const struct command command_sh_rehash;
extern const struct command command_sh_shell;
extern const struct command command_shell;
extern const struct command command_shims;
extern const struct command command_trust;
extern const struct command command_uninstall;
extern const struct command command_update;
extern const struct command command_use;
extern const struct command command_venv;
extern const struct command command_venvs;
extern const struct command command_verify_blob;
extern const struct command command_version;
extern const struct command command_version_file;
extern const struct command command_version_file_read;
extern const struct command command_version_file_write;
extern const struct command command_version_name;
extern const struct command command_version_origin;
extern const struct command command_versions;
extern const struct command command_virtualenv;
extern const struct command command_virtualenv_delete;
extern const struct command command_virtualenv_init;
extern const struct command command_virtualenv_prefix;
extern const struct command command_virtualenvs;
extern const struct command command_whence;
extern const struct command command_which;

const struct command *const command_table[] = {
	&command_install,
	&command_list,
	&command_use,
	&command_uninstall,
	&command_adopt,
	&command_migrate,
	&command_download,
	&command_bundle,
	&command_cache,
	&command_verify_blob,
	&command_update,
	&command_doctor,
	&command_versions,
	&command_local,
	&command_global,
	&command_version,
	&command_explain,
	&command_which,
	&command_exec,
	&command_run,
	&command_x,
	&command_venv,
	&command_venvs,
	&command_trust,
	&command_repair,
	&command_virtualenv,
	&command_virtualenvs,
	&command_activate,
	&command_deactivate,
	&command_virtualenv_delete,
	&command_rehash,
	&command_probe,
	&command_outdated,
	&command_upgrade,
	&command_rollback,
	&command_gc,
	&command_verify,
	&command_sbom,
	&command_relocate,
	&command_shell,
	&command_init,
	&command_prefix,
	&command_latest,
	&command_whence,
	&command_root,
	&command_config,
	&command_help,
	&command_version_file,
	&command_version_file_read,
	&command_version_file_write,
	&command_version_name,
	&command_version_origin,
	&command_virtualenv_prefix,
	&command_virtualenv_init,
	&command_python_build,
	&command_shims,
	&command_hooks,
	&command_commands,
	&command_completions,
	&command_sh_shell,
	&command_sh_rehash,
	&command_sh_activate,
	&command_sh_deactivate,
	&command_refresh,
	&command_repair_version,
	&command_seed,
	NULL,
};
