/* SPDX-License-Identifier: MIT */
/* Which archive this system's packages come from, as apt is configured. */
#ifndef PYVERN_SUPPLY_APT_H
#define PYVERN_SUPPLY_APT_H

/*
 * Debian and Ubuntu keep upstreams' source archives unchanged in their pools,
 * so a machine that reaches only its distribution's mirror can still get a
 * Python whose digest is known. This reads apt's own configuration (man
 * sources.list, both formats) and tells the distribution's archives from the
 * third parties' ones beside them, which must not be asked: they would learn
 * what is installed here and have none of it.
 *
 * An archive is the distribution's when it has the component `main` and one of
 *  - a suite NAME-updates, NAME-security or NAME/updates,
 *  - a component that only distributions have (contrib, universe, …),
 *  - a Signed-By that names the distribution's own keyring;
 * or, if none of the configured ones is, when it stands in sources.list or the
 * distribution's own .sources file and its path ends as the distribution's name.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/cleanup.h"
#include "base/str.h"

/* One archive. */
struct apt_archive {
	char *uri;	/* http or https, no slash at the end */
	unsigned marks; /* private */
};

/* Zeroed: none. */
struct apt_archives {
	struct apt_archive *items;
	size_t count;
};

enum apt_format {
	APT_ONE_LINE, /* sources.list, *.list */
	APT_DEB822,   /* *.sources */
};

/* Read the configuration below APT_DIR ("/etc/apt"). A machine without apt, and
 * files that cannot be read or understood, give no archives. Those that have
 * more than security updates come first. */
void apt_read(const char *apt_dir, struct apt_archives *ret);

/* Add the archives of one file's TEXT. OWN_FILE: it is one that the distribution
 * itself writes. */
void apt_parse(struct str text, enum apt_format format, bool own_file, struct apt_archives *ret);

/* Keep the distribution's archives, in the order in which they are to be asked. */
void apt_keep_distribution(struct apt_archives *archives);

/* Does the archive have the component `universe`? */
bool apt_has_universe(const struct apt_archive *archive);

void apt_reset(struct apt_archives *archives);
#define cleanup_apt cleanup_with(apt_reset)

#endif
