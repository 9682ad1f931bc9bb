/* SPDX-License-Identifier: MIT */
/* Which Python, and why; which program a command means. */
#ifndef PYVERN_CORE_SELECTION_H
#define PYVERN_CORE_SELECTION_H

/*
 * Two questions. Which versions are asked for here (DESIGN, "Which Python?")?
 * And which file is COMMAND then?
 *
 *	struct selection s;
 *	struct finding f;
 *	selection_make(&input, &s);
 *	selection_find(&s, "python", &f);
 *
 * The shim and the commands share this, so it allocates nothing, prints nothing
 * and looks at the disk only where the answer depends on it: versions are
 * resolved when they are reached. A selection is large (about 80 KiB); it lives
 * on the stack, and its pages cost nothing until they are used. It borrows its
 * input and the environment; it must not be copied (items point into the pin).
 *
 * Looks come in one order, in selection_make(); a new source of requests is one more look
 * there, a new kind of pin a row of pin_files. A project's `.venv` (selection_venv.c) asks for
 * no version: it has commands, before those of the versions that are asked for beside it or
 * above; a pin in a folder below it goes before.
 */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/path.h"
#include "base/str.h"
#include "core/pinfile.h"
#include "core/policy.h"
#include "core/version.h"

enum selection_source {
	SOURCE_VARIABLE, /* PYVERN_VERSION, PYENV_VERSION */
	SOURCE_VENV,	 /* a `.venv` that this user made or trusts; has no words */
	SOURCE_FILE,	 /* the nearest pin: .python-version, …versions, .tool-versions */
	SOURCE_PROJECT,	 /* without one: the nearest pyproject.toml's requires-python */
	SOURCE_GLOBAL,	 /* the root's file `version` */
	SOURCE_DEFAULT,	 /* nothing asks: system */
};

enum look_state {
	LOOK_ABSENT,
	LOOK_PASSED_OVER, /* there, and no answer; WHY says why */
	LOOK_CHOSEN,	  /* this one asks; WHY when nothing in it can be used */
	LOOK_NOT_REACHED, /* says something, and a look before it was chosen */
};

/* One look at a place that could ask for versions. */
struct look {
	enum selection_source source;
	const char *place; /* variable, or path of the file; "" for DEFAULT */
	enum look_state state;
	const char *why;	      /* or NULL */
	unsigned line;		      /* of the file, that WHY is about; or 0 */
	const struct pin_word *words; /* what is asked for there */
	size_t count;
	bool is_link; /* the file is a link: see selection_may_show() */
};

/* Told of every look, in order. With one, the search goes on after it has
 * found its answer, to report what was not reached. */
struct selection_recorder {
	void (*look)(void *ctx, const struct look *look);
	void *ctx;
};

/* A file's identity. */
struct file_id {
	dev_t dev;
	ino_t ino;
};

struct selection_input {
	int root_fd;	  /* the open root; -1: there is none */
	const char *root; /* its path */
	const struct policy *policy;
	const char *dir;     /* where pins are searched from, upwards; NULL: nowhere */
	const char *dir_too; /* searched when DIR has none (the working folder when
			      * PYENV_DIR names another); or NULL */
	const char *path;    /* PATH, for `system` */
	const char *home;    /* for "~/bin" in PATH; or NULL */
	struct file_id self; /* the running shim, never to be found again; or zeros */
	const struct selection_recorder *recorder; /* or NULL */
};

enum item_state {
	ITEM_OPEN, /* not resolved yet */
	ITEM_SYSTEM,
	ITEM_INSTALLED, /* NAME is its folder below versions/ */
	ITEM_MISSING,
	ITEM_INVALID, /* no request at all; WHY says why */
};

/* One of the versions that are asked for. */
struct selection_item {
	struct pin_word word;
	enum item_state state;
	const char *why; /* static */
	char name[VERSION_NAME_MAX + 1];
};

struct selection {
	const struct selection_input *in;
	enum selection_source source;
	const char *place;    /* as in struct look */
	const char *unusable; /* why nothing in it can be used, or NULL */
	unsigned line;	      /* of the file, that UNUSABLE is about; or 0 */
	size_t count;
	bool has_venv; /* VENV is entered: its commands come before those of all items */
	struct pin pin;
	char pin_path[PATH_TEXT_MAX];
	char venv[PATH_TEXT_MAX]; /* the path of that environment */
	struct selection_item items[PIN_WORDS_MAX];

