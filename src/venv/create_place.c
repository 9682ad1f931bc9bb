/* SPDX-License-Identifier: MIT */
/* Giving an environment its place, without losing what is there. */
#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/path.h"
#include "base/str.h"
#include "base/shell.h"
#include "venv/activate.h"
#include "venv/create_internal.h"
#include "venv/look.h"

/* Seconds after which an environment in the making that nobody holds is left over:
 * between the folder and its lock lies a moment. */
#define LEFT_OVER_S 10
/* Names of the user's that are shown when they are in the way. */
#define NAMES_SHOWN 4

/* A tree in the making below a folder; removed unless it was renamed away. */
struct draft {
	const struct dir *parent;
	char *name; /* NULL: nothing to remove */
	struct dir tree;
};

static void
draft_reset(struct draft *draft)
{
	cleanup_err struct err ignored = { 0 };

	dir_reset(&draft->tree);
	if (draft->name)
		(void)!fs_remove_tree(draft->parent, draft->name, &ignored);
	free(draft->name);
	draft->name = NULL;
}
#define cleanup_draft cleanup_with(draft_reset)

static int
draft_make(const struct filler *filler, struct draft *draft, struct err *err)
{
	draft->name = fs_unique_name(ENV_DRAFT_PREFIX);
	if (fs_make_dir_at(draft->parent, draft->name, 0777, &draft->tree, err) < 0)
		return -1;
	/* Where it cannot be held, nobody sweeps either. */
	(void)fs_try_lock_dir(&draft->tree);
	return filler->fill(filler->ctx, &draft->tree, err);
}

/* The bytes of the one called NAME in FOLDER, if nobody works on it. */
static uint64_t
sweep_one(const struct dir *folder, const char *name, bool remove)
{
	cleanup_dirfd struct dir tree = DIR_INIT;
	cleanup_err struct err ignored = { 0 };
	uint64_t bytes;
	struct stat st;

	if (fs_open_dir_at(folder, name, &tree, &ignored) < 0 || fstat(tree.fd, &st) < 0 ||
	    st.st_uid != geteuid() || time(NULL) - st.st_mtime < LEFT_OVER_S ||
	    !fs_try_lock_dir(&tree))
		return 0;
	bytes = fs_tree_size(folder, name);
	if (remove && fs_remove_tree(folder, name, &ignored) < 0)
		return 0;
	return bytes;
}

uint64_t
venv_sweep(const struct dir *folder, bool remove)
{
	cleanup_strvec struct strvec names = { 0 };
	cleanup_err struct err ignored = { 0 };
	uint64_t bytes = 0;

	if (fs_list(folder, &names, &ignored) < 0)
		return 0;
	for (size_t i = 0; i < names.count; i++)
		if (fs_is_unique_name(names.items[i], ENV_DRAFT_PREFIX))
			bytes += sweep_one(folder, names.items[i], remove);
	return bytes;
}

/* The usual way: nothing is there. *RET_TAKEN: now there is. */
static int
place_new(const struct filler *filler, const struct dir *parent, const char *name, bool *ret_taken,
	  struct err *err)
{
	cleanup_draft struct draft draft = { .parent = parent, .tree = DIR_INIT };

	if (draft_make(filler, &draft, err) < 0)
		return -1;
	if (fs_rename_new(parent, draft.name, parent, name, err) < 0) {
		*ret_taken = err->sys == EEXIST;
		return -1;
	}
	free(steal_ptr(&draft.name));
	return 0;
}

/* Take the place of the environment that is there; it goes when this stands. */
static int
place_instead(const struct filler *filler, const struct dir *parent, const char *name,
	      char **ret_left, struct err *err)
{
	cleanup_draft struct draft draft = { .parent = parent, .tree = DIR_INIT };
	cleanup_err struct err left = { 0 };

	if (draft_make(filler, &draft, err) < 0 ||
	    fs_exchange(parent, draft.name, parent, name, err) < 0)
		return -1;
	/* What has the draft's name now is the old one. */
	if (fs_remove_tree(parent, draft.name, &left) < 0)
		*ret_left = path_join(parent->path, draft.name, NULL);
	free(steal_ptr(&draft.name));
	return 0;
}

/* An empty folder stays the folder it is: it may be a mount point, somebody's
 * working folder, or below a parent that we cannot write. pyvenv.cfg comes
 * last, as it is what makes an environment of it. *RET_TAKEN: it is not empty now. */
static int
place_inside(const struct filler *filler, const struct dir *folder, bool *ret_taken,
	     struct err *err)
{
	cleanup_draft struct draft draft = { .parent = folder, .tree = DIR_INIT };
	cleanup_strvec struct strvec names = { 0 };
	cleanup_strvec struct strvec moved = { 0 };

