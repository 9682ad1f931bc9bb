/* SPDX-License-Identifier: MIT */
/* Which file a command is, among the versions that are asked for. */
#include <config.h>

#include "core/selection.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/layout.h"

/* Texts that are put together in a buffer of PATH_TEXT_MAX bytes. */
struct joined {
	char *text;
	size_t len;
	bool too_long;
};

static void
join(struct joined *j, struct str part)
{
	if (j->too_long || part.n >= PATH_TEXT_MAX - j->len) {
		j->too_long = true;
		return;
	}
	memcpy(j->text + j->len, part.p, part.n);
	j->len += part.n;
	j->text[j->len] = '\0';
}

/* Is ST one of our shims, reached by a link from another folder? All shims are
 * one file, or copies where hard links failed. */
static bool
is_shim(const struct selection_input *in, const char *command, const struct stat *st)
{
	const char *const names[] = { LAYOUT_SHIM_PROGRAM, command };
	char text[PATH_TEXT_MAX];
	struct stat shim;

	for (size_t i = 0; in->root_fd >= 0 && i < sizeof(names) / sizeof(*names); i++) {
		struct joined path = { .text = text };

		join(&path, STR_LIT(LAYOUT_SHIMS "/"));
		join(&path, str_from(names[i]));
		if (!path.too_long && fstatat(in->root_fd, text, &shim, 0) == 0 &&
		    shim.st_dev == st->st_dev && shim.st_ino == st->st_ino)
			return true;
	}
	return false;
}

/* Is PATH (absolute) a file, and not the shim that asks? */
static bool
is_file(const struct selection_input *in, const char *path, const char *command,
	struct stat *ret_st)
{
	if (stat(path, ret_st) < 0 || !S_ISREG(ret_st->st_mode))
		return false;
	/* A shim knows itself, and need not look for itself on every call. */
	if (in->self.ino)
		return ret_st->st_ino != in->self.ino || ret_st->st_dev != in->self.dev;
	return !is_shim(in, command, ret_st);
}

/* May everybody, or at least this user, run it? What everybody may run is not asked for once
 * more. */
static bool
may_run(const char *path, const struct stat *st)
{
	const mode_t all = S_IXUSR | S_IXGRP | S_IXOTH;

	return (st->st_mode & all) == all || access(path, X_OK) == 0;
}

static bool
find_in_version(const struct selection_input *in, const char *name, const char *command,
		struct finding *ret)
{
	struct joined path = { .text = ret->path };
	struct stat st;

	join(&path, str_from(in->root));
	join(&path, STR_LIT("/" LAYOUT_VERSIONS "/"));
	join(&path, str_from(name));
	join(&path, STR_LIT("/bin/"));
	join(&path, str_from(command));
	if (path.too_long || !is_file(in, ret->path, command, &st) || !may_run(ret->path, &st))
		return false;
	memcpy(ret->name, name, strlen(name) + 1);
	ret->kind = FOUND_IN_VERSION;
	return true;
}

static bool
find_in_venv(const struct selection *s, const char *command, struct finding *ret)
{
	struct joined path = { .text = ret->path };
	struct stat st;

	join(&path, str_from(s->venv));
	join(&path, STR_LIT("/bin/"));
	join(&path, str_from(command));
	if (path.too_long || !is_file(s->in, ret->path, command, &st) || !may_run(ret->path, &st))
		return false;
	ret->kind = FOUND_IN_VENV;
	return true;
}

/* What every environment has, or is meant to: from elsewhere, `pip install` would change
 * another Python than the one that is seen. */
static bool
is_every_environments(const char *command)
{
	static const char *const names[] = { "python", "python3", "pip", "pip3" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strcmp(command, names[i]) == 0)
			return true;
	return false;
}

/* Is there a file or folder called DIR/TAIL? */
static bool
has(struct str dir, struct str tail, struct stat *ret_st)
{
	char text[PATH_TEXT_MAX];
	struct joined path = { .text = text };

	join(&path, dir);
	join(&path, tail);
	return !path.too_long && stat(text, ret_st) == 0;
}

/* Does DIR hold shims, ours or those of another root? They would only lead back
 * to us: two roots whose `system` is each other go round for ever. */