	/* Looks after the choice, which only a recorder asks for. */
	struct pin later;
	char later_path[PATH_TEXT_MAX];
};

void selection_make(const struct selection_input *in, struct selection *ret);

/* Only the nearest pin file from in->dir upwards, whatever else asks; false when
 * there is none. Otherwise RET->pin says what it is (READ or UNUSABLE) and
 * RET->pin_path where; IN must live as long. */
bool selection_find_pin(const struct selection_input *in, struct selection *ret);

/* The same for the nearest pyproject.toml that says which Pythons it is for; false
 * also where the policy does not read it. */
bool selection_find_project(const struct selection_input *in, struct selection *ret);

/* Let S ask for what TEXT says instead ("a:b", borrowed; "" is system), as if the
 * same place said it. False, with S as it was: too many. */
bool selection_replace(struct selection *s, const char *text);

/* Find out what item I (below count) is; again for nothing. */
enum item_state selection_resolve(struct selection *s, size_t i);

/* Resolve all items. The number of those that can be used (not INVALID); with
 * none, `unusable` says so, or the selection becomes system (policy). */
size_t selection_resolve_all(struct selection *s);

/* The installed name that the request TEXT stands for, in RET_NAME
 * (VERSION_NAME_MAX + 1 bytes): the exact name, else the newest that matches; an
 * alias of ours gives its target. ITEM_SYSTEM, ITEM_INSTALLED, ITEM_MISSING or
 * ITEM_INVALID; *RET_WHY (may be NULL) is static. */
enum item_state selection_resolve_text(const struct selection_input *in, struct str text,
				       char *ret_name, const char **ret_why);

/* As that, for a word of a pin file: pyenv takes one with a slash only if its folder is
 * there, and calls it invalid otherwise, not missing. */
enum item_state selection_resolve_pinned(const struct selection_input *in, struct str text,
					 char *ret_name, const char **ret_why);

/* May WORD, from a pin that is a link (or not), be shown? A hostile project can
 * link its pin to a secret; of what it says only version numbers and names that
 * are installed are shown. */
bool selection_may_show(const struct selection_input *in, bool is_link, struct str word);

enum finding_kind {
	FOUND_IN_VERSION,
	FOUND_IN_VENV, /* below selection.venv */
	FOUND_IN_SYSTEM,
	MISSING_IN_VENV,  /* python or pip, which another environment's must not stand in for */
	MISSING_UNUSABLE, /* the pin says nothing that can be used */
	MISSING_VERSION,  /* ITEM is what should have it, and is not installed */
	MISSING_COMMAND,  /* the versions asked for are there and have no such command */
	MISSING_SUFFIX,	  /* python3.10, not asked for, and no 3.10 (WANTED) is installed */
};

struct finding {
	enum finding_kind kind;
	size_t item;			 /* FOUND_IN_VERSION, MISSING_VERSION: index, or count when
			    * the command's own suffix chose the version */
	struct str wanted;		 /* MISSING_SUFFIX: "3.10", borrowed from the command */
	char name[VERSION_NAME_MAX + 1]; /* FOUND_IN_VERSION */
	char path[PATH_TEXT_MAX];	 /* FOUND_*: absolute */
};

/* Name of the variable that lists the folders from which COMMAND's shim is linked
 * ("_PYENV_SHIM_PATHS_PYTHON3_9"), in RET_NAME. False: no name of a command. */
#define SELECTION_SHIM_PATHS_MAX (sizeof("_PYENV_SHIM_PATHS_") + PATH_NAME_MAX)
bool selection_shim_paths_name(const char *command, char *ret_name);

/* The program COMMAND in PATH without shims folders, ours and others', and without
 * the folders that the variables _PYENV_SHIM_PATHS_COMMAND and _PYENV_SHIM_PATH name,
 * in RET_PATH (PATH_TEXT_MAX bytes). Relative and empty entries mean the working folder,
 * which must not choose what `python` is: they are passed over. */
bool selection_find_in_path(const struct selection_input *in, const char *command, char *ret_path);

/* The system's Python in that PATH: python, else python3, else python2. As
 * selection_find_in_path(). */
bool selection_find_system(const struct selection_input *in, char *ret_path);

/* Find COMMAND (one component; else it is not found). */
void selection_find(struct selection *s, const char *command, struct finding *ret);

#endif
