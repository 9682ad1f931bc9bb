/* SPDX-License-Identifier: MIT */
/* The journal of a version that is being made right for its place. */
#include <config.h>

#include "supply/moved_internal.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"

#define JOURNAL "relocating"
/* 16 MiB: paths of a hundred thousand files. */
#define JOURNAL_MAX ((size_t)16 * 1024 * 1024)

/*
 *	file<TAB>lib/python3.13/_sysconfigdata__linux.py
 *	compiled<TAB>OPTIMIZE<TAB>FLAGS<TAB>SOURCE<TAB>COMPILED
 *
 * Names with control characters cannot be in it; nothing that an installation makes has
 * one.
 */

bool
moved_journal_exists(const struct dir *meta)
{
	return meta->fd >= 0 && fs_exists_at(meta, JOURNAL);
}

static bool
is_inside(struct str path)
{
	struct str part;

	if (path.n == 0)
		return false;
	while (str_split(&path, '/', &part))
		if (!path_component_ok(part))
			return false;
	return true;
}

static void
add_compiled(struct relocate_report *report, struct str line)
{
	struct relocate_stale stale = { 0 };
	struct str fields[4];
	uint64_t optimize;
	uint64_t flags;

	for (size_t i = 0; i < 4; i++)
		if (!str_split(&line, '\t', &fields[i]))
			return;
	if (!str_u64(fields[0], 0, 2, &optimize) || !str_u64(fields[1], 0, 3, &flags) ||
	    !is_inside(fields[2]) || !is_inside(fields[3]) || !str_ends(fields[3], STR_LIT(".pyc")))
		return;
	stale.source = mem_strndup(fields[2].p, fields[2].n);
	stale.compiled = mem_strndup(fields[3].p, fields[3].n);
	stale.optimize = (unsigned)optimize;
	stale.flags = (unsigned)flags;
	report->stale = vec_grow(report->stale, report->stale_count, sizeof(stale));
	report->stale[report->stale_count++] = stale;
}

int
moved_journal_read(const struct dir *meta, struct relocate_report *ret, struct err *err)
{
	cleanup_buf struct buf text = BUF_INIT(JOURNAL_MAX);
	struct str rest;
	struct str line;

	if (!moved_journal_exists(meta))
		return 0;
	if (fs_read_file(meta, JOURNAL, &text, err) < 0)
		return -1;
	rest = buf_str(&text);
	while (str_line(&rest, &line)) {
		struct str kind;

		if (!str_split(&line, '\t', &kind))
			continue;
		if (str_eq(kind, STR_LIT("file")) && is_inside(line))
			strvec_add_str(&ret->changed, line);
		else if (str_eq(kind, STR_LIT("compiled")))
			add_compiled(ret, line);
	}
	return 0;
}

int
moved_journal_write(const struct dir *meta, const struct relocate_report *report, struct err *err)
{
	cleanup_buf struct buf text = BUF_INIT(JOURNAL_MAX);

	for (size_t i = 0; i < report->changed.count; i++)
		if (is_inside(str_from(report->changed.items[i])))
			buf_printf(&text, "file\t%s\n", report->changed.items[i]);
	for (size_t i = 0; i < report->stale_count; i++)
		buf_printf(&text, "compiled\t%u\t%u\t%s\t%s\n", report->stale[i].optimize,
			   report->stale[i].flags, report->stale[i].source,
			   report->stale[i].compiled);
	if (buf_check(&text, JOURNAL, err) < 0)
		return -1;
	return fs_write_file(meta, JOURNAL, buf_str(&text), 0644, err);
}

int
moved_journal_remove(const struct dir *meta, struct err *err)
{
	if (unlinkat(meta->fd, JOURNAL, 0) < 0 && errno != ENOENT)
		return err_sys(err, "cannot remove %s/%s", meta->path, JOURNAL);
	return fs_sync_dir(meta, err);
}
