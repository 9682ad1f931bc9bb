/* SPDX-License-Identifier: MIT */
/* Facts of a Python that nobody described: found by looking at its files. */
#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "core/store.h"

/*
 * What is looked at (all relative to the prefix):
 *
 *	              CPython                PyPy                 GraalPy
 *	stdlib        lib/python3.13[t]      lib/pypy3.11         lib/python3.11
 *	              (lib-python/3 or lib-python/2.7 of older PyPys)
 *	version       PY_VERSION in include/NAME[abiflags]/patchlevel.h
 *	abi           the abiflags of that folder's name, or names of extension
 *	              modules in the stdlib ("_sqlite3_cffi.pypy311-pp73-….so")
 *	wheels        STDLIB/ensurepip/_bundled, else share/python-wheels (Debian)
 *
 * Fedora and its like have lib64 where others have lib.
 */

/* patchlevel.h is below 2 KiB; pyvenv.cfg and ensurepip/__init__.py below 10. */
#define LOOK_MAX ((size_t)64 * 1024)

enum family { CPYTHON, PYPY, GRAALPY };

static const char *const family_names[] = { "cpython", "pypy", "graalpy" };

/* What is known so far. Owned texts. */
struct look {
	const struct dir *tree;
	const char *only; /* the one language that is meant, or NULL */
	enum family family;
	char *language; /* "3.13" */
	char *flags;	/* abiflags: "", "t", "d", "td", "m", … */
	char *stdlib;
	char *platlib;
	char *version;
};

static void
look_reset(struct look *look)
{
	free(look->language);
	free(look->flags);
	free(look->stdlib);
	free(look->platlib);
	free(look->version);
}

/* Names in the folder PATH below TREE; none when it cannot be read. */
static void
list_names(const struct dir *tree, const char *path, struct strvec *ret_names)
{
	cleanup_free char *whole = path_join(tree->path, path, NULL);
	cleanup_dirfd struct dir dir = DIR_INIT;
	cleanup_err struct err ignored = { 0 };

	if (fs_open_dir(whole, &dir, &ignored) < 0 || fs_list(&dir, ret_names, &ignored) < 0)
		return;
}

/* Text of the file PATH below TREE; false when it cannot be read. */
static bool
read_text(const struct dir *tree, const char *path, struct buf *ret_text)
{
	cleanup_err struct err ignored = { 0 };

	return fs_read_file(tree, path, ret_text, &ignored) == 0;
}

static bool
is_there(const struct dir *tree, const char *folder, const char *name)
{
	cleanup_free char *path = path_join(folder, name, NULL);

	return fs_exists_at(tree, path);
}

/* Split NAME = STEM + "X.Y" + FLAGS (letters). */
static bool
split_name(struct str name, struct str stem, struct str *ret_language, struct str *ret_flags)
{
	struct str rest;
	size_t digits = 0;
	size_t dots = 0;

	if (!str_starts(name, stem))
		return false;
	rest = str_skip(name, stem.n);
	while (digits < rest.n && (str_is_digit(rest.p[digits]) || rest.p[digits] == '.'))
		dots += rest.p[digits++] == '.';
	*ret_language = (struct str){ rest.p, digits };
	*ret_flags = str_skip(rest, digits);
	for (size_t i = 0; i < ret_flags->n; i++)
		if (!str_is_alpha(ret_flags->p[i]))
			return false;
	return dots == 1 && digits >= 3 && str_is_digit(rest.p[0]) &&
	       str_is_digit(rest.p[digits - 1]);
}

/* Is LANGUAGE with FLAGS the one that is meant? Only threading has a library of its own. */
static bool
is_meant(const struct look *look, struct str language, struct str flags)
{
	struct str only = str_from(look->only);
	bool threaded = str_ends(only, STR_LIT("t"));

	if (!look->only)
		return true;
	if (threaded)
		only.n--;
	return str_eq(language, only) && str_starts(flags, STR_LIT("t")) == threaded;
}

