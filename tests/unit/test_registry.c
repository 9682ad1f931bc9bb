/* SPDX-License-Identifier: MIT */
/* The registry of environments: records, who is believed, what is forgotten. */
#include <config.h>

#include "store_ground.h"

#include <sys/time.h>
#include <time.h>

#include "venv/cfg.h"
#include "venv/registry.h"

/* One that was never opened: the registry needs no root. */
#define STORE_OF(g)                                                            \
	{                                                                      \
		.layout = &(g)->layout, .root = DIR_INIT, .versions = DIR_INIT \
	}

#define ID "0123456789abcdef0123456789abcdef"
#define RECORD(path, id, how)                                                              \
	"format = 1\npath = " path "\ndevice = 1\ninode = 2\nid = " id "\nbase = 3.13.5\n" \
	"follows = \nmade = 1700000000\nhow = " how "\n"

static void
keys_are_fnv_1a(void **state)
{
	/* From the test vectors of the draft. */
	static const char *const rows[][2] = {
		{ "", "cbf29ce484222325" },
		{ "a", "af63dc4c8601ec8c" },
		{ "foobar", "85944171f73967e8" },
	};
	char key[REGISTERED_KEY_SIZE];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		registered_key(str_from(rows[i][0]), key);
		assert_string_equal(key, rows[i][1]);
	}
}

static void
folders_follow_xdg(void **state)
{
	static const struct {
		const char *state_home;
		const char *home;
		const char *expected; /* without the root's key; NULL: none */
	} rows[] = {
		{ NULL, "/home/x", "/home/x/.local/state/pyvern/" },
		{ "", "/home/x", "/home/x/.local/state/pyvern/" },
		{ "state", "/home/x", "/home/x/.local/state/pyvern/" },
		{ "/s t", NULL, "/s t/pyvern/" },
		{ "/s", "/home/x", "/s/pyvern/" },
		{ NULL, NULL, NULL },
		{ NULL, "", NULL },
		{ "state", "home", NULL },
	};
	char long_home[PATH_TEXT_MAX];
	char path[PATH_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		cleanup_free char *expected = NULL;

		assert_int_equal(
			registered_folder(rows[i].state_home, rows[i].home, "foobar", path),
			rows[i].expected != NULL);
		if (!rows[i].expected)
			continue;
		expected = mem_printf("%s85944171f73967e8", rows[i].expected);
		assert_string_equal(path, expected);
	}
	memset(long_home, '/', sizeof(long_home) - 1);
	long_home[sizeof(long_home) - 1] = '\0';
	assert_false(registered_folder(NULL, long_home, "foobar", path));
}

static void
records_are_ours_to_the_letter(void **state)
{
	static const char *const good[] = {
		RECORD("/a", ID, "made"),
		RECORD("/a b \xc3\xbc'$(x) ", ID, "trusted"),
		RECORD("/a", "", "found"),
	};
	static const char *const bad[] = {
		"",
		"format = 2\n",
		RECORD("", ID, "made"),
		RECORD("a", ID, "made"),
		RECORD("/", ID, "made"),
		RECORD("/a\tb", ID, "made"),
		RECORD("/a", "", "made"),
		RECORD("/a", "", "trusted"),
		RECORD("/a", "0123", "found"),
		RECORD("/a", "0123456789ABCDEF0123456789ABCDEF", "made"),
		RECORD("/a", ID, "stolen"),
		RECORD("/a", ID, "made") "more = 1\n",
		RECORD("/a\npath = /b", ID, "made"),
	};
	struct registered said;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(good); i++)
		assert_true(registered_parse(str_from(good[i]), &said));
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		if (registered_parse(str_from(bad[i]), &said))
			fail_msg("taken: %s", bad[i]);
	assert_true(registered_parse(str_from(good[1]), &said));
	assert_true(str_eq_text(said.path, "/a b \xc3\xbc'$(x) "));
	assert_true(str_eq_text(said.id, ID));
	assert_true(str_eq_text(said.base, "3.13.5"));
	assert_int_equal(said.device, 1);
	assert_int_equal(said.inode, 2);
	assert_int_equal(said.made, 1700000000);
	assert_int_equal(said.how, REGISTERED_TRUSTED);
}

