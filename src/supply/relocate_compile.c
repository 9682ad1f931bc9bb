/* SPDX-License-Identifier: MIT */
/* Compiled files of sources that were changed: removed, and made again. */
#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/path.h"
#include "os/fd.h"
#include "supply/relocate_internal.h"

#define CACHE_DIR "__pycache__"
/* A handful of small files; a slow disk is no reason to give up early. */
#define COMPILE_TIMEOUT_S 300

/* How a compiled file is checked against its source (PEP 552); 0 also for those before. */
static unsigned
flags_of(const struct dir *dir, const char *name)
{
	cleanup_fd int fd = openat(dir->fd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	unsigned char head[8] = { 0 };

	if (fd < 0 || fd_read_full(fd, head, sizeof(head)) != (ssize_t)sizeof(head))
		return 0;
	/* Before 3.7 a time is there: a number, but none so small. */
	return head[5] || head[6] || head[7] || (head[4] != 1 && head[4] != 3) ? 0 : head[4];
}

static int
drop(struct relocation *r, const struct relocate_file *file, const struct dir *dir,
     const char *name, struct err *err)
{
	struct relocate_report *report = r->report;
	struct str folder = path_dir(file->path);
	cleanup_free char *parent = mem_strndup(folder.p, folder.n);
	const char *below = dir == file->dir ? "" : CACHE_DIR;
	struct relocate_stale stale = { .source = mem_strdup(file->path),
					.compiled = path_join(parent, below, name, NULL),
					.flags = flags_of(dir, name) };
	const char *level = strstr(name, ".opt-");

	if (level && (level[5] == '1' || level[5] == '2'))
		stale.optimize = (unsigned)(level[5] - '0');
	report->stale = vec_grow(report->stale, report->stale_count, sizeof(stale));
	report->stale[report->stale_count++] = stale;
	if (!r->spec->dry_run && unlinkat(dir->fd, name, 0) < 0 && errno != ENOENT)
		return err_sys(err, "cannot remove %s/%s", dir->path, name);
	return 0;
}

int
relocate_drop_compiled(struct relocation *r, const struct relocate_file *file, struct err *err)
{
	struct str stem = str_from(file->name);
	cleanup_free char *start = mem_strndup(stem.p, stem.n - strlen("py"));
	cleanup_dirfd struct dir cache = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };
	const char *const old[] = { "c", "o" };

	/* Python 2 has them beside the source. */
	for (size_t i = 0; i < 2; i++) {
		cleanup_free char *name = mem_printf("%s%s", file->name, old[i]);

		if (fs_exists_at(file->dir, name) && drop(r, file, file->dir, name, err) < 0)
			return -1;
	}
	if (!fs_is_dir_at(file->dir, CACHE_DIR))
		return 0;
	if (fs_open_dir_at(file->dir, CACHE_DIR, &cache, err) < 0 ||
	    fs_list_starting(&cache, start, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.count; i++)
		if (str_ends(str_from(names.items[i]), STR_LIT(".pyc")) &&
		    drop(r, file, &cache, names.items[i], err) < 0)
			return -1;
	return 0;
}

/* Runs on any Python: five arguments for each file. */
static const char program[] =
	"import sys, py_compile\n"
	"args = sys.argv[1:]\n"
	"while args:\n"
	"    source, compiled, shown, optimize, flags = args[:5]\n"
	"    del args[:5]\n"
	"    more = {}\n"
	"    if sys.version_info >= (3, 7):\n"
	"        mode = py_compile.PycInvalidationMode\n"
	"        more['invalidation_mode'] = {'0': mode.TIMESTAMP, '1': mode.UNCHECKED_HASH,\n"
	"                                     '3': mode.CHECKED_HASH}[flags]\n"
	"    if sys.version_info >= (3, 2):\n"
	"        more['optimize'] = int(optimize)\n"
	"    py_compile.compile(source, compiled, shown, True, **more)\n";

int
relocate_recompile(const struct dir *tree, const char *python, const struct env *env,
		   const struct relocate_report *report, struct err *err)
{
	cleanup_strvec struct strvec argv = { 0 };
	cleanup_free char *last = NULL;
	struct proc_spec spec = PROC_SPEC_INIT;
	int status;

	strvec_take(&argv, path_join(tree->path, python, NULL));
	strvec_add_all(&argv, (char *const[]){ "-E", "-s", "-S", "-B", "-c", NULL });
	strvec_add(&argv, program);
	for (size_t i = 0; i < report->stale_count; i++) {
		const struct relocate_stale *stale = &report->stale[i];

		/* Another run of a Python 2, with -O, would make these. */
		if (str_ends(str_from(stale->compiled), STR_LIT(".pyo")))
			continue;
		strvec_add(&argv, stale->source);
		strvec_add(&argv, stale->compiled);
		strvec_take(&argv, path_join(report->place, stale->source, NULL));
		strvec_printf(&argv, "%u", stale->optimize);
		strvec_printf(&argv, "%u", stale->flags);
	}
	if (report->stale_count == 0)
		return 0;
	spec.argv = argv.items;
	spec.env = env;
	spec.cwd = tree->path;
	spec.timeout_s = COMPILE_TIMEOUT_S;
	spec.on_line = proc_keep_line;
	spec.ctx = &last;
	if (proc_run(&spec, &status, err) < 0)
		return err_wrap(err, "cannot compile what was changed");
	if (status != 0)
		return err_set(err, ERR_FAILED, "cannot compile what was changed: %s",
			       last ? last : "the interpreter says nothing");
	return 0;
}
