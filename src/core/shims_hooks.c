/* SPDX-License-Identifier: MIT */
/* Hooks of `rehash`: they add names, take some away, and write shims. */
#include <config.h>

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "base/shell.h"
#include "core/hooks.h"
#include "core/shims_internal.h"

/*
 * pyenv's hooks work in the shims folder itself: they copy $PROTOTYPE_SHIM_PATH or a
 * script of their own over what is in there. Done to ours, that would write through
 * all hard links at once. So they see a folder beside it, with a file for each command,
 * and what they have written there is read back: a text that is no longer the
 * prototype's is the shim of that name.
 */
#define SCRATCH ".rehashing"
#define PROTOTYPE ".pyenv-shim"

/* What our shims do, for a hook that copies it somewhere, or reads it. */
static char *
prototype_of(const struct store *store)
{
	cleanup_buf struct buf text = BUF_INIT(SHIM_TEXT_MAX);
	cleanup_free char *program = path_join(store->root.path, LAYOUT_PROGRAM, NULL);

	buf_add_text(&text, "#!/usr/bin/env bash\nset -e\nexport PYENV_ROOT=");
	shell_quote_sh(&text, store->root.path);
	buf_add_text(&text, "\nexec ");
	shell_quote_sh(&text, program);
	buf_add_text(&text, " exec -- \"${0##*/}\" \"$@\"\n");
	return buf_take(&text);
}

struct filling {
	const struct dir *scratch;
	struct str prototype;
	struct strvec *names;
	struct err *err;
};

static int
add_name(const char *name, void *value, void *ctx)
{
	const struct filling *filling = ctx;

	(void)value;
	strvec_add(filling->names, name);
	return fs_create_file(filling->scratch, name, filling->prototype, 0755, filling->err);
}

/* The scratch folder, with a file for each of the commands. */
static int
fill(const struct store *store, const struct wanted *wanted, struct str prototype,
     struct dir *ret_scratch, struct strvec *ret_names, struct err *err)
{
	struct filling filling = { ret_scratch, prototype, ret_names, err };

	/* Of a rehash that was cut short: we hold the lock. */
	if (fs_remove_tree(&store->root, SCRATCH, err) < 0 ||
	    fs_make_dir_at(&store->root, SCRATCH, S_IRWXU, ret_scratch, err) < 0 ||
	    fs_create_file(ret_scratch, PROTOTYPE, prototype, 0755, err) < 0)
		return -1;
	return map_each(&wanted->commands, add_name, &filling);
}

/* What a hook made of the shim of NAME; NULL when that is still ours. Owned (free). */
static char *
written(const struct dir *scratch, const char *name, struct str usual)
{
	cleanup_buf struct buf text = BUF_INIT(SHIM_TEXT_MAX);
	cleanup_err struct err ignored = { 0 };

	/* A text with a NUL is no script: a program that somebody put there. */
	if (fs_read_file(scratch, name, &text, &ignored) < 0 || text.len == 0 ||
	    strlen(text.data) != text.len || str_eq(buf_str(&text), usual))
		return NULL;
	return buf_take(&text);
}

/* The names that are registered now are the commands. */
static void
read_back(const struct dir *scratch, struct str prototype, const struct strvec *names,
	  struct wanted *wanted)
{
	static char present[] = "";
	cleanup_free char *changed = written(scratch, PROTOTYPE, prototype);

	map_reset(&wanted->commands);
	for (size_t i = 0; i < names->count; i++) {
		const char *name = names->items[i];
		char *text;

		if (!path_component_ok(str_from(name)) || name[0] == '.')
			continue;
		map_set(&wanted->commands, name, present);
		text = written(scratch, name, prototype);
		/* A changed prototype is what shims are made of that are not there yet. */
		if (!text && changed && !fs_exists_at(scratch, name))
			text = mem_strdup(changed);
		if (text)
			wanted_set_file(wanted, name, text);
	}
}

static int
ask(const struct store *store, const struct strvec *files, const struct dir *scratch,
    const struct strvec *names, struct str prototype, struct wanted *wanted, struct err *err)
{
	cleanup_hook_vars struct hook_vars vars = { 0 };
	cleanup_hooks struct hooks hooks = HOOKS_INIT;
	cleanup_free char *path = path_join(scratch->path, PROTOTYPE, NULL);
	char *none[] = { NULL };

	hook_vars_set(&vars, "SHIM_PATH", scratch->path);
	hook_vars_set(&vars, "PROTOTYPE_SHIM_PATH", path);
	hook_vars_want_keys(&vars, "registered_shims");
	if (hooks_begin(&(struct hooks_spec){ .layout = store->layout,
					      .point = "rehash",
					      .files = files,
					      .args = names->count ? names->items : none },
			&vars, &hooks, err) < 0 ||
	    hooks_end(&hooks, err) < 0)
		return -1;
	if (hooks.has_ended) {
		wanted->hook_status = hooks.status;
		wanted->hook_ended = true;
		return 0;
	}
	read_back(scratch, prototype, hook_vars_list(&vars, "registered_shims"), wanted);
	return 0;
}

int
shims_ask_hooks(const struct store *store, const struct strvec *files, struct wanted *wanted,
		struct err *err)
{
	cleanup_free char *prototype = prototype_of(store);
	cleanup_dirfd struct dir scratch = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };
	cleanup_err struct err ignored = { 0 };
	int result;

	if (fill(store, wanted, str_from(prototype), &scratch, &names, err) < 0)
		return -1;
	result = ask(store, files, &scratch, &names, str_from(prototype), wanted, err);
	/* What is left of it the next one removes. */
	(void)!fs_remove_tree(&store->root, SCRATCH, &ignored);
	return result;
}
