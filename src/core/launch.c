/* SPDX-License-Identifier: MIT */
/* What a selected program is started with: its environment. */
#include <config.h>

#include "core/launch.h"

#include <string.h>

/* A text that grows in a buffer of SIZE bytes and says when it cannot. */
struct text {
	char *p;
	size_t size;
	size_t len;
	bool too_long;
};

static void
add(struct text *t, struct str part)
{
	if (t->too_long || part.n >= t->size - t->len) {
		t->too_long = true;
		return;
	}
	memcpy(t->p + t->len, part.p, part.n);
	t->len += part.n;
	t->p[t->len] = '\0';
}

/* Index of NAME's entry, or the count. */
static size_t
find(const struct launch *launch, const char *name)
{
	size_t n = strlen(name);
	size_t i = 0;

	while (i < launch->count &&
	       (strncmp(launch->env[i], name, n) != 0 || launch->env[i][n] != '='))
		i++;
	return i;
}

/* An environment can have a name twice; programs differ in which they see. */
static void
drop(struct launch *launch, const char *name)
{
	size_t i;

	while ((i = find(launch, name)) < launch->count) {
		launch->env[i] = launch->env[--launch->count];
		launch->env[launch->count] = NULL;
	}
}

/* Put "NAME=…" in place of NAME's entry. */
static bool
put(struct launch *launch, const char *name, char *entry)
{
	drop(launch, name);
	if (launch->count == LAUNCH_ENV_MAX)
		return false;
	launch->env[launch->count++] = entry;
	launch->env[launch->count] = NULL;
	return true;
}

bool
launch_begin(struct launch *ret, char *const *env, const char *root)
{
	struct text text = { ret->root, sizeof(ret->root), 0, false };

	for (ret->count = 0; env[ret->count]; ret->count++) {
		if (ret->count == LAUNCH_ENV_MAX)
			return false;
		ret->env[ret->count] = env[ret->count];
	}
	ret->env[ret->count] = NULL;
	if (!root)
		return true;
	add(&text, STR_LIT("PYENV_ROOT="));
	add(&text, str_from(root));
	drop(ret, "PYVERN_ROOT");
	return !text.too_long && put(ret, "PYENV_ROOT", ret->root);
}

/* The folder of FOUND first on PATH. */
static bool
enter_path(struct launch *launch, const struct finding *found)
{
	struct text text = { launch->path, sizeof(launch->path), 0, false };
	struct str bin = path_dir(found->path);
	size_t i = find(launch, "PATH");
	const char *old = i < launch->count ? launch->env[i] + strlen("PATH=") : NULL;

	/* A program of this version that starts another comes through here again:
	 * PATH must not grow with every level. */
	if (old && str_starts(str_from(old), bin) && (old[bin.n] == ':' || old[bin.n] == '\0'))
		return true;
	add(&text, STR_LIT("PATH="));
	add(&text, bin);
	if (old && *old) {
		add(&text, STR_LIT(":"));
		add(&text, str_from(old));
	}
	return !text.too_long && put(launch, "PATH", launch->path);
}

/* All versions asked for, resolved: children are bound to them. */
bool
launch_enter_version(struct launch *launch, struct selection *s)
{
	struct text text = { launch->version, sizeof(launch->version), 0, false };
	const char *separator = "PYENV_VERSION=";

	selection_resolve_all(s);
	for (size_t i = 0; i < s->count; i++) {
		const struct selection_item *item = &s->items[i];
		struct str name = item->word.text;

		if (item->state == ITEM_INVALID)
			continue;
		if (str_starts(name, STR_LIT("python-")))
			name = str_skip(name, strlen("python-"));
		add(&text, str_from(separator));
		add(&text, item->state == ITEM_INSTALLED ? str_from(item->name) : name);
		separator = ":";
	}
	drop(launch, "PYVERN_VERSION");
	return !text.too_long && put(launch, "PYENV_VERSION", launch->version);
}

