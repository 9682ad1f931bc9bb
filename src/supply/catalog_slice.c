/* SPDX-License-Identifier: MIT */
/* A few lines of a catalogue, as a text of their own. */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "io/url.h"
#include "supply/catalog_internal.h"

/* The order of a catalogue's lines. */
static int
compare_artifacts(const void *a, const void *b)
{
	const struct artifact *x = a;
	const struct artifact *y = b;
	const char *const fields[][2] = {
		{ x->variant, y->variant },
		{ artifact_kind_name(x->kind), artifact_kind_name(y->kind) },
		{ x->os, y->os },
		{ x->arch, y->arch },
		{ x->libc, y->libc },
		{ x->cpu, y->cpu },
		{ x->build, y->build },
		{ x->url, y->url },
	};
	struct version v;
	struct version w;
	int order = 0;

	if (version_parse(str_from(x->version), &v) && version_parse(str_from(y->version), &w))
		order = version_compare(&v, &w);
	for (size_t i = 0; order == 0 && i < sizeof(fields) / sizeof(*fields); i++)
		order = strcmp(fields[i][0], fields[i][1]);
	return order;
}

void
catalog_sort(struct artifact *items, size_t count)
{
	if (count)
		qsort(items, count, sizeof(*items), compare_artifacts);
}

void
catalog_open_text(struct str text, const char *name, struct catalog **ret_catalog)
{
	struct catalog *catalog = mem_zalloc(sizeof(*catalog));
	struct catalog_file file = { .path = mem_strdup(name), .text = text.p, .length = text.n };

	file.stem = path_base(file.path);
	catalog->files = vec_grow(NULL, 0, sizeof(*catalog->files));
	catalog->files[catalog->count++] = file;
	*ret_catalog = catalog;
}

int
catalog_read_text(struct str text, const char *name, struct artifacts *ret, struct err *err)
{
	cleanup_free struct catalog_row *rows = NULL;
	size_t count = 0;

	*ret = (struct artifacts){ 0 };
	if (catalog_check_text(text, name, err) < 0 ||
	    catalog_cut(text, name, &rows, &count, err) < 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		ret->items = vec_grow(ret->items, ret->count, sizeof(*ret->items));
		if (catalog_parse_row(&rows[i], name, &ret->texts, &ret->items[ret->count], err) <
		    0) {
			artifacts_reset(ret);
			return -1;
		}
		ret->count++;
	}
	return 0;
}

/* Is ROW of the same thing, by all columns before the address? */
static bool
is_same_thing(const struct catalog_row *row, const struct artifact *a)
{
	const char *const fields[] = { a->implementation,
				       a->version,
				       a->variant,
				       artifact_kind_name(a->kind),
				       a->os,
				       a->arch,
				       a->libc,
				       a->cpu,
				       a->build };

	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++)
		if (!str_eq_text(catalog_row_field(row, (enum catalog_column)i), fields[i]))
			return false;
	return true;
}

/* Is the file of ROW called as that of A is? */
static bool
has_same_name(const struct catalog_row *row, const struct artifact *a)
{
	struct str field = catalog_row_field(row, COLUMN_URL);
	cleanup_free char *url = mem_strndup(field.p, field.n);

	return str_eq(url_base_name(url), url_base_name(a->url));
}

static enum catalog_word
word_of(const struct catalog_row *row, const struct artifact *a)
{
	struct str digest = catalog_row_field(row, COLUMN_SHA256);

	if (str_eq_text(digest, a->sha256))
		return is_same_thing(row, a) ? CATALOG_SAYS_SO : CATALOG_SAYS_NOTHING;
	return digest.n && has_same_name(row, a) ? CATALOG_SAYS_OTHER : CATALOG_SAYS_NOTHING;
}

int
catalog_look_up(const struct catalog *catalog, const struct artifact *artifact,
		enum catalog_word *ret_word, struct err *err)
{
	cleanup_catalog_texts struct catalog_texts texts = { 0 };
	struct target target = { artifact->os, artifact->arch, artifact->libc, "" };
	struct catalog_scope scope = { .implementation = str_from(artifact->implementation),
				       .target = *artifact->os ? &target : NULL,
				       .sources = artifact->kind == ARTIFACT_SOURCE };

	*ret_word = CATALOG_SAYS_NOTHING;
	if (catalog_read(catalog, &scope, &texts, err) < 0)
		return -1;
	/* The root's own files come first, and hide the others. */
	for (size_t i = 0; i < texts.count && *ret_word == CATALOG_SAYS_NOTHING; i++)
		for (size_t k = 0; k < texts.items[i].count && *ret_word != CATALOG_SAYS_SO; k++) {
			enum catalog_word word = word_of(&texts.items[i].rows[k], artifact);

			if (word != CATALOG_SAYS_NOTHING)
				*ret_word = word;
		}
	return 0;
}
