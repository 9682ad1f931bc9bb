/* SPDX-License-Identifier: MIT */
/* One virtual environment of a root that was moved. */
#include <config.h>

#include "supply/moved_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "base/shell.h"
#include "supply/relocate_text.h"
#include "venv/cfg.h"
#include "venv/readdress.h"

/* 1 MiB: pyvenv.cfg has ten lines. */
#define TEXT_MAX ((size_t)1024 * 1024)

struct env_move {
	const struct moved_spec *spec;
	const struct dir *tree;
	const char *path;
	const char *at; /* below the root: "versions/3.13.5/envs/shop"; NULL: elsewhere */
	char *prompt;
	struct text_move move; /* from one root's versions/ to the store's */
	struct strvec changed;
};

int
moved_is_env(const char *path, bool *ret_is, struct err *err)
{
	cleanup_dirfd struct dir tree = DIR_INIT;

	*ret_is = false;
	if (fs_open_dir(path, &tree, err) < 0) {
		if (err->sys != ENOENT && err->sys != ENOTDIR)
			return -1;
		err_reset(err);
		return 0;
	}
	*ret_is = fs_exists_at(&tree, CFG_NAME);
	return 0;
}

bool
moved_env_is_dead(const char *path, char **ret_home)
{
	cleanup_dirfd struct dir tree = DIR_INIT;
	cleanup_cfg struct cfg cfg = { 0 };
	cleanup_err struct err ignored = { 0 };

	if (fs_open_dir(path, &tree, &ignored) < 0 || cfg_read(&tree, &cfg, &ignored) < 0 ||
	    access(cfg.home, X_OK) == 0)
		return false;
	if (ret_home)
		*ret_home = steal_ptr(&cfg.home);
	return true;
}

/* Is VERSION, as HOME calls it (an alias is another name), the one that the environment
 * NAME is in? */
static bool
is_on(const struct store *store, const char *name, const char *version)
{
	cleanup_free char *found = store_find(store, version);
	struct str rest = str_from(name);
	struct str base;

	return found && str_split(&rest, '/', &base) && rest.p && str_eq_text(base, found);
}

void
moved_env_roots(const struct moved_spec *spec, const char *name, const struct dir *tree,
		const struct strvec *known, struct strvec *ret_roots)
{
	const struct store *store = spec->store;
	cleanup_free char *at = name ? path_join(LAYOUT_VERSIONS, name, NULL) : NULL;
	cleanup_cfg struct cfg cfg = { 0 };
	cleanup_err struct err ignored = { 0 };
	cleanup_free char *root = NULL;
	cleanup_free char *version = NULL;
	struct str rest;
	struct str part;

	if (at)
		relocate_recorded_roots(tree, at, store->layout->root, ret_roots);
	if (cfg_read(tree, &cfg, &ignored) < 0)
		return;
	root = moved_root_in(cfg.home, LAYOUT_VERSIONS);
	if (!root || !moved_root_ok(store, root))
		return;
	rest = str_from(cfg.home + strlen(root) + strlen("/" LAYOUT_VERSIONS));
	rest = str_skip(rest, rest.n ? 1 : 0);
	if (!str_split(&rest, '/', &part) || !version_name_ok(part))
		return;
	version = mem_strndup(part.p, part.n);
	if (!fs_is_dir_at(&store->versions, version))
		return;
	if (strvec_has(known, root) || access(cfg.home, F_OK) < 0 ||
	    (name && is_on(store, name, version)))
		moved_add_root(ret_roots, steal_ptr(&root));
}

