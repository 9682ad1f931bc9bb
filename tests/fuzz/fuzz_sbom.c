/* SPDX-License-Identifier: MIT */
/* Fuzz target: what a document says of a package's METADATA, which anybody may have written. */
#include <config.h>

#include "ground.h"
#include "io/json.h"
#include "supply/sbom_internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(const json_t *package)
{
	const char *name = json_get_text(package, "name");
	const char *version = json_get_text(package, "versionInfo");
	const char *license = json_get_text(package, "licenseDeclared");

	must(name && version && license && *license);
	for (const char *p = name; *p; p++)
		must(str_is_alpha(*p) || str_is_digit(*p) || strchr("-_.+!", *p));
	for (const char *p = version; *p; p++)
		must(str_is_alpha(*p) || str_is_digit(*p) || strchr("-_.+!", *p));
	for (const char *p = license; *p; p++)
		must(str_is_alpha(*p) || str_is_digit(*p) || strchr(" .-+()", *p));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char platlib[] = "site";
	static char wheels[] = "";
	cleanup_dirfd struct dir site = DIR_INIT;
	cleanup_dirfd struct dir info = DIR_INIT;
	cleanup_json json_t *packages = json_array();
	cleanup_json json_t *relationships = json_array();
	cleanup_buf struct buf text = BUF_INIT(JSON_DOCUMENT_MAX);
	struct sbom s = { .tree = *ground(), .packages = packages };
	struct err err = { 0 };

	s.facts.platlib = platlib;
	s.facts.wheels = wheels;
	s.relationships = relationships;
	ground_folder(ground(), platlib, &site);
	ground_folder(&site, "it-1.0.dist-info", &info);
	ground_write(&info, "METADATA", (struct str){ (const char *)data, size });
	must(sbom_add_packages(&s, &err) == 0 && json_array_size(packages) <= 1);
	if (json_array_size(packages))
		check(json_array_get(packages, 0));
	must(json_render(packages, &text, &err) == 0);
	strvec_reset(&s.seen);
	return 0;
}
