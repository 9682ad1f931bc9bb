/* SPDX-License-Identifier: MIT */
/* A version's seed: pip, unpacked once, linked into each environment. */
#include <config.h>

#include "venv/seed.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#ifdef __linux__
#include <linux/fs.h>
#endif
#include <unistd.h>

#include "base/path.h"
#include "core/layout.h"
#include "os/fd.h"
#include "os/sig.h"
#include "venv/scripts.h"

struct planting {
	const struct seed *seed;
	const struct dir *site_packages; /* NULL: nothing is made, the seed is only looked at */
	const struct dir *bin;
	const char *python;
	enum seed_way way;
	bool only_so;	 /* no other way, where this one is closed */
	struct dir from; /* the folder of the `dir` line, in the seed */
	struct dir to;	 /* and in the environment */
};

static void
planting_reset(struct planting *p)
{
	dir_reset(&p->from);
	dir_reset(&p->to);
}

void
seed_reset(struct seed *seed)
{
	dir_reset(&seed->files);
	buf_reset(&seed->index);
	free(seed->packages);
	*seed = (struct seed)SEED_INIT;
}

static int
not_understood(const struct seed *seed, struct str line, struct err *err)
{
	return err_set(err, ERR_CHECK, "%s/../%s is damaged at \"%.*s\"", seed->files.path,
		       SEED_INDEX, STR_ARG(line));
}

/* Is something else where our folder or file was? 0: it is no regular file. */
static bool
is_damage(int sys)
{
	return sys == ENOENT || sys == ENOTDIR || sys == ELOOP || sys == 0;
}

/* The names and versions of the `package` lines, for people. */
static char *
package_list(struct str index)
{
	cleanup_strvec struct strvec packages = { 0 };
	struct str line;

	while (str_line(&index, &line))
		if (str_starts(line, STR_LIT("package ")))
			strvec_add_str(&packages, str_skip(line, strlen("package ")));
	return strvec_join(&packages, ", ");
}

/* "VERSION has no pip", when what should be there is not. */
static int
no_seed(const char *place, struct err *err)
{
	int sys = err->sys;

	if (sys == ENOENT) {
		err_reset(err);
		err_set(err, ERR_NOT_INSTALLED, "%s has no pip to link", place);
	} else if (is_damage(sys)) {
		err->code = ERR_CHECK;
	}
	return -1;
}

int
seed_open(const struct dir *version, struct seed *ret_seed, struct err *err)
{
	cleanup_dirfd struct dir meta = DIR_INIT;

	if (fs_open_dir_at(version, LAYOUT_META, &meta, err) < 0)
		return no_seed(version->path, err);
	return seed_open_in(&meta, ret_seed, err);
}

int
seed_open_in(const struct dir *meta, struct seed *ret_seed, struct err *err)
{
	return seed_open_at(meta, LAYOUT_SEED, ret_seed, err);
}

int
seed_open_chosen(const struct dir *meta, const char *key, struct seed *ret_seed, struct err *err)
{
	cleanup_dirfd struct dir seeds = DIR_INIT;

	if (fs_open_dir_at(meta, LAYOUT_SEEDS, &seeds, err) < 0)
		return no_seed(meta->path, err);
	return seed_open_at(&seeds, key, ret_seed, err);
}

int
seed_open_at(const struct dir *meta, const char *name, struct seed *ret_seed, struct err *err)
{
	cleanup_seed struct seed seed = { .files = DIR_INIT, .index = BUF_INIT(SEED_INDEX_MAX) };
	cleanup_dirfd struct dir folder = DIR_INIT;
	struct str rest;
	struct str line = STR_LIT("");

	if (fs_open_dir_at(meta, name, &folder, err) < 0 ||
	    fs_open_dir_at(&folder, SEED_FILES, &seed.files, err) < 0 ||
	    fs_read_file(&folder, SEED_INDEX, &seed.index, err) < 0)
		return no_seed(meta->path, err);
	rest = buf_str(&seed.index);
	if (!str_line(&rest, &line) || !str_eq_text(line, SEED_HEADER))
		return not_understood(&seed, line, err);
	seed.packages = package_list(rest);
	*ret_seed = seed;
	seed = (struct seed)SEED_INIT;
	return 0;
}

/* Is PATH "." or a relative path of safe components? */
static bool
folder_ok(struct str path)
{
	struct str part;

	if (str_eq_text(path, "."))
		return true;
	while (str_split(&path, '/', &part))
		if (!path_component_ok(part))
			return false;
	return true;
}

/* The `dir` line: what follows is in this folder. A folder's line comes after
 * that of its parent, so one step makes it. */
static int
enter(struct planting *p, struct str line, struct str path, struct err *err)
{
	cleanup_free char *name = mem_strndup(path.p, path.n);

	dir_reset(&p->from);
	dir_reset(&p->to);
	if (sig_check(err) < 0)
		return -1;
	if (path.n == 0 || !folder_ok(path))
		return not_understood(p->seed, line, err);
	if (fs_open_dir_at(&p->seed->files, name, &p->from, err) < 0) {
		if (!is_damage(err->sys))
			return -1;
		err_reset(err);
		return not_understood(p->seed, line, err);
	}
	if (!p->site_packages)
		return 0;
	return fs_make_dir_at(p->site_packages, name, 0777, &p->to, err);
}

static int
clone_bytes(int from, int to)
{
#ifdef FICLONE
	return ioctl(to, FICLONE, from);
#else
	(void)from;
	(void)to;
	errno = EOPNOTSUPP;
	return -1;
#endif
}

/* A file of the environment's own, with the times of the seed's: 0, or -1 with
 * errno, and nothing left behind. */
