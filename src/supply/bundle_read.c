/* SPDX-License-Identifier: MIT */
/* A bundle is taken apart, and looked at. */
#include <config.h>

#include "supply/bundle.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "io/url.h"
#include "os/fd.h"
#include "supply/cache.h"
#include "supply/unpack.h"

/* Name of the stage's folder, and of the lock: one bundle at a time. */
#define STAGE_NAME "bundle"
#define STAGE_FILES "files"
#define ENDING_SIGSTORE signature_kind_ending(SIGNATURE_SIGSTORE)
#define ENDING_OPENPGP signature_kind_ending(SIGNATURE_OPENPGP)
/* Versions that a message names. */
#define DESCRIBED_MAX 12
/* Name at the beginning of the archive's first header. */
#define FIRST_MEMBER BUNDLE_FOLDER "/" BUNDLE_MANIFEST
/* That header's size, and what it has there. Source: POSIX.1-2008, pax, ustar. */
#define TAR_HEADER_SIZE 512
#define TAR_MAGIC_AT 257
#define TAR_MAGIC "ustar"

/* What is in it is compressed already: nothing expands. */
static const struct archive_limits limits = {
	.entries = BUNDLE_FILES_MAX + 10,
	.file_bytes = CATALOG_ARTIFACT_MAX,
	.total_bytes = CATALOG_ARTIFACT_MAX * 16,
	.ratio = 2,
};

bool
bundle_is(const char *path)
{
	char head[TAR_HEADER_SIZE];
	cleanup_fd int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	struct stat st;

	return fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	       fd_read_full(fd, head, sizeof(head)) == (ssize_t)sizeof(head) &&
	       memcmp(head, FIRST_MEMBER, sizeof(FIRST_MEMBER)) == 0 &&
	       memcmp(head + TAR_MAGIC_AT, TAR_MAGIC, strlen(TAR_MAGIC)) == 0;
}

void
bundle_free(struct bundle *bundle)
{
	if (!bundle)
		return;
	catalog_free(bundle->catalog);
	artifacts_reset(&bundle->artifacts);
	bundle_manifest_reset(&bundle->manifest);
	provenance_reset(&bundle->content);
	dir_reset(&bundle->files);
	stage_reset(&bundle->stage);
	store_reset(&bundle->store);
	free(bundle->text);
	free(bundle->name);
	free(bundle);
}

static int
unpack(struct bundle *b, const struct bundle_spec *spec, struct err *err)
{
	cleanup_fetched struct fetched file = FETCHED_INIT;
	cleanup_free char *url = url_from_path(spec->path);
	struct artifact artifact = { .url = url, .sha256 = spec->sha256 ? spec->sha256 : "" };
	struct fetch_options options;
	struct unpack_result result;
	struct unpack_spec unpacking = { .layout = spec->layout,
					 .into = &b->files,
					 .strip = 1,
					 .limits = &limits,
					 .subject = b->name,
					 .events = spec->events };

	fetch_options_init(spec->layout, spec->config, &options);
	options.subject = b->name;
	options.events = spec->events;
	if (fetch_named(&options, &artifact, &file, err) < 0)
		return -1;
	unpacking.size = file.provenance.size;
	if (fs_free_bytes(&b->stage.work) < file.provenance.size)
		return err_set(err, ERR_FAILED, "the disk of %s has no room for %s",
			       spec->layout->root, b->name);
	if (unpack_archive(&unpacking, &file, &result, err) < 0)
		return -1;
	b->content = file.provenance;
	file.provenance = (struct provenance){ 0 };
	return 0;
}

