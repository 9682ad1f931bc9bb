/* SPDX-License-Identifier: MIT */
/* Links to versions' interpreters in a folder of the user's. */
#include <config.h>

#include "core/binlinks.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "base/shell.h"

#define RECORD ".bin-links"
/* 64 KiB: some hundred links. */
#define RECORD_MAX ((size_t)64 * 1024)
#define BINLINKS_LOCK "bin-links"

void
binlink_reset(struct binlink *link)
{
	free(link->path);
	free(link->version);
	*link = (struct binlink){ 0 };
}

char *
binlinks_folder(const struct layout *layout)
{
	const char *bin = getenv("XDG_BIN_HOME");
	const char *data = getenv("XDG_DATA_HOME");

	/* The XDG specification: a relative path is to be ignored. */
	if (bin && bin[0] == '/')
		return path_clean("/", bin);
	if (data && data[0] == '/')
		return path_clean(data, "../bin");
	return layout->home ? path_join(layout->home, ".local/bin", NULL) : NULL;
}

void
binlinks_known(const struct store *store, struct strvec *ret_paths)
{
	cleanup_buf struct buf text = BUF_INIT(RECORD_MAX);
	cleanup_err struct err ignored = { 0 };
	struct str rest;
	struct str line;

	if (store->root.fd < 0 || fs_read_file(&store->root, RECORD, &text, &ignored) < 0)
		return;
	rest = buf_str(&text);
	while (str_line(&rest, &line))
		if (line.n > 1 && line.p[0] == '/')
			strvec_add_str(ret_paths, line);
}

static int
write_record(const struct store *store, const struct strvec *paths, struct err *err)
{
	cleanup_buf struct buf text = BUF_INIT(RECORD_MAX);

	for (size_t i = 0; i < paths->count; i++)
		buf_printf(&text, "%s\n", paths->items[i]);
	if (buf_check(&text, RECORD, err) < 0)
		return -1;
	return fs_write_file(&store->root, RECORD, buf_str(&text), 0644, err);
}

static int
lock_record(const struct store *store, struct lock *ret_lock, struct err *err)
{
	cleanup_dirfd struct dir locks = DIR_INIT;

	if (fs_make_dir_at(&store->root, LAYOUT_LOCKS, LAYOUT_FOLDER_MODE, &locks, err) < 0)
		return -1;
	return fs_lock(&locks, BINLINKS_LOCK, NULL, NULL, ret_lock, err);
}

static int
note(const struct store *store, const char *path, struct err *err)
{
	cleanup_strvec struct strvec paths = { 0 };

	binlinks_known(store, &paths);
	if (strvec_has(&paths, path))
		return 0;
	strvec_add(&paths, path);
	return write_record(store, &paths, err);
}

/* The version of the store that the link TARGET leads to; NULL: it leads elsewhere. Owned
 * by the caller (free). */
static char *
version_of(const struct store *store, const char *target)
{
	cleanup_free char *clean = path_clean("/", target);
	struct str rest;
	struct str name;

	if (target[0] != '/' || !store_leads_into(store, clean, ""))
		return NULL;
	rest = str_skip(str_from(clean), strlen(store->versions.path));
	rest = str_skip(rest, rest.n ? 1 : 0);
	return str_split(&rest, '/', &name) && name.n ? mem_strndup(name.p, name.n) : NULL;
}

/* Is the version OLD there, and newer than NAME? */
static bool
is_newer(const struct store *store, const char *old, const char *name)
{
	struct version a;
	struct version b;

	return fs_is_dir_at(&store->versions, old) && version_parse(str_from(old), &a) &&
	       version_parse(str_from(name), &b) &&
	       str_eq(version_implementation(&a), version_implementation(&b)) &&
	       version_compare(&a, &b) > 0;
}

static int
refuse(const struct store *store, const char *path, const char *target, struct err *err)
{
	cleanup_free char *shown = layout_show(store->layout, path);

	err_set(err, ERR_PROTECTED, "%s is not ours: it stays as it is", shown);
	if (target)
		err_detail(err, "is", "a link to %s", target);
	return err_detail(err, "to fix", "--force replaces it");
}