/* The newest LIB/STEMX.Y[FLAGS] that is a standard library. */
static bool
find_stdlib_in(struct look *look, const char *lib, struct str stem)
{
	cleanup_strvec struct strvec names = { 0 };
	uint64_t best = 0;

	list_names(look->tree, lib, &names);
	for (size_t i = 0; i < names.count; i++) {
		cleanup_free char *folder = path_join(lib, names.items[i], NULL);
		struct str language;
		struct str flags;
		uint64_t minor;

		if (!split_name(str_from(names.items[i]), stem, &language, &flags) ||
		    !is_meant(look, language, flags) || !is_there(look->tree, folder, "os.py") ||
		    !str_u64(str_skip(language, str_find(language, '.') + 1), 0, 999, &minor))
			continue;
		minor += (uint64_t)(unsigned char)language.p[0] * 1000;
		if (minor < best)
			continue;
		best = minor;
		free(look->language);
		free(look->flags);
		free(look->stdlib);
		look->language = mem_strndup(language.p, language.n);
		look->flags = mem_strndup(flags.p, flags.n);
		look->stdlib = steal_ptr(&folder);
	}
	if (!look->stdlib)
		return false;
	look->platlib = path_join(look->stdlib, "site-packages", NULL);
	return true;
}

static bool
find_stdlib(struct look *look, struct str stem)
{
	return find_stdlib_in(look, "lib", stem) || find_stdlib_in(look, "lib64", stem);
}

/* PyPy before 3.8 keeps its libraries at the top of the prefix. */
static bool
find_old_pypy(struct look *look)
{
	static const char *const languages[] = { "3", "2.7" };

	for (size_t i = 0; i < sizeof(languages) / sizeof(*languages); i++) {
		cleanup_free char *stdlib = path_join("lib-python", languages[i], NULL);

		if (!is_there(look->tree, stdlib, "os.py") || !fs_is_dir_at(look->tree, "lib_pypy"))
			continue;
		look->family = PYPY;
		look->language = mem_strdup(languages[i]);
		look->flags = mem_strdup("");
		look->stdlib = steal_ptr(&stdlib);
		look->platlib = mem_strdup("site-packages");
		return true;
	}
	return false;
}

static bool
find_layout(struct look *look)
{
	if (find_stdlib(look, STR_LIT("pypy"))) {
		look->family = PYPY;
		return true;
	}
	if (find_old_pypy(look))
		return true;
	if (!find_stdlib(look, STR_LIT("python")))
		return false;
	look->family = is_there(look->tree, "bin", "graalpy") ? GRAALPY : CPYTHON;
	return true;
}

/* The text between quotes after KEY at the beginning of a line of TEXT. */
static char *
quoted_value(struct str text, struct str key)
{
	struct str line;

	while (str_line(&text, &line)) {
		struct str rest;
		struct str value;

		if (!str_starts(line, key))
			continue;
		rest = str_skip(line, str_find(line, '"') + 1);
		value = (struct str){ rest.p, str_find(rest, '"') };
		if (value.n && value.n < rest.n)
			return mem_strndup(value.p, value.n);
	}
	return NULL;
}

/* "3.13.5", "3.15.0a1+": a version, and not anything that a file may say. */
static bool
is_number(const char *text)
{
	for (const char *p = text; *p; p++)
		if (!str_is_digit(*p) && !str_is_alpha(*p) && *p != '.' && *p != '+')
			return false;
	return str_is_digit(text[0]) && strlen(text) <= PATH_NAME_MAX;
}

static char *
header_version(const struct look *look, const char *folder)
{
	cleanup_free char *path = path_join(folder, "patchlevel.h", NULL);
	cleanup_free char *version = NULL;
	cleanup_buf struct buf text = BUF_INIT(LOOK_MAX);

	if (!read_text(look->tree, path, &text))
		return NULL;
	/* A blank must follow, lest PY_VERSION_HEX be taken for it. */
	version = quoted_value(buf_str(&text), STR_LIT("#define PY_VERSION "));
	return version && is_number(version) ? steal_ptr(&version) : NULL;
}

/* Version and abiflags as the headers know them. Without headers (a slim image)
 * the version is only known as X.Y. */
