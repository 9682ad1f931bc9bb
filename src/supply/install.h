/* SPDX-License-Identifier: MIT */
/* The transaction: from a request to an installed version. */
#ifndef PYVERN_SUPPLY_INSTALL_H
#define PYVERN_SUPPLY_INSTALL_H

/*
 * request -> catalogue -> verified archive -> staged tree -> receipt -> version
 * -> shims. Everything happens in a staging folder under the version's lock;
 * the version appears by the one rename of store_commit(), so an error, a
 * signal or a dead machine at any moment before it leaves nothing behind in
 * versions/. A second install of the same version waits for the first and then
 * finds it installed.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/event.h"
#include "core/config.h"
#include "core/layout.h"
#include "core/provenance.h"
#include "supply/catalog.h"
#include "supply/probe.h"

struct install_options {
	const struct layout *layout;
	const struct config *config;
	const struct events *events;
	const struct catalog *catalog;
	const char *name;    /* of the version's folder; NULL: the version's own */
	const char *sources; /* absolute: where `keep` puts things; NULL: $ROOT/sources */
	const char *patch;   /* text that is applied to the unpacked source; NULL: none */
	bool replace;	     /* an installed version is built again */
	bool keep;	     /* leave the build folder in SOURCES/NAME, and the log */
	bool debug;	     /* as if the request had asked for a debug build */
	bool offline;	     /* the cache only */
	bool no_sync;	     /* do not wait for the disk before the commit */
	unsigned jobs;	     /* compilers at once; 0: see build_settings_init */
};

struct install_result {
	char *name;	    /* "3.13.5" */
	bool was_installed; /* it was there, and nothing was done */
	bool replaced;	    /* it was there, and is new now */
	bool first;	    /* it has become the global version */
	struct provenance provenance;
	struct probe_report probe;
	char *kept_source; /* path of what `keep` left; NULL: nothing */
	char *kept_log;
	uint64_t ms; /* whole time */
};

/*
 * Install what REQUEST asks for: the newest in the catalogue that it accepts.
 * ERR_USAGE for a text that is no request, ERR_UNKNOWN_VERSION with the nearest
 * names; ERR_FAILED (no compiler, a failing build, a full disk, a root that is not
 * ours to write), ERR_NETWORK, ERR_NOT_CACHED, ERR_CHECK, ERR_INTERRUPTED; each but
 * the last names the version.
 */
int install_version(const struct install_options *options, const char *request,
		    struct install_result *ret_result, struct err *err)
	__attribute__((warn_unused_result));

/* The name of what REQUEST asks for, as the catalogue has it ("3.13.5", "3.13.5t"):
 * what install_version() would install. Owned by the caller (free). */
int install_find(const struct install_options *options, const char *request, char **ret_name,
		 struct err *err) __attribute__((warn_unused_result));

/* The name of the source package of the version NAME, as upstream calls it
 * ("Python-3.13.5" also for 3.13.5t). Owned by the caller (free). */
char *install_package_name(const char *name) __attribute__((warn_unused_result));

void install_result_reset(struct install_result *result);
#define cleanup_install_result cleanup_with(install_result_reset)

#endif
