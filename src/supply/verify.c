/* SPDX-License-Identifier: MIT */
/* Is an installed version what was installed? */
#include <config.h>

#include "supply/verify_internal.h"

#include <string.h>

#include "base/map.h"
#include "base/path.h"
#include "trust/bytes.h"
#include "trust/digest.h"
#include "venv/record.h"

/* 16 MiB: the longest RECORD is of some ten thousand files. */
#define RECORD_MAX ((size_t)16 * 1024 * 1024)
#define DIST_INFO ".dist-info"

/* What the packages that are there say of their files: path -> digest as in RECORD, "" where
 * they say none. */
struct records {
	struct map files;
	struct strvec digests; /* owns the values */
	const char *site;      /* site-packages, relative to the tree */
	const char *stdlib;    /* the standard library, which site-packages is in */
	const struct dir *tree;
	enum verify_header header; /* of the files that this Python compiles */
};

static void
records_reset(struct records *r)
{
	map_reset(&r->files);
	strvec_reset(&r->digests);
}

static void
add_record(struct records *r, struct str text)
{
	struct str line;

	while (str_line(&text, &line)) {
		cleanup_record_entry struct record_entry entry = { 0 };
		cleanup_free char *place = NULL;

		if (!record_entry_of(line, &entry))
			continue;
		/* It may lead out of site-packages: ../../../bin/black. */
		place = record_place(r->site, entry.path);
		if (!place)
			continue;
		map_set(&r->files, place, entry.digest);
		strvec_take(&r->digests, steal_ptr(&entry.digest));
	}
}

/* Add the records of the packages that are there, and their names. */
static int
read_records(const struct dir *tree, struct records *r, struct strvec *ret_names, struct err *err)
{
	cleanup_free char *path = path_join(tree->path, r->site, NULL);
	cleanup_dirfd struct dir site = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };

	if (fs_open_dir(path, &site, err) < 0) {
		/* Without it there are no packages. */
		err_reset(err);
		return 0;
	}
	if (fs_list(&site, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.count; i++) {
		cleanup_buf struct buf text = BUF_INIT(RECORD_MAX);
		cleanup_dirfd struct dir info = DIR_INIT;
		cleanup_err struct err ignored = { 0 };
		struct str name = str_from(names.items[i]);

		if (!str_ends(name, STR_LIT(DIST_INFO)) ||
		    fs_open_dir_at(&site, names.items[i], &info, &ignored) < 0 ||
		    fs_read_file(&info, "RECORD", &text, &ignored) < 0)
			continue;
		add_record(r, buf_str(&text));
		strvec_add_str(ret_names, (struct str){ name.p, name.n - strlen(DIST_INFO) });
	}
	return 0;
}

/* "sha256=" and HEX in base64 as RECORD has it. Owned (free). */
static char *
recorded_digest(const char *hex)
{
	cleanup_bytes struct bytes bytes = { 0 };
	cleanup_free char *text = NULL;

	if (!bytes_from_hex(str_from(hex), &bytes))
		return mem_strdup("");
	text = bytes_to_base64(bytes_str(&bytes));
	for (char *p = text; *p; p++)
		*p = *p == '+' ? '-' : *p == '/' ? '_' : *p;
	text[strcspn(text, "=")] = '\0';
	return mem_printf("sha256=%s", text);
}

static bool
is_compiled(const char *path)
{
	return strstr(path, "__pycache__/") && str_ends(str_from(path), STR_LIT(".pyc"));
}

/* A program of the packages that a Python comes with: when those are uninstalled, it goes. */
static bool
is_bundled_script(const char *path)
{
	static const struct str starts[] = { STR_LIT("bin/pip"), STR_LIT("bin/easy_install"),
					     STR_LIT("bin/wheel") };

	for (size_t i = 0; i < sizeof(starts) / sizeof(*starts); i++)
		if (str_starts(str_from(path), starts[i]))
			return true;
	return false;
}

/* A folder that a package has files in, or that compiled files are in. */
static bool
is_packages_folder(const struct records *r, const struct manifest_difference *d)
{
	return !d->sha256 && d->change != MANIFEST_CHANGED && path_is_below(d->path, r->site);
}

/* May a package's record account for this? For its own files in site-packages, and for what it
 * adds elsewhere; never for the standard library, and of what was installed with the version
 * only for the programs of its bundled packages. */
static bool
may_account(const struct records *r, const struct manifest_difference *d)
{
	if (path_is_below(d->path, r->site) || is_bundled_script(d->path))
		return true;
	return d->change == MANIFEST_APPEARED && !path_is_below(d->path, r->stdlib);
}