static bool
is_shims_folder(const struct selection_input *in, struct str dir)
{
	struct str base;
	struct stat here;
	struct stat ours;

	while (dir.n > 1 && dir.p[dir.n - 1] == '/')
		dir.n--;
	base = dir;
	for (size_t slash; (slash = str_find(base, '/')) < base.n;)
		base = str_skip(base, slash + 1);
	if (has(dir, STR_LIT("/" LAYOUT_SHIM_PROGRAM), &here))
		return true;
	if (str_eq_text(base, LAYOUT_SHIMS) && has(dir, STR_LIT("/../" LAYOUT_VERSIONS), &here))
		return true;
	return in->root_fd >= 0 && fstatat(in->root_fd, LAYOUT_SHIMS, &ours, 0) == 0 &&
	       has(dir, STR_LIT("/."), &here) && here.st_dev == ours.st_dev &&
	       here.st_ino == ours.st_ino;
}

bool
selection_shim_paths_name(const char *command, char *ret_name)
{
	static const char prefix[] = "_PYENV_SHIM_PATHS_";
	size_t n = strlen(command);
	char *at = ret_name + sizeof(prefix) - 1;

	if (n == 0 || n > PATH_NAME_MAX)
		return false;
	memcpy(ret_name, prefix, sizeof(prefix));
	for (; *command; command++) {
		char c = str_lower(*command);

		if (str_is_alpha(c))
			*at++ = (char)(c - 'a' + 'A');
		else
			*at++ = str_is_digit(c) ? c : '_';
	}
	*at = '\0';
	return true;
}

/* Is DIR one of the folders in a variable's LIST (NULL: not set)? */
static bool
is_listed(const char *list, struct str dir)
{
	struct str rest = str_from(list);
	struct str part;

	while (list && str_split(&rest, ':', &part))
		if (part.n && str_eq(part, dir))
			return true;
	return false;
}

bool
selection_find_in_path(const struct selection_input *in, const char *command, char *ret_path)
{
	/* Out here a shim can have more than one name. */
	struct selection_input everywhere = *in;
	char variable[SELECTION_SHIM_PATHS_MAX];
	const char *left_out =
		selection_shim_paths_name(command, variable) ? getenv(variable) : NULL;
	const char *linked_from = getenv("_PYENV_SHIM_PATH");
	struct str rest = str_from(in->path);
	struct str dir;

	everywhere.self = (struct file_id){ 0 };
	while (str_split(&rest, ':', &dir)) {
		struct joined path = { .text = ret_path };
		struct stat st;

		/* As bash does for the PATH entries that pyenv searches. */
		if (in->home && (str_eq_text(dir, "~") || str_starts(dir, STR_LIT("~/")))) {
			join(&path, str_from(in->home));
			dir = str_skip(dir, 1);
		} else if (dir.n == 0 || dir.p[0] != '/' || is_listed(left_out, dir) ||
			   is_listed(linked_from, dir)) {
			continue;
		}
		join(&path, dir);
		/* HOME itself may be empty or relative. */
		if (path.too_long || path.len == 0 || ret_path[0] != '/')
			continue;
		dir = (struct str){ ret_path, path.len };
		if (path.text[path.len - 1] != '/')
			join(&path, STR_LIT("/"));
		join(&path, str_from(command));
		if (!path.too_long && is_file(&everywhere, ret_path, command, &st) &&
		    access(ret_path, X_OK) == 0 && !is_shims_folder(in, dir))
			return true;
	}
	return false;
}

