/* SPDX-License-Identifier: MIT */
/* The list of everything in an installed tree. */
#include <config.h>

#include "supply/manifest_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "core/layout.h"
#include "os/sig.h"
#include "trust/digest.h"

#define MANIFEST_DEPTH_MAX 64
/* Files between two looks at the progress. */
#define PROGRESS_FILES 128

struct writing {
	struct buf *text;
	const char *subject;
	const char *phase;
	const struct events *events;
	struct manifest_result result;
	bool lenient;
};

char *
manifest_escape(const char *name)
{
	struct buf b = BUF_INIT(BUF_TEXT_MAX);

	for (const char *p = name; *p; p++) {
		if (*p <= ' ' || *p >= 127 || strchr("#\\=", *p))
			buf_printf(&b, "\\%03o", (unsigned char)*p);
		else
			buf_add_char(&b, *p);
	}
	return b.data ? buf_take(&b) : mem_strdup("");
}

int
manifest_add_file(struct buf *text, const struct dir *dir, const char *name, const char *shown,
		  const struct stat *st, struct err *err)
{
	cleanup_fd int fd = openat(dir->fd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	char hex[DIGEST_HEX_SIZE];

	if (fd < 0)
		return err_sys(err, "cannot read %s/%s", dir->path, name);
	if (digest_fd(fd, hex, NULL, err) < 0)
		return err_wrap(err, "%s/%s", dir->path, name);
	buf_printf(text, "%s type=file mode=0%03o size=%" PRIu64 " sha256digest=%s\n", shown,
		   (unsigned)(st->st_mode & 07777), (uint64_t)st->st_size, hex);
	return 0;
}

int
manifest_add_link(struct buf *text, const struct dir *dir, const char *name, const char *shown,
		  struct err *err)
{
	cleanup_free char *target = fs_read_link(dir, name);
	cleanup_free char *escaped = NULL;

	if (!target)
		return err_set(err, ERR_FAILED, "%s/%s changed while it was read", dir->path, name);
	escaped = manifest_escape(target);
	buf_printf(text, "%s type=link link=%s\n", shown, escaped);
	return 0;
}

static int
add_file(struct writing *w, const struct dir *dir, const char *name, const char *shown,
	 const struct stat *st, struct err *err)
{
	if (manifest_add_file(w->text, dir, name, shown, st, err) < 0) {
		if (!w->lenient || err->code == ERR_INTERRUPTED)
			return -1;
		err_reset(err);
		buf_printf(w->text, "%s type=unreadable\n", shown);
	}
	w->result.bytes += (uint64_t)st->st_size;
	if (++w->result.files % PROGRESS_FILES == 0)
		event_progress(w->events, w->subject, w->phase, EVENT_UNIT_ITEMS, w->result.files,
			       0);
	return 0;
}

static int add_folder(struct writing *w, const struct dir *dir, const char *shown, unsigned depth,
		      struct err *err);

static int
add_entry(struct writing *w, const struct dir *dir, const char *name, const char *shown_dir,
	  unsigned depth, struct err *err)
{
	cleanup_dirfd struct dir below = DIR_INIT;
	cleanup_free char *escaped = manifest_escape(name);
	cleanup_free char *shown = mem_printf("%s/%s", shown_dir, escaped);
	struct stat st;

	if (fstatat(dir->fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return err_sys(err, "cannot read %s/%s", dir->path, name);
	if (S_ISREG(st.st_mode))
		return add_file(w, dir, name, shown, &st, err);
	if (S_ISLNK(st.st_mode))
		return manifest_add_link(w->text, dir, name, shown, err);
	if (!S_ISDIR(st.st_mode) && w->lenient) {
		buf_printf(w->text, "%s type=other\n", shown);
		return 0;
	}
	if (!S_ISDIR(st.st_mode))
		return err_set(err, ERR_FAILED, "%s/%s is neither a file nor a folder nor a link",
			       dir->path, name);
	buf_printf(w->text, "%s type=dir mode=0%03o\n", shown, (unsigned)(st.st_mode & 07777));
	if (depth >= MANIFEST_DEPTH_MAX)
		return err_set(err, ERR_FAILED, "%s/%s is too deep", dir->path, name);
	if (fs_open_dir_at(dir, name, &below, err) < 0)
		return -1;
	return add_folder(w, &below, shown, depth + 1, err);
}

static int
add_folder(struct writing *w, const struct dir *dir, const char *shown, unsigned depth,
	   struct err *err)
{
	cleanup_strvec struct strvec names = { 0 };

	if (sig_check(err) < 0 || fs_list(dir, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.count; i++) {
		if (strcmp(shown, "./" LAYOUT_META) == 0 &&
		    strcmp(names.items[i], LAYOUT_MANIFEST) == 0)
			continue;
		if (w->lenient && strcmp(shown, ".") == 0 &&
		    strcmp(names.items[i], LAYOUT_ENVS) == 0)
			continue;
		if (add_entry(w, dir, names.items[i], shown, depth, err) < 0)
			return -1;
	}
	return 0;
}

int
manifest_text(const struct dir *tree, const char *subject, const char *phase, bool lenient,
	      const struct events *events, struct buf *ret, struct manifest_result *ret_result,
	      struct err *err)
{
	struct writing w = { .text = ret,
			     .subject = subject,
			     .phase = phase,
			     .events = events,
			     .lenient = lenient };

	event_phase(events, subject, phase, NULL);
	buf_add_text(ret, "#mtree\n");
	if (add_folder(&w, tree, ".", 0, err) < 0 || buf_check(ret, "the manifest", err) < 0)
		return -1;
	*ret_result = w.result;
	return 0;
}

int
manifest_write(const struct dir *tree, const struct dir *meta, const char *subject,
	       const struct events *events, struct manifest_result *ret_result, struct err *err)
{
	cleanup_buf struct buf text = BUF_INIT(MANIFEST_MAX);

	if (manifest_text(tree, subject, "manifest", false, events, &text, ret_result, err) < 0)
		return -1;
	return fs_replace_file(meta, LAYOUT_MANIFEST, buf_str(&text), 0644, err);
}
