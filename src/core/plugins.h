/* SPDX-License-Identifier: MIT */
/* Commands that are programs: ours and third parties', found by one rule. */
#ifndef PYVERN_CORE_PLUGINS_H
#define PYVERN_CORE_PLUGINS_H

/*
 * `pyvern NAME` that is no command of the core is the first executable called
 * pyvern-NAME or pyenv-NAME in: the private libexec folder, $ROOT/plugins/X/bin
 * (the last X in byte order first, as in pyenv), PATH without the shims folder
 * and without relative entries. Programs whose names begin with "sh-" print code
 * for the shell function, which calls them so; they are listed apart. No commands
 * are the helpers in libexec that only our own programs start, and links to pyvern itself (libexec has
 * one for each command, so that hooks and plugins can call them). A plugin runs with
 * PYENV_ROOT, PYENV_DIR, PYENV_HOOK_PATH, _PYENV_INSTALL_PREFIX set and the
 * libexec and plugin folders first on PATH.
 */

#include "base/err.h"
#include "base/vec.h"
#include "core/layout.h"
#include "os/proc.h"

/* Path of the program for the command NAME (checked: one safe component). Owned
 * by the caller (free); NULL when there is none. */
char *
plugin_find(const struct layout *layout, const char *name) __attribute__((warn_unused_result));

/* As plugin_find(), else the program of the shell command sh-NAME. */
char *
plugin_find_any(const struct layout *layout, const char *name) __attribute__((warn_unused_result));

/*
 * What a plugin's file says of itself in its first comment block: lines that begin
 * with `# ` from the first on; `Usage:` with the indented lines below it, `Summary:`,
 * and the rest as help. Nothing is run. Texts as they are in the file.
 */
struct plugin_text {
	char *usage; /* "Usage: pyenv greet [NAME]", or NULL */
	char *summary;
	char *help;
};

/* Read it; all NULL when the file has none of it, or is none that can be read. */
void plugin_text_read(const char *path, struct plugin_text *ret_text);
void plugin_text_reset(struct plugin_text *text);
#define cleanup_plugin_text cleanup_with(plugin_text_reset)

/* Does a comment line of the file (`#`, `%`, `--`, `//`) begin with "provide pyenv
 * completions", in any case? Then it answers `--complete ARG...`. */
bool plugin_completes(const char *path) __attribute__((warn_unused_result));

/* Names of all plugin commands, sorted, once each, without their prefix. */
void plugin_list(const struct layout *layout, struct strvec *ret_names);

/* Names of all `pyenv-sh-NAME` programs, which print code for a shell to evaluate;
 * as plugin_list(). */
void plugin_list_sh(const struct layout *layout, struct strvec *ret_names);

/* Paths of the hook files of COMMAND (facts/pyenv.md, hooks): all *.bash below
 * COMMAND in the folders of PYENV_HOOK_PATH, in their order, links resolved. */
void plugin_hooks(const struct layout *layout, const char *command, struct strvec *ret_paths);

/* The same in FOLDER alone, one of PYENV_HOOK_PATH's. */
void plugin_hooks_in(const char *folder, const char *command, struct strvec *ret_paths);

/* The folders of hooks that are the root's and the system's: of PYENV_HOOK_PATH, what
 * we put there. */
void plugin_hook_folders(const struct layout *layout, struct strvec *ret_folders);

/* Tell FN the path of $ROOT/plugins/X/SUB for each plugin X, whether it is there or not. */
void plugin_each_folder(const struct layout *layout, const char *sub,
			void (*fn)(void *ctx, const char *path), void *ctx);

/* The bash that reads what others wrote for pyenv: the first one on PATH that is no shim of
 * ours. NULL: there is none. Owned by the caller (free). */
char *plugin_find_bash(const struct layout *layout);

/* The environment that plugins and hooks get. */
void plugin_env(const struct layout *layout, struct env *ret_env);

/* As plugin_env(), starting from BASE instead of this process's environment. */
void plugin_env_over(const struct layout *layout, const struct env *base, struct env *ret_env);

/* Become the plugin at PATH; returns only on failure. */
int plugin_exec(const struct layout *layout, const char *path, char *const *argv, struct err *err);

/* Run the plugin command NAME in the foreground and wait; *RET_STATUS is its
 * exit status. ERR_FAILED when there is no such plugin. */
int plugin_run(const struct layout *layout, const char *name, char *const *args, int *ret_status,
	       struct err *err) __attribute__((warn_unused_result));

#endif
