/* SPDX-License-Identifier: MIT */
/* The packages in a version, as SPDX lists them. */
#include <config.h>

#include "supply/sbom_internal.h"

#include <string.h>

#include "base/path.h"
#include "core/layout.h"
#include "venv/seed.h"

#define DIST_INFO ".dist-info"
/* 1 MiB: a description is part of it. */
#define METADATA_MAX ((size_t)1024 * 1024)

/* The value of the header FIELD ("Version") in TEXT, a METADATA; NULL. Owned (free). */
static char *
field_of(struct str text, const char *field)
{
	struct str line;
	size_t n = strlen(field);

	/* The headers end with an empty line. */
	while (str_line(&text, &line) && str_trim(line).n) {
		struct str value;

		if (line.n <= n || line.p[n] != ':' || strncmp(line.p, field, n) != 0)
			continue;
		value = str_trim(str_skip(line, n + 1));
		return mem_strndup(value.p, value.n);
	}
	return NULL;
}

/* May TEXT stand where SPDX wants a licence expression, by its letters? */
static bool
is_expression(const char *text)
{
	if (!text || !*text)
		return false;
	for (const char *p = text; *p; p++)
		if (!str_is_alpha(*p) && !str_is_digit(*p) && !strchr(" .-+()", *p))
			return false;
	return true;
}

/* What METADATA says of the licence, where that is an expression (PEP 639), or a name that can
 * only mean one. Owned (free). */
static char *
license_of(struct str metadata)
{
	static const char *const names[] = { "MIT",	     "Apache-2.0", "BSD-3-Clause",
					     "BSD-2-Clause", "PSF-2.0",	   "MPL-2.0" };
	cleanup_free char *expression = field_of(metadata, "License-Expression");
	cleanup_free char *license = field_of(metadata, "License");

	if (is_expression(expression))
		return steal_ptr(&expression);
	for (size_t i = 0; license && i < sizeof(names) / sizeof(*names); i++)
		if (strcmp(license, names[i]) == 0)
			return steal_ptr(&license);
	return mem_strdup(SPDX_UNKNOWN);
}

/* A name in lower case with one dash for each run of what purl and PyPI take for the same. */
static char *
normal_name(const char *name)
{
	struct buf b = BUF_INIT(BUF_TEXT_MAX);

	for (const char *p = name; *p; p++) {
		bool is_dash = strchr("-_.", *p) != NULL;

		if (!is_dash)
			buf_add_char(&b, *p >= 'A' && *p <= 'Z' ? (char)(*p - 'A' + 'a') : *p);
		else if (p == name || !strchr("-_.", p[-1]))
			buf_add_char(&b, '-');
	}
	return b.data ? buf_take(&b) : mem_strdup("");
}

static bool
is_plain(const char *text)
{
	for (const char *p = text; *p; p++)
		if (!str_is_alpha(*p) && !str_is_digit(*p) && !strchr("-_.+!", *p))
			return false;
	return *text;
}

/* One package; COMMENT says where it is. One that is in it twice is one. */
static void
add_package(struct sbom *s, const char *name, const char *version, const char *license,
	    const char *comment)
{
	cleanup_free char *normal = normal_name(name);
	cleanup_free char *key = mem_printf("%s %s", normal, version);
	cleanup_free char *id = NULL;
	cleanup_free char *purl = mem_printf("pkg:pypi/%s@%s", normal, version);

	/* These are from files that anybody may have written. */
	if (!is_plain(name) || !is_plain(version) || strvec_has(&s->seen, key))
		return;
	strvec_add(&s->seen, key);
	id = mem_printf("SPDXRef-Package-%zu", s->seen.count);
	json_array_append_new(
		s->packages,
		json_pack("{s:s, s:s, s:s, s:s, s:b, s:s, s:s, s:s, s:s, s:[{s:s, s:s, s:s}]}",
			  "SPDXID", id, "name", name, "versionInfo", version, "downloadLocation",
			  SPDX_UNKNOWN, "filesAnalyzed", false, "licenseConcluded", SPDX_UNKNOWN,
			  "licenseDeclared", license, "copyrightText", SPDX_UNKNOWN, "comment",
			  comment, "externalRefs", "referenceCategory", "PACKAGE-MANAGER",
			  "referenceType", "purl", "referenceLocator", purl));
	sbom_relate(s, SPDX_PYTHON, "CONTAINS", id);
}

/* Those whose metadata are in FOLDER, relative to the tree. */
static int
add_installed(struct sbom *s, const char *folder, const char *comment, struct err *err)
{
	cleanup_dirfd struct dir dir = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };
	cleanup_err struct err none = { 0 };

	if (fs_open_below(&s->tree, folder, &dir, &none) < 0)
		return 0;
	if (fs_list(&dir, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.count; i++) {
		cleanup_dirfd struct dir info = DIR_INIT;
		cleanup_buf struct buf text = BUF_INIT(METADATA_MAX);
		cleanup_err struct err ignored = { 0 };
		cleanup_free char *name = NULL;
		cleanup_free char *version = NULL;
		cleanup_free char *license = NULL;

		if (!str_ends(str_from(names.items[i]), STR_LIT(DIST_INFO)) ||
		    fs_open_dir_at(&dir, names.items[i], &info, &ignored) < 0 ||
		    fs_read_file(&info, "METADATA", &text, &ignored) < 0)
			continue;
		name = field_of(buf_str(&text), "Name");
		version = field_of(buf_str(&text), "Version");
		license = license_of(buf_str(&text));
		if (name && version)
			add_package(s, name, version, license, comment);
	}
	return 0;
}

/* pip-25.1.1-py3-none-any.whl of ensurepip: its name says what it is. */
static void
add_wheels(struct sbom *s)
{
	struct str rest = str_from(s->facts.wheels);
	struct str path;

	while (str_word(&rest, &path)) {
		cleanup_free char *text = mem_strndup(path.p, path.n);
		struct str file = path_base(text);
		struct str name;
		struct str version;
		cleanup_free char *name_text = NULL;
		cleanup_free char *version_text = NULL;

		if (!str_split(&file, '-', &name) || !str_split(&file, '-', &version))
			continue;
		name_text = mem_strndup(name.p, name.n);
		version_text = mem_strndup(version.p, version.n);
		add_package(s, name_text, version_text, SPDX_UNKNOWN, "a wheel that it brings");
	}
}

int
sbom_add_packages(struct sbom *s, struct err *err)
{
	static const char seed[] = LAYOUT_META "/" LAYOUT_SEED "/" SEED_FILES;

	if (add_installed(s, s->facts.platlib, "in site-packages", err) < 0 ||
	    add_installed(s, seed, "in the seed of its environments", err) < 0)
		return -1;
	add_wheels(s);
	return 0;
}
