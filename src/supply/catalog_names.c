/* SPDX-License-Identifier: MIT */
/* What can be installed: the names of it. */
#include <config.h>

#include "supply/catalog_internal.h"

static int
compare_names(const void *a, const void *b)
{
	struct version x;
	struct version y;

	if (!version_parse(str_from(*(char *const *)a), &x) ||
	    !version_parse(str_from(*(char *const *)b), &y))
		return 0;
	return version_compare(&x, &y);
}

/* In version order, each once. One file is sorted; several are as long as they do not
 * overlap. */
static void
put_in_order(struct strvec *names)
{
	bool sorted = true;

	for (size_t i = 1; i < names->count && sorted; i++)
		sorted = compare_names(&names->items[i - 1], &names->items[i]) < 0;
	if (sorted)
		return;
	qsort(names->items, names->count, sizeof(*names->items), compare_names);
	strvec_unique(names);
}

int
catalog_scope_names(const struct catalog *catalog, const struct catalog_scope *scope,
		    struct strvec *ret_names, struct err *err)
{
	cleanup_catalog_texts struct catalog_texts texts = { 0 };

	if (catalog_read(catalog, scope, &texts, err) < 0)
		return -1;
	for (size_t i = 0; i < texts.count; i++)
		for (size_t k = 0; k < texts.items[i].count; k++) {
			const struct catalog_row *row = &texts.items[i].rows[k];
			size_t n = ret_names->count;

			if (n == 0 || !str_eq_text(row->version, ret_names->items[n - 1]))
				strvec_add_str(ret_names, row->version);
		}
	put_in_order(ret_names);
	return 0;
}

int
catalog_names(const struct catalog *catalog, const struct target *target, struct strvec *ret_names,
	      struct err *err)
{
	const struct catalog_scope scope = { { NULL, 0 }, target, true };

	return catalog_scope_names(catalog, &scope, ret_names, err);
}

/* What ROW is installed as; and, where it is a source that makes both, the
 * free-threaded one. */
static void
add_installable(const struct catalog_row *row, struct strvec *names)
{
	char name[VERSION_NAME_MAX + 1];
	struct version v;

	if (!catalog_row_version(row, name, &v) || v.debug)
		return;
	strvec_add(names, name);
	/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): rows are there. */
	if (row->kind == ARTIFACT_SOURCE && !v.free_threaded && version_can_be_free_threaded(&v))
		strvec_printf(names, "%st", name);
}

int
catalog_installable(const struct catalog *catalog, const struct target *target,
		    struct strvec *ret_names, struct err *err)
{
	const struct catalog_scope scope = { { NULL, 0 }, target, true };
	cleanup_catalog_texts struct catalog_texts texts = { 0 };

	if (catalog_read(catalog, &scope, &texts, err) < 0)
		return -1;
	for (size_t i = 0; i < texts.count; i++) {
		const struct catalog_row *before = NULL;

		for (size_t k = 0; k < texts.items[i].count; k++) {
			const struct catalog_row *row = &texts.items[i].rows[k];

			if (!before || !str_eq(row->version, before->version) ||
			    !str_eq(row->variant, before->variant) || row->kind != before->kind)
				add_installable(row, ret_names);
			before = row;
		}
	}
	put_in_order(ret_names);
	return 0;
}
