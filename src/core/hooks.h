/* SPDX-License-Identifier: MIT */
/* Hooks: third parties' bash files that take part in our commands. */
#ifndef PYVERN_CORE_HOOKS_H
#define PYVERN_CORE_HOOKS_H

/*
 * A hook is a bash file that pyenv sources into its own script at some point
 * (facts/pyenv.md, 5): it sees that script's variables, may change them, and may
 * end it. We are no script, so a bash is started for them; only for them: the files
 * of pyenv and pyenv-virtualenv themselves are known by their content, and what
 * they do is done here natively, so that their hooks cost nothing.
 *
 *	cleanup_strvec struct strvec files = { 0 };
 *	hooks_find(layout, "which", &files);
 *	if (files.count) {
 *		hook_vars_set(&vars, "PYENV_COMMAND_PATH", path);
 *		hook_vars_want(&vars, "PYENV_COMMAND_PATH");
 *		hooks_begin(&(struct hooks_spec){ layout, "which", &files }, &vars, &hooks, err);
 *		... hooks.has_ended: a hook said `exit`, with hooks.status
 *		hooks_end(&hooks, &status, err);
 *		path = hook_vars_get(&vars, "PYENV_COMMAND_PATH");
 *
 * The bash runs a constant text; files and values are its arguments and never
 * become part of it. It stays until hooks_end(), so that code which hooks of
 * `install` and its like register (`before_install CODE`, `after_install CODE`)
 * can be run later, with hooks_call(), where the functions that it calls are.
 *
 * What is not a command's point has no functions: make_shims is there for "rehash",
 * before_X and after_X for the points in the table of hooks_driver.c.
 */

#include <stdbool.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/vec.h"
#include "core/layout.h"
#include "os/proc.h"

/* 4 MiB: all that hooks hand back at one time; a rehash of 100 versions hands back
 * some 100 KiB. What they print where it is collected has the same limit. */
#define HOOK_ANSWER_MAX ((size_t)4 * 1024 * 1024)

/* The hook files of POINT ("exec", "which", …) that must be run in bash, in pyenv's
 * order: all but those that we do natively. */
void hooks_find(const struct layout *layout, const char *point, struct strvec *ret_files);

/* Are there any at a point on the way of a shim (exec, which, version-name,
 * version-origin)? Those of a PYENV_HOOK_PATH that is only in our environment do not
 * count: a shim looks for that itself. */
bool hooks_meet_shims(const struct layout *layout);

/* Tell FN each path on whose state it depends what hooks there are at these points and
 * for "rehash": folders and files, absolute, also such that do not exist. */
void
hooks_each_path(const struct layout *layout, void (*fn)(void *ctx, const char *path), void *ctx);

/* Is the file at PATH (links resolved) one that we do natively? It is judged by its
 * place (POINT/NAME.bash) and its content, and by those of the files that it reads. */
bool hooks_is_native(const char *path);

/* Does POINT have the hook NAME.bash in the form that we do natively? */
bool hooks_has_native(const struct layout *layout, const char *point, const char *name);

/* A shell variable: set, unset, or an array; given to hooks, or handed back. */
struct hook_var {
	char *name;
	char *value; /* NULL: unset, or a list */
	bool is_list;
	struct strvec list;
	bool is_wanted; /* to be handed back */
	bool is_map;	/* of a map the keys, as a list; never given */
	bool is_given;	/* VALUE or LIST (or "unset") is to be given */
};

struct hook_vars {
	struct hook_var *items;
	size_t count;
};

