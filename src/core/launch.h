/* SPDX-License-Identifier: MIT */
/* What a selected program is started with: its environment. */
#ifndef PYVERN_CORE_LAUNCH_H
#define PYVERN_CORE_LAUNCH_H

/*
 *	launch_begin(&l, environ, NULL);
 *	launch_enter(&l, &selection, &finding);
 *	execve(finding.path, argv, l.env);
 *
 * Shared by the shim and `exec`, so that a program sees no difference. Allocates
 * nothing; large (about 300 KiB), of which only what is used costs anything.
 */

#include <stdbool.h>

#include "core/selection.h"

/* Variables in the environment that we pass on; a shell has about a hundred. */
#define LAUNCH_ENV_MAX 16384
/* 128 KiB: the longest single string that Linux gives to a program. */
#define LAUNCH_TEXT_MAX ((size_t)128 * 1024)

struct launch {
	size_t count;
	char *env[LAUNCH_ENV_MAX + 1]; /* NULL-terminated; borrows or points below */
	char path[LAUNCH_TEXT_MAX];    /* "PATH=…" */
	char version[(VERSION_NAME_MAX + 1) * PIN_WORDS_MAX + 32]; /* "PYENV_VERSION=…" */
	char root[PATH_TEXT_MAX + 32];				   /* "PYENV_ROOT=…" */
	char shim_paths[LAUNCH_TEXT_MAX];			   /* "_PYENV_SHIM_PATHS_X=…" */
};

/* Start with ENVIRON (borrowed). ROOT, unless NULL, is exported as PYENV_ROOT,
 * and a PYVERN_ROOT that would contradict it is dropped. False: too large. */
bool launch_begin(struct launch *ret, char *const *env, const char *root);

/* Add what FOUND needs: its folder first on PATH, where that is below the root (a
 * system program gets PATH as it is), and in the pyenv face the resolved PYENV_VERSION (resolves
 * all items of S). False: too large. */
bool launch_enter(struct launch *launch, struct selection *s, const struct finding *found);

/* Only that PYENV_VERSION. False: too large. */
bool launch_enter_version(struct launch *launch, struct selection *s);

/* COMMAND was reached through a link to its shim in the folder LINKED_FROM (text;
 * "" for none): the system's COMMAND is searched elsewhere from now on, by whatever
 * is started, too (facts/pyenv.md, _PYENV_SHIM_PATH). A real pyenv's shim says so in a
 * variable, which goes. False: too large. */
bool launch_leave_out(struct launch *launch, const char *command, struct str linked_from);

/* May COMMAND with ARGS (NULL-terminated) bring new commands or take some away,
 * so that a rehash is due when it succeeds (facts/pyenv.md, exec: pip-rehash)? */
bool launch_changes_commands(const char *command, char *const *args);

#endif
