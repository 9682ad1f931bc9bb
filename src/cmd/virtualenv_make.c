/* SPDX-License-Identifier: MIT */
/* Making a named environment: from the stage to its name and its shims. */
#include <config.h>

#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "cmd/environment.h"
#include "cmd/virtualenv.h"
#include "core/shims.h"
#include "os/platform.h"
#include "venv/registry.h"
#include "venv/scripts.h"

/* The version whose Python the environment is made on; NULL: none of the store's. */
static const char *
python_version(const struct virtualenv *v)
{
	if (v->python)
		return NULL;
	if (v->python_version)
		return v->python_version;
	return strcmp(v->version, "system") == 0 ? NULL : v->version;
}

/* The base's python3.12-config and its like, which builds of extensions ask. */
static int
link_config_programs(const struct virtualenv *v, const char *follow, const struct dir *bin,
		     struct err *err)
{
	const char *version = follow ? follow : python_version(v);
	cleanup_free char *path = NULL;
	cleanup_dirfd struct dir base = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };
	cleanup_err struct err none = { 0 };

	if (!version)
		return 0;
	path = path_join(v->store.versions.path, version, "bin", NULL);
	if (fs_open_dir(path, &base, &none) < 0 || fs_list(&base, &names, &none) < 0)
		return 0;
	for (size_t i = 0; i < names.count; i++) {
		struct str name = str_from(names.items[i]);
		cleanup_free char *target = path_join(path, names.items[i], NULL);

		if (str_starts(name, STR_LIT("python")) && str_ends(name, STR_LIT("-config")) &&
		    !fs_exists_at(bin, names.items[i]) &&
		    fs_write_link(bin, names.items[i], target, err) < 0)
			return -1;
	}
	return 0;
}

/* What pyenv-virtualenv adds to each environment. */
static int
add_programs(const struct virtualenv *v, const struct stage *stage, const char *follow,
	     struct err *err)
{
	cleanup_free char *inner = path_join(stage->work.path, v->name, "bin", NULL);
	cleanup_free char *python = path_join(v->place.path, "bin/python", NULL);
	cleanup_dirfd struct dir bin = DIR_INIT;
	cleanup_buf struct buf text = BUF_INIT(SCRIPT_MAX);

	if (fs_open_dir(inner, &bin, err) < 0 || link_config_programs(v, follow, &bin, err) < 0)
		return -1;
	if (fs_exists_at(&bin, "pydoc"))
		return 0;
	script_write(&text, python, STR_LIT("pydoc"), STR_LIT("cli"));
	if (buf_check(&text, "pydoc", err) < 0)
		return -1;
	return fs_create_file(&bin, "pydoc", buf_str(&text), 0777, err);
}

static char *
follow_of(const struct virtualenv *v)
{
	const char *version = python_version(v);

	if (!version || v->python_version || strcmp(version, v->version) != 0)
		return NULL;
	return environment_follow(v->ctx, &v->store, v->request, version);
}

/* What is in the stage becomes the environment. */
static int
finish(struct virtualenv *v, struct stage *stage, struct venv_result *result, const char *follow,
       bool is_placed, int *ret_status, struct err *err)
{
	bool keeps = true;

	result->replaced = fs_exists_at(&v->store.versions, v->place.name);
	if (!is_placed && options_has(v->ctx->options, "upgrade") && result->replaced) {
		if (virtualenv_carry(v, stage, &keeps, ret_status, err) < 0 || *ret_status != 0)
			return -(*ret_status == 0);
		if (!keeps)
			v->how = NAMED_REPLACE;
	}
	if (is_placed)
		return fs_write_link(&v->store.versions, v->place.link, v->place.path, err);
	if (add_programs(v, stage, follow, err) < 0)
		return -1;
	return named_commit(stage, v->name, &v->place, v->how, err);
}

/* Stage and fill. The seed of a version that has none is made without the version's
 * lock, which its maker takes. */
static int
prepare(struct virtualenv *v, struct stage *stage, struct venv_result *ret_result,
	bool *ret_is_placed, int *ret_status, struct err *err)
{
	const struct events *events = out_events(v->ctx->out);
	const char *version = python_version(v);

	if (store_begin_env(&v->store, v->place.name, events, stage, err) < 0)
		return -1;
	if (virtualenv_fill(v, stage, ret_result, ret_is_placed, ret_status, err) == 0)
		return 0;
	if (!version || options_has(v->ctx->options, "without-pip") ||
	    options_has(v->ctx->options, "no-pip") ||
	    (err->code != ERR_NOT_INSTALLED && err->code != ERR_CHECK))
		return -1;
	err_reset(err);
	stage_reset(stage);
	if (environment_seed(v->ctx, version, NULL, v->name, "pyvern virtualenv --without-pip",
			     ret_status, err) < 0)
		return -1;
	if (*ret_status != 0)
		return 0;
	if (store_begin_env(&v->store, v->place.name, events, stage, err) < 0)
		return -1;
	return virtualenv_fill(v, stage, ret_result, ret_is_placed, ret_status, err);
}

/* conda's environments say nothing of themselves that a record could be held against. */
static void
note(const struct virtualenv *v)
{
	cleanup_free char *cfg = path_join(v->place.path, CFG_NAME, NULL);

	if (access(cfg, F_OK) == 0)
		registry_note(&v->store, v->place.path, REGISTERED_MADE, out_events(v->ctx->out));
}

int
virtualenv_make(struct virtualenv *v, int *ret_status, struct err *err)
{
	int64_t start = platform_now_ms();
	const struct events *events = out_events(v->ctx->out);
	cleanup_stage struct stage stage = STAGE_INIT;
	cleanup_venv_result struct venv_result result = { 0 };
	cleanup_free char *follow = follow_of(v);
	struct shims_result shims;
	bool is_placed = false;

	if (venv_check_path(v->place.path, err) < 0 ||
	    prepare(v, &stage, &result, &is_placed, ret_status, err) < 0)
		return -1;
	if (*ret_status == 0 && finish(v, &stage, &result, follow, is_placed, ret_status, err) < 0)
		return -1;
	if (*ret_status != 0)
		return 0;
	stage_reset(&stage);
	note(v);
	if (shims_rehash(&v->store, events, &shims, err) < 0)
		return -1;
	if (!v->ctx->policy->speaks_pyenv || options_has(v->ctx->options, "json"))
		environment_say_made(v->ctx, v->name, v->place.path, &result, follow,
				     platform_now_ms() - start);
	return 0;
}
