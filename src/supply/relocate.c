/* SPDX-License-Identifier: MIT */
/* A Python that was built for one place, made right for another. */
#include <config.h>

#include "supply/relocate.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/map.h"
#include "base/path.h"
#include "base/shell.h"
#include "core/layout.h"
#include "os/fd.h"
#include "os/sig.h"
#include "supply/relocate_internal.h"

/* Folders inside folders that are gone through; each holds a descriptor. */
#define TREE_DEPTH_MAX 64

struct walk {
	struct relocation r;
	struct map replaced; /* "DEVICE:INODE" of a file with several names -> new path */
	struct strvec paths; /* what the map's values are */
	struct strvec late;  /* files that the old place is learnt from */
	bool is_late;
};

static void
walk_reset(struct walk *w)
{
	map_reset(&w->replaced);
	strvec_reset(&w->paths);
	strvec_reset(&w->late);
	free((char *)w->r.make_move.from.p);
	free((char *)w->r.make_move.to.p);
}

void
relocate_leave(struct relocation *r, const struct relocate_file *file, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	strvec_add(&r->report->left, file->path);
	strvec_take(&r->report->reasons, mem_vprintf(fmt, args));
	va_end(args);
}

char *
relocate_relative(const char *folder, const char *target)
{
	cleanup_buf struct buf out = BUF_INIT(2 * PATH_TEXT_MAX);
	size_t common = 0;

	for (size_t i = 0;; i++) {
		bool ends = (!folder[i] || folder[i] == '/') && (!target[i] || target[i] == '/');

		if (ends && (i == 0 || folder[i - 1] != '/' || i == 1))
			common = i;
		if (!folder[i] || folder[i] != target[i])
			break;
	}
	for (const char *p = folder + common; *p; p++)
		if (*p == '/' && p[1])
			buf_add_text(&out, "../");
	target += common;
	while (*target == '/')
		target++;
	buf_add_text(&out, target);
	if (out.len && out.data[out.len - 1] == '/')
		buf_truncate(&out, out.len - 1);
	if (out.len == 0)
		buf_add_char(&out, '.');
	return buf_take(&out);
}

/* The key of a file's content in w->replaced. */
static char *
identity(const struct stat *st)
{
	return mem_printf("%ju:%ju", (uintmax_t)st->st_dev, (uintmax_t)st->st_ino);
}

/* Where FILE is another name of one that was replaced, make it a name of the new one. */
static bool
link_again(struct walk *w, const struct relocate_file *file)
{
	const struct dir *tree = w->r.spec->tree;
	cleanup_free char *key = NULL;
	cleanup_free char *name = NULL;
	const char *first;

	if (w->paths.count == 0)
		return false;
	/* It may have no other name any more: the first one is the new file's. */
	key = identity(file->st);
	first = map_get(&w->replaced, key);
	if (!first || w->r.spec->dry_run)
		return first != NULL;
	name = fs_unique_name(FS_TEMPORARY);
	if (linkat(tree->fd, first, file->dir->fd, name, 0) < 0)
		return false;
	if (renameat(file->dir->fd, name, file->dir->fd, file->name) == 0)
		return true;
	unlinkat(file->dir->fd, name, 0);
	return false;
}

static int
note_change(struct walk *w, const struct relocate_file *file, struct err *err)
{
	struct str path = str_from(file->path);

	strvec_add(&w->r.report->changed, file->path);
	if (file->st->st_nlink > 1) {
		cleanup_free char *key = identity(file->st);

		strvec_add(&w->paths, file->path);
		map_set(&w->replaced, key, w->paths.items[w->paths.count - 1]);
	}
	return str_ends(path, STR_LIT(".py")) ? relocate_drop_compiled(&w->r, file, err) : 0;
}

static int
change_text(struct walk *w, const struct relocate_file *file, relocate_text_fn *fn, struct err *err)
{
	cleanup_buf struct buf text = BUF_INIT(RELOCATE_TEXT_MAX);
	cleanup_buf struct buf changed = BUF_INIT(2 * RELOCATE_TEXT_MAX);

	if ((uint64_t)file->st->st_size > RELOCATE_TEXT_MAX || file->st->st_size == 0)
		return 0;
	if (fs_read_file(file->dir, file->name, &text, err) < 0)
		return -1;
	if (!fn(&w->r, file, buf_str(&text), &changed))
		return 0;
	if (buf_check(&changed, file->path, err) < 0)
		return -1;
	if (!w->r.spec->dry_run && fs_replace_file(file->dir, file->name, buf_str(&changed),
						   file->st->st_mode & 07777, err) < 0)
		return -1;
	return note_change(w, file, err);
}

