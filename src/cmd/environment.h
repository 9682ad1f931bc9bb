/* SPDX-License-Identifier: MIT */
/* What `venv` and `use` share: a version that is there, an environment on it. */
#ifndef PYVERN_CMD_ENVIRONMENT_H
#define PYVERN_CMD_ENVIRONMENT_H

#include <stdbool.h>

#include "cmd/command.h"
#include "core/store.h"
#include "venv/create.h"

/* The option that both have. */
#define OPTION_INSTALL                                                            \
	{                                                                         \
		.name = "install", .help = "install the version if it is missing" \
	}

/* The installed name that REQUEST stands for; `system` stands for itself. When none is installed it is
 * installed if the user says so: by --install, by the setting auto_install, or
 * on a terminal when asked. *RET_NAME (owned) is NULL when the installation
 * ended with a status of its own, which it has explained: *RET_STATUS.
 * ASKED_BY (may be NULL): what asks for it ("~/shop/.python-version:1"). */
int environment_version(const struct context *ctx, struct store *store, const char *request,
			const char *asked_by, char **ret_name, int *ret_status, struct err *err)
	__attribute__((warn_unused_result));

/* Install REQUESTS, which are missing, all in one go, if the user says so as above; STORE
 * is open anew then. *RET_STATUS as above. */
int environment_install(const struct context *ctx, struct store *store,
			const struct strvec *requests, const char *asked_by, int *ret_status,
			struct err *err) __attribute__((warn_unused_result));

/* Packages that an environment is to begin with, other than what its Python brings. */
struct environment_seed {
	const char *packages;	/* as the user gave it (venv/seed_list) */
	const char *key;	/* of that list */
	const char *find_links; /* absolute; NULL */
	bool download;
};

struct environment_spec {
	const char *dir;     /* as the user named it; below the working folder */
	const char *version; /* installed name */
	const char *request; /* what it was asked for as: "3.12" follows that minor */
	const char *prompt;  /* NULL: the folder's name; ".": the working folder's */
	bool system_site_packages;
	bool without_pip;
	bool clear;
	bool copies;
	bool no_vcs_ignore;
	bool relocatable;
	bool allow_existing;
	enum seed_way link;
	const struct environment_seed *seed; /* NULL: what its Python brings */
	bool keep; /* one that stands on this version already is as it should be */
};

/* The absolute, clean path that DIR, as the user typed it, means. Owned by the caller. */
int environment_path(const struct context *ctx, const char *dir, char **ret_path, struct err *err)
	__attribute__((warn_unused_result));

/* ERR_PROTECTED when no environment may be made at DIR, with CLEAR in place of one
 * that is there; for saying so before anything is asked or installed. */
int environment_check_place(const struct context *ctx, const char *dir, bool clear, struct err *err)
	__attribute__((warn_unused_result));

/* ERR_PROTECTED when there is an environment of another Python in the place of
 * SPEC (with `keep`); for saying so before anything is changed. */
int environment_check(const struct context *ctx, const struct store *store,
		      const struct environment_spec *spec, struct err *err)
	__attribute__((warn_unused_result));

/* Make the environment and say so. A missing or damaged seed is made first. */
int environment_make(const struct context *ctx, const struct store *store,
		     const struct environment_spec *spec, int *ret_status, struct err *err)
	__attribute__((warn_unused_result));

struct environment_packages {
	const char *path; /* of the environment, absolute */
	bool quiet;	  /* pip says nothing unless it fails */
};

/* Run the environment's own `pip install` with WORDS; new commands get their shims. ERR_FAILED
 * when it fails, with the command to try again: the environment is there in any case. */
int environment_bring(const struct context *ctx, const struct environment_packages *packages,
		      char *const *words, struct err *err) __attribute__((warn_unused_result));

/* Make one on VERSION at PATH (absolute, clean) that nobody is told of and no registry knows. A
 * missing or damaged seed is made first; *RET_STATUS as above. */
int environment_make_here(const struct context *ctx, const struct store *store, const char *version,
			  const char *path, int *ret_status, struct err *err)
	__attribute__((warn_unused_result));

/* The alias in versions/ that an environment asked for as REQUEST follows: the minor
 * itself ("3.12"), when we keep it and it leads to NAME. Owned by the caller; NULL. */
char *environment_follow(const struct context *ctx, const struct store *store, const char *request,
			 const char *name);

/* Have the seed of VERSION (CHOICE: of packages; NULL) made, by the program that does it; when
 * it cannot (*RET_STATUS), say that SUBJECT is not made, and FIX with VERSION as what to type. */
int environment_seed(const struct context *ctx, const char *version,
		     const struct environment_seed *choice, const char *subject, const char *fix,
		     int *ret_status, struct err *err) __attribute__((warn_unused_result));

/* Say what was made, for people or as JSON. */
void
environment_say_made(const struct context *ctx, const char *subject, const char *path,
		     const struct venv_result *result, const char *follow, int64_t milliseconds);

#endif
