/* SPDX-License-Identifier: MIT */
/* Fuzz target: a file of settings. One that is set is read again, and the others stay. */
#include <config.h>

#include "core/config.h"
#include "ground.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct events none = { 0 };

static bool
same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static void
check(const struct config *config)
{
	const char *jobs = config_get(config, "jobs", NULL);
	uint64_t number;

	for (const struct config_key *key = config_keys; key->name; key++) {
		const char *value = config_get(config, key->name, NULL);

		must(!value || !strchr(value, '\n'));
		if (key->kind == CONFIG_SWITCH)
			(void)config_is_on(config, key->name);
	}
	must(!jobs || str_u64(str_from(jobs), 1, 1024, &number));
}

static void
check_set(const struct layout *layout, const struct config *before)
{
	struct config *after;
	struct err err = { 0 };

	if (config_set(layout, "jobs", "7", &err) < 0) {
		/* The file is at its limit. */
		err_reset(&err);
		return;
	}
	after = config_load(layout, &none);
	must(same(config_get(after, "jobs", NULL), "7"));
	for (const struct config_key *key = config_keys; key->name; key++)
		must(strcmp(key->name, "jobs") == 0 ||
		     same(config_get(before, key->name, NULL), config_get(after, key->name, NULL)));
	config_free(after);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup_dirfd struct dir root = DIR_INIT;
	struct layout layout = { 0 };
	struct config *config;

	ground_folder(ground(), "root", &root);
	layout.root = root.path;
	must(setenv("XDG_CONFIG_HOME", "/nowhere", 1) == 0);
	ground_write(&root, LAYOUT_CONFIG, (struct str){ (const char *)data, size });
	config = config_load(&layout, &none);
	check(config);
	check_set(&layout, config);
	config_free(config);
	return 0;
}
