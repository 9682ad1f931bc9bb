/* SPDX-License-Identifier: MIT */
/* Definitions of pyenv's: bash files that say what a Python is made of. */
#ifndef PYVERN_SUPPLY_DEFINITION_H
#define PYVERN_SUPPLY_DEFINITION_H

/*
 *	definition_find(layout, "my-python", &path)   a file, or in some folder
 *	definition_open(&spec, &definition, err)      bash reads it
 *	… what its packages say is done by supply/install …
 *	definition_call(definition, …)                functions of its own
 *
 * A definition is code that its user names, as hooks are, and runs with his rights. But
 * bash only reads it: the calls in it (install_package and its like, facts/pyenv.md 7) are
 * handed to us, all of them, before the first one is done, so that what we have no
 * implementation for is said before anything is downloaded. Downloads, digests,
 * unpacking and builds are ours. The bash stays until the end, because a definition may
 * bring functions of its own: before_install_package, after_install_package and
 * steps (build_package_NAME).
 *
 * A branch of CPython's ("3.16-dev") is a definition that needs no file, and no bash.
 */

#include <stdbool.h>

#include "base/err.h"
#include "core/layout.h"
#include "os/proc.h"
#include "supply/artifact.h"

/* 4 MiB: all that a definition hands over. Each of its calls has a copy of its variables,
 * of some 10 KiB. */
#define DEFINITION_ANSWER_MAX ((size_t)4 * 1024 * 1024)
/* Packages of one definition: pyenv's have three at most. */
#define DEFINITION_PACKAGES_MAX 64

/* What is done with an unpacked package, in the order of its words. */
enum definition_step {
	STEP_OWN, /* a function of the definition's */
	STEP_STANDARD,
	STEP_STANDARD_BUILD,
	STEP_STANDARD_INSTALL,
	STEP_COPY,
	STEP_PYPY,
	STEP_GRAALPYTHON,
	STEP_CONDA, /* anaconda, miniconda */
	STEP_AUTOCONF,
	STEP_ENABLE_SHARED,
	STEP_COPY_PYTHON_GDB,
	STEP_PIP,    /* ensurepip, ensurepip_lt21, get_pip: of the whole tree, at its end */
	STEP_VERIFY, /* verify_pyXY: the same */
	STEP_WARN_EOL,
	STEP_WARN_UNSUPPORTED,
	STEP_NOTHING, /* done for every tree, or not needed here */
};

struct definition_work {
	enum definition_step step;
	char *word; /* "standard", "verify_py313" */
};

/* How a package comes. */
enum definition_kind { DEFINITION_ARCHIVE, DEFINITION_SCRIPT, DEFINITION_GIT };

struct definition_package {
	enum definition_kind kind;
	char *name;	/* "Python-3.13.5" */
	char *variable; /* "PYTHON": what its variables begin with */
	char *url;
	char *sha256;	/* "" where there is none, or only: */
	char *md5;	/* or "" */
	char *ref;	/* of git: branch or tag; else NULL */
	char *ref_else; /* where there is no branch REF: this one; NULL */
	struct definition_work *works;
	size_t work_count;
	struct env vars;	  /* when the call was made */
	struct strvec configure;  /* of package_option */
	struct strvec make;	  /* the same */
	struct strvec install;	  /* the same */
	bool before, after;	  /* there are such functions of its own */
	bool is_python;		  /* what is to become a version is made of this one */
	struct artifact artifact; /* of URL; borrows */
};

/* A call as bash handed it over. */
struct definition_call {
	struct strvec words; /* "package", "Python-3.13.5", URL, STEP... */
	struct strvec own;
	struct strvec vars;
	struct strvec configure, make, install;
};

/* All that was handed over. */
struct definition_calls {
	struct definition_call *items;
	size_t count;
	char *unknown; /* the last command that there was none of; NULL */
	int status;    /* -1: it ended well; else the status it ended with */
};

/* Take ANSWER apart (definition_driver.c); false when it is not complete, or not ours. */
bool definition_read(struct str answer, struct definition_calls *ret_calls);
void definition_calls_reset(struct definition_calls *calls);
#define cleanup_definition_calls cleanup_with(definition_calls_reset)

struct definition {
	char *path;    /* NULL: a branch */
	char *name;    /* the file's: "3.13.5" */
	char *version; /* what it makes, as a version is called: "3.13.5"; NULL: no Python */
	struct definition_package *packages;
	size_t count;
	struct proc_beside child; /* the bash */
	int fd;			  /* we talk to it through this; -1: not running */
};

#define DEFINITION_INIT                             \
	{                                           \
		.child = PROC_BESIDE_INIT, .fd = -1 \
	}

/* The path of the definition NAME: NAME if it is a file, else the first file of that name in
 * the folders of PYTHON_BUILD_DEFINITIONS, $ROOT/plugins/X/share/python-build and
 * PYTHON_BUILD_ROOT/share/python-build. A branch that no file defines is its NAME itself.
 * Owned by the caller (free); NULL: none. */
char *
definition_find(const struct layout *layout, const char *name) __attribute__((warn_unused_result));

/* The same, in the folders only. */
char *definition_find_named(const struct layout *layout, const char *name)
	__attribute__((warn_unused_result));

/* Names of all in these folders, in no order, several times where several have them. */
void definition_list(const struct layout *layout, struct strvec *ret_names);

/* Read the definition at PATH (or of the branch that is called so), which is to make a Python
 * for PREFIX. ERR_FAILED when there is no bash, when it ends badly, or calls what we have no
 * implementation for; ERR_CHECK for an address without a digest that is not https. */
int definition_open(const struct layout *layout, const char *path, const char *prefix,
		    struct definition *ret_definition, struct err *err)
	__attribute__((warn_unused_result));

/* Call the definition's FUNCTION for PACKAGE in the absolute FOLDER, where PREFIX_PATH is
 * PREFIX and the log is LOG. What it sets is set for the package from then on. */
int definition_run(struct definition *definition, struct definition_package *package,
		   const char *function, const char *folder, const char *prefix, const char *log,
		   struct err *err) __attribute__((warn_unused_result));

void definition_reset(struct definition *definition);
#define cleanup_definition cleanup_with(definition_reset)

#endif
