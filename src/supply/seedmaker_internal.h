/* SPDX-License-Identifier: MIT */
/* What the files of supply/seedmaker share; nobody else includes it. */
#ifndef PYVERN_SUPPLY_SEEDMAKER_INTERNAL_H
#define PYVERN_SUPPLY_SEEDMAKER_INTERNAL_H

#include "supply/seed_package.h"
#include "supply/seed_wheels.h"
#include "supply/seedmaker.h"

/* A seed in the making. */
struct making {
	const struct seed_spec *spec;
	struct dir seed;
	struct dir files;
	struct seed_package packages[SEED_PACKAGES_MAX];
	size_t count;
	struct seed_wheels *wheels; /* of the list that is asked for; NULL: what it brings */
	char *key;		    /* of WHEELS: what they were found to be */
};

/* Longest answer of the compiling interpreter, in bytes: "cpython-313". */
#define SEED_TAG_MAX 256

void seed_making_reset(struct making *m);

/* Make the seed in the new folder NAME below INTO. */
int seed_make_in(struct making *m, const struct dir *into, const char *name, struct err *err)
	__attribute__((warn_unused_result));

/* Compile all files. *RET_TAG: "cpython-313", or "" for a Python that puts .pyc beside .py. */
int seed_compile(const struct making *m, struct buf *ret_tag, struct err *err)
	__attribute__((warn_unused_result));

/* RECORDs and the index, for compiled files with TAG in their names. */
int
seed_finish(struct making *m, const char *tag, struct err *err) __attribute__((warn_unused_result));

/* What tells whether the chosen wheels of m->wheels are the ones that a seed was made of.
 * ERR_NOT_INSTALLED for one that is not at hand. Owned by the caller (free). */
int seed_chosen_key(const struct making *m, char **ret_key, struct err *err)
	__attribute__((warn_unused_result));

/* Unpack and compile the chosen wheels. */
int seed_fill_chosen(struct making *m, struct err *err) __attribute__((warn_unused_result));

/* Is the unpacked PACKAGE for this Python, as its METADATA says? ERR_CHECK when not. */
int seed_check_python(const struct making *m, const struct seed_package *package, struct err *err)
	__attribute__((warn_unused_result));

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