static enum verify_kind
judge(const struct records *r, const struct manifest_difference *d)
{
	const char *digest = may_account(r, d) ? map_get(&r->files, d->path) : NULL;
	cleanup_free char *is = d->sha256 && digest ? recorded_digest(d->sha256) : NULL;
	bool is_below = path_is_below(d->path, r->site);

	if (d->change == MANIFEST_VANISHED) {
		if (digest && !is_compiled(d->path))
			return VERIFY_DAMAGE;
		return is_below || is_bundled_script(d->path) ? VERIFY_PACKAGE : VERIFY_DAMAGE;
	}
	if (is_compiled(d->path) && !verify_compiled(r->tree, d->path, r->header, digest != NULL))
		return VERIFY_DAMAGE;
	if (is_compiled(d->path) && d->change == MANIFEST_APPEARED)
		return digest ? VERIFY_PACKAGE : VERIFY_COMPILED;
	if (digest && (!*digest || (is && strcmp(is, digest) == 0)))
		return VERIFY_PACKAGE;
	if (strcmp(path_base(d->path).p, "__pycache__") == 0)
		return VERIFY_COMPILED;
	return is_packages_folder(r, d) ? VERIFY_PACKAGE : VERIFY_DAMAGE;
}

static void
take_findings(const struct records *r, struct manifest_differences *differences,
	      struct verify_report *ret)
{
	for (size_t i = 0; i < differences->count; i++) {
		struct manifest_difference *d = &differences->items[i];
		enum verify_kind kind = judge(r, d);

		ret->items = vec_grow(ret->items, ret->count, sizeof(*ret->items));
		ret->items[ret->count++] = (struct verify_finding){
			.difference = { .change = d->change,
					.path = steal_ptr(&d->path),
					.sha256 = steal_ptr(&d->sha256) },
			.kind = kind,
		};
		ret->damaged += kind == VERIFY_DAMAGE;
		ret->changed += kind == VERIFY_PACKAGE;
	}
	ret->files = differences->files;
}

/* Of the packages that are there, those whose own folder has come or changed. */
static void
name_packages(const struct strvec *names, const struct records *r, struct verify_report *ret)
{
	for (size_t i = 0; i < names->count; i++) {
		cleanup_free char *record = path_join(r->site, names->items[i], NULL);
		size_t n = strlen(record);

		for (size_t k = 0; k < ret->count; k++) {
			const char *path = ret->items[k].difference.path;

			if (strncmp(path, record, n) != 0 ||
			    !str_starts(str_from(path + n), STR_LIT(DIST_INFO)))
				continue;
			strvec_add(&ret->packages, names->items[i]);
			break;
		}
	}
	for (size_t i = 0; i < ret->packages.count; i++) {
		char *dash = strrchr(ret->packages.items[i], '-');

		if (dash)
			*dash = ' ';
	}
}

int
verify_version(const struct store *store, const char *name, const struct events *events,
	       struct verify_report *ret, struct err *err)
{
	cleanup_free char *path = store_path(store, name);
	cleanup_dirfd struct dir tree = DIR_INIT;
	cleanup_dirfd struct dir meta = DIR_INIT;
	cleanup_facts struct facts facts = { 0 };
	cleanup_manifest_differences struct manifest_differences differences = { 0 };
	cleanup_with(records_reset) struct records records = { 0 };
	cleanup_strvec struct strvec names = { 0 };

	if (fs_open_dir(path, &tree, err) < 0)
		return err_wrap(err, "%s", name);
	if (!fs_is_dir_at(&tree, LAYOUT_META) ||
	    fs_open_dir_at(&tree, LAYOUT_META, &meta, err) < 0 ||
	    !fs_exists_at(&meta, LAYOUT_MANIFEST)) {
		err_reset(err);
		return err_set(err, ERR_NOT_INSTALLED,
			       "%s has no manifest: it was not installed by pyvern", name);
	}
	if (facts_read(store, name, &facts, err) < 0)
		return err_wrap(err, "%s", name);
	records.site = facts.platlib;
	records.stdlib = facts.stdlib;
	records.tree = &tree;
	records.header = verify_header_of(facts.version);
	if (read_records(&tree, &records, &names, err) < 0 ||
	    manifest_compare(&tree, &meta, name, events, &differences, err) < 0)
		return err_wrap(err, "cannot verify %s", name);
	take_findings(&records, &differences, ret);
	name_packages(&names, &records, ret);
	return 0;
}

void
verify_report_reset(struct verify_report *report)
{
	for (size_t i = 0; i < report->count; i++) {
		free(report->items[i].difference.path);
		free(report->items[i].difference.sha256);
	}
	free(report->items);
	strvec_reset(&report->packages);
	*report = (struct verify_report){ 0 };
}
