/* SPDX-License-Identifier: MIT */
/* Hooks: which there are, what they are given, what they hand back. */
#include <config.h>

#include <string.h>

#include "base/path.h"
#include "core/hooks_internal.h"
#include "core/plugins.h"

void
hooks_find(const struct layout *layout, const char *point, struct strvec *ret_files)
{
	cleanup_strvec struct strvec all = { 0 };

	plugin_hooks(layout, point, &all);
	for (size_t i = 0; i < all.count; i++)
		if (!hooks_is_native(all.items[i]))
			strvec_add(ret_files, all.items[i]);
}

/* On the way of a shim, and what a rehash asks. */
static const char *const shim_points[] = { "exec", "which", "version-name", "version-origin" };
#define SHIM_POINT_COUNT (sizeof(shim_points) / sizeof(*shim_points))

bool
hooks_meet_shims(const struct layout *layout)
{
	cleanup_strvec struct strvec folders = { 0 };

	plugin_hook_folders(layout, &folders);
	for (size_t i = 0; i < folders.count; i++) {
		for (size_t p = 0; p < SHIM_POINT_COUNT; p++) {
			cleanup_strvec struct strvec files = { 0 };

			plugin_hooks_in(folders.items[i], shim_points[p], &files);
			for (size_t f = 0; f < files.count; f++)
				if (!hooks_is_native(files.items[f]))
					return true;
		}
	}
	return false;
}

struct telling {
	void (*fn)(void *ctx, const char *path);
	void *ctx;
};

static void
tell_point(const struct telling *to, const char *folder, const char *point)
{
	cleanup_free char *path = path_join(folder, point, NULL);
	cleanup_strvec struct strvec files = { 0 };

	to->fn(to->ctx, path);
	plugin_hooks_in(folder, point, &files);
	for (size_t i = 0; i < files.count; i++) {
		cleanup_strvec struct strvec companions = { 0 };

		to->fn(to->ctx, files.items[i]);
		hooks_companions(files.items[i], &companions);
		for (size_t c = 0; c < companions.count; c++)
			to->fn(to->ctx, companions.items[c]);
	}
}

void
hooks_each_path(const struct layout *layout, void (*fn)(void *ctx, const char *path), void *ctx)
{
	const struct telling to = { fn, ctx };
	cleanup_free char *plugins = path_join(layout->root, LAYOUT_PLUGINS, NULL);
	cleanup_strvec struct strvec folders = { 0 };

	fn(ctx, plugins);
	plugin_each_folder(layout, "etc/pyenv.d", fn, ctx);
	plugin_hook_folders(layout, &folders);
	for (size_t i = 0; i < folders.count; i++) {
		cleanup_dirfd struct dir dir = DIR_INIT;
		cleanup_err struct err absent = { 0 };

		fn(ctx, folders.items[i]);
		if (fs_open_dir(folders.items[i], &dir, &absent) < 0)
			continue;
		for (size_t p = 0; p < SHIM_POINT_COUNT; p++)
			tell_point(&to, folders.items[i], shim_points[p]);
		tell_point(&to, folders.items[i], "rehash");
	}
}

static struct hook_var *
find(const struct hook_vars *vars, struct str name)
{
	for (size_t i = 0; i < vars->count; i++)
		if (str_eq_text(name, vars->items[i].name))
			return &vars->items[i];
	return NULL;
}

static struct hook_var *
find_or_add(struct hook_vars *vars, const char *name)
{
	struct hook_var *var = find(vars, str_from(name));

	if (var)
		return var;
	vars->items = vec_grow(vars->items, vars->count, sizeof(*vars->items));
	var = &vars->items[vars->count++];
	*var = (struct hook_var){ .name = mem_strdup(name) };
	return var;
}

static void
forget_value(struct hook_var *var)
{
	free(var->value);
	var->value = NULL;
	strvec_reset(&var->list);
}

void
hook_vars_set(struct hook_vars *vars, const char *name, const char *value)
{
	struct hook_var *var = find_or_add(vars, name);
	char *copy = value ? mem_strdup(value) : NULL;

	forget_value(var);
	var->value = copy;
	var->is_list = false;
	var->is_given = true;
}

void
hook_vars_set_list(struct hook_vars *vars, const char *name, const struct strvec *list)
{
	struct hook_var *var = find_or_add(vars, name);

	forget_value(var);
	strvec_add_all(&var->list, list->items);
	var->is_list = true;
	var->is_given = true;
}

void
hook_vars_want(struct hook_vars *vars, const char *name)
{
	find_or_add(vars, name)->is_wanted = true;
}

void
hook_vars_want_keys(struct hook_vars *vars, const char *name)
{
	struct hook_var *var = find_or_add(vars, name);

	var->is_wanted = var->is_list = var->is_map = true;
}

const char *
hook_vars_get(const struct hook_vars *vars, const char *name)
{
	const struct hook_var *var = find(vars, str_from(name));

	return var ? var->value : NULL;
}

const struct strvec *
hook_vars_list(const struct hook_vars *vars, const char *name)
{
	const struct hook_var *var = find(vars, str_from(name));

	return var && var->is_list ? &var->list : NULL;
}

void
hook_vars_reset(struct hook_vars *vars)
{
	for (size_t i = 0; i < vars->count; i++) {
		forget_value(&vars->items[i]);
		free(vars->items[i].name);
	}
	free(vars->items);
	*vars = (struct hook_vars){ 0 };
}

/* "NAME[]" had the value COUNT: as many records follow. */
static bool
read_list(struct str *rest, struct str count_text, struct hook_var *var)
{
	struct str record;
	uint64_t count;

	/* Each has at least its NUL. */
	if (!str_u64(count_text, 0, rest->n, &count))
		return false;
	if (var) {
		forget_value(var);
		var->is_list = true;
	}
	for (; count; count--) {
		if (!str_record(rest, &record))
			return false;
		if (var)
			strvec_add_str(&var->list, record);
	}
	return true;
}

static bool
read_variable(struct str *rest, struct str record, struct hook_vars *vars)
{
	size_t at = str_find(record, '=');
	struct str name = { record.p, at };
	struct str value = str_skip(record, at + 1);
	bool is_list = at < record.n && str_ends(name, STR_LIT("[]"));
	struct hook_var *var;

	if (is_list)
		name.n -= strlen("[]");
	var = find(vars, name);
	if (var && !var->is_wanted)
		var = NULL;
	if (is_list)
		return read_list(rest, value, var);
	if (!var)
		return true;
	forget_value(var);
	var->is_list = false;
	if (at < record.n)
		var->value = mem_strndup(value.p, value.n);
	return true;
}

bool
hooks_read_answer(struct str answer, struct hook_vars *vars, int *ret_status)
{
	struct str record;

	while (str_record(&answer, &record)) {
		uint64_t status;

		if (str_eq_text(record, ".")) {
			*ret_status = -1;
			return true;
		}
		if (record.n && record.p[0] == '!') {
			if (!str_u64(str_skip(record, 1), 0, 255, &status))
				return false;
			*ret_status = (int)status;
			return true;
		}
		if (!read_variable(&answer, record, vars))
			return false;
	}
	return false;
}
