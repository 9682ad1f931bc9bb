/* SPDX-License-Identifier: MIT */
/* What the files of supply/seedmaker share; nobody else includes it. */
#ifndef PYVERN_SUPPLY_SEEDMAKER_INTERNAL_H
#define PYVERN_SUPPLY_SEEDMAKER_INTERNAL_H

#include "supply/seed_package.h"
#include "supply/seedmaker.h"

/* A seed in the making. */
struct making {
	const struct seed_spec *spec;
	struct dir seed;
	struct dir files;
	struct seed_package packages[SEED_PACKAGES_MAX];
	size_t count;
};

/* Take the packages that the tree's own site-packages has, by hard links, if they are
 * those of the bundled wheels and their compiled files are good. False: they are not, and
 * nothing was made. */
bool seed_take_present(struct making *m);

/* What tells seeds that are the same: digests of the wheels, and of what compiled them.
 * NULL when that is not known. Owned by the caller (free). */
char *seed_key(const struct making *m);

/* Take the whole seed of another version of spec->store whose key is KEY, by hard links.
 * False: there is none, or it cannot be linked, and nothing was made. */
bool seed_take_same(struct making *m, const char *key);

/* In a seed's folder: its key and a newline. Seeds of unknown origin have none. */
#define SEED_KEY "key"

/* Unpack the newest pip that a bundle brought and that is for this Python; none: nothing
 * is done. One that cannot be used is warned of, and the next is tried. */
int seed_unpack_spare(struct making *m, struct err *err) __attribute__((warn_unused_result));

/* Empty the seed's folder again. */
int seed_clear(struct making *m, struct err *err) __attribute__((warn_unused_result));

#endif