/* A program: what it is, its first bytes say. */
static int
change_program(struct walk *w, const struct relocate_file *file, struct err *err)
{
	cleanup_fd int fd =
		openat(file->dir->fd, file->name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	char magic[4] = "";
	bool changed = false;

	if (fd < 0)
		return err_sys(err, "cannot read %s/%s", file->dir->path, file->name);
	if (fd_read_full(fd, magic, sizeof(magic)) != (ssize_t)sizeof(magic))
		return 0;
	if (memcmp(magic, "#!", 2) == 0)
		return change_text(w, file, relocate_script, err);
	if (memcmp(magic, "\177ELF", 4) != 0)
		return 0;
	if (relocate_elf(&w->r, file, fd, &changed, err) < 0)
		return -1;
	return changed ? note_change(w, file, err) : 0;
}

/* Is FILE in a folder config, config-3.13-...? */
static bool
is_in_config(const struct relocate_file *file)
{
	cleanup_free char *folder = mem_strndup(path_dir(file->path).p, path_dir(file->path).n);

	return str_starts(path_base(folder), STR_LIT("config"));
}

static relocate_text_fn *
kind_of(const struct relocate_file *file)
{
	struct str name = str_from(file->name);

	if (str_starts(name, STR_LIT("_sysconfigdata")) && str_ends(name, STR_LIT(".py")))
		return relocate_python_data;
	if (str_starts(name, STR_LIT("_sysconfig_vars")) && str_ends(name, STR_LIT(".json")))
		return relocate_json_data;
	if (str_eq(name, STR_LIT("build-details.json")))
		return relocate_json_paths;
	if (str_eq(name, STR_LIT("Makefile")) && is_in_config(file))
		return relocate_makefile;
	if (str_ends(name, STR_LIT(".pc")))
		return relocate_pkgconfig;
	if (str_ends(name, STR_LIT(".pth")) || str_ends(name, STR_LIT(".egg-link")) ||
	    str_eq(name, STR_LIT("orig-prefix.txt")))
		return relocate_lines;
	if (str_eq(name, STR_LIT("python-config.py")))
		return relocate_script;
	return NULL;
}

static bool
can_be_program(const struct relocate_file *file)
{
	return (file->st->st_mode & 0111) || strstr(file->name, ".so");
}

static int
change_file(struct walk *w, const struct relocate_file *file, struct err *err)
{
	relocate_text_fn *fn = kind_of(file);

	if (link_again(w, file)) {
		strvec_add(&w->r.report->changed, file->path);
		return 0;
	}
	if (fn == relocate_python_data && !w->is_late) {
		strvec_add(&w->late, file->path);
		return 0;
	}
	if (fn)
		return change_text(w, file, fn, err);
	return can_be_program(file) ? change_program(w, file, err) : 0;
}

/* A link to the old place. */
static int
change_link(struct walk *w, const struct relocate_file *file, struct err *err)
{
	struct relocation *r = &w->r;
	cleanup_free char *target = fs_read_link(file->dir, file->name);
	cleanup_buf struct buf moved = BUF_INIT(2 * PATH_TEXT_MAX);
	struct str folder = path_dir(file->path);
	cleanup_free char *inside = mem_strndup(folder.p, folder.n);
	cleanup_free char *place = path_clean(r->report->place, inside);
	cleanup_free char *relative = NULL;

	if (!target || target[0] != '/' ||
	    !text_move(&r->move, str_from(target), TEXT_PLAIN, &moved) || moved.overflowed)
		return 0;
	strvec_add(&r->report->changed, file->path);
	if (r->spec->dry_run)
		return 0;
	if (r->spec->absolute_links)
		return fs_write_link(file->dir, file->name, buf_text(&moved), err);
	relative = relocate_relative(place, buf_text(&moved));
	return fs_write_link(file->dir, file->name, relative, err);
}

/* What a run that was cut short had written, and not renamed. */
static int
sweep(const struct walk *w, const struct relocate_file *file, struct err *err)
{
	if (S_ISDIR(file->st->st_mode) || w->r.spec->dry_run ||
	    unlinkat(file->dir->fd, file->name, 0) == 0)
		return 0;
	return err_sys(err, "cannot remove %s/%s", file->dir->path, file->name);
}

static int walk_folder(struct walk *w, const struct dir *dir, const char *path, unsigned depth,
		       struct err *err);

static int
visit(struct walk *w, const struct dir *dir, const char *name, const char *path, unsigned depth,
      struct err *err)
{
	cleanup_dirfd struct dir below = DIR_INIT;
	struct stat st;
	struct relocate_file file = { .dir = dir, .name = name, .path = path, .st = &st };

	if (fstatat(dir->fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return err_sys(err, "cannot look at %s/%s", dir->path, name);
	if (fs_is_unique_name(name, FS_TEMPORARY))
		return sweep(w, &file, err);
	if (S_ISLNK(st.st_mode))
		return change_link(w, &file, err);
	if (S_ISREG(st.st_mode))
		return change_file(w, &file, err);
	if (!S_ISDIR(st.st_mode) || strcmp(name, "__pycache__") == 0)
		return 0;
	/* Of a version: our own folder, and environments, which are trees of their own. */
	if (depth == 0 && (strcmp(name, LAYOUT_META) == 0 || strcmp(name, LAYOUT_ENVS) == 0))
		return 0;
	if (fs_open_dir_at(dir, name, &below, err) < 0)
		return -1;
	return walk_folder(w, &below, path, depth + 1, err);
}

static int
walk_folder(struct walk *w, const struct dir *dir, const char *path, unsigned depth,
	    struct err *err)
{
	cleanup_strvec struct strvec names = { 0 };

	if (depth > TREE_DEPTH_MAX)
		return err_set(err, ERR_FAILED, "%s is more than %d folders deep", dir->path,
			       TREE_DEPTH_MAX);
	if (sig_check(err) < 0 || fs_list(dir, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.count; i++) {
		cleanup_free char *below = path_join(path, names.items[i], NULL);

		if (visit(w, dir, names.items[i], below, depth, err) < 0)
			return -1;
	}
	return 0;
}

static int
visit_late(struct walk *w, struct err *err)
{
	w->is_late = true;
	for (size_t i = 0; i < w->late.count; i++) {
		const char *path = w->late.items[i];
		cleanup_free char *folder = mem_strndup(path_dir(path).p, path_dir(path).n);
		cleanup_free char *absolute = path_join(w->r.spec->tree->path, folder, NULL);
		cleanup_dirfd struct dir dir = DIR_INIT;

		if (fs_open_dir(absolute, &dir, err) < 0 ||
		    visit(w, &dir, path_base(path).p, path, 1, err) < 0)
			return -1;
	}
	return 0;
}

static int
check_place(const char *place, struct err *err)
{
	if (place[0] != '/' || !place[1] || place[strlen(place) - 1] == '/')
		return err_set(err, ERR_USAGE, "%s can be no place of a Python", place);
	if (!shell_text_ok(place))
		return err_set(err, ERR_USAGE,
			       "a path with control characters, or one that is no UTF-8, "
			       "cannot be written into scripts: %s",
			       place);
	return 0;
}

/* PLACE as make has to read it. Owned by the caller. */
static struct str
for_make(const char *place)
{
	cleanup_buf struct buf out = BUF_INIT(4 * PATH_TEXT_MAX);

	for (; *place; place++) {
		if (*place == '$' || *place == '#')
			buf_add_char(&out, *place == '$' ? '$' : '\\');
		buf_add_char(&out, *place);
	}
	return str_from(buf_take(&out));
}

int
relocate_tree(const struct relocate_spec *spec, struct relocate_report *ret_report, struct err *err)
{
	cleanup_with(walk_reset) struct walk w = { .r = { .spec = spec, .report = ret_report } };

	ret_report->place = path_join(spec->to, spec->at, NULL);
	ret_report->from =
		spec->from ? mem_strdup(spec->from) : relocate_recorded(spec->tree, spec->to);
	if (check_place(spec->to, err) < 0)
		return -1;
	if (!ret_report->from)
		return 0;
	if (check_place(ret_report->from, err) < 0)
		return -1;
	if (strcmp(ret_report->from, spec->to) == 0)
		return 0;
	w.r.move.from = str_from(ret_report->from);
	w.r.move.to = str_from(spec->to);
	w.r.make_move.from = for_make(ret_report->from);
	w.r.make_move.to = for_make(spec->to);
	event_phase(spec->events, spec->subject, "relocate", NULL);
	if (walk_folder(&w, spec->tree, "", 0, err) < 0 || visit_late(&w, err) < 0)
		return err_wrap(err, "cannot relocate it");
	return 0;
}

void
relocate_report_reset(struct relocate_report *report)
{
	for (size_t i = 0; i < report->stale_count; i++) {
		free(report->stale[i].source);
		free(report->stale[i].compiled);
	}
	free(report->stale);
	free(report->from);
	free(report->place);
	strvec_reset(&report->changed);
	strvec_reset(&report->left);
	strvec_reset(&report->reasons);
	*report = (struct relocate_report){ 0 };
}
