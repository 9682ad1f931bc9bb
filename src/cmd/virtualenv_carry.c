/* SPDX-License-Identifier: MIT */
/* Making a named environment: the packages of the one that was there. */
#include <config.h>

#include <string.h>

#include "base/path.h"
#include "cmd/virtualenv.h"
#include "os/proc.h"
#include "venv/readdress.h"

/* 1 MiB: a line for each package. */
#define LIST_MAX ((size_t)1024 * 1024)
#define LIST_NAME "requirements.txt"

/* Do packages stand in the same folder in both, so that they stay as they are? */
static bool
is_same_layout(const struct virtualenv *v, const struct stage *stage)
{
	cleanup_free char *lib = path_join(stage->work.path, v->name, "lib", NULL);
	cleanup_dirfd struct dir dir = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };
	cleanup_err struct err ignored = { 0 };

	if (fs_open_dir(lib, &dir, &ignored) < 0 || fs_list(&dir, &names, &ignored) < 0)
		return false;
	for (size_t i = 0; i < names.count; i++) {
		cleanup_free char *there =
			path_join(v->place.name, "lib", names.items[i], "site-packages", NULL);

		if (fs_is_dir_at(&v->store.versions, there))
			return true;
	}
	return false;
}

/* "name==version" lines of what is installed there. */
static int
freeze(const struct virtualenv *v, struct buf *ret_list, struct err *err)
{
	cleanup_free char *python = path_join(v->place.path, "bin/python", NULL);
	char *argv[] = { python, "-m", "pip", "freeze", "--local", NULL };
	struct proc_spec spec = PROC_SPEC_INIT;
	int status;

	spec.argv = argv;
	if (proc_capture(&spec, ret_list, &status, err) < 0)
		return -1;
	if (status == 0)
		return 0;
	err_set(err, ERR_FAILED, "what is installed in %s cannot be told: pip ended with %d",
		v->place.path, status);
	return err_detail(err, "to fix", "--clear makes it anew, without its packages");
}

int
virtualenv_carry(const struct virtualenv *v, const struct stage *stage, bool *ret_keeps,
		 int *ret_status, struct err *err)
{
	cleanup_buf struct buf list = BUF_INIT(LIST_MAX);
	cleanup_strvec struct strvec argv = { 0 };
	cleanup_free char *tree_path = path_join(stage->work.path, v->name, NULL);
	cleanup_free char *bin = path_join(tree_path, "bin", NULL);
	cleanup_dirfd struct dir tree = DIR_INIT;

	*ret_keeps = is_same_layout(v, stage);
	if (*ret_keeps)
		return 0;
	if (freeze(v, &list, err) < 0)
		return -1;
	if (str_trim(buf_str(&list)).n == 0)
		return 0;
	if (fs_create_file(&stage->work, LIST_NAME, buf_str(&list), 0600, err) < 0)
		return -1;
	strvec_take(&argv, path_join(bin, "python", NULL));
	strvec_add(&argv, "-m");
	strvec_add(&argv, "pip");
	strvec_add(&argv, "install");
	if (options_has(v->ctx->options, "quiet"))
		strvec_add(&argv, "--quiet");
	strvec_add(&argv, "--requirement");
	strvec_take(&argv, path_join(stage->work.path, LIST_NAME, NULL));
	if (virtualenv_run(v, &argv, bin, false, ret_status, err) < 0)
		return -1;
	if (*ret_status != 0) {
		out_fact(v->ctx->out, '=', v->name,
			 "is as it was: its packages cannot be installed for the other Python");
		return 0;
	}
	if (fs_open_dir(tree_path, &tree, err) < 0)
		return -1;
	return readdress(&tree, tree_path, v->place.path, NULL, err);
}
