/* SPDX-License-Identifier: MIT */
/* A source tree becomes an installed tree: configure, make, make install. */
#ifndef PYVERN_SUPPLY_BUILD_H
#define PYVERN_SUPPLY_BUILD_H

/*
 *	build_settings_init(&settings, …)   environment, options, jobs
 *	build_preflight(&settings, …)       before anything is downloaded
 *	build_find_patch(&settings, …)      where a patch is to be applied
 *	build_run(&spec, &report, err)      in the stage
 *
 * The tree is configured for its final prefix and installed below DEST with
 * DESTDIR, so the later rename changes no path in it.
 *
 * Shared or static? pyenv's default is `--enable-shared` with an rpath, and
 * whatever embeds Python (PyInstaller, uwsgi, editors, gdb, PyO3's tests) needs
 * libpython, so that is the default here too; `--disable-shared` in
 * PYTHON_CONFIGURE_OPTS is obeyed. The rpath is absolute: with $ORIGIN an
 * interpreter that is copied (venv --copies, 2.7) would lose its library. It
 * goes into LDFLAGS_NODIST where the source knows that, because LDFLAGS leaks
 * into what sysconfig tells everybody who builds an extension; and it is written
 * as DT_RUNPATH, so that LD_LIBRARY_PATH can point the probe at the staged
 * library instead of an older one in the final place.
 *
 * pip is not installed by `make install`: ensurepip would compile the stage's
 * path into 404 .pyc files.
 */

#include <stdint.h>

#include "base/event.h"
#include "core/layout.h"
#include "core/version.h"
#include "os/proc.h"
#include "supply/build_log.h"
#include "supply/build_options.h"

/* What the user asked for, taken from the environment once. */
struct build_settings {
	struct env env;		       /* what configure, make and their children see */
	struct strvec asked_words;     /* CONFIGURE_OPTS, PYTHON_CONFIGURE_OPTS */
	struct strvec configure_words; /* those of options, and then these */
	struct strvec make_words;      /* -j…, MAKE_OPTS or MAKEOPTS, PYTHON_MAKE_OPTS */
	struct strvec install_words;   /* MAKE_INSTALL_OPTS, PYTHON_MAKE_INSTALL_OPTS */
	char *compiler;		       /* path of the C compiler; set by the preflight */
	char *compiler_version;	       /* first line of its --version; also */
	char *make;		       /* path of make; set by the preflight */
	char *patch;		       /* path of patch(1); set by build_find_patch() */
	char *strip;		       /* path of strip(1); set by build_find_strip() */
	char *dash;		       /* path of a quick shell for configure; NULL: none */
	char *ccache;		       /* path of ccache, where it may be used; NULL */
	unsigned nice;
	bool alone;		 /* without a network, where the system can do that */
	bool is_fresh;		 /* no kept answers of configure */
	bool without_debug_info; /* no -g, unless a variable has one */
	bool without_tests;	 /* CPython's own tests are left out, or taken out at the end */
};

/* Read the settings. jobs of OPTIONS: compilers at once; 0: what MAKE_OPTS says, else
 * one per CPU. The environment is this process's without what would steer a Python
 * or a make of ours: PYTHONHOME, PIP_…, MAKEFLAGS, and the shims on PATH.
 * ERR_USAGE for an unfinished quote in a variable, and for OPTIONS that VERSION cannot
 * have. */
int build_settings_init(const struct layout *layout, const struct build_options *options,
			const struct version *version, struct build_settings *ret_settings,
			struct err *err) __attribute__((warn_unused_result));
/* The same of ENV, for a PACKAGE of a definition: OPENSSL_CONFIGURE_OPTS in place of
 * PYTHON_CONFIGURE_OPTS, and so on. VERSION is NULL for one that is no CPython: of OPTIONS,
 * only `jobs` and `nice` are for it. */
int build_settings_for(const struct layout *layout, const struct env *env, const char *package,
		       const struct build_options *options, const struct version *version,
		       struct build_settings *ret_settings, struct err *err)
	__attribute__((warn_unused_result));