/* pyvenv.cfg, with all paths moved. */
static int
move_cfg(struct env_move *m, struct err *err)
{
	cleanup_buf struct buf old = BUF_INIT(TEXT_MAX);
	cleanup_buf struct buf new = BUF_INIT(2 * TEXT_MAX);
	struct stat st;

	if (fstatat(m->tree->fd, CFG_NAME, &st, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISREG(st.st_mode) ||
	    (uint64_t)st.st_size > TEXT_MAX)
		return 0;
	if (fs_read_file(m->tree, CFG_NAME, &old, err) < 0)
		return -1;
	if (!text_move(&m->move, buf_str(&old), TEXT_PLAIN, &new))
		return 0;
	if (buf_check(&new, CFG_NAME, err) < 0)
		return -1;
	strvec_add(&m->changed, CFG_NAME);
	return m->spec->dry_run
		       ? 0
		       : fs_replace_file(m->tree, CFG_NAME, buf_str(&new), st.st_mode & 07777, err);
}

/* What enters the environment names its place, which an environment that is elsewhere has
 * kept. */
static int
move_activation(struct env_move *m, const char *root, struct err *err)
{
	cleanup_free char *from = m->at ? path_join(root, m->at, NULL) : NULL;
	const struct address address = { .from = from, .to = m->path, .new_prompt = m->prompt };
	cleanup_readdress_report struct readdress_report report = { 0 };
	cleanup_dirfd struct dir bin = DIR_INIT;

	if (!m->at || !fs_is_dir_at(m->tree, "bin"))
		return 0;
	if (fs_open_dir_at(m->tree, "bin", &bin, err) < 0 ||
	    readdress_activation(&bin, &address, m->spec->dry_run, &report, err) < 0)
		return -1;
	strvec_add_all(&m->changed, report.changed.items);
	return 0;
}

/* All of the environment, for one root that it was made in. pyvenv.cfg tells of that, and
 * is last. */
static int
move_all(struct env_move *m, const char *root, struct moved_result *result, struct err *err)
{
	const char *here = m->spec->store->layout->root;
	cleanup_free char *from = path_join(root, LAYOUT_VERSIONS, NULL);
	cleanup_free char *to = path_join(here, LAYOUT_VERSIONS, NULL);
	cleanup_relocate_report struct relocate_report report = { 0 };
	struct relocate_spec spec = { .tree = m->tree,
				      .from = from,
				      .to = to,
				      .at = m->at ? m->at + strlen(LAYOUT_VERSIONS "/") : NULL,
				      .absolute_links = true,
				      .dry_run = m->spec->dry_run };
	size_t before = m->changed.count;

	m->move = (struct text_move){ str_from(from), str_from(to) };
	if (relocate_tree(&spec, &report, err) < 0)
		return -1;
	strvec_add_all(&m->changed, report.changed.items);
	if (move_activation(m, root, err) < 0 || move_cfg(m, err) < 0)
		return -1;
	strvec_add_all(&result->left, report.left.items);
	strvec_add_all(&result->reasons, report.reasons.items);
	if (m->changed.count > before && !result->from) {
		result->from = mem_strdup(root);
		result->to = mem_strdup(here);
	}
	return 0;
}

static char *
prompt_of(const struct dir *tree, const char *path)
{
	cleanup_cfg struct cfg cfg = { 0 };
	cleanup_err struct err ignored = { 0 };

	if (cfg_read(tree, &cfg, &ignored) == 0 && cfg.prompt && shell_text_ok(cfg.prompt))
		return steal_ptr(&cfg.prompt);
	return mem_strdup(path_base(path).p);
}

int
moved_env(const struct moved_spec *spec, const struct strvec *roots, const char *name,
	  const char *path, struct moved_result *ret_result, struct err *err)
{
	cleanup_stage struct stage stage = STAGE_INIT;
	cleanup_dirfd struct dir tree = DIR_INIT;
	cleanup_strvec struct strvec own = { 0 };
	cleanup_free char *at = name ? path_join(LAYOUT_VERSIONS, name, NULL) : NULL;
	struct env_move m = { .spec = spec, .tree = &tree, .path = path, .at = at };
	int result = 0;

	if (name && !spec->dry_run &&
	    store_begin_env(spec->store, name, spec->events, &stage, err) < 0)
		return -1;
	if (fs_open_dir(path, &tree, err) < 0)
		return -1;
	moved_env_roots(spec, name, &tree, roots, &own);
	for (size_t i = 0; i < roots->count; i++)
		if (!strvec_has(&own, roots->items[i]))
			strvec_add(&own, roots->items[i]);
	m.prompt = prompt_of(&tree, path);
	for (size_t i = 0; result == 0 && i < own.count; i++)
		if (moved_root_ok(spec->store, own.items[i]))
			result = move_all(&m, own.items[i], ret_result, err);
	strvec_sort(&m.changed);
	strvec_unique(&m.changed);
	ret_result->files = m.changed.count;
	strvec_reset(&m.changed);
	free(m.prompt);
	return result;
}
