/* SPDX-License-Identifier: MIT */
/* What a built tree can do without: CPython's own tests, symbols for debuggers. */
#include <config.h>

#include "supply/build.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"

/* Folders inside folders that are walked. */
#define TREE_DEPTH_MAX 64

/* Of a standard library, what is only for testing it. Source: LIBSUBDIRS and
 * TESTSUBDIRS in CPython's Makefile.pre.in, 2.7 to 3.14. */
static const char *const test_folders[] = {
	"test",		 "bsddb/test",	      "ctypes/test",  "distutils/tests",
	"email/test",	 "idlelib/idle_test", "json/tests",   "lib-tk/test",
	"lib2to3/tests", "sqlite3/test",      "tkinter/test", "unittest/test",
};

/* "_testcapi.cpython-39-x86_64-linux-gnu.so", "_ctypes_test.so", "xxlimited.….so". */
static bool
is_test_module(const char *name)
{
	struct str s = str_from(name);

	return str_starts(s, STR_LIT("_test")) || str_starts(s, STR_LIT("_ctypes_test.")) ||
	       str_starts(s, STR_LIT("_xxtestfuzz.")) || str_starts(s, STR_LIT("xxlimited"));
}

static int
remove_test_modules(const struct dir *stdlib, struct err *err)
{
	cleanup_dirfd struct dir modules = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };

	if (!fs_is_dir_at(stdlib, "lib-dynload"))
		return 0;
	if (fs_open_dir_at(stdlib, "lib-dynload", &modules, err) < 0 ||
	    fs_list(&modules, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.count; i++)
		if (is_test_module(names.items[i]) && unlinkat(modules.fd, names.items[i], 0) < 0)
			return err_sys(err, "cannot remove %s/%s", modules.path, names.items[i]);
	return 0;
}

static int
remove_tests(const struct dir *stdlib, struct err *err)
{
	for (size_t i = 0; i < sizeof(test_folders) / sizeof(*test_folders); i++)
		if (fs_is_dir_at(stdlib, test_folders[i]) &&
		    fs_remove_tree(stdlib, test_folders[i], err) < 0)
			return -1;
	return remove_test_modules(stdlib, err);
}

/* The standard libraries below lib: pythonX.Y, pythonX.Yt. */
static int
each_stdlib(const struct dir *tree, struct err *err)
{
	cleanup_dirfd struct dir lib = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };

	if (fs_open_dir_at(tree, "lib", &lib, err) < 0 ||
	    fs_list_starting(&lib, "python", &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.count; i++) {
		cleanup_dirfd struct dir stdlib = DIR_INIT;

		if (!fs_is_dir_at(&lib, names.items[i]))
			continue;
		if (fs_open_dir_at(&lib, names.items[i], &stdlib, err) < 0 ||
		    remove_tests(&stdlib, err) < 0)
			return -1;
	}
	return 0;
}

/* What strip(1) is given: archives and objects keep the symbols that linkers need. */
struct found {
	struct strvec linked;
	struct strvec objects;
};

static void
found_reset(struct found *found)
{
	strvec_reset(&found->linked);
	strvec_reset(&found->objects);
}

static void
judge(const struct dir *dir, const char *name, struct found *found)
{
	static const char elf[] = "\177ELF";
	static const char archive[] = "!<arch>\n";
	cleanup_fd int fd = openat(dir->fd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	cleanup_free char *path = path_join(dir->path, name, NULL);
	char start[sizeof(archive) - 1];

	if (fd < 0 || read(fd, start, sizeof(start)) != (ssize_t)sizeof(start))
		return;
	if (memcmp(start, archive, sizeof(start)) == 0 ||
	    (memcmp(start, elf, sizeof(elf) - 1) == 0 && str_ends(str_from(name), STR_LIT(".o"))))
		strvec_add(&found->objects, path);
	else if (memcmp(start, elf, sizeof(elf) - 1) == 0)
		strvec_add(&found->linked, path);
}

static int
find(const struct dir *dir, unsigned depth, struct found *found, struct err *err)
{
	cleanup_strvec struct strvec names = { 0 };

	if (fs_list(dir, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.count; i++) {
		cleanup_dirfd struct dir below = DIR_INIT;
		struct stat st;

		if (fstatat(dir->fd, names.items[i], &st, AT_SYMLINK_NOFOLLOW) < 0)
			return err_sys(err, "cannot look at %s/%s", dir->path, names.items[i]);
		if (S_ISREG(st.st_mode))
			judge(dir, names.items[i], found);
		if (!S_ISDIR(st.st_mode) || depth == TREE_DEPTH_MAX)
			continue;
		if (fs_open_dir_at(dir, names.items[i], &below, err) < 0 ||
		    find(&below, depth + 1, found, err) < 0)
			return -1;
	}
	return 0;
}

static void
take_line(void *ctx, const char *line)
{
	build_log_line(ctx, line);
}

static int
run_strip(const struct build_settings *settings, const char *how, const struct strvec *files,
	  struct build_log *log, struct err *err)
{
	cleanup_strvec struct strvec argv = { 0 };
	struct proc_spec spec = PROC_SPEC_INIT;
	int status = 0;

	if (files->count == 0)
		return 0;
	strvec_add(&argv, settings->strip);
	strvec_add(&argv, how);
	strvec_add_all(&argv, files->items);
	build_log_phase(log, "strip", argv.items);
	spec.argv = argv.items;
	spec.env = &settings->env;
	spec.on_line = take_line;
	spec.ctx = log;
	if (proc_run(&spec, &status, err) < 0)
		return -1;
	if (status == 0)
		return 0;
	(void)err_set(err, ERR_FAILED, "strip failed with status %d", status);
	return build_log_explain(log, "strip", err);
}

int
build_slim_tree(const struct dir *tree, const struct build_options *options,
		const struct build_settings *settings, struct build_log *log, struct err *err)
{
	cleanup_with(found_reset) struct found found = { 0 };

	if (settings->without_tests && each_stdlib(tree, err) < 0)
		return -1;
	if (!options->strip)
		return 0;
	if (find(tree, 0, &found, err) < 0)
		return -1;
#ifdef __APPLE__
	if (run_strip(settings, "-x", &found.linked, log, err) < 0)
		return -1;
#else
	if (run_strip(settings, "--strip-unneeded", &found.linked, log, err) < 0)
		return -1;
#endif
	return run_strip(settings, "-S", &found.objects, log, err);
}
