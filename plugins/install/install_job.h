/* SPDX-License-Identifier: MIT */
/* What the two faces of `install` share. */
#ifndef PYVERN_INSTALL_JOB_H
#define PYVERN_INSTALL_JOB_H

/*
 *	job_begin(&job, &words, err)            source the hooks of `install`
 *	for each word:
 *		job_before(&job, definition, name, …, err)
 *		job_install(&job, …)            with what every new version gets
 *		job_after(&job, status, err)
 *	job_end(&job, err)                      let the hooks go
 *
 * job.moments.hooks.has_ended says after each that a hook has ended the command.
 */

#include "cmd/moments.h"
#include "commands.h"
#include "install_outcome.h"
#include "supply/bundle.h"
#include "supply/install.h"
#include "supply/receipt.h"

/* One run of the command. */
struct install_job {
	const struct context *ctx;
	const struct catalog *catalog;
	struct install_options options; /* what the command line says for each version */
	struct catalog_named named;	/* what --from says; options.named points here */
	struct bundle *bundle;		/* what --from names, where it is one; NULL */
	char *has;			/* then what it has, for people */
	struct install_origin origin;	/* then options.origin points here */
	struct moments moments;
	char *sources;		  /* PYENV_BUILD_ROOT; or NULL */
	char *patch;		  /* what --patch read; NULL: nothing yet */
	struct receipt_read like; /* of what --like names; options.build.like points here */
	char *like_name;	  /* that version; NULL: none */
	char *openssl;		  /* what --with-openssl names; options.build.openssl points here */
};

/* What the command line and the environment say. */
int job_init(const struct context *ctx, const struct catalog *catalog, struct install_job *ret,
	     struct err *err) __attribute__((warn_unused_result));
void job_reset(struct install_job *job);

/* What the command line and the configuration say of how a source is built. */
int job_read_build(struct install_job *job, struct err *err) __attribute__((warn_unused_result));

/* With --like: a newer build of the same version may have taken the place of the one before. */
void job_warn_of_other(const struct install_job *job, const struct install_result *result);

/* What the command line asks for: its words, or the version of the file that --from
 * names, or all that the bundle has for this machine. */
int job_words(const struct install_job *job, struct strvec *ret_words, struct err *err)
	__attribute__((warn_unused_result));

/* Read the patch from standard input, if there is to be one and it was not read yet:
 * the answers to questions come before it. */
int job_read_patch(struct install_job *job, struct err *err) __attribute__((warn_unused_result));

/* Names of all that can be installed here, free-threaded ones, too, in pyenv's order. */
int job_names(const struct install_job *job, struct strvec *ret_names, struct err *err)
	__attribute__((warn_unused_result));

/* The same for who has no job. */
int install_names(const struct context *ctx, const struct catalog *catalog, struct strvec *ret,
		  struct err *err) __attribute__((warn_unused_result));

/* `install --list`. */
int install_list(const struct context *ctx, const struct catalog *catalog, struct err *err)
	__attribute__((warn_unused_result));

/* Begin with the hooks, which may change WORDS, what is to be installed. */
int job_begin(struct install_job *job, struct strvec *words, struct err *err)
	__attribute__((warn_unused_result));

/* Before DEFINITION ("3.13.5") is installed as NAME. Hooks may choose others: both are
 * owned by the caller and may be replaced. */
int job_before(struct install_job *job, char **definition, char **name, struct err *err)
	__attribute__((warn_unused_result));

/* Afterwards, with what a script would see as its exit status. Hooks may have put
 * something into the version, so shims are made again. */
int
job_after(struct install_job *job, int status, struct err *err) __attribute__((warn_unused_result));

/* Is there a version NAME? */
bool job_is_installed(const struct install_job *job, const char *name);
/* Say that NAME is there, and finish what one has left undone who was killed when it just
 * was: its alias, the default, its shims. */
void job_show_present(const struct install_job *job, const char *name);

/* Install REQUEST and the default packages, and say so; what it comes to is put into
 * OUTCOME. Errors leave no version, but for ERR_INTERRUPTED while the packages come:
 * OUTCOME is DONE then. Several threads may do this at once, with hooks one does. */
int job_install(const struct install_job *job, const struct install_options *options,
		const char *request, struct outcome *outcome, struct err *err)
	__attribute__((warn_unused_result));

/* Install the default packages (cmd/default_packages) into the new version NAME, with
 * pip's lines going to EVENTS. A failure is shown and does no harm to the version;
 * only ERR_INTERRUPTED is an error. */
int job_packages(const struct install_job *job, const char *name, const struct events *events,
		 struct err *err) __attribute__((warn_unused_result));

/* Install what is WANTED of ALL: with hooks one after the other, else all at once. As
 * install_many(). */
int install_requests(struct install_job *job, struct outcomes *all, int *ret_status,
		     struct err *err) __attribute__((warn_unused_result));

int job_end(struct install_job *job, struct err *err) __attribute__((warn_unused_result));

/* Versions in pyenv's order of steps and in its words (facts/pyenv.md 6). */
int pyenv_install(struct install_job *job, int *ret_status, struct err *err)
	__attribute__((warn_unused_result));

#endif
