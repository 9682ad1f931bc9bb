/* SPDX-License-Identifier: MIT */
/* Where things live: the root and the program's own folders. */
#ifndef PYVERN_CORE_LAYOUT_H
#define PYVERN_CORE_LAYOUT_H

/*
 * Root: PYVERN_ROOT, else PYENV_ROOT, else ~/.pyenv; always the same answer.
 * The program's own files are found beside the running program first
 * (BIN/../libexec/pyvern, BIN/../share/pyvern), so that an installation can be
 * moved or copied, and else where it was configured to be.
 */

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"
#include "os/fs.h"

/* Names below the root (DESIGN, "On disk"). */
#define LAYOUT_VERSIONS "versions"
#define LAYOUT_SHIMS "shims"
#define LAYOUT_CACHE "cache"
/* A download that is not whole yet, and where its bytes came from (supply/cache.h). */
#define LAYOUT_PART_ENDING ".part"
#define LAYOUT_PART_FROM_ENDING ".part.from"
#define LAYOUT_CATALOG "catalog"
#define LAYOUT_LOGS "logs"
#define LAYOUT_STAGING ".staging"
#define LAYOUT_LOCKS ".locks"
#define LAYOUT_ENVS "envs"
#define LAYOUT_PLUGINS "plugins"
#define LAYOUT_GLOBAL "version"
#define LAYOUT_FACE "face"
#define LAYOUT_CONFIG "config"
/* Link to the pyvern that rehash ran under; what a shim hands over to. */
#define LAYOUT_PROGRAM ".pyvern"
/* The shim program that all shims are links to, below shims/. */
#define LAYOUT_SHIM_PROGRAM ".pyvern-shim"
/* Our folder inside a version, and the files in it. */
#define LAYOUT_META ".pyvern"
#define LAYOUT_FACTS "facts"
#define LAYOUT_RECEIPT "receipt.json"
#define LAYOUT_PATCH "applied.patch"
#define LAYOUT_MANIFEST "manifest.mtree"
#define LAYOUT_SEED "seed"
/* Beside it: those of lists of packages that users asked for (venv/seed_list). */
#define LAYOUT_SEEDS "seeds"
/* Folder below libexec with `pyenv` in it, for the PATH of who wants that name. */
#define LAYOUT_AS_PYENV "as-pyenv"

/* Mode of the root and of folders that we make in it. Not 0777 less umask: where
 * the umask is 0, all could write, and we would refuse our own folder. */
#define LAYOUT_FOLDER_MODE 0755

struct layout {
	char *home;    /* the user's home folder, or NULL */
	char *root;    /* absolute, clean; need not exist */
	char *bin;     /* folder of the pyvern program */
	char *libexec; /* private programs: pyvern-install, pyvern-shim, … */
	char *share;   /* data: catalog/ */
	char *cwd;     /* PYVERN_DIR, PYENV_DIR or the working folder; absolute; NULL
			* when the working folder is gone */
	char *working; /* the working folder itself, as $PWD calls it; or NULL */
	bool as_pyenv; /* called by pyenv's name: the face of a root that has none */
};

/* Tells a plugin program of ours by which name the user called us. */
#define LAYOUT_CALLED "_PYVERN_CALLED"
#define LAYOUT_PYENV "pyenv"

/* Fill LAYOUT from the environment. ERR_FAILED when there is neither a root
 * variable nor a home, or the root is not an absolute path after cleaning;
 * ERR_USAGE when PYVERN_DIR/PYENV_DIR is no folder. */
int layout_init(struct layout *ret_layout, struct err *err) __attribute__((warn_unused_result));
void layout_reset(struct layout *layout);
#define cleanup_layout cleanup_with(layout_reset)

/* Value of PYVERN_<NAME>, else PYENV_<NAME>, when set and not empty; else NULL.
 * *RET_VARIABLE (may be NULL) is the variable's full name. NAME has at most 50
 * bytes. Borrowed. Allocation-free. */
const char *layout_env(const char *name, struct str *ret_variable);

/* The working folder in RET_PATH (PATH_TEXT_MAX bytes): $PWD where it is true,
 * so that pins are searched along the path that the user sees, as shells and
 * pyenv do. False when the folder is gone. Allocation-free. */
bool layout_working_folder(char *ret_path);

/* Open the root; err->sys is ENOENT when there is none. */
int layout_open_root(const struct layout *layout, struct dir *ret_root, struct err *err)
	__attribute__((warn_unused_result));

/* As layout_open_root, making the root and its usual folders first (versions,
 * .locks, .staging with 0700; shims is made by rehash, which also notes the
 * face then). ERR_PROTECTED for a folder that all may write (no sticky bit);
 * "cannot WHAT: DIR is not writable for user NAME" when it may not be written.
 * WHAT is the caller's verb phrase ("install 3.13.5"). */
int layout_prepare_root(const struct layout *layout, const char *what, struct dir *ret_root,
			struct err *err) __attribute__((warn_unused_result));

/* PATH for people: home shown as "~". Owned by the caller (free). */
char *
layout_show(const struct layout *layout, const char *path) __attribute__((warn_unused_result));

#endif
