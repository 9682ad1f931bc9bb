/* SPDX-License-Identifier: MIT */
/* The store: aliases, listing, finding. */
#include <config.h>

#include "store_ground.h"

static void
aliases_follow_the_newest(void **state)
{
	struct ground *g = *state;
	cleanup_store struct store store = STORE_INIT;
	struct err err = { 0 };

	ground_must_install(g, "3.13.5");
	ground_must_install(g, "3.13.10");
	ground_must_install(g, "3.13.7");
	ground_must_install(g, "3.13.7t");
	ground_must_install(g, "3.14.0rc2");
	assert_target(g, "root/versions/3.13", "3.13.10");
	assert_target(g, "root/versions/3.13t", "3.13.7t");
	assert_false(ground_has(g, "root/versions/3.14"));
	ground_open(g, &store);
	assert_ok(store_remove(&store, "3.13.10", NULL, NULL, &err), &err);
	assert_target(g, "root/versions/3.13", "3.13.7");
	assert_ok(store_remove(&store, "3.13.7t", NULL, NULL, &err), &err);
	assert_false(ground_has(g, "root/versions/3.13t"));
}

static void
what_a_user_made_is_no_alias_of_ours(void **state)
{
	struct ground *g = *state;
	cleanup_entries struct entries entries = { 0 };
	cleanup_store struct store store = STORE_INIT;
	struct err err = { 0 };

	/* It looks like one of ours, but was there before. */
	ground_file(g, "root/versions/3.13.1/bin/python", "", 0755);
	ground_link(g, "root/versions/3.13", "3.13.1");
	ground_must_install(g, "3.13.5");
	assert_target(g, "root/versions/3.13", "3.13.1");
	/* Made by us, then turned by the user. */
	ground_must_install(g, "3.12.1");
	ground_must_install(g, "3.12.2");
	assert_target(g, "root/versions/3.12", "3.12.2");
	assert_int_equal(unlinkat(g->dir.fd, "root/versions/3.12", 0), 0);
	ground_link(g, "root/versions/3.12", "3.12.1");
	ground_must_install(g, "3.12.3");
	assert_target(g, "root/versions/3.12", "3.12.1");
	/* A folder of that name. */
	ground_file(g, "root/versions/3.10/bin/python", "", 0755);
	ground_must_install(g, "3.10.2");
	ground_open(g, &store);
	assert_ok(store_refresh_aliases(&store, &err), &err);
	assert_target(g, "root/versions/3.10", "(none)");
	assert_ok(store_list(&store, 0, &entries, &err), &err);
	for (size_t i = 0; i < entries.count; i++)
		assert_true(entries.items[i].kind != ENTRY_ALIAS);
}

static void
an_alias_gives_way_to_a_version_of_its_name(void **state)
{
	struct ground *g = *state;
	cleanup_store struct store store = STORE_INIT;
	struct err err = { 0 };

	ground_must_install(g, "2.7.18");
	assert_target(g, "root/versions/2.7", "2.7.18");
	ground_must_install(g, "2.7");
	assert_true(ground_has(g, "root/versions/2.7/bin/python"));
	assert_target(g, "root/versions/2.7", "(none)");
	assert_true(ground_has(g, "root/versions/2.7.18/bin/python"));
	ground_open(g, &store);
	assert_ok(store_remove(&store, "2.7", NULL, NULL, &err), &err);
	assert_target(g, "root/versions/2.7", "2.7.18");
}

static void
the_pyenv_face_keeps_no_aliases(void **state)
{
	struct ground *g = *state;

	ground_file(g, "root/face", "pyenv\n", 0644);
	ground_must_install(g, "3.13.5");
	assert_false(ground_has(g, "root/versions/3.13"));
	assert_false(ground_has(g, "root/.aliases"));
}

static void
lists_and_finds(void **state)
{
	struct ground *g = *state;
	static const struct {
		const char *text;
		const char *found; /* NULL: nothing */
	} finds[] = {
		{ "3.13.5", "3.13.5" },
		{ "3.13", "3.13.10" },
		{ "3", "3.13.10" },
		{ "3.1", NULL },
		{ "3.9", "3.9.2" },
		{ "shop", "shop" },
		{ "3.9.2/envs/shop", "3.9.2/envs/shop" },
		{ "system", NULL },
		{ "data", NULL },
		{ "gone", NULL },
		{ ".staging", NULL },
	};
	static const char *const listed[] = { "3.9.2",	"3.9.2/envs/shop",
					      "3.13.5", "3.13.10",
					      "brew",	"shop" };
	cleanup_entries struct entries entries = { 0 };
	cleanup_entries struct entries all = { 0 };
	cleanup_store struct store store = STORE_INIT;
	struct err err = { 0 };

	ground_must_install(g, "3.13.10");
	ground_must_install(g, "3.13.5");
	ground_must_install(g, "3.9.2");
	ground_file(g, "root/versions/3.9.2/envs/shop/pyvenv.cfg", "", 0644);
	ground_link(g, "root/versions/shop", "3.9.2/envs/shop");
	ground_link(g, "root/versions/gone", "nowhere");
	ground_link(g, "root/versions/brew", "/usr");
	ground_file(g, "root/versions/data", "a file", 0644);
	ground_file(g, "root/versions/.hidden/x", "", 0644);
	ground_open(g, &store);
	assert_ok(store_list(&store, STORE_LIST_ENVS, &entries, &err), &err);
	assert_int_equal(entries.count, COUNT_OF(listed));
	for (size_t i = 0; i < COUNT_OF(listed); i++)
		assert_string_equal(entries.items[i].name, listed[i]);
	assert_int_equal(entries.items[1].kind, ENTRY_ENV);
	assert_int_equal(entries.items[5].kind, ENTRY_LINK);
	assert_string_equal(entries.items[5].target, "3.9.2/envs/shop");
	assert_ok(store_list(&store, STORE_LIST_ALIASES, &all, &err), &err);
	assert_int_equal(all.count, COUNT_OF(listed) - 1 + 2);
	for (size_t i = 0; i < COUNT_OF(finds); i++) {
		cleanup_free char *found = store_find(&store, finds[i].text);

		if (finds[i].found)
			assert_string_equal(found ? found : "(nothing)", finds[i].found);
		else
			assert_null(found);
	}
}

static void
a_missing_root_is_an_empty_store(void **state)
{
	struct ground *g = *state;
	cleanup_store struct store store = STORE_INIT;
	cleanup_entries struct entries entries = { 0 };
	struct err err = { 0 };

	assert_ok(store_open(&g->layout, &store, &err), &err);
	assert_ok(store_list(&store, STORE_LIST_ENVS, &entries, &err), &err);
	assert_int_equal(entries.count, 0);
	assert_null(store_find(&store, "3.13"));
	assert_false(ground_has(g, "root"));
}

#define T(name) cmocka_unit_test_setup_teardown(name, ground_setup, ground_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(aliases_follow_the_newest),
		T(what_a_user_made_is_no_alias_of_ours),
		T(an_alias_gives_way_to_a_version_of_its_name),
		T(the_pyenv_face_keeps_no_aliases),
		T(lists_and_finds),
		T(a_missing_root_is_an_empty_store),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