bool
launch_enter(struct launch *launch, struct selection *s, const struct finding *found)
{
	struct str root = str_from(s->in->root);

	if (s->in->policy->exports_version && !launch_enter_version(launch, s))
		return false;
	if (found->kind == FOUND_IN_VENV)
		return enter_path(launch, found);
	/* A link out of a version is below the root, a program of the system that
	 * happens to be there, too: what counts is the text. */
	if (!str_starts(str_from(found->path), root) || found->path[root.n] != '/')
		return true;
	return enter_path(launch, found);
}

bool
launch_leave_out(struct launch *launch, const char *command, struct str linked_from)
{
	struct text text = { launch->shim_paths, sizeof(launch->shim_paths), 0, false };
	char name[SELECTION_SHIM_PATHS_MAX];
	size_t told = find(launch, "_PYENV_SHIM_PATH");
	const char *old;
	size_t i;

	if (told < launch->count)
		linked_from = str_from(launch->env[told] + strlen("_PYENV_SHIM_PATH="));
	if (linked_from.n == 0 || !selection_shim_paths_name(command, name))
		return true;
	i = find(launch, name);
	old = i < launch->count ? launch->env[i] + strlen(name) + 1 : "";
	add(&text, str_from(name));
	add(&text, STR_LIT("="));
	add(&text, linked_from);
	if (*old) {
		add(&text, STR_LIT(":"));
		add(&text, str_from(old));
	}
	drop(launch, "_PYENV_SHIM_PATH");
	return !text.too_long && put(launch, name, launch->shim_paths);
}

/* "pip", "pip3", "pip3.13", "pip3.13t" for the word "pip". */
static bool
is_tool(struct str command, struct str word)
{
	if (!str_starts(command, word))
		return false;
	command = str_skip(command, word.n);
	if (command.n && command.p[0] == '-')
		command = str_skip(command, 1);
	if (command.n && command.p[command.n - 1] == 't')
		command.n--;
	for (size_t i = 0; i < command.n; i++)
		if (!str_is_digit(command.p[i]) && command.p[i] != '.')
			return false;
	return true;
}

static bool
is_one_of(const char *text, const char *const *words)
{
	for (; *words; words++)
		if (strcmp(text, *words) == 0)
			return true;
	return false;
}

/* "-m", or "-Im": Python's switches can be one word. */
static bool
is_module_switch(const char *arg)
{
	struct str switches = str_from(arg);

	if (switches.n < 2 || switches.p[0] != '-' || switches.p[switches.n - 1] != 'm')
		return false;
	for (size_t i = 1; i < switches.n; i++)
		if (!str_is_alpha(switches.p[i]))
			return false;
	return true;
}

/* The module that ARGS run from here on ("-m pip", "-mpip"), or NULL. */
static const char *
module_of(char *const *args)
{
	if (is_module_switch(args[0]) && args[1])
		return args[1];
	if (str_starts(str_from(args[0]), STR_LIT("-m")) && args[0][2])
		return args[0] + 2;
	return NULL;
}

bool
launch_changes_commands(const char *command, char *const *args)
{
	static const char *const pip_verbs[] = { "install", "uninstall", NULL };
	static const char *const conda_verbs[] = { "install", "remove", "uninstall", NULL };
	static const char *const condas[] = { "conda", "mamba", NULL };
	struct str name = str_from(command);
	const char *const *verbs = is_tool(name, STR_LIT("pip")) ? pip_verbs : NULL;

	if (is_tool(name, STR_LIT("easy_install")))
		return true;
	if (is_one_of(command, condas))
		return args[0] && is_one_of(args[0], conda_verbs);
	for (; *args; args++) {
		const char *module = module_of(args);

		if (verbs && is_one_of(*args, verbs))
			return true;
		if (module && strcmp(module, "pip") == 0)
			verbs = pip_verbs;
		else if (module && is_one_of(module, condas))
			verbs = conda_verbs;
	}
	return false;
}