static void
ids_of_pyvenv_cfg(void **state)
{
	static const struct {
		const char *text;
		bool has_one;
	} rows[] = {
		{ "home = /x\npyvern-id = " ID "\n", true },
		{ "pyvern-id=" ID, true },
		{ "home = /x\n", false },
		{ "pyvern-id = 0123\n", false },
		{ "pyvern-id = " ID "0\n", false },
		{ "pyvern-id = \npyvern-id = " ID "\n", false },
		{ "pyvern-idx = " ID "\n", false },
		{ "", false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		assert_int_equal(registered_id_of(str_from(rows[i].text)).n != 0, rows[i].has_one);
}

/* A store, and its user's state below the private folder. */
static int
registry_setup(void **state)
{
	struct ground *g;
	char *home;

	ground_setup(state);
	g = *state;
	home = path_join(g->path, "state", NULL);
	setenv("XDG_STATE_HOME", home, 1);
	free(home);
	return 0;
}

static char *
make_env(struct ground *g, const char *name, const char *more)
{
	char *path = path_join(g->path, name, NULL);
	cleanup_dirfd struct dir tree = DIR_INIT;
	cleanup_free char *text =
		mem_printf("home = %s/versions/3.13.5/bin\n%s", g->layout.root, more);
	struct err err = { 0 };

	assert_ok(fs_make_dirs(path, 0755, &tree, &err), &err);
	assert_ok(fs_replace_file(&tree, CFG_NAME, str_from(text), 0644, &err), &err);
	return path;
}

static size_t
count_ours(const struct store *store, struct ground *g)
{
	cleanup_registry_envs struct registry_envs envs = { 0 };
	size_t count = 0;

	registry_list(store, &envs, &g->events);
	for (size_t i = 0; i < envs.count; i++)
		count += envs.items[i].is_ours;
	return count;
}

static char *
read_cfg(const char *env)
{
	cleanup_dirfd struct dir tree = DIR_INIT;
	cleanup_buf struct buf text = BUF_INIT(BUF_TEXT_MAX);
	struct err err = { 0 };

	assert_ok(fs_open_dir(env, &tree, &err), &err);
	assert_ok(fs_read_file(&tree, CFG_NAME, &text, &err), &err);
	return buf_take(&text);
}

static void
what_was_made_is_known_until_it_is_another(void **state)
{
	struct ground *g = *state;
	const struct store store = STORE_OF(g);
	cleanup_free char *env = make_env(g, "a b'$(x)", "prompt = 'x'");
	cleanup_free char *copy = NULL;
	cleanup_free char *away = NULL;
	cleanup_free char *cfg = NULL;
	cleanup_registry_envs struct registry_envs envs = { 0 };

	assert_int_equal(count_ours(&store, g), 0);
	registry_note(&store, env, REGISTERED_MADE, &g->events);
	assert_int_equal(count_ours(&store, g), 1);
	registry_find(&store, env, &envs);
	assert_int_equal(envs.count, 1);
	assert_string_equal(envs.items[0].path, env);
	/* No version of the store that is there. */
	assert_string_equal(envs.items[0].base + strlen(g->layout.root), "/versions/3.13.5");
	assert_null(envs.items[0].follows);

	/* A copy has the same id, and is another folder. */
	cfg = read_cfg(env);
	copy = make_env(g, "copy", str_skip(str_from(cfg), str_find(str_from(cfg), '\n') + 1).p);
	assert_int_equal(count_ours(&store, g), 1);
	/* In the place of the first one it has not its inode. */
	away = path_join(g->path, "away", NULL);
	assert_int_equal(rename(env, away), 0);
	assert_int_equal(rename(copy, env), 0);
	assert_int_equal(count_ours(&store, g), 0);
	assert_int_equal(rename(env, copy), 0);
	assert_int_equal(rename(away, env), 0);
	assert_int_equal(count_ours(&store, g), 1);
	/* Another id, in the same folder. */
	free(make_env(g, "a b'$(x)", "pyvern-id = " ID "\n"));
	assert_int_equal(count_ours(&store, g), 0);
	assert_int_equal(g->warnings.count, 0);
}

static void
others_may_not_write_records(void **state)
{
	struct ground *g = *state;
	const struct store store = STORE_OF(g);
	cleanup_free char *env = make_env(g, "env", "");
	char folder[PATH_TEXT_MAX];
	char key[REGISTERED_KEY_SIZE];
	cleanup_free char *record = NULL;

	registry_note(&store, env, REGISTERED_MADE, &g->events);
	assert_true(registered_folder(getenv("XDG_STATE_HOME"), NULL, g->layout.root, folder));
	registered_key(str_from(env), key);
	record = path_join(folder, "venvs", key, NULL);
	assert_int_equal(count_ours(&store, g), 1);
	assert_int_equal(chmod(record, 0620), 0);
	assert_int_equal(count_ours(&store, g), 0);
	assert_int_equal(chmod(record, 0600), 0);
	assert_int_equal(count_ours(&store, g), 1);
	/* Nor the environment's folder. */
	assert_int_equal(chmod(env, 0777), 0);
	assert_int_equal(count_ours(&store, g), 0);
}

static void
all_else_in_pyvenv_cfg_stays(void **state)
{
	struct ground *g = *state;
	const struct store store = STORE_OF(g);
	struct err err = { 0 };
	cleanup_free char *env =
		make_env(g, "env", "# caf\xe9\r\npyvern-id = " ID "\n\n  uv = 0.4 \nlast=1");
	cleanup_free char *made = NULL;
	cleanup_free char *trusted = NULL;
	struct str id;
	cleanup_free char *expected = NULL;

	registry_note(&store, env, REGISTERED_FOUND, &g->events);
	registry_note(&store, env, REGISTERED_MADE, &g->events);
	made = read_cfg(env);
	assert_non_null(strstr(made, ID));
	/* Who made it may know the id that it brings. */
	assert_ok(registry_trust(&store, env, false, &err), &err);
	trusted = read_cfg(env);
	id = registered_id_of(str_from(trusted));
	assert_int_equal(id.n, REGISTERED_ID_LENGTH);
	assert_false(str_eq_text(id, ID));
	expected = mem_printf("home = %s/versions/3.13.5/bin\n"
			      "# caf\xe9\r\n\n  uv = 0.4 \nlast=1\npyvern-id = %.*s\n",
			      g->layout.root, STR_ARG(id));
	assert_string_equal(trusted, expected);
	assert_int_equal(count_ours(&store, g), 1);
}

static void
what_is_found_is_never_ours(void **state)
{
	struct ground *g = *state;
	const struct store store = STORE_OF(g);
	cleanup_free char *env = make_env(g, "env", "pyvern-id = " ID "\n");
	cleanup_free char *before = read_cfg(env);
	cleanup_free char *after = NULL;
	cleanup_registry_envs struct registry_envs envs = { 0 };

	registry_note(&store, env, REGISTERED_FOUND, &g->events);
	after = read_cfg(env);
	assert_string_equal(before, after);
	registry_list(&store, &envs, &g->events);
	assert_int_equal(envs.count, 1);
	assert_false(envs.items[0].is_ours);
}

static void
what_is_gone_is_forgotten_when_it_is_seen(void **state)
{
	struct ground *g = *state;
	const struct store store = STORE_OF(g);
	cleanup_free char *gone = make_env(g, "project/gone", "");
	cleanup_free char *project = path_join(g->path, "project", NULL);
	cleanup_free char *stays = make_env(g, "stays", "");
	cleanup_free char *cfg = path_join(stays, CFG_NAME, NULL);
	cleanup_registry_envs struct registry_envs envs = { 0 };

	registry_note(&store, gone, REGISTERED_MADE, &g->events);
	registry_note(&store, stays, REGISTERED_MADE, &g->events);
	remove_folder(project);
	registry_list(&store, &envs, &g->events);
	assert_int_equal(envs.count, 1);
	assert_string_equal(envs.items[0].path, stays);
	/* A folder that is none any more. */
	assert_int_equal(unlink(cfg), 0);
	registry_envs_reset(&envs);
	registry_list(&store, &envs, &g->events);
	assert_int_equal(envs.count, 0);
}

static void
a_disk_that_is_not_there_is_not_gone(void **state)
{
	struct ground *g = *state;
	const struct store store = STORE_OF(g);
	cleanup_registry_envs struct registry_envs envs = { 0 };
	cleanup_dirfd struct dir venvs = DIR_INIT;
	cleanup_free char *path = NULL;
	char folder[PATH_TEXT_MAX];
	char key[REGISTERED_KEY_SIZE];
	struct err err = { 0 };
	static const char text[] = RECORD("/no-such-folder/env", ID, "made");

	assert_true(registered_folder(getenv("XDG_STATE_HOME"), NULL, g->layout.root, folder));
	path = path_join(folder, "venvs", NULL);
	assert_ok(fs_make_dirs(path, 0700, &venvs, &err), &err);
	registered_key(STR_LIT("/no-such-folder/env"), key);
	/* Recorded on another device than that of "/". */
	assert_ok(fs_replace_file(&venvs, key, str_from(text), 0600, &err), &err);
	registry_list(&store, &envs, &g->events);
	assert_int_equal(envs.count, 1);
	assert_true(envs.items[0].is_away);
	assert_false(envs.items[0].is_ours);
}

static void
moved_and_forgotten(void **state)
{
	struct ground *g = *state;
	const struct store store = STORE_OF(g);
	cleanup_free char *from = make_env(g, "p/from", "");
	cleanup_free char *to = path_join(g->path, "p/to", NULL);
	cleanup_free char *above = path_join(g->path, "p", NULL);
	cleanup_free char *like = path_join(g->path, "p/t", NULL);
	size_t count = 9;

	registry_note(&store, from, REGISTERED_MADE, &g->events);
	assert_int_equal(rename(from, to), 0);
	registry_move(&store, from, to, &g->events);
	assert_int_equal(count_ours(&store, g), 1);
	registry_forget(&store, like, &count, &g->events);
	assert_int_equal(count, 0);
	registry_forget(&store, above, &count, &g->events);
	assert_int_equal(count, 1);
	assert_int_equal(count_ours(&store, g), 0);
	assert_int_equal(g->warnings.count, 0);
}

static void
a_root_that_moved_has_its_environments(void **state)
{
	struct ground *g = *state;
	const struct store store = STORE_OF(g);
	cleanup_free char *old_root = mem_strdup(g->layout.root);
	cleanup_free char *inside = make_env(g, "root/versions/3.13.5/envs/in", "");
	cleanup_free char *outside = make_env(g, "outside", "");
	cleanup_free char *pin = path_join(outside, CFG_NAME, NULL);
	cleanup_registry_envs struct registry_envs envs = { 0 };
	cleanup_strvec struct strvec pins = { 0 };

	registry_note(&store, inside, REGISTERED_MADE, &g->events);
	registry_note(&store, outside, REGISTERED_MADE, &g->events);
	registry_note_pin(&store, pin, &g->events);
	free(g->layout.root);
	g->layout.root = path_join(g->path, "elsewhere", NULL);
	assert_int_equal(rename(old_root, g->layout.root), 0);
	assert_int_equal(count_ours(&store, g), 0);
	registry_follow_root(&store, old_root, &g->events);
	assert_int_equal(count_ours(&store, g), 2);
	registry_list(&store, &envs, &g->events);
	assert_true(path_is_below(envs.items[0].path, g->layout.root));
	registry_pins(&store, &pins, &g->events);
	assert_int_equal(pins.count, 1);
	assert_string_equal(pins.items[0], pin);
	assert_int_equal(g->warnings.count, 0);
}

static void
a_use_is_noted_once_a_day(void **state)
{
	struct ground *g = *state;
	const struct store store = STORE_OF(g);
	cleanup_free char *env = make_env(g, "env", "");
	char folder[PATH_TEXT_MAX];
	char key[REGISTERED_KEY_SIZE];
	cleanup_free char *record = NULL;
	struct timeval times[2] = { { .tv_sec = time(NULL) - 1000 }, { 0 } };
	struct stat st;

	registry_note(&store, env, REGISTERED_MADE, &g->events);
	assert_true(registered_folder(getenv("XDG_STATE_HOME"), NULL, g->layout.root, folder));
	registered_key(str_from(env), key);
	record = path_join(folder, "venvs", key, NULL);
	times[1] = times[0];
	assert_int_equal(utimes(record, times), 0);
	registry_use(&store, env);
	assert_int_equal(stat(record, &st), 0);
	assert_int_equal(st.st_mtime, times[0].tv_sec);
	times[0].tv_sec -= 24L * 60 * 60;
	times[1] = times[0];
	assert_int_equal(utimes(record, times), 0);
	registry_use(&store, env);
	assert_int_equal(stat(record, &st), 0);
	assert_true(st.st_mtime > time(NULL) - 60);
}

static void
without_a_home_there_is_none(void **state)
{
	struct ground *g = *state;
	const struct store store = STORE_OF(g);
	cleanup_free char *home = mem_strdup(getenv("HOME"));
	cleanup_free char *env = make_env(g, "env", "");

	unsetenv("XDG_STATE_HOME");
	unsetenv("HOME");
	registry_note(&store, env, REGISTERED_MADE, &g->events);
	registry_note_pin(&store, env, &g->events);
	registry_forget(&store, env, NULL, &g->events);
	registry_move(&store, env, env, &g->events);
	registry_use(&store, env);
	assert_int_equal(count_ours(&store, g), 0);
	assert_int_equal(g->warnings.count, 0);
	if (home)
		setenv("HOME", home, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_are_fnv_1a),
		cmocka_unit_test(folders_follow_xdg),
		cmocka_unit_test(records_are_ours_to_the_letter),
		cmocka_unit_test(ids_of_pyvenv_cfg),
#define WITH_GROUND(test) cmocka_unit_test_setup_teardown(test, registry_setup, ground_teardown)
		WITH_GROUND(what_was_made_is_known_until_it_is_another),
		WITH_GROUND(others_may_not_write_records),
		WITH_GROUND(all_else_in_pyvenv_cfg_stays),
		WITH_GROUND(what_is_found_is_never_ours),
		WITH_GROUND(what_is_gone_is_forgotten_when_it_is_seen),
		WITH_GROUND(a_disk_that_is_not_there_is_not_gone),
		WITH_GROUND(moved_and_forgotten),
		WITH_GROUND(a_root_that_moved_has_its_environments),
		WITH_GROUND(a_use_is_noted_once_a_day),
		WITH_GROUND(without_a_home_there_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
