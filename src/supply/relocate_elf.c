/* SPDX-License-Identifier: MIT */
/* The search paths of programs and libraries, moved. */
#include <config.h>

#include "supply/relocate_elf.h"

#include <fcntl.h>
#include <string.h>

#include "base/path.h"
#include "os/fd.h"
#include "supply/relocate_internal.h"

/* What an ELF file's path becomes. */
struct change {
	const struct elf_path *path;
	char *text;
};

struct changes {
	struct change items[ELF_PATHS_MAX];
	size_t count;
};

static void
changes_reset(struct changes *changes)
{
	for (size_t i = 0; i < changes->count; i++)
		free(changes->items[i].text);
}

/* The folder MOVED as the file at PLACE (a folder, absolute) finds it: relative to itself. */
static void
add_origin(struct buf *out, const char *place, const char *moved)
{
	cleanup_free char *relative = relocate_relative(place, moved);

	buf_add_text(out, "$ORIGIN");
	if (strcmp(relative, ".") != 0)
		buf_printf(out, "/%s", relative);
}

/* The list of folders OLD with those that have moved; NULL: none has. */
static char *
move_list(const struct relocation *r, const struct relocate_file *file, const char *old,
	  bool relative)
{
	cleanup_buf struct buf out = BUF_INIT(2 * ELF_PATH_MAX);
	struct str folder = path_dir(file->path);
	cleanup_free char *inside = mem_strndup(folder.p, folder.n);
	cleanup_free char *place = path_clean(r->report->place, inside);
	struct str rest = str_from(old);
	struct str part;
	bool changed = false;

	while (str_split(&rest, ':', &part)) {
		cleanup_buf struct buf moved = BUF_INIT(2 * ELF_PATH_MAX);

		if (part.p > old)
			buf_add_char(&out, ':');
		if (!text_move(&r->move, part, TEXT_PLAIN, &moved)) {
			buf_add_str(&out, part);
			continue;
		}
		changed = true;
		if (relative && !moved.overflowed)
			add_origin(&out, place, buf_text(&moved));
		else
			buf_add_str(&out, buf_str(&moved));
	}
	return changed && !out.overflowed ? buf_take(&out) : NULL;
}

/* Can NEW stand in the place of PATH? */
static bool
fits(const struct elf_path *path, const char *new)
{
	size_t n = strlen(new);

	if (n + 1 <= path->room)
		return true;
	/* The end that it shares with another name is the same in both. */
	return n == strlen(path->text) && strcmp(new + path->room, path->text + path->room) == 0;
}

/* What PATH becomes, in *RET; false when nothing fits. NULL: it stays. */
static bool
choose(const struct relocation *r, const struct relocate_file *file, const struct elf_path *path,
       char **ret)
{
	cleanup_free char *absolute = move_list(r, file, path->text, false);
	cleanup_free char *relative = NULL;

	*ret = NULL;
	if (!absolute)
		return true;
	if (fits(path, absolute)) {
		*ret = steal_ptr(&absolute);
		return true;
	}
	relative = move_list(r, file, path->text, true);
	if (relative && fits(path, relative)) {
		*ret = steal_ptr(&relative);
		return true;
	}
	return false;
}

/* Write the new texts into FD, a copy; what is left of the old ones is wiped out. */
static bool
write_changes(int fd, const struct changes *changes)
{
	for (size_t i = 0; i < changes->count; i++) {
		const struct elf_path *path = changes->items[i].path;
		size_t n = strlen(changes->items[i].text) + 1;
		size_t most = n > path->room ? n : path->room;
		cleanup_free char *bytes = mem_zalloc(most);

		memcpy(bytes, changes->items[i].text, n);
		if (pwrite(fd, bytes, most, (off_t)path->offset) != (ssize_t)most)
			return false;
	}
	return true;
}

static int
replace(const struct relocate_file *file, int old, const struct changes *changes, struct err *err)
{
	cleanup_free char *name = fs_unique_name(FS_TEMPORARY);
	cleanup_fd int fd =
		openat(file->dir->fd, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	bool ok = fd >= 0 && lseek(old, 0, SEEK_SET) == 0 && fd_copy(old, fd) == 0 &&
		  write_changes(fd, changes) && fchmod(fd, file->st->st_mode & 07777) == 0 &&
		  close(steal_fd(&fd)) == 0 &&
		  renameat(file->dir->fd, name, file->dir->fd, file->name) == 0;

	if (ok)
		return 0;
	err_sys(err, "cannot replace %s/%s", file->dir->path, file->name);
	unlinkat(file->dir->fd, name, 0);
	return -1;
}

int
relocate_elf(struct relocation *r, const struct relocate_file *file, int fd, bool *ret_changed,
	     struct err *err)
{
	const struct elf_bytes bytes = { .fd = fd, .size = (uint64_t)file->st->st_size };
	cleanup_with(elf_paths_reset) struct elf_paths paths = { 0 };
	cleanup_with(changes_reset) struct changes changes = { 0 };

	*ret_changed = false;
	/* What we cannot read has no path that we could say anything about. */
	if (elf_read_paths(&bytes, &paths) < 0)
		return 0;
	for (size_t i = 0; i < paths.count; i++) {
		struct change *change = &changes.items[changes.count];

		change->path = &paths.items[i];
		if (!choose(r, file, change->path, &change->text))
			relocate_leave(r, file, "its library path %s has no room for the new one",
				       change->path->text);
		else if (change->text)
			changes.count++;
	}
	*ret_changed = changes.count > 0;
	if (!*ret_changed || r->spec->dry_run)
		return 0;
	return replace(file, fd, &changes, err);
}
