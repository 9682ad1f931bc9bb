/* SPDX-License-Identifier: MIT */
/* Fuzz target: the manifest of an installed tree. Lines that were renewed are true. */
#include <config.h>

#include <unistd.h>

#include "core/layout.h"
#include "ground.h"
#include "supply/manifest.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct dir tree = DIR_INIT;
static struct dir meta = DIR_INIT;

static void
make_tree(void)
{
	cleanup_dirfd struct dir bin = DIR_INIT;
	cleanup_dirfd struct dir lib = DIR_INIT;
	struct err err = { 0 };

	if (tree.fd >= 0)
		return;
	ground_folder(ground(), "tree", &tree);
	ground_folder(&tree, LAYOUT_META, &meta);
	ground_folder(&tree, "bin", &bin);
	ground_folder(&tree, "lib", &lib);
	ground_write(&bin, "python", STR_LIT("a program\n"));
	ground_write(&lib, "a b#=\\\xc3\xa4.py", STR_LIT("pass\n"));
	must(fs_write_link(&bin, "python3", "python", &err) == 0);
}

static void
compare(struct manifest_differences *ret)
{
	struct err err = { 0 };

	must(manifest_compare(&tree, &meta, "it", NULL, ret, &err) == 0);
	for (size_t i = 0; i < ret->count; i++) {
		const struct manifest_difference *d = &ret->items[i];

		must(d->path && (d->change != MANIFEST_VANISHED || !d->sha256));
		must(!i || strcmp(ret->items[i - 1].path, d->path) <= 0);
	}
}

/* PATH's line is true if it had one. (A line without "./" is none of ours, and about nothing.) */
static void
check_renewed(const struct manifest_differences *after, const char *path, bool had_line)
{
	for (size_t i = 0; i < after->count; i++) {
		const struct manifest_difference *d = &after->items[i];

		if (strcmp(d->path, path) != 0)
			continue;
		must(d->change != MANIFEST_CHANGED);
		must(d->change != MANIFEST_APPEARED || !had_line);
	}
}

static void
renew(void)
{
	cleanup_strvec struct strvec paths = { 0 };
	cleanup_strvec struct strvec known = { 0 };
	cleanup_strvec struct strvec lines = { 0 };
	cleanup_manifest_differences struct manifest_differences after = { 0 };
	struct err err = { 0 };

	strvec_add(&paths, "bin/python");
	strvec_add(&paths, "bin/python3");
	strvec_add(&paths, "bin/gone");
	strvec_add(&paths, "lib/a b#=\\\xc3\xa4.py");
	must(manifest_find_true(&tree, &meta, &paths, &known, &err) == 0);
	must(manifest_find_lines(&meta, &paths, &lines, &err) == 0 && lines.count == paths.count);
	must(manifest_renew(&tree, &meta, &paths, &err) == 0);
	compare(&after);
	for (size_t i = 0; i < paths.count; i++)
		check_renewed(&after, paths.items[i], *lines.items[i]);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup_manifest_differences struct manifest_differences before = { 0 };

	make_tree();
	ground_write(&meta, LAYOUT_MANIFEST, (struct str){ (const char *)data, size });
	compare(&before);
	renew();
	return 0;
}
