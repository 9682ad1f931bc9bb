/* SPDX-License-Identifier: MIT */
/* All that can be installed on a machine, version by version. */
#include <config.h>

#include "supply/catalog_list.h"

#include <string.h>

#include "base/map.h"
#include "supply/catalog_internal.h"

struct listing {
	const struct target *target;
	struct catalog_version **found;
	size_t count;
	struct map by_name;
	struct map own; /* versions that the root's files have: hide what is shipped */
};

static struct catalog_version *
version_of(struct listing *l, const char *name)
{
	struct catalog_version *v = map_get(&l->by_name, name);

	if (v)
		return v;
	v = mem_zalloc(sizeof(*v));
	v->name = mem_strdup(name);
	v->build = mem_strdup("");
	(void)version_parse(str_from(v->name), &v->version);
	l->found = vec_grow(l->found, l->count, sizeof(struct catalog_version *));
	l->found[l->count++] = v;
	map_set(&l->by_name, name, v);
	return v;
}

static uint64_t
row_size(const struct catalog_row *row)
{
	uint64_t size = 0;

	(void)str_u64(catalog_row_field(row, COLUMN_SIZE), 0, CATALOG_ARTIFACT_MAX, &size);
	return size;
}

static void
add_source(struct listing *l, const char *name, const struct catalog_row *row)
{
	struct catalog_version *v = version_of(l, name);
	uint64_t size = row_size(row);

	v->has_source = true;
	/* The smallest archive comes first. */
	if (!v->has_build && size && (!v->size || size < v->size))
		v->size = size;
}

static void
add_build(struct listing *l, const char *name, const struct catalog_row *row)
{
	struct catalog_version *v = version_of(l, name);
	struct str build = catalog_row_field(row, COLUMN_BUILD);

	if (row->kind == ARTIFACT_INSTALLER)
		v->has_installer = true;
	else
		v->has_build = true;
	if (str_version_order(build, str_from(v->build)) >= 0) {
		free(v->build);
		v->build = mem_strndup(build.p, build.n);
		v->size = row_size(row);
	}
}

static void
add_row(struct listing *l, const struct catalog_row *row, bool own)
{
	char name[VERSION_NAME_MAX + 1];
	struct version v;

	if (!catalog_row_version(row, name, &v))
		return;
	if (own)
		map_set(&l->own, name, l);
	else if (map_get(&l->own, name))
		return;
	/* Without a digest it is not installed as a matter of course. */
	if (catalog_row_field(row, COLUMN_SHA256).n == 0)
		return;
	if (row->kind != ARTIFACT_SOURCE) {
		if (catalog_runs_on(row, l->target))
			add_build(l, name, row);
		return;
	}
	add_source(l, name, row);
	if (version_can_be_free_threaded(&v) && strlen(name) < VERSION_NAME_MAX) {
		name[strlen(name) + 1] = '\0';
		name[strlen(name)] = 't';
		add_source(l, name, row);
	}
}

static int
compare_versions(const void *a, const void *b)
{
	const struct catalog_version *x = a;
	const struct catalog_version *y = b;

	return version_compare(&x->version, &y->version);
}

/* The versions in order; takes them out of L. */
static void
hand_out(struct listing *l, struct catalog_versions *ret)
{
	ret->items = mem_resize(NULL, l->count ? l->count : 1, sizeof(*ret->items));
	for (size_t i = 0; i < l->count; i++) {
		ret->items[i] = *l->found[i];
		free(l->found[i]);
	}
	ret->count = l->count;
	free(l->found);
	if (ret->count)
		qsort(ret->items, ret->count, sizeof(*ret->items), compare_versions);
}

int
catalog_list(const struct catalog *catalog, const struct target *target,
	     struct catalog_versions *ret, struct err *err)
{
	cleanup_catalog_texts struct catalog_texts texts = { 0 };
	const struct catalog_scope scope = { { NULL, 0 }, target, true };
	struct listing l = { .target = target };

	if (catalog_read(catalog, &scope, &texts, err) < 0)
		return -1;
	for (size_t i = 0; i < texts.count; i++)
		for (size_t k = 0; k < texts.items[i].count; k++)
			add_row(&l, &texts.items[i].rows[k], texts.items[i].file->own);
	map_reset(&l.by_name);
	map_reset(&l.own);
	hand_out(&l, ret);
	return 0;
}

void
catalog_versions_reset(struct catalog_versions *versions)
{
	for (size_t i = 0; i < versions->count; i++) {
		free(versions->items[i].name);
		free(versions->items[i].build);
	}
	free(versions->items);
	*versions = (struct catalog_versions){ 0 };
}
