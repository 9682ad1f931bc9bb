/* SPDX-License-Identifier: MIT */
/* A wheel that nobody has verified becomes files. */
#include <config.h>

#include "supply/unpack_wheel.h"

#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "os/proc.h"

#define UNPACK_PROGRAM "pyvern-unpack"
/* Folders in folders: pip has seven. */
#define DEPTH_MAX 32
/* Where it is unpacked first, to know which names are its own. */
#define SCRATCH ".wheel"

/* What the program says last: "error TEXT". */
static void
keep_error(void *ctx, const char *line)
{
	char **said = ctx;
	struct str text = str_from(line);

	if (!str_starts(text, STR_LIT("error ")))
		return;
	free(*said);
	*said = mem_strdup(line + strlen("error "));
}

/* Add the names of the files below the folder PATH ("": the top). */
static int
list_files(const struct dir *top, const char *path, unsigned depth, struct strvec *ret_names,
	   struct err *err)
{
	cleanup_dirfd struct dir dir = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };

	if (depth > DEPTH_MAX)
		return err_set(err, ERR_CHECK, "its folders are too deep: %s", path);
	if (fs_open_dir_at(top, *path ? path : ".", &dir, err) < 0 ||
	    fs_list(&dir, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.count; i++) {
		char *whole =
			*path ? path_join(path, names.items[i], NULL) : mem_strdup(names.items[i]);
		int result = 0;

		if (!fs_is_dir_at(&dir, names.items[i])) {
			strvec_take(ret_names, whole);
			continue;
		}
		result = list_files(top, whole, depth + 1, ret_names, err);
		free(whole);
		if (result < 0)
			return -1;
	}
	return 0;
}

/* Move the files NAMES from one folder to another, where nothing may be called so. */
static int
move_files(const struct dir *from, const struct dir *into, const struct strvec *names,
	   const char *file_name, struct err *err)
{
	for (size_t i = 0; i < names->count; i++) {
		const char *name = names->items[i];

		for (const char *slash = strchr(name, '/'); slash; slash = strchr(slash + 1, '/')) {
			cleanup_free char *folder = mem_strndup(name, (size_t)(slash - name));
			cleanup_dirfd struct dir made = DIR_INIT;

			if (fs_make_dir_at(into, folder, 0755, &made, err) < 0)
				return -1;
		}
		if (fs_exists_at(into, name))
			return err_set(err, ERR_CHECK,
				       "%s has a file that another one has, too: %s", file_name,
				       name);
		if (renameat(from->fd, name, into->fd, name) < 0)
			return err_sys(err, "cannot move %s/%s", from->path, name);
	}
	return 0;
}

int
unpack_wheel(const struct layout *layout, int fd, const char *file_name, const struct dir *into,
	     struct strvec *ret_names, struct err *err)
{
	cleanup_free char *program = path_join(layout->libexec, UNPACK_PROGRAM, NULL);
	cleanup_dirfd struct dir scratch = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };
	cleanup_free char *said = NULL;
	char zip[] = "zip=1";
	char *argv[] = { program, zip, NULL };
	struct proc_spec spec = PROC_SPEC_INIT;
	int status;

	if (fs_remove_tree(into, SCRATCH, err) < 0 ||
	    fs_make_dir_at(into, SCRATCH, 0700, &scratch, err) < 0)
		return -1;
	spec.argv = argv;
	spec.stdin_fd = fd;
	spec.pass_fd = scratch.fd;
	spec.on_line = keep_error;
	spec.ctx = &said;
	if (proc_run(&spec, &status, err) < 0)
		return -1;
	if (status != 0)
		return err_set(err, ERR_CHECK, "cannot unpack %s: %s", file_name,
			       said ? said : "the unpacker ended without a word");
	if (list_files(&scratch, "", 0, &names, err) < 0 ||
	    move_files(&scratch, into, &names, file_name, err) < 0)
		return -1;
	strvec_add_all(ret_names, names.items);
	return fs_remove_tree(into, SCRATCH, err);
}
