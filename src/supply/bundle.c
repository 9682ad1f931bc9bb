/* SPDX-License-Identifier: MIT */
/* A bundle's manifest. */
#include <config.h>

#include "supply/bundle.h"

#include <stdlib.h>
#include <string.h>

#include "base/path.h"

void
bundle_manifest_reset(struct bundle_manifest *manifest)
{
	for (size_t i = 0; i < manifest->count; i++)
		free(manifest->items[i].path);
	free(manifest->items);
	*manifest = (struct bundle_manifest){ 0 };
}

void
bundle_manifest_add(struct bundle_manifest *manifest, const char *path, const char *sha256,
		    uint64_t size)
{
	struct bundle_file *file;

	manifest->items = vec_grow(manifest->items, manifest->count, sizeof(*manifest->items));
	file = &manifest->items[manifest->count++];
	*file = (struct bundle_file){ .path = mem_strdup(path), .size = size };
	memcpy(file->sha256, sha256, DIGEST_HEX_SIZE);
}

static int
compare_paths(const void *a, const void *b)
{
	const struct bundle_file *x = a;
	const struct bundle_file *y = b;

	return strcmp(x->path, y->path);
}

void
bundle_manifest_format(struct bundle_manifest *manifest, struct buf *ret)
{
	if (manifest->count)
		qsort(manifest->items, manifest->count, sizeof(*manifest->items), compare_paths);
	buf_add_text(ret, BUNDLE_HEADER "\n");
	for (size_t i = 0; i < manifest->count; i++)
		buf_printf(ret, "%s\t%llu\t%s\n", manifest->items[i].sha256,
			   (unsigned long long)manifest->items[i].size, manifest->items[i].path);
}

const struct bundle_file *
bundle_manifest_find(const struct bundle_manifest *manifest, const char *path)
{
	const struct bundle_file key = { .path = (char *)(uintptr_t)path };

	if (manifest->count == 0)
		return NULL;
	return bsearch(&key, manifest->items, manifest->count, sizeof(*manifest->items),
		       compare_paths);
}

bool
bundle_wheel_name_ok(struct str name)
{
	size_t parts = 0;
	struct str part;

	if (!str_ends(name, STR_LIT(".whl")) || name.p[0] == '.' || !path_component_ok(name) ||
	    name.n + strlen(BUNDLE_WHEELS "/") > BUNDLE_PATH_MAX)
		return false;
	for (; str_split(&name, '-', &part); parts++)
		if (part.n == 0)
			return false;
	return parts == 5 || parts == 6;
}

/* The catalogue, or FOLDER/NAME. */
static bool
path_ok(struct str path)
{
	static const char *const folders[] = { BUNDLE_ARTIFACTS, BUNDLE_SIGNATURES };
	struct str rest = path;
	struct str folder;

	if (str_eq_text(path, BUNDLE_CATALOG))
		return true;
	if (path.n > BUNDLE_PATH_MAX || !str_split(&rest, '/', &folder) || rest.n == 0 ||
	    rest.p[0] == '.' || !path_component_ok(rest))
		return false;
	if (str_eq_text(folder, BUNDLE_WHEELS))
		return bundle_wheel_name_ok(rest);
	for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++)
		if (str_eq_text(folder, folders[i]))
			return true;
	return false;
}

static bool
parse_line(struct str line, struct bundle_manifest *manifest)
{
	cleanup_free char *path = NULL;
	char sha256[DIGEST_HEX_SIZE] = "";
	struct str digest;
	struct str number;
	uint64_t size;

	if (!str_split(&line, '\t', &digest) || !str_split(&line, '\t', &number) || !line.p ||
	    !digest_hex_ok(digest) || !str_u64(number, 0, CATALOG_ARTIFACT_MAX, &size) ||
	    !path_ok(line))
		return false;
	memcpy(sha256, digest.p, DIGEST_HEX_LEN);
	path = mem_strndup(line.p, line.n);
	/* Sorted, and each once. */
	if (manifest->count && strcmp(manifest->items[manifest->count - 1].path, path) >= 0)
		return false;
	bundle_manifest_add(manifest, path, sha256, size);
	return true;
}

int
bundle_manifest_parse(struct str text, struct bundle_manifest *ret, struct err *err)
{
	cleanup_with(bundle_manifest_reset) struct bundle_manifest manifest = { 0 };
	struct str rest = text;
	struct str line;

	if (text.n == 0 || text.p[text.n - 1] != '\n' || !str_line(&rest, &line) ||
	    !str_eq_text(line, BUNDLE_HEADER))
		return err_set(err, ERR_CHECK, "its manifest does not begin with \"%s\"",
			       BUNDLE_HEADER);
	for (size_t number = 2; str_line(&rest, &line); number++) {
		if (manifest.count == BUNDLE_FILES_MAX)
			return err_set(err, ERR_CHECK, "its manifest has more than %d files",
				       BUNDLE_FILES_MAX);
		if (!parse_line(line, &manifest))
			return err_set(err, ERR_CHECK, "line %zu of its manifest is wrong", number);
	}
	*ret = manifest;
	manifest = (struct bundle_manifest){ 0 };
	return 0;
}
