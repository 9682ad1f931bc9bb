/* SPDX-License-Identifier: MIT */
/* Can Pythons be built here: a C compiler, and the libraries that their modules need. */
#ifndef PYVERN_CORE_TOOLCHAIN_H
#define PYVERN_CORE_TOOLCHAIN_H

/*
 *	toolchain_open -> toolchain_try (each part) -> toolchain_close
 *
 * What is there is found as configure finds it: by compiling and linking a tiny program
 * with the compiler (CC, else cc) and the flags (CPPFLAGS, CFLAGS, LDFLAGS) that a build
 * would have, and, where that fails, with what pkg-config says. No shell is asked, and
 * nothing that was compiled is run.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/event.h"
#include "base/vec.h"
#include "core/version.h"
#include "os/fs.h"

/* Ways to name packages; a machine has one of them. */
enum package_manager {
	PACKAGES_APT,
	PACKAGES_DNF,
	PACKAGES_APK,
	PACKAGES_PACMAN,
	PACKAGES_ZYPPER,
	PACKAGES_BREW,
	PACKAGES_PKG,	  /* of FreeBSD, whose base system has most of what is needed */
	PACKAGE_MANAGERS, /* how many there are; also: none that we know */
};

/* Something that builds look for. */
struct toolchain_part {
	const char *name;    /* "ssl" */
	const char *header;  /* "openssl/ssl.h" */
	const char *call;    /* an expression that needs the library */
	const char *flags;   /* "-lssl -lcrypto" */
	const char *package; /* pkg-config's name for it */
	bool is_needed;	     /* pip or much else does not work without */
	unsigned since;	     /* the first series of Python 3 whose modules use it; older ones bring
			      * their own, or have no such module. 0: 2.7 uses it, too */
	const char *without; /* what a Python lacks then: "ssl, and so a working pip" */
	const char *packages[PACKAGE_MANAGERS]; /* NULL: not known */
};

/* Is it used by the modules of VERSION, a CPython? True where that says no series. */
bool toolchain_is_used(const struct toolchain_part *part, const struct version *version);

/* Ends with a row without name. */
extern const struct toolchain_part toolchain_parts[];
/* The compiler and what belongs to it, as a part. */
extern const struct toolchain_part toolchain_compiler;

enum toolchain_state {
	TOOLCHAIN_FINE,
	TOOLCHAIN_NO_HEADER,
	TOOLCHAIN_NO_LIBRARY, /* the header is there, and nothing can be linked with it */
};

struct toolchain {
	char *compiler;	     /* absolute path */
	char *pkg_config;    /* or NULL */
	struct strvec words; /* the compiler as CC has it: "ccache" "gcc" */
	struct strvec cppflags;
	struct strvec cflags;
	struct strvec ldflags;
	char *folder; /* for tiny programs; removed by toolchain_close() */
	const struct events *events;
};

/* Find the compiler, leaving out the folder SKIP (shims), and make sure that it makes
 * programs. ERR_FAILED when not, with what it said last as "because". EVENTS get its
 * lines. To be closed in both cases. */
int toolchain_open(const char *skip, const struct events *events, struct toolchain *ret,
		   struct err *err) __attribute__((warn_unused_result));

/* ERR_FAILED or ERR_INTERRUPTED only when the compiler cannot be run at all. */
int
toolchain_try(const struct toolchain *toolchain, const struct toolchain_part *part,
	      enum toolchain_state *ret_state, struct err *err) __attribute__((warn_unused_result));

/* More than there are parts. */
#define TOOLCHAIN_PARTS_MAX 32

/* Try all of toolchain_parts at the same time, as many at once as there are CPUs; their
 * states in that order. Errors as toolchain_try(). */
int toolchain_try_all(const struct toolchain *toolchain,
		      enum toolchain_state ret_states[TOOLCHAIN_PARTS_MAX], struct err *err)
	__attribute__((warn_unused_result));

void toolchain_close(struct toolchain *toolchain);
#define cleanup_toolchain cleanup_with(toolchain_close)

/* The package manager of this machine: the one of its distribution (os-release), where that
 * is on PATH, else the first on PATH that we know. */
enum package_manager toolchain_packages(void);
/* The same where os-release says TEXT, and programs are searched in PATH. */
enum package_manager toolchain_packages_of(struct str text, const char *path);

/* What installs COUNT PARTS with MANAGER ("sudo apt install libssl-dev"); NULL when
 * that is not known. Owned by the caller (free). */
char *toolchain_fix(enum package_manager manager, const struct toolchain_part *const *parts,
		    size_t count) __attribute__((warn_unused_result));

#endif