static int
read_text(const struct bundle *b, const char *name, size_t limit, char **ret_text,
	  size_t *ret_length, struct err *err)
{
	cleanup_buf struct buf text = BUF_INIT(limit);
	struct stat st;

	if (fstatat(b->files.fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? err_set(err, ERR_CHECK, "it has no %s", name)
				       : err_sys(err, "cannot look at its %s", name);
	if (!S_ISREG(st.st_mode) || (uint64_t)st.st_size > limit)
		return err_set(err, ERR_CHECK, "its %s is no file of at most %zu bytes", name,
			       limit);
	if (fs_read_file(&b->files, name, &text, err) < 0)
		return -1;
	*ret_length = text.len;
	*ret_text = mem_strdup(buf_text(&text));
	return strlen(*ret_text) == text.len ? 0
					     : err_set(err, ERR_CHECK, "its %s is no text", name);
}

static int
check_file(const struct bundle *b, const struct bundle_file *file, struct err *err)
{
	/* Folders were made by the unpacker, which makes no file through a link. */
	cleanup_fd int fd =
		openat(b->files.fd, file->path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	char sha256[DIGEST_HEX_SIZE];
	struct stat st;
	uint64_t size;

	if (fd < 0 && (errno == ENOENT || errno == ELOOP || errno == ENOTDIR))
		return err_set(err, ERR_CHECK, "%s, which its manifest names, is not in it",
			       file->path);
	if (fd < 0 || fstat(fd, &st) < 0)
		return err_sys(err, "cannot read %s", file->path);
	if (!S_ISREG(st.st_mode))
		return err_set(err, ERR_CHECK, "%s is no file", file->path);
	if (digest_fd(fd, sha256, &size, err) < 0)
		return -1;
	if (size != file->size || strcmp(sha256, file->sha256) != 0)
		return err_set(err, ERR_CHECK, "%s is not what its manifest says", file->path);
	return 0;
}

static int check_names(const struct bundle *b, const char *folder, struct err *err);

/* PATH is there: does the manifest name it, or what is in it? */
static int
check_name(const struct bundle *b, const char *path, struct err *err)
{
	cleanup_free char *link = NULL;

	if (bundle_manifest_find(&b->manifest, path) || strcmp(path, BUNDLE_MANIFEST) == 0)
		return 0;
	link = fs_read_link(&b->files, path);
	if (link)
		return err_set(err, ERR_CHECK, "%s is a link", path);
	if (strchr(path, '/') || !fs_is_dir_at(&b->files, path))
		return err_set(err, ERR_CHECK, "%s is in it, and not in its manifest", path);
	return check_names(b, path, err);
}

/* Is there something that the manifest does not name? FOLDER is "" at the top. */
static int
check_names(const struct bundle *b, const char *folder, struct err *err)
{
	cleanup_strvec struct strvec names = { 0 };
	cleanup_dirfd struct dir dir = DIR_INIT;

	if (fs_open_dir_at(&b->files, *folder ? folder : ".", &dir, err) < 0 ||
	    fs_list(&dir, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.count; i++) {
		cleanup_free char *path = *folder ? path_join(folder, names.items[i], NULL)
						  : mem_strdup(names.items[i]);

		if (check_name(b, path, err) < 0)
			return -1;
	}
	return 0;
}

static int
check_manifest(struct bundle *b, struct err *err)
{
	cleanup_free char *text = NULL;
	size_t length = 0;

	if (read_text(b, BUNDLE_MANIFEST, BUNDLE_MANIFEST_MAX, &text, &length, err) < 0 ||
	    bundle_manifest_parse((struct str){ text, length }, &b->manifest, err) < 0)
		return -1;
	for (size_t i = 0; i < b->manifest.count; i++)
		if (check_file(b, &b->manifest.items[i], err) < 0)
			return -1;
	return check_names(b, "", err);
}

static int
refuse_contradiction(const struct artifact *a, struct err *err)
{
	(void)err_set(err, ERR_CHECK, "it has another file for %s than the one that is known",
		      a->url);
	(void)err_detail(err, "it has", "sha256 %s", a->sha256);
	return err_detail(err, "to fix",
			  "a bundle from someone whom you trust: nothing of this one was taken");
}

/* Each line of the catalogue has its file, which is no other than is known. */
static int
check_artifact(const struct bundle *b, const struct bundle_spec *spec, const struct artifact *a,
	       struct err *err)
{
	cleanup_free char *path = path_join(BUNDLE_ARTIFACTS, a->sha256, NULL);
	const struct bundle_file *file = bundle_manifest_find(&b->manifest, path);
	enum catalog_word word;

	if (!file || strcmp(file->sha256, a->sha256) != 0 || (a->size && a->size != file->size))
		return err_set(err, ERR_CHECK, "its catalogue names %s, which is not in it",
			       a->url);
	if (catalog_look_up(spec->known, a, &word, err) < 0)
		return -1;
	return word == CATALOG_SAYS_OTHER ? refuse_contradiction(a, err) : 0;
}

/* Is NAME a digest of the catalogue's, with that ending? */
static bool
is_of_artifact(const struct bundle *b, struct str name, const char *ending)
{
	if (!str_ends(name, str_from(ending)))
		return false;
	name.n -= strlen(ending);
	for (size_t i = 0; i < b->artifacts.count; i++)
		if (str_eq_text(name, b->artifacts.items[i].sha256))
			return true;
	return false;
}

/* Each artifact, and what vouches for one, is of the catalogue. */
static int
check_artifact_files(const struct bundle *b, struct err *err)
{
	for (size_t i = 0; i < b->manifest.count; i++) {
		const char *path = b->manifest.items[i].path;
		struct str name = path_base(path);
		bool is_known = true;

		if (str_starts(str_from(path), STR_LIT(BUNDLE_ARTIFACTS "/")))
			is_known = is_of_artifact(b, name, "");
		else if (str_starts(str_from(path), STR_LIT(BUNDLE_SIGNATURES "/")))
			is_known = is_of_artifact(b, name, ENDING_SIGSTORE) ||
				   is_of_artifact(b, name, ENDING_OPENPGP);
		if (!is_known)
			return err_set(err, ERR_CHECK, "%s is in it, and not in its catalogue",
				       path);
	}
	return 0;
}

static int
check_catalog(struct bundle *b, const struct bundle_spec *spec, struct err *err)
{
	struct str text = { 0 };

	if (!bundle_manifest_find(&b->manifest, BUNDLE_CATALOG))
		return err_set(err, ERR_CHECK, "its manifest has no " BUNDLE_CATALOG);
	if (read_text(b, BUNDLE_CATALOG, CATALOG_FILE_MAX, &b->text, &text.n, err) < 0)
		return -1;
	text.p = b->text;
	if (catalog_read_text(text, BUNDLE_CATALOG, &b->artifacts, err) < 0)
		return -1;
	catalog_open_text(text, BUNDLE_CATALOG, &b->catalog);
	for (size_t i = 0; i < b->artifacts.count; i++)
		if (check_artifact(b, spec, &b->artifacts.items[i], err) < 0)
			return -1;
	return check_artifact_files(b, err);
}

int
bundle_open(const struct bundle_spec *spec, struct bundle **ret_bundle, struct err *err)
{
	cleanup_bundle struct bundle *b = mem_zalloc(sizeof(*b));
	struct str base = path_base(spec->path);

	*b = (struct bundle){ .name = mem_strndup(base.p, base.n),
			      .store = STORE_INIT,
			      .stage = STAGE_INIT,
			      .files = DIR_INIT };
	if (spec->sha256 && !digest_hex_ok(str_from(spec->sha256))) {
		(void)err_set(err, ERR_USAGE, "%s is no SHA-256", spec->sha256);
		return err_detail(err, "to fix", "--sha256 with 64 digits, small letters");
	}
	if (!bundle_is(spec->path)) {
		(void)err_set(err, ERR_USAGE, "%s is no bundle", spec->path);
		return err_detail(err, "to fix", "pyvern bundle create makes one");
	}
	if (store_open_writable(spec->layout, "read a bundle", &b->store, err) < 0 ||
	    store_begin(&b->store, STAGE_NAME, spec->events, &b->stage, err) < 0 ||
	    fs_make_dir_at(&b->stage.work, STAGE_FILES, 0700, &b->files, err) < 0)
		return -1;
	if (unpack(b, spec, err) < 0 || check_manifest(b, err) < 0 ||
	    check_catalog(b, spec, err) < 0)
		return err_wrap(err, "%s", b->name);
	*ret_bundle = steal_ptr(&b);
	return 0;
}

bool
bundle_is_for(const struct artifact *a, const struct target *target)
{
	return a->kind == ARTIFACT_SOURCE ||
	       (strcmp(a->os, target->os) == 0 && strcmp(a->arch, target->arch) == 0 &&
		strcmp(a->libc, target->libc) == 0 && strcmp(a->cpu, target->cpu) <= 0);
}

char *
bundle_version(const struct artifact *a)
{
	struct str variant = str_from(a->variant);

	return mem_printf("%s%s%s", a->version,
			  str_starts(variant, STR_LIT("freethreaded")) ? "t" : "",
			  str_ends(variant, STR_LIT("debug")) ? "-debug" : "");
}

void
bundle_versions(const struct bundle *b, const struct target *target, struct strvec *ret_names)
{
	for (size_t i = 0; i < b->artifacts.count; i++) {
		cleanup_free char *name = bundle_version(&b->artifacts.items[i]);

		if (bundle_is_for(&b->artifacts.items[i], target) && !strvec_has(ret_names, name))
			strvec_add(ret_names, name);
	}
}

char *
bundle_describe(const struct bundle *b)
{
	cleanup_strvec struct strvec all = { 0 };
	cleanup_free char *text = NULL;

	for (size_t i = 0; i < b->artifacts.count && i < DESCRIBED_MAX; i++) {
		const struct artifact *a = &b->artifacts.items[i];
		cleanup_free char *name = bundle_version(a);

		if (a->kind == ARTIFACT_SOURCE)
			strvec_printf(&all, "%s (source)", name);
		else
			strvec_printf(&all, "%s (%s-%s%s%s-%s)", name, a->os, a->arch,
				      *a->cpu ? "_" : "", a->cpu, a->libc);
	}
	if (b->artifacts.count > DESCRIBED_MAX)
		strvec_add(&all, "...");
	text = strvec_join(&all, ", ");
	return all.count ? steal_ptr(&text) : mem_strdup("no version");
}

/* Wheels have their names: a newer bundle's replace those of an older one. */
static int
keep_wheels(const struct bundle *b, const struct layout *layout, struct err *err)
{
	cleanup_free char *path = path_join(layout->root, LAYOUT_CACHE, CACHE_WHEELS, NULL);
	cleanup_dirfd struct dir from = DIR_INIT;
	cleanup_dirfd struct dir to = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };

	if (!fs_is_dir_at(&b->files, BUNDLE_WHEELS))
		return 0;
	if (fs_open_dir_at(&b->files, BUNDLE_WHEELS, &from, err) < 0 ||
	    fs_list(&from, &names, err) < 0 || fs_make_dirs(path, LAYOUT_FOLDER_MODE, &to, err) < 0)
		return -1;
	for (size_t i = 0; i < names.count; i++)
		if (cache_take_file(&from, names.items[i], &to, names.items[i], err) < 0)
			return -1;
	return 0;
}

/* What vouches for the artifact SHA256 goes where install looks for it. */
static int
keep_signatures(const struct bundle *b, const char *sha256, const struct cache *cache,
		struct err *err)
{
	const char *const endings[] = { ENDING_SIGSTORE, ENDING_OPENPGP };

	for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++) {
		cleanup_free char *name = mem_printf("%s%s", sha256, endings[i]);
		cleanup_free char *path = path_join(BUNDLE_SIGNATURES, name, NULL);
		cleanup_dirfd struct dir from = DIR_INIT;

		if (!bundle_manifest_find(&b->manifest, path))
			continue;
		if (fs_open_dir_at(&b->files, BUNDLE_SIGNATURES, &from, err) < 0 ||
		    cache_take_file(&from, name, cache->target, name, err) < 0)
			return -1;
	}
	return 0;
}

int
bundle_keep(struct bundle *b, const struct bundle_spec *spec, const struct target *target,
	    struct err *err)
{
	cleanup_cache struct cache cache = CACHE_INIT;
	cleanup_dirfd struct dir from = DIR_INIT;
	struct fetch_options options;

	fetch_options_init(spec->layout, spec->config, &options);
	if (cache_open(spec->layout, options.cache, &cache, err) < 0 ||
	    cache_prepare(spec->layout, &cache, err) < 0)
		return err_wrap(err, "cannot keep what %s has", b->name);
	if (b->artifacts.count && fs_open_dir_at(&b->files, BUNDLE_ARTIFACTS, &from, err) < 0)
		return -1;
	for (size_t i = 0; i < b->artifacts.count; i++) {
		const struct artifact *a = &b->artifacts.items[i];

		if (bundle_is_for(a, target) && (cache_take(&cache, a, &from, a->sha256, err) < 0 ||
						 keep_signatures(b, a->sha256, &cache, err) < 0))
			return -1;
	}
	if (keep_wheels(b, spec->layout, err) < 0 || fs_sync_dir(cache.target, err) < 0)
		return -1;
	dir_reset(&b->files);
	stage_reset(&b->stage);
	b->stage = (struct stage)STAGE_INIT;
	return 0;
}