/* What is to become of LINK, with NAME in DIR. */
static int
decide(const struct store *store, const struct dir *dir, const char *name, const char *wanted,
       bool force, struct binlink *link, struct err *err)
{
	cleanup_free char *target = fs_read_link(dir, name);
	cleanup_free char *old = target ? version_of(store, target) : NULL;
	struct stat st;

	link->state = BINLINK_NEW;
	if (fstatat(dir->fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : err_sys(err, "cannot look at %s", link->path);
	link->state = BINLINK_CHANGED;
	if (old && strcmp(target, wanted) == 0) {
		link->state = BINLINK_SAME;
	} else if (old && is_newer(store, old, link->version)) {
		link->state = BINLINK_NEWER;
		free(link->version);
		link->version = steal_ptr(&old);
	} else if (S_ISDIR(st.st_mode) || (!old && !force)) {
		return refuse(store, link->path, target, err);
	}
	return 0;
}

/* The name that a free-threaded or debug build has to itself (python3.13t), where its plain
 * one is that of another build, too. NULL: it has none. Owned by the caller (free). */
static char *
own_name(const struct store *store, const char *name, const struct facts *facts)
{
	const char *flags = strrchr(facts->abi, '-');
	cleanup_free char *inside = NULL;

	flags = flags ? flags + 1 : facts->abi;
	flags += strspn(flags, "0123456789");
	if (!*flags || !strpbrk(flags, "td") ||
	    str_ends(str_from(facts->executable), str_from(flags)))
		return NULL;
	inside = mem_printf("%s/%s%s", name, facts->executable, flags);
	if (!fs_is_executable_at(&store->versions, inside))
		return NULL;
	return mem_printf("%s%s", facts->executable, flags);
}

/* "python3.13" of the version NAME, and its absolute path. */
static int
find_program(const struct store *store, const char *name, char **ret_program, char **ret_path,
	     struct err *err)
{
	cleanup_facts struct facts facts = { 0 };
	cleanup_free char *prefix = store_path(store, name);
	cleanup_free char *own = NULL;
	struct str program;

	if (facts_read(store, name, &facts, err) < 0)
		return -1;
	own = own_name(store, name, &facts);
	program = path_base(own ? own : facts.executable);
	if (!path_component_ok(program) || strcspn(program.p, "0123456789") == program.n)
		return err_set(err, ERR_FAILED, "%s has no program with a version in its name",
			       name);
	*ret_program = mem_strndup(program.p, program.n);
	*ret_path = path_join(prefix, own ? own : facts.executable, NULL);
	return 0;
}

int
binlinks_check_folder(const struct layout *layout, const char *dir, struct err *err)
{
	if (!shell_text_ok(dir))
		return err_set(err, ERR_USAGE, "no folder with control characters: %s", dir);
	if (!path_is_below(dir, layout->root))
		return 0;
	err_set(err, ERR_USAGE, "%s is in the root, whose folders are not for links", dir);
	return err_detail(err, "to fix", "a folder of yours, as ~/.local/bin");
}

int
binlinks_make(const struct store *store, const char *name, const char *dir, bool force,
	      struct binlink *ret_link, struct err *err)
{
	cleanup_dirfd struct dir bin = DIR_INIT;
	cleanup_lock struct lock lock = LOCK_INIT;
	cleanup_free char *program = NULL;
	cleanup_free char *target = NULL;

	if (binlinks_check_folder(store->layout, dir, err) < 0 ||
	    find_program(store, name, &program, &target, err) < 0 ||
	    lock_record(store, &lock, err) < 0 || fs_make_dirs(dir, 0755, &bin, err) < 0 ||
	    fs_refuse_world_writable(&bin, err) < 0)
		return -1;
	ret_link->path = path_join(dir, program, NULL);
	ret_link->version = mem_strdup(name);
	if (decide(store, &bin, program, target, force, ret_link, err) < 0)
		return -1;
	/* Written down first: a link that nobody knows of would stay for ever. */
	if (note(store, ret_link->path, err) < 0)
		return -1;
	if (ret_link->state == BINLINK_SAME || ret_link->state == BINLINK_NEWER)
		return 0;
	return fs_write_link(&bin, program, target, err);
}

/* Does the link PATH belong to what has gone? *RET_OURS: it is one of ours at all. Where
 * it cannot be looked at (a disk that is not there), it is left as it is. */
static int
sweep_one(const struct store *store, const char *path, bool *ret_ours, struct strvec *ret_removed,
	  struct err *err)
{
	cleanup_free char *folder = mem_strndup(path_dir(path).p, path_dir(path).n);
	const char *name = path_base(path).p;
	cleanup_dirfd struct dir dir = DIR_INIT;
	cleanup_free char *target = NULL;
	cleanup_free char *version = NULL;
	cleanup_err struct err ignored = { 0 };

	*ret_ours = true;
	if (fs_open_dir(folder, &dir, &ignored) < 0)
		return 0;
	target = fs_read_link(&dir, name);
	version = target ? version_of(store, target) : NULL;
	*ret_ours = version != NULL;
	if (!version || access(target, F_OK) == 0 || errno != ENOENT)
		return 0;
	if (unlinkat(dir.fd, name, 0) < 0 && errno != ENOENT)
		return err_sys(err, "cannot remove the link %s", path);
	*ret_ours = false;
	strvec_add(ret_removed, path);
	return 0;
}

int
binlinks_sweep(const struct store *store, struct strvec *ret_removed, struct err *err)
{
	cleanup_strvec struct strvec paths = { 0 };
	cleanup_strvec struct strvec kept = { 0 };
	cleanup_lock struct lock lock = LOCK_INIT;

	/* Most roots have none. */
	if (store->root.fd < 0 || !fs_exists_at(&store->root, RECORD))
		return 0;
	if (lock_record(store, &lock, err) < 0)
		return -1;
	binlinks_known(store, &paths);
	for (size_t i = 0; i < paths.count; i++) {
		bool ours;

		if (sweep_one(store, paths.items[i], &ours, ret_removed, err) < 0)
			return -1;
		if (ours)
			strvec_add(&kept, paths.items[i]);
	}
	return kept.count == paths.count ? 0 : write_record(store, &kept, err);
}