	if (draft_make(filler, &draft, err) < 0 || fs_list(&draft.tree, &names, err) < 0)
		return -1;
	strvec_add(&names, CFG_NAME);
	for (size_t i = 0; i < names.count; i++) {
		if (strcmp(names.items[i], CFG_NAME) == 0 && i + 1 < names.count)
			continue;
		if (fs_rename_new(&draft.tree, names.items[i], folder, names.items[i], err) == 0) {
			strvec_add(&moved, names.items[i]);
			continue;
		}
		*ret_taken = err->sys == EEXIST;
		for (size_t k = 0; k < moved.count; k++) {
			cleanup_err struct err ignored = { 0 };

			(void)!fs_remove_tree(folder, moved.items[k], &ignored);
		}
		return -1;
	}
	return 0;
}

enum kind {
	KIND_NOTHING,
	KIND_EMPTY,	  /* a folder with nothing in it */
	KIND_ENVIRONMENT, /* as --clear may replace it */
	KIND_OTHER,	  /* whatever else: not ours to touch */
};

/* What is at a place. */
struct found {
	enum kind kind;
	const char *what;    /* OTHER: what it is, for people */
	struct strvec yours; /* OTHER: names in an environment that are none of its own */
	struct cfg cfg;	     /* ENVIRONMENT, and OTHER that is one */
	struct dir folder;   /* EMPTY: open */
};

#define FOUND_INIT                 \
	{                          \
		.folder = DIR_INIT \
	}

static void
found_reset(struct found *found)
{
	strvec_reset(&found->yours);
	cfg_reset(&found->cfg);
	dir_reset(&found->folder);
}
#define cleanup_found cleanup_with(found_reset)

/* Does an environment have NAME at its top? venv, virtualenv and uv make all but
 * the data folders, which packages bring. */
static bool
is_of_environment(const char *name)
{
	static const char *const names[] = { CFG_NAME, "bin",	"include",    "lib",
					     "lib64",  ".lock", ".gitignore", "CACHEDIR.TAG",
					     "share",  "etc",	"man",	      "sbin",
					     NULL };

	for (const char *const *n = names; *n; n++)
		if (strcmp(name, *n) == 0)
			return true;
	return false;
}

/* Look into the open folder. */
static int
look_inside(struct found *found, struct err *err)
{
	cleanup_strvec struct strvec names = { 0 };
	cleanup_err struct err no_cfg = { 0 };

	if (fs_list(&found->folder, &names, err) < 0)
		return -1;
	if (names.count == 0) {
		found->kind = KIND_EMPTY;
		return 0;
	}
	found->kind = KIND_OTHER;
	found->what = "a folder that is no environment";
	if (cfg_read(&found->folder, &found->cfg, &no_cfg) < 0)
		return 0;
	/* `python -m venv .` makes one of a project's own folder. */
	for (size_t i = 0; i < names.count; i++)
		if (!is_of_environment(names.items[i]))
			strvec_add(&found->yours, names.items[i]);
	if (found->yours.count == 0)
		found->kind = KIND_ENVIRONMENT;
	return 0;
}

