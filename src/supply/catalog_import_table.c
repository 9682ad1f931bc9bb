/* SPDX-License-Identifier: MIT */
/* A table of all that pyenv names: name, kind, platforms, url, sha256. */
#include <config.h>

#include <string.h>

#include "core/version.h"
#include "supply/catalog_import_internal.h"
#include "trust/digest.h"

enum column { COLUMN_NAME, COLUMN_KIND, COLUMN_PLATFORMS, COLUMN_URL, COLUMN_SHA256, COLUMNS };

static const char *const column_names[COLUMNS] = { "name", "kind", "platforms", "url", "sha256" };

/* Digits of an MD5. */
#define MD5_HEX_LEN 32
/* Most columns in a table. */
#define FIELDS_MAX 16

struct heading {
	size_t at[COLUMNS]; /* where each of ours is */
};

static bool
read_heading(struct str line, struct heading *ret)
{
	struct str field;
	unsigned found = 0;

	for (size_t i = 0; i < FIELDS_MAX && str_split(&line, '\t', &field); i++)
		for (unsigned k = 0; k < COLUMNS; k++)
			if (str_eq_text(field, column_names[k])) {
				ret->at[k] = i;
				found |= 1U << k;
			}
	return found == (1U << COLUMNS) - 1;
}

bool
import_is_table(struct str text)
{
	struct heading heading;
	struct str line;

	return str_line(&text, &line) && read_heading(line, &heading);
}

/* Why what is of this KIND cannot be installed; NULL: it can, for all we see here. */
static const char *
refuse_kind(const char *name, struct str kind)
{
	if (str_eq_text(kind, "git") || str_eq_text(kind, "hg"))
		return "its source is in a repository, with no release that a digest could vouch "
		       "for";
	if (str_eq_text(kind, "jar"))
		return "it is a program for Java, with an installer of its own";
	if (str_eq_text(kind, "zip"))
		return "it is a program for .NET";
	if (str_eq_text(kind, "nightly"))
		return "it is another file every night, so that no digest can vouch for it";
	if (str_ends(str_from(name), STR_LIT("-src")))
		return "its source takes hours to translate: the build without -src is the same";
	if (!str_eq_text(kind, "archive") && !str_eq_text(kind, "script"))
		return "nothing here knows how to install such a file";
	return NULL;
}

static struct artifact
empty_artifact(void)
{
	return (struct artifact){
		.variant = "", .os = "", .arch = "", .libc = "", .cpu = "", .build = ""
	};
}

/* A line for machines PLATFORMS ("linux-x86_64,darwin-x86_64"). */
static int
add_builds(struct import_input *input, struct artifact *a, struct str platforms, struct err *err)
{
	struct str platform;

	while (str_split(&platforms, ',', &platform)) {
		size_t dash = str_find(platform, '-');

		if (!import_platform((struct str){ platform.p, dash }, str_skip(platform, dash + 1),
				     a))
			continue;
		if (import_artifact(input, a, err) < 0)
			return -1;
	}
	return 0;
}

static int
add_row(struct import_input *input, const struct str *f, struct err *err)
{
	cleanup_free char *name = mem_strndup(f[COLUMN_NAME].p, f[COLUMN_NAME].n);
	cleanup_free char *url = mem_strndup(f[COLUMN_URL].p, f[COLUMN_URL].n);
	cleanup_free char *sha256 = mem_strndup(f[COLUMN_SHA256].p, f[COLUMN_SHA256].n);
	cleanup_free char *implementation = NULL;
	struct artifact a = empty_artifact();
	struct version v;
	struct str word;
	const char *why;

	if (!version_parse(f[COLUMN_NAME], &v))
		return 0;
	/* A branch of CPython's needs no row (supply/definition_branch). */
	if (str_eq_text(v.family, "cpython") && str_eq_text(f[COLUMN_KIND], "git"))
		return 0;
	why = refuse_kind(name, f[COLUMN_KIND]);
	if (!why && strlen(sha256) == MD5_HEX_LEN)
		why = "only an MD5 is known of its file, which proves nothing any more";
	if (!why && !digest_hex_ok(str_from(sha256)))
		why = "its file changes without notice, so that no digest can vouch for it";
	if (!why && str_eq_text(v.family, "cpython"))
		return import_source(input, url, str_from(sha256), 0, err);
	if (!why && str_eq_text(f[COLUMN_PLATFORMS], "any"))
		why = "it has to be built from its source, which is only done for CPython";
	if (why) {
		import_refuse(input, name, why);
		return 0;
	}
	word = version_implementation(&v);
	implementation = mem_strndup(word.p, word.n);
	a.implementation = implementation;
	a.version = name;
	a.kind = str_eq_text(f[COLUMN_KIND], "script") ? ARTIFACT_INSTALLER : ARTIFACT_STANDALONE;
	a.url = url;
	a.sha256 = sha256;
	return add_builds(input, &a, f[COLUMN_PLATFORMS], err);
}

int
import_table(struct import_input *input, struct str text, struct err *err)
{
	struct heading heading = { { 0 } };
	struct str line;

	if (!str_line(&text, &line) || !read_heading(line, &heading))
		return err_set(err, ERR_CHECK, "%s: it has no heading", input->name);
	while (str_line(&text, &line)) {
		struct str fields[FIELDS_MAX] = { { NULL, 0 } };
		struct str ours[COLUMNS];
		struct str rest = line;

		for (size_t i = 0; i < FIELDS_MAX && str_split(&rest, '\t', &fields[i]);)
			i++;
		for (unsigned k = 0; k < COLUMNS; k++)
			ours[k] = fields[heading.at[k]];
		if (line.n && add_row(input, ours, err) < 0)
			return -1;
	}
	return 0;
}
