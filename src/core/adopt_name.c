/* SPDX-License-Identifier: MIT */
/* What an adopted Python is called. */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "core/adopt_internal.h"
#include "core/store_internal.h"

/* patchlevel.h and GraalVM's `release` are below 4 KiB. */
#define LOOK_MAX ((size_t)64 * 1024)

static const char *const conda_families[] = { "miniforge", "miniconda", "mambaforge", "anaconda",
					      "micromamba" };

/* The text between the first quotes of the line of FILE that begins with KEY. */
static char *
quoted_in(const struct dir *tree, const char *file, const char *key)
{
	cleanup_buf struct buf text = BUF_INIT(LOOK_MAX);
	cleanup_err struct err ignored = { 0 };
	struct str rest;
	struct str line;

	if (fs_read_file(tree, file, &text, &ignored) < 0)
		return NULL;
	rest = buf_str(&text);
	while (str_line(&rest, &line)) {
		struct str value = str_skip(line, str_find(line, '"') + 1);

		if (!str_starts(line, str_from(key)))
			continue;
		value.n = str_find(value, '"');
		return value.n ? mem_strndup(value.p, value.n) : NULL;
	}
	return NULL;
}

char *
adopt_conda_version(const struct dir *tree, const char *package)
{
	cleanup_free char *path = path_join(tree->path, "conda-meta", NULL);
	cleanup_free char *start = mem_printf("%s-", package);
	cleanup_dirfd struct dir meta = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };
	cleanup_err struct err ignored = { 0 };

	if (fs_open_dir(path, &meta, &ignored) < 0 || fs_list(&meta, &names, &ignored) < 0)
		return NULL;
	/* NAME-VERSION-BUILD.json; a package conda-x is none of conda's. */
	for (size_t i = 0; i < names.count; i++) {
		struct str rest = str_from(names.items[i]);
		struct str version;

		if (!str_starts(rest, str_from(start)) || !str_ends(rest, STR_LIT(".json")))
			continue;
		rest = str_skip(rest, strlen(start));
		if (str_split(&rest, '-', &version) && version.n && str_is_digit(version.p[0]) &&
		    str_find(rest, '-') == rest.n)
			return mem_strndup(version.p, version.n);
	}
	return NULL;
}

/* "miniforge3-25.3.0" of ~/miniforge3; an environment is called as its folder. */
static char *
conda_name(const struct dir *tree, const struct adoptee *a)
{
	struct str base = path_base(a->prefix);
	cleanup_free char *conda = adopt_conda_version(tree, "conda");
	struct version version;
	const char *v = a->facts.version;
	const char *dot = strchr(v, '.');
	int language = (int)(dot ? (size_t)(dot - v) + 1 + strcspn(dot + 1, ".") : strlen(v));

	if (!conda || (version_parse(base, &version) && version.release_parts))
		return mem_strndup(base.p, base.n);
	for (size_t i = 0; i < sizeof(conda_families) / sizeof(*conda_families); i++) {
		const char *family = conda_families[i];

		if (!str_starts(base, str_from(family)))
			continue;
		/* pyenv's names of miniconda have the language, too. */
		if (strcmp(family, "miniconda") == 0)
			return mem_printf("%s3-%.*s-%s", family, language, v, conda);
		return mem_printf("%s3-%s", family, conda);
	}
	return mem_printf("conda-%s", conda);
}

static char *
pypy_name(const struct dir *tree, struct adoptee *a)
{
	const char *v = a->facts.version;
	const char *dot = strchr(v, '.');
	int language = (int)(dot ? (size_t)(dot - v) + 1 + strcspn(dot + 1, ".") : strlen(v));
	cleanup_free char *header = mem_printf("include/pypy%.*s/patchlevel.h", language, v);

	if (!a->release)
		a->release = quoted_in(tree, header, "#define PYPY_VERSION ");
	if (!a->release)
		a->release = quoted_in(tree, "include/patchlevel.h", "#define PYPY_VERSION ");
	return a->release ? mem_printf("pypy%.*s-%s", language, v, a->release) : NULL;
}

static char *
graalpy_name(const struct dir *tree, struct adoptee *a)
{
	if (!a->release)
		a->release = quoted_in(tree, "release", "GRAALVM_VERSION=");
	return a->release ? mem_printf("graalpy-%s", a->release) : NULL;
}

/* "3.13.5", "3.13.5t", "3.13.5-debug": of the letters that end the abi. */
static char *
cpython_name(const struct adoptee *a)
{
	const char *abi = a->facts.abi;
	const char *letters = abi + strlen(abi);
	struct str version = str_from(a->facts.version);

	while (letters > abi && str_is_alpha(letters[-1]))
		letters--;
	version.n = str_find(version, '+');
	return mem_printf("%.*s%s%s", STR_ARG(version), strchr(letters, 't') ? "t" : "",
			  strchr(letters, 'd') ? "-debug" : "");
}

static char *
natural_name(struct adoptee *a)
{
	const char *implementation = a->facts.implementation;
	struct str base = path_base(a->prefix);
	cleanup_dirfd struct dir tree = DIR_INIT;
	cleanup_err struct err ignored = { 0 };
	char *name = NULL;

	if (fs_open_dir(a->prefix, &tree, &ignored) < 0)
		return NULL;
	if (fs_is_dir_at(&tree, "conda-meta"))
		return conda_name(&tree, a);
	if (strcmp(implementation, "cpython") == 0)
		return cpython_name(a);
	if (strcmp(implementation, "pypy") == 0)
		name = pypy_name(&tree, a);
	else if (strcmp(implementation, "graalpy") == 0)
		name = graalpy_name(&tree, a);
	return name ? name : mem_strndup(base.p, base.n);
}

static bool
is_free(const struct store *store, const char *name)
{
	cleanup_err struct err ignored = { 0 };

	return name && store_check_name(name, &ignored) == 0 && !strchr(name, '/') &&
	       (store->versions.fd < 0 || !fs_exists_at(&store->versions, name));
}

void
adopt_name(const struct store *store, struct adoptee *adoptee)
{
	cleanup_free char *name = natural_name(adoptee);
	cleanup_free char *longer =
		name && adoptee->source ? mem_printf("%s-%s", name, adoptee->source) : NULL;

	/* With where it comes from, it is a name that no request but itself means. */
	if (is_free(store, name))
		adoptee->name = steal_ptr(&name);
	else if (is_free(store, longer))
		adoptee->name = steal_ptr(&longer);
}
