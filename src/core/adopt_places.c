/* SPDX-License-Identifier: MIT */
/* Where Pythons are kept by those who install them. */
#include <config.h>

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "core/adopt_internal.h"

/*
 * PATH begins with "~", with a variable ("$NAME/…": nothing when it is not set), or is
 * the system's. One component may be "*" or end with it.
 *
 * LINKS: entries that are links are looked at, too. uv, mise and pyenv have links beside
 * the real thing (3.12 -> 3.12.5); of Homebrew it is the link that survives an upgrade.
 */
static const struct {
	const char *source;
	const char *path;
	bool links;
} places[] = {
	{ "pyenv", "$PYENV_ROOT/versions/*", false },
	{ "pyenv", "~/.pyenv/versions/*", false },
	{ "uv", "$UV_PYTHON_INSTALL_DIR/*", false },
	{ "uv", "$XDG_DATA_HOME/uv/python/*", false },
	{ "uv", "~/.local/share/uv/python/*", false },
	{ "mise", "$MISE_DATA_DIR/installs/python/*", false },
	{ "mise", "$XDG_DATA_HOME/mise/installs/python/*", false },
	{ "mise", "~/.local/share/mise/installs/python/*", false },
	{ "asdf", "$ASDF_DATA_DIR/installs/python/*", false },
	{ "asdf", "~/.asdf/installs/python/*", false },
	{ "rye", "~/.rye/py/*", false },
	{ "hatch", "~/.local/share/hatch/pythons/*/python", false },
	{ "pdm", "~/.local/share/pdm/python/*", false },
	{ "conda", "$MAMBA_ROOT_PREFIX", true },
	{ "conda", "~/miniconda3", true },
	{ "conda", "~/miniforge3", true },
	{ "conda", "~/mambaforge", true },
	{ "conda", "~/anaconda3", true },
	{ "conda", "~/micromamba", true },
	{ "conda", "/opt/conda", true },
	{ "conda", "/opt/miniconda3", true },
	{ "conda", "/opt/miniforge3", true },
	{ "conda", "/opt/anaconda3", true },
	{ "brew", "$HOMEBREW_PREFIX/opt/python@*", true },
	{ "brew", "/opt/homebrew/opt/python@*", true },
	{ "brew", "/usr/local/opt/python@*", true },
	{ "brew", "/home/linuxbrew/.linuxbrew/opt/python@*", true },
	{ "brew", "~/.linuxbrew/opt/python@*", true },
	{ "python.org", "/Library/Frameworks/Python.framework/Versions/*", false },
	{ "opt", "/opt/python/*", false },
	{ "opt", "$AGENT_TOOLSDIRECTORY/Python/*/x64", false },
	{ "opt", "/opt/*", false },
	{ "system", "/usr/local/bin/python*", true },
	{ "system", "/usr/local/bin/pypy*", true },
	{ "system", "/usr/bin/python*", true },
	{ "system", "/usr/bin/pypy*", true },
};

/* Entries of one folder that are looked at: /opt and uv's have tens. */
#define ENTRIES_MAX 1000

struct search {
	const struct adopt_how *how;
	struct adoptees *found;
	bool links;
};

static bool
is_known(const struct adoptees *found, const struct adoptee *a)
{
	for (size_t i = 0; i < found->count; i++)
		if (strcmp(found->items[i].interpreter, a->interpreter) == 0)
			return true;
	return false;
}

/* Two that are found in one search must not get one name. */
static void
make_name_unique(const struct search *search, struct adoptee *a)
{
	const struct adoptees *found = search->found;

	for (size_t i = 0; a->name && !a->is_here && i < found->count; i++) {
		if (found->items[i].is_here || !found->items[i].name ||
		    strcmp(found->items[i].name, a->name) != 0)
			continue;
		if (!a->source || strstr(a->name, a->source)) {
			/* From the same place twice: the user has to say it. */
			free(a->name);
			a->name = NULL;
		} else {
			char *longer = mem_printf("%s-%s", a->name, a->source);

			free(a->name);
			a->name = longer;
			i = (size_t)-1;
		}
	}
}

static void
add(const struct search *search, struct adoptee *a)
{
	struct adoptees *found = search->found;

	if (is_known(found, a)) {
		adoptee_reset(a);
		return;
	}
	make_name_unique(search, a);
	found->items = vec_grow(found->items, found->count, sizeof(*found->items));
	found->items[found->count++] = *a;
	*a = (struct adoptee){ 0 };
}

/* macOS: a Homebrew keg has its libraries in a framework. */
static char *
framework_in(const char *path)
{
	cleanup_free char *folder = path_join(path, "Frameworks/Python.framework/Versions", NULL);
	cleanup_free char *current = path_join(folder, "Current", NULL);
	char *real = realpath(current, NULL);

	return real;
}

/* Is PATH something that one would take for a Python? */
static bool
looks_like_python(const char *path)
{
	static const char *const programs[] = { "bin/python", "bin/python3", "bin/pypy3" };
	struct stat st;

	if (stat(path, &st) == 0 && S_ISREG(st.st_mode))
		return true;
	for (size_t i = 0; i < sizeof(programs) / sizeof(*programs); i++) {
		cleanup_free char *program = path_join(path, programs[i], NULL);

		/* Also a link to what is gone. */
		if (lstat(program, &st) == 0)
			return true;
	}
	return false;
}