static void
find_version(struct look *look)
{
	struct str stem = look->family == PYPY ? STR_LIT("pypy") : STR_LIT("python");
	cleanup_strvec struct strvec names = { 0 };

	list_names(look->tree, "include", &names);
	for (size_t i = 0; i < names.count && !look->version; i++) {
		cleanup_free char *folder = path_join("include", names.items[i], NULL);
		struct str language;
		struct str flags;

		if (!split_name(str_from(names.items[i]), stem, &language, &flags) ||
		    !str_eq_text(language, look->language))
			continue;
		look->version = header_version(look, folder);
		if (!look->version)
			continue;
		free(look->flags);
		look->flags = mem_strndup(flags.p, flags.n);
	}
	if (!look->version)
		look->version = header_version(look, "include");
	if (!look->version)
		look->version = mem_strdup(look->language);
	if (strchr(look->language, '.'))
		return;
	/* lib-python/3: the headers know which 3. */
	if (str_find(str_from(look->version), '.') < strlen(look->version)) {
		struct str v = str_from(look->version);
		size_t minor = str_find(v, '.') + 1;
		size_t end = minor + str_find(str_skip(v, minor), '.');

		free(look->language);
		look->language = mem_strndup(v.p, end);
	}
}

/* "pypy311-pp73" of the first extension module that carries such a tag. */
static char *
module_tag(const struct look *look, struct str family)
{
	cleanup_strvec struct strvec names = { 0 };

	list_names(look->tree, look->stdlib, &names);
	for (size_t i = 0; i < names.count; i++) {
		struct str rest = str_from(names.items[i]);
		struct str part;
		size_t dash;

		if (!str_ends(rest, STR_LIT(".so")))
			continue;
		(void)str_split(&rest, '.', &part);
		if (!str_split(&rest, '.', &part) || !str_starts(part, family))
			continue;
		dash = str_find(part, '-');
		dash += 1 + str_find(str_skip(part, dash + 1), '-');
		return mem_strndup(part.p, dash < part.n ? dash : part.n);
	}
	return NULL;
}

static char *
abi_of(const struct look *look)
{
	const char *family = family_names[look->family];
	const char *dot = strchr(look->language, '.');
	struct str major = { look->language, str_find(str_from(look->language), '.') };
	char *tag = NULL;

	if (look->family == CPYTHON)
		return mem_printf("cpython-%.*s%s%s", STR_ARG(major), dot ? dot + 1 : "",
				  look->flags);
	tag = module_tag(look, str_from(family));
	return tag ? tag : mem_printf("%s%.*s%s", family, STR_ARG(major), dot ? dot + 1 : "");
}

/* Names in bin that start the interpreter, from "python" to the one with
 * abiflags. */
static void
find_executables(const struct look *look, struct strvec *ret_names)
{
	static const char *const stems[][2] = {
		[CPYTHON] = { "python", NULL },
		[PYPY] = { "python", "pypy" },
		[GRAALPY] = { "python", "graalpy" },
	};
	cleanup_strvec struct strvec names = { 0 };

	for (size_t i = 0; i < 2; i++) {
		const char *stem = stems[look->family][i];

		if (!stem)
			continue;
		strvec_add(&names, stem);
		strvec_printf(&names, "%s%c", stem, look->language[0]);
		strvec_printf(&names, "%s%s", stem, look->language);
		if (look->flags[0])
			strvec_printf(&names, "%s%s%s", stem, look->language, look->flags);
	}
	for (size_t i = 0; i < names.count; i++) {
		cleanup_free char *path = path_join("bin", names.items[i], NULL);

		if (fs_is_executable_at(look->tree, path))
			strvec_add(ret_names, names.items[i]);
	}
}

/* The wheel of PROJECT in the folder BUNDLED: the one that ensurepip would take
 * (its version is a constant in ensurepip/__init__.py), since pyenv and pip may
 * have left several there; else the last by name. */
static void
add_wheel(const struct look *look, const char *bundled, const char *project, const char *constant,
	  struct strvec *ret_wheels)
{
	cleanup_free char *init = path_join(look->stdlib, "ensurepip/__init__.py", NULL);
	cleanup_free char *stem = mem_printf("%s-", project);
	cleanup_free char *wanted = NULL;
	cleanup_free char *found = NULL;
	cleanup_buf struct buf text = BUF_INIT(LOOK_MAX);
	cleanup_strvec struct strvec names = { 0 };

	if (read_text(look->tree, init, &text)) {
		cleanup_free char *version = quoted_value(buf_str(&text), str_from(constant));

		if (version)
			wanted = mem_printf("%s-%s-", project, version);
	}
	list_names(look->tree, bundled, &names);
	for (size_t i = 0; i < names.count; i++) {
		struct str name = str_from(names.items[i]);

		/* Facts separate paths by blanks. */
		if (!str_starts(name, str_from(stem)) || !str_ends(name, STR_LIT(".whl")) ||
		    strpbrk(names.items[i], " \t\n\v\f\r"))
			continue;
		free(found);
		found = path_join(bundled, names.items[i], NULL);
		if (wanted && str_starts(name, str_from(wanted)))
			break;
	}
	if (found)
		strvec_take(ret_wheels, steal_ptr(&found));
}