static int
look(const struct dir *parent, const char *name, struct found *ret, struct err *err)
{
	struct stat st;

	ret->kind = KIND_NOTHING;
	if (parent->fd < 0 || fstatat(parent->fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return 0;
	ret->kind = KIND_OTHER;
	ret->what = S_ISLNK(st.st_mode) ? "a link" : "a file";
	if (!S_ISDIR(st.st_mode))
		return 0;
	if (fs_open_dir_at(parent, name, &ret->folder, err) < 0)
		return -1;
	/* With what a killed one left in it, a folder is still an empty one. */
	(void)venv_sweep(&ret->folder, true);
	return look_inside(ret, err);
}

/* "app.py, setup.py and 3 more". Owned by the caller. */
static char *
names_text(const struct strvec *names)
{
	cleanup_strvec struct strvec shown = { 0 };
	cleanup_free char *joined = NULL;

	for (size_t i = 0; i < names->count && i < NAMES_SHOWN; i++)
		strvec_add(&shown, names->items[i]);
	joined = strvec_join(&shown, ", ");
	if (names->count > NAMES_SHOWN)
		return mem_printf("%s and %zu more", joined, names->count - NAMES_SHOWN);
	return steal_ptr(&joined);
}

/* ERR_PROTECTED that says what is at PATH. */
static int
refuse(const char *path, const struct found *found, struct err *err)
{
	cleanup_free char *yours = names_text(&found->yours);

	err_set(err, ERR_PROTECTED, "%s exists already", path);
	if (!found->cfg.home) {
		err_detail(err, "is", "%s", found->what);
		return err_detail(err, "to fix", "another name");
	}
	err_detail(err, "is", "an environment of Python %s, %s",
		   found->cfg.version ? found->cfg.version : "unknown", found->cfg.home);
	if (found->kind == KIND_ENVIRONMENT)
		return err_detail(err, "to fix", "another name, or --clear to make it anew");
	err_detail(err, "with", "what is none of its own: %s", yours);
	return err_detail(err, "to fix", "another name, or move those away before --clear");
}

static bool
may_place(const struct found *found, bool clear)
{
	return found->kind == KIND_NOTHING || found->kind == KIND_EMPTY ||
	       (found->kind == KIND_ENVIRONMENT && clear);
}

/* No system has room for PATH, or for one of its parts. */
static bool
is_too_long(const char *path)
{
	struct str rest = str_from(path);
	struct str part;

	while (str_split(&rest, '/', &part))
		if (part.n > PATH_NAME_MAX)
			return true;
	return strlen(path) >= PATH_TEXT_MAX;
}

int
venv_check_path(const char *path, struct err *err)
{
	const char *why = NULL;

	if (!shell_text_ok(path))
		why = "its path has control characters or is not UTF-8";
	else if (path_base(path).n == 0)
		why = "it is no name for one";
	else if (strchr(path, ':'))
		why = "a ':' in its path would end an entry of PATH";
	else if (is_too_long(path))
		why = "it is longer than a path can be";
	if (!why)
		return 0;
	err_set(err, ERR_USAGE, "cannot make an environment at %s: %s", path, why);
	return err_detail(err, "to fix", "pyvern venv DIR, with another name");
}

/* What can be done where a place cannot be read or written. */
static int
advise(const char *path, struct err *err)
{
	if (!err->sys)
		return -1;
	err_wrap(err, "cannot make the environment %s", path);
	switch (err->sys) {
	case ENOSPC:
	case EDQUOT:
		return err_detail(err, "to fix",
				  "make room there, or another place: pyvern venv DIR");
	case EACCES:
	case EPERM:
	case EROFS:
		return err_detail(err, "to fix", "another place: pyvern venv DIR");
	default:
		return -1;
	}
}

int
venv_check_place(const char *path, bool clear, struct err *err)
{
	cleanup_found struct found found = FOUND_INIT;
	cleanup_dirfd struct dir parent = DIR_INIT;
	cleanup_err struct err no_parent = { 0 };
	struct str dir = path_dir(path);
	cleanup_free char *parent_path = mem_strndup(dir.p, dir.n);

	if (venv_check_path(path, err) < 0)
		return -1;
	/* A missing parent is no hindrance. */
	if (fs_open_dir(parent_path, &parent, &no_parent) == 0 &&
	    look(&parent, path_base(path).p, &found, err) < 0)
		return advise(path, err);
	return may_place(&found, clear) ? 0 : refuse(path, &found, err);
}

static int
place(const char *path, const struct dir *parent, bool clear, const struct filler *filler,
      bool *ret_replaced, char **ret_left, struct err *err)
{
	cleanup_found struct found found = FOUND_INIT;
	cleanup_found struct found now = FOUND_INIT;
	cleanup_err struct err gone = { 0 };
	const char *name = path_base(path).p;
	bool taken = false;

	(void)venv_sweep(parent, true);
	if (look(parent, name, &found, err) < 0)
		return -1;
	if (!may_place(&found, clear))
		return refuse(path, &found, err);
	if (found.kind == KIND_ENVIRONMENT) {
		*ret_replaced = true;
		return place_instead(filler, parent, name, ret_left, err);
	}
	if ((found.kind == KIND_NOTHING ? place_new(filler, parent, name, &taken, err)
					: place_inside(filler, &found.folder, &taken, err)) == 0)
		return 0;
	if (!taken)
		return -1;
	/* Somebody else was quicker; what is there now says it better. */
	if (look(parent, name, &now, &gone) < 0 || may_place(&now, false))
		return -1;
	err_reset(err);
	return refuse(path, &now, err);
}

/* How much of PATH is there: the length of its deepest part that is. */
static size_t
existing_part(const char *path)
{
	cleanup_free char *text = mem_strdup(path);
	struct stat st;

	while (*text && lstat(text, &st) < 0)
		text[path_dir(text).n] = '\0';
	return strlen(text);
}

/* Remove the empty folders at the end of PATH, down to its first KEEP bytes. */
static void
remove_parents(const char *path, size_t keep)
{
	cleanup_free char *text = mem_strdup(path);

	/* The last ones may not have been made. */
	while (strlen(text) > keep && (rmdir(text) == 0 || errno == ENOENT))
		text[path_dir(text).n] = '\0';
}

int
create_in_place(const char *path, bool clear, const struct filler *filler, bool *ret_replaced,
		char **ret_left, struct err *err)
{
	struct str dir = path_dir(path);
	cleanup_free char *parent_path = mem_strndup(dir.p, dir.n);
	size_t existing = existing_part(parent_path);
	cleanup_dirfd struct dir parent = DIR_INIT;

	*ret_replaced = false;
	*ret_left = NULL;
	if (fs_make_dirs(parent_path, 0777, &parent, err) == 0 &&
	    place(path, &parent, clear, filler, ret_replaced, ret_left, err) == 0)
		return 0;
	remove_parents(parent_path, existing);
	return advise(path, err);
}
