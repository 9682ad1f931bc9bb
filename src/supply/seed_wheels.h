/* SPDX-License-Identifier: MIT */
/* Where the wheels of a list of packages are. */
#ifndef PYVERN_SUPPLY_SEED_WHEELS_H
#define PYVERN_SUPPLY_SEED_WHEELS_H

/*
 * For a project it is looked, in this order: among what was just downloaded, what the
 * version itself brings, the folder that the user names, and $ROOT/cache/wheels (from
 * bundles and earlier downloads); in one place, the newest first. Downloading is pip's
 * work: it knows the user's index, proxy and passwords. Wheels of pure Python only, since
 * their files are shared by linking.
 */

#include <stdbool.h>

#include "base/event.h"
#include "core/store.h"
#include "venv/seed_list.h"

struct seed_choice {
	const struct seed_list *list;
	const char *find_links; /* absolute; NULL */
	bool download;		/* what is not at hand, and the newest of what has no version */
};

struct seed_wheels {
	const struct store *store;
	const struct facts *facts;
	const char *prefix; /* that the version's own wheels are below */
	const struct seed_choice *choice;
	struct dir downloads; /* what seed_wheels_download() brought; not open: nothing */
};

/* A wheel that may be taken. */
struct seed_wheel {
	char *path; /* absolute */
	bool own;   /* the version brings it: it was verified with the version */
};

struct seed_wheel_list {
	struct seed_wheel *items;
	size_t count;
};

void seed_wheel_list_reset(struct seed_wheel_list *list);
#define cleanup_seed_wheel_list cleanup_with(seed_wheel_list_reset)

/* What may be taken for ITEM of the list, the best first; nothing: it is not at hand. */
void
seed_wheels_find(const struct seed_wheels *wheels, const char *item, struct seed_wheel_list *ret);

/* Have a pip of this root download what the list needs into a new folder of WORK, and keep
 * it in the cache. Nothing when the choice says no download, or all is at hand. ERR_NETWORK
 * when pip fails, ERR_NOT_INSTALLED when no installed Python brings one. */
int seed_wheels_download(struct seed_wheels *wheels, const struct dir *work,
			 const struct events *events, const char *subject, struct err *err)
	__attribute__((warn_unused_result));

/* Is the wheel called FILE_NAME one of pure Python for FACTS' Python? Source: PEP 425. */
bool seed_wheel_fits(const char *file_name, const struct facts *facts);

#endif
