/* SPDX-License-Identifier: MIT */
/* Fuzz target: lists of packages for a seed. What a list has is a list again, of one key. */
#include <config.h>

#include "ground.h"
#include "venv/seed_list.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_item(const char *item)
{
	cleanup_free char *project = seed_item_project(item);
	const char *version = seed_item_version(item);

	must(project != NULL);
	for (const char *p = project; *p; p++)
		must(seed_item_is_file(item) || str_is_digit(*p) || (*p >= 'a' && *p <= 'z') ||
		     *p == '-');
	must(seed_item_is_file(item) == (item[0] == '/'));
	must(!version || (*version && version > item && version < item + strlen(item)));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup_free char *text = mem_strndup(size ? (const char *)data : "", size);
	cleanup_free char *joined = NULL;
	cleanup_seed_list struct seed_list list = { 0 };
	cleanup_seed_list struct seed_list again = { 0 };
	cleanup_err struct err err = { 0 };

	if (seed_list_parse(text, "/w", &list, &err) < 0) {
		must(err.code == ERR_USAGE);
		return 0;
	}
	must(list.items.count <= SEED_LIST_MAX);
	must(path_component_ok(str_from(list.key)) || list.items.count == 0);
	for (size_t i = 0; i < list.items.count; i++)
		check_item(list.items.items[i]);
	joined = strvec_join(&list.items, ",");
	must(seed_list_parse(joined, "/elsewhere", &again, &err) == 0);
	must(again.items.count == list.items.count && strcmp(again.key, list.key) == 0);
	return 0;
}
