/* SPDX-License-Identifier: MIT */
/* The pip that a build of somebody's comes with is a seed already. */
#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "supply/seedmaker_internal.h"
#include "venv/seed.h"

/* RECORD of pip has 80 KB once it is installed. */
#define RECORD_MAX ((size_t)4 * 1024 * 1024)
/* Of a compiled file: magic, flags, then time and size of its source (PEP 552). */
#define COMPILED_HEADER 16
#define COMPILED_MAGIC 4

/* Packages that are being taken. */
struct taking {
	struct making *m;
	struct seed_package *package; /* that is in hand */
	struct dir site;	      /* the tree's site-packages */
	struct strvec compiled;	      /* all compiled files, linked at the end */
	unsigned char magic[COMPILED_MAGIC];
	char *folder; /* that the last file was in: made already */
};

static void
taking_reset(struct taking *t)
{
	dir_reset(&t->site);
	strvec_reset(&t->compiled);
	free(t->folder);
}

static bool
read_magic(struct str hex, unsigned char ret[COMPILED_MAGIC])
{
	static const char digits[] = "0123456789abcdef";

	if (hex.n != (size_t)COMPILED_MAGIC * 2)
		return false;
	for (size_t i = 0; i < hex.n; i++) {
		const char *digit = strchr(digits, hex.p[i]);

		if (!digit)
			return false;
		ret[i / 2] = (unsigned char)(ret[i / 2] << 4 | (digit - digits));
	}
	return true;
}