/* Why PATH is passed over, once: several names may lead to it. */
static void
pass_over(const struct search *search, const char *path, const struct err *why)
{
	struct strvec *texts = &search->found->passed_over;

	if (looks_like_python(path) && !strvec_has(texts, why->message))
		strvec_add(texts, why->message);
}

static void
try(const struct search *search, const char *path)
{
	cleanup_adoptee struct adoptee a = { 0 };
	cleanup_err struct err why = { 0 };
	cleanup_free char *framework = framework_in(path);

	if (adopt_look(search->how, framework ? framework : path, &a, &why) == 0)
		add(search, &a);
	else
		pass_over(search, path, &why);
}

/* In folders of programs: "python3.11", "pypy3", and not python3.11-config. */
static bool
is_interpreter_name(const char *name)
{
	struct str s = str_from(name);

	if (str_starts(s, STR_LIT("python")))
		s = str_skip(s, strlen("python"));
	else if (str_starts(s, STR_LIT("pypy")))
		s = str_skip(s, strlen("pypy"));
	for (size_t i = 0; i < s.n; i++)
		if (!str_is_digit(s.p[i]) && s.p[i] != '.' &&
		    !(i + 1 == s.n && (s.p[i] == 't' || s.p[i] == 'd' || s.p[i] == 'm')))
			return false;
	return true;
}

/* Could the entry at PATH be what the pattern PART means? */
static bool
fits(const struct search *search, const char *path, const char *name, struct str part)
{
	struct stat st;
	struct str before = { part.p, part.n - 1 };

	if (name[0] == '.' || !str_starts(str_from(name), before) || lstat(path, &st) < 0)
		return false;
	if (S_ISLNK(st.st_mode) && (!search->links || stat(path, &st) < 0))
		return false;
	return S_ISDIR(st.st_mode) || is_interpreter_name(name);
}

/* All that the pattern REST means below the folder BASE. */
static void
expand(const struct search *search, const char *base, struct str rest)
{
	cleanup_dirfd struct dir dir = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };
	cleanup_err struct err ignored = { 0 };
	struct str part;

	if (!str_split(&rest, '/', &part)) {
		try(search, base);
		return;
	}
	if (!part.n || part.p[part.n - 1] != '*') {
		cleanup_free char *name = mem_strndup(part.p, part.n);
		cleanup_free char *path = path_join(base, name, NULL);

		if (access(path, F_OK) == 0)
			expand(search, path, rest);
		return;
	}
	if (fs_open_dir(base, &dir, &ignored) < 0 || fs_list(&dir, &names, &ignored) < 0)
		return;
	for (size_t i = 0; i < names.count && i < ENTRIES_MAX; i++) {
		cleanup_free char *path = path_join(base, names.items[i], NULL);

		if (fits(search, path, names.items[i], part))
			expand(search, path, rest);
	}
}

/* The folder that the pattern PATH begins at, and the rest of it; NULL if it has none. */
static char *
beginning(const struct adopt_places *where, const char *path, struct str *ret_rest)
{
	struct str rest = str_from(path);
	struct str first;
	cleanup_free char *name = NULL;
	const char *value;

	if (path[0] == '/') {
		*ret_rest = str_skip(rest, 1);
		return mem_strdup(where->sysroot[0] ? where->sysroot : "/");
	}
	(void)str_split(&rest, '/', &first);
	*ret_rest = rest;
	if (path[0] == '~')
		return where->home ? mem_strdup(where->home) : NULL;
	name = mem_strndup(first.p + 1, first.n - 1);
	value = where->env(name);
	return value && value[0] == '/' ? mem_strdup(value) : NULL;
}

/* The root's own versions are not found, they are there. */
static bool
is_own(const struct store *store, const char *base)
{
	struct stat ours;
	struct stat st;

	return store->root.fd >= 0 && fstat(store->root.fd, &ours) == 0 && stat(base, &st) == 0 &&
	       ours.st_dev == st.st_dev && ours.st_ino == st.st_ino;
}

void
adopt_find(const struct adopt_how *how, const struct adopt_places *where,
	   struct adoptees *ret_adoptees)
{
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		struct adopt_how here = *how;
		struct search search = { &here, ret_adoptees, places[i].links };
		struct str rest = { NULL, 0 };
		cleanup_free char *base = beginning(where, places[i].path, &rest);
		cleanup_free char *pyenv =
			where->home ? path_join(where->home, ".pyenv", NULL) : NULL;
		bool at_home = str_starts(str_from(places[i].path), STR_LIT("~/.pyenv/"));

		if (!base || is_own(how->store, at_home ? pyenv : base))
			continue;
		here.source = places[i].source;
		expand(&search, base, rest);
	}
}

int
adopt_find_in(const struct adopt_how *how, const char *path, struct adoptees *ret_adoptees,
	      struct err *err)
{
	cleanup_adoptee struct adoptee a = { 0 };
	cleanup_free char *versions = path_join(path, LAYOUT_VERSIONS, NULL);
	struct search search = { how, ret_adoptees, false };
	size_t before = ret_adoptees->count;

	if (adopt_look(how, path, &a, err) == 0) {
		add(&search, &a);
		return 0;
	}
	if (err->code != ERR_FAILED || err->sys)
		return -1;
	expand(&search, path, STR_LIT("*"));
	if (ret_adoptees->count == before)
		expand(&search, versions, STR_LIT("*"));
	if (ret_adoptees->count == before)
		return -1;
	err_reset(err);
	return 0;
}
