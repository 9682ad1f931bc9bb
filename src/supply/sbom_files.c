/* SPDX-License-Identifier: MIT */
/* The files of a version, as SPDX lists them. */
#include <config.h>

#include "supply/sbom_internal.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/path.h"
#include "core/layout.h"
#include "os/sig.h"
#include "trust/digest.h"

#define SBOM_DEPTH_MAX 64
/* Files between two looks at the progress. */
#define PROGRESS_FILES 128

/* "SOURCE", "BINARY": what somebody who reads the list would like to know. */
static const char *
type_of(struct str name)
{
	static const struct {
		struct str end;
		const char *type;
	} rows[] = {
		{ STR_LIT(".py"), "SOURCE" },	{ STR_LIT(".h"), "SOURCE" },
		{ STR_LIT(".pyi"), "SOURCE" },	{ STR_LIT(".so"), "BINARY" },
		{ STR_LIT(".pyc"), "BINARY" },	{ STR_LIT(".a"), "BINARY" },
		{ STR_LIT(".whl"), "ARCHIVE" }, { STR_LIT(".txt"), "TEXT" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (str_ends(name, rows[i].end))
			return rows[i].type;
	return "OTHER";
}

static int
add_file(struct sbom *s, const struct dir *dir, const char *name, const char *shown,
	 struct err *err)
{
	cleanup_fd int fd = openat(dir->fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	size_t count = json_array_size(s->files);
	cleanup_free char *id = mem_printf("SPDXRef-File-%zu", count + 1);
	char sha1[DIGEST_SHA1_HEX_SIZE];
	char sha256[DIGEST_HEX_SIZE];

	if (fd < 0)
		return err_sys(err, "cannot read %s/%s", dir->path, name);
	if (digest_sha1_fd(fd, sha1, err) < 0 || digest_fd(fd, sha256, NULL, err) < 0)
		return err_wrap(err, "%s/%s", dir->path, name);
	strvec_add(&s->sha1s, sha1);
	json_array_append_new(
		s->files,
		json_pack("{s:s, s:o, s:[s], s:[{s:s, s:s}, {s:s, s:s}], s:s, s:[s], s:s}",
			  "SPDXID", id, "fileName", json_text(shown), "fileTypes",
			  type_of(str_from(name)), "checksums", "algorithm", "SHA1",
			  "checksumValue", sha1, "algorithm", "SHA256", "checksumValue", sha256,
			  "licenseConcluded", SPDX_UNKNOWN, "licenseInfoInFiles", SPDX_UNKNOWN,
			  "copyrightText", SPDX_UNKNOWN));
	sbom_relate(s, SPDX_PYTHON, "CONTAINS", id);
	if ((count + 1) % PROGRESS_FILES == 0)
		event_progress(s->events, s->name, "list", EVENT_UNIT_ITEMS, count + 1, 0);
	return 0;
}

static int add_folder(struct sbom *s, const struct dir *dir, const char *shown, unsigned depth,
		      struct err *err);

/* Environments in a version are not of it, and its manifest cannot list itself. */
static bool
is_left_out(const char *shown)
{
	return strcmp(shown, "./" LAYOUT_ENVS) == 0 ||
	       strcmp(shown, "./" LAYOUT_META "/" LAYOUT_MANIFEST) == 0;
}

static int
add_entry(struct sbom *s, const struct dir *dir, const char *name, const char *folder,
	  unsigned depth, struct err *err)
{
	cleanup_free char *shown = mem_printf("%s/%s", folder, name);
	cleanup_dirfd struct dir below = DIR_INIT;
	struct stat st;

	if (is_left_out(shown))
		return 0;
	if (fstatat(dir->fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return err_sys(err, "cannot look at %s/%s", dir->path, name);
	if (S_ISREG(st.st_mode))
		return add_file(s, dir, name, shown, err);
	/* Links have no content of their own. */
	if (!S_ISDIR(st.st_mode))
		return 0;
	if (depth >= SBOM_DEPTH_MAX)
		return err_set(err, ERR_FAILED, "%s/%s is too deep", dir->path, name);
	if (fs_open_dir_at(dir, name, &below, err) < 0)
		return -1;
	return add_folder(s, &below, shown, depth + 1, err);
}

static int
add_folder(struct sbom *s, const struct dir *dir, const char *shown, unsigned depth,
	   struct err *err)
{
	cleanup_strvec struct strvec names = { 0 };

	if (sig_check(err) < 0 || fs_list(dir, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.count; i++)
		if (add_entry(s, dir, names.items[i], shown, depth, err) < 0)
			return -1;
	return 0;
}

int
sbom_add_files(struct sbom *s, struct err *err)
{
	event_phase(s->events, s->name, "list", NULL);
	return add_folder(s, &s->tree, ".", 0, err);
}
