/* SPDX-License-Identifier: MIT */
/* What the last rehash saw, so that the next one sees at a few looks that it is
 * all the same. */
#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/path.h"
#include "core/shims_internal.h"

/*
 * $ROOT/.rehashed, written when a rehash found nothing to do:
 *
 *	pyvern shims 1
 *	user 1000
 *	program /usr/bin/pyvern
 *	kept 61
 *	is DEVICE INODE MODIFIED CHANGED<tab>PATH    (a folder or file, as stat(2) has it)
 *	no PATH                                      (stat(2) fails)
 *	idle PATH                                    (no program that this user may run)
 *	foreign NAME                                 (in shims, and not ours: told again)
 *	end
 *
 * PATH is below the root, or absolute. When all lines hold, a rehash would do what
 * the last one did: nothing. Whatever else a rehash comes to depend on must get a line;
 * hooks of `rehash` themselves may depend on anything, so where there are some, only a
 * look in passing (at an exec) believes the file.
 *
 * Its time is the one that a rehash began at, less what a file system's clock may be
 * behind, also of one that had something to do and wrote no lines: a folder of commands
 * that is newer has not been seen. Prompt hooks look at that, without a process.
 */

/* 1 MiB: versions and environments have two lines, some 200 bytes. Where more is
 * needed every rehash looks at everything. */
#define STAMP_MAX ((size_t)1024 * 1024)
/* A name can be added to a folder after we have read it, within the same tick of
 * the clock that the file system writes times with: the time tells nothing. Ticks
 * are up to 2 s (FAT; HFS+ and old NFS 1 s; ext4, XFS, APFS below 10 ms). */
#define TICK_MAX 2
/* Three numbers of 20 digits, two times with their nanoseconds, blanks. */
#define IDENTITY_MAX 128

static char *
add_number(char *at, uint64_t number, char end)
{
	at = str_put_u64(at, number);
	*at++ = end;
	return at;
}

/* By hand: printf takes longer than the look itself. */
static struct str
identity(const struct stat *st, char *buf)
{
	char *at = buf;

	at = add_number(at, (uint64_t)st->st_dev, ' ');
	at = add_number(at, (uint64_t)st->st_ino, ' ');
	at = add_number(at, (uint64_t)st->st_mtim.tv_sec, '.');
	at = add_number(at, (uint64_t)st->st_mtim.tv_nsec, ' ');
	at = add_number(at, (uint64_t)st->st_ctim.tv_sec, '.');
	at = add_number(at, (uint64_t)st->st_ctim.tv_nsec, '\t');
	return (struct str){ buf, (size_t)(at - buf) };
}

static char *
header_of(const struct store *store)
{
	return mem_printf("pyvern shims 1\nuser %lu\nprogram %s/pyvern\n", (unsigned long)geteuid(),
			  store->layout->bin);
}

void
stamp_begin(struct stamp *stamp, const struct store *store)
{
	cleanup_free char *header = header_of(store);

	buf_reset(&stamp->lines);
	*stamp = (struct stamp){ .store = store, .is_usable = true, .lines = BUF_INIT(STAMP_MAX) };
	clock_gettime(CLOCK_REALTIME, &stamp->began);
	buf_add_text(&stamp->lines, header);
}

void
stamp_reset(struct stamp *stamp)
{
	buf_reset(&stamp->lines);
}

static void
add_line(struct stamp *stamp, struct str kind, const char *path)
{
	/* Such a path is in no name that we make shims for; it may be our own. */
	if (strchr(path, '\n'))
		stamp->is_usable = false;
	buf_add_str(&stamp->lines, kind);
	buf_add_text(&stamp->lines, path);
	buf_add_char(&stamp->lines, '\n');
}

/* Could the file have changed once more since it has this time? */
static bool
is_young(const struct stamp *stamp, const struct timespec *changed)
{
	time_t age = stamp->began.tv_sec - changed->tv_sec;

	return age < TICK_MAX || (age == TICK_MAX && stamp->began.tv_nsec <= changed->tv_nsec);
}

void
stamp_add(struct stamp *stamp, const char *path)
{
	char text[IDENTITY_MAX];
	struct stat st;

	if (fstatat(stamp->store->root.fd, path, &st, 0) < 0) {
		add_line(stamp, STR_LIT("no "), path);
		return;
	}
	/* CHANGED cannot be set back; MODIFIED can, and be in the future. */
	if (is_young(stamp, &st.st_ctim))
		stamp->is_usable = false;
	buf_add_text(&stamp->lines, "is ");
	add_line(stamp, identity(&st, text), path);
}

