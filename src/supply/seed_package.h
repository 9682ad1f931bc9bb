/* SPDX-License-Identifier: MIT */
/* One wheel of a seed: unpacked, and recorded as pip would. */
#ifndef PYVERN_SUPPLY_SEED_PACKAGE_H
#define PYVERN_SUPPLY_SEED_PACKAGE_H

#include "base/err.h"
#include "base/vec.h"
#include "core/layout.h"
#include "os/fs.h"

/* pip, setuptools, and room for one that ensurepip may get. */
#define SEED_PACKAGES_MAX 4

struct seed_package {
	char *name;	       /* "pip" */
	char *version;	       /* "25.1" */
	char *info;	       /* "pip-25.1.dist-info" */
	struct strvec files;   /* relative to site-packages, without compiled ones */
	struct strvec scripts; /* "pip3 pip._internal.cli.main main" */
};

/* Fill name, version and info from the name of a wheel; ERR_CHECK when it is none. */
int seed_package_name(struct seed_package *package, const char *file_name, struct err *err)
	__attribute__((warn_unused_result));

/* Say in PACKAGE's folder in SITE that pip installed it. */
int seed_package_mark(const struct seed_package *package, const struct dir *site, struct err *err)
	__attribute__((warn_unused_result));

/* Unpack the wheel at FD, called FILE_NAME ("pip-25.1-py3-none-any.whl"), into
 * the folder SITE and add INSTALLER and REQUESTED. LAYOUT: NULL for a wheel out of a tree that
 * was verified; else it is read in the program that shuts itself in (supply/unpack_wheel).
 * ERR_CHECK for what is no wheel, ERR_FAILED for one that also installs elsewhere (NAME.data).
 * Source: binary distribution format; recording installed projects. */
int seed_package_unpack(const struct layout *layout, int fd, const char *file_name,
			const struct dir *site, struct seed_package *ret_package, struct err *err)
	__attribute__((warn_unused_result));

/* Fill `scripts` from entry_points.txt. pip's own names carry the version that
 * it is installed into, whatever the wheel was built with (pip special-cases
 * them too): pip, pip3, pip3.13; easy_install, easy_install-3.13. */
int seed_package_scripts(struct seed_package *package, const struct dir *site,
			 const char *python_version, struct err *err)
	__attribute__((warn_unused_result));

/* Complete RECORD: scripts (in BIN, relative to site-packages), .pyc with TAG
 * ("cpython-313"; "": beside the .py), INSTALLER, REQUESTED. */
int seed_package_record(const struct seed_package *package, const struct dir *site, const char *bin,
			const char *tag, struct err *err) __attribute__((warn_unused_result));

void seed_package_reset(struct seed_package *package);

#endif
