/* SPDX-License-Identifier: MIT */
/* Fuzz target: the small records of a root: aliases, what they led to, links in bin, its
 * face. */
#include <config.h>

#include "core/binlinks.h"
#include "core/policy.h"
#include "core/store_internal.h"
#include "ground.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_names(const struct strvec *names)
{
	for (size_t i = 0; i < names->count; i++)
		must(version_name_ok(str_from(names->items[i])) && names->items[i][0] != '.');
}

static void
check_same(const struct strvec *a, const struct strvec *b)
{
	must(a->count == b->count);
	for (size_t i = 0; i < a->count; i++)
		must(strcmp(a->items[i], b->items[i]) == 0);
}

static void
check_generations(const struct store *store, struct str text)
{
	cleanup_dirfd struct dir folder = DIR_INIT;
	cleanup_generations struct generations g = { 0 };
	cleanup_generations struct generations again = { 0 };
	cleanup_err struct err err = { 0 };

	ground_folder(&store->root, STORE_GENERATIONS, &folder);
	ground_write(&folder, "3.13", text);
	must(store_generations(store, "3.13", &g, &err) == 0);
	check_names(&g.was);
	check_names(&g.left);
	check_names(&g.trying);
	(void)generations_allow(&g, "3.13.5");
	if (generations_write(store, "3.13", &g, &err) < 0)
		return;
	must(store_generations(store, "3.13", &again, &err) == 0);
	must(again.was.count <= g.was.count);
	check_same(&g.left, &again.left);
	check_same(&g.trying, &again.trying);
}

static void
check_face(const struct store *store, struct str text)
{
	const struct policy *policy;
	struct err err = { 0 };
	bool hooks;
	bool again;

	ground_write(&store->root, LAYOUT_FACE, text);
	policy = policy_of_root_and_hooks(store->root.fd, &hooks);
	must(policy_write(&store->root, policy, hooks, &err) == 0);
	must(policy_of_root_and_hooks(store->root.fd, &again) == policy && again == hooks);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { size ? (const char *)data : "", size };
	struct store store = STORE_INIT;
	cleanup_dirfd struct dir work = DIR_INIT;
	cleanup_strvec struct strvec lines = { 0 };
	cleanup_strvec struct strvec links = { 0 };
	cleanup_free char *name = NULL;
	struct err err = { 0 };

	store.root = *ground();
	ground_write(ground(), STORE_ALIAS_RECORD, text);
	must(alias_record_read(&store, &lines, &err) == 0);
	(void)alias_record_has(&lines, "3.13", "3.13.5");
	ground_write(ground(), ".bin-links", text);
	binlinks_known(&store, &links);
	for (size_t i = 0; i < links.count; i++)
		must(links.items[i][0] == '/');
	check_generations(&store, text);
	check_face(&store, text);
	ground_folder(ground(), "work", &work);
	ground_write(&work, ".replace", text);
	name = replace_version(&work);
	must(!name || version_name_ok(str_from(name)));
	return 0;
}
