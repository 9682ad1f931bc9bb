/* SPDX-License-Identifier: MIT */
/* The transaction: from a request to an installed version. */
#ifndef PYVERN_SUPPLY_INSTALL_H
#define PYVERN_SUPPLY_INSTALL_H

/*
 * request -> choice -> verified file -> staged tree -> receipt -> version ->
 * shims. Everything happens in a staging folder under the version's lock;
 * the version appears by the one rename of store_commit(), so an error, a
 * signal or a dead machine at any moment before it leaves nothing behind in
 * versions/. A second install of the same version waits for the first and then
 * finds it installed.
 *
 * install_version() may run in several threads at once, for different versions
 * or for the same one, with options that share what they point to: it changes
 * nothing of the process. Its events then come from several threads.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/event.h"
#include "core/config.h"
#include "core/layout.h"
#include "core/provenance.h"
#include "supply/build_options.h"
#include "supply/catalog.h"
#include "supply/catalog_import_named.h"
#include "supply/probe.h"
#include "supply/signature.h"

struct definition;
struct fetch_session;
struct install_turns;
struct stage;

/* In the standard library: tells pip to leave the version alone (PEP 668). */
#define INSTALL_MANAGED_FILE "EXTERNALLY-MANAGED"

/* What a version is made of. */
enum install_source {
	INSTALL_AUTO,	  /* what the root's face prefers and its settings ask for */
	INSTALL_BUILD,	  /* a source, and nothing else */
	INSTALL_PREBUILT, /* what somebody else has built, and nothing else */
};

/* Of files that came with a bundle (supply/bundle): what is said of them. */
struct install_origin {
	const char *source;		/* "pythons.tar" */
	const char *has;		/* what it has, for people */
	const struct catalog *known;	/* this machine's: it vouches for what it knows */
	enum provenance_kind otherwise; /* what does, for the rest */
};

/* What is done with the staged tree in place of the commit, while the version is locked. What
 * it leaves in the stage goes. */
struct install_receiver {
	int (*take)(void *ctx, const struct stage *stage, struct err *err);
	void *ctx;
};

struct install_options {
	const struct layout *layout;
	const struct config *config;
	const struct events *events;
	const struct catalog *catalog;
	struct fetch_session *session;	   /* that several downloads share; NULL: its own */
	struct install_turns *turns;	   /* that several installations share; NULL: alone */
	const struct catalog_named *named; /* a file of the user's: what is installed, whatever
					    * the request says; NULL: the catalogue's */
	const struct catalog_named
		*again; /* just this artifact, of a receipt, by its digest; NULL */
	const struct install_receiver *receiver; /* who gets the tree; NULL: versions/ */
	const struct install_origin *origin;	 /* where the cache's files are from; NULL */
	const char *name;	       /* of the version's folder; NULL: the version's own */
	const char *prefix;	       /* absolute: put it there, and not into versions/; NULL */
	struct definition *definition; /* what it is made as; NULL: the catalogue tells */
	unsigned ip;		       /* 4 or 6: download from such addresses only; 0: any */
	const char *sources;	       /* absolute: where `keep` puts things; NULL: $ROOT/sources */
	const char *patch;	       /* text that is applied to the unpacked source; NULL: none */
	enum install_source source;
	bool replace;		    /* an installed version is made again */
	bool keep;		    /* leave the build folder in SOURCES/NAME, and the log */
	bool debug;		    /* as if the request had asked for a debug build */
	bool offline;		    /* the cache only */
	bool require_signature;	    /* nothing that is not signed by who must sign it */
	bool no_sync;		    /* do not wait for the disk before the commit */
	bool externally_managed;    /* pip is to leave it alone (PEP 668) */
	bool trying;		    /* its alias leads to it only after it was tried */
	bool no_default;	    /* do not make the first version of a root the global one */
	bool install_deps;	    /* have the libraries of a build installed */
	bool assume_yes;	    /* without a question */
	bool free_threaded;	    /* as if the request had asked for a build without the lock */
	struct build_options build; /* how a source is built */
};

struct install_result {
	char *name;	    /* "3.13.5" */
	bool was_installed; /* it was there, and nothing was done */
	bool replaced;	    /* it was there, and is new now */
	bool first;	    /* it has become the global version */
	bool is_built;	    /* here, from a source */
	bool is_brought;    /* by a bundle, which provenance.source names */
	char *choice;	    /* for people: "standalone build for x86_64 gnu v3, build 20260814" */
	char *how; /* it was built, where that is no matter of course ("--pgo, ccache"); or NULL */
	char *why; /* why so, where that is no matter of course; NULL */
	char *newer; /* a version that was asked for as well, but only has a source; NULL */
	enum signature_kind signed_as; /* NONE: it is not, or it was not looked for */
	char *signer;		       /* whose signature holds; NULL: nobody's */
	char *not_signed; /* why there is none, for people; NULL: none was looked for */
	struct provenance provenance;
	struct probe_report probe;
	char *kept_source; /* path of what `keep` left; NULL: nothing */
	char *kept_log;
	uint64_t ms; /* whole time */
};

/*
 * Install what REQUEST asks for (supply/install_choice says what that is).
 * ERR_USAGE for a text that is no request, ERR_UNKNOWN_VERSION with the nearest
 * names; ERR_FAILED (no compiler, a failing build, a full disk, a root that is not
 * ours to write), ERR_NETWORK, ERR_NOT_CACHED, ERR_CHECK, ERR_RULE (core/rules),
 * ERR_INTERRUPTED; each but the last names the version.
 */
int install_version(const struct install_options *options, const char *request,
		    struct install_result *ret_result, struct err *err)
	__attribute__((warn_unused_result));

/* The name of what install_version() would install for REQUEST ("3.13.5", "3.13.5t").
 * Owned by the caller (free). */
int install_find(const struct install_options *options, const char *request, char **ret_name,
		 struct err *err) __attribute__((warn_unused_result));

/* The name of the source package of the version NAME, as upstream calls it
 * ("Python-3.13.5" also for 3.13.5t); NAME itself where it is no CPython. Owned by the
 * caller (free). */
char *install_package_name(const char *name) __attribute__((warn_unused_result));

void install_result_reset(struct install_result *result);
#define cleanup_install_result cleanup_with(install_result_reset)

#endif