static uint32_t
read_u32(const unsigned char *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

/* Would the interpreter use the file COMPILED of a source with these times and size? */
static bool
is_good(const struct taking *t, const char *compiled, const struct stat *source)
{
	cleanup_fd int fd = openat(t->site.fd, compiled, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	unsigned char header[COMPILED_HEADER];

	return fd >= 0 && read(fd, header, sizeof(header)) == (ssize_t)sizeof(header) &&
	       memcmp(header, t->magic, COMPILED_MAGIC) == 0 && read_u32(header + 4) == 0 &&
	       read_u32(header + 8) == (uint32_t)source->st_mtime &&
	       read_u32(header + 12) == (uint32_t)source->st_size;
}

/* Make the folder of the file NAME in the seed. */
static bool
make_folder(struct taking *t, const char *name)
{
	struct str dir = { name, (size_t)(path_base(name).p - name) };
	cleanup_free char *path = mem_strndup(dir.p, dir.n);

	if (t->folder && strcmp(t->folder, path) == 0)
		return true;
	for (char *p = path; *p; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		if (mkdirat(t->m->files.fd, path, 0755) < 0 && errno != EEXIST)
			return false;
		*p = '/';
	}
	free(t->folder);
	t->folder = steal_ptr(&path);
	return true;
}

static bool
link_file(struct taking *t, const char *name)
{
	return make_folder(t, name) && linkat(t->site.fd, name, t->m->files.fd, name, 0) == 0;
}

/* "pip/a.py" -> "pip/__pycache__/a.TAG.pyc". Owned by the caller (free). */
static char *
compiled_name(const char *name, const char *tag)
{
	struct str base = path_base(name);

	return mem_printf("%.*s__pycache__/%.*s.%s.pyc", (int)(base.p - name), name,
			  (int)(base.n - strlen(".py")), base.p, tag);
}

static bool
take_file(struct taking *t, struct str path, uint64_t size)
{
	cleanup_free char *name = mem_strndup(path.p, path.n);
	struct stat st;

	if (fstatat(t->site.fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISREG(st.st_mode) ||
	    (uint64_t)st.st_size != size || !link_file(t, name))
		return false;
	strvec_add(&t->package->files, name);
	if (!str_ends(path, STR_LIT(".py")))
		return true;
	strvec_take(&t->compiled, compiled_name(name, t->m->spec->tag));
	return is_good(t, t->compiled.items[t->compiled.count - 1], &st);
}

static bool
path_ok(struct str path)
{
	struct str part;

	while (str_split(&path, '/', &part))
		if (!path_component_ok(part))
			return false;
	return true;
}

/* What whoever installed it has added to the wheel's own files. */
static bool
is_added(const struct taking *t, struct str path)
{
	static const char *const names[] = { "INSTALLER", "REQUESTED", "direct_url.json" };
	struct str base;

	/* Scripts: seed_package_record() adds those of each environment. */
	if (str_starts(path, STR_LIT("../")) || str_ends(path, STR_LIT(".pyc")))
		return true;
	if (!str_starts(path, str_from(t->package->info)))
		return false;
	base = str_skip(path, strlen(t->package->info) + 1);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (str_eq_text(base, names[i]))
			return true;
	return false;
}

/* One line of RECORD, "PATH,sha256=DIGEST,SIZE", into KEPT if it is the wheel's. */
static bool
take_line(struct taking *t, struct str line, struct buf *kept)
{
	cleanup_free char *record = path_join(t->package->info, "RECORD", NULL);
	struct str rest = line;
	struct str path;
	struct str digest;
	uint64_t size;

	line = str_trim(line);
	if (line.n == 0)
		return true;
	/* A quoted name: no package of ensurepip ever had one. */
	if (line.p[0] == '"' || !str_split(&rest, ',', &path))
		return false;
	if (is_added(t, path))
		return true;
	buf_printf(kept, "%.*s\n", STR_ARG(line));
	if (str_eq_text(path, record))
		return true;
	return path_ok(path) && str_split(&rest, ',', &digest) &&
	       str_u64(str_trim(rest), 0, UINT32_MAX, &size) && take_file(t, path, size);
}

/* The package of the wheel FILE_NAME: "pip-25.1.1-py3-none-any.whl". */
static bool
take_package(struct taking *t, struct str file_name, struct err *err)
{
	cleanup_free char *whole = mem_strndup(file_name.p, file_name.n);
	cleanup_free char *path = NULL;
	cleanup_buf struct buf text = BUF_INIT(RECORD_MAX);
	cleanup_buf struct buf kept = BUF_INIT(RECORD_MAX);
	cleanup_dirfd struct dir info = DIR_INIT;
	struct str rest;
	struct str line;

	if (seed_package_name(t->package, whole, err) < 0)
		return false;
	path = path_join(t->package->info, "RECORD", NULL);
	if (!fs_exists_at(&t->site, path) || fs_read_file(&t->site, path, &text, err) < 0)
		return false;
	rest = buf_str(&text);
	while (str_line(&rest, &line))
		if (!take_line(t, line, &kept))
			return false;
	return buf_check(&kept, path, err) == 0 &&
	       fs_open_dir_at(&t->m->files, t->package->info, &info, err) == 0 &&
	       fs_create_file(&info, "RECORD", buf_str(&kept), 0644, err) == 0 &&
	       seed_package_mark(t->package, &t->m->files, err) == 0;
}

static bool
take_all(struct taking *t, struct err *err)
{
	const struct facts *facts = t->m->spec->facts;
	cleanup_free char *site = path_join(t->m->spec->tree->path, facts->platlib, NULL);
	struct str rest = str_from(facts->wheels);
	struct str wheel;

	if (fs_open_dir(site, &t->site, err) < 0)
		return false;
	while (t->m->count < SEED_PACKAGES_MAX && str_word(&rest, &wheel)) {
		cleanup_free char *path = mem_strndup(wheel.p, wheel.n);

		t->package = &t->m->packages[t->m->count++];
		if (!take_package(t, path_base(path), err))
			return false;
	}
	for (size_t i = 0; i < t->compiled.count; i++)
		if (!link_file(t, t->compiled.items[i]))
			return false;
	return t->m->count != 0;
}

bool
seed_take_present(struct making *m)
{
	cleanup_with(taking_reset) struct taking t = { .m = m, .site = DIR_INIT };
	cleanup_err struct err ignored = { 0 };

	if (!m->spec->tag || !*m->spec->tag || m->spec->facts->prefix ||
	    !read_magic(str_from(m->spec->magic), t.magic))
		return false;
	if (take_all(&t, &ignored))
		return true;
	err_reset(&ignored);
	/* What cannot be removed makes the next way fail, with its reason. */
	(void)!seed_clear(m, &ignored);
	return false;
}