void
stamp_add_idle(struct stamp *stamp, const char *path)
{
	add_line(stamp, STR_LIT("idle "), path);
}

void
stamp_add_foreign(struct stamp *stamp, const char *name)
{
	add_line(stamp, STR_LIT("foreign "), name);
}

void
stamp_write(struct stamp *stamp, unsigned kept)
{
	cleanup_err struct err ignored = { 0 };

	buf_printf(&stamp->lines, "kept %u\nend\n", kept);
	/* Without one the next rehash looks at everything, as this one did. */
	if (stamp->is_usable && !stamp->lines.overflowed)
		(void)!fs_replace_file(&stamp->store->root, SHIMS_STAMP, buf_str(&stamp->lines),
				       0644, &ignored);
}

void
stamp_date(const struct stamp *stamp)
{
	const struct dir *root = &stamp->store->root;
	struct timespec times[] = { { .tv_nsec = UTIME_OMIT }, stamp->began };
	int fd;

	times[1].tv_sec -= TICK_MAX;
	if (utimensat(root->fd, SHIMS_STAMP, times, AT_SYMLINK_NOFOLLOW) == 0 || errno != ENOENT)
		return;
	/* Without a text it holds for nobody. */
	fd = openat(root->fd, SHIMS_STAMP, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (fd < 0)
		return;
	(void)futimens(fd, times);
	close(fd);
}

static bool
is_line_true(const struct dir *root, char *line)
{
	char text[IDENTITY_MAX];
	struct stat st;

	if (str_starts(str_from(line), STR_LIT("is "))) {
		char *tab = strchr(line, '\t');
		struct str known = { line + 3, tab ? (size_t)(tab + 1 - line - 3) : 0 };

		return tab && fstatat(root->fd, tab + 1, &st, 0) == 0 &&
		       str_eq(known, identity(&st, text));
	}
	if (str_starts(str_from(line), STR_LIT("no ")))
		return fstatat(root->fd, line + 3, &st, 0) < 0;
	return str_starts(str_from(line), STR_LIT("idle ")) && !shim_is_command(root, line + 5);
}

static void
tell_foreign(const struct store *store, const struct events *events, const struct strvec *names)
{
	cleanup_free char *path = path_join(store->root.path, LAYOUT_SHIMS, NULL);
	const struct dir shims = { .fd = -1, .path = path };

	for (size_t i = 0; i < names->count; i++)
		shims_warn_foreign(events, &shims, names->items[i]);
}

bool
stamp_holds(const struct store *store, const struct events *events, unsigned *ret_kept)
{
	cleanup_strvec struct strvec foreign = { 0 };
	cleanup_buf struct buf text = BUF_INIT(STAMP_MAX);
	cleanup_err struct err ignored = { 0 };
	cleanup_free char *header = header_of(store);
	cleanup_free char *program = path_join(store->layout->bin, "pyvern", NULL);
	cleanup_free char *linked = fs_read_link(&store->root, LAYOUT_PROGRAM);
	char *line;

	if (!linked || strcmp(linked, program) != 0 ||
	    fs_read_file(&store->root, SHIMS_STAMP, &text, &ignored) < 0 ||
	    !str_starts(buf_str(&text), str_from(header)))
		return false;
	line = text.data + strlen(header);
	for (char *end; (end = strchr(line, '\n')); line = end + 1) {
		uint64_t kept;

		*end = '\0';
		if (str_starts(str_from(line), STR_LIT("kept "))) {
			if (!str_u64(str_from(line + 5), 0, UINT32_MAX, &kept))
				return false;
			*ret_kept = (unsigned)kept;
			/* The last line but "end", which says that nothing was cut off. */
			if (strcmp(end + 1, "end\n") != 0)
				return false;
			tell_foreign(store, events, &foreign);
			return true;
		}
		if (str_starts(str_from(line), STR_LIT("foreign "))) {
			strvec_add(&foreign, line + strlen("foreign "));
			continue;
		}
		if (!is_line_true(&store->root, line))
			return false;
	}
	return false;
}