void build_settings_reset(struct build_settings *settings);
#define cleanup_build_settings cleanup_with(build_settings_reset)

/* Is there what any build needs: a C compiler that finds its headers, and make?
 * And can Python's own makefiles build for PREFIX (they break at a blank)?
 * ERR_FAILED names what is missing and this system's command to get it. */
int build_preflight(struct build_settings *settings, const char *prefix, struct err *err)
	__attribute__((warn_unused_result));

/* Is there the program that applies patches? ERR_FAILED with the command to get it. */
int build_find_patch(struct build_settings *settings, struct err *err)
	__attribute__((warn_unused_result));

/* Is there the program that --strip needs? As above. */
int build_find_strip(struct build_settings *settings, struct err *err)
	__attribute__((warn_unused_result));

/* Make links to ccache in DIR by the names of all compilers that are on PATH. */
int build_mask_compilers(const struct build_settings *settings, const struct dir *dir,
			 struct err *err) __attribute__((warn_unused_result));

/* Libraries that a version's modules need, and what to do where they are missing. */
struct build_needs {
	const struct layout *layout;
	const struct version *version;
	const char *subject; /* "3.13.5" */
	const struct events *events;
	const char *without; /* "ssl,tk": names of toolchain_parts that may be missing; NULL */
	bool install;	     /* have this system's package manager install them */
	bool assume_yes;     /* without a question */
};

/* Compile and link a tiny program with each library (core/toolchain). Where ssl or zlib
 * is missing, ERR_FAILED says what would not work and the command that brings it; others
 * are warned of. ERR_USAGE for a name in `without` that is none, and for an installation
 * that would have to ask where nobody answers. */
int build_check_needs(const struct build_needs *needs, const struct build_settings *settings,
		      struct err *err) __attribute__((warn_unused_result));

/* Largest patch, in bytes: CPython's whole standard library has 40 MB. */
#define BUILD_PATCH_MAX ((size_t)16 * 1024 * 1024)

struct build_spec {
	const struct build_settings *settings; /* after the preflight */
	const struct version *version;
	const char *subject;	  /* for events */
	const struct dir *source; /* unpacked; is built in place */
	const char *dest;	  /* absolute: DESTDIR */
	const char *prefix;	  /* absolute: the final place */
	const char *patch;	  /* text of a patch for the source; NULL: none */
	const struct layout *layout;
	const char *digest; /* SHA-256 of the source's archive; NULL: nothing is kept of it */
	const char *masks;  /* folder in which ccache has the compilers' names; NULL: none */
	struct build_log *log;
	const struct events *events;
};

struct build_report {
	char *configure_line;
	bool knew_answers; /* configure was given kept ones */
	bool had_ccache;
	bool was_alone; /* no network could be reached */
	bool no_debug_info;
	bool no_tests;
	uint64_t configure_ms;
	uint64_t make_ms;
	uint64_t install_ms;
};

/* Patch, configure, make and install. Phases "patch", "configure", "make" and "make install"
 * count checks, compilations and files. Errors: ERR_FAILED with the last lines
 * and the log's path, ERR_INTERRUPTED. */
int build_run(const struct build_spec *spec, struct build_report *ret_report, struct err *err)
	__attribute__((warn_unused_result));
void build_report_reset(struct build_report *report);
#define cleanup_build_report cleanup_with(build_report_reset)

/* Finish the installed TREE: unsuffixed names (python, idle, pydoc,
 * python-config, …) for the newest of bin's X.Y-suffixed programs, and files
 * and folders that only their owner may write, whatever the umask was. */
int build_finish_tree(const struct dir *tree, const struct version *version, struct err *err)
	__attribute__((warn_unused_result));

/* Take out of the installed TREE what is not wanted: CPython's tests (SETTINGS), symbols
 * (OPTIONS). */
int build_slim_tree(const struct dir *tree, const struct build_options *options,
		    const struct build_settings *settings, struct build_log *log, struct err *err)
	__attribute__((warn_unused_result));

/* Only the names: for what somebody else has built. */
int build_link_names(const struct dir *tree, const struct version *version, struct err *err)
	__attribute__((warn_unused_result));

#endif
