/* SPDX-License-Identifier: MIT */
/* Fuzz target: what is read of the system and of sources: os-release, patchlevel.h,
 * configure. */
#include <config.h>

#include "core/toolchain.h"
#include "ground.h"
#include "supply/source_tree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { size ? (const char *)data : "", size };
	cleanup_dirfd struct dir include = DIR_INIT;
	unsigned major;
	unsigned minor;

	must(toolchain_packages_of(text, "/nowhere") <= PACKAGE_MANAGERS);
	must(toolchain_packages_of(text, "/usr/bin") <= PACKAGE_MANAGERS);
	ground_folder(ground(), "Include", &include);
	ground_write(&include, "patchlevel.h", text);
	ground_write(ground(), "configure", text);
	(void)source_series(ground(), &major, &minor);
	(void)source_count_checks(ground());
	(void)source_mentions(ground(), "configure", "openssl");
	return 0;
}