/* NAME is a constant of ours (it is a name in bash). VALUE NULL: unset. */
void hook_vars_set(struct hook_vars *vars, const char *name, const char *value);
void hook_vars_set_list(struct hook_vars *vars, const char *name, const struct strvec *list);
/* Let NAME be handed back; as a list if hook_vars_set_list() has made it one. */
void hook_vars_want(struct hook_vars *vars, const char *name);
/* Let the keys of the map NAME be handed back, as a list. */
void hook_vars_want_keys(struct hook_vars *vars, const char *name);
/* Borrowed; NULL when it is unset (or no such variable). */
const char *hook_vars_get(const struct hook_vars *vars, const char *name);
const struct strvec *hook_vars_list(const struct hook_vars *vars, const char *name);
void hook_vars_reset(struct hook_vars *vars);
#define cleanup_hook_vars cleanup_with(hook_vars_reset)

struct hooks_spec {
	const struct layout *layout;
	const char *point;
	const struct strvec *files; /* of hooks_find(); not empty */
	const struct env *env;	    /* what they start from; NULL: plugin_env() */
	bool collect;		    /* take what they print (stdout) into hooks.printed */
	char *const *args;	    /* positional parameters, NULL-terminated; or NULL. For
				     * "rehash": the names that have shims already */
};

/* A bash with the hooks of one point in it. */
struct hooks {
	struct proc_beside child;
	int fd; /* we talk to it through this; -1: not running */
	struct buf printed;
	bool has_ended; /* a hook ended it (exit, set -e, exec, a syntax error) */
	int status;	/* then: with this; pyenv's command would end with it */
};

#define HOOKS_INIT                                                                        \
	{                                                                                 \
		.child = PROC_BESIDE_INIT, .fd = -1, .printed = BUF_INIT(HOOK_ANSWER_MAX) \
	}

/* Start bash, give it VARS, source the files, and take into VARS what is wanted.
 * ERR_FAILED when there is no bash. A hook that ends the shell is no error. */
int hooks_begin(const struct hooks_spec *spec, struct hook_vars *vars, struct hooks *ret_hooks,
		struct err *err) __attribute__((warn_unused_result));

/* Run what was registered for MOMENT ("before" or "after"), with VARS given first,
 * and take what is wanted. Not once it has ended. */
int hooks_call(struct hooks *hooks, const char *moment, struct hook_vars *vars, struct err *err)
	__attribute__((warn_unused_result));

/* Let bash end (traps that hooks have set run now) and wait for it. */
int hooks_end(struct hooks *hooks, struct err *err) __attribute__((warn_unused_result));
void hooks_reset(struct hooks *hooks);
#define cleanup_hooks cleanup_with(hooks_reset)

/* How a hook ended the command that it took part in. */
struct hook_end {
	bool has_ended;
	int status;
	char *printed; /* what it printed, where that was collected; or NULL */
};

/* Take it from HOOKS, once they are over. */
void hook_end_take(struct hook_end *ret_end, const struct hooks *hooks);
void hook_end_reset(struct hook_end *end);
#define cleanup_hook_end cleanup_with(hook_end_reset)

/* What bash is started with so that it sources FILES, the hooks of `exec`, with VARS
 * and ARGS (the command and its arguments), and then becomes PYENV_COMMAND_PATH: in
 * RET_PATH (owned by the caller), RET_ARGV and RET_ENV. AFTER is the environment that
 * a program without hooks would get; of what hooks need beside it (our folders first
 * on PATH, PYENV_DIR …) the program sees nothing, unless a hook has put another in its
 * place, which is a part of the hook. */
int hooks_exec_words(const struct layout *layout, const struct strvec *files,
		     const struct hook_vars *vars, char *const *args, const struct env *after,
		     char **ret_path, struct strvec *ret_argv, struct env *ret_env, struct err *err)
	__attribute__((warn_unused_result));

/* Read an answer of the driver's: records that end with NUL. "NAME=value",
 * "NAME" (unset), "NAME[]=COUNT" and as many records; then "." or "!STATUS", when
 * RET_STATUS is -1 or the status. False: not complete, or not ours. Values go to the
 * wanted ones of VARS. */
bool hooks_read_answer(struct str answer, struct hook_vars *vars, int *ret_status);

#endif
