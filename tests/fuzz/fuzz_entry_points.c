/* SPDX-License-Identifier: MIT */
/* Fuzz target: which scripts a wheel wants, and the rest of its RECORD. The first line of the
 * input is the wheel's name. */
#include <config.h>

#include "ground.h"
#include "supply/seed_package.h"
#include "venv/scripts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(const struct seed_package *package)
{
	for (size_t i = 0; i < package->scripts.count; i++) {
		struct str rest = str_from(package->scripts.items[i]);
		struct str name;
		struct str module;

		must(str_split(&rest, ' ', &name) && str_split(&rest, ' ', &module));
		must(path_component_ok(name) && script_name_ok(module) && script_name_ok(rest));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { size ? (const char *)data : "", size };
	cleanup_with(seed_package_reset) struct seed_package package = { 0 };
	cleanup_dirfd struct dir site = DIR_INIT;
	cleanup_dirfd struct dir info = DIR_INIT;
	cleanup_err struct err err = { 0 };
	cleanup_free char *file = NULL;
	struct str first = { 0 };

	(void)str_line(&text, &first);
	file = mem_strndup(first.n ? first.p : "", first.n);
	if (seed_package_name(&package, file, &err) < 0 ||
	    !path_component_ok(str_from(package.info)))
		return 0;
	ground_empty(ground(), "site", &site);
	ground_folder(&site, package.info, &info);
	ground_write(&info, "entry_points.txt", text);
	ground_write(&info, "RECORD", text);
	if (seed_package_scripts(&package, &site, "3.13.5", &err) == 0)
		check(&package);
	err_reset(&err);
	(void)!seed_package_record(&package, &site, "../../../bin", "cpython-313", &err);
	return 0;
}
