/* SPDX-License-Identifier: MIT */
/* What the parts of venv/registry share. */
#ifndef PYVERN_VENV_REGISTRY_INTERNAL_H
#define PYVERN_VENV_REGISTRY_INTERNAL_H

#include "venv/registry.h"

/* PATH without links, as records have it; of what is gone, that of the folder above it that is
 * there. Owned by the caller (free). */
char *registry_real(const char *path) __attribute__((warn_unused_result));

/* Path of the folder for the root at ROOT; NULL: there is none. Owned by the caller. */
char *registry_folder(const char *root);

/* Open the folder KIND ("venvs", "pins") of ROOT's registry, made with MAKE. ERR_FAILED
 * when that cannot be; err->sys is ENOENT when there is none. */
int registry_open(const char *root, const char *kind, bool make, struct dir *ret_dir,
		  struct err *err) __attribute__((warn_unused_result));

/* A record as it is on the disk. */
struct registry_record {
	struct buf text;
	struct registered said; /* borrows from TEXT */
	int64_t used;
};
#define REGISTRY_RECORD_INIT                     \
	{                                        \
		.text = BUF_INIT(REGISTERED_MAX) \
	}
void registry_record_reset(struct registry_record *record);
#define cleanup_registry_record cleanup_with(registry_record_reset)

/* Read the record NAME of the folder; false when it is none of ours. */
bool registry_read(const struct dir *venvs, const char *name, struct registry_record *ret);

/* Write the record of what SAID has. USED: the time it gets, 0 for now. */
int registry_write(const struct dir *venvs, const struct registered *said, int64_t used,
		   struct err *err) __attribute__((warn_unused_result));

/* Records of VENVS were written or removed: the text of REGISTERED_CHANGED is another one.
 * Never fails; where it cannot be written, prompts are late. */
void registry_changed(const struct dir *venvs);

/* Is PATH, which was on DEVICE, missing for good (see venv/registry.h)? */
bool registry_is_gone(const char *path, uint64_t device);

/* Tell EVENTS that the registry could not be changed, once ERR is set. */
void registry_warn(const struct events *events, const struct err *err);

#endif