bool
selection_find_system(const struct selection_input *in, char *ret_path)
{
	static const char *const names[] = { "python", "python3", "python2" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (selection_find_in_path(in, names[i], ret_path))
			return true;
	return false;
}

static bool
find_in_system(const struct selection_input *in, const char *command, struct finding *ret)
{
	if (!selection_find_in_path(in, command, ret->path))
		return false;
	ret->kind = FOUND_IN_SYSTEM;
	return true;
}

/* Commands of every Python whose name ends in its version. */
static const char *const suffixed[] = { "python", "pip", "pydoc", "idle", "pyvenv", "pypy" };

/* "3.9" of python3.9 and python3.9-config, "3.13t" of pip3.13t, "pypy3.10" of
 * pypy3.10. False: no such command. */
static bool
version_in_command(struct str command, struct str *ret_version)
{
	size_t word = 0;
	size_t at;

	if (str_ends(command, STR_LIT("-config")))
		command.n -= strlen("-config");
	while (word < command.n && str_is_alpha(command.p[word]))
		word++;
	at = word;
	while (at < command.n && str_is_digit(command.p[at]))
		at++;
	if (at == word || at >= command.n || command.p[at] != '.')
		return false;
	for (at++; at < command.n && str_is_digit(command.p[at]);)
		at++;
	if (command.p[at - 1] == '.' || command.n - at > 1 ||
	    (at < command.n && command.p[at] != 't'))
		return false;
	*ret_version = str_skip(command, word);
	command.n = word;
	if (str_eq_text(command, "pypy"))
		*ret_version = (struct str){ command.p, word + ret_version->n };
	for (size_t i = 0; i < sizeof(suffixed) / sizeof(*suffixed); i++)
		if (str_eq_text(command, suffixed[i]))
			return true;
	return false;
}

/* Does an item that is missing ask for the Python that WANTED is? */
static bool
asks_for(const struct selection_item *item, struct str wanted)
{
	struct request asked;
	struct request by_command;

	if (!request_parse(item->word.text, &asked, NULL) ||
	    !request_parse(wanted, &by_command, NULL) || asked.kind != REQUEST_PREFIX)
		return false;
	return str_eq(asked.want.family, by_command.want.family) &&
	       asked.want.free_threaded == by_command.want.free_threaded &&
	       asked.want.language[0] == by_command.want.language[0] &&
	       asked.want.language[1] == by_command.want.language[1];
}

/* A command like python3.9 that no version asked for has. */
static void
find_by_suffix(struct selection *s, const char *command, struct str wanted, struct finding *ret)
{
	char name[VERSION_NAME_MAX + 1];
	enum item_state state;

	for (size_t i = 0; i < s->count; i++) {
		if (selection_resolve(s, i) == ITEM_MISSING && asks_for(&s->items[i], wanted)) {
			ret->kind = MISSING_VERSION;
			ret->item = i;
			return;
		}
	}
	state = selection_resolve_text(s->in, wanted, name, NULL);
	ret->item = s->count;
	if (state != ITEM_INSTALLED) {
		ret->kind = MISSING_SUFFIX;
		ret->wanted = wanted;
	} else if (!find_in_version(s->in, name, command, ret)) {
		ret->kind = MISSING_COMMAND;
	}
}

/* Nothing has it: why? */
static void
explain_absence(struct selection *s, const char *command, struct finding *ret)
{
	struct str wanted;

	ret->kind = MISSING_COMMAND;
	if (selection_resolve_all(s) == 0) {
		ret->kind = MISSING_UNUSABLE;
		return;
	}
	if (s->in->policy->suffix_runs_installed &&
	    version_in_command(str_from(command), &wanted)) {
		find_by_suffix(s, command, wanted, ret);
		return;
	}
	for (size_t i = 0; i < s->count; i++)
		if (s->items[i].state == ITEM_SYSTEM || s->items[i].state == ITEM_INSTALLED)
			return;
	ret->kind = MISSING_VERSION;
	for (ret->item = 0; s->items[ret->item].state != ITEM_MISSING;)
		ret->item++;
}

void
selection_find(struct selection *s, const char *command, struct finding *ret)
{
	/* Not the whole struct: it is larger than what is used of it. */
	ret->kind = MISSING_COMMAND;
	ret->item = s->count;
	ret->wanted = (struct str){ 0 };
	ret->name[0] = ret->path[0] = '\0';
	if (!path_component_ok(str_from(command)))
		return;
	if (s->has_venv) {
		if (find_in_venv(s, command, ret))
			return;
		if (is_every_environments(command)) {
			ret->kind = MISSING_IN_VENV;
			return;
		}
	}
	for (size_t i = 0; i < s->count; i++) {
		enum item_state state = selection_resolve(s, i);

		ret->item = i;
		if (state == ITEM_INSTALLED &&
		    find_in_version(s->in, s->items[i].name, command, ret))
			return;
		if (state == ITEM_SYSTEM && find_in_system(s->in, command, ret))
			return;
	}
	ret->item = s->count;
	if (s->in->policy->missing_falls_to_system && find_in_system(s->in, command, ret))
		return;
	explain_absence(s, command, ret);
}