static int
own_file(const struct planting *p, const char *name, const struct stat *st, bool reflink)
{
	const struct timespec times[2] = { st->st_mtim, st->st_mtim };
	cleanup_fd int from = openat(p->from.fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	cleanup_fd int to = -1;
	int closed;

	if (from < 0)
		return -1;
	to = openat(p->to.fd, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (to < 0)
		return -1;
	if ((reflink ? clone_bytes(from, to) : fd_copy(from, to)) < 0 || futimens(to, times) < 0) {
		int saved = errno;

		unlinkat(p->to.fd, name, 0);
		errno = saved;
		return -1;
	}
	closed = close(steal_fd(&to));
	return closed;
}

/* Does the file system, rather than this one file, refuse? EPERM also stands
 * for fs.protected_hardlinks: the seed is another user's. */
static bool
way_is_closed(int sys)
{
	return sys == EOPNOTSUPP || sys == ENOTTY || sys == EXDEV || sys == EINVAL ||
	       sys == EPERM || sys == EACCES || sys == EMLINK || sys == ENOSYS;
}

static int
plant_file(struct planting *p, const char *name, const struct stat *st, bool copy, struct err *err)
{
	int result = -1;

	if (!copy && p->way == SEED_REFLINK) {
		result = own_file(p, name, st, true);
		if (result < 0 && !p->only_so && way_is_closed(errno))
			p->way = SEED_HARDLINK;
	}
	if (!copy && result < 0 && p->way == SEED_HARDLINK) {
		result = linkat(p->from.fd, name, p->to.fd, name, 0);
		if (result < 0 && !p->only_so && way_is_closed(errno))
			p->way = SEED_COPY;
	}
	if (result < 0 && (copy || p->way == SEED_COPY))
		result = own_file(p, name, st, false);
	if (result < 0)
		return err_sys(err, "cannot link %s/%s into the environment", p->from.path, name);
	return 0;
}

/* "SIZE MTIME NAME" of a file or copy line. */
static int
take_file(struct planting *p, struct str line, struct str rest, bool copy, struct err *err)
{
	cleanup_free char *name = NULL;
	struct stat st;
	struct str size_text;
	struct str time_text;
	uint64_t size;
	uint64_t mtime;

	if (p->from.fd < 0 || !str_split(&rest, ' ', &size_text) ||
	    !str_split(&rest, ' ', &time_text) || !str_u64(size_text, 0, INT64_MAX, &size) ||
	    !str_u64(time_text, 0, INT64_MAX, &mtime) || !path_component_ok(rest))
		return not_understood(p->seed, line, err);
	name = mem_strndup(rest.p, rest.n);
	if (fstatat(p->from.fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISREG(st.st_mode) ||
	    (st.st_mode & 07777) != SEED_FILE_MODE || (uint64_t)st.st_size != size ||
	    (uint64_t)st.st_mtime != mtime)
		return err_set(err, ERR_CHECK, "%s/%s is not as it was made", p->from.path, name);
	return p->site_packages ? plant_file(p, name, &st, copy, err) : 0;
}

/* "NAME MODULE ATTRIBUTE" of a script line. */
static int
take_script(const struct planting *p, struct str line, struct str rest, struct err *err)
{
	cleanup_buf struct buf text = BUF_INIT(SCRIPT_MAX);
	cleanup_free char *name = NULL;
	struct str part;
	struct str module;

	if (!str_split(&rest, ' ', &part) || !str_split(&rest, ' ', &module) ||
	    !path_component_ok(part) || !script_name_ok(module) || !script_name_ok(rest))
		return not_understood(p->seed, line, err);
	if (!p->site_packages)
		return 0;
	name = mem_strndup(part.p, part.n);
	script_write(&text, p->python, module, rest);
	if (buf_check(&text, name, err) < 0)
		return -1;
	return fs_create_file(p->bin, name, buf_str(&text), 0777, err);
}

static int
take_line(struct planting *p, struct str line, struct err *err)
{
	struct str rest = line;
	struct str word = { 0 };

	(void)str_split(&rest, ' ', &word);
	if (str_eq_text(word, "file"))
		return take_file(p, line, rest, false, err);
	if (str_eq_text(word, "copy"))
		return take_file(p, line, rest, true, err);
	if (str_eq_text(word, "dir"))
		return enter(p, line, rest, err);
	if (str_eq_text(word, "script"))
		return take_script(p, line, rest, err);
	if (str_eq_text(word, "package"))
		return 0;
	return not_understood(p->seed, line, err);
}

static int
take_index(struct planting *p, struct err *err)
{
	struct str rest = buf_str(&p->seed->index);
	struct str line;

	(void)str_line(&rest, &line); /* the header, checked by seed_open */
	while (str_line(&rest, &line))
		if (take_line(p, line, err) < 0)
			return -1;
	return 0;
}

int
seed_verify(const struct seed *seed, struct err *err)
{
	cleanup_with(planting_reset) struct planting p = {
		.seed = seed,
		.from = DIR_INIT,
		.to = DIR_INIT,
	};

	return take_index(&p, err);
}

int
seed_plant(const struct seed *seed, const struct dir *site_packages, const struct dir *bin,
	   const char *python, enum seed_way way, struct err *err)
{
	cleanup_with(planting_reset) struct planting p = {
		.seed = seed,
		.site_packages = site_packages,
		.bin = bin,
		.python = python,
		.way = way == SEED_ANY ? SEED_REFLINK : way,
		.only_so = way != SEED_ANY,
		.from = DIR_INIT,
		.to = DIR_INIT,
	};

	return take_index(&p, err);
}
