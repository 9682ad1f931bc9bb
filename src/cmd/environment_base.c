/* SPDX-License-Identifier: MIT */
/* What an environment is to be made on, and what is in its place already. */
#include <config.h>

#include "cmd/environment_base.h"

#include <string.h>

#include "base/path.h"
#include "base/shell.h"
#include "venv/create.h"

void
base_reset(struct base *base)
{
	free(base->version);
	system_python_reset(&base->system);
	*base = (struct base){ 0 };
}

int
base_find(const struct context *ctx, const struct store *store, const char *version,
	  struct base *ret, struct err *err)
{
	cleanup_facts struct facts facts = { 0 };
	cleanup_free char *versions = store_path(store, "");

	if (strcmp(version, SYSTEM_NAME) == 0) {
		if (system_python_find(store, ctx->policy, &ret->system, err) < 0)
			return -1;
		ret->version = mem_strdup(SYSTEM_NAME);
		return 0;
	}
	if (facts_read(store, version, &facts, err) < 0) {
		cleanup_free char *word = shell_word(version);

		return err_detail(err, "to fix", "pyvern install --force %s", word);
	}
	if (!facts.base) {
		ret->version = mem_strdup(version);
		return 0;
	}
	if (path_is_below(facts.base, versions) && strcmp(facts.base, versions) != 0) {
		ret->version = mem_strdup(path_base(facts.base).p);
		return 0;
	}
	err_set(err, ERR_FAILED,
		"cannot make an environment on %s: it is one itself, and its Python %s is "
		"not in this root",
		version, facts.base);
	return err_detail(err, "to fix", "pyvern venv -p VERSION");
}

void
existing_reset(struct existing *existing)
{
	free(existing->version);
	free(existing->follow);
}

/* Is the environment that CFG describes on BASE? */
static bool
is_on(const struct store *store, const struct cfg *cfg, const struct base *base, char **ret_follow)
{
	struct str dir = path_dir(cfg->home);
	cleanup_free char *prefix = mem_strndup(dir.p, dir.n);

	if (!base->system.prefix)
		return venv_is_on(store, cfg, base->version, ret_follow);
	/* Another minor may have the same prefix. */
	return cfg->version && strcmp(cfg->version, base->system.facts.version) == 0 &&
	       fs_same_folder(prefix, base->system.prefix);
}

int
existing_look(const struct store *store, const char *path, const struct base *base,
	      struct existing *ret, struct err *err)
{
	cleanup_dirfd struct dir folder = DIR_INIT;
	cleanup_cfg struct cfg cfg = { 0 };
	cleanup_err struct err none = { 0 };
	cleanup_free char *word = shell_word(base->version);

	if (fs_open_dir(path, &folder, &none) < 0 || cfg_read(&folder, &cfg, &none) < 0)
		return venv_check_place(path, false, err);
	ret->same = is_on(store, &cfg, base, &ret->follow);
	ret->version = mem_strdup(cfg.version ? cfg.version : "unknown");
	if (ret->same)
		return 0;
	err_set(err, ERR_PROTECTED, "%s is an environment of another Python", path);
	err_detail(err, "is", "Python %s, %s", ret->version, cfg.home);
	return err_detail(err, "to fix", "pyvern venv --clear -p %s", word);
}