/* The one to start it by: "python3.13" or "pypy3.11" if it is there. */
static const char *
main_executable(const struct look *look, const struct strvec *names)
{
	for (size_t i = names->count; i-- > 0;)
		if (str_ends(str_from(names->items[i]), str_from(look->language)))
			return names->items[i];
	return names->items[names->count - 1];
}

/* pip and setuptools, where ensurepip takes them from. */
static void
find_wheels(const struct look *look, struct strvec *ret_wheels)
{
	cleanup_free char *bundled = path_join(look->stdlib, "ensurepip/_bundled", NULL);
	const char *folder = fs_is_dir_at(look->tree, bundled) ? bundled : "share/python-wheels";

	add_wheel(look, folder, "pip", "_PIP_VERSION = ", ret_wheels);
	add_wheel(look, folder, "setuptools", "_SETUPTOOLS_VERSION = ", ret_wheels);
}

char *
facts_find_wheels(const struct dir *tree, const char *stdlib)
{
	const struct look look = { .tree = tree, .stdlib = (char *)stdlib };
	cleanup_strvec struct strvec wheels = { 0 };

	find_wheels(&look, &wheels);
	return strvec_join(&wheels, " ");
}

static int
derive_python(const struct dir *tree, const char *only, struct facts *ret_facts, struct err *err)
{
	cleanup_with(look_reset) struct look look = { .tree = tree, .only = only };
	cleanup_strvec struct strvec executables = { 0 };

	if (!find_layout(&look))
		return err_set(err, ERR_FAILED, "%s is no Python: it has no standard library",
			       tree->path);
	find_version(&look);
	find_executables(&look, &executables);
	if (executables.count == 0)
		return err_set(err, ERR_FAILED, "%s is no Python: it has no bin/python",
			       tree->path);
	*ret_facts = (struct facts){
		.implementation = mem_strdup(family_names[look.family]),
		.version = steal_ptr(&look.version),
		.abi = abi_of(&look),
		.platlib = steal_ptr(&look.platlib),
		.executable = path_join("bin", main_executable(&look, &executables), NULL),
		.executables = strvec_join(&executables, " "),
		.wheels = facts_find_wheels(tree, look.stdlib),
	};
	ret_facts->stdlib = steal_ptr(&look.stdlib);
	return 0;
}

/* The value of `home` in pyvenv.cfg, or NULL (PEP 405). */
static char *
venv_home(const struct dir *tree)
{
	cleanup_buf struct buf text = BUF_INIT(LOOK_MAX);
	struct str rest;
	struct str line;

	if (!read_text(tree, "pyvenv.cfg", &text))
		return NULL;
	rest = buf_str(&text);
	while (str_line(&rest, &line)) {
		size_t at = str_find(line, '=');
		struct str key = str_trim((struct str){ line.p, at });
		struct str value = str_trim(str_skip(line, at + 1));

		if (str_eq_text(key, "home") && value.n)
			return mem_strndup(value.p, value.n);
	}
	return NULL;
}

int
facts_derive_language(const struct dir *tree, const char *only, struct facts *ret_facts,
		      struct err *err)
{
	return derive_python(tree, only, ret_facts, err);
}

int
facts_derive(const struct dir *tree, struct facts *ret_facts, struct err *err)
{
	cleanup_free char *home = venv_home(tree);
	cleanup_dirfd struct dir base = DIR_INIT;
	cleanup_free char *prefix = NULL;
	struct str parent;

	if (!home)
		return derive_python(tree, NULL, ret_facts, err);
	if (home[0] != '/')
		return err_set(err, ERR_FAILED, "%s/pyvenv.cfg: home is no absolute path: %s",
			       tree->path, home);
	parent = path_dir(home);
	prefix = mem_strndup(parent.p, parent.n);
	if (fs_open_dir(prefix, &base, err) < 0)
		return err_wrap(err, "%s: its Python is gone", tree->path);
	if (derive_python(&base, NULL, ret_facts, err) < 0)
		return -1;
	ret_facts->base = steal_ptr(&prefix);
	return 0;
}
